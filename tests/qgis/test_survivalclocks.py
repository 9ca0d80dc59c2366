"""Hours left from the toolbox: intervals that hold the drill's truth, and nothing said where nothing is known."""

from __future__ import annotations

import csv
import math
from datetime import datetime, timedelta

import pytest
from tomoshibi.layers.schema import SPECS
from tomoshibi.practice import truth
from tomoshibi.practice.scenario import HOLIDAYS
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

BATTERY = 10.0
HEADINGS = ("facility_id", "generator_kva", "fuel_kind", "fuel_l", "tank_l", "battery_hours")


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


def parameters(drill, **more):
    own = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
    return {**own, "LINKS": str(drill.open / "links.csv"), "OUTPUT": "memory:", **more}


def backup(drill, path, *lines):
    """Write a list in which every facility has a battery of ten hours, and further lines."""
    with open(drill.scenario.folder / "truth" / "facilities.csv", encoding="utf-8-sig", newline="") as stream:
        ids = [row["facility_id"] for row in csv.DictReader(stream)]
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS)
        writer.writerows([(one, "なし", "", "", "", f"{BATTERY:g}時間") for one in ids] + list(lines))
    return str(path)


def test_every_interval_holds_the_end_of_the_battery_of_the_drill(drill, run, tmp_path):
    found = run("survivalclocks", parameters(drill, BACKUP=backup(drill, tmp_path / "backup.csv")))
    table = rows(found["OUTPUT"])
    assert list(table.columns) == SPECS["survivalclocks"].names()
    dark = table[table["fails_earliest"].notna()]
    assert len(dark) >= 3
    width = [one.secsTo(other) / 3600 for one, other in zip(dark["fails_earliest"], dark["fails_latest"])]
    # ten hours within a tenth, and the interval of the loss of power
    assert max(width) < 2.0 + 2.6
    as_of = table["as_of"].iloc[0].toPyDateTime()
    true = truth.shelter_truth(drill.scenario, as_of).set_index("facility_id")
    checked = 0
    for row in dark.itertuples():
        if true.loc[row.facility_id, "state"] == "powered":
            continue
        end = as_of + timedelta(hours=BATTERY - true.loc[row.facility_id, "changed_hours"])
        assert row.fails_earliest.toPyDateTime() <= end <= row.fails_latest.toPyDateTime(), row.facility_id
        checked += 1
    assert checked >= 3
    assert set(dark["state"]) <= {"running", "may_have_failed", "failed"}
    states = table["state"].value_counts()
    assert found["POWERED"] == states.get("powered", 0) and found["UNKNOWN"] == states.get("unknown", 0)
    assert table["rank"].tolist() == list(range(1, len(table) + 1))


def test_without_a_list_no_clock_is_made_up_and_the_reason_is_told(drill, run):
    found = run("survivalclocks", parameters(drill))
    table = rows(found["OUTPUT"])
    dark = table[table["power_state"].isin(["outage", "partial"])]
    assert len(dark) and set(dark["state"]) == {"unknown"} and set(dark["unknown_reason"]) == {"no_backup_data"}
    assert '"no_backup_data": ' in found["UNKNOWN_BY_REASON"] and found["FAILING"] == 0
    # nobody told a generator: how much fuel is lacking is not known, which is not 0 L
    assert table["litres_to_hours"].isna().all() and "LITRES" not in found
    # what it needs is its own readings', whatever the list says
    assert (dark["need_kva"].dropna() > 0).all() and dark["need_kva"].notna().any()


def test_a_value_that_is_not_understood_is_named_and_the_other_rows_stay(drill, run, feedback, tmp_path):
    path = backup(drill, tmp_path / "backup.csv", ("E990000000", "50", "軽油", "満タン", "", ""))
    found = run("survivalclocks", parameters(drill, BACKUP=path))
    assert found["NOT_READ"] == 1
    assert any("満タン" in text for text in feedback.warnings)
    assert any("E990000000" in text and "no facility" in text for text in feedback.warnings)


def test_a_tank_that_was_filled_up_during_the_outage_lasts_from_then_on(drill, run, feedback, tmp_path):
    given = parameters(drill, BACKUP=backup(drill, tmp_path / "backup.csv"))
    table = rows(run("survivalclocks", given)["OUTPUT"])
    dark = table[table["fails_earliest"].notna()].iloc[0]
    seen = dark["as_of"].toPyDateTime() - timedelta(hours=1)

    def told(when):
        path = tmp_path / "tank.csv"
        path.write_text(
            "施設ID,自家発電機容量(kVA),燃料の種類,燃料備蓄量(L),タンク容量(L),蓄電池(時間),燃料消費量(L/h),残量確認日時\n"
            f"{dark['facility_id']},500,軽油,400,400,なし,80,{when}\n",
            encoding="utf-8",
        )
        found = rows(run("survivalclocks", {**given, "BACKUP": str(path)})["OUTPUT"]).set_index("facility_id")
        return found.loc[dark["facility_id"]]

    at_once, filled = told(""), told(f"{seen:%Y/%m/%d %H:%M}")
    assert at_once["fails_earliest"].toPyDateTime() < filled["fails_earliest"].toPyDateTime()
    assert filled["fails_earliest"].toPyDateTime() > seen
    # a moment that has not come yet says nothing of the stock now, and one that is none is named
    later = told(f"{seen + timedelta(days=2):%Y年%m月%d日%H時}")
    assert "tank" in later["assumption"] and "tank" not in filled["assumption"]
    # of which moment it is, nothing tells: at least from the loss of power, at most from now
    unread = told("昨日")
    assert any("tank.csv" in text and "残量確認日時" in text and "2: 昨日" in text for text in feedback.warnings)
    day = told(f"{seen:%Y/%m/%d}")
    assert any("Add the hour" in text and "rows 2" in text for text in feedback.warnings)
    for wide in (unread, day):
        assert at_once["fails_earliest"] <= wide["fails_earliest"] <= filled["fails_earliest"]
        assert filled["fails_latest"] < wide["fails_latest"] and "stock_time" in wide["assumption"]
    assert unread["fails_earliest"] == at_once["fails_earliest"] and "stock_time" not in filled["assumption"]


def test_the_age_of_a_battery_widens_the_early_end_and_an_unknown_one_is_told(drill, run, feedback, tmp_path):
    given = parameters(drill, BACKUP=backup(drill, tmp_path / "backup.csv"))
    table = rows(run("survivalclocks", given)["OUTPUT"])
    dark = table[table["fails_earliest"].notna()].iloc[0]["facility_id"]

    def told(when, column="蓄電池設置年"):
        path = tmp_path / "battery.csv"
        path.write_text(
            f"施設ID,自家発電機容量(kVA),蓄電池(時間),{column}\n{dark},なし,10,{when}\n",
            encoding="utf-8",
        )
        found = rows(run("survivalclocks", {**given, "BACKUP": str(path)})["OUTPUT"]).set_index("facility_id")
        return found.loc[dark]

    unknown, old, dead = told(""), told("2023年"), told("12", "蓄電池経過年数")
    assert "battery_new" in unknown["assumption"] and "battery_age" in old["assumption"]
    ends = [one["fails_earliest"].toPyDateTime() for one in (dead, old, unknown)]
    assert ends == sorted(set(ends)) and ends[0] == dead["dark_since_low"].toPyDateTime()
    assert unknown["fails_latest"] == old["fails_latest"] == dead["fails_latest"]
    assert "battery_new" in told("昭和の頃")["assumption"]
    assert any("battery.csv" in text and "2: 昭和の頃" in text for text in feedback.warnings)


def test_a_generator_smaller_than_the_peak_may_stop_in_the_hour_of_that_use_and_not_before(drill, run, tmp_path):
    needs = rows(run("survivalclocks", parameters(drill))["OUTPUT"])
    dark = needs[
        (needs["power_state"] == "outage") & needs["load_days"].notna() & needs["kind"].isin(["役場", "診療所"])
    ]
    assert len(dark)
    path = tmp_path / "small.csv"
    lines = [
        f"{one.facility_id},{one.need_kva * 0.7:.1f},軽油,{one.need_kva * 140:.0f},{one.need_kva * 140:.0f},なし,10\n"
        for one in dark.itertuples()
    ]
    path.write_text(
        "facility_id,generator_kva,fuel_kind,fuel_l,tank_l,battery_hours,litres_per_hour\n" + "".join(lines)
    )
    found = rows(run("survivalclocks", parameters(drill, BACKUP=str(path)))["OUTPUT"]).set_index("facility_id")
    links, later = drill.scenario.links(), 0
    for one in dark.itertuples():
        row = found.loc[one.facility_id]
        points = set(links.loc[links["facility_id"] == one.facility_id, "supply_point"].astype(str))
        assert "overloaded" in row["assumption"]
        stops, since = row["fails_earliest"].toPyDateTime(), row["dark_since_low"].toPyDateTime()
        assert stops == _first_hour_beyond(drill.scenario, points, since, row["generator_kva"] * 0.8 / (1 + 3.1 * 0.06))
        later += stops > since + timedelta(hours=1)
        # part of the building may be switched off: then it runs as long as its fuel
        assert row["fails_latest"].toPyDateTime() > stops + timedelta(days=10)
    assert later


def test_what_hangs_on_a_small_generator_decides_and_is_asked_for_where_the_list_does_not_tell_it(
    drill, run, feedback, tmp_path
):
    needs = rows(run("survivalclocks", parameters(drill))["OUTPUT"])
    dark = needs[(needs["power_state"] == "outage") & needs["load_days"].notna() & (needs["kind"] == "役場")]
    one = dark.iloc[0]
    kva = one["need_kva"] * 0.6

    def told(carries, kw=""):
        path = tmp_path / "hangs.csv"
        path.write_text(
            "施設ID,自家発電機容量(kVA),燃料の種類,燃料備蓄量(L),蓄電池(時間),燃料消費量(L/h),給電範囲,発電機負荷(kW)\n"
            f"{one['facility_id']},{kva:.1f},軽油,{kva * 20:.0f},なし,{0.8 + 0.16 * kva:.1f},{carries},{kw}\n",
            encoding="utf-8",
        )
        feedback.warnings.clear()
        found = run("survivalclocks", parameters(drill, BACKUP=str(path)))
        row = rows(found["OUTPUT"]).set_index("facility_id").loc[one["facility_id"]]
        asked = [text for text in feedback.warnings if "what hangs on their generator" in text]
        assert found["TO_ASK"] == len(asked) and all(one["name"] in text for text in asked)
        return row, found["TO_ASK"]

    (blank, ask), (whole, ask_whole) = told(""), told("全館")
    (part, ask_part), (some, ask_some) = told("非常回路", f"{0.3 * kva:.0f}"), told("非常回路")
    assert (ask, ask_whole, ask_part, ask_some) == (1, 0, 0, 1)
    assert "hangs_unknown" in blank["assumption"] and "circuits_use" in some["assumption"]
    assert "overloaded" in whole["assumption"] and "hangs_unknown" not in whole["assumption"]
    assert part["assumption"].split(",")[0] == "circuits" and "overloaded" not in part["assumption"]
    # the whole building is soon too much, circuits run for days, and where nobody tells both may be
    assert whole["fails_latest"] < part["fails_earliest"]
    assert blank["fails_earliest"] == whole["fails_earliest"] and part["fails_latest"] <= blank["fails_latest"]
    assert some["fails_earliest"] <= part["fails_earliest"] and part["fails_latest"] <= some["fails_latest"]


def test_the_reserve_and_what_is_left_of_it_tell_what_is_burnt_and_the_reserve_is_not_what_is_left(
    drill, run, tmp_path
):
    needs = rows(run("survivalclocks", parameters(drill))["OUTPUT"])
    dark = needs[(needs["power_state"] == "outage") & needs["load_days"].notna() & ~needs["kind"].str.contains("避難")]
    one = dark.sort_values("dark_since_low").iloc[0]
    kva = math.ceil(3 * one["need_kva"])
    at, since = one["as_of"].toPyDateTime() - timedelta(hours=1), one["dark_since_low"].toPyDateTime()
    assert at - since > timedelta(hours=4)

    def told(left, when):
        path = tmp_path / "left.csv"
        path.write_text(
            "施設ID,自家発電機容量(kVA),燃料の種類,燃料備蓄量(L),タンク容量(L),蓄電池(時間),燃料残量(L),残量確認日時,給電範囲\n"
            f"{one['facility_id']},{kva},軽油,{kva * 20},{kva * 20},なし,{left},{when},全館\n",
            encoding="utf-8",
        )
        found = rows(run("survivalclocks", parameters(drill, BACKUP=str(path)))["OUTPUT"])
        return found.set_index("facility_id").loc[one["facility_id"]]

    def hours(row):
        return [row[end].toPyDateTime() for end in ("fails_earliest", "fails_latest")]

    plain = hours(told("", ""))
    passed = (at - since) / timedelta(hours=1)
    middle = plain[0] + 0.75 * (plain[1] - plain[0])
    left = kva * 20 * (1 - passed / ((middle - since) / timedelta(hours=1)))
    seen = told(f"{left:.0f}", f"{at:%Y-%m-%d %H:%M}")
    assert "as_burnt" in seen["assumption"] and hours(seen)[0] > plain[0]
    assert hours(seen)[1] - hours(seen)[0] < 0.95 * (plain[1] - plain[0])
    # half of that is left: it lasts half as long from then on, whatever the reserve was
    half = told(f"{left / 2:.0f}", f"{at:%Y-%m-%d %H:%M}")
    assert hours(half)[1] < at + 0.7 * (hours(seen)[1] - at)


@pytest.fixture
def noting(drill, run):
    """Return `note(facility, state, **more)`; what was noted is withdrawn at the end."""
    noted = set()

    def note(one, state, **more):
        own = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
        noted.add(one)
        run("overridestate", {**own, "FACILITY_ID": one, "STATE": state, "BY": "電力 太郎", **more})

    yield note
    for one in sorted(noted):
        note(one, "withdrawn")


def test_what_is_left_by_telephone_counts_as_in_the_list_and_who_is_to_be_asked_is_named(
    drill, run, feedback, tmp_path, noting
):
    needs = rows(run("survivalclocks", parameters(drill))["OUTPUT"])
    dark = needs[(needs["power_state"] == "outage") & needs["load_days"].notna() & ~needs["kind"].str.contains("避難")]
    one = dark.sort_values("dark_since_low").iloc[0]
    kva, name = math.ceil(3 * one["need_kva"]), one["facility_id"]
    at = one["as_of"].toPyDateTime()
    path = tmp_path / "list.csv"

    def clocks(left="", when="", tank=kva * 20):
        path.write_text(
            "施設ID,自家発電機容量(kVA),燃料の種類,燃料備蓄量(L),タンク容量(L),蓄電池(時間),燃料残量(L),残量確認日時,給電範囲\n"
            f"{name},{kva},軽油,{kva * 20},{tank},なし,{left},{when},全館\n",
            encoding="utf-8",
        )
        found = run("survivalclocks", parameters(drill, BACKUP=str(path)))
        return found, rows(found["OUTPUT"]).set_index("facility_id").loc[name]

    before, plain = clocks()
    assert before["STOCK_TO_ASK"] == 1 and "stock_to_ask" in plain["assumption"]
    assert any(str(one["name"]) in line and "FUEL_LEFT" in line for line in feedback.warnings)
    listed = clocks(f"{kva * 15:g}", f"{at:%Y-%m-%d %H:%M}")[1]
    noting(name, "own_generator", FUEL_LEFT="75%", AT=at.isoformat())
    after, told = clocks()
    assert after["STOCK_TO_ASK"] == 0 and told["stock_l"] == kva * 15 and told["stock_at"].toPyDateTime() == at
    for end in ("fails_earliest", "fails_latest"):
        assert abs(told[end].secsTo(listed[end])) <= 1800, end
    assert "told" in told["assumption"] and "as_burnt" in told["assumption"]
    # of the past it is not known yet, and of a tank without its size a share says nothing: that is said
    past = rows(run("survivalclocks", parameters(drill, BACKUP=str(path), AT=str(at - timedelta(hours=1))))["OUTPUT"])
    assert past.set_index("facility_id").loc[name, "stock_l"] == kva * 20
    lost = clocks(tank="")[1]
    assert lost["stock_l"] == kva * 20 and any("is not used" in line and name in line for line in feedback.warnings)
    # what no tank of the list holds does not count, what no generator burns does, and both are named
    for when, litres, used, word in (
        (at + timedelta(minutes=1), kva * 2000, kva * 15, "more fuel than their tank holds"),
        (at + timedelta(minutes=2), kva / 100, kva / 100, "more fuel is gone"),
    ):
        noting(name, "own_generator", FUEL_LEFT=f"{litres:g}L", AT=when.isoformat())
        feedback.warnings.clear()
        assert clocks()[1]["stock_l"] == pytest.approx(used)
        assert any(word in line and name in line for line in feedback.warnings), word


def test_silence_measured_after_somebody_said_that_it_has_power_starts_the_clock(drill, run, tmp_path, noting):
    path = backup(drill, tmp_path / "backup.csv")

    def clocks():
        return rows(run("survivalclocks", parameters(drill, BACKUP=path))["OUTPUT"]).set_index("facility_id")

    before = clocks()
    dark = before.index[before["power_state"] == "outage"][0]
    noting(dark, "confirmed_powered", AT=str(drill.scenario.event_time - timedelta(hours=3)))
    assert clocks().loc[dark, "state"] == before.loc[dark, "state"] != "powered"
    # and so does power that was measured after somebody told of a generator
    lit = before.index[before["state"] == "powered"][0]
    noting(lit, "own_generator", AT=str(drill.scenario.event_time + timedelta(minutes=10)))
    assert clocks().loc[lit, "state"] == "powered"


def _first_hour_beyond(scenario, points, since, kw):
    """Return the first hour from a moment on in which, or in one beside it, on such days more than `kw` was used."""
    names, event = scenario.meters["supply_point"].astype(str), scenario.event_time.date()
    meters = [n for n in range(len(names)) if names[n] in points and scenario.meters["flow"][n] == 1]
    used = {}
    for day in scenario.days():
        if day < event:
            came = scenario.received(day)[meters].all(axis=0)
            whole = (scenario.readings(day)[meters].sum(axis=0) / 500.0)[:48]
            for hour in range(24):
                for half in (2 * hour, 2 * hour + 1):
                    if came[half]:
                        place = (day.weekday() >= 5 or day in HOLIDAYS, hour)
                        used[place] = max(used.get(place, 0.0), float(whole[half]))
    moment = since
    while True:
        off = moment.date().weekday() >= 5 or moment.date() in HOLIDAYS
        if max(used[off, (moment.hour + beside) % 24] for beside in (-1, 0, 1)) > kw:
            return moment
        moment = moment.replace(minute=0, second=0) + timedelta(hours=1)


def test_where_one_meter_of_a_facility_is_not_there_the_others_are_not_taken_for_all_it_uses(drill, run, tmp_path):
    given = parameters(drill, BACKUP=backup(drill, tmp_path / "backup.csv"))
    whole = rows(run("survivalclocks", given)["OUTPUT"]).set_index("facility_id")
    known = whole.index[(whole["need_kva"] > 0) & (whole["power_state"] == "outage")][0]
    links = tmp_path / "links.csv"
    own = (drill.open / "links.csv").read_text(encoding="utf-8-sig").rstrip()
    links.write_text(f"{own}\n{known},0519999999999999999999\n", encoding="utf-8")
    part = rows(run("survivalclocks", {**given, "LINKS": str(links)})["OUTPUT"]).set_index("facility_id")
    assert not part.loc[known, "need_kva"] > 0 and not part.loc[known, "load_days"] > 0
    others = whole.index.drop(known)
    assert (part.loc[others, "need_kva"].fillna(-1) == whole.loc[others, "need_kva"].fillna(-1)).all()


def test_a_generator_that_carries_the_known_meters_but_not_as_much_for_the_others_may_stop_at_once(
    drill, run, tmp_path
):
    plain = rows(run("survivalclocks", parameters(drill, BACKUP=backup(drill, tmp_path / "plain.csv")))["OUTPUT"])
    plain = plain.set_index("facility_id")
    own = (drill.open / "links.csv").read_text(encoding="utf-8-sig").rstrip()
    one_meter = [name for name in plain.index if own.count(str(name)) == 1]
    dark = plain.loc[one_meter].query("need_kva > 2 and power_state == 'outage' and kind != '避難所'")
    name = dark.index[0]
    kva = math.ceil(1.5 * dark.loc[name, "need_kva"])
    path = tmp_path / "backup.csv"
    path.write_text(f"{','.join(HEADINGS)}\n{name},{kva},軽油,4000,,0\n", encoding="utf-8")
    given = parameters(drill, BACKUP=str(path))
    whole = rows(run("survivalclocks", given)["OUTPUT"]).set_index("facility_id").loc[name]
    links = tmp_path / "links.csv"
    links.write_text(f"{own}\n{name},0519999999999999999999\n", encoding="utf-8")
    part = rows(run("survivalclocks", {**given, "LINKS": str(links)})["OUTPUT"]).set_index("facility_id").loc[name]
    assert "overloaded" not in whole["assumption"] and "overloaded" in part["assumption"]
    assert part["fails_earliest"] < whole["fails_earliest"]


def test_before_the_event_no_facility_has_a_clock(drill, run, tmp_path):
    before = drill.case.info.event_time - timedelta(hours=3)
    path = backup(drill, tmp_path / "backup.csv")
    table = rows(run("survivalclocks", parameters(drill, BACKUP=path, AT=before.isoformat()))["OUTPUT"])
    assert table["fails_earliest"].isna().all() and "failed" not in set(table["state"])


def test_a_list_without_ids_is_refused_with_the_column_that_is_missing(drill, complaint, tmp_path):
    path = tmp_path / "backup.csv"
    path.write_text("病院,発電機容量\n灯病院,50\n", encoding="utf-8")
    assert "facility_id" in complaint("survivalclocks", parameters(drill, BACKUP=str(path)))


def test_who_asks_for_a_moment_has_states_and_hours_of_that_moment(drill, run, tmp_path):
    path = backup(drill, tmp_path / "backup.csv")
    asked = drill.case.info.event_time + timedelta(hours=20)
    table = rows(run("survivalclocks", parameters(drill, BACKUP=path, AT=asked.isoformat()))["OUTPUT"])
    as_of = table["as_of"].iloc[0].toPyDateTime()
    assert isinstance(as_of, datetime)
    assert {one.toPyDateTime() for one in table["state_at"]} == {as_of} == {asked}
    assert "ended_by_time" not in set(table["state"])
    for row in table[table["fails_latest"].notna()].itertuples():
        left = (row.fails_latest.toPyDateTime() - as_of) / timedelta(hours=1)
        assert row.hours_left_high == pytest.approx(max(0.0, left), abs=1e-6)


def test_hours_behind_the_data_states_are_of_now_and_time_alone_is_no_evidence(drill, run, tmp_path, monkeypatch):
    given = parameters(drill, BACKUP=backup(drill, tmp_path / "backup.csv"))
    early = drill.case.info.event_time + timedelta(hours=5)
    now = early + timedelta(hours=30)
    # the data of five hours after the event are the newest, and somebody looks thirty hours later
    monkeypatch.setattr("tomoshibi.casefile.case_arrays.newest_of", lambda *_: early)
    monkeypatch.setattr("tomoshibi.casefile.data_status.present_moment", lambda *_: now)
    found = run("survivalclocks", given)
    table = rows(found["OUTPUT"])
    assert {one.toPyDateTime() for one in table["as_of"]} == {early}
    assert {one.toPyDateTime() for one in table["state_at"]} == {now}
    then = rows(run("survivalclocks", {**given, "AT": early.isoformat()})["OUTPUT"]).set_index("facility_id")
    ended = table[table["state"] == "ended_by_time"]
    assert len(ended) >= 1 and found["ENDED_BY_TIME"] == len(ended) and found["FAILING"] == 0
    for row in ended.itertuples():
        # a battery of ten hours ran at the end of the data, by which its end was not yet due
        assert then.loc[row.facility_id, "state"] in ("running", "may_have_failed")
        assert early < row.fails_latest.toPyDateTime() <= now
        assert row.fails_latest == then.loc[row.facility_id, "fails_latest"]
    # thirty hours later their readings no longer say that anybody has power
    had = table["facility_id"].isin(then.index[then["state"] == "powered"])
    assert had.any() and set(table.loc[had, "state"]) == {"unknown"} and found["POWERED"] == 0


def test_a_stock_told_later_than_the_map_is_not_passed_over_in_silence(drill, run, feedback, tmp_path):
    path = tmp_path / "backup.csv"
    told = "facility_id,generator_kva,fuel_l,tank_l,stock_at\nS0001,50,20,400,2099-01-01 09:00\n"
    path.write_text(told + "S0002,50,20,400,2000-01-01 09:00\n", encoding="utf-8")
    run("survivalclocks", parameters(drill, BACKUP=str(path)))
    (warned,) = [text for text in feedback.warnings if "told later than the moment" in text]
    assert "S0001" in warned and "S0002" not in warned and "1 row(s)" in warned

"""Facilities under the service as it is: late, in parts, lists that reach back; small files through the toolbox."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from tomoshibi.aggregator.profile import CODES
from tomoshibi.aggregator.timecode import code_of
from tomoshibi.tests.published import HEADERS, PROFILE, master_row, write
from tomoshibi.tests.qgis.tables import rows

EVENT = datetime(2024, 3, 10, 5, 46)
NUMBERS = [f"05{number:020d}" for number in range(1, 41)]
CODE = "172057"
LOW, HIGH = "1", "2"


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@dataclass
class Town:
    """A case of 40 meters, a facility each, and files as somebody imports them."""

    run: object
    folder: Path
    events: str = ""
    high: tuple[str, ...] = ()
    """Supply points of high voltage."""
    master: dict[str, list[dict]] = field(default_factory=dict)
    """More than the usual of マスタ情報: rows of a supply point."""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        given = {"CASE": str(self.folder / "case"), "NAME": "訓練", "EVENT_TIME": EVENT.isoformat()}
        given.update({"MUNICIPALITY": CODE, "PRACTICE": True, "EVENT_TIMES": self.events})
        self.case = self.run("createcase", given)["CASE"]
        facilities = pd.DataFrame({"facility_id": [f"F{n}" for n in range(len(NUMBERS))], "name": "灯小学校"})
        facilities["kind"], facilities["capacity"] = "避難所", 100
        facilities["lat"], facilities["lon"] = 37.0, [137 + n / 1000 for n in range(len(NUMBERS))]
        facilities.to_csv(self.folder / "facilities.csv", index=False)
        links = pd.DataFrame({"facility_id": facilities["facility_id"], "supply_point": NUMBERS})
        links.to_csv(self.folder / "links.csv", index=False)
        usual = {"meter_id": "M1", "remote_reading": "1", "lat": "37.0", "lon": "137.0"}
        lines = []
        for number in NUMBERS:
            voltage = HIGH if number in self.high else LOW
            for more in self.master.get(number, [{}]):
                lines.append(master_row(number, voltage=voltage, **{**usual, **more}))
        self.take("master", EVENT - hours(48), lines)

    def take(self, kind: str, published: datetime, lines: list, part: str = "", **more) -> dict:
        name = f"{CODE}_C{kind}_{kind}_{published:%Y%m%d%H%M}{part}.csv"
        path = write(self.folder / name, HEADERS[kind], lines)
        return self.run("importfiles", {"CASE": self.case, "FILES": [str(path)], "SCOPE": "all", **more})

    def listed(self, at: datetime, numbers=(), **more) -> dict:
        lines = [[number, "M1", "", "", f"{at:%Y%m%d}", f"{at:%H%M}"] for number in numbers]
        return self.take("outage", at, lines or [["05" + "9" * 20, "M1", "", "", f"{at:%Y%m%d}", f"{at:%H%M}"]], **more)

    def read(self, begin: datetime, end: datetime, numbers, published: datetime, part: str = "", **more) -> dict:
        lines = []
        slot = begin
        while slot < end:
            for number in numbers:
                identity, voltage = "A" + number.rjust(33, "0"), HIGH if number in self.high else LOW
                lines.append([identity, "1", number, voltage, code_of(slot), "0.2"])
            slot += hours(0.5)
        return self.take("reading", published, lines, part, **more)

    def layer(self, at: datetime, **more) -> dict:
        given = {"CASE": self.case, "FACILITIES": str(self.folder / "facilities.csv"), "AT": at.isoformat()}
        given.update({"LINKS": str(self.folder / "links.csv"), "OUTPUT": "memory:", **more})
        return self.run("shelterpower", given)

    def look(self, at: datetime) -> tuple[pd.DataFrame, dict]:
        found = self.layer(at)
        return rows(found["OUTPUT"]).set_index("facility_id"), found


@pytest.fixture
def town(run, tmp_path):
    return lambda **more: Town(run, tmp_path / "town", **more)


def counted(outputs: dict) -> tuple[int, int, dict]:
    return outputs["POWERED"], outputs["OUTAGE"], json.loads(outputs["UNKNOWN_BY_REASON"])


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2024-03-{text}")


def test_a_list_that_may_be_of_others_leaves_silent_meters_without_power(town):
    """Lists of contractors alone are usual beside readings of everybody, and newer than these."""
    made = town()
    made.read(at("08T00:00"), at("10T00:00"), NUMBERS, at("10T02:00"))
    made.read(at("10T00:00"), at("10T05:30"), NUMBERS, at("10T14:00"), "_01")
    made.read(at("10T05:30"), at("10T12:00"), NUMBERS[:25], at("10T14:00"), "_02", COMPLETE="yes")
    made.listed(at("10T20:00"), SCOPE="contractors")
    table, outputs = made.look(at("10T20:00"))
    assert counted(outputs) == (25, 15, {})
    assert set(table["reason"][table["state"] == "outage"]) == {"No reading since 2024-03-10 05:30"}


def test_data_that_end_before_the_event_say_nothing_after_it_and_where_they_end_is_told(town):
    made = town()
    made.read(at("08T00:00"), at("10T00:00"), NUMBERS, at("10T02:00"))
    table, outputs = made.look(EVENT + hours(2))
    assert counted(outputs) == (0, 0, {"before_event": 40})
    assert outputs["DATA_UNTIL"] == "2024-03-10T00:00"
    assert set(table["last_state"]) == {"powered"} and set(table["unknown_reason"]) == {"before_event"}
    midnight = "2024-03-10 00:00"
    assert {value.toString("yyyy-MM-dd HH:mm") for value in table["last_proven"]} == {midnight}
    assert {value.toString("yyyy-MM-dd HH:mm") for value in table["evidence_until"]} == {midnight}
    assert "Powered at 2024-03-10 00:00, before the event of 2024-03-10 05:46" in table["reason"].iloc[0]
    # before the event struck, they said what they say
    assert counted(made.look(at("10T02:00"))[1]) == (40, 0, {})


def test_a_map_for_which_no_moment_is_asked_does_not_show_the_power_of_before_the_event(town, run):
    """As much of who lives on a device and of the hours left: a case has no more two hours after the event."""
    made = town()
    made.read(at("08T00:00"), at("10T00:00"), NUMBERS, at("10T02:00"))
    outputs = made.layer(EVENT, AT=None)
    assert counted(outputs) == (0, 0, {"before_event": 40}) and outputs["DATA_UNTIL"] == "2024-03-10T00:00"
    told = rows(outputs["OUTPUT"])
    assert {value.toString("yyyy-MM-dd HH:mm") for value in told["as_of"]} == {"2024-03-10 05:46"}
    assert {value.toString("yyyy-MM-dd HH:mm") for value in told["evidence_until"]} == {"2024-03-10 00:00"}
    assert set(told["last_state"]) == {"powered"}
    people = made.folder / "people.csv"
    people.write_text(f"ID,供給地点特定番号,医療機器\nP1,{NUMBERS[17]},酸素濃縮装置\n", encoding="utf-8")
    given = {"CASE": made.case, "OUTPUT": "memory:"}
    calls = run("lifesupport", {**given, "PEOPLE": str(people)})
    assert (calls["POWERED"], calls["UNKNOWN"]) == (0, 1)
    assert json.loads(calls["UNKNOWN_BY_REASON"]) == {"before_event": 1}
    own = {name: str(made.folder / f"{name.lower()}.csv") for name in ("FACILITIES", "LINKS")}
    hours_left = run("survivalclocks", {**given, **own})
    assert (hours_left["POWERED"], hours_left["UNKNOWN"]) == (0, 40)
    report = run("situationreport", {"CASE": made.case, **own})
    assert json.loads(report["UNKNOWN_BY_REASON"])["before_event"] >= 40
    drawn = made.folder / "drawn.geojson"
    ring = [[136.9, 36.9], [137.1, 36.9], [137.1, 37.1], [136.9, 37.1], [136.9, 36.9]]
    shape = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    drawn.write_text(json.dumps({"type": "FeatureCollection", "features": [shape]}), encoding="utf-8")
    compared = rows(run("utilityareas", {**given, "UTILITY_AREAS": str(drawn)})["OUTPUT"]).iloc[0]
    assert (compared["powered"], compared["unknown"], compared["finding"]) == (0, 40, "unknown")


def test_after_an_aftershock_that_no_data_tell_of_yet_nothing_passes_for_power_and_what_was_dark_stays_told(town, run):
    made = town(events=f"{EVENT.isoformat()},2024-03-11T12:00")
    made.read(at("08T00:00"), at("10T05:30"), NUMBERS, at("10T14:00"), "_01")
    made.read(at("10T05:30"), at("11T06:00"), NUMBERS[:25], at("11T08:00"), "_02", COMPLETE="yes")
    assert counted(made.look(at("11T08:00"))[1]) == (25, 15, {}), "before it struck, data say what they say"
    outputs = made.layer(EVENT, AT=None)
    assert counted(outputs) == (0, 0, {"before_event": 40}) and outputs["DATA_UNTIL"] == "2024-03-11T06:00"
    told = rows(outputs["OUTPUT"])
    assert {value.toString("yyyy-MM-dd HH:mm") for value in told["as_of"]} == {"2024-03-11 12:00"}
    assert told["last_state"].value_counts().to_dict() == {"powered": 25, "outage": 15}
    assert any("before the event of 2024-03-11 12:00" in reason for reason in told["reason"])
    given = {"CASE": made.case, "OUTPUT": "memory:"}
    people = made.folder / "people.csv"
    listed = "".join(f"P{place},{NUMBERS[place]},酸素濃縮装置\n" for place in (3, 17, 30))
    people.write_text(f"ID,供給地点特定番号,医療機器\n{listed}", encoding="utf-8")
    calls = run("lifesupport", {**given, "PEOPLE": str(people)})
    assert (calls["POWERED"], json.loads(calls["UNKNOWN_BY_REASON"])) == (0, {"before_event": 3})
    order = rows(calls["OUTPUT"]).sort_values("priority")["person_id"].tolist()
    assert order == ["P30", "P3", "P17"], "who was dark before it is called first"
    own = {name: str(made.folder / f"{name.lower()}.csv") for name in ("FACILITIES", "LINKS")}
    report = run("situationreport", {"CASE": made.case, **own})
    assert json.loads(report["UNKNOWN_BY_REASON"])["before_event"] >= 40


def test_an_aftershock_stops_no_clock_and_nobody_who_had_power_before_it_is_called_powered(town, run):
    made = town(events=f"{EVENT.isoformat()},2024-03-11T12:00")
    made.read(at("08T00:00"), at("10T05:30"), NUMBERS, at("10T14:00"), "_01")
    made.read(at("10T05:30"), at("11T06:00"), NUMBERS[:25], at("11T08:00"), "_02", COMPLETE="yes")
    backup = made.folder / "backup.csv"
    hours_told = dict.fromkeys((f"F{place}" for place in range(40)), 40)
    hours_told["F39"] = 27
    backup.write_text(
        "facility_id,generator_kva,battery_hours\n" + "".join(f"{name},なし,{h}\n" for name, h in hours_told.items()),
        encoding="utf-8",
    )
    own = {name: str(made.folder / f"{name.lower()}.csv") for name in ("FACILITIES", "LINKS", "BACKUP")}
    given = {"CASE": made.case, "OUTPUT": "memory:", **own}
    outputs = run("survivalclocks", given)
    table = rows(outputs["OUTPUT"]).set_index("facility_id")
    dark, lit = table.loc[[f"F{place}" for place in range(25, 40)]], table.loc[[f"F{place}" for place in range(25)]]
    assert set(lit["state"]) == {"unknown"} and set(lit["unknown_reason"]) == {"before_event"}
    assert (outputs["POWERED"], outputs["UNKNOWN"]) == (0, 25)
    assert set(dark["power_state"]) == {"unknown"} and set(dark["unknown_reason"]) == {"before_event"}
    before = rows(run("survivalclocks", {**given, "AT": "2024-03-11T06:00"})["OUTPUT"]).set_index("facility_id")
    for name in ("dark_since_low", "dark_since_high", "fails_earliest", "fails_latest"):
        assert (dark[name] == before.loc[dark.index, name]).all(), name
    # what ended after the data did, only time tells: that it was dark so long, no data say
    assert dark.loc["F39", "state"] == "ended_by_time"
    assert table.index[0] == "F39" and set(dark.drop("F39")["state"]) == {"running"}
    trucks = made.folder / "trucks.csv"
    trucks.write_text("truck_id,kva,state,lat,lon\nT1,100,待機中,37.05,137.05\n", encoding="utf-8")
    for name in ("shelterpower", "survivalclocks"):
        run(name, {key: value for key, value in given.items() if key != "OUTPUT"})
    plan = run("powertrucks", {"CASE": made.case, "TRUCKS": str(trucks), "OUTPUT": "memory:"})
    needs = rows(plan["OUTPUT"]).sort_values("rank")
    assert set(needs["need_id"]) == set(dark.index) and plan["UNKNOWN"] == 25
    assert (needs["need_id"].iloc[0], needs["truck_id"].iloc[0]) == ("F39", "T1")


@pytest.mark.parametrize("later", [0, 4, 23])
def test_a_list_made_before_the_event_says_nothing_up_to_a_day_after_it(town, later):
    made = town()
    made.listed(EVENT - hours(1), NUMBERS[:3])
    table, outputs = made.look(EVENT + hours(later))
    assert counted(outputs) == (0, 0, {"before_event": 40})
    assert table["last_state"].value_counts().to_dict() == {"powered": 37, "outage": 3}


def test_a_facility_silent_since_before_the_event_is_no_outage_of_it_unless_an_earlier_event_explains_it(town, run):
    made = town()
    made.listed(EVENT + hours(2), NUMBERS[:1])
    table, outputs = made.look(EVENT + hours(2))
    assert table.loc["F0", "state"] == "unknown" and table.loc["F0", "unknown_reason"] == "silent_before_event"
    assert counted(outputs) == (0, 0, {"before_event": 39, "silent_before_event": 1})
    # twelve hours on, a list that names it says no more: its silence has gone on from before
    made.listed(EVENT + hours(13), [NUMBERS[0], NUMBERS[1]])
    table, outputs = made.look(EVENT + hours(13))
    assert table["state"].value_counts().to_dict() == {"powered": 38, "outage": 1, "unknown": 1}
    assert table.loc["F1", "state"] == "outage" and table.loc["F0", "unknown_reason"] == "silent_before_event"
    # an event before that one explains it
    earlier = f"{(EVENT - hours(11)).isoformat()}, {EVENT.isoformat()}"
    run("editcase", {"CASE": made.case, "EVENT_TIMES": earlier})
    assert made.look(EVENT + hours(2))[0].loc["F0", "state"] == "outage"


def test_readings_tell_the_same_of_a_facility_silent_since_before_the_event(town):
    made = town()
    made.read(at("08T00:00"), at("09T19:30"), NUMBERS, at("09T20:00"))
    made.read(at("09T19:30"), EVENT.replace(minute=30) + hours(6), NUMBERS[1:], EVENT + hours(6.5))
    table, outputs = made.look(EVENT + hours(6))
    assert counted(outputs) == (39, 0, {"silent_before_event": 1})
    made.read(EVENT.replace(minute=30) + hours(6), EVENT.replace(minute=30) + hours(12), NUMBERS[2:], EVENT + hours(13))
    table, outputs = made.look(EVENT + hours(12))
    assert counted(outputs) == (38, 1, {"silent_before_event": 1}) and table.loc["F1", "state"] == "outage"


def test_who_is_in_the_part_that_is_missing_is_unknown_and_not_out(town):
    made = town()
    half = NUMBERS[:20]
    made.read(at("08T00:00"), at("10T08:00"), NUMBERS, at("10T08:10"))
    made.read(at("10T08:00"), at("10T14:00"), half, at("10T14:10"), "_001")
    table, outputs = made.look(at("10T14:00"))
    assert counted(outputs) == (20, 0, {"set_incomplete": 20})
    assert set(table.loc[[f"F{n}" for n in range(20, 40)], "unknown_reason"]) == {"set_incomplete"}
    made.read(at("10T08:00"), at("10T14:00"), NUMBERS[20:39], at("10T14:10"), "_002", COMPLETE="yes")
    assert counted(made.look(at("10T14:00"))[1]) == (39, 1, {})


def test_rows_that_are_newer_than_the_rest_make_nobody_else_silent(town):
    made = town()
    made.read(at("08T00:00"), at("10T10:00"), NUMBERS, at("10T10:10"), SCOPE="unknown")
    assert counted(made.look(at("10T10:00"))[1]) == (40, 0, {})
    # one row 14 hours newer; a valid file of three contractors newer still; a row of a year to come
    made.read(at("10T23:30"), at("11T00:00"), NUMBERS[:1], at("11T00:10"), SCOPE="unknown")
    made.read(at("11T10:30"), at("11T11:00"), NUMBERS[:3], at("11T11:10"), SCOPE="unknown")
    assert made.read(datetime(2036, 1, 1), datetime(2036, 1, 1, 1), NUMBERS[:1], at("11T12:10"))["REJECTED"] == 2
    assert counted(made.look(at("10T13:30"))[1]) == (40, 0, {})
    table, outputs = made.look(at("11T11:00"))
    assert (outputs["POWERED"], outputs["OUTAGE"]) == (3, 0) and set(table["last_state"]) == {"powered"}


def test_high_voltage_that_comes_hours_later_is_not_out_for_those_hours(town):
    made = town(high=tuple(NUMBERS[30:]))
    made.read(at("08T00:00"), at("10T04:00"), NUMBERS[30:], at("10T08:05"))
    made.read(at("08T00:00"), at("10T08:00"), NUMBERS[:30], at("10T08:10"))
    table, outputs = made.look(at("10T08:00"))
    assert counted(outputs) == (30, 0, {"before_event": 10})
    assert set(table.loc[[f"F{n}" for n in range(30, 40)], "last_state"]) == {"powered"}
    # as soon as its own readings reach beyond the event it is decided, at their age
    made.read(at("10T04:00"), at("10T09:00"), NUMBERS[30:39], at("10T13:05"))
    made.read(at("10T08:00"), at("10T13:00"), NUMBERS[:30], at("10T13:10"))
    table, outputs = made.look(at("10T13:00"))
    assert counted(outputs) == (39, 1, {}) and table.loc["F30", "age_hours"] == 4 and table.loc["F0", "age_hours"] == 0


def test_a_meter_that_answered_after_its_readings_stopped_has_power_until_it_is_silent_again(town):
    made = town()
    made.read(at("08T00:00"), at("10T08:00"), NUMBERS, at("10T08:10"))
    made.read(at("10T08:00"), at("10T14:00"), NUMBERS[3:], at("10T14:10"))
    header = [column.name for column in PROFILE.file("meter_event").columns]
    codes = {number: wire for wire, number in PROFILE.file("meter_event").column("event").codes.items()}
    answered = codes[CODES["meter_event"].index("answered") + 1]
    told = [[NUMBERS[0], "M1", answered, "20240310", "1315"], [NUMBERS[1], "M1", answered, "20240310", "0930"]]
    path = write(made.folder / "172057_C9_outage_202403101330.csv", header, told)
    made.run("importfiles", {"CASE": made.case, "FILES": [str(path)]})
    table, outputs = made.look(at("10T14:00"))
    assert counted(outputs) == (38, 2, {}), "one answered long before, one never"
    assert table.loc["F0", "state"] == "powered" and table.loc["F0", "age_hours"] == 0.75
    assert set(table.loc[["F1", "F2"], "state"]) == {"outage"}


def test_a_contract_that_ended_is_neither_powered_nor_out_and_stays_listed(town):
    ended = {"abolished_on": "20240201"}
    made = town(master={NUMBERS[0]: [ended], NUMBERS[1]: [{**ended, "renewed_on": "20240215"}]})
    made.read(at("08T00:00"), at("10T10:00"), NUMBERS[:39], at("10T10:10"))
    table, _ = made.look(at("10T10:00"))
    assert table.loc["F0", "unknown_reason"] == "not_in_service" and "not in force" in table.loc["F0", "reason"]
    assert table.loc["F1", "state"] == "powered" and len(table) == 40
    made.listed(at("10T20:00"), NUMBERS[:1])
    assert made.look(at("10T20:00"))[0].loc["F0", "unknown_reason"] == "not_in_service"


def test_of_two_rows_of_an_exchanged_meter_the_one_in_force_decides(run, tmp_path):
    old = {"meter_id": "M0", "removed_on": "20240301", "remote_reading": "3"}
    new = {"meter_id": "M1", "installed_on": "20240301", "remote_reading": "1"}
    for turned in ([old, new], [new, old]):
        made = Town(run, tmp_path / turned[0]["meter_id"], master={NUMBERS[0]: turned})
        made.listed(EVENT + hours(13))
        assert made.look(EVENT + hours(13))[0].loc["F0", "state"] == "powered"


def test_a_meter_that_the_profile_calls_unreadable_in_words_is_not_powered_by_its_silence(town):
    words = {NUMBERS[0]: [{"remote_reading": "30分値収集不可"}], NUMBERS[1]: [{"remote_reading": "未計器"}]}
    made = town(master={**words, NUMBERS[2]: [{"remote_reading": "30分値収集可 自動検針可"}]})
    made.listed(EVENT + hours(13))
    table, outputs = made.look(EVENT + hours(13))
    assert counted(outputs) == (38, 0, {"not_remote": 2}) and table.loc["F2", "state"] == "powered"


def test_not_in_a_list_four_hours_after_an_aftershock_is_twelve_hours_old_and_proves_nothing_after_it(town, run):
    made = town()
    after = EVENT + hours(26)
    made.listed(EVENT + hours(24))
    table, _ = made.look(EVENT + hours(24))
    assert set(table["state"]) == {"powered"} and set(table["age_hours"]) == {12.0}
    run("editcase", {"CASE": made.case, "EVENT_TIMES": f"{EVENT.isoformat()}, {after.isoformat()}"})
    made.listed(after + hours(4), NUMBERS[:1])
    table, outputs = made.look(after + hours(4))
    assert counted(outputs) == (0, 1, {"before_event": 39}), "listed: dark by the first event"
    assert set(table["last_state"]) == {"powered", "outage"}
    made.listed(after + hours(12), NUMBERS[:1])
    table, outputs = made.look(after + hours(12.5))
    assert counted(outputs) == (39, 1, {}) and table.loc["F1", "age_hours"] == 12.5


def test_an_outage_of_most_is_no_delay_so_that_who_goes_out_in_an_aftershock_is_out_as_soon_as_it_is_due(town):
    """The readings are three hours late all day, but most meters end where the event struck."""
    made = town(events="2024-03-10T05:46,2024-03-10T12:10")
    made.read(at("09T00:00"), at("10T00:00"), NUMBERS, at("10T00:00"))
    made.read(at("10T00:00"), at("10T04:00"), NUMBERS, at("10T07:00"))
    out, out_again, lit = NUMBERS[:32], NUMBERS[32:36], NUMBERS[36:]
    for hour in (12, 18):
        came = hour - 3
        lines = [(out, "10T05:30"), (out_again, f"10T{min(came, 12):02d}:00"), (lit, f"10T{came:02d}:00")]
        parts = [
            ["A" + number.rjust(33, "0"), "1", number, LOW, code_of(at("10T00:00") + hours(n / 2)), "0.2"]
            for numbers, end in lines
            for number in numbers
            for n in range(int((at(end) - at("10T00:00")) / hours(0.5)))
        ]
        made.take("reading", at(f"10T{hour}:00"), parts)
    table, outputs = made.look(at("10T18:00"))
    assert counted(outputs) == (4, 36, {})
    assert set(table["state"].iloc[32:36]) == {"outage"} and set(table["state"].iloc[36:]) == {"powered"}


def test_an_event_that_struck_elsewhere_leaves_what_is_known_as_it_was(town, run):
    made = town()
    made.listed(EVENT + hours(24))
    area = made.folder / "area.geojson"
    ring = [[137.0195, 36.9], [137.1, 36.9], [137.1, 37.1], [137.0195, 37.1], [137.0195, 36.9]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    area.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    times = f"{EVENT.isoformat()}, {(EVENT + hours(25)).isoformat()}"
    run("editcase", {"CASE": made.case, "EVENT_TIMES": times, "EVENT_AREA": str(area)})
    # all meters stand at one pole, west of the area
    assert counted(made.look(EVENT + hours(26))[1]) == (40, 0, {})


def test_a_list_asked_for_a_past_moment_is_evidence_of_that_moment(town):
    made = town()
    asked = EVENT + hours(14)
    created = asked + hours(34)
    lines = [[NUMBERS[0], "M1", "", "", f"{created:%Y%m%d}", f"{created:%H%M}"]]
    made.take("outage", created, lines, LIST_TIME=asked.isoformat())
    _, outputs = made.look(asked + hours(1))
    assert counted(outputs) == (39, 1, {}) and outputs["DATA_UNTIL"] == f"{asked:%Y-%m-%dT%H:%M}"
    # 34 hours later it is what it is: old
    assert counted(made.look(created)[1]) == (0, 0, {"too_old": 40})


def test_how_old_data_may_be_is_a_setting(town, monkeypatch):
    made = town()
    made.listed(EVENT + hours(14))
    assert made.look(EVENT + hours(26))[1]["UNKNOWN"] == 0
    assert counted(made.look(EVENT + hours(26.5))[1]) == (0, 0, {"too_old": 40})
    monkeypatch.setenv("TOMOSHIBI_OLD_HOURS", "24")
    assert made.look(EVENT + hours(26.5))[1]["UNKNOWN"] == 0


@pytest.fixture
def printed(run, monkeypatch, tmp_path):
    """Return `printed(town, moment)`: the texts of the sheet of its facilities."""
    from tomoshibi.sheets import export, situation

    def sheet(made: Town, moment: datetime) -> dict[str, str]:
        texts: dict[str, str] = {}

        def take(layout, path):
            labels = [item for item in layout.items() if hasattr(item, "currentText")]
            texts.update({item.id(): item.currentText() for item in labels})
            for id_ in ("subtitle", "data", "data_alert", "figures_names"):
                assert not export._overflows(layout.itemById(id_), id_ == "figures_names"), texts[id_]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
            return export.Export(path, 1)

        monkeypatch.setattr(situation, "export", take)
        package = f"ogr:dbname='{Path(made.case) / 'layers.gpkg'}' table=\"shelterpower\" (geom)"
        made.layer(moment, OUTPUT=package)
        run("mapsheets", {"CASE": made.case, "BASEMAP": "none", "FOLDER": str(tmp_path / "sheets")})
        return texts

    return sheet


def test_a_sheet_says_in_red_that_its_data_end_before_the_event_and_what_was_before(town, printed):
    made = town()
    made.read(at("08T00:00"), at("10T00:00"), NUMBERS, at("10T02:00"))
    said = printed(made, at("10T08:00"))
    assert "newest data" not in said["subtitle"] and "8 h 0 min old at 03-10 08:00" in said["subtitle"]
    assert said["data_alert"].startswith("Data until 2024-03-10 00:00; they end before the event of 03-10 05:46")
    assert said["data"] == ""
    names = dict(zip(said["figures_names"].split("\n"), said["figures_values"].split("\n")))
    assert names["– nothing received from after the event"] == "40"
    assert names["– before the event, until 03-10 00:00: Powered"] == "40"


def test_a_sheet_of_a_drill_tells_ages_at_the_time_its_newest_data_were_published(town, printed):
    made = town()
    made.read(at("08T00:00"), at("11T00:00"), NUMBERS, at("11T06:00"))
    said = printed(made, at("11T00:00"))
    assert "newest data" not in said["subtitle"] and "6 h 0 min old at 03-11 06:00" in said["subtitle"]


def test_a_sheet_says_in_red_which_part_is_missing_and_in_black_how_far_whole_data_reach(town, printed):
    made = town()
    made.read(at("08T00:00"), at("10T08:00"), NUMBERS, at("10T08:10"))
    said = printed(made, at("10T08:00"))
    assert (said["data"], said["data_alert"]) == ("Data until 2024-03-10 08:00", "")
    made.read(at("10T08:00"), at("10T14:00"), NUMBERS[:20], at("10T14:10"), "_001")
    made.read(at("10T08:00"), at("10T14:00"), NUMBERS[30:], at("10T14:10"), "_003")
    # the sheet is of a moment at which the set with the missing part was published
    said = printed(made, at("10T14:30"))
    assert said["data"] == "" and "part 2 of at least 3 missing" in said["data_alert"]


def test_the_report_the_refresh_and_the_case_tell_where_the_data_end_and_what_is_missing(town, run, tmp_path):
    made = town()
    made.read(at("08T00:00"), at("10T00:00"), NUMBERS, at("10T02:00"))
    given = {"CASE": made.case, "FACILITIES": str(made.folder / "facilities.csv"), "AT": "2024-03-10T08:00:00"}
    given.update({"LINKS": str(made.folder / "links.csv"), "HTML": str(tmp_path / "r.html"), "XLSX": ""})
    found = run("situationreport", given)
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert '<p class="alert">Data until 2024-03-10 00:00: they end before the event of 03-10 05:46' in page
    assert "nothing received from after the event: 40" in page
    assert json.loads(found["UNKNOWN_BY_REASON"]) == {"before_event": 40} and found["DATA_UNTIL"] == "2024-03-10T00:00"
    said = run("refreshcase", {"CASE": made.case})
    details = json.loads(said["DETAILS"])
    assert details["old"] and details["data_until"] == "2024-03-10T00:00:00"
    assert any("they end before the event" in note for note in details["notes"])
    sections = json.loads(run("casestatus", {"CASE": made.case})["DETAILS"])
    (row,) = sections[-1]["rows"]
    assert row["state"] == "warning" and "they end before the event" in row["value"]
    made.read(at("10T00:00"), at("10T08:00"), NUMBERS, at("10T08:10"), "_001")
    details = json.loads(run("refreshcase", {"CASE": made.case})["DETAILS"])
    assert not details["old"] and any("part 2 of at least 2 missing" in each for each in details["missing"])

"""The table of `make score`: what passes, what is missed beside older code, and what makes it fail."""

from __future__ import annotations

import json
import math
from datetime import datetime, time, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tomoshibi.aggregator.profile import Profile
from tomoshibi.analysis.point_states import PointRules
from tomoshibi.dev.scoring import audits, bench, parts, plan, themes, units
from tomoshibi.dev.scoring.bench import weekday_and_weekend
from tomoshibi.dev.scoring.figures import figures
from tomoshibi.dev.scoring.pooled import CLOCKS, pooled_clocks, together
from tomoshibi.dev.scoring.table import LINES, MUST_NOT, Column, Line, table_of
from tomoshibi.dev.scoring.themes import Rows
from tomoshibi.practice import truth
from tomoshibi.practice.published_files import Order, publish_files
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario
from tomoshibi.practice.service import SERVICES

GOOD = {"facilities.beyond": 0.0, "cells.holds_relays": 0.97, "quiet.weekday.mcc": 0.85}


def columns(**named) -> list[Column]:
    return [Column(name, "ideal", now, {}) for name, now in named.items()]


def test_a_target_missed_is_named_and_only_a_dangerous_one_fails():
    lines, missed, dangerous = table_of(columns(a=GOOD, b={**GOOD, "cells.holds_relays": 0.9}))
    assert len(missed) == 1 and "0.900 (b)" in missed[0]
    assert not dangerous
    [row] = [line for line in lines if "relays working" in line]
    assert "0.970 pass" in row and "0.900 MISS" in row
    _lines, missed, dangerous = table_of(columns(a={**GOOD, "facilities.beyond": 1.0}))
    assert len(dangerous) == 1 and missed == dangerous


def plan_of(*rows) -> Rows:
    """A plan judged: (sent, left, power_on, passed, wasted, sized, carries)."""
    rows_ = Rows()
    names = "sent left power_on passed wasted sized carries".split()
    rows_.add("trucks", pd.DataFrame(rows, columns=names).astype(bool))
    return rows_


def test_a_truck_sent_to_where_the_data_show_power_is_dangerous_and_others_are_shares():
    good = figures(plan_of((1, 0, 0, 0, 0, 1, 1), (1, 0, 0, 0, 1, 1, 0), (0, 1, 0, 1, 0, 0, 0), (0, 1, 0, 0, 0, 0, 0)))
    assert good["trucks.passed"] == 0.5 and good["trucks.wasted"] == 0.5 and good["trucks.carries"] == 0.5
    assert good["trucks.sent"] == 2 and good["trucks.power_on"] == 0
    assert not table_of(columns(a=good))[2]
    bad = figures(plan_of((1, 0, 1, 0, 0, 0, 0)))
    _lines, _missed, dangerous = table_of(columns(a=bad))
    assert len(dangerous) == 1 and "show power" in dangerous[0]


def test_what_was_not_measured_neither_passes_nor_fails():
    lines, missed, _dangerous = table_of(columns(a={}))
    assert not missed and len(lines) == 2
    assert LINES[0].passes(math.nan, math.nan, "ideal") is None


def test_of_too_few_one_decides_and_the_figure_is_printed_without_a_verdict():
    line = Line("hidden.precision", "", least=0.8, counted="hidden.sure", from_count=10)
    assert line.passes(0.75, math.nan, "ideal", {"hidden.sure": 9.0}) is None
    assert line.passes(0.75, math.nan, "ideal", {"hidden.sure": 10.0}) is False
    assert line.passes(0.75, math.nan, "ideal", {}) is None
    few = {"hidden.precision": 0.75, "hidden.sure": 4.0}
    lines, missed, _dangerous = table_of(columns(a=few, b={**few, "hidden.sure": 40.0}))
    [row] = [line for line in lines if "precision, all hours" in line]
    assert "| 0.750 | 0.750 MISS |" in row and len(missed) == 1


def test_the_worst_hour_is_one_of_those_with_enough_listed():
    hours = {1: [True] * 2 + [False], 2: [True] * 9 + [False], 3: [True] * 12}
    rows = Rows()
    for moment, hidden in hours.items():
        rows.add(
            "hidden",
            pd.DataFrame(
                {"moment": moment, "hidden": hidden, "sure": True, "undecided": False, "seen": hidden, "dark": hidden}
            ),
        )
    found = figures(rows)
    assert found["hidden.precision_worst"] == 0.9
    assert found["hidden.few"] == 1.0
    assert found["hidden.precision"] == pytest.approx(23 / 25)


@pytest.mark.parametrize(
    ("line", "now", "before", "passes"),
    [
        (Line("x", "", less_before=0.02), 0.68, 0.70, True),
        (Line("x", "", less_before=0.02), 0.67, 0.70, False),
        (Line("x", "", most_of_before=1.3), 0.13, 0.10, True),
        (Line("x", "", most_of_before=1.3), 0.14, 0.10, False),
        (Line("x", "", least_of_before=0.9), 0.71, 0.80, False),
        (Line("x", "", least_of_before=0.9), 0.72, 0.80, True),
        (Line("x", "", less_before=0.02), 0.10, math.nan, None),
        (Line("x", "", least=0.5, services=("today",)), 0.10, math.nan, None),
    ],
)
def test_nothing_is_bought_by_saying_unknown(line, now, before, passes):
    assert line.passes(now, before, "ideal") is passes


def test_the_older_codes_figures_stand_beside_in_brackets():
    lines, missed, _dangerous = table_of([Column("a", "ideal", {"facilities.right": 0.6}, {"facilities.right": 0.7})])
    assert "0.600 (0.700) MISS" in lines[-1] and "0.600 (0.700)" in missed[0]


def test_the_drills_differ_in_cause_and_size_and_their_seeds_were_not_used_for_tuning():
    assert {drill.cause for drill in plan.FULL} == {"earthquake", "typhoon", "feeder", "blackout"}
    assert set(plan.ALL) == {service for drill in plan.FULL for service in drill.services}
    assert any(drill.aftershock_hours for drill in plan.FULL)
    assert len(set(plan.SEEDS)) == len(plan.FULL) and min(plan.SEEDS) >= plan.FIRST_SCORE_SEED > 103


def test_what_must_never_be_shown_has_a_target_everywhere():
    assert all(line.dangerous and line.most is not None and not line.services for line in MUST_NOT)
    assert [line for line in LINES if line.dangerous] == list(MUST_NOT)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory) -> Scenario:
    spec = ScenarioSpec(meters=2500)
    return make_scenario(tmp_path_factory.mktemp("score") / "s", seed=7, spec=spec)


def test_a_headquarters_looks_in_the_morning_and_at_broken_sets_too(scenario):
    today = plan.moments(scenario, "today")
    assert datetime(2026, 1, 20, 6, 0) in [moment for moment, _kind in today]
    assert plan.PART_MISSING in [kind for _moment, kind in today]
    assert {kind for _moment, kind in plan.moments(scenario, "ideal")} == {plan.MAIN}
    assert today[-1] == (scenario.now, plan.MAIN)
    assert [day.weekday() >= 5 for day, weekend in weekday_and_weekend(scenario) if weekend] == [True]


def judged(scenario: Scenario, moment: datetime, shown: pd.DataFrame) -> dict[str, float]:
    rows = Rows()
    rows.add("facilities", units.facilities(scenario, moment, shown))
    return figures(rows)


def test_the_truth_itself_shows_nothing_dangerous_and_all_powered_does(scenario):
    moment = scenario.event_time + timedelta(hours=27)
    true = truth.shelter_truth(scenario, moment)
    found = judged(scenario, moment, true)
    assert found["facilities.beyond"] == found["facilities.out_not_come"] == 0
    assert found["facilities.right"] == 1.0
    found = judged(scenario, moment, true.assign(state="powered"))
    assert found["facilities.beyond"] > 3 and found["facilities.out_not_come"] == 0
    found = judged(scenario, moment, true.assign(state="outage"))
    assert found["facilities.out_not_come"] > 3 and found["facilities.beyond"] == 0


def test_powered_by_data_that_end_before_it_struck_is_dangerous_however_short_it_is_dark(scenario):
    today, moment = scenario.served("today"), scenario.event_time + timedelta(hours=2)
    shown = truth.shelter_truth(scenario, moment).assign(state="powered")
    assert judged(today, moment, shown)["facilities.beyond"] > 3
    ideal = judged(scenario.served("ideal"), moment, shown)
    assert ideal["facilities.beyond"] == 0 and ideal["facilities.within"] > 3


def test_an_answer_for_a_facility_known_by_an_ended_contract_only_is_counted(scenario):
    moment = scenario.now
    unknown = truth.shelter_truth(scenario, moment).assign(state="unknown")
    assert judged(scenario, moment, unknown)["facilities.ended"] == 0
    ended = scenario.about["facilities_linked_to_ended_contracts"]
    unknown.loc[unknown["facility_id"].isin(ended), "state"] = "powered"
    assert judged(scenario, moment, unknown)["facilities.ended"] == len(ended) > 0


def test_contracts_that_ended_are_found_in_gaps_area_by_area_and_among_residents(scenario):
    ended = units.ended_contracts(scenario, scenario.event_time)
    points = scenario.meters["supply_point"].astype(str)
    serving = scenario.in_service(scenario.event_time)
    assert len(ended) > 30 and not np.isin(ended["supply_point"], points[serving]).any()
    # an exchanged meter's number is in force, though its old row has ended
    exchanged = pd.Series(points[~serving])
    assert np.isin(exchanged, points[serving]).sum() > 100
    meters = scenario.meters
    able = serving & scenario.readable & (meters["flow"] == 1) & meters["coordinates_known"]
    areas = scenario.areas()["area_id"].to_numpy(object)
    shown = pd.DataFrame({"area_id": areas, "meters": np.bincount(meters["area"][able], minlength=len(areas))})
    assert units.ended_in_gaps(scenario, scenario.event_time, shown) == 0
    shown.loc[:1, "meters"] += [3, -5]
    assert units.ended_in_gaps(scenario, scenario.event_time, shown) == 3
    asked = units.applicants(scenario)
    day = datetime.combine(scenario.event_time.date(), time())
    gone = [point for point in asked if point in set(ended["supply_point"])]
    assert len(gone) == min(120, len(units.ended_contracts(scenario, day - timedelta(minutes=1))))
    for verdict, count in (("cannot_tell", 0), ("not_lived", 2)):
        table = pd.DataFrame({"supply_point": asked, "verdict": "cannot_tell"})
        table.loc[table["supply_point"].isin(gone[:2]), "verdict"] = verdict
        judged_homes = units.residence(scenario, table, day - timedelta(days=5), day)
        assert judged_homes.attrs["ended"] == count and not judged_homes["supply_point"].isin(gone).any()


def due_of(scenario: Scenario, moment: datetime, shown: pd.DataFrame, told=None) -> tuple[int, float, float]:
    """Return how many facilities are due, the share of them that is decided, and how many are left out."""
    table = units.facilities(scenario, moment, shown, told=told)
    found = figures(rows_of("facilities", table))
    return int(table["due"].sum()), found["facilities.decided_when_due"], found["facilities.left_out"]


def rows_of(name: str, table: pd.DataFrame) -> Rows:
    rows = Rows()
    rows.add(name, table)
    return rows


def test_only_what_had_truly_not_been_published_is_left_out_of_what_is_due(scenario):
    served, moment = scenario.served("realtime"), scenario.event_time + timedelta(hours=27)
    everything = served.known_until(moment)
    unknown = truth.shelter_truth(served, moment).assign(state="unknown")
    count, decided, left_out = due_of(served, moment, unknown)
    assert count > 20 and (decided, left_out) == (0.0, 0.0)
    # all was published: whatever the code under test took for missing is a miss
    assert due_of(served, moment, unknown, everything) == (count, 0.0, 0.0)
    # of one facility one point's readings ended with the event
    table = units.facilities(served, moment, unknown)
    chosen = table.loc[table["due"], "facility_id"].iloc[0]
    number = served.facilities()["facility_id"].tolist().index(chosen)
    told = everything.copy()
    told[np.flatnonzero(served.meters["facility"] == number)[0]] = served.minutes(served.event_time)
    assert due_of(served, moment, unknown, told) == (count - 1, 0.0, 1.0)
    right = unknown.assign(state=np.where(unknown["facility_id"] == chosen, "unknown", "powered"))
    assert due_of(served, moment, right, told) == (count - 1, 1.0, 1.0)
    assert due_of(served, moment, right, everything)[1] == pytest.approx(1 - 1 / count)


def test_data_that_end_half_a_day_ago_decide_nothing_and_who_is_unknown_by_them_is_counted_apart(scenario):
    """A whole day is published the next morning: by noon it is twelve hours old, in the evening nothing is newer."""
    served = scenario.served("today")
    noon = datetime.combine(served.event_time.date() + timedelta(days=1), time(12))
    unknown = truth.shelter_truth(served, noon).assign(state="unknown")
    count, decided, _left_out = due_of(served, noon, unknown)
    assert count > 20 and decided == 0.0
    evening = noon + timedelta(hours=6)
    found = {at: figures(rows_of("facilities", units.facilities(served, at, unknown))) for at in (noon, evening)}
    assert math.isnan(found[evening]["facilities.decided_when_due"])
    assert (found[evening]["facilities.old"], found[evening]["facilities.left_out"]) == (count, 0.0)
    assert found[noon]["facilities.old"] == 0.0


def test_how_old_data_may_be_is_what_the_setting_says_where_nobody_changes_it():
    assert PointRules().old_hours == units.OLD_HOURS


@pytest.mark.slow
def test_a_part_that_the_list_does_not_name_tells_nothing_and_who_is_silent_may_be_in_it(scenario, tmp_path):
    served, moment = scenario.served("realtime"), scenario.event_time + timedelta(hours=12)
    day = moment.date()
    order = Order(served.municipality, day, day, data_kinds=("reading",), flows=("low_supply",))
    files = publish_files(served, order, Profile.load(), tmp_path, moment, 20_000, condition_id="C1")
    assert len(files) > 1
    low = (served.meters["voltage"] == 1) & (served.meters["flow"] == 1)
    names = [path.name for path in files]
    [whole] = parts.listed_sets(served, order, files, names, [])
    assert whole.whole and whole.begin == datetime.combine(day, time()) and (whole.rows == low).all()
    known = served.known_until(moment)
    told = parts.told_until(served, [whole], moment)
    assert (told == np.where(low, known, -1)).all()
    [torn] = parts.listed_sets(served, order, files, names[:-1], [])
    told = parts.told_until(served, [torn], moment)
    first = pd.concat([pd.read_csv(path, dtype=str) for path in files[:-1]])["供給/受電地点特定番号"]
    there = np.isin(served.meters["supply_point"].astype(str), first)
    assert not torn.whole and 100 < there.sum() < low.sum()
    assert (told[~there] == -1).all() and (told[there] > 0).all() and (told <= known).all()


def test_a_refusal_is_no_answer(scenario):
    table = units.facilities(scenario, scenario.now, None)
    assert not table["decided"].any() and not table["beyond"].any()
    assert not units.cells(scenario, scenario.now, None, 250)["decided"].any()
    assert units.presence(scenario, False, None).empty


def test_a_rate_from_statistics_that_end_before_it_struck_is_counted(scenario):
    today = scenario.served("today")
    moment = scenario.event_time + timedelta(hours=2)
    cells = truth.mesh_truth(scenario, moment, 250)
    shown = pd.DataFrame(
        {"mesh_code": cells["mesh_code"], "excess_rate": 0.0, "low": 0.0, "high": 0.1, "masked": False, "end": moment}
    )
    rows = Rows()
    rows.add("cells", units.cells(today, moment, shown, 250))
    assert figures(rows)["cells.shown_before_event"] == len(cells)
    rows = Rows()
    rows.add("cells", units.cells(scenario, moment, shown, 250))
    found = figures(rows)
    assert found["cells.shown_before_event"] == 0 and found["cells.holds_young"] < 0.2


def test_a_rate_is_held_against_the_moment_that_its_layer_names_and_no_later_one_than_the_data(scenario):
    ideal = scenario.served("ideal")
    moment = ideal.event_time + timedelta(hours=8)
    claimed = moment - timedelta(hours=6)
    then = truth.mesh_truth(ideal, claimed, 250)
    share = then["dark_share"].to_numpy()
    shown = pd.DataFrame(
        {"mesh_code": then["mesh_code"], "excess_rate": share, "low": share, "high": share, "masked": False}
    ).assign(end=moment)
    named = units.cells(ideal, moment, shown.assign(evidence_until=claimed), 250)
    assert named["holds"].all() and not named["holds_now"].all()
    assert sorted(named["key"]) == sorted(then["mesh_code"])
    for late in (shown, shown.assign(evidence_until=moment + timedelta(hours=1)), shown.assign(evidence_until=pd.NaT)):
        table = units.cells(ideal, moment, late, 250)
        assert table["holds"].equals(table["holds_now"]) and not table["holds"].all()


def test_each_ward_is_held_against_its_own_moment(scenario):
    ideal = scenario.served("ideal")
    moment = ideal.event_time + timedelta(hours=8)
    claimed = moment - timedelta(hours=6)
    then, now = (units.true_towns(ideal, at).set_index("key")["dark_share"] for at in (claimed, moment))
    first, *others = then.index
    share = now.where(now.index != first, then)
    shown = pd.DataFrame(
        {"area_code": share.index, "excess_rate": share.to_numpy(), "low": share.to_numpy(), "high": share.to_numpy()}
    ).assign(masked=False, end=moment, evidence_until=[claimed] + [moment] * len(others))
    assert then[first] != now[first]
    table = units.municipalities(ideal, moment, shown).set_index("key")
    assert table["holds"].all() and not table.loc[first, "holds_now"] and table.loc[others, "holds_now"].all()


@pytest.mark.parametrize("name", ["today", "realtime"])
def test_the_profile_of_a_headquarters_that_knows_the_service_is_valid_and_says_it(name, tmp_path):
    service = SERVICES[name]
    profile = Profile.load(Path(bench._profile(service, tmp_path)))
    assert profile.service[1].whole_days == (name == "today")
    assert profile.service[2].delay_hours == {"today": 6.0, "realtime": 7.0}[name]
    assert bench._knows_services(Path(__file__).resolve().parents[2])


def seen_of(rate, low=0.0, high=1.0, outputs=None, places=None) -> audits.Seen:
    """Two cells behind a relay that failed, dark and with power, and what was said of them before and after."""
    cells = pd.DataFrame({"key": ["a", "b"], "moment": datetime(2026, 1, 21, 6), "dark_share": [0.9, 0.0]})
    cells = cells.assign(before_event=False, bounded=True, relay_lost=True, low=low, high=high, excess_rate=1.0)
    cells["error"] = (cells["excess_rate"] - cells["dark_share"]).abs()
    after = cells.assign(excess_rate=rate, error=np.abs(np.array(rate) - cells["dark_share"]))
    frames = [part.assign(holds=True, decided=part["excess_rate"].notna()) for part in (cells, cells, after)]
    table = pd.DataFrame({"theme": "meshoutage", "shown_at": [1], "right": [3], "wrong": [1], "unknown": [6]})
    kept = pd.DataFrame({"theme": "meshoutage", "as_of": 1, "right": [1.0] * 7 + [0.0] * 2 + [np.nan]})
    # two held for powered of which one was dark, one for dark, one not decided
    meters = pd.DataFrame({"power": [1, 1, 0, -1], "dark": [False, True, True, True]})
    return audits.Seen(outputs, table, *frames, kept, places or {}, meters)


def test_an_audit_is_held_against_relays_statements_and_a_town_in_which_none_failed(scenario):
    true = scenario.about["communication_lost"]
    none = {"FAILED_RELAYS": 0, "RIGHT": 0, "WRONG": 0, "LATE_METERS": 0, "UNKNOWN_BY_REASON": '{"no_history": 9}'}
    said = {"RELAYS": json.dumps({**dict.fromkeys(true[1:], 0.9), "elsewhere": 0.5})}
    seen = {
        "mended": seen_of([0.9, 0.1], outputs=said),
        "partly": seen_of([np.nan, 0.0]),
        "never": seen_of([1.0, 1.0], outputs=none),
        "sound": seen_of([0.9, 0.05]),
    }
    found = audits.figures(seen, dict.fromkeys(seen, scenario))
    assert found["audit.recall"] == (len(true) - 1) / len(true)
    assert found["audit.precision"] == (len(true) - 1) / len(true)
    assert (found["audit.judged"], found["audit.misjudged"]) == (4 / 9, 0.0)
    assert (found["audit.right_true"], found["audit.wrong_true"]) == (7.0, 2.0)
    assert found["audit.meters_misjudged"] == 1 / 3
    assert found["audit.error_ratio"] == pytest.approx(2.0)
    assert (found["audit.none_judged"], found["audit.none_changed"], found["audit.none_said"]) == (0.0, 0.0, 1.0)
    assert found["audit.powered_called"] == 0.0
    assert found["audit.part_error_unaudited"] > found["audit.part_error_after"] == 0.0


def test_a_dark_cell_that_an_audit_gives_a_lower_class_is_counted_and_so_is_a_settlement_that_leaves_the_list():
    assert audits.called_powered(seen_of([0.1, 0.0])) == 1.0
    assert audits.called_powered(seen_of([0.9, 0.0])) == 0.0
    places = {"isolated_listed_dark_unaudited": 3.0, "isolated_listed_dark": 2.0}
    assert audits.called_powered(seen_of([np.nan, np.nan], places=places)) == 1.0


def test_the_audit_has_a_drill_of_its_own_and_the_others_keep_their_seeds():
    others = [theme for theme in themes.THEMES if theme != plan.AUDIT]
    assert plan.drills(False, others) == list(zip(plan.FULL, plan.SEEDS))
    assert plan.drills(False, themes.THEMES)[-1] == (plan.AUDITED, plan.AUDITED_SEED)
    assert plan.drills(True, [plan.AUDIT]) == [(plan.AUDITED_QUICK, plan.AUDITED_SEED)]
    assert plan.AUDITED_SEED >= plan.FIRST_SCORE_SEED and plan.AUDITED_SEED not in plan.SEEDS


def clocks_of(*rows) -> Rows:
    """Clocks judged: (complete, before, holds, width as a share of the true time)."""
    found = Rows()
    table = pd.DataFrame(rows, columns=["complete", "before", "holds", "share_wide"])
    table = table.astype({"complete": bool, "before": bool, "holds": bool, "share_wide": float})
    found.add("clocks", table.assign(linked=True, told=True, assumption="", kind=None))
    return found


def drill_of(title: str, service: str, rows: Rows) -> Column:
    return Column(title, service, figures(rows), {}, rows.only(*CLOCKS))


def test_clocks_of_all_seeds_are_told_together_service_by_service():
    narrow = [(1, 0, 1, 0.2)] * 5
    columns = [
        drill_of("a", "ideal", clocks_of((1, 0, 1, 0.5), (0, 0, 0, 9.0))),
        drill_of("b", "ideal", clocks_of(*narrow)),
        drill_of("c", "today", clocks_of((1, 1, 0, 0.4))),
        Column("d", "today", {}, {}),
    ]
    lines, missed, dangerous = pooled_clocks(columns)
    # a median of six, and six of seven that hold: not the mean of the two drills
    assert together(columns[:2])["clocks.width_complete"] == 0.2
    assert together(columns[:2])["clocks.holds"] == pytest.approx(6 / 7)
    [row] = [line for line in lines if line.startswith("| **ideal, 2 drills** |")]
    assert row.split(" | ")[1:5] == ["0", "0.857", "1.000", "0.200"]
    assert [line.split(" | ")[0] for line in lines[4:-1]] == [
        "| a",
        "| b",
        "| **ideal, 2 drills**",
        "| c",
        "| **today, 1 drills**",
    ]
    assert len(missed) == 4 and sum("ideal" in one for one in missed) == 1
    assert len(dangerous) == 1 and "fail before" in dangerous[0] and "today" in dangerous[0]
    assert pooled_clocks([Column("d", "today", {}, {})]) == ([], [], [])

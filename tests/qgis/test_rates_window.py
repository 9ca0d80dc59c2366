"""UC② from the toolbox in the first hours: what the statistics cannot show is unknown, and readings narrow it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils, QgsProject
from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import Profile
from tomoshibi.aggregator.timecode import code_of
from tomoshibi.analysis.mesh import cover, secondary_codes
from tomoshibi.casefile.case import Case, CaseInfo, Event
from tomoshibi.casefile.intake import take_in
from tomoshibi.casefile.publications import note_list
from tomoshibi.messages import Progress
from tomoshibi.practice import truth
from tomoshibi.practice.published_files import publish_files
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario
from tomoshibi.tests.drill_case import BOX
from tomoshibi.tests.published import HEADERS, master_row, write
from tomoshibi.tests.qgis.tables import rows

QUAKE = datetime(2024, 1, 10, 8, 20)
NOW = datetime(2024, 1, 10, 18, 0)
CELL, OTHER = cover(37.39, 136.9, 37.394, 136.906, 250)[:2].tolist()
METERS = 111
DARK = 85
TOWN = "石川県輪島市"


def named(folder, kind, published):
    """Return the path of a file with the aggregator's name, which tells when it was published."""
    return folder / f"172049_C-{kind}_{kind}_{published:%Y%m%d%H%M}.csv"


def statistics(folder, days, published=NOW):
    """Write 通電計器数 by mesh and by address: {date: silent of 111 meters}, another cell with 40 meters and one."""
    lines = []
    for date, silent in days.items():
        for kind, address, code, count, total in (
            ("2", "", CELL, silent, METERS),
            ("2", "", OTHER, 0, 40),
            ("1", TOWN, "", silent, METERS + 40),
        ):
            for state, number in (("1", total - count), ("2", count)):
                lines.append(["1", "2", "5", kind, address, code, f"{date:%Y%m%d}", state, str(number), str(total)])
    return write(named(folder, "stat", published), HEADERS["statistics"], lines)


def points():
    return [f"03{number:020d}" for number in range(METERS)]


def master(folder):
    """All 111 meters stand in the middle of the one cell."""
    from tomoshibi.analysis.mesh import centres

    lat, lon = (float(value[0]) for value in centres(np.array([CELL]), 250))
    names = {"lat": f"{lat:.6f}", "lon": f"{lon:.6f}", "created_date": "20240101", "created_time": "0005"}
    return write(folder / "master.csv", HEADERS["master"], [master_row(point, **names) for point in points()])


def earlier(folder, mute=0):
    """What was published the evening before: half an hour after the last half-hour."""
    return readings(folder, QUAKE.replace(hour=18, minute=0) - timedelta(days=1), datetime(2024, 1, 6), mute=mute)


def readings(folder, published=NOW, begin=datetime(2024, 1, 9), dark_meters=DARK, mute=0, late=0):
    """Half-hours until half an hour before they were published: the first `dark_meters` meters send nothing from the
    event on, `mute` of them from 7 January on, the last `late` of them from 14:00 on.
    """
    lines = []
    until = published - timedelta(minutes=30)
    while begin + timedelta(minutes=30) <= until:
        gone = mute if begin + timedelta(minutes=30) <= QUAKE else dark_meters
        if QUAKE < begin < QUAKE.replace(hour=14, minute=0):
            gone -= late
        for number, point in enumerate(points()):
            if number >= gone or begin < datetime(2024, 1, 7):
                lines.append(["A" + "0" * 33, "1", point, "1", code_of(begin), "0.2"])
        begin += timedelta(minutes=30)
    return write(named(folder, "reading", published), HEADERS["reading"], lines)


PEACE = {QUAKE.date() - timedelta(back): 1 for back in range(1, 8)}


@pytest.fixture
def make_case(tmp_path):
    """Return `make_case(files, info…)`: a case with these files taken in."""

    def make(*makers, events=()):
        inbox = tmp_path / "inbox"
        inbox.mkdir()
        case = Case.create(tmp_path / "case", CaseInfo("輪島", QUAKE, "172049", events=events))
        files = [maker(inbox) for maker in makers]
        report = take_in(case, files, Profile.load(), None, "all", Progress())
        assert not report.failed and not report.rejected
        return case

    return make


@pytest.fixture
def mapped(run):
    def of(case, **more):
        found = run("meshoutage", {"CASE": str(case.folder), "OUTPUT": "memory:", **more})
        return rows(found["OUTPUT"]).set_index("mesh_code"), found

    return of


def test_an_outage_younger_than_twelve_hours_is_unknown_not_calm(make_case, mapped, feedback):
    # 85 of 111 meters are dark since 08:20; the day's figure cannot say so.
    case = make_case(lambda inbox: statistics(inbox, {**PEACE, QUAKE.date(): 3}))
    found, outputs = mapped(case)
    line = found.loc[CELL]
    assert (line.rate_class, line.unknown_reason, line.high) == (0, "not_due", 1.0)
    assert (line.low <= DARK / METERS and line.excess_rate is None) or np.isnan(line.excess_rate)
    assert outputs["UNKNOWN"] == 2 and json.loads(outputs["UNKNOWN_BY_REASON"]) == {"not_due": 2}
    assert outputs["DATA_UNTIL"].startswith("2024-01-1") and line.evidence_until is not None
    assert any("12 hours after the event" in warning for warning in feedback.warnings)


def test_readings_in_the_case_tell_what_the_statistics_cannot(make_case, mapped):
    case = make_case(lambda inbox: statistics(inbox, {**PEACE, QUAKE.date(): 3}), master, earlier, readings)
    found, outputs = mapped(case)
    line, other = found.loc[CELL], found.loc[OTHER]
    assert (line.rate_class, line.unknown_reason) == (4, None)
    assert (line.dark_by_readings, line.expected_by_readings) == (DARK, METERS)
    assert 0.7 < line.low <= DARK / METERS <= line.high < 0.8
    # No reading stands in the other cell: it stays unknown.
    assert (other.rate_class, other.unknown_reason, other.high) == (0, "not_due", 1.0)
    assert json.loads(outputs["UNKNOWN_BY_REASON"]) == {"not_due": 1}
    without, _ = mapped(case, READINGS=False)
    assert without.loc[CELL, "rate_class"] == 0 and without["expected_by_readings"].isna().all()


@pytest.mark.parametrize(("mute", "late", "low"), [(0, 0, 10), (2, 0, 8), (0, 1, 9)])
def test_a_meter_heard_just_before_the_event_is_dark_since_and_one_that_was_silent_may_have_power(
    make_case, mapped, mute, late, low
):
    # Ten are silent now. Those who were silent before the event may have power or not; where one fell silent hours
    # after it, that may be chance.
    case = make_case(
        lambda inbox: statistics(inbox, {**PEACE, QUAKE.date(): mute}),
        master,
        lambda inbox: earlier(inbox, mute),
        lambda inbox: readings(inbox, dark_meters=10, mute=mute, late=late),
    )
    line = mapped(case)[0].loc[CELL]
    assert (line.dark_by_readings, line.expected_by_readings, line.rate_class) == (10, METERS, 1)
    assert (line.low * METERS, line.high * METERS) == (pytest.approx(low), pytest.approx(10))


def test_a_layer_that_readings_went_into_is_personal_in_the_ledger(make_case, run):
    case = make_case(lambda inbox: statistics(inbox, {**PEACE, QUAKE.date(): 3}), master, earlier, readings)
    sink = f"ogr:dbname='{case.folder / 'layers.gpkg'}' table=\"meshoutage\" (geom)"
    for more, personal in (({"READINGS": False}, False), ({}, True)):
        run("meshoutage", {"CASE": str(case.folder), "OUTPUT": sink, **more})
        assert list(case.ledger.entries())[-1].personal is personal


def test_statistics_that_end_before_the_last_event_say_nothing_after_it(make_case, mapped, feedback):
    shocks = (Event(QUAKE), Event(QUAKE + timedelta(days=3)))
    days = {**PEACE, **{QUAKE.date() + timedelta(ahead): 60 for ahead in range(3)}}
    case = make_case(lambda inbox: statistics(inbox, days, NOW + timedelta(days=3)), events=shocks)
    found, outputs = mapped(case)
    line = found.loc[CELL]
    assert (line.rate_class, line.unknown_reason, line.low, line.high) == (0, "before_event", 0, 1)
    assert line.last_state == "3" and line.last_proven.toString("yyyy-MM-dd HH:mm") == "2024-01-13 00:00"
    assert json.loads(outputs["UNKNOWN_BY_REASON"]) == {"before_event": 2}
    assert outputs["DATA_UNTIL"] == "2024-01-13T00:00"
    assert any("end before the last event (2024-01-13 08:20)" in warning for warning in feedback.warnings)
    # Looked at before the aftershock, the same figures are the first event's.
    earlier, _ = mapped(case, AT="2024-01-12T12:00:00")
    assert earlier.loc[CELL, "rate_class"] == 3


def test_an_event_that_struck_elsewhere_hides_nothing_here(make_case, mapped):
    far = json.dumps({"type": "Polygon", "coordinates": [[[140, 35], [141, 35], [141, 36], [140, 35]]]})
    days = {**PEACE, **{QUAKE.date() + timedelta(ahead): 60 for ahead in range(3)}}
    shocks = (Event(QUAKE), Event(QUAKE + timedelta(days=3), area=far))
    case = make_case(lambda inbox: statistics(inbox, days, NOW + timedelta(days=3)), events=shocks)
    assert mapped(case)[0].loc[CELL, "rate_class"] == 3


def test_a_profile_that_names_the_moment_of_the_day_decides_a_day_earlier(make_case, mapped, tmp_path, monkeypatch):
    days = {**PEACE, QUAKE.date(): 60}
    case = make_case(lambda inbox: statistics(inbox, days, NOW + timedelta(days=1)))
    assert mapped(case)[0].loc[CELL, "unknown_reason"] == "not_due"
    raw = json.loads(json.dumps(dict(Profile.load().marks)))
    raw["conventions"]["statisticsMoment"]["value"] = "end"
    named = tmp_path / "profile.json"
    named.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    monkeypatch.setenv("TOMOSHIBI_PROFILE", str(named))
    assert mapped(case)[0].loc[CELL, "rate_class"] == 3


def test_without_peacetime_days_ninety_silent_of_a_thousand_are_a_clear_excess(tmp_path, mapped):
    case = Case.create(tmp_path / "case", CaseInfo("輪島", QUAKE, "172049"))
    day = QUAKE.date() + timedelta(2)
    lines = [["1", "2", "5", "2", "", CELL, f"{day:%Y%m%d}", *rest, "1000"] for rest in (("1", "910"), ("2", "90"))]
    path = write(tmp_path / "statistics.csv", HEADERS["statistics"], lines)
    assert not take_in(case, [path], Profile.load(), None, "all", Progress()).failed
    line = mapped(case)[0].loc[CELL]
    assert line.baseline_rate == 0.005 and line.excess_rate > 0.08 and line.low > 0.04


def test_the_municipality_is_told_by_its_meters_readings_too(make_case, run, tmp_path):
    case = make_case(lambda inbox: statistics(inbox, {**PEACE, QUAKE.date(): 3}), master, earlier, readings)
    ring = [[136.8, 37.3], [137.0, 37.3], [137.0, 37.5], [136.8, 37.5], [136.8, 37.3]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"code": "17204", "name": "石川県 輪島市"}, "geometry": shape}
    areas = tmp_path / "areas.geojson"
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    given = {"CASE": str(case.folder), "AREAS": str(areas), "AREA_FIELD": "code", "NAME_FIELD": "name"}
    outputs = run("areaoutage", {**given, "OUTPUT": "memory:"})
    (line,) = rows(outputs["OUTPUT"]).itertuples(index=False)
    # 111 of its 151 meters are watched: the others may be dark or not, the class cannot be told.
    assert (line.dark_by_readings, line.expected_by_readings) == (DARK, METERS)
    assert line.low <= DARK / 151 and (DARK + 40) / 151 <= line.high < 0.85
    assert (line.rate_class, line.unknown_reason) == (0, "not_due")
    assert outputs["UNKNOWN"] == 1 and json.loads(outputs["UNKNOWN_BY_REASON"]) == {"not_due": 1}


def test_what_cannot_be_decided_is_hatched_and_its_label_is_no_rate(make_case, run_and_load):
    case = make_case(lambda inbox: statistics(inbox, {**PEACE, QUAKE.date(): 3}))
    run_and_load("meshoutage", {"CASE": str(case.folder), "OUTPUT": "memory:"})
    (layer,) = QgsProject.instance().mapLayers().values()
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    for feature in layer.getFeatures():
        context.setFeature(feature)
        leaves = [rule for rule in layer.renderer().rootRule().descendants() if rule.filterExpression()]
        hit = [rule.label() for rule in leaves if QgsExpression(rule.filterExpression()).evaluate(context)]
        assert hit == ["Unknown"]
    labels = layer.labeling().rootRule().descendants() if hasattr(layer.labeling(), "rootRule") else []
    texts = [rule.settings().fieldName for rule in labels if rule.settings()] or [layer.labeling().settings().fieldName]
    assert {QgsExpression(text).evaluate(context) for text in texts} == {"?"}


@pytest.mark.parametrize("hours", [3, 5, 8, 11, 30])
def test_in_a_drill_the_map_holds_the_truth_at_any_hour_and_is_not_bought_by_unknown(tmp_path, mapped, hours):
    scenario = _scenario(tmp_path)
    now = scenario.event_time.replace(minute=0) + timedelta(hours=hours)
    case = Case.create(tmp_path / "case", CaseInfo(scenario.name, scenario.event_time, scenario.municipality))
    begin = datetime.combine(scenario.event_time.date() - timedelta(8), datetime.min.time())
    # A set from before the event tells how late half-hours come.
    for template, at in (
        ("uc3", scenario.event_time.replace(minute=0) - timedelta(hours=6)),
        ("uc3", now),
        ("uc2", now),
    ):
        first = begin if template == "uc2" else datetime.combine(scenario.first_day, datetime.min.time())
        made = TEMPLATES[template].conditions(
            scenario.municipality,
            first,
            at,
            ["low"],
            mesh_sizes={"low": 250},
            secondary_mesh_codes=tuple(secondary_codes(*BOX).tolist()),
        )
        for number, condition in enumerate(made):
            name = f"{template}{number}"
            files = publish_files(
                scenario, condition, Profile.load(), case.folder / "received" / name, at, condition_id=name
            )
            assert not take_in(case, files, Profile.load(), condition, "unknown", Progress()).failed
    found, outputs = mapped(case)
    # Nothing tells more of the time after the last reading: the bounds hold at `evidence_until`. At hours 9 and 10 a
    # seventh of the cells is back since that half-hour began: no reading can tell.
    until = found["evidence_until"].dropna().map(lambda value: value.toString("yyyy-MM-ddTHH:mm")).unique()
    parts = [truth.mesh_truth(scenario, datetime.fromisoformat(one), 250).assign(until=one) for one in until]
    real = pd.concat(parts).set_index(["mesh_code", "until"])[["dark_share", "relay_lost"]]
    found = found.assign(until=found["evidence_until"].map(lambda value: value and value.toString("yyyy-MM-ddTHH:mm")))
    both = found.join(real, on=["mesh_code", "until"], how="inner")
    told = both[(both["masked"] == False) & ~both["relay_lost"]]  # noqa: E712 - a column
    held = (told["low"] - 1e-6 <= told["dark_share"]) & (told["dark_share"] <= told["high"] + 1e-6)
    assert len(told) > 50 and held.mean() >= 0.93
    assert (told["rate_class"] > 0).mean() >= 0.9
    assert outputs["UNKNOWN"] == (found["rate_class"] == 0).sum()


def _scenario(folder):
    make_scenario(folder / "scenario", seed=4, spec=ScenarioSpec(meters=3000))
    return Scenario.open(folder / "scenario")


def townwide(folder):
    """Return the path of a boundary whose name the statistics by address use."""
    path = folder / "town.geojson"
    ring = [[136.8, 37.3], [137.0, 37.3], [137.0, 37.5], [136.8, 37.5], [136.8, 37.3]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"code": "172049", "name": TOWN}, "geometry": shape}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return {"AREAS": str(path), "AREA_FIELD": "code", "NAME_FIELD": "name"}


def without_rows(folder, published):
    """Write 通電計器数 of which only the heading came."""
    return write(named(folder, "stat", published), HEADERS["statistics"], [])


NEXT = NOW + timedelta(days=1)


@pytest.mark.parametrize("name", ["areaoutage", "meshoutage"])
def test_newest_statistics_that_came_empty_are_told_and_the_map_stands_at_the_last_that_told(
    make_case, run, feedback, tmp_path, name
):
    case = make_case(
        lambda inbox: statistics(inbox, {**PEACE, QUAKE.date(): 3}), lambda inbox: without_rows(inbox, NEXT)
    )
    given = {"CASE": str(case.folder), "OUTPUT": "memory:", **(townwide(tmp_path) if name == "areaoutage" else {})}
    [line] = [text for text in feedback_of(run, name, given, feedback) if "came empty" in text]
    assert f"{NEXT:%Y-%m-%d %H:%M}" in line and "2024-01-10" in line
    # of a moment before it was published nothing is said of it
    assert not any("came empty" in text for text in feedback_of(run, name, {**given, "AT": NOW.isoformat()}, feedback))


def feedback_of(run, name, given, feedback):
    feedback.warnings.clear()
    run(name, given)
    return list(feedback.warnings)


def test_a_condition_of_which_nothing_was_published_is_told_by_its_name(make_case, run, feedback, tmp_path):
    case = make_case(lambda inbox: statistics(inbox, {**PEACE, QUAKE.date(): 3}))
    condition = TEMPLATES["uc2"].conditions("172049", QUAKE.date(), NEXT.date())[0]
    note_list(case, Profile.load(), "C7", condition, [], "empty", "test", NEXT)
    told = feedback_of(
        run, "areaoutage", {"CASE": str(case.folder), "OUTPUT": "memory:", **townwide(tmp_path)}, feedback
    )
    assert any("came empty" in text and "C7" in text for text in told)


def test_municipal_figures_that_stay_behind_those_by_mesh_say_so(make_case, run, feedback, tmp_path):
    def by_mesh_alone(inbox):
        path = statistics(inbox, {NEXT.date(): 3}, NEXT)
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(line for line in lines if TOWN not in line) + "\n", encoding="utf-8")
        return path

    case = make_case(lambda inbox: statistics(inbox, {**PEACE, QUAKE.date(): 3}), by_mesh_alone)
    given = {"CASE": str(case.folder), "OUTPUT": "memory:"}
    [line] = [
        text
        for text in feedback_of(run, "areaoutage", {**given, **townwide(tmp_path)}, feedback)
        if "hold no rows for this map" in text
    ]
    assert f"{NEXT:%Y-%m-%d}" in line and "stands at the figures of 2024-01-10" in line
    assert not any("hold no rows" in text for text in feedback_of(run, "meshoutage", given, feedback))


def test_figures_that_are_all_blank_and_cells_that_are_gone_are_told(make_case, run, feedback, tmp_path):
    def blank(inbox):
        path = statistics(inbox, {NEXT.date(): 3}, NEXT)
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if OTHER not in line]
        told = [line if TOWN not in line else ",".join([*line.split(",")[:-2], "N/A", "N/A"]) for line in kept]
        path.write_text("\n".join(told) + "\n", encoding="utf-8")
        return path

    case = make_case(lambda inbox: statistics(inbox, {**PEACE, QUAKE.date(): 3}), blank)
    given = {"CASE": str(case.folder), "OUTPUT": "memory:"}
    told = feedback_of(run, "areaoutage", {**given, **townwide(tmp_path)}, feedback)
    assert any("All 1 figures of 2024-01-11 are masked or blank" in text for text in told)
    told = feedback_of(run, "meshoutage", given, feedback)
    assert any("1 cells or areas of the day before" in text and OTHER in text for text in told)

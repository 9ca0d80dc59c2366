"""UC③⑥: presence from the toolbox."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from qgis.core import QgsVectorLayer
from qgis.PyQt.QtXml import QDomDocument
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("people"), seed=5)


def table(run, drill, **more):
    found = run("homeaway", {"CASE": str(drill.case.folder), "OUTPUT": "memory:", **more})
    return rows(found["OUTPUT"]), found


@pytest.mark.parametrize("method", ["manual", "held"])
def test_nobody_is_called_away_in_the_night_it_struck(run, drill, method):
    found, outputs = table(run, drill, METHOD=method)
    assert outputs["AWAY"] == 0
    assert outputs["HOME"] + outputs["UNKNOWN"] == len(found)


def test_night_hold_finds_the_sleepers_that_the_manuals_rule_misses(run, drill):
    _, manual = table(run, drill, METHOD="manual")
    _, held = table(run, drill, METHOD="held")
    assert held["HOME"] > 2 * manual["HOME"]


def test_by_day_the_manuals_rule_says_home_and_away(run, drill):
    found, outputs = table(run, drill, METHOD="manual", AT="2026-01-16T11:10:00")
    assert outputs["HOME"] and outputs["AWAY"]
    home = found[found["state"] == "home"]
    assert (home["reading"] > home["reference"]).all()
    assert {value.toString("HH:mm") for value in found["as_of"]} == {"11:00"}


def test_dwellings_at_one_pole_are_counted_as_such(run, drill):
    found, _ = table(run, drill)
    assert found["pole_count"].max() > 1
    meters = drill.scenario.meters
    pole = dict(zip(np.char.decode(meters["supply_point"], "ascii"), meters["pole"]))
    known = found[found["pole_count"].notna()]
    together = known.groupby(known["supply_point"].map(pole))["pole_count"].nunique()
    assert (together == 1).all()


def test_a_residents_list_and_an_area_leave_only_those_asked_for(run, drill, tmp_path):
    every, _ = table(run, drill)
    listed = tmp_path / "list.csv"
    listed.write_text("供給地点特定番号\n" + "\n".join(every["supply_point"].head(7)), encoding="cp932")
    some, _ = table(run, drill, RESIDENTS=str(listed), ONLY_LISTED=True)
    assert set(some["supply_point"]) == set(every["supply_point"].head(7))
    areas = QgsVectorLayer(str(drill.open / "areas.geojson"), "areas")
    areas.setSubsetString("area_id LIKE '99102%'")
    inside, _ = table(run, drill, AREA=areas)
    assert 0 < len(inside) < len(every)


def test_the_residents_list_is_joined_and_gives_the_manuals_four_classes(run, drill, tmp_path, feedback):
    every, plain = table(run, drill, AT="2026-01-16T11:10:00", METHOD="manual")
    assert every["resident"].isna().all() and plain["HOME_LISTED"] is None
    listed = tmp_path / "list.csv"
    numbers = every["supply_point"].iloc[::3]
    listed.write_text(
        "供給地点特定番号,氏名\n" + "".join(f"{one},電力 植子\n" for one in [*numbers, "9" * 22]), encoding="cp932"
    )
    joined, counts = table(run, drill, AT="2026-01-16T11:10:00", METHOD="manual", RESIDENTS=str(listed))
    assert len(joined) == len(every)
    assert set(joined.loc[joined["resident"] == "listed", "supply_point"]) == set(numbers)
    assert counts["HOME_LISTED"] + counts["HOME_NOT_LISTED"] == counts["HOME"]
    assert counts["AWAY_LISTED"] + counts["AWAY_NOT_LISTED"] == counts["AWAY"]
    expected = ((joined["state"] == "home") & (joined["resident"] == "not_listed")).sum()
    assert counts["HOME_NOT_LISTED"] == expected > 0
    said = feedback.infos + feedback.warnings
    assert any("1 dwellings of the residents' list" in line for line in said)
    assert not any("植子" in line for line in said)


def test_the_week_before_is_told_as_it_was_read_and_left_blank_where_it_was_not(run, drill):
    found, _ = table(run, drill, AT="2026-01-19T11:00:00")
    begin = np.datetime64("2026-01-12T10:30:00")
    rows_ = drill.case.readings.rows_of(found["supply_point"].tolist(), 1)
    read = drill.case.readings.window(begin, begin + np.timedelta64(30, "m"), rows_)[:, 0]
    np.testing.assert_array_equal(found["week_before"].isna(), read < 0)
    np.testing.assert_allclose(found["week_before"].dropna() * 1000, read[read >= 0])
    early, _ = table(run, drill, AT="2026-01-16T11:00:00")
    assert early["week_before"].isna().all()


def test_the_curve_holds_two_days_and_the_week_before(run, drill):
    found, _ = table(run, drill)
    day, own, before = found["curve"].iloc[0].split(";")
    assert day == "2026-01-18" and own.count(",") == before.count(",") == 95
    row = drill.case.readings.rows_of([found["supply_point"].iloc[0]], 1)
    begin = np.datetime64("2026-01-18T00:00:00")
    read = drill.case.readings.window(begin, begin + np.timedelta64(2, "D"), row)[0]
    assert own.split(",") == ["" if value < 0 else str(int(np.round(np.float32(value) / 10))) for value in read]
    assert table(run, drill, CURVES="no")[0]["curve"].isna().all()


def test_form_and_map_tip_draw_the_curve(run_and_load, drill, tmp_path):
    from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils, QgsProject

    listed = tmp_path / "list.csv"
    listed.write_text("supply_point\n" + "0" * 22 + "\n", encoding="utf-8")
    given = {"CASE": str(drill.case.folder), "RESIDENTS": str(listed), "OUTPUT": str(tmp_path / "home.gpkg")}
    run_and_load("homeaway", given)
    layer = next(iter(QgsProject.instance().mapLayers().values()))
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    tip = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
    assert tip.startswith("<svg") and tip.count("<path") == 2 and "L" in tip and "2026-01-18;" not in tip
    tab = layer.editFormConfig().tabs()[0]
    names = [child.name() for child in tab.children()]
    assert len(names) == len(layer.fields()) - 1 and "curve" not in names[1:]
    document = QDomDocument()
    layer.exportNamedStyle(document)
    assert "document.write(expression.evaluate(" in document.toString()
    styles = layer.styleManager().styles()
    assert len(styles) == 2 and layer.renderer().type() == "pointDisplacement"
    layer.styleManager().setCurrentStyle(next(name for name in styles if "list" in name))
    rules = layer.renderer().rootRule().children()
    assert layer.renderer().type() == "RuleRenderer" and len(rules) == 9
    for feature in layer.getFeatures():
        context.setFeature(feature)
        assert sum(bool(QgsExpression(rule.filterExpression()).evaluate(context)) for rule in rules) == 1


def test_a_moment_outside_the_data_is_refused_with_the_range_there_is(complaint, drill):
    said = complaint("homeaway", {"CASE": str(drill.case.folder), "AT": "2027-01-01T00:00:00", "OUTPUT": "memory:"})
    assert "2026-01-12" in said and "No readings were received" in said


def test_a_list_that_matches_nobody_says_so(complaint, drill, tmp_path):
    listed = tmp_path / "list.csv"
    listed.write_text("supply_point\n" + "0" * 22 + "\n")
    given = {"CASE": str(drill.case.folder), "RESIDENTS": str(listed), "ONLY_LISTED": True, "OUTPUT": "memory:"}
    assert "No dwelling" in complaint("homeaway", given)


def test_the_table_of_presence_has_one_row_a_dwelling_and_half_hour(run, drill):
    given = {"FROM": "2026-01-18T18:00:00", "TO": "2026-01-18T20:00:00", "OUTPUT": "memory:"}
    found = run("presencetable", {"CASE": str(drill.case.folder), **given})
    listed = rows(found["OUTPUT"])
    every, _ = table(run, drill)
    assert found["ROWS"] == len(listed) == 4 * len(every)
    slots = listed["slot_begin"].map(lambda moment: moment.toString("yyyy-MM-dd HH:mm"))
    assert sorted(set(slots)) == [f"2026-01-18 {clock}" for clock in ("18:00", "18:30", "19:00", "19:30")]
    assert not (listed["supply_point"] + slots).duplicated().any()
    assert set(listed["state"]) <= {"home", "away", "asleep_unknown", "no_data"}


def test_the_table_agrees_with_the_map(run, drill):
    given = {"FROM": "2026-01-19T05:00:00", "TO": "2026-01-19T05:30:00", "OUTPUT": "memory:"}
    listed = rows(run("presencetable", {"CASE": str(drill.case.folder), **given})["OUTPUT"])
    mapped, _ = table(run, drill)
    pd.testing.assert_series_equal(
        listed.set_index("supply_point")["state"].sort_index(), mapped.set_index("supply_point")["state"].sort_index()
    )


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"FROM": "2026-01-19T00:00:00", "TO": "2026-01-18T00:00:00"}, "Exchange"),
        ({"FROM": "2026-01-01T00:00:00", "TO": "2026-01-18T00:00:00"}, "seven days"),
        ({"FROM": "2025-01-01T00:00:00", "TO": "2025-01-02T00:00:00"}, "No readings were received"),
    ],
)
def test_a_period_that_cannot_be_listed_is_refused(complaint, drill, given, word):
    assert word in complaint("presencetable", {"CASE": str(drill.case.folder), "OUTPUT": "memory:", **given})

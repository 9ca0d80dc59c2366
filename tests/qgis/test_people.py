"""UC③⑥: presence from the toolbox."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from qgis.core import QgsVectorLayer
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
    some, _ = table(run, drill, RESIDENTS=str(listed))
    assert set(some["supply_point"]) == set(every["supply_point"].head(7))
    areas = QgsVectorLayer(str(drill.open / "areas.geojson"), "areas")
    areas.setSubsetString("area_id LIKE '99102%'")
    inside, _ = table(run, drill, AREA=areas)
    assert 0 < len(inside) < len(every)


def test_a_moment_outside_the_data_is_refused_with_the_range_there_is(complaint, drill):
    said = complaint("homeaway", {"CASE": str(drill.case.folder), "AT": "2027-01-01T00:00:00", "OUTPUT": "memory:"})
    assert "2026-01-12" in said and "No readings were received" in said


def test_a_list_that_matches_nobody_says_so(complaint, drill, tmp_path):
    listed = tmp_path / "list.csv"
    listed.write_text("supply_point\n" + "0" * 22 + "\n")
    given = {"CASE": str(drill.case.folder), "RESIDENTS": str(listed), "OUTPUT": "memory:"}
    assert "No dwelling" in complaint("homeaway", given)


def test_the_table_of_presence_has_one_row_a_dwelling_and_half_hour(run, drill):
    given = {"FROM": "2026-01-18T18:00:00", "TO": "2026-01-18T20:00:00", "OUTPUT": "memory:"}
    found = run("presencetable", {"CASE": str(drill.case.folder), **given})
    listed = rows(found["OUTPUT"])
    every, _ = table(run, drill)
    assert found["ROWS"] == len(listed) == 4 * len(every)
    assert not listed.duplicated(["supply_point"]).all()
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

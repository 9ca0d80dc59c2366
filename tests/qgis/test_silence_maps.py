"""Gaps, isolated settlements, hidden outages and the timeline of the service as it is: through the toolbox."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from tomoshibi.tests.published import master_row
from tomoshibi.tests.qgis.tables import rows
from tomoshibi.tests.qgis.test_published_sets import DARK, HIGH, LOW, Town, point, until

VILLAGES = {"a": LOW[:15], "b": LOW[15:30], "c": LOW[30:45], "d": LOW[45:]}
PLACES = {"a": 0, "b": 1, "c": 4, "d": 8}
"""Village → column of squares a kilometre wide: a and b touch, the others stand apart."""
NIGHT = datetime(2026, 1, 20, 0)
LIT = NIGHT - timedelta(hours=3)
STEP = 0.01


class Villages(Town):
    """The town of the published sets, spread over four villages of fifteen poles in rows, 40 m apart."""

    def __init__(self, run, folder):
        super().__init__(run, folder)
        lines = []
        for name, numbers in VILLAGES.items():
            for place, number in enumerate(numbers):
                lat, lon = 38.2 + 0.0004 * (place // 4), 135.3 + STEP * PLACES[name] + 0.0004 * (place % 4)
                lines.append(self.contract(number, lat, lon))
        lines += [self.contract(number, 38.2, 135.3 + STEP * PLACES["d"], voltage="2") for number in HIGH]
        self.take("master", datetime(2026, 1, 18, 13), lines)
        self.spread = self.folder / "villages.geojson"
        features = []
        for name, column in PLACES.items():
            west, east = 135.3 + STEP * (column - 0.5), 135.3 + STEP * (column + 0.5)
            ring = [[west, 38.195], [east, 38.195], [east, 38.205], [west, 38.205], [west, 38.195]]
            features.append(
                {
                    "type": "Feature",
                    "properties": {"area_id": name, "area_name": f"{name}集落"},
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
            )
        self.spread.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")

    @staticmethod
    def contract(number, lat, lon, voltage="1", **more):
        told = {"lat": f"{lat:.5f}", "lon": f"{lon:.5f}", "voltage": voltage, "remote_reading": "1", **more}
        return master_row(point(number), name=f"電力 {number}", **told)

    def made(self, name, **more):
        """Return the rows and the outputs of an algorithm over the villages."""
        areas = {} if name == "hiddenoutages" else {"AREAS": str(self.spread)}
        found = self.run(name, {"CASE": self.case, "OUTPUT": "memory:", **areas, **more})
        return rows(found["OUTPUT"]), found


@pytest.fixture
def villages(run, tmp_path):
    return Villages(run, tmp_path)


def of(*names):
    return [number for name in names for number in VILLAGES[name]]


def publish(villages, lit, part=None, **more):
    """Publish at night what came: of the villages `lit` until nine, of others until dark; high voltage is behind."""
    numbers = of(*lit)
    dark = [number for number in LOW if number not in numbers]
    lines = until(LIT, numbers) + until(DARK, dark) + until(NIGHT - timedelta(hours=7) if lit else DARK, HIGH)
    return villages.take("reading", NIGHT, lines, part, **more)


def test_two_adjacent_dark_settlements_and_one_apart_are_two_groups(villages):
    publish(villages, "d")
    table, outputs = villages.made("isolatedcommunities")
    assert (outputs["COUNT"], outputs["GROUPS"], outputs["UNKNOWN"], outputs["UNKNOWN_BY_REASON"]) == (3, 2, 0, "{}")
    found = table.set_index("area_id")
    assert found["group_id"]["a"] == found["group_id"]["b"] != found["group_id"]["c"]
    assert found["group_areas"].to_dict() == {"a": 2, "b": 2, "c": 1}
    assert found["group_meters"].to_dict() == {"a": 30, "b": 30, "c": 15}
    # Farthest from power first, and the words say so.
    assert table["area_id"].tolist() == ["a", "b", "c"]
    assert "Nearest area with power: 7.0 km" in found["reason"]["a"] and "1 of 1 neighbouring" in found["reason"]["a"]
    assert outputs["DATA_UNTIL"] == "2026-01-19T21:00" and found["last_state"]["a"] == "powered"
    assert {str(moment.toPyDateTime()) for moment in table["last_proven"]} == {"2026-01-19 05:30:00"}
    assert {str(moment.toPyDateTime()) for moment in table["evidence_until"]} == {"2026-01-19 21:00:00"}
    alone, outputs = villages.made("isolatedcommunities", GROUP=False)
    assert outputs["GROUPS"] == 0 and alone["group_id"].isna().all() and alone["group_areas"].isna().all()
    assert alone["area_id"].tolist() == ["a", "b", "c"]


def test_a_blackout_of_the_whole_town_in_a_whole_set_is_seen_though_not_one_meter_reports(villages):
    publish(villages, "")
    table, outputs = villages.made("isolatedcommunities")
    assert (outputs["COUNT"], outputs["UNKNOWN"]) == (4, 0) and (table["gap_rate"] == 1).all()
    gaps, outputs = villages.made("acquisitiongaps", STEP_HOURS=3)
    newest = gaps[gaps["begin"] == gaps["begin"].max()]
    assert (newest["gap_rate"] == 1).all() and (newest["received"] == 0).all() and outputs["UNKNOWN"] == 0
    line, _ = villages.made("outagetimeline", STEP_HOURS=3)
    whole = line[line["area_id"] == ""]
    known = whole[whole["unknown"] == 0].iloc[-1]
    assert known["silent"] == known["meters"] == 66 and known["silent_rate"] == 1
    # Six of 66 are behind: a total without them would look like a recovery.
    last = whole.iloc[-1]
    assert last.isna()["silent"] and (last["unknown"], last["unknown_reason"]) == (6, "not_due")
    assert line[(line["area_id"] == "a") & (line["begin"] == last["begin"])]["silent"].tolist() == [15]


def test_where_a_part_is_missing_nothing_is_isolated_silent_or_hidden_and_the_reason_is_told(villages):
    lines = until(LIT, of("d")) + until(DARK, of("a"))
    report = villages.take("reading", NIGHT, lines, part=2)
    assert "part(s)" in report["MISSING"]
    table, outputs = villages.made("isolatedcommunities")
    assert outputs["COUNT"] == 0 and len(table) == 0
    assert outputs["UNKNOWN"] == 4 and json.loads(outputs["UNKNOWN_BY_REASON"]) == {"set_incomplete": 4}
    gaps, outputs = villages.made("acquisitiongaps", STEP_HOURS=3)
    after = gaps[gaps["begin"] == gaps["begin"].max()]
    assert after["gap_rate"].isna().all() and set(after["unknown_reason"]) == {"set_incomplete"}
    assert set(json.loads(outputs["UNKNOWN_BY_REASON"])) == {"set_incomplete"} and outputs["UNKNOWN"] > 0
    line, outputs = villages.made("outagetimeline", STEP_HOURS=3)
    last = line[line["area_id"] == ""].iloc[-1]
    assert last.isna()["silent"] and last["unknown"] == last["meters"] and last["unknown_reason"] == "set_incomplete"
    hidden, outputs = villages.made("hiddenoutages", EVENT_HOURS=48.0)
    assert len(hidden) == outputs["COUNT"] == outputs["UNDECIDED"] == 0
    # Who reported has power, whatever is missing.
    assert json.loads(outputs["UNKNOWN_BY_REASON"])["set_incomplete"] == 45 + len(HIGH)


def test_high_voltage_hours_behind_is_unknown_for_those_hours_alone(villages):
    publish(villages, "abcd")
    ring = [[135.37, 38.195], [135.39, 38.195], [135.39, 38.205], [135.37, 38.205], [135.37, 38.195]]
    assert ring[0][0] < 135.3 + STEP * PLACES["d"] < ring[1][0]
    gaps, outputs = villages.made("acquisitiongaps", STEP_HOURS=1)
    d = gaps[gaps["area_id"] == "d"].sort_values("begin")
    assert d["gap_rate"].eq(0).all() and d["meters"].iloc[-1] == 21 and d["expected"].iloc[-1] == 15
    assert d["expected"].max() == 21 and outputs["UNKNOWN"] == 0
    hidden, outputs = villages.made("hiddenoutages", HOURS=4, EVENT_HOURS=48.0)
    assert len(hidden) == 0 and json.loads(outputs["UNKNOWN_BY_REASON"]) == {"not_due": len(HIGH)}


def test_a_pole_forgotten_in_its_village_is_sure_and_one_at_its_edge_is_undecided(villages):
    middle, corner = VILLAGES["a"][5], VILLAGES["b"][0]
    lit = [number for number in LOW if number not in (middle, corner)]
    lines = until(LIT, lit) + until(DARK, [middle, corner]) + until(NIGHT - timedelta(hours=7), HIGH)
    villages.take("reading", NIGHT, lines)
    table, outputs = villages.made("hiddenoutages")
    assert dict(zip(table["supply_point"], table["state"])) == {point(middle): "event", point(corner): "undecided"}
    assert (outputs["COUNT"], outputs["UNDECIDED"]) == (1, 1)
    why = dict(zip(table["supply_point"], table["unknown_reason"]))
    assert (why[point(middle)], why[point(corner)]) == (None, "undecided")
    assert {str(moment.toPyDateTime()) for moment in table["last_proven"]} == {"2026-01-19 05:30:00"}

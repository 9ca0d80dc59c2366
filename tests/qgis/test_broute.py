"""A shelter's own meter: its log is imported and is the freshest evidence for the shelter's state."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest
from tomoshibi.casefile.broute import stored
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("broute"), meters=2000)


def shelters(run, drill, **more):
    facilities = str(drill.open / "facilities.geojson")
    given = {"CASE": str(drill.case.folder), "FACILITIES": facilities, "OUTPUT": "memory:", **more}
    return rows(run("shelterpower", given)["OUTPUT"]).set_index("facility_id")


def write_log(path, times, power="000001F8"):
    lines = [f"{moment:%Y-%m-%d %H:%M:%S},{power}" for moment in times]
    path.write_text("\n".join(["time,E7", *lines, "kaputt,00"]), encoding="utf-8")
    return str(path)


def dark_facility(run, drill):
    """A facility of one supply point that is dark by the usual evidence, and its number."""
    links = pd.read_csv(drill.open / "links.csv", dtype=str)
    single = links[~links["facility_id"].duplicated(keep=False)].set_index("facility_id")["supply_point"]
    states = shelters(run, drill)["state"]
    chosen = [name for name in single.index if states[name] == "outage"]
    assert chosen, "the drill has no dark facility of one meter"
    return chosen[0], single[chosen[0]]


def test_a_log_lights_a_shelter_at_its_time_and_its_end_makes_it_unknown(run, drill, tmp_path, feedback):
    facility, number = dark_facility(run, drill)
    now = drill.scenario.now
    log = write_log(tmp_path / "log.csv", [now + timedelta(minutes=minute) for minute in range(10, 20)])
    given = {"CASE": str(drill.case.folder), "SUPPLY_POINT": number, "FILES": [log]}
    made = run("importbroute", given)
    assert (made["FILES"], made["ROWS"], made["REJECTED"], made["STORED"]) == (1, 10, 1, 10)
    assert made["LAST"] == (now + timedelta(minutes=19)).isoformat()
    assert any("(12)" in line for line in feedback.warnings)
    assert run("importbroute", given)["STORED"] == len(stored(drill.case)) == 10
    entry = [entry for entry in drill.case.ledger.entries() if entry.algorithm == "tomoshibi:importbroute"][-1]
    assert (entry.path, entry.personal) == ("tables/broute", True)

    lit = shelters(run, drill).loc[facility]
    assert lit["state"] == "powered" and "B-route" in lit["reason"] and lit["age_hours"] == pytest.approx(0, abs=0.05)
    before = shelters(run, drill, AT=f"{now:%Y-%m-%dT%H:%M:%S}").loc[facility]
    assert before["state"] == "outage", "what was measured later says nothing about now"
    later = shelters(run, drill, AT=f"{now + timedelta(hours=4):%Y-%m-%dT%H:%M:%S}").loc[facility]
    assert later["state"] == "unknown" and "nothing certain since" in later["reason"]


def test_what_cannot_be_used_is_refused_without_repeating_the_number(complaint, run, drill, tmp_path, feedback):
    log = write_log(tmp_path / "log.csv", [drill.scenario.now])
    given = {"CASE": str(drill.case.folder), "FILES": [log]}
    said = complaint("importbroute", {**given, "SUPPLY_POINT": "12345"})
    assert "22 digits" in said and "12345" not in said
    known = drill.case.master(["supply_point"])["supply_point"].iloc[0]
    assert "class" in complaint("importbroute", {**given, "SUPPLY_POINT": known, "METER_CLASS": "high"})
    gone = {**given, "SUPPLY_POINT": known, "FILES": [str(tmp_path / "gone.csv")]}
    assert "gone.csv is not there" in complaint("importbroute", gone)
    nothing = write_log(tmp_path / "nothing.csv", [drill.scenario.now], "7FFFFFFE")
    made = run("importbroute", {**given, "SUPPLY_POINT": "9" * 22, "FILES": [nothing]})
    assert made["LAST"] == "" and any("measured nothing" in line for line in feedback.warnings)
    assert any("does not hold this supply point" in line for line in feedback.warnings)

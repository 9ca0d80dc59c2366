"""People on powered devices from the toolbox: nobody powered beyond the data, answers that stay with the person."""

from __future__ import annotations

import csv
from datetime import timedelta

import numpy as np
import pytest
from qgis.core import QgsProcessingException, QgsVectorLayer
from tomoshibi.layers.schema import SPECS
from tomoshibi.layers.spreadsheets import read_xlsx
from tomoshibi.practice import truth
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

PEOPLE = 60
DEVICES = ("人工呼吸器（TPPV）", "酸素濃縮装置", "吸引器", "腹膜透析", "")
ORDER = ("exhausted", "soon", "unknown", "on_battery", "powered")


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


@pytest.fixture
def people(drill, tmp_path):
    """A list of invented people at supply points of the drill, some dark; the last has no number."""
    master = drill.case.master(["supply_point", "flow"])
    points = master[master["flow"] == 1]["supply_point"].astype(str).tolist()
    chosen = points[:: max(1, len(points) // PEOPLE)][:PEOPLE]
    path = tmp_path / "people.csv"
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("ID", "供給地点特定番号", "医療機器", "バッテリー", "業者", "保健所"))
        for number, point in enumerate([*chosen, ""]):
            hours = "8時間" if number % 2 else ""
            writer.writerow((f"P{number:03d}", point, DEVICES[number % 5], hours, f"灯医療{number % 3}", "灯保健所"))
    return path


def parameters(drill, people, **more):
    return {"CASE": str(drill.case.folder), "PEOPLE": str(people), "OUTPUT": "memory:", **more}


def test_everybody_stands_once_in_the_order_of_calls(drill, run, people):
    found = run("lifesupport", parameters(drill, people))
    table = rows(found["OUTPUT"])
    assert list(table.columns) == SPECS["lifesupport"].names()
    assert len(table) == found["COUNT"] == PEOPLE + 1
    assert table["priority"].tolist() == list(range(1, PEOPLE + 2))
    places = [ORDER.index(state) for state in table["state"]]
    assert places == sorted(places)
    counts = table["state"].value_counts()
    for name in ("EXHAUSTED", "SOON", "ON_BATTERY", "POWERED", "UNKNOWN"):
        assert found[name] == counts.get(name.lower(), 0)
    assert found["EXHAUSTED"] + found["SOON"] + found["ON_BATTERY"] > 0


def test_nobody_is_called_powered_who_is_dark_within_the_reach_of_the_data(drill, run, people):
    table = rows(run("lifesupport", parameters(drill, people))["OUTPUT"])
    until = table["evidence_until"].iloc[0].toPyDateTime()
    numbers = np.char.decode(drill.scenario.meters["supply_point"].astype("S22"))
    dark = dict(zip(numbers, truth.dark_at(drill.scenario, until - timedelta(hours=2))))
    powered = table[table["state"] == "powered"]
    assert len(powered) and not any(dark.get(point, False) for point in powered["supply_point"])


def test_a_person_without_a_number_is_unknown_and_stays_on_the_list(drill, run, people):
    table = rows(run("lifesupport", parameters(drill, people))["OUTPUT"]).set_index("person_id")
    assert table.loc["P060", "state"] == "unknown" and table.loc["P060", "unknown_reason"] == "not_linked"


def test_hours_that_the_list_does_not_tell_are_marked_as_assumed(drill, run, people):
    table = rows(run("lifesupport", parameters(drill, people))["OUTPUT"])
    dark = table[table["battery_until"].notna()]
    assert set(dark.loc[dark["battery_hours"].isna(), "assumed"]) == {True}
    assert not dark.loc[dark["battery_hours"].notna(), "assumed"].any()


def test_columns_of_the_device_are_not_told_as_not_read(drill, run, feedback):
    run("lifesupport", parameters(drill, drill.open / "devices.csv"))
    assert not any("columns not read" in text for text in feedback.warnings)


def test_after_the_event_without_data_nobody_has_power(drill, run, people):
    later = drill.case.info.event_time + timedelta(days=30)
    found = run("lifesupport", parameters(drill, people, AT=later.isoformat()))
    assert found["POWERED"] == 0 and found["UNKNOWN"] == PEOPLE + 1


def test_the_workbook_has_the_round_and_who_calls_whom_and_is_entered_as_personal(drill, run, people):
    found = run("lifesupport", parameters(drill, people))
    for sheet in ("Round", "By vendor", "By district"):
        assert len(read_xlsx(found["XLSX"], sheet)) == PEOPLE + 2
    entry = [one for one in drill.case.ledger.entries() if one.path.endswith("lifesupport.xlsx")][-1]
    assert entry.personal and entry.algorithm == "tomoshibi:lifesupport"


def test_an_answer_stays_with_the_person_when_the_list_is_made_again_in_another_order(drill, run, people, tmp_path):
    target = f"ogr:dbname='{tmp_path / 'out.gpkg'}' table=\"lifesupport\" (geom)"
    made = run("lifesupport", parameters(drill, people, OUTPUT=target))["OUTPUT"]
    layer = QgsVectorLayer(made, "lifesupport", "ogr")
    person = next(feature for feature in layer.getFeatures() if feature["person_id"] == "P007")
    layer.startEditing()
    layer.changeAttributeValue(person.id(), layer.fields().lookupField("response"), "safe")
    layer.changeAttributeValue(person.id(), layer.fields().lookupField("response_by"), "電力 太郎")
    assert layer.commitChanges()
    lines = people.read_text(encoding="utf-8").splitlines()
    people.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", encoding="utf-8")
    found = run("lifesupport", parameters(drill, people, OUTPUT=target))
    after = rows(QgsVectorLayer(found["OUTPUT"], "lifesupport", "ogr")).set_index("person_id")
    assert after["response"].dropna().to_dict() == {"P007": "safe"} and found["KEPT"] == 1
    assert after.loc["P007", "response_by"] == "電力 太郎"


def test_hours_that_are_not_understood_are_named_by_row_without_the_value(drill, run, feedback, people):
    text = people.read_text(encoding="utf-8").replace("8時間", "ながめ", 1)
    people.write_text(text, encoding="utf-8")
    assert run("lifesupport", parameters(drill, people))["NOT_READ"] == 1
    assert not any("P001" in line for line in feedback.warnings)


def test_hours_behind_the_data_batteries_are_told_at_the_moment_of_looking(drill, run, people, monkeypatch):
    early = drill.case.info.event_time + timedelta(hours=5)
    asked = rows(run("lifesupport", parameters(drill, people, AT=early.isoformat()))["OUTPUT"]).set_index("person_id")
    monkeypatch.setattr("tomoshibi.casefile.case_arrays.newest_of", lambda *_: early)
    monkeypatch.setattr("tomoshibi.casefile.data_status.present_moment", lambda *_: early + timedelta(hours=10))
    now = rows(run("lifesupport", parameters(drill, people))["OUTPUT"]).set_index("person_id")
    assert {one.toPyDateTime() for one in asked["state_at"]} == {early}
    assert {one.toPyDateTime() for one in now["state_at"]} == {early + timedelta(hours=10)}
    # at the end of the data some batteries last; ten hours later none of eight hours does
    lasting = asked.index[asked["state"].isin(["soon", "on_battery"])]
    assert len(lasting) and set(now.loc[lasting, "state"]) == {"exhausted"}
    # who has power, and since when others have none, is the data's
    same = ["dark_since_low", "dark_since_high", "battery_from", "battery_until", "as_of"]
    assert (asked["state"] == "powered").equals((now["state"] == "powered").reindex(asked.index))
    assert asked[same].equals(now.reindex(asked.index)[same])


def test_a_result_about_places_is_no_list_of_people_and_replaces_no_list(drill, run, people):
    run("shelterpower", {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")})
    layer = f"{drill.case.folder / 'layers.gpkg'}|layername=shelterpower"
    with pytest.raises(QgsProcessingException, match="about places, no list of people"):
        run("lifesupport", parameters(drill, layer))

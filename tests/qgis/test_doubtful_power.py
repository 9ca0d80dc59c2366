"""Power that is proven, but not of now or not of this home: unknown in lists told at the moment of looking."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows, supply_contracts

HEADING = ("ID", "氏名", "住所", "供給地点特定番号", "医療機器")


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


@pytest.fixture(scope="module")
def contracts(drill):
    return supply_contracts(drill.case)


def listed(drill, run, path, *people):
    """Return the rows of `lifesupport` of a list of people by their id, and its outputs."""
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADING, *people])
    found = run("lifesupport", {"CASE": str(drill.case.folder), "PEOPLE": str(path), "OUTPUT": "memory:"})
    return rows(found["OUTPUT"]).set_index("person_id"), found


@pytest.fixture
def by_state(drill, run, contracts, tmp_path):
    """Return the supply points of the drill by what the map says of them."""
    people = [(point, "", "", point, "吸引器") for point in contracts.index]
    table, _ = listed(drill, run, tmp_path / "everybody.csv", *people)
    return {state: part["supply_point"].tolist() for state, part in table.groupby("state")}


def looked_later(monkeypatch, drill, hours):
    """Let somebody look so many hours after the newest data; return that moment."""
    end = drill.case.info.event_time + timedelta(hours=30)
    now = end + timedelta(hours=hours)
    monkeypatch.setattr("tomoshibi.casefile.case_arrays.newest_of", lambda *_: end)
    monkeypatch.setattr("tomoshibi.casefile.data_status.present_moment", lambda *_: now)
    return now


@pytest.mark.parametrize(("hours", "said"), [(8, True), (20, False)])
def test_nobody_on_a_device_is_called_powered_by_data_that_stopped_too_long_ago(
    drill, run, contracts, tmp_path, monkeypatch, hours, said
):
    people = [(point, "", "", point, "吸引器") for point in contracts.index[:300]]
    now = looked_later(monkeypatch, drill, hours)
    table, found = listed(drill, run, tmp_path / "people.csv", *people)
    assert {one.toPyDateTime() for one in table["state_at"]} == {now}
    had = table[table["last_state"] == "powered"]
    assert len(had) > 100 and (found["POWERED"] > 100) == said
    if not said:
        assert found["POWERED"] == 0 and set(had["state"]) == {"unknown"}
        assert set(had["unknown_reason"]) == {"too_old"} and had["reason"].str.contains("too old at the moment").all()
    assert found["EXHAUSTED"] > 0, "whose battery may have ended stays on top: silence grows no weaker"


@pytest.mark.parametrize(("hours", "said"), [(8, True), (20, False)])
def test_no_facility_is_called_powered_by_data_that_stopped_too_long_ago(drill, run, monkeypatch, hours, said):
    looked_later(monkeypatch, drill, hours)
    given = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
    found = run("survivalclocks", {**given, "LINKS": str(drill.open / "links.csv"), "OUTPUT": "memory:"})
    table = rows(found["OUTPUT"])
    had = table[table["power_state"] == "powered"]
    assert len(had) and (found["POWERED"] > 0) == said
    if not said:
        assert set(had["state"]) == {"unknown"} and set(had["unknown_reason"]) == {"too_old"}


def test_a_number_of_another_home_does_not_prove_power_and_is_named_by_its_row(
    drill, run, contracts, by_state, tmp_path, feedback
):
    dark, powered = by_state["exhausted"][0], by_state["powered"][0]
    own, others = contracts.loc[dark], contracts.loc[powered]
    table, found = listed(
        *(drill, run, tmp_path / "people.csv"),
        ("wrong", own["name"], own["address"], powered, "人工呼吸器"),
        ("right", others["name"], others["address"], powered, "吸引器"),
        ("child", "電力 太郎", others["address"], powered, "吸引器"),
        ("moved", others["name"], own["address"], powered, "吸引器"),
        ("no address", "電力 花子", "", powered, "吸引器"),
        ("dark", "電力 花子", others["address"], dark, "吸引器"),
    )
    assert table["state"].to_dict() == {
        **{"wrong": "unknown", "right": "powered", "child": "powered", "moved": "powered", "no address": "powered"},
        "dark": "exhausted",
    }
    assert table.loc["wrong", "unknown_reason"] == "other_address" and found["UNKNOWN"] == 1
    assert table.loc[["wrong", "dark"], "linked_by"].tolist() == ["number_elsewhere"] * 2
    said = [one for one in feedback.warnings if "at another address" in one]
    assert len(said) == 1 and "rows 2, 7" in said[0]
    assert not any(part in line for line in feedback.warnings for part in (own["name"], own["address"], powered))


def test_a_number_of_another_home_does_not_tell_that_a_person_is_away(drill, run, contracts, tmp_path):
    points = contracts.index[:40].tolist()
    turned = [*points[1:], points[0]]
    lists, layers = {}, {}
    for name, numbers in (("own", points), ("others", turned)):
        path = tmp_path / f"{name}.csv"
        told = [contracts.loc[point, ["name", "address"]].tolist() for point in points]
        people = [(point, *who, number, "") for point, who, number in zip(points, told, numbers)]
        with open(path, "w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([HEADING, *people])
        given = {"CASE": str(drill.case.folder), "SUPPORT_LIST": str(path), "OUTPUT": "memory:"}
        made = run("evacuationsupport", given)["OUTPUT"]
        lists[name], layers[name] = rows(made), [*made.getFeatures()]
    assert lists["own"]["state"].isin(["home", "away"]).any() and not (lists["own"]["linked_by"] != "number").any()
    assert set(lists["others"]["linked_by"]) == {"number_elsewhere"}
    assert set(lists["others"]["state"]) == {"no_data"} and set(lists["others"]["unknown_reason"]) == {"other_address"}
    assert not any(feature.hasGeometry() and not feature.geometry().isEmpty() for feature in layers["others"])

"""The checklist for peacetime: what a case has, what is missing, how old it is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from qgis.core import QgsVectorLayer
from tomoshibi.casefile import readiness
from tomoshibi.casefile.own_inputs import OWN_INPUTS, remove_input
from tomoshibi.casefile.readiness import State
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

AT = datetime(2026, 4, 1, 9, 0)


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


@pytest.fixture
def case(drill):
    yield str(drill.case.folder)
    for kind in OWN_INPUTS:
        remove_input(drill.case, kind, "tomoshibi:test")


@pytest.fixture
def checklist(run, case):
    """Return `checklist()`: ({item: (state, detail)}, outputs)."""

    def of():
        found = run("setupcase", {"CASE": case})
        layer = QgsVectorLayer(f"{case}/layers.gpkg|layername=setupcase", "list", "ogr")
        table = rows(layer)
        return dict(zip(table["item"], zip(table["state"], table["detail"]))), found

    return of


def test_an_empty_case_says_of_every_input_what_to_do_and_counts_what_is_missing(checklist):
    items, found = checklist()
    assert items["Facilities"] == ("missing", "Keep it in the case with “Change case” (editcase).")
    assert items["Restoration plan"][0] == items["Landslides and damage"][0] == "later"
    assert items["Trial match of names with マスタ情報"][0] == "missing"
    assert items["Drill"][0] == "missing"
    states = [state for state, _ in items.values()]
    for output, state in (("MISSING", "missing"), ("OLD", "old"), ("REVIEW", "review"), ("READY", "ok")):
        assert found[output] == states.count(state)


def test_what_is_kept_is_told_with_rows_and_day_and_links_and_names_are_tried(drill, run, case, checklist):
    names = {"FACILITIES": "facilities.geojson", "LINKS": "links.csv", "AREAS": "areas.geojson"}
    run("editcase", {"CASE": case, **{kind: str(drill.open / name) for kind, name in names.items()}})
    items, _ = checklist()
    assert items["Facilities"][0] == "ok" and "facilities.geojson: 60 rows, kept on 20" in items["Facilities"][1]
    state, detail = items["Facilities linked to supply points"]
    assert detail.endswith("of 60 facilities have supply points.") and state in ("ok", "review")
    assert "Of 60 facilities" in items["Trial match of names with マスタ情報"][1]


def test_a_scored_drill_counts_whatever_case_of_this_profile_it_was_in(drill, run, case, checklist, monkeypatch):
    drill.case.ledger.add(readiness.DRILL, "layers.gpkg|scoredrill", personal=False)
    items, _ = checklist()
    assert items["Drill"][0] == "ok"
    monkeypatch.setenv("TOMOSHIBI_RECENT", case)
    assert readiness.drill([drill.case.folder / "none", drill.case.folder], datetime.now()).state is State.OK


def test_lists_and_drills_of_more_than_a_year_ago_are_old(drill, run, case):
    run("editcase", {"CASE": case, "FACILITIES": str(drill.open / "facilities.geojson")})
    late = datetime.now() + timedelta(days=400)
    (facilities,) = [one for one in readiness.inputs(drill.case, late) if str(one.item) == "Facilities"]
    assert facilities.state is State.OLD
    drill.case.ledger.add(readiness.DRILL, "layers.gpkg|scoredrill", personal=False)
    assert readiness.drill([drill.case.folder], late).state is State.OLD


def test_a_period_of_use_that_is_not_entered_or_over_is_told(drill, run, case):
    assert readiness.use(drill.case, AT).state is State.MISSING
    run("editcase", {"CASE": case, "USE_TO": "2026-03-31", "PURPOSE": "避難所の確認"})
    from tomoshibi.casefile.case import Case

    changed = Case.open(drill.case.folder)
    assert readiness.use(changed, AT).state is State.OLD
    assert readiness.use(changed, AT - timedelta(days=1)).state is State.OK


def test_the_connection_is_ready_only_after_a_test_of_this_address(checklist, monkeypatch):
    for name, value in (("BASE_URL", "https://a.example"), ("USER", "u"), ("PASSPHRASE", "p")):
        monkeypatch.setenv(f"TOMOSHIBI_{name}", value)
    assert checklist()[0]["Account and connection"][0] == "review"
    monkeypatch.setenv("TOMOSHIBI_CONNECTION_TESTED", f"https://b.example {datetime.now().isoformat()}")
    assert checklist()[0]["Account and connection"][0] == "review"
    monkeypatch.setenv("TOMOSHIBI_CONNECTION_TESTED", f"https://a.example {datetime.now().isoformat()}")
    assert checklist()[0]["Account and connection"][0] == "ok"
    monkeypatch.delenv("TOMOSHIBI_USER")
    assert checklist()[0]["Account and connection"][0] == "missing"


def test_a_full_disk_is_missing_room(tmp_path, monkeypatch):
    from collections import namedtuple

    usage = namedtuple("usage", "free")
    for free, state in ((readiness.LEAST_FREE, State.OK), (readiness.LEAST_FREE - 1, State.MISSING)):
        monkeypatch.setattr(readiness.shutil, "disk_usage", lambda folder, free=free: usage(free))
        assert readiness.space(tmp_path).state is state

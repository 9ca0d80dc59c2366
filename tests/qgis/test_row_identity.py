"""Lists made anew while a seat has them open for editing: what is saved goes to whom it was entered for."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from qgis.core import QgsFeatureRequest, QgsVectorLayer
from tomoshibi.casefile.case import Case
from tomoshibi.layers.uris import layer_uri
from tomoshibi.processing_provider import entered, row_identity
from tomoshibi.tests.drill_case import make_drill

NAMES = ("電力 壱子", "電力 弐郎", "電力 参子", "電力 肆郎", "電力 伍子", "電力 陸郎")


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("identity"), seed=5, meters=2000)


@pytest.fixture
def drill(once, tmp_path):
    shutil.copytree(once.case.folder, tmp_path / "case")
    return replace(once, case=Case.open(tmp_path / "case"))


@pytest.fixture
def listed(drill, tmp_path):
    """Return `listed(places, needs)`: a list of some of the people, in that order; those in `needs` need much help."""
    master = drill.case.master(["supply_point", "flow", "lat"])
    numbers = master.loc[(master["flow"] == 1) & master["lat"].notna(), "supply_point"].tolist()[: len(NAMES)]

    def written(places, needs=()):
        lines = ["宛名番号,氏名,供給地点特定番号,要介護度"]
        lines += [f"P{at},{NAMES[at]},{numbers[at]},要介護{5 if at in needs else 1}" for at in places]
        path = tmp_path / "people.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return str(path)

    return written


RUNS = {
    "evacuationsupport": lambda path: {"SUPPORT_LIST": path, "NAMES": True},
    "visitplan": lambda path: {"LIST": path, "NAMES": True},
    "residenceevidence": lambda path: {"APPLICANTS": path, "NAMES": True},
}


def make(run, drill, theme, path):
    run(theme, {"CASE": str(drill.case.folder), **RUNS[theme](path)})


def opened(drill, theme):
    return QgsVectorLayer(layer_uri(drill.case.folder / "layers.gpkg", theme), theme, "ogr")


def stored(drill, theme, columns="key, response"):
    with closing(sqlite3.connect(drill.case.folder / "layers.gpkg")) as connection:
        return dict(connection.execute(f"SELECT {columns} FROM {theme}").fetchall())


@pytest.mark.parametrize("theme", list(RUNS))
def test_answers_of_a_seat_that_had_the_list_open_go_to_their_people_after_a_re_run(run, drill, listed, theme):
    make(run, drill, theme, listed(range(6)))
    seat = opened(drill, theme)
    assert seat.startEditing()
    place = seat.fields().lookupField("response")
    for feature in list(seat.getFeatures()):
        assert seat.changeAttributeValue(feature.id(), place, f"for {feature['key']}")
    # others need help first, one is gone, the rest stand in another order
    make(run, drill, theme, listed([5, 3, 1, 4, 0], needs=(0, 4)))
    if not seat.commitChanges():
        # newer QGIS says so and keeps all in the seat's edits while one of the rows is gone: that one is let go
        kept = seat.editBuffer().changedAttributeValues()
        assert seat.commitErrors() and seat.isEditable() and len(kept) == 6
        assert seat.rollBack() and seat.startEditing()
        for number, values in kept.items():
            if values[place] != "for P2":
                assert seat.changeAttributeValue(number, place, values[place])
        assert seat.commitChanges(), seat.commitErrors()
    assert stored(drill, theme) == {f"P{at}": f"for P{at}" for at in (0, 1, 3, 4, 5)}


@pytest.mark.parametrize("theme", list(RUNS))
def test_a_number_is_never_given_to_another_person(run, drill, listed, theme):
    make(run, drill, theme, listed([0, 1, 2]))
    first = stored(drill, theme, "key, fid")
    make(run, drill, theme, listed([0]))
    make(run, drill, theme, listed([3, 0, 4]))
    again = stored(drill, theme, "key, fid")
    assert again["P0"] == first["P0"]
    assert not {again["P3"], again["P4"]} & set(first.values())
    assert min(again["P3"], again["P4"]) > max(first.values())


def test_who_comes_back_after_a_while_gets_a_number_of_nobody(run, drill, listed):
    theme = "evacuationsupport"
    make(run, drill, theme, listed([0, 1]))
    first = stored(drill, theme, "key, fid")
    make(run, drill, theme, listed([0]))
    make(run, drill, theme, listed([0, 1]))
    assert stored(drill, theme, "key, fid")["P1"] not in first.values()


def test_what_is_saved_while_a_run_works_is_kept_and_what_is_emptied_stays_empty(run, drill, listed, monkeypatch):
    theme = "evacuationsupport"
    make(run, drill, theme, listed([0, 1, 2]))
    seat = opened(drill, theme)
    place = seat.fields().lookupField("response")
    fids = {feature["key"]: feature.id() for feature in seat.getFeatures()}
    assert seat.dataProvider().changeAttributeValues({fids["P0"]: {place: "safe"}, fids["P2"]: {place: "evacuated"}})
    real = row_identity.keeping

    def meanwhile(*given):
        # after the run read what was entered, before it replaces the layer
        changes = {fids["P0"]: {place: None}, fids["P1"]: {place: "needs_help"}}
        assert seat.dataProvider().changeAttributeValues(changes)
        return real(*given)

    monkeypatch.setattr(row_identity, "keeping", meanwhile)
    make(run, drill, theme, listed([2, 1, 0]))
    assert stored(drill, theme) == {"P0": None, "P1": "needs_help", "P2": "evacuated"}


def test_what_is_saved_meanwhile_for_who_is_gone_is_kept_apart_once(run, drill, listed, monkeypatch, feedback):
    theme = "evacuationsupport"
    make(run, drill, theme, listed([0, 1]))
    seat = opened(drill, theme)
    place = seat.fields().lookupField("response")
    fids = {feature["key"]: feature.id() for feature in seat.getFeatures()}
    assert seat.dataProvider().changeAttributeValues({fids["P0"]: {place: "safe"}})
    real = entered.keep_apart

    def meanwhile(*given):
        monkeypatch.setattr(entered, "keep_apart", real)
        assert seat.dataProvider().changeAttributeValues({fids["P1"]: {place: "needs_help"}})
        return real(*given)

    monkeypatch.setattr("tomoshibi.processing_provider.people.evacuationsupport.keep_apart", meanwhile)
    make(run, drill, theme, listed([2]))
    apart = (drill.case.folder / "evacuationsupport-responses.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in apart[1:]] == ["P0", "P1"]
    assert [line.split(",")[3] for line in apart[1:]] == ["safe", "needs_help"]
    assert sum("not handed on" in line for line in feedback.warnings) == 2


def test_an_answer_for_who_is_gone_reaches_nobody_else(run, drill, listed):
    theme = "evacuationsupport"
    make(run, drill, theme, listed([0, 1, 2]))
    seat = opened(drill, theme)
    assert seat.startEditing()
    place = seat.fields().lookupField("response")
    gone = next(feature.id() for feature in seat.getFeatures() if feature["key"] == "P1")
    seat.changeAttributeValue(gone, place, "needs_help")
    make(run, drill, theme, listed([3, 4, 5, 0, 2]))
    seat.commitChanges()
    assert set(stored(drill, theme).values()) == {None}


def test_a_home_keeps_its_number_and_the_map_its_index(run, drill):
    case = {"CASE": str(drill.case.folder)}
    run("homeaway", case)
    before = stored(drill, "homeaway", "supply_point, fid")
    with closing(sqlite3.connect(drill.case.folder / "layers.gpkg", isolation_level=None)) as connection:
        # as a case of an earlier version, in which homes stood in another order
        triggers = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for trigger in triggers:
            connection.execute(f'DROP TRIGGER "{trigger}"')
        connection.execute("UPDATE homeaway SET fid = fid + 1000000")
        connection.execute("UPDATE homeaway SET fid = 1000001 + 1000000 - fid + 5000 WHERE fid % 2 = 0")
    moved = stored(drill, "homeaway", "supply_point, fid")
    assert moved != before
    run("homeaway", case)
    assert stored(drill, "homeaway", "supply_point, fid") == moved
    layer = opened(drill, "homeaway")
    feature = next(one for one in layer.getFeatures() if not one.geometry().isNull())
    box = feature.geometry().boundingBox().buffered(1e-7)
    assert feature.id() in {one.id() for one in layer.getFeatures(QgsFeatureRequest(box))}

"""A package for tablets and back, from the toolbox: what QGIS opens, answers of two people, conflicts, bad returns."""

from __future__ import annotations

import os
import shutil
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from qgis.core import NULL, QgsFieldConstraints, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QDateTime
from qgis.PyQt.QtGui import QImage
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.packages_readme import README
from tomoshibi.layers.opening import open_layer
from tomoshibi.layers.uris import layer_uri
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

NAMES = ("電力 壱子", "電力 弐郎", "電力 参子", "電力 肆郎", "電力 伍子", "電力 陸郎")


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("field"), seed=5, meters=2000)


@pytest.fixture
def drill(once, tmp_path):
    """A case of its own for each test."""
    shutil.copytree(once.case.folder, tmp_path / "case")
    return replace(once, case=Case.open(tmp_path / "case"))


@pytest.fixture
def support(drill, run, tmp_path):
    """Make the list of whom to help anew from some of the people, in some order."""
    numbers = drill.case.master(["supply_point", "flow", "lat"])
    numbers = numbers.loc[(numbers["flow"] == 1) & numbers["lat"].notna(), "supply_point"].tolist()[: len(NAMES)]

    def make(places=(0, 1, 2, 3, 4, 5)):
        lines = ["宛名番号,氏名,供給地点特定番号,要介護度"]
        lines += [f"P{place},{NAMES[place]},{numbers[place]},要介護{place % 5 + 1}" for place in places]
        path = tmp_path / "support.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        run("evacuationsupport", {"CASE": str(drill.case.folder), "SUPPORT_LIST": str(path), "NAMES": True})

    make()
    return make


@pytest.fixture
def package(drill, run, support, tmp_path):
    """Return `package(team)`: the folder for a tablet."""

    def made(team, **more):
        found = run(
            "fieldpackage",
            {
                "CASE": str(drill.case.folder),
                "COLUMNS": "name,key",
                "RECIPIENT": team,
                "FOLDER": str(tmp_path / "out"),
                **more,
            },
        )
        return Path(found["FOLDER"])

    return made


@pytest.fixture
def merge(drill, run):
    """Return `merge(place)`: (outputs, conflicts as a table)."""

    def taken(place):
        found = run("mergefield", {"CASE": str(drill.case.folder), "PACKAGE": str(place), "OUTPUT": "memory:"})
        return found, rows(found["OUTPUT"])

    return taken


def answer(folder, key, response, by, at="2026-01-19T09:30:00", table="evacuationsupport", **more):
    """Answer as an app does: through QGIS's own provider."""
    layer = QgsVectorLayer(layer_uri(Path(folder) / "field.gpkg", table), "field", "ogr")
    fields = layer.fields()
    feature = next(each for each in layer.getFeatures() if each["key"] == key)
    moment = QDateTime.fromString(at, "yyyy-MM-ddTHH:mm:ss")
    values = {"response": response, "response_by": by, "response_at": moment, **more}
    changes = {fields.lookupField(name): value for name, value in values.items()}
    assert layer.dataProvider().changeAttributeValues({feature.id(): changes})


def listed(drill, table="evacuationsupport"):
    return rows(open_layer(layer_uri(drill.case.folder / "layers.gpkg", table), table)).set_index("key")


def moment(value):
    return value.toString("yyyy-MM-dd HH:mm") if isinstance(value, QDateTime) else str(value)[:16].replace("T", " ")


def test_qgis_opens_the_package_with_its_forms_words_constraints_and_pictures(drill, run, package, tmp_path):
    case = str(drill.case.folder)
    run("editcase", {"CASE": case, "AREAS": str(drill.open / "areas.geojson")})
    run("homeaway", {"CASE": case, "CURVES": "yes"})
    run("shelterpower", {"CASE": case, "FACILITIES": str(drill.open / "facilities.geojson")})
    folder = package("第3班", THEMES=["evacuationsupport", "homeaway", "shelterpower"], COLUMNS="name,key,care,curve")
    shutil.move(str(folder), str(tmp_path / "tablet"))
    folder = tmp_path / "tablet"
    project = QgsProject()
    assert project.read(str(folder / "field.qgz"))
    shown = project.mapLayers().values()
    layers = {layer.customProperty("tomoshibi/spec") or layer.name(): layer for layer in shown}
    assert "Areas" in layers and layers["Areas"].readOnly() and layers["Areas"].featureCount() > 5
    assert {"evacuationsupport", "homeaway", "shelterpower"} <= set(layers)
    assert all(layer.isValid() and str(folder) in layer.source() for layer in layers.values())
    layer = layers["evacuationsupport"]
    fields, form = layer.fields(), layer.editFormConfig()
    place = fields.lookupField
    assert layer.editorWidgetSetup(place("response")).type() == "ValueMap"
    words = layer.editorWidgetSetup(place("response")).config()["map"]
    assert {"contacted", "evacuated", "needs_help"} <= {value for each in words for value in each.values()}
    assert layer.editorWidgetSetup(place("row_uuid")).type() == "Hidden"
    photo = layer.editorWidgetSetup(place("photo"))
    assert photo.type() == "ExternalResource" and photo.config()["RelativeStorage"] == 1
    open_ = {field.name() for index, field in enumerate(fields) if not form.readOnly(index)}
    assert open_ == {"response", "response_by", "response_at", "response_note", "photo"}
    hard = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard
    unique = QgsFieldConstraints.Constraint.ConstraintUnique
    assert fields.field(place("row_uuid")).constraints().constraintStrength(unique) == hard
    assert layer.constraintExpression(place("response_by"))
    assert layer.defaultValueDefinition(place("response_at")).applyOnUpdate()
    assert form.initCode() == "" and form.initFunction() == "" and not layer.actions().actions()
    assert layer.customProperty("QFieldSync/is_geometry_locked") and not layer.flags() & layer.LayerFlag.Removable
    assert layers["shelterpower"].readOnly() and "linked_by" not in layers["shelterpower"].fields().names()
    assert "care" in fields.names() and "curve" not in fields.names() and "supply_point" not in fields.names()
    shown = [each["curve_picture"] for each in layer.getFeatures() if each["curve_picture"] != NULL]
    assert shown and all(QImage(str(folder / name)).width() > 300 for name in shown)
    page = (folder / README).read_text(encoding="utf-8-sig")
    told = next(layers["evacuationsupport"].getFeatures())["evidence_until"]
    assert f"データの到達時刻：{told.toString('yyyy年MM月dd日 HH:mm')} まで" in page and "第3班" in page
    assert (folder / "DCIM").is_dir() and "QField" in (folder / README).read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(folder / "field.qgz") as packed:
        content = b"".join(packed.read(name) for name in packed.namelist())
    assert str(drill.case.folder).encode() not in content and b"document.write" not in content
    project.clear()


def test_two_people_answer_and_what_they_disagree_on_is_shown_and_not_overwritten(drill, package, merge):
    first, second = package("第1班"), package("第2班")
    answer(first, "P0", "contacted", "第1班 佐藤", response_note="玄関は裏側")
    answer(first, "P1", "evacuated", "第1班 佐藤")
    answer(second, "P1", "needs_help", "第2班 鈴木", "2026-01-19T10:00:00")
    answer(second, "P2", "nobody", "第2班 鈴木")
    found, conflicts = merge(first)
    assert (found["MERGED"], found["CONFLICTS"]) == (2, 0) and len(conflicts) == 0
    found, conflicts = merge(second)
    assert (found["MERGED"], found["CONFLICTS"]) == (1, 1)
    (conflict,) = conflicts.to_dict("records")
    assert conflict["conflict"] == "answered_twice" and conflict["key"] == "P1" and conflict["name"] == "電力弐郎"
    assert (conflict["field_response"], conflict["home_response"]) == ("needs_help", "evacuated")
    assert conflict["field_by"] == "第2班 鈴木" and conflict["field_at"] == "2026-01-19T10:00:00"
    now = listed(drill)
    assert now["response"].dropna().to_dict() == {"P0": "contacted", "P1": "evacuated", "P2": "nobody"}
    assert now.loc["P0", "response_by"] == "第1班 佐藤" and now.loc["P0", "response_note"] == "玄関は裏側"
    assert moment(now.loc["P0", "response_at"]) == "2026-01-19 09:30"
    before = (drill.case.folder / "field" / "answers.jsonl").read_bytes()
    for place, expected in ((first, 0), (second, 1)):
        again, conflicts = merge(place)
        assert (again["MERGED"], again["CONFLICTS"]) == (0, expected)
    assert listed(drill)["response"].to_dict() == now["response"].to_dict()
    assert (drill.case.folder / "field" / "answers.jsonl").read_bytes() == before
    given = [entry.recipient for entry in drill.case.ledger.entries() if entry.recipient]
    assert given == ["第1班", "第2班"]


def test_what_changed_at_home_or_left_the_list_is_a_conflict_and_rows_are_found_by_the_person(
    drill, package, merge, support
):
    folder = package("第1班")
    for key, response in (("P0", "contacted"), ("P1", "contacted"), ("P2", "contacted"), ("P3", "evacuated")):
        answer(folder, key, response, "第1班")
    support((5, 4, 3, 2, 1))
    layer = open_layer(layer_uri(drill.case.folder / "layers.gpkg", "evacuationsupport"), "home")
    for feature in list(layer.getFeatures()):
        if feature["key"] == "P2":
            index = layer.fields().lookupField("response")
            assert layer.dataProvider().changeAttributeValues({feature.id(): {index: "needs_help"}})
    del layer
    found, conflicts = merge(folder)
    told = conflicts.set_index("key")["conflict"].to_dict()
    assert told == {"P0": "gone", "P2": "changed_at_home"} and found["MERGED"] == 2
    now = listed(drill)["response"].dropna().to_dict()
    assert now == {"P1": "contacted", "P2": "needs_help", "P3": "evacuated"}


def test_a_package_that_comes_back_twice_goes_on_from_what_it_brought(drill, package, merge):
    folder = package("第1班")
    answer(folder, "P0", "nobody", "第1班")
    assert merge(folder)[0]["MERGED"] == 1
    answer(folder, "P0", "contacted", "第1班", "2026-01-19T15:00:00")
    found, conflicts = merge(folder)
    assert (found["MERGED"], len(conflicts)) == (1, 0) and listed(drill).loc["P0", "response"] == "contacted"
    answer(folder, "P0", None, None)
    found, conflicts = merge(folder)
    assert found["MERGED"] == 0 and conflicts["conflict"].tolist() == ["emptied"]
    assert listed(drill).loc["P0", "response"] == "contacted"


def test_a_run_that_is_ended_before_it_notes_what_it_wrote_goes_on_the_next_time(drill, package, merge, monkeypatch):
    from tomoshibi.casefile import packages_field

    folder = package("第1班")
    answer(folder, "P0", "nobody", "第1班")
    with monkeypatch.context() as patch:
        patch.setattr(packages_field, "keep_taken", lambda *_: (_ for _ in ()).throw(OSError(28, "ended here")))
        with pytest.raises(Exception, match="ended here"):
            merge(folder)
    assert listed(drill).loc["P0", "response"] == "nobody"
    found, conflicts = merge(folder)
    assert (found["MERGED"], len(conflicts)) == (0, 0)
    answer(folder, "P0", "contacted", "第1班", "2026-01-19T15:00:00")
    found, conflicts = merge(folder)
    assert (found["MERGED"], len(conflicts)) == (1, 0) and listed(drill).loc["P0", "response"] == "contacted"


def raw(folder, *statements):
    with closing(sqlite3.connect(Path(folder) / "field.gpkg")) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_what_cannot_be_right_in_a_return_is_shown_row_by_row_and_the_rest_is_taken_over(drill, package, merge):
    folder = package("第1班")
    for key in ("P0", "P1", "P2", "P3", "P4"):
        answer(folder, key, "contacted", "第1班")
    table = "evacuationsupport"
    columns = "row_uuid, key, name, response, response_by"
    raw(
        folder,
        f"UPDATE {table} SET response = 12345 WHERE key = 'P0'",
        f"UPDATE {table} SET response = '<script>alert(1)</script>' WHERE key = 'P1'",
        f"UPDATE {table} SET name = '電力 別人' WHERE key = 'P2'",
        f"UPDATE {table} SET response_at = 'yesterday' WHERE key = 'P3'",
        f"UPDATE {table} SET geom = x'00112233' WHERE key = 'P4'",
        f"INSERT INTO {table} ({columns})"
        " VALUES ('00000000-0000-4000-8000-000000000000', 'X', '電力 新人', 'contacted', 'x')",
        f"INSERT INTO {table} ({columns}) SELECT row_uuid, key, name, 'needs_help', 'y' FROM {table} WHERE key = 'P5'",
        f"ALTER TABLE {table} ADD COLUMN response_urgency TEXT",
        f"UPDATE {table} SET response_by = replace(hex(zeroblob(500000)), '00', 'あ') WHERE key = 'P4'",
    )
    found, conflicts = merge(folder)
    told = conflicts.set_index("key")["conflict"]
    assert told.to_dict() | {None: 0} == {
        **{"P0": "not_understood", "P1": "not_understood", "P2": "other_person", "P3": "not_understood"},
        **{"P5": "copied", "X": "unknown_row", None: 0},
    }
    strange = conflicts[conflicts["conflict"] == "newer_columns"]
    assert strange["detail"].tolist() == ["response_urgency"]
    now = listed(drill)
    assert now["response"].dropna().to_dict() == {"P4": "contacted"} and found["MERGED"] == 1
    assert len(now.loc["P4", "response_by"]) == 2000


def test_times_written_as_utc_come_back_as_japanese_times(drill, package, merge):
    folder = package("第1班")
    answer(folder, "P0", "contacted", "第1班")
    raw(folder, "UPDATE evacuationsupport SET response_at = '2026-01-19T00:30:00.000Z' WHERE key = 'P0'")
    assert merge(folder)[0]["MERGED"] == 1
    assert moment(listed(drill).loc["P0", "response_at"]) == "2026-01-19 09:30"


def test_what_an_app_left_in_its_journal_is_taken_over_and_the_return_stays_as_it_was(drill, package, merge, tmp_path):
    folder = package("第1班")
    connection = sqlite3.connect(folder / "field.gpkg", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("UPDATE evacuationsupport SET response = 'nobody', response_by = 'QField' WHERE key = 'P1'")
    shutil.copytree(folder, tmp_path / "back")
    connection.close()
    assert (tmp_path / "back" / "field.gpkg-wal").stat().st_size > 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "back").glob("field.gpkg*")}
    assert merge(tmp_path / "back")[0]["MERGED"] == 1
    assert listed(drill).loc["P1", "response"] == "nobody"
    assert {path.name: path.read_bytes() for path in (tmp_path / "back").glob("field.gpkg*")} == before


def test_a_zip_of_the_folder_is_read_and_photos_go_into_the_case(drill, package, merge, tmp_path):
    folder = package("第1班")
    answer(folder, "P0", "contacted", "第1班", photo="DCIM/door.jpg")
    answer(folder, "P1", "contacted", "第1班", photo="../../secret.jpg")
    (folder / "DCIM" / "door.jpg").write_bytes(b"\xff\xd8\xff" + b"x" * 100)
    (folder.parent / "secret.jpg").write_bytes(b"\xff\xd8\xffsecret")
    with zipfile.ZipFile(tmp_path / "back.zip", "w") as packed:
        for path in folder.rglob("*"):
            if path.is_file():
                packed.write(path, Path(folder.name) / path.relative_to(folder))
        packed.writestr("../../outside.gpkg", b"nothing")
    with pytest.raises(Exception, match="damaged"):
        merge(tmp_path / "back.zip")
    assert not (tmp_path / "outside.gpkg").exists()
    with zipfile.ZipFile(tmp_path / "good.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for path in folder.rglob("*"):
            if path.is_file():
                packed.write(path, Path(folder.name) / path.relative_to(folder))
    assert merge(tmp_path / "good.zip")[0]["MERGED"] == 2 and merge(folder)[0]["MERGED"] == 0
    kept = sorted((drill.case.folder / "field" / "photos").iterdir())
    assert len(kept) == 1 and kept[0].read_bytes().startswith(b"\xff\xd8\xffx")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_damaged_files_and_strangers_are_refused_and_nothing_is_changed(drill, package, complaint, tmp_path):
    folder = package("第1班")
    answer(folder, "P0", "contacted", "第1班")
    before = listed(drill)["response"].to_dict()

    def refused(place):
        return complaint("mergefield", {"CASE": str(drill.case.folder), "PACKAGE": str(place), "OUTPUT": "memory:"})

    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "field.gpkg").symlink_to(folder / "field.gpkg")
    assert "link" in refused(linked)
    damaged = tmp_path / "damaged.gpkg"
    damaged.write_bytes((folder / "field.gpkg").read_bytes()[:20000])
    assert "damaged" in refused(damaged)
    assert "no field package" in refused(drill.case.folder / "layers.gpkg")
    assert "not there" in refused(tmp_path / "nothing.gpkg")
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    raw(
        other, "UPDATE evacuationsupport SET row_uuid = '00000000-0000-4000-8000-' || substr('00000000000' || fid, -12)"
    )
    assert "sent from this case" in refused(other)
    hostile = tmp_path / "hostile.gpkg"
    with closing(sqlite3.connect(hostile)) as connection:
        connection.execute("CREATE VIEW evacuationsupport AS SELECT randomblob(1) AS row_uuid, 'contacted' AS response")
    assert "no field package" in refused(hostile)
    assert listed(drill)["response"].to_dict() == before


def test_dwellings_and_visits_come_back_into_lists_that_had_no_such_columns(
    drill, run, merge, package, support, tmp_path
):
    case = str(drill.case.folder)
    run("homeaway", {"CASE": case})
    run("visitplan", {"CASE": case, "LIST": str(tmp_path / "support.csv")})
    home = layer_uri(drill.case.folder / "layers.gpkg", "homeaway")
    with closing(sqlite3.connect(drill.case.folder / "layers.gpkg")) as connection:
        # as an earlier version made it
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for name in ("response_by", "response_at", "response_note"):
            connection.execute(f"ALTER TABLE homeaway DROP COLUMN {name}")
        connection.commit()
    folder = package("第1班", THEMES=["homeaway", "visitplan"], COLUMNS="homeaway.supply_point visitplan.key")
    field = QgsVectorLayer(layer_uri(folder / "field.gpkg", "homeaway"), "field", "ogr")
    feature = next(field.getFeatures())
    number, place = feature["supply_point"], field.fields().lookupField
    field.dataProvider().changeAttributeValues(
        {feature.id(): {place("response"): "contacted", place("response_by"): "第1班"}}
    )
    del field
    answer(folder, "P2", "nobody", "第1班", table="visitplan")
    visits = QgsVectorLayer(layer_uri(folder / "field.gpkg", "visitplan"), "visits", "ogr")
    assert visits.isSpatial() and not next(visits.getFeatures()).geometry().isNull()
    del visits
    found, conflicts = merge(folder)
    assert (found["MERGED"], len(conflicts)) == (2, 0)
    now = rows(open_layer(home, "home")).set_index("supply_point")
    assert now.loc[number, "response"] == "contacted" and now.loc[number, "response_by"] == "第1班"
    assert listed(drill, "visitplan").loc["P2", "response"] == "nobody"
    run("visitplan", {"CASE": case, "LIST": str(tmp_path / "support.csv")})
    assert listed(drill, "visitplan").loc["P2", "response"] == "nobody", "made anew, it keeps what was answered"


def test_a_case_that_forbids_it_makes_no_package_and_columns_about_people_must_be_named(
    drill, package, complaint, tmp_path
):
    given = {"CASE": str(drill.case.folder), "RECIPIENT": "第1班", "FOLDER": str(tmp_path / "no")}
    said = complaint("fieldpackage", {**given, "COLUMNS": "address"})
    assert "address" in said
    folder = package("第1班", COLUMNS="")
    names = set(QgsVectorLayer(layer_uri(folder / "field.gpkg", "evacuationsupport"), "f", "ogr").fields().names())
    assert not names & {"name", "key", "supply_point", "care", "need", "curve"} and "priority" in names
    drill.case.change(replace(drill.case.info, no_export=True))
    assert "forbids" in complaint("fieldpackage", given)
    assert not (tmp_path / "no").exists()

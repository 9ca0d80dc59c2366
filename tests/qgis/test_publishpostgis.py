"""Results in a shared database, through the public algorithm and a real server: seats, roles, answers, conflicts."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from qgis.core import QgsDataSourceUri, QgsProviderRegistry, QgsVectorLayer
from tomoshibi.casefile.case import Case
from tomoshibi.layers.postgis import removal
from tomoshibi.layers.postgis.database import Database, DatabaseError
from tomoshibi.layers.postgis.sql import Sql, filled
from tomoshibi.tests import database
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

pytestmark = pytest.mark.skipif(database.binaries() is None, reason="no PostgreSQL server with PostGIS is installed")
NAMES = [f"電力 {number}子" for number in range(240)]
LIST = "noto_personal.evacuationsupport_list"


@pytest.fixture(scope="module")
def server(hq_server):
    return hq_server


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("seats"), seed=5, meters=2000)


@pytest.fixture
def drill(once, tmp_path):
    shutil.copytree(once.case.folder, tmp_path / "case")
    return replace(once, case=Case.open(tmp_path / "case"))


@pytest.fixture
def login(server, monkeypatch):
    """Return `login(user)`: let QGIS in this process reach the service `hq` as a login."""

    def be(user):
        for name, value in server.environment(user).items():
            monkeypatch.setenv(name, value)

    for schema in ("noto", "noto_personal"):
        server.rows(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    be(database.OWNER)
    return be


@pytest.fixture
def support(drill, run, tmp_path):
    """Return `support(places)`: make the list of whom to help from some of the people, in that order."""
    master = drill.case.master(["supply_point", "flow", "lat"])
    numbers = master.loc[(master["flow"] == 1) & master["lat"].notna(), "supply_point"].tolist()[: len(NAMES)]

    def make(places, ids=True):
        lines = ["宛名番号,氏名,供給地点特定番号,要介護度"]
        for row, at in enumerate(places):
            lines.append(f"{f'P{at}' if ids else ''},{NAMES[at]},{numbers[at]},要介護{row % 5 + 1}")
        path = tmp_path / "support.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        run("evacuationsupport", {"CASE": str(drill.case.folder), "SUPPORT_LIST": str(path), "NAMES": True})

    return make


@pytest.fixture
def publish(drill, run, server, login):
    """Return `publish(themes)`: publish, let the logins in, return the outputs."""

    def done(*themes, **more):
        case = {"CASE": str(drill.case.folder), "CONNECTION": "service=hq", "SCHEMA": "noto"}
        found = run(
            "publishpostgis", {**case, **({"THEMES": list(themes)} if themes else {}), "OUTPUT": "memory:", **more}
        )
        server.rows(
            f"GRANT noto_view TO {database.VIEWER}; GRANT noto_respond, noto_personal TO {database.RESPONDER};"
            f"GRANT noto_personal TO {database.KEEPER}"
        )
        return found

    return done


def in_case(drill, columns="key, response"):
    with closing(sqlite3.connect(drill.case.folder / "layers.gpkg")) as connection:
        return dict(connection.execute(f"SELECT {columns} FROM evacuationsupport").fetchall())


def in_database(server, columns="key, response", where="gone_since IS NULL"):
    return dict(server.rows(f"SELECT {columns} FROM {LIST} WHERE {where}"))


def answer_in_case(drill, key, response):
    with closing(sqlite3.connect(drill.case.folder / "layers.gpkg", isolation_level=None)) as connection:
        for name in [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE evacuationsupport SET response = ? WHERE key = ?", (response, key))


def answer(server, key, response, user=database.RESPONDER):
    server.rows(f"UPDATE {LIST} SET response = '{response}' WHERE key = '{key}'", user)


@pytest.mark.parametrize("setting", ["on", "off"])
def test_names_and_texts_that_are_sql_change_nothing_in_the_server(provider, server, login, setting):
    name, text = "x\"; DROP SCHEMA noto; --'", "\\'; DROP SCHEMA noto; --\" $$ {0} %s"
    server.rows(f"CREATE SCHEMA noto AUTHORIZATION {database.OWNER}")
    found = Database("service=hq").run(
        filled(
            "SET LOCAL standard_conforming_strings = {setting:name};"
            "CREATE TABLE noto.{name:name} ({name:name} text); INSERT INTO noto.{name:name} VALUES ({text:literal});"
            "SELECT {name:name} FROM noto.{name:name}",
            setting=setting,
            name=name,
            text=text,
        )
    )
    assert found == [[text]]
    assert server.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'noto'") == [(name,)]


def test_a_list_published_again_keeps_its_rows_and_answers_come_into_the_case(drill, server, publish, support):
    support(range(4))
    first = publish("evacuationsupport")
    assert (first["TABLES"], first["ROWS"], first["UNSURE"], first["CONFLICTS"]) == (1, 4, 0, 0)
    keys = in_database(server, "key, row_key")
    answer(server, "P1", "needs_help")
    support([3, 4, 1, 0])
    again = publish("evacuationsupport")
    assert again["TAKEN"] == 1 and again["CONFLICTS"] == 0
    assert in_case(drill) == {"P0": None, "P1": "needs_help", "P3": None, "P4": None}
    now = in_database(server, "key, row_key")
    assert {key: now[key] for key in ("P0", "P1", "P3")} == {key: keys[key] for key in ("P0", "P1", "P3")}
    assert now["P4"] > max(keys.values())
    assert in_database(server, where="gone_since IS NOT NULL") == {"P2": None}


def test_who_is_gone_keeps_the_answer_and_gets_it_back(drill, server, publish, support, feedback):
    support(range(3))
    publish("evacuationsupport")
    answer(server, "P2", "evacuated")
    support([0, 1])
    assert publish("evacuationsupport")["GONE"] == 1
    assert any("gone from the lists" in line for line in feedback.warnings)
    assert in_database(server, where="gone_since IS NOT NULL") == {"P2": "evacuated"}
    support([0, 2])
    assert publish("evacuationsupport")["TAKEN"] == 1
    assert in_case(drill) == {"P0": None, "P2": "evacuated"}


def test_answers_of_the_case_go_to_the_database_and_what_both_changed_is_left(drill, server, publish, support):
    support(range(3))
    publish("evacuationsupport")
    answer_in_case(drill, "P0", "contacted")
    answer_in_case(drill, "P1", "contacted")
    answer(server, "P1", "needs_help")
    found = publish("evacuationsupport")
    assert (found["GIVEN"], found["TAKEN"], found["CONFLICTS"]) == (1, 0, 1)
    assert in_database(server) == {"P0": "contacted", "P1": "needs_help", "P2": None}
    assert in_case(drill) == {"P0": "contacted", "P1": "contacted", "P2": None}
    told = rows(found["OUTPUT"]).iloc[0]
    assert (told["conflict"], told["key"]) == ("changed_at_home", "P1")
    assert (told["field_response"], told["home_response"]) == ("needs_help", "contacted")
    # somebody settles it on one side
    answer_in_case(drill, "P1", "needs_help")
    assert publish("evacuationsupport")["CONFLICTS"] == 0
    answer(server, "P0", "evacuated")
    assert publish("evacuationsupport")["TAKEN"] == 1 and in_case(drill)["P0"] == "evacuated"


def test_people_who_are_alike_get_new_rows_and_it_is_said(drill, server, publish, support, feedback):
    support([0, 0, 1], ids=False)
    publish("evacuationsupport")
    keys = {row[0] for row in server.rows(f"SELECT row_key FROM {LIST} WHERE name = '{NAMES[0]}'")}
    server.rows(f"UPDATE {LIST} SET response = 'contacted' WHERE row_key = {min(keys)}", database.RESPONDER)
    # the list as it is has the same rows; one that is made anew has other ones
    support([0, 1, 0], ids=False)
    found = publish("evacuationsupport")
    assert found["UNSURE"] == 2 and found["GONE"] == 1
    assert any("not known again with certainty" in line for line in feedback.warnings)
    new = server.rows(f"SELECT row_key, response FROM {LIST} WHERE name = '{NAMES[0]}' AND gone_since IS NULL")
    assert not keys & {row[0] for row in new} and {row[1] for row in new} == {None}


def test_two_hundred_edits_at_once_and_a_re_run_between_them_lose_nothing(drill, server, publish, support, run):
    support(range(220))
    publish("evacuationsupport")
    keys = in_database(server, "key, row_key")
    ready, go, wrong = threading.Barrier(201), threading.Event(), []

    def edit(at):
        try:
            with closing(server.connect(database.RESPONDER)) as connection, connection.cursor() as cursor:
                ready.wait(120)
                if at % 2:
                    go.wait(120)
                # as QGIS saves: by the key of a row that it read before the re-run
                sql = f"UPDATE {LIST} SET response = %s, response_note = %s WHERE row_key = %s"
                cursor.execute(sql, ("needs_help", f"for P{at}", keys[f"P{at}"]))
                if cursor.rowcount != 1:
                    wrong.append(at)
        except Exception as error:
            wrong.append(repr(error))

    seats = [threading.Thread(target=edit, args=(at,)) for at in range(200)]
    for seat in seats:
        seat.start()
    # another order, twenty more, ten that are gone
    support([*range(239, 199, -1), *range(199, 9, -1)])
    ready.wait(120)
    go.set()
    publish("evacuationsupport")
    for seat in seats:
        seat.join(120)
    assert wrong == []
    told = in_database(server, "key, response_note", "true")
    assert {key: told[key] for key in told if int(key[1:]) < 200} == {f"P{at}": f"for P{at}" for at in range(200)}
    assert {told[f"P{at}"] for at in range(200, 240)} == {None}
    assert {key: key_now for key, key_now in in_database(server, "key, row_key", "true").items() if key in keys} == keys
    publish("evacuationsupport")
    assert in_case(drill, "key, response_note") == {
        f"P{at}": f"for P{at}" if at < 200 else None for at in range(10, 240)
    }


def test_two_seats_that_change_other_fields_of_one_row_at_once_both_are_kept(server, publish, support):
    support(range(2))
    publish("evacuationsupport")
    one, two = server.connect(database.RESPONDER), server.connect(database.RESPONDER)
    one.autocommit = False
    with closing(one), closing(two):
        one.cursor().execute(f"UPDATE {LIST} SET response = 'contacted' WHERE key = 'P0'")
        later = threading.Thread(
            target=lambda: two.cursor().execute(f"UPDATE {LIST} SET response_note = 'at the school' WHERE key = 'P0'")
        )
        later.start()
        one.commit()
        later.join(60)
    assert server.rows(f"SELECT response, response_note FROM {LIST} WHERE key = 'P0'") == [
        ("contacted", "at the school")
    ]


DENIED = [
    (database.VIEWER, f"SELECT count(*) FROM {LIST}"),
    (database.VIEWER, "SELECT count(*) FROM noto_personal.evacuationsupport"),
    (database.VIEWER, "SELECT count(*) FROM noto_personal.qgis_projects"),
    (database.VIEWER, "UPDATE noto.shelterpower SET name = 'x'"),
    (database.VIEWER, "CREATE TABLE noto.x (a int)"),
    (database.KEEPER, f"UPDATE {LIST} SET response = 'contacted'"),
    (database.KEEPER, "SELECT count(*) FROM noto_personal.evacuationsupport_response"),
    (database.RESPONDER, f"UPDATE {LIST} SET name = 'x'"),
    (database.RESPONDER, "DELETE FROM noto_personal.evacuationsupport"),
    (database.RESPONDER, "SELECT count(*) FROM noto_personal.tomoshibi_row"),
]


def test_each_role_does_what_it_may_and_nothing_else(drill, server, publish, support, run):
    import psycopg2

    run("shelterpower", {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")})
    support(range(3))
    assert publish("evacuationsupport", "shelterpower")["TABLES"] == 2
    for user, sql in DENIED:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            server.rows(sql, user)
    assert server.rows("SELECT count(*) FROM noto.shelterpower", database.VIEWER)[0][0] > 0
    assert server.rows(f"SELECT count(*) FROM {LIST}", database.KEEPER) == [(3,)]
    answer(server, "P0", "contacted")
    assert server.rows(
        "SELECT changed_by FROM noto_personal.evacuationsupport_response WHERE response = 'contacted'"
    ) == [(database.RESPONDER,)]
    columns = server.rows("SELECT column_name FROM information_schema.columns WHERE table_schema = 'noto'")
    from tomoshibi.layers.public_themes import COUNTS, PERSONAL_COLUMNS

    assert not {row[0] for row in columns} & (PERSONAL_COLUMNS | COUNTS)


def boundary_of(drill, run, folder, count):
    """Give the case a boundary of the first parts of its own."""
    whole = json.loads((drill.open / "municipality.geojson").read_text(encoding="utf-8"))
    path = folder / f"boundary{count}.geojson"
    path.write_text(json.dumps({**whole, "features": whole["features"][:count]}), encoding="utf-8")
    run("editcase", {"CASE": str(drill.case.folder), "BOUNDARY": str(path)})


def test_seats_see_the_boundary_below_and_it_follows_the_case(drill, server, publish, support, run, tmp_path):
    import psycopg2

    run("shelterpower", {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")})
    support(range(2))
    themes = ("evacuationsupport", "shelterpower")
    assert publish(*themes)["TABLES"] == 2
    # a case without one has a project without one
    assert set(seat(server, database.VIEWER, "noto")["layers"]) == {"shelterpower"}
    parts = len(json.loads((drill.open / "municipality.geojson").read_text(encoding="utf-8"))["features"])
    for count in (parts, 1):
        boundary_of(drill, run, tmp_path, count)
        found = publish(*themes)
        assert (found["TABLES"], found["UNSURE"], found["CONFLICTS"]) == (2, 0, 0)
        for user, schema in ((database.VIEWER, "noto"), (database.KEEPER, "noto_personal")):
            land = seat(server, user, schema)["layers"]["Municipality"]
            assert (land["valid"], land["rows"], land["readonly"]) == (True, count, True)
            assert "user=" not in land["source"]
    assert parts > 1
    held = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'noto' AND table_name = 'boundary'"
    assert {row[0] for row in server.rows(held)} == {"row_key", "geom"}
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        server.rows("DELETE FROM noto.boundary", database.VIEWER)
    assert not server.rows("SELECT 1 FROM information_schema.tables WHERE table_name LIKE '\\_in\\_%'")
    # one that cannot be read any more leaves what seats have
    (drill.case.folder / "context.gpkg").unlink()
    publish("shelterpower")
    assert seat(server, database.VIEWER, "noto")["layers"]["Municipality"]["rows"] == 1
    [[mark]] = server.rows("SELECT mark FROM noto_personal.tomoshibi_case")
    assert removal.drop(Database("service=hq"), "noto", mark)
    assert server.rows("SELECT to_regclass('noto.boundary') IS NULL") == [(True,)]


DRAWN = ("QgsCategorizedSymbolRenderer", "QgsRuleBasedRenderer", "QgsGraduatedSymbolRenderer")
"""Renderers of a style; a layer without one has a single symbol."""
SEAT = """
import json, sys
from qgis.core import QgsApplication, QgsExpression, QgsExpressionContext, QgsExpressionContextUtils, QgsProject
application = QgsApplication([], True)
application.initQgis()
project = QgsProject.instance()
read = project.read("postgresql://?service=hq&sslmode=disable&schema=" + sys.argv[1] + "&project=situation")
layers = {}
for layer in project.mapLayers().values():
    edited = None
    if len(sys.argv) > 2 and layer.isValid() and not layer.readOnly():
        place = layer.fields().lookupField("response")
        row = next(one for one in layer.getFeatures() if one["key"] == sys.argv[2])
        edited = layer.startEditing() and layer.changeAttributeValue(row.id(), place, "needs_help")
        edited = bool(edited and layer.commitChanges())
    layers[layer.customProperty("tomoshibi/spec") or layer.name()] = {
        "valid": layer.isValid(), "rows": layer.featureCount(), "renderer": type(layer.renderer()).__name__,
        "source": layer.source(), "readonly": layer.readOnly(), "edited": edited,
    }
context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(None))
context.appendScope(QgsExpressionContextUtils.projectScope(project))
told = QgsExpression.replaceExpressionText(project.readEntry("TitleLabel", "/Label")[0], context)
print("SEAT" + json.dumps({"read": read, "title": project.title(), "layers": layers, "told": told}))
sys.stdout.flush()
import os
os._exit(0)
"""


def seat(server, user, schema, *more):
    environment = {**os.environ, **server.environment(user)}
    done = subprocess.run(
        [sys.executable, "-c", SEAT, schema, *more],
        env=environment,
        capture_output=True,
        timeout=120,
        check=False,
    )
    line = next(one for one in done.stdout.decode().splitlines() if one.startswith("SEAT"))
    return json.loads(line[4:])


def test_the_project_opens_from_the_database_on_seats_of_other_roles(drill, server, publish, support, run):
    run("shelterpower", {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")})
    run("meshoutage", {"CASE": str(drill.case.folder)})
    support(range(3))
    publish("evacuationsupport", "shelterpower", "meshoutage")
    viewer = seat(server, database.VIEWER, "noto")
    assert viewer["read"] and viewer["title"].startswith("[Drill]")
    assert set(viewer["layers"]) == {"shelterpower", "meshoutage"}
    for layer in viewer["layers"].values():
        assert layer["valid"] and layer["rows"] > 0 and layer["readonly"]
        assert layer["renderer"] in DRAWN
    power = QgsVectorLayer(f"{drill.case.folder / 'layers.gpkg'}|layername=shelterpower", "power", "ogr")
    as_of = rows(power)["as_of"].iloc[0].toPyDateTime()
    first, *results = viewer["told"].splitlines()
    assert first.startswith("[Drill]") and len(results) == 2
    assert any(one.endswith(f" as of {as_of.month}/{as_of.day} {as_of:%H:%M}") for one in results), viewer["told"]
    assert not seat(server, database.VIEWER, "noto_personal")["read"]
    responder = seat(server, database.RESPONDER, "noto_personal", "P1")
    assert set(responder["layers"]) == {"shelterpower", "meshoutage", "evacuationsupport"}
    assert all(layer["valid"] for layer in responder["layers"].values())
    assert responder["layers"]["evacuationsupport"]["edited"]
    assert in_database(server) == {"P0": None, "P1": "needs_help", "P2": None}
    assert server.rows("SELECT changed_by FROM noto_personal.evacuationsupport_response") == [(database.RESPONDER,)]
    told = server.rows("SELECT content FROM noto_personal.qgis_projects")[0][0]
    assert database.PASSPHRASE.encode() not in bytes(told)


def test_styles_are_kept_in_the_database_as_qgis_keeps_them(drill, server, publish, support, login):
    support(range(2))
    publish("evacuationsupport")
    login(database.KEEPER)
    uri = "service='hq' key='row_key' srid=6668 type=Point table=\"noto_personal\".\"evacuationsupport_list\" (geom)"
    layer = QgsVectorLayer(uri, "list", "postgres")
    assert layer.isValid() and layer.customProperty("tomoshibi/spec") == "evacuationsupport"
    assert layer.fields().lookupField("response") >= 0
    assert layer.editorWidgetSetup(layer.fields().lookupField("response")).type() == "ValueMap"


def test_what_the_login_may_not_make_is_told_as_sql_for_the_administrator(drill, server, complaint, login, run):
    run("shelterpower", {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")})
    given = {"CASE": str(drill.case.folder), "CONNECTION": f"service={database.VIEWER}", "SCHEMA": "wajima"}
    said = complaint("publishpostgis", given)
    assert "CREATE ROLE" in said and 'CREATE SCHEMA "wajima" AUTHORIZATION "tomo_viewer"' in said
    assert server.rows("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'wajima%'") == [(0,)]
    sql = said.split("run once:")[1].split("\n")[0]
    server.rows(sql)
    # what it was told is enough
    found = run("publishpostgis", given)
    assert found["TABLES"] == 1
    server.rows("DROP SCHEMA wajima CASCADE; DROP SCHEMA wajima_personal CASCADE")


def test_a_schema_of_another_case_is_left_alone(drill, server, publish, support, complaint, tmp_path):
    support(range(2))
    publish("evacuationsupport")
    (drill.case.folder / "postgis.json").unlink()
    said = complaint("publishpostgis", {"CASE": str(drill.case.folder), "CONNECTION": "service=hq", "SCHEMA": "noto"})
    assert "holds something else, or another case" in said


def test_passwords_are_refused_as_parameters_and_stand_nowhere(
    drill, server, publish, support, complaint, log, feedback
):
    for text, why in (
        ("service=hq password='geheim'", "A password does not belong into a parameter"),
        ("nosuch", "There is no PostgreSQL connection “nosuch”"),
    ):
        said = complaint("publishpostgis", {"CASE": str(drill.case.folder), "CONNECTION": text, "SCHEMA": "noto"})
        assert "geheim" not in said and why in said
    metadata = QgsProviderRegistry.instance().providerMetadata("postgres")
    uri = (
        f"dbname='{database.DATABASE}' host=127.0.0.1 port={server.port} user='{database.OWNER}' "
        f"password='{database.PASSPHRASE}' sslmode=disable"
    )
    connection = metadata.createConnection(uri, {"saveUsername": True, "savePassword": True})
    metadata.saveConnection(connection, "seats")
    try:
        support(range(2))
        found = publish("evacuationsupport", CONNECTION="seats")
    finally:
        metadata.deleteConnection("seats")
    assert found["TABLES"] == 1
    project = bytes(server.rows("SELECT content FROM noto_personal.qgis_projects")[0][0])
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(project)) as packed:
        text = "".join(
            packed.read(name).decode("utf-8", "ignore") for name in packed.namelist() if name.endswith("qgs")
        )
    assert "host=127.0.0.1" in text and database.PASSPHRASE not in text and database.OWNER not in text
    styles = "".join(row[0] for row in server.rows("SELECT styleqml::text FROM public.layer_styles"))
    assert str(drill.case.folder) not in text + styles and database.PASSPHRASE not in styles
    kept = [path for path in drill.case.folder.rglob("*") if path.is_file() and path.suffix in (".json", ".jsonl")]
    everything = [path.read_text(encoding="utf-8", errors="ignore") for path in kept]
    everything += [*feedback.infos, *feedback.warnings, *feedback.errors, *(line[2] for line in log)]
    assert not any(database.PASSPHRASE in one for one in everything)


def test_a_case_that_forbids_export_publishes_no_people(drill, run, complaint, login, support):
    support(range(2))
    run("editcase", {"CASE": str(drill.case.folder), "NO_EXPORT": "yes"})
    given = {"CASE": str(drill.case.folder), "CONNECTION": "service=hq", "SCHEMA": "noto"}
    assert "forbids" in complaint("publishpostgis", {**given, "THEMES": ["evacuationsupport"]})


@pytest.mark.parametrize("schema", ["public", "Noto", "a b", "pg_x", "x; DROP TABLE y", ""])
def test_a_name_that_no_schema_can_have_is_refused(drill, complaint, login, schema):
    given = {"CASE": str(drill.case.folder), "CONNECTION": "service=hq", "SCHEMA": schema}
    assert "schema" in complaint("publishpostgis", given)


def test_the_ledger_says_what_lies_where(drill, server, publish, support):
    support(range(2))
    publish("evacuationsupport")
    places = [entry.path for entry in drill.case.ledger.entries() if entry.algorithm == "tomoshibi:publishpostgis"]
    assert {f"postgres: hq noto_personal.{name}" for name in ("evacuationsupport", "qgis_projects")} <= set(places)
    assert Path(drill.case.folder / "postgis.json").is_file()


@pytest.fixture
def disposal(run, drill, tmp_path, monkeypatch):
    """Return `disposal()`: dispose of the case; only a folder of our own is searched for temporary files."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    given = {"CASE": str(drill.case.folder), "CONFIRM": "破棄する", "DRY_RUN": False, "REPORT": str(tmp_path / "r.txt")}
    return lambda **more: run("dispose", {**given, **more})


def test_a_disposal_drops_what_was_published_and_shows_it(drill, server, publish, support, disposal, feedback):
    support(range(3))
    publish("evacuationsupport")
    planned = disposal(DRY_RUN=True)
    assert "postgres: hq noto" in planned["DETAILS"] and planned["OUTSTANDING"] == 0
    assert server.rows("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'noto%'") == [(2,)]
    found = disposal()
    assert found["REMAINING"] == 0, feedback.warnings
    assert server.rows("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'noto%'") == [(0,)]
    assert server.rows("SELECT count(*) FROM public.layer_styles WHERE f_table_schema LIKE 'noto%'") == [(0,)]
    deleted = {each["kind"]: each["count"] for each in json.loads(found["DETAILS"])["deleted"]}
    assert deleted["postgis"] == 1


def test_a_database_that_cannot_be_reached_is_said_to_remain(drill, server, publish, support, disposal, feedback):
    support(range(3))
    publish("evacuationsupport")
    path = drill.case.folder / "postgis.json"
    path.write_text(path.read_text(encoding="utf-8").replace("service=hq", "service=nobody"), encoding="utf-8")
    found = disposal()
    assert found["REMAINING"] == 1 and found["PROVEN"] == 0
    assert any("postgres: hq noto" in line for line in feedback.warnings)
    # what is left of the case leads there, so that the next run goes on
    path.write_text(path.read_text(encoding="utf-8").replace("service=nobody", "service=hq"), encoding="utf-8")
    again = disposal()
    assert again["REMAINING"] == 0
    assert server.rows("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'noto%'") == [(0,)]


def test_a_table_of_an_older_version_gets_its_columns_and_loses_no_answer(drill, server, publish, support):
    support(range(3))
    publish("evacuationsupport")
    keys = in_database(server, "key, row_key")
    answer(server, "P1", "contacted")
    server.rows("ALTER TABLE noto_personal.evacuationsupport DROP COLUMN care CASCADE")
    found = publish("evacuationsupport")
    assert found["TAKEN"] == 1 and found["CONFLICTS"] == 0
    assert in_database(server, "key, row_key") == keys
    assert in_database(server) == {"P0": None, "P1": "contacted", "P2": None}
    assert server.rows(f"SELECT count(care) FROM {LIST}") == [(3,)]
    # its view was made anew: the roles may do with it what they might before
    answer(server, "P2", "needs_help")
    assert in_database(server)["P2"] == "needs_help"


def test_an_answer_that_was_emptied_in_the_database_is_left_for_somebody_to_look_at(drill, server, publish, support):
    support(range(2))
    publish("evacuationsupport")
    answer(server, "P0", "contacted")
    publish("evacuationsupport")
    server.rows(f"UPDATE {LIST} SET response = NULL WHERE key = 'P0'", database.RESPONDER)
    found = publish("evacuationsupport")
    assert found["CONFLICTS"] == 1 and rows(found["OUTPUT"]).iloc[0]["conflict"] == "emptied"
    assert in_case(drill)["P0"] == "contacted" and in_database(server)["P0"] is None


def test_connections_that_end_in_the_middle_cost_no_answer_and_leave_nothing(
    drill, server, publish, support, monkeypatch
):
    support(range(4))
    publish("evacuationsupport")
    answer(server, "P1", "needs_help")
    fill = Database.fill

    def and_lose_the_server(self, *given):
        count = fill(self, *given)
        server.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND datname = current_database()"
        )
        return count

    monkeypatch.setattr(Database, "fill", and_lose_the_server)
    support([3, 2, 1, 0, 5])
    found = publish("evacuationsupport")
    expected = {"P0": None, "P1": "needs_help", "P2": None, "P3": None, "P5": None}
    assert found["TAKEN"] == 1 and in_database(server) == in_case(drill) == expected
    assert not server.rows("SELECT 1 FROM information_schema.tables WHERE table_name LIKE '\\_in\\_%'")


def test_a_server_that_is_gone_is_told_as_lost_and_not_as_one_that_refused(server, login):
    path, secrets = server.folder / f"{database.OWNER}.conf", server.folder / "pgpass"
    gone = database.start()
    try:
        told = f"host=127.0.0.1\nport={gone.port}\ndbname={database.DATABASE}\nuser={database.OWNER}\n"
        path.write_text(f"{path.read_text(encoding='utf-8')}[gone]\n{told}", encoding="utf-8")
        line = f"127.0.0.1:{gone.port}:*:*:{database.PASSPHRASE}\n"
        secrets.write_text(f"{secrets.read_text(encoding='utf-8')}{line}", encoding="utf-8")
        kept = Database("service=gone")
        assert kept.identity()
    finally:
        gone.stop()
    for found in (kept, Database("service=gone")):
        with pytest.raises(DatabaseError, match=r"broke off: (no connection|server closed|connection to server)"):
            found.identity()


def test_what_the_connection_itself_says_is_told_and_never_where_it_leads():
    broken = object.__new__(Database)
    broken.uri = QgsDataSourceUri("service='hq' user='somebody' password='geheim'")
    lost = str(broken._failed("Connection error: SELECT 1 returned 1 [server closed the\n connection]"))
    assert "broke off: server closed the connection." in lost
    for words in ("Connection failed", "接続に失敗しました"):
        said = str(broken._failed(f"{words}: service='hq' user='somebody' password='geheim'"))
        assert "geheim" not in said and "somebody" not in said and "cannot be reached" in said


def test_what_somebody_typed_that_is_no_response_stays_with_the_person_and_is_shown(drill, server, publish, support):
    support(range(4))
    publish("evacuationsupport")
    typed = {"P1": "その他'; DROP TABLE x; --", "P2": "安否確認済み"}
    for key, text in typed.items():
        answer(server, key, text.replace("'", "''"))
    # a list without two of them is published, and then one in another order
    support([0, 1])
    assert publish("evacuationsupport")["GONE"] == 1
    support([3, 2, 1, 0])
    found = publish("evacuationsupport")
    assert {key: text for key, text in in_database(server).items() if text} == typed
    conflicts = rows(found["OUTPUT"]).set_index("key")
    assert conflicts["field_response"].to_dict() == typed and set(conflicts["conflict"]) == {"not_understood"}
    assert not any(in_case(drill).values())


def test_a_publication_that_fails_changes_nothing_and_leaves_nothing_behind(drill, server, publish, support, complaint):
    support(range(3))
    publish("evacuationsupport")
    before = server.rows(f"SELECT row_key, key, gone_since FROM {LIST} ORDER BY 1")
    support([2, 1])
    # whatever goes wrong in the middle: here a column that refuses what is written
    server.rows("ALTER TABLE noto_personal.evacuationsupport ADD CONSTRAINT broken CHECK (gone_since IS NULL)")
    given = {"CASE": str(drill.case.folder), "CONNECTION": "service=hq", "SCHEMA": "noto"}
    said = complaint("publishpostgis", {**given, "THEMES": ["evacuationsupport"], "OUTPUT": "memory:"})
    assert "refused" in said and NAMES[2] not in said
    assert server.rows(f"SELECT row_key, key, gone_since FROM {LIST} ORDER BY 1") == before
    left = "SELECT count(*) FROM pg_tables WHERE tablename LIKE '\\_in\\_%' OR tablename LIKE '\\_sync\\_%'"
    assert server.rows(left) == [(0,)]


@pytest.fixture
def people(drill, run, tmp_path):
    """Return `people(rows)`: make the list of whom to help of (supply point, name, care)."""

    def make(*rows):
        path = tmp_path / "support.csv"
        lines = ["供給地点特定番号,氏名,要介護度", *(",".join(row) for row in rows)]
        path.write_text("\n".join(lines), encoding="utf-8")
        run("evacuationsupport", {"CASE": str(drill.case.folder), "SUPPORT_LIST": str(path), "NAMES": True})

    return make


def test_people_whom_nothing_tells_keep_row_and_answer_while_the_list_is_not_made_anew(drill, server, publish, people):
    people(("", "電力太郎", "要介護1"), ("", "電力花子", "要介護1"))
    publish("evacuationsupport")
    keys = in_database(server, "name, row_key")
    server.rows(f"UPDATE {LIST} SET response = 'needs_help' WHERE name = '電力花子'", database.RESPONDER)
    again = publish("evacuationsupport")
    assert (again["UNSURE"], again["GONE"], again["TAKEN"]) == (0, 0, 1)
    assert in_database(server, "name, row_key") == keys
    assert in_database(server, "name, response") == in_case(drill, "name, response")
    assert in_case(drill, "name, response") == {"電力太郎": None, "電力花子": "needs_help"}
    # in another list nobody can say whether it is the same one: the answer is with neither, and is shown
    people(("", "電力次郎", "要介護1"), ("", "電力花子", "要介護1"))
    found = publish("evacuationsupport")
    assert found["GONE"] == 1 and set(in_database(server, "name, response").values()) == {None}
    assert rows(found["OUTPUT"])[["conflict", "name", "field_response"]].values.tolist() == [
        ["gone", "電力花子", "needs_help"]
    ]


def test_the_answer_of_one_of_two_who_are_alike_never_gets_to_the_other(drill, publish, people):
    master = drill.case.master(["supply_point", "flow", "lat"])
    home = master.loc[(master["flow"] == 1) & master["lat"].notna(), "supply_point"].iloc[0]
    people((home, "電力太郎", "要介護5"), (home, "電力太郎", "要介護1"))
    with closing(sqlite3.connect(drill.case.folder / "layers.gpkg", isolation_level=None)) as connection:
        for name in [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE evacuationsupport SET response = 'evacuated' WHERE care = '要介護5'")
    publish("evacuationsupport")
    # the one who is away now needs less care than the other, who stands first therefore
    people((home, "電力太郎", "要介護1"), (home, "電力太郎", "要介護3"))
    assert in_case(drill, "care, response") == {"要介護1": None, "要介護3": None}
    kept = (drill.case.folder / "evacuationsupport-responses.csv").read_text(encoding="utf-8-sig")
    assert kept.count("evacuated") == 1
    found = publish("evacuationsupport")
    assert (found["UNSURE"], found["GONE"]) == (2, 1)


def test_times_are_japanese_whatever_the_zone_of_the_server(drill, server, publish, support):
    server.rows("ALTER DATABASE hq SET timezone TO 'America/New_York'")
    try:
        support(range(3))
        publish("evacuationsupport")
        answer(server, "P1", "contacted")
        support(range(2))
        publish("evacuationsupport")
    finally:
        server.rows("ALTER DATABASE hq RESET timezone")
    near = "BETWEEN (now() AT TIME ZONE 'Asia/Tokyo') - interval '1 hour' AND (now() AT TIME ZONE 'Asia/Tokyo')"
    assert server.rows(f"SELECT gone_since {near} FROM {LIST} WHERE key = 'P2'") == [(True,)]
    assert server.rows(f"SELECT changed_at {near} FROM {LIST} WHERE key = 'P1'") == [(True,)]


def test_what_somebody_wrote_stays_to_the_letter_however_often_it_is_published(drill, server, publish, support):
    support(range(2))
    publish("evacuationsupport")
    note = "　一階\n" + "避難所へ" * 700 + " \n"
    with closing(server.connect(database.RESPONDER)) as connection, connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {LIST} SET response = 'contacted', response_note = %s, response_at = '2026-01-21 05:00:00.75'"
            " WHERE key = 'P1'",
            (note,),
        )
    assert publish("evacuationsupport")["TAKEN"] == 1
    for _ in range(2):
        found = publish("evacuationsupport")
        assert (found["TAKEN"], found["GIVEN"], found["CONFLICTS"]) == (0, 0, 0)
    assert in_database(server, "key, response_note")["P1"] == note == in_case(drill, "key, response_note")["P1"]
    assert server.rows(f"SELECT changed_by FROM {LIST} WHERE key = 'P1'") == [(database.RESPONDER,)]


def test_answers_of_whom_no_list_names_any_more_are_shown_in_the_table_of_conflicts(drill, server, publish, support):
    support(range(3))
    publish("evacuationsupport")
    answer(server, "P2", "needs_help")
    support([0, 1])
    found = publish("evacuationsupport")
    assert (found["GONE"], found["CONFLICTS"]) == (1, 0)
    shown = rows(found["OUTPUT"])
    assert shown[["result", "conflict", "key", "name", "field_response"]].values.tolist() == [
        ["evacuationsupport", "gone", "P2", NAMES[2].replace(" ", ""), "needs_help"]
    ]


def test_who_was_given_the_schema_of_people_otherwise_does_not_get_in(drill, server, publish, support, feedback):
    import psycopg2

    owner, staff = database.OWNER, "tomo_staff"
    server.rows(f"CREATE ROLE {staff} LOGIN PASSWORD '{database.PASSPHRASE}'")
    server.rows(f"CREATE SCHEMA noto_personal AUTHORIZATION {owner}; GRANT USAGE ON SCHEMA noto_personal TO {staff}")
    usual = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner}"
    server.rows(f"{usual} GRANT SELECT ON TABLES TO {staff}; {usual} GRANT USAGE ON SCHEMAS TO {staff}")
    try:
        support(range(3))
        publish("evacuationsupport")
        for table in (LIST, "noto_personal.evacuationsupport", "noto_personal.tomoshibi_row"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                server.rows(f"SELECT count(*) FROM {table}", staff)
    finally:
        server.rows(f"{usual} REVOKE SELECT ON TABLES FROM {staff}; {usual} REVOKE USAGE ON SCHEMAS FROM {staff}")
        server.rows(f"DROP SCHEMA noto_personal CASCADE; DROP SCHEMA noto CASCADE; DROP ROLE {staff}")
    # roles outlive a case: whom an earlier one let in is told
    feedback.warnings.clear()
    publish("evacuationsupport")
    told = next(line for line in feedback.warnings if "open to the logins" in line)
    assert database.KEEPER in told and database.RESPONDER in told and database.VIEWER not in told


def test_a_public_table_of_an_older_version_keeps_no_column_that_is_not_published(drill, server, publish, run):
    run("meshoutage", {"CASE": str(drill.case.folder)})
    publish("meshoutage")
    server.rows("ALTER TABLE noto.meshoutage ADD COLUMN silent bigint")
    server.rows("UPDATE noto.meshoutage SET silent = 3")
    publish("meshoutage")
    assert server.rows("SELECT count(silent), count(*) > 0 FROM noto.meshoutage", database.VIEWER) == [(0, True)]


def test_a_column_of_another_type_in_an_older_version_costs_no_answer(drill, server, publish, support):
    support(range(3))
    publish("evacuationsupport")
    keys = in_database(server, "key, row_key")
    answer(server, "P1", "contacted")
    server.rows("ALTER TABLE noto_personal.evacuationsupport DROP COLUMN care CASCADE")
    server.rows("ALTER TABLE noto_personal.evacuationsupport ADD COLUMN care bigint DEFAULT 7")
    server.rows("ALTER TABLE noto_personal.evacuationsupport_response DROP COLUMN base_response_note")
    assert publish("evacuationsupport")["TAKEN"] == 1
    assert in_database(server, "key, row_key") == keys
    assert in_database(server) == {"P0": None, "P1": "contacted", "P2": None}
    assert in_database(server, "key, care") == {"P0": "要介護1", "P1": "要介護2", "P2": "要介護3"}


def test_what_is_shown_is_remembered_and_the_project_is_there_though_the_case_cannot_take_answers(
    drill, server, publish, support, run, complaint, monkeypatch
):
    run("meshoutage", {"CASE": str(drill.case.folder)})
    support(range(3))
    publish("evacuationsupport")
    answer(server, "P1", "contacted")
    given = {"CASE": str(drill.case.folder), "CONNECTION": "service=hq", "SCHEMA": "noto", "OUTPUT": "memory:"}
    fill = Database.fill
    with closing(sqlite3.connect(drill.case.folder / "layers.gpkg", isolation_level=None)) as another:

        def and_hold_the_case(self, place, *more):
            if "meshoutage" in place.table:
                # another QGIS saves, and does not end
                another.execute("BEGIN IMMEDIATE")
            return fill(self, place, *more)

        monkeypatch.setattr(Database, "fill", and_hold_the_case)
        said = complaint("publishpostgis", {**given, "THEMES": ["evacuationsupport", "meshoutage"]})
    assert "cannot be written" in said and "no other program holds it" in said
    withheld = server.rows("SELECT mesh_code FROM noto.meshoutage WHERE masked", database.VIEWER)
    told = json.loads((drill.case.folder / "handed_over.json").read_text(encoding="utf-8"))["meshoutage"]
    assert withheld and {code for code, shown in told.items() if not shown} == {row[0] for row in withheld}
    assert set(seat(server, database.VIEWER, "noto")["layers"]) == {"meshoutage"}
    # nothing was lost by it
    monkeypatch.setattr(Database, "fill", fill)
    assert publish("evacuationsupport")["TAKEN"] == 1 and in_case(drill)["P1"] == "contacted"


@pytest.fixture
def held(server, monkeypatch):
    """Return `held(sql)`: a seat that has begun to change something and does not end."""
    monkeypatch.setattr("tomoshibi.layers.postgis.tables.WAITS", Sql("SET LOCAL lock_timeout = '200ms'"))
    monkeypatch.setattr("tomoshibi.layers.postgis.removal.WAITS", Sql("SET LOCAL lock_timeout = '200ms'"))
    opened = []

    def hold(sql):
        seat = server.connect(database.RESPONDER)
        seat.autocommit = False
        opened.append(seat)
        seat.cursor().execute(sql)
        return seat

    yield hold
    for one in opened:
        one.close()


def test_a_seat_that_leaves_a_transaction_open_stops_nothing_for_ever_and_is_told(
    drill, server, publish, support, complaint, disposal, held, feedback
):
    support(range(3))
    publish("evacuationsupport")
    seat = held(f"UPDATE {LIST} SET response = 'needs_help' WHERE key = 'P1'")
    answer_in_case(drill, "P1", "contacted")
    answer_in_case(drill, "P0", "contacted")
    given = {"CASE": str(drill.case.folder), "CONNECTION": "service=hq", "SCHEMA": "noto", "OUTPUT": "memory:"}
    support([2, 1, 0])
    server.rows(
        "INSERT INTO noto_personal.evacuationsupport_response (row_key) SELECT row_key FROM "
        + LIST
        + " WHERE key = 'P0'"
    )
    said = complaint("publishpostgis", {**given, "THEMES": ["evacuationsupport"]})
    assert "Somebody holds rows or tables of the database hq" in said
    assert in_database(server) == {"P0": None, "P1": None, "P2": None}
    found = disposal()
    assert found["PROVEN"] == 0 and found["REMAINING"] == 1
    assert any("Somebody holds rows" in line for line in feedback.warnings)
    seat.rollback()
    assert disposal()["REMAINING"] == 0


def test_a_disposal_that_is_led_to_another_database_of_the_same_name_does_not_claim_to_be_done(
    drill, server, publish, support, disposal, login, feedback
):
    name = "moved"
    server.rows(f"CREATE DATABASE {name} OWNER {database.OWNER}", database="postgres")
    server.rows("CREATE EXTENSION postgis", database=name)
    path = server.folder / f"{database.OWNER}.conf"
    told = f"host=127.0.0.1\nport={server.port}\ndbname={name}\nsslmode=disable\nuser={database.OWNER}\n"
    path.write_text(f"{path.read_text(encoding='utf-8')}[{name}]\n{told}", encoding="utf-8")
    leave = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    there = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'noto%'"
    support(range(3))
    publish("evacuationsupport", CONNECTION=f"service={name}")
    server.rows(leave, database="postgres")
    # as where a service or an address leads to a new server: it knows nothing of the case
    server.rows(f"ALTER DATABASE {name} RENAME TO before", database="postgres")
    server.rows(f"CREATE DATABASE {name} OWNER {database.OWNER}", database="postgres")
    found = disposal()
    assert found["PROVEN"] == 0 and found["REMAINING"] == 1
    assert any("leads to another database" in line for line in feedback.warnings)
    assert server.rows(there, database="before") == [(2,)]
    server.rows(leave, database="postgres")
    server.rows(f"DROP DATABASE {name}", database="postgres")
    server.rows(f"ALTER DATABASE before RENAME TO {name}", database="postgres")
    assert disposal()["REMAINING"] == 0 and server.rows(there, database=name) == [(0,)]


def test_postgis_may_stand_in_a_schema_of_its_own(drill, server, publish, support, login):
    name = "apart"
    server.rows(f"CREATE DATABASE {name} OWNER {database.OWNER}", database="postgres")
    server.rows(
        "CREATE SCHEMA gis; GRANT USAGE ON SCHEMA gis TO PUBLIC; CREATE EXTENSION postgis SCHEMA gis", database=name
    )
    server.rows(f'ALTER DATABASE {name} SET search_path = "$user", public, gis', database="postgres")
    path = server.folder / f"{database.OWNER}.conf"
    told = f"host=127.0.0.1\nport={server.port}\ndbname={name}\nsslmode=disable\nuser={database.OWNER}\n"
    path.write_text(f"{path.read_text(encoding='utf-8')}[{name}]\n{told}", encoding="utf-8")
    support(range(3))
    assert publish("evacuationsupport", CONNECTION=f"service={name}")["ROWS"] == 3
    placed = server.rows(f"SELECT count(gis.ST_X(geom)) FROM {LIST}", database=name)
    assert placed == [(3,)]

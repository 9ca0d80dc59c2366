"""What the logs of a real server and of QGIS hold of rows, as docs/seats.md says: settings of the server decide."""

from __future__ import annotations

import time

import pytest
from tomoshibi.layers.postgis.database import Database, DatabaseError, Place
from tomoshibi.messages import Progress
from tomoshibi.tests import database

pytestmark = pytest.mark.skipif(database.binaries() is None, reason="no PostgreSQL server with PostGIS is installed")
PLACE = Place("noto", "people", "", "stage_no")
GOOD, BAD = 1, 9
"""Care levels: the table refuses those of 5 and more."""
SET = {
    "quiet": ("log_statement = 'none'", "log_min_error_statement = 'panic'", "log_error_verbosity = 'terse'"),
    "statements": ("log_statement = 'mod'", "log_parameter_max_length = 0"),
    "parameters": ("log_statement = 'mod'", "log_parameter_max_length = -1"),
    "terse": ("log_error_verbosity = 'terse'",),
}


def configure(server, settings) -> None:
    """Give the server settings, and wait until a new connection has them."""
    for sql in ("ALTER SYSTEM RESET ALL", *(f"ALTER SYSTEM SET {one}" for one in settings)):
        server.rows(sql)
    server.rows("SELECT pg_reload_conf()")
    for one in settings:
        name, value = one.split(" = ")
        wanted = value.strip("'")
        while server.rows(f"SELECT setting FROM pg_settings WHERE name = '{name}'") != [(wanted,)]:
            time.sleep(0.05)


@pytest.fixture
def place(server, monkeypatch):
    """Make a table that refuses some rows; the server has its own settings again afterwards."""
    for name, value in server.environment(database.OWNER).items():
        monkeypatch.setenv(name, value)
    server.rows("DROP SCHEMA IF EXISTS noto CASCADE")
    server.rows(f"CREATE SCHEMA noto AUTHORIZATION {database.OWNER}")
    columns = "stage_no bigint PRIMARY KEY, name text, town text, care integer CHECK (care < 5)"
    server.rows(f"CREATE TABLE noto.people ({columns})", database.OWNER)
    yield PLACE
    server.rows("DROP SCHEMA IF EXISTS noto CASCADE")
    configure(server, ())


@pytest.fixture
def server(hq_server):
    return hq_server


def logged(server, names, care) -> tuple[str, bool]:
    """Return what the server logs of rows that are handed over together, and whether it took them."""
    path = server.folder / "data" / "server.log"
    before = path.stat().st_size
    rows = [((number, name, "SHARED-TOWN", care), None) for number, name in enumerate(names)]
    try:
        Database("service=hq").fill(PLACE, rows, Progress())
        taken = True
    except DatabaseError as error:
        assert not any(name in str(error) for name in names)
        taken = False
    time.sleep(0.2)
    return path.read_bytes()[before:].decode(), taken


@pytest.mark.parametrize(
    ("settings", "care", "has_name", "has_shared"),
    [
        ((), GOOD, False, False),
        ((), BAD, True, True),
        (SET["terse"], BAD, False, True),
        (SET["statements"], GOOD, False, True),
        (SET["parameters"], GOOD, True, True),
        (SET["quiet"], GOOD, False, False),
        (SET["quiet"], BAD, False, False),
    ],
)
def test_what_a_servers_log_holds_of_published_rows_is_what_its_settings_keep(
    server, place, log, settings, care, has_name, has_shared
):
    configure(server, settings)
    text, taken = logged(server, ("NEEDLE-ONE", "NEEDLE-TWO"), care)
    assert taken == (care == GOOD)
    assert ("NEEDLE-" in text, "SHARED-TOWN" in text) == (has_name, has_shared)
    assert not any("NEEDLE-" in line or "SHARED-TOWN" in line for _, _, line in log)


def test_a_seat_whose_edit_is_refused_has_the_statement_in_its_own_log(server, place, log):
    configure(server, ())
    logged(server, ("NEEDLE-ONE", "NEEDLE-TWO"), GOOD)
    path = server.folder / "data" / "server.log"
    layer, before = Database("service=hq").layer(PLACE, "people"), path.stat().st_size
    row = next(layer.getFeatures())
    name, care = (layer.fields().lookupField(one) for one in ("name", "care"))
    assert layer.dataProvider().changeAttributeValues({row.id(): {name: "NEEDLE-SAVED", care: GOOD + 1}})
    assert b"NEEDLE" not in path.read_bytes()[before:] and not any("NEEDLE" in line for _, _, line in log)
    assert not layer.dataProvider().changeAttributeValues({row.id(): {name: "NEEDLE-REFUSED", care: BAD}})
    time.sleep(0.2)
    assert b"NEEDLE-REFUSED" in path.read_bytes()[before:] and any("NEEDLE-REFUSED" in line for _, _, line in log)

"""QGIS Server in front of a published case: public themes as WMS, and nothing about people."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlencode

import pytest
from qgis.PyQt.QtGui import QImage
from tomoshibi.tests import database
from tomoshibi.tests.drill_case import make_drill

SERVER = next(
    (
        path
        for path in (
            shutil.which("qgis_mapserv.fcgi"),
            "/usr/lib/cgi-bin/qgis_mapserv.fcgi",
            "/usr/lib/qgis/qgis_mapserv.fcgi",
        )
        if path and Path(path).is_file()
    ),
    None,
)
pytestmark = [
    pytest.mark.skipif(database.binaries() is None, reason="no PostgreSQL server with PostGIS is installed"),
    pytest.mark.skipif(SERVER is None, reason="QGIS Server is not installed"),
]
PROJECT = "postgresql://?service=hq&sslmode=disable&schema={schema}&project=situation"
BOX = {"SERVICE": "WMS", "VERSION": "1.3.0", "CRS": "EPSG:4326", "STYLES": ""}


@pytest.fixture(scope="module")
def server(hq_server):
    return hq_server


@pytest.fixture
def ask(server, run, tmp_path, monkeypatch):
    """Return `ask(**query)`: (headers, body) of what QGIS Server, which logs in with the role `view`, answers."""
    for name, value in server.environment(database.OWNER).items():
        monkeypatch.setenv(name, value)
    for schema in ("noto", "noto_personal"):
        server.rows(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    drill = make_drill(tmp_path / "drill", seed=5, meters=2000)
    case = {"CASE": str(drill.case.folder)}
    run("shelterpower", {**case, "FACILITIES": str(drill.open / "facilities.geojson")})
    run("meshoutage", case)
    run("homeaway", case)
    themes = ["shelterpower", "meshoutage", "homeaway"]
    found = run(
        "publishpostgis",
        {**case, "CONNECTION": "service=hq", "SCHEMA": "noto", "THEMES": themes, "OUTPUT": "memory:"},
    )
    assert found["TABLES"] == 3
    server.rows(f"GRANT noto_view TO {database.VIEWER}")

    def asked(schema="noto", **query):
        told = urlencode({"MAP": PROJECT.format(schema=schema), **BOX, **query})
        environment = {
            **os.environ,
            **server.environment(database.VIEWER),
            "QT_QPA_PLATFORM": "offscreen",
            "QUERY_STRING": told,
            "REQUEST_METHOD": "GET",
            "SERVER_NAME": "localhost",
            "QGIS_OPTIONS_PATH": str(tmp_path),
        }
        done = subprocess.run([SERVER], env=environment, capture_output=True, timeout=120, check=False)
        headers, body = re.split(rb"\r?\n\r?\n", done.stdout, maxsplit=1)
        return headers.decode(), body

    return asked


def test_public_themes_are_answered_and_people_are_not_there(ask, server):
    headers, body = ask(REQUEST="GetCapabilities")
    told = body.decode("utf-8")
    assert "text/xml" in headers
    names = set(re.findall(r"<Name>([^<]*)</Name>", told))
    assert {"Shelter power", "Outage rate by mesh"} <= names
    assert not [name for name in names if "home" in name.lower()]
    for secret in (database.PASSPHRASE, database.OWNER, "noto_personal", "supply_point"):
        assert secret not in told
    west, south, east, north = server.rows(
        "SELECT public.ST_XMin(e), public.ST_YMin(e), public.ST_XMax(e), public.ST_YMax(e)"
        " FROM (SELECT public.ST_Extent(geom) AS e FROM noto.meshoutage) AS box"
    )[0]
    view = {"BBOX": f"{south},{west},{north},{east}", "WIDTH": 200, "HEIGHT": 200}
    layers = {"LAYERS": "Outage rate by mesh,Shelter power"}
    headers, body = ask(REQUEST="GetMap", FORMAT="image/png", **layers, **view)
    image = QImage.fromData(body)
    assert "image/png" in headers and (image.width(), image.height()) == (200, 200)
    assert len({image.pixelColor(x, y).name() for x in range(200) for y in range(200)}) > 3
    lon, lat, facility = server.rows(
        "SELECT public.ST_X(geom), public.ST_Y(geom), facility_id FROM noto.shelterpower WHERE geom IS NOT NULL LIMIT 1"
    )[0]
    around = {"BBOX": f"{lat - 0.01},{lon - 0.01},{lat + 0.01},{lon + 0.01}", "WIDTH": 101, "HEIGHT": 101}
    asked = {"REQUEST": "GetFeatureInfo", "QUERY_LAYERS": "Shelter power", "LAYERS": "Shelter power", "I": 50, "J": 50}
    asked["FEATURE_COUNT"] = 50
    _, body = ask(**asked, **around, INFO_FORMAT="text/plain", FI_POINT_TOLERANCE=20)
    assert facility and facility in body.decode("utf-8")


def test_the_project_with_people_is_not_answered_to_the_role_that_views(ask):
    _, body = ask("noto_personal", REQUEST="GetCapabilities")
    assert b"<Layer" not in body and b"home" not in body.lower()
    # it did answer: the server, not silence, keeps people back
    assert b"Exception>" in body

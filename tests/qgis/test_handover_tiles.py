"""Vector tiles of public themes: what is in them, who is not, and that QGIS opens them with their style."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from qgis.core import QgsMapRendererParallelJob, QgsMapSettings, QgsRectangle, QgsVectorTileLayer
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
from tomoshibi.layers.public_themes import COUNTS, PERSONAL_COLUMNS, PUBLIC
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis import vector_tiles
from tomoshibi.tests.small_disk import no_file_beyond

_MADE: dict[str, dict] = {}


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("tiles"), meters=2000)


@pytest.fixture
def handed(drill, run) -> Path:
    """Folder of a hand-over of tiles, and of GeoJSON to compare them with."""
    if not _MADE:
        case = {"CASE": str(drill.case.folder)}
        run("shelterpower", {**case, "FACILITIES": str(drill.open / "facilities.geojson")})
        run("meshoutage", {**case, "MESH_SIZE": "250"})
        run("homeaway", case)
        _MADE.update(run("handover", {**case, "FORMATS": ["mbtiles", "geojson"]}))
    return Path(_MADE["FOLDER"])


@pytest.mark.parametrize(("theme", "key"), [("shelterpower", "facility_id"), ("meshoutage", "mesh_code")])
def test_the_highest_zoom_holds_every_place_once_with_what_the_other_forms_say(handed, theme, key):
    told = json.loads((handed / f"{theme}.geojson").read_text(encoding="utf-8"))["features"]
    placed = {one["properties"][key]: one["properties"] for one in told if one["geometry"]}
    found = {one[key]: one for one in vector_tiles.features(handed / "tomoshibi.mbtiles", 14)[theme]}
    assert set(found) == set(placed) and len(found) > 10
    compared = ("state", "unknown_reason", "masked", "rate_class")
    names = [name for name in compared if all(name in one for one in placed.values())]
    assert set(names) >= ({"state", "unknown_reason"} if theme == "shelterpower" else {"masked"})
    for code, row in found.items():
        for name in names:
            value = placed[code][name]
            told = str(value).lower() if isinstance(value, bool) else str(value)
            assert row.get(name) == (None if value is None else told)


def test_only_public_themes_with_their_columns_are_in_tiles_and_masked_figures_are_not(drill, handed):
    found = vector_tiles.features(handed / "tomoshibi.mbtiles", 14)
    assert set(found) == {"shelterpower", "meshoutage"}
    for theme, rows in found.items():
        names = {name for row in rows for name in row}
        assert names <= {"class", "class_label", *PUBLIC[theme].names()}
        assert not names & (PERSONAL_COLUMNS | COUNTS)
    withheld = [row for row in found["meshoutage"] if row["masked"] == "true"]
    assert withheld and all(row["class"] == "withheld" and "meters" not in row for row in withheld)
    told = (handed / "tomoshibi.mbtiles").read_bytes()
    assert str(drill.case.folder).encode() not in told
    style = json.loads((handed / "tomoshibi.style.json").read_text(encoding="utf-8"))
    assert style["version"] == 8 and "sprite" not in style and "glyphs" not in style
    assert [layer.get("source-layer") for layer in style["layers"]] == [None, "meshoutage", "shelterpower"]
    ledger = {Path(entry.path).name for entry in drill.case.ledger.entries() if "/handover/" in entry.path}
    assert {"tomoshibi.mbtiles", "tomoshibi.style.json", "tomoshibi.qml"} <= ledger


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot limit the size of files")
@pytest.mark.parametrize(
    ("form", "largest"),
    [
        ("mbtiles", "tomoshibi.mbtiles"),
        ("geopdf", "meshoutage.pdf"),
        ("html", "tomoshibi.html"),
        ("geojson", "meshoutage.geojson"),
        ("kml", "tomoshibi.kml"),
        ("xlsx", "tomoshibi.xlsx"),
        ("sip4d", ".zip"),
    ],
)
def test_a_form_that_the_disk_cut_short_is_told_and_the_one_before_it_stays(
    drill, handed, run, complaint, tmp_path, form, largest
):
    given = {"CASE": str(drill.case.folder), "FORMATS": [form], "EMAIL": "a@b.jp", "FOLDER": str(tmp_path / "out")}
    folder = Path(run("handover", given)["FOLDER"])
    path = next(path for path in folder.iterdir() if path.name.endswith(largest))
    # a PDF without layers, which is smaller, is made where one with layers does not fit
    for share in (0.02, 0.1) if form == "geopdf" else (0.02, 0.5, 0.98):
        before = {one.name: one.read_bytes() for one in folder.iterdir()}
        with no_file_beyond(int(path.stat().st_size * share)):
            said = complaint("handover", given)
        assert "written" in said and "disk has room" in said and "fault of the plugin" not in said
        after = {one.name: one.read_bytes() for one in folder.iterdir() if one.name in before}
        # the ZIP of SIP4D is called after the moment; what was written before the disk was full is whole
        assert path.read_bytes() == before[path.name] and set(after) == set(before)
        assert not [one.name for one in folder.iterdir() if one.name.startswith(".")]
    if form == "mbtiles":
        told = vector_tiles.features(path, 14)
        run("handover", given)
        assert vector_tiles.features(path, 14) == told == vector_tiles.features(handed / largest, 14)


def test_qgis_opens_the_tiles_with_their_style_and_draws_them(handed):
    layer = QgsVectorTileLayer(f"type=mbtiles&url={handed / 'tomoshibi.mbtiles'}", "tiles")
    assert layer.isValid() and (layer.sourceMinZoom(), layer.sourceMaxZoom()) == (5, 14)
    said, good = layer.loadNamedStyle(str(handed / "tomoshibi.qml"))
    assert good, said
    assert {style.layerName() for style in layer.renderer().styles()} == {"meshoutage", "shelterpower"}
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(QgsRectangle(layer.extent()))
    settings.setOutputSize(QSize(400, 400))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    inks = {image.pixelColor(x, y).name() for x in range(0, 400, 2) for y in range(0, 400, 2)}
    assert len(inks) > 3

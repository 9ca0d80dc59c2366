"""Packages for municipalities, from the toolbox: what is in each, and that nothing of the others is, in bytes."""

from __future__ import annotations

import hashlib
import hmac
import io
import re
import sqlite3
import sys
import zipfile
import zlib
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer
from tomoshibi.casefile.case import Case, Request
from tomoshibi.casefile.packages_readme import README
from tomoshibi.layers.opening import open_layer
from tomoshibi.layers.uris import layer_uri
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

TOWNS = (("991015", "灯火市"), ("991023", "蛍火町"), ("991031", "篝火村"), ("991040", "行灯町"))
PLANTED = ("電力 壱子", "電力 弐郎", "電力 参子", "電力 肆郎")


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("packages"), seed=5, meters=2000)


@pytest.fixture(scope="module")
def towns(drill):
    """Four municipalities that part the drill's town where its facilities lie, with a border that is not straight."""
    places = open_layer(str(drill.open / "facilities.geojson"), "f", "ogr")
    shapes = [f.geometry() for f in places.getFeatures() if not f.geometry().isNull()]
    points = np.array([(shape.asPoint().x(), shape.asPoint().y()) for shape in shapes])
    x, y = np.median(points, axis=0) + 0.0007
    west, south, east, north = 134.0, 37.0, 137.0, 39.5
    bend = x + 0.004
    shapes = (
        f"POLYGON(({west} {y},{x} {y},{bend} {north},{west} {north},{west} {y}))",
        f"POLYGON(({x} {y},{east} {y},{east} {north},{bend} {north},{x} {y}))",
        f"POLYGON(({west} {south},{x} {south},{x} {y},{west} {y},{west} {south}))",
        f"POLYGON(({x} {south},{east} {south},{east} {y},{x} {y},{x} {south}))",
    )
    layer = QgsVectorLayer("Polygon?crs=EPSG:6668&field=code:string&field=town:string", "towns", "memory")
    for (code, name), wkt in zip(TOWNS, shapes):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([code, name])
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        assert layer.dataProvider().addFeatures([feature])[0]
    return layer


def support_list(drill, towns, folder):
    """One person of each town, told by the place of the supply point."""
    master = drill.case.master(["supply_point", "flow", "lat", "lon"])
    master = master[(master["flow"] == 1) & master["lat"].notna()]
    lines = ["宛名番号,氏名,供給地点特定番号,要介護度"]
    for number, (town, name) in enumerate(zip(towns.getFeatures(), PLANTED)):
        inside = (
            row.supply_point
            for row in master.itertuples()
            if town.geometry().contains(QgsGeometry.fromWkt(f"POINT({row.lon} {row.lat})"))
        )
        lines.append(f"JUMIN-{number}77,{name},{next(inside)},要介護{number + 1}")
    path = folder / "support.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(drill, towns, provider_once, tmp_path_factory):
    """The case with results in its layers.gpkg."""
    run = provider_once
    case = str(drill.case.folder)
    areas = str(drill.open / "areas.geojson")
    run("shelterpower", {"CASE": case, "FACILITIES": str(drill.open / "facilities.geojson")})
    run("meshoutage", {"CASE": case})
    run("acquisitiongaps", {"CASE": case, "AREAS": areas})
    run("isolatedcommunities", {"CASE": case, "AREAS": areas})
    people = support_list(drill, towns, tmp_path_factory.mktemp("list"))
    run("evacuationsupport", {"CASE": case, "SUPPORT_LIST": str(people), "NAMES": True})
    return drill


@pytest.fixture(scope="module")
def provider_once(qgis_app):
    """Return `run(name, parameters)` for results that are made once."""
    import processing
    from qgis.core import QgsApplication
    from tomoshibi.processing_provider.provider import TomoshibiProvider

    registry = QgsApplication.processingRegistry()
    if registry.providerById("tomoshibi") is None:
        registry.addProvider(TomoshibiProvider())
    return lambda name, parameters: processing.run(f"tomoshibi:{name}", parameters)


def given(drill, towns, folder, **more):
    return {
        "CASE": str(drill.case.folder),
        "AREAS": towns,
        "AREA_FIELD": "code",
        "NAME_FIELD": "town",
        "FOLDER": str(folder),
        **more,
    }


def unpacked(package, folder):
    with zipfile.ZipFile(package) as packed:
        packed.extractall(folder)
    return next(path for path in folder.iterdir() if path.name == package.stem)


def everything(package):
    """All bytes that a package holds: the ZIP's own, its members', and those of the project inside."""
    found = [package.read_bytes()]
    with zipfile.ZipFile(package) as packed:
        for member in packed.infolist():
            content = packed.read(member)
            found += [member.filename.encode("utf-8"), content]
            if member.filename.endswith(".qgz"):
                with zipfile.ZipFile(io.BytesIO(content)) as project:
                    found += [project.read(each) for each in project.infolist()]
    return b"\n".join(found)


def identities(layer):
    """{(name or code) of what a result tells of} of all rows of a layer of the case."""
    names = ("facility_id", "name", "area_id", "area_name", "mesh_code", "supply_point", "key")
    there = [name for name in names if layer.fields().lookupField(name) >= 0]
    for feature in layer.getFeatures():
        yield {str(feature[name]) for name in there if feature[name]}, feature.geometry()


def test_no_byte_of_a_package_names_another_municipality_or_what_lies_in_it(made, towns, run, tmp_path):
    found = run(
        "municipalpackages",
        given(
            made,
            towns,
            tmp_path / "out",
            COLUMNS="state rank gap_rate rate_class name area_name kind "
            "evacuationsupport.name evacuationsupport.key evacuationsupport.supply_point",
        ),
    )
    assert found["PACKAGES"] == 4
    packages = {code: tmp_path / "out" / f"{code}_{name}.zip" for code, name in TOWNS}
    shapes = {feature["code"]: feature.geometry() for feature in towns.getFeatures()}
    owned = {code: {code, name} for code, name in TOWNS}
    package = made.case.folder / "layers.gpkg"
    for kind in ("shelterpower", "meshoutage", "acquisitiongaps", "isolatedcommunities", "evacuationsupport"):
        for names, place in identities(open_layer(layer_uri(package, kind), kind)):
            for code, shape in shapes.items():
                share = place.intersection(shape)
                mine = (
                    share.area() > 0
                    if kind == "meshoutage"
                    else (shape.intersects(place) if place.type() == 0 else share.area() > 0.5 * place.area())
                )
                if mine:
                    owned[code] |= names
    everybody = set().union(*owned.values())
    for code, path in packages.items():
        content = everything(path)
        others = everybody - owned[code]
        assert len(others) > 100
        held = [token for token in others if token.encode("utf-8") in content]
        # a longer name of its own may hold the name of another (十日町 in 十日町小学校)
        held = [token for token in held if not any(token in own for own in owned[code])]
        assert held == [], code
        mine = [token for token in owned[code] if token.encode("utf-8") in content]
        assert len(mine) > 10, code
        assert str(made.case.folder).encode() not in content and str(tmp_path).encode() not in content


def test_a_package_opens_by_itself_with_its_own_extent_and_nothing_freed(made, towns, run, tmp_path):
    run("municipalpackages", given(made, towns, tmp_path / "out"))
    seen = 0
    for number, (code, name) in enumerate(TOWNS):
        folder = unpacked(tmp_path / "out" / f"{code}_{name}.zip", tmp_path / f"open{number}")
        shape = next(f.geometry() for f in towns.getFeatures() if f["code"] == code).boundingBox()
        with closing(sqlite3.connect(folder / "data.gpkg")) as connection:
            assert connection.execute("PRAGMA freelist_count").fetchone()[0] == 0
            assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            extents = connection.execute("SELECT min_x, min_y, max_x, max_y FROM gpkg_contents").fetchall()
            tables = {row[0] for row in connection.execute("SELECT table_name FROM gpkg_contents")}
            indexed = connection.execute("SELECT count(*) FROM rtree_meshoutage_geom").fetchone()[0]
            cells = connection.execute("SELECT count(*) FROM meshoutage").fetchone()[0]
        assert indexed == cells > 0 and "layer_styles" not in tables and "evacuationsupport" not in tables
        for west, south, east, north in (extent for extent in extents if extent[0] is not None):
            assert west >= shape.xMinimum() - 1e-9 and east <= shape.xMaximum() + 1e-9
            assert south >= shape.yMinimum() - 1e-9 and north <= shape.yMaximum() + 1e-9
        project = QgsProject()
        assert project.read(str(folder / "data.qgz"))
        layers = project.mapLayers().values()
        assert len(layers) >= 4 and all(layer.isValid() for layer in layers)
        assert all(str(folder) in layer.source() for layer in layers)
        assert project.bookmarkManager().bookmarks() == [] and name in project.title()
        seen += cells
        project.clear()
        page = (folder / README).read_text(encoding="utf-8-sig")
        assert name in page and "利用目的" in page and "破棄のしかた" in page and "データの到達時刻" in page
        assert (folder / "styles" / "shelterpower.qml").is_file()
    whole = rows(open_layer(layer_uri(made.case.folder / "layers.gpkg", "meshoutage"), "whole"))
    newest = whole[whole["end"] == whole["end"].max()]
    assert seen > len(newest), "squares astride a border are in several packages"


def test_a_square_astride_a_border_is_cut_there_and_marked_in_both(made, towns, run, tmp_path):
    run("municipalpackages", given(made, towns, tmp_path / "out"))
    found = {}
    for number, (code, name) in enumerate(TOWNS):
        folder = unpacked(tmp_path / "out" / f"{code}_{name}.zip", tmp_path / f"open{number}")
        layer = open_layer(layer_uri(folder / "data.gpkg", "meshoutage"), "m")
        shape = next(f.geometry() for f in towns.getFeatures() if f["code"] == code)
        for feature in layer.getFeatures():
            assert feature.geometry().difference(shape).area() < 1e-12
            found.setdefault(feature["mesh_code"], []).append(bool(feature["astride"]))
    several = {cell: marks for cell, marks in found.items() if len(marks) > 1}
    assert several and all(all(marks) for marks in several.values())
    assert not any(any(marks) for cell, marks in found.items() if cell not in several)


def test_columns_about_people_go_only_where_their_full_name_is_given_and_the_case_allows_it(
    made, towns, run, complaint, tmp_path
):
    said = complaint("municipalpackages", given(made, towns, tmp_path / "no", COLUMNS="state, supply_point"))
    assert "evacuationsupport.supply_point" in said
    said = complaint("municipalpackages", given(made, towns, tmp_path / "no", COLUMNS="meshoutage.silent"))
    assert "meshoutage.silent" in said and "masked" in said
    run("municipalpackages", given(made, towns, tmp_path / "out", COLUMNS="state,evacuationsupport.priority"))
    folder = unpacked(tmp_path / "out" / f"{TOWNS[0][0]}_{TOWNS[0][1]}.zip", tmp_path / "open")
    layer = open_layer(layer_uri(folder / "data.gpkg", "evacuationsupport"), "e")
    names = set(layer.fields().names())
    assert "priority" in names and "as_of" in names and not names & {"name", "key", "supply_point", "care", "response"}
    assert layer.featureCount() == 1
    page = (folder / README).read_text(encoding="utf-8-sig")
    assert "個人データ" in page
    closed = Case.open(made.case.folder)
    case = closed.change(replace(closed.info, no_export=True))
    try:
        said = complaint("municipalpackages", given(made, towns, tmp_path / "no", COLUMNS="evacuationsupport.name"))
        assert "forbids" in said and not list(tmp_path.glob("no/*.zip"))
        assert run("municipalpackages", given(made, towns, tmp_path / "public"))["PACKAGES"] == 4
    finally:
        case.change(closed.info)


def test_each_section_gets_its_own_results_and_the_ledger_says_who_got_what(made, towns, run, complaint, tmp_path):
    case = Case.open(made.case.folder)
    told = replace(
        case.info,
        purpose="避難所の支援",
        operator="県 防災課 担当",
        request=replace(case.info.request or Request(), use_from=date(2026, 1, 1), use_to=date(2099, 3, 31)),
    )
    case.change(told)
    before = case.ledger.size()
    found = run(
        "municipalpackages",
        given(made, towns, tmp_path / "out", SECTIONS="防災課: shelterpower, meshoutage\n土木課：acquisitiongaps"),
    )
    assert found["PACKAGES"] == 8
    entries = [entry for entry in case.ledger.entries(before) if entry.recipient]
    assert len(entries) == 8 and len({entry.recipient for entry in entries}) == 8
    assert any("蛍火町" in entry.recipient and "土木課" in entry.recipient for entry in entries)
    assert all(entry.personal and len(entry.sha256) == 64 for entry in entries if "防災課" in entry.recipient)
    folder = unpacked(tmp_path / "out" / "991023_蛍火町_土木課.zip", tmp_path / "open")
    with closing(sqlite3.connect(folder / "data.gpkg")) as connection:
        tables = {row[0] for row in connection.execute("SELECT table_name FROM gpkg_contents")}
    assert tables == {"boundary", "acquisitiongaps"}
    page = (folder / README).read_text(encoding="utf-8-sig")
    assert "避難所の支援" in page and "県 防災課 担当" in page and "2099年03月31日" in page and "訓練" in page
    said = complaint("municipalpackages", given(made, towns, tmp_path / "no", SECTIONS="防災課: everything"))
    assert "防災課" in said and "shelterpower" in said


def opened_by_the_form(path, phrase):
    """{name: content} of a ZIP locked by AES-256 (WinZip AE-2), read by what the form says and nothing of ours."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    raw, found = path.read_bytes(), {}
    for member in zipfile.ZipFile(path).infolist():
        assert member.compress_type == 99 and member.flag_bits & 1 and member.CRC == 0
        name, extra = (int.from_bytes(raw[member.header_offset + at :][:2], "little") for at in (26, 28))
        begin = member.header_offset + 30 + name + extra
        body = raw[begin : begin + member.compress_size]
        salt, check, hidden, seal = body[:16], body[16:18], body[18:-10], body[-10:]
        keys = hashlib.pbkdf2_hmac("sha1", phrase.encode(), salt, 1000, 66)
        assert keys[64:] == check
        assert hmac.new(keys[32:64], hidden, hashlib.sha1).digest()[:10] == seal
        blocks = Cipher(algorithms.AES(keys[:32]), modes.ECB()).encryptor()
        stream = b"".join(blocks.update(number.to_bytes(16, "little")) for number in range(1, len(hidden) // 16 + 2))
        clear = bytes(one ^ other for one, other in zip(hidden, stream))
        found[member.filename] = zlib.decompress(clear, -15)
    return found


def test_a_locked_package_opens_by_its_passphrase_alone_which_lies_elsewhere(made, towns, run, tmp_path):
    pytest.importorskip("cryptography")
    found = run(
        "municipalpackages",
        given(made, towns, tmp_path / "out", ENCRYPT=True, SECTIONS="防災課: shelterpower", COLUMNS="state"),
    )
    listed = (made.case.folder / "passphrases").glob("*.csv")
    text = max(listed).read_text(encoding="utf-8-sig")
    phrases = dict(re.findall(r",([^,]+\.zip),([-0-9A-Z]{29})", text))
    assert len(phrases) == 4 and len(set(phrases.values())) == 4
    assert not any(
        phrase.encode() in path.read_bytes() for phrase in phrases.values() for path in tmp_path.glob("out/*")
    )
    name, phrase = next(iter(phrases.items()))
    content = opened_by_the_form(tmp_path / "out" / name, phrase)
    assert any(each.endswith("data.gpkg") for each in content)
    package = next(value for each, value in content.items() if each.endswith("data.gpkg"))
    assert package.startswith(b"SQLite format 3") and b"SQLite format 3" not in (tmp_path / "out" / name).read_bytes()
    assert "7-Zip" in next(value for each, value in content.items() if each.endswith(README)).decode("utf-8-sig")
    assert Path(found["PASSPHRASES"]).parent == made.case.folder / "passphrases"


def test_without_aes_nothing_is_locked_by_something_weaker(made, towns, complaint, tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("cryptography")] + ["cryptography"]:
        monkeypatch.setitem(sys.modules, name, None)
    said = complaint("municipalpackages", given(made, towns, tmp_path / "out", ENCRYPT=True))
    assert "cannot encrypt" in said and "7-Zip" in said and not (tmp_path / "out").exists()


def test_areas_that_are_no_municipalities_are_refused(made, towns, complaint, tmp_path):
    layer = QgsVectorLayer("Polygon?crs=EPSG:6668&field=code:string", "many", "memory")
    features = []
    for number in range(201):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([f"{number:05}"])
        feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON(({number} 0,{number} 1,{number}.5 1,{number} 0))"))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    said = complaint("municipalpackages", given(made, layer, tmp_path / "out", NAME_FIELD=None))
    assert "201 areas" in said

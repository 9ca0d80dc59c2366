"""Results handed to those without QGIS, from a case filled from a scenario, through the public algorithm."""

from __future__ import annotations

import json
import re
import tracemalloc
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Callable

import pytest
from osgeo import ogr
from qgis.core import QgsLinePatternFillSymbolLayer, QgsVectorLayer
from tomoshibi.casefile.case import Case, _write_info
from tomoshibi.layers.handover import content, geopdf, sip4d, workbook
from tomoshibi.layers.handover.content import LEGENDS
from tomoshibi.layers.public_themes import COUNTS, PERSONAL_COLUMNS, PUBLIC
from tomoshibi.layers.schema import SPECS
from tomoshibi.layers.spreadsheets import read_xlsx, sheet_names
from tomoshibi.messages import TomoshibiError
from tomoshibi.tests.drill_case import Drill, make_drill
from tomoshibi.tests.handed import handover

MAIL = "bosai@city.example.jp"
Run = Callable[..., dict]
_MADE: dict[Path, dict] = {}
"""Folder of a case → outputs of the one hand-over that most tests look at."""


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


def maps(drill: Drill, run: Run) -> None:
    """Make results that may leave, and one about people that may not."""
    case = {"CASE": str(drill.case.folder)}
    areas = {"AREAS": str(drill.open / "areas.geojson")}
    run("editcase", {**case, "BOUNDARY": str(drill.open / "municipality.geojson")})
    run("shelterpower", {**case, "FACILITIES": str(drill.open / "facilities.geojson")})
    run("meshoutage", {**case, "MESH_SIZE": "250"})
    municipality = {"AREAS": str(drill.open / "municipality.geojson"), "AREA_FIELD": "code", "NAME_FIELD": "name"}
    run("areaoutage", {**case, **municipality})
    run("acquisitiongaps", {**case, **areas})
    run("isolatedcommunities", {**case, **areas})
    run("homeaway", case)


@pytest.fixture
def handed(drill, run) -> dict:
    """Outputs of the hand-over of all forms to a prefecture."""
    if drill.case.folder not in _MADE:
        maps(drill, run)
        given = {"CASE": str(drill.case.folder), "EMAIL": MAIL, "RECIPIENT": "灯島県 危機管理課"}
        _MADE[drill.case.folder] = run("handover", given)
    return _MADE[drill.case.folder]


def folder(handed: dict) -> Path:
    return Path(handed["FOLDER"])


def said_by_page(handed: dict) -> dict:
    text = (folder(handed) / "tomoshibi.html").read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def features(handed: dict, theme: str) -> dict:
    return json.loads((folder(handed) / f"{theme}.geojson").read_text(encoding="utf-8"))


def unpacked(path: Path) -> dict[str, dict]:
    """Return what the files of a SIP4D-ZIP hold."""
    with zipfile.ZipFile(path) as package:
        return {name: json.loads(package.read(name)) for name in package.namelist()}


def everything(handed: dict) -> str:
    """Return all that is handed over as one text, packed files unpacked."""
    texts = []
    for path in sorted(folder(handed).iterdir()):
        if path.suffix in (".zip", ".xlsx"):
            with zipfile.ZipFile(path) as package:
                texts += [package.read(name).decode("utf-8", "ignore") for name in package.namelist()]
        else:
            texts.append(path.read_bytes().decode("utf-8", "ignore"))
    return "\n".join(texts)


def test_all_forms_lie_in_the_case_under_the_time_of_its_data_and_the_ledger_says_who_got_them(drill, handed):
    place = folder(handed)
    assert place == drill.case.folder / "reports" / "20260121_0600" / "handover"
    names = {path.name for path in place.iterdir()}
    assert {"tomoshibi.html", "tomoshibi.kml", "tomoshibi.xlsx", "columns.csv", "README.txt"} <= names
    assert {f"{theme}.{ending}" for theme in PUBLIC for ending in ("geojson", "pdf")} <= names
    assert "kunren_99-999-99_20260121060000.zip" in names
    assert handed["FILES"] == len(names)
    lines = [entry for entry in Case.open(drill.case.folder).ledger.entries() if "/handover/" in entry.path]
    assert {Path(entry.path).name for entry in lines} == names
    assert {entry.recipient for entry in lines} == {"灯島県 危機管理課"}
    assert all(entry.personal and entry.sha256 and entry.algorithm == "tomoshibi:handover" for entry in lines)


def test_no_supply_point_meter_number_or_name_of_a_person_leaves(drill, handed):
    master = drill.case.master()
    told = everything(handed)
    assert len(master) > 1000
    public = {row["properties"]["area_name"] for row in features(handed, "areaoutage")["features"]}
    public |= {row["properties"]["name"] for row in features(handed, "shelterpower")["features"]}
    assert len(public) > 10
    for name in ("supply_point", "customer_id", "name", "address"):
        values = {str(value) for value in master[name] if len(str(value)) >= 4} - public
        assert len(values) > 10 or name == "address"
        assert not [value for value in values if value in told], name


def test_columns_are_those_of_the_public_table_in_every_form(handed):
    for theme, public in PUBLIC.items():
        told = features(handed, theme)
        assert [column["name"] for column in told["columns"]] == public.names()
        for feature in told["features"]:
            assert list(feature["properties"]) == public.names()
            assert not set(feature["properties"]) & (PERSONAL_COLUMNS | COUNTS)
    assert "homeaway" not in everything(handed)


def test_masked_cells_are_blank_in_every_form_and_counted(handed):
    told = features(handed, "meshoutage")
    withheld = [each["properties"] for each in told["features"] if each["properties"]["masked"]]
    assert len(withheld) > 10
    for row in withheld:
        assert [row[name] for name in ("meters", "silent_rate", "excess_rate", "low", "high")] == [None] * 5
        assert row["unknown_reason"] == "masked"
    shown = [row["properties"]["meters"] for row in told["features"] if not row["properties"]["masked"]]
    assert min(shown) >= 10
    assert handed["WITHHELD"] >= len(withheld)
    assert json.loads(handed["UNKNOWN_BY_REASON"])["masked"] == handed["WITHHELD"]


def test_every_form_says_drill_until_when_data_reach_why_unknown_and_whose_data_they_are(handed):
    place = folder(handed)
    with zipfile.ZipFile(next(place.glob("*.zip"))) as package:
        packed = package.read(sip4d.META).decode("utf-8")
    sheet = "\n".join("".join(row) for row in read_xlsx(place / "tomoshibi.xlsx"))
    forms = [
        (place / "tomoshibi.html").read_text(encoding="utf-8"),
        (place / "tomoshibi.kml").read_text(encoding="utf-8"),
        (place / "shelterpower.geojson").read_text(encoding="utf-8"),
        (place / "README.txt").read_text(encoding="utf-8"),
        sheet,
        packed,
    ]
    for text in forms:
        for words in ("訓練", "データは 2026-01-21 06:00 まで", "不明の内訳", "出典", "利用規約"):
            assert words in text


def test_a_theme_that_was_not_made_says_so_on_its_map(handed):
    by_id = {theme["id"]: theme for theme in said_by_page(handed)["themes"]}
    assert by_id["restorationplan"]["count"] == 0
    assert by_id["restorationplan"]["absent"].startswith("この主題の結果は作成されていません")
    assert by_id["shelterpower"]["absent"] == ""
    assert "電力会社の復旧見通し" in handed["SKIPPED"]
    assert any("作成されていません" in note for note in features(handed, "restorationplan")["notes"])


def test_an_outlook_that_was_made_is_told_as_made_and_not_for_handing_over(drill, handed, run, tmp_path):
    run("outlook", {"CASE": str(drill.case.folder), "HORIZONS": "6"})
    given = {"CASE": str(drill.case.folder), "FORMATS": ["geojson"], "FOLDER": str(tmp_path / "given")}
    skipped = run("handover", given)["SKIPPED"].splitlines()
    # what was not made is the utility's plan, and it is called so
    assert not any(line.startswith("復旧見通し") for line in skipped)
    [line] = [line for line in skipped if "no public theme" in line]
    assert SPECS["outlook"].title() in line and SPECS["homeaway"].title() in line
    assert SPECS["meshoutage"].title() not in line
    assert SPECS["outlook"].title() not in "".join(line for line in skipped if "作成されていません" in line)


def test_the_page_may_ask_nothing_of_any_network(handed):
    text = (folder(handed) / "tomoshibi.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert "unsafe" not in text
    assert not re.search(r"(?:src|href|url|import|action)\s*[=(]\s*[\"']?(?:https?:)?//", text)
    assert not re.search(r"\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts)\b", text)
    assert len(text.encode("utf-8")) < 20_000_000


def test_a_name_with_markup_is_escaped_in_page_and_kml(drill, run, tmp_path):
    listed = json.loads((drill.open / "facilities.geojson").read_text(encoding="utf-8"))
    listed["features"] = listed["features"][:3]
    nasty = "</script><img src=x onerror=alert(1)>&\"'"
    listed["features"][0]["properties"]["name"] = nasty
    place = tmp_path / "facilities.geojson"
    place.write_text(json.dumps(listed), encoding="utf-8")
    other = make_drill(tmp_path / "other", meters=2000)
    run("shelterpower", {"CASE": str(other.case.folder), "FACILITIES": str(place)})
    found = run("handover", {"CASE": str(other.case.folder), "FORMATS": ["html", "kml"]})
    text = (folder(found) / "tomoshibi.html").read_text(encoding="utf-8")
    assert "<img" not in text and text.count("</script>") == 2
    column = next(one for one in said_by_page(found)["themes"][0]["columns"] if one["n"] == "name")
    assert nasty in (column.get("a") or column["d"])
    names = [
        each.text for each in ET.parse(folder(found) / "tomoshibi.kml").iter("{http://www.opengis.net/kml/2.2}name")
    ]
    assert nasty in names


def test_geojson_and_kml_come_back_through_qgis_with_as_many_rows_in_their_places(handed):
    for theme in ("shelterpower", "meshoutage", "acquisitiongaps"):
        layer = QgsVectorLayer(str(folder(handed) / f"{theme}.geojson"), theme, "ogr")
        assert layer.isValid() and layer.featureCount() == len(features(handed, theme)["features"]) > 0
        assert set(PUBLIC[theme].names()) <= set(layer.fields().names())
        assert 135 < layer.extent().center().x() < 136 and 38 < layer.extent().center().y() < 39
    kml = folder(handed) / "tomoshibi.kml"
    layer = QgsVectorLayer(f"{kml}|layername={PUBLIC['meshoutage'].title_ja}", "kml", "ogr")
    assert layer.isValid() and layer.featureCount() == len(features(handed, "meshoutage")["features"])
    assert 135 < layer.extent().center().x() < 136


def test_polygons_turn_as_rfc_7946_wants_them(handed):
    for feature in features(handed, "acquisitiongaps")["features"][:20]:
        for part in feature["geometry"]["coordinates"]:
            ring = part[0]
            assert ring[0] == ring[-1]
            assert sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:])) > 0


def test_the_workbook_has_a_sheet_a_theme_with_japanese_headings_and_every_row(handed):
    path = folder(handed) / "tomoshibi.xlsx"
    assert sheet_names(path) == ["はじめに", *(public.title_ja for public in PUBLIC.values())]
    heading, *rows = read_xlsx(path, PUBLIC["shelterpower"].title_ja)
    assert heading[:4] == ["区分", "施設ID", "施設名", "施設の種別"]
    told = features(handed, "shelterpower")["features"]
    assert len(rows) == len(told)
    assert {row[2] for row in rows} == {each["properties"]["name"] for each in told}
    assert "作成されていません" in read_xlsx(path, PUBLIC["restorationplan"].title_ja)[1][0]


def test_the_sip4d_package_has_all_required_items_and_comes_back_through_qgis(handed, tmp_path):
    path = next(folder(handed).glob("*.zip"))
    assert sip4d.problems(unpacked(path)) == []
    with zipfile.ZipFile(path) as package:
        told = json.loads(package.read(sip4d.META))
        assert (told["testflg"], told["openflg"]) == ("訓練", "災害対応機関のみ公開可能")
        assert (told["format"], told["version"], told["code"]) == ("SIP4D-ZIP", "1.1", "99-999-99")
        assert told["maintainer"]["e-mail"] == MAIL
        assert told["entry_num"] == len(told["entry"]) == 5
        columns = json.loads(package.read("shelterpower_columns.json"))["columns"]
        assert {"施設名", "通電状況", "データの最終時刻"} <= {column["jname"] for column in columns}
        package.extractall(tmp_path)
    for entry in told["entry"]:
        layer = QgsVectorLayer(str(tmp_path / entry["file"]), entry["title"], "ogr")
        assert layer.isValid()
        theme = entry["file"].split(".")[0]
        placed = [one for one in features(handed, theme)["features"] if one["geometry"]]
        assert layer.featureCount() == len(placed)


@pytest.mark.parametrize("item", ["ttid", "testflg", "openflg", "disaster", "entry_num", "maintainer", "license_id"])
def test_a_required_item_that_a_sip4d_package_lacks_is_named(handed, item):
    package = unpacked(next(folder(handed).glob("*.zip")))
    del package[sip4d.META][item]
    assert sip4d.problems(package) == [item]


def test_files_columns_and_kinds_of_geometry_of_a_sip4d_package_are_checked(handed):
    path = next(folder(handed).glob("*.zip"))
    package = unpacked(path)
    del package["shelterpower_style.json"]
    assert sip4d.problems(package) == ["shelterpower_style.json"]
    package = unpacked(path)
    package["shelterpower.geojson"]["features"][0]["properties"]["other"] = 1
    package["shelterpower.geojson"]["features"][0]["geometry"]["type"] = "Polygon"
    assert sip4d.problems(package) == ["shelterpower: other", "shelterpower: geometry"]
    package = unpacked(path)
    package[sip4d.META]["maintainer"]["e-mail"] = "none"
    assert sip4d.problems(package) == ["maintainer.e-mail"]


def test_a_package_that_lacks_a_required_item_is_not_written_and_the_one_before_it_stays(tmp_path):
    path, made = tmp_path / "sip4d.zip", handover()
    sender = sip4d.Sender("灯島県", MAIL, "170003")
    sip4d.write(path, sip4d.files(made, sender))
    before = path.read_bytes()
    package = sip4d.files(made, sender)
    del package["meshoutage_columns.json"]
    with pytest.raises(TomoshibiError, match=r"meshoutage_columns\.json"):
        sip4d.write(path, package)
    package = sip4d.files(made, sender)
    package["shelterpower_columns.json"]["columns"].pop()
    with pytest.raises(TomoshibiError, match="shelterpower: "):
        sip4d.write(path, package)
    assert [one.name for one in tmp_path.iterdir()] == ["sip4d.zip"] and path.read_bytes() == before


@pytest.mark.parametrize("form", ["sip4d", "workbook"])
def test_many_cells_are_packed_piece_by_piece_and_never_as_one_text(tmp_path, form):
    made, path = handover(squares=6000), tmp_path / "all.zip"
    tracemalloc.start()
    if form == "sip4d":
        sip4d.write(path, sip4d.files(made, sip4d.Sender("灯島県", MAIL, "170003")))
    else:
        workbook.write(path, made)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    with zipfile.ZipFile(path) as package:
        largest = max(package.infolist(), key=lambda member: member.file_size)
        text = package.read(largest).decode("utf-8")
    assert most < len(text) > 3_000_000
    if form == "sip4d":
        told = json.loads(text)
        assert len(told["features"]) == 6000
        assert text == json.dumps(told, ensure_ascii=False)


def test_without_an_address_for_questions_there_is_no_sip4d_package_and_it_is_said(drill, handed, run, tmp_path):
    given = {"CASE": str(drill.case.folder), "FORMATS": ["sip4d"], "FOLDER": str(tmp_path / "out")}
    found = run("handover", given)
    assert "EMAIL" in found["SKIPPED"]
    assert not list((tmp_path / "out").glob("*.zip"))


def test_an_address_that_is_none_is_refused(drill, complaint):
    assert "no mail address" in complaint("handover", {"CASE": str(drill.case.folder), "EMAIL": "bosai"})


def test_pdfs_say_where_they_lie(handed):
    for theme in ("meshoutage", "shelterpower"):
        content = (folder(handed) / f"{theme}.pdf").read_bytes()
        assert content.startswith(b"%PDF")
        assert b"/Measure" in content or b"/LGIDict" in content


def test_what_was_withheld_once_is_withheld_at_the_next_hand_over(drill, handed, run, tmp_path):
    kept = json.loads((drill.case.folder / "handed_over.json").read_text(encoding="utf-8"))["meshoutage"]
    before = {code for code, shown in kept.items() if not shown}
    assert before and len(before) < len(kept)
    given = {"CASE": str(drill.case.folder), "FORMATS": ["geojson"], "LEAST": 3, "FOLDER": str(tmp_path / "out")}
    again = features(run("handover", given), "meshoutage")["features"]
    shown = {each["properties"]["mesh_code"] for each in again if not each["properties"]["masked"]}
    assert not shown & before


def test_a_case_without_results_says_that_nothing_was_made(tmp_path, run):
    other = make_drill(tmp_path / "bare", meters=2000)
    found = run("handover", {"CASE": str(other.case.folder), "FORMATS": ["html", "sip4d"], "EMAIL": MAIL})
    assert found["SKIPPED"].count("作成されていません") == len(PUBLIC)
    assert all(theme["absent"] for theme in said_by_page(found)["themes"])


def test_a_real_case_says_nothing_of_a_drill(tmp_path, run, monkeypatch):
    other = make_drill(tmp_path / "real", meters=2000)
    _write_info(other.case.folder, replace(other.case.info, practice=False, practice_confirmed=True, received_from=()))
    found = run("handover", {"CASE": str(other.case.folder), "FORMATS": ["html"]})
    text = (folder(found) / "tomoshibi.html").read_text(encoding="utf-8")
    assert 'class="drill"' not in text
    assert "【訓練】" not in text and not said_by_page(found)["practice"]


def test_kml_of_many_rows_is_packed_and_opens_in_qgis(drill, handed, run, tmp_path, monkeypatch):
    from tomoshibi.processing_provider.publish import handover

    monkeypatch.setattr(handover, "_PACKED_FROM", 5)
    run("handover", {"CASE": str(drill.case.folder), "FORMATS": ["kml"], "FOLDER": str(tmp_path)})
    with zipfile.ZipFile(tmp_path / "tomoshibi.kmz") as packed:
        assert [(each.filename, each.extract_version) for each in packed.infolist()] == [("doc.kml", 20)], "no ZIP64"
    # newer Debians have no LIBKML, which opens it as it is
    place = tmp_path / "tomoshibi.kmz" if ogr.GetDriverByName("LIBKML") else f"/vsizip/{tmp_path / 'tomoshibi.kmz'}"
    layer = QgsVectorLayer(f"{place}|layername={PUBLIC['meshoutage'].title_ja}", "kmz", "ogr")
    assert layer.isValid() and layer.featureCount() == len(features(handed, "meshoutage")["features"])


def test_what_was_said_by_telephone_leaves_apart_from_what_was_measured_without_who_said_it(tmp_path, run):
    other = make_drill(tmp_path / "told", meters=2000)
    case = {"CASE": str(other.case.folder)}
    run("editcase", {**case, "FACILITIES": str(other.open / "facilities.geojson")})
    run("shelterpower", case)
    before = features(run("handover", {**case, "FORMATS": ["geojson"]}), "shelterpower")["features"]
    dark = next(row["properties"] for row in before if row["properties"]["state"] == "outage")
    said = {"STATE": "own_generator", "BY": "防災課 電力 太郎", "AT": "2026-01-21T05:50:00"}
    run("overridestate", {**case, "FACILITY_ID": dark["facility_id"], **said})
    run("shelterpower", case)
    found = run("handover", {**case, "FORMATS": ["geojson", "html", "xlsx"]})
    after = {row["properties"]["facility_id"]: row["properties"] for row in features(found, "shelterpower")["features"]}
    told = after[dark["facility_id"]]
    assert (told["state"], told["told_state"]) == ("outage", "own_generator")
    assert told["told_at"] == "2026-01-21T05:50:00+09:00"
    assert "電力 太郎" not in everything(found)
    assert "自家発電あり（連絡）" in everything(found)
    assert "連絡による状態がある施設 1 件" in (folder(found) / "README.txt").read_text(encoding="utf-8")


def test_in_a_geopdf_what_is_withheld_is_hatched_and_hides_the_city_below(qgis_app):
    """Patterns of Qt are as fine as the dots of a PDF: they printed in the grey of an ordinary day."""
    withheld, ordinary = (
        next(cls for cls in LEGENDS["areaoutage"] if cls.code == code) for code in ("withheld", "ordinary")
    )
    hatched, plain = geopdf._symbol(withheld, False, False), geopdf._symbol(ordinary, False, False)
    assert (hatched.symbolLayerCount(), plain.symbolLayerCount()) == (2, 1)
    assert isinstance(hatched.symbolLayer(1), QgsLinePatternFillSymbolLayer)
    assert hatched.symbolLayer(0).fillColor().name() == "#ffffff" and hatched.symbolLayer(0).fillColor().alpha() == 255
    assert plain.symbolLayer(0).fillColor().name() == ordinary.colour


@pytest.mark.parametrize(
    ("high", "excess", "meters", "code"),
    [
        (0.1224, None, 5041, "unknown"),
        (0.02, None, 5041, "ordinary"),
        (0.04, 0.018, 22_164, "unknown"),
        (0.04, 0.002, 22_164, "ordinary"),
    ],
)
def test_a_ward_in_which_hundreds_may_be_out_is_not_handed_over_as_an_ordinary_day(high, excess, meters, code):
    row = {"rate_class": 1, "masked": False, "low": 0.0, "high": high, "meters": meters, "excess_rate": excess}
    assert content._rate(row) == code

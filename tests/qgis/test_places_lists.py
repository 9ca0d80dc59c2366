"""Lists of facilities as municipalities and GSI publish them, from the toolbox: no place is lost, none made up."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import numpy as np
import pytest
from tomoshibi.casefile.columns import read_table, write_table
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.lists import workbook
from tomoshibi.tests.qgis.tables import rows

PLACES = [
    ["施設ID", "名称", "種別", "想定収容人数", "緯度", "経度"],
    ["F1", "灯町小学校", "避難所", "約300人", "38.19", "135.29"],
    ["F2", "電線浜公民館", "避難所", "1,200", "0", "0"],
    ["F3", "明町病院", "病院", "屋内120／屋外400", "135.30", "38.18"],
    ["F4", "星明診療所", "病院", "", "38度11分24秒", "135度17分30秒"],
    ["F5", "月影浜体育館", "避難所", "１５０", "-7340.5", "141022.1"],
    ["F6", "狐火谷集会所", "避難所", "不明", "", ""],
]


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("places"), meters=2000)


@pytest.fixture
def shelters(run, drill):
    def of(path, **more):
        given = {"CASE": str(drill.case.folder), "FACILITIES": str(path), "OUTPUT": "memory:", **more}
        found = run("shelterpower", given)
        return found, rows(found["OUTPUT"]).set_index("facility_id")

    return of


def written(path, table, encoding="utf-8", quote='"'):
    text = "\n".join(",".join(f"{quote}{cell}{quote}" for cell in row) for row in table)
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_places_and_capacities_are_read_or_told_in_every_encoding(shelters, tmp_path, feedback, encoding):
    found, table = shelters(written(tmp_path / "places.csv", PLACES, encoding))
    assert table["capacity"].fillna(-1).tolist() == [300, 1200, 120, -1, 150, -1]
    shapes = {feature["facility_id"]: feature.geometry() for feature in found["OUTPUT"].getFeatures()}
    assert [shapes[name].isNull() for name in ("F1", "F2", "F3", "F4", "F5", "F6")] == [
        False,
        True,
        True,
        False,
        True,
        True,
    ]
    assert shapes["F4"].asPoint().x() == pytest.approx(135.2917, abs=1e-4)
    box = found["OUTPUT"].extent()
    assert 38 < box.yMinimum() <= box.yMaximum() < 39 and box.width() < 0.1
    said = "\n".join(feedback.warnings)
    for words in (
        "0, 0: 電線浜公民館",
        "swapped it would fit: 明町病院",
        "metres, not degrees: 月影浜体育館",
        "7: 不明",
    ):
        assert words in said
    assert "by row: 4: 屋内120/屋外400" in said and found["NOT_READ"] == 4
    assert table["nearest_powered_m"].dropna().lt(1e5).all()


def test_a_layer_of_geometries_is_checked_like_columns_and_a_workbook_is_a_list(shelters, tmp_path, feedback):
    features = [
        {
            "type": "Feature",
            "properties": {"共通ID": name, "施設・場所名": name},
            "geometry": {"type": "Point", "coordinates": at},
        }
        for name, at in (("灯町", [135.3, 38.2]), ("零", [0, 0]), ("逆", [38.2, 135.3]), ("米", [141022.1, -7340.5]))
    ]
    path = tmp_path / "places.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    found, _ = shelters(path)
    shapes = {feature["facility_id"]: feature.geometry().isNull() for feature in found["OUTPUT"].getFeatures()}
    assert shapes == {"灯町": False, "零": True, "逆": True, "米": True} and found["NOT_READ"] == 3
    assert any("swapped it would fit: 逆" in line for line in feedback.warnings)
    found, table = shelters(workbook(tmp_path / "places.xlsx", [["避難所一覧"], *PLACES]))
    assert table["capacity"].fillna(-1).tolist() == [300, 1200, 120, -1, 150, -1]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_the_sheet_is_drawn_by_the_places_that_are_known_and_lists_all(run, drill, tmp_path):
    folder = tmp_path / "case"
    shutil.copytree(drill.case.folder, folder)
    path = written(tmp_path / "places.csv", PLACES)
    output = f"ogr:dbname='{folder / 'layers.gpkg'}' table=\"shelterpower\" (geom)"
    run("shelterpower", {"CASE": str(folder), "FACILITIES": str(path), "OUTPUT": output})
    given = {"CASE": str(folder), "BASEMAP": "none", "FOLDER": str(tmp_path / "sheets")}
    assert run("mapsheets", given)["PAGES"] >= 1
    [sheet] = (tmp_path / "sheets").glob("*.pdf")
    text = subprocess.run(["pdftotext", "-layout", str(sheet), "-"], capture_output=True, check=True).stdout.decode()
    scales = [int(found.replace(",", "")) for found in re.findall(r"1 : ([\d,]+)", text)]
    # F1 and F4 lie 150 m apart, in a town of some 30 km
    assert scales and max(scales) <= 250_000
    assert "not on the map, for its place is not known: 電線浜公民館, 明町病院, 月影浜体育館, 狐火谷集会所." in text


def test_kinds_are_told_apart_by_commas_of_any_width_and_none_is_an_error(
    shelters, complaint, drill, tmp_path, feedback
):
    path = written(tmp_path / "places.csv", PLACES)
    _, table = shelters(path, KIND="避難所，病院")
    assert len(table) == 6
    _, table = shelters(path, KIND="病院、役場")
    assert set(table["kind"]) == {"病院"} and any("of the kind 役場" in line for line in feedback.warnings)
    given = {"CASE": str(drill.case.folder), "FACILITIES": str(path), "OUTPUT": "memory:", "KIND": "体育館"}
    said = complaint("shelterpower", given)
    assert "of the kind 体育館" in said and "病院, 避難所" in said


def test_facilities_without_an_id_or_with_a_shared_one_stay(shelters, tmp_path, feedback):
    table = [PLACES[0], PLACES[1], PLACES[1], ["", *PLACES[2][1:]], ["F1", *PLACES[4][1:]]]
    found, listed = shelters(written(tmp_path / "places.csv", table))
    assert listed["name"].tolist() == ["灯町小学校", "電線浜公民館", "星明診療所"] and listed.index[1] == "row 4"
    said = "\n".join(feedback.warnings)
    assert "3 (= 2)" in said and "rows 4 have no id" in said and "ids F1 stand on several" in said
    assert found["UNKNOWN"] == 3


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16"])
def test_links_are_read_in_every_encoding_and_as_a_workbook(shelters, drill, tmp_path, encoding):
    facilities = drill.open / "facilities.geojson"
    text = (drill.open / "links.csv").read_text(encoding="utf-8")
    _, before = shelters(facilities)
    path = tmp_path / "links.csv"
    path.write_text(
        text.replace("facility_id", "施設ID").replace("supply_point", "供給地点特定番号"), encoding=encoding
    )
    _, after = shelters(facilities, LINKS=str(path))
    book = workbook(tmp_path / "links.xlsx", [line.split(",") for line in text.splitlines()])
    _, again = shelters(facilities, LINKS=str(book))
    assert after["state"].tolist() == again["state"].tolist() == before["state"].tolist()


def test_a_link_to_another_town_is_named_and_counts_all_the_same(shelters, drill, tmp_path, feedback):
    """Two facilities of different towns whose numbers were swapped; right links are never named."""
    facilities = drill.open / "facilities.geojson"
    shelters(facilities)
    assert not any("another town" in text or "cannot be compared" in text for text in feedback.warnings)
    told = json.loads(facilities.read_text(encoding="utf-8"))["features"]
    about = {one["properties"]["facility_id"]: one["properties"] for one in told}
    links = [line.split(",") for line in (drill.open / "links.csv").read_text(encoding="utf-8").splitlines()]
    alone = [row for row in links[1:] if sum(row[0] == other[0] for other in links) == 1]
    first = alone[0]
    second = next(row for row in alone if about[row[0]]["住所"][:9] != about[first[0]]["住所"][:9])
    swapped = [[row[0], {first[1]: second[1], second[1]: first[1]}.get(row[1], row[1])] for row in links]
    path = written(tmp_path / "swapped.csv", swapped, quote="")
    _, table = shelters(facilities, LINKS=str(path))
    (said,) = [text for text in feedback.warnings if "another town" in text]
    names = [about[row[0]]["name"] for row in (first, second)]
    assert said.startswith("2 facilities") and all(name in said for name in names)
    assert table.loc[[first[0], second[0]], "linked_by"].tolist() == ["link", "link"]


def test_without_links_facilities_are_found_by_name_and_address_in_the_outage_lists(run, drill, tmp_path, feedback):
    """UC①′: a name at an address of the newest list is dark, half a match is for a person, all others are unknown."""
    folder = tmp_path / "case"
    shutil.copytree(drill.case.folder, folder)
    (folder / "contractors" / "links.csv").unlink()
    newest = sorted(path for path in (folder / "tables" / "outage").iterdir() if (path / "about.json").is_file())[-1]
    listed = read_table(newest)
    listed.loc[listed.index[:2], "name"] = ["灯町小学校", "電線浜公民館"]
    listed.loc[listed.index[:2], "address"] = ["灯島県灯市灯町１丁目１番地１号", "灯島県灯市電線浜２番地"]
    write_table(newest, listed)
    table = [
        ["施設ID", "名称", "住所"],
        ["F1", "灯町小学校", "灯市灯町1-1-1"],
        ["F2", "電線浜公民館", "灯市電線浜９９"],
    ]
    table += [["F3", "明町病院", "灯市明町3"]]
    path = written(tmp_path / "places.csv", table, "cp932")
    found = run("shelterpower", {"CASE": str(folder), "FACILITIES": str(path), "OUTPUT": "memory:"})
    listed_now = rows(found["OUTPUT"]).set_index("facility_id")
    assert listed_now["state"].tolist() == ["outage", "unknown", "unknown"]
    assert listed_now["linked_by"].tolist() == ["name_address", "review_name", None]
    assert listed_now["unknown_reason"].tolist()[1:] == ["not_linked"] * 2
    assert found["REVIEW"] == 1 and found["OUTAGE"] == 1 and found["UNKNOWN"] == 2
    said = "\n".join(feedback.warnings)
    assert "no list of links" in said and "灯町小学校" in said and "by address alone: 電線浜公民館" in said
    assert np.isfinite(listed_now.loc["F1", "age_hours"])

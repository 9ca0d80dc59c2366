"""Drills from open data of any region: names of the code table, columns of other publishers, errors that name them."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from tomoshibi.messages import Progress
from tomoshibi.practice.opendata import OpenData, OpenDataError, load_open_data
from tomoshibi.practice.regions import PREFECTURES, UTILITIES, code_table_name, short_name

HISTORY = "snapshot_jst,occurred_jst,city,town,outage_est\n2024-01-08T08:00:00+09:00,2024/01/01 16:10,明灯市,本町,120\n"
TOWNS = "city,town,lat,lon\n明灯市,本町,35.005,140.005\n"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        *[
            ("愛知県蒲郡市", "蒲郡市"),
            ("東京都府中市", "府中市"),
            ("京都府京都市", "京都市"),
            ("奈良県大和郡山市", "大和郡山市"),
        ],
        *[
            ("蒲郡市", "蒲郡市"),
            ("府中市", "府中市"),
            ("京都市", "京都市"),
            ("大和郡山市", "大和郡山市"),
            ("郡上市", "郡上市"),
        ],
        *[
            ("石川県鳳珠郡穴水町", "穴水町"),
            ("穴水町", "穴水町"),
            ("鳳珠郡穴水町", "穴水町"),
            ("北海道余市郡余市町", "余市町"),
        ],
        *[
            ("山口県防府市", "防府市"),
            ("東京都大島町", "大島町"),
            ("東京都千代田区", "千代田区"),
            ("福岡県小郡市", "小郡市"),
        ],
        *[("東京都西多摩郡日の出町", "日の出町"), ("灯島県灯市", "灯市"), ("京都府京都市 左京区", "京都市左京区")],
    ],
)
def test_municipalities_are_named_as_in_the_code_table(name, short):
    assert short_name(name) == short


def test_every_prefecture_has_its_utility_and_the_county_is_no_part_of_a_name():
    assert set(UTILITIES) == {f"{number:02d}" for number in range(1, 48)} and len(PREFECTURES) == 47
    assert (UTILITIES["12"], UTILITIES["43"], UTILITIES["29"], UTILITIES["17"], UTILITIES["47"]) == (
        *("03", "09", "06", "05", "10"),
    )
    assert code_table_name("石川県鳳珠郡穴水町") == "石川県穴水町"


def square(west, south, size=0.01):
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def features(*pairs):
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": said, "geometry": shape} for said, shape in pairs],
    }


N03 = {"N03_001": "千葉県", "N03_003": None, "N03_004": "明灯市", "N03_007": "12999"}
SMALL = {"PREF_NAME": "千葉県", "CITY_NAME": "明灯市", "S_NAME": "本町", "SETAI": "1,200", "JINKO": "3,000"}
SHELTER = {"共通ID": "E1", "施設・場所名": "灯小学校", "都道府県名及び市町村名": "千葉県明灯市", "住所": "本町1"}
POINT = {"type": "Point", "coordinates": [140.005, 35.005]}


@pytest.fixture
def folder(tmp_path):
    """Open data of an invented city of 千葉, in the columns of N03, 国土数値情報, e-Stat and GSI."""

    def write(name, content):
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        (tmp_path / name).write_text(text, encoding="utf-8")

    write("admin_12999.geojson", features((N03, square(140.0, 35.0, 0.02))))
    write("smallarea.geojson", features((SMALL, square(140.0, 35.0))))
    mesh = [
        ({"MESH_ID": "1", "PTN_2050": 1, "PTN_2020": people}, square(140.0, 35.0, 0.005)) for people in ("1,200", "*")
    ]
    write("mesh500m.geojson", features(*mesh))
    write("gsi_evacuation.geojson", features((SHELTER, POINT)))
    made = io.StringIO()
    csv.writer(made).writerows(
        [["全国地方公共団体コード", "名称", "想定収容人数"], ["129992", "灯小学校", "約1,200人"]]
    )
    write("chiba_evacuation_space.csv", made.getvalue())
    return tmp_path, write


def load(folder):
    return load_open_data(OpenData.from_folder(folder), 1, Progress())


def test_columns_of_other_publishers_are_read(folder):
    stage, _ = load(folder[0])
    assert stage.divisions[0].name == stage.name == "千葉県明灯市" and stage.utility == "03"
    assert stage.code[:5] == "12999"
    assert stage.areas["households"].tolist() == [1200] and stage.areas["population"].tolist() == [3000]
    (shelter,) = stage.facilities.to_dict("records")
    assert shelter["name"] == "灯小学校" and shelter["capacity"] == 1200
    assert stage.poles["lon"].between(140, 140.01).all() and stage.poles["dwellings"].sum() == 1200


@pytest.mark.parametrize("time", ["2024/01/01 24:00", "2024-01-01T16:10:00", "2024/1/1 16:10"])
def test_times_of_an_outage_history_are_read_however_it_writes_midnight(folder, time):
    path, write = folder
    write("outage.csv", HISTORY.replace("2024/01/01 16:10", time))
    write("towns.csv", TOWNS)
    _, recorded = load(path)
    ((occurred, _last, contracts),) = [item for item in recorded.listed if item is not None]
    assert contracts == 120 and (occurred.day, occurred.hour) in ((2, 0), (1, 16))
    moments, counts, rest = recorded.series()
    assert len(moments) == 1 and counts.sum() == 120 and rest.empty


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("mesh500m.geojson", features(({"MESH_ID": "1"}, square(140, 35))), ("mesh500m.geojson", "PTN_2020")),
        (
            "mesh500m.geojson",
            features(({"PTN_2020": "*"}, square(140, 35))),
            ("mesh500m.geojson", "PTN_2020", "nobody"),
        ),
        ("admin_12999.geojson", features(({"x": 1}, square(140, 35))), ("admin_12999.geojson", "N03_004")),
        ("admin_12999.geojson", features((N03, None)), ("admin_12999.geojson", "no polygon")),
        ("admin_12999.geojson", features((N03, POINT)), ("admin_12999.geojson", "geometry")),
        ("smallarea.geojson", features(({**SMALL, "SETAI": "*"}, square(140, 35))), ("smallarea.geojson", "SETAI")),
        ("gsi_evacuation.geojson", features(({"共通ID": "E1"}, POINT)), ("gsi_evacuation.geojson", "団体コード")),
        ("gsi_evacuation.geojson", features((SHELTER, {"type": "Point", "coordinates": []})), ("geometry", "E1")),
        ("gsi_evacuation.geojson", features((SHELTER, None)), ("geometry", "E1")),
        ("gsi_evacuation.geojson", "{", ("gsi_evacuation.geojson", "GeoJSON")),
        ("outage.csv", HISTORY.replace("2024/01/01 16:10", ""), ("outage.csv", "occurred_jst", "row 2")),
        (
            "outage.csv",
            HISTORY.replace("2024/01/01 16:10", "2024/01/01 25:00"),
            ("outage.csv", "occurred_jst", "25:00"),
        ),
        ("outage.csv", HISTORY.replace("occurred_jst", "発生日時"), ("outage.csv", "occurred_jst")),
        ("outage.csv", HISTORY.split("\n")[0] + "\n", ("outage.csv", "no rows")),
        ("towns.csv", TOWNS.replace("35.005", ""), ("towns.csv", "lat", "row 2")),
        ("towns.csv", TOWNS.replace("lat,", "緯度,"), ("towns.csv", "lat")),
        ("chiba_evacuation_space.csv", "a,b\n1,2\n", ("chiba_evacuation_space.csv", "名称")),
    ],
)
def test_what_is_not_as_it_should_be_names_the_file_and_the_column(folder, name, content, words):
    path, write = folder
    if name in ("outage.csv", "towns.csv"):
        write("outage.csv", HISTORY)
        write("towns.csv", TOWNS)
    write(name, content)
    with pytest.raises(OpenDataError) as caught:
        load(path)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_a_shelter_of_another_municipality_is_left_out_and_masks_are_not_people(folder):
    path, write = folder
    other = {**SHELTER, "共通ID": "E2", "都道府県名及び市町村名": "千葉県別市"}
    numbered = {**SHELTER, "共通ID": "E3", "団体コード": "12999", "都道府県名及び市町村名": None}
    write("gsi_evacuation.geojson", features((SHELTER, POINT), (other, POINT), (numbered, POINT)))
    stage, _ = load(path)
    assert stage.facilities["facility_id"].tolist() == ["E1", "E3"]
    assert np.isfinite(stage.poles[["lat", "lon"]].to_numpy()).all()

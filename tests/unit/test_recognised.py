"""What files of a municipality are recognised as: by columns, geometry and name, and never by a guess."""

from __future__ import annotations

import pytest
from tomoshibi.analysis import support_requests
from tomoshibi.casefile import contacts, links, people
from tomoshibi.casefile.recognised import LINE, MIXED, POINT, POLYGON, Lists, Seen, recognise, settle
from tomoshibi.processing_provider.recovery.backup_list import BACKUP

FACILITY = {
    "facility_id": ("facility_id", "共通ID", "ID"),
    "name": ("name", "施設・場所名", "名称"),
    "kind": ("kind", "施設種別"),
    "capacity": ("capacity", "想定収容人数"),
    "lat": ("lat", "緯度"),
    "lon": ("lon", "経度"),
    "address": ("address", "住所"),
}
TRUCK = {"truck_id": ("truck_id", "車両番号"), "kva": ("kva", "容量(kVA)"), "litres_per_hour": ("燃費(L/h)",)}
PLAN = {"place": ("地区", "町名"), "restored_at": ("復旧見込",)}
LISTS = Lists(FACILITY, links.COLUMNS, people.COLUMNS, TRUCK, PLAN, BACKUP, contacts.COLUMNS, support_requests.COLUMNS)


def kinds(name: str, headings: str, geometry: str = "", rows: int = 5) -> tuple[str, ...]:
    return recognise(Seen(name, tuple(headings.split()), geometry, rows), LISTS).kinds


@pytest.mark.parametrize(
    ("name", "headings", "geometry", "expected"),
    [
        ("避難所.csv", "ID 名称 施設種別 緯度 経度", "", "FACILITIES"),
        ("a.geojson", "facility_id name kind", POINT, "FACILITIES"),
        ("a.csv", "facility_id supply_point", "", "LINKS"),
        ("a.csv", "氏名 住所 要介護度", "", "SUPPORT_LIST"),
        ("a.csv", "世帯番号 氏名 カナ 住所", "", "RESIDENTS"),
        ("a.csv", "車両番号 容量(kVA) 燃費(L/h)", "", "TRUCKS"),
        ("a.csv", "地区 復旧見込 戸数", "", "PLAN"),
        ("a.csv", "区分 組織 部署 担当者 電話番号", "", "CONTACTS"),
        ("a.csv", "種別 行き先 数量 要請日時 要請者", "", "REQUESTS"),
        ("a.shp", "highway name", LINE, "ROADS"),
        ("a.geojson", "KEY_CODE S_NAME", POLYGON, "AREAS"),
        ("土砂災害.geojson", "id", POLYGON, "HAZARDS"),
        ("灯市_行政区域.geojson", "code", POLYGON, "BOUNDARY"),
        ("道路.geojson", "id", LINE, "ROADS"),
    ],
)
def test_what_columns_geometry_and_name_tell_for_certain_is_taken(name, headings, geometry, expected):
    assert kinds(name, headings, geometry) == (expected,)


@pytest.mark.parametrize(
    ("name", "headings", "geometry", "expected"),
    [
        ("a.geojson", "id", POLYGON, {"BOUNDARY", "AREAS", "HAZARDS"}),
        ("a.geojson", "id", LINE, {"ROADS", "HAZARDS"}),
        ("a.geojson", "id", POINT, {"FACILITIES", "HAZARDS"}),
        ("名簿.csv", "氏名 住所", "", {"SUPPORT_LIST", "RESIDENTS"}),
    ],
)
def test_what_could_be_several_things_is_left_to_a_person(name, headings, geometry, expected):
    found = recognise(Seen(name, tuple(headings.split()), geometry, 3), LISTS)
    assert set(found.kinds) == expected and found.kind == ""


def test_what_is_no_input_is_not_taken_and_the_reason_is_said():
    assert kinds("memo.csv", "日付 内容") == ()
    assert kinds("facilities.csv", "ID 名称 施設種別 緯度 経度", rows=0) == ()
    result = recognise(Seen("shelterpower.gpkg", ("facility_id", "name", "kind", "as_of", "source"), POINT, 9), LISTS)
    assert result.kinds == () and "result of Tomoshibi" in str(result.why)
    mixed = recognise(Seen("hazards.geojson", ("id",), MIXED, 9), LISTS)
    assert mixed.kinds == () and "each as a layer" in str(mixed.why)


def test_a_layer_is_taken_before_the_table_of_the_same_name_and_of_others_none():
    table = Seen("facilities.csv", ("ID", "名称", "施設種別", "緯度", "経度"), "", 60)
    layer = Seen("facilities.geojson", ("facility_id", "name", "kind"), POINT, 60)
    first, second = settle([(one, recognise(one, LISTS)) for one in (table, layer)])
    assert (first.kinds, second.kind) == ((), "FACILITIES") and "facilities.geojson" in str(first.why)
    other = Seen("shelters.geojson", layer.headings, POINT, 12)
    doubts = settle([(one, recognise(one, LISTS)) for one in (layer, other)])
    assert [one.kind for one in doubts] == ["", ""] and all(one.kinds == ("FACILITIES",) for one in doubts)
    assert "shelters.geojson" in str(doubts[0].why)


def test_every_kind_that_a_case_keeps_can_be_told_by_a_name():
    from tomoshibi.casefile.own_inputs import OWN_INPUTS
    from tomoshibi.casefile.recognised import _NAMES

    assert set(_NAMES) == set(OWN_INPUTS)

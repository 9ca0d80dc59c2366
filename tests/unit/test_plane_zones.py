"""The zone of the plane rectangular coordinates that a place belongs to."""

from __future__ import annotations

import pytest
from pyproj import CRS
from tomoshibi.analysis.plane_zones import ZONES, epsg_of, zone_of

PLACES = [
    ("17204", 136.9, 37.4, 7),  # 輪島市
    ("172049", 136.9, 37.4, 7),  # with its check digit
    ("13101", 139.75, 35.69, 9),  # 千代田区
    ("13401", 139.79, 33.11, 9),  # 八丈町
    ("13421", 142.2, 27.1, 14),  # 小笠原村 父島
    ("13421", 136.08, 20.42, 18),  # 沖ノ鳥島
    ("13421", 153.98, 24.29, 19),  # 南鳥島
    ("01100", 141.35, 43.06, 12),  # 札幌市
    ("01202", 140.73, 41.77, 11),  # 函館市
    ("01370", 140.0, 42.43, 11),  # 今金町（檜山）
    ("01400", 140.75, 42.9, 11),  # 倶知安町（後志）
    ("01584", 140.76, 42.55, 11),  # 洞爺湖町
    ("01578", 141.36, 42.55, 12),  # 白老町（胆振）
    ("01219", 143.35, 44.36, 12),  # 紋別市
    ("01555", 143.5, 44.06, 12),  # 遠軽町（オホーツク）
    ("01208", 143.89, 43.8, 13),  # 北見市
    ("01552", 143.78, 44.02, 13),  # 佐呂間町
    ("01631", 143.2, 42.99, 13),  # 音更町（十勝）
    ("01694", 145.13, 44.02, 13),  # 羅臼町
    ("01000", 142.4, 43.8, 12),  # 北海道
    ("01203", 141.0, 43.19, 11),  # 小樽市
    ("01233", 140.86, 42.47, 11),  # 伊達市（胆振）
    ("01236", 140.65, 41.82, 11),  # 北斗市
    ("01331", 140.11, 41.43, 11),  # 松前町, the first of 渡島
    ("01347", 140.38, 42.51, 11),  # 長万部町, the last
    ("01367", 139.52, 42.17, 11),  # 奥尻町
    ("01371", 139.88, 42.41, 11),  # せたな町, the last of 檜山
    ("01391", 140.06, 42.7, 11),  # 島牧村, the first of 後志
    ("01409", 140.82, 43.08, 11),  # 赤井川村, the last
    ("01571", 140.71, 42.58, 11),  # 豊浦町（胆振）
    ("01575", 140.89, 42.55, 11),  # 壮瞥町（胆振）
    ("01205", 140.97, 42.32, 12),  # 室蘭市（胆振）
    ("01230", 141.11, 42.41, 12),  # 登別市（胆振）
    ("01586", 141.92, 42.58, 12),  # むかわ町, the last of 胆振
    ("01303", 141.52, 43.22, 12),  # 当別町, before 渡島
    ("01423", 141.65, 43.06, 12),  # 南幌町, after 後志
    ("01519", 141.22, 45.18, 12),  # 利尻富士町
    ("01559", 143.62, 44.18, 12),  # 湧別町（オホーツク）
    ("01563", 142.96, 44.58, 12),  # 雄武町（オホーツク）
    ("01609", 143.15, 42.01, 12),  # えりも町（日高）
    ("01543", 144.11, 43.83, 13),  # 美幌町（オホーツク）
    ("01545", 144.66, 43.91, 13),  # 斜里町
    ("01549", 143.74, 43.73, 13),  # 訓子府町
    ("01550", 143.59, 43.68, 13),  # 置戸町
    ("01564", 144.17, 43.91, 13),  # 大空町
    ("01207", 143.2, 42.92, 13),  # 帯広市
    ("01649", 143.66, 42.81, 13),  # 浦幌町, the last of 十勝
    ("01661", 144.47, 43.0, 13),  # 釧路町
    ("46201", 130.55, 31.6, 2),  # 鹿児島市
    ("46222", 129.5, 28.38, 1),  # 奄美市
    ("46529", 130.03, 28.32, 1),  # 喜界町, east of 130 degrees
    ("46505", 130.5, 30.35, 2),  # 屋久島町
    ("46215", 129.85, 31.85, 1),  # 薩摩川内市 甑島
    ("46215", 130.3, 31.81, 2),
    ("47201", 127.68, 26.21, 15),  # 那覇市
    ("47207", 124.16, 24.34, 16),  # 石垣市
    ("47357", 131.24, 25.84, 17),  # 南大東村
    ("47358", 131.3, 25.95, 17),  # 北大東村
    ("47214", 125.28, 24.81, 16),  # 宮古島市
    ("47382", 123.0, 24.47, 16),  # 与那国町
    ("47361", 126.8, 26.34, 15),  # 久米島町
    ("46304", 129.2, 29.6, 1),  # 十島村
    ("46213", 131.0, 30.73, 2),  # 西之表市
    ("46535", 128.43, 27.04, 1),  # 与論町
    ("13421", 141.32, 24.78, 14),  # 硫黄島
    ("13402", 139.77, 32.46, 9),  # 青ヶ島村
    ("07201", 140.47, 37.76, 9),  # 福島市
    ("15224", 138.37, 38.02, 8),  # 佐渡市
    ("42209", 129.29, 34.2, 1),  # 対馬市
]


@pytest.mark.parametrize(("code", "longitude", "latitude", "number"), PLACES)
def test_a_place_has_the_zone_that_the_notice_names(code, longitude, latitude, number):
    assert zone_of(code, longitude, latitude).number == number
    assert epsg_of(code, longitude, latitude) == 6668 + number


@pytest.mark.parametrize(("code", "longitude", "latitude", "number"), PLACES)
def test_a_place_of_no_prefecture_lies_in_a_zone_near_by(code, longitude, latitude, number):
    found = zone_of("99999", longitude, latitude)
    assert abs(found.longitude - longitude) < 1.9 and abs(found.latitude - latitude) < 7


def test_every_prefecture_has_a_zone_and_all_but_four_have_one():
    held = [code for zone in ZONES for code in zone.prefectures]
    assert set(held) == {f"{number:02d}" for number in range(1, 48)}
    assert {code for code in held if held.count(code) > 1} == {"01", "13", "46", "47"}
    assert [zone.number for zone in ZONES] == list(range(1, 20))


def test_the_northern_islands_belong_to_nemuro():
    assert zone_of("01700", 148.7, 45.4).number == 13  # 蘂取村


def test_a_drill_at_sea_takes_the_nearest_zone():
    assert zone_of("999999", 137.0, 37.2).number == 7
    assert zone_of("", 139.7, 35.7).number == 9


@pytest.mark.parametrize("zone", ZONES, ids=lambda zone: str(zone.number))
def test_the_origin_of_a_zone_is_that_of_its_epsg_code(zone):
    origin = CRS.from_epsg(6668 + zone.number).to_cf()
    assert zone.longitude == pytest.approx(origin["longitude_of_central_meridian"])
    assert zone.latitude == pytest.approx(origin["latitude_of_projection_origin"])


LAND = {
    1: (128.3, 27.0, 130.4, 34.7),  # 男女群島 to 対馬
    2: (129.7, 30.2, 132.2, 34.3),  # 唐津市 to 鶴御崎, 屋久島 to 沖ノ島
    3: (130.8, 33.7, 133.5, 36.4),  # 下関市 to 福山市, 八島 to 隠岐
    4: (132.0, 32.7, 134.8, 34.6),  # 佐田岬 to 蒲生田岬, 足摺岬 to 小豆島
    5: (133.1, 34.2, 135.5, 35.7),  # 日南町 to 尼崎市, 沼島 to 香住
    6: (135.0, 33.4, 137.0, 36.3),  # 友ヶ島 to 木曽岬町, 潮岬 to 加賀市との境
    7: (136.2, 34.6, 137.8, 37.9),  # 加賀市 to 豊根村, 伊良湖 to 舳倉島
    8: (137.3, 34.6, 139.9, 38.6),  # 王滝村 to 胎内市, 御前崎 to 粟島
    9: (138.4, 29.8, 141.0, 38.0),  # 嬬恋村 to いわき市, 孀婦岩 to 新地町
    10: (139.5, 37.7, 142.1, 41.6),  # 飛島 to 魹ヶ崎, 米沢市 to 大間崎
    11: (139.3, 41.4, 141.2, 43.4),  # 渡島大島 to 恵山岬, 白神岬 to 積丹岬
    12: (140.9, 41.9, 143.6, 45.5),  # 石狩湾 to 遠軽町, 襟裳岬 to 宗谷岬
    13: (142.7, 42.2, 148.8, 45.5),  # 新得町 to 択捉島, 広尾町 to 択捉島
    14: (140.9, 24.2, 142.3, 27.7),  # 西之島 to 母島, 南硫黄島 to 聟島
    15: (126.7, 26.1, 128.3, 27.9),  # 久米島 to 辺戸岬, 喜屋武岬 to 硫黄鳥島
    16: (122.9, 24.0, 125.5, 25.9),  # 与那国島 to 宮古島, 波照間島 to 尖閣諸島
    17: (131.2, 24.5, 131.3, 26.0),  # 南大東島, 沖大東島 to 北大東島
    18: (136.1, 20.4, 136.1, 20.4),  # 沖ノ鳥島
    19: (154.0, 24.3, 154.0, 24.3),  # 南鳥島
}
"""Zone → west, south, east, north of its land, degrees."""
CUT = {(15, 0): 126.0, (15, 2): 130.0, (16, 2): 126.0, (17, 0): 130.0, (14, 3): 28.0, (14, 2): 143.0}
"""Edges at sea that the notice draws: 126 and 130 degrees east, 28 degrees north, 143 degrees east."""


@pytest.mark.parametrize(("number", "edge"), [(number, edge) for number in LAND for edge in range(4)])
def test_the_box_of_a_zone_ends_where_its_land_or_the_notice_does(number, edge):
    held, land = ZONES[number - 1].box[edge], LAND[number][edge]
    if (number, edge) in CUT:
        assert held == CUT[number, edge]
    else:
        assert abs(held - land) <= 0.55


@pytest.mark.parametrize(
    ("longitude", "latitude", "number"),
    [
        (142.99, 27.5, 14),
        (143.0, 27.5, 19),
        (140.49, 27.99, 18),
        (140.5, 27.99, 14),
        (142.0, 28.0, 9),
    ],
)
def test_the_islands_of_tokyo_are_parted_at_28_degrees_north_and_140_5_and_143_east(longitude, latitude, number):
    assert zone_of("13421", longitude, latitude).number == number


@pytest.mark.parametrize(("longitude", "number"), [(125.99, 16), (126.0, 15), (129.99, 15), (130.0, 17)])
def test_okinawa_is_parted_at_126_and_130_degrees_east(longitude, number):
    assert zone_of("47", longitude, 25.0).number == number


@pytest.mark.parametrize(
    ("longitude", "latitude", "number"),
    [
        (128.29, 30.0, 2),
        (128.3, 30.0, 1),
        (130.0, 29.0, 1),
        (130.01, 29.0, 2),
        (130.21, 28.99, 1),
        (130.22, 28.99, 2),
        (129.0, 32.0, 1),
        (129.0, 32.01, 2),
        (129.0, 27.0, 1),
        (129.0, 26.99, 2),
    ],
)
def test_kagoshima_is_parted_at_the_lines_of_the_notice(longitude, latitude, number):
    assert zone_of("46", longitude, latitude).number == number


@pytest.mark.parametrize(
    ("code", "number"),
    [("01331", 11), ("01371", 11), ("01391", 11), ("01409", 11), ("01631", 13), ("01700", 13), ("01630", 12)],
)
def test_the_towns_of_hokkaido_belong_to_the_zone_of_their_county_from_the_first_code_to_the_last(code, number):
    assert zone_of(code, 142.0, 43.0).number == number


def test_off_all_land_the_nearest_counts_and_among_equally_near_the_nearest_meridian():
    # east of the box of 10
    assert zone_of("", 143.4, 40.0).number == 10
    # in the boxes of 7 and 8, nearer to the meridian of 8
    assert zone_of("", 137.85, 36.5).number == 8
    assert zone_of("", 137.8, 36.5).number == 7
    # a tenth north of 7, in 8
    assert zone_of("", 137.5, 38.0).number == 8
    # a degree south of 4, but 0.8 east of 2; and farther south than east of 2
    assert zone_of("", 133.0, 31.7).number == 2
    assert zone_of("", 133.3, 31.7).number == 4

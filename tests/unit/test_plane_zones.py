"""The zone of the plane rectangular coordinates that a place belongs to."""

from __future__ import annotations

import pytest
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
    ("46201", 130.55, 31.6, 2),  # 鹿児島市
    ("46222", 129.5, 28.38, 1),  # 奄美市
    ("46529", 130.03, 28.32, 1),  # 喜界町, east of 130 degrees
    ("46505", 130.5, 30.35, 2),  # 屋久島町
    ("46215", 129.85, 31.85, 1),  # 薩摩川内市 甑島
    ("46215", 130.3, 31.81, 2),
    ("47201", 127.68, 26.21, 15),  # 那覇市
    ("47207", 124.16, 24.34, 16),  # 石垣市
    ("47357", 131.24, 25.84, 17),  # 南大東村
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


def test_a_drill_at_sea_takes_the_nearest_zone():
    assert zone_of("999999", 137.0, 37.2).number == 7
    assert zone_of("", 139.7, 35.7).number == 9

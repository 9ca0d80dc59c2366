"""Which zone (系) of the plane rectangular coordinates (平面直角座標系) a place belongs to, as the notice lays it down.

Source: 平面直角座標系 (平成14年国土交通省告示第9号, 最終改正 平成22年3月31日告示第289号; 国土地理院,
https://www.gsi.go.jp/LAW/heimencho.html). Numbers, origins and areas of use of the CRS: EPSG 6669 to 6687, to which
the tests hold them. Codes: 総務省 全国地方公共団体コード (https://www.soumu.go.jp/denshijiti/code.html). The zones
follow prefectures; Hokkaido is parted by municipality, Kagoshima, Tokyo and Okinawa by longitude and latitude.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

FIRST_EPSG = 6669
"""EPSG code of JGD2011 / Japan Plane Rectangular CS I; those of II to XIX follow."""


class Zone(NamedTuple):
    """One zone."""

    number: int
    """1 to 19."""
    longitude: float
    """Of the origin, degrees."""
    latitude: float
    prefectures: tuple[str, ...]
    """Codes of the prefectures that lie in it as a whole or in part."""
    box: tuple[float, float, float, float]
    """West, south, east, north of the land in it, in degrees, rounded outwards; only for places whose prefecture is
    not known."""


ZONES = (
    Zone(1, 129.5, 33.0, ("42", "46"), (128.2, 27.0, 130.4, 34.8)),
    Zone(2, 131.0, 33.0, ("40", "41", "43", "44", "45", "46"), (129.7, 30.2, 132.2, 34.3)),
    Zone(3, 132 + 1 / 6, 36.0, ("32", "34", "35"), (130.8, 33.7, 133.5, 36.4)),
    Zone(4, 133.5, 33.0, ("36", "37", "38", "39"), (132.0, 32.7, 134.9, 34.6)),
    Zone(5, 134 + 1 / 3, 36.0, ("28", "31", "33"), (133.1, 34.1, 135.5, 35.7)),
    Zone(6, 136.0, 36.0, ("18", "24", "25", "26", "27", "29", "30"), (134.8, 33.4, 137.0, 36.4)),
    Zone(7, 137 + 1 / 6, 36.0, ("16", "17", "21", "23"), (136.2, 34.5, 137.9, 37.9)),
    Zone(8, 138.5, 36.0, ("15", "19", "20", "22"), (137.3, 34.5, 139.9, 38.6)),
    Zone(9, 139 + 5 / 6, 36.0, ("07", "08", "09", "10", "11", "12", "13", "14"), (138.4, 29.3, 141.1, 38.0)),
    Zone(10, 140 + 5 / 6, 40.0, ("02", "03", "04", "05", "06"), (139.4, 37.7, 142.2, 41.6)),
    Zone(11, 140.25, 44.0, ("01",), (139.3, 41.3, 141.5, 43.5)),
    Zone(12, 142.25, 44.0, ("01",), (140.8, 41.9, 143.7, 45.6)),
    Zone(13, 144.25, 44.0, ("01",), (142.6, 41.8, 148.9, 45.6)),
    Zone(14, 142.0, 26.0, ("13",), (140.5, 24.0, 143.0, 28.0)),
    Zone(15, 127.5, 26.0, ("47",), (126.0, 26.0, 130.0, 27.9)),
    Zone(16, 124.0, 26.0, ("47",), (122.8, 23.9, 126.0, 26.0)),
    Zone(17, 131.0, 26.0, ("47",), (130.0, 24.4, 131.5, 26.0)),
    Zone(18, 136.0, 20.0, ("13",), (136.0, 20.3, 136.2, 20.6)),
    Zone(19, 154.0, 26.0, ("13",), (153.9, 24.2, 154.1, 24.4)),
)

_HOKKAIDO, _TOKYO, _KAGOSHIMA, _OKINAWA = "01", "13", "46", "47"
_HOKKAIDO_WEST = frozenset(
    # 函館市 小樽市 伊達市 北斗市; 胆振: 豊浦町 壮瞥町 洞爺湖町
    ["01202", "01203", "01233", "01236", "01571", "01575", "01584"]
)
_HOKKAIDO_EAST = frozenset(
    [
        # 釧路市 帯広市 北見市 網走市 根室市
        *("01206", "01207", "01208", "01211", "01223"),
        # オホーツク: 美幌町 津別町 斜里町 清里町 小清水町 訓子府町 置戸町 佐呂間町 大空町
        *("01543", "01544", "01545", "01546", "01547", "01549", "01550", "01552", "01564"),
    ]
)
_WEST_COUNTIES = (("01331", "01371"), ("01391", "01409"))
"""First and last code of the towns of 渡島 and 檜山, and of 後志."""
_EAST_COUNTIES = (("01631", "01700"),)
"""Those of 十勝, 釧路 and 根室 with the northern islands."""


def zone_of(code: str, longitude: float, latitude: float) -> Zone:
    """Return the zone of a place.

    Parameters
        code: 団体コード of its municipality or prefecture, 5 or 6 digits; "" or one of no prefecture (a drill's) where
            only the position tells.
        longitude, latitude: degrees of its middle.

    Returns
        the zone the notice names; without a prefecture the one whose land is nearest, of several the one whose
        central meridian is.
    """
    prefecture = code[:2] if code[:5].isdigit() else ""
    if prefecture == _HOKKAIDO:
        found = _hokkaido(code[:5])
        return ZONES[found - 1] if found is not None else _nearest(longitude, latitude, prefecture)
    if prefecture in _BY_POSITION:
        return ZONES[_BY_POSITION[prefecture](longitude, latitude) - 1]
    inside = [zone for zone in ZONES if prefecture in zone.prefectures]
    return inside[0] if inside else _nearest(longitude, latitude, "")


def epsg_of(code: str, longitude: float, latitude: float) -> int:
    """Return the EPSG code (6669 to 6687) of the zone of a place; parameters as for `zone_of`."""
    return FIRST_EPSG + zone_of(code, longitude, latitude).number - 1


def _hokkaido(code: str) -> Optional[int]:
    """Return the zone of a municipality of Hokkaido, None for Hokkaido as a whole."""
    if code[2:] == "000":
        return None
    if code in _HOKKAIDO_WEST or any(first <= code <= last for first, last in _WEST_COUNTIES):
        return 11
    if code in _HOKKAIDO_EAST or any(first <= code <= last for first, last in _EAST_COUNTIES):
        return 13
    return 12


def _kagoshima(longitude: float, latitude: float) -> int:
    """I between 27 and 32 degrees north and 128°18′ and 130° east, for the Amami islands up to 130°13′; else II."""
    # The Amami islands end south of 29 degrees: from there to 30 lie the Tokara islands, all west of 130.
    east = 130 + 13 / 60 if latitude < 29 else 130.0
    return 1 if 27 <= latitude <= 32 and 128.3 <= longitude <= east else 2


def _tokyo(longitude: float, latitude: float) -> int:
    if latitude >= 28:
        return 9
    return 18 if longitude < 140.5 else 14 if longitude < 143 else 19


def _okinawa(longitude: float, _latitude: float) -> int:
    return 16 if longitude < 126 else 15 if longitude < 130 else 17


_BY_POSITION = {_KAGOSHIMA: _kagoshima, _TOKYO: _tokyo, _OKINAWA: _okinawa}


def _nearest(longitude: float, latitude: float, prefecture: str) -> Zone:
    """Return the zone whose land is nearest, by its box; of several the one whose central meridian is nearest."""

    def off(zone: Zone) -> tuple[float, float]:
        west, south, east, north = zone.box
        aside = max(west - longitude, longitude - east, 0.0)
        beyond = max(south - latitude, latitude - north, 0.0)
        return aside * aside + beyond * beyond, abs(zone.longitude - longitude)

    return min((zone for zone in ZONES if not prefecture or prefecture in zone.prefectures), key=off)

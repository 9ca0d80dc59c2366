"""Where a scenario takes place: municipality, small areas, roads, hazards, facilities; and the built-in, fictional one.

The built-in municipality 灯島県灯市 lies in the open Sea of Japan, where there is no land, and has codes of a
prefecture
that does not exist, so that nothing made from it can be taken for a real place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional, Union

import numpy as np
import pandas as pd

from ..arrays import Array, BoolArray, FloatArray, IntArray
from .rings import Ring, Shape, centre_of, dissolve, in_shape, voronoi

KM_PER_DEGREE = 110.95
"""Kilometres in a degree of latitude, near enough for drawing."""

SHELTER, WELFARE, CLINIC, OFFICE, WATER = "避難所", "福祉避難所", "診療所", "役場", "水道施設"
HOSPITAL = "病院"


def check_digit(code5: str) -> str:
    """Return the 6-digit 団体コード of a 5-digit municipality code (modulus 11, weights 6 … 2)."""
    total = sum(int(digit) * weight for digit, weight in zip(code5, range(6, 1, -1)))
    return code5 + str((11 - total % 11) % 10)


@dataclass(frozen=True)
class Division:
    """A municipality, or a ward of a designated city."""

    code: str
    """団体コード, 6 digits."""
    name: str
    """Name with the prefecture, as addresses begin."""
    level: str
    """`municipality` or `ward`."""
    parent: str
    """Code of the city for a ward, else ""."""
    shape: Shape = field(repr=False, compare=False)


@dataclass(frozen=True)
class Road:
    """A road between two areas."""

    start: int
    end: int
    kind: str
    """`trunk` or `branch`."""
    line: FloatArray = field(repr=False, compare=False)
    """Longitude, latitude (n, 2)."""


@dataclass(frozen=True)
class Geography:
    """The stage of a scenario, in longitude and latitude."""

    code: str
    """団体コード that covers all of it: of the municipality, or of the prefecture."""
    name: str
    divisions: list[Division]
    areas: pd.DataFrame
    """`area_id area_name division(int: lowest division) households population kind postcode address address_code lat
    lon`.
    """
    shapes: list[Shape]
    """One an area."""
    poles: pd.DataFrame
    """`area(int32) lat lon dwellings(int16)`: where service wires come from."""
    facilities: pd.DataFrame
    """`facility_id name kind capacity lat lon area division address points voltage`."""
    hazards: list[tuple[Shape, dict[str, Any]]]
    roads: Optional[list[Road]]
    """None where there is no road data."""
    blocked: frozenset[Any]
    """Numbers of the roads that a landslide crosses."""
    unreachable: BoolArray
    """bool (areas): no open road leads to the main centre (built-in), or hazards lie around it (open data)."""
    utility: str
    """First two digits of supply points."""
    sources: list[str]


def dwellings_of_poles(rng: np.random.Generator, households: int, dense: bool) -> IntArray:
    """Return the dwellings of each pole, 1 to 12, together `households`."""
    if households <= 0:
        return np.zeros(0, dtype=np.int16)
    sizes = np.arange(1, 13)
    weights = np.exp(-sizes / (4.5 if dense else 1.8))
    draws = rng.choice(sizes, size=households, p=weights / weights.sum())
    total = np.cumsum(draws)
    last = int(np.searchsorted(total, households))
    draws = draws[: last + 1]
    draws[-1] -= total[last] - households
    return draws.astype(np.int16)


# --- the built-in municipality ---------------------------------------------------------------------------------------

CENTRE_LAT, CENTRE_LON = 38.2, 135.3
CITY5 = "99100"
PREFECTURE, CITY = "灯島県", "灯市"
WARDS = (("99101", "東区"), ("99102", "西区"))
UTILITY = "05"
HALF_WIDTH_KM, HALF_HEIGHT_KM = 8.0, 6.0
TOWNS = (
    *("灯町一丁目", "灯町二丁目", "灯町三丁目", "明町", "電灯町", "送電町", "配電町", "通電町", "点灯台", "希望台"),
    *("変圧町", "電柱通", "行灯町", "星明町", "蛍原", "開閉町", "検針町", "力率町", "避雷町", "碍子町"),
    *("引込町", "提灯坂", "灯ヶ丘", "光台", "灯ヶ浜町", "灯台岬", "月影浜", "燈籠浦", "漁火町", "不知火浜"),
    *("夜光浦", "松明浜", "篝火町", "宵待浦", "電線浜", "明星浦", "暁浜", "行灯谷", "狐火谷", "薄明峠"),
    *("電気沢", "静電谷", "水車沢", "風車峠", "雷光谷"),
)
_KINDS = (("centre", 10, 9.0), ("suburb", 14, 4.0), ("coast", 13, 1.0), ("hill", 8, 0.55))
"""Kind of settlement, how many, and its weight in households."""
_SPREAD_KM = {"centre": 0.33, "suburb": 0.38, "coast": 0.22, "hill": 0.20}


def _to_degrees(points: FloatArray) -> FloatArray:
    east = KM_PER_DEGREE * np.cos(np.radians(CENTRE_LAT))
    return np.column_stack([CENTRE_LON + points[:, 0] / east, CENTRE_LAT + points[:, 1] / KM_PER_DEGREE])


class _Island:
    """A coast given by its distance from the middle in every direction, in kilometres."""

    def __init__(self, rng: np.random.Generator):
        waves = np.arange(2, 70)
        self.height = rng.normal(0, 1, len(waves)) * 0.16 / waves**1.05
        self.phase = rng.uniform(0, 2 * np.pi, len(waves))
        self.waves = waves
        angles = np.linspace(0, 2 * np.pi, 720, endpoint=False)
        self.coast: Ring = self.at(angles, 1.0)

    def reach(self, angle: FloatArray) -> FloatArray:
        """Return the distance of the coast in these directions."""
        angle = np.asarray(angle)
        rough = 1 + (self.height * np.cos(angle[..., None] * self.waves + self.phase)).sum(-1)
        # A bay opens to the south, where the town lies.
        bay = 1 - 0.30 * np.exp(-(((angle - 1.42 * np.pi) / 0.22) ** 2))
        ellipse = 1 / np.hypot(np.cos(angle) / HALF_WIDTH_KM, np.sin(angle) / HALF_HEIGHT_KM)
        return ellipse * np.clip(rough, 0.55, 1.35) * bay

    def at(self, angle: FloatArray, share: Union[float, FloatArray]) -> FloatArray:
        """Return points (n, 2) at this share of the way from the middle to the coast."""
        distance = self.reach(angle) * share
        return np.column_stack([distance * np.cos(angle), distance * np.sin(angle)])

    def depth(self, points: FloatArray) -> FloatArray:
        """Return the share of the way to the coast at which points lie: below 1 is land."""
        angle = np.arctan2(points[:, 1], points[:, 0]) % (2 * np.pi)
        return np.hypot(*points.T) / self.reach(angle)


def _sites(rng: np.random.Generator, island: _Island) -> FloatArray:
    """Return the settlements (45, 2) in kilometres, kind by kind, nowhere too near to another."""
    town = island.at(np.array([1.42 * np.pi]), 0.80)[0]
    placed: list[Array] = [town]
    rules = {
        "centre": (0.55, 0.1, 1.7),
        "suburb": (0.95, 1.4, 4.2),
        "coast": (1.25, 3.8, 99.0),
        "hill": (1.3, 3.0, 99.0),
    }
    for kind, count, _weight in _KINDS:
        gap, nearest, farthest = rules[kind]
        wanted = len(placed) + count - (1 if kind == "centre" else 0)
        while len(placed) < wanted:
            angle = rng.uniform(0, 2 * np.pi, 256)
            low, high = (0.90, 0.965) if kind == "coast" else (0.05, 0.90 if kind != "hill" else 0.75)
            trial = island.at(angle, np.sqrt(rng.uniform(low**2, high**2, 256)))
            away = np.hypot(*(trial - town).T)
            for point in trial[(away >= nearest) & (away <= farthest)]:
                if len(placed) < wanted and min(np.hypot(*(point - other)) for other in placed) >= gap:
                    placed.append(point)
            gap *= 0.97
    return np.array(placed)


def _network(sites: FloatArray) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the edges of the shortest tree over the sites, and further edges between neighbours (Gabriel graph)."""
    apart = np.hypot(sites[:, None, 0] - sites[None, :, 0], sites[:, None, 1] - sites[None, :, 1])
    tree, reached = [], [0]
    while len(reached) < len(sites):
        rest = [i for i in range(len(sites)) if i not in reached]
        block = apart[np.ix_(reached, rest)]
        row, column = np.unravel_index(np.argmin(block), block.shape)
        tree.append((reached[row], rest[column]))
        reached.append(rest[column])
    known = {frozenset(edge) for edge in tree}
    extra = []
    for a in range(len(sites)):
        for b in range(a + 1, len(sites)):
            middle = (sites[a] + sites[b]) / 2
            others = np.delete(np.hypot(*(sites - middle).T), [a, b])
            if frozenset((a, b)) not in known and others.min() > apart[a, b] / 2:
                extra.append((a, b))
    return tree, extra


def _line(rng: np.random.Generator, island: _Island, a: FloatArray, b: FloatArray) -> FloatArray:
    """Return a winding line (n, 2) in kilometres from a to b that keeps to the land."""
    points = np.array([a, b])
    for _ in range(4):
        steps = np.diff(points, axis=0)
        middle = points[:-1] + steps / 2
        middle += np.column_stack([-steps[:, 1], steps[:, 0]]) * rng.normal(0, 0.09, (len(steps), 1))
        deep = island.depth(middle)
        middle *= np.minimum(1.0, 0.97 / np.maximum(deep, 1e-9))[:, None]
        merged = np.empty((len(points) + len(middle), 2))
        merged[::2], merged[1::2] = points, middle
        points = merged
    return points


def _reached(count: int, edges: list[tuple[int, int]], shut: set[Any]) -> BoolArray:
    """Return whether each site is joined to site 0 without the edges that are shut."""
    found, new = np.zeros(count, dtype=bool), [0]
    while new:
        place = new.pop()
        found[place] = True
        for number, edge in enumerate(edges):
            if number not in shut and place in edge:
                other = edge[1] if edge[0] == place else edge[0]
                if not found[other]:
                    new.append(other)
    return found


def _block(rng: np.random.Generator, sites: FloatArray, kinds: list[str], edges: list[tuple[int, int]]) -> set[Any]:
    """Return the edges that landslides cross: all ways to some hamlets, and one way of some that have another."""
    shut: set[Any] = set()
    remote = [i for i in np.argsort(-np.hypot(*(sites - sites[0]).T), kind="stable") if kinds[i] in ("coast", "hill")]
    cut: list[int] = []
    for place in remote:
        ways = set(np.flatnonzero((np.array(edges) == place).any(axis=1)).tolist())
        behind = ~_reached(len(sites), edges, shut | ways)
        if len(ways) <= 3 and np.count_nonzero(behind) <= len(cut) + 2 and len(cut) < 6 and rng.random() < 0.75:
            shut |= ways
            cut = list(np.flatnonzero(~_reached(len(sites), edges, shut)))
    left = [number for number in range(len(edges)) if number not in shut]
    open_ways = [number for number in left if (~_reached(len(sites), edges, shut | {number})).sum() == len(cut)]
    shut |= set(rng.choice(open_ways, size=min(3, len(open_ways)), replace=False).tolist())
    return shut


def _slide(rng: np.random.Generator, centre: FloatArray, size_km: float) -> Shape:
    """Return the outline of a landslide in degrees."""
    angle = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    reach = size_km * rng.uniform(0.65, 1.15, 14)
    turn = rng.uniform(0, np.pi)
    flat = np.column_stack([1.7 * reach * np.cos(angle), reach * np.sin(angle)])
    spun = flat @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return [[_to_degrees(centre + spun)]]


def _hazards(
    rng: np.random.Generator, island: _Island, lines: list[FloatArray], blocked: set[Any]
) -> list[tuple[Shape, dict[str, Any]]]:
    """Landslides across the blocked roads, and others on slopes away from every road."""
    found = []
    for number in sorted(blocked):
        line = lines[number]
        place = line[int(len(line) * rng.uniform(0.35, 0.65))]
        found.append((_slide(rng, place, rng.uniform(0.05, 0.11)), {"kind": "斜面崩壊", "source": "built-in"}))
    roads = np.vstack(lines)
    while len(found) < len(blocked) + 40:
        trial = island.at(rng.uniform(0, 2 * np.pi, 1), rng.uniform(0.15, 0.9, 1))[0]
        if np.hypot(*(roads - trial).T).min() > 0.35:
            found.append((_slide(rng, trial, rng.uniform(0.04, 0.14)), {"kind": "斜面崩壊", "source": "built-in"}))
    return found


def _built_in_poles(
    rng: np.random.Generator, island: _Island, sites: FloatArray, kinds: list[str], households: IntArray
) -> pd.DataFrame:
    parts = []
    for number, kind in enumerate(kinds):
        sizes = dwellings_of_poles(rng, int(households[number]), kind in ("centre", "suburb"))
        points = np.empty((0, 2))
        while len(points) < len(sizes):
            trial = sites[number] + rng.normal(0, _SPREAD_KM[kind], (max(64, 2 * len(sizes)), 2))
            apart = np.hypot(trial[:, None, 0] - sites[None, :, 0], trial[:, None, 1] - sites[None, :, 1])
            good = (np.argmin(apart, axis=1) == number) & (island.depth(trial) < 0.985)
            points = np.vstack([points, trial[good]])
        degrees = _to_degrees(points[: len(sizes)])
        parts.append(
            pd.DataFrame(
                {"area": np.int32(number), "lat": degrees[:, 1], "lon": degrees[:, 0], "dwellings": sizes},
            )
        )
    poles = pd.concat(parts, ignore_index=True)
    poles[["lat", "lon"]] = poles[["lat", "lon"]].round(6)
    return poles


_FACILITY_RULES = (
    # kind, how many, words after the area's name, lowest and highest capacity, highest number of supply points, kinds
    (
        SHELTER,
        34,
        ("小学校", "中学校", "公民館", "集会所", "体育館"),
        40,
        600,
        2,
        ("centre", "suburb", "coast", "hill"),
    ),
    (WELFARE, 6, ("福祉センター", "ケアホーム"), 20, 80, 2, ("centre", "suburb", "coast")),
    (CLINIC, 7, ("診療所", "クリニック"), 0, 0, 1, ("centre", "suburb", "coast")),
    (HOSPITAL, 2, ("中央病院", "東病院"), 0, 0, 3, ("centre", "suburb")),
    (OFFICE, 4, ("市役所", "東区役所", "西区役所", "支所"), 0, 0, 2, ("centre", "suburb")),
    (WATER, 7, ("浄水場", "配水池", "加圧ポンプ場"), 0, 0, 2, ("suburb", "hill", "coast")),
)


def _built_in_facilities(rng: np.random.Generator, areas: pd.DataFrame, poles: pd.DataFrame) -> pd.DataFrame:
    rows = []
    used: set[str] = set()
    for kind, count, words, low, high, most, where in _FACILITY_RULES:
        places = rng.permutation(np.flatnonzero(areas["kind"].isin(where)))
        for number in range(count):
            area = int(places[number % len(places)])
            near = np.flatnonzero(poles["area"].to_numpy() == area)
            pole = int(rng.choice(near))
            name = f"{areas['area_name'][area]}{words[number % len(words)]}"
            while name in used:
                name = f"第二{name}"
            used.add(name)
            points = int(rng.integers(1, most + 1))
            rows.append(
                {
                    "name": name,
                    "kind": kind,
                    "capacity": float(rng.integers(low, high + 1) // 10 * 10) if high else np.nan,
                    "lat": round(float(poles["lat"][pole]) + float(rng.normal(0, 2e-4)), 6),
                    "lon": round(float(poles["lon"][pole]) + float(rng.normal(0, 2e-4)), 6),
                    "area": area,
                    "division": int(areas["division"][area]),
                    "address": f"{areas['address'][area]}{rng.integers(1, 60)}番地",
                    "points": points,
                    "voltage": 2 if (kind in (HOSPITAL, OFFICE) or (high >= 600 and rng.random() < 0.25)) else 1,
                }
            )
    table = pd.DataFrame(rows)
    table.insert(0, "facility_id", [f"E{CITY5}{number:08d}" for number in range(1, len(table) + 1)])
    return table


def _built_in_divisions(coast: FloatArray, cells: list[list[FloatArray]], ward: IntArray) -> list[Division]:
    """Return the city and its wards, whose outlines are those of their small areas together."""
    found = [Division(check_digit(CITY5), PREFECTURE + CITY, "municipality", "", [[_to_degrees(coast)]])]
    for number, (code5, name) in enumerate(WARDS):
        rings = [ring for cell, one in zip(cells, ward) if one == number for ring in cell]
        outline: Shape = [[_to_degrees(ring)] for ring in dissolve(rings)]
        found.append(Division(check_digit(code5), PREFECTURE + CITY + name, "ward", check_digit(CITY5), outline))
    return found


def _built_in_areas(sites: FloatArray, ward: IntArray, households: IntArray, kinds: list[str]) -> pd.DataFrame:
    """Return the small areas of the city, a row each."""
    degrees = _to_degrees(sites)
    return pd.DataFrame(
        {
            "area_id": [f"{WARDS[one][0]}{number:06d}" for number, one in enumerate(ward, 1)],
            "area_name": list(TOWNS),
            "division": ward + 1,
            "households": households,
            "population": np.rint(households * 2.2).astype(np.int64),
            "kind": kinds,
            "postcode": [f"999-{9000 + number}" for number in range(len(sites))],
            "address": [f"{PREFECTURE}{CITY}{WARDS[one][1]}{town}" for one, town in zip(ward, TOWNS)],
            "address_code": [f"{WARDS[one][0]}{number:03d}000" for number, one in enumerate(ward, 1)],
            "lat": degrees[:, 1].round(6),
            "lon": degrees[:, 0].round(6),
        }
    )


def _built_in_edges(rng: np.random.Generator, sites: FloatArray) -> list[tuple[int, int]]:
    """Return which places roads join: all of them by one way, some by another."""
    tree, extra = _network(sites)
    return tree + [edge for edge in extra if rng.random() < (0.8 if max(edge) < 24 else 0.25)]


def built_in(seed: int, meters: int, landslides: bool = True) -> Geography:
    """Return the fictional municipality with about `meters` meters, everything from `seed`.

    Without `landslides` no road is shut, and the slopes on the map slid long ago.
    """
    rng = np.random.default_rng([seed, 1])
    island = _Island(rng)
    sites = _sites(rng, island)
    kinds = [kind for kind, count, _weight in _KINDS for _ in range(count)]
    weights = np.array([weight for _kind, count, weight in _KINDS for _ in range(count)])
    weights = weights * rng.uniform(0.6, 1.4, len(weights))
    # Shops, facilities, export and abolished contracts come on top of dwellings: see contracts.py.
    households = np.maximum(8, np.rint(weights / weights.sum() * meters * 0.845)).astype(np.int64)
    cells = voronoi(sites, island.coast)
    east = sites[:, 0] > sites[np.argsort(sites[:, 0], kind="stable")[len(sites) // 2], 0]
    ward = np.where(east, 0, 1)
    shapes: list[Shape] = [[[_to_degrees(ring)] for ring in cell] for cell in cells]
    areas = _built_in_areas(sites, ward, households, kinds)
    edges = _built_in_edges(rng, sites)
    lines = [_line(rng, island, sites[a], sites[b]) for a, b in edges]
    blocked = _block(rng, sites, kinds, edges) if landslides else set()
    hazards = _hazards(rng, island, lines, blocked)
    poles = _built_in_poles(np.random.default_rng([seed, 2]), island, sites, kinds, households)
    roads = [
        Road(a, b, "trunk" if max(a, b) < 24 else "branch", _to_degrees(line).round(6))
        for (a, b), line in zip(edges, lines)
    ]
    return Geography(
        code=check_digit(CITY5),
        name=PREFECTURE + CITY,
        divisions=_built_in_divisions(island.coast, cells, ward),
        areas=areas,
        shapes=shapes,
        poles=poles,
        facilities=_built_in_facilities(np.random.default_rng([seed, 3]), areas, poles),
        hazards=hazards,
        roads=roads,
        blocked=frozenset(blocked),
        unreachable=~_reached(len(sites), edges, blocked),
        utility=UTILITY,
        sources=["Invented: no such place exists."],
    )


def locate(lon: FloatArray, lat: FloatArray, shapes: list[Shape]) -> IntArray:
    """Return the number of the first shape that holds each point, int32 (n), -1 for none."""
    found = np.full(len(lon), -1, dtype=np.int32)
    order = np.argsort(lon, kind="stable")
    sorted_lon, sorted_lat = lon[order], lat[order]
    for number, shape in enumerate(shapes):
        west = min(polygon[0][:, 0].min() for polygon in shape)
        east = max(polygon[0][:, 0].max() for polygon in shape)
        first, last = np.searchsorted(sorted_lon, [west, east], side="left")
        rows = np.arange(first, last)
        rows = rows[found[order[rows]] < 0]
        inside = in_shape(sorted_lon[rows], sorted_lat[rows], shape)
        found[order[rows[inside]]] = number
    return found


def centres(shapes: list[Shape]) -> tuple[Array, Array]:
    """Return longitude and latitude of the shapes' centroids, float64 (n) each."""
    points = np.array([centre_of(shape) for shape in shapes], dtype=np.float64).reshape(-1, 2)
    return points[:, 0], points[:, 1]

"""A scenario's stage from open data.

Municipal polygons, small areas, population mesh, shelters, landslides, and a real outage history.

Only GeoJSON and CSV are read. What the open data do not say is drawn from the seed, and `scenario.json` says so in
plain words.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any, Iterator, NamedTuple, Optional, Sequence

import numpy as np
import pandas as pd

from ..analysis.quantities import count_of
from ..arrays import Array
from ..messages import Progress, TomoshibiError, message
from .geography import SHELTER, WELFARE, Division, Geography, centres, check_digit, dwellings_of_poles, locate
from .outages import NEVER, Clock, Town
from .regions import UTILITIES, code_table_name, plain, prefecture_of, short_name
from .rings import Shape, in_shape, shape_of

NEAR_HAZARD_KM = 0.6
HAZARDS_TO_CUT_OFF = 3
POPULATION = ("人口", "人口（総数）", "population", "JINKO")
_PROJECTED = re.compile(r"PTN_(\d{4})|POP(\d{4})")
"""Columns of the 国土数値情報 mesh of future population: the earliest year is the census."""
HOUSEHOLDS = ("households", "世帯数", "世帯総数", "SETAI")


class OpenDataError(TomoshibiError):
    """A file of open data is missing or is not what it should be."""


@dataclass(frozen=True)
class OpenData:
    """The files a scenario is made from."""

    municipalities: tuple[Path, ...]
    """Municipal polygons, one file a municipality; the name of each ends in its 5-digit code, every feature has
    `name`.
    """
    areas: Path
    """Small areas (町丁・字等) with `fullname` 県/(郡/)市町村/名, `label`, `population`, `households`."""
    population: Optional[Path] = None
    """500 m mesh with `人口`; None: poles anywhere in the small areas."""
    shelters: tuple[Path, ...] = ()
    """指定避難所 in the columns of 国土地理院."""
    capacities: Optional[Path] = None
    """The same in the municipal standard format, for 想定収容人数."""
    outages: Optional[Path] = None
    """Outage history: `snapshot_jst occurred_jst city town outage_est`."""
    towns: Optional[Path] = None
    """Town points: `city town lat lon`; needed with `outages`."""
    hazards: tuple[Path, ...] = ()
    damaged_roads: Optional[Path] = None

    @classmethod
    def from_folder(cls, folder: Path) -> OpenData:
        """Find the files by their names in one folder. Raises `OpenDataError` naming what is missing."""
        folder = Path(folder)
        municipalities = tuple(sorted(folder.glob("admin_*.geojson")))
        areas = _one(folder, "smallarea*.geojson")
        if not municipalities or areas is None:
            missing = [name for name, there in (("municipalities", municipalities), ("areas", areas)) if not there]
            raise OpenDataError(
                message(
                    "{folder} lacks {missing} (admin_<code>.geojson, smallarea*.geojson). Add the files, "
                    "or choose the folder "
                    "that holds them.",
                    folder=str(folder),
                    missing=", ".join(missing),
                )
            )
        return cls(
            municipalities,
            areas,
            population=_one(folder, "*mesh500m*.geojson"),
            shelters=tuple(sorted(folder.glob("gsi_evacuation*.geojson"))),
            capacities=_one(folder, "*evacuation_space.csv"),
            outages=_one(folder, "*outage*.csv.gz") or _one(folder, "*outage*.csv"),
            towns=_one(folder, "*towns*.csv"),
            hazards=tuple(sorted(folder.glob("hokai_*.geojson"))),
            damaged_roads=_one(folder, "*damaged_area.geojson"),
        )


def _one(folder: Path, pattern: str) -> Optional[Path]:
    return next(iter(sorted(folder.glob(pattern))), None)


class Listing(NamedTuple):
    """A town in an outage history."""

    occurred: datetime
    last: datetime
    """Of the last snapshot that lists it."""
    contracts: float
    """Without power in the first snapshot."""


@dataclass(frozen=True)
class Recorded:
    """A published outage history laid over the poles."""

    pole_town: Array
    """int32 (poles): position of the town."""
    listed: list[Optional[Listing]]
    """One a town: what the first snapshot lists of it, None where it does not."""
    short_chance: Array
    """float64 (towns)."""
    assumptions: tuple[str, ...]
    joins: dict[str, Any] = field(default_factory=dict)
    towns: tuple[tuple[str, str], ...] = ()
    """Municipality (short) and name of each town."""
    history: Optional[Path] = None
    """The file of the history; None where there is none."""

    def series(self) -> tuple[Array, Array, pd.DataFrame]:
        """Return moments (datetime64[s]), contracts out (towns, moments), and the rows that belong to no town.

        All snapshots of the history; a town that a snapshot does not list has 0. Rows without a town: `snapshot city
        town contracts`. Raises `ValueError` where there is no history.
        """
        history = self.history
        if history is None:
            raise ValueError("no history was given: see `history`")
        rows = pd.DataFrame(_table(history), columns=["snapshot_jst", "city", "town", "outage_est"])
        told = [
            np.datetime64(_moment(history, "snapshot_jst", text, row), "s")
            for row, text in enumerate(rows["snapshot_jst"], 2)
        ]
        rows["snapshot"] = np.array(told, dtype="datetime64[s]")
        rows["contracts"] = rows["outage_est"].map(_number)
        moments, column = np.unique(rows["snapshot"].to_numpy("datetime64[s]"), return_inverse=True)
        position = {town: number for number, town in enumerate(self.towns)}
        place = np.array([position.get(name, -1) for name in zip(rows["city"], rows["town"])])
        known = place >= 0
        counts = np.zeros((len(self.towns), len(moments)))
        np.add.at(counts, (place[known], column[known]), rows["contracts"].to_numpy()[known])
        return moments, counts, rows.loc[~known, ["snapshot", "city", "town", "contracts"]].reset_index(drop=True)

    def towns_on(self, clock: Clock, start: datetime) -> list[Optional[Town]]:
        """Return `Town` or None for each town, on the scenario's clock."""

        def minutes(moment: datetime) -> int:
            return int((moment - start).total_seconds() // 60)

        # An outage that began later does not explain the time before; this one began with the event.
        return [
            item and Town(max(minutes(item.occurred), clock.event), min(minutes(item.last), NEVER - 1), item.contracts)
            for item in self.listed
        ]


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(_decoded(path))["features"]
        if not isinstance(found, list):
            raise TypeError("features")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise OpenDataError(
            message(
                "{file} cannot be read as GeoJSON ({reason}). Choose another file.",
                file=Path(path).name,
                reason=str(error),
            )
        ) from error
    return [one for one in found if isinstance(one, dict) and isinstance(one.get("properties"), dict)]


def _decoded(path: Path) -> str:
    raw = Path(path).read_bytes()
    raw = gzip.decompress(raw) if Path(path).suffix == ".gz" else raw
    if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp932")


def _table(path: Path, *needed: str) -> list[dict[str, str]]:
    """Return the rows of a CSV. Raises `OpenDataError` naming file and column where a needed one is not there."""
    try:
        text = _decoded(path)
        reader = csv.DictReader(io.StringIO(text, newline=""))
        rows = [row for row in reader if any(row.values())]
    except (OSError, ValueError, EOFError, csv.Error) as error:
        raise OpenDataError(
            message(
                "{file} cannot be read as CSV ({reason}). Choose another file.", file=Path(path).name, reason=str(error)
            )
        ) from error
    for column in needed:
        if column not in (reader.fieldnames or ()):
            raise _lacking(path, (column,))
    return rows


def _lacking(path: Path, columns: Sequence[str]) -> OpenDataError:
    return OpenDataError(
        message(
            "{file} has no column {column}. Choose another file, or rename the column that holds it.",
            file=Path(path).name,
            column=" / ".join(columns),
        )
    )


def _wrong(path: Path, column: str, value: object, row: int) -> OpenDataError:
    return OpenDataError(
        message(
            "{file}, column {column}: “{value}” (row {row}) is not what it should be. Correct it or leave the row out.",
            file=Path(path).name,
            column=column,
            value=str(value)[:20],
            row=row,
        )
    )


def _number(text: object) -> float:
    """Return a number such as 1,200 or 10 戸; NaN for a blank, a mask (*) and whatever is none."""
    return count_of(text).value


def _degrees(path: Path, row: dict[str, str], column: str, number: int) -> float:
    """Return a coordinate. Raises `OpenDataError` naming file, column and row."""
    try:
        found = float(str(row[column]).strip())
    except ValueError as error:
        raise _wrong(path, column, row[column], number) from error
    if not np.isfinite(found):
        raise _wrong(path, column, row[column], number)
    return found


def _moment(path: Path, column: str, text: object, number: int) -> datetime:
    """Return a time such as 2024/01/01 16:10 or 2024-01-01T24:00:00. Raises `OpenDataError` naming file and column."""
    match = _MOMENT.match(str(text or "").strip())
    try:
        if match is None:
            raise ValueError(text)
        year, month, day, hour, minute = (int(part) for part in match.groups())
        if (hour, minute) > (24, 0):
            raise ValueError(text)
        return datetime(year, month, day) + timedelta(hours=hour, minutes=minute)
    except ValueError as error:
        raise _wrong(path, column, text, number) from error


_MOMENT = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T](\d{1,2}):(\d{2})")


def _said(properties: dict[str, Any], names: Sequence[str]) -> object:
    """Return the first of several properties that is there and not blank; None without any."""
    return next((properties[name] for name in names if properties.get(name) not in (None, "")), None)


def _name_of_n03(said: dict[str, Any]) -> str:
    """Return the name that 国土数値情報 gives in parts: prefecture, municipality or else county, ward; "" for none."""
    name = "".join(str(said[part]) for part in ("N03_001", "N03_004", "N03_005") if said.get(part))
    return name if said.get("N03_004") else name + str(said.get("N03_003") or "")


def _municipality(path: Path, features: list[dict[str, Any]]) -> tuple[str, str]:
    """Return the code (5 digits) and the name of a municipality: of the file's name and `name`, else of N03."""
    said = features[0]["properties"]
    name = _said(said, ("name",)) or _name_of_n03(said)
    if not name:
        raise _lacking(path, ("name", "N03_001", "N03_004"))
    told = str(_said(said, ("N03_007", "code")) or "")
    code5 = path.stem[-5:] if path.stem[-5:].isascii() and path.stem[-5:].isdigit() else told[:5]
    if len(code5) != 5 or not (code5.isascii() and code5.isdigit()):
        raise OpenDataError(
            message("The name of {file} does not end in a 5-digit municipality code. Rename it.", file=path.name)
        )
    return code5, code_table_name(name)


def _municipalities(data: OpenData) -> list[Division]:
    found = []
    for path in data.municipalities:
        features = [one for one in _features(path) if one.get("geometry")]
        if not features:
            raise OpenDataError(
                message("{file} holds no polygon of a municipality. Choose another file.", file=path.name)
            )
        code5, name = _municipality(path, features)
        shape: Shape = [polygon for feature in features for polygon in _shape(path, feature)]
        found.append(Division(check_digit(code5), name, "municipality", "", shape))
    return found


def _shape(path: Path, feature: dict[str, Any]) -> Shape:
    """Return the polygons of a feature. Raises `OpenDataError` where it has none."""
    try:
        found = shape_of(feature["geometry"])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise _wrong(path, "geometry", feature.get("geometry", {}).get("type"), 0) from error
    if not found or not len(found[0]) or len(found[0][0]) < 3:
        raise _wrong(path, "geometry", feature["geometry"].get("type"), 0)
    return found


def _place(said: dict[str, Any]) -> tuple[str, str]:
    """Return the municipality of a small area, as the code table names it, and its own name."""
    parts = str(said.get("fullname") or "").split("/")
    if len(parts) > 1:
        return code_table_name("".join(parts[:-1])), str(said.get("label") or parts[-1])
    city = "".join(str(said.get(name) or "") for name in ("PREF_NAME", "CITY_NAME"))
    return code_table_name(city), str(said.get("label") or said.get("S_NAME") or "")


def _areas(data: OpenData, divisions: list[Division]) -> tuple[pd.DataFrame, list[Shape]]:
    names = {item.name: number for number, item in enumerate(divisions)}
    rows, shapes = [], []
    running: Counter[int] = Counter()
    for feature in _features(data.areas):
        said = feature["properties"]
        city, label = _place(said)
        division = names.get(city)
        if division is None or not feature.get("geometry"):
            continue
        running[division] += 1
        code5 = divisions[division].code[:5]
        rows.append(
            {
                "area_id": f"{code5}{running[division]:06d}",
                "area_name": label,
                "division": division,
                "households": int(np.nan_to_num(_number(_said(said, HOUSEHOLDS)))),
                "population": int(np.nan_to_num(_number(_said(said, POPULATION)))),
                "kind": "small area",
                "postcode": "",
                "address": divisions[division].name + label,
                "address_code": f"{code5}{running[division]:03d}000",
            }
        )
        shapes.append(_shape(data.areas, feature))
    if rows and not any(row["households"] for row in rows):
        raise _lacking(data.areas, HOUSEHOLDS)
    if not rows:
        raise OpenDataError(
            message("No small area of {file} lies in the municipalities given. Check the names.", file=data.areas.name)
        )
    table = pd.DataFrame(rows)
    lon, lat = centres(shapes)
    table["lat"], table["lon"] = lat.round(6), lon.round(6)
    return table, shapes


def _population_column(path: Path, features: list[dict[str, Any]]) -> str:
    """Return the column with the people of a square. Raises `OpenDataError` where there is none."""
    names = list(dict.fromkeys(name for feature in features for name in feature["properties"]))
    own = next((name for name in POPULATION if name in names), None)
    projected = sorted(name for name in names if _PROJECTED.fullmatch(name))
    if own is None and not projected:
        raise _lacking(path, (*POPULATION, "PTN_2020"))
    return own or projected[0]


def _candidates(rng: np.random.Generator, data: OpenData, wanted: int) -> tuple[Array, Array]:
    """Return points (longitude, latitude) scattered as the population is."""
    if data.population is None:
        return np.empty(0), np.empty(0)
    features = _features(data.population)
    column = _population_column(data.population, features)
    boxes, people = [], []
    for feature in features:
        if not feature.get("geometry"):
            continue
        ring = _shape(data.population, feature)[0][0]
        boxes.append((ring[:, 0].min(), ring[:, 0].max(), ring[:, 1].min(), ring[:, 1].max()))
        people.append(np.nan_to_num(_number(feature["properties"].get(column))))
    box, weight = np.array(boxes), np.array(people)
    if not weight.sum() > 0:
        raise OpenDataError(
            message("{file}, column {column}: nobody lives in any square.", file=data.population.name, column=column)
        )
    draw = rng.choice(len(box), size=wanted, p=weight / weight.sum())
    # Houses stand together: each mesh cell has a few clusters.
    cluster = rng.integers(0, 4, wanted)
    middles = rng.uniform(0.12, 0.88, (len(box), 4, 2))[draw, cluster]
    share = np.clip(middles + rng.normal(0, 0.08, (wanted, 2)), 0, 1)
    west, east, south, north = box[draw].T
    return west + share[:, 0] * (east - west), south + share[:, 1] * (north - south)


def _poles(rng: np.random.Generator, data: OpenData, areas: pd.DataFrame, shapes: list[Shape]) -> pd.DataFrame:
    """Poles in each small area as its households ask for, where people live."""
    sizes = [dwellings_of_poles(rng, int(count), int(count) > 150) for count in areas["households"]]
    total = sum(len(item) for item in sizes)
    box = np.array(
        [[f(np.vstack([p[0] for p in shape])[:, k]) for k in (0, 1) for f in (np.min, np.max)] for shape in shapes]
    )
    lon, lat = _candidates(rng, data, 30 * total)
    inside = (lon >= box[:, 0].min()) & (lon <= box[:, 1].max()) & (lat >= box[:, 2].min()) & (lat <= box[:, 3].max())
    lon, lat = lon[inside], lat[inside]
    place = locate(lon, lat, shapes)
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(len(shapes) + 1))
    parts = []
    for number, wanted in enumerate(sizes):
        if not len(wanted):
            continue
        rows = order[bounds[number] : bounds[number + 1]][: len(wanted)]
        x, y = lon[rows], lat[rows]
        for _ in range(200):
            if len(x) >= len(wanted):
                break
            more = 4 * (len(wanted) - len(x)) + 16
            tx = rng.uniform(box[number, 0], box[number, 1], more)
            ty = rng.uniform(box[number, 2], box[number, 3], more)
            good = in_shape(tx, ty, shapes[number])
            x, y = np.concatenate([x, tx[good]])[: len(wanted)], np.concatenate([y, ty[good]])[: len(wanted)]
        short = len(wanted) - len(x)
        # A sliver that random points do not hit takes its own corner.
        corner = shapes[number][0][0][0]
        x, y = np.append(x, [corner[0]] * short), np.append(y, [corner[1]] * short)
        parts.append(
            pd.DataFrame({"area": np.int32(number), "lat": y.round(6), "lon": x.round(6), "dwellings": wanted})
        )
    return pd.concat(parts, ignore_index=True)


def _nearest(lon: Array, lat: Array, to_lon: Array, to_lat: Array) -> Array:
    """Return the position of the nearest point for each, int64."""
    found = np.zeros(len(lon), dtype=np.int64)
    for first in range(0, len(lon), 4096):
        part = slice(first, first + 4096)
        apart = (0.8 * (lon[part, None] - to_lon)) ** 2 + (lat[part, None] - to_lat) ** 2
        found[part] = np.argmin(apart, axis=1)
    return found


def _code5(code: object) -> str:
    """Return a code of 5 digits, whether it came with its check digit or as a number that lost its leading zero."""
    text = plain(code).split(".")[0]
    return text.zfill(5)[:5] if len(text) in (4, 5) and text.isdigit() else text[:5] if len(text) == 6 else ""


def _point(path: Path, feature: dict[str, Any]) -> tuple[float, float]:
    """Return longitude and latitude of a feature. Raises `OpenDataError` where it is no point."""
    try:
        lon, lat = (float(value) for value in feature["geometry"]["coordinates"][:2])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise _wrong(path, "geometry", feature["properties"].get("共通ID", ""), 0) from error
    return lon, lat


_SCHOOLS = ("高校", "中学校", "小学校", "高等学校")
"""Those with more than one supply point are taken to have one of high voltage."""


def _capacities(path: Optional[Path]) -> dict[tuple[str, str], float]:
    """Return {(municipality, name): 想定収容人数} of the shelters of a list in the municipal standard format."""
    found = {}
    for row in () if path is None else _table(path, "名称", "想定収容人数"):
        capacity = _number(row.get("想定収容人数"))
        if capacity > 0:
            code = str(row.get("所在地_全国地方公共団体コード") or row.get("全国地方公共団体コード") or "")
            found[(_code5(code), row["名称"])] = capacity
    return found


def _of_municipalities(path: Path) -> list[dict[str, Any]]:
    """Return the features of a file. Raises `OpenDataError` where none of them tells its municipality."""
    features, told = _features(path), ("団体コード", "都道府県名及び市町村名")
    if features and not any(name in feature["properties"] for feature in features for name in told):
        raise _lacking(path, told)
    return features


def _shelters(data: OpenData, divisions: list[Division]) -> Iterator[tuple[dict[str, Any], Path, int]]:
    """Yield the shelters of the municipalities, each once: the feature, its file, the position of its municipality."""
    codes = {item.code[:5]: number for number, item in enumerate(divisions)}
    names = {item.name: number for number, item in enumerate(divisions)}
    seen = set()
    for path in data.shelters:
        for feature in _of_municipalities(path):
            said = feature["properties"]
            division = codes.get(_code5(said.get("団体コード")))
            if division is None:
                division = names.get(code_table_name(said.get("都道府県名及び市町村名")))
            identity = said.get("共通ID")
            if division is None or identity in seen:
                continue
            if not identity or not said.get("施設・場所名"):
                raise _lacking(path, ("共通ID", "施設・場所名"))
            seen.add(identity)
            yield feature, path, division


def _facilities(
    rng: np.random.Generator, data: OpenData, divisions: list[Division], areas: pd.DataFrame, shapes: list[Shape]
) -> pd.DataFrame:
    """Return the shelters of the municipalities; each is of the small area that it lies in or is nearest to."""
    capacities = _capacities(data.capacities)
    rows = []
    for feature, path, division in _shelters(data, divisions):
        said = feature["properties"]
        name = str(said["施設・場所名"])
        place = _point(path, feature)
        points = int(rng.choice([1, 2, 3], p=[0.8, 0.17, 0.03]))
        large = points > 1 and any(word in name for word in _SCHOOLS)
        rows.append(
            {
                "facility_id": said["共通ID"],
                "name": name,
                "kind": WELFARE if "福祉" in name or said.get("受入対象者") else SHELTER,
                "capacity": capacities.get((divisions[division].code[:5], name), np.nan),
                "lat": place[1],
                "lon": place[0],
                "division": division,
                "address": str(said.get("住所") or ""),
                "points": points,
                "voltage": 2 if large else 1,
            }
        )
    columns = "facility_id name kind capacity lat lon area division address points voltage".split()
    table = pd.DataFrame(rows, columns=columns)
    if rows:
        lon, lat = table["lon"].to_numpy(float), table["lat"].to_numpy(float)
        # Areas without households have no poles to hang on.
        lived = np.flatnonzero(areas["households"].to_numpy() > 0)
        area = locate(lon, lat, [shapes[number] for number in lived])
        near = _nearest(lon, lat, areas["lon"].to_numpy()[lived], areas["lat"].to_numpy()[lived])
        table["area"] = lived[np.where(area >= 0, area, near)]
    return table.astype({"area": np.int64, "division": np.int64, "points": np.int64, "voltage": np.int64})


def _hazards(data: OpenData) -> tuple[list[tuple[Shape, dict[str, Any]]], Array]:
    found, points = [], []
    for path in data.hazards:
        for feature in _features(path):
            if feature.get("geometry") and feature["geometry"]["type"] in ("Polygon", "MultiPolygon"):
                shape = _shape(path, feature)
                found.append((shape, {"kind": "斜面崩壊", "source": path.stem}))
                points.append(shape[0][0].mean(axis=0))
    return found, np.array(points).reshape(-1, 2)


def _unreachable(areas: pd.DataFrame, poles: pd.DataFrame, points: Array) -> Array:
    """Return, for each area, whether several landslides lie near the middle of its poles, bool."""
    middle = poles.groupby("area")[["lon", "lat"]].median()
    result = np.zeros(len(areas), dtype=bool)
    if len(points):
        east = (middle["lon"].to_numpy()[:, None] - points[:, 0]) * 111.3 * np.cos(np.radians(middle["lat"].mean()))
        north = (middle["lat"].to_numpy()[:, None] - points[:, 1]) * 111.0
        near = np.count_nonzero(np.hypot(east, north) <= NEAR_HAZARD_KM, axis=1)
        result[middle.index.to_numpy()] = near >= HAZARDS_TO_CUT_OFF
    return result


def load_open_data(data: OpenData, seed: int, progress: Progress) -> tuple[Geography, Recorded]:
    """Read the open data. Returns the stage and the outage history on it.

    Raises `OpenDataError` naming the file that is missing or is not what it should be.
    """
    rng = np.random.default_rng([seed, 11])
    divisions = _municipalities(data)
    areas, shapes = _areas(data, divisions)
    poles = _poles(rng, data, areas, shapes)
    progress.set_fraction(0.05)
    facilities = _facilities(np.random.default_rng([seed, 12]), data, divisions, areas, shapes)
    hazards, points = _hazards(data)
    if data.damaged_roads is not None:
        damaged = np.array([_point(data.damaged_roads, one) for one in _features(data.damaged_roads)], dtype=float)
        points = np.vstack([points, damaged.reshape(-1, 2)])
    prefectures = sorted({item.code[:2] for item in divisions})
    name = prefecture_of(divisions[0].name) or divisions[0].name
    alone = len(divisions) == 1
    stage = Geography(
        code=divisions[0].code if alone else check_digit(prefectures[0] + "000"),
        name=divisions[0].name if alone else name,
        divisions=divisions,
        areas=areas,
        shapes=shapes,
        poles=poles,
        facilities=facilities,
        hazards=hazards,
        roads=None,
        blocked=frozenset(),
        unreachable=_unreachable(areas, poles, points),
        utility=UTILITIES.get(divisions[0].code[:2], "05"),
        sources=[path.name for path in (*data.municipalities, data.areas)],
    )
    return stage, _history(data, stage, progress)


def _towns(path: Path, cities: list[str]) -> dict[tuple[int, str], list[tuple[float, float]]]:
    """Return {(position of the municipality, town): its points (lon, lat)} of a list of town points."""
    towns: dict[tuple[int, str], list[tuple[float, float]]] = {}
    for number, row in enumerate(_table(path, "city", "town", "lat", "lon"), 2):
        city = _short(row["city"])
        if city in cities:
            place = (_degrees(path, row, "lon", number), _degrees(path, row, "lat", number))
            towns.setdefault((cities.index(city), row["town"]), []).append(place)
    return towns


def _history(data: OpenData, stage: Geography, progress: Progress) -> Recorded:
    """Lay the outage history over the poles by town."""
    count = len(stage.poles)
    if data.outages is None or data.towns is None:
        # Without a history each small area is a town of its own, and has a short outage more often than not.
        return Recorded(
            stage.poles["area"].to_numpy().astype(np.int32),
            [None] * len(stage.areas),
            np.full(len(stage.areas), 0.7),
            ("No outage history was given: outages of hours to days are drawn from the seed.", _CUT_OFF_NOTE),
        )
    short_names = [_short(item.name) for item in stage.divisions]
    towns = _towns(data.towns, short_names)
    keys = list(towns)
    middle = np.array([np.mean(towns[key], axis=0) for key in keys])
    listed, joins = _snapshots(data.outages, short_names, keys)
    pole_town, matched = _towns_of_poles(stage, keys, middle)
    joins["small_areas_joined_by_name"] = int(matched)
    joins["small_areas_joined_by_nearest_town_point"] = int(len(stage.areas) - matched)
    with_poles = np.bincount(pole_town, minlength=len(keys)) > 0
    division = np.array([number for number, _ in keys])
    hit = np.array([item is not None for item in listed])
    lost = int((hit & ~with_poles).sum())
    joins["towns_of_first_snapshot_without_homes"] = lost
    share = np.zeros(len(stage.divisions))
    for number in np.unique(division[with_poles]).tolist():
        share[number] = hit[(division == number) & with_poles].mean()
    chance = np.clip(0.30 + share, 0.30, 0.95)[division]
    progress.info(
        message(
            "Outage history: {joined} of {listed} towns of the first snapshot lie in the "
            "municipalities and have homes.",
            joined=joins["towns_of_first_snapshot_joined"] - lost,
            listed=joins["towns_of_first_snapshot"],
        )
    )
    joins["poles"] = count
    first = joins["first_snapshot"]
    return Recorded(
        pole_town,
        listed,
        chance,
        (_FIRST_SNAPSHOT_NOTE.format(first=first), *_HISTORY_NOTES),
        joins,
        tuple((short_names[number], name) for number, name in keys),
        data.outages,
    )


_CUT_OFF_NOTE = (
    "No open data say which settlements were cut off. In the truth an area is cut off "
    "where power is out at the scenario's "
    f"end and at least {HAZARDS_TO_CUT_OFF} landslides or damaged road sections lie within "
    f"{NEAR_HAZARD_KM} km of the middle of its poles."
)
_FIRST_SNAPSHOT_NOTE = (
    "The outage history begins at {first}; what happened before is not public. Towns in the first snapshot are taken "
    "to be without power from their published moment of loss until the last snapshot that lists them; the share of "
    "their meters is the published estimate (rounded; '10 戸未満' counts as 5)."
)
_HISTORY_NOTES = (
    "Towns that the first snapshot does not list have, with a chance that rises with the share of listed towns of "
    "their municipality, an outage drawn from the seed that was over within hours to a few days.",
    "Towns that went out again after the scenario's end are treated like towns that are not listed.",
    _CUT_OFF_NOTE,
    "Households are those of 2015; poles are scattered by the population mesh of 2020; shops, contracts and all use "
    "of power are invented.",
)


def _short(city: str) -> str:
    """Return the name of a municipality without prefecture and county."""
    return short_name(city)


def _history_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of an outage history, with the moment of loss as `occurred`."""
    needed = ("snapshot_jst", "occurred_jst", "city", "town", "outage_est")
    rows: list[dict[str, Any]] = list(_table(path, *needed))
    for number, row in enumerate(rows, 2):
        _moment(path, "snapshot_jst", row["snapshot_jst"], number)
        row["occurred"] = _moment(path, "occurred_jst", row["occurred_jst"], number)
    return rows


def _listed(
    path: Path, rows: list[dict[str, Any]], first: list[dict[str, Any]], earliest: datetime, cities: list[str]
) -> dict[tuple[int, str], Listing]:
    """Return what rows of the first snapshot list of each town, (position of the municipality, town)."""
    last = {(row["city"], row["town"]): row["snapshot_jst"] for row in sorted(rows, key=itemgetter("snapshot_jst"))}
    listed: dict[tuple[int, str], Listing] = {}
    for row in first:
        moment = row["occurred"]
        if (moment - earliest).days >= 3:
            # lost long after the event: the event is not why
            continue
        end = _moment(path, "snapshot_jst", last[(row["city"], row["town"])], 2)
        key = (cities.index(_short(row["city"])), row["town"])
        before = listed.get(key, Listing(moment, end, 0.0))
        contracts = before.contracts + _number(row["outage_est"])
        listed[key] = Listing(min(moment, before.occurred), end, contracts)
    return listed


def _snapshots(
    path: Path, cities: list[str], keys: list[tuple[int, str]]
) -> tuple[list[Optional[Listing]], dict[str, Any]]:
    """Return what the first snapshot lists of each town of `keys`, None where it does not; and counts."""
    rows = _history_rows(path)
    if not rows:
        raise OpenDataError(message("{file} holds no rows. Choose another file.", file=Path(path).name))
    first = min(row["snapshot_jst"] for row in rows)
    begun = _moment(path, "snapshot_jst", first, 2)
    in_first = [row for row in rows if row["snapshot_jst"] == first]
    inside = [row for row in in_first if _short(row["city"]) in cities]
    known = [row for row in inside if (cities.index(_short(row["city"])), row["town"]) in keys]
    listed = _listed(path, rows, known, min(map(itemgetter("occurred"), in_first)), cities)
    return [listed.get(key) for key in keys], {
        "first_snapshot": begun.isoformat(),
        "towns_of_first_snapshot": len({(row["city"], row["town"]) for row in in_first}),
        "towns_of_first_snapshot_joined": len(listed),
        "rows_outside_the_municipalities": len(in_first) - len(inside),
        "rows_without_a_town_point": len(inside) - len(known),
        "rows_by_day_of_loss": dict(sorted(Counter(row["occurred_jst"][:10] for row in in_first).items())),
    }


def _towns_of_poles(stage: Geography, keys: list[tuple[int, str]], middle: Array) -> tuple[Array, int]:
    """Return the town of each pole, and how many small areas were joined by name.

    The town is that with whose name the pole's small area begins, else the nearest.
    """
    poles = stage.poles
    area = poles["area"].to_numpy()
    lon, lat = poles["lon"].to_numpy(), poles["lat"].to_numpy()
    found = np.zeros(len(poles), dtype=np.int32)
    matched = 0
    for number in range(len(stage.divisions)):
        own = np.array([place for place, key in enumerate(keys) if key[0] == number], dtype=np.int64)
        if not len(own):
            raise OpenDataError(
                message(
                    "The list of towns has none for {municipality}. Add them, or leave the outage history out.",
                    municipality=stage.divisions[number].name,
                )
            )
        rows = np.flatnonzero(stage.areas["division"].to_numpy()[area] == number)
        found[rows] = own[_nearest(lon[rows], lat[rows], middle[own, 0], middle[own, 1])]
        names = {keys[place][1]: place for place in own}
        for label_area in np.flatnonzero(stage.areas["division"].to_numpy() == number):
            label = stage.areas["area_name"].iloc[label_area]
            fits = [name for name in names if label.startswith(name)]
            if fits:
                matched += 1
                found[area == label_area] = names[max(fits, key=len)]
    return found, matched

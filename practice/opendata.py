"""A scenario's stage from open data: municipal polygons, small areas, population mesh, shelters, landslides, and a
real outage history.

Only GeoJSON and CSV are read. What the open data do not say is drawn from the seed, and `scenario.json` says so in
plain words.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pandas as pd

from ..messages import TomoshibiError, Watch, message
from .geography import SHELTER, WELFARE, Division, Geography, centres, check_digit, dwellings_of_poles, locate
from .outages import NEVER, Clock, Town
from .rings import Shape, in_shape, shape_of

NEAR_HAZARD_KM = 0.6
HAZARDS_TO_CUT_OFF = 3
UTILITIES = {"北海道": "01", "東京": "03", "富山": "05", "石川": "05", "福井": "05", "沖縄": "10"}
"""First digits of supply points by prefecture, as far as needed; others take 北陸."""


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
        found = {
            "municipalities": tuple(sorted(folder.glob("admin_*.geojson"))),
            "areas": _one(folder, "smallarea*.geojson"),
        }
        missing = [name for name, value in found.items() if not value]
        if missing:
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
            **found,
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


@dataclass(frozen=True)
class Recorded:
    """A published outage history laid over the poles."""

    pole_town: np.ndarray
    """int32 (poles): position of the town."""
    listed: list
    """One a town: (occurred, last listed, contracts) where the first snapshot lists it, else None."""
    short_chance: np.ndarray
    """float64 (towns)."""
    assumptions: tuple[str, ...]
    joins: dict[str, Any] = field(default_factory=dict)
    towns: tuple[tuple[str, str], ...] = ()
    """Municipality (short) and name of each town."""
    history: Optional[Path] = None
    """The file of the history; None where there is none."""

    def series(self) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
        """Return moments (datetime64[s]), contracts out (towns, moments), and the rows that belong to no town.

        All snapshots of the history; a town that a snapshot does not list has 0. Rows without a town: `snapshot city
        town contracts`.
        """
        rows = pd.DataFrame(_table(self.history), columns=["snapshot_jst", "city", "town", "outage_est"])
        rows["snapshot"] = pd.to_datetime(rows["snapshot_jst"].str[:19]).to_numpy("datetime64[s]")
        rows["contracts"] = rows["outage_est"].map(_number)
        moments, column = np.unique(rows["snapshot"].to_numpy("datetime64[s]"), return_inverse=True)
        position = {town: number for number, town in enumerate(self.towns)}
        place = np.array([position.get(name, -1) for name in zip(rows["city"], rows["town"])])
        known = place >= 0
        counts = np.zeros((len(self.towns), len(moments)))
        np.add.at(counts, (place[known], column[known]), rows["contracts"].to_numpy()[known])
        return moments, counts, rows.loc[~known, ["snapshot", "city", "town", "contracts"]].reset_index(drop=True)

    def towns_on(self, clock: Clock, start: datetime, event: datetime) -> list:
        """Return `Town` or None for each town, on the scenario's clock."""

        def minutes(moment: datetime) -> int:
            return int((moment - start).total_seconds() // 60)

        found = []
        for item in self.listed:
            if item is None:
                found.append(None)
                continue
            begin, last, contracts = item
            # An outage that began later does not explain the time before; this one began with the event.
            found.append(Town(max(minutes(begin), clock.event), min(minutes(last), NEVER - 1), contracts))
        return found


def _features(path: Path) -> list[dict]:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8-sig"))["features"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OpenDataError(
            message(
                "{file} cannot be read as GeoJSON ({reason}). Choose another file.",
                file=Path(path).name,
                reason=str(error),
            )
        ) from error


def _table(path: Path) -> list[dict[str, str]]:
    try:
        raw = Path(path).read_bytes()
        text = (gzip.decompress(raw) if Path(path).suffix == ".gz" else raw).decode("utf-8-sig")
    except (OSError, ValueError, EOFError) as error:
        raise OpenDataError(
            message(
                "{file} cannot be read as CSV ({reason}). Choose another file.", file=Path(path).name, reason=str(error)
            )
        ) from error
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _number(text: object) -> float:
    try:
        return float(str(text))
    except ValueError:
        return float("nan")


def _municipalities(data: OpenData) -> list[Division]:
    found = []
    for path in data.municipalities:
        code5 = path.stem[-5:]
        if not code5.isdigit():
            raise OpenDataError(
                message("The name of {file} does not end in a 5-digit municipality code. Rename it.", file=path.name)
            )
        features = _features(path)
        shape: Shape = [polygon for feature in features for polygon in shape_of(feature["geometry"])]
        found.append(Division(check_digit(code5), str(features[0]["properties"]["name"]), "municipality", "", shape))
    return found


def _areas(data: OpenData, divisions: list[Division]) -> tuple[pd.DataFrame, list[Shape]]:
    names = {item.name: number for number, item in enumerate(divisions)}
    rows, shapes = [], []
    running: Counter = Counter()
    for feature in _features(data.areas):
        said = feature["properties"]
        parts = str(said.get("fullname", "")).split("/")
        division = names.get("".join(parts[:-1]))
        if division is None or not feature.get("geometry"):
            continue
        running[division] += 1
        code5 = divisions[division].code[:5]
        label = str(said.get("label") or parts[-1])
        rows.append(
            {
                "area_id": f"{code5}{running[division]:06d}",
                "area_name": label,
                "division": division,
                "households": int(np.nan_to_num(_number(said.get("households")))),
                "population": int(np.nan_to_num(_number(said.get("population")))),
                "kind": "small area",
                "postcode": "",
                "address": divisions[division].name + label,
                "address_code": f"{code5}{running[division]:03d}000",
            }
        )
        shapes.append(shape_of(feature["geometry"]))
    if not rows:
        raise OpenDataError(
            message("No small area of {file} lies in the municipalities given. Check the names.", file=data.areas.name)
        )
    table = pd.DataFrame(rows)
    lon, lat = centres(shapes)
    table["lat"], table["lon"] = lat.round(6), lon.round(6)
    return table, shapes


def _candidates(rng: np.random.Generator, data: OpenData, wanted: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points (longitude, latitude) scattered as the population is."""
    if data.population is None:
        return np.empty(0), np.empty(0)
    boxes, people = [], []
    for feature in _features(data.population):
        ring = shape_of(feature["geometry"])[0][0]
        boxes.append((ring[:, 0].min(), ring[:, 0].max(), ring[:, 1].min(), ring[:, 1].max()))
        people.append(np.nan_to_num(_number(feature["properties"].get("人口"))))
    box, weight = np.array(boxes), np.array(people)
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


def _nearest(lon: np.ndarray, lat: np.ndarray, to_lon: np.ndarray, to_lat: np.ndarray) -> np.ndarray:
    """Return the position of the nearest point for each, int64."""
    found = np.zeros(len(lon), dtype=np.int64)
    for first in range(0, len(lon), 4096):
        part = slice(first, first + 4096)
        apart = (0.8 * (lon[part, None] - to_lon)) ** 2 + (lat[part, None] - to_lat) ** 2
        found[part] = np.argmin(apart, axis=1)
    return found


def _facilities(
    rng: np.random.Generator, data: OpenData, divisions: list[Division], areas: pd.DataFrame, shapes: list[Shape]
) -> pd.DataFrame:
    codes = {item.code: number for number, item in enumerate(divisions)}
    capacities = {}
    if data.capacities is not None:
        for row in _table(data.capacities):
            capacity = _number(row.get("想定収容人数"))
            if capacity > 0:
                capacities[(row.get("所在地_全国地方公共団体コード"), row.get("名称"))] = capacity
    rows, seen = [], set()
    for path in data.shelters:
        for feature in _features(path):
            said = feature["properties"]
            division = codes.get(str(said.get("団体コード")))
            if division is None or said["共通ID"] in seen:
                continue
            seen.add(said["共通ID"])
            name = str(said["施設・場所名"])
            welfare = "福祉" in name or bool(said.get("受入対象者"))
            points = int(rng.choice([1, 2, 3], p=[0.8, 0.17, 0.03]))
            rows.append(
                {
                    "facility_id": said["共通ID"],
                    "name": name,
                    "kind": WELFARE if welfare else SHELTER,
                    "capacity": capacities.get((said["団体コード"], name), np.nan),
                    "lat": float(feature["geometry"]["coordinates"][1]),
                    "lon": float(feature["geometry"]["coordinates"][0]),
                    "division": division,
                    "address": str(said["住所"]),
                    "points": points,
                    "voltage": 2
                    if any(word in name for word in ("高校", "中学校", "小学校", "高等学校")) and points > 1
                    else 1,
                }
            )
    columns = [
        "facility_id",
        "name",
        "kind",
        "capacity",
        "lat",
        "lon",
        "area",
        "division",
        "address",
        "points",
        "voltage",
    ]
    table = pd.DataFrame(rows, columns=columns)
    if rows:
        lon, lat = table["lon"].to_numpy(float), table["lat"].to_numpy(float)
        # Areas without households have no poles to hang on.
        lived = np.flatnonzero(areas["households"].to_numpy() > 0)
        area = locate(lon, lat, [shapes[number] for number in lived])
        near = _nearest(lon, lat, areas["lon"].to_numpy()[lived], areas["lat"].to_numpy()[lived])
        table["area"] = lived[np.where(area >= 0, area, near)]
    return table.astype({"area": np.int64, "division": np.int64, "points": np.int64, "voltage": np.int64})


def _hazards(data: OpenData, divisions: list[Division]) -> tuple[list[tuple[Shape, dict]], np.ndarray]:
    found, points = [], []
    for path in data.hazards:
        for feature in _features(path):
            if feature.get("geometry") and feature["geometry"]["type"] in ("Polygon", "MultiPolygon"):
                shape = shape_of(feature["geometry"])
                found.append((shape, {"kind": "斜面崩壊", "source": path.stem}))
                points.append(shape[0][0].mean(axis=0))
    return found, np.array(points).reshape(-1, 2)


def _unreachable(areas: pd.DataFrame, poles: pd.DataFrame, points: np.ndarray) -> np.ndarray:
    """Return, for each area, whether several landslides lie near the middle of its poles, bool."""
    middle = poles.groupby("area")[["lon", "lat"]].median()
    result = np.zeros(len(areas), dtype=bool)
    if len(points):
        east = (middle["lon"].to_numpy()[:, None] - points[:, 0]) * 111.3 * np.cos(np.radians(middle["lat"].mean()))
        north = (middle["lat"].to_numpy()[:, None] - points[:, 1]) * 111.0
        near = np.count_nonzero(np.hypot(east, north) <= NEAR_HAZARD_KM, axis=1)
        result[middle.index.to_numpy()] = near >= HAZARDS_TO_CUT_OFF
    return result


def load_open_data(data: OpenData, seed: int, watch: Watch) -> tuple[Geography, Recorded]:
    """Read the open data. Returns the stage and the outage history on it.

    Raises `OpenDataError` naming the file that is missing or is not what it should be.
    """
    rng = np.random.default_rng([seed, 11])
    divisions = _municipalities(data)
    areas, shapes = _areas(data, divisions)
    poles = _poles(rng, data, areas, shapes)
    watch.progress(0.05)
    facilities = _facilities(np.random.default_rng([seed, 12]), data, divisions, areas, shapes)
    hazards, points = _hazards(data, divisions)
    if data.damaged_roads is not None:
        damaged = np.array([f["geometry"]["coordinates"][:2] for f in _features(data.damaged_roads)], dtype=float)
        points = np.vstack([points, damaged.reshape(-1, 2)])
    prefectures = sorted({item.code[:2] for item in divisions})
    name = divisions[0].name
    for other in ("県", "都", "府", "道"):
        if other in name[:5]:
            name = name[: name.index(other) + 1]
            break
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
        utility=next((code for prefix, code in UTILITIES.items() if name.startswith(prefix)), "05"),
        sources=[path.name for path in (*data.municipalities, data.areas)],
    )
    return stage, _history(data, stage, watch)


def _history(data: OpenData, stage: Geography, watch: Watch) -> Recorded:
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
    towns: dict[tuple[int, str], list[tuple[float, float]]] = {}
    for row in _table(data.towns):
        city = _short(row["city"])
        if city in short_names:
            towns.setdefault((short_names.index(city), row["town"]), []).append((float(row["lon"]), float(row["lat"])))
    keys = list(towns)
    middle = np.array([np.mean(towns[key], axis=0) for key in keys])
    listed, joins = _snapshots(data.outages, short_names, keys)
    pole_town, matched = _towns_of_poles(stage, keys, middle)
    joins["small_areas_joined_by_name"] = int(matched)
    joins["small_areas_joined_by_nearest_town_point"] = int(len(stage.areas) - matched)
    with_poles = np.bincount(pole_town, minlength=len(keys)) > 0
    lost = [number for number, item in enumerate(listed) if item is not None and not with_poles[number]]
    joins["towns_of_first_snapshot_without_homes"] = len(lost)
    share = np.zeros(len(stage.divisions))
    for number in range(len(stage.divisions)):
        own = np.array([key[0] == number for key in keys]) & with_poles
        hit = np.array([item is not None for item in listed])
        share[number] = hit[own].mean() if own.any() else 0
    chance = np.clip(0.30 + share, 0.30, 0.95)[[key[0] for key in keys]]
    watch.tell(
        message(
            "Outage history: {joined} of {listed} towns of the first snapshot lie in the "
            "municipalities and have homes.",
            joined=joins["towns_of_first_snapshot_joined"] - len(lost),
            listed=joins["towns_of_first_snapshot"],
        )
    )
    joins["poles"] = count
    first = joins["first_snapshot"]
    return Recorded(
        pole_town,
        listed,
        chance,
        (
            f"The outage history begins at {first}; what happened before is not public. Towns in "
            "the first snapshot are taken "
            "to be without power from their published moment of loss until the last snapshot that "
            "lists them; the share of "
            "their meters is the published estimate (rounded; '10 戸未満' counts as 5).",
            "Towns that the first snapshot does not list have, with a chance that rises with the "
            "share of listed towns of their "
            "municipality, an outage drawn from the seed that was over within hours to a few days.",
            "Towns that went out again after the scenario's end are treated like towns that are not listed.",
            _CUT_OFF_NOTE,
            "Households are those of 2015; poles are scattered by the population mesh of 2020; "
            "shops, contracts and all use of "
            "power are invented.",
        ),
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


def _short(city: str) -> str:
    """Return the name of a municipality without prefecture and county."""
    for mark in ("都", "道", "府", "県"):
        if mark in city[1:4]:
            city = city[city.index(mark, 1) + 1 :]
            break
    return city.split("郡", 1)[1] if "郡" in city[1:-1] else city


def _snapshots(path: Path, cities: list[str], keys: list[tuple[int, str]]) -> tuple[list, dict[str, Any]]:
    """Return, for each town of `keys`, (occurred, last listed, contracts) of the first snapshot, else None; and
    counts.
    """
    rows = _table(path)
    first = min(row["snapshot_jst"] for row in rows)
    last: dict[tuple[str, str], str] = {}
    for row in rows:
        name = (row["city"], row["town"])
        last[name] = max(last.get(name, ""), row["snapshot_jst"])
    begun = datetime.fromisoformat(first[:19])
    position = {key: number for number, key in enumerate(keys)}
    listed: list = [None] * len(keys)
    outside = missing = 0
    in_first = [row for row in rows if row["snapshot_jst"] == first]
    occurred = Counter(row["occurred_jst"][:10] for row in in_first)
    earliest = min(datetime.strptime(row["occurred_jst"], "%Y/%m/%d %H:%M") for row in in_first)
    for row in in_first:
        if row["city"] not in cities:
            outside += 1
            continue
        place = position.get((cities.index(row["city"]), row["town"]))
        if place is None:
            missing += 1
            continue
        moment = datetime.strptime(row["occurred_jst"], "%Y/%m/%d %H:%M")
        if (moment - earliest).days >= 3:
            continue
        end = datetime.fromisoformat(last[(row["city"], row["town"])][:19])
        before = listed[place][2] if listed[place] else 0.0
        listed[place] = (
            moment if not listed[place] else min(moment, listed[place][0]),
            end,
            before + _number(row["outage_est"]),
        )
    return listed, {
        "first_snapshot": begun.isoformat(),
        "towns_of_first_snapshot": len({(row["city"], row["town"]) for row in in_first}),
        "towns_of_first_snapshot_joined": sum(1 for item in listed if item is not None),
        "rows_outside_the_municipalities": outside,
        "rows_without_a_town_point": missing,
        "rows_by_day_of_loss": dict(sorted(occurred.items())),
    }


def _towns_of_poles(stage: Geography, keys: list[tuple[int, str]], middle: np.ndarray) -> tuple[np.ndarray, int]:
    """Return the town of each pole: by the name of its small area where that begins with a town's, else the nearest
    town.
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

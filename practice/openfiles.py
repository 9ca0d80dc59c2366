"""What a municipality has itself (`open/`): boundaries, areas, roads, hazards, facilities, links to supply points."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, Iterable, Optional

import numpy as np

from ..arrays import Array, IntArray
from .contracts import ABOLISHED, FACILITY
from .geography import OFFICE, Division, Geography
from .rings import geometry_of

LIST_NAME = "重要施設"
UNLINKED_SHARE = 0.06
"""Share of facilities whose supply points nobody wrote down."""

README = """これは訓練用のデータです (practice data, not real)
====================================================

作成: Tomoshibi「シナリオを作る」  名称: {name}  乱数の種: {seed}

open/ は自治体が自ら持つ資料、readings/ と received/ は計器の値と収集の有無、truth/ は採点のための真値です。
契約者の氏名・番号・電話番号はすべて架空です。

open/municipality.geojson   市町村と区の境界
open/areas.geojson          地区
open/roads.geojson          道路 (ない場合があります)
open/hazards.geojson        土砂災害など
open/facilities.geojson     施設 (指定避難所データの列名に種別と収容人数を加えたもの)
open/facilities.csv         同じ内容 (自治体標準オープンデータの列名)
open/links.csv              施設と供給地点特定番号の対応
open/backup.csv             施設の非常用電源 (記入もれがあります)
open/trucks.csv             電源車 (架空。配置場所、容量、待機中・発電中など)
open/devices.csv            在宅で医療機器を使う人の名簿 (架空)
contractors.csv             平時に登録した特定契約者
"""


def _collection(path: Path, name: str, features: Iterable[dict[str, Any]]) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(json.dumps({"type": "FeatureCollection", "name": name})[:-1] + ', "features": [\n')
        for number, feature in enumerate(features):
            stream.write((",\n" if number else "") + json.dumps({"type": "Feature", **feature}, ensure_ascii=False))
        stream.write("\n]}\n")


def write_rows(path: Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write a CSV in UTF-8 with CRLF and a header row."""
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_open_files(
    folder: Path, rng: np.random.Generator, stage: Geography, meters: dict[str, Array], seed: int
) -> dict[str, Any]:
    """Write `open/`, `contractors.csv`, `truth/facilities.csv`; return what scenario.json says about them."""
    target = Path(folder) / "open"
    target.mkdir(parents=True, exist_ok=True)
    _collection(
        target / "municipality.geojson",
        "municipality",
        (
            {
                "properties": {"code": item.code, "name": item.name, "level": item.level, "parent": item.parent},
                "geometry": geometry_of(item.shape),
            }
            for item in stage.divisions
        ),
    )
    _collection(
        target / "areas.geojson",
        "areas",
        (
            {
                "properties": {
                    "area_id": row.area_id,
                    "area_name": row.area_name,
                    "households": int(row.households),  # type: ignore[arg-type]  # a column has no type here
                    "population": int(row.population),  # type: ignore[arg-type]  # a column has no type here
                    "municipality": stage.divisions[row.division].code,  # type: ignore[index]  # a column has no type here
                },
                "geometry": geometry_of(shape),
            }
            for row, shape in zip(stage.areas.itertuples(), stage.shapes)
        ),
    )
    if stage.roads is not None:
        _collection(
            target / "roads.geojson",
            "roads",
            (
                {
                    "properties": {"road_id": f"R{number:03d}", "kind": road.kind},
                    "geometry": {"type": "LineString", "coordinates": road.line.tolist()},
                }
                for number, road in enumerate(stage.roads, 1)
            ),
        )
    _collection(
        target / "hazards.geojson",
        "hazards",
        ({"properties": properties, "geometry": geometry_of(shape)} for shape, properties in stage.hazards),
    )
    notes = _facilities(folder, rng, stage, meters)
    (Path(folder) / "README.txt").write_text(README.format(name=stage.name, seed=seed), encoding="utf-8")
    return notes


STANDARD_COLUMNS = (
    *(
        "全国地方公共団体コード",
        "ID",
        "名称",
        "名称_カナ",
        "所在地_全国地方公共団体コード",
        "町字ID",
        "所在地_連結表記",
    ),
    *(
        "緯度",
        "経度",
        "電話番号",
        "災害種別_崖崩れ、土石流及び地滑り",
        "災害種別_地震",
        "災害種別_津波",
        "指定避難所との重複",
    ),
    *("想定収容人数", "備考", "施設種別"),
)
"""Columns of the municipal standard (自治体標準オープンデータセット 指定緊急避難場所一覧), with 施設種別 added."""


_Place = Optional[tuple[float, float]]
"""Longitude and latitude, None where a list does not tell them."""


def _feature(row: Any, place: _Place, capacity: Optional[int], division: Division) -> dict[str, Any]:
    """Return a facility with the fields of the practice's own list and those of 国土地理院's."""
    return {
        "properties": {
            "facility_id": row.facility_id,
            "name": row.name,
            "kind": row.kind,
            "capacity": capacity,
            "共通ID": row.facility_id,
            "都道府県名及び市町村名": division.name,
            "施設・場所名": row.name,
            "住所": row.address,
            "指定緊急避難場所との住所同一": "1" if row.kind == "避難所" else "",
            "その他市町村長が必要と認める事項": "",
            "受入対象者": "要配慮者" if row.kind == "福祉避難所" else "",
            "備考": "",
            "団体コード": division.code,
        },
        "geometry": place and {"type": "Point", "coordinates": [float(place[0]), float(place[1])]},
    }


def _standard(row: Any, place: _Place, capacity: Optional[int], division: Division) -> list[Any]:
    """Return a facility in `STANDARD_COLUMNS`, but for the first."""
    where = ("", "") if place is None else (place[1], place[0])
    told = "" if capacity is None else capacity
    who = (row.facility_id, row.name, "", division.code, "", row.address)
    return [*who, *where, "", "1", "1", "", "1", told, "", row.kind]


def _facilities(folder: Path, rng: np.random.Generator, stage: Geography, meters: dict[str, Array]) -> dict[str, Any]:
    table = stage.facilities
    count = len(table)
    open_folder = Path(folder) / "open"
    # The town hall keeps its place on the map: it is what a reader looks for first.
    movable = np.flatnonzero((table["kind"] != OFFICE).to_numpy())
    drawn = rng.permutation(movable)
    nowhere = set(drawn[:1].tolist()) if count > 5 else set()
    unlinked = set(drawn[1 : 1 + max(2, round(count * UNLINKED_SHARE))].tolist()) if count > 5 else set()
    wrong = set(drawn[-1:].tolist()) if count > 5 else set()

    features, standard, truth = [], [], []
    row: Any  # a row of a table: pandas knows the types of its cells only at run time
    for number, row in enumerate(table.itertuples()):
        place = None if number in nowhere else (row.lon, row.lat)
        capacity = None if np.isnan(row.capacity) else int(row.capacity)
        division = stage.divisions[row.division]
        features.append(_feature(row, place, capacity, division))
        standard.append([stage.code, *_standard(row, place, capacity, division)])
        truth.append([row.facility_id, row.name, row.kind, "" if capacity is None else capacity, row.lat, row.lon])
    _collection(open_folder / "facilities.geojson", "facilities", features)
    write_rows(open_folder / "facilities.csv", STANDARD_COLUMNS, standard)
    write_rows(
        Path(folder) / "truth" / "facilities.csv", ("facility_id", "name", "kind", "capacity", "lat", "lon"), truth
    )
    _links(folder, stage, meters, unlinked, wrong)
    ids = table["facility_id"].to_numpy(object)
    return {
        "facilities_without_coordinates": [ids[number] for number in sorted(nowhere)],
        "facilities_not_linked": [ids[number] for number in sorted(unlinked)],
        "facilities_linked_wrongly": [ids[number] for number in sorted(wrong)],
        "facilities_linked_to_ended_contracts": sorted(
            ids[number] for number in set(meters["facility"][_outdated(meters)].tolist()) - unlinked - wrong
        ),
    }


def _outdated(meters: dict[str, Array]) -> IntArray:
    """Return the rows of ended contracts of facilities whose number the municipality still goes by."""
    rows = np.flatnonzero((meters["use"] == ABOLISHED) & (meters["facility"] >= 0))
    own = meters["supply_point"][rows] != meters["supply_point"][meters["partner"][rows]]
    return rows[own]


def _links(folder: Path, stage: Geography, meters: dict[str, Array], unlinked: set[Any], wrong: set[Any]) -> None:
    """Write `links.csv` and `contractors.csv`; one number of a `wrong` facility is in no master."""
    rows = np.flatnonzero((meters["use"] == FACILITY) & ~np.isin(meters["facility"], list(unlinked)))
    facility = stage.facilities["facility_id"].to_numpy(object)[meters["facility"][rows]]
    points = meters["supply_point"][rows].astype(str)
    outdated = {int(meters["partner"][row]): row for row in _outdated(meters)}
    for number, row in enumerate(rows):
        if int(row) in outdated:
            points[number] = meters["supply_point"][outdated[int(row)]].decode()
    for place in sorted(wrong):
        first = int(np.flatnonzero(meters["facility"][rows] == place)[0])
        # Digits 4 to 22 all nines: the running number of a master never gets there.
        points[first] = points[first][:3] + "9" * 19
    write_rows(Path(folder) / "open" / "links.csv", ("facility_id", "supply_point"), zip(facility, points))
    right = ~np.isin(meters["facility"][rows], list(wrong))
    # the list was registered in peacetime, with the contracts that were in force then
    still = np.array([outdated.get(int(row), row) for row in rows[right]], dtype=np.int64)
    registered = meters["master_info_id"][still].astype(str)
    write_rows(
        Path(folder) / "contractors.csv",
        ("master_info_id", "list_name"),
        ((number, LIST_NAME) for number in registered),
    )

"""Step 6: what was taken in as it is, and is hard to believe: told with its number, and listed for whoever can ask.

Unlike rejects these are used. They come of several files together (readings and contracts, a place and all others), so
that their lists lie in a folder of the case and not beside one file.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Iterable, Sequence

import numpy as np

from ...analysis.contract_life import dates
from ...analysis.plausible import TIMES_ALLOWED, far_from_the_others, most_wh_of_contracts
from ...arrays import FloatArray, TimeArray
from ...files import write_text_atomic
from ...messages import message
from ..contracts import SUPPLY
from ..known_meters import known_meters
from ..ledger import sha256_of
from ..master import all_points, pieces_of_all
from ..municipality import is_prefecture
from ..reading_index import MISSING
from .run import IntakeRun

FOLDER = "doubts"
CONTRACT_POWER, FAR_PLACES = "contract_power.csv", "far_places.csv"
BEFORE_INSTALLATION = "before_installation.csv"
FAR_KM = 100.0
"""From the middle of all places; the islands of a municipality are nearer than that, but for a few."""
_METERS = 65_536
"""Meters looked at at a time."""
MOST_LISTED = 10_000
"""Rows of a list: where there are more, a unit is mistaken, and the first of them show it."""
LOOKED_BACK = 40
"""Newest days whose readings are looked at again when マスタ情報 came."""


def tell_doubts(run: IntakeRun, days: Sequence[date], with_master: bool) -> None:
    """Tell and list what of this run is hard to believe.

    Parameters
        days: those of which readings were stored.
        with_master: whether マスタ情報 was taken in: then it is held against readings taken in before, too.
    """
    if with_master:
        _tell_far_places(run)
        days = sorted({*days, *run.case.readings.days()[-LOOKED_BACK:]})
    _tell_contract_power(run, days)
    _tell_before_installation(run, days)


# -- readings that their contract does not allow -----------------------------------------------------------------------
def _tell_contract_power(run: IntakeRun, days: Sequence[date]) -> None:
    limits = _limits(run) if days else np.empty(0)
    if not np.isfinite(limits).any():
        return
    store, most = run.case.readings, np.minimum(limits, np.iinfo(np.int32).max).astype(np.int32)
    lines: list[list[object]] = []
    count, meters = 0, np.zeros(len(limits), dtype=bool)
    for day in days:
        run.progress.raise_if_cancelled()
        for first in range(0, len(most), _METERS):
            own = np.arange(first, min(first + _METERS, len(most)))
            wh = store.day(day, own)
            rows, slots = np.nonzero(wh > most[own, None])
            count += len(rows)
            meters[own[rows]] = True
            for place, slot in list(zip(rows.tolist(), slots.tolist()))[: MOST_LISTED - len(lines)]:
                row, begin = first + place, f"{day.isoformat()} {slot // 2:02d}:{slot % 2 * 30:02d}"
                point, flow = store.meters.supply_point[row].decode("ascii"), int(store.meters.flow[row])
                lines.append([point, flow, begin, wh[place, slot] / 1000, limits[row] / 1000])
    heading = ("supply_point", "flow", "begin", "kwh", "most_kwh_by_contract")
    _list(run, CONTRACT_POWER, heading, [*_of_other_days(run, CONTRACT_POWER, days), *lines], "readings")
    if count:
        run.progress.warn(
            message(
                "{count} reading(s) of {meters} meter(s) are more than {times} times what their contract power allows. "
                "They are used as they are and listed in {file} of the case: ask the utility.",
                count=f"{count:,}",
                meters=int(meters.sum()),
                times=TIMES_ALLOWED,
                file=f"{FOLDER}/{CONTRACT_POWER}",
            )
        )


def _limits(run: IntakeRun) -> FloatArray:
    """Return the Wh of a half-hour above which a reading is told, by meter of the store; inf where none is known."""
    case = run.case
    known = case.master_columns()
    powers = {SUPPLY: "contract_kw", 2: "contract_export_kw"}
    limits: FloatArray = np.full(len(case.readings.meters), -np.inf)
    wanted = [name for name in powers.values() if name in known]
    if wanted and "flow" in known:
        row = known_meters(case).row
        for piece in pieces_of_all(case.folder / "tables" / "master", ["flow", *wanted]):
            for flow, name in powers.items():
                if name not in known:
                    continue
                own = np.flatnonzero(piece.table["flow"].to_numpy() == flow)
                rows = row[piece.rows][own]
                most = most_wh_of_contracts(piece.table[name].to_numpy(dtype=np.float64)[own])
                known_rows = (rows >= 0) & np.isfinite(most)
                # of several contracts of a point the largest counts
                np.maximum.at(limits, rows[known_rows], most[known_rows])
    limits[~np.isfinite(limits)] = np.inf
    return limits


# -- readings from before the supply point was there -------------------------------------------------------------------
def _tell_before_installation(run: IntakeRun, days: Sequence[date]) -> None:
    installed = _installed(run) if days else np.empty(0, dtype="datetime64[D]")
    if not (~np.isnat(installed)).any():
        return
    store, heading = run.case.readings, ("supply_point", "flow", "day", "readings", "installed_on")
    lines: list[list[object]] = []
    count, meters = 0, np.zeros(len(installed), dtype=bool)
    for day in days:
        run.progress.raise_if_cancelled()
        later = np.flatnonzero(installed > np.datetime64(day, "D"))
        there = (store.day(day, later) != MISSING).sum(axis=1) if len(later) else np.empty(0, dtype=np.int64)
        count += int(there.sum())
        meters[later[there > 0]] = True
        for place in np.flatnonzero(there)[: MOST_LISTED - len(lines)].tolist():
            row = int(later[place])
            point, flow = store.meters.supply_point[row].decode("ascii"), int(store.meters.flow[row])
            lines.append([point, flow, day.isoformat(), int(there[place]), str(installed[row])])
    _list(run, BEFORE_INSTALLATION, heading, [*_of_other_days(run, BEFORE_INSTALLATION, days), *lines], "readings")
    if count:
        run.progress.warn(
            message(
                "{count} reading(s) of {meters} meter(s) are from before 新設日 of their supply point. They are used "
                "as they are and listed in {file} of the case: ask the utility.",
                count=f"{count:,}",
                meters=int(meters.sum()),
                file=f"{FOLDER}/{BEFORE_INSTALLATION}",
            )
        )


def _installed(run: IntakeRun) -> TimeArray:
    """Return 新設日 by meter of the store, datetime64[D]: the earliest of its rows, NaT where one of them has none."""
    case = run.case
    installed: TimeArray = np.full(len(case.readings.meters), np.datetime64("NaT", "D"))
    if not {"supply_point", "flow", "installed_on"} <= set(case.master_columns()):
        return installed
    never, row = np.datetime64("9999-12-31", "D"), known_meters(case).row
    found = np.full(len(installed), never)
    for piece in pieces_of_all(case.folder / "tables" / "master", ["flow", "installed_on"]):
        days = dates(piece.table["installed_on"]).astype("datetime64[D]")
        # a row that does not say its flow is of no meter here
        known = (row[piece.rows] >= 0) & (piece.table["flow"].to_numpy() != 0)
        rows = row[piece.rows][known]
        np.minimum.at(found, rows, np.where(np.isnat(days), np.datetime64("0001-01-01", "D"), days)[known])
    dated = (found < never) & (found > np.datetime64("0001-01-01", "D"))
    found[~dated] = np.datetime64("NaT", "D")
    return found


# -- places far from all others ----------------------------------------------------------------------------------------
def _tell_far_places(run: IntakeRun) -> None:
    if not {"supply_point", "lat", "lon"} <= set(run.case.master_columns()):
        return
    if is_prefecture(run.case.info.municipality):
        return
    master = all_points(run.case.folder / "tables" / "master", ["lat", "lon"])
    lat, lon = (master.table[name].to_numpy(dtype=np.float64) for name in ("lat", "lon"))
    km = far_from_the_others(lat, lon, FAR_KM)
    far = np.flatnonzero(np.isfinite(km))
    lines = [
        [master.points[row].decode("utf-8"), lat[row], lon[row], round(float(km[row]))]
        for row in far[:MOST_LISTED].tolist()
    ]
    _list(run, FAR_PLACES, ("supply_point", "lat", "lon", "km_from_the_middle"), lines, "tables/master")
    if len(far):
        run.progress.warn(
            message(
                "{count} contract(s) lie more than {km} km from the middle of all others. Their places are used as "
                "they are and listed in {file} of the case: ask the utility.",
                count=f"{len(far):,}",
                km=int(FAR_KM),
                file=f"{FOLDER}/{FAR_PLACES}",
            )
        )


# -- the lists ---------------------------------------------------------------------------------------------------------
def _place(run: IntakeRun, name: str) -> Path:
    return run.case.folder / FOLDER / name


def _listed(run: IntakeRun, name: str) -> list[list[str]]:
    """Return the rows of a list that stands, without its heading."""
    path = _place(run, name)
    if not path.is_file():
        return []
    return [line.split(",") for line in path.read_text(encoding="utf-8-sig").splitlines()[1:] if line]


def _of_other_days(run: IntakeRun, name: str, days: Sequence[date]) -> list[Sequence[object]]:
    """Return the rows of a list by days (its third column) that are of other days than those looked at now."""
    anew = {day.isoformat() for day in days}
    return [line for line in _listed(run, name) if line[2][:10] not in anew]


def _list(run: IntakeRun, name: str, heading: Iterable[str], rows: Sequence[Sequence[object]], source: str) -> None:
    """Write a list in place of what stands, and enter it in the ledger; one without rows only where one stands."""
    path = _place(run, name)
    # the mark at the beginning lets a spreadsheet read the file as UTF-8
    text = "\ufeff" + "".join(",".join(map(str, row)) + "\r\n" for row in (tuple(heading), *rows[:MOST_LISTED]))
    stands = path.read_bytes().decode("utf-8", "replace") if path.is_file() else None
    if stands is None and not rows:
        return
    if stands != text:
        path.parent.mkdir(exist_ok=True)
        write_text_atomic(path, text)
    place, digest = run.case.relative(path), sha256_of(path)
    if not any(entry.path == place and entry.sha256 == digest for entry in run.case.ledger.entries()):
        run.case.ledger.add(run.algorithm, place, [source], True, digest)

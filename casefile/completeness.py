"""What is missing in a case among what belongs together: parts of a set, days, 通電分類 rows, マスタ情報 rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Iterator, Optional, Sequence

import numpy as np
import pandas as pd

from ..analysis.contract_life import NO
from ..messages import Message, message
from .case import Case
from .contracts import UNMETERED, readable
from .expectations import expectations
from .publications import BYHAND, Publication, State, known

TITLES = {"reading": "電力データ", "master": "マスタ情報", "outage": "通電情報", "statistics": "統計データ"}
DOUBTED, DOUBTED_SHARE = 10, 0.1
"""More meters than both that send readings and should not be able to: the codes are doubted, not the readings."""
NAMED = 5
"""File names in a message."""
DAY_UNIT = 2
"""集計単位: a table by day."""
CELL = ("voltage", "table_kind", "area_kind", "address", "mesh_code", "date")
"""What one pair of 通電分類 rows has in common."""


def missing(case: Case) -> list[Message]:
    """Return one message for each thing that is missing, in the order of this module; empty where all is there.

    Looks at the whole case, not at one import: what one import left out another may have brought.
    """
    return [
        *missing_of_sets(case),
        *_readings(case),
        *_statistics(case.statistics()),
        *_master(case),
    ]


def missing_of_sets(case: Case) -> list[Message]:
    """Return one message for each published set of which something is missing."""
    cut_off = {each.publication.key for each in expectations(case).sets if each.cut_off}
    found: list[Message] = []
    for each in known(case):
        found += _of_set(each, TITLES.get(each.kind, each.kind), each.key in cut_off)
    return found


def missing_in_short(case: Case, at: Optional[datetime] = None) -> list[Message]:
    """Return one line for each published set of which something is missing, the newest first, for maps and reports.

    Of sets published from the day before the last event on (before it, they are peacetime's) until a day after `at`:
    what is published later still tells of that moment.
    """
    day = timedelta(days=1)
    since = case.info.last_event(at).begin - day
    cut_off = {each.publication.key for each in expectations(case).sets if each.cut_off}
    found: list[Message] = []
    for each in reversed(known(case)):
        published = each.published_at
        if published is not None and (published < since or (at is not None and published > at + day)):
            continue
        found += _in_short(each, each.key in cut_off)
    return found


def _in_short(each: Publication, cut_off: bool) -> Iterator[Message]:
    told = {"title": TITLES.get(each.kind, each.kind), "time": _time(each)}
    if each.listed is not None and each.missing_files:
        count, all_ = len(each.missing_files), len(each.listed)
        yield message("{title} {time}: {count} of {all} files missing", count=count, all=all_, **told)
    elif each.missing_parts:
        parts, count = _ranges(each.missing_parts), _least_parts(each)
        yield message("{title} {time}: part {parts} of at least {count} missing", parts=parts, count=count, **told)
    elif cut_off:
        yield message("{title} {time}: parts seem to be missing at the end", **told)


def _least_parts(each: Publication) -> int:
    """Return how many parts a set has at least, of which some are missing."""
    return max(*each.missing_parts, *(part.number for part in each.parts if part.number is not None))


def _of_list(each: Publication, title: str) -> Message:
    """Say which files that a list names are missing: the server's, or that of an export as Parquet."""
    told = {"count": len(each.missing_files), "all": len(each.listed or ()), "names": _names(each.missing_files)}
    if each.condition_id == BYHAND:
        return message(
            "Of the readings exported as Parquet ({day}), {count} of {all} files are missing or could not be used: "
            "{names}. Copy them again and import them too; until then what is missing is unknown, not outage.",
            day=each.name.rpartition("day=")[2],
            **told,
        )
    return message(
        "Of the set of condition {id} ({title}, {time}), {count} of {all} listed files were not fetched or could"
        " not be used: {names}. Download again; until then what is missing in the set is unknown, not outage.",
        id=each.condition_id,
        title=title,
        time=_time(each),
        **told,
    )


def _of_set(each: Publication, title: str, cut_off: bool) -> Iterator[Message]:
    """Say what is missing of a published set."""
    if not each.parts and each.listed == ():
        yield message(
            "Condition {id} ({title}): the aggregator published nothing ({status}). That nothing came of it is no"
            " outage.",
            id=each.condition_id,
            title=title,
            status=each.status,
        )
    elif each.listed is not None and each.missing_files:
        yield _of_list(each, title)
    elif each.missing_parts:
        first = min((part for part in each.parts if part.number is not None), key=lambda part: part.number or 0)
        yield message(
            "Of the set of {file}, part(s) {parts} of at least {count} are missing. Fetch them and import them too; the"
            " order does not matter. Until then what is missing in the set is unknown, not outage.",
            file=first.name,
            parts=_ranges(each.missing_parts),
            count=_least_parts(each),
        )
    elif each.missing_files:
        yield message(
            "Of the set of {time} ({title}), {names} could not be used. Get the file again; until then what is missing"
            " in the set is unknown, not outage.",
            time=_time(each),
            title=title,
            names=_names(each.missing_files),
        )
    elif each.complete is False:
        yield message(
            "The set of {file} was said to be incomplete. Fetch the rest of it; until then what is missing in the set"
            " is unknown, not outage.",
            file=each.parts[0].name,
        )
    elif cut_off:
        yield message(
            "The set of {file} seems to go on after part {part}: that part is as full as the others, and fewer meters"
            " reported than usually do. Fetch the next part; where there is none, import again with COMPLETE = yes.",
            file=each.parts[0].name,
            part=each.parts[-1].number,
        )


def unchecked(case: Case) -> list[Message]:
    """Say, in at most one message, of how many sets nobody knows whether they are whole."""
    count = sum(each.state is State.UNCHECKED for each in known(case))
    if not count:
        return []
    return [
        message(
            "Completeness cannot be checked: {count} set(s) were taken in by hand, without the aggregator's list. They"
            " count as whole. If you know that files are missing, import with COMPLETE = no.",
            count=count,
        )
    ]


def _time(each: Publication) -> str:
    return "–" if each.published_at is None else f"{each.published_at:%Y-%m-%d %H:%M}"


def _names(names: Sequence[str]) -> str:
    """Return file names as text, the first few where there are many."""
    more = ["…"] if len(names) > NAMED else []
    return ", ".join([*names[:NAMED], *more])


def _ranges(numbers: Sequence[int]) -> str:
    """Return numbers as text, runs as `3–7`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)


def missing_spans(days: Sequence[date]) -> list[tuple[date, date]]:
    """Return first and last day of every gap between days (sorted, each once)."""
    one = timedelta(days=1)
    return [(before + one, after - one) for before, after in zip(days, days[1:]) if after - before > one]


def _days_text(found: Sequence[tuple[date, date]]) -> str:
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in found)


def _readings(case: Case) -> Iterator[Message]:
    """Name the days without 電力データ between days with some, of each step length where there are several."""
    steps = case.readings.steps()
    if len(steps) < 2:
        yield from missing_days(case.readings.days())
        return
    for step, days in steps.items():
        found = missing_spans(days)
        if found:
            yield message(
                "Readings (電力データ) in steps of {minutes} minutes are missing between received days: {days}. On"
                " these days the silence of meters that come in these steps only is unknown, not outage.",
                minutes=step,
                days=_days_text(found),
            )


def missing_days(days: Sequence[date]) -> Iterator[Message]:
    """Name the days without 電力データ between days with some."""
    found = missing_spans(days)
    if found:
        yield message(
            "Readings (電力データ) are missing between received days: {days}. On these days silence is unknown, not"
            " outage.",
            days=_days_text(found),
        )


def _statistics(table: pd.DataFrame) -> Iterator[Message]:
    """Name days without 通電計器数 between days with some, and areas with only one of their 通電分類 rows."""
    if not len(table):
        return
    daily = table[table["unit"].isin([0, DAY_UNIT])]
    for key, rows in daily.groupby(["voltage", "area_kind"]):
        voltage, kind = np.asarray(key, dtype=np.int64).tolist()
        days = np.unique(rows["date"].to_numpy().astype("datetime64[D]")).astype(object).tolist()
        found = missing_spans(days)
        if found:
            yield message(
                "Statistics (通電計器数; 電圧分類 {voltage}, エリア単位区分 {kind}) are missing between received days:"
                " {days}.",
                voltage=voltage,
                kind=kind,
                days=_days_text(found),
            )
    classes = table.groupby(list(CELL))["energised"].nunique()
    single = int((classes < 2).sum())
    if single:
        yield message(
            "通電計器数: {count} of {all} areas and days have only one of the two 通電分類 rows. What the other would"
            " say is unknown.",
            count=single,
            all=len(classes),
        )


def _master(case: Case) -> Iterator[Message]:
    """Say how many meters of 電力データ and of 通電情報 have no row in マスタ情報."""
    known = case.master(["supply_point"])["supply_point"].to_numpy(dtype="U22").astype("S22")
    reading = np.unique(case.readings.meters.supply_point)
    lost = int((~np.isin(reading, known)).sum())
    if lost:
        yield message(
            "マスタ情報 has no row for {count} of the {all} supply points in the readings: they have no place on the"
            " map. Import マスタ情報 for the same area and items.",
            count=lost,
            all=len(reading),
        )
    codes = readable(case, np.char.decode(reading, "ascii"))
    denied = int(np.isin(codes, (NO, UNMETERED)).sum())
    if denied > max(DOUBTED, DOUBTED_SHARE * len(reading)):
        yield message(
            "{count} of the {all} meters that send readings cannot be read remotely by マスタ情報. The codes of"
            " 30分値収集可否・自動検針可否 are probably others than the profile says (“meanings”, “remote_reading”):"
            " correct them, then import マスタ情報 again.",
            count=denied,
            all=len(reading),
        )
    listed = [snapshot.table["supply_point"].to_numpy(dtype="U22") for snapshot in case.outage_snapshots()]
    silent = np.unique(np.concatenate(listed).astype("S22")) if listed else np.empty(0, dtype="S22")
    unknown = int((~np.isin(silent, known)).sum())
    if unknown:
        yield message(
            "マスタ情報 has no row for {count} of the {all} supply points in 通電情報. They are outages all the same;"
            " what is not listed stays unknown without マスタ情報.",
            count=unknown,
            all=len(silent),
        )

"""A case as arrays for the analysis: what is known of a supply point, which slots came, where meters stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Callable, Optional, Sequence

import numpy as np
import pandas as pd

from ..analysis import slots as half_hours
from ..analysis.contract_life import DATES, NO, NOT_KNOWN, YES, in_service
from ..analysis.expectation import Expected, Heard, silent_between
from ..analysis.flags import Flags
from ..analysis.parallel import run_blocks
from ..analysis.slots import SLOT
from ..arrays import Array, BoolArray, BytesArray, FloatArray, IntArray, TextArray, TimeArray
from ..messages import Message, Progress, TomoshibiError, message
from . import blocks
from .broute import last_seen
from .case import Case, OutageSnapshot
from .contracts import SUPPLY, AskedMeters, contract_rows, readable, supply_pieces
from .events import struck
from .events_log import last_events, told_until
from .expectations import expectations, expected
from .publications import lists_incomplete
from .reading_index import MISSING, MeterIndex
from .reported import begin_of
from .years import latest_possible

LIST_REACH = np.timedelta64(12, "h")
"""通電情報 lists the meters that gave no reading for this long (manual, glossary 12)."""
_DAY_ONE = datetime(1970, 1, 1)
"""Begin and end of a block that is asked for no half-hours."""
_ROWS = 65_536
"""Meters read at a time."""
FORGIVEN = 3
"""Expected half-hours that may be missing before an event and the meter was not silent (`point_states.Rules`)."""


class NoData(TomoshibiError):
    """The case does not hold what the question needs."""


@dataclass(frozen=True)
class Numbers:
    """Supply points of some rows of the reading store, of which only those asked for are brought together."""

    points: BytesArray
    """`S22` (rows of the store)."""
    rows: IntArray
    """Rows of the store."""

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, some: Array) -> BytesArray:
        """Return some of them, `S22`."""
        found: BytesArray = self.points[self.rows[some]]
        return found

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """Return all of them, `S22`, as numpy asks for them."""
        whole = self.points[self.rows]
        return whole if dtype is None else whole.astype(dtype)


@dataclass(frozen=True)
class Meters:
    """Meters of the reading store that measure use (供給), with the position of their pole. Arrays of one length."""

    rows: IntArray
    """int32: rows of the reading store, rising."""
    index: MeterIndex
    """The meters of the store."""
    lat: FloatArray
    """float64 degrees; NaN where the master has no coordinates or no row for the meter."""
    lon: FloatArray

    @property
    def number(self) -> BytesArray:
        """`S22`: 供給地点特定番号; where these are not all meters of the store, made each time."""
        points = self.index.supply_point
        return points if len(self.rows) == len(points) else points[self.rows]

    @property
    def numbers(self) -> Numbers:
        """The same, of which nothing is made until some are asked for."""
        return Numbers(self.index.supply_point, self.rows)

    @property
    def supply_point(self) -> TextArray:
        """str: 供給地点特定番号; four times as long as `number`, and made each time."""
        # Supply points are digits, so that the plain cast, many times as fast, decodes them.
        return self.number.astype("U22")

    def take(self, which: Array) -> Meters:
        """Return the meters chosen by a bool array or positions."""
        if which.dtype == bool and which.all():
            return self
        return Meters(self.rows[which], self.index, self.lat[which], self.lon[which])


@dataclass(frozen=True)
class Arrivals:
    """Which readings arrived, and which were expected. A reading that did not arrive is silence only if it was."""

    present: Flags
    """bool (meters, slots), packed."""
    expected: Expected
    """Of which of these meters a reading was to be expected in which of the slots."""
    slot_begin: TimeArray
    """datetime64[s] (slots,)."""

    @property
    def covered(self) -> BoolArray:
        """bool (slots,): a reading was expected of some of these meters."""
        return self.expected.any()


def period(case: Case) -> Optional[tuple[np.datetime64, np.datetime64]]:
    """Return begin and end of the readings received in bulk (datetime64[s]), None where there are none.

    Silence of a set that is whole and due counts as received; rows of a few meters do not.
    """
    received = expectations(case).bulk()
    if received is None:
        return None
    return np.datetime64(begin_of(received[0]), "s"), np.datetime64(begin_of(received[1]), "s")


def lists(case: Case, at: Optional[datetime] = None) -> list[OutageSnapshot]:
    """Return the 通電情報 of a case not after a moment, oldest first; one whose time lies in the future is none."""
    latest = latest_possible(case.info)
    limit = min((each for each in (latest, at) if each is not None), default=None)
    return [snapshot for snapshot in case.outage_snapshots() if limit is None or snapshot.created_at <= limit]


def newest(case: Case) -> datetime:
    """Return the time of the newest data: of 通電情報, or until which readings were received in bulk.

    Raises `NoData` where the case holds neither.
    """
    times = [snapshot.created_at for snapshot in lists(case)]
    received = period(case)
    if received is not None:
        times.append(pd.Timestamp(received[1]).to_pydatetime())
    if not times:
        raise NoData(
            message("The case holds neither 通電情報 nor readings. Download what was published or import files first.")
        )
    return max(times)


def newest_of(case: Case, numbers: TextArray) -> datetime:
    """Return the time of the newest data about supply points: as `newest`, or of their own if later.

    Their own are B-route logs and what the meters told of themselves. Raises `NoData` where there is none.
    """
    moments = np.concatenate([last_seen(case, numbers), told_until(case, numbers)]).astype("datetime64[s]")
    moments = moments[~np.isnat(moments)]
    own = [pd.Timestamp(moments.max()).to_pydatetime()] if len(moments) else []
    try:
        return max([*own, newest(case)])
    except NoData:
        if not own:
            raise
        return own[0]


def readings_until(case: Case, at: datetime, rows: Optional[Array] = None) -> Optional[np.datetime64]:
    """Return the end of the last half-hour not after `at` of which readings were received; None without one.

    Of `rows`: in which a reading was expected of any of them. Without, in which any population was received in bulk,
    be it in a set of which parts are missing.
    """
    received = period(case)
    if received is None:
        return None
    begin, end = received
    limit = floor_slot(at)
    if limit <= begin:
        return None
    if rows is None:
        return min(limit, end)
    found = np.flatnonzero(expected(case, rows, begin, min(limit, end)).any())
    return begin + SLOT * (int(found[-1]) + 1) if len(found) else None


def floor_slot(at: datetime) -> np.datetime64:
    """Return the beginning of the half-hour that `at` lies in."""
    return half_hours.event_slot(at)


def meters(
    case: Case,
    voltage: Optional[int] = None,
    at: Optional[datetime] = None,
    columns: Sequence[str] = (),
    keep: Optional[Callable[[pd.DataFrame], Array]] = None,
) -> Meters:
    """Return the supply meters of the reading store, of one 電圧分類 or all, and where they stand.

    `keep` says of rows of マスタ情報 with those `columns` whether their meters are wanted (bool); those without a row
    are.

    With `at`, those whose contract was not in service at that moment are left out (`analysis.contract_life`); 未計器
    always are. Raises `NoData` where no readings came.
    """
    index = case.readings.meters
    chosen = index.flow == SUPPLY
    if voltage is not None:
        chosen &= index.voltage == voltage
    rows = np.flatnonzero(chosen).astype(np.int32)
    if not len(rows):
        raise NoData(message("The case holds no readings (電力データ). Download or import them first."))
    dates = DATES if at is not None else ()
    asked, kept = AskedMeters(case, rows), np.ones(len(rows), dtype=bool)
    lat, lon = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for piece in supply_pieces(case, ("lat", "lon", "remote_reading", *columns, *dates), at):
        table, (place, position) = piece.table, asked.among(piece)
        for name, values in (("lat", lat), ("lon", lon)):
            if name in table:
                values[position] = table[name].to_numpy(float)[place]
        counted = np.ones(len(table), dtype=bool) if at is None else in_service(table, at) != NO
        if "remote_reading" in table:
            counted &= (table["remote_reading"] != "unmetered").to_numpy()
        if keep is not None:
            counted &= keep(table)
        kept[position] = counted[place]
    return Meters(rows, index, lat, lon).take(kept)


def event_slot(case: Case) -> np.datetime64:
    """Return the beginning of the half-hour in which the event struck."""
    return half_hours.event_slot(case.info.event_time)


def meter_ids(case: Case, numbers: Array) -> Array:
    """Return 計器ID of each supply point, str; "" where the master does not tell it."""
    found = np.full(len(numbers), "", dtype=object)
    if "meter_id" in case.master_columns():
        table, place = contract_rows(case, numbers, ("meter_id",))
        found[place >= 0] = table["meter_id"].to_numpy(object)[place[place >= 0]]
    return found


def arrivals(case: Case, rows: IntArray, begin: np.datetime64, end: np.datetime64, progress: Progress) -> Arrivals:
    """Return which readings arrived in the half-hours from `begin` up to `end`, block by block to keep memory small."""
    count = int((end - begin) // SLOT)
    present = Flags.empty(len(rows), count)
    view, spans = case.readings.window_view(begin, end, rows), list(blocks.spans(len(rows)))
    parts = [view.part(span) for span in spans]
    for came, span in zip(run_blocks(blocks.arrived, parts, progress, case.engine), spans):
        present.packed[span] = came
    return Arrivals(present, expected(case, rows, begin, end), begin + SLOT * np.arange(count))


def told(case: Case, begin: np.datetime64, end: np.datetime64, rows: Optional[Array] = None) -> BoolArray:
    """Return of which half-hours from `begin` up to `end` something is known of some meters, bool (slots,).

    A reading was expected of any of them, or came: of the other half-hours nothing was received. `rows` of the reading
    store (-1 for meters without); None, or none of them known, for all that measure use.
    """
    index = case.readings.meters
    known = np.zeros(0, dtype=np.int64) if rows is None else np.asarray(rows, dtype=np.int64)
    known = known[known >= 0]
    if not len(known):
        known = np.flatnonzero(index.flow == SUPPLY)
    found = expected(case, known, begin, end).any()
    slots = begin + SLOT * np.arange(len(found))
    for first in range(0, len(found), 48):
        last = min(first + 48, len(found))
        view = case.readings.window_view(slots[first], slots[last - 1] + SLOT, known)
        for row in range(0, len(known), _ROWS):
            if found[first:last].all():
                break
            found[first:last] |= (view[row : row + _ROWS] != MISSING).any(axis=0)
    return found


def last_readings(case: Case, at: datetime, rows: Array) -> Array:
    """Return the end of the last reading of meters (-1: none) not after `at`, datetime64[s]; NaT without one."""
    rows = np.asarray(rows, dtype=np.int64)
    found = np.full(len(rows), np.datetime64("NaT", "s"))
    known = np.flatnonzero(rows >= 0)
    view, spans = case.readings.window_view(_DAY_ONE, _DAY_ONE, rows[known]), list(blocks.spans(len(known)))
    asked = [blocks.LastAsked(view.part(span), at) for span in spans]
    for last, span in zip(run_blocks(blocks.last_read, asked, None, case.engine), spans):
        found[known[span]] = last
    return found


def reach(case: Case, at: datetime, rows: Array) -> Optional[datetime]:
    """Return until when data of some meters (rows of the store, -1 for none) reach, not after `at`; None without.

    The end of the last half-hour in which a reading of any of them was expected, or came.
    """
    rows = np.asarray(rows, dtype=np.int64)
    known = rows[rows >= 0]
    if not len(known):
        return None
    due, came = readings_until(case, at, known), last_readings(case, at, known)
    ends = [each for each in (due, *came[~np.isnat(came)]) if each is not None]
    return pd.Timestamp(max(ends)).to_pydatetime() if ends else None


def in_scope(case: Case, scope: str, master: pd.DataFrame, place: IntArray) -> IntArray:
    """Return for each supply point whether a 通電情報 of this scope covers it: 1 yes, 0 no, -1 not known (int8).

    `master` and `place` as of `contract_rows`. A meter that is not listed is energised only if it was in the scope that
    was asked for (interface page, 通電情報).
    """
    answer = np.full(len(place), -1, dtype=np.int8)
    if scope == "all":
        answer[place >= 0] = 1
    elif scope == "contractors":
        registered = case.contractors()
        if registered is not None and "master_info_id" in master:
            ids = master["master_info_id"].to_numpy(object)[place[place >= 0]]
            answer[place >= 0] = np.isin(ids.astype(str), registered["master_info_id"].astype(str))
    return answer


def supply_points(case: Case, numbers: TextArray, at: datetime) -> pd.DataFrame:
    """Return what is known at `at` about each supply point: one row each, as `analysis.point_states` takes it.

    Of several 通電情報, the newest not after `at` that lists the point or covers it is the evidence; `list_since` is
    since when it and those before it say that the meter is silent, `cleared_at` the newest that covers it and does not
    name it. `in_service` (int8) says whether the contract was in service, as `analysis.contract_life.in_service` does.
    The events are those that struck where マスタ情報 says that the meter stands.
    """
    numbers = np.unique(np.asarray(numbers, dtype=str))
    # who was asked for is known by this alone, and it is long
    identity = () if case.contractors() is None else ("master_info_id",)
    master, place = contract_rows(case, numbers, (*identity, "lat", "lon", *DATES), at)
    table = pd.DataFrame({"supply_point": numbers, "flow": np.int8(SUPPLY), "in_master": place >= 0})
    table["in_service"] = np.int8(NOT_KNOWN)
    table.loc[place >= 0, "in_service"] = in_service(master, at)[place[place >= 0]]
    lat, lon = (_spread(master[name], place) if name in master else None for name in ("lat", "lon"))
    there = struck(case.info, at, lat, lon)
    for name, moments in (("first_event", there.first), ("event_begin", there.begin), ("event_over", there.over)):
        table[name] = np.broadcast_to(moments, len(numbers))
    table = table.join(_lists_of(case, numbers, (master, place), at))
    table["broute_at"] = last_seen(case, numbers, at)
    told = last_events(case, numbers, at)
    table["lost_at"] = told["power_lost_at"]
    # who answers when asked has power, as has who tells of its return
    table["restored_at"] = told[["power_back_at", "answered_at"]].max(axis=1)
    table = table.join(_readings_of(case, table, at))
    codes = readable(case, numbers, at)
    # who sends readings can be read, whatever the code says
    codes[table["last_reading"].notna().to_numpy()] = YES
    table["reads_remotely"] = pd.arrays.BooleanArray(codes == YES, codes == NOT_KNOWN)
    return table


def _spread(values: pd.Series, place: IntArray) -> FloatArray:
    found = np.full(len(place), np.nan)
    found[place >= 0] = values.to_numpy(dtype=np.float64)[place[place >= 0]]
    return found


def _lists_of(case: Case, numbers: TextArray, contracts: tuple[pd.DataFrame, IntArray], at: datetime) -> pd.DataFrame:
    """Return `listed`, `in_scope`, `snapshot_at`, `list_since`, `cleared_at` of the supply points."""
    count = len(numbers)
    listed = np.zeros(count, dtype=bool)
    scope = np.full(count, -1, dtype=np.int8)
    snapshot_at, since, cleared = (np.full(count, np.datetime64("NaT", "s")) for _ in range(3))
    partial = lists_incomplete(case)
    own = pd.Index(numbers)
    covered: dict[str, Array] = {}
    for snapshot in lists(case, at):
        silent = own.isin(snapshot.table["supply_point"].astype(str))
        # a list of which parts are missing proves nothing of those who are not in it
        part = (snapshot.condition_id, snapshot.created_at) in partial
        asked = "unknown" if part else snapshot.scope
        if asked not in covered:
            covered[asked] = in_scope(case, asked, *contracts)
        covers = covered[asked]
        moment = np.datetime64(snapshot.created_at, "s")
        read = (covers == 1) & ~silent
        cleared[read], since[read] = moment, np.datetime64("NaT", "s")
        since[silent] = np.fmin(since[silent], moment - LIST_REACH)
        use = silent | (covers == 1) | np.isnat(snapshot_at)
        listed[use] = silent[use]
        scope[use] = np.where(silent, 1, covers)[use]
        snapshot_at[use] = moment
    return pd.DataFrame(
        {
            "listed": listed,
            "in_scope": pd.arrays.BooleanArray(scope == 1, scope < 0),
            "snapshot_at": snapshot_at,
            "list_since": since,
            "cleared_at": cleared,
        }
    )


def _readings_of(case: Case, points: pd.DataFrame, at: datetime) -> pd.DataFrame:
    """Return what readings say of the supply points, where they were expected and where it is not known.

    `last_reading` the end of the last half-hour with a reading, `readings_until` that of the last one expected,
    `silent_hours` those expected and missing since it and since what the meter told of itself, `first_missed` the end
    of the first of them, `unheard_hours` and `why_unheard` those of which a set that is not whole would tell,
    `silent_before` whether it was silent before the first event already.
    """
    count = len(points)
    found = {
        "last_reading": np.full(count, np.datetime64("NaT", "s")),
        "readings_until": np.full(count, np.datetime64("NaT", "s")),
        "silent_hours": np.full(count, np.nan),
        "first_missed": np.full(count, np.datetime64("NaT", "s")),
        "unheard_hours": np.zeros(count),
        "why_unheard": np.full(count, None, dtype=object),
        "silent_before": np.zeros(count, dtype=bool),
    }
    received = period(case)
    end = floor_slot(at)
    store = np.asarray(case.readings.rows_of(points["supply_point"].to_numpy(str), SUPPLY))
    rows = np.flatnonzero(store >= 0)
    if received is None or end <= received[0] or not len(rows):
        return pd.DataFrame(found)
    begin = received[0]
    last = last_readings(case, pd.Timestamp(end).to_pydatetime(), store[rows])
    due = expected(case, store[rows], begin, end)
    # what the meter itself told is a proof of power as a reading is: silence counts from it
    told = points["restored_at"].to_numpy().astype("datetime64[s]")[rows]
    heard = Heard.of(due, _slot_after(np.fmax(last, told), begin))
    until = np.where(heard.until > 0, begin + SLOT * heard.until, np.datetime64("NaT", "s"))
    first = points["first_event"].to_numpy().astype("datetime64[s]")[rows]
    found["last_reading"][rows] = last
    found["readings_until"][rows] = np.fmax(until, last)
    found["silent_hours"][rows] = heard.silent / 2
    missed = np.where(heard.first > 0, begin + SLOT * heard.first, np.datetime64("NaT", "s"))
    found["first_missed"][rows] = missed
    found["unheard_hours"][rows] = heard.unheard / 2
    found["why_unheard"][rows] = heard.why
    found["silent_before"][rows] = _silent_before(case, store[rows], due, first, last, begin)
    return pd.DataFrame(found)


def _slot_after(moments: TimeArray, begin: np.datetime64) -> IntArray:
    """Return the slot (from `begin`) that moments begin or lie in, int64; 0 for NaT and what lies before."""
    number = (moments - begin).astype("timedelta64[s]").astype(np.int64) // 1800
    return np.where(np.isnat(moments), 0, np.maximum(number, 0))


def _silent_before(
    case: Case, rows: IntArray, due: Expected, first: TimeArray, last: TimeArray, begin: np.datetime64
) -> BoolArray:
    """Return which meters (rows of the store) were silent before the first event that struck there already, bool."""
    before = last.copy()
    for event in np.unique(first[~np.isnat(first)]):
        # who was read after it may have been silent before it all the same
        later = np.flatnonzero((first == event) & (last > event))
        before[later] = last_readings(case, pd.Timestamp(event).to_pydatetime(), rows[later])
    missing = silent_between(due, _slot_after(before, begin), _slot_after(first, begin))
    return ~np.isnat(first) & (missing > FORGIVEN)


def home_window(case: Case, at: datetime, days: int) -> tuple[np.datetime64, np.datetime64]:
    """Return begin and end of the readings needed to judge the last complete half-hour before `at`.

    Raises `NoData` where that half-hour was not received.
    """
    end = floor_slot(at)
    begin = end - np.timedelta64(days, "D") - SLOT
    received = period(case)
    if received is None:
        raise NoData(message("The case holds no readings (電力データ). Download or import them first."))
    if not received[0] < end <= received[1] or not told(case, end - SLOT, end).all():
        raise NoData(
            message(
                "No readings were received for the half-hour ending {end}. Choose a time inside the data ({first} "
                "to {last}).",
                end=f"{pd.Timestamp(end):%Y-%m-%d %H:%M}",
                first=f"{pd.Timestamp(received[0]):%Y-%m-%d %H:%M}",
                last=f"{pd.Timestamp(received[1]):%Y-%m-%d %H:%M}",
            )
        )
    return begin, end


def sources(case: Case, at: datetime) -> list[Message]:
    """Return in words what a result at `at` rests on: the newest 通電情報 and how far the readings go."""
    said = []
    snapshots = [snapshot.created_at for snapshot in lists(case, at)]
    if snapshots:
        said.append(message("Outage list (通電情報) of {time}", time=f"{snapshots[-1]:%Y-%m-%d %H:%M}"))
    readings = readings_source(case, at)
    return [*said, readings] if readings is not None else said


def readings_source(case: Case, at: datetime) -> Optional[Message]:
    """Return in words how far the readings go at `at`, None where there are none."""
    until = readings_until(case, at)
    if until is None:
        return None
    return message("Readings (電力データ) until {time}", time=f"{pd.Timestamp(until):%Y-%m-%d %H:%M}")


def statistics_at(case: Case, table: pd.DataFrame) -> datetime:
    """Return the time of the newest day of an outage table: the end of that day, or of the data if earlier."""
    end = pd.Timestamp(table["end"].max()).to_pydatetime()
    try:
        return min(end, max(newest(case), pd.Timestamp(table["begin"].max()).to_pydatetime()))
    except NoData:
        return end


def statistics_source(as_of: datetime) -> Message:
    """Return in words what an outage table rests on."""
    return message("Statistics of energised meters (通電計器数), {time}", time=f"{as_of:%Y-%m-%d %H:%M}")

"""What マスタ情報 of a case says of supply points: in service, a dwelling, readable, generating, since when theirs.

Every answer is an array with one value for each number asked for; -1, or NaT, where the case does not tell.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator, Optional, Protocol, Sequence, Union

import numpy as np
import pandas as pd

from ..aggregator.keys import as_bytes, as_words, numbered, places_among
from ..analysis import contract_life
from ..analysis import dwellings as homes
from ..analysis.contract_life import DATES, NO, Moment, Spans
from ..arrays import Array, BoolArray, BytesArray, IntArray, TextArray, TimeArray
from .case import Case
from .columns import read_stored
from .export_contracts import GENERATION, NOT_ASKED, generation_of_rows
from .known_meters import EXPORT as EXPORT
from .known_meters import SUPPLY as SUPPLY
from .known_meters import known_meters
from .master import (
    IDENTITY,
    PUBLISHED,
    ByPoint,
    Piece,
    all_points,
    crowded_rows,
    pieces_of_all,
    several_rows,
    some_in_force,
)

YES, NOT_KNOWN, UNMETERED = 1, -1, 2
"""Answers beside `NO`; `UNMETERED` of `readable` only: 未計器, which no denominator may hold."""
_LAST = np.iinfo(np.int64).max
_READABLE = {"yes": YES, "no": NO, "unmetered": UNMETERED}


def supply_rows(case: Case, columns: Sequence[str], at: Optional[Moment] = None) -> pd.DataFrame:
    """Return one row a supply point of its use (供給), in force `at` (`Case.master`), with those columns there are."""
    there = case.master_columns()
    master = case.master([name for name in dict.fromkeys(("supply_point", "flow", *columns)) if name in there], at)
    if "flow" in master:
        flow = master["flow"].to_numpy()
        if (flow == EXPORT).any() or (flow == 0).any():
            master = master[flow != EXPORT].drop_duplicates("supply_point", keep="last")
    return master.reset_index(drop=True)


def supply_pieces(case: Case, columns: Sequence[str], at: Optional[Moment] = None) -> Iterator[Piece]:
    """Yield what `supply_rows` returns some rows at a time, with `flow`; where a point comes twice, its last row holds.

    As supply points do not stand in it, a prefecture's contracts take no more memory than a town's.
    """
    for piece in case.master_pieces(list(dict.fromkeys(("flow", *columns))), at):
        export = piece.table["flow"].to_numpy() == EXPORT if "flow" in piece.table else np.zeros(1, dtype=bool)
        yield piece.take(np.flatnonzero(~export)) if export.any() else piece


class Asked(Protocol):
    """Those of whom something is asked."""

    def __len__(self) -> int: ...

    def among(self, piece: Piece) -> tuple[IntArray, IntArray]:
        """Return where those that a piece has rows of stand in it, and among those who are asked about; int64."""
        ...

    def of_points(self, points: BytesArray) -> tuple[IntArray, IntArray]:
        """Return the same of supply points."""
        ...


class AskedNumbers:
    """Supply points, by their numbers: text or bytes, also several times the same one."""

    def __init__(self, numbers: Union[TextArray, BytesArray]):
        points = as_bytes(numbers)
        self._width = max(points.dtype.itemsize, 22)
        self._index, self._number = numbered(points, self._width)

    def __len__(self) -> int:
        return len(self._number)

    def among(self, piece: Piece) -> tuple[IntArray, IntArray]:
        """Return as `Asked.among`."""
        return self.of_points(piece.points())

    def holds(self, points: BytesArray) -> BoolArray:
        """Return which supply points are among them, bool."""
        return self._found(points) >= 0

    def of_points(self, points: BytesArray) -> tuple[IntArray, IntArray]:
        """Return as `Asked.of_points`; of a point that stands there several times, where it stands last."""
        found = self._found(points)
        there = np.flatnonzero(found >= 0)
        held: IntArray = np.full(len(self._index), -1, dtype=np.int64)
        held[found[there]] = there
        asked = np.flatnonzero(held[self._number] >= 0)
        return held[self._number[asked]], asked

    def _found(self, points: BytesArray) -> IntArray:
        # a number that is longer than all that are asked for is none of them
        long = points.dtype.itemsize > self._width
        found = self._index.find(as_words(points, self._width))
        return np.where(np.char.str_len(points) > self._width, -1, found) if long else found


class AskedMeters:
    """Meters that measure use, by their rows of the reading store, rising: no number is compared."""

    def __init__(self, case: Case, rows: IntArray):
        self._case, self._row, self._count = case, known_meters(case).row, len(rows)
        # the place after the last is that of contracts without readings
        self._place: IntArray = np.full(len(case.readings.meters) + 1, -1, dtype=np.int32)
        self._place[rows] = np.arange(len(rows), dtype=np.int32)

    def __len__(self) -> int:
        return self._count

    def among(self, piece: Piece) -> tuple[IntArray, IntArray]:
        """Return as `Asked.among`."""
        return self._known(self._row[piece.rows])

    def of_points(self, points: BytesArray) -> tuple[IntArray, IntArray]:
        """Return as `Asked.of_points`."""
        return self._known(self._case.readings.rows_of(points, SUPPLY))

    def _known(self, row: IntArray) -> tuple[IntArray, IntArray]:
        asked = self._place[row]
        there = np.flatnonzero(asked >= 0)
        return there, asked[there]


def _asked(numbers: Union[Asked, TextArray, BytesArray]) -> Asked:
    if isinstance(numbers, (AskedNumbers, AskedMeters)):
        return numbers
    return AskedNumbers(np.asarray(numbers))


def asked_of(case: Case, rows: IntArray, numbers: Any) -> Asked:
    """Return those asked about by their rows of the store where these tell them apart, else by their numbers.

    `numbers`: an array of text or bytes, or what makes one of itself.
    """
    rising = len(rows) > 0 and rows[0] >= 0 and bool((np.diff(rows) > 0).all())
    return AskedMeters(case, rows) if rising else AskedNumbers(np.asarray(numbers))


def contract_rows(
    case: Case, numbers: Union[TextArray, BytesArray], columns: Sequence[str], at: Optional[Moment] = None
) -> tuple[pd.DataFrame, IntArray]:
    """Return the rows of `supply_rows` that are of some supply points, with those columns that there are.

    And for each supply point its row among them, -1 where マスタ情報 has none.
    """
    asked, place = AskedNumbers(numbers), np.full(len(numbers), -1, dtype=np.int64)
    for piece in supply_pieces(case, (), at):
        rows = np.arange(piece.rows.start, piece.rows.stop) if isinstance(piece.rows, slice) else piece.rows
        own, position = asked.among(piece)
        place[position] = rows[own]
    found = np.unique(place[place >= 0])
    if not case.master_columns():
        return pd.DataFrame(columns=list(columns)), place
    table = some_in_force(case.folder / "tables" / "master", columns, found, at)
    return table, np.where(place >= 0, np.searchsorted(found, place), -1)


def _spread(values: Array, place: IntArray, blank: object) -> Array:
    found = np.full(len(place), blank, dtype=values.dtype)
    found[place >= 0] = values[place[place >= 0]]
    return found


def in_service(case: Case, numbers: TextArray, at: Moment) -> IntArray:
    """Return for each supply point whether its contract was in service at a moment, int8 (`contract_life`)."""
    rows, place = contract_rows(case, numbers, DATES, at)
    return _spread(contract_life.in_service(rows, at), place, NOT_KNOWN)


def reporting_rows(case: Case, columns: Sequence[str], at: Moment) -> pd.DataFrame:
    """Return the rows of `supply_rows` that a list of silent meters may be measured by.

    Those in service, with a meter that is not known to be out of reach.
    """
    rows = supply_rows(case, [*columns, *DATES, "remote_reading"], at)
    counted = contract_life.in_service(rows, at) != NO
    if "remote_reading" in rows:
        counted &= ~rows["remote_reading"].isin(["no", "unmetered"]).to_numpy()
    reporting: pd.DataFrame = rows[counted].reset_index(drop=True)
    return reporting


def service(case: Case, numbers: Union[TextArray, BytesArray]) -> ByPoint:
    """Return from when to when supply points are in service, by flow, over all their meters and customers.

    Columns `flow` (where there is one), `begin` and `end` (datetime64[s], NaT open); no rows where マスタ情報 has no
    dates.
    """
    there, folder = case.master_columns(), case.folder / "tables" / "master"
    dated = [name for name in DATES if name in there]
    if not dated:
        return ByPoint(np.zeros(0, dtype="S22"), pd.DataFrame(columns=["begin", "end"]))
    key = [name for name in ("flow",) if name in there]
    places = _places_of(folder, numbers)
    rows = all_points(folder, [*key, *dated], places)
    life = contract_life.spans(rows.table)
    table = rows.table[key].copy()
    table["begin"], table["end"] = life.begin, life.end
    several = np.flatnonzero(several_rows(folder)[places])
    if not len(several):
        return ByPoint(rows.points, table)
    crowd = table.iloc[several].assign(supply_point=rows.points[several].tolist())
    # a blank begin is before all others, a blank end after them
    crowd["begin"] = life.begin[several].astype(np.int64)
    crowd["end"] = np.where(np.isnat(life.end[several]), _LAST, life.end[several].astype(np.int64))
    both = crowd.groupby(["supply_point", *key], sort=False, as_index=False).agg({"begin": "min", "end": "max"})
    end = both["end"].to_numpy()
    both["begin"] = both["begin"].to_numpy().astype("datetime64[s]")
    both["end"] = np.where(end == _LAST, np.datetime64("NaT", "s"), end.astype("datetime64[s]"))
    alone = np.ones(len(rows), dtype=bool)
    alone[several] = False
    points = np.concatenate([rows.points[alone], both.pop("supply_point").to_numpy().astype("S")])
    return ByPoint(points, pd.concat([table[alone], both[table.columns]], ignore_index=True))


def _places_of(folder: Path, numbers: Union[TextArray, BytesArray]) -> IntArray:
    """Return where all rows of some supply points stand in the table, int64 rising."""
    asked, found = AskedNumbers(numbers), [np.zeros(0, dtype=np.int64)]
    for piece in pieces_of_all(folder, ()):
        found.append(piece.rows.start + np.flatnonzero(asked.holds(piece.points())))  # type: ignore[union-attr]  # of all rows
    return np.concatenate(found)


def spans(case: Case, numbers: TextArray) -> Spans:
    """Return from when to when each supply point is in service, over all its meters and customers; NaT open."""
    rows = service(case, numbers)
    if "flow" in rows.table:
        rows = rows.take(np.flatnonzero(rows.table["flow"].to_numpy() != EXPORT))
    place = places_among(rows.points, as_bytes(numbers))
    blank = np.datetime64("NaT", "s")
    return Spans(
        *(_spread(rows.table[name].to_numpy().astype("datetime64[s]"), place, blank) for name in ("begin", "end"))
    )


def last_change(case: Case, numbers: Union[TextArray, BytesArray], until: Moment) -> TimeArray:
    """Return the last day by `until` on which a contract or meter of each supply point began or ended, datetime64[s].

    NaT where マスタ情報 tells of none.
    """
    there, found = case.master_columns(), np.full(len(numbers), np.datetime64("NaT", "s"))
    dated = [name for name in DATES if name in there]
    if not dated:
        return found
    folder = case.folder / "tables" / "master"
    rows = all_points(folder, dated, _places_of(folder, numbers))
    last = np.full(len(rows), np.datetime64("NaT", "s"))
    for name in dated:
        days = contract_life.dates(rows.table[name])
        last = np.fmax(last, np.where(days <= np.datetime64(until, "s"), days, np.datetime64("NaT", "s")))
    told = np.flatnonzero(~np.isnat(last))
    # of several rows of a point the one that stands last is found
    told = told[np.argsort(last[told], kind="stable")]
    place, position = _asked(numbers).of_points(rows.points[told])
    found[position] = last[told][place]
    return found


def tenancy_begin(case: Case, numbers: Union[Asked, TextArray, BytesArray], at: Moment) -> TimeArray:
    """Return since when the customer in force at a moment has been there, datetime64[s]: use before is another's."""
    asked = _asked(numbers)
    begin = np.full(len(asked), np.datetime64("NaT", "s"))
    for piece in supply_pieces(case, DATES, at):
        place, position = asked.among(piece)
        begin[position] = contract_life.tenancy_begin(piece.table, at)[place]
    several = pd.DataFrame()
    if case.master_columns():
        several = crowded_rows(
            case.folder / "tables" / "master", ("supply_point", "flow", *DATES, *IDENTITY, PUBLISHED)
        )
    if "flow" in several:
        several = several[several["flow"] != EXPORT].reset_index(drop=True)
    if len(several):
        several["begin"] = contract_life.tenancy_begin(several, at)
        force = contract_life.in_force(several, at)
        place, position = asked.of_points(as_bytes(force["supply_point"].to_numpy(dtype=object)))
        begin[position] = force["begin"].to_numpy().astype("datetime64[s]")[place]
    return begin


def readable(case: Case, numbers: TextArray, at: Optional[Moment] = None) -> IntArray:
    """Return for each supply point whether its meter is read remotely, int8: yes, `NO`, `UNMETERED`, not known.

    A code that the profile does not list is not known. Whoever knows of a reading of the meter knows better.
    """
    rows, place = contract_rows(case, numbers, ("remote_reading",), at)
    if "remote_reading" not in rows:
        return np.full(len(place), NOT_KNOWN, dtype=np.int8)
    codes = rows["remote_reading"].map(_READABLE).fillna(NOT_KNOWN).to_numpy(dtype=np.int8)
    return _spread(codes, place, NOT_KNOWN)


def dwellings(case: Case, numbers: TextArray, at: Optional[Moment] = None) -> IntArray:
    """Return for each supply point whether it is a dwelling's, int8 (`analysis.dwellings.dwellings`)."""
    columns = ("voltage", "building_class", "business", "contract_kw", "remote_reading")
    rows, place = contract_rows(case, numbers, columns, at)
    return _spread(homes.dwellings(rows), place, NOT_KNOWN)


def generation(case: Case, numbers: Union[Asked, TextArray, BytesArray], at: Moment) -> IntArray:
    """Return for each supply point whether something generates behind it, int8 (`analysis.dwellings.has_generation`).

    By マスタ情報 in force at a moment, 受電 rows among it, and by the meters that 受電 readings came of.
    """
    asked, folder = _asked(numbers), case.folder / "tables" / "master"
    answer: IntArray = np.full(len(asked), NOT_KNOWN, dtype=np.int8)
    there = case.master_columns()
    exports = bool((case.readings.meters.flow == EXPORT).any())
    if there and (exports or ("flow" in there and (read_stored(folder, "flow") == EXPORT).any())):
        told = generation_of_rows(case, at)
        for piece in case.master_pieces((), at):
            piece = piece.take(np.flatnonzero(told[piece.rows] != NOT_ASKED))
            place, position = asked.among(piece)
            answer[position] = told[piece.rows][place]
        return answer
    # nothing is joined by numbers and customers, which are not even read
    for piece in case.master_pieces(["flow", *GENERATION, *DATES], at):
        piece = piece.take(np.flatnonzero(contract_life.in_service(piece.table, at) != NO))
        place, position = asked.among(piece)
        answer[position] = homes.has_generation(piece.table)[place]
    return answer

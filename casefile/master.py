"""マスタ情報 of a case: all rows of every supply point, how publications come together, and the row in force.

Where a meter was exchanged or a customer moved, one supply point and flow has several rows, told apart by 計器ID and
需要家特定ID. All are kept; `rows_in_force` gives one of each, and is as fast as before where there is only one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Iterator, Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..aggregator.keys import as_bytes, places_among
from ..aggregator.profile import COLUMNS, MEANINGS, Profile
from ..analysis import contract_life
from ..analysis.contract_life import DATES, DATES_KNOWN, ENDS, Moment
from ..arrays import Array, BoolArray, BytesArray, IntArray, ObjectArray, TimeArray
from ..messages import TomoshibiError, message
from .columns import (
    Rows,
    append_rows,
    column_names,
    kind_of,
    read_stored,
    read_table,
    row_count,
    stored_kinds,
    table_stamp,
)

KEY = ("supply_point", "flow")
PIECE_ROWS = 1 << 18
"""Rows read at a time."""
_NEVER = np.datetime64("1970-01-01", "s")
_FOLLOWED = "abolished_on"
"""The one column of a row that other rows of its supply point can fill."""
IDENTITY = ("meter_id", "customer_id")
"""What tells the rows of one supply point and flow apart; a blank may be any."""
PUBLISHED = contract_life.PUBLISHED
"""Column that says which publication a row is from."""
GIVEN = "given_columns"
"""Column: which columns publications gave for the row, one bit each in the order of `COLUMNS`."""
DATED = "dates_published_at"
"""Column: the newest publication that gave the row its ends: one that has no dates leaves open what they are."""
SEVERAL = "several_rows"
"""Column, bool: whether the supply point and flow has other rows. Its presence says that codes have become words."""


@dataclass(frozen=True)
class ByPoint:
    """Rows of マスタ情報, their supply points as bytes: as texts those of a prefecture take more than all the rest."""

    points: BytesArray
    """`S…` (rows): 供給/受電地点特定番号."""
    table: pd.DataFrame
    """The other columns."""
    rows: Optional[IntArray] = None
    """Where each row stands in the table of the case; None where all of them are here."""

    def __len__(self) -> int:
        return len(self.points)

    def take(self, which: Array) -> ByPoint:
        """Return some of the rows (bool or positions)."""
        rows = np.arange(len(self)) if self.rows is None else self.rows
        return ByPoint(self.points[which], self.table.iloc[which].reset_index(drop=True), rows[which])


@dataclass(frozen=True)
class Piece:
    """Some rows of マスタ情報: a prefecture's are read piece by piece, and never held together."""

    folder: Path
    rows: Rows
    """Where they stand in the table of the case."""
    table: pd.DataFrame
    """The columns that were asked for."""

    def points(self) -> BytesArray:
        """Return 供給/受電地点特定番号 of the rows, `S…`."""
        return read_stored(self.folder, "supply_point", self.rows)

    def take(self, which: IntArray) -> Piece:
        """Return some of the rows (positions)."""
        rows = self.rows
        own = which + rows.start if isinstance(rows, slice) else rows[which]
        return Piece(self.folder, own, self.table.iloc[which].reset_index(drop=True))


# -- reading ----------------------------------------------------------------------------------------------------------
def all_rows(folder: Path, columns: Optional[Sequence[str]] = None, places: Optional[IntArray] = None) -> pd.DataFrame:
    """Return every row of the table in `folder`, or those at some places (rising), with the columns asked for."""
    there = column_names(folder)
    table = _read(folder, there, columns, places)
    if _FOLLOWED not in table:
        return table
    crowd = _crowd(folder, there, np.flatnonzero(_several(folder, there)))
    return _followed(table, crowd if places is None else _among(crowd, crowd["row"].to_numpy(), places))


def crowded_rows(folder: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Return the rows of those supply points and flows only that have several, with those columns that there are."""
    there = column_names(folder)
    places = np.flatnonzero(_several(folder, there))
    table = _read(folder, there, [name for name in columns if name in there], places)
    crowd = _crowd(folder, there, places)
    crowd["row"] = np.arange(len(crowd))
    return _followed(table, crowd)


def rows_in_force(folder: Path, columns: Optional[Sequence[str]] = None, at: Optional[Moment] = None) -> pd.DataFrame:
    """Return one row a (supply point, flow): that in force at a moment, by default at the newest publication."""
    there = column_names(folder)
    rows, crowd = _in_force(folder, there, at)
    return _followed(_read(folder, there, columns, rows), crowd)


def points_in_force(folder: Path, columns: Sequence[str], at: Optional[Moment] = None) -> ByPoint:
    """Return what `rows_in_force` does, the supply points beside the other columns."""
    there = column_names(folder)
    rows, crowd = _in_force(folder, there, at)
    return _by_point(folder, rows, _followed(_read(folder, there, columns, rows), crowd))


def all_points(folder: Path, columns: Sequence[str], places: Optional[IntArray] = None) -> ByPoint:
    """Return what `all_rows` does, the supply points beside the other columns."""
    return _by_point(folder, places, all_rows(folder, columns, places))


def pieces_in_force(folder: Path, columns: Sequence[str], at: Optional[Moment] = None) -> Iterator[Piece]:
    """Yield what `rows_in_force` returns, with those columns that there are, some rows at a time.

    Raises `TomoshibiError` where the table is written anew meanwhile.
    """
    stamp, there = table_stamp(folder), column_names(folder)
    rows, crowd = _in_force(folder, there, at)
    return _pieces(folder, stamp, [name for name in columns if name in there], rows, crowd)


def some_in_force(folder: Path, columns: Sequence[str], places: IntArray, at: Optional[Moment] = None) -> pd.DataFrame:
    """Return those rows of `pieces_in_force` that stand at some places of the table, each once, rising."""
    there = column_names(folder)
    table = _read(folder, there, [name for name in columns if name in there], places)
    if not len(table.columns):
        return pd.DataFrame(index=pd.RangeIndex(len(places)))
    if _FOLLOWED not in table:
        return table
    _, crowd = _in_force(folder, there, at)
    return _followed(table, _among(crowd, crowd["place"].to_numpy(), places) if len(crowd) else crowd)


def _among(crowd: pd.DataFrame, stands: IntArray, places: IntArray) -> pd.DataFrame:
    """Return the rows that stand at some places (rising) of the table, with where among them (`row`)."""
    own = np.isin(stands, places)
    return crowd[own].assign(row=np.searchsorted(places, stands[own]))


def pieces_of_all(folder: Path, columns: Sequence[str]) -> Iterator[Piece]:
    """Yield what `all_rows` returns, with those columns that there are, as `pieces_in_force` does."""
    stamp, there = table_stamp(folder), column_names(folder)
    asked = _FOLLOWED in columns and _FOLLOWED in there
    crowd = _crowd(folder, there, np.flatnonzero(_several(folder, there))) if asked else pd.DataFrame()
    return _pieces(folder, stamp, [name for name in columns if name in there], None, crowd)


def _pieces(
    folder: Path, stamp: tuple[int, int, int], columns: Sequence[str], rows: Optional[IntArray], crowd: pd.DataFrame
) -> Iterator[Piece]:
    there = column_names(folder)
    count = row_count(folder) if rows is None else len(rows)
    places = crowd["row"].to_numpy() if len(crowd) else np.zeros(0, dtype=np.int64)
    for first in range(0, count, PIECE_ROWS):
        last = min(first + PIECE_ROWS, count)
        some = slice(first, last) if rows is None else rows[first:last]
        own = np.flatnonzero((places >= first) & (places < last))
        table = _read(folder, there, columns, some)
        if not len(table.columns):
            # a table without columns would have no rows
            table = pd.DataFrame(index=pd.RangeIndex(last - first))
        piece = Piece(folder, some, _followed(table, crowd.iloc[own].assign(row=places[own] - first)))
        if table_stamp(folder) != stamp:
            raise TomoshibiError(
                message("マスタ情報 was taken in anew while it was read. Run it again once the import is done.")
            )
        yield piece


def several_rows(folder: Path) -> BoolArray:
    """Return of which rows of the table the supply point and flow has others, bool."""
    return _several(folder, column_names(folder))


def _by_point(folder: Path, rows: Optional[IntArray], table: pd.DataFrame) -> ByPoint:
    points = read_stored(folder, "supply_point", rows)
    # a table without columns would have no rows
    return ByPoint(points, table if len(table.columns) else pd.DataFrame(index=pd.RangeIndex(len(points))), rows)


def _in_force(folder: Path, there: Sequence[str], at: Optional[Moment]) -> tuple[Optional[IntArray], pd.DataFrame]:
    """Return which rows are in force (None: all), and of those that are of points with several what decided."""
    several = _several(folder, there)
    if not several.any():
        return None, pd.DataFrame()
    crowd = _crowd(folder, there, np.flatnonzero(several))
    if at is None and PUBLISHED in there:
        at = read_table(folder, [PUBLISHED])[PUBLISHED].max().to_datetime64()
    crowd = contract_life.in_force(crowd, at)
    chosen = ~several
    chosen[crowd["row"].to_numpy()] = True
    rows = np.flatnonzero(chosen)
    crowd["place"] = crowd["row"].to_numpy()
    crowd["row"] = np.searchsorted(rows, crowd["row"].to_numpy())
    return rows, crowd


def _crowd(folder: Path, there: Sequence[str], rows: IntArray) -> pd.DataFrame:
    """Return what decides between the rows at some places, which are of points that have several."""
    deciding = [name for name in (*KEY, *DATES, PUBLISHED, *IDENTITY, GIVEN) if name in there]
    crowd = _finished(read_table(folder, deciding, rows), there)
    crowd["row"] = rows
    if _FOLLOWED in crowd and len(crowd):
        crowd[_FOLLOWED] = contract_life.ends_before(crowd)
    return crowd


def _followed(table: pd.DataFrame, crowd: pd.DataFrame) -> pd.DataFrame:
    """Return the table with 全廃日 of the contract before in the rows of those that followed (`row`)."""
    if _FOLLOWED in table and len(crowd):
        ends = contract_life.dates(table[_FOLLOWED])
        ends[crowd["row"].to_numpy()] = contract_life.dates(crowd[_FOLLOWED])
        table[_FOLLOWED] = ends
    return table


def _several(folder: Path, there: Sequence[str]) -> BoolArray:
    if SEVERAL in there:
        return read_stored(folder, SEVERAL).astype(bool)
    keys = read_table(folder, [name for name in KEY if name in there])
    return keys.duplicated(keep=False).to_numpy()


def _read(folder: Path, there: Sequence[str], columns: Optional[Sequence[str]], rows: Optional[Rows]) -> pd.DataFrame:
    wanted = [name for name in there if name != SEVERAL] if columns is None else list(columns)
    dated = GIVEN in there and GIVEN not in wanted and any(name in wanted for name in ENDS)
    table = _finished(read_table(folder, [*wanted, *([GIVEN] if dated else [])], rows), there)
    return table.drop(columns=GIVEN) if dated else table


def _finished(table: pd.DataFrame, there: Sequence[str]) -> pd.DataFrame:
    """Return rows with words for the codes of tables of before, and `DATES_KNOWN` where not all rows have dates."""
    if SEVERAL not in there:
        for name in MEANINGS:
            if name in table:
                table[name] = words(_shipped(), name, table[name])
    if GIVEN in table and any(name in table for name in ENDS):
        known = np.logical_or.reduce([_had(table, name) for name in ENDS])
        if not known.all():
            table[DATES_KNOWN] = known
    return table


@lru_cache(maxsize=1)
def _shipped() -> Profile:
    return Profile.load()


# -- what files say ---------------------------------------------------------------------------------------------------
def words(profile: Profile, column: str, values: pd.Series) -> ObjectArray:
    """Return a column of codes as the words of `MEANINGS`, object (n); words stay, `?` marks what is not listed."""
    codes, texts = _distinct(values)
    known = set(MEANINGS[column])
    said = [text if text in known or text.startswith("?") else profile.meaning(column, text) for text in texts]
    return np.array(said, dtype=object)[codes]


def _distinct(values: pd.Series) -> tuple[IntArray, list[str]]:
    """Return of each row where its text stands among the different ones, int64 (n), and these; missing is blank."""
    given = values.tolist()
    places = {value: place for place, value in enumerate(dict.fromkeys(given))}
    codes = np.fromiter(map(places.__getitem__, given), dtype=np.int64, count=len(given))
    return codes, ["" if pd.isna(value) else str(value) for value in places]


def unlisted(values: ObjectArray) -> Mapping[str, int]:
    """Return {code: rows} of the codes that the profile does not list, in a column of words."""
    counted = Counter(values.tolist())
    return {str(text)[1:]: count for text, count in counted.items() if str(text).startswith("?")}


def as_dates(profile: Profile, values: pd.Series) -> tuple[TimeArray, int]:
    """Return a column of dates as datetime64[s] (n), NaT for blanks, and how many filled ones are no dates.

    Eight digits of 0 or 9 and years before 1900 or from 2200 on are how systems write that there is none.
    """
    if values.dtype.kind == "M":
        return contract_life.dates(values), 0
    codes, texts = _distinct(values)
    found, unread = _dates_of(profile, pd.Series(texts, dtype=object))
    return found[codes], int(unread[codes].sum())


def _dates_of(profile: Profile, texts: pd.Series) -> tuple[TimeArray, BoolArray]:
    """Return texts as datetime64[s] (n), and which of them are filled and no dates."""
    found = contract_life.dates(texts)
    unread = np.isnat(found) & (texts.str.strip("0 /-") != "").to_numpy(dtype=bool)
    rest = texts[unread]
    found[unread] = contract_life.dates(pd.to_datetime(rest, format=profile.date_format, errors="coerce"))
    none = rest.str.match(r"(?:2[2-9]|[3-9]\d)\d\d|(?:0\d|1[0-8])\d\d([-/]?)\d\d\1\d\d").to_numpy(dtype=bool)
    unread[unread] = np.isnat(found[unread]) & ~none
    return found, unread


# -- taking in --------------------------------------------------------------------------------------------------------
def _keys(table: pd.DataFrame) -> pd.Index:
    return pd.Index(table["supply_point"].astype(str) + "/" + table["flow"].astype(str))  # type: ignore[operator]  # the stubs take it for bool


def merge_master(old: Optional[pd.DataFrame], new: pd.DataFrame, published: np.datetime64) -> tuple[pd.DataFrame, int]:
    """Return the master with `new` taken in, and how many rows of `new` were repeated.

    Rows are of one supply point, flow, 計器ID and 需要家特定ID; where a file does not tell an identity, its row goes to
    the one in force of those that it may be. The newest publication wins with the columns it has, blanks too; a column
    that no newer one had for the row is taken from an older one, whichever of them came first.
    """
    new = new.copy()
    given = np.int64(sum(1 << place for place, name in enumerate(COLUMNS["master"]) if _given_as(name) in new))
    if "flow" not in new:
        new["flow"] = np.zeros(len(new), dtype=np.int8)
    if old is not None:
        old = _of_now(old)
        new["flow"] = _flows_from(old, new)
        alone = ~old["supply_point"].duplicated(keep=False).to_numpy()
        old["flow"] = np.where(alone, _flows_from(new, old), old["flow"]).astype(np.int8)
    new[PUBLISHED] = np.full(len(new), published)
    new[GIVEN] = np.full(len(new), given)
    new[DATED] = np.full(len(new), published if any(name in new for name in ENDS) else _NEVER)
    # without 計器ID only the dates tell the meter that was taken out from the new one of the same customer
    full = [name for name in (*KEY, *IDENTITY, *DATES) if name in new]
    before = len(new)
    if new.duplicated(list(KEY)).any():
        new.drop_duplicates(full, keep="last", inplace=True, ignore_index=True)
    merged = new if old is None else _merged(old, new, _targets(old, new), given, published)
    merged[SEVERAL] = merged.duplicated(list(KEY), keep=False).to_numpy()
    return merged, before - len(new)


def takes_new_points(folder: Path, new: pd.DataFrame) -> bool:
    """Whether rows can be added at the end of the table in `folder`: it knows none of their supply points.

    Then `merge_master` gives what stands, followed by the new rows, and nothing has to be joined.
    """
    kinds = stored_kinds(folder)
    # tables of before had other columns, and texts for dates
    if not {"supply_point", "flow", PUBLISHED, GIVEN, DATED, SEVERAL} <= set(kinds):
        return False
    if any(kinds.get(str(name), kind_of(new[name])) != kind_of(new[name]) for name in new):
        return False
    known = places_among(read_stored(folder, "supply_point"), as_bytes(new["supply_point"].to_numpy(dtype=object)))
    return bool((known < 0).all())


def add_master(folder: Path, new: pd.DataFrame, published: np.datetime64) -> int:
    """Add rows of supply points that the table in `folder` does not know; return how many of them were repeated."""
    fresh, repeated = merge_master(None, new, published)
    append_rows(folder, fresh)
    return repeated


def _of_now(old: pd.DataFrame) -> pd.DataFrame:
    """Return a stored table as it would be written now: dates as dates, words for codes, `GIVEN`."""
    words_there = SEVERAL in old
    old = old.drop(columns=[name for name in (SEVERAL, DATES_KNOWN) if name in old]).copy()
    if GIVEN not in old:
        old[GIVEN] = _all_given(old)
    if PUBLISHED not in old:
        old[PUBLISHED] = np.full(len(old), np.datetime64("1970-01-01", "s"))
    if DATED not in old:
        old[DATED] = old[PUBLISHED].to_numpy()
    for name in DATES:
        if name in old:
            old[name] = contract_life.dates(old[name])
    for name in () if words_there else MEANINGS:
        if name in old:
            old[name] = words(_shipped(), name, old[name])
    return old


def _merged(
    old: pd.DataFrame, new: pd.DataFrame, at: IntArray, given: np.int64, published: np.datetime64
) -> pd.DataFrame:
    """Return `old` with the rows of `new` at the places `at` (-1: added at the end)."""
    at = at.copy()
    added = at < 0
    at[added] = len(old) + np.arange(int(added.sum()))
    count = len(old) + int(added.sum())
    newer = added.copy()
    newer[~added] = old[PUBLISHED].to_numpy("datetime64[s]")[at[~added]] <= published
    told = added.copy()
    told[~added] = old[DATED].to_numpy("datetime64[s]")[at[~added]] <= new[DATED].to_numpy("datetime64[s]")[~added]
    merged = {}
    for name in [*old.columns, *(name for name in new.columns if name not in old)]:
        model = old[name] if name in old else new[name]
        values = np.concatenate([_values(old, name, model, len(old)), _values(None, name, model, count - len(old))])
        if name == GIVEN:
            values[at] |= given
        elif name in IDENTITY and name in new:
            filled = (new[name] != "").to_numpy()
            values[at[filled]] = new[name].to_numpy()[filled]
        elif name in new:
            taken = told if name in (*ENDS, DATED) else newer
            if name not in KEY and name not in (PUBLISHED, DATED):
                had = np.zeros(len(new), dtype=bool)
                had[~added] = _had(old, name)[at[~added]]
                taken = taken | ~had
            values[at[taken]] = new[name].to_numpy()[taken]
        merged[name] = values
    return pd.DataFrame(merged)


def _targets(old: pd.DataFrame, new: pd.DataFrame) -> IntArray:
    """Return the row of `old` that each row of `new` tells of, int64 (n); -1 where it is a new one."""
    mine, theirs = _keys(new), _keys(old)
    crowded = set(mine[mine.duplicated()]) | set(theirs[theirs.duplicated()])
    if not crowded:
        at = theirs.get_indexer(mine)
        found = np.flatnonzero(at >= 0)
        at[found[~_alike(old, at[found], new, found)]] = -1
        return at
    few, many = np.flatnonzero(mine.isin(crowded)), np.flatnonzero(theirs.isin(crowded))
    at = np.full(len(new), -1, dtype=np.int64)
    rest, plain = np.setdiff1d(np.arange(len(new)), few), np.setdiff1d(np.arange(len(old)), many)
    place = theirs[plain].get_indexer(mine[rest])
    found = np.flatnonzero(place >= 0)
    good = found[_alike(old, plain[place[found]], new, rest[found])]
    at[rest[good]] = plain[place[good]]
    for one, other in _pairs(old, many, new, few):
        at[one] = other
    return at


def _alike(old: pd.DataFrame, these: IntArray, new: pd.DataFrame, those: IntArray) -> BoolArray:
    """Whether rows may be of the same meter and customer: no identity differs that both tell."""
    alike = np.ones(len(these), dtype=bool)
    for name in IDENTITY:
        if name in old and name in new:
            before, now = old[name].to_numpy(object)[these], new[name].to_numpy(object)[those]
            alike &= (before == now) | (before == "") | (now == "")
    return alike


def _pairs(old: pd.DataFrame, many: IntArray, new: pd.DataFrame, few: IntArray) -> list[tuple[int, int]]:
    """Return which row of `new` goes to which of `old`, where a supply point and flow has several.

    Those that tell the same identity go together first, then those in force; each goes to one.
    """
    moment = min(old[PUBLISHED].max(), new[PUBLISHED].max()).to_datetime64()
    sides = []
    for table, rows in ((old, many), (new, few)):
        side = table.iloc[rows][[name for name in (*KEY, *DATES, *IDENTITY, PUBLISHED) if name in table]].copy()
        side["row"] = rows
        side["force"] = side["row"].isin(contract_life.in_force(side, moment)["row"])
        sides.append(side[[*KEY, "row", "force"]])
    pairs = sides[0].merge(sides[1], on=list(KEY), suffixes=("_old", "_new"))
    pairs = pairs[_alike(old, pairs["row_old"].to_numpy(), new, pairs["row_new"].to_numpy())]
    same = np.zeros(len(pairs), dtype=np.int8)
    for name in IDENTITY:
        if name in old and name in new:
            told = old[name].to_numpy(object)[pairs["row_old"].to_numpy()]
            same += (told == new[name].to_numpy(object)[pairs["row_new"].to_numpy()]) & (told != "")
    pairs = pairs.assign(same=same).sort_values(
        ["same", "force_new", "force_old", "row_new", "row_old"], ascending=[False, False, False, True, True]
    )
    found: list[tuple[int, int]] = []
    while len(pairs):
        first = pairs[~pairs["row_new"].duplicated() & ~pairs["row_old"].duplicated()]
        found += zip(first["row_new"].tolist(), first["row_old"].tolist())
        left = ~pairs["row_new"].isin(first["row_new"]) & ~pairs["row_old"].isin(first["row_old"])
        pairs = pairs[left]
    return found


def _given_as(name: str) -> str:
    """Return the column of the table that a column of the file becomes."""
    return "created_at" if name == "created_date" else name


def _all_given(table: pd.DataFrame) -> IntArray:
    """Return `GIVEN` of a table that was written without it: every column it has."""
    return np.full(
        len(table),
        sum(1 << place for place, name in enumerate(COLUMNS["master"]) if _given_as(name) in table),
        dtype=np.int64,
    )


def _had(table: pd.DataFrame, name: str) -> BoolArray:
    """Return for each row whether a publication gave it this column, bool."""
    places = [place for place, column in enumerate(COLUMNS["master"]) if _given_as(column) == name]
    if not places:
        return np.ones(len(table), dtype=bool)
    return (table[GIVEN].to_numpy(dtype=np.int64) >> places[0] & 1).astype(bool)


def _values(table: Optional[pd.DataFrame], name: str, model: pd.Series, count: int) -> Array:
    """Return a column, or `count` blanks of the dtype of `model` where `table` does not have it."""
    if table is not None and name in table:
        return table[name].to_numpy().copy()
    kind = model.dtype.kind
    if kind == "f":
        return np.full(count, np.nan)
    if kind == "M":
        return np.full(count, np.datetime64("NaT", "s"))
    return np.zeros(count, dtype=model.to_numpy().dtype) if kind in "iub" else np.full(count, "", dtype=object)


def _flows_from(old: pd.DataFrame, new: pd.DataFrame) -> IntArray:
    """Return the flows of `new`; where it has none, that of the one flow the supply point has in `old`."""
    flow = new["flow"].to_numpy().copy()
    blank = flow == 0
    if not blank.any():
        return flow
    single = old.drop_duplicates(list(KEY)).drop_duplicates("supply_point", keep=False)
    at = pd.Index(single["supply_point"]).get_indexer(new["supply_point"])
    known = blank & (at >= 0)
    flow[known] = single["flow"].to_numpy()[at[known]]
    return flow

"""The life of a contract (新設日, 全廃日／廃止日, 再新日, 全撤日): who was in service, and from when to when.

One rule for every map. A contract has ended at a moment where 全廃日 lies not after it and no later 再新日 has come
by then, or where 全撤日 lies not after it; it has begun where 新設日 lies not after it. A date counts from its first
moment. Supply (供給) and feed-in (受電) are rows of their own and live their own lives. A row of which no end was asked
for is not known to be in service: that is another answer than "in service", and every caller decides what it means.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Iterator, Optional, Union

import numpy as np
import pandas as pd

from ..arrays import BoolArray, IntArray, TimeArray

YES, NO, NOT_KNOWN = 1, 0, -1
"""Answers of `in_service`."""
DATES = ("installed_on", "abolished_on", "renewed_on", "removed_on")
"""新設日, 全廃日／廃止日, 再新日／開始日, 全撤日: columns of マスタ情報."""
ENDS = ("abolished_on", "removed_on")
DATES_KNOWN = "dates_known"
"""Optional column, bool: whether a publication gave the row its dates at all; without it the columns decide."""
ROW = ("supply_point", "flow")
"""What one row in force is wanted of."""
PUBLISHED = "published_at"

_PIECE = 1 << 19
"""Rows worked on at a time."""
_NAT = np.datetime64("NaT", "s")
_LONG_AGO = np.datetime64("1900-01-01", "s")
"""Before it a date is how a system writes "none", as 00010101; pandas 1.x cannot hold it in a table either."""
_FAR = np.datetime64("2200-01-01", "s")
"""From here on a date is how a system writes "no end"."""
_EVER, _NEVER = np.iinfo(np.int64).min + 1, np.iinfo(np.int64).max

Moment = Union[datetime, np.datetime64]


@dataclass(frozen=True)
class Spans:
    """From when to when each row is in service, the last time it was. Arrays datetime64[s] of one length."""

    begin: TimeArray
    """First moment; NaT where it lies before anything that is known."""
    end: TimeArray
    """First moment after; NaT where no end is known."""


def dates(values: pd.Series) -> TimeArray:
    """Return a column of dates as datetime64[s] (n); NaT for blanks, for what is no date and for years that mean none.

    Dates are taken as they are, texts as YYYYMMDD, YYYY-MM-DD or YYYY/MM/DD.
    """
    if values.dtype.kind == "M":
        found = values.to_numpy().astype("datetime64[s]")
    else:
        codes, texts = pd.factorize(values.astype(object).where(values.notna(), ""))
        parsed = np.array([_date(str(text)) for text in texts], dtype="datetime64[s]")
        found = parsed[codes] if len(parsed) else np.zeros(0, dtype="datetime64[s]")
    return np.where((found >= _LONG_AGO) & (found < _FAR), found, _NAT)


def _date(text: str) -> np.datetime64:
    text = text.strip()
    plain = text.replace("-", "").replace("/", "") if len(text) == 10 else text
    if len(plain) != 8 or not plain.isdecimal():
        return _NAT
    try:
        return np.datetime64(datetime(int(plain[:4]), int(plain[4:6]), int(plain[6:])), "s")
    except ValueError:
        return _NAT


@dataclass(frozen=True)
class _Life:
    installed: TimeArray
    abolished: TimeArray
    renewed: TimeArray
    removed: TimeArray
    known: BoolArray
    """bool: whether the ends were asked for."""

    @classmethod
    def of(cls, master: pd.DataFrame) -> _Life:
        blank = np.full(len(master), _NAT)
        installed, abolished, renewed, removed = (dates(master[name]) if name in master else blank for name in DATES)
        # an end before 新設日 is of what stood there before
        abolished = np.where(abolished < installed, _NAT, abolished)
        removed = np.where(removed < installed, _NAT, removed)
        asked = np.full(len(master), any(name in master for name in ENDS))
        if DATES_KNOWN in master:
            asked &= master[DATES_KNOWN].to_numpy(dtype=bool)
        return cls(installed, abolished, renewed, removed, asked | ~np.isnat(abolished) | ~np.isnat(removed))

    @property
    def start(self) -> TimeArray:
        """First moment of the service that goes on or ended last."""
        return np.where(self.renewed > self.abolished, self.renewed, self.installed)

    @property
    def end(self) -> TimeArray:
        """First moment after that service."""
        return np.fmin(np.where(self.renewed > self.abolished, _NAT, self.abolished), self.removed)


def in_service(master: pd.DataFrame, at: Moment) -> IntArray:
    """Return for each row of マスタ情報 whether the contract was in service at a moment, int8 (n).

    `YES`, `NO`, or `NOT_KNOWN` where no end was asked for (which a 新設日 later than `at` makes a `NO` all the same).
    """
    if len(master) > _PIECE:
        return np.concatenate([in_service(part, at) for part in _pieces(master)])
    life, moment = _Life.of(master), np.datetime64(at, "s")
    again = (life.renewed > life.abolished) & (life.renewed <= moment)
    ended = ((life.abolished <= moment) & ~again) | (life.removed <= moment)
    return np.where(ended | (life.installed > moment), NO, np.where(life.known, YES, NOT_KNOWN)).astype(np.int8)


def spans(master: pd.DataFrame) -> Spans:
    """Return from when to when each row is in service, the last time it was: at each moment inside, `in_service`."""
    found = [Spans(life.start, life.end) for life in map(_Life.of, _pieces(master))]
    return Spans(*(np.concatenate([getattr(part, name) for part in found]) for name in ("begin", "end")))


def _pieces(master: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield some rows after the other: what is worked out between takes several times what the dates do."""
    for first in range(0, max(len(master), 1), _PIECE):
        yield master.iloc[first : first + _PIECE]


def in_force(rows: pd.DataFrame, at: Optional[Moment] = None) -> pd.DataFrame:
    """Return one row a (supply point, flow), the one in force at a moment, in the order in which the points come first.

    Where a meter was exchanged or a customer changed, マスタ情報 has several rows. The one holds that is or may be in
    service and whose 再新日 (else 新設日) had come; of these the newest publication's (`published_at`); of one
    publication the one that began last. Without a moment, dates that lie ahead have come.
    """
    key = [name for name in ROW if name in rows]
    several = rows.duplicated(key, keep=False).to_numpy()
    if not several.any():
        return rows.reset_index(drop=True)
    crowd = np.flatnonzero(several)
    best = crowd[_best(rows.iloc[crowd], key, at)]
    take = np.flatnonzero(~rows.duplicated(key).to_numpy())
    first = np.flatnonzero(several[take])
    keys = (pd.MultiIndex.from_frame(rows.iloc[places][key]) for places in (best, take[first]))
    chosen, wanted = keys
    take[first] = best[chosen.get_indexer(wanted)]
    return rows.iloc[take].reset_index(drop=True)


def ends_before(rows: pd.DataFrame) -> TimeArray:
    """Return 全廃日 of each row, datetime64[s] (n): where it is blank, the end of the contract that it follows.

    When a customer moves out, 全廃日 may stand in that one's row and 再新日 in the next one's: between the two the
    supply point was not in service. With this as their 全廃日, rows can be judged one by one.
    """
    life = _Life.of(rows)
    found = life.abolished.copy()
    key = [name for name in ROW if name in rows]
    places = np.flatnonzero(rows.duplicated(key, keep=False).to_numpy())
    table = rows.iloc[places][key].reset_index(drop=True)
    table["row"], table["end"], table["renewed"] = places, life.end[places], life.renewed[places]
    pairs = table.merge(table, on=key, suffixes=("", "_other"))
    pairs = pairs[(pairs["row"] != pairs["row_other"]) & (pairs["end_other"] <= pairs["renewed"])]
    latest = pairs.groupby("row")["end_other"].max()
    rows_of, ends = latest.index.to_numpy(dtype=np.int64), latest.to_numpy().astype("datetime64[s]")
    blank = np.isnat(found[rows_of])
    found[rows_of[blank]] = ends[blank]
    return found


def _best(rows: pd.DataFrame, key: list[str], at: Optional[Moment]) -> IntArray:
    """Return the position of the row in force of each key."""
    moment = _FAR if at is None else np.datetime64(at, "s")
    life = _Life.of(rows)
    begin = np.fmax(life.renewed, life.installed)
    begun = ~(begin > moment)
    serving = in_service(rows, moment) != NO
    published = rows[PUBLISHED].to_numpy().astype("datetime64[s]") if PUBLISHED in rows else np.full(len(rows), _NAT)
    ended = np.fmin(life.end, moment)
    order = pd.DataFrame({name: rows[name].to_numpy() for name in key})
    order["serving"], order["begun"] = serving, begun
    # of rows that had all ended, the one that ended last
    order["ended"] = np.where(serving, _EVER, _number(ended, _NEVER))
    order["published"], order["begin"] = _number(published, _EVER), _number(begin, _EVER)
    ranks = ["serving", "begun", "ended", "published", "begin"]
    for name in ("meter_id", "customer_id"):
        # so that the answer does not hang on the order of the rows
        if name in rows:
            order[name] = rows[name].astype(str).to_numpy()
            ranks.append(name)
    order = order.sort_values([*key, *ranks], kind="stable")
    return order.index[~order.duplicated(key, keep="last").to_numpy()].to_numpy()


def _number(moments: TimeArray, blank: int) -> IntArray:
    return np.where(np.isnat(moments), blank, moments.astype("datetime64[s]").astype(np.int64))


def tenancy_begin(rows: pd.DataFrame, at: Moment) -> TimeArray:
    """Return since when each row's customer has been there, datetime64[s] (n): use before is another's. NaT not known.

    That is 再新日, else 新設日. Of several customers (需要家特定ID) of one supply point and flow, none has been there
    before the others' contracts ended, nor before the last publication that still named another. A moment later than
    `at` says that the customer had not come yet.
    """
    life, moment = _Life.of(rows), np.datetime64(at, "s")
    begin = np.where(np.isnat(life.renewed), life.installed, life.renewed)
    key = [name for name in ROW if name in rows]
    if not key or "customer_id" not in rows or not rows.duplicated(key).any():
        return begin
    several = np.flatnonzero(rows.duplicated(key, keep=False).to_numpy())
    table = rows.iloc[several][[*key, "customer_id"]].reset_index(drop=True)
    table["customer_id"] = table["customer_id"].astype(str)
    table["end"] = life.end[several]
    table["published"] = rows[PUBLISHED].to_numpy().astype("datetime64[s]")[several] if PUBLISHED in rows else _NAT
    table["row"] = np.arange(len(table))
    pairs = table.merge(table, on=key, suffixes=("", "_other"))
    others = (pairs["customer_id"] != "") & (pairs["customer_id_other"] != "")
    pairs = pairs[others & (pairs["customer_id"] != pairs["customer_id_other"])]
    bounds = (
        pairs["end_other"].where((pairs["end_other"] <= moment) & ~(pairs["end_other"] > pairs["end"])),
        pairs["published_other"].where(pairs["published_other"] < pairs["published"]),
    )
    for bound in bounds:
        latest = bound.groupby(pairs["row"]).max().dropna()
        places = several[latest.index.to_numpy()]
        begin[places] = np.fmax(begin[places], latest.to_numpy().astype("datetime64[s]"))
    return begin

"""What a contract master has seen before a drill: tenants who moved, meters exchanged, contracts ended.

Rates a year are those of a Japanese town, as far as they are known:

- tenants: 4.5 % of the dwellings change hands a year. Assumed after the census of 2020, where about a fifth of the
  people lived elsewhere five years before, and the yearly moves of the resident register (about 4 %);
- meters: 10 % a year are exchanged, because the verification of an ordinary electricity meter is valid for ten years;
- 1.5 % of the contracts end a year for good (houses pulled down or left), 1 % are new. Assumed.

How a master shows an exchange is not public. Assumed: the row of the meter that was taken out stays for a year with its
全撤日, beside the row of the new one with its 新設日.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ..arrays import Array, BoolArray, IntArray
from .contracts import ABOLISHED, FACILITY, GIVEN, GIVEN_KANA, HOME, READABLE, SHOP, SURNAMES, SURNAMES_KANA
from .household import NOT_A_DWELLING
from .outages import NEVER
from .texts import without_dashes, zero_filled

DAY = 1440
YEAR = 365.0


@dataclass(frozen=True)
class Rates:
    """Shares a year, and what follows from a change."""

    moves: float = 0.045
    exchanges: float = 0.10
    ends: float = 0.015
    begins: float = 0.01
    taken_out: float = 0.35
    """Of contracts that end, those whose equipment is taken out at once (全撤日)."""
    next_tenant_at_once: float = 0.2
    days_empty: float = 20.0
    """Mean of the days between two tenants, else."""
    not_readable_before: float = 0.3
    """Of exchanged meters, those that could not be read remotely."""
    outdated_links: float = 0.04
    """Share of the facilities whose list of supply points still has the number of a contract that ended."""
    industrial: float = 0.3
    """Of high-voltage customers that are no public facilities, those that are industry (産業用)."""


@dataclass(frozen=True)
class Period:
    """The days of readings, and the day it strikes."""

    first: date
    days: int
    event: date

    def text(self, number: IntArray) -> Array:
        """Return days since the first one as YYYYMMDD, dtype S8."""
        moments = np.datetime64(self.first, "D") + np.asarray(number, dtype=np.int64)
        return without_dashes(moments)


def change(
    rng: np.random.Generator, meters: dict[str, Array], period: Period, rates: Rates = Rates()
) -> dict[str, Any]:
    """Return the arrays of `meters.npz` with a town's changes, and with the rows of what was before at the end.

    Adds `service_begin service_end` (minutes: the contract is in force from, to), `empty_from` (minute: the former
    tenant is gone; `-NEVER` for none), `former_customer_id` (S34; "" for none).
    """
    meters = {name: values.copy() for name, values in meters.items()}
    count = len(meters["use"])
    meters["service_begin"] = np.full(count, -NEVER, dtype=np.int64)
    meters["service_end"] = np.full(count, NEVER, dtype=np.int64)
    meters["service_end"][meters["use"] == ABOLISHED] = 0
    meters["empty_from"] = np.full(count, -NEVER, dtype=np.int64)
    meters["former_customer_id"] = np.zeros(count, dtype="S34")
    _consistent(meters)
    _industry(rng, meters, rates)
    homes = rng.permutation(np.flatnonzero((meters["use"] == HOME) & ~np.isin(np.arange(count), meters["partner"])))
    share = period.days / YEAR
    sizes = [max(3, round(rate * share * len(homes))) for rate in (rates.ends, rates.begins, rates.moves)]
    ended, begun, moved = np.split(homes[: sum(sizes)], np.cumsum(sizes)[:2])
    _end(rng, meters, ended, period, rates)
    _begin(rng, meters, begun, period)
    _move(rng, meters, moved, period, rates)
    able = np.isin(meters["use"], (HOME, SHOP, FACILITY)) & (meters["service_begin"] < 0)
    exchanged = np.flatnonzero(able & (meters["service_end"] == NEVER))
    exchanged = exchanged[rng.random(len(exchanged)) < rates.exchanges]
    extra = [_exchange(rng, meters, exchanged, period, rates), _outdated(rng, meters, period, rates)]
    return {name: np.concatenate([values, *(rows[name] for rows in extra)]) for name, values in meters.items()}


def _consistent(meters: dict[str, Array]) -> None:
    """Of a contract that ended for good, nothing came later; nothing begins before its equipment is there."""
    gone = meters["use"] == ABOLISHED
    installed, renewed, ended = meters["installed_on"], meters["renewed_on"], meters["abolished_on"]
    renewed[(gone & (renewed >= ended)) | (renewed < installed)] = b""
    installed[gone & (installed >= ended)] = b""


def _industry(rng: np.random.Generator, meters: dict[str, Array], rates: Rates) -> None:
    large = (meters["voltage"] > 1) & (meters["use"] == SHOP)
    meters["business"][large] = np.where(rng.random(int(large.sum())) < rates.industrial, b"2", b"1")


def _end(rng: np.random.Generator, meters: dict[str, Any], rows: IntArray, period: Period, rates: Rates) -> None:
    """Contracts that end in the days of readings; one in eight on the very day it strikes."""
    day = rng.integers(1, period.days + 1, len(rows))
    day[::8] = (period.event - period.first).days
    meters["service_end"][rows] = day * DAY
    meters["abolished_on"][rows] = period.text(day)
    out = rows[rng.random(len(rows)) < rates.taken_out]
    meters["removed_on"][out] = meters["abolished_on"][out]
    later = meters["renewed_on"][rows] >= meters["abolished_on"][rows]
    meters["renewed_on"][rows[later]] = b""


def _begin(rng: np.random.Generator, meters: dict[str, Any], rows: IntArray, period: Period) -> None:
    """New buildings."""
    day = rng.integers(0, period.days, len(rows))
    meters["service_begin"][rows] = day * DAY
    meters["installed_on"][rows] = period.text(day)
    meters["renewed_on"][rows] = b""


def _move(rng: np.random.Generator, meters: dict[str, Any], rows: IntArray, period: Period, rates: Rates) -> None:
    """Tenants who leave and the next ones, with a customer's number and a name of their own."""
    left = rng.integers(1, period.days + 1, len(rows))
    wait = np.where(
        rng.random(len(rows)) < rates.next_tenant_at_once, 0, np.ceil(rng.exponential(rates.days_empty, len(rows)))
    ).astype(np.int64)
    comes = left + wait < period.days
    meters["abolished_on"][rows] = period.text(left)
    meters["empty_from"][rows] = left * DAY
    stays = rows[comes]
    meters["service_begin"][stays] = (left + wait)[comes] * DAY
    meters["renewed_on"][stays] = period.text((left + wait)[comes])
    meters["former_customer_id"][stays] = meters["customer_id"][stays]
    number = zero_filled(np.arange(len(stays)), 6)
    meters["customer_id"][stays] = np.char.add(b"A999" + b"0" * 24, number)
    draw = rng.integers(0, len(SURNAMES), len(stays)), rng.integers(0, len(GIVEN), len(stays))
    for column, tables, space in (("name", (SURNAMES, GIVEN), "　"), ("kana", (SURNAMES_KANA, GIVEN_KANA), " ")):
        words = [np.char.encode(np.array(table), "utf-8")[place] for table, place in zip(tables, draw)]
        meters[column][stays] = np.char.add(np.char.add(words[0], space.encode()), words[1])
    # nobody yet: ended, as far as the master goes
    vacated = rows[~comes]
    meters["service_end"][vacated] = left[~comes] * DAY
    meters["empty_from"][vacated] = -NEVER
    later = meters["renewed_on"][vacated] >= meters["abolished_on"][vacated]
    meters["renewed_on"][vacated[later]] = b""


def _copied(meters: dict[str, Array], rows: IntArray) -> dict[str, Array]:
    """Return the rows as rows of the past: in no use, of nobody's home."""
    past = {name: values[rows].copy() for name, values in meters.items()}
    past["use"][:] = ABOLISHED
    past["partner"][:] = rows
    past["household"][:] = NOT_A_DWELLING
    past["night_heater"][:] = False
    past["noon_kw"][:] = 0
    return past


def _exchange(
    rng: np.random.Generator, meters: dict[str, Any], rows: IntArray, period: Period, rates: Rates
) -> dict[str, Array]:
    """Return the rows of the meters that were taken out in the year before the last day; the new ones get 新設日."""
    past = _copied(meters, rows)
    day = period.days - 1 - rng.integers(0, int(YEAR), len(rows))
    meters["installed_on"][rows] = past["removed_on"][:] = period.text(day)
    later = meters["renewed_on"][rows] >= meters["installed_on"][rows]
    meters["renewed_on"][rows[later]] = b""
    past["meter_id"] = np.char.add(b"G", zero_filled(np.arange(len(rows)), 10)).astype(meters["meter_id"].dtype)
    past["master_info_id"] = np.char.add(b"N", zero_filled(np.arange(len(rows)), 12)).astype(
        meters["master_info_id"].dtype
    )
    mute = rng.random(len(rows)) < rates.not_readable_before
    past["remote_reading"] = np.where(mute, 3, READABLE).astype(meters["remote_reading"].dtype)
    past["service_end"][:] = np.minimum(day * DAY, NEVER)
    return past


def _outdated(rng: np.random.Generator, meters: dict[str, Any], period: Period, rates: Rates) -> dict[str, Array]:
    """Return ended contracts of facilities under numbers of their own, which lists of links may still have."""
    rows = np.flatnonzero((meters["use"] == FACILITY) & (meters["voltage"] == 1))
    points = np.bincount(meters["facility"][meters["use"] == FACILITY], minlength=int(meters["facility"].max()) + 1)
    rows = rows[points[meters["facility"][rows]] == 1]
    rows = np.sort(rng.permutation(rows)[: round(rates.outdated_links * np.count_nonzero(points))])
    past = _copied(meters, rows)
    day = -rng.integers(200, 900, len(rows))
    for column, letter, width in (("supply_point", b"", 19), ("meter_id", b"E", 10), ("master_info_id", b"E", 12)):
        number = zero_filled(np.arange(len(rows)), width - 1)
        head = past[column].astype("S3") if column == "supply_point" else letter
        past[column] = np.char.add(np.char.add(head, b"8"), number).astype(meters[column].dtype)
    past["abolished_on"] = period.text(day)
    past["renewed_on"][:] = b""
    past["installed_on"] = np.where(past["installed_on"] < past["abolished_on"], past["installed_on"], b"")
    past["service_end"][:] = day * DAY
    return past


def in_service(meters: dict[str, Array], minute: int) -> BoolArray:
    """Return which contracts are in force at a minute, bool (rows)."""
    if "service_begin" not in meters:
        return np.ones(len(meters["use"]), dtype=bool)
    begun, ended = meters["service_begin"] <= minute, meters["service_end"] <= minute
    before = (meters["empty_from"] > -NEVER) & (minute < meters["empty_from"])
    return (begun | before) & ~ended


def slots_in_service(part: dict[str, Array], slots: int, slot_minutes: int = 30) -> BoolArray:
    """Return in which half-hours the contracts are in force, bool (rows, slots): as `in_service`."""
    begin = np.arange(slots) * slot_minutes
    now = (begin >= part["service_begin"][:, None]) & (begin < part["service_end"][:, None])
    return now | ((part["empty_from"] > -NEVER)[:, None] & (begin < part["empty_from"][:, None]))

"""Outage rate by grid square or municipality from 通電計器数 (manual §3.1.2), with peacetime silence taken off.

A *silent* meter (通電分類 2) gave no reading for 12 hours. That is not the same as an outage: some meters are
silent on any day, and an outage younger than 12 hours is not in the figure at all. So beside the plain rate stand the
cell's own peacetime rate, the excess over it, and an interval for the share of meters that are really without power,
which is as wide as the 12 hours leave it (`blind`). What is masked, blank or absent stays unknown, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Optional

import numpy as np
import pandas as pd

from ..arrays import Array, BoolArray, FloatArray, IntArray, ObjectArray, TextArray, TimeArray
from ..messages import Progress, TomoshibiError, message
from . import mesh
from .blind import NEARLY_ALL, NOTHING_HIDDEN, Blind, Standing, standing
from .peacetime import ORDINARY_SILENCE, Baseline, PeaceDays, fit_baseline
from .reasons import Reason
from .relays import RELAY_COLUMNS, RELAY_TIMES, without


@dataclass(frozen=True)
class RateClass:
    """One class of the legend (manual §3.1.2)."""

    number: int
    above: float
    """The class begins just above this rate (the first one holds 0 too)."""
    up_to: float
    """The last rate in the class."""
    label: str


RATE_CLASSES: tuple[RateClass, ...] = (
    RateClass(1, 0.0, 0.25, "～25 %"),
    RateClass(2, 0.25, 0.50, "26～50 %"),
    RateClass(3, 0.50, 0.75, "51～75 %"),
    RateClass(4, 0.75, 1.0, "76 %～"),
)
"""The manual's four classes; 0 in `rate_class` is masked or unknown."""

ENERGISED, SILENT = 1, 2
"""通電分類 (manual §3.2)."""

BY_ADDRESS, BY_MESH = 1, 2
"""エリア単位区分."""

TAIL = 0.025
"""Probability left out on each side of the interval: 95 % inside."""

MAX_BASELINE = 0.5
"""Where more than this share is silent in peacetime, silence says nothing about an outage: the excess is unknown."""

RELAYS_LOST = 0.045
"""This share of an area's meters may have lost their communication with the event, and have power. Assumed: no figure
is public; no data of the aggregator tell them from meters without power, so the lower bound of a whole area allows
it."""
RELAY_METERS = 120
"""Meters that lose their communication together. Assumed: those of a hamlet or a few blocks. The fewer of them make up
an area, the more its share may differ from `RELAYS_LOST`."""
RELAY_REPAIR_DAYS, RELAY_HALF_DAYS = 3.0, 4.0
"""From so many days on relays that failed are mended, half of them in so many days each. Assumed: mobile base stations,
over which they speak, were back about two weeks after the earthquakes of Kumamoto (2016) and Noto (2024)."""
JUST_BACK = 0.12
"""Up to this share of the meters silent beyond peacetime may have power again, their next reading not there yet:
repairs of one to two hours, of a recovery of about a day. Assumed for whole areas where no data tell how fast it is."""
BACK_OF_A_DAY = 0.25
"""Of those who came back in a day, so many may be the ones of its last hours: three times an even pace of two hours."""
ONE_SECTION = 10.0
"""Meters of a line's short section: so many may be back though the day before tells of none."""
WATCHED_CELL, WATCHED_AREA = 0.6, 0.8
"""Where readings watch so many of the meters, the class is that of their estimate. Of one grid square those that are
not watched fare as the others; of a whole municipality they may be one part of it."""
_BLOCK = 2_000_000
"""Numbers worked on at a time."""

_READ = ("unit", "mesh_code", "address", "date", "energised", "count", "total", "masked", "published_at")
_NUMBERS = ("meters", "silent", "silent_rate", "baseline_rate", "excess_rate", "low", "high")
_BY_READINGS = ("dark_by_readings", "expected_by_readings")
_OF_READINGS = (
    "expected",
    "dark",
    "proven",
    "told_before",
    "silent_before",
    "silent_since",
    "before",
    "after",
    "until",
)


class OutageError(TomoshibiError):
    """The statistics cannot be made into rates."""


def rate_class(rates: Array) -> IntArray:
    """Return the manual's class 1…4 of rates 0…1, int8, 0 where NaN."""
    rates = np.asarray(rates, dtype=np.float64)
    edges = np.array([item.up_to for item in RATE_CLASSES[:-1]])
    return np.where(np.isnan(rates), 0, 1 + np.searchsorted(edges, rates, side="left")).astype(np.int8)


def _quantile(level: float, exposure: FloatArray, shape: FloatArray, rate: FloatArray, strict: bool) -> IntArray:
    """Quantile of a negative binomial count: smallest k with P(count ≤ k) ≥ level (> level if `strict`), int64 (n).

    The count is Poisson with mean λ × exposure and λ ~ Gamma(shape, rate). Exact, by the recurrence
    P(k + 1) = P(k) · (shape + k) / (k + 1) · q in logarithms, block by block. A count never exceeds its exposure.
    """
    limit = np.floor(exposure).astype(np.int64)
    found = np.zeros(len(exposure), dtype=np.int64)
    open_rows = np.flatnonzero(limit > 0)
    with np.errstate(divide="ignore"):
        step = np.log(exposure / (rate + exposure))
    log_p = shape * np.log(rate / (rate + exposure))
    below = np.zeros(len(exposure))
    first, width = 0, 16
    while len(open_rows):
        for rows in np.array_split(open_rows, max(1, len(open_rows) * width // _BLOCK)):
            k = np.arange(first, first + width, dtype=np.float64)
            change = np.log((shape[rows, None] + k) / (k + 1)) + step[rows, None]
            logs = log_p[rows, None] + np.concatenate([np.zeros((len(rows), 1)), np.cumsum(change, axis=1)], axis=1)
            cumulated = below[rows, None] + np.cumsum(np.exp(logs[:, :-1]), axis=1)
            reached = cumulated > level if strict else cumulated >= level
            found[rows] = np.where(reached.any(axis=1), first + reached.argmax(axis=1), -1)
            below[rows], log_p[rows] = cumulated[:, -1], logs[:, -1]
        first, width = first + width, min(width * 4, 65536)
        beyond = open_rows[(found[open_rows] < 0) & (first > limit[open_rows])]
        found[beyond] = limit[beyond]
        open_rows = open_rows[found[open_rows] < 0]
    return np.minimum(found, limit)


def outage_interval(
    meters: FloatArray, silent: FloatArray, unaccounted: FloatArray, shape: FloatArray, rate: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the least and the greatest number of meters really without power, 95 % sure, float64 (n) each.

    Of `silent` S meters D are without power and F = S − D have power but did not communicate. F is a Poisson count over
    the m − D powered meters whose rate λ has the posterior Gamma(`shape`, `rate`), so F is negative binomial. The
    interval is every D whose F = S − D lies between the 2.5 % and 97.5 % quantiles (test inversion: for each true D it
    holds D with at least 95 %). Its ends are fixed points, approached from outside because the quantile grows with the
    exposure m − D. `unaccounted` meters (in neither class) may be without power too: they widen the upper end.
    """
    least = np.array(silent, dtype=np.float64)
    greatest = np.array(silent, dtype=np.float64)
    rows = np.flatnonzero(least > 0)
    least[rows] = 0.0
    for end, level, strict, spare in ((least, 1 - TAIL, False, 0.0), (greatest, TAIL, True, unaccounted)):
        moving = rows
        while len(moving):
            exposure = (meters - spare - end)[moving]
            count = _quantile(level, np.maximum(exposure, 0.0), shape[moving], rate[moving], strict)
            new = np.maximum(silent[moving] - count, 0.0)
            changed = new != end[moving]
            end[moving] = new
            moving = moving[changed]
    return least, np.minimum(greatest + unaccounted, meters)


def _selected(
    statistics: pd.DataFrame, voltage: int, metres: Optional[int], area_kind: int, progress: Progress
) -> pd.DataFrame:
    """Rows of this voltage, kind of area and mesh size, `key` being the cell; the newest of each key and date only."""
    columns = [name for name in _READ if name in statistics]
    table = statistics.loc[(statistics["voltage"] == voltage) & (statistics["area_kind"] == area_kind), columns]
    monthly = table["unit"] == 1
    if monthly.any():
        progress.warn(
            message("{count} monthly rows were left out: outages are counted by day.", count=int(monthly.sum()))
        )
        table = table[~monthly]
    if area_kind == BY_MESH:
        codes, names = pd.factorize(table["mesh_code"])
        # A code is one of many days; -1, an absent one, is the last.
        good = np.append(mesh.valid(np.asarray(names, dtype=object), metres or 0), False)[codes]
        if not good.all():
            progress.warn(
                message(
                    "{count} rows carry no mesh code of {metres} m and were left out (another size, or blank).",
                    count=int((~good).sum()),
                    metres=metres,
                )
            )
        table = table[good].assign(key=table.loc[good, "mesh_code"])
    else:
        named = table["address"].fillna("").astype(str).str.strip()  # type: ignore[misc]  # the stubs take it for bool
        if (named == "").any():
            progress.warn(message("{count} rows carry no address and were left out.", count=int((named == "").sum())))
        table = table.assign(key=named)[named != ""]
    return table.drop_duplicates(["key", "date", "energised"], keep="last")


def _by_cell(table: pd.DataFrame, progress: Progress) -> pd.DataFrame:
    """One row a cell and date: key, date, meters, silent, energised (NaN = not known), masked."""
    other = ~table["energised"].isin((ENERGISED, SILENT))
    if other.any():
        progress.warn(
            message("{count} rows say neither “energised” nor “not”; they tell nothing.", count=int(other.sum()))
        )
    dates, keys = table["date"].to_numpy(), table["key"].to_numpy(dtype=str)
    key_names, key_codes = np.unique(keys, return_inverse=True)
    date_names, date_codes = np.unique(dates, return_inverse=True)
    ids, rows = np.unique(key_codes.astype(np.int64) * len(date_names) + date_codes, return_inverse=True)

    def spread(column: str, code: int, blank: object) -> Array:
        chosen = (table["energised"] == code).to_numpy()
        filled = np.full(len(ids), blank)
        filled[rows[chosen]] = table[column].to_numpy()[chosen]
        return filled

    published = np.full(len(ids), np.datetime64("NaT", "s"))
    if "published_at" in table:
        told = table["published_at"].to_numpy().astype("datetime64[s]")
        published[rows] = told

    masked = {code: spread("masked", code, False) for code in (SILENT, ENERGISED)}
    counts = {code: np.where(masked[code], np.nan, spread("count", code, np.nan)) for code in (SILENT, ENERGISED)}
    totals = {code: spread("total", code, np.nan) for code in (SILENT, ENERGISED)}
    meters = np.where(np.isnan(totals[SILENT]), totals[ENERGISED], totals[SILENT])
    silent = counts[SILENT]
    # N/A in the row of the silent meters hides the figure; N/A in the other row only hides how many are accounted for.
    hidden = masked[SILENT] | (np.isnan(silent) & masked[ENERGISED])
    blank = np.isnan(silent) & ~hidden
    if blank.any():
        progress.warn(
            message("{count} cells have no figure of silent meters; their rates are unknown.", count=int(blank.sum()))
        )
    contradictory = silent > meters
    if contradictory.any():
        progress.warn(
            message(
                "{count} cells have more silent meters than meters; their rates are unknown.",
                count=int(contradictory.sum()),
            )
        )
    return pd.DataFrame(
        {
            "key": key_names[ids // len(date_names)],
            "date": date_names[ids % len(date_names)],
            "meters": meters,
            "silent": np.where(contradictory | hidden, np.nan, silent),
            "energised": counts[ENERGISED],
            "masked": hidden,
            "published": published,
        }
    )


def received_sizes(statistics: pd.DataFrame) -> dict[int, tuple[int, ...]]:
    """Return {電圧分類: mesh sizes in metres of its rows by day, the finest first} of the statistics by mesh.

    Only sizes that the class comes in (`mesh.SIZES_BY_VOLTAGE`); a class without any is left out.
    """
    rows = statistics[(statistics["area_kind"] == BY_MESH) & (statistics["unit"] != 1)]
    found: dict[int, tuple[int, ...]] = {}
    for voltage, possible in mesh.SIZES_BY_VOLTAGE.items():
        codes = np.unique(rows.loc[rows["voltage"] == voltage, "mesh_code"].to_numpy(dtype=str))
        sizes = tuple(metres for metres in sorted(possible) if mesh.valid(codes, metres).any())
        if sizes:
            found[voltage] = sizes
    return found


def wards_of(addresses: Iterable[str]) -> dict[str, str]:
    """Return {address: address of the row that contains it, "" where none does}, by the longest prefix.

    A designated city's file holds the city row and its ward rows (政令市と区): adding them would count twice.
    """
    names = sorted({str(address) for address in addresses})
    found: dict[str, str] = {}
    chain: list[str] = []
    for name in names:
        while chain and not name.startswith(chain[-1]):
            chain.pop()
        found[name] = chain[-1] if chain else ""
        chain.append(name)
    return found


def _empty(area_kind: int) -> pd.DataFrame:
    keys = ["area_code", "area_name"] if area_kind == BY_ADDRESS else ["mesh_code"]
    frame = pd.DataFrame({name: pd.Series(dtype=object) for name in keys})
    for name in _NUMBERS:
        frame[name] = pd.Series(dtype="float64")
    frame["rate_class"] = pd.Series(dtype="int8")
    frame["masked"] = pd.Series(dtype=bool)
    for name in ("begin", "end"):
        frame[name] = pd.Series(dtype="datetime64[ns]")
    frame["unaccounted"] = pd.Series(dtype="float64")
    frame["baseline_source"] = pd.Series(dtype=object)
    for name in (*_BY_READINGS, *RELAY_COLUMNS):
        frame[name] = pd.Series(dtype="datetime64[s]" if name in RELAY_TIMES else "float64")
    frame["unknown_reason"] = pd.Series(dtype=object)
    frame["last_state"] = pd.Series(dtype=object)
    for name in ("last_proven", "evidence_until"):
        frame[name] = pd.Series(dtype="datetime64[s]")
    if area_kind == BY_ADDRESS:
        frame["ward_of"] = pd.Series(dtype=object)
    return frame


def _check(voltage: int, metres: Optional[int], area_kind: int, prior_rate: float) -> None:
    if area_kind not in (BY_ADDRESS, BY_MESH):
        raise OutageError(message("There is no kind of area {kind}. Choose 1 (address) or 2 (mesh).", kind=area_kind))
    if area_kind == BY_MESH:
        mesh.check_size(voltage, metres or 0)
    if not 0 < prior_rate <= MAX_BASELINE:
        raise OutageError(
            message(
                "The expected share of silent meters is {rate}; it must lie between 0 and {limit}.",
                rate=prior_rate,
                limit=MAX_BASELINE,
            )
        )


@dataclass(frozen=True)
class _Cells:
    """Figures of cells and days, arrays of one length, and the cells themselves."""

    keys: TextArray
    """str: the cells."""
    codes: IntArray
    """int: position in `keys`."""
    dates: TimeArray
    """datetime64[D]."""
    meters: FloatArray
    silent: FloatArray
    energised: FloatArray
    masked: BoolArray
    published: TimeArray
    whole: bool
    """Whether these are whole municipalities, in which relays that failed and meters just back add up."""

    @classmethod
    def of(cls, table: pd.DataFrame, area_kind: int) -> _Cells:
        keys, codes = np.unique(table["key"].to_numpy(dtype=str), return_inverse=True)
        return cls(
            keys,
            codes,
            table["date"].to_numpy().astype("datetime64[D]"),
            table["meters"].to_numpy(),
            table["silent"].to_numpy(),
            table["energised"].to_numpy(),
            table["masked"].to_numpy(dtype=bool),
            table["published"].to_numpy(dtype="datetime64[s]"),
            area_kind == BY_ADDRESS,
        )

    @property
    def known(self) -> BoolArray:
        """Which have a figure of silent meters, and meters."""
        return np.isfinite(self.silent) & (self.meters > 0)


def mesh_rates(
    statistics: pd.DataFrame,
    *,
    voltage: int,
    metres: Optional[int],
    area_kind: int,
    baseline_dates: Iterable[object],
    progress: Progress,
    prior_rate: float = ORDINARY_SILENCE,
    blind: Blind = NOTHING_HIDDEN,
) -> pd.DataFrame:
    """Return the outage rates of every cell and date of the statistics (table `mesh outage` of the architecture).

    `statistics`: table of `aggregator.readers`; of several publications of one cell and date the last row wins.
    `voltage` 電圧分類, `metres` mesh size (None with `area_kind` 1 住所), `baseline_dates` peacetime days,
    `prior_rate` ordinary share of silent meters (`peacetime`), `blind` events and what else tells what is hidden.

    Columns: `mesh_code` (or `area_code area_name`, both the published address, and `ward_of`), meters, silent,
    silent_rate = silent / meters, baseline_rate (see `fit_baseline`), excess_rate = D / meters with
    D = silent − λ (meters − D) solved for D and kept within 0…silent, low and high (see `outage_interval`, as shares),
    rate_class (of the excess where peacetime days are known, else of the plain rate; 0 unknown), masked, begin, end
    (the date and the day after), unaccounted meters, baseline_source, dark_by_readings and expected_by_readings (NaN
    where no readings were asked), relay_… (`relays.Behind.by`; NaN where there are none), unknown_reason (code, ""
    where there is a class), last_state (the class of a day before the event, as text), last_proven, evidence_until.
    Masked or unknown figures are NaN. Where the 12 hours hide what happened since an event, `low` and `high` bound it
    all the same. City and ward rows stay apart. Raises `MeshError`, `OutageError`.
    """
    _check(voltage, metres, area_kind, prior_rate)
    if statistics.empty:
        return _empty(area_kind)
    table = _selected(statistics, voltage, metres, area_kind, progress)
    if table.empty:
        return _empty(area_kind)
    cells = _Cells.of(_by_cell(table, progress), area_kind)
    parents = wards_of(cells.keys) if area_kind == BY_ADDRESS else {}
    pool = ~np.isin(cells.keys, [name for name in parents.values() if name])
    baseline = _peacetime(cells, pool, baseline_dates, prior_rate, progress)
    placed = standing(cells.keys[cells.codes], cells.dates, cells.published, blind)
    figures = _figures(cells, baseline, placed)
    _class(figures, cells, baseline)
    _hide(figures, cells, placed)
    if blind.readings is not None:
        _read(figures, cells, pool, placed, blind.readings)
    _allow_for_relays(figures, cells, blind.doubtful)
    figures["unknown_reason"] = _reasons(figures, cells, placed)
    names = cells.keys[cells.codes].astype(object)
    result = pd.DataFrame({"area_code": names, "area_name": names} if parents else {"mesh_code": names})
    for name in (*_NUMBERS, "rate_class"):
        result[name] = figures[name]
    result["masked"] = cells.masked
    days = pd.to_datetime(cells.dates.astype("datetime64[s]"))
    result["begin"] = days.to_numpy()
    result["end"] = (days + pd.Timedelta(days=1)).to_numpy()
    result["unaccounted"] = figures["unaccounted"]
    result["baseline_source"] = baseline.source[cells.codes]
    for name in (*_BY_READINGS, *RELAY_COLUMNS, "unknown_reason", "last_state", "last_proven", "evidence_until"):
        result[name] = figures[name]
    if parents:
        result["ward_of"] = [parents[name] for name in names]
    return result.sort_values(["begin", result.columns[0]], kind="stable").reset_index(drop=True)


def _peacetime(
    cells: _Cells, pool: BoolArray, baseline_dates: Iterable[object], prior_rate: float, progress: Progress
) -> Baseline:
    """Return the baseline of every cell from the days named."""
    days = pd.to_datetime(pd.Series(list(baseline_dates), dtype=object)).to_numpy().astype("datetime64[D]")
    peace = cells.known & np.isin(cells.dates, days)
    if len(days) and not peace.any():
        progress.warn(
            message(
                "There are no statistics of the peacetime days asked for; what is ordinary elsewhere is used instead: "
                "{share} of meters silent for 12 hours.",
                share=f"{100 * prior_rate:g} %",
            )
        )
    of_days = PeaceDays(cells.codes[peace], cells.silent[peace], cells.meters[peace])
    return fit_baseline(of_days, len(cells.keys), pool, prior_rate)


def _figures(cells: _Cells, baseline: Baseline, placed: Standing) -> dict[str, Array]:
    """The numbers of every cell and date, NaN where not known, as if nothing were hidden."""
    known, codes = cells.known, cells.codes
    figures = {name: np.full(len(codes), np.nan) for name in (*_NUMBERS, "unaccounted", *_BY_READINGS)}
    figures["meters"][:] = cells.meters
    figures["silent"][:] = cells.silent
    figures["baseline_rate"][:] = np.minimum(baseline.centre, 1.0)[codes]
    m, s = cells.meters[known], cells.silent[known]
    # Where the count of energised meters is not known, every meter that is not silent is unaccounted for.
    unaccounted = np.clip(m - s - np.nan_to_num(cells.energised[known]), 0.0, m - s)
    centre = figures["baseline_rate"][known]
    usable = centre <= MAX_BASELINE
    excess = _excess(s, m, np.where(usable, centre, 0.0))
    least, greatest = outage_interval(m, s, unaccounted, baseline.shape[codes][known], baseline.rate[codes][known])
    if cells.whole:
        back = np.minimum(JUST_BACK * least, _back_by_days(cells, placed)[known])
        back = np.where(placed.after_event[known], back, 0.0)
        least = _least_dark(least - back, m, placed.age[known], placed.relays_lost)
    figures["silent_rate"][known] = s / m
    figures["excess_rate"][known] = np.where(usable, excess, np.nan)
    figures["low"][known] = np.where(usable, np.minimum(least / m, excess), 0.0)
    figures["high"][known] = np.where(usable, np.maximum(greatest / m, excess), np.minimum((s + unaccounted) / m, 1.0))
    figures["unaccounted"][known] = unaccounted
    for name in ("last_proven", "evidence_until"):
        figures[name] = np.full(len(codes), np.datetime64("NaT", "s"))
    figures["evidence_until"][known] = placed.last[known]
    return figures


def _least_dark(silent: FloatArray, meters: FloatArray, age: FloatArray, learned: float) -> FloatArray:
    """Least number of meters without power in whole areas of which so many are silent beyond peacetime, float64 (n).

    `age` days since the last event, NaN where none struck; `learned` share of meters that failed relays silenced, as
    the case knows of them. Whole relays fail, so the number lost is a binomial one of
    relays: its 97.5 % point, by the normal one.
    """
    # what late readings showed may widen the bound and never narrow it: relays that are not back are not in it
    most = min(max(RELAYS_LOST, learned), 1.0)
    share = most * 0.5 ** (np.maximum(np.nan_to_num(age) - RELAY_REPAIR_DAYS, 0.0) / RELAY_HALF_DAYS)
    lost = share * meters + 1.96 * np.sqrt(share * (1.0 - share) * RELAY_METERS * meters)
    return np.where(np.isnan(age), silent, np.maximum(silent - lost, 0.0))


def _back_by_days(cells: _Cells, placed: Standing) -> FloatArray:
    """Return how many silent meters may have power again by what came back since the day before, float64.

    Of cells and days; infinite where no figure of the day before is of the same outage.
    """
    found = np.full(len(cells.codes), np.inf)
    order = np.lexsort((cells.dates, cells.codes))
    first, then = order[:-1], order[1:]
    told = placed.after_event & (placed.reason == "") & cells.known
    next_day = cells.dates[then] - cells.dates[first] == np.timedelta64(1, "D")
    pair = (cells.codes[first] == cells.codes[then]) & next_day & told[first] & told[then]
    fell = np.maximum(cells.silent[first] - cells.silent[then], 0.0)
    found[then[pair]] = BACK_OF_A_DAY * fell[pair] + ONE_SECTION
    return found


def _excess(silent: FloatArray, meters: FloatArray, rate: FloatArray) -> FloatArray:
    """Share without power: D / meters, with silent = D + rate · (meters − D)."""
    return np.clip((silent - rate * meters) / (1.0 - rate), 0.0, silent) / meters


def _class(figures: dict[str, Array], cells: _Cells, baseline: Baseline) -> None:
    """Set `rate_class`, as if nothing were hidden."""
    from_peace = baseline.source[cells.codes] != "ordinary"
    figures["rate_class"] = rate_class(np.where(from_peace, figures["excess_rate"], figures["silent_rate"]))


def _hide(figures: dict[str, Array], cells: _Cells, placed: Standing) -> None:
    """Open the interval, and take off the class, of what the 12 hours or the data's age hide."""
    early = cells.known & (placed.reason == Reason.BEFORE_EVENT.value)
    figures["last_state"] = np.full(len(early), "", dtype=object)
    told = early & (figures["rate_class"] > 0)
    figures["last_state"][told] = figures["rate_class"][told].astype(str)
    figures["last_proven"][early] = placed.last[early]
    figures["low"][early] = 0.0
    hidden = cells.known & (placed.reason != "")
    figures["high"][hidden] = 1.0
    # Who is silent for 12 hours already is so whatever else may have happened since.
    decided = hidden & (rate_class(figures["low"]) == rate_class(figures["high"]))
    figures["rate_class"][hidden] = np.where(decided, rate_class(figures["low"]), 0)[hidden]
    figures["excess_rate"][hidden & ~decided] = np.nan


def _read(figures: dict[str, Array], cells: _Cells, pool: BoolArray, placed: Standing, readings: pd.DataFrame) -> None:
    """Put the meters that readings tell of in the place of what the 12 hours hide.

    After an event they also stand where the figures themselves could speak: they are of one moment, the figures of 12
    hours, in which a newer outage is not there yet and one that is just over is still there.
    """
    if cells.whole:
        readings = _with_cities(readings, wards_of(cells.keys))
    place = {name: number for number, name in enumerate(cells.keys.tolist())}
    code = readings["key"].map(place)
    table = readings[code.notna()].assign(code=code.dropna().astype(int))
    if not len(table):
        return
    baseline = _fitted(table, "peace_dark", "peace_expected", len(cells.keys), pool)
    lost = _fitted(table, "peace_lost", "peace_heard", len(cells.keys), pool)
    left = pd.DataFrame({"code": cells.codes, "day": cells.dates.astype("datetime64[s]")})
    right = table.assign(day=table["begin"].to_numpy().astype("datetime64[s]"))
    both = left.merge(right[["code", "day", *_OF_READINGS]], on=["code", "day"], how="left")
    expected = both["expected"].to_numpy(dtype=np.float64)
    blind = placed.reason == Reason.NOT_DUE.value
    told = cells.meters - np.nan_to_num(figures["unaccounted"])
    enough = np.nan_to_num(expected) >= (WATCHED_AREA if cells.whole else WATCHED_CELL) * told
    rows = cells.known & (expected > 0) & (blind | (placed.after_event & (placed.reason == "") & enough))
    m = cells.meters[rows]
    n = np.minimum(expected[rows], m)
    d = np.minimum(both["dark"].to_numpy(dtype=np.float64)[rows], n)
    codes = cells.codes[rows]
    least, greatest = outage_interval(n, d, np.zeros(len(n)), baseline.shape[codes], baseline.rate[codes])
    least = _least_since(least, n, d, both[rows], baseline.of(codes), lost.of(codes))
    if cells.whole:
        least = _least_dark(least, m, placed.age[rows], placed.relays_lost)
    unproven = 1.0 - both["proven"].to_numpy(dtype=np.float64)[rows] / m
    low, high = least / m, np.maximum(np.minimum((greatest + m - n) / m, unproven), least / m)
    share = np.clip(_excess(d, n, np.minimum(baseline.centre[codes], MAX_BASELINE)), low, high)
    # As in the statistics themselves, meters that are in neither class hinder no class.
    decided = enough[rows] | (rate_class(low) == rate_class(high))
    figures["low"][rows] = low
    # While the event lasts, whoever was heard half an hour ago may be without power now.
    figures["high"][rows] = np.where(placed.lasting[rows], 1.0, high)
    figures["excess_rate"][rows] = np.where(decided, share, np.nan)
    figures["rate_class"][rows] = np.where(decided, rate_class(share), 0)
    figures["dark_by_readings"][rows], figures["expected_by_readings"][rows] = d, n
    until = both["until"].to_numpy(dtype="datetime64[s]")
    figures["evidence_until"][rows] = until[rows]
    rows = cells.known & (expected == 0) & (blind | (placed.after_event & (placed.reason == "")))
    _prove(figures, rows, both["proven"].to_numpy(dtype=np.float64), placed.lasting)
    figures["evidence_until"][rows] = np.fmin(until, figures["evidence_until"])[rows]


def _fitted(table: pd.DataFrame, silent: str, meters: str, cells: int, pool: BoolArray) -> Baseline:
    """Fit what two columns of the readings' counts say of peacetime; `table` with `code`, the position of the cell."""
    known = table[table[meters] > 0].drop_duplicates("code")
    return fit_baseline(PeaceDays(*(known[name].to_numpy() for name in ("code", silent, meters))), cells, pool)


def _least_since(
    least: FloatArray, meters: FloatArray, dark: FloatArray, told: pd.DataFrame, usual: Baseline, lost: Baseline
) -> FloatArray:
    """Return the least number of meters without power by who was heard just before the event, float64 (n).

    `least` what the cells' silence in peacetime leaves of `dark` of `meters`; `told` the columns of `counted` with
    `before`, `after` and `until`; `usual` silence in peacetime, `lost` that of meters heard a day before. Who is silent
    in peacetime mostly stays so. Of a meter that was heard just before the event a false silence must have begun since,
    and where all are silent since the event, in the hours of the event: that is far rarer. Only those may be taken off,
    and whoever was silent before. Where readings before the event tell of too few, or so much time has passed that as
    many fall silent as are in peacetime, `least` stands.
    """
    number = {name: told[name].to_numpy(dtype=np.float64) for name in ("told_before", "silent_before", "silent_since")}
    since = np.maximum(dark - number["silent_before"], 0.0)
    until = told["after"].where((number["silent_since"] >= since) & told["after"].notna(), told["until"])
    days = (until - told["before"]).to_numpy() / np.timedelta64(1, "D")
    rarer = (days > 0) & (days * lost.centre < usual.centre)
    rows = np.flatnonzero(rarer & (number["told_before"] >= NEARLY_ALL * meters))
    found = least.copy()
    nobody = np.zeros(len(rows))
    found[rows] = outage_interval(meters[rows], since[rows], nobody, lost.shape[rows], lost.rate[rows] / days[rows])[0]
    return found


def _allow_for_relays(figures: dict[str, Array], cells: _Cells, doubtful: Optional[pd.DataFrame]) -> None:
    """Allow for meters that may have power behind a relay that failed: an audit told of it (`relays`).

    Nobody becomes powered by it: rate and upper bound stay, the lower one goes without them, and where the class
    without them is another, rate and class are unknown.
    """
    figures["by_relay"] = np.zeros(len(cells.codes), dtype=bool)
    left = pd.DataFrame({"key": cells.keys[cells.codes], "begin": cells.dates.astype("datetime64[s]")})
    if doubtful is None or not len(doubtful):
        for name in RELAY_COLUMNS:
            kind = "datetime64[s]" if name in RELAY_TIMES else np.float64
            figures[name] = np.full(len(left), np.datetime64("NaT", "s") if name in RELAY_TIMES else np.nan, dtype=kind)
        return
    right = doubtful.assign(begin=doubtful["begin"].to_numpy().astype("datetime64[s]"))
    # of a cell that is masked nothing is told, however few meters it has
    both = left.merge(right, on=["key", "begin"], how="left")
    both.loc[~cells.known, list(RELAY_COLUMNS)] = None
    for name in RELAY_COLUMNS:
        figures[name] = both[name].to_numpy()
    rows = cells.known & (np.nan_to_num(figures["relay_meters"].astype(np.float64)) > 0)
    m, n = cells.meters[rows], figures["relay_meters"][rows].astype(np.float64)
    rate, before = figures["excess_rate"][rows], figures["rate_class"][rows]
    low = without(figures["low"][rows], m, n)
    if cells.whole:
        # the lower bound of a municipality allows for failed relays already
        low = np.fmin(figures["low"][rows], without(rate, m, n))
    apart = (before > 0) & (rate_class(without(rate, m, n)) != before)
    figures["low"][rows] = low
    figures["excess_rate"][rows] = np.where(apart, np.nan, rate)
    figures["rate_class"][rows] = np.where(apart, 0, before)
    figures["by_relay"][np.flatnonzero(rows)[apart]] = True


def _prove(figures: dict[str, Array], rows: BoolArray, proven: FloatArray, lasting: BoolArray) -> None:
    """Bound what the figures say of the cells and days `rows` by the meters that readings prove to have power.

    Silence says nothing in them, as where a set is not whole, a reading does. Whoever is in the figures for 12 hours of
    silence may be back.
    """
    meters = figures["meters"][rows]
    unproven = 1.0 - np.minimum(proven[rows], meters) / meters
    low = np.minimum(figures["low"][rows], unproven)
    high = np.where(lasting[rows], 1.0, np.minimum(figures["high"][rows], unproven))
    share = np.clip(figures["excess_rate"][rows], low, high)
    one = rate_class(low) == rate_class(high)
    figures["low"][rows], figures["high"][rows] = low, high
    figures["excess_rate"][rows] = np.where(one & np.isnan(share), (low + high) / 2, share)
    told = figures["rate_class"][rows] > 0
    figures["rate_class"][rows] = np.where(one, rate_class(low), np.where(told, rate_class(share), 0))
    for name in _BY_READINGS:
        figures[name][rows] = np.where(proven[rows] > 0, 0.0, figures[name][rows])


def _with_cities(readings: pd.DataFrame, parents: dict[str, str]) -> pd.DataFrame:
    """Return the counts with those of a city beside its wards', where meters were told by ward."""
    parts = [readings]
    while len(parts[-1]):
        upper = parts[-1].assign(key=parts[-1]["key"].map(lambda name: parents.get(name, "")))
        parts.append(upper[upper["key"] != ""])
    together = pd.concat(parts).groupby(["begin", "key"], sort=True)
    numbers = together.sum(numeric_only=True)
    return numbers.join(together[["until", "before"]].min()).join(together["after"].max()).reset_index()


def _reasons(figures: dict[str, Array], cells: _Cells, placed: Standing) -> ObjectArray:
    """Return why there is no class: a `Reason` code, "" where there is one."""
    unknown = figures["rate_class"] == 0
    reason = np.where(cells.known, placed.reason, Reason.MASKED.value)
    # Meters that are silent in peacetime already say nothing of an outage.
    reason = np.where(reason == "", Reason.SILENT_BEFORE_EVENT.value, reason)
    reason = np.where(figures["by_relay"], Reason.RELAY.value, reason)
    return np.where(unknown, reason, "").astype(object)

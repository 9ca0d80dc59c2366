"""Outage rate by grid square or municipality from 通電計器数 (manual §3.1.2), with peacetime silence taken off.

A *silent* meter (通電分類 2) gave no reading for 12 hours. That is not the same as an outage: some meters are
silent on any day. So beside the plain rate stand the cell's own peacetime rate, the excess over it, and an interval
for the share of meters that are really without power. What is masked, blank or absent stays unknown, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Optional

import numpy as np
import pandas as pd

from ..messages import TomoshibiError, Watch, message
from . import mesh

PUBLISHED_READING_RATE: dict[str, float] = {
    "01": 0.90,
    "02": 0.90,
    "03": 0.99,
    "04": 0.99,
    "05": 0.99,
    "06": 0.99,
    "07": 0.90,
    "08": 0.90,
    "09": 0.95,
    "10": 0.90,
}
"""Share of low-voltage meters that each utility aimed to read remotely, by area code (a supply point's first 2 digits).

Source: スマートメーター制度検討会 2014-12, targets at the end of the roll-out, each "at least". Newer figures are not
public, so these only serve where no peacetime statistics were received.
"""

UTILITY_NAMES: dict[str, str] = {
    "01": "北海道",
    "02": "東北",
    "03": "東京",
    "04": "中部",
    "05": "北陸",
    "06": "関西",
    "07": "中国",
    "08": "四国",
    "09": "九州",
    "10": "沖縄",
}
"""Area (供給区域) of each code."""


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

_PRIOR_SHAPE = 1.0
"""Shape of the gamma prior around a published rate: its standard deviation is as large as the rate itself."""
_POOL_WEIGHT = 0.5
"""Pseudo-count with which the published rate steadies the pooled rate (else 0 silent meters would mean "never")."""
_STRENGTH_LIMITS = (20.0, 100_000.0)
"""Limits, in meter-days, of the estimated strength of the pooled rate."""
_DEFAULT_STRENGTH = 200.0
"""Strength, in meter-days, where there are fewer than ten cells to estimate it from."""
_BLOCK = 2_000_000
"""Numbers worked on at a time."""

_NUMBERS = ("meters", "silent", "silent_rate", "baseline_rate", "excess_rate", "low", "high")


class OutageError(TomoshibiError):
    """The statistics cannot be made into rates."""


def published_silent_rate(utility: Optional[str]) -> float:
    """Return the share of meters that may be silent in peacetime by the utility's published reading rate.

    `utility`: two-digit area code; an unknown one gets the worst published rate.
    """
    worst = min(PUBLISHED_READING_RATE.values())
    return round(1.0 - PUBLISHED_READING_RATE.get(utility or "", worst), 6)


def rate_class(rates: np.ndarray) -> np.ndarray:
    """Return the manual's class 1…4 of rates 0…1, int8, 0 where NaN."""
    rates = np.asarray(rates, dtype=np.float64)
    edges = np.array([item.up_to for item in RATE_CLASSES[:-1]])
    return np.where(np.isnan(rates), 0, 1 + np.searchsorted(edges, rates, side="left")).astype(np.int8)


def _quantile(level: float, exposure: np.ndarray, shape: np.ndarray, rate: np.ndarray, strict: bool) -> np.ndarray:
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
    meters: np.ndarray, silent: np.ndarray, unaccounted: np.ndarray, shape: np.ndarray, rate: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
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


@dataclass(frozen=True)
class Baseline:
    """Peacetime silence: Gamma(shape, rate) of every cell's λ, and where it comes from."""

    shape: np.ndarray
    rate: np.ndarray
    source: np.ndarray
    """`cell` its own days, `municipality` the other cells' days, `published` the utility's reading rate only."""

    @property
    def mean(self) -> np.ndarray:
        return self.shape / self.rate


def _strength(silent: np.ndarray, exposure: np.ndarray, pooled: float) -> float:
    """Strength (meter-days) of the pooled rate by the method of moments: how alike the cells are."""
    if len(silent) < 10:
        return _DEFAULT_STRENGTH
    expected = exposure * pooled
    extra = float(((silent - expected) ** 2 - expected).sum())
    if extra <= 0:
        return _STRENGTH_LIMITS[1]
    return float(np.clip(pooled * float((exposure**2).sum()) / extra, *_STRENGTH_LIMITS))


def fit_baseline(silent: np.ndarray, exposure: np.ndarray, pool: np.ndarray, prior_rate: float) -> Baseline:
    """Fit λ of every cell: gamma-Poisson with empirical-Bayes shrinkage to the municipality's pooled rate.

    `silent`, `exposure` (n): silent meters and meters, summed over the peacetime days; exposure 0 = no such day.
    `pool` (n) bool: cells that count towards the pooled rate (a city row must not, beside its wards).
    """
    known = exposure > 0
    if not known.any():
        return Baseline(
            np.full(len(silent), _PRIOR_SHAPE),
            np.full(len(silent), _PRIOR_SHAPE / prior_rate),
            np.full(len(silent), "published", dtype=object),
        )
    pooling = known & pool if (known & pool).any() else known
    pooled = (silent[pooling].sum() + _POOL_WEIGHT) / (exposure[pooling].sum() + _POOL_WEIGHT / prior_rate)
    strength = _strength(silent[pooling], exposure[pooling], pooled)
    return Baseline(
        pooled * strength + np.where(known, silent, 0.0),
        strength + np.where(known, exposure, 0.0),
        np.where(known, "cell", "municipality").astype(object),
    )


def _selected(
    statistics: pd.DataFrame, voltage: int, metres: Optional[int], area_kind: int, watch: Watch
) -> pd.DataFrame:
    """Rows of this voltage, kind of area and mesh size, `key` being the cell; the newest of each key and date only."""
    table = statistics[(statistics["voltage"] == voltage) & (statistics["area_kind"] == area_kind)]
    monthly = table["unit"] == 1
    if monthly.any():
        watch.warn(message("{count} monthly rows were left out: outages are counted by day.", count=int(monthly.sum())))
        table = table[~monthly]
    if area_kind == BY_MESH:
        good = mesh.valid(table["mesh_code"].to_numpy(dtype=object), metres or 0)
        if not good.all():
            watch.warn(
                message(
                    "{count} rows carry no mesh code of {metres} m and were left out (another size, or blank).",
                    count=int((~good).sum()),
                    metres=metres,
                )
            )
        table = table[good].assign(key=table.loc[good, "mesh_code"])
    else:
        named = table["address"].fillna("").astype(str).str.strip()
        if (named == "").any():
            watch.warn(message("{count} rows carry no address and were left out.", count=int((named == "").sum())))
        table = table.assign(key=named)[named != ""]
    return table.drop_duplicates(["key", "date", "energised"], keep="last")


def _by_cell(table: pd.DataFrame, watch: Watch) -> pd.DataFrame:
    """One row a cell and date: key, date, meters, silent, energised (NaN = not known), masked."""
    other = ~table["energised"].isin((ENERGISED, SILENT))
    if other.any():
        watch.warn(
            message("{count} rows say neither “energised” nor “not”; they tell nothing.", count=int(other.sum()))
        )
    dates, keys = table["date"].to_numpy(), table["key"].to_numpy(dtype=str)
    key_names, key_codes = np.unique(keys, return_inverse=True)
    date_names, date_codes = np.unique(dates, return_inverse=True)
    ids, rows = np.unique(key_codes.astype(np.int64) * len(date_names) + date_codes, return_inverse=True)

    def spread(column: str, code: int, blank: object) -> np.ndarray:
        chosen = (table["energised"] == code).to_numpy()
        filled = np.full(len(ids), blank)
        filled[rows[chosen]] = table[column].to_numpy()[chosen]
        return filled

    masked = {code: spread("masked", code, False) for code in (SILENT, ENERGISED)}
    counts = {code: np.where(masked[code], np.nan, spread("count", code, np.nan)) for code in (SILENT, ENERGISED)}
    totals = {code: spread("total", code, np.nan) for code in (SILENT, ENERGISED)}
    meters = np.where(np.isnan(totals[SILENT]), totals[ENERGISED], totals[SILENT])
    silent = counts[SILENT]
    # N/A in the row of the silent meters hides the figure; N/A in the other row only hides how many are accounted for.
    hidden = masked[SILENT] | (np.isnan(silent) & masked[ENERGISED])
    blank = np.isnan(silent) & ~hidden
    if blank.any():
        watch.warn(
            message("{count} cells have no figure of silent meters; their rates are unknown.", count=int(blank.sum()))
        )
    contradictory = silent > meters
    if contradictory.any():
        watch.warn(
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
                "The expected share of silent meters is {rate}; it must lie between 0 and {limit} "
                "(1 − the utility's reading rate).",
                rate=prior_rate,
                limit=MAX_BASELINE,
            )
        )


def mesh_rates(
    statistics: pd.DataFrame,
    *,
    voltage: int,
    metres: Optional[int],
    area_kind: int,
    baseline_dates: Iterable[object],
    prior_rate: float,
    watch: Watch,
) -> pd.DataFrame:
    """Return the outage rates of every cell and date of the statistics (table `mesh outage` of the architecture).

    `statistics`: table of `aggregator.readers`; of several publications of one cell and date the last row wins.
    `voltage` 電圧分類, `metres` mesh size (None with `area_kind` 1 住所), `baseline_dates` peacetime days,
    `prior_rate` share of meters silent in peacetime by the utility's reading rate (`published_silent_rate`).

    Columns: `mesh_code` (or `area_code area_name`, both the published address, and `ward_of`), meters, silent,
    silent_rate = silent / meters, baseline_rate = mean λ (see `fit_baseline`), excess_rate = D / meters with
    D = silent − λ (meters − D) solved for D and kept within 0…silent, low and high (see `outage_interval`, as shares),
    rate_class (of the excess where peacetime days are known, else of the plain rate; 0 unknown), masked, begin, end
    (the date and the day after), unaccounted meters, baseline_source. Masked or unknown figures are NaN. City and ward
    rows stay apart. Raises `MeshError`, `OutageError`.
    """
    _check(voltage, metres, area_kind, prior_rate)
    if statistics.empty:
        return _empty(area_kind)
    table = _selected(statistics, voltage, metres, area_kind, watch)
    if table.empty:
        return _empty(area_kind)
    cells = _by_cell(table, watch)
    keys, codes = np.unique(cells["key"].to_numpy(dtype=str), return_inverse=True)
    parents = wards_of(keys) if area_kind == BY_ADDRESS else {}
    pool = ~np.isin(keys, [name for name in parents.values() if name]) if parents else np.ones(len(keys), dtype=bool)

    meters = cells["meters"].to_numpy()
    silent = cells["silent"].to_numpy()
    known = np.isfinite(silent) & (meters > 0)
    days = pd.to_datetime(pd.Series(list(baseline_dates), dtype=object)).dt.normalize()
    peace = known & pd.to_datetime(cells["date"]).isin(days).to_numpy()
    if len(days) and not peace.any():
        watch.warn(
            message(
                "There are no statistics of the peacetime days asked for; the utility's reading rate is used instead."
            )
        )
    baseline = fit_baseline(
        np.bincount(codes[peace], silent[peace], len(keys)),
        np.bincount(codes[peace], meters[peace], len(keys)),
        pool,
        prior_rate,
    )
    figures = _figures(meters, silent, cells["energised"].to_numpy(), known, baseline, codes)

    names = keys[codes].astype(object)
    result = pd.DataFrame({"area_code": names, "area_name": names} if parents else {"mesh_code": names})
    for name in _NUMBERS:
        result[name] = figures[name]
    from_peace = baseline.source[codes] != "published"
    result["rate_class"] = rate_class(np.where(from_peace, figures["excess_rate"], figures["silent_rate"]))
    result["masked"] = cells["masked"].to_numpy(dtype=bool)
    result["begin"] = pd.to_datetime(cells["date"]).to_numpy()
    result["end"] = (pd.to_datetime(cells["date"]) + pd.Timedelta(days=1)).to_numpy()
    result["unaccounted"] = figures["unaccounted"]
    result["baseline_source"] = baseline.source[codes]
    if parents:
        result["ward_of"] = [parents[name] for name in names]
    return result.sort_values(["begin", result.columns[0]], kind="stable").reset_index(drop=True)


def _figures(
    meters: np.ndarray,
    silent: np.ndarray,
    energised: np.ndarray,
    known: np.ndarray,
    baseline: Baseline,
    codes: np.ndarray,
) -> dict[str, np.ndarray]:
    """The numbers of every cell and date, NaN where not `known`."""
    figures = {name: np.full(len(meters), np.nan) for name in (*_NUMBERS, "unaccounted")}
    figures["meters"][:] = meters
    figures["silent"][:] = silent
    figures["baseline_rate"][:] = np.minimum(baseline.mean, 1.0)[codes]
    m, s = meters[known], silent[known]
    # Where the count of energised meters is not known, every meter that is not silent is unaccounted for.
    unaccounted = np.clip(m - s - np.nan_to_num(energised[known]), 0.0, m - s)
    shape, rate = baseline.shape[codes][known], baseline.rate[codes][known]
    mean = shape / rate
    usable = mean <= MAX_BASELINE
    safe = np.where(usable, mean, 0.0)
    excess = np.clip((s - safe * m) / (1.0 - safe), 0.0, s) / m
    least, greatest = outage_interval(m, s, unaccounted, shape, rate)
    figures["silent_rate"][known] = s / m
    figures["excess_rate"][known] = np.where(usable, excess, np.nan)
    figures["low"][known] = np.where(usable, np.minimum(least / m, excess), 0.0)
    figures["high"][known] = np.where(usable, np.maximum(greatest / m, excess), np.minimum((s + unaccounted) / m, 1.0))
    figures["unaccounted"][known] = unaccounted
    return figures

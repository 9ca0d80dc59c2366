"""Months of use before and after the event, for the comparison with the same month a year before (UC⑨).

Half-hours of two years would be far too many, so months are reckoned from what each meter used a day before the event:
by season, weather of the year, the people who lived there and the hours without power. Who leaves, comes back or ends
the contract is drawn from the seed, and is the truth.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from ..arrays import Array, FloatArray, IntArray, TimeArray
from .contracts import ABOLISHED, EXPORT, HOME, UNMETERED
from .household import VACANT, Calendar
from .outages import NEVER, Clock

MONTHS_BEFORE = 13
"""Months before that of the event: a year to compare with, and one more."""
MOVES_A_MONTH = 0.0012
"""Share of the inhabited homes that are left for good in a month of peace."""
LEAVES_FOR_LONG = {
    "earthquake": (0.45, 0.14, 0.03),
    "typhoon": (0.14, 0.04, 0.005),
    "feeder": (0.0, 0.0, 0.0),
    "blackout": (0.0, 0.0, 0.0),
}
"""Chance that a home is left for months: dark for more than three days, for more than 12 h, less. Assumed."""
NEVER_BACK = 0.35
ENDS_CONTRACT = 0.4
"""Share of those who never come back whose contract ends, one to five months later."""
REPAIRED_DAYS = 20
"""Median of the days until lines still dark at the scenario's end are repaired."""


def months_of(event: date, after: int) -> TimeArray:
    """Return the months that have figures, datetime64[M]."""
    own = np.datetime64(event, "M")
    return own + np.arange(-MONTHS_BEFORE, after + 1)


def _days(months: TimeArray) -> IntArray:
    return ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)


def _season(month: np.datetime64) -> tuple[float, float, float]:
    """Return heating, cooling and daylight of a month: means of its days."""
    first, last = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
    calendar = Calendar.of(np.arange(first, last).astype(object).tolist())
    return float(calendar.heating.mean()), float(calendar.cooling.mean()), float(calendar.half_day.mean())


def _level(use: IntArray, season: tuple[float, float, float]) -> FloatArray:
    """Return how much is used in a season, by what a meter is: homes heat and cool, roofs live on daylight."""
    heating, cooling, half_day = season
    homes = 0.62 + 0.38 * heating + 0.30 * cooling
    return np.where(use == EXPORT, half_day / 5.0, np.where(use == HOME, homes, 0.85 + 0.15 * (heating + cooling)))


def lived_months(
    rng: np.random.Generator, meters: dict[str, Array], months: TimeArray, event: date, clock: Clock, cause: str
) -> tuple[FloatArray, IntArray]:
    """Return the share of each month in which each home is lived in, and the month in which its contract has ended.

    float32 (meters, months), NaN for no dwelling; int64 (meters), the number of months for never.
    """
    homes = meters["use"] == HOME
    count, width = len(homes), len(months)
    begins = (months.astype("datetime64[D]") - np.datetime64(event, "D")).astype(np.int64)
    ends = begins + _days(months)
    left = np.full(count, np.inf)
    back = np.full(count, np.inf)
    # In peace a few move away every month.
    wait = rng.exponential(30.4 / MOVES_A_MONTH, count) + begins[0]
    moved = wait < ends[-1]
    left[moved] = wait[moved]
    lasts = np.where(meters["outage_begin"][:, 0] < NEVER, meters["outage_end"][:, 0] - clock.event, 0)
    long, middle, short = LEAVES_FOR_LONG[cause]
    chance = np.where(lasts > 72 * 60, long, np.where(lasts > 12 * 60, middle, short))
    harm = rng.uniform(0.3, 1.7, int(meters["area"].max()) + 1)[meters["area"]]
    goes = (rng.random(count) < chance * harm) & ~(left < 0)
    left[goes] = rng.exponential(6.0, int(goes.sum()))
    stays_away = np.exp(np.log(110) + 0.9 * rng.standard_normal(count))
    returns = goes & (rng.random(count) >= NEVER_BACK)
    back[returns] = (left + stays_away)[returns]
    gone = np.minimum(np.maximum(left[:, None], begins), ends)
    again = np.minimum(np.maximum(back[:, None], begins), ends)
    lived = 1 - (again - gone) / (ends - begins)
    lived[meters["household"] >= VACANT] = 0
    lived[~homes] = np.nan
    closes = np.isfinite(left) & ~np.isfinite(back) & (rng.random(count) < ENDS_CONTRACT)
    closing = np.where(closes, left + rng.uniform(30, 150, count), np.inf)
    ended = np.searchsorted(begins, np.where(np.isfinite(closing), closing, ends[-1] + 1))
    return lived.astype(np.float32), np.where(homes, np.minimum(ended, width), width)


def make_months(
    rng: np.random.Generator,
    meters: dict[str, Array],
    daily_wh: FloatArray,
    event: date,
    clock: Clock,
    cause: str,
    after: int,
) -> dict[str, Array]:
    """Return `months` (datetime64[M]), `kwh` float32 (meters, months; NaN without a contract), `lived` (see above).

    `daily_wh` float (meters): mean use of a day before the event.
    """
    months = months_of(event, after)
    use = meters["use"]
    lived, ended = lived_months(rng, meters, months, event, clock, cause)
    now = _level(use, _season(np.datetime64(event, "M")))
    homes = use == HOME
    was = np.where(homes & (meters["household"] < VACANT), 1.0, 0.0)
    # Some turn off the breaker when they leave, others leave the refrigerator on.
    idle = np.where(rng.random(len(use)) < 0.4, 0.0, rng.uniform(0.08, 0.25, len(use)))
    kwh = np.empty((len(use), len(months)), dtype=np.float32)
    dark = _dark_share(rng, meters, months, event, clock)
    for number, month in enumerate(months):
        weather = np.exp(0.03 * rng.standard_normal())
        noise = np.exp(0.08 * rng.standard_normal(len(use)))
        people = np.where(was > 0, lived[:, number] + (1 - lived[:, number]) * idle, 1.0)
        level = _level(use, _season(month)) / now * weather * noise
        # Whole watt-hours: the last bits of means and powers depend on how numpy was compiled.
        kwh[:, number] = np.round(daily_wh * _days(months)[number] / 1000 * level * people * (1 - dark[:, number]), 3)
    kwh[np.arange(len(months)) >= ended[:, None]] = np.nan
    kwh[np.isin(use, (ABOLISHED, UNMETERED))] = np.nan
    kwh[np.isnan(kwh)] = np.nan
    return {"months": months.astype("datetime64[M]").astype(np.int64), "kwh": kwh, "lived": lived}


def _dark_share(
    rng: np.random.Generator, meters: dict[str, Array], months: TimeArray, event: date, clock: Clock
) -> FloatArray:
    """Return the share of each month that each meter is without power, float64 (meters, months)."""
    repaired = clock.now + (1440 * np.exp(np.log(REPAIRED_DAYS) + 0.7 * rng.standard_normal(len(meters["use"]))))
    begins = (months.astype("datetime64[D]") - np.datetime64(event, "D")).astype(np.int64) * 1440
    shift = clock.event // 1440 * 1440
    share = np.zeros((len(repaired), len(months)))
    lengths = _days(months) * 1440
    for column in range(meters["outage_begin"].shape[1]):
        begin = meters["outage_begin"][:, column].astype(np.float64) - shift
        end = np.where(meters["outage_end"][:, column] >= NEVER, repaired, meters["outage_end"][:, column]) - shift
        out = meters["outage_begin"][:, column] < NEVER
        first = np.maximum(begin[:, None], begins)
        last = np.minimum(end[:, None], begins + lengths)
        share += np.where(out[:, None], np.maximum(last - first, 0), 0) / lengths
    return np.minimum(share, 1.0)

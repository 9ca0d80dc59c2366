"""Hold the drill's homes beside real ones: base load, peaks, weekends, quiet hours, cycling, variation from day to day.

    home_table.py [DATA] [--season winter summer] [--homes 400] [--write]

DATA holds half-hourly readings of real homes, `consumption_data/<home>/<YYYYMM>.csv` without header: beginning of the
half-hour, hour of the day, Wh; and, if there, `holiday_Japan.csv`. They stay where they are. Without DATA, or where it
does not exist, only the drill's homes are printed, and the page says so. A real home outside the middle 90 % of the
drill's is marked with *. With --write the page goes to docs/homes.md too.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Callable, Iterable, Optional

import numpy as np
from checkout import ROOT
from tomoshibi.practice import household

SLOTS = 48
SEASONS = {"winter": (12, 1, 2), "spring": (3, 4, 5), "summer": (7, 8, 9), "autumn": (10, 11)}
DRILL_DAYS = 56
FIRST_DAYS = {
    "winter": date(2025, 12, 29),
    "spring": date(2026, 3, 30),
    "summer": date(2026, 7, 13),
    "autumn": date(2026, 9, 28),
}
"""A Monday each, from which the drill's homes are made for eight weeks."""
SEED = 90


@dataclass(frozen=True)
class Home:
    """Days of one home."""

    name: str
    use: np.ndarray
    """float64 (days, 48), Wh; NaN where missing."""
    weekend: np.ndarray
    """bool (days): Saturday, Sunday or holiday."""


# -- measures: of one home, float -------------------------------------------------------------------------------------
def _hours(use: np.ndarray, first: float, last: float) -> np.ndarray:
    return use[:, int(first * 2) : int(last * 2)]


def _smooth(use: np.ndarray) -> np.ndarray:
    """Return means of three half-hours, Wh, one long row: what a register of 100 Wh still tells."""
    return np.convolve(use.ravel(), np.ones(3) / 3, mode="valid")


def base(home: Home) -> float:
    """Base load, W: what runs in the quietest twentieth of all hours and a half."""
    return 2 * float(np.nanpercentile(_smooth(home.use), 5))


def daily(home: Home) -> float:
    """Use of a day, kWh."""
    return float(np.nanmean(home.use)) * SLOTS / 1000


def peak(home: Home) -> float:
    """Peak, W: what one half-hour in a hundred exceeds."""
    return 2 * float(np.nanpercentile(home.use, 99))


def peak_to_mean(home: Home) -> float:
    """Peak over mean use."""
    return peak(home) / max(2 * float(np.nanmean(home.use)), 1)


def _weekend_ratio(first: float, last: float) -> Callable[[Home], float]:
    def ratio(home: Home) -> float:
        off, on = _hours(home.use[home.weekend], first, last), _hours(home.use[~home.weekend], first, last)
        return float(np.nanmean(off)) / max(float(np.nanmean(on)), 1)

    return ratio


def _active(home: Home, days: np.ndarray, first: float, last: float) -> float:
    limit = 2.5 * base(home) / 2 + 15
    part = np.stack(
        [np.nanmean(_hours(home.use[days], hour, hour + 1.5), axis=1) for hour in np.arange(first, last, 1.5)]
    )
    return float(np.mean(part > limit)) if part.size else float("nan")


def active_weekday(home: Home) -> float:
    """Share of the hours 10–16 of working days with clearly more than base load."""
    return _active(home, ~home.weekend, 10, 16)


def active_weekend(home: Home) -> float:
    """The same at weekends."""
    return _active(home, home.weekend, 10, 16)


def active_evening(home: Home) -> float:
    """The same of all evenings, 18–22.5 h."""
    return _active(home, np.ones(len(home.use), dtype=bool), 18, 22.5)


def rise(home: Home, weekend: bool) -> float:
    """Hour at which a tenth of the use between 04 and 14 h is used, by the mean day."""
    curve = np.nanmean(home.use[home.weekend == weekend], axis=0)[8:28] - base(home) / 2
    total = np.cumsum(np.maximum(curve, 0))
    return 4 + int(np.searchsorted(total, 0.1 * total[-1])) / 2 if total[-1] > 0 else float("nan")


def later(home: Home) -> float:
    """Hours by which the morning begins later at weekends."""
    return rise(home, True) - rise(home, False)


def quiet_hour(home: Home) -> float:
    """Hour at which the three quietest hours of the mean day begin."""
    curve = np.nanmean(home.use, axis=0)
    return int(np.argmin(np.convolve(np.concatenate([curve, curve[:5]]), np.ones(6), mode="valid"))) / 2


def quiet_share(home: Home) -> float:
    """Use in the three quietest hours over the mean."""
    curve = np.nanmean(home.use, axis=0)
    least = np.convolve(np.concatenate([curve, curve[:5]]), np.ones(6) / 6, mode="valid").min()
    return float(least / max(curve.mean(), 1))


def cycling(home: Home) -> float:
    """Times a night (01–05 h) that use goes up by more than half of the night's mean."""
    night = _hours(home.use, 1, 5)
    return float(np.nanmean(np.sum(np.diff(night, axis=1) > 0.5 * np.nanmean(night), axis=1)))


def night_spread(home: Home) -> float:
    """Spread of the half-hours from 01 to 05 h over their mean."""
    night = _hours(home.use, 1, 5)
    return float(np.nanstd(night) / max(np.nanmean(night), 1))


def day_to_day(home: Home) -> float:
    """Spread of the use of days over its mean."""
    days = np.nansum(home.use, axis=1)
    return float(days.std() / max(days.mean(), 1))


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    known = np.isfinite(one) & np.isfinite(other)
    return float(np.corrcoef(one[known], other[known])[0, 1]) if known.sum() > 10 else float("nan")


def next_half_hour(home: Home) -> float:
    """Correlation of a half-hour with the next one."""
    return _correlation(home.use.ravel()[:-1], home.use.ravel()[1:])


def next_day(home: Home) -> float:
    """Correlation of a half-hour with that of the next day."""
    return _correlation(home.use[:-1].ravel(), home.use[1:].ravel())


def next_week(home: Home) -> float:
    """Correlation of a half-hour with that of the next week."""
    return _correlation(home.use[:-7].ravel(), home.use[7:].ravel())


MEASURES: tuple[tuple[str, Callable[[Home], float], str], ...] = (
    ("base load, W", base, "{:.0f}"),
    ("use of a day, kWh", daily, "{:.1f}"),
    ("peak, W (1 half-hour in 100)", peak, "{:.0f}"),
    ("peak ÷ mean", peak_to_mean, "{:.1f}"),
    ("weekend ÷ working day, 06–10 h", _weekend_ratio(6, 10), "{:.2f}"),
    ("weekend ÷ working day, 10–16 h", _weekend_ratio(10, 16), "{:.2f}"),
    ("weekend ÷ working day, 18–23 h", _weekend_ratio(18, 23), "{:.2f}"),
    ("morning later at weekends, h", later, "{:+.1f}"),
    ("in use 10–16 h, working days", active_weekday, "{:.2f}"),
    ("in use 10–16 h, weekends", active_weekend, "{:.2f}"),
    ("in use 18–22.5 h", active_evening, "{:.2f}"),
    ("three quietest hours from, h", quiet_hour, "{:.1f}"),
    ("… use ÷ mean", quiet_share, "{:.2f}"),
    ("rises a night (01–05 h)", cycling, "{:.2f}"),
    ("spread ÷ mean, 01–05 h", night_spread, "{:.2f}"),
    ("spread ÷ mean of days", day_to_day, "{:.2f}"),
    ("like the next half-hour", next_half_hour, "{:.2f}"),
    ("like the next day", next_day, "{:.2f}"),
    ("like the next week", next_week, "{:.2f}"),
)


# -- homes ------------------------------------------------------------------------------------------------------------
def drill_homes(season: str, count: int) -> list[Home]:
    """Return the drill's homes that are lived in, as their registers count."""
    rng = np.random.default_rng([SEED, *season.encode()])
    days = [FIRST_DAYS[season] + timedelta(number) for number in range(DRILL_DAYS)]
    calendar = household.Calendar.of(days, holidays())
    kinds = household.draw_kinds(rng, count)
    kinds = kinds[kinds < household.VACANT]
    there = household.presence(rng, kinds, calendar)
    heaters = rng.random(len(kinds)) < household.NIGHT_HEATER_SHARE
    load = household.home_load(rng, kinds, there, heaters, calendar)
    step = rng.choice(household.STEPS_WH, len(kinds), p=household.STEP_SHARES)
    read = household.register(load, step, rng.uniform(0, 1, len(kinds)) * step)
    use = read.reshape(len(kinds), DRILL_DAYS, SLOTS).astype(float)
    return [Home(household.KIND_NAMES[kind], part, calendar.weekend) for kind, part in zip(kinds, use)]


def holidays() -> tuple[date, ...]:
    """Return the holidays that scenarios know."""
    from tomoshibi.practice.scenario import HOLIDAYS

    return HOLIDAYS


def real_homes(data: Path, season: str) -> list[Home]:
    """Return the days of a season of the homes in the folder."""
    import pandas as pd

    listed = data / "holiday_Japan.csv"
    text = listed.read_text(encoding="utf-8") if listed.is_file() else ""
    off = {date.fromisoformat(day) for day in re.findall(r"\d{4}-\d{2}-\d{2}", text)}
    found = []
    for folder in sorted(path for path in (data / "consumption_data").glob("*") if path.is_dir()):
        table = pd.concat(
            [pd.read_csv(file, header=None, names=["begin", "hour", "wh"]) for file in sorted(folder.glob("*.csv"))]
        )
        begin = pd.to_datetime(table["begin"])
        series = pd.Series(table["wh"].to_numpy(float), index=begin)
        series = series[~series.index.duplicated()].sort_index()
        last = series.index[-1].normalize() + pd.Timedelta(hours=23, minutes=30)
        whole = series.reindex(pd.date_range(series.index[0].normalize(), last, freq="30min"))
        use = whole.to_numpy(float)[: len(whole) // SLOTS * SLOTS].reshape(-1, SLOTS)
        day = whole.index[: len(use) * SLOTS : SLOTS]
        chosen = np.isin(day.month, SEASONS[season]) & (np.isfinite(use).mean(axis=1) > 0.9)
        weekend = np.array([stamp.weekday() >= 5 or stamp.date() in off for stamp in day])
        found.append(Home(folder.name, use[chosen], weekend[chosen]))
    return [home for home in found if len(home.use) >= 14]


# -- the page ---------------------------------------------------------------------------------------------------------
def table_of(drill: list[Home], real: list[Home]) -> list[str]:
    """Return the table: the drill's middle 90 %, and each real home beside it."""
    heads = ["drill 5 %", "median", "95 %", *(f"home {home.name}" for home in real)]
    lines = [f"| | {' | '.join(heads)} |", "|---" * (1 + len(heads)) + "|"]
    for words, measure, form in MEASURES:
        values = np.array([measure(home) for home in drill])
        low, middle, high = np.nanpercentile(values, (5, 50, 95))
        cells = [form.format(value) for value in (low, middle, high)]
        for home in real:
            value = measure(home)
            cells.append(form.format(value) + ("" if low <= value <= high else " *"))
        lines.append(f"| {words} | {' | '.join(cells)} |")
    return lines


def outside(drill: list[Home], real: list[Home]) -> tuple[int, int]:
    """Return how many figures of real homes lie outside the drill's middle 90 %, and of how many."""
    marks = sum(line.count(" *") for line in table_of(drill, real))
    return marks, len(MEASURES) * len(real)


def page(data: Optional[Path], seasons: Iterable[str], count: int) -> str:
    """Return the page."""
    lines = [
        "# The drill's homes beside real ones",
        "",
        "Printed by `.venv/bin/python dev/home_table.py DATA --write`. The drill's homes that are lived in: the 5th,",
        "50th and 95th percentile; a real home outside of them is marked with *. Nobody wrote down who was at home.",
        "",
    ]
    there = data is not None and (data / "consumption_data").is_dir()
    if not there:
        lines += [f"The real homes are not there ({data or 'no folder was given'}): the drill's alone.", ""]
    for season in seasons:
        drill = drill_homes(season, count)
        real = real_homes(data, season) if there and data is not None else []
        lines += [f"## {season.capitalize()}: {len(drill)} homes of the drill, {len(real)} real ones", ""]
        lines += [*table_of(drill, real), ""]
        if real:
            marks, of = outside(drill, real)
            lines += [f"Outside the middle 90 %: {marks} of {of}.", ""]
    return "\n".join(lines)


def main(words: list[str]) -> int:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--season", nargs="+", choices=list(SEASONS), default=["winter", "summer"])
    parser.add_argument("--homes", type=int, default=400)
    parser.add_argument("--write", action="store_true", help="write docs/homes.md too")
    asked = parser.parse_args(words)
    text = page(asked.data, asked.season, asked.homes)
    print(text)
    if asked.write:
        (ROOT / "docs" / "homes.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

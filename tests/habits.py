"""People who come and go, and what they use: homes with a known presence, made without a look at the drill's own.

Everything is simulated in steps of five minutes (W) and read as half-hours by a register of a given step (Wh). Nothing
here knows a rule of `analysis/`, nor `practice/household.py`: other appliances, other habits, other ways to be quiet at
home (sleeping in at weekends, naps, a book), trips, and things that come on by themselves while nobody is there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

STEPS_A_DAY = 288
PER_HOUR = 12
LATITUDE = 36.0


@dataclass(frozen=True)
class Way:
    """How the people of a home spend their days. Hours of the clock."""

    works: Optional[tuple[float, float]]
    """When nobody is there on a working day; None for those who stay."""
    works_share: float
    """Share of the working days on which they do go."""
    wakes: float
    sleeps: float
    sleeps_in: float
    """Hours later on free days."""
    errands: float
    """Chance of an outing of one to four hours on a day at home."""
    quiet: float
    """Share of the waking hours at home spent with hardly anything on."""


WAYS: dict[str, Way] = {
    "couple": Way((8.0, 18.6), 0.92, 6.6, 23.6, 1.8, 0.55, 0.25),
    "alone": Way((7.8, 20.2), 0.9, 6.9, 24.4, 2.4, 0.6, 0.3),
    "family": Way((8.7, 15.3), 0.7, 6.0, 23.1, 1.2, 0.6, 0.12),
    "retired": Way(None, 0.0, 5.8, 21.9, 0.3, 0.65, 0.35),
    "home office": Way(None, 0.0, 7.2, 24.0, 1.5, 0.7, 0.25),
    "late shift": Way((13.5, 22.9), 0.7, 8.8, 26.0, 0.8, 0.4, 0.25),
}


@dataclass(frozen=True)
class Homes:
    """Readings with the presence behind them."""

    begins: np.ndarray
    """datetime64[s] (slots)."""
    readings: np.ndarray
    """int32 (homes, slots) Wh."""
    there: np.ndarray
    """bool (homes, slots): somebody at home in at least half of the half-hour."""
    way: np.ndarray
    """str (homes)."""
    step: np.ndarray
    """int (homes): step of the register, Wh."""


def half_hours(watts: np.ndarray) -> np.ndarray:
    """Return Wh of each half-hour, float (slots)."""
    return watts.reshape(-1, 6).mean(axis=1) / 2


def register(wh: np.ndarray, step: int, start: float = 0.0) -> np.ndarray:
    """Return readings int32 of a register that counts whole steps of so many Wh; the rest is carried over."""
    counted = np.floor((np.cumsum(wh) + start) / step)
    return (np.diff(counted, prepend=np.floor(start / step)) * step).astype(np.int32)


def _thermostat(rng: np.random.Generator, length: int, duty: float, period_h: float) -> np.ndarray:
    """On or off (steps): a period that wanders by an eighth."""
    number = int(length / (period_h * PER_HOUR)) + 4
    periods = np.maximum(rng.normal(period_h * PER_HOUR, period_h * PER_HOUR / 8, number * 2), 2)
    begins = np.cumsum(periods) - rng.uniform(0, 2) * period_h * PER_HOUR
    step = np.arange(length)
    turn = np.searchsorted(begins, step, side="right") - 1
    since = np.where(turn >= 0, step - begins[np.maximum(turn, 0)], period_h * PER_HOUR)
    return since < duty * period_h * PER_HOUR


def by_itself(rng: np.random.Generator, length: int) -> np.ndarray:
    """What runs whether anybody is there or not, W (steps): refrigerators, standby, and in some homes more."""
    load = np.full(length, rng.uniform(12, 75))
    for _ in range(1 + (rng.random() < 0.3)):
        load += rng.uniform(45, 120) * _thermostat(rng, length, rng.uniform(0.25, 0.5), rng.uniform(0.6, 2.0))
    if rng.random() < 0.12:  # a warm toilet seat and a pot kept hot
        load += rng.uniform(60, 400) * _thermostat(rng, length, rng.uniform(0.1, 0.3), rng.uniform(0.5, 3))
    if rng.random() < 0.08:  # a dehumidifier or a cooler
        load += rng.uniform(120, 300) * _thermostat(rng, length, rng.uniform(0.2, 0.5), rng.uniform(0.5, 2.5))
    return load


def night_heater(rng: np.random.Generator, days: int) -> np.ndarray:
    """A heat-pump water heater in the small hours that skips a night now and then, W (steps)."""
    load, watts = np.zeros(days * STEPS_A_DAY), rng.uniform(800, 1500)
    ends, hours, skips = rng.uniform(5, 7), rng.uniform(1.5, 4), rng.uniform(0, 0.15)
    for day in range(days):
        if rng.random() >= skips:
            last = day * STEPS_A_DAY + int(ends * PER_HOUR)
            load[last - int(hours * rng.uniform(0.8, 1.2) * PER_HOUR) : last] = watts
    return load


def _paint(line: np.ndarray, begin: float, end: float, value: bool) -> None:
    """Set the steps from hour `begin` up to `end`, hours since the first midnight."""
    line[max(int(begin * PER_HOUR), 0) : max(int(end * PER_HOUR), 0)] = value


def presence(
    rng: np.random.Generator,
    way: Way,
    free: np.ndarray,
    trips: float = 0.07,
    long_absence: Optional[tuple[int, int]] = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return (somebody at home, somebody up), bool (steps). `free` bool (days): weekend or holiday.

    `trips` is the chance that a weekend is spent elsewhere; `long_absence` first day and number of days away.
    """
    days = len(free)
    there = np.ones(days * STEPS_A_DAY, dtype=bool)
    awake = np.zeros(days * STEPS_A_DAY, dtype=bool)
    for day in range(-1, days):
        off = bool(free[max(day, 0)])
        wakes = 24 * day + way.wakes + off * max(rng.normal(way.sleeps_in, 0.8), 0) + rng.normal(0, 0.3)
        sleeps = 24 * day + way.sleeps + rng.normal(0, 0.6)
        _paint(awake, wakes, sleeps, True)
        works = way.works is not None and not off and rng.random() < way.works_share
        if works:
            _paint(there, 24 * day + rng.normal(way.works[0], 0.3), 24 * day + rng.normal(way.works[1], 0.7), False)
            errands = 0.12
        else:
            errands = way.errands
        for _ in range(2):
            if rng.random() < errands:
                begin = max(wakes + 0.5, 24 * day + rng.normal(13.0 if not works else 19.5, 2.2))
                _paint(there, begin, begin + rng.gamma(4, 0.65), False)
        if off and rng.random() < 0.2:  # dinner elsewhere
            begin = 24 * day + rng.normal(18.2, 0.6)
            _paint(there, begin, begin + rng.uniform(2.5, 6), False)
        if day >= 0 and day % 7 == 5 and rng.random() < trips:
            _paint(there, 24 * day + rng.uniform(6.5, 10), 24 * (day + 1) + rng.uniform(14, 21), False)
    if long_absence is not None:
        first, length = long_absence
        _paint(there, 24 * first + rng.uniform(6, 11), 24 * (first + length) + rng.uniform(12, 20), False)
    return there, awake & there


def people(rng: np.random.Generator, way: Way, there: np.ndarray, up: np.ndarray, cold: float) -> np.ndarray:
    """Return what people use, W (steps). `cold` 0 … 1: how much of the heating or cooling of the worst season."""
    length, hour = len(there), np.arange(len(there)) / PER_HOUR % 24
    frugal = rng.lognormal(0, 0.3)
    # Stretches of an hour or so with hardly anything on.
    lull = np.repeat(rng.random(length // PER_HOUR) < way.quiet, PER_HOUR) & ((hour < 18) | (hour > 22))
    dark = np.clip(np.abs(hour - 12) - 5.0, 0, 1)
    screens = np.repeat(rng.random(length // 18) < 0.65, 18) * rng.uniform(40, 180)
    load = up * ~lull * frugal * (rng.uniform(15, 60) + dark * rng.uniform(40, 140) + screens)
    load += up * lull * rng.uniform(2, 15)
    chance = np.where((hour > 6) & (hour < 8.5) | (hour > 17.5) & (hour < 20.5), 0.05, np.where(lull, 0.002, 0.013))
    for first in np.flatnonzero(up & (rng.random(length) < chance)):
        load[first : first + int(rng.integers(1, 6))] += rng.uniform(150, 1200) * min(frugal, 1.2)
    for first in np.flatnonzero(up & (rng.random(length) < 0.0025)):  # washing, ironing, an oven
        load[first : first + int(rng.integers(6, 14))] += rng.uniform(120, 600)
    if rng.random() < 0.6:  # heating or cooling with an air conditioner, in many homes at night too
        runs = _thermostat(rng, length, rng.uniform(0.4, 0.8), rng.uniform(0.4, 1.2))
        nights = rng.uniform(0.1, 0.5) if rng.random() < 0.4 else 0.0
        load += cold * rng.uniform(200, 700) * runs * (up & ~lull | up & lull & (rng.random() < 0.5))
        load += cold * rng.uniform(200, 700) * runs * nights * (there & ~up)
    # A timer: rice, washing, a robot that cleans, whether anybody is there or not.
    if rng.random() < 0.35:
        begins = rng.uniform(6, 18)
        for day in np.flatnonzero(rng.random(length // STEPS_A_DAY) < rng.uniform(0.1, 0.6)):
            first = day * STEPS_A_DAY + int(begins * PER_HOUR)
            load[first : first + int(rng.integers(6, 16))] += rng.uniform(40, 400)
    return load


def sunshine(rng: np.random.Generator, begins: np.ndarray, peak_kw: float) -> np.ndarray:
    """Return what a roof gives, W (steps of five minutes) for days from `begins` (datetime64 of midnights)."""
    number = (begins.astype("datetime64[D]") - begins.astype("datetime64[Y]").astype("datetime64[D]")).astype(int)
    tilt = np.radians(23.44) * np.sin(2 * np.pi * (number - 80) / 365.25)
    lat, azimuth, slope = np.radians(LATITUDE), rng.normal(0, 0.5), np.radians(rng.uniform(15, 32))
    angle = (np.arange(STEPS_A_DAY) / PER_HOUR - 11.8) / 12 * np.pi
    tilt = tilt[:, None]
    height = np.sin(lat) * np.sin(tilt) + np.cos(lat) * np.cos(tilt) * np.cos(angle)
    flat = np.sqrt(np.clip(1 - height**2, 0, 1))
    side = np.arctan2(np.sin(angle), np.cos(angle) * np.sin(lat) - np.tan(tilt) * np.cos(lat))
    onto = height * np.cos(slope) + flat * np.sin(slope) * np.cos(side - azimuth)
    # day after day, as a sky and its clouds have always been drawn
    drawn = [(rng.beta(1.6, 1.0), rng.normal(0, 0.6, 72)) for _ in begins]
    sky = np.clip([clear for clear, _ in drawn], 0.08, 1)[:, None]
    passing = np.clip(1 + (1 - sky) * np.repeat([clouds for _, clouds in drawn], 4, axis=1), 0.1, 1.15)
    power = np.where(height > 0, np.clip(onto, 0, 1) * np.clip(height, 0, 1) ** 0.25 * sky * passing, 0)
    return power.ravel() * peak_kw * 1000 * 0.82


def homes(
    seed: int,
    count: int,
    days: int = 42,
    first: str = "2025-11-24",
    cold: float = 0.7,
    steps: tuple[int, ...] = (100, 10),
    solar_kw: Optional[float] = None,
    absent_share: float = 0.15,
    calm: float = 0.0,
) -> Homes:
    """Return homes of all ways.

    `first` is a Monday; `cold` 0 … 1 how much heating or cooling there is; `steps` of registers are dealt in turn;
    `solar_kw` the roof of every home; `absent_share` how many are away for days; `calm` is added to the share of the
    waking hours that people at home use hardly anything.
    """
    rng = np.random.default_rng(seed)
    midnights = np.datetime64(first, "D") + np.arange(days)
    free = ~np.is_busday(midnights)
    readings, truth, ways, step_of = [], [], [], []
    names = list(WAYS)
    for number in range(count):
        name = names[number % len(names)]
        absence = None
        if rng.random() < absent_share:
            length = int(rng.integers(4, 13))
            absence = (int(rng.integers(max(days - 18, 1), max(days - 5, 2))), length)
        way = replace(WAYS[name], quiet=min(WAYS[name].quiet + calm, 0.75))
        there, up = presence(rng, way, free, long_absence=absence)
        watts = by_itself(rng, len(there)) + people(rng, way, there, up, cold)
        if rng.random() < 0.12:
            watts += night_heater(rng, days)
        if solar_kw is not None:
            watts = np.maximum(watts - sunshine(rng, midnights, solar_kw), 0)
        step = steps[number // len(names) % len(steps)]
        readings.append(register(half_hours(watts), step, rng.uniform(0, step)))
        truth.append(there.reshape(-1, 6).mean(axis=1) >= 0.5)
        ways.append(name)
        step_of.append(step)
    begins = np.datetime64(first, "s") + np.timedelta64(1800, "s") * np.arange(48 * days)
    return Homes(begins, np.array(readings), np.array(truth), np.array(ways), np.array(step_of))

"""What runs by itself in a home, and what people do there: test homes made without looking at the drill's own.

Everything is simulated in steps of five minutes (W) and read as half-hours by a register of a given step (Wh). Nothing
here knows a rule of `analysis/`, nor `practice/household.py`.
"""

from __future__ import annotations

from typing import Callable, Optional

import numpy as np

STEPS_A_DAY = 288
PER_HOUR = 12


def clock(days: int) -> np.ndarray:
    """Hours of the day of each step, float (steps)."""
    return np.arange(days * STEPS_A_DAY) % STEPS_A_DAY / PER_HOUR


def weather(rng: np.random.Generator, days: int, mean: float, swing: float = 7.0) -> np.ndarray:
    """Outdoor temperature, °C (steps): days that resemble the day before, coldest at 6, warmest at 15."""
    level = np.zeros(days + 1)
    for day in range(1, days + 1):
        level[day] = 0.75 * level[day - 1] + rng.normal(0, 2.2)
    smooth = np.interp(np.arange(days * STEPS_A_DAY) / STEPS_A_DAY, np.arange(days + 1), level)
    return mean + smooth + swing / 2 * np.cos((clock(days) - 14.5) / 24 * 2 * np.pi)


def _cycle(rng: np.random.Generator, duty: np.ndarray, period_h: float) -> np.ndarray:
    """On or off (steps) with a duty that changes slowly: a thermostat whose period wanders by a tenth."""
    first, steps = -int(rng.integers(0, max(int(period_h * PER_HOUR), 2))), period_h * PER_HOUR
    before = rng.bit_generator.state
    # enough in any case; then drawn again, so that no more is drawn than is used
    count = int(np.searchsorted(_places(first, _lengths(rng, steps, len(duty) // 2 + 2)), len(duty)))
    rng.bit_generator.state = before
    lengths = _lengths(rng, steps, count)
    begins = _places(first, lengths)[:-1]
    runs = np.rint(lengths * duty[np.clip(begins, 0, len(duty) - 1)]).astype(np.int64)
    changes = np.zeros(len(duty) + 1, dtype=np.int64)
    ends = np.clip(begins + np.maximum(runs, 0), 0, len(duty))
    np.add.at(changes, np.clip(begins, 0, len(duty)), 1)
    np.add.at(changes, ends, -1)
    return np.cumsum(changes[:-1]) > 0


def _lengths(rng: np.random.Generator, steps: float, count: int) -> np.ndarray:
    """Return so many periods (steps), which wander by a tenth; at least 2 each."""
    return np.maximum(np.rint(steps * rng.normal(1, 0.1, count)).astype(np.int64), 2)


def _places(first: int, lengths: np.ndarray) -> np.ndarray:
    """Return where each period begins, and where the last one ends."""
    return first + np.concatenate([[0], np.cumsum(lengths)])


def _one(rng: np.random.Generator, days: int, duty: float, period: float) -> np.ndarray:
    return _cycle(rng, np.full(days * STEPS_A_DAY, duty), period)


def refrigerator(rng: np.random.Generator, days: int, _outdoor: np.ndarray) -> np.ndarray:
    """A compressor that runs and rests, and standby."""
    return rng.uniform(50, 110) * _one(rng, days, rng.uniform(0.25, 0.5), rng.uniform(0.6, 1.8)) + rng.uniform(8, 60)


def boiler(rng: np.random.Generator, days: int, _outdoor: np.ndarray) -> np.ndarray:
    """A tank kept hot: 0.8 to 3 kW for twenty minutes to an hour, every 4 to 14 hours, at any time of the day."""
    period = rng.uniform(4, 14)
    return rng.uniform(800, 3000) * _one(rng, days, rng.uniform(0.35, 1.0) / period, period)


def boiler_with_timer(rng: np.random.Generator, days: int, outdoor: np.ndarray) -> np.ndarray:
    """A tank heated at the same clock time once or twice a day, a little longer when it is cold."""
    watts, load = rng.uniform(600, 2500), np.zeros(days * STEPS_A_DAY)
    for begin in rng.choice([4.0, 5.5, 6.0, 13.0, 17.0, 19.0, 22.5], size=int(rng.integers(1, 3)), replace=False):
        hours = rng.uniform(0.7, 2.0)
        for day in range(days):
            first = day * STEPS_A_DAY + int(begin * PER_HOUR)
            cold = 1 + 0.02 * (outdoor.mean() - outdoor[first])
            load[first : first + round(hours * cold * PER_HOUR)] = watts
    return load


def cooler(rng: np.random.Generator, days: int, outdoor: np.ndarray) -> np.ndarray:
    """A cooler for drinks, or an air conditioner that was left on: busier in the warm hours."""
    duty = np.clip(rng.uniform(0.15, 0.4) + 0.03 * (outdoor - outdoor.mean()), 0.03, 0.95)
    return rng.uniform(100, 600) * _cycle(rng, duty, rng.uniform(0.4, 2.5))


def frost_heater(rng: np.random.Generator, days: int, outdoor: np.ndarray) -> np.ndarray:
    """Pipe heaters with a thermostat: on when it freezes, most in the small hours."""
    duty = np.clip((rng.uniform(2, 6) - outdoor) / rng.uniform(5, 12), 0, 1)
    return rng.uniform(100, 900) * _cycle(rng, duty, rng.uniform(0.3, 1.5))


def dehumidifier(rng: np.random.Generator, days: int, _outdoor: np.ndarray) -> np.ndarray:
    """Runs and rests by the weather: on some days nearly always, on others hardly."""
    damp = np.repeat(np.clip(rng.normal(0.4, 0.25, days), 0.05, 0.95), STEPS_A_DAY)
    return rng.uniform(180, 600) * _cycle(rng, damp, rng.uniform(0.7, 4.0))


def heat_pump_water_heater(rng: np.random.Generator, days: int, outdoor: np.ndarray) -> np.ndarray:
    """Keeps its tank warm in the small hours, and now and then skips a night."""
    load, watts = np.zeros(days * STEPS_A_DAY), rng.uniform(700, 1500)
    ends, hours, skips = rng.uniform(5, 7), rng.uniform(0.8, 4), rng.uniform(0, 0.3)
    for day in range(days):
        if rng.random() < skips:
            continue
        last = day * STEPS_A_DAY + int(ends * PER_HOUR)
        cold = 1 + 0.03 * (outdoor.mean() - outdoor[last])
        load[last - int(hours * cold * PER_HOUR) : last] = watts
    return load


def ventilation(rng: np.random.Generator, days: int, outdoor: np.ndarray) -> np.ndarray:
    """A fan or a floor ventilator by timer in the day hours, only in the warmer part of the time."""
    hour, warm = clock(days), outdoor > np.quantile(outdoor, rng.uniform(0, 0.5))
    begin = rng.choice([8.0, 9.0, 10.0, 12.0])
    return rng.uniform(40, 300) * ((hour >= begin) & (hour < begin + rng.choice([2.0, 4.0, 7.0]))) * warm


def caretaker(rng: np.random.Generator, days: int, _outdoor: np.ndarray) -> np.ndarray:
    """Somebody looks after the home for an hour or two, every ten days or so."""
    load = np.zeros(days * STEPS_A_DAY)
    for day in np.flatnonzero(rng.random(days) < 1 / 10):
        first = day * STEPS_A_DAY + int(rng.uniform(9, 16) * PER_HOUR)
        load[first : first + int(rng.uniform(0.7, 2.5) * PER_HOUR)] = rng.uniform(150, 1500)
    return load


Appliance = Callable[[np.random.Generator, int, np.ndarray], np.ndarray]
BY_THEMSELVES: dict[str, Appliance] = {
    "boiler": boiler,
    "boiler with timer": boiler_with_timer,
    "cooler": cooler,
    "frost heater": frost_heater,
    "dehumidifier": dehumidifier,
    "heat-pump water heater": heat_pump_water_heater,
    "ventilation": ventilation,
    "caretaker": caretaker,
}
"""What comes on by itself in an empty home; a caretaker, who comes and goes, among it."""


def half_hours(watts: np.ndarray) -> np.ndarray:
    """Return Wh of each half-hour, float."""
    return watts.reshape(-1, 6).mean(axis=1) / 2


def register(wh: np.ndarray, step: int, start: float = 0.0) -> np.ndarray:
    """Return readings int32 of a register that counts whole steps of so many Wh; the rest is carried over."""
    counted = np.floor((np.cumsum(wh) + start) / step)
    return (np.diff(counted, prepend=np.floor(start / step)) * step).astype(np.int32)


def empty_home(rng: np.random.Generator, days: int, kinds: tuple[str, ...], step: int, mean: float) -> np.ndarray:
    """Return the readings of a home where nobody lives: a refrigerator (or none) and what runs by itself."""
    outdoor = weather(rng, days, mean)
    watts = refrigerator(rng, days, outdoor) if rng.random() < 0.7 else np.full(days * STEPS_A_DAY, rng.uniform(2, 40))
    for kind in kinds:
        watts = watts + BY_THEMSELVES[kind](rng, days, outdoor)
    return register(half_hours(watts), step, rng.uniform(0, step))


def person(
    rng: np.random.Generator,
    days: int,
    frugal: float,
    wakes: float,
    sleeps: float,
    works: Optional[tuple[float, float]],
) -> np.ndarray:
    """Return what people use, W (steps): lights, screens, meals, now and then something large.

    `wakes` and `sleeps` in hours (sleeps may be above 24), `works` from and to when they are out on weekdays; `frugal`
    is a factor on everything.
    """
    load = np.zeros((days + 1) * STEPS_A_DAY)
    hour = np.arange(len(load)) / PER_HOUR
    for day in range(days):
        up, down = 24 * day + wakes + rng.normal(0, 0.4), 24 * day + sleeps + rng.normal(0, 0.5)
        there = (hour >= up) & (hour < down)
        if works is not None and day % 7 < 5:
            there &= ~(
                (hour >= 24 * day + works[0] + rng.normal(0, 0.2)) & (hour < 24 * day + works[1] + rng.normal(0, 0.7))
            )
        elif rng.random() < 0.6:
            begin = 24 * day + rng.uniform(wakes + 2, max(wakes + 3, sleeps - 6))
            there &= ~((hour >= begin) & (hour < begin + rng.uniform(1, 5)))
        clock_ = hour % 24
        dark = (clock_ >= 17) | (clock_ < 6.5)
        load += (
            there
            * frugal
            * (rng.uniform(25, 60) + dark * rng.uniform(40, 110) + (rng.random() < 0.8) * rng.uniform(30, 120))
        )
        at = np.flatnonzero(there)
        if not len(at):
            continue
        for _ in range(int(rng.integers(3, 9))):
            first = int(rng.choice(at))
            load[first : first + int(rng.integers(1, 7))] += frugal * rng.uniform(200, 1200)
    return load[: days * STEPS_A_DAY]


def lived_home(rng: np.random.Generator, days: int, way: str, step: int, mean: float) -> np.ndarray:
    """Return the readings of a home somebody lives in, in one of the `WAYS`."""
    outdoor = weather(rng, days, mean)
    ways = {
        "ordinary": (rng.uniform(0.9, 1.8), 6.5, 23.5, (8.0, 18.5)),
        "frugal": (rng.uniform(0.5, 0.8), 6.5, 22.0, None),
        "night shift": (rng.uniform(0.8, 1.4), 15.0, 31.0, (20.5, 30.0)),
        "retired": (rng.uniform(0.7, 1.4), 5.5, 21.5, None),
        "short days": (rng.uniform(0.6, 1.0), 6.8, 24.0, (7.4, 20.5)),
    }
    watts = refrigerator(rng, days, outdoor) + person(rng, days, *ways[way])
    if rng.random() < 0.3:
        watts = watts + BY_THEMSELVES[str(rng.choice(["heat-pump water heater", "cooler", "frost heater"]))](
            rng, days, outdoor
        )
    return register(half_hours(watts), step, rng.uniform(0, step))


WAYS = ("ordinary", "frugal", "night shift", "retired", "short days")

"""Who is at home and what is used: presence decides, the load follows, the register counts.

Each home has somebody at home or nobody, by a schedule of its kind; what it uses in a half-hour follows from that,
with noise, so that the
rules for home and away can be judged against a presence that is known. Nothing here looks at those rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Iterable, Union

import numpy as np

from ..arrays import Array, BoolArray, FloatArray, IntArray

SLOTS_A_DAY = 48
NOT_A_DWELLING = -1


@dataclass(frozen=True)
class Outing:
    """A habit of being out: nobody is at home from about `start` for about `hours`."""

    chance: float
    """Probability that it happens on a day."""
    start: float
    """Mean hour of the day; may be above 24 minus `hours`, then it runs into the next day."""
    start_spread: float
    """Standard deviation, hours."""
    hours: float
    hours_spread: float


@dataclass(frozen=True)
class HouseholdKind:
    """How the members of one kind of household live."""

    name: str
    share: float
    """Share of the inhabited homes."""
    weekday: tuple[Outing, ...]
    weekend: tuple[Outing, ...]
    wakes: float
    """Mean hour of getting up."""
    sleeps: float
    """Mean hour of going to bed; 24.5 is half past midnight."""
    size: float
    """Factor on what is used while awake."""
    shifts: bool = False
    """Whether at most one of the weekday outings happens on a day (shift work)."""


KINDS = (
    HouseholdKind(
        "commuters",
        0.22,
        (Outing(0.93, 7.9, 0.5, 9.8, 1.0), Outing(0.15, 19.8, 0.8, 2.0, 0.5)),
        (Outing(0.62, 10.6, 1.6, 4.6, 2.0), Outing(0.25, 17.0, 1.0, 2.8, 0.8), Outing(0.15, 8.6, 1.0, 10.0, 1.6)),
        6.2,
        23.2,
        1.0,
    ),
    HouseholdKind(
        "family",
        0.20,
        (Outing(0.80, 8.6, 0.5, 6.0, 1.5), Outing(0.40, 16.2, 0.7, 1.4, 0.5)),
        (Outing(0.62, 10.2, 1.2, 4.6, 1.9), Outing(0.22, 16.5, 1.0, 2.0, 0.7), Outing(0.16, 8.6, 0.9, 9.0, 1.6)),
        6.0,
        23.0,
        1.35,
    ),
    HouseholdKind(
        "retired",
        0.31,
        (Outing(0.58, 9.6, 0.9, 2.4, 0.9), Outing(0.38, 14.2, 1.0, 2.0, 0.8)),
        (Outing(0.55, 9.8, 1.0, 2.6, 1.0), Outing(0.36, 14.2, 1.0, 2.2, 0.8), Outing(0.05, 9.0, 1.0, 8.0, 1.5)),
        5.6,
        21.8,
        0.9,
    ),
    HouseholdKind(
        "home workers",
        0.07,
        (Outing(0.35, 12.0, 0.6, 1.3, 0.4), Outing(0.45, 16.6, 1.3, 1.6, 0.6)),
        (Outing(0.55, 11.0, 1.2, 3.6, 1.5), Outing(0.12, 9.0, 1.0, 9.0, 1.6)),
        7.0,
        23.8,
        1.05,
    ),
    HouseholdKind(
        "shift workers",
        0.08,
        (Outing(0.28, 5.6, 0.4, 9.4, 0.5), Outing(0.28, 13.0, 0.4, 9.4, 0.5), Outing(0.20, 20.6, 0.4, 10.8, 0.5)),
        (Outing(0.28, 5.6, 0.4, 9.4, 0.5), Outing(0.28, 13.0, 0.4, 9.4, 0.5), Outing(0.20, 20.6, 0.4, 10.8, 0.5)),
        7.6,
        23.9,
        0.9,
        shifts=True,
    ),
    HouseholdKind(
        "single",
        0.12,
        (Outing(0.92, 7.9, 0.6, 11.4, 1.2), Outing(0.10, 20.5, 0.6, 2.2, 0.6)),
        (Outing(0.66, 11.0, 1.8, 5.2, 2.0), Outing(0.28, 18.0, 1.2, 3.6, 1.0), Outing(0.15, 9.0, 1.2, 11.0, 2.0)),
        6.9,
        24.4,
        0.75,
    ),
)
VACANT, LONG_ABSENT = len(KINDS), len(KINDS) + 1
KIND_NAMES = (*(kind.name for kind in KINDS), "vacant", "long absent")
VACANT_SHARE, LONG_ABSENT_SHARE = 0.065, 0.015
NIGHT_HEATER_SHARE = 0.10
STEPS_WH = (100, 10)
STEP_SHARES = (0.6, 0.4)
STANDBY_WH, STANDBY_SPREAD = 34.0, 0.75
"""What runs day and night besides the refrigerator, Wh in half an hour: median, and spread of its logarithm. Five real
homes have 33 to 267 W of base load in all (docs/homes.md)."""
DAYTIME_LEAST = 0.35
"""Between 9 and 16 h lights, screens and heating take this share of what they would by the profile, or more: so real
homes differ, some hardly stand out from their base load at noon though people are there."""
NIGHT_AWAY_SHARE = 0.02
"""Share of nights that a household spends elsewhere."""


LATITUDE = 38.0
"""Degrees north for which the length of the day is reckoned: between Kyushu and Hokkaido."""
_MIDDLES = np.array([15 + 30.44 * month for month in range(-1, 13)])
_HEATING = np.interp(np.arange(366), _MIDDLES, [0.9, 1.05, 1.05, 0.7, 0.3, 0.05, 0, 0, 0, 0, 0.1, 0.45, 0.9, 1.05])
_COOLING = np.interp(np.arange(366), _MIDDLES, [0, 0, 0, 0, 0, 0.05, 0.35, 0.9, 1.05, 0.6, 0.1, 0, 0, 0])
"""How much of the need for heating and cooling of the coldest and the hottest weeks there is, by day of the year.

Shapes after the degree days of the coast of the Sea of Japan; assumed, as the real need differs from year to year."""


@dataclass(frozen=True)
class Calendar:
    """The days of a scenario and the season they lie in."""

    days: int
    weekend: BoolArray
    """bool (days): Saturday, Sunday or holiday."""
    heating: FloatArray
    """float64 (days), 0 … 1: need for heating."""
    cooling: FloatArray
    """float64 (days), 0 … 1: need for cooling."""
    half_day: FloatArray
    """float64 (days): hours from sunrise to noon, 5 or more."""
    declination: FloatArray
    """float64 (days): of the sun, radians."""

    @classmethod
    def of(cls, days: Iterable[date], holidays: Iterable[date] = ()) -> Calendar:
        """Return the calendar of some days that follow one another."""
        days, off = list(days), set(holidays)
        number = np.array([day.timetuple().tm_yday - 1 for day in days])
        tilt = np.radians(23.44) * np.sin(2 * np.pi * (number - 80) / 365.25)
        angle = np.arccos(np.clip(-np.tan(np.radians(LATITUDE)) * np.tan(tilt), -1, 1))
        return cls(
            len(days),
            np.array([day.weekday() >= 5 or day in off for day in days]),
            np.minimum(_HEATING[number], 1.0),
            np.minimum(_COOLING[number], 1.0),
            np.maximum(5.0, angle / np.pi * 12),
            tilt,
        )

    def by_slot(self, values: FloatArray) -> FloatArray:
        """Return a figure of each day for each of its half-hours, float32 (slots)."""
        return np.repeat(values, SLOTS_A_DAY).astype(np.float32)

    @property
    def slots(self) -> int:
        """Half-hours in all days."""
        return self.days * SLOTS_A_DAY

    @property
    def hours(self) -> FloatArray:
        """Middle of each half-hour, hours since the first midnight, float32 (slots)."""
        return (np.arange(self.slots, dtype=np.float32) + 0.5) / 2


def draw_kinds(rng: np.random.Generator, count: int) -> IntArray:
    """Return the kind of household of each home, int8 (count): a number of `KIND_NAMES`."""
    lived = 1 - VACANT_SHARE - LONG_ABSENT_SHARE
    shares = np.array([kind.share * lived for kind in KINDS] + [VACANT_SHARE, LONG_ABSENT_SHARE])
    return rng.choice(len(shares), size=count, p=shares / shares.sum()).astype(np.int8)


def _paint(away: BoolArray, hours: FloatArray, begin: FloatArray, end: FloatArray, day: int, span: int) -> None:
    """Mark the half-hours of `span` days from `day` whose middle lies in [begin, end) of each home."""
    part = slice(day * SLOTS_A_DAY, (day + span) * SLOTS_A_DAY)
    hour = hours[part]
    away[:, part] |= (hour >= begin[:, None]) & (hour < end[:, None])


def presence(rng: np.random.Generator, kinds: IntArray, calendar: Calendar) -> BoolArray:
    """Return whether somebody is at home, bool (homes, slots), as life goes when nothing happens."""
    count, hours = len(kinds), calendar.hours
    away = np.zeros((count, calendar.slots), dtype=bool)
    for day in range(calendar.days):
        for number, kind in enumerate(KINDS):
            rows = np.flatnonzero(kinds == number)
            outings = kind.weekend if calendar.weekend[day] else kind.weekday
            # An outing ends on its day or the next one.
            first, last = day * SLOTS_A_DAY, min((day + 2) * SLOTS_A_DAY, calendar.slots)
            part = np.zeros((len(rows), last - first), dtype=bool)
            draw, passed = rng.random(len(rows)), 0.0
            for outing in outings:
                if kind.shifts:
                    goes = (draw >= passed) & (draw < passed + outing.chance)
                    passed += outing.chance
                else:
                    goes = rng.random(len(rows)) < outing.chance
                begin = 24 * day + rng.normal(outing.start, outing.start_spread, len(rows))
                stays = np.maximum(0.5, rng.normal(outing.hours, outing.hours_spread, len(rows)))
                _paint(part, hours[first:last], np.where(goes, begin, np.inf), begin + stays, 0, 2)
            away[rows, first:last] |= part
        elsewhere = rng.random(count) < NIGHT_AWAY_SHARE
        begin = 24 * day + rng.normal(16, 2, count)
        _paint(away, hours, np.where(elsewhere, begin, np.inf), begin + rng.uniform(14, 36, count), day, 3)
    away[kinds >= VACANT] = True
    return ~away


def _awake(rng: np.random.Generator, kinds: IntArray, calendar: Calendar) -> BoolArray:
    """Return whether a household would be up, bool (homes, slots)."""
    wakes = np.array([kind.wakes for kind in KINDS] + [7.0, 7.0])[kinds] + rng.normal(0, 0.5, len(kinds))
    sleeps = np.array([kind.sleeps for kind in KINDS] + [23.0, 23.0])[kinds] + rng.normal(0, 0.6, len(kinds))
    hours = calendar.hours
    up = np.zeros((len(kinds), calendar.slots), dtype=bool)
    for day in range(-1, calendar.days):
        late = 0.6 if day >= 0 and calendar.weekend[day] else 0.0
        begin = 24 * day + wakes + late + rng.normal(0, 0.35, len(kinds))
        end = 24 * day + sleeps + rng.normal(0, 0.45, len(kinds))
        first = max(day, 0)
        _paint(up, hours, begin, end, first, 2)
    return up


def _fridge(rng: np.random.Generator, count: int, calendar: Calendar) -> FloatArray:
    """Return what the refrigerator takes in each half-hour, Wh (homes, slots): a compressor that runs and rests."""
    period = rng.uniform(0.7, 1.9, count).astype(np.float32)[:, None]
    duty = rng.uniform(0.30, 0.55, count).astype(np.float32)[:, None]
    watts = rng.uniform(45, 95, count).astype(np.float32)[:, None]
    edges = np.arange(calendar.slots + 1, dtype=np.float32) / 2 + rng.uniform(0, 2, count).astype(np.float32)[:, None]
    turns = np.floor(edges / period)
    run = turns * duty * period + np.minimum(edges - turns * period, duty * period)
    return np.diff(run, axis=1) * watts


LARGEST_NORMAL = 3.65
"""Beyond this numpy draws single-precision normals by a logarithm, which numpy 1.22 changed."""


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """Return standard normals, float32 of `shape`, cut off at `LARGEST_NORMAL` so that every numpy draws the same."""
    return np.clip(rng.standard_normal(shape, dtype=np.float32), -LARGEST_NORMAL, LARGEST_NORMAL)


def _factors(rng: np.random.Generator, spread: float, shape: tuple[int, ...]) -> FloatArray:
    """Return factors around 1, float32 of `shape`, whose logarithms have the standard deviation `spread`.

    The power is worked out in double precision: in single, its last bit depends on the processor and on numpy.
    """
    return np.exp(spread * _normal(rng, shape).astype(np.float64)).astype(np.float32)


def _swing(clock: FloatArray, peak: float, size: float) -> FloatArray:
    """Return a daily swing around 1 by `size`, highest at the hour `peak`, float32 (slots); in double as `_factors`."""
    return (1.0 + size * np.cos((clock.astype(np.float64) - peak) / 24 * 2 * np.pi)).astype(np.float32)


def _bumps(
    rng: np.random.Generator, shape: tuple[int, int], chance: Union[np.float32, FloatArray], low: float, high: float
) -> FloatArray:
    """Return Wh that come now and then, float32 of `shape`."""
    happens = rng.random(shape, dtype=np.float32) < chance
    amount = np.zeros(shape, dtype=np.float32)
    amount[happens] = rng.uniform(low, high, int(np.count_nonzero(happens)))
    return amount


def _profile_of_day(calendar: Calendar) -> FloatArray:
    """Return how much lights and screens are on at each half-hour, float32 (slots): dusk is later in summer."""
    clock = (calendar.hours % 24).reshape(calendar.days, SLOTS_A_DAY)
    levels = [0.8, 0.7, 1.1, 0.75, 0.7, 1.1, 1.5, 1.35, 0.9]
    found = np.empty_like(clock)
    for day, later in enumerate((calendar.half_day - 5.0) * 0.6):
        knots = [0, 5.5, 7, 9, 15 + later, 17.5 + later, 19 + later, 22, 24]
        found[day] = np.interp(clock[day], knots, levels)
    return found.ravel()


def home_load(
    rng: np.random.Generator, kinds: IntArray, at_home: BoolArray, heaters: BoolArray, calendar: Calendar
) -> FloatArray:
    """Return what each home would use in each half-hour, Wh, float32 (homes, slots), with power.

    `at_home` bool (homes, slots); `heaters` bool (homes): has a night water heater (エコキュート, 23–06 h).
    """
    count, shape = len(kinds), (at_home.shape[0], at_home.shape[1])
    hours = calendar.hours
    clock = hours % 24
    sizes = np.array([kind.size for kind in KINDS] + [1.0, 1.0], dtype=np.float32)[kinds] * rng.uniform(
        0.8, 1.25, count
    )
    up = _awake(rng, kinds, calendar) & at_home
    standby = rng.lognormal(np.log(STANDBY_WH), STANDBY_SPREAD, count).astype(np.float32)
    load: FloatArray = _fridge(rng, count, calendar) + standby[:, None]
    load += _normal(rng, shape) * 3

    # Lights, screens, kettle, toilet seat … a quiet half-hour now and then (a nap, a book).
    lively = _factors(rng, 0.42, shape)
    lively[rng.random(shape, dtype=np.float32) < 0.06] *= 0.25
    level = (rng.lognormal(np.log(86), 0.5, count) * sizes).astype(np.float32)
    by_day = rng.uniform(DAYTIME_LEAST, 1.0, count).astype(np.float32)[:, None]
    noon = ((clock >= 9) & (clock < 16)).astype(np.float32)
    load += up * lively * level[:, None] * _profile_of_day(calendar) * (1 - noon * (1 - by_day))

    # Heating: air conditioners in half of the homes, less where it is warm enough at noon.
    electric = rng.random(count) < 0.5
    watt_hours = np.where(electric, rng.uniform(90, 330, count), rng.uniform(10, 60, count)).astype(np.float32)
    cold = _swing(clock, 5, 0.25)
    cold *= calendar.by_slot(calendar.heating)
    runs = _factors(rng, 0.25, shape)
    load += up * runs * watt_hours[:, None] * cold
    warm_bed = np.where(rng.random(count) < 0.18, rng.uniform(0.15, 0.6, count), 0.02).astype(np.float32)
    load += (at_home & ~up) * watt_hours[:, None] * warm_bed[:, None] * runs * calendar.by_slot(calendar.heating)
    if calendar.cooling.any():
        load += _cooling(rng, at_home, up, clock, calendar)

    # Meals, washing, and what runs by itself while nobody is there.
    cooks = np.zeros(len(clock), dtype=np.float32)
    for begin, end, chance in ((6.0, 8.0, 0.35), (11.5, 13.0, 0.4), (17.5, 20.0, 0.5)):
        cooks[(clock >= begin) & (clock < end)] = chance
    load += up * _bumps(rng, shape, cooks, 60, 520) * sizes[:, None]
    load += up * _bumps(rng, shape, np.float32(0.07), 40, 320)
    load += _bumps(rng, shape, np.float32(0.025), 20, 150)
    for day in range(calendar.days):
        left_on = rng.random(count) < 0.05
        part = slice(day * SLOTS_A_DAY, (day + 1) * SLOTS_A_DAY)
        load[:, part] += left_on[:, None] * rng.uniform(40, 160, count).astype(np.float32)[:, None]

    empty = kinds >= VACANT
    load[empty] = (_fridge(rng, int(empty.sum()), calendar) + 8) * (kinds[empty] == LONG_ABSENT)[:, None]
    trickle = rng.random(int(empty.sum())) < 0.4
    load[empty] += (trickle * rng.uniform(1, 9, len(trickle)))[:, None].astype(np.float32)
    load += _night_heater(rng, kinds, heaters, calendar)
    return np.maximum(load, 0)


def _cooling(
    rng: np.random.Generator, at_home: BoolArray, up: BoolArray, clock: FloatArray, calendar: Calendar
) -> FloatArray:
    """Return Wh of air conditioners in the warm season: most in the afternoon, in half of the homes all night too."""
    count = len(at_home)
    watt_hours = np.where(rng.random(count) < 0.88, rng.uniform(70, 280, count), 0).astype(np.float32)
    asleep = np.where(rng.random(count) < 0.5, rng.uniform(0.3, 0.8, count), 0.0).astype(np.float32)
    warm = _swing(clock, 15, 0.35) * calendar.by_slot(calendar.cooling)
    runs = _factors(rng, 0.3, at_home.shape)
    running = up + (at_home & ~up) * asleep[:, None]
    return running * watt_hours[:, None] * warm * runs


def _night_heater(rng: np.random.Generator, kinds: IntArray, heaters: BoolArray, calendar: Calendar) -> FloatArray:
    """Return Wh of night water heaters: once a night between 23 and 06 h, whether anybody is there or not."""
    hours = calendar.hours
    used = np.zeros((len(kinds), calendar.slots), dtype=np.float32)
    rows = np.flatnonzero(heaters & (kinds != VACANT))
    watt_hours = rng.uniform(450, 750, len(rows)).astype(np.float32)
    for day in range(-1, calendar.days):
        begin = 24 * day + rng.uniform(23, 26, len(rows))
        end = np.minimum(begin + rng.uniform(2.0, 4.5, len(rows)), 24 * day + 30)
        part = slice(max(day, 0) * SLOTS_A_DAY, (day + 2) * SLOTS_A_DAY)
        hour = hours[part]
        running = (hour >= begin[:, None]) & (hour < end[:, None])
        used[rows, part] += running * watt_hours[:, None]
    return used


def shop_load(rng: np.random.Generator, count: int, calendar: Calendar) -> FloatArray:
    """Return what shops and workshops use, Wh, float32 (count, slots)."""
    hours = calendar.hours
    clock = hours % 24
    opens = rng.normal(9, 1.2, count)[:, None]
    closes = opens + rng.normal(9.5, 1.5, count)[:, None]
    open_days = np.repeat(np.where(calendar.weekend, 0.75, 1.0), SLOTS_A_DAY)
    business = ((clock >= opens) & (clock < closes)) * open_days
    level = rng.lognormal(np.log(1300), 0.7, count)[:, None]
    idle = level * rng.uniform(0.08, 0.3, count)[:, None]
    noise = _factors(rng, 0.2, (count, calendar.slots))
    return ((idle + business * level) * noise).astype(np.float32)


def facility_load(
    rng: np.random.Generator, kw: FloatArray, steady: FloatArray, crowd: FloatArray, calendar: Calendar
) -> FloatArray:
    """Return what facilities use, Wh, float32 (count, slots).

    `kw` float (count): use at noon; `steady` float (count): share of it that runs day and night; `crowd` float
    (count, slots): how much more is used because people took shelter (0: as usual).
    """
    clock = calendar.hours % 24
    day = np.interp(clock, [0, 7, 9, 17, 19, 24], [0, 0, 1, 1, 0.15, 0]) * np.repeat(
        np.where(calendar.weekend, 0.4, 1.0), SLOTS_A_DAY
    )
    share = steady[:, None] + (1 - steady[:, None]) * np.maximum(day, np.minimum(crowd, 1.0))
    noise = _factors(rng, 0.12, (len(kw), calendar.slots))
    return (kw[:, None] * 500 * share * (1 + 0.6 * crowd) * noise).astype(np.float32)


SKIES = ((0.8, 1.0), (0.4, 0.8), (0.08, 0.35))
"""Share of a clear sky's light on a clear, a changing and an overcast day."""
DAYS_OF_SKY = {"cold": (0.25, 0.35, 0.40), "other": (0.45, 0.33, 0.22)}
"""Share of such days, in the cold season of the coast of the Sea of Japan and else. Assumed."""
ROOF_KW, ROOF_SPREAD, ROOF_RANGE = 4.6, 0.9, (3.0, 6.0)
"""Peak power of roofs, kW: mean, standard deviation, range. Assumed after the roofs sold in Japan in the last years."""
PERFORMANCE = 0.82
"""Share of a panel's power that is left behind the inverter."""


def sky(rng: np.random.Generator, calendar: Calendar) -> FloatArray:
    """Return the share of a clear sky's light that gets through in each half-hour, the same for a town, float32."""
    cold = calendar.heating > 0.5
    draw = rng.random(calendar.days)
    kind = np.empty(calendar.days, dtype=np.int64)
    for rows, shares in ((cold, DAYS_OF_SKY["cold"]), (~cold, DAYS_OF_SKY["other"])):
        kind[rows] = np.searchsorted(np.cumsum(shares)[:2], draw[rows])
    low, high = np.array(SKIES)[kind].T
    level = calendar.by_slot(low + (high - low) * rng.random(calendar.days))
    changing = 1 + np.where(np.repeat(kind == 1, SLOTS_A_DAY), 0.35, 0.06) * rng.standard_normal(calendar.slots)
    return np.clip(level * changing, 0.03, 1.0).astype(np.float32)


def generation(rng: np.random.Generator, peak_kw: FloatArray, light: FloatArray, calendar: Calendar) -> FloatArray:
    """Return what solar roofs make, Wh, float32 (roofs, slots): by the sun's height and the sky of each half-hour.

    `peak_kw` float (roofs); `light` as `sky`. Roofs face south within some 30 degrees, at 20 to 30 degrees.
    """
    count = len(peak_kw)
    face = np.radians(np.clip(rng.normal(0, 30, count), -80, 80))[:, None]
    slope = np.radians(rng.uniform(20, 30, count))[:, None]
    declination = np.repeat(calendar.declination, SLOTS_A_DAY)
    hour = np.radians((calendar.hours.astype(np.float64) % 24 - 12) * 15)
    sin_d, cos_d, latitude = np.sin(declination), np.cos(declination), np.radians(LATITUDE)
    height = sin_d * np.sin(latitude) + cos_d * np.cos(latitude) * np.cos(hour)
    # the sun's direction in a frame of up, south and west, and the panel's own direction in it
    south = cos_d * np.sin(latitude) * np.cos(hour) - sin_d * np.cos(latitude)
    west = cos_d * np.sin(hour)
    on_panel = np.cos(slope) * height + np.sin(slope) * (np.cos(face) * south + np.sin(face) * west)
    clear = np.where(height > 0, 1 - np.exp(-5 * np.maximum(height, 0)), 0.0)
    own = np.clip(1 + 0.05 * _normal(rng, on_panel.shape), 0.5, 1.2)
    made = peak_kw[:, None] * 500 * PERFORMANCE * np.maximum(on_panel, 0) * (clear * light) * own
    return made.astype(np.float32)


@dataclass(frozen=True)
class Appliance:
    """What comes on by itself in an empty home."""

    name: str
    share: float
    """Of the empty homes."""
    watts: tuple[float, float]
    period_hours: tuple[float, float]
    duty: tuple[float, float]
    cold_only: bool = False
    """Whether it runs in frost only, from evening to morning."""


APPLIANCES = (
    Appliance("frost heater", 0.15, (30, 150), (0.7, 2.5), (0.25, 0.6), cold_only=True),
    Appliance("freezer", 0.12, (60, 130), (1.0, 3.0), (0.3, 0.5)),
    Appliance("boiler", 0.07, (100, 450), (3.0, 12.0), (0.04, 0.12)),
    Appliance("dehumidifier", 0.06, (160, 340), (1.5, 6.0), (0.2, 0.5)),
)
"""Shares are assumed: no figures are public."""


def cycling(rng: np.random.Generator, kinds: IntArray, calendar: Calendar) -> FloatArray:
    """Return Wh of what comes on by itself in empty homes, float32 (homes, slots), 0 in the others.

    A thermostat runs and rests; how long it runs differs from turn to turn.
    """
    used = np.zeros((len(kinds), calendar.slots), dtype=np.float32)
    edges = np.arange(calendar.slots + 1) / 2
    clock = calendar.hours % 24
    frost = (calendar.by_slot(calendar.heating) > 0.6) & ((clock < 9) | (clock >= 18))
    draw = rng.random(len(kinds))
    bounds = np.cumsum([item.share for item in APPLIANCES])
    for row in np.flatnonzero((kinds >= VACANT) & (draw < bounds[-1])):
        item = APPLIANCES[int(np.searchsorted(bounds, draw[row], side="right"))]
        period = rng.uniform(*item.period_hours)
        turns = int(edges[-1] / period) + 2
        begin = period * (np.arange(turns) - rng.random()) + rng.normal(0, 0.1 * period, turns)
        lasts = period * rng.uniform(*item.duty) * rng.uniform(0.6, 1.4, turns)
        begin = np.sort(begin)
        lasts = np.minimum(lasts, np.diff(begin, append=begin[-1] + period))
        # hours run until each edge: whole turns before it, and the part of the turn it lies in
        turn = np.maximum(np.searchsorted(begin, edges, side="right") - 1, 0)
        before = np.concatenate([[0.0], np.cumsum(lasts)])[turn]
        run = before + np.clip(edges - begin[turn], 0, lasts[turn])
        used[row] = np.diff(run) * rng.uniform(*item.watts) * (frost if item.cold_only else 1.0)
    return used


def caretakers(rng: np.random.Generator, kinds: Array, monthly: float, calendar: Calendar) -> Array:
    """Return when somebody looks after an empty home for an hour or two, bool (homes, slots).

    `monthly`: visits a month to each vacant home, on days drawn at random, between 9 and 16 h.
    """
    there = np.zeros((len(kinds), calendar.slots), dtype=bool)
    row, day = np.nonzero((rng.random((len(kinds), calendar.days)) < monthly / 30.4) & (kinds == VACANT)[:, None])
    begin = day * SLOTS_A_DAY + rng.integers(18, 32, len(row))
    for later in range(4):
        stays = rng.random(len(row)) < (1.0, 1.0, 0.7, 0.4)[later]
        there[row[stays], begin[stays] + later] = True
    return there


def register(load: FloatArray, step_wh: IntArray, start: FloatArray) -> IntArray:
    """Return half-hourly readings in Wh, int32 (meters, slots), of registers that count whole steps.

    The register shows the whole steps of what was used since it was set; a reading is the difference of two states,
    so that
    what is below a step is carried over and no energy is lost. `start` float (meters): what it had counted beyond its
    last
    whole step, below `step_wh`.
    """
    counted = np.cumsum(load, axis=1, dtype=np.float64)
    counted += start[:, None]
    steps = np.floor(counted / step_wh[:, None]).astype(np.int64)
    first = np.floor(start / step_wh).astype(np.int64)
    return (np.diff(steps, axis=1, prepend=first[:, None]) * step_wh[:, None]).astype(np.int32)

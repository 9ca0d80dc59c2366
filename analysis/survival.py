"""Hours until a facility without the line fails (残り時間): when its battery and its fuel end, as an interval.

The clock starts when power was lost (`dark_since`), runs through the battery, then through the fuel at the building's
own use hour by hour (`own_load`). Each figure is an interval; what is assumed is named. Where neither the list nor a
rule for its kind tells what it runs on, nothing is said. A facility with power has no clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from statistics import NormalDist
from typing import Optional

import numpy as np

from ..arrays import FloatArray
from .backup import NAN, Assumption, Backup, Carries, Span, default_of
from .fuel_curve import burnt, litres_per_hour
from .generator_load import TRIPS, Hanging, hanging
from .overload import has_stopped_by, may_stop_after
from .own_load import POWER_FACTOR, OwnLoad
from .point_states import NEVER, OUTAGE, PARTIAL, POWERED, later
from .reasons import Reason
from .told_states import ToldState

CONSUMPTION_SPREAD = 0.06
"""Standard deviation of what a generator burns about its own rating."""
TABLE_SPREAD = 0.1
"""… about the general table for its size."""
LOAD_SPREAD = 0.06
"""Standard deviation of what a building uses in an outage about what it used on the days before."""
SURE, LIKELY = 3.1, 0.8
"""Standard deviations to the side of failing early, and of failing late. That it fails before its interval costs more
than that it lasts beyond it: in 35 drills none of 1,435 facilities fails before it, with a complete row and a generator
one in twelve lasts longer (docs/hours-left.md)."""
LIKELY_SEEN = 1.3
"""… to the late side where two stocks tell what is burnt: the interval is narrow enough to hold nine in ten. Not more
than `LIKELY` of what it were without them."""
SHELTER_WORDS = ("避難", "shelter")
"""Kinds of facility that fill with people: their own days before tell least of what they use."""
BATTERY_SPREAD = 0.04
"""Standard deviation of a battery's hours about what is told of it."""
BATTERY_EARLY, BATTERY_LATE = 2.5, 1.75
"""Standard deviations within which they are right to the side of failing early, and of failing late."""
LOAD_SHARES = Span(0.3, 0.9)
"""Load of a generator as a share of its capacity, where the building's own is not known."""
CIRCUIT_SHARES = Span(0.1, 1.0)
"""… where it may be that of selected circuits: of a set with much room to spare, or of one made for just these."""
TANK_SHARES = Span(0.4, 1.0)
"""How full a tank is, where the stock is not known."""
GAUGE_SPREAD = 0.01
"""Standard deviation of a stock that is read off a tank, as a share of the tank."""
LEAST_RUN = 3.0
"""Hours that a generator ran before its stock was seen, from which on that tells what it burns."""
_HOUR = np.timedelta64(3600, "s")
_HALF_HOUR = 0.5
LEAST_KVA = 0.1
"""A smaller generator is none."""
LONGEST_HOURS = 30 * 24
"""A clock beyond this says that it lasts: no outage is looked at for longer."""


class ClockState(str, Enum):
    """What a clock says."""

    POWERED = "powered"
    """It has power from the line: no clock."""
    RUNNING = "running"
    """On its own power; it fails later."""
    MAY_HAVE_FAILED = "may_have_failed"
    """The interval has begun."""
    FAILED = "failed"
    """The interval has passed, and its end lies within the data: the line was dark after it."""
    ENDED_BY_TIME = "ended_by_time"
    """The interval has passed since the data ended: it must have ended, if nobody refuelled it and power did not come
    back."""
    TRUCK = "truck"
    """A power truck feeds it."""
    UNKNOWN = "unknown"
    """It is not known whether it has power, since when not, or what it runs on."""


ORDER = (
    ClockState.MAY_HAVE_FAILED,
    ClockState.FAILED,
    ClockState.ENDED_BY_TIME,
    ClockState.RUNNING,
    ClockState.UNKNOWN,
    ClockState.TRUCK,
    ClockState.POWERED,
)
"""Those on top to whom fuel goes first."""


@dataclass(frozen=True)
class Facility:
    """What is known of one facility at a moment."""

    kind: str
    state: str
    """`point_states`: powered, partial, outage, unknown."""
    dark_low: np.datetime64
    """Earliest loss of power, datetime64[s]; NaT where not known."""
    dark_high: np.datetime64
    told: Optional[ToldState] = None
    """What was said by telephone and holds."""
    told_at: np.datetime64 = NEVER
    load: Optional[OwnLoad] = None
    backup: Optional[Backup] = None
    struck_between: bool = True
    """Whether an event may have begun between the two ends of its loss of power."""
    part_load: Optional[OwnLoad] = None
    """Without `load`, where only some of its meters are known: as if the others used as much as these. It tells nothing
    but that the generator may be too small."""
    stale: bool = False
    """Whether what proves its power is too old at the moment of looking."""


@dataclass(frozen=True)
class Clock:
    """When a facility fails."""

    state: ClockState
    earliest: np.datetime64
    """datetime64[s], NaT where nothing can be said."""
    latest: np.datetime64
    need_kva: float
    """kVA that carry its own peak; NaN unknown."""
    litres_to_hours: float
    """Litres that are lacking for the hours asked for, at the upper bound of use; NaN unknown."""
    assumptions: tuple[Assumption, ...] = ()
    why: Optional[Reason] = None


def clock(facility: Facility, at: np.datetime64, hours: float, now: Optional[np.datetime64] = None) -> Clock:
    """Return when a facility fails.

    Parameters
        facility: what is known of it at `at`.
        at: the moment of the map, up to which data tell of the line, datetime64[s].
        hours: for which the fuel is to last from the loss of power on (`litres_to_hours`).
        now: the moment of looking, at which its state is told, datetime64[s] not before `at`; without it, `at`.
    """
    now = at if now is None else now
    need = facility.load.need_kva if facility.load else NAN
    if facility.told is ToldState.TRUCK:
        return Clock(ClockState.TRUCK, NEVER, NEVER, need, NAN, (Assumption.TOLD,))
    begin, told = _begin(facility)
    if begin is None:
        state, why = _not_dark(facility)
        return Clock(state, NEVER, NEVER, need, NAN, told, why)
    if np.isnat(begin[0]) or np.isnat(begin[1]):
        return Clock(ClockState.UNKNOWN, NEVER, NEVER, need, NAN, told, Reason.NO_START)
    lasts = _lasts(facility, begin, now, hours)
    assumed = (*told, *([Assumption.PARTLY] if facility.state == PARTIAL else []), *lasts.assumptions)
    if lasts.sides is None:
        return Clock(ClockState.UNKNOWN, NEVER, NEVER, need, lasts.litres, assumed, lasts.why)
    earliest, latest = _ends(facility, begin, *lasts.sides)
    return Clock(
        _state(earliest, latest, _dark_until(facility, at), now), earliest, latest, need, lasts.litres, assumed
    )


def _not_dark(facility: Facility) -> tuple[ClockState, Optional[Reason]]:
    """Return the state of a facility that is not known to be dark, and why its proof of power says nothing now."""
    if facility.told is ToldState.POWERED:
        return ClockState.POWERED, None
    if facility.state != POWERED:
        return ClockState.UNKNOWN, None
    return (ClockState.UNKNOWN, Reason.TOO_OLD) if facility.stale else (ClockState.POWERED, None)


def _ends(
    facility: Facility, begin: tuple[np.datetime64, np.datetime64], early: _Early, late: _Late
) -> tuple[np.datetime64, np.datetime64]:
    """Return between which moments it fails; not before people said that its generator ran.

    Power went anywhere in the half-hour of which no reading came: that it went at its very edge and that the hours are
    as few or many as can be is rarer than either. Of a loss that is known less well its first or last half-hour is
    taken; where an event began between the two, power may have gone with it, and where people told of it, at any time.
    """
    unsure = min(float((begin[1] - begin[0]) / _HOUR), _HALF_HOUR)
    first = 0.0 if facility.struck_between or facility.told is not None else unsure
    earliest = later(begin[0], early.from_first(first))
    latest = later(begin[1], late.from_last(unsure))
    if facility.told is ToldState.GENERATOR and not np.isnat(facility.told_at):
        return max(earliest, facility.told_at), max(latest, facility.told_at)
    return earliest, latest


def _dark_until(facility: Facility, at: np.datetime64) -> np.datetime64:
    """Return until when its line is known to be dark: by the data, or by telephone after them."""
    said = facility.told is ToldState.OUT and not np.isnat(facility.told_at)
    return max(at, facility.told_at) if said else at


def _state(earliest: np.datetime64, latest: np.datetime64, dark_until: np.datetime64, now: np.datetime64) -> ClockState:
    if earliest > now:
        return ClockState.RUNNING
    if latest > now:
        return ClockState.MAY_HAVE_FAILED
    # of what came after the data, only time tells
    return ClockState.FAILED if latest <= dark_until else ClockState.ENDED_BY_TIME


def _begin(
    facility: Facility,
) -> tuple[Optional[tuple[np.datetime64, np.datetime64]], tuple[Assumption, ...]]:
    """Return the interval in which power was lost, None where it is not known to be; and whether people told it."""
    measured = facility.state in (OUTAGE, PARTIAL)
    if facility.told is ToldState.POWERED:
        return None, (Assumption.TOLD,)
    if facility.told in (ToldState.OUT, ToldState.GENERATOR):
        high = facility.dark_high if measured else facility.told_at
        return (facility.dark_low, np.fmin(high, facility.told_at)), (Assumption.TOLD,)
    return ((facility.dark_low, facility.dark_high) if measured else None), ()


@dataclass(frozen=True)
class _Early:
    """The side of failing early, in hours from the earliest loss of power."""

    bound: float
    """It does not fail before."""
    middle: float = NAN
    """Hours that it lasts most likely; NaN where only the bound is known."""
    spread: float = NAN
    """Their standard deviation."""

    def from_first(self, unsure: float) -> float:
        """Return where the interval begins, the loss being anywhere in so many hours from the earliest on."""
        if math.isnan(self.middle):
            return self.bound
        return max(self.bound, self.middle + unsure - _quantile_of_sum(unsure, self.spread, SURE))


@dataclass(frozen=True)
class _Late:
    """The side of failing late, in hours from the latest loss of power."""

    bound: float
    """It ends by then, where only that is known."""
    middle: float = NAN
    spread: float = NAN
    deviations: float = NAN
    """How many of these the end of the interval lies behind the middle."""

    def from_last(self, unsure: float) -> float:
        """Return where the interval ends, the loss being anywhere in so many hours up to the latest."""
        if math.isnan(self.middle):
            return self.bound
        return self.middle + max(0.0, _quantile_of_sum(unsure, self.spread, self.deviations) - unsure)


def _quantile_of_sum(width: float, spread: float, deviations: float) -> float:
    """Return what a figure anywhere in [0, width] and a normal one about 0 make together, with a given probability.

    The probability is that of a normal figure to lie below so many `deviations`.
    """
    if width <= 0 or spread <= 0:
        return width + deviations * spread

    def rest(far: float) -> float:
        # what a normal figure lies beyond `far` on average, in standard deviations
        return math.exp(-far * far / 2) / math.sqrt(2 * math.pi) - far * math.erfc(far / math.sqrt(2)) / 2

    beyond = math.erfc(deviations / math.sqrt(2)) / 2
    low, high = -10 * spread, width + 10 * spread
    for _ in range(60):
        middle = (low + high) / 2
        over = spread / width * (rest((middle - width) / spread) - rest(middle / spread))
        low, high = (middle, high) if over > beyond else (low, middle)
    return high


@dataclass(frozen=True)
class _Lasts:
    """How many hours a facility runs without the line."""

    sides: Optional[tuple[_Early, _Late]]
    litres: float = NAN
    assumptions: tuple[Assumption, ...] = ()
    why: Optional[Reason] = None


def _lasts(facility: Facility, begin: tuple[np.datetime64, np.datetime64], now: np.datetime64, hours: float) -> _Lasts:
    backup = (facility.backup or Backup()).known_at(now.astype("datetime64[s]").item())
    told, battery = backup.battery_hours if backup.tells_battery else 0.0, _battery(backup)
    if backup.tells_generator and backup.generator_kva >= LEAST_KVA:
        crowded = any(word in facility.kind.casefold() for word in SHELTER_WORDS)
        return _on_fuel(facility.load, facility.part_load, backup, battery, begin, hours, crowded)
    # of one of the two that there is none says nothing of the other: it need not fail at once
    if backup.tells_battery and (backup.tells_generator or backup.battery_hours > 0):
        spread = told * BATTERY_SPREAD
        return _Lasts((_Early(battery.low, told, spread), _Late(battery.high, told, spread, BATTERY_LATE)))
    default = default_of(facility.kind)
    if default is None:
        return _Lasts(None, why=Reason.NO_BACKUP_DATA)
    return _Lasts((_Early(default.hours.low), _Late(default.hours.high)), assumptions=(Assumption.KIND,))


def _battery(backup: Backup) -> Span:
    """Return the hours that a battery lasts, 0 where there is none."""
    told = backup.battery_hours if backup.tells_battery else 0.0
    return Span(told * (1 - BATTERY_EARLY * BATTERY_SPREAD), told * (1 + BATTERY_LATE * BATTERY_SPREAD))


def _on_fuel(
    load: Optional[OwnLoad],
    part: Optional[OwnLoad],
    backup: Backup,
    battery: Span,
    begin: tuple[np.datetime64, np.datetime64],
    hours: float,
    crowded: bool,
) -> _Lasts:
    """Return how long a generator runs after the battery; `crowded`: people take shelter there."""
    if backup.piped:
        return _Lasts(None, why=Reason.PIPED_FUEL)
    at_once = battery.low
    feeds = hanging(load, part, backup)
    # how many had come by then, and come later, a stock that was seen does not tell
    as_seen = None if crowded else _as_seen(feeds.load, backup, begin, battery)
    start, battery, passed = _starts(backup, battery, begin)
    use = _uses(feeds.load, backup, start, crowded, LOAD_SHARES if feeds.can_stop else CIRCUIT_SHARES, as_seen)
    assumed = _assumed(feeds, as_seen, backup, crowded)
    needed = use.high_until(math.ceil(hours - passed))
    if as_seen:
        # what leaks is not to be brought
        needed = min(needed, _burnt_at_most(backup, math.ceil(hours - passed)))
    fuel = _stock(backup)
    if fuel is None:
        return _Lasts(None, needed, tuple(assumed), Reason.NO_BACKUP_DATA)
    early, late = _sides(
        battery, fuel, use, _gauge(backup, passed), seen=passed > 0, known=feeds.load is not None, crowded=crowded
    )
    runs = later(begin[0], at_once), later(begin[1], late.bound)
    stops = _stops_after(feeds, backup, runs, crowded)
    if stops is not None:
        assumed.append(Assumption.OVERLOADED)
        # a stock that was seen does not say that it ran
        early = early if early.bound <= at_once + stops else _Early(at_once + stops)
        if backup.generator_carries is not Carries.WHOLE:
            assumed.append(Assumption.HANGS_UNKNOWN)
            # selected circuits may use less than the building, and do not stop it
            least = battery.high + _hours_of(fuel.high, _uses(None, backup, start, crowded, CIRCUIT_SHARES).low)
            late = late if least <= late.bound else _Late(least)
        elif feeds.load is not None and not crowded:
            late = _stopped(feeds.load, backup, begin[1], battery.high, late)
    return _Lasts((early, late), max(0.0, needed - fuel.low), tuple(assumed))


def _burnt_at_most(backup: Backup, hours: int) -> float:
    """Return the litres that a generator burns in so many hours at full load, by the upper bound of its rating."""
    of_generator = CONSUMPTION_SPREAD if backup.litres_per_hour > 0 else TABLE_SPREAD
    full = float(litres_per_hour(np.array([backup.generator_kva * POWER_FACTOR]), backup)[0])
    return max(0, hours) * full * (1 + SURE * of_generator)


def _gauge(backup: Backup, passed: float) -> float:
    """Return how far a stock that was seen may lie from the truth, litres; `passed`: hours till then, 0 not seen."""
    return GAUGE_SPREAD * _full(backup) if passed > 0 and not math.isnan(backup.before_l) else 0.0


def _stock(backup: Backup) -> Optional[Span]:
    """Return the litres that are there: as told, or a share of the tank; None where neither is told."""
    if not math.isnan(backup.fuel_l):
        return Span(backup.fuel_l, backup.fuel_l)
    if math.isnan(backup.tank_l):
        return None
    # something else is written, or it is to be filled up: it may be nearly empty
    least = 0.0 if "fuel_l" in backup.unread else TANK_SHARES.low
    return Span(backup.tank_l * least, backup.tank_l * TANK_SHARES.high)


def _assumed(feeds: Hanging, as_seen: Optional[_AsSeen], backup: Backup, crowded: bool) -> list[Assumption]:
    """Return what a generator's fuel and the use of it rest on."""
    found = [] if backup.litres_per_hour > 0 else [Assumption.FUEL_TABLE]
    if feeds.load is None:
        found += [Assumption.LOAD] if feeds.can_stop else [Assumption.LOAD, Assumption.CIRCUITS_USE]
    else:
        found += [] if feeds.can_stop else [Assumption.CIRCUITS]
        found += [Assumption.AS_USUAL] if feeds.can_stop or not backup.generator_load_kw > 0 else []
        found += [Assumption.CROWDED] if crowded else []
    found += [Assumption.AS_BURNT] if as_seen else []
    # without a stock nothing is said, and so nothing assumed of the tank
    return found + ([Assumption.TANK] if math.isnan(backup.fuel_l) and not math.isnan(backup.tank_l) else [])


def _sides(
    battery: Span, fuel: Span, use: _Uses, gauge: float, *, seen: bool, known: bool, crowded: bool
) -> tuple[_Early, _Late]:
    """Return the two sides of how long battery and fuel last.

    `seen`: the stock was seen after the loss of power, whose moment then says nothing; `known`: its own load is;
    `crowded`: how far it uses more than usual is known as a bound only; `gauge`: standard deviation of the stock,
    litres.
    """
    if gauge > 0:
        middle = _hours_of(fuel.low, use.usual)
        less, more = (
            math.hypot(middle - _hours_of(fuel.low, burnt_until), middle - _hours_of(fuel.low + off, use.usual))
            for burnt_until, off in ((use.high, -SURE * gauge), (use.low, use.likely * gauge))
        )
        return _Early(battery.low + max(0.0, middle - less)), _Late(battery.high + middle + more)
    low, high = battery.low + _hours_of(fuel.low, use.high), battery.high + _hours_of(fuel.high, use.low)
    if seen or not known:
        return _Early(low), _Late(high)
    first, last = battery.low + _hours_of(fuel.low, use.usual), battery.high + _hours_of(fuel.high, use.usual)
    early = _Early(low) if crowded else _Early(low, first, (first - low) / SURE)
    return early, _Late(high, last, (high - last) / LIKELY, LIKELY)


def _stops_after(
    feeds: Hanging, backup: Backup, runs: tuple[np.datetime64, np.datetime64], crowded: bool
) -> Optional[float]:
    """Return after how many hours a generator may stop for too much use; None for not while it runs (`runs`)."""
    known = feeds.load or feeds.part
    if known is None or not feeds.can_stop:
        return None
    # an outage differs from other days
    gives = backup.generator_kva * POWER_FACTOR / (1 + SURE * LOAD_SPREAD)
    stops = may_stop_after(known, gives, *runs, crowded)
    # in which hour the meters that are not known use most nobody knows
    return stops if stops is None or feeds.load is not None else 0.0


def _stopped(load: OwnLoad, backup: Backup, lost: np.datetime64, battery: float, late: _Late) -> _Late:
    """Return the late side of a generator that feeds a whole building, which may be too much for it.

    `lost`: the latest loss of power; `battery`: hours that it lasts at most; `late`: the side of its fuel.
    """
    gives = backup.generator_kva * POWER_FACTOR * TRIPS
    start, until = later(lost, battery), later(lost, late.bound)
    stopped = has_stopped_by(load, gives, start, until, LOAD_SPREAD, NormalDist().cdf(LIKELY))
    return late if stopped is None else _Late(float((stopped - lost) / _HOUR))


def _starts(
    backup: Backup, battery: Span, begin: tuple[np.datetime64, np.datetime64]
) -> tuple[np.datetime64, Span, float]:
    """Return from when the stock is burnt, what passes until then, and how many of the hours asked for these are.

    What passes: hours from the earliest and from the latest loss of power. A stock that was seen or filled up while the
    generator ran is burnt from that moment on.
    """
    seen = np.datetime64(backup.stock_at, "s") if backup.stock_at else NEVER
    if not seen > later(begin[0], battery.low):
        return later(begin[0], battery.low), battery, 0.0
    low, high = ((seen - end) / _HOUR for end in begin)
    return seen, Span(float(low), max(float(high), battery.high)), float(low)


@dataclass(frozen=True)
class _Uses:
    """Litres burnt from a start up to the end of each hour, float64 (LONGEST_HOURS,)."""

    low: FloatArray
    usual: FloatArray
    high: FloatArray
    likely: float = LIKELY
    """Standard deviations to the late side."""

    def high_until(self, hours: int) -> float:
        """Return the litres burnt at most in the first hours."""
        return float(self.high[min(hours, len(self.high)) - 1]) if hours > 0 else 0.0


def _uses(
    load: Optional[OwnLoad],
    backup: Backup,
    start: np.datetime64,
    crowded: bool,
    shares: Span,
    as_seen: Optional[_AsSeen] = None,
) -> _Uses:
    """Return what is burnt from a start on; without `load`, at `shares` of the generator's capacity."""
    full = backup.generator_kva * POWER_FACTOR
    if load is None:
        of_generator = CONSUMPTION_SPREAD if backup.litres_per_hour > 0 else TABLE_SPREAD
        low, high = (np.full(LONGEST_HOURS, full * share) for share in (shares.low, shares.high))
        burnt_low, burnt_high = (np.cumsum(litres_per_hour(each, backup)) for each in (low, high))
        return _Uses(burnt_low * (1 - LIKELY * of_generator), burnt_low, burnt_high * (1 + SURE * of_generator))
    known = _known_uses(load, backup, start)
    times, same = (1.0, known.same) if as_seen is None else as_seen.later(known)
    usual = np.maximum.accumulate(known.usual * times)
    spread = usual * np.hypot(same, known.days)
    most = np.cumsum(litres_per_hour(np.full(LONGEST_HOURS, full), backup)) / usual if crowded else 1.0
    # nothing that was burnt comes back: where days differ much, a bound by days would fall in the hours without use
    less, likely = LIKELY * known.usual * np.hypot(known.same, known.days), LIKELY
    if as_seen is not None and as_seen.beyond > SURE:
        # what is gone was not there, perhaps: then it burns as others do
        return _Uses(known.usual - less, usual, usual + SURE * spread, LIKELY)
    if as_seen is not None:
        # a reading that tells little does not make the interval wider
        less, likely = np.minimum(LIKELY_SEEN * spread, less), LIKELY_SEEN
    return _Uses(usual - less, usual, np.maximum.accumulate((usual + SURE * spread) * most), likely)


@dataclass(frozen=True)
class _KnownUses:
    """Litres burnt from a start up to the end of each hour, float64 (LONGEST_HOURS,), and how well they are known."""

    usual: FloatArray
    of_generator: float
    """Standard deviation, as a share, of what is the same hour by hour: what the list says of the set."""
    of_load: FloatArray
    """… the outage, which goes with the load."""
    of_curve: FloatArray
    """… what the set burns at these loads."""
    days: FloatArray
    """… of what days, and single hours, differ by: the more of them fuel lasts, the more that evens out."""

    @property
    def same(self) -> FloatArray:
        """Return the first three together: these go their own ways."""
        found: FloatArray = np.sqrt(self.of_generator**2 + self.of_load**2 + self.of_curve**2)
        return found


def _known_uses(load: OwnLoad, backup: Backup, start: np.datetime64) -> _KnownUses:
    of_generator = CONSUMPTION_SPREAD if backup.litres_per_hour > 0 else TABLE_SPREAD
    whole = start.astype("datetime64[h]")
    clock_hours, begun = whole + np.arange(LONGEST_HOURS), float((start - whole) / _HOUR)
    # an hour from half past on lies half in the next
    burns = burnt((1 - begun) * load.at(clock_hours) + begun * load.at(clock_hours + 1), backup)
    usual = np.cumsum(burns.litres)
    by_load = np.cumsum(burns.litres * burns.by_load) / usual
    of_curve = np.cumsum(burns.litres * burns.curve_spread) / usual
    of_load = np.hypot(LOAD_SPREAD, load.told_spread) * by_load
    hours = np.arange(1, LONGEST_HOURS + 1)
    days = np.maximum(load.spread / np.sqrt(np.maximum(hours / 24, 1.0)), load.hour_spread / np.sqrt(hours))
    return _KnownUses(usual, of_generator, of_load, of_curve, days * by_load)


@dataclass(frozen=True)
class _AsSeen:
    """What a generator burns, by what it burnt until its stock was seen."""

    times: float
    """It burnt so many times what it was taken to burn."""
    error: float
    """Standard deviation of that, as a share."""
    of_generator: float
    """As of `_KnownUses`, of the hours till then."""
    of_load: float
    of_curve: float

    @property
    def same(self) -> float:
        """Return how far what it burnt till then may lie from what it was taken to burn, standard deviation."""
        return math.sqrt(self.of_generator**2 + self.of_load**2 + self.of_curve**2)

    @property
    def beyond(self) -> float:
        """Return how far it lies from that, in standard deviations of both."""
        return (self.times - 1) / math.hypot(self.same, self.error)

    def later(self, known: _KnownUses) -> tuple[FloatArray, FloatArray]:
        """Return how many times what it was taken to burn it burns later, and the standard deviation of that, a share.

        Float64 (LONGEST_HOURS,) each. At other loads than those till then it tells less of both.
        """
        if self.beyond > SURE:
            # more is gone than it can have burnt by what is known: it goes on like that until somebody asks
            return np.full_like(known.usual, self.times), np.full_like(known.usual, max(self.same, self.error))
        shared = known.of_generator * self.of_generator + known.of_load * self.of_load + known.of_curve * self.of_curve
        weight = shared / (self.same**2 + self.error**2)
        return 1 + weight * (self.times - 1), np.sqrt(known.same**2 - weight * shared)


def _as_seen(
    load: Optional[OwnLoad], backup: Backup, begin: tuple[np.datetime64, np.datetime64], battery: Span
) -> Optional[_AsSeen]:
    """Return what a generator burns by two stocks, that at the loss of power and that seen later; None where unknown.

    `battery`: hours that it lasted before the generator ran. Where much less is gone than it must burn, it was filled
    up, or did not run: nothing is learnt.
    """
    gone = backup.before_l - backup.fuel_l
    if load is None or backup.stock_at is None or not gone > 0:
        return None
    seen = np.datetime64(backup.stock_at, "s")
    most, least = float((seen - begin[0]) / _HOUR) - battery.low, float((seen - begin[1]) / _HOUR) - battery.high
    ran = (most + least) / 2
    if not LEAST_RUN <= least <= ran < LONGEST_HOURS:
        return None
    start = seen - np.timedelta64(round(3600 * ran), "s")
    known, hour = _known_uses(load, backup, start), math.ceil(ran) - 1
    expected, days = _burnt_until(known.usual, ran), float(known.days[hour])
    # two readings of a gauge, when it began to run, and what those days were like
    read = math.sqrt(2) * GAUGE_SPREAD * _full(backup) / expected
    error = math.sqrt(read**2 + ((most - least) / ran) ** 2 / 12 + days**2)
    parts = known.of_generator, float(known.of_load[hour]), float(known.of_curve[hour])
    found = _AsSeen(gone / expected, error, *parts)
    return None if found.beyond < -SURE else found


def _full(backup: Backup) -> float:
    """Return the litres of a full tank, of which a gauge tells a share."""
    return max(backup.before_l, backup.tank_l if backup.tank_l > 0 else 0.0)


def stock_expected(facility: Facility, at: np.datetime64) -> Optional[float]:
    """Return the litres that are most likely left in a tank at a moment, datetime64[s].

    None where its stock, its use or its loss of power is not known, or nothing is burnt by then.
    """
    backup = (facility.backup or Backup()).known_at(at.astype("datetime64[s]").item())
    begin, _ = _begin(facility)
    feeds = hanging(facility.load, facility.part_load, backup)
    if begin is None or np.isnat(begin[0]) or np.isnat(begin[1]) or feeds.load is None or math.isnan(backup.fuel_l):
        return None
    battery = _battery(backup)
    start, _, _ = _starts(backup, battery, begin)
    hours = float((at - start) / _HOUR)
    if not 0 < hours < LONGEST_HOURS:
        return None
    as_seen = _as_seen(feeds.load, backup, begin, battery)
    burns = _uses(feeds.load, backup, start, False, LOAD_SHARES, as_seen)
    return max(0.0, backup.fuel_l - _burnt_until(burns.usual, hours))


def _burnt_until(burnt_until: FloatArray, hours: float) -> float:
    """Return the litres burnt in so many hours; `burnt_until`: up to the end of each hour."""
    return float(np.interp(hours, np.arange(len(burnt_until) + 1), np.concatenate([[0.0], burnt_until])))


def _hours_of(litres: float, burnt_until: FloatArray) -> float:
    """Return for how many hours litres last, at most `LONGEST_HOURS`; `burnt_until`: up to the end of each hour."""
    if litres <= 0:
        return 0.0
    place = int(np.searchsorted(burnt_until, litres))
    if place >= len(burnt_until):
        return float(LONGEST_HOURS)
    before = float(burnt_until[place - 1]) if place else 0.0
    return place + (litres - before) / (float(burnt_until[place]) - before)

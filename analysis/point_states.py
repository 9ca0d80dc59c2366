"""The state of supply points (供給地点) at a moment, from the freshest evidence, with why nothing can be said.

Powered is what was proven to have power at or after the last event that struck there and was not silent since for
longer than forgiven; without power is what is silent since, although it was expected, or listed with a silence that
began with or after an event. All else is unknown, and carries what was known before. Arrays throughout: lists of
20,000 facilities are looked up in one go.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Callable, Optional

import numpy as np
import pandas as pd

from ..arrays import BoolArray, FloatArray, IntArray, ObjectArray, TimeArray
from ..messages import Message, message
from .reasons import Reason
from .slots import SLOT, AnyMoment

POWERED, PARTIAL, OUTAGE, UNKNOWN = "powered", "partial", "outage", "unknown"
"""States of a facility; a supply point has all but `partial`."""

SUPPLY = 1
"""データ種別 1 供給; 2 受電 (solar export) says nothing about a building's supply."""

NEVER = np.datetime64("NaT", "s")
_HOUR = np.timedelta64(3600, "s")


@dataclass(frozen=True)
class PointRules:
    """The limits, in hours, that decide between powered, outage and unknown."""

    recent_hours: float = 1.5
    """Expected half-hours that may be missing since the last reading and it still has power: three may be lost."""
    dark_hours: float = 3.0
    """Expected half-hours without a reading that mean outage."""
    old_hours: float = 12.0
    """Evidence older than this says nothing about now; the setting `oldHours`."""
    list_hours: float = 12.0
    """通電情報 lists the meters that gave no reading for this long (manual, glossary 12)."""
    during_hours: float = 3.0
    """While an event lasts, a proof of power that is older than this says nothing: lines go on breaking."""


def clock(moment: AnyMoment) -> str:
    """Return a time as text to the minute."""
    return pd.Timestamp(moment).strftime("%Y-%m-%d %H:%M")


def hours(number: float) -> np.timedelta64:
    """Return hours as a span of time."""
    return np.timedelta64(round(number * 3600), "s")


def later(moment: np.datetime64, number: float) -> np.datetime64:
    """Return the moment so many hours after another, datetime64[s]."""
    found: np.datetime64 = moment + hours(number)
    return found


# -- why ---------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Why:
    """A way in which a state comes about."""

    state: str
    words: Callable[[_Row, PointRules], Message]
    reason: Optional[Reason] = None
    """Why it is unknown."""


@dataclass(frozen=True)
class _Row:
    """The times of one supply point that its reason may name."""

    last: np.datetime64
    until: np.datetime64
    snapshot: np.datetime64
    broute: np.datetime64
    lost: np.datetime64
    restored: np.datetime64
    event: np.datetime64
    as_of: np.datetime64
    known_at: np.datetime64


class Why(Enum):
    """Every way in which a state comes about, with its words."""

    ENDED = _Why(UNKNOWN, lambda p, r: message("The contract is not in force"), Reason.NOT_IN_SERVICE)
    RESTORED = _Why(POWERED, lambda p, r: message("The meter itself reported power at {time}", time=clock(p.restored)))
    LOST = _Why(
        OUTAGE, lambda p, r: message("The meter itself reported at {time} that it lost power", time=clock(p.lost))
    )
    BROUTE = _Why(POWERED, lambda p, r: message("B-route reading of {time}", time=clock(p.broute)))
    BROUTE_ENDED = _Why(
        UNKNOWN,
        lambda p, r: message("B-route reading of {time}, and nothing certain since", time=clock(p.broute)),
        Reason.TOO_OLD,
    )
    READ = _Why(POWERED, lambda p, r: message("Reading received until {time}", time=clock(p.last)))
    NOT_REMOTE = _Why(UNKNOWN, lambda p, r: message("The meter cannot be read remotely"), Reason.NOT_REMOTE)
    SILENT_BEFORE = _Why(
        UNKNOWN, lambda p, r: message("The meter was silent before the event already"), Reason.SILENT_BEFORE_EVENT
    )
    LISTED_BEFORE = _Why(
        UNKNOWN,
        lambda p, r: message(
            "In the outage list of {time}, but silent since before the event of {event} already",
            time=clock(p.snapshot),
            event=clock(p.event),
        ),
        Reason.SILENT_BEFORE_EVENT,
    )
    TOO_SHORT = _Why(
        UNKNOWN,
        lambda p, r: message("No reading since {time}: too short to call it an outage", time=clock(p.last)),
        Reason.NOT_DUE,
    )
    DARK = _Why(OUTAGE, lambda p, r: message("No reading since {time}", time=clock(p.last)))
    DISAGREE = _Why(
        UNKNOWN,
        lambda p, r: message(
            "No reading since {time}, but the outage list of {list} does not name the meter",
            time=clock(p.last),
            list=clock(p.snapshot),
        ),
        Reason.SET_INCOMPLETE,
    )
    UNREAD = _Why(
        UNKNOWN,
        lambda p, r: message(
            "Not in the outage list of {time}, but no reading came until {until}",
            time=clock(p.snapshot),
            until=clock(p.until),
        ),
        Reason.SET_INCOMPLETE,
    )
    LISTED = _Why(OUTAGE, lambda p, r: message("In the outage list of {time}", time=clock(p.snapshot)))
    NOT_LISTED = _Why(POWERED, lambda p, r: message("Not in the outage list of {time}", time=clock(p.snapshot)))
    NOTHING = _Why(
        UNKNOWN,
        lambda p, r: message("Neither an outage list nor a reading was received for this meter"),
        Reason.OUT_OF_SCOPE,
    )
    NEVER_HEARD = _Why(
        UNKNOWN, lambda p, r: message("Nothing was received about the supply point"), Reason.OUT_OF_SCOPE
    )
    NO_MASTER = _Why(
        UNKNOWN,
        lambda p, r: message("The supply point is not in the contract master (マスタ情報)"),
        Reason.OUT_OF_SCOPE,
    )
    SCOPE_UNKNOWN = _Why(
        UNKNOWN,
        lambda p, r: message(
            "It is not known whether the outage list of {time} covers the meter", time=clock(p.snapshot)
        ),
        Reason.OUT_OF_SCOPE,
    )
    NOT_COVERED = _Why(
        UNKNOWN,
        lambda p, r: message("The outage list of {time} does not cover the meter", time=clock(p.snapshot)),
        Reason.OUT_OF_SCOPE,
    )
    REMOTE_UNKNOWN = _Why(
        UNKNOWN, lambda p, r: message("It is not known whether the meter can be read remotely"), Reason.NOT_REMOTE
    )
    LIST_TOO_SOON = _Why(
        UNKNOWN,
        lambda p, r: message(
            "The outage list of {time} was made less than {hours} hours after the event and cannot show it yet",
            time=clock(p.snapshot),
            hours=f"{r.list_hours:g}",
        ),
        Reason.BEFORE_EVENT,
    )
    POWER_BEFORE = _Why(
        UNKNOWN,
        lambda p, r: message(
            "Powered at {time}, before the event of {event}; nothing certain since",
            time=clock(p.known_at),
            event=clock(p.event),
        ),
        Reason.BEFORE_EVENT,
    )
    OUTAGE_BEFORE = _Why(
        UNKNOWN,
        lambda p, r: message(
            "Without power at {time}, before the event of {event}; nothing certain since",
            time=clock(p.known_at),
            event=clock(p.event),
        ),
        Reason.BEFORE_EVENT,
    )
    INCOMPLETE = _Why(
        UNKNOWN,
        lambda p, r: message(
            "The newest set of readings is incomplete, and the meter is not in the parts received; last read {time}",
            time=clock(p.last) if not np.isnat(p.last) else "–",
        ),
        Reason.SET_INCOMPLETE,
    )
    KIND_SILENT = _Why(
        UNKNOWN,
        lambda p, r: message(
            "The meters of the same kind did not report either; last read {time}",
            time=clock(p.last) if not np.isnat(p.last) else "–",
        ),
        Reason.POPULATION_SILENT,
    )
    OLD = _Why(
        UNKNOWN,
        lambda p, r: message("The newest evidence is of {time}: too old", time=clock(p.known_at)),
        Reason.TOO_OLD,
    )


WHYS: tuple[Why, ...] = tuple(Why)
STATES = (OUTAGE, UNKNOWN, POWERED)
"""The states of supply points, the one that decides a facility's words first."""
_STATE = np.array([STATES.index(why.value.state) for why in WHYS], dtype=np.int8)
_UNHEARD = {Reason.SET_INCOMPLETE: Why.INCOMPLETE, Reason.POPULATION_SILENT: Why.KIND_SILENT}
"""Why half-hours after the last reading are not known, where that weighs more than that they may still come."""


# -- what is known -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Known:
    """The table `points` as arrays of one length; missing values made uniform, times datetime64[s]."""

    listed: BoolArray
    in_scope: IntArray
    """int8: 1 covered by the list, 0 not, -1 not known."""
    snapshot: TimeArray
    since: TimeArray
    """Since when the list, with those before it, says it is silent."""
    cleared: TimeArray
    """The newest list that covers the meter and does not name it."""
    remote: IntArray
    """int8: 1 read remotely, 0 not, -1 not known."""
    service: IntArray
    """int8: 1 contract in force, 0 not, -1 not known."""
    last: TimeArray
    until: TimeArray
    gap: FloatArray
    """Hours of expected half-hours without a reading since the last, float64."""
    unheard: FloatArray
    """Hours of half-hours since the last reading of which it is not known whether there was one, float64."""
    why_unheard: ObjectArray
    silent_before: BoolArray
    in_master: BoolArray
    broute: TimeArray
    lost: TimeArray
    restored: TimeArray
    first_event: TimeArray
    event: TimeArray
    over: TimeArray
    at: np.datetime64

    @classmethod
    def of(cls, points: pd.DataFrame, at: datetime, rules: PointRules) -> _Known:
        """Read the table of `evidence.supply_points`."""
        count = len(points)

        def times(name: str) -> TimeArray:
            if name not in points:
                return np.full(count, NEVER)
            return pd.to_datetime(points[name]).to_numpy().astype("datetime64[s]")

        def flags(name: str) -> IntArray:
            if name not in points:
                return np.full(count, -1, dtype=np.int8)
            values = points[name]
            if values.dtype == np.int8:
                return values.to_numpy()
            return values.astype("boolean").astype("Int8").fillna(-1).to_numpy(dtype=np.int8)

        last, until, snapshot = times("last_reading"), times("readings_until"), times("snapshot_at")
        gap = np.maximum((until - last) / _HOUR, 0.0)
        if "silent_hours" in points:
            told = points["silent_hours"].to_numpy(dtype=np.float64)
            gap = np.where(np.isnan(told), gap, told)
        listed, scope = flags("listed") == 1, flags("in_scope")
        since = np.where(np.isnat(times("list_since")), snapshot - hours(rules.list_hours), times("list_since"))
        cleared = times("cleared_at")
        cleared = np.where(np.isnat(cleared) & ~listed & (scope == 1), snapshot, cleared)
        unheard = points["unheard_hours"].to_numpy(dtype=np.float64) if "unheard_hours" in points else np.zeros(count)
        why = points["why_unheard"].to_numpy(object) if "why_unheard" in points else np.full(count, None, dtype=object)
        return cls(
            listed=listed,
            in_scope=scope,
            snapshot=snapshot,
            since=np.fmax(since, last) if count else since,
            cleared=cleared,
            remote=flags("reads_remotely"),
            service=flags("in_service"),
            last=last,
            until=until,
            gap=gap,
            unheard=unheard,
            why_unheard=why,
            silent_before=flags("silent_before") == 1,
            in_master=flags("in_master") == 1,
            broute=times("broute_at"),
            lost=times("lost_at"),
            restored=times("restored_at"),
            first_event=times("first_event"),
            event=times("event_begin"),
            over=times("event_over"),
            at=np.datetime64(at, "s"),
        )


def _at_least(moments: TimeArray, bound: TimeArray) -> BoolArray:
    """Return where moments are not before a bound; where there is no bound, all that are known."""
    return ~np.isnat(moments) & ~(moments < bound)


class _Judge:
    """Decides the supply points in the order of the evidence: what is decided stays so."""

    def __init__(self, known: _Known, rules: PointRules):
        self.known, self.rules = known, rules
        self.why = np.full(len(known.last), -1, dtype=np.int8)
        self.proof = np.full(len(known.last), NEVER)
        """Moment of which the evidence is."""
        self.told = np.full(len(known.last), NEVER)
        """Moment until which the evidence reaches: by it, it grows old."""
        recent, twelve = hours(rules.recent_hours), hours(rules.list_hours)
        contradicted = known.listed & (known.last > known.snapshot - twelve + recent)
        self.listed = known.listed & ~contradicted
        self.any_list = ~np.isnat(known.snapshot) & ~contradicted
        """Whether there is a list, be it of others."""
        self.has_list = self.any_list & (known.listed | (known.in_scope == 1))
        """Whether a list speaks of the meter: one that may be of others alone takes nothing from what else is known."""
        self.has_reading = ~(np.isnat(known.last) | np.isnat(known.until))
        self.fresh = self.has_reading & (known.gap <= rules.recent_hours)
        self.explained = known.last > known.snapshot - twelve
        """Whether the last reading is why the meter is not in the list: it came in its 12 hours."""
        # while it lasts, only what is fresh says anything; afterwards, what is later
        during = np.fmax(known.event, known.at - hours(rules.during_hours))
        self.power_from = np.where(known.at >= known.over, known.over, np.where(np.isnat(known.event), NEVER, during))

    def settle(
        self, where: BoolArray, why: Why, proof: Optional[TimeArray] = None, told: Optional[TimeArray] = None
    ) -> None:
        """Decide those of `where` that are not decided yet."""
        chosen = where & (self.why < 0)
        self.why[chosen] = WHYS.index(why)
        if proof is not None:
            self.proof[chosen] = proof[chosen]
            self.told[chosen] = (proof if told is None else told)[chosen]

    def decide(self) -> None:
        """Go through the evidence, the freshest kind first, then hold it against the events and its age."""
        self.settle(self.known.service == 0, Why.ENDED)
        self._meter_events()
        self._broute()
        known, rules = self.known, self.rules
        self._unheard()
        self.settle(self.fresh & ~(self.has_list & (known.last <= known.snapshot)), Why.READ, known.last)
        self.settle(known.remote == 0, Why.NOT_REMOTE)
        self._lists_before_event()
        self.settle(known.silent_before & ~_at_least(known.last, self._floor_first()), Why.SILENT_BEFORE)
        self._gap()
        self.settle(self.has_list & self.listed, Why.LISTED, known.snapshot)
        self._absence()
        self._events()
        old = (self.state() != STATES.index(UNKNOWN)) & (known.at - self.told > hours(rules.old_hours))
        self._overrule(old, Why.OLD)

    def state(self) -> IntArray:
        """Return the states decided so far, as positions in `STATES`."""
        return _STATE[self.why]

    def _overrule(self, where: BoolArray, why: Why) -> None:
        self.why[where] = WHYS.index(why)

    def _floor_first(self) -> TimeArray:
        first = self.known.first_event
        return first - (first - np.datetime64("1970-01-01", "s")) % SLOT

    def _meter_events(self) -> None:
        """What the meter itself told (Last Gasp, restoration, polling) is the freshest of all, until something else."""
        known = self.known
        listed_since = np.where(self.listed, known.since, NEVER)
        heard = np.fmax(known.last, known.broute)
        power = ~np.isnat(known.restored) & _at_least(known.restored, np.fmax(known.lost, heard))
        silent = (known.gap > self.rules.recent_hours) | (listed_since >= known.restored)
        self.settle(power & ~silent, Why.RESTORED, known.restored)
        later = np.fmax(np.fmax(known.restored, heard), known.cleared - hours(self.rules.list_hours))
        later = np.fmax(later, self._floor_first() - hours(self.rules.recent_hours))
        self.settle(_at_least(known.lost, later), Why.LOST, known.lost, np.fmax(known.lost, known.until))

    def _broute(self) -> None:
        """The meter answered on the spot: powered then. That the log ends says nothing: unknown, not outage."""
        known, recent = self.known, hours(self.rules.recent_hours)
        seen = ~np.isnat(known.broute) & ~(known.broute <= known.last)
        beaten = self.has_list & (known.snapshot >= known.broute)
        newest = np.fmax(np.fmax(known.until, np.where(self.has_list, known.snapshot, NEVER)), known.at)
        self.settle(seen & ~beaten & (newest - known.broute <= recent), Why.BROUTE, known.broute)
        # Where it had power while nothing was heard of it by the usual way, silence by that way is no proof.
        unheard = known.broute - known.last > recent
        doubted = beaten & self.listed & (known.broute > known.snapshot - hours(self.rules.list_hours) + recent)
        self.settle(seen & (unheard | doubted | ~(self.has_list | self.has_reading)), Why.BROUTE_ENDED)

    def _unheard(self) -> None:
        """What a set that is not whole would tell of later half-hours is not known, whatever was read before."""
        known = self.known
        long = (known.unheard > self.rules.recent_hours) & ~(known.gap > self.rules.recent_hours)
        # a newer list than the last reading may still decide
        alone = long & ~(self.has_list & ~(known.snapshot < known.last))
        for reason, why in _UNHEARD.items():
            self.settle(alone & (known.why_unheard == reason.value), why)

    def _lists_before_event(self) -> None:
        """A list that names a meter whose silence began before the event says nothing about what the event did."""
        known = self.known
        after = self.has_list & self.listed & _at_least(known.snapshot, known.event)
        before = after & ~np.isnat(known.first_event) & (known.since < self._floor_first())
        heard_just_before = _at_least(known.last, self._floor_first() - hours(self.rules.recent_hours))
        self.settle(before & ~heard_just_before, Why.LISTED_BEFORE)

    def _gap(self) -> None:
        """Readings that stop although later half-hours were expected mean outage."""
        known, rules = self.known, self.rules
        counts = ~self.has_list | (known.until > known.snapshot) | (~self.listed & self.explained)
        silent = self.has_reading & (known.gap > rules.recent_hours) & counts
        silent &= ~(self.listed & (known.last <= known.snapshot) & (known.gap < rules.dark_hours))
        self.settle(silent & (known.gap < rules.dark_hours), Why.TOO_SHORT)
        # The list says that a reading came in its 12 hours, which the store does not have: its gaps prove nothing.
        missed = self.has_list & ~self.listed & ~self.explained
        self.settle(silent & missed, Why.DISAGREE)
        self.settle(silent, Why.DARK, known.until)

    def _absence(self) -> None:
        """A meter that was asked for, can be read and is not in the list was read within the list's 12 hours.

        Where that is no proof, a reading that came lately still is.
        """
        known = self.known
        reach = known.snapshot - hours(self.rules.list_hours)
        doubts = (
            (~self.any_list, Why.NOTHING),
            (~known.in_master, Why.NO_MASTER),
            (known.in_scope < 0, Why.SCOPE_UNKNOWN),
            (known.in_scope == 0, Why.NOT_COVERED),
            ((known.remote < 0) & ~self.has_reading, Why.REMOTE_UNKNOWN),
            (~self.has_reading & (known.until > known.snapshot), Why.UNREAD),
        )
        doubted = np.logical_or.reduce([where for where, _ in doubts])
        proof = np.fmax(reach, known.last)
        after = _at_least(proof, self.power_from)
        self.settle(~doubted & (after | ~self.fresh), Why.NOT_LISTED, proof, known.snapshot)
        self.settle(self.fresh, Why.READ, known.last)
        for where, why in doubts:
            self.settle(where, why)

    def _events(self) -> None:
        """Evidence from before the last event that struck there says nothing of the time after it."""
        known = self.known
        struck = ~np.isnat(known.event)
        powered = self.state() == STATES.index(POWERED)
        outage = self.state() == STATES.index(OUTAGE)
        late = struck & powered & ~_at_least(self.proof, self.power_from)
        too_soon = late & (self.why == WHYS.index(Why.NOT_LISTED)) & _at_least(known.snapshot, known.event)
        self._overrule(late, Why.POWER_BEFORE)
        self._overrule(too_soon, Why.LIST_TOO_SOON)
        for reason, why in _UNHEARD.items():
            unheard = (known.unheard > self.rules.recent_hours) & (known.why_unheard == reason.value)
            self._overrule(late & ~too_soon & unheard, why)
        self._overrule(struck & outage & ~_at_least(self.told, known.event), Why.OUTAGE_BEFORE)


@dataclass(frozen=True)
class PointState:
    """What is known about one supply point."""

    state: str
    reason: Message
    as_of: np.datetime64
    """Time of the evidence; NaT where unknown."""
    unknown: Optional[Reason] = None
    """Why it is unknown."""
    last_state: Optional[str] = None
    """The newest state that was proven, also before the last event."""
    last_proven: np.datetime64 = NEVER
    """When it was last proven to have power."""


@dataclass(frozen=True)
class PointStates:
    """What is known about supply points; arrays of one length."""

    numbers: pd.Index
    """供給地点特定番号, each once."""
    why: IntArray
    """int8: position in `WHYS`."""
    as_of: TimeArray
    """datetime64[s]: time of the evidence; NaT where unknown."""
    last_state: ObjectArray
    """object: the newest state that was proven, None where none was."""
    last_proven: TimeArray
    """datetime64[s]: when it was last proven to have power; NaT where it never was."""
    known_until: TimeArray
    """datetime64[s]: until when the evidence reaches, by which it grows old; NaT where unknown."""
    rules: PointRules
    rows: Callable[[int], _Row] = field(repr=False)

    @property
    def state(self) -> IntArray:
        """Positions in `STATES`, int8."""
        return _STATE[self.why]

    def powered_too_long_ago(self, now: np.datetime64) -> BoolArray:
        """Return who had power at the moment of the states, by evidence that is too old at a later one."""
        old = now - self.known_until > hours(self.rules.old_hours)
        return (self.state == STATES.index(POWERED)) & old

    def reason_code(self, position: int) -> Optional[Reason]:
        """Return why one is unknown; None where it is not."""
        return WHYS[self.why[position]].value.reason

    def words(self, position: int) -> Message:
        """Return in words on what the state of one rests."""
        return WHYS[self.why[position]].value.words(self.rows(position), self.rules)

    def __getitem__(self, number: str) -> PointState:
        place = int(self.numbers.get_loc(number))  # type: ignore[arg-type]  # numbers are unique
        return PointState(
            STATES[self.state[place]],
            self.words(place),
            self.as_of[place],
            self.reason_code(place),
            self.last_state[place],
            self.last_proven[place],
        )


def point_states(points: pd.DataFrame, at: datetime, rules: PointRules) -> PointStates:
    """Return the state of each supply point with flow 1 (供給).

    `points`: one row a supply point about which something is known, as `casefile.case_arrays.supply_points` gives it:
    `supply_point flow listed in_scope snapshot_at reads_remotely last_reading readings_until silent_before in_master`
    (bool, boolean with NA, datetime64 with NaT). These may be there, too: `list_since cleared_at` (since when lists say
    it is silent, the newest list that covers and does not name it), `in_service`, `silent_hours first_missed` (expected
    half-hours without a reading since the last, and the end of the first of them), `unheard_hours why_unheard` (those
    of which it is not known, `Reason`), `broute_at lost_at restored_at` (B-route, Last Gasp, restoration), `first_event
    event_begin event_over` (the first and the last event that struck there not after `at`). Of several rows of one
    number the last counts.
    """
    own = points[points["flow"] == SUPPLY].drop_duplicates("supply_point", keep="last").reset_index(drop=True)
    known = _Known.of(own, at, rules)
    judge = _Judge(known, rules)
    judge.decide()
    unknown = judge.state() == STATES.index(UNKNOWN)
    as_of = np.where(unknown, NEVER, judge.proof)
    last_state, last_proven, known_at = _before(judge)
    last_state[~unknown] = np.array(STATES, dtype=object)[judge.state()[~unknown]]

    def row(position: int) -> _Row:
        return _Row(  # type: ignore[call-arg]  # as many parts as places
            *(
                getattr(known, name)[position]
                for name in ("last", "until", "snapshot", "broute", "lost", "restored", "event")
            ),
            judge.proof[position],
            judge.told[position] if judge.why[position] == WHYS.index(Why.OLD) else known_at[position],
        )

    numbers, reach = pd.Index(own["supply_point"].astype(str)), np.where(unknown, NEVER, judge.told)
    return PointStates(numbers, judge.why, as_of, last_state, last_proven, reach, rules, row)


def _before(judge: _Judge) -> tuple[ObjectArray, TimeArray, TimeArray]:
    """Return the newest state that was proven, when it last had power, and of when that state is."""
    known, rules = judge.known, judge.rules
    reach = known.cleared - hours(rules.list_hours)
    reach = np.where((known.remote != 0) & known.in_master, reach, NEVER)
    proven = np.fmax(np.fmax(known.last, known.broute), np.fmax(known.restored, reach))
    silent = np.where(judge.listed, known.snapshot, NEVER)
    silent = np.fmax(silent, np.where(judge.has_reading & (known.gap >= rules.dark_hours), known.until, NEVER))
    silent = np.fmax(silent, known.lost)
    silent = np.where(known.silent_before | (known.remote == 0), NEVER, silent)
    dark = ~np.isnat(silent) & _at_least(silent, np.fmax(proven, np.where(np.isnat(reach), NEVER, known.cleared)))
    state = np.full(len(proven), None, dtype=object)
    state[~np.isnat(proven)] = POWERED
    state[dark] = OUTAGE
    return state, proven, np.where(dark, silent, proven)

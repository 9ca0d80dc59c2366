"""Which half-hours were due in what was published, and so of which meters a reading was expected when.

By population (flow, voltage class, step length, and whether the contract is a registered 特定契約者), never by meter:
the meters of a prefecture fall into a few.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Iterator, Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..analysis.expectation import CODES, Expected
from ..analysis.reasons import Reason
from ..analysis.slots import SLOT_SECONDS
from ..arrays import BoolArray, IntArray
from .case import Case
from .known_meters import known_meters
from .publications import READING, Publication, State, exact_cuts, known, roster_of
from .reported import EPOCH, FEW, SLOTS, Curve, Population, begin_of, code_of, half_hour

BULK = 0.5
"""Share of the meters that usually report, or of those that still did in the hours before, that are the bulk."""
LEAST = 0.25
"""Of fewer of the meters that usually report, however many still did before, nothing follows for the others."""
LEAST_METERS = 3
"""One or two meters whose readings come before those of all others are no bulk, however few the others are."""
BEFORE = 12
"""Half-hours before a half-hour with which it is compared."""
_CODES = 1 << 17
"""Numbers that flow, voltage class and scope have together (`_codes`)."""
_PIECE = 1 << 18
"""Meters worked on at a time: what is worked out for each between takes more than the answer."""
USUAL = 0.9
"""Quantile of earlier delays that is the usual one: nine of ten sets were not later."""


@dataclass(frozen=True)
class Delay:
    """How long after its end a half-hour is published."""

    half_hours: float
    by_day: bool = False
    """Whether whole days are published, each so long after its end."""

    def due_until(self, published: datetime) -> int:
        """Return the half-hour (number) after the last that was due in a set published then."""
        number = half_hour(published - timedelta(minutes=30 * self.half_hours))
        return number // SLOTS * SLOTS if self.by_day else number


@dataclass(frozen=True)
class ReadingSet:
    """A set of 電力データ, ready to be judged."""

    publication: Publication
    curves: Mapping[Population, Curve]
    scope: str
    """`all`, `contractors`, or `few`: nobody said whom it was asked for, and it holds a small part only."""
    counts: bool
    """Whether what is missing in it is silence: it is whole, as far as can be told."""
    cut_off: bool
    """Whether a part seems to be missing at its end."""

    @property
    def published(self) -> Optional[datetime]:
        """When it was published."""
        return self.publication.published_at

    @property
    def asked_end(self) -> Optional[int]:
        """The half-hour after the last one asked for."""
        end = self.publication.asked.end
        return None if end is None else half_hour(end)

    def reach(self) -> Optional[tuple[int, int]]:
        """Return the first half-hour in which its meters reported, and the one after the last; None for no rows."""
        if not self.curves:
            return None
        pieces = [(curve.begin(curve.few), curve.end(curve.few)) for curve in self.curves.values()]
        return min(begin for begin, _ in pieces), max(end for _, end in pieces)

    def silent_days(self) -> list[int]:
        """Return the days within its reach of which no row came at all: of these it says nothing."""
        reach = self.reach()
        if reach is None:
            return []
        held = {day for curve in self.curves.values() for day in curve.days().tolist()}
        return [day for day in range(reach[0] // SLOTS + 1, (reach[1] - 1) // SLOTS) if day not in held]

    def holds(self, population: Population) -> bool:
        """Whether meters of a population would be in it."""
        return population in self.curves or (population.flow, population.voltage) in self.publication.asked.classes


class Expectations:
    """What was published of a case's readings, ready for questions."""

    def __init__(self, case: Case):
        meters = case.readings.meters
        self._meters = np.bincount(code_of(meters.flow, meters.voltage), minlength=256)
        self.event = min(event.begin for event in case.info.all_events)
        self._struck = [(half_hour(each.begin), half_hour(each.over) + 1) for each in case.info.all_events]
        found = [each for each in known(case) if each.kind == READING]
        curves = {each.key: each.curves() for each in found}
        self._cuts = exact_cuts(found)
        self._roster = roster_of(case)
        self._spans: dict[tuple[int, Population], Optional[tuple[int, int]]] = {}
        self._delays: dict[tuple[Population, str], tuple[_Sample, ...]] = {}
        self.usual = {scope: self._usual(found, curves, scope) for scope in ("all", "contractors")}
        self.sets = [self._prepared(each, curves[each.key]) for each in found]

    def _usual(
        self, found: Sequence[Publication], curves: Mapping[tuple[Any, ...], Mapping[Population, Curve]], scope: str
    ) -> dict[Population, int]:
        """Return how many meters of each population report in peacetime; without such sets, in any."""
        before: dict[Population, int] = {}
        after: dict[Population, int] = {}
        for each in found:
            if (each.scope == "contractors") != (scope == "contractors"):
                continue
            peace = each.published_at is not None and each.published_at <= self.event
            for population, curve in curves[each.key].items():
                held = before if peace else after
                # parts that came twice, in another form, are no more meters
                code = int(code_of(np.array(population.flow), np.array(population.voltage)))
                most = min(curve.most, int(self._meters[code]))
                held[population] = max(held.get(population, 0), most)
        return {**after, **before}

    def _prepared(self, each: Publication, curves: Mapping[Population, Curve]) -> ReadingSet:
        scope = each.scope
        if scope == "unknown":
            usual = self.usual["all"]
            large = any(curve.most >= BULK * usual.get(population, 0) for population, curve in curves.items())
            scope = "all" if large else "few"
        elif scope == "contractors" and each.roster not in ("", self._roster):
            # who was registered when it was asked for is not known any more
            scope = "few"
        cut_off = self._cut_off(each, curves)
        return ReadingSet(each, curves, scope, each.state is not State.INCOMPLETE and not cut_off, cut_off)

    def _cut_off(self, each: Publication, curves: Mapping[Population, Curve]) -> bool:
        """Whether parts seem to be missing at the end of a set: a list may name them later than the others.

        Its last part is as full as the others (to the row, where the service cuts so), and fewer meters reported than
        usually do, or for a shorter time.
        """
        if each.state is State.INCOMPLETE or each.complete or not each.last_is_full(self._cuts):
            return False
        usual = self.usual["contractors" if each.scope == "contractors" else "all"]
        least = 1 - 0.5 / (len(each.pieces) + 1)
        if any(curve.most < least * usual.get(name, 0) for name, curve in curves.items()):
            return True
        begins = [min(curve.begin(1) for curve in found.values()) for found in each.curves_of_pieces() if found]
        ends = {curve.end(1) % SLOTS for curve in curves.values()}
        # parts that follow one another in time end where the next one goes on
        return begins == sorted(set(begins)) and ends != {0}

    # -- when a half-hour is due -------------------------------------------------------------------------------------
    def delay(self, judged: ReadingSet, population: Population) -> Optional[Delay]:
        """Return the usual delay of a population for a set: of the sets published before it, else as promised.

        None where nothing tells it.
        """
        if judged.published is None:
            return None
        key = (population, judged.scope)
        if key not in self._delays:
            self._delays[key] = tuple(self._samples(population, judged.scope))
        earlier = [sample for sample in self._delays[key] if sample.published < judged.published]
        learnt = _learnt([sample for sample in earlier if sample.published <= self.event])
        learnt = learnt or _learnt([sample for sample in earlier if not sample.struck])
        promised = judged.publication.service.get(population.voltage)
        if learnt is None and promised is not None:
            return Delay(2 * promised.delay_hours, promised.whole_days)
        if learnt is None and earlier:
            return Delay(min(sample.half_hours for sample in earlier))
        return learnt

    def due_until(self, each: ReadingSet, population: Population) -> Optional[int]:
        """Return the half-hour after the last that was due in a set for a population; None where that is not known."""
        until, reach = self._due_by_delay(each, population), each.reach()
        # a file of days that were over long before says nothing of later ones
        return min(until, reach[1]) if until is not None and reach is not None and reach[1] % SLOTS == 0 else until

    def _due_by_delay(self, each: ReadingSet, population: Population) -> Optional[int]:
        """Return what the usual delay says was due in a set, and was asked for; None where it is not known."""
        if each.published is None:
            return None
        delay = self.delay(each, population)
        if delay is None:
            return None
        until = delay.due_until(each.published)
        return until if each.asked_end is None else min(until, each.asked_end)

    def _after_midnight(self, each: ReadingSet, population: Population) -> Optional[tuple[int, int]]:
        """Return the half-hours that a set would tell of, were it not of the day before; None for none.

        Where all its meters ended at midnight, it is the file of that day, or the whole town went dark then: neither
        silence nor power follows.
        """
        until, reach = self._due_by_delay(each, population), each.reach()
        if until is None or reach is None or reach[1] % SLOTS or not 0 < until - reach[1] < SLOTS:
            return None
        return reach[1], until

    def _samples(self, population: Population, scope: str) -> Iterator[_Sample]:
        """Yield what the sets of a scope tell of the delay of a population."""
        usual = self.usual["contractors" if scope == "contractors" else "all"].get(population, 0)
        for each in self.sets:
            # a few meters that come newer than the others tell nothing of the others' delay
            many = each.counts and population in each.curves and each.curves[population].most >= BULK * usual
            sample = _sample(each, population, self._struck) if many and each.scope == scope else None
            if sample is not None:
                yield sample

    def bulk_until(self, each: ReadingSet, population: Population) -> Optional[int]:
        """Return the half-hour after the last that the bulk of a population reported in a set; None for none.

        The bulk of those who usually report; where no delay is known, or only the day that a set is of and not when it
        was made, also of those who still did in the hours before, for after an outage fewer can. Half-hours come in
        their order: the earlier ones of the set had come, too.
        """
        curve = each.curves.get(population)
        usual = self.usual["contractors" if each.scope == "contractors" else "all"].get(population, 0)
        if curve is None or each.scope == "few" or not usual:
            return None
        counts = curve.counts.astype(float)
        enough = counts > BULK * usual
        if each.published is None or each.published.time() == time() or self.delay(each, population) is None:
            still = pd.Series(counts).rolling(BEFORE, min_periods=1).median().to_numpy()
            enough |= (counts >= BULK * still) & (counts >= max(LEAST * usual, LEAST_METERS))
        found = np.flatnonzero(enough & (counts > 0))
        return curve.first + int(found[-1]) + 1 if len(found) else None

    def span(self, each: ReadingSet, population: Population) -> Optional[tuple[int, int]]:
        """Return the half-hours that a set holds of a population, were it whole: begin and end; None for none."""
        key = (id(each), population)
        if key not in self._spans:
            self._spans[key] = self._span(each, population)
        return self._spans[key]

    def _span(self, each: ReadingSet, population: Population) -> Optional[tuple[int, int]]:
        ends = [end for end in (self.due_until(each, population), self.bulk_until(each, population)) if end is not None]
        if not ends or not each.holds(population):
            return None
        reach, end = each.reach(), max(ends)
        begin = reach[0] if reach is not None else self._begin_of_empty(each, end)
        return (begin, end) if begin < end else None

    def _begin_of_empty(self, each: ReadingSet, end: int) -> int:
        """Return where a set without rows begins: it speaks of its last day only, and of what was asked for."""
        begin = (end - 1) // SLOTS * SLOTS
        asked = each.publication.asked.begin
        return begin if asked is None else max(begin, half_hour(asked))

    # -- answers -----------------------------------------------------------------------------------------------------
    def received(self, population: Population, contractor: bool, begin: int, end: int) -> tuple[BoolArray, IntArray]:
        """Return for the half-hours `begin:end` whether a reading is expected, bool, and else why not (see `CODES`)."""
        come = np.zeros(end - begin, dtype=bool)
        why = np.full(end - begin, CODES.index(Reason.NOT_DUE), dtype=np.uint8)
        rank = np.zeros(end - begin, dtype=np.uint8)
        for each in self.sets:
            reason, weight = None, 0
            if not each.counts:
                reason, weight = Reason.SET_INCOMPLETE, 3
            elif each.scope == "few":
                reason, weight = Reason.POPULATION_SILENT, 2
            elif each.scope == "contractors" and not contractor:
                reason, weight = Reason.OUT_OF_SCOPE, 1
            span = self.span(each, population) if reason is None else self._claimed(each, population)
            if span is None:
                continue
            part = slice(max(0, span[0] - begin), max(0, min(end, span[1]) - begin))
            if reason is None:
                told = np.ones(len(come[part]), dtype=bool)
                days = each.silent_days()
                if days:
                    told &= ~np.isin(np.arange(begin, end)[part] // SLOTS, days)
                come[part] |= told
                reason, weight, span = Reason.POPULATION_SILENT, 2, self._after_midnight(each, population)
                part = (
                    slice(0, 0) if span is None else slice(max(0, span[0] - begin), max(0, min(end, span[1]) - begin))
                )
            if reason is not None:
                stronger = rank[part] < weight
                why[part][stronger], rank[part][stronger] = CODES.index(reason), weight
        why[come] = 0
        return come, why

    def _claimed(self, each: ReadingSet, population: Population) -> Optional[tuple[int, int]]:
        """Return the half-hours of which a set that proves no silence would have told: for the reason only.

        Of a condition that failed or was empty all that was asked for and had passed when it was asked.
        """
        reach, due = each.reach(), self.due_until(each, population)
        ends = [end for end in (due, reach[1] if reach is not None else None) if end is not None]
        asked, asked_end = each.publication.asked.at, each.asked_end
        if not ends and asked_end is not None:
            ends = [asked_end if asked is None else min(asked_end, half_hour(asked))]
        if not ends:
            return None
        end = max(ends)
        return (reach[0] if reach is not None else self._begin_of_empty(each, end)), end

    def lost(self, days: Sequence[date], begin: int, end: int) -> BoolArray:
        """Return which half-hours lie on days that readings were taken in of and the store (`days`) lacks, bool."""
        number = np.arange(begin, end) // SLOTS
        held = {(day - EPOCH.date()).days for day in days}
        gone = {
            day
            for each in self.sets
            for curve in each.curves.values()
            for day in curve.days().tolist()
            if day not in held
        }
        return np.isin(number, sorted(gone))

    def populations(self) -> list[Population]:
        """Return every population that any set holds."""
        return sorted({population for each in self.sets for population in each.curves})

    @property
    def by_contractors(self) -> bool:
        """Whether any set was asked for the registered contractors only."""
        return any(each.scope == "contractors" for each in self.sets)

    def bulk(self, flow: int = 1) -> Optional[tuple[int, int]]:
        """Return the half-hours received in bulk, first and one after the last, silence of a whole set included.

        Of sets that are not whole only what they hold counts; stray rows and sets of a few meters never do, unless
        there is nothing else. None where nothing was received.
        """
        found = [
            self._received(each, population)
            for each in self.sets
            for population in each.curves
            if not flow or population.flow == flow
        ]
        spans = [span for span, bulk in found if bulk] or [span for span, _ in found]
        return (min(begin for begin, _ in spans), max(end for _, end in spans)) if spans else None

    def _received(self, each: ReadingSet, population: Population) -> tuple[tuple[int, int], bool]:
        """Return the half-hours that a set holds of a population, and whether they are of the bulk of all."""
        curve = each.curves[population]
        own = (curve.begin(BULK * curve.most), curve.end(curve.few))
        span = self.span(each, population) if each.counts and each.scope != "few" else None
        if each.scope == "contractors":
            return span or own, False
        if span is not None:
            return span, True
        return own, each.scope != "few" and curve.most >= FEW * self.usual["all"].get(population, 0)


@dataclass(frozen=True)
class _Sample:
    """What one set tells of the delay of a population."""

    published: datetime
    half_hours: float
    """From the end of the newest half-hour that the bulk reached to the publication."""
    whole_days: bool
    """Whether that half-hour is the last of a day."""
    cut: bool
    """Whether it is the last one that was asked for: then the delay is this or less."""
    struck: bool
    """Whether an event struck just then: what had come of the others is not known, and the delay is this or less."""


def _sample(each: ReadingSet, population: Population, struck: Sequence[tuple[int, int]]) -> Optional[_Sample]:
    """Return what a set tells of the delay, None where nothing.

    `struck`: for each event the half-hour in which it began and the one after that in which it was over. Nothing is
    published at the moment it ends: a time that says so, or 00:00, is that of the day and not of the publication.
    """
    published, curve = each.published, each.curves[population]
    if published is None or published.time() == time():
        return None
    end = curve.end(BULK * curve.most)
    delay = (published - begin_of(end)) / timedelta(minutes=30)
    if delay <= 0:
        return None
    whole_days = end % SLOTS == 0
    # who lost power reports no more: where the bulk ends then, the outage ended it, not the delay
    at_event = not whole_days and any(begin <= end <= over for begin, over in struck)
    return _Sample(published, delay, whole_days, each.asked_end is not None and end >= each.asked_end, at_event)


def _learnt(samples: Sequence[_Sample]) -> Optional[Delay]:
    """Return the usual delay; None where no set tells it.

    Where all sets end at midnight, whole days are published, and what a set holds of the day it is published on is not
    known. Sets cut off by the period asked for tell at most how long it takes.
    """
    exact = [sample.half_hours for sample in samples if not sample.cut and not sample.whole_days]
    days = [sample.half_hours for sample in samples if not sample.cut and sample.whole_days]
    most = [sample.half_hours for sample in samples if sample.cut]
    if exact:
        return Delay(_quantile(exact))
    if days:
        return Delay(max(min(days), _quantile(days) - SLOTS + 1), by_day=True)
    return Delay(min(most), by_day=True) if most else None


def _quantile(values: Sequence[float]) -> float:
    """Return the usual one of delays, never between two of them."""
    ordered = sorted(values)
    return ordered[int(np.ceil(USUAL * (len(ordered) - 1)))]


# -- of a case ---------------------------------------------------------------------------------------------------------
def expectations(case: Case) -> Expectations:
    """Return what was published of the readings of a case; made again only when that changed."""
    sets = known(case)
    place, stamp = str(case.folder), (id(sets), case.info, roster_of(case))
    held = _CACHE.get(place)
    if held is None or held[0] != stamp:
        # what is returned is what was made here: another thread may know a newer set already
        held = _CACHE[place] = (stamp, Expectations(case), sets)
    return held[1]


_CACHE: dict[str, tuple[object, Expectations, tuple[Publication, ...]]] = {}
"""Case folder → (stamp of what it was made of, what was made, the sets: held, so that their id stays theirs)."""


def expected(case: Case, rows: IntArray, begin: np.datetime64, end: np.datetime64) -> Expected:
    """Return of which meters a reading was expected in the half-hours from `begin` up to `end`, and why not.

    `rows` of the reading store, int64 ≥ 0.
    """
    told, rows = expectations(case), np.asarray(rows)
    first, last = half_hour(_plain(begin)), half_hour(_plain(end))
    population = np.full(len(rows), -1, dtype=np.int16)
    contractor = _contractors(case, rows) if told.by_contractors else None
    received: list[BoolArray] = []
    reasons: list[IntArray] = []
    for group in case.readings.group_by_step(rows):
        blocks = [group.positions[block] for block in _blocks(len(group.positions))]
        held = np.zeros(_CODES, dtype=bool)
        for some in blocks:
            held[_codes(case, rows, contractor, some)] = True
        of_code: IntArray = np.full(_CODES, -1, dtype=np.int16)
        for code in np.flatnonzero(held).tolist():
            own = _Kind(code >> 9, code >> 1 & 255, bool(code & 1), group.steps, group.newest)
            come, why = own.received(told, first, last)
            of_code[code] = len(received)
            received.append(come)
            reasons.append(why)
        for some in blocks:
            population[some] = of_code[_codes(case, rows, contractor, some)]
    slots = last - first
    if not received:
        return Expected.everywhere(np.zeros(slots, dtype=bool), len(rows))
    lost = told.lost(case.readings.days(), first, last)
    come, why = np.array(received), np.array(reasons)
    why[come & lost] = CODES.index(Reason.SET_INCOMPLETE)
    begins, ends = _in_service(case, rows, begin, slots)
    return Expected(population, come & ~lost, begins, ends, why)


def _codes(case: Case, rows: IntArray, contractor: Optional[BoolArray], some: IntArray) -> IntArray:
    """Return flow, voltage class and scope of some of the meters (positions among `rows`) as one number each, int32."""
    meters, chosen = case.readings.meters, rows[some]
    found: IntArray = meters.flow[chosen].astype(np.int32) << 9 | meters.voltage[chosen].astype(np.int32) << 1
    return found if contractor is None else found | contractor[some]


@dataclass(frozen=True)
class _Kind:
    """Meters of one flow, voltage class and scope that came in the same step lengths, and last in the same ones."""

    flow: int
    voltage: int
    contractor: bool
    steps: tuple[int, ...]
    newest: tuple[int, ...]

    def received(self, told: Expectations, first: int, last: int) -> tuple[BoolArray, IntArray]:
        """Return for the half-hours whether a reading is expected, bool, and else why not, uint8."""
        come = np.zeros(last - first, dtype=bool)
        not_due = CODES.index(Reason.NOT_DUE)
        why = np.full(last - first, not_due, dtype=np.uint8)
        until = 0
        for step in self.steps:
            own, reason = told.received(Population(self.flow, self.voltage, step), self.contractor, first, last)
            come |= own
            if step in self.newest:
                until = max([until, *(np.flatnonzero(own)[-1:] + 1).tolist()])
                why = np.where((reason > 0) & (reason != not_due), reason, why)
        # what came in its old step length says nothing of the time after the last of its new one
        come[until:] = False
        return come, np.where(come, 0, why).astype(np.uint8)


def _plain(moment: np.datetime64) -> datetime:
    plain: datetime = np.datetime64(moment, "s").astype(object)
    return plain


def _contractors(case: Case, rows: IntArray) -> BoolArray:
    """Return which meters are of registered 特定契約者, as far as the lists are known, bool."""
    registered = case.contractors()
    master = case.master(["supply_point", "master_info_id"]) if "master_info_id" in case.master_columns() else None
    if registered is None or master is None:
        return np.zeros(len(rows), dtype=bool)
    mine = np.isin(master["master_info_id"].to_numpy(dtype=str), registered["master_info_id"].to_numpy(dtype=str)) & (
        master["master_info_id"].to_numpy(dtype=str) != ""
    )
    points = np.unique(master["supply_point"].to_numpy(dtype=str)[mine]).astype("S22")
    return np.isin(case.readings.meters.supply_point[rows], points)


def _in_service(case: Case, rows: IntArray, begin: np.datetime64, slots: int) -> tuple[IntArray, IntArray]:
    """Return for each meter its first slot in service and the one after the last, int32, within the window."""
    first, last = np.zeros(len(rows), dtype=np.int32), np.full(len(rows), slots, dtype=np.int32)
    lives = known_meters(case).lives
    if lives is None:
        return first, last
    # of a half-hour that has begun the window holds no more than the next one
    start = -(int(begin.astype("datetime64[s]").astype(np.int64)) // -SLOT_SECONDS)
    for block in _blocks(len(rows)):
        for edge, found in ((lives.begin, first), (lives.end, last)):
            np.clip(edge[rows[block]] - np.int32(start), 0, slots, out=found[block])
    return first, last


def _blocks(count: int) -> Iterator[slice]:
    """Yield the blocks that `count` meters fall into."""
    for begin in range(0, count, _PIECE):
        yield slice(begin, min(begin + _PIECE, count))

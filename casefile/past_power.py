"""Who had power at a past moment, by what the case holds now (事後検証): readings that came late, holes that stayed.

What a missing half-hour proves is little: that of a meter that is back while others of its town send what they kept. It
proves nothing of a meter of which something else explains it, or may still come.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Optional, Sequence

import numpy as np
import pandas as pd

from ..analysis import audit
from ..analysis.audit import UNKNOWN, Silence
from ..analysis.contract_life import Spans
from ..analysis.slots import SLOT, SLOT_SECONDS, half_hours
from ..arrays import BoolArray, IntArray, TextArray, TimeArray
from . import heard
from .case import Case
from .case_arrays import Meters, event_slot, floor_slot, last_readings, period
from .contracts import last_change, spans
from .heard import NEVER, Heard
from .reading_index import MISSING
from .relays import towns

RETURN_DAYS = 7
"""Within so many days of a moment a meter must be back to tell of it: of a month of all meters none is read at once."""
WINDOW_HOURS = 24
"""How far back from a past moment it is looked for what came late."""
_ROWS = 65_536
"""Meters read at a time."""
_NO_USE = 0
"""Wh of a half-hour that a system may have filled in where nothing came."""


@dataclass(frozen=True)
class PastPower:
    """Tells who had power at past moments."""

    case: Case
    meters: Meters
    neighbourhood: TextArray
    """str (meters): area or square of each; "" for none."""
    begin: datetime
    end: datetime
    """Maps of the moments from `begin` to `end` are looked at."""
    newest: datetime
    """End of the data."""
    _found: dict[datetime, IntArray] = field(default_factory=dict)

    @cached_property
    def watched(self) -> BoolArray:
        """Return which meters were read in the day before the event, bool (meters): silence of others is no news."""
        last = last_readings(self.case, self.case.info.event_time, self.meters.rows)
        found: BoolArray = last > event_slot(self.case) - np.timedelta64(1, "D")
        return found

    @cached_property
    def heard(self) -> Sequence[Heard]:
        """Who had been heard at each moment of a map, the oldest first."""
        return heard.kept(self.case)

    @cached_property
    def _looked_at(self) -> Sequence[tuple[Silence, BoolArray]]:
        """What is known of each moment of a map, and which meters sent a part of what was missing then."""
        return [self._silence(then) for then in self.heard if self.begin <= then.as_of <= self.end]

    @property
    def silences(self) -> Sequence[Silence]:
        """Who was silent at the moments of maps, and who of them had power."""
        return [silence for silence, _ in self._looked_at]

    @cached_property
    def late(self) -> BoolArray:
        """Which meters were silent at one of these moments and had power, bool (meters)."""
        late = np.zeros(len(self.meters.rows), dtype=bool)
        for silence in self.silences:
            late |= silence.powered
        return late

    @cached_property
    def back_fills(self) -> BoolArray:
        """Of which meters a missing half-hour may prove that there was no power, bool (meters)."""
        return audit.back_fills(self.late, towns(self.case, self.meters))

    def counted(self, at: datetime, voltage: Optional[int] = None) -> BoolArray:
        """Return of which meters a figure of a moment is, bool (meters): of one 電圧分類, contracts in force then."""
        life, moment = self._contracts, np.datetime64(at, "s")
        found: BoolArray = ~(life.begin > moment) & ~(life.end <= moment)
        return found if voltage is None else found & (self.meters.index.voltage[self.meters.rows] == voltage)

    @cached_property
    def _contracts(self) -> Spans:
        return spans(self.case, self.meters.number)

    @cached_property
    def _changed(self) -> TimeArray:
        """Last day on which a contract or meter of each supply point began or ended, NaT where none did."""
        return last_change(self.case, self.meters.number, self.newest)

    def power(self, at: datetime) -> IntArray:
        """Return who had power at a moment, int8 (meters): `audit.POWERED`, `DARK`, `UNKNOWN`."""
        if at not in self._found:
            self._found[at] = self._power(at)
        return self._found[at]

    def _power(self, at: datetime) -> IntArray:
        first, last = audit.slots_about(at)
        begin, end = (pd.Timestamp(moment).to_pydatetime() for moment in (first, last + SLOT))
        values = self.case.readings.window(begin, end, self.meters.rows)
        before, after = values[:, 0] != MISSING, values[:, -1] != MISSING
        back = np.zeros(len(before), dtype=bool)
        silent = ~before & ~after & self.watched
        gone = np.flatnonzero(silent & self.back_fills)
        back[gone] = self._returned(self.meters.rows[gone], first + SLOT)
        back[back] = self._nothing_else(np.flatnonzero(back), np.flatnonzero(silent), at)
        found = audit.power_at(before, after, back, self.back_fills)
        filled = np.flatnonzero((found == audit.POWERED) & (values == _NO_USE).any(axis=1))
        found[filled[self._doubtful(filled, at)]] = UNKNOWN
        return found

    def _nothing_else(self, back: IntArray, silent: IntArray, at: datetime) -> BoolArray:
        """Return of which of the meters that are `back` nothing but an outage explains the hole, bool (back).

        `silent`: places of all meters without a reading at the moment.
        """
        since = np.full(len(self.meters.rows), np.datetime64("NaT", "s"))
        since[silent] = last_readings(self.case, at, self.meters.rows[silent])
        together = np.zeros(len(since), dtype=bool)
        together[silent] = audit.fell_together(self.neighbourhood[silent], since[silent])
        partly = np.zeros(len(back), dtype=bool)
        for silence, some in self._looked_at:
            if silence.until >= at:
                partly |= some[back] & (silence.since[back] <= np.datetime64(at, "s"))
        found: BoolArray = together[back] & ~partly & ~self._other_since(at, back)
        return found

    def _other_since(self, at: datetime, some: IntArray) -> BoolArray:
        """Return whose contract or meter changed since a moment, bool (some): the new one keeps nothing of before."""
        changed: BoolArray = self._changed[some] >= np.datetime64(at, "D").astype("datetime64[s]")
        return changed

    def _doubtful(self, rows: IntArray, at: datetime) -> BoolArray:
        """Return of which meters a half-hour without use that came late proves no power, bool (rows): see `_real`."""
        then = next((each for each in self.heard if each.as_of >= at), None)
        found = np.zeros(len(rows), dtype=bool)
        if then is not None and len(rows):
            last, due = self._then(then)
            number = int(half_hours(np.array([floor_slot(at)]), NEVER)[0])
            some = np.flatnonzero((last[rows] < number) & (due[rows] >= number))
            found[some] = ~self._uses_nothing(rows[some])
        return found

    def _then(self, then: Heard) -> tuple[IntArray, IntArray]:
        """Return the last half-hour read and the last one expected as the case had it then, int32 (meters)."""
        last, due = (np.full(len(self.meters.rows), NEVER, dtype=np.int32) for _ in range(2))
        known = np.flatnonzero(self.meters.rows < len(then.last))
        last[known], due[known] = then.last[self.meters.rows[known]], then.due[self.meters.rows[known]]
        return last, due

    def _silence(self, then: Heard) -> tuple[Silence, BoolArray]:
        """Return who was silent at a past moment, who of them had power by what came since, and of whom a part came."""
        last, due = self._then(then)
        silent, powered, back, partly = (np.zeros(len(last), dtype=bool) for _ in range(4))
        end = floor_slot(then.as_of)
        # of those alone who were silent for some half-hours the readings are read again
        some = np.flatnonzero((due >= 0) & (last >= 0) & (due > last))
        number = int(half_hours(np.array([end]), NEVER)[0])
        there = self._real(some, end - np.timedelta64(WINDOW_HOURS, "h"), end)
        silent[some], powered[some] = audit.late_spells(last[some], due[some], there, number)
        partly[some] = audit.partly_sent(last[some], due[some], there, number)
        since = np.where(last >= 0, last.astype(np.int64) * SLOT_SECONDS, 0).astype("datetime64[s]")
        gone = np.flatnonzero(silent & ~powered & ~partly)
        back[gone] = self._returned(self.meters.rows[gone], end) & ~self._other_since(then.as_of, gone)
        return Silence(silent, powered, since, back, then.as_of), partly

    def _real(self, some: IntArray, begin: np.datetime64, end: np.datetime64) -> BoolArray:
        """Return which half-hours of meters that were silent came, bool (some, slots).

        One without use may have been filled in by a system. It counts of meters that had such ones before the event.
        """
        first, last = (pd.Timestamp(moment).to_pydatetime() for moment in (begin, end))
        values = self.case.readings.window(first, last, self.meters.rows[some])
        there: BoolArray = values != MISSING
        empty = np.flatnonzero((values == _NO_USE).any(axis=1))
        doubtful = empty[~self._uses_nothing(some[empty])]
        there[doubtful] &= values[doubtful] != _NO_USE
        return there

    def _uses_nothing(self, some: IntArray) -> BoolArray:
        """Return which meters had half-hours without use in the day before the event, bool (some)."""
        event = pd.Timestamp(event_slot(self.case))
        begin, end = ((event - pd.Timedelta(hours=hours)).to_pydatetime() for hours in (24, 0))
        found: BoolArray = (self.case.readings.window(begin, end, self.meters.rows[some]) == _NO_USE).any(axis=1)
        return found

    def _returned(self, rows: IntArray, moment: np.datetime64) -> BoolArray:
        """Return which rows of the store are back for good after a hole at a moment, bool (rows).

        Where a map was made after the hole and the meter was still silent, what came of that time came late, and so may
        the rest.
        """
        found = np.zeros(len(rows), dtype=bool)
        received = period(self.case)
        begin = moment - audit.LEAST_SPELL * SLOT
        if received is None or received[1] <= begin:
            return found
        first, last = (
            pd.Timestamp(each).to_pydatetime()
            for each in (begin, min(received[1], moment + np.timedelta64(RETURN_DAYS, "D")))
        )
        # who sent nothing since, or not long enough ago, needs not be looked at
        newest = last_readings(self.case, last, rows)
        some = np.flatnonzero(newest >= moment + audit.RETURNED * SLOT)
        number = int(half_hours(np.array([begin]), NEVER)[0]) + 1
        for start in range(0, len(some), _ROWS):
            block = some[start : start + _ROWS]
            there = self.case.readings.window(first, last, rows[block]) != MISSING
            slot = audit.back_since(there, audit.LEAST_SPELL)
            found[block] = (slot >= 0) & ~self._came_late(rows[block], number + slot)
        return found

    def _came_late(self, rows: IntArray, number: IntArray) -> BoolArray:
        """Return of which rows of the store half-hour `number`, by its end, had not come when it was due, bool."""
        late = np.zeros(len(rows), dtype=bool)
        for then in self.heard:
            known = np.flatnonzero(rows < len(then.last))
            of, slot = rows[known], number[known]
            late[known] |= (then.due[of] >= slot) & (then.last[of] < slot)
        return late

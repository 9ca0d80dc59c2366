"""Why nothing can be said about a meter, a facility, a home or an area: the reason codes of every result layer.

One list for all maps. A result that is unknown carries one of these codes; the counts by code are the output
`UNKNOWN_BY_REASON` of every algorithm that maps states.
"""

from __future__ import annotations

import json
from collections import Counter
from enum import Enum
from typing import Iterable, Optional

from ..messages import Message, message


class Reason(str, Enum):
    """Why a state is unknown; the value is the code in fields and outputs."""

    BEFORE_EVENT = "before_event"
    """The newest evidence is older than the last event that struck there."""
    SILENT_BEFORE_EVENT = "silent_before_event"
    """The meter was silent before the event already."""
    SET_INCOMPLETE = "set_incomplete"
    """Parts of the published set that would hold the meter are missing."""
    NOT_DUE = "not_due"
    """The half-hours in question were not due yet when the newest set was published."""
    POPULATION_SILENT = "population_silent"
    """The meters that come with it did not report either, in a set of which it is not known that it is whole."""
    OUT_OF_SCOPE = "out_of_scope"
    """What was received was not asked for this meter."""
    NOT_REMOTE = "not_remote"
    """The meter cannot be read remotely, or it is not known whether it can."""
    NOT_IN_SERVICE = "not_in_service"
    """The contract had ended, or not begun, at the moment looked at."""
    SOLAR = "solar"
    """Generation on the roof hides use."""
    NOT_LINKED = "not_linked"
    """No supply point is linked to the place or the person."""
    NO_PLACE = "no_place"
    """The place is not known."""
    TOO_OLD = "too_old"
    """The newest evidence is older than the limit."""
    MASKED = "masked"
    """The figure is masked (N/A) or blank."""
    NO_HISTORY = "no_history"
    """Too few readings from before to compare with."""
    BY_ITSELF = "by_itself"
    """What comes on may come on by itself: a thermostat or a timer."""
    NO_READING = "no_reading"
    """The half-hour was received, but not of this meter."""
    RADIO = "radio"
    """Silent meters are no more than lose their connection by themselves."""
    UNDECIDED = "undecided"
    """What was received speaks for both."""
    NO_BACKUP_DATA = "no_backup_data"
    """Nothing is told of what the facility runs on without the line."""
    PIPED_FUEL = "piped_fuel"
    """Its fuel comes by a pipe: no stock tells how long it lasts."""
    NO_START = "no_start"
    """It is not known since when it is without power."""
    NOT_BACK = "not_back"
    """Of a past moment: meters that decide it have not sent what they kept, or are silent still."""
    NO_STATEMENT = "no_statement"
    """A past map said nothing there that could be right or wrong."""
    RELAY = "relay"
    """Who decides it fell silent with a radio relay that is known to have failed, and may have power."""
    OTHER_ADDRESS = "other_address"
    """The list's supply point stands in マスタ情報 at another address, in another name: its meter may be another's."""


_WORDS: dict[Reason, Message] = {
    Reason.NO_BACKUP_DATA: message("nothing is told of its backup power"),
    Reason.PIPED_FUEL: message("its fuel comes by a pipe"),
    Reason.NO_START: message("not known since when it is without power"),
    Reason.BEFORE_EVENT: message("nothing received from after the event"),
    Reason.SILENT_BEFORE_EVENT: message("silent before the event already"),
    Reason.SET_INCOMPLETE: message("the published set is incomplete"),
    Reason.NOT_DUE: message("not due yet when published"),
    Reason.POPULATION_SILENT: message("meters of the same kind did not report either"),
    Reason.OUT_OF_SCOPE: message("not in the scope asked for"),
    Reason.NOT_REMOTE: message("cannot be read remotely"),
    Reason.NOT_IN_SERVICE: message("contract not in force"),
    Reason.SOLAR: message("solar generation hides use"),
    Reason.NOT_LINKED: message("no supply point linked"),
    Reason.OTHER_ADDRESS: message("the supply point stands at another address"),
    Reason.NO_PLACE: message("place not known"),
    Reason.TOO_OLD: message("the newest evidence is too old"),
    Reason.MASKED: message("figure masked or blank"),
    Reason.NO_HISTORY: message("too little to compare with"),
    Reason.BY_ITSELF: message("what comes on may come on by itself"),
    Reason.NO_READING: message("no reading of this meter in the half-hour"),
    Reason.RADIO: message("no more than meters that lose their connection"),
    Reason.NOT_BACK: message("its meters sent nothing later of that time"),
    Reason.NO_STATEMENT: message("the map itself said unknown"),
    Reason.RELAY: message("silent since a radio relay failed"),
    Reason.UNDECIDED: message("the readings speak for both"),
}


def words(reason: Reason) -> Message:
    """Return a reason in a few words, for legends, counts and sheets."""
    return _WORDS[reason]


def count_by_reason(reasons: Iterable[Optional[str]]) -> dict[str, int]:
    """Return {reason code: count}, in the order of `Reason`; blanks are left out: None, "" or, of pandas 3, NaN."""
    counted: Counter[str] = Counter()
    for code, count in Counter(each for each in reasons if isinstance(each, str) and each).items():
        counted[Reason(code).value] += count
    return {reason.value: counted[reason.value] for reason in Reason if counted[reason.value]}


def as_json(counts: dict[str, int]) -> str:
    """Return the counts as the output `UNKNOWN_BY_REASON` prints them: a JSON object, `{}` where nothing is unknown."""
    return json.dumps(counts, ensure_ascii=False)

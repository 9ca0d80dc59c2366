"""Codes that stand in the fields of results, and the words that are shown for them: the one place for both."""

from __future__ import annotations

from typing import Callable

from ...analysis.reasons import Reason, words
from ...analysis.told_states import ToldState
from ...translate import tr, translate_message
from ..schema import SPECS
from .specs import (
    CLOCK_STATES,
    FINDINGS,
    HIDDEN_STATES,
    LIFE_STATES,
    PRESENCE_STATES,
    SHELTER_STATES,
    TRUCKS,
    PointStyle,
)

RESPONSES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("contacted", lambda: tr("Contacted, safe")),
    ("evacuated", lambda: tr("Has left for a shelter")),
    ("needs_help", lambda: tr("Needs help")),
    ("nobody", lambda: tr("Visited, nobody answered")),
    ("not_reached", lambda: tr("Not reached yet")),
)
"""Values of `response`, filled in by hand as people are looked for."""
VOLTAGE_CLASSES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("low", lambda: tr("low voltage")),
    ("high", lambda: tr("high voltage")),
    ("extra_high", lambda: tr("extra high voltage")),
)
"""Values of `voltage`, the finest cells first."""
TOLD_STATES: tuple[tuple[str, Callable[[], str]], ...] = (
    (ToldState.POWERED.value, lambda: tr("Power confirmed")),
    (ToldState.OUT.value, lambda: tr("Outage confirmed")),
    (ToldState.GENERATOR.value, lambda: tr("On its own generator")),
    (ToldState.TRUCK.value, lambda: tr("Fed by a power truck")),
)
"""Values of `told_state`: what was said by telephone."""
RATE_CLASSES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("1", lambda: tr("up to 25 %")),
    ("2", lambda: tr("26–50 %")),
    ("3", lambda: tr("51–75 %")),
    ("4", lambda: tr("76 % and more")),
)
"""Values of `last_state` of an outage rate: the class before the event."""
METHODS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("manual", lambda: tr("Manual's rule")),
    ("held", lambda: tr("Manual's rule with night hold")),
    ("quiet", lambda: tr("Quiet hours")),
)
RESIDENTS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("listed", lambda: tr("On the residents' list")),
    ("not_listed", lambda: tr("Not on the residents' list")),
    ("elsewhere", lambda: tr("Number listed with another address")),
)
VERDICTS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("lived", lambda: tr("Lived in (居住実態あり)")),
    ("not_lived", lambda: tr("Not lived in (居住実態なし)")),
    ("cannot_tell", lambda: tr("Cannot be judged (判定不能)")),
)
NEEDS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("high", lambda: tr("High (要介護3 or more)")),
    ("low", lambda: tr("Lower")),
    ("unknown", lambda: tr("Unknown")),
)
EVIDENCE: tuple[tuple[str, Callable[[], str]], ...] = (
    ("readings", lambda: tr("Readings (電力データ)")),
    ("outage_list", lambda: tr("Outage list (通電情報)")),
)
DEVICES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("ventilator", lambda: tr("Ventilator")),
    ("oxygen", lambda: tr("Oxygen concentrator")),
    ("suction", lambda: tr("Suction unit")),
    ("dialysis", lambda: tr("Dialysis")),
    ("other", lambda: tr("Other device")),
)
ACCESS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("cut", lambda: tr("Cut off")),
    ("partly", lambda: tr("Cut in part")),
    ("open", lambda: tr("Passable")),
    ("unknown", lambda: tr("Unknown")),
)
CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("ok", lambda: tr("Ready")),
    ("old", lambda: tr("Old")),
    ("review", lambda: tr("To be looked at")),
    ("later", lambda: tr("Comes with the disaster")),
    ("missing", lambda: tr("Missing")),
)
CONFLICTS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("answered_twice", lambda: tr("Answered differently by another package")),
    ("changed_at_home", lambda: tr("Changed at home since it was sent")),
    ("gone", lambda: tr("No longer in the list, or not with certainty")),
    ("unknown_row", lambda: tr("Not sent from this case, or added in the field")),
    ("copied", lambda: tr("Came back several times with different answers")),
    ("other_person", lambda: tr("Names somebody else than it was sent for")),
    ("not_understood", lambda: tr("Holds a value that cannot be understood")),
    ("emptied", lambda: tr("What had been entered was taken out")),
    ("newer_columns", lambda: tr("Columns that were not sent")),
)
"""Why a row from the field is not taken over."""


def _words(states: tuple[PointStyle, ...]) -> tuple[tuple[str, Callable[[], str]], ...]:
    return tuple((state.value, state.label) for state in states)


def _reason_word(reason: Reason) -> Callable[[], str]:
    return lambda: translate_message(words(reason))


MAP_VERDICTS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("dangerous", lambda: tr("Darker than the map said (dangerous)")),
    ("false_alarm", lambda: tr("Less dark than the map said")),
    ("right", lambda: tr("As the map said")),
    ("undecided", lambda: tr("Cannot be judged")),
)
"""Values of `verdict` of areas of an audit."""
UNKNOWN_REASONS = tuple((reason.value, _reason_word(reason)) for reason in Reason)
"""Why something is unknown, on layers that say it."""
_AUDITED = ("shelterpower", "meshoutage", "areaoutage", "isolatedcommunities", "hiddenoutages")
"""Kinds of the maps that are audited: the theme of a row."""
VALUE_MAPS: dict[str, dict[str, tuple[tuple[str, Callable[[], str]], ...]]] = {
    "shelterpower": {"state": _words(SHELTER_STATES), "told_state": TOLD_STATES},
    "survivalclocks": {
        "state": _words(CLOCK_STATES),
        "power_state": _words(SHELTER_STATES),
    },
    "homeaway": {
        "state": _words(PRESENCE_STATES),
        "method": METHODS,
        "response": RESPONSES,
        "resident": RESIDENTS,
    },
    "lifesupport": {"state": _words(LIFE_STATES), "device_kind": DEVICES, "response": RESPONSES},
    "hiddenoutages": {
        "state": _words(HIDDEN_STATES),
        "certainty": (("sure", lambda: tr("Sure")), ("undecided", lambda: tr("Undecided: perhaps a line still out"))),
    },
    "presencetable": {"state": _words(PRESENCE_STATES)},
    "residenceevidence": {"verdict": VERDICTS, "response": RESPONSES},
    "visitplan": {"response": RESPONSES},
    "outagetimeline": {"evidence": EVIDENCE},
    "outlook": {"evidence": EVIDENCE},
    "mapaudit": {
        "theme": tuple((kind, SPECS[kind].title) for kind in _AUDITED),
        "map_theme": tuple((kind, SPECS[kind].title) for kind in _AUDITED),
        "verdict": MAP_VERDICTS,
    },
    "powertrucks": {"status": tuple((state.value, state.label) for state in TRUCKS)},
    "evacuationsupport": {
        "state": _words(PRESENCE_STATES),
        "method": METHODS,
        "need": NEEDS,
        "response": RESPONSES,
    },
    "isolatedcommunities": {"access_cut": ACCESS},
    "setupcase": {"state": CHECKS},
    "utilityareas": {"finding": FINDINGS},
    "mergefield": {
        "conflict": CONFLICTS,
        "field_response": RESPONSES,
        "home_response": RESPONSES,
        "sent_response": RESPONSES,
    },
    "meshoutage": {"voltage": VOLTAGE_CLASSES, "last_state": RATE_CLASSES},
    "areaoutage": {"voltage": VOLTAGE_CLASSES, "last_state": RATE_CLASSES},
}
"""{layer: {field: (value, word) …}}: codes in the file, words on the screen."""
EDITABLE = {"response", "response_by", "response_at", "response_note"}
"""Fields a person fills in; every other field is the result and is read-only in the form."""

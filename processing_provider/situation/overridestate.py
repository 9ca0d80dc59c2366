"""What people said of facilities by telephone, kept beside what is measured."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterString,
)

from ...aggregator.outside import shown
from ...analysis.stock_words import may_be_another_unit, stock_of
from ...analysis.told_states import ToldState, ToldStock
from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from .facilities import read_facilities

if TYPE_CHECKING:
    from ...analysis.told_states import Told
    from ...casefile.case import Case

STATES = tuple(state.value for state in ToldState)
CLOSE = 3
"""Names offered where an id is not known."""
MOST_IDS = 10
"""Ids named of facilities of one name."""


class OverrideState(TomoshibiAlgorithm):
    """CASE, FACILITY_ID, STATE, BY, FUEL_LEFT, AT, UNTIL → COUNT."""

    NAME = "overridestate"
    GROUP = "situation"
    LISTS = ("FACILITIES",)
    NEEDED = ("FACILITIES",)
    TAGS = (
        "電話",
        "確認",
        "自家発",
        "電源車",
        "上書き",
        "聞き取り",
        "telephone",
        "override",
        "generator",
        "denwa",
        "kakunin",
    )

    def title(self) -> str:
        return tr("Note what a facility said by telephone")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterString("FACILITY_ID", tr("Facilities (ids or names)")),
            tr("Id or whole name of the facility as in the list of facilities; several separated by commas."),
        )
        self.add_enum(
            "STATE",
            tr("What was said"),
            STATES,
            tr(
                "confirmed_powered: the line gives power. confirmed_out: it gives none. own_generator: it runs on its "
                "own generator, which never counts as power of the line. truck: a power truck feeds it. withdrawn: "
                "what was noted before no longer holds."
            ),
        )
        self.add(
            QgsProcessingParameterString("BY", tr("Told by (office or name)")),
            tr("Who asked and who answered. It stays in the case."),
        )
        self.add(
            QgsProcessingParameterString("FUEL_LEFT", tr("Left in the tank of its generator"), optional=True),
            tr(
                "What was left at the moment told of: litres (320, 320L, 1.2kL) or a share of the tank (60%, 6割, 3/4, "
                "半分, 満タン). “Tell how long critical facilities last” goes on from it, and learns what the "
                "generator burns. A share needs the tank in the list of backup power. A number up to 100 needs its "
                "unit. To mend a slip, note it again with the same AT. Left empty where it was not asked."
            ),
        )
        for name, title, help_ in (
            ("AT", tr("Moment told of"), tr("Japanese time for which it was said. Left empty, now.")),
            (
                "UNTIL",
                tr("Holds until"),
                tr(
                    "Japanese time from which it no longer holds, as the end of the fuel. Left empty, until something "
                    "later is told or measured."
                ),
            ),
        ):
            kind = QgsProcessingParameterDateTime.Type.DateTime
            self.add(QgsProcessingParameterDateTime(name, title, kind, None, True), help_)
        self.add_own(
            QgsProcessingParameterFeatureSource("FACILITIES", tr("Facilities"), [QgsProcessing.SourceType.TypeVector]),
            tr("The list in which the facility stands."),
            advanced=True,
        )
        self.add_number("COUNT", tr("Facilities noted"))
        self.add_number("IN_FORCE", tr("Facilities of which something told holds now"))

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...analysis.told_states import Told, in_force
        from ...casefile.overrides import add_told, all_told, latest, told_moment

        case = self.case(parameters, context)
        places = read_facilities(self, parameters, context, progress).table
        ids = _found(self.text(parameters, context, "FACILITY_ID"), places["facility_id"], places["name"])
        by = self.text(parameters, context, "BY").strip()
        if not by:
            raise TomoshibiError(message("Say who told it (BY): an office or a name."))
        before = all_told(case)
        data_at = _data_at(case)
        moment = told_moment(case, data_at, before)
        at = self.moment(parameters, context) or moment
        until = self.moment(parameters, context, "UNTIL")
        _check(at, until, moment, latest(case, data_at))
        state = ToldState(self.choice(parameters, context, "STATE"))
        stock = _stock(self.text(parameters, context, "FUEL_LEFT"), state, len(ids))
        told = [Told(one, state, by, at, until, stock) for one in ids]
        count = add_told(case, told, self.id())
        _warn_later(before, told, progress)
        _warn_moments(told, case.info.event_time, max(at, moment), progress)
        holding = len(in_force([*before, *told], max(at, moment)))
        progress.info(
            message(
                "{count} facilities noted. Maps made before do not show it yet: run “Show which shelters have power” "
                "or refresh the case.",
                count=count,
            )
        )
        return {"COUNT": count, "IN_FORCE": holding}


def _data_at(case: Case) -> Optional[datetime]:
    """Return when it is by the newest data, or by when they were published in a drill, whose clock these are.

    None where there are none yet: the telephone comes first.
    """
    from ...casefile import case_arrays
    from ...casefile.data_status import present_moment

    try:
        newest = case_arrays.newest(case)
    except case_arrays.NoData:
        return None
    return max(newest, present_moment(case, newest))


def _found(asked: str, ids: Any, names: Any) -> list[str]:
    """Return the ids of the facilities asked for. Raises `TomoshibiError` naming what is not there or not one only.

    A name or an id may itself hold a comma: the longest text that is one is taken.
    """
    listed = [(str(one), str(name or "")) for one, name in zip(ids, names)]
    known = {_folded(text) for pair in listed for text in pair}
    parts = re.split("([,、，])", asked)
    found: list[str] = []
    place = 0
    while place < len(parts):
        ends = range(len(parts), place, -2)
        end = next((one for one in ends if _folded("".join(parts[place:one])) in known), place + 1)
        word = "".join(parts[place:end]).strip()
        found += [_one(word, listed)] if word else []
        place = end + 1
    if not found:
        raise TomoshibiError(message("Name a facility (FACILITY_ID): its id or its whole name."))
    return list(dict.fromkeys(found))


def _folded(text: str) -> str:
    """Return a text without differences of width and of blanks, which nobody tells on the telephone."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _fitting(word: str, listed: list[tuple[str, str]]) -> set[str]:
    """Return the ids that a word may mean: those of the first way of reading it by which there are any."""
    wanted = _folded(word)
    exact = {one for one, _ in listed if one == word}
    by_id = {one for one, _ in listed if _folded(one) == wanted}
    return exact or by_id or {one for one, name in listed if _folded(name) == wanted}


def _one(word: str, listed: list[tuple[str, str]]) -> str:
    """Return the id of the one facility that has this id, else this id in another width, else this name."""
    fitting = _fitting(word, listed)
    if len(fitting) == 1:
        return fitting.pop()
    if fitting:
        raise TomoshibiError(
            message(
                "{count} facilities are named {word}. Give the id of the one that is meant: {ids}.",
                count=len(fitting),
                word=shown(word),
                ids=", ".join(shown(one) for one in sorted(fitting)[:MOST_IDS]),
            )
        )
    known = [text for pair in listed for text in pair]
    close = [shown(one) for one in get_close_matches(word, known, CLOSE, 0.5)]
    raise TomoshibiError(
        message(
            "No facility has the id or the name {word}. Nearest in the list: {close}.",
            word=shown(word),
            close=", ".join(close) or "–",
        )
    )


def _stock(text: str, state: ToldState, facilities: int) -> Optional[ToldStock]:
    """Return what was told of the tank, None where nothing was. Raises `TomoshibiError` where it cannot be meant."""
    if not text:
        return None
    found = stock_of(text)
    if found is None:
        raise TomoshibiError(
            message(
                "What is left in the tank cannot be read: {text} (FUEL_LEFT). Write litres, as 320, or a share of the "
                "tank, as 60% or 3/4; leave it empty where nobody knows.",
                text=shown(text),
            )
        )
    if may_be_another_unit(text):
        raise TomoshibiError(
            message(
                "What is {text} (FUEL_LEFT): litres, kL, % or 割? Write the unit, as 80L, 3kL, 60%.", text=shown(text)
            )
        )
    if state is ToldState.WITHDRAWN:
        raise TomoshibiError(
            message("Who withdraws tells no stock: leave FUEL_LEFT empty, or choose what holds instead (STATE).")
        )
    if facilities > 1 and found.litres is not None:
        raise TomoshibiError(
            message("{count} facilities do not have so many litres each: note them one by one.", count=facilities)
        )
    return found


def _check(at: datetime, until: Optional[datetime], moment: datetime, most: Optional[datetime]) -> None:
    if most is not None and at > most:
        raise TomoshibiError(
            message(
                "It cannot have been said for {at} (AT): it is {now}. Correct AT, or leave it empty.",
                at=f"{at:%Y-%m-%d %H:%M}",
                now=f"{moment:%Y-%m-%d %H:%M}",
            )
        )
    if until is not None and until <= at:
        raise TomoshibiError(
            message(
                "It would no longer hold ({until}) when it was said ({at}). Change UNTIL or AT.",
                until=f"{until:%Y-%m-%d %H:%M}",
                at=f"{at:%Y-%m-%d %H:%M}",
            )
        )


def _warn_later(before: list[Told], told: list[Told], progress: FeedbackProgress) -> None:
    """Warn where something later was noted already, which goes on counting."""
    newest = {one.facility_id: one.at for one in sorted(before, key=lambda each: each.at)}
    for one in told:
        if newest.get(one.facility_id, one.at) > one.at:
            progress.warn(
                message(
                    "{facility}: something told for {time} is noted already and goes before this.",
                    facility=shown(one.facility_id),
                    time=f"{newest[one.facility_id]:%Y-%m-%d %H:%M}",
                )
            )


def _warn_moments(told: list[Told], event: datetime, moment: datetime, progress: FeedbackProgress) -> None:
    """Warn where a moment is likely a slip: before the event, or ended already."""
    for one in told:
        if one.at < event:
            progress.warn(
                message(
                    "{facility}: {at} (AT) lies before the event. Look whether the day is right.",
                    facility=shown(one.facility_id),
                    at=f"{one.at:%Y-%m-%d %H:%M}",
                )
            )
        if one.until is not None and one.until <= moment:
            progress.warn(
                message(
                    "{facility}: it no longer holds since {until} (UNTIL), and no map of now shows it.",
                    facility=shown(one.facility_id),
                    until=f"{one.until:%Y-%m-%d %H:%M}",
                )
            )

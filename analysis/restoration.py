"""The utility's restoration plan (③ 復旧見通し, 災害時連携計画) joined to the areas of the map by their names.

Plans name places as people write them: full-width digits, 字 and 大字, 丁目 in kanji, with or without the municipality.
A name that does not join exactly one area is listed with its reason, never dropped and never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Optional, Sequence

import numpy as np
import pandas as pd

from ..messages import TomoshibiError, message
from .periods import Period
from .plan_times import Issue, PlanTime, Said, plan_time, says_done
from .quantities import count_of

JOINED_COLUMNS = (
    "area_id area_name place restored_from restored_at restored_words done_at households state note plan_row".split()
)
UNJOINED_COLUMNS = "plan_row place reason candidates".split()
NO_AREA, SEVERAL_AREAS, BLANK, NO_TIME = "no_area", "several_areas", "blank", "unreadable_time"
UNDECIDED, PARTLY, NO_DAY, DONE_SOMETIME = "undecided", "partly", "no_day", "done_sometime"
"""Value of `reason`."""
ON_MAP = (NO_TIME, UNDECIDED, PARTLY, NO_DAY, DONE_SOMETIME)
"""Reasons of rows that are joined all the same, without their time."""
_WHY = {
    Said.UNREAD: NO_TIME,
    Said.UNDECIDED: UNDECIDED,
    Said.PARTLY: PARTLY,
    Said.NO_DAY: NO_DAY,
    Said.DONE: DONE_SOMETIME,
}
"""Reason by what the column of times says; of power that is back where it is not told as of when."""


NO_ISSUE = Issue()

_KANJI = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
_CHOME = re.compile(r"([〇一二三四五六七八九十]+)(?=丁目|区|番)")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー－"), "-")
_SPELLINGS = (("ヶ", "ケ"), ("ヵ", "カ"), ("が", "ケ"), ("ガ", "ケ"), ("之", "ノ"), ("の", "ノ"), ("乃", "ノ"))
"""Letters that one place name is written with now one way, now the other."""


class RestorationError(TomoshibiError):
    """The plan or the areas cannot be joined."""


@dataclass(frozen=True)
class Joined:
    """What the plan says of each area, and what could not be joined."""

    areas: pd.DataFrame
    unjoined: pd.DataFrame


def _number(match: re.Match[str]) -> str:
    text = match.group(1)
    if "十" not in text:
        return "".join(str(_KANJI[sign]) for sign in text)
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or ones == "十":
        return text
    return str((_KANJI[tens] if tens else 1) * 10 + (_KANJI[ones] if ones else 0))


def normalised(name: object) -> str:
    """Return a place name in the one spelling in which names are compared; "" for a blank.

    NFKC, no spaces, dashes alike, kanji numbers before 丁目, 区, 番 as digits, ヶ and が, の and 之 alike, no 大字.
    """
    if name is None or (isinstance(name, float) and np.isnan(name)):
        return ""
    text = unicodedata.normalize("NFKC", str(name)).translate(_DASHES)
    text = re.sub(r"\s+", "", text)
    text = _CHOME.sub(_number, text)
    for old, new in _SPELLINGS:
        text = text.replace(old, new)
    return re.sub(r"大字|(?<=[町村市区])字", "", text)


def _keys(area_name: str, within: Sequence[str]) -> set[str]:
    """The spellings under which an area is found: alone, and behind each longer or shorter name of what it lies in."""
    own = normalised(area_name)
    keys = {own}
    chain = [normalised(item) for item in within if normalised(item)]
    for start in range(len(chain)):
        keys.add("".join(chain[start:]) + own)
    for item in chain:
        # The area's own name may carry the municipality's already.
        if own.startswith(item) and len(own) > len(item):
            keys.add(own[len(item) :])
    return {key for key in keys if key}


def _index(names: Sequence[str], within: Sequence[str]) -> dict[str, list[int]]:
    """Return {way to write a name: positions of the areas that it names}."""
    index: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        keys = _keys(name, within)
        if not keys:
            raise RestorationError(
                message("Area {row} has no name. Choose the field with the areas' names.", row=position + 1)
            )
        for key in keys:
            index.setdefault(key, []).append(position)
    return index


def join_plan(
    plan: pd.DataFrame,
    areas: pd.DataFrame,
    within: Sequence[str] = (),
    event: Optional[datetime] = None,
    issue: Issue = NO_ISSUE,
) -> Joined:
    """Join the plan's places to areas by name.

    `plan` one row a place: `place` and, where they are there, `restored_at` (復旧見込, text or time), `households`,
    `state`, `note`; `areas`: `area_id`, `area_name`; `within` what they lie in, from large to small (県, 市町), which
    names may begin with; `event` as `periods.period_of` has it, `issue` when the plan is of. `areas` of the result: one
    row a plan row and its area, in the plan's order; `restored_from` and `restored_at` datetime64, begin and end of the
    period in which the power is to be back (both the same for a moment), NaT where no time is told, `restored_words` as
    it is written; `done_at` by when it was back: as told, else by when the plan is of; `plan_row` counted from 1. A row
    whose name fits no area or several, or is blank, is in `unjoined` with its reason; so is one whose time is
    undecided, of a part, or cannot be read, and which is joined all the same, without it. Several rows may name one
    area. Raises `RestorationError` where a column is missing or an area has no name.
    """
    for table, columns in ((plan, ("place",)), (areas, ("area_id", "area_name"))):
        for column in columns:
            if column not in table:
                raise RestorationError(
                    message("The table has no column {column}. Name the column so, or choose it.", column=column)
                )
    names = areas["area_name"].tolist()
    index = _index(names, within)
    times = _times(plan, event, issue)
    joined, unjoined = [], []
    for row, place in enumerate(plan["place"].tolist()):
        found = _find(place, index, within)
        if not normalised(place):
            unjoined.append((row + 1, "", BLANK, ""))
        elif not found:
            unjoined.append((row + 1, str(place), NO_AREA, ""))
        elif len(found) > 1:
            unjoined.append((row + 1, str(place), SEVERAL_AREAS, ", ".join(str(names[position]) for position in found)))
        else:
            joined.append((found[0], row))
            reason = times[row].why
            if reason:
                unjoined.append((row + 1, str(place), reason, times[row].words))
    return Joined(_joined(plan, areas, joined, times), pd.DataFrame(unjoined, columns=UNJOINED_COLUMNS))


def _find(place: object, index: dict[str, list[int]], within: Sequence[str]) -> list[int]:
    """Positions of the areas that a name fits: as it is, else without what it lies in."""
    name = normalised(place)
    tried = [name]
    for item in (normalised(part) for part in within):
        if item and tried[-1].startswith(item) and len(tried[-1]) > len(item):
            tried.append(tried[-1][len(item) :])
    return next((sorted(set(index[key])) for key in tried if key in index), [])


@dataclass(frozen=True)
class _Time:
    """What the plan says of the time of a row."""

    told: PlanTime
    done_at: Optional[datetime]
    """By when power was back."""
    words: str
    """As it is written."""
    said_done: bool
    """Whether its state (状況) or its time says that power is back."""

    @property
    def why(self) -> str:
        """Why there is no time; "" where there is one, or nothing is written."""
        if self.done_at is not None:
            return ""
        return DONE_SOMETIME if self.said_done else _WHY.get(self.told.said, "")


def _times(plan: pd.DataFrame, event: Optional[datetime], issue: Issue) -> list[_Time]:
    """Return what the plan says of the time of each row, by its columns of times, of states and of what is done."""
    blank = [None] * len(plan)
    written, state, done = (
        plan[name].tolist() if name in plan else blank for name in ("restored_at", "state", "done_at")
    )
    return [_time(*cells, event, issue) for cells in zip(written, state, done)]


def _time(written: Any, state: Any, done: Any, event: Optional[datetime], issue: Issue) -> _Time:
    told = _told(written, event, issue)
    planned = _planned(told)
    later = planned is not None and issue.until is not None and _last(planned) > issue.until
    # a state of done beside a time that is to come is of something else: of a look round, of works
    said_done = told.said is Said.DONE or (not later and not _is_blank(state) and says_done(state))
    if not _is_blank(done):
        return _Time(told, pd.Timestamp(done).to_pydatetime(), str(written), True)
    by = (_last(told.period) if told.period is not None else issue.until) if said_done else None
    return _Time(told, by, "" if _is_blank(written) else str(written), said_done)


def _told(value: Any, event: Optional[datetime], issue: Issue) -> PlanTime:
    if isinstance(value, datetime) and value is not pd.NaT:
        moment = pd.Timestamp(value).to_pydatetime()
        return PlanTime(Said.TIME, Period(moment, moment))
    return PlanTime(Said.BLANK) if _is_blank(value) else plan_time(value, event, issue.day)


def _is_blank(value: Any) -> bool:
    return value is None or value is pd.NaT or str(value).strip() in ("", "nan", "NaT")


def _last(period: Period) -> datetime:
    """Return the end of a period; of one that ends with a day its last minute: the day shown is the day meant."""
    whole = not period.exact and period.end.time() == time()
    return period.end - timedelta(minutes=1) if whole else period.end


def _planned(told: PlanTime) -> Optional[Period]:
    """Return the period in which power is to be back: of power that is back none."""
    return told.period if told.said is Said.TIME else None


def without_area(
    plan: pd.DataFrame, plan_rows: Sequence[int], event: Optional[datetime] = None, issue: Issue = NO_ISSUE
) -> pd.DataFrame:
    """Return rows of the plan (counted from 1) as `areas` of `join_plan` has them, `area_id` and `area_name` None."""
    nowhere = pd.DataFrame({"area_id": [None], "area_name": [None]}, dtype=object)
    return _joined(plan, nowhere, [(0, number - 1) for number in plan_rows], _times(plan, event, issue))


def _moments(found: Sequence[Optional[datetime]]) -> pd.Series[Any]:
    return pd.Series([pd.NaT if one is None else pd.Timestamp(one) for one in found], dtype="datetime64[ns]")


def _joined(plan: pd.DataFrame, areas: pd.DataFrame, pairs: list[tuple[int, int]], times: list[_Time]) -> pd.DataFrame:
    area = [position for position, _ in pairs]
    row = [number for _, number in pairs]

    def said(column: str) -> list[Any]:
        values = plan[column].iloc[row].tolist() if column in plan else [None] * len(row)
        return [None if pd.isna(value) else value for value in values]

    periods = [_planned(times[number].told) for number in row]
    return pd.DataFrame(
        {
            "area_id": pd.Series(areas["area_id"].iloc[area].tolist(), dtype=object),
            "area_name": pd.Series(areas["area_name"].iloc[area].tolist(), dtype=object),
            "place": pd.Series(said("place"), dtype=object),
            "restored_from": _moments([None if one is None else one.begin for one in periods]),
            "restored_at": _moments([None if one is None else _last(one) for one in periods]),
            "restored_words": pd.Series([str(word) if word else None for word in said("restored_at")], dtype=object),
            "done_at": _moments([times[number].done_at for number in row]),
            "households": pd.Series([count_of(each).value for each in said("households")], dtype="float64"),
            "state": pd.Series(said("state"), dtype=object),
            "note": pd.Series(said("note"), dtype=object),
            "plan_row": np.array(row, dtype=np.int64) + 1,
        },
        columns=JOINED_COLUMNS,
    )

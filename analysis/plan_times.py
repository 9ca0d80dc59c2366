"""What a utility's plan says in its column of times: a time, that power is back, that nobody can say yet, or in part.

Words are those of plans and outage pages (復旧済み, 送電済, 調査中, 被害把握中のため復旧未定, 本日中, 順次, 一部復旧).
A word that may mean two things is not read: that power is back is said only by words that say nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Optional

from .periods import Period, moment_on, period_of


class Said(Enum):
    """What a cell says."""

    BLANK = "blank"
    TIME = "time"
    """When power is to be back."""
    DONE = "done"
    """Power is back; the period is when, where it is told."""
    PARTLY = "partly"
    """Power is back, or comes back, in part: of the whole no time is told."""
    UNDECIDED = "undecided"
    """Nobody can say yet."""
    NO_DAY = "no_day"
    """A time counted from the day of the plan (本日中), which it does not tell."""
    UNREAD = "unread"
    """None of these: to be named with its words."""


@dataclass(frozen=True)
class Issue:
    """When a plan is of."""

    day: Optional[date] = None
    """The day that it carries; None where it carries none, or several."""
    moment: Optional[datetime] = None
    """The moment (1/20 18時現在), where it tells one."""

    @property
    def until(self) -> Optional[datetime]:
        """The moment, else the last minute of the day, as what is told as of a day may be of any time of it."""
        if self.moment is not None or self.day is None:
            return self.moment
        return datetime.combine(self.day, time()) + timedelta(days=1, minutes=-1)


@dataclass(frozen=True)
class PlanTime:
    """What a cell says, and when, where it tells a time."""

    said: Said
    period: Optional[Period] = None


_BACK = r"(?:復旧|送電|通電|復電|停電解消|解消)"
_ALL = r"(?:全て|すべて|全戸|全軒|全域|全線|全面|停電)?(?:は|が|の)?"
_DONE = re.compile(
    rf"{_ALL}{_BACK}(?:作業|工事)?(?:は|が)?(?:済み?|完了(?:済み?|しました|した)?|しました|した|されました)"
    r"|全(?:戸|域|面|線)?(?:復旧|送電|復電)|停電(?:は|が)?解消|復電|通電中|完了(?:済み?|しました)?|済み?"
)
"""That power is back, and nothing else: 復旧 alone, 工事完了 and 送電中 may mean that it is to come."""
_PARTLY = re.compile("一部|順次|部分|概ね|おおむね|ほぼ|以外|除く|除き|除いて|残り|残る|%")
_UNDECIDED = re.compile(
    "(?:未定|未復旧|未完了|未送電|未通電|未着手|未対応|不明|困難|不能|立たず|立っていない|立たない|立っておりません|見込みなし"
    "|見通しなし|通行止め?|立入制限"
    "|(?:調査|確認|検討|把握|調整|巡視|巡回|点検|作業|手配|準備|復旧|工事|対応|停電|待機|通行止め?|立入制限)中)$"
)
"""At the end of what is written: there is no time (被害把握中のため復旧未定, 原因調査中, 復旧作業中, 立入困難)."""
_PAST = re.compile("(?:済み?|した|されました)$")
"""Words that a time cannot make a plan: 1/22 完了 may be one, 1/22 復旧済 is none."""
_PLANNED = re.compile(
    rf"(?:までに|には|に|中に)?(?:全面|全戸|全域)?(?:{_BACK}(?:作業|工事)?(?:の|を)?(?:完了)?(?:の|を)?|完了)?"
    r"(?:予定|見込み?|見通し|目標|目途|目処|めど|目指す|の予定)(?:です)?$"
)
"""What follows a time that is planned: 1/22 復旧完了予定."""
_WORDS_OF_DAY = (("明後日", 2), ("翌々日", 2), ("明日", 1), ("翌日", 1), ("本日", 0), ("今日", 0), ("当日", 0))
_JOINED_DAY = (("明朝", 1, "朝"), ("今朝", 0, "朝"), ("今夕", 0, "夕方"), ("今夜", 0, "夜"), ("今晩", 0, "夜"))
_ABOUT = re.compile(r"(?:頃|ごろ|ころ|まで)?(?:に|には)?$")
_BETWEEN = "()[]␣ 、,。に"


def plan_time(text: object, event: Optional[datetime] = None, day: Optional[date] = None) -> PlanTime:
    """Return what a cell of a plan says of the time; `event` and `day` as `periods.period_of` has them."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", "" if text is None else str(text))).casefold()
    told = period_of(text, event, day)
    if told.period is not None:
        return PlanTime(Said.TIME, told.period)
    if told.undecided or not plain:
        return PlanTime(Said.UNDECIDED if told.undecided else Said.BLANK)
    if _PARTLY.search(plain):
        return PlanTime(Said.PARTLY)
    done = _done(text, plain, event, day)
    if done is not None:
        return done
    if _UNDECIDED.search(plain.rstrip(_BETWEEN)):
        return PlanTime(Said.UNDECIDED)
    return _planned(str(text), event, day)


def says_done(text: object) -> bool:
    """Return whether a cell (作業状況) says that power is back, and nothing else."""
    return plan_time(text).said is Said.DONE


def _done(text: object, plain: str, event: Optional[datetime], day: Optional[date]) -> Optional[PlanTime]:
    """Return that power is back, with the time beside the word where one is told; None where something else is."""
    if _DONE.fullmatch(plain.strip(_BETWEEN)):
        return PlanTime(Said.DONE)
    written = unicodedata.normalize("NFKC", str(text)).casefold()
    for found in _DONE.finditer(written):
        before, after = written[: found.start()].strip(_BETWEEN), written[found.end() :].strip(_BETWEEN)
        if bool(before) == bool(after):
            continue
        # what is left must be a time that says nothing of a plan: 1/20 18:00 復旧済み, 復旧済み（1/20 18時）
        rest = before or after
        beside = _time(rest, event, day) if not _PLANNED.search(rest) else PlanTime(Said.UNREAD)
        if beside.said in (Said.TIME, Said.NO_DAY):
            return PlanTime(Said.DONE, beside.period) if _past(found.group(), beside, day) else PlanTime(Said.UNREAD)
    return None


def _past(word: str, when: PlanTime, day: Optional[date]) -> bool:
    """Return whether a word with a time beside it says that power is back: not after the day of the plan."""
    if when.period is None or day is None:
        return _PAST.search(word) is not None
    return when.period.begin.date() <= day


def _planned(text: str, event: Optional[datetime], day: Optional[date]) -> PlanTime:
    """Return the time of a text that may go on with what is planned then, or be counted from the day of the plan."""
    written = unicodedata.normalize("NFKC", text).strip().casefold()
    return _time(_PLANNED.sub("", written).strip(_BETWEEN), event, day)


def _time(text: str, event: Optional[datetime], day: Optional[date]) -> PlanTime:
    told = period_of(text, event, day)
    if told.period is not None:
        return PlanTime(Said.TIME, told.period)
    words = re.sub(r"\s+", "", text)
    counted = _counted_from(day or date.min, words)
    if counted is None and day is None and words:
        counted = moment_on(date.min, _ABOUT.sub("", words))
    if counted is None:
        return PlanTime(Said.UNREAD)
    return PlanTime(Said.NO_DAY) if day is None else PlanTime(Said.TIME, counted)


def _counted_from(day: date, words: str) -> Optional[Period]:
    """Return the time of words that count from a day: 本日中, 明日午前中, 明朝; None of any other."""
    for word, later in _WORDS_OF_DAY:
        if words.startswith(word):
            return moment_on(day + timedelta(days=later), _ABOUT.sub("", words[len(word) :].lstrip("の、,")))
    for word, later, part in _JOINED_DAY:
        if _ABOUT.sub("", words) == word:
            return moment_on(day + timedelta(days=later), part)
    return None

"""Statistics (統計データ) that came empty or without a date: a map must say at which older day it stands."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Iterator, Optional

from ...messages import Message, message
from ..base import FeedbackProgress

if TYPE_CHECKING:
    import pandas as pd

    from ...casefile.case import Case
    from ...casefile.publications import Publication

NAMED = 5
"""Cells or areas that are named in a message."""


def tell_empty(
    case: Case, rows: pd.DataFrame, table: pd.DataFrame, at: Optional[datetime], progress: FeedbackProgress
) -> None:
    """Say which newer statistics brought nothing that could be mapped, and at which day the map stands.

    Parameters
        rows: 通電計器数 of the voltage class and kind of area that are mapped, of all days.
        table: the outage table of all days up to the moment of the map.
        at: the moment asked for, None for the newest.
    """
    newest = table["begin"].max()
    day = f"{newest:%Y-%m-%d}"
    for told in (*_empty_sets(case, rows, day, at), *_other_kind_newer(case, rows, day, at), *_without(table, day)):
        progress.warn(told)


def tell_empty_sets(case: Case, rows: pd.DataFrame, at: Optional[datetime], progress: FeedbackProgress) -> None:
    """Say which statistics were published, or asked for, later than the newest `rows` and hold none.

    Parameters
        rows: what is mapped, with `published_at`.
        at: the moment asked for, None for the newest.
    """
    import pandas as pd

    newest = pd.to_datetime(rows["published_at"]).max()
    for told in _empty_sets(case, rows, f"{newest:%Y-%m-%d}", at):
        progress.warn(told)


def undated(case: Case, *kinds: str) -> list[Message]:
    """Return, for what a map says that it rests on, of how many files nothing tells when they were published; or [].

    Parameters
        kinds: tables of the case that the map is made of, such as `statistics`.
    """
    from ...casefile.publications import undated_files

    count = len(undated_files(case, *kinds))
    said = message("{count} file(s) of statistics do not say when they were published", count=count)
    return [said] if count else []


def _empty_sets(case: Case, rows: pd.DataFrame, day: str, at: Optional[datetime]) -> Iterator[Message]:
    """Yield what was published, or asked for, later than the newest rows and holds none."""
    import pandas as pd

    from ...casefile.publications import known

    known_until = pd.to_datetime(rows["published_at"]).max() if "published_at" in rows else pd.NaT
    for each in known(case):
        # a file that could not be read is no empty one, and is told of where it was taken in
        if each.kind != "statistics" or each.rows or not all(part.parsed for part in each.parts):
            continue
        moment = each.published_at or each.asked.at
        if moment is not None and ((at is not None and moment > at) or moment <= known_until):
            continue
        yield message(
            "Statistics (統計データ) came empty: {which}. The map stands at the figures of {day} and says nothing of "
            "the time after them. Ask the operator of the aggregator, or register the condition again.",
            which=_name(each),
            day=day,
        )


def _name(each: Publication) -> str:
    return each.name if each.published_at is None else f"{each.published_at:%Y-%m-%d %H:%M}"


def _other_kind_newer(case: Case, rows: pd.DataFrame, day: str, at: Optional[datetime]) -> Iterator[Message]:
    """Yield that the other kind of area has figures of a newer day, where it has."""
    import pandas as pd

    statistics = case.statistics()
    alike = statistics[statistics["voltage"].isin(rows["voltage"].unique())]
    days = pd.to_datetime(alike["date"])
    newest = days[days <= pd.Timestamp(at)].max() if at is not None else days.max()
    if newest > pd.Timestamp(day):
        yield message(
            "The statistics of {newer} hold no rows for this map, though others of that day came. The map stands at "
            "the figures of {day} and says nothing of the time after them.",
            newer=f"{newest:%Y-%m-%d}",
            day=day,
        )


def _without(table: pd.DataFrame, day: str) -> Iterator[Message]:
    """Yield that the newest day has no figures, or lacks cells or areas that the day before had."""
    key = "mesh_code" if "mesh_code" in table else "area_name"
    begins = table["begin"]
    newest = table[begins == begins.max()]
    if len(newest) and newest["meters"].isna().all():
        yield message(
            "All {count} figures of {day} are masked or blank: nothing is known of that day.",
            count=len(newest),
            day=day,
        )
    earlier = table[begins < begins.max()]
    if not len(earlier):
        return
    before = earlier[earlier["begin"] == earlier["begin"].max()]
    gone = sorted(set(before[key].astype(str)) - set(newest[key].astype(str)))
    if gone:
        yield message(
            "{count} cells or areas of the day before are not in the figures of {day}: nothing is known of them, and "
            "they are not on the map: {names}.",
            count=len(gone),
            day=day,
            names="、".join(gone[:NAMED]) + ("…" if len(gone) > NAMED else ""),
        )

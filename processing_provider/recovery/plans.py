"""Restoration plans as utilities give them: a row a place, or the printed form with a column a day (計画／実績)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence

from ...analysis.listed import Listed, folded
from ...analysis.periods import day_in, moment_in, period_of
from ...analysis.plan_times import Issue
from ...analysis.quantities import count_of
from ...analysis.unread import Unread, unread_messages
from ...messages import Progress, TomoshibiError, message

if TYPE_CHECKING:
    import pandas as pd

    from ...analysis.restoration import Joined

PLAN: Mapping[str, tuple[str, ...]] = {
    "place": (
        "place",
        "地区",
        "地区名",
        "町名",
        "町字名",
        "地域",
        "住所",
        "停電地域",
        "復旧地域",
        "市町村",
        "市区町村",
    ),
    "restored_at": ("restored_at", "復旧見込", "復旧見込み", "復旧見込日時", "復旧見通し", "復旧予定", "復旧予定日時"),
    "households": ("households", "戸数", "停電戸数", "停電軒数", "対象戸数", "世帯数", "軒数"),
    "state": ("state", "状況", "状態", "作業状況", "復旧状況"),
    "note": ("note", "備考", "摘要"),
    "prefecture": ("県", "都道府県", "都道府県名"),
    "kind": ("復旧計画及び実績", "計画及び実績", "計画・実績", "計画/実績", "区分"),
}
"""Columns of a plan, and the headings under which utilities give them; compared without width and case."""
KNOWN = frozenset(folded(word) for words in PLAN.values() for word in words)
WHO = frozenset(folded(word) for word in PLAN["place"])
PLANNED, DONE = "計画", "実績"
_MARKS = frozenset("〇○◯●◎✓✔済1")
_NO_MARKS = frozenset(("", "-", "－", "ー", "―", "×", "✕", "/", "／"))
_DAY = timedelta(days=1)
_LEAST_DAYS = 1


@dataclass(frozen=True)
class Plan:
    """A plan that was read."""

    table: pd.DataFrame
    """One row a place: `place restored_at households state note`, all text, those that are there; `done_at` datetime
    where the printed form tells it; `row_no` the row of the list."""
    within: tuple[str, ...]
    """Prefectures that the plan names."""
    issue: Issue
    """When the list says that it is of."""
    not_read: int


def read_plan(listed: Listed, event: datetime, progress: Progress) -> Plan:
    """Return the plan of a list; `event`: when the case's event began, for days without a year.

    Numbers that are not understood are named; times are by `join_plan`. Raises `TomoshibiError` where no place can be
    told from the headings.
    """
    import pandas as pd

    for what in listed.problems:
        progress.warn(what)
    places = {name: listed.place_of(headings) for name, headings in PLAN.items()}
    if places["place"] is None:
        raise TomoshibiError(
            message(
                "{file} has no column {column}. Rename the column that holds it to one of these.",
                file=listed.name,
                column=" / ".join(PLAN["place"]),
            )
        )
    days = {column: day for column, heading in enumerate(listed.headings) if (day := _whole_day(heading, event))}
    if places["kind"] is not None and len(days) >= _LEAST_DAYS:
        return _printed(listed, places, days, progress)
    told = [name for name in ("place", "restored_at", "households", "state", "note") if places[name] is not None]
    table = pd.DataFrame({name: pd.Series(listed.column(places[name]), dtype=object) for name in told})
    table["row_no"] = listed.numbers
    above = list(listed.above)
    if places["restored_at"] is not None:
        above.append(listed.headings[places["restored_at"]])
    return _checked(listed, Plan(table, _prefectures(listed, places), _issue(above, event), 0), places, progress)


@dataclass(frozen=True)
class PlacedPlan:
    """A plan that was read and joined to areas."""

    plan: Plan
    areas: pd.DataFrame
    """`area_id area_name` of all areas, named or not."""
    joined: Joined


def placed_plan(
    path: Path, shapes: Mapping[str, tuple[str, Any]], event: datetime, progress: Progress, within: Sequence[str] = ()
) -> PlacedPlan:
    """Return the plan of a file, joined to areas by their names.

    Parameters
        shapes: {code of an area: (its name, its shape)}.
        event: when the case's event began.
        within: what the areas lie in beside the prefectures that the plan names, from large to small.

    Raises
        TomoshibiError: no place can be told from the headings, or an area has no name.
    """
    import pandas as pd

    from ...analysis.restoration import join_plan
    from ..listed import read_table

    read = read_plan(read_table(path, None, KNOWN, progress, WHO), event, progress)
    areas = pd.DataFrame([(code, name) for code, (name, _) in shapes.items()], columns=["area_id", "area_name"])
    around = list(dict.fromkeys([*read.within, *within]))
    return PlacedPlan(read, areas, join_plan(read.table, areas, around, event, read.issue))


def tell_not_placed(unjoined: pd.DataFrame, progress: Progress) -> int:
    """Say how many rows of a plan fit no area, or several; return how many. `unjoined`: as of `join_plan`."""
    from ...analysis.restoration import ON_MAP

    count = int((~unjoined["reason"].isin(ON_MAP)).sum())
    if count:
        progress.warn(
            message(
                "{count} rows of the plan are not on the map. Mend the names in the plan or the areas.", count=count
            )
        )
    return count


def _whole_day(heading: str, event: datetime) -> Optional[date]:
    """Return the day that a heading names, None where it names none."""
    told = period_of(heading.rstrip("_"), event).period
    return told.begin.date() if told is not None and told.end - told.begin == _DAY else None


def _issue(above: Sequence[str], event: datetime) -> Issue:
    """Return when a list is of, by its title and the heading of its times."""
    moment = moment_in(above, event)
    return Issue(day_in(above, event) if moment is None else moment.date(), moment)


def _prefectures(listed: Listed, places: Mapping[str, Optional[int]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in listed.column(places["prefecture"]) if name))


def _checked(listed: Listed, plan: Plan, places: Mapping[str, Optional[int]], progress: Progress) -> Plan:
    """Name the numbers of households that are not understood."""
    column = places["households"]
    unread = []
    if column is not None:
        cells = zip(plan.table["row_no"], plan.table["households"])
        unread = [
            Unread(int(row), listed.headings[column], cell) for row, cell in cells if not count_of(cell).understood
        ]
    for what in unread_messages(unread, listed.name):
        progress.warn(what)
    return replace(plan, not_read=plan.not_read + len(unread))


def _marked(listed: Listed, row: int, days: Mapping[int, date], unread: list[Unread]) -> list[date]:
    """Return the days that a row of the printed form marks; what is neither a mark nor none goes to `unread`."""
    found = []
    for column, day in days.items():
        mark = listed.column(column)[row]
        if mark in _MARKS:
            found.append(day)
        elif mark not in _NO_MARKS:
            unread.append(Unread(listed.numbers[row], listed.headings[column], mark))
    return found


def _printed(listed: Listed, places: Mapping[str, Optional[int]], days: Mapping[int, date], progress: Progress) -> Plan:
    """Return the plan of the printed form: a row 計画 for each place and a row 実績 under it, a mark on each day."""
    import pandas as pd

    cells = {name: listed.column(place) for name, place in places.items()}
    rows: list[dict[str, object]] = []
    unread: list[Unread] = []
    for row, number in enumerate(listed.numbers):
        marked = _marked(listed, row, days, unread)
        place, kind = cells["place"][row], cells["kind"][row]
        done = kind.startswith(DONE)
        if not done or not rows or place not in ("", rows[-1]["place"]):
            names = ("households", "state", "note")
            rows.append({"place": place, "row_no": number, "restored_at": "", "done_at": None})
            rows[-1].update({name: cells[name][row] for name in names})
        if done and marked:
            rows[-1]["done_at"] = datetime.combine(max(marked), datetime.min.time()) + _DAY - timedelta(minutes=1)
        elif marked:
            first, last = min(marked), max(marked)
            rows[-1]["restored_at"] = f"{first}" if first == last else f"{first}~{last}"
    for what in unread_messages(unread, listed.name):
        progress.warn(what)
    table = pd.DataFrame(rows)
    table["done_at"] = pd.to_datetime(table["done_at"])
    return _checked(listed, Plan(table, _prefectures(listed, places), Issue(), len(unread)), places, progress)

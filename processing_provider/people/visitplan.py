"""UC⑦ 被災者見守り: when to call on whom, and who has been away for long (manual §3.1.7, §4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Iterator, Optional, Sequence

from qgis.core import QgsProcessingContext, QgsProcessingParameterDateTime

from ...messages import Message, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr, translate_message
from ..entered import keep_people
from ..inputs.people_lists import (
    add_document,
    add_elsewhere,
    add_not_read,
    add_people,
    document_path,
    enter_document,
    read_people,
    set_texts,
    tell_without_readings,
    terms_of,
    told,
)
from ..permission import documents_allowed
from ..results import add_evidence_outputs, add_output, evidence_outputs, write_result
from .homeaway import METHODS

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import pandas as pd

    from ...casefile.case import Case
    from ...casefile.people import Homes, People
    from ...layers.spreadsheet import Sheet
    from ...sheets.visits import Person

WEEKS = 6
"""Weeks up to the end of the one asked for from which the best hours are learnt."""
LEAST_SHARE = 0.2
"""Share of being at home below which an hour is not proposed, not even as the best of a home that stands empty."""


def weekday_words() -> list[str]:
    """Return the days of the week, Monday first."""
    return [tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun")]


class VisitPlan(TomoshibiAlgorithm):
    """Plan of visits."""

    NAME = "visitplan"
    GROUP = "people"
    OF_PEOPLE = True
    LISTS = ("LIST",)
    TAGS = ("見守り", "訪問計画", "在宅", "長期不在", "visit", "plan", "week", "UC7", "mimamori", "houmon")

    def title(self) -> str:
        return tr("Plan visits by when people are at home (UC7)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        add_people(self, "LIST", tr("List of people to visit"), tr("People who are looked after (見守り対象者)."))
        self.add(
            QgsProcessingParameterDateTime("WEEK", tr("Week"), QgsProcessingParameterDateTime.Type.Date, None, True),
            tr("Any day of the week to show, from Monday. Left empty, the week of the newest readings."),
        )
        self.add_enum(
            "METHOD",
            tr("Method"),
            METHODS,
            tr("quiet sees long absence and is the one to use; the others are those of “Estimate who was at home”."),
            default="quiet",
            advanced=True,
        )
        add_output(self, self.NAME)
        add_document(self, "XLSX", tr("Workbook"), "XLSX (*.xlsx)")
        add_document(self, "PDF", tr("PDF, one page a person"), "PDF (*.pdf)")
        self.add_number("COUNT", tr("People on the list"))
        self.add_number("LONG_ABSENT", tr("People away for long"))
        self.add_number("NO_READINGS", tr("People without readings in the case"))
        add_elsewhere(self)
        add_not_read(self)
        add_evidence_outputs(self)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...casefile import case_arrays
        from ...casefile.people import homes_of

        case = self.case(parameters, context)
        listed = read_people(self, parameters, context, progress, case, "LIST")
        found = homes_of(case, listed)
        monday, end = self._week(parameters, context, case, found.rows)
        method = self.choice(parameters, context, "METHOD")
        plan = _plan(case, listed, found, monday, end, method, progress.stage(0, 0.5))
        until = case_arrays.reach(case, plan.as_of, found.rows)
        sources = case_arrays.sources(case, plan.as_of)
        keep_people(self, parameters, case, plan.table, listed.table["home_key"].to_numpy(bool), progress)
        destination = write_result(
            self,
            parameters,
            context,
            progress.stage(0.5, 0.55),
            case,
            self.NAME,
            plan.table,
            None,
            plan.as_of,
            sources,
            evidence_until=until,
        )
        documents = self._documents(parameters, context, case, plan, found.rows, sources, progress.stage(0.6, 1.0))
        no_readings = tell_without_readings(found, progress)
        return {
            "OUTPUT": destination,
            **documents,
            "COUNT": len(plan.table),
            "LONG_ABSENT": int(plan.table["long_absence"].eq(True).sum()),
            "NO_READINGS": no_readings,
            "ELSEWHERE": int(listed.elsewhere.sum()),
            "NOT_READ": listed.unread,
            **evidence_outputs(plan.table["unknown_reason"].tolist(), until),
        }

    def _documents(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        case: Case,
        plan: _Plan,
        rows: np.ndarray,
        sources: list[Message],
        progress: FeedbackProgress,
    ) -> dict[str, str]:
        """Write workbook and PDF and return where they are; none where the case forbids to carry people away."""
        from ...layers.spreadsheet import write_xlsx

        if not documents_allowed(case, progress):
            return {"XLSX": "", "PDF": ""}
        said = " / ".join(translate_message(source) for source in sources)
        workbook = document_path(self, parameters, context, case, "XLSX", f"{self.NAME}.xlsx", plan.as_of)
        write_xlsx(workbook, _sheets(plan.table, plan.best, plan.monday, case, said))
        enter_document(self, case, workbook, sources)
        pages = document_path(self, parameters, context, case, "PDF", f"{self.NAME}.pdf", plan.as_of)
        _write_pages(pages, plan, case, rows, said, progress)
        enter_document(self, case, pages, sources)
        return {"XLSX": str(workbook), "PDF": str(pages)}

    def _week(
        self, parameters: dict[str, Any], context: QgsProcessingContext, case: Case, rows: np.ndarray
    ) -> tuple[np.datetime64, np.datetime64]:
        """Return the Monday asked for and the end of the readings of that week. Raises `NoData`."""
        import numpy as np

        from ...analysis.visits import WEEK, monday_of
        from ...casefile import case_arrays

        received = case_arrays.period(case)
        day = self.day(parameters, context, "WEEK")
        if received is not None:
            monday = monday_of(day or (received[1] - case_arrays.SLOT).astype("datetime64[D]").item())
            end = min((monday + WEEK).astype("datetime64[s]"), received[1])
            begin = monday.astype("datetime64[s]")
            if end > max(begin, received[0]) and np.any(case_arrays.told(case, max(begin, received[0]), end, rows)):
                return monday, end
        raise case_arrays.NoData(
            message(
                "The case holds no readings of the week asked for. Choose a week inside the data, or download that "
                "week."
            )
        )


@dataclass(frozen=True)
class _Plan:
    """The plan of a week, and what it was learnt from."""

    monday: np.datetime64
    as_of: datetime
    table: pd.DataFrame
    """A row a person: the week table, the reasons of what is not known, the best hours in words."""
    best: pd.DataFrame
    """As `visits.best_hours`."""
    states: np.ndarray
    """int8 (people, half-hours)."""
    shown: np.ndarray
    """Begin of each of those half-hours."""


def _plan(
    case: Case,
    listed: People,
    found: Homes,
    monday: np.datetime64,
    end: np.datetime64,
    method: str,
    progress: FeedbackProgress,
) -> _Plan:
    """Return the plan of the week from `monday`, whose readings end at `end`."""
    import numpy as np
    import pandas as pd

    from ...analysis.occupancy import PresenceRules, presence, window_days
    from ...analysis.reasons import Reason
    from ...analysis.visits import WEEK, VisitRules, best_hours, week_table
    from ...casefile import case_arrays
    from ...casefile import presence as known
    from ...casefile.people import use_of

    # Weeks before the first reading say nothing, and would be worked on all the same.
    earliest = case_arrays.period(case)[0].astype("datetime64[D]").astype("datetime64[s]")
    begin = max((monday - (WEEKS - 1) * WEEK).astype("datetime64[s]"), earliest)
    first = begin - np.timedelta64(window_days(method), "D")
    readings = use_of(case, found.rows, first, end)
    slots = first + case_arrays.SLOT * np.arange(readings.shape[1])
    targets = np.flatnonzero(slots >= begin)
    numbers, as_of = listed.table["supply_point"].to_numpy(str), pd.Timestamp(end).to_pydatetime()
    about = known.about(case, found.rows, numbers, first, end, as_of)
    answer = presence(readings, slots, targets.tolist(), method, PresenceRules(), progress, about)
    states, shown, rules = _of_tenant(answer.state, about.first, targets), slots[targets], VisitRules()
    places = [str(place) for place in range(len(listed.table))]
    table = week_table(places, states, shown, monday, rules)
    best = best_hours(places, states, shown, rules)
    for name in ("supply_point", "key", "name", "linked_by", "same_as"):
        set_texts(table, name, listed.table[name])
    table["row_no"] = listed.table["row_no"]
    this_week = shown >= monday.astype("datetime64[s]")
    why = _why_unknown(case, listed, found, answer.reason, states, this_week, as_of)
    set_texts(table, "unknown_reason", why)
    # Of a contract that is over the hours would be those of people who have left.
    over = np.flatnonzero(table["unknown_reason"].eq(Reason.NOT_IN_SERVICE.value)).astype(str)
    best = best[~best["supply_point"].isin(over)]
    spoken = _best_words(best, len(table))
    for rank in range(rules.best):
        named = (words[rank] if rank < len(words) else None for words in spoken)
        set_texts(table, f"best_{rank + 1}", named)
    _blank_unknown(table)
    table["last_proven"] = case_arrays.last_readings(case, as_of, found.rows)
    return _Plan(monday, as_of, table, best, states, shown)


def _write_pages(path: Path, plan: _Plan, case: Case, rows: np.ndarray, said: str, progress: FeedbackProgress) -> None:
    """Write a page for each person; `said` names the sources."""
    from ...sheets.pages import Heading
    from ...sheets.visits import visits_pdf

    heading = Heading(
        tr("Visiting plan (見守り訪問)"),
        tr("{case}: week from {monday}").format(case=case.info.name, monday=plan.monday),
        case.info.practice,
        said,
        terms_of(case),
    )
    kwh = _fourteen_days(case, rows, plan.monday)
    spoken = _best_words(plan.best, len(plan.table))
    people = _people(plan.table, spoken, plan.states, plan.shown, plan.monday, kwh)
    visits_pdf(path, heading, people, len(plan.table), progress)


def _of_tenant(states: np.ndarray, first: Optional[np.ndarray], targets: np.ndarray) -> np.ndarray:
    """Return the states without those of a tenant before: nobody is called on by another's habits."""
    import numpy as np

    from ...analysis.occupancy import State

    if first is None:
        return states
    return np.where(targets < first[:, None], State.NO_DATA, states).astype(states.dtype)


def _why_unknown(
    case: Case,
    listed: People,
    found: Homes,
    reasons: np.ndarray,
    states: np.ndarray,
    this_week: np.ndarray,
    at: datetime,
) -> list[Optional[str]]:
    """Return the reason code of each person of whom nothing is known in the week shown, None of the others."""
    import numpy as np

    from ...analysis.contract_life import NO
    from ...analysis.occupancy import REASONS, State
    from ...analysis.reasons import Reason
    from ...casefile import contracts
    from ...casefile.people import why_no_readings

    numbers = listed.table["supply_point"].to_numpy(str)
    lacking = why_no_readings(case, listed, found, at)
    nothing = ~np.isin(states[:, this_week], (State.HOME, State.AWAY)).any(axis=1)
    ended = contracts.in_service(case, numbers, at) == NO
    why: list[Optional[str]] = []
    for place, none in enumerate(lacking):
        codes = reasons[place, this_week]
        told = np.bincount(codes[codes > 0], minlength=2) if (codes > 0).any() else None
        if not nothing[place]:
            why.append(None)
        elif none is not None:
            why.append(none.value)
        elif ended[place]:
            why.append(Reason.NOT_IN_SERVICE.value)
        elif told is None:
            why.append(Reason.OUT_OF_SCOPE.value)
        else:
            why.append(REASONS[int(told.argmax())].value)
    return why


def _best_words(best: pd.DataFrame, count: int) -> list[list[str]]:
    """Return the best hours of each person in words, e.g. `Mon 18:00 (83 %)`; none where nothing is known."""
    days = weekday_words()
    spoken: list[list[str]] = [[] for _ in range(count)]
    for row in best[best["share"] >= LEAST_SHARE].itertuples():
        spoken[int(row.supply_point)].append(f"{days[row.weekday - 1]} {row.hour}:00 ({round(100 * row.share)} %)")
    return spoken


def _blank_unknown(table: pd.DataFrame) -> None:
    """Leave absence blank for people of whom nothing is known: 0 days away would say they were seen."""
    import numpy as np

    nothing = table["unknown_reason"].notna().to_numpy()
    table["away_days"] = np.where(nothing, np.nan, table["away_days"].to_numpy(float))
    table["long_absence"] = [None if none else bool(value) for none, value in zip(nothing, table["long_absence"])]


def _sheets(table: pd.DataFrame, best: pd.DataFrame, monday: np.datetime64, case: Case, said: str) -> list[Sheet]:
    """Return the manual's week table, the best hours and what the signs mean."""
    from ...analysis.visits import ROW_COLUMNS
    from ...layers.spreadsheet import Sheet

    words = weekday_words()
    days = [(monday + number).item() for number in range(7)]
    row_day = table["row_day"].iloc[0] if len(table) else None
    clock = [f"{name[1:3]}:{name[3:]}" for name in ROW_COLUMNS]
    heading = (
        tr("Own id"),
        tr("Name of the person"),
        tr("Supply point"),
        tr("Last week"),
        tr("This week"),
        *(f"{word} {day.month}/{day.day}" for word, day in zip(words, days)),
        *clock,
        tr("Days away"),
        tr("Long absence"),
        *(tr("Best hour {rank}").format(rank=rank) for rank in (1, 2, 3)),
    )
    columns = ["key", "name", "supply_point", "last_week", "this_week", *(f"day_{number}" for number in range(1, 8))]
    columns += [*ROW_COLUMNS, "away_days", "long_absence", "best_1", "best_2", "best_3"]
    yes = {True: tr("yes"), False: None}
    filled = table.assign(long_absence=[yes.get(value) for value in table["long_absence"]])
    filled = filled.astype(object).where(filled.notna(), None)
    rows = [[_plain(row[name]) for name in columns] for row in filled.to_dict("records")]
    about = [
        [tr("Case"), case.info.name],
        [tr("Week"), f"{days[0]} – {days[-1]}"],
        [tr("Half-hours of"), f"{row_day:%Y-%m-%d}" if row_day is not None else ""],
        [tr("Sources"), said],
        [tr("Signs"), tr("○ at home   × no sign of use   － not known (asleep, or no readings)")],
        [tr("Days"), tr("○ if somebody was at home for two hours of 9:00–17:00; a week if on any day")],
        [tr("Share"), tr("Shrunk towards the person's and everybody's habit: few weeks make no certainty")],
        [tr("Terms of use"), terms_of(case)],
        [tr("Caution"), tr("Personal data: for this purpose only, destroy it when use ends.")],
    ]
    if case.info.practice:
        about.insert(0, [tr("PRACTICE DATA"), ""])
    named = (tr("Own id"), tr("Name of the person"), tr("Supply point"))
    return [
        Sheet(tr("Week"), heading, rows, frozen=2, narrow=True),
        Sheet(
            tr("Best hours"),
            (*named, tr("Rank"), tr("Day"), tr("Hour"), tr("Share"), tr("Weeks known")),
            _hours(table, best, words),
            shares=(6,),
            frozen=2,
        ),
        Sheet(tr("About"), (tr("Item"), tr("Meaning")), about),
    ]


def _hours(table: pd.DataFrame, best: pd.DataFrame, words: Sequence[str]) -> list[list[Any]]:
    """Return the rows of the best hours, those likely enough to be worth a visit."""
    rows = []
    for row in best[best["share"] >= LEAST_SHARE].itertuples():
        person = table.iloc[int(row.supply_point)]
        who = (person["key"], person["name"], person["supply_point"])
        share = float(round(row.share, 4))
        rows.append([*who, row.rank, words[row.weekday - 1], f"{row.hour}:00", share, int(row.weeks)])
    return rows


def _plain(value: Any) -> Any:
    """Return numbers as numbers that a workbook knows."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _fourteen_days(case: Case, rows: np.ndarray, monday: np.datetime64) -> np.ndarray:
    """Return kWh of last week and this week, float (people, 672), NaN missing."""
    import numpy as np

    from ...analysis.visits import WEEK
    from ...casefile.people import use_of

    read = use_of(case, rows, (monday - WEEK).astype("datetime64[s]"), (monday + WEEK).astype("datetime64[s]"))
    return np.where(read >= 0, read / 1000, np.nan)


def _people(
    table: pd.DataFrame,
    spoken: list[list[str]],
    states: np.ndarray,
    slots: np.ndarray,
    monday: np.datetime64,
    kwh: np.ndarray,
) -> Iterator[Person]:
    """Yield what is printed of each person, in the order of the list."""
    import numpy as np

    from ...analysis.visits import MARKS, WEEK, by_day
    from ...sheets.visits import Person

    days, home = by_day(states, slots)
    words = weekday_words()
    dates: list[date] = [(monday + number).item() for number in range(7)]
    where = {day.item(): place for place, day in enumerate(days)}
    for place, row in enumerate(table.to_dict("records")):
        lines = []
        for number, day in enumerate(dates):
            signs = [""] * 48
            if day in where:
                signs = [MARKS[int(value)] for value in home[place, where[day]]]
            lines.append((f"{words[number]} {day.month}/{day.day}", row[f"day_{number + 1}"], signs))
        away = row["away_days"]
        absence = ""
        if np.isnan(away):
            absence = tr("not known")
        elif row["long_absence"]:
            absence = tr("LONG ABSENCE: {days} days without anybody. Reconsider the visit.").format(days=int(away))
        yield Person(
            told(row["key"], row["name"], place),
            row["supply_point"] or "",
            row["last_week"],
            row["this_week"],
            absence,
            lines,
            spoken[place] or [tr("not known") if np.isnan(away) else tr("no promising hour")],
            (monday - WEEK).item(),
            kwh[place],
        )

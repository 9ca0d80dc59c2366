"""UC⑧ 罹災証明書: on how many days before the event a home was lived in (manual §3.1.8, §4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Iterator, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputString,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterNumber,
)

from ...messages import message
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

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ...analysis.residence import Days, ResidenceRules, Tenancies, YearBefore
    from ...casefile.case import Case
    from ...casefile.people import Homes
    from ...sheets.residence import Applicant

MOST_MONTHS = 6


@dataclass(frozen=True)
class _Looked:
    """What was read of the applicants' homes, and what it shows."""

    before: Days
    after: Optional[Days]
    """None where nothing was received after the event, or nothing is wanted of it."""
    readings: np.ndarray
    """int32 (applicants, half-hours) Wh of all days, -1 missing."""
    year_before: np.ndarray
    """int32: the same half-hours 364 days before."""
    compared: YearBefore
    event: date

    @property
    def days(self) -> Days:
        """All days."""
        from ...analysis.residence import joined

        return self.before if self.after is None else joined(self.before, self.after)


class ResidenceEvidence(TomoshibiAlgorithm):
    """Evidence of residence before the event."""

    NAME = "residenceevidence"
    GROUP = "people"
    OF_PEOPLE = True
    LISTS = ("APPLICANTS",)
    TAGS = ("罹災証明書", "居住実態", "居住確認", "residence", "certificate", "lived", "UC8", "risaishoumei", "kyojuu")

    def title(self) -> str:
        return tr("Show whether homes were lived in before the event (UC8)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        add_people(
            self, "APPLICANTS", tr("List of applicants"), tr("Applicants for a 罹災証明書 whose residence is asked.")
        )
        self.add(
            QgsProcessingParameterDateTime(
                "EVENT_DATE", tr("Day of the event"), QgsProcessingParameterDateTime.Type.Date, None, True
            ),
            tr("The whole days before it are looked at. Left empty, the day of the case's event."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "MONTHS",
                tr("Months before it"),
                QgsProcessingParameterNumber.Type.Integer,
                2,
                minValue=1,
                maxValue=MOST_MONTHS,
            ),
            tr("How far to look back. Ask for no more than is needed."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "MONTHS_AFTER",
                tr("Months after it"),
                QgsProcessingParameterNumber.Type.Integer,
                1,
                minValue=0,
                maxValue=MOST_MONTHS,
            ),
            tr(
                "How far to show the time after the event, as far as the readings go. It stands beside the verdict, "
                "which rests on the days before the event alone."
            ),
        )
        add_output(self, self.NAME)
        add_document(self, "PDF", tr("PDF, one page an applicant"), "PDF (*.pdf)")
        self.add_number("LIVED", tr("Lived in"))
        self.add_number("NOT_LIVED", tr("Not lived in"))
        self.add_number("REVIEW", tr("To be looked at by a person: cannot be judged"))
        self.add_number("NO_READINGS", tr("People without readings in the case"))
        add_elsewhere(self)
        add_not_read(self)
        self.addOutput(QgsProcessingOutputString("SOURCES", tr("Sources")))
        add_evidence_outputs(self)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        import numpy as np
        import pandas as pd

        from ...analysis.residence import ResidenceRules
        from ...casefile import case_arrays
        from ...casefile.people import homes_of
        from ...sheets.pages import Heading
        from ...sheets.residence import residence_pdf

        case = self.case(parameters, context)
        listed = read_people(self, parameters, context, progress, case, "APPLICANTS")
        event = self.day(parameters, context, "EVENT_DATE") or case.info.event_time.date()
        months = [self.parameterAsInt(parameters, name, context) for name in ("MONTHS", "MONTHS_AFTER")]
        numbers = np.where(listed.elsewhere, "", listed.table["supply_point"].to_numpy(str))
        found, rules = homes_of(case, listed), ResidenceRules()
        looked = _looked(case, found, numbers, event, months, rules, progress)
        table = _table(listed.table, looked, found, rules)
        end = np.datetime64(event, "s")
        as_of = pd.Timestamp(end).to_pydatetime()
        sources = case_arrays.sources(case, as_of)
        until = case_arrays.reach(case, as_of, found.rows)
        table["last_proven"] = case_arrays.last_readings(case, as_of, found.rows)
        keep_people(self, parameters, case, table, listed.table["home_key"].to_numpy(bool), progress)
        destination = write_result(
            self,
            parameters,
            context,
            progress.stage(0.3, 0.4),
            case,
            self.NAME,
            table,
            None,
            as_of,
            sources,
            evidence_until=until,
        )
        heading = Heading(
            tr("Use of electricity before the event, for the 罹災証明書"),
            tr("{case}: {begin} to {end} (the day before the event)").format(
                case=case.info.name, begin=looked.before.day[0], end=looked.before.day[-1]
            ),
            case.info.practice,
            " / ".join(translate_message(source) for source in sources),
            terms_of(case),
        )
        path = None
        if documents_allowed(case, progress):
            path = document_path(self, parameters, context, case, "PDF", f"{self.NAME}.pdf", as_of)
            pages = list(_pages(table, looked, rules))
            residence_pdf(path, heading, pages, sum(map(_pages_each, pages)), progress.stage(0.4, 1.0))
            enter_document(self, case, path, sources)
        no_readings = tell_without_readings(found, progress)
        counts = table["verdict"].value_counts()
        return {
            "OUTPUT": destination,
            "PDF": str(path or ""),
            "LIVED": int(counts.get("lived", 0)),
            "NOT_LIVED": int(counts.get("not_lived", 0)),
            "REVIEW": int(counts.get("cannot_tell", 0)),
            "NO_READINGS": no_readings,
            "ELSEWHERE": int(listed.elsewhere.sum()),
            "NOT_READ": listed.unread,
            "SOURCES": heading.as_of,
            **evidence_outputs(table["unknown_reason"].tolist(), until),
        }


def _pages_each(one: Applicant) -> int:
    from ...sheets.residence import pages_each

    return pages_each(one)


def _looked(
    case: Case,
    found: Homes,
    numbers: np.ndarray,
    event: date,
    months: list[int],
    rules: ResidenceRules,
    progress: FeedbackProgress,
) -> _Looked:
    """Return what the readings of the homes show before the event and after it. Raises `NoData`."""
    import numpy as np
    import pandas as pd

    from ...analysis.residence import YEAR, against_year_before, days_lived
    from ...casefile import case_arrays
    from ...casefile.people import use_of

    begin = np.datetime64((pd.Timestamp(event) - pd.DateOffset(months=months[0])).date(), "s")
    struck = np.datetime64(event, "s")
    covered = case_arrays.told(case, begin, struck, found.rows)
    if not np.any(covered):
        raise case_arrays.NoData(
            message(
                "The case holds no readings of the {months} months before {day}. Register the conditions of UC8 "
                "for these days and download what is published.",
                months=months[0],
                day=str(event),
            )
        )
    _tell_days(covered, progress)
    end = _end_after(case, event, months[1])
    readings = use_of(case, found.rows, begin, end)
    slots = begin + case_arrays.SLOT * np.arange(readings.shape[1])
    cut = int((struck - begin) // case_arrays.SLOT)
    held = _tenancies(case, numbers, event)
    solar = _roofs(case, numbers, struck, readings, slots, cut)
    before = days_lived(readings[:, :cut], slots[:cut], rules, None, progress.stage(0, 0.2), solar, held)
    after = None
    if end > struck:
        after = days_lived(readings[:, cut:], slots[cut:], rules, None, progress.stage(0.2, 0.3), solar, held)
    year_before = use_of(case, found.rows, begin - YEAR, end - YEAR)
    days = np.repeat((slots[::48] - YEAR).astype("datetime64[D]"), 48)
    year_before[days < held.begin[:, None]] = -1
    return _Looked(before, after, readings, year_before, against_year_before(readings, year_before), event)


def _roofs(
    case: Case, numbers: np.ndarray, struck: np.datetime64, readings: np.ndarray, slots: np.ndarray, cut: int
) -> np.ndarray:
    """Return where something generates, int8: by マスタ情報, else as the readings before the slot `cut` show it."""
    import numpy as np

    from ...analysis.registers import register_step
    from ...analysis.solar import generation_seen
    from ...casefile import contracts

    told = contracts.generation(case, numbers, struck)
    seen = generation_seen(readings, slots, cut, register_step(readings[:, :cut]))
    return ((told == contracts.YES) | ((told == contracts.NOT_KNOWN) & (seen == contracts.YES))).astype(np.int8)


def _end_after(case: Case, event: date, months: int) -> np.datetime64:
    """Return the midnight up to which the time after the event is shown: whole days as far as readings go."""
    import numpy as np
    import pandas as pd

    from ...casefile import case_arrays

    struck = np.datetime64(event, "s")
    latest = np.datetime64((pd.Timestamp(event) + pd.DateOffset(months=months)).date(), "s")
    received = case_arrays.period(case)
    if received is None or months == 0:
        return struck
    whole = received[1].astype("datetime64[D]").astype("datetime64[s]")
    return max(min(latest, whole), struck)


def _tenancies(case: Case, numbers: np.ndarray, event: date) -> Tenancies:
    """Return since when each home is its present customer's, and from when on nobody's."""
    import numpy as np

    from ...analysis.residence import Tenancies
    from ...casefile import contracts

    begin = contracts.tenancy_begin(case, numbers, np.datetime64(event, "s"))
    end = contracts.spans(case, numbers).end
    return Tenancies(begin.astype("datetime64[D]"), end.astype("datetime64[D]"))


def _table(listed: pd.DataFrame, looked: _Looked, found: Homes, rules: ResidenceRules) -> pd.DataFrame:
    """Return the result, with why nothing can be said of those without a supply point or without readings."""
    from ...analysis.reasons import Reason
    from ...analysis.residence import residence_table

    table = residence_table(listed["supply_point"].tolist(), looked.before, rules)
    table["kwh_a_day"] = looked.compared.kwh_a_day
    table["kwh_a_day_before"] = looked.compared.kwh_a_day_before
    table["days_compared"] = looked.compared.days
    for name in ("supply_point", "key", "name", "linked_by", "same_as"):
        set_texts(table, name, listed[name])
    table["row_no"] = listed["row_no"]
    silent = found.rows < 0
    table.loc[silent, "reason"] = message("The case holds no readings of this supply point.")
    table.loc[silent, "unknown_reason"] = Reason.OUT_OF_SCOPE.value
    unlinked = (listed["supply_point"] == "").to_numpy()
    table.loc[unlinked, "reason"] = message(
        "No supply point is known: enter it in the list, or look at name and address."
    )
    table.loc[unlinked, "unknown_reason"] = Reason.NOT_LINKED.value
    table.loc[found.elsewhere, "reason"] = message(
        "The supply point stands at another address than the applicant's: what its meter shows is no evidence. Check "
        "the number."
    )
    table.loc[found.elsewhere, "unknown_reason"] = Reason.OTHER_ADDRESS.value
    return table


def _tell_days(covered: np.ndarray, progress: FeedbackProgress) -> None:
    """Warn where days of the period were not received at all."""
    days = covered.reshape(-1, 48).any(axis=1)
    if not days.all():
        progress.warn(
            message(
                "Of {days} days before the event {received} were received: the others count for nothing.",
                days=len(days),
                received=int(days.sum()),
            )
        )


def _pages(table: pd.DataFrame, looked: _Looked, rules: ResidenceRules) -> Iterator[Applicant]:
    """Yield what is printed of each applicant, in the order of the list."""
    import numpy as np

    from ...analysis.residence import UNITS
    from ...layers.style import VERDICTS
    from ...sheets.residence import Applicant

    words = dict(VERDICTS)
    parts = [looked.before] if looked.after is None else [looked.before, looked.after]
    cells = {unit: [_cells(part, unit, rules) for part in parts] for unit in UNITS}

    def joined(unit: str, place: int) -> list[tuple[date, str]]:
        return [cell for begins, marks in cells[unit] for cell in zip(begins, marks[place])]

    for place, row in enumerate(table.itertuples()):
        kwh, before = (np.where(part[place] >= 0, part[place] / 1000, np.nan) for part in _both(looked))
        yield Applicant(
            told(row.key, row.name, place),
            row.supply_point or "",
            words[row.verdict](),
            translate_message(row.reason),
            joined("month", place),
            joined("week", place),
            joined("day", place),
            kwh,
            looked.event if looked.after is not None else None,
            (len(cells["month"][0][0]), len(cells["week"][0][0])),
            _compared(row),
            before if np.isfinite(before).any() else None,
        )


def _both(looked: _Looked) -> tuple[np.ndarray, np.ndarray]:
    return looked.readings, looked.year_before


def _cells(days: Days, unit: str, rules: ResidenceRules) -> tuple[list[date], np.ndarray]:
    """Return the beginnings of the months, weeks or days, and their signs, object (applicants, units)."""
    from ...analysis.residence import grid

    count = len(days.lived)
    # by position and not by number: two applicants may live in one home, and some have no number
    found = grid([str(place) for place in range(count)], days, unit, rules)
    begins = [stamp.date() for stamp in found["begin"].iloc[: len(found) // max(count, 1)]]
    return begins, found["mark"].to_numpy(object).reshape(count, -1)


def _compared(row: Any) -> str:
    """Return in words how the use compares with that of the year before, "" where it cannot be compared."""
    import numpy as np

    if not np.isfinite(row.kwh_a_day):
        return ""
    return tr("{now:.1f} kWh a day; {before:.1f} on the same weekdays a year before ({days} days compared)").format(
        now=row.kwh_a_day, before=row.kwh_a_day_before, days=row.days_compared
    )

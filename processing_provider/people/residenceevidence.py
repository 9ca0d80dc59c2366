"""UC⑧ 罹災証明書: on how many days before the event a home was lived in (manual §3.1.8, §4.3)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Iterator

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputString,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterNumber,
)

from ...messages import message
from ..base import FeedbackWatch, TomoshibiAlgorithm, say, tr
from ..results import add_output, publish
from .lists import (
    add_document,
    add_people,
    document_path,
    enter_document,
    read_people,
    set_texts,
    tell_without_readings,
    told,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ...analysis.residence import Days
    from ...sheets.residence import Applicant

MOST_MONTHS = 6


class ResidenceEvidence(TomoshibiAlgorithm):
    """Evidence of residence before the event."""

    NAME = "residenceevidence"
    GROUP = "people"
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
        add_output(self, self.NAME)
        add_document(self, "PDF", tr("PDF, one page an applicant"), "PDF (*.pdf)")
        self.add_number("LIVED", tr("Lived in"))
        self.add_number("NOT_LIVED", tr("Not lived in"))
        self.add_number("REVIEW", tr("To be looked at by a person: cannot be told"))
        self.add_number("NO_READINGS", tr("People without readings in the case"))
        self.addOutput(QgsProcessingOutputString("SOURCES", tr("Sources")))

    def work(self, parameters: dict[str, Any], context: QgsProcessingContext, watch: FeedbackWatch) -> dict[str, Any]:
        import numpy as np
        import pandas as pd

        from ...analysis.residence import ResidenceRules, days_lived, residence_table
        from ...casefile import evidence
        from ...casefile.people import homes, use_of
        from ...sheets.pages import Heading
        from ...sheets.residence import residence_pdf

        case = self.case(parameters, context)
        listed = read_people(self, parameters, context, watch, case, "APPLICANTS")
        event = self.day(parameters, context, "EVENT_DATE") or case.info.event_time.date()
        months = self.parameterAsInt(parameters, "MONTHS", context)
        begin = np.datetime64((pd.Timestamp(event) - pd.DateOffset(months=months)).date(), "s")
        end = np.datetime64(event, "s")
        covered = evidence.period(case) is not None and case.readings.covered(begin, end)
        if not np.any(covered):
            raise evidence.NoData(
                message(
                    "The case holds no readings of the {months} months before {day}. Register the conditions of UC8 "
                    "for these days and download what is published.",
                    months=months,
                    day=str(event),
                )
            )
        _tell_days(covered, watch)
        found = homes(case, listed.table["supply_point"].to_numpy(str))
        readings = use_of(case, found.rows, begin, end)
        slots = begin + evidence.SLOT * np.arange(readings.shape[1])
        rules = ResidenceRules()
        days = days_lived(readings, slots, rules, None, watch.stage(0, 0.3))
        table = residence_table(listed.table["supply_point"].tolist(), days, rules)
        for name in ("supply_point", "key", "name"):
            set_texts(table, name, listed.table[name])
        table.loc[found.rows < 0, "reason"] = message("The case holds no readings of this supply point.")
        sources = evidence.sources(case, pd.Timestamp(end).to_pydatetime())
        as_of = pd.Timestamp(end).to_pydatetime()
        destination = publish(
            self, parameters, context, watch.stage(0.3, 0.4), case, self.NAME, table, None, as_of, sources
        )
        path = document_path(self, parameters, context, case, "PDF", f"{self.NAME}.pdf")
        heading = Heading(
            tr("Use of electricity before the event, for the 罹災証明書"),
            tr("{case}: {begin} to {end} (the day before the event)").format(
                case=case.info.name, begin=days.day[0], end=days.day[-1]
            ),
            case.info.practice,
            " / ".join(say(source) for source in sources),
        )
        pages = _pages(table, days, readings, rules)
        residence_pdf(path, heading, pages, len(table), watch.stage(0.4, 1.0))
        enter_document(self, case, path, sources)
        no_readings = tell_without_readings(found, watch)
        counts = table["verdict"].value_counts()
        return {
            "OUTPUT": destination,
            "PDF": str(path),
            "LIVED": int(counts.get("lived", 0)),
            "NOT_LIVED": int(counts.get("not_lived", 0)),
            "REVIEW": int(counts.get("cannot_tell", 0)),
            "NO_READINGS": no_readings,
            "SOURCES": heading.as_of,
        }


def _tell_days(covered: np.ndarray, watch: FeedbackWatch) -> None:
    """Warn where days of the period were not received at all."""
    days = covered.reshape(-1, 48).any(axis=1)
    if not days.all():
        watch.warn(
            message(
                "Of {days} days before the event {received} were received: the others count for nothing.",
                days=len(days),
                received=int(days.sum()),
            )
        )


def _pages(table: pd.DataFrame, days: Days, readings: np.ndarray, rules: Any) -> Iterator[Applicant]:
    """Yield what is printed of each applicant, in the order of the list."""
    import numpy as np

    from ...analysis.residence import UNITS, grid
    from ...layers.style import VERDICTS
    from ...sheets.residence import Applicant

    words = dict(VERDICTS)
    count = len(table)
    grids = {}
    for unit in UNITS:
        # by position and not by number: two applicants may live in one home, and some have no number
        found = grid([str(place) for place in range(count)], days, unit, rules)
        begins = [stamp.date() for stamp in found["begin"].iloc[: len(found) // max(count, 1)]]
        grids[unit] = (begins, found["mark"].to_numpy(object).reshape(count, -1))

    def cells(unit: str, place: int) -> list[tuple[date, str]]:
        begins, marks = grids[unit]
        return list(zip(begins, marks[place]))

    for place, row in enumerate(table.itertuples()):
        kwh = np.where(readings[place] >= 0, readings[place] / 1000, np.nan)
        yield Applicant(
            told(row.key, row.name, place),
            row.supply_point or "",
            words[row.verdict](),
            say(row.reason),
            cells("month", place),
            cells("week", place),
            cells("day", place),
            kwh,
        )

"""One page of figures for the headquarters: now, the change since, what is not known, by municipality or district."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterable, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from ... import settings
from ...files import write_text_atomic
from ...messages import Message, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr, translate_message
from ..files import destination, enter
from ..output_targets import by_time, in_case
from ..results import Areas, add_areas, add_evidence_outputs, evidence_outputs
from ..situation.facilities import read_facilities, read_facility_links
from ..situation.outagetimeline import listed, timeline
from .printing import refuse_doubt
from .report_numbers import Shown, numbers, results_shown

if TYPE_CHECKING:
    import pandas as pd

    from ...casefile.case import Case
    from ...sheets.report import Report

STEP_HOURS = 1
PAGE = "reports/situationreport.html"
"""The page in a case, before the folder for its time."""
STATES, NOT_KNOWN = ("powered", "partial", "outage"), ("unknown",)
FILES: tuple[tuple[str, Callable[[], str], str, Optional[str]], ...] = (
    ("HTML", lambda: tr("Report (HTML)"), "html", PAGE),
    ("XLSX", lambda: tr("Workbook"), "xlsx", None),
    ("PDF", lambda: tr("Printed page (PDF)"), "pdf", None),
)
"""Output, its words, the ending of the file and where it goes by default."""


class SituationReport(TomoshibiAlgorithm):
    """Figures as a page, as a workbook and in print."""

    NAME = "situationreport"
    GROUP = "publish"
    LISTS = ("FACILITIES",)
    TAGS = ("状況報告", "被害報告", "集計", "Excel", "report", "figures", "sitrep", "jokyo hokoku", "shukei")

    def title(self) -> str:
        return tr("Report the situation in figures")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        add_areas(self, tr("Municipalities or districts to tell the figures by. Left empty, all together only."), True)
        self.add_own(
            QgsProcessingParameterFeatureSource(
                "FACILITIES", tr("Facilities"), [QgsProcessing.SourceType.TypeVector], optional=True
            ),
            tr(
                "Shelters and key facilities, as for “Show which shelters have power”. Where the case keeps none "
                "either, they are left out."
            ),
        )
        self.add(
            QgsProcessingParameterFile("LINKS", tr("Facilities and their supply points"), optional=True),
            tr("Left empty, the links that the case keeps, and those of its registered contractors."),
        )
        self.add_at()
        self.add(
            QgsProcessingParameterDateTime(
                "SINCE", tr("Change since"), QgsProcessingParameterDateTime.Type.DateTime, None, True
            ),
            tr("Japanese time of the figures to compare with. Left empty, 24 hours earlier."),
        )
        for name, words, ending, place in FILES:
            self.add(
                QgsProcessingParameterFileDestination(
                    name,
                    words(),
                    f"{ending.upper()} (*.{ending})",
                    in_case(place) if place else None,
                    True,
                    place is not None,
                ),
                tr(
                    "Where it goes: by default the page into “reports” of the case, in a folder for its time. It "
                    "holds totals only, but derives from personal data."
                ),
            )
        self.addOutput(QgsProcessingOutputNumber("ROWS", tr("Rows")))
        add_evidence_outputs(self)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        at, since = self.moment(parameters, context), self.moment(parameters, context, "SINCE")
        if at and since and at <= since:
            return [message("The time to compare with is not before the moment. Choose an earlier one.")]
        return []

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...casefile import case_arrays

        run = _Run(self, parameters, context, progress)
        report = run.report()
        found: dict[str, Any] = {"ROWS": len(report.table), **evidence_outputs(run.reasons, run.until)}
        for name, _, _, _ in FILES:
            path = destination(self, parameters, context, name)
            if path is not None:
                path = by_time(run.case.folder, path, run.at)
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(path, name, report)
                enter(self, run.case, path, case_arrays.sources(run.case, run.at))
                found[name] = str(path)
        return found


def _write(path: Path, name: str, report: Report) -> None:
    from ...sheets.report import page, workbook
    from ...sheets.report_page import write_report

    if name == "HTML":
        write_text_atomic(path, page(report))
    elif name == "XLSX":
        workbook(path, report)
    else:
        write_report(path, report)


@dataclass
class _Figures:
    """What the table is made of."""

    parts: list[pd.DataFrame] = field(default_factory=list)
    groups: list[tuple[Any, str]] = field(default_factory=list)
    """What it tells, each with its moment in words."""
    homes: Optional[pd.DataFrame] = None
    lacking: list[str] = field(default_factory=list)
    """What it does not tell, and why."""

    def add(self, group: Any, as_of: Any, part: Optional[pd.DataFrame] = None) -> None:
        import pandas as pd

        known = as_of is not None and not pd.isna(as_of)
        self.groups.append((group, f"{pd.Timestamp(as_of):%m-%d %H:%M}" if known else ""))
        if part is not None:
            self.parts.append(part)


class _Run:
    """One run: reads the case at a moment and says what the report tells of it."""

    def __init__(
        self,
        algorithm: TomoshibiAlgorithm,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        progress: FeedbackProgress,
    ):
        from ...casefile import case_arrays
        from ...casefile.data_status import data_moment
        from ...casefile.ledger import now as clock_now

        self.algorithm, self.parameters, self.context, self.progress = algorithm, parameters, context, progress
        self.case: Case = algorithm.case(parameters, context)
        refuse_doubt(self.case)
        self.areas = Areas(algorithm, parameters, context)
        self.asked = algorithm.moment(parameters, context)
        self.at: datetime = self.asked or data_moment(self.case, case_arrays.newest(self.case), clock_now())
        self.since: datetime = algorithm.moment(parameters, context, "SINCE") or self.at - timedelta(days=1)
        self.names: dict[str, str] = {}
        self.reasons: list[Optional[str]] = []
        self.until: Optional[datetime] = None

    def report(self) -> Report:
        """Return what the report says."""
        from ...analysis.report import OUTSIDE, by_area
        from ...casefile import case_arrays
        from ...casefile.completeness import missing_in_short
        from ...casefile.data_status import data_status
        from ...sheets.contents import data_words
        from ...sheets.report import Report

        if self.areas.source is not None:
            self.names = {code: name for code, (name, _) in self.areas.shapes(self.progress).items()}
        shown = results_shown(self.case, self.at)
        figures = _Figures()
        self._silence(figures)
        self._homes(figures, shown)
        self._facilities(figures, shown)
        table = by_area(figures.parts, figures.homes, self.names)
        if self.areas.source is None:
            table = table[table["area_id"] == ""]
        elif not (table["area_id"] != OUTSIDE).any():
            table = table.iloc[:1]
        told_numbers, history = numbers(self.case, shown, self.case.info.event_time, self.progress)
        status = data_status(self.case, self.at, settings.old_hours(), tuple(missing_in_short(self.case, self.at)))
        self.until = status.evidence_until
        return Report(
            tr("Situation in figures"),
            self.case.info.name,
            tr("As of {time}; change since {since}.").format(
                time=f"{self.at:%Y-%m-%d %H:%M}", since=f"{self.since:%Y-%m-%d %H:%M}"
            ),
            tr("PRACTICE DATA") if self.case.info.practice else "",
            data_words(status),
            told_numbers,
            tuple(figures.groups),
            table.reset_index(drop=True),
            history,
            (*figures.lacking, *_why(self.reasons), *_notes()),
            " / ".join(translate_message(source) for source in case_arrays.sources(self.case, self.at)),
        )

    def _silence(self, figures: _Figures) -> None:
        """Add the silence by the readings and by the outage lists."""
        from ...analysis.report import LISTED, OUTSIDE, power_figures
        from ...casefile import case_arrays
        from ...sheets.report import LISTS, READINGS

        try:
            gaps, _, _ = timeline(
                self.case, self.areas, None, self.at, STEP_HOURS, self.progress.stage(0, 0.6), OUTSIDE
            )
            part = power_figures(gaps, self.at, self.since)
            figures.add(READINGS, part["as_of"].max(), part)
        except case_arrays.NoData as error:
            # day-late data: what there is besides, and that nothing is known, must still be told
            self.progress.warn(error.message)
            figures.lacking.append(translate_message(error.message))
        lists = listed(self.case, self.areas, self.names, self.at, self.progress, OUTSIDE)
        if len(lists):
            part = power_figures(lists, self.at, self.since).assign(theme=LISTED)
            figures.add(LISTS, part["as_of"].max(), part)

    def _homes(self, figures: _Figures, shown: dict[str, Shown]) -> None:
        """Add the outage rate by area, where the case holds it."""
        from ...analysis.report import homes_by_area
        from ...sheets.report import HOMES

        rates = shown.get("areaoutage")
        if rates is None or not len(rates.table):
            return
        homes = homes_by_area(rates.table)
        # rates of municipalities say nothing of districts
        if self.areas.source is None or set(self.names) & set(homes.index):
            figures.homes = homes
            figures.add(HOMES, rates.as_of)

    def _facilities(self, figures: _Figures, shown: dict[str, Shown]) -> None:
        """Add the states of the facilities at both moments: those of the case's map where it shows this moment."""
        from ...analysis.facilities import PointRules, facility_power
        from ...analysis.report import SHELTERS, state_figures
        from ...casefile import case_arrays
        from ...sheets.report import FACILITIES

        if not self.parameters.get("FACILITIES"):
            figures.lacking.append(tr("Facilities are left out: none were given, and the case keeps none."))
            return
        places = read_facilities(self.algorithm, self.parameters, self.context, self.progress).table
        at, of_map = self._map_of(places, shown.get("shelterpower"))
        links = read_facility_links(self.algorithm, self.parameters, self.context, self.progress, self.case, places, at)
        numbers_ = links.table["supply_point"].to_numpy(str)
        rules = PointRules(old_hours=settings.old_hours())
        now, before = (
            facility_power(places, links.table, case_arrays.supply_points(self.case, numbers_, moment), moment, rules)
            for moment in (at, self.since)
        )
        if at <= self.since:
            before = None
        if of_map is not None:
            now = now.drop(columns=["state", "unknown_reason"]).merge(of_map, on="facility_id", how="left")
            now["state"] = now["state"].fillna("unknown")
        now, area = self._placed(now)
        self.reasons = now["unknown_reason"].tolist()
        part = state_figures(
            SHELTERS,
            now,
            before,
            key="facility_id",
            states=STATES,
            unknown=NOT_KNOWN,
            as_of=at,
            area=area,
            names=self.names,
        )
        figures.add(FACILITIES, at, part)

    def _map_of(self, places: pd.DataFrame, shown: Optional[Shown]) -> tuple[datetime, Optional[pd.DataFrame]]:
        """Return the moment at which facilities are told and, where the case's map is of it, the states it shows."""
        if shown is None or shown.as_of is None or self.asked not in (None, shown.as_of):
            return self.at, None
        if set(shown.table["facility_id"].astype(str)) != set(places["facility_id"].astype(str)):
            return self.at, None
        return shown.as_of, shown.table[["facility_id", "state", "unknown_reason"]].astype(object)

    def _placed(self, facilities: pd.DataFrame) -> tuple[pd.DataFrame, Optional[str]]:
        """Return the facilities with the area that each stands in, and the column of it."""
        from ...analysis.report import OUTSIDE
        from ...layers.regions import assign

        areas = self.areas
        if areas.source is None:
            return facilities, None
        lon, lat = (facilities[name].to_numpy(float) for name in ("lon", "lat"))
        of = assign(areas.source, areas.id_field, lon, lat, areas.transform, self.progress.feedback)
        return facilities.assign(area_id=[code or OUTSIDE for code in of.tolist()]), "area_id"


def _why(reasons: Iterable[Optional[str]]) -> tuple[str, ...]:
    """Return why nothing is known of facilities, as one line; none where all are known."""
    from ...analysis.reasons import Reason, count_by_reason, words

    told = [f"{translate_message(words(Reason(code)))}: {count:,}" for code, count in count_by_reason(reasons).items()]
    if not told:
        return ()
    return (tr("Facilities of which nothing is known: {reasons}").format(reasons=tr("; ").join(told)),)


def _notes() -> tuple[str, ...]:
    return (
        tr(
            "A meter that cannot be read is not the same as an outage: it is silent too when only its communication is "
            "cut."
        ),
        tr(
            "The table counts meters that were silent in the last hour of readings; the meters without power above are "
            "those of the map of the outage rate, which has other data."
        ),
        tr(
            "The area with most need comes first; the rows add up to the whole. Unknown is neither power nor an outage."
        ),
    )

"""One page of figures for the headquarters: now, the change since, what is not known, by municipality or district."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime
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

if TYPE_CHECKING:
    import pandas as pd

    from ...casefile.case import Case

STEP_HOURS = 1
PAGE = "reports/situationreport.html"
"""The page in a case, before the folder for its time."""
LISTS, SHELTERS = "outage_list", "shelters"
"""Themes beside `power`."""
STATES, NOT_KNOWN = ("powered", "partial", "outage"), ("unknown",)
SHARES = ("silent_rate", "excess_rate")

WORDS: dict[tuple[str, str], Callable[[], str]] = {
    ("power", "silent"): lambda: tr("Silent meters (readings)"),
    ("power", "silent_rate"): lambda: tr("Share of silent meters"),
    ("power", "excess_rate"): lambda: tr("Share beyond peacetime"),
    ("power", "excess_meters"): lambda: tr("Meters beyond peacetime"),
    (LISTS, "silent"): lambda: tr("Meters in the outage list (silent for 12 hours)"),
    (SHELTERS, "powered"): lambda: tr("Facilities with power"),
    (SHELTERS, "partial"): lambda: tr("Facilities with power in part"),
    (SHELTERS, "outage"): lambda: tr("Facilities without power"),
}
"""(theme, measure) → words; measures that are not here are not shown."""

_CSS = (
    "body{font-family:'Yu Gothic UI',Meiryo,'Noto Sans CJK JP',sans-serif;margin:12mm;font-size:10pt}"
    "h1{font-size:16pt}h2{font-size:12pt}table{border-collapse:collapse}"
    "td,th{border:1px solid #888;padding:2px 8px}td{text-align:right}"
    "td:first-child,th{text-align:left}th{background:#e7eef5}.note{color:#595959}.alert{color:#a50f15;font-weight:bold}"
    ".unknown{background:repeating-linear-gradient(45deg,#fff 0 4px,#bbb 4px 5px)}"
)


class SituationReport(TomoshibiAlgorithm):
    """Figures as a page and as a workbook."""

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
        for name, words, ending, created in (
            ("HTML", tr("Page"), "html", in_case(PAGE)),
            ("XLSX", tr("Workbook"), "xlsx", None),
        ):
            self.add(
                QgsProcessingParameterFileDestination(
                    name, words, f"{ending.upper()} (*.{ending})", created, True, created is not None
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
        import pandas as pd

        from ...analysis.report import power_figures, situation
        from ...casefile import case_arrays
        from ...casefile.completeness import missing_in_short
        from ...casefile.data_status import data_status, told

        case = self.case(parameters, context)
        refuse_doubt(case)
        areas = Areas(self, parameters, context)
        at, gaps, names = self._silence(parameters, context, progress, case, areas)
        since = self.moment(parameters, context, "SINCE") or (pd.Timestamp(at) - pd.Timedelta(days=1)).to_pydatetime()
        parts = [] if gaps is None else [power_figures(gaps, at, since)]
        lists = listed(case, areas, names, at, progress)
        if len(lists):
            parts.append(power_figures(lists, at, since).assign(theme=LISTS))
        reasons: list[Optional[str]] = []
        if parameters.get("FACILITIES"):
            figures, reasons = self._facilities(parameters, context, progress, case, areas, names, at, since)
            parts.append(figures)
        table = _worded(situation(parts), by_area=areas.source is not None)
        sources = case_arrays.sources(case, at)
        status = data_status(case, at, settings.old_hours(), tuple(missing_in_short(case, at)))
        data = _Data(
            translate_message(told(status)),
            tuple(translate_message(each) for each in status.missing),
            status.old,
            _by_reason(reasons),
        )
        found: dict[str, Any] = {"ROWS": len(table), **evidence_outputs(reasons, status.evidence_until)}
        page, book = (destination(self, parameters, context, name) for name in ("HTML", "XLSX"))
        page, book = (None if path is None else by_time(case.folder, path, at) for path in (page, book))
        for path in (page, book):
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
        if page is not None:
            write_text_atomic(page, _page(case, table, at, since, sources, data))
            found["HTML"] = str(page)
        if book is not None:
            _workbook(book, table, data)
            found["XLSX"] = str(book)
        for path in (page, book):
            if path is not None:
                enter(self, case, path, sources)
        return found

    def _silence(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        progress: FeedbackProgress,
        case: Case,
        areas: Areas,
    ) -> tuple[datetime, Optional[pd.DataFrame], dict[str, str]]:
        """Return the moment of the report, the silence by area over time (None without readings), names of areas."""
        import pandas as pd

        from ...casefile import case_arrays

        moment = self.moment(parameters, context)
        try:
            gaps, until, places = timeline(case, areas, None, moment, STEP_HOURS, progress.stage(0, 0.6))
            return moment or pd.Timestamp(until).to_pydatetime(), gaps, places.names
        except case_arrays.NoData as error:
            # day-late data: what there is besides, and that nothing is known, must still be told
            progress.warn(error.message)
        names = {} if areas.source is None else {code: name for code, (name, _) in areas.shapes(progress).items()}
        return moment or case_arrays.newest(case), None, names

    def _facilities(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        progress: FeedbackProgress,
        case: Case,
        areas: Areas,
        names: dict[str, str],
        at: Any,
        since: Any,
    ) -> tuple[pd.DataFrame, list[Optional[str]]]:
        """Return the states of the facilities at both moments, by area, and why those not known are so."""
        from ...analysis.facilities import PointRules, facility_power
        from ...analysis.report import state_figures
        from ...casefile import case_arrays
        from ...layers.regions import assign

        places = read_facilities(self, parameters, context, progress).table
        links = read_facility_links(self, parameters, context, progress, case, places, at)
        numbers = links.table["supply_point"].to_numpy(str)
        rules = PointRules(old_hours=settings.old_hours())
        now, before = (
            facility_power(places, links.table, case_arrays.supply_points(case, numbers, moment), moment, rules)
            for moment in (at, since)
        )
        area: Optional[str] = None
        if areas.source is not None:
            area = "area_id"
            lon, lat = (now[name].to_numpy(float) for name in ("lon", "lat"))
            of = assign(areas.source, areas.id_field, lon, lat, areas.transform, progress.feedback)
            now = now.assign(area_id=[code or None for code in of.tolist()])
        figures = state_figures(
            SHELTERS,
            now,
            before,
            key="facility_id",
            states=STATES,
            unknown=NOT_KNOWN,
            as_of=at,
            area=area,
            names=names,
        )
        return figures, now["unknown_reason"].tolist()


@dataclass(frozen=True)
class _Data:
    """What the report says of its data."""

    until: str
    missing: tuple[str, ...]
    marked: bool
    """Whether they end before the last event or are old."""
    reasons: tuple[str, ...]
    """Facilities of which nothing is known, by reason."""


def _worded(table: pd.DataFrame, by_area: bool) -> pd.DataFrame:
    """Return the figures that the report has words for, without those of single areas unless asked for."""
    table = table[[key in WORDS for key in zip(table["theme"], table["measure"])]]
    return (table if by_area else table[table["area_id"] == ""]).reset_index(drop=True)


def _by_reason(reasons: Iterable[Optional[str]]) -> tuple[str, ...]:
    from ...analysis.reasons import Reason, count_by_reason, words

    return tuple(
        f"{translate_message(words(Reason(code)))}: {count:,}" for code, count in count_by_reason(reasons).items()
    )


def _headings() -> tuple[str, ...]:
    return (
        tr("Area"),
        tr("Figure"),
        tr("Now"),
        tr("Before"),
        tr("Change"),
        tr("Not known"),
        tr("Of"),
        tr("As of"),
    )


def _word(row: Any) -> str:
    return WORDS[(row.theme, row.measure)]()


def _area(row: Any) -> str:
    return str(row.area_name) if row.area_id else tr("All together")


def _workbook(path: Path, table: pd.DataFrame, data: _Data) -> None:
    """Write shares and counts on sheets of their own, so that a column has one unit, and what is known of the data."""
    from ...layers.spreadsheet import Sheet, write_xlsx

    made = []
    for share, name in ((False, tr("Numbers")), (True, tr("Shares"))):
        part = table[table["measure"].isin(SHARES) == share]
        rows = [
            (
                *(_area(row), _word(row), float(row.now), float(row.before), float(row.change)),
                *(float(row.unknown), float(row.of), row.as_of.to_pydatetime() if row.as_of == row.as_of else None),
            )
            for row in part.itertuples(index=False)
        ]
        made.append(Sheet(name, _headings(), rows, (2, 3, 4) if share else (), tr("Unknown")))
    lines = [data.until, *data.missing, *(f"{tr('Not known')}: {reason}" for reason in data.reasons)]
    made.append(Sheet(tr("Data"), (tr("Data"),), [(line,) for line in lines], (), tr("Unknown")))
    write_xlsx(path, made)


def _cell(value: float, share: bool, sign: bool = False) -> str:
    if value != value:
        return f'<td class="unknown">{html.escape(tr("Unknown"))}</td>'
    if share:
        # the change of a share is told in points: "+5 %" of 20 % could be 21 or 25
        words = tr("{number} points").format(number=f"{100 * value:+.1f}") if sign else f"{100 * value:.1f} %"
        return f"<td>{html.escape(words)}</td>"
    return f"<td>{format(round(value), '+,' if sign else ',')}</td>"


def _page(case: Case, table: pd.DataFrame, at: Any, since: Any, sources: list[Message], data: _Data) -> str:
    """Return the page; what is not known is hatched and says so."""
    lines = []
    for row in table.itertuples(index=False):
        share = row.measure in SHARES
        as_of = f"{row.as_of:%m-%d %H:%M}" if row.as_of == row.as_of else tr("Unknown")
        lines.append(
            f"<tr><td>{html.escape(_area(row))}</td><th>{html.escape(_word(row))}</th>{_cell(row.now, share)}"
            f"{_cell(row.before, share)}{_cell(row.change, share, True)}{_cell(row.unknown, False)}"
            f"{_cell(row.of, False)}<td>{as_of}</td></tr>"
        )
    title = f"{case.info.name}: {tr('Situation in figures')}"
    times = tr("As of {time}; change since {since}.").format(
        time=f"{at:%Y-%m-%d %H:%M}", since=f"{since:%Y-%m-%d %H:%M}"
    )
    note = tr(
        "A meter that cannot be read is not the same as an outage: it is silent too when only its communication is cut."
    )
    told = " / ".join(translate_message(source) for source in sources)
    head = "".join(f"<th>{html.escape(word)}</th>" for word in _headings())
    style = ' class="alert"' if data.marked or data.missing else ""
    reach = "".join(f"<p{style}>{html.escape(line)}</p>" for line in (data.until, *data.missing))
    if data.reasons:
        why = tr("Facilities of which nothing is known: {reasons}").format(reasons="; ".join(data.reasons))
        reach += f"<p>{html.escape(why)}</p>"
    practice = f"<p><b>{html.escape(tr('PRACTICE DATA'))}</b></p>" if case.info.practice else ""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{html.escape(title)}</title><style>{_CSS}</style>'
        f"</head><body>{practice}<h1>{html.escape(title)}</h1><p>{html.escape(times)}</p>{reach}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
        f'<p class="note">{html.escape(note)}</p><p class="note">{html.escape(told)}</p></body></html>\n'
    )

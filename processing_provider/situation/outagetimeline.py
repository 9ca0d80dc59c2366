"""Totals over time: how many meters are silent, how many are not known, from before the event until now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterNumber,
)

from ...messages import Message, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr
from ..files import add_chart, chart_title, write_chart
from ..inputs.places import PEACE_DAYS, Places, by_areas, check_period, received
from ..results import Areas, add_areas, add_evidence_outputs, add_output, evidence_outputs, reasons_told, write_result

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ...casefile.case import Case
    from ...layers.charts import Chart

WHOLE = "0"
"""Code of the one area where none are given."""


class OutageTimeline(TomoshibiAlgorithm):
    """Silent meters step by step, by area and all together."""

    NAME = "outagetimeline"
    GROUP = "situation"
    TAGS = ("停電の推移", "時系列", "復電", "グラフ", "timeline", "chart", "outage", "suii", "jikeiretsu", "fukuden")

    def title(self) -> str:
        return tr("Follow the outage over time")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        add_areas(self, tr("Polygons to tell the totals by. Left empty, the whole municipality alone."), optional=True)
        kind = QgsProcessingParameterDateTime.Type.DateTime
        self.add(
            QgsProcessingParameterDateTime("FROM", tr("From"), kind, None, True),
            tr("First step, Japanese time. Left empty, 24 hours before the event."),
        )
        self.add(
            QgsProcessingParameterDateTime("TO", tr("To"), kind, None, True),
            tr("End of the last step, Japanese time. Left empty, the end of the readings received."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "STEP_HOURS", tr("Step (hours)"), QgsProcessingParameterNumber.Type.Integer, 3, False, 1, 24
            ),
            tr("Length of a step. A meter is silent in a step when none of its readings arrived."),
        )
        add_output(self, self.NAME)
        add_chart(self)
        self.addOutput(QgsProcessingOutputNumber("ROWS", tr("Rows")))
        self.addOutput(QgsProcessingOutputNumber("UNKNOWN", tr("Areas × steps of which nothing is known")))
        add_evidence_outputs(self)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        return check_period(self, parameters, context)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        import numpy as np
        import pandas as pd

        from ...casefile import case_arrays

        case = self.case(parameters, context)
        areas = Areas(self, parameters, context)
        begin, end = self.moment(parameters, context, "FROM"), self.end_moment(parameters, context)
        hours = self.parameterAsInt(parameters, "STEP_HOURS", context)
        whole = areas.source is None
        table, until, places = timeline(case, areas, begin, end, hours, progress.stage(0, 0.7))
        lists = listed(case, areas, places.names, end, progress)
        first = case_arrays.floor_slot(begin) if begin else case_arrays.event_slot(case) - np.timedelta64(1, "D")
        table = pd.concat([table, lists], ignore_index=True) if len(lists) else table
        table = table[table["end"].to_numpy("datetime64[s]") > first]
        if whole:
            table = table[table["area_id"] == ""]
        table = table.rename(columns={"source": "evidence"}).reset_index(drop=True)
        unknown = int(table["silent"].isna().sum())
        told = evidence_outputs(table["unknown_reason"].dropna(), until, unknown)
        if unknown:
            progress.warn(
                message(
                    "{count} areas × steps are unknown: readings of too few of their meters were due ({reasons}). They "
                    "are hatched in the chart.",
                    count=unknown,
                    reasons=reasons_told(told),
                )
            )
        as_of = pd.Timestamp(until).to_pydatetime()
        sources = case_arrays.sources(case, as_of)
        made = write_result(
            self,
            parameters,
            context,
            progress.stage(0.7, 0.9),
            case,
            self.NAME,
            table,
            None,
            as_of,
            sources,
            evidence_until=as_of,
        )
        drawn = partial(_chart, case, table, as_of, progress)
        chart = write_chart(self, parameters, context, case, sources, drawn)
        return {"OUTPUT": made, "ROWS": len(table), **told, **chart}


def timeline(
    case: Case, areas: Areas, begin: Any, end: Any, hours: int, progress: FeedbackProgress, outside: str = ""
) -> tuple[pd.DataFrame, np.datetime64, Places]:
    """Return the readings' gaps as totals over time (`analysis.timeline`), their end, and the areas.

    Without areas every meter counts, those without coordinates too, and the one area has the code `WHOLE`.
    `outside`: code of an area of the meters that stand in none; "" leaves them out.
    """
    import numpy as np

    from ...analysis.gaps import gap_rates
    from ...analysis.timeline import gap_timeline
    from ...casefile import case_arrays

    meters = case_arrays.meters(case)
    if areas.source is None:
        places = Places(np.full(len(meters.rows), WHOLE, dtype=object), {WHOLE: tr("Whole municipality")}, {})
    else:
        places = by_areas(areas, meters, progress.stage(0, 0.2), outside)
    got = received(case, meters, begin, end, progress.stage(0.2, 0.8))
    gaps = gap_rates(
        got.arrived.present,
        got.arrived.expected,
        got.arrived.slot_begin,
        places.of_meter,
        case_arrays.event_slot(case),
        step_hours=hours,
        baseline_days=PEACE_DAYS,
    )
    return gap_timeline(gaps, places.names), got.until, places


def listed(
    case: Case, areas: Areas, names: dict[str, str], end: Any, progress: FeedbackProgress, outside: str = ""
) -> pd.DataFrame:
    """Return the outage lists (通電情報) of all meters as totals over time; empty where there is none.

    `outside` as for `timeline`.
    """
    import pandas as pd

    from ...analysis.timeline import list_timeline

    lists: dict[Any, frozenset] = {}
    partial, torn = 0, set()
    for snapshot in case.outage_snapshots():
        if end is not None and snapshot.created_at > end:
            continue
        if snapshot.scope != "all":
            partial += 1
            continue
        points = frozenset(snapshot.table["supply_point"].astype(str))
        if lists.setdefault(snapshot.created_at, points) != points:
            torn.add(snapshot.created_at)
    if partial:
        progress.info(
            message(
                "{count} outage lists (通電情報) ask for some meters only, or do not say for which; their totals are "
                "not those of the areas and are left out.",
                count=partial,
            )
        )
    for moment in sorted(torn):
        progress.warn(message("Two outage lists of {time} differ; both are left out.", time=f"{moment:%Y-%m-%d %H:%M}"))
        del lists[moment]
    if not lists:
        return pd.DataFrame()
    return list_timeline(sorted(lists.items()), _area_of_point(case, areas, max(lists), progress, outside), names)


def _area_of_point(case: Case, areas: Areas, at: Any, progress: FeedbackProgress, outside: str) -> dict[str, str]:
    """Return the area of each supply point whose meter can be in an outage list at a moment: read, in service."""
    from ...casefile.contracts import reporting_rows
    from ...layers.regions import assign

    master = reporting_rows(case, ["lat", "lon"], at)
    if areas.source is None:
        return dict.fromkeys(master["supply_point"].astype(str), WHOLE)
    of = assign(
        areas.source,
        areas.id_field,
        master["lon"].to_numpy(float),
        master["lat"].to_numpy(float),
        areas.transform,
        progress.feedback,
    )
    found = {point: area or outside for point, area in zip(master["supply_point"].astype(str), of)}
    return {point: area for point, area in found.items() if area}


def _chart(case: Case, table: pd.DataFrame, as_of: Any, progress: FeedbackProgress) -> Chart:
    """One panel for all together, then one an area: meters silent, and those expected in peacetime."""
    from ...analysis.timeline import ALL
    from ...layers.charts import MOST, Chart, Panel

    ids = sorted(set(table["area_id"]) - {ALL})
    if len(ids) >= MOST:
        progress.warn(
            message("The chart shows {count} of {all} areas; the table has all.", count=MOST - 1, all=len(ids))
        )
    panels = []
    for area in [ALL, *ids[: MOST - 1]]:
        rows = table[table["area_id"] == area].sort_values("begin", kind="stable")
        title = tr("All together") if area == ALL else str(rows["area_name"].iloc[0])
        panels.append(Panel(title, tuple(_series(rows))))
    note = tr("As of {time}. Silent: no reading arrived in the step. Source: readings (電力データ).")
    return Chart(
        chart_title(case, tr("Silent meters over time")),
        tuple(panels),
        note.format(time=f"{as_of:%Y-%m-%d %H:%M}"),
        event=case.info.event_time,
        event_label=tr("Event"),
    )


def _series(rows: pd.DataFrame) -> list[Any]:
    from ...analysis.timeline import LISTS, READINGS
    from ...layers.charts import Series, times
    from ...layers.style import INK, OUTAGE, PARTIAL

    gaps, lists = rows[rows["evidence"] == READINGS], rows[rows["evidence"] == LISTS]

    def made(part: pd.DataFrame, label: str, colour: str, values: Any, **look: Any) -> Series:
        return Series(label, colour, times(part["begin"]), times(part["end"]), values.tolist(), **look)

    expected = gaps["baseline_rate"] * gaps["meters"]
    found = [
        made(gaps, tr("Expected in peacetime"), INK, expected, dashed=True, hatched=False),
        made(gaps, tr("Silent meters (readings)"), OUTAGE, gaps["silent"]),
    ]
    if len(lists):
        label = tr("Meters in the outage list (silent for 12 hours)")
        found.append(made(lists, label, PARTIAL, lists["silent"], points=True))
    return found

"""UC⑤ データ取得状況: share of meters that sent nothing, by area or cell, over time (manual §3.1.5, §4.3)."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterNumber,
)

from ...messages import Message, message
from ..base import CELL_SIZES, FeedbackProgress, TomoshibiAlgorithm, tr
from ..inputs.places import PEACE_DAYS, by_areas, by_cells, check_period, received
from ..results import Areas, add_areas, add_evidence_outputs, add_output, evidence_outputs, reasons_told, write_result

CELL = 500
"""Metres of grid squares where nothing else is said."""


class AcquisitionGaps(TomoshibiAlgorithm):
    """Where data stopped coming, step by step."""

    NAME = "acquisitiongaps"
    GROUP = "situation"
    TAGS = ("データ取得状況", "欠測", "被災エリア", "gap", "acquisition", "silent", "UC5", "ketsusoku", "higai")

    def title(self) -> str:
        return tr("Map where readings stopped coming (UC5)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        add_areas(
            self, tr("Polygons to tell the gaps by: small areas, districts. Left empty, grid squares."), optional=True
        )
        self.add_enum(
            "MESH_SIZE",
            tr("Mesh size (m)"),
            CELL_SIZES[:6],
            tr(
                "Grid squares of this size, where no areas are given. Left empty, the case's areas; squares of 500 m "
                "where it has none."
            ),
            optional=True,
        )
        kind = QgsProcessingParameterDateTime.Type.DateTime
        self.add(
            QgsProcessingParameterDateTime("FROM", tr("From"), kind, None, True),
            tr("First step, Japanese time. Left empty, the step before the event."),
        )
        self.add(
            QgsProcessingParameterDateTime("TO", tr("To"), kind, None, True),
            tr("End of the last step, Japanese time. Left empty, the end of the readings received."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "STEP_HOURS", tr("Step (hours)"), QgsProcessingParameterNumber.Type.Integer, 3, False, 1, 24
            ),
            tr(
                "Length of a step. A meter counts as received when at least one reading of the step arrived; short "
                "steps show "
                "sooner, long steps forgive single lost readings."
            ),
        )
        add_output(self, self.NAME)
        self.addOutput(QgsProcessingOutputNumber("AREAS_COUNT", tr("Areas or cells")))
        self.addOutput(QgsProcessingOutputNumber("STEPS", tr("Steps")))
        add_evidence_outputs(self)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        return check_period(self, parameters, context)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        import numpy as np

        from ...analysis.gaps import gap_rates
        from ...casefile import case_arrays

        case = self.case(parameters, context)
        areas = Areas(self, parameters, context)
        meters = case_arrays.meters(case)
        if areas.source is not None:
            places = by_areas(areas, meters, progress.stage(0, 0.2))
        else:
            places = by_cells(self.cell_size(parameters, context) or CELL, meters, progress)
        hours = self.parameterAsInt(parameters, "STEP_HOURS", context)
        begin = self.moment(parameters, context, "FROM")
        got = received(case, meters, begin, self.end_moment(parameters, context), progress.stage(0.2, 0.6))
        event = case_arrays.event_slot(case)
        table = gap_rates(
            got.arrived.present,
            got.arrived.expected,
            got.arrived.slot_begin,
            places.of_meter,
            event,
            step_hours=hours,
            baseline_days=PEACE_DAYS,
        )
        first = case_arrays.floor_slot(begin) if begin else event - np.timedelta64(hours, "h")
        table = table[(table["end"].to_numpy("datetime64[s]") > first) & (table["area_id"] != "")].reset_index(
            drop=True
        )
        table["area_name"] = table["area_id"].map(places.names)
        told = evidence_outputs(table["unknown_reason"], got.until)
        _tell_unknown(told, progress)
        destination = write_result(
            self,
            parameters,
            context,
            progress.stage(0.7, 1),
            case,
            self.NAME,
            table,
            places.geometries(table["area_id"]),
            got.newest,
            case_arrays.sources(case, got.newest),
            evidence_until=got.newest,
        )
        return {
            "OUTPUT": destination,
            "AREAS_COUNT": int(table["area_id"].nunique()),
            "STEPS": int(table["begin"].nunique()),
            **told,
        }


def _tell_unknown(told: dict[str, Any], progress: FeedbackProgress) -> None:
    if told["UNKNOWN"]:
        progress.warn(
            message(
                "{count} areas × steps are unknown: readings of too few of their meters were due, or no meter "
                "reported before the event ({reasons}).",
                count=told["UNKNOWN"],
                reasons=reasons_told(told),
            )
        )

"""UC⑤ 孤立集落の推定: settlements that went dark and stayed dark (manual §3.1.5, §4.3)."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
)

from ...messages import message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr
from ..inputs.places import by_areas, received, strikes
from ..results import Areas, add_areas, add_evidence_outputs, add_output, evidence_outputs, reasons_told, write_result


class IsolatedCommunities(TomoshibiAlgorithm):
    """Settlements suspected to be cut off, the most urgent first."""

    NAME = "isolatedcommunities"
    GROUP = "situation"
    NEEDED = ("AREAS",)
    TAGS = ("孤立集落", "停電継続", "道路寸断", "isolated", "community", "settlement", "UC5", "koritsu", "shuraku")

    def title(self) -> str:
        return tr("Find communities that may be isolated (UC5)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        add_areas(self, tr("Polygons of settlements (大字, 集落): one community each."))
        number = QgsProcessingParameterNumber.Type
        self.add(
            QgsProcessingParameterNumber(
                "THRESHOLD", tr("Share of silent meters"), number.Double, 0.8, False, 0.1, 1.0
            ),
            tr(
                "A settlement is dark while at least this share of the meters that reported before the event sends "
                "nothing."
            ),
        )
        self.add(
            QgsProcessingParameterNumber("HOURS", tr("Dark for at least (hours)"), number.Integer, 12, False, 1, 720),
            tr("Settlements dark for a shorter time are left out: the power may be back soon."),
        )
        self.add_own(
            QgsProcessingParameterFeatureSource(
                "ROADS", tr("Roads"), [QgsProcessing.SourceType.TypeVectorLine], optional=True
            ),
            tr(
                "Roads, as further evidence: a settlement whose roads out all meet a hazard is called cut off. "
                "Without roads "
                "and hazards, access stays unknown."
            ),
        )
        self.add_own(
            QgsProcessingParameterFeatureSource(
                "HAZARDS", tr("Landslides and damage"), [QgsProcessing.SourceType.TypeVectorAnyGeometry], optional=True
            ),
            tr("Landslides, floods, damaged road sections: points, lines or polygons."),
        )
        self.add(
            QgsProcessingParameterBoolean("GROUP", tr("Group neighbouring communities"), True),
            tr(
                "Dark settlements that touch, or lie within 100 m of each other, are one group: they are likely to be "
                "cut off together. Each keeps its own rank."
            ),
        )
        add_output(self, self.NAME)
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Communities")))
        self.addOutput(QgsProcessingOutputNumber("GROUPS", tr("Groups of communities")))
        add_evidence_outputs(self)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...analysis.isolation import Surroundings, isolated
        from ...casefile import case_arrays
        from ...casefile.relays import behind_relays
        from ...layers.access import access
        from ...layers.neighbours import neighbours

        case = self.case(parameters, context)
        areas = Areas(self, parameters, context)
        meters = case_arrays.meters(case)
        places = by_areas(areas, meters, progress.stage(0, 0.2))
        got = received(case, meters, None, None, progress.stage(0.2, 0.6))
        reach = access(
            areas.source,
            areas.id_field,
            self.parameterAsSource(parameters, "ROADS", context),
            self.parameterAsSource(parameters, "HAZARDS", context),
            context.transformContext(),
            progress.stage(0.6, 0.8),
        )
        threshold = self.parameterAsDouble(parameters, "THRESHOLD", context)
        table = isolated(
            got.arrived.present,
            got.arrived.expected,
            got.arrived.slot_begin,
            places.of_meter,
            case_arrays.event_slot(case),
            threshold=threshold,
            hours=self.parameterAsInt(parameters, "HOURS", context),
            until=got.until,
            access=reach,
            surroundings=Surroundings(
                neighbours(places.shapes, context.transformContext(), progress), places.centres(meters)
            ),
            strikes=strikes(case, meters),
            group=self.parameterAsBoolean(parameters, "GROUP", context),
            behind=behind_relays(case, meters, got.newest),
        )
        told = evidence_outputs(table.attrs["unknown"].values(), got.until)
        _tell_left_out(told, table.attrs["not_struck"], progress)
        table["area_name"] = table["area_id"].map(places.names)
        # no column of the layer: only what is kept of it can be judged by what it meant by dark
        table["threshold"] = threshold
        destination = write_result(
            self,
            parameters,
            context,
            progress.stage(0.8, 1),
            case,
            self.NAME,
            table,
            places.geometries(table["area_id"]),
            got.newest,
            case_arrays.sources(case, got.newest),
            evidence_until=got.newest,
        )
        return {"OUTPUT": destination, "COUNT": len(table), "GROUPS": table.attrs["groups"], **told}


def _tell_left_out(told: dict[str, Any], not_struck: int, progress: FeedbackProgress) -> None:
    """Say of how many areas nothing is known, and how many are dark for another reason than an event of the case."""
    if told["UNKNOWN"]:
        progress.warn(
            message(
                "Of {count} areas it is not known whether they are dark ({reasons}).",
                count=told["UNKNOWN"],
                reasons=reasons_told(told),
            )
        )
    if not_struck:
        progress.warn(
            message("{count} areas are dark that no event of the case hit; they are not listed.", count=not_struck)
        )

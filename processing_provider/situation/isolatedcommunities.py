"""UC⑤ 孤立集落の推定: settlements that went dark and stayed dark (manual §3.1.5, §4.3)."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
)

from ..base import FeedbackWatch, TomoshibiAlgorithm, tr
from ..results import Areas, add_areas, add_output, publish
from .places import by_areas, received


class IsolatedCommunities(TomoshibiAlgorithm):
    """Settlements suspected to be cut off, the most urgent first."""

    NAME = "isolatedcommunities"
    GROUP = "situation"
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
        self.add(
            QgsProcessingParameterFeatureSource(
                "ROADS", tr("Roads"), [QgsProcessing.SourceType.TypeVectorLine], optional=True
            ),
            tr(
                "Roads, as further evidence: a settlement whose roads out all meet a hazard is called cut off. "
                "Without roads "
                "and hazards, access stays unknown."
            ),
        )
        self.add(
            QgsProcessingParameterFeatureSource(
                "HAZARDS", tr("Landslides and damage"), [QgsProcessing.SourceType.TypeVectorAnyGeometry], optional=True
            ),
            tr("Landslides, floods, damaged road sections: points, lines or polygons."),
        )
        add_output(self, self.NAME)
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Communities")))

    def work(self, parameters: dict[str, Any], context: QgsProcessingContext, watch: FeedbackWatch) -> dict[str, Any]:
        import pandas as pd

        from ...analysis.gaps import isolated
        from ...casefile import evidence
        from ...layers.access import access

        case = self.case(parameters, context)
        areas = Areas(self, parameters, context)
        meters = evidence.meters(case)
        places = by_areas(areas, meters, watch.stage(0, 0.2))
        arrived, until = received(case, meters, None, None, watch.stage(0.2, 0.6))
        reach = access(
            areas.source,
            areas.id_field,
            self.parameterAsSource(parameters, "ROADS", context),
            self.parameterAsSource(parameters, "HAZARDS", context),
            context.transformContext(),
            watch.stage(0.6, 0.8),
        )
        table = isolated(
            arrived.present,
            arrived.covered,
            arrived.slot_begin,
            places.of_meter,
            evidence.floor_slot(case.info.event_time),
            threshold=self.parameterAsDouble(parameters, "THRESHOLD", context),
            hours=self.parameterAsInt(parameters, "HOURS", context),
            until=until,
            access=reach,
        )
        table = table[table["area_id"] != ""].reset_index(drop=True)
        table["area_name"] = table["area_id"].map(places.names)
        as_of = pd.Timestamp(until).to_pydatetime()
        destination = publish(
            self,
            parameters,
            context,
            watch.stage(0.8, 1),
            case,
            self.NAME,
            table,
            places.geometries(table["area_id"]),
            as_of,
            evidence.sources(case, as_of),
        )
        return {"OUTPUT": destination, "COUNT": len(table)}

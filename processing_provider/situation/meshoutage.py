"""UC② エリア別停電状況の確認: share of meters silent for 12 hours by grid square (manual §3.1.2)."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext

from ...messages import Message, TomoshibiError
from ..base import CELL_SIZES, VOLTAGES, FeedbackWatch, TomoshibiAlgorithm, tr
from ..results import add_output, publish
from .rates import add_rate_outputs, add_rate_parameters, check_baseline, counts, rates


class MeshOutage(TomoshibiAlgorithm):
    """Outage rate by grid square."""

    NAME = "meshoutage"
    GROUP = "situation"
    TAGS = ("停電率", "メッシュ", "通電計器数", "統計", "mesh", "outage rate", "UC2", "teidenritsu", "messhu")

    def title(self) -> str:
        return tr("Map the outage rate by mesh (UC2)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add_enum(
            "MESH_SIZE",
            tr("Mesh size (m)"),
            CELL_SIZES[:6],
            tr(
                "The cell size that was registered: 125 to 1000 m for low voltage, 5000 for high, 10000 for extra-high."
            ),
            default="250",
        )
        add_rate_parameters(self)
        add_output(self, self.NAME)
        add_rate_outputs(self)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        from ...analysis.mesh import check_size

        wrong = check_baseline(self.text(parameters, context, "BASELINE"))
        try:
            check_size(
                VOLTAGES.index(self.choice(parameters, context, "VOLTAGE")) + 1,
                int(self.choice(parameters, context, "MESH_SIZE")),
            )
        except TomoshibiError as error:
            wrong.append(error.what)
        return wrong

    def work(self, parameters: dict[str, Any], context: QgsProcessingContext, watch: FeedbackWatch) -> dict[str, Any]:
        from ...analysis.mesh import bounds
        from ...casefile import evidence
        from ...layers.build import rectangles

        case = self.case(parameters, context)
        metres = int(self.choice(parameters, context, "MESH_SIZE"))
        table = rates(self, parameters, context, case, 2, metres, watch)
        shapes = rectangles(*bounds(table["mesh_code"].to_numpy(str), metres))
        as_of = evidence.statistics_at(case, table)
        destination = publish(
            self,
            parameters,
            context,
            watch,
            case,
            self.NAME,
            table,
            shapes,
            as_of,
            [evidence.statistics_source(as_of)],
            personal=False,
        )
        return {"OUTPUT": destination, **counts(table)}

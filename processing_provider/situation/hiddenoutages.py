"""隠れ停電: meters still silent where their surroundings have power again (broken service wires)."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingOutputNumber, QgsProcessingParameterNumber

from ...messages import message
from ..base import FeedbackWatch, TomoshibiAlgorithm, tr
from ..results import add_output, publish
from .places import received


class HiddenOutages(TomoshibiAlgorithm):
    """Single dwellings and poles that stay dark when their lane is back."""

    NAME = "hiddenoutages"
    GROUP = "situation"
    TAGS = ("隠れ停電", "引込線", "停電", "hidden outage", "service wire", "UC5", "kakure teiden", "hikikomi")

    def title(self) -> str:
        return tr("Find hidden outages (UC5)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        number = QgsProcessingParameterNumber.Type
        self.add(
            QgsProcessingParameterNumber(
                "NEIGHBOUR_RATE", tr("Share of neighbours with power"), number.Double, 0.9, False, 0.5, 1.0
            ),
            tr("A silent meter is listed where at least this share of its neighbours sends readings again."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "HOURS", tr("Hours beside powered neighbours"), number.Integer, 6, False, 1, 168
            ),
            tr(
                "So long the meter must have stayed silent while its neighbours sent readings. Longer is surer, and "
                "later."
            ),
        )
        self.add(
            QgsProcessingParameterNumber(
                "EVENT_HOURS", tr("Hours in which wires broke"), number.Double, 1.0, False, 0.5, 48.0
            ),
            tr(
                "How long after the event's time service wires may have broken: 1 for an earthquake, 12 to 24 for a "
                "typhoon that passes over hours."
            ),
            advanced=True,
        )
        self.add_at()
        add_output(self, self.NAME)
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Meters")))

    def work(self, parameters: dict[str, Any], context: QgsProcessingContext, watch: FeedbackWatch) -> dict[str, Any]:
        import pandas as pd

        from ...analysis.hidden import HiddenRules, hidden_outages
        from ...casefile import evidence
        from ...layers.build import points

        case = self.case(parameters, context)
        at = self.moment(parameters, context)
        period = evidence.period(case)
        # a home whose contract ended is no outage that was forgotten
        meters = evidence.meters(case, at=at or (pd.Timestamp(period[1]).to_pydatetime() if period else None))
        got = received(case, meters, None, at, watch.stage(0, 0.6))
        arrived, until = got.arrived, got.until
        rules = HiddenRules(
            neighbour_rate=self.parameterAsDouble(parameters, "NEIGHBOUR_RATE", context),
            hours=float(self.parameterAsInt(parameters, "HOURS", context)),
            event_hours=self.parameterAsDouble(parameters, "EVENT_HOURS", context),
        )
        places = pd.DataFrame(
            {
                "supply_point": meters.supply_point,
                "meter_id": evidence.meter_ids(case, meters.supply_point),
                "lat": meters.lat,
                "lon": meters.lon,
            }
        )
        table = hidden_outages(
            places, arrived.present, arrived.covered, arrived.slot_begin, evidence.event_slot(case), rules, until
        )
        table["state"] = table["began"]
        without = int(table.attrs.get("without_place", 0))
        if without:
            watch.warn(
                message(
                    "{count} silent meters have no coordinates in マスタ情報, so their neighbours are not known.",
                    count=without,
                )
            )
        as_of = pd.Timestamp(until).to_pydatetime()
        destination = publish(
            self,
            parameters,
            context,
            watch.stage(0.8, 1),
            case,
            self.NAME,
            table,
            points(table["lon"].to_numpy(float), table["lat"].to_numpy(float)),
            as_of,
            evidence.sources(case, as_of),
        )
        return {"OUTPUT": destination, "COUNT": len(table)}

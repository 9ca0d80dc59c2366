"""隠れ停電: meters still silent where their surroundings have power again (broken service wires)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingContext, QgsProcessingOutputNumber, QgsProcessingParameterNumber

from ...messages import message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr
from ..inputs.places import received, strikes
from ..results import add_evidence_outputs, add_output, evidence_outputs, reasons_told, write_result

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from ...casefile.case_arrays import Arrivals

LATER_HOURS = 24
"""Hours after those received in bulk of which is looked at what came."""


class HiddenOutages(TomoshibiAlgorithm):
    """Single dwellings and poles that stay dark when their lane is back."""

    NAME = "hiddenoutages"
    GROUP = "situation"
    OF_PEOPLE = True
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
        self.addOutput(QgsProcessingOutputNumber("UNDECIDED", tr("Meters that may be on a line still out")))
        add_evidence_outputs(self)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        import pandas as pd

        from ...analysis.hidden import UNDECIDED, HiddenRules, hidden_outages
        from ...casefile import case_arrays
        from ...casefile.relays import behind_relays
        from ...layers.build import points

        case = self.case(parameters, context)
        at = self.moment(parameters, context)
        period = case_arrays.period(case)
        # a home whose contract ended is no outage that was forgotten
        meters = case_arrays.meters(case, at=at or (pd.Timestamp(period[1]).to_pydatetime() if period else None))
        # neighbours that answer show what came after the readings in bulk, though too few of all reported
        arrived = received(case, meters, None, at, progress.stage(0, 0.6), LATER_HOURS).arrived
        rules = HiddenRules(
            neighbour_rate=self.parameterAsDouble(parameters, "NEIGHBOUR_RATE", context),
            hours=float(self.parameterAsInt(parameters, "HOURS", context)),
            event_hours=self.parameterAsDouble(parameters, "EVENT_HOURS", context),
        )
        places = {"supply_point": meters.number, "lat": meters.lat, "lon": meters.lon}
        table = hidden_outages(
            places,
            arrived.present,
            arrived.expected,
            arrived.slot_begin,
            case_arrays.event_slot(case),
            rules,
            None,
            strikes(case, meters),
            behind_relays(case, meters, _end(arrived)),
        )
        table["meter_id"] = case_arrays.meter_ids(case, table["supply_point"].to_numpy(str))
        newest = pd.Timestamp(table.attrs["until"]).to_pydatetime()
        undecided = table["certainty"] == UNDECIDED
        table["state"] = table["began"].where(~undecided, UNDECIDED)
        unknown = _unknown(table)
        told = evidence_outputs((code for code, count in unknown.items() for _ in range(count)), newest)
        _warn(told, table, progress)
        destination = write_result(
            self,
            parameters,
            context,
            progress.stage(0.8, 1),
            case,
            self.NAME,
            table,
            points(table["lon"].to_numpy(float), table["lat"].to_numpy(float)),
            newest,
            case_arrays.sources(case, newest),
            evidence_until=newest,
        )
        return {"OUTPUT": destination, "COUNT": int((~undecided).sum()), "UNDECIDED": int(undecided.sum()), **told}


def _end(arrived: Arrivals) -> datetime:
    """Return the end of the half-hours looked at."""
    import pandas as pd

    from ...casefile.case_arrays import SLOT

    end: datetime = pd.Timestamp(arrived.slot_begin[-1] + SLOT).to_pydatetime()
    return end


def _warn(told: dict[str, Any], table: pd.DataFrame, progress: FeedbackProgress) -> None:
    """Say of how many meters nothing is known, and how many are undecided because meters stop by themselves, too."""
    from ...analysis.reasons import Reason

    if told["UNKNOWN"]:
        progress.warn(
            message(
                "Of {count} meters that sent nothing it is not known whether they are hidden outages ({reasons}).",
                count=told["UNKNOWN"],
                reasons=reasons_told(told),
            )
        )
    relay = int((table["unknown_reason"] == Reason.RELAY.value).sum())
    if relay:
        progress.warn(
            message(
                "{count} meters that fell silent with a radio relay that had failed are undecided: they may have "
                "power.",
                count=relay,
            )
        )
    alone = int((table["unknown_reason"] == Reason.RADIO.value).sum())
    if alone:
        progress.warn(
            message(
                "{count} meters alone on their pole are undecided: as many as {losses} are to be expected that "
                "lost their connection while the lines were out.",
                count=alone,
                losses=round(table.attrs["losses"]),
            )
        )


def _unknown(table: pd.DataFrame) -> dict[str, int]:
    """Return {reason code: meters} of silent meters of which it is not known whether they are hidden outages."""
    from ...analysis.reasons import Reason

    found = dict(table.attrs["unknown"])
    for code, count in (
        (Reason.NO_PLACE.value, table.attrs["without_place"]),
        (Reason.NO_HISTORY.value, table.attrs["without_neighbours"]),
    ):
        if count:
            found[code] = found.get(code, 0) + int(count)
    return found

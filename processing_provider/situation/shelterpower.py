"""UC① 重要施設の運営支援: which shelters, clinics and works have power (manual §3.1.1)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterString,
)

from ...aggregator.outside import shown
from ...messages import message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr
from ..results import add_evidence_outputs, add_output, evidence_outputs, write_result
from .facilities import facility_states

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ...casefile.case import Case

MOST_LETTERS = 40
"""Of the kinds in the name of a layer."""
STATES = {"POWERED": "powered", "PARTIAL": "partial", "OUTAGE": "outage", "UNKNOWN": "unknown"}


class ShelterPower(TomoshibiAlgorithm):
    """Facilities with power, without, in part, and unknown."""

    NAME = "shelterpower"
    GROUP = "situation"
    LISTS = ("FACILITIES",)
    NEEDED = ("FACILITIES",)
    TAGS = ("避難所", "通電", "停電", "重要施設", "shelter", "power", "outage", "UC1", "hinanjo", "tsuden", "teiden")

    def title(self) -> str:
        return tr("Show which shelters have power (UC1)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add_own(
            QgsProcessingParameterFeatureSource("FACILITIES", tr("Facilities"), [QgsProcessing.SourceType.TypeVector]),
            tr(
                "Shelters, clinics, waterworks: a layer, CSV (UTF-8, UTF-16, Shift_JIS) or XLSX. GSI shelter data and "
                "the municipal standard CSV are understood as they are; otherwise name the columns facility_id, name, "
                "kind, capacity, lat, lon, address."
            ),
        )
        self.add(
            QgsProcessingParameterFile("LINKS", tr("Facilities and their supply points"), optional=True),
            tr(
                "CSV or XLSX with the columns facility_id and supply_point, one line for each supply point. Left "
                "empty, the links that the case keeps, and those of its registered contractors. A facility without a "
                "line is looked up by name and address "
                "in 通電情報 and マスタ情報; where it is not found for certain it is shown as unknown."
            ),
        )
        self.add(
            QgsProcessingParameterString("KIND", tr("Only these kinds"), optional=True),
            tr("Kinds of facility to show, separated by commas. Left empty, all."),
        )
        self.add(
            QgsProcessingParameterFeatureSource(
                "OUTAGE_AREAS", tr("Outage areas"), [QgsProcessing.SourceType.TypeVectorPolygon], optional=True
            ),
            tr(
                "Outage rate by mesh or area, or acquisition gaps: then the powered shelters nearest to areas where "
                "more than half of the meters are silent are ranked for opening."
            ),
            advanced=True,
        )
        self.add_own(
            QgsProcessingParameterFeatureSource(
                "ROADS", tr("Roads"), [QgsProcessing.SourceType.TypeVectorLine], optional=True
            ),
            tr("Roads to measure the way to the nearest powered facility by; closures are not known to it."),
            advanced=True,
        )
        self.add_at()
        add_output(self, "shelterpower")
        self.addOutput(QgsProcessingOutputNumber("POWERED", tr("Facilities with power")))
        self.addOutput(QgsProcessingOutputNumber("PARTIAL", tr("Facilities with power in part")))
        self.addOutput(QgsProcessingOutputNumber("OUTAGE", tr("Facilities without power")))
        self.addOutput(QgsProcessingOutputNumber("UNKNOWN", tr("Facilities of which nothing is known")))
        self.add_number("REVIEW", tr("Facilities whose supply point is to be looked up by a person"))
        self.add_number("NOT_READ", tr("Values of the list that were not understood"))
        self.add_number("TOLD", tr("Facilities told of by telephone, beside what was measured"))
        add_evidence_outputs(self)

    def variant(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        kinds = re.sub(r"[^\w]+", "_", self.text(parameters, context, "KIND")).strip("_")[:MOST_LETTERS]
        # some kinds alone do not take the place of all
        return f"{self.NAME}_{kinds}" if kinds else self.NAME

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...casefile import case_arrays
        from ...casefile.data_status import data_status
        from ...layers.build import points

        case = self.case(parameters, context)
        states = facility_states(self, parameters, context, progress, case)
        links, at = states.links, states.at
        # The layer is of one moment; how old each facility's evidence is stands in age_hours.
        result = states.power.drop(columns="as_of")
        result["linked_by"] = [how or None for how in links.linked_by]
        names = dict(zip(result["facility_id"], result["name"]))
        result["nearest_powered_name"] = [names.get(one) for one in result["nearest_powered_id"]]
        result["nearest_powered_road_m"] = self._by_road(parameters, context, result, progress)
        result = result.join(self._advice(parameters, context, result, progress))
        result = result.join(self._told(case, result, at, states.asked, progress))
        shapes = points(result["lon"].to_numpy(float), result["lat"].to_numpy(float))
        until = data_status(case, at).until_of("reading", "outage")
        destination = write_result(
            self,
            parameters,
            context,
            progress,
            case,
            self.NAME,
            result,
            shapes,
            at,
            case_arrays.sources(case, at),
            evidence_until=until,
        )
        counts, said = result["state"].value_counts(), result["told_state"].notna()
        return {
            "OUTPUT": destination,
            **{name: int(counts.get(state, 0)) for name, state in STATES.items()},
            "REVIEW": sum(how.startswith("review") for how in links.linked_by),
            "NOT_READ": states.not_read,
            "TOLD": int(said.sum()),
            **evidence_outputs(result["unknown_reason"], until),
        }

    def _told(
        self, case: Case, result: pd.DataFrame, at: datetime, asked: Optional[datetime], progress: FeedbackProgress
    ) -> pd.DataFrame:
        """Return what people said of the facilities by telephone, beside what was measured (`beside_measured`)."""
        from ...analysis.told_beside import beside_measured
        from ...casefile.overrides import told_of

        moments = (result[name].to_numpy().astype("datetime64[s]") for name in ("silent_until", "powered_until"))
        told = beside_measured(result["facility_id"].to_numpy(object), *moments, told_of(case, at, asked))
        for name in result["name"][told["told_passed"].to_numpy()].tolist():
            progress.warn(
                message(
                    "{facility}: what was said by telephone is older than what was measured since, which counts now. "
                    "Ask there again.",
                    facility=shown(name),
                )
            )
        return told

    def _by_road(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        result: pd.DataFrame,
        progress: FeedbackProgress,
    ) -> np.ndarray:
        """Return metres by road to the nearest powered facility of the same kind; NaN without roads."""
        import numpy as np

        roads = self.parameterAsSource(parameters, "ROADS", context)
        if roads is None:
            return np.full(len(result), np.nan)
        from ...layers.roads import nearest_by_road

        powered = (result["state"] == "powered").to_numpy()
        return nearest_by_road(
            roads,
            result["lat"].to_numpy(float),
            result["lon"].to_numpy(float),
            result["kind"].to_numpy(object),
            powered,
            ~powered,
            context.transformContext(),
            progress,
        )

    def _advice(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        result: pd.DataFrame,
        progress: FeedbackProgress,
    ) -> pd.DataFrame:
        """Return the columns of `analysis.advice`; without outage areas nothing is advised."""
        import pandas as pd

        from ...analysis.advice import opening_advice
        from ...layers.sources import outage_areas

        source = self.parameterAsSource(parameters, "OUTAGE_AREAS", context)
        if source is None:
            dark = pd.DataFrame({"lat": [], "lon": [], "meters": []}, dtype=float)
        else:
            dark = outage_areas(source, context.transformContext(), progress)
        return opening_advice(result, dark)

"""A drill's scenario: meters, readings, outages and their truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
)

from ...messages import Message, message
from ..base import FeedbackWatch, Parameters, TomoshibiAlgorithm, tr

if TYPE_CHECKING:
    from ...practice.scenario import ScenarioSpec

OPEN_FILES = ("AREAS", "POPULATION", "SHELTERS", "OUTAGES")
"""Parameters that take the place of one file of the data folder."""


class CreateScenario(TomoshibiAlgorithm):
    """DATA or nothing, SEED → FOLDER, METERS."""

    NAME = "createscenario"
    GROUP = "drill"
    TAGS = ("訓練", "シナリオ", "演習", "架空", "drill", "scenario", "practice", "kunren", "enshuu")

    def title(self) -> str:
        return tr("Create scenario")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        whole = QgsProcessingParameterNumber.Type.Integer
        self.add(
            QgsProcessingParameterFile(
                "DATA", tr("Folder of open data"), QgsProcessingParameterFile.Behavior.Folder, optional=True
            ),
            tr("Municipal polygons, small areas, population, shelters, outage history. Left empty: a fictional place."),
        )
        for name, title, help_ in (
            ("AREAS", tr("Small areas"), tr("GeoJSON in place of the small areas of the data folder.")),
            ("POPULATION", tr("Population mesh"), tr("GeoJSON in place of the 500 m population of the data folder.")),
            ("SHELTERS", tr("Shelters"), tr("GeoJSON in place of the shelters of the data folder.")),
            ("OUTAGES", tr("Outage history"), tr("CSV in place of the outage history of the data folder.")),
        ):
            self.add(QgsProcessingParameterFile(name, title, optional=True), help_, advanced=True)
        self.add(
            QgsProcessingParameterNumber("SEED", tr("Seed"), whole, 1, minValue=0),
            tr("The same seed makes the same scenario; another seed another course of events."),
        )
        self.add(
            QgsProcessingParameterNumber("METERS", tr("Meters"), whole, 9000, minValue=2000, maxValue=1_000_000),
            tr("Meters of the fictional place to aim at. With open data the households decide."),
        )
        self.add(
            QgsProcessingParameterDateTime(
                "EVENT_TIME", tr("Time it strikes"), QgsProcessingParameterDateTime.Type.DateTime, None, True
            ),
            tr("Japanese time. Left empty, the scenario's own; the days before and after move with it."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFolderDestination("FOLDER", tr("Scenario folder")),
            tr("Folder for the scenario; it must not hold one already."),
        )
        self.add_number("METERS", tr("Meters made"))

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        if self.parameterAsFile(parameters, "DATA", context):
            return []
        return [
            message("{name} goes with a folder of open data. Choose the folder too, or leave both empty.", name=name)
            for name in OPEN_FILES
            if self.parameterAsFile(parameters, name, context)
        ]

    def work(self, parameters: Parameters, context: QgsProcessingContext, watch: FeedbackWatch) -> dict[str, Any]:
        from ...practice.scenario import make_scenario

        folder = self.parameterAsString(parameters, "FOLDER", context)
        made = make_scenario(
            Path(folder),
            seed=self.parameterAsInt(parameters, "SEED", context),
            spec=self._spec(parameters, context),
            watch=watch,
        )
        return {"FOLDER": folder, "METERS": len(made.meters["use"])}

    def _spec(self, parameters: Parameters, context: QgsProcessingContext) -> ScenarioSpec:
        from dataclasses import replace

        from ...practice.scenario import ScenarioSpec

        data = self.parameterAsFile(parameters, "DATA", context)
        if data:
            spec = ScenarioSpec.noto(Path(data))
            given = {
                name.lower(): Path(self.parameterAsFile(parameters, name, context))
                for name in OPEN_FILES
                if self.parameterAsFile(parameters, name, context)
            }
            if "shelters" in given:
                given["shelters"] = (given["shelters"],)
            spec = replace(spec, open_data=replace(spec.open_data, **given))
        else:
            spec = ScenarioSpec(meters=self.parameterAsInt(parameters, "METERS", context))
        moment = self.moment(parameters, context, "EVENT_TIME")
        return _moved(spec, moment) if moment else spec


def _moved(spec: ScenarioSpec, moment: Any) -> ScenarioSpec:
    """Return the scenario with the event at another moment, and its days as far before and after as they were."""
    from dataclasses import replace

    days = moment.date() - spec.event_time.date()
    return replace(
        spec,
        event_time=moment,
        now=spec.now + days,
        first_day=spec.first_day + days,
        last_day=spec.last_day + days,
        statistics_from=spec.statistics_from + days if spec.statistics_from else None,
    )

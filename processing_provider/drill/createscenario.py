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
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr

if TYPE_CHECKING:
    from ...practice.scenario import ScenarioSpec

CAUSES = ("earthquake", "typhoon", "feeder", "blackout")
SERVICES = ("ideal", "today", "realtime")
OPEN_FILES = ("AREAS", "POPULATION", "SHELTERS", "OUTAGES")
"""Parameters that take the place of one file of the data folder."""


class CreateScenario(TomoshibiAlgorithm):
    """DATA or nothing, CAUSE, SEED → FOLDER, METERS."""

    NAME = "createscenario"
    GROUP = "drill"
    TAGS = ("訓練", "シナリオ", "演習", "架空", "drill", "scenario", "practice", "kunren", "enshuu")

    def title(self) -> str:
        return tr("Create scenario")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        whole = QgsProcessingParameterNumber.Type.Integer
        self._add_open_data()
        self.add_enum(
            "CAUSE",
            tr("What strikes"),
            CAUSES,
            tr(
                "earthquake: on a winter night, settlements cut off. typhoon: a September evening, feeders drop for "
                "hours and come back in steps over days, many broken service wires. feeder: a fault of two feeders on "
                "a May morning, for hours, nobody cut off. blackout: the whole grid goes dark on a September night, "
                "every meter is silent. The outage history of open data goes with earthquake only."
            ),
            default="earthquake",
        )
        self.add_enum(
            "SERVICE",
            tr("How data are published"),
            SERVICES,
            tr(
                "ideal: whole and within the hour. today: a day is published the next morning (前日まで), lists and "
                "statistics too. realtime: hours late, high voltage four hours behind low voltage. today and realtime "
                "also have what goes wrong: parts that are missing or late, conditions that fail or come back empty, "
                "updates of a few contractors alone, rows from the future, a meter ahead of the others."
            ),
            default="ideal",
        )
        self.add(
            QgsProcessingParameterNumber("SEED", tr("Seed"), whole, 1, minValue=0),
            tr("The same seed makes the same scenario; another seed another course of events."),
        )
        self.add(
            QgsProcessingParameterNumber("METERS", tr("Meters"), whole, 9000, minValue=2000, maxValue=1_000_000),
            tr("Meters of the fictional place to aim at. With open data the households decide."),
        )
        self._add_course()
        self.add(
            QgsProcessingParameterFolderDestination("FOLDER", tr("Scenario folder")),
            tr("Folder for the scenario; it must not hold one already."),
        )
        self.add_number("METERS", tr("Meters made"))

    def _add_open_data(self) -> None:
        """Add the open data of a real place."""
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

    def _add_course(self) -> None:
        """Add what may differ from the course of events that goes with the cause."""
        whole, double = QgsProcessingParameterNumber.Type.Integer, QgsProcessingParameterNumber.Type.Double
        self.add(
            QgsProcessingParameterDateTime(
                "EVENT_TIME", tr("Time it strikes"), QgsProcessingParameterDateTime.Type.DateTime, None, True
            ),
            tr("Japanese time. Left empty, the scenario's own; the days before and after move with it."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterNumber(
                "HISTORY_DAYS", tr("Days of readings before it"), whole, None, True, minValue=1, maxValue=400
            ),
            tr(
                "28 and more for the method quiet, 61 and more for residence evidence (UC8). Each day takes time and "
                "room on the disk. Left empty, the scenario's own few days; it never has fewer."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterNumber(
                "AFTERSHOCK_HOURS", tr("Hours until an aftershock"), double, None, True, 1, 240
            ),
            tr("An aftershock takes the power from some areas so many hours after the event. Left empty, none comes."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterNumber(
                "RELAY_SHARE", tr("Areas that lose communication only"), double, None, True, minValue=0, maxValue=1
            ),
            tr(
                "Share of the areas (0 to 1) whose relay fails while their power is on. No data tell them from areas "
                "without power, so results are wrong there. Left empty, the scenario's own."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterNumber(
                "MENDED_HOURS", tr("Hours until relays are mended"), double, None, True, minValue=0, maxValue=2400
            ),
            tr(
                "Hours after the event at which all relays that failed are mended; the readings that the meters kept "
                "then come late, and past maps can be audited. Left empty, such readings never come."
            ),
            advanced=True,
        )

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        if self.parameterAsFile(parameters, "DATA", context):
            return []
        return [
            message("{name} goes with a folder of open data. Choose the folder too, or leave both empty.", name=name)
            for name in OPEN_FILES
            if self.parameterAsFile(parameters, name, context)
        ]

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...practice.scenario import make_scenario

        folder = self.parameterAsString(parameters, "FOLDER", context)
        made = make_scenario(
            Path(folder),
            seed=self.parameterAsInt(parameters, "SEED", context),
            spec=self._spec(parameters, context),
            progress=progress,
        )
        return {"FOLDER": folder, "METERS": len(made.meters["use"])}

    def _spec(self, parameters: Parameters, context: QgsProcessingContext) -> ScenarioSpec:
        from dataclasses import replace

        from ...practice.scenario import ScenarioSpec

        cause = self.choice(parameters, context, "CAUSE")
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
            if cause != "earthquake":
                spec = ScenarioSpec.of_cause(cause, open_data=spec.open_data, relay_share=spec.relay_share)
        else:
            spec = ScenarioSpec.of_cause(cause, meters=self.parameterAsInt(parameters, "METERS", context))
        spec = replace(spec, service=self.choice(parameters, context, "SERVICE"))
        if parameters.get("AFTERSHOCK_HOURS") is not None:
            spec = replace(spec, aftershock_hours=self.parameterAsDouble(parameters, "AFTERSHOCK_HOURS", context))
        if parameters.get("RELAY_SHARE") is not None:
            spec = replace(spec, relay_share=self.parameterAsDouble(parameters, "RELAY_SHARE", context))
        if parameters.get("MENDED_HOURS") is not None:
            spec = replace(spec, mended_hours=self.parameterAsDouble(parameters, "MENDED_HOURS", context))
        moment = self.moment(parameters, context, "EVENT_TIME")
        spec = _moved(spec, moment) if moment else spec
        if parameters.get("HISTORY_DAYS") is not None:
            spec = spec.with_history(self.parameterAsInt(parameters, "HISTORY_DAYS", context))
        return spec


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

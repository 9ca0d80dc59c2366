"""UC③⑥ 在・不在推定: which homes were occupied at a moment (manual §3.1.3, §3.1.6)."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
)

from ...messages import TomoshibiError, message
from ..base import FeedbackWatch, TomoshibiAlgorithm, tr
from ..results import add_output, publish

METHODS = ("held", "manual", "quiet")
LOW_VOLTAGE = 1


class HomeAway(TomoshibiAlgorithm):
    """At home or away at a moment, by dwelling."""

    NAME = "homeaway"
    GROUP = "people"
    TAGS = ("在・不在", "在宅", "捜索", "救助", "home", "away", "occupancy", "UC3", "UC6", "zaitaku", "sousaku")

    def title(self) -> str:
        return tr("Estimate who was at home (UC3, UC6)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterDateTime(
                "AT", tr("Moment"), QgsProcessingParameterDateTime.Type.DateTime, None, True
            ),
            tr(
                "Japanese time of the moment to look at; the last complete half-hour before it is judged. Left "
                "empty, the "
                "moment the event struck."
            ),
        )
        add_method(self)
        self.add(
            QgsProcessingParameterFile("RESIDENTS", tr("Residents' list"), extension="csv", optional=True),
            tr("CSV with a column supply_point: only these dwellings are shown. Left empty, all of the case."),
        )
        self.add(
            QgsProcessingParameterFeatureSource(
                "AREA", tr("Only inside"), [QgsProcessing.SourceType.TypeVectorPolygon], optional=True
            ),
            tr("Polygons to search, for instance an evacuation area. Left empty, everywhere."),
        )
        add_output(self, self.NAME)
        self.addOutput(QgsProcessingOutputNumber("HOME", tr("Dwellings with somebody at home")))
        self.addOutput(QgsProcessingOutputNumber("AWAY", tr("Dwellings without a sign of use")))
        self.addOutput(QgsProcessingOutputNumber("UNKNOWN", tr("Dwellings not decided")))

    def work(self, parameters: dict[str, Any], context: QgsProcessingContext, watch: FeedbackWatch) -> dict[str, Any]:
        import numpy as np
        import pandas as pd

        from ...analysis.occupancy import Rules, presence_table, window_days
        from ...casefile import evidence
        from ...layers.build import points

        case = self.case(parameters, context)
        method = self.choice(parameters, context, "METHOD")
        at = self.moment(parameters, context) or case.info.event_time
        begin, end = evidence.home_window(case, at, window_days(method))
        meters = evidence.meters(case, LOW_VOLTAGE)
        wanted = self._wanted(parameters, context, meters, watch)
        meters = meters.take(wanted)
        watch.check()
        readings = case.readings.window(begin, end, meters.rows)
        slots = begin + evidence.SLOT * np.arange(readings.shape[1])
        table = presence_table(meters.supply_point, readings, slots, [len(slots) - 1], method, Rules())
        pole = pd.Series(list(zip(meters.lat, meters.lon)))
        known = np.isfinite(meters.lat) & np.isfinite(meters.lon)
        table["pole_count"] = np.where(known, pole.map(pole.value_counts()).to_numpy(), np.nan)
        table["response"] = None
        nowhere = int((~known).sum())
        if nowhere:
            watch.warn(
                message(
                    "{count} dwellings have no pole coordinates in マスタ情報: they are in the table but not on the "
                    "map.",
                    count=nowhere,
                )
            )
        destination = publish(
            self,
            parameters,
            context,
            watch,
            case,
            self.NAME,
            table,
            points(meters.lon, meters.lat),
            pd.Timestamp(end).to_pydatetime(),
            evidence.sources(case, at),
        )
        counts = table["state"].value_counts()
        home, away = int(counts.get("home", 0)), int(counts.get("away", 0))
        return {"OUTPUT": destination, "HOME": home, "AWAY": away, "UNKNOWN": len(table) - home - away}

    def _wanted(
        self, parameters: dict[str, Any], context: QgsProcessingContext, meters: Any, watch: FeedbackWatch
    ) -> Any:
        """Return which of the meters are asked for (bool), by RESIDENTS and AREA."""
        import numpy as np

        from ...casefile.links import read_supply_points
        from ...layers.regions import assign_any
        from ...layers.sources import to_result_crs

        wanted = np.ones(len(meters.rows), dtype=bool)
        residents = self.parameterAsFile(parameters, "RESIDENTS", context)
        if residents:
            listed = read_supply_points(residents)
            for problem in listed.problems:
                watch.warn(problem)
            wanted &= np.isin(meters.supply_point, listed.table["supply_point"].to_numpy(str))
        area = self.parameterAsSource(parameters, "AREA", context)
        if area is not None:
            transform = to_result_crs(area.sourceCrs(), context.transformContext())
            wanted &= assign_any(area, meters.lon, meters.lat, transform, watch.feedback)
        if not wanted.any():
            raise TomoshibiError(
                message("No dwelling with readings is inside the area or on the list. Check both, or leave them empty.")
            )
        return wanted


def add_method(algorithm: TomoshibiAlgorithm) -> None:
    """Add METHOD."""
    algorithm.add_enum(
        "METHOD",
        tr("Method"),
        METHODS,
        tr(
            "manual: use above the median of the past three days means at home, as in the manual; good by day, but at "
            "night it misses most sleepers, so nothing below the median is called away between 22:00 and 08:00. held: "
            "the same, and who was seen in the evening stays at home until the morning. quiet: against the home's own "
            "quiet hours of up to four weeks; needs at least three days of readings, better seven, and sees long "
            "absence."
        ),
        default="held",
    )

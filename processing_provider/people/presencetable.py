"""在・不在推定 for every half-hour of a period."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingOutputNumber, QgsProcessingParameterDateTime

from ...messages import Message, TomoshibiError, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr
from ..results import add_evidence_outputs, add_output, evidence_outputs, write_result
from .homeaway import add_method

LONGEST = timedelta(days=7)
"""A week of half-hours for a small list of homes, a day for a town: the table has one row a dwelling and half-hour."""


class PresenceTable(TomoshibiAlgorithm):
    """Presence by dwelling and half-hour."""

    NAME = "presencetable"
    GROUP = "people"
    OF_PEOPLE = True
    TAGS = ("在・不在", "時系列", "30分", "home", "away", "presence", "half-hour", "jikeiretsu", "zaitaku")

    def title(self) -> str:
        return tr("List presence for every half-hour")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        kind = QgsProcessingParameterDateTime.Type.DateTime
        self.add(
            QgsProcessingParameterDateTime("FROM", tr("From"), kind, None, True),
            tr("Beginning of the period, Japanese time. Left empty, 24 hours before its end."),
        )
        self.add(
            QgsProcessingParameterDateTime("TO", tr("To"), kind, None, True),
            tr("End of the period, at most seven days after its beginning. Left empty, the moment of the event."),
        )
        add_method(self)
        add_output(self, self.NAME)
        self.addOutput(QgsProcessingOutputNumber("ROWS", tr("Rows")))
        add_evidence_outputs(self)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        begin, end = self.moment(parameters, context, "FROM"), self.end_moment(parameters, context)
        if begin and end and end <= begin:
            return [message("The period ends before it begins. Exchange FROM and TO.")]
        if begin and end and end - begin > LONGEST:
            return [message("The period is longer than seven days. Choose a shorter one.")]
        return []

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        import numpy as np
        import pandas as pd

        from ...analysis.occupancy import PresenceRules, presence_table, window_days
        from ...casefile import case_arrays, presence

        case = self.case(parameters, context)
        asked = self.end_moment(parameters, context)
        to = asked or pd.Timestamp(presence.moment_of(case, None, progress).end).to_pydatetime()
        end = case_arrays.floor_slot(to)
        since = self.moment(parameters, context, "FROM")
        first = case_arrays.floor_slot(since) if since else end - np.timedelta64(1, "D")
        method = self.choice(parameters, context, "METHOD")
        begin = first - np.timedelta64(window_days(method), "D")
        until = case_arrays.readings_until(case, to)
        if until is None or until <= first or not case_arrays.told(case, first, end).any():
            raise TomoshibiError(
                message(
                    "No readings were received for the period. Choose one inside the data, or download that period."
                )
            )
        at = pd.Timestamp(end).to_pydatetime()
        meters = presence.dwellings(case, progress)
        readings = case.readings.window_view(begin, end, meters.rows)
        slots = begin + case_arrays.SLOT * np.arange(readings.shape[1])
        targets = np.flatnonzero(slots >= first).tolist()
        about = presence.about(case, meters.rows, meters.supply_point, begin, end, at)
        table = presence_table(
            meters.supply_point, readings, slots, targets, method, PresenceRules(), progress, about, case.engine
        )
        destination = write_result(
            self,
            parameters,
            context,
            progress,
            case,
            self.NAME,
            table,
            None,
            at,
            case_arrays.sources(case, to),
            evidence_until=pd.Timestamp(until).to_pydatetime(),
        )
        return {"OUTPUT": destination, "ROWS": len(table), **evidence_outputs(table["unknown_reason"], until)}

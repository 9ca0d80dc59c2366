"""Trying the connection: account, clock, rights."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingOutputBoolean

from ...messages import Cancelled, TomoshibiError, message
from ..base import FeedbackWatch, Parameters, TomoshibiAlgorithm, say, tr

CLOCK_TOLERANCE = 120.0
"""Seconds that the two clocks may differ: tokens and half-hours do not mind less."""


class TestConnection(TomoshibiAlgorithm):
    """→ OK, MESSAGE. A connection that fails is a result, not an error, so that a model can go on from it."""

    NAME = "testconnection"
    GROUP = "acquire"
    TAGS = ("接続確認", "疎通", "アクセストークン", "connection", "token", "account", "setsuzoku")

    def title(self) -> str:
        return tr("Test connection")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_connection()
        self.addOutput(QgsProcessingOutputBoolean("OK", tr("Whether the aggregator can be used")))
        self.add_number("MESSAGE", tr("What was found"), text=True)

    def work(self, parameters: Parameters, context: QgsProcessingContext, watch: FeedbackWatch) -> dict[str, Any]:
        try:
            client = self.client(parameters, context, watch)
            client.issue_token()
            watch.progress(0.5)
            count = len(client.list_conditions())
        except Cancelled:
            raise
        except TomoshibiError as error:
            text = say(error.what)
            watch.feedback.reportError(text, False)
            return {"OK": False, "MESSAGE": text}
        found = message("The connection works; {count} data conditions are registered for this account.", count=count)
        watch.tell(found)
        text = say(found)
        ahead = _clock_ahead(client.server_date)
        if ahead is not None and abs(ahead) > CLOCK_TOLERANCE:
            doubt = message(
                "The clock of this computer is {minutes} minutes off the aggregator's. Set it, or times will be wrong.",
                minutes=round(ahead / 60, 1),
            )
            watch.warn(doubt)
            text += " " + say(doubt)
        return {"OK": True, "MESSAGE": text}


def _clock_ahead(server: Optional[datetime]) -> Optional[float]:
    """Return the seconds by which this computer is ahead of the server, None where the server did not say its time."""
    return None if server is None else (datetime.now(timezone.utc) - server).total_seconds()

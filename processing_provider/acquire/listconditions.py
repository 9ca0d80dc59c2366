"""データ提供条件一覧: what is registered, and how far it is."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterBoolean, QgsProcessingParameterString

from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..request.conditions import add_table, find, ids, write_conditions


class ListConditions(TomoshibiAlgorithm):
    """CONDITION_ID (empty: all) → OUTPUT table; COUNT."""

    NAME = "listconditions"
    GROUP = "acquire"
    PERSONAL = False
    TAGS = ("データ提供条件", "一覧", "公開状況", "condition", "list", "status", "ichiran")

    def title(self) -> str:
        return tr("List data conditions")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add(
            QgsProcessingParameterString("CONDITION_ID", tr("Condition ID"), optional=True),
            tr("Ids with commas between them. Left empty, all that are registered."),
        )
        self.add(
            QgsProcessingParameterBoolean("COUNT_FILES", tr("Count published files"), False),
            tr("Asks the aggregator once more for each condition that is published."),
            advanced=True,
        )
        self.add_connection()
        add_table(self)
        self.add_number("COUNT", tr("Number of conditions"))

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        client = self.client(parameters, context, progress)
        found = find(client, ids(self.text(parameters, context, "CONDITION_ID")))
        files = {}
        if self.parameterAsBoolean(parameters, "COUNT_FILES", context):
            published = [entry.condition_id for entry in found if entry.status == "published"]
            for done, one in enumerate(published):
                progress.raise_if_cancelled()
                progress.set_fraction(done / len(published))
                files[one] = client.list_files(one)
        target = write_conditions(self, parameters, context, progress, found, client.transport.host, files)
        return {"OUTPUT": target, "COUNT": len(found)}

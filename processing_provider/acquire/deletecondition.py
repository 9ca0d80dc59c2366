"""データ提供条件削除."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterString

from ...messages import Message, TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..request.conditions import add_table, ids, named, write_conditions


class DeleteCondition(TomoshibiAlgorithm):
    """CONDITION_ID → COUNT deleted, FAILED; OUTPUT is the table of those left."""

    NAME = "deletecondition"
    GROUP = "acquire"
    PERSONAL = False
    TAGS = ("データ提供条件", "削除", "取消", "condition", "delete", "sakujo")

    def title(self) -> str:
        return tr("Delete data conditions")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add(
            QgsProcessingParameterString("CONDITION_ID", tr("Condition ID")),
            tr("Ids with commas between them. What was downloaded stays in the case."),
        )
        self.add_connection()
        add_table(self, optional=True)
        self.add_number("COUNT", tr("Conditions deleted"))
        self.add_number("FAILED", tr("Conditions that could not be deleted"))

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        if not ids(self.text(parameters, context, "CONDITION_ID")):
            return [message("No condition is named. Enter its id; “List data conditions” shows them.")]
        return []

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...aggregator.errors import NotFound

        client = self.client(parameters, context, progress)
        wanted = ids(self.text(parameters, context, "CONDITION_ID"))
        missing: list[TomoshibiError] = []
        for done, one in enumerate(wanted):
            progress.raise_if_cancelled()
            progress.set_fraction(done / len(wanted))
            try:
                client.delete_condition(one)
            except NotFound as error:
                missing.append(named(one, error))
                progress.warn(missing[-1].message)
        if len(missing) == len(wanted):
            raise missing[0]
        target = None
        if parameters.get("OUTPUT"):
            left = list(client.list_conditions())
            target = write_conditions(self, parameters, context, progress, left, client.transport.host)
        return {"OUTPUT": target, "COUNT": len(wanted) - len(missing), "FAILED": len(missing)}

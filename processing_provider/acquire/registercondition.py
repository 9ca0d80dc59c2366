"""データ提供条件登録, from the manual's template of a use case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterDateTime, QgsProcessingParameterExtent

from ...messages import Message, TomoshibiError, message
from ..base import VOLTAGES, FeedbackWatch, Parameters, TomoshibiAlgorithm, tr

if TYPE_CHECKING:
    from ...aggregator.conditions import Condition, Template
    from ...casefile.case import Case

TEMPLATE_IDS = ("uc1", "uc2", "uc2lgwan", "uc3", "uc4", "uc5", "uc6", "uc7", "uc8", "uc9")
"""TEMPLATE values, those of `aggregator.conditions.TEMPLATES`."""
STATISTICS_SIZES = ("125", "250", "500", "1000", "5000", "10000")
"""Mesh sizes that statistics come in, in metres."""


class RegisterCondition(TomoshibiAlgorithm):
    """CASE, TEMPLATE, FROM, TO, VOLTAGE, MESH_SIZE, AREA → CONDITION_ID, COUNT."""

    NAME = "registercondition"
    GROUP = "acquire"
    TAGS = ("データ提供条件", "登録", "ユースケース", "condition", "register", "use case", "touroku", "teikyou jouken")

    def title(self) -> str:
        return tr("Register data conditions")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        kind = QgsProcessingParameterDateTime.Type.DateTime
        self.add_case()
        self.add_enum(
            "TEMPLATE",
            tr("Use case"),
            TEMPLATE_IDS,
            tr(
                "uc1 power at facilities (通電情報). uc2 outage rate by mesh, uc2lgwan by municipality over LG-WAN. "
                "uc3 rescue, uc4 evacuation support, uc5 damage, uc6 search, uc7 watching over, uc8 certificates "
                "(電力データ＋マスタ情報). uc9 recovery (統計)."
            ),
            "uc1",
        )
        self.add(
            QgsProcessingParameterDateTime("FROM", tr("From"), kind, None, True),
            tr("First day wanted; for uc1 the moment. Left empty, now for uc1; the other use cases need it."),
        )
        self.add(
            QgsProcessingParameterDateTime("TO", tr("To"), kind, None, True),
            tr("Last day wanted, itself included. Left empty, today; for uc1 the moment given in From."),
        )
        self.add_enum(
            "VOLTAGE",
            tr("Voltage classes"),
            VOLTAGES,
            tr("For statistics (uc2, uc2lgwan, uc9): one condition is registered for each class."),
            ["low"],
            multiple=True,
        )
        self.add_enum(
            "MESH_SIZE",
            tr("Mesh size (m)"),
            STATISTICS_SIZES,
            tr(
                "For statistics by mesh: low voltage 125, 250, 500 or 1000, high voltage 5000, extra high 10000. "
                "Left empty, 500, 5000 and 10000."
            ),
            optional=True,
        )
        self.add(
            QgsProcessingParameterExtent("AREA", tr("Area"), optional=True),
            tr("For statistics by mesh: extent or layer whose secondary mesh codes are asked for."),
        )
        self.add_connection()
        self.add_number("CONDITION_ID", tr("Condition ID"), text=True)
        self.add_number("COUNT", tr("Conditions registered"))

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        wrong = []
        template = self.choice(parameters, context, "TEMPLATE")
        begin, end = self.moment(parameters, context, "FROM"), self.moment(parameters, context, "TO")
        if begin is None and template != "uc1":
            wrong.append(message("The first day wanted (FROM) is missing. The use case {id} needs it.", id=template))
        if begin and end and end < begin:
            wrong.append(
                message("The period ends ({end}) before it begins ({begin}). Correct the dates.", end=end, begin=begin)
            )
        return wrong

    def work(self, parameters: Parameters, context: QgsProcessingContext, watch: FeedbackWatch) -> dict[str, Any]:
        from ...aggregator.conditions import TEMPLATES, doubts

        case = self.case(parameters, context)
        template = TEMPLATES[self.choice(parameters, context, "TEMPLATE")]
        conditions = self._conditions(parameters, context, case, template, watch)
        for condition in conditions:
            for doubt in doubts(condition):
                watch.warn(doubt)
        client = self.client(parameters, context, watch)
        registered: list[str] = []
        for done, condition in enumerate(conditions):
            watch.check()
            watch.progress(done / len(conditions))
            try:
                registered.append(client.register_condition(condition))
            except TomoshibiError as error:
                raise _after(registered, error) from error
            watch.tell(message("Registered as {id}.", id=registered[-1]))
        return {"CONDITION_ID": ",".join(registered), "COUNT": len(registered)}

    def _conditions(
        self,
        parameters: Parameters,
        context: QgsProcessingContext,
        case: Case,
        template: Template,
        watch: FeedbackWatch,
    ) -> list[Condition]:
        """Return the checked conditions. Raises `TomoshibiError` with everything that is wrong in them."""
        from ...aggregator.conditions import MESH_SIZES, validate
        from ...aggregator.errors import ConditionError
        from ...analysis.mesh import secondary_codes
        from ...casefile.ledger import now

        begin = self.moment(parameters, context, "FROM") or now()
        end = self.moment(parameters, context, "TO") or _last(template, begin, now())
        voltages = self.choices(parameters, context, "VOLTAGE") or ["low"]
        metres = self.cell_size(parameters, context)
        sizes: dict[str, int] = {}
        codes: tuple[str, ...] = ()
        if template.needs_area:
            area = self.extent(parameters, context)
            if area is not None:
                found = secondary_codes(area.yMinimum(), area.xMinimum(), area.yMaximum(), area.xMaximum())
                codes = tuple(found.tolist())
            if metres is not None:
                fitting = [voltage for voltage in voltages if metres in MESH_SIZES[voltage]]
                # A size that fits none of them goes on to the check, which names the sizes there are.
                sizes = {voltage: metres for voltage in fitting or voltages}
                if 0 < len(fitting) < len(voltages):
                    watch.tell(
                        message(
                            "Only some voltage classes have a mesh of {metres} m; the others get their own.",
                            metres=metres,
                        )
                    )
        conditions = template.conditions(
            case.info.municipality, begin, end, voltages, mesh_sizes=sizes, secondary_mesh_codes=codes
        )
        wrong = list(dict.fromkeys(str(what) for condition in conditions for what in validate(condition)))
        if wrong:
            first = next(what for condition in conditions for what in validate(condition))
            raise ConditionError(first)
        return conditions


def _last(template: Template, begin: datetime, now: datetime) -> datetime:
    """Return the end where none is given: the moment itself for 通電情報, otherwise today."""
    return begin if "outage" in template.data_kinds else max(begin, now)


def _after(registered: list[str], error: TomoshibiError) -> TomoshibiError:
    """Return the error with what had been registered before it, so that nobody registers it twice."""
    if not registered:
        return error
    return TomoshibiError(
        message(
            "{error} Before that were registered: {ids}. Delete them, or register only the rest.",
            error=error.what,
            ids=", ".join(registered),
        )
    )

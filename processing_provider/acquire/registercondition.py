"""データ提供条件登録, from the manual's template of a use case."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterExtent,
    QgsProcessingParameterString,
)

from ...messages import Message, Progress, TomoshibiError, message
from ..base import VOLTAGES, FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..request.conditions import ids

if TYPE_CHECKING:
    from ...aggregator.conditions import Condition, Template

TEMPLATE_IDS = ("uc1", "uc2", "uc2lgwan", "uc3", "uc4", "uc5", "uc6", "uc7", "uc8", "uc9")
"""TEMPLATE values, those of `aggregator.conditions.TEMPLATES`."""
STATISTICS_SIZES = ("125", "250", "500", "1000", "5000", "10000")
"""Mesh sizes that statistics come in, in metres."""
MASTER_ITEMS = tuple(
    "supply_point flow voltage lat lon remote_reading abolished_on removed_on building_class business contract_kw name "
    "address address_code meter_id master_info_id installed_on customer_id kana postcode contract_export_kw wiring "
    "wheeling_contract export_contract generator_kind generator_kw renewed_on created_date created_time phone".split()
)
"""MASTER_ITEMS values: the columns of マスタ情報 (`aggregator.profile.COLUMNS`), those a use case may need first."""


DELIVERIES = ("once", "periodic")
FORMATS = ("csv", "json")
UNITS = ("daily", "monthly")
TABLES = ("energised", "forward", "reverse", "meters_forward", "meters_reverse")
"""DELIVERY, FORMAT, UNIT and TABLES values, names of `aggregator.profile.CODES`."""


class RegisterCondition(TomoshibiAlgorithm):
    """CASE, TEMPLATE, FROM, TO, VOLTAGE, MESH_SIZE, AREA or MESH_CODES, MASTER_ITEMS → CONDITION_ID, COUNT."""

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
        self._add_statistics()
        self.add_enum(
            "MASTER_ITEMS",
            tr("Items of the contract master"),
            MASTER_ITEMS,
            tr("Items of マスタ情報 to ask for. Left empty, those that the use case needs; ask for no more than that."),
            multiple=True,
            optional=True,
            advanced=True,
        )
        self.add_enum(
            "AGGREGATION",
            tr("Statistics by"),
            ("day", "month"),
            tr("For statistics: figures for each day or each month. Left empty, by the day; by the month for uc9."),
            optional=True,
            advanced=True,
        )
        self._add_ways()
        self.add_connection()
        self.add_number("CONDITION_ID", tr("Condition ID"), text=True)
        self.add_number("COUNT", tr("Conditions registered"))

    def _add_statistics(self) -> None:
        """Add what only conditions of statistics have: voltage classes, and which cells of which size."""
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
        self.add(
            QgsProcessingParameterString("MESH_CODES", tr("Secondary mesh codes"), optional=True),
            tr("For statistics by mesh: codes of 6 digits with commas between them, in place of the area."),
            advanced=True,
        )

    def _add_ways(self) -> None:
        """Add what may differ from the use case: which tables, in which way, form and unit they come."""
        self.add_enum(
            "TABLES",
            tr("Statistics tables"),
            TABLES,
            tr(
                "For statistics: energised meters (通電計器数), energy used or fed in (順潮流, 逆潮流), number of "
                "meters with use or with feed-in (計器数分析). Left empty, those of the use case."
            ),
            multiple=True,
            optional=True,
            advanced=True,
        )
        self.add_enum(
            "DELIVERY",
            tr("Way of delivery"),
            DELIVERIES,
            tr(
                "Once (随時), or periodically (定期) until the period ends, 5 years at most. Left empty, as usual for "
                "the use case."
            ),
            optional=True,
            advanced=True,
        )
        self.add_enum(
            "UNIT",
            tr("Unit of provision"),
            UNITS,
            tr(
                "For readings and the contract master: by the day (日次), or whole months (月次), which come after "
                "each customer's meter-reading day. Left empty, by the day."
            ),
            optional=True,
            advanced=True,
        )
        self.add_enum(
            "FORMAT",
            tr("File format"),
            FORMATS,
            tr("CSV is read faster; JSON is read as well. Left empty, CSV."),
            optional=True,
            advanced=True,
        )

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

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...aggregator.conditions import doubts

        case = self.case(parameters, context)
        conditions = self._checked(self.plan(parameters, context, case.info.municipality, progress))
        for condition in conditions:
            for doubt in doubts(condition):
                progress.warn(doubt)
        client = self.client(parameters, context, progress)
        registered: list[str] = []
        for done, condition in enumerate(conditions):
            progress.raise_if_cancelled()
            progress.set_fraction(done / len(conditions))
            try:
                registered.append(client.register_condition(condition))
            except TomoshibiError as error:
                raise _after(registered, error) from error
            progress.info(message("Registered as {id}.", id=registered[-1]))
        return {"CONDITION_ID": ",".join(registered), "COUNT": len(registered)}

    def plan(
        self, parameters: Parameters, context: QgsProcessingContext, municipality: str, progress: Progress
    ) -> list[Condition]:
        """Return the conditions that the parameters ask for, unchecked; nothing is sent and no case is needed."""
        from ...aggregator.conditions import TEMPLATES
        from ...casefile.ledger import now

        template = TEMPLATES[self.choice(parameters, context, "TEMPLATE")]
        begin = self.moment(parameters, context, "FROM") or now()
        end = self.moment(parameters, context, "TO") or _last(template, begin, now())
        voltages = self.choices(parameters, context, "VOLTAGE") or ["low"]
        chosen = {
            "aggregation_unit": self.choice(parameters, context, "AGGREGATION"),
            "file_format": self.choice(parameters, context, "FORMAT"),
            "delivery_mode": self.choice(parameters, context, "DELIVERY"),
            "provision_unit": self.choice(parameters, context, "UNIT"),
        }
        conditions = template.conditions(
            municipality,
            begin,
            end,
            voltages,
            mesh_sizes=self._sizes(parameters, context, voltages, progress) if template.needs_area else {},
            secondary_mesh_codes=self._codes(parameters, context) if template.needs_area else (),
            tables=self.choices(parameters, context, "TABLES"),
            **{name: choice for name, choice in chosen.items() if choice},
        )
        items = tuple(self.choices(parameters, context, "MASTER_ITEMS"))
        if items and template.master_items:
            conditions = [replace(condition, master_items=items) for condition in conditions]
        return conditions

    def _sizes(
        self, parameters: Parameters, context: QgsProcessingContext, voltages: list[str], progress: Progress
    ) -> dict[str, int]:
        """Return metres by voltage class where a size is chosen."""
        from ...aggregator.conditions import MESH_SIZES

        metres = self.cell_size(parameters, context)
        if metres is None:
            return {}
        fitting = [voltage for voltage in voltages if metres in MESH_SIZES[voltage]]
        if 0 < len(fitting) < len(voltages):
            progress.info(
                message("Only some voltage classes have a mesh of {metres} m; the others get their own.", metres=metres)
            )
        # A size that fits none of them goes on to the check, which names the sizes there are.
        return {voltage: metres for voltage in fitting or voltages}

    def _codes(self, parameters: Parameters, context: QgsProcessingContext) -> tuple[str, ...]:
        """Return the secondary mesh codes given, else those that the area intersects."""
        from ...analysis.mesh import secondary_codes

        given = ids(self.text(parameters, context, "MESH_CODES"))
        if given:
            return tuple(given)
        area = self.extent(parameters, context)
        if area is None:
            return ()
        return tuple(secondary_codes(area.yMinimum(), area.xMinimum(), area.yMaximum(), area.xMaximum()).tolist())

    def _checked(self, conditions: list[Condition]) -> list[Condition]:
        """Return the conditions. Raises `ConditionError` where one cannot be registered as it stands."""
        from ...aggregator.conditions import validate
        from ...aggregator.errors import ConditionError

        wrong = [what for condition in conditions for what in validate(condition)]
        if wrong:
            raise ConditionError(wrong[0])
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
            error=error.message,
            ids=", ".join(registered),
        )
    )

"""Logs of a facility's own meter over the B-route."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterString

from ...messages import Message, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..files import absent, add_files, files_given

CLASSES = ("low", "high")
"""METER_CLASS values, those of `casefile.broute.CLASSES`."""


class ImportBRoute(TomoshibiAlgorithm):
    """CASE, SUPPLY_POINT, FILES, METER_CLASS → FILES, ROWS, REJECTED, STORED, LAST."""

    NAME = "importbroute"
    GROUP = "acquire"
    TAGS = ("Bルート", "スマートメーター", "避難所", "ECHONET Lite", "B-route", "meter", "log", "import", "torikomi")

    def title(self) -> str:
        return tr("Import B-route logs")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterString("SUPPLY_POINT", tr("Supply point")),
            tr("供給地点特定番号 of the meter, 22 digits: the one that links.csv gives to the facility."),
        )
        add_files(
            self,
            tr(
                "Logs of this meter: CSV or JSON lines with the time and ECHONET Lite properties as hexadecimal text. "
                "What was imported before is not stored twice."
            ),
        )
        self.add_enum(
            "METER_CLASS",
            tr("Class of the meter"),
            CLASSES,
            tr("low: 低圧スマート電力量メータ (0x0288). high: 高圧 (0x028A). Counts where the log does not tell it."),
            "low",
        )
        self.add_number("FILES", tr("Files taken in"))
        self.add_number("ROWS", tr("Rows taken in"))
        self.add_number("REJECTED", tr("Rows rejected"))
        self.add_number("STORED", tr("B-route readings of the meter in the case"))
        self.add_number("LAST", tr("When the meter last measured"), text=True)

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        return absent(self, parameters, context)

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        import numpy as np
        import pandas as pd

        from ...casefile import broute

        case = self.case(parameters, context)
        supply_point = self.text(parameters, context, "SUPPLY_POINT")
        meter_class = self.choice(parameters, context, "METER_CLASS")
        logs = []
        for path in files_given(self, parameters, context):
            progress.raise_if_cancelled()
            log = broute.read_log(path, meter_class)
            problem = broute.told_rejected(path.name, log)
            if problem is not None:
                progress.warn(problem)
            if log.decimal:
                progress.warn(
                    message(
                        "{file}: the registers seem to be written in decimals and not as the hexadecimal data of the "
                        "meter. Energy and power are left out; that the meter answered counts.",
                        file=path.name,
                    )
                )
            logs.append(log)
        stored = broute.keep(case, supply_point, logs, progress)
        sources = [path.name for path in files_given(self, parameters, context)]
        case.ledger.add(f"tomoshibi:{self.NAME}", "tables/broute", sources)
        if supply_point not in set(case.master(["supply_point"])["supply_point"]):
            progress.warn(message("マスタ情報 of the case does not hold this supply point. Check the number."))
        last = broute.last_seen(case, np.array([supply_point]))[0]
        if np.isnat(last):
            progress.warn(message("The meter measured nothing in these logs: they say nothing about power."))
        return {
            "FILES": len(logs),
            "ROWS": sum(log.rows for log in logs),
            "REJECTED": sum(len(log.rejected) for log in logs),
            "STORED": stored,
            "LAST": "" if np.isnat(last) else pd.Timestamp(last).isoformat(),
        }

"""What UC② by mesh and by area share: voltage, baseline, the statistics of a case, the counts."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterString,
)

from ...messages import Message, TomoshibiError, message
from ..base import VOLTAGES, TomoshibiAlgorithm, tr

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ...casefile.case import Case

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


ALL_VOLTAGES = "all"
"""VOLTAGE: every class that was received."""


def add_rate_parameters(algorithm: TomoshibiAlgorithm, together: str = "") -> None:
    """Add VOLTAGE, AT, ALL_TIMES and BASELINE; `together` is the help of the choice of all classes, "" for none."""
    told = tr(
        "Low (homes), high or extra-high voltage. Each has statistics of its own; their rates are never added up."
    )
    algorithm.add_enum(
        "VOLTAGE",
        tr("Voltage class"),
        (*VOLTAGES, ALL_VOLTAGES) if together else VOLTAGES,
        f"{told} {together}".strip(),
        default="low",
    )
    algorithm.add_at()
    algorithm.add(
        QgsProcessingParameterBoolean("ALL_TIMES", tr("All days in one layer"), False),
        tr("Write every day received into one temporal layer, to be played with QGIS's temporal controller."),
    )
    algorithm.add(
        QgsProcessingParameterString("BASELINE", tr("Peacetime for comparison"), "7", optional=True),
        tr(
            "How many days before the event are peacetime (a number), or the dates themselves "
            "(2026-01-12/2026-01-18, or "
            "separated by commas). Meters that do not answer in peacetime are not counted as outage. 0 means none: "
            "then the "
            "published reading rate of the utility stands in."
        ),
    )


def add_rate_outputs(algorithm: TomoshibiAlgorithm) -> None:
    """Add CELLS, MASKED, METERS, SILENT."""
    algorithm.addOutput(QgsProcessingOutputNumber("CELLS", tr("Cells or areas")))
    algorithm.addOutput(QgsProcessingOutputNumber("MASKED", tr("Masked cells (N/A)")))
    algorithm.addOutput(QgsProcessingOutputNumber("METERS", tr("Meters in the cells that are not masked")))
    algorithm.addOutput(QgsProcessingOutputNumber("SILENT", tr("Meters silent for 12 hours")))


def check_baseline(text: str) -> list[Message]:
    """Return what is wrong with a BASELINE text."""
    try:
        baseline_days(text, date(2000, 1, 31))
    except TomoshibiError as error:
        return [error.what]
    return []


def baseline_days(text: str, event: date) -> list[date]:
    """Return the peacetime days that a BASELINE text names. Raises `TomoshibiError` where it cannot be understood."""
    text = text.strip()
    if not text or text.isdigit():
        return [event - timedelta(days=back) for back in range(1, int(text or 0) + 1)]
    found = _DATE.findall(text)
    try:
        days = [date.fromisoformat(item) for item in found]
    except ValueError:
        days = []
    if not days or _DATE.sub("", text).strip(" ,/、") or ("/" in text and (len(days) != 2 or days[1] < days[0])):
        raise TomoshibiError(
            message(
                "“{text}” is no peacetime. Give a number of days, dates such as 2026-01-12,2026-01-13, or a period "
                "such as "
                "2026-01-12/2026-01-18.",
                text=text,
            )
        )
    if "/" in text:
        return [days[0] + timedelta(days=step) for step in range((days[1] - days[0]).days + 1)]
    return days


def statistics_of(case: Case) -> pd.DataFrame:
    """Return the statistics of a case. Raises `TomoshibiError` where it has none."""
    statistics = case.statistics()
    if not len(statistics):
        raise TomoshibiError(
            message("The case holds no statistics (通電計器数). Download or import them first (use case UC2).")
        )
    return statistics


def rates(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    case: Case,
    area_kind: int,
    voltage: str,
    metres: int | None,
    watch: Any,
) -> pd.DataFrame:
    """Return the outage table of one voltage class, of the day asked for or of all days; its `voltage` is a column.

    Raises `TomoshibiError` without statistics.
    """
    import numpy as np
    import pandas as pd

    from ...analysis.outage import mesh_rates

    days = baseline_days(algorithm.text(parameters, context, "BASELINE"), case.info.event_time.date())
    table = mesh_rates(
        statistics_of(case),
        voltage=VOLTAGES.index(voltage) + 1,
        metres=metres,
        area_kind=area_kind,
        baseline_dates=np.array(days, dtype="datetime64[D]"),
        prior_rate=_prior(case),
        watch=watch,
    ).assign(voltage=voltage)
    if not len(table):
        raise TomoshibiError(
            message(
                "The statistics received hold no rows of this voltage class and cell size. Choose what was "
                "registered, or "
                "register it."
            )
        )
    if algorithm.parameterAsBool(parameters, "ALL_TIMES", context):
        return table
    at = algorithm.moment(parameters, context)
    begins = table["begin"].to_numpy("datetime64[s]")
    chosen = begins[begins <= np.datetime64(at, "s")] if at else begins
    if not len(chosen):
        raise TomoshibiError(
            message(
                "The statistics begin on {first}, after the moment asked for. Choose a later moment.",
                first=str(pd.Timestamp(begins.min()).date()),
            )
        )
    return table[begins == chosen.max()].reset_index(drop=True)


def _prior(case: Case) -> float:
    """Return the share of meters silent in peacetime that the utility's published reading rate leaves."""
    from ...analysis.outage import published_silent_rate

    codes = [str(number)[:2] for number in case.master(["supply_point"])["supply_point"].head(1000)]
    return published_silent_rate(max(set(codes), key=codes.count) if codes else "")


def counts(table: pd.DataFrame) -> dict[str, int]:
    """Return CELLS, MASKED, METERS, SILENT of the newest day of a table, of each voltage class its own newest.

    Masked cells add nothing to the meters, and the wards of a city that is in the table itself are not counted again.
    A meter is of one voltage class.
    """
    newest = table[table["begin"] == table.groupby("voltage")["begin"].transform("max")]
    masked = _masked(newest)
    open_ = newest[~masked & ~_inside_another(newest)]
    return {
        "CELLS": len(newest),
        "MASKED": int(masked.sum()),
        "METERS": int(open_["meters"].sum()),
        "SILENT": int(open_["silent"].sum()),
    }


def _inside_another(table: pd.DataFrame) -> np.ndarray:
    import numpy as np

    if "ward_of" not in table:
        return np.zeros(len(table), dtype=bool)
    return table["ward_of"].isin(set(table["area_name"][~_masked(table)])).to_numpy()


def _masked(table: pd.DataFrame) -> np.ndarray:
    return table["masked"].to_numpy(bool)

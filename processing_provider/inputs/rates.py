"""What UC② by mesh and by area share: voltage, baseline, the statistics of a case, the counts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterString,
)

from ...messages import Message, TomoshibiError, message
from ..base import VOLTAGES, TomoshibiAlgorithm, tr
from ..results import add_evidence_outputs, evidence_outputs, known_numbers, sum_known
from .empty_statistics import tell_empty, undated
from .window import doubtful_of, events_of, readings_of, tell

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ...casefile.case import Case
    from .window import CellOf

BY_MESH = 2
"""エリア単位区分 メッシュ; 1 is 住所."""
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
        QgsProcessingParameterString("BASELINE", tr("Peacetime for comparison (days, or dates)"), "7", optional=True),
        tr(
            "How many days before the event are peacetime (a number), or the dates themselves "
            "(2026-01-12/2026-01-18, or "
            "separated by commas). Meters that do not answer in peacetime are not counted as outage. 0 means none: "
            "then what is ordinary elsewhere stands in (0.5 % of meters silent for 12 hours, 0.1 to 3 % by area)."
        ),
    )
    algorithm.add(
        QgsProcessingParameterBoolean("READINGS", tr("Use readings for the first 12 hours"), True),
        tr(
            "An outage younger than 12 hours is not in the statistics. Where the case holds readings (電力データ), "
            "they say which meters of a cell are silent since the event. The layer then derives from personal data."
        ),
    )


def table_of_voltage(algorithm: TomoshibiAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
    """Return the layer of the case that rates are: high and extra-high voltage alone lie beside those of homes."""
    voltage = algorithm.choice(parameters, context, "VOLTAGE")
    return f"{algorithm.NAME}_{voltage}" if voltage in VOLTAGES[1:] else algorithm.NAME


def add_rate_outputs(algorithm: TomoshibiAlgorithm) -> None:
    """Add CELLS, MASKED, METERS, SILENT, and what tells of the unknown."""
    algorithm.addOutput(QgsProcessingOutputNumber("CELLS", tr("Cells or areas")))
    algorithm.addOutput(QgsProcessingOutputNumber("MASKED", tr("Masked cells (N/A)")))
    algorithm.addOutput(QgsProcessingOutputNumber("METERS", tr("Meters in the cells that are not masked")))
    algorithm.addOutput(QgsProcessingOutputNumber("SILENT", tr("Meters silent for 12 hours")))
    add_evidence_outputs(algorithm)


def check_baseline(text: str) -> list[Message]:
    """Return what is wrong with a BASELINE text."""
    try:
        baseline_days(text, date(2000, 1, 31))
    except TomoshibiError as error:
        return [error.message]
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
    cell_of: CellOf,
    progress: Any,
) -> pd.DataFrame:
    """Return the outage table of one voltage class, of the day asked for or of all days; its `voltage` is a column.

    `cell_of` tells the cell or address of each meter of the readings. Raises `TomoshibiError` without statistics.
    """
    import numpy as np

    from ...analysis.blind import Blind, DayMoment
    from ...analysis.mesh import valid
    from ...analysis.outage import mesh_rates
    from ...casefile.relays import share_lost

    days = baseline_days(algorithm.text(parameters, context, "BASELINE"), case.info.event_time.date())
    number = VOLTAGES.index(voltage) + 1
    statistics = statistics_of(case)
    every = algorithm.parameterAsBool(parameters, "ALL_TIMES", context)
    at = algorithm.moment(parameters, context)
    rows = statistics[(statistics["voltage"] == number) & (statistics["area_kind"] == area_kind)]
    chosen = rows if every else _of_day(rows, at)
    codes = np.unique(rows["mesh_code"].to_numpy(dtype=str))
    if metres is not None:
        codes = codes[valid(codes, metres)]
    blind = Blind(
        events_of(case, codes, metres),
        DayMoment(algorithm.profile(parameters, context).statistics_moment),
        None if at is None else np.datetime64(at, "s"),
        each_day=every,
        relays_lost=share_lost(case),
    )
    blind = replace(blind, doubtful=doubtful_of(case, number, chosen, blind, cell_of))
    if algorithm.parameterAsBool(parameters, "READINGS", context):
        blind = replace(blind, readings=readings_of(case, number, chosen, blind, cell_of, progress))
    table = mesh_rates(
        statistics,
        voltage=number,
        metres=metres,
        area_kind=area_kind,
        baseline_dates=np.array(days, dtype="datetime64[D]"),
        progress=progress,
        blind=blind,
    ).assign(voltage=voltage)
    table = table.assign(**_counted(case, table, number, area_kind, progress))
    for name in ("unknown_reason", "last_state"):
        table[name] = table[name].where(table[name] != "", None)
    if not len(table):
        raise TomoshibiError(
            message(
                "The statistics received hold no rows of this voltage class and cell size. Choose what was "
                "registered, or "
                "register it."
            )
        )
    if every:
        return table
    begins = table["begin"].to_numpy("datetime64[s]")
    upto = begins[begins <= np.datetime64(at, "s")] if at else begins
    if not len(upto):
        raise TomoshibiError(
            message(
                "The statistics begin on {first}, after the moment asked for. Choose a later moment.",
                first=str(begins.min().astype("datetime64[D]")),
            )
        )
    tell_empty(case, rows, table[begins <= upto.max()], at, progress)
    table = table[begins == upto.max()].reset_index(drop=True)
    tell(table, case, progress)
    return table


def _counted(case: Case, table: pd.DataFrame, voltage: int, area_kind: int, progress: Any) -> dict[str, Any]:
    """Return `counted_meters` and `totals_differ`: what 計器数分析 counts of each cell, and where the totals differ."""
    import numpy as np

    from ...analysis.contract_counts import METERS_FORWARD, TOTALS_DIFFER, counts_by_cell, meters_on, totals_differ

    counts = case.meter_statistics()
    if not len(counts) or not len(table):
        return {"counted_meters": np.nan, "totals_differ": None}
    key = "mesh_code" if area_kind == BY_MESH else "area_name"
    known = counts_by_cell(counts, METERS_FORWARD, voltage, area_kind)
    counted = meters_on(known, table[key].to_numpy(dtype=str), table["begin"].to_numpy())
    apart = totals_differ(table["meters"].to_numpy(), counted)
    if apart.any():
        progress.warn(
            message(
                "In {count} cells or areas the total of 通電計器数 and that of 計器数分析 differ by more than {share}; "
                "they are marked (totals_differ). Check that both are of the same area and date.",
                count=len(np.unique(table[key].to_numpy(dtype=str)[apart])),
                share=f"{100 * TOTALS_DIFFER:g} %",
            )
        )
    told = np.isfinite(counted) & np.isfinite(table["meters"].to_numpy())
    return {"counted_meters": counted, "totals_differ": np.where(told, apart, None)}


def _of_day(rows: pd.DataFrame, at: datetime | None) -> pd.DataFrame:
    """Return the rows of the newest day not after `at`."""
    import numpy as np

    days = rows["date"].to_numpy().astype("datetime64[D]")
    upto = days[days <= np.datetime64(at, "D")] if at else days
    return rows[days == upto.max()] if len(upto) else rows[:0]


def counts(table: pd.DataFrame) -> dict[str, Any]:
    """Return CELLS, MASKED, METERS, SILENT, UNKNOWN, UNKNOWN_BY_REASON and DATA_UNTIL of the newest day of a table.

    METERS and SILENT are left out where no cell tells them.

    Of each voltage class its own newest day. Masked cells add nothing to the meters, and the wards of a city that is
    in the table itself are not counted again. A meter is of one voltage class.
    """
    newest = table[table["begin"] == table.groupby("voltage")["begin"].transform("max")]
    masked = _masked(newest)
    open_ = newest[~masked & ~_inside_another(newest)]
    return {
        "CELLS": len(newest),
        "MASKED": int(masked.sum()),
        **known_numbers(METERS=sum_known(open_["meters"]), SILENT=sum_known(open_["silent"])),
        **evidence_outputs(newest["unknown_reason"], until(newest)),
    }


def until(table: pd.DataFrame) -> Any:
    """Return the moment until which the figures of a table reach, None where none is known."""
    newest = table["evidence_until"].max()
    return None if newest != newest else newest


def sources_of_rates(case: Case, table: pd.DataFrame, as_of: datetime) -> list[Message]:
    """Return in words what rates rest on: the statistics, and the readings where they went into them."""
    from ...casefile import case_arrays

    readings = case_arrays.readings_source(case, as_of) if personal(table) else None
    statistics = [case_arrays.statistics_source(as_of), *undated(case, "statistics")]
    return [*statistics, *([readings] if readings is not None else [])]


def personal(table: pd.DataFrame) -> bool:
    """Whether readings of single meters went into a table."""
    return bool(table["expected_by_readings"].notna().any() or table["relay_meters"].notna().any())


def _inside_another(table: pd.DataFrame) -> np.ndarray:
    import numpy as np

    if "ward_of" not in table:
        return np.zeros(len(table), dtype=bool)
    return table["ward_of"].isin(set(table["area_name"][~_masked(table)])).to_numpy()


def _masked(table: pd.DataFrame) -> np.ndarray:
    return table["masked"].to_numpy(bool)

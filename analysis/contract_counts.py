"""How many contracts there are, by cell: 計器数分析, its growth and decline, and what roofs feed in (逆潮流).

計器数分析 counts the meters of an area by contracted power, 順潮流 those that draw and 逆潮流 those that feed in. It
says nothing of who had power: it is a check on the totals of 通電計器数, and shows where contracts end or begin after
an event. A sum with a masked or blank part is unknown, never smaller; a cell that is not named is unknown, not 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Optional

import numpy as np
import pandas as pd

from ..arrays import BoolArray, FloatArray, TextArray, TimeArray
from ..messages import TomoshibiError, message
from .reasons import Reason

BY_ADDRESS, BY_MESH = 1, 2
"""エリア単位区分."""
FORWARD, REVERSE, METERS_FORWARD, METERS_REVERSE = 1, 2, 3, 4
"""集計表分類: 順潮流, 逆潮流, and 計器数分析 of either."""
MONTHLY = 1
"""集計単位."""
TOTALS_DIFFER = 0.05
"""Totals of 通電計器数 and 計器数分析 that differ by a greater share are marked."""
LEAST_DIFFERENCE = 3.0
"""… and by more meters than this: in a small cell one contract is a large share."""

COUNT_COLUMNS = (
    "area_id begin end meters before_date meters_before change change_rate feed_in_date feed_in_meters feed_in_share "
    "feed_in_kwh feed_in_kwh_per_meter cells cells_unknown unknown_reason"
).split()


class CountError(TomoshibiError):
    """The counts cannot be told."""


@dataclass(frozen=True)
class CountRules:
    """Which figures are compared."""

    voltage: int = 1
    at: Optional[np.datetime64] = None
    """Newest date looked at; None: the newest received."""
    since: Optional[np.datetime64] = None
    """Earliest date to compare with; None: the earliest received."""


def counts_by_cell(table: pd.DataFrame, table_kind: int, voltage: int, area_kind: int = BY_MESH) -> pd.DataFrame:
    """Return `unit key date meters kwh` of one 集計表分類, added over the contract ranges, NaN where one is unknown.

    `table`: flow or meter statistics as in the architecture. Of rows that came twice the newest counts.
    """
    rows = table[
        (table["table_kind"] == table_kind) & (table["voltage"] == voltage) & (table["area_kind"] == area_kind)
    ]
    key = rows["mesh_code"] if area_kind == BY_MESH else rows["address"]
    rows = rows.assign(key=key.fillna("").map(lambda text: str(text).strip()), date=pd.to_datetime(rows["date"]))
    rows = rows[rows["key"] != ""].drop_duplicates(["unit", "key", "date", "contract_range"], keep="last")
    hidden = rows["masked"].to_numpy(bool)
    for name in ("meters", "kwh"):
        values = rows[name].to_numpy(dtype=np.float64) if name in rows else np.full(len(rows), np.nan)
        rows[name] = np.where(hidden, np.nan, values)
    grouped = rows.groupby(["unit", "key", "date"], sort=True)[["meters", "kwh"]]
    complete = grouped.count().eq(grouped.size(), axis=0)
    return grouped.sum(min_count=1).where(complete).reset_index()


def meters_on(counts: pd.DataFrame, keys: TextArray, dates: TimeArray) -> FloatArray:
    """Return the meters that 計器数分析 counts of each cell for a day: the newest figure up to it; NaN unknown.

    `counts` of `counts_by_cell`; a month's figure counts from its first day on. Where all are later, the first one.
    """
    if not len(counts):
        return np.full(len(keys), np.nan)
    table = counts.sort_values(["date", "unit"], kind="stable")
    days = table["date"].to_numpy().astype("datetime64[D]")
    found = np.full(len(keys), np.nan)
    wanted = dates.astype("datetime64[D]")
    for day in np.unique(wanted):
        upto = days <= day
        newest = table[upto].drop_duplicates("key", keep="last").set_index("key")["meters"]
        first = table[~upto].drop_duplicates("key", keep="first").set_index("key")["meters"]
        figures = pd.concat([newest, first[~first.index.isin(newest.index)]])
        here = wanted == day
        found[here] = figures.reindex(keys[here]).to_numpy(dtype=np.float64)
    return found


def totals_differ(meters: FloatArray, counted: FloatArray) -> BoolArray:
    """Return where エリア内計器数 and 計器数分析 differ by more than `TOTALS_DIFFER`; False where one is unknown."""
    apart = np.abs(np.asarray(meters, dtype=np.float64) - counted)
    with np.errstate(invalid="ignore"):
        return (apart > TOTALS_DIFFER * np.fmax(meters, counted)) & (apart > LEAST_DIFFERENCE)


def _ends(counts: pd.DataFrame, rules: CountRules) -> tuple[pd.DataFrame, Optional[pd.DataFrame]]:
    """Return the figures of the newest date, and of the earliest of the same 集計単位; None where there is but one."""
    until = counts if rules.at is None else counts[counts["date"] <= pd.Timestamp(rules.at)]
    if not len(until):
        raise CountError(
            message("The statistics of meters (計器数分析) begin after the moment asked for. Choose a later one.")
        )
    newest = until[until["date"] == until["date"].max()]
    # months and days are not compared with one another; of one date that came as both, the month is final
    unit = newest["unit"].min()
    newest = newest[newest["unit"] == unit]
    alike = until[(until["unit"] == unit) & (until["date"] < newest["date"].max())]
    if rules.since is not None:
        alike = alike[alike["date"] >= pd.Timestamp(rules.since)]
    return newest, alike[alike["date"] == alike["date"].min()] if len(alike) else None


def _newest(counts: pd.DataFrame, rules: CountRules) -> pd.DataFrame:
    until = counts if rules.at is None else counts[counts["date"] <= pd.Timestamp(rules.at)]
    newest = until[until["date"] == until["date"].max()] if len(until) else until
    return newest[newest["unit"] == newest["unit"].min()] if len(newest) else newest


def contract_counts(
    meter_statistics: pd.DataFrame,
    flow_statistics: pd.DataFrame,
    rules: CountRules,
    area_of_cell: Optional[Mapping[str, str]] = None,
) -> pd.DataFrame:
    """Return contracts by area now and before, and what its roofs feed in, one row an area (`COUNT_COLUMNS`).

    `meter_statistics` 計器数分析 (集計表分類 3 and 4), `flow_statistics` 逆潮流 (2) where there are any; `area_of_cell`
    mesh code → area (None: each mesh is its own). `meters` of the cells known, `change` and `change_rate` over those
    known at both dates, `feed_in_meters` and `feed_in_share` (of the meters) from 計器数分析 of 逆潮流, else from
    逆潮流 itself, over the cells known in both; `feed_in_kwh` over those with a figure. `cells_unknown` are left out: a
    figure is masked or blank; with none left the area is unknown (`masked`). Raises `CountError` without counts.
    """
    counts = counts_by_cell(meter_statistics, METERS_FORWARD, rules.voltage)
    if not len(counts):
        raise CountError(
            message(
                "The case holds no statistics of meters by mesh (計器数分析, 順潮流) of this voltage class. Register "
                "them (use case UC2 or UC9 with the table 計器数分析) and download what is published."
            )
        )
    now, before = _ends(counts, rules)
    energy = (
        _newest(counts_by_cell(flow_statistics, REVERSE, rules.voltage), rules) if len(flow_statistics) else now[:0]
    )
    roofs = _newest(counts_by_cell(meter_statistics, METERS_REVERSE, rules.voltage), rules)
    roofs = roofs if len(roofs) else energy
    table = pd.DataFrame({"key": np.unique(counts["key"].to_numpy(dtype=str))})
    table = table.merge(now[["key", "meters"]], on="key", how="left")
    for name, part, column in (("meters_before", before, "meters"), ("roofs", roofs, "meters"), ("kwh", energy, "kwh")):
        figures = None if part is None else part.set_index("key")[column]
        table[name] = np.nan if figures is None else table["key"].map(figures).to_numpy(dtype=np.float64)
    table["area_id"] = table["key"] if area_of_cell is None else table["key"].map(dict(area_of_cell))
    result = _by_area(table[table["area_id"].notna()])
    length = pd.offsets.MonthBegin(1) if int(now["unit"].iloc[0]) == MONTHLY else pd.Timedelta(days=1)
    result["begin"] = now["date"].iloc[0]
    result["end"] = now["date"].iloc[0] + length
    result["before_date"] = pd.NaT if before is None else before["date"].iloc[0]
    result["feed_in_date"] = roofs["date"].iloc[0] if len(roofs) else pd.NaT
    return result[COUNT_COLUMNS]


def _by_area(table: pd.DataFrame) -> pd.DataFrame:
    both = table["meters"].notna() & table["meters_before"].notna()
    sun = table["meters"].notna() & table["roofs"].notna()
    power = table["kwh"].notna() & table["roofs"].notna()
    parts = table.assign(
        now_compared=table["meters"].where(both),
        meters_before=table["meters_before"].where(both),
        feed_in_meters=table["roofs"].where(sun),
        beside=table["meters"].where(sun),
        feed_in_kwh=table["kwh"],
        kwh_compared=table["kwh"].where(power),
        roofs_compared=table["roofs"].where(power),
        cells=table["meters"].notna().astype(np.int64),
        every=1,
    )
    names = "meters meters_before now_compared feed_in_meters beside feed_in_kwh kwh_compared roofs_compared".split()
    grouped = parts.groupby("area_id", sort=True)
    found = grouped[names].sum(min_count=1).join(grouped[["cells", "every"]].sum())
    found["change"] = found["now_compared"] - found["meters_before"]
    found["change_rate"] = _ratio(found["change"], found["meters_before"])
    found["feed_in_share"] = _ratio(found["feed_in_meters"], found["beside"])
    found["feed_in_kwh_per_meter"] = _ratio(found["kwh_compared"], found["roofs_compared"])
    found["cells_unknown"] = found["every"] - found["cells"]
    found["unknown_reason"] = np.where(found["meters"].isna(), Reason.MASKED.value, "")
    return found.reset_index()


def _ratio(part: pd.Series, whole: pd.Series) -> FloatArray:
    """part / whole, NaN where `whole` is 0 or unknown."""
    divisor = whole.to_numpy(dtype=np.float64)
    return np.divide(part.to_numpy(dtype=np.float64), divisor, out=np.full(len(part), np.nan), where=divisor > 0)

"""Recovery (UC⑨ 復旧・復興状況, manual §3.1.9, §4.3): what homes use against the same month a year before.

From 順潮流電力量 of the contracts with 3 kW to under 10 kW, where most are homes, by mesh or by district (大字), beside
the municipality as a whole. Figures of the next day are provisional (速報), those of the month after next are final
(確報); they are kept apart. A masked or missing figure is unknown, and a district is compared only by the cells that
are known in both months: how many are not stands beside it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Mapping, Optional

import numpy as np
import pandas as pd

from ..arrays import FloatArray
from ..messages import Progress, TomoshibiError, message
from .slots import AnyMoment

BY_ADDRESS, BY_MESH = 1, 2
"""エリア単位区分."""
MONTHLY, DAILY = 1, 2
"""集計単位."""

RECOVERY_COLUMNS = (
    "area_id month begin end kwh kwh_year_before meters meters_year_before index index_per_meter municipal_index "
    "provisional days cells cells_unknown"
).split()


class RecoveryError(TomoshibiError):
    """The statistics cannot be compared."""


@dataclass(frozen=True)
class RecoveryRules:
    """What is compared."""

    low_kw: float = 3.0
    high_kw: float = 10.0
    """Contracts from 3 kW to under 10 kW: homes (manual §3.1.9). The parameter SEGMENT."""
    final_months: int = 2
    final_day: int = 15
    """Figures are final from about the 15th of the month after next (確報, manual glossary 7)."""


_RANGE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*kw\s*(?P<word>以上|未満|以下|超)?")


def contract_range(text: object) -> Optional[tuple[float, float]]:
    """Return (from, below) in kW of a 契約電力区分 such as 3kW以上10kW未満, None where it is none.

    Full-width digits and letters are read as well. `以下` and `超` are taken for `未満` and `以上`.
    """
    plain = unicodedata.normalize("NFKC", str(text)).lower().replace(",", "").replace(" ", "")
    low, high = 0.0, np.inf
    found = False
    for match in _RANGE.finditer(plain):
        found = True
        if match["word"] in ("未満", "以下"):
            high = float(match["number"])
        else:
            low = float(match["number"])
    return (low, high) if found and low < high else None


def final_from(month: AnyMoment, rules: RecoveryRules) -> np.datetime64:
    """Return the day from which the figures of a month are final, datetime64[D]."""
    first = np.datetime64(pd.Timestamp(month), "M") + np.timedelta64(rules.final_months, "M")
    return first.astype("datetime64[D]") + np.timedelta64(rules.final_day - 1, "D")


def _segment(table: pd.DataFrame, rules: RecoveryRules, progress: Progress) -> pd.DataFrame:
    """Rows whose whole contract range lies inside the segment. Raises `RecoveryError` where there are none."""
    ranges = {text: contract_range(text) for text in table["contract_range"].unique()}
    unread = table["contract_range"].map(lambda text: ranges[text] is None)
    if unread.any():
        progress.warn(
            message(
                "{count} rows carry a contract range that cannot be read and were left out.", count=int(unread.sum())
            )
        )
    inside = {
        text
        for text, limits in ranges.items()
        if limits is not None and limits[0] >= rules.low_kw and limits[1] <= rules.high_kw
    }
    if not inside:
        raise RecoveryError(
            message(
                "There are no figures of contracts from {low} to under {high} kW. Request 順潮流電力量 of this "
                "contract range, or choose another segment.",
                low=f"{rules.low_kw:g}",
                high=f"{rules.high_kw:g}",
            )
        )
    return table[table["contract_range"].isin(inside)]


def monthly(table: pd.DataFrame, rules: RecoveryRules, progress: Progress) -> pd.DataFrame:
    """Return the segment's figures by cell and month or day: `area_kind key month date day kwh meters`.

    `table`: flow statistics as in the architecture (順潮流). Monthly rows are taken as they are; of a month and cell
    without one there is a row a day. `date` first of month, or the day; `day` 0 for a whole month. `kwh` and `meters`
    are NaN where any figure of the segment is masked or blank. Rows that came twice count once, the newest.
    """
    rows = _segment(table, rules, progress).copy()
    rows["key"] = np.where(rows["area_kind"] == BY_MESH, rows["mesh_code"], rows["address"])
    rows["date"] = pd.to_datetime(rows["date"])
    rows = rows[rows["key"].fillna("").map(lambda key: str(key).strip()) != ""]
    rows = rows.drop_duplicates(["voltage", "unit", "area_kind", "key", "date", "contract_range"], keep="last")
    hidden = rows["masked"].to_numpy(bool)
    rows["kwh"] = np.where(hidden, np.nan, rows["kwh"].to_numpy(dtype=np.float64))
    rows["meters"] = np.where(hidden, np.nan, rows["meters"].to_numpy(dtype=np.float64))
    rows["month"] = rows["date"].to_numpy().astype("datetime64[M]").astype("datetime64[ns]")

    def add(part: pd.DataFrame, by: list[str]) -> pd.DataFrame:
        # A sum with an unknown part is unknown.
        grouped = part.groupby(by, sort=True)
        found = grouped[["kwh", "meters"]].sum(min_count=1)
        complete = grouped[["kwh", "meters"]].count().eq(grouped.size(), axis=0)
        return found.where(complete).reset_index()

    whole = rows[rows["unit"] == MONTHLY]
    months = add(whole, ["area_kind", "key", "month"])
    months["day"] = np.int64(0)
    daily = add(rows[rows["unit"] == DAILY], ["area_kind", "key", "month", "date"])
    daily = daily.merge(months[["area_kind", "key", "month"]], how="left", indicator=True)
    daily = daily[daily["_merge"] == "left_only"].drop(columns="_merge")
    daily["day"] = daily["date"].dt.day.astype(np.int64)
    return pd.concat([months.assign(date=months["month"]), daily], ignore_index=True)


def _paired(figures: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Join figures with those of the same month (or day) a year before; return them, and all cells of those months."""
    year = pd.DateOffset(years=1)
    before = figures.assign(month=figures["month"] + year, date=figures["date"] + year)
    # 29 February would move to the 28th and stand for it.
    before = before[(before["day"] == 0) | (before["date"].dt.day == before["day"])]
    both = figures.merge(before, on=["area_kind", "key", "month", "date", "day"], suffixes=("", "_year_before"))
    both["days"] = np.where(both["day"] == 0, both["month"].dt.days_in_month, 1)
    both["known"] = both[["kwh", "kwh_year_before"]].notna().all(axis=1)
    # A cell that vanished from the file (masked, or every contract ended) is unknown, not left out unsaid.
    names = ["area_kind", "key", "month"]
    cells = pd.concat([figures[names], before[names]]).drop_duplicates()
    return both, cells[cells["month"].isin(both["month"].unique())]


def _compare(part: pd.DataFrame, cells: pd.DataFrame, area: str) -> pd.DataFrame:
    """Sum by `area` and month over what is known in both years; one row an area and month of `cells`."""
    known = part[part["known"]]
    grouped = known.groupby([area, "month"], sort=True)
    by_cell = known.groupby([area, "month", "key"], sort=True)
    everything = cells.groupby([area, "month"], sort=True)["key"].nunique()
    found = grouped[["kwh", "kwh_year_before"]].sum(min_count=1)
    # Meters of daily rows are a state, not a flow: their mean over the days.
    meters = by_cell[["meters", "meters_year_before"]].mean()
    found = found.join(meters.groupby(level=[0, 1]).sum(min_count=1))
    found["days"] = by_cell["days"].sum().groupby(level=[0, 1]).max()
    found["cells"] = grouped["key"].nunique()
    found = found.reindex(everything.index)
    found[["days", "cells"]] = found[["days", "cells"]].fillna(0)
    found["cells_unknown"] = everything - found["cells"]
    now, then = found["kwh"].to_numpy(dtype=np.float64), found["kwh_year_before"].to_numpy(dtype=np.float64)
    users, users_then = (found[name].to_numpy(dtype=np.float64) for name in ("meters", "meters_year_before"))
    found["index"] = _ratio(now, then)
    found["index_per_meter"] = _ratio(_ratio(now, users), _ratio(then, users_then))
    return found.reset_index()


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """part / whole, NaN where `whole` is 0 or unknown."""
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


def _municipal(paired: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """`month municipal_index` of the municipality: of its address rows where there are any, else of all cells."""
    kind = BY_ADDRESS if (paired["area_kind"] == BY_ADDRESS).any() else BY_MESH
    pairs, all_cells = (rows[rows["area_kind"] == kind].assign(all_of="all") for rows in (paired, cells))
    if kind == BY_ADDRESS:
        # A designated city comes with its wards: the longer names lie inside the shorter.
        names = sorted(cells.loc[cells["area_kind"] == kind, "key"].unique())
        top = [name for name in names if not any(name != other and name.startswith(other) for other in names)]
        pairs, all_cells = pairs[pairs["key"].isin(top)], all_cells[all_cells["key"].isin(top)]
    return _compare(pairs, all_cells, "all_of")[["month", "index"]].rename(columns={"index": "municipal_index"})


def recovery_index(
    table: pd.DataFrame,
    as_of: AnyMoment,
    rules: RecoveryRules,
    progress: Progress,
    area_of_cell: Optional[Mapping[str, str]] = None,
    months: Optional[int] = None,
) -> pd.DataFrame:
    """Return how much homes use against the same month a year before, by area and month, oldest first.

    `table` flow statistics of 順潮流 (low voltage), of both years; `as_of` when it was published; `area_of_cell` mesh
    code → district (None: each mesh is its own area); `months` how many of the newest months (None: all).

    `kwh`, `kwh_year_before` are totals over the cells known in both months, `index` their quotient: it falls when homes
    are empty and when contracts end, which is what recovery is about. `index_per_meter` divides by the meters first: it
    shows how those who stayed live. `municipal_index` is the same of the whole municipality, from its address rows
    where there are any, else from all cells. `cells` compared, `cells_unknown` left out because a figure is masked
    or blank in either month; with no cell compared the index is unknown (NaN). `days` compared: of a month that is not
    over, or of daily rows with gaps, the same days of both years. `provisional` before `final_from`.
    `attrs["cells_without_area"]` cells that `area_of_cell` does not name. Raises `RecoveryError`.
    """
    if set(table["voltage"].unique()) - {1}:
        table = table[table["voltage"] == 1]
    figures = monthly(table, rules, progress)
    paired, cells = _paired(figures)
    if paired.empty:
        raise RecoveryError(
            message("No month has figures of the year before as well. Request the same months of both years.")
        )
    meshes = cells.loc[cells["area_kind"] == BY_MESH, "key"].unique()
    names = {str(cell): str(cell) for cell in meshes} if area_of_cell is None else dict(area_of_cell)

    def placed(rows: pd.DataFrame) -> pd.DataFrame:
        there = rows[(rows["area_kind"] == BY_MESH) & rows["key"].isin(list(names))]
        return there.assign(area_id=there["key"].map(names).astype(str))

    town = _municipal(paired, cells)
    result = _compare(placed(paired), placed(cells), "area_id")
    result = result.merge(town, on="month", how="left")
    newest = np.sort(result["month"].unique())[-months:] if months else result["month"].unique()
    result = result[result["month"].isin(newest)]
    moment = np.datetime64(pd.Timestamp(as_of), "D")
    result["begin"] = result["month"]
    result["end"] = result["month"] + pd.offsets.MonthBegin(1)
    result["provisional"] = [bool(moment < final_from(month, rules)) for month in result["month"]]
    for name in ("days", "cells", "cells_unknown"):
        result[name] = result[name].fillna(0).astype(np.int64)
    result = result.sort_values(["month", "area_id"], kind="stable").reset_index(drop=True)[RECOVERY_COLUMNS]
    result.attrs["cells_without_area"] = int(sum(cell not in names for cell in meshes))
    return result

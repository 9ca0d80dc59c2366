"""Totals over time: how many meters are silent, how many are not known, from the event until now (outagetimeline).

Two sources are kept apart. The readings' gaps know every half-hour that was published and show a return of power within
the hour; the outage lists (通電情報) show meters that were silent for 12 hours, so they rise and fall half a day late.
"""

from __future__ import annotations

from typing import Any, Hashable, Iterable, Mapping, Optional

import numpy as np
import pandas as pd

from ..arrays import FloatArray
from ..messages import TomoshibiError, message

TOTAL_SHARE = 0.95
"""A total is told where a reading was expected of at least this share of all meters."""
ALL = ""
"""`area_id` of the row of all areas together."""

TIMELINE_COLUMNS = (
    "begin end area_id area_name source meters expected silent unknown silent_rate baseline_rate excess_rate "
    "excess_meters unknown_reason"
).split()
READINGS, LISTS = "readings", "outage_list"
"""Value of `source`: 電力データ, 通電情報."""


class TimelineError(TomoshibiError):
    """The tables cannot be put in one line of time."""


def _named(area_id: pd.Series, names: Optional[Mapping[Hashable, str]]) -> pd.Series:
    if names is None:
        return area_id.map(str)
    return area_id.map(lambda item: names.get(item, str(item)))


def _rate(part: pd.Series[Any], whole: pd.Series[Any]) -> FloatArray:
    above, below = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    return np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0)


def gap_timeline(gaps: pd.DataFrame, names: Optional[Mapping[Hashable, str]] = None) -> pd.DataFrame:
    """Return the gaps as totals over time: every area and step, and all areas together (`area_id` ""), by time.

    `gaps` the table of `gaps.gap_rates`; `names` area id → name. `silent` meters without a reading in the step, of the
    `expected` ones of which a reading was expected; `unknown` the others: silent + unknown + sending = meters. Where a
    reading was expected of too few of the meters of an area (`gaps.gap_rates`), or of fewer than `TOTAL_SHARE` of all
    together, `silent` and its rate are NaN, with the code in `unknown_reason`; else `silent_rate` is of the expected
    ones. `excess_meters` is the silence beyond peacetime's, in meters. Baseline and excess of all are those of the
    areas of which they are known.
    """
    table = pd.DataFrame({"begin": gaps["begin"], "end": gaps["end"], "area_id": gaps["area_id"]})
    known = gaps["received"].notna().to_numpy()
    meters, due = gaps["meters"].to_numpy(dtype=np.float64), gaps["expected"].to_numpy(dtype=np.float64)
    table["area_name"] = _named(gaps["area_id"], names)
    table["meters"] = meters
    table["expected"] = due
    table["silent"] = np.where(known, due - gaps["received"].to_numpy(dtype=np.float64), np.nan)
    table["unknown"] = np.where(known, meters - due, meters)
    table["silent_rate"] = gaps["gap_rate"].to_numpy(dtype=np.float64)
    table["baseline_rate"] = gaps["baseline_rate"].to_numpy(dtype=np.float64)
    table["excess_rate"] = gaps["excess_gap"].to_numpy(dtype=np.float64)
    table["excess_meters"] = table["excess_rate"] * table["expected"]
    table["unknown_reason"] = gaps["unknown_reason"].to_numpy(dtype=object)
    table["missing_reason"] = gaps["missing_reason"].to_numpy(dtype=object)
    return _with_all(table, READINGS)


def _with_all(table: pd.DataFrame, source: str) -> pd.DataFrame:
    """Add the row of all areas to each step, and the source; ordered by time, all first.

    A total of only some of the meters would look like a recovery: it is unknown where a reading was expected of fewer
    than `TOTAL_SHARE` of all.
    """
    silent = table["silent"].notna()
    due = table["expected"].where(silent, 0.0)
    parts = table.assign(
        due=due,
        expected_silent=table["baseline_rate"] * due,
        peace=due.where(table["baseline_rate"].notna(), 0.0),
        beyond=due.where(table["excess_rate"].notna(), 0.0),
    ).groupby(["begin", "end"], sort=True)
    total = parts[["meters", "due", "unknown", "silent", "expected_silent", "peace", "beyond"]].sum()
    total = total.rename(columns={"due": "expected"})
    total["excess_meters"] = parts["excess_meters"].sum(min_count=1)
    little = (total["meters"] > 0) & (total["expected"] < TOTAL_SHARE * total["meters"] - 1e-9)
    total["silent"] = total["silent"].where(~little)
    total["silent_rate"] = _rate(total["silent"], total["expected"])
    total["baseline_rate"] = _rate(total["expected_silent"], total["peace"])
    total["excess_rate"] = _rate(total["excess_meters"], total["beyond"])
    total["unknown_reason"] = _reason_of_most(table).reindex(total.index).where(little, None)
    total = total.reset_index().assign(area_id=ALL, area_name=ALL)
    result = pd.concat([total, table.sort_values("area_id", kind="stable")], ignore_index=True)
    result["source"] = source
    return result.sort_values("begin", kind="stable").reset_index(drop=True)[TIMELINE_COLUMNS]


def _reason_of_most(table: pd.DataFrame) -> pd.Series:
    """Return for each (begin, end) the reason code of the most meters of which nothing is known."""
    lacking = table[table["missing_reason"].notna()]
    if not len(lacking):
        return pd.Series(dtype=object)
    by_reason = lacking.groupby(["begin", "end", "missing_reason"])["unknown"].sum().unstack("missing_reason")
    return by_reason.fillna(0.0).idxmax(axis=1)


def list_timeline(
    lists: Iterable[tuple[object, Iterable[str]]],
    area_of_point: Mapping[str, Hashable],
    names: Optional[Mapping[Hashable, str]] = None,
) -> pd.DataFrame:
    """Return the outage lists (通電情報) as totals over time: meters silent for 12 hours before each list.

    `lists` (time of creation, supply points listed) of lists that ask for *all* meters; `area_of_point` supply point →
    area of every meter that can be in them (マスタ情報, remotely read, 供給). `meters` are those; `unknown` in the row
    of all counts listed points that `area_of_point` does not know, in other rows 0. `begin` is 12 hours before the
    list, `end` its creation. Peacetime is not known from lists, so baseline and excess are NaN. Raises `TimelineError`
    where two lists of one time differ.
    """
    areas = pd.Series(dict(area_of_point), dtype=object)
    meters = areas.value_counts().sort_index()
    seen: dict[pd.Timestamp, frozenset[Any]] = {}
    rows = []
    for created, points in lists:
        moment = pd.Timestamp(created)  # type: ignore[arg-type]  # a key of groupby has no type of its own
        listed = frozenset(str(point) for point in points)
        if seen.setdefault(moment, listed) != listed:
            raise TimelineError(
                message("Two outage lists of {time} differ. Choose one of them.", time=str(moment)[:16])
            )
    for moment, listed in sorted(seen.items()):
        inside = areas[areas.index.isin(list(listed))]
        silent = inside.value_counts().reindex(meters.index).fillna(0).to_numpy(dtype=np.float64)
        rows.append(
            pd.DataFrame(
                {
                    "begin": moment - pd.Timedelta(hours=12),
                    "end": moment,
                    "area_id": meters.index,
                    "meters": meters.to_numpy(dtype=np.float64),
                    "expected": meters.to_numpy(dtype=np.float64),
                    "silent": silent,
                    "strange": float(len(listed) - len(inside)),
                }
            )
        )
    if not rows or not len(meters):
        return pd.DataFrame(columns=TIMELINE_COLUMNS)
    table = pd.concat(rows, ignore_index=True)
    table["area_name"] = _named(table["area_id"], names)
    table["unknown"] = 0.0
    table["silent_rate"] = _rate(table["silent"], table["meters"])
    for name in ("baseline_rate", "excess_rate", "excess_meters"):
        table[name] = np.nan
    table["unknown_reason"] = table["missing_reason"] = None
    result = _with_all(table, LISTS)
    strange = table.drop_duplicates("end").set_index("end")["strange"]
    whole = result["area_id"] == ALL
    result.loc[whole, "unknown"] = result.loc[whole, "end"].map(strange)
    return result

"""The situation in figures (situationreport): now, the change since an earlier time, and what is not known, by area.

Every figure stands beside the number of things it says nothing about. A change needs both ends: where one is not known
the change is not known, never the figure itself. All areas are told at one moment, so that they add up to the whole.
"""

from __future__ import annotations

from typing import Any, Hashable, Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..messages import TomoshibiError, message
from .slots import AnyMoment
from .timeline import ALL, TOTAL_SHARE

POWER, LISTED, SHELTERS = "power", "outage_list", "shelters"
"""Values of `theme`: silence by the readings, by the outage lists, states of facilities."""
OUTSIDE = "*"
"""`area_id` of what stands in none of the areas, or nobody knows where: without it the areas would not add up."""
_LAG = pd.Timedelta(hours=6)
"""So much older than the newest figures of single areas may the moment be at which all together are known."""
FIGURE_COLUMNS = "theme area_id area_name measure now before change unknown of as_of".split()
POWER_MEASURES: tuple[str, ...] = ("silent", "silent_rate", "excess_rate", "excess_meters")
COUNTS = ("silent", "excess_meters")
"""Those that add up over areas."""


class ReportError(TomoshibiError):
    """The figures cannot be put together."""


def power_figures(timeline: pd.DataFrame, moment: AnyMoment, since: AnyMoment) -> pd.DataFrame:
    """Return silence at `moment` and the change since `since`, by area and all together (`area_id` "").

    `timeline` of one source, as from `timeline.gap_timeline` or `list_timeline`. `now` and `before` are the figures of
    the newest step up to the two times of which all together are known (or, where that is long past, any area); NaN
    where an area is not known in it. `as_of` is the end of that step; `unknown` the meters the newest step up to
    `moment` says nothing about, `of` all meters. The change of a count of all together is that of the areas of which it
    is known, if they have nearly all meters. Raises `ReportError` where `since` is not before `moment`.
    """
    if not pd.Timestamp(since) < pd.Timestamp(moment):
        raise ReportError(
            message("The comparison time {since} is not before {at}. Choose an earlier one.", since=since, at=moment)
        )
    newest, earlier = _at_one_step(timeline, moment), _at_one_step(timeline, since)
    past = timeline[timeline["end"] <= pd.Timestamp(moment)].sort_values("end", kind="stable")
    last = past.drop_duplicates("area_id", keep="last").set_index("area_id")
    as_of = newest["end"].max() if len(newest) else pd.NaT
    rows = []
    for measure in POWER_MEASURES:
        now, before = (table[measure].reindex(last.index) for table in (newest, earlier))
        change = now - before
        if measure in COUNTS and ALL in change.index:
            change[ALL] = _sum_of_known(change.drop(ALL), last["meters"].drop(ALL))
        for area in last.index.tolist():
            one = last.loc[area]
            figures = now[area], before[area], change[area], one["unknown"], one["meters"], as_of
            rows.append((POWER, area, one["area_name"], measure, *figures))
    return _table(rows)


def _at_one_step(timeline: pd.DataFrame, moment: AnyMoment) -> pd.DataFrame:
    """Return the areas that are known in the newest step of which all together are known, by area."""
    known = timeline[(timeline["end"] <= pd.Timestamp(moment)) & timeline["silent"].notna()]
    step = newest = known["end"].max()
    whole = known.loc[known["area_id"] == ALL, "end"].max()
    if len(known) and not pd.isna(whole) and newest - whole <= _LAG:
        step = whole
    return known[known["end"] == step].drop_duplicates("area_id", keep="last").set_index("area_id")


def _sum_of_known(values: pd.Series[Any], meters: pd.Series[Any]) -> float:
    """Return the sum of what is known; NaN where that is of too few of the meters."""
    told = values.notna()
    if not told.any() or meters[told].sum() < TOTAL_SHARE * meters.sum():
        return np.nan
    return float(values[told].sum())


def state_figures(
    theme: str,
    now: pd.DataFrame,
    before: Optional[pd.DataFrame],
    *,
    key: str,
    states: Sequence[str],
    unknown: Sequence[str],
    as_of: AnyMoment,
    area: Optional[str] = None,
    names: Optional[Mapping[Hashable, str]] = None,
) -> pd.DataFrame:
    """Return how many things are in each state now, and the change, by area and all together (`area_id` "").

    `now`, `before` one row a thing with `key`, `state` and, if asked for, the column `area` (None: all together only);
    `before` None where there is no earlier figure. `states` what is counted, `unknown` the states that say nothing.
    Things are compared that both tables have, so that a facility added to the list is no change of the situation:
    `before` counts only these, and `change` those of them that both moments know, as `key_figures.change` does; NaN
    where there is none of them. Raises `ReportError` for a state of no kind.
    """
    for table in (now, before):
        strange = [] if table is None else sorted(set(table["state"]) - set(states) - set(unknown))
        if strange:
            raise ReportError(message("The state “{state}” is not one of the theme's.", state=strange[0]))
    tables: list[tuple[Hashable, pd.DataFrame, Optional[pd.DataFrame]]] = [("", now, before)]
    if area is not None:
        for name in sorted(now[area].dropna().unique(), key=str):
            part = None if before is None else before[before[key].isin(now.loc[now[area] == name, key])]
            tables.append((name, now[now[area] == name], part))
    rows: list[tuple[Any, ...]] = []
    for name, part, earlier in tables:
        label = ALL if name == "" else (names or {}).get(name, str(name))
        silent = float(part["state"].isin(list(unknown)).sum())
        for state in states:
            then, change = _change(part, earlier, key, state, states)
            count = float((part["state"] == state).sum())
            rows.append((theme, name, label, state, count, then, change, silent, float(len(part)), pd.Timestamp(as_of)))
    return _table(rows)


def _change(
    now: pd.DataFrame, before: Optional[pd.DataFrame], key: str, state: str, states: Sequence[str]
) -> tuple[float, float]:
    """Return how many things were in a state, of those that both tables have, and how many more are; NaN unknown."""
    if before is None:
        return np.nan, np.nan
    both = now[[key, "state"]].merge(before[[key, "state"]], on=key, suffixes=("", "_then"))
    then = float((both["state_then"] == state).sum())
    told = both[both["state"].isin(list(states)) & both["state_then"].isin(list(states))]
    if not len(told):
        return then, np.nan
    return then, float((told["state"] == state).sum() - (told["state_then"] == state).sum())


def _table(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=FIGURE_COLUMNS)
    numbers = "now before change unknown of".split()
    table[numbers] = table[numbers].astype("float64")
    table["as_of"] = pd.to_datetime(table["as_of"])
    return table


COLUMNS: Mapping[str, tuple[str, str, str]] = {
    "meters": (POWER, "silent", "of"),
    "silent": (POWER, "silent", "now"),
    "silent_change": (POWER, "silent", "change"),
    "excess_meters": (POWER, "excess_meters", "now"),
    "excess_rate": (POWER, "excess_rate", "now"),
    "excess_change": (POWER, "excess_rate", "change"),
    "unknown": (POWER, "silent", "unknown"),
    "listed": (LISTED, "silent", "now"),
    "listed_change": (LISTED, "silent", "change"),
    "outage": (SHELTERS, "outage", "now"),
    "outage_change": (SHELTERS, "outage", "change"),
    "partial": (SHELTERS, "partial", "now"),
    "facilities_unknown": (SHELTERS, "outage", "unknown"),
    "facilities": (SHELTERS, "outage", "of"),
}
"""Column of `by_area` → (theme, measure, what of it)."""
HOMES = ("homes_low", "homes_high", "homes_unknown")
"""Columns of `by_area`: meters without power beyond peacetime, at least and at most, and those not known."""
RATES = ("excess_rate", "excess_change")
"""Columns that do not add up over areas."""
_OF_FACILITIES = ("outage", "outage_change", "partial", "facilities_unknown", "facilities")


def homes_by_area(rates: pd.DataFrame) -> pd.DataFrame:
    """Return the columns `HOMES` by area code (`area_id`), of all together ("") as `key_figures.homes_dark` has them.

    Parameters
        rates: a row an area: area_code, meters (NaN: masked), low, high (shares 0–1, NaN where nothing is known).
    """
    meters, low, high = (pd.to_numeric(rates[name], errors="coerce") for name in ("meters", "low", "high"))
    told = low.notna() & high.notna()
    made = pd.DataFrame(
        {
            "area_id": rates["area_code"].astype(str),
            "homes_low": (low.clip(lower=0.0) * meters).where(told),
            "homes_high": (high.clip(lower=0.0) * meters).where(told),
            "homes_unknown": meters.where(~told, 0.0),
        }
    )
    table = made.groupby("area_id").sum(min_count=1)
    table.loc[ALL] = table.sum(min_count=1)
    return table


def by_area(
    parts: Sequence[pd.DataFrame], homes: Optional[pd.DataFrame] = None, names: Optional[Mapping[str, str]] = None
) -> pd.DataFrame:
    """Return the situation as one row an area: the whole (`area_id` "") first, then the areas with most need.

    What stands in no area (`OUTSIDE`) comes last. Counts are whole numbers that add up to those of the whole, where it
    is known; NaN is what is not known, and all of a column whose data there are none of.

    Parameters
        parts: tables of `power_figures` and `state_figures`; `theme` one of `POWER`, `LISTED`, `SHELTERS`.
        homes: as from `homes_by_area`; areas that the parts do not have are among `OUTSIDE`.
        names: area id → name.
    """
    figures = pd.concat([_table([]), *parts], ignore_index=True)
    names = {**dict(zip(figures["area_id"], figures["area_name"])), **(names or {})}
    ids = [ALL, *(area for area in figures["area_id"].unique() if area != ALL)]
    table = pd.DataFrame(index=pd.Index(ids, dtype=object))
    for column, (theme, measure, part) in COLUMNS.items():
        chosen = figures[(figures["theme"] == theme) & (figures["measure"] == measure)]
        table[column] = chosen.set_index("area_id")[part].reindex(table.index)
    if (figures["theme"] == SHELTERS).any():
        # an area without a facility has none, which is known, and so had it before
        without = table["facilities"].fillna(0.0) == 0
        for column in _OF_FACILITIES:
            table.loc[without, column] = 0.0
    if table["silent"].isna()[ALL]:
        # a sum of only some of the meters would look like a recovery
        table.loc[ALL, ["excess_meters", "excess_rate", "excess_change"]] = np.nan
    table = _with_homes(table, homes)
    for column in ("excess_meters", *HOMES):
        table[column] = _whole_numbers(table[column])
    table.insert(0, "area_name", [ALL if area == ALL else names.get(area, str(area)) for area in table.index])
    return table.loc[_by_need(table)].rename_axis("area_id").reset_index()


def _with_homes(table: pd.DataFrame, homes: Optional[pd.DataFrame]) -> pd.DataFrame:
    if homes is None:
        return table.assign(**dict.fromkeys(HOMES, np.nan))
    alone = len(table) == 1
    inside = homes.index.isin(list(table.index)) & (homes.index != OUTSIDE)
    rest = homes[~inside]
    if len(rest) and not alone:
        homes = pd.concat([homes[inside], rest.sum(min_count=1).to_frame(OUTSIDE).T])
        table = table.reindex([*table.index, *([] if OUTSIDE in table.index else [OUTSIDE])])
    return table.join(homes.reindex(table.index)[list(HOMES)])


def _whole_numbers(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return the column rounded, the areas so that they add up to the rounded whole (largest remainders)."""
    parts = values.drop(ALL).dropna()
    down = np.floor(parts)
    lacking = int(round(float(parts.sum())) - down.sum())
    up = (parts - down).sort_values(ascending=False, kind="stable").index[:lacking]
    down[up] += 1
    result = values.round()
    result[down.index] = down
    return result


def _by_need(table: pd.DataFrame) -> list[Hashable]:
    """Return the areas in the order of need: meters dark beyond peacetime, dark facilities, then what is not known."""
    dark = table["homes_low"].fillna(table["excess_meters"].clip(lower=0.0)).fillna(table["listed"]).fillna(0.0)
    keys = pd.DataFrame(
        {
            "whole": table.index != ALL,
            "outside": table.index == OUTSIDE,
            "dark": -dark,
            "facilities": -(table["outage"].fillna(0.0) + table["partial"].fillna(0.0)),
            "unknown": -(table["unknown"].fillna(0.0) + table["facilities_unknown"].fillna(0.0)),
            "name": table["area_name"],
        },
        index=table.index,
    )
    return keys.sort_values(list(keys.columns), kind="stable").index.tolist()


def in_rows(table: pd.DataFrame, most: int) -> tuple[pd.DataFrame, int]:
    """Return a table of `by_area` in at most so many rows, and how many areas are summed in its last row (0: none).

    Shares of the summed areas are NaN.
    """
    if len(table) <= most:
        return table, 0
    kept, rest = table.iloc[: most - 1], table.iloc[most - 1 :]
    numbers = [name for name in table.columns if name not in ("area_id", "area_name", *RATES)]
    total = rest[numbers].sum(min_count=1)
    row = {"area_id": OUTSIDE, "area_name": "", **dict.fromkeys(RATES, np.nan), **total}
    return pd.concat([kept, pd.DataFrame([row], columns=table.columns)], ignore_index=True), len(rest)

"""The situation in figures (situationreport): now, the change since an earlier time, and what is not known, by area.

Every figure stands beside the number of things it says nothing about. A change needs both ends: where one is not known
the change is not known, never the figure itself.
"""

from __future__ import annotations

from typing import Any, Hashable, Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..messages import TomoshibiError, message
from .slots import AnyMoment
from .timeline import ALL, at

FIGURE_COLUMNS = "theme area_id area_name measure now before change unknown of as_of".split()
POWER_MEASURES: tuple[str, ...] = ("silent", "silent_rate", "excess_rate", "excess_meters")


class ReportError(TomoshibiError):
    """The figures cannot be put together."""


def power_figures(timeline: pd.DataFrame, moment: AnyMoment, since: AnyMoment) -> pd.DataFrame:
    """Return silence at `moment` and the change since `since`, by area and all together (`area_id` "").

    `timeline` of one source, as from `timeline.gap_timeline` or `list_timeline`. `now` and `before` are the newest
    figures that were known at the two times, `as_of` the end of the newer; `unknown` the meters the newest step up
    to `moment` says nothing about, `of` all meters. Raises `ReportError` where `since` is not before `moment`.
    """
    if not pd.Timestamp(since) < pd.Timestamp(moment):
        raise ReportError(
            message("The comparison time {since} is not before {at}. Choose an earlier one.", since=since, at=moment)
        )
    newest = at(timeline, moment).set_index("area_id")
    earlier = at(timeline, since).set_index("area_id")
    past = timeline[timeline["end"] <= pd.Timestamp(moment)].sort_values("end", kind="stable")
    last = past.drop_duplicates("area_id", keep="last").set_index("area_id")
    rows = []
    for area in last.index:
        for measure in POWER_MEASURES:
            now = newest[measure].get(area, np.nan)
            before = earlier[measure].get(area, np.nan)
            unknown, of = last.at[area, "unknown"], last.at[area, "meters"]
            as_of = newest["end"].get(area, pd.NaT)
            rows.append(
                ("power", area, last.at[area, "area_name"], measure, now, before, now - before, unknown, of, as_of)
            )
    return _table(rows)


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
    `before` counts only these, and `change` is counted on these alone. Raises `ReportError` for a state of no kind.
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
            then, change = _change(part, earlier, key, state)
            count = float((part["state"] == state).sum())
            rows.append((theme, name, label, state, count, then, change, silent, float(len(part)), pd.Timestamp(as_of)))
    return _table(rows)


def _change(now: pd.DataFrame, before: Optional[pd.DataFrame], key: str, state: str) -> tuple[float, float]:
    """Return how many things were in a state, of those that both tables have, and how many more are; NaN unknown."""
    if before is None:
        return np.nan, np.nan
    then = float((before.loc[before[key].isin(now[key]), "state"] == state).sum())
    return then, float((now.loc[now[key].isin(before[key]), "state"] == state).sum()) - then


def _table(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=FIGURE_COLUMNS)
    numbers = "now before change unknown of".split()
    table[numbers] = table[numbers].astype("float64")
    table["as_of"] = pd.to_datetime(table["as_of"])
    return table


def situation(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the figures of all themes in the order given, all areas together before the single ones."""
    if not parts:
        return _table([])
    table = pd.concat(list(parts), ignore_index=True)
    order = {theme: place for place, theme in enumerate(dict.fromkeys(table["theme"]))}
    return (
        table.assign(_theme=table["theme"].map(order), _one=table["area_id"] != ALL)
        .sort_values(["_one", "area_name", "_theme"], kind="stable")
        .drop(columns=["_theme", "_one"])
        .reset_index(drop=True)
    )

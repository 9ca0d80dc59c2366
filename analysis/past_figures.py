"""What the key figures were in earlier results, as far as their history tells: for the course beside a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import pandas as pd

from .key_figures import DARK, KNOWN_STATES, PARTLY, Figure, is_critical


@dataclass(frozen=True)
class Bounds:
    """What one figure was in one result."""

    low: float
    high: float


def past_figure(figure: Figure, now: pd.DataFrame, past: pd.DataFrame) -> Optional[Bounds]:
    """Return what a figure was in an earlier result; None where that result does not tell it.

    Parameters
        now: a row a thing, of the newest result of the same layer: columns as for the figure in `key_figures`, which
            say what the history does not keep (which facilities are critical, how many meters a square has).
        past: a row a thing of the earlier result: id, state, low, high (`casefile.history.read`).

    Returns
        the bounds; of isolated settlements the settlements themselves, as their groups are not kept.
    """
    if figure is Figure.CRITICAL_DARK:
        critical = now["facility_id"].astype(str)[[is_critical(*one) for one in zip(now["kind"], now["name"])]]
        return _dark(past[past["id"].isin(set(critical))])
    if figure is Figure.UNKNOWN:
        count = float((~past["state"].isin(KNOWN_STATES)).sum())
        return Bounds(count, count) if len(past) else None
    if figure is Figure.HOMES_DARK:
        return _homes(now, past)
    if figure is Figure.ISOLATED_GROUPS:
        return Bounds(float(past["state"].isin(["cut", "partly"]).sum()), float(len(past)))
    return Bounds(float((past["state"] == "sure").sum()), float(len(past)))


def _dark(past: pd.DataFrame) -> Optional[Bounds]:
    count = float(past["state"].isin([DARK, PARTLY]).sum())
    told = past["state"].isin(KNOWN_STATES).any()
    return Bounds(count, count) if told else None


def _homes(now: pd.DataFrame, past: pd.DataFrame) -> Optional[Bounds]:
    code = "mesh_code" if "mesh_code" in now else "area_code"
    meters = pd.to_numeric(now["meters"], errors="coerce")
    held = pd.DataFrame({"id": now[code].astype(str), "meters": meters}).dropna()
    both = past.merge(held, on="id").dropna(subset=["low", "high"])
    if both["id"].duplicated().any() or not len(both):
        # squares of several moments or voltage classes in one result: which of them is meant is not told
        return None
    low, high = (float((both[name].clip(lower=0) * both["meters"]).sum()) for name in ("low", "high"))
    return Bounds(low, high)

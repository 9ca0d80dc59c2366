"""Outage rates of small cells summed up to larger ones, for maps on which the small ones would be dots."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .mesh import parent
from .outage import rate_class

MOST_UNKNOWN = 0.5
"""From such a share of meters of which nothing is known on, nothing is said of the larger cell."""
COLUMNS = "mesh_code meters silent silent_rate low high rate_class masked masked_cells".split()


def sum_up(cells: pd.DataFrame, metres: int, to_metres: int) -> pd.DataFrame:
    """Sum the rates of cells up to larger cells, what is masked apart.

    Parameters
        cells: a row a cell of one voltage class and one moment: mesh_code, meters, silent, silent_rate, excess_rate,
            low, high (shares 0–1), rate_class, masked; numbers are NaN where nothing is known.
        metres, to_metres: size of the cells and of the larger ones.

    Returns
        a row a larger cell (`COLUMNS`): sums and shares over the cells whose class is known; `rate_class` 0 and
        `masked` where all its cells are masked, 0 and not masked where too many meters are unknown; `masked_cells`
        the cells that are not in it.

    Raises
        MeshError: `to_metres` is not larger, or a code is none of `metres`.
    """
    numbers = {
        name: pd.to_numeric(cells[name], errors="coerce").to_numpy(dtype=float)
        for name in ("meters", "silent", "silent_rate", "excess_rate", "low", "high", "rate_class")
    }
    masked = cells["masked"].map(lambda value: bool(value) if value is not None and value == value else False)
    meters = np.nan_to_num(numbers["meters"])
    # cells of which the class is not known have meters all the same: they count as unknown, not as without an outage
    known = (np.nan_to_num(numbers["rate_class"]) > 0) & (meters > 0)
    rate = np.where(np.isnan(numbers["excess_rate"]), numbers["silent_rate"], numbers["excess_rate"])
    weight = np.where(known, meters, 0.0)
    frame = pd.DataFrame(
        {
            "mesh_code": parent(cells["mesh_code"].to_numpy(dtype=str), metres, to_metres),
            "all_meters": meters,
            "meters": weight,
            "silent": np.where(known, np.nan_to_num(numbers["silent"]), 0.0),
            "rate": np.nan_to_num(rate) * weight,
            "low": np.nan_to_num(numbers["low"]) * weight,
            "high": np.nan_to_num(numbers["high"]) * weight,
            "unbounded": known & (np.isnan(numbers["low"]) | np.isnan(numbers["high"])),
            "masked_cells": masked.to_numpy(dtype=bool).astype(np.int64),
            "cells": 1,
        }
    )
    sums = frame.groupby("mesh_code", sort=True).sum().reset_index()
    told = (sums["meters"] > 0) & (sums["all_meters"] - sums["meters"] < MOST_UNKNOWN * sums["all_meters"])
    share = sums["meters"].where(told)
    bounded = told & (sums["unbounded"] == 0)
    result = pd.DataFrame(
        {
            "mesh_code": sums["mesh_code"],
            "meters": share,
            "silent": sums["silent"].where(told),
            "silent_rate": sums["rate"] / share,
            "low": (sums["low"] / share).where(bounded),
            "high": (sums["high"] / share).where(bounded),
            "masked": sums["masked_cells"] == sums["cells"],
            "masked_cells": sums["masked_cells"],
        }
    )
    result["rate_class"] = rate_class(result["silent_rate"].clip(lower=0.0).to_numpy())
    return result[COLUMNS]

"""Which shelters to open first (開設判断): those with power nearest to where the power is out (manual §3.1.1)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..messages import message
from .facilities import POWERED, nearest

ADVICE_COLUMNS = "advice_rank advice_meters advice".split()


def opening_advice(facilities: pd.DataFrame, dark: pd.DataFrame) -> pd.DataFrame:
    """Return `advice_rank advice_meters advice`, one row a facility in the given order; NaN and None without advice.

    `facilities`: the table of shelter power; `dark`: one row an outage area with `lat`, `lon` (a point in it) and
    `meters` without power there. Each area is given to the powered facility nearest to it by great circle; a facility
    ranks by the meters it would serve, then by id. Areas and facilities without coordinates give and get none: an area
    of which the place is unknown cannot be near to anything. A facility that is not known to be powered is never
    advised.
    """
    count, areas = len(facilities), len(dark)
    powered = (facilities["state"] == POWERED).to_numpy()
    place, metres = nearest(
        np.concatenate([facilities["lat"].to_numpy(np.float64), dark["lat"].to_numpy(np.float64)]),
        np.concatenate([facilities["lon"].to_numpy(np.float64), dark["lon"].to_numpy(np.float64)]),
        np.full(count + areas, "", dtype=object),
        np.concatenate([powered, np.zeros(areas, dtype=bool)]),
        np.concatenate([np.zeros(count, dtype=bool), np.ones(areas, dtype=bool)]),
    )
    served = pd.DataFrame(
        {"row": place[count:], "metres": metres[count:], "meters": dark["meters"].to_numpy(np.float64)}
    )
    served = served[served["row"] >= 0]
    sums = served.groupby("row").agg(meters=("meters", "sum"), areas=("meters", "size"), far=("metres", "max"))
    sums["id"] = facilities["facility_id"].astype(str).to_numpy()[sums.index]
    sums = sums.sort_values(["meters", "id"], ascending=[False, True])
    result = pd.DataFrame(
        {
            "advice_rank": np.full(count, np.nan),
            "advice_meters": np.full(count, np.nan),
            "advice": pd.Series([None] * count, dtype=object),
        }
    )
    for rank, (row, item) in enumerate(sums.iterrows(), 1):
        result.loc[row, "advice_rank"] = rank
        result.loc[row, "advice_meters"] = item["meters"]
        result.at[row, "advice"] = message(  # type: ignore[assignment]  # the stubs know no objects in cells
            "Has power and is nearest to {areas} outage areas with {meters} silent meters, the farthest {far} km away.",
            areas=int(item["areas"]),
            meters=int(item["meters"]),
            far=f"{item['far'] / 1000:.1f}",
        )
    return result[ADVICE_COLUMNS]

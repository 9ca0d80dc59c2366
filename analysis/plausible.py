"""What can be, but is hardly so: uses far above a contract's power, places far from all others of a municipality."""

from __future__ import annotations

import numpy as np

from ..arrays import FloatArray

TIMES_ALLOWED = 4
"""So many times what a contract allows is no peak; more is another unit, or another contract's meter."""
FEWEST = 5
"""Places without which none is called far from the others."""
_KM_PER_DEGREE = 111.2


def most_wh_of_contracts(kw: FloatArray) -> FloatArray:
    """Return the Wh of a half-hour above which a reading is hard to believe.

    Parameters
        kw: contract power (契約電力), float64 (n); NaN or 0 where it is not known.
    Returns
        float64 (n), inf where it is not known.
    """
    kw = np.asarray(kw, dtype=np.float64)
    return np.where(np.isfinite(kw) & (kw > 0), kw * (1000 / 2) * TIMES_ALLOWED, np.inf)


def far_from_the_others(lat: FloatArray, lon: FloatArray, km: float) -> FloatArray:
    """Return how far places lie from the middle (median) of all, in km, float64 (n).

    NaN for those not farther than `km`, for those without a place, and for all where there are few.

    Parameters
        lat, lon: degrees, float64 (n); NaN for no place.
        km: farthest that is near.
    """
    known = np.isfinite(lat) & np.isfinite(lon)
    if int(known.sum()) < FEWEST:
        return np.full(len(lat), np.nan)
    middle, east = float(np.median(lat[known])), float(np.median(lon[known]))
    north = (lat - middle) * _KM_PER_DEGREE
    distance = np.hypot(north, (lon - east) * _KM_PER_DEGREE * np.cos(np.radians(middle)))
    return np.where(known & (distance > km), distance, np.nan)

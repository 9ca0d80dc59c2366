"""Numbers and days as bytes of fixed width; where there is nothing to write numpy 2 refuses its own functions."""

from __future__ import annotations

import numpy as np

from ..arrays import BytesArray, IntArray, TimeArray


def zero_filled(numbers: IntArray, width: int) -> BytesArray:
    """Return whole numbers with zeros in front, dtype S`width`."""
    texts = np.asarray(numbers).astype(f"S{width}")
    return np.char.zfill(texts, width) if texts.size else texts


def without_dashes(days: TimeArray) -> BytesArray:
    """Return days as YYYYMMDD, dtype S8."""
    texts = days.astype("datetime64[D]").astype("S10")
    return np.char.replace(texts, b"-", b"").astype("S8") if texts.size else texts.astype("S8")

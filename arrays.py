"""Names of numpy arrays by what they hold, for annotations; at run time `np.ndarray`: numpy 1.20 has no `NDArray`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    BoolArray = NDArray[np.bool_]
    IntArray = NDArray[np.integer[Any]]
    FloatArray = NDArray[np.floating[Any]]
    TimeArray = NDArray[np.datetime64]
    DurationArray = NDArray[np.timedelta64]
    BytesArray = NDArray[np.bytes_]
    ObjectArray = NDArray[np.object_]
    TextArray = NDArray[Any]
    """Text, of fixed width or as objects: which of the two, the version of pandas decides."""
else:
    Array = BoolArray = IntArray = FloatArray = TimeArray = DurationArray = np.ndarray
    BytesArray = ObjectArray = TextArray = np.ndarray

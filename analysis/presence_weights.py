"""Measured weights and frequencies of the estimate of presence. Printed by `dev/presence_weights.py`; not by hand."""

from __future__ import annotations

from typing import Mapping

BY_DAY: Mapping[str, float] = {
    "above": 1.44,
    "above_before": 0.81,
    "coarse": -0.19,
    "coarse_low": 0.68,
    "day": 0.13,
    "days": -0.58,
    "distance": 1.04,
    "evening": -1.02,
    "evenings": -0.11,
    "evenings_low": -0.11,
    "free": 0.41,
    "free_low": 0.32,
    "habit": 0.49,
    "habit_low": -0.38,
    "held": 0.6,
    "hidden": 0.0,
    "idle": -0.52,
    "not_up": 1.43,
    "still": -1.99,
    "tie": 0.93,
    "tie_before": 0.78,
    "very_coarse": 0.77,
    "very_coarse_low": 0.35,
}
BY_NIGHT: Mapping[str, float] = {
    "above": -0.05,
    "above_before": -0.28,
    "coarse": 0.93,
    "coarse_low": 0.22,
    "day": 0.1,
    "days": 0.27,
    "distance": 0.6,
    "evening": 4.17,
    "evenings": 0.23,
    "evenings_low": -0.03,
    "free": 0.21,
    "free_low": -0.15,
    "habit": 0.27,
    "habit_low": -0.71,
    "held": -0.78,
    "hidden": 0.82,
    "idle": -0.37,
    "not_up": -0.08,
    "still": -1.6,
    "tie": 0.38,
    "tie_before": 0.34,
    "very_coarse": 1.52,
    "very_coarse_low": 1.53,
}
"""Log odds that each mark of `presence_score.marks` adds, 08–22 h and 22–08 h."""
BY_HOUR: tuple[float, ...] = (
    0.51,
    0.55,
    0.59,
    0.63,
    0.68,
    0.74,
    0.63,
    -0.4,
    -0.71,
    -0.83,
    -0.85,
    -0.95,
    -1.05,
    -1.29,
    -1.2,
    -0.92,
    -0.77,
    -0.79,
    -1.44,
    -1.53,
    -1.18,
    -0.48,
    -0.1,
    0.35,
)
"""Log odds of each hour of the clock."""
RIGHT_SHARE: Mapping[str, Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]] = {
    "manual": {
        "home": (
            (0.493, 0.677, 0.772, 0.83, 0.88, 0.921, 0.963),
            (0.815, 0.922, 0.926, 0.942, 0.96, 0.971, 0.992),
        ),
        "away": (
            (0.0, 0.009, 0.495, 0.685, 0.887),
            (0.56, 0.562, 0.76, 0.761, 0.825),
        ),
    },
    "held": {
        "home": (
            (0.245, 0.455, 0.673, 0.778, 0.823, 0.874, 0.916, 0.964),
            (0.807, 0.871, 0.875, 0.892, 0.931, 0.956, 0.961, 0.992),
        ),
        "away": (
            (0.018, 0.25, 0.266, 0.599, 0.895),
            (0.696, 0.761, 0.782, 0.799, 0.868),
        ),
    },
    "quiet": {
        "home": (
            (0.67, 0.843, 0.91, 0.944, 0.964, 0.975, 0.982, 0.987, 0.99, 0.993, 0.995, 0.998),
            (0.686, 0.848, 0.904, 0.939, 0.964, 0.977, 0.982, 0.986, 0.989, 0.991, 0.993, 0.995),
        ),
        "away": (
            (0.616, 0.703, 0.764, 0.812, 0.849, 0.879, 0.903, 0.921, 0.936, 0.951, 0.966, 0.983),
            (0.561, 0.656, 0.737, 0.782, 0.83, 0.867, 0.9, 0.931, 0.955, 0.975, 0.981, 0.992),
        ),
    },
}
"""Method → state → raw grades (rising) and how often answers with such a grade were right."""

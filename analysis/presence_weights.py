"""Measured weights and frequencies of the estimate of presence. Printed by `dev/presence_weights.py`; not by hand."""

from __future__ import annotations

from typing import Mapping

BY_DAY: Mapping[str, float] = {
    "above": 1.42,
    "above_before": 0.74,
    "coarse": -0.0,
    "coarse_low": 0.46,
    "day": 0.17,
    "days": -0.52,
    "distance": 1.04,
    "evening": -0.99,
    "evenings": -0.15,
    "evenings_low": -0.03,
    "free": 0.4,
    "free_low": 0.42,
    "habit": 0.41,
    "habit_low": -0.33,
    "held": 0.55,
    "hidden": 0.0,
    "idle": -0.47,
    "not_up": 1.43,
    "still": -1.42,
    "tie": 0.85,
    "tie_before": 0.73,
    "very_coarse": 0.67,
    "very_coarse_low": 0.56,
}
BY_NIGHT: Mapping[str, float] = {
    "above": -0.07,
    "above_before": -0.28,
    "coarse": 0.94,
    "coarse_low": 0.07,
    "day": 0.24,
    "days": 0.13,
    "distance": 0.42,
    "evening": 3.4,
    "evenings": 0.41,
    "evenings_low": -0.13,
    "free": -0.05,
    "free_low": 0.09,
    "habit": 0.18,
    "habit_low": -0.7,
    "held": -0.36,
    "hidden": 1.66,
    "idle": -0.36,
    "not_up": -0.06,
    "still": -1.56,
    "tie": 0.49,
    "tie_before": 0.41,
    "very_coarse": 1.94,
    "very_coarse_low": 1.5,
}
"""Log odds that each mark of `presence_score.marks` adds, 08–22 h and 22–08 h."""
BY_HOUR: tuple[float, ...] = (
    0.43,
    0.46,
    0.5,
    0.53,
    0.59,
    0.65,
    0.6,
    -0.28,
    -0.69,
    -0.88,
    -0.96,
    -1.06,
    -1.15,
    -1.43,
    -1.39,
    -1.12,
    -0.91,
    -0.84,
    -1.46,
    -1.5,
    -1.16,
    -0.42,
    -0.06,
    0.3,
)
"""Log odds of each hour of the clock."""
RIGHT_SHARE: Mapping[str, Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]] = {
    "manual": {
        "home": (
            (0.493, 0.71, 0.835, 0.886, 0.924, 0.964),
            (0.82, 0.928, 0.945, 0.975, 0.987, 0.994),
        ),
        "away": (
            (0.0, 0.0, 0.072, 0.579, 0.895),
            (0.53, 0.54, 0.577, 0.76, 0.842),
        ),
    },
    "held": {
        "home": (
            (0.244, 0.457, 0.711, 0.825, 0.866, 0.894, 0.918, 0.965),
            (0.823, 0.876, 0.893, 0.939, 0.959, 0.959, 0.972, 0.994),
        ),
        "away": (
            (0.022, 0.25, 0.289, 0.611, 0.902),
            (0.687, 0.756, 0.765, 0.796, 0.885),
        ),
    },
    "quiet": {
        "home": (
            (0.701, 0.856, 0.914, 0.945, 0.963, 0.974, 0.981, 0.985, 0.988, 0.991, 0.994, 0.997),
            (0.717, 0.871, 0.922, 0.952, 0.971, 0.98, 0.986, 0.989, 0.991, 0.992, 0.995, 0.996),
        ),
        "away": (
            (0.651, 0.73, 0.785, 0.828, 0.862, 0.889, 0.91, 0.925, 0.938, 0.95, 0.963, 0.979),
            (0.603, 0.705, 0.783, 0.821, 0.861, 0.886, 0.919, 0.943, 0.958, 0.977, 0.985, 0.996),
        ),
    },
}
"""Method → state → raw grades (rising) and how often answers with such a grade were right."""

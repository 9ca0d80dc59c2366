"""Measured weights and frequencies of the estimate of presence. Printed by `dev/presence_weights.py`; not by hand."""

from __future__ import annotations

from typing import Mapping

BY_DAY: Mapping[str, float] = {
    "above": 0.18,
    "above_before": 0.43,
    "coarse": 0.16,
    "day": 0.16,
    "days": 0.35,
    "distance": 0.52,
    "evening": -1.1,
    "evenings": -0.12,
    "free": 0.6,
    "habit": -0.04,
    "habit_lift": 0.63,
    "held": 0.57,
    "hidden": 0.0,
    "idle": -0.31,
    "level": -0.4,
    "level_coarse": -0.73,
    "lift": 0.76,
    "lift_coarse": 0.32,
    "lift_hours": 0.8,
    "lift_hours_coarse": -0.88,
    "not_up": 1.53,
    "still": -1.14,
    "tie_before": 0.81,
    "very_coarse": 1.36,
}
BY_NIGHT: Mapping[str, float] = {
    "above": -0.7,
    "above_before": -0.52,
    "coarse": 1.78,
    "day": 0.25,
    "days": 0.82,
    "distance": 0.3,
    "evening": 4.02,
    "evenings": 0.22,
    "free": 0.06,
    "habit": -0.53,
    "habit_lift": 0.64,
    "held": -0.7,
    "hidden": 1.89,
    "idle": -0.3,
    "level": -0.02,
    "level_coarse": -1.44,
    "lift": 0.46,
    "lift_coarse": 0.01,
    "lift_hours": 0.19,
    "lift_hours_coarse": -0.02,
    "not_up": -0.0,
    "still": -1.42,
    "tie_before": 0.16,
    "very_coarse": 3.33,
}
"""Log odds that each mark of `presence_score.marks` adds, 08–22 h and 22–08 h."""
BY_HOUR: tuple[float, ...] = (
    2.44,
    2.54,
    2.62,
    2.69,
    2.74,
    2.77,
    2.64,
    1.47,
    2.48,
    2.45,
    2.51,
    2.4,
    2.26,
    1.94,
    2.07,
    2.35,
    2.47,
    2.42,
    1.57,
    1.38,
    1.8,
    2.73,
    1.75,
    2.23,
)
"""Log odds of each hour of the clock."""
RIGHT_SHARE: Mapping[str, Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]] = {
    "manual": {
        "home": (
            (0.493, 0.679, 0.772, 0.831, 0.881, 0.921, 0.963),
            (0.803, 0.913, 0.925, 0.946, 0.963, 0.975, 0.99),
        ),
        "away": (
            (0.0, 0.49, 0.687, 0.882),
            (0.571, 0.748, 0.765, 0.827),
        ),
    },
    "held": {
        "home": (
            (0.245, 0.457, 0.677, 0.779, 0.823, 0.853, 0.884, 0.916, 0.964),
            (0.78, 0.87, 0.876, 0.882, 0.93, 0.957, 0.957, 0.966, 0.99),
        ),
        "away": (
            (0.016, 0.25, 0.271, 0.484, 0.718, 0.89),
            (0.7, 0.767, 0.775, 0.799, 0.8, 0.863),
        ),
    },
    "quiet": {
        "home": (
            (0.66, 0.849, 0.92, 0.952, 0.968, 0.978, 0.983, 0.987, 0.99, 0.993, 0.995, 0.998),
            (0.665, 0.844, 0.916, 0.951, 0.968, 0.979, 0.986, 0.989, 0.992, 0.994, 0.995, 0.996),
        ),
        "away": (
            (0.607, 0.718, 0.796, 0.848, 0.884, 0.91, 0.93, 0.946, 0.96, 0.972, 0.984, 0.995),
            (0.565, 0.684, 0.766, 0.828, 0.878, 0.911, 0.94, 0.958, 0.972, 0.982, 0.991, 0.999),
        ),
    },
}
"""Method → state → raw grades (rising) and how often answers with such a grade were right."""

"""Measured weights and frequencies of the estimate of presence. Printed by `dev/presence_weights.py`; not by hand."""

from __future__ import annotations

from typing import Mapping

BY_DAY: Mapping[str, float] = {
    "above": 1.5,
    "above_before": 0.76,
    "coarse": -0.23,
    "coarse_low": 0.68,
    "day": 0.15,
    "days": -0.53,
    "distance": 1.01,
    "evening": -1.05,
    "evenings": -0.19,
    "evenings_low": -0.05,
    "free": 0.45,
    "free_low": 0.18,
    "habit": 0.53,
    "habit_low": -0.41,
    "held": 0.65,
    "hidden": 0.0,
    "idle": -0.56,
    "not_up": 1.49,
    "still": -1.92,
    "tie": 0.91,
    "tie_before": 0.76,
    "very_coarse": 0.59,
    "very_coarse_low": 0.54,
}
BY_NIGHT: Mapping[str, float] = {
    "above": 0.01,
    "above_before": -0.36,
    "coarse": 0.82,
    "coarse_low": 0.21,
    "day": 0.13,
    "days": 0.33,
    "distance": 0.45,
    "evening": 3.91,
    "evenings": 0.1,
    "evenings_low": 0.03,
    "free": 0.27,
    "free_low": -0.27,
    "habit": 0.27,
    "habit_low": -0.72,
    "held": -0.64,
    "hidden": 1.34,
    "idle": -0.45,
    "not_up": 0.03,
    "still": -1.47,
    "tie": 0.28,
    "tie_before": 0.16,
    "very_coarse": 1.63,
    "very_coarse_low": 1.47,
}
"""Log odds that each mark of `presence_score.marks` adds, 08–22 h and 22–08 h."""
BY_HOUR: tuple[float, ...] = (
    0.97,
    1.02,
    1.08,
    1.13,
    1.18,
    1.2,
    1.12,
    0.04,
    -0.53,
    -0.69,
    -0.69,
    -0.79,
    -0.9,
    -1.1,
    -1.03,
    -0.76,
    -0.61,
    -0.61,
    -1.28,
    -1.37,
    -1.0,
    -0.29,
    0.34,
    0.78,
)
"""Log odds of each hour of the clock."""
RIGHT_SHARE: Mapping[str, Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]] = {
    "manual": {
        "home": (
            (0.493, 0.679, 0.772, 0.831, 0.881, 0.921, 0.963),
            (0.803, 0.913, 0.923, 0.947, 0.963, 0.975, 0.99),
        ),
        "away": (
            (0.0, 0.49, 0.687, 0.882),
            (0.571, 0.748, 0.765, 0.827),
        ),
    },
    "held": {
        "home": (
            (0.245, 0.457, 0.677, 0.779, 0.823, 0.853, 0.884, 0.916, 0.964),
            (0.78, 0.87, 0.875, 0.883, 0.931, 0.957, 0.957, 0.965, 0.99),
        ),
        "away": (
            (0.016, 0.25, 0.271, 0.484, 0.718, 0.89),
            (0.699, 0.766, 0.776, 0.798, 0.801, 0.863),
        ),
    },
    "quiet": {
        "home": (
            (0.678, 0.853, 0.916, 0.947, 0.966, 0.977, 0.983, 0.986, 0.99, 0.992, 0.995, 0.997),
            (0.68, 0.851, 0.908, 0.943, 0.964, 0.977, 0.986, 0.988, 0.992, 0.994, 0.994, 0.996),
        ),
        "away": (
            (0.615, 0.703, 0.767, 0.815, 0.852, 0.883, 0.907, 0.926, 0.942, 0.957, 0.971, 0.984),
            (0.553, 0.67, 0.747, 0.8, 0.841, 0.874, 0.909, 0.939, 0.963, 0.979, 0.987, 0.993),
        ),
    },
}
"""Method → state → raw grades (rising) and how often answers with such a grade were right."""

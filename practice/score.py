"""Results held against a scenario's truth: pure functions, tables in, rows (theme, measure, value) out.

A measure that is not defined (nothing to count, one class only) is NaN, never 0. What a result leaves undecided is
counted
apart, and is left out of the measures of what it decides; the measure's name or its `note` says so.
"""

from __future__ import annotations

from typing import Iterable

import numpy as np
import pandas as pd

COLUMNS = ("theme", "measure", "value", "note")
STATES = ("powered", "partial", "outage")
SHOWN = (*STATES, "unknown")
DATA_DELAY_HOURS = 13.0
"""通電情報 knows of an outage 12 h after it began; half an hour for the slot and half for its way come on top."""
DAY_HOURS = (6.0, 22.0)
"""Hours of the day that are scored as day; the others are night."""
PERIODS = ("24h", "day", "night")
UNDECIDED = ("asleep_unknown", "no_data")


def _table(theme: str, rows: Iterable[tuple]) -> pd.DataFrame:
    full = [(theme, row[0], float(row[1]), row[2] if len(row) > 2 else "") for row in rows]
    return pd.DataFrame(full, columns=list(COLUMNS))


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")


def _mean(values: np.ndarray) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def score_shelters(result: pd.DataFrame, truth: pd.DataFrame, delay_hours: float = DATA_DELAY_HOURS) -> pd.DataFrame:
    """Score shelter power. `result`: `facility_id state`; `truth`: as `truth.shelter_truth`, for the same moment.

    `dangerous`: shown powered, truly not fully powered; split by whether that is so since less than `delay_hours`,
    when the data
    cannot know it yet. Facilities of one table only are counted as `not_in_truth`, `not_in_result`.
    """
    both = result[["facility_id", "state"]].merge(truth, on="facility_id", suffixes=("", "_true"))
    shown, true = both["state"].astype(str).to_numpy(), both["state_true"].astype(str).to_numpy()
    rows: list[tuple] = [
        (f"shown_{one}_true_{other}", np.count_nonzero((shown == one) & (true == other)))
        for one in SHOWN
        for other in STATES
    ]
    decided = np.isin(shown, STATES)
    dangerous = (shown == "powered") & (true != "powered")
    late = dangerous & (both["changed_hours"].to_numpy(float) <= delay_hours)
    rows += [
        ("dangerous", dangerous.sum(), "shown powered, truly not fully powered"),
        ("dangerous_within_data_delay", late.sum(), f"since {delay_hours:g} h or less"),
        ("dangerous_beyond_data_delay", (dangerous & ~late).sum()),
        ("accuracy", _share((shown == true)[decided].sum(), decided.sum()), "unknown left out"),
        ("coverage", _share(decided.sum(), len(both)), "share that is not shown as unknown"),
        ("facilities", len(both)),
        ("not_in_truth", len(result) - len(both)),
        ("not_in_result", len(truth) - len(both)),
    ]
    return _table("shelterpower", rows)


def score_mesh(result: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Score outage by mesh. `result`: `mesh_code excess_rate low high masked` of one moment; `truth`:
    `truth.mesh_truth`.

    Rates are shares 0–1 as in the analysis. Masked cells and cells without a rate are counted, and left out of the
    measures.
    """
    both = result[["mesh_code", "excess_rate", "low", "high", "masked"]].merge(truth, on="mesh_code")
    masked = both["masked"].to_numpy(bool)
    rate = both["excess_rate"].to_numpy(float)
    low, high = both["low"].to_numpy(float), both["high"].to_numpy(float)
    known = ~masked & np.isfinite(rate)
    bounded = ~masked & np.isfinite(low) & np.isfinite(high)
    long, at_once = both["dark_12h_share"].to_numpy(float), both["dark_share"].to_numpy(float)
    # A count of 0.3 stored with few digits is not outside [0.3, …].
    held = (low - 1e-6 <= long) & (long <= high + 1e-6)
    meters = both["meters"].to_numpy(float)
    error = np.abs(rate - long)[known]
    weight = meters[known]
    rows = [
        ("mae_12h", _mean(error), "against the share of meters without power for 12 h"),
        ("mae_12h_by_meters", _share((error * weight).sum(), weight.sum()), "cells weighted by their meters"),
        ("mae_now", _mean(np.abs(rate - at_once)[known]), "against the share of meters without power at the time"),
        ("interval_holds_truth", _mean(held[bounded]), "share of unmasked cells; truth: without power for 12 h"),
        ("cells", len(both)),
        ("cells_scored", known.sum()),
        ("cells_masked", masked.sum()),
        ("cells_not_in_truth", len(result) - len(both)),
    ]
    return _table("meshoutage", rows)


def score_gaps(result: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Score acquisition gaps. `result`: `area_id begin end excess_gap`; `truth`: `truth.gap_truth` for the same
    steps.
    """
    keys = ["area_id", "begin"]
    mine, true = result[[*keys, "excess_gap"]].copy(), truth[[*keys, "meters", "dark_share"]].copy()
    for table in (mine, true):
        table["begin"] = pd.to_datetime(table["begin"]).to_numpy(dtype="datetime64[s]")
        table["area_id"] = table["area_id"].astype(str)
    both = mine.merge(true, on=keys)
    gap, share = both["excess_gap"].to_numpy(float), both["dark_share"].to_numpy(float)
    known = np.isfinite(gap) & np.isfinite(share)
    error, weight = np.abs(gap - share)[known], both["meters"].to_numpy(float)[known]
    rows = [
        ("mae", _mean(error), "against the share of meters without power through the step"),
        ("mae_by_meters", _share((error * weight).sum(), weight.sum()), "areas weighted by their meters"),
        ("rows", len(both)),
        ("rows_scored", known.sum()),
        ("rows_not_in_truth", len(mine) - len(both)),
    ]
    return _table("acquisitiongaps", rows)


def score_isolated(result: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Score isolated communities. `result`: `area_id` and, where there is one, `access_cut`; `truth`: `area_id
    cut_off`.

    All listed areas count as found; with `access_cut` also those alone of which the roads are said to be cut (`cut`).
    """
    cut = set(truth.loc[truth["cut_off"].astype(int) == 1, "area_id"].astype(str))
    listed = result["area_id"].astype(str)
    kinds = {"": set(listed)}
    if "access_cut" in result:
        kinds["_access_cut"] = set(listed[result["access_cut"].astype(str).isin(("cut", "True", "true", "1"))])
    rows: list[tuple] = [("cut_off", len(cut)), ("listed", len(kinds[""]))]
    for suffix, found in kinds.items():
        hits = len(found & cut)
        rows += [
            (f"found{suffix}", hits),
            (f"recall{suffix}", _share(hits, len(cut))),
            (f"precision{suffix}", _share(hits, len(found))),
        ]
    return _table("isolatedcommunities", rows)


def score_presence(result: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Score home and away. `result`: `supply_point slot_begin state` and, for several, `method`; `truth`:
    `truth.presence_truth`.

    For each method, for 24 h, by day (06–22 h) and by night. `asleep_unknown` and `no_data` are undecided: left out
    of accuracy,
    balanced accuracy and MCC, counted apart, and `coverage` is the share of homes that got an answer.
    """
    mine = result.copy()
    if "method" not in mine:
        mine["method"] = "result"
    true = truth.copy()
    for table in (mine, true):
        table["slot_begin"] = pd.to_datetime(table["slot_begin"]).to_numpy(dtype="datetime64[s]")
    both = mine[["supply_point", "slot_begin", "state", "method"]].merge(true, on=["supply_point", "slot_begin"])
    moments = pd.to_datetime(both["slot_begin"])
    hour = (moments.dt.hour + moments.dt.minute / 60).to_numpy(float)
    by_day = (hour >= DAY_HOURS[0]) & (hour < DAY_HOURS[1])
    rows: list[tuple] = []
    for method in sorted(both["method"].astype(str).unique()):
        own = (both["method"].astype(str) == method).to_numpy()
        for period, chosen in zip(PERIODS, (own, own & by_day, own & ~by_day)):
            part = both[chosen]
            for name, value, note in _presence_rows(
                part["state"].astype(str).to_numpy(), part["present"].to_numpy(bool)
            ):
                rows.append((f"{method}.{period}.{name}", value, note))
    rows.append(("rows_not_in_truth", len(mine) - len(both), "not a home of the scenario"))
    return _table("homeaway", rows)


def _presence_rows(state: np.ndarray, present: np.ndarray) -> list[tuple[str, float, str]]:
    decided = np.isin(state, ("home", "away"))
    home, there = (state == "home")[decided], present[decided]
    measures = binary_measures(home, there)
    out = "undecided left out"
    rows: list[tuple[str, float, str]] = [(name, value, out) for name, value in measures.items()]
    rows += [
        ("coverage", _share(decided.sum(), len(state)), "share with an answer"),
        ("homes", len(state), ""),
        ("decided", decided.sum(), ""),
    ]
    rows += [(name, np.count_nonzero(state == name), "undecided") for name in UNDECIDED]
    really = np.count_nonzero(present & (state == "away"))
    rows.append(
        ("present_called_away", _share(really, np.count_nonzero(present)), "of all present, undecided included")
    )
    return rows


def binary_measures(said: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """Return accuracy, balanced accuracy and Matthews correlation (MCC) of a yes/no answer, NaN where not defined."""
    yes = float(np.count_nonzero(said & true))
    no = float(np.count_nonzero(~said & ~true))
    false_yes = float(np.count_nonzero(said & ~true))
    false_no = float(np.count_nonzero(~said & true))
    product = (yes + false_yes) * (yes + false_no) * (no + false_yes) * (no + false_no)
    return {
        "accuracy": _share(yes + no, len(said)),
        "balanced_accuracy": (_share(yes, yes + false_no) + _share(no, no + false_yes)) / 2,
        "mcc": (yes * no - false_yes * false_no) / product**0.5 if product else float("nan"),
    }

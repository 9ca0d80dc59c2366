"""Scores: worked examples by hand, and what is not defined is not a number."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from tomoshibi.practice import score, truth
from tomoshibi.practice.scenario import make_scenario


def value(table: pd.DataFrame, measure: str) -> float:
    [found] = table.loc[table["measure"] == measure, "value"]
    return found


def test_dangerous_shelters_are_split_by_what_the_data_could_know():
    result = pd.DataFrame(
        {
            "facility_id": list("abcdex"),
            "state": ["powered", "powered", "powered", "outage", "unknown", "powered"],
        }
    )
    true = pd.DataFrame(
        {
            "facility_id": list("abcdef"),
            "state": ["powered", "outage", "partial", "outage", "outage", "powered"],
            "changed_hours": [np.nan, 48.0, 4.0, 48.0, 48.0, np.nan],
        }
    )
    table = score.score_shelters(result, true)
    assert value(table, "shown_powered_true_outage") == 1
    assert value(table, "shown_unknown_true_outage") == 1
    assert value(table, "dangerous") == 2
    assert value(table, "dangerous_within_data_delay") == 1
    assert value(table, "dangerous_beyond_data_delay") == 1
    assert value(table, "accuracy") == pytest.approx(2 / 4)
    assert value(table, "coverage") == pytest.approx(4 / 5)
    assert value(table, "not_in_truth") == 1
    assert value(table, "not_in_result") == 1
    cells = table[table["measure"].str.startswith("shown_")]
    assert len(cells) == 12
    assert cells["value"].sum() == 5


def test_masked_cells_are_left_out_of_the_mesh_measures():
    result = pd.DataFrame(
        {
            "mesh_code": ["1", "2", "3", "4"],
            "excess_rate": [0.5, 0.0, np.nan, 0.9],
            "low": [0.4, 0.0, np.nan, 0.8],
            "high": [0.7, 0.05, np.nan, 1.0],
            "masked": [False, False, True, False],
        }
    )
    true = pd.DataFrame(
        {
            "mesh_code": ["1", "2", "3"],
            "meters": [10, 30, 2],
            "dark_share": [1.0, 0.2, 1.0],
            "dark_12h_share": [0.6, 0.1, 1.0],
        }
    )
    table = score.score_mesh(result, true)
    assert value(table, "mae_12h") == pytest.approx(0.1)
    assert value(table, "mae_now") == pytest.approx(0.35)
    assert value(table, "interval_holds_truth") == pytest.approx(0.5)
    assert value(table, "cells_masked") == 1
    assert value(table, "cells_scored") == 2
    assert value(table, "cells_not_in_truth") == 1


def test_isolated_settlements_have_recall_and_precision():
    result = pd.DataFrame({"area_id": ["a", "b", "c"], "access_cut": ["cut", "open", "cut"]})
    true = pd.DataFrame({"area_id": list("abcd"), "cut_off": [1, 0, 0, 1]})
    table = score.score_isolated(result, true)
    assert value(table, "recall") == pytest.approx(0.5)
    assert value(table, "precision") == pytest.approx(1 / 3)
    assert value(table, "precision_access_cut") == pytest.approx(0.5)


def test_undecided_homes_are_counted_apart():
    noon, night = datetime(2026, 1, 19, 12), datetime(2026, 1, 19, 3)
    result = pd.DataFrame(
        {
            "supply_point": list("abcd") * 2,
            "slot_begin": [noon] * 4 + [night] * 4,
            "state": ["home", "away", "home", "no_data", "home", "asleep_unknown", "asleep_unknown", "no_data"],
            "method": "held",
        }
    )
    true = pd.DataFrame(
        {
            "supply_point": list("abcd") * 2,
            "slot_begin": [noon] * 4 + [night] * 4,
            "present": [True, False, False, True, True, True, True, True],
        }
    )
    table = score.score_presence(result, true)
    assert value(table, "held.day.accuracy") == pytest.approx(2 / 3)
    assert value(table, "held.day.balanced_accuracy") == pytest.approx((1 + 0.5) / 2)
    assert value(table, "held.day.mcc") == pytest.approx(0.5)
    assert value(table, "held.day.coverage") == pytest.approx(0.75)
    assert value(table, "held.night.asleep_unknown") == 2
    assert value(table, "held.night.no_data") == 1
    assert math.isnan(value(table, "held.night.balanced_accuracy"))
    assert math.isnan(value(table, "held.night.mcc"))
    assert value(table, "held.24h.homes") == 8
    notes = table.loc[table["measure"].str.endswith("accuracy"), "note"]
    assert (notes == "undecided left out").all()


def test_what_is_not_defined_is_not_a_number():
    assert all(math.isnan(number) for number in score.binary_measures(np.zeros(0, bool), np.zeros(0, bool)).values())
    empty = score.score_isolated(pd.DataFrame({"area_id": []}), pd.DataFrame({"area_id": [], "cut_off": []}))
    assert math.isnan(value(empty, "recall"))
    assert math.isnan(value(empty, "precision"))
    nothing = pd.DataFrame({"mesh_code": [], "excess_rate": [], "low": [], "high": [], "masked": []}, dtype=object)
    true = pd.DataFrame({"mesh_code": ["1"], "meters": [3], "dark_share": [0.0], "dark_12h_share": [0.0]})
    assert math.isnan(value(score.score_mesh(nothing, true), "mae_12h"))


def test_the_truth_itself_scores_perfectly(tmp_path):
    scenario = make_scenario(tmp_path / "s", seed=3)
    now = scenario.now
    shelters = truth.shelter_truth(scenario, now)
    assert value(score.score_shelters(shelters, shelters), "accuracy") == 1
    assert value(score.score_shelters(shelters, shelters), "dangerous") == 0
    cells = truth.mesh_truth(scenario, now, 500)
    said = cells.assign(excess_rate=cells["dark_12h_share"], low=cells["dark_12h_share"], high=cells["dark_12h_share"])
    table = score.score_mesh(said.assign(masked=False)[["mesh_code", "excess_rate", "low", "high", "masked"]], cells)
    assert value(table, "mae_12h") == 0
    assert value(table, "interval_holds_truth") == 1
    assert value(table, "mae_now") > 0, "an area went out four hours ago"
    begin = datetime(2026, 1, 19, 6)
    steps = [(begin + timedelta(hours=3 * n), begin + timedelta(hours=3 * n + 3)) for n in range(17)]
    gaps = truth.gap_truth(scenario, steps)
    assert len(gaps) == 16 * 45, "the last step has not begun"
    assert value(score.score_gaps(gaps.assign(excess_gap=gaps["dark_share"]), gaps), "mae") == 0
    by_step = gaps.groupby("begin")["dark_share"].mean()
    assert by_step.iloc[0] > by_step.iloc[-1] > 0
    areas = scenario.areas()
    found = score.score_isolated(areas[areas["cut_off"] == 1], areas)
    assert (value(found, "recall"), value(found, "precision")) == (1, 1)
    there = truth.presence_truth(scenario, [datetime(2026, 1, 18, 13), datetime(2026, 1, 18, 3)])
    said = there.assign(state=np.where(there["present"], "home", "away"), method="known")
    table = score.score_presence(said.drop(columns="present"), there)
    assert value(table, "known.24h.mcc") == 1
    assert value(table, "known.day.coverage") == 1

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


@pytest.mark.slow
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


def test_cells_with_a_failed_relay_are_scored_apart():
    result = pd.DataFrame(
        {"mesh_code": ["1", "2"], "excess_rate": [0.1, 1.0], "low": [0.0, 0.9], "high": [0.2, 1.0], "masked": False}
    )
    true = pd.DataFrame(
        {
            "mesh_code": ["1", "2"],
            "meters": [10, 10],
            "dark_share": [0.1, 0.0],
            "dark_12h_share": [0.1, 0.0],
            "dark_known_share": [0.2, 0.0],
            "silent_known_share": [0.2, 1.0],
            "relay_lost": [False, True],
        }
    )
    table = score.score_mesh(result, true)
    assert value(table, "least_error") == pytest.approx(0.55)
    assert value(table, "least_error_relays_working") == pytest.approx(0.1)
    assert value(table, "mae_12h") == pytest.approx(0.5)
    assert value(table, "mae_12h_relays_working") == pytest.approx(0)
    assert value(table, "interval_holds_truth") == pytest.approx(0.5)
    assert value(table, "interval_holds_truth_relays_working") == 1
    assert value(table, "mae_12h_known_relays_working") == pytest.approx(0.1)
    assert value(table, "cells_relay_lost") == 1


def test_a_ranking_is_read_from_the_top_until_enough_are_found():
    result = pd.DataFrame({"area_id": ["c", "a", "b", "x"], "rank": [3, 1, 2, 4]})
    true = pd.DataFrame({"area_id": ["a", "b", "c", "x"], "cut_off": [1, 0, 1, 0]})
    table = score.score_isolated(result, true)
    assert value(table, "precision") == pytest.approx(2 / 4)
    assert value(table, "precision_at_recall") == pytest.approx(2 / 3)
    short = score.score_isolated(result[result["area_id"] != "c"], true)
    assert math.isnan(value(short, "precision_at_recall"))


def test_hidden_outages_have_recall_of_what_can_be_seen_and_precision_of_what_is_listed():
    true = pd.DataFrame(
        {
            "supply_point": list("abcdef"),
            "pole": [1, 1, 2, 3, 4, 5],
            "dark": [True, True, True, True, False, True],
            "hidden": [True, True, True, False, False, True],
            "line_hours": [20.0, 30.0, 2.0, np.nan, np.nan, 40.0],
            "can_be_seen": [True, True, True, True, True, False],
        }
    )
    table = score.score_hidden(pd.DataFrame({"supply_point": ["a", "c", "d", "e", "z"]}), true)
    assert value(table, "recall") == pytest.approx(1 / 2), "c is not due yet, f cannot be seen"
    assert value(table, "recall_all") == pytest.approx(1 / 3)
    assert value(table, "recall_poles") == 1
    assert value(table, "precision") == pytest.approx(2 / 5)
    assert value(table, "listed_dark_with_line") == 1
    assert value(table, "listed_with_power") == 1
    assert value(table, "not_in_truth") == 1
    assert math.isnan(value(score.score_hidden(pd.DataFrame({"supply_point": []}), true[:0]), "precision"))


def test_residence_counts_empty_homes_called_lived_and_lived_homes_recognised():
    result = pd.DataFrame(
        {
            "supply_point": list("abcde"),
            "verdict": ["lived", "cannot_tell", "not_lived", "lived", "not_lived"],
            "lived_days": [60, 20, 1, 40, 0],
            "counted_days": [60, 60, 60, 60, 0],
        }
    )
    true = pd.DataFrame(
        {
            "supply_point": list("abcde"),
            "home": ["lived", "lived", "vacant", "long_absent", "vacant"],
            "lived_days": [60, 50, 1, 0, 0],
            "days": 60,
        }
    )
    table = score.score_residence(result, true)
    assert value(table, "lived_recognised") == pytest.approx(1 / 2)
    assert value(table, "lived_called_not_lived") == 0
    assert value(table, "vacant_called_lived") == pytest.approx(1 / 3)
    assert value(table, "said_lived_true_long_absent") == 1
    assert value(table, "decided") == pytest.approx(4 / 5)
    assert value(table, "days_mae") == pytest.approx((0 + 0.5 + 0 + 40 / 60) / 4)


def test_recovery_is_compared_by_area_and_with_the_weather_taken_out():
    months = pd.to_datetime(["2026-02-01", "2026-02-01"])
    result = pd.DataFrame({"area_id": ["1", "2"], "month": months, "index": [0.6, 1.2], "municipal_index": [1.0, 1.0]})
    true = pd.DataFrame(
        {
            "area_id": ["1", "2"],
            "month": months,
            "homes": [10, 30],
            "lived_share": [0.4, 0.9],
            "index": [0.5, 1.0],
            "municipal_index": [0.8, 0.8],
        }
    )
    table = score.score_recovery(result, true)
    assert value(table, "mae") == pytest.approx((0.1 + 0.2) / 2)
    assert value(table, "mae_by_homes") == pytest.approx((0.1 * 10 + 0.2 * 30) / 40)
    assert value(table, "mae_against_municipality") == pytest.approx((abs(0.48 - 0.5) + abs(0.96 - 1.0)) / 2)
    assert value(table, "mae_municipality") == pytest.approx(0.2)
    assert value(score.score_recovery(result.assign(area_id="9"), true), "rows_scored") == 0


def test_right_wrong_and_unknown_add_up_and_unknown_is_counted_by_reason():
    true = pd.DataFrame(
        {
            "facility_id": list("abcd"),
            "state": ["powered", "outage", "outage", "powered"],
            "changed_hours": [np.nan] * 4,
        }
    )
    shown = pd.DataFrame(
        {
            "facility_id": list("abcd"),
            "state": ["powered", "powered", "unknown", "unknown"],
            "unknown_reason": [None, None, "before_event", "not_linked"],
        }
    )
    found = score.score_shelters(shown, true).set_index("measure")["value"]
    assert (found["right"], found["wrong"], found["unknown"]) == (0.25, 0.25, 0.5)
    assert found["unknown.before_event"] == found["unknown.not_linked"] == 1


def test_a_hidden_outage_that_is_said_to_be_undecided_is_neither_right_nor_wrong():
    true = pd.DataFrame(
        {
            "supply_point": ["1", "2"],
            "dark": True,
            "hidden": [True, False],
            "line_hours": [9.0, np.nan],
            "can_be_seen": True,
        }
    )
    listed = pd.DataFrame({"supply_point": ["1", "2"], "certainty": ["sure", "undecided"]})
    found = score.score_hidden(listed, true).set_index("measure")["value"]
    assert found["precision"] == 1.0 and found["listed"] == 1 and found["undecided"] == 1

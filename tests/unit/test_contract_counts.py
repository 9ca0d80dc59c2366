"""Contracts by cell: growth over what is known at both dates, solar, totals held against one another."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis.contract_counts import (
    METERS_FORWARD,
    CountError,
    CountRules,
    contract_counts,
    counts_by_cell,
    meters_on,
    totals_differ,
)

A, B, C = "5636123411", "5636123412", "5636123413"
LOW, HIGH = "3kW未満", "3kW以上10kW未満"


def row(code, date, meters, table_kind=3, contract_range=LOW, masked=False, unit=1, kwh=math.nan):
    return (1, unit, table_kind, 2, "", code, pd.Timestamp(date), contract_range, meters, kwh, masked)


def table(rows):
    names = "voltage unit table_kind area_kind address mesh_code date contract_range meters kwh masked".split()
    return pd.DataFrame(rows, columns=names).astype({"meters": "float64", "kwh": "float64"})


NONE = table([])


def test_contracts_are_added_over_their_ranges_and_compared_between_two_dates():
    counts = table(
        [
            row(A, "2023-12-01", 40),
            row(A, "2023-12-01", 60, contract_range=HIGH),
            row(A, "2024-12-01", 30),
            row(A, "2024-12-01", 50, contract_range=HIGH),
        ]
    )
    line = contract_counts(counts, NONE, CountRules()).iloc[0]
    assert (line.meters, line.meters_before, line.change) == (80, 100, -20) and line.change_rate == pytest.approx(-0.2)
    assert line.begin == pd.Timestamp("2024-12-01") and line.end == pd.Timestamp("2025-01-01")
    assert line.before_date == pd.Timestamp("2023-12-01") and line.unknown_reason == ""
    assert math.isnan(line.feed_in_meters) and line.feed_in_date is pd.NaT


def test_a_masked_part_or_a_square_that_is_not_named_is_unknown_and_no_decline():
    counts = table(
        [
            row(A, "2023-12-01", 50),
            row(B, "2023-12-01", 70),
            row(C, "2023-12-01", 20),
            row(A, "2024-12-01", 45),
            row(B, "2024-12-01", 60),
            row(B, "2024-12-01", math.nan, 3, HIGH, True),
        ]
    )
    by_cell = contract_counts(counts, NONE, CountRules()).set_index("area_id")
    assert by_cell.change[A] == -5 and by_cell[["meters", "change"]].loc[[B, C]].isna().all().all()
    assert by_cell.unknown_reason.to_dict() == {A: "", B: "masked", C: "masked"}
    together = contract_counts(counts, NONE, CountRules(), {A: "district", B: "district", C: "district"}).iloc[0]
    assert (together.meters, together.meters_before, together.change) == (45, 50, -5)
    assert (together.cells, together.cells_unknown) == (1, 2)


def test_months_are_not_compared_with_days_and_one_date_tells_no_growth():
    counts = table([row(A, "2024-11-01", 100), row(A, "2024-12-05", 90, unit=2)])
    line = contract_counts(counts, NONE, CountRules()).iloc[0]
    assert line.meters == 90 and math.isnan(line.change) and line.before_date is pd.NaT
    assert line.end == pd.Timestamp("2024-12-06")


def test_the_dates_asked_for_decide_which_figures_are_compared():
    counts = table([row(A, f"2024-{month:02d}-01", 100 + month) for month in range(1, 13)])
    rules = CountRules(at=np.datetime64("2024-08-15"), since=np.datetime64("2024-03-01"))
    line = contract_counts(counts, NONE, rules).iloc[0]
    assert (line.meters, line.meters_before) == (108, 103)
    with pytest.raises(CountError, match="begin after"):
        contract_counts(counts, NONE, CountRules(at=np.datetime64("2023-01-01")))
    with pytest.raises(CountError, match="no statistics of meters"):
        contract_counts(NONE, NONE, CountRules())


def test_the_figures_of_the_very_day_asked_for_count():
    counts = table([row(A, "2024-08-01", 100), row(A, "2024-08-15", 90), row(A, "2024-08-16", 80)])
    flows = table([row(A, f"2024-08-{day}", meters, 2) for day, meters in (("01", 5), ("15", 6), ("16", 7))])
    line = contract_counts(counts, flows, CountRules(at=np.datetime64("2024-08-15"))).iloc[0]
    assert (line.meters, line.meters_before, line.feed_in_meters) == (90, 100, 6)


def test_solar_is_a_share_of_the_contracts_where_both_are_known():
    counts = table(
        [
            row(A, "2024-12-01", 100),
            row(B, "2024-12-01", 50),
            row(C, "2024-12-01", 30),
            row(A, "2024-12-01", 20, 4),
            row(B, "2024-12-01", math.nan, 4, masked=True),
        ]
    )
    flows = table([row(A, "2024-12-01", 20, 2, kwh=1500.0), row(A, "2024-12-01", 99, 1, kwh=9.0)])
    found = contract_counts(counts, flows, CountRules()).set_index("area_id")
    assert (found.feed_in_meters[A], found.feed_in_share[A]) == (20, 0.2)
    assert (found.feed_in_kwh[A], found.feed_in_kwh_per_meter[A]) == (1500, 75)
    # Masked, or not named: unknown, never "no roof".
    assert found.loc[[B, C], ["feed_in_meters", "feed_in_share", "feed_in_kwh"]].isna().all().all()
    whole = contract_counts(counts, flows, CountRules(), dict.fromkeys((A, B, C), "all")).iloc[0]
    assert (whole.meters, whole.feed_in_meters, whole.feed_in_share) == (180, 20, 0.2)


def test_without_counts_of_feed_in_the_meters_of_the_flow_itself_serve():
    found = contract_counts(
        table([row(A, "2024-12-01", 100)]), table([row(A, "2024-12-01", 7, 2, kwh=70.0)]), CountRules()
    )
    assert (found.feed_in_meters[0], found.feed_in_kwh_per_meter[0]) == (7, 10)


def test_totals_are_held_against_the_newest_count_up_to_the_day():
    counts = counts_by_cell(
        table([row(A, "2024-01-01", 100), row(A, "2024-02-01", 80), row(B, "2024-03-01", 9)]), METERS_FORWARD, 1
    )
    keys, days = np.array([A, A, B, C]), np.array(["2024-01-20", "2024-02-02", "2024-01-05", "2024-01-05"])
    counted = meters_on(counts, keys, days.astype("datetime64[D]"))
    assert counted[:3].tolist() == [100, 80, 9] and math.isnan(counted[3])
    meters = np.array([104.0, 104.0, 12.0, 50.0])
    # 4 % apart; 24 apart; 3 of 12, one contract too few to speak of; nothing to compare with.
    assert totals_differ(meters, counted).tolist() == [False, True, False, False]

"""Who may be silent behind a relay that failed: those of its area that fell silent with it, and nobody else."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis.reasons import count_by_reason
from tomoshibi.analysis.relays import NO_RELAY, Relay, behind, by_area, without

SINCE = datetime(2026, 1, 20, 5, 30)
RELAY = Relay("A", 40, 18, SINCE, datetime(2026, 1, 20, 22), 2, datetime(2026, 1, 21, 6))


def moments(*texts: str) -> np.ndarray:
    return np.array([f"2026-01-20T{text}" if text else "NaT" for text in texts], dtype="datetime64[s]")


def test_behind_a_relay_are_those_of_its_area_that_fell_silent_with_it_and_were_not_heard_since():
    member = np.array([0, 0, 0, 0, 0, NO_RELAY])
    last = moments("05:30", "06:00", "05:00", "12:00", "", "05:30")
    found = behind([RELAY], member, last)
    assert found.relay.tolist() == [0, 0, 0, NO_RELAY, NO_RELAY, NO_RELAY]


def test_where_hardly_any_are_left_the_relay_is_mended_and_they_have_other_reasons():
    alone = behind([RELAY], np.array([0, 0]), moments("05:30", "12:00"))
    assert not alone.any.any()


def test_an_outage_that_begins_after_the_relay_was_back_is_none_of_it():
    assert not behind([RELAY], np.zeros(3, dtype=np.int64), moments("12:00", "22:30", "06:30")).any.any()


def test_a_place_tells_how_many_may_have_power_and_what_share_of_those_that_are_back_had():
    found = behind([RELAY], np.zeros(5, dtype=np.int64), moments("05:30", "05:30", "12:00", "05:30", "05:30"))
    table = found.by(np.array([0, 0, 0, -1, 0]), 2)
    assert table.loc[0, "relay_meters"] == 3
    assert table.loc[0, "relay_share"] == pytest.approx(0.9)
    assert table.loc[0, "relay_low"] < 0.9 < table.loc[0, "relay_high"] < 1
    assert table.loc[0, "relay_since"] == SINCE and table.loc[0, "relay_told"] == RELAY.told_at
    assert table.loc[1].isna().all()


@pytest.mark.parametrize(
    ("powered", "dark", "low", "high"), [(8, 2, 0.4902, 0.9433), (18, 2, 0.6990, 0.9721), (20, 0, 0.8389, 1.0)]
)
def test_of_few_that_are_back_the_share_is_known_within_wilsons_interval(powered, dark, low, high):
    found = Relay("A", 40, powered, SINCE, SINCE, dark).bounds
    assert found == pytest.approx((low, high), abs=1e-4)


def test_without_those_that_may_have_power_no_share_falls_below_nothing():
    rate, meters = np.array([0.5, 0.1, np.nan]), np.array([10.0, 10.0, 10.0])
    assert without(rate, meters, np.array([3.0, 3.0, 3.0])).tolist()[:2] == pytest.approx([0.2, 0.0])


def test_of_an_area_whose_relay_failed_twice_the_greater_number_counts():
    again = Relay("A", 40, 25, SINCE, SINCE)
    assert by_area([RELAY, again]) == {"A": 25}


def test_a_blank_reason_counts_for_none_however_a_table_writes_it():
    blanks = ["relay", None, "", float("nan"), pd.NA, np.nan, "relay"]
    assert count_by_reason(blanks) == {"relay": 2}

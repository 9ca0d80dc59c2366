"""What was said by telephone, held against what was measured."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis import power_trucks
from tomoshibi.analysis.key_figures import dark_facilities, told_counts
from tomoshibi.analysis.told_beside import beside_measured
from tomoshibi.analysis.told_states import Told, ToldState, in_force
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.overrides import TOLD_FILE, add_told, all_told, told_of
from tomoshibi.messages import TomoshibiError

NOON = datetime(2026, 1, 19, 12)
HOUR = timedelta(hours=1)


def said(state=ToldState.POWERED, at=NOON, until=None, facility="f0"):
    return Told(facility, state, "電力 太郎", at, until)


def beside(told, silent=None, powered=None):
    """Return the row of one facility."""
    moments = (np.array([moment or "NaT"], dtype="datetime64[s]") for moment in (silent, powered))
    return beside_measured(np.array(["f0"], dtype=object), *moments, in_force(told, NOON + 6 * HOUR)).iloc[0]


def test_the_last_thing_said_holds_and_of_one_moment_the_last_entered():
    told = [said(ToldState.OUT), said(ToldState.GENERATOR, NOON + HOUR), said(ToldState.TRUCK, NOON + HOUR)]
    assert in_force(told, NOON)["f0"].state is ToldState.OUT
    assert in_force(told, NOON + HOUR)["f0"].state is ToldState.TRUCK
    assert in_force(told[::-1], NOON + HOUR)["f0"].state is ToldState.GENERATOR


def test_what_was_said_holds_from_its_moment_until_its_end_and_not_once_withdrawn():
    told = [said(until=NOON + HOUR)]
    assert not in_force(told, NOON - HOUR) and in_force(told, NOON)
    assert in_force(told, NOON + HOUR - timedelta(seconds=1)) and not in_force(told, NOON + HOUR)
    assert not in_force([said(), said(ToldState.WITHDRAWN, NOON + HOUR)], NOON + HOUR)


def test_an_ended_word_does_not_bring_an_older_one_back():
    told = [said(ToldState.OUT), said(ToldState.TRUCK, NOON + HOUR, NOON + 2 * HOUR)]
    assert not in_force(told, NOON + 3 * HOUR)


@pytest.mark.parametrize("state", [state for state in ToldState if state is not ToldState.WITHDRAWN])
@pytest.mark.parametrize("measured", ["silent", "powered"])
@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_a_later_measurement_goes_before_words(state, measured, hours):
    row = beside([said(state)], **{measured: NOON + hours * HOUR})
    contrary = {"silent": (ToldState.POWERED,), "powered": (ToldState.OUT, ToldState.GENERATOR)}[measured]
    passed = hours > 0 and state in contrary
    assert row.told_passed == passed and row.told_state == (None if passed else state.value)


@given(st.lists(st.tuples(st.sampled_from(list(ToldState)), st.integers(0, 9), st.integers(0, 9)), max_size=8))
def test_nothing_said_after_a_moment_or_ended_by_it_ever_holds(entries):
    told = [said(state, NOON + at * HOUR, NOON + (at + 1 + more) * HOUR) for state, at, more in entries]
    for one in in_force(told, NOON + 5 * HOUR).values():
        assert one.at <= NOON + 5 * HOUR < one.until and one.state is not ToldState.WITHDRAWN


def facilities(*rows):
    return pd.DataFrame(
        [(f"f{number}", f"施設{number}", "避難所", 10, state, told) for number, (state, told) in enumerate(rows)],
        columns=["facility_id", "name", "kind", "capacity", "state", "told_state"],
    )


def test_the_dark_ones_are_those_measured_or_said_to_be_out_but_not_those_said_to_have_power():
    table = facilities(
        ("outage", None),
        ("outage", "confirmed_powered"),
        ("outage", "own_generator"),
        ("outage", "truck"),
        ("unknown", "confirmed_out"),
        ("unknown", "own_generator"),
        ("powered", None),
    )
    assert sorted(dark_facilities(table)["facility_id"]) == ["f0", "f2", "f3", "f4"]
    assert told_counts(table) == {"confirmed_powered": 1, "confirmed_out": 1, "own_generator": 2, "truck": 1}
    assert told_counts(table.drop(columns="told_state")) == {}


def test_trucks_go_to_those_said_to_be_out_and_last_to_those_on_a_generator():
    table = facilities(
        ("outage", "own_generator"),
        ("outage", "confirmed_powered"),
        ("partial", None),
        ("unknown", "confirmed_out"),
        ("outage", "truck"),
        ("unknown", None),
        ("outage", None),
    ).assign(reason="", lat=37.0, lon=137.0)
    none = pd.DataFrame(columns=["area_id", "area_name", "rank", "silent", "reason", "lat", "lon"])
    wanted = power_trucks.needs(table, none, power_trucks.TruckRules())
    assert wanted["need_id"].tolist() == ["f3", "f6", "f2", "f0"]


@pytest.fixture
def case(tmp_path):
    info = CaseInfo("訓練", NOON - 24 * HOUR, "172049", practice=True)
    return Case.create(tmp_path / "case", info)


def test_a_case_keeps_what_was_said_in_its_order_and_its_ledger_knows(case):
    told = [said(), said(ToldState.TRUCK, NOON + HOUR, NOON + 9 * HOUR, "f1")]
    assert add_told(case, told, "tomoshibi:overridestate") == 2
    assert all_told(Case.open(case.folder)) == told
    assert TOLD_FILE in [entry.path for entry in case.ledger.entries()]


def test_a_word_newer_than_the_data_counts_on_the_newest_map_but_not_on_one_asked_for(case):
    add_told(case, [said()], "tomoshibi:overridestate")
    assert told_of(case, NOON - HOUR, None) and not told_of(case, NOON - HOUR, NOON - HOUR)


def test_a_line_cut_off_is_passed_over_and_a_broken_one_is_named(case):
    add_told(case, [said()], "tomoshibi:overridestate")
    path = case.folder / TOLD_FILE
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:30])
    assert len(all_told(case)) == 1
    add_told(case, [said(ToldState.OUT)], "tomoshibi:overridestate")
    assert [one.state for one in all_told(case)] == [ToldState.POWERED, ToldState.OUT]
    path.write_bytes(whole + b'{"facility_id": "f1", "state": "sunny"}\n')
    with pytest.raises(TomoshibiError) as failure:
        all_told(case)
    assert failure.value.message.values["line"] == 2

"""Drills that differ in cause and season: each has its own course, and a long history costs no memory."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import Profile
from tomoshibi.aggregator.readers import read_table
from tomoshibi.analysis.mesh import secondary_codes
from tomoshibi.practice import contracts, household, truth
from tomoshibi.practice.outages import NEVER
from tomoshibi.practice.published_files import FINAL_DAY, PROVISIONAL_LOSS, publish_files
from tomoshibi.practice.scenario import Scenario, ScenarioError, ScenarioSpec, make_scenario

pytestmark = pytest.mark.slow
"""A scenario is made of each cause."""

METERS = 2500


def made(folder, cause: str, **changes) -> Scenario:
    return make_scenario(folder / cause, seed=4, spec=ScenarioSpec.of_cause(cause, meters=METERS, **changes))


@pytest.fixture(scope="module")
def typhoon(tmp_path_factory) -> Scenario:
    return made(tmp_path_factory.mktemp("typhoon"), "typhoon")


@pytest.fixture(scope="module")
def feeder(tmp_path_factory) -> Scenario:
    return made(tmp_path_factory.mktemp("feeder"), "feeder")


@pytest.fixture(scope="module")
def earthquake(tmp_path_factory) -> Scenario:
    return made(tmp_path_factory.mktemp("earthquake"), "earthquake")


def dark(scenario: Scenario, hours: float) -> float:
    return float(truth.dark_at(scenario, scenario.event_time + timedelta(hours=hours)).mean())


def test_a_typhoon_takes_feeder_after_feeder_and_gives_them_back_over_days(typhoon):
    assert dark(typhoon, 0.5) < 0.1 < 0.3 < dark(typhoon, 11)
    assert dark(typhoon, 11) > dark(typhoon, 30) > dark(typhoon, 60) > 0.02
    begins = np.unique(typhoon.meters["outage_begin"][:, 0])
    assert len(begins[begins < NEVER]) > 30
    assert np.ptp(begins[begins < NEVER]) > 5 * 60


def test_wires_break_while_the_typhoon_passes_and_stay_hidden(typhoon):
    hidden = truth.hidden_truth(typhoon, typhoon.now)
    assert hidden["hidden"].sum() >= 8
    assert hidden.loc[hidden["hidden"], "dark"].all()
    assert hidden.loc[hidden["hidden"], "line_hours"].ge(0).all()
    assert hidden.loc[~hidden["hidden"], "line_hours"].isna().all()
    broken = typhoon.meters["outage_begin"][typhoon.meters["broken_wire"], 0]
    assert len(np.unique(broken)) > 3


def test_a_feeder_fault_is_small_and_cuts_nobody_off(feeder):
    assert 0.02 < dark(feeder, 1) < 0.4
    assert dark(feeder, 20) < dark(feeder, 1)
    areas = feeder.areas()
    assert areas["cut_off"].sum() == 0
    assert (areas["reachable"] == 1).all()
    assert feeder.about["communication_lost"] == []


def test_the_share_of_areas_that_lose_communication_is_as_asked(tmp_path):
    some = made(tmp_path, "feeder", relay_share=0.2)
    assert len(some.about["communication_lost"]) == 9
    none = make_scenario(
        tmp_path / "none", seed=4, spec=ScenarioSpec(meters=METERS, relay_share=0.0, first_day=date(2026, 1, 17))
    )
    assert none.about["communication_lost"] == []
    assert not truth.relay_lost(none, none.now).any()
    lost = truth.relay_lost(some, some.now)
    assert lost.any()
    cells = truth.mesh_truth(some, some.now, 500)
    assert cells["relay_lost"].any()
    # What is silent is dark, or behind a failed relay: cells without one say the same in both columns.
    assert (cells["silent_known_share"] >= cells["dark_known_share"]).all()
    working = cells[~cells["relay_lost"]]
    assert (working["silent_known_share"] == working["dark_known_share"]).all()
    assert (cells["silent_known_share"] > cells["dark_known_share"]).any()


def homes_by_hour(scenario: Scenario) -> np.ndarray:
    """Mean Wh of the lived homes without night heater in each half-hour of a weekday before the event."""
    day = scenario.event_time.date() - timedelta(1 if scenario.cause != "earthquake" else 3)
    rows = (scenario.meters["household"] >= 0) & (scenario.meters["household"] < household.VACANT)
    rows &= ~scenario.meters["night_heater"]
    return np.asarray(scenario.readings(day))[rows].mean(axis=0)


def test_seasons_show_in_the_load(earthquake, typhoon, feeder):
    winter, late_summer, spring = (homes_by_hour(one) for one in (earthquake, typhoon, feeder))
    assert winter.mean() > 1.15 * spring.mean()
    assert late_summer.mean() > 1.15 * spring.mean()
    # Cooling is for the afternoon, heating for the cold hours.
    assert late_summer[28] / late_summer[14] > winter[28] / winter[14]


def test_the_sun_is_up_longer_in_summer(earthquake, typhoon):
    def first_export(scenario: Scenario) -> int:
        rows = scenario.meters["use"] == contracts.EXPORT
        used = sum(np.asarray(scenario.readings(day))[rows].sum(axis=0) for day in scenario.days()[:5])
        return int(np.flatnonzero(used)[0])

    assert first_export(typhoon) < first_export(earthquake)


@pytest.mark.slow
def test_before_a_long_history_the_same_days_are_kept(tmp_path):
    spec = ScenarioSpec.typhoon(meters=2000, caretaker_visits=2.0).with_history(61)
    scenario = make_scenario(tmp_path / "long", seed=2, spec=spec)
    assert len(scenario.days()) == 65
    assert scenario.statistics_from == scenario.event_time.date() - timedelta(10)
    lived = truth.residence_truth(scenario, scenario.first_day, scenario.event_time.date())
    assert set(lived["home"]) == {"lived", "vacant", "long_absent"}
    # who moved in since has fewer days
    assert (lived["days"] == 61).mean() > 0.97 and lived["days"].between(0, 61).all()
    days = lived.groupby("home")["lived_days"].mean()
    assert days["lived"] > 55
    assert days["long_absent"] == 0
    # Somebody looks after the vacant homes a few times in two months, sometimes for two hours.
    assert 0 < days["vacant"] < 6


def flows(scenario: Scenario, folder, now: datetime) -> pd.DataFrame:
    months = scenario.months["months"]
    first = months[0].astype("datetime64[s]").astype(datetime)
    [condition, *_rest] = TEMPLATES["uc9"].conditions(
        scenario.municipality,
        first,
        now,
        ["low"],
        mesh_sizes={"low": 1000},
        secondary_mesh_codes=tuple(secondary_codes(38.0, 135.1, 38.4, 135.6).tolist()),
    )
    [path] = publish_files(scenario, condition, Profile.load(), folder, now)
    return read_table(path, "flow_statistics", Profile.load(), folder).table


def test_months_are_published_when_they_are_over_first_provisional_then_final(earthquake, tmp_path):
    months = earthquake.months["months"]
    early = flows(earthquake, tmp_path / "early", datetime(2026, 4, 3))
    late = flows(earthquake, tmp_path / "late", datetime(2026, 7, FINAL_DAY))
    assert early["date"].max() == pd.Timestamp("2026-03-01")
    assert early["date"].min() == pd.Timestamp(months[0].astype("datetime64[ns]"))
    keys = ["mesh_code", "date", "contract_range"]
    both = early.merge(late, on=keys, suffixes=("", "_late"))
    ratio = (both["kwh"] / both["kwh_late"]).where(both["kwh_late"] > 100)
    final = both["date"] <= pd.Timestamp("2026-01-01")
    assert ratio[final].dropna().between(0.9999, 1.0001).all()
    provisional = ratio[~final].dropna()
    assert provisional.between(1 - PROVISIONAL_LOSS[1] - 0.002, 1 - PROVISIONAL_LOSS[0] + 0.002).all()
    masked = late["masked"].to_numpy(bool)
    assert masked.any()
    assert late.loc[masked, "kwh"].isna().all()


def test_people_who_left_are_missing_in_the_months_after_and_some_come_back(earthquake, feeder):
    table = truth.recovery_truth(earthquake)
    town = table.groupby("month")["municipal_index"].first()
    assert town.iloc[0] > 0.97
    assert town.min() < 0.95
    assert town.iloc[-1] > town.min()
    assert table["index"].dropna().between(0, 1).all()
    assert truth.recovery_truth(feeder).groupby("month")["municipal_index"].first().min() > 0.97
    by_cell = truth.recovery_truth(earthquake, 500)
    assert by_cell["area_id"].str.len().eq(9).all()


def test_what_cannot_be_made_is_said(tmp_path):
    with pytest.raises(ScenarioError, match="no cause"):
        ScenarioSpec.of_cause("flood")
    with pytest.raises(ScenarioError, match="flood"):
        make_scenario(tmp_path / "x", seed=1, spec=ScenarioSpec(cause="flood"))
    with pytest.raises(ScenarioError, match="share from 0 to 1"):
        make_scenario(tmp_path / "x", seed=1, spec=ScenarioSpec(relay_share=2.0))

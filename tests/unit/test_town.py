"""A master as a town has it: contracts that ended, began, changed hands; meters that were exchanged; solar roofs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np
import pytest
from tomoshibi.aggregator.profile import Profile
from tomoshibi.practice import contracts, household, published_files, town, truth
from tomoshibi.practice.outages import NEVER
from tomoshibi.practice.published_files import Order
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario


@pytest.fixture(scope="module")
def scenario(tmp_path_factory) -> Scenario:
    spec = ScenarioSpec(meters=4000, aftershock_hours=20, remote_words=True).with_history(28)
    return make_scenario(tmp_path_factory.mktemp("town") / "s", seed=3, spec=spec)


def days_of(scenario: Scenario, kind: str, rows: np.ndarray) -> np.ndarray:
    return np.concatenate([np.asarray(getattr(scenario, kind)(day))[rows] for day in scenario.days()], axis=1)


def homes_with(scenario: Scenario, column: str, known: object) -> np.ndarray:
    return np.flatnonzero((scenario.meters[column] != known) & (scenario.meters["use"] == contracts.HOME))


@pytest.mark.slow
def test_contracts_end_and_begin_and_nothing_is_read_of_them_before_or_after(scenario):
    meters = scenario.meters
    ended = homes_with(scenario, "service_end", NEVER)
    assert len(ended) >= 4
    assert (meters["abolished_on"][ended] != b"").all()
    received, there = days_of(scenario, "received", ended), days_of(scenario, "presence", ended)
    for row, came, present in zip(ended, received, there):
        last = meters["service_end"][row] // 30
        assert not came[last:].any() and not (present[last:] == 1).any()
    assert (
        meters["service_end"][ended] == scenario.minutes(datetime.combine(scenario.event_time.date(), time()))
    ).any()
    begun = np.flatnonzero((meters["service_begin"] > 0) & (meters["empty_from"] == -NEVER))
    assert len(begun) >= 2
    for row, came in zip(begun, days_of(scenario, "received", begun)):
        assert not came[: meters["service_begin"][row] // 30].any()
        assert meters["installed_on"][row] == town.Period(scenario.first_day, 1, scenario.first_day).text(
            meters["service_begin"][row : row + 1] // 1440
        )


def test_a_tenant_who_moves_in_has_another_number_and_the_days_count_from_then(scenario):
    meters = scenario.meters
    moved = np.flatnonzero(meters["former_customer_id"] != b"")
    assert len(moved) >= 3
    assert (meters["renewed_on"][moved] >= meters["abolished_on"][moved]).all()
    assert (meters["customer_id"][moved] != meters["former_customer_id"][moved]).all()
    assert all(len(text) == 34 for text in meters["customer_id"][moved].astype(str))
    lived = truth.residence_truth(scenario, scenario.first_day, scenario.event_time.date())
    lived = lived.set_index("supply_point")
    event = scenario.minutes(datetime.combine(scenario.event_time.date(), time()))
    for row in moved[meters["service_begin"][moved] < event]:
        own = lived.loc[meters["supply_point"][row].decode()]
        assert own["days"] == (event - meters["service_begin"][row]) // 1440


def test_readings_of_the_former_tenant_are_published_under_the_former_number(scenario, tmp_path):
    meters, profile = scenario.meters, Profile.load(None)
    moved = np.flatnonzero((meters["former_customer_id"] != b"") & scenario.readable & (meters["service_begin"] > 2880))
    row = moved[meters["empty_from"][moved] > 1440][0]
    begin = scenario.first_day
    order = Order(scenario.municipality, begin, begin, data_kinds=("reading",))
    [path] = published_files.publish_files(scenario, order, profile, tmp_path, scenario.now)
    text = path.read_text(encoding="utf-8")
    assert meters["former_customer_id"][row].decode() in text
    assert meters["customer_id"][row].decode() not in text


def test_a_meter_that_was_exchanged_has_two_rows_of_one_supply_point(scenario):
    meters = scenario.meters
    past = np.flatnonzero(
        (meters["use"] == contracts.ABOLISHED) & (meters["supply_point"] == meters["supply_point"][meters["partner"]])
    )
    new = meters["partner"][past]
    assert 0.07 < len(past) / np.isin(meters["use"], (0, 1, 2)).sum() < 0.13
    assert (meters["removed_on"][past] == meters["installed_on"][new]).all()
    assert (meters["removed_on"][new] == b"").all() and (meters["meter_id"][past] != meters["meter_id"][new]).all()
    assert {1, 3} == set(meters["remote_reading"][past].tolist())
    assert scenario.in_service(scenario.now)[new].all()


def test_of_a_contract_that_ended_nothing_came_later(scenario):
    meters = scenario.meters
    gone = (meters["abolished_on"] != b"") & ~scenario.in_service(scenario.now)
    assert gone.sum() > 80
    assert not (meters["renewed_on"][gone] > meters["abolished_on"][gone]).any()


def test_some_links_still_name_a_contract_that_ended(scenario):
    [*outdated] = scenario.about["facilities_linked_to_ended_contracts"]
    assert outdated
    links = scenario.links().set_index("facility_id")["supply_point"]
    points = scenario.meters["supply_point"].astype(str)
    for facility in outdated:
        [row] = np.flatnonzero(points == links[facility])
        assert scenario.meters["abolished_on"][row] != b"" and not scenario.active[row]


def test_the_manuals_words_are_published_where_asked_for(scenario, tmp_path):
    order = Order(scenario.municipality, scenario.last_day, scenario.last_day, data_kinds=("master",))
    [path] = published_files.publish_files(scenario, order, Profile.load(None), tmp_path, scenario.now)
    text = path.read_text(encoding="utf-8")
    assert all(word in text for word in ("30分値収集可・自動検針可", "30分値収集不可", "未計器"))


def test_an_aftershock_is_a_second_event_and_takes_power_that_was_on(scenario):
    moment = scenario.event_time + timedelta(hours=20)
    assert scenario.events == [(scenario.event_time, None), (moment, None)]
    before = truth.dark_at(scenario, moment - timedelta(minutes=5))
    after = truth.dark_at(scenario, moment + timedelta(minutes=30))
    assert 0.05 < (after & ~before).mean() < 0.5


def test_a_home_with_a_solar_roof_imports_nothing_at_noon_and_feeds_in_the_rest(scenario):
    meters = scenario.meters
    roofs = np.flatnonzero((meters["roof_kw"] > 0) & (meters["use"] == contracts.HOME) & scenario.readable)
    low, high = household.ROOF_RANGE
    assert meters["roof_kw"][roofs].min() >= low and meters["roof_kw"][roofs].max() <= high
    before = scenario.days()[:20]
    used = np.stack([np.asarray(scenario.readings(day))[roofs] for day in before], axis=1)
    assert (used[:, :, 22:26] == 0).mean() > 0.7
    assert (used[:, :, 38:42] == 0).mean() < 0.3
    export = np.flatnonzero(meters["use"] == contracts.EXPORT)
    fed = np.stack([np.asarray(scenario.readings(day))[export] for day in before], axis=1)
    assert (fed[:, :, :12] == 0).all()
    assert fed[:, :, 22:26].mean() > 200
    assert (meters["generator_kw"][export] == meters["roof_kw"][meters["partner"][export]]).all()
    assert len(roofs) > np.isin(meters["partner"][export], roofs).sum(), "some roofs have no contract to feed in"


def test_something_comes_on_by_itself_in_some_empty_homes(scenario):
    rng = np.random.default_rng(1)
    kinds = np.full(400, household.VACANT)
    calendar = household.Calendar.of([date(2026, 1, 10) + timedelta(day) for day in range(7)])
    load = household.cycling(rng, kinds, calendar)
    runs = load.max(axis=1) > 0
    assert 0.3 < runs.mean() < 0.5
    assert (load >= 0).all() and load.max() <= 225
    # thermostats: on and off again and again
    turns = (np.diff((load[runs] > 5).astype(int), axis=1) == 1).sum(axis=1)
    assert np.median(turns) > 15
    assert not household.cycling(rng, np.zeros(50, dtype=int), calendar).any()


@pytest.mark.slow
def test_the_whole_grid_can_go_down_and_every_meter_is_silent(tmp_path):
    dark = make_scenario(tmp_path / "s", seed=4, spec=ScenarioSpec.blackout(meters=2000))
    at = dark.event_time + timedelta(hours=14)
    served = dark.readable & dark.in_service(at)
    assert truth.dark_at(dark, at).all()
    assert dark.silent(at)[served].all()
    assert not dark.silent(dark.event_time)[served].mean() > 0.02
    assert truth.dark_at(dark, dark.event_time + timedelta(hours=38)).mean() < 0.6

"""Hours left: since when it is dark, what a building uses itself, and when battery and fuel end."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis.backup import Assumption, Backup, default_of
from tomoshibi.analysis.backup_figures import Slip, doubted
from tomoshibi.analysis.dark_since import dark_since, of_places
from tomoshibi.analysis.fuel_curve import burnt, litres_per_hour
from tomoshibi.analysis.own_load import OwnLoad, own_load
from tomoshibi.analysis.point_states import PointRules, point_states
from tomoshibi.analysis.quantities import duration_of, litres_of
from tomoshibi.analysis.reasons import Reason
from tomoshibi.analysis.survival import LIKELY, SURE, ClockState, Facility, clock
from tomoshibi.analysis.told_states import ToldState

EVENT = datetime(2026, 1, 20, 16, 10)
AT = np.datetime64("2026-01-21T09:00", "s")
NAT = np.datetime64("NaT", "s")


def moment(text: str) -> np.datetime64:
    return np.datetime64(text, "s")


def point(**more: object) -> dict[str, object]:
    plain = {
        "supply_point": "1", "flow": 1, "listed": False, "in_scope": False, "snapshot_at": pd.NaT,
        "reads_remotely": True, "last_reading": pd.NaT, "readings_until": pd.NaT, "silent_before": False,
        "in_master": True, "first_event": EVENT, "event_begin": EVENT, "event_over": EVENT,
    }  # fmt: skip
    return {**plain, **more}


def since(at: datetime, **more: object) -> tuple[np.datetime64, np.datetime64]:
    table = pd.DataFrame([point(**more)])
    found = dark_since(table, point_states(table, at, PointRules()))
    return found.low[0], found.high[0]


def test_power_was_lost_in_the_first_half_hour_of_which_no_reading_came():
    low, high = since(
        datetime(2026, 1, 21, 9),
        last_reading=datetime(2026, 1, 20, 16, 30),
        readings_until=datetime(2026, 1, 21, 9),
        silent_hours=16.5,
    )
    assert low == moment("2026-01-20T16:30") and high == moment("2026-01-20T17:00")


def test_a_silence_of_some_hours_begins_as_one_of_days():
    low, high = since(
        datetime(2026, 1, 20, 22),
        last_reading=datetime(2026, 1, 20, 16, 30),
        readings_until=datetime(2026, 1, 20, 22),
        silent_hours=5.5,
    )
    assert low == moment("2026-01-20T16:30") and high == moment("2026-01-20T17:00")


def test_a_reading_of_before_the_event_does_not_put_the_loss_before_it():
    low, high = since(
        datetime(2026, 1, 21, 9),
        last_reading=datetime(2026, 1, 20, 16, 0),
        readings_until=datetime(2026, 1, 21, 9),
        silent_hours=17.0,
    )
    assert low == moment("2026-01-20T16:10") and high == moment("2026-01-20T16:30")


def test_missing_half_hours_that_were_not_all_expected_make_the_interval_wider():
    low, high = since(
        datetime(2026, 1, 21, 9),
        last_reading=datetime(2026, 1, 20, 16, 30),
        readings_until=datetime(2026, 1, 21, 9),
        silent_hours=6.0,
    )
    assert low == moment("2026-01-20T16:30") and high == moment("2026-01-21T03:30")


def test_the_first_half_hour_that_was_expected_and_did_not_come_tells_however_many_later_ones_were_not_expected():
    low, high = since(
        datetime(2026, 1, 21, 9),
        last_reading=datetime(2026, 1, 20, 16, 30),
        readings_until=datetime(2026, 1, 21, 9),
        silent_hours=6.0,
        first_missed=datetime(2026, 1, 20, 17, 30),
    )
    assert low == moment("2026-01-20T16:30") and high == moment("2026-01-20T17:30")


def test_a_reading_lost_before_the_event_does_not_say_that_power_went_with_it():
    low, high = since(
        datetime(2026, 1, 21, 9),
        last_reading=datetime(2026, 1, 20, 15, 30),
        readings_until=datetime(2026, 1, 21, 9),
        silent_hours=17.5,
        first_missed=datetime(2026, 1, 20, 16, 0),
    )
    assert low == moment("2026-01-20T16:10") and high == moment("2026-01-20T16:30")


def test_a_list_alone_says_that_it_was_dark_twelve_hours_before():
    low, high = since(datetime(2026, 1, 21, 10), listed=True, in_scope=True, snapshot_at=datetime(2026, 1, 21, 9))
    assert low == moment("2026-01-20T16:10") and high == moment("2026-01-20T21:30")


def test_what_the_meter_told_is_the_moment_itself():
    told = datetime(2026, 1, 20, 16, 11)
    low, high = since(datetime(2026, 1, 20, 20), lost_at=told)
    assert low == high == np.datetime64(told, "s")


def test_what_has_power_or_is_not_known_has_no_beginning():
    low, high = since(
        datetime(2026, 1, 21, 9), last_reading=datetime(2026, 1, 21, 9), readings_until=datetime(2026, 1, 21, 9)
    )
    assert np.isnat(low) and np.isnat(high)


def test_a_place_with_several_meters_is_dark_from_the_first_to_the_last():
    table = pd.DataFrame(
        [
            point(
                supply_point=str(number),
                last_reading=datetime(2026, 1, 20, hour),
                readings_until=datetime(2026, 1, 21, 9),
                silent_hours=33.0 - hour,
            )
            for number, hour in ((1, 17), (2, 20))
        ]
    )
    found = dark_since(table, point_states(table, datetime(2026, 1, 21, 9), PointRules()))
    places = of_places(found, np.array([0, 0, 1]), np.array([0, 1, -1]), 2)
    assert places.low[0] == moment("2026-01-20T17:00") and places.high[0] == moment("2026-01-20T20:30")
    assert np.isnat(places.low[1])


def days(wh: float = 500.0, count: int = 14) -> tuple[np.ndarray, np.ndarray]:
    slots = moment("2026-01-05T00:00") + np.timedelta64(1800, "s") * np.arange(count * 48)
    return np.full((1, count * 48), wh, dtype=np.int32), slots


def test_a_building_that_always_uses_the_same_has_that_load():
    found = own_load(*days(500))
    assert found is not None and found.kw == pytest.approx(np.full((2, 24), 1.0)) and found.peak_kw == 1.0
    assert found.days == 14 and found.need_kva == 1.25 and found.spread == 0.03
    assert found.highest == pytest.approx(np.ones((2, 24)))


def test_the_highest_half_hour_of_each_hour_is_told_for_workdays_and_days_off_and_holds_an_hour_before_and_after():
    readings, slots = days(500)
    # Wednesday 14 January 2026, 10:30
    readings[0, 9 * 48 + 21] = 3000
    found = own_load(readings, slots)
    assert found.highest[0, 10] == found.peak_kw == 6.0 and np.delete(found.highest[0], 10).max() == 1.0
    assert found.highest[1].max() == 1.0
    hours = moment("2026-01-21T08:00") + np.timedelta64(3600, "s") * np.arange(5)
    assert found.most_at(hours).tolist() == [1.0, 6.0, 6.0, 6.0, 1.0]
    # on a Sunday it was never so much; without days off among the days nobody knows
    assert found.most_at(hours + np.timedelta64(4, "D")).max() == 1.0
    assert own_load(readings[:, 48 * 8 : 48 * 12], slots[48 * 8 : 48 * 12]).highest[1].min() == 6.0


def test_days_off_and_workdays_are_told_apart_and_holidays_are_off():
    readings, slots = days(1000)
    day = slots.astype("datetime64[D]")
    # Saturdays and Sundays, and 12 January 2026, a public holiday
    off = np.isin((day.astype(np.int64) + 3) % 7, (5, 6)) | (day == np.datetime64("2026-01-12"))
    readings[0, off] = 200
    found = own_load(readings, slots)
    assert found.kw[0] == pytest.approx(np.full(24, 2.0)) and found.kw[1] == pytest.approx(np.full(24, 0.4))


def test_meters_are_summed_only_where_all_of_them_came():
    one, slots = days(500)
    two = one.copy()
    two[0, ::2] = -1
    assert own_load(np.concatenate([one, two]), slots) is None
    assert own_load(np.concatenate([one, one]), slots).peak_kw == 2.0


def test_too_few_days_tell_no_load():
    assert own_load(*days(count=2)) is None
    readings, slots = days(count=5)
    readings[:, 2 * 48 :] = -1
    assert own_load(readings, slots) is None
    assert own_load(np.zeros((0, 48), dtype=np.int32), slots[:48]) is None


def load(kw: float = 20.0, peak: float = 30.0, spread: float = 0.1) -> OwnLoad:
    return OwnLoad(np.full((2, 24), kw), spread, peak, 28)


def facility(**more: object) -> Facility:
    plain = {"kind": "病院", "state": "outage", "dark_low": moment("2026-01-20T16:10"),
             "dark_high": moment("2026-01-20T17:00")}  # fmt: skip
    return Facility(**{**plain, **more})


def test_a_battery_alone_ends_its_hours_after_the_loss_of_power():
    found = clock(facility(backup=Backup(generator_kva=0, battery_hours=10)), AT, 72)
    # lost at 17:00 it ends at 3:42 at the latest, but hardly ever all that late and lost at the half-hour's very end
    assert found.earliest == moment("2026-01-21T01:10") and found.latest == moment("2026-01-21T03:29:39")
    assert found.state is ClockState.FAILED and math.isnan(found.litres_to_hours)


NORMAL = NormalDist()


def chance_below(end: float, middle: float, spread: float) -> float:
    """Return how likely a loss of power anywhere in half an hour, and hours about a middle, end before an hour."""
    lost = (np.arange(2000) + 0.5) / 4000
    return float(np.mean([NORMAL.cdf((end - middle - one) / spread) for one in lost]))


def hours_after(text: str, end: np.datetime64) -> float:
    return float((end - moment(text)) / np.timedelta64(3600, "s"))


@pytest.mark.parametrize("battery", [3.0, 4.0, 9.0])
def test_the_half_hour_in_which_power_went_and_a_batterys_spread_make_one_interval_of_the_promised_chance(battery):
    lost = {"dark_low": moment("2026-01-20T20:00"), "dark_high": moment("2026-01-20T20:30")}
    backup = Backup(generator_kva=0, battery_hours=battery)
    found = clock(facility(backup=backup, struck_between=False, **lost), AT, 72)
    early, late = (hours_after("2026-01-20T20:00", end) for end in (found.earliest, found.latest))
    assert chance_below(late, battery, 0.04 * battery) == pytest.approx(NORMAL.cdf(1.75), abs=2e-4)
    # what a list tells is right within a tenth, or it fails before in less than one case of a thousand
    assert early >= battery * 0.9 - 1 / 3600
    assert chance_below(early, battery, 0.04 * battery) <= NORMAL.cdf(-SURE) + 1e-5 or early == pytest.approx(
        battery * 0.9, abs=1 / 3600
    )
    assert late - early < 0.5 + battery * (2.5 + 1.75) * 0.04


def test_a_generator_fails_before_its_interval_in_one_case_of_a_thousand_whenever_power_went_in_the_half_hour():
    lost = {"dark_low": moment("2026-01-20T20:00"), "dark_high": moment("2026-01-20T20:30")}
    backup = Backup(generator_kva=50, fuel_l=100, battery_hours=0, litres_per_hour=10)
    apart, struck = (
        clock(facility(load=load(), backup=backup, struck_between=between, **lost), AT, 72) for between in (False, True)
    )
    middle = 100 / 7.3
    spread = (middle - hours_after("2026-01-20T20:00", struck.earliest)) / SURE
    early = hours_after("2026-01-20T20:00", apart.earliest)
    assert chance_below(early, middle, spread) == pytest.approx(NORMAL.cdf(-SURE), rel=0.02)
    # where the event lies between, power may have gone at the beginning
    assert struck.earliest < apart.earliest and struck.latest == apart.latest


def test_people_who_told_of_an_outage_do_not_tell_when_in_the_half_hour_it_began():
    lost = {"dark_low": moment("2026-01-20T20:00"), "dark_high": moment("2026-01-20T20:30")}
    backup = Backup(generator_kva=0, battery_hours=3)
    said = {"told": ToldState.OUT, "told_at": moment("2026-01-20T20:40")}
    found = clock(facility(backup=backup, struck_between=False, **lost, **said), AT, 72)
    assert found.earliest == moment("2026-01-20T22:42")


def small(wh_by_day: int = 500) -> OwnLoad:
    """A building that uses 2 kW by night and more from 8 to 18 on workdays."""
    readings, slots = days(1000)
    clock_hours = (slots.astype("datetime64[h]").astype(np.int64)) % 24
    day = slots.astype("datetime64[D]")
    off = np.isin((day.astype(np.int64) + 3) % 7, (5, 6)) | (day == np.datetime64("2026-01-12"))
    readings[0, (clock_hours >= 8) & (clock_hours < 18) & ~off] = wh_by_day
    found = own_load(readings, slots)
    assert found is not None
    return found


def test_a_generator_smaller_than_the_peak_may_stop_when_that_use_may_come_and_not_before():
    # 10 kVA carry 8 kW: 10 kW are too much, and may be used an hour earlier than on other days
    backup = Backup(generator_kva=10, fuel_l=200, battery_hours=0, litres_per_hour=2)
    lost = {"dark_low": moment("2026-01-20T20:00"), "dark_high": moment("2026-01-20T20:30")}
    found = clock(facility(load=small(5000), backup=backup, **lost), AT, 72)
    assert Assumption.OVERLOADED in found.assumptions and found.earliest == moment("2026-01-21T07:00")
    # it may be that part of the building is switched off: the late end is that of its fuel
    assert found.latest > moment("2026-01-22T12:00")
    at_noon = {"dark_low": moment("2026-01-21T12:10"), "dark_high": moment("2026-01-21T12:30")}
    found = clock(facility(load=small(5000), backup=backup, **at_noon), moment("2026-01-21T20:00"), 72)
    assert found.earliest == moment("2026-01-21T12:10") and Assumption.OVERLOADED in found.assumptions


def test_a_generator_smaller_than_the_peak_is_not_too_small_where_the_fuel_ends_before_that_use_or_on_days_off():
    lost = {"dark_low": moment("2026-01-20T20:00"), "dark_high": moment("2026-01-20T20:30")}
    short = Backup(generator_kva=10, fuel_l=6, battery_hours=0, litres_per_hour=2)
    found = clock(facility(load=small(5000), backup=short, **lost), AT, 72)
    assert Assumption.OVERLOADED not in found.assumptions
    assert moment("2026-01-20T22:30") < found.earliest < found.latest < moment("2026-01-21T07:00")
    # Friday evening: nobody uses so much before Monday
    lost = {"dark_low": moment("2026-01-23T20:00"), "dark_high": moment("2026-01-23T20:30")}
    weekend = replace(short, fuel_l=25)
    found = clock(facility(load=small(5000), backup=weekend, **lost), moment("2026-01-24T09:00"), 72)
    assert Assumption.OVERLOADED not in found.assumptions and found.earliest > moment("2026-01-24T08:00")


def test_where_only_some_meters_are_known_and_would_be_too_much_for_the_generator_it_may_stop_at_once():
    backup = Backup(generator_kva=10, fuel_l=200, battery_hours=0, litres_per_hour=2)
    lost = {"dark_low": moment("2026-01-20T20:00"), "dark_high": moment("2026-01-20T20:30")}
    # one of two meters uses 5 kW at most, as much again is 10 kW: in which hour that is nobody knows
    part = small(2500)
    found = clock(facility(part_load=part.times(2), backup=backup, **lost), AT, 72)
    assert found.earliest == moment("2026-01-20T20:00") and Assumption.OVERLOADED in found.assumptions
    assert Assumption.LOAD in found.assumptions and math.isnan(found.need_kva)
    unknown = clock(facility(backup=backup, **lost), AT, 72)
    # and perhaps only selected circuits hang on it, which use less
    assert found.latest > unknown.latest and unknown.earliest > moment("2026-01-20T20:00")
    # what is carried even so says no more than that nothing is known
    assert repr(clock(facility(part_load=part, backup=backup, **lost), AT, 72)) == repr(unknown)


def test_a_use_near_what_the_generator_gives_may_be_too_much_in_a_disaster():
    lost = {"dark_low": moment("2026-01-20T20:00"), "dark_high": moment("2026-01-20T20:30")}
    near, far = (
        clock(
            facility(
                load=small(wh), backup=Backup(generator_kva=10, fuel_l=200, battery_hours=0, litres_per_hour=2), **lost
            ),
            AT,
            72,
        )
        for wh in (3400, 3300)
    )
    # 8 kW, less what an outage may add to 6.8 and 6.6 kW: 3.1 times 6 %
    assert 6.6 * (1 + SURE * 0.06) < 8.0 < 6.8 * (1 + SURE * 0.06)
    assert Assumption.OVERLOADED in near.assumptions and Assumption.OVERLOADED not in far.assumptions


def test_a_crowded_place_may_use_its_peak_in_any_hour_and_a_stock_that_was_seen_does_not_say_that_it_ran():
    lost = {"dark_low": moment("2026-01-20T20:00"), "dark_high": moment("2026-01-20T20:30")}
    backup = Backup(generator_kva=10, fuel_l=200, battery_hours=0, litres_per_hour=2)
    crowded = clock(facility(kind="避難所", load=small(5000), backup=backup, **lost), AT, 72)
    assert crowded.earliest == moment("2026-01-20T20:00")
    seen = replace(backup, stock_at=datetime(2026, 1, 21, 12))
    found = clock(facility(load=small(5000), backup=seen, **lost), moment("2026-01-21T13:00"), 72)
    assert found.earliest == moment("2026-01-21T07:00")


@pytest.mark.parametrize("litres", [73.0, 500.0, 2000.0])
def test_what_days_differ_by_evens_out_over_the_days_that_fuel_lasts(litres):
    backup = Backup(generator_kva=50, fuel_l=litres, battery_hours=0, litres_per_hour=10)
    found = clock(facility(load=load(spread=0.3), backup=backup), AT, 72)
    last = hours_after("2026-01-20T16:10", found.earliest)
    of_load = math.hypot(0.06, 0.3 / math.sqrt(max(last / 24, 1))) * 1.08 * 0.5 / 0.73
    spread = math.sqrt(0.06**2 + of_load**2 + (0.027 / 0.73) ** 2)
    assert last * 7.3 * (1 + SURE * spread) == pytest.approx(litres, rel=2e-3)


@pytest.mark.parametrize("litres", [380.0, 390.0])
def test_fuel_that_may_be_gone_in_the_evening_is_not_there_again_after_a_night_without_use(litres):
    by_day = np.zeros((2, 24))
    by_day[:, 9:17] = 20.0
    backup = Backup(generator_kva=50, fuel_l=litres, battery_hours=0, litres_per_hour=10)
    found = clock(facility(load=OwnLoad(by_day, 2.0, 25.0, 28), backup=backup), AT, 72)
    # a day of that load may take 396 litres where days differ so much, and two days hardly more
    assert 24 < hours_after("2026-01-20T16:10", found.earliest) < 25


def test_without_generator_and_battery_it_fails_when_power_is_lost():
    found = clock(facility(backup=Backup(generator_kva=0, battery_hours=0)), AT, 72)
    assert found.earliest == moment("2026-01-20T16:10") and found.latest == moment("2026-01-20T17:00")


def test_a_battery_that_is_not_there_does_not_say_that_there_is_no_generator():
    found = clock(facility(backup=Backup(battery_hours=0)), AT, 72)
    assert found.state is ClockState.UNKNOWN and found.why is Reason.NO_BACKUP_DATA and np.isnat(found.earliest)


def test_a_shelter_full_of_people_may_use_all_that_its_generator_gives():
    backup = Backup(generator_kva=50, fuel_l=200, battery_hours=0, litres_per_hour=10)
    usual, full = (clock(facility(kind=kind, load=load(), backup=backup), AT, 72) for kind in ("病院", "指定避難所"))
    assert full.earliest < usual.earliest and full.latest == usual.latest
    assert Assumption.CROWDED in full.assumptions and Assumption.CROWDED not in usual.assumptions


def test_fuel_lasts_as_long_as_its_own_load_burns_it():
    backup = Backup(generator_kva=50, fuel_l=200, battery_hours=0, litres_per_hour=10)
    # 50 kVA carry 40 kW; 20 kW are half of them: a small set burns .73 of what it burns at three quarters
    assert litres_per_hour(np.array([20.0]), backup)[0] == pytest.approx(7.3)
    # beyond its 40 kW nothing is drawn
    assert litres_per_hour(np.array([40.0, 90.0]), backup) == pytest.approx([12.6, 12.6])
    found = clock(facility(load=load(), backup=backup), AT, 72)

    # rating and load, 6 % each and what days differ by, evened out over more than one, of which 1.08 × .5 / .73 goes
    # into the fuel, and .027 of .73 for the one set
    def spread(hours: float) -> float:
        of_load = math.hypot(0.06, 0.1 / math.sqrt(max(hours / 24, 1))) * 1.08 * 0.5 / 0.73
        return math.sqrt(0.06**2 + of_load**2 + (0.027 / 0.73) ** 2)

    low, high = 200 / (7.3 * (1 + SURE * spread(20))), 200 / (7.3 * (1 - LIKELY * spread(30)))
    assert hours_after("2026-01-20T16:10", found.earliest) == pytest.approx(low, rel=1e-3)
    # power went anywhere in the last half-hour before 17:00
    middle = 200 / 7.3
    late = hours_after("2026-01-20T16:30", found.latest)
    assert chance_below(late, middle, (high - middle) / LIKELY) == pytest.approx(NORMAL.cdf(LIKELY), abs=5e-3)
    assert found.state is ClockState.RUNNING and found.assumptions == (Assumption.AS_USUAL,)
    assert found.litres_to_hours == pytest.approx(72 * 7.3 * (1 + SURE * spread(72)) - 200, rel=1e-3)
    assert found.need_kva == pytest.approx(37.5)


@pytest.mark.parametrize(
    ("kva", "share", "part"),
    [(50, 0.0, 0.27), (50, 0.25, 0.5), (625, 0.25, 0.42), (625, 0.0, 0.14), (156.25, 0.25, 0.43), (625, 1.0, 1.33)],
)
def test_large_engines_burn_less_without_load_than_small_ones(kva, share, part):
    backup = Backup(generator_kva=kva, litres_per_hour=100)
    assert litres_per_hour(np.array([share * kva * 0.8]), backup)[0] == pytest.approx(100 * part)


def test_what_is_burnt_at_small_loads_is_known_less_well_and_goes_less_with_the_load():
    found = burnt(np.array([2.0, 10.0, 30.0, 40.0]), Backup(generator_kva=50, litres_per_hour=10))
    assert (np.diff(found.curve_spread[:3]) < 0).all() and found.curve_spread[2] == 0
    assert (np.diff(found.by_load[:3]) > 0).all() and (found.by_load < 1.01).all()
    # what is more than it carries burns no more
    assert found.by_load[3] == 0


def test_days_off_that_lie_ahead_make_the_fuel_last_longer():
    # Friday 23 January 2026, 16:10; the building uses ten times as much on workdays
    own = OwnLoad(np.stack([np.full(24, 30.0), np.full(24, 3.0)]), 0.1, 33.0, 28)
    backup = Backup(generator_kva=50, fuel_l=300, battery_hours=0, litres_per_hour=10)
    week, end = (
        clock(facility(load=own, backup=backup, dark_low=moment(day), dark_high=moment(day)), AT, 72)
        for day in ("2026-01-19T16:10", "2026-01-23T16:10")
    )
    assert week.latest - moment("2026-01-19T16:10") < np.timedelta64(40, "h")
    assert end.earliest - moment("2026-01-23T16:10") > np.timedelta64(40, "h")


SEEN = datetime(2026, 1, 21, 4)


def test_a_stock_that_was_seen_while_the_generator_ran_is_burnt_from_then_on():
    backup = Backup(generator_kva=50, fuel_l=200, tank_l=400, battery_hours=2, litres_per_hour=10, stock_at=SEEN)
    found = clock(facility(load=load(), backup=backup), AT, 72)
    before = clock(facility(load=load(), backup=replace(backup, stock_at=None, battery_hours=0)), AT, 72)
    # neither the battery nor the interval of the loss of power counts any more
    early, late = before.earliest - moment("2026-01-20T16:10"), before.latest - moment("2026-01-20T17:00")
    assert found.earliest == moment("2026-01-21T04:00") + early
    # without the half-hour in which power went nothing evens out with what is burnt
    assert np.timedelta64(0, "s") < found.latest - moment("2026-01-21T04:00") - late < np.timedelta64(1800, "s")
    # of the 72 hours eleven and five sixths are over: fuel for the other 61 is to be there, and days even out less
    ahead, whole = found.litres_to_hours + 200, (before.litres_to_hours + 200) * 61 / 72
    assert whole < ahead < whole * 1.01
    assert found.assumptions == (Assumption.AS_USUAL,)


def test_a_stock_seen_before_the_outage_counts_from_the_loss_of_power_and_one_seen_later_is_not_known_yet():
    backup = Backup(generator_kva=50, fuel_l=200, tank_l=400, battery_hours=0, litres_per_hour=10)
    usual = clock(facility(load=load(), backup=backup), AT, 72)
    seen = replace(backup, stock_at=datetime(2026, 1, 10))
    assert clock(facility(load=load(), backup=seen), AT, 72) == usual
    later = clock(facility(load=load(), backup=replace(backup, stock_at=datetime(2026, 1, 22))), AT, 72)
    assert Assumption.TANK in later.assumptions and later.earliest < usual.earliest < usual.latest < later.latest


def test_what_is_assumed_is_named():
    own = clock(facility(backup=Backup(generator_kva=50, tank_l=200)), AT, 72)
    assert set(own.assumptions) == {Assumption.FUEL_TABLE, Assumption.LOAD, Assumption.TANK}
    over = clock(facility(load=load(peak=60), backup=Backup(generator_kva=50, fuel_l=500)), AT, 72)
    assert Assumption.OVERLOADED in over.assumptions and over.earliest == moment("2026-01-20T16:10")
    assert Assumption.PARTLY in clock(facility(state="partial", backup=Backup(0, battery_hours=3)), AT, 72).assumptions


def test_nothing_is_said_where_neither_a_list_nor_a_rule_tells():
    found = clock(facility(load=load()), AT, 72)
    assert found.state is ClockState.UNKNOWN and found.why is Reason.NO_BACKUP_DATA and np.isnat(found.earliest)
    assert found.need_kva == pytest.approx(37.5)
    ruled = clock(facility(kind="災害拠点病院"), AT, 72)
    assert ruled.assumptions == (Assumption.KIND,) and ruled.latest == moment("2026-01-23T17:00")
    assert default_of("避難所") is None


def test_gas_from_a_pipe_has_no_clock():
    backup = Backup(generator_kva=50, fuel_kind="都市ガス", fuel_l=0)
    assert clock(facility(backup=backup), AT, 72).why is Reason.PIPED_FUEL


@pytest.mark.parametrize("state", ["powered", "unknown"])
def test_only_what_is_dark_has_a_clock(state):
    found = clock(facility(state=state, dark_low=NAT, dark_high=NAT, backup=Backup(0, battery_hours=1)), AT, 72)
    assert found.state.value == state and np.isnat(found.earliest)


def test_what_people_told_counts_and_is_marked():
    backup = Backup(generator_kva=0, battery_hours=1)
    at = moment("2026-01-20T20:00")
    truck = clock(facility(backup=backup, told=ToldState.TRUCK, told_at=at), AT, 72)
    assert truck.state is ClockState.TRUCK and np.isnat(truck.latest)
    powered = clock(facility(backup=backup, told=ToldState.POWERED, told_at=at), AT, 72)
    assert powered.state is ClockState.POWERED
    ran = clock(facility(backup=backup, told=ToldState.GENERATOR, told_at=at), AT, 72)
    # it still ran at 20:00, whatever the list says
    assert ran.earliest == at and Assumption.TOLD in ran.assumptions
    out = clock(facility(state="unknown", dark_low=NAT, dark_high=NAT, backup=backup, told=ToldState.OUT, told_at=at),
                AT, 72)  # fmt: skip
    assert out.state is ClockState.UNKNOWN and out.why is Reason.NO_START


@given(
    st.just(0.0) | st.floats(0.5, 500), st.floats(0, 20_000), st.floats(0, 100), st.floats(0.1, 400), st.floats(1, 2),
    st.integers(0, 600),
)  # fmt: skip
def test_the_interval_holds_the_end_of_a_generator_that_burns_by_the_table(kva, litres, battery, kw, factor, minutes):
    backup = Backup(generator_kva=kva, fuel_l=litres, battery_hours=battery, litres_per_hour=kva * 0.2)
    begin = moment("2026-01-20T16:10")
    found = clock(
        facility(load=load(kw, kw * factor), backup=backup, dark_high=begin + np.timedelta64(minutes, "m")), AT, 72
    )
    true = battery
    if kva >= 0.1:
        burnt = float(litres_per_hour(np.array([kw]), backup)[0])
        true += min(litres / burnt, 720.0)
    lost = begin + np.timedelta64(minutes // 2, "m")
    end = lost + np.timedelta64(round(true * 3600), "s")
    assert found.earliest <= end + np.timedelta64(60, "s") and end <= found.latest + np.timedelta64(60, "s")
    assert found.earliest >= begin


@pytest.mark.parametrize(
    ("text", "litres"),
    [("1,900", 1900), ("2kL", 2000), ("約１９００Ｌ", 1900), ("なし", 0), ("490リットル", 490), ("", math.nan)],
)
def test_litres_are_read_as_people_write_them(text, litres):
    found = litres_of(text)
    assert found.understood and (found.value == litres or (math.isnan(litres) and math.isnan(found.value)))


@pytest.mark.parametrize(
    ("text", "hours"), [("24", 24), ("３時間", 3), ("90分", 1.5), ("3日", 72), ("無", 0), ("24h", 24)]
)
def test_times_are_read_as_people_write_them(text, hours):
    assert duration_of(text).value == hours


@pytest.mark.parametrize(
    ("text", "heading", "hours"),
    [
        ("90", "バッテリー(分)", 1.5),
        ("９０", "バッテリー（分）", 1.5),
        ("3", "蓄電池[日]", 72),
        ("2h", "バッテリー(分)", 2),
        ("72", "蓄電池（時間）", 72),
        ("72", "battery_hours", 72),
        ("90", "battery_minutes", 1.5),
        ("240時間", "バッテリー", 240),
    ],
)
def test_a_time_without_a_unit_has_that_of_its_heading(text, heading, hours):
    assert duration_of(text, heading).value == hours


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("90", "バッテリー"),
        ("480", "バッテリー持続時間"),
        ("24.5", "UPS"),
        ("9999", "battery_hours"),
        ("9999時間", "バッテリー"),
        ("30日", "バッテリー"),
        ("99999", "バッテリー(分)"),
    ],
)
def test_a_time_that_may_be_minutes_or_that_no_battery_lasts_is_to_be_listed(text, heading):
    found = duration_of(text, heading)
    assert not found.understood and math.isnan(found.value)


@pytest.mark.parametrize("text", ["満タン", "不明", "-3", "2～3日"])
def test_what_is_no_amount_is_to_be_listed(text):
    assert not duration_of(text).understood and not litres_of(text).understood


def test_dark_hours_are_never_before_the_event():
    later = EVENT + timedelta(hours=1)
    low, _high = since(
        datetime(2026, 1, 21, 9),
        last_reading=datetime(2026, 1, 20, 3),
        readings_until=datetime(2026, 1, 21, 9),
        silent_hours=15.0,
        first_event=later,
    )
    assert low == np.datetime64(later, "s")


def test_a_consumption_of_nothing_is_not_told_and_an_empty_tank_ends_at_once():
    backup = Backup(generator_kva=50, fuel_l=100, battery_hours=0, litres_per_hour=0)
    assert Assumption.FUEL_TABLE in clock(facility(load=load(), backup=backup), AT, 72).assumptions
    empty = Backup(generator_kva=50, fuel_l=0, battery_hours=0)
    assert clock(facility(load=load(), backup=empty), AT, 72).earliest == moment("2026-01-20T16:10")


def test_the_state_is_told_at_the_moment_of_looking_and_what_only_time_suggests_is_no_evidence():
    dark = moment("2026-01-20T16:30")
    known = Facility("避難所", "outage", dark, dark, backup=Backup(generator_kva=0.0, battery_hours=20.0))
    at_data = clock(known, AT, 72.0)
    assert at_data.state is ClockState.RUNNING
    looked = {
        "2026-01-21T10:00": ClockState.RUNNING,
        "2026-01-21T12:00": ClockState.MAY_HAVE_FAILED,
        "2026-01-21T15:00": ClockState.ENDED_BY_TIME,
    }
    for text, state in looked.items():
        found = clock(known, AT, 72.0, moment(text))
        assert found.state is state, text
        assert (found.earliest, found.latest) == (at_data.earliest, at_data.latest)
    # data, or a call, that tell of the line after the end: then it has failed
    assert clock(known, moment("2026-01-21T15:00"), 72.0).state is ClockState.FAILED
    called = replace(known, told=ToldState.OUT, told_at=moment("2026-01-21T14:30"))
    assert clock(called, AT, 72.0, moment("2026-01-21T15:00")).state is ClockState.FAILED


def test_a_stock_that_was_seen_after_the_data_ended_counts_at_the_moment_of_looking():
    dark = moment("2026-01-20T16:30")
    backup = Backup(generator_kva=50.0, fuel_l=400.0, battery_hours=0.0, stock_at=datetime(2026, 1, 21, 12))
    known = Facility("病院", "outage", dark, dark, backup=backup)
    assert clock(known, AT, 72.0, moment("2026-01-21T13:00")).earliest > moment("2026-01-21T12:00")
    assert clock(known, AT, 72.0).why is Reason.NO_BACKUP_DATA


@pytest.mark.parametrize(
    ("kva", "fuel", "litres", "rate", "names"),
    [
        (100, "軽油", 2000, math.nan, []),
        (20_000, "A重油", 1_000_000, math.nan, []),
        (20_001, "A重油", 1_000_001, math.nan, ["generator_kva", "fuel_l"]),
        # the table: 15 litres at 90 kVA
        (90, "軽油", 100, 90, []),
        (90, "軽油", 100, 2.5, []),
        (90, "軽油", 100, 91, ["litres_per_hour"]),
        (90, "軽油", 100, 2.4, ["litres_per_hour"]),
        (0, "軽油", 100, 91, ["generator_kva"]),
        (0, "軽油", 0, 91, []),
        (90, "水素", 100, math.nan, ["fuel_l"]),
        (90, "不明", 100, math.nan, []),
        (90, "軽油", 100, 0, []),
        (90, "ＬＰガス", 100, math.nan, ["fuel_l"]),
        (90, "LPガス", 100, 20, []),
        (90, "プロパン", 0, math.nan, []),
        (90, "都市ガス", math.nan, math.nan, []),
    ],
)
def test_figures_that_no_generator_has_are_doubted(kva, fuel, litres, rate, names):
    told = {"generator_kva": kva, "fuel_l": litres, "tank_l": math.nan, "litres_per_hour": rate}
    assert list(doubted(told, fuel)) == names


NAN = math.nan


@pytest.mark.parametrize(
    ("kva", "litres", "left", "tank", "rate", "slips"),
    [
        # 300 under a heading in kL: 15 litres an hour at 90 kVA and three quarters, 20 at full load: 28,800 in 60 days
        (90, 300_000, NAN, NAN, NAN, {"fuel_l": Slip.TOO_LONG}),
        (90, 28_801, NAN, NAN, NAN, {"fuel_l": Slip.TOO_LONG}),
        (90, 28_799, NAN, NAN, NAN, {}),
        (90, 1000, NAN, 300_000, NAN, {"tank_l": Slip.TOO_LONG}),
        (90, NAN, 300_000, NAN, NAN, {"left_l": Slip.TOO_LONG}),
        # what it burns as told counts where it is more, and alone where the size is not told
        (90, 30_000, NAN, NAN, 30, {}),
        (NAN, 300_000, NAN, NAN, 30, {"fuel_l": Slip.TOO_LONG}),
        (NAN, 300_000, NAN, NAN, NAN, {}),
        # more than the tank holds: which of the two is wrong nobody knows
        (90, 2000, NAN, 1000, NAN, {"fuel_l": Slip.BEYOND_TANK, "tank_l": Slip.BEYOND_TANK}),
        (90, 1900, NAN, 1800, NAN, {}),
        (90, 900, 1200, 1000, NAN, {"left_l": Slip.BEYOND_TANK, "tank_l": Slip.BEYOND_TANK}),
        (90, 900, NAN, 0, NAN, {}),
        # beside a stock that cannot be, the tank stands
        (90, 300_000, NAN, 1000, NAN, {"fuel_l": Slip.TOO_LONG}),
        # a tank of 1.9 kL under a heading in litres; a stock may be as little
        (90, NAN, NAN, 1.9, NAN, {"tank_l": Slip.TOO_SHORT}),
        (90, NAN, NAN, 5.1, NAN, {}),
        (90, 1.9, NAN, NAN, NAN, {}),
        # no set burns a cup in an hour, nor what 20,000 kVA do not
        (NAN, 100, NAN, NAN, 0.09, {"litres_per_hour": Slip.RATE}),
        (NAN, 100, NAN, NAN, 9000, {"litres_per_hour": Slip.RATE}),
        (NAN, 100, NAN, NAN, 9, {}),
    ],
)
def test_fuel_that_the_set_or_its_tank_cannot_have_is_doubted(kva, litres, left, tank, rate, slips):
    told = {"generator_kva": kva, "fuel_l": litres, "left_l": left, "tank_l": tank, "litres_per_hour": rate}
    assert doubted(told, "軽油") == slips


def test_of_another_fuel_only_what_it_burns_as_told_says_how_long_a_stock_lasts():
    # 24 m³ of gas for 2 m³ an hour; by the table of diesel the tank would be empty at once
    told = {"generator_kva": 2000.0, "fuel_l": 24.0, "tank_l": 24.0, "litres_per_hour": 100.0}
    assert doubted(told, "LPガス") == {"tank_l": Slip.TOO_SHORT} and not doubted({**told, "tank_l": 30.0}, "LPガス")

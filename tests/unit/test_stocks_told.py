"""Several things told of one tank: which of them counts, and when what is gone is not what the generator burnt."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from tomoshibi.analysis.backup import Assumption, Backup, Carries, with_told
from tomoshibi.analysis.backup_doubts import doubtful_clock
from tomoshibi.analysis.own_load import OwnLoad
from tomoshibi.analysis.stock_to_ask import with_question
from tomoshibi.analysis.stocks_told import StockDoubt, with_stocks
from tomoshibi.analysis.survival import Clock, Facility
from tomoshibi.analysis.told_states import Told, ToldState, ToldStock

LOST = datetime(2026, 9, 8, 22)
HOUR = timedelta(hours=1)
NOW = LOST + 30 * HOUR
ROW = Backup(generator_kva=85.0, fuel_kind="軽油", fuel_l=900.0, tank_l=1000.0, battery_hours=0.0, litres_per_hour=20.0,
             generator_carries=Carries.WHOLE)  # fmt: skip


def told(
    hours: float, litres: float = math.nan, state: ToldState = ToldState.GENERATOR, share: float = math.nan
) -> Told:
    """Return what was told so many hours after the loss of power; without litres and share, of the state alone."""
    stock = None
    if not math.isnan(litres):
        stock = ToldStock(litres=litres)
    elif not math.isnan(share):
        stock = ToldStock(share=share)
    return Told("f1", state, "防災課", LOST + hours * HOUR, None, stock)


def clock_of(row: Backup, hours: float) -> Clock:
    kw = np.full((2, 24), 20.0)
    load = OwnLoad(kw, 0.05, 20.0, 28, hour_spread=0.1)
    lost, now = np.datetime64(LOST, "s"), np.datetime64(LOST + hours * HOUR, "s")
    one = Facility("役場", "outage", lost, lost + np.timedelta64(1800, "s"), load=load, backup=row)
    return with_question(doubtful_clock(one, now, 72, now), one, now, 72, now)


def test_one_reading_is_as_with_told_and_the_last_of_several_goes_on_from_the_same_beginning():
    one = with_stocks(ROW, [told(9, 750)], LOST, NOW)
    # as texts: what is not told is not equal to itself
    assert repr(one.row) == repr(with_told(ROW, ToldStock(litres=750), LOST + 9 * HOUR)) and not one.doubts
    two = with_stocks(ROW, [told(9, 750), told(20, share=0.5)], LOST, NOW)
    assert (two.row.fuel_l, two.row.before_l, two.row.stock_at) == (500, 900, LOST + 20 * HOUR) and not two.doubts


@pytest.mark.parametrize(
    "before",
    [
        [told(9, 300)],  # filled up since: less stood there before
        [told(1, 950)],  # … and before that
        [told(6, state=ToldState.TRUCK)],
        [told(6, state=ToldState.POWERED)],
        [told(-20)],  # an outage before this one took its share of what the list has
        [told(-20, 800)],
    ],
)
def test_what_is_gone_is_not_what_was_burnt_where_something_else_was_told(before):
    found = with_stocks(ROW, [*before, told(10, 700)], LOST, NOW).row
    assert found.fuel_l == 700 and found.stock_at == LOST + 10 * HOUR and math.isnan(found.before_l)


def test_a_truck_that_came_later_does_not_touch_what_was_burnt_till_the_reading():
    found = with_stocks(ROW, [told(10, 700), told(12, state=ToldState.TRUCK)], LOST, NOW).row
    assert (found.fuel_l, found.before_l) == (700, 900)


def test_a_tank_read_before_power_was_lost_is_what_there_was_then():
    full = told(-15, share=1.0, state=ToldState.POWERED)
    found = with_stocks(ROW, [full, told(10, 800)], LOST, NOW)
    assert (found.row.fuel_l, found.row.before_l) == (800, 1000)
    alone = with_stocks(ROW, [full], LOST, NOW).row
    assert (alone.fuel_l, alone.burnt_l) == (1000, 0) and math.isnan(alone.before_l)


def test_a_stock_of_an_outage_before_may_be_less_now_and_is_asked_again():
    found = with_stocks(ROW, [told(-10, 700)], LOST, NOW).row
    # ten hours at full load, 20 L/h at three quarters of it
    assert found.fuel_l == 700 and 200 < found.burnt_l < 500
    as_read, unsure = clock_of(replace(found, burnt_l=0.0), 1), clock_of(found, 1)
    assert unsure.earliest < as_read.earliest and unsure.latest == as_read.latest
    assert {Assumption.STOCK_EARLIER, Assumption.STOCK_TO_ASK} <= set(unsure.assumptions)
    # of days ago there may be nothing left, and never less than nothing
    long_ago = with_stocks(ROW, [told(-100, 700)], LOST, NOW).row
    assert long_ago.burnt_l == 700
    # the next reading is the end of that
    assert with_stocks(ROW, [told(-10, 700), told(2, 300)], LOST, NOW).row.burnt_l == 0


def test_more_than_the_tank_holds_is_no_reading_of_it_and_what_was_told_before_stays():
    much = with_stocks(ROW, [told(9, 1051)], LOST, NOW)
    assert repr(much.row) == repr(ROW) and much.doubts == {StockDoubt.TOO_MUCH}
    assert not with_stocks(ROW, [told(9, 1050)], LOST, NOW).doubts
    both = with_stocks(ROW, [told(9, 750), told(20, 6000)], LOST, NOW)
    assert both.row.fuel_l == 750 and both.doubts == {StockDoubt.TOO_MUCH}
    # what is told right later puts it right
    assert not with_stocks(ROW, [told(9, 6000), told(9.1, 600)], LOST, NOW).doubts
    # of a tank that is not known anything may be filled in, within reason
    open_ended = replace(ROW, tank_l=math.nan)
    assert with_stocks(open_ended, [told(9, 5000)], LOST, NOW).row.fuel_l == 5000
    assert with_stocks(open_ended, [told(9, 2e6)], LOST, NOW).doubts == {StockDoubt.TOO_MUCH}


def test_more_gone_than_any_load_burns_counts_and_is_named():
    found = with_stocks(ROW, [told(9, 3)], LOST, NOW)
    assert found.row.fuel_l == 3 and found.doubts == {StockDoubt.TOO_LITTLE}
    assert not with_stocks(ROW, [told(9, 650)], LOST, NOW).doubts
    # without the loss of power nobody can tell
    assert not with_stocks(ROW, [told(9, 3)], None, NOW).doubts


def test_more_gone_than_can_be_burnt_may_have_leaked_or_never_been_there_and_no_set_needs_more_than_full_load():
    plain, told_so = ROW, with_stocks(ROW, [told(9, 300)], LOST, NOW).row
    unlearnt = clock_of(replace(told_so, before_l=math.nan), 10)
    found = clock_of(told_so, 10)
    assert Assumption.AS_BURNT in found.assumptions
    # a leak goes on; a reserve that was less than listed does not
    hours = (found.earliest - np.datetime64(LOST + 9 * HOUR, "s")) / np.timedelta64(3600, "s")
    assert 0 < hours < 9 * 300 / 600
    assert found.latest >= unlearnt.latest > found.earliest + np.timedelta64(12, "h")
    # 20 L/h at three quarters, a fourth to a third more at full load, and three deviations of the list
    assert found.litres_to_hours <= 63 * 20 * 1.33 * 1.2 - 300
    assert clock_of(plain, 10).litres_to_hours < found.litres_to_hours


def test_fuel_that_lies_elsewhere_too_is_told_neither_by_a_share_nor_by_what_is_gone():
    drums = replace(ROW, fuel_l=1900.0, tank_l=500.0)
    assert with_stocks(drums, [told(9, share=1.0)], LOST, NOW).doubts == {StockDoubt.UNUSED}
    litres = with_stocks(drums, [told(9, 480)], LOST, NOW)
    assert litres.row.fuel_l == 480 and math.isnan(litres.row.before_l) and not litres.doubts


@pytest.mark.parametrize(
    "row",
    [
        replace(ROW, generator_kva=0.0),
        replace(ROW, generator_kva=math.nan),
        replace(ROW, fuel_kind="都市ガス"),
        replace(ROW, fuel_kind="LPガス", litres_per_hour=math.nan),
        replace(ROW, others=(replace(ROW, fuel_l=100.0),)),
    ],
)
def test_a_stock_of_which_nothing_can_be_told_is_named_and_changes_nothing(row):
    found = with_stocks(row, [told(9, 750)], LOST, NOW)
    assert found.row is row and found.doubts == {StockDoubt.UNUSED}


def test_gas_with_its_own_litres_an_hour_counts():
    row = replace(ROW, fuel_kind="LPガス")
    assert with_stocks(row, [told(9, 750)], LOST, NOW).row.fuel_l == 750


def test_a_list_that_tells_the_day_alone_does_not_hide_a_reading_of_that_day():
    day = replace(ROW, fuel_l=600.0, before_l=900.0, stock_at=LOST + 2 * HOUR, stock_until=LOST + 26 * HOUR)
    found = with_stocks(day, [told(9, 750)], LOST, NOW)
    assert (found.row.fuel_l, found.row.stock_at, found.row.stock_until) == (750, LOST + 9 * HOUR, None)
    assert with_stocks(day, [told(1, 850)], LOST, NOW).doubts == {StockDoubt.UNUSED}


def test_on_a_map_of_the_past_the_list_does_not_tell_of_later():
    row = replace(ROW, fuel_l=300.0, before_l=900.0, stock_at=LOST + 40 * HOUR)
    found = with_stocks(row, [told(9, 750)], LOST, NOW)
    assert (found.row.fuel_l, found.row.before_l, found.row.stock_at) == (750, 900, LOST + 9 * HOUR)
    assert with_stocks(row, [told(9, 750)], LOST, LOST + 41 * HOUR).doubts == {StockDoubt.UNUSED}

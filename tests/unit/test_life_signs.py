"""Signs of life: what a few days of known readings must show, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tomoshibi.analysis.life_signs import NIGHT, LifeRules, prepared, signs_of, spread_out
from tomoshibi.analysis.registers import MISSING

RULES = LifeRules()
DAYS = 20
BASE = 40
EVENING = slice(36, 44)
"""18 to 22 h."""


def home(evenings=(), days=DAYS):
    """Readings, int (days, 48): BASE, and on the first days so much more through the evening."""
    rows = np.full((days, 48), BASE, dtype=np.int32)
    for day, more in enumerate(evenings):
        rows[day, EVENING] += more
    return rows


def seen_in(rows, **more):
    return signs_of(rows.reshape(1, -1), RULES, **more)


def test_a_reading_of_a_coarse_register_is_spread_over_the_half_hours_since_the_one_before():
    found = spread_out(np.array([[0, 0, 0, 600, 0, MISSING, 0, 300, 0]]))
    assert found[0].tolist()[:5] == [
        150,
        150,
        150,
        150,
        0,
    ]  # what a zero before a gap belongs to is not known
    assert np.isnan(found[0, 5]) and found[0].tolist()[6:] == [150, 150, 0]


def test_readings_of_a_coarse_register_are_evened_and_those_of_a_fine_one_are_not():
    coarse, step = prepared(np.tile([[0, 600]], 240), RULES)
    assert step[0] == 600 and (coarse == 300).all()
    fine, step = prepared(np.tile([[20, 70]], 240), RULES)
    assert step[0] == 10 and fine[0, :2].tolist() == [20, 70]


def test_the_figures_of_evenings_with_small_and_large_use():
    # 12 evenings of 100 Wh more and 8 of 300.
    found = seen_in(home([100, 300] * 8 + [100] * 4))
    assert found.used.sum() == 20 * 8 and found.used[0, :, EVENING].all()
    assert found.peak[0] == 20
    assert found.rise[0] == pytest.approx((1 + 0.02) / 0.02)
    assert found.irregular[0] == pytest.approx(8 / 20)  # 100 is what these half-hours usually are
    assert found.irregular_rise[0] == pytest.approx((8 / 20 + 0.02) / 0.02)
    assert found.sizes[0] == pytest.approx(300 / 100)
    assert found.same[0] == pytest.approx(12 / 20)
    assert found.spread[0] == pytest.approx(200 / 6)  # nothing varies in the least varying hours: at least 6 Wh
    assert found.beyond[0] == 1
    assert not found.alive[0]  # a life that is the same on most evenings may be a timer's


def test_days_without_use_count_for_the_rise_and_not_for_the_days_with_use():
    found = seen_in(home([100, 300, 100, 300, 500]))
    assert found.used.sum() == 5 * 8
    assert found.rise[0] == pytest.approx((5 / 20 + 0.02) / 0.02)
    assert found.beyond[0] == 1 and found.irregular[0] == 1


@pytest.mark.parametrize(("days", "used"), [(10, 0), (9, 72)])
def test_what_comes_on_alike_on_half_of_the_days_is_a_timer(days, used):
    assert seen_in(home([200] * days)).used.sum() == used


@pytest.mark.parametrize(("larger", "used"), [(240, 0), (260, 160)])
def test_a_timer_takes_the_same_to_a_fifth(larger, used):
    assert seen_in(home([200, larger] * 10)).used.sum() == used


@pytest.mark.parametrize(("beside", "used"), [(150, 0), (240, 0), (260, 6)])
def test_where_a_timer_begins_it_takes_no_more(beside, used):
    rows = home([200] * 20)
    rows[:6, 35] += beside
    assert seen_in(rows).used.sum() == used


def test_what_comes_an_hour_after_a_timer_ended_is_not_the_timer():
    rows = home([200] * 20)
    rows[:6, 45] += 150
    assert seen_in(rows).used.sum() == 6
    rows[:6, 44] += 150  # it ends an hour later on these days
    assert seen_in(rows).used.sum() == 0


def test_a_home_without_use_shows_nothing():
    found = seen_in(home())
    figures = (found.rise, found.spread, found.sizes, found.same, found.beyond, found.irregular)
    assert [float(figure[0]) for figure in figures] == [1, 0, 1, 1, 0, 0]
    assert not found.alive[0]


@pytest.mark.parametrize(("more", "used"), [(40, 0), (50, 8)])
def test_use_lies_eighty_watts_above_what_runs_by_itself(more, used):
    assert seen_in(home([more])).used.sum() == used


def test_where_much_runs_by_itself_use_is_half_of_it():
    rows = home([100]) + 200
    assert seen_in(rows).used.sum() == 0
    rows[0, EVENING] += 30
    assert seen_in(rows).used.sum() == 8


@pytest.mark.parametrize(("nights", "hidden"), [(13, False), (14, True)])
def test_a_heater_on_seven_nights_of_ten_hides_the_night(nights, hidden):
    rows = home([100, 300] * 10)
    rows[1 : nights + 1, 2:5] = BASE + 251
    found = seen_in(rows)
    assert found.usable[0, NIGHT].any() != hidden and found.seen[0][:, NIGHT].any() != hidden
    assert found.usable[0, 14:46].all()


@pytest.mark.parametrize(("slots", "more"), [(2, 400), (3, 250)])
def test_less_than_a_heater_at_night_hides_nothing(slots, more):
    rows = home([100, 300] * 10)
    rows[:, 2 : 2 + slots] = BASE + more
    assert seen_in(rows).usable[0].all()


def test_daylight_on_a_roof_says_nothing():
    rows = home([100, 300] * 10)
    rows[:, 20] = 900
    found = seen_in(rows, solar=np.array([1]))
    assert not found.usable[0, 12:36].any() and found.usable[0, 36:].all() and found.usable[0, :12].all()
    assert found.used.sum() == 160


def test_a_reading_that_did_not_come_is_neither_seen_nor_used():
    rows = home([100, 300] * 10)
    rows[3, 40] = MISSING
    found = seen_in(rows)
    assert not found.seen[0, 3, 40] and not found.used[0, 3, 40] and found.used.sum() == 159

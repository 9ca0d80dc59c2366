"""Signs of life: what a few days of known readings must show, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tomoshibi.analysis import life_signs
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


@pytest.mark.parametrize(("missing", "hidden"), [(8, True), (9, False)])
def test_a_night_counts_for_the_heater_of_which_half_came(missing, hidden):
    """A heater runs on 14 of 19 nights; of six of them some half-hours did not come, without which it is 8 of 13."""
    rows = home([100, 300] * 10)
    rows[1:15, 10:14] = BASE + 251
    rows[1:7, :missing] = MISSING
    assert seen_in(rows).usable[0, NIGHT].any() != hidden


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


EVENING_PEAK, DAY_PEAK, NIGHT_PEAK = 20.0, 12.0, 4.0


def days_with_use(share, of=20):
    """Use in so large a share of all half-hours, evenly, bool (1, days, 48)."""
    used = np.zeros((1, of, 48), dtype=bool)
    used[:, :, : round(48 * share)] = True
    return used


def figures_of(rule, peak):
    """The least figures with which a rule says that people live there, by name."""
    part = getattr(RULES, rule)
    figures = {"peak": peak, "rise": part.rise, "spread": part.spread, "sizes": part.sizes, "same": RULES.same_size}
    figures.update(beyond=0.0, irregular=0.0, irregular_rise=0.0, enough=True)
    return figures


def said_of(rule, figures):
    """What a rule says of a home with such figures."""
    names = ("rise", "peak", "spread", "sizes", "same", "beyond")
    shape = life_signs._Shape(*(np.array([figures[name]], dtype=float) for name in names))
    odd = life_signs._OddDays(*(np.array([figures[name]]) for name in ("irregular", "irregular_rise", "enough")))
    used = days_with_use(figures.get("used", 0.5))
    seen = np.ones_like(used)
    told = {
        "warm": lambda: life_signs._all_night(shape, odd, RULES),
        "awake": lambda: life_signs._awake(shape, odd, np.array([figures.get("heater", True)]), RULES),
        "cooled": lambda: life_signs._cooled(shape, used, seen, odd, RULES),
        "busy": lambda: life_signs._busy(shape, used, seen, odd, RULES),
    }
    return bool(told[rule]()[0])


LEAST = {
    "warm": (EVENING_PEAK, {"irregular": RULES.warm_irregular}),
    "awake": (RULES.evening_begin, {"irregular": RULES.awake_irregular, "beyond": RULES.awake_beyond}),
    "cooled": (
        NIGHT_PEAK,
        {"irregular": RULES.cooled_irregular, "beyond": RULES.cooled_beyond, "same": RULES.cooled_same, "used": 0.5},
    ),
    "busy": (
        DAY_PEAK,
        {"irregular_rise": RULES.busy_irregular_rise, "beyond": RULES.busy_beyond, "same": RULES.busy_same}
        | {"used": 0.3125},
    ),
}
ASKED = {
    "warm": ("rise", "spread", "sizes", "same", "irregular"),
    "awake": ("rise", "spread", "sizes", "beyond", "irregular"),
    "cooled": ("rise", "spread", "sizes", "same", "beyond", "irregular", "used"),
    "busy": ("rise", "spread", "sizes", "same", "beyond", "irregular_rise", "used"),
}


@pytest.mark.parametrize("rule", LEAST)
def test_every_figure_of_a_rule_is_needed_and_its_least_is_enough(rule):
    peak, least = LEAST[rule]
    figures = {**figures_of(rule, peak), **least}
    assert said_of(rule, figures)
    for name in ASKED[rule]:
        step = 0.03 if name == "used" else 0.001
        missed = figures[name] + step if name == "same" else figures[name] - step
        assert not said_of(rule, {**figures, name: missed}), name


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ("warm", {"peak": DAY_PEAK}),
        ("awake", {"peak": DAY_PEAK}),
        ("awake", {"heater": False}),
        ("cooled", {"enough": False}),
        ("busy", {"enough": False}),
        ("busy", {"peak": NIGHT_PEAK}),
    ],
)
def test_a_rule_is_for_its_own_homes(rule, more):
    peak, least = LEAST[rule]
    assert not said_of(rule, {**figures_of(rule, peak), **least, **more})


@pytest.mark.parametrize(("peak", "said"), [(6.5, True), (16.0, True), (16.5, True), (1.0, True), (1.5, False)])
def test_who_uses_much_by_day_or_in_the_evening_is_somebody(peak, said):
    assert said_of("busy", {**figures_of("busy", peak), **LEAST["busy"][1]}) == said


def test_much_use_on_few_days_is_not_that_of_people():
    shape = life_signs._Shape(*(np.array([value]) for value in (9.0, 20.0, 9.0, 2.0, 0.2, 1.0)))
    odd = life_signs._OddDays(np.array([1.0]), np.array([3.0]), np.array([True]))
    used = days_with_use(0.8)
    seen = np.ones_like(used)
    used[:, 18:] = False
    assert life_signs._busy(shape, used, seen, odd, RULES)[0]  # nine of ten days
    used[:, 17:] = False
    assert not life_signs._busy(shape, used, seen, odd, RULES)[0]


DUSK = {"used": 0.55, "sizes": 1.5, "same": 0.4, "irregular": 0.4, "days": 0.0, "rise": 0.0, "spread": 0.0}
LATE = {"used": 0.21, "sizes": 1.8, "same": 0.3, "irregular": 0.8, "days": 0.6, "rise": 3.1, "spread": 3.5}


def said_at_dusk(figures, heater):
    shape = life_signs._Shape(*(np.array([figures.get(name, 0.0)]) for name in ("rise", "peak", "spread") + ("",) * 3))
    dusk = life_signs._Dusk(*(np.array([figures[name]]) for name in ("used", "days", "irregular", "sizes", "same")))
    return bool(life_signs._at_dusk(dusk, shape, np.array([heater]), RULES)[0])


@pytest.mark.parametrize(("least", "heater"), [(DUSK, False), (LATE, True)])
def test_every_figure_of_the_evening_under_a_roof_is_needed_and_its_least_is_enough(least, heater):
    assert said_at_dusk(least, heater)
    for name in [name for name, value in least.items() if value]:
        missed = least[name] + 0.001 if name == "same" else least[name] - 0.001
        assert not said_at_dusk({**least, name: missed}, heater), name
    assert not said_at_dusk(LATE, False)

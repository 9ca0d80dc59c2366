"""Looking ahead from the course of an outage: bounded, leaning on earlier events, as wide as forecasts went wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis.outlook import (
    LEVELS,
    SETTLING_HOURS,
    Course,
    OutlookError,
    Prior,
    _interval,
    _tails,
    as_it_came,
    exponents,
    forecast,
    past_errors,
    quantiles,
    remaining,
    size_class,
    step_at,
)
from tomoshibi.analysis.restoration_courses import COURSES, EventKind, pieces, prior_of

PRIOR = Prior(1.5, 0.2, 0.5, 96.0)


def course(exponent: float, last: int = 240, start: int = 3, most: float = 1e6) -> Course:
    """A course that falls as a power of time, hour by hour in steps of three."""
    hours = np.arange(start, last + 1, 3, dtype=float)
    return Course(hours, (most * (start / hours) ** exponent)[None, :])


def test_a_course_that_fell_as_a_power_of_time_goes_on_so():
    found = forecast(course(1.0), (24, 72), PRIOR)
    now = 1e6 * 3 / 240
    assert found.expected[0] == pytest.approx([now * 240 / 264, now * 240 / 312], rel=0.1)


def test_a_long_course_counts_for_more_than_earlier_events():
    slow, fast = (exponents(course(a), 79, PRIOR)[0] for a in (0.5, 2.5))
    assert 0.45 < slow < 1.0 and 1.8 < fast < 2.5
    # a course of three hours is no course: the earlier events speak alone
    assert exponents(course(0.5, last=6), 1, PRIOR)[0] == 1.5


def test_an_outage_that_grows_is_no_negative_exponent():
    growing = Course(np.arange(3.0, 60, 3), np.linspace(10, 200, 19)[None, :])
    assert 0 < exponents(growing, 18, PRIOR)[0] < 0.3
    assert forecast(growing, (72,), PRIOR).high[95][0, 0] <= 200


def test_an_area_that_is_not_known_now_has_no_outlook_and_does_not_stop_the_others():
    hours = np.arange(3.0, 100, 3)
    dark = np.stack([1000 / hours, np.where(hours > 90, np.nan, 1000 / hours)])
    found = forecast(Course(hours, dark), (6,), PRIOR)
    assert np.isnan(found.expected[1, 0]) and np.isnan(found.high[95][1, 0]) and found.expected[0, 0] > 0


def test_where_all_have_power_again_nothing_is_expected():
    found = forecast(Course(np.array([3.0, 30.0, 60.0]), np.array([[50.0, 5.0, 0.0]])), (6, 72), PRIOR)
    assert found.expected.tolist() == [[0.0, 0.0]] and found.high[95].tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(
    ("slow", "fast", "slow_alone", "fast_alone", "expected"),
    [
        # inside the bounds each end misses its half
        (80.5, 20.5, 60.0, 40.0, (20, 81)),
        # a quarter stays as it is: the upper end misses nothing, the lower end all
        (100.0, 20.5, 60.0, 40.5, (40, 100)),
        (99.2, 20.5, 60.0, 40.5, (40, 100)),
        # a quarter has all back
        (80.5, 0.0, 60.5, 40.0, (0, 61)),
        # both: the narrower one of the two
        (100.0, 0.0, 30.0, 40.0, (0, 30)),
        (100.0, 0.0, 80.0, 40.0, (40, 100)),
    ],
)
def test_an_interval_that_ends_at_a_bound_leaves_all_that_it_may_miss_to_its_other_end(
    slow, fast, slow_alone, fast_alone, expected
):
    low, high = _interval(np.array([100.0]), *(np.array([each]) for each in (slow, fast, slow_alone, fast_alone)))
    assert (low[0], high[0]) == expected


def test_an_end_that_misses_alone_misses_all_that_its_interval_may():
    assert _tails(80) == pytest.approx((0.1, 0.9, 0.2, 0.8)) and _tails(95) == pytest.approx((0.025, 0.975, 0.05, 0.95))


def test_the_longer_it_learns_the_more_the_spread_of_earlier_events_counts():
    steady = course(1.5, last=480)
    now = int(size_class(steady.dark[:, -1])[0])

    def width(learning: float) -> float:
        prior = replace(PRIOR, learning=learning)
        low, high = quantiles(past_errors(steady, 24.0, prior), now, prior, 24.0, (0.1, 0.9))
        return float(high - low)

    assert width(24.0) < width(240.0) < width(2400.0)


@pytest.mark.parametrize("size", [0, 1, 2])
def test_early_in_a_course_the_fast_side_is_narrower_but_for_lines_that_come_back_as_a_whole(size):
    none, prior = past_errors(course(1.5, last=6), 24.0, PRIOR), replace(PRIOR, early_spread=0.4)

    def at(share: float, early: bool) -> float:
        return float(quantiles(none, size, prior, 24.0, (share,), early)[0])

    for share in (0.025, 0.1, 0.25, 0.95, 0.975):
        assert at(share, True) == at(share, False)
    # 0.4 times what a normal distribution has there, as twenty errors tell it
    assert at(0.8, True) == pytest.approx(0.4 * (0.76 + 0.93) / 2) and at(0.8, True) < at(0.8, False)
    assert at(0.5, True) == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize(("kind", "narrower"), [(EventKind.SHOCK, True), (EventKind.STORM, False)])
def test_only_the_first_hours_of_a_course_after_a_shock_have_the_narrower_fast_side(kind, narrower):
    def lows(last: int, to_now: bool = True) -> tuple[float, float]:
        """The lower ends with and without it."""
        prior = prior_of(kind)
        found = [
            forecast(course(0.2, last=last), (12,), each, to_now)
            for each in (prior, replace(prior, early_spread=np.inf))
        ]
        assert found[0].low[95] == found[1].low[95] and (found[0].high[80] == found[1].high[80]).all()
        return found[0].low[80][0, 0], found[1].low[80][0, 0]

    early, before = lows(9)
    assert (early > before) == narrower
    for later in (lows(12), lows(9, to_now=False)):
        assert later[0] == later[1]


def test_intervals_after_a_storm_are_wider_than_after_a_shock_of_the_same_course():
    steady = course(1.5, last=240)

    def width(kind: EventKind) -> float:
        found = forecast(steady, (24,), replace(prior_of(kind), exponent=1.5))
        return float(found.high[80][0, 0] - found.low[80][0, 0])

    assert width(EventKind.STORM) > 1.5 * width(EventKind.SHOCK)


def test_errors_of_the_case_itself_make_the_intervals_narrow_where_it_went_as_foreseen():
    steady, young = course(1.5, last=480), course(1.5, last=30)

    def width(of: Course) -> float:
        found = forecast(of, (24,), PRIOR)
        now = of.dark[0, -1]
        return (found.high[80][0, 0] - found.low[80][0, 0]) / max(now, 1)

    assert width(steady) < width(young)


def test_forecasts_near_together_count_for_their_share_of_the_horizon():
    errors = past_errors(course(1.0, last=120), 24.0, PRIOR)
    # a forecast of a day ahead, made every three hours
    assert set(np.round(errors.weight[1:], 6)) == {0.125}
    assert len(past_errors(course(1.0, last=24), 48.0, PRIOR).value) == 0


def test_past_errors_do_not_look_beyond_the_end_of_the_course():
    whole = course(1.0, last=240)
    cut = whole.until(40)
    changed = Course(whole.hours, np.concatenate([whole.dark[:, :41], whole.dark[:, 41:] * 0], axis=1))
    assert past_errors(cut, 24.0, PRIOR).value.tolist() == past_errors(changed.until(40), 24.0, PRIOR).value.tolist()


def test_a_step_counts_as_a_moment_only_if_it_is_near():
    hours = np.array([3.0, 6.0, 12.0])
    assert step_at(hours, 6.4) == 1 and step_at(hours, 9.0) is None and step_at(hours, 12.6) is None


@pytest.mark.parametrize(
    ("hours", "dark"),
    [([3.0, 3.0], [[1.0, 1.0]]), ([6.0, 3.0], [[1.0, 1.0]]), ([0.0, 3.0], [[1.0, 1.0]]), ([3.0], [[1.0, 1.0]])],
)
def test_a_course_out_of_order_is_refused(hours, dark):
    with pytest.raises(OutlookError):
        Course(np.array(hours), np.array(dark))


def test_no_course_and_no_hours_are_refused():
    empty = Course(np.zeros(0), np.zeros((1, 0)))
    with pytest.raises(OutlookError):
        forecast(empty, (6,), PRIOR)
    with pytest.raises(OutlookError):
        forecast(course(1.0), (6, 0), PRIOR)


counts = st.lists(st.one_of(st.none(), st.integers(0, 5000)), min_size=2, max_size=40)


@given(counts, st.lists(st.integers(1, 240), min_size=1, max_size=4), st.sampled_from(list(EventKind)), st.booleans())
def test_every_forecast_lies_within_its_bounds(series, horizons, kind, to_now):
    dark = np.array([[np.nan if each is None else each for each in series]], dtype=float)
    hours = np.arange(1, len(series) + 1) * 3.0
    found = forecast(Course(hours, dark), horizons, prior_of(kind), to_now)
    now = dark[0, -1]
    if np.isnan(now):
        assert np.isnan(found.expected).all()
        return
    assert (found.expected >= 0).all() and (found.expected <= now).all()
    outer = None
    for level in reversed(LEVELS):
        low, high = found.low[level][0], found.high[level][0]
        assert (low <= high).all() and (low >= 0).all() and (high <= now).all()
        if outer is not None:
            assert (outer[0] <= low).all() and (high <= outer[1]).all()
        outer = (low, high)


@given(st.floats(1, 1e6), st.floats(1, 1000), st.floats(1, 240), st.floats(0, 5))
def test_the_exponent_as_it_came_leads_back_to_the_count(now, hours, horizon, exponent):
    later = remaining(np.array([now]), hours, horizon, np.array([exponent]))
    back = as_it_came(np.array([now]), later, hours, horizon)
    settled = hours + SETTLING_HOURS
    again = (now + 1) * (settled / (settled + horizon)) ** back[0] - 1
    assert again == pytest.approx(later[0], rel=1e-6, abs=1e-6)


def test_sizes_part_small_middle_and_large_counts():
    assert size_class(np.array([0.0, 19.9, 20.0, 199.9, 200.0, np.nan])).tolist() == [0, 0, 1, 1, 2, 0]


def test_earlier_events_are_published_ones_that_fall_and_name_their_source():
    for one in COURSES:
        hours, counts = zip(*one.counts)
        assert list(hours) == sorted(hours) and list(counts) == sorted(counts, reverse=True) and one.source
        assert all(exponent > 0 for exponent, _ in pieces(one))
    assert not any("能登" in one.name for one in COURSES), "what forecasts are judged by must not be leaned on"


def test_the_prior_is_the_mean_over_events_and_storms_end_faster():
    shock, storm = prior_of(EventKind.SHOCK), prior_of(EventKind.STORM)
    assert 1.0 < shock.exponent < storm.exponent < 3.0
    aftershock = next(one for one in COURSES if "宮城県沖" in one.name)
    # ln((2,876,245 − 159,071) / (259,901 − 159,071)) / ln((36.5 + 12) / (11.5 + 12))
    assert next(pieces(aftershock))[0] == pytest.approx(4.546, abs=1e-3)
    # the same with 48 hours
    assert next(pieces(aftershock, 48.0))[0] == pytest.approx(9.390, abs=1e-3)


def test_after_a_storm_repair_takes_longer_to_get_under_way():
    shock, storm = prior_of(EventKind.SHOCK), prior_of(EventKind.STORM)
    assert shock.settling == SETTLING_HOURS < storm.settling
    # the same exponent: six hours after the event half of 1,000 meters are to be back sooner after a shock
    begun = Course(np.array([3.0, 6.0]), np.full((1, 2), 1000.0))
    left = [forecast(begun, (12,), replace(PRIOR, settling=each.settling)).expected[0, 0] for each in (shock, storm)]
    # 1,000 · ((6 + 12) / (18 + 12))^1.5 and 1,000 · ((6 + 48) / (18 + 48))^1.5
    assert left == pytest.approx([464.758, 740.087], abs=1.0)


@given(st.floats(0.2, 4.0), st.sampled_from([0.5, 12.0, 48.0, 96.0]))
def test_a_course_of_any_settling_goes_on_as_it_went(exponent, settling):
    hours = np.arange(3.0, 61, 3)
    dark = 1e6 * ((3.0 + settling) / (hours + settling)) ** exponent
    known = Course(hours[:-4], dark[None, :-4])
    prior = Prior(exponent, 0.8, 0.5, 96.0, settling=settling)
    assert exponents(known, len(hours) - 5, prior)[0] == pytest.approx(exponent, rel=1e-2)
    assert forecast(known, (12,), prior).expected[0, 0] == pytest.approx(dark[-1], rel=0.02)
    assert np.abs(past_errors(known, 12.0, prior).value).max() < 0.02

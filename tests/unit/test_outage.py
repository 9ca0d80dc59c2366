"""Outage rates: what is silent, what is unknown, and how often the interval holds the truth."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.analysis import outage, peacetime
from tomoshibi.analysis.blind import Blind, Struck
from tomoshibi.analysis.mesh import MeshError, cover
from tomoshibi.messages import Progress

COLUMNS = "voltage unit table_kind area_kind address mesh_code date energised count total masked".split()
CODES = cover(37.3, 136.8, 37.35, 136.9, 500).tolist()
DAY, EVENT = "2023-12-20", "2024-01-02"
PEACE_BY_ADDRESS = {"baseline": [DAY], "metres": None, "area_kind": 1}


class Ears(Progress):
    def __init__(self):
        self.heard = []

    def warn(self, what):
        self.heard.append(str(what))


def row(key, date, energised, count, total, masked=False, area_kind=2, unit=2, voltage=1):
    address, code = (key, "") if area_kind == 1 else ("", key)
    return (voltage, unit, 5, area_kind, address, code, np.datetime64(date, "D"), energised, count, total, masked)


def pair(key, date, silent, total, rest=0, **more):
    return [row(key, date, 1, total - silent - rest, total, **more), row(key, date, 2, silent, total, **more)]


def table(rows):
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame["date"] = pd.to_datetime(frame["date"])
    return frame.astype({"count": "float64", "total": "float64", "masked": bool, "energised": "int8"})


def rates(rows, progress=None, baseline=(), **more):
    options = {"voltage": 1, "metres": 500, "area_kind": 2, **more}
    return outage.mesh_rates(table(rows), baseline_dates=baseline, progress=progress or Progress(), **options)


def test_silent_meters_come_from_class_two_and_meters_from_the_area_total():
    result = rates(pair(CODES[0], EVENT, 40, 100))
    line = result.iloc[0]
    assert (line.mesh_code, line.meters, line.silent, line.silent_rate) == (CODES[0], 100, 40, 0.4)
    assert line.begin == pd.Timestamp(EVENT) and line.end == pd.Timestamp("2024-01-03")
    assert not line.masked and line.unaccounted == 0
    assert list(result.columns[:12]) == (
        "mesh_code meters silent silent_rate baseline_rate excess_rate low high rate_class masked begin end".split()
    )


def test_meters_in_neither_class_are_not_silent_but_widen_the_upper_end():
    full = rates(pair(CODES[0], EVENT, 40, 100)).iloc[0]
    part = rates(pair(CODES[0], EVENT, 40, 100, rest=15)).iloc[0]
    assert part.silent == full.silent and part.silent_rate == full.silent_rate
    assert part.unaccounted == 15
    assert part.high == pytest.approx(full.high + 0.15)


def test_masked_cells_stay_unknown_and_never_become_zero():
    result = rates([row(CODES[0], EVENT, code, np.nan, np.nan, True) for code in (1, 2)] + pair(CODES[1], EVENT, 0, 80))
    hidden, clear = result.iloc[0], result.iloc[1]
    assert hidden.masked and hidden.rate_class == 0
    assert result.loc[0, ["silent", "silent_rate", "excess_rate", "low", "high"]].isna().all()
    assert not clear.masked and clear.silent_rate == 0 and clear.rate_class == 1


def test_a_cell_without_the_row_of_silent_meters_is_unknown_and_said_so():
    ears = Ears()
    result = rates([row(CODES[0], EVENT, 1, 97, 100)], ears)
    assert math.isnan(result.silent_rate[0]) and not result.masked[0] and result.rate_class[0] == 0
    assert any("no figure of silent" in text for text in ears.heard)


def test_an_unknown_count_of_energised_meters_leaves_the_upper_end_open():
    result = rates([row(CODES[0], EVENT, 2, 10, 100), row(CODES[0], EVENT, 1, np.nan, 100, True)]).iloc[0]
    assert result.silent_rate == 0.1 and result.high == 1.0 and not result.masked


def test_rows_without_an_address_are_left_out_and_counted():
    ears = Ears()
    named, blank = "石川県架空市", ["", " "]
    rows = [line for key in (named, *blank) for line in pair(key, EVENT, 20, 100, area_kind=1)]
    result = rates(rows, ears, area_kind=1, metres=None)
    assert len(result) == 1 and result.silent[0] == 20
    assert any("4 rows carry no address" in text for text in ears.heard)


def test_a_newer_publication_replaces_the_older_one():
    result = rates(pair(CODES[0], EVENT, 90, 100) + pair(CODES[0], EVENT, 30, 100))
    assert len(result) == 1 and result.silent[0] == 30


def test_contradictory_monthly_and_foreign_rows_are_left_out_and_counted():
    ears = Ears()
    result = rates(
        pair(CODES[0], EVENT, 120, 100)
        + pair(CODES[1], EVENT, 1, 100, unit=1)
        + pair("53394611", EVENT, 1, 100)
        + pair(CODES[2], EVENT, 50, 100, voltage=2)
        + pair("サンプル市", EVENT, 50, 100, area_kind=1)
        + [row(CODES[3], EVENT, 0, 3, 100)],
        ears,
    )
    assert result.mesh_code.tolist() == [CODES[0], CODES[3]]
    assert result.silent_rate.isna().all() and result.low.isna().all()
    heard = "\n".join(ears.heard)
    for part in ("more silent", "2 monthly", "2 rows carry no mesh code of 500 m", "neither", "no figure"):
        assert part in heard


def test_city_and_ward_rows_stay_apart_and_wards_are_marked():
    result = rates(
        pair("サンプル県政令市", EVENT, 300, 1000, area_kind=1)
        + pair("サンプル県政令市第一区", EVENT, 250, 600, area_kind=1)
        + pair("サンプル県政令市第二区", EVENT, 50, 400, area_kind=1)
        + pair("サンプル県別町", EVENT, 5, 50, area_kind=1),
        metres=None,
        area_kind=1,
    ).set_index("area_code")
    assert len(result) == 4 and result.meters["サンプル県政令市"] == 1000
    assert result.ward_of.to_dict() == {
        "サンプル県政令市": "",
        "サンプル県政令市第一区": "サンプル県政令市",
        "サンプル県政令市第二区": "サンプル県政令市",
        "サンプル県別町": "",
    }


def test_a_city_beside_its_wards_is_not_in_the_pool_even_where_a_ward_is_masked():
    hidden = [row("市乙区", DAY, code, np.nan, np.nan, True, area_kind=1) for code in (1, 2)]
    ward = pair("市甲区", DAY, 4, 400, area_kind=1)
    new = pair("町", EVENT, 10, 100, area_kind=1)
    # The city's own figure holds the masked ward's 140: it must not pull the rate of the others.
    with_city = rates(pair("市", DAY, 144, 1200, area_kind=1) + ward + hidden + new, **PEACE_BY_ADDRESS)
    without = rates(ward + hidden + new, **PEACE_BY_ADDRESS)
    pick = [frame.set_index("area_code").baseline_rate["町"] for frame in (with_city, without)]
    assert pick[0] == pytest.approx(pick[1]) and pick[0] < 0.02


@pytest.mark.parametrize(
    ("energised", "silent", "masked"),
    [
        ((np.nan, True), (np.nan, True), True),
        ((60, False), (np.nan, True), True),  # N/A stands for the silent meters: hidden
        ((np.nan, True), (np.nan, False), True),  # the silent figure is blank, and the other N/A: hidden too
        ((np.nan, True), (40, False), False),  # only how many are accounted for is hidden
        ((60, False), (np.nan, False), False),  # blank is not masked, and not zero
    ],
)
def test_n_a_in_one_class_hides_the_cell_only_where_the_silent_meters_are_not_told(energised, silent, masked):
    line = rates(
        [row(CODES[0], EVENT, 1, energised[0], 100, energised[1]), row(CODES[0], EVENT, 2, silent[0], 100, silent[1])]
    ).iloc[0]
    told = silent[0] == 40
    assert line.masked == masked and (line.silent == 40 if told else math.isnan(line.silent))
    assert line.unknown_reason == ("" if told else "masked") and (line.rate_class > 0) == told


def test_the_city_row_does_not_count_twice_in_the_pooled_rate():
    wards = pair("市甲区", DAY, 8, 400, area_kind=1) + pair("市乙区", DAY, 4, 800, area_kind=1)
    new = pair("町", EVENT, 10, 100, area_kind=1)
    with_city = rates(pair("市", DAY, 12, 1200, area_kind=1) + wards + new, baseline=[DAY], metres=None, area_kind=1)
    without = rates(wards + new, baseline=[DAY], metres=None, area_kind=1)
    pick = [frame.set_index("area_code").baseline_rate["町"] for frame in (with_city, without)]
    assert pick[0] == pytest.approx(pick[1])


def test_each_cell_is_held_against_its_own_peacetime_shrunk_to_the_municipality():
    generator = np.random.default_rng(7)
    rows = []
    for number, code in enumerate(CODES[:30]):
        usual = 0.20 if number == 0 else 0.005
        for day in pd.date_range("2023-12-01", periods=14):
            rows += pair(code, day.date(), int(generator.binomial(60, usual)), 60)
    rows += pair(CODES[0], EVENT, 12, 60) + pair(CODES[1], EVENT, 12, 60) + pair(CODES[40], EVENT, 12, 60)
    result = rates(rows, baseline=pd.date_range("2023-12-01", periods=14))
    now = result[result.begin == EVENT].set_index("mesh_code")
    assert now.baseline_rate[CODES[0]] == pytest.approx(0.20, abs=0.03)
    assert now.baseline_rate[CODES[1]] == pytest.approx(0.006, abs=0.006)
    assert now.baseline_source.to_dict() == {CODES[0]: "cell", CODES[1]: "cell", CODES[40]: "municipality"}
    # The same 12 silent meters: nothing new in the one cell, an outage in the other.
    assert now.excess_rate[CODES[0]] < 0.03 and now.low[CODES[0]] == 0
    assert now.excess_rate[CODES[1]] > 0.18 and now.low[CODES[1]] > 0.1
    # A cell that was never seen before gets the municipality's rate and a wider interval.
    assert 0.005 < now.baseline_rate[CODES[40]] < 0.05
    assert now.low[CODES[40]] <= now.low[CODES[1]]


def test_without_peacetime_what_is_ordinary_serves_and_the_class_is_of_the_plain_rate():
    ears = Ears()
    line = rates(pair(CODES[0], EVENT, 26, 100), ears, baseline=[DAY]).iloc[0]
    assert line.baseline_source == "ordinary" and line.baseline_rate == 0.005
    assert 0.24 < line.excess_rate < 0.26 and line.rate_class == 2
    assert any("0.5 % of meters silent" in text for text in ears.heard)


def test_without_peacetime_ninety_silent_of_a_thousand_are_a_clear_excess():
    line = rates(pair(CODES[0], EVENT, 90, 1000)).iloc[0]
    assert line.excess_rate == pytest.approx((90 - 5) / 0.995 / 1000)
    assert 0.04 < line.low < line.excess_rate <= line.high <= 0.09


def test_without_peacetime_an_ordinary_day_is_no_outage():
    # The manual's own day: 2,946 of 533,031 meters, and no calm claimed below what three percent of bad radio make.
    line = rates(pair("市", EVENT, 2946, 533031, area_kind=1), metres=None, area_kind=1).iloc[0]
    assert line.low == 0 and line.excess_rate < 0.001 and line.high < 0.006


def test_ninety_five_of_a_hundred_areas_lie_between_a_tenth_and_three_percent():
    base = peacetime.ordinary(1)
    drawn = np.random.default_rng(5).gamma(base.shape[0], 1 / base.rate[0], 400_000)
    assert np.mean(drawn < peacetime.ORDINARY_RANGE[0]) == pytest.approx(0.025, abs=0.002)
    assert np.mean(drawn > peacetime.ORDINARY_RANGE[1]) == pytest.approx(0.025, abs=0.002)
    # Losses of single half-hours are another figure, and no prior of silence.
    assert peacetime.SLOT_LOSS == (0.002, 0.003) and base.centre[0] == peacetime.ORDINARY_SILENCE == 0.005


def test_a_cell_that_is_always_silent_says_nothing_about_an_outage():
    days = pd.date_range("2023-12-01", periods=28)
    rows = [line for day in days for line in pair(CODES[0], day.date(), 50, 50)]
    line = rates(rows + pair(CODES[0], EVENT, 50, 50), baseline=days).iloc[-1]
    assert math.isnan(line.excess_rate) and line.rate_class == 0 and line.unknown_reason == "silent_before_event"
    assert (line.low, line.high) == (0, 1) and 0.9 < line.baseline_rate <= 1


@pytest.mark.parametrize(
    ("rate", "number"),
    [(0, 1), (0.25, 1), (0.2501, 2), (0.5, 2), (0.51, 3), (0.75, 3), (0.76, 4), (1, 4), (float("nan"), 0)],
)
def test_classes_are_the_manuals(rate, number):
    assert outage.rate_class(np.array([rate]))[0] == number


def test_wrong_sizes_kinds_and_prior_rates_are_refused():
    with pytest.raises(MeshError, match="5000"):
        rates([], voltage=2, metres=500)
    with pytest.raises(outage.OutageError, match="kind"):
        rates([], area_kind=3)
    with pytest.raises(outage.OutageError, match=r"0\.99"):
        rates([], prior_rate=0.99)


def test_an_empty_publication_gives_an_empty_table_of_the_same_columns():
    for more in ({}, {"metres": None, "area_kind": 1}):
        key = "市" if more else CODES[0]
        full = rates(pair(key, EVENT, 1, 9, **({"area_kind": 1} if more else {})), **more)
        for empty in (rates([], **more), rates(pair(key, EVENT, 1, 9, voltage=3), **more)):
            assert list(empty.columns) == list(full.columns) and len(empty) == 0
            assert [d.kind for d in empty.dtypes] == [d.kind for d in full.dtypes]


def direct_cdf(k, exposure, shape, rate):
    q = exposure / (rate + exposure)
    return sum(
        math.exp(
            math.lgamma(shape + j) - math.lgamma(shape) - math.lgamma(j + 1) + shape * math.log1p(-q) + j * math.log(q)
        )
        for j in range(k + 1)
    )


@settings(max_examples=40)
@given(st.integers(1, 3000), st.floats(0.3, 400), st.floats(5, 50_000), st.sampled_from([0.025, 0.975]))
def test_quantiles_of_the_negative_binomial_are_exact(exposure, shape, rate, level):
    k = int(outage._quantile(level, np.array([float(exposure)]), np.array([shape]), np.array([rate]), level < 0.5)[0])
    slack = 1e-9
    if k < exposure:
        assert direct_cdf(k, exposure, shape, rate) >= level - slack
    if k > 0:
        assert direct_cdf(k - 1, exposure, shape, rate) <= level + slack


def test_a_city_of_a_million_meters_has_sharp_bounds():
    line = rates(pair("市", EVENT, 400_000, 1_000_000, area_kind=1), metres=None, area_kind=1, prior_rate=0.1).iloc[0]
    assert 0 <= line.low <= line.excess_rate <= line.high <= 0.4
    assert line.low < 0.2


@pytest.mark.slow
@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 10), st.booleans(), st.integers(0, 30)),
        min_size=1,
        max_size=12,
    ),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_rates_keep_their_laws_whatever_the_counts(cells, with_peace, shuffler):
    rows = []
    for code, (silent, energised, rest, masked, usual) in zip(CODES, cells):
        total = silent + energised + rest
        if masked:
            rows += [row(code, EVENT, c, np.nan, np.nan, True) for c in (1, 2)]
        else:
            rows += pair(code, EVENT, silent, total, rest)
        if with_peace:
            rows += pair(code, DAY, min(usual, total), total)
    result = rates(rows, baseline=[DAY] if with_peace else ())
    numbers = result[["silent_rate", "baseline_rate", "excess_rate", "low", "high"]]
    assert ((numbers >= 0) & (numbers <= 1) | numbers.isna()).to_numpy().all()
    assert result.loc[result.masked, ["silent", "silent_rate", "excess_rate", "low", "high"]].isna().to_numpy().all()
    point = result[result.excess_rate.notna()]
    assert (point.low <= point.excess_rate + 1e-12).all() and (point.excess_rate <= point.high + 1e-12).all()
    assert (point.excess_rate <= point.silent_rate + 1e-12).all()
    now = result[result.begin == EVENT]
    assert len(now) == len(cells) and (now.rate_class[now.silent_rate.isna()] == 0).all()
    # The order of rows does not matter.
    mixed = list(rows)
    shuffler.shuffle(mixed)
    pd.testing.assert_frame_equal(rates(mixed, baseline=[DAY] if with_peace else ()), result)


@pytest.mark.slow
@given(st.integers(0, 50), st.integers(1, 50), st.integers(0, 20))
def test_one_more_silent_meter_never_lowers_the_figures(silent, energised, usual):
    total = silent + energised
    peace = pair(CODES[0], DAY, min(usual, total), total)
    fewer = rates(peace + pair(CODES[0], EVENT, silent, total), baseline=[DAY]).iloc[-1]
    more = rates(peace + pair(CODES[0], EVENT, silent + 1, total), baseline=[DAY]).iloc[-1]
    assert more.silent > fewer.silent
    for name in ("silent_rate", "excess_rate", "low", "high"):
        assert more[name] >= fewer[name] or math.isnan(fewer[name])


@pytest.mark.parametrize("days", [1, 14])
def test_the_interval_holds_the_true_share_at_least_as_often_as_it_says(days):
    generator = np.random.default_rng(20240101 + days)
    codes = cover(37.2, 136.7, 37.35, 136.9, 250)[:1500]
    meters = generator.integers(5, 160, len(codes))
    usual = generator.gamma(1.5, 0.006 / 1.5, len(codes))
    kind = generator.integers(0, 3, len(codes))
    dark = np.where(kind == 0, 0, np.where(kind == 1, generator.binomial(meters, 0.3), meters))
    rows = []
    for code, m, lam, d in zip(codes, meters, usual, dark):
        for day in range(days):
            rows += pair(code, np.datetime64("2023-12-01") + day, int(generator.binomial(m, lam)), int(m))
        rows += pair(code, EVENT, int(d + generator.binomial(m - d, lam)), int(m))
    result = rates(rows, baseline=pd.date_range("2023-12-01", periods=days), metres=250)
    now = result[result.begin == EVENT].set_index("mesh_code").loc[codes]
    truth = dark / meters
    held = (now.low.to_numpy() <= truth + 1e-12) & (truth <= now.high.to_numpy() + 1e-12)
    assert held.mean() >= 0.93
    for number in range(3):
        assert held[kind == number].mean() >= 0.93
    # And it is worth having: most intervals are narrow, and the excess is nearer to the truth than the plain rate.
    assert np.median(now.high - now.low) < 0.05
    partial = kind < 2
    plain = np.abs(now.silent_rate.to_numpy() - truth)[partial].mean()
    assert np.abs(now.excess_rate.to_numpy() - truth)[partial].mean() < plain


@pytest.mark.slow
@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 40), st.integers(0, 40), st.integers(0, 10), st.sampled_from("known masked blank".split())
        ),
        min_size=1,
        max_size=10,
    ),
    st.integers(0, 9),
)
def test_known_and_unknown_are_all_and_a_meter_more_lowers_no_count(cells, place):
    def table_of(counts):
        rows = []
        for code, (silent, energised, rest, kind) in zip(CODES, counts):
            total = silent + energised + rest
            if kind == "known":
                rows += pair(code, EVENT, silent, total, rest)
            else:
                value = np.nan
                rows += [row(code, EVENT, one, value, total, kind == "masked") for one in (1, 2)]
        return rates(rows)

    found = table_of(cells)
    known, masked = found.silent.notna(), found.masked
    assert not (known & masked).any()
    assert [(one, two) for one, two in zip(known, masked)] == [
        (kind == "known", kind == "masked") for *_, kind in cells
    ]
    sending = found.meters - found.silent - found.unaccounted
    told = known & (found.meters > 0)
    assert (sending[told] >= 0).all() and (found.silent_rate.isna() == ~told).all()
    place %= len(cells)
    for more in ((1, 0, 0), (0, 1, 0), (0, 0, 1)):
        grown = [
            (*(count + extra for count, extra in zip(one[:3], more)), one[3]) if number == place else one
            for number, one in enumerate(cells)
        ]
        again = table_of(grown)
        for name in ("meters", "silent", "unaccounted"):
            assert (again[name][told] >= found[name][told]).all(), name
        assert again.silent[~known].isna().all()


def test_sizes_received_are_told_by_voltage_class_and_are_only_those_it_comes_in():
    tens = [code[:6] for code in CODES]
    rows = pair(CODES[0], EVENT, 1, 9) + pair(CODES[0] + "1", EVENT, 1, 9) + pair(tens[0], EVENT, 1, 9, voltage=3)
    rows += pair(CODES[0], EVENT, 1, 9, voltage=2) + pair("灯市", EVENT, 1, 9, voltage=2, area_kind=1)
    rows += pair(CODES[0][:8], EVENT, 1, 9, unit=1)
    assert outage.received_sizes(table(rows)) == {1: (250, 500), 3: (10000,)}
    assert outage.received_sizes(table([])) == {}


def test_relays_that_late_readings_showed_widen_the_lower_bound_of_a_whole_area_and_never_narrow_it():
    rows = pair("市", DAY, 20, 20_000, area_kind=1) + pair("市", "2024-01-03", 8_000, 20_000, area_kind=1)

    def low(share):
        blind = Blind((Struck(np.datetime64(EVENT, "s"), np.datetime64(EVENT, "s")),), relays_lost=share)
        result = rates(rows, **PEACE_BY_ADDRESS, blind=blind)
        return float(result.loc[result["begin"] == pd.Timestamp("2024-01-03"), "low"].iloc[0])

    assert 0.05 < low(0.0) - low(0.12) < 0.15
    assert low(0.01) == low(0.0)


def of_event(result):
    return result[result["begin"] == pd.Timestamp(EVENT)]


def behind(code, meters, share=1.0):
    told = {"relay_meters": meters, "relay_share": share, "relay_low": 0.8, "relay_high": 1.0}
    moments = {name: np.datetime64("2024-01-02T05:30", "s") for name in ("relay_since", "relay_told")}
    return pd.DataFrame([{"begin": np.datetime64(EVENT, "s"), "key": code, **told, **moments}])


def test_a_cell_that_is_dark_since_a_relay_failed_beside_it_is_unknown_and_never_looks_powered():
    rows = [*pair(CODES[0], DAY, 0, 100), *pair(CODES[0], EVENT, 90, 100)]
    (before,) = of_event(rates(rows, baseline=[DAY])).itertuples()
    (line,) = of_event(rates(rows, baseline=[DAY], blind=Blind(doubtful=behind(CODES[0], 90)))).itertuples()
    assert before.rate_class == 4 and (line.rate_class, line.unknown_reason) == (0, "relay")
    assert math.isnan(line.excess_rate) and line.low == 0 and line.high == before.high


def test_who_may_be_behind_a_relay_lowers_the_lower_bound_alone_where_the_class_stays():
    rows = [*pair(CODES[0], DAY, 0, 100), *pair(CODES[0], EVENT, 90, 100), *pair(CODES[1], EVENT, 90, 100)]
    before = of_event(rates(rows, baseline=[DAY])).set_index("mesh_code")
    after = of_event(rates(rows, baseline=[DAY], blind=Blind(doubtful=behind(CODES[0], 5)))).set_index("mesh_code")
    one, other = CODES[:2]
    assert after.low[one] == pytest.approx(before.low[one] - 0.05) and after.relay_meters[one] == 5
    for name in ("excess_rate", "high", "rate_class", "unknown_reason"):
        assert after[name][one] == before[name][one]
    assert after.low[other] == before.low[other] and math.isnan(after.relay_meters[other])


def test_of_a_whole_area_whose_lower_bound_allows_for_relays_nobody_is_taken_off_twice():
    rows = pair("市", DAY, 20, 20_000, area_kind=1) + pair("市", EVENT, 8_000, 20_000, area_kind=1)
    before, few, many = (
        of_event(rates(rows, **PEACE_BY_ADDRESS, blind=Blind(doubtful=doubtful))).iloc[0]
        for doubtful in (None, behind("市", 5), behind("市", 6_000))
    )
    assert few.low == before.low < before.excess_rate - 5 / 20_000
    assert many.low == pytest.approx(before.excess_rate - 0.3) and many.low < before.low


def test_of_a_masked_cell_nothing_is_told_of_relays_either():
    rows = [row(CODES[0], EVENT, 2, math.nan, 4, masked=True), row(CODES[0], EVENT, 1, math.nan, 4, masked=True)]
    (line,) = rates(rows, blind=Blind(doubtful=behind(CODES[0], 2))).itertuples()
    assert line.masked and line.unknown_reason == "masked" and math.isnan(line.relay_meters)
    assert pd.isna(line.relay_since) and math.isnan(line.relay_share)

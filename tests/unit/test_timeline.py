"""Totals over time and the figures of the situation: what is not known stays beside what is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.analysis import gaps, report, timeline
from tomoshibi.analysis.expectation import Expected
from tomoshibi.analysis.report import by_area, homes_by_area, in_rows, power_figures, state_figures
from tomoshibi.analysis.timeline import ALL, gap_timeline, list_timeline

FIRST = np.datetime64("2026-01-17T00:00:00", "s")
EVENT = pd.Timestamp("2026-01-19 06:00")
STRIKE = 2 * 48 + 12
WIDTH = STRIKE + 48


def rates(present, areas, covered=None, step=6.0):
    covered = np.ones(present.shape[1], dtype=bool) if covered is None else covered
    begins = FIRST + gaps.SLOT * np.arange(present.shape[1])
    return gaps.gap_rates(
        present, covered, begins, np.array(areas, dtype=object), EVENT, step_hours=step, baseline_days=2.0
    )


def struck():
    """Ten meters in two areas; three of the first and one of the second are dark from the event, two come back."""
    present = np.ones((10, WIDTH), dtype=bool)
    present[[0, 1, 2, 7], STRIKE:] = False
    present[[0, 1], STRIKE + 24 :] = True
    return present, ["a"] * 6 + ["b"] * 4


def line(table, area, begin):
    found = table[(table.area_id == area) & (table.begin == pd.Timestamp(begin))]
    assert len(found) == 1
    return found.iloc[0]


def test_totals_are_the_sums_of_the_areas():
    table = gap_timeline(rates(*struck()), {"a": "東町", "b": "西町"})
    assert table.columns.tolist() == timeline.TIMELINE_COLUMNS and (table.source == "readings").all()
    whole = line(table, ALL, EVENT)
    assert (whole.meters, whole.silent, whole.unknown, whole.silent_rate) == (10, 4, 0, 0.4)
    assert line(table, "a", EVENT).area_name == "東町" and line(table, "a", EVENT).silent == 3
    assert line(table, ALL, "2026-01-19 18:00").silent == 2
    assert whole.baseline_rate == 0 and whole.excess_meters == 4


def test_a_step_that_was_not_received_is_unknown_and_not_dark():
    present, areas = struck()
    covered = np.ones(WIDTH, dtype=bool)
    covered[STRIKE + 12 : STRIKE + 24] = False
    present[:, STRIKE + 12 : STRIKE + 24] = False
    whole = line(gap_timeline(rates(present, areas, covered)), ALL, "2026-01-19 12:00")
    assert np.isnan(whole.silent) and np.isnan(whole.silent_rate) and (whole.unknown, whole.meters) == (10, 10)


def test_a_total_is_unknown_as_soon_as_one_area_is():
    table = rates(*struck())
    broken = table.copy()
    broken.loc[(broken.area_id == "b") & (broken.begin == EVENT), ["received", "gap_rate", "excess_gap"]] = np.nan
    whole = line(gap_timeline(broken), ALL, EVENT)
    assert np.isnan(whole.silent) and whole.unknown == 4 and whole.excess_meters == 3


def test_outage_lists_are_counted_by_area_and_strange_meters_apart():
    areas = {f"p{n}": "a" if n < 3 else "b" for n in range(5)}
    table = list_timeline([("2026-01-20 06:00", ["p0"]), ("2026-01-19 18:00", ["p0", "p4", "x"])], areas)
    assert (table.source == "outage_list").all()
    first = line(table, ALL, "2026-01-19 06:00")
    assert (first.end, first.meters, first.silent, first.unknown) == (pd.Timestamp("2026-01-19 18:00"), 5, 2, 1)
    assert line(table, "b", "2026-01-19 18:00").silent == 0 and np.isnan(first.baseline_rate)
    assert list_timeline([], areas).empty
    with pytest.raises(timeline.TimelineError, match="differ"):
        list_timeline([("2026-01-20", ["p0"]), ("2026-01-20", ["p1"])], areas)


def test_the_newest_known_figure_of_each_area_is_found():
    table = gap_timeline(rates(*struck()))
    found = power_figures(table, "2026-01-19 13:00", "2026-01-16").set_index(["area_id", "measure"])
    assert found.loc[("a", "silent"), ["now", "as_of"]].tolist() == [3, pd.Timestamp("2026-01-19 12:00")]
    assert power_figures(table, "2026-01-16", "2026-01-15").empty


def test_figures_say_now_change_and_unknown():
    table = gap_timeline(rates(*struck()), {"a": "東町", "b": "西町"})
    found = power_figures(table, "2026-01-20 06:00", "2026-01-19 12:00").set_index(["area_id", "measure"])
    assert found.loc[(ALL, "silent"), ["now", "before", "change", "unknown", "of"]].tolist() == [2, 4, -2, 0, 10]
    assert found.loc[("b", "silent"), "change"] == 0
    assert found.loc[("a", "silent_rate"), "now"] == pytest.approx(1 / 6)
    early = power_figures(table, "2026-01-19 12:00", "2026-01-16").set_index(["area_id", "measure"])
    assert early.loc[(ALL, "silent"), "now"] == 4 and np.isnan(early.loc[(ALL, "silent"), "change"])
    with pytest.raises(report.ReportError, match="before"):
        power_figures(table, "2026-01-19", "2026-01-19")


def test_an_unknown_newest_step_is_said_beside_the_older_figure():
    present, areas = struck()
    covered = np.ones(WIDTH, dtype=bool)
    covered[STRIKE + 36 :] = False
    table = gap_timeline(rates(present, areas, covered))
    found = power_figures(table, "2026-01-20 06:00", "2026-01-19 12:00").set_index(["area_id", "measure"])
    row = found.loc[(ALL, "silent")]
    assert (row.now, row.unknown, row.as_of) == (2, 10, pd.Timestamp("2026-01-20 00:00"))


STATES = {"states": ("powered", "partial", "outage"), "unknown": ("unknown",), "key": "facility_id"}


def facilities(states, areas=None):
    table = pd.DataFrame({"facility_id": [f"f{n}" for n in range(len(states))], "state": states})
    return table if areas is None else table.assign(town=areas)


def test_facilities_are_counted_by_state_and_compared_where_both_know_them():
    before = facilities(["outage", "outage", "powered"], ["x", "x", "y"])
    now = facilities(["powered", "outage", "unknown", "outage"], ["x", "x", "y", "y"])
    table = state_figures("shelterpower", now, before, as_of="2026-01-20", area="town", names={"x": "東町"}, **STATES)
    found = table.set_index(["area_id", "measure"])
    columns = ["now", "before", "change", "unknown", "of"]
    # The fourth is new: it counts now, and is no change. Of the third nothing is known now: no change can be told.
    assert found.loc[(ALL, "outage"), columns].tolist() == [2, 2, -1, 1, 4]
    assert found.loc[("x", "powered"), columns].tolist() == [1, 0, 1, 0, 2]
    assert found.loc[("y", "powered"), ["now", "before", "unknown", "of"]].tolist() == [0, 1, 1, 2]
    assert np.isnan(found.at[("y", "powered"), "change"])
    assert found.loc[("x", "powered"), "area_name"] == "東町"


def test_without_an_earlier_table_the_change_is_unknown():
    table = state_figures("shelterpower", facilities(["outage", "unknown"]), None, as_of="2026-01-20", **STATES)
    assert table.now.tolist() == [0, 0, 1] and table.change.isna().all() and (table.unknown == 1).all()
    with pytest.raises(report.ReportError, match="burning"):
        state_figures("shelterpower", facilities(["burning"]), None, as_of="2026-01-20", **STATES)


ADDED = [name for name in (*report.COLUMNS, *report.HOMES) if name not in report.RATES]


def situation():
    """Ten meters of two areas and one in none; three facilities, one nobody knows where; rates of three areas."""
    present, areas = struck()
    present, areas = np.vstack([present, present[:1]]), [*areas, report.OUTSIDE]
    power = power_figures(gap_timeline(rates(present, areas)), "2026-01-19 12:00", "2026-01-19 06:00")
    now = facilities(["outage", "partial", "unknown"], ["b", "b", report.OUTSIDE])
    before = facilities(["powered", "partial", "outage"])
    shelters = state_figures(report.SHELTERS, now, before, as_of="2026-01-19 12:00", area="town", **STATES)
    shares = {"low": [0.45, 0.4, 0.5], "high": [0.55, 0.9, np.nan], "meters": [6, 4, 3]}
    homes = homes_by_area(pd.DataFrame({"area_code": ["a", "b", "c"], **shares}))
    return [power, shelters], homes


def test_a_row_an_area_tells_all_figures_and_adds_up_to_the_whole():
    table = by_area(*situation(), {"a": "東町", "b": "西町", report.OUTSIDE: "区域の外"})
    assert table.area_id.tolist() == [ALL, "a", "b", report.OUTSIDE]
    assert table.area_name.tolist()[1:] == ["東町", "西町", "区域の外"]
    rows = table.set_index("area_id")
    sent = ["meters", "silent", "silent_change", "unknown", "excess_meters"]
    assert rows.loc["a", sent].tolist() == [6, 3, 3, 0, 3] and rows.loc[ALL, sent].tolist() == [11, 5, 5, 0, 5]
    assert rows.loc["a", "excess_change"] == pytest.approx(0.5)
    places = ["outage", "outage_change", "partial", "facilities_unknown", "facilities"]
    assert rows.loc["b", places].tolist() == [1, 1, 1, 0, 2] and rows.loc[ALL, places].tolist() == [1, 1, 1, 1, 3]
    # 2.7 and 1.6 are 4.3 in all; the third area is of no row of its own, and nothing is known of its meters
    assert rows.loc[[ALL, "a", "b"], "homes_low"].tolist() == [4, 3, 1]
    assert rows.loc[[ALL, "a", "b"], "homes_high"].tolist() == [7, 3, 4]
    assert rows.loc[[ALL, "a", report.OUTSIDE], "homes_unknown"].tolist() == [3, 0, 3]
    assert rows["listed"].isna().all()
    sums = rows.drop(ALL)[ADDED].sum(min_count=1)
    pd.testing.assert_series_equal(rows.loc[ALL, ADDED].astype(float), sums, check_names=False)


def test_an_area_whose_meters_are_masked_has_not_none_that_are_unknown():
    shares = {"low": [0.5, np.nan, np.nan], "high": [0.5, np.nan, np.nan], "meters": [6, np.nan, 4]}
    homes = homes_by_area(pd.DataFrame({"area_code": ["a", "b", "c"], **shares}))
    assert homes.loc[["a", "c", ALL], "homes_unknown"].tolist() == [0, 4, 4] and np.isnan(
        homes.loc["b", "homes_unknown"]
    )
    assert homes.loc[["a", ALL], "homes_low"].tolist() == [3, 3] and homes.loc[["b", "c"], "homes_low"].isna().all()


def test_the_area_with_most_need_is_first_and_what_stands_nowhere_last():
    power = power_figures(gap_timeline(rates(*struck())), "2026-01-20 06:00", "2026-01-19 12:00")
    assert by_area([power]).area_id.tolist() == [ALL, "a", "b"]
    shelters = state_figures(report.SHELTERS, facilities(["outage"], ["b"]), None, as_of=EVENT, area="town", **STATES)
    # one meter is dark in each: the area whose shelter is dark comes first
    assert by_area([power, shelters]).area_id.tolist() == [ALL, "b", "a"]
    assert by_area([power, shelters]).set_index("area_id").loc["a", "facilities"] == 0
    nothing = by_area([])
    assert nothing.area_id.tolist() == [ALL] and nothing[[*report.COLUMNS, *report.HOMES]].isna().all().all()


def test_a_page_of_few_rows_sums_the_areas_that_it_has_no_room_for():
    table = by_area(*situation())
    short, summed = in_rows(table, 3)
    assert (len(short), summed) == (3, 2) and short.area_id.tolist()[:2] == [ALL, "a"]
    assert short.iloc[-1]["meters"] == 5 and np.isnan(short.iloc[-1]["excess_rate"])
    sums = short.iloc[1:][ADDED].astype(float).sum(min_count=1)
    pd.testing.assert_series_equal(short.iloc[0][ADDED].astype(float), sums, check_names=False)
    assert in_rows(table, 4)[1] == 0


def test_the_areas_are_told_at_the_moment_of_the_whole():
    present, areas = struck()
    due = np.zeros((2, WIDTH), dtype=bool)
    due[0] = True
    due[1, : STRIKE + 12] = True
    population = (np.array(areas) == "b").astype(np.int16)
    told = Expected(population, due, np.zeros(10, dtype=np.int32), np.full(10, WIDTH, dtype=np.int32))
    table = gap_timeline(rates(present, areas, told))
    rows = by_area([power_figures(table, "2026-01-19 18:00", "2026-01-16")]).set_index("area_id")
    # of b nothing is known after 12:00: at that moment both are told, and b's meters are unknown since
    assert rows.loc[[ALL, "a", "b"], "silent"].tolist() == [4, 3, 1]
    assert rows.loc[[ALL, "a", "b"], "unknown"].tolist() == [4, 0, 4]
    late = by_area([power_figures(table, "2026-01-20 06:00", "2026-01-16")]).set_index("area_id")
    # 18 hours later that is too long ago: the whole is not known any more, nor is a sum of a part of it
    assert late.loc["a", "silent"] == 1 and np.isnan(late.loc[ALL, "silent"]) and np.isnan(late.loc["b", "silent"])
    assert np.isnan(late.loc[ALL, "excess_meters"]) and late.loc[ALL, "unknown"] == 4


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_known_and_unknown_are_all_and_a_meter_more_never_lowers_a_count(seed):
    generator = np.random.default_rng(seed)
    present = np.repeat(generator.random((12, WIDTH // 12)) < 0.8, 12, axis=1)
    present[:, :STRIKE] = True
    covered = np.repeat(generator.random(WIDTH // 12) < 0.8, 12)
    covered[:24] = True
    present &= covered
    areas = generator.choice(list("abc"), 12)
    table = gap_timeline(rates(present, areas, covered))
    sending = table.meters - table.unknown - table.silent.fillna(0)
    assert (sending >= 0).all() and (table.silent.isna() == (table.unknown > 0)).all()
    shares = table[["silent_rate", "baseline_rate", "excess_rate"]].to_numpy()
    assert ((shares >= 0) & (shares <= 1) | np.isnan(shares)).all()
    order = generator.permutation(12)
    pd.testing.assert_frame_equal(gap_timeline(rates(present[order], areas[order], covered)), table)
    silent = np.array([covered]) & (np.arange(WIDTH) < STRIKE)
    more = gap_timeline(rates(np.vstack([present, silent]), [*areas, areas[0]], covered))
    both = table.merge(more, on=["begin", "area_id"])
    assert (both.meters_y >= both.meters_x).all()
    known = both.silent_x.notna()
    assert (both.silent_y[known] >= both.silent_x[known]).all()


@pytest.mark.slow
@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1))
def test_lists_keep_their_laws_and_a_listed_point_more_lowers_no_count(seed):
    generator = np.random.default_rng(seed)
    points = {f"p{number}": str(generator.choice(list("abc"))) for number in range(12)}
    names = [*points, "stranger"]
    lists = [
        (EVENT + pd.Timedelta(hours=hours), [name for name in names if generator.random() < 0.4]) for hours in (12, 24)
    ]
    table = list_timeline(lists, points)
    assert (table.silent <= table.meters).all() and table.silent_rate.between(0, 1).all()
    whole = table[table.area_id == ALL]
    parts = table[table.area_id != ALL].groupby("end")[["silent", "meters"]].sum()
    assert (whole.set_index("end")[["silent", "meters"]] == parts).all().all()
    # Every point that is listed is counted once: as silent, or as one of which nothing is known.
    assert [silent + unknown for silent, unknown in zip(whole.silent, whole.unknown)] == [len(one) for _, one in lists]
    order = generator.permutation(len(points))
    shuffled = {name: points[name] for name in np.array(list(points))[order]}
    mixed = [
        (moment, [listed[place] for place in generator.permutation(len(listed))]) for moment, listed in lists[::-1]
    ]
    pd.testing.assert_frame_equal(list_timeline(mixed, shuffled), table)
    more = list_timeline([(moment, {*listed, names[0]}) for moment, listed in lists], points)
    assert (more.silent >= table.silent).all() and (more.meters == table.meters).all()


@pytest.mark.slow
@settings(max_examples=50)
@given(
    st.dictionaries(st.integers(0, 9), st.sampled_from(["powered", "outage", "unknown"]), min_size=1),
    st.dictionaries(st.integers(0, 9), st.sampled_from(["powered", "outage", "unknown"])),
    st.randoms(use_true_random=False),
)
def test_states_and_unknown_are_all_and_a_thing_more_lowers_no_count(now, before, shuffler):
    def table(states):
        return pd.DataFrame(
            {
                "id": list(states),
                "state": pd.Series(list(states.values()), dtype=object),
                "area": pd.Series([f"{key % 3}" for key in states], dtype=object),
            }
        )

    def told(new, old):
        given_ = {"key": "id", "states": ("powered", "outage"), "unknown": ("unknown",), "as_of": EVENT, "area": "area"}
        return state_figures("shelters", table(new), table(old), **given_)

    found = told(now, before)
    sums = found.groupby("area_id").agg(now=("now", "sum"), unknown=("unknown", "first"), of=("of", "first"))
    assert (sums.now + sums.unknown == sums["of"]).all() and sums.at[ALL, "of"] == len(now)
    singles = found[found.area_id != ALL].groupby("measure")[["now", "before", "change", "of"]].sum(min_count=1)
    whole = found[found.area_id == ALL].set_index("measure")[["now", "before", "change", "of"]]
    pd.testing.assert_frame_equal(whole.sort_index(), singles.sort_index(), check_names=False)
    keys = list(now)
    shuffler.shuffle(keys)
    pd.testing.assert_frame_equal(told({key: now[key] for key in keys}, before), found)
    more = told({**now, 99: "outage"}, before)
    both = found.merge(more, on=["area_id", "measure"], suffixes=("", "_more"))
    assert (both.now_more >= both.now).all() and both.change_more.equals(both.change)


def test_of_meters_of_which_no_reading_was_due_nothing_is_counted_and_the_reason_is_told():
    present, areas = struck()
    population = (np.asarray(areas) == "b").astype(np.int16)
    received = np.ones((2, WIDTH), dtype=bool)
    received[1, STRIKE + 12 :] = False
    told = Expected(population, received, np.zeros(10, dtype=np.int32), np.full(10, WIDTH, dtype=np.int32))
    table = gap_timeline(rates(present, areas, told))
    b = line(table, "b", "2026-01-19 12:00")
    assert np.isnan(b.silent) and (b.unknown, b.expected, b.unknown_reason) == (4, 0, "not_due")
    whole = line(table, ALL, "2026-01-19 12:00")
    assert np.isnan(whole.silent) and np.isnan(whole.silent_rate)
    assert (whole.unknown, whole.meters, whole.unknown_reason) == (4, 10, "not_due")
    assert line(table, ALL, EVENT).unknown_reason is None


def test_a_few_meters_hours_behind_do_not_hide_the_total():
    present = np.ones((40, WIDTH), dtype=bool)
    present[:10, STRIKE:] = False
    population = (np.arange(40) >= 38).astype(np.int16)
    received = np.ones((2, WIDTH), dtype=bool)
    received[1, -8:] = False
    present[38:, -8:] = False
    told = Expected(population, received, np.zeros(40, dtype=np.int32), np.full(40, WIDTH, dtype=np.int32))
    newest = gap_timeline(rates(present, ["a"] * 38 + ["b"] * 2, told, step=1)).query("area_id == ''").iloc[-1]
    assert (newest.silent, newest.unknown, newest.meters) == (10, 2, 40)
    assert newest.silent_rate == pytest.approx(10 / 38)


def test_a_sum_of_just_enough_of_the_meters_is_told():
    known = pd.Series([7.0, np.nan])
    assert report._sum_of_known(known, pd.Series([95, 5])) == 7.0
    assert np.isnan(report._sum_of_known(known, pd.Series([94, 6])))

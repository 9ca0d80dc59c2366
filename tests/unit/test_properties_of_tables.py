"""Laws that hold whatever the figures: of published tables, conditions, registers and the list of who needs support."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tomoshibi.aggregator.conditions import CODES, MESH_SIZES, TEMPLATES, Condition
from tomoshibi.aggregator.readers import read_table
from tomoshibi.analysis.registers import MISSING, SCALE, register_step, smoothed
from tomoshibi.analysis.support import HAZARD_UNKNOWN, INSIDE, OUTSIDE, RULES, support_table
from tomoshibi.tests.published import HEADERS, PROFILE, write

SLOW = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
FIGURE = st.one_of(st.integers(0, 9999).map(str), st.just("N/A"), st.just(""))


# -- published tables ---------------------------------------------------------------------------------
@SLOW
@given(
    st.lists(st.tuples(st.sampled_from("12"), st.integers(0, 27), FIGURE, FIGURE), min_size=1, max_size=12),
    st.sampled_from(["utf-8", "utf-8-sig", "cp932"]),
    st.randoms(use_true_random=False),
)
def test_figures_come_back_masked_ones_never_as_zero_and_in_any_order(tmp_path_factory, rows, encoding, shuffler):
    folder = tmp_path_factory.mktemp("statistics")
    lines = [
        ["1", "2", "5", "2", "", "5636", f"202401{day + 1:02d}", energised, count, total]
        for energised, day, count, total in rows
    ]

    def read(some):
        return read_table(write(folder / "s.csv", HEADERS["statistics"], some, encoding), "statistics", PROFILE)

    found = read(lines)
    needed = {column.column for column in PROFILE.file("statistics").columns if column.required}
    kept = [
        (energised, day, count, total)
        for energised, day, count, total in rows
        if (count or "count" not in needed) and (total or "total" not in needed)
    ]
    assert found.rows == len(rows) and len(found.table) == len(kept) == len(rows) - found.rejected
    for (energised, day, count, total), line in zip(kept, found.table.itertuples()):
        assert line.energised == int(energised) and pd.Timestamp(line.date) == pd.Timestamp(2024, 1, day + 1)
        # `count` is a method of the row as well.
        for written, value in ((count, found.table["count"][line.Index]), (total, line.total)):
            assert np.isnan(value) if not written.isdigit() else value == int(written)
        assert bool(line.masked) == ("N/A" in (count, total))
    mixed = list(lines)
    shuffler.shuffle(mixed)
    turned = read(mixed).table
    names = found.table.columns.tolist()
    pd.testing.assert_frame_equal(
        turned.sort_values(names, ignore_index=True), found.table.sort_values(names, ignore_index=True)
    )


# -- conditions ---------------------------------------------------------------------------------------
@given(
    st.sampled_from(sorted(TEMPLATES)),
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    st.integers(0, 60),
    st.sets(st.sampled_from(CODES["voltage"]), min_size=1),
    st.data(),
)
def test_a_condition_comes_back_from_the_wire_as_it_was_sent(template, begin, days, voltages, data):
    first = datetime(begin.year, begin.month, begin.day, 6, 30)
    sizes = {voltage: data.draw(st.sampled_from(MESH_SIZES[voltage])) for voltage in voltages}
    made = TEMPLATES[template].conditions(
        "991023", first, first + timedelta(days=days), sorted(voltages), sizes, ("563601", "563602"), note="訓練"
    )
    for condition in made:
        # The note is the municipality's own and is not sent.
        assert Condition.from_wire(condition.to_wire(PROFILE), PROFILE) == replace(condition, note="")


# -- registers ----------------------------------------------------------------------------------------
@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 10, 100]), st.floats(0, 0.9))
def test_the_step_of_a_register_depends_on_its_own_readings_above_zero_alone(seed, step, loss):
    generator = np.random.default_rng(seed)
    readings = (generator.integers(0, 40, (6, 96)) * step).astype(np.int32)
    readings[generator.random(readings.shape) < loss] = MISSING
    found = register_step(readings)
    enough = (readings > 0).sum(axis=1) >= 8
    assert (found[~enough] == 0).all() and (found[enough] >= step).all()
    order, slots = generator.permutation(6), generator.permutation(96)
    assert (register_step(readings[order][:, slots]) == found[order]).all()
    quiet = np.full((6, 20), [[0], [MISSING]] * 3, dtype=np.int32)
    assert (register_step(np.hstack([readings, quiet])) == found).all()


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 2, 3]), st.floats(0, 0.9))
def test_means_of_half_hours_lie_between_them_and_what_is_missing_stays_missing(seed, slots, loss):
    generator = np.random.default_rng(seed)
    readings = generator.integers(0, 5000, (5, 60)).astype(np.int32)
    readings[generator.random(readings.shape) < loss] = MISSING
    coarse = generator.random(5) < 0.5
    found = smoothed(readings, coarse, slots)
    assert ((found < 0) == (readings < 0)).all()
    assert (found[~coarse] == np.where(readings[~coarse] < 0, MISSING, readings[~coarse] * SCALE)).all()
    for row, slot in zip(*np.nonzero(found >= 0)):
        window = readings[row, max(slot - slots + 1, 0) : slot + 1] if coarse[row] else readings[row, slot : slot + 1]
        came = window[window >= 0] * SCALE
        assert came.min() - slots <= found[row, slot] <= came.max()


# -- who needs support --------------------------------------------------------------------------------
PERSON = st.tuples(
    st.sampled_from(sorted(RULES.presence)),
    st.sampled_from([INSIDE, OUTSIDE, HAZARD_UNKNOWN]),
    st.sampled_from(["要介護5", "要介護2", "要支援1", "自立", "", "不明"]),
)


def listed(people, with_area=True):
    states, places, care = (list(part) for part in zip(*people))
    return support_table(states, np.array(places) if with_area else None, care)


@given(st.lists(PERSON, min_size=1, max_size=12), PERSON, st.booleans(), st.randoms(use_true_random=False))
def test_everybody_has_one_priority_and_another_person_changes_nobodys_score(people, other, with_area, shuffler):
    found = listed(people, with_area)
    assert sorted(found["priority"]) == list(range(1, len(people) + 1))
    ordered = found.sort_values("priority")
    assert ordered["score"].is_monotonic_decreasing
    more = listed([*people, other], with_area)
    pd.testing.assert_series_equal(more["score"].iloc[:-1], found["score"])
    assert (more["priority"].iloc[:-1] >= found["priority"]).all()
    places = list(range(len(people)))
    shuffler.shuffle(places)
    turned = listed([people[place] for place in places], with_area)
    assert turned["score"].tolist() == found["score"].iloc[places].tolist()
    assert sorted(turned["score"], reverse=True) == turned.sort_values("priority")["score"].tolist()


@pytest.mark.parametrize("care", ["", "不明"])
@given(state=st.sampled_from(sorted(RULES.presence)), place=st.sampled_from([INSIDE, OUTSIDE, HAZARD_UNKNOWN]))
def test_what_is_not_known_never_counts_as_harmless(care, state, place):
    score = listed([(state, place, care)])["score"][0]
    assert score > listed([(state, place, "自立")])["score"][0]
    assert listed([(state, HAZARD_UNKNOWN, care)])["score"][0] > listed([(state, OUTSIDE, care)])["score"][0]
    assert listed([("no_data", place, care)])["score"][0] > listed([("away", place, care)])["score"][0]

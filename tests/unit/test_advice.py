"""Which powered shelter to open first."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.analysis.advice import ADVICE_COLUMNS, opening_advice

PLACE = st.tuples(st.floats(35, 36), st.floats(139, 140))


def facilities(*rows):
    return pd.DataFrame(rows, columns=["facility_id", "state", "lat", "lon"])


def dark(*rows):
    return pd.DataFrame(rows, columns=["lat", "lon", "meters"], dtype=float)


def test_the_powered_shelter_that_would_serve_most_is_advised_first():
    shelters = facilities(("A", "powered", 35.0, 139.0), ("B", "powered", 35.5, 139.5), ("C", "outage", 35.5, 139.51))
    found = opening_advice(shelters, dark((35.5, 139.51, 40), (35.49, 139.5, 30), (35.0, 139.01, 10)))
    assert found["advice_rank"].tolist()[:2] == [2, 1] and np.isnan(found["advice_rank"][2])
    assert found["advice_meters"].tolist()[:2] == [10, 70]
    assert found["advice"][1].values["areas"] == 2


def test_without_power_or_without_outage_nothing_is_advised():
    unknown = facilities(("A", "unknown", 35.0, 139.0), ("B", "partial", 35.0, 139.0))
    assert opening_advice(unknown, dark((35.0, 139.0, 5)))["advice_rank"].isna().all()
    assert opening_advice(facilities(("A", "powered", 35.0, 139.0)), dark())["advice"].isna().all()


def test_what_has_no_place_gives_and_gets_no_advice():
    shelters = facilities(("A", "powered", np.nan, np.nan), ("B", "powered", 35.0, 139.0))
    found = opening_advice(shelters, dark((np.nan, np.nan, 9), (35.1, 139.0, 3)))
    assert np.isnan(found["advice_rank"][0]) and found["advice_meters"][1] == 3


@pytest.mark.slow
@settings(max_examples=60)
@given(
    st.lists(st.tuples(PLACE, st.sampled_from(["powered", "outage", "unknown"])), min_size=1, max_size=8),
    st.lists(st.tuples(PLACE, st.integers(0, 50)), max_size=8),
)
def test_only_powered_shelters_are_advised_and_every_area_is_given_to_one_of_them(shelters, areas):
    table = facilities(*[(str(number), state, *place) for number, (place, state) in enumerate(shelters)])
    found = opening_advice(table, dark(*[(*place, meters) for place, meters in areas]))
    assert list(found.columns) == ADVICE_COLUMNS and len(found) == len(table)
    assert set(table["state"][found["advice_rank"].notna()]) <= {"powered"}
    total = sum(meters for _, meters in areas) if (table["state"] == "powered").any() else 0
    assert found["advice_meters"].sum() == total


@pytest.mark.slow
@settings(max_examples=40)
@given(
    st.lists(st.tuples(PLACE, st.sampled_from(["powered", "outage"])), min_size=1, max_size=6),
    st.lists(st.tuples(PLACE, st.integers(0, 50)), max_size=6),
    st.tuples(PLACE, st.integers(0, 50)),
    st.randoms(use_true_random=False),
)
def test_advice_does_not_depend_on_the_order_and_an_area_more_lowers_no_figure(shelters, areas, extra, shuffler):
    def told(listed, out):
        table = facilities(*[(name, state, *place) for name, (place, state) in listed])
        return opening_advice(table, dark(*[(*place, meters) for place, meters in out])).set_index(table["facility_id"])

    named = [(str(number), one) for number, one in enumerate(shelters)]
    found = told(named, areas)
    mixed, turned = list(named), list(areas)
    shuffler.shuffle(mixed)
    shuffler.shuffle(turned)
    again = told(mixed, turned).loc[found.index]
    # Two shelters at one place may each be the nearest; together they serve the same.
    if len({place for _, (place, _) in named}) == len(named):
        pd.testing.assert_frame_equal(again.drop(columns="advice"), found.drop(columns="advice"))
    assert again["advice_meters"].sum() == found["advice_meters"].sum()
    more = told(named, [*areas, extra])
    assert (more["advice_meters"].fillna(0) >= found["advice_meters"].fillna(0)).all()

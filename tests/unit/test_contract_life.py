"""The life of a contract: ended is ended, begun is begun, and of several rows the one in force speaks."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis import contract_life
from tomoshibi.analysis.contract_life import NO, NOT_KNOWN, YES, in_force, in_service, spans, tenancy_begin

AT = datetime(2026, 1, 19, 5, 46)
P1, P2 = "0312340567890123456789", "0312340567890123456790"


def master(*rows, **columns):
    table = pd.DataFrame(list(rows)) if rows else pd.DataFrame(columns)
    for name in contract_life.DATES:
        if name not in table:
            table[name] = ""
    return table.fillna("")


@pytest.mark.parametrize(
    ("dates", "answer"),
    [
        ({}, YES),
        ({"abolished_on": "20240331"}, NO),
        ({"abolished_on": "20260119"}, NO),
        ({"abolished_on": "20260120"}, YES),
        ({"abolished_on": "20240331", "renewed_on": "20240501"}, YES),
        ({"abolished_on": "20240331", "renewed_on": "20260201"}, NO),
        ({"abolished_on": "20240331", "renewed_on": "20230501"}, NO),
        ({"removed_on": "20240331"}, NO),
        ({"removed_on": "20240331", "renewed_on": "20240501"}, NO),
        ({"removed_on": "20240331", "installed_on": "20250401"}, YES),
        ({"installed_on": "20260119"}, YES),
        ({"installed_on": "20260120"}, NO),
        ({"installed_on": "20200101", "abolished_on": "99999999"}, YES),
    ],
)
def test_a_contract_is_in_service_from_its_first_to_before_its_last_day(dates, answer):
    assert in_service(master(dates or {"flow": 1}), AT).tolist() == [answer]


def test_the_first_moment_of_a_day_belongs_to_it():
    midnight = np.datetime64("2026-01-20T00:00:00", "s")
    days = [{"installed_on": "20260120"}, {"abolished_on": "20260120"}, {"removed_on": "20260120"}]
    days += [{"abolished_on": "20240331", "renewed_on": "20260120"}]
    for moment, answers in ((midnight, [YES, NO, NO, YES]), (midnight - np.timedelta64(1, "s"), [NO, YES, YES, NO])):
        assert [int(in_service(master(dates), moment)[0]) for dates in days] == answers


def test_without_dates_it_is_not_known_whether_a_contract_is_in_service():
    table = pd.DataFrame({"supply_point": [P1, P2], "flow": [1, 1]})
    assert in_service(table, AT).tolist() == [NOT_KNOWN] * 2
    table["installed_on"] = ["20200101", "20270101"]
    assert in_service(table, AT).tolist() == [NOT_KNOWN, NO]
    table["removed_on"] = ["", ""]
    assert in_service(table, AT).tolist() == [YES, NO]
    table["dates_known"] = [False, True]
    assert in_service(table, AT).tolist() == [NOT_KNOWN, NO]


def test_dates_are_read_as_text_or_as_dates_and_what_is_none_is_blank():
    none = ["", "20240231", "00000000", "99991231", "00010101", "18991230", None]
    texts = pd.Series(["20240331", "2024-03-31", "2024/03/31", *none])
    found = contract_life.dates(texts)
    assert (found[:3] == np.datetime64("2024-03-31")).all() and np.isnat(found[3:]).all()
    again = contract_life.dates(pd.Series(found))
    assert (again[:3] == np.datetime64("2024-03-31")).all() and np.isnat(again[3:]).all()


def test_a_span_is_open_where_no_date_is_known():
    found = spans(master({"installed_on": "20200101", "abolished_on": "20240331"}, {"renewed_on": "20230501"}))
    assert found.begin[0] == np.datetime64("2020-01-01") and found.end[0] == np.datetime64("2024-03-31")
    assert np.isnat(found.begin[1]) and np.isnat(found.end[1])


DAYS = st.one_of(
    st.just(""), st.dates(datetime(2023, 1, 1).date(), datetime(2023, 1, 12).date()).map("{:%Y%m%d}".format)
)
LIVES = st.fixed_dictionaries({name: DAYS for name in contract_life.DATES})
MOMENTS = st.integers(-1, 14 * 24).map(lambda hours: datetime(2022, 12, 31) + timedelta(hours=hours))


@given(LIVES, MOMENTS)
def test_inside_its_span_a_contract_is_in_service_and_after_it_never(dates, at):
    table = master(dates)
    found, moment = spans(table), np.datetime64(at, "s")
    [answer] = in_service(table, at)
    begun = np.isnat(found.begin[0]) or found.begin[0] <= moment
    ended = not np.isnat(found.end[0]) and found.end[0] <= moment
    if begun and not ended:
        assert answer == YES
    if ended:
        assert answer == NO


@given(LIVES, MOMENTS)
def test_what_is_taken_away_stays_away_and_what_is_not_yet_there_is_not_there(dates, at):
    [answer] = in_service(master(dates), at)
    day = f"{at:%Y%m%d}"
    if dates["removed_on"] and dates["installed_on"] <= dates["removed_on"] <= day:
        assert answer == NO
    if dates["installed_on"] > day:
        assert answer == NO


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "supply_point": st.sampled_from([P1, P2]),
            "flow": st.sampled_from([1, 2]),
            "meter_id": st.sampled_from(["", "M1", "M2"]),
            "customer_id": st.sampled_from(["", "A1", "A2"]),
            "published_at": st.sampled_from([np.datetime64("2023-01-02", "s"), np.datetime64("2023-01-05", "s")]),
            **{name: DAYS for name in contract_life.DATES},
        }
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: (row["supply_point"], row["flow"], row["meter_id"], row["customer_id"]),
)


@pytest.mark.slow
@given(ROWS, MOMENTS, st.randoms(use_true_random=False))
def test_one_row_a_point_and_flow_whatever_the_order_of_the_rows(rows, at, random):
    table = pd.DataFrame(rows)
    found = in_force(table, at)
    assert len(found) == len(table[["supply_point", "flow"]].drop_duplicates())
    random.shuffle(rows)
    other = in_force(pd.DataFrame(rows), at)
    key = ["supply_point", "flow"]
    pd.testing.assert_frame_equal(
        found.sort_values(key, ignore_index=True),
        other.sort_values(key, ignore_index=True),
        check_dtype=False,
        check_like=True,
    )


@pytest.mark.slow
@given(ROWS, MOMENTS)
def test_no_ended_row_speaks_while_another_of_the_point_is_in_service(rows, at):
    table = pd.DataFrame(rows)
    table["serving"] = in_service(table, at) != NO
    best = table.groupby(["supply_point", "flow"])["serving"].any()
    found = in_force(table, at).set_index(["supply_point", "flow"])["serving"]
    assert (found.sort_index() == best.sort_index()).all()


def test_after_an_exchange_the_new_meter_speaks_and_before_it_the_old():
    old = {"supply_point": P1, "flow": 1, "meter_id": "M9", "installed_on": "20100101", "removed_on": "20250501"}
    new = {"supply_point": P1, "flow": 1, "meter_id": "M1", "installed_on": "20250501", "removed_on": ""}
    for rows in ([old, new], [new, old]):
        table = pd.DataFrame(rows)
        assert in_force(table, AT)["meter_id"].tolist() == ["M1"]
        assert in_force(table, datetime(2025, 4, 1))["meter_id"].tolist() == ["M9"]


def test_supply_and_feed_in_live_their_own_lives():
    table = pd.DataFrame(
        {"supply_point": [P1, P1], "flow": [1, 2], "abolished_on": ["", "20240331"], "removed_on": ["", ""]}
    )
    assert len(in_force(table, AT)) == 2
    assert in_service(table, AT).tolist() == [YES, NO]


def test_of_several_publications_the_newest_row_speaks():
    table = pd.DataFrame({"supply_point": [P1, P1], "flow": [1, 1], "meter_id": ["M9", "M1"]})
    table["published_at"] = np.array(["2025-01-01", "2024-01-01"], dtype="datetime64[s]")
    assert in_force(table, AT)["meter_id"].tolist() == ["M9"]


# -- tenancy --------------------------------------------------------------------------------------
def test_a_tenancy_begins_with_its_renewal_else_with_the_supply():
    table = master(
        {"installed_on": "20100101", "renewed_on": "20260109"}, {"installed_on": "20100101"}, {"customer_id": "A"}
    )
    begin = tenancy_begin(table, AT)
    assert begin[0] == np.datetime64("2026-01-09") and begin[1] == np.datetime64("2010-01-01") and np.isnat(begin[2])


def test_another_customer_before_bounds_a_tenancy():
    table = master(
        {"supply_point": P1, "flow": 1, "customer_id": "A1", "abolished_on": "20260105"},
        {"supply_point": P1, "flow": 1, "customer_id": "A2"},
    )
    table["published_at"] = np.array(["2025-11-01", "2026-01-15"], dtype="datetime64[s]")
    assert tenancy_begin(table, AT)[1] == np.datetime64("2026-01-05")
    table["abolished_on"] = ""
    begin = tenancy_begin(table, AT)
    assert begin[1] == np.datetime64("2025-11-01") and np.isnat(begin[0])


def test_many_rows_are_worked_on_some_at_a_time_and_say_the_same(monkeypatch):
    days = np.array(["2020-01-01", "NaT", "2025-05-01", "2026-03-01"], dtype="datetime64[s]")
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({name: days[rng.integers(0, 4, 23)] for name in contract_life.DATES})
    whole = contract_life.in_service(rows, AT), contract_life.spans(rows)
    monkeypatch.setattr(contract_life, "_PIECE", 5)
    assert contract_life.in_service(rows, AT).tolist() == whole[0].tolist()
    found = contract_life.spans(rows)
    assert np.array_equal(found.begin, whole[1].begin, equal_nan=True)
    assert np.array_equal(found.end, whole[1].end, equal_nan=True)
    assert len(contract_life.spans(rows.iloc[:0]).begin) == 0

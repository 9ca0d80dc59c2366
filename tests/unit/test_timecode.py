from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.aggregator.timecode import SlotRule, code_of, format_full, format_jst, parse_full, parse_jst, slot_of

slots = st.builds(
    lambda day, slot: datetime(2000, 1, 1) + timedelta(days=day, minutes=30 * slot),
    st.integers(0, 40000),
    st.integers(0, 47),
)
dates = st.sampled_from(["%Y%m%d", "%Y-%m-%d", "%Y%j"])
rules = st.builds(SlotRule, dates, st.integers(2, 4), st.integers(0, 1)) | st.builds(
    SlotRule, dates, time_format=st.sampled_from(["%H%M", " %H:%M", "T%H:%M:%S"]), ends=st.booleans()
)


def test_the_sample_of_the_manual_is_the_first_slot_of_the_leap_day():
    assert slot_of("2024022901") == datetime(2024, 2, 29, 0, 0)
    assert slot_of("2024022948") == datetime(2024, 2, 29, 23, 30)


@given(slots, rules)
def test_a_slot_comes_back_from_its_code(begin, rule):
    assert slot_of(code_of(begin, rule), rule) == begin


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)), dates)
def test_a_day_of_any_year_is_written_with_four_digits_and_read_back(moment, form):
    text = format_full(moment, form)
    assert len(text) == len(format_full(datetime(2024, 2, 29), form)) and text.startswith(f"{moment.year:04d}")
    assert parse_full(text, form) == datetime(moment.year, moment.month, moment.day)
    with pytest.raises(ValueError):
        parse_full(text[1:], form)


@given(st.integers(0, 99))
def test_numbers_outside_a_day_are_no_slots(number):
    code = f"20240229{number:02d}"
    if 1 <= number <= 48:
        assert code_of(slot_of(code)) == code
    else:
        with pytest.raises(ValueError):
            slot_of(code)


@pytest.mark.parametrize(
    "code", ["", "01", "2024023001", "202402291", "20240229 1", "2024022９01", "2024022901x", "240229001"]
)
def test_what_is_no_code_is_refused(code):
    with pytest.raises(ValueError):
        slot_of(code)


@pytest.mark.parametrize("moment", [datetime(2024, 1, 1, 0, 15), datetime(2024, 1, 1, 0, 0, 1)])
def test_only_the_beginning_of_a_slot_has_a_code(moment):
    with pytest.raises(ValueError):
        code_of(moment)


@given(
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)).map(lambda t: t.replace(microsecond=0))
)
def test_a_wall_clock_time_comes_back_from_the_wire(moment):
    assert parse_jst(format_jst(moment)) == moment


def test_other_zones_become_japanese_time_and_no_zone_is_japanese():
    assert parse_jst("2024-01-01T00:00:00Z") == datetime(2024, 1, 1, 9, 0)
    assert parse_jst("2024-01-01T00:00:00-05:00") == datetime(2024, 1, 1, 14, 0)
    assert parse_jst("2024-01-01T00:00:00") == datetime(2024, 1, 1, 0, 0)
    assert format_jst(datetime(2024, 1, 1, tzinfo=timezone.utc)) == "2024-01-01T09:00:00+09:00"


def test_slots_may_be_named_by_the_time_they_begin_or_end():
    begin, end = SlotRule(time_format="%H%M"), SlotRule(time_format="%H%M", ends=True)
    assert slot_of("202402290000", begin) == datetime(2024, 2, 29)
    assert slot_of("202402290030", end) == datetime(2024, 2, 29)
    assert slot_of("202402292400", end) == slot_of("202403010000", end) == datetime(2024, 2, 29, 23, 30)
    assert code_of(datetime(2024, 2, 29, 23, 30), end) == "202402292400"
    for code, rule in (("202402292400", begin), ("202402290015", begin), ("202402290010", end)):
        with pytest.raises(ValueError):
            slot_of(code, rule)

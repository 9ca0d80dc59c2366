"""Days and times of plans: listed forms only, periods for what is vague, the year by the event."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from tomoshibi.analysis.periods import day_in, period_of

EVENT = datetime(2026, 1, 19, 5, 46)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        *[("8/1/21 18:00", (21, 18, 0)), ("2026年1月21日 18:00", (21, 18, 0)), ("R8.1.22 18時半頃", (22, 18, 30))],
        *[("令和8年1月22日午後3時", (22, 15, 0)), ("2026-01-22T12:00:00", (22, 12, 0)), ("26/1/22 9:00", (22, 9, 0))],
        *[
            ("１月２２日　１８時３０分までに", (22, 18, 30)),
            ("2026/1/21(水) 正午", (21, 12, 0)),
            ("1/22 3:00PM", (22, 15, 0)),
        ],
    ],
)
def test_moments(text, moment):
    found = period_of(text, EVENT).period
    assert found.exact and found.begin == datetime(2026, 1, *moment)


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("1月23日 午前", datetime(2026, 1, 23), datetime(2026, 1, 23, 12)),
        ("1/22 夜", datetime(2026, 1, 22, 18), datetime(2026, 1, 23)),
        ("2026/1/21(水)", datetime(2026, 1, 21), datetime(2026, 1, 22)),
        ("9/11", datetime(2026, 9, 11), datetime(2026, 9, 12)),
        ("1/22〜1/24", datetime(2026, 1, 22), datetime(2026, 1, 25)),
        ("1/22 10時〜12時", datetime(2026, 1, 22, 10), datetime(2026, 1, 22, 12)),
        ("1月下旬", datetime(2026, 1, 21), datetime(2026, 2, 1)),
    ],
)
def test_what_is_vague_is_a_period(text, begin, end):
    found = period_of(text, EVENT).period
    assert (found.begin, found.end) == (begin, end)


def test_the_year_is_that_of_the_event_across_new_year():
    event = datetime(2025, 12, 28, 4)
    assert period_of("1/3", event).period.begin == datetime(2026, 1, 3)
    assert period_of("12/30", event).period.begin == datetime(2025, 12, 30)
    assert not period_of("1/3").understood


@pytest.mark.parametrize(
    "text",
    [
        "18:00",
        "18時",
        "明日",
        "18",
        "99/99",
        "2026/13/1",
        "1/22 25:00",
        "15/1/22",
        "1/22 午後12時",
        "随時",
        "1/24〜1/22",
    ],
)
def test_anything_else_is_not_guessed(text):
    found = period_of(text, EVENT)
    assert found.period is None and not found.understood


def test_undecided_is_understood_and_a_blank_is_neither():
    assert period_of("未定", EVENT).undecided and period_of("－", EVENT).undecided
    assert period_of("", EVENT).understood and not period_of("", EVENT).undecided


def test_a_day_in_a_title_is_taken_only_where_it_is_the_only_one():
    assert day_in(["復旧見込一覧（令和8年1月22日 17時現在）"], EVENT) == date(2026, 1, 22)
    assert day_in(["1/22現在", "1/23まで"], EVENT) is None and day_in(["復旧見込"], EVENT) is None
    assert period_of("18時", EVENT, date(2026, 1, 22)).period.begin == datetime(2026, 1, 22, 18)


@pytest.mark.parametrize("text", ["9999/12/31", "9999-12-31 24:00", "0001年1月1日", "9999年12月下旬", "1899/12/30"])
def test_a_year_of_no_plan_is_not_read(text):
    told = period_of(text, datetime(2026, 1, 20, 4))
    assert told.period is None and not told.understood


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("46042.5", (datetime(2026, 1, 20, 12), datetime(2026, 1, 20, 12))),
        ("46042.37847222222", (datetime(2026, 1, 20, 9, 5), datetime(2026, 1, 20, 9, 5))),
        ("46042", (datetime(2026, 1, 20), datetime(2026, 1, 21))),
        ("36042.5", None),
        ("99999", None),
        ("460425", None),
    ],
)
def test_a_day_as_a_spreadsheet_counts_it_is_read_near_the_event_only(text, wanted):
    told = period_of(text, datetime(2026, 1, 19, 4))
    assert (told.period and (told.period.begin, told.period.end)) == wanted and told.understood == bool(wanted)
    assert period_of(text).period is None

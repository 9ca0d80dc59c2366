"""What plans write in their column of times, as utilities write it, and what is never taken for power that is back."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from tomoshibi.analysis.periods import moment_in
from tomoshibi.analysis.plan_times import Said, plan_time, says_done

EVENT, DAY = datetime(2026, 1, 19, 5, 46), date(2026, 1, 20)


def at(*parts: int) -> datetime:
    return datetime(2026, 1, *parts)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "復旧済み",
            "復旧済",
            "送電済",
            "送電済み",
            "完了",
            "復旧完了",
            "送電完了",
            "済",
            "済み",
            "停電解消",
            "全戸復旧",
        ),
        *("復旧しました", "復旧作業完了", "通電中", "（復旧済）", "復旧 済み", "復旧済み。", "復電"),
    ],
)
def test_words_for_power_that_is_back_are_read_with_the_plans_day_or_without(text):
    for day in (DAY, None):
        assert plan_time(text, EVENT, day).said is Said.DONE and plan_time(text, EVENT, day).period is None
    assert says_done(text)


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("1/20 18:00 復旧済み", at(20, 18), at(20, 18)),
        ("復旧済み（1/20 18時）", at(20, 18), at(20, 18)),
        ("1/20送電完了", at(20), at(21)),
        ("本日復旧済", at(20), at(21)),
    ],
)
def test_a_time_beside_them_is_when_it_was_back(text, begin, end):
    found = plan_time(text, EVENT, DAY)
    assert found.said is Said.DONE and (found.period.begin, found.period.end) == (begin, end)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "復旧完了予定",
            "復旧完了見込み",
            "復旧済みの見込み",
            "1/22 完了",
            "1/22 復旧",
            "復旧",
            "送電中",
        ),
        *(
            "工事完了",
            "未復旧",
            "未完了",
            "未送電",
            "完了未定",
            "一部復旧済",
            "概ね復旧",
            "復旧済み（一部地域を除く）",
            "数日中",
        ),
        *("18:30復旧", "N/A", "×", "深夜", "復旧済みではない", "9割完了"),
    ],
)
def test_nothing_else_says_that_power_is_back(text):
    assert plan_time(text, EVENT, DAY).said is not Said.DONE
    assert plan_time(text, EVENT, DAY).period is None
    assert plan_time(text, EVENT).said is not Said.DONE and not says_done(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "未定",
            "調査中",
            "原因調査中",
            "復旧作業中",
            "復旧中",
            "作業中",
            "未定（調査中）",
            "復旧見通しは立っていない",
            "未復旧",
        ),
        # as a utility published them, 2024
        *("2024/01/02 被害把握中のため復旧未定", "2024/02/28 立入困難のため復旧未定　"),
    ],
)
def test_that_nobody_can_say_yet_is_understood_with_its_reason_or_a_day_before_it(text):
    assert plan_time(text, EVENT, DAY).said is Said.UNDECIDED


@pytest.mark.parametrize(
    "text", ["順次", "順次復旧", "一部復旧", "一部送電済み", "本日中に順次送電予定", "残り20戸", "概ね復旧"]
)
def test_a_part_is_no_time_of_the_whole(text):
    assert plan_time(text, EVENT, DAY).said is Said.PARTLY


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("本日中", at(20), at(21)),
        ("本日夕方頃", at(20, 15), at(20, 18)),
        ("夕方頃", at(20, 15), at(20, 18)),
        ("本日 18:00頃復旧予定", at(20, 18), at(20, 18)),
        ("明朝", at(21, 6), at(21, 9)),
        ("明日午前中", at(21), at(21, 12)),
        ("明後日", at(22), at(23)),
        ("今夜", at(20, 18), at(21)),
    ],
)
def test_times_counted_from_the_day_of_the_plan_need_that_day(text, begin, end):
    found = plan_time(text, EVENT, DAY)
    assert found.said is Said.TIME and (found.period.begin, found.period.end) == (begin, end)
    assert plan_time(text, EVENT).said is Said.NO_DAY and plan_time(text, EVENT).period is None


@pytest.mark.parametrize(
    "text", ["1/22 復旧完了予定", "1/22までに復旧予定", "1/22完了予定", "1月22日中に復旧見込み", "1/22送電の見込み"]
)
def test_a_time_that_is_planned_is_a_time_whatever_is_planned_then(text):
    found = plan_time(text, EVENT, DAY)
    assert found.said is Said.TIME and (found.period.begin, found.period.end) == (at(22), at(23))


@pytest.mark.parametrize(
    ("texts", "moment"),
    [
        (["停電復旧計画（1月20日 18時現在）"], at(20, 18)),
        (["復旧計画", "2026/1/20 18:00時点"], at(20, 18)),
        (["復旧計画 1月20日現在"], None),
        (["1/20 18:00現在", "1/20 19:00更新"], None),
        (["1/20 18:00"], None),
    ],
)
def test_the_moment_of_a_plan_is_the_one_that_it_says_it_is_of(texts, moment):
    assert moment_in(texts, EVENT) == moment

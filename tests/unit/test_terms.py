"""Period of use, terms and the rule against carrying people away, as a case says them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

import pytest
from tomoshibi.casefile.case import Case, CaseInfo, Request
from tomoshibi.casefile.terms import (
    ExportForbidden,
    UseEnded,
    days_left,
    refuse_export,
    refuse_personal,
    reminder,
    terms_line,
    use_period,
)

LAST = date(2026, 2, 28)


@pytest.fixture
def case(tmp_path):
    info = CaseInfo("架空の災害", datetime(2026, 1, 20, 4), "990001", Request(use_from=date(2026, 1, 20), use_to=LAST))
    return Case.create(tmp_path / "case", info)


@pytest.mark.parametrize(("today", "left"), [(LAST, 0), (date(2026, 3, 1), -1), (date(2026, 2, 14), 14)])
def test_the_last_day_of_use_counts_as_one_of_use(case, today, left):
    assert days_left(use_period(case), today) == left


def test_a_case_that_does_not_say_how_long_it_is_used_ends_never(tmp_path):
    case = Case.create(tmp_path, CaseInfo("架空の災害", datetime(2026, 1, 20, 4), "990001"))
    assert days_left(use_period(case), date(2099, 1, 1)) is None
    refuse_personal(case, date(2099, 1, 1))
    assert reminder(case, date(2099, 1, 1)) is None


def test_after_the_last_day_people_are_refused_and_how_to_extend_is_named(case):
    refuse_personal(case, LAST)
    with pytest.raises(UseEnded, match=r"2026-02-28.*editcase.*USE_TO.*EXTENSION_BY"):
        refuse_personal(case, date(2026, 3, 1))


def test_an_extension_works_at_once(case):
    info = replace(
        case.info, request=replace(case.info.request, use_to=date(2026, 3, 31)), extension_by="架空送配電 4/1"
    )
    extended = case.change(info)
    refuse_personal(extended, date(2026, 3, 1))
    assert use_period(extended).extension_by == "架空送配電 4/1"


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 2, 13), None),
        (date(2026, 2, 14), r"14 day\(s\) left"),
        (LAST, r"0 day\(s\)"),
        (date(2026, 3, 1), "ended"),
    ],
)
def test_the_end_is_told_from_fourteen_days_before_it(case, today, words):
    told = reminder(case, today)
    if words is None:
        assert told is None
    else:
        assert re.search(words, str(told))


def test_people_leave_the_screen_only_where_the_case_lets_them(case):
    refuse_export(case)
    forbidden = case.change(replace(case.info, no_export=True))
    with pytest.raises(ExportForbidden, match="editcase"):
        refuse_export(forbidden)


def test_what_is_printed_of_the_terms_says_what_is_not_known(case):
    line = str(terms_line(case))
    assert "2026-01-20 – 2026-02-28" in line and "terms of use: not entered" in line
    known = case.change(replace(case.info, terms="A", purpose="避難所の確認", operator="防災課"))
    line = str(terms_line(known))
    assert "terms of use: A" in line and "避難所の確認" in line and "防災課" in line


def test_terms_are_read_back_and_unknown_ones_are_none(case):
    kept = case.change(replace(case.info, terms="D", no_export=True, extension_by="架空送配電"))
    assert (kept.info.terms, kept.info.no_export, kept.info.extension_by) == ("D", True, "架空送配電")
    path = case.folder / "case.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"terms": "D"', '"terms": "Z"'), encoding="utf-8")
    assert Case.open(case.folder).info.terms == ""

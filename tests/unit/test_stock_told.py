"""What was left in a tank, told by telephone: how it is read, kept, and what clocks make of it; whom to ask."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Optional

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis.backup import Assumption, Backup, Carries, with_told
from tomoshibi.analysis.backup_doubts import doubtful_clock
from tomoshibi.analysis.own_load import OwnLoad
from tomoshibi.analysis.stock_to_ask import with_question
from tomoshibi.analysis.stock_words import may_be_another_unit, stock_of
from tomoshibi.analysis.survival import Facility, clock, stock_expected
from tomoshibi.analysis.told_states import Told, ToldState, ToldStock, stocks_in_force
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.overrides import TOLD_FILE, add_told, all_told
from tomoshibi.messages import TomoshibiError

LOST = datetime(2026, 9, 8, 22)
HOUR = timedelta(hours=1)
ROW = Backup(generator_kva=85.0, fuel_l=900.0, tank_l=1000.0, battery_hours=0.0, litres_per_hour=20.0,
             generator_carries=Carries.WHOLE)  # fmt: skip


def office(night: float = 8.0, day: float = 30.0) -> OwnLoad:
    """Return what an office uses that is busy from 8 to 19 h."""
    kw = np.full((2, 24), night)
    kw[0, 8:19] = day
    return OwnLoad(kw, 0.05, float(kw.max()), 28, hour_spread=0.1)


def facility(row: Backup, load: OwnLoad, kind: str = "役場") -> Facility:
    lost = np.datetime64(LOST, "s")
    return Facility(kind, "outage", lost, lost + np.timedelta64(1800, "s"), load=load, backup=row)


def at(hours: float) -> np.datetime64:
    """Return a moment so many hours after the loss of power."""
    return np.datetime64(LOST, "s") + np.timedelta64(round(3600 * hours), "s")


def asked(row: Backup, hours: float, load: Optional[OwnLoad] = None, kind: str = "役場") -> bool:
    """Whether the facility is to be asked so many hours after the loss of power."""
    one, now = facility(row, load or office(), kind), at(hours)
    found = with_question(doubtful_clock(one, now, 72, now), one, now, 72, now)
    return Assumption.STOCK_TO_ASK in found.assumptions


@pytest.mark.parametrize(
    ("text", "litres", "share"),
    [
        ("320", 320.0, None), ("１，２００Ｌ", 1200.0, None), ("1.2kL", 1200.0, None), ("約300リットル", 300.0, None),
        ("残り320L", 320.0, None), ("あと約200リッター位", 200.0, None),
        ("0", 0.0, None), ("60%", None, 0.6), ("６割", None, 0.6), ("残り4割程度", None, 0.4), ("3/4", None, 0.75),
        ("3分の2", None, 2 / 3), ("半分", None, 0.5), ("満タン", None, 1.0), ("空", None, 0.0), ("なし", None, 0.0),
    ],
)  # fmt: skip
def test_what_is_said_of_a_tank_is_read(text, litres, share):
    found = stock_of(text)
    assert found is not None and (found.litres, found.share) == (litres, pytest.approx(share) if share else share)


@pytest.mark.parametrize("text", ["3", "60", "１００", "約80", "1.2", "残り6"])
def test_a_small_number_without_a_unit_may_be_kilolitres_or_a_share(text):
    assert may_be_another_unit(text)


@pytest.mark.parametrize(
    "text", ["0", "101", "1,200", "3kL", "80L", "３リットル", "60%", "6割", "3/4", "満タン", "空", "", "3m3"]
)
def test_a_stock_with_its_unit_or_too_large_for_another_is_taken_as_it_stands(text):
    assert not may_be_another_unit(text)


@pytest.mark.parametrize("text", ["", "不明", "わずか", "120%", "12割", "3/0", "-5", "300/500", "あと2日", "320L/h"])
def test_what_tells_no_stock_is_not_read_as_one(text):
    assert stock_of(text) is None


def test_a_stock_holds_till_it_is_told_anew_or_withdrawn_whatever_else_is_said():
    first = Told("f1", ToldState.GENERATOR, "防災課", LOST, LOST + HOUR, ToldStock(litres=300.0))
    without = Told("f1", ToldState.OUT, "防災課", LOST + 2 * HOUR)
    second = replace(first, at=LOST + 3 * HOUR, until=None, stock=ToldStock(litres=200.0))
    gone = Told("f1", ToldState.WITHDRAWN, "防災課", LOST + 4 * HOUR)
    told = [second, first, without, gone]
    for hours, litres in ((-1, None), (0, 300.0), (2, 300.0), (3, 200.0), (4, None)):
        found = [one.stock for one in stocks_in_force(told, LOST + hours * HOUR).get("f1", ()) if one.stock]
        assert (found[-1].litres if found else None) == litres, hours
    # what is entered later of the same moment is the mended one
    mended = replace(first, stock=ToldStock(litres=30.0))
    of_one = stocks_in_force([first, mended], LOST)["f1"]
    assert [one.stock for one in of_one if one.stock] == [mended.stock]


def test_a_case_keeps_stocks_reads_older_lines_and_names_a_broken_one(tmp_path):
    case = Case.create(tmp_path / "case", CaseInfo("訓練", LOST - 24 * HOUR, "172049", practice=True))
    told = [
        Told("f1", ToldState.GENERATOR, "防災課", LOST, None, ToldStock(litres=300.0)),
        Told("f1", ToldState.GENERATOR, "防災課", LOST + HOUR, None, ToldStock(share=0.25)),
    ]
    assert add_told(case, told, "tomoshibi:overridestate") == 2
    path = case.folder / TOLD_FILE
    whole = path.read_bytes()
    old = '{"facility_id": "f2", "state": "truck", "by": "防災課", "at": "2026-09-09T01:00:00", "until": null}\n'
    path.write_bytes(whole + old.encode())
    assert all_told(case) == [*told, Told("f2", ToldState.TRUCK, "防災課", datetime(2026, 9, 9, 1))]
    # a run that the system ended left a line half-written, wherever
    for end in range(1, len(whole.splitlines()[0])):
        path.write_bytes(whole + whole[:end])
        assert len(all_told(case)) == 2, end
    for wrong in ('"stock_l": -3', '"stock_l": true', '"stock_l": "1.2kL"', '"stock_share": 1.2', '"stock_l": 1e999'):
        path.write_bytes(whole + old.replace('"until": null', f'"until": null, {wrong}').encode())
        with pytest.raises(TomoshibiError) as failure:
            all_told(case)
        assert failure.value.message.values["line"] == 3, wrong


def test_a_stock_told_later_than_the_list_stands_beside_what_was_there_when_power_was_lost():
    then = LOST + 9 * HOUR
    told = with_told(ROW, ToldStock(litres=700.0), then)
    assert (told.fuel_l, told.before_l, told.stock_at) == (700.0, 900.0, then)
    # the second reading goes on from the same beginning
    later = with_told(told, ToldStock(share=0.5), then + HOUR)
    assert (later.fuel_l, later.before_l, later.stock_at) == (500.0, 900.0, then + HOUR)
    # what the list has of a later moment stays, and of a tank of which nothing is known a share says nothing
    assert with_told(replace(ROW, stock_at=then + HOUR), ToldStock(litres=700.0), then) is None
    assert with_told(replace(ROW, tank_l=math.nan), ToldStock(share=0.5), then) is None
    # one that was filled up in the meantime has no beginning that is known
    filled = with_told(replace(ROW, stock_at=LOST + HOUR), ToldStock(litres=700.0), then)
    assert math.isnan(filled.before_l) and filled.fuel_l == 700.0
    unread = with_told(replace(ROW, fuel_l=math.nan, unread=frozenset({"fuel_l"})), ToldStock(litres=700.0), then)
    assert unread.fuel_l == 700.0 and not unread.unread and math.isnan(unread.before_l)


def hours_wide(row: Backup, load: OwnLoad, hours: float) -> float:
    found = clock(facility(row, load), at(hours), 72, at(hours))
    return float((found.latest - found.earliest) / np.timedelta64(3600, "s"))


@given(st.floats(1, 20), st.floats(8, 40), st.floats(1, 30))
def test_a_tank_with_as_much_as_is_expected_never_makes_an_interval_wider(night, day, hours):
    """A night in which little is used tells little of the day: no reading may say less than none did."""
    load = office(night, day)
    left = stock_expected(facility(ROW, load), at(hours))
    seen = with_told(ROW, ToldStock(litres=left), LOST + hours * HOUR)
    # a gauge tells hundredths of the tank
    assert hours_wide(seen, load, hours) <= hours_wide(ROW, load, hours) + 2 * 3.9 * 10 / 7


def test_a_night_tells_of_the_day_what_they_share():
    before = hours_wide(ROW, office(), 1)
    widths = {}
    for hours in (6, 12, 18, 24, 36):
        left = stock_expected(facility(ROW, office()), at(hours))
        widths[hours] = hours_wide(with_told(ROW, ToldStock(litres=left), LOST + hours * HOUR), office(), hours)
    assert before > widths[6] > widths[12] > widths[18] > widths[24] > widths[36] and widths[36] < 0.4 * before


def test_they_are_asked_whose_stock_would_tell_more():
    assert not asked(ROW, 2) and asked(ROW, 18)
    # of whose stock nobody knows, it tells at once
    assert asked(replace(ROW, fuel_l=math.nan), 2)
    # who told it is left in peace, until it is old
    seen = with_told(ROW, ToldStock(litres=820.0), LOST + 10 * HOUR)
    assert not asked(seen, 18) and not asked(seen, 21.9)
    flat = office(20, 20)
    early = with_told(ROW, ToldStock(litres=858.0), LOST + 3 * HOUR)
    assert not asked(early, 14, flat) and asked(early, 18, flat)
    # a battery, a pipe and a set that may stop for other reasons have no gauge that would tell
    assert not asked(Backup(generator_kva=0.0, battery_hours=30.0), 10)
    assert not asked(replace(ROW, fuel_kind="都市ガス"), 18)
    assert not asked(replace(ROW, generator_kva=20.0, litres_per_hour=5.0), 18)
    assert not asked(ROW, 400)


def test_a_shelter_is_asked_and_what_it_burnt_does_not_say_how_many_come():
    seen = with_told(ROW, ToldStock(litres=600.0), LOST + 10 * HOUR)
    found = clock(facility(seen, office(), "避難所"), at(11), 72, at(11))
    assert asked(ROW, 30, kind="避難所") and Assumption.AS_BURNT not in found.assumptions

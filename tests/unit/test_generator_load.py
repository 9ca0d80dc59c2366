"""What hangs on a generator: read from the list, and what follows for how long it runs."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import numpy as np
import pytest
from tomoshibi.analysis.backup import Assumption, Backup, Carries
from tomoshibi.analysis.backup_figures import Slip, doubted
from tomoshibi.analysis.generator_load import hanging
from tomoshibi.analysis.generator_words import carries_of, share_of
from tomoshibi.analysis.listed import Listed
from tomoshibi.analysis.overload import has_stopped_by, may_stop_after
from tomoshibi.analysis.own_load import DAY_OFF, WORKDAY, own_load
from tomoshibi.analysis.survival import LIKELY, Facility, clock
from tomoshibi.messages import Progress
from tomoshibi.processing_provider.recovery.backup_list import read_backup

SLOTS = np.datetime64("2026-01-05T00:00", "s") + np.arange(14 * 48) * np.timedelta64(1800, "s")
"""Two weeks from a Monday on; 12 January is a holiday."""


def moment(text: str) -> np.datetime64:
    return np.datetime64(text, "s")


def office(night: int = 500, day: int = 5000):
    """Return the use of an office, Wh a half-hour: `day` from 8 to 18 on workdays, `night` else."""
    hour = SLOTS.astype("datetime64[h]").astype(np.int64) % 24
    date = SLOTS.astype("datetime64[D]")
    off = np.isin((date.astype(np.int64) + 3) % 7, (5, 6)) | (date == np.datetime64("2026-01-12"))
    used = np.where((hour >= 8) & (hour < 18) & ~off, day, night)
    found = own_load(used[None, :], SLOTS)
    assert found is not None
    return found


def lost(load, **backup):
    """Return the clock of an office that lost its power on Tuesday evening, with 400 L for a set of 10 kVA."""
    own = Backup(**{"generator_kva": 10.0, "fuel_l": 400.0, "battery_hours": 0.0, "litres_per_hour": 2.0, **backup})
    facility = Facility("役場", "outage", moment("2026-01-20T20:00"), moment("2026-01-20T20:30"), load=load, backup=own)
    return clock(facility, moment("2026-01-21T06:00"), 72)


@pytest.mark.parametrize(
    ("text", "carries", "kw", "share"),
    [
        ("全館", Carries.WHOLE, None, None),
        ("建物全体", Carries.WHOLE, None, None),
        ("whole", Carries.WHOLE, None, None),
        ("100%", Carries.WHOLE, None, None),
        ("10割", Carries.WHOLE, None, None),
        ("非常回路", Carries.CIRCUITS, None, None),
        ("非常回路のみ", Carries.CIRCUITS, None, None),
        ("保安負荷 50kW", Carries.CIRCUITS, 50.0, None),
        ("一部（手術室・病棟）", Carries.CIRCUITS, None, None),
        ("通常時の4割程度", Carries.CIRCUITS, None, 0.4),
        ("全館の６０％", Carries.CIRCUITS, None, 0.6),
        ("selected circuits", Carries.CIRCUITS, None, None),
    ],
)
def test_a_cell_tells_whether_the_whole_building_or_selected_circuits_hang_on_the_generator(text, carries, kw, share):
    told = carries_of(text)
    assert told.understood and told.carries is carries
    assert told.kw == kw if kw else math.isnan(told.kw)
    assert told.share == pytest.approx(share) if share else math.isnan(told.share)


@pytest.mark.parametrize("text", ["", "不明", "－", "未確認"])
def test_what_is_blank_or_not_known_tells_nothing(text):
    told = carries_of(text)
    assert told.understood and told.carries is Carries.UNKNOWN


@pytest.mark.parametrize(
    "text", ["全館の一部", "契約電力の4割", "病棟の4割", "50kW", "120%", "0%", "あり", "全館（空調を除く）"]
)
def test_what_says_both_or_neither_is_not_understood(text):
    assert not carries_of(text).understood


@pytest.mark.parametrize(
    ("text", "heading", "share"),
    [
        ("40%", "", 0.4),
        ("4割", "", 0.4),
        ("0.4", "", 0.4),
        ("40", "", 0.4),
        ("40", "給電割合(%)", 0.4),
        ("4", "給電割合(割)", 0.4),
        ("5", "給電割合(%)", 0.05),
    ],
)
def test_a_share_is_read_by_its_unit_or_its_size(text, heading, share):
    assert share_of(text, heading).value == pytest.approx(share)


@pytest.mark.parametrize("text", ["4", "140%", "0", "半分くらい"])
def test_a_share_that_may_be_tenths_or_hundredths_or_is_none_is_not_understood(text):
    assert not share_of(text).understood


def test_told_that_the_whole_building_hangs_on_a_small_generator_it_stops_in_the_hours_of_that_use():
    found = lost(office(), generator_carries=Carries.WHOLE)
    # 10 kW from 8 on, for a set of 8 kW: the hour before is as on other days an hour earlier
    assert found.earliest == moment("2026-01-21T07:00") and found.latest == moment("2026-01-21T09:00")
    assert Assumption.OVERLOADED in found.assumptions and Assumption.HANGS_UNKNOWN not in found.assumptions


def test_told_that_selected_circuits_hang_on_it_it_never_stops_by_use_and_burns_by_these():
    flat = lost(office(), generator_carries=Carries.CIRCUITS, generator_load_kw=4.0)
    assert Assumption.CIRCUITS in flat.assumptions and Assumption.OVERLOADED not in flat.assumptions
    assert Assumption.AS_USUAL not in flat.assumptions
    # half its load burns .73 of two litres an hour: 274 hours
    middle = moment("2026-01-20T20:15") + np.timedelta64(int(3600 * 400 / (2 * 0.73)), "s")
    assert flat.earliest < middle < flat.latest and flat.earliest > moment("2026-01-28T00:00")
    less = lost(office(), generator_carries=Carries.CIRCUITS, generator_load_kw=1.0)
    assert less.earliest > flat.earliest
    share = lost(office(), generator_carries=Carries.CIRCUITS, generator_load_share=0.4)
    assert {Assumption.CIRCUITS, Assumption.AS_USUAL} <= set(share.assumptions)
    assert Assumption.OVERLOADED not in share.assumptions and share.earliest > moment("2026-01-26T00:00")
    # kW or a share tell of circuits by themselves, and no readings are needed for kW
    assert lost(office(), generator_load_kw=4.0) == flat
    assert lost(None, generator_load_kw=4.0).earliest == flat.earliest


def test_not_told_the_interval_reaches_from_that_stop_to_the_end_of_the_fuel_of_few_circuits():
    unknown, whole = lost(office()), lost(office(), generator_carries=Carries.WHOLE)
    assert {Assumption.OVERLOADED, Assumption.HANGS_UNKNOWN} <= set(unknown.assumptions)
    assert unknown.earliest == whole.earliest
    for circuits in ({"generator_load_kw": 2.0}, {"generator_load_share": 0.3}):
        # whichever it is, the interval of what is not told holds it
        told = lost(office(), **circuits)
        assert unknown.earliest <= told.earliest and told.latest <= unknown.latest
    # where the generator carries the building there is nothing to ask
    large = lost(office(), generator_kva=50.0)
    assert Assumption.HANGS_UNKNOWN not in large.assumptions


def test_circuits_of_which_no_figure_is_told_are_to_be_asked_for_and_are_less_than_the_generator_gives():
    found = lost(office(), generator_carries=Carries.CIRCUITS)
    assert {Assumption.LOAD, Assumption.CIRCUITS_USE} <= set(found.assumptions)
    assert Assumption.OVERLOADED not in found.assumptions
    for kw in (1.0, 7.0):
        told = lost(office(), generator_load_kw=kw)
        assert found.earliest <= told.earliest and told.latest <= found.latest


def test_circuits_that_the_generator_cannot_carry_are_not_believed():
    # 9 kW on 8 kW, beyond the tenth that a set gives more
    assert lost(office(), generator_load_kw=8.5).assumptions != lost(office()).assumptions
    assert lost(office(), generator_load_kw=9.0) == lost(office())
    assert lost(office(), generator_carries=Carries.CIRCUITS, generator_load_share=0.95) == lost(office())
    values = {"generator_kva": 10.0, "fuel_l": 1.0, "tank_l": 1.0, "litres_per_hour": 2.0, "generator_load_kw": 11.0}
    assert doubted(values, "軽油") == {"generator_load_kw": Slip.LOAD}


def test_a_round_figure_is_known_less_well_than_an_exact_one():
    rough, exact = (hanging(office(), None, Backup(100.0, generator_load_kw=kw)).load for kw in (40.0, 41.0))
    assert rough.told_spread == pytest.approx(10 / math.sqrt(12) / 40) and exact.told_spread == 0.05
    assert hanging(office(), None, Backup(100.0, generator_carries=Carries.WHOLE)).load.told_spread == 0.0


def test_by_when_a_building_has_used_too_much_is_told_by_whole_days_that_were():
    hour = SLOTS.astype("datetime64[h]").astype(np.int64) % 24
    day = np.arange(len(SLOTS)) // 48
    # eleven of fourteen days have a peak of 10 kW at noon, three not
    used = np.where((hour == 12) & (day % 5 != 4), 5000, 500)
    load = own_load(used[None, :], SLOTS)
    start, until = moment("2026-01-21T00:00"), moment("2026-01-30T00:00")
    assert has_stopped_by(load, 8.0, start, until, 0.0, 0.7) == moment("2026-01-21T13:00")
    assert has_stopped_by(load, 8.0, start, until, 0.0, 0.95) == moment("2026-01-22T13:00")
    assert has_stopped_by(load, 8.0, start, moment("2026-01-21T12:00"), 0.0, 0.7) is None
    # an hour that has begun may be past its peak
    assert has_stopped_by(load, 8.0, moment("2026-01-21T12:10"), until, 0.0, 0.7) == moment("2026-01-22T13:00")
    assert has_stopped_by(load, 11.0, start, until, 0.0, 0.7) is None
    # in an outage it may use more or less: half of the time more than on other days
    assert has_stopped_by(load, 10.0, start, until, 0.06, 0.3) == moment("2026-01-21T13:00")
    assert has_stopped_by(load, 10.0, start, until, 0.06, 0.79) is None
    assert may_stop_after(load, 8.0, start, until, False) == 11.0
    assert 0.5 < LIKELY < 1.0


def test_days_on_which_a_place_was_closed_say_nothing_of_its_workdays():
    hour = SLOTS.astype("datetime64[h]").astype(np.int64) % 24
    date = SLOTS.astype("datetime64[D]")
    off = np.isin((date.astype(np.int64) + 3) % 7, (5, 6)) | (date == np.datetime64("2026-01-12"))
    closed = off | np.isin(date, np.array(["2026-01-07", "2026-01-08"], dtype="datetime64[D]"))

    def used(free):
        found = own_load(np.where((hour >= 8) & (hour < 18) & ~free, 5000, 500)[None, :], SLOTS)
        return found

    usual, shut = used(off), used(closed)
    assert shut.kw[WORKDAY, 12] == usual.kw[WORKDAY, 12] == 10.0 and shut.kw[DAY_OFF, 12] == 1.0
    assert shut.spread == usual.spread == 0.03
    # closed for half of its workdays, that is its week
    often = off | np.isin(date, np.arange("2026-01-07", "2026-01-11", dtype="datetime64[D]"))
    often |= np.isin(date, np.arange("2026-01-14", "2026-01-16", dtype="datetime64[D]"))
    assert used(often).kw[WORKDAY, 12] < 7.0


HEADINGS = ["施設ID", "自家発電機容量(kVA)", "燃料備蓄量(L)", "給電範囲", "発電機負荷(kW)", "給電割合"]


def test_what_hangs_on_a_generator_is_read_from_the_columns_of_the_list():
    rows = [
        ["a", "100", "900", "全館", "", ""],
        ["b", "100", "900", "非常回路", "35kW", ""],
        ["c", "100", "900", "非常回路", "", "４割"],
        ["d", "100", "900", "", "35", ""],
        ["e", "100", "900", "通常時の4割", "", ""],
        ["f", "100", "900", "", "", ""],
        ["g", "100", "900", "あり", "", ""],
        ["h", "100", "900", "全館", "", "40%"],
        ["i", "100", "900", "非常回路", "350", ""],
        ["j", "100", "900", "", "", "100%"],
    ]
    read = read_backup(Listed("list.csv", HEADINGS, rows, list(range(2, 2 + len(rows)))), Progress())
    told = {
        name: (row.generator_carries.value, row.generator_load_kw, row.generator_load_share)
        for name, row in read.rows.items()
    }
    nan = math.nan
    expected = {
        "a": ("whole", nan, nan),
        "b": ("circuits", 35.0, nan),
        "c": ("circuits", nan, 0.4),
        "d": ("circuits", 35.0, nan),
        "e": ("circuits", nan, 0.4),
        "f": ("", nan, nan),
        "g": ("", nan, nan),
        "h": ("", nan, nan),
        "i": ("circuits", nan, nan),
        "j": ("whole", nan, 1.0),
    }
    for name, values in expected.items():
        assert told[name] == pytest.approx(values, nan_ok=True), name
    # あり says nothing, 全館 with 40% both, and 350 kW no set of 100 kVA gives
    assert read.not_read == 3


def test_rows_of_several_generators_together_tell_of_circuits_only_where_each_does():
    from tomoshibi.analysis.backup import rows_together

    circuits = Backup(50.0, fuel_l=100.0, generator_carries=Carries.CIRCUITS, generator_load_kw=20.0)
    other = Backup(30.0, fuel_l=50.0, generator_carries=Carries.CIRCUITS, generator_load_kw=10.0)
    whole = Backup(80.0, fuel_l=50.0, generator_carries=Carries.WHOLE)
    joint = rows_together([circuits, other]).joint
    assert joint.generator_carries is Carries.CIRCUITS and joint.generator_load_kw == 30.0
    assert not rows_together([circuits, whole]).joint.tells_circuits
    # as texts: what is not told is not equal to itself
    assert repr(rows_together([whole, Backup(80.0, fuel_l=50.0)])) == repr(whole)
    assert repr(rows_together([Backup(50.0, fuel_l=100.0), circuits])) == repr(circuits)


def seen(left, before=1000.0, hours=20.0, **more):
    """Return the clock of a house that uses 4 kW all day, with 1,000 L when power went at 20:15 for a set of 10 kVA."""
    load = own_load(np.full((1, len(SLOTS)), 2000), SLOTS)
    at = datetime(2026, 1, 20, 20, 15) + timedelta(hours=hours)
    own = {"generator_kva": 10.0, "battery_hours": 0.0, "litres_per_hour": 10.0, "tank_l": 1000.0}
    row = Backup(**{**own, "fuel_l": left, "before_l": before, "stock_at": at, **more})
    facility = Facility("役場", "outage", moment("2026-01-20T20:00"), moment("2026-01-20T20:30"), load=load, backup=row)
    return clock(facility, np.datetime64(at, "s") + np.timedelta64(1, "h"), 72)


def hours_to(found):
    lost_at = moment("2026-01-20T20:15")
    return [float((end - lost_at) / np.timedelta64(3600, "s")) for end in (found.earliest, found.latest)]


def test_two_stocks_tell_what_a_generator_burns():
    # half its load burns .73 of ten litres an hour, 146 in twenty
    as_told, once = hours_to(seen(854.0)), hours_to(seen(854.0, before=math.nan))
    assert Assumption.AS_BURNT in seen(854.0).assumptions
    assert as_told[0] < 20 + 854 / 7.3 < as_told[1] and as_told[1] - as_told[0] < once[1] - once[0]
    # at ten hundredths more or less it goes on like that, for the greater part
    more, less = hours_to(seen(839.4)), hours_to(seen(868.6))
    assert more[0] < 20 + 839.4 / 8.03 < more[1] < as_told[1] and less[0] > as_told[0]
    # the longer it ran, the better it is known
    late = hours_to(seen(1000 - 7.3 * 80, hours=80.0))
    assert late[1] - late[0] < 0.6 * (as_told[1] - as_told[0])


def test_a_tank_that_was_filled_up_tells_nothing_of_what_is_burnt_and_one_that_empties_too_fast_is_believed():
    filled, once = seen(990.0), seen(990.0, before=math.nan)
    assert Assumption.AS_BURNT not in filled.assumptions
    assert Assumption.AS_BURNT not in seen(1000.0, before=900.0).assumptions
    assert abs(hours_to(filled)[0] - hours_to(once)[0]) < 5
    fast = seen(600.0)
    # 400 litres in twenty hours: nobody knows why, but it may go on
    assert Assumption.AS_BURNT in fast.assumptions and hours_to(fast)[0] < 20 + 600 / 20 < hours_to(fast)[1]
    # too short a run tells nothing
    assert Assumption.AS_BURNT not in seen(985.0, hours=2.0).assumptions


def test_until_a_stock_was_seen_the_one_before_counts():
    row = Backup(10.0, fuel_l=500.0, before_l=1000.0, stock_at=datetime(2026, 1, 21, 12))
    assert row.known_at(datetime(2026, 1, 21, 11)).fuel_l == 1000.0
    assert row.known_at(datetime(2026, 1, 21, 11)).stock_at is None
    assert row.known_at(datetime(2026, 1, 21, 13)) is row


def test_a_list_with_the_stock_and_what_is_left_tells_both():
    headings = ["施設ID", "自家発電機容量(kVA)", "燃料備蓄量(L)", "燃料残量(L)", "残量確認日時"]
    rows = [
        ["a", "100", "900", "400", "2026-01-21 09:00"],
        ["b", "100", "900", "", "2026-01-21 09:00"],
        ["c", "100", "900", "残りわずか", "2026-01-21 09:00"],
        ["d", "100", "900", "400", ""],
        ["e", "100", "", "400", "2026-01-21 09:00"],
    ]
    read = read_backup(Listed("list.csv", headings, rows, list(range(2, 7))), Progress(), datetime(2026, 1, 20)).rows
    at = datetime(2026, 1, 21, 9)
    # the reserve is not what there was in the morning
    assert (read["a"].fuel_l, read["a"].before_l, read["a"].stock_at) == (400.0, 900.0, at)
    assert read["b"].fuel_l == 900.0 and math.isnan(read["b"].before_l)
    assert math.isnan(read["c"].fuel_l) and "fuel_l" in read["c"].unread
    assert read["d"].fuel_l == 400.0 and read["d"].stock_doubted and not read["a"].stock_doubted
    assert read["e"].fuel_l == 400.0 and math.isnan(read["e"].before_l)
    alone = read_backup(Listed("list.csv", [headings[0], headings[3]], [["a", "400"]], [2]), Progress()).rows["a"]
    assert alone.fuel_l == 400.0 and not alone.stock_doubted and math.isnan(alone.before_l)


def test_drills_of_both_kinds_stop_when_they_are_said_to():
    import pandas as pd
    from tomoshibi.practice.stock_truth import _fails

    load = np.where((np.arange(40 * 48) % 48 >= 16) & (np.arange(40 * 48) % 48 < 36), 10.0, 1.0)
    own = {"kva": 10.0, "litres_per_hour": 2.0, "idle_share": 0.27, "fuel_l": 60.0, "battery_hours": 0.0, "crowd": 0.0}
    stock = pd.Series({**own, "load_factor": 1.0, "refilled_l": 0.0, "carries": "whole", "circuits_kw": 0.0})
    stock["circuits_share"] = 1.0
    evening = 20 * 60
    # 10 kW on a set of 8 kW from 8 o'clock on
    assert _fails(stock, load, evening, np.inf) == 32 * 60
    flat = pd.Series({**stock, "carries": "circuits", "circuits_kw": 3.0})
    # three kW are half of three quarters of eight: .635 of two litres an hour
    assert _fails(flat, load, evening, np.inf) == pytest.approx(evening + 60 * 60 / (2 * (0.27 + 0.73 / 2)), abs=1)
    part = pd.Series({**stock, "carries": "circuits", "circuits_share": 0.3})
    assert _fails(part, load, evening, np.inf) > 32 * 60

"""Hidden outages while lines come back section by section, and of meters of which readings are or are not due."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis import hidden
from tomoshibi.analysis.expectation import CODES, Expected
from tomoshibi.analysis.hidden import HiddenRules, hidden_outages
from tomoshibi.analysis.reasons import Reason
from tomoshibi.analysis.silence import Strike

FIRST = np.datetime64("2026-01-16T00:00:00", "s")
EVENT = pd.Timestamp("2026-01-19 05:46")
STRIKE = 3 * 48 + 11
SLOTS_AFTER = 96
WIDTH = STRIKE + SLOTS_AFTER
RULES = HiddenRules()


def grid(side=14, homes=2, metres=40.0):
    """A town: poles on a grid of `side` by `side`, some homes each. Returns the meters, and row and column of each."""
    row, column = np.divmod(np.repeat(np.arange(side * side), homes), side)
    meters = pd.DataFrame(
        {
            "supply_point": [f"05{number:020d}" for number in range(len(row))],
            "lat": 37.0 + row * metres / 111_320,
            "lon": 137.0 + column * metres / 88_900,
        }
    )
    return meters, row, column


def present_until(back):
    """Readings of meters that are dark from the event until so many half-hours after it."""
    slot = np.arange(WIDTH)
    return (slot < STRIKE) | (slot >= STRIKE + np.asarray(back)[:, None])


def search(meters, present, expected=None, rules=RULES, until=None, strikes=(), event=EVENT):
    width = present.shape[1]
    expected = np.ones(width, dtype=bool) if expected is None else expected
    begins = FIRST + hidden.SLOT * np.arange(width)
    return hidden_outages(meters, present, expected, begins, event, rules, until, strikes)


def said(table, meters, certainty):
    return meters.supply_point.isin(table.supply_point[table.certainty == certainty]).to_numpy()


def until(slots):
    return pd.Timestamp(FIRST + hidden.SLOT * (STRIKE + slots))


NEVER = 10 * WIDTH


def test_a_pole_forgotten_inside_a_section_is_sure_and_the_last_pole_of_a_section_is_undecided():
    meters, row, column = grid()
    # The line comes back from the left in sections of three columns; of the last ones a corner pole is still out.
    back = 8 + 6 * (column // 3)
    forgotten, corner = (row == 7) & (column == 6), (row == 0) & (column == 13)
    back = np.where(forgotten | corner, NEVER, back)
    table = search(meters, present_until(back))
    assert (said(table, meters, "sure") == forgotten).all()
    assert (said(table, meters, "undecided") == corner).all()


def test_a_broken_wire_on_a_pole_with_power_is_sure_even_at_the_edge():
    meters, row, column = grid()
    back = 8 + 6 * (column // 3)
    wire = np.zeros(len(row), dtype=bool)
    wire[np.flatnonzero((row == 0) & (column == 0))[0]] = True
    table = search(meters, present_until(np.where(wire, NEVER, back)))
    assert (said(table, meters, "sure") == wire).all() and not said(table, meters, "undecided").any()


def test_while_the_line_round_a_dark_pole_is_still_coming_back_it_is_undecided():
    meters, row, column = grid()
    forgotten = (row == 7) & (column == 6)
    present = present_until(np.where(forgotten, NEVER, 20))
    rules = replace(RULES, hours=4.0)
    moving = search(meters, present, until=until(20 + 5), rules=rules)
    assert (said(moving, meters, "undecided") == forgotten).all() and not said(moving, meters, "sure").any()
    assert (said(search(meters, present, until=until(20 + 6), rules=rules), meters, "sure") == forgotten).all()
    # What comes back after days does so pole by pole, and is waited for longer.
    late = replace(rules, large_hours=6.0)
    assert not said(search(meters, present, until=until(20 + 7), rules=late), meters, "sure").any()
    assert (said(search(meters, present, until=until(20 + 8), rules=late), meters, "sure") == forgotten).all()


def test_two_dark_poles_side_by_side_are_sure_deep_inside_what_came_back_and_undecided_elsewhere():
    meters, row, column = grid()
    inside = (row == 7) & np.isin(column, [6, 7])
    table = search(meters, present_until(np.where(inside, NEVER, 8)))
    assert (said(table, meters, "sure") == inside).all()
    # At the border of the town those that came back stand on one side.
    border = (row == 0) & np.isin(column, [6, 7])
    table = search(meters, present_until(np.where(border, NEVER, 8)))
    assert (said(table, meters, "undecided") == border).all()
    # Nobody round them lost power: two poles may be the end of a line that is out.
    table = search(meters, present_until(np.where(inside, NEVER, 0)))
    assert (said(table, meters, "undecided") == inside).all()


def test_where_nobody_else_lost_power_other_dark_poles_must_be_farther_away():
    meters, row, column = grid()
    for between, kept in ((1, "undecided"), (2, "sure")):
        two = (row == 7) & np.isin(column, [6, 7 + between])
        table = search(meters, present_until(np.where(two, NEVER, 8)))
        assert (said(table, meters, "sure") == two).all()
        table = search(meters, present_until(np.where(two, NEVER, 0)))
        assert (said(table, meters, kept) == two).all()


def test_where_several_lines_meet_that_they_are_back_tells_nothing_of_a_pole_with_another_dark_one_near():
    meters, row, column = grid()
    pole, other = (row == 7) & (column == 6), (row == 9) & (column == 6)
    one_line, four_lines = np.full(len(row), 8), 8 + 6 * (row > 7) + 12 * (column > 6)
    for apart, back, kept in (
        (1.8, one_line, "sure"),
        (1.8, four_lines, "undecided"),
        (2.1, four_lines, "sure"),
    ):
        moved = meters.assign(lat=np.where(other, 37.0 + (7 + apart) * 40.0 / 111_320, meters.lat))
        table = search(moved, present_until(np.where(pole | other, NEVER, back)))
        assert (said(table, meters, kept)[pole]).all()
    alone = search(meters, present_until(np.where(pole, NEVER, four_lines)))
    assert (said(alone, meters, "sure") == pole).all()


def dark_behind(column):
    """Two dark poles two places apart, in a town of which the columns from `column` on are out too.

    Returns the meters, which hang on the two, which are out in all, and row and column of each.
    """
    meters, row, place = grid()
    forgotten = np.isin(row, [7, 9]) & (place == 6)
    return meters, forgotten, forgotten | (place >= column), row, place


def test_poles_inside_the_section_that_came_back_are_sure_though_more_than_a_tenth_of_what_is_round_them_is_dark():
    # Of the twelve nearest poles the other dark one and one of the dark columns are out.
    meters, forgotten, out, _, _ = dark_behind(column=8)
    table = search(meters, present_until(np.where(out, NEVER, 8)))
    assert (said(table, meters, "sure") == forgotten).all() and len(table) == forgotten.sum()
    assert set(zip(table.neighbours, table.neighbours_powered, table.began)) == {(24, 20, "event")}
    # The rest of the line next to them.
    meters, _, out, _, _ = dark_behind(column=7)
    assert len(search(meters, present_until(np.where(out, NEVER, 8)))) == 0


def test_what_came_back_pole_by_pole_or_was_never_out_or_stands_on_one_side_is_no_section_round_a_pole():
    meters, _, out, row, column = dark_behind(column=8)
    assert len(search(meters, present_until(np.where(out, NEVER, 8 + 2 * (row + column))))) == 0
    assert len(search(meters, present_until(np.where(out, NEVER, 0)))) == 0
    # After days those round a pole came back one by one, too.
    assert len(search(meters, present_until(np.where(out, NEVER, 8)), rules=DAYS_LATER)) == 0
    # At the border of the town.
    border = ((row == 0) & (column == 6)) | ((row == 2) & (column == 6)) | (column >= 8)
    table = search(meters, present_until(np.where(border, NEVER, 8)))
    assert (said(table, meters, "sure") == ((row == 2) & (column == 6))).all() and len(table) == 2


def test_inside_a_section_nobody_is_listed_where_the_relay_has_failed_or_lines_still_come_back():
    meters, forgotten, out, _, column = dark_behind(column=8)
    present = present_until(np.where(out, NEVER, 8))
    first_of_pole = np.arange(len(meters)) % 2 == 0
    failed = present & ~(first_of_pole & (column % 2 == 0))[:, None]
    failed[:, :STRIKE] = True
    assert len(search(meters, failed)) == 0
    rules = replace(RULES, hours=4.0)
    for after, count in ((5, 0), (6, forgotten.sum())):
        assert len(search(meters, present, until=until(8 + after), rules=rules)) == count


def jutting():
    """A town with one pole before its edge, so that the nearest dozen leave 217° open; which meters hang there."""
    meters, row, column = grid()
    out = (row == 0) & (column == 6)
    meters.loc[out, "lat"] -= 40.0 / 111_320
    return meters, out


def test_a_pole_before_the_edge_is_sure_where_the_line_came_back_and_undecided_where_it_was_never_out():
    meters, out = jutting()
    assert (said(search(meters, present_until(np.where(out, NEVER, 8))), meters, "sure") == out).all()
    assert (said(search(meters, present_until(np.where(out, NEVER, 0))), meters, "undecided") == out).all()


DAYS_LATER = replace(RULES, large_hours=24.0)


def test_the_first_days_last_until_the_hour_that_ends_them():
    whole = SLOTS_AFTER / 2
    meters, out = jutting()
    present = present_until(np.where(out, NEVER, 8))
    for large, certainty in ((whole, "sure"), (whole - 0.5, "undecided")):
        table = search(meters, present, rules=replace(RULES, large_hours=large))
        assert (said(table, meters, certainty) == out).all()
    meters, forgotten, out, _, _ = dark_behind(column=8)
    for large, count in ((whole, forgotten.sum()), (whole - 0.5, 0)):
        table = search(meters, present_until(np.where(out, NEVER, 8)), rules=replace(RULES, large_hours=large))
        assert len(table) == count
    meters, row, column = grid()
    lone = (row == 7) & (column == 6)
    for large, certainty in ((13.0, "sure"), (12.5, "undecided")):
        rules = replace(RULES, hours=4.0, large_hours=large)
        table = search(meters, present_until(np.where(lone, NEVER, 20)), until=until(26), rules=rules)
        assert (said(table, meters, certainty) == lone).all()


def test_a_pole_dark_for_days_must_lie_all_inside_what_came_back():
    meters, out = jutting()
    table = search(meters, present_until(np.where(out, NEVER, 8)), rules=DAYS_LATER)
    assert (said(table, meters, "undecided") == out).all()
    meters, row, column = grid()
    forgotten = (row == 7) & (column == 6)
    table = search(meters, present_until(np.where(forgotten, NEVER, 8)), rules=DAYS_LATER)
    assert (said(table, meters, "sure") == forgotten).all()


def test_a_pole_dark_for_days_is_undecided_where_the_line_comes_back_in_steps_of_days():
    meters, row, column = grid()
    forgotten = (row == 7) & (column == 6)
    for apart, later in ((48, "sure"), (49, "undecided")):
        present = present_until(np.where(forgotten, NEVER, np.where(column < 6, 8, 8 + apart)))
        assert (said(search(meters, present), meters, "sure") == forgotten).all()
        assert (said(search(meters, present, rules=DAYS_LATER), meters, later) == forgotten).all()


def test_a_pole_dark_for_days_among_such_as_were_never_out_must_stand_deep_among_them():
    meters, row, column = grid()
    for place, later in ((7, "sure"), (0, "undecided")):
        lone = (row == place) & (column == 6)
        present = present_until(np.where(lone, NEVER, 0))
        assert (said(search(meters, present), meters, "sure") == lone).all()
        assert (said(search(meters, present, rules=DAYS_LATER), meters, later) == lone).all()


def test_where_the_power_has_just_gone_again_nothing_is_sure():
    meters, row, column = grid()
    forgotten = (row == 7) & (column == 6)
    forgotten |= np.arange(len(row)) == np.flatnonzero((row == 3) & (column == 3))[0]
    present = present_until(np.where(forgotten, NEVER, 8))
    assert (said(search(meters, present), meters, "sure") == forgotten).all()
    # A trip in the newest half-hour: the lines are out now, whatever else is broken.
    present[:, -1] = False
    table = search(meters, present)
    assert (said(table, meters, "undecided") == forgotten).all() and not said(table, meters, "sure").any()
    # One pole round it that misses a reading does not matter, as no more than a tenth do.
    present[:, -1] = ~forgotten & ~((row == 7) & (column == 7))
    assert (said(search(meters, present), meters, "sure") == forgotten).all()


def test_where_the_power_has_gone_again_beyond_the_next_poles_the_line_is_still_on():
    meters, row, column = grid()
    forgotten = (row == 7) & (column == 6)
    present = present_until(np.where(forgotten, NEVER, 8))
    # Of the twelve nearest poles the three of the right-hand column are out again, of the six nearest one.
    gone = column >= 7
    for slots in (1, 4):
        again = present.copy()
        again[gone, -slots:] = False
        assert (said(search(meters, again), meters, "sure") == forgotten).all()
        # The very nearest one is out too: which of four poles equally near that is, is told by the row.
        again[(row == 6) & (column == 6), -slots:] = False
        assert (said(search(meters, again), meters, "undecided") == forgotten).all()
    # Half of the six nearest must answer.
    present[(column != 6) | (row > 6), -1] = False
    assert (said(search(meters, present), meters, "undecided") == forgotten).all()


def test_half_hours_that_are_not_due_yet_do_not_tell_that_the_power_has_gone_again():
    meters, row, column = grid()
    forgotten = (row == 7) & (column == 6)
    present = present_until(np.where(forgotten, NEVER, 8))
    late = ~forgotten & (row > 0)
    present[late, -2:] = False
    assert (said(search(meters, present), meters, "undecided") == forgotten).all()
    table = search(meters, present, two_kinds(meters, late, 2))
    assert (said(table, meters, "sure") == forgotten).all()


def recovery(seed):
    """A town of which ten sections come back one after another, each last pole hours later, with broken wires.

    Returns the meters, what is present, which are broken, and when the line of each is back.
    """
    generator = np.random.default_rng(seed)
    meters, row, column = grid(side=20)
    angle = generator.uniform(0, 2 * np.pi)
    along = row * np.sin(angle) + column * np.cos(angle)
    section = np.argsort(np.argsort(along)) * 10 // len(along)
    line = np.sort(generator.integers(4, SLOTS_AFTER - 16, 10))[section]
    pole = row * 20 + column
    for number in range(10):
        own = section == number
        line[own & (pole == pole[own][np.argmax(along[own])])] += 24
    broken = (generator.random(400) < 0.01)[pole] | (generator.random(len(row)) < 0.01)
    return meters, present_until(np.where(broken, NEVER, line)), broken, line


@pytest.mark.slow
def test_at_the_hours_of_a_recovery_the_sure_ones_are_broken_and_few_broken_ones_are_lost_to_undecided():
    listed = right = due = found = told = 0
    for seed in range(6):
        meters, present, broken, line = recovery(seed)
        for hour in range(8, SLOTS_AFTER // 2, 2):
            table = search(meters, present[:, : STRIKE + 2 * hour], until=until(2 * hour))
            sure = said(table, meters, "sure")
            to_find = broken & (line + 14 <= 2 * hour)
            listed, right = listed + sure.sum(), right + (sure & broken & (line <= 2 * hour)).sum()
            due, found = due + to_find.sum(), found + (sure & to_find).sum()
            told += ((sure | said(table, meters, "undecided")) & to_find).sum()
    # Without the distinction every listed one was a hidden outage.
    assert right / listed >= 0.8 and found >= 0.8 * told and told >= 0.8 * due


def two_kinds(meters, high, behind, incomplete=False):
    """An expectation in which the meters `high` come `behind` half-hours later, or in a part that is missing."""
    received = np.ones((2, WIDTH), dtype=bool)
    received[1, WIDTH - behind :] = False
    reason = Reason.SET_INCOMPLETE if incomplete else Reason.NOT_DUE
    reasons = np.where(received, 0, CODES.index(reason)).astype(np.uint8)
    count = len(meters)
    return Expected(
        high.astype(np.int16), received, np.zeros(count, dtype=np.int32), np.full(count, WIDTH, dtype=np.int32), reasons
    )


def test_meters_of_a_part_that_is_missing_are_unknown_and_hide_nobody_else():
    meters, row, column = grid()
    forgotten = (row == 7) & (column == 6)
    part = (row * 14 + column) % 5 == 0
    part &= ~forgotten
    present = present_until(np.where(forgotten, NEVER, 8))
    present[part, WIDTH - 20 :] = False
    table = search(meters, present, two_kinds(meters, part, 20, incomplete=True))
    assert (said(table, meters, "sure") == forgotten).all() and len(table) == forgotten.sum()
    assert table.attrs["unknown"] == {"set_incomplete": int(part.sum())}


def test_high_voltage_hours_behind_is_no_hidden_outage():
    meters, row, column = grid()
    high = np.zeros(len(row), dtype=bool)
    high[np.flatnonzero((row == 7) & (column == 6))[0]] = True
    present = present_until(np.full(len(row), 8))
    present[high, WIDTH - 12 :] = False
    assert said(search(meters, present), meters, "sure").any() is np.False_
    rules = replace(RULES, event_hours=48.0)
    assert (said(search(meters, present, rules=rules), meters, "sure") == high).all()
    table = search(meters, present, two_kinds(meters, high, 12), rules=rules)
    assert len(table) == 0 and table.attrs["unknown"] == {"not_due": 1}


def kept_back(meters, reason, slots):
    """An expectation of one population of which the last half-hours are not received, for this reason."""
    received = np.ones((1, WIDTH), dtype=bool)
    received[0, WIDTH - slots :] = False
    reasons = np.where(received, 0, CODES.index(reason)).astype(np.uint8)
    count = len(meters)
    none, all_ = np.zeros(count, dtype=np.int32), np.full(count, WIDTH, dtype=np.int32)
    return Expected(none.astype(np.int16), received, none, all_, reasons)


def test_where_few_of_a_town_report_neighbours_that_answer_tell_that_their_readings_came():
    meters, row, column = grid()
    forgotten = (row == 2) & (column == 6)
    # A quarter of the town is back, and by the rules of the whole town the half-hours do not count as received.
    back = np.where(row < 5, WIDTH - STRIKE - 30, NEVER)
    present = present_until(np.where(forgotten, NEVER, back))
    for reason in (Reason.POPULATION_SILENT, Reason.NOT_DUE, Reason.OUT_OF_SCOPE):
        table = search(meters, present, kept_back(meters, reason, 90))
        assert (said(table, meters, "sure") == forgotten).all() and table.attrs["until"] == FIRST + hidden.SLOT * WIDTH
    # Where parts are missing, and of stray rows, nothing is known: it is looked at the time before.
    early = FIRST + hidden.SLOT * (WIDTH - 90)
    table = search(meters, present, kept_back(meters, Reason.SET_INCOMPLETE, 90))
    assert len(table) == 0 and table.attrs["until"] == early
    present[row > 0, WIDTH - 90 :] = False
    table = search(meters, present, kept_back(meters, Reason.NOT_DUE, 90))
    assert len(table) == 0 and table.attrs["until"] == early


def test_readings_of_a_set_of_which_parts_are_missing_prove_power_and_their_lack_leaves_it_open():
    meters, row, column = grid()
    near = (row == 7) & (column == 6)
    far = (row == 2) & (column == 10)
    present = present_until(np.where(near | far, NEVER, 8))
    told = kept_back(meters, Reason.SET_INCOMPLETE, 6)
    assert (said(search(meters, present, told), meters, "sure") == near | far).all()
    # Half of the town tripped after the last whole set: what is broken there may be out with its line.
    present[row > 6, WIDTH - 6 :] = False
    table = search(meters, present, told)
    assert (said(table, meters, "sure") == far).all() and (said(table, meters, "undecided") == near).all()
    present[far, -3] = True
    assert not said(search(meters, present, told), meters, "sure").any()


def test_neighbours_that_were_dark_when_it_could_be_told_last_are_no_neighbours_with_power():
    meters, row, column = grid()
    # Two kinds of meters on every pole: of the second, all dark since the event, nothing is due for hours.
    second = np.arange(len(row)) % 2 == 1
    dark = second & (np.abs(row - 7) <= 2) & (np.abs(column - 6) <= 2) & ((row != 7) | (column != 6))
    forgotten = (row == 7) & (column == 6) & second
    meters = meters.assign(lat=meters.lat + second * 15.0 / 111_320)
    present = present_until(np.where(dark | forgotten, NEVER, 8))
    table = search(meters, present, two_kinds(meters, dark, 20))
    assert not said(table, meters, "sure").any()
    assert table.attrs["unknown"] == {"not_due": int(dark.sum())}


def test_contracts_that_ended_on_the_day_are_never_listed():
    meters, row, column = grid()
    homes = np.flatnonzero((row == 7) & np.isin(column, [2, 6, 10]))[::2]
    forgotten = np.flatnonzero((row == 3) & (column == 6))[:1]
    present = present_until(np.full(len(row), 8))
    present[homes, STRIKE:] = False
    present[forgotten, STRIKE:] = False
    last = np.full(len(row), WIDTH, dtype=np.int32)
    last[homes] = STRIKE - 11
    told = Expected(
        np.zeros(len(row), dtype=np.int16), np.ones((1, WIDTH), dtype=bool), np.zeros(len(row), dtype=np.int32), last
    )
    assert set(np.flatnonzero(said(search(meters, present), meters, "sure"))) == {*homes, *forgotten}
    table = search(meters, present, told)
    assert set(np.flatnonzero(said(table, meters, "sure"))) == {*forgotten} and len(table) == 1
    assert table.attrs["unknown"] == {}


def test_a_reading_that_nobody_expected_proves_power_all_the_same():
    meters, row, column = grid()
    one = np.flatnonzero((row == 7) & (column == 6))[:1]
    present = present_until(np.full(len(row), 8))
    present[one, STRIKE:] = False
    present[one, -2] = True
    received = np.ones((1, WIDTH), dtype=bool)
    received[0, -3:] = False
    count = len(row)
    told = Expected(
        np.zeros(count, dtype=np.int16),
        received,
        np.zeros(count, dtype=np.int32),
        np.full(count, WIDTH, dtype=np.int32),
    )
    assert (said(search(meters, present[:, :-3], np.ones(WIDTH - 3, dtype=bool)), meters, "sure")).sum() == 1
    later = search(meters, np.concatenate([present[:, :-3], present[:, -2:-1]], axis=1), np.ones(WIDTH - 2, dtype=bool))
    assert len(later) == 0
    # Beyond the last half-hour received silence tells nothing, a reading does.
    assert len(search(meters, present, told)) == 0
    present[one, -2] = False
    assert len(search(meters, present, told)) == 1


def test_wires_that_broke_in_a_second_event_or_while_a_typhoon_lasted_are_hidden_too():
    meters, row, column = grid()
    wire = np.flatnonzero((row == 7) & (column == 6))[:1]
    present = present_until(np.full(len(row), 0))
    present[wire, STRIKE + 20 :] = False
    assert len(search(meters, present)) == 0
    again = until(20)
    shock = (Strike(EVENT, EVENT), Strike(again, again))
    assert search(meters, present, strikes=shock).supply_point.tolist() == meters.supply_point[wire].tolist()
    elsewhere = (Strike(EVENT, EVENT), Strike(again, again, row < 5))
    assert len(search(meters, present, strikes=elsewhere)) == 0
    assert len(search(meters, present, strikes=(Strike(EVENT, until(24)),))) == 1
    assert len(search(meters, present, strikes=(Strike(EVENT, until(12)),))) == 0


@pytest.mark.parametrize(
    ("over", "first", "last"),
    [
        ("2026-01-19T05:46", "05:00", "06:30"),  # from the half-hour before the event to an hour after it began
        ("2026-01-19T06:10", "05:00", "06:30"),
        ("2026-01-19T08:59", "05:00", "08:30"),  # while it lasts
    ],
)
def test_who_fell_silent_just_before_or_while_an_event_struck_did_so_with_it(over, first, last):
    since = np.datetime64("2026-01-19T04:00", "s") + np.arange(12) * np.timedelta64(30, "m")
    strike = Strike("2026-01-19T05:46", over)
    found = hidden._with_event((strike,), np.arange(12), since, 12, HiddenRules())
    assert [str(each)[11:16] for each in since[found]][:: int(found.sum()) - 1] == [first, last]
    assert found.sum() == (since[found][-1] - since[found][0]) // np.timedelta64(30, "m") + 1
    elsewhere = Strike("2026-01-19T05:46", over, np.arange(12) != 3)
    assert not hidden._with_event((elsewhere,), np.arange(12), since, 12, HiddenRules())[3]


def test_the_last_reading_is_told():
    meters, row, column = grid()
    wire = np.flatnonzero((row == 7) & (column == 6))[:1]
    present = present_until(np.where(np.isin(np.arange(len(row)), wire), NEVER, 8))
    line = search(meters, present).iloc[0]
    assert (line.last_proven, line.last_state) == (pd.Timestamp("2026-01-19 05:30"), "powered")

"""What the 12 hours hide: the interval opens, the class is unknown, readings narrow it, and the truth stays inside."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis import outage
from tomoshibi.analysis.blind import (
    Around,
    Blind,
    DayMoment,
    Struck,
    counted,
    days_to_read,
    peace_counts,
    standing,
    watched,
)
from tomoshibi.analysis.expectation import Expected
from tomoshibi.analysis.mesh import cover
from tomoshibi.analysis.peacetime import PeaceDays, day_spread, fit_baseline
from tomoshibi.messages import Progress

CODES = cover(37.2, 136.7, 37.35, 136.9, 250)[:1200]
QUAKE = np.datetime64("2024-01-01T16:10")
SHOCK = (Struck(QUAKE, QUAKE),)
PEACE = pd.date_range("2023-12-25", periods=7)


def day(key, date, silent, total, published=None, area_kind=2):
    """Return the two rows of a cell and day, published at the day's end if not told otherwise."""
    end = published or np.datetime64(date, "D") + 1
    place = {"address": key, "mesh_code": ""} if area_kind == 1 else {"address": "", "mesh_code": key}
    head = {"voltage": 1, "unit": 2, "table_kind": 5, "area_kind": area_kind, **place, "date": pd.Timestamp(date)}
    tail = {"total": float(total), "masked": False, "published_at": np.datetime64(end, "s")}
    return [
        {**head, "energised": 1, "count": float(total - silent), **tail},
        {**head, "energised": 2, "count": float(silent), **tail},
    ]


def rates(rows, events=SHOCK, area_kind=2, readings=None, **more):
    """Return the rates; what `readings` leaves out: those that are not dark are proven to have power, and nothing is
    told of the time just before the event.
    """
    if readings is not None:
        usual = {"proven": readings["expected"] - readings["dark"], "before": pd.NaT, "after": pd.NaT}
        none = ("told_before", "silent_before", "silent_since", "peace_heard", "peace_lost")
        usual.update(dict.fromkeys(none, 0.0))
        readings = readings.assign(**{name: value for name, value in usual.items() if name not in readings})
    return outage.mesh_rates(
        pd.DataFrame(rows),
        voltage=1,
        metres=None if area_kind == 1 else 250,
        area_kind=area_kind,
        baseline_dates=PEACE,
        progress=Progress(),
        blind=Blind(events, readings=readings, **more),
    )


def calm(key, silent=1, total=111, area_kind=2):
    return [row for date in PEACE for row in day(key, date.date(), silent, total, area_kind=area_kind)]


def test_an_outage_younger_than_twelve_hours_leaves_interval_and_class_open():
    # 85 of 111 meters are dark since two hours; 3 were silent anyway.
    line = rates(calm(CODES[0]) + day(CODES[0], "2024-01-01", 3, 111, "2024-01-01T18:10")).iloc[-1]
    assert (line.rate_class, line.unknown_reason, line.high) == (0, "not_due", 1.0)
    assert line.low <= 85 / 111 <= line.high and np.isnan(line.excess_rate)
    assert (line.silent, line.silent_rate) == (3, 3 / 111)
    assert line.evidence_until == pd.Timestamp("2024-01-01 18:10")


def test_a_day_that_ended_before_the_event_is_no_calm_map_but_keeps_its_last_state():
    line = rates(calm(CODES[0]) + day(CODES[0], "2023-12-31", 0, 111, "2024-01-02T08:00")).iloc[-1]
    assert (line.rate_class, line.unknown_reason, line.low, line.high) == (0, "before_event", 0, 1)
    assert line.last_state == "1" and line.last_proven == line.evidence_until == pd.Timestamp("2024-01-01")


def test_looked_at_before_the_event_or_in_a_layer_of_all_days_a_calm_day_is_calm():
    rows = calm(CODES[0]) + day(CODES[0], "2023-12-31", 0, 111)
    for more in ({"at": np.datetime64("2023-12-31T12:00")}, {"each_day": True}):
        line = rates(rows, **more).iloc[-1]
        assert (line.rate_class, line.unknown_reason) == (1, "")


@pytest.mark.parametrize(
    ("moment", "date", "reason"),
    [
        (DayMoment.END, "2024-01-01", "not_due"),  # 24:00 is 7 h 50 min after it
        (DayMoment.END, "2024-01-02", ""),
        (DayMoment.UNKNOWN, "2024-01-02", "not_due"),  # 00:00 of that day is too early
        (DayMoment.UNKNOWN, "2024-01-03", ""),
        (DayMoment.BEGIN, "2024-01-01", "before_event"),
        (DayMoment.BEGIN, "2024-01-02", "not_due"),
        (DayMoment.BEGIN, "2024-01-03", ""),
    ],
)
def test_the_moment_that_a_days_figure_stands_for_decides_and_unknown_is_anywhere_in_the_day(moment, date, reason):
    line = rates(calm(CODES[0]) + day(CODES[0], date, 60, 111), moment=moment).iloc[-1]
    assert line.unknown_reason == reason and (line.rate_class == 3) == (reason == "")


def test_the_twelve_hours_count_from_the_end_of_what_lasts_and_from_each_event():
    rows = calm(CODES[0]) + day(CODES[0], "2024-01-03", 60, 111)
    gale = Struck(np.datetime64("2024-01-01T16:10"), np.datetime64("2024-01-03T01:00"))
    again = Struck(np.datetime64("2024-01-03T20:00"), np.datetime64("2024-01-03T20:00"))
    later = Struck(np.datetime64("2024-01-04T02:00"), np.datetime64("2024-01-04T02:00"))
    reasons = [rates(rows, events).unknown_reason.iloc[-1] for events in (SHOCK, (gale,), (*SHOCK, again))]
    assert reasons == ["", "not_due", "not_due"]
    assert rates(rows, (*SHOCK, later)).unknown_reason.iloc[-1] == "before_event"
    elsewhere = Struck(later.begin, later.over, frozenset([CODES[1]]))
    assert rates(rows, (*SHOCK, elsewhere)).unknown_reason.iloc[-1] == ""


def test_meters_silent_for_twelve_hours_already_decide_whatever_is_hidden():
    line = rates(calm(CODES[0]) + day(CODES[0], "2024-01-02", 108, 111)).iloc[-1]
    assert (line.rate_class, line.unknown_reason, line.high) == (4, "", 1.0) and line.low > 0.9


def test_readings_tell_what_the_twelve_hours_hide():
    readings = pd.DataFrame(
        [
            ("2024-01-01", CODES[0], 111.0, 85.0, 333.0, 1.0, "2024-01-01T20:00"),
            ("2024-01-01", CODES[1], 20.0, 10.0, 60.0, 0.0, "2024-01-01T20:00"),
        ],
        columns="begin key expected dark peace_expected peace_dark until".split(),
    )
    readings["begin"], readings["until"] = pd.to_datetime(readings["begin"]), pd.to_datetime(readings["until"])
    rows = [row for code in CODES[:3] for row in calm(code) + day(code, "2024-01-01", 3, 111)]
    found = rates(rows, readings=readings)
    now = found[found.begin == "2024-01-01"].set_index("mesh_code")
    full, part, none = (now.loc[code] for code in CODES[:3])
    assert (full.rate_class, full.unknown_reason) == (4, "")
    assert 0.7 < full.low <= 85 / 111 <= full.high < 0.8
    assert (full.dark_by_readings, full.expected_by_readings) == (85, 111)
    assert full.evidence_until == pd.Timestamp("2024-01-01 20:00")
    # Of 20 of 111 meters alone: who is dark is, who is heard is not, of the others nothing is known.
    assert (part.rate_class, part.unknown_reason) == (0, "not_due")
    assert part.low <= 10 / 111 and part.high >= 101 / 111 and part.high < 1
    assert (none.unknown_reason, none.high) == ("not_due", 1) and np.isnan(none.expected_by_readings)


def test_while_an_event_lasts_more_may_go_dark_after_the_last_reading():
    readings = pd.DataFrame({"begin": [pd.Timestamp("2024-01-01")], "key": [CODES[0]]})
    readings = readings.assign(expected=111.0, dark=10.0, peace_expected=333.0, peace_dark=0.0)
    readings["until"] = pd.Timestamp("2024-01-01T23:00")
    rows = calm(CODES[0]) + day(CODES[0], "2024-01-01", 1, 111)
    gale = Struck(QUAKE, np.datetime64("2024-01-02T05:00"))
    during, after = (rates(rows, events, readings=readings).iloc[-1] for events in ((gale,), SHOCK))
    assert (during.rate_class, during.low, during.high) == (1, after.low, 1.0)
    assert after.high == pytest.approx(10 / 111)


def test_wards_told_by_readings_are_their_city_too():
    rows = []
    for name, total in (("市", 300), ("市甲区", 200), ("市乙区", 100)):
        rows += calm(name, 1, total, area_kind=1) + day(name, "2024-01-01", 2, total, area_kind=1)
    readings = pd.DataFrame({"begin": pd.Timestamp("2024-01-01"), "key": ["市甲区", "市乙区"]})
    readings = readings.assign(expected=[200.0, 100.0], dark=[150.0, 0.0], peace_expected=600.0, peace_dark=1.0)
    found = rates(rows, area_kind=1, readings=readings.assign(until=pd.Timestamp("2024-01-01T22:00")))
    city = found[found.begin == "2024-01-01"].set_index("area_code").loc["市"]
    assert (city.expected_by_readings, city.dark_by_readings) == (300, 150)
    assert city.low < 0.5 and city.high >= 0.5


def test_masked_cells_are_not_unmasked_by_readings():
    rows = [{**row, "count": np.nan, "total": np.nan, "masked": True} for row in day(CODES[0], "2024-01-01", 1, 5)]
    readings = pd.DataFrame({"begin": [pd.Timestamp("2024-01-01")], "key": [CODES[0]]})
    readings = readings.assign(expected=5.0, dark=5.0, peace_expected=15.0, peace_dark=0.0)
    readings["until"] = pd.Timestamp("2024-01-01T22:00")
    line = rates(calm(CODES[1]) + rows, readings=readings).iloc[-1]
    assert (line.unknown_reason, line.rate_class) == ("masked", 0)
    assert np.isnan(line.dark_by_readings) and np.isnan(line.high)


def by_cell(came, expected, keys):
    """Return the counts of the moment alone, nothing being known of the time before the event."""
    return counted(watched(came, expected, keys), None).drop(columns=["told_before", "silent_before", "silent_since"])


def test_only_meters_of_which_readings_were_due_are_watched():
    came = np.array(
        [
            [1, 1, 1, 1, 1, 1],
            [1, 1, 1, 1, 0, 0],  # dark: nothing in the last two
            [1, 0, 0, 0, 1, 0],  # one reading of the two is proof
            [0, 0, 0, 0, 0, 0],  # of a population that was not due
            [0, 0, 0, 0, 0, 0],  # in service for the last half-hour alone: too little
            [0, 0, 0, 0, 0, 0],  # stands nowhere
        ],
        dtype=bool,
    )
    received = np.array([[True] * 6, [False] * 6])
    first = np.array([0, 0, 0, 0, 5, 0], dtype=np.int32)
    population = np.array([0, 0, 0, 1, 0, 0], dtype=np.int16)
    expected = Expected(population, received, first, np.full(6, 6, dtype=np.int32))
    found = by_cell(came, expected, np.array(["a", "a", "b", "b", "b", ""])).set_index("key")
    assert found.loc["a"].tolist() == [2, 1, 1, 5] and found.loc["b"].tolist() == [1, 0, 1, 5]


def test_readings_tell_of_the_moment_between_two_half_hours_on_both_sides():
    came = np.array(
        [
            [1, 1, 1, 0],  # lost power in the last half-hour, or the reading is lost: it had power when that began
            [1, 0, 0, 1],  # has it back since that began
            [1, 0, 0, 0],  # dark before and after
            [1, 1, 1, 1],
        ],
        dtype=bool,
    )
    keys = np.array(["a", "a", "a", "a"])
    (line,) = by_cell(came, Expected.everywhere(np.ones(4, dtype=bool), 4), keys).itertuples(index=False)
    assert (line.expected, line.dark, line.slot) == (4, 1, 3)
    # One half-hour since the event: it counts alone, at its end.
    (line,) = by_cell(came[:, 3:], Expected.everywhere(np.ones(1, dtype=bool), 4), keys).itertuples(index=False)
    assert (line.expected, line.dark, line.slot) == (4, 2, 1)


def test_a_few_meters_of_another_population_do_not_make_a_cell_newer_or_older():
    received = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 0, 0, 0, 0]], dtype=bool)
    population = np.array([0] * 18 + [1, 2], dtype=np.int16)
    expected = Expected(population, received, np.zeros(20, dtype=np.int32), np.full(20, 5, dtype=np.int32))
    (line,) = by_cell(np.zeros((20, 5), dtype=bool), expected, np.full(20, "a")).itertuples(index=False)
    assert (line.expected, line.dark, line.slot) == (19, 19, 2)
    nothing = Expected.everywhere(np.zeros(5, dtype=bool), 20)
    assert not len(by_cell(np.zeros((20, 5), dtype=bool), nothing, np.full(20, "a")))


def test_where_nothing_is_due_a_reading_still_proves_power():
    came = np.array([[1, 1, 1, 0], [0, 1, 1, 0], [0, 0, 1, 1], [0, 0, 0, 0]], dtype=bool)
    nothing = Expected.everywhere(np.zeros(4, dtype=bool), 4)
    found = by_cell(came, nothing, np.array(["a", "a", "b", "c"])).set_index("key")
    # Three report in the third half-hour, one in the fourth: the third is the newest that tells of the population.
    assert found[["expected", "proven", "slot"]].to_numpy().tolist() == [[0, 2, 2], [0, 1, 2], [0, 0, 2]]


def test_proofs_of_power_bound_figures_of_which_silence_says_nothing():
    proofs = pd.DataFrame({"begin": pd.Timestamp("2024-01-03"), "key": CODES[:3], "expected": 0.0, "dark": 0.0})
    proofs = proofs.assign(proven=[100.0, 70.0, 0.0], peace_expected=300.0, peace_dark=0.0)
    proofs = proofs.assign(until=pd.Timestamp("2024-01-03T20:30"))
    rows = [row for code in CODES[:3] for row in calm(code, 0, 100) + day(code, "2024-01-03", 100, 100)]
    found = rates(rows, readings=proofs)
    back, part, dark = (found[found.mesh_code == code].iloc[-1] for code in CODES[:3])
    assert (back.rate_class, back.low, back.high, back.excess_rate) == (1, 0, 0, 0)
    assert part.low == part.high == pytest.approx(0.3) and part.rate_class == 2
    assert (dark.rate_class, dark.high) == (4, 1) and dark.low > 0.98 and np.isnan(dark.expected_by_readings)
    # The figures rest on the same readings: they reach no further.
    assert (found[found.begin == "2024-01-03"].evidence_until == pd.Timestamp("2024-01-03T20:30")).all()
    # Hours after the event nothing else bounds them.
    early = rates(
        [row for code in CODES[:3] for row in calm(code, 0, 100) + day(code, "2024-01-01", 0, 100)],
        readings=proofs.assign(begin=pd.Timestamp("2024-01-01"), until=pd.Timestamp("2024-01-01T20:30")),
    ).iloc[-3:]
    assert early.set_index("mesh_code").high.loc[CODES[:3]].tolist() == pytest.approx([0, 0.3, 1])
    assert early.set_index("mesh_code").rate_class.loc[CODES[:3]].tolist() == [1, 0, 0]


def test_who_was_heard_just_before_the_event_is_told_from_who_was_silent_then():
    keys = np.array(["a", "a", "a", "a", "b"])
    expected = Expected.everywhere(np.ones(2, dtype=bool), 5)
    # Lost power with the event; silent all along; never lost it; back; alone in its cell, silent all along.
    eve = watched(np.array([[1, 1], [0, 0], [1, 1], [0, 1], [0, 0]], dtype=bool), expected, keys)
    now = watched(np.array([[0, 0], [0, 0], [1, 1], [1, 1], [0, 0]], dtype=bool), expected, keys)
    lasting = np.array([1, 1, 0, 0, 1], dtype=bool)
    found = counted(now, Around(eve, lasting)).set_index("key")
    names = ["expected", "dark", "proven", "told_before", "silent_before", "silent_since", "slot"]
    assert found[names].to_numpy().tolist() == [[4, 2, 2, 4, 1, 1, 1], [1, 1, 0, 1, 1, 0, 1]]
    again = counted(now, Around(eve, np.zeros(5, dtype=bool))).set_index("key")
    assert again[["silent_before", "silent_since"]].to_numpy().tolist() == [[1, 0], [1, 0]]
    unknown = counted(now, None).set_index("key")
    assert unknown[["told_before", "silent_before", "silent_since"]].to_numpy().tolist() == [[0, 2, 0], [0, 1, 0]]


def test_peacetime_counts_who_fell_silent_within_a_day_apart_from_who_is_silent():
    keys, expected = np.array(["a", "a", "a"]), Expected.everywhere(np.ones(2, dtype=bool), 3)
    # One is silent on all three days, one fell silent on the newest, one never was.
    came = [np.array([[0, 0], [0, fell], [1, 1]], dtype=bool) for fell in (0, 1, 1)]
    days = [watched(one, expected, keys) for one in came]
    (line,) = peace_counts(days).itertuples(index=False)
    assert (line.peace_expected, line.peace_dark) == (9, 4)
    assert (line.peace_heard, line.peace_lost) == (4, 1)
    # A day of which no readings came is no day before.
    (line,) = peace_counts([days[0], None, days[2]]).itertuples(index=False)
    assert (line.peace_expected, line.peace_heard, line.peace_lost) == (6, 0, 0)
    assert not len(peace_counts([None, None]))


def told_of_before(dark, silent_before, told_before, hours, peace_lost=1.0, **more):
    """Return the readings of 20 meters in CODES[0]; half of a percent are silent in peacetime in CODES[1]."""
    until = pd.Timestamp("2024-01-04T21:30")
    line = {"begin": pd.Timestamp("2024-01-04"), "key": CODES[0], "expected": 20.0, "dark": dark}
    line.update(
        told_before=told_before, silent_before=silent_before, until=until, before=until - pd.Timedelta(hours, "h")
    )
    town = {"key": CODES[1], "expected": 2000.0, "dark": 10.0, "told_before": 2000.0, "silent_before": 10.0}
    line.update(silent_since=0.0, after=until - pd.Timedelta(hours - 3, "h"))
    readings = pd.DataFrame([{**line, **more}, {**line, **town}]).assign(
        peace_expected=[60.0, 6000.0], peace_dark=[0.0, 30.0]
    )
    return readings.assign(peace_heard=[40.0, 4000.0], peace_lost=[0.0, peace_lost])


@pytest.mark.parametrize(
    ("readings", "low"),
    [
        # Of 20 meters one falls silent in 30 h with a chance of less than 1 %: all three are without power.
        (told_of_before(3.0, 0.0, 20.0, 30), 3),
        (told_of_before(3.0, 1.0, 20.0, 30), 2),  # one of them was silent before
        (told_of_before(3.0, 3.0, 20.0, 30), 0),
        # Half of them fell silent within a day in peacetime too: one of three more likely than not.
        (told_of_before(3.0, 0.0, 20.0, 30, peace_lost=15.0), 2),
        # 40 days later as many have fallen silent as are so in peacetime: nothing is gained.
        (told_of_before(3.0, 0.0, 20.0, 40 * 24), 2),
        # Silent from the event's own hours on: it does not matter how long ago these were.
        (told_of_before(3.0, 0.0, 20.0, 40 * 24, silent_since=3.0), 3),
        (told_of_before(3.0, 1.0, 20.0, 40 * 24, silent_since=2.0), 2),
        (told_of_before(3.0, 0.0, 20.0, 40 * 24, silent_since=2.0), 2),  # one of them fell silent later
        (told_of_before(3.0, 0.0, 20.0, 40 * 24, silent_since=3.0, after=pd.NaT), 2),
        # Readings before the event tell of 17 of 20: too few.
        (told_of_before(3.0, 0.0, 17.0, 30), 2),
    ],
)
def test_of_a_meter_that_was_heard_before_the_event_silence_is_hardly_ever_ordinary(readings, low):
    rows = calm(CODES[0], 0, 20) + calm(CODES[1], 10, 2000)
    rows += day(CODES[0], "2024-01-04", 0, 20) + day(CODES[1], "2024-01-04", 10, 2000)
    found = rates(rows, readings=readings)
    line = found[found.mesh_code == CODES[0]].iloc[-1]
    assert (line.low * 20, line.high * 20) == (pytest.approx(low), pytest.approx(3))


def test_a_city_has_the_meters_heard_before_of_its_wards_and_the_earliest_moment_of_them():
    rows = []
    for name, total in (("市", 3000), ("市甲区", 2000), ("市乙区", 1000)):
        rows += calm(name, 10, total, area_kind=1) + day(name, "2024-01-04", 10, total, area_kind=1)
    until = pd.Timestamp("2024-01-04T21:30")
    readings = pd.DataFrame({"begin": pd.Timestamp("2024-01-04"), "key": ["市甲区", "市乙区"], "until": until})
    readings = readings.assign(expected=[2000.0, 1000.0], dark=[1500.0, 500.0], peace_expected=[6000.0, 3000.0])
    readings = readings.assign(peace_dark=[30.0, 15.0], peace_heard=[4000.0, 2000.0], peace_lost=[2.0, 0.0])
    readings = readings.assign(told_before=readings["expected"], silent_before=[40.0, 10.0])
    eve = [pd.Timestamp("2024-01-01T15:30"), pd.Timestamp("2024-01-01T14:30")]
    given = rates(rows, area_kind=1, readings=readings.assign(before=eve), moment=DayMoment.END)
    # All of the 1950 are silent since the event's first three hours: nobody fell silent in these.
    since = readings.assign(before=eve, silent_since=[1460.0, 490.0], after=pd.Timestamp("2024-01-01T18:30"))
    early = rates(rows, area_kind=1, readings=since, moment=DayMoment.END)
    cities = (found[found.begin == "2024-01-04"].set_index("area_name").loc["市"] for found in (given, early))
    age = (np.datetime64("2024-01-05") - QUAKE) / np.timedelta64(1, "D")
    share = 0.045 * 0.5 ** ((age - 3) / 4)
    relays = share * 3000 + 1.96 * (share * (1 - share) * 120 * 3000) ** 0.5
    # 2 of 6000 fell silent in a day, so in three days one or two of the 1000 with power: 5 at most.
    for city, fell in zip(cities, (5, 1)):
        assert city.low * 3000 == pytest.approx(2000 - 50 - fell - relays, abs=0.6)


@pytest.mark.parametrize(
    ("hours", "settled", "of_before"), [(6, False, 0.25), (30, False, 0.4), (100, False, 0.95), (100, True, 0.25)]
)
def test_bounds_by_who_was_heard_before_hold_the_truth_where_silence_lasts(hours, settled, of_before):
    generator = np.random.default_rng(hours)
    meters = generator.integers(5, 60, len(CODES))
    code = np.repeat(np.arange(len(CODES)), meters)
    keys, count = CODES[code], len(code)
    expected = Expected.everywhere(np.ones(2, dtype=bool), count)

    def at(moment, dark):
        return watched(np.repeat((~dark & ~((begin <= moment) & (moment < end)))[:, None], 2, axis=1), expected, keys)

    # Spells without communication: for good of .4 %, of three days of .2 % at any time.
    begin = np.where(generator.random(count) < 0.004, -1000.0, 1e6)
    passing = generator.random(count) < 0.002 * 500 / 72
    begin[passing] = generator.uniform(-272, 228, passing.sum())
    end = np.where(passing, begin + 72, 1e6)
    nobody = np.zeros(count, dtype=bool)
    dark = generator.random(count) < np.where(generator.random(len(CODES)) < 0.3, generator.random(len(CODES)), 0)[code]
    until, eve = QUAKE + np.timedelta64(hours, "h"), np.datetime64("2024-01-01T15:30")
    lasting = (dark | ((begin <= 3) & (hours < end))) if settled else nobody
    peace = peace_counts([at(-24.0 * day, nobody) for day in (1, 2, 3)])
    table = counted(at(hours, dark), Around(at(0, nobody), lasting)).merge(peace)
    date = until.astype("datetime64[D]")
    table = table.assign(begin=pd.Timestamp(date), until=pd.Timestamp(until), before=pd.Timestamp(eve))
    table = table.assign(after=pd.Timestamp("2024-01-01T18:30"))
    rows = [row for name, total in zip(CODES, meters) for row in day(name, date, 0, total)]
    found = rates(rows, readings=table).set_index("mesh_code").loc[CODES]
    truth = np.bincount(code, dark, len(CODES)) / meters
    held = (found.low.to_numpy() <= truth + 1e-9) & (truth <= found.high.to_numpy() + 1e-9)
    plain = rates(
        rows, readings=table.drop(columns=["told_before", "silent_before", "silent_since", "before"])
    ).set_index("mesh_code")
    out = truth > 0
    assert held[out].mean() >= 0.97
    wide, narrow = ((one.high - one.low).loc[CODES].to_numpy()[out].mean() for one in (plain, found))
    assert narrow <= of_before * wide


def test_days_to_be_asked_of_readings_are_those_an_event_leaves_open_and_the_newest():
    dates = np.array(["2023-12-31", "2024-01-01", "2024-01-02", "2024-01-03"], dtype="datetime64[D]")
    published = np.array(["2024-01-01", "2024-01-02", "2024-01-02T09:00", "NaT"], dtype="datetime64[s]")
    found = days_to_read(dates, published, Blind(SHOCK))
    ends = {dates[1]: np.datetime64("2024-01-02T00:00:00"), dates[2]: np.datetime64("2024-01-02T09:00:00")}
    assert found == {**ends, dates[3]: np.datetime64("2024-01-04T00:00:00")}
    assert days_to_read(dates, published, Blind()) == {}
    # Before the event readings tell nothing more; a newest day of which nothing is open is asked all the same.
    assert days_to_read(dates[:1], published[:1], Blind(SHOCK)) == {}
    assert list(days_to_read(dates[3:], published[3:], Blind(SHOCK))) == [dates[3]]


def test_what_was_published_before_the_day_was_over_stands_for_no_later_moment():
    dates = np.array(["2024-01-02"], dtype="datetime64[D]")
    for published, last in (
        ("2024-01-02T09:00", "2024-01-02T09:00"),
        ("2024-01-02T00:00", "2024-01-02T00:00"),
        ("2024-01-05", "2024-01-03"),
        ("NaT", "2024-01-03"),
    ):
        found = standing(np.array(["x"]), dates, np.array([published], dtype="datetime64[s]"), Blind(SHOCK))
        assert found.last[0] == np.datetime64(last, "s") and found.first[0] == np.datetime64("2024-01-02", "s")


def test_days_that_differ_more_than_chance_widen_the_interval_and_equal_days_do_not():
    generator = np.random.default_rng(11)
    cells, days = 60, 14
    cell = np.repeat(np.arange(cells), days)
    meters = np.full(len(cell), 400.0)
    even = generator.poisson(meters * 0.01).astype(float)
    factor = generator.gamma(1 / 0.5, 0.5, len(cell))
    uneven = generator.poisson(meters * 0.01 * factor).astype(float)
    assert day_spread(PeaceDays(cell, even, meters), cells) < 0.06
    assert day_spread(PeaceDays(cell, uneven, meters), cells) == pytest.approx(0.5, abs=0.15)
    # The same meters silent every day: no spread at all.
    assert day_spread(PeaceDays(cell, np.full(len(cell), 4.0), meters), cells) == 0
    wide, narrow = (
        fit_baseline(PeaceDays(cell, silent, meters), cells, np.ones(cells, dtype=bool)) for silent in (uneven, even)
    )
    assert np.median(wide.shape) < np.median(narrow.shape) / 3
    assert wide.centre == pytest.approx(wide.shape / wide.rate)


def town(generator, days, spread, hours, kind):
    """Invent a town: rows of its statistics and the share truly dark, of cells or of whole areas.

    Rates differ from cell to cell, and by `spread` from day to day; of a quarter of the cells all meters lost power
    with the event, of a quarter some; nothing of it shows before 12 hours.
    """
    count = len(CODES) if kind == 2 else 60
    keys = CODES if kind == 2 else np.array([f"県{number:03d}町" for number in range(count)])
    meters = generator.integers(15, 160, count) if kind == 2 else generator.integers(800, 20000, count)
    usual = generator.gamma(2.0, 0.006 / 2.0, count)

    def silent_of(powered):
        share = usual * (generator.gamma(1 / spread, spread, count) if spread else 1.0)
        return generator.binomial(powered, np.minimum(share, 1))

    rows = []
    for date in pd.date_range("2023-12-31", periods=days, freq="-1D"):
        for key, m, s in zip(keys, meters, silent_of(meters)):
            rows += day(key, date.date(), int(s), int(m), area_kind=kind)
    hit = generator.integers(0, 4, count)
    dark = np.where(hit == 0, meters, np.where(hit == 1, generator.binomial(meters, 0.4), 0))
    lost = np.zeros(count, dtype=int)
    if kind == 1:
        dark = generator.binomial(meters, generator.uniform(0, 0.6, count))
        lost = (generator.beta(1.2, 40, count) * (meters - dark)).astype(int)
    at = QUAKE + np.timedelta64(hours, "h")
    seen = dark if hours >= 13 else 0
    now = silent_of(meters - dark - lost) + lost + seen
    for key, m, s in zip(keys, meters, now):
        rows += day(key, at.astype("datetime64[D]"), int(s), int(m), at, area_kind=kind)
    return rows, keys, dark / meters


@pytest.mark.parametrize("kind", [1, 2])
@pytest.mark.parametrize(("days", "spread"), [(7, 0.0), (7, 0.6), (2, 0.3)])
@pytest.mark.parametrize("hours", [3, 40])
def test_the_interval_holds_the_truth_in_invented_towns_at_any_age_of_the_outage(kind, days, spread, hours):
    generator = np.random.default_rng([kind, days, hours, int(10 * spread)])
    rows, keys, truth = town(generator, days, spread, hours, kind)
    found = rates(rows, area_kind=kind, moment=DayMoment.END)
    now = found[found.begin >= QUAKE.astype("datetime64[D]").astype("datetime64[s]")]
    now = now.set_index(now.columns[0]).loc[keys]
    held = (now.low.to_numpy() <= truth + 1e-9) & (truth <= now.high.to_numpy() + 1e-9)
    assert held.mean() >= 0.95
    if hours == 3:
        assert (now.unknown_reason == "not_due").mean() > 0.95
    else:
        assert (now.unknown_reason == "").all() and np.median(now.high - now.low) < (0.15 if kind == 1 else 0.06)


def day_rates(days, moment=DayMoment.END, **more):
    """Return the rates after peacetime of areas, {name: (meters, [silent of the days from 2 January on])}."""
    rows = []
    for name, (meters, silent) in days.items():
        rows += calm(name, 0, meters, area_kind=1)
        for number, count in enumerate(silent):
            rows += day(name, np.datetime64("2024-01-02") + number, count, meters, area_kind=1)
    found = rates(rows, area_kind=1, moment=moment, **more)
    return found[found.begin >= pd.Timestamp("2024-01-02")]


def test_a_ward_of_few_relays_may_have_lost_more_of_them_than_a_large_city():
    found = day_rates({"小区": (1800, [800]), "大市": (180000, [80000])}).set_index("area_name")
    # 4.5 % of 1800 and of 180,000 meters, and 1.96 deviations of a number of relays of 120 meters; 12 % are just back.
    for name, lost in (("小区", 81 + 188.8), ("大市", 8100 + 1888.3)):
        silent, meters = found.silent[name], found.meters[name]
        assert found.low[name] == pytest.approx((0.88 * silent - lost) / meters, abs=0.002)
        assert found.high[name] >= silent / meters
    assert found.low["大市"] - found.low["小区"] > 0.05


def test_how_many_are_just_back_comes_from_the_day_before_and_relays_are_mended():
    days = {"町": (6000, [1400, 1200, 1190] + [1190] * 20)}
    first, second, *_, last = day_rates(days).itertuples(index=False)
    relays = 0.045 * 6000 + 1.96 * (0.045 * 0.955 * 120 * 6000) ** 0.5
    assert first.low * 6000 == pytest.approx(0.88 * 1400 - relays, abs=3)
    # 200 came back in a day: a quarter of them, and a short section, may be those of its last hours.
    assert second.low * 6000 == pytest.approx(1200 - 50 - 10 - relays, abs=3)
    # Half of the relays are mended every four days from the third day on.
    share = 0.045 * 0.5 ** ((np.datetime64("2024-01-25") - QUAKE) / np.timedelta64(1, "D") / 4 - 0.75)
    lost = share * 6000 + 1.96 * (share * (1 - share) * 120 * 6000) ** 0.5
    assert last.begin == pd.Timestamp("2024-01-24")
    assert last.low * 6000 == pytest.approx(1190 - 10 - lost, abs=3) and last.low * 6000 > 1110


def test_readings_tell_of_an_outage_that_no_event_names_and_of_who_is_just_back():
    readings = pd.DataFrame({"begin": pd.Timestamp("2024-01-04"), "key": CODES[:3]})
    readings = readings.assign(expected=[100.0, 100.0, 30.0], dark=[60.0, 0.0, 30.0], peace_expected=300.0)
    readings = readings.assign(peace_dark=0.0, until=pd.Timestamp("2024-01-04T21:30"))
    rows = [row for code in CODES[:3] for row in calm(code, 0, 100)]
    for code, silent in zip(CODES[:3], (0, 60, 0)):
        rows += day(code, "2024-01-04", silent, 100)
    found = rates(rows, readings=readings)
    new, back, few = (found[(found.mesh_code == code)].iloc[-1] for code in CODES[:3])
    assert (new.rate_class, new.excess_rate) == (3, pytest.approx(0.6, abs=0.01)) and new.low > 0.5
    assert (back.rate_class, back.low, back.high) == (1, 0, 0) and back.evidence_until == readings["until"][0]
    # 30 of 100 meters are too few to speak for the cell: the day's figure stands.
    assert (few.rate_class, few.excess_rate) == (1, 0) and np.isnan(few.expected_by_readings)

"""What a past map said of an area, worked out from its squares, beside what it was."""

from __future__ import annotations

import numpy as np
from tomoshibi.analysis.audit import DARK, POWERED, UNKNOWN
from tomoshibi.analysis.audit_areas import Named, Seen, Statements, by_area
from tomoshibi.analysis.reasons import Reason


def told(shares, power, area, unit=None, decided=None, back_fills=True):
    """Return the row of area A. `shares` of units: (low, high); `power` of meters."""
    names = np.array(sorted(shares), dtype=str)
    low, high = (np.array([shares[name][side] for name in names], dtype=float) for side in (0, 1))
    units = np.array(unit or ["u"] * len(power), dtype=str)
    said = Statements(names, low, high, np.ones(len(names), dtype=bool) if decided is None else np.array(decided))
    known = np.full(len(power), back_fills) if isinstance(back_fills, bool) else np.array(back_fills)
    every = np.ones(len(power), dtype=bool)
    seen = Seen(Named.of(np.array(area, dtype=str)), Named.of(units), every, np.array(power, dtype=np.int8), known)
    found = by_area(said, seen)
    return found.set_index("area_id").loc["A"]


def test_an_area_of_which_the_map_allowed_no_outage_and_that_was_dark_is_the_dangerous_kind():
    row = told({"u": (0.0, 0.1)}, [DARK] * 6 + [POWERED] * 4, ["A"] * 10)
    assert (row["verdict"], row["more"], row["fewer"]) == ("dangerous", 5, 0)
    assert (row["said_low"], row["said_high"], row["was_low"], row["was_high"]) == (0, 1, 6, 6)
    assert row["unknown_reason"] is None


def test_an_area_said_to_be_dark_that_had_power_is_a_false_alarm_and_one_inside_is_right():
    assert told({"u": (0.9, 1.0)}, [POWERED] * 10, ["A"] * 10)[["verdict", "fewer"]].tolist() == ["false_alarm", 9]
    assert told({"u": (0.5, 0.7)}, [DARK] * 6 + [POWERED] * 4, ["A"] * 10)["verdict"] == "right"


def test_of_a_part_of_a_square_only_what_the_whole_leaves_for_it_was_said():
    # 40 to 60 of 100 are dark: all of them may be among the 50 of A, or 10 less than none of them
    row = told({"u": (0.4, 0.6)}, [DARK] * 50 + [POWERED] * 50, ["A"] * 50 + ["B"] * 50)
    assert (row["said_low"], row["said_high"], row["verdict"]) == (0, 50, "right")
    row = told({"u": (0.8, 0.9)}, [POWERED] * 50 + [DARK] * 50, ["A"] * 50 + ["B"] * 50)
    assert (row["said_low"], row["verdict"], row["fewer"]) == (30, "false_alarm", 30)


def test_squares_of_one_area_do_not_make_good_for_each_other():
    power = [DARK] * 10 + [POWERED] * 10
    row = told({"u": (0.0, 0.0), "v": (1.0, 1.0)}, power, ["A"] * 20, ["u"] * 10 + ["v"] * 10)
    assert (row["verdict"], row["more"], row["fewer"]) == ("dangerous", 10, 10)


def test_one_meter_of_many_makes_no_area_wrong_and_one_of_few_does():
    assert told({"u": (0.0, 0.0)}, [DARK] * 2 + [POWERED] * 98, ["A"] * 100)["verdict"] == "right"
    assert told({"u": (0.0, 0.0)}, [DARK] * 20 + [POWERED] * 980, ["A"] * 1000)["verdict"] == "dangerous"
    assert told({"u": (0.0, 0.0)}, [DARK] + [POWERED] * 4, ["A"] * 5)["verdict"] == "dangerous"


def test_what_the_map_said_to_be_unknown_is_no_statement_and_what_is_not_back_is_undecided():
    row = told({"u": (0.0, 0.9)}, [POWERED] * 10, ["A"] * 10, decided=[False])
    assert (row["verdict"], row["unknown_reason"]) == ("undecided", Reason.NO_STATEMENT.value)
    assert np.isnan(row["said_low"]) and np.isnan(row["was_low"])
    row = told({"u": (0.4, 0.6)}, [UNKNOWN] * 6 + [DARK] * 4, ["A"] * 10)
    assert (row["verdict"], row["unknown_reason"]) == ("undecided", Reason.NOT_BACK.value)
    row = told({"u": (0.4, 0.6)}, [UNKNOWN] * 6 + [DARK] * 4, ["A"] * 10, back_fills=False)
    assert row["unknown_reason"] == Reason.NO_HISTORY.value
    # wide bounds hold whatever it was; where most is not known, nothing was shown to be right
    assert told({"u": (0.0, 1.0)}, [UNKNOWN] * 6 + [DARK] * 4, ["A"] * 10)["verdict"] == "undecided"


def test_what_is_unknown_never_makes_a_map_wrong():
    assert told({"u": (0.0, 0.1)}, [UNKNOWN] * 10, ["A"] * 10)["verdict"] == "undecided"
    assert told({"u": (0.9, 1.0)}, [UNKNOWN] * 10, ["A"] * 10)["verdict"] == "undecided"
    # though most are unknown, those that are known were dark and more than was said at most
    assert told({"u": (0.0, 0.1)}, [UNKNOWN] * 6 + [DARK] * 4, ["A"] * 10)["verdict"] == "dangerous"


def test_meters_that_were_silent_before_the_event_count_neither_in_an_area_nor_in_a_square():
    said = Statements(np.array(["u"]), np.array([0.5]), np.array([0.5]), np.array([True]))
    counted = np.array([True] * 4 + [False] * 4)
    names = [Named.of(np.array([each] * 8)) for each in ("A", "u")]
    power = np.array([DARK] * 2 + [POWERED] * 2 + [UNKNOWN] * 4, dtype=np.int8)
    (row,) = by_area(said, Seen(*names, counted, power, np.ones(8, dtype=bool))).itertuples()
    assert (row.meters, row.said_low, row.said_high, row.was_low, row.verdict) == (4, 2, 2, 2, "right")

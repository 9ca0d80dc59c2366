"""The outlook beside the real list of Noto: absent data are told, and figures are what they say."""

from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest
from tomoshibi.tests.unit.test_real_data import script


def listing(folder, counts):
    """Write an outage list of one town: an hourly count each."""
    moments = pd.date_range("2024-01-11 18:00", periods=len(counts), freq="h").strftime("%Y-%m-%dT%H:%M:%S+09:00")
    table = pd.DataFrame({"snapshot_jst": moments, "city": "灯市", "town": "灯町", "outage_est": counts})
    with gzip.open(folder / "rikuden_2024_noto_outage_long.csv.gz", "wt", encoding="utf-8") as stream:
        table.to_csv(stream, index=False)


def test_without_the_list_it_says_so_and_judges_nothing(tmp_path, capsys):
    assert script("noto_outlook").main([str(tmp_path)]) == 0
    assert "rikuden_2024_noto_outage_long.csv.gz is not in" in capsys.readouterr().out


@pytest.mark.parametrize("hours", ["8", "2", "0", "-3"])
def test_origins_that_do_not_lie_on_the_grid_are_refused_and_not_moved(tmp_path, capsys, hours):
    listing(tmp_path, [500] * 24 * 8)
    with pytest.raises(SystemExit):
        script("noto_outlook").main([str(tmp_path), f"--step-hours={hours}"])
    assert "a grid of 3 hours" in capsys.readouterr().err


def test_a_count_that_stays_is_held_by_every_interval_and_persistence_makes_no_error(tmp_path):
    listing(tmp_path, [500] * 24 * 8)
    noto = script("noto_outlook")
    course, grid, cities = noto.read_course(tmp_path)
    assert cities == ["灯市"] and (course.dark == 500).all() and len(grid) == 64
    table = noto.judged(course, 24)
    assert (table["then"] == 500).all() and (table["high95"] <= 500).all()
    # what the course has shown counts: later forecasts hold the standstill
    late = table[table["origin"] > 40]
    assert len(late) and (late["high95"] == 500).all()
    found = noto.errors(table).set_index(["hours", "way"])
    assert found.loc[(72, "persistence"), "pooled"] == 0 and found.loc[(72, "ratio of 48 h"), "of totals"] == 0
    held = noto.coverage(late)
    assert held.loc[held["rows"] > 0, "in 95 %"].eq(1).all()


def test_a_count_that_rose_is_held_as_the_one_now_and_one_below_the_interval_is_not():
    noto = script("noto_outlook")
    row = {"hours": 6, "now": 100.0, "low50": 90.0, "low80": 80.0, "low95": 70.0}
    row |= {f"high{level}": 100.0 for level in (50, 80, 95)}
    table = pd.DataFrame([{**row, "then": then} for then in (300.0, 100.0, 85.0, 60.0)])
    held = noto.coverage(table).set_index(["hours", "size"]).loc[(6, "20–200")]
    assert (held["rows"], held["in 50 %"], held["in 80 %"], held["in 95 %"]) == (4, 0.5, 0.75, 0.75)


def test_intervals_that_hold_80_per_cent_of_each_size_hold_more_of_all_where_small_counts_stay():
    noto = script("noto_outlook")
    bounds = {f"{end}{level}": 0.0 for level in (50, 80, 95) for end in ("low", "high")}
    counts = [(15.0, 15.0)] * 3 + [(100.0, 50.0)] * 2
    table = pd.DataFrame([{"hours": 6, "now": now, "then": then, **bounds} for now, then in counts])
    held = noto.coverage(table).set_index(["hours", "size"])["least for 80 %"].loc[6]
    # all three small ones stay; of the two that fall 80 % are to be held: (3 + 1.6) / 5
    assert held[["10–20", "20–200", "10–"]].tolist() == pytest.approx([1.0, 0.8, 0.92])


def test_a_case_that_has_just_begun_knows_the_last_hours_alone(tmp_path):
    fell = np.round(5000 * 0.5 ** (np.arange(24 * 6) / 24))
    listing(tmp_path, list(fell))
    noto = script("noto_outlook")
    course = noto.read_course(tmp_path)[0]
    whole, young = (noto.judged(course, 24, begun) for begun in (None, 6))
    ends = [(table["high80"] == table["now"]).all() for table in (whole, young)]
    assert ends == [False, True] and young["now"].equals(whole["now"])
    # what the outlook knows changes what it foresees, and not what it is held against
    assert not young["outlook"].equals(whole["outlook"]) and young["persistence"].equals(whole["persistence"])


def test_straight_line_and_ratio_are_of_the_last_48_hours(tmp_path):
    listing(tmp_path, list(np.round(1000 * 0.5 ** (np.arange(24 * 6) / 48))))
    noto = script("noto_outlook")
    table = noto.judged(noto.read_course(tmp_path)[0], 24)
    first = table[(table["origin"] == 16) & (table["hours"] == 48)].iloc[0]
    assert first["now"] == 500 and first["straight line"] == 0 and first["ratio of 48 h"] == pytest.approx(250)
    assert first["then"] == 250

"""The drill's homes beside real ones: what is measured, and what is said where the real ones are not there."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from tomoshibi.dev import home_table
from tomoshibi.dev.home_table import Home

WEEK = np.array([False] * 5 + [True] * 2)


def home(use: np.ndarray, days: int = 14) -> Home:
    return Home("a", np.asarray(use, float), np.resize(WEEK, days))


def test_figures_of_a_home_that_is_simple_enough_to_reckon_by_hand():
    flat = np.full((14, 48), 50.0)
    assert home_table.base(home(flat)) == pytest.approx(100)
    assert home_table.daily(home(flat)) == pytest.approx(2.4)
    busy = flat.copy()
    busy[:, 40] = 1000
    assert home_table.peak(home(busy)) == 2000
    weekends = flat.copy()
    weekends[np.resize(WEEK, 14), 20:32] *= 3
    ratios = {words: measure(home(weekends)) for words, measure, _form in home_table.MEASURES}
    assert ratios["weekend ÷ working day, 10–16 h"] == pytest.approx(3.0)
    assert ratios["weekend ÷ working day, 06–10 h"] == pytest.approx(1.0)
    night = flat.copy()
    night[:, 4:10:2] = 150
    assert home_table.cycling(home(night)) == 3


def test_real_homes_are_read_with_their_holidays_and_gaps(tmp_path):
    folder = tmp_path / "consumption_data" / "7"
    folder.mkdir(parents=True)
    lines = []
    for day in range(20):
        moment = date(2018, 1, 1) + timedelta(day)
        lines += [f"{moment} {slot // 2:02d}:{slot % 2 * 30:02d}:00,{slot / 2},{40 + slot}" for slot in range(48)]
    (folder / "201801.csv").write_text("\n".join(lines[:100] + lines[130:]), encoding="utf-8")
    (tmp_path / "holiday_Japan.csv").write_text(",date\n0,2018-01-01\n", encoding="utf-8")
    [found] = home_table.real_homes(tmp_path, "winter")
    assert found.name == "7" and len(found.use) == 19
    assert found.weekend[0] and not found.weekend[1]
    assert home_table.real_homes(tmp_path, "summer") == []


def test_without_the_real_homes_the_page_says_so_and_prints_the_drills(tmp_path):
    page = home_table.page(tmp_path / "nothing", ["winter"], 30)
    assert "The real homes are not there" in page
    assert "| base load, W |" in page and "home " not in page.split("## Winter")[1].splitlines()[2]


def test_the_drills_weekends_differ_from_working_days_no_more_than_those_of_real_homes():
    found = [home_table._weekend_ratio(10, 16)(one) for one in home_table.drill_homes("winter", 150)]
    # five real homes: 0.87 to 1.21 (docs/homes.md)
    assert 0.9 < np.median(found) < 1.25
    base = [home_table.base(one) for one in home_table.drill_homes("winter", 150)]
    assert 50 < np.median(base) < 130

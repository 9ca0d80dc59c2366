"""Earlier forecasts of a case beside what came: only what can be told is judged, and what rose is no fault of them."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis.forecast_score import count_at, forecast_score, said_for_now
from tomoshibi.analysis.outlook import Course
from tomoshibi.casefile import history
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.forecasts import past_forecasts

EVENT = datetime(2026, 1, 19, 6)
COURSE = Course(np.array([3.0, 6.0, 9.0, 12.0]), np.array([[100.0, 90.0, 60.0, 40.0], [10.0, np.nan, 20.0, 30.0]]))


def past(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["area_id", "horizon_h", "made_from_h", "expected", "low80", "high80"])


def test_a_count_between_two_steps_is_in_proportion_and_beyond_the_course_unknown():
    assert count_at(COURSE, 7.5)[0] == 75 and count_at(COURSE, 9.0).tolist() == [60.0, 20.0]
    assert np.isnan(count_at(COURSE, 12.1)).all() and np.isnan(count_at(COURSE, 1.0)).all()
    assert np.isnan(count_at(COURSE, 7.5)[1])


def test_forecasts_whose_moment_has_come_are_held_or_missed_and_others_wait():
    told = past(("A", 6, 6, 50, 30, 70), ("A", 3, 3, 70, 60, 80), ("A", 24, 6, 10, 0, 50), ("Z", 6, 6, 1, 0, 2))
    score = forecast_score(COURSE, ["A", "B"], told)
    # 40 lies in 30–70; 90 does not lie in 60–80; in 24 hours nothing has come; Z is no area of the course
    assert (score.judged, score.held, score.waiting) == (2, 1, 1)
    assert score.error == pytest.approx((10 + 20) / (90 + 100))


def test_a_count_at_either_end_of_its_interval_is_held_and_one_beside_it_is_not():
    ends = past(("A", 6, 6, 50, 40, 70), ("A", 6, 6, 30, 20, 40), ("A", 6, 6, 50, 41, 70), ("A", 6, 6, 30, 20, 39))
    score = forecast_score(COURSE, ["A", "B"], ends)
    assert (score.judged, score.held) == (4, 2)


def test_a_count_that_rose_is_held_as_the_one_then_and_a_count_unknown_then_is_not_judged():
    score = forecast_score(COURSE, ["A", "B"], past(("B", 9, 3, 8, 5, 10), ("B", 3, 6, 8, 5, 10)))
    assert (score.judged, score.held) == (1, 1) and score.error == pytest.approx(22 / 10)


def test_nothing_foreseen_is_no_error():
    assert forecast_score(COURSE, ["A", "B"], past(("A", 6, 6, np.nan, np.nan, np.nan))).judged == 0
    assert forecast_score(COURSE, ["A", "B"], past()).judged == 0


def test_of_several_forecasts_of_now_the_nearest_stands():
    told = past(("A", 6, 6, 50, 30, 70), ("A", 6, 5, 44, 30, 70), ("A", 6, 3, 1, 0, 2), ("A", 3, 9, 41, 30, 60))
    said = said_for_now(told, 12.0).set_index("horizon_h")["said_expected"]
    assert said.to_dict() == {6: 50, 3: 41}


def test_the_history_keeps_each_area_and_hour_of_an_outlook_and_gives_them_back(tmp_path):
    case = Case.create(tmp_path / "case", CaseInfo("架空市 地震", EVENT, "999999"))
    table = pd.DataFrame(
        {
            "area_id": ["", "A|1", "A|1"],
            "horizon_h": [6.0, 6.0, 12.0],
            "evidence": "readings",
            "expected": [12.5, 3.0, np.nan],
            "low80": [4.0, 0.0, np.nan],
            "high80": [20.0, 5.0, np.nan],
        }
    )
    for hours in (-3, 6):
        history.keep(case, "outlook", table, EVENT + timedelta(hours=hours), "tomoshibi:outlook")
    found, problems = past_forecasts(case, EVENT)
    assert not problems and set(found["made_from"]) == {pd.Timestamp(EVENT + timedelta(hours=6))}
    assert found["area_id"].tolist() == ["", "A|1", "A|1"] and found["horizon_h"].tolist() == [6, 6, 12]
    assert found["expected"].tolist()[:2] == [12.5, 3.0] and np.isnan(found["expected"].iloc[2])
    assert found["low80"].tolist()[:2] == [4.0, 0.0] and set(found["evidence"]) == {"readings"}


def test_a_history_that_cannot_be_read_is_told_and_the_others_stay(tmp_path):
    case = Case.create(tmp_path / "case", CaseInfo("架空市 地震", EVENT, "999999"))
    assert past_forecasts(case, EVENT)[0].empty
    folder = case.folder / "history" / "outlook"
    folder.mkdir(parents=True)
    (folder / "20260119T120000_20260119T130000.npz").write_bytes(b"no history")
    found, (problem,) = past_forecasts(case, EVENT)
    assert found.empty and "cannot be read" in str(problem)


def test_where_nothing_was_foreseen_the_number_of_another_area_does_not_stand(tmp_path, monkeypatch):
    def as_before_pandas_1_4(values, to_replace=None, value=None, **more):
        return values.where(values != to_replace).ffill() if value is None else whole(values, to_replace, value, **more)

    whole = pd.Series.replace
    monkeypatch.setattr(pd.Series, "replace", as_before_pandas_1_4)
    case = Case.create(tmp_path / "case", CaseInfo("架空市 地震", EVENT, "999999"))
    table = pd.DataFrame({"area_id": ["A", "B"], "horizon_h": 6.0, "evidence": "readings", "expected": [3.0, np.nan]})
    history.keep(case, "outlook", table, EVENT + timedelta(hours=6), "tomoshibi:outlook")
    found, _ = past_forecasts(case, EVENT)
    assert found["expected"].iloc[0] == 3 and np.isnan(found["expected"].iloc[1])

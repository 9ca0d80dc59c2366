"""What is said of a case: contents, ages, personal data, days left."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from tomoshibi.casefile.case import Case, CaseInfo, Request
from tomoshibi.casefile.columns import write_table
from tomoshibi.casefile.summary import summarise
from tomoshibi.casefile.terms import REMINDER_DAYS

AT = datetime(2024, 1, 20, 12, 0)


def made(folder, use_to=None) -> Case:
    info = CaseInfo("訓練", datetime(2024, 1, 1, 16, 10), "172049", Request(use_to=use_to))
    return Case.create(folder / "case", info)


def test_an_empty_case_has_nothing_and_says_none_rather_than_zero_ages(tmp_path):
    found = summarise(made(tmp_path), AT)
    assert (found.master_points, found.reading_meters, found.reading_days, found.snapshots) == (0, 0, 0, 0)
    assert found.readings is found.statistics is found.newest_snapshot is found.contractors is None
    assert found.age_hours(found.newest_snapshot) is None and found.days_left is None
    assert found.use_state == "unknown" and found.personal == ()


@pytest.mark.parametrize(
    ("left", "state"), [(-1, "over"), (0, "near"), (REMINDER_DAYS, "near"), (REMINDER_DAYS + 1, "open"), (400, "open")]
)
def test_the_last_day_of_use_is_itself_a_day_of_use(tmp_path, left, state):
    found = summarise(made(tmp_path, AT.date() + timedelta(days=left)), AT)
    assert (found.days_left, found.use_state) == (left, state)


def test_supply_points_are_counted_once_and_days_of_statistics_too(tmp_path):
    case = made(tmp_path)
    master = pd.DataFrame({"supply_point": ["1", "1", "2"], "flow": pd.array([1, 2, 1], dtype="int8").to_numpy()})
    write_table(case.folder / "tables" / "master", master)
    days = pd.to_datetime(["2024-01-02", "2024-01-01", "2024-01-02"]).to_numpy()
    write_table(case.folder / "tables" / "statistics", pd.DataFrame({"date": days}))
    found = summarise(case, AT)
    assert found.master_points == 2
    assert (found.statistics_days, found.statistics) == (2, (date(2024, 1, 1), date(2024, 1, 2)))


def test_personal_paths_are_listed_once_by_what_was_said_last(tmp_path):
    case = made(tmp_path)
    for path, personal in (("a.csv", True), ("a.csv", True), ("b.csv", False), ("layers.gpkg|x", True)):
        case.ledger.add("tomoshibi:test", path, personal=personal)
    found = summarise(case, AT)
    assert found.personal == ("a.csv", "layers.gpkg|x") and found.harmless == 1
    assert found.age_hours(datetime(2024, 1, 20, 9, 0)) == 3.0


def test_in_a_drill_the_data_are_as_old_as_the_drill_says_and_the_days_of_use_are_those_of_the_clock(tmp_path):
    info = CaseInfo("訓練", datetime(2024, 1, 1, 16, 10), "172049", Request(use_to=AT.date()), practice=True)
    found = summarise(Case.create(tmp_path / "case", info), AT)
    assert found.age_hours(datetime(2024, 1, 1, 15, 10)) == 1.0 and found.days_left == 0

"""Values that lie exactly on the edge of a rule: where `<` and `<=`, "and" and "or" give different answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis import outage
from tomoshibi.analysis.holidays import holidays
from tomoshibi.analysis.peacetime import PeaceDays, fit_baseline
from tomoshibi.casefile import evidence
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.master import merge_master
from tomoshibi.casefile.readings import ReadingStore
from tomoshibi.messages import Watch
from tomoshibi.tests.published import HEADERS, P1, PROFILE, write

EVENT = "2024-01-02"
NA = np.nan
CODE = "53394611"
COLUMNS = "voltage unit contract_range area_kind address mesh_code date energised count total masked".split()


def row(energised, count, total=100, masked=False, code="533946111", date=EVENT, address=""):
    kind = 1 if address else 2
    return (1, 2, 5, kind, address, "" if address else code, date, energised, count, total, masked)


def rates(*rows, area_kind=2, baseline=()):
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame["date"] = pd.to_datetime(frame["date"])
    frame = frame.astype({"count": "float64", "total": "float64", "masked": bool, "energised": "int8"})
    metres = None if area_kind == 1 else 500
    return outage.mesh_rates(
        frame, baseline_dates=baseline, watch=Watch(), voltage=1, metres=metres, area_kind=area_kind
    )


# -- N/A in one class -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rows", "masked"),
    [
        ([row(2, NA, masked=True), row(1, 90)], True),
        ([row(1, NA, masked=True)], True),
        ([row(1, NA, masked=True), row(2, 10)], False),
        ([row(1, 90)], False),
    ],
    ids=["silent", "energised, silent missing", "energised, silent given", "nothing"],
)
def test_a_cell_is_hidden_by_n_a_of_its_silent_or_of_the_only_class_it_has(rows, masked):
    line = rates(*rows).iloc[0]
    assert bool(line.masked) is masked
    assert np.isnan(line.silent) or line.silent == 10


# -- a city beside its wards ------------------------------------------------------------------------
def test_a_city_row_beside_its_wards_changes_no_rate_of_theirs():
    names = ("福岡県架空市東区", "福岡県架空市西区")
    days = [f"2023-12-{day:02d}" for day in (20, 21, 22)]
    wards = []
    for place, name in enumerate(names):
        for day in days:
            silent = 2 + 20 * place
            wards += [row(1, 1000 - silent, 1000, address=name, date=day), row(2, silent, 1000, address=name, date=day)]
        wards += [row(1, 900, 1000, address=name), row(2, 100, 1000, address=name)]
    city = []
    for day, silent in (*((day, 24) for day in days), (EVENT, 200)):
        city += [row(1, 2000 - silent, 2000, address="福岡県架空市", date=day)]
        city += [row(2, silent, 2000, address="福岡県架空市", date=day)]
    alone = rates(*wards, area_kind=1, baseline=days)
    beside = rates(*wards, *city, area_kind=1, baseline=days)
    key = "area_name"
    both = beside[beside[key].isin(alone[key])]
    assert len(beside) > len(both) == len(alone)
    columns = ["baseline_rate", "low", "high"]
    np.testing.assert_allclose(
        both.sort_values(key)[columns].to_numpy(float), alone.sort_values(key)[columns].to_numpy(float), rtol=1e-12
    )


def test_what_is_not_in_the_pool_lends_its_rate_to_nobody():
    days = PeaceDays(np.array([0, 1]), np.array([10.0, 900.0]), np.array([1000.0, 1000.0]))
    pooled = fit_baseline(days, 3, np.array([True, False, True])).centre[2]
    assert pooled < 0.02 < fit_baseline(days, 3, np.array([True, True, True])).centre[2]


# -- moments ----------------------------------------------------------------------------------------
def test_a_list_of_the_very_moment_asked_for_counts_and_one_a_second_later_does_not(tmp_path, monkeypatch):
    moment = datetime(2026, 1, 19, 12)
    case = Case.create(tmp_path / "case", CaseInfo("演習", datetime(2026, 1, 19, 5, 46), "172057"))
    found = [SimpleNamespace(created_at=moment), SimpleNamespace(created_at=moment + timedelta(seconds=1))]
    monkeypatch.setattr(Case, "outage_snapshots", lambda self: found)
    assert evidence.lists(case, moment) == found[:1]
    assert evidence.lists(case, moment - timedelta(seconds=1)) == []


def test_of_two_publications_of_one_time_the_one_taken_in_last_wins():
    time = np.datetime64("2026-01-20T00:00:00", "s")
    master = None
    for address in ("架空市一丁目", "架空市二丁目"):
        new = pd.DataFrame({"supply_point": ["05" + "1" * 20], "flow": np.array([1], np.int8), "address": [address]})
        master, repeated = merge_master(master, new, time)
        assert repeated == 0
    assert master["address"].tolist() == ["架空市二丁目"]
    earlier, _ = merge_master(master, new.assign(address="架空市零丁目"), time - np.timedelta64(1, "s"))
    assert earlier["address"].tolist() == ["架空市二丁目"]


# -- duplicates -------------------------------------------------------------------------------------
@pytest.mark.parametrize("times", [1, 2, 5])
def test_equal_rows_of_one_block_are_counted_once_as_stored_and_else_as_duplicates(tmp_path, times):
    line = ["A" + "0" * 33, "1", P1, "1", "2024022901", "0.2"]
    path = write(tmp_path / "in.csv", HEADERS["reading"], [line] * times)
    report = ReadingStore(tmp_path / "store").ingest([path], PROFILE)
    assert (report.rows, report.stored, report.duplicates, report.conflicts) == (times, 1, times - 1, 0)


# -- public holidays --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("year", "listed"),
    [
        (2018, "1/1 1/8 2/11 2/12 3/21 4/29 4/30 5/3 5/4 5/5 7/16 8/11 9/17 9/23 9/24 10/8 11/3 11/23 12/23 12/24"),
        (2021, "1/1 1/11 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/22 7/23 8/8 8/9 9/20 9/23 11/3 11/23"),
        (2026, "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23"),
    ],
)
def test_the_public_holidays_of_a_year_are_those_the_cabinet_office_lists(year, listed):
    assert [f"{day.month}/{day.day}" for day in sorted(holidays(year))] == listed.split()

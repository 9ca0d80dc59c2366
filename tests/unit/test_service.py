"""Services as late and as broken as they are: what is public at a moment, and what is not."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest
from tomoshibi.aggregator.profile import Profile
from tomoshibi.practice import published_files, service
from tomoshibi.practice.backend import HeldCondition, HeldFile
from tomoshibi.practice.published_files import Order
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario
from tomoshibi.practice.service import SERVICES, ServiceError, service_of

pytestmark = pytest.mark.slow
"""Scenarios are made and published by several services."""

LAST = date(2026, 1, 21)


@pytest.fixture(scope="module")
def profile() -> Profile:
    return Profile.load(None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    spec = ScenarioSpec(meters=2500, first_day=date(2026, 1, 17), service="today")
    return make_scenario(tmp_path_factory.mktemp("service") / "s", seed=2, spec=spec).folder


def slots_of(paths: list[Path]) -> Counter:
    """Return how many rows each slot code of 電力データ has."""
    found: Counter = Counter()
    for path in paths:
        with open(path, encoding="utf-8", newline="") as stream:
            rows = csv.reader(stream)
            place = next(rows).index("取得年月日時刻コード")
            found.update(row[place] for row in rows)
    return found


def asked(scenario: Scenario, profile: Profile, target: Path, now: datetime, **items) -> list[Path]:
    order = Order(
        municipality=scenario.municipality,
        **{"begin": date(2026, 1, 18), "end": LAST, "data_kinds": ("reading",), **items},
    )
    return published_files.publish_files(scenario, order, profile, target, now)


def test_a_scenario_says_how_it_is_served_and_an_older_one_is_ideal(folder):
    assert json.loads((folder / "scenario.json").read_text(encoding="utf-8"))["service"] == "today"
    scenario = Scenario.open(folder)
    assert scenario.service.name == "today" and scenario.served("realtime").service.name == "realtime"
    about = {key: value for key, value in scenario.about.items() if key != "service"}
    assert Scenario(folder, about).service.ideal
    with pytest.raises(ServiceError, match="ideal, realtime, today"):
        service_of("hourly")


@pytest.mark.parametrize(("clock", "last"), [(time(5, 59), "20260119"), (time(6, 0), "20260120")])
def test_today_publishes_a_day_the_next_morning_and_nothing_of_the_day_itself(folder, profile, tmp_path, clock, last):
    scenario = Scenario.open(folder)
    paths = asked(scenario, profile, tmp_path, datetime.combine(LAST, clock))
    few = 1 + scenario.service.meters_ahead
    assert max(code for code, count in slots_of(paths).items() if count > few) == f"{last}48"
    assert f"202601{int(last[-2:]) + 1:02d}0600" in {path.stem.split("_")[-1] for path in paths}


def test_one_meter_is_hours_ahead_of_all_others(folder, profile, tmp_path):
    scenario = Scenario.open(folder)
    found = slots_of(asked(scenario, profile, tmp_path, datetime(2026, 1, 21, 14, 0)))
    ahead = {code: count for code, count in found.items() if "2026012101" <= code <= "2026012148"}
    assert set(ahead.values()) == {1} and "2026012109" <= max(ahead) <= "2026012112"


def test_realtime_is_hours_late_and_high_voltage_four_hours_later(folder):
    scenario = Scenario.open(folder).served("realtime")
    now = datetime(2026, 1, 21, 6, 0)
    until = scenario.known_until(now)
    others = np.setdiff1d(np.arange(len(until)), scenario.ahead)
    behind = scenario.minutes(now) - until[others]
    high = scenario.meters["voltage"][others] > 1
    assert behind[~high].min() >= 150 and behind[~high].max() <= 180
    assert behind[high].min() >= 390 and behind[high].max() <= 420
    ideal = scenario.served("ideal")
    assert scenario.minutes(now) - ideal.known_until(now).min() <= 60


def test_lists_and_statistics_of_today_end_at_the_last_midnight(folder, profile, tmp_path):
    scenario = Scenario.open(folder)
    now = scenario.now
    [path] = asked(scenario, profile, tmp_path, now, data_kinds=("outage",), begin=now, end=now)
    with open(path, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["データ作成日"] + row["データ作成時刻"] for row in rows} == {"202601210000"}
    midnight = datetime.combine(LAST, time())
    assert len(rows) == scenario.silent(midnight, now).sum()
    # no more than what the ideal service knew a few hours later: the day itself is whole
    assert len(rows) <= scenario.served("ideal").silent(midnight).sum()
    statistics = asked(
        scenario, profile, tmp_path, now, data_class="statistics", table="energised", area_type="address"
    )
    with open(statistics[0], encoding="utf-8", newline="") as stream:
        assert max(row["対象年月日"] for row in csv.DictReader(stream)) == "20260120"


def test_some_contractors_come_a_day_newer_where_only_they_are_asked_for(folder, profile, tmp_path):
    scenario = Scenario.open(folder)
    now = datetime(2026, 1, 20, 12, 0)
    registered = scenario.meters["master_info_id"][scenario.readable][:40].astype(str)
    order = Order(scenario.municipality, date(2026, 1, 18), LAST, data_kinds=("reading",), specified_contractors=True)
    paths = published_files.publish_files(scenario, order, profile, tmp_path, now, contractors=registered)
    found = slots_of(paths)
    assert len(set(paths)) == len(paths) and {code[:8] for code in found if code < "2030"} == {
        "20260118",
        "20260119",
        "20260120",
    }
    fresh = {code: count for code, count in found.items() if code.startswith("20260120")}
    assert 0 < max(fresh.values()) <= 12


def test_a_row_from_the_future_is_in_some_sets_and_in_no_ideal_one(folder, profile, tmp_path):
    scenario = Scenario.open(folder)
    scenario.service = replace(scenario.service, future_chance=1.0)
    found = slots_of(asked(scenario, profile, tmp_path / "today", scenario.now))
    assert sum(count for code, count in found.items() if code.startswith("2036")) == 3
    ideal = slots_of(asked(scenario.served("ideal"), profile, tmp_path / "ideal", scenario.now))
    assert not [code for code in ideal if code.startswith("2036")]


def test_the_ideal_service_loses_nothing_and_the_others_sometimes_do():
    parts = ["a", "b", "c"]
    assert not any(SERVICES["ideal"].held_back(1, f"set {n}", parts) for n in range(200))
    held = [SERVICES["today"].held_back(1, f"set {n}", parts) for n in range(2000)]
    late = sum(any(item.polls for item in found.values()) for found in held) / len(held)
    missing = sum(any(item.minutes for item in found.values()) for found in held) / len(held)
    assert late == pytest.approx(0.15, abs=0.03) and missing == pytest.approx(0.10, abs=0.03)
    assert held == [SERVICES["today"].held_back(1, f"set {n}", parts) for n in range(2000)]
    assert not any(SERVICES["today"].held_back(1, f"set {n}", ["one"]) for n in range(200))
    outcomes = Counter(SERVICES["realtime"].outcome(1, f"C{n}") for n in range(2000))
    assert 0.02 < outcomes["failed"] / 2000 < 0.07 and 0.005 < outcomes["empty"] / 2000 < 0.04


def test_a_held_back_part_is_listed_when_the_list_is_read_again_or_hours_later():
    now = datetime(2026, 1, 21, 6, 0)
    file = HeldFile("F1", "a.csv", "reading", 1, "0" * 64, "")
    later = (now + timedelta(hours=3)).isoformat()
    files = [file, replace(file, file_id="F2", after_polls=1), replace(file, file_id="F3", not_before=later)]
    held = HeldCondition("C1", {}, "published", "", files=files)
    assert [item.file_id for item in held.listed(now)] == ["F1"]
    held.polls = 1
    assert [item.file_id for item in held.listed(now)] == ["F1", "F2"]
    assert [item.file_id for item in held.listed(now + timedelta(hours=3))] == ["F1", "F2", "F3"]
    held.status = "building"
    assert held.listed(now) == []


def test_a_delay_goes_by_voltage_class_and_step_length():
    made = service.Service("x", (service.Delay(1, 30, 120), service.Delay(1, 5, 20), service.Delay(2, 30, 360)))
    voltage = np.array([1, 2, 3])
    assert made.delay(voltage).tolist() == [120, 360, 0]
    assert made.delay(voltage, 5).tolist() == [20, 360, 0]
    assert made.delay(voltage, 15).tolist() == [120, 360, 0]

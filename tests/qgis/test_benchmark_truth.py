"""The open benchmark as a stranger runs it: a drill, its tasks, and entrants of both kinds."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tomoshibi.dev import benchmark_truth
from tomoshibi.dev.scoring import plan, units
from tomoshibi.practice import stock_truth, truth
from tomoshibi.practice.scenario import Scenario
from tomoshibi.tests.drill_case import scenario_of

SEED, DRILL = 15, "earthquake realtime 15"
NEW_TASKS = ("clocks", "life", "hidden", "isolated")

MINE = """
import json
import pandas as pd


def clocks(question):
    assert any(question.received.rglob("*.csv"))
    listed = pd.read_csv(question.open / "backup.csv", dtype=str)
    return pd.DataFrame({"item": listed["施設ID"], "answer": 24.0, "low90": 0.0, "high90": 60.0})


def life(question):
    listed = pd.read_csv(question.open / "devices.csv", dtype=str)
    return pd.DataFrame({"item": listed["整理番号"], "answer": "exhausted"})


def isolated(question):
    areas = json.loads((question.open / "areas.geojson").read_text(encoding="utf-8"))["features"]
    return pd.DataFrame({"item": [area["properties"]["area_id"] for area in areas], "answer": 1.0})


def hidden(question):
    links = pd.read_csv(question.open / "links.csv", dtype=str)
    return pd.DataFrame({"item": links["supply_point"].dropna().unique(), "answer": "hidden"})
"""


def knows_it_all(scenario: Scenario, path: Path) -> None:
    """Write the answers of who knows the truth at the drill's end."""
    now = scenario.now
    fails = stock_truth.failure_truth(scenario, now).dropna(subset=["fails_minute"])
    left = (fails["fails_minute"] - scenario.minutes(now)) / 60
    parts = [pd.DataFrame({"task": "clocks", "item": fails["facility_id"], "answer": left.map("{:.4f}".format)})]
    people = stock_truth.device_truth(scenario, now)
    said = np.where(people["ended"], "exhausted", np.where(people["dark"], "on_battery", "powered"))
    parts.append(pd.DataFrame({"task": "life", "item": people["person_id"], "answer": said}))
    cut = scenario.areas().query("cut_off == 1")["area_id"]
    parts.append(pd.DataFrame({"task": "isolated", "item": cut, "answer": "1"}))
    broken = truth.hidden_truth(scenario, units.data_until(scenario, now)).query("hidden")["supply_point"]
    parts.append(pd.DataFrame({"task": "hidden", "item": broken, "answer": "hidden"}))
    table = pd.concat(parts).assign(drill=DRILL, at=now.isoformat(), hours="")
    table["low90"] = table["high90"] = table["answer"].where(table["task"] == "clocks", "")
    table.to_csv(path, index=False, encoding="utf-8")


def test_a_strangers_file_of_each_kind_is_asked_and_judged_beside_the_rules(tmp_path, monkeypatch, capsys):
    # one service, and the drill's end alone: every task is asked then
    drill = plan.DrillPlan("earthquake", "earthquake", 2000, 6, ("realtime",))
    monkeypatch.setattr(plan, "QUICK", (drill,))
    monkeypatch.setattr(plan, "_HOURS", {"realtime": ()})
    monkeypatch.setattr(plan, "_BROKEN", {})
    scenario = scenario_of(tmp_path / "made", SEED, drill.spec()).served("realtime")
    assert scenario.now - scenario.event_time > timedelta(hours=24)
    knows_it_all(scenario, tmp_path / "oracle.csv")
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    entrants = [str(tmp_path / "mine.py"), str(tmp_path / "oracle.csv")]
    words = [
        "--tasks",
        "drills",
        "--quick",
        "--jobs",
        "1",
        "--seeds",
        str(SEED),
        "--out",
        str(tmp_path / "run" / "out"),
    ]
    assert benchmark_truth.main([*words, "--entrant", *entrants]) == 0
    assert f"| clocks | {DRILL} |" in capsys.readouterr().out
    with open(tmp_path / "run" / "benchmark-truth.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    told = {(row["task"], row["figure"]): row for row in rows}
    for task in NEW_TASKS:
        columns = {name for row in rows if row["task"] == task for name, value in row.items() if value}
        assert {"Tomoshibi", "manual's rule", "persistence", "utility's page", "mine", "oracle"} <= columns, task
    for row in rows:
        if row["better"] and row["task"] in NEW_TASKS:
            assert float(row["oracle"]) == pytest.approx(0 if row["better"] == "less" else 1, abs=0.01), row
    life = {figure: row["mine"] for (task, figure), row in told.items() if task == "life"}
    assert float(life["people in the dark called powered"]) == 0
    assert float(life["people with power called without"]) == 1
    assert float(life["batteries that have ended called exhausted"]) == 1
    assert float(told["isolated", "isolated settlements: recall"]["mine"]) == 1
    assert float(told["hidden", "hidden outages: precision"]["mine"]) < 0.1
    clocks = told["clocks", "hours left of dark facilities: score of the 90 % interval ÷ 72 h"]
    assert float(clocks["oracle"]) < float(clocks["Tomoshibi"]) < float(clocks["mine"])
    assert not (tmp_path / "run" / "out" / "earthquake").exists()

"""Drills from QGIS: scenario, practice aggregator."""

from __future__ import annotations

import json
import socket
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest


@pytest.fixture
def scenario(run, tmp_path) -> str:
    return run("createscenario", {"SEED": 3, "METERS": 2000, "FOLDER": str(tmp_path / "scenario")})["FOLDER"]


@pytest.fixture
def stopped():
    """No practice aggregator outlives a test."""
    from tomoshibi.processing_provider.drill.practiceserver import stop

    yield
    stop()


def answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=2).close()
    except OSError:
        return False
    return True


def test_a_scenario_is_made_with_its_truth_and_counted(run, tmp_path):
    made = run("createscenario", {"SEED": 3, "METERS": 2000, "FOLDER": str(tmp_path / "a")})
    about = json.loads((tmp_path / "a" / "scenario.json").read_text(encoding="utf-8"))
    assert made["METERS"] == about["meters"] >= 2000
    assert about["seed"] == 3
    assert (tmp_path / "a" / "truth" / "areas.csv").is_file()


def test_the_event_can_be_moved_and_the_days_move_with_it(run, tmp_path):
    given = {"SEED": 3, "METERS": 2000, "EVENT_TIME": "2026-07-05T14:10:00", "FOLDER": str(tmp_path / "a")}
    run("createscenario", given)
    about = json.loads((tmp_path / "a" / "scenario.json").read_text(encoding="utf-8"))
    assert about["event_time"] == "2026-07-05T14:10:00"
    assert about["first_day"] < "2026-07-05" <= about["last_day"]


@pytest.mark.parametrize("cause, cut_off", [("typhoon", True), ("feeder", False)])
def test_each_cause_has_its_season_and_its_own_course(run, tmp_path, cause, cut_off):
    given = {"CAUSE": cause, "SEED": 3, "METERS": 2000, "RELAY_SHARE": 0.1, "HISTORY_DAYS": 12}
    run("createscenario", {**given, "FOLDER": str(tmp_path / "a")})
    about = json.loads((tmp_path / "a" / "scenario.json").read_text(encoding="utf-8"))
    assert about["cause"] == cause
    assert (about["cut_off"] > 0) == cut_off
    assert len(about["communication_lost"]) == 4
    days = date.fromisoformat(about["event_time"][:10]) - date.fromisoformat(about["first_day"])
    assert days.days == 12


def test_a_folder_that_holds_a_scenario_is_not_written_over(complaint, scenario):
    said = complaint("createscenario", {"SEED": 4, "METERS": 2000, "FOLDER": scenario})
    assert "already holds a scenario" in said


def test_open_data_that_lack_files_are_named(complaint, tmp_path):
    (tmp_path / "empty").mkdir()
    said = complaint("createscenario", {"DATA": str(tmp_path / "empty"), "FOLDER": str(tmp_path / "a")})
    assert "admin_" in said and "smallarea" in said


def test_single_open_files_need_the_folder_they_belong_to(complaint, tmp_path):
    said = complaint("createscenario", {"AREAS": str(tmp_path / "areas.geojson"), "FOLDER": str(tmp_path / "a")})
    assert "AREAS goes with a folder of open data" in said


def test_the_practice_aggregator_outlives_the_run_and_stops_when_told(run, scenario, stopped):
    started = run("practiceserver", {"ACTION": "start", "SCENARIO": scenario})
    assert answers(started["BASE_URL"]) and started["COUNT"] == 1
    assert started["BASE_URL"].startswith("http://127.0.0.1:")
    assert Path(started["ACCOUNTS"]).is_file()
    again = run("practiceserver", {"ACTION": "start", "SCENARIO": scenario})
    assert again["BASE_URL"] == started["BASE_URL"] and again["COUNT"] == 1
    assert run("practiceserver", {"ACTION": "stop", "SCENARIO": scenario})["COUNT"] == 0
    assert not answers(started["BASE_URL"])


def test_starting_without_a_scenario_or_with_another_folder_says_what_to_choose(complaint, tmp_path, stopped):
    assert "no scenario to serve" in complaint("practiceserver", {"ACTION": "start"})
    said = complaint("practiceserver", {"ACTION": "start", "SCENARIO": str(tmp_path)})
    assert str(tmp_path) in said and "scenario" in said


@pytest.fixture
def drilled(run, scenario, stopped, tmp_path, monkeypatch) -> str:
    """A case with a day of readings, the master and one result layer, made over HTTP."""
    about = json.loads((Path(scenario) / "scenario.json").read_text(encoding="utf-8"))
    started = run("practiceserver", {"ACTION": "start", "SCENARIO": scenario, "BUILD_SECONDS": 0})
    account = next(
        entry for entry in json.loads(Path(started["ACCOUNTS"]).read_text(encoding="utf-8")) if entry["active"]
    )
    monkeypatch.setenv("TOMOSHIBI_BASE_URL", started["BASE_URL"])
    monkeypatch.setenv("TOMOSHIBI_USER", account["user"])
    monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", account["passphrase"])
    case = run(
        "createcase",
        {
            "CASE": str(tmp_path / "case"),
            "NAME": "訓練",
            "EVENT_TIME": about["event_time"],
            "MUNICIPALITY": about["municipality"],
            "PRACTICE": True,
        },
    )["CASE"]
    run(
        "registercondition",
        {"CASE": case, "TEMPLATE": "uc3", "FROM": about["first_day"], "TO": about["last_day"]},
    )
    run("downloadpublished", {"CASE": case, "WAIT_MINUTES": 2})
    run(
        "homeaway",
        {"CASE": case, "OUTPUT": f"ogr:dbname='{Path(case) / 'layers.gpkg'}' table=\"homeaway\" (geom)"},
    )
    return case


def test_a_drill_is_scored_and_what_is_missing_is_said(run, feedback, scenario, drilled, tmp_path):
    made = run(
        "scoredrill",
        {"SCENARIO": scenario, "CASE": drilled, "OUTPUT": "memory:", "SUMMARY": str(tmp_path / "score.json")},
    )
    rows = list(made["OUTPUT"].getFeatures())
    assert made["COUNT"] == len(rows) > 10
    summary = json.loads((tmp_path / "score.json").read_text(encoding="utf-8"))
    assert set(summary) == {"homeaway", "homeaway_layer"}
    for method in ("held", "manual", "quiet"):
        assert 0.5 < summary["homeaway"][f"{method}.day.accuracy"] <= 1
        assert 0 < summary["homeaway"][f"{method}.24h.coverage"] <= 1
    assert summary["homeaway"]["manual_bare.24h.coverage"] > summary["homeaway"]["manual.24h.coverage"]
    assert summary["homeaway"]["manual_bare.night.accuracy"] < 0.5
    assert summary["homeaway"]["manual.day.homes"] > summary["homeaway"]["manual.night.homes"] > 0
    assert any("no layer “shelterpower”" in line for line in feedback.warnings)
    values = {(row["theme"], row["measure"]): row["value"] for row in rows}
    assert values["homeaway", "held.day.accuracy"] == pytest.approx(summary["homeaway"]["held.day.accuracy"])


def test_the_day_is_scored_with_what_the_master_says_of_the_homes(run, scenario, drilled, monkeypatch):
    from tomoshibi.analysis.about_meters import About
    from tomoshibi.casefile import presence

    asked = []

    def nobody_yet(case, rows, numbers, begin, end, at):
        """As if all tenancies began when the day ends."""
        asked.append((begin, end))
        slots = int((end - begin) // np.timedelta64(1800, "s"))
        return About(first=np.full(len(rows), slots, dtype=np.int32))

    monkeypatch.setattr(presence, "about", nobody_yet)
    results = run("scoredrill", {"SCENARIO": scenario, "CASE": drilled, "OUTPUT": "memory:"})
    values = {(row["theme"], row["measure"]): row["value"] for row in results["OUTPUT"].getFeatures()}
    assert len(asked) == 3 and len({end for _, end in asked}) == 1
    answered = {name: values["homeaway", f"{name}.24h.coverage"] for name in ("manual", "held", "quiet")}
    assert answered == {"manual": 0.0, "held": 0.0, "quiet": 0.0}


def test_a_case_of_another_place_is_not_scored(run, complaint, scenario, tmp_path):
    other = {"NAME": "a", "EVENT_TIME": "2026-01-19T05:46:00", "MUNICIPALITY": "172014", "PRACTICE": True}
    case = run("createcase", {"CASE": str(tmp_path / "case"), **other})["CASE"]
    assert "was not made from this scenario" in complaint(
        "scoredrill", {"SCENARIO": scenario, "CASE": case, "OUTPUT": "memory:"}
    )


def test_open_data_of_another_region_name_the_file_and_column_that_lack(complaint, tmp_path):
    ring = [[140.0, 35.0], [140.01, 35.0], [140.01, 35.01], [140.0, 35.01], [140.0, 35.0]]
    shape = {"type": "Polygon", "coordinates": [ring]}

    def write(name, said):
        feature = {"type": "Feature", "properties": said, "geometry": shape}
        text = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)
        (tmp_path / name).write_text(text, encoding="utf-8")

    write("admin_12999.geojson", {"N03_001": "千葉県", "N03_004": "明灯市"})
    write("smallarea.geojson", {"PREF_NAME": "千葉県", "CITY_NAME": "明灯市", "S_NAME": "本町", "SETAI": "60"})
    write("mesh500m.geojson", {"MESH_ID": "1"})
    given = {"DATA": str(tmp_path), "FOLDER": str(tmp_path / "made"), "SEED": 1}
    said = complaint("createscenario", given)
    assert "mesh500m.geojson" in said and "PTN_2020" in said and "fault of the plugin" not in said

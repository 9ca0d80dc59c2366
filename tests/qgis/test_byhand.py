"""What an officer with LG-WAN only can do: files by hand, and a profile edited by hand."""

from __future__ import annotations

import json
from datetime import datetime, time

import pandas as pd
import pytest
from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import SHIPPED, Profile
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.practice.published_files import publish_files
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario
from tomoshibi.tests.qgis.tables import rows

PROFILE = Profile.load()


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    folder = tmp_path_factory.mktemp("byhand") / "scenario"
    make_scenario(folder, seed=5, spec=ScenarioSpec(meters=2000))
    return Scenario.open(folder)


@pytest.fixture
def case(scenario, tmp_path):
    """A case with nothing in it."""
    return Case.create(tmp_path / "case", CaseInfo("訓練", scenario.event_time, scenario.municipality, practice=True))


def published(scenario, template, folder, begin, zipped=False):
    """Files as the LG-WAN screen gives them, under names that say nothing."""
    made = []
    for number, condition in enumerate(
        TEMPLATES[template].conditions(scenario.municipality, begin, scenario.now, ["low"])
    ):
        for path in publish_files(
            scenario, condition, PROFILE, folder, scenario.now, condition_id=f"L{number}", zipped=zipped
        ):
            made.append(path.rename(path.with_name(f"ダウンロード{len(made)}{path.suffix}")))
    return [str(path) for path in made]


def test_shelters_without_power_are_found_from_the_outage_list_and_the_links_alone(run, scenario, case, tmp_path):
    files = published(scenario, "uc1", tmp_path / "stick", scenario.now, zipped=True)
    made = run("importfiles", {"CASE": str(case.folder), "FILES": files, "SCOPE": "contractors"})
    assert (made["FILES"], made["FAILED"]) == (1, 0) and made["ROWS"] > 0
    assert "マスタ情報" in made["MISSING"]
    found = run(
        "shelterpower",
        {
            "CASE": str(case.folder),
            "FACILITIES": str(scenario.folder / "open" / "facilities.geojson"),
            "LINKS": str(scenario.folder / "open" / "links.csv"),
            "OUTPUT": "memory:",
        },
    )
    table = rows(found["OUTPUT"])
    listed = set(case.outage_snapshots()[0].table["supply_point"])
    links = pd.read_csv(scenario.folder / "open" / "links.csv", dtype=str)
    dark = links.groupby("facility_id")["supply_point"].apply(lambda points: set(points) <= listed)
    partly = links.groupby("facility_id")["supply_point"].apply(lambda points: bool(set(points) & listed))
    states = table.set_index("facility_id")["state"]
    assert found["OUTAGE"] > 0
    assert set(states[states == "outage"].index) == set(dark[dark].index) & set(states.index)
    assert set(states[states == "partial"].index) == set(partly[partly & ~dark].index) & set(states.index)
    # who is not listed has power only if the meter can be read remotely, which マスタ情報 alone says
    assert found["POWERED"] == 0
    assert table["reason"].str.len().gt(0).all()


def test_wards_without_power_are_counted_from_the_address_statistics_alone(run, scenario, case, tmp_path):
    files = published(scenario, "uc2lgwan", tmp_path / "stick", datetime.combine(scenario.first_day, time()))
    made = run("importfiles", {"CASE": str(case.folder), "FILES": [*files, *files]})
    assert (made["FILES"], made["FAILED"], made["DUPLICATES"], made["MISSING"]) == (len(files), 0, len(files), "")
    found = run(
        "areaoutage",
        {
            "CASE": str(case.folder),
            "AREAS": str(scenario.folder / "open" / "municipality.geojson"),
            "AREA_FIELD": "code",
            "NAME_FIELD": "name",
            "OUTPUT": "memory:",
        },
    )
    assert found["CELLS"] > 0 and found["METERS"] > found["SILENT"] > 0


def test_what_is_missing_is_an_output_and_a_warning(run, case, feedback, tmp_path):
    header = [column.name for column in PROFILE.file("outage").columns]
    row = ["0512340567890123456789", "M1", "電力 太郎", "灯島県灯市", "20260119", "1200"]
    name = f"{case.info.municipality}_C1_outage_202601191200_002.csv"
    (tmp_path / name).write_text("\r\n".join([",".join(header), ",".join(row), ""]), encoding="utf-8")
    made = run("importfiles", {"CASE": str(case.folder), "FILES": [str(tmp_path / name)]})
    assert "part(s) 1 of at least 2 are missing" in made["MISSING"]
    assert any("part(s) 1 of at least 2 are missing" in line for line in feedback.warnings)


# -- the profile --------------------------------------------------------------------------------------
def test_the_shipped_profile_is_good_and_its_copy_too(run, tmp_path):
    copy = tmp_path / "ours.json"
    found = run("checkprofile", {"COPY": str(copy)})
    assert (found["OK"], found["PROBLEMS"], found["MESSAGE"]) == (1, 0, "")
    assert copy.read_bytes() == SHIPPED.read_bytes() and found["PUBLIC"] > 50 and found["ASSUMED"] > 50
    assert run("checkprofile", {"PROFILE": str(copy)})["OK"] == 1


def test_every_problem_of_a_profile_is_told_with_its_place(run, feedback, tmp_path):
    raw = json.loads(SHIPPED.read_text(encoding="utf-8"))
    del raw["interfaces"]["files"]
    raw["keys"]["table"]["key"] = "dataClass"
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    found = run("checkprofile", {"PROFILE": str(path)})
    assert (found["OK"], found["PROBLEMS"]) == (0, 2)
    assert [line.split()[0] for line in found["MESSAGE"].splitlines()] == ["/interfaces/files", "/keys/table/key"]
    assert len(feedback.warnings) == 2
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    assert "line 1" in run("checkprofile", {"PROFILE": str(tmp_path / "broken.json")})["MESSAGE"]

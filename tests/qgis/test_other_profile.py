"""Another design document is another profile and nothing else: over HTTP, by hand, to the same results."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tomoshibi.aggregator.profile import Profile
from tomoshibi.casefile.case import Case
from tomoshibi.practice.scenario import ScenarioSpec, make_scenario
from tomoshibi.practice.server import PracticeServer
from tomoshibi.tests.other_profile import PROFILES
from tomoshibi.tests.qgis.tables import rows

SHIPPED_RESULTS: list = []
"""Rows and results with the shipped profile, worked out once."""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    folder = tmp_path_factory.mktemp("profiles") / "scenario"
    make_scenario(folder, seed=4, spec=ScenarioSpec(meters=2000))
    return folder


@pytest.fixture
def work(run, scenario, tmp_path, monkeypatch):
    """Return `work(name, profile)`: the whole way over HTTP, and what three algorithms make of it."""

    about = json.loads((scenario / "scenario.json").read_text(encoding="utf-8"))

    def way(name, raw=None):
        path = ""
        if raw is not None:
            path = str(tmp_path / f"{name}.json")
            Path(path).write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
            assert run("checkprofile", {"PROFILE": path})["MESSAGE"] == ""
        with PracticeServer(scenario, profile=Profile.load(Path(path) if path else None), build_seconds=0.05) as server:
            user, phrase = server.credentials()()
            monkeypatch.setenv("TOMOSHIBI_BASE_URL", server.url)
            monkeypatch.setenv("TOMOSHIBI_USER", user)
            monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", phrase)
            case = run(
                "createcase",
                {
                    "CASE": str(tmp_path / name),
                    "NAME": "訓練",
                    "EVENT_TIME": about["event_time"],
                    "MUNICIPALITY": about["municipality"],
                    "PRACTICE": True,
                },
            )["CASE"]
            assert run("testconnection", {"PROFILE": path})["OK"]
            ids = []
            for template, more in (
                ("uc1", {"FROM": about["now"], "TO": about["now"]}),
                ("uc2", {"MESH_SIZE": "500", "VOLTAGE": ["low"], "AREA": "135.1,135.6,38.0,38.4 [EPSG:6668]"}),
                ("uc5", {}),
            ):
                given = {"CASE": case, "TEMPLATE": template, "FROM": about["first_day"], "TO": about["last_day"]}
                made = run("registercondition", {**given, **more, "PROFILE": path})
                ids += made["CONDITION_ID"].split(",")
            got = run(
                "downloadpublished",
                {"CASE": case, "CONDITION_ID": ",".join(ids), "WAIT_MINUTES": 1, "PROFILE": path},
            )
            assert (got["FAILED"], got["PENDING"], got["REJECTED"]) == (0, 0, 0)
            run("deletecondition", {"CONDITION_ID": ",".join(ids), "PROFILE": path})
        return case, got["ROWS"], results(case)

    def results(case, *names):
        found = {}
        for algorithm, more in (
            ("shelterpower", {"FACILITIES": str(scenario / "open" / "facilities.geojson"), "LINKS": links}),
            ("meshoutage", {"MESH_SIZE": "500"}),
            ("acquisitiongaps", {"AREAS": str(scenario / "open" / "areas.geojson")}),
        ):
            if names and algorithm not in names:
                continue
            output = run(algorithm, {"CASE": case, "OUTPUT": "memory:", **more})["OUTPUT"]
            found[algorithm] = rows(output).fillna("NULL").astype(str).to_dict("records")
        return found

    links = str(scenario / "open" / "links.csv")
    way.results = results
    return way


@pytest.mark.parametrize("name", list(PROFILES))
def test_another_profile_gives_the_same_results_with_no_change_of_code(work, run, tmp_path, name):
    if not SHIPPED_RESULTS:
        SHIPPED_RESULTS.extend(work("shipped")[1:])
    plain_rows, plain = SHIPPED_RESULTS
    case, other_rows, other = work("other", PROFILES[name])
    assert all(plain.values()) and other == plain
    assert other_rows == plain_rows
    # the same files once more, by hand into a new case; マスタ情報 without a header row needs its condition
    byhand = Case.create(tmp_path / "byhand", Case.open(Path(case)).info)
    files = sorted((Path(case) / "received").glob("*/*.csv"))
    given = {"CASE": str(byhand.folder), "SCOPE": "contractors", "PROFILE": str(tmp_path / "other.json")}
    master = [path for path in files if path.name.startswith("kihon")]
    found = run("importfiles", {**given, "FILES": [str(path) for path in files]})
    # the condition lies beside the files, so that even マスタ情報 without a header row can be read
    assert (found["FAILED"], found["REJECTED"]) == (0, 0)
    # on a stick they lie without it
    stick = tmp_path / "stick"
    stick.mkdir()
    lone = Case.create(tmp_path / "lone", Case.open(Path(case)).info)
    given_alone = {**given, "CASE": str(lone.folder)}
    alone = [str(shutil.copy(path, stick / path.name)) for path in files]
    assert run("importfiles", {**given_alone, "FILES": alone})["FAILED"] == 1
    copied = byhand.folder / "received" / master[0].parent.name
    shutil.copytree(master[0].parent, copied)
    assert run("importfiles", {**given, "FILES": [str(copied / master[0].name)]})["FAILED"] == 0
    names = ("meshoutage", "acquisitiongaps")
    assert work.results(str(byhand.folder), *names) == {name: plain[name] for name in names}

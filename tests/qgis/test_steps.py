"""Readings in steps of 15 minutes give the results that the same readings in half-hours give."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest
from tomoshibi.aggregator.profile import Profile
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.intake import take_in
from tomoshibi.messages import Progress
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

PROFILE = Profile.load()


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """The same drill in half-hours, in quarters, and with every other meter in quarters."""
    folder = tmp_path_factory.mktemp("steps")
    found = {}
    for name, step in (("half-hours", 30), ("quarters", 15)):
        found[name] = make_drill(folder / name, seed=5, step=step)
    mixed = folder / "mixed"
    shutil.copytree(found["half-hours"].case.folder, mixed)
    shutil.rmtree(mixed / "readings")
    half = folder / "half"
    half.mkdir()
    files = []
    for name, last in (("half-hours", "02468"), ("quarters", "13579")):
        for path in sorted((found[name].case.folder / "received" / "C2").glob("*_reading_*.csv")):
            head, *lines = path.read_bytes().split(b"\r\n")
            files.append(half / f"{path.stem}{name}.csv")
            point = PROFILE.file("reading").names["供給/受電地点特定番号"]
            place = [column.column for column in PROFILE.file("reading").columns].index(point)
            kept = [line for line in lines if line and chr(line.split(b",")[place][-1]) in last]
            files[-1].write_bytes(b"\r\n".join([head, *kept, b""]))
    assert len(files) > 4
    report = take_in(Case.open(mixed), files, PROFILE, None, "unknown", Progress())
    assert not report.failed and not report.rejected and set(report.readings.by_step) == {30, 15}
    return {name: drill.case.folder for name, drill in found.items()} | {"mixed": mixed}, found["half-hours"].open


QUESTIONS = {
    "shelterpower": ("facility_id", {"FACILITIES": "facilities.geojson"}),
    "homeaway": ("supply_point", {"METHOD": "quiet"}),
    "acquisitiongaps": (["area_id", "begin"], {"AREAS": "areas.geojson"}),
    "isolatedcommunities": ("area_id", {"AREAS": "areas.geojson", "ROADS": "roads.geojson"}),
}


@pytest.mark.parametrize("name", ["quarters", "mixed"])
@pytest.mark.parametrize("question", [*QUESTIONS, "homeaway held", "homeaway manual"])
def test_the_step_length_changes_no_result(run, cases, name, question):
    folders, open_data = cases
    algorithm, *method = question.split()
    key, parameters = QUESTIONS[algorithm]
    parameters = {
        one: str(open_data / value) if value.endswith(".geojson") else value for one, value in parameters.items()
    }
    if method:
        parameters["METHOD"] = method[0]
    found = {}
    for case in ("half-hours", name):
        outputs = run(algorithm, {"CASE": str(folders[case]), "OUTPUT": "memory:", **parameters})
        table = rows(outputs.pop("OUTPUT")).sort_values(key, ignore_index=True)
        found[case] = table, {one: value for one, value in outputs.items() if isinstance(value, (int, float))}
    (expected, numbers), (table, others) = found["half-hours"], found[name]
    assert len(expected) > 5 and numbers == others
    pd.testing.assert_frame_equal(table, expected)


def test_the_status_of_a_case_says_in_which_steps_readings_came(run, cases, feedback):
    folders, _ = cases
    said = {}
    for name, folder in folders.items():
        sections = json.loads(run("casestatus", {"CASE": str(folder)})["DETAILS"])
        said[name] = next(
            row["value"] for part in sections for row in part["rows"] if row["item"] == "Steps of the readings"
        )
    assert said["half-hours"].startswith("30 min (") and "15" not in said["half-hours"].split("(")[0]
    assert said["quarters"].startswith("15 min (")
    assert said["mixed"].count("min (") == 2


def test_an_import_says_in_which_steps_readings_came(run, cases, feedback, tmp_path):
    folders, _ = cases
    shutil.copytree(folders["half-hours"], tmp_path / "case")
    shutil.rmtree(tmp_path / "case" / "received")
    files = [str(path) for path in sorted((folders["quarters"] / "received" / "C2").glob("*_reading_*.csv"))[:2]]
    found = run("importfiles", {"CASE": str(tmp_path / "case"), "FILES": files})
    assert (found["FILES"], found["REJECTED"], found["FAILED"]) == (2, 0, 0)
    assert any(line.startswith("Readings in steps of 15 minutes:") for line in feedback.infos)
    # they are the same readings: nothing disagrees
    assert not any("steps of two lengths" in line for line in feedback.warnings)

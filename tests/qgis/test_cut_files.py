"""Files brought by hand that are not all there any more: what they lost is unknown, and nobody's outage."""

from __future__ import annotations

import re

import pytest
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


@pytest.fixture
def states(drill, run, tmp_path):
    """Return `states(name, change)`: import the drill's readings with the newest file changed; states, import."""

    def of(name, change):
        info = CaseInfo("訓練", drill.case.info.event_time, drill.case.info.municipality, practice=True)
        case = Case.create(tmp_path / name, info)
        folder = tmp_path / f"{name}_files"
        folder.mkdir()
        files = []
        for path in sorted(drill.case.folder.glob("received/C2/*.csv")):
            files.append(folder / path.name)
            files[-1].write_bytes(path.read_bytes())
        newest = files[-1]
        newest.write_bytes(change(newest.read_bytes()))
        found = run("importfiles", {"CASE": str(case.folder), "FILES": list(map(str, files))})
        own = {"CASE": str(case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
        made = run("shelterpower", {**own, "LINKS": str(drill.open / "links.csv"), "OUTPUT": "memory:"})
        return rows(made["OUTPUT"]).set_index("facility_id")["state"], found

    return of


def cut(content):
    """Cut a file off in the middle of a row, nine tenths down."""
    place = content.rfind(b"\n", 0, len(content) * 9 // 10)
    return content[: place + 30]


def cut_at_a_row_end(content):
    """Cut a file off between two rows, seven tenths down."""
    return content[: content.rfind(b"\n", 0, len(content) * 7 // 10) + 1]


def without_some(content):
    """Leave every third meter out, also the last ones: an outage everywhere."""
    lines = content.splitlines(keepends=True)
    points = {line.split(b",")[2]: place for place, line in reversed(list(enumerate(lines[1:])))}
    gone = set(sorted(points, key=points.__getitem__)[::3])
    return b"".join([lines[0], *(line for line in lines[1:] if line.split(b",")[2] not in gone)])


def through_a_spreadsheet(content):
    """Round the supply points of the last tenth of the rows."""
    lines = content.split(b"\n")
    first = len(lines) * 9 // 10
    return b"\n".join([*lines[:first], *(re.sub(rb"(?<=,)\d{22}(?=,)", b"5.01E+20", line) for line in lines[first:])])


def test_what_a_file_lost_that_is_not_whole_is_no_outage(states, feedback):
    whole, said = states("whole", lambda content: content)
    powered = whole.index[whole == "powered"]
    assert len(powered) > 20 and not said["MISSING"]
    for change, words in ((cut, "ends in the middle of a row"), (through_a_spreadsheet, "rows cannot be read")):
        found, said = states(change.__name__, change)
        assert not (found[powered] == "outage").any(), change.__name__
        assert "could not be used" in said["MISSING"] and any(words in one for one in feedback.warnings)
        assert said["FAILED"] == 0 and said["REJECTED"] >= 1


def test_a_file_whose_last_row_has_no_line_end_is_whole(states):
    _, said = states("bare", lambda content: content.rstrip(b"\r\n"))
    assert not said["MISSING"] and said["REJECTED"] == 0
    _, said = states("dos", lambda content: content + b"\x1a")
    assert not said["MISSING"]


def test_a_file_that_ends_at_a_row_before_many_meters_of_the_day_before_is_named(states, feedback):
    def told():
        return [one for one in feedback.warnings if "follow its last row" in one]

    for change in (lambda content: content, without_some):
        states(f"other{change.__name__.strip('<>')}", change)
        assert not told()
    states("row_end", cut_at_a_row_end)
    (words,) = told()
    count = int(re.search(r"([0-9,]+) meters", words).group(1).replace(",", ""))
    assert "991007_C2_reading_202601210600.csv" in words and 200 < count < 1000
    assert not re.search(r"\d{22}", words)

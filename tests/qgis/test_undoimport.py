"""A wrong import is taken back through the toolbox, and the case says which ones there are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from qgis.core import QgsProcessingException
from tomoshibi.casefile.case import Case
from tomoshibi.tests.drill_case import make_drill


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("undo"), seed=7, meters=2000)


def listed(run, folder: str) -> list[str]:
    sections = json.loads(run("casestatus", {"CASE": folder})["DETAILS"])
    return [row["value"] for section in sections for row in section["rows"] if row["item"] == "Import"]


def test_a_wrong_list_is_taken_back_and_the_status_says_so(run, drill, tmp_path):
    folder = str(tmp_path / "case")
    Case.create(Path(folder), drill.case.info)
    received = sorted((drill.case.folder / "received").rglob("*.csv"))
    reading = next(path for path in received if "_reading_" in path.name)
    master = next(path for path in received if "_master_" in path.name)
    run("importfiles", {"CASE": folder, "FILES": [str(master)], "SCOPE": "all"})
    rows = run("importfiles", {"CASE": folder, "FILES": [str(reading)], "SCOPE": "all"})["ROWS"]
    shown = listed(run, folder)
    assert len(shown) == 2 and shown[1].endswith(f"1 file(s), {rows} rows") and rows > 0
    found = run("undoimport", {"CASE": folder})
    assert (found["FILES"], found["ROWS"], found["ID"]) == (1, rows, shown[1].partition(":")[0])
    status = run("casestatus", {"CASE": folder})
    assert status["READING_DAYS"] == 0 and status["METERS"] > 0 and len(listed(run, folder)) == 1
    assert reading.name not in json.dumps(json.loads(status["DETAILS"]))
    run("undoimport", {"CASE": folder})
    with pytest.raises(QgsProcessingException, match="no import"):
        run("undoimport", {"CASE": folder})

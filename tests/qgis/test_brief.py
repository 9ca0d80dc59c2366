"""The brief: one PDF with figures and names first, made as far as the data go."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from qgis.core import QgsProcessingContext, QgsProject
from tomoshibi.casefile import data_status, history
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.layers import build
from tomoshibi.messages import message
from tomoshibi.processing_provider.publish.brief import Brief
from tomoshibi.sheets import situation
from tomoshibi.sheets.export import SheetError

from tests.qgis.test_sheets import _places, _result

EVENT = datetime(2026, 1, 19, 4, 10)
pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def facilities(folder: Path) -> None:
    table = pd.DataFrame(
        {
            "facility_id": list("abc"),
            "name": ["灯総合病院", "灯小学校", "暁公民館"],
            "kind": ["病院", "避難所", "避難所"],
            "state": ["outage", "outage", "powered"],
        }
    )
    _result(folder / "layers.gpkg", "shelterpower", table, build.points(137 + 0.01 * np.arange(3), np.full(3, 37.2)))


@pytest.fixture()
def case(qgis_app, tmp_path: Path) -> Case:
    made = Case.create(tmp_path / "case", CaseInfo("灯里市 地震", EVENT, "999999", practice=True))
    _places(made.folder / "context.gpkg", "boundary", [("city", 136.99, 37.19, 0.08)])
    return made


def brief(case: Case, feedback, **more) -> dict:
    algorithm = Brief().create()
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    parameters = {"CASE": str(case.folder), "BASEMAP": "none", **more}
    good, reason = algorithm.checkParameterValues(parameters, context)
    assert good, reason
    results, done = algorithm.run(parameters, context, feedback)
    assert done, feedback.errors
    return results


def text(path: str, page: int) -> str:
    call = ["pdftotext", "-layout", "-f", str(page), "-l", str(page), path, "-"]
    return subprocess.run(call, capture_output=True, check=True).stdout.decode()


def test_a_case_without_one_result_has_a_brief_that_names_what_is_missing(case, feedback):
    made = brief(case, feedback)
    assert made["PAGES"] == 1
    first = text(made["PDF"], 1)
    assert "not made" in first and "No data were received" in first
    assert "Power at shelters and key facilities: not made yet" in made["SKIPPED"]
    assert "DRILL" in first


def test_figures_and_names_come_first_and_the_maps_behind(case, feedback):
    facilities(case.folder)
    before = pd.DataFrame({"facility_id": list("abc"), "state": ["powered", "outage", "outage"]})
    history.keep(case, "shelterpower", before, datetime(2026, 1, 19, 9), "tomoshibi:shelterpower")
    made = brief(case, feedback, PAPER="A4")
    assert made["PAGES"] == 2
    first = " ".join(text(made["PDF"], 1).split())
    assert "1 of 1" in first and "Confirmed without power: 2 of 3 facilities" in first
    assert first.index("灯総合病院") < first.index("灯小学校")
    # of the hospital alone beside the number of critical facilities, of all of them on their map
    assert "newly out 1" in first and "no longer out 0" in first and first.count("newly out") == 1
    second = text(made["PDF"], 2)
    # digits beside Latin letters, and letters that a font would join, are copied whole
    assert (
        "Power at shelters" in second
        and "As of 2026-01-20 09:00" in second
        and "Confirmed without power: 2 of" in second
    )
    (entry,) = [one for one in case.ledger.entries() if one.path.endswith("brief.pdf")]
    assert entry.personal and entry.sources == ("layers.gpkg|shelterpower",)
    assert Path(made["PDF"]).is_relative_to(case.folder / "reports")


def test_the_first_page_says_of_which_moment_presence_is(case, feedback):
    homes = pd.DataFrame({"supply_point": ["0" * 22], "state": ["home"], "method": ["manual"], "pole_count": 1})
    _result(case.folder / "layers.gpkg", "homeaway", homes, build.points([137.0], [37.2]))
    made = brief(case, feedback, SHEETS=["homeaway"])
    # beside figures of the morning those of another moment would be read as the morning's
    assert "At home or away at 01-20 09:00 (estimate)" in " ".join(text(made["PDF"], 1).split())
    assert "Method: Manual's rule" in " ".join(text(made["PDF"], 2).split())


def test_a_map_that_cannot_be_drawn_costs_no_other_and_is_named(case, feedback, monkeypatch):
    facilities(case.folder)
    homes = pd.DataFrame({"supply_point": ["0" * 22], "state": ["home"], "pole_count": 1})
    _result(case.folder / "layers.gpkg", "homeaway", homes, build.points([137.0], [37.2]))
    real = situation.SheetExporter.opened

    def opened(self, layer, kind, *more):
        if kind == "shelterpower":
            raise SheetError(message("The legend does not fit."))
        return real(self, layer, kind, *more)

    monkeypatch.setattr(situation.SheetExporter, "opened", opened)
    made = brief(case, feedback)
    assert made["PAGES"] == 2
    assert "Power at shelters and key facilities: The legend does not fit." in made["SKIPPED"]
    assert "At home or away" in text(made["PDF"], 2)
    # also on the first page, which is drawn before it is known
    assert "The legend does not fit." in " ".join(text(made["PDF"], 1).split())


def test_only_the_maps_that_are_asked_for_are_printed(case, feedback):
    facilities(case.folder)
    made = brief(case, feedback, SHEETS=["meshoutage"])
    assert made["PAGES"] == 1
    assert made["SKIPPED"] == "Outage rate by mesh: not made yet"
    # a result that lies in the case is counted, and named as what the page rests on, though its map is not asked for
    first = " ".join(text(made["PDF"], 1).split())
    assert "Critical facilities without power" in first and "1 of 1" in first and "灯小学校" not in first
    # nor do the words above the numbers say that nothing was made
    assert "no map of the situation has been made" not in first and "Confirmed without power: shelters 1 of 2" in first
    (entry,) = [one for one in case.ledger.entries() if one.path.endswith("brief.pdf")]
    assert entry.sources == ("layers.gpkg|shelterpower",)


def test_each_kind_of_data_is_told_until_when_it_reaches(case, feedback, monkeypatch):
    until = {"reading": datetime(2026, 1, 21, 3), "outage": datetime(2026, 1, 21, 6)}
    status = data_status.DataStatus(datetime(2026, 1, 21, 6), until, (), EVENT, 12.0)
    monkeypatch.setattr(data_status, "status_now", lambda *_: status)
    first = " ".join(text(brief(case, feedback)["PDF"], 1).split())
    assert "Data until: Readings (電力データ) 01-21 03:00, Outage information (通電情報) 01-21 06:00" in first
    # no one time tells of both, so that none is told
    assert "Data until 2026" not in first and "Statistics" not in first

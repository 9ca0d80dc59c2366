"""Printing from a window is done by a process of its own: the window stays free, and nothing half made stays."""

from __future__ import annotations

import json
import os
import signal
from datetime import datetime
from pathlib import Path

import pytest
from qgis.core import QgsFeatureRequest, QgsProcessingAlgorithm, QgsProcessingContext, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from tomoshibi import settings
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.dialogs import jobs
from tomoshibi.dialogs.case_project import CaseWindow
from tomoshibi.dialogs.jobs import Job, Outcome
from tomoshibi.processing_provider import printed_apart
from tomoshibi.processing_provider.announce import ANNOUNCER
from tomoshibi.processing_provider.apart import process
from tomoshibi.processing_provider.apart.python import python_of_qgis
from tomoshibi.tests.patience import PATIENCE
from tomoshibi.tests.qgis.window import Interface
from tomoshibi.tests.stall import LONGEST, StallMeter, least_stall, spin_until

from tests.qgis.pdf_words import pages_of
from tests.qgis.test_dock import facilities, isolated
from tests.qgis.test_sheets import _places

EVENT = datetime(2026, 1, 19, 4, 10)


@pytest.fixture
def case(provider, tmp_path: Path) -> Case:
    """A drill with two results, in a folder whose name has a blank and is Japanese."""
    made = Case.create(tmp_path / "灯里市 訓練", CaseInfo("灯里市 地震", EVENT, "999999", practice=True))
    _places(made.folder / "context.gpkg", "boundary", [("city", 136.99, 37.19, 0.08)])
    facilities(made.folder)
    isolated(made.folder)
    return made


@pytest.fixture
def window(provider, monkeypatch, request):
    """QGIS's window with the plugin's hold on it, and no process that could not be started before."""
    iface = Interface()
    iface.window.show()
    held = CaseWindow(iface)
    monkeypatch.setattr(printed_apart, "_broken", [])
    yield iface
    held.close()
    # what is asked of a process was not done by the window
    assert not printed_apart._broken or "dialogs" in request.fixturenames
    QgsProject.instance().clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    iface.delete()


class Run:
    """One run from a window, and what was heard of it."""

    def __init__(self, name: str, case: Case, **more):
        self.said: list[tuple[str, str]] = []
        self.percents: list[float] = []
        self.outcomes: list[Outcome] = []
        self.job = Job(name, {"CASE": str(case.folder), "BASEMAP": "none", **more})
        assert self.job.wrong() == ""
        self.job.said.connect(lambda level, text: self.said.append((level, text)))
        self.job.progressed.connect(self.percents.append)
        self.job.done.connect(self.outcomes.append)

    def printed(self) -> Outcome:
        """Print from begin to end. What failed early would have stalled nothing."""
        self.job.start()
        outcome = self.ended()
        assert outcome.ok, outcome.reason
        return outcome

    def ended(self) -> Outcome:
        """Wait for its end."""
        spin_until(lambda: bool(self.outcomes), what="the end of the printing")
        return self.outcomes[0]

    def lines(self, level: str) -> list[str]:
        return [text for of, text in self.said if of == level]


@pytest.fixture
def children(monkeypatch) -> list[int]:
    """The numbers of the processes that were started."""
    started: list[int] = []
    plain = process._Child.__init__

    def noted(self, *given) -> None:
        plain(self, *given)
        started.append(self.number)

    monkeypatch.setattr(process._Child, "__init__", noted)
    return started


def entered(case: Case) -> list[str]:
    """Return what the ledger holds of printed files."""
    return [entry.path for entry in case.ledger.entries() if entry.path.endswith(".pdf")]


def parts(case: Case) -> list[Path]:
    return [path for path in case.folder.rglob("*") if path.name.endswith(".part")]


def is_gone(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("name", ["brief", "mapsheets"])
def test_the_window_stays_free_while_another_process_prints(case, window, children, dialogs, log, capsys, name):
    announced: list[str] = []
    ANNOUNCER.ended.connect(lambda which, places: announced.append(which))
    run = Run(name, case)
    with StallMeter() as meter:
        outcome = run.printed()
    with capsys.disabled():
        print(f"\n{name}: longest stall {1000 * meter.longest:.0f} ms, {meter.ticks} ticks")
    assert (len(children), dialogs, log) == (1, [], []) and is_gone(children[0])
    assert max(run.percents) > 10 and announced == [name]
    made = sorted(case.folder.rglob("*.pdf"))
    assert len(made) == {"brief": 1, "mapsheets": 2}[name] and outcome.results["PAGES"] >= 2
    assert sorted(entered(case)) == [path.relative_to(case.folder).as_posix() for path in made]
    assert parts(case) == [] and least_stall(meter.longest, lambda: Run(name, case).printed()) < LONGEST


def test_a_run_without_a_window_prints_in_its_own_process(case, provider, children, run):
    made = run("brief", {"CASE": str(case.folder), "BASEMAP": "none"})
    assert Path(made["PDF"]).is_file() and children == []
    assert provider.algorithm("brief").flags() & QgsProcessingAlgorithm.Flag.FlagNoThreading


def test_the_pdf_of_another_process_says_the_same(case, window, run, tmp_path):
    here = run("brief", {"CASE": str(case.folder), "BASEMAP": "none", "PDF": str(tmp_path / "here.pdf")})
    other = Run("brief", case, PDF=str(tmp_path / "apart.pdf"))
    other.job.start()
    assert other.ended().ok
    assert pages_of(tmp_path / "apart.pdf") == pages_of(Path(here["PDF"]))


def _words(path: Path) -> str:
    return "".join(word.text for page in pages_of(path) for word in page.words)


def test_the_process_speaks_the_language_of_the_window_and_names_the_drill(case, window, children, monkeypatch):
    monkeypatch.setenv("TOMOSHIBI_LANGUAGE", "ja")
    monkeypatch.setenv("TOMOSHIBI_PRACTICE", "1")
    run = Run("brief", case)
    run.job.start()
    words = _words(Path(run.ended().results["PDF"]))
    assert len(children) == 1 and "訓練" in words and "避難所" in words


def test_what_is_set_in_the_profile_holds_in_the_process(case, window, children, monkeypatch):
    record = json.loads((case.folder / "case.json").read_text(encoding="utf-8"))
    (case.folder / "case.json").write_text(json.dumps({**record, "practice": False}), encoding="utf-8")
    settings.PRACTICE.save("1")
    run = Run("brief", case)
    run.job.start()
    outcome = run.ended()
    settings.PRACTICE.save("")
    assert len(children) == 1 and not outcome.ok and "PRACTICE" in outcome.reason


# -- stopped in the middle --------------------------------------------------------------------------------------------


def _after_the_first_page(run: Run) -> None:
    spin_until(lambda: (bool(run.percents) and max(run.percents) > 30) or bool(run.outcomes), what="the first page")
    assert not run.outcomes


def test_cancel_in_the_middle_ends_the_process_and_leaves_what_stood_before(case, window, children, tmp_path):
    before = tmp_path / "brief.pdf"
    before.write_bytes(b"of yesterday")
    run = Run("brief", case, PDF=str(before))
    run.job.start()
    _after_the_first_page(run)
    run.job.cancel()
    assert run.ended().cancelled and is_gone(children[0])
    assert before.read_bytes() == b"of yesterday" and sorted(os.listdir(tmp_path)) == [before.name, "灯里市 訓練"]
    assert entered(case) == [] and parts(case) == []


def test_cancel_leaves_the_sheets_that_were_complete_with_their_lines_in_the_ledger(case, window, children):
    run = Run("mapsheets", case)
    run.job.start()
    spin_until(lambda: any(".pdf" in line for line in run.lines(jobs.INFO)), what="the first sheet")
    run.job.cancel()
    assert run.ended().cancelled and is_gone(children[0])
    made = [path.relative_to(case.folder).as_posix() for path in case.folder.rglob("*.pdf")]
    assert sorted(entered(case)) == sorted(made) and len(made) == 1 and parts(case) == []


def test_a_process_that_is_killed_is_told_and_leaves_what_stood_before(case, window, children, tmp_path):
    before = tmp_path / "brief.pdf"
    before.write_bytes(b"of yesterday")
    run = Run("brief", case, PDF=str(before))
    run.job.start()
    _after_the_first_page(run)
    os.kill(children[0], signal.SIGKILL)
    outcome = run.ended()
    assert not outcome.ok and not outcome.cancelled and "ended before it was done (-9)" in outcome.reason
    assert before.read_bytes() == b"of yesterday" and entered(case) == [] and parts(case) == []
    assert sorted(os.listdir(tmp_path)) == [before.name, "灯里市 訓練"]


def test_the_process_ends_with_the_window_that_asked_for_it(case, window, provider, tmp_path):
    before = tmp_path / "brief.pdf"
    before.write_bytes(b"of yesterday")
    brief, context = provider.algorithm("brief").create(), QgsProcessingContext()
    given = {"CASE": str(case.folder), "PDF": str(before), "BASEMAP": "none"}
    child = process._Child(python_of_qgis(), brief._request(brief._placed(given, context), None))
    spin_until(lambda: b"percent" in child._line(), what="the first word of the work")
    # as when QGIS is gone: nobody hears it, and nobody says that the file may take its place
    child._process.closeWriteChannel()
    assert child._process.waitForFinished(int(PATIENCE * 1000)) and child._process.exitCode() == 0
    child.end()
    assert before.read_bytes() == b"of yesterday" and entered(case) == [] and parts(case) == []
    assert sorted(os.listdir(tmp_path)) == [before.name, "灯里市 訓練"]


# -- what cannot be printed apart -------------------------------------------------------------------------------------


@pytest.fixture
def dialogs(monkeypatch) -> list[str]:
    """Titles of the windows behind which something was done in the window itself."""
    seen: list[str] = []
    plain = jobs._HereDialog.__init__

    def noted(self, title, ear) -> None:
        seen.append(title)
        plain(self, title, ear)

    monkeypatch.setattr(jobs._HereDialog, "__init__", noted)
    return seen


@pytest.mark.parametrize("python", [None, "/nowhere/python3", "/bin/false", "/bin/cat"])
def test_where_no_process_can_be_started_the_window_prints_and_says_so_once(
    case, window, dialogs, log, monkeypatch, python
):
    monkeypatch.setattr(printed_apart, "python_of_qgis", lambda: python and Path(python))
    monkeypatch.setattr(process, "START_SECONDS", 2.0)
    for number in (1, 2):
        run = Run("brief", case)
        run.job.start()
        outcome = run.ended()
        assert outcome.ok, outcome.reason
        assert len(dialogs) == number and Path(outcome.results["PDF"]).is_file()
    assert [text for _, _, text in log if "no process could be started" in text] == [log[0][2]]
    assert len(entered(case)) == 2


def test_a_python_without_qgis_is_one_that_cannot_be_started(case, window, dialogs, log, monkeypatch):
    plain = printed_apart.surroundings
    monkeypatch.setattr(printed_apart, "surroundings", lambda: {**plain(), "paths": [str(Path(os.__file__).parent)]})
    run = Run("brief", case)
    run.job.start()
    assert run.ended().ok and len(dialogs) == 1
    assert "ModuleNotFoundError" in log[0][2]


def test_a_layer_that_is_in_no_file_is_printed_in_the_window(case, window, children, dialogs):
    stored = QgsVectorLayer(f"{case.folder / 'layers.gpkg'}|layername=shelterpower", "施設", "ogr")
    kept = stored.materialize(QgsFeatureRequest())
    kept.setName("避難所の写し")
    kept.setCustomProperty("tomoshibi/spec", "shelterpower")
    QgsProject.instance().addMapLayer(kept)
    run = Run("mapsheets", case, LAYERS=[kept.id()])
    run.job.start()
    outcome = run.ended()
    assert outcome.ok and outcome.results["PAGES"] == 1 and children == [] and len(dialogs) == 1
    assert any("避難所の写し" in line and "in no file" in line for line in run.lines(jobs.INFO))


@pytest.mark.parametrize("damage", [("layers.gpkg", "gone.gpkg"), ("<maplayer ", "<maplayer <")])
def test_a_layer_that_the_process_cannot_open_is_printed_in_the_window_and_not_left_out(
    case, window, children, dialogs, monkeypatch, damage
):
    plain = printed_apart.layers_as_text
    monkeypatch.setattr(printed_apart, "layers_as_text", lambda layers: plain(layers).replace(*damage))
    shown = QgsVectorLayer(f"{case.folder / 'layers.gpkg'}|layername=shelterpower", "施設", "ogr")
    QgsProject.instance().addMapLayer(shown)
    run = Run("mapsheets", case, LAYERS=[shown.id()])
    run.job.start()
    outcome = run.ended()
    assert outcome.ok and outcome.results["PAGES"] == 1 and len(children) == 1 and len(dialogs) == 1
    assert any("can be read by this window alone" in line for line in run.lines(jobs.INFO))
    assert is_gone(children[0]) and printed_apart._broken == []


def test_edits_that_are_not_saved_are_told_where_they_are_not_printed(case, window, children):
    shown = QgsVectorLayer(f"{case.folder / 'layers.gpkg'}|layername=shelterpower", "施設", "ogr")
    QgsProject.instance().addMapLayer(shown)
    assert shown.startEditing() and shown.deleteFeature(1)
    run = Run("brief", case)
    run.job.start()
    outcome = run.ended()
    shown.rollBack()
    assert outcome.ok and len(children) == 1
    assert any("施設" in line and "not saved" in line for line in outcome.warnings)


def test_layers_of_the_project_are_printed_by_the_process_as_they_look(case, window, children, dialogs):
    package = case.folder / "layers.gpkg"
    shown = QgsVectorLayer(f"{package}|layername=shelterpower", "施設", "ogr")
    below = QgsVectorLayer(f"{case.folder / 'context.gpkg'}|layername=boundary", "わたしの区域", "ogr")
    QgsProject.instance().addMapLayers([shown, below])
    run = Run("mapsheets", case, LAYERS=[shown.id(), below.id()], COVERAGE=below.id())
    run.job.start()
    outcome = run.ended()
    assert outcome.ok, outcome.reason
    assert outcome.results["PAGES"] == 1 and len(children) == 1 and dialogs == []
    assert "わたしの区域" in _words(next(case.folder.rglob("*.pdf")))

"""After a disposal nothing of the people of a case is left in its folder, the profile or temporary folders."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingUtils, QgsProject, QgsSettings, QgsVectorLayer
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.disposal_outcome import read_outcome
from tomoshibi.casefile.ledger import now, sha256_of
from tomoshibi.casefile.needles import Needles, search
from tomoshibi.processing_provider.dock.situation import read_situation
from tomoshibi.processing_provider.protect.dispose import CONFIRMATION
from tomoshibi.tests.use_cases import make_use_cases

PLANTED = 200
MADE = (
    "shelterpower meshoutage hiddenoutages homeaway presencetable evacuationsupport residenceevidence visitplan "
    "recoveryindex restorationplan"
).split()
"""Layers and documents made before the disposal."""


@pytest.fixture(scope="module")
def base(qgis_app, tmp_path_factory):
    """A case with results of all kinds, to be copied."""
    import processing
    from tomoshibi.processing_provider.provider import TomoshibiProvider

    registry = QgsApplication.processingRegistry()
    if registry.providerById("tomoshibi") is None:
        registry.addProvider(TomoshibiProvider())
    made = make_use_cases(tmp_path_factory.mktemp("dispose"), seed=7, meters=2000)
    folder, own, lists = str(made.case), made.drill.open, made.lists
    runs = [
        (
            "editcase",
            {
                "FACILITIES": str(own / "facilities.geojson"),
                "AREAS": str(own / "areas.geojson"),
                "SUPPORT_LIST": str(lists / "people.csv"),
                "OPERATOR": "防災課",
            },
        ),
        *((name, made.given(name, {})) for name in MADE),
        ("mapsheets", {"BASEMAP": "none"}),
        ("situationreport", {"XLSX": str(made.case / "reports" / "r.xlsx")}),
        ("openproject", {"BASEMAP": "none"}),
    ]
    for name, given in runs:
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        processing.run(f"tomoshibi:{name}", {**given, "CASE": folder}, context=context)
    return made


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A folder for temporary files of our own, and a home of the desktop."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return place


@pytest.fixture
def case(base, provider, tmp_path, temporary):
    """A copy of the case of our own."""
    folder = tmp_path / "災害 案件"
    shutil.copytree(base.case, folder)
    return Case.open(folder)


def dispose(run, case, **more):
    return run("dispose", {"CASE": str(case.folder), "CONFIRM": CONFIRMATION, "DRY_RUN": False, **more})


def needles(case) -> Needles:
    """200 supply points with their names and addresses, spread over the homes of the town."""
    master = case.master(["supply_point", "name", "address", "building_class"])
    homes = (master["building_class"] == "dwelling") & master["address"].str.contains("[0-9]")
    master = master[homes & (master["name"].str.len() >= 4)]
    master = master.iloc[:: len(master) // PLANTED].head(PLANTED)
    assert len(master) == PLANTED
    points = frozenset(text.encode() for text in master["supply_point"])
    return Needles(points, (*master["name"], *master["address"]))


def left_of(wanted: Needles, *folders: Path) -> list[str]:
    """Return the files in which any of it stands."""
    return [str(path) for path in search(folders, wanted, lambda path: path.name == "python", lambda: None).found]


def packed(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", text)
    return stream.getvalue()


def plant(case, wanted: Needles, temporary: Path) -> None:
    """Put names where a case and QGIS leave them."""
    name, address = wanted.texts[0], wanted.texts[-1]
    point = min(wanted.points).decode()
    folder, profile = case.folder, Path(QgsApplication.qgisSettingsDirPath())
    (folder / "received" / "x.csv.part").write_text(point, encoding="utf-16")
    (folder / ".undo").mkdir()
    (folder / ".undo" / "copy.csv").write_text(name, encoding="cp932")
    (folder / "notes.txt").write_text(address, encoding="utf-8")
    (folder / "situation.qgz~").write_bytes(packed(name))
    with closing(sqlite3.connect(folder / "layers.gpkg")) as connection:
        connection.execute("CREATE TABLE scratch (name TEXT)")
        connection.executemany("INSERT INTO scratch VALUES (?)", [(name,)] * 300)
        connection.commit()
        connection.execute("DROP TABLE scratch")
        connection.commit()
    settings = QgsSettings()
    for key, value in {
        "UI/recentProjects/7/path": str(folder / "situation.qgz"),
        "UI/recentProjects/7/title": name,
        "UI/recentProjects/7/previewImage": str(profile / "previewImages" / "7.png"),
        "UI/recentProjects/8/path": "/elsewhere/other.qgz",
        "UI/lastVectorFileFilterDir": str(folder),
        "Processing/LastOutputPath": [str(folder / "sheets"), "/elsewhere"],
        "search/last": address,
    }.items():
        settings.setValue(key, value)
    settings.sync()
    (profile / "previewImages").mkdir(exist_ok=True)
    (profile / "previewImages" / "7.png").write_bytes(b"png")
    with closing(sqlite3.connect(profile / "user-history.db")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS history (id INTEGER PRIMARY KEY, entry TEXT)")
        entry = json.dumps({"parameters": {"CASE": str(folder), "LIST": name}}, ensure_ascii=False)
        column = history_column(connection)
        connection.executemany(f"INSERT INTO history ({column}) VALUES (?)", [(entry,), ("{}",)])
        connection.commit()
    (profile / "processing").mkdir(exist_ok=True)
    (profile / "processing" / "processing.log").write_text(
        f"ALGORITHM|{folder}|{name}\nALGORITHM|other\n", encoding="utf-8"
    )
    used = Path(os.environ["XDG_DATA_HOME"]) / "recently-used.xbel"
    used.parent.mkdir(exist_ok=True)
    marks = [
        f'<bookmark href="{(folder / "sheets").as_uri()}">{name}</bookmark>',
        '<bookmark href="file:///x"></bookmark>',
    ]
    used.write_text("<xbel>" + "".join(marks) + "</xbel>", encoding="utf-8")
    (temporary / "processing_abc").mkdir()
    (temporary / "processing_abc" / "OUTPUT.csv").write_text(f"{point},{name}", encoding="cp932")
    (temporary / "processing_abc" / "list.xlsx").write_bytes(packed(address))
    (Path(QgsProcessingUtils.tempFolder()) / "OUTPUT.geojson").write_text(json.dumps({"name": name}), encoding="utf-8")


def test_nothing_of_200_planted_people_is_left_in_the_folder_the_profile_or_temporary_folders(run, case, temporary):
    wanted = needles(case)
    plant(case, wanted, temporary)
    profile = Path(QgsApplication.qgisSettingsDirPath())
    places = (case.folder, profile, temporary, Path(QgsProcessingUtils.tempFolder()))
    assert len(left_of(wanted, *places)) > 20, "the search finds what is planted"
    found = dispose(run, case)
    assert (found["REMAINING"], found["FOUND"], found["PROVEN"]) == (0, 0, 1), found["DETAILS"]
    assert found["DELETED"] > 60 and found["SEARCHED"] > 10
    assert left_of(wanted, *places) == []
    settings = QgsSettings()
    assert not [key for key in settings.allKeys() if key.startswith("UI/recentProjects/7")]
    assert settings.value("UI/recentProjects/8/path") == "/elsewhere/other.qgz"
    assert settings.value("Processing/LastOutputPath") in (["/elsewhere"], "/elsewhere")
    assert not (profile / "previewImages" / "7.png").exists()
    with closing(sqlite3.connect(profile / "user-history.db")) as connection:
        left = connection.execute(f"SELECT {history_column(connection)} FROM history").fetchall()
        # QGIS notes there what other tests ran, too
        assert ("{}",) in left and not any('"LIST": ' in str(text) for (text,) in left)
    used = Path(os.environ["XDG_DATA_HOME"]) / "recently-used.xbel"
    assert used.read_text(encoding="utf-8") == '<xbel><bookmark href="file:///x"></bookmark></xbel>'
    assert (profile / "processing" / "processing.log").read_text(encoding="utf-8") == "ALGORITHM|other\n"


def test_by_default_nothing_is_deleted_and_what_would_be_is_told(run, case, feedback):
    before = {path: sha256_of(path) for path in case.folder.rglob("*") if path.is_file() and path.suffix != ".lock"}
    found = run("dispose", {"CASE": str(case.folder)})
    assert (found["DELETED"], found["REPORT"]) == (0, "") and found["PLANNED"] > 60
    told = json.loads(found["DETAILS"])
    assert {"received", "store", "tables", "layers", "sheets", "reports", "inputs"} <= {
        each["kind"] for each in told["planned"]
    }
    assert "context.gpkg|areas" in told["kept"] and "inputs/support_list.csv" in told["items"]
    assert any("nothing was deleted" in line for line in feedback.infos)
    after = {path: sha256_of(path) for path in case.folder.rglob("*") if path.is_file() and path.suffix != ".lock"}
    assert after == before


@pytest.mark.parametrize("typed", ["", "yes", "破棄", "破棄する。", "DELETE"])
def test_anything_but_the_text_that_the_help_names_deletes_nothing(run, complaint, case, typed):
    before = sorted(case.folder.rglob("*"))
    given = {"CASE": str(case.folder), "DRY_RUN": False, "CONFIRM": typed}
    assert "Nothing was deleted" in complaint("dispose", given)
    assert sorted(case.folder.rglob("*")) == before and read_outcome(case.folder) is None


def test_the_help_names_the_text_in_both_languages():
    folder = Path(__file__).resolve().parents[2] / "resources" / "help"
    for language in ("en", "ja"):
        assert f"`{CONFIRMATION}`" in (folder / f"dispose.{language}.md").read_text(encoding="utf-8")


def test_only_statistics_and_what_was_made_from_them_alone_are_kept_where_asked(run, case, temporary):
    wanted = needles(case)
    entries = {entry.path: entry for entry in case.ledger.entries()}
    statistics = {path for path in entries if path.startswith("received/") and "_stat_" in path}
    found = dispose(run, case, KEEP_STATISTICS=True)
    assert found["PROVEN"] == 1
    there = {path.relative_to(case.folder).as_posix() for path in case.folder.rglob("*") if path.is_file()}
    assert {path for path in there if path.startswith("received/")} == statistics and statistics
    assert {path.split("/")[1] for path in there if path.startswith("tables/")} == {"statistics", "flow_statistics"}
    with closing(sqlite3.connect(case.folder / "layers.gpkg")) as connection:
        layers = {name for (name,) in connection.execute("SELECT table_name FROM gpkg_contents")}
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert "recoveryindex" in layers and layers <= {"recoveryindex", "meshoutage"}
    layer = QgsVectorLayer(f"{case.folder / 'layers.gpkg'}|layername=recoveryindex", "kept", "ogr")
    assert layer.isValid() and layer.featureCount() > 0 and not layer.extent().isEmpty()
    sheets = {Path(path).stem for path in there if path.startswith("sheets/")}
    assert sheets <= {"recoveryindex", "meshoutage"} and not [path for path in there if "history/shelterpower" in path]
    assert left_of(wanted, case.folder, temporary) == []


def test_the_report_says_what_was_deleted_and_what_is_with_others(run, case, temporary):
    package = case.folder / "packages" / "甲市.zip"
    package.parent.mkdir()
    package.write_bytes(packed("x"))
    case.ledger.add(
        "tomoshibi:municipalpackages", "packages/甲市.zip", ["layers.gpkg"], True, sha256_of(package), "甲市 福祉課"
    )
    found = dispose(run, case, REPORT=str(case.folder / "reports" / "report.txt"))
    assert found["OUTSTANDING"] == 1 and not package.exists()
    text = Path(found["REPORT"]).read_text(encoding="utf-8")
    assert "電力データを破棄しました" in text and "甲市 福祉課" in text and "packages/甲市.zip" in text
    outcome = read_outcome(case.folder)
    assert outcome.proven and outcome.operator == "防災課" and f"{outcome.searched:,} 件" in text
    counted = {each.kind: each.count for each in outcome.deleted}
    assert re.search(rf"受領したファイル.*{counted['received']}", text)


def test_a_report_that_is_not_wanted_is_written_nowhere(run, case, temporary, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    found = dispose(run, case, REPORT=None)
    assert found["PROVEN"] == 1 and found["REPORT"] == ""
    assert list(elsewhere.iterdir()) == [] and not list(case.folder.rglob("disposalreport*"))


def test_layers_of_the_case_that_are_open_are_closed_and_others_stay(run, case, base, temporary, feedback):
    project = QgsProject.instance()
    project.clear()
    mine = QgsVectorLayer(f"{case.folder / 'layers.gpkg'}|layername=homeaway", "在・不在", "ogr")
    other = QgsVectorLayer(str(base.drill.open / "areas.geojson"), "区域", "ogr")
    project.addMapLayers([mine, other])
    try:
        found = dispose(run, case)
        assert found["CLOSED"] == 1 and [layer.name() for layer in project.mapLayers().values()] == ["区域"]
        assert found["PROVEN"] == 1 and any("在・不在" in line for line in feedback.infos)
    finally:
        project.clear()


def test_what_was_made_outside_the_case_goes_while_it_is_as_written_and_is_named_where_it_was_changed(
    run, case, tmp_path, temporary
):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in ("same", "changed", "gone"):
        path = elsewhere / f"{name}.xlsx"
        path.write_bytes(packed(name))
        case.ledger.add("tomoshibi:visitplan", str(path), [], True, sha256_of(path))
    (elsewhere / "changed.xlsx").write_bytes(packed("by hand"))
    (elsewhere / "gone.xlsx").unlink()
    found = dispose(run, case)
    assert not (elsewhere / "same.xlsx").exists() and (elsewhere / "changed.xlsx").exists()
    assert (found["REMAINING"], found["PROVEN"], found["OUTSTANDING"]) == (1, 0, 1)
    outcome = read_outcome(case.folder)
    assert outcome.finished_at is None and outcome.remaining[0][0].endswith("changed.xlsx")
    (elsewhere / "changed.xlsx").unlink()
    assert dispose(run, case)["PROVEN"] == 1


def test_something_found_elsewhere_keeps_it_open_until_it_is_cleared_away_or_accepted(run, case, temporary, feedback):
    name = needles(case).texts[3]
    (temporary / "mail.txt").write_text(name, encoding="utf-8")
    found = dispose(run, case)
    assert (found["FOUND"], found["PROVEN"]) == (1, 0) and (temporary / "mail.txt").exists()
    assert any("mail.txt" in line for line in feedback.warnings) and not any(name in line for line in feedback.warnings)
    found = dispose(run, case, ACCEPT=True)
    outcome = read_outcome(case.folder)
    assert (found["PROVEN"], outcome.finished_at is None) == (0, False) and not (case.folder / ".disposal").exists()
    assert "電力データの破棄は完了していません" in json.dumps(found) or found["REPORT"]


def test_a_case_after_disposal_opens_and_says_so_and_takes_nothing_in(run, complaint, case, base, temporary, feedback):
    dispose(run, case)
    opened = Case.open(case.folder)
    assert opened.info.name == case.info.name and len(opened.master()) == 0
    status = run("casestatus", {"CASE": str(case.folder)})
    assert "How far the data reach" not in [each["section"] for each in json.loads(status["DETAILS"])]
    assert status["PERSONAL"] == 0 and any("disposed of" in line for line in feedback.warnings)
    assert "were disposed of on" in complaint("homeaway", {"CASE": str(case.folder)})
    assert "were disposed of on" in read_situation(case.folder, now(), True).period
    files = [str(path) for path in (base.case / "received").rglob("*.csv")]
    assert "were disposed of on" in complaint("importfiles", {"CASE": str(case.folder), "FILES": files})
    checked = run("verifycase", {"CASE": str(case.folder)})
    assert (checked["OK"], checked["HEAD_KNOWN"]) == (1, 1)
    again = dispose(run, case)
    assert again["PROVEN"] == 1


def test_names_in_the_lines_of_the_ledger_are_taken_out_and_the_chain_stays_whole(run, case, temporary):
    wanted = needles(case)
    name = wanted.texts[5]
    case.ledger.add("tomoshibi:importfiles", "tables/master", [f"{name}.csv"])
    lines = len(list(case.ledger.entries()))
    assert dispose(run, case)["PROVEN"] == 1
    after = list(Case.open(case.folder).ledger.entries())
    assert len(after) >= lines and name not in (case.folder / "ledger.jsonl").read_text(encoding="utf-8")
    assert any("….csv" in source for entry in after for source in entry.sources)
    assert run("verifycase", {"CASE": str(case.folder)})["OK"] == 1
    assert os.path.isfile(case.folder / "disposal.json")


def history_column(connection):
    """Return the column in which this version of QGIS keeps what was run."""
    names = [row[1] for row in connection.execute("PRAGMA table_info(history)")]
    return next(name for name in ("entry", "xml") if name in names)

"""Published files dropped on QGIS's window."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QMimeData, QTimer, QUrl
from qgis.PyQt.QtWidgets import QPushButton
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.tests.damaged_zip import PACKINGS, damaged_zip
from tomoshibi.tests.patience import PATIENCE
from tomoshibi.tests.published import HEADERS, ROWS, write
from tomoshibi.tests.qgis.window import Interface


@pytest.fixture
def drop(provider, tmp_path):
    """Return a drop handler; a case is the current one."""
    from tomoshibi.dialogs import cases
    from tomoshibi.dialogs.drop import PublishedFilesDrop

    Case.create(tmp_path / "case", CaseInfo("演習", datetime(2024, 1, 1, 16, 10), "172057"))
    cases.make_current(str(tmp_path / "case"))
    yield PublishedFilesDrop(Interface())
    cases.make_current("")


def mime(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def items(drop):
    QCoreApplication.processEvents()
    return drop.iface.messages.items()


def finished(job) -> None:
    loop = QEventLoop()
    job.done.connect(lambda outcome: loop.quit())
    QTimer.singleShot(round(1000 * PATIENCE), loop.quit)
    if job.running:
        loop.exec()
    QCoreApplication.processEvents()


def entries(item):
    """The entries of the button's menu: what they are about, then one for each scope."""
    return item.findChild(QPushButton, "dropImport").menu().actions()


def outage(tmp_path, name="つうでん.csv"):
    return write(tmp_path / name, HEADERS["outage"], [ROWS["outage"]])


def test_published_files_are_imported_after_asking_with_the_scope_that_was_chosen(drop, tmp_path):
    archive = tmp_path / "まとめ.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        stream.write(write(tmp_path / "x.csv", HEADERS["statistics"], [ROWS["statistics"]]), "x.csv")
    assert drop.handleMimeDataV2(mime(outage(tmp_path), archive)) is True
    [item] = items(drop)
    assert "2 published file(s)" in item.text() and "“演習”" in item.text()
    case = Case.open(tmp_path / "case")
    assert case.outage_snapshots() == [], "nothing is done before it was asked"
    scopes = [action.data() for action in entries(item)]
    assert scopes == [None, "unknown", "all", "contractors"]
    entries(item)[2].trigger()
    finished(drop.job)
    assert [snapshot.scope for snapshot in case.outage_snapshots()] == ["all"]
    assert len(case.statistics()) == 1
    assert "2 file(s) with 2 row(s) imported; 0 were there already, 0 could not be used" in items(drop)[-1].text()


def test_what_is_not_published_is_left_to_qgis(drop, tmp_path):
    memo = tmp_path / "memo.csv"
    memo.write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "map.geojson").write_text("{}", encoding="utf-8")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no zip")
    own_list = write(tmp_path / "list.csv", ["マスタ情報ID"], [["M1"]])
    packed = [tmp_path / f"{packing}.zip" for packing in PACKINGS]
    for path in packed:
        path.write_bytes(damaged_zip("x.csv", path.stem))
    broken = [[path] for path in (tmp_path / "broken.zip", *packed)]
    for paths in ([memo], *broken, [own_list], [outage(tmp_path), tmp_path / "map.geojson"], []):
        assert drop.handleMimeDataV2(mime(*paths)) is False
    web = QMimeData()
    web.setUrls([QUrl("https://example.jp/a.csv")])
    assert drop.handleMimeDataV2(web) is False
    assert items(drop) == []


def test_a_folder_is_taken_with_what_is_in_it(drop, tmp_path):
    (tmp_path / "stick").mkdir()
    outage(tmp_path / "stick", "a.csv")
    (tmp_path / "stick" / "Thumbs.db").write_bytes(b"x")
    (tmp_path / "stick" / "older").mkdir()
    assert drop.handleMimeDataV2(mime(tmp_path / "stick")) is True
    assert "1 published file(s)" in items(drop)[0].text()


def test_without_a_case_it_is_said_what_to_do(drop, tmp_path):
    from tomoshibi.dialogs import cases

    cases.make_current("")
    assert drop.handleMimeDataV2(mime(outage(tmp_path))) is True
    [item] = items(drop)
    assert "Open or create a case first" in item.text()


def test_a_file_that_cannot_be_used_is_told_after_the_import(drop, tmp_path):
    memo = tmp_path / "memo.csv"
    memo.write_text("a,b\n1,2\n", encoding="utf-8")
    assert drop.handleMimeDataV2(mime(outage(tmp_path), memo)) is True
    entries(items(drop)[0])[1].trigger()
    finished(drop.job)
    assert "1 could not be used" in items(drop)[-1].text()

"""The page in QGIS's options, driven as a person would."""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from qgis.core import QgsNetworkAccessManager
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtNetwork import QNetworkProxy
from qgis.PyQt.QtTest import QTest
from tomoshibi.tests.dialog_stage import clipped, small_scenario, stage  # noqa: F401
from tomoshibi.tests.stall import LONGEST, StallMeter

LEFT = Qt.MouseButton.LeftButton
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def page(stage):  # noqa: F811
    from tomoshibi.dialogs.registry import OptionsFactory

    made = OptionsFactory(stage.iface).createWidget(stage.iface.window)
    made.resize(780, 560)
    stage.iface.window.resize(800, 580)
    stage.iface.window.show()
    made.show()
    yield made
    stage.until(lambda: made.job is None)


def steps_of(stage, page) -> dict[str, tuple[str, str]]:  # noqa: F811
    """Press “Test connection” and return {step: (mark, text)}."""
    QTest.mouseClick(page.testButton, LEFT)
    stage.until(lambda: page.job is None)
    lines = [page.steps.topLevelItem(row) for row in range(page.steps.topLevelItemCount())]
    return {line.data(0, Qt.ItemDataRole.UserRole): (line.text(0), line.text(2)) for line in lines}


def marks(found: dict) -> str:
    return "".join(mark for mark, _ in found.values())


def test_a_connection_that_works_is_ticked_step_by_step(stage, page):  # noqa: F811
    with StallMeter() as heart:
        found = steps_of(stage, page)
    assert heart.longest < LONGEST
    assert list(found) == ["profile", "address", "tls", "token", "rights", "clock"]
    assert marks(found) == "✓✓–✓✓✓" and "接続できます" in page.testNote.text()
    assert clipped(page) == []


def test_the_help_button_opens_a_page_of_this_computer(stage, page, monkeypatch):  # noqa: F811
    from tomoshibi.dialogs import options

    opened = []
    monkeypatch.setattr(options.QDesktopServices, "openUrl", opened.append)
    QTest.mouseClick(page.helpButton, LEFT)
    (url,) = opened
    assert url.isLocalFile() and Path(url.toLocalFile()).is_file() and "testconnection.ja" in url.toLocalFile()


def test_each_failure_is_said_at_its_step_with_what_to_do(stage, page, monkeypatch, tmp_path):  # noqa: F811
    monkeypatch.setattr("tomoshibi.aggregator.transport.pause", lambda seconds, progress: None)
    with monkeypatch.context() as wrong:
        wrong.setenv("TOMOSHIBI_PASSPHRASE", "yoake no akari")
        found = steps_of(stage, page)
        assert marks(found) == "✓✓–✗–✓" and "設定" in found["token"][1]
        waiting = next(account for account in stage.server.accounts if not account.active)
        wrong.setenv("TOMOSHIBI_USER", waiting.user)
        wrong.setenv("TOMOSHIBI_PASSPHRASE", waiting.phrase)
        found = steps_of(stage, page)
        assert marks(found) == "✓✓–✗–✓" and "要請" in found["token"][1]
    with monkeypatch.context() as wrong:
        wrong.delenv("TOMOSHIBI_USER")
        found = steps_of(stage, page)
        assert marks(found) == "✓✓–✗–✓", "without an account the network is tried all the same"
    page.addressEdit.setText("http://127.0.0.1:9")
    found = steps_of(stage, page)
    assert marks(found) == "✓✗––––" and "127.0.0.1" in found["address"][1]
    page.addressEdit.setText("http://aggregator.example.jp")
    assert marks(steps_of(stage, page)) == "✓✗––––"
    page.addressEdit.setText(stage.server.url)
    (tmp_path / "p.json").write_text("[]", encoding="utf-8")
    page.profileEdit.setFilePath(str(tmp_path / "p.json"))
    assert marks(steps_of(stage, page)) == "✗–––––"
    assert "接続できません" in page.testNote.text()


def test_rights_and_clock_are_steps_of_their_own(stage, page, monkeypatch):  # noqa: F811
    from tomoshibi.practice.server import Fault

    stage.server.faults.append(Fault("conditions", status=403))
    found = steps_of(stage, page)
    assert marks(found) == "✓✓–✓✗✓" and "403" in found["rights"][1]
    monkeypatch.setattr("tomoshibi.processing_provider.acquire.testconnection.CLOCK_TOLERANCE", -1.0)
    found = steps_of(stage, page)
    assert marks(found) == "✓✓–✓✓!" and "接続できます" in page.testNote.text()


@pytest.fixture
def unvouched(tmp_path):
    """The address of a TLS server whose certificate nobody vouches for."""
    pem = tmp_path / "server.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run(["openssl", *words.split(), "-keyout", pem, "-out", tmp_path / "c.pem"], check=True, stderr=-3)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "c.pem", pem)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.handle_error = lambda *_: None
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_certificate_nobody_trusts_is_said_at_tls(stage, page, unvouched):  # noqa: F811
    page.addressEdit.setText(unvouched)
    found = steps_of(stage, page)
    assert found["tls"][0] == "✗" and "証明書" in found["tls"][1]
    assert marks(found) == "✓–✗–––"


def test_every_problem_of_a_profile_is_listed_and_fits(stage, page, tmp_path):  # noqa: F811
    raw = json.loads((ROOT / "aggregator" / "profiles" / "assumed.json").read_text(encoding="utf-8"))
    del raw["interfaces"]["token"]
    raw["keys"]["user_id"]["key"] = ""
    raw["conventions"]["zone"]["value"] = "Z"
    path = tmp_path / "profile.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    page.profileEdit.setFilePath(str(path))
    stage.until(lambda: True)
    text = page.profileNote.text()
    assert "3件の問題" in text
    assert all(place in text for place in ("/interfaces/token", "/keys/user_id/key", "/conventions/zone"))
    assert clipped(page) == []
    page.profileEdit.setFilePath("")
    assert page.profileNote.text().startswith("✓")


def test_settings_are_saved_on_apply_and_only_then(stage, page, tmp_path, monkeypatch):  # noqa: F811
    from tomoshibi import settings

    monkeypatch.delenv("TOMOSHIBI_BASE_URL")
    page.addressEdit.setText("https://aggregator.example.jp/api")
    page.municipalityEdit.setText("172057")
    page.utilityCombo.setCurrentIndex(page.utilityCombo.findText("北陸電力送配電"))
    page.folderEdit.setFilePath(str(tmp_path))
    page.clusterEdit.setText(" tcp://10.0.0.5:8786 ")
    page.clusterFolderEdit.setText("/srv/cases")
    assert settings.CLUSTER.read() == ""
    assert settings.MUNICIPALITY.read() == "" == settings.BASE_URL.read()
    page.apply()
    assert settings.BASE_URL.read() == "https://aggregator.example.jp/api"
    assert (settings.MUNICIPALITY.read(), settings.UTILITY.read()) == ("172057", "hokuriku")
    assert settings.CASE_FOLDER.read() == str(tmp_path) and settings.PRACTICE.read() == ""
    assert (settings.CLUSTER.read(), settings.CLUSTER_FOLDER.read()) == ("tcp://10.0.0.5:8786", "/srv/cases")
    page.addressEdit.setText("http://aggregator.example.jp")
    page.apply()
    assert settings.BASE_URL.read() == "https://aggregator.example.jp/api"
    assert "https" in page.practiceNote.text()
    page.clusterEdit.clear()
    page.clusterFolderEdit.clear()
    page.apply()


def test_practice_mode_is_marked_everywhere_and_speaks_to_this_computer_only(stage, page):  # noqa: F811
    from tomoshibi import settings
    from tomoshibi.dialogs.case import CaseDialog

    assert not page.practiceNote.isVisible()
    page.practiceCheck.setChecked(True)
    assert page.practiceNote.isVisible() and "架空" in page.practiceNote.text()
    page.addressEdit.setText("https://aggregator.example.jp")
    assert "このパソコンに限ります" in page.practiceNote.text()
    page.addressEdit.setText(stage.server.url)
    page.apply()
    assert settings.PRACTICE.read() == "1"
    dialog = CaseDialog(stage.iface)
    dialog.open_on("new")
    assert dialog.practice_banner.isVisible() and dialog.practiceCheck.isChecked() and clipped(dialog) == []
    dialog.close()


def test_a_doubtful_municipality_code_is_said_beside_it(stage, page):  # noqa: F811
    page.municipalityEdit.setText("172050")
    assert page.municipalityNote.isVisible() and "172050" in page.municipalityNote.text()
    page.municipalityEdit.setText("172057")
    assert not page.municipalityNote.isVisible()


def test_the_proxy_is_shown_as_qgis_has_it_without_the_account(stage):  # noqa: F811
    from tomoshibi.dialogs.registry import OptionsFactory

    manager = QgsNetworkAccessManager.instance()
    before = manager.fallbackProxy()
    proxy = QNetworkProxy(QNetworkProxy.ProxyType.HttpProxy, "proxy.example.jp", 8080, "denki", "hinode")
    manager.setFallbackProxyAndExcludes(proxy, ["https://inside.example.jp"], [])
    try:
        page = OptionsFactory(stage.iface).createWidget(stage.iface.window)
    finally:
        manager.setFallbackProxyAndExcludes(before, [], [])
    text = page.networkText.text()
    assert "proxy.example.jp:8080" in text and "認証あり" in text and "https://inside.example.jp" in text
    assert "denki" not in text and "hinode" not in text
    QTest.mouseClick(page.networkButton, LEFT)
    assert stage.iface.options == ["mOptionsPageNetwork"]

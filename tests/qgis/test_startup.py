"""QGIS without any network: the plugin loads, its dialogs open, and nobody asks for the network meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tomoshibi.benchmarks import startup

ROOT = Path(__file__).resolve().parents[2]

DESKTOP = """
import json, os, socket, sys, time, traceback
probe = sys.argv[2]
from pathlib import Path
from qgis.core import QgsApplication, QgsNetworkAccessManager
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest
application = QgsApplication([], True)
application.initQgis()
sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
from processing.core.Processing import Processing
Processing.initialize()
sys.path.insert(0, sys.argv[1])

asked = []

def refuse(name):
    def refused(self, address, *more):
        asked.append(f"{name} {address}")
        raise OSError(101, "Network is unreachable")
    setattr(socket.socket, name, refused)

def no_lookup(host, *more, **words):
    asked.append(f"getaddrinfo {host}")
    raise socket.gaierror(-3, "Temporary failure in name resolution")

for name in ("connect", "connect_ex", "sendto"):
    refuse(name)
socket.getaddrinfo = no_lookup
manager = QgsNetworkAccessManager.instance()
manager.requestAboutToBeCreated.connect(lambda *request: asked.append("QGIS"))

failures = []

def fail(*what):
    failures.append("".join(traceback.format_exception(*what)))
    print(failures[-1], file=sys.stderr)

sys.excepthook = fail

def settle(seconds):
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        application.processEvents()
        time.sleep(0.005)

if probe == "socket":
    try:
        socket.create_connection(("192.0.2.1", 80), 1)
    except OSError:
        pass
elif probe == "qgis":
    manager.get(QNetworkRequest(QUrl("http://192.0.2.1/")))
    settle(0.1)

import tomoshibi
from tomoshibi.tests.qgis.window import Interface
"""

STARTUP = """
begin = time.perf_counter()
plugin = tomoshibi.classFactory(Interface())
plugin.initGui()
loading = time.perf_counter() - begin
settle(0.2)
at_start = list(asked)
from tomoshibi.dialogs.registry import DIALOGS
opened = {}
for row in DIALOGS:
    begin = time.perf_counter()
    dialog = plugin.windows.open(row.name)
    application.processEvents()
    opened[row.name] = time.perf_counter() - begin
    if not dialog.isVisible():
        failures.append(f"{row.name} is not visible")
settle(0.5)
provider = QgsApplication.processingRegistry().providerById("tomoshibi")
count = len(provider.algorithms())
plugin.unload()
print(json.dumps({"asked": at_start, "opened": opened, "failures": failures, "algorithms": count, "loading": loading}))
sys.stdout.flush()
os._exit(0)
"""


def desktop(tmp_path: Path, probe: str = "") -> dict:
    """Start QGIS with widgets and without network, and return what the plugin did."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TOMOSHIBI", "QGIS"))}
    environment.update(
        QT_QPA_PLATFORM="offscreen",
        QGIS_CUSTOM_CONFIG_PATH=str(tmp_path),
        TOMOSHIBI_BASE_URL="https://aggregator.invalid",
        TOMOSHIBI_USER="nobody",
        TOMOSHIBI_PASSPHRASE="nothing",
        TOMOSHIBI_LANGUAGE="ja",
    )
    done = subprocess.run(
        [*startup.without_network(), sys.executable, "-c", DESKTOP + STARTUP, str(startup.PLUGINS), probe],
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_without_a_network_the_plugin_loads_and_every_dialog_opens(tmp_path):
    from tomoshibi.dialogs.registry import DIALOGS
    from tomoshibi.processing_provider.registry import ALGORITHMS

    told = desktop(tmp_path)
    assert told["asked"] == []
    models = len(list((ROOT / "models").glob("*.model3")))
    assert told["algorithms"] == len(ALGORITHMS) + models
    assert set(told["opened"]) == {row.name for row in DIALOGS}
    assert told["failures"] == []
    assert max(told["opened"].values()) < 5, told["opened"]


@pytest.mark.parametrize(("probe", "seen"), [("socket", "connect"), ("qgis", "QGIS")])
def test_asking_for_the_network_would_have_been_noticed(tmp_path, probe, seen):
    assert any(line.startswith(("getaddrinfo", seen)) for line in desktop(tmp_path, probe)["asked"])


@pytest.mark.parametrize("offline", [False, True], ids=["with a network", "without"])
def test_registering_imports_nothing_heavy_and_asks_for_nothing(tmp_path, offline):
    told = startup.once(str(tmp_path), offline)
    assert told["forbidden"] == [] and told["asked"] == []
    assert told["algorithms"] > 20


def test_the_benchmark_prints_the_time_with_and_without_a_network():
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "startup.py"), "1"], capture_output=True, text=True, check=False
    )
    lines = {line.split("  ")[0] for line in done.stdout.splitlines()}
    assert {"together", "without a network"} <= lines, done.stdout + done.stderr
    assert "asked of the network: nothing" in done.stdout

"""What the plugin adds to QGIS's start, as a share of the start of Processing in the same process, and what it imports.

Run it from anywhere: `python benchmarks/startup.py [times]`. Each time is a fresh process in which Processing starts
first and the plugin second: imported, its provider registered, its menu and toolbar made. Both are told in processor
time, which other programs change least, and on the clock; the smallest of the times counts. It is measured with the
network and without: there every connection is refused inside the process, and where the system allows it (`unshare`)
the process has no network at all. Exit code 1 where it imports a module that it must not, or asks for the network.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = ROOT / "build" / "plugins"
AIM = 0.12
FORBIDDEN = ("pandas", "requests", "numpy", "pyproj", "urllib3", "sqlite3")
"""Modules that only a run may import; numpy alone takes longer than the aim."""

CHILD = """
import json, socket, sys, time
plugins, forbidden, offline = sys.argv[1], sys.argv[2].split(","), sys.argv[3] == "offline"
from pathlib import Path
from qgis.core import QgsApplication, QgsNetworkAccessManager
application = QgsApplication([], True)
application.initQgis()
sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
times = {}

def stage(name, work):
    wall, used = time.perf_counter(), time.thread_time()
    made = work()
    times[name] = (1000 * (time.thread_time() - used), 1000 * (time.perf_counter() - wall))
    return made

def processing():
    from processing.core.Processing import Processing
    Processing.initialize()

stage("processing", processing)
sys.path.insert(0, plugins)

asked = []

def note(name):
    original = getattr(socket.socket, name)
    def noted(self, address, *more):
        asked.append(name)
        if offline:
            raise OSError(101, "Network is unreachable")
        return original(self, address, *more)
    setattr(socket.socket, name, noted)

def note_lookup(*words, **more):
    asked.append("getaddrinfo")
    if offline:
        raise socket.gaierror(-3, "Temporary failure in name resolution")
    return lookup(*words, **more)

lookup, socket.getaddrinfo = socket.getaddrinfo, note_lookup
for name in ("connect", "connect_ex", "sendto"):
    note(name)
QgsNetworkAccessManager.instance().requestAboutToBeCreated.connect(lambda *request: asked.append("QGIS"))

before = set(sys.modules)

def load():
    import tomoshibi
    return tomoshibi.classFactory(None)

plugin = stage("import", load)
stage("register", plugin.initProcessing)
new = set(sys.modules) - before
# the window is none of the plugin's
from tomoshibi.tests.qgis.window import Interface
plugin.iface = Interface()
before = set(sys.modules)
stage("gui", plugin.initGui)
new |= set(sys.modules) - before
# what was only started would come now
until = time.perf_counter() + 0.2
while time.perf_counter() < until:
    application.processEvents()
    time.sleep(0.01)
count = len(plugin.provider.algorithms())
plugin.unload()
print(json.dumps({
    "times": times, "algorithms": count, "forbidden": sorted(new & set(forbidden)), "modules": len(new), "asked": asked,
}))
sys.stdout.flush()
import os
os._exit(0)
"""


def without_network() -> list[str]:
    """Return the words before a command that take its network away, none where the system does not allow it."""
    program = shutil.which("unshare")
    if program is None:
        return []
    words = [program, "--map-root-user", "--net"]
    return words if subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0 else []


def once(profile: str, offline: bool = False) -> dict:
    """Start QGIS in a fresh process and return what the plugin added."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment.update(QT_QPA_PLATFORM="offscreen", QGIS_CUSTOM_CONFIG_PATH=profile, PYTHONPYCACHEPREFIX=profile)
    words = [sys.executable, "-c", CHILD, str(PLUGINS), ",".join(FORBIDDEN), "offline" if offline else "online"]
    done = subprocess.run(
        [*(without_network() if offline else []), *words],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=profile,
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def best(runs: list[dict], *stages: str) -> tuple[float, float]:
    """Return the smallest processor time and clock time of stages, each taken together within one run, in ms."""
    sums = [[sum(run["times"][name][which] for name in stages) for run in runs] for which in (0, 1)]
    return min(sums[0]), min(sums[1])


def share(runs: list[dict], *stages: str) -> float:
    """Return the processor time of stages as a share of Processing's, the smallest of the runs."""
    return min(sum(run["times"][name][0] for name in stages) / run["times"]["processing"][0] for run in runs)


def names(runs: list[dict], what: str) -> list[str]:
    """Return the names that any run tells of something, sorted."""
    return sorted({name for run in runs for name in run[what]})


def row(title: str, runs: list[dict], *stages: str) -> None:
    """Print one stage: processor time, clock time, share of Processing's start."""
    used, wall = best(runs, *stages)
    print(f"{title:34} {used:7.1f} ms of processor {wall:7.1f} ms   {share(runs, *stages):5.3f} of Processing's start")


def main(times: int) -> int:
    """Print the best of some times; return 0 where nothing is imported or asked against the rule."""
    PLUGINS.mkdir(parents=True, exist_ok=True)
    if not (PLUGINS / "tomoshibi").exists():
        (PLUGINS / "tomoshibi").symlink_to(ROOT, target_is_directory=True)
    with tempfile.TemporaryDirectory() as profile:
        once(profile)  # writes the .pyc files, which an installed plugin has after its first start
        # in turns, so that what else the machine does falls on both
        pairs = [(once(profile), once(profile, offline=True)) for _ in range(times)]
    online, offline = ([pair[which] for pair in pairs] for which in (0, 1))
    last = online[-1]
    forbidden, asked = names(online + offline, "forbidden"), names(online + offline, "asked")
    row("Processing itself", online, "processing")
    row("import the package", online, "import")
    row("register the provider", online, "register")
    row("import and register", online, "import", "register")
    row("menu and toolbar", online, "gui")
    row("together", online, "import", "register", "gui")
    how = "a process without network" if without_network() else "connections refused in the process"
    row("without a network", offline, "import", "register", "gui")
    print(f"aim: {AIM} of Processing's start together; best of {times}; without a network: {how}")
    print(f"{last['algorithms']} algorithms, {last['modules']} modules imported")
    print(f"imported against the rule: {', '.join(forbidden) or 'none'}")
    print(f"asked of the network: {', '.join(asked) or 'nothing'}")
    whole, alone = share(online, "import", "register", "gui"), share(online, "import", "register")
    print(f"= startup: {whole:.3f} of Processing's own start, {alone:.3f} without menu and toolbar (aim {AIM})")
    return 0 if not forbidden and not asked else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))

"""What the plugin adds to QGIS's start: milliseconds to import it and register the provider, and what it imports.

Run it from anywhere: `python benchmarks/startup.py [times]`. Each time is a fresh process with QGIS and Processing
already started; the median counts. It is measured with the network and without: there every connection is refused
inside the process, and where the system allows it (`unshare`) the process has no network at all. Exit code 1 where it
takes 50 ms or more, imports a module that it must not, or asks for the network.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = ROOT / "build" / "plugins"
AIM_MS = 50.0
FORBIDDEN = ("pandas", "requests", "numpy", "pyproj", "urllib3", "sqlite3")
"""Modules that only a run may import; numpy alone takes longer than the aim."""
NOISE_MS = 10.0
"""Medians of the two that differ by less are the same: so much one machine differs from itself."""

CHILD = """
import json, socket, sys, time
plugins, forbidden, offline = sys.argv[1], sys.argv[2].split(","), sys.argv[3] == "offline"
from pathlib import Path
from qgis.core import QgsApplication, QgsNetworkAccessManager
application = QgsApplication([], False)
application.initQgis()
sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
from processing.core.Processing import Processing
Processing.initialize()
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
begin = time.perf_counter()
import tomoshibi
plugin = tomoshibi.classFactory(None)
imported = time.perf_counter()
plugin.initProcessing()
end = time.perf_counter()
new = set(sys.modules) - before
# what was only started would come now
until = time.perf_counter() + 0.2
while time.perf_counter() < until:
    application.processEvents()
    time.sleep(0.01)
print(json.dumps({
    "import": 1000 * (imported - begin), "register": 1000 * (end - imported),
    "algorithms": len(plugin.provider.algorithms()), "forbidden": sorted(new & set(forbidden)), "modules": len(new),
    "asked": asked,
}))
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


def total(runs: list[dict]) -> float:
    """Return the median of the milliseconds of some runs."""
    return statistics.median(run["import"] + run["register"] for run in runs)


def names(runs: list[dict], what: str) -> list[str]:
    """Return the names that any run tells of something, sorted."""
    return sorted({name for run in runs for name in run[what]})


def main(times: int) -> int:
    """Print the median of some times; return 0 where the aim is met."""
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
    print(f"import the package     {statistics.median(run['import'] for run in online):6.1f} ms")
    print(f"register the provider  {statistics.median(run['register'] for run in online):6.1f} ms")
    print(f"together               {total(online):6.1f} ms  (aim: under {AIM_MS:.0f} ms; median of {times})")
    how = "a process without network" if without_network() else "connections refused in the process"
    print(f"without a network      {total(offline):6.1f} ms  ({how})")
    print(f"{last['algorithms']} algorithms, {last['modules']} modules imported")
    print(f"imported against the rule: {', '.join(forbidden) or 'none'}")
    print(f"asked of the network: {', '.join(asked) or 'nothing'}")
    print(f"the same with and without: {'yes' if abs(total(online) - total(offline)) < NOISE_MS else 'no'}")
    return 0 if max(total(online), total(offline)) < AIM_MS and not forbidden and not asked else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))

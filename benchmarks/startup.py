"""What the plugin adds to QGIS's start: milliseconds to import it and register the provider, and what it imports.

Run it from anywhere: `python benchmarks/startup.py [times]`. Each time is a fresh process with QGIS and Processing
already started; the median counts. Exit code 1 where it takes 50 ms or more, or imports a module that it must not.
"""

from __future__ import annotations

import json
import os
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

CHILD = """
import json, sys, time
plugins, forbidden = sys.argv[1], sys.argv[2].split(",")
from pathlib import Path
from qgis.core import QgsApplication
application = QgsApplication([], False)
application.initQgis()
sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
from processing.core.Processing import Processing
Processing.initialize()
sys.path.insert(0, plugins)
before = set(sys.modules)
begin = time.perf_counter()
import tomoshibi
plugin = tomoshibi.classFactory(None)
imported = time.perf_counter()
plugin.initProcessing()
end = time.perf_counter()
new = set(sys.modules) - before
print(json.dumps({
    "import": 1000 * (imported - begin), "register": 1000 * (end - imported),
    "algorithms": len(plugin.provider.algorithms()), "forbidden": sorted(new & set(forbidden)), "modules": len(new),
}))
"""


def once(profile: str) -> dict:
    """Start QGIS in a fresh process and return what the plugin added."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment.update(QT_QPA_PLATFORM="offscreen", QGIS_CUSTOM_CONFIG_PATH=profile, PYTHONPYCACHEPREFIX=profile)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(PLUGINS), ",".join(FORBIDDEN)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=profile,
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def main(times: int) -> int:
    """Print the median of some times; return 0 where the aim is met."""
    PLUGINS.mkdir(parents=True, exist_ok=True)
    if not (PLUGINS / "tomoshibi").exists():
        (PLUGINS / "tomoshibi").symlink_to(ROOT, target_is_directory=True)
    with tempfile.TemporaryDirectory() as profile:
        once(profile)  # writes the .pyc files, which an installed plugin has after its first start
        runs = [once(profile) for _ in range(times)]
    total = statistics.median(run["import"] + run["register"] for run in runs)
    last = runs[-1]
    print(f"import the package     {statistics.median(run['import'] for run in runs):6.1f} ms")
    print(f"register the provider  {statistics.median(run['register'] for run in runs):6.1f} ms")
    print(f"together               {total:6.1f} ms  (aim: under {AIM_MS:.0f} ms; median of {times})")
    print(f"{last['algorithms']} algorithms, {last['modules']} modules imported")
    print(f"imported against the rule: {', '.join(last['forbidden']) or 'none'}")
    return 0 if total < AIM_MS and not last["forbidden"] else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))

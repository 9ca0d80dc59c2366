"""Several processes that write into one ledger at once, as several runs of QGIS on a shared folder do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Optional, Sequence

PLUGINS = Path(__file__).resolve().parents[1] / "build" / "plugins"
# Each waits for a line before its first entry: Python itself starts more slowly than entries are written.
_WRITER = """
import sys
plugins, path, name, count, profile = sys.argv[1:]
sys.path.insert(0, plugins)
from tomoshibi.casefile import heads
from tomoshibi.casefile.ledger import Ledger
if profile:
    heads.keep_in(profile)
ledger = Ledger(path)
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(count)):
    ledger.add("tomoshibi:test", f"{name}-{number}")
"""


def write_at_once(path: Path, names: Sequence[str], count: int, profile: Optional[Path] = None) -> None:
    """Let a process for each name add `count` entries, all at the same time, and wait until all have ended well.

    Fresh processes, no forks: a fork of a process with threads, as numpy has them, may never end.
    """
    command = [sys.executable, "-X", "utf8", "-c", _WRITER, str(PLUGINS), str(path)]
    runs = [
        subprocess.Popen(
            [*command, name, str(count), str(profile or "")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for name in names
    ]
    try:
        assert [run.stdout.readline() for run in runs] == ["ready\n"] * len(runs)
        for run in runs:
            run.stdin.write("\n")
            run.stdin.flush()
        assert [run.wait() for run in runs] == [0] * len(runs)
    finally:
        for run in runs:
            run.kill()
            run.communicate()

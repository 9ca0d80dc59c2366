"""A Python in which packages are hidden as if they had never been installed: for real subprocesses, also of QGIS."""

from __future__ import annotations

import os
from importlib import metadata
from pathlib import Path

SITE = """
import os, sys
from pathlib import Path

real, shown = Path(os.environ["HIDDEN_REAL"]), os.environ["HIDDEN_SHOWN"]
sys.path[:] = [shown if Path(entry) == real else entry for entry in sys.path]
"""


def hide(folder: Path, *names: str) -> dict[str, str]:
    """Return variables of the environment under which Python lacks `names` and has everything else.

    The folder of the distribution's packages is replaced on the path by one of links to all of it but those.
    """
    hidden = {name for name in names}
    for name in names:
        top = metadata.distribution(name)
        hidden |= {top._path.name, f"{name}.libs"}
    real = Path(str(metadata.distribution(names[0]).locate_file(""))).resolve()
    shown = folder / "shown"
    shown.mkdir(parents=True)
    for entry in real.iterdir():
        if entry.name not in hidden:
            (shown / entry.name).symlink_to(entry)
    start = folder / "start"
    start.mkdir()
    (start / "sitecustomize.py").write_text(SITE, encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(start), os.environ.get("PYTHONPATH", "")]))
    return {"PYTHONPATH": path, "HIDDEN_REAL": str(real), "HIDDEN_SHOWN": str(shown)}

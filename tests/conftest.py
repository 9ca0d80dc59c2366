"""Make the repository importable as the package `tomoshibi`, whatever its folder is called."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = ROOT / "build" / "plugins"
PLUGINS.mkdir(parents=True, exist_ok=True)
LINK = PLUGINS / "tomoshibi"
if not LINK.exists():
    LINK.symlink_to(ROOT, target_is_directory=True)
sys.path[:] = [str(PLUGINS)] + [entry for entry in sys.path if entry and Path(entry).resolve() != ROOT]

"""Put this checkout into a QGIS profile as the plugin `tomoshibi`, by a symbolic link.

link.py [--profile FOLDER]      default: the profile `default` of QGIS, where this system keeps it
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "tomoshibi"


def home_of_qgis() -> Path:
    """Return the folder in which QGIS keeps `QGIS3` or `QGIS4` on this system."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "QGIS"
    if sys.platform in ("win32", "cygwin", "msys"):
        return Path(os.environ["APPDATA"]) / "QGIS"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "QGIS"


def default_profiles() -> list[Path]:
    """Return the default profile of every major version that has been used here; of QGIS 3 where none has."""
    found = [home_of_qgis() / version / "profiles" / "default" for version in ("QGIS3", "QGIS4")]
    return [profile for profile in found if profile.is_dir()] or found[:1]


def link(profile: Path) -> str:
    """Link the checkout into `profile`; return a line that says so. Raises SystemExit where something else is there."""
    target = profile / "python" / "plugins" / NAME
    if target.is_symlink():
        if target.resolve() == ROOT:
            return f"link: {target} is this checkout already"
        target.unlink()
    elif target.exists():
        raise SystemExit(f"link: {target} is an installed plugin, not a link; remove it in QGIS's plugin manager first")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(ROOT, target_is_directory=True)
    return f"link: {target} → {ROOT}\nlink: start QGIS and switch Tomoshibi on under Plugins"


def main(words: list[str]) -> int:
    """Link into the profile given, or the default ones."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", type=Path)
    chosen = parser.parse_args(words).profile
    for profile in [chosen.expanduser().absolute()] if chosen else default_profiles():
        print(link(profile))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The checkout as the package `tomoshibi`, whatever its folder is called: a script imports this before the package.

`build/plugins/tomoshibi` is a link to the checkout; QGIS finds it there too. The folder of the scripts comes last on
the path, so that none of them stands for a package of the same name.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = ROOT / "build" / "plugins"


def link_package() -> None:
    """Make the link where it is not there, and put its folder first on the path."""
    link = PLUGINS / "tomoshibi"
    PLUGINS.mkdir(parents=True, exist_ok=True)
    if not link.exists():
        link.symlink_to(ROOT, target_is_directory=True)
    others = [entry for entry in sys.path if entry and Path(entry).resolve() not in (ROOT, ROOT / "dev", PLUGINS)]
    sys.path[:] = [str(PLUGINS), *others, str(ROOT / "dev")]


def find_processing() -> None:
    """Put QGIS's own plugins on the path, of which Processing is one; QGIS must run."""
    from qgis.core import QgsApplication

    for folder in (Path(QgsApplication.pkgDataPath()) / "python" / "plugins", *map(Path, sys.path)):
        if (folder / "processing" / "__init__.py").is_file():
            sys.path.append(str(folder))
            break


link_package()

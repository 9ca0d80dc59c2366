"""The Python that QGIS runs in, as a program: `sys.executable` is QGIS itself on some systems."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Iterator, Optional

from qgis.core import QgsApplication


def python_of_qgis() -> Optional[Path]:
    """Return the program, None where none was found."""
    return next((path for path in _places() if path.is_file() and os.access(path, os.X_OK)), None)


def _places() -> Iterator[Path]:
    """Yield where it may be, the most certain first."""
    own, prefix = Path(sys.executable or ""), Path(sys.exec_prefix)
    if own.name.lower().startswith("python"):
        yield own
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    if os.name == "nt":
        # OSGeo4W: apps/Python312 holds it, bin has a copy; the one without a console first
        for folder in (prefix, Path(QgsApplication.prefixPath()).parent.parent / "bin"):
            yield from (folder / name for name in ("pythonw.exe", "python3.exe", "python.exe"))
        return
    if sys.platform == "darwin":
        contents = Path(QgsApplication.prefixPath())
        yield from (contents / "bin" / name for name in (version, "python3"))
        yield from (contents / name for name in (version, "python3"))
    yield from (prefix / "bin" / name for name in (version, "python3"))

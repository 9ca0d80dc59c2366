"""What a benchmark imports first: the checkout as the package `tomoshibi`, and a QGIS that needs no screen.

The folder of the benchmarks comes last on the path, so that none of them stands for a module of its name.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.append(str(BENCHMARKS.parent / "dev"))
from checkout import ROOT, find_processing  # noqa: E402

sys.path[:] = [*(entry for entry in sys.path if Path(entry).resolve() != BENCHMARKS), str(BENCHMARKS)]

__all__ = ["ROOT", "find_processing"]

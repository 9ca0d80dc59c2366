"""What PyQt6, and with it QGIS 4, does not have is found; and nothing of the kind is in the sources."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from tomoshibi.dev import qt6
from tomoshibi.tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
PYQT6 = ROOT / "build" / "qt6"


@pytest.mark.parametrize(
    ("source", "lost"),
    [
        ("Qt.AlignLeft", ["Qt.AlignLeft"]),
        ("Qt.AlignmentFlag.AlignLeft", []),
        ("Qt.AlignmentFlag.AlignNowhere", ["Qt.AlignmentFlag.AlignNowhere"]),
        ("other.AlignLeft", []),
    ],
)
def test_a_name_that_qt_6_moved_into_its_enum_is_found(source: str, lost: list):
    known = {"Qt": SimpleNamespace(AlignmentFlag=SimpleNamespace(AlignLeft=1))}
    assert qt6._lost(ast.parse(source).body[0].value, known) == lost


@pytest.mark.skipif(not PYQT6.is_dir(), reason="PyQt6 is not in build/qt6; `make qt6` puts it there")
def test_every_form_and_every_package_without_qgis_runs_under_pyqt6():
    done = subprocess.run(
        [sys.executable, str(ROOT / "dev" / "qt6.py"), str(PYQT6)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "0 faults" in done.stdout

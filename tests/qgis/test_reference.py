"""The printed reference is what the provider says."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_list_of_algorithms_is_in_step_with_the_provider():
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "TOMOSHIBI_LANGUAGE": "ja"}
    environment.pop("QGIS_CUSTOM_CONFIG_PATH", None)
    printed = subprocess.run(
        [sys.executable, ROOT / "dev" / "reference.py"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=900,
    )
    written = (ROOT / "docs" / "algorithms.ja.md").read_text(encoding="utf-8")
    assert printed.stdout.strip() == written.strip(), "run `make reference`"

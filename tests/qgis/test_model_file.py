"""The shipped model as a file: what QGIS's model designer shows of it."""

from __future__ import annotations

import html
from pathlib import Path

from qgis.core import QgsProcessingModelAlgorithm

ROOT = Path(__file__).resolve().parents[2]


def test_who_opens_the_model_file_in_the_designer_reads_its_help(provider):
    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(ROOT / "models" / "morning_brief.model3"))
    told = html.unescape(model.helpContent()["ALG_DESC"])
    page = (ROOT / "resources" / "help" / "morning_brief.ja.md").read_text(encoding="utf-8")
    lines = [line.removeprefix("- ") for line in page.replace("`", "").splitlines() if line]
    assert lines and all(line in told for line in lines)

"""The tests that the documents name are there: a claim without its test would be a claim alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("evidence.md", "intake.md")


def named(text: str) -> list[tuple[str, str]]:
    """Return (file below tests, name of the test, "" for all of the file) of the table “Shown by tests”."""
    found: list[tuple[str, str]] = []
    for line in text.partition("## Shown by tests")[2].splitlines():
        cells = line.strip().strip("|").split(" | ")
        if len(cells) != 2 or set(cells[0]) <= set("-| ") or cells[0].strip() == "what":
            continue
        file = ""
        for entry in cells[1].split(";"):
            told = re.fullmatch(r"\s*(?:(test_\w+)( \(unit\))?)?:?\s*(\w*)\s*", entry)
            assert told is not None, entry
            if told[1]:
                file = f"{'unit' if told[2] else 'qgis'}/{told[1]}.py"
            found.append((file, "" if told[3] == "all" else told[3]))
    return found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_test_that_a_document_names_is_there(document):
    wanted = named((ROOT / "docs" / document).read_text(encoding="utf-8"))
    assert len(wanted) > 20
    lacking = []
    for file, name in wanted:
        path = ROOT / "tests" / file
        if not path.is_file() or f"def test_{name}" not in path.read_text(encoding="utf-8"):
            lacking.append(f"{file}: {name}")
    assert lacking == []

"""The code that prints docs/kills.md, with few tries: what is killed, or has no room, ends right in the next run."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("kill_table", ROOT / "dev" / "kill_table.py")
kill_table = sys.modules.setdefault("kill_table", importlib.util.module_from_spec(spec))
spec.loader.exec_module(kill_table)


def test_killed_or_without_room_the_case_opens_and_the_next_run_ends_right(tmp_path):
    page = tmp_path / "kills.md"
    command = [sys.executable, str(ROOT / "dev" / "kill_table.py"), "--tries", "2", "--seed", "3", "--out", str(page)]
    done = subprocess.run(
        [*command, "--only", "createcase,editcase,importfiles,undoimport,shelterpower"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    assert [line.split(" | ")[0][2:] for line in lines] == [
        "createcase",
        "editcase",
        "importfiles",
        "undoimport",
        "shelterpower",
    ]
    assert [line.split(" | ")[1] for line in lines] == ["2"] * 5


def test_the_table_finds_out_what_is_lost_broken_or_left(tmp_path):
    (tmp_path / "case").mkdir()
    right = {"a.csv": "1", "b.gpkg": "2"}
    for name, content in (("a.csv", "x"), ("b.gpkg", "no package"), (".a.csv.1.part", "")):
        (tmp_path / "case" / name).write_text(content)
    found = kill_table.contents(tmp_path / "case")
    assert found["b.gpkg"].startswith("broken")
    assert kill_table.differences(found, right) == [".a.csv.1.part", "a.csv", "b.gpkg"]
    assert "no case.json" in kill_table.opened(tmp_path / "case")


def test_a_run_of_some_algorithms_keeps_the_lines_of_the_others_and_counts_all():
    kinds = (("undoimport", 4, 0), ("editcase", 2, 1))
    lines = [f"| {name} | {count} | 0 | {count} | 1 | {bad} | — |" for name, count, bad in kinds]
    page = kill_table.page_of(kill_table.beside(lines, ""), 1)
    assert page.endswith("**Together.** 6 kills, 6 full disks, 1 not right.\n")
    again = kill_table.beside(["| editcase | 4 | 0 | not tried | 0 | 0 | — |"], page)
    assert [line.split(" | ")[0] for line in again] == ["| editcase", "| undoimport"]
    assert kill_table.page_of(again, 1).endswith("**Together.** 8 kills, 4 full disks, 0 not right.\n")


def test_the_page_in_the_repository_has_every_algorithm_and_nothing_that_is_not_right():
    page = (ROOT / "docs" / "kills.md").read_text(encoding="utf-8")
    assert [row.name for row in kill_table.ROWS if f"\n| {row.name} |" not in page] == []
    assert ", 0 not right." in page


def test_every_algorithm_is_run_or_said_not_to_be():
    listed = set(json.loads((ROOT / "resources" / "toolbox.json").read_text(encoding="utf-8")))
    groups = [[row.name for row in kill_table.ROWS], kill_table.NOT_RUN, kill_table.WRITES_NOTHING]
    assert sorted(name for group in groups for name in group) == sorted(listed)
    page = (ROOT / "docs" / "kills.md").read_text(encoding="utf-8")
    assert f"not run here:\n{', '.join(sorted(kill_table.NOT_RUN))}." in page

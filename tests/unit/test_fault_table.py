"""The code that prints docs/transfers.md, with few tries: every fault ends well here too."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("fault_table", ROOT / "dev" / "fault_table.py")
fault_table = sys.modules.setdefault("fault_table", importlib.util.module_from_spec(spec))
spec.loader.exec_module(fault_table)


@pytest.mark.parametrize("row", fault_table.ROWS, ids=lambda row: row.title)
def test_a_fault_loses_nothing_lets_nothing_wrong_in_and_is_named(row, tmp_path):
    result = fault_table.try_row(row, 1, tmp_path, 7)
    assert result.good, result


def test_a_full_disk_is_named_and_the_next_run_brings_the_rest(tmp_path):
    result = fault_table.full_disk(1, tmp_path, 7)
    if not result.tries:
        pytest.skip("this computer allows no disk of one's own")
    assert result.good and result.next_run == 1 and "Make room" in result.said


def test_killed_at_random_moments_every_file_is_right_in_the_end(tmp_path):
    result, ended = fault_table.killed(3, tmp_path, 7)
    assert result.good and ended >= 1


def test_the_table_finds_out_what_is_wrong_or_lost(tmp_path):
    def spoil(stage):
        said = stage.run()
        (stage.folder / stage.files[0].name).write_bytes(b"\0" * stage.files[0].size)
        (stage.folder / stage.files[1].name).unlink()
        return said

    result = fault_table.try_row(fault_table.Row("spoilt", fault_table._nothing, run=spoil), 1, tmp_path, 7)
    assert result.wrong and result.lost == fault_table.SIZES[1] and not result.good


def test_memory_that_a_fault_takes_is_measured_and_held_to_its_limit(tmp_path, monkeypatch):
    def greedy(stage):
        taken = bytearray(b"1") * (200 << 20)
        said = stage.run()
        assert taken[-1] == 49
        return said

    row = fault_table.Row("greedy", fault_table._nothing, run=greedy)
    result = fault_table.try_row(row, 1, tmp_path, 7)
    assert result.good and 190 <= result.memory <= result.peak
    monkeypatch.setattr(fault_table, "MOST_MEMORY_MB", 189)
    assert not result.good


def test_the_page_in_the_repository_has_every_fault():
    page = (ROOT / "docs" / "transfers.md").read_text(encoding="utf-8")
    assert [row.title for row in fault_table.ROWS if f"\n| {row.title} |" not in page] == []

"""The table of `make score`: what passes, what is missed, and what makes it fail."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def table():
    spec = importlib.util.spec_from_file_location("script_score", ROOT / "dev" / "score.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


GOOD = {
    ("shelterpower", "dangerous_beyond_data_delay"): 0.0,
    ("meshoutage", "mae_12h"): 0.01,
    ("homeaway", "quiet.24h.mcc"): 0.8,
}


def test_a_target_missed_is_named_and_only_a_dangerous_one_fails(table):
    lines, missed, dangerous = table.table_of({"a": GOOD, "b": {**GOOD, ("meshoutage", "mae_12h"): 0.05}})
    assert len(missed) == 1 and "0.050 (b)" in missed[0]
    assert not dangerous
    [row] = [line for line in lines if "mean absolute error, all cells" in line]
    assert "0.010 pass" in row and "0.050 MISS" in row
    _lines, missed, dangerous = table.table_of({"a": {**GOOD, ("shelterpower", "dangerous_beyond_data_delay"): 1.0}})
    assert len(dangerous) == 1 and missed == dangerous


def test_what_was_not_measured_neither_passes_nor_fails(table):
    lines, missed, _dangerous = table.table_of({"a": {}})
    assert not missed
    assert all(" pass" not in line and "MISS" not in line for line in lines)
    assert any("| – |" in line for line in lines)
    assert table.LINES[0].passes(math.nan) is None


def test_the_drills_differ_in_cause_size_season_and_seed_and_were_not_used_for_tuning(table):
    assert len({cause for cause, _ in table.DRILLS}) == len({meters for _, meters in table.DRILLS}) == 3
    assert len(set(table.SEEDS)) == 3
    assert min(table.SEEDS) >= table.FIRST_SCORE_SEED == 101
    specs = [table.ScenarioSpec.of_cause(cause) for cause, _ in table.DRILLS]
    assert len({spec.event_time.month for spec in specs}) == 3
    assert table.ScenarioSpec.of_cause("typhoon").event_time.month == 9


def test_every_line_has_a_name_that_the_scores_know(table):
    measures = {line.measure for line in table.LINES if line.theme == "shelterpower"}
    assert measures <= {"accuracy", "coverage", "dangerous_beyond_data_delay", "dangerous_within_data_delay"}
    dangerous = [line for line in table.LINES if line.dangerous]
    assert dangerous and all(line.target is not None for line in dangerous)

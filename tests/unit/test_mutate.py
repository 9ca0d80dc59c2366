"""The tool that breaks code place by place: what it changes, and which tests it asks."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tomoshibi.dev import mutate

SOURCE = "灯 = 1 < 2\n\ndef f(a: int = 3) -> bool:\n    return (a + 1 > 2 and not a) or f'{a + 1}'\n"


def test_each_mutant_is_another_program_of_one_change(tmp_path):
    path = tmp_path / "m.py"
    path.write_text(SOURCE, encoding="utf-8")
    found = mutate.mutants_of(path, tmp_path)
    changed = {ast.dump(ast.parse(mutant.applied(SOURCE))) for mutant in found}
    assert len(changed) == len(found) == 11
    assert ast.dump(ast.parse(SOURCE)) not in changed
    assert "m.py:1: 1 < 2  ->  1 <= 2" in [str(mutant) for mutant in found]
    assert not any(mutant.before == "int" for mutant in found)


REACH = mutate.Reach(
    {
        "tests/unit/test_far.py": {("analysis/m.py", 3)},
        "tests/unit/test_near.py": {("analysis/m.py", 3)},
        "tests/unit/test_quick.py": {("analysis/m.py", 3)},
        "tests/unit/test_other.py": {("analysis/m.py", 9), ("analysis/n.py", 3)},
    },
    {"tests/unit/test_far.py": 9.0, "tests/unit/test_quick.py": 1.0},
    [],
)


@pytest.fixture
def checkout(tmp_path):
    for folder in ("analysis", "tests/unit"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "analysis" / "m.py").write_text(SOURCE, encoding="utf-8")
    near = "from tomoshibi.analysis.m import f"
    (tmp_path / "tests" / "unit" / "test_near.py").write_text(near, encoding="utf-8")
    (tmp_path / "tests" / "unit" / "test_named.py").write_text(near, encoding="utf-8")
    (tmp_path / "tests" / "unit" / "test_repository_m.py").write_text(near, encoding="utf-8")
    return tmp_path


def _tests(checkout, line):
    found = mutate.mutants_of(checkout / "analysis" / "m.py", checkout)
    chosen = next(mutant for mutant in found if mutant.line == line)
    return [Path(file).stem.removeprefix("test_") for file in mutate.tests_of(chosen, REACH, checkout)]


def test_a_change_in_a_function_gets_the_tests_that_enter_it_those_first_that_import_its_module(checkout):
    assert _tests(checkout, 4) == ["near", "named", "quick", "far"]


def test_a_change_outside_functions_gets_all_that_enter_one_of_the_module(checkout):
    assert _tests(checkout, 1) == ["near", "named", "other", "quick", "far"]


def test_who_asks_for_a_drill_gets_what_the_others_made(checkout):
    for name in ("far", "late"):
        text = "from tomoshibi.tests.drill_case import make_drill"
        (checkout / "tests" / "unit" / f"test_{name}.py").write_text(text, encoding="utf-8")
    assert _tests(checkout, 4) == ["near", "named", "quick", "far", "late"]


def test_the_tests_of_a_module_are_found_by_its_name_in_all_forms_of_import():
    assert "tests/unit/test_hidden.py" in mutate.importing("analysis/hidden.py")
    assert "tests/unit/test_master.py" not in mutate.importing("analysis/hidden.py")
    assert mutate.importing("analysis/imported_by_no_test.py") == []


def test_every_change_that_is_told_to_change_nothing_is_still_one_that_is_tried():
    told = mutate.equivalent()
    files = {line.split(" | ")[0] for line in told}
    tried = {mutant.unplaced for file in files for mutant in mutate.mutants_of(mutate.ROOT / file)}
    assert set(told) <= tried and all(told.values())


def test_a_reason_stands_above_the_changes_it_is_for(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("# a size of work\na.py | N = 1 | 1  ->  2\na.py | M = 1 | 1  ->  2\n\n# other\nb.py | x | y\n")
    reasons = ["a size of work", "a size of work", "other"]
    assert list(mutate.equivalent(path).values()) == reasons
    assert next(iter(mutate.equivalent(path))) == "a.py | N = 1 | 1  ->  2"

"""The tool that breaks code place by place: what it changes, and which tests it asks."""

from __future__ import annotations

import ast

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


def test_the_tests_of_a_module_are_those_that_import_it():
    assert "tests/unit/test_hidden.py" in mutate.tests_of("analysis/hidden.py")
    assert "tests/unit/test_master.py" not in mutate.tests_of("analysis/hidden.py")
    assert mutate.tests_of("analysis/imported_by_no_test.py") == ["tests/unit"]

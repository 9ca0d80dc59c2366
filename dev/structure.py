"""The structure of the code, measured: `functions` counts as lizard does, so that its limits can be held without it.

Printed by `python dev/structure.py`; docs/architecture.md and tests/unit/test_repository_structure.py use it.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES = 60
MOST_BRANCHES = 12
BRANCHES = frozenset({"if", "elif", "for", "while", "except", "finally", "and", "or"})
"""Words that open one more way through a function; a function without any has one way."""


class Function(NamedTuple):
    """A function or method."""

    file: str
    """Path from the root of the repository."""
    name: str
    """With the classes and functions it is inside of, as Python's own `__qualname__` without `<locals>`."""
    line: int
    lines: int
    """From `def` to its last line, docstring and comments included."""
    branches: int
    """Ways through it (cyclomatic complexity); functions inside it are counted by themselves."""

    @property
    def large(self) -> bool:
        """Whether it is over a limit."""
        return self.lines > MOST_LINES or self.branches > MOST_BRANCHES


def functions(text: str, file: str = "") -> list[Function]:
    """Return the functions of a module in the order of their lines, methods and inner functions too."""
    found: list[tuple[str, int, int]] = []

    def visit(node: ast.AST, inside: str) -> None:
        for child in ast.iter_child_nodes(node):
            named = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            name = f"{inside}{child.name}" if named else inside
            if named and not isinstance(child, ast.ClassDef):
                found.append((name, child.lineno, child.end_lineno or child.lineno))
            visit(child, f"{name}." if named else inside)

    visit(ast.parse(text), "")
    ways = [1] * len(found)
    inside = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        # Python 3.12 looks into f-strings; what it finds there counts in no version
        inside += (tokenize.tok_name[token.type] == "FSTRING_START") - (tokenize.tok_name[token.type] == "FSTRING_END")
        if token.type == tokenize.NAME and token.string in BRANCHES and not inside:
            around = [place for place, (_, first, last) in enumerate(found) if first <= token.start[0] <= last]
            if around:
                ways[max(around, key=lambda place: found[place][1])] += 1
    return [Function(file, name, first, last - first + 1, count) for (name, first, last), count in zip(found, ways)]


def sources() -> Iterator[Path]:
    """Yield the Python files of the repository but its tests, sorted."""
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT).parts
        if place[0] not in ("build", "dist", "tests") and not place[0].startswith("."):
            yield path


def all_functions() -> list[Function]:
    """Return the functions of all files of the repository but its tests."""
    return [
        each
        for path in sources()
        for each in functions(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    ]


if __name__ == "__main__":
    for each in all_functions():
        if each.large:
            print(f"{each.file}:{each.line} {each.name} {each.lines} {each.branches}")

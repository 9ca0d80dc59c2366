"""Break the code in one place at a time and see whether the tests notice: mutation testing by sample.

    mutate.py [--count 40] [--seed 1] [--only casefile/master.py] [PACKAGE ...]

The sample is drawn by seed from all places of the packages (analysis/ and casefile/ by default) where a comparison, an
arithmetic or logical operator, a number or a truth value can be exchanged. Each is broken in a copy of the checkout,
and the unit tests that import the module are run there until the first fails; nothing in the checkout changes.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Optional

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 900
"""Seconds after which tests of a mutant are taken to hang, which is noticed too."""
COMPARED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
COMPUTED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
JOINED = {ast.And: ast.Or, ast.Or: ast.And}


@dataclass(frozen=True)
class Mutant:
    """One change of one expression: where (bytes of the line), what it was and what it becomes."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.before}  ->  {self.after}"

    def applied(self, source: str) -> str:
        """Return the source with the change."""
        lines = source.encode().splitlines(keepends=True)
        begin = sum(map(len, lines[: self.line - 1])) + self.column
        end = sum(map(len, lines[: self.end_line - 1])) + self.end_column
        whole = b"".join(lines)
        return (whole[:begin] + f"({self.after})".encode() + whole[end:]).decode()


def exchanged(node: ast.AST) -> Optional[ast.AST]:
    """Return the expression with its operator or value exchanged; None where nothing is."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED:
        return ast.Compare(node.left, [COMPARED[type(node.ops[0])](), *node.ops[1:]], node.comparators)
    if isinstance(node, ast.BinOp) and type(node.op) in COMPUTED:
        return ast.BinOp(node.left, COMPUTED[type(node.op)](), node.right)
    if isinstance(node, ast.BoolOp):
        return ast.BoolOp(JOINED[type(node.op)](), node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert)):
        return node.operand
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return ast.Constant(not node.value)
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return ast.Constant(node.value + 1)
    return None


def walked(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree, but not into type hints nor into texts with places."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                yield child
                yield from walked(child)


def mutants_of(path: Path, root: Path = ROOT) -> list[Mutant]:
    """Return every mutant of a file."""
    found = []
    for node in walked(ast.parse(path.read_text(encoding="utf-8"))):
        other = exchanged(node)
        if other is not None:
            place = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
            name = path.relative_to(root).as_posix()
            found.append(Mutant(name, *place, ast.unparse(node), ast.unparse(ast.fix_missing_locations(other))))
    return found


def tests_of(name: str, root: Path = ROOT) -> list[str]:
    """Return the files of unit tests that import a module, or the names of its package beside it; else all."""
    package, stem = name.removesuffix(".py").replace("/", ".").rsplit(".", 1)
    stem, package = (package.rsplit(".", 1)[-1], package) if stem == "__init__" else (stem, package)
    imported = re.compile(
        rf"tomoshibi\.{re.escape(package)}(\.{stem}\b| import [^\n]*\b{stem}\b| import \([^)]*\b{stem}\b)"
    )
    tests = sorted((root / "tests" / "unit").glob("test_*.py"))
    mine = [test for test in tests if imported.search(test.read_text(encoding="utf-8"))]
    return [test.relative_to(root).as_posix() for test in mine] or ["tests/unit"]


def caught(copy: Path, mutant: Mutant) -> bool:
    """Run the tests of the module with the change made in the copy, and take it back."""
    target = copy / mutant.path
    source = target.read_text(encoding="utf-8")
    target.write_text(mutant.applied(source), encoding="utf-8")
    words = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests_of(mutant.path, copy)]
    environment = {**os.environ, "CI": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [*words, "-m", "not data"], cwd=copy, env=environment, capture_output=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        target.write_text(source, encoding="utf-8")
    return done.returncode != 0


def main(words: Optional[list[str]] = None) -> int:
    """Print each mutant with its fate, then the score; 0 whatever it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", nargs="*", default=["analysis", "casefile"])
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="a file, or the beginning of its path")
    options = parser.parse_args(words)
    files = sorted(path for package in options.packages for path in (ROOT / package).rglob("*.py"))
    every = [mutant for path in files for mutant in mutants_of(path) if mutant.path.startswith(options.only)]
    sample = random.Random(options.seed).sample(every, min(options.count, len(every)))
    print(f"mutate: {len(sample)} of {len(every)} places, seed {options.seed}", flush=True)
    fates = []
    with tempfile.TemporaryDirectory(prefix="tomoshibi-mutate-") as place:
        copy = Path(place) / "checkout"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".venv", "build", "dist", ".git", "__pycache__"))
        for mutant in sample:
            fates.append(caught(copy, mutant))
            print(f"{'caught  ' if fates[-1] else 'SURVIVED'} {mutant}", flush=True)
    print(f"mutate: {sum(fates)} of {len(fates)} caught ({sum(fates) / max(len(fates), 1):.0%})")
    return 0


if __name__ == "__main__":
    sys.exit(main())

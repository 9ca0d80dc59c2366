"""Break the code in one place at a time and see whether the tests notice: mutation testing by sample.

    mutate.py [--count 40] [--seed 1] [--only casefile/master.py] [--reach FILE] [PACKAGE ...]

The sample is drawn by seed from all places of the packages (analysis/ and casefile/ by default) where a comparison, an
arithmetic or logical operator, a number or a truth value can be exchanged. Each is broken in a copy of the checkout, in
which the unit tests run until the first fails; nothing in the checkout changes.

First all unit tests run once in the copy with nothing broken, to note which file of tests enters which function, and
what fails by itself, which then counts for nothing. A mutant gets the files that enter its function, and those that
import its module, first; where it stands in no function, all files that enter one of the module. `--reach` keeps those
notes in a file and takes them from there; notes older than the code say less.

Changes that no test can see are told in `equivalent_mutants.txt` with the reason; they are drawn, and do not count.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Optional

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 900
"""Seconds of CPU after which tests of a mutant are taken to hang, which is noticed too."""
WAITED = 6
"""So many times as long is waited where nothing is done: on a busy machine tests take longer, and hang no more."""
NO_TESTS = 5
"""What pytest returns where it runs no test."""
READ_CODE = "test_repository_*.py"
"""Tests that read code as text, or files beside it: they would notice any change, and none by what it does."""
OF_ALL_MODULES = ("tests/unit/test_measured_numbers.py",)
"""Tests that look at what stands in no function, of every module."""
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
    within: str
    """The line as it stands, without its indentation."""
    number: int
    """1 for the first such change in the line, 2 for the next."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.before}  ->  {self.after}"

    @property
    def unplaced(self) -> str:
        """The change by the text of its line, the number of which moves."""
        again = f" ({self.number})" if self.number > 1 else ""
        return f"{self.path} | {self.within} | {self.before}  ->  {self.after}{again}"

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
    source, name = path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()
    lines, found, told = source.splitlines(), [], Counter()
    for node in walked(ast.parse(source)):
        other = exchanged(node)
        if other is not None:
            place = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
            change = (ast.unparse(node), ast.unparse(ast.fix_missing_locations(other)))
            told[(node.lineno, change)] += 1
            found.append(Mutant(name, *place, *change, lines[node.lineno - 1].strip(), told[(node.lineno, change)]))
    return found


def importing(name: str, root: Path = ROOT) -> list[str]:
    """Return the files of unit tests that import a module, or the names of its package beside it."""
    package, stem = name.removesuffix(".py").replace("/", ".").rsplit(".", 1)
    stem, package = (package.rsplit(".", 1)[-1], package) if stem == "__init__" else (stem, package)
    imported = re.compile(
        rf"tomoshibi\.{re.escape(package)}(\.{stem}\b| import [^\n]*\b{stem}\b| import \([^)]*\b{stem}\b)"
    )
    return holding(imported, root)


def holding(words: re.Pattern[str], root: Path = ROOT) -> list[str]:
    """Return the files of unit tests in which the words stand, without those that only read the code."""
    tests = sorted({*(root / "tests" / "unit").glob("test_*.py")} - {*(root / "tests" / "unit").glob(READ_CODE)})
    return [test.relative_to(root).as_posix() for test in tests if words.search(test.read_text(encoding="utf-8"))]


@dataclass(frozen=True)
class Reach:
    """What the unit tests enter when nothing is broken."""

    reached: dict[str, set[tuple[str, int]]]
    """File of tests → (module, line of the `def`) of each function it enters."""
    seconds: dict[str, float]
    failed: list[str]
    """Tests that fail by themselves."""

    @classmethod
    def load(cls, path: Path) -> Reach:
        """Return what `mutation_reach` wrote."""
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            {file: {(name, line) for name, line in places} for file, places in told["reached"].items()},
            told["seconds"],
            told["failed"],
        )


def functions_at(source: str, line: int) -> set[int]:
    """Return the first lines of the functions that a line stands in, the innermost and those around it."""
    return {
        min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", ()))])
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.lineno <= line <= (node.end_lineno or 0)
    }


def tests_of(mutant: Mutant, reach: Reach, root: Path = ROOT) -> list[str]:
    """Return the files of unit tests that can notice a mutant, those that import its module first, then the quickest.

    Drills are made once for all files that ask for one: what one of these enters, all do.
    """
    lines = functions_at((root / mutant.path).read_text(encoding="utf-8"), mutant.line)
    direct = importing(mutant.path, root)
    if lines:
        entered = {
            file for file, places in reach.reached.items() if any((mutant.path, line) in places for line in lines)
        }
    else:
        entered = {file for file, places in reach.reached.items() if any(name == mutant.path for name, _ in places)}
        direct = [*(file for file in OF_ALL_MODULES if (root / file).exists()), *direct]
    drilled = set(holding(re.compile("drill_case"), root))
    chosen = entered | set(direct) | (drilled if entered & drilled else set())
    return sorted(
        chosen, key=lambda file: (file not in direct, file not in entered, reach.seconds.get(file, 0.0), file)
    )


EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")


def equivalent(path: Path = EQUIVALENT) -> dict[str, str]:
    """Return {mutant without its line number: why no test can tell it from the code} of the list of those."""
    found, reason = {}, ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            reason = line[2:]
        elif line.strip():
            found[line.strip()] = reason
    return found


def _pytest(copy: Path, words: list[str], **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run tests in the copy; hypothesis draws the same examples each time."""
    environment = {**os.environ, "CI": "1", "TOMOSHIBI_QUICK": "1", "PYTHONDONTWRITEBYTECODE": "1", **more}
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not data", *words]
    return subprocess.run(
        command,
        cwd=copy,
        env=environment,
        capture_output=True,
        timeout=LONGEST * WAITED,
        check=False,
        preexec_fn=_limited if resource else None,
    )


def _limited() -> None:
    """Let a child that works on for ever end."""
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))


def reach_of(copy: Path, kept: Path) -> Reach:
    """Run all unit tests with nothing broken, once, and return what they enter; `kept` holds it from then on."""
    if not kept.exists():
        more = {"MUTATION_REACH": str(kept.resolve()), "PYTHONPATH": str(copy / "dev")}
        done = _pytest(copy, ["-p", "mutation_reach", "tests/unit", f"--ignore-glob=*/{READ_CODE}"], **more)
        if not kept.exists():
            sys.exit(f"mutate: the tests do not run:\n{done.stdout.decode()}{done.stderr.decode()}")
    return Reach.load(kept)


def caught(copy: Path, mutant: Mutant, reach: Reach) -> bool:
    """Run the tests of the module with the change made in the copy, and take it back."""
    tests = tests_of(mutant, reach, copy)
    if not tests:
        return False
    target = copy / mutant.path
    source = target.read_text(encoding="utf-8")
    target.write_text(mutant.applied(source), encoding="utf-8")
    left_out = [f"--deselect={name}" for name in reach.failed if name.split("::")[0] in tests]
    try:
        return _pytest(copy, ["-x", *left_out, *tests]).returncode not in (0, NO_TESTS)
    except subprocess.TimeoutExpired:
        return True
    finally:
        target.write_text(source, encoding="utf-8")


def main(words: Optional[list[str]] = None) -> int:
    """Print each mutant with its fate, then the score; 0 whatever it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", nargs="*", default=["analysis", "casefile"])
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="a file, or the beginning of its path")
    parser.add_argument("--reach", type=Path, help="a file for the notes of which tests enter what")
    options = parser.parse_args(words)
    files = sorted(path for package in options.packages for path in (ROOT / package).rglob("*.py"))
    every = [mutant for path in files for mutant in mutants_of(path) if mutant.path.startswith(options.only)]
    sample = random.Random(options.seed).sample(every, min(options.count, len(every)))
    same = equivalent()
    # the copy is deleted when the run is ended, too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(f"mutate: {len(sample)} of {len(every)} places, seed {options.seed}", flush=True)
    fates = []
    with tempfile.TemporaryDirectory(prefix="tomoshibi-mutate-") as place:
        copy = Path(place) / "checkout"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".venv", "build", "dist", ".git", "__pycache__"))
        reach = reach_of(copy, options.reach or Path(place) / "reach.json")
        for name in reach.failed:
            print(f"fails by itself, left out: {name}")
        for mutant in sample:
            if mutant.unplaced in same:
                print(f"no change {mutant} ({same[mutant.unplaced]})", flush=True)
                continue
            fates.append(caught(copy, mutant, reach))
            print(f"{'caught   ' if fates[-1] else 'SURVIVED '} {mutant}", flush=True)
    unchanged = len(sample) - len(fates)
    print(
        f"mutate: {sum(fates)} of {len(fates)} caught ({sum(fates) / max(len(fates), 1):.0%})"
        + (f", {unchanged} that change nothing left out" if unchanged else "")
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

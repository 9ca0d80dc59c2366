"""The structure of the code, measured and drawn: what imports what, and which files and functions are large.

    structure.py functions [--revision REV]   functions over a limit, and the longest
    structure.py files [--revision REV]       the longest files
    structure.py imports [--revision REV]     the packages and how often one imports another, as a Mermaid flowchart

    structure.py docs                         set right the drawing of docs/architecture.md and the lines it leads to

Lines and branches are counted as lizard does, so that its limits can be held without it. docs/architecture.md shows
what this prints; tests/unit/test_repository_structure.py holds the limits and the links.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES = 60
MOST_BRANCHES = 12
SHOWN = 15
"""Rows of a table of the longest."""
BRANCHES = frozenset({"if", "elif", "for", "while", "except", "finally", "and", "or"})
"""Words that open one more way through a function; a function without any has one way."""
_WORDS = re.compile(
    r'''[rRbBfFuU]{0,2}(?:"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|'''
    r"""'''(?:[^\\]|\\.)*?'''|'(?:[^'\\\n]|\\.)*')|#[^\n]*|\b(""" + "|".join(sorted(BRANCHES)) + r")\b",
    re.DOTALL,
)
"""Texts, whole with what an f-string holds, comments, and words that branch; eight times as fast as `tokenize`."""
PACKAGES = (
    *("plugin", "dialogs", "processing_provider", "sheets", "layers", "practice", "casefile", "analysis", "aggregator"),
)
"""Packages of the plugin, those above first: each may import what stands behind it.

The single modules that all of them import (messages, files, arrays, settings, translate) are left out of the drawing.
"""
ARCHITECTURE = ROOT / "docs" / "architecture.md"
LINK = re.compile(r"\[`([\w.]+)`\]\(\.\./([\w/]+\.py)#L(\d+)\)")
"""A link to a function or class: its name, its file, its line."""


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


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements right inside one; there are none inside expressions, which are most of a tree."""
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        inside = getattr(node, name, ())
        if isinstance(inside, list):
            yield from inside


def _spans(text: str) -> list[tuple[str, int, int]]:
    """Return name, first and last line of the functions of a module, in the order of their lines."""
    found: list[tuple[str, int, int]] = []

    def visit(node: ast.AST, inside: str) -> None:
        for child in _statements(node):
            named = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            name = f"{inside}{child.name}" if named else inside
            if named and not isinstance(child, ast.ClassDef):
                found.append((name, child.lineno, child.end_lineno or child.lineno))
            visit(child, f"{name}." if named else inside)

    visit(ast.parse(text), "")
    return found


def functions(text: str, file: str = "") -> list[Function]:
    """Return the functions of a module in the order of their lines, methods and inner functions too."""
    found = _spans(text)
    ways = [1] * len(found)
    for line in _branching_lines(text):
        around = [place for place, (_, first, last) in enumerate(found) if first <= line <= last]
        if around:
            ways[max(around, key=lambda place: found[place][1])] += 1
    return [Function(file, name, first, last - first + 1, count) for (name, first, last), count in zip(found, ways)]


def _branching_lines(text: str) -> Iterator[int]:
    """Yield the line of each word that branches."""
    line, at = 1, 0
    for found in _WORDS.finditer(text):
        if found[1]:
            line, at = line + text.count("\n", at, found.start()), found.start()
            yield line


def texts(revision: str = "") -> dict[str, str]:
    """Return {path: text} of the Python files that ship, now or at a revision of git."""
    if not revision:
        return {path: (ROOT / path).read_text(encoding="utf-8") for path in sorted(_files())}
    names = _git("ls-tree", "-r", "--name-only", revision).split("\n")
    return {path: _git("show", f"{revision}:{path}") for path in names if path.endswith(".py") and _ships(path)}


def _files() -> Iterator[str]:
    """Yield the Python files that ship, without a walk through .venv and build/, which hold thousands."""
    for place in ROOT.iterdir():
        if _ships(place.name):
            found = place.rglob("*.py") if place.is_dir() else [place]
            yield from (file.relative_to(ROOT).as_posix() for file in found if file.suffix == ".py")


def _ships(path: str) -> bool:
    place = Path(path).parts[0]
    return place not in ("build", "dist", "tests") and not place.startswith(".")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True)
    return done.stdout.decode("utf-8", "replace")


def all_functions(sources: Mapping[str, str]) -> list[Function]:
    """Return the functions of files."""
    return [each for path, text in sources.items() for each in functions(text, path)]


def imports(sources: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """Return {(package, package that it imports): import statements}, those inside functions and for types included."""
    found: Counter[tuple[str, str]] = Counter()
    for path, text in sources.items():
        inside = Path(path).with_suffix("").parts
        own = inside[0]
        if own not in PACKAGES:
            continue
        waiting = [*_statements(ast.parse(text))]
        while waiting:
            node = waiting.pop()
            waiting += _statements(node)
            if not isinstance(node, ast.ImportFrom) or not node.level:
                continue
            base = inside[: len(inside) - node.level]
            parts = [*base, *(node.module.split(".") if node.module else [])]
            others = {parts[0]} if parts else {alias.name for alias in node.names}
            found.update((own, other) for other in others if other in PACKAGES and other != own)
    return found


def drawn(counts: Counter[tuple[str, str]]) -> str:
    """Return a Mermaid flowchart of imports; an arrow that leads up, against `PACKAGES`, is thick and says so."""
    rank = {name: place for place, name in enumerate(PACKAGES)}
    lines = ["flowchart TD"]
    for (one, other), count in sorted(counts.items(), key=lambda item: (rank[item[0][0]], rank[item[0][1]])):
        up = rank[other] < rank[one]
        lines.append(f"    {one} {'==>' if up else '-->'}|{count}{' up' if up else ''}| {other}")
    return "\n".join(lines)


def table_of_functions(sources: Mapping[str, str]) -> str:
    """Return how many functions there are and how many are over a limit, and the longest, as Markdown."""
    found = all_functions(sources)
    large = sum(each.large for each in found)
    rows = [f"{len(found)} functions, {large} over {MOST_LINES} lines or {MOST_BRANCHES} branches.", ""]
    rows += ["| function | lines | branches |", "|---|---|---|"]
    for each in sorted(found, key=lambda each: (-each.lines, each.file, each.name))[:SHOWN]:
        rows.append(f"| `{each.file}` {each.name} | {each.lines} | {each.branches} |")
    return "\n".join(rows)


def table_of_files(sources: Mapping[str, str]) -> str:
    """Return how many files and lines there are, and the longest, as Markdown."""
    lines = {path: text.count("\n") for path, text in sources.items()}
    rows = [f"{len(lines)} files, {sum(lines.values()):,} lines.", "", "| file | lines |", "|---|---|"]
    for path in sorted(lines, key=lambda path: (-lines[path], path))[:SHOWN]:
        rows.append(f"| `{path}` | {lines[path]} |")
    return "\n".join(rows)


def places(text: str) -> dict[str, int]:
    """Return {name of a function or class, with those it is inside of: its line} of a module."""
    found: dict[str, int] = {}

    def visit(node: ast.AST, inside: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found[f"{inside}{child.name}"] = child.lineno
                visit(child, f"{inside}{child.name}.")

    visit(ast.parse(text), "")
    return found


def set_right(page: str) -> str:
    """Return the page with the arrows as they are, and links that lead to the lines on which their functions begin.

    The second drawing of the page is of now. Raises `KeyError` where a function that a link names is gone.
    """

    def mended(match: re.Match[str]) -> str:
        name, file, _ = match.groups()
        line = places((ROOT / file).read_text(encoding="utf-8"))[name]
        return f"[`{name}`](../{file}#L{line})"

    sources = texts()
    parts = page.split("```mermaid\n")
    parts[2] = drawn(imports(sources)) + "\n```" + parts[2].split("\n```", 1)[1]
    page = "```mermaid\n".join(parts)
    for row, now in _sizes(sources).items():
        page = re.sub(rf"(?m)^(\| {row} \|[^|]*\|).*\|$", rf"\1 {now} |", page)
    return LINK.sub(mended, page)


def _sizes(sources: Mapping[str, str]) -> dict[str, str]:
    """Return {row of the table of sizes: what stands in it now}."""
    lines = {path: text.count("\n") for path, text in sources.items()}
    longest = max(lines, key=lambda path: lines[path])
    found = all_functions(sources)
    return {
        "Python files that ship or build": f"{len(lines)}",
        "lines": f"{sum(lines.values()):,}",
        "longest file": f"`{longest}`, {lines[longest]:,}",
        "functions": f"{len(found):,}",
        "functions over 60 lines or 12 branches": f"{sum(each.large for each in found)}",
    }


def main(words: list[str]) -> int:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("functions", "files", "imports", "docs"))
    parser.add_argument("--revision", default="", help="of git; without it, the files as they are")
    asked = parser.parse_args(words)
    if asked.what == "docs":
        ARCHITECTURE.write_text(set_right(ARCHITECTURE.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    sources = texts(asked.revision)
    if asked.what == "imports":
        print(drawn(imports(sources)))
    else:
        print({"functions": table_of_functions, "files": table_of_files}[asked.what](sources))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

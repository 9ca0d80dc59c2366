"""Rules for the code that ships: what QGIS 4, the plugin repository, Python 3.9 and a closed network forbid."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from tomoshibi.dev import package

pytestmark = pytest.mark.slow
"""All of the code is read."""

ROOT = Path(__file__).resolve().parents[2]
TEXT = {".py", ".md", ".txt", ".toml", ".json", ".ts", ".ui", ".qpt", ".qml", ".svg", ".sh", ".csv", ""}
SHIPPED = [name for name in package.shipped() if name.endswith(".py")]
TRACKED = [name for name in package.git("ls-files", "-z").split("\0") if name and (ROOT / name).is_file()]

FUTURE = "from __future__ import annotations"
Rule = Callable[[ast.Module], Iterator[str]]
MACHINE = re.compile(r"(?<![\w.])/(?:work|home|root|Users)/\w|[A-Z]:\\{1,2}Users")
"""A folder of somebody's computer."""
HOSTS = re.compile(r"pypi[.]org|pythonhosted[.]org|archive[.]ubuntu|deb[.]debian[.]org|--index[-]url|registry[.]npm")
"""Servers of packages: they are the business of each machine's own configuration."""


@cache
def read(name: str) -> str:
    """Return a file of the repository."""
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


@cache
def parsed(name: str) -> ast.Module:
    """Return a file of the repository as Python 3.9 reads it; what only warns is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # an escape like "\\d" in a text that is not raw is an error in later versions
        return ast.parse(read(name), name, feature_version=(3, 9))


@cache
def nodes_of(tree: ast.AST) -> tuple[ast.AST, ...]:
    """Return all nodes of a tree; several rules look through the same one."""
    return tuple(ast.walk(tree))


@pytest.fixture(scope="module", autouse=True)
def _trees() -> Iterator[None]:
    """Let the trees of all files go at the end: the garbage collector would walk through them in every later test."""
    yield
    nodes_of.cache_clear()
    parsed.cache_clear()
    read.cache_clear()


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` of a name or attribute, "" of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def is_type(node: ast.AST) -> bool:
    """Whether an operand of `|` is written as a type."""
    builtin = {"int", "str", "float", "bool", "bytes", "dict", "list", "set", "tuple", "date", "datetime", "Path"}
    return (isinstance(node, ast.Constant) and node.value is None) or dotted(node).split(".")[-1] in builtin


def annotations_of(tree: ast.AST) -> set[int]:
    """Return the ids of all nodes inside annotations, which are not run under `from __future__ import annotations`."""
    roots = []
    for node in nodes_of(tree):
        roots += [getattr(node, name, None) for name in ("annotation", "returns")]
    return {id(inner) for root in roots if isinstance(root, ast.AST) for inner in ast.walk(root)}


def newer_than_39(tree: ast.AST) -> Iterator[str]:
    """Yield what Python 3.9 parses and then fails on when it runs."""
    unrun = annotations_of(tree)
    late = {"dataclass": {"slots", "kw_only"}, "zip": {"strict"}, "field": {"kw_only"}}
    names = {"removeprefix": (3, 9), "pairwise": (3, 10), "bit_count": (3, 10), "aiter": (3, 10), "batched": (3, 12)}
    for node in nodes_of(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and id(node) not in unrun:
            if is_type(node.left) or is_type(node.right):
                yield f"{node.lineno}: a union of types is evaluated"
        elif isinstance(node, ast.Call):
            name = dotted(node.func).split(".")[-1]
            wrong = late.get(name, set()) & {keyword.arg for keyword in node.keywords}
            if wrong or names.get(name, (3, 0)) > (3, 9):
                yield f"{node.lineno}: {name}({', '.join(sorted(wrong))}) is newer than Python 3.9"
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            if "tomllib" in modules:
                yield f"{node.lineno}: tomllib is newer than Python 3.9"


def hands_on(node: ast.AST, error: str | None) -> bool:
    """Whether a statement keeps the error for somebody else, as one thread does for another."""
    if error is not None and isinstance(node, ast.Call) and dotted(node.func).endswith(".append"):
        return [dotted(argument) for argument in node.args] == [error]
    return error is not None and isinstance(node, ast.Assign) and dotted(node.value) == error


def forbidden(tree: ast.AST) -> Iterator[str]:
    """Yield what must not be in code that ships, with its line."""
    for node in nodes_of(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Assert):
            yield f"{line}: assert vanishes under -O and blocks the upload"
        elif isinstance(node, ast.Attribute) and node.attr == "exec_":
            yield f"{line}: exec_() is gone in Qt 6; write exec()"
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = [alias.name for alias in node.names]
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for module in modules:
                if re.match(r"(PyQt[56]|PySide\d|sip)\b", module):
                    yield f"{line}: {module} is there in one version of QGIS only; import from qgis.PyQt"
        elif isinstance(node, ast.ExceptHandler):
            bare = node.type is None or dotted(node.type) in ("Exception", "BaseException")
            if bare and not any(isinstance(inner, ast.Raise) or hands_on(inner, node.name) for inner in ast.walk(node)):
                yield f"{line}: every error is caught, and none is raised again or handed on"
        elif isinstance(node, ast.Call) and dotted(node.func) == "print":
            yield f"{line}: print() is seen by nobody in QGIS"


def unheld(tree: ast.AST) -> Iterator[str]:
    """Yield renames that give up at the first virus scanner, and JSON that a deep nesting brings down."""
    for node in nodes_of(tree):
        name = dotted(node.func) if isinstance(node, ast.Call) else ""
        if name in ("os.replace", "os.rename", "os.renames", "shutil.move"):
            yield f"{node.lineno}: {name}() does not wait for what holds the file; use files.replace_file"
        if name in ("json.load", "json.loads"):
            yield f"{node.lineno}: {name}() ends in a RecursionError; use aggregator.outside.parse_json"


OWN_JSON = {
    "aggregator/outside.py": 1,
    "aggregator/profile.py": 1,
    "dependencies.py": 1,
    "dialogs/browser.py": 1,
    "dialogs/case.py": 1,
    "dialogs/options.py": 1,
    "dialogs/refresh.py": 1,
    "processing_provider/apart/child.py": 1,
    "processing_provider/results.py": 1,
    "processing_provider/toolbox.py": 1,
    "sheets/export.py": 1,
}
"""Where JSON of our own is read (what ships, what an algorithm answered, what a window asks of its process), or some
100 kB of which nothing is said when they are none (the browser), and the place of `parse_json`: how often."""


def test_renames_wait_and_json_from_outside_is_held():
    found = {name: list(unheld(parsed(name))) for name in SHIPPED if not name.startswith("practice/")}
    renames = {name: [line for line in lines if "json" not in line] for name, lines in found.items()}
    assert {name: len(lines) for name, lines in renames.items() if lines} == {"files.py": 1}, renames
    read_here = {name: len(lines) - len(renames[name]) for name, lines in found.items()}
    assert {name: count for name, count in read_here.items() if count} == OWN_JSON, found


def impure(tree: ast.AST) -> Iterator[str]:
    """Yield files, clocks and randomness, which analysis/ must not touch."""
    for node in nodes_of(tree):
        name = dotted(node.func) if isinstance(node, ast.Call) else ""
        if re.search(
            r"(^|\.)(now|today|utcnow)$|(^|\.)random\.|^open$|\.(read_csv|to_csv|savez?|load|read_text)$", name
        ):
            yield f"{node.lineno}: {name}() depends on more than its arguments"


def by_hand(tree: ast.AST) -> Iterator[str]:
    """Yield what an algorithm must leave to Processing."""
    for node in nodes_of(tree):
        name = getattr(node, "attr", getattr(node, "id", ""))
        if name in ("addMapLayer", "addMapLayers", "QMessageBox", "iface"):
            yield f"{node.lineno}: {name} does not belong in an algorithm"


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Yield the module, public functions and public classes that have no docstring."""
    if not ast.get_docstring(tree):
        yield "1: the module has no docstring"
    for node in tree.body:
        named = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        if named and not node.name.startswith("_") and not ast.get_docstring(node):
            yield f"{node.lineno}: {node.name} has no docstring"


def broken(rules: Callable[[str], list[Rule]]) -> list[str]:
    """Return `file:line: what is wrong` of all files that ship; `rules`: those of a file."""
    assert len(SHIPPED) > 200
    return [f"{name}:{line}" for name in SHIPPED for rule in rules(name) for line in rule(parsed(name))]


NO_ALGORITHM = ("processing_provider/dock/screen.py", "processing_provider/apart/work.py")
"""What puts on the screen what somebody clicks, and the process that prints, whose project is its own."""


def rules_of(name: str) -> list[Rule]:
    """Return what QGIS 4 and the plugin repository refuse of a file, and what its package must not do."""
    rules: list[Rule] = [forbidden]
    rules += [impure] if name.startswith("analysis/") else []
    rules += [by_hand] if name.startswith("processing_provider/") and name not in NO_ALGORITHM else []
    return rules


def test_shipped_code_is_python_3_9():
    assert broken(lambda name: [newer_than_39]) == []
    evaluated = [name for name in SHIPPED if parsed(name).body[1:] and FUTURE not in read(name)]
    assert evaluated == []


def test_shipped_code_has_nothing_that_qgis_4_or_the_repository_refuses():
    # The practice aggregator is a program of its own: it speaks on the terminal.
    assert [line for line in broken(rules_of) if not (line.startswith("practice/") and "print()" in line)] == []


def test_modules_and_public_names_have_docstrings():
    assert broken(lambda name: [undocumented]) == []


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (forbidden, "assert x"),
        (forbidden, "dialog.exec_()"),
        (forbidden, "from PyQt5.QtCore import Qt"),
        (forbidden, "import PyQt6"),
        (forbidden, "try:\n    f()\nexcept Exception:\n    log()"),
        (forbidden, "print(1)"),
        (unheld, "os.replace(a, b)"),
        (unheld, "json.loads(text)"),
        (impure, "datetime.now()"),
        (impure, "np.random.default_rng()"),
        (impure, "open('x')"),
        (by_hand, "project.addMapLayer(layer)"),
        (by_hand, "from qgis.utils import iface\niface.x"),
        (newer_than_39, "isinstance(x, int | str)"),
        (newer_than_39, "Name = dict | None"),
        (newer_than_39, "@dataclass(slots=True)\nclass A: pass"),
        (newer_than_39, "zip(a, b, strict=True)"),
        (undocumented, '"""Module."""\ndef f(): pass'),
        (undocumented, "x = 1"),
    ],
)
def test_each_rule_finds_what_it_is_for(rule, source: str):
    assert list(rule(ast.parse(source)))


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (newer_than_39, "def f(a: int | None) -> str | None:\n    b: int | None = 1\n    return flags | Flag.Advanced"),
        (forbidden, "try:\n    f()\nexcept Exception as error:\n    raise ValueError from error"),
        (forbidden, "try:\n    f()\nexcept BaseException as error:\n    box.error = error"),
        (forbidden, "try:\n    f()\nexcept BaseException as error:\n    errors.append(error)"),
        (undocumented, '"""Module."""\ndef _f(): pass'),
    ],
)
def test_no_rule_finds_what_is_right(rule, source: str):
    assert list(rule(ast.parse(source))) == []


def test_no_file_names_a_folder_of_one_machine_or_a_server_of_packages():
    found = []
    for name in TRACKED:
        if Path(name).suffix in TEXT:
            for number, line in enumerate(read(name).splitlines(), 1):
                found += [f"{name}:{number}" for pattern in (MACHINE, HOSTS) if pattern.search(line)]
    assert found == []


def test_the_patterns_for_machines_and_servers_find_them():
    home = "/".join(("", "home", "taro"))
    assert MACHINE.search(f"path = '{home}'") and MACHINE.search("C:" + r"\\Users")
    assert HOSTS.search("https://pypi" + ".org/simple")
    assert not MACHINE.search(f"https://example.jp{home}")


def test_text_files_have_no_carriage_returns_tabs_or_byte_order_marks():
    found = []
    for name in TRACKED:
        path = Path(name)
        if path.suffix not in TEXT or name == "LICENSE":
            continue
        raw = (ROOT / name).read_bytes()
        found += [f"{name}: CR"] if b"\r" in raw else []
        found += [f"{name}: tab"] if b"\t" in raw and path.name != "Makefile" else []
        found += [f"{name}: byte order mark"] if raw.startswith(b"\xef\xbb\xbf") else []
        found += [f"{name}: no line end at its end"] if raw and not raw.endswith(b"\n") else []
    assert found == []


def test_every_name_in_the_rooms_is_lower_case_ascii():
    wrong = [name for name in package.shipped() if not re.fullmatch(r"[a-z0-9_./]+|LICENSE|[A-Z]+(\.ja)?\.md", name)]
    assert [name for name in wrong if not name.startswith(("resources/", "i18n/"))] == []

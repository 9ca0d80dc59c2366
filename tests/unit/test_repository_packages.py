"""Which package may import what: the table of docs/architecture.md, checked against every import of the package."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
"""All of the code is read."""

ROOT = Path(__file__).resolve().parents[2]
NAME = "tomoshibi"
QT = "qgis.PyQt"
TABLES = ("numpy", "pandas")
RULES = (
    ".analysis.about_meters",
    ".analysis.audit",
    ".analysis.contract_life",
    ".analysis.coordinates",
    ".analysis.dwellings",
    ".analysis.expectation",
    ".analysis.flags",
    ".analysis.listed",
    ".analysis.name_match",
    ".analysis.parallel",
    ".analysis.plausible",
    ".analysis.reasons",
    ".analysis.severity",
    ".analysis.slots",
    ".analysis.relays",
    ".analysis.told_states",
    ".analysis.unread",
)
"""What the evidence of a case is made of besides its files: when a contract is in force, why something is unknown."""
SPEECH = (".arrays", ".messages", ".files")
QGIS_SPEECH = (".arrays", ".messages", ".files", ".translate", ".settings")


@dataclass(frozen=True)
class Package:
    """What a package may import beyond the standard library and itself."""

    may: tuple[str, ...]
    """Modules and their submodules; a leading dot is a package of the package."""
    never: tuple[str, ...] = ()
    """Taken out of `may`, or of the standard library, again."""


PACKAGES = {
    "__init__.py": Package((".plugin",)),
    "plugin.py": Package(("qgis", "processing", "."), never=("requests", "pandas", "urllib", "http", "socket")),
    "messages.py": Package(()),
    "files.py": Package(()),
    "arrays.py": Package(("numpy",)),
    "dependencies.py": Package((".messages",)),
    "translate.py": Package((QT, ".messages")),
    "settings.py": Package(("qgis.core",)),
    # urllib3 is what requests stands on; pyarrow only inside a function, for it need not be there
    "aggregator": Package(("requests", "urllib3", "pyarrow", *TABLES, *SPEECH)),
    # only inside a function, for they need not be there: packages are locked by cryptography, blocks worked on by a
    # cluster with distributed, readings handed on by pyarrow
    "casefile": Package(
        (*TABLES, "cryptography", "dask", "distributed", "pyarrow", ".aggregator", ".dependencies", *RULES, *SPEECH)
    ),
    "analysis": Package(
        (*TABLES, "pyproj", *SPEECH),
        never=(
            ".files",
            *("os", "io", "pathlib", "shutil", "tempfile", "csv", "sqlite3", "random", "secrets", "time", "socket"),
        ),
    ),
    "layers": Package(
        (
            "qgis.core",
            "qgis.analysis",
            QT,
            "osgeo",
            *TABLES,
            ".analysis",
            ".casefile.case",
            ".casefile.guard",
            *QGIS_SPEECH,
        )
    ),
    "sheets": Package(
        (
            "qgis.core",
            QT,
            *TABLES,
            ".layers",
            ".casefile.case",
            ".casefile.data_status",
            ".casefile.papers",
            ".casefile.terms",
            ".analysis.key_figures",
            ".analysis.report",
            *QGIS_SPEECH,
        )
    ),
    "processing_provider": Package(
        ("qgis.core", QT, "processing", "requests", *TABLES, "."),
        never=(".dialogs", ".plugin"),
    ),
    "dialogs": Package(("qgis", "processing", ".processing_provider", *QGIS_SPEECH)),
    "practice": Package(
        (*TABLES, ".aggregator.profile", ".aggregator.timecode", ".analysis.mesh", ".analysis.quantities", *SPEECH)
    ),
}
WHO_MAY_PRACTISE = ("practice/", "processing_provider/drill/")
"""practice/ is for drills: the rest of the plugin must work without it."""


@dataclass(frozen=True)
class Import:
    """One imported module, with the packages of the package written `.package.module`."""

    place: str
    module: str
    when_read: bool
    """True where the module is imported as the file is read, false inside a function or for type checkers only."""


def shipped_files() -> list[str]:
    """The package's Python files, as paths with `/`."""
    files = [ROOT / package for package in PACKAGES if package.endswith(".py")]
    files += [
        path
        for package_name in PACKAGES
        if not package_name.endswith(".py")
        for path in (ROOT / package_name).rglob("*.py")
    ]
    return sorted(path.relative_to(ROOT).as_posix() for path in files if path.is_file())


@cache
def imports_of(name: str, source: str) -> list[Import]:
    """Return every import of a file, absolute or relative, wherever it stands."""
    package = name.split("/")[:-1]
    found = []

    def absolute(node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        base = package[: len(package) - (node.level - 1)]
        assert node.level - 1 <= len(package), f"{name}:{node.lineno}: leaves the package"
        return "." + ".".join([*base, *(node.module or "").split(".")]).strip(".")

    def visit(node: ast.AST, when_read: bool) -> None:
        for child in ast.iter_child_nodes(node):
            deferred = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) or (
                isinstance(child, ast.If)
                and getattr(child.test, "id", getattr(child.test, "attr", "")) == "TYPE_CHECKING"
            )
            place = f"{name}:{getattr(child, 'lineno', 0)}"
            if isinstance(child, ast.Import):
                found.extend(Import(place, own(alias.name), when_read) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                module = own(absolute(child))
                # `from . import x` and `from qgis import core` name modules; `from .package import name` may do either.
                modules = [join(module, alias.name) for alias in child.names]
                whole = module in (".", "qgis") or (module.startswith(".") and is_package(module))
                found.extend(Import(place, each, when_read) for each in (modules if whole else [module]))
            visit(child, when_read and not deferred)

    def own(module: str) -> str:
        return "." + module[len(NAME) + 1 :] if module == NAME or module.startswith(NAME + ".") else module

    def join(module: str, last: str) -> str:
        return f"{module.rstrip('.')}.{last}" if module != "." else f".{last}"

    visit(ast.parse(source, name), True)
    return found


def is_package(module: str) -> bool:
    """Whether `.package.sub` is a folder of the package."""
    return (ROOT / module.strip(".").replace(".", "/")).is_dir()


def within(module: str, allowed: str) -> bool:
    """Whether `module` is `allowed` or below it. `.` is the whole package."""
    return (allowed == "." and module.startswith(".")) or module == allowed or module.startswith(allowed + ".")


STANDARD = sys.stdlib_module_names | {"compression"}
"""What comes with Python: with this one, and with 3.14."""


def violations(name: str, source: str) -> Iterator[str]:
    """Yield every import of a file that its package may not make."""
    key = name.split("/")[0]
    package_name, itself = PACKAGES[key], "." + key.removesuffix(".py")
    for each in imports_of(name, source):
        module = each.module
        standard = not module.startswith(".") and module.split(".")[0] in STANDARD
        allowed = standard or within(module, itself) or any(within(module, may) for may in package_name.may)
        if not allowed or any(within(module, no) for no in package_name.never):
            yield f"{each.place}: {key} may not import {module}"
        if within(module, ".practice") and not name.startswith(WHO_MAY_PRACTISE):
            yield f"{each.place}: only the drill algorithms may need practice/"


def test_the_table_here_has_the_packages_of_the_architecture_page():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.split("| package |")[1].split("\n\n")[0]
    named = {
        package_name.strip("/")
        for row in table.splitlines()[2:]
        for package_name in re.findall(r"`([^`]+)`", row.split("|")[1])
    }
    assert named - {"metadata.txt"} == set(PACKAGES)


def test_every_python_file_at_the_top_belongs_to_a_package():
    assert {path.name for path in ROOT.glob("*.py")} <= set(PACKAGES)


def test_no_room_is_empty_of_files():
    packages = {name.split("/")[0] for name in shipped_files()}
    assert packages == set(PACKAGES)


def test_a_package_imports_only_what_it_may():
    names = shipped_files()
    assert len(names) > 200
    assert [line for name in names for line in violations(name, (ROOT / name).read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("analysis/x.py", "from qgis.core import QgsVectorLayer"),
        ("analysis/x.py", "from pathlib import Path"),
        ("analysis/x.py", "from ..casefile import case"),
        ("analysis/x.py", "import scipy"),
        ("casefile/x.py", "def f():\n    from qgis.core import QgsProject"),
        ("aggregator/x.py", "from ..casefile.case import Case"),
        ("aggregator/x.py", "from tomoshibi.casefile.case import Case"),
        ("layers/x.py", "from qgis.gui import QgsMapCanvas"),
        ("layers/x.py", "from qgis import gui"),
        ("messages.py", "import numpy"),
        ("practice/x.py", "from ..aggregator import client"),
        ("practice/x.py", "from ..aggregator.client import AggregatorClient"),
        ("processing_provider/situation/x.py", "from ...practice.scenario import Scenario"),
        ("processing_provider/situation/x.py", "from ...dialogs import dock"),
        ("sheets/x.py", "from ..casefile.intake import take_in"),
    ],
)
def test_a_forbidden_import_is_found_whichever_way_it_is_written(name: str, source: str):
    assert list(violations(name, source))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("aggregator/x.py", "import requests\nfrom ..messages import message\nfrom . import timecode"),
        ("practice/x.py", "from ..aggregator import timecode\nfrom ..analysis.mesh import code"),
        ("processing_provider/drill/x.py", "from ...practice.scenario import Scenario\nfrom ..base import tr"),
        ("dialogs/x.py", "from qgis.gui import QgsDockWidget\nfrom ..processing_provider.base import GROUPS"),
    ],
)
def test_an_allowed_import_passes(name: str, source: str):
    assert list(violations(name, source)) == []


@cache
def files_read_at_start() -> dict[str, list[Import]]:
    """Return the files QGIS reads when it registers the provider, each with the imports made as it is read."""
    waiting = [
        "__init__.py",
        "plugin.py",
        *(name for name in shipped_files() if name.startswith("processing_provider/")),
    ]
    read: dict[str, list[Import]] = {}
    while waiting:
        name = waiting.pop()
        if name in read or not (ROOT / name).is_file():
            continue
        read[name] = [each for each in imports_of(name, (ROOT / name).read_text(encoding="utf-8")) if each.when_read]
        for each in read[name]:
            if each.module.startswith("."):
                path = each.module.strip(".").replace(".", "/")
                parents = [f"{parent.as_posix()}/__init__.py" for parent in Path(path).parents if parent.name]
                waiting += [f"{path}.py", f"{path}/__init__.py", *parents]
    return read


@pytest.mark.parametrize("heavy", ["requests", "pandas", "pyproj"])
def test_starting_qgis_imports_nothing_heavy(heavy: str):
    places = [each.place for found in files_read_at_start().values() for each in found if within(each.module, heavy)]
    assert places == []

"""What the repository says to people is complete and agrees with itself: translations, metadata, help, commands."""

from __future__ import annotations

import ast
import json
import re
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tomoshibi.dev import package, translations

ROOT = Path(__file__).resolve().parents[2]
HELP = ROOT / "resources" / "help"
METADATA = package.metadata()
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z0-9-]*):", MAKEFILE, re.MULTILINE))
PAGES = ["README.md", "README.ja.md", *(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md"))]
REQUIRED = (
    *("name", "description", "about", "version", "qgisMinimumVersion", "author", "email"),
    *("tracker", "repository"),
)


# --- translations


def test_every_text_is_translated_into_japanese_with_its_places():
    assert translations.problems() == []


@pytest.mark.parametrize(
    ("english", "japanese", "same"),
    [("{n} cells", "{n} メッシュ", True), ("{n} cells", "メッシュ", False), ("{n} cells", "{m} メッシュ", False)],
)
def test_places_are_compared_by_name(english: str, japanese: str, same: bool):
    assert (translations.places(english) == translations.places(japanese)) is same


def test_japanese_texts_hold_no_untranslated_copy_and_no_broken_place():
    found = []
    for english, japanese in translations.read().items():
        letters = re.sub(r"\{[^}]*\}|[^A-Za-z]", "", english)
        found += [english] if japanese == english and " " in english and len(letters) > 12 else []
        found += [english] if japanese.count("{") != japanese.count("}") else []
    assert found == []


def test_the_guide_names_every_step_as_menu_and_toolbox_do():
    titles = {name: row["title"] for name, row in json.loads((ROOT / "resources" / "toolbox.json").read_text()).items()}
    japanese, found = translations.read(), []
    for line in (ROOT / "docs" / "user-guide.ja.md").read_text(encoding="utf-8").splitlines():
        cells = line.split(" | ")
        if re.match(r"\| [0-9]", line) and len(cells) > 2:
            named = re.findall(r"「([^」]+)」`([a-z_]+)`", cells[2])
            found += [name for title, name in named if japanese.get(titles[name]) != title]
            found += [cells[2]] if len(named) != cells[2].count("`") / 2 else []
    assert found == []


def test_help_has_no_tables_which_qgis_would_show_as_raw_signs():
    found = [
        path.name for path in sorted(HELP.glob("*.md")) if re.search(r"^\|", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert found == []


# --- metadata.txt


@pytest.mark.parametrize("field", REQUIRED)
def test_metadata_has_the_fields_the_plugin_repository_requires(field: str):
    assert METADATA[field].strip()


def test_metadata_keeps_the_rules_of_the_plugin_repository():
    assert METADATA["qgisMinimumVersion"] == "3.22"
    assert METADATA["qgisMaximumVersion"] == "4.99"
    assert METADATA["hasProcessingProvider"] == "yes"
    assert "supportsQt6" not in METADATA
    assert "/" not in METADATA["author"]
    assert "plugin" not in METADATA["name"].lower()
    assert not re.search(r"<\w+", METADATA["description"] + METADATA["about"])
    assert METADATA["category"] in {"Raster", "Vector", "Database", "Mesh", "Web"}
    assert METADATA["description"].isascii(), "the repository asks for a short description in English"
    assert re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", METADATA["email"])
    for field in ("tracker", "repository", "homepage"):
        assert METADATA[field].startswith("https://")


def test_no_page_or_file_names_an_account_that_is_not_ours():
    """The project has no address yet; what looks like one would be that of a stranger."""
    address = re.compile(r"(?:git(?:hub|lab)\.com|bitbucket\.org)[/:][\w-]+/[\w-]+|users\.noreply", re.IGNORECASE)
    allowed = ("github.com/pre-commit/", "github.com/astral-sh/", "github.com/codespell-project/")
    found = []
    for name in package.git("ls-files", "-z").split("\0"):
        if name and (ROOT / name).is_file():
            text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
            found += [f"{name}: {match[0]}" for match in address.finditer(text) if not match[0].startswith(allowed)]
    assert found == []


def test_the_icon_named_in_the_metadata_is_a_picture():
    ElementTree.parse(ROOT / METADATA["icon"])


def test_the_plugin_offers_its_algorithms_without_a_window():
    tree = ast.parse((ROOT / "plugin.py").read_text(encoding="utf-8"))
    methods = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert {"initProcessing", "initGui", "unload"} <= methods


def test_the_version_is_the_same_everywhere():
    version = METADATA["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## \[?(\d+\.\d+\.\d+)", changelog, re.MULTILINE)[0] == version
    assert METADATA["changelog"].startswith(version)


def test_the_version_is_written_in_no_python_file():
    version = METADATA["version"]
    assert [
        name for name in package.shipped() if name.endswith(".py") and f'"{version}"' in (ROOT / name).read_text()
    ] == []


# --- help


def registered() -> dict[str, tuple[Path, str]]:
    """Return {algorithm id: (file, class)}, read from the registry without QGIS."""
    folder = ROOT / "processing_provider"
    rows = ()
    for node in ast.parse((folder / "registry.py").read_text(encoding="utf-8")).body:
        target = (
            node.target
            if isinstance(node, ast.AnnAssign)
            else node.targets[0]
            if isinstance(node, ast.Assign)
            else None
        )
        if isinstance(target, ast.Name) and target.id == "ALGORITHMS":
            rows = ast.literal_eval(node.value)
    found = {}
    for module, name in rows:
        path = folder / (module.replace(".", "/") + ".py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name == name:
                found[named(node)] = (path, name)
    assert len(found) == len(rows), "two algorithms share a name, or a class is missing"
    return found


def named(node: ast.ClassDef) -> str:
    """Return the NAME of an algorithm's class."""
    for line in node.body:
        if isinstance(line, ast.Assign) and [getattr(target, "id", "") for target in line.targets] == ["NAME"]:
            return ast.literal_eval(line.value)
    raise AssertionError(f"{node.name} has no NAME")


def test_the_main_job_is_registered():
    wanted = (
        "createcase testconnection registercondition listconditions deletecondition downloadpublished importfiles "
        "shelterpower meshoutage areaoutage acquisitiongaps isolatedcommunities homeaway presencetable mapsheets "
        "createscenario scoredrill meshgrid meshcode"
    )
    assert set(wanted.split()) <= set(registered())


def test_every_algorithm_in_a_toolbox_folder_is_registered():
    classes = set()
    for path in (ROOT / "processing_provider").glob("*/*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and any(
                getattr(base, "id", "") in ("TomoshibiAlgorithm", "PrintedApart") for base in node.bases
            ):
                classes.add((path, node.name))
    assert classes == set(registered().values())


def test_every_algorithm_has_help_in_both_languages_and_every_help_an_algorithm():
    models = [path.stem for path in (ROOT / "models").glob("*.model3")]
    wanted = {f"{name}.{tongue}.md" for name in (*registered(), *models) for tongue in ("en", "ja")}
    assert {path.name for path in HELP.iterdir()} == wanted


def test_help_says_something_in_its_own_language():
    found = []
    for path in sorted(HELP.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        japanese = len(re.findall(r"[ぁ-んァ-ヶ一-龠]", text))
        good = japanese > 60 if path.name.endswith(".ja.md") else japanese < len(text) / 3 and len(text) > 150
        found += [] if good else [path.name]
    assert found == []


# --- commands


def test_make_alone_lists_every_target_meant_for_people():
    described = set(re.findall(r"^([a-z][a-z0-9-]*):[^#\n]*## \S", MAKEFILE, re.MULTILINE))
    assert described == TARGETS - {"packages", "packages-demo", "packages-desktop"}
    assert ".DEFAULT_GOAL := help" in MAKEFILE


def test_the_targets_of_the_contract_exist():
    assert set(
        "demo test test-unit test-qgis lint translations package scan run screenshots link practice bench clean".split()
    ) < (TARGETS)


@pytest.mark.parametrize("page", PAGES)
def test_every_make_command_on_a_page_is_a_target(page: str):
    text = (ROOT / page).read_text(encoding="utf-8")
    code = " ".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    named = {target for target in re.findall(r"\bmake ([a-z][a-z0-9-]*)", code)}
    assert named <= TARGETS


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_to_one(page: str):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)", text)
    assert [link for link in links if "://" not in link and not ((ROOT / page).parent / link).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "README.ja.md"])
def test_readmes_name_the_two_commands_and_the_licence(page: str):
    text = (ROOT / page).read_text(encoding="utf-8")
    assert "make demo" in text and "make test" in text and "GPL-3.0-or-later" in text


def test_every_algorithm_id_on_a_page_exists():
    known = {*registered(), *(path.stem for path in (ROOT / "models").glob("*.model3"))}
    named = {
        found
        for page in PAGES
        for found in re.findall(r"tomoshibi:([a-z_]+)", (ROOT / page).read_text(encoding="utf-8"))
    }
    assert named <= known


def test_every_program_the_make_file_starts_exists():
    assert [path for path in re.findall(r"dev/[a-z_]+\.(?:py|sh)", MAKEFILE) if not (ROOT / path).is_file()] == []
    assert (ROOT / "dev" / "setup.sh").stat().st_mode & 0o111 and (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_every_tool_is_pinned_to_one_version():
    for name in ("requirements-dev.txt", "requirements-bench.txt", "requirements-engines.txt"):
        lines = [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
        assert lines and all(re.match(r"[a-z0-9-]+==\d[\w.]*(;|$)", line) for line in lines)


def test_names_in_the_layer_tree_leave_room_for_their_time_in_japanese():
    """A tree as wide as QGIS opens it shows 13 full-width signs beside the clock, and the time is as wide as five."""
    titles = (ROOT / "layers" / "titles.py").read_text(encoding="utf-8")
    schema = (ROOT / "layers" / "schema.py").read_text(encoding="utf-8")
    short = dict(re.findall(r'^    "(\w+)": lambda: tr\("([^"]+)"\)', titles, re.MULTILINE))
    named = re.findall(r'LayerSpec\(\s*"(\w+)",\s*lambda: tr\("([^"]+)"\),\s*"(\w+)"', schema)
    japanese = translations.read()
    told = [japanese[short.get(kind, title)] for kind, title, geometry in named if geometry != "none"]
    told += [f"{japanese['At home or away']} {japanese[short[method]]}" for method in ("manual", "held", "quiet")]
    assert len(told) > 15 and "施設の残り時間" in told
    assert [name for name in told if _width(name) > 16] == []


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)

"""The guide in the zip, and what keeps a commit from being published."""

from __future__ import annotations

import re
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

import pytest
from tomoshibi.dev import package, release

pytestmark = pytest.mark.slow
"""The guide and the zip are built."""


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plugin folder, unpacked from its zip."""
    folder = tmp_path_factory.mktemp("plugins")
    with zipfile.ZipFile(package.build(tmp_path_factory.mktemp("dist"))) as archive:
        archive.extractall(folder)
    return folder / package.NAME


class Links(HTMLParser):
    """Collects the links, pictures and anchors of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        self.links += [given[name] for name in ("href", "src") if name in given]
        if "id" in given:
            self.anchors.add(given["id"])


def test_every_link_and_picture_of_the_guide_is_in_the_zip(inside: Path):
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in (inside / "guide").rglob("*.html")}
    assert len(pages) > 80
    broken = []
    for path, page in pages.items():
        for link in page.links:
            name, _, anchor = link.partition("#")
            there = (path.parent / name).resolve() if name else path
            if re.match(r"[a-z]+:", link):
                broken.append(f"{path.name}: {link} needs a network")
            elif not there.is_file() or (anchor and anchor not in pages[there].anchors):
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_tables_and_headings_of_the_guide_are_html(inside: Path):
    text = (inside / "guide" / "docs" / "user-guide.ja.html").read_text(encoding="utf-8")
    assert "<table>" in text and "<h2" in text and 'lang="ja"' in text
    assert 'href="practice.html"' in text and ".md" not in re.sub(r"<code>.*?</code>", "", text)


def test_every_algorithm_has_its_help_page_in_both_languages(inside: Path):
    sources = {PurePosixPath(name).stem for name in package.shipped() if name.startswith("resources/help/")}
    made = {path.stem for path in (inside / "guide" / "resources" / "help").glob("*.html")}
    assert made == sources


def test_a_zip_with_placeholder_addresses_is_refused_for_publication(tmp_path: Path, capsys):
    assert package.main(["--release", str(tmp_path)]) == 1
    assert "homepage is a placeholder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "is_placeholder"),
    [
        ("https://tomoshibi.invalid", True),
        ("https://tomoshibi.invalid/issues", True),
        ("maintainers@tomoshibi.invalid", True),
        ("https://example.org/x", True),
        ("", True),
        ("https://tomoshibi.lg.jp/invalid", False),
        ("bousai@city.lg.jp", False),
    ],
)
def test_placeholders_are_told_from_addresses(address: str, is_placeholder: bool):
    fields = dict.fromkeys(release.ADDRESSES, "https://tomoshibi.lg.jp")
    assert release.placeholders({**fields, "tracker": address}) == (["tracker"] if is_placeholder else [])


def test_the_unreleased_changes_become_those_of_the_version():
    text = "# Changelog\n\n## [Unreleased]\n\n### Added\n- One thing.\n\n## [0.1.0] - 2026-11-21\n"
    dated = release.dated(text, "0.2.0", "2026-12-01")
    assert "## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n### Added\n- One thing.\n\n## [0.1.0]" in dated
    with pytest.raises(SystemExit, match="nothing under"):
        release.dated(dated, "0.3.0", "2026-12-02")


def test_every_version_of_the_changelog_has_a_date_and_the_next_has_a_place():
    text = (package.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first, *others = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert first == "[Unreleased]"
    assert [each for each in others if not re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", each)] == []


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch) -> Path:
    """A small repository that `release` takes for the project."""
    for name, text in {
        "metadata.txt": (package.ROOT / "metadata.txt").read_text(encoding="utf-8"),
        "CHANGELOG.md": "## [Unreleased]\n\n### Added\n- One thing.\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(release.package, "ROOT", tmp_path)
    for name, value in {"NAME": "maintainers", "EMAIL": "maintainers@tomoshibi.invalid"}.items():
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "Begin"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


REAL = [
    *("--homepage", "https://tomoshibi.lg.jp", "--repository", "https://tomoshibi.lg.jp/git"),
    *("--tracker", "https://tomoshibi.lg.jp/issues", "--email", "bousai@city.lg.jp"),
]


def test_a_release_with_all_addresses_is_committed_and_tagged_and_can_be_published(checkout: Path):
    assert release.problems() != []
    assert release.main(["0.2.0", *REAL, "--date", "2026-12-01"]) == 0
    assert release.problems() == []
    assert release.package.git("tag").split() == ["v0.2.0"]
    assert "version=0.2.0" in (checkout / "metadata.txt").read_text(encoding="utf-8")
    (checkout / "metadata.txt").write_text("[general]\nversion=0.2.0\n", encoding="utf-8")
    assert "files differ from the commit" in release.problems()


def test_a_release_without_an_address_changes_nothing(checkout: Path, capsys):
    with pytest.raises(SystemExit):
        release.main(["0.2.0", *REAL[:-2]])
    assert "give the real email" in capsys.readouterr().err
    assert release.package.git("status", "--porcelain") == "" and release.package.git("tag") == ""

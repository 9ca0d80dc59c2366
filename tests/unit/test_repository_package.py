"""The zip that QGIS installs, and the scan that decides whether the plugin repository takes it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from tomoshibi.dev import link, package, scan

pytestmark = pytest.mark.slow
"""The zip is built."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip of this checkout."""
    return package.build(tmp_path_factory.mktemp("dist"))


def rewritten(source: Path, target: Path, more: dict[str, str], without: tuple[str, ...] = ()) -> Path:
    """Write a copy of a zip with entries added or left out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if name not in without:
                new.writestr(name, old.read(name))
        for name, text in more.items():
            new.writestr(name, text)
    return target


def test_the_zip_is_what_the_plugin_repository_accepts(built: Path):
    assert package.problems(built) == []


def test_the_zip_is_named_after_the_version_and_has_one_folder(built: Path):
    assert built.name == f"tomoshibi-{package.metadata()['version']}.zip"
    with zipfile.ZipFile(built) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {"tomoshibi"}


def test_the_zip_has_all_python_files_of_the_rooms_and_none_of_tests_or_tools(built: Path):
    with zipfile.ZipFile(built) as archive:
        inside = {name.removeprefix("tomoshibi/") for name in archive.namelist()}
    tracked = {name for name in package.git("ls-files", "-z").split("\0") if name.endswith(".py")}
    kept_out = ("tests/", "dev/", "benchmarks/", "docs/")
    assert {name for name in inside if name.endswith(".py")} == {n for n in tracked if not n.startswith(kept_out)}


def test_the_same_commit_gives_the_same_bytes(built: Path, tmp_path: Path):
    assert package.build(tmp_path).read_bytes() == built.read_bytes()


def test_the_translation_in_the_zip_is_compiled(built: Path):
    with zipfile.ZipFile(built) as archive:
        assert archive.read("tomoshibi/i18n/tomoshibi_ja.qm").startswith(b"\x3c\xb8\x64\x18")


@pytest.mark.parametrize(
    ("more", "without"),
    [
        ({"tomoshibi/tests/test_x.py": ""}, ()),
        ({"tomoshibi/notes.txt": ""}, ()),
        ({"tomoshibi/analysis/__pycache__/mesh.pyc": ""}, ()),
        ({"tomoshibi/.hidden": ""}, ()),
        ({"tomoshibi/resources/run.sh": ""}, ()),
        ({"elsewhere/x.py": ""}, ()),
        ({}, ("tomoshibi/LICENSE",)),
        ({}, ("tomoshibi/i18n/tomoshibi_ja.qm",)),
        ({}, ("tomoshibi/",)),
    ],
)
def test_a_zip_with_something_wrong_is_refused(built: Path, tmp_path: Path, more: dict, without: tuple):
    assert package.problems(rewritten(built, tmp_path / "x.zip", more, without))


@pytest.mark.slow
def test_the_scan_finds_nothing(built: Path):
    assert scan.main([str(built)]) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "assert True\n",
        "import subprocess\nsubprocess.run('ls', shell=True)  # nosec\n",
        "KEY = 'AKIA" + "QWERTYUIOPASDFGH'\n",
    ],
    ids=["assert", "a finding marked to be ignored", "a secret"],
)
def test_the_scan_fails_on_what_the_repository_blocks(tmp_path: Path, text: str):
    target = tmp_path / "bad.zip"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("tomoshibi/x.py", text)
    assert scan.main([str(target)]) == 1


def test_the_scan_runs_all_rules_of_the_repository_that_bandit_still_has():
    listed = set(f"{scan.MANDATORY} {scan.SKIPPABLE}".split())
    assert listed - scan.known_rules() <= {"B111", "B320"}, "rules that newer bandit has dropped"


def test_linking_into_a_profile_points_at_this_checkout_and_can_be_repeated(tmp_path: Path):
    link.link(tmp_path)
    link.link(tmp_path)
    assert (tmp_path / "python" / "plugins" / "tomoshibi" / "metadata.txt").samefile(package.ROOT / "metadata.txt")


def test_linking_never_replaces_an_installed_plugin(tmp_path: Path):
    installed = tmp_path / "python" / "plugins" / "tomoshibi"
    installed.mkdir(parents=True)
    with pytest.raises(SystemExit):
        link.link(tmp_path)
    assert installed.is_dir() and not installed.is_symlink()

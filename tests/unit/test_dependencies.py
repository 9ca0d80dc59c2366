"""What is missing, what is said of it, and that a bundle never comes before what is installed."""

from __future__ import annotations

import json
import sys
from importlib import metadata
from pathlib import Path

import pytest
from tomoshibi import dependencies
from tomoshibi.dependencies import NUMPY, PANDAS, Lack


@pytest.fixture
def versions(monkeypatch):
    """Set the versions that the installed packages say they have."""

    def put(**told: str) -> None:
        real = dependencies._version
        monkeypatch.setattr(dependencies, "_version", lambda name: told.get(name) or real(name))

    return put


def test_nothing_is_lacking_here():
    assert dependencies.lacking() == [] and dependencies.explain() is None


@pytest.mark.parametrize(
    ("version", "old"), [("1.0.5", True), ("1.1", False), ("1.1.0", False), ("3.0.0rc1", False), ("0.25.3+dfsg", True)]
)
def test_a_package_is_too_old_below_its_least_version(versions, version, old):
    versions(pandas=version)
    assert dependencies.lacking([PANDAS]) == ([Lack(PANDAS, version)] if old else [])


def test_what_is_too_old_is_named_with_the_version_found(versions, tmp_path):
    versions(pandas="1.0.5", numpy="1.19.5")
    text = str(dependencies.explain(profile=tmp_path))
    assert "numpy 1.20 or later (1.19.5 is too old), pandas 1.1 or later (1.0.5 is too old)" in text
    assert str(tmp_path) in text and "requests" not in text


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Two folders: the first is on the path already, the second is the bundle of a profile."""
    installed, profile = tmp_path / "installed", tmp_path / "profile"
    bundle = profile / dependencies.BUNDLE / dependencies.tag()
    for folder in (installed, bundle):
        folder.mkdir(parents=True)
    (bundle / "bundle.json").write_text(json.dumps({"numpy": metadata.version("numpy")}), encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(installed), *sys.path])
    return installed, profile, bundle


def put_package(folder: Path, name: str, body: str = "") -> None:
    """Put a package into a folder."""
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(body, encoding="utf-8")


INVENTED = dependencies.Package("tomoshibi_invented", (1,))
BROKEN = dependencies.Package("tomoshibi_broken", (1,))


def test_a_folder_left_by_uninstalling_is_no_package(places):
    (places[0] / INVENTED.name).mkdir()
    assert dependencies.lacking([INVENTED]) == [Lack(INVENTED)]


def test_a_package_that_cannot_be_loaded_is_told_before_the_work(places):
    put_package(places[0], BROKEN.name, "raise ValueError('numpy.dtype size changed')")
    assert dependencies.lacking([BROKEN]) == []
    with pytest.raises(dependencies.PackageError, match="installed, but it cannot be loaded"):
        dependencies.load([BROKEN])


def test_a_bundle_comes_last_on_the_path_and_only_where_something_is_missing(places, monkeypatch):
    installed, profile, bundle = places
    assert dependencies.use_bundle(profile) is None
    monkeypatch.setattr(dependencies, "lacking", lambda needs=(): [Lack(PANDAS)])
    assert dependencies.use_bundle(profile) == bundle
    assert dependencies.use_bundle(profile) == bundle
    assert sys.path[-1] == str(bundle) and sys.path.count(str(bundle)) == 1
    for folder in (installed, bundle):
        put_package(folder, INVENTED.name, f"FROM = {str(folder)!r}")
    assert str(installed) == __import__(INVENTED.name).FROM


@pytest.mark.parametrize(
    ("made_for", "here", "fits"),
    [
        ("1.24", "1.24.2", True),
        ("1.24", "1.26.4", True),
        ("1.26", "1.24.2", False),
        ("1.26", "2.1.3", False),
        ("none", "1.24.2", False),
        ("2.1.3", "2.1.0", True),
    ],
)
def test_a_bundle_serves_only_the_numpy_it_was_made_for_or_a_later_one(places, versions, made_for, here, fits):
    _, profile, bundle = places
    (bundle / "bundle.json").write_text(json.dumps({"numpy": made_for}), encoding="utf-8")
    versions(numpy=here, pandas="1.0")
    assert dependencies.use_bundle(profile) == (bundle if fits else None)
    explained = str(dependencies.explain([PANDAS], profile))
    assert ("do not fit the numpy of this QGIS" in explained) is not fits


def test_a_bundle_without_its_description_is_not_used(places, versions):
    versions(pandas="1.0")
    (places[2] / "bundle.json").unlink()
    assert dependencies.use_bundle(places[1]) is None


def test_a_bundle_for_another_python_is_named(places, versions):
    versions(pandas="1.0.5")
    other = places[1] / dependencies.BUNDLE / "windows-x86_64-py3.7"
    places[2].rename(other)
    assert dependencies.use_bundle(places[1]) is None
    text = str(dependencies.explain([PANDAS], places[1]))
    assert "are for windows-x86_64-py3.7, not for this QGIS" in text and dependencies.tag() in text


@pytest.mark.parametrize(
    ("name", "release", "kind"),
    [
        ("linux", "ID=debian\n", "debian"),
        ("linux", 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', "debian"),
        ("linux", "ID=fedora\n", "other"),
        ("linux", None, "other"),
        ("win32", None, "windows"),
        ("darwin", None, "macos"),
    ],
)
def test_the_system_is_recognised(tmp_path, name, release, kind):
    if release is not None:
        (tmp_path / "etc").mkdir()
        (tmp_path / "etc" / "os-release").write_text(release, encoding="utf-8")
    assert dependencies.system(name, tmp_path) == kind


def test_a_flatpak_is_recognised_whatever_is_around_it(tmp_path):
    (tmp_path / ".flatpak-info").touch()
    assert dependencies.system("linux", tmp_path) == "flatpak"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("debian", ["sudo apt install python3-numpy python3-pandas", "universe"]),
        ("windows", ["OSGeo4W Setup", "python3-numpy python3-pandas", 'install --user "numpy>=1.20" "pandas>=1.1"']),
        ("macos", ["In the Terminal", "bin/python3 -m pip install --user"]),
        ("flatpak", ["org.qgis.qgis"]),
        ("other", ["package manager", "python3-pandas"]),
    ],
)
def test_each_system_is_told_its_own_way(versions, monkeypatch, kind, words):
    versions(pandas="1.0.5", numpy="1.19.5")
    monkeypatch.setattr(dependencies, "system", lambda: kind)
    text = str(dependencies.explain([NUMPY, PANDAS]))
    assert [word for word in words if word not in text] == []

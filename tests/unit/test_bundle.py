"""The zip of packages for a closed network: what pip is asked for, what is left out, where it unpacks to."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from tomoshibi import dependencies
from tomoshibi.dev import bundle


def test_pip_is_asked_for_wheels_of_that_system_python_and_numpy(tmp_path):
    words = bundle.pip_words("windows-x86_64", "3.12", "1.26", tmp_path)
    assert words[words.index("--platform") + 1] == "win_amd64"
    assert words[words.index("--python-version") + 1] == "3.12"
    assert {"--only-binary=:all:", "numpy==1.26.*", "pandas>=1.1", "pyproj>=3.0", "requests>=2.22"} <= set(words)
    assert "numpy==2.1.3" in bundle.pip_words("macos-arm64", "3.12", "2.1.3", tmp_path)
    assert "numpy>=1.20" in bundle.pip_words("linux-x86_64", "3.11", "none", tmp_path)


def test_every_system_is_one_that_the_plugin_can_name():
    assert bundle.here()[0] in bundle.PLATFORMS


def packages(folder: Path) -> Path:
    """Make a folder as pip fills it."""
    for name in ("numpy", "numpy.libs", "numpy-1.26.4.dist-info", "pandas", "pandas/tests", "numpydoc", "bin"):
        (folder / name).mkdir(parents=True)
        (folder / name / "x.py").write_text("", encoding="utf-8")
    about = "Metadata-Version: 2.1\nName: numpy\nVersion: 1.26.4\n"
    (folder / "numpy-1.26.4.dist-info" / "METADATA").write_text(about, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("numpy", "left"),
    [
        ("1.26", {"pandas", "numpydoc"}),
        ("none", {"pandas", "numpydoc", "numpy", "numpy.libs", "numpy-1.26.4.dist-info"}),
    ],
)
def test_tests_are_left_out_and_so_is_a_numpy_that_qgis_brings(tmp_path, numpy, left):
    folder = packages(tmp_path / "target")
    bundle.trim(folder, numpy)
    assert {path.name for path in folder.iterdir()} == left
    assert not (folder / "pandas" / "tests").exists()


def test_the_zip_unpacks_to_where_the_plugin_looks_and_says_what_it_is_for(tmp_path):
    target = bundle.pack(packages(tmp_path / "target"), dependencies.tag(), tmp_path / "dist" / "x.zip", "1.26")
    again = bundle.pack(tmp_path / "target", dependencies.tag(), tmp_path / "y.zip", "1.26")
    assert target.read_bytes() == again.read_bytes()
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "profile")
    folder = tmp_path / "profile" / dependencies.BUNDLE / dependencies.tag()
    assert (folder / "pandas" / "x.py").is_file()
    notes = json.loads((folder / "bundle.json").read_text())
    assert (notes["numpy"], notes["packages"]) == ("1.26", {"numpy": "1.26.4"})


@pytest.mark.parametrize("words", [["--python", "3"], ["--numpy", "new"], ["--system", "windows-x86_64"]])
def test_a_bundle_for_a_qgis_that_is_not_described_is_refused(words, capsys):
    with pytest.raises(SystemExit):
        bundle.main([*words, "--folder", "nowhere"])
    assert "numpy" in capsys.readouterr().err or "--python" in words

"""Build the zip of packages for a QGIS on a closed network: `dist/tomoshibi-packages-<system>-py<version>.zip`.

    bundle.py [--system windows-x86_64] [--python 3.12] [--numpy 1.26] [--folder dist]

`--numpy` is the numpy that the QGIS brings (`import numpy; numpy.__version__` in its Python console): the packages are
chosen to fit it, and it is left out of the zip; `none` where QGIS has none puts one in. The defaults are those of this
machine. The zip is unpacked into the folder `python` of the QGIS profile.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path

from checkout import ROOT
from tomoshibi import dependencies

PLATFORMS = {
    "windows-x86_64": ("win_amd64",),
    "windows-arm64": ("win_arm64",),
    "macos-x86_64": ("macosx_12_0_x86_64",),
    "macos-arm64": ("macosx_12_0_arm64",),
    "linux-x86_64": tuple(f"manylinux{kind}_x86_64" for kind in ("_2_28", "_2_24", "_2_17", "2014", "2010", "1")),
    "linux-arm64": tuple(f"manylinux{kind}_aarch64" for kind in ("_2_28", "_2_24", "_2_17", "2014")),
}
"""Systems as in `dependencies.tag`, and the platforms of wheels that run there."""
NEEDLESS = ("tests", "test", "__pycache__", "bin")
"""Folders of packages that nobody on a closed network needs."""
README = """\
Packages for the QGIS plugin Tomoshibi: {tag}

Unpack this zip into the folder "python" of the QGIS profile (QGIS: Settings > User Profiles > Open Active Profile
Folder), so that there is python/tomoshibi_packages/{tag}. Start QGIS again. Packages that are installed come first.

この zip を QGIS プロファイルの「python」フォルダに展開し（QGIS の 設定 → ユーザプロファイル →
アクティブなプロファイルのフォルダを開く）、python/tomoshibi_packages/{tag} ができたことを確かめて、
QGIS を起動し直してください。
QGIS に入っているパッケージがあれば、そちらが使われます。
"""


def here() -> tuple[str, str]:
    """Return (system, Python version) of this machine."""
    system, _, python = dependencies.tag().rpartition("-py")
    return system, python


def pip_words(system: str, python: str, numpy: str, folder: Path) -> list[str]:
    """Return the words after `pip` that put the packages for a QGIS into a folder."""
    wanted = [f"{package.name}>={package.least_text}" for package in dependencies.ALL if package.name != "numpy"]
    pin = f"numpy>={dependencies.NUMPY.least_text}" if numpy == "none" else f"numpy=={numpy}.*"
    if numpy.count(".") >= 2:
        pin = f"numpy=={numpy}"
    platforms = [word for name in PLATFORMS[system] for word in ("--platform", name)]
    words = ["install", "-q", "--no-input", "--disable-pip-version-check", "--no-compile", "--target", str(folder)]
    return [
        *words,
        *("--only-binary=:all:", "--implementation", "cp", "--python-version", python),
        *platforms,
        *wanted,
        pin,
    ]


def install(words: list[str]) -> None:
    """Run pip; a failure is told without the addresses of package servers."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        said = re.sub(r"\S+://\S+", "<package server>", done.stdout)
        raise SystemExit(f"bundle: the packages could not be fetched:\n{said}")


def trim(folder: Path, numpy: str) -> None:
    """Take out of a folder of packages what is not needed, and numpy where QGIS brings it."""
    doomed = [path for path in folder.rglob("*") if path.is_dir() and path.name in NEEDLESS]
    if numpy != "none":
        doomed += [path for path in folder.iterdir() if re.match(r"numpy([-.].*)?$", path.name)]
    for path in doomed:
        shutil.rmtree(path, ignore_errors=True)


def pack(folder: Path, tag: str, target: Path, numpy: str) -> Path:
    """Write the zip of a folder of packages. The same folder gives the same bytes."""
    found = sorted((each.metadata["Name"], each.version) for each in metadata.distributions(path=[str(folder)]))
    notes = {"for": tag, "numpy": numpy, "packages": dict(found)}
    texts = {
        f"{dependencies.BUNDLE}/README-{tag}.txt": README.format(tag=tag),
        f"{dependencies.BUNDLE}/{tag}/bundle.json": json.dumps(notes, indent=1),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name), text.encode(), zipfile.ZIP_DEFLATED)
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{dependencies.BUNDLE}/{tag}/{path.relative_to(folder).as_posix()}")
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return target


def main(words: list[str]) -> int:
    """Fetch and pack the packages."""
    system, python = here()
    parser = argparse.ArgumentParser(description="Packages for a QGIS on a closed network")
    parser.add_argument("--system", default=system, choices=sorted(PLATFORMS))
    parser.add_argument("--python", default=python, help="version of the Python of QGIS, as 3.12")
    parser.add_argument("--numpy", default="", help="version of the numpy that QGIS brings, or none")
    parser.add_argument("--folder", type=Path, default=ROOT / "dist")
    given = parser.parse_args(words)
    if not re.fullmatch(r"3\.\d+", given.python):
        parser.error("--python is to be like 3.12")
    numpy = given.numpy
    if not numpy and (given.system, given.python) == (system, python):
        numpy = metadata.version("numpy") if not dependencies.lacking([dependencies.NUMPY]) else "none"
    if not re.fullmatch(r"none|\d+\.\d+(\.\d+)?", numpy):
        parser.error("--numpy is to be the version that this QGIS brings, as 1.26 or 2.1.3, or none where it has none")
    tag = f"{given.system}-py{given.python}"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        install(pip_words(given.system, given.python, numpy, folder))
        trim(folder, numpy)
        target = pack(folder, tag, given.folder / f"tomoshibi-packages-{tag}.zip", numpy)
        packages = json.loads(zipfile.ZipFile(target).read(f"{dependencies.BUNDLE}/{tag}/bundle.json"))["packages"]
    print(f"bundle: {target.name}: {target.stat().st_size:,} bytes, to be unpacked into <QGIS profile>/python")
    print("bundle: " + ", ".join(f"{name} {version}" for name, version in packages.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

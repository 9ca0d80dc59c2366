"""The packages that the plugin needs in the Python of QGIS, and what to tell the user where one is missing.

QGIS brings numpy nearly everywhere and pandas on some systems only. Nothing here imports the packages themselves, so
that QGIS starts and the menu explains what to do. On a closed network a zip made by `make bundle` is unpacked into the
QGIS profile; it serves only what is not installed.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import re
import sys
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Iterable, Optional

from .messages import Message, TomoshibiError, message

BUNDLE = "tomoshibi_packages"
"""Folder in `<profile>/python` that a bundle is unpacked to; in it one folder for each `tag()`."""


@dataclass(frozen=True)
class Package:
    """A package that the plugin imports."""

    name: str
    """Name to import, also that on the package index."""
    least: tuple[int, ...]
    """Oldest version that will do."""

    @property
    def least_text(self) -> str:
        """The oldest version as text."""
        return ".".join(str(part) for part in self.least)

    @property
    def system_name(self) -> str:
        """Name in Debian, Ubuntu, Fedora and OSGeo4W alike."""
        return f"python3-{self.name}"


NUMPY = Package("numpy", (1, 20))
PANDAS = Package("pandas", (1, 1))
PYPROJ = Package("pyproj", (3, 0))
REQUESTS = Package("requests", (2, 22))
ALL = (NUMPY, PANDAS, PYPROJ, REQUESTS)
DASK = (Package("dask", (2022, 1)), Package("distributed", (2022, 1)))
"""For blocks that a cluster works on; nothing else needs them."""
PYARROW = Package("pyarrow", (8, 0))
"""For Parquet, where the GDAL of QGIS cannot write it."""


class PackageError(TomoshibiError):
    """A package is missing, too old or broken."""


@dataclass(frozen=True)
class Lack:
    """A package that is not there as it should be."""

    package: Package
    found: Optional[str] = None
    """Version found where it is too old, None where there is none."""
    broken: bool = False
    """Whether it is there but cannot be loaded."""

    def text(self) -> Message:
        """Return what is the matter with it."""
        values = {"package": self.package.name, "version": self.package.least_text}
        if self.broken:
            return message("{package} (installed, but it cannot be loaded)", package=self.package.name)
        if self.found is None:
            return message("{package} {version} or later (not installed)", **values)
        return message("{package} {version} or later ({found} is too old)", found=self.found, **values)


def lacking(needs: Iterable[Package] = ALL) -> list[Lack]:
    """Return what is missing or too old among `needs`, without importing any of it."""
    return [lack for lack in map(_lack, needs) if lack is not None]


def _lack(package: Package) -> Optional[Lack]:
    if not _is_there(package.name):
        return Lack(package)
    version = _version(package.name)
    # None: put there without its description, as some builds of QGIS do: what version it is shows when it is loaded.
    return Lack(package, version) if version is not None and _numbers(version) < package.least else None


def _is_there(name: str) -> bool:
    """Whether Python would find a package; an empty folder of its name, as uninstalling may leave, is none."""
    try:
        spec = util.find_spec(name)
    except (ImportError, ValueError):
        return False
    return spec is not None and spec.origin is not None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.split("+")[0])[:3])


def explain(needs: Iterable[Package] = ALL, profile: Optional[Path] = None) -> Optional[Message]:
    """Return the one message about what `needs` lack and how to install it here; None where nothing is lacking.

    `profile`: the folder `python` of the QGIS profile, into which a bundle would be unpacked.
    """
    return _explanation(lacking(needs), profile)


def explain_optional(needs: Iterable[Package], what: Message) -> Optional[Message]:
    """Return `what` cannot be done (a sentence), what `needs` lack and how to install it; None where it is there.

    For packages that only one thing needs, of which a bundle holds none; they are imported.
    """
    needs = tuple(needs)
    lacks = lacking(needs) or [Lack(package, broken=True) for package in needs if not _loads(package.name)]
    if not lacks:
        return None
    return message(
        "{what} The Python of QGIS does not have {packages}. {how} Then start QGIS again.",
        what=what,
        packages=_listed(lacks),
        how=_how(system(), [lack.package for lack in lacks]),
    )


def load(needs: Iterable[Package], profile: Optional[Path] = None) -> None:
    """Import `needs`. Raises `PackageError` with the message of `explain` where one is missing or cannot be loaded."""
    needs = tuple(needs)
    lacks = lacking(needs)
    if not lacks:
        lacks = [Lack(package, broken=True) for package in needs if not _loads(package.name)]
    explanation = _explanation(lacks, profile)
    if explanation is not None:
        raise PackageError(explanation)


def _loads(name: str) -> bool:
    from_bundle = any(Path(entry).parent.name == BUNDLE for entry in sys.path)
    flags = sys.getdlopenflags() if from_bundle and hasattr(os, "RTLD_DEEPBIND") else 0
    try:
        if flags:
            # pyproj of a bundle brings a PROJ of its own; mixed with that of QGIS it ends the process with an abort.
            sys.setdlopenflags(flags | os.RTLD_DEEPBIND)
        importlib.import_module(name)
    except (ImportError, ValueError, AttributeError, TypeError, RuntimeError, OSError):
        # As a package built for another numpy fails, now with one of these, now with another.
        return False
    finally:
        if flags:
            sys.setdlopenflags(flags)
    return True


def _explanation(lacks: list[Lack], profile: Optional[Path]) -> Optional[Message]:
    if not lacks:
        return None
    return message(
        "Tomoshibi needs packages that the Python of QGIS does not have: {packages}. {how} {closed} "
        "Then start QGIS again.",
        packages=_listed(lacks),
        how=_how(system(), [lack.package for lack in lacks]),
        closed=_closed(profile),
    )


def _listed(lacks: list[Lack]) -> Message:
    """Return what is the matter with several packages, one after the other."""
    what = lacks[-1].text()
    for lack in reversed(lacks[:-1]):
        what = message("{first}, {others}", first=lack.text(), others=what)
    return what


def _how(where: str, packages: list[Package]) -> Message:
    """Return how to install packages on this system."""
    names = " ".join(package.system_name for package in packages)
    wanted = " ".join(f'"{package.name}>={package.least_text}"' for package in packages)
    if where == "debian":
        return message(
            "In a terminal: sudo apt install {names} (on Ubuntu from the component “universe”).",
            names=names,
        )
    if where == "windows":
        return message(
            "In the OSGeo4W Setup: Advanced Install, select {names}. Or in the OSGeo4W Shell of this QGIS: "
            "python -m pip install --user {wanted}",
            names=names,
            wanted=wanted,
        )
    if where == "flatpak":
        return message("In a terminal: flatpak run --command=pip3 org.qgis.qgis install --user {wanted}", wanted=wanted)
    python = Path(sys.exec_prefix) / "bin" / "python3"
    if where == "macos":
        return message("In the Terminal: {python} -m pip install --user {wanted}", python=python, wanted=wanted)
    return message(
        "Install {names} with the package manager of the system, or in a terminal: "
        "{python} -m pip install --user {wanted}",
        names=names,
        python=python,
        wanted=wanted,
    )


def _closed(profile: Optional[Path]) -> Message:
    """Return what to do on a closed network, and why a bundle that is there does not serve."""
    folder = profile if profile is not None else Path("python")
    others = sorted(path.name for path in (folder / BUNDLE).glob("*-py*")) if profile is not None else []
    if tag() in others and not _fits(folder / BUNDLE / tag()):
        return message(
            "On a closed network: the packages unpacked in {folder} do not fit the numpy of this QGIS ({numpy}); make "
            "the bundle for {tag} once more with that (“make bundle”).",
            folder=folder / BUNDLE / tag(),
            numpy="none" if _version(NUMPY.name) is None else _version(NUMPY.name),
            tag=tag(),
        )
    if others and tag() not in others:
        return message(
            "On a closed network: the packages unpacked in {folder} are for {others}, not for this QGIS ({tag}); "
            "unpack the bundle for {tag} there (“make bundle”).",
            folder=folder,
            others=", ".join(others),
            tag=tag(),
        )
    return message(
        "On a closed network: unpack the bundle for {tag} (“make bundle”) into {folder}.", folder=folder, tag=tag()
    )


def system(name: str = sys.platform, root: Path = Path("/")) -> str:
    """Return how packages are installed here: debian, windows, macos, flatpak or other."""
    if name.startswith("win"):
        return "windows"
    if name == "darwin":
        return "macos"
    if (root / ".flatpak-info").exists():
        return "flatpak"
    try:
        release = (root / "etc" / "os-release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "other"
    kinds = re.findall(r"^ID(?:_LIKE)?=(.*)$", release, re.MULTILINE)
    words = {word for kind in kinds for word in kind.strip("\"'").split()}
    return "debian" if words & {"debian", "ubuntu"} else "other"


def tag() -> str:
    """Return what a bundle must be made for to serve here, as `windows-x86_64-py3.12`."""
    family = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(machine, machine)
    return f"{family}-{machine}-py{sys.version_info[0]}.{sys.version_info[1]}"


def _version(name: str) -> Optional[str]:
    """Return the version of an installed package, None where there is none or nothing describes it."""
    spec = util.find_spec(name) if _is_there(name) else None
    if spec is None or spec.origin is None:
        return None
    described = re.compile(rf"{re.escape(name)}-(\d[^-]*)(?:-[^-]+)?[.](?:dist|egg)-info")
    beside = [each for each in map(described.fullmatch, os.listdir(Path(spec.origin).parents[1])) if each]
    if len(beside) == 1:
        # as nearly everywhere; importing `metadata` and asking it takes longer than all else at the start
        return beside[0].group(1)
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _fits(folder: Path) -> bool:
    """Whether a bundle was made for the numpy that is here: packages built for another one abort QGIS."""
    try:
        made_for = str(json.loads((folder / "bundle.json").read_text(encoding="utf-8"))["numpy"])
    except (OSError, ValueError, KeyError):
        return False
    here = _version(NUMPY.name)
    if made_for == "none" or here is None:
        return made_for == "none" and here is None
    return _numbers(made_for)[0] == _numbers(here)[0] and _numbers(made_for)[:2] <= _numbers(here)[:2]


def use_bundle(profile: Path) -> Optional[Path]:
    """Let Python find the packages unpacked in the profile, after all others; return their folder where it is used.

    Nothing is done where nothing is missing. What is installed always comes first: the folder goes last on the path.
    """
    folder = profile / BUNDLE / tag()
    if str(folder) in sys.path:
        return folder
    if not folder.is_dir() or not lacking() or not _fits(folder):
        return None
    sys.path.append(str(folder))
    importlib.invalidate_caches()
    libraries = sorted(folder.glob("*.libs"))
    if libraries and hasattr(os, "add_dll_directory"):
        for each in libraries:
            os.add_dll_directory(str(each))
    return folder

"""QGIS Desktop with the plugin and a project, in a throw-away profile and in Japanese.

    desktop.py run PROJECT                  open it for a person
    desktop.py screenshots DEMO IMAGES      DEMO/case/situation.qgz drawn into IMAGES/desktop.png with the situation
                                            dock, the dock alone into dock.png; the first page of the case's newest
                                            brief into brief.png, of DEMO/sheets/*.pdf into sheet-<theme>.png; needs
                                            no screen

The profile is build/desktop-profile; nobody's own profile is read or written.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = ROOT / "build" / "plugins"
PROFILES = ROOT / "build" / "desktop-profile"
SHOT = Path(__file__).resolve().with_name("desktop_shot.py")
SETTINGS = """\
[PythonPlugins]
tomoshibi=true
processing=true

[locale]
overrideFlag=true
userLocale=ja
globalLocale=ja_JP

[qgis]
checkVersion=false
showTips351=false
iconSize=24
newsFeed=false

[core]
NewsFeed\\httpsfeedqgisorg\\disabled=true

[app]
news-feed\\disabled=true
"""
SCREEN = (1680, 1050)
"""Width and height of the picture of QGIS Desktop, in pixels."""
SHEETS = ("shelterpower",)
"""Themes whose map sheet is in the README."""
SECONDS = 300
"""How long QGIS Desktop may take to start, draw and leave; a slow machine needs about a minute."""


def environment() -> dict[str, str]:
    """Return the environment QGIS Desktop starts in: this checkout as the only extra plugin, nothing of .venv."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV", "QGIS_"))}
    path = os.pathsep.join(entry for entry in kept["PATH"].split(os.pathsep) if ".venv" not in entry)
    return {**kept, "PATH": path, "QGIS_PLUGINPATH": str(PLUGINS)}


def make_profile(profiles: Path = PROFILES) -> None:
    """Make the profile anew. QGIS 3 and QGIS 4 name their settings file after themselves."""
    shutil.rmtree(profiles, ignore_errors=True)
    for version in ("QGIS3", "QGIS4"):
        folder = profiles / "profiles" / "tomoshibi" / "QGIS"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{version}.ini").write_text(SETTINGS, encoding="utf-8")


def command(project: Optional[Path], *more: str, profiles: Path = PROFILES) -> list[str]:
    """Return the command line of QGIS Desktop; without a project it opens as it does for a newcomer."""
    program = shutil.which("qgis")
    if program is None:
        raise SystemExit("desktop: QGIS Desktop is not installed; `make setup` installs it")
    words = [program, "--nologo", "--noversioncheck", "--lang", "ja", "--profiles-path", str(profiles)]
    words += ["--profile", "tomoshibi", *(("--project", str(project)) if project else ())]
    return [*words, *more]


@contextmanager
def screen() -> Iterator[str]:
    """Start a screen that exists in memory only; yield its name."""
    if shutil.which("Xvfb") is None:
        raise SystemExit("desktop: Xvfb is not installed; `make packages-desktop` installs it")
    reading, writing = os.pipe()
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as stream:
            number = stream.readline().strip()
        if not number:
            raise SystemExit(f"desktop: Xvfb did not start (exit code {server.wait(10)})")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


def picture_of_desktop(project: Path, target: Path) -> None:
    """Draw QGIS Desktop with `project` into `target`. Raises SystemExit where QGIS fails, hangs or draws nothing."""
    target.unlink(missing_ok=True)
    log = PROFILES / "desktop.log"
    with screen() as display, open(log, "w", encoding="utf-8") as stream:
        more = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8", "TOMOSHIBI_SHOT": str(target)}
        more["TOMOSHIBI_SHOT_SIZE"] = "x".join(map(str, SCREEN))
        more["TOMOSHIBI_SHOT_DOCK"] = str(target.with_name("dock.png"))
        # the demo's case was made in a profile of its own
        more["TOMOSHIBI_KNOWN_CASES"] = "*"
        process = subprocess.Popen(
            command(project, "--code", str(SHOT)),
            env={**environment(), **more},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
            hint = "a dialog may be waiting for an answer: look with `make run`"
            raise SystemExit(f"desktop: QGIS Desktop was not done after {SECONDS} s; {hint}; see {log}") from None
    if not target.is_file():
        raise SystemExit(f"desktop: QGIS Desktop drew nothing (exit code {process.returncode}); see {log}")
    print(f"desktop: {target.name}: {target.stat().st_size:,} bytes")


def picture_of_sheet(pdf: Path, target: Path) -> None:
    """Draw the first page of a PDF into `target`, 1,600 pixels wide."""
    words = ["pdftoppm", "-f", "1", "-singlefile", "-png", "-scale-to-x", "1600", "-scale-to-y", "-1"]
    subprocess.run([*words, str(pdf), str(target.with_suffix(""))], check=True)
    print(f"desktop: {target.name}: {target.stat().st_size:,} bytes")


def main(words: list[str]) -> int:
    """Open QGIS Desktop, or draw the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("run").add_argument("project", type=Path)
    shots = verbs.add_parser("screenshots")
    shots.add_argument("demo", type=Path)
    shots.add_argument("images", type=Path)
    options = parser.parse_args(words)
    make_profile()
    if options.verb == "run":
        if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            raise SystemExit("desktop: there is no screen here; `make screenshots` draws pictures without one")
        return subprocess.run(command(options.project.absolute()), env=environment(), check=False).returncode
    demo, images = options.demo.absolute(), options.images.absolute()
    images.mkdir(parents=True, exist_ok=True)
    picture_of_desktop(demo / "case" / "situation.qgz", images / "desktop.png")
    briefs = sorted((demo / "case" / "reports").glob("*/brief*.pdf"), key=lambda path: path.stat().st_mtime)
    if not briefs:
        raise SystemExit(f"desktop: {demo} holds no brief; `make demo` makes one")
    picture_of_sheet(briefs[-1], images / "brief.png")
    for theme in SHEETS:
        picture_of_sheet(demo / "sheets" / f"{theme}.pdf", images / f"sheet-{theme}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

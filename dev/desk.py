"""An officer's morning in a real QGIS Desktop: from the zip in an empty profile to the brief, by mouse and keyboard.

    desk.py OUT         OUT/NN-step.png for each step; exit code 1, with the step, where it did not go through

The zip is built and unpacked into the profile as QGIS's plugin manager does it; nothing of the checkout is loaded. The
practice server is a process of its own, as `make practice` starts it. The screen exists in memory only.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import demo
import desktop
import package

WALK = Path(__file__).resolve().with_name("desk_walk.py")
SECONDS = 290
"""How long the walk may take."""
MOST_CLICKS = 12
"""Clicks from the new case to the brief that are aimed at."""
COUNTED = ("case", "known", "conditions", "download", "dock", "maps", "brief")
"""Steps from the new case to the brief."""
HEADLINE = ("避難所", "停電")
"""Words that the first page of the brief cannot be without."""
MADE = "desk.json"
SCENARIO = """
import sys
from pathlib import Path
from tomoshibi.messages import Progress
from tomoshibi.practice.scenario import ScenarioSpec, make_scenario
make_scenario(Path(sys.argv[1]), seed=1, spec=ScenarioSpec.of_cause("earthquake"), progress=Progress())
"""


def install(out: Path) -> tuple[Path, Path]:
    """Make an empty profile with the zip in it; return (the profiles' folder, the folder of its plugins)."""
    profiles = out / "profile"
    desktop.make_profile(profiles)
    plugins = profiles / "profiles" / "tomoshibi" / "python" / "plugins"
    plugins.mkdir(parents=True)
    with zipfile.ZipFile(package.build(out / "dist")) as archive:
        archive.extractall(plugins)
    return profiles, plugins


def make_scenario(folder: Path, plugins: Path) -> dict[str, Any]:
    """Make the scenario of the drill; return what it says of itself."""
    environment = {**os.environ, "PYTHONPATH": str(plugins)}
    subprocess.run([sys.executable, "-c", SCENARIO, str(folder)], env=environment, check=True)
    return json.loads((folder / "scenario.json").read_text(encoding="utf-8"))


def told(out: Path, about: dict[str, Any], address: str, account: dict[str, Any]) -> dict[str, Any]:
    """Return what a newcomer is told, and where the walk writes."""
    return {
        "address": address,
        "user": account["user"],
        "passphrase": account["passphrase"],
        "master": secrets.token_hex(8),
        "municipality": about["municipality"],
        "name": "灯市 朝の訓練",
        "event": about["event_time"].replace("T", " ")[:16],
        "moment": about["now"].replace("T", " ")[:16],
        "open": str(out / "scenario" / "open"),
        "cases": str(out / "cases"),
        "pictures": str(out),
        "outcome": str(out / "outcome.json"),
        "screen": list(desktop.SCREEN),
    }


def walk(out: Path, profiles: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Let QGIS Desktop be driven; return the outcome. Raises SystemExit where there is none."""
    asked, log = out / MADE, out / "desktop.log"
    asked.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
    with desktop.screen() as display, open(log, "w", encoding="utf-8") as stream:
        environment = desktop.environment()
        # the plugin comes from the zip alone
        del environment["QGIS_PLUGINPATH"]
        environment = {key: value for key, value in environment.items() if not key.startswith("TOMOSHIBI_")}
        more = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8", "TOMOSHIBI_DESK": str(asked)}
        more["TOMOSHIBI_DESK_CODE"] = str(WALK.parent)
        process = subprocess.Popen(
            desktop.command(None, "--code", str(WALK), profiles=profiles),
            env={**environment, **more},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            code = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
            raise SystemExit(f"desk: not done after {SECONDS} s; the newest picture in {out} shows where") from None
    outcome = Path(given["outcome"])
    if not outcome.is_file():
        raise SystemExit(f"desk: QGIS Desktop ended (exit code {code}) before the walk did; see {log}")
    found = json.loads(outcome.read_text(encoding="utf-8"))
    if not found["problem"] and code != 0:
        found["problem"] = f"quit: QGIS Desktop ended with exit code {code}; see {log}"
    return found


def headline_problem(brief: str) -> str:
    """Return what is wrong with the brief's PDF, "" where its headline can be read."""
    if not brief or not Path(brief).is_file():
        return f"there is no brief: {brief or 'none was opened'}"
    text = subprocess.run(["pdftotext", "-l", "1", brief, "-"], stdout=subprocess.PIPE, check=True).stdout.decode()
    lacking = [word for word in HEADLINE if word not in text]
    if lacking:
        return f"the first page of the brief lacks {', '.join(lacking)}"
    line = next(line for line in text.splitlines() if HEADLINE[0] in line or HEADLINE[1] in line)
    print(f"desk: the brief says: {line.strip()}")
    return ""


def main(words: list[str]) -> int:
    """Walk."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    out = parser.parse_args(words).out.resolve()
    if out.exists() and any(out.iterdir()) and not (out / MADE).exists():
        raise SystemExit(f"{out} holds something else than a walk. Choose another OUT, or empty it.")
    shutil.rmtree(out, ignore_errors=True)
    (out / "cases").mkdir(parents=True)
    (out / MADE).touch()
    profiles, plugins = install(out)
    about = make_scenario(out / "scenario", plugins)
    with demo.practice_aggregator(out / "scenario", out / "practice.log", plugins=plugins) as (address, account):
        found = walk(out, profiles, told(out, about, address, account))
    for row in found["steps"]:
        print(f"desk: {row['step']:12} {row['clicks']:3} clicks {row['seconds']:6.1f} s")
    problem = found["problem"] or headline_problem(found["brief"])
    if problem:
        print(f"desk: failed at {problem}", file=sys.stderr)
        return 1
    clicks = sum(row["clicks"] for row in found["steps"] if row["step"] in COUNTED)
    print(f"desk: {clicks} clicks from the new case to the brief (aim: {MOST_CLICKS}), {found['fields']} fields typed")
    print(f"desk: the time slider played {found['played']}")
    print(f"desk: nothing was asked on leaving; pictures are in {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

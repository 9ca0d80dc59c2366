"""Run over the built zip what the plugin repository's upload scan blocks, and fail on the first finding of either.

    scan.py [ZIP]       default: the one zip of this version in dist/

bandit with the repository's enabled rules, at every severity, `# nosec` not honoured; detect-secrets over every file,
its JSON read because it exits 0 always, nothing verified over a network. flake8 with its codes does not block.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import package

MANDATORY = (
    "B102 B103 B105 B106 B107 B111 B201 B202 B301 B302 B304 B305 B306 B307 B312 B321 B323 B401 B402 B412 B413 B501 "
    "B502 B503 B505 B506 B507 B601 B602 B604 B605 B609 B610 B611 B612 B613 B615 B701"
)
SKIPPABLE = (
    "B101 B104 B108 B110 B112 B113 B303 B308 B310 B311 B313 B314 B315 B316 B317 B318 B319 B320 B324 B403 B405 B406 "
    "B407 B408 B409 B504 B508 B509 B603 B606 B607 B608 B614 B702 B703 B704"
)
"""Rules an uploader may switch off for an upload. They block by default, so they block here."""
FLAKE8 = (
    "E101,E711,E712,E713,E714,E721,E722,E731,E741,E742,E743,E901,E902,E999,W605,F402,F403,F404,F405,F811,F821,F822,F823,F831,"
    "F901,C901"
)


def run(*words: str, folder: Path) -> str:
    """Run a tool of this Python and return what it prints. Exit 1 means findings: the output is what counts."""
    done = subprocess.run([sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or (done.returncode and not done.stdout.strip()):
        raise SystemExit(f"scan: {words[0]} failed ({done.returncode}): {done.stderr.strip()}")
    return done.stdout


def known_rules() -> set[str]:
    """Return the rules of the repository's list that this bandit still has; it refuses a list with unknown ones."""
    known = set(re.findall(r"^\s+(B\d{3})\s", run("bandit", "--help", folder=package.ROOT), re.MULTILINE))
    return {rule for rule in f"{MANDATORY} {SKIPPABLE}".split() if rule in known}


def bandit(folder: Path) -> tuple[list[str], int]:
    """Return bandit's findings, and how many lines of code it read."""
    rules = ",".join(sorted(known_rules()))
    report = json.loads(run("bandit", "-r", ".", "-t", rules, "--ignore-nosec", "-f", "json", "-q", folder=folder))
    results = report["results"]
    found = [f"{item['filename']}:{item['line_number']}: {item['test_id']} {item['issue_text']}" for item in results]
    found += [f"{item['filename']}: could not be read: {item['reason']}" for item in report["errors"]]
    return found, report["metrics"]["_totals"]["loc"]


def secrets(folder: Path) -> tuple[list[str], int]:
    """Return detect-secrets' findings, and how many kinds of secret it looked for."""
    report = json.loads(run("detect_secrets", "scan", "--all-files", "--no-verify", ".", folder=folder))
    results = report["results"].items()
    found = [f"{path}:{item['line_number']}: {item['type']}" for path, items in results for item in items]
    return found, len(report["plugins_used"])


def flake8(folder: Path) -> list[str]:
    """Return flake8's findings of the repository's codes."""
    options = (f"--select={FLAKE8}", "--max-line-length=120", "--max-complexity=12")
    return run("flake8", "--isolated", *options, ".", folder=folder).splitlines()


def main(words: list[str]) -> int:
    """Unpack, scan, print the counts; 1 where anything that blocks was found."""
    target = Path(words[0]) if words else package.ROOT / "dist" / f"{package.NAME}-{package.metadata()['version']}.zip"
    folder = package.ROOT / "build" / "scan"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder)
    blocking = 0
    for name, (found, measure), unit in (
        ("bandit", bandit(folder), "lines of code read"),
        ("detect-secrets", secrets(folder), "kinds of secret looked for"),
    ):
        print("\n".join(found), end="\n" if found else "")
        print(f"scan: {name}: {len(found)} findings ({measure:,} {unit})")
        blocking += len(found) + (measure == 0)
    advice = flake8(folder)
    print("\n".join(advice), end="\n" if advice else "")
    print(f"scan: flake8: {len(advice)} findings (informational)")
    return 1 if blocking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Make a release: write version and addresses, date the changelog, commit, tag.

    release.py VERSION --homepage URL --repository URL --tracker URL --email ADDRESS [--date YYYY-MM-DD]

The addresses in the repository are placeholders, because the project has no address of its own yet; a zip for
publication (`make package RELEASE=1`) is refused as long as one is left.
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import package

ADDRESSES = ("homepage", "repository", "tracker", "email")
PLACEHOLDER = re.compile(r"[.@](?:invalid|example)(?:[/:]|$)|example\.(?:com|org|net)", re.IGNORECASE)
"""Domains that nobody can own."""


def placeholders(metadata: dict[str, str]) -> list[str]:
    """Return the names of the fields of metadata.txt whose addresses are still placeholders or missing."""
    return [name for name in ADDRESSES if not metadata.get(name) or PLACEHOLDER.search(metadata[name])]


def problems() -> list[str]:
    """Return what keeps this commit from being published."""
    fields = package.metadata()
    version = fields["version"]
    found = [f"metadata.txt: {name} is a placeholder; `make release` fills it" for name in placeholders(fields)]
    changelog = (package.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        found.append(f"CHANGELOG.md: version {version} has no date")
    if f"v{version}" not in package.git("tag", "--points-at", "HEAD").split():
        found.append(f"this commit has no tag v{version}")
    if package.git("status", "--porcelain", "--untracked-files=no"):
        found.append("files differ from the commit")
    return found


def dated(changelog: str, version: str, day: str) -> str:
    """Return the changelog whose unreleased changes are those of a version, with an empty part for the next.

    Raises SystemExit where there are none.
    """
    unreleased = "## [Unreleased]\n"
    head, found, rest = changelog.partition(unreleased)
    body = re.split(r"^## ", rest, maxsplit=1, flags=re.MULTILINE)[0]
    if not found or not body.strip():
        raise SystemExit("release: CHANGELOG.md has nothing under [Unreleased]")
    return f"{head}{unreleased}\n## [{version}] - {day}\n{rest}"


def filled(metadata: str, values: dict[str, str]) -> str:
    """Return metadata.txt with other values. Raises SystemExit where it lacks a field."""
    for name, value in values.items():
        metadata, count = re.subn(rf"^{name}=.*$", lambda m, v=f"{name}={value}": v, metadata, flags=re.MULTILINE)
        if count != 1:
            raise SystemExit(f"release: metadata.txt has {count} lines {name}=")
    return metadata


def main(words: list[str]) -> int:
    """Write, commit and tag."""
    parser = argparse.ArgumentParser(description="Version, addresses, changelog, commit and tag of a release")
    parser.add_argument("version")
    for name in ADDRESSES:
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--date", default=date.today().isoformat())
    given = parser.parse_args(words)
    if not re.fullmatch(r"\d+\.\d+\.\d+", given.version):
        parser.error("the version is to be MAJOR.MINOR.PATCH")
    kept = package.metadata()
    values = {name: getattr(given, name) or kept[name] for name in ADDRESSES}
    left = placeholders(values)
    if left:
        parser.error(f"give the real {', '.join(left)} of the project")
    if package.git("status", "--porcelain", "--untracked-files=no"):
        parser.error("files differ from the last commit; commit them first")
    changes = package.ROOT / "CHANGELOG.md"
    changes.write_text(dated(changes.read_text(encoding="utf-8"), given.version, given.date), encoding="utf-8")
    values |= {"version": given.version, "changelog": f"{given.version} See CHANGELOG.md."}
    fields = package.ROOT / "metadata.txt"
    fields.write_text(filled(fields.read_text(encoding="utf-8"), values), encoding="utf-8")
    package.git("add", "metadata.txt", "CHANGELOG.md")
    package.git("commit", "--quiet", "-m", f"Release {given.version}")
    package.git("tag", "-a", f"v{given.version}", "-m", f"Version {given.version}")
    print(f"release: committed and tagged v{given.version}; now: make package RELEASE=1")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

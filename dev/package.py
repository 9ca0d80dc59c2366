"""Build `dist/tomoshibi-<version>.zip`: what git tracks and `.gitattributes` lets through, and the translation.

    package.py [--release] [FOLDER]     write the zip into FOLDER (default dist/), check it, print its name

With --release, for publication, a commit that is no release is refused: addresses that are placeholders, no tag.

The same commit gives the same bytes: sorted entries, the commit's time on every file, one mode for all.
"""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path, PurePosixPath

sys.path.insert(0, str(Path(__file__).resolve().parent))
import guide
import translations

ROOT = Path(__file__).resolve().parents[1]
NAME = "tomoshibi"
MOST_BYTES = 25 * 1024 * 1024
"""What the plugin repository accepts."""
REQUIRED = (
    *("__init__.py", "metadata.txt", "LICENSE", "README.md", "i18n/tomoshibi_ja.qm"),
    "guide/docs/user-guide.ja.html",
)
CONTENTS = {
    *(
        "__init__.py",
        "metadata.txt",
        "plugin.py",
        "arrays.py",
        "dependencies.py",
        "files.py",
        "messages.py",
        "translate.py",
    ),
    "settings.py",
    *("aggregator", "analysis", "casefile", "dialogs", "layers", "practice", "processing_provider", "sheets"),
    *("i18n", "models", "resources", "guide", "LICENSE", "README.md", "README.ja.md", "CHANGELOG.md"),
}
"""The only names allowed directly under the plugin folder, so that no new file slips into a release."""
FORBIDDEN = re.compile(r"(^|/)(\.|__pycache__|__MACOSX)|\.(pyc|pyo|sh|bat|cmd|ps1|exe|dll|so|dylib|orig|part)$|[\\:]")


def git(*words: str, text: str = "") -> str:
    """Return what git prints for `text` on its input; the checkout may belong to another user, as in a container."""
    command = ["git", "-c", f"safe.directory={ROOT}", "-c", "core.quotePath=off", *words]
    done = subprocess.run(command, cwd=ROOT, input=text.encode(), stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


def metadata() -> dict[str, str]:
    """Return the fields of metadata.txt."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    return dict(parser["general"])


def with_folders(path: str) -> list[str]:
    """Return the path and the folders it is in, without the root."""
    return [path, *map(str, PurePosixPath(path).parents)][:-1]


def shipped() -> list[str]:
    """Return the tracked files that belong to the plugin, sorted, as paths with `/`."""
    tracked = [path for path in git("ls-files", "-z").split("\0") if path]
    # git archive skips a whole folder that is marked; check-attr must be asked for the folders too.
    names = {name for path in tracked for name in with_folders(path)}
    answer = git("check-attr", "-z", "--stdin", "export-ignore", text="\0".join(sorted(names)) + "\0").split("\0")
    out = {path for path, value in zip(answer[0::3], answer[2::3]) if value == "set"}
    return sorted(path for path in tracked if (ROOT / path).is_file() and not out & set(with_folders(path)))


def commit_time() -> tuple[int, int, int, int, int, int]:
    """Return the time every entry carries: SOURCE_DATE_EPOCH if it is set, else that of the last commit, in UTC."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH") or git("log", "-1", "--format=%ct")
    return time.gmtime(int(seconds))[:6]


def compiled_translation() -> bytes:
    """Return the compiled Japanese translation, always made afresh."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "tomoshibi_ja.qm"
        if translations.compile_(target) != 0:
            raise SystemExit("package: the translation could not be compiled; the lines above say why")
        return target.read_bytes()


def build(folder: Path) -> Path:
    """Write the zip into `folder` and return its path."""
    contents = {path: (ROOT / path).read_bytes() for path in shipped()}
    contents["i18n/tomoshibi_ja.qm"] = compiled_translation()
    contents.update(guide.pages(contents))
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{NAME}-{metadata()['version']}.zip"
    moment = commit_time()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in ["", *sorted(contents)]:
            entry = zipfile.ZipInfo(f"{NAME}/{name}", moment)
            entry.create_system = 3
            entry.external_attr = (0o100644 << 16) if name else (0o40755 << 16) | 0x10
            entry.compress_type = zipfile.ZIP_DEFLATED if name else zipfile.ZIP_STORED
            archive.writestr(entry, contents.get(name, b""))
    return target


def problems(target: Path) -> list[str]:
    """Return everything that keeps the zip from being accepted or that does not belong in it."""
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        found = [f"{archive.testzip()}: damaged"] if archive.testzip() else []
    size = target.stat().st_size
    if size > MOST_BYTES:
        found.append(f"{size} bytes are more than the {MOST_BYTES} the plugin repository accepts")
    if names[:1] != [f"{NAME}/"]:
        found.append(f"the first entry is {names[:1]}, not the folder {NAME}/")
    found += [f"{name}: outside the folder {NAME}/" for name in names if not name.startswith(f"{NAME}/")]
    return found + _misplaced([name[len(NAME) + 1 :] for name in names if re.match(f"{NAME}/.", name)])


def _misplaced(inside: list[str]) -> list[str]:
    """Return what is missing among the files of the plugin, and what does not belong there."""
    found = [f"{name}: is missing" for name in REQUIRED if name not in inside]
    found += [f"{name}: does not belong in a release" for name in inside if FORBIDDEN.search(name)]
    found += [f"{name}: is not one of the plugin's packages" for name in inside if name.split("/")[0] not in CONTENTS]
    return found


def main(words: list[str]) -> int:
    """Build and check the zip."""
    publish = "--release" in words
    words = [word for word in words if word != "--release"]
    if publish:
        import release

        refused = release.problems()
        if refused:
            print("\n".join(f"package: not for publication: {line}" for line in refused), file=sys.stderr)
            return 1
    if git("status", "--porcelain", "--untracked-files=all", "--", *shipped()):
        print("package: files differ from the last commit; this zip is not a release", file=sys.stderr)
    target = build(Path(words[0]) if words else ROOT / "dist")
    found = problems(target)
    with zipfile.ZipFile(target) as archive:
        print(f"package: {target.name}: {len(archive.namelist())} entries, {target.stat().st_size:,} bytes")
    print("\n".join(f"package: {line}" for line in found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

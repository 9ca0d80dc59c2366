"""Collect the English source texts, keep `i18n/tomoshibi_ja.ts` in step with them, and compile it.

translations.py update          collect `tr("…")` and `message("…")` literals; drop texts no longer used
translations.py add FILE.json   enter Japanese from a JSON object {english: japanese} (- for stdin); drops nothing
translations.py check           name what is not translated or is not a literal; exit 1 if there is any
translations.py missing         print the untranslated texts as a JSON object to fill in
translations.py compile         write i18n/tomoshibi_ja.qm with lrelease
"""

from __future__ import annotations

import ast
import fcntl
import json
import shutil
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
TS = ROOT / "i18n" / "tomoshibi_ja.ts"
QM = TS.with_suffix(".qm")
CONTEXT = "Tomoshibi"
CALLS = {"tr", "message"}
# Qt 6 keeps lrelease off the PATH (Debian: qt6-l10n-tools).
LRELEASE = ("lrelease", "/usr/lib/qt5/bin/lrelease", "/usr/lib/qt6/bin/lrelease", "lrelease-qt5", "lrelease-qt6")
OUTSIDE = {"tests", "dev", "benchmarks", "build", "dist", ".venv", "docs"}


def sources() -> tuple[dict[str, str], list[str]]:
    """Return {text: first place} and a list of complaints about calls whose text is not a literal."""
    texts: dict[str, str] = {}
    complaints = []
    for path in sorted(ROOT.rglob("*.py")):
        inside = path.relative_to(ROOT)
        if inside.parts[0] in OUTSIDE:
            continue
        for node, name in _calls(ast.parse(path.read_text(encoding="utf-8"), str(inside))):
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                texts.setdefault(first.value, f"{inside}:{node.lineno}")
            else:
                complaints.append(f"{inside}:{node.lineno}: {name}() needs a literal text")
    for path in sorted(ROOT.glob("dialogs/**/*.ui")):
        for element in ElementTree.parse(path).iter("string"):
            if element.text and element.get("notr") != "true":
                texts.setdefault(element.text, str(path.relative_to(ROOT)))
    return texts, complaints


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Yield the calls whose first argument is a text to translate, and the name that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in CALLS:
                yield node, name


def read() -> dict[str, str]:
    """Return {english: japanese} of the .ts file, empty where a text is not translated."""
    if not TS.exists():
        return {}
    found = {}
    for entry in ElementTree.parse(TS).iter("message"):
        translation = entry.find("translation")
        done = translation is not None and translation.get("type") != "unfinished"
        found[entry.findtext("source", "")] = (translation.text or "") if done else ""
    return found


def write(texts: dict[str, str], japanese: dict[str, str]) -> None:
    """Write the .ts file, sorted by text so that changes merge."""
    document = ElementTree.Element("TS", version="2.1", language="ja_JP", sourcelanguage="en")
    context = ElementTree.SubElement(document, "context")
    ElementTree.SubElement(context, "name").text = CONTEXT
    for text in sorted(texts):
        entry = ElementTree.SubElement(context, "message")
        ElementTree.SubElement(entry, "source").text = text
        translation = ElementTree.SubElement(entry, "translation")
        if japanese.get(text):
            translation.text = japanese[text]
        else:
            translation.set("type", "unfinished")
    ElementTree.indent(document)
    body = ElementTree.tostring(document, encoding="unicode")
    TS.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', encoding="utf-8")


def places(text: str) -> set[str]:
    """Return the names of the `{}` places in a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def problems() -> list[str]:
    """Return everything that keeps the translation from being complete and right."""
    texts, found = sources()
    japanese = read()
    for text, place in texts.items():
        if not japanese.get(text):
            found.append(f"{place}: not translated: {text!r}")
        elif "{" in text and places(text) != places(japanese[text]):
            found.append(f"{place}: the places differ between {text!r} and {japanese[text]!r}")
    found += [f"{TS.name}: no longer used: {text!r}" for text in japanese if text not in texts]
    return found


def update(more: dict[str, str], keep: bool = False) -> None:
    """Bring the .ts file in step with the sources and enter `more`; one at a time. `keep` drops no old text."""
    with open(ROOT / "build" / "translations.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        texts, _ = sources()
        japanese = {**read(), **more}
        write({**dict.fromkeys(japanese), **texts} if keep else texts, japanese)


def compile_(target: Path = QM) -> int:
    """Run lrelease, which writes `target`; return its exit code."""
    lrelease = next(filter(None, map(shutil.which, LRELEASE)), None)
    if lrelease is None:
        print("lrelease is not installed (Debian: qttools5-dev-tools or qt6-l10n-tools)", file=sys.stderr)
        return 1
    return subprocess.run([lrelease, "-silent", str(TS), "-qm", str(target)], check=False).returncode


def main(words: list[str]) -> int:
    """Do what the words say."""
    (ROOT / "build").mkdir(exist_ok=True)
    verb = words[0] if words else "check"
    if verb == "update":
        update({})
    elif verb == "add":
        text = sys.stdin.read() if words[1] == "-" else Path(words[1]).read_text(encoding="utf-8")
        update(json.loads(text), keep=True)
    elif verb == "missing":
        japanese = read()
        print(json.dumps({text: "" for text in sources()[0] if not japanese.get(text)}, ensure_ascii=False, indent=1))
    elif verb == "compile":
        return compile_()
    elif verb == "check":
        found = problems()
        print("\n".join(found) or "translations: complete")
        return 1 if found else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

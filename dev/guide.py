"""Turn the guide, the pages of docs/ and the help of every algorithm into HTML for the zip, in `guide/`.

    guide.py [FOLDER]     write the pages into FOLDER (default build/guide), to be looked at in a browser

The pages keep the folders of the repository, so that a link to `docs/practice.md` becomes one to `docs/practice.html`.
"""

from __future__ import annotations

import html
import os
import re
import sys
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Iterable

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "guide"
"""Folder of the pages in the zip."""
TOP = (
    ("docs/user-guide.ja.html", "実務の手引き"),
    ("docs/algorithms.ja.html", "アルゴリズム"),
    ("docs/practice.html", "Practice"),
    ("README.ja.html", "はじめに"),
    ("README.html", "Read me"),
)
"""The pages named at the head of every page."""
STYLE = (
    "body{font-family:sans-serif;line-height:1.6;max-width:60em;margin:1em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;display:block;overflow-x:auto}td,th{border:1px solid #bbb;padding:.3em .6em;"
    "vertical-align:top}th{background:#eee}code,pre{background:#f3f3f3}pre{padding:.6em;overflow-x:auto}"
    "img{max-width:100%}nav{border-bottom:1px solid #bbb;padding-bottom:.4em}nav a{margin-right:1em}"
)


@lru_cache(maxsize=1)
def sources() -> list[str]:
    """Return the pages of the repository that are put in, as paths with `/`."""
    found = [*ROOT.glob("README*.md"), ROOT / "CHANGELOG.md", *ROOT.glob("docs/*.md")]
    found += ROOT.glob("resources/help/*.md")
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def slug(text: str) -> str:
    """Return the anchor of a heading, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


class Page:
    """One page on its way from Markdown to HTML."""

    def __init__(self, name: str, shipped: frozenset[str]):
        self.name = name
        self.shipped = shipped
        """What is in the zip, to which links may lead."""
        self.images: set[str] = set()
        """Pictures that the page shows."""

    def html(self) -> str:
        """Return the page. Raises SystemExit where a picture is missing."""
        text = (ROOT / self.name).read_text(encoding="utf-8")
        text = re.sub(r"^(\s*- )\[( |x)\] ", lambda m: m[1] + ("☐ " if m[2] == " " else "☑ "), text, flags=re.MULTILINE)
        parser = MarkdownIt("commonmark").enable("table")
        tokens = parser.parse(text)
        for place, token in enumerate(tokens):
            if token.type == "heading_open":
                token.attrSet("id", slug(tokens[place + 1].content.replace("`", "").replace("*", "")))
            if token.type == "inline" and token.children:
                token.children = list(self._linked(token.children))
        headings = [tokens[place + 1].content for place, token in enumerate(tokens) if token.type == "heading_open"]
        title = headings[0] if headings else self.name
        body = parser.renderer.render(tokens, parser.options, {})
        tongue = "ja" if self.name.endswith(".ja.md") else "en"
        links = "".join(f'<a href="{self._relative(page)}">{html.escape(words)}</a>' for page, words in TOP)
        return (
            f'<!DOCTYPE html>\n<html lang="{tongue}"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
            f"<style>{STYLE}</style></head>\n<body><nav>{links}</nav>\n{body}</body></html>\n"
        )

    def _linked(self, tokens: Iterable[Token]) -> Iterable[Token]:
        """Yield the parts of a line with their links turned; one that leads out of the zip is left as its words."""
        dropped = False
        for token in tokens:
            if token.type == "link_open":
                target = self._target(str(token.attrGet("href")))
                dropped = target is None
                if dropped:
                    continue
                token.attrSet("href", target)
            elif token.type == "link_close" and dropped:
                dropped = False
                continue
            elif token.type == "image":
                self.images.add(self._in_repository(str(token.attrGet("src"))))
            yield token

    def _in_repository(self, target: str) -> str:
        """Return where a relative link leads to, as a path in the repository."""
        return os.path.normpath(PurePosixPath(self.name).parent / target).replace(os.sep, "/")

    def _relative(self, target: str) -> str:
        return os.path.relpath(target, PurePosixPath(self.name).parent or ".").replace(os.sep, "/")

    def _target(self, link: str) -> str | None:
        """Return the link as it is in the zip, None where it leads nowhere there."""
        if re.match(r"[a-z]+:", link) or link.startswith("#"):
            return link
        path, mark, anchor = link.partition("#")
        there = self._in_repository(path)
        if there in sources():
            return re.sub(r"\.md$", ".html", path) + mark + anchor
        if there in self.shipped:
            return self._relative(f"../{there}")
        return None


def pages(shipped: Iterable[str]) -> dict[str, bytes]:
    """Return {path in the zip: content} of all pages and the pictures they show; `shipped`: what else the zip has."""
    found: dict[str, bytes] = {}
    images: set[str] = set()
    for name in sources():
        page = Page(name, frozenset(shipped))
        found[f"{FOLDER}/{name[:-3]}.html"] = page.html().encode()
        images |= page.images
    for name in sorted(images):
        found[f"{FOLDER}/{name}"] = (ROOT / name).read_bytes()
    return found


def main(words: list[str]) -> int:
    """Write the pages into a folder."""
    folder = Path(words[0]) if words else ROOT / "build" / FOLDER
    for name, content in pages(()).items():
        path = folder / name.partition("/")[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"guide: {folder / 'docs' / 'user-guide.ja.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

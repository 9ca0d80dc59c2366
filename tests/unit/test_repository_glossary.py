"""GLOSSARY.md against the interface and the code: one word for one thing."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.slow
"""All of the code is read."""

ROOT = Path(__file__).resolve().parents[2]
WORDS = "## Japanese words"
"""Heading in GLOSSARY.md below which the words of the second table stand."""
OUTSIDE = {"tests", "dev", "benchmarks", "build", "dist", ".venv"}


@dataclass(frozen=True)
class Term:
    """One row of the glossary."""

    japanese: str
    english: str
    name: str
    """As it stands in the code."""
    avoided: tuple[str, ...]
    """English words for the same thing that must not be used."""


def terms() -> list[Term]:
    """Return the rows of GLOSSARY.md."""
    rows = _rows((ROOT / "GLOSSARY.md").read_text(encoding="utf-8").partition(WORDS)[0])
    return [
        Term(japanese, english, name.strip("`"), tuple(word.strip() for word in avoided.split(",") if word.strip()))
        for japanese, english, name, avoided in rows
    ]


def _rows(text: str) -> list[list[str]]:
    """Return the cells of the table in a text, without its heading."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines][2:]


@dataclass(frozen=True)
class Word:
    """One Japanese word for one thing."""

    use: str
    avoided: tuple[str, ...]
    allowed: tuple[str, ...]
    """Names of others that hold an avoided word."""

    def misused_in(self, text: str) -> list[str]:
        """Return the avoided words that a text uses."""
        for name in sorted(self.allowed, key=len, reverse=True):
            text = text.replace(name, "")
        return [word for word in self.avoided if word in text]


def words() -> list[Word]:
    """Return the rows of the table of Japanese words."""

    def cells(text: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in text.split(",") if word.strip())

    rows = _rows((ROOT / "GLOSSARY.md").read_text(encoding="utf-8").partition(WORDS)[2])
    return [Word(use, cells(avoided), cells(allowed)) for use, avoided, allowed in rows]


@cache
def japanese() -> tuple[tuple[str, str], ...]:
    """Return (where, text) of what a Japanese user reads; the reference is made of it."""
    files = [*sorted((ROOT / "resources" / "help").glob("*.ja.md")), ROOT / "docs" / "user-guide.ja.md"]
    files += [ROOT / "README.ja.md", ROOT / "docs" / "practice.md"]
    lines = [
        (f"{path.name}:{number}", line)
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    ]
    return (*((source, shown) for source, shown in texts()), *lines)


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """Return (English, Japanese) of every text of the interface."""
    catalogue = ElementTree.parse(ROOT / "i18n" / "tomoshibi_ja.ts")
    return tuple(
        (entry.findtext("source", ""), entry.findtext("translation", "")) for entry in catalogue.iter("message")
    )


@cache
def names() -> frozenset[str]:
    """Return every name, and every word in a text, of the shipped code."""
    found: set[str] = set()
    # not through .venv and build/, which hold thousands
    places = [place for place in ROOT.iterdir() if place.name not in OUTSIDE]
    for path in (path for place in places for path in (place.rglob("*.py") if place.is_dir() else [place])):
        if path.suffix != ".py":
            continue
        inside = path.relative_to(ROOT).parts
        found.update(part.removesuffix(".py") for part in inside)
        for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
            if token.type == tokenize.NAME:
                found.add(token.string)
            elif token.type == tokenize.STRING:
                found.update(re.findall(r"\w+", token.string))
    return frozenset(found)


def misused(word: str, sources: list[str]) -> list[str]:
    """Return the texts that use a word, its plural too."""
    return [text for text in sources if re.search(rf"\b{re.escape(word)}s?\b", text, re.IGNORECASE)]


def test_no_term_stands_twice():
    japanese = [term.japanese for term in terms()]
    assert len(japanese) > 30 and len(set(japanese)) == len(japanese)


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.english)
def test_a_term_is_the_one_of_the_interface_and_of_the_code(term: Term):
    together = [
        source for source, shown in texts() if term.japanese in shown and term.english.casefold() in source.casefold()
    ]
    assert together, f"no text of the interface says {term.english} for {term.japanese}"
    assert term.name in names(), f"no code is called {term.name}"


@pytest.mark.parametrize("term", [term for term in terms() if term.avoided], ids=lambda term: term.english)
def test_another_word_for_the_same_thing_is_used_nowhere(term: Term):
    sources = [source for source, _ in texts()]
    assert {word: misused(word, sources) for word in term.avoided} == {word: [] for word in term.avoided}


def test_another_word_is_found_in_the_plural_and_at_the_begin_of_a_sentence():
    assert misused("power cut", ["Power cuts since noon", "The power cutter"]) == ["Power cuts since noon"]


@pytest.mark.parametrize("word", words(), ids=lambda word: word.use)
def test_one_japanese_word_is_used_for_one_thing(word: Word):
    assert any(word.use in text for _, text in japanese()), f"nothing says {word.use}"
    assert {where: word.misused_in(text) for where, text in japanese() if word.misused_in(text)} == {}


def test_a_text_about_areas_and_not_districts_says_so_in_japanese():
    about = [
        (source, shown)
        for source, shown in texts()
        if re.search(r"\bareas?\b", source, re.IGNORECASE)
        and not re.search("district|small area|地区|公民館区", source)
    ]
    assert len(about) > 50
    assert [(source, shown) for source, shown in about if "地区" in shown] == []


def test_a_word_in_the_name_of_another_thing_is_no_misuse_of_it():
    word = Word("案件", ("ケース",), ("ユースケース",))
    assert word.misused_in("ユースケースごと") == [] and word.misused_in("ユースケースとケース") == ["ケース"]
    assert len(words()) > 15

"""How heavy a need is: 要支援 and 要介護, 障害等級 (身体障害者手帳), 障害支援区分, 療育手帳, 精神障害者保健福祉手帳.

The scales run against one another: 要介護5 is the heaviest and so is 障害 1級. So the heading decides which scale a
bare number belongs to, and of all that a list tells of a person the heaviest counts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Iterable, Mapping, Optional

HEAVY = 5
"""From 要介護3 the manual’s “高”: who usually is on a 避難行動要支援者名簿 for the degree alone."""


class Scale(Enum):
    """What a number or letter is a degree of; the value is the Japanese word before it."""

    CARE = "要介護"
    SUPPORT = "要支援"
    BODY = "障害"
    DIVISION = "区分"
    MIND = "療育"
    PSYCHE = "精神"


DEGREES: Mapping[Scale, Mapping[str, int]] = {
    Scale.SUPPORT: {"1": 1, "2": 2},
    Scale.CARE: {"1": 3, "2": 4, "3": 5, "4": 6, "5": 7},
    Scale.DIVISION: {"1": 2, "2": 3, "3": 4, "4": 5, "5": 6, "6": 7},
    Scale.BODY: {"1": 7, "2": 6, "3": 4, "4": 3, "5": 2, "6": 1, "7": 1},
    # letters of most prefectures, numbers of 愛の手帳
    Scale.MIND: {"A1": 7, "A": 6, "A2": 6, "A3": 5, "B1": 4, "B": 3, "B2": 2, "C": 1, "1": 7, "2": 6, "3": 4, "4": 2},
    Scale.PSYCHE: {"1": 6, "2": 4, "3": 2},
}
"""Degree 0 … 7 of each. 要支援 and 要介護 (介護保険法) are the scale itself; the others are set beside them so that
what puts somebody on a 避難行動要支援者名簿 (要介護3, 身体 1・2級, 区分4, 療育 A, 精神 1級) is 5 or more."""

_HEADINGS: tuple[tuple[Scale, str], ...] = (
    (Scale.DIVISION, "支援区分|程度区分"),
    (Scale.MIND, "療育|愛の手帳|愛護手帳|みどりの手帳|知的"),
    (Scale.PSYCHE, "精神"),
    (Scale.BODY, "身体障|身障|身体.*[級帳]|^身体$|障害.*等級|障がい.*等級|障害.*級|障がい.*級|障害者手帳|障がい者手帳"),
    (Scale.CARE, "介護|認定区分|care"),
    (Scale.SUPPORT, "要支援"),
    (Scale.BODY, "^等級$|^障害$|^障がい$"),
)
"""Which scale a heading names, the first that fits."""
_NOT_A_DEGREE = re.compile(
    r"年月日|日付|有効|期限|番号|氏名|事業所|住所|電話|認定日|交付日|者数|保険者|支援者|介護者|ケアマネ|担当|サービス|有無|理由|状況"
)
"""Headings that speak of care but hold no degree."""

_WORDS: tuple[tuple[Scale, re.Pattern[str]], ...] = (
    (Scale.SUPPORT, re.compile(r"要?支援(?!区分)(?:状態)?(?:度)?([12])")),
    (Scale.CARE, re.compile(r"要?介護(?:状態区分|認定区分|度|状態)?:?([1-5])(?![0-9])")),
    (Scale.DIVISION, re.compile(r"区分([1-6])(?![0-9])")),
    (Scale.PSYCHE, re.compile(r"精神(?:障害|障がい)?(?:者)?(?:保健福祉手帳)?(?:等級)?([1-3])級?(?![0-9])")),
    (Scale.MIND, re.compile(r"(?:療育|愛の|愛護|知的)(?:手帳)?(?:判定)?:?([ABC][1-3]?)(?![0-9])")),
    (Scale.BODY, re.compile(r"(?<![0-9])([1-7])級")),
)
_BARE = {
    Scale.CARE: re.compile(r"(?:(?:介護度|レベル|度))?([1-5])(?:\.0)?"),
    Scale.SUPPORT: re.compile(r"([12])(?:\.0)?"),
    Scale.BODY: re.compile(r"(?:[1-2]種)?([1-7])(?:\.0)?級?"),
    Scale.DIVISION: re.compile(r"(?:区分)?([1-6])(?:\.0)?"),
    Scale.MIND: re.compile(r"(?:判定)?([ABC][1-3]?|[1-4])(?:判定|度)?"),
    Scale.PSYCHE: re.compile(r"([1-3])(?:\.0)?級?"),
}
_MIND_WORDS = {"最重度": "A1", "重度": "A", "中度": "B1", "軽度": "B2"}
_NONE = ("自立", "非該当", "該当なし", "該当無し", "認定なし", "なし", "無", "無し", "-", "ー", "―", "×", "0")
_KANJI = str.maketrans("一二三四五六七", "1234567")
_ROMAN = {"Ⅰ": "1", "Ⅱ": "2", "Ⅲ": "3", "Ⅳ": "4", "Ⅴ": "5", "Ⅵ": "6", "Ⅶ": "7"}
_LETTER_VALUE = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6", "VII": "7"}


@dataclass(frozen=True)
class Severity:
    """What one cell tells."""

    degree: Optional[int]
    """0 (none) … 7; None where it cannot be told."""
    understood: bool
    """False where something is written that is not understood."""


def _folded(text: str) -> str:
    """Return a text in one width without blanks and brackets, Roman and Chinese numbers as digits."""
    for sign, digit in _ROMAN.items():
        text = text.replace(sign, digit)
    for word, letter in (("Ⓐ", "A1"), ("Ⓑ", "B1"), ("マルA", "A1"), ("マルＡ", "A1")):
        text = text.replace(word, letter)
    plain = "".join(unicodedata.normalize("NFKC", text).split()).translate(_KANJI)
    plain = re.sub(r"[()\[\]「」『』【】<>〈〉:]", "", plain)
    # 要介護V: letters only behind a word or alone, so that no other word is touched
    return re.sub(
        r"(?<![A-Za-z])(VII|VI|IV|V|III|II|I)(?![A-Za-z])", lambda sign: _LETTER_VALUE[sign.group()], plain
    ).upper()


def scale_of(heading: str) -> Optional[Scale]:
    """Return the scale that a heading names, None where it names none (or a date, a number, a person)."""
    plain = "".join(unicodedata.normalize("NFKC", heading).split()).casefold()
    if _NOT_A_DEGREE.search(plain):
        return None
    return next((scale for scale, words in _HEADINGS if re.search(words, plain)), None)


def severity_of(text: str, scale: Optional[Scale] = None) -> Severity:
    """Return how heavy is what a cell says; `scale` is that of its heading (None: a bare number is 要介護).

    A bare number or grade is of the heading's scale, words in the cell go by what they say; of several the heaviest
    counts. A blank is not known.
    """
    plain = _folded(text)
    if not plain:
        return Severity(None, True)
    if plain in _NONE:
        return Severity(0, True)
    own = scale or Scale.CARE
    bare = _BARE[own].fullmatch(_MIND_WORDS.get(plain, plain) if own is Scale.MIND else plain)
    if bare:
        degree = DEGREES[own].get(bare.group(1))
        return Severity(degree, degree is not None)
    found = []
    for named, words in _WORDS:
        found += [DEGREES[named][sign] for sign in words.findall(plain) if sign in DEGREES[named]]
        # what one scale has taken is no grade of another: 精神2級 is no 2級 of the body
        plain = words.sub("・", plain)
    return Severity(max(found) if found else None, bool(found))


def heaviest(degrees: Iterable[Optional[int]]) -> Optional[int]:
    """Return the heaviest of several degrees, None where none is known."""
    known = [degree for degree in degrees if degree is not None]
    return max(known) if known else None


def in_words(text: str, scale: Optional[Scale]) -> str:
    """Return what a cell says with its scale before it where the cell alone does not tell it: 障害 1級, 区分 6."""
    plain = text.strip()
    if plain == "" or scale is None or scale is Scale.CARE:
        return plain
    told = scale.value in plain or _BARE[scale].fullmatch(_folded(plain)) is None
    return plain if told else f"{scale.value} {plain}"

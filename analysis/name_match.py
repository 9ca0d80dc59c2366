"""People by name and address (UC③): whose supply point is it, where a list gives none.

Names and addresses are compared in a folded form: width, blanks, old and variant characters, hiragana and katakana,
丁目・番地・号 and hyphens, 漢数字 before them, prefecture and municipality left out by one side. A match needs both and
must be the only one; whoever has several, or the name or the address alone, is for a person to look at. Nothing is
guessed: a name that is written much alike is no match, and neither is the house beside.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import Callable, Iterable, Optional, Sequence

import numpy as np
import pandas as pd

from ..arrays import BoolArray, IntArray, ObjectArray


class Match(str, Enum):
    """How a person was found."""

    UNIQUE = "unique"
    """Name and address are those of one supply point."""
    SEVERAL = "several"
    """… of several supply points."""
    NAME_ONLY = "name_only"
    """The name is there, at another address."""
    ADDRESS_ONLY = "address_only"
    """The address is there, under another name."""
    NONE = "none"
    """Neither is there, or the list gives none."""


_VARIANTS = {
    pair[0]: pair[1]
    for pair in (
        "髙高 﨑崎 嵜崎 齋斎 齊斉 邊辺 邉辺 澤沢 濱浜 濵浜 廣広 "
        "櫻桜 國国 圀国 眞真 嶋島 嶌島 德徳 瀨瀬 槇槙 惠恵 榮栄 "
        "淸清 豐豊 龍竜 瀧滝 關関 靜静 應応 學学 實実 寶宝 壽寿 "
        "條条 藏蔵 藪薮 蘆芦 萬万 與与 彌弥 禮礼 黑黒 增増 曾曽 "
        "佛仏 傳伝 兒児 區区 參参 圓円 團団 壯壮 戶戸 繩縄 縣県 "
        "舊旧 莊荘 號号 鐵鉄 鷗鴎 鹽塩 麥麦 龜亀 舘館 桒桑 栁柳 "
        "𠮷吉 冨富 凉涼 峯峰 嶽岳 驒騨 檜桧 祢禰 渕淵 渊淵 籐藤 "
        "埜野 "
        "ヶケ ヵカ"
    ).split()
}
"""Old and variant characters of names and places → the usual one; both sides are folded, so the choice is free."""
_HYPHENS = dict.fromkeys("‐‑‒–—―−－ｰ⁃﹣", "-")
_INVISIBLE = dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x200B, 0x200C, 0x200D, 0xFEFF])
_FOLD = {**{ord(old): new for old, new in {**_VARIANTS, **_HYPHENS}.items()}, **_INVISIBLE}
_LARGE = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
_KATAKANA = {number: number + 0x60 for number in range(0x3041, 0x3097)}
_BETWEEN_NAMES = re.compile(r"[\s・･.,、，=＝]")
_BETWEEN_KANA = re.compile(r"[\s・･.,、，=＝ー-]")

_PREFECTURE = re.compile(r"^(?:北海道|東京都|京都府|大阪府|(?:神奈川|和歌山|鹿児島|[^市区町村郡]{2})県)")
_AREA = re.compile(r"大字|(?<=[市区町村])字")
_MARK = r"(?:丁目|番地|番(?![町丁])|号室|号館|号棟|号|地割|条|線|部|棟|階)"
_KANJI = "[〇零一二三四五六七八九十百千]+"
_NUMERAL = re.compile(rf"{_KANJI}(?={_MARK})|(?<=番地[のノ之]){_KANJI}|(?<=番[のノ之]){_KANJI}")
_MARKED = re.compile(rf"(?<=\d){_MARK}")
_OF = re.compile(r"(?<=\d)-*[のノ之ー](?=\d)")
_NUMBER = re.compile(r"\d+")
_SEPARATORS = re.compile(r"[-,、，.()「」『』#/]+")
_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SIGNS = {**_DIGITS, **_UNITS}
_LAST_SIGNS = ["".join(sign for sign, value in _SIGNS.items() if value % 10 == digit) for digit in range(10)]
"""By last digit of a number: signs with which it may end in 漢数字."""
_MOST_NUMBERS = 30
"""Numbers that are looked for in every address: of more, most addresses have one."""
_MUNICIPALITY_ENDS = "市区町村"
_SHORTEST_TOWN = 2
"""Characters of a place name that can stand for itself without its municipality."""


def _plain(text: str) -> str:
    """Return a text in one width, without blanks and invisible signs, with usual characters for old ones."""
    if not text:
        return ""
    # once more after folding: some variants have a compatibility form of their own
    return "".join(unicodedata.normalize("NFKC", text).translate(_FOLD).casefold().split())


def fold_name(name: str) -> str:
    """Return a name (漢字) for comparing only."""
    return _BETWEEN_NAMES.sub("", _plain(name))


def fold_kana(kana: str) -> str:
    """Return a reading (ｶﾅ) for comparing only: katakana, small as large, without marks of length."""
    return _BETWEEN_KANA.sub("", _plain(kana).translate(_KATAKANA)).translate(_LARGE)


def _arabic(numeral: str) -> str:
    """Return 漢数字 as digits: 十二 and 一二 are both 12."""
    if not any(sign in _UNITS for sign in numeral):
        return str(int("".join(str(_DIGITS[sign]) for sign in numeral)))
    total, digit = 0, 0
    for sign in numeral:
        if sign in _UNITS:
            total, digit = total + max(digit, 1) * _UNITS[sign], 0
        else:
            digit = _DIGITS[sign]
    return str(total + digit)


@dataclass(frozen=True)
class Address:
    """An address for comparing only."""

    town: str
    """All before the first number, without the prefecture."""
    block: tuple[int, ...]
    """Numbers from there on: 丁目, 番地, 号."""
    building: str
    """Words after the block: the name of a building; "" for a house."""
    rooms: tuple[int, ...]
    """Numbers after the first word of the building."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """All numbers."""
        return self.block + self.rooms


def fold_address(text: str) -> Optional[Address]:
    """Return an address for comparing only, None where it has no place name or no number: that is nobody's home."""
    return _address_in(_local(text))


def _local(text: str) -> str:
    """Return an address in one width, without prefecture and 大字."""
    return _AREA.sub("", _PREFECTURE.sub("", _plain(text)))


def _address_in(plain: str) -> Optional[Address]:
    """Return the address that `_local` gives."""
    plain = _NUMERAL.sub(lambda found: _arabic(found.group()), plain)
    plain = _OF.sub("-", _MARKED.sub("-", plain))
    # a second look: 5番地の3 has become 5-の3
    plain = _OF.sub("-", plain)
    first = _NUMBER.search(plain)
    if first is None or not plain[: first.start()].strip("-"):
        return None
    town = _SEPARATORS.sub("", plain[: first.start()])
    block: list[int] = []
    rooms: list[int] = []
    words: list[str] = []
    for piece in re.findall(r"\d+|[^\d]+", plain[first.start() :]):
        if piece.isdigit():
            (rooms if words else block).append(int(piece))
        else:
            word = _SEPARATORS.sub("", piece)
            if word:
                words.append(word)
    return Address(town, tuple(block), "".join(words), tuple(rooms))


def _same_town(one: str, other: str) -> bool:
    """Whether places are the same, though one side may leave the municipality out."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return (
        len(short) >= _SHORTEST_TOWN
        and long.endswith(short)
        and long[: -len(short)].endswith(tuple(_MUNICIPALITY_ENDS))
    )


_TOWN_SPELLINGS = (("が", "ケ"), ("ガ", "ケ"), ("之", "ノ"), ("の", "ノ"), ("乃", "ノ"))
"""Letters that one place name is written with now one way, now the other; ヶ is folded before."""
_CHOME = re.compile(r"(\d+)丁目")
_ABOVE_NUMBERS = r"^([^0-9０-９]*(?:[0-9０-９]+丁目)?)"


@dataclass(frozen=True)
class Town:
    """The part of an address above its numbers, for comparing only."""

    name: str
    """Municipality, 大字 or 町, 字; as much of them as is written."""
    chome: int = 0
    """丁目, where it is written as such; 0: not."""


def town_of(text: str) -> Optional[Town]:
    """Return the town of an address, with numbers behind it or without; None where it names none."""
    plain = _NUMERAL.sub(lambda found: _arabic(found.group()), _local(text))
    first, chome = _NUMBER.search(plain), _CHOME.search(plain)
    name = _SEPARATORS.sub("", _spelt_alike(plain[: first.start()] if first else plain))
    marked = first is not None and chome is not None and chome.start() == first.start()
    return Town(name, int(chome.group(1)) if marked and chome is not None else 0) if name else None


def _spelt_alike(plain: str) -> str:
    for old, new in _TOWN_SPELLINGS:
        plain = plain.replace(old, new)
    return plain


def in_another_town(one: Town, other: Town) -> bool:
    """Whether two addresses name different towns, whatever of municipality and 字 either leaves out.

    They do not where one name is part of the other, or ends as the other begins: 灯市灯町, 灯町 and 灯町浜 may be one.
    """
    if _may_be_one(one.name, other.name):
        return one.name == other.name and 0 < one.chome != other.chome > 0
    return True


def _may_be_one(one: str, other: str) -> bool:
    if one in other or other in one:
        return True
    shared = range(_SHORTEST_TOWN, min(len(one), len(other)))
    return any(one[-count:] == other[:count] or other[-count:] == one[:count] for count in shared)


def towns_among(towns: Iterable[Town], addresses: ObjectArray) -> set[Town]:
    """Return those of the towns that some of many addresses names as they do, with its municipality or without."""
    wanted = set(towns)
    ends = {town.name[-_SHORTEST_TOWN:] for town in wanted}
    texts = pd.Series(pd.unique(pd.Series(addresses, dtype=object).dropna()), dtype=object).astype(str)
    # few towns of many addresses, and quicker to see than what the town is
    texts = texts.str.extract(_ABOVE_NUMBERS, expand=False).drop_duplicates()  # type: ignore[misc]  # the stubs take it for bool
    plain = texts.map(lambda text: _spelt_alike(_plain(text)))
    near = texts[plain.str.contains("|".join(map(re.escape, ends)), regex=True)] if ends else texts[:0]
    there = {town for town in (town_of(str(text)) for text in near) if town is not None}
    return {
        town
        for town in wanted
        if any(_same_town(town.name, other.name) and town.chome in (0, other.chome) for other in there)
    }


DIFFERENT, LESS_SAID, SAME = 0, 1, 2
"""Answers of `compare`."""


def compare(one: Address, other: Address) -> int:
    """Return whether two addresses are the same; `LESS_SAID`: one leaves the building out, with its room or without.

    A building or a room that both name must be the same; numbers must be the same in any case.
    """
    if not _same_town(one.town, other.town):
        return DIFFERENT
    if one.building and other.building and one.building != other.building:
        return DIFFERENT
    if one.numbers == other.numbers:
        return SAME if one.building == other.building else LESS_SAID
    bare = [side for side in (one, other) if not side.building and not side.rooms]
    return LESS_SAID if bare and one.block == other.block else DIFFERENT


@dataclass(frozen=True)
class Contracts:
    """Contracts to look people up in; arrays of one length, in any order."""

    supply_point: ObjectArray
    name: ObjectArray
    """object: texts, "" where it is not given; so are the others."""
    kana: ObjectArray
    address: ObjectArray

    def __len__(self) -> int:
        return len(self.supply_point)


def _rows_by(values: ObjectArray, wanted: set[str], fold: Callable[[str], str]) -> dict[str, IntArray]:
    """Return {folded text that is wanted: rows}; each different text is folded once."""
    if not wanted:
        return {}
    codes, texts = pd.factorize(values)
    folded = np.array([fold(str(text)) if text else "" for text in texts] + [""], dtype=object)
    keep = np.array([text in wanted and text != "" for text in folded])
    rows = np.flatnonzero(keep[codes])
    return {str(text): part.to_numpy() for text, part in pd.Series(rows).groupby(folded[codes[rows]])}


def _numbers_of(addresses: Iterable[Address]) -> re.Pattern[str]:
    """Return what finds something in every `_local` text that may have all numbers of one of the addresses.

    That is quicker to see than what its numbers are: the largest stands there in digits, or its last digit in 漢数字.
    """
    largest = sorted({max(address.block) for address in addresses})
    if len(largest) > _MOST_NUMBERS:
        return re.compile("")
    # other digits than those of ASCII, and 漢数字 that digits follow
    odd = rf"[^\D0-9]|{_KANJI}\d"
    last = "".join({_LAST_SIGNS[number % 10] for number in largest})
    return re.compile("|".join([odd, *([f"[{last}]"] if last else []), *map(str, largest)]))


class _Addresses:
    """Folded addresses of contracts: those asked for, or by their place and numbers."""

    def __init__(self, texts: ObjectArray, asked: Sequence[Address]):
        """`asked`: the addresses of which `like` may be asked."""
        self._codes, self._texts = pd.factorize(texts)
        self._asked = asked
        self._known: dict[int, Optional[Address]] = {}
        self._near: Optional[dict[tuple[str, tuple[int, ...]], list[Address]]] = None

    def of(self, row: int) -> Optional[Address]:
        """Return the address of a contract."""
        code = int(self._codes[row])
        if code not in self._known:
            self._known[code] = fold_address(str(self._texts[code])) if code >= 0 and self._texts[code] else None
        return self._known[code]

    def like(self, address: Address) -> bool:
        """Whether any contract has this address."""
        if self._near is None:
            self._near = self._by_numbers()
        town, near = address.town[-_SHORTEST_TOWN:], self._near
        return any(
            compare(address, other) != DIFFERENT
            for numbers in {address.numbers, address.block}
            for other in near.get((town, numbers), ())
        )

    def _by_numbers(self) -> dict[tuple[str, tuple[int, ...]], list[Address]]:
        """Return the addresses that may be like one of those asked, by the end of their town and their numbers."""
        near: dict[tuple[str, tuple[int, ...]], list[Address]] = {}
        numbers_of_asked = _numbers_of(self._asked)
        for text in self._texts:
            local = _local(str(text))
            found = _address_in(local) if numbers_of_asked.search(local) else None
            if found is None:
                continue
            for numbers in {found.numbers, found.block}:
                near.setdefault((found.town[-_SHORTEST_TOWN:], numbers), []).append(found)
        return near


MATCH_COLUMNS = ["supply_point", "match", "candidates"]


def match_people(
    name: Sequence[str], kana: Sequence[str], address: Sequence[str], contracts: Contracts
) -> pd.DataFrame:
    """Return for each person (texts of one length, "" where a list has none) the supply point of name and address.

    Columns `supply_point` ("" where none is certain), `match` (`Match`), `candidates` (int: supply points of that name
    at that address). A name is the same where its characters or its reading are. Of contracts at the same address those
    that name as much of it as the person's list does come before those that leave the room out. The order of people and
    contracts changes nothing.
    """
    names = [fold_name(text) for text in name]
    readings = [fold_kana(text) for text in kana]
    places = [fold_address(text) for text in address]
    by_name = _rows_by(contracts.name, set(names) - {""}, fold_name)
    by_kana = _rows_by(contracts.kana, set(readings) - {""}, fold_kana)
    addresses = _Addresses(contracts.address, [place for place in places if place is not None])
    found = [
        _match(_of_name(by_name.get(one), by_kana.get(other)), place, contracts, addresses)
        for one, other, place in zip(names, readings, places)
    ]
    return pd.DataFrame(found, columns=MATCH_COLUMNS)


def at_another_address(
    name: Sequence[str], kana: Sequence[str], address: Sequence[str], rows: Sequence[int], contracts: Contracts
) -> BoolArray:
    """Return whose contract (`rows`) is at another address and not in the person's name, bool; texts of one length.

    Where there are no two names to compare, only if the person's address is that of another contract: addresses of one
    place may be written in two ways (地番 and 住居表示). False where either address is not known, or is none.
    """
    places = [fold_address(text) for text in address]
    addresses = _Addresses(contracts.address, [place for place in places if place is not None])
    found = []
    for one, reading, place, row in zip(name, kana, places, rows):
        other = addresses.of(row)
        if place is None or other is None or compare(place, other) != DIFFERENT:
            found.append(False)
            continue
        pairs = (
            (fold_name(one), fold_name(str(contracts.name[row]))),
            (fold_kana(reading), fold_kana(str(contracts.kana[row]))),
        )
        named = [mine == theirs for mine, theirs in pairs if mine and theirs]
        found.append(not any(named) if named else addresses.like(place))
    return np.array(found, dtype=bool)


def _of_name(*parts: Optional[IntArray]) -> IntArray:
    there = [part for part in parts if part is not None]
    return np.unique(np.concatenate(there)) if there else np.zeros(0, dtype=np.int64)


def _match(
    rows: Iterable[int], place: Optional[Address], contracts: Contracts, addresses: _Addresses
) -> tuple[str, str, int]:
    """Return `MATCH_COLUMNS` of one person from the contracts of the name."""
    rows = list(rows)
    points: dict[int, set[str]] = {SAME: set(), LESS_SAID: set()}
    if place is not None:
        for row in rows:
            other = addresses.of(row)
            answer = DIFFERENT if other is None else compare(place, other)
            if answer != DIFFERENT:
                points[answer].add(str(contracts.supply_point[row]))
    best = points[SAME] or points[LESS_SAID]
    if len(best) == 1:
        return next(iter(best)), Match.UNIQUE.value, 1
    if best:
        return "", Match.SEVERAL.value, len(best)
    if rows:
        return "", Match.NAME_ONLY.value, 0
    at_address = place is not None and addresses.like(place)
    return "", (Match.ADDRESS_ONLY if at_address else Match.NONE).value, 0


def counts(match: Iterable[str]) -> dict[str, int]:
    """Return {value of `Match`: people}, all of them."""
    counted = Counter(match)
    return {kind.value: counted[kind.value] for kind in Match}

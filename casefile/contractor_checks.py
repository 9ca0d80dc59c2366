"""A list for 契約照合, row by row: which column is what, and what is wrong with a row. Nothing stops the other rows.

What matches is name and address of the *contract holder* (電気契約者), not of the supported person (manual §2.4).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Callable, Mapping, Optional, Sequence

import pandas as pd

from ..aggregator.contractor_lists import FIELDS, comparable, unwritable
from ..aggregator.profile import Profile
from ..aggregator.tabular import normal
from ..aggregator.values import REGIONS
from ..messages import Message, Progress, TomoshibiError, message

KEY = "key"
"""Column of the municipality's own id: a facility, a person of its register. Use cases are told apart by it."""
MAPPED = (KEY, *FIELDS)
SOURCE_PREFIX = "source:"
"""Columns of the list as it was brought stand in the kept table under this prefix."""
HEADINGS: Mapping[str, tuple[str, ...]] = {
    KEY: ("facility_id", "施設ID", "共通ID", "ID", "宛名番号", "整理番号", "管理番号", "対象者番号", "key"),
    "name": (
        *("契約者名", "契約者氏名", "電気契約者名", "電気契約者氏名", "電気契約者", "契約名義", "名義人", "契約者"),
        *("世帯主氏名", "世帯主名", "世帯主", "氏名(漢字)", "氏名", "名前", "name"),
    ),
    "kana": ("契約者カナ", "契約者名カナ", "契約者氏名カナ", "氏名(カナ)", "氏名カナ", "フリガナ", "ふりがな", "kana"),
    "address": (
        *("契約者住所", "契約住所", "需要場所", "供給場所", "使用場所", "住所(文字)", "住所", "所在地"),
        *("所在地_連結表記", "address"),
    ),
    "postcode": ("契約者郵便番号", "郵便番号", "〒", "postcode"),
    "phone": ("契約者電話番号", "電話番号", "電話", "TEL", "phone"),
    "supply_point": ("供給地点特定番号", "供給/受電地点特定番号", "地点特定番号", "地点番号", "supply_point"),
}
"""Headings by which a column is guessed, the surest first; compared without differences of width and case."""
OTHER_PERSON = ("要支援者", "要配慮者", "対象者", "利用者", "本人", "入所者", "被保険者")
"""Parts of headings of a person who need not be the contract holder."""
OTHER_THING = ("施設名", "名称", "場所名")
"""Parts of headings of a facility's own name: its contract is held by whoever runs it."""

_PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFD))
_VARIANTS = (0xE0100, 0xE01EF)
PLACEHOLDERS = "〓●■□?？"
"""Signs that stand for a character a system did not have; the question marks count only inside a name."""
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")
_NUMBER_LENGTH = 22
_PRECISE = 15
"""Digits that a spreadsheet keeps of a number."""
_VALUE = re.compile(r"[0-9]{3}-?[0-9]{4}|0[0-9-]{9,12}|[0-9]{20,22}|[0-9.]+[eE]\+[0-9]+")
_ADDRESS = re.compile(r"[都道府県市区町村].*[0-9一二三四五六七八九十]")
CHECK_EVERY = 1000


class ListError(TomoshibiError):
    """A list cannot be used with these columns."""


_LEFT_OUT = "nothing_to_match"
PROBLEMS: Mapping[str, Callable[[str], Message]] = {
    "undecodable": lambda value: message(
        "Some characters could not be read (wrong encoding). Save the list as CSV UTF-8, or as XLSX."
    ),
    "no_name": lambda value: message("The name of the contract holder is blank: no automatic match."),
    "no_address": lambda value: message("The address is blank: no automatic match."),
    _LEFT_OUT: lambda value: message(
        "Neither name with address nor supply point, postcode or phone number: the row is not sent."
    ),
    "unwritable": lambda value: message(
        "A character that the encoding of the aggregator’s list does not have: the row is not sent. Write it "
        "differently."
    ),
    "gaiji": lambda value: message(
        "A user-defined character (外字) or a placeholder in name or address: it will hardly match. Use the standard "
        "character of the contract."
    ),
    "number_spoilt": lambda value: message(
        "A spreadsheet has rounded the supply point (3.1E+20): it is lost and not sent. Format the column as text and "
        "enter it again."
    ),
    "number_zero_added": lambda value: message("The supply point had lost its leading zero; it was put back."),
    "number_wrong": lambda value: message(
        "The supply point does not have 22 digits but {count} characters; it is not sent.", count=value
    ),
    "number_region": lambda value: message("The supply point does not begin with a grid area (01 to 10). Check it."),
    "postcode_wrong": lambda value: message("The postcode does not have 7 digits; it is not sent."),
    "postcode_zero_added": lambda value: message("The postcode had lost its leading zero; it was put back."),
    "phone_wrong": lambda value: message("The phone number does not have 10 or 11 digits; it is not sent."),
    "phone_zero_added": lambda value: message("The phone number had lost its leading zero; it was put back."),
    "duplicate_person": lambda value: message("The same name and address as in row {row}.", row=value),
    "duplicate_number": lambda value: message("The same supply point as in row {row}.", row=value),
    "short_row": lambda value: message("The row has fewer fields than the heading."),
    "long_row": lambda value: message("The row has more fields than the heading; is a comma not within quotes?"),
}
"""Code of a problem → what is said beside the row. In the kept list a code may carry a value: `duplicate_person:12`."""
LEFT_OUT = frozenset({_LEFT_OUT, "unwritable"})
"""Problems with which a row is not sent."""


def problem_messages(codes: str) -> list[Message]:
    """Return what the problem codes of a row mean; one that a newer version wrote is shown as it is."""
    found = []
    for code in codes.split():
        name, _, value = code.partition(":")
        found.append(PROBLEMS[name](value) if name in PROBLEMS else message("{code}", code=code))
    return found


def _known(heading: str) -> str:
    return normal(heading).casefold()


def guess(headings: Sequence[str]) -> dict[str, str]:
    """Return {name of `MAPPED`: heading} as far as headings tell; a person or thing other than the holder never is."""
    by_name = {_known(heading): heading for heading in reversed(headings) if heading}
    found = {}
    for name, candidates in HEADINGS.items():
        heading = next((by_name[_known(item)] for item in candidates if _known(item) in by_name), None)
        if heading is not None:
            found[name] = heading
    return found


def has_header(first: Sequence[str]) -> bool:
    """Whether the first row names columns: it bears a known heading, or nothing in it looks like a value."""
    known = {_known(item) for items in HEADINGS.values() for item in items}
    if any(_known(cell) in known for cell in first):
        return True
    plain = [unicodedata.normalize("NFKC", cell) for cell in first]
    return not any(_VALUE.fullmatch(cell) or _ADDRESS.search(cell) for cell in plain)


def headings_of(first: Sequence[str], header: bool) -> list[str]:
    """Return names of the columns, each once: those of the first row, `field_1` … where it has none."""
    names: list[str] = []
    for number, cell in enumerate(first, 1):
        name = cell if header and cell else f"field_{number}"
        while name in names:
            name += "_"
        names.append(name)
    return names


def mapping_doubts(mapping: Mapping[str, str]) -> list[Message]:
    """Return what is doubtful about the choice of columns: they may hold somebody else's name and address."""
    doubts = []
    for name in ("name", "address"):
        heading = mapping.get(name, "")
        if any(part in heading for part in OTHER_PERSON):
            doubts.append(
                message(
                    "“{heading}” seems to be the person to be supported. What matches is name and address of the "
                    "contract holder (電気契約者), often the head of the household. Choose that column.",
                    heading=heading,
                )
            )
        elif name == "name" and any(part in heading for part in OTHER_THING):
            doubts.append(
                message(
                    "“{heading}” seems to be the facility’s own name. What matches is the name in which its electricity"
                    " contract is held, e.g. the municipality’s. Choose that column.",
                    heading=heading,
                )
            )
    return doubts


def check_mapping(mapping: Mapping[str, str], headings: Sequence[str]) -> None:
    """Raise `ListError` where a chosen column is not in the list, or nothing was chosen that could match."""
    for heading in mapping.values():
        if heading not in headings:
            raise ListError(
                message(
                    "The list has no column “{heading}”. It has: {headings}.",
                    heading=heading,
                    headings=", ".join(headings),
                )
            )
    if not ("name" in mapping and "address" in mapping) and "supply_point" not in mapping:
        raise ListError(
            message(
                "Choose the columns with name and address of the contract holder. They could not be recognised by "
                "the headings: {headings}.",
                headings=", ".join(headings),
            )
        )


def _supply_point(text: str) -> tuple[str, list[str]]:
    """Return the number as it may be sent ("" where it is lost) and the codes of what is wrong with it."""
    plain = re.sub(r"[\s-]", "", comparable(text)).lstrip("'")
    plain = plain[:-2] if re.fullmatch(r"[0-9]+\.0", plain) else plain
    if not plain:
        return "", []
    digits = plain if plain.isascii() and plain.isdigit() else ""
    significant = digits.lstrip("0")
    rounded = len(digits) in (_NUMBER_LENGTH - 1, _NUMBER_LENGTH) and not significant[_PRECISE:].strip("0")
    if _SCIENTIFIC.fullmatch(plain) or rounded:
        return "", ["number_spoilt"]
    codes = []
    if len(digits) == _NUMBER_LENGTH - 1 and digits[0] != "0":
        digits = "0" + digits
        codes.append("number_zero_added")
    if len(digits) != _NUMBER_LENGTH:
        return "", [f"number_wrong:{len(plain)}"]
    if digits[:2] not in REGIONS:
        codes.append("number_region")
    return digits, codes


def _postcode(text: str) -> tuple[str, list[str]]:
    digits = re.sub(r"[\s〒-]", "", comparable(text))
    if not digits:
        return "", []
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (6, 7):
        return "", ["postcode_wrong"]
    full = digits.zfill(7)
    return f"{full[:3]}-{full[3:]}", ["postcode_zero_added"] if len(digits) == 6 else []


def _phone(text: str) -> tuple[str, list[str]]:
    plain = comparable(text)
    digits = re.sub(r"[()\-]", "", plain)
    if not digits:
        return "", []
    if not (digits.isascii() and digits.isdigit()):
        return "", ["phone_wrong"]
    if digits[0] != "0" and len(digits) in (9, 10):
        return "0" + plain, ["phone_zero_added"]
    return (plain, []) if len(digits) in (10, 11) and digits[0] == "0" else ("", ["phone_wrong"])


_NUMBERS = {"supply_point": _supply_point, "postcode": _postcode, "phone": _phone}


def _odd(text: str) -> bool:
    """Whether a name or address holds 外字: the private use area, a variation selector or a placeholder."""
    for sign in text:
        point = ord(sign)
        private = any(low <= point <= high for low, high in _PRIVATE)
        if private or sign in PLACEHOLDERS or _VARIANTS[0] <= point <= _VARIANTS[1]:
            return True
    return False


def check_row(values: dict[str, str], broken: bool, profile: Profile) -> tuple[dict[str, str], list[str]]:
    """Return the values as they may be sent, and the codes of what is wrong with the row."""
    codes = ["undecodable"] if broken else []
    sent = dict(values)
    for name, mend in _NUMBERS.items():
        sent[name], found = mend(values.get(name, ""))
        codes += found
    told = [values.get(name, "") for name in ("name", "address")]
    codes += [f"no_{name}" for name, text in zip(("name", "address"), told) if not text]
    if any(map(_odd, told)):
        codes.append("gaiji")
    if not all(told) and not any(sent[name] for name in _NUMBERS):
        codes.append(_LEFT_OUT)
    elif any(unwritable(sent.get(name, ""), profile) for name in FIELDS):
        codes.append("unwritable")
    return sent, codes


class _Seen:
    """What came before, so that what comes twice can be named with the row of the first."""

    def __init__(self) -> None:
        self._people: dict[tuple[str, str], tuple[int, str]] = {}
        self._numbers: dict[str, int] = {}

    def repeated(self, row_no: int, sent: Mapping[str, str]) -> list[str]:
        """Return the codes of what an earlier row already said."""
        codes = []
        person = comparable(sent.get("name", "")), comparable(sent.get("address", ""))
        number = sent.get("supply_point", "")
        if number and self._numbers.setdefault(number, row_no) != row_no:
            codes.append(f"duplicate_number:{self._numbers[number]}")
        if all(person):
            first, other = self._people.setdefault(person, (row_no, number))
            # one holder may have several contracts at one address: their numbers tell them apart
            if first != row_no and not (number and other and number != other):
                codes.append(f"duplicate_person:{first}")
        return codes


def check_rows(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    mapping: Mapping[str, str],
    profile: Profile,
    broken: frozenset[int] = frozenset(),
    progress: Optional[Progress] = None,
) -> pd.DataFrame:
    """Return one row each: `row_no`, the columns of `MAPPED` as they may be sent, `problems`, the source's columns.

    `rows` are those of data, `broken` the positions among them with signs that could not be read. Raises `ListError`.
    """
    check_mapping(mapping, headings)
    progress = progress or Progress()
    width = len(headings)
    places = {name: headings.index(heading) for name, heading in mapping.items()}
    seen = _Seen()
    made: list[list[str]] = []
    for position, row in enumerate(rows):
        if position % CHECK_EVERY == 0:
            progress.raise_if_cancelled()
            progress.set_fraction(position / max(len(rows), 1))
        cells = [*row[:width], *[""] * (width - len(row))]
        values = {name: cells[places[name]] if name in places else "" for name in MAPPED}
        sent, codes = check_row(values, position in broken, profile)
        codes += seen.repeated(position + 1, sent)
        codes += ["short_row"] if len(row) < width else ["long_row"] if any(row[width:]) else []
        made.append([str(position + 1), *(sent[name] for name in MAPPED), " ".join(codes), *cells])
    columns = ["row_no", *MAPPED, "problems", *(SOURCE_PREFIX + heading for heading in headings)]
    return pd.DataFrame(made, columns=columns, dtype=object)

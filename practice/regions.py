"""Prefectures and municipalities as the public code table names them (全国地方公共団体コード), and utilities."""

from __future__ import annotations

import re
import unicodedata

PREFECTURES = (
    *(
        "北海道",
        "青森県",
        "岩手県",
        "宮城県",
        "秋田県",
        "山形県",
        "福島県",
        "茨城県",
        "栃木県",
        "群馬県",
        "埼玉県",
        "千葉県",
    ),
    *(
        "東京都",
        "神奈川県",
        "新潟県",
        "富山県",
        "石川県",
        "福井県",
        "山梨県",
        "長野県",
        "岐阜県",
        "静岡県",
        "愛知県",
        "三重県",
    ),
    *(
        "滋賀県",
        "京都府",
        "大阪府",
        "兵庫県",
        "奈良県",
        "和歌山県",
        "鳥取県",
        "島根県",
        "岡山県",
        "広島県",
        "山口県",
        "徳島県",
    ),
    *("香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県"),
)
"""In the order of their codes, 01 … 47."""
UTILITIES = {
    **dict.fromkeys(("01",), "01"),
    **dict.fromkeys(("02", "03", "04", "05", "06", "07", "15"), "02"),
    **dict.fromkeys(("08", "09", "10", "11", "12", "13", "14", "19"), "03"),
    **dict.fromkeys(("20", "21", "22", "23", "24"), "04"),
    **dict.fromkeys(("16", "17", "18"), "05"),
    **dict.fromkeys(("25", "26", "27", "28", "29", "30"), "06"),
    **dict.fromkeys(("31", "32", "33", "34", "35"), "07"),
    **dict.fromkeys(("36", "37", "38", "39"), "08"),
    **dict.fromkeys(("40", "41", "42", "43", "44", "45", "46"), "09"),
    **dict.fromkeys(("47",), "10"),
}
"""Code of the prefecture → first digits of supply points: the area of the 一般送配電事業者 that most of it lies in
(静岡 east of the 富士川 is 03, parts of 福井, 兵庫, 岐阜 and others are a neighbour's)."""
_COUNTY = re.compile(r"^.{1,6}?郡(?=.+[町村]$)")
"""A 郡 holds 町 and 村 alone: 蒲郡市 and 大和郡山市 are no county."""


def plain(name: object) -> str:
    """Return a name without blanks, in one width."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", "" if name is None else str(name)))


def prefecture_of(name: object) -> str:
    """Return the prefecture that a name begins with, "" where it begins with none."""
    text = plain(name)
    return next((one for one in PREFECTURES if text.startswith(one)), "")


def short_name(name: object) -> str:
    """Return the name of a municipality without prefecture and county: 石川県鳳珠郡穴水町 is 穴水町, 京都市 itself."""
    text = plain(name)
    rest = text[len(prefecture_of(text)) :] or text
    if rest == text and not prefecture_of(text):
        # a prefecture that does not exist, as in drills
        rest = re.sub(r"^[^市区町村郡]{2,3}県(?=.)", "", text)
    return _COUNTY.sub("", rest, count=1)


def code_table_name(name: object) -> str:
    """Return prefecture and municipality as the code table has them, without the county."""
    return prefecture_of(name) + short_name(name)

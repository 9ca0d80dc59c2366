"""Whether a file or a row is of the case's municipality: by 団体コード, or by the prefecture an address begins with."""

from __future__ import annotations

import re
from typing import Iterable, Optional

DESIGNATED = tuple(
    "01100 04100 11100 12100 14100 14130 14150 15100 22100 22130 23100 26100 27100 27140 28100 33100 34100 40100 40130"
    " 43100 99100".split()
)
"""政令指定都市, 5 digits (総務省 全国地方公共団体コード); their wards have the numbers after. 99100 is a drill’s."""
TOKYO = "13"
"""特別区 have ward numbers too, but each is a municipality of its own."""
PREFECTURES = tuple(
    "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県"
    " 東京都 神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県"
    " 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県"
    " 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県".split()
)
"""In the order of their codes, 01 to 47."""
_CODE = re.compile(r"[0-9]{5}")


def is_prefecture(code: str) -> bool:
    """Whether a 団体コード is a prefecture's: its municipalities may all be in one case."""
    return code[2:5] == "000" and _CODE.match(code) is not None


def city_of(code: str) -> str:
    """Return the 5 digits of the municipality of a code: of a ward, those of its designated city."""
    five = code[:5]
    if five[:2] == TOKYO or not "101" <= five[2:5] <= "199":
        return five
    before = [city for city in DESIGNATED if city[:2] == five[:2] and city <= five]
    return before[-1] if before else five


def belongs(case_code: str, code: str) -> bool:
    """Whether data with `code` (団体コード, 5 or 6 digits, or an address code that begins with it) are the case's.

    A prefecture's case takes all its municipalities, a designated city's its wards, a ward's the whole city's files.
    What is no code says nothing and belongs.
    """
    if not (_CODE.match(case_code) and _CODE.match(code)):
        return True
    if is_prefecture(case_code):
        return case_code[:2] == code[:2]
    return city_of(case_code) == city_of(code)


def other_prefecture(case_code: str, addresses: Iterable[str]) -> Optional[str]:
    """Return the prefecture that the addresses begin with where none is of the case's, None where they say nothing."""
    if not _CODE.match(case_code) or not 1 <= int(case_code[:2]) <= len(PREFECTURES):
        return None
    own = PREFECTURES[int(case_code[:2]) - 1]
    found: Optional[str] = None
    for address in addresses:
        text = address.strip()
        if text.startswith(own):
            return None
        if found is None:
            found = next((name for name in PREFECTURES if text.startswith(name)), None)
    return found

"""What a case knows for its papers, and how days and offices are written in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Mapping, Optional

from ...aggregator.conditions import Condition
from ...aggregator.errors import ConditionError
from ...aggregator.outside import parse_json
from ...aggregator.profile import Profile
from ..case import Case, CaseInfo
from ..contacts import Contact, Role, first_of
from ..imports import read_imports
from ..municipality import PREFECTURES, is_prefecture
from .paper import Blank, Part, Words, known, words

UTILITIES: Mapping[str, str] = {
    "hokkaido": "北海道電力ネットワーク株式会社",
    "tohoku": "東北電力ネットワーク株式会社",
    "tokyo": "東京電力パワーグリッド株式会社",
    "chubu": "中部電力パワーグリッド株式会社",
    "hokuriku": "北陸電力送配電株式会社",
    "kansai": "関西電力送配電株式会社",
    "chugoku": "中国電力ネットワーク株式会社",
    "shikoku": "四国電力送配電株式会社",
    "kyushu": "九州電力送配電株式会社",
    "okinawa": "沖縄電力株式会社",
}
"""一般送配電事業者 (manual §1.1, §5.1), by the words of `settings.UTILITIES`."""
USE_CASES: Mapping[str, str] = {
    "uc1": "UC① 重要施設（避難所・病院等）の運営支援",
    "uc2": "UC② エリア別停電状況の確認",
    "uc2lgwan": "UC②′ エリア別停電状況の確認（LG-WAN）",
    "uc3": "UC③ 救助支援や被災者特定支援",
    "uc4": "UC④ 避難行動要支援者の避難支援",
    "uc5": "UC⑤ 被災状況の可視化",
    "uc6": "UC⑥ 捜索活動への活用",
    "uc7": "UC⑦ 被災者見守り業務への活用",
    "uc8": "UC⑧ 罹災証明書発行業務への活用",
    "uc9": "UC⑨ 地域の復旧状況・復興状況確認",
}
"""Names of the use cases as the manual's §3 has them."""
REIWA = date(2019, 5, 1)


@dataclass(frozen=True)
class Facts:
    """What is known when a paper is written."""

    info: CaseInfo
    contacts: tuple[Contact, ...] = ()
    utility: str = ""
    """Word of `UTILITIES`; "" where nobody said which."""
    conditions: tuple[Condition, ...] = ()
    """データ提供条件: those that were registered, or those that the use cases chosen need."""
    use_cases: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    """電力データ取得方法: `lgwan`, `api`."""
    item_names: Mapping[str, str] = field(default_factory=dict)
    """Columns of マスタ情報 → their names at the aggregator."""
    meters: Optional[int] = None
    """Supply points of which the case holds readings; None where it has none yet."""
    registered: Optional[int] = None
    """Registered 特定契約者; None where the list is not known."""

    @property
    def planned(self) -> bool:
        """Whether the conditions are those that the use cases need, not registered ones.

        Period, voltage classes and size of the mesh are then still to be chosen.
        """
        return bool(self.use_cases)

    @property
    def municipality(self) -> Part:
        """Name of the municipality: as its own contact says, of a prefecture by its code."""
        own = first_of(self.contacts, Role.OWN)
        code = self.info.municipality
        named = own.organisation if own is not None else ""
        if not named and is_prefecture(code) and 1 <= int(code[:2]) <= len(PREFECTURES):
            named = PREFECTURES[int(code[:2]) - 1]
        return known(named, "自治体名")

    @property
    def utility_name(self) -> Part:
        """Name of the utility that the request goes to."""
        chosen = first_of(self.contacts, Role.UTILITY)
        named = chosen.organisation if chosen is not None else ""
        return known(named or UTILITIES.get(self.utility, ""), "一般送配電事業者名")

    def own(self, what: str, blank: str) -> Part:
        """Return a property (`section`, `name` …) of the municipality's own desk, or a blank."""
        return of_contact(first_of(self.contacts, Role.OWN), what, blank)


def of_contact(contact: Optional[Contact], what: str, blank: str) -> Part:
    """Return a property of a contact, a blank where there is no contact or it does not say."""
    return known(getattr(contact, what) if contact is not None else "", blank)


def reiwa(day: date) -> str:
    """Return a day as papers write it, 令和8年1月20日; one before 令和 by the Western year."""
    year = f"{day.year}" if day < REIWA else "令和元" if day.year == REIWA.year else f"令和{day.year - REIWA.year + 1}"
    return f"{year}年{day.month}月{day.day}日"


def reiwa_moment(moment: datetime) -> str:
    """Return a moment as papers write it."""
    return f"{reiwa(moment.date())} {moment:%H:%M}"


def day_or_blank(day: Optional[date], what: str) -> Part:
    """Return a day in words, or a blank."""
    return reiwa(day) if day is not None else Blank(what)


def period(begin: Optional[date], end: Optional[date], what: str) -> Words:
    """Return a period in words; an end that is not known is a blank."""
    return words(day_or_blank(begin, f"{what}の始め"), " ～ ", day_or_blank(end, f"{what}の終わり"))


def conditions_of(case: Case, profile: Profile) -> tuple[Condition, ...]:
    """Return the conditions under which the files of a case were published, each once, in order of arrival.

    One that was written by a newer plugin or with another profile and cannot be understood is left out.
    """
    wires = [wire for each in read_imports(case) if not each.undone for wire in each.conditions.values()]
    for path in sorted((case.folder / "received").glob("*/condition.json")):
        wire = _wire(path)
        wires += [wire] if wire is not None else []
    found: dict[Condition, None] = {}
    for wire in wires:
        try:
            found[Condition.from_wire(wire, profile)] = None
        except ConditionError:
            continue
    return tuple(found)


def _wire(path: Path) -> Optional[Mapping[str, object]]:
    try:
        wire = parse_json(path.read_bytes())
    except (OSError, ValueError):
        return None
    return wire if isinstance(wire, dict) else None

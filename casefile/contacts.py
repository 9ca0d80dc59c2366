"""Who is spoken to in a disaster (連絡先): the own desk, the utility, the prefecture, those who bring fuel.

A list that people keep and a case holds. They are the desks of offices, not personal data of electricity users.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Optional

from ..analysis.listed import Listed, folded
from ..messages import TomoshibiError, message


class Role(str, Enum):
    """What a contact is for."""

    OWN = "own"
    """申請窓口: the desk that asks for the data."""
    HEAD = "head"
    """首長: in whose name a request is made."""
    PROTECTION = "protection"
    """個人情報取扱責任者."""
    UTILITY = "utility"
    """一般送配電事業者."""
    AGENCY = "agency"
    """資源エネルギー庁."""
    PREFECTURE = "prefecture"
    """都道府県の総括窓口."""
    FUEL = "fuel"
    """燃料の調達先."""
    OTHER = "other"


ROLE_WORDS: tuple[tuple[Role, tuple[str, ...]], ...] = (
    (Role.PROTECTION, ("個人情報",)),
    (Role.HEAD, ("首長", "要請者", "市長", "町長", "村長", "知事", "区長")),
    (Role.FUEL, ("燃料", "石油", "給油")),
    (Role.AGENCY, ("資源エネルギー庁", "経済産業")),
    (Role.PREFECTURE, ("都道府県", "県庁", "道庁", "府庁", "都庁")),
    (Role.OWN, ("申請窓口", "自治体", "担当課", "庁内")),
    (Role.UTILITY, ("送配電", "電力")),
)
"""Japanese words in the column of roles, the first that fits; what is neither one of them nor a role is `OTHER`."""
COLUMNS = {
    "role": ("role", "区分", "役割", "種別"),
    "organisation": ("organisation", "組織", "機関", "会社名", "会社", "自治体名", "団体名"),
    "section": ("section", "部署", "課", "所属", "担当課"),
    "name": ("name", "氏名", "担当者", "担当者名", "名前"),
    "phone": ("phone", "電話番号", "電話", "tel"),
    "mail": ("mail", "メールアドレス", "メール", "連絡先", "e-mail", "email"),
    "note": ("note", "備考"),
}
"""Properties of a contact and the headings under which a list gives them."""
KNOWN = frozenset(folded(heading) for headings in COLUMNS.values() for heading in headings)


@dataclass(frozen=True)
class Contact:
    """One desk or person; what the list does not say is ""."""

    role: Role
    organisation: str = ""
    section: str = ""
    name: str = ""
    phone: str = ""
    mail: str = ""
    note: str = ""


def role_of(text: str) -> Role:
    """Return the role that the words of a list mean."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    named = next((role for role in Role if role.value == plain), None)
    return named or next((role for role, known in ROLE_WORDS if any(word in plain for word in known)), Role.OTHER)


def contacts_in(listed: Listed) -> tuple[Contact, ...]:
    """Return the contacts of a list in its order, rows without anybody left out.

    Raises `TomoshibiError` where it has no column for the role.
    """
    places = {name: listed.place_of(headings) for name, headings in COLUMNS.items()}
    if places["role"] is None:
        raise TomoshibiError(
            message(
                "The contacts have no column {column}. Rename the column that holds it to one of these.",
                column=" / ".join(COLUMNS["role"]),
            )
        )
    cells = {name: listed.column(place) for name, place in places.items()}
    found = []
    for row in range(len(listed.rows)):
        values = {name: column[row].strip() for name, column in cells.items()}
        role = role_of(values.pop("role"))
        if any(values.values()):
            found.append(Contact(role, **values))
    return tuple(found)


def of_role(contacts: tuple[Contact, ...], role: Role) -> tuple[Contact, ...]:
    """Return the contacts of one role."""
    return tuple(contact for contact in contacts if contact.role is role)


def first_of(contacts: tuple[Contact, ...], role: Role) -> Optional[Contact]:
    """Return the first contact of one role, None where there is none."""
    return next(iter(of_role(contacts, role)), None)

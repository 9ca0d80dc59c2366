"""Contacts as people list them."""

from __future__ import annotations

import pytest
from tomoshibi.analysis.listed import Listed
from tomoshibi.casefile.contacts import Role, contacts_in, first_of, of_role, role_of
from tomoshibi.messages import TomoshibiError


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("申請窓口", Role.OWN),
        ("自治体（電力担当）", Role.OWN),
        ("首長", Role.HEAD),
        ("個人情報取扱責任者", Role.PROTECTION),
        ("一般送配電事業者", Role.UTILITY),
        ("電力会社", Role.UTILITY),
        ("資源エネルギー庁 電力産業・市場室", Role.AGENCY),
        ("都道府県 電力担当", Role.PREFECTURE),
        ("電力会社 燃料担当", Role.FUEL),
        ("utility", Role.UTILITY),
        ("headquarters", Role.OTHER),
        ("自衛隊", Role.OTHER),
        ("", Role.OTHER),
    ],
)
def test_a_role_is_told_by_its_words(text, role):
    assert role_of(text) is role


def test_rows_without_anybody_are_left_out_and_the_first_of_a_role_speaks_for_it():
    rows = [
        ["申請窓口", "灯町市", "防災課", "電力 太郎", "000-0000-0000"],
        ["申請窓口", "灯町市", "総務課", "", ""],
        ["燃料", "", "", "", ""],
    ]
    found = contacts_in(Listed("a.csv", ["区分", "組織", "部署", "氏名", "電話番号"], rows, [2, 3, 4]))
    assert [each.section for each in of_role(found, Role.OWN)] == ["防災課", "総務課"] and len(found) == 2
    assert first_of(found, Role.OWN).name == "電力 太郎" and first_of(found, Role.FUEL) is None


def test_a_list_without_roles_is_refused_with_the_headings_there_may_be():
    with pytest.raises(TomoshibiError, match="区分"):
        contacts_in(Listed("a.csv", ["氏名"], [["電力 太郎"]], [2]))

"""The report that the data were destroyed (電力データ破棄報告; manual §2.3.1, Appendix 5.2), from what a disposal did.

The mail is the manual's example item by item; what it does not ask for and the utility may (counts, method, what
remains, what is with others) stands below it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Iterable, Mapping, Optional

from ..case import RequestKind
from ..disposal_outcome import DisposalOutcome, SearchScope
from ..ledger import Entry
from .facts import Facts, day_or_blank, period, reiwa, reiwa_moment
from .paper import Blank, Block, Heading, Item, Paper, Table, Text, Words, known, words

KIND_WORDS: Mapping[str, str] = {
    "received": "受領したファイル",
    "store": "電力データの蓄積",
    "tables": "マスタ情報、通電情報等の表",
    "layers": "地図のレイヤ（加工データ）",
    "sheets": "帳票",
    "reports": "報告",
    "forms": "調査票",
    "inputs": "案件に保存した名簿等",
    "postgis": "共有データベースの表",
    "traces": "QGISの履歴・一時ファイル等の痕跡",
}
"""What is deleted, by the kinds of `disposal_outcome.KINDS`."""
_REQUESTS = {RequestKind.BLANKET: "包括要請", RequestKind.INDIVIDUAL: "個別要請"}
_LEDGER_KINDS = (("電力データ", "readings"), ("マスタデータ", "tables/master"), ("通電情報", "tables/outage"))
"""Kinds of 「通電情報」 as the mail names them, and where the ledger says that they were kept."""
NOT_DISPOSED = "未破棄"


def received_kinds(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return which kinds of 「通電情報」 a case ever received, by its ledger."""
    there = {
        kind
        for entry in entries
        for kind, place in _LEDGER_KINDS
        if entry.path == place or entry.path.startswith((f"{place}/", f"{place}|"))
    }
    return tuple(kind for kind, _ in _LEDGER_KINDS if kind in there)


def disposal_report(facts: Facts, outcome: Optional[DisposalOutcome], received: tuple[str, ...]) -> Paper:
    """Return the report of a disposal; where there was none, or it has not ended, it says so first.

    Parameters
        received: kinds of 「通電情報」 that the case received (`received_kinds`).
    """
    request, section, name = facts.info.request, facts.own("section", "課名"), facts.own("name", "担当者名")
    return Paper(
        f"[{facts.municipality}]要請で取得した電力データ破棄報告",
        (
            *_warning(outcome),
            Text(words(facts.utility_name, " ご担当者様")),
            Text(words("お世話になっております。", facts.municipality, section, "の", name, "です。")),
            Text(_opening(outcome)),
            Heading("申請した要請"),
            Item("", (words(_REQUESTS[request.kind]),)),
            Heading("申請日"),
            Item("", (words(day_or_blank(request.date, "申請した年月日")),)),
            Heading("申請した電力データ利用期間"),
            Item("", (period(request.use_from, request.use_to, "利用期間"), *_extension(facts))),
            Heading("申請した電力データ（『通電情報』のみ報告）"),
            Item("", tuple(words(kind) for kind in received) or (words(Blank("電力データ／マスタデータ／通電情報")),)),
            Heading("上記電力データを削除した日"),
            Item("", (_deleted_on(outcome),)),
            *(_details(facts, outcome) if outcome is not None else ()),
            Text(words("以上"), "right"),
        ),
        facts.info.practice,
        is_mail=True,
    )


def _done(outcome: Optional[DisposalOutcome]) -> bool:
    """Whether everything that had to go is gone."""
    return outcome is not None and outcome.proven


def _in_part(outcome: Optional[DisposalOutcome]) -> bool:
    """Whether somebody ended it though something remains, or a search found something: that is then reported."""
    return outcome is not None and outcome.finished_at is not None and bool(outcome.remaining or outcome.found)


def _warning(outcome: Optional[DisposalOutcome]) -> tuple[Block, ...]:
    """Return what must be read before a report of something that is not done is sent."""
    if _done(outcome):
        return ()
    if _in_part(outcome):
        return (Text(words(f"【一部{NOT_DISPOSED}】削除できずに残っているもの、又は検索で見つかったものがある。")),)
    if outcome is None:
        why = "破棄（dispose）は実行されていません。破棄してから報告してください。"
    elif outcome.finished_at is None:
        why = "破棄は終わっていません。破棄（dispose）をもう一度実行してください。途中から続きます。"
    else:
        why = "削除後の確認の検索が行われていません。破棄（dispose）をもう一度実行してください。"
    return (Text(words(f"【{NOT_DISPOSED}】{why}このまま送らないでください。")),)


def _opening(outcome: Optional[DisposalOutcome]) -> Words:
    if _done(outcome):
        return words("申請した電力データ活用の利用目的が終了したため、電力データを破棄しました。")
    if _in_part(outcome):
        return words(
            "申請した電力データ活用の利用目的が終了したため、電力データの破棄を行いましたが、"
            "下の明細のとおり、破棄できていないものがあります。"
        )
    return words(f"申請した電力データ活用について、電力データの破棄は完了していません（{NOT_DISPOSED}）。")


def _deleted_on(outcome: Optional[DisposalOutcome]) -> Words:
    if outcome is None or outcome.finished_at is None or not (_done(outcome) or _in_part(outcome)):
        return words(NOT_DISPOSED)
    return words(reiwa(outcome.finished_at.date()), "（残っているものを除く）" if _in_part(outcome) else "")


def _extension(facts: Facts) -> tuple[Words, ...]:
    by = facts.info.extension_by
    return (words(f"（延長の同意：{by}）"),) if by else ()


def _details(facts: Facts, outcome: DisposalOutcome) -> tuple[Block, ...]:
    end = reiwa_moment(outcome.finished_at) if outcome.finished_at else "終わっていない"
    rows = tuple(
        (words(KIND_WORDS.get(each.kind, each.kind)), words(f"{each.count:,}"), words(_size(each.bytes)))
        for each in outcome.deleted
    )
    return (
        Heading("破棄の明細"),
        Item("実施した時刻", (words(f"{reiwa_moment(outcome.begun_at)} ～ {end}"),)),
        Item("実施者", (words(known(outcome.operator or facts.info.operator, "破棄した者の所属、氏名")),)),
        Item("方法", (words(_method(outcome)),)),
        Table(("削除したもの", "件数", "大きさ"), rows or ((words("なし"), words("0"), words("")),), (5, 2, 2)),
        Item("残したもの", _listed(outcome.kept)),
        Item("削除できず残っているものと理由", _listed(f"{path}：{reason}" for path, reason in outcome.remaining)),
        Item("確認の検索", _search(outcome)),
        *_outstanding(outcome),
    )


def _method(outcome: DisposalOutcome) -> str:
    kept = "統計データとそれのみから作成した結果は対象としない。" if outcome.kept_statistics else ""
    return (
        "案件の台帳に記録されたファイル、レイヤ、表及びそれから作成した加工データの削除、GeoPackage の空き領域及び "
        f"QGIS の履歴・一時フォルダの痕跡の消去。{kept}"
    )


MOST = 20
"""Places named one by one; of more, how many there are."""


def _listed(places: Iterable[str]) -> tuple[Words, ...]:
    """Return places one a line, なし where there are none, the count of those beyond `MOST`."""
    told = list(places)
    if not told:
        return (words("なし"),)
    lines = [words(each) for each in told[:MOST]]
    if len(told) > MOST:
        lines.append(words(f"ほか {len(told) - MOST:,} 件"))
    return tuple(lines)


def _search(outcome: DisposalOutcome) -> tuple[Words, ...]:
    if not outcome.searched:
        return (words("確認していない"),)
    said = words(f"供給地点特定番号、氏名、住所を {outcome.searched:,} 件のファイル等で検索し、", _found(outcome))
    return (said, *_scope(outcome.scope), *(words(each) for each in outcome.found[:MOST]))


def _scope(scope: SearchScope) -> tuple[Words, ...]:
    """Return what was looked for, and what the search could not tell of."""
    lines = [f"検索した語：供給地点特定番号 {scope.points:,}、氏名・住所等 {scope.texts:,}"]
    if scope.texts < scope.texts_in_all:
        lines[0] += f"（全 {scope.texts_in_all:,} から均等に選んだもの）"
    if scope.lists_unread:
        lines.append(f"氏名等を読み取れず、検索の対象にできなかった表・名簿：{scope.lists_unread:,} 件")
    if scope.files_unread:
        lines.append(f"読めないため、最後まで確認できなかったファイル：{scope.files_unread:,} 件")
    return tuple(words(line) for line in lines)


def _found(outcome: DisposalOutcome) -> str:
    return f"{len(outcome.found):,} 件で見つかった。" if outcome.found else "見つからなかった。"


def _outstanding(outcome: DisposalOutcome) -> tuple[Block, ...]:
    """Return what is with others: it was not deleted here, and whoever has it must."""
    if not outcome.outstanding:
        return (Item("案件の外に渡したもの", (words("なし"),)),)
    rows = tuple(
        (
            words(each.path),
            words(known(each.recipient, "渡した相手")),
            words(_day_of(each.when)),
            words(Blank("回収・削除の確認")),
        )
        for each in outcome.outstanding
    )
    return (
        Item("案件の外に渡したもの（ここでは削除していない。渡した先で削除を確認する）", (words(f"{len(rows):,} 件"),)),
        Table(("渡したもの", "相手", "年月日", "削除の確認"), rows, (4, 2, 2, 3)),
    )


def _day_of(when: str) -> str:
    try:
        return reiwa(datetime.fromisoformat(when).date())
    except ValueError:
        return when


def _size(count: int) -> str:
    """Return bytes in the unit people read."""
    for unit, one in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if count >= one:
            return f"{count / one:,.1f} {unit}"
    return f"{count:,} B"

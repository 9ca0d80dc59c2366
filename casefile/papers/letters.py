"""Letters that ask for the data (manual §2.2, §2.3 and Appendix 5.2), item by item as its examples.

利用申請のメール, 包括要請, 個別要請 and the papers that explain a request. What the case does not know is a blank.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Callable, Mapping

from ...aggregator.conditions import Condition
from ..contacts import Role, first_of
from .facts import USE_CASES, Facts, day_or_blank, of_contact, period, reiwa, reiwa_moment
from .paper import Blank, Block, Heading, Item, Paper, Part, Table, Text, Words, known, words

LEGAL = "電気事業法第34条第1項"
ACCESS: Mapping[tuple[str, ...], str] = {
    ("lgwan",): "LG-WAN",
    ("api",): "API連携",
    ("lgwan", "api"): "両方（LG-WANとAPI連携）",
}
"""電力データ取得方法 as the manual's mail names them."""
_END = Text(words("以上"), "right")


class Letter(str, Enum):
    """The letters; values of KIND."""

    APPLICATION = "application"
    COMPREHENSIVE = "comprehensive"
    INDIVIDUAL = "individual"
    EXPLANATION = "explanation"


def letter(kind: Letter, facts: Facts) -> Paper:
    """Return a letter filled in from what is known."""
    return _LETTERS[kind](facts)


# --- 利用申請のメール


def _application(facts: Facts) -> Paper:
    """Return the mail by which the use of 電力データ集約システム is applied for (Appendix 5.2)."""
    section, name = facts.own("section", "課名"), facts.own("name", "担当者名")
    return Paper(
        f"[{facts.municipality}]電力データ集約システム システム利用申請",
        (
            Text(words(facts.utility_name, " ご担当者様")),
            Text(words("お世話になっております。", facts.municipality, section, "の", name, "です。")),
            Text(
                words(
                    "電力データ集約システムを利用したいため以下のとおり申請させていただきます。ご対応お願いいたします。"
                )
            ),
            Heading("自治体情報"),
            Item("自治体名", (words(facts.municipality),)),
            Item("申請窓口", _desks(facts)),
            Item("連絡先", _of_own(facts, "mail", "メールアドレス")),
            Item("電話番号", _of_own(facts, "phone", "電話番号")),
            Heading("申請する電力データ取得方法"),
            Item("", (words(_access(facts)),)),
            _END,
        ),
        facts.info.practice,
        is_mail=True,
    )


def _desks(facts: Facts) -> tuple[Words, ...]:
    own = [each for each in facts.contacts if each.role is Role.OWN]
    if not own:
        return (
            words(
                Blank("担当（課名） 氏名"),
            ),
        )
    return tuple(words(known(each.section, "課名"), "担当 ", known(each.name, "氏名")) for each in own)


def _of_own(facts: Facts, what: str, blank: str) -> tuple[Words, ...]:
    told = [getattr(each, what) for each in facts.contacts if each.role is Role.OWN and getattr(each, what)]
    return tuple(words(text) for text in dict.fromkeys(told)) or (words(Blank(blank)),)


def _access(facts: Facts) -> Part:
    chosen = tuple(way for way in ("lgwan", "api") if way in facts.access)
    return ACCESS.get(chosen) or Blank("LG-WAN／API連携／両方（LG-WANとAPI連携）")


# --- 包括要請, 個別要請


def _comprehensive(facts: Facts) -> Paper:
    """Return 包括要請文書, to the utility: in a disaster (manual §2.3.1)."""
    asked = (
        "（1）「通電情報」（電力データ、マスタ情報、通電情報）及び統計データ：",
        "（2）配電線地図：",
        "（3）復旧工事計画：",
    )
    return Paper(
        f"{LEGAL}の規定に基づく情報の提供について（包括要請）",
        (
            Text(
                words(
                    f"{LEGAL}の規定に基づく経済産業大臣の求め（包括要請）により、下記のとおり情報の提供を求めます。"
                    "提供を受けた情報は、利用規約に従い、個人情報の保護に関する法令等に基づいて適切に取り扱います。"
                )
            ),
            Text(words("記"), "centre"),
            *_purpose(facts),
            Heading("2 提供を求める情報"),
            Item("", (_wanted(facts, asked[0]), *(words(each, Blank("要・不要")) for each in asked[1:]))),
            *_common(facts, 3),
            Heading("8 事前の求め（緊急時に文書を事後に提出する場合）"),
            Item("口頭又は電話で求めた日時、相手方", (words(Blank("事後の提出でなければ「なし」")),)),
            *_desk(facts, 9),
            _END,
        ),
        facts.info.practice,
        (words(facts.utility_name, " 御中"),),
        _sender(facts),
        _number_and_date(facts),
    )


def _individual(facts: Facts) -> Paper:
    """Return 個別要請文書, to METI: for drills, and for what a blanket request does not give (manual §2.3.2)."""
    drill = facts.info.practice
    reason: Part = (
        "防災訓練において使用するため（防災訓練時の個別要請）"
        if drill
        else Blank("包括要請の対象以外の情報が必要なため／包括要請による情報提供がなかったため、のいずれか")
    )
    return Paper(
        f"{LEGAL}の規定に基づく情報の提供について（個別要請）",
        (
            Text(
                words(
                    f"{LEGAL}の規定に基づく情報の提供について、下記のとおり求めます。"
                    "提供を受けた情報は、利用規約に従い、個人情報の保護に関する法令等に基づいて適切に取り扱います。"
                )
            ),
            Text(words("記"), "centre"),
            *_purpose(facts),
            Item("個別要請による理由", (words(reason),)),
            Heading("2 提供を求める情報"),
            Item("", (_wanted(facts, "「通電情報」（電力データ、マスタ情報、通電情報）及び統計データ："),)),
            Item("それ以外の情報", (words(Blank("あれば具体的に。なければ「なし」")),)),
            Item("提供を求める相手方", (words(facts.utility_name),)),
            *_common(facts, 3),
            Heading("8 事前の協議と添付"),
            Item("資源エネルギー庁との協議", (words(Blank("協議した日、方法")),)),
            Item("添付", (words("個別要請の説明資料" if drill else Blank("添付があれば記入")),)),
            *_desk(facts, 9),
            _END,
        ),
        drill,
        (words("経済産業大臣 殿"), words("（提出先 資源エネルギー庁 電力・ガス事業部 政策課 電力産業・市場室）")),
        _sender(facts),
        _number_and_date(facts),
    )


def _number_and_date(facts: Facts) -> tuple[Words, ...]:
    return (words(Blank("文書番号")), words(day_or_blank(facts.info.request.date, "要請の年月日")))


def _sender(facts: Facts) -> tuple[Words, ...]:
    head = first_of(facts.contacts, Role.HEAD)
    title = of_contact(head, "section", "要請者の職名（知事、市町村長）")
    return (words(facts.municipality), words(title, " ", of_contact(head, "name", "要請者の氏名")))


def _purpose(facts: Facts) -> tuple[Block, ...]:
    info = facts.info
    begun = info.all_events[0].begin
    when = "防災訓練時" if info.practice else "非常災害時"
    event = f"{info.name}（{'想定の' if info.practice else ''}発生 {reiwa_moment(begun)}）"
    work = tuple(words(USE_CASES[each]) for each in facts.use_cases)
    return (
        Heading("1 利用目的"),
        Item("区分", (words(when),)),
        Item("対象の災害", (words(event),)),
        Item("利用目的", (words(known(info.purpose, "何のために使うかを具体的に")),)),
        *((Item("活用する業務", work),) if work else ()),
    )


def _wanted(facts: Facts, what: str) -> Words:
    kinds = _kind_words(facts.conditions)
    return words(what, f"要（{'、'.join(kinds)}）" if kinds else Blank("要・不要"))


def _common(facts: Facts, first: int) -> tuple[Block, ...]:
    """Return the items that both requests share: area, period, way, terms, handling."""
    request = facts.info.request
    protection = first_of(facts.contacts, Role.PROTECTION)
    terms = f"利用規約{facts.info.terms}" if facts.info.terms else Blank("利用目的に応じた利用規約（A～D）")
    return (
        Heading(f"{first} 対象の地域"),
        Item("", (_area(facts),)),
        Heading(f"{first + 1} 利用期間"),
        Item("", (period(request.use_from, request.use_to, "利用期間"), *_guide(facts))),
        Heading(f"{first + 2} 提供の方法"),
        Item("「通電情報」及び統計データ", (words("電力データ集約システムから入手する（", _access(facts), "）"),)),
        Item("それ以外", (words(Blank("電子メール又は手交。求めない場合は「なし」")),)),
        Heading(f"{first + 3} 利用規約"),
        Item("", (words(terms),)),
        Heading(f"{first + 4} 情報の管理"),
        Item("利用責任者", (words(known(facts.info.operator, "利用責任者")),)),
        Item("個人情報取扱責任者", (words(of_contact(protection, "name", "個人情報取扱責任者")),)),
        Item(
            "利用の終了後",
            (
                words(
                    "取得した電力データ及びその電力データから作成した加工情報を廃棄し、一般送配電事業者へ廃棄を報告する。"
                ),
            ),
        ),
    )


USUAL_DAYS = (14, 31)
"""Days that a period of use usually lasts, 2 weeks to a month (manual §2.3.1, §2.3.2)."""


def _guide(facts: Facts) -> tuple[Words, ...]:
    """Return a line for the reader of the draft where the period is longer than usual or has no end."""
    begin, end = facts.info.request.use_from, facts.info.request.use_to
    if begin is None or end is None or (end - begin).days + 1 <= USUAL_DAYS[1]:
        return ()
    return (words(Blank("目安の2週間～1か月を超える期間とする理由")),)


def _area(facts: Facts) -> Words:
    return words(facts.municipality, f"の全域（団体コード {facts.info.municipality}）")


def _desk(facts: Facts, number: int) -> tuple[Block, ...]:
    return (
        Heading(f"{number} 担当"),
        Item("担当課", (words(facts.own("section", "課名")),)),
        Item("担当者", (words(facts.own("name", "氏名")),)),
        Item("電話番号", _of_own(facts, "phone", "電話番号")),
        Item("電子メール", _of_own(facts, "mail", "メールアドレス")),
    )


# --- 説明資料

KINDS = {"reading": "電力データ", "master": "マスタ情報", "outage": "通電情報"}
TABLES = {
    "forward": "順潮流（使用電力量）",
    "reverse": "逆潮流（受電電力量）",
    "meters_forward": "計器数分析（順潮流）",
    "meters_reverse": "計器数分析（逆潮流）",
    "energised": "通電計器数",
}
VOLTAGES = {"low": "低圧", "high": "高圧", "extra_high": "特別高圧"}
FLOWS = {
    "low_supply": "低圧／供給",
    "low_export": "低圧／受電",
    "high_supply": "高圧・特高／供給",
    "high_export": "高圧・特高／受電",
}
FIXED = "項目は固定（記載不要）"
"""電力データ and 通電情報 have fixed items, only those of マスタ情報 are chosen (manual §2.3.2)."""


def _kind_words(conditions: tuple[Condition, ...]) -> tuple[str, ...]:
    """Return the kinds of data that the conditions ask for, in the manual's words, each once."""
    found: dict[str, None] = {}
    for condition in conditions:
        for kind in condition.data_kinds:
            found[f"「通電情報」のうち{KINDS.get(kind, kind)}"] = None
        if condition.table:
            found[f"統計データ（{TABLES.get(condition.table, condition.table)}）"] = None
    return tuple(found)


def _explanation(facts: Facts) -> Paper:
    """Return the papers that explain an individual request (manual §2.3.2, 個別要請説明資料の記載内容)."""
    personal = tuple(each for each in facts.conditions if each.data_kinds)
    what = "防災訓練" if facts.info.practice else "災害対応"
    nothing, request = not facts.conditions, facts.info.request
    return Paper(
        f"個別要請の説明資料（{what}における電力データの利用）",
        (
            *_about_use(facts),
            Heading("2 利用する電力データの種類、項目"),
            _kinds_table(facts),
            *_range(facts, personal),
            Heading("4 利用する期間"),
            Item("利用期間", (period(request.use_from, request.use_to, "利用期間"), *_guide(facts))),
            Item("データの抽出期間", _extracted(() if facts.planned else facts.conditions)),
            *(_handling(facts) if personal or nothing else ()),
            _END,
        ),
        facts.info.practice,
        (words("資源エネルギー庁 電力・ガス事業部 政策課 電力産業・市場室 御中"),),
        (words(facts.municipality), words(facts.own("section", "課名"))),
        (words(day_or_blank(facts.info.request.date, "作成の年月日")),),
    )


def _about_use(facts: Facts) -> tuple[Block, ...]:
    drill = facts.info.practice
    more: tuple[Block, ...] = ()
    if drill:
        more = (
            Item("訓練の日時・場所", (words(Blank("訓練の日時、場所")),)),
            Item("訓練の参加者", (words(Blank("参加する課・機関、人数")),)),
            Item("訓練の内容", (words(Blank("訓練の想定と流れ、電力データを使う場面")),)),
        )
    rest = list(_purpose(facts)[1:])
    title = "1 電力データの利用目的（防災訓練の詳細等）" if drill else "1 電力データの利用目的"
    if not facts.use_cases:
        rest.append(Item("活用する業務", (words(Blank("電力データを活用する業務（UC①～⑨）")),)))
    return (Heading(title), *rest, *more)


def _kinds_table(facts: Facts) -> Table:
    rows: dict[tuple[Words, ...], None] = {}
    for condition in facts.conditions:
        for kind in condition.data_kinds:
            items: Part = FIXED
            if kind == "master":
                names = "、".join(facts.item_names.get(each, each) for each in condition.master_items)
                items = known(names, "取得するマスタ情報の項目")
            rows[words("「通電情報」（個データ）"), words(KINDS.get(kind, kind)), words(items)] = None
        if condition.table:
            table = TABLES.get(condition.table, condition.table)
            rows[words("統計加工されたデータ"), words(table), _statistics(facts, condition)] = None
    if not rows:
        lacking = ("「通電情報」／統計加工されたデータ", "種類", "取得する項目")
        rows[tuple(words(Blank(each)) for each in lacking)] = None
    return Table(("区分", "種類", "項目"), tuple(rows), (2, 2, 5))


def _statistics(facts: Facts, condition: Condition) -> Words:
    """Return how statistics are counted: by what area, day or month, and of which voltage class once that is chosen."""
    by = "メッシュ" if condition.area_type == "mesh" else "市区町村"
    by += "、月別" if condition.aggregation_unit == "month" else "、日別"
    if facts.planned:
        return words(by, "、", Blank("電圧分類、メッシュの大きさ" if condition.area_type == "mesh" else "電圧分類"))
    size = f"{condition.mesh_size}m" if condition.mesh_size else ""
    return words(f"{VOLTAGES.get(condition.voltage or '', '')}、{size}{by}")


def _range(facts: Facts, personal: tuple[Condition, ...]) -> tuple[Block, ...]:
    """Return the scope: area, number and nature of data; of statistics the area only."""
    blocks: list[Block] = [Heading("3 利用する電力データの範囲"), Item("地域", (_area(facts),))]
    if personal or not facts.conditions:
        blocks.append(Item("データ数", _how_many(facts, personal)))
        blocks.append(Item("個データの性質", _nature(personal)))
    return tuple(blocks)


def _how_many(facts: Facts, personal: tuple[Condition, ...]) -> tuple[Words, ...]:
    found = []
    if any(each.specified_contractors for each in personal) and facts.registered is not None:
        found.append(words(f"登録済みの特定契約者 {facts.registered:,} 件"))
    if any(not each.specified_contractors for each in personal) and facts.meters is not None:
        found.append(words(f"供給地点 {facts.meters:,} 地点（受領済みの電力データによる）"))
    return tuple(found) or (words(Blank("対象の契約数又は計器数")),)


def _nature(personal: tuple[Condition, ...]) -> tuple[Words, ...]:
    found: dict[Words, None] = {}
    for each in personal:
        kinds = "・".join(KINDS.get(kind, kind) for kind in each.data_kinds)
        who = "登録した特定契約者に限る" if each.specified_contractors else "地域内の全契約"
        flows = "、".join(FLOWS.get(flow, flow) for flow in each.flows)
        found[words(f"{kinds}：{who}", f"（{flows}）" if flows else "")] = None
    return tuple(found) or (words(Blank("個データの性質（対象者、低圧・高圧の別など）")),)


def _extracted(conditions: tuple[Condition, ...]) -> tuple[Words, ...]:
    found: dict[Words, None] = {}
    for each in conditions:
        kinds = "・".join(KINDS.get(kind, kind) for kind in each.data_kinds)
        kinds = kinds or TABLES.get(each.table or "", "統計データ")
        begin, end = (
            reiwa_moment(when) if isinstance(when, datetime) else reiwa(when) for when in (each.begin, each.end)
        )
        found[words(f"{kinds}：{begin} ～ {end}")] = None
    return tuple(found) or (words(Blank("電力データの抽出期間")),)


def _handling(facts: Facts) -> tuple[Block, ...]:
    """Return how personal data are handled: what the plugin sees to by itself, and what only people can say."""
    info = facts.info
    printing: Part = Blank("分析結果の印刷及び持ち出しを認めるか、認める場合の管理の方法")
    if info.no_export:
        printing = "分析結果の印刷及び持ち出しを禁止する（システムの設定により出力しない）。"
    protection = first_of(facts.contacts, Role.PROTECTION)
    return (
        Heading("5 個人情報を取り扱う上で、留意、対策、取組をしている内容"),
        Item("利用責任者", (words(known(info.operator, "利用責任者")),)),
        Item("個人情報取扱責任者", (words(of_contact(protection, "name", "個人情報取扱責任者")),)),
        Item("根拠とする規程", (words(Blank("個人情報の保護に関する条例、取扱規程、セキュリティ方針の名称")),)),
        Item("利用者及び利用端末の限定", (words(Blank("利用者の範囲、利用端末、ディスクの暗号化")),)),
        Item("必要な項目に限った取得", (words("ユースケースに必要な項目のみをデータ提供条件で選択する。"),)),
        Item("印刷及び持ち出し", (words(printing),)),
        Item("保管と記録", (words("1つの案件フォルダに保管し、作成・出力したファイルをすべて台帳に記録する。"),)),
        Item("送付の方法", (words(Blank("他の課・市町村へ送付する場合の方法。送付しない場合は「なし」")),)),
        Item(
            "利用の終了後",
            (words("電力データ及び電力データから作成した加工データを破棄し、一般送配電事業者へ破棄を報告する。"),),
        ),
    )


_LETTERS: Mapping[Letter, Callable[[Facts], Paper]] = {
    Letter.APPLICATION: _application,
    Letter.COMPREHENSIVE: _comprehensive,
    Letter.INDIVIDUAL: _individual,
    Letter.EXPLANATION: _explanation,
}

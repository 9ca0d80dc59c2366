"""The page that lies in every package (お読みください.txt), in Japanese: what it is, of when, what for, and its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Optional

from .case import CaseInfo
from .terms import UsePeriod

README = "お読みください.txt"
_BLANK = "（案件に記載なし。提供元に確認してください）"
_LINE = "─" * 30


@dataclass(frozen=True)
class Told:
    """One result in a package."""

    title: str
    table: str
    rows: int
    columns: tuple[str, ...]
    """What its columns are called."""
    as_of: Optional[datetime]
    until: Optional[datetime]
    """Until when its data reach."""
    unknown: int = 0
    """Rows of which nothing can be said."""
    masked: int = 0
    """Rows whose figures are withheld (秘匿)."""
    astride: int = 0
    """Grid squares that lie in several municipalities."""
    personal: bool = False


@dataclass(frozen=True)
class Letter:
    """What the page says of a package."""

    recipient: str
    """Who it is for: municipality and section, or the team with the tablet."""
    made_at: datetime
    project: str
    """File of the project."""
    told: tuple[Told, ...]
    locked: bool = False
    field_work: bool = False
    """Whether people fill it in and it comes back."""
    notes: tuple[str, ...] = field(default=())
    """What else is to be known, a sentence each."""
    case_name: str = ""
    """Name of the case, "" where it must not be told."""


def readme(info: CaseInfo, period: UsePeriod, letter: Letter) -> bytes:
    """Return the page as UTF-8 with a mark and the line ends that Windows' own editor shows rightly."""
    lines = [
        *(["【訓練】これは訓練用のデータです。実際の被害ではありません。", ""] if info.practice else []),
        "スマートメーターの電力データから作成した災害対応用資料",
        _LINE,
        *_head(letter),
        *_contents(letter),
        *_reading(letter),
        *_terms(info, period, letter),
        *_opening(letter),
        *_end(letter),
    ]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def _head(letter: Letter) -> list[str]:
    return [
        f"提供先：{letter.recipient}",
        *([f"案件：{letter.case_name}"] if letter.case_name else []),
        f"作成日時：{_moment(letter.made_at)}",
        "",
    ]


def _contents(letter: Letter) -> list[str]:
    lines = ["１．入っているもの"]
    for one in letter.told:
        mark = "【個人データ】" if one.personal else ""
        lines += [
            f"■ {one.title}{mark}（レイヤ {one.table}、{one.rows} 件）",
            f"　いつの状況か：{_moment(one.as_of)}",
            f"　データの到達時刻：{_moment(one.until)} まで",
            f"　列：{'、'.join(one.columns)}",
        ]
        if one.unknown:
            lines.append(f"　うち「不明」：{one.unknown} 件（理由は「不明の理由」の列）")
        if one.masked:
            lines.append(f"　うち秘匿（N/A）：{one.masked} 件")
        if one.astride:
            lines.append(f"　うち市町村境にまたがるメッシュ：{one.astride} 件")
    if not letter.told:
        lines.append("（該当するデータはありませんでした）")
    return [*lines, ""]


def _reading(letter: Letter) -> list[str]:
    lines = [
        "２．読むときの注意",
        "・「不明」は通電でも停電でもありません。理由を確かめ、現地や電力会社に確認してください。",
        "・データの到達時刻より後のことは、この資料からは分かりません。",
        "・秘匿（N/A）とされた値は、ほかの値との差し引きで求めないでください。",
    ]
    if any(one.astride for one in letter.told):
        lines += [
            "・市町村境にまたがるメッシュは境界で切り、またがる市町村のすべてに入れています。",
            "　値はメッシュ全体のものなので、市町村どうしで足し合わせないでください。",
        ]
    return [*lines, *(f"・{note}" for note in letter.notes), ""]


def _terms(info: CaseInfo, period: UsePeriod, letter: Letter) -> list[str]:
    until = f"{period.end:%Y年%m月%d日} まで" if period.end else _BLANK
    begin = f"{period.begin:%Y年%m月%d日} から " if period.begin else ""
    lines = [
        "３．利用の条件（電気事業法第34条に基づき提供されたデータ）",
        f"・利用目的：{info.purpose or _BLANK}",
        f"・利用規約：{info.terms or _BLANK}",
        f"・利用期間：{begin}{until}",
        f"・利用責任者：{info.operator or _BLANK}",
        "・利用目的のほかに使うこと、提供先のほかに渡すことはできません。",
    ]
    if any(one.personal for one in letter.told):
        lines.append("・個人データを含みます。必要な担当者だけが、施錠または暗号化した場所で扱ってください。")
    return [*lines, ""]


def _opening(letter: Letter) -> list[str]:
    lines = ["４．開き方"]
    if letter.locked:
        lines += [
            "・この ZIP は AES-256 で暗号化されています。7-Zip などで開き、別に伝えられた合言葉を入力してください。",
            "　（Windows のエクスプローラーでは開けません）",
        ]
    lines.append("・ZIP をフォルダごと展開し、フォルダの中身を分けずに置いてください。")
    if letter.field_work:
        lines += [
            "・タブレットの QField または Mergin Maps にフォルダごと移し、" + letter.project + " を開きます。",
            "・「対応状況」「対応者」「対応日時」だけを入力します。通信がなくても使えます。",
            "・行を複製しないでください。新しく見つけた方は、紙か電話で本部に伝えてください。",
            "・戻ったら、フォルダをそのまま本部に渡してください（本部で「現地の入力を取り込む」を実行します）。",
        ]
    else:
        lines += [
            f"・QGIS 3.22 以降で {letter.project} を開きます。追加のプラグインは要りません。",
            "・ほかのプロジェクトに加えるときは、GeoPackage（.gpkg）のレイヤに styles の QML を読み込みます。",
        ]
    return [*lines, ""]


def _end(letter: Letter) -> list[str]:
    lines = [
        "５．破棄のしかた",
        "・利用期間が終わる日までに、この資料と、これから作ったもの（複製、印刷物、加工したファイル、",
        "　メールの添付）をすべて消し、提供元に「破棄した日・方法・担当者」を知らせてください。",
        "・パソコンではごみ箱からも消します。USB メモリーは初期化し、紙はシュレッダーにかけます。",
    ]
    if letter.field_work:
        lines.append("・タブレットでは、アプリの中のプロジェクトと写真（DCIM）も消してください。")
    return lines


def _moment(when: Optional[datetime]) -> str:
    return f"{when:%Y年%m月%d日 %H:%M}" if when is not None else "不明"

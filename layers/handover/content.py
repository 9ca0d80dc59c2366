"""What all forms of a hand-over say: themes with their rows, legends and notes, times, drill, source and terms.

It is written in Japanese whatever language QGIS has: it is read in other offices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Callable, Mapping, Optional

from ...analysis.disclosure import LEAST
from ...analysis.reasons import Reason
from ..public_themes import PUBLIC, PublicRows, PublicTheme
from ..style.palette import (
    GAP_RAMP,
    ISOLATION_RAMP,
    NORMAL,
    OUTAGE,
    OVERDUE,
    PAPER,
    PARTIAL,
    POWERED,
    RATE_RAMP,
    RECOVERY_RAMP,
    RESTORATION_RAMP,
)
from ..style.specs import perhaps_out

Row = Mapping[str, object]
DRILL = "訓練"
WITHHELD, UNKNOWN = "withheld", "unknown"
"""Codes of the classes of what is withheld and of what is not known, in every theme of areas."""

REASONS = {
    Reason.BEFORE_EVENT: "発生後のデータを受け取っていない",
    Reason.SILENT_BEFORE_EVENT: "発生前から応答なし",
    Reason.SET_INCOMPLETE: "公開データに欠けがある",
    Reason.NOT_DUE: "公開時点でまだ届く時刻でない",
    Reason.POPULATION_SILENT: "同種の計器からも応答なし",
    Reason.OUT_OF_SCOPE: "要求した範囲の外",
    Reason.NOT_REMOTE: "遠隔検針の対象外",
    Reason.NOT_IN_SERVICE: "契約期間外",
    Reason.SOLAR: "太陽光発電で使用量が見えない",
    Reason.NOT_LINKED: "供給地点との対応づけなし",
    Reason.OTHER_ADDRESS: "供給地点が別の住所のもの",
    Reason.NO_PLACE: "位置が不明",
    Reason.TOO_OLD: "最新の証拠が古い",
    Reason.MASKED: "秘匿（少数のため表示しない）",
    Reason.NO_HISTORY: "比較できるデータが足りない",
    Reason.BY_ITSELF: "自動で動く機器の使用と見分けられない",
    Reason.NO_READING: "この30分値がこの計器から届いていない",
    Reason.RADIO: "通信が途絶えた計器の見込み数と変わらない",
    Reason.RELAY: "通信中継局の故障と同時に応答なし（通電の可能性）",
    Reason.UNDECIDED: "データからはどちらともいえない",
}
"""Why something is unknown, in words."""
WORDS = {
    "state": {
        "powered": "通電",
        "partial": "一部通電",
        "outage": "停電（応答なし）",
        "unknown": "不明",
    },
    "told_state": {
        "confirmed_powered": "通電を確認（連絡）",
        "confirmed_out": "停電を確認（連絡）",
        "own_generator": "自家発電あり（連絡）",
        "truck": "電源車あり（連絡）",
    },
    "access_cut": {"cut": "寸断", "partly": "一部寸断", "open": "通行可", "unknown": "不明"},
    "voltage": {"low": "低圧", "high": "高圧", "extra_high": "特別高圧"},
    "unknown_reason": {reason.value: words for reason, words in REASONS.items()},
    "rate_class": {"0": "なし", "1": "25%以下", "2": "26～50%", "3": "51～75%", "4": "76%以上"},
}
"""Column → code → words."""
WORDS["last_state"] = {**WORDS["state"], **WORDS["rate_class"]}
PERCENT = frozenset(
    "silent_rate excess_rate low high gap_rate excess_gap index municipal_index change_rate feed_in_share".split()
)
"""Columns of shares, shown in percent."""


@dataclass(frozen=True)
class LegendClass:
    """One class of a legend."""

    code: str
    label: str
    colour: str
    mark: str = "fill"
    """Areas: `fill`, `hatch` (withheld), `lattice` (unknown). Points: `circle`, `diamond`, `square`, `hexagon`."""


_WITHHELD = LegendClass(WITHHELD, "秘匿（少数のため表示しない）", "#8c8c8c", "hatch")
_UNKNOWN = LegendClass(UNKNOWN, "不明", "#333333", "lattice")
_RATE_WORDS = ("25%以下", "26～50%", "51～75%", "76%以上")
_RATES = (
    *(LegendClass(str(4 - n), _RATE_WORDS[3 - n], RATE_RAMP[3 - n]) for n in range(4)),
    LegendClass("ordinary", "平常並み", NORMAL),
    _WITHHELD,
    _UNKNOWN,
)
_GAPS = (
    *(LegendClass(str(4 - n), _RATE_WORDS[3 - n], GAP_RAMP[3 - n]) for n in range(4)),
    _WITHHELD,
    _UNKNOWN,
)
LEGENDS: dict[str, tuple[LegendClass, ...]] = {
    "shelterpower": (
        LegendClass("outage", "停電（応答なし）", OUTAGE, "square"),
        LegendClass("partial", "一部通電", PARTIAL, "diamond"),
        LegendClass("unknown", "不明", PAPER, "hexagon"),
        LegendClass("powered", "通電", POWERED, "circle"),
    ),
    "meshoutage": _RATES,
    "areaoutage": _RATES,
    "acquisitiongaps": _GAPS,
    "isolatedcommunities": (
        LegendClass("cut", "至急：道路寸断", ISOLATION_RAMP[2]),
        LegendClass("partly", "早め：道路一部寸断", ISOLATION_RAMP[1]),
        LegendClass(UNKNOWN, "早め：道路状況不明", "#333333", "lattice"),
        LegendClass("open", "要確認：道路は通行可", ISOLATION_RAMP[0]),
    ),
    "restorationplan": (
        LegendClass("overdue", "見込みの日時を過ぎている（要確認）", OVERDUE),
        LegendClass("week_more", "1週間より後", RESTORATION_RAMP[3]),
        LegendClass("week", "1週間以内に復旧", RESTORATION_RAMP[2]),
        LegendClass("days", "3日以内に復旧", RESTORATION_RAMP[1]),
        LegendClass("day", "1日以内に復旧", RESTORATION_RAMP[0]),
        LegendClass("done", "復旧済み（計画の記載）", NORMAL),
        LegendClass(UNKNOWN, "日時が不明、または見通しに載っていない", "#333333", "lattice"),
    ),
    "recoveryindex": (
        LegendClass("4", "50%以下", RECOVERY_RAMP[3]),
        LegendClass("3", "51～75%", RECOVERY_RAMP[2]),
        LegendClass("2", "76～90%", RECOVERY_RAMP[1]),
        LegendClass("1", "90%を超える", RECOVERY_RAMP[0]),
        _WITHHELD,
        _UNKNOWN,
    ),
    "contractcounts": (
        LegendClass("4", "10%を超える減少", RECOVERY_RAMP[3]),
        LegendClass("3", "3～10%の減少", RECOVERY_RAMP[2]),
        LegendClass("2", "増減3%以内", RECOVERY_RAMP[1]),
        LegendClass("1", "3%を超える増加", RECOVERY_RAMP[0]),
        _WITHHELD,
        _UNKNOWN,
    ),
}
"""Classes of each theme, the worst first: the order of the list."""
MEANING = {
    "shelterpower": "施設の供給地点のデータから見た通電状況。「停電」は応答がないことで、通信の途絶も含む。",
    "meshoutage": "メッシュごとの停電率。通信の途絶を含むため、停電世帯数ではない。平常時を超える分で区分する。",
    "areaoutage": "市区町村・行政区の停電率。通信の途絶を含むため、停電世帯数ではない。平常時を超える分で区分する。",
    "acquisitiongaps": "届くはずのデータが届いていない割合。停電とは限らない。",
    "isolatedcommunities": "データが途絶え、孤立のおそれがある集落。道路の状況は凡例による。現地の確認が必要。",
    "restorationplan": "電力会社の復旧計画による見通し。測定した結果ではない。",
    "recoveryindex": "前年同時期と比べた電力使用量。",
    "contractcounts": "契約数の増減。",
}
"""What a theme says, and what it does not."""


def _bin(value: object, edges: tuple[float, ...]) -> str:
    """Return 1…n+1 by which edge a share does not exceed, `unknown` where it is not known."""
    if not isinstance(value, (int, float)):
        return UNKNOWN
    return str(1 + sum(value > edge for edge in edges))


def _rate(row: Row) -> str:
    code = row.get("rate_class")
    if not isinstance(code, (int, float)) or not code:
        return WITHHELD if row.get("masked") else UNKNOWN
    low = row.get("low")
    if code != 1 or not isinstance(low, (int, float)) or low > 0:
        return str(int(code))
    # no outage is proven, but more than a few meters may be out: that is not like an ordinary day
    told = (row.get(name) for name in ("high", "meters", "excess_rate"))
    perhaps = perhaps_out(*(one if isinstance(one, (int, float)) else float("nan") for one in told))
    return UNKNOWN if perhaps else "ordinary"


def _plan(row: Row) -> str:
    until, at = row.get("restored_at"), row.get("as_of")
    if isinstance(row.get("done_at"), datetime):
        return "done"
    if not isinstance(until, datetime) or not isinstance(at, datetime):
        return UNKNOWN
    days = (until - at).total_seconds() / 86400
    for limit, code in ((0, "overdue"), (1, "day"), (3, "days"), (7, "week")):
        if days < limit:
            return code
    return "week_more"


def _shelter(row: Row) -> str:
    state = str(row.get("state") or "")
    return state if state in WORDS["state"] else "unknown"


def _isolated(row: Row) -> str:
    access = str(row.get("access_cut") or "")
    return access if access in ("cut", "partly", "open") else UNKNOWN


def _fewer(row: Row) -> str:
    change = row.get("change_rate")
    return _bin(-change if isinstance(change, (int, float)) else None, (-0.03, 0.03, 0.1))


def _less(row: Row) -> str:
    index = row.get("index")
    return _bin(-index if isinstance(index, (int, float)) else None, (-0.9 - 1e-9, -0.75 - 1e-9, -0.5 - 1e-9))


_CLASSES: dict[str, Callable[[Row], str]] = {
    "shelterpower": _shelter,
    "meshoutage": _rate,
    "areaoutage": _rate,
    "acquisitiongaps": lambda row: _bin(row.get("gap_rate"), (0.25, 0.5, 0.75)),
    "isolatedcommunities": _isolated,
    "restorationplan": _plan,
    "recoveryindex": _less,
    "contractcounts": _fewer,
}


@dataclass(frozen=True)
class HandedTheme:
    """One theme of a hand-over."""

    theme: PublicTheme
    result: Optional[PublicRows]
    """None where the result was not made."""

    @property
    def rows(self) -> tuple[tuple[object, ...], ...]:
        """The rows, none where there are none."""
        return self.result.rows if self.result is not None else ()

    def classes(self) -> list[str]:
        """Return the class of each row, a code of its legend."""
        names = self.theme.names()
        withheld = self.result.withheld if self.result is not None else ()
        return [self._class(dict(zip(names, row)), out) for row, out in zip(self.rows, withheld)]

    def _class(self, row: Row, withheld: bool) -> str:
        code = _CLASSES[self.theme.theme](row)
        codes = {one.code for one in LEGENDS[self.theme.theme]}
        if withheld and WITHHELD in codes:
            return WITHHELD
        return code if code in codes else UNKNOWN

    def _has(self, column: str) -> bool:
        return column in self.theme.names()

    def absent(self) -> str:
        """Return what stands on the map where there is nothing to draw, "" where there is."""
        if self.result is None:
            return "この主題の結果は作成されていません。停電や孤立がないという意味ではありません。"
        if not self.rows and self.result.left_out:
            return "秘匿した値が差し引きで分かるため、この主題の数値は載せていません。"
        if not self.rows:
            return "この主題に該当する行はありません。データが届いていない場所については何も分かりません。"
        return ""

    def notes(self) -> list[str]:
        """Return what must be said beside the rows: what it means, what is unknown and why, what is withheld."""
        said = [MEANING[self.theme.theme]]
        if self.absent():
            said.append(self.absent())
        if self.result is None:
            return said
        return [*said, *self._told_apart(self.result)]

    def _told_apart(self, result: PublicRows) -> list[str]:
        """Return what of a result is unknown, told by telephone, withheld or not on the map."""
        reasons = "、".join(f"{WORDS['unknown_reason'][code]} {count:,}" for code, count in result.reasons().items())
        told = sum(one is not None for one in result.column("told_state")) if self._has("told_state") else 0
        lacking = sum(shape.isEmpty() for shape in result.shapes) if self.theme.geometry != "none" else 0
        lines = (
            (reasons, f"不明の内訳（件）：{reasons}"),
            (told, f"電話などの連絡による状態がある施設 {told:,} 件（画面の地図では丸囲み）。測定した状態とは別です。"),
            (
                sum(result.withheld),
                f"秘匿 {sum(result.withheld):,} 件：計器が少ないか秘匿（N/A）の場所と、差し引きでそれが分かる場所。",
            ),
            (result.left_out, "秘匿した値が差し引きで分かるため載せない合計：" + "、".join(result.left_out)),
            (lacking, f"位置が不明のため地図にない行：{lacking:,} 件（一覧にはある）。"),
        )
        return [words for there, words in lines if there]


@dataclass(frozen=True)
class Handed:
    """One hand-over."""

    case: str
    practice: bool
    made_at: datetime
    until: Optional[datetime]
    """Until when any data of the case reach; None without data."""
    old: bool
    """Whether they end before the last event, or too long ago."""
    before_event: bool
    missing: tuple[str, ...]
    """What is missing of the published sets."""
    themes: tuple[HandedTheme, ...]
    terms: str
    """利用規約: a letter, "" where the case does not say."""
    operator: str
    recipient: str = ""
    municipality: str = ""
    """団体コード of six digits."""
    least: int = LEAST
    """Meters that a figure must count."""

    @property
    def title(self) -> str:
        """What the hand-over is called."""
        return f"{'【訓練】' if self.practice else ''}{self.case} 電力データによる状況"

    def lines(self) -> list[str]:
        """Return what is said at the head of every form: drill, until when the data reach, what is missing."""
        said = [f"【{DRILL}】これは訓練のデータです。実際の災害の状況ではありません。"] if self.practice else []
        if self.until is None:
            said.append("データは届いていません。何も分かりません。")
        else:
            mark = "（災害の発生より前で終わっており、その後のことは分かりません）" if self.before_event else ""
            mark = mark or ("（古いデータです）" if self.old else "")
            said.append(f"データは {moment(self.until)} まで{mark}")
        said += [f"欠け：{one}" for one in self.missing]
        said.append(f"計器が{self.least}台未満の数値は秘匿")
        said.append(f"作成 {moment(self.made_at)}")
        return said

    def source(self) -> str:
        """Return whose data these are and under which terms they may be used."""
        terms = f"利用規約 {self.terms}" if self.terms else "利用規約（案件に記載なし）"
        who = self.operator or "（案件に記載なし）"
        return (
            "出典：電力データ集約システムのデータ（電力会社提供）を加工して作成。"
            f"取扱い：{terms}に従い、提供を受けた目的の範囲で利用すること。作成：{who}"
        )


def moment(when: Optional[datetime]) -> str:
    """Return a moment as it is read, "不明" where there is none."""
    return "不明" if when is None else f"{when:%Y-%m-%d %H:%M}"


def shown(name: str, value: object) -> str:
    """Return a value as it is read: words for codes, percent for shares; "" where there is none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if name in PERCENT and isinstance(value, (int, float)):
        return f"{value * 100:.0f}%"
    words = WORDS.get(name, {})
    text = str(value)
    if text in words:
        return words[text]
    return f"{value:g}" if isinstance(value, float) else text


def themes_of(results: Mapping[str, PublicRows]) -> tuple[HandedTheme, ...]:
    """Return every public theme with its rows, also those that were not made."""
    return tuple(HandedTheme(theme, results.get(name)) for name, theme in PUBLIC.items())

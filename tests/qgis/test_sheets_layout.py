"""No text of a sheet is clipped by its frame or the page, and no two lie over each other, told from the PDF itself."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsProject,
    QgsUnitTypes,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QTranslator
from tomoshibi import settings
from tomoshibi.analysis.key_figures import FROM_LAYER, Figure
from tomoshibi.casefile.case import CaseInfo
from tomoshibi.layers import schema
from tomoshibi.layers.style import STYLES, apply_style
from tomoshibi.messages import Progress
from tomoshibi.sheets import export, report, situation
from tomoshibi.sheets.brief_page import BriefPage, Column, Tile
from tomoshibi.sheets.brief_words import brief_headline
from tomoshibi.sheets.combined import DrawnPage, export_together
from tomoshibi.sheets.contents import THEMES, figures
from tomoshibi.sheets.headline import Around, Told, table_of, tell
from tomoshibi.sheets.names_box import paint_names
from tomoshibi.sheets.painter_mm import MillimetrePainter
from tomoshibi.sheets.report_page import write_report
from tomoshibi.sheets.support_page import SupportPage, SupportTile

from tests.qgis.pdf_words import clipped, faults, pages_of
from tests.qgis.test_sheets import AS_OF, EVENT, _places

pytestmark = [
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed"),
    pytest.mark.usefixtures("qgis_app"),
]
FACILITY = "とても長い名前のつく架空の町の総合福祉保健医療センター附属第二分館及び地域交流体育"
DISTRICT = "灯火郡灯台町大字月影浜字松明下第三行政区自治会連合地"
PLACE = "灯島県灯里市ほか三市二町　令和八年一月十九日　灯島湾を震源とする地震　災害対策本部"
MANY = 300
REASONS = ("set_incomplete", "before_event", "not_due", "not_linked", "not_in_service", "not_remote")
SHAPES = {"cell": "MultiPolygon", "polygon": "MultiPolygon", "point": "Point", "line": "LineString"}
SIZES = {"municipal": (0.06, 0.035), "prefectural": (0.9, 0.6)}
"""Degrees of longitude and latitude of the place."""


def words_of(kind: str, name: str, number: int) -> object:
    """Return a value of a field for a feature that is hard to print."""
    states = [entry.value for entry in (*STYLES[kind].states, *STYLES[kind].lines)] or ["outage"]
    return {
        "state": states[number % len(states)],
        "status": states[number % len(states)],
        "name": FACILITY[:36] + f"{number:04d}",
        "area_name": f"{number:03d}" + DISTRICT[:22],
        "place": DISTRICT,
        "kind": "福祉避難所・特定緊急避難場所",
        "reason": "検針が途絶え、途絶え続けている計器からの推定",
        "unknown_reason": REASONS[number % len(REASONS)] if _is_unknown(number, len(states)) else None,
        "last_state": "powered",
        "access_cut": ("cut", "partly", "unknown", "open")[number % 4],
        "certainty": ("sure", "undecided")[number % 2],
        "source": "通電情報 2026-01-20 06:00 / 電力データ ～2026-01-20 03:00 / 統計データ 2026-01-20 00:00",
        "truck_id": f"高圧発電機車 {number:03d}号",
        "masked": number % 7 == 0,
        "provisional": number % 2 == 0,
        "in_hazard": (True, False, None)[number % 3],
        "group_id": str(number // 3),
        "rank": number + 1,
        "priority": number + 1,
        "plan_row": number + 1,
        "rate_class": number % 5,
        "response": None,
        "curve": None,
    }.get(name, "")


def _is_unknown(number: int, states: int) -> bool:
    """The last of the states is that of which nothing is known; of cells and areas those of no class."""
    return number % 5 == 0 if states == 1 else number % states == states - 1


def rates_of(name: str, number: int) -> float:
    return {"low": 0.2, "high": 0.3, "index": 0.1 * (number % 11), "gap_rate": (number % 10) / 9}.get(name, 0.4)


def value_of(kind: str, column: schema.Column, number: int) -> object:
    told = words_of(kind, column.name, number)
    if column.name in ("index", "change_rate") and words_of(kind, "unknown_reason", number):
        return None
    if told != "":
        return told
    if column.kind == "datetime":
        moment = {"as_of": AS_OF, "evidence_until": AS_OF - timedelta(hours=3)}.get(column.name, datetime(2026, 1, 19))
        return schema.date_time(moment)
    if column.kind == "int":
        return 12_345 + number
    if column.kind == "real":
        return rates_of(column.name, number)
    return f"{number:022d}" if column.kind == "text" else None


def layer_with(kind: str, count: int, extent: str, upright: bool) -> QgsVectorLayer:
    """Return a result of one kind with so many features over a place of a size."""
    spec = schema.SPECS[kind]
    layer = QgsVectorLayer(f"{SHAPES[spec.geometry]}?crs={schema.CRS}", kind, "memory")
    layer.dataProvider().addAttributes(schema.fields(spec).toList())
    layer.updateFields()
    wide, high = SIZES[extent][::-1] if upright else SIZES[extent]
    columns = int(np.ceil(np.sqrt(max(count, 1) * wide / high)))
    step = wide / columns
    features = []
    for number in range(count):
        x, y = 137.0 + step * (number % columns), 37.0 + high * (number // columns) / max(count // columns, 1)
        right, up = x + step, y + step
        square = f"MULTIPOLYGON((({x} {y}, {right} {y}, {right} {up}, {x} {up}, {x} {y})))"
        shapes = {"point": f"POINT({x} {y})", "line": f"LINESTRING({x} {y}, {right} {up})"}
        shape = shapes.get(spec.geometry, square)
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt(shape))
        for column in (*spec.columns,):
            if layer.fields().lookupField(column.name) >= 0:
                feature[column.name] = value_of(kind, column, number)
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    layer.updateExtents()
    apply_style(layer, kind)
    return layer


@pytest.fixture(scope="module")
def contexts(qgis_app, tmp_path_factory):
    """Background of a case, {(extent, upright): GeoPackage}: a boundary and districts with long names."""
    found = {}
    for extent, (wide, high) in SIZES.items():
        for upright in (False, True):
            across, up = (high, wide) if upright else (wide, high)
            path = tmp_path_factory.mktemp("context") / "context.gpkg"
            short = min(across, up)
            city, town = ("灯島県灯里市", 137.0, 37.0), ("灯島県灯浜町", 137.0 + across - short, 37.0 + up - short)
            _places(path, "boundary", [(*city, short), (*town, short)])
            small = short / 10
            squares = [
                (f"{number:03d}{DISTRICT[:22]}", 137.0 + small * (number % 10), 37.0 + small * (number // 10), small)
                for number in range(100)
            ]
            _places(path, "areas", squares)
            found[extent, upright] = path
    return found


def opened(context: Path, kind: str, paper: str, count: int, extent: str, upright: bool) -> situation.OpenSheet:
    info = CaseInfo(PLACE, EVENT, "172049", practice=True)
    template = export.template_of("situation_a3")
    press = situation.SheetExporter(
        export.turned(template) if upright else template,
        paper,
        [],
        context,
        False,
        info,
        AS_OF + timedelta(hours=20),
        "12.34.56",
        situation.Data(missing=("電力データ 2026-01-20 03:00：13 ファイルのうち 5 ファイルがありません",) * 4),
    )
    return press.opened(layer_with(kind, count, extent, upright), kind, 12, 34)


@pytest.fixture
def language(qgis_app, request):
    """The texts in the language that is asked for; English is that of the sources."""
    translator = QTranslator()
    if request.param == "ja":
        assert translator.load(str(settings.HOME / "i18n" / "tomoshibi_ja.qm")), "run: make translations"
        QCoreApplication.installTranslator(translator)
    yield request.param
    QCoreApplication.removeTranslator(translator)


CASES = (
    ("ja", "A3", False, "municipal", MANY),
    ("ja", "A4", True, "prefectural", MANY),
    ("ja", "A4", False, "municipal", 0),
    ("en", "A4", False, "municipal", MANY),
    ("en", "A3", True, "prefectural", 3),
)


@pytest.mark.parametrize(("language", "paper", "upright", "extent", "count"), CASES, indirect=["language"])
@pytest.mark.parametrize("kind", THEMES)
def test_no_text_of_a_sheet_is_clipped_or_overlaps(contexts, tmp_path, kind, language, paper, upright, extent, count):
    with closing(opened(contexts[extent, upright], kind, paper, count, extent, upright)) as sheet:
        sheet.page.layout.renderContext().setDpi(96)
        made = export.export(sheet.page.layout, tmp_path / "sheet.pdf")
        sheet.page.check()
        assert faults(sheet.page.layout, made.path) == []


def test_a_text_that_is_moved_over_another_or_cut_is_found(contexts, tmp_path):
    with closing(opened(contexts["municipal", False], "meshoutage", "A3", 3, "municipal", False)) as sheet:
        layout, path = sheet.page.layout, tmp_path / "sheet.pdf"
        millimetres = QgsUnitTypes.LayoutUnit.LayoutMillimeters
        title, headline, page = map(layout.itemById, ("title", "headline", "page"))
        where, size = title.positionWithUnits(), headline.sizeWithUnits()
        title.attemptMove(QgsLayoutPoint(where.x(), where.y() + 10, millimetres))
        headline.attemptResize(QgsLayoutSize(size.width() / 8, size.height(), millimetres))
        page.attemptMove(QgsLayoutPoint(389, 281, millimetres))
        export.export(layout, path)
        found = faults(layout, path)
    assert any(fault.startswith("page 1: overlap: ") for fault in found)
    assert any(fault.startswith("clipped: headline") for fault in found)
    assert any(fault.startswith("page 1: off the page: ") for fault in found)


def test_a_legend_that_leaves_its_box_is_found_and_few_dots_excuse_little(contexts, tmp_path):
    with closing(opened(contexts["municipal", False], "meshoutage", "A3", 3, "municipal", False)) as sheet:
        layout, path = sheet.page.layout, tmp_path / "sheet.pdf"
        legend, room = layout.itemById("legend"), layout.itemById("legend_box").sceneBoundingRect()
        export.export(layout, path)
        (page, *_) = pages_of(path)
        found = {}
        for dots in (300, 96):
            layout.renderContext().setDpi(dots)
            for beyond in (0.5, 1.5, 4.0):
                legend.moveBy(room.right() + beyond - legend.sceneBoundingRect().right(), 0.0)
                found[dots, beyond] = "legend" in clipped(layout, page)
    assert found == {
        (300, 0.5): False,
        (300, 1.5): True,
        (300, 4.0): True,
        (96, 0.5): False,
        (96, 1.5): False,
        (96, 4.0): True,
    }


# the audit is of the past, and its map has no column on the first page
NO_COLUMN = ("evacuationsupport", "restorationplan", "powertrucks", "mapaudit")
BRIEF = tuple(kind for kind in THEMES if kind not in NO_COLUMN)


def brief_page(count: int, width: float, height: float) -> BriefPage:
    """Return the first page of a brief of all its themes, with so many features in each."""
    tables, columns, counts = {}, [], {}
    for kind in BRIEF:
        rows = figures(layer_with(kind, count, "municipal", False), kind, QgsProject()).rows
        told = tell(kind, rows, Around())
        columns.append(Column(kind, THEMES[kind].title(), told))
        tables[kind] = table_of(kind, rows)
        for counter in FROM_LAYER.get(kind, ()):
            counted = counter(tables[kind])
            counts.setdefault(counted.figure, counted)
    change = "Since 01/20 18:00: newly out 123  no longer out 456  not comparable 789"
    return BriefPage(
        "朝のまとめ",
        "2026-01-20 09:00 時点",
        PLACE,
        "訓練",
        "取扱注意（個人データ）",
        ((f"電力データ 2026-01-20 03:00：{FACILITY * 3}", True), ("電力データ 01/20 03:00", False)),
        brief_headline(tables, {column.kind: column.told for column in columns}, False),
        tuple(Tile(figure, counts.get(figure), change) for figure in Figure),
        tuple(columns),
        tuple(f"{FACILITY}：未作成" for _ in range(8)),
        "検針できない計器の数は停電戸数と同じではありません。" * 3,
        "1 / 34",
        width,
        height,
    )


def plain(words: str) -> str:
    """Return words with one sign for all waves: a PDF tells one for the other."""
    return words.replace("～", "〜")


@pytest.mark.parametrize("size", [(420.0, 297.0), (297.0, 210.0), (210.0, 297.0)], ids=["A3", "A4", "A4 upright"])
@pytest.mark.parametrize("count", [0, 2, MANY])
@pytest.mark.parametrize("language", ["ja", "en"], indirect=True)
def test_no_text_of_the_first_page_of_a_brief_is_clipped_or_overlaps(tmp_path, language, count, size):
    page = brief_page(count, *size)
    skipped: list[int] = []
    made = export_together(
        [lambda: DrawnPage(page, *size)], tmp_path / "brief.pdf", Progress(), lambda number, why: skipped.append(number)
    )
    assert faults(None, made.path) == [] and not skipped
    (printed,) = pages_of(made.path)
    whole = plain("".join(word.text for word in printed.words))
    # nothing of what must be read is cut off
    for words in (page.headline, page.notice, page.place, *(line for line, _ in page.data)):
        assert [part for part in plain(words).split() if part not in whole] == []


SIZES_OF_PAPER = [(420.0, 297.0), (297.0, 210.0), (210.0, 297.0)]
NAMES_OF_PAPER = ["A3", "A4", "A4 upright"]


def support_page(count: int, width: float, height: float) -> SupportPage:
    """Return the page of support with so many requests and contacts, with texts that are hard to print."""
    row = (
        "電源車",
        FACILITY,
        "1,234,567 kVA",
        "01/20 18:00",
        DISTRICT,
        "要請中（回答なし）",
        "01/21 06:00",
        "01/21 09:00",
    )
    tiles = tuple(
        SupportTile(
            "配置案で車両のない行き先（優先順位の高いものから）",
            f"{count * 12_345:,} L",
            "数量不明 123 件、可（未到着） 45 件",
            True,
        )
        for _ in range(5)
    )
    return SupportPage(
        "支援の要請",
        "01/21 06:00 に保存した一覧の記入による",
        PLACE,
        "訓練",
        tiles,
        (row,) * count,
        count // 2,
        (("一般送配電事業者", f"{DISTRICT} {FACILITY}", "000-0000-0000  bosai@example.jp  夜間は当直室"),) * count,
        ("記入のないことは載せていません。到着日時のないものは到着としていません。" * 2,) * 2,
        "9 / 9",
        width,
        height,
    )


@pytest.mark.parametrize("size", SIZES_OF_PAPER, ids=NAMES_OF_PAPER)
@pytest.mark.parametrize("count", [0, 2, MANY])
@pytest.mark.parametrize("language", ["ja", "en"], indirect=True)
def test_no_text_of_the_page_of_support_is_clipped_or_overlaps(tmp_path, language, count, size):
    page = support_page(count, *size)
    skipped: list[int] = []
    made = export_together(
        [lambda: DrawnPage(page, *size)],
        tmp_path / "support.pdf",
        Progress(),
        lambda number, why: skipped.append(number),
    )
    assert faults(None, made.path) == [] and not skipped
    (printed,) = pages_of(made.path)
    whole = plain("".join(word.text for word in printed.words))
    for words in (page.title, page.place, *page.notes, *(tile.value for tile in page.tiles)):
        assert [part for part in plain(words).split() if part not in whole] == []
    # rows and contacts for which there is no room are counted, never dropped in silence
    shown = whole.count("1,234,567")
    if count == MANY:
        assert 0 < shown < MANY and str(MANY - shown) in whole
    else:
        assert shown == count


def situation_report(count: int) -> report.Report:
    """Return a report of so many areas, with texts and numbers that are hard to print."""
    groups = tuple((group, "01-21 05:00") for group in (report.READINGS, report.LISTS, report.HOMES, report.FACILITIES))
    names = [column.name for group, _ in groups for column in group.columns] + ["homes_high"]
    values = [{name: 12_345 if "rate" not in name and "change" not in name else 0.1234 for name in names}] * (count + 1)
    table = pd.DataFrame(values)
    table.insert(0, "area_id", ["", *(f"{number:03d}" for number in range(count))])
    table.insert(1, "area_name", ["", *(f"{number:03d}{DISTRICT[:22]}" for number in range(count))])
    number = report.Number(
        "孤立のおそれがある集落のまとまり",
        "123,456～234,567／345,678",
        "不明 12,345（遠隔検針の対象外、契約期間外）",
        "01/20 18:00から：新規 123、解消 456",
    )
    past = report.PastRow(datetime(2026, 1, 20, 5), datetime(2026, 1, 21, 6), ((12_345.0, 23_456.0),) * 5)
    return report.Report(
        "状況報告",
        PLACE,
        "2026-01-21 06:00 時点。増減は 2026-01-20 06:00 と比べたものです。",
        "訓練データ",
        (
            ("電力データ 2026-01-21 03:00：13 ファイルのうち 5 ファイルがありません" * 2, True),
            ("データの時点：電力データ 01-21 05:00", False),
        ),
        (number,) * 5,
        groups,
        table,
        report.History(("平常時を超える停電戸数（一部停電を含む）",) * 5, (past,) * 20),
        ("検針できないことは停電と同じではありません。通信だけが途絶えた場合も検針できません。" * 2,) * 4,
        "通電情報 2026-01-21 06:00 / 電力データ ～2026-01-21 05:00",
    )


@pytest.mark.parametrize("count", [0, 3, MANY])
@pytest.mark.parametrize("language", ["ja", "en"], indirect=True)
def test_no_text_of_the_situation_report_is_clipped_or_overlaps(tmp_path, language, count):
    path = tmp_path / "report.pdf"
    told = situation_report(count)
    write_report(path, told)
    (printed,) = pages_of(path)
    assert faults(None, path) == []
    whole = plain("".join(word.text for word in printed.words))
    for words in (told.place, told.practice, told.times, told.sources, *told.notes, *(line for line, _ in told.data)):
        assert [part for part in plain(words).split() if part not in whole] == []


class Recorded(MillimetrePainter):
    """Keeps what is written instead of painting it."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[tuple[str, float, float]] = []
        """(words, middle of the line in millimetres, points)."""

    def text(self, left: float, top: float, width: float, height: float, words: str, size: float = 9.0, *more, **look):
        self.written.append((words, top + height / 2, size))


A4_BOX = (67.0, 58.0)
"""Millimetres of the box of names beside a map on A4."""


@pytest.mark.parametrize("box", [A4_BOX, (61.0, 43.0), (95.0, 82.0)], ids=["sheet A4", "brief A4", "sheet A3"])
@pytest.mark.parametrize(
    "detail", ["417～424", "福祉避難所 70人 01/19 05:30まで通電、いまは確認待ち"], ids=["beside", "below"]
)
def test_names_on_every_paper_are_of_a_size_that_can_be_read_and_do_not_touch(box, detail):
    names = tuple((f"{FACILITY[:14]}{number}", detail) for number in range(10))
    paper = Recorded()
    paint_names(paper, Told("", "停電中の施設", names, 12), *box)
    assert min(points for _, _, points in paper.written) >= 7.0
    shown = sum(words == name for words, _, _ in paper.written for name, _ in names)
    rest = next(words for words, _, _ in paper.written if str(12 + 10 - shown) in words)
    assert 5 <= shown <= 10 and rest
    # two lines are farther apart than their letters are high
    lines = sorted({(round(middle, 3), points) for _, middle, points in paper.written})
    apart = [
        later[0] - line[0] - (later[1] + line[1]) / 2 * 25.4 / 72
        for line, later in zip(lines, lines[1:])
        if later[0] - line[0] > 0.01
    ]
    assert min(apart) >= 0
    assert lines[-1][0] + lines[-1][1] / 2 * 25.4 / 72 <= box[1]


@pytest.mark.parametrize("extent", ["municipal", "prefectural"])
def test_names_may_stand_where_no_location_map_is_printed(contexts, extent):
    """The first of a group of settlements had no name: it lay below a location map that was left out."""
    with closing(opened(contexts[extent, False], "isolatedcommunities", "A4", MANY, extent, False)) as sheet:
        inset, main, bar = map(sheet.page.layout.itemById, ("overview", "map", "scalebar"))
        assert main.isLabelBlockingItem(inset) != inset.excludeFromExports()
        assert main.isLabelBlockingItem(bar)

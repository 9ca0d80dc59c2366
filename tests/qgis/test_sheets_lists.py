"""Sheets with pages behind the map: recovery, restoration plan, power-supply trucks, people who need support."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qgis.core import QgsGeometry, QgsLayoutSize, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QBuffer, QIODevice, QRectF
from qgis.PyQt.QtGui import QImage, QPainter
from qgis.PyQt.QtSvg import QSvgGenerator
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.layers import build
from tomoshibi.layers.style import apply_style
from tomoshibi.messages import Progress
from tomoshibi.sheets import appendix, export, lists, situation
from tomoshibi.sheets.contents import THEMES, figures
from tomoshibi.tests.qgis.test_sheets import (
    EVENT,
    _places,
    _result,
    layer_of,
    needs_poppler,
    pages,
    print_sheets,
    words,
)

NAMES = ("電力 太郎", "通電 花子", "", "")
LISTED = ("evacuationsupport", "recoveryindex", "restorationplan", "powertrucks")


def _squares(count: int):
    west = 137 + 0.01 * np.arange(count)
    return list(build.rectangles(np.full(count, 37.2), west, np.full(count, 37.21), west + 0.01))


def _people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "priority": [2, 1, 3, 4],
            "score": [900, 1300, 500, 100],
            "supply_point": [f"{number:022d}" for number in range(4)],
            "key": ["P1", "P2", "P3", None],
            "name": [text or None for text in NAMES],
            "care": ["要介護2", "要介護5", None, "要支援1"],
            "need": ["low", "high", "unknown", "low"],
            "state": ["home", "asleep_unknown", "no_data", None],
            "in_hazard": pd.array([True, True, None, False], dtype="boolean"),
            "response": [None, "nobody", None, None],
            "response_by": [None, "消防団第三分団", None, None],
        }
    )


def _plan() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area_id": ["A", "B", "C", "D", None],
            "area_name": ["灯町", "月影浜", "灯ヶ丘", "狐火谷", None],
            "place": ["灯町", "月影浜", "灯が丘", None, "存在しない町"],
            "restored_at": pd.to_datetime(["2026-01-20 18:00", "2026-01-19 12:00", None, None, "2026-01-22 00:00"]),
            "households": [120, 30, None, None, 7],
            "plan_row": [1, 2, 3, None, 4],
            "reason": [None, None, "the time cannot be read: 未定", None, "no area has this name"],
        }
    )


def _trucks() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "rank": [2, 1, 3],
            "need_id": ["S2", "S1", "A"],
            "kind": ["避難所", "病院", "community"],
            "name": ["一小", "灯病院", "月影浜"],
            "need_kva": [45.0, 200.0, np.nan],
            "fails_earliest": pd.to_datetime([None, "2026-01-01 18:00", None]),
            "truck_id": ["T2", "T1", None],
            "truck_kva": [np.nan, 250.0, np.nan],
            "distance_m": [2500.0, 800.0, np.nan],
            "litres_per_hour": [np.nan, 40.0, np.nan],
            "fuel_l": [np.nan, 960.0, np.nan],
            "drums": [np.nan, 5, np.nan],
            "status": ["assigned", "assigned", "no_truck"],
        }
    )


def _months() -> pd.DataFrame:
    begin = pd.to_datetime(["2025-11-01", "2025-12-01", "2026-02-01"])
    rows = [
        (area, name, first, first + pd.offsets.MonthBegin(1), value, town, late)
        for area, name, values in (("A", "灯町", (1.0, 0.9, 0.4)), ("B", "月影浜", (1.0, np.nan, np.nan)))
        for first, value, town, late in zip(begin, values, (1.0, 0.95, 0.7), (False, False, True))
    ]
    columns = "area_id area_name begin end index municipal_index provisional".split()
    return pd.DataFrame(rows, columns=columns).assign(cells_known=1, cells_unknown=2)


@pytest.fixture(scope="module")
def listed(qgis_app, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists") / "case"
    case = Case.create(folder, CaseInfo("灯里市 地震", EVENT, "999999", practice=True))
    package = folder / "layers.gpkg"
    lon = np.array([137.0, 137.05, 137.01, np.nan])
    _result(package, "evacuationsupport", _people(), build.points(lon, np.where(np.isnan(lon), np.nan, 37.2)))
    empty = build.points([np.nan], [np.nan])[0]
    _result(package, "restorationplan", _plan(), [*_squares(4), empty])
    ways = ["LINESTRING(137 37.2, 137.03 37.21)", "LINESTRING(137.05 37.2, 137.04 37.21)"]
    _result(package, "powertrucks", _trucks(), [*(QgsGeometry.fromWkt(way) for way in ways), QgsGeometry()])
    first, second = _squares(2)
    _result(package, "recoveryindex", _months(), [first] * 3 + [second] * 3)
    _places(folder / "context.gpkg", "boundary", [("city", 136.99, 37.19, 0.08)])
    _places(folder / "context.gpkg", "areas", [("west", 136.99, 37.19, 0.035), ("east", 137.025, 37.19, 0.035)])
    return case


def styled(case: Case, kind: str) -> QgsVectorLayer:
    layer = layer_of(case, kind)
    apply_style(layer, kind)
    return layer


def texts(draw) -> str:
    """Return all that is written by a function that draws with a painter."""
    device, buffer = QSvgGenerator(), QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    device.setOutputDevice(buffer)
    painter = QPainter(device)
    draw(painter)
    painter.end()
    return " ".join(re.findall(r">([^<>]+)</text>", bytes(buffer.data()).decode()))


@pytest.fixture
def behind_of(listed, monkeypatch, tmp_path):
    """Return `behind_of(kind, …)`: the blocks, texts and layout of a sheet just before it would be printed."""

    def run(kind: str, paper: str = "A3", coverage=None) -> dict:
        found: dict = {"blocks": [], "texts": [], "pages": []}
        real_pages, real_blocks = situation.pages, situation.blocks

        def draw(made, head, width, height):
            found["blocks"].append(list(made))
            drawn = real_pages(made, head, width, height)
            found["texts"].append([texts(lambda painter, one=one: one.draw(painter, 10.0)) for one in drawn])
            found["head"] = head
            return drawn

        def take(layout, path):
            found["pages"].append(layout.pageCollection().pageCount())
            found["items"] = {item.id(): item.currentText() for item in layout.items() if hasattr(item, "currentText")}
            legend = layout.itemById("legend")
            found["legend"] = legend.model().rootGroup().children()[0].customProperty("legend/title-label")
            room, size = layout.itemById("legend_box").sizeWithUnits(), legend.sizeWithUnits()
            found["fits"] = size.width() <= room.width() + 0.01 and size.height() <= room.height() + 0.01
            found["clipped"] = [
                id_
                for id_ in ("title", "subtitle", "notice", "sources", "figures_names", "figures_values")
                if export._overflows(layout.itemById(id_), id_ in ("notice", "sources"))
            ]
            return export.Export(path, 1)

        monkeypatch.setattr(situation, "pages", draw)
        monkeypatch.setattr(situation, "blocks", real_blocks)
        if coverage is None:
            monkeypatch.setattr(situation, "export", take)
        press = situation.SheetExporter(
            export.template_of("situation_a3"),
            paper,
            [],
            listed.folder / "context.gpkg",
            False,
            listed.info,
            datetime(2026, 1, 20, 12, 20),
            "9.8.7",
        )
        found["export"] = press.sheet(styled(listed, kind), kind, tmp_path / "x.pdf", 2, 3, coverage, Progress())
        return found

    return run


@pytest.mark.parametrize("paper", ["A3", "A4"])
@pytest.mark.parametrize("kind", LISTED)
def test_a_sheet_with_a_list_says_when_from_what_and_that_it_is_a_drill_on_every_page(behind_of, kind, paper):
    sheet = behind_of(kind, paper)
    assert sheet["fits"] and sheet["clipped"] == []
    assert sheet["pages"][0] == 1 + len(sheet["texts"][0]) > 1
    for number, text in enumerate(sheet["texts"][0], 1):
        assert "2026-01-20 09:00" in text and "DRILL" in text and "通電情報" in text
        assert f"2 / 3  list {number}/{len(sheet['texts'][0])}" in text


def test_people_stand_in_their_order_with_boxes_to_tick_and_what_was_entered(behind_of):
    sheet = behind_of("evacuationsupport")
    (table,) = sheet["blocks"][0]
    assert [row[0] for row in table.rows] == ["1", "2", "3", "4"]
    first, second, third, fourth = table.rows
    assert first[1:3] == ("P2", "通電 花子") and second[1:3] == ("P1", "電力 太郎")
    assert third[1] == "P3" and fourth[1] == "0" * 21 + "3", "who has neither id nor name is found by the supply point"
    assert "☑Visited, nobody answered" in first[8] and second[8].count("□") == 5 and "☑" not in second[8]
    assert first[6] == "消防団第三分団" and second[6] == ""
    assert [row[5] for row in table.rows] == ["inside", "inside", "unknown", "outside"]
    assert fourth[4] == "Unknown", "a state that is blank is not “away”"
    assert table.unknown == {0, 2, 3}
    assert [one.heading for one in table.columns if one.by_hand] == [
        "Taken by",
        "When",
        "Result (tick one)",
        "What was found",
    ]


def test_a_list_of_people_is_marked_as_personal_on_map_and_list(behind_of):
    sheet = behind_of("evacuationsupport")
    assert "Personal data" in sheet["items"]["handling"]
    for text in sheet["texts"][0]:
        assert "Personal data: handle with care" in text and "destroy it when use ends" in text


def test_the_map_of_people_leads_to_the_list_by_numbers(behind_of):
    assert behind_of("evacuationsupport")["legend"].startswith("People who need support: presence (number")


def test_figures_of_people_tell_what_is_not_known_and_who_is_not_on_the_map(listed):
    got = figures(styled(listed, "evacuationsupport"), "evacuationsupport", QgsProject())
    told = dict(zip(got.names, got.values))
    assert told["Inside the hazard area"] == "2" and told["Not known whether inside"] == "1"
    assert told["No response entered yet"] == "3" and told["Without coordinates: in the list only"] == "1"
    assert told["Unknown (no data)"] == "2"


def test_people_are_printed_only_where_their_layer_is_asked_for(listed, tmp_path, feedback):
    print_sheets(listed.folder, tmp_path / "all", feedback)
    made = {path.stem for path in (tmp_path / "all").iterdir()}
    assert made == {"recoveryindex", "restorationplan", "powertrucks"}
    assert any("names people" in text for text in feedback.infos)
    layer = f"{listed.folder / 'layers.gpkg'}|layername=evacuationsupport"
    print_sheets(listed.folder, tmp_path / "own", feedback, LAYERS=[layer])
    assert [path.stem for path in (tmp_path / "own").iterdir()] == ["evacuationsupport"]
    alone = Case.create(tmp_path / "alone", listed.info)
    _result(alone.folder / "layers.gpkg", "evacuationsupport", _people()[:1], build.points([137.0], [37.2]))
    assert print_sheets(alone.folder, tmp_path / "none", feedback) is None and "names people" in feedback.errors[-1]
    entries = {entry.path.rpartition("/")[2]: entry.personal for entry in listed.ledger.entries()}
    assert entries["evacuationsupport.pdf"] and entries["powertrucks.pdf"]
    assert not entries["recoveryindex.pdf"] and not entries["restorationplan.pdf"]
    heard = "\n".join([*feedback.infos, *feedback.warnings, *feedback.errors])
    assert not any(name in heard for name in NAMES if name)


@needs_poppler
def test_each_page_of_an_atlas_lists_its_own_and_says_who_is_on_none(behind_of, listed, tmp_path):
    coverage = QgsVectorLayer(f"{listed.folder / 'context.gpkg'}|layername=areas", "areas", "ogr")
    sheet = behind_of("evacuationsupport", coverage=coverage)
    by_page = {tuple(row[1] for row in made[0].rows) for made in sheet["blocks"]}
    assert by_page == {("P1", "P3"), ("P2",)}
    assert "counted on no page by area, only in print without areas: 1." in sheet["head"].notice
    assert sheet["export"].pages == pages(tmp_path / "x.pdf") == 4


def test_rows_that_fit_no_area_are_named_on_the_map_counted_apart_and_listed(behind_of, listed):
    sheet = behind_of("restorationplan")
    assert "存在しない町" in sheet["items"]["notice"]
    lost, timed, back, timeless, silent = sheet["blocks"][0]
    assert back.rows == []
    assert [(row[1], row[-2]) for row in lost.rows] == [("存在しない町", "no area has this name")]
    assert [row[1] for row in timed.rows] == ["月影浜", "灯町"] and timed.unknown == {0}, "its time has passed"
    assert [row[0] for row in timeless.rows] == ["灯ヶ丘"] and "未定" in timeless.rows[0][-2]
    assert [row[0] for row in silent.rows] == ["狐火谷"]
    got = figures(styled(listed, "restorationplan"), "restorationplan", QgsProject())
    told = dict(zip(got.names, got.values))
    assert told["Planned time has passed: ask"] == "1" and told["Power back within a day"] == "1"
    assert told["In the plan, time not known"] == "1" and told["Not in the plan (unknown)"] == "1"
    assert told["Rows that fit no area"] == "1" and told["Households in the plan"] == "150"


def test_fuel_is_that_of_the_hours_beside_the_plan_and_what_is_not_known_is_told(behind_of, listed):
    fuel, needs = behind_of("powertrucks")["blocks"][0]
    assert "24 hours" in fuel.note and "1 trucks is not known" in fuel.note
    assert fuel.rows[0][1:] == ("960", "33,333", "3 %") and fuel.rows[1][1:] == ("5", "167", "3 %")
    assert [row[1] for row in needs.rows] == ["灯病院", "一小", "月影浜"]
    hospital, school, village = needs.rows
    assert hospital[3:11] == ("1/1 18:00", "200", "T1", "250", "0.8", "40.0", "960", "5")
    assert school[3] == school[6] == school[8] == school[9] == "?", "what is not known is not blank, nor 0"
    assert village[2:5] == ("Isolated community", "", "?") and set(village[5:11]) == {""}
    assert needs.unknown == {2}
    got = figures(styled(listed, "powertrucks"), "powertrucks", QgsProject())
    told = dict(zip(got.names, got.values))
    assert told["Truck assigned"] == "2" and told["No truck left"] == "1"
    assert told["Fuel for 24 hours (L)"] == "960" and told["Trucks whose fuel is not known"] == "1"


def test_the_fuel_of_trucks_of_which_nothing_is_known_is_unknown_and_not_0(listed):
    layer = styled(listed, "powertrucks")
    layer.setSubsetString("\"truck_id\" = 'T2'")
    got = figures(layer, "powertrucks", QgsProject())
    assert dict(zip(got.names, got.values))["Fuel"] == "unknown"
    (table, _) = appendix.blocks("powertrucks", layer, layer.getFeatures(), None)
    assert table.rows == [] and "none of the trucks" in table.note


def test_the_legend_of_recovery_names_the_month_and_whether_its_figures_are_final(behind_of, listed):
    sheet = behind_of("recoveryindex")
    assert "2026-02" in sheet["legend"] and "provisional" in sheet["legend"]
    got = figures(styled(listed, "recoveryindex"), "recoveryindex", QgsProject())
    told = dict(zip(got.names, got.values))
    assert told["up to 50 %"] == "1" and told["Unknown (masked or no figures)"] == "1"
    assert told["Municipality as a whole"] == "70 %" and told["Grid squares not known"] == "4"
    older = styled(listed, "recoveryindex")
    older.setSubsetString("\"begin\" < '2026-01-01'")
    assert "final figures" in THEMES["recoveryindex"].heading(older)


def test_the_charts_behind_the_map_show_each_district_and_hatch_the_month_without_figures(behind_of):
    (picture,) = behind_of("recoveryindex")["blocks"][0]
    drawn = texts(lambda painter: picture.paint(painter, QRectF(0, 0, 1000, 800)))
    assert all(name in drawn for name in ("Municipality as a whole", "灯町", "月影浜"))
    assert "No figures (masked" in drawn


def test_an_empty_result_still_makes_a_sheet(listed):
    for kind in LISTED:
        layer = styled(listed, kind)
        layer.setSubsetString("1 = 0")
        got = figures(layer, kind, QgsProject())
        assert set(got.values[:3]) == {"0"}
        assert all(isinstance(one, (lists.ListTable, lists.Picture)) for one in appendix.blocks(kind, layer, [], EVENT))


# Pagination


@settings(max_examples=25)
@given(
    rows=st.lists(st.text(alphabet="灯町a 一", max_size=120), max_size=120),
    size=st.sampled_from([(420.0, 297.0), (297.0, 210.0), (210.0, 297.0)]),
    tables=st.integers(1, 3),
    foot=st.floats(22.0, 45.0),
)
def test_every_row_stands_on_one_page_in_its_order_and_none_in_the_foot(qgis_app, rows, size, tables, foot):
    columns = (lists.ListColumn("a", 1), lists.ListColumn("b", 3))
    blocks = [lists.ListTable("t", columns, [(str(n), row) for n, row in enumerate(rows)], "note")] * tables
    laid = lists._lay(blocks, *size, foot)
    seen = [row for page in laid for part in page for row in part.rows]
    assert seen == list(range(len(rows))) * tables
    paper = lists.MillimetrePainter()
    for page in laid:
        reached = lists._HEAD
        for part in page:
            assert part.top >= reached - 1e-6
            reached = part.top + lists._top_height(paper, part.table, part.widths) + sum(part.heights)
            assert reached <= size[1] - foot + 1e-6
            assert sum(part.widths) == pytest.approx(size[0] - 2 * lists.MARGIN)


@pytest.mark.parametrize("width, height", [(420.0, 297.0), (297.0, 210.0), (210.0, 297.0)])
def test_warnings_and_sources_of_a_list_are_never_small_print_nor_cut_on_a_narrow_page(
    qgis_app, monkeypatch, width, height
):
    written = {}
    monkeypatch.setattr(
        lists.MillimetrePainter,
        "text",
        lambda self, x, y, wide, high, words, size=9.0, bold=False, **_: written.update(
            {words: (y, y + high, self.height_of(words, wide, size, bold), size)}
        ),
    )
    notice, sources = "検針できないことは停電と同じではありません。" * 12, "出典：電力データ ～2026-01-19 05:30　" * 12
    head = lists.Headline("t", "s", "p", "訓練", "取扱注意", notice, sources, "1 / 1")
    table = lists.ListTable("t", (lists.ListColumn("a", 1),), [(str(n),) for n in range(80)])
    picture = QImage(8, 8, QImage.Format.Format_ARGB32)
    painter = QPainter(picture)
    lists.pages([table], head, width, height)[0].draw(painter, 1.0)
    painter.end()
    top = {words: found[0] for words, found in written.items()}
    for text, least in ((notice, 7.5), (sources, 6.5)):
        begin, end, needed, points = written[text]
        assert points >= least and needed <= end - begin + 1e-6 and end <= height - 2
    assert written[notice][1] <= top[sources] + 1e-6
    rows = [found[1] for words, found in written.items() if words.isdigit()]
    assert rows and max(rows) <= top[notice]


def test_leaves_are_turned_and_not_heaped_up(qgis_app):
    from tomoshibi.sheets.appendix_pages import AppendixPages

    layout = export.load(export.template_of("situation_a3"), QgsProject.instance())
    appendix_pages = AppendixPages(layout)
    before = len(layout.items())
    head = lists.Headline("t", "s", "p", "", "", "n", "s", "1 / 1")
    table = lists.ListTable("t", (lists.ListColumn("a", 1),), [(str(n),) for n in range(200)])
    made = lists.pages([table], head, *appendix_pages.size)
    for some in (made, made[:1], made):
        appendix_pages.turn(some)
        assert layout.pageCollection().pageCount() == 1 + len(some)
        last = layout.pageCollection().page(len(some)).pageSize()
        assert last == QgsLayoutSize(*appendix_pages.size)
    appendix_pages.turn([])
    assert layout.pageCollection().pageCount() == 1 and len(layout.items()) == before


@needs_poppler
def test_a_list_is_printed_as_text_and_a_page_that_cannot_be_drawn_is_an_error(qgis_app, tmp_path):
    from tomoshibi.sheets.appendix_pages import AppendixPages

    layout = export.load(export.template_of("situation_a3"), QgsProject.instance())
    appendix_pages = AppendixPages(layout)
    head = lists.Headline("t", "s", "p", "", "", "n", "s", "1 / 1")
    table = lists.ListTable("優先順位順", (lists.ListColumn("氏名", 1),), [("電力 太郎",)])
    appendix_pages.turn(lists.pages([table], head, *appendix_pages.size))
    export.export(layout, tmp_path / "list.pdf")
    appendix_pages.check()
    written = unicodedata.normalize("NFKC", words(tmp_path / "list.pdf"))
    assert "優先順位順" in written and "電力 太郎" in written

    def broken(painter, box):
        raise ValueError("broken")

    appendix_pages.turn(lists.pages([lists.Picture(broken, 1.0)], head, *appendix_pages.size))
    export.export(layout, tmp_path / "list.pdf")
    with pytest.raises(ValueError, match="broken"):
        appendix_pages.check()

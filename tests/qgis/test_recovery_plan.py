"""③ 復旧見通し from the toolbox: names as people write them, names that do not join, areas the plan does not name."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsProject, QgsVectorLayer
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.layers.schema import SPECS
from tomoshibi.layers.style import STYLES
from tomoshibi.sheets.headline import Around, tell
from tomoshibi.tests.lists import workbook
from tomoshibi.tests.qgis.tables import rows

NAMES = ("灯町一丁目", "灯町二丁目", "月影浜", "灯ヶ丘", "狐火谷")
PLAN = """地区,復旧見込,戸数,状況,備考
灯町１丁目,令和8年1月20日18時30分,120,作業中,
灯島県灯市月影浜,2026-01-30 12:00,30,,道路復旧後
灯が丘,未定,5,,
存在しない町,2026-01-21 12:00,7,,
,2026-01-21 12:00,1,,
"""


@pytest.fixture
def case(tmp_path):
    return Case.create(tmp_path / "case", CaseInfo("訓練", datetime(2026, 1, 19, 5, 46), "991023", practice=True))


@pytest.fixture
def areas(tmp_path):
    features = []
    for number, name in enumerate(NAMES):
        west = 135 + number / 100
        ring = [[west, 38], [west + 0.01, 38], [west + 0.01, 38.01], [west, 38.01], [west, 38]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        about = {"area_id": f"A{number}", "area_name": name}
        features.append({"type": "Feature", "properties": about, "geometry": shape})
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return str(path)


@pytest.fixture
def parameters(case, areas, tmp_path):
    def of(text=PLAN, encoding="utf-8", **more):
        path = tmp_path / "plan.csv"
        path.write_text(text, encoding=encoding)
        own = {"CASE": str(case.folder), "PLAN": str(path), "AREAS": areas, "WITHIN": "灯島県, 灯市"}
        return {**own, "AT": "2026-01-20T06:00:00", "OUTPUT": "memory:", **more}

    return of


def test_a_drill_looks_at_its_plan_by_its_own_clock(run, parameters):
    """By that of the computer the whole plan is overdue, and every other sheet printed with it says it is old."""
    table = rows(run("restorationplan", parameters(AT=None))["OUTPUT"])
    assert set(times(table, "as_of")) == {datetime(2026, 1, 19, 5, 46)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_places_join_however_they_are_written_and_the_others_are_listed_and_counted(
    run, parameters, feedback, encoding
):
    found = run("restorationplan", parameters(encoding=encoding))
    table = rows(found["OUTPUT"])
    assert list(table.columns) == SPECS["restorationplan"].names()
    lost = table[table["area_id"].isna()]
    assert lost["place"].tolist() == ["存在しない町", ""] and lost["households"].tolist() == [7, 1]
    assert lost["reason"].tolist() == ["no area has this name", "the place is blank"]
    assert not any(one.hasGeometry() for one in found["OUTPUT"].getFeatures() if not one["area_name"])
    table = table[table["area_id"].notna()].set_index("area_name")
    assert "未定" in table.loc["灯ヶ丘", "reason"] and table.loc["月影浜", "reason"] is None
    assert table.loc["灯町一丁目", "restored_at"].toPyDateTime() == datetime(2026, 1, 20, 18, 30)
    assert table.loc["月影浜", "note"] == "道路復旧後" and table.loc["月影浜", "households"] == 30
    assert table.loc["灯ヶ丘", "restored_at"] is None and table.loc["灯ヶ丘", "plan_row"] == 3
    assert (found["JOINED"], found["UNJOINED"], found["WITHOUT_TIME"], found["NOT_NAMED"]) == (3, 2, 1, 2)
    said = "\n".join(feedback.warnings)
    assert "存在しない町" in said and "Row 5" in said and "no time is decided yet" in said


def test_an_area_that_the_plan_does_not_name_stays_and_is_hatched(run, parameters):
    layer = run("restorationplan", parameters())["OUTPUT"]
    shown = {}
    for feature in layer.getFeatures():
        context = QgsExpressionContext()
        context.setFeature(feature)
        classes = STYLES["restorationplan"].areas
        hits = [area for area in classes if QgsExpression(area.condition).evaluate(context)]
        assert len(hits) == 1, feature["area_name"]
        shown[feature["area_name"]] = (hits[0].fill, hits[0].hatch)
    assert shown["狐火谷"] == ("", (45.0,)) and shown["灯ヶ丘"] == ("", (45.0, 135.0))
    assert shown["灯町一丁目"][0] and shown["月影浜"][0] and shown["灯町一丁目"] != shown["月影浜"]


def test_the_result_goes_into_the_case_with_its_line_in_the_ledger(run, run_and_load, parameters, case):
    where = f"ogr:dbname='{case.folder / 'layers.gpkg'}' table=\"restorationplan\" (geom)"
    run("restorationplan", parameters(OUTPUT=where))
    assert QgsVectorLayer(f"{case.folder / 'layers.gpkg'}|layername=restorationplan", "p", "ogr").featureCount() == 7
    entry = list(case.ledger.entries())[-1]
    assert entry.algorithm == "tomoshibi:restorationplan" and not entry.personal
    run_and_load("restorationplan", parameters())
    (layer,) = QgsProject.instance().mapLayers().values()
    assert layer.renderer().type() == "RuleRenderer"


def test_a_plan_without_places_or_rows_says_what_is_lacking(complaint, parameters):
    assert "no column place" in complaint("restorationplan", parameters("a,b\n1,2\n"))
    assert "has no rows" in complaint("restorationplan", parameters("地区,復旧見込\n"))


AS_OF = datetime(2026, 1, 20, 6)
FORMS = """地区,復旧見込,戸数,状況
灯町一丁目,18時,"2,300",作業中
灯町二丁目,8/1/22 9:00,約450,
月影浜,令和8年1月22日午後3時,80戸,
灯ヶ丘,1月22日 午後,１５０,倒木
狐火谷,2026/1/22(木) 正午,#N/A,
狐火谷,未定,0,
狐火谷,1/20,12,
狐火谷,1月23日 午前,不明,
"""


def times(table, name):
    return [None if value is None else value.toPyDateTime() for value in table[name]]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16"])
def test_only_listed_forms_are_read_vague_ones_are_periods_and_the_rest_is_listed(run, parameters, feedback, encoding):
    found = run("restorationplan", parameters(FORMS, encoding))
    table = rows(found["OUTPUT"]).sort_values("plan_row")
    begins = [None, datetime(2026, 1, 22, 9), datetime(2026, 1, 22, 15), datetime(2026, 1, 22, 12)]
    begins += [datetime(2026, 1, 22, 12), None, datetime(2026, 1, 20), datetime(2026, 1, 23)]
    assert times(table, "restored_from") == begins
    ends = [*begins[:3], datetime(2026, 1, 22, 23, 59), begins[4], None, datetime(2026, 1, 20, 23, 59)]
    assert times(table, "restored_at") == [*ends, datetime(2026, 1, 23, 12)]
    assert table["households"].fillna(-1).tolist() == [2300, 450, 80, 150, -1, 0, 12, -1]
    assert table["restored_words"].tolist()[3] == "1月22日 午後"
    assert (found["NOT_READ"], found["WITHOUT_TIME"]) == (3, 2)
    said = "\n".join(feedback.warnings)
    assert "6: #N/A, 9: 不明" in said and "18時" in said and "counts from the day of the plan" in said


def test_a_day_that_the_list_carries_tells_the_day_of_a_time_alone(run, parameters, tmp_path):
    table = rows(run("restorationplan", parameters("復旧見込み（1月21日）\n" + FORMS))["OUTPUT"])
    first = table.set_index("area_name").loc["灯町一丁目"]
    assert first["restored_at"].toPyDateTime() == datetime(2026, 1, 21, 18)


def test_date_cells_of_a_workbook_are_days_and_moments(run, parameters, tmp_path):
    cells = [["地区", "復旧見込", "戸数"], ["灯町一丁目", datetime(2026, 1, 22, 18), 1500]]
    cells += [["灯町二丁目", date(2026, 1, 23), "300"], ["月影浜", "1/22 夜", "約20"]]
    path = workbook(tmp_path / "plan.xlsx", cells)
    table = rows(run("restorationplan", parameters(PLAN=str(path)))["OUTPUT"]).dropna(subset=["plan_row"])
    assert times(table, "restored_from") == [
        datetime(2026, 1, 22, 18),
        datetime(2026, 1, 23),
        datetime(2026, 1, 22, 18),
    ]
    assert times(table, "restored_at")[1:] == [datetime(2026, 1, 23, 23, 59), datetime(2026, 1, 22, 23, 59)]
    assert table["households"].tolist() == [1500, 300, 20]


WORDS = """停電復旧計画（1月20日 5時現在）
地区,復旧見込,戸数,状況
灯町一丁目,復旧済み,1600,
灯町二丁目,一部復旧,300,
月影浜,本日夕方頃,80,
灯ヶ丘,2026/01/20 被害把握中のため復旧未定,150,復旧作業中
狐火谷,数日中,9,
"""


def test_words_of_utilities_are_read_or_named_and_only_power_that_is_back_is_back(run, parameters, feedback):
    found = run("restorationplan", parameters(WORDS))
    table = rows(found["OUTPUT"]).dropna(subset=["plan_row"]).sort_values("plan_row")
    assert times(table, "done_at") == [datetime(2026, 1, 20, 5), *[None] * 4]
    assert times(table, "restored_from") == [None, None, datetime(2026, 1, 20, 15), None, None]
    assert (found["DONE"], found["WITHOUT_TIME"], found["NOT_READ"]) == (1, 3, 1)
    said = "\n".join(feedback.warnings)
    assert "一部復旧" in said and "of a part of it" in said and "no time is decided yet" in said
    assert "“狐火谷”: the time cannot be read; it is on the map without. 数日中" in said and "復旧済み" not in said
    headline = tell("restorationplan", [(1, None, AS_OF, AS_OF), (2, None, None, AS_OF)], Around()).headline
    assert "power back by the plan 1" in headline and "in the plan without a time 1" in headline


PRINTED = """復旧計画,,,,,,,
県,市町村,停電軒数,復旧計画及び実績,1/20,1/21,1/22,備考
灯島県,灯市灯町一丁目,1600,計画,,〇,,大規模な復旧のため
,,,実績,,,,
灯島県,灯市灯町二丁目,600,計画,,〇,,
,,,実績,〇,,,
灯島県,灯市月影浜,40,計画,,〇,〇,倒木により侵入不可
,,,実績,,,?,
"""


def test_the_manuals_printed_form_is_read_with_what_was_planned_and_done(run, parameters, feedback):
    found = run("restorationplan", parameters(PRINTED, "cp932", WITHIN="灯市"))
    table = rows(found["OUTPUT"]).dropna(subset=["plan_row"]).set_index("area_name")
    assert len(table) == 3 and table["households"].tolist() == [1600, 600, 40]
    assert times(table, "restored_from") == [datetime(2026, 1, 21)] * 3
    ends = [datetime(2026, 1, 21, 23, 59)] * 2 + [datetime(2026, 1, 22, 23, 59)]
    assert times(table, "restored_at") == ends
    assert times(table, "done_at") == [None, datetime(2026, 1, 20, 23, 59), None]
    assert table["note"].tolist() == ["大規模な復旧のため", "", "倒木により侵入不可"]
    assert (found["JOINED"], found["UNJOINED"], found["DONE"], found["NOT_READ"]) == (3, 0, 1, 1)
    assert any("column “1/22”: 1 value(s)" in line for line in feedback.warnings)

"""③ 復旧見通し from the toolbox: names as people write them, names that do not join, areas the plan does not name."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsProject, QgsVectorLayer
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.layers.schema import SPECS
from tomoshibi.layers.style import STYLES
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
    assert "存在しない町" in said and "Row 5" in said and "time cannot be read" in said


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
    assert "no rows below" in complaint("restorationplan", parameters("地区,復旧見込\n"))

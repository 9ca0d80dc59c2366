"""What stands above and beside a map: words, figures, names, and the change since the result before."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
)
from tomoshibi.analysis.key_figures import FROM_LAYER, Figure, KeyFigure
from tomoshibi.casefile.data_status import DataStatus
from tomoshibi.layers import build, schema, style
from tomoshibi.layers.coarse_cells import coarse, size_of, wanted_size
from tomoshibi.layers.districts import Districts, name_field
from tomoshibi.sheets.brief_words import brief_headline
from tomoshibi.sheets.contents import data_words, figures, shown
from tomoshibi.sheets.figure_words import figure_rest, figure_value, mostly_unknown
from tomoshibi.sheets.headline import HEADLINES, Around, Past, Told, changed, table_of, tell
from tomoshibi.sheets.painter_mm import MillimetrePainter

AT = datetime(2026, 1, 21, 6)
pytestmark = pytest.mark.usefixtures("qgis_app")


def rows(kind: str, *records: dict) -> list[tuple]:
    return [tuple(record.get(name) for name in HEADLINES[kind].columns) for record in records]


def facility(name: str, kind: str, state: str | None, **more: object) -> dict:
    return {"fid": len(name), "facility_id": name, "name": name, "kind": kind, "state": state, **more}


def test_dark_facilities_are_counted_and_named_the_hospital_first():
    proven = datetime(2026, 1, 19, 5, 30)
    told = tell(
        "shelterpower",
        rows(
            "shelterpower",
            facility("灯小学校", "避難所", "outage", capacity=300),
            facility("灯総合病院", "病院", "outage", capacity=120, last_proven=proven),
            facility("明病院", "病院", "powered"),
            facility("暁公民館", "避難所", "partial"),
            facility("宵公民館", "避難所", None),
        ),
        Around(),
    )
    first, second = told.headline.split("\n")
    # whoever reads the first line alone must see of how many nothing is known
    assert first == "Confirmed without power: 2 of 5 facilities (unknown 1)"
    assert "in part 1" in second and "waterworks among them 1 of 2" in second
    assert [name for name, _ in told.names] == ["灯総合病院", "灯小学校", "暁公民館"]
    assert told.names[0][1] == "病院  120 persons  power until 01/19 05:30"
    assert told.names[2][1] == "避難所  in part"
    assert told.first[0] == len("灯総合病院") and told.more == 0


def test_where_nothing_is_known_the_headline_says_so_and_names_nobody():
    told = tell(
        "shelterpower", rows("shelterpower", *[facility(f"施設{n}", "避難所", "unknown") for n in range(3)]), Around()
    )
    assert told.headline == "Of all 3 facilities nothing is known"
    assert told.names == ()


def test_more_than_ten_names_are_counted():
    many = [facility(f"施設{n:02d}", "避難所", "outage") for n in range(13)]
    told = tell("shelterpower", rows("shelterpower", *many), Around())
    assert len(told.names) == len(told.first) == 10 and told.more == 3


def test_homes_in_the_dark_are_a_range_and_what_is_masked_stands_apart():
    cell = {"masked": False}
    told = tell(
        "meshoutage",
        rows(
            "meshoutage",
            {**cell, "meters": 100, "low": 0.2, "high": 0.3},
            {**cell, "meters": 50, "low": 0.0, "high": 0.1},
            {"masked": True, "unknown_reason": "masked"},
            {**cell, "meters": 40, "unknown_reason": "before_event"},
        ),
        Around(),
    )
    first, second = told.headline.split("\n")
    assert first == "Without power beyond peacetime: 20–35 of 150 meters (unknown 40)"
    assert second == "masked 1 squares  unknown 1 squares"


@pytest.mark.parametrize(
    "voltages, before, below",
    [(["low"] * 2, "low voltage: ", "low voltage"), (["low", "high"], "", ""), ([None] * 2, "", "")],
)
def test_meters_in_the_dark_say_of_which_voltage_they_are_where_that_is_one(voltages, before, below):
    cells = [{"mesh_code": str(n), "meters": 10, "low": 0.1, "high": 0.1, "voltage": v} for n, v in enumerate(voltages)]
    table = rows("meshoutage", *cells)
    first = tell("meshoutage", table, Around()).headline.split("\n")[0]
    assert first == f"{before}Without power beyond peacetime: 2 of 20 meters"
    (count,) = (one(table_of("meshoutage", table)) for one in FROM_LAYER["meshoutage"])
    assert figure_rest(count) == below


def test_where_most_squares_are_masked_the_first_line_says_so():
    known, masked = (
        {"masked": False, "meters": 15, "low": 0.0, "high": 0.0},
        {"masked": True, "unknown_reason": "masked"},
    )
    told = tell("meshoutage", rows("meshoutage", known, masked, masked), Around())
    first = told.headline.split("\n")[0]
    assert first == "Without power beyond peacetime: 0 of 15 meters; 2 of 3 squares are masked and not known"
    half = tell("meshoutage", rows("meshoutage", known, masked), Around())
    assert half.headline.split("\n")[0] == "Without power beyond peacetime: 0 of 15 meters"


def test_a_number_that_tells_of_few_does_not_stand_before_the_many_of_which_nothing_is_known():
    told = tell(
        "meshoutage",
        rows(
            "meshoutage",
            {"masked": False, "meters": 11, "low": 0.1, "high": 0.9},
            {"masked": False, "meters": 7_501, "unknown_reason": "not_due"},
        ),
        Around(),
    )
    first, _ = told.headline.split("\n")
    assert first == "Unknown: 7,501 of 7,512 meters; of the other 11, without power 1–10"


@pytest.mark.parametrize("kind, said", [("meshoutage", "unknown 2 squares"), ("areaoutage", "unknown 2 areas")])
def test_as_many_are_called_unknown_as_are_drawn_so(kind, said):
    records = (
        {"masked": False, "meters": 11, "low": 0.1, "high": 1.0, "unknown_reason": "not_due"},
        {"masked": False, "meters": 90, "low": 0.0, "high": 1.0, "unknown_reason": "not_due"},
        {"masked": False, "meters": 300, "low": 0.2, "high": 0.3, "unknown_reason": ""},
    )
    # bounds that rule out a little do not make of a hatched square one with a rate
    assert tell(kind, rows(kind, *records), Around()).headline.split("\n")[1] == said


def test_settlements_are_told_by_group():
    base = {"hours": 47.2, "group_id": "1"}
    told = tell(
        "isolatedcommunities",
        rows(
            "isolatedcommunities",
            {**base, "fid": 7, "area_id": "a", "area_name": "電線浜", "rank": 1, "meters": 30, "access_cut": "cut"},
            {**base, "fid": 8, "area_id": "b", "area_name": "燈籠浦", "rank": 2, "meters": 20, "access_cut": "open"},
            {"fid": 9, "area_id": "c", "area_name": "磯谷", "rank": 3, "group_id": "2", "meters": 5},
        ),
        Around(),
    )
    first, second = told.headline.split("\n")
    assert first == "Perhaps isolated: 2 groups, 3 settlements"
    assert second == "road cut off or cut in part: 1 groups  road not known: 1 groups  55 meters in all"
    assert told.names[0] == ("電線浜 and 1 more", "50 meters  47 h  road: Cut off")
    # the map bears the numbers of the list: settlements of one group the same, the most urgent of it from afar
    assert told.numbers == {7: 1, 8: 1, 9: 2} and told.first == (7, 9)
    nobody = tell("isolatedcommunities", [], Around()).headline
    assert nobody == "As far as the data reach, no settlement is suspected to be isolated"


def square(layer: QgsVectorLayer, x: float, y: float, size: float, **values: object) -> None:
    feature = QgsFeature(layer.fields())
    for name, value in {"begin": schema.date_time(AT), **values}.items():
        feature[name] = value
    feature.setGeometry(build.rectangles([y], [x], [y + size], [x + size])[0])
    assert layer.dataProvider().addFeatures([feature])[0]


def memory(kind: str) -> QgsVectorLayer:
    spec = schema.SPECS[kind]
    shape = {"cell": "Polygon", "point": "Point", "polygon": "MultiPolygon"}[spec.geometry]
    layer = QgsVectorLayer(f"{shape}?crs={schema.CRS}", kind, "memory")
    layer.dataProvider().addAttributes(schema.fields(spec).toList())
    layer.updateFields()
    return layer


def districts() -> Districts:
    layer = QgsVectorLayer(
        f"MultiPolygon?crs={schema.CRS}&field=area_id:string&field=area_name:string", "areas", "memory"
    )
    for number, name in enumerate(("浜町", "山町")):
        feature = QgsFeature(layer.fields())
        shape = build.rectangles([37.0], [137.0 + number], [38.0], [138.0 + number])[0]
        shape.convertToMultiType()
        feature.setGeometry(shape)
        feature.setAttributes([str(number), name])
        layer.dataProvider().addFeatures([feature])
    assert name_field(layer) == "area_name"
    return Districts(layer, "area_name")


def test_a_map_of_squares_names_the_districts_with_most_of_the_dark():
    layer = memory("meshoutage")
    square(layer, 137.5, 37.5, 0.001, mesh_code="1", meters=100, low=0.5, high=0.6, rate_class=3, masked=False)
    square(layer, 138.5, 37.5, 0.001, mesh_code="2", meters=300, low=0.5, high=0.6, rate_class=3, masked=False)
    square(layer, 137.6, 37.5, 0.001, mesh_code="3", meters=90, low=0.0, high=0.1, rate_class=1, masked=False)
    style.apply_style(layer, "meshoutage")
    told = tell("meshoutage", figures(layer, "meshoutage", QgsProject()).rows, Around(districts()))
    assert told.names == (("山町", "150–180"), ("浜町", "50–60"))


def test_what_has_no_place_is_counted_as_not_drawn():
    layer = memory("shelterpower")
    for shape in (QgsGeometry.fromWkt("POINT(137 37)"), QgsGeometry()):
        feature = QgsFeature(layer.fields())
        feature["state"] = "outage"
        feature.setGeometry(shape)
        layer.dataProvider().addFeatures([feature])
    style.apply_style(layer, "shelterpower")
    assert figures(layer, "shelterpower", QgsProject()).placeless == 1


def past(**states: str) -> Past:
    table = pd.DataFrame({"id": list(states), "state": list(states.values()), "low": np.nan, "high": np.nan})
    return Past(datetime(2026, 1, 20, 18), table)


def test_the_change_says_who_is_new_and_of_whom_nothing_can_be_said():
    now = rows("shelterpower", facility("a", "", "outage"), facility("b", "", "powered"), facility("c", "", "unknown"))
    told = changed("shelterpower", now, past(a="powered", b="outage", c="outage", d="outage"))
    assert told == "Since 01/20 18:00: newly out 1  no longer out 1  not comparable 1"
    assert changed("shelterpower", now, None) == ""


def test_a_rate_has_changed_only_where_the_two_intervals_do_not_touch():
    before = Past(
        datetime(2026, 1, 20, 18),
        pd.DataFrame({"id": ["a", "b", "c"], "state": "", "low": [0.1, 0.5, 0.1], "high": [0.2, 0.6, 0.4]}),
    )
    now = rows(
        "meshoutage",
        {"mesh_code": "a", "low": 0.3, "high": 0.4},
        {"mesh_code": "b", "low": 0.0, "high": 0.1},
        {"mesh_code": "c", "low": 0.3, "high": 0.6},
        {"mesh_code": "d", "low": 0.3, "high": 0.6},
    )
    assert changed("meshoutage", now, before) == "Since 01/20 18:00: higher 1  lower 1"


def test_small_cells_become_larger_squares_on_a_map_of_a_prefecture():
    layer = memory("meshoutage")
    from tomoshibi.analysis import mesh

    codes = mesh.encode(np.array([37.2001, 37.2001]), np.array([137.0001, 137.002]), 125)
    for code in codes:
        square(
            layer, 137, 37.2, 0.001, mesh_code=str(code), meters=50, silent=50, silent_rate=1.0, excess_rate=1.0,
            low=0.9, high=1.0, rate_class=4, masked=False,
        )  # fmt: skip
    style.apply_style(layer, "meshoutage")
    assert size_of(layer) == 125
    assert wanted_size(125, 60_000) is None
    assert wanted_size(125, 300_000) == 500
    (one,) = coarse(layer, shown(layer), 125, 500).getFeatures()
    assert (one["meters"], one["rate_class"], one["mesh_code"]) == (100, 4, mesh.parent(codes[:1], 125, 500)[0])
    assert one.geometry().area() == pytest.approx(16 * (2 / 1920) * (3 / 1920))


def labels(layer: QgsVectorLayer, scale: float) -> list[str]:
    settings = layer.labeling().settings()
    expression = QgsExpression(settings.fieldName)
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.lastScope().setVariable("map_scale", scale)
    found = []
    for feature in layer.getFeatures():
        context.setFeature(feature)
        found.append(str(expression.evaluate(context) or "").split("\n")[0])
        assert not expression.hasEvalError(), expression.evalErrorString()
    return found


def test_settlements_on_the_map_bear_the_number_of_their_group_in_the_list():
    layer = memory("isolatedcommunities")
    for number, (name, group) in enumerate((("電線浜", "1"), ("松明浜", "2"), ("燈籠浦", "1")), 1):
        feature = QgsFeature(layer.fields())
        feature["area_name"], feature["rank"], feature["group_id"], feature["hours"] = name, number, group, 45.0
        layer.dataProvider().addFeatures([feature])
    style.apply_style(layer, "isolatedcommunities")
    style.label_first(layer, "isolatedcommunities", (1, 2), 60_000, {1: 1, 2: 2, 3: 1})
    assert labels(layer, 60_000) == ["1 電線浜", "2 松明浜", "1 燈籠浦"]
    # from afar one settlement stands for each group
    assert labels(layer, 300_000) == ["1 電線浜", "2 松明浜", ""]
    # a page of an atlas without any must not keep the numbers of the page before
    style.label_first(layer, "isolatedcommunities", (), 60_000, {})
    assert labels(layer, 60_000) == ["電線浜", "松明浜", "燈籠浦"]


def facilities_table() -> pd.DataFrame:
    records = [
        facility("灯小学校", "避難所", "outage"),
        facility("暁公民館", "避難所", "partial"),
        facility("宵公民館", "福祉避難所", "unknown"),
        facility("灯総合病院", "病院", "powered"),
        facility("灯浄水場", "水道施設", "outage"),
    ]
    return table_of("shelterpower", rows("shelterpower", *records))


def test_the_headline_of_the_brief_tells_facilities_by_sort_with_the_unknown_beside_them():
    tables = {"shelterpower": facilities_table(), "isolatedcommunities": pd.DataFrame()}
    groups = "Perhaps isolated: 2 groups, 3 settlements"
    told = {"meshoutage": Told("Dark 5"), "isolatedcommunities": Told(f"{groups}\nmore")}
    assert brief_headline(tables, told, False) == (
        "Confirmed without power: shelters 1 of 3 (in part 1, unknown 1), hospitals and clinics 0 of 1, "
        "other facilities 1 of 1. Dark 5. Perhaps isolated: 2 groups, 3 settlements."
    )


def test_the_headline_of_the_brief_is_never_calm_where_nothing_is_known():
    assert brief_headline({}, {}, False) == "Nothing can be told: no map of the situation has been made yet."
    tables = {
        "shelterpower": facilities_table().assign(state="unknown"),
        "isolatedcommunities": pd.DataFrame(),
        "hiddenoutages": pd.DataFrame(),
    }
    told = {kind: Told("all is well") for kind in ("isolatedcommunities", "hiddenoutages")}
    assert brief_headline(tables, told, True) == (
        "Of all 5 facilities nothing is known. It is not known whether settlements are isolated. "
        "Hidden outages are not known."
    )


def test_of_a_hazard_area_that_nobody_gave_the_headline_does_not_say_that_none_is_inside():
    told = tell("evacuationsupport", rows("evacuationsupport", {"state": "home"}, {"state": "away"}), Around())
    assert "not known whether inside the hazard area 2" in told.headline
    assert "inside the hazard area 0" not in told.headline and "at home 0" not in told.headline
    some = [{"state": "home", "in_hazard": True}, {"state": "home", "in_hazard": False}, {"state": "away"}]
    told = tell("evacuationsupport", rows("evacuationsupport", *some), Around())
    assert (
        "inside the hazard area 1  inside it and at home 1  not known whether inside the hazard area 1" in told.headline
    )


@pytest.mark.parametrize(
    ("low", "high", "value", "rest"),
    [
        (4, 5, "5", "road cut off or cut in part: 4 groups"),
        # of a prefecture whose roads nobody reported this was “0–14”, which reads like perhaps none
        (0, 14, "14", "road cut off or cut in part: 0 groups"),
        (0, 0, "0", ""),
    ],
)
def test_the_number_of_isolated_groups_is_that_of_the_headline(low, high, value, rest):
    counted = KeyFigure(Figure.ISOLATED_GROUPS, float(low), float(high))
    assert figure_value(counted) == value and figure_rest(counted) == rest


def test_squares_of_which_not_even_the_meters_are_told_stand_beside_the_number():
    told = {"reasons": {"masked": 3}, "uncounted": 3}
    few = KeyFigure(Figure.HOMES_DARK, 1.0, 4.0, 120, 0, places=9, **told)
    assert figure_rest(
        few
    ) == "squares or areas whose meters are not told 3 (figure masked or blank)" and not mostly_unknown(few)
    assert mostly_unknown(KeyFigure(Figure.HOMES_DARK, 1.0, 4.0, 120, 0, places=5, **told))
    both = KeyFigure(Figure.HOMES_DARK, 1.0, 4.0, 120, 20, places=9, **told)
    assert figure_rest(both).startswith("unknown 20, squares or areas whose meters are not told 3")


def test_sure_hidden_outages_are_the_number_and_the_undecided_stand_beside_it():
    counted = KeyFigure(Figure.HIDDEN, 79.0, 97.0, None, 3)
    assert figure_value(counted) == "79" and figure_rest(counted) == "undecided 18 · unknown 3"
    assert figure_value(KeyFigure(Figure.HOMES_DARK, 1331.0, 1418.0, 7511)) == "1,331–1,418 of 7,511"


def test_the_kinds_of_data_are_told_apart_and_in_red_why_they_are_old():
    until = {"reading": datetime(2026, 1, 21, 5), "statistics": datetime(2026, 1, 21)}
    status = DataStatus(AT, until, (), datetime(2026, 1, 19, 5, 46), 12.0)
    kinds = "Data until: Readings (電力データ) 01-21 05:00, Statistics (通電計器数) 01-21 00:00"
    assert data_words(status) == ((kinds, False),)
    old = DataStatus(datetime(2026, 1, 22, 6), until, (), datetime(2026, 1, 19, 5, 46), 12.0)
    (first, red), second = data_words(old)
    assert red and "more than 12 hours before 01-22 06:00" in first and second == (kinds, False)
    assert data_words(DataStatus(AT, {}, (), AT, 12.0)) == (("No data were received", True),)


def test_an_area_in_which_many_may_be_out_is_named_though_nothing_is_proven():
    areas = [
        {"area_code": "1", "area_name": "東区", "meters": 3073, "low": 0.069, "high": 0.217},
        {"area_code": "2", "area_name": "西区", "meters": 5041, "low": 0.0, "high": 0.1224},
        {"area_code": "3", "area_name": "北町", "meters": 900, "low": 0.0, "high": 0.01},
        # of a city hundreds are a small share
        {"area_code": "4", "area_name": "七市", "meters": 22_164, "low": 0.0, "high": 0.04, "excess_rate": 0.018},
    ]
    told = tell("areaoutage", rows("areaoutage", *areas), Around())
    assert told.names == (("東区", "212–667"), ("七市", "0–887"), ("西区", "0–617"))


def test_the_areas_that_lost_most_contracts_are_all_that_lost_some_the_most_first():
    lost = [("大町", -6.0, -0.01), ("小浜", -2.0, -0.2), ("中町", 0.0, 0.0), ("新町", 3.0, 0.1)]
    areas = [{"area_id": name, "area_name": name, "change": one, "change_rate": rate} for name, one, rate in lost]
    told = tell("contractcounts", rows("contractcounts", *areas), Around())
    assert told.headline.splitlines()[0] == "Contracts more than 10 % fewer: 1 of 4 areas"
    assert told.names == (("大町", "-6"), ("小浜", "-2"))


@pytest.mark.parametrize(
    ("kind", "known", "first", "second"),
    [
        ("contractcounts", "change_rate", "Of no area is it known whether contracts are fewer", "unknown 2 areas"),
        ("recoveryindex", "index", "No area can be compared with the year before", "unknown 2 areas"),
        ("acquisitiongaps", "gap_rate", "Nothing is known of any area", ""),
        ("homeaway", "state", "Of none of 2 dwellings is presence known", ""),
    ],
)
def test_where_nothing_is_known_the_headline_counts_nothing(kind, known, first, second):
    unknown = [{"fid": number, "area_id": str(number), known: None, "meters": 9} for number in (1, 2)]
    told = tell(kind, rows(kind, *unknown), Around()).headline
    # “0 of 0” and “0 of 2” would sound calm
    assert told.splitlines() == [line for line in (first, second) if line]


def test_a_time_of_the_plan_that_has_passed_is_told_beside_those_to_come():
    past, later = datetime(2026, 1, 20), datetime(2026, 1, 22)
    areas = [
        {"plan_row": 1, "restored_at": past, "as_of": AT},
        {"plan_row": 2, "restored_at": past, "done_at": past, "as_of": AT},
        {"plan_row": 3, "restored_at": later, "as_of": AT},
        {"plan_row": 4, "as_of": AT},
        {"as_of": AT},
    ]
    told = tell("restorationplan", rows("restorationplan", *areas), Around()).headline.splitlines()
    assert told[0] == "The plan names a time for 3 of 5 areas"
    assert told[1] == "its time has passed 1  power back by the plan 1  in the plan without a time 1  not in the plan 1"
    nothing = tell("restorationplan", rows("restorationplan", {"as_of": AT}), Around()).headline
    assert "passed" not in nothing


def test_a_truck_that_works_elsewhere_is_no_need():
    states = ("assigned", "no_truck", "at_work", "at_work_elsewhere")
    told = tell("powertrucks", rows("powertrucks", *({"status": state} for state in states)), Around())
    assert told.headline.splitlines() == ["Trucks proposed for 1 of 3 needs", "no truck left for 1  at work 2"]


def test_when_a_facility_fails_comes_first_and_its_day_once():
    row = {
        "fid": 1,
        "facility_id": "F1",
        "name": "灯診療所",
        "kind": "診療所",
        "state": "running",
        "rank": 1,
        "hours_left_low": 3.0,
    }
    row |= {"fails_earliest": datetime(2026, 1, 21, 5, 8), "fails_latest": datetime(2026, 1, 21, 20, 5)}
    (name,) = tell("survivalclocks", rows("survivalclocks", row), Around()).names
    assert name == ("灯診療所", "fails between 1/21 05:08 and 20:05  診療所")


def test_where_nobody_runs_on_its_own_power_no_count_of_none_is_told():
    failed = facility("灯小学校", "避難所", "failed", rank=1, fails_earliest=AT, fails_latest=AT)
    asked = facility("暁公民館", "避難所", "unknown", rank=2)
    told = tell("survivalclocks", rows("survivalclocks", failed, asked), Around())
    # whose power has ended comes first: that nobody is known to run on their own would sound calm
    assert told.headline.split("\n")[0] == "Backup power must have ended: 1 facilities (unknown 1)"
    powered = facility("明病院", "病院", "powered", rank=3)
    told = tell("survivalclocks", rows("survivalclocks", powered, asked), Around())
    assert told.headline == "No facility is known to run on its own power (unknown 1)"


def test_whose_power_has_ended_comes_before_who_may_fail_within_a_day():
    failed = facility("灯小学校", "避難所", "failed", rank=2, fails_earliest=AT, fails_latest=AT)
    running = facility("灯診療所", "診療所", "running", rank=1, hours_left_low=3.0, litres_to_hours=744.0)
    told = tell("survivalclocks", rows("survivalclocks", failed, running), Around())
    first, second = told.headline.split("\n")
    ended = "Backup power must have ended: 1 facilities"
    assert first == f"{ended}; May fail within 24 hours: 1 of 1 facilities on their own power"
    assert second == "litres lacking in all: 744"


def test_clocks_name_whom_to_ask_what_hangs_on_the_generator():
    def asked(name, rank, codes):
        return {**facility(name, "病院", "running", rank=rank, hours_left_low=30.0), "assumption": codes}

    table = rows(
        "survivalclocks",
        asked("灯二病院", 2, "as_usual,overloaded,hangs_unknown"),
        asked("灯一病院", 1, "load,circuits_use"),
        asked("灯三病院", 3, "as_usual,overloaded"),
    )
    told = tell("survivalclocks", table, Around()).headline
    assert told.splitlines()[-1] == (
        "Ask what hangs on the generator (whole building or selected circuits, kW): 灯一病院, 灯二病院"
    )
    many = [asked(f"灯{number}病院", number, "hangs_unknown") for number in range(1, 6)]
    assert tell("survivalclocks", rows("survivalclocks", *many), Around()).headline.endswith(
        "灯1病院, 灯2病院, 灯3病院…"
    )
    assert "Ask" not in tell("survivalclocks", rows("survivalclocks", asked("灯", 1, None)), Around()).headline


def test_clocks_say_at_which_moment_they_are_told_and_time_alone_is_worded_apart():
    times = {"state_at": datetime(2026, 1, 21, 12), "evidence_until": AT}
    by_time = facility("灯小学校", "避難所", "ended_by_time", rank=1, **times)
    running = facility("灯診療所", "診療所", "running", rank=2, hours_left_low=3.0, **times)
    table = rows("survivalclocks", by_time, running)
    assert tell("survivalclocks", table, Around()).headline == (
        "As of 01/21 12:00 (data until 01/21 06:00): must have ended since the data, if not refuelled and power not "
        "back: 1 facilities; May fail within 24 hours: 1 of 1 facilities on their own power"
    )
    (count,) = (one(table_of("survivalclocks", table)) for one in FROM_LAYER["survivalclocks"])
    assert figure_rest(count) == "must have ended: 1 · as of 01/21 12:00, data until 01/21 06:00" and count.low == 1


def test_what_has_no_room_beside_a_name_is_left_out_whole_and_no_figure_is_cut():
    paper = MillimetrePainter()
    words = "fails between 1/21 05:08 and 20:05  744 L lacking  診療所"
    short = paper.shortened(words, paper.width_of(words, 8.0) - 1, 8.0)
    assert short == "fails between 1/21 05:08 and 20:05  744 L lacking  …"
    shorter = paper.shortened(words, paper.width_of(words[:40], 8.0), 8.0)
    assert shorter == "fails between 1/21 05:08 and 20:05  …"
    # of one item alone the end is cut
    assert paper.shortened("とても長い施設の名前", 8.0, 8.0).endswith("…")

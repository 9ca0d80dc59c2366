"""What may leave as public: never a column about a person or a meter, never a count that tells a masked one."""

from __future__ import annotations

from datetime import datetime

import pytest

pytest.importorskip("qgis")

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFields,
    QgsGeometry,
    QgsMemoryProviderUtils,
    QgsRectangle,
    QgsVectorLayer,
)
from tomoshibi.analysis.mesh import bounds
from tomoshibi.layers import schema
from tomoshibi.layers.public_themes import COUNTS, PERSONAL_COLUMNS, PUBLIC, PublicRows, public_rows
from tomoshibi.layers.schema import CRS, SPECS, date_time, field

NOW = datetime(2024, 1, 3, 8, 0)
BEFORE = datetime(2024, 1, 2, 8, 0)
KM = "53394611"


def _layer(theme: str, rows: list[dict[str, object]], shapes: list[QgsGeometry]) -> QgsVectorLayer:
    spec = SPECS[theme]
    fields = QgsFields()
    for column in spec.columns:
        fields.append(field(column.name, column.kind))
    layer = QgsMemoryProviderUtils.createMemoryLayer(theme, fields, spec.wkb_type, QgsCoordinateReferenceSystem(CRS))
    features = []
    for row, shape in zip(rows, shapes):
        feature = QgsFeature(fields)
        for name, value in row.items():
            feature[name] = date_time(value) if isinstance(value, datetime) else value
        feature.setGeometry(shape)
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    return layer


def _box(code: str) -> QgsGeometry:
    south, west, north, east = (float(one[0]) for one in bounds([code], {11: 125, 8: 1000}[len(code)]))
    return QgsGeometry.fromRect(QgsRectangle(west, south, east, north))


def _cell(code: str, meters: object, rate: object = 0.123, end: datetime = NOW, masked: bool = False):
    return {
        "mesh_code": code,
        "meters": meters,
        "silent": None if masked else 3,
        "silent_rate": rate,
        "low": 0.118,
        "high": 0.131,
        "rate_class": 1,
        "masked": masked,
        "voltage": "low",
        "begin": BEFORE,
        "end": end,
        "as_of": end,
        "evidence_until": end,
        "source": "通電計器数",
    }


def _cells(rows: list[dict[str, object]]) -> QgsVectorLayer:
    return _layer("meshoutage", rows, [_box(str(row["mesh_code"])) for row in rows])


def _by_code(found: PublicRows) -> dict[str, dict[str, object]]:
    names = found.theme.names()
    return {str(row[0]): dict(zip(names, row)) for row in found.rows}


def test_no_personal_column_of_any_schema_is_among_those_that_may_leave() -> None:
    people = {schema._SUPPLY_POINT, schema._OWN_ID, schema._HOLDER, schema._PERSON, schema._LIST_NAME}
    people |= {schema._RESPONSE, schema._MASTER_INFO_ID, schema._STATE, *schema._LISTED}
    for theme, public in PUBLIC.items():
        held = {column.name: column for column in SPECS[theme].columns}
        assert not set(public.names()) & (PERSONAL_COLUMNS | COUNTS), theme
        assert not {held[name] for name in public.names()} & people, theme
        assert set(public.names()) <= set(held), theme


def test_no_theme_about_people_or_single_meters_may_leave() -> None:
    about_one = {"supply_point", "meter_id", "master_info_id", "key", "address"}
    for spec in SPECS.values():
        if about_one & set(spec.names()):
            assert spec.name not in PUBLIC


def test_every_column_that_leaves_has_a_japanese_name_and_says_when_it_is_of() -> None:
    for public in PUBLIC.values():
        assert all(any(letter > "\u3000" for letter in column.label_ja) for column in public.columns)
        assert len({column.label_ja for column in public.columns}) == len(public.columns)
        assert {"as_of", "evidence_until", "source"} <= set(public.names())


def test_a_small_cell_is_withheld_with_its_reason_and_its_figures_are_blank() -> None:
    found = public_rows({"meshoutage": _cells([_cell(f"{KM}111", 9), _cell(f"{KM}222", 500), _cell(f"{KM}333", 400)])})
    rows = _by_code(found["meshoutage"])
    assert rows[f"{KM}111"]["meters"] is None
    assert rows[f"{KM}111"]["silent_rate"] is None
    assert rows[f"{KM}111"]["rate_class"] == 0
    assert rows[f"{KM}111"]["unknown_reason"] == "masked"
    assert rows[f"{KM}222"]["meters"] == 500
    # 400, the smaller of the others in the kilometre, goes with it
    assert rows[f"{KM}333"]["meters"] is None
    assert found["meshoutage"].withheld == (True, False, True)


def test_rates_leave_to_whole_percents_and_bounds_are_rounded_outwards() -> None:
    row = _by_code(public_rows({"meshoutage": _cells([_cell(f"{KM}111", 100)])})["meshoutage"])[f"{KM}111"]
    assert (row["silent_rate"], row["low"], row["high"]) == (0.12, 0.11, 0.14)
    assert "silent" not in row


def test_only_the_newest_time_leaves_and_what_was_masked_before_stays_withheld() -> None:
    rows = [_cell(f"{KM}111", None, end=BEFORE, masked=True), _cell(f"{KM}111", 80), _cell(f"{KM}222", 90)]
    found = public_rows({"meshoutage": _cells(rows)})["meshoutage"]
    assert len(found.rows) == 2
    assert _by_code(found)[f"{KM}111"]["meters"] is None
    assert found.as_of == NOW


def test_each_voltage_class_leaves_with_its_own_newest_time_and_what_has_no_time_stays() -> None:
    low, high = _cell(f"{KM}111", 80), {**_cell(f"{KM}222", 90, end=BEFORE), "voltage": "high"}
    nothing = {
        **_cell(f"{KM}333", None, None),
        "begin": None,
        "end": None,
        "unknown_reason": "not_due",
        "rate_class": 0,
    }
    found = _by_code(public_rows({"meshoutage": _cells([low, high, nothing])})["meshoutage"])
    assert set(found) == {f"{KM}111", f"{KM}222", f"{KM}333"}
    assert found[f"{KM}333"]["unknown_reason"] == "not_due"
    assert not found[f"{KM}333"]["masked"]


def test_a_municipality_less_its_cells_tells_no_masked_cell() -> None:
    cells = [_cell(f"{KM}111", None, None, masked=True)]
    cells += [_cell(f"53394612{quarter}11", 100 + quarter) for quarter in (1, 2, 3)]
    area = {**_cell("", 400), "area_code": "1", "area_name": "灯島県灯市"}
    del area["mesh_code"]
    shape = QgsGeometry.unaryUnion([_box(str(cell["mesh_code"])) for cell in cells]).convexHull()
    shape.convertToMultiType()
    found = public_rows({"meshoutage": _cells(cells), "areaoutage": _layer("areaoutage", [area], [shape])})
    assert _by_code(found["areaoutage"])["1"]["meters"] == 400
    withheld = [row for row in _by_code(found["meshoutage"]).values() if row["meters"] is None]
    assert len(withheld) == 2


def test_a_municipality_over_a_single_masked_cell_and_nothing_to_cover_it_is_left_out_and_named() -> None:
    area = {**_cell("", 12), "area_code": "1", "area_name": "灯島県灯市"}
    del area["mesh_code"]
    shape = _box(f"{KM}111")
    shape.convertToMultiType()
    layers = {
        "meshoutage": _cells([_cell(f"{KM}111", None, None, masked=True)]),
        "areaoutage": _layer("areaoutage", [area], [shape]),
    }
    found = public_rows(layers)
    assert found["areaoutage"].rows == ()
    assert found["areaoutage"].left_out == ("灯島県灯市",)


def test_a_cell_that_was_withheld_at_an_earlier_hand_over_is_withheld_again() -> None:
    found = public_rows({"meshoutage": _cells([_cell(f"{KM}111", 50)])}, before={"meshoutage": {f"{KM}111": False}})
    assert found["meshoutage"].withheld == (True,)


def test_a_shelter_leaves_with_its_name_and_state_and_without_its_meters() -> None:
    row = {
        "facility_id": "s1",
        "name": "灯小学校",
        "state": "unknown",
        "unknown_reason": "not_linked",
        "meters": 1,
        "silent": 1,
        "as_of": NOW,
        "evidence_until": BEFORE,
        "source": "電力データ",
    }
    found = public_rows({"shelterpower": _layer("shelterpower", [row], [QgsGeometry.fromWkt("Point(135 38)")])})
    shelters = found["shelterpower"]
    assert _by_code(shelters)["s1"]["name"] == "灯小学校"
    assert not {"meters", "silent", "reason"} & set(shelters.theme.names())
    assert shelters.reasons() == {"not_linked": 1}
    assert shelters.evidence_until == BEFORE


def test_a_theme_about_people_is_passed_over() -> None:
    layer = _layer("homeaway", [{"supply_point": "0" * 22}], [QgsGeometry.fromWkt("Point(135 38)")])
    assert public_rows({"homeaway": layer}) == {}

"""UC② for all voltage classes in one run: each by its own cells, drawn, counted and printed apart."""

from __future__ import annotations

import pandas as pd
import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils, QgsProject
from tomoshibi.analysis.mesh import LEVELS
from tomoshibi.layers.sources import outage_areas
from tomoshibi.layers.style import STYLES, voltages_of
from tomoshibi.messages import Progress
from tomoshibi.sheets.contents import figures
from tomoshibi.sheets.voltages import by_voltage, sheets_of, titled
from tomoshibi.tests.qgis.tables import rows
from tomoshibi.tests.use_cases import make_use_cases

SIZES = {"low": 250, "high": 5000, "extra_high": 10000}


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return make_use_cases(tmp_path_factory.mktemp("cases"))


@pytest.fixture
def table(run, cases):
    def of(**more):
        found = run("meshoutage", {"CASE": str(cases.case), "OUTPUT": "memory:", **more})
        return rows(found["OUTPUT"]), found

    return of


def test_all_classes_are_one_layer_each_by_its_own_cells(table, feedback):
    together, counted = table(VOLTAGE="all", ALL_TIMES=True)
    assert together.groupby("voltage")["begin"].nunique().to_dict() == dict.fromkeys(SIZES, 10)
    for voltage, metres in SIZES.items():
        codes = together.loc[together["voltage"] == voltage, "mesh_code"]
        assert set(codes.str.len()) == {LEVELS[metres].digits}, voltage
        alone, _ = table(VOLTAGE=voltage, ALL_TIMES=True)
        held = together[together["voltage"] == voltage].reset_index(drop=True)
        # what a layer rests on is told once, for all its classes: readings only homes have
        for name in held.columns.drop("source"):
            both = held[name].astype(object), alone[name].astype(object)
            one, other = (column.where(column.notna(), None).tolist() for column in both)
            assert one == other, name
        assert any(f"({voltage})" in line and f"{metres} m" in line for line in feedback.infos)
    single = [table(VOLTAGE=voltage)[1] for voltage in SIZES]
    # of a class all of whose cells are masked nobody knows how many
    for name in ("CELLS", "MASKED", "METERS", "SILENT"):
        assert counted[name] == sum(one.get(name, 0) for one in single)


def test_no_cell_of_one_class_holds_the_meters_of_another(table):
    together, _ = table(VOLTAGE="all")
    known = together[together["masked"] == False]  # noqa: E712 - a column
    assert not together.duplicated("mesh_code").any()
    assert known["silent_rate"].dropna().between(0, 1).all()
    masked = together[together["masked"] == True]  # noqa: E712
    assert len(masked) and masked[["silent", "silent_rate", "excess_rate"]].isna().all().all()


def test_the_cell_size_is_that_of_the_statistics_unless_one_is_chosen(table, complaint, cases):
    assert table()[0]["mesh_code"].str.len().unique().tolist() == [10]
    assert table(VOLTAGE="high")[0]["mesh_code"].str.len().unique().tolist() == [7]
    chosen, _ = table(VOLTAGE="all", MESH_SIZE="250")
    assert set(chosen["voltage"]) == set(SIZES)
    given = {"CASE": str(cases.case), "OUTPUT": "memory:"}
    assert "no rows" in complaint("meshoutage", {**given, "MESH_SIZE": "500"})
    assert "5000" in complaint("meshoutage", {**given, "MESH_SIZE": "5000"})


@pytest.fixture
def layer(run_and_load, cases):
    run_and_load("meshoutage", {"CASE": str(cases.case), "OUTPUT": "memory:", "VOLTAGE": "all", "ALL_TIMES": True})
    (loaded,) = QgsProject.instance().mapLayers().values()
    return loaded


def drawn(layer, feature) -> list[str]:
    """Labels of the rules that draw a feature on a map without a time."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    found = []
    for rule in layer.renderer().rootRule().children():
        expression = QgsExpression(rule.filterExpression())
        assert not expression.hasParserError(), expression.parserErrorString()
        if expression.evaluate(context):
            found.append(rule.label())
    return found


def test_cells_of_higher_voltage_are_outlines_that_hide_no_finer_cell(layer):
    newest = max(feature["begin"].toString("yyyy-MM-dd") for feature in layer.getFeatures())
    for feature in layer.getFeatures():
        labels = drawn(layer, feature)
        if feature["begin"].toString("yyyy-MM-dd") != newest:
            assert labels == []
            continue
        assert len(labels) == 1 and ("larger squares" in labels[0]) == (feature["voltage"] != "low")
    outlines = [rule for rule in layer.renderer().rootRule().children() if "larger squares" in rule.label()]
    assert len(outlines) == len(STYLES["meshoutage"].areas)
    for rule in outlines:
        assert [one.layerType() for one in rule.symbol().symbolLayers()] == ["SimpleLine"]


def test_each_class_is_counted_by_itself_on_a_sheet_of_its_own(layer, run, cases, tmp_path):
    parts = list(by_voltage(layer, "meshoutage"))
    assert sheets_of(layer) == len(parts)
    assert [more for more, _ in parts] == ["", "_high", "_extra_high"]
    counts = {}
    for voltage, (_, part) in zip(SIZES, parts):
        assert voltages_of(part) == [voltage]
        assert titled("停電率", part) != "停電率"
        told = figures(part, "meshoutage", QgsProject())
        counts[voltage] = dict(zip(told.names, told.values))
        alone = run("meshoutage", {"CASE": str(cases.case), "OUTPUT": "memory:", "VOLTAGE": voltage})
        # Where all squares are masked or unknown, there is no sum: not 0.
        known = alone["CELLS"] > alone["UNKNOWN"]
        assert counts[voltage]["Silent meters"] == (f"{alone['SILENT']:,}" if known else "unknown")
        classes = {area.label() for area in STYLES["meshoutage"].areas}
        # a class that is rare has no row where there is no such square
        cells = sum(int(value.replace(",", "")) for name, value in counts[voltage].items() if name in classes)
        assert cells == alone["CELLS"]
    made = run("mapsheets", {"LAYERS": [layer], "BASEMAP": "none", "FOLDER": str(tmp_path)})
    assert made["PAGES"] == 3
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == [
        "meshoutage.pdf",
        "meshoutage_extra_high.pdf",
        "meshoutage_high.pdf",
    ]


def test_a_layer_of_one_class_is_filled_and_printed_as_one_sheet(run_and_load, cases):
    run_and_load("meshoutage", {"CASE": str(cases.case), "OUTPUT": "memory:", "VOLTAGE": "high"})
    (layer,) = QgsProject.instance().mapLayers().values()
    assert len(layer.renderer().rootRule().children()) == len(STYLES["meshoutage"].areas)
    ((more, part),) = by_voltage(layer, "meshoutage")
    assert more == "" and part.featureCount() == layer.featureCount() and sheets_of(layer) == 1


def test_advice_on_opening_looks_at_homes_alone(layer):
    whole = outage_areas(layer, QgsProject.instance().transformContext(), Progress())
    layer.setSubsetString("\"voltage\" = 'low'")
    homes = outage_areas(layer, QgsProject.instance().transformContext(), Progress())
    pd.testing.assert_frame_equal(whole, homes)


def test_classes_are_told_apart_even_where_the_query_for_them_fails(layer, monkeypatch):
    monkeypatch.setattr(type(layer), "uniqueValues", lambda *_: set())
    assert voltages_of(layer) == list(SIZES)

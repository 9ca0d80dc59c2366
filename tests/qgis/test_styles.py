"""How results look, and that QGIS really gives them that look when they are loaded."""

from __future__ import annotations

import re
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextScope,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsLayerTreeModel,
    QgsMapLayerStyle,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingProvider,
    QgsProject,
    QgsReadWriteContext,
    QgsSymbolLayer,
    QgsVectorLayer,
)
from qgis.gui import QgsGui
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument
from tomoshibi.layers import build, postprocess, schema, style
from tomoshibi.layers.style.symbols import point_symbol
from tomoshibi.messages import Progress

AS_OF = datetime(2024, 1, 2, 6, 0)
DRAWN = [name for name, spec in schema.SPECS.items() if spec.geometry != "none"]


def luminance(name: str) -> float:
    colour = QColor(name)
    return 0.299 * colour.red() + 0.587 * colour.green() + 0.114 * colour.blue()


def memory_layer(spec_name: str, rows: list[dict]) -> QgsVectorLayer:
    spec = schema.SPECS[spec_name]
    geometry = {
        "point": "Point",
        "line": "LineString",
        "cell": "Polygon",
        "polygon": "MultiPolygon",
        "none": "None",
    }[spec.geometry]
    layer = QgsVectorLayer(f"{geometry}?crs=EPSG:6668", spec_name, "memory")
    layer.dataProvider().addAttributes(schema.fields(spec).toList())
    layer.updateFields()
    features = []
    for number, row in enumerate(rows):
        feature = QgsFeature(layer.fields())
        for name, value in {"as_of": AS_OF, "source": "通電情報", **row}.items():
            kind = next(column.kind for column in spec.columns if column.name == name)
            feature[name] = schema.to_value(value, kind)
        shape = (
            build.points([137 + number], [37.0]) if geometry == "Point" else build.rectangles([37], [137], [38], [138])
        )
        line = QgsGeometry.fromWkt("LineString (137 37, 138 38)")
        feature.setGeometry(line if geometry == "LineString" else shape[0])
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    layer.updateExtents()
    return layer


def class_of(layer: QgsVectorLayer, spec_name: str, feature: QgsFeature) -> list[str]:
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    return [
        area.fill or "hatched"
        for area in style.STYLES[spec_name].areas
        if QgsExpression(area.condition).evaluate(context)
    ]


@pytest.mark.parametrize("ramp", [style.RATE_RAMP, style.GAP_RAMP], ids=["rate", "gap"])
def test_classes_grow_darker_with_the_rate_so_that_grey_print_reads(ramp):
    greys = [luminance(colour) for colour in ramp]
    assert greys == sorted(greys, reverse=True)
    assert min(before - after for before, after in zip(greys, greys[1:])) > 25


def test_shelter_states_differ_in_shape_and_in_grey():
    shapes = [state.shape for state in style.SHELTER_STATES]
    assert len(set(shapes)) == len(shapes)
    greys = [luminance(state.fill) for state in style.SHELTER_STATES[:3]]
    assert greys == sorted(greys, reverse=True) and greys[1] - greys[2] > 50


def test_the_unknown_is_hatched_and_questioned_in_every_style():
    for spec_name, look in style.STYLES.items():
        unknown = [state for state in look.states if "unknown" in state.value or state.value == "no_data"]
        assert all(state.mark == "unknown" for state in unknown)
        assert bool(unknown) == bool(look.states), spec_name
        assert any(not area.fill for area in look.areas) == bool(look.areas), spec_name


@pytest.mark.parametrize(
    ("rate", "colour"),
    [
        (0.0, style.GAP_RAMP[0]),
        (0.25, style.GAP_RAMP[0]),
        (0.2500001, style.GAP_RAMP[1]),
        (0.5, style.GAP_RAMP[1]),
        (0.75, style.GAP_RAMP[2]),
        (0.7500001, style.GAP_RAMP[3]),
        (1.0, style.GAP_RAMP[3]),
        (np.nan, "hatched"),
    ],
)
def test_a_gap_has_exactly_one_class_and_no_rate_is_unknown(qgis_app, rate, colour):
    layer = memory_layer("acquisitiongaps", [{"gap_rate": rate}])
    assert class_of(layer, "acquisitiongaps", next(layer.getFeatures())) == [colour]


@pytest.mark.parametrize(
    ("number", "masked", "colour"),
    [
        (1, False, style.RATE_RAMP[0]),
        (4, False, style.RATE_RAMP[3]),
        (0, True, "hatched"),
        (0, False, "hatched"),
        (None, None, "hatched"),
        (None, True, "hatched"),
    ],
)
def test_a_cell_has_exactly_one_class_and_masked_is_never_low(qgis_app, number, masked, colour):
    layer = memory_layer("meshoutage", [{"rate_class": number, "masked": masked}])
    assert class_of(layer, "meshoutage", next(layer.getFeatures())) == [colour]


def drawn_with(layer: QgsVectorLayer) -> list[list[str]]:
    """Return for each feature the labels of the rules that draw it."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    found = []
    for feature in layer.getFeatures():
        context.setFeature(feature)
        rules = layer.renderer().rootRule().children()
        found.append([rule.label() for rule in rules if QgsExpression(rule.filterExpression()).evaluate(context)])
    return found


def test_wards_are_drawn_in_place_of_their_city_and_other_cities_stay(qgis_app):
    names = ["灯県灯市", "灯県灯市北区", "灯県他市", None]
    layer = memory_layer("areaoutage", [{"area_name": name, "rate_class": 2} for name in names])
    style.apply_style(layer, "areaoutage")
    assert drawn_with(layer) == [[], ["26–50 %"], ["26–50 %"], ["26–50 %"]]


@pytest.mark.parametrize(
    ("access", "urgency"),
    [
        ("cut", "At once: road cut off"),
        ("partly", "Soon: road cut in part"),
        ("open", "To be confirmed: road passable"),
        ("unknown", "Soon: road not known"),
        (None, "Soon: road not known"),
        ("strange", "Soon: road not known"),
    ],
)
def test_a_settlement_without_data_has_the_colour_of_its_road_and_the_number_of_its_turn(qgis_app, access, urgency):
    row = {"rank": 12, "area_name": "灯里", "hours": 30.6, "access_cut": access}
    layer = memory_layer("isolatedcommunities", [row])
    style.apply_style(layer, "isolatedcommunities")
    assert drawn_with(layer) == [[urgency]]
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    assert QgsExpression(layer.labeling().settings().fieldName).evaluate(context) == "12 灯里\n30 hours"


def test_the_more_urgent_is_the_darker(qgis_app):
    fills = [area.fill for area in style.STYLES["isolatedcommunities"].areas if area.fill]
    shades = [luminance(fill) for fill in fills]
    assert shades == sorted(shades) and shades[-1] - shades[0] > 100


@pytest.mark.parametrize(
    ("rate_class", "low", "label"),
    [
        (1, 0.02, "up to 25 %"),
        (1, 0.0, "Like an ordinary day"),
        (1, -0.01, "Like an ordinary day"),
        (1, None, "up to 25 %"),
        (2, 0.0, "26–50 %"),
        (0, None, "Unknown"),
    ],
)
def test_a_cell_like_on_an_ordinary_day_is_told_from_one_with_a_few_meters_out(qgis_app, rate_class, low, label):
    layer = memory_layer("meshoutage", [{"mesh_code": "1", "rate_class": rate_class, "low": low}])
    style.apply_style(layer, "meshoutage")
    assert drawn_with(layer) == [[label]]


def test_cells_lose_their_outlines_at_small_scales_and_the_masked_stay_hatched(qgis_app):
    look = style.STYLES["meshoutage"]
    masked = style.area_symbol(look.areas[6], look.outline, look.small)
    layers = [masked.symbolLayer(number) for number in range(masked.symbolLayerCount())]
    strokes = layers[0].dataDefinedProperties().property(QgsSymbolLayer.Property.PropertyStrokeStyle)
    shown = {}
    for scale in (25_000, 350_000):
        context = QgsExpressionContext()
        scope = QgsExpressionContextScope()
        scope.setVariable("map_scale", scale)
        context.appendScope(scope)
        where = [one.dataDefinedProperties().property(QgsSymbolLayer.Property.PropertyLayerEnabled) for one in layers]
        (lines,) = [one for one, here in zip(layers, where) if here.isActive() and here.valueAsBool(context)[0]]
        shown[scale] = (strokes.valueAsString(context)[0], lines.subSymbol().symbolLayer(0).color().name())
    assert shown[25_000] == ("solid", style.HATCH)
    assert shown[350_000][0] == "no" and 100 < luminance(shown[350_000][1]) < 180


CELLS = [kind for kind in DRAWN if style.STYLES[kind].small]


@pytest.mark.parametrize("dots", [96, 144])
@pytest.mark.parametrize("kind", CELLS)
def test_the_layer_tree_shows_hatching_at_any_scale_of_the_map(qgis_app, kind, dots):
    layer = memory_layer(kind, [{}])
    style.apply_style(layer, kind)
    project = QgsProject()
    project.addMapLayer(layer)
    hatched = {one.label() for one in style.STYLES[kind].areas if not one.fill}
    assert hatched
    for scale in (20_000, 100_000, 400_000, 1_500_000):
        model = QgsLayerTreeModel(project.layerTreeRoot())
        model.setLegendMapViewData(scale * 0.0254 / dots / 111_000, dots, scale)
        nodes = model.layerLegendNodes(project.layerTreeRoot().findLayer(layer.id()))
        icons = {node.data(Qt.ItemDataRole.DisplayRole): node.data(Qt.ItemDataRole.DecorationRole) for node in nodes}
        for label in hatched:
            image = icons[label].toImage()
            pixels = [image.pixelColor(x, y) for x in range(2, image.width() - 2) for y in range(2, image.height() - 2)]
            lights = sorted(luminance(pixel.name()) for pixel in pixels)
            # plain grey would be read as a class of its own: there are strokes, and paper between them
            assert lights[len(lights) // 20] < 180 and lights[-len(lights) // 4] > 240, (label, scale)


def test_the_lowest_class_is_seen_on_paper_without_its_outline(qgis_app):
    land = 250
    seen = 0.8 * luminance(style.RATE_RAMP[0]) + 0.2 * land
    assert land - seen > 20


@pytest.mark.parametrize("spec_name", DRAWN)
def test_a_style_names_only_fields_that_are_there_and_outlives_saving(qgis_app, spec_name):
    layer = memory_layer(spec_name, [{}])
    style.apply_style(layer, spec_name)
    fields = set(schema.SPECS[spec_name].names())
    for area in style.STYLES[spec_name].areas:
        expression = QgsExpression(area.condition)
        assert not expression.hasParserError(), area.condition
        # a field that results of earlier versions lack is asked for by its name, so that they are drawn all the same
        asked = set(re.findall(r"attribute\(\$currentfeature, '(\w+)'\)", area.condition))
        named = expression.referencedColumns() - ({QgsFeatureRequest.ALL_ATTRIBUTES} if asked else set())
        assert named | asked <= fields
    labels = layer.labeling().settings() if layer.labelsEnabled() else None
    if labels is not None:
        expression = QgsExpression(labels.fieldName)
        # an aggregate over the layer asks for all of its fields
        columns = expression.referencedColumns() - {QgsFeatureRequest.ALL_ATTRIBUTES}
        assert not expression.hasParserError() and columns <= fields
    kept = QgsMapLayerStyle()
    kept.readFromLayer(layer)
    again = memory_layer(spec_name, [{}])
    kept.writeToLayer(again)
    assert again.renderer().type() == layer.renderer().type()
    assert again.temporalProperties().startField() == layer.temporalProperties().startField()
    assert again.attributeAlias(again.fields().lookupField("as_of")) == "As of"


def test_a_state_that_nobody_knows_is_drawn_as_unknown(qgis_app):
    layer = memory_layer("shelterpower", [{"state": None}, {"state": "powered"}])
    style.apply_style(layer, "shelterpower")
    renderer = layer.renderer()
    assert isinstance(renderer, QgsCategorizedSymbolRenderer)
    fallback = [category for category in renderer.categories() if category.value() == ""]
    unknown = style.STYLES["shelterpower"].states[-1]
    # the last layer of both is the ring around what was told by telephone
    assert [category.symbol().dump() for category in fallback] == [point_symbol(unknown, True).dump()]
    assert point_symbol(unknown, True).symbolLayerCount() == point_symbol(unknown).symbolLayerCount() + 1 == 3


def test_many_times_show_the_newest_where_the_map_has_none(qgis_app):
    steps = [
        {"area_id": "a", "gap_rate": 0.1, "begin": datetime(2024, 1, 1, 0), "end": datetime(2024, 1, 1, 6)},
        {"area_id": "a", "gap_rate": 0.9, "begin": datetime(2024, 1, 1, 6), "end": datetime(2024, 1, 1, 12)},
    ]
    layer = memory_layer("acquisitiongaps", steps)
    style.apply_style(layer, "acquisitiongaps")
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    shown = []
    for feature in layer.getFeatures():
        context.setFeature(feature)
        for rule in layer.renderer().rootRule().children():
            expression = QgsExpression(rule.filterExpression())
            if expression.evaluate(context):
                shown.append(feature["gap_rate"])
            assert not expression.hasEvalError(), expression.evalErrorString()
    assert shown == [0.9]


def test_times_hold_from_begin_to_end(qgis_app):
    layer = memory_layer("meshoutage", [{}])
    style.apply_style(layer, "meshoutage")
    times = layer.temporalProperties()
    assert times.isActive() and times.mode() == Qgis.VectorTemporalMode.FeatureDateTimeStartAndEndFromFields
    assert (times.startField(), times.endField()) == ("begin", "end")


def test_numbers_are_rounded_and_have_their_unit_in_the_form(qgis_app):
    layer = memory_layer("shelterpower", [{"nearest_powered_m": 3579.6, "age_hours": 1.27}])
    style.apply_style(layer, "shelterpower")
    told = {"nearest_powered_m": (" m", "3,580"), "age_hours": (" h", "1.3"), "nearest_powered_road_m": (" m", "NULL")}
    (feature,) = layer.getFeatures()
    for name, (unit, shown) in told.items():
        place = layer.fields().lookupField(name)
        setup = layer.editorWidgetSetup(place)
        assert setup.type() == "Range" and setup.config()["Suffix"] == unit
        formatter = QgsApplication.fieldFormatterRegistry().fieldFormatter("Range")
        assert formatter.representValue(layer, place, setup.config(), None, feature[name]) == shown
    QgsGui.editorWidgetRegistry().initEditors()
    wrapper = QgsGui.editorWidgetRegistry().create(layer, layer.fields().lookupField("nearest_powered_m"), None, None)
    wrapper.setFeature(feature)
    # QGIS groups the digits in tables and map tips, by its version in forms too
    assert wrapper.widget().text() in ("3580 m", "3,580 m")


def test_only_the_response_can_be_edited_and_by_words(qgis_app):
    layer = memory_layer("homeaway", [{}])
    style.apply_style(layer, "homeaway")
    form = layer.editFormConfig()
    names = layer.fields().names()
    assert [name for i, name in enumerate(names) if not form.readOnly(i)] == [
        "response",
        "response_by",
        "response_at",
        "response_note",
    ]
    setup = layer.editorWidgetSetup(names.index("response"))
    assert setup.type() == "ValueMap" and {"Needs help": "needs_help"} in setup.config()["map"]


def test_metadata_says_when_and_from_what(qgis_app):
    layer = memory_layer("homeaway", [{"state": "home"}])
    style.apply_style(layer, "homeaway")
    assert "2024-01-02 06:00" in layer.metadata().abstract() and "通電情報" in layer.metadata().abstract()
    assert layer.metadata().rights() and layer.metadata().licenses()


def test_dwellings_of_one_pole_are_drawn_apart(qgis_app):
    layer = memory_layer("homeaway", [{"state": "home"}])
    style.apply_style(layer, "homeaway")
    document = QDomDocument()
    element = layer.renderer().save(document, QgsReadWriteContext())
    assert element.attribute("type") == "pointDisplacement"
    assert float(element.attribute("tolerance")) < 1e-6, "only what stands at one pole, not its neighbours"


class _Maker(QgsProcessingAlgorithm):
    def createInstance(self):
        return _Maker()

    def name(self):
        return "maker"

    def displayName(self):
        return "maker"

    def initAlgorithm(self, configuration=None):
        for name in ("FIRST", "SECOND"):
            self.addParameter(QgsProcessingParameterFeatureSink(name, name, QgsProcessing.SourceType.TypeVectorPoint))

    def processAlgorithm(self, parameters, context, feedback):
        found = {}
        for name, spec_name in (("FIRST", "homeaway"), ("SECOND", "shelterpower")):
            spec = schema.SPECS[spec_name]
            sink, found[name] = self.parameterAsSink(
                parameters, name, context, schema.fields(spec), spec.wkb_type, QgsCoordinateReferenceSystem(schema.CRS)
            )
            table = pd.DataFrame({column: [None] for column in spec.names()}).assign(as_of=AS_OF)
            build.write(sink, spec, table, build.points([137], [37]), AS_OF, "x", Progress())
            del sink
            postprocess.style_on_load(context, found[name], spec_name, f"結果 {name}")
        return found


class _Provider(QgsProcessingProvider):
    def id(self):
        return "stylestest"

    def name(self):
        return "stylestest"

    def loadAlgorithms(self):
        self.addAlgorithm(_Maker())


@pytest.fixture
def maker(qgis_app):
    made = _Provider()
    QgsApplication.processingRegistry().addProvider(made)
    yield "stylestest:maker"
    QgsApplication.processingRegistry().removeProvider(made)


def test_run_and_load_results_gives_styled_layers_each_its_own_look(maker):
    import processing

    project = QgsProject.instance()
    project.clear()
    before = set(postprocess._waiting)
    processing.runAndLoadResults(maker, {"FIRST": "TEMPORARY_OUTPUT", "SECOND": "TEMPORARY_OUTPUT"})
    looks = {layer.name(): layer.renderer().type() for layer in project.mapLayers().values()}
    assert looks == {"結果 FIRST": "pointDisplacement", "結果 SECOND": "categorizedSymbol"}
    assert set(postprocess._waiting) == before
    project.clear()


def test_the_dialogs_way_of_loading_gives_styled_layers_too(maker):
    """As ProcessingDialog does: run a created algorithm, then post-process what its context would load."""
    from processing.gui.Postprocessing import handleAlgorithmResults

    project = QgsProject.instance()
    project.clear()
    context = QgsProcessingContext()
    context.setProject(project)
    feedback = QgsProcessingFeedback()
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(maker)
    parameters = {name: QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", project) for name in ("FIRST", "SECOND")}
    _, good = algorithm.run(parameters, context, feedback)
    assert good
    handleAlgorithmResults(algorithm, context, feedback)
    looks = {layer.name(): layer.renderer().type() for layer in project.mapLayers().values()}
    assert looks == {"結果 FIRST": "pointDisplacement", "結果 SECOND": "categorizedSymbol"}
    project.clear()


def test_nothing_waits_for_a_layer_that_will_not_be_loaded(qgis_app):
    before = set(postprocess._waiting)
    postprocess.style_on_load(QgsProcessingContext(), "nowhere", "homeaway", "x")
    assert set(postprocess._waiting) == before


def test_the_font_is_one_the_computer_draws_japanese_with(qgis_app):
    from qgis.PyQt.QtGui import QFont, QFontInfo

    assert QFontInfo(QFont(style.font_family())).family() == style.font_family()
    assert style.font_family() in style.FONTS


def test_what_is_overdue_is_told_from_what_is_due_within_a_day_in_grey_print(qgis_app):
    look = style.STYLES["restorationplan"]
    overdue, within_a_day = (style.area_symbol(area, look.outline) for area in look.areas[:2])
    greys = [symbol.symbolLayer(0).color().lightnessF() for symbol in (overdue, within_a_day)]
    assert abs(greys[0] - greys[1]) < 0.2
    # its colour stays below the hatching
    assert (overdue.symbolLayerCount(), within_a_day.symbolLayerCount()) == (2, 1)
    assert overdue.symbolLayer(0).color().name() == look.areas[0].fill

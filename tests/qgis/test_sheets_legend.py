"""The legend of a map sheet lists what occurs on its map, and what a page sets is set once."""

from __future__ import annotations

import numpy as np
import pytest
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsLayerTree,
    QgsLayerTreeModel,
    QgsLayerTreeModelLegendNode,
    QgsLayoutItemLabel,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from tomoshibi.layers import style
from tomoshibi.sheets import export
from tomoshibi.sheets.occurring import Occurring

from tests.qgis.test_sheets import METRIC, _make_case, layer_of


@pytest.fixture(scope="module")
def case(qgis_app, tmp_path_factory):
    return _make_case(tmp_path_factory.mktemp("legend") / "case")


def _asked_of_qgis(layer: QgsVectorLayer, view: QgsMapSettings) -> set[int]:
    """Return the numbers of the entries that QGIS's own filter of a legend leaves for a map."""
    tree = QgsLayerTree()
    node, model = tree.addLayer(layer), QgsLayerTreeModel(tree)
    role = QgsLayerTreeModelLegendNode.LegendNodeRoles.RuleKeyRole
    every = [entry.data(role) for entry in model.layerOriginalLegendNodes(node)]
    model.setLegendFilterByMap(view)
    return {every.index(entry.data(role)) for entry in model.layerLegendNodes(node)}


@pytest.mark.parametrize("kind", ["meshoutage", "shelterpower", "homeaway"])
def test_the_entries_that_occur_in_an_extent_are_those_of_qgis_own_filter(case, kind):
    layer = layer_of(case, kind)
    style.apply_style(layer, kind)
    held, found = Occurring(layer), set()
    for east in np.arange(136.99, 137.07, 0.0035):
        for wide in (0.001, 0.02):
            view = QgsMapSettings()
            view.setLayers([layer])
            view.setDestinationCrs(layer.crs())
            view.setOutputSize(QSize(400, 400))
            view.setExtent(QgsRectangle(east, 37.199, east + wide, 37.199 + wide))
            numbers = held.within(view.visibleExtent())
            assert set(numbers) == _asked_of_qgis(layer, view) and list(numbers) == sorted(numbers)
            found.add(numbers)
    assert len(found) > 1, "otherwise nothing is told apart here"


def test_an_area_whose_box_alone_touches_the_extent_does_not_occur(qgis_app):
    layer = QgsVectorLayer("Polygon?crs=EPSG:6668&field=state:string", "x", "memory")
    corner = QgsFeature(layer.fields())
    corner.setAttributes(["a"])
    corner.setGeometry(QgsGeometry.fromWkt("POLYGON((0 0, 10 0, 0 10, 0 0))"))
    layer.dataProvider().addFeatures([corner])
    layer.setRenderer(QgsCategorizedSymbolRenderer("state", [QgsRendererCategory("a", QgsFillSymbol(), "a")]))
    held = Occurring(layer)
    assert held.within(QgsRectangle(8, 8, 9, 9)) == ()
    assert held.within(QgsRectangle(4, 4, 9, 9)) == (0,)
    assert held.within(QgsRectangle(20, 20, 21, 21)) == ()


def test_only_of_a_style_that_is_the_same_on_every_map_it_is_told_without_the_map(case):
    def styled() -> QgsVectorLayer:
        layer = layer_of(case, "meshoutage")
        style.apply_style(layer, "meshoutage")
        return layer

    assert Occurring.tells(styled())
    scaled, ruled, hidden, single = (styled() for _ in range(4))
    scaled.setScaleBasedVisibility(True)
    ruled.renderer().rootRule().children()[0].setFilterExpression("@map_scale > 10")
    hidden.renderer().checkLegendSymbolItem(hidden.renderer().legendSymbolItems()[0].ruleKey(), False)
    single.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol()))
    assert not any(map(Occurring.tells, (scaled, ruled, hidden, single)))
    with pytest.raises(ValueError, match="depend on more"):
        Occurring(single)


def test_a_legend_lists_the_entries_it_is_told_and_is_fitted_once_for_them(case, qgis_app, monkeypatch):
    project, layer = QgsProject(), layer_of(case, "meshoutage")
    style.apply_style(layer, "meshoutage")
    project.addMapLayer(layer, False)
    layout = export.load(export.template_of("situation_a3"), project)
    legend, room = layout.itemById("legend"), export.room_of(layout)
    every = [item.label() for item in layer.renderer().legendSymbolItems()]
    drawn = []
    real = export._legend_size
    monkeypatch.setattr(export, "_legend_size", lambda *given, **more: drawn.append(more) or real(*given, **more))

    def listed(occurring) -> list[str]:
        drawn.clear()
        export.set_legend(layout, [(layer, "停電率")], (), occurring)
        export.fit_legend(layout, room)
        nodes = legend.model().rootGroup().children()
        return [str(entry.data(0)) for node in nodes for entry in legend.model().layerLegendNodes(node)]

    assert listed((0, 2)) == [every[0], every[2]] and drawn
    assert listed((0, 2)) == [every[0], every[2]] and not drawn
    assert listed((1,)) == [every[1]] and drawn
    assert listed(()) == [] and legend.model().rootGroup().children() == []
    export.set_legend(layout, [(layer, "停電率")])
    assert legend.legendFilterByMapEnabled(), "the map is asked where nobody tells"


def test_a_broken_legend_keeps_its_lines_by_the_entries_that_it_shows(case, qgis_app):
    project, layer = QgsProject(), layer_of(case, "meshoutage")
    style.apply_style(layer, "meshoutage")
    project.addMapLayer(layer, False)
    layout = export.load(export.template_of("situation_a3"), project)
    legend = layout.itemById("legend")
    every = [item.label() for item in layer.renderer().legendSymbolItems()]
    export.set_legend(layout, [(layer, "停電率")], (), (1, 3))
    export._wrap_legend(legend, 8)
    (node,) = legend.model().rootGroup().children()
    told = [str(entry.data(0)) for entry in legend.model().layerLegendNodes(node)]
    assert told == [export._wrapped(every[number], 8) for number in (1, 3)] and any("\n" in one for one in told)


@pytest.mark.parametrize("extent", [(0, 0, 900, 5000), (-300, 20, 44000, 90), (7, 7, 8, 8)])
def test_a_map_is_set_to_its_round_scale_at_once(qgis_app, extent):
    layout = export.load(export.template_of("situation_a3"), QgsProject.instance())
    item, told = layout.itemById("map"), []
    item.setCrs(QgsCoordinateReferenceSystem(METRIC))
    item.zoomToExtent(QgsRectangle(0, 0, 100, 100))
    item.extentChanged.connect(lambda: told.append(1))
    wanted = QgsRectangle(*extent)
    export.set_extent(item, wanted)
    assert len(told) == 1
    shown, wide = item.extent(), QgsRectangle(wanted)
    wide.scale(1.05)
    item.zoomToExtent(wide)
    item.setScale(export.nice_scale(item.scale()))
    assert shown.toString(6) == item.extent().toString(6) and shown.contains(wanted)


def test_what_a_label_says_is_told_as_qgis_tells_it(qgis_app):
    layout = export.load(export.template_of("situation_a3"), QgsProject.instance())
    texts = {name: f"{name} <1 & 2>" for name in export.VARIABLES}
    export.fill(layout, {**texts, "sheet_number": 3, "sheet_notice": ""})
    labels = [item for item in layout.items() if isinstance(item, QgsLayoutItemLabel)]
    assert len(labels) > 10
    assert [export._text(label) for label in labels] == [label.currentText() for label in labels]
    title = layout.itemById("title")
    for text in ("[% @sheet_title || '!' %]", "[% @nobody %]", " [% @sheet_title %]", "plain"):
        title.setText(text)
        assert export._text(title) == title.currentText()

"""Layers of a case that came from somewhere else bring no code, and their values are shown as they are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from qgis.core import (
    QgsAction,
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsField,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QWidget
from tomoshibi.dialogs.plain_text import show_plain, tooltip
from tomoshibi.layers import schema, style
from tomoshibi.layers.curves import chart_expression
from tomoshibi.layers.opening import open_layer
from tomoshibi.layers.project import result_layers
from tomoshibi.layers.versions import FIELD_TYPES, save_style
from tomoshibi.tests.qgis.test_styles import memory_layer

TRIGGERS = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
IMAGE = "<img src=x onerror=alert(1)>"


def write(layer: QgsVectorLayer, package: Path, name: str) -> None:
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", name
    if package.exists():
        options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
    written = QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(package), layer.transformContext(), options)
    assert written[0] == QgsVectorFileWriter.WriterError.NoError, written[1]


def rename(package: Path, old: str, new: str) -> None:
    """Give a table a name that GDAL itself would not give."""
    with closing(sqlite3.connect(package)) as connection:
        for trigger, name in connection.execute(TRIGGERS).fetchall():
            if name == old:
                connection.execute(f'DROP TRIGGER "{trigger}"')
        connection.execute("DELETE FROM gpkg_extensions WHERE table_name = ?", (old,))
        connection.execute(f'ALTER TABLE "{old}" RENAME TO "{new}"')
        for table in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_ogr_contents"):
            connection.execute(f"UPDATE {table} SET table_name = ? WHERE table_name = ?", (new, old))
        connection.commit()


def arm(layer: QgsVectorLayer) -> None:
    """Give a layer all that a style can run."""
    form = layer.editFormConfig()
    form.setInitCodeSource(QgsEditFormConfig.PythonInitCodeSource.CodeSourceDialog)
    form.setInitFunction("spy")
    form.setInitCode("def spy(*given): raise SystemExit")
    layer.setEditFormConfig(form)
    layer.actions().addAction(QgsAction.ActionType.GenericPython, "spy", "raise SystemExit")
    place = layer.fields().lookupField("response")
    layer.setDefaultValueDefinition(place, QgsDefaultValue("env('HOME')", True))
    layer.addExpressionField("env('HOME')", QgsField("spied", FIELD_TYPES["text"]))


def harmless(layer: QgsVectorLayer) -> bool:
    form = layer.editFormConfig()
    return (
        form.initCodeSource() == QgsEditFormConfig.PythonInitCodeSource.CodeSourceNone
        and form.initCode() == ""
        and layer.actions().actions() == []
        and not any(layer.defaultValueDefinition(place).expression() for place in range(layer.fields().count()))
        and "spied" not in layer.fields().names()
    )


@pytest.fixture
def package(qgis_app, tmp_path) -> Path:
    path = tmp_path / "layers.gpkg"
    write(memory_layer("homeaway", [{"state": "home"}]), path, "homeaway")
    armed = QgsVectorLayer(f"{path}|layername=homeaway", "homeaway", "ogr")
    arm(armed)
    assert save_style(armed, "homeaway", "") == ""
    return path


def test_the_style_kept_beside_the_data_is_armed_when_qgis_opens_it(package):
    assert not harmless(QgsVectorLayer(f"{package}|layername=homeaway", "homeaway", "ogr"))


def test_opened_for_a_project_or_a_sheet_it_brings_nothing(package):
    assert harmless(open_layer(f"{package}|layername=homeaway", "homeaway"))
    assert [harmless(layer) for _, layer in result_layers(package)] == [True]


def test_loaded_as_a_result_it_is_disarmed_when_it_is_styled(package):
    layer = QgsVectorLayer(f"{package}|layername=homeaway", "homeaway", "ogr")
    style.apply_style(layer, "homeaway")
    assert harmless(layer)


def test_a_layer_of_a_strange_name_is_not_in_the_project(package):
    for number, name in enumerate(("../../X", "[% env('HOME') %]", "<img src=x>")):
        write(memory_layer("homeaway", [{"state": "home"}]), package, f"other{number}")
        rename(package, f"other{number}", name)
    assert len(QgsVectorLayer(str(package), "all", "ogr").dataProvider().subLayers()) == 4
    assert [layer.source().rpartition("layername=")[2] for _, layer in result_layers(package)] == ["homeaway"]


@pytest.mark.parametrize("spec", ["shelterpower", "areaoutage", "evacuationsupport", "visitplan"])
def test_a_map_tip_shows_marks_as_marks(qgis_app, spec):
    column = next(one.name for one in schema.SPECS[spec].columns if one.kind == "text")
    layer = memory_layer(spec, [{column: IMAGE}])
    style.apply_style(layer, spec)
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    shown = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
    assert "<img" not in shown and ("&lt;img src=x onerror=alert(1)&gt;" in shown or not layer.mapTipTemplate())


@pytest.mark.parametrize(
    ("curve", "drawn"),
    [
        ("2026-01-18;" + "12," * 95 + "1;" + "11," * 95 + "2", True),
        ("2026-01-18;" + "," * 95 + ";" + "," * 95, True),
        ('2026-01-18"/><script>alert(1)</script>;1;2', False),
        ("2026-01-18;1'/><x;2", False),
        ("", False),
    ],
)
def test_a_curve_is_drawn_only_of_figures(qgis_app, curve, drawn):
    layer = memory_layer("homeaway", [{"curve": curve, "reference": 0.1}])
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    shown = QgsExpression(chart_expression()).evaluate(context)
    assert (shown != "") is drawn and "script" not in shown and "<x" not in shown


def test_labels_and_tool_tips_show_marks_as_marks(qgis_app):
    window = QWidget()
    label = QLabel(IMAGE, window)
    show_plain(window)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert "<img" not in tooltip(IMAGE) and tooltip("a\nb") in ("a\nb", "<qt>a<br>b</qt>")

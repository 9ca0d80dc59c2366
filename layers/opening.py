"""Layers of a case opened without what a file says of their look: its default style may carry code and actions."""

from __future__ import annotations

from qgis.core import QgsDefaultValue, QgsEditFormConfig, QgsFields, QgsVectorLayer


def open_layer(source: str, name: str, provider: str = "ogr") -> QgsVectorLayer:
    """Return a layer with QGIS's own plain look, whatever style is kept beside its data."""
    options = QgsVectorLayer.LayerOptions()
    options.loadDefaultStyle = False
    return QgsVectorLayer(source, name, provider, options)


def forget_code(layer: QgsVectorLayer) -> None:
    """Take away what a style kept beside the data may run.

    That is the form's code and pages, actions, default values, computed fields, labels.
    """
    form = layer.editFormConfig()
    form.clearTabs()
    form.setUiForm("")
    form.setLayout(QgsEditFormConfig.EditorLayout.GeneratedLayout)
    form.setInitCodeSource(QgsEditFormConfig.PythonInitCodeSource.CodeSourceNone)
    form.setInitCode("")
    form.setInitFilePath("")
    form.setInitFunction("")
    layer.setEditFormConfig(form)
    layer.actions().clearActions()
    layer.setLabelsEnabled(False)
    for index in reversed(range(layer.fields().count())):
        if layer.fields().fieldOrigin(index) == QgsFields.FieldOrigin.OriginExpression:
            layer.removeExpressionField(index)
    for index in range(layer.fields().count()):
        layer.setDefaultValueDefinition(index, QgsDefaultValue())

"""Layers of a case opened without what a file says of their look: its default style may carry code and actions."""

from __future__ import annotations

from qgis.core import QgsDefaultValue, QgsEditFormConfig, QgsFields, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QThread

from .uris import apart


def in_window() -> bool:
    """Whether this is the thread of the window, whose connections no other thread may use."""
    application = QCoreApplication.instance()
    return application is None or QThread.currentThread() == application.thread()


def threaded(source: str) -> str:
    """Return the source of a layer as this thread may open it: in another than the window's apart from the window's."""
    return source if in_window() else apart(source)


def open_layer(source: str, name: str, provider: str = "ogr") -> QgsVectorLayer:
    """Return a layer with QGIS's own plain look, whatever style is kept beside its data.

    In any other thread than the window's it has a connection of its own.
    """
    options = QgsVectorLayer.LayerOptions()
    options.loadDefaultStyle = False
    return QgsVectorLayer(threaded(source) if provider == "ogr" else source, name, provider, options)


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

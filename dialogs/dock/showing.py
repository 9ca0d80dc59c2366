"""Showing a place of the case on the map: zoom, flash, and its form."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Union

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QLocale
from qgis.PyQt.QtWidgets import QApplication, QDoubleSpinBox

from ...processing_provider.dock.screen import features_of, shown_layer
from ...translate import tr

FORM_WIDTH = 1040
"""Pixels that a form needs: its longest choice is a reason in words, and figures stand at the right of their fields."""
LEAST_METRES = 1500.0
"""Width of what is shown around a point."""
_DEGREE = 111_000.0
_MARGIN = 1.6


def _mend_form() -> None:
    """Give the form that was just opened room for its fields, and its figures the marks of thousands (8,723 m).

    QGIS opens it narrower than its fields are, and writes figures without marks where its options do not say otherwise.
    """
    for window in QApplication.topLevelWidgets():
        # QGIS's own class of it is not told to Python, only the name that it gives
        if window.objectName().startswith("featureactiondlg") and window.isVisible():
            room = window.screen().availableGeometry().width()
            window.resize(max(window.width(), min(FORM_WIDTH, room)), window.height())
            for figure in window.findChildren(QDoubleSpinBox):
                _mend_figure(figure)


def _mend_figure(figure: QDoubleSpinBox) -> None:
    locale = figure.locale()
    locale.setNumberOptions(locale.numberOptions() & ~QLocale.NumberOption.OmitGroupSeparator)
    figure.setLocale(locale)
    figure.setGroupSeparatorShown(True)
    if figure.suffix() == " h" and figure.value() == 0:
        # rounded to none, which is not the same
        figure.setMinimum(0.0)
        figure.setSpecialValueText(tr("less than 0.1 h"))


def show_place(
    iface: Any, folder: Path, layer_name: str, which: Union[int, str], form: bool, load: bool = True
) -> bool:
    """Zoom to the features of a layer of the case, flash them, and open the form of the first.

    Parameters
        layer_name: layer of `layers.gpkg`; put on the screen where it is not there.
        which: id of the feature, or an expression that finds several.
        form: whether the form is opened.
        load: whether a layer that is not on the screen is put there.

    Returns
        False where no feature has a place, or the layer is not on the screen.
    """
    project = QgsProject.instance()
    layer = shown_layer(folder, layer_name, project, load)
    if layer is None or not layer.isValid():
        return False
    node = project.layerTreeRoot().findLayer(layer.id())
    if node is not None:
        node.setItemVisibilityCheckedParentRecursive(True)
    found = features_of(layer, which)
    shapes = [feature.geometry() for feature in found if not feature.geometry().isNull()]
    if form and found:
        iface.openFeatureForm(layer, found[0], False, False)
        _mend_form()
    if not shapes:
        return False
    box = QgsRectangle()
    for shape in shapes:
        box.combineExtentWith(shape.boundingBox())
    zoom_to(iface, box, layer.crs())
    canvas = iface.mapCanvas()
    canvas.flashGeometries(shapes, layer.crs())
    return True


def zoom_to(iface: Any, box: QgsRectangle, crs: QgsCoordinateReferenceSystem) -> None:
    """Show a rectangle with some room around it; a point with its neighbourhood."""
    canvas = iface.mapCanvas()
    target = canvas.mapSettings().destinationCrs()
    extent = QgsCoordinateTransform(crs, target, QgsProject.instance()).transformBoundingBox(box)
    extent.scale(_MARGIN)
    least = LEAST_METRES / (_DEGREE if target.isGeographic() else 1.0)
    if max(extent.width(), extent.height()) < least:
        middle = extent.center()
        extent = QgsRectangle(
            middle.x() - least / 2, middle.y() - least / 2, middle.x() + least / 2, middle.y() + least / 2
        )
    canvas.setExtent(extent)
    canvas.refresh()


def flash(iface: Any, box: QgsRectangle, crs: QgsCoordinateReferenceSystem) -> None:
    """Flash the middle of a rectangle."""
    iface.mapCanvas().flashGeometries([QgsGeometry.fromPointXY(box.center())], crs)

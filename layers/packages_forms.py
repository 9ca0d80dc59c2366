"""A field package for tablets: layers with forms that QField and Mergin Maps understand, and the curves as pictures.

Forms are QGIS's own drag-and-drop forms without code: what may be filled in comes first, what is told below, and a
picture of the curve where it went along. Geometries are locked, rows cannot be added by the app, paths are relative.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Callable, Optional

from qgis.core import (
    QgsAttributeEditorContainer,
    QgsAttributeEditorField,
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsFieldConstraints,
    QgsFields,
    QgsMapLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QByteArray
from qgis.PyQt.QtGui import QColor, QImage, QPainter
from qgis.PyQt.QtSvg import QSvgRenderer

from ..translate import tr
from .curves import FIELD as CURVE
from .curves import chart_expression
from .packages import Held
from .schema import field, to_value
from .style.codes import EDITABLE, RESPONSES

ROW_ID, PHOTO, PICTURE = "row_uuid", "photo", "curve_picture"
"""Fields that a field package has beside those of the result."""
EXTRA = ((ROW_ID, "text"), (PHOTO, "text"), (PICTURE, "text"))
PHOTOS, CURVES = "DCIM", "curves"
"""Folders of pictures: those taken in the field, as the apps name it, and the curves that went along."""
_SCALE = 2
"""Pixels of a picture for each of the chart: to be read on a tablet."""
_ENTERED = ("response", "response_by", "response_at", "response_note")
_FLAGS = QgsMapLayer.LayerFlag


def set_field_form(layer: QgsVectorLayer, held: Held) -> None:
    """Make the form of a layer that is filled in on a tablet."""
    fields = layer.fields()
    _hide(layer, ROW_ID)
    _set_constraints(layer)
    layer.setEditorWidgetSetup(
        fields.lookupField("response"),
        QgsEditorWidgetSetup("ValueMap", {"map": [{word(): value} for value, word in RESPONSES]}),
    )
    layer.setEditorWidgetSetup(
        fields.lookupField("response_note"), QgsEditorWidgetSetup("TextEdit", {"IsMultiline": True})
    )
    _set_picture(layer, PHOTO, tr("Photo"), read_only=False)
    _set_picture(layer, PICTURE, tr("Use of two days and the week before"), read_only=True)
    _arrange(layer, held)
    # what is told and not asked stays as it is, and places too
    layer.setFlags(_FLAGS.Identifiable | _FLAGS.Searchable)
    naming = {PHOTO: f"'{PHOTOS}/{held.table}_' || format_date(now(), 'yyyyMMddhhmmsszzz') || '.jpg'"}
    for name, value in (
        ("action", "copy"),
        ("cloud_action", "offline"),
        ("is_geometry_locked", True),
        ("photo_naming", json.dumps(naming)),
        ("attachment_naming", json.dumps(naming)),
    ):
        layer.setCustomProperty(f"QFieldSync/{name}", value)


def set_read_only(layer: QgsVectorLayer) -> None:
    """Let a layer of a field package only be looked at."""
    layer.setReadOnly(True)
    layer.setFlags(_FLAGS.Identifiable | _FLAGS.Searchable)
    layer.setCustomProperty("QFieldSync/action", "copy")
    layer.setCustomProperty("QFieldSync/is_geometry_locked", True)


def _hide(layer: QgsVectorLayer, name: str) -> None:
    index = layer.fields().lookupField(name)
    layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Hidden", {}))


def _set_constraints(layer: QgsVectorLayer) -> None:
    """Ask for who answered, note when, and give what is added in the field an id of its own."""
    constraint, strength = QgsFieldConstraints.Constraint, QgsFieldConstraints.ConstraintStrength
    fields = layer.fields()
    row, by, at = (fields.lookupField(name) for name in (ROW_ID, "response_by", "response_at"))
    layer.setDefaultValueDefinition(row, QgsDefaultValue("uuid('WithoutBraces')"))
    layer.setFieldConstraint(row, constraint.ConstraintNotNull, strength.ConstraintStrengthHard)
    layer.setFieldConstraint(row, constraint.ConstraintUnique, strength.ConstraintStrengthHard)
    layer.setDefaultValueDefinition(at, QgsDefaultValue('if("response" IS NULL, NULL, now())', True))
    layer.setConstraintExpression(
        by, '"response" IS NULL OR "response_by" <> \'\'', tr("Who found that out? (name or team)")
    )
    layer.setFieldConstraint(by, constraint.ConstraintExpression, strength.ConstraintStrengthSoft)


def _set_picture(layer: QgsVectorLayer, name: str, title: str, read_only: bool) -> None:
    index = layer.fields().lookupField(name)
    if index < 0:
        return
    shown = {
        "DocumentViewer": 1,
        "DocumentViewerHeight": 0,
        "DocumentViewerWidth": 0,
        "FileWidget": not read_only,
        "FileWidgetButton": not read_only,
        "FileWidgetFilter": "",
        "RelativeStorage": 1,
        "StorageMode": 0,
    }
    layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("ExternalResource", shown))
    layer.setFieldAlias(index, title)


def _arrange(layer: QgsVectorLayer, held: Held) -> None:
    """Put into the form what is filled in, then what is told, then the picture, and lock what is told."""
    form, fields = layer.editFormConfig(), layer.fields()
    form.clearTabs()
    form.setLayout(QgsEditFormConfig.EditorLayout.TabLayout)
    form.setInitCodeSource(QgsEditFormConfig.PythonInitCodeSource.CodeSourceNone)
    told = [name for name in held.columns if name not in (*_ENTERED, CURVE)]
    parts = [(tr("Response"), [*_ENTERED, PHOTO]), (tr("What the data say"), told)]
    if fields.lookupField(PICTURE) >= 0:
        parts.append((tr("Use of electricity"), [PICTURE]))
    for title, names in parts:
        tab = QgsAttributeEditorContainer(title, form.invisibleRootContainer())
        for name in names:
            tab.addChildElement(QgsAttributeEditorField(name, fields.lookupField(name), tab))
        form.addTab(tab)
    for index, one in enumerate(fields):
        form.setReadOnly(index, one.name() not in (*EDITABLE, PHOTO))
    layer.setEditFormConfig(form)


def picture_fields() -> QgsFields:
    """Return the fields that the chart of a curve is drawn from."""
    made = QgsFields()
    for name, kind in ((CURVE, "text"), ("as_of", "datetime"), ("reference", "real")):
        made.append(field(name, kind))
    return made


def curve_drawer() -> Callable[[str, Optional[datetime], Optional[float], Path], bool]:
    """Return what draws curves: `draw(text of the curve, moment, reference in kWh, file)`, False where it cannot."""
    expression, fields = QgsExpression(chart_expression()), picture_fields()
    context = QgsExpressionContext()
    context.appendScope(QgsExpressionContextUtils.globalScope())
    context.setFields(fields)
    expression.prepare(context)

    def draw(curve: str, moment: Optional[datetime], reference: Optional[float], path: Path) -> bool:
        feature = QgsFeature(fields)
        feature.setAttributes([curve, to_value(moment, "datetime"), to_value(reference, "real")])
        context.setFeature(feature)
        chart = QSvgRenderer(QByteArray(str(expression.evaluate(context) or "").encode("utf-8")))
        if not chart.isValid():
            return False
        image = QImage(chart.defaultSize() * _SCALE, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        chart.render(painter)
        painter.end()
        return image.save(str(path), "PNG")

    return draw

"""What is written on the map for each feature, and in which letters."""

from __future__ import annotations

from dataclasses import replace
from typing import Mapping, Sequence

from qgis.core import (
    QgsExpression,
    QgsPalLayerSettings,
    QgsProperty,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
    QgsWkbTypes,
)

from ...translate import tr
from .palette import INK, PAPER, colour_of, font_family, plain_font
from .specs import Labels


def write_over(settings: QgsPalLayerSettings) -> None:
    """Let labels stand on the areas beside their own too: only another label keeps one away."""
    obstacle = settings.obstacleSettings()
    obstacle.setIsObstacle(False)
    settings.setObstacleSettings(obstacle)


def text_format(size: float, colour: str = INK, bold: bool = False) -> QgsTextFormat:
    """Return a Japanese text format with a white edge; `size` in points."""
    found = QgsTextFormat()
    font = plain_font(font_family())
    font.setBold(bold)
    found.setFont(font)
    if bold:
        found.setNamedStyle("Bold")
    found.setSize(size)
    found.setSizeUnit(QgsUnitTypes.RenderUnit.RenderPoints)
    found.setColor(colour_of(colour))
    buffer = QgsTextBufferSettings()
    buffer.setEnabled(True)
    buffer.setSize(0.7)
    buffer.setColor(colour_of(PAPER))
    found.setBuffer(buffer)
    return found


ALL_NAMED_SCALE = 120_000
"""Scale denominator up to which every settlement is named; on a map of a prefecture the first ten alone can be read."""


def _settlement(number: str, first: str) -> str:
    """Return the label of a settlement: its number (an expression), its name and for how long it has been silent.

    Written here and not in the table because its words are translated. `first`: condition of those named at any scale.
    """
    return (
        f"CASE WHEN {first} OR coalesce(@map_scale, 0) <= {ALL_NAMED_SCALE} THEN "
        f"coalesce(to_string({number}) || ' ', '') || coalesce(\"area_name\", \"area_id\", '') || "
        # Whole hours that have passed: rounded up, an area is dark for longer than it is since the event.
        f"coalesce('\\n' || to_string(floor(\"hours\")) || {QgsExpression.quotedString(' ' + tr('hours'))}, '') END"
    )


def _label_expression(labels: Labels) -> str:
    if not labels.expression:
        return _settlement('"rank"', 'coalesce("rank", 99) <= 10')
    found = labels.expression
    for name, word in labels.words:
        found = found.replace(f"{{{name}}}", QgsExpression.quotedString(word()))
    return found


def numbered(labels: Labels, numbers: Mapping[int, int], first: Sequence[int]) -> Labels:
    """Return labels of settlements that bear the numbers of a list beside the map.

    Parameters
        numbers: id of the feature → number.
        first: ids of those that are named at any scale, one for each entry of the list.
    """
    pairs = ", ".join(f"'{int(one)}', {int(number)}" for one, number in numbers.items())
    lead = f"$id IN ({', '.join(str(int(one)) for one in first) or 'NULL'})"
    words = _settlement(f"map_get(map({pairs}), to_string($id))", lead)
    return replace(labels, expression=words, must=lead, sized=f"if({lead}, 9, 7)")


def set_labels(layer: QgsVectorLayer, labels: Labels, condition: str) -> None:
    """Label the features that meet a condition."""
    settings = QgsPalLayerSettings()
    settings.fieldName = _label_expression(labels)
    settings.isExpression = True
    if condition:
        settings.fieldName = f"CASE WHEN {condition} THEN {settings.fieldName} END"
    settings.setFormat(text_format(labels.size, labels.colour, labels.bold))
    if labels.over:
        settings.placement = QgsPalLayerSettings.Placement.OverPoint
        settings.centroidWhole = True
        write_over(settings)
    else:
        settings.placement = QgsPalLayerSettings.Placement.AroundPoint
        settings.dist = 2.4
    if labels.at:
        settings.geometryGenerator = labels.at
        settings.geometryGeneratorEnabled = True
        settings.geometryGeneratorType = QgsWkbTypes.GeometryType.PointGeometry
    if labels.min_scale:
        settings.scaleVisibility = True
        settings.minimumScale = labels.min_scale
    properties = settings.dataDefinedProperties()
    if labels.must:
        others = f"if({labels.must}, {6 if labels.first else 10}, 3)"
        weight = f"if({labels.first}, 10, {others})" if labels.first else others
        properties.setProperty(QgsPalLayerSettings.Property.Priority, QgsProperty.fromExpression(weight))
    if labels.sized:
        properties.setProperty(QgsPalLayerSettings.Property.Size, QgsProperty.fromExpression(labels.sized))
    settings.setDataDefinedProperties(properties)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)

"""Whether somebody changed the look of a result on the screen: a run that makes it again leaves it as they have it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Optional

from qgis.core import (
    QgsAbstractVectorLayerLabeling,
    QgsFeatureRenderer,
    QgsReadWriteContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtXml import QDomDocument, QDomElement, QDomNode

_LOOK = "tomoshibi/look"
"""Property of a layer: the mark of the look that it was given here."""
_UUID = re.compile(r"\{[0-9a-fA-F-]{36}\}")
"""QGIS makes new ones for rules and symbols at will."""


@dataclass(frozen=True)
class UsersLook:
    """Symbols and labels as somebody set them."""

    renderer: QgsFeatureRenderer
    labeling: Optional[QgsAbstractVectorLayerLabeling]
    labels_on: bool

    def put_back(self, layer: QgsVectorLayer) -> None:
        """Give them back to a layer."""
        layer.setRenderer(self.renderer.clone())
        layer.setLabeling(self.labeling.clone() if self.labeling is not None else None)
        layer.setLabelsEnabled(self.labels_on)
        layer.triggerRepaint()


def users_look(layer: QgsVectorLayer) -> Optional[UsersLook]:
    """Return the look of a layer where it is no longer the one that was noted, None where it is, or none was."""
    noted = layer.customProperty(_LOOK)
    if not noted or layer.renderer() is None or noted == _mark(layer):
        return None
    labeling = layer.labeling()
    return UsersLook(
        layer.renderer().clone(), labeling.clone() if labeling is not None else None, layer.labelsEnabled()
    )


def note_look(layer: QgsVectorLayer) -> None:
    """Note the look that a layer was given, so that a change of it is known."""
    layer.setCustomProperty(_LOOK, _mark(layer))


def _mark(layer: QgsVectorLayer) -> str:
    """Return what tells a look from another, the same before a project is saved and after it is opened."""
    document, context = QDomDocument(), QgsReadWriteContext()
    parts = [str(layer.labelsEnabled())]
    if layer.renderer() is not None:
        saved = layer.renderer().save(document, context)
        # once through the form in which it is kept, which leaves out and rounds
        read = QgsFeatureRenderer.load(saved, context)
        parts.append(_plain(read.save(document, context) if read is not None else saved))
    if layer.labeling() is not None:
        saved = layer.labeling().save(document, context)
        read = QgsAbstractVectorLayerLabeling.create(saved, context)
        parts.append(_plain(read.save(document, context) if read is not None else saved))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _plain(element: QDomElement) -> str:
    """Return an element as text with its attributes in order: Qt writes them in another order in every session."""
    given = element.attributes()
    pairs = (given.item(place).toAttr() for place in range(given.count()))
    words = sorted(f"{one.name()}={_UUID.sub('', one.value())}" for one in pairs)
    inside = []
    child: QDomNode = element.firstChild()
    while not child.isNull():
        inside.append(_plain(child.toElement()) if child.isElement() else child.nodeValue())
        child = child.nextSibling()
    return f"<{element.tagName()} {' '.join(words)}>{''.join(inside)}"

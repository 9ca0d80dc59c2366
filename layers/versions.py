"""The one place that knows what QGIS calls differently from version to version (3.22 to 4)."""

from __future__ import annotations

from typing import Callable

from qgis.core import Qgis, QgsMapLayer, QgsUnitTypes, QgsVectorLayer
from qgis.PyQt.QtGui import QFont

NEW_FIELDS = 33800
"""The first version whose `QgsField` takes a `QMetaType`; it warns of a `QVariant`, which is all that earlier take."""


def _field_types() -> dict[str, object]:
    if Qgis.versionInt() >= NEW_FIELDS:
        from qgis.PyQt.QtCore import QMetaType

        new = QMetaType.Type
        return dict(text=new.QString, int=new.LongLong, real=new.Double, bool=new.Bool, datetime=new.QDateTime)
    from qgis.PyQt.QtCore import QVariant

    old = QVariant
    return dict(text=old.String, int=old.LongLong, real=old.Double, bool=old.Bool, datetime=old.DateTime)


FIELD_TYPES = _field_types()
"""What `QgsField` takes for `text`, `int`, `real`, `bool`, `datetime`."""


def temporal_unit(name: str) -> object:
    """Return a unit of time, `Days`, `Hours` or `Minutes`; before 3.30 they had `Temporal` before them."""
    units = QgsUnitTypes.TemporalUnit
    return getattr(units, name) if hasattr(units, name) else getattr(units, f"Temporal{name}")


def set_attribution(layer: QgsMapLayer, text: str) -> None:
    """Say whose data a layer shows; from 3.38 on this belongs to what a server tells of the layer."""
    properties = layer.serverProperties()
    say: Callable[[str], None] = getattr(properties, "setAttribution", None) or layer.setAttribution
    say(text)


def set_title(layer: QgsMapLayer, text: str) -> None:
    """Give a layer the title that its tooltip in the layer tree begins with, instead of its name."""
    properties = layer.serverProperties()
    say: Callable[[str], None] = getattr(properties, "setTitle", None) or layer.setTitle
    say(text)


def set_abstract(layer: QgsMapLayer, text: str) -> None:
    """Give a layer the words that its tooltip goes on with."""
    properties = layer.serverProperties()
    say: Callable[[str], None] = getattr(properties, "setAbstract", None) or layer.setAbstract
    say(text)


def text_of(owner: object) -> tuple[QFont, float]:
    """Return font and points of the text of a label or a legend style, which 3.22 knows as a font alone."""
    if hasattr(owner, "textFormat"):
        return QFont(owner.textFormat().font()), owner.textFormat().size()
    return QFont(owner.font()), owner.font().pointSizeF()


def scale_text(owner: object, factor: float) -> None:
    """Make the text of a label, a legend style or a scale bar larger or smaller."""
    if hasattr(owner, "textFormat"):
        text = owner.textFormat()
        text.setSize(text.size() * factor)
        owner.setTextFormat(text)
    else:
        font = owner.font()
        font.setPointSizeF(font.pointSizeF() * factor)
        owner.setFont(font)


def write_plainly(owner: object) -> None:
    """Write the text of a label, a legend style or a scale bar without OpenType shaping (see `palette.plain_font`)."""
    if hasattr(owner, "textFormat"):
        text = owner.textFormat()
        font = QFont(text.font())
        font.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)
        text.setFont(font)
        owner.setTextFormat(text)
    else:
        font = QFont(owner.font())
        font.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)
        owner.setFont(font)


def keeps_styles(layer: QgsVectorLayer) -> bool:
    """Whether a style can be saved where the data are; the question got another name in 3.34."""
    provider = layer.dataProvider()
    if hasattr(provider, "styleStorageCapabilities"):
        return bool(provider.styleStorageCapabilities() & Qgis.ProviderStyleStorageCapability.SaveToDatabase)
    return provider.isSaveAndLoadStyleToDatabaseSupported()


def save_style(layer: QgsVectorLayer, name: str, description: str) -> str:
    """Save style and form where the data are, as their default; return what went wrong, "" if nothing."""
    if not hasattr(layer, "saveStyleToDatabaseV2"):
        return layer.saveStyleToDatabase(name, description, True, "")
    done, reason = layer.saveStyleToDatabaseV2(name, description, True, "")
    result = QgsMapLayer.SaveStyleResult
    # The SLD beside it, for other programs, cannot say all; QGIS reads the QML.
    return reason if done & result.QmlGenerationFailed or done & result.DatabaseWriteFailed else ""

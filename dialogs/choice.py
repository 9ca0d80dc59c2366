"""The combo box of a choice in QGIS's own dialogs: it shows what the words mean, and gives the words.

Named in the metadata `widget_wrapper` of a parameter (processing_provider/base.py); QGIS imports it with a dialog.
"""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterDefinition, QgsProcessingParameterEnum
from qgis.gui import (
    QgsAbstractProcessingParameterWidgetWrapper,
    QgsCheckableComboBox,
    QgsGui,
    QgsProcessingGui,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QWidget

from ..processing_provider.choices import label_of


def _number(state: Any) -> int:
    """Return a state of a tick as a model keeps it; Qt 6 may give the name."""
    return int(getattr(state, "value", state))


_CHECK = Qt.ItemDataRole.CheckStateRole
_TICKED, _BLANK = _number(Qt.CheckState.Checked), _number(Qt.CheckState.Unchecked)


class _Choice(QgsAbstractProcessingParameterWidgetWrapper):
    """A combo box with meanings, whose value is the word.

    The box is asked for anew each time: what `createWidget` made belongs to QGIS, and is gone before the wrapper when a
    dialog closes.
    """

    def createWidget(self) -> QWidget:
        definition = self.parameterDefinition()
        box = QComboBox()
        box.setToolTip(definition.toolTip())
        if definition.flags() & QgsProcessingParameterDefinition.Flag.FlagOptional:
            box.addItem("", None)
        for word in definition.options():
            box.addItem(label_of(definition.name(), word), word)
        box.currentIndexChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        return box

    def setWidgetValue(self, value: object, context: QgsProcessingContext) -> None:
        box: Optional[QComboBox] = self.wrappedWidget()
        if box is not None:
            words = [box.itemData(place) for place in range(box.count())]
            # Of a word that is none of them nothing is chosen, so that QGIS asks for one.
            box.setCurrentIndex(words.index(value) if value in words else -1)

    def widgetValue(self) -> object:
        box: Optional[QComboBox] = self.wrappedWidget()
        return box.currentData() if box is not None else None


class _Choices(QgsAbstractProcessingParameterWidgetWrapper):
    """A combo box with meanings that are ticked, whose value is the list of their words."""

    def createWidget(self) -> QWidget:
        definition = self.parameterDefinition()
        box = QgsCheckableComboBox()
        box.setToolTip(definition.toolTip())
        for word in definition.options():
            box.addItemWithCheckState(label_of(definition.name(), word), Qt.CheckState.Unchecked, word)
        box.checkedItemsChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        return box

    def setWidgetValue(self, value: object, context: QgsProcessingContext) -> None:
        box: Optional[QComboBox] = self.wrappedWidget()
        if box is None:
            return
        words = value.split(",") if isinstance(value, str) else [str(word) for word in value or ()]
        for place in range(box.count()):
            box.setItemData(place, _TICKED if box.itemData(place) in words else _BLANK, _CHECK)

    def widgetValue(self) -> object:
        box: Optional[QComboBox] = self.wrappedWidget()
        if box is None:
            return None
        ticked = [place for place in range(box.count()) if _number(box.itemData(place, _CHECK)) == _TICKED]
        return [str(box.itemData(place)) for place in ticked]


class ChoiceWidget:
    """What QGIS makes the widget of a choice with (metadata `widget_wrapper` of the parameter)."""

    def __new__(cls, definition: QgsProcessingParameterEnum, dialog: Any, row: int = 0, col: int = 0) -> Any:
        name = type(dialog).__name__
        if name == "ModelerParametersDialog":
            # In the model designer a value may also be an input or an expression: QGIS's own widget knows these.
            return QgsGui.processingGuiRegistry().createModelerParameterWidget(
                dialog.model, dialog.childId, definition, dialog.context
            )
        batch = name == "BatchAlgorithmDialog"
        kind = _Choices if definition.allowMultiple() else _Choice
        made = kind(definition, QgsProcessingGui.WidgetType.Batch if batch else QgsProcessingGui.WidgetType.Standard)
        made.setDialog(dialog)
        return made

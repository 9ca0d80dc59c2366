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
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QWidget

from ..processing_provider.choices import label_of


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
        box = self._box()
        if box is None:
            return
        words = value.split(",") if isinstance(value, str) else [str(word) for word in value or ()]
        for place in range(box.count()):
            ticked = box.itemData(place) in words
            box.setItemCheckState(place, Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)

    def widgetValue(self) -> object:
        box = self._box()
        return None if box is None else [str(word) for word in box.checkedItemsData()]

    def _box(self) -> Optional[QgsCheckableComboBox]:
        """Return the box; asked for anew, it would be taken for a plain one."""
        widget = self.wrappedWidget()
        return None if widget is None else sip.cast(widget, QgsCheckableComboBox)


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

"""特定契約者, second tab: a file or layer is chosen, its columns are named, its rows checked."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import Qgis, QgsFeatureRequest, QgsMapLayerProxyModel, QgsVectorLayerFeatureSource
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtWidgets import QComboBox, QWidget

from ..processing_provider.request import contractors
from ..translate import tr
from .base import TomoshibiDialog
from .forms import HelpFollower, choose, fill
from .jobs import Outcome

FIELDS = {
    "NAME_FIELD": ("name", "holder"),
    "ADDRESS_FIELD": ("address", "address"),
    "SUPPLY_POINT_FIELD": ("supply_point", "point"),
    "POSTCODE_FIELD": ("postcode", "postcode"),
    "PHONE_FIELD": ("phone", "phone"),
    "KANA_FIELD": ("kana", "kana"),
    "ID_FIELD": ("key", "key"),
}
"""Parameter → (column of the check, beginning of the names of label and combo box)."""


class _Features:
    """A layer as the list reader takes it, safe to read in another thread."""

    def __init__(self, fields: Any, source: QgsVectorLayerFeatureSource):
        self._fields, self._source = fields, source

    def fields(self) -> Any:
        return self._fields

    def getFeatures(self, request: QgsFeatureRequest) -> Any:
        return self._source.getFeatures(request)


class SourceTab(TomoshibiDialog):
    """The form of a new list."""

    def _build_source(self) -> None:
        self.fileEdit.setStorageMode(QgsFileWidget.StorageMode.GetFile)
        self.fileEdit.setFilter("CSV, XLSX (*.csv *.txt *.tsv *.xlsx *.xlsm)")
        self.layerCombo.setFilters(QgsMapLayerProxyModel.Filter.VectorLayer)
        self.layerCombo.setAllowEmptyLayer(True)
        self.layerCombo.setLayer(None)
        for combo in self.combos().values():
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(18)
        self.helper = HelpFollower(self.help, self._helps())

    def _connect_source(self) -> None:
        self.fileEdit.fileChanged.connect(self._file_chosen)
        self.layerCombo.layerChanged.connect(self._layer_chosen)
        self.sheetCombo.activated.connect(lambda _: self.look())
        self.nameEdit.textChanged.connect(lambda _: self._ready())
        for combo in self.combos().values():
            combo.currentIndexChanged.connect(lambda _: self._doubt())
        self.checkButton.clicked.connect(self.check)

    def _translate_source(self) -> None:
        self.fileLabel.setText(tr("File (CSV, XLSX)"))
        self.layerLabel.setText(tr("or layer"))
        self.sheetLabel.setText(tr("Worksheet"))
        self.nameLabel.setText(tr("Name of the list"))
        for name, (_, begin) in FIELDS.items():
            getattr(self, f"{begin}Label").setText(self._matcher.parameterDefinition(name).description())
        self.checkButton.setText(tr("Check the rows"))

    def combos(self) -> dict[str, QComboBox]:
        """Return the combo box of each field parameter."""
        return {name: getattr(self, f"{begin}Combo") for name, (_, begin) in FIELDS.items()}

    def _helps(self) -> dict[QWidget, Callable[[], tuple[str, str]]]:
        def about(name: str) -> Callable[[], tuple[str, str]]:
            definition = self._matcher.parameterDefinition(name)
            return lambda: (definition.description(), definition.help())

        helps = {combo: about(name) for name, combo in self.combos().items()}
        helps[self.fileEdit] = helps[self.layerCombo] = about("LIST")
        helps[self.nameEdit] = about("LIST_NAME")
        helps[self.sheetCombo] = lambda: (tr("Worksheet"), tr("Sheet of the workbook that holds the list."))
        return helps

    def source(self) -> str:
        """Return the list chosen, as LIST takes it: file with sheet, or id of a layer."""
        layer = self.layerCombo.currentLayer()
        if layer is not None:
            return layer.id()
        path = self.fileEdit.filePath().strip()
        sheet = self.sheetCombo.currentData() if self.sheetCombo.isEnabled() else ""
        return f"{path}|layername={sheet}" if path and sheet else path

    def _file_chosen(self, path: str) -> None:
        self.sheetCombo.clear()
        if path:
            self.layerCombo.setLayer(None)
            self.look()

    def _layer_chosen(self, layer: Any) -> None:
        self.sheetCombo.clear()
        if layer is not None:
            self.fileEdit.setFilePath("")
            self.look()
        elif not self.fileEdit.filePath():
            self._found(None)

    def look(self) -> None:
        """Read headings and first rows in the background and guess the columns."""
        layer = self.layerCombo.currentLayer()
        if layer is not None:
            # a layer may be read in another thread through its feature source only
            fields, features = layer.fields(), QgsVectorLayerFeatureSource(layer)
            work = partial(contractors.peek, "", _Features(fields, features), "yes", layer.name())
        else:
            if not Path(self.fileEdit.filePath().strip()).is_file():
                self._found(None)
                return
            work = partial(contractors.peek, self.source())
        self.foundLabel.setText(tr("Reading the list…"))
        self._background(tr("Reading the list…"), work, self._found)

    def _found(self, peek: Optional[contractors.Peek]) -> None:
        self._columns = list(peek.headings) if peek else []
        choices = {"": tr("(none)")}
        for heading, samples in zip(self._columns, peek.samples if peek else ()):
            example = tr(", ").join(sample for sample in samples if sample)[:40]
            choices[heading] = f"{heading} ({example})" if example else heading
        for name, combo in self.combos().items():
            combo.blockSignals(True)
            combo.clear()
            for value, text in choices.items():
                combo.addItem(text, value)
            guessed = peek.guess.get(FIELDS[name][0], "") if peek else ""
            combo.setCurrentIndex(max(combo.findData(guessed), 0))
            combo.blockSignals(False)
        sheets = peek.sheets if peek else []
        if [self.sheetCombo.itemData(place) for place in range(self.sheetCombo.count())] != sheets:
            fill(self.sheetCombo, {sheet: sheet for sheet in sheets})
            choose(self.sheetCombo, peek.sheet if peek else "")
        self.sheetCombo.setEnabled(len(sheets) > 1)
        self.foundLabel.setText(_described(peek))
        if peek and not self.nameEdit.text():
            self.nameEdit.setText(Path(peek.name).stem)
        self._doubt()

    def _doubt(self) -> None:
        """Say what is doubtful about the choice of columns, beside it."""
        chosen = self.chosen()
        mapping = {FIELDS[name][0]: heading for name, heading in chosen.items()}
        said = contractors.doubts(mapping) if mapping else []
        if self._columns and not {"NAME_FIELD", "ADDRESS_FIELD"} <= set(chosen):
            said.append(tr("Choose the columns with name and address of the contract holder."))
        self.doubtLabel.setText("\n".join(said))
        self._ready()

    def chosen(self) -> dict[str, str]:
        """Return {parameter: heading} of the columns chosen."""
        return {name: combo.currentData() for name, combo in self.combos().items() if combo.currentData()}

    def _ready(self) -> None:
        chosen = self.chosen()
        enough = {"NAME_FIELD", "ADDRESS_FIELD"} <= set(chosen) or "SUPPLY_POINT_FIELD" in chosen
        named = bool(self.nameEdit.text().strip())
        self.checkButton.setEnabled(bool(self.case and self._columns) and enough and named and not self.jobs)

    def check(self) -> None:
        """Check the rows and keep the list in the case; nothing is sent."""
        given = {
            "CASE": self.case,
            "LIST": self.source(),
            "LIST_NAME": self.nameEdit.text().strip(),
            "SEND": False,
            **self.chosen(),
        }
        self._start("matchcontractors", given, partial(self._checked, given["LIST_NAME"]))

    def _checked(self, name: str, outcome: Outcome) -> None:
        if not self._tell(outcome, ""):
            return
        found = outcome.results
        text = tr("{rows} rows, {problems} with a problem. Nothing has been sent yet.")
        level = Qgis.MessageLevel.Warning if found["PROBLEMS"] else Qgis.MessageLevel.Success
        self.notify(text.format(rows=f"{found['ROWS']:,}", problems=f"{found['PROBLEMS']:,}"), level)
        self.show_list(name)


def _described(peek: Optional[contractors.Peek]) -> str:
    if peek is None:
        return tr("Choose a file or a layer with one row for each contract.")
    text = tr("{rows} rows").format(rows=f"{peek.rows:,}")
    if peek.encoding:
        text += tr(", encoding {name}").format(name=peek.encoding)
    if not peek.header:
        text += "\n" + tr("The first row names no columns: they are called field_1, field_2 …. Choose them by value.")
    return text

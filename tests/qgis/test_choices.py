"""Choices in QGIS's dialogs: a Japanese user reads what they mean, and a script gets the words."""

from __future__ import annotations

import re

import pytest
from qgis.core import QgsProcessingContext, QgsProcessingParameterEnum
from qgis.gui import QgsCheckableComboBox
from qgis.PyQt import sip
from tomoshibi.processing_provider.choices import label_of

from tests.qgis.test_use_cases_dialog import opened

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
PLAIN = re.compile(r"A[34]|\d+ k?m|CSV|JSON|GeoJSON|KML|SIP4D-ZIP")
"""What reads the same in Japanese."""


def test_no_choice_of_any_algorithm_is_a_code_in_japanese(japanese):
    found = {
        (algorithm.name(), definition.name(), word): label_of(definition.name(), word)
        for algorithm in japanese.algorithms()
        for definition in algorithm.parameterDefinitions()
        if isinstance(definition, QgsProcessingParameterEnum)
        for word in definition.options()
    }
    assert len(found) > 150
    codes = {key: label for key, label in found.items() if not JAPANESE.search(label) and not PLAIN.fullmatch(label)}
    assert codes == {}
    assert {key: label for key, label in found.items() if JAPANESE.search(label) and f"({key[2]})" in label} == {}


@pytest.mark.parametrize(
    ("name", "parameter", "given"),
    [
        ("brief", "SHEETS", ["meshoutage", "homeaway"]),
        ("registercondition", "VOLTAGE", ["low", "high"]),
        ("registercondition", "MASTER_ITEMS", ["supply_point", "lat"]),
        ("editcase", "REMOVE", []),
    ],
)
def test_several_choices_are_ticked_by_their_meanings_and_give_their_words(japanese, name, parameter, given):
    with opened(japanese.algorithm(name)) as dialog:
        wrapper = dialog.mainWidget().wrappers[parameter]
        box = sip.cast(wrapper.wrappedWidget(), QgsCheckableComboBox)
        wrapper.setParameterValue(given, QgsProcessingContext())
        assert wrapper.parameterValue() == given == box.checkedItemsData()
        assert all(JAPANESE.search(text) for text in box.checkedItems()) and len(box.checkedItems()) == len(given)
        definition = dialog.algorithm().parameterDefinition(parameter)
        assert definition.checkValueIsAcceptable(wrapper.parameterValue(), QgsProcessingContext())

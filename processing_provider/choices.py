"""What the words of a choice mean: QGIS shows the values of a choice as they are, and they are English for ever."""

from __future__ import annotations

from typing import Callable

from .. import settings
from ..translate import tr, translate_message


def _templates() -> dict[str, str]:
    from ..aggregator.conditions import TEMPLATES

    return {name: translate_message(template.title) for name, template in TEMPLATES.items()}


def _methods() -> dict[str, str]:
    from ..layers.style import METHODS

    return {name: label() for name, label in METHODS}


def _voltages() -> dict[str, str]:
    from ..layers.style import VOLTAGE_CLASSES

    return {**{name: label() for name, label in VOLTAGE_CLASSES}, "all": tr("All, each by its own cells")}


def _of_conditions(item: str) -> dict[str, str]:
    from .request.condition_labels import choices

    return choices()[item]


def _themes() -> dict[str, str]:
    from ..layers.schema import SPECS

    return {name: spec.title() for name, spec in SPECS.items()}


def _own_inputs() -> dict[str, str]:
    from ..casefile.own_inputs import OWN_INPUTS

    return {kind: translate_message(one.title()) for kind, one in OWN_INPUTS.items()}


def _master_items() -> dict[str, str]:
    from ..aggregator.profile import Profile

    return {column.column: column.name for column in Profile.load().file("master").columns}


def _mesh_sizes() -> dict[str, str]:
    return {
        size: f"{size} m" if int(size) < 1000 else f"{int(size) // 1000} km"
        for size in ("125", "250", "500", "1000", "5000", "10000", "80000")
    }


def _utilities() -> dict[str, str]:
    from ..casefile.papers.facts import UTILITIES

    return dict(UTILITIES)


def _keep_or_change() -> dict[str, str]:
    return {"keep": tr("As it is"), "yes": tr("Yes"), "no": tr("No")}


def _terms() -> dict[str, str]:
    from ..casefile.case import TERMS

    return {letter: tr("Terms {letter} (利用規約)").format(letter=letter) for letter in TERMS}


def _told_states() -> dict[str, str]:
    from ..layers.style.codes import TOLD_STATES

    return {**{code: word() for code, word in TOLD_STATES}, "withdrawn": tr("Withdrawn")}


MEANINGS: dict[str, Callable[[], dict[str, str]]] = {
    "TEMPLATE": _templates,
    "USE_CASES": _templates,
    "UTILITY": _utilities,
    "KIND": lambda: {
        "application": tr("Application for use (mail)"),
        "comprehensive": tr("Blanket request"),
        "individual": tr("Individual request"),
        "explanation": tr("Explanation of an individual request"),
    },
    "EVENT_KIND": lambda: {
        "case": tr("By the case: an event that lasts is a typhoon"),
        "shock": tr("Earthquake, or another event of a moment"),
        "storm": tr("Typhoon, or another event that lasts"),
    },
    "LIST": lambda: {
        "facilities": tr("Priority facilities"),
        "support": tr("Support asked for and arrived"),
        "trucks": tr("Trucks asked for and arrived"),
        "fuel": tr("Fuel asked for and arrived"),
    },
    "ACCESS": lambda: {"lgwan": tr("LG-WAN (screens)"), "api": tr("API (between systems)")},
    "METHOD": _methods,
    "VOLTAGE": _voltages,
    "METER_CLASS": _voltages,
    "MESH_SIZE": _mesh_sizes,
    "SHEETS": _themes,
    "REMOVE": _own_inputs,
    "MASTER_ITEMS": _master_items,
    "TABLES": lambda: _of_conditions("table"),
    "DELIVERY": lambda: _of_conditions("delivery_mode"),
    "UNIT": lambda: _of_conditions("provision_unit"),
    "FORMAT": lambda: _of_conditions("format"),
    "AGGREGATION": lambda: _of_conditions("aggregation_unit"),
    "REQUEST_KIND": lambda: {"blanket": tr("Blanket request"), "individual": tr("Individual request")},
    "SCOPE": lambda: {
        "unknown": tr("Not known"),
        "all": tr("Every meter of the municipality"),
        "contractors": tr("Registered contractors only"),
    },
    "COMPLETE": lambda: {"yes": tr("Yes"), "no": tr("No"), "unknown": tr("Not known")},
    "HEADER": lambda: {"auto": tr("Recognised by its content"), "yes": tr("Yes"), "no": tr("No")},
    "CURVES": lambda: {"auto": tr("Up to 20,000 dwellings"), "yes": tr("Yes"), "no": tr("No")},
    "BASEMAP": lambda: {
        "auto": tr("GSI tiles if they can be reached"),
        "none": tr("None"),
        "gsi": tr("GSI tiles"),
    },
    "FORMATS": lambda: {
        "html": tr("Page that needs no network (HTML)"),
        "geojson": tr("GeoJSON"),
        "kml": tr("KML"),
        "xlsx": tr("Workbook (XLSX)"),
        "geopdf": tr("Map pages (GeoPDF)"),
        "mbtiles": tr("Vector tiles (MBTiles)"),
        "sip4d": tr("SIP4D-ZIP"),
    },
    "SHARING": lambda: {
        "agencies": tr("Agencies that respond to the disaster"),
        "isut": tr("ISUT-SITE"),
        "public": tr("The public"),
    },
    "REDO": lambda: {"new": tr("Layers older than the data"), "all": tr("Every layer")},
    "CAUSE": lambda: {
        "earthquake": tr("Earthquake"),
        "typhoon": tr("Typhoon"),
        "feeder": tr("Fault of feeders"),
        "blackout": tr("Blackout of the whole grid"),
    },
    "SERVICE": lambda: {
        "ideal": tr("Whole and within the hour"),
        "today": tr("A day the next morning"),
        "realtime": tr("Hours late"),
    },
    "PRACTICE": _keep_or_change,
    "NO_EXPORT": _keep_or_change,
    "TERMS": _terms,
    "THEMES": _themes,
    "STATE": _told_states,
    "BY": lambda: {
        "district": tr("District (地区, 町内会)"),
        "commissioner": tr("Commissioner (民生委員)"),
        "supporter": tr("Supporter (避難支援等実施者)"),
    },
    "ACTION": lambda: {"start": tr("Start"), "stop": tr("Stop")},
}
"""{parameter: {word: what it means}}, asked for when a dialog opens, as the language is not known at import."""


_PLAIN = ("MESH_SIZE", "FORMAT")
"""Parameters whose words are within their meanings."""


def label_of(parameter: str, word: str) -> str:
    """Return what a dialog shows for a word: its meaning; in English the word too, which is what scripts give."""
    meaning = MEANINGS[parameter]().get(word, "") if parameter in MEANINGS else ""
    if not meaning:
        return word
    if settings.language() == "ja" or parameter in _PLAIN:
        return meaning
    return tr("{meaning} ({word})").format(meaning=meaning, word=word)

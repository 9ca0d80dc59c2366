"""The words of データ提供条件 as people read them: items, choices, states, use cases, and why each is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...translate import translate_message
from ..base import tr

if TYPE_CHECKING:
    from ...aggregator.profile import Profile


def is_final(status: str) -> bool:
    """Whether the state of a condition does not change any more."""
    from ...aggregator.client import FINAL

    return status in FINAL


def items() -> dict[str, tuple[str, str]]:
    """Return item of a condition → (its name on the aggregator's screen, what it is)."""
    return {
        "data_class": (
            tr("Class of data"),
            tr("Personal data are of single contracts; statistics are counts in which nobody can be identified."),
        ),
        "municipality": (
            tr("Municipality (fixed)"),
            tr("Fixed by the account: each municipality gets its own data only."),
        ),
        "delivery_mode": (
            tr("Way of delivery"),
            tr("Once, when it is asked for; or periodically, again and again until the period ends (5 years at most)."),
        ),
        "delivery_method": (
            tr("Channel"),
            tr("Standard API: fetched by this plugin. LG-WAN: fetched by hand on the aggregator's screen."),
        ),
        "format": (tr("File format"), tr("CSV; the plugin reads JSON as well.")),
        "data_kinds": (
            tr("Kinds of data"),
            tr(
                "通電情報 tells meters that were silent; 電力データ is the use in each half-hour; "
                "マスタ情報 is the contract."
            ),
        ),
        "flows": (
            tr("Details of the kind"),
            tr("Supply to low-voltage and to high-voltage customers, and what solar panels feed in where that helps."),
        ),
        "master_items": (
            tr("Items of マスタ情報"),
            tr("Only what the use case needs is asked for; each item chosen has its reason beside it."),
        ),
        "provision_unit": (
            tr("Unit of provision"),
            tr("Daily: one set of files for each day. Monthly: whole months, after each customer's meter-reading day."),
        ),
        "specified_contractors": (
            tr("Specified contractors only"),
            tr("ON: only the 特定契約者 registered beforehand. OFF: every contract of the municipality."),
        ),
        "table": (
            tr("Statistics table"),
            tr("Meters that were energised and not; or the energy used or fed in, or the number of meters."),
        ),
        "voltage": (
            tr("Voltage class"),
            tr("Statistics are registered for each voltage class by itself; several are registered together here."),
        ),
        "aggregation_unit": (tr("Statistics by"), tr("Figures for each day or for each month.")),
        "area_type": (tr("Kind of area"), tr("By mesh: JIS squares. By address: municipality and ward.")),
        "mesh_size": (
            tr("Mesh size (m)"),
            tr("Low voltage 125, 250, 500 or 1000 m; high voltage 5 km; extra high voltage 10 km."),
        ),
        "secondary_mesh_codes": (
            tr("Secondary mesh codes"),
            tr("Squares of 10 km. All meshes inside those named here are provided."),
        ),
        "begin": (
            tr("From"),
            tr("The first day wanted; for 通電情報 the moment: meters silent in the 12 hours before it."),
        ),
        "end": (tr("To"), tr("The last day wanted, itself included.")),
    }


def choices() -> dict[str, dict[str, str]]:
    """Return item → {choice: its word}."""
    from ...aggregator.conditions import STATUS_WORDS

    return {
        "data_class": {"personal": tr("personal data"), "statistics": tr("statistical data")},
        "delivery_mode": {"once": tr("once"), "periodic": tr("periodically")},
        "delivery_method": {"api": tr("standard API"), "lgwan": "LG-WAN"},
        "format": {"csv": "CSV", "json": "JSON"},
        "data_kinds": {"reading": tr("readings"), "master": tr("contract master"), "outage": tr("outage information")},
        "flows": {
            "low_supply": tr("low voltage, supply"),
            "low_export": tr("low voltage, feed-in"),
            "high_supply": tr("high voltage, supply"),
            "high_export": tr("high voltage, feed-in"),
        },
        "provision_unit": {"daily": tr("daily"), "monthly": tr("monthly")},
        "specified_contractors": {"on": "ON", "off": "OFF"},
        "table": {
            "forward": tr("energy used"),
            "reverse": tr("energy fed in"),
            "meters_forward": tr("meters with use"),
            "meters_reverse": tr("meters with feed-in"),
            "energised": tr("energised meters"),
        },
        "voltage": {
            "low": tr("low voltage"),
            "high": tr("high voltage"),
            "extra_high": tr("extra high voltage"),
        },
        "aggregation_unit": {"day": tr("by the day"), "month": tr("by the month")},
        "area_type": {"address": tr("by address"), "mesh": tr("by mesh")},
        "status": {code: translate_message(words) for code, words in STATUS_WORDS.items()},
    }


def word(item: str, value: Any) -> str:
    """Return a choice as people read it; one that is not known stays as it is."""
    return choices().get(item, {}).get(value, str(value))


def value_text(item: str, value: Any, profile: Profile) -> str:
    """Return the value of an item of a condition as people read it."""
    if item == "master_items":
        names = {spec.column: spec.name for spec in profile.file("master").columns}
        return tr(", ").join(names.get(each, each) for each in value)
    if isinstance(value, tuple):
        return tr(", ").join(word(item, each) for each in value)
    if item == "specified_contractors":
        return word(item, "on" if value else "off")
    if item in ("begin", "end"):
        return value.isoformat(sep=" ") if hasattr(value, "hour") else value.isoformat()
    return word(item, value)


def marks() -> dict[str, str]:
    """Return use case → its number as the manual writes it."""
    return {
        "uc1": "UC①",
        "uc2": "UC②",
        "uc2lgwan": "UC②′",
        "uc3": "UC③",
        "uc4": "UC④",
        "uc5": "UC⑤",
        "uc6": "UC⑥",
        "uc7": "UC⑦",
        "uc8": "UC⑧",
        "uc9": "UC⑨",
    }


def use_case_help() -> dict[str, str]:
    """Return use case → what it asks for and what for."""
    return {
        "uc1": tr(
            "Which shelters, hospitals and other key facilities have power. Asks for 通電情報 of the registered "
            "特定契約者 at one moment: meters that sent nothing in the 12 hours before it.\n"
            "Register the facilities' contracts as 特定契約者 first."
        ),
        "uc2": tr(
            "Where the power is out, on a mesh. Asks for the counts of energised meters by the day, once for each "
            "voltage class. Small counts are kept secret (N/A) and stay unknown on the map.\n"
            "Ask for a week before the event too: what was silent before is no outage."
        ),
        "uc2lgwan": tr(
            "Where the power is out, by municipality and ward. The same counts by address, fetched by hand over LG-WAN "
            "and brought into the case with “Import files”."
        ),
        "uc3": tr(
            "Who was at home at the time of the event. Asks for 電力データ and マスタ情報 of every contract. Ask "
            "for a week before the event too: presence is judged by comparing with the usual."
        ),
        "uc4": tr(
            "Where people who need support to evacuate are. Asks for 電力データ and マスタ情報 of the registered "
            "特定契約者 only. Register the contract holders first."
        ),
        "uc5": tr(
            "Where meters fell silent, and which settlements may be cut off. Asks for 電力データ and マスタ情報 of "
            "every contract, without names."
        ),
        "uc6": tr(
            "Where missing people may be. Asks for 電力データ and マスタ情報 of every contract, for the days around "
            "the event."
        ),
        "uc7": tr(
            "Who lives through the aftermath at home or away, and when a visit finds somebody. Asks for 電力データ "
            "and マスタ情報 of every contract."
        ),
        "uc8": tr(
            "Whether a dwelling was lived in, for disaster victim certificates. Asks for 電力データ and マスタ情報 "
            "of the months before the event."
        ),
        "uc9": tr(
            "How far life and business have come back. Asks for the energy used and fed in by mesh, periodically, "
            "once for each voltage class and direction. Ask from a year before, to compare the same months."
        ),
    }

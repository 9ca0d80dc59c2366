"""The names a profile maps to what the aggregator says: interfaces, keys, codes, columns; and their types."""

from __future__ import annotations

import unicodedata
from typing import Mapping

FORMAT = 1
BASES = ("public", "assumed")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
TYPES = ("text", "code", "number", "energy", "slot", "date", "time")
"""Types of a column: `energy` is kWh (kept as integer Wh), `slot` a time code, `date` and `time` as the conventions."""

ENERGY_PLACES = {"kWh": 3, "Wh": 0}
"""Unit of energies in files → digits behind the point down to 1 Wh."""

STATISTICS_MOMENTS = ("begin", "end", "unknown")
"""Moments of 対象年月日 that a figure of 通電計器数 may stand for."""

INTERFACES = (
    "token",
    "register_condition",
    "conditions",
    "delete_condition",
    "match_contracts",
    "match_result",
    "register_contractors",
    "contractors",
    "delete_contractors",
    "files",
    "download",
)
CONDITION_KEYS = (
    "data_class",
    "municipality",
    "delivery_mode",
    "delivery_method",
    "format",
    "data_kinds",
    "flows",
    "master_items",
    "provision_unit",
    "specified_contractors",
    "table",
    "voltage",
    "aggregation_unit",
    "area_type",
    "mesh_size",
    "secondary_mesh_codes",
    "begin",
    "end",
    "note",
)
KEYS = (
    "user_id",
    "passphrase",
    "access_token",
    "expires_in",
    "error_code",
    "error_message",
    "error_fields",
    "page",
    "next_page",
    "conditions",
    "condition_id",
    "status",
    "registered_at",
    *CONDITION_KEYS,
    "files",
    "file_id",
    "file_name",
    "data_kind",
    "size",
    "sha256",
    "published_at",
    "match_id",
    "rows",
    "row_no",
    "result",
    "master_info_id",
    "list_id",
    "list_name",
    "registered",
    "rejected",
    "reason",
    "contractors",
    "upload",
)
ERRORS = ("bad_credentials", "token_expired", "not_activated", "condition_rejected", "not_found")

CODES: Mapping[str, tuple[str, ...]] = {
    "data_class": ("personal", "statistics"),
    "delivery_mode": ("once", "periodic"),
    "delivery_method": ("api", "lgwan"),
    "format": ("csv", "json"),
    "data_kinds": ("reading", "master", "outage"),
    "flows": ("low_supply", "low_export", "high_supply", "high_export"),
    "provision_unit": ("daily", "monthly"),
    "specified_contractors": ("on", "off"),
    "table": ("forward", "reverse", "meters_forward", "meters_reverse", "energised"),
    "voltage": ("low", "high", "extra_high"),
    "aggregation_unit": ("month", "day"),
    "area_type": ("address", "mesh"),
    "flow": ("supply", "export"),
    "energised": ("energised", "not_energised"),
    "condition_status": ("accepted", "building", "published", "empty", "failed"),
    "match_status": ("running", "done"),
    "match_result": ("matched", "review", "none"),
    "meter_event": ("power_lost", "power_back", "answered"),
}
"""Names of every code table. The project's own number of a code in a table column is its place here, from 1."""
LATER_CODES = ("meter_event",)
"""Code tables that profiles of before may lack: those of the shipped one hold then."""

MEANINGS: Mapping[str, tuple[str, ...]] = {
    "remote_reading": ("yes", "no", "unmetered"),
    "building_class": ("dwelling", "other"),
    "business": ("business", "industry"),
    "wheeling_contract": ("yes", "no"),
    "export_contract": ("yes", "no"),
    "generator_kind": ("solar", "wind", "biomass", "hydro"),
}
"""Column of マスタ情報 → the words that the project has for its codes. Several codes or texts may mean the same."""

_STATISTICS_HEAD = ("voltage", "unit", "table_kind", "area_kind", "address", "mesh_code", "date")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "reading": ("customer_id", "flow", "supply_point", "voltage", "slot_code", "kwh"),
    "master": (
        "customer_id",
        "flow",
        "supply_point",
        "master_info_id",
        "name",
        "kana",
        "postcode",
        "address",
        "address_code",
        "contract_kw",
        "contract_export_kw",
        "lat",
        "lon",
        "meter_id",
        "building_class",
        "voltage",
        "wiring",
        "business",
        "wheeling_contract",
        "export_contract",
        "remote_reading",
        "generator_kind",
        "generator_kw",
        "installed_on",
        "abolished_on",
        "renewed_on",
        "removed_on",
        "created_date",
        "created_time",
        "phone",
    ),
    "outage": ("supply_point", "meter_id", "name", "address", "created_date", "created_time"),
    "statistics": (*_STATISTICS_HEAD, "energised", "count", "total"),
    "flow_statistics": (*_STATISTICS_HEAD, "contract_range", "meters", "kwh"),
    "meter_statistics": (*_STATISTICS_HEAD, "contract_range", "meters"),
    "monthly": (
        "customer_id",
        "flow",
        "supply_point",
        "voltage",
        "month_kwh",
        "next_reading_on",
        "created_date",
        "created_time",
    ),
    "meter_event": ("supply_point", "meter_id", "event", "event_date", "event_time"),
}
"""Internal columns of every kind of file; a profile maps the published names to these."""

LATER_FILES = ("meter_statistics", "monthly", "meter_event")
"""Kinds of files that profiles of before may lack: those of the shipped one hold then."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    "reading": ("flow", "supply_point", "slot_code", "kwh"),
    "master": ("supply_point",),
    "outage": ("supply_point",),
    "statistics": ("voltage", "area_kind", "date", "energised", "count", "total"),
    # 計器数分析 (tables 3 and 4) counts meters only: its rows have no energy
    "flow_statistics": ("voltage", "area_kind", "date", "contract_range", "meters"),
    "meter_statistics": ("voltage", "area_kind", "date", "meters"),
    "monthly": ("flow", "supply_point", "month_kwh"),
    "meter_event": ("supply_point", "event", "event_date", "event_time"),
}
"""Columns without which a file of that kind means nothing: a profile may require more, not fewer."""

_NUMBERS = (
    *("contract_kw", "contract_export_kw", "lat", "lon", "generator_kw"),
    *("count", "total", "meters", "kwh", "month_kwh"),
)
_CODED = {
    "flow": "flow",
    "voltage": "voltage",
    "unit": "aggregation_unit",
    "table_kind": "table",
    "area_kind": "area_type",
    "energised": "energised",
    "event": "meter_event",
}
"""Column → its code table."""


def type_of(kind: str, column: str) -> str:
    """Return the type (of `TYPES`) that a column of a kind of file must have: the analyses count on it."""
    if (kind, column) == ("reading", "kwh"):
        return "energy"
    if column in _NUMBERS:
        return "number"
    if column in ("date", "created_date", "event_date", "next_reading_on"):
        return "date"
    if column in ("created_time", "event_time"):
        return "time"
    return "code" if column in _CODED else "slot" if column == "slot_code" else "text"


def plain_code(text: str) -> str:
    """Return a code of マスタ情報 without what files may write differently: width, case, marks, leading zeros."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())
    return (plain.lstrip("0") or "0") if plain.isdecimal() else plain


def codes_of(column: str) -> str:
    """Return the code table (of `CODES`) of a column of type `code`. Raises `KeyError` for another column."""
    return _CODED[column]

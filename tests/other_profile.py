"""Profiles as other design documents might have them: nothing but the meaning is that of the shipped one."""

from __future__ import annotations

import copy
import json
from typing import Any

from tomoshibi.aggregator.profile import SHIPPED

RAW = json.loads(SHIPPED.read_text(encoding="utf-8"))


def other(slot: dict[str, Any], delimiter: str = "\t", date: str = "%Y/%m/%d", unit: str = "kWh") -> dict[str, Any]:
    """Return a profile with other paths, keys, codes, names, order, encoding, no header row, and this slot rule."""
    raw = copy.deepcopy(RAW)
    raw["name"] = "別の設計書"
    for name, call in raw["interfaces"].items():
        call["path"] = f"/gw/v3/{name}.do"
    for name, entry in raw["keys"].items():
        entry["key"] = "p_" + name.upper()
    for item, table in raw["codes"].items():
        table["values"] = {name: f"{item[:1].upper()}{place:02d}" for place, name in enumerate(table["values"], 7)}
    for name, entry in raw["errors"].items():
        entry["code"] = f"ERR-{len(name):03d}-{name[0]}"
    conventions = raw["conventions"]
    conventions["missing"]["value"] = "－"
    conventions["masked"]["value"] = "***"
    conventions["dateFormat"]["value"] = date
    conventions["energyUnit"]["value"] = unit
    conventions["timeFormat"]["value"] = "%H:%M:%S"
    conventions["slot"] = {"minutes": 30, "basis": "assumed", **slot}
    raw["fileNames"].update(
        pattern="{kind}-{time}-{municipality}-{condition}{part}.{extension}",
        timeFormat="%Y%m%d_%H%M",
        partDigits=4,
        kinds=["denryoku", "kihon", "tsuden", "tokei"],
    )
    kinds = {"reading": "denryoku", "master": "kihon", "outage": "tsuden", "stat": "tokei"}
    for spec in raw["files"].values():
        spec["fileKind"] = kinds[spec["fileKind"]]
        spec["header"]["value"] = False
        spec["encodings"]["value"] = ["cp932"]
        spec["delimiter"]["value"] = delimiter
        spec["columns"].reverse()
        for column in spec["columns"]:
            column["name"] = "項目：" + column["name"]
    return raw


PROFILES = {
    "numbers from 00": other({"dateFormat": "%Y%m%d", "digits": 2, "first": 0}),
    "times of the beginning": other({"dateFormat": "%Y%m%d", "timeFormat": "%H%M"}, ";", unit="Wh"),
    "times of the end": other({"dateFormat": "%Y-%m-%d", "timeFormat": " %H:%M", "names": "end"}, "|", "%d.%m.%Y"),
}

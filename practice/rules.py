"""What the practice aggregator accepts as a データ提供条件: its own reading of the rules, apart from the client's."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any, Mapping, Optional

from ..aggregator.profile import CODES, Profile, number_of
from ..aggregator.timecode import parse_jst
from ..analysis.mesh import SIZES_BY_VOLTAGE

LISTS = ("data_kinds", "flows")
CHOICES = ("data_class", "delivery_mode", "delivery_method", "format")
STATISTICS = ("table", "voltage", "aggregation_unit", "area_type")
LONGEST_PERIODIC = timedelta(days=5 * 366)
"""定期 lasts five years at most (manual, Appendix 5.2); a day or so over is the client's to count."""


def wrong_items(wire: Mapping[str, Any], municipality: str, profile: Profile) -> dict[str, str]:
    """Return {key: reason} of the items of a condition that are not accepted; empty where all are."""
    reader = _Reader(wire, profile)
    reader.choice(*CHOICES)
    if reader.get("municipality") != municipality:
        reader.wrong("municipality", "is not the municipality of this account")
    reader.period()
    if reader.name("data_class") == "personal":
        reader.personal()
    elif reader.name("data_class") == "statistics":
        reader.statistics()
    return reader.found


def moment(value: object, last: bool = False) -> Optional[datetime]:
    """Return a date or date-time of the wire as a time, a date as its beginning or end; None where it is none."""
    try:
        text = str(value)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return datetime.combine(date.fromisoformat(text), datetime.max.time() if last else datetime.min.time())
        return parse_jst(text)
    except ValueError:
        return None


class _Reader:
    """Looks at the items of one condition and notes what is wrong."""

    def __init__(self, wire: Mapping[str, Any], profile: Profile):
        self.wire, self.profile = wire, profile
        self.found: dict[str, str] = {}

    def get(self, item: str) -> Any:
        return self.wire.get(self.profile.key(item))

    def wrong(self, item: str, reason: str) -> None:
        self.found.setdefault(self.profile.key(item), reason)

    def name(self, item: str) -> Optional[str]:
        return self.profile.code_name(item, self.get(item))

    def choice(self, *items: str) -> None:
        for item in items:
            if self.get(item) is None:
                self.wrong(item, "is missing")
            elif self.name(item) not in CODES[item]:
                self.wrong(item, "is not a code of this item")

    def many(self, item: str, known: Any) -> None:
        values = self.get(item)
        if not isinstance(values, list) or not values:
            self.wrong(item, "must be a list that is not empty")
        elif any(value is None or known(value) is None for value in values):
            self.wrong(item, "holds what is not a value of this item")

    def coded(self, item: str) -> None:
        self.many(item, lambda value: self.profile.code_name(item, value))

    def period(self) -> None:
        begin, end = moment(self.get("begin")), moment(self.get("end"), last=True)
        for item, value in (("begin", begin), ("end", end)):
            if value is None:
                self.wrong(item, "is neither a date nor a date and time")
        if begin is None or end is None:
            return
        if end < begin:
            self.wrong("end", "lies before the beginning")
        elif self.name("delivery_mode") == "periodic" and end - begin > LONGEST_PERIODIC:
            self.wrong("end", "lies more than five years after the beginning")

    def personal(self) -> None:
        self.coded("data_kinds")
        self.choice("specified_contractors")
        if self.profile.key("data_kinds") in self.found:
            return
        kinds = {self.profile.code_name("data_kinds", value) for value in self.get("data_kinds")}
        if kinds & {"reading", "master"}:
            self.coded("flows")
            self.choice("provision_unit")
        if "master" in kinds:
            self.many("master_items", self.profile.file("master").names.get)

    def statistics(self) -> None:
        self.choice(*STATISTICS)
        if self.name("area_type") != "mesh":
            return
        voltage = self.name("voltage")
        sizes = SIZES_BY_VOLTAGE[number_of("voltage", voltage)] if voltage else ()
        if str(self.get("mesh_size")) not in {str(size) for size in sizes}:
            self.wrong("mesh_size", "is not a size of this voltage class")
        self.many("secondary_mesh_codes", lambda value: re.fullmatch(r"[0-9]{4}[0-7]{2}", str(value)))

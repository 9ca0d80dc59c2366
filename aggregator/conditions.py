"""データ提供条件: what is asked of the aggregator, the manual's use-case templates, and what is wrong with a condition.

Inside, every choice has an English name (`CODES` of the profile module); codes and keys stand on the wire only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import product
from typing import Any, Callable, Iterable, Iterator, Mapping, Optional, Union

from ..messages import Message, message
from .errors import ConditionError
from .profile import CODES, COLUMNS, CONDITION_KEYS, Profile
from .timecode import format_jst, parse_jst

When = Union[date, datetime]

MESH_SIZES: Mapping[str, tuple[int, ...]] = {"low": (125, 250, 500, 1000), "high": (5000,), "extra_high": (10000,)}
"""Mesh sizes in metres that the statistics of a voltage class come in (manual §2.4)."""
USUAL_MESH_SIZES: Mapping[str, int] = {"low": 500, "high": 5000, "extra_high": 10000}
LONGEST_PERIOD_YEARS = 5
"""定期 (manual, Appendix 5.2)."""
_LISTS = ("data_kinds", "flows", "master_items", "secondary_mesh_codes")
_CHOICES = (
    "data_class",
    "delivery_mode",
    "delivery_method",
    "format",
    "provision_unit",
    "table",
    "voltage",
    "aggregation_unit",
    "area_type",
)
_PERSONAL_ONLY = ("data_kinds", "flows", "master_items", "provision_unit", "specified_contractors")
_STATISTICS_ONLY = ("table", "voltage", "aggregation_unit", "area_type", "mesh_size", "secondary_mesh_codes")


@dataclass(frozen=True)
class Condition:
    """One データ提供条件. Choices are names of `profile.CODES`; None or () is an item that is not sent."""

    data_class: str
    """利用データ."""
    municipality: str
    """自治体: 団体コード, 6 digits, fixed by the account."""
    begin: When
    """起点日時／抽出期間の始め: a date, for 通電情報 a date-time."""
    end: When
    """抽出期間の終わり, the last day inside."""
    delivery_mode: str = "once"
    """提供方法."""
    delivery_method: str = "api"
    """提供方式."""
    format: str = "csv"
    """提供フォーマット."""
    data_kinds: tuple[str, ...] = ()
    """データ種類."""
    flows: tuple[str, ...] = ()
    """データ種類詳細."""
    master_items: tuple[str, ...] = ()
    """マスタ情報の項目, as internal columns of the master table."""
    provision_unit: Optional[str] = None
    """提供単位."""
    specified_contractors: Optional[bool] = None
    """特定契約者フラグ."""
    table: Optional[str] = None
    """集計表."""
    voltage: Optional[str] = None
    """電圧分類."""
    aggregation_unit: Optional[str] = None
    """集計単位."""
    area_type: Optional[str] = None
    """エリア指定."""
    mesh_size: Optional[int] = None
    """メッシュの大きさ, metres."""
    secondary_mesh_codes: tuple[str, ...] = ()
    """二次メッシュコード."""
    note: str = ""
    """Free text; stays here, is not sent."""

    def to_wire(self, profile: Profile) -> dict[str, Any]:
        """Return the JSON object of the registration call. `note` is left out."""
        columns = {spec.column: spec.name for spec in profile.file("master").columns}
        wire: dict[str, Any] = {}
        for name in CONDITION_KEYS:
            value = getattr(self, name)
            if name == "note" or value is None or value == ():
                continue
            wire[profile.key(name)] = _encode(name, value, profile, columns)
        return wire

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any], profile: Profile) -> Condition:
        """Return the condition of a JSON object. Raises `WrongItems` naming every item that cannot be understood."""
        values: dict[str, Any] = {}
        wrong: dict[str, Message] = {}
        for name in CONDITION_KEYS:
            key = profile.key(name)
            if wire.get(key) is None:
                continue
            try:
                values[name] = _decode(name, wire[key], profile)
            except (ValueError, TypeError, AttributeError):
                wrong[name] = message("{value} is not a value of this item", value=repr(wire[key])[:60])
        for name in ("data_class", "municipality", "begin", "end"):
            if name not in values and name not in wrong:
                wrong[name] = message("is missing")
        if wrong:
            raise WrongItems({profile.key(name): what for name, what in wrong.items()})
        return cls(**values)


class WrongItems(ConditionError):
    """Items of a condition that cannot be understood; `items` maps the key on the wire to the reason."""

    def __init__(self, items: Mapping[str, Message]):
        super().__init__(
            message(
                "Items of the condition cannot be understood: {items}. Compare the profile with the documents.",
                items=", ".join(f"{key} ({what})" for key, what in items.items()),
            )
        )
        self.items = dict(items)


STATUS_WORDS: Mapping[str, Message] = {
    "accepted": message("accepted"),
    "building": message("being prepared"),
    "published": message("published"),
    "empty": message("published, without data"),
    "failed": message("failed"),
}
"""State of a condition → how people read it."""


@dataclass(frozen=True)
class Registered:
    """A condition as the aggregator holds it."""

    condition_id: str
    status: str
    """`accepted`, `building`, `published`, `empty`, `failed`, or the code itself where the profile does not list it."""
    registered_at: Optional[datetime]
    condition: Optional[Condition]
    """None where it cannot be understood with this profile."""


def _encode(name: str, value: Any, profile: Profile, columns: Mapping[str, str]) -> Any:
    if name == "master_items":
        return [columns[item] for item in value]
    if name == "secondary_mesh_codes":
        return list(value)
    if name in _LISTS:
        return [profile.code(name, item) for item in value]
    if name in ("begin", "end"):
        return format_jst(value) if isinstance(value, datetime) else value.isoformat()
    if name == "specified_contractors":
        return profile.code(name, "on" if value else "off")
    if name in _CHOICES:
        return profile.code(name, value)
    return str(value)


def _name(profile: Profile, item: str, code: object) -> str:
    name = profile.code_name(item, code)
    if name is None:
        raise ValueError(code)
    return name


def _decode_list(name: str, value: Any, profile: Profile) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(value)
    if name == "master_items":
        names = profile.file("master").names
        if any(item not in names for item in value):
            raise ValueError(value)
        return tuple(names[item] for item in value)
    if name == "secondary_mesh_codes":
        return tuple(str(item) for item in value)
    return tuple(_name(profile, name, item) for item in value)


def _decode(name: str, value: Any, profile: Profile) -> Any:
    if name in _LISTS:
        return _decode_list(name, value, profile)
    if name in ("begin", "end"):
        text = str(value)
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else parse_jst(text)
    if name == "specified_contractors":
        return _name(profile, name, value) == "on"
    if name in _CHOICES:
        return _name(profile, name, value)
    return int(str(value)) if name == "mesh_size" else str(value)


# -- what is wrong with a condition ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """Something wrong or doubtful in a condition."""

    item: str
    """Field of `Condition`."""
    message: Message
    fatal: bool = True
    """Whether it must be mended before registering; otherwise a doubt to be shown."""


def check_digit(first_five: str) -> int:
    """Return the sixth digit of a 全国地方公共団体コード (modulus 11, weights 6 to 2; 総務省)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_five, range(6, 1, -1)))
    return (11 - total % 11) % 10


def _moment(when: When, last: bool = False) -> datetime:
    if isinstance(when, datetime):
        return when
    return datetime.combine(when, time(23, 59) if last else time.min)


def _years_later(when: datetime, years: int) -> datetime:
    try:
        return when.replace(year=when.year + years)
    except ValueError:
        return when.replace(year=when.year + years, day=28)


def _municipality(condition: Condition) -> Iterator[Finding]:
    code = condition.municipality
    if not re.fullmatch(r"[0-9]{6}", code):
        yield Finding("municipality", message("The municipality code {code} must have 6 digits.", code=code))
    elif int(code[5]) != check_digit(code[:5]):
        yield Finding(
            "municipality",
            message(
                "The municipality code {code} does not have the check digit {digit}. Compare it with the code list.",
                code=code,
                digit=check_digit(code[:5]),
            ),
            fatal=False,
        )


def _period(condition: Condition) -> Iterator[Finding]:
    begin, end = _moment(condition.begin), _moment(condition.end, last=True)
    if begin > end:
        yield Finding(
            "end",
            message(
                "The period ends ({end}) before it begins ({begin}). Correct the dates.",
                begin=condition.begin.isoformat(),
                end=condition.end.isoformat(),
            ),
        )
    elif condition.delivery_mode == "periodic" and end > _moment(
        _years_later(begin, LONGEST_PERIOD_YEARS).date(), True
    ):
        yield Finding(
            "end",
            message(
                "Periodic delivery may last {years} years at most; {begin} to {end} is longer. Bring the end forward.",
                years=LONGEST_PERIOD_YEARS,
                begin=condition.begin.isoformat(),
                end=condition.end.isoformat(),
            ),
        )


def _choices(condition: Condition) -> Iterator[Finding]:
    for name in _CHOICES:
        value = getattr(condition, name)
        if value is not None and value not in CODES[name]:
            yield Finding(name, message("“{value}” is not a choice of the item {item}.", value=value, item=name))
    for name in ("data_kinds", "flows"):
        for value in getattr(condition, name):
            if value not in CODES[name]:
                yield Finding(name, message("“{value}” is not a choice of the item {item}.", value=value, item=name))


def _foreign(condition: Condition, names: Iterable[str]) -> Iterator[Finding]:
    for name in names:
        if getattr(condition, name) not in (None, ()):
            yield Finding(name, message("The item {item} does not belong to this class of data. Clear it.", item=name))


def _needed(condition: Condition, names: Iterable[str]) -> Iterator[Finding]:
    for name in names:
        if getattr(condition, name) in (None, ()):
            yield Finding(name, message("The item {item} is needed. Fill it in.", item=name))


def _personal(condition: Condition) -> Iterator[Finding]:
    yield from _foreign(condition, _STATISTICS_ONLY)
    yield from _needed(condition, ("data_kinds", "specified_contractors"))
    kinds = set(condition.data_kinds)
    if "outage" in kinds:
        if len(kinds) > 1:
            yield Finding(
                "data_kinds", message("通電情報 is registered by itself. Make a second condition for the other kinds.")
            )
        if not (isinstance(condition.begin, datetime) and isinstance(condition.end, datetime)):
            yield Finding("begin", message("通電情報 is asked for by date and time. Add the time."))
        if condition.provision_unit is not None:
            yield Finding("provision_unit", message("通電情報 has no 提供単位. Clear it."))
    if kinds & {"reading", "master"}:
        yield from _needed(condition, ("flows", "provision_unit"))
    yield from _master_items(condition)


def _master_items(condition: Condition) -> Iterator[Finding]:
    if "master" not in condition.data_kinds:
        yield from _foreign(condition, ("master_items",))
        return
    yield from _needed(condition, ("master_items",))
    for item in condition.master_items:
        if item not in COLUMNS["master"]:
            yield Finding("master_items", message("マスタ情報 has no item “{item}”. Leave it out.", item=item))
    if condition.master_items and "supply_point" not in condition.master_items:
        yield Finding(
            "master_items",
            message("マスタ情報 needs 供給/受電地点特定番号, or it cannot be joined to anything. Add it."),
        )


def _statistics(condition: Condition) -> Iterator[Finding]:
    yield from _foreign(condition, _PERSONAL_ONLY)
    yield from _needed(condition, ("table", "voltage", "aggregation_unit", "area_type"))
    if condition.table == "energised" and condition.aggregation_unit == "month":
        yield Finding(
            "aggregation_unit",
            message("通電計器数 by the month says little about an outage; the manual asks for it by the day."),
            fatal=False,
        )
    if condition.area_type == "address":
        yield from _foreign(condition, ("mesh_size", "secondary_mesh_codes"))
    if condition.area_type == "mesh":
        yield from _mesh(condition)


def _mesh(condition: Condition) -> Iterator[Finding]:
    yield from _needed(condition, ("mesh_size",))
    if not condition.secondary_mesh_codes:
        yield Finding(
            "secondary_mesh_codes",
            message(
                "No secondary mesh code is given, so no area is asked for. Choose an area that covers the municipality."
            ),
        )
    sizes = MESH_SIZES.get(condition.voltage or "", ())
    if condition.mesh_size is not None and sizes and condition.mesh_size not in sizes:
        yield Finding(
            "mesh_size",
            message(
                "The voltage class {voltage} has no mesh of {metres} m. Choose one of {sizes} m.",
                voltage=CODES["voltage"].index(condition.voltage or "") + 1,
                metres=condition.mesh_size,
                sizes=", ".join(str(size) for size in sizes),
            ),
        )
    for code in condition.secondary_mesh_codes:
        if not re.fullmatch(r"[0-9]{4}[0-7]{2}", code):
            yield Finding(
                "secondary_mesh_codes",
                message("{code} is not a secondary mesh code (6 digits). Correct it.", code=code),
            )


_RULES: Mapping[str, Callable[[Condition], Iterator[Finding]]] = {"personal": _personal, "statistics": _statistics}


def findings(condition: Condition) -> list[Finding]:
    """Return everything wrong or doubtful in a condition."""
    found = [*_municipality(condition), *_period(condition), *_choices(condition)]
    rule = _RULES.get(condition.data_class)
    return [*found, *rule(condition)] if rule else found


def validate(condition: Condition) -> list[Message]:
    """Return what must be mended before the condition can be registered; empty where nothing must."""
    return [finding.message for finding in findings(condition) if finding.fatal]


def doubts(condition: Condition) -> list[Message]:
    """Return what is doubtful in a condition but does not stop it."""
    return [finding.message for finding in findings(condition) if not finding.fatal]


# -- templates --------------------------------------------------------------------------------------------------------

_WHERE = ("supply_point", "flow", "voltage", "lat", "lon")
_LIVE = ("remote_reading", "installed_on", "abolished_on", "renewed_on", "removed_on")
_SUN = ("customer_id", "generator_kind", "export_contract", "contract_export_kw")
_HOME = ("building_class", "business", "contract_kw")
_WHO = ("name", "address")


def master_reasons() -> dict[str, Message]:
    """Return why a template asks for an item of マスタ情報: only what is needed is asked for."""
    return {
        "supply_point": message("joins the contract to readings and outages"),
        "flow": message("tells use from solar export"),
        "voltage": message("tells homes from large customers"),
        "lat": message("the pole, for the map"),
        "lon": message("the pole, for the map"),
        "remote_reading": message("a meter that cannot be read remotely is unknown, not dark"),
        "abolished_on": message("an ended contract is not an outage"),
        "removed_on": message("a removed meter is not an outage"),
        "building_class": message("tells dwellings from other buildings"),
        "business": message("tells dwellings from businesses"),
        "contract_kw": message("tells homes by the size of the contract"),
        "name": message("to find the person"),
        "address": message("to find the dwelling, as the map shows only the pole"),
        "address_code": message("to count by district"),
        "meter_id": message("to report a single broken service wire to the utility"),
        "master_info_id": message("joins the contract to the registered list"),
        "installed_on": message("when supply to the dwelling began"),
        "renewed_on": message("since when this customer has been there; use before is another's"),
        "customer_id": message("tells a new customer from the one before, and joins feed-in to the home"),
        "generator_kind": message("generation on the roof hides use"),
        "export_contract": message("generation on the roof hides use"),
        "contract_export_kw": message("generation on the roof hides use"),
    }


@dataclass(frozen=True)
class Template:
    """One use case of the manual (Appendix 5.2), as a row of the table below."""

    id: str
    data_class: str
    delivery_mode: str = "once"
    delivery_method: str = "api"
    data_kinds: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    master_items: tuple[str, ...] = ()
    provision_unit: Optional[str] = None
    specified_contractors: Optional[bool] = None
    tables: tuple[Optional[str], ...] = (None,)
    """集計表: one registration each."""
    aggregation_unit: Optional[str] = None
    area_type: Optional[str] = None

    @property
    def title(self) -> Message:
        """Name of the use case."""
        return _titles()[self.id]

    @property
    def needs_area(self) -> bool:
        """Whether secondary mesh codes must be given."""
        return self.area_type == "mesh"

    def conditions(
        self,
        municipality: str,
        begin: When,
        end: When,
        voltages: Iterable[str] = CODES["voltage"],
        mesh_sizes: Optional[Mapping[str, int]] = None,
        secondary_mesh_codes: Iterable[str] = (),
        aggregation_unit: Optional[str] = None,
        file_format: str = "csv",
        note: str = "",
        delivery_mode: Optional[str] = None,
        provision_unit: Optional[str] = None,
        tables: Iterable[str] = (),
    ) -> list[Condition]:
        """Return the conditions to register: one, or one for each voltage class and table of statistics.

        `voltages` are names (`low`, `high`, `extra_high`); `mesh_sizes` gives metres by voltage where it is not the
        usual one; `aggregation_unit`, `delivery_mode`, `tables` of statistics and `provision_unit` replace the
        template's. 通電情報 is asked for by time: a date is its whole day.
        """
        common = Condition(
            data_class=self.data_class,
            municipality=municipality,
            begin=begin,
            end=end,
            delivery_mode=delivery_mode or self.delivery_mode,
            delivery_method=self.delivery_method,
            format=file_format,
            data_kinds=self.data_kinds,
            flows=self.flows,
            master_items=self.master_items,
            provision_unit=(provision_unit or self.provision_unit) if self.provision_unit else None,
            specified_contractors=self.specified_contractors,
            note=note,
        )
        if self.data_class == "personal":
            if "outage" in self.data_kinds:
                return [replace(common, begin=_moment(begin), end=_moment(end, last=True))]
            return [replace(common, begin=_day(begin), end=_day(end))]
        sizes = {**USUAL_MESH_SIZES, **(mesh_sizes or {})}
        codes = tuple(dict.fromkeys(secondary_mesh_codes))
        return [
            replace(
                common,
                begin=_day(begin),
                end=_day(end),
                table=table,
                voltage=voltage,
                aggregation_unit=aggregation_unit or self.aggregation_unit,
                area_type=self.area_type,
                mesh_size=sizes.get(voltage) if self.needs_area else None,
                secondary_mesh_codes=codes if self.needs_area else (),
            )
            for table, voltage in product(tuple(tables) or self.tables, voltages)
        ]


def _day(when: When) -> date:
    return when.date() if isinstance(when, datetime) else when


def _readings(id_: str, items: tuple[str, ...], contractors: bool = False, export: bool = False) -> Template:
    """A row for 電力データ＋マスタ情報, daily: UC③ to UC⑧; with `export` of 受電 too, which tells solar roofs."""
    return Template(
        id_,
        "personal",
        data_kinds=("reading", "master"),
        flows=("low_supply", "low_export", "high_supply", "high_export") if export else ("low_supply", "high_supply"),
        master_items=items,
        provision_unit="daily",
        specified_contractors=contractors,
    )


_STATISTICS = Template("", "statistics", tables=("energised",), aggregation_unit="day", area_type="mesh")

TEMPLATES: Mapping[str, Template] = {
    row.id: row
    for row in (
        Template("uc1", "personal", data_kinds=("outage",), specified_contractors=True),
        replace(_STATISTICS, id="uc2"),
        replace(_STATISTICS, id="uc2lgwan", area_type="address", delivery_method="lgwan"),
        _readings("uc3", (*_WHERE, *_LIVE, *_HOME, *_SUN, *_WHO), export=True),
        _readings("uc4", (*_WHERE, *_LIVE, *_HOME, *_SUN, *_WHO, "master_info_id"), contractors=True),
        _readings("uc5", (*_WHERE, *_LIVE, "address_code", "meter_id")),
        _readings("uc6", (*_WHERE, *_LIVE, *_HOME, *_SUN, *_WHO), export=True),
        _readings("uc7", (*_WHERE, *_LIVE, *_SUN, *_WHO, "master_info_id"), export=True),
        _readings("uc8", (*_WHERE, *_LIVE, *_SUN, *_WHO), export=True),
        replace(
            _STATISTICS, id="uc9", tables=("forward", "reverse"), aggregation_unit="month", delivery_mode="periodic"
        ),
    )
}


def _titles() -> dict[str, Message]:
    return {
        "uc1": message("UC1 Running of key facilities (shelters, hospitals)"),
        "uc2": message("UC2 Outages by area, by mesh"),
        "uc2lgwan": message("UC2′ Outages by area, by municipality over LG-WAN"),
        "uc3": message("UC3 Rescue and identification of those affected"),
        "uc4": message("UC4 Evacuation of people who need support"),
        "uc5": message("UC5 Seeing the damage"),
        "uc6": message("UC6 Search for the missing"),
        "uc7": message("UC7 Watching over those affected"),
        "uc8": message("UC8 Disaster victim certificates"),
        "uc9": message("UC9 Recovery and reconstruction of districts"),
    }

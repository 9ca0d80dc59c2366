"""The profile (接続プロファイル): everything the aggregator's real design documents may change, as data.

The shipped `profiles/assumed.json` is the public manual plus what was assumed until the real document is at hand;
each mark says which (`basis`) and why. A municipality edits a copy. `Profile.load` names every problem at once.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Mapping, Optional

from ..messages import Message, message
from .errors import ProfileError
from .timecode import SlotRule

SHIPPED = Path(__file__).with_name("profiles") / "assumed.json"
FORMAT = 1
BASES = ("public", "assumed")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
TYPES = ("text", "code", "number", "energy", "slot", "date", "time")
"""Types of a column: `energy` is kWh (kept as integer Wh), `slot` a time code, `date` and `time` as the conventions."""

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
}
"""Names of every code table. The project's own number of a code in a table column is its place here, from 1."""

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
}
"""Internal columns of every kind of file; a profile maps the published names to these."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    "reading": ("flow", "supply_point", "slot_code", "kwh"),
    "master": ("supply_point",),
    "outage": ("supply_point",),
    "statistics": ("voltage", "area_kind", "date", "energised", "count", "total"),
    # 計器数分析 (tables 3 and 4) counts meters only: its rows have no energy
    "flow_statistics": ("voltage", "area_kind", "date", "contract_range", "meters"),
}
"""Columns without which a file of that kind means nothing: a profile may require more, not fewer."""


_COPY = re.compile(r"(?:\s*\([0-9]+\)|\s-\s(?:コピー|Copy))+(?=\.[^.]*$)")
"""What stands in the name of a copy."""


@dataclass(frozen=True)
class Interface:
    """One call: IF number, Japanese name, method and path."""

    number: str
    title: str
    method: str
    path: str


@dataclass(frozen=True)
class ColumnSpec:
    """One column of a published file."""

    name: str
    """As published (Japanese)."""
    column: str
    """Internal name, of `COLUMNS`."""
    type: str
    """One of `TYPES`."""
    required: bool
    """A file without the column, or a row with a blank in it, cannot be used."""
    codes: Mapping[str, int] = field(default_factory=dict)
    """For type `code`: published code → the project's own number."""
    digits: int = 0
    """Exact number of digits of an identifier; 0 = any text."""
    masked: bool = False
    """Whether the sign of a masked figure may stand here."""


@dataclass(frozen=True)
class FileSpec:
    """How one kind of file is published."""

    kind: str
    title: str
    """Japanese name."""
    file_kind: str
    """Kind as the file name says it; two kinds may share one."""
    header: bool
    """Whether the first row names the columns; if not, the columns come in the order of `columns`."""
    encodings: tuple[str, ...]
    """Encodings to try, in order."""
    delimiter: str
    columns: tuple[ColumnSpec, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    """Groups of internal columns of which a file must have at least one."""

    @property
    def required(self) -> tuple[str, ...]:
        """Internal names of the required columns."""
        return tuple(spec.column for spec in self.columns if spec.required)

    @property
    def names(self) -> dict[str, str]:
        """Published name → internal name."""
        return {spec.name: spec.column for spec in self.columns}

    @property
    def codes(self) -> dict[str, Mapping[str, int]]:
        """Internal column → its code table, for the columns that have one."""
        return {spec.column: spec.codes for spec in self.columns if spec.type == "code"}

    def column(self, internal: str) -> ColumnSpec:
        """Return the column with that internal name. Raises `KeyError` where the profile has none."""
        for spec in self.columns:
            if spec.column == internal:
                return spec
        raise KeyError(internal)


@dataclass(frozen=True)
class PublishedName:
    """What a file name says."""

    municipality: str
    condition_id: str
    kind: str
    """`reading`, `master`, `outage` or `stat`."""
    time: datetime
    """Moment of publication; for 通電情報 the fallback of データ作成日時."""
    part: Optional[int]
    """Number of the part, None where the set is one file."""
    extension: str


@dataclass(frozen=True)
class FileNames:
    """How published files are named."""

    pattern: str
    time_format: str
    part_digits: int
    kinds: tuple[str, ...]
    extensions: tuple[str, ...]

    def make(self, name: PublishedName) -> str:
        """Return the file name."""
        return self.pattern.format(
            municipality=name.municipality,
            condition=name.condition_id,
            kind=name.kind,
            time=name.time.strftime(self.time_format),
            part="" if name.part is None else f"_{name.part:0{self.part_digits}d}",
            extension=name.extension,
        )

    def parse(self, text: str) -> Optional[PublishedName]:
        """Return what a file name says, None where it is not of this form (files are recognised by content anyway).

        What browsers and file managers add to a copy, `(2)` or ` - コピー` before the extension, is ignored.
        """
        return self._parse(text) or self._parse(_COPY.sub("", text))

    def _parse(self, text: str) -> Optional[PublishedName]:
        places = {
            "municipality": r"(?P<municipality>[0-9]+)",
            "condition": r"(?P<condition>[^/\\]+?)",
            "kind": f"(?P<kind>{'|'.join(map(re.escape, self.kinds))})",
            "time": r"(?P<time>[0-9]+)",
            "part": f"(?:_(?P<part>[0-9]{{{self.part_digits}}}))?",
            "extension": f"(?P<extension>{'|'.join(map(re.escape, self.extensions))})",
        }
        pieces = re.split(r"\{(\w+)\}", self.pattern)
        expression = "".join(places[piece] if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))
        found = re.fullmatch(expression, text)
        if found is None:
            return None
        said = {"municipality": "", "condition": "", "part": None, "extension": "", **found.groupdict()}
        try:
            moment = datetime.strptime(said["time"], self.time_format)
        except ValueError:
            return None
        part = said["part"]
        return PublishedName(
            said["municipality"],
            said["condition"],
            said["kind"],
            moment,
            int(part) if part else None,
            said["extension"],
        )


@dataclass(frozen=True)
class Profile:
    """A checked profile. Make it with `Profile.load`."""

    name: str
    interfaces: Mapping[str, Interface]
    keys: Mapping[str, str]
    code_tables: Mapping[str, Mapping[str, str]]
    errors: Mapping[str, str]
    files: Mapping[str, FileSpec]
    file_names: FileNames
    slot: SlotRule
    zone: str
    missing: str
    masked: str
    date_format: str
    time_format: str
    marks: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """The file as it was read, with basis and reason of every mark."""

    @classmethod
    def load(cls, path: Optional[Path] = None) -> Profile:
        """Read and check a profile file (None: the shipped one). Raises `ProfileError` naming every problem."""
        source = SHIPPED if path is None else Path(path)
        try:
            raw = json.loads(source.read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise ProfileError(
                message(
                    "The profile {file} cannot be opened ({reason}). Choose another, or none for the shipped one.",
                    file=source.name,
                    reason=error.strerror or "",
                )
            ) from error
        except UnicodeDecodeError as error:
            raise ProfileError(
                message("The profile {file} is not UTF-8 text. Save it as UTF-8.", file=source.name)
            ) from error
        except ValueError as error:
            raise ProfileError(
                message(
                    "The profile {file} is not JSON (line {line}). Mend the line, or copy the shipped profile again.",
                    file=source.name,
                    line=getattr(error, "lineno", "?"),
                )
            ) from error
        return cls.of(raw, source.name)

    @classmethod
    def of(cls, raw: Any, name: str = "profile") -> Profile:
        """Check a parsed profile. Raises `ProfileError` naming every problem; `name` is for the message."""
        checker = _Checker(raw)
        profile = checker.profile()
        if checker.problems or profile is None:
            raise ProfileError(
                message(
                    "The profile {file} has {count} problem(s): {problems}",
                    file=name,
                    count=len(checker.problems),
                    problems=_joined(checker.problems),
                ),
                tuple(checker.problems),
            )
        return profile

    def file(self, kind: str) -> FileSpec:
        """Return how files of `kind` (a name of `COLUMNS`) are published."""
        return self.files[kind]

    def interface(self, name: str) -> Interface:
        """Return an interface by its name of `INTERFACES`."""
        return self.interfaces[name]

    def path(self, interface: str) -> str:
        """Return the path of an interface."""
        return self.interfaces[interface].path

    def key(self, name: str) -> str:
        """Return the key that stands on the wire for `name` (of `KEYS`)."""
        return self.keys[name]

    def code(self, item: str, name: str) -> str:
        """Return the code that stands on the wire for `name` of the table `item`."""
        return self.code_tables[item][name]

    def code_name(self, item: str, code: object) -> Optional[str]:
        """Return the name of a code of the table `item`, None where the profile does not list it."""
        for name, value in self.code_tables[item].items():
            if value == str(code):
                return name
        return None

    def error_name(self, code: object) -> Optional[str]:
        """Return the name (of `ERRORS`) of an error code, None where the profile does not list it."""
        for name, value in self.errors.items():
            if value == code:
                return name
        return None


def number_of(item: str, name: str) -> int:
    """Return the project's own number of a code: its place in `CODES`, from 1."""
    return CODES[item].index(name) + 1


def _joined(messages: list[Message]) -> Message:
    """Return all messages as one, each still to be translated; halved, so that the nesting stays shallow."""
    if not messages:
        return message("none is named")
    if len(messages) == 1:
        return messages[0]
    middle = len(messages) // 2
    return message("{first} / {second}", first=_joined(messages[:middle]), second=_joined(messages[middle:]))


class _Checker:
    """Walks a parsed profile, collects every problem, and builds the parts that are sound."""

    def __init__(self, raw: Any):
        self.raw = raw if isinstance(raw, dict) else {}
        self.problems: list[Message] = []
        if not isinstance(raw, dict):
            self.problems.append(message("the file is not a JSON object"))

    def profile(self) -> Optional[Profile]:
        if self.problems:
            return None
        if self.raw.get("format") != FORMAT:
            self.problems.append(message("“format” must be {expected}", expected=FORMAT))
        interfaces = self.interfaces()
        keys = self.keys()
        tables = {item: self.code_table(item, names) for item, names in CODES.items()}
        errors = self.error_codes()
        files = {kind: self.file(kind, tables) for kind in COLUMNS}
        names = self.file_names()
        conventions = self.section("conventions")
        text = {
            name: self.text(conventions, "conventions", name)
            for name in ("zone", "missing", "masked", "dateFormat", "timeFormat")
        }
        for name in ("dateFormat", "timeFormat"):
            self.strftime(text[name], f"conventions.{name}")
        if text["zone"] not in ("", "+09:00"):
            self.problems.append(message("{where} must be “+09:00”", where="conventions.zone"))
        slot = self.slot(conventions)
        self.unknown(
            "",
            self.raw,
            ("format", "name", "comment", "interfaces", "keys", "codes", "errors", "conventions", "fileNames", "files"),
        )
        if self.problems or names is None or slot is None:
            return None
        return Profile(
            name=str(self.raw.get("name", "")),
            interfaces=interfaces,
            keys=keys,
            code_tables=tables,
            errors=errors,
            files={kind: spec for kind, spec in files.items() if spec is not None},
            file_names=names,
            slot=slot,
            zone=text["zone"],
            missing=text["missing"],
            masked=text["masked"],
            date_format=text["dateFormat"],
            time_format=text["timeFormat"],
            marks=self.raw,
        )

    # -- sections ---------------------------------------------------------------------------------------------------
    def interfaces(self) -> dict[str, Interface]:
        section = self.section("interfaces")
        self.unknown("interfaces", section, INTERFACES)
        found = {}
        for name in INTERFACES:
            where = f"interfaces.{name}"
            entry = self.entry(section, where, name)
            if entry is None:
                continue
            method = str(entry.get("method", ""))
            path = str(entry.get("path", ""))
            if method not in METHODS:
                self.problems.append(
                    message("{where} must be one of {choices}", where=where + ".method", choices=", ".join(METHODS))
                )
            if not re.fullmatch(r"/[!-~]*", path):
                self.problems.append(message("{where} must begin with “/” and hold no blanks", where=where + ".path"))
            found[name] = Interface(str(entry.get("number", "")), str(entry.get("title", "")), method, path)
        return found

    def keys(self) -> dict[str, str]:
        section = self.section("keys")
        self.unknown("keys", section, KEYS)
        found: dict[str, str] = {}
        for name in KEYS:
            where = f"keys.{name}"
            entry = self.entry(section, where, name)
            if entry is None:
                continue
            value = entry.get("key")
            if not isinstance(value, str) or not value:
                self.problems.append(message("{where} must be a text that is not empty", where=where + ".key"))
                continue
            found[name] = value
        self.distinct("keys", {name: found[name] for name in CONDITION_KEYS if name in found})
        return found

    def code_table(self, item: str, names: tuple[str, ...]) -> dict[str, str]:
        where = f"codes.{item}"
        entry = self.entry(self.section("codes"), where, item)
        values = (entry or {}).get("values")
        if not isinstance(values, dict):
            if entry is not None:
                self.problems.append(message("{where} must be an object", where=where + ".values"))
            return {}
        self.unknown(where + ".values", values, names)
        found = {}
        for name in names:
            value = values.get(name)
            if not isinstance(value, str) or not value:
                self.problems.append(
                    message("{where} must be a text that is not empty", where=f"{where}.values.{name}")
                )
                continue
            found[name] = value
        self.distinct(where, found)
        return found

    def error_codes(self) -> dict[str, str]:
        section = self.section("errors")
        self.unknown("errors", section, ERRORS)
        found = {}
        for name in ERRORS:
            entry = self.entry(section, f"errors.{name}", name)
            if entry is None:
                continue
            value = entry.get("code")
            if not isinstance(value, str) or not value:
                self.problems.append(message("{where} must be a text that is not empty", where=f"errors.{name}.code"))
                continue
            found[name] = value
        self.distinct("errors", found)
        return found

    def slot(self, conventions: Mapping[str, Any]) -> Optional[SlotRule]:
        where = "conventions.slot"
        entry = self.entry(conventions, where, "slot")
        if entry is None:
            return None
        numbers = {name: entry.get(name) for name in ("digits", "first", "minutes")}
        for name, value in numbers.items():
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                self.problems.append(message("{where} must be a whole number", where=f"{where}.{name}"))
                return None
        if numbers["minutes"] != 30:
            # the reading store keeps 48 slots a day
            self.problems.append(message("{where} must be 30", where=where + ".minutes"))
            return None
        date_format = str(entry.get("dateFormat", ""))
        self.strftime(date_format, where + ".dateFormat")
        rule = SlotRule(date_format, numbers["digits"], numbers["first"], numbers["minutes"])
        if rule.digits < 1 or len(str(rule.first + rule.per_day - 1)) > rule.digits:
            self.problems.append(
                message("{where} is too small for the numbers of a day’s slots", where=where + ".digits")
            )
        return rule

    def file_names(self) -> Optional[FileNames]:
        entry = self.entry(self.raw, "fileNames", "fileNames")
        if entry is None:
            return None
        pattern = str(entry.get("pattern", ""))
        places = re.findall(r"\{(\w*)\}", pattern)
        allowed = ("municipality", "condition", "kind", "time", "part", "extension")
        if sorted(places) != sorted(allowed) or re.search(r"[{}]", re.sub(r"\{\w+\}", "", pattern)):
            self.problems.append(
                message(
                    "{where} must hold each of these once: {choices}",
                    where="fileNames.pattern",
                    choices=" ".join(f"{{{place}}}" for place in allowed),
                )
            )
        if re.search(r'[/\\:*?"<>|\x00-\x1f]', pattern):
            self.problems.append(
                message("{where} holds signs that a file name may not have", where="fileNames.pattern")
            )
        time_format = str(entry.get("timeFormat", ""))
        self.strftime(time_format, "fileNames.timeFormat")
        digits = entry.get("partDigits")
        if not isinstance(digits, int) or isinstance(digits, bool) or digits < 1:
            self.problems.append(message("{where} must be a whole number", where="fileNames.partDigits"))
            digits = 1
        kinds = self.texts(entry.get("kinds"), "fileNames.kinds")
        extensions = self.texts(entry.get("extensions"), "fileNames.extensions")
        return FileNames(pattern, time_format, digits, kinds, extensions)

    # -- files ------------------------------------------------------------------------------------------------------
    def file(self, kind: str, tables: Mapping[str, Mapping[str, str]]) -> Optional[FileSpec]:
        where = f"files.{kind}"
        section = self.section("files")
        entry = section.get(kind)
        if not isinstance(entry, dict):
            self.problems.append(message("{where} is missing", where=where))
            return None
        header = (self.entry(entry, where + ".header", "header") or {}).get("value")
        if not isinstance(header, bool):
            self.problems.append(message("{where} must be true or false", where=where + ".header.value"))
        encodings = self.texts(
            (self.entry(entry, where + ".encodings", "encodings") or {}).get("value"), where + ".encodings.value"
        )
        for name in encodings:
            try:
                codecs.lookup(name)
            except LookupError:
                self.problems.append(
                    message("{where}: no encoding is called “{name}”", where=where + ".encodings", name=name)
                )
        delimiter = self.text(entry, where, "delimiter")
        if len(delimiter) != 1:
            self.problems.append(message("{where} must be one sign", where=where + ".delimiter.value"))
        columns = self.columns(kind, entry.get("columns"), tables)
        groups = tuple(tuple(group) for group in entry.get("requiredOneOf", []))
        for group in groups:
            for column in group:
                if column not in COLUMNS[kind]:
                    self.problems.append(
                        message("{where}: there is no column “{name}”", where=where + ".requiredOneOf", name=column)
                    )
        return FileSpec(
            kind,
            str(entry.get("title", kind)),
            str(entry.get("fileKind", kind)),
            bool(header),
            encodings,
            delimiter,
            columns,
            groups,
        )

    def columns(self, kind: str, raw: Any, tables: Mapping[str, Mapping[str, str]]) -> tuple[ColumnSpec, ...]:
        where = f"files.{kind}.columns"
        if not isinstance(raw, list) or not raw:
            self.problems.append(message("{where} must be a list that is not empty", where=where))
            return ()
        specs = []
        for number, entry in enumerate(raw, 1):
            spec = self.column(kind, f"{where}[{number}]", entry, tables)
            if spec is not None:
                specs.append(spec)
        for attribute in ("name", "column"):
            values = [getattr(spec, attribute) for spec in specs]
            for value in sorted({value for value in values if values.count(value) > 1}):
                self.problems.append(message("{where}: “{name}” stands there twice", where=where, name=value))
        present = {spec.column for spec in specs}
        for column in NEEDED[kind]:
            if column not in present:
                self.problems.append(message("{where}: the column “{name}” is missing", where=where, name=column))
        return tuple(specs)

    def column(
        self, kind: str, where: str, entry: Any, tables: Mapping[str, Mapping[str, str]]
    ) -> Optional[ColumnSpec]:
        if not isinstance(entry, dict):
            self.problems.append(message("{where} must be an object", where=where))
            return None
        self.basis(entry, where)
        name, column, kind_of = (entry.get(key) for key in ("name", "column", "type"))
        if not isinstance(name, str) or not name:
            self.problems.append(message("{where} must be a text that is not empty", where=where + ".name"))
            return None
        if column not in COLUMNS[kind]:
            self.problems.append(message("{where}: there is no column “{name}”", where=where, name=column))
            return None
        if kind_of not in TYPES:
            self.problems.append(
                message("{where} must be one of {choices}", where=where + ".type", choices=", ".join(TYPES))
            )
            return None
        digits = entry.get("digits", 0)
        if not isinstance(digits, int) or isinstance(digits, bool) or digits < 0:
            self.problems.append(message("{where} must be a whole number", where=where + ".digits"))
            digits = 0
        codes: dict[str, int] = {}
        if kind_of == "code":
            item = entry.get("codes")
            if item not in CODES:
                self.problems.append(
                    message("{where}: there is no code table “{name}”", where=where + ".codes", name=item)
                )
            else:
                codes = {wire: number_of(item, label) for label, wire in tables.get(item, {}).items()}
        required = entry.get("required", False) is True or column in NEEDED[kind]
        return ColumnSpec(name, column, kind_of, required, codes, digits, entry.get("masked", False) is True)

    # -- small tests ------------------------------------------------------------------------------------------------
    def section(self, name: str) -> dict[str, Any]:
        value = self.raw.get(name)
        if isinstance(value, dict):
            return value
        problem = message("{where} must be an object", where=name)
        if problem not in self.problems:
            self.problems.append(problem)
        return {}

    def entry(self, section: Mapping[str, Any], where: str, name: str) -> Optional[dict[str, Any]]:
        value = section.get(name)
        if value is None:
            self.problems.append(message("{where} is missing", where=where))
            return None
        if not isinstance(value, dict):
            self.problems.append(message("{where} must be an object", where=where))
            return None
        self.basis(value, where)
        return value

    def basis(self, entry: Mapping[str, Any], where: str) -> None:
        if entry.get("basis") not in BASES:
            self.problems.append(
                message("{where} must be one of {choices}", where=where + ".basis", choices=", ".join(BASES))
            )

    def text(self, section: Mapping[str, Any], where: str, name: str) -> str:
        value = (self.entry(section, f"{where}.{name}", name) or {}).get("value")
        if isinstance(value, str):
            return value
        if name in section:
            self.problems.append(message("{where} must be a text", where=f"{where}.{name}.value"))
        return ""

    def texts(self, value: Any, where: str) -> tuple[str, ...]:
        if isinstance(value, list) and value and all(isinstance(item, str) and item for item in value):
            return tuple(value)
        self.problems.append(message("{where} must be a list of texts that is not empty", where=where))
        return ()

    def strftime(self, pattern: str, where: str) -> None:
        moment = datetime(2024, 2, 29, 13, 30)
        try:
            sound = bool(pattern) and datetime.strptime(moment.strftime(pattern), pattern) is not None
        except ValueError:
            sound = False
        if not sound:
            self.problems.append(message("{where} is not a date or time format such as %Y%m%d", where=where))

    def distinct(self, where: str, values: Mapping[str, str]) -> None:
        seen: dict[str, str] = {}
        for name, value in values.items():
            if value in seen:
                self.problems.append(
                    message(
                        "{where}: {first} and {second} are both “{value}”",
                        where=where,
                        first=seen[value],
                        second=name,
                        value=value,
                    )
                )
            seen.setdefault(value, name)

    def unknown(self, where: str, section: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for name in section:
            if name not in known and name != "comment":
                self.problems.append(message("{where} is not known here", where=f"{where}.{name}".lstrip(".")))

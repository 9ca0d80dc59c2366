"""The profile (接続プロファイル): everything the aggregator's real design documents may change, as data.

The shipped `profiles/assumed.json` is the public manual plus what was assumed until the real document is at hand;
each mark says which (`basis`) and why. A municipality edits a copy. `Profile.load` names every problem at once
(`profile_check`); `profiles/profile.schema.json` says the same to editors that know JSON schema.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterable, Mapping, Optional

from ..messages import Message, message
from .errors import ProfileError
from .outside import parse_json
from .profile_check import problems
from .profile_names import (
    BASES,
    CODES,
    COLUMNS,
    CONDITION_KEYS,
    ENERGY_PLACES,
    ERRORS,
    FORMAT,
    INTERFACES,
    KEYS,
    LATER_CODES,
    LATER_FILES,
    MEANINGS,
    METHODS,
    NEEDED,
    STATISTICS_MOMENTS,
    TYPES,
    codes_of,
    plain_code,
)
from .timecode import YEARS, SlotRule

__all__ = [
    "BASES",
    "CODES",
    "COLUMNS",
    "CONDITION_KEYS",
    "ERRORS",
    "FORMAT",
    "INTERFACES",
    "KEYS",
    "MEANINGS",
    "METHODS",
    "NEEDED",
    "SHIPPED",
    "TYPES",
    "ColumnSpec",
    "FileNames",
    "FileSpec",
    "Interface",
    "Profile",
    "PublishedName",
    "ReadingStep",
    "number_of",
]

SHIPPED = Path(__file__).with_name("profiles") / "assumed.json"
_COPY = re.compile(r"(?:\s*\([0-9]+\)|\s-\s(?:コピー|Copy))+(?=\.[^.]*$)")
"""What stands in the name of a copy."""


def _time_pattern(form: str) -> str:
    """Return a regular expression for what a date and time form writes: a number for each directive."""
    pieces = re.split(r"%(.)", form)
    return "".join(
        (r"[0-9]+" if piece != "%" else "%") if odd % 2 else re.escape(piece) for odd, piece in enumerate(pieces)
    )


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
    also: tuple[str, ...] = ()
    """Other names under which it is published."""


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
    elsewhere: tuple[str, ...] = ()
    """Published names that may stand in such a file and are read as another kind's."""

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
class ReadingStep:
    """How 電力データ of another step length than the usual one is published."""

    rule: SlotRule
    energy: str
    """Published name of the column of the energy."""


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

    @property
    def resolution(self) -> timedelta:
        """How much later than the time in a name the file may have been published: what the form leaves out."""
        for sign, minutes in (("%S", 0), ("%M", 1), ("%H", 60)):
            if sign in self.time_format:
                return timedelta(minutes=minutes)
        return timedelta(days=1)

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
            "time": f"(?P<time>{_time_pattern(self.time_format)})",
            "part": f"(?:_(?P<part>[0-9]{{{self.part_digits}}}))?",
            "extension": f"(?P<extension>{'|'.join(map(re.escape, self.extensions))})",
        }
        pieces = re.split(r"\{(\w+)\}", self.pattern)
        expression = "".join(places[piece] if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))
        found = re.fullmatch(expression, text)
        if found is None:
            return None
        said: dict[str, Any] = {"municipality": "", "condition": "", "part": None, "extension": "", **found.groupdict()}
        try:
            moment = datetime.strptime(said["time"], self.time_format)
        except ValueError:
            return None
        if not YEARS[0] <= moment < YEARS[1]:
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
class Service:
    """How late the readings of a voltage class are, as the service says."""

    delay_hours: float
    """Hours from the end of a half-hour (or of the day) to its publication."""
    whole_days: bool = False
    """Whether whole days are published, after their end."""


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
    energy_places: int = 3
    """Digits behind the point of an energy down to 1 Wh: 3 where files give kWh, 0 where they give Wh."""
    statistics_moment: str = STATISTICS_MOMENTS[-1]
    """Moment of 対象年月日 that a figure of 通電計器数 stands for: `begin`, `end` of the day, `unknown`."""
    other_steps: tuple[ReadingStep, ...] = ()
    """Step lengths besides that of `slot` in which 電力データ may come."""
    service: Mapping[int, Service] = field(default_factory=dict)
    """電圧分類 → how late its readings are; empty where the profile does not say."""
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Column of マスタ情報 → code as `plain_code` writes it → word of `MEANINGS`."""
    marks: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """The file as it was read, with basis and reason of every mark."""

    @classmethod
    def load(cls, path: Optional[Path] = None) -> Profile:
        """Read and check a profile file (None: the shipped one, once). Raises `ProfileError` naming every problem."""
        return _assumed() if path is None else cls._read(Path(path))

    @classmethod
    def _read(cls, source: Path) -> Profile:
        try:
            raw = parse_json(source.read_text(encoding="utf-8-sig"))
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
        found = problems(raw)
        if found:
            raise ProfileError(
                message(
                    "The profile {file} has {count} problem(s): {problems}",
                    file=name,
                    count=len(found),
                    problems=_joined([item.message for item in found]),
                ),
                tuple(item.message for item in found),
            )
        return _build(raw)

    def file(self, kind: str) -> FileSpec:
        """Return how files of `kind` (a name of `COLUMNS`) are published."""
        return self.files[kind]

    def with_columns(self, kind: str, columns: Iterable[str]) -> Profile:
        """Return the profile for files of `kind` that have these internal columns only, and the required ones.

        Files without a header row say nowhere which items they have; the condition they were published for does.
        """
        spec, wanted = self.files[kind], set(columns)
        kept = tuple(column for column in spec.columns if column.required or column.column in wanted)
        return replace(self, files={**self.files, kind: replace(spec, columns=kept)})

    def steps(self) -> tuple[int, ...]:
        """Return the step lengths (minutes) in which 電力データ may come, the usual one first."""
        return (self.slot.minutes, *(step.rule.minutes for step in self.other_steps))

    def at_step(self, minutes: int) -> Profile:
        """Return the profile for files of 電力データ of a step length. Raises `KeyError` where the profile has none."""
        if minutes == self.slot.minutes:
            return self
        spec = self.files["reading"]
        usual = ReadingStep(self.slot, spec.column("kwh").name)
        for step in self.other_steps:
            if step.rule.minutes == minutes:
                columns = tuple(
                    replace(column, name=step.energy) if column.column == "kwh" else column for column in spec.columns
                )
                others = tuple(usual if other is step else other for other in self.other_steps)
                files = {**self.files, "reading": replace(spec, columns=columns)}
                return replace(self, slot=step.rule, other_steps=others, files=files)
        raise KeyError(minutes)

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

    def meaning(self, column: str, code: str) -> str:
        """Return what a code of a column of `MEANINGS` means: a word, "" for a blank, `?` and the code else."""
        if not code.strip():
            return ""
        return self.meanings[column].get(plain_code(code)) or f"?{code.strip()}"

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


def _build(raw: Mapping[str, Any]) -> Profile:
    """Return the profile of a parsed file in which no problem was found."""
    conventions, names, slot = raw["conventions"], raw["fileNames"], raw["conventions"]["slot"]
    told = {**{item: _shipped()["codes"][item] for item in LATER_CODES}, **raw["codes"]}
    tables = {item: dict(told[item]["values"]) for item in CODES}
    described = {**{kind: _shipped()["files"][kind] for kind in LATER_FILES}, **raw["files"]}
    files = {kind: _file(kind, described[kind], tables) for kind in COLUMNS}
    months = tuple(column.name for column in files["monthly"].columns)
    files["reading"] = replace(files["reading"], elsewhere=months)
    return Profile(
        name=raw.get("name", ""),
        interfaces={
            name: Interface(entry.get("number", ""), entry.get("title", ""), entry["method"], entry["path"])
            for name, entry in raw["interfaces"].items()
        },
        keys={name: raw["keys"][name]["key"] for name in KEYS},
        code_tables=tables,
        errors={name: raw["errors"][name]["code"] for name in ERRORS},
        files=files,
        file_names=FileNames(
            names["pattern"],
            names["timeFormat"],
            int(names["partDigits"]),
            tuple(names["kinds"]),
            tuple(names["extensions"]),
        ),
        slot=_slot(slot),
        zone=conventions["zone"]["value"],
        missing=conventions["missing"]["value"],
        masked=conventions["masked"]["value"],
        date_format=conventions["dateFormat"]["value"],
        time_format=conventions["timeFormat"]["value"],
        energy_places=ENERGY_PLACES[conventions.get("energyUnit", {}).get("value", "kWh")],
        statistics_moment=conventions.get("statisticsMoment", {}).get("value", STATISTICS_MOMENTS[-1]),
        other_steps=tuple(
            ReadingStep(_slot(entry), entry["energy"]) for entry in raw["files"]["reading"].get("otherSteps", [])
        ),
        service=_service(raw),
        meanings={column: _meanings(raw, column) for column in MEANINGS},
        marks=raw,
    )


def _service(raw: Mapping[str, Any]) -> dict[int, Service]:
    """Return {voltage class: how late its readings come} of those that a profile tells."""
    return {
        number_of("voltage", name): Service(float(entry["delayHours"]), entry.get("wholeDays", False))
        for name, entry in raw.get("service", {}).items()
        if name in CODES["voltage"]
    }


@lru_cache(maxsize=1)
def _assumed() -> Profile:
    return Profile._read(SHIPPED)


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Any]:
    shipped: dict[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return shipped


def _meanings(raw: Mapping[str, Any], column: str) -> dict[str, str]:
    """Return code → word of a column; of the shipped profile where this one is from before there were any."""
    entry = raw.get("meanings", {}).get(column) or _shipped()["meanings"][column]
    return {plain_code(code): word for word in MEANINGS[column] for code in entry["values"].get(word, ())}


def _slot(raw: Mapping[str, Any]) -> SlotRule:
    return SlotRule(
        raw["dateFormat"],
        int(raw.get("digits", 2)),
        int(raw.get("first", 1)),
        int(raw["minutes"]),
        raw.get("timeFormat", ""),
        raw.get("names") == "end",
    )


def _file(kind: str, raw: Mapping[str, Any], tables: Mapping[str, Mapping[str, str]]) -> FileSpec:
    return FileSpec(
        kind,
        raw.get("title", kind),
        raw["fileKind"],
        raw["header"]["value"],
        tuple(raw["encodings"]["value"]),
        raw["delimiter"]["value"],
        tuple(_column(kind, entry, tables) for entry in raw["columns"]),
        tuple(tuple(group) for group in raw.get("requiredOneOf", [])),
    )


def _column(kind: str, raw: Mapping[str, Any], tables: Mapping[str, Mapping[str, str]]) -> ColumnSpec:
    codes: dict[str, int] = {}
    if raw["type"] == "code":
        item = codes_of(raw["column"])
        codes = {wire: number_of(item, label) for label, wire in tables[item].items()}
    return ColumnSpec(
        raw["name"],
        raw["column"],
        raw["type"],
        raw.get("required", False) or raw["column"] in NEEDED[kind],
        codes,
        int(raw.get("digits", 0)),
        raw.get("masked", False),
        tuple(raw.get("also", ())),
    )

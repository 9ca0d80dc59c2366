"""Logs of a facility's own meter, read over the B-route (Bルート): what the meter itself answered, and when.

A log holds times and ECHONET Lite properties (EPC) with their data (EDT) as hexadecimal text, as loggers write them:

    JSON lines   {"time": "2026-01-19T07:00:00+09:00", "E7": "000001F8", "E8": "00190019"}
                 {"time": …, "EPC": "E7", "EDT": "000001F8"}   or "raw_data"/"data": a list of such pairs
    CSV          time,E0,E1,D3,E7,E8,EA   or   time,epc,edt

Rules of decoding: APPENDIX ECHONET 機器オブジェクト詳細規定, 低圧スマート電力量メータクラス (0x0288) and
高圧スマート電力量メータクラス (0x028A). The two give one EPC different meanings (0xE7 is power in one, a day's history
in the other), so the class must be known. A value outside its range is unknown, never 0.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Callable, Collection, Iterable, Iterator, Mapping, Optional, Union

import numpy as np
import pandas as pd

from ..aggregator.folders import locked
from ..aggregator.outside import parse_json
from ..aggregator.timecode import parse_jst
from ..arrays import Array, TextArray, TimeArray
from ..messages import Message, Progress, TomoshibiError, message
from .case import Case
from .columns import has_table, read_table, write_table

LOW, HIGH = "low", "high"
CLASSES = (LOW, HIGH)
"""低圧スマート電力量メータ (0x0288) and 高圧スマート電力量メータ (0x028A)."""
_CLASS_OF = {"0288": LOW, "028A": HIGH}
COLUMNS = tuple("supply_point at seen_at energy_kwh power_w current_r_a current_t_a fixed_at fixed_kwh".split())
"""`at` when the log was written, `seen_at` when the meter certainly measured; both and `fixed_at` datetime64[s]."""
_NUMBERS = ("energy_kwh", "power_w", "current_r_a", "current_t_a", "fixed_kwh")
ENCODINGS = ("utf-8-sig", "cp932")
OLDEST_REGISTER = timedelta(days=1)
"""The register of a fixed time is at most half an hour old; one older than this is of a clock that was not set."""
FIRST_YEAR, LAST_YEAR = 2010, 2199
"""Years in which there is a B-route; a logger whose clock was not set begins at 1970 or 2000."""
_LEAST_REGISTERS = 16
"""Different registers without a letter from which they seem to be decimals: by chance once in two thousand logs."""
_OTHER_CLASS = {LOW: frozenset(("D4", "E3", "E6")), HIGH: frozenset(("E0", "E1", "E8", "EA"))}
"""Properties that only meters of the other class have, by the class that was told."""
SUPPLY_POINT = re.compile(r"[0-9]{22}")

_MOST_ENERGY = 99_999_999
_MOST_COEFFICIENT = 999_999
_UNITS = {0: 1.0, 1: 0.1, 2: 0.01, 3: 0.001, 4: 0.0001, 10: 10.0, 11: 100.0, 12: 1000.0, 13: 10000.0}
"""0xE1 (low voltage), 0xE6 (high voltage): kWh of one digit."""
_FACTORS = {0: 1.0, 1: 0.1, 2: 0.01, 3: 0.001}
"""0xD4 係数の倍率."""
_POWER_LEAST, _POWER_MOST = -0x7FFFFFFF, 0x7FFFFFFD
"""0x7FFFFFFE no data, 0x7FFFFFFF overflow, 0x80000000 underflow."""
_CURRENT_LEAST, _CURRENT_MOST = -0x7FFF, 0x7FFD
"""0x7FFE no data (phase T of a single-phase two-wire meter too), 0x7FFF overflow, 0x8000 underflow."""


class BRouteError(TomoshibiError):
    """A log of the B-route cannot be used."""


@dataclass(frozen=True)
class Stamped:
    """A cumulative register at a time of the meter's own clock (定時積算電力量)."""

    at: Optional[datetime]
    digits: Optional[int]


def _whole(data: bytes, most: int) -> Optional[int]:
    value = int.from_bytes(data, "big")
    return value if value <= most else None


def _energy(data: bytes) -> Optional[int]:
    """0…99,999,999; 0xFFFFFFFE means that there is no measurement."""
    return _whole(data, _MOST_ENERGY)


def _coefficient(data: bytes) -> Optional[int]:
    return _whole(data, _MOST_COEFFICIENT)


def _unit(data: bytes) -> Optional[float]:
    return _UNITS.get(data[0])


def _factor(data: bytes) -> Optional[float]:
    return _FACTORS.get(data[0])


def _power(data: bytes) -> Optional[int]:
    value = int.from_bytes(data, "big", signed=True)
    return value if _POWER_LEAST <= value <= _POWER_MOST else None


def _current(data: bytes) -> Optional[float]:
    value = int.from_bytes(data, "big", signed=True)
    return value / 10 if _CURRENT_LEAST <= value <= _CURRENT_MOST else None


Currents = tuple[Optional[float], Optional[float]]


def _currents(data: bytes) -> Currents:
    """Amperes of the phases R and T, in steps of 0.1 A."""
    return _current(data[:2]), _current(data[2:])


def _stamped(data: bytes) -> Stamped:
    """Date (4 bytes), time (3 bytes) and register (4 bytes)."""
    year = int.from_bytes(data[:2], "big")
    try:
        moment: Optional[datetime] = datetime(year, *data[2:7])
    except ValueError:
        moment = None
    return Stamped(moment, _energy(data[7:]))


@dataclass(frozen=True)
class History:
    """The registers of the half-hours of one day (積算電力量計測値履歴, 積算有効電力量計測値履歴)."""

    days_ago: Optional[int]
    """Which day it is, counted from that of the answer; None where the meter says none."""
    digits: tuple[Optional[int], ...]
    """At 00:00, 00:30 … 23:30."""

    def stamped(self, moment: datetime) -> list[Stamped]:
        """Return the registers with their times, as the meter answered at a moment."""
        if self.days_ago is None:
            return []
        midnight = datetime(moment.year, moment.month, moment.day) - timedelta(days=self.days_ago)
        return [Stamped(midnight + timedelta(minutes=30 * slot), each) for slot, each in enumerate(self.digits)]


def _history(data: bytes) -> History:
    """Day (2 bytes) and 48 registers (4 bytes each)."""
    digits = tuple(_energy(data[place : place + 4]) for place in range(2, _HISTORY_BYTES, 4))
    return History(_whole(data[:2], _MOST_DAYS_AGO), digits)


_MOST_DAYS_AGO = 99
_HISTORY_BYTES = 2 + 48 * 4
Decoded = Union[None, float, Stamped, History, Currents]

PROPERTIES: Mapping[str, Mapping[str, tuple[int, Callable[[bytes], Decoded]]]] = {
    LOW: {
        "D3": (4, _coefficient),
        "E0": (4, _energy),
        "E1": (1, _unit),
        "E2": (_HISTORY_BYTES, _history),
        "E7": (4, _power),
        "E8": (4, _currents),
        "EA": (11, _stamped),
    },
    HIGH: {
        "D3": (4, _coefficient),
        "D4": (1, _factor),
        "E2": (11, _stamped),
        "E3": (11, _stamped),
        "E6": (1, _unit),
        "E7": (_HISTORY_BYTES, _history),
    },
}
"""Of each class: EPC → length of its data in bytes, and how they are read."""


def decode(meter_class: str, epc: str, edt: str) -> Decoded:
    """Return the value of a property, None where the meter says that it has none or it is out of range.

    Energies are digits of the register (multiply by unit and coefficient), power W (normal direction positive),
    currents A. Raises `KeyError` for a property that is not read, `ValueError` where the data are no hexadecimal text
    of the property's length.
    """
    length, read = PROPERTIES[meter_class][epc]
    data = bytes.fromhex(re.sub(r"^0[xX]", "", edt.strip()))
    if len(data) != length:
        raise ValueError(f"{epc}: {length} bytes are needed")
    return read(data)


@dataclass
class _Scale:
    """What turns digits of the register into kWh; the meter says it once, not with every value."""

    meter_class: str
    said: dict[str, Optional[float]] = field(default_factory=dict)

    def note(self, values: Mapping[str, Decoded]) -> None:
        """Take what a line says of the scale."""
        self.said.update({epc: _figure(values[epc]) for epc in ("D3", "D4", "E1", "E6") if epc in values})

    def kwh(self, digits: Optional[float]) -> float:
        """Return kWh, NaN where the register, or what it is to be multiplied by, is not known."""
        if digits is None:
            return np.nan
        # A low-voltage meter without 0xD3 has the coefficient 1; all others must be there.
        parts = (
            [self.said.get("D3", 1.0), self.said.get("E1")]
            if self.meter_class == LOW
            else [self.said.get(epc) for epc in ("D3", "D4", "E6")]
        )
        product = float(digits)
        for part in parts:
            if part is None:
                return np.nan
            product *= part
        return round(product, 6)


@dataclass(frozen=True)
class Log:
    """A log that was read."""

    table: pd.DataFrame
    """`COLUMNS` without `supply_point`, in order of time; NaN and NaT where unknown."""
    rows: int
    """Lines with a usable time and at least one property."""
    rejected: tuple[int, ...]
    """Numbers of the lines that could not be read."""
    decimal: bool = False
    """Whether the registers seem to be written in decimals: then the energies are unknown, the answers count."""


def read_log(path: Path, meter_class: str = LOW) -> Log:
    """Read a log (CSV or JSON lines, UTF-8 or CP932). `meter_class` counts where the log does not tell it (EOJ).

    Raises `BRouteError` where the file cannot be read, is no such log, or no line can be used.
    """
    path = Path(path)
    taken = _Taken(path, meter_class)
    for number, line in _lines(path):
        taken.take(number, line)
    entries, scale = taken.entries, taken.scale
    if not entries or scale is None:
        raise BRouteError(
            message(
                "{file} holds no line with a time and a property of the meter that can be read. A log of the B-route "
                "has the columns time and E0, E7, E8, EA … (or epc and edt), with the data as hexadecimal text. Check "
                "the class of the meter too.",
                file=path.name,
            )
        )
    decimal = _seem_decimal(taken.registers)
    rows = []
    for moment, values in sorted(entries.items()):
        # that it answered is true, whatever its registers are
        known = {**values, **dict.fromkeys(values.keys() & {"E0", "E7"})} if decimal else values
        rows.append(_row(moment, known, scale, _answered(values)))
    if taken.others and all(row[1] is None for row in rows):
        raise BRouteError(
            message(
                "{file} holds nothing that a meter of the class {chosen} measures, but properties of the other class. "
                "Choose the other class of the meter.",
                file=path.name,
                chosen=scale.meter_class,
            )
        )
    table = pd.DataFrame({name: _column(name, values) for name, values in zip(COLUMNS[1:], zip(*rows))})
    return Log(table, len(table), tuple(taken.rejected), decimal)


@dataclass
class _Taken:
    """What was read of a log so far."""

    path: Path
    meter_class: str
    """Of lines that do not tell it."""
    entries: dict[datetime, dict[str, Decoded]] = field(default_factory=dict)
    scale: Optional[_Scale] = None
    """None until a line could be read."""
    rejected: list[int] = field(default_factory=list)
    registers: set[str] = field(default_factory=set)
    """Texts of the register, as they are written."""
    others: bool = False
    """Whether there were properties that only the other class has."""

    def take(self, number: int, line: Mapping[str, object]) -> None:
        """Take one line. Raises `BRouteError` where it is of another class than those before."""
        try:
            moment, eoj, pairs = _entry(line)
            found_class = _CLASS_OF.get(eoj[:4].upper(), self.meter_class)
            known = {
                epc: edt
                for epc, edt in pairs
                if epc in PROPERTIES[found_class] and not _no_history(found_class, epc, edt)
            }
            values = {epc: decode(found_class, epc, edt) for epc, edt in known.items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            self.rejected.append(number)
            return
        if "E0" in known:
            self.registers.add(known["E0"].strip())
        self.others |= any(epc in _OTHER_CLASS[found_class] for epc, _ in pairs)
        self.scale = self.scale or _Scale(found_class)
        if self.scale.meter_class != found_class:
            raise BRouteError(
                message(
                    "{file} holds meters of two classes. Write the log of each meter into a file of its own.",
                    file=self.path.name,
                )
            )
        if values:
            self.entries.setdefault(moment, {}).update(values)
            self.scale.note(values)


def _no_history(meter_class: str, epc: str, edt: str) -> bool:
    """Whether data that should be a history are none; they take nothing from the rest of the line."""
    length, read = PROPERTIES[meter_class][epc]
    return read is _history and re.fullmatch(rf"(?:0[xX])?[0-9A-Fa-f]{{{2 * length}}}", edt.strip()) is None


def _answered(values: Mapping[str, Decoded]) -> bool:
    """Whether the meter measured as it answered: a register, a power, a current."""
    return any(
        value not in (None, (None, None))
        for epc, value in values.items()
        if epc in ("E0", "E7", "E8")
        if not isinstance(value, History)
    )


def _seem_decimal(registers: set[str]) -> bool:
    """Whether registers are written in decimals: of many in hexadecimal some have a letter."""
    return len(registers) >= _LEAST_REGISTERS and not any(re.search("[A-Fa-f]", text) for text in registers)


def _column(name: str, values: Iterable[Any]) -> Array:
    """Return a column: float64, or datetime64[ns] of whole seconds as every pandas keeps it; NaN and NaT for None."""
    if name in _NUMBERS:
        return np.array([np.nan if value is None else value for value in values], dtype="float64")
    return np.array([np.datetime64(value or "NaT", "s") for value in values]).astype("datetime64[ns]")


def _figure(value: Decoded) -> Optional[float]:
    """Return a value that is one number; None for a register with its time, a history, and none."""
    return value if isinstance(value, (int, float)) else None


def _row(moment: datetime, values: Mapping[str, Decoded], scale: _Scale, live: bool) -> tuple[Any, ...]:
    """Return one row of the table."""
    fixed = _newest_register(moment, values.values())
    currents = values.get("E8")
    right, left = currents if isinstance(currents, tuple) else (None, None)
    return (
        moment,
        moment if live else fixed.at,
        scale.kwh(_figure(values.get("E0"))),
        _figure(values.get("E7")),
        right,
        left,
        fixed.at,
        scale.kwh(fixed.digits),
    )


def _newest_register(moment: datetime, values: Collection[Decoded]) -> Stamped:
    """Return the newest register with its time; one later than the log, or a day older, is of a wrong clock."""
    stamped = [value for value in values if isinstance(value, Stamped)]
    stamped += [one for value in values if isinstance(value, History) for one in value.stamped(moment)]
    usable = [
        (one.at, one)
        for one in stamped
        if one.at is not None and one.digits is not None and timedelta(0) <= moment - one.at <= OLDEST_REGISTER
    ]
    return max(usable, key=lambda pair: pair[0])[1] if usable else Stamped(None, None)


def _lines(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield the number and the fields of each line; a JSON line that is none has no fields."""
    text = _text(path)
    if not text.lstrip().startswith("{"):
        reader = csv.DictReader(io.StringIO(text, newline=""))
        while True:
            try:
                row = next(reader, None)
            except csv.Error:
                # a line that is no CSV, as one with a NUL in Python 3.9, has no fields
                row = {}
            if row is None:
                return
            yield reader.line_num, row
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                found = parse_json(line)
            except ValueError:
                found = {}
            yield number, found if isinstance(found, dict) else {}


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BRouteError(
            message("{file} cannot be read ({reason}). Check the file.", file=path.name, reason=error.strerror or "")
        ) from error
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BRouteError(message("{file} is neither UTF-8 nor CP932 text. Check the file.", file=path.name))


def _entry(line: Mapping[str, object]) -> tuple[datetime, str, list[tuple[str, str]]]:
    """Return the time, the class (EOJ, "" where not told) and the properties of a line.

    Raises `ValueError`, `KeyError` or `TypeError` where the line is none of a log.
    """
    fields = {str(name).strip().upper(): value for name, value in line.items() if name and value not in (None, "")}
    text = str(fields.pop("TIME")).strip().replace("/", "-")
    moment = parse_jst(text).replace(microsecond=0)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError("the logger's clock was not set")
    eoj = str(fields.pop("EOJ", fields.pop("CLASS", ""))).strip()
    listed = fields.get("RAW_DATA", fields.get("DATA"))
    if isinstance(listed, list):
        pairs = [(str(one["EPC"]), str(one["EDT"])) for one in listed]
    elif "EPC" in fields:
        pairs = [(str(fields["EPC"]), str(fields["EDT"]))]
    else:
        pairs = [(name, str(value)) for name, value in fields.items()]
    return moment, re.sub(r"^0[xX]", "", eoj), [(re.sub(r"^0X", "", epc.strip().upper()), edt) for epc, edt in pairs]


def stored(case: Case) -> pd.DataFrame:
    """Return all that was read over the B-route in this case (`COLUMNS`), empty where nothing was."""
    folder = case.folder / "tables" / "broute"
    return read_table(folder) if has_table(folder) else pd.DataFrame(columns=list(COLUMNS))


def keep(case: Case, supply_point: str, logs: Iterable[Log], progress: Progress) -> int:
    """Add logs of one meter to the case and return how many rows it now has of it.

    Of two rows of one time what the later import knows stands, and what only the earlier one knew stays. Raises
    `BRouteError` where the number has not 22 digits, `TomoshibiError` where another run writes to the case, and
    `Cancelled`.
    """
    if not SUPPLY_POINT.fullmatch(supply_point):
        raise BRouteError(
            message("A supply point (供給地点特定番号) has 22 digits. Spreadsheets round it: copy it as text.")
        )
    with locked(case.folder, progress):
        before = stored(case)
        added = [log.table.assign(supply_point=supply_point) for log in logs]
        parts = [part for part in (before, *added) if len(part)]
        table = pd.concat(parts, ignore_index=True)[list(COLUMNS)]
        # what a later import does not know takes nothing away: a log read as the other class knows little
        table = table.groupby(["supply_point", "at"], sort=True, as_index=False).last()[list(COLUMNS)]
        for name in ("at", "seen_at", "fixed_at"):
            table[name] = table[name].astype("datetime64[ns]")
        write_table(case.folder / "tables" / "broute", table)
    return int((table["supply_point"] == supply_point).sum())


def last_seen(case: Case, numbers: TextArray, at: Optional[datetime] = None) -> TimeArray:
    """Return when each supply point's meter last measured by its B-route log, not after `at`: datetime64[s], NaT.

    A meter measures only with voltage, so that there was power then. That it says nothing later says nothing: the
    logger may have stopped.
    """
    found = np.full(len(numbers), np.datetime64("NaT", "s"))
    table = stored(case)
    if not len(table):
        return found
    table = table[table["seen_at"].notna()]
    if at is not None:
        table = table[(table["seen_at"] <= pd.Timestamp(at)) & (table["at"] <= pd.Timestamp(at))]
    newest = table.groupby("supply_point")["seen_at"].max()
    place = newest.index.get_indexer(pd.Index(np.asarray(numbers, dtype=object)))
    found[place >= 0] = newest.to_numpy()[place[place >= 0]].astype("datetime64[s]")
    return found


def told_rejected(name: str, log: Log) -> Optional[Message]:
    """Return in words which lines of a log could not be read; None where all could."""
    if not log.rejected:
        return None
    shown = ", ".join(str(number) for number in log.rejected[:10]) + (" …" if len(log.rejected) > 10 else "")
    return message(
        "{file}: {count} lines cannot be read and are left out ({lines}). Each needs a time and hexadecimal data of "
        "the length of its property.",
        file=name,
        count=len(log.rejected),
        lines=shown,
    )

"""The files the aggregator publishes for a データ提供条件, written from a scenario as a profile says.

Nothing is tidied: a silent meter has no row, small cells are masked, the two 通電分類 need not add up, a city and its
wards
stand in one file, what is missing is blank, and coordinates are those of poles.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Callable, Collection, Iterable, Iterator, Mapping, Optional, Sequence, Union

import numpy as np

from ..aggregator.profile import FileSpec, Profile, PublishedName
from ..aggregator.timecode import HALF_HOUR, code_of, parse_jst
from ..analysis import mesh
from ..arrays import Array, BoolArray, BytesArray, IntArray, TextArray
from ..messages import TomoshibiError, message
from .contracts import TEXT_COLUMNS
from .scenario import Scenario

PART_ROWS = 2_000_000
SMALLEST_CELL = 5
"""Cells with fewer meters are masked. Assumed: the manual says only that small cells may be."""
BLOCK_METERS = 512
"""Meters formatted at once: their bytes stay in the processor's cache."""
FINAL_DAY = 15
"""Monthly statistics are final from about this day of the second month after (manual, glossary 7)."""
PROVISIONAL_LOSS = (0.002, 0.015)
"""Share of a month's use that its provisional figure lacks. Assumed."""
CONTRACT_RANGES = (
    (0.0, 3.0, "3kW未満"),
    (3.0, 10.0, "3kW以上10kW未満"),
    (10.0, 50.0, "10kW以上50kW未満"),
    (50.0, 500.0, "50kW以上500kW未満"),
    (500.0, 2000.0, "500kW以上2000kW未満"),
    (2000.0, float("inf"), "2000kW以上"),
)
"""契約電力区分; 3kW以上10kW未満 are the homes of the manual's UC⑨, the others are assumed."""
TABLE_FLOWS = {"forward": 1, "reverse": 2, "meters_forward": 1, "meters_reverse": 2}
REMOTE_WORDS = (
    "30分値収集可・自動検針可",
    "30分値収集可・自動検針不可",
    "30分値収集不可",
    "未計器",
)
"""30分値収集可否・自動検針可否 in the manual's words (glossary 20), in the order of the codes 1 to 4."""
VOLTAGES = {"low": 1, "high": 2, "extra_high": 3}
FLOWS = {
    "low_supply": (1, (1,)),
    "low_export": (2, (1,)),
    "high_supply": (1, (2, 3)),
    "high_export": (2, (2, 3)),
}
"""データ種類詳細 → flow and voltage classes."""
When = Union[date, datetime]


class PublishError(TomoshibiError):
    """The condition asks for something that cannot be published."""


@dataclass(frozen=True)
class Order:
    """What a condition asks for, in the names of the profile's code tables."""

    municipality: str
    begin: When
    end: When
    data_class: str = "personal"
    format: str = "csv"
    data_kinds: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    master_items: tuple[str, ...] = ()
    provision_unit: str = "daily"
    specified_contractors: bool = False
    table: str = ""
    voltage: str = "low"
    aggregation_unit: str = "day"
    area_type: str = "mesh"
    mesh_size: int = 0
    secondary_mesh_codes: tuple[str, ...] = ()

    @classmethod
    def of(cls, condition: Any, profile: Profile) -> Order:
        """Read a condition: an object with these attributes, or the JSON object of the registration call.

        Raises `PublishError` naming the item that cannot be understood.
        """
        if isinstance(condition, Mapping):
            return cls._of_wire(condition, profile)
        values = {}
        for name in cls.__dataclass_fields__:
            value = getattr(condition, name, None)
            if value is not None and value != ():
                values[name] = value
        return cls(**values)

    @classmethod
    def _of_wire(cls, wire: Mapping[str, Any], profile: Profile) -> Order:
        values: dict[str, Any] = {}
        for name in cls.__dataclass_fields__:
            key = profile.key(name)
            said = wire.get(key)
            if said is None or said == []:
                continue
            try:
                values[name] = _understood(name, said, profile)
            except (ValueError, KeyError, TypeError) as error:
                raise PublishError(
                    message(
                        "The item {item} of the condition is not understood. Compare its value with the profile.",
                        item=key,
                    )
                ) from error
        missing = [profile.key(name) for name in ("municipality", "begin", "end") if name not in values]
        if missing:
            raise PublishError(message("The condition lacks {items}. Add what is missing.", items=", ".join(missing)))
        return cls(**values)


def _understood(name: str, said: Any, profile: Profile) -> Any:
    if name in ("begin", "end"):
        text = str(said)
        return parse_jst(text) if len(text) > 10 else date.fromisoformat(text)
    if name == "master_items":
        names = profile.file("master").names
        return tuple(names[item] for item in said)
    if name == "secondary_mesh_codes":
        return tuple(str(item) for item in said)
    if name == "mesh_size":
        return int(said)
    if name == "municipality":
        return str(said)
    if name in ("data_kinds", "flows"):
        return tuple(_named(profile, name, item) for item in said)
    found = _named(profile, name, said)
    return found == "on" if name == "specified_contractors" else found


def _named(profile: Profile, item: str, code: object) -> str:
    name = profile.code_name(item, code)
    if name is None:
        raise ValueError(code)
    return name


def publish_files(
    scenario: Scenario,
    condition: Any,
    profile: Profile,
    folder: Path,
    now: datetime,
    part_rows: int = PART_ROWS,
    *,
    condition_id: str = "C0000000001",
    contractors: Optional[Iterable[str]] = None,
    zipped: bool = False,
) -> list[Path]:
    """Write the files that are public at `now` for a condition into `folder`; return them in order.

    `condition`: the wire's JSON object, or an object with the attributes of `Order`. `contractors`: マスタ情報ID of
    the registered
    特定契約者 (default: the scenario's own list), used where the condition's flag is on. `part_rows`: most rows of a
    file of
    電力データ. An empty list means that there is nothing to publish; 通電情報 without a silent meter is a file with
    no rows.
    Raises `PublishError` for a municipality, a table or a mesh size that there is not.
    """
    order = Order.of(condition, profile)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    account_session = _Desk(scenario, order, profile, folder, now, max(1, part_rows), condition_id, contractors, zipped)
    if order.data_class == "statistics":
        return account_session.statistics()
    paths: list[Path] = []
    for kind, write in (
        ("master", account_session.master),
        ("outage", account_session.outage),
        ("reading", account_session.readings),
    ):
        if kind in order.data_kinds:
            paths += write()
    return paths


class _Sink:
    """A published file: CSV or JSON, plain or in a ZIP, written row by row or in blocks of bytes."""

    def __init__(self, stream: Any, spec: FileSpec, names: Sequence[str], as_json: bool):
        self.encoding = "utf-8" if spec.encodings[0].startswith("utf-8") else spec.encodings[0]
        self.stream, self.spec, self.names, self.as_json = stream, spec, names, as_json
        self.begun = False
        if as_json:
            self.encoding = "utf-8"
            stream.write(b"[\n")
        elif spec.header:
            stream.write((spec.delimiter.join(names) + "\r\n").encode(self.encoding))

    def rows(self, rows: Iterable[Sequence[str]]) -> None:
        """Write rows of texts."""
        text = io.StringIO(newline="")
        if self.as_json:
            for row in rows:
                text.write(",\n" if self.begun else "")
                text.write(json.dumps(dict(zip(self.names, row)), ensure_ascii=False))
                self.begun = True
        else:
            csv.writer(text, delimiter=self.spec.delimiter, lineterminator="\r\n").writerows(rows)
        self.stream.write(text.getvalue().encode(self.encoding))

    def block(self, data: bytes) -> None:
        """Write rows formatted already; in JSON each begins with a comma and a line end."""
        if self.as_json and not self.begun:
            data = data[2:]
            self.begun = True
        self.stream.write(data)

    def close(self) -> None:
        """Write the end."""
        if self.as_json:
            self.stream.write(b"\n]\n")


class _Desk:
    """Publishes for one condition at one moment."""

    def __init__(
        self,
        scenario: Scenario,
        order: Order,
        profile: Profile,
        folder: Path,
        now: datetime,
        part_rows: int,
        condition_id: str,
        contractors: Optional[Iterable[str]],
        zipped: bool,
    ):
        self.scenario, self.order, self.profile, self.folder, self.now = scenario, order, profile, folder, now
        self.part_rows, self.condition_id, self.contractors, self.zipped = part_rows, condition_id, contractors, zipped
        self.meters, self.service = scenario.meters, scenario.service
        self.places = [
            number
            for number, item in enumerate(scenario.divisions)
            if order.municipality in (scenario.municipality, item["code"], item["parent"])
        ]
        if not self.places:
            raise PublishError(
                message("The scenario has no municipality {code}. Use one of its accounts.", code=order.municipality)
            )
        self.here = np.isin(self.meters["division"], self.places)

    # -- files -------------------------------------------------------------------------------------------------------

    @contextmanager
    def _file(
        self, kind: str, moment: datetime, part: Optional[int], columns: Collection[str], paths: list[Path]
    ) -> Iterator[_Sink]:
        spec = self.profile.file(kind)
        plain = "json" if self.order.format == "json" else "csv"

        def name(extension: str) -> str:
            return self.profile.file_names.make(
                PublishedName(self.order.municipality, self.condition_id, spec.file_kind, moment, part, extension)
            )

        names = [item.name for item in spec.columns if item.column in columns]
        path = self.folder / name("zip" if self.zipped else plain)
        with open(path, "wb") as stream:
            if self.zipped:
                with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                    with archive.open(
                        zipfile.ZipInfo(name(plain), (1980, 1, 1, 0, 0, 0)), "w", force_zip64=True
                    ) as inner:
                        sink = _Sink(inner, spec, names, plain == "json")
                        yield sink
                        sink.close()
            else:
                sink = _Sink(stream, spec, names, plain == "json")
                yield sink
                sink.close()
        paths.append(path)

    def codes(self, kind: str, column: str, values: IntArray) -> TextArray:
        """Return the published codes of the project's own numbers, text (n)."""
        table = {number: code for code, number in self.profile.file(kind).column(column).codes.items()}
        return np.array([table[int(value)] for value in values]) if len(values) < 64 else _mapped(values, table)

    def _wanted(self) -> BoolArray:
        """Return the meters of the municipality in the flows asked for, and registered where the flag is on, bool."""
        chosen = self.here.copy()
        if self.order.flows:
            fits = np.zeros(len(chosen), dtype=bool)
            for flow, voltages in (FLOWS[name] for name in self.order.flows):
                fits |= (self.meters["flow"] == flow) & np.isin(self.meters["voltage"], voltages)
            chosen &= fits
        return chosen & self._registered()

    def _registered(self) -> BoolArray:
        if not self.order.specified_contractors:
            return np.ones(len(self.here), dtype=bool)
        known = self.scenario.contractors()["master_info_id"] if self.contractors is None else self.contractors
        ids = np.array([str(number) for number in known], dtype="S")
        return np.isin(self.meters["master_info_id"], ids) if len(ids) else np.zeros(len(self.here), dtype=bool)

    # -- マスタ情報 and 通電情報 ---------------------------------------------------------------------------------------

    def master(self) -> list[Path]:
        """Write マスタ情報: the items chosen, and always the number that the rows are joined by."""
        rows = np.flatnonzero(self._wanted())
        spec = self.profile.file("master")
        if not len(rows):
            return []
        asked = set(self.order.master_items) or {item.column for item in spec.columns}
        asked |= set(spec.required)
        table = [self._master_column(item.column, rows) for item in spec.columns if item.column in asked]
        paths: list[Path] = []
        with self._file("master", self.now, None, asked, paths) as sink:
            for first in range(0, len(rows), 50_000):
                sink.rows(zip(*(column[first : first + 50_000] for column in table)))
        return paths

    def _master_column(self, name: str, rows: IntArray) -> list[str]:
        missing = self.profile.missing
        if name in TEXT_COLUMNS:
            texts = np.char.decode(self.meters[name][rows], "utf-8")
            return np.where(texts == "", missing, texts).tolist() if missing else texts.tolist()
        if name in ("flow", "voltage"):
            return self.codes("master", name, self.meters[name][rows]).tolist()
        if name == "remote_reading":
            return self._remote(self.meters[name][rows])
        if name in ("lat", "lon"):
            known = self.meters["coordinates_known"][rows]
            return [f"{value:.6f}" if there else missing for value, there in zip(self.meters[name][rows], known)]
        if name in ("created_date", "created_time"):
            pattern = self.profile.date_format if name == "created_date" else self.profile.time_format
            return [self.now.strftime(pattern)] * len(rows)
        return [missing if np.isnan(value) else f"{value:g}" for value in self.meters[name][rows]]

    def _remote(self, codes: IntArray) -> list[str]:
        if self.scenario.remote_words:
            return [REMOTE_WORDS[place - 1] for place in np.clip(codes, 1, len(REMOTE_WORDS)).tolist()]
        return [str(code) for code in codes.tolist()]

    def outage(self) -> list[Path]:
        """Write 通電情報: readable meters without a reading in the 12 hours before the moment asked for."""
        begin = self.order.begin
        at = begin if isinstance(begin, datetime) else datetime.combine(begin + timedelta(1), time())
        at = min(at, self.service.known_to(self.now))
        rows = np.flatnonzero(self.scenario.silent(at, self._known(at)) & self.here & self._registered())
        fixed = {
            "created_date": at.strftime(self.profile.date_format),
            "created_time": at.strftime(self.profile.time_format),
        }
        columns = [item.column for item in self.profile.file("outage").columns]
        table = [[fixed[name]] * len(rows) if name in fixed else self._master_column(name, rows) for name in columns]
        paths: list[Path] = []
        with self._file("outage", at, None, columns, paths) as sink:
            sink.rows(zip(*table))
        return paths

    def _known(self, at: datetime) -> datetime:
        """Return the moment by whose publications the silence before `at` is judged."""
        return at if self.service.next_day_at is None else self.now

    # -- 電力データ ----------------------------------------------------------------------------------------------------

    def _days(self) -> list[date]:
        first, last = _day(self.order.begin), _day(self.order.end)
        return [
            day for day in self.scenario.days() if first <= day <= last and datetime.combine(day, time()) < self.now
        ]

    def readings(self) -> list[Path]:
        """Write 電力データ: per day (or month) the rows that have arrived by now, meter by meter.

        In the step length of the profile: a finer one divides the half-hours, so that its steps add up to them.
        """
        chosen = self._wanted()
        paths: list[Path] = []
        sets: dict[Any, list[date]] = {}
        midnight = self.service.last_midnight(self.now)
        newest = midnight.date() - timedelta(1) if midnight else date.max
        for day in self._days():
            # what few meters have of a day that is not published yet comes with the last one that is
            own = min(day, newest)
            sets.setdefault(own if self.order.provision_unit == "daily" else (own.year, own.month), []).append(day)
        for days in sets.values():
            paths += self._reading_set(days, np.flatnonzero(chosen))
        return paths

    def _published(self, day: date) -> datetime:
        """Return when the readings of a day, or of the part of it that is there, were published."""
        end = datetime.combine(day + timedelta(1), time())
        midnight = self.service.last_midnight(self.now)
        return min(self.now, self.service.published_on(min(end, midnight) if midnight else end))

    def _newer(self) -> Optional[IntArray]:
        """Return the rows of the 特定契約者 whose readings come newer than the others', None where nobody's do."""
        if not self.order.specified_contractors or not self.service.newer_contractors:
            return None
        able = np.flatnonzero(self._registered() & self.scenario.readable)
        rng = np.random.default_rng([self.scenario.seed, 23])
        return np.sort(rng.permutation(able)[: self.service.newer_contractors])

    def _reading_set(self, days: list[date], rows: IntArray) -> list[Path]:
        newer, minutes = self._newer(), self.profile.slot.minutes
        midnight = self.service.last_midnight(self.now)
        last_day = midnight is not None and days[-1] >= midnight.date() - timedelta(1)
        # what is newer than the last day published was not there in the morning
        moment = self.now if newer is not None and last_day else self._published(days[-1])
        arrived = {day: self.scenario.available(day, self.now, newer, minutes)[rows] for day in days}
        steps = HALF_HOUR // minutes
        total = steps * int(sum(np.count_nonzero(there) for there in arrived.values()))
        if not total:
            return []
        future = self.service.from_future(self.scenario.seed, f"{self.condition_id} {days[-1]}")
        total += future
        paths: list[Path] = []
        columns = [item.column for item in self.profile.file("reading").columns]
        pieces = _pieces(self._reading_blocks(days, rows, arrived, future), self.part_rows)
        parts = -(-total // self.part_rows)
        for part in range(parts):
            with self._file("reading", moment, part + 1 if parts > 1 else None, columns, paths) as sink:
                for content in next(pieces):
                    sink.block(content)
        return paths

    def _reading_blocks(
        self, days: list[date], rows: IntArray, arrived: Mapping[date, BoolArray], future: bool = False
    ) -> Iterator[tuple[int, Callable[[int, int], bytes]]]:
        """Yield how many rows, and what makes their bytes, block by block; `future`: and one row years ahead."""
        layout = _ReadingLayout(self, self.order.format == "json")
        rule = self.profile.slot
        steps = HALF_HOUR // rule.minutes
        for day in days:
            readings = self.scenario.readings(day)
            layout.customers = self._customers(day)
            midnight, step = datetime.combine(day, time()), timedelta(minutes=rule.minutes)
            codes = _bytes([code_of(midnight + n * step, rule) for n in range(rule.per_day)])
            for first in range(0, len(rows), BLOCK_METERS):
                part = rows[first : first + BLOCK_METERS]
                row, slot = np.nonzero(np.repeat(arrived[day][first : first + BLOCK_METERS], steps, axis=1))
                if len(row):
                    table = layout.rows(part, divided(np.asarray(readings[part]), steps), codes, row, slot)
                    yield len(table), _form(table)
        if future:
            # any meter that sent something that day, or in the days of the set
            place = int(np.flatnonzero(np.any([there.any(axis=1) for there in arrived.values()], axis=0))[0])
            code = code_of(midnight.replace(day=1, year=midnight.year + self.service.future_years), rule)
            only = np.zeros(1, dtype=np.int64)
            table = layout.rows(rows[place : place + 1], np.zeros((1, 1), np.int64), _bytes([code]), only, only)
            yield 1, _form(table)

    def _customers(self, day: date) -> BytesArray:
        """Return whose readings each row's are on a day, S34: the former tenant's until the next one comes."""
        own, former = self.meters["customer_id"], self.meters.get("former_customer_id")
        if former is None or not (former != b"").any():
            return own
        early = (former != b"") & (self.meters["service_begin"] > self.scenario.minutes(datetime.combine(day, time())))
        return np.where(early, former, own).astype(own.dtype)

    # -- statistics --------------------------------------------------------------------------------------------------

    def statistics(self) -> list[Path]:
        """Write the table asked for: 通電計器数, or the flows."""
        if self.order.voltage not in VOLTAGES:
            raise PublishError(
                message("There is no voltage class “{name}”. Correct the condition.", name=self.order.voltage)
            )
        groups = self._groups()
        if self.order.table == "energised":
            return self._stat_file("statistics", self._energised_rows(groups))
        if self.order.table in TABLE_FLOWS:
            return self._stat_file("flow_statistics", self._flow_rows(groups))
        raise PublishError(message("There is no table “{name}”. Correct the condition.", name=self.order.table))

    def _stat_file(self, kind: str, rows: Iterator[dict[str, str]]) -> list[Path]:
        columns = [item.column for item in self.profile.file(kind).columns]
        found = [[row[name] for name in columns] for row in rows]
        if not found:
            return []
        paths: list[Path] = []
        with self._file(kind, self.now, None, columns, paths) as sink:
            sink.rows(found)
        return paths

    def _groups(self) -> list[tuple[str, str, IntArray]]:
        """Return address, mesh code and meters (positions) of every area: a city and its wards, or the cells."""
        counted = self.here & self.scenario.active & (self.meters["voltage"] == VOLTAGES[self.order.voltage])
        counted &= self.meters["flow"] == TABLE_FLOWS.get(self.order.table, 1)
        if self.order.area_type == "address":
            found: list[tuple[str, str, IntArray]] = []
            for number in self.places:
                code = self.scenario.divisions[number]["code"]
                inside = [
                    place
                    for place, item in enumerate(self.scenario.divisions)
                    if code in (item["code"], item["parent"])
                ]
                rows = np.flatnonzero(counted & np.isin(self.meters["division"], inside))
                found.append((self.scenario.divisions[number]["name"], "", rows))
            return found
        mesh.check_size(VOLTAGES[self.order.voltage], self.order.mesh_size)
        # The utility places meters by the same poles as the master; what it cannot place is in no cell.
        rows = np.flatnonzero(counted & self.meters["coordinates_known"])
        codes = mesh.encode(self.meters["lat"][rows], self.meters["lon"][rows], self.order.mesh_size)
        if self.order.secondary_mesh_codes:
            asked = np.isin(codes.astype("U6"), np.array(self.order.secondary_mesh_codes, dtype="U6"))
            rows, codes = rows[asked], codes[asked]
        order = np.argsort(codes, kind="stable")
        names, starts = np.unique(codes[order], return_index=True)
        return (
            [("", str(name), part) for name, part in zip(names, np.split(rows[order], starts[1:]))] if len(rows) else []
        )

    def _statistics_days(self) -> list[date]:
        first = max(_day(self.order.begin), self.scenario.statistics_from)
        last = min(_day(self.order.end), self.now.date(), self.scenario.last_day)
        midnight = self.service.last_midnight(self.now)
        last = min(last, midnight.date() - timedelta(1)) if midnight else last
        return [first + timedelta(n) for n in range((last - first).days + 1)]

    def _head(self, address: str, code: str, day: date) -> dict[str, str]:
        return {
            "voltage": self.profile.code("voltage", self.order.voltage),
            "unit": self.profile.code("aggregation_unit", self.order.aggregation_unit),
            "table_kind": self.profile.code("table", self.order.table),
            "area_kind": self.profile.code("area_type", self.order.area_type),
            "address": address or self.profile.missing,
            "mesh_code": code or self.profile.missing,
            "date": day.strftime(self.profile.date_format),
        }

    def _energised_rows(self, groups: list[tuple[str, str, IntArray]]) -> Iterator[dict[str, str]]:
        """One pair of rows an area and day: the state at the day's end, or now if that is earlier."""
        yes, no = (self.profile.code("energised", name) for name in ("energised", "not_energised"))
        for day in self._statistics_days():
            at = min(datetime.combine(day + timedelta(1), time()), self.now)
            silent = self.scenario.silent(at, self._known(at))
            served = self.scenario.in_service(at)
            heard = self.scenario.readable & ~silent & served
            for address, code, everyone in groups:
                rows = everyone[served[everyone]]
                head = self._head(address, code, day)
                masked = len(rows) < SMALLEST_CELL
                # A meter that sends nothing by itself is in the area's total, and in neither class.
                for sign, state in ((yes, heard), (no, silent)):
                    count = self.profile.masked if masked else str(int(np.count_nonzero(state[rows])))
                    total = self.profile.masked if masked else str(len(rows))
                    yield {**head, "energised": sign, "count": count, "total": total}

    def _flow_rows(self, groups: list[tuple[str, str, IntArray]]) -> Iterator[dict[str, str]]:
        """One row an area, period and 契約電力区分: meters, and kWh where the table has them."""
        energy = self.order.table in ("forward", "reverse")
        contract = self.meters["contract_kw" if TABLE_FLOWS[self.order.table] == 1 else "contract_export_kw"]
        for period, used in self._months() if self.order.aggregation_unit == "month" else self._used_by_day():
            for address, code, rows in groups:
                for low, high, label in CONTRACT_RANGES:
                    part = rows[(contract[rows] >= low) & (contract[rows] < high) & np.isfinite(used[rows])]
                    if not len(part):
                        continue
                    masked = len(part) < SMALLEST_CELL
                    yield {
                        **self._head(address, code, period),
                        "contract_range": label,
                        "meters": self.profile.masked if masked else str(len(part)),
                        "kwh": self._kwh(used[part].sum() / 1000, masked) if energy else self.profile.missing,
                    }

    def _used_by_day(self) -> Iterator[tuple[date, Array]]:
        """Yield each day and what arrived of each meter's use, Wh."""
        midnight = self.service.last_midnight(self.now)
        for day in self._days():
            if midnight and day >= midnight.date():
                continue
            yield day, np.where(self.scenario.available(day, self.now), self.scenario.readings(day), 0).sum(axis=1)

    def _months(self) -> Iterator[tuple[date, Array]]:
        """Yield the first day of each complete month and each meter's use, Wh; NaN where there was no contract.

        Figures are provisional (速報値) until the 15th of the second month after (確報値, manual, glossary 7): what
        came late or never is not in them.
        """
        first, last = _day(self.order.begin), _day(self.order.end)
        table = self.scenario.months
        for number, month in enumerate(table.get("months", ())):
            begin, over = month.astype("datetime64[D]").astype(date), (month + 1).astype("datetime64[D]").astype(date)
            if begin < first.replace(day=1) or begin > last or datetime.combine(over, time()) > self.now:
                continue
            final = (month + 2).astype("datetime64[D]").astype(date) + timedelta(FINAL_DAY - 1)
            lost = np.random.default_rng([self.scenario.seed, 14, number]).uniform(*PROVISIONAL_LOSS)
            share = 1.0 if self.now.date() >= final else 1.0 - lost
            yield begin, table["kwh"][:, number].astype(np.float64) * 1000 * share

    def _kwh(self, value: float, masked: bool) -> str:
        if masked:
            return self.profile.masked
        return f"{value:.1f}" if self.profile.energy_places else f"{value * 1000:.0f}"


def divided(readings: IntArray, steps: int) -> IntArray:
    """Return half-hours (meters, n) of whole Wh as (meters, n·steps): as even as whole Wh can be, same sums."""
    if steps == 1:
        return readings
    ends = readings[:, :, None].astype(np.int64) * np.arange(1, steps + 1) // steps
    return np.diff(ends, axis=2, prepend=0).reshape(len(readings), -1)


def _day(moment: When) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _mapped(values: IntArray, table: Mapping[int, str]) -> TextArray:
    lookup = np.zeros(max(table) + 1, dtype=f"U{max(len(code) for code in table.values())}")
    for number, code in table.items():
        lookup[number] = code
    return lookup[values]


def _bytes(texts: Union[Sequence[str], TextArray]) -> IntArray:
    """Return texts as a matrix of bytes, uint8 (n, width), zero where shorter."""
    raw = np.char.encode(np.asarray(texts, dtype=str), "utf-8")
    return np.ascontiguousarray(raw).view(np.uint8).reshape(len(raw), raw.dtype.itemsize)


def _form(table: IntArray) -> Callable[[int, int], bytes]:
    """Return what makes the bytes of some rows of a table."""
    return lambda begin, end: _packed(table[begin:end])


def _packed(table: IntArray) -> bytes:
    """Return the rows' bytes without the zeros that pad them."""
    flat = table.ravel()
    return flat[flat != 0].tobytes()


Form = Callable[[int, int], bytes]
"""Makes the bytes of some rows of a block, first and last as a slice has them."""


def _pieces(blocks: Iterator[tuple[int, Form]], most: int) -> Iterator[Iterator[bytes]]:
    """Yield the contents of file after file of `most` rows; each has to be read before the next."""
    waiting: list[tuple[int, Form]] = []

    def contents() -> Iterator[bytes]:
        room = most
        while room:
            block = waiting.pop() if waiting else next(blocks, None)
            if block is None:
                return
            count, form = block
            taken = min(room, count)
            yield form(0, taken)
            room -= taken
            if taken < count:
                waiting.append((count - taken, _rest(form, taken, count)))

    while True:
        yield contents()


def _rest(form: Form, taken: int, count: int) -> Form:
    return lambda begin, end: form(taken + begin, min(taken + end, count))


class _ReadingLayout:
    """Formats rows of 電力データ as a matrix of bytes, in the profile's order of columns."""

    def __init__(self, account_session: _Desk, as_json: bool):
        self.account_session, self.as_json = account_session, as_json
        self.spec = account_session.profile.file("reading")
        self.customers = account_session.meters["customer_id"]
        """需要家特定ID of the day that is written."""

    def _constants(self) -> list[bytes]:
        """What stands before each column, and after the last one."""
        if not self.as_json:
            between = self.spec.delimiter.encode()
            return [b"", *([between] * (len(self.spec.columns) - 1)), b"\r\n"]
        # Numbers are numbers, everything else is text, as identifiers must keep their zeros.
        pieces, before = [], b",\n{"
        for item in self.spec.columns:
            quote = b"" if item.type == "energy" else b'"'
            pieces.append(before + json.dumps(item.name, ensure_ascii=False).encode() + b": " + quote)
            before = quote + b", "
        return [*pieces, (b"" if self.spec.columns[-1].type == "energy" else b'"') + b"}"]

    def rows(self, part: IntArray, readings: IntArray, codes: IntArray, row: IntArray, slot: IntArray) -> IntArray:
        """Return uint8 (rows, width), zero-padded: the readings at (row, slot) of the meters `part`."""
        meters = self.account_session.meters
        # Registers of 100 Wh give one decimal of kWh, finer ones two; steps of a half-hour are whole Wh.
        places = np.where(meters["step_wh"][part] < 100, 2, 1)[row]
        if self.account_session.profile.slot.minutes < HALF_HOUR:
            places[:] = 3
        values, which_energy = np.unique(readings[row, slot].astype(np.int64) * 4 + places, return_inverse=True)
        in_kwh = self.account_session.profile.energy_places > 0
        energy = _bytes(
            [_kwh_text(int(value) >> 2, int(value) & 3) if in_kwh else str(int(value) >> 2) for value in values]
        )
        which = {"meter": row, "slot": slot, "energy": which_energy.ravel()}
        # Neighbouring columns of the same meter, and what stands between columns, are joined before rows are made of
        # them.
        tables: list[tuple[str, Array]] = []
        constants = self._constants()
        for before, item in zip(constants, self.spec.columns):
            by, table = self._column(item, part, codes, energy)
            table = _beside(_repeated(before, len(table)), table)
            if tables and tables[-1][0] == by == "meter":
                table = _beside(tables.pop()[1], table)
            tables.append((by, table))
        by, table = tables.pop()
        tables.append((by, _beside(table, _repeated(constants[-1], len(table)))))
        rows = np.empty(len(row), dtype=[(f"f{n}", f"V{table.shape[1]}") for n, (_by, table) in enumerate(tables)])
        for number, (by, table) in enumerate(tables):
            whole = np.ascontiguousarray(table).view(f"V{table.shape[1]}").ravel()
            rows[f"f{number}"] = whole[which[by]]
        return rows.view(np.uint8).reshape(len(row), rows.dtype.itemsize)

    def _column(self, item: Any, part: IntArray, codes: IntArray, energy: IntArray) -> tuple[str, IntArray]:
        """Return what the texts of a column go by, and the texts as bytes."""
        meters = self.account_session.meters
        if item.type == "energy":
            return "energy", energy
        if item.type == "slot":
            return "slot", codes
        if item.column in ("flow", "voltage"):
            return "meter", _bytes(self.account_session.codes("reading", item.column, meters[item.column][part]))
        source = self.customers if item.column == "customer_id" else meters[item.column]
        texts = np.ascontiguousarray(source[part])
        return "meter", texts.view(np.uint8).reshape(len(part), texts.dtype.itemsize)


def _kwh_text(watt_hours: int, places: int) -> str:
    return f"{watt_hours // 1000}.{watt_hours % 1000:03d}"[: places - 3 or None]


def _repeated(piece: bytes, count: int) -> IntArray:
    return np.broadcast_to(np.frombuffer(piece, dtype=np.uint8), (count, len(piece)))


def _beside(left: IntArray, right: IntArray) -> IntArray:
    return np.concatenate([left, right], axis=1)

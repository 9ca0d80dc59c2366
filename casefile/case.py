"""The case folder (案件フォルダー): one disaster, its request, and everything received for it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Optional, Sequence

import numpy as np
import pandas as pd

from ..aggregator.outside import parse_json, shown
from ..analysis.contract_life import Moment
from ..analysis.parallel import THREADS, Engine
from ..files import write_text_atomic
from ..messages import TomoshibiError, message
from . import heads
from .columns import column_names, has_table, read_table
from .guard import refuse_links
from .ledger import Ledger, now
from .master import SEVERAL, ByPoint, Piece, all_rows, pieces_in_force, points_in_force, rows_in_force
from .outage_about import read_about
from .readings import ReadingStore

if TYPE_CHECKING:
    from .known_meters import KnownMeters

CASE_FILE = "case.json"
LEDGER_FILE = "ledger.jsonl"
LONGEST_TEXT = 2000
"""Characters of a text about the case that are read."""
FORMAT = 1
UNDO_FOLDER, UNDO_READY = ".undo", "ready"
"""Folder in which a case is made again without one import, and the file that says that all of it is ready."""
TERMS = ("A", "B", "C", "D")
"""Terms of use (利用規約) among which the manual's §2.3 lets choose by request and purpose."""
ORIGINS = ("practice", "real")
"""Aggregators that data may come from; see `casefile.drills`."""
FOLDERS = ("received", "readings", "tables", "contractors", "sheets")


class CaseError(TomoshibiError):
    """The case folder cannot be made or opened."""


class RequestKind(Enum):
    """Kind of the request under 電気事業法第34条第1項 (manual §2.3)."""

    BLANKET = "blanket"
    """包括要請: in a disaster, to the utility."""
    INDIVIDUAL = "individual"
    """個別要請: for drills and anything else, to METI."""


Day = date
"""Under another name where a field is called `date`."""


@dataclass(frozen=True)
class Request:
    """The request that allows the use of the data, for the deletion report (manual Appendix 5.2)."""

    kind: RequestKind = RequestKind.BLANKET
    date: Optional[Day] = None
    """Day the request was made; an emergency request may be made on paper later."""
    use_from: Optional[Day] = None
    use_to: Optional[Day] = None
    """Last day of use; the data and everything made from it must be deleted then."""


@dataclass(frozen=True)
class Event:
    """One event of a case: a shock in a moment, or a typhoon that lasts."""

    begin: datetime
    """Moment the event struck, Japanese wall-clock time."""
    end: Optional[datetime] = None
    """Moment it was over, where it lasted: the 12 hours of 通電情報 count from here."""
    area: Optional[str] = None
    """Where the event struck, if only there: a GeoJSON geometry (Polygon or MultiPolygon, degrees); None everywhere."""

    @property
    def over(self) -> datetime:
        """Moment from which silence can be counted: the end, or the begin of what lasted a moment."""
        return self.end or self.begin


@dataclass(frozen=True)
class CaseInfo:
    """What `case.json` says."""

    name: str
    event_time: datetime
    """Moment the first event struck, Japanese wall-clock time: what lies before it is peacetime."""
    municipality: str
    """団体コード, 6 digits, as text. With a prefecture's (`…000x`) the case takes files of all its municipalities; with
    a municipality's only its own, a designated city's wards among them (`casefile.municipality.belongs`)."""
    request: Request = field(default_factory=Request)
    created_at: Optional[datetime] = None
    practice: bool = False
    """A drill (訓練): every map says so. Always true where the case holds data of the practice aggregator."""
    events: tuple[Event, ...] = ()
    """All events, oldest first; empty stands for one at `event_time` (see `all_events`)."""
    purpose: str = ""
    """What the data are used for (利用目的), as in the request."""
    operator: str = ""
    """Who answers for the use (利用責任者)."""
    received_from: tuple[str, ...] = ()
    """Which aggregators gave data: `practice`, `real` (`casefile.drills`); files by hand are not among them."""
    practice_confirmed: bool = False
    """Whether a person said, when asked, that it is a drill or a real disaster."""
    terms: str = ""
    """Terms of use of the request (利用規約, manual §2.3): a letter of `TERMS`, "" where not known."""
    no_export: bool = False
    """Whether personal results must not be printed or carried away (印刷及び持ち出しの禁止, manual §4.3)."""
    extension_by: str = ""
    """Who at the utility agreed to a later last day of use, and when; "" while the first request holds."""

    @property
    def all_events(self) -> tuple[Event, ...]:
        """The events, oldest first; at least one."""
        return self.events or (Event(self.event_time),)

    def last_event(self, at: Optional[datetime] = None) -> Event:
        """Return the last event that began not after `at` (None: of all), the first where none did.

        Wherever it struck; of one place see `casefile.events`.
        """
        begun = [event for event in self.all_events if at is None or event.begin <= at]
        return begun[-1] if begun else self.all_events[0]


@dataclass(frozen=True)
class OutageSnapshot:
    """One 通電情報 publication: the meters that gave no reading for the 12 hours before `created_at`."""

    created_at: datetime
    """Creation time that the rows carry (データ作成日, データ作成時刻)."""
    condition_id: str
    scope: str
    """`all` every meter of the municipality was asked for, `contractors` the registered 特定契約者 only, `unknown`."""
    table: pd.DataFrame
    """Columns of the outage table (see docs/architecture.md)."""


def _plain(value: object) -> object:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _events(records: Iterable[dict[str, Any]]) -> tuple[Event, ...]:
    found = [
        Event(
            datetime.fromisoformat(record["begin"]),
            datetime.fromisoformat(record["end"]) if record.get("end") else None,
            record.get("area") or None,
        )
        for record in records
    ]
    return tuple(sorted(found, key=lambda event: event.begin))


def _code(value: object) -> str:
    """Return a 団体コード. Raises ValueError for anything else, which might be part of a path or of a page."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{6}", value):
        raise ValueError(value)
    return value


def _date(text: Optional[str]) -> Optional[date]:
    return date.fromisoformat(text) if text else None


def _info(record: dict[str, Any]) -> CaseInfo:
    """Return what `case.json` says. Raises ValueError, KeyError, TypeError, AttributeError, OverflowError."""
    request = record["request"]
    return CaseInfo(
        name=shown(record["name"]),
        event_time=datetime.fromisoformat(record["event_time"]),
        municipality=_code(record["municipality"]),
        request=Request(
            RequestKind(request["kind"]),
            _date(request["date"]),
            _date(request["use_from"]),
            _date(request["use_to"]),
        ),
        created_at=datetime.fromisoformat(record["created_at"]),
        practice=bool(record["practice"]) or "practice" in record.get("received_from", ()),
        events=_events(record.get("events", ())),
        purpose=shown(record.get("purpose", ""), LONGEST_TEXT),
        operator=shown(record.get("operator", "")),
        received_from=tuple(each for each in record.get("received_from", ()) if each in ORIGINS),
        practice_confirmed=record.get("practice_confirmed") is True,
        terms=next((each for each in TERMS if each == record.get("terms")), ""),
        no_export=record.get("no_export") is True,
        extension_by=shown(record.get("extension_by", "")),
    )


def _write_info(folder: Path, info: CaseInfo, folders: Iterable[str] = ()) -> None:
    """Write case.json, and make the folders of a new case. Raises `CaseError`."""
    request = info.request
    if request.use_from and request.use_to and request.use_to < request.use_from:
        raise CaseError(
            message(
                "The period of use ends ({use_to}) before it begins ({use_from}). Correct the dates.",
                use_to=request.use_to,
                use_from=request.use_from,
            )
        )
    try:
        for name in folders:
            (folder / name).mkdir(parents=True, exist_ok=True)
        stamped = {**asdict(info), "created_at": info.created_at or now(), "format": FORMAT}
        write_text_atomic(folder / CASE_FILE, json.dumps(_plain(stamped), ensure_ascii=False, indent=1))
    except OSError as error:
        raise CaseError(
            message(
                "The case folder {folder} cannot be written ({reason}). Choose a folder you may write to.",
                folder=str(folder),
                reason=error.strerror or "",
            )
        ) from error


class Case:
    """An open case folder. Reading never changes it; `casefile.intake` is what fills it."""

    def __init__(self, folder: Path, info: CaseInfo):
        self.folder = Path(folder)
        self.info = info
        self.ledger = Ledger(self.folder / LEDGER_FILE, info.operator, info.purpose)
        self.seen = self.ledger.size()
        """Bytes of the ledger when the case was opened; see `casefile.recipes`."""
        self.stamp = ""
        """What the layer that is being made is made of (`casefile.stamps`), "" where nobody asked or it is unsure."""
        self.readings = ReadingStore(self.folder / "readings")
        self.known_meters: Optional[KnownMeters] = None
        """What was worked out of マスタ情報 and the store (`casefile.known_meters`)."""
        self.engine: Engine = THREADS
        """Where blocks of meters are worked on (`casefile.engine`)."""

    @classmethod
    def create(cls, folder: Path, info: CaseInfo) -> Case:
        """Make the folder and open it. Raises `CaseError` where one is there already or it cannot be written."""
        folder = Path(folder)
        if (folder / CASE_FILE).exists():
            raise CaseError(
                message("{folder} already is a case folder. Open it, or choose another folder.", folder=str(folder))
            )
        if not (folder / LEDGER_FILE).exists():
            heads.forget(folder / LEDGER_FILE)
        _write_info(folder, info, FOLDERS)
        return cls.open(folder)

    def change(self, info: CaseInfo) -> Case:
        """Let the case say something else of itself, and open it anew. Raises `CaseError` as `create` does."""
        _write_info(self.folder, info)
        return Case.open(self.folder)

    @classmethod
    def open(cls, folder: Path, resuming: bool = False) -> Case:
        """Open a case folder; `resuming` one in which taking back an import was ended on its way.

        Raises
            CaseError: it is none, cannot be understood, or was written by a newer version.
            LeadsOutside: a link in it leads elsewhere.
        """
        folder = Path(folder)
        try:
            refuse_links(folder)
            record = parse_json((folder / CASE_FILE).read_bytes())
            info = _info(record)
            written_by = int(record["format"])
        except (FileNotFoundError, NotADirectoryError) as error:
            raise CaseError(
                message(
                    "{folder} is not a case folder (it has no case.json). Choose one, or make it with “Create case”.",
                    folder=str(folder),
                )
            ) from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise CaseError(
                message(
                    "case.json in {folder} cannot be read. Restore it from a copy, or make a new case.",
                    folder=str(folder),
                )
            ) from error
        if (folder / UNDO_FOLDER / UNDO_READY).is_file() and not resuming:
            raise CaseError(
                message(
                    "Taking back an import of {folder} was ended on its way. Run “Take back an import” (undoimport) "
                    "once more; it goes on where it stopped.",
                    folder=str(folder),
                )
            )
        if written_by > FORMAT:
            raise CaseError(
                message(
                    "The case {folder} was made by a newer version of Tomoshibi. Update the plugin.", folder=str(folder)
                )
            )
        return cls(folder, info)

    def master(self, columns: Optional[list[str]] = None, at: Optional[Moment] = None) -> pd.DataFrame:
        """Return マスタ情報, one row a supply point and flow, empty where none was received.

        Where there are several (a meter was exchanged, a customer moved), the one in force `at` a moment, by default
        that of the newest publication (`analysis.contract_life`). A column that a file of the case never had raises.
        """
        folder = self.folder / "tables" / "master"
        if not has_table(folder):
            return pd.DataFrame(columns=columns or ["supply_point", "flow", "lat", "lon"])
        return rows_in_force(folder, columns, at)

    def master_rows(self, columns: Optional[list[str]] = None) -> pd.DataFrame:
        """Return all rows of マスタ情報: of one supply point and flow, one for each meter and customer told of."""
        folder = self.folder / "tables" / "master"
        if not has_table(folder):
            return pd.DataFrame(columns=columns or ["supply_point", "flow", "lat", "lon"])
        return all_rows(folder, columns)

    def master_by_point(self, columns: list[str], at: Optional[Moment] = None) -> ByPoint:
        """Return what `master` does with those columns that there are, the supply points as bytes beside them."""
        folder, there = self.folder / "tables" / "master", self.master_columns()
        if not there:
            return ByPoint(np.zeros(0, dtype="S22"), pd.DataFrame(columns=columns))
        return points_in_force(folder, [name for name in columns if name in there], at)

    def master_pieces(self, columns: Sequence[str], at: Optional[Moment] = None) -> Iterator[Piece]:
        """Yield what `master` returns with those columns that there are, some rows at a time, none where there is none.

        Raises `TomoshibiError` where マスタ情報 is taken in anew meanwhile.
        """
        folder = self.folder / "tables" / "master"
        return pieces_in_force(folder, columns, at) if has_table(folder) else iter(())

    def master_columns(self) -> list[str]:
        """Return the columns that マスタ情報 of the case has, without reading it."""
        return [name for name in column_names(self.folder / "tables" / "master") if name != SEVERAL]

    def outage_snapshots(self) -> list[OutageSnapshot]:
        """Return every 通電情報 publication, oldest first."""
        found = []
        for folder in sorted((self.folder / "tables" / "outage").glob("*")):
            if not has_table(folder):
                continue
            about = read_about(folder)
            found.append(
                OutageSnapshot(
                    about.created_at, about.condition_id, about.scope, read_table(folder, needs=("supply_point",))
                )
            )
        return sorted(found, key=lambda snapshot: snapshot.created_at)

    def statistics(self) -> pd.DataFrame:
        """Return the 通電計器数 rows of all publications, empty where none was received."""
        folder = self.folder / "tables" / "statistics"
        return read_table(folder, needs=("date",)) if has_table(folder) else pd.DataFrame()

    def flow_statistics(self) -> pd.DataFrame:
        """Return the 順潮流・逆潮流電力量 rows of all publications, empty where none was received."""
        folder = self.folder / "tables" / "flow_statistics"
        return read_table(folder) if has_table(folder) else pd.DataFrame()

    def meter_statistics(self) -> pd.DataFrame:
        """Return the 計器数分析 rows of all publications (how many meters there are), empty where none was received."""
        folder = self.folder / "tables" / "meter_statistics"
        return read_table(folder) if has_table(folder) else pd.DataFrame()

    def monthly(self) -> pd.DataFrame:
        """Return 月間電力量全量 and 次回検針日 (`casefile.months.COLUMNS`), empty where none was received."""
        folder = self.folder / "tables" / "monthly"
        return read_table(folder) if has_table(folder) else pd.DataFrame()

    def contractors(self) -> Optional[pd.DataFrame]:
        """Return the registered 特定契約者 (`master_info_id`, `list_name`), or None where the list is not known."""
        folder = self.folder / "tables" / "contractors"
        return read_table(folder, needs=("master_info_id", "list_name")) if has_table(folder) else None

    def relative(self, path: Path) -> str:
        """Return `path` as the ledger writes it: inside the case folder with `/`, elsewhere absolute."""
        path = Path(path).resolve()
        try:
            return path.relative_to(self.folder.resolve()).as_posix()
        except ValueError:
            return str(path)

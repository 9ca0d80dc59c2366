"""What was published: one record a set (condition, kind, publication time), kept in `publications.jsonl` of the case.

What a map may call silence hangs on it: whether a set is whole, which half-hours it can hold, and of whom. The file is
written whole in one step and says the same whatever the order in which files were taken in.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Collection, Iterable, Mapping, Optional, Sequence

import numpy as np

from ..aggregator.conditions import Condition
from ..aggregator.errors import ConditionError
from ..aggregator.outside import parse_json
from ..aggregator.profile import Profile, Service
from ..files import write_text_atomic
from ..messages import TomoshibiError, message
from .reported import Curve, Population, Reported, added, curves

if TYPE_CHECKING:
    from .case import Case

FILE = "publications.jsonl"
BYHAND = ""
"""Condition of files whose name says none."""
READING = "reading"
SCOPES = ("unknown", "all", "contractors")
FLOWS = {"low_supply": (1, 1), "low_export": (2, 1), "high_supply": (1, 2), "high_export": (2, 2)}
"""データ種類詳細 → (flow, voltage class)."""
UNPACKED = ".unzipped"
"""What the folder of a ZIP's members ends in."""
FULL = 0.98
"""A last part with so many of the rows of the fullest other one may have been cut off where it is full."""
LEAST_CUT = 3
"""Parts of different days or numbers, cut off after the same row, from which on that is the service's way to cut."""


class State(str, Enum):
    """Whether all files of a set are there."""

    WHOLE = "whole"
    """Every file that the server's list names was fetched and parsed, or somebody said that all are there; and no
    number of a part is missing, for a list may name a part later than the others."""
    INCOMPLETE = "incomplete"
    """A file or part is missing, or could not be used."""
    UNCHECKED = "unchecked"
    """Nothing seems to be missing, but there is no list to compare with: counts as whole, and says so."""


@dataclass(frozen=True)
class Part:
    """One file of a set."""

    name: str
    file: str
    """As the server lists it: the ZIP, where the part came in one."""
    sha256: str
    parsed: bool
    """Whether it could be used; what could not is as good as missing."""
    rows: int = 0
    number: Optional[int] = None
    """Number of the part in its name; None for a set in one file."""
    reported: tuple[Reported, ...] = ()
    """電力データ: how many meters reported in which half-hour."""

    @property
    def order(self) -> tuple[Any, ...]:
        """What parts are sorted by."""
        return (self.number or 0, self.name, self.sha256)

    @property
    def whole_meters(self) -> bool:
        """Whether as many meters reported in each of its half-hours: then it may have been cut between two meters."""
        return all(len({*counts} - {0}) < 2 for each in self.reported for counts in each.days.values())

    @property
    def readings(self) -> tuple[Any, ...]:
        """Of which readings it is: the same ones may come again, revised or under another condition."""
        return (self.number, tuple(sorted({day for each in self.reported for day in each.days})))

    @property
    def piece(self) -> tuple[Any, ...]:
        """Which piece of the set it is: a file that came again, revised or in another form, is the same piece."""
        if self.number is not None:
            return (self.number, "")
        return (0, self.name if self.name != self.file else "")


@dataclass(frozen=True)
class Asked:
    """What a condition asked for."""

    begin: Optional[datetime] = None
    end: Optional[datetime] = None
    """Moment after the last one asked for."""
    classes: tuple[tuple[int, int], ...] = ()
    """(flow, voltage class) asked for; empty where it is not known."""
    at: Optional[datetime] = None
    """When it was asked, where the server says it."""


@dataclass(frozen=True)
class Publication:
    """One published set."""

    condition_id: str
    """`BYHAND` where nothing says it."""
    kind: str
    """`reading` `master` `outage` `statistics`."""
    published_at: Optional[datetime]
    """By the file name, else as the server says; None where nothing says it."""
    name: str = ""
    """File of a set that has no publication time: then each file is a set of its own."""
    parts: tuple[Part, ...] = ()
    listed: Optional[tuple[str, ...]] = None
    """Files that the server's list named when it was read after the last download; None without one."""
    status: str = ""
    """State of the condition as the server told it: `published`, `empty`, `failed`."""
    complete: Optional[bool] = None
    """What the user said of files taken in by hand: all are there, some are missing, not known."""
    scope: str = "unknown"
    """Whom it was asked for: `all` every meter, `contractors` the registered 特定契約者, `unknown`."""
    asked: Asked = field(default_factory=Asked)
    roster: str = ""
    """Checksum of the list of 特定契約者 when it was asked for them and downloaded; "" where it is not known."""
    service: Mapping[int, Service] = field(default_factory=dict)
    """電圧分類 → how late the service says it is, by the profile that the set was taken in with."""

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it this set; sorts by publication."""
        return (self.published_at or datetime.min, self.condition_id, self.kind, self.name)

    @property
    def rows(self) -> int:
        """Rows of all parts."""
        return sum(part.rows for part in self.parts)

    @property
    def missing_files(self) -> tuple[str, ...]:
        """Listed files that were not fetched or could not be used; without a list, received ones of no use."""
        if self.listed is not None:
            good = {part.file for part in self.parts if part.parsed}
            return tuple(name for name in self.listed if name not in good)
        useful = {part.piece for part in self.parts if part.parsed}
        return tuple(sorted({part.file for part in self.parts if part.piece not in useful}))

    @property
    def missing_parts(self) -> tuple[int, ...]:
        """Numbers of parts that are not there, up to the highest. Part 1 alone lacks 2: a set in one file has none."""
        there = {part.number for part in self.parts if part.number is not None and part.parsed}
        if not there:
            return ()
        most = max(there) if self.complete else max(2, *there)
        return tuple(sorted(set(range(1, most + 1)) - there))

    @property
    def state(self) -> State:
        """Whether the set is whole, as far as its own files and the server's list tell."""
        if self.status in ("empty", "failed") or not self.parts or self.complete is False:
            return State.INCOMPLETE
        if self.missing_files or self.missing_parts:
            return State.INCOMPLETE
        if self.listed is not None or self.complete:
            return State.WHOLE
        return State.UNCHECKED

    @property
    def pieces(self) -> list[list[Part]]:
        """The usable files of each piece of the set, in the order of the pieces."""
        found: dict[tuple[Any, ...], list[Part]] = {}
        for part in self.parts:
            if part.parsed:
                found.setdefault(part.piece, []).append(part)
        return [found[piece] for piece in sorted(found)]

    @property
    def _numbered(self) -> list[list[Part]]:
        return [piece for piece in self.pieces if piece[0].number is not None]

    @property
    def followed(self) -> list[Part]:
        """The usable parts that another one follows: they end where they were full."""
        return [part for piece in self._numbered[:-1] for part in piece]

    def last_is_full(self, cuts: Collection[int] = ()) -> bool:
        """Whether the last part is as full as the others: then the set may have been longer.

        `cuts`: rows after which the service cuts to the row (`exact_cuts`); of these none may lack.
        """
        sizes = [max(part.rows for part in piece) for piece in self._numbered]
        if len(sizes) < 2:
            return False
        full = max(sizes[:-1])
        return sizes[-1] >= (full if full in cuts else FULL * full)

    def curves(self) -> dict[Population, Curve]:
        """Return how many meters reported when, by population."""
        return added([each for piece in self.curves_of_pieces() for each in piece.items()])

    def curves_of_pieces(self) -> list[dict[Population, Curve]]:
        """Return the same for each piece of the set, in the order of the pieces."""
        return [
            added([each for part in piece for each in curves(part.reported).items()], np.maximum)
            for piece in self.pieces
        ]

    def newest(self) -> dict[tuple[int, int], datetime]:
        """Return the end of the newest half-hour with a reading, by (voltage class, step length)."""
        from .reported import begin_of

        found: dict[tuple[int, int], datetime] = {}
        for population, curve in self.curves().items():
            end = begin_of(curve.end(1))
            place = (population.voltage, population.step)
            found[place] = max(end, found.get(place, end))
        return found


def exact_cuts(sets: Iterable[Publication]) -> frozenset[int]:
    """Return the numbers of rows after which a service cuts its parts to the row.

    Every part of about that size that another one follows has exactly so many, `LEAST_CUT` of different readings at
    least. Parts of whole meters do not count: a service that cuts between meters ends them alike while all report.
    """
    by_rows: dict[int, list[Part]] = {}
    for part in (part for each in sets for part in each.followed):
        by_rows.setdefault(part.rows, []).append(part)
    sizes, found = sorted(by_rows), set()
    for rows, parts in by_rows.items():
        alone = bisect_right(sizes, rows / FULL) - bisect_left(sizes, FULL * rows) == 1
        if alone and len({part.readings for part in parts if not part.whole_meters}) >= LEAST_CUT:
            found.add(rows)
    return frozenset(found)


# -- what files say ----------------------------------------------------------------------------------------------------
def kind_of(content: str) -> str:
    """Return the kind of a set for the kind of a file: all kinds of statistics come in one set."""
    return "statistics" if content in ("flow_statistics", "meter_statistics") else content


def asked_of(condition: Optional[Condition]) -> Asked:
    """Return what a condition asked for, as sets remember it."""
    if condition is None:
        return Asked()
    begin, end = condition.begin, condition.end
    if isinstance(begin, date) and not isinstance(begin, datetime):
        begin = datetime.combine(begin, time())
    if isinstance(end, date) and not isinstance(end, datetime):
        end = datetime.combine(end, time()) + timedelta(days=1)
    classes = tuple(sorted(FLOWS[flow] for flow in condition.flows if flow in FLOWS))
    return Asked(begin, end, classes)


def scope_of(condition: Optional[Condition], otherwise: str = "unknown") -> str:
    """Return whom a condition asks for; `otherwise` where it does not say."""
    if condition is None or condition.specified_contractors is None:
        return otherwise
    return "contractors" if condition.specified_contractors else "all"


def condition_beside(path: Path, profile: Profile) -> Optional[Condition]:
    """Return the condition of `condition.json` beside a received file; None without one or where it is not one.

    Raises `ConditionError` or `ValueError` where it cannot be read.
    """
    folder = path.parent.parent if path.parent.name.endswith(UNPACKED) else path.parent
    record = folder / "condition.json"
    if not record.is_file():
        return None
    return Condition.from_wire(parse_json(record.read_bytes()), profile)


def roster_of(case: Case) -> str:
    """Return a checksum of the registered 特定契約者, "" where the list is not known."""
    registered = case.contractors()
    if registered is None:
        return ""
    numbers = sorted(set(registered["master_info_id"].astype(str)))
    return hashlib.sha256("\n".join(numbers).encode("utf-8")).hexdigest()[:16]  # type: ignore[arg-type]  # the stubs take it for bool


def file_of(path: Path) -> str:
    """Return the name of the published file that a path is, or that it was unpacked from."""
    parent = path.parent.name
    return parent[: -len(UNPACKED)] if parent.endswith(UNPACKED) else path.name


def set_of(
    name: str, content: str, profile: Profile, condition_id: str = BYHAND, published: Optional[datetime] = None
) -> Publication:
    """Return the empty set that a file belongs to. `published` as the server says, where the name says nothing."""
    said = profile.file_names.parse(name)
    moment = said.time if said is not None else published
    identity = said.condition_id if said is not None and said.condition_id else condition_id
    unnamed = "" if moment is not None else name
    return Publication(identity, kind_of(content), moment, unnamed, service=profile.service)


# -- the file in the case ----------------------------------------------------------------------------------------------
def path_of(case: Case) -> Path:
    """Return where the record of a case is kept."""
    return case.folder / FILE


def read(case: Case) -> Optional[tuple[Publication, ...]]:
    """Return the sets of a case, oldest publication first; None where the case has no record of them.

    Raises `TomoshibiError` where the record cannot be read.
    """
    path = path_of(case)
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    stamp = (str(path), status.st_mtime_ns, status.st_size, status.st_ino)
    known = _CACHE.get(str(path))
    if known is None or known[0] != stamp:
        known = _CACHE[str(path)] = (stamp, _load(path))
    return known[1]


_CACHE: dict[str, tuple[object, Optional[tuple[Publication, ...]]]] = {}
"""Path → (stamp of the file, its sets): every map asks for them several times."""


def _load(path: Path) -> tuple[Publication, ...]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return tuple(_from_plain(parse_json(line)) for line in lines if line.strip())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise TomoshibiError(
            message(
                "What was published ({file}) cannot be read. Delete the file: it is then made again from what was"
                " received, without knowing whether the sets are whole.",
                file=FILE,
            )
        ) from error


def write(case: Case, sets: Iterable[Publication]) -> bool:
    """Write the record whole, in one step; return whether it changed."""
    ordered = sorted(sets, key=lambda each: each.key)
    text = "".join(json.dumps(_to_plain(each), ensure_ascii=False) + "\n" for each in ordered)
    path = path_of(case)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    write_text_atomic(path, text)
    return True


def _to_plain(each: Publication) -> dict[str, Any]:
    return {
        "condition": each.condition_id,
        "kind": each.kind,
        "published": _text(each.published_at),
        "name": each.name,
        "status": each.status,
        "complete": each.complete,
        "scope": each.scope,
        "roster": each.roster,
        "begin": _text(each.asked.begin),
        "end": _text(each.asked.end),
        "classes": [list(pair) for pair in each.asked.classes],
        "asked": _text(each.asked.at),
        "service": {str(name): [said.delay_hours, said.whole_days] for name, said in sorted(each.service.items())},
        "listed": None if each.listed is None else list(each.listed),
        "parts": [
            {
                "name": part.name,
                "file": part.file,
                "sha256": part.sha256,
                "parsed": part.parsed,
                "rows": part.rows,
                "number": part.number,
                "reported": [reported.to_plain() for reported in part.reported],
            }
            for part in each.parts
        ],
    }


def _from_plain(record: Mapping[str, Any]) -> Publication:
    return Publication(
        record["condition"],
        record["kind"],
        _moment(record["published"]),
        record["name"],
        tuple(
            Part(
                part["name"],
                part["file"],
                part["sha256"],
                bool(part["parsed"]),
                int(part["rows"]),
                part["number"],
                tuple(Reported.from_plain(each) for each in part["reported"]),
            )
            for part in record["parts"]
        ),
        None if record["listed"] is None else tuple(record["listed"]),
        record["status"],
        record["complete"],
        record["scope"],
        Asked(
            _moment(record["begin"]),
            _moment(record["end"]),
            tuple((int(f), int(v)) for f, v in record["classes"]),
            _moment(record.get("asked")),
        ),
        record.get("roster", ""),
        {int(name): Service(float(hours), bool(days)) for name, (hours, days) in record["service"].items()},
    )


def _text(moment: Optional[datetime]) -> Optional[str]:
    return None if moment is None else moment.isoformat()


def _moment(text: Optional[str]) -> Optional[datetime]:
    return None if text is None else datetime.fromisoformat(text)


# -- putting together --------------------------------------------------------------------------------------------------
def merged(sets: Iterable[Publication]) -> tuple[Publication, ...]:
    """Return sets with those of one key put together; the order of what is given does not matter, but for lists."""
    found: dict[tuple[Any, ...], Publication] = {}
    for each in sets:
        known = found.get(each.key)
        found[each.key] = each if known is None else _together(known, each)
    return tuple(sorted(found.values(), key=lambda each: each.key))


def _tells(part: Part) -> tuple[bool, int, bool]:
    return part.parsed, part.rows, bool(part.reported)


def _asked_together(one: Asked, other: Asked) -> Asked:
    return Asked(
        one.begin if one.begin is not None else other.begin,
        one.end if one.end is not None else other.end,
        tuple(sorted({*one.classes, *other.classes})),
        one.at if one.at is not None else other.at,
    )


def _together(one: Publication, other: Publication) -> Publication:
    parts: dict[tuple[str, str], Part] = {}
    # of two records of a part the one that tells more stands, of equal ones the first
    for part in sorted((*one.parts, *other.parts), key=_tells, reverse=True):
        parts.setdefault((part.name, part.sha256), part)
    answers = {answer for answer in (one.complete, other.complete) if answer is not None}
    scopes = {scope for scope in (one.scope, other.scope) if scope != "unknown"}
    return replace(
        one,
        parts=tuple(sorted(parts.values(), key=lambda part: part.order)),
        listed=other.listed if other.listed is not None else one.listed,
        status=other.status or one.status,
        # of two answers the careful one holds
        complete=min(answers) if answers else None,
        scope=scopes.pop() if len(scopes) == 1 else "unknown",
        asked=_asked_together(one.asked, other.asked),
        # whom it was asked for was settled before it was first fetched, whoever is registered when it comes again
        roster=one.roster or other.roster,
        service=other.service or one.service,
    )


def note(case: Case, before: Sequence[Publication], sets: Iterable[Publication], algorithm: str) -> None:
    """Add sets, or parts of sets, to those that were `known` before they came. The caller holds the case."""
    write(case, merged([*before, *sets]))
    # asked whether or not anything changed: a run may have died between the two
    if not _entered(case):
        case.ledger.add(algorithm, FILE, ["received"], personal=True)


def _entered(case: Case) -> bool:
    return any(entry.path == FILE for entry in case.ledger.entries())


def note_list(
    case: Case,
    profile: Profile,
    condition_id: str,
    condition: Optional[Condition],
    files: Sequence[tuple[str, Optional[datetime]]],
    status: str,
    algorithm: str,
    asked_at: Optional[datetime] = None,
) -> None:
    """Keep what the server's list named for a condition, as (file name, published) each, and the condition's state.

    `asked_at`: when it was registered, where the server says it. Sets of which nothing was fetched are known from here
    on, too. The caller holds the case.
    """
    known_sets = [each for each in known(case) if each.condition_id == condition_id]
    listed: dict[tuple[Any, ...], list[str]] = {}
    empty: dict[tuple[Any, ...], Publication] = {}
    for name, published in files:
        content = _content_of(name, profile, condition)
        each = _holder(known_sets, name) or set_of(name, content, profile, condition_id, published)
        bare = replace(each, parts=(), listed=None)
        empty[bare.key] = bare
        listed.setdefault(bare.key, []).append(name)
    if not files:
        kind = _content_of("", profile, condition)
        bare = Publication(condition_id, kind, None, f"{condition_id}: {status}")
        empty[bare.key], listed[bare.key] = bare, []
    # a periodic one is made again and again, and what failed may be of today
    once = condition is not None and condition.delivery_mode == "once"
    told = [
        replace(
            each,
            listed=tuple(sorted(listed[key])),
            status=status,
            scope=scope_of(condition, each.scope),
            asked=replace(asked_of(condition), at=asked_at if once else None),
        )
        for key, each in empty.items()
    ]
    if status == "published":
        _forget_states(case, condition_id)
    note(case, known(case), told, algorithm)


def _holder(sets: Iterable[Publication], name: str) -> Optional[Publication]:
    """Return the set that a file is a part of, None where no set has it."""
    return next((each for each in sets if any(part.file == name for part in each.parts)), None)


def _forget_states(case: Case, condition_id: str) -> None:
    """Take back that a condition was empty or had failed: it has been published since."""
    held = known(case)
    kept = [each for each in held if each.condition_id != condition_id or each.parts or each.published_at is not None]
    if len(kept) < len(held):
        write(case, kept)


def _content_of(name: str, profile: Profile, condition: Optional[Condition]) -> str:
    said = profile.file_names.parse(name)
    if said is not None:
        kinds = [kind for kind, spec in profile.files.items() if spec.file_kind == said.kind]
        if kinds:
            return kinds[0]
    if condition is not None and len(condition.data_kinds) == 1:
        return condition.data_kinds[0]
    return "statistics" if condition is not None and condition.data_class == "statistics" else READING


def lists_incomplete(case: Case) -> set[tuple[str, datetime]]:
    """Return (condition, time) of the 通電情報 of which parts are missing: absence from them proves nothing.

    By the time of publication and that asked for: a list of a past moment is dated by what was asked.
    """
    found = set()
    for each in known(case):
        if each.kind == "outage" and each.state is State.INCOMPLETE:
            name = each.condition_id or "byhand"
            found |= {(name, moment) for moment in (each.published_at, each.asked.begin) if moment is not None}
    return found


def undated_files(case: Case, *kinds: str) -> tuple[str, ...]:
    """Return the received files that tables of statistics were made of and that nothing dates, by name, sorted."""
    tables = {f"tables/{kind}" for kind in kinds}
    made_of = {source for entry in case.ledger.entries() if entry.path in tables for source in entry.sources}
    names = {place.rpartition("/")[2] for place in made_of}
    undated = [each for each in known(case) if each.kind == "statistics" and each.published_at is None]
    return tuple(sorted({part.name for each in undated for part in each.parts if part.name in names}))


# -- cases without a record --------------------------------------------------------------------------------------------
def known(case: Case) -> tuple[Publication, ...]:
    """Return the sets of a case, oldest first; of a case without a record what `received/` and the store tell."""
    kept = read(case)
    if kept is not None and (any(each.kind == READING for each in kept) or not case.readings.days()):
        return kept
    stamp = (case.readings.stamp(), case.ledger.size(), kept)
    place = str(case.folder)
    known = _REBUILT.get(place)
    if known is None or known[0] != stamp:
        known = _REBUILT[place] = (stamp, merged([*(kept or ()), *rebuilt(case)]))
    return known[1]


_REBUILT: dict[str, tuple[object, tuple[Publication, ...]]] = {}
"""Case folder → (stamp of what it was made of, sets): all days of the readings are counted for it."""


def rebuilt(case: Case, profile: Optional[Profile] = None) -> tuple[Publication, ...]:
    """Return the sets as the ledger's names of received files and the store's days tell them; all unchecked."""
    profile = profile or Profile.load()
    sets = []
    for entry in case.ledger.entries():
        path = case.folder / entry.path
        said = profile.file_names.parse(path.name)
        if not entry.path.startswith("received/") or said is None or said.extension == "zip":
            continue
        content = _content_of(path.name, profile, None)
        each = set_of(path.name, content, profile)
        try:
            condition = condition_beside(path, profile)
        except (ValueError, ConditionError):
            condition = None
        part = Part(path.name, file_of(path), entry.sha256 or "", True, 0, said.part)
        sets.append(replace(each, parts=(part,), scope=scope_of(condition), asked=asked_of(condition)))
    return merged([*sets, *_from_store(case, sets)])


def _from_store(case: Case, sets: Sequence[Publication]) -> list[Publication]:
    """Return the counts of the store's days, by the newest publication in each day, as parts of the sets."""
    days: dict[Optional[datetime], list[Reported]] = {}
    for published, reported in case.readings.reported():
        days.setdefault(published, []).extend(reported)
    readings = {each.published_at: each for each in sorted(sets, key=lambda each: each.key) if each.kind == READING}
    found = []
    for published, reported in days.items():
        holder = readings.get(published) or Publication(BYHAND, READING, published, "" if published else "readings")
        rows = sum(sum(counts) for each in reported for counts in each.days.values())
        counted = Part("readings", "readings", "", True, rows, None, tuple(reported))
        found.append(replace(holder, parts=(counted,)))
    return found

"""Taking files into a case: unpack, recognise, keep unaltered, feed the reading store and tables, enter in the ledger.

One file that cannot be used is told with its reason, and the others go on. What is taken in does not depend on the
order of the files, nor on how often the same content is among them: files go in by publication, then by checksum.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Iterable, Iterator, Mapping, Optional, Sequence

import numpy as np

from ..aggregator.conditions import Condition
from ..aggregator.errors import ConditionError
from ..aggregator.folders import locked
from ..aggregator.profile import MEANINGS, Profile, number_of
from ..aggregator.readers import CONTRACTORS, ReadResult, published_time, read_table, recognise, unrecognised
from ..aggregator.rejects import SUFFIX as REJECTS_SUFFIX
from ..aggregator.tabular import FileProblem, cannot_open, head_of
from ..aggregator.timecode import HALF_HOUR
from ..analysis.contract_life import DATES
from ..messages import Message, TomoshibiError, Watch, message
from . import events_log, months
from .case import Case
from .columns import has_table, write_table
from .columns import read_table as read_columns
from .contractor_links import refresh_links
from .ledger import now, sha256_of
from .master import PUBLISHED, as_dates, merge_master, unlisted, words
from .municipality import belongs, other_prefecture
from .publications import (
    UNPACKED,
    Part,
    Publication,
    asked_of,
    condition_beside,
    file_of,
    known,
    note,
    roster_of,
    scope_of,
    set_of,
)
from .reading_writer import IngestReport
from .readings import StoreError
from .years import latest_possible, years_of

if TYPE_CHECKING:
    import pandas as pd

ALGORITHM = "tomoshibi:importfiles"
CLOCKS_DIFFER = timedelta(hours=1)
"""So much may a creation time in the rows be later than the publication in the file name."""
LONGEST_TURN = 900.0
"""Seconds that another run on the case is waited for."""
BYHAND = "byhand"
PERSONAL = frozenset({"reading", "master", "outage", months.KIND, events_log.KIND, CONTRACTORS})
"""Kinds that are 個人データ; statistics are not."""
CONDITION = "condition.json"
OWN_FILES = frozenset({"manifest.jsonl", CONDITION})
MAX_MEMBERS = 10_000
MAX_RATIO = 200
"""A member of a ZIP that grows more than this, and is large, is no published table."""
NAMED = 5
"""Municipalities, or codes, named in a message."""
_CODE = re.compile(r"[0-9A-Za-z]{1,4}")
"""What is certainly a code."""
LARGE = 256 << 20
COPY_BLOCK = 1 << 20
METERS = "meter_statistics"
"""計器数分析: how many meters (contracts) there are, which says nothing of who had power."""
COUNTING = tuple(number_of("table", name) for name in ("meters_forward", "meters_reverse"))
STATISTICS_KEYS: Mapping[str, tuple[str, ...]] = {
    "statistics": ("voltage", "unit", "table_kind", "area_kind", "address", "mesh_code", "date", "energised"),
    "flow_statistics": ("voltage", "unit", "table_kind", "area_kind", "address", "mesh_code", "date", "contract_range"),
    METERS: ("voltage", "unit", "table_kind", "area_kind", "address", "mesh_code", "date", "contract_range"),
}
RECEIVED, MADE = "received/", ("readings", "tables/")
"""How ledger paths begin, of what was received and of what was made of it."""


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file."""

    path: Path
    kind: Optional[str]
    """None where it could not be told."""
    rows: int = 0
    rejected: int = 0
    problem: Optional[Message] = None
    """Why the file could not be used; None where it was."""
    duplicate: bool = False
    """Whether its content was taken in before, in this run or an earlier one; its rows are not counted again."""


@dataclass(frozen=True)
class IntakeReport:
    """What was taken in."""

    files: int
    """Files taken in (members of a ZIP count each)."""
    rows: int
    """Rows of data in them, good or bad."""
    rejected: int
    by_kind: dict[str, int]
    """Kind → rows."""
    outcomes: tuple[FileOutcome, ...] = ()
    readings: Optional[IngestReport] = None
    """What the reading store says; None where there were no 電力データ."""
    repeated: int = 0
    """Rows of new files that were there already, by their keys (counted in `rows`, stored once)."""

    @property
    def duplicates(self) -> tuple[FileOutcome, ...]:
        """The files whose content was taken in before."""
        return tuple(outcome for outcome in self.outcomes if outcome.duplicate)

    @property
    def failed(self) -> tuple[FileOutcome, ...]:
        """The files that could not be used."""
        return tuple(outcome for outcome in self.outcomes if outcome.problem is not None)


@dataclass(frozen=True)
class Told:
    """What is known of files besides what stands in them."""

    complete: Optional[bool] = None
    """Whether all files of the sets are there, as somebody who fetched them by hand says; None: not known."""
    list_time: Optional[datetime] = None
    """Moment a 通電情報 was asked for, where no condition says it."""
    published: Mapping[str, datetime] = field(default_factory=dict)
    """File name → moment of publication as the server says, for names that do not."""


@dataclass
class _Intake:
    """One run."""

    case: Case
    profile: Profile
    condition: Optional[Condition]
    scope: str
    watch: Watch
    algorithm: str
    told: Told = field(default_factory=Told)
    outcomes: list[FileOutcome] = field(default_factory=list)
    repeated: int = 0
    kept: dict[str, list[Path]] = field(default_factory=dict)
    """Checksum → received files of that content, of earlier runs and of this one."""
    taken: set[str] = field(default_factory=set)
    """Checksums of what stands in the readings and tables already."""
    digests: dict[Path, str] = field(default_factory=dict)
    conditions: dict[Path, Optional[Condition]] = field(default_factory=dict)
    """Folder → the condition that lies in it."""
    origins: dict[Path, Path] = field(default_factory=dict)
    """File in the case → where it was copied from in this run."""

    def __post_init__(self) -> None:
        sources: set[str] = set()
        digest_of: dict[str, str] = {}
        for entry in self.case.ledger.entries():
            if entry.path.startswith(RECEIVED) and entry.sha256:
                digest_of[entry.path] = entry.sha256
            elif entry.path.startswith(MADE):
                sources.update(entry.sources)
        for place, digest in digest_of.items():
            if (self.case.folder / place).is_file():
                self.kept.setdefault(digest, []).append(self.case.folder / place)
        self.taken = {digest_of[place] for place in sources if place in digest_of}

    def digest(self, path: Path) -> str:
        """Return the checksum of a file, read once a run."""
        if path not in self.digests:
            self.digests[path] = sha256_of(path)
        return self.digests[path]

    def stamp(self, path: Path) -> Optional[datetime]:
        """Return the moment of publication that the name says."""
        return published_time(path, self.profile)

    def known(self, path: Path) -> Optional[Path]:
        """Return a received file that is the same publication: the same content, and no other time in the name."""
        stamp = self.stamp(path)
        for other in self.kept.get(self.digest(path), ()):
            if other.is_file() and stamp in (None, self.stamp(other)):
                return other
        return None

    def count_repeated(self, path: Path, rows: int) -> None:
        """Add rows of a new file whose keys were there already; a file taken in before adds none."""
        if self.digest(path) not in self.taken:
            self.repeated += rows

    def again(self, path: Path, kind: Optional[str]) -> None:
        """Note a file whose content was taken in before."""
        self.watch.tell(
            message("{file} has the same content as a file taken in before; nothing is counted twice.", file=path.name)
        )
        self.outcomes.append(FileOutcome(path, kind, duplicate=True))

    def fail(self, path: Path, what: Message, kind: Optional[str] = None) -> None:
        self.watch.warn(what)
        self.outcomes.append(FileOutcome(path, kind, problem=what))


def take_in(
    case: Case,
    files: Iterable[Path],
    profile: Profile,
    condition: Optional[Condition] = None,
    scope: str = "unknown",
    watch: Optional[Watch] = None,
    algorithm: str = ALGORITHM,
    told: Optional[Told] = None,
) -> IntakeReport:
    """Take files into the case; files under `received/` stay where they are, others are copied to `received/byhand`.

    `scope` (`all`, `contractors`, `unknown`) says whom 通電情報 was asked for, where no condition says it.
    Files that cannot be used are told to `watch` and stand in `IntakeReport.failed`. Another run that takes files into
    this case is waited for. Raises `Cancelled`; `FolderBusy` where it does not end; `StoreError` where the readings
    cannot be written at all.
    """
    watch = watch or Watch()
    with locked(case.folder, watch, LONGEST_TURN):
        return _taken_in(_Intake(case, profile, condition, scope, watch, algorithm, told or Told()), files)


def _taken_in(run: _Intake, files: Iterable[Path]) -> IntakeReport:
    case = run.case
    before = known(case)
    received = list(_received(run, [Path(path) for path in files]))
    kinds = _recognised(run, _distinct(run, received))
    for path, kind in kinds:
        _enter(run, path, kind in PERSONAL)
    kinds = [(path, kind) for path, kind in kinds if not _of_another_municipality(run, path, kind)]
    readings = _take_readings(run, [path for path, kind in kinds if kind == "reading"])
    others = sorted(
        ((path, kind) for path, kind in kinds if kind != "reading"),
        key=lambda item: _turn(run, item[0]),
    )
    for number, (path, kind) in enumerate(others, 1):
        run.watch.check()
        _take_table(run, path, kind)
        run.watch.progress(0.9 + 0.1 * number / len(others))
    note(case, before, _sets(run, kinds, readings), run.algorithm)
    good = [outcome for outcome in run.outcomes if outcome.problem is None and not outcome.duplicate]
    if any(outcome.kind == "master" for outcome in good):
        # マスタ情報 says which supply points the matched contracts have
        try:
            doubts = refresh_links(case, run.algorithm)[1]
        except TomoshibiError as error:
            doubts = [error.what]
        for what in doubts:
            run.watch.warn(what)
    by_kind: Counter[str] = Counter()
    for outcome in good:
        by_kind[outcome.kind] += outcome.rows
    return IntakeReport(
        files=len(good),
        rows=sum(outcome.rows for outcome in good),
        rejected=sum(outcome.rejected for outcome in good),
        by_kind=dict(by_kind),
        outcomes=tuple(run.outcomes),
        readings=readings,
        repeated=run.repeated + (readings.duplicates if readings else 0),
    )


def _sets(run: _Intake, kinds: Sequence[tuple[Path, str]], readings: Optional[IngestReport]) -> Iterator[Publication]:
    """Yield for each file of this run the set that it is a part of, with nothing but this part in it."""
    outcomes = {outcome.path: outcome for outcome in run.outcomes}
    kinds = [*kinds, *_useless(run, {path for path, _ in kinds})]
    reported = {file.path: file for file in readings.files} if readings is not None else {}
    for path, kind in kinds:
        if kind == CONTRACTORS:
            continue
        outcome, condition = outcomes.get(path), _condition_of(run, path)
        names = (path.name, file_of(path))
        name = next((each for each in names if run.profile.file_names.parse(each) is not None), names[1])
        said = run.profile.file_names.parse(name)
        counted = reported.get(path)
        part = Part(
            path.name,
            file_of(path),
            run.digest(path),
            outcome is not None and outcome.problem is None,
            counted.rows if counted is not None else outcome.rows if outcome is not None else 0,
            said.part if said is not None else None,
            counted.reported if counted is not None else (),
        )
        folder = _received_for(run, path)
        each = set_of(name, kind, run.profile, "" if folder == BYHAND else folder, run.told.published.get(part.file))
        complete = run.told.complete if folder == BYHAND else None
        scope = scope_of(condition, run.scope)
        # a download fetches the list of contractors before what was asked for them
        roster = roster_of(run.case) if scope == "contractors" and folder != BYHAND else ""
        asked = asked_of(condition)
        yield replace(each, parts=(part,), complete=complete, scope=scope, roster=roster, asked=asked)


def _useless(run: _Intake, others: set[Path]) -> Iterator[tuple[Path, str]]:
    """Yield received files that could not even be recognised, with the kind that their names say."""
    for outcome in run.outcomes:
        said = run.profile.file_names.parse(outcome.path.name)
        if outcome.problem is None or outcome.path in others or said is None or said.extension == "zip":
            continue
        if outcome.kind is None and belongs(run.case.info.municipality, said.municipality):
            kinds = [kind for kind, spec in run.profile.files.items() if spec.file_kind == said.kind]
            if kinds and outcome.path.is_file():
                yield outcome.path, kinds[0]


def _received_for(run: _Intake, path: Path) -> str:
    """Return the folder of `received` that a file lies in: the condition's id, or `BYHAND`."""
    received = (run.case.folder / "received").resolve()
    return path.resolve().relative_to(received).parts[0]


def _turn(run: _Intake, path: Path) -> tuple[datetime, str]:
    """Return what files are ordered by: publication, what says none last; then the content itself."""
    return run.stamp(path) or datetime.max, run.digest(path)


# -- keeping what was received ----------------------------------------------------------------------------------------
def _received(run: _Intake, files: Sequence[Path]) -> Iterator[Path]:
    """Yield the files as they lie in the case, ZIPs unpacked."""
    for file in files:
        run.watch.check()
        if file.name in OWN_FILES or file.name.endswith(REJECTS_SUFFIX):
            continue
        try:
            kept = _kept(run, file)
            if kept != file:
                run.origins[kept] = file
            if zipfile.is_zipfile(kept):
                _enter(run, kept, personal=True)
                yield from _unpacked(run, kept)
            else:
                yield kept
        except FileProblem as problem:
            run.fail(file, problem.what)
        except OSError as error:
            run.fail(file, cannot_open(file, error).what)


def _kept(run: _Intake, file: Path) -> Path:
    """Return where the file lies in the case: copied by hand, unless it is under `received/` already."""
    received = (run.case.folder / "received").resolve()
    if received in file.resolve().parents:
        return file
    known = run.known(file)
    if known is not None:
        return known
    folder = received / BYHAND
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file.name
    number = 1
    digest = run.digest(file)
    while target.exists() and sha256_of(target) != digest:
        number += 1
        target = folder / f"{file.stem}({number}){file.suffix}"
    if not target.exists():
        part = target.with_name(target.name + ".part")
        shutil.copyfile(file, part)
        os.replace(part, target)
    run.kept.setdefault(digest, []).append(target)
    return target


def _distinct(run: _Intake, paths: Sequence[Path]) -> list[Path]:
    """Return each publication once, in the order in which files are taken in; the others are duplicates.

    A file without rows says nothing but its name, so that two of them are two publications.
    """
    distinct: list[Path] = []
    removed: set[Path] = set()
    seen: dict[str, list[Path]] = {}
    for path in sorted(paths, key=lambda path: (_turn(run, path), str(path))):
        before = seen.setdefault(run.digest(path), [])
        same = [other for other in before if run.stamp(path) in (None, run.stamp(other))]
        # a ZIP that was handed over twice names its members twice
        if path in removed or (same and (path in same or not _without_rows(path))):
            run.again(path, None)
            if path not in same and path not in removed and path.parent.name.endswith(UNPACKED):
                # a member of a ZIP that lies in the case already
                path.unlink()
                removed.add(path)
            continue
        before.append(path)
        distinct.append(path)
    return distinct


def _without_rows(path: Path) -> bool:
    try:
        head = head_of(path)
    except FileProblem:
        return True
    return head.form == "empty" or (head.form == "csv" and len(head.lines) < 2)


def _of_another_municipality(run: _Intake, path: Path, kind: str) -> bool:
    """Whether the name says that a file is another municipality's; it is then told and left where it is."""
    name = run.profile.file_names.parse(path.name)
    theirs = name.municipality if name else ""
    if belongs(run.case.info.municipality, theirs):
        return False
    run.fail(path, _elsewhere(run, path, theirs), kind)
    return True


def _elsewhere(run: _Intake, path: Path, theirs: str) -> Message:
    return message(
        "{file} is of {theirs}, the case of {ours}. It is kept in “received” of the case but not used. Import it into"
        " the case of that municipality.",
        file=path.name,
        theirs=theirs,
        ours=run.case.info.municipality,
    )


def _unpacked(run: _Intake, archive: Path) -> Iterator[Path]:
    """Yield the members of a ZIP, unpacked into `<name>.unzipped`. Only the last part of a member's name counts."""
    folder = archive.with_name(archive.name + UNPACKED)
    try:
        with zipfile.ZipFile(archive) as stream:
            members = [member for member in stream.infolist() if not member.is_dir()]
            _check_archive(archive, members)
            folder.mkdir(exist_ok=True)
            names: set[str] = set()
            for member in members:
                run.watch.check()
                name = _member_name(member, names)
                try:
                    yield _unpack(stream, member, folder / name)
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
                    raise FileProblem(
                        message("{file}: {member} is damaged. Get the ZIP again.", file=archive.name, member=name)
                    ) from error
            if not members:
                raise FileProblem(message("{file} is an empty ZIP: nothing was published.", file=archive.name))
    except zipfile.BadZipFile as error:
        raise FileProblem(message("{file} is a damaged ZIP. Get it again.", file=archive.name)) from error


def _check_archive(archive: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise FileProblem(
            message("{file} is locked with a passphrase. Unlock it and import what is inside.", file=archive.name)
        )
    total = sum(member.file_size for member in members)
    bomb = any(
        member.file_size > LARGE and member.file_size > MAX_RATIO * max(1, member.compress_size) for member in members
    )
    if bomb or len(members) > MAX_MEMBERS:
        raise FileProblem(
            message(
                "{file} would unpack to far more than published data can be. It was not unpacked; get it again.",
                file=archive.name,
            )
        )
    if total > shutil.disk_usage(archive.parent).free:
        raise FileProblem(
            message(
                "There is no room to unpack {file} ({size} MB). Free space on the disk, then import again.",
                file=archive.name,
                size=total >> 20,
            )
        )


def _member_name(member: zipfile.ZipInfo, taken: set[str]) -> str:
    """Return a plain file name for a member: no folders, no signs that a file name may not have, no name twice."""
    text = member.filename
    if not member.flag_bits & 0x800:
        # names that are not UTF-8 come from Japanese Windows
        try:
            text = text.encode("cp437").decode("cp932")
        except UnicodeError:
            text = member.filename
    plain = PurePosixPath(text.replace("\\", "/")).name
    plain = re.sub(r'[<>:"|?*\x00-\x1f]', "_", plain).strip(" .") or "member"
    stem, suffix = os.path.splitext(plain)
    number = 1
    while plain.lower() in taken:
        number += 1
        plain = f"{stem}({number}){suffix}"
    taken.add(plain.lower())
    return plain


def _unpack(stream: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> Path:
    part = target.with_name(target.name + ".part")
    left = member.file_size
    try:
        with stream.open(member) as source, open(part, "wb") as sink:
            while block := source.read(COPY_BLOCK):
                left -= len(block)
                if left < 0:
                    raise zipfile.BadZipFile(member.filename)
                sink.write(block)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target


def _recognised(run: _Intake, paths: Sequence[Path]) -> list[tuple[Path, str]]:
    kinds = []
    for path in paths:
        try:
            kind = recognise(path, _profile_for(run, path)) or _kind_of_empty(run, path)
        except FileProblem as problem:
            run.fail(path, problem.what)
            continue
        if kind is None:
            # what it holds is not known, so it counts as personal
            _enter(run, path, personal=True)
            run.fail(path, unrecognised(path))
        else:
            kinds.append((path, kind))
    return kinds


def _profile_for(run: _Intake, path: Path) -> Profile:
    """Return the profile; for マスタ情報 without a header row, with the items that its condition asked for."""
    if run.profile.file("master").header:
        return run.profile
    condition = _condition_of(run, path)
    if condition is None or not condition.master_items:
        return run.profile
    return run.profile.with_columns("master", condition.master_items)


def _kind_of_empty(run: _Intake, path: Path) -> Optional[str]:
    """Return the kind that the name of an empty file says: there is no content to go by."""
    if head_of(path).form != "empty":
        return None
    name = run.profile.file_names.parse(path.name)
    kinds = [kind for kind, spec in run.profile.files.items() if name is not None and spec.file_kind == name.kind]
    return kinds[0] if kinds else None


def _enter(run: _Intake, path: Path, personal: bool) -> None:
    """Enter a received file in the ledger, once for the same content."""
    digest = run.digest(path) if not path.name.endswith(REJECTS_SUFFIX) else sha256_of(path)
    place = run.case.relative(path)
    if any(entry.path == place and entry.sha256 == digest for entry in run.case.ledger.entries()):
        return
    run.case.ledger.add(run.algorithm, place, [run.case.relative(path.parent)], personal, digest)


def _enter_made(run: _Intake, place: str, sources: Sequence[Path], personal: bool) -> None:
    run.case.ledger.add(run.algorithm, place, [run.case.relative(path) for path in sources], personal)


# -- readings ---------------------------------------------------------------------------------------------------------
class _Share(Watch):
    """The part of a watch that the readings have."""

    def __init__(self, watch: Watch, share: float):
        self._watch = watch
        self._share = share

    def progress(self, fraction: float) -> None:
        self._watch.progress(fraction * self._share)

    def tell(self, what: Message) -> None:
        self._watch.tell(what)

    def warn(self, what: Message) -> None:
        self._watch.warn(what)

    def say(self, what: Message) -> str:
        return self._watch.say(what)

    def cancelled(self) -> bool:
        return self._watch.cancelled()


def _take_readings(run: _Intake, paths: list[Path]) -> Optional[IngestReport]:
    if not paths:
        return None
    report = run.case.readings.ingest(paths, run.profile, None, _Share(run.watch, 0.9), years_of(run.case.info))
    for file in report.files:
        _done(run, file.path, "reading", file.rows, file.rejected)
        if file.rejects is not None:
            _enter(run, file.rejects, personal=True)
        if not file.rows:
            _tell_empty(run, file.path, "reading")
    for path, what in report.failed:
        run.outcomes.append(FileOutcome(path, "reading", problem=what))
    if set(report.by_step) - {HALF_HOUR}:
        for step, rows in report.by_step.items():
            run.watch.tell(
                message("Readings in steps of {minutes} minutes: {rows} row(s).", minutes=step, rows=f"{rows:,}")
            )
    if report.days:
        _enter_made(run, "readings", [file.path for file in report.files], personal=True)
    for file in report.files:
        _take_months_beside(run, file.path)
    return report


def _take_months_beside(run: _Intake, path: Path) -> None:
    """Keep 月間電力量全量 and 次回検針日 where a file of 電力データ has them beside the half-hours."""
    try:
        if not months.beside(path, run.profile):
            return
        table, said = months.from_readings(path, run.profile, run.watch)
    except (ValueError, OSError) as error:
        run.watch.warn(
            message(
                "{file}: 月間電力量全量 and 次回検針日 cannot be read ({reason}); the half-hours were taken in.",
                file=path.name,
                reason=type(error).__name__,
            )
        )
        return
    for what in said:
        run.watch.warn(what)
    for place in _keep_months(run, path, table):
        _enter_made(run, place, [path], personal=True)


def _keep_months(run: _Intake, path: Path, table: pd.DataFrame) -> list[str]:
    if not len(table):
        return []
    folder = run.case.folder / "tables" / months.KIND
    old = read_columns(folder) if has_table(folder) else None
    write_table(folder, months.merged(old, table, _stamp(run, path, table)))
    return [f"tables/{months.KIND}"]


def _take_events(run: _Intake, path: Path, result: ReadResult) -> list[str]:
    if not len(result.table):
        return []
    folder = run.case.folder / events_log.PLACE
    old = read_columns(folder) if has_table(folder) else None
    table = result.table
    moments = table["event_at"].to_numpy().astype("datetime64[s]")
    # what does not say when it was published was known as soon as its newest event
    stamp = np.datetime64(run.stamp(path) or moments.max().astype(object), "s")
    ahead = int((moments > stamp).sum())
    if ahead:
        run.watch.warn(
            message(
                "{file}: {count} event(s) lie after the publication of the file and were left out: their clocks are"
                " wrong.",
                file=path.name,
                count=ahead,
            )
        )
    table = table[moments <= stamp]
    write_table(folder, events_log.merged(old, table, stamp))
    return [events_log.PLACE]


def _done(run: _Intake, path: Path, kind: str, rows: int, rejected: int) -> None:
    """Note a file that was taken in; one that was before is not counted again."""
    if run.digest(path) in run.taken and rows:
        run.again(path, kind)
    else:
        run.outcomes.append(FileOutcome(path, kind, rows, rejected))


def _tell_empty(run: _Intake, path: Path, kind: str) -> None:
    title = run.profile.file(kind).title if kind in run.profile.files else kind
    run.watch.warn(
        message(
            "{file} ({title}) is an empty publication: it has no rows. Check the period and the items of the"
            " condition.",
            file=path.name,
            title=title,
        )
    )


# -- tables -----------------------------------------------------------------------------------------------------------
def _take_table(run: _Intake, path: Path, kind: str) -> None:
    try:
        result = read_table(path, kind, _profile_for(run, path), None, run.watch)
        if result.rejects is not None:
            _enter(run, result.rejects, personal=kind in PERSONAL)
        result = _own_rows(run, path, kind, result)
        made = _TAKERS[kind](run, path, result)
    except (FileProblem, StoreError) as problem:
        run.fail(path, problem.what, kind)
        return
    except OSError as error:
        run.fail(path, cannot_open(path, error).what, kind)
        return
    if not result.rows and kind != "outage":
        _tell_empty(run, path, kind)
    for place in made:
        _enter_made(run, place, [path], kind in PERSONAL)
    _done(run, path, kind, result.rows, result.rejected)


def _own_rows(run: _Intake, path: Path, kind: str, result: ReadResult) -> ReadResult:
    """Return what was read without rows of other municipalities. Raises `FileProblem` where all of it is theirs."""
    table, ours = result.table, run.case.info.municipality
    if "address_code" in table and len(table):
        codes = table["address_code"].astype(str).str[:5]
        own = {code: belongs(ours, code) for code in codes.unique()}
        foreign = ~codes.map(own).to_numpy(bool)
        if foreign.any():
            theirs = ", ".join(sorted(code for code, mine in own.items() if not mine)[:NAMED])
            coded = (codes != "").to_numpy()
            if foreign[coded].all():
                raise FileProblem(_elsewhere(run, path, theirs))
            run.watch.warn(
                message(
                    "{file}: {count} row(s) are of another municipality ({theirs}) and were left out; the case is of"
                    " {ours}. They are in the file as received.",
                    file=path.name,
                    count=int(foreign.sum()),
                    theirs=theirs,
                    ours=ours,
                )
            )
            return replace(result, table=table[~foreign].reset_index(drop=True))
    elif "address" in table:
        theirs = other_prefecture(ours, table["address"].unique())
        if theirs is not None:
            raise FileProblem(_elsewhere(run, path, theirs))
    return result


def _stamp(run: _Intake, path: Path, table: pd.DataFrame) -> np.datetime64:
    """Return when a file was published: by its name, else by its rows, else now."""
    named = published_time(path, run.profile)
    if named is None and "created_at" in table and table["created_at"].notna().any():
        return table["created_at"].max().to_datetime64().astype("datetime64[s]")
    return np.datetime64(named or now(), "s")


def _take_master(run: _Intake, path: Path, result: ReadResult) -> list[str]:
    if not len(result.table):
        return []
    folder = run.case.folder / "tables" / "master"
    old = read_columns(folder) if has_table(folder) else None
    table = _in_words(run, path, result.table)
    merged, repeated = merge_master(old, table, _stamp(run, path, table))
    if repeated:
        run.watch.warn(
            message(
                "{file}: {count} row(s) have the supply point of a later row; the last one was kept.",
                file=path.name,
                count=repeated,
            )
        )
    run.count_repeated(path, len(result.table) + (0 if old is None else len(old)) - len(merged))
    write_table(folder, merged)
    return ["tables/master"]


def _in_words(run: _Intake, path: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Return マスタ情報 with words for codes and dates for texts; what the profile does not know is told."""
    table = table.copy()
    names = {column.column: column.name for column in run.profile.file("master").columns}
    for column in MEANINGS:
        if column not in table:
            continue
        table[column] = words(run.profile, column, table[column])
        unknown = unlisted(table[column].to_numpy())
        if unknown:
            run.watch.warn(
                message(
                    "{file}: {item} has codes that the profile does not list ({codes}): for {count} contract(s) it is"
                    " not known. Add the codes to “meanings”, “{column}” in the profile, then import the file again.",
                    file=path.name,
                    item=names[column],
                    # where columns are not those of the profile, a word may be a name
                    codes=", ".join([code for code in sorted(unknown) if _CODE.fullmatch(code)][:NAMED]) or "…",
                    count=sum(unknown.values()),
                    column=column,
                )
            )
    for column in DATES:
        if column not in table:
            continue
        table[column], unread = as_dates(run.profile, table[column])
        if unread:
            run.watch.warn(
                message(
                    "{file}: {count} value(s) of {item} are no dates and count as blank. Compare “dateFormat” of the"
                    " profile with the file, then import it again.",
                    file=path.name,
                    item=names[column],
                    count=unread,
                )
            )
    return table


def _take_flows(run: _Intake, path: Path, result: ReadResult) -> list[str]:
    """Keep 順潮流／逆潮流, and 計器数分析, which may come in the same columns, apart from it."""
    counting = result.table["table_kind"].isin(COUNTING)
    made = []
    for kind, rows in (("flow_statistics", ~counting), (METERS, counting)):
        table = result.table[rows].reset_index(drop=True)
        made += _take_statistics(run, path, table if kind != METERS else table.drop(columns="kwh"), kind)
    return made


def _take_statistics(run: _Intake, path: Path, table: pd.DataFrame, kind: str) -> list[str]:
    if not len(table):
        return []
    import pandas as pd

    folder = run.case.folder / "tables" / kind
    table = table.copy()
    before = len(table)
    table[PUBLISHED] = np.full(len(table), _stamp(run, path, table))
    if has_table(folder):
        old = read_columns(folder)
        for name in ("date", PUBLISHED):
            old[name] = old[name].to_numpy().astype("datetime64[s]")
            table[name] = table[name].to_numpy().astype("datetime64[s]")
        before += len(old)
        table = pd.concat([old, table], ignore_index=True).sort_values(PUBLISHED, kind="stable", ignore_index=True)
    table = table.drop_duplicates(list(STATISTICS_KEYS[kind]), keep="last", ignore_index=True)
    run.count_repeated(path, before - len(table))
    write_table(folder, table)
    return [f"tables/{kind}"]


def _take_contractors(run: _Intake, path: Path, result: ReadResult) -> list[str]:
    if not len(result.table):
        return []
    import pandas as pd

    folder = run.case.folder / "tables" / "contractors"
    table = result.table.copy()
    table["list_name"] = table["list_name"].where(table["list_name"] != "", path.stem)
    if has_table(folder):
        table = pd.concat([read_columns(folder), table], ignore_index=True)
    distinct = table.drop_duplicates(ignore_index=True)
    run.count_repeated(path, len(table) - len(distinct))
    write_table(folder, distinct)
    return ["tables/contractors"]


# -- 通電情報 ----------------------------------------------------------------------------------------------------------
def _take_outage(run: _Intake, path: Path, result: ReadResult) -> list[str]:
    """Keep one snapshot for each creation time. A publication without rows says that nobody was silent, and counts."""
    table = result.table
    condition = _condition_of(run, path)
    fallback = _fallback_time(run, path, condition)
    asked = _asked_moment(run, condition)
    if not len(table):
        if asked is not None:
            fallback = asked if fallback is None else min(asked, fallback)
        if result.rows:
            # nothing but broken rows is not "nobody is silent"
            return []
        if fallback is None:
            raise _no_time(path)
        run.watch.warn(
            message(
                "{file} (通電情報) has no rows: no meter in its scope was silent at {time}.",
                file=path.name,
                time=fallback.isoformat(" ", "minutes"),
            )
        )
        return [_keep_snapshot(run, path, fallback, condition, table)]
    times = table["created_at"].to_numpy().astype("datetime64[s]")
    known = np.unique(times[~np.isnat(times)])
    if len(known) == 1 and fallback is None:
        fallback = known[0].astype(object)
    if np.isnat(times).any():
        if fallback is None:
            raise _no_time(path)
        times = np.where(np.isnat(times), np.datetime64(fallback, "s"), times)
    _refuse_future(run, path, times.max().astype(object))
    if asked is not None:
        # a list of a past moment is made later than the moment that it tells of
        times = np.minimum(times, np.datetime64(asked, "s"))
    made = []
    for moment in np.unique(times):
        rows = table[times == moment].copy()
        rows["created_at"] = times[times == moment]
        made.append(_keep_snapshot(run, path, moment.astype(object), condition, rows.reset_index(drop=True)))
    return made


def _asked_moment(run: _Intake, condition: Optional[Condition]) -> Optional[datetime]:
    """Return the moment a 通電情報 was asked for: 起点日時 of its condition, else as told by hand; None for neither.

    A condition that delivers again and again (定期) asks for no single moment.
    """
    if condition is not None and condition.delivery_mode != "once":
        return None
    if condition is not None and isinstance(condition.begin, datetime):
        return condition.begin
    return run.told.list_time


def _refuse_future(run: _Intake, path: Path, made: datetime) -> None:
    """Raise `FileProblem` where a 通電情報 says that it was made after it was published, or after now."""
    named = published_time(path, run.profile)
    latest = named + run.profile.file_names.resolution if named is not None else latest_possible(run.case.info)
    if latest is not None and made > latest + CLOCKS_DIFFER:
        raise FileProblem(
            message(
                "{file} (通電情報) says that it was made at {time}, later than it was published or than now. It was not"
                " used. Ask the utility which time is right.",
                file=path.name,
                time=made.isoformat(" ", "minutes"),
            )
        )


def _no_time(path: Path) -> FileProblem:
    return FileProblem(
        message(
            "{file} (通電情報) says nowhere when it was made: データ作成日 and データ作成時刻 are blank and the file"
            " name has no time. Ask for these items, or give the file the name it was published with.",
            file=path.name,
        )
    )


def _condition_of(run: _Intake, path: Path) -> Optional[Condition]:
    """Return the condition a file was published for: the one given, else that of `condition.json` beside the file."""
    if run.condition is not None:
        return run.condition
    found = _beside(run, path)
    archive = path.parent.with_name(file_of(path)) if path.parent.name.endswith(UNPACKED) else path
    return _beside(run, run.origins[archive]) if found is None and archive in run.origins else found


def _beside(run: _Intake, path: Path) -> Optional[Condition]:
    if path.parent not in run.conditions:
        try:
            run.conditions[path.parent] = condition_beside(path, run.profile)
        except (OSError, ValueError, ConditionError):
            run.conditions[path.parent] = None
            run.watch.warn(
                message("{file} beside {other} cannot be read; it was left aside.", file=CONDITION, other=path.name)
            )
    return run.conditions[path.parent]


def _fallback_time(run: _Intake, path: Path, condition: Optional[Condition]) -> Optional[datetime]:
    """Return the time of a 通電情報 whose rows say none: of the file name, else the moment the condition asked for."""
    named = published_time(path, run.profile)
    if named is not None:
        return named
    if condition is not None and isinstance(condition.begin, datetime):
        return condition.begin
    return None


def _condition_id(run: _Intake, path: Path) -> str:
    name = run.profile.file_names.parse(path.name)
    if name is not None and name.condition_id:
        return name.condition_id
    return _received_for(run, path)


def _keep_snapshot(
    run: _Intake, path: Path, created_at: datetime, condition: Optional[Condition], table: pd.DataFrame
) -> str:
    """Add rows to the snapshot of that time and condition; parts of one publication come together here."""
    import pandas as pd

    condition_id = _condition_id(run, path)
    scope = scope_of(condition, run.scope)
    safe = re.sub(r"[^0-9A-Za-z_-]", "_", condition_id)
    place = f"tables/outage/{created_at:%Y%m%d%H%M%S}_{safe}"
    folder = run.case.folder / place
    if has_table(folder):
        old = read_columns(folder)
        old["created_at"] = old["created_at"].to_numpy().astype("datetime64[s]")
        table = pd.concat([old, table], ignore_index=True) if len(old) else table
    distinct = table.drop_duplicates("supply_point", keep="last", ignore_index=True)
    run.count_repeated(path, len(table) - len(distinct))
    table = distinct
    # the table comes last: what has one is complete
    folder.mkdir(parents=True, exist_ok=True)
    about = {"created_at": created_at.isoformat(), "condition_id": condition_id, "scope": scope}
    part = folder / "about.json.part"
    part.write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    os.replace(part, folder / "about.json")
    write_table(folder, table)
    return place


_TAKERS = {
    "master": _take_master,
    "outage": _take_outage,
    "statistics": lambda run, path, result: _take_statistics(run, path, result.table, "statistics"),
    "flow_statistics": _take_flows,
    METERS: lambda run, path, result: _take_statistics(run, path, result.table, METERS),
    months.KIND: lambda run, path, result: _keep_months(run, path, months.of_table(result.table)),
    events_log.KIND: _take_events,
    CONTRACTORS: _take_contractors,
}

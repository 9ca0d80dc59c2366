"""Try every fault of server, network and disk with real transfers, count what came of it, and print docs/transfers.md.

    fault_table.py [--tries 20] [--kills 100] [--seed 1] [--out docs/transfers.md]

Every try is a download of three files from the practice aggregator over HTTP into a fresh folder. After each run, ended
or killed, every file under its name is compared with what was published; a run that did not bring everything is
followed by another, as an officer would run it again, with the cause mended.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import hashlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping, Optional

from checkout import ROOT
from tomoshibi.aggregator import client as client_module
from tomoshibi.aggregator import folders
from tomoshibi.aggregator.client import AggregatorClient, PublishedFile
from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.transfer import download
from tomoshibi.aggregator.transport import RetryPolicy
from tomoshibi.files import name_key
from tomoshibi.messages import Progress, TomoshibiError
from tomoshibi.practice.server import Fault, PracticeServer

_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE = 24, 1
"""Numbers of Linux (prctl.h, capability.h)."""

HERE = "172057"
NOW = datetime(2026, 1, 21, 6, 0)
USER = "drill-here"
SIZES = (700_001, 1_500_000, 90_000)
"""Bytes of the three files of a try."""
PATIENCE = RetryPolicy(attempts=4, first_wait=0.1, longest_wait=0.2, connect=2.0, read=0.5, whole=2.0)
"""So that a try takes a moment; the numbers of attempts are those of practice but one."""
MOST_PAGES = 50
"""Pages of a list that are read in a try; in earnest it is forty times that."""
UNPACKED = 3 << 30
"""Bytes that a bomb unpacks to."""
MOST_MEMORY_MB = 1024
"""Megabytes that client, server and everything they hold may take."""
MOST_RUNS = 4
SMALL_DISK = 1 << 20
"""Bytes of a disk that is too small."""


class Notes(Progress):
    """Remembers what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.warned: list[str] = []

    def info(self, what: Any) -> None:
        self.said.append(str(what))

    def warn(self, what: Any) -> None:
        self.warned.append(str(what))


@dataclass
class Scenario:
    """What the practice aggregator looks at."""

    folder: Path
    municipality: str = HERE
    now: datetime = NOW
    accounts: list = field(default_factory=lambda: [{"user": USER, "municipality": HERE, "active": True}])
    divisions: list = field(default_factory=lambda: [{"code": HERE, "parent": ""}])
    meters: dict = field(default_factory=dict)


class Stage:
    """A practice aggregator with published files, and a folder to fetch them into."""

    def __init__(self, place: Path, seed: int, sizes: tuple[int, ...] = SIZES, **options: Any):
        self.place = place
        self.random = random.Random(seed)
        self.sizes = sizes
        self.folder = place / "received"
        (place / "scenario").mkdir(parents=True)
        options = {"build_seconds": 0.0, **options}
        self.server = PracticeServer(
            place / "scenario", publisher=self._publish, open_scenario=Scenario, **options
        ).start()
        self.notes = Notes()
        self.patience = PATIENCE
        with self.client() as client:
            condition = TEMPLATES["uc5"].conditions(HERE, date(2026, 1, 18), date(2026, 1, 21))[0]
            self.condition_id = client.register_condition(condition)
            client.wait_for(self.condition_id, 10, every=0.02)
            self.files = client.list_files(self.condition_id)
        self.cleanup = ExitStack()
        self.placed: dict[str, Path] = {}
        """Id of a file → where it was put, which may be another name than the server gave."""
        self.registered = True
        """False while a registration is still to be made."""

    def _publish(self, scenario, condition, profile, folder, now, part_rows, *, condition_id, contractors):
        paths = []
        for number, size in enumerate(self.sizes, 1):
            paths.append(folder / f"{HERE}_{condition_id}_reading_202601210600_{number:03d}.csv")
            paths[-1].write_bytes(self.random.randbytes(size))
        return paths

    def key(self, name: str) -> str:
        """Return the name that an item has on the wire."""
        return self.server.profile.key(name)

    def client(self) -> AggregatorClient:
        """Return a client of its own for one run."""
        return AggregatorClient(
            self.server.url, self.server.credentials(USER), progress=self.notes, retry_policy=self.patience
        )

    def fault(self, interface: str = "download", which: Optional[int] = None, **what: Any) -> None:
        """Let something go wrong, with one of the files or with any."""
        asked = self.files[which].file_id if which is not None else ""
        self.server.faults.append(Fault(interface, asked=asked, **what))

    def any_file(self) -> int:
        return self.random.randrange(len(self.files))

    def run(self) -> Optional[str]:
        """Do what a person does: list, download. Return what is said where not everything came."""
        try:
            with self.client() as client:
                report = download(client, client.list_files(self.condition_id), self.folder, self.notes)
        except TomoshibiError as error:
            return str(error.message)
        self.placed.update({done.file.file_id: done.path for done in report.done})
        return str(report.failed[0].message) if report.failed else None

    def path_of(self, file: PublishedFile) -> Path:
        """Return where a file is, or is to be."""
        return self.placed.get(file.file_id, self.folder / file.name)

    def missing(self) -> int:
        """Return the bytes published that are not in the folder, verified and under their name."""
        return sum(file.size - (size_of(self.path_of(file)) or 0) for file in self.files)

    def wrong(self) -> int:
        """Return how many files have a published name and not the published bytes."""
        return sum(sha256_of(self.path_of(file)) != file.sha256 for file in self.files if self.path_of(file).exists())

    def on_disk(self) -> int:
        """Return the bytes received, finished or not."""
        return sum(
            max(size_of(self.folder / file.name) or 0, size_of(self.folder / f"{file.name}.part") or 0)
            for file in self.files
        )

    def close(self) -> None:
        self.cleanup.close()
        self.server.stop()
        shutil.rmtree(self.place)


def size_of(path: Path) -> Optional[int]:
    """Return the size of a file, None where there is none (it may be renamed at this very moment)."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Row:
    """One fault and how to bring it about."""

    title: str
    arrange: Callable[[Stage], None]
    options: dict = field(default_factory=dict)
    run: Callable[[Stage], Optional[str]] = Stage.run
    said: str = ""
    """What must be said to the user, at least once in all tries."""


@dataclass
class Result:
    """What came of a row."""

    title: str
    tries: int = 0
    by_itself: int = 0
    """Tries that the first run brought to their end."""
    next_run: int = 0
    """Tries that a later run brought to their end, after the reason was said."""
    lost: int = 0
    wrong: int = 0
    unsaid: bool = False
    said: str = ""
    memory: int = 0
    """Megabytes that the process took at most, beyond what it held before; all it took where that cannot be told."""
    peak: int = 0
    """Megabytes that the process took at most, with what it held before."""

    @property
    def good(self) -> bool:
        if self.memory > MOST_MEMORY_MB:
            return False
        return not (self.lost or self.wrong or self.unsaid) and self.by_itself + self.next_run == self.tries


# -- faults ----------------------------------------------------------------------------------------------------------


def _cut(stage: Stage, **more: Any) -> int:
    """Cut one file at a random place; return which."""
    which = stage.any_file()
    stage.fault(which=which, cut=stage.random.uniform(0.05, 0.95), **more)
    return which


def _then(**second: Any) -> Callable[[Stage], None]:
    """Cut one file, and spoil the answer that goes on with it."""

    def arrange(stage: Stage) -> None:
        stage.fault(which=_cut(stage), **second)

    return arrange


def _one(**what: Any) -> Callable[[Stage], None]:
    return lambda stage: stage.fault(which=stage.any_file(), **what)


def _expire(stage: Stage) -> None:
    """Cut one file, and let every token expire before it is gone on with."""
    _cut(stage, stall=0.1)
    timer = threading.Timer(0.06, stage.server.expire_tokens)
    timer.start()
    stage.cleanup.callback(timer.join)


def _pages(stage: Stage) -> None:
    """Let the first page of the list come twice; the second comes after it."""
    stage.fault("files", skip=1, page=1, changes={"nextPage": 3})
    stage.fault("files", skip=1, page=2, changes={"nextPage": 4})
    stage.fault("files", skip=1, page=3, changes={"nextPage": None})


def _page_lost(stage: Stage) -> None:
    """Let the list leave its second page out."""
    stage.fault("files", changes={"nextPage": 3})


def _read_only(stage: Stage) -> None:
    """Make the folder one that may not be written to."""
    stage.folder.mkdir()
    stage.folder.chmod(0o555)


def _run_by_rights(stage: Stage) -> Optional[str]:
    """Run without the rights of root, if this is root; the second time the folder can be written to."""
    said = stage.run() if os.geteuid() else child(stage, bound=True)
    stage.folder.chmod(0o777)
    return said


def _too_large(stage: Stage) -> Optional[str]:
    """Run where no file may be larger than a megabyte (RLIMIT_FSIZE); the second time any may."""
    first = not stage.folder.exists()
    return child(stage, limit=SMALL_DISK if first else 0)


@contextmanager
def _patched(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def _refuse(number: int) -> Callable[..., None]:
    def refuse(*arguments: Any) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


def _no_locks(stage: Stage) -> None:
    """Answer as a share does that knows no locks."""
    stage.cleanup.enter_context(_patched(folders, "_take", _refuse(errno.ENOLCK)))


def _slow_rename(stage: Stage) -> None:
    """Answer as a share does while something looks at a new file: twice busy, then done."""
    real, refused = os.replace, {}

    def replace(source: Any, target: Any) -> None:
        if str(source).endswith(".part") and refused.setdefault(str(source), 0) < 2:
            refused[str(source)] += 1
            raise PermissionError(errno.EACCES, "held by another program")
        real(source, target)

    stage.cleanup.enter_context(_patched(os, "replace", replace))


def _answer_of_rename_lost(stage: Stage) -> None:
    """Answer as a share does that renamed, lost the answer, and was asked again."""
    real = os.replace

    def replace(source: Any, target: Any) -> None:
        real(source, target)
        if str(source).endswith(".part"):
            raise FileNotFoundError(errno.ENOENT, "no such file", str(source))

    stage.cleanup.enter_context(_patched(os, "replace", replace))


def _two_at_once(stage: Stage) -> Optional[str]:
    """Run twice at the same time."""
    said: list[Optional[str]] = []
    other = threading.Thread(target=lambda: said.append(stage.run()))
    other.start()
    said.append(stage.run())
    other.join()
    # one of the two works, the other says so
    stage.notes.said += filter(None, said)
    return None if None in said and stage.missing() == 0 else next(filter(None, said), None)


def _nothing(stage: Stage) -> None:
    """Leave everything as it is."""


@cache
def bomb(form: str) -> bytes:
    """Return some 3 MB of gzip or deflate that unpack to `UNPACKED` bytes: one block, again and again."""
    size = 64 << 20
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(b" " * size) + packer.flush(zlib.Z_FULL_FLUSH)
    head = b"\x1f\x8b\x08" + bytes(6) + b"\xff" if form == "gzip" else b"\x78\xda"
    return head + block * (UNPACKED // size)


def _bomb(interface: str, form: str) -> Callable[[Stage], None]:
    def arrange(stage: Stage) -> None:
        # what cuts it off is its size, however slowly a busy machine unpacks
        stage.patience = replace(PATIENCE, whole=60.0)
        stage.fault(interface, body=bomb(form), headers={"Content-Encoding": form}, times=None)

    return arrange


def _body(interface: str, body: bytes) -> Callable[[Stage], None]:
    return lambda stage: stage.fault(interface, body=body, times=None)


def _token(token: str) -> Callable[[Stage], None]:
    return lambda stage: stage.fault("token", changes={stage.key("access_token"): token}, times=None)


def _endless(stage: Stage) -> None:
    """Let every page of the list have an entry of its own, and point to the next."""

    known: list[dict[str, Any]] = []

    def page(answer: dict[str, Any], query: Mapping[str, str]) -> dict[str, Any]:
        number = int(query.get(stage.key("page"), "1"))
        known.extend(answer[stage.key("files")])
        fresh = {**known[0], stage.key("file_id"): f"F{number}"}
        return {**answer, stage.key("files"): [fresh], stage.key("next_page"): number + 1}

    stage.cleanup.enter_context(_patched(client_module, "MOST_PAGES", MOST_PAGES))
    stage.fault("files", rewrite=page, times=None)


def _entry(name: str, value: Any) -> Callable[[Stage], None]:
    """Put an entry with a bad value before the good ones of the list."""

    def arrange(stage: Stage) -> None:
        def listed(answer: dict[str, Any], _query: Mapping[str, str]) -> dict[str, Any]:
            entries = answer[stage.key("files")]
            bad = {**entries[0], stage.key("file_id"): "F-BAD", stage.key(name): value}
            return {**answer, stage.key("files"): [bad, *entries]}

        stage.fault("files", rewrite=listed, times=None)

    return arrange


def _changed(name: str, values: tuple[Any, ...]) -> Callable[[Stage], None]:
    """Give the files of the list other values of an item, one each."""

    def arrange(stage: Stage) -> None:
        def listed(answer: dict[str, Any], _query: Mapping[str, str]) -> dict[str, Any]:
            entries = [{**entry, stage.key(name): value} for entry, value in zip(answer[stage.key("files")], values)]
            return {**answer, stage.key("files"): entries}

        stage.fault("files", rewrite=listed, times=None)

    return arrange


def _names(*names: str) -> Callable[[Stage], None]:
    return _changed("file_name", names)


def _published(moment: str) -> Callable[[Stage], None]:
    return _changed("published_at", (moment,) * len(SIZES))


def _apart(stage: Stage) -> Optional[str]:
    """Run, and see that every file has a name of its own on every system, in the folder."""
    said = stage.run()
    places = list(stage.placed.values())
    if len({name_key(path.name) for path in places}) != len(places):
        raise RuntimeError(f"two files have one name: {sorted(path.name for path in places)}")
    if any(path.resolve().parent != stage.folder.resolve() for path in places):
        raise RuntimeError("a file lies outside the folder")
    return said


def _registration(**what: Any) -> Callable[[Stage], None]:
    """Let the answer to one registration go wrong."""

    def arrange(stage: Stage) -> None:
        stage.registered = False
        stage.fault("register_condition", **what)

    return arrange


def _nobody_knows(stage: Stage) -> None:
    """Let the registration be done and its answer be lost, and the list answer 500 from then on."""
    _registration(lost=True)(stage)
    stage.fault("conditions", skip=1, status=500, times=None)


def _register(stage: Stage) -> Optional[str]:
    """Register a condition unless it is, then run; what is said of it must be so."""
    said = None
    if not stage.registered:
        said = _registered(stage)
    return said or stage.run()


def _registered(stage: Stage) -> Optional[str]:
    """Do what a person does who was told how a registration ended: only where it is not there, send it again."""
    condition = replace(TEMPLATES["uc5"].conditions(HERE, date(2026, 1, 18), date(2026, 1, 21))[0], note="again")
    with stage.client() as client:
        try:
            client.register_condition(condition)
            said = None
        except TomoshibiError as error:
            said = str(error.message)
    stage.server.faults = [fault for fault in stage.server.faults if fault.interface != "conditions"]
    with stage.client() as client:
        there = len(client.list_conditions()) - 1
    claims = {True: said is None or "not known" in said, False: said is not None and "is registered" not in said}
    if there > 1 or not claims[bool(there)]:
        raise RuntimeError(f"{there} conditions stand in the list, and it was said: {said}")
    stage.registered = bool(there)
    return said


ROWS = (
    Row("No fault", _nothing),
    Row("Token expires during the transfer", _expire, {"pace": 20e6}),
    Row("Tokens live one second", _nothing, {"token_seconds": 1.0, "pace": 2e6}),
    Row("429 with Retry-After", _one(status=429, headers={"Retry-After": "1"}), said="429"),
    Row("503 with Retry-After", _one(status=503, headers={"Retry-After": "1"}), said="503"),
    Row("503 asking to come back in an hour", _one(status=503, headers={"Retry-After": "3600"}), said="61 minutes"),
    Row("500 twice", _one(status=500, times=2), said="500"),
    Row("500 that lasts", _one(status=500, times=None), said="500 4 times"),
    Row("Connection dropped before the answer", _one(hang_up=True), said="broke"),
    Row("Connection ended half-way", _cut, said="ended before"),
    Row("Connection reset half-way", lambda stage: _cut(stage, reset=True), said="Going on from where it stopped"),
    Row("Connection cut again and again", lambda stage: _cut(stage, times=None), said="goes on from where it stopped"),
    Row("Stall, longer than is waited for", lambda stage: _cut(stage, stall=0.8), said="fell silent"),
    Row("Web page of a proxy in a 200", _one(html=True), said="login page"),
    Row("Web page in a 200 when going on", _then(html=True), said="login page"),
    Row("Body truncated, length to match", _one(shorten=0.7), said="the list says"),
    Row("Range ignored", _then(ignore_range=True), said="starts again"),
    Row("ETag changed half-way, If-Range honoured", _then(etag='"newer"'), said="starts again"),
    Row("ETag changed half-way, If-Range ignored", _then(headers={"ETag": '"newer"'}), said="changed on the server"),
    Row("Wrong checksum once", _one(corrupt=True), said="fetched once more"),
    Row("Wrong checksum that lasts", _one(corrupt=True, times=None), said="came wrong twice"),
    Row("Page of the list twice", _pages, {"page_size": 1}, said="twice"),
    Row("Page of the list missing", _page_lost, {"page_size": 1}, said="lacks part 2"),
    Row("File larger than the file system takes", _nothing, run=_too_large, said="as large as"),
    Row("Folder that may not be written to", _read_only, run=_run_by_rights, said="cannot be written"),
    Row("Share without locks", _no_locks, said="share without locks"),
    Row("Share without locks, two runs at once", _no_locks, {"pace": 8e6}, run=_two_at_once, said="Another run"),
    Row("Share on which a rename is held up", _slow_rename),
    Row("Share that loses the answer to a rename", _answer_of_rename_lost),
    Row("Two runs at once", _nothing, {"pace": 8e6}, run=_two_at_once, said="Another run"),
    Row("List of 3 MB of gzip that unpack to 3 GB", _bomb("files", "gzip"), said="without end"),
    Row("Token of 3 MB of deflate that unpack to 3 GB", _bomb("token", "deflate"), said="without end"),
    Row("File of 3 MB of gzip that unpack to 3 GB", _bomb("download", "gzip"), said="longer than announced"),
    Row("List whose pages do not end", _endless, said="does not end"),
    Row("List that drips", lambda stage: stage.fault("files", drip=0.05, times=None), said="did not finish"),
    Row("List nested 100,000 deep", _body("files", b"[" * 100_000), said="cannot be understood"),
    Row("Token nested 100,000 deep", _body("token", b'{"accessToken":' * 100_000), said="cannot be understood"),
    Row("Token with a line end and a header", _token("a-token\r\nX-Evil: 1"), said="no usable “accessToken”"),
    Row("Entry with a size of ²", _entry("size", "²"), said="no usable “size”"),
    Row("Entry with a size of 5,000 digits", _entry("size", "9" * 5000), said="no usable “size”"),
    Row("Entry with half of a surrogate pair as its id", _entry("file_id", "\ud800"), said="no usable “fileId”"),
    Row("Entry without a name", _entry("file_name", None), said="no usable “fileName”"),
    Row("Names with halves of surrogate pairs", _names("\ud800a.csv", "a\udfff.csv", "\udc80"), said="is kept as"),
    Row(
        "Published at 0001-01-01T00:00:00+14:00",
        _published("0001-01-01T00:00:00+14:00"),
        said="left out",
    ),
    Row(
        "Names that differ in case and normal form alone",
        _names("が.csv", "か\u3099.csv", "A.csv"),
        run=_apart,
        said="is kept as",
    ),
    Row("Names that differ in case alone", _names("A.csv", "a.csv", "A.CSV"), run=_apart, said="is kept as"),
    Row("Names of devices: CONIN$, COM¹, nul.csv", _names("CONIN$", "COM¹", "nul.csv"), run=_apart, said="is kept as"),
    Row(
        "Names with U+202E and ANSI marks",
        _names("a\u202egpj.exe", "b\x1b[2J.csv", "\u202e"),
        run=_apart,
        said="agpj.exe: ",
    ),
    Row(
        "Names that lead out of the folder",
        _names("../a.csv", "/etc/b.csv", "c:\\d.csv"),
        run=_apart,
        said="is kept as",
    ),
    Row("Registration answered by 500", _registration(status=500), run=_register, said="Register it again"),
    Row("Registration done, its answer lost", _registration(lost=True), run=_register, said="it is registered"),
    Row("Registration done after the time-out", _registration(delay=0.65), run=_register, said="it is registered"),
    Row("Registration answered by a login page", _registration(html=True), run=_register, said="Register it again"),
    Row("Registration and list answered by 500", _nobody_knows, run=_register, said="not known whether"),
)


def _memory_anew() -> int:
    """Let the peak of this process's memory count from now on; return what it holds, MB.

    0 where the system cannot do so: then all that the process ever took is held against the limit, which is stricter.
    """
    try:
        Path("/proc/self/clear_refs").write_text("5")
        return _status("VmRSS")
    except OSError:
        return 0


def _peak() -> int:
    """Return the peak of this process's memory, MB."""
    try:
        return _status("VmHWM")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) >> 10 for line in lines if line.startswith(f"{name}:"))


def try_row(row: Row, tries: int, place: Path, seed: int) -> Result:
    """Try one fault a number of times."""
    result = Result(row.title)
    held = _memory_anew()
    for number in range(tries):
        stage = Stage(place / f"try{number}", seed + number, **row.options)
        try:
            row.arrange(stage)
            _one_try(row, stage, result)
        finally:
            stage.close()
    result.peak = _peak()
    result.memory = max(0, result.peak - held)
    result.unsaid = result.unsaid or (bool(row.said) and row.said not in result.said)
    if row.said:
        lines = [line for line in result.said.splitlines() if row.said in line]
        result.said = _plain(min(lines, key=len)) if lines else ""
    else:
        result.said = ""
    return result


def _one_try(row: Row, stage: Stage, result: Result) -> None:
    """Run until everything is there, at most a few times."""
    result.tries += 1
    for number in range(MOST_RUNS):
        said = row.run(stage)
        result.wrong += stage.wrong()
        result.said += "\n".join([*filter(None, [said]), *stage.notes.warned, *stage.notes.said, ""])
        if stage.missing() == 0 and stage.registered:
            result.by_itself += number == 0
            result.next_run += number > 0
            return
        if said is None and not stage.notes.warned:
            # a run that says nothing although something is missing would be the worst
            result.unsaid = True
        stage.server.faults.clear()
    result.lost += stage.missing()


def _plain(line: str) -> str:
    """Return a message without names that differ from try to try."""
    for prefix in (f"{HERE}_", str(tempfile.gettempdir())):
        while prefix in line:
            begin = line.index(prefix)
            end = min((at for at in (line.find(mark, begin) for mark in (" ", ":", ",")) if at > 0), default=len(line))
            line = line[:begin] + "…" + line[end:].replace(prefix, prefix, 1)
    return line


# -- runs in processes of their own ----------------------------------------------------------------------------------


def child(stage: Stage, limit: int = 0, bound: bool = False) -> Optional[str]:
    """Do a run in a process of its own, with a limit to the size of files, or bound by rights as root is not."""

    def before() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        if bound:
            obey_rights()

    done = subprocess.run(_command(stage), preexec_fn=before, capture_output=True, text=True, cwd="/", check=False)
    last = (done.stdout.strip().splitlines() or ["ready"])[-1]
    if done.returncode not in (0, 3) or (done.returncode == 3 and last == "ready"):
        raise RuntimeError(f"the run ended with {done.returncode}: {done.stderr}")
    return last if done.returncode == 3 else None


def obey_rights() -> None:
    """Give up for the next program what lets root write everywhere; it still may read, below private folders too."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def _command(stage: Stage) -> list[str]:
    phrase = stage.server.credentials(USER)()[1]
    what = json.dumps([stage.server.url, phrase, stage.condition_id, str(stage.folder)])
    return [sys.executable, "-B", __file__, "--run", what]


def run_child(url: str, phrase: str, condition_id: str, folder: Path) -> int:
    """Be the process of one run: 0 where everything came, 3 where it did not, with the reason on the last line."""
    with AggregatorClient(url, lambda: (USER, phrase), retry_policy=PATIENCE) as client:
        files = client.list_files(condition_id)
        print("ready", flush=True)
        try:
            report = download(client, files, folder)
        except TomoshibiError as error:
            print(error.message, flush=True)
            return 3
    if report.failed:
        print(report.failed[0].message, flush=True)
    return 3 if report.failed else 0


def full_disk(tries: int, place: Path, seed: int) -> Result:
    """Download into a disk of a megabyte (tmpfs in a namespace of its own), then into the same with room."""
    result = Result("Disk full")
    script = (
        'mkdir -p "$1" && mount -t tmpfs -o size="$2" tmpfs "$1" || exit 77; shift 2; '
        '"$@"; first=$?; mount -o remount,size=64m "$DISK" && "$@"; second=$?; '
        'sha256sum "$DISK"/*.csv; echo "ended $first $second"'
    )
    for number in range(tries):
        stage = Stage(place / f"try{number}", seed + number)
        try:
            done = subprocess.run(
                ["unshare", "-rm", "sh", "-c", script, "sh", str(stage.folder), str(SMALL_DISK), *_command(stage)],
                env={**os.environ, "DISK": str(stage.folder)}, capture_output=True, text=True, cwd="/", check=False,
            )  # fmt: skip
        except FileNotFoundError:
            return result
        finally:
            stage.close()
        if done.returncode == 77 or "unshare" in done.stderr:
            return result
        lines = done.stdout.splitlines()
        sums = {line.split("/")[-1]: line.split()[0].lstrip("\\") for line in lines if ".csv" in line and "  " in line}
        result.tries += 1
        result.next_run += "ended 3 0" in lines
        result.wrong += sum(file.sha256 != sums[file.name] for file in stage.files if file.name in sums)
        result.lost += sum(file.size for file in stage.files if file.name not in sums)
        found = [line for line in lines if "is full" in line]
        result.said = _plain(found[0]) if found else result.said
    result.unsaid = not result.said
    return result


def killed(kills: int, place: Path, seed: int) -> tuple[Result, int]:
    """Kill runs at random moments until it was done `kills` times; return what came of it and how many downloads ended.

    A download that ended between two kills is checked, thrown away and begun anew.
    """
    result = Result("Killed (SIGKILL) at a random moment", tries=kills)
    stage = Stage(place / "killed", seed, sizes=(2_000_000, 3_000_001, 1_000_000, 2_500_000), pace=2.5e6)
    ended = done = 0
    try:
        while done < kills:
            before = stage.on_disk()
            run = subprocess.Popen(_command(stage), stdout=subprocess.PIPE, text=True)
            run.stdout.readline()
            with suppress(subprocess.TimeoutExpired):
                run.wait(stage.random.uniform(0.0, 0.6))
            dead = run.poll() is None
            if dead:
                run.kill()
                done += 1
            run.wait()
            run.stdout.close()
            result.wrong += stage.wrong()
            result.lost += max(0, before - stage.on_disk())
            if not dead:
                if run.returncode or stage.missing():
                    raise RuntimeError(f"a run that was not killed ended with {run.returncode}")
                ended += 1
                shutil.rmtree(stage.folder)
        said = stage.run()
        result.wrong += stage.wrong()
        result.lost += stage.missing()
        result.next_run = kills if said is None else 0
        return result, ended + (said is None)
    finally:
        stage.close()


# -- the table -------------------------------------------------------------------------------------------------------

HEAD = """# Transfers

Written by `make faults`; do not edit. Every fault is brought about by a real server, disk or signal, not by a stand-in,
except those of a share, where the system calls answer as a share's do. Here an answer that is no file may take two
seconds (in earnest five minutes), and a list {pages} pages (in earnest {all_pages:,}). A try is a download of three
files ({sizes} bytes) side by side from the practice aggregator over HTTP into a fresh folder, with the fault at a
random place (seed {seed}).

- **by itself**: the run in which the fault happened brought everything. **next run**: it said why it could not, and the
  run after it, with the cause mended, went on from there and brought the rest.
- **bytes lost**: bytes published that were not there in the end, and bytes received before a kill that were not there
  after it.
- **wrong files**: files under a published name whose SHA-256 is not the published one, looked at after every run and
  kill.

| fault | tries | by itself | next run | bytes lost | wrong files | said to the user |
|---|---:|---:|---:|---:|---:|---|
"""

TAIL = """
**Memory.** Client and server together, in one process, took {memory} MB at most, bombs among what came.

**Kills.** Downloads of four files, in a process of their own, were killed {kills} times at random moments, from before
the first byte on. {ended} downloads came to their end between or after the kills, every one with every file right.
"""


def line_of(result: Result) -> str:
    """Return one line of the table."""
    if not result.tries:
        return f"| {result.title} | not tried: this computer allows no disk of one's own | | | | | |"
    said = result.said.replace("|", "\\|") or "—"
    return (
        f"| {result.title} | {result.tries} | {result.by_itself} | {result.next_run} | {result.lost} | {result.wrong} "
        f"| {said} |"
    )


def table(tries: int, kills: int, seed: int, place: Path, rows: tuple[Row, ...] = ROWS) -> tuple[str, list[Result]]:
    """Try everything; return the page and what it stands on."""
    results = []
    for number, row in enumerate(rows):
        begin = time.monotonic()
        results.append(try_row(row, tries, place / f"row{number}", seed + 1000 * number))
        print(f"{line_of(results[-1])} {time.monotonic() - begin:.1f} s", file=sys.stderr, flush=True)
    results.append(full_disk(tries, place / "full", seed))
    print(line_of(results[-1]), file=sys.stderr, flush=True)
    result, ended = killed(kills, place / "kills", seed)
    results.append(result)
    print(line_of(result), file=sys.stderr, flush=True)
    head = HEAD.format(
        sizes=", ".join(f"{size:,}" for size in SIZES), seed=seed, pages=MOST_PAGES, all_pages=client_module.MOST_PAGES
    )
    tail = TAIL.format(kills=kills, ended=ended, memory=max(result.peak for result in results))
    return head + "".join(line_of(result) + "\n" for result in results) + tail, results


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tries", type=int, default=20)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "transfers.md")
    parser.add_argument("--run", type=json.loads, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.run:
        return run_child(*chosen.run[:3], Path(chosen.run[3]))
    with tempfile.TemporaryDirectory() as place:
        page, results = table(chosen.tries, chosen.kills, chosen.seed, Path(place))
    chosen.out.write_text(page, encoding="utf-8")
    bad = [result.title for result in results if result.tries and not result.good]
    print(f"{chosen.out}: {len(results)} faults, {len(bad)} not as they should be {bad or ''}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

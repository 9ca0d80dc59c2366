"""Published files to a folder: resumed where a transfer broke, verified, and under their name only when they are right.

Several files come side by side; the caller's watch is spoken to from the caller's thread only.

<name>.part        what has come so far
<name>.part.json   of which file and version it is
manifest.jsonl     one line for every file that was verified; after a run in the order of the list
.download.lock     held by the run that works in the folder; the system lets it go when that run ends or dies
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import queue
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping, Optional, Sequence, Union

from ..files import name_key, portable_name, replace_file
from ..messages import Cancelled, Message, Progress, message
from .client import AHEAD, BLOCK, AggregatorClient, Block, OpenFile, PublishedFile
from .errors import NotFound, NotTheAggregator, ServerFailure, TransferFailure, Unreachable
from .folders import locked, on_disk, rename
from .outside import parse_json, shown
from .rejects import name_apart
from .transport import BUSY, TICK, pause

MANIFEST = "manifest.jsonl"
PART = ".part"
SIDECAR = ".part.json"
NEW = ".new"
SIDE_BY_SIDE = 3
"""Files that are fetched at once: enough to fill a line, few enough not to bother the server."""
SYNC_EVERY = 64 << 20
"""Bytes after which the system is asked to bring a file to the disk, so that little is left to wait for at its end."""
_OWN = re.compile(r"^(manifest\.jsonl|condition\.json)$|\.(part|part\.json|rejects\.csv)$|^\.", re.IGNORECASE)
_ONE_FILE = (TransferFailure, NotFound, NotTheAggregator, ServerFailure)
"""Failures of one file; after any other kind the rest would fail too."""


@dataclass(frozen=True)
class Downloaded:
    """A file that is complete and verified."""

    file: PublishedFile
    path: Path
    size: int
    sha256: str
    """Of the bytes on the disk."""
    verified: str
    """`sha256`: compared with the server's; `length`: the server gave none; `none`: it gave no length either."""
    fetched: bool
    """False where it was there already."""


@dataclass(frozen=True)
class Failed:
    """A file that could not be had, and why."""

    file: PublishedFile
    message: Message


@dataclass(frozen=True)
class DownloadReport:
    """What a run brought."""

    done: tuple[Downloaded, ...]
    failed: tuple[Failed, ...]
    bytes: int
    """Received over the network in this run."""

    @property
    def paths(self) -> list[Path]:
        """Paths of all complete files, in the order of the list."""
        return [item.path for item in self.done]


def download(
    client: AggregatorClient,
    files: Sequence[PublishedFile],
    folder: Path,
    progress: Optional[Progress] = None,
    parallel: int = SIDE_BY_SIDE,
) -> DownloadReport:
    """Fetch `files` into `folder`, `parallel` at once; what is there and right is not fetched again.

    A file that fails for a reason of its own is reported and the rest goes on. Raises `FolderBusy` where another run
    is at work there, `Unreachable`, `WrongCredentials` and the like where nothing more can come, `DiskFull`, and
    `Cancelled`; the parts received stay for the next run.
    """
    before, progress, folder = client.progress, progress or client.progress, Path(folder)
    with on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    client.report_to(progress)
    try:
        with locked(folder, progress):
            return _Run(client, folder, progress, files).all(parallel)
    finally:
        client.report_to(before)


def safe_name(file: PublishedFile) -> str:
    """Return a file name without path parts, signs or words that a file system or this folder reserves."""
    name = name_apart(portable_name(file.name))
    if not name.strip("_. "):
        name = "file_" + _identity(file)
    return f"_{name}" if _OWN.search(name) else name


def _identity(file: PublishedFile) -> str:
    """Return the file's id as a piece of a name; ids that look alike afterwards stay apart by their digest."""
    plain = re.sub(r"[^0-9A-Za-z-]", "", file.file_id)[:40]
    if plain == file.file_id:
        return plain
    return plain + hashlib.sha256(file.file_id.encode("utf-8")).hexdigest()[:8]


# -- the manifest ----------------------------------------------------------------------------------------------------


def read_manifest(folder: Path, progress: Optional[Progress] = None) -> dict[str, dict[str, Any]]:
    """Return the last line of every file id. A line that was not written to its end is warned of and left out."""
    found: dict[str, dict[str, Any]] = {}
    path = Path(folder) / MANIFEST
    if not path.exists():
        return found
    with open(path, encoding="utf-8", errors="replace") as stream:
        for number, line in enumerate(stream, 1):
            try:
                record = parse_json(line)
                if not isinstance(record["name"], str) or not isinstance(record["size"], int):
                    raise ValueError(line)
                found[str(record["fileId"])] = record
            except (ValueError, KeyError, TypeError):
                (progress or Progress()).warn(
                    message(
                        "Line {line} of {file} cannot be read; its file is fetched again.", line=number, file=MANIFEST
                    )
                )
    return found


def _line(record: Mapping[str, Any]) -> bytes:
    return (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8")


def _append(path: Path, record: Mapping[str, Any]) -> None:
    line = _line(record)
    with open(path, "a+b") as stream:
        if stream.tell():
            stream.seek(-1, os.SEEK_END)
            # a line cut by a power failure must not swallow the next
            if stream.read(1) != b"\n":
                line = b"\n" + line
        stream.write(line)
        stream.flush()
        os.fsync(stream.fileno())


# -- the run ---------------------------------------------------------------------------------------------------------


class _Wrong(TransferFailure):
    """The bytes are not those that were announced."""


class ThreadedProgress(Progress):
    """Takes what the threads say, for the thread that asked for the download, and tells them when to stop."""

    def __init__(self) -> None:
        self._said: queue.SimpleQueue[Callable[[Progress], None]] = queue.SimpleQueue()
        self._stopped = threading.Event()

    def set_fraction(self, fraction: float) -> None:
        """Hand a fraction on."""
        self._said.put(lambda progress: progress.set_fraction(fraction))

    def info(self, what: Message) -> None:
        """Hand a message on."""
        self._said.put(lambda progress: progress.info(what))

    def warn(self, what: Message) -> None:
        """Hand a warning on."""
        self._said.put(lambda progress: progress.warn(what))

    def wake(self) -> None:
        """End a wait of `pass_on`."""
        self._said.put(lambda progress: None)

    def cancelled(self) -> bool:
        """Whether the threads are to stop."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Let the threads stop at their next look."""
        self._stopped.set()

    def pass_on(self, progress: Progress, wait: float = 0.0) -> None:
        """Pass on what was said, waiting for the first of it."""
        try:
            self._said.get(wait > 0, wait or None)(progress)
            while True:
                self._said.get_nowait()(progress)
        except queue.Empty:
            return


class BackgroundWorker:
    """Does pieces of work in a thread of its own, one after the other, while the caller goes on."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Optional[Callable[[], object]]] = queue.Queue(AHEAD)
        self._thread: Optional[threading.Thread] = None
        self._error: Optional[Exception] = None

    def do(self, work: Callable[[], object]) -> None:
        """Have `work` done; waits where too much is waiting already."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="tomoshibi-aside", daemon=True)
            self._thread.start()
        self._waiting.put(work)

    def _run(self) -> None:
        while True:
            work = self._waiting.get()
            if work is None:
                return
            try:
                if self._error is None:
                    work()
            except Exception as error:  # raised by `settle`, whatever it is
                self._error = error

    def settle(self) -> None:
        """Wait until all is done. Raises what a piece of work raised."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None
        if self._error is not None:
            error, self._error = self._error, None
            raise error


class _Run:
    """One call of `download`, with the lock held."""

    def __init__(self, client: AggregatorClient, folder: Path, progress: Progress, files: Sequence[PublishedFile]):
        self.client = client
        self.folder = folder
        self.progress = progress
        self.files = list({file.file_id: file for file in files}.values())
        self.manifest = read_manifest(folder, progress)
        self.names = self._names()
        self.received = 0
        self.expected = sum(file.size or 0 for file in self.files)
        self._dealt: dict[str, int] = {}
        """Bytes of every file that are dealt with, for the progress."""
        self._outcomes: dict[str, Union[Downloaded, Failed]] = {}
        self._fatal: Optional[Exception] = None
        self._gate = threading.Lock()

    def all(self, parallel: int) -> DownloadReport:
        """Fetch what is not there, and report in the order of the list."""
        workers = min(parallel, len(self.files))
        if workers > 1:
            self._together(workers)
        else:
            for file in self.files:
                self.progress.raise_if_cancelled()
                self._outcomes[file.file_id] = self._one(file)
        outcomes = [self._outcomes[file.file_id] for file in self.files]
        done = tuple(item for item in outcomes if isinstance(item, Downloaded))
        failed = tuple(item for item in outcomes if isinstance(item, Failed))
        with on_disk(self.folder / MANIFEST):
            self._in_order()
        return DownloadReport(done, failed, self.received)

    def _together(self, workers: int) -> None:
        """Fetch the files in threads; this one speaks with the caller and hears whether to stop."""
        caller, relay = self.progress, ThreadedProgress()
        waiting = iter(self.files)
        self.progress = relay
        self.client.report_to(relay)
        threads = [
            threading.Thread(target=self._work, args=(waiting, relay), name=f"tomoshibi-file-{number}", daemon=True)
            for number in range(workers)
        ]
        try:
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                relay.pass_on(caller, TICK)
                caller.raise_if_cancelled()
        finally:
            relay.stop()
            for thread in threads:
                thread.join()
            relay.pass_on(caller)
            self.progress = caller
        if self._fatal is not None:
            raise self._fatal

    def _work(self, waiting: Iterator[PublishedFile], relay: ThreadedProgress) -> None:
        """Take one file after the other until there is none, or the run is to stop."""
        while not relay.cancelled():
            with self._gate:
                file = next(waiting, None)
            if file is None:
                break
            try:
                outcome = self._one(file)
            except Exception as error:  # handed to the caller's thread, whatever it is
                with self._gate:
                    # what the others end with is only that they were told to
                    if self._fatal is None and not isinstance(error, Cancelled):
                        self._fatal = error
                relay.stop()
                break
            with self._gate:
                self._outcomes[file.file_id] = outcome
        relay.wake()

    def _one(self, file: PublishedFile) -> Union[Downloaded, Failed]:
        """Have one file, or say why it cannot be had. Raises where the rest would fail too."""
        try:
            outcome: Union[Downloaded, Failed] = self._present(file) or self._fetch(file)
        except _ONE_FILE as error:
            if isinstance(error, ServerFailure) and error.status in BUSY:
                raise
            outcome = Failed(file, error.message)
            self.progress.warn(error.message)
        self._progress(file, file.size or 0)
        return outcome

    def _progress(self, file: PublishedFile, dealt: int) -> None:
        with self._gate:
            self._dealt[file.file_id] = dealt
            if self.expected:
                self.progress.set_fraction(min(1.0, sum(self._dealt.values()) / self.expected))

    def _in_order(self) -> None:
        """Bring the manifest into the order of the list, after what was listed before; files end as they come."""
        listed = [file.file_id for file in self.files if file.file_id in self.manifest]
        wanted = [identity for identity in self.manifest if identity not in set(listed)] + listed
        path = self.folder / MANIFEST
        if list(read_manifest(self.folder)) == wanted:
            return
        temporary = self.folder / f".{MANIFEST}{NEW}"
        with open(temporary, "wb") as stream:
            stream.writelines(_line(self.manifest[identity]) for identity in wanted)
            stream.flush()
            os.fsync(stream.fileno())
        rename(temporary, path, self.progress)

    def _names(self) -> dict[str, Path]:
        """Return the path of every file: its own name, or with its id where another has that name."""
        taken = {name_key(record["name"]): identity for identity, record in self.manifest.items()}
        paths = {}
        for file in self.files:
            known = self.manifest.get(file.file_id)
            name = safe_name(file)
            owner = taken.get(name_key(name))
            # a file nobody fetched is somebody's: it is not overwritten
            foreign = owner is None and (self.folder / name).exists()
            if known is not None and known["name"] == _plain(known["name"]):
                name = known["name"]
            elif foreign or owner not in (None, file.file_id):
                stem, dot, extension = name.rpartition(".")
                name = f"{stem or extension}_{_identity(file)}{dot + extension if stem else ''}"
            if known is None and name != file.name:
                self.progress.info(message("{file} is kept as {name}.", file=shown(file.name), name=name))
            taken[name_key(name)] = file.file_id
            paths[file.file_id] = self.folder / name
        return paths

    def _present(self, file: PublishedFile) -> Optional[Downloaded]:
        """Return the file if it is there, as the manifest and the list say it is."""
        record = self.manifest.get(file.file_id)
        path = self.names[file.file_id]
        if record is None or not path.is_file() or path.stat().st_size != record["size"]:
            return None
        if file.size not in (None, record["size"]) or file.sha256 not in (None, record.get("sha256")):
            return None
        digest = self._hash(path)
        if digest != record.get("sha256"):
            self.progress.warn(
                message("{file} was changed after it was received; it is fetched again.", file=path.name)
            )
            return None
        # a run that was killed between naming the file and forgetting its part
        _Part(path, file).finished()
        self.progress.info(message("{file} is there already and right.", file=path.name))
        return Downloaded(file, path, record["size"], digest, str(record.get("verified", "")), fetched=False)

    def _hash(self, path: Path) -> str:
        digest = hashlib.sha256()
        with on_disk(path), open(path, "rb") as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
                self.progress.raise_if_cancelled()
        return digest.hexdigest()

    def _fetch(self, file: PublishedFile) -> Downloaded:
        """Receive, verify and name one file; one that came wrong is fetched a second time from its beginning."""
        path = self.names[file.file_id]
        part = _Part(path, file)
        for last in (False, True):
            try:
                self._receive(file, part)
                return self._finish(file, path, part)
            except _Wrong as error:
                with on_disk(part.path):
                    part.remove()
                if last:
                    raise TransferFailure(
                        message(
                            "{reason} It came wrong twice and was not kept. Try later; tell the operator if it lasts.",
                            reason=error.message,
                        )
                    ) from error
                self.progress.warn(message("{reason} It is fetched once more.", reason=error.message))
        raise TransferFailure(message("{file} could not be fetched.", file=path.name))

    def _receive(self, file: PublishedFile, part: _Part) -> None:
        """Bring the part file to its end."""
        with on_disk(part.path):
            part.resume(self.progress)
        if part.length:
            self.progress.info(message("{file}: going on from byte {offset}.", file=part.name, offset=part.length))
        fruitless = 0
        while not (part.length and part.length == file.size):
            start = part.length
            try:
                with self.client.open_file(file, part.length, part.etag) as answer:
                    self._begin(part, answer)
                    self._drain(part, answer)
                    if part.length >= _end(file, answer):
                        return
                reason = message("The connection ended before {file} was complete.", file=part.name)
            except Unreachable as error:
                reason = error.message
            fruitless = 0 if part.length - start >= BLOCK else fruitless + 1
            self._again(reason, fruitless)

    def _again(self, reason: Message, fruitless: int) -> None:
        """Wait before going on, or give up with `Unreachable`."""
        retry_policy = self.client.retry_policy
        if fruitless >= retry_policy.attempts:
            raise Unreachable(
                message("{reason} Given up for now: run again, and it goes on from where it stopped.", reason=reason)
            )
        self.progress.info(message("{reason} Going on from where it stopped.", reason=reason))
        pause(retry_policy.wait(max(fruitless, 1)), self.progress)

    def _begin(self, part: _Part, answer: OpenFile) -> None:
        """Settle where the bytes of this answer go."""
        size = part.file.size
        if size is not None and answer.total not in (None, size):
            raise _Wrong(
                message("{file} has {got} bytes, the list says {want}.", file=part.name, got=answer.total, want=size)
            )
        if answer.offset and part.etag and answer.etag and part.etag != answer.etag:
            raise _Wrong(message("{file} changed on the server half-way.", file=part.name))
        if answer.offset == 0 and part.length:
            self.progress.info(message("{file}: the server starts again.", file=part.name))
        with on_disk(part.path):
            part.begin(answer.offset, answer.etag)

    def _drain(self, part: _Part, answer: OpenFile) -> None:
        limit = answer.total if part.file.size is None else part.file.size
        with on_disk(part.path), part.open() as stream:
            try:
                while len(block := answer.read()):
                    part.add(stream, block, answer.recycle)
                    with self._gate:
                        self.received += len(block)
                    self._progress(part.file, part.length)
                    if limit is not None and part.length > limit:
                        raise _Wrong(message("{file} is longer than announced.", file=part.name))
                    self.progress.raise_if_cancelled()
            finally:
                part.settle(stream)

    def _finish(self, file: PublishedFile, path: Path, part: _Part) -> Downloaded:
        """Verify the part and give it its name. Raises `_Wrong`."""
        length, found = part.length, part.digest.hexdigest()
        with on_disk(part.path):
            written = part.path.stat().st_size
        if written != length:
            raise _Wrong(message("{file} was changed while it was received.", file=path.name))
        if file.size is not None and length != file.size:
            raise _Wrong(
                message("{file} has {got} bytes, the list says {want}.", file=path.name, got=length, want=file.size)
            )
        if file.sha256 is not None and found != file.sha256:
            raise _Wrong(message("{file} does not have the checksum that the list says.", file=path.name))
        verified = "sha256" if file.sha256 else "length" if file.size is not None else "none"
        record = {
            "fileId": file.file_id,
            "fileName": file.name,
            "name": path.name,
            "conditionId": file.condition_id,
            "dataKind": file.kind,
            "size": length,
            "sha256": found,
            "verified": verified,
            "etag": part.etag,
            "publishedAt": file.published_at.isoformat() if file.published_at else None,
        }
        with on_disk(path):
            # first the line, then the name: a file under its name is always one of ours
            with self._gate:
                _append(self.folder / MANIFEST, record)
                self.manifest[file.file_id] = record
            rename(part.path, path, self.progress)
            part.finished()
        self.progress.info(_verdict(verified, path.name, length))
        return Downloaded(file, path, length, found, verified, fetched=True)


def _end(file: PublishedFile, answer: OpenFile) -> int:
    """Return the length at which the file is complete; where nobody says it, its end is where the answer ends."""
    if answer.total is not None:
        return answer.total
    return file.size or 0


def _plain(name: str) -> str:
    """Return the name if it is one without path parts; a manifest may have been edited."""
    return "" if re.search(r"[\\/:]", name) or name in ("", ".", "..") else name


def _verdict(verified: str, name: str, length: int) -> Message:
    if verified == "sha256":
        return message("{file}: {size} bytes received, length and checksum are right.", file=name, size=length)
    if verified == "length":
        return message(
            "{file}: {size} bytes received, the length is right; the server gives no checksum.", file=name, size=length
        )
    return message(
        "{file}: {size} bytes received; the server gives neither length nor checksum to compare.",
        file=name,
        size=length,
    )


def _sync(stream: io.FileIO) -> None:
    """Bring the bytes to the disk, its size or times not necessarily."""
    getattr(os, "fdatasync", os.fsync)(stream.fileno())


class _Part:
    """What has come of a file so far, and of which version it is. `length` and `digest` are those of the part file."""

    def __init__(self, path: Path, file: PublishedFile):
        self.name = path.name
        self.path = path.with_name(path.name + PART)
        self.sidecar = path.with_name(path.name + SIDECAR)
        self.file = file
        self.etag: Optional[str] = None
        self.length = 0
        self.digest = hashlib.sha256()
        # sha256 and the disk each take as long as the network; Python lets all three run at once
        self._hashing = BackgroundWorker()
        self._syncing = BackgroundWorker()
        self._unsynced = 0

    def resume(self, progress: Progress) -> None:
        """Take up what an earlier run left, where it can be gone on from; otherwise remove it."""
        self.length, self.digest, self.etag = 0, hashlib.sha256(), None
        if not self._usable():
            self.remove()
            return
        with open(self.path, "rb") as stream:
            while block := stream.read(BLOCK):
                self.digest.update(block)
                self.length += len(block)
                progress.raise_if_cancelled()

    def _usable(self) -> bool:
        try:
            record = parse_json(self.sidecar.read_bytes())
            etag = record["etag"]
            left = (record["fileId"], record["size"], record["sha256"])
        except (OSError, ValueError, KeyError, TypeError):
            return False
        # without a tag or a checksum nothing would tell two versions apart
        guarded = bool(self.file.sha256) or (isinstance(etag, str) and not etag.startswith("W/"))
        same = left == (self.file.file_id, self.file.size, self.file.sha256)
        if not same or not guarded or not self.path.is_file():
            return False
        if self.file.size is not None and self.path.stat().st_size > self.file.size:
            return False
        self.etag = etag if isinstance(etag, str) else None
        return True

    def begin(self, offset: int, etag: Optional[str]) -> None:
        """Go on at `offset`, which is 0 or the present length, and note the version."""
        if offset == 0:
            self.length, self.digest, self.etag = 0, hashlib.sha256(), etag
            with open(self.path, "wb"):
                pass
        temporary = self.sidecar.with_name(self.sidecar.name + NEW)
        record = {"fileId": self.file.file_id, "size": self.file.size, "sha256": self.file.sha256, "etag": self.etag}
        temporary.write_text(json.dumps(record), encoding="utf-8")
        replace_file(temporary, self.sidecar)

    def open(self) -> io.FileIO:
        """Open the part file to add to it; unbuffered, so that what `length` says is in the file."""
        return open(self.path, "ab", buffering=0)

    def add(self, stream: io.FileIO, block: Block, after: Callable[[Block], None]) -> None:
        """Write a block to its end; `after` gets it when nobody needs it any more."""
        rest = memoryview(block)
        while rest:
            rest = rest[stream.write(rest) :]
        digest = self.digest

        def take_in() -> None:
            digest.update(block)
            after(block)

        self._hashing.do(take_in)
        self.length += len(block)
        self._unsynced += len(block)
        if self._unsynced >= SYNC_EVERY:
            self._unsynced = 0
            self._syncing.do(lambda: _sync(stream))

    def settle(self, stream: io.FileIO) -> None:
        """Bring digest and disk up to what was added."""
        try:
            self._hashing.settle()
        finally:
            self._syncing.settle()
        os.fsync(stream.fileno())

    def forget(self) -> None:
        """Remove the note of the version."""
        if self.sidecar.exists():
            self.sidecar.unlink()

    def finished(self) -> None:
        """Remove the note, and what a run that was killed left of writing it."""
        self.forget()
        left = self.sidecar.with_name(self.sidecar.name + NEW)
        if left.exists():
            left.unlink()

    def remove(self) -> None:
        """Remove part file and note."""
        self.forget()
        if self.path.is_symlink() or self.path.exists():
            self.path.unlink()
        self.length, self.digest, self.etag = 0, hashlib.sha256(), None

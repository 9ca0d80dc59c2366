"""Published files to a folder: resumed where a transfer broke, verified, and under their name only when they are right.

<name>.part        what has come so far
<name>.part.json   of which file and version it is
manifest.jsonl     one line for every file that was verified
.download.lock     held by the run that works in the folder; the system lets it go when that run ends or dies
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional, Sequence

from ..messages import Message, Watch, message
from .client import BLOCK, AggregatorClient, OpenFile, PublishedFile
from .errors import DiskFull, FolderBusy, NotFound, NotTheAggregator, ServerFailure, TransferFailure, Unreachable
from .transport import BUSY, pause

MANIFEST = "manifest.jsonl"
LOCK = ".download.lock"
PART = ".part"
SIDECAR = ".part.json"
LONGEST_NAME = 150
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_OWN = re.compile(r"^(manifest\.jsonl|condition\.json)$|\.(part|part\.json|rejects\.csv)$|^\.", re.IGNORECASE)
_LOCKED_BYTE = 1 << 20
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
    what: Message


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
    client: AggregatorClient, files: Sequence[PublishedFile], folder: Path, watch: Optional[Watch] = None
) -> DownloadReport:
    """Fetch `files` into `folder`; what is there and right is not fetched again.

    A file that fails for a reason of its own is reported and the rest goes on. Raises `FolderBusy` where another run
    is at work there, `Unreachable`, `WrongCredentials` and the like where nothing more can come, `DiskFull`, and
    `Cancelled`; the parts received stay for the next run.
    """
    before, watch, folder = client.watch, watch or client.watch, Path(folder)
    with _on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    client.report_to(watch)
    try:
        with locked(folder, watch):
            return _Run(client, folder, watch, files).all()
    finally:
        client.report_to(before)


def safe_name(file: PublishedFile) -> str:
    """Return a file name without path parts, signs or words that a file system or this folder reserves."""
    name = re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]', "_", file.name).strip().rstrip(". ").lstrip(".")
    stem, dot, extension = name.rpartition(".")
    if len(name.encode("utf-8")) > LONGEST_NAME:
        short = (stem or extension).encode("utf-8")[: LONGEST_NAME - 20].decode("utf-8", "ignore")
        name = short + (dot + extension[:10] if dot and stem else "")
    if not name.strip("_. "):
        name = "file_" + _identity(file)
    return f"_{name}" if _RESERVED.match(name) or _OWN.search(name) else name


def _identity(file: PublishedFile) -> str:
    """Return the file's id as a piece of a name; ids that look alike afterwards stay apart by their digest."""
    plain = re.sub(r"[^0-9A-Za-z-]", "", file.file_id)[:40]
    if plain == file.file_id:
        return plain
    return plain + hashlib.sha256(file.file_id.encode("utf-8")).hexdigest()[:8]


@contextmanager
def _on_disk(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into a `TransferFailure` that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
            raise DiskFull(
                message(
                    "The disk of {folder} is full. Make room and run again: it goes on from where it stopped.",
                    folder=str(path if path.is_dir() else path.parent),
                )
            ) from error
        if error.errno == errno.EFBIG:
            raise DiskFull(
                message(
                    "The file system does not hold a file as large as {file}. Choose another folder.", file=path.name
                )
            ) from error
        raise DiskFull(
            message(
                "{path} cannot be written ({reason}). Choose a folder that you may write to, and run again.",
                path=str(path),
                reason=error.strerror or type(error).__name__,
            )
        ) from error


# -- one run at a time -----------------------------------------------------------------------------------------------


@contextmanager
def locked(folder: Path, watch: Watch) -> Iterator[None]:
    """Hold the folder's lock. Raises `FolderBusy`. The lock is the system's, so a run that died leaves none behind."""
    with _on_disk(folder / LOCK):
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        try:
            _take(descriptor)
        except OSError as error:
            if error.errno not in (
                errno.EACCES,
                errno.EAGAIN,
                errno.EDEADLK,
                getattr(errno, "EDEADLOCK", errno.EAGAIN),
            ):
                watch.warn(
                    message(
                        "The folder {folder} cannot be locked. Do not run two downloads into it.", folder=str(folder)
                    )
                )
            else:
                raise FolderBusy(
                    message(
                        "Another run is downloading into {folder}. Wait until it ends, then try again.",
                        folder=str(folder),
                    )
                ) from error
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> None:
    if os.name == "nt":
        import msvcrt

        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


# -- the manifest ----------------------------------------------------------------------------------------------------


def read_manifest(folder: Path, watch: Optional[Watch] = None) -> dict[str, dict[str, Any]]:
    """Return the last line of every file id. A line that was not written to its end is warned of and left out."""
    found: dict[str, dict[str, Any]] = {}
    path = Path(folder) / MANIFEST
    if not path.exists():
        return found
    with open(path, encoding="utf-8", errors="replace") as stream:
        for number, line in enumerate(stream, 1):
            try:
                record = json.loads(line)
                if not isinstance(record["name"], str) or not isinstance(record["size"], int):
                    raise ValueError(line)
                found[str(record["fileId"])] = record
            except (ValueError, KeyError, TypeError):
                (watch or Watch()).warn(
                    message(
                        "Line {line} of {file} cannot be read; its file is fetched again.", line=number, file=MANIFEST
                    )
                )
    return found


def _append(path: Path, record: Mapping[str, Any]) -> None:
    line = (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8")
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


class _Run:
    """One call of `download`, with the lock held."""

    def __init__(self, client: AggregatorClient, folder: Path, watch: Watch, files: Sequence[PublishedFile]):
        self.client = client
        self.folder = folder
        self.watch = watch
        self.files = list({file.file_id: file for file in files}.values())
        self.manifest = read_manifest(folder, watch)
        self.names = self._names()
        self.received = 0
        self.settled = 0
        """Bytes of the list that are dealt with, for the progress."""
        self.expected = sum(file.size or 0 for file in self.files)

    def all(self) -> DownloadReport:
        done, failed = [], []
        for file in self.files:
            self.watch.check()
            before = self.settled
            try:
                done.append(self._present(file) or self._fetch(file))
            except _ONE_FILE as error:
                if isinstance(error, ServerFailure) and error.status in BUSY:
                    raise
                failed.append(Failed(file, error.what))
                self.watch.warn(error.what)
            self.settled = before + (file.size or 0)
            self._progress()
        return DownloadReport(tuple(done), tuple(failed), self.received)

    def _progress(self, inside: int = 0) -> None:
        if self.expected:
            self.watch.progress(min(1.0, (self.settled + inside) / self.expected))

    def _names(self) -> dict[str, Path]:
        """Return the path of every file: its own name, or with its id where another has that name."""
        taken = {record["name"].lower(): identity for identity, record in self.manifest.items()}
        paths = {}
        for file in self.files:
            known = self.manifest.get(file.file_id)
            name = safe_name(file)
            owner = taken.get(name.lower())
            # a file nobody fetched is somebody's: it is not overwritten
            foreign = owner is None and (self.folder / name).exists()
            if known is not None and known["name"] == _plain(known["name"]):
                name = known["name"]
            elif foreign or owner not in (None, file.file_id):
                stem, dot, extension = name.rpartition(".")
                name = f"{stem or extension}_{_identity(file)}{dot + extension if stem else ''}"
            taken[name.lower()] = file.file_id
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
            self.watch.warn(message("{file} was changed after it was received; it is fetched again.", file=path.name))
            return None
        self.watch.tell(message("{file} is there already and right.", file=path.name))
        return Downloaded(file, path, record["size"], digest, str(record.get("verified", "")), fetched=False)

    def _hash(self, path: Path) -> str:
        digest = hashlib.sha256()
        with _on_disk(path), open(path, "rb") as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
                self.watch.check()
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
                with _on_disk(part.path):
                    part.remove()
                if last:
                    raise TransferFailure(
                        message(
                            "{reason} It came wrong twice and was not kept. Try later; tell the operator if it lasts.",
                            reason=error.what,
                        )
                    ) from error
                self.watch.warn(message("{reason} It is fetched once more.", reason=error.what))
        raise TransferFailure(message("{file} could not be fetched.", file=path.name))

    def _receive(self, file: PublishedFile, part: _Part) -> None:
        """Bring the part file to its end."""
        with _on_disk(part.path):
            part.resume(self.watch)
        if part.length:
            self.watch.tell(message("{file}: going on from byte {offset}.", file=part.name, offset=part.length))
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
                reason = error.what
            fruitless = 0 if part.length - start >= BLOCK else fruitless + 1
            self._again(reason, fruitless)

    def _again(self, reason: Message, fruitless: int) -> None:
        """Wait before going on, or give up with `Unreachable`."""
        patience = self.client.patience
        if fruitless >= patience.attempts:
            raise Unreachable(
                message("{reason} Given up for now: run again, and it goes on from where it stopped.", reason=reason)
            )
        self.watch.tell(message("{reason} Going on from where it stopped.", reason=reason))
        pause(patience.wait(max(fruitless, 1)), self.watch)

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
            self.watch.tell(message("{file}: the server begins anew.", file=part.name))
        with _on_disk(part.path):
            part.begin(answer.offset, answer.etag)

    def _drain(self, part: _Part, answer: OpenFile) -> None:
        limit = answer.total if part.file.size is None else part.file.size
        with _on_disk(part.path), part.open() as stream:
            try:
                while block := answer.read():
                    part.add(stream, block)
                    self.received += len(block)
                    self._progress(part.length)
                    if limit is not None and part.length > limit:
                        raise _Wrong(message("{file} is longer than announced.", file=part.name))
                    self.watch.check()
            finally:
                os.fsync(stream.fileno())

    def _finish(self, file: PublishedFile, path: Path, part: _Part) -> Downloaded:
        """Verify the part and give it its name. Raises `_Wrong`."""
        length, found = part.length, part.digest.hexdigest()
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
        with _on_disk(path):
            # first the line, then the name: a file under its name is always one of ours
            _append(self.folder / MANIFEST, record)
            _rename(part.path, path, self.watch)
            part.forget()
        self.manifest[file.file_id] = record
        self.watch.tell(_verdict(verified, path.name, length))
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


def _rename(source: Path, target: Path, watch: Watch) -> None:
    """Give a file its name and see that this is on the disk too."""
    for wait in (0.2, 0.5, 1.0, 2.0, None):
        try:
            os.replace(source, target)
            break
        except PermissionError:
            # on Windows a virus scanner may hold a new file for a moment
            if wait is None or os.name != "nt":
                raise
            pause(wait, watch)
    if os.name != "nt":
        descriptor = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


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

    def resume(self, watch: Watch) -> None:
        """Take up what an earlier run left, where it can be gone on from; otherwise remove it."""
        self.length, self.digest, self.etag = 0, hashlib.sha256(), None
        if not self._usable():
            self.remove()
            return
        with open(self.path, "rb") as stream:
            while block := stream.read(BLOCK):
                self.digest.update(block)
                self.length += len(block)
                watch.check()

    def _usable(self) -> bool:
        try:
            record = json.loads(self.sidecar.read_text(encoding="utf-8"))
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
        temporary = self.sidecar.with_name(self.sidecar.name + ".new")
        record = {"fileId": self.file.file_id, "size": self.file.size, "sha256": self.file.sha256, "etag": self.etag}
        temporary.write_text(json.dumps(record), encoding="utf-8")
        os.replace(temporary, self.sidecar)

    def open(self) -> io.FileIO:
        """Open the part file to add to it; unbuffered, so that what `length` says is in the file."""
        return open(self.path, "ab", buffering=0)

    def add(self, stream: io.FileIO, block: bytes) -> None:
        """Write a block to its end."""
        rest = memoryview(block)
        while rest:
            rest = rest[stream.write(rest) :]
        self.digest.update(block)
        self.length += len(block)

    def forget(self) -> None:
        """Remove the note of the version."""
        if self.sidecar.exists():
            self.sidecar.unlink()

    def remove(self) -> None:
        """Remove part file and note."""
        self.forget()
        if self.path.is_symlink() or self.path.exists():
            self.path.unlink()
        self.length, self.digest, self.etag = 0, hashlib.sha256(), None

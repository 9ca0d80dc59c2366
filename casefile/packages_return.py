"""What comes back from a tablet is read as what it is: a file from outside.

Only plain tables with the field `row_uuid` are read, only the fields that can be taken over, only so many rows and
signs. Nothing of the file runs: no view, trigger, virtual or computed column; geometries are not even looked at. Links
are refused, and of a ZIP only GeoPackages and pictures are unpacked, under names of our own.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
import stat
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional

from ..aggregator.outside import shown
from ..files import DAMAGED_ZIP
from ..messages import Progress, TomoshibiError, message
from .answers import ENTERED, IDENTITY
from .packages_field import LONGEST, PHOTO, ROW_ID, UUID, Answer, Returned, moment_text, returned_person

MOST_BYTES = 1 << 30
"""Of one file that is read, and of all that a ZIP unpacks to."""
MOST_ROWS, MOST_TABLES, MOST_FILES = 300_000, 50, 2000
MOST_PHOTO = 25 << 20
_COPY = 1 << 20
_JOURNALS = ("-wal", "-journal")
"""What apps leave beside a GeoPackage, with the newest changes in it."""
_PICTURES = {".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".png": b"\x89PNG\r\n\x1a\n"}
_TEXTS = ("text", "null")
_STEPS = 1_000_000
"""Steps of SQLite between two looks at whether the user wants to stop."""


class NotReturned(TomoshibiError):
    """What was given is no field package that came back."""


@dataclass(frozen=True)
class Return:
    """What came back."""

    rows: tuple[Returned, ...]
    columns: Mapping[str, tuple[str, ...]]
    """Table → all its fields."""
    folder: Optional[Path]
    """Folder in which pictures are looked for, None where only a GeoPackage came."""


def read_return(place: Path, scratch: Path, progress: Progress) -> Return:
    """Return the rows of a folder, GeoPackage or ZIP that came back.

    Parameters
        place: what was given.
        scratch: an empty folder of the user's own, for copies: apps leave changes in a journal, which SQLite writes
            into the file when it is opened, and what was handed in is not to be changed.
    Raises
        NotReturned: it is none, holds links, is damaged, or larger than a field package can be.
    """
    place, scratch = Path(place), Path(scratch)
    _refuse_link(place)
    if place.is_file() and place.suffix.lower() != ".zip":
        return _read([_copied(place, scratch, 0)], place.parent, progress)
    if not place.exists():
        raise NotReturned(
            message("{file} is not there. Choose the folder, GeoPackage or ZIP that came back.", file=place.name)
        )
    folder = place
    if place.is_file():
        folder = scratch / "unpacked"
        folder.mkdir()
        _unpack(place, folder, progress)
    found = sorted(_packages_in(folder))
    copies = [_copied(path, scratch, number) for number, path in enumerate(found)]
    return _read(copies, folder, progress)


def _refuse_link(path: Path) -> None:
    try:
        kept = os.lstat(path)
    except OSError:
        return
    if not (stat.S_ISREG(kept.st_mode) or stat.S_ISDIR(kept.st_mode)):
        raise NotReturned(
            message(
                "{file} is a link or a special file: nothing was read. Choose the file or folder itself.",
                file=shown(path.name, 80),
            )
        )


def _packages_in(folder: Path) -> Iterator[Path]:
    """Yield the GeoPackages of a folder and the one below it (a ZIP made of the folder)."""
    seen = 0
    for base, folders, names in os.walk(folder):
        if Path(base) != folder:
            folders[:] = []
        for name in (*folders, *names):
            _refuse_link(Path(base, name))
        seen += len(names)
        if seen > MOST_FILES:
            raise _too_large(folder)
        yield from (Path(base, name) for name in names if name.lower().endswith(".gpkg"))


def _too_large(path: Path) -> NotReturned:
    return NotReturned(
        message("{file} is larger than a field package can be: nothing was taken over.", file=shown(path.name, 80))
    )


def _copied(path: Path, scratch: Path, number: int) -> Path:
    """Return a copy of a GeoPackage with the journal that lies beside it."""
    target = scratch / f"{number}.gpkg"
    for ending in ("", *_JOURNALS):
        source = path.with_name(path.name + ending)
        if ending and not source.exists():
            continue
        _refuse_link(source)
        if source.stat().st_size > MOST_BYTES:
            raise _too_large(path)
        shutil.copyfile(source, target.with_name(target.name + ending))
    return target


def _unpack(archive: Path, folder: Path, progress: Progress) -> None:
    """Unpack GeoPackages, their journals and pictures of a ZIP, each by the last part of its name alone."""
    wanted = re.compile(r"\.(gpkg|gpkg-wal|gpkg-journal|jpe?g|png)$", re.IGNORECASE)
    try:
        with zipfile.ZipFile(archive) as packed:
            members = [one for one in packed.infolist() if wanted.search(one.filename)]
            if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_BYTES:
                raise _too_large(archive)
            for one in members:
                progress.raise_if_cancelled()
                name = re.split(r"[/\\]", one.filename)[-1]
                if re.fullmatch(r"[^\x00-\x1f:*?\"<>|]{1,150}", name) is None or name.startswith("."):
                    continue
                with packed.open(one) as source, open(folder / name, "xb") as sink:
                    _copy_bounded(source, sink, one.file_size)
    except (*DAMAGED_ZIP, RuntimeError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EEXIST):
            # the disk's or the folder's, and no fault of the ZIP
            raise
        raise NotReturned(
            message(
                "{file} is damaged, locked, or holds one name twice. Unpack it by hand and choose the folder.",
                file=shown(archive.name, 80),
            )
        ) from error


def _copy_bounded(source: Any, sink: Any, size: int) -> None:
    left = size
    while block := source.read(_COPY):
        left -= len(block)
        if left < 0:
            raise zipfile.BadZipFile("size")
        sink.write(block)


def _read(packages: list[Path], folder: Optional[Path], progress: Progress) -> Return:
    rows: list[Returned] = []
    columns: dict[str, tuple[str, ...]] = {}
    for package in packages:
        try:
            with closing(_connected(package, progress)) as connection:
                for table, names in _tables(connection):
                    columns[table] = names
                    rows += _rows(connection, table, names)
                    if len(rows) > MOST_ROWS:
                        raise _too_large(package)
        except sqlite3.Error as error:
            progress.raise_if_cancelled()
            raise NotReturned(
                message(
                    "A GeoPackage of what came back is damaged or none: nothing was taken over. Copy it from the "
                    "tablet once more, with all files beside it."
                )
            ) from error
    if not columns:
        raise NotReturned(
            message(
                "No layer of what was chosen has the field {field}: it is no field package. Choose the folder that the "
                "tablet gave back.",
                field=ROW_ID,
            )
        )
    return Return(tuple(rows), columns, folder)


def _connected(package: Path, progress: Progress) -> sqlite3.Connection:
    connection = sqlite3.connect(str(package), isolation_level=None)
    # nothing in the file may run
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    connection.set_progress_handler(lambda: int(progress.cancelled()), _STEPS)
    return connection


def _tables(connection: sqlite3.Connection) -> list[tuple[str, tuple[str, ...]]]:
    """Return (name, fields) of the plain tables that hold rows of a package; computed fields are not among them."""
    found = []
    listed = connection.execute(
        # a virtual table has no page of its own
        "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 LIMIT 1000"
    ).fetchall()
    for (name,) in listed:
        info = connection.execute("SELECT name FROM pragma_table_info(?)", (name,)).fetchall()
        names = tuple(str(one[0]) for one in info)
        if ROW_ID in names:
            found.append((str(name), names))
    return found[:MOST_TABLES]


def _rows(connection: sqlite3.Connection, table: str, names: tuple[str, ...]) -> Iterator[Returned]:
    read = [name for name in (ROW_ID, *ENTERED, *IDENTITY, PHOTO) if name in names]
    cells = ", ".join(f"typeof({_quoted(name)}), substr({_quoted(name)}, 1, {LONGEST})" for name in read)
    sql = " ".join(["SELECT", cells, "FROM", _quoted(table), "LIMIT", str(MOST_ROWS + 1)])
    for row in connection.execute(sql):
        kinds = dict(zip(read, row[0::2]))
        values = {name: value if kinds[name] in _TEXTS else None for name, value in zip(read, row[1::2])}
        yield _returned(table, kinds, values)


def _returned(table: str, kinds: Mapping[str, str], values: Mapping[str, Any]) -> Returned:
    wrong = next((name for name in (ROW_ID, *ENTERED) if kinds.get(name, "null") not in _TEXTS), None)
    if wrong is None and values.get("response_at") and not moment_text(values["response_at"]):
        wrong = "response_at"
    uuid = str(values.get(ROW_ID) or "").strip("{} ").lower()
    return Returned(
        table,
        uuid if UUID.fullmatch(uuid) else "",
        Answer.of(values),
        returned_person(values),
        wrong,
        str(values.get(PHOTO) or ""),
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def take_photo(returned: Return, place: str, target: Path) -> Optional[str]:
    """Copy a picture that came back into the case; return its file name, None where it is none or is not there.

    Parameters
        place: as the row names it: a path inside the package.
        target: where it goes, without its ending.
    """
    if returned.folder is None or not place:
        return None
    source = _picture(
        os.path.realpath(returned.folder), [part for part in re.split(r"[/\\]", place) if part.strip(".")]
    )
    if source is None or source.stat().st_size > MOST_PHOTO:
        return None
    ending = source.suffix.lower()
    with open(source, "rb") as stream:
        if not stream.read(16).startswith(_PICTURES[ending]):
            return None
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target.with_name(target.name + ending))
    return target.name + ending


def _picture(base: str, parts: list[str]) -> Optional[Path]:
    """Return the picture that a row names, inside the folder that came back; of a ZIP by the last part of its name."""
    for source in (Path(base, *parts), Path(base, *parts[-1:])):
        inside = os.path.realpath(source).startswith(base + os.sep)
        if inside and source.suffix.lower() in _PICTURES and source.is_file() and not source.is_symlink():
            return source
    return None

"""Tables kept as one numpy file a column: opened in milliseconds, read column by column, no pickles.

Text columns are UTF-8 bytes of fixed width; a blank is a missing text. Times are `datetime64[s]`, Japanese
wall-clock time.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable, Iterable, Optional, TypeVar, Union

import numpy as np
import pandas as pd

from ..aggregator.outside import parse_json, shown
from ..arrays import Array, BytesArray, IntArray, ObjectArray
from ..files import DAMAGED_ARRAYS, fresh_file, write_text_atomic
from ..messages import TomoshibiError, message

Read = TypeVar("Read")
Rows = Union[slice, IntArray]
"""Positions of rows."""
_INDEX = "columns.json"
_STEM = re.compile(r"c[0-9]{2,4}")
"""Names of the files of columns; any other is not ours."""
_MOST_STEMS = 10_000
_FIRST, _LAST = np.datetime64("0001-01-01", "s"), np.datetime64("9999-12-31T23:59:59", "s")
_PIECE = 1 << 18
"""Rows copied at a time."""
_SHORT = 8
"""Bytes of texts that are read as words of the machine."""


def _encode(values: pd.Series) -> Array:
    if values.dtype.kind in "biufM":
        return values.to_numpy()
    if isinstance(values.dtype, pd.api.extensions.ExtensionDtype) and pd.api.types.is_numeric_dtype(values.dtype):
        return values.astype("float64").to_numpy()
    texts = values.tolist()
    if set(map(type, texts)) - {str}:
        texts = values.fillna("").astype(str).tolist()
    # numpy makes it as wide as the longest, one byte at least
    return np.array([text.encode("utf-8") for text in texts], dtype="S")


def _decode(array: BytesArray) -> ObjectArray:
    if array.dtype.itemsize <= _SHORT and len(array) > _SHORT:
        # codes repeat: each is decoded once
        words = array.astype(f"S{_SHORT}").view(np.uint64)
        codes, found = pd.factorize(words)
        return _texts(found.view(f"S{_SHORT}"))[codes]
    return _texts(array)


def _texts(array: BytesArray) -> ObjectArray:
    texts = np.empty(len(array), dtype=object)
    texts[:] = [item.decode("utf-8") for item in array.tolist()]
    return texts


def write_table(folder: Path, table: pd.DataFrame) -> None:
    """Write `table` into `folder`, in place of what was there, whole or not at all.

    Columns are written beside those that stand; the index, written last, says which are the table's.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    standing = _standing(folder)
    free = (stem for stem in (f"c{number:02d}" for number in range(_MOST_STEMS)) if stem not in standing)
    names = {}
    for name, stem in zip(table.columns, free):
        with fresh_file(folder / f"{stem}.npy") as stream:
            np.save(stream, _encode(table[name]), allow_pickle=False)
        names[str(name)] = stem
    _replaced(folder, len(table), names)


def append_rows(folder: Path, table: pd.DataFrame) -> None:
    """Add rows to the end of the table in `folder`, as `write_table` of all of them would; whole or not at all.

    Nothing of what stands is decoded: column by column, it is copied. What either of the two does not have is blank.
    """
    folder = Path(folder)
    index = _read_index(folder)
    before, standing = int(index["rows"]), set(index["columns"].values())
    free = (stem for stem in (f"c{number:02d}" for number in range(_MOST_STEMS)) if stem not in standing)
    names = {}
    for name, stem in zip(dict.fromkeys((*index["columns"], *map(str, table.columns))), free):
        fresh = _encode(table[name]) if name in table else None
        held = _mapped(folder, index, name) if name in index["columns"] else None
        like = _wider(held, fresh)
        shape = (before + len(table),)
        # of plain numbers, texts and times the description is what `np.save` writes
        header = {"descr": like.str, "fortran_order": False, "shape": shape}
        with fresh_file(folder / f"{stem}.npy") as stream:
            np.lib.format.write_array_header_1_0(stream, header)  # type: ignore[no-untyped-call]  # numpy gives it no type
            for array, count in ((held, before), (fresh, len(table))):
                for first in range(0, count, _PIECE):
                    last = min(first + _PIECE, count)
                    piece = _blanks(like, last - first) if array is None else array[first:last].astype(like)
                    stream.write(piece.tobytes())
        del held
        names[name] = stem
    _replaced(folder, before + len(table), names)


def stored_kinds(folder: Path) -> dict[str, str]:
    """Return {column: kind of its numpy dtype} of the table in `folder`; texts are `S`."""
    index = _read_index(Path(folder))
    return {name: _mapped(Path(folder), index, name).dtype.kind for name in index["columns"]}


def stored_width(folder: Path, column: str) -> int:
    """Return how many bytes a value of a column takes, without reading it. Raises as `read_stored`."""
    return int(_mapped(Path(folder), _read_index(Path(folder)), column).dtype.itemsize)


def kind_of(values: pd.Series) -> str:
    """Return the kind of the numpy dtype that a column is stored as."""
    return values.dtype.kind if values.dtype.kind in "biufM" else "S"


def _mapped(folder: Path, index: dict[str, Any], name: str) -> Array:
    """Return a column as it is stored, mapped and not read. Raises as `_stored` does."""
    try:
        array: Array = np.load(folder / f"{index['columns'][name]}.npy", mmap_mode="r", allow_pickle=False)
        if array.shape == (index["rows"],):
            return array
    except DAMAGED_ARRAYS:
        pass
    return _stored(folder, index, name)


def _wider(held: Optional[Array], fresh: Optional[Array]) -> Any:
    """Return the dtype of a column of which one part is there, or both: of texts the wider one, else that of before."""
    if held is None or fresh is None:
        return (fresh if held is None else held).dtype  # type: ignore[union-attr]  # one of the two is there
    if held.dtype.kind == "S" and fresh.dtype.kind == "S":
        return max(held.dtype, fresh.dtype, key=lambda each: each.itemsize)
    return held.dtype


def _blanks(like: Any, count: int) -> Array:
    if like.kind == "f":
        return np.full(count, np.nan, dtype=like)
    return np.full(count, np.datetime64("NaT", "s")) if like.kind == "M" else np.zeros(count, dtype=like)


def _replaced(folder: Path, rows: int, names: dict[str, str]) -> None:
    """Say in the index which files are the table's, and remove the others."""
    write_text_atomic(folder / _INDEX, json.dumps({"rows": rows, "columns": names}, ensure_ascii=False))
    for path in folder.glob("c*.npy"):
        if _STEM.fullmatch(path.stem) and path.stem not in names.values():
            # on Windows a reader holds what it reads: the next time it goes
            with suppress(PermissionError):
                path.unlink(missing_ok=True)


def _standing(folder: Path) -> set[str]:
    """Return the files of the table that stands; none where there is no table that could be read."""
    try:
        return set(_read_index(folder)["columns"].values()) if has_table(folder) else set()
    except TomoshibiError:
        return set()


def read_table(
    folder: Path,
    columns: Optional[Iterable[str]] = None,
    rows: Optional[Rows] = None,
    needs: Iterable[str] = (),
) -> pd.DataFrame:
    """Read the columns asked for (default: all, `needs` among them) of the table in `folder`.

    Of all rows, or of those at some positions, of which alone the memory holds anything.

    Raises `TomoshibiError` where a column is not there or its length differs from the others'.
    """
    return _of_one_version(Path(folder), lambda index: _read(Path(folder), index, columns, rows, needs))


def read_stored(folder: Path, column: str, rows: Optional[Rows] = None) -> Array:
    """Read one column of the table in `folder` as it is stored: text as UTF-8 bytes of fixed width (`S…`).

    Texts take a fifth of what they take as objects. Otherwise as `read_table`.
    """
    return _of_one_version(Path(folder), lambda index: _some(Path(folder), index, column, rows))


def row_count(folder: Path) -> int:
    """Return the number of rows of the table in `folder`. Raises `TomoshibiError` where its index cannot be read."""
    return int(_read_index(Path(folder))["rows"])


def _of_one_version(folder: Path, read: Callable[[dict[str, Any]], Read]) -> Read:
    """Return what is read by an index; once more where the table was written anew meanwhile."""
    index = _read_index(folder)
    try:
        return read(index)
    except TomoshibiError:
        newer = _read_index(folder)
        if newer == index:
            raise
        return read(newer)


def _read(
    folder: Path,
    index: dict[str, Any],
    columns: Optional[Iterable[str]],
    rows: Optional[Rows],
    needs: Iterable[str],
) -> pd.DataFrame:
    wanted = list(index["columns"]) if columns is None else list(columns)
    data = {}
    for name in (*wanted, *(name for name in needs if name not in wanted)):
        array = _some(folder, index, name, rows)
        data[name] = _decode(array) if array.dtype.kind == "S" else array
    return pd.DataFrame(data, columns=wanted)


def _some(folder: Path, index: dict[str, Any], name: str, rows: Optional[Rows]) -> Array:
    """Return some rows of a column as it is stored. Raises as `_stored` does."""
    if rows is None or name not in index["columns"]:
        return _stored(folder, index, name)
    # copied, so that neither the file nor its pages are held
    array = np.array(_mapped(folder, index, name)[rows])
    return array if _in_calendar(array) else _stored(folder, index, name)[rows]


def _stored(folder: Path, index: dict[str, Any], name: str) -> Array:
    """Return a column as it is stored. Raises `TomoshibiError` where it is not there or not whole."""
    if name not in index["columns"]:
        raise TomoshibiError(
            message("The table {table} has no column {column}. Import the files again.", table=folder.name, column=name)
        )
    array = _column(folder / f"{index['columns'][name]}.npy")
    if array is None or len(array) != index["rows"] or not _in_calendar(array):
        raise TomoshibiError(
            message(
                "The table {table} was not written to its end (column {column}). Import the files again.",
                table=folder.name,
                column=name,
            )
        )
    return array


def _in_calendar(array: Array) -> bool:
    """Whether all times of a column are such that a calendar has them: a byte that was changed makes others."""
    if array.dtype.kind != "M" or not len(array):
        return True
    # NaT passes over into the result of `min`, and not of `fmin`; of nanoseconds, year 1 would be none
    earliest, latest = (each.reduce(array).astype("datetime64[s]") for each in (np.fmin, np.fmax))
    return bool(np.isnat(earliest) or (earliest >= _FIRST and latest <= _LAST))


def table_stamp(folder: Path) -> tuple[int, int, int]:
    """Return what changes whenever the table in `folder` is written; zeros where there is none."""
    try:
        status = (Path(folder) / _INDEX).stat()
        return status.st_mtime_ns, status.st_ino, status.st_size
    except FileNotFoundError:
        return 0, 0, 0


def has_table(folder: Path) -> bool:
    """Whether a complete table is in `folder`."""
    return (Path(folder) / _INDEX).is_file()


def column_names(folder: Path) -> list[str]:
    """Return the names of the columns of the table in `folder`, none where there is no table."""
    if not has_table(folder):
        return []
    return list(_read_index(Path(folder))["columns"])


def _read_index(folder: Path) -> dict[str, Any]:
    """Return the index of a table. Raises `TomoshibiError` where it is none, or names files that are not its own."""
    try:
        index: dict[str, Any] = parse_json((folder / _INDEX).read_bytes())
        if not isinstance(index["rows"], int) or not all(_STEM.fullmatch(stem) for stem in index["columns"].values()):
            raise ValueError(index["columns"])
        return index
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TomoshibiError(
            message(
                "The index of the table {table} cannot be read or is not one of Tomoshibi's. Import the files again.",
                table=shown(folder.name),
            )
        ) from error


def _column(path: Path) -> Optional[Array]:
    """Return the array of a file, None where the file is torn, missing, or holds something else."""
    try:
        with open(path, "rb") as stream:
            array = np.lib.format.read_array(stream, allow_pickle=False)  # type: ignore[no-untyped-call]  # numpy gives it no type
    except DAMAGED_ARRAYS:
        return None
    return array if array.ndim == 1 else None

"""How days of readings may be kept: size, and time to write and to read, of what numpy ships and of what is optional.

    .venv/bin/python benchmarks/store.py [--meters 200000] [--repeat 5] [--kinds tenth watt mixed]

Three kinds of readings: meters of homes that count in 0.1 kWh, in 1 Wh, and in 0.1 kWh with one meter in fifty of high
voltage among them. One in two hundred readings did not come. Every way writes three days and reads them back: one
half-hour of all meters; all three days, 20,000 meters at a time; 1,000 meters here and there. The bytes are those of a
reading that came, the list of meters counted as over 14 days. "packed" is the plugin's own store. Times are the best of
some runs of all ways in turn, as ratios to int32 arrays (`.npy`, mapped), which the store was before: of processor time
where the system holds the files in memory, of time on the clock where they have to be read from the disk ("cold"; on
Linux only). The aim is 2 bytes a reading. Exit code 1 where a way does not give back what it was given.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import resource
import shutil
import sys
import tempfile
import time
import zlib
from datetime import date, timedelta
from pathlib import Path

import _start  # noqa: F401  # makes `tomoshibi` importable
import numpy as np

DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(3)]
SLOTS, MISSING, ESCAPE = 48, -1, -32768
BLOCK, AT_ONCE, SCATTERED, SLOT = 4096, 20_000, 1000, 17
METER_BYTES, KEPT_DAYS, MOST = 58, 14, 2.0
KINDS = {"tenth": (100, 0.0), "watt": (1, 0.0), "mixed": (100, 0.02)}
"""Wh that meters count in; share of high voltage."""


def readings(kind: str, meters: int, seed: int) -> np.ndarray:
    """Return a day of readings, int32 (meters, 48) Wh."""
    step, high = KINDS[kind]
    rng = np.random.default_rng(seed)
    level = rng.gamma(2.0, 0.5, meters)
    level[rng.random(meters) < high] *= 200
    amounts = np.concatenate(
        [
            rng.gamma(1.2, 200.0, (len(part), SLOTS)) * part[:, None]
            for part in np.array_split(level, max(1, meters // 50_000))
        ]
    )
    cells = (amounts // step * step).astype(np.int32)
    cells[rng.random(cells.shape, dtype=np.float32) < 0.005] = MISSING
    return cells


# -- the ways: each writes a day, and reads rows (a slice or numbers) of the slots begin:end --------------------------
class Int32:
    """Arrays as numpy saves them, mapped when read: the store before."""

    def write(self, path: Path, cells: np.ndarray) -> None:
        """Write a day."""
        np.save(path.with_suffix(".npy"), cells)

    def read(self, path: Path, rows, begin: int, end: int, out: np.ndarray) -> None:
        """Read a part of a day."""
        stored = np.load(path.with_suffix(".npy"), mmap_mode="r")
        out[...] = stored[rows, begin:end]


class Int16:
    """Sixteen bits, and beside them what these cannot say, by number of the cell."""

    def write(self, path: Path, cells: np.ndarray) -> None:
        """Write a day."""
        at = np.flatnonzero((cells > 32767).ravel())
        codes = cells.astype(np.int16)
        codes.ravel()[at] = ESCAPE
        np.save(path.with_suffix(".npy"), codes)
        np.savez(path.with_suffix(".npz"), at=at, wh=cells.ravel()[at])

    def read(self, path: Path, rows, begin: int, end: int, out: np.ndarray) -> None:
        """Read a part of a day."""
        stored = np.load(path.with_suffix(".npy"), mmap_mode="r")
        part = stored[rows, begin:end]
        out[...] = part
        escaped = np.argwhere(part == ESCAPE)
        if len(escaped):
            held = np.load(path.with_suffix(".npz"))
            numbers = np.arange(len(stored))[rows][escaped[:, 0]] * SLOTS + begin + escaped[:, 1]
            out[escaped[:, 0], escaped[:, 1]] = held["wh"][np.searchsorted(held["at"], numbers)]


class Blocks:
    """Blocks of int32 by a compressor of bytes."""

    def __init__(self, squeeze, widen):
        self.squeeze, self.widen = squeeze, widen

    def write(self, path: Path, cells: np.ndarray) -> None:
        """Write a day."""
        places = [0]
        with open(path.with_suffix(".blocks"), "wb") as stream:
            for first in range(0, len(cells), BLOCK):
                # bytes of one weight side by side are what compressors do well with
                part = np.ascontiguousarray(cells[first : first + BLOCK])
                stream.write(self.squeeze(part.view(np.uint8).reshape(-1, 4).T.tobytes()))
                places.append(stream.tell())
        np.save(path.with_suffix(".npy"), np.array(places))

    def _block(self, held: bytes) -> np.ndarray:
        planes = np.frombuffer(self.widen(held), dtype=np.uint8).reshape(4, -1)
        return np.ascontiguousarray(planes.T).view(np.int32).reshape(-1, SLOTS)

    def read(self, path: Path, rows, begin: int, end: int, out: np.ndarray) -> None:
        """Read a part of a day."""
        places = np.load(path.with_suffix(".npy"))
        numbers = np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows
        with open(path.with_suffix(".blocks"), "rb") as stream:
            for block in np.unique(numbers // BLOCK).tolist():
                stream.seek(places[block])
                cells = self._block(stream.read(places[block + 1] - places[block]))
                low, high = np.searchsorted(numbers, (block * BLOCK, (block + 1) * BLOCK))
                out[low:high] = cells[numbers[low:high] - block * BLOCK, begin:end]


class Parquet:
    """One column a half-hour, as analysts lay a day out; rows here and there are taken from whole columns."""

    def write(self, path: Path, cells: np.ndarray) -> None:
        """Write a day."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = {str(slot): np.ascontiguousarray(cells[:, slot]) for slot in range(SLOTS)}
        pq.write_table(pa.table(columns), path.with_suffix(".parquet"), compression="zstd", row_group_size=AT_ONCE)

    def read(self, path: Path, rows, begin: int, end: int, out: np.ndarray) -> None:
        """Read a part of a day."""
        import pyarrow.parquet as pq

        names = [str(slot) for slot in range(begin, end)]
        file = pq.ParquetFile(path.with_suffix(".parquet"))
        groups = range(file.num_row_groups)
        if isinstance(rows, slice):
            groups = range(rows.start // AT_ONCE, -(-rows.stop // AT_ONCE))
        table = file.read_row_groups(list(groups), columns=names)
        first = groups[0] * AT_ONCE
        for place, name in enumerate(names):
            column = table[name].to_numpy()
            out[:, place] = column[slice(rows.start - first, rows.stop - first) if isinstance(rows, slice) else rows]


class Packed:
    """The plugin's own: `casefile/packed_days.py`."""

    def write(self, path: Path, cells: np.ndarray) -> None:
        """Write a day."""
        from tomoshibi.casefile.packed_days import write_day

        write_day(path.parent, date.fromisoformat(path.stem), cells)

    def read(self, path: Path, rows, begin: int, end: int, out: np.ndarray) -> None:
        """Read a part of a day."""
        from tomoshibi.casefile.packed_days import PackedDay

        with PackedDay(path.with_suffix(".day")) as stored:
            stored.read(rows, begin, end, out)


def ways() -> dict[str, object]:
    """Return what can be measured here."""
    found: dict[str, object] = {"int32": Int32(), "int16, escapes": Int16(), "packed": Packed()}
    found["zlib blocks"] = Blocks(lambda held: zlib.compress(held, 1), zlib.decompress)
    if importlib.util.find_spec("zstandard"):
        import zstandard

        found["zstd blocks"] = Blocks(zstandard.ZstdCompressor(1).compress, zstandard.ZstdDecompressor().decompress)
    if importlib.util.find_spec("pyarrow"):
        found["Parquet"] = Parquet()
    return found


# -- measuring --------------------------------------------------------------------------------------------------------
def parts_of(meters: int) -> dict[str, list[tuple[object, int, int]]]:
    """Return what is read of each day: (rows, begin, end) one after the other."""
    some = np.sort(np.random.default_rng(5).choice(meters, min(SCATTERED, meters), replace=False))
    blocks = [slice(first, min(first + AT_ONCE, meters)) for first in range(0, meters, AT_ONCE)]
    return {
        "one slot": [(slice(0, meters), SLOT, SLOT + 1)],
        "three days": [(rows, 0, SLOTS) for rows in blocks],
        "scattered": [(some, 0, SLOTS)],
    }


def forget(folder: Path) -> bool:
    """Let the system forget what it holds of the files of a folder; return whether it can."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for file in folder.iterdir():
        with open(file, "rb") as stream:
            os.fsync(stream.fileno())
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return True


def read(
    way,
    folder: Path,
    what: list[tuple[object, int, int]],
    days: list[np.ndarray] | None = None,
    clock=time.process_time,
) -> float:
    """Return the seconds that reading takes; hold it against what was written where that is given."""
    seconds = 0.0
    for rows, begin, end in what:
        height = rows.stop - rows.start if isinstance(rows, slice) else len(rows)
        out = np.full((height, len(DAYS) * (end - begin)), MISSING, dtype=np.int32)
        moment = clock()
        for place, day in enumerate(DAYS):
            part = out[:, place * (end - begin) : (place + 1) * (end - begin)]
            way.read(folder / day.isoformat(), rows, begin, end, part)
        seconds += clock() - moment
        if days is not None and not (out == np.concatenate([cells[rows, begin:end] for cells in days], axis=1)).all():
            raise SystemExit(f"{way}: what was read is not what was written")
    return seconds


def place_of(folder: Path, kind: str, name: str) -> Path:
    """Return the folder of one way."""
    return folder / kind / name.replace(", ", "-").replace(" ", "-")


def timed(way, place: Path, days: list[np.ndarray], parts: dict, turn: int) -> dict[str, float]:
    """Return the seconds of one turn: writing in the first two, reading, and reading from the disk."""
    place.mkdir(parents=True, exist_ok=True)
    took = {}
    if turn < 2:
        moment = time.process_time()
        for day, cells in zip(DAYS, days):
            way.write(place / day.isoformat(), cells)
        took["write"] = time.process_time() - moment
    for what, part in parts.items():
        took[what] = read(way, place, part, days if not turn else None)
    for what, part in parts.items():
        if forget(place):
            took[f"cold {what}"] = read(way, place, part, clock=time.perf_counter)
    return took


def measure(kind: str, meters: int, repeat: int, folder: Path) -> None:
    """Print the table of one kind of readings."""
    days = [readings(kind, meters, seed) for seed in range(len(DAYS))]
    came = sum(int((cells != MISSING).sum()) for cells in days)
    every, parts = ways(), parts_of(meters)
    best: dict[tuple[str, str], float] = {}
    for turn in range(repeat):
        for name, way in every.items():
            for what, seconds in timed(way, place_of(folder, kind, name), days, parts, turn).items():
                best[name, what] = min(seconds, best.get((name, what), seconds))
    sizes = {}
    for name in every:
        held = sum(file.stat().st_size for file in place_of(folder, kind, name).iterdir())
        sizes[name] = (held + meters * METER_BYTES * len(DAYS) / KEPT_DAYS) / came
    print(f"\n{kind}: {meters:,} meters, {came:,} readings in {len(DAYS)} days; times are ratios to int32")
    table(kind, sizes, best)


def table(kind: str, sizes: dict[str, float], best: dict[tuple[str, str], float]) -> None:
    """Print bytes a reading and the ratios of times."""
    columns = list(dict.fromkeys(what for _, what in best))
    print(f"{'':16}{'bytes':>8}" + "".join(f"{what:>17}" for what in columns))
    for name, size in sizes.items():
        shares = [best[name, what] / best["int32", what] for what in columns]
        print(f"{name:16}{size:8.2f}" + "".join(f"{share:17.2f}" for share in shares))
    print(f"{'int32, ms':24}" + "".join(f"{1000 * best['int32', what]:17.1f}" for what in columns))
    beside = ", ".join(f"{what} {best['packed', what] / best['int32', what]:.2f}" for what in columns)
    size, plain = sizes["packed"], sizes["int32"]
    print(
        f"= store {kind}: {size:.2f} bytes a reading ({size / plain:.2f} of int32, aim {MOST:g}); "
        f"times of int32: {beside}"
    )


def main() -> int:
    """Measure each kind, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--meters", type=int, default=200_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--kinds", nargs="+", choices=tuple(KINDS), default=list(KINDS))
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="store-", dir=os.environ.get("TMPDIR")))
    try:
        for kind in options.kinds:
            measure(kind, options.meters, options.repeat, folder)
    finally:
        shutil.rmtree(folder)
    missing = [name for name in ("pyarrow", "zstandard") if not importlib.util.find_spec(name)]
    if missing:
        print(f"\nnot installed: {', '.join(missing)}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    print(f"= store: {options.meters:,} meters, peak {memory:.2f} GB, all ways in one process")
    return 0


if __name__ == "__main__":
    sys.exit(main())

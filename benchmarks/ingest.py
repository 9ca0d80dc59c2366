"""Read a large 電力データ CSV into the reading store, beside DuckDB, polars and pandas, and the bare read.

    .venv/bin/python benchmarks/ingest.py [--mb 500] [--order meter|time] [--decimals 1] [--step 30|15|5] [--repeat 3]
        [--keep FOLDER]

Every way ends in the same: for each day one int32 array (meters, steps) of Wh and the list of its meters. Each runs in
a process of its own (peak memory is its high-water mark), several times in turn, and the best time counts. Results are
compared by a checksum of the arrays with the meters in order of their supply points; a difference ends the run with
exit code 1. What a way imports is imported before the clock runs. The seconds of processor, all threads together, tell
on a machine that other programs use what the clock cannot; "at best" is what the clock would show if each way could
use all processors from its beginning to its end and nothing else ran.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
HEADER = "需要家特定ID,データ種別,供給/受電地点特定番号,電圧分類,取得年月日時刻コード,{step}分電力量\r\n"
DIGITS = {30: 2, 15: 3, 5: 3}
"""Digits of the step's number in the shipped profile."""
NAMES = ["customer", "flow", "point", "voltage", "code", "kwh"]
DAY = "20240229"
ROW_BYTES = 78
SHARE_SILENT = 0.005
"""Rows that are not there: meters that did not answer."""


# -- the file ---------------------------------------------------------------------------------------------------------
def slots_of(step: int) -> int:
    """Steps of a day."""
    return 24 * 60 // step


def step_of(path: Path) -> int:
    """The step length that the name of a made file says."""
    return int(path.stem.rsplit("-", 1)[1])


def make(path: Path, megabytes: int, order: str, decimals: int) -> int:
    """Write a CSV of about `megabytes`; return its rows. It has 受電, silent meters and values of several widths."""
    rng = np.random.default_rng(20240229)
    every = slots_of(step_of(path))
    meters = max(1, int(megabytes * 1e6 / ROW_BYTES / every / (1 - SHARE_SILENT)))
    # identifiers that are neither sorted nor dense
    numbers = rng.permutation(meters * 7)[:meters]
    points = np.char.add("03", np.char.zfill(numbers.astype(str), 20)).astype("S22")
    customers = np.char.add("A", np.char.zfill((numbers[::-1] * 3).astype(str), 33)).astype("S34")
    flows = np.where(rng.random(meters) < 0.08, b"2", b"1")
    heads = _join(customers, b",", flows, b",", points, b",1," + DAY.encode())
    rows = 0
    with open(path, "wb") as stream:
        stream.write(HEADER.format(step=step_of(path)).encode())
        step = 2000
        if order == "meter":
            blocks = ((slice(begin, begin + step), range(every)) for begin in range(0, meters, step))
        else:
            blocks = (
                (slice(begin, begin + step * every), [s])
                for s in range(every)
                for begin in range(0, meters, step * every)
            )
        for part, slots in blocks:
            rows += _write(stream, heads[part], list(slots), rng, decimals, DIGITS[step_of(path)])
    return rows


def _join(*parts: np.ndarray | bytes) -> np.ndarray:
    whole = parts[0]
    for part in parts[1:]:
        whole = np.char.add(whole, part)
    return whole


def _write(stream, heads: np.ndarray, slots: list[int], rng: np.random.Generator, decimals: int, digits: int) -> int:
    """Write one block of rows; energies are of a skewed distribution, in steps of the meter's register."""
    scale = 10**decimals
    amounts = np.minimum(rng.gamma(1.2, 0.4 * scale, (len(heads), len(slots))), 20 * scale).astype(int)
    codes = np.array([f"{slot + 1:0{digits}d},".encode() for slot in slots])
    head = np.repeat(heads, len(slots))
    code = np.tile(codes, len(heads))
    flat = amounts.ravel()
    fraction = np.char.zfill((flat % scale).astype(str), decimals).astype("S")
    lines = _join(head, code, (flat // scale).astype("S"), b".", fraction, b"\r\n")
    lines = lines[rng.random(len(lines)) >= SHARE_SILENT]
    stream.write(b"".join(lines.tolist()))
    return len(lines)


# -- the ways: each returns {day: (points S22, flows, array)} -----------------------------------------------
def bare(path: Path, folder: Path) -> None:
    """Read the file and count its lines."""
    buffer = bytearray(1 << 20)
    view = np.frombuffer(buffer, dtype=np.uint8)
    lines = 0
    with open(path, "rb", buffering=0) as stream:
        while read := stream.readinto(buffer):
            lines += int(np.count_nonzero(view[:read] == 10))


def tomoshibi(path: Path, folder: Path):
    """The plugin's own way, with all checks, to the files of the store."""
    from tomoshibi.aggregator.profile import Profile
    from tomoshibi.casefile.readings import ReadingStore

    store = ReadingStore(folder)
    report = store.ingest([path], Profile.load())
    if report.failed or report.rejected:
        raise SystemExit(f"not read: {report}")

    def day_of(day):
        begin = datetime.combine(day, datetime.min.time())
        return store.fine_window(begin, begin + timedelta(days=1), step_of(path))

    return lambda: {
        day.strftime("%Y%m%d"): (store.meters.supply_point, store.meters.flow, day_of(day)) for day in store.days()
    }


def duckdb(path: Path, folder: Path):
    """Typed read, meters numbered by a join, arrays filled by numpy: the fastest of the ways tried."""
    import duckdb as engine

    columns = {"customer": "VARCHAR", "flow": "UTINYINT", "point": "VARCHAR", "voltage": "UTINYINT", "code": "BIGINT",
               "kwh": "DECIMAL(9,3)"}  # fmt: skip
    connection = engine.connect()
    connection.execute("SET preserve_insertion_order=false")
    connection.execute(
        f"CREATE TEMP TABLE r AS SELECT point, flow, code, kwh FROM read_csv(?, header=true, columns={columns})",
        [str(path)],
    )
    connection.execute(
        "CREATE TEMP TABLE m AS SELECT point, flow, (row_number() OVER () - 1)::INTEGER AS meter"
        " FROM (SELECT DISTINCT point, flow FROM r)"
    )
    rows = connection.execute(
        "SELECT meter, code, (kwh * 1000)::INTEGER AS wh FROM r JOIN m USING (point, flow)"
    ).fetchnumpy()
    meters = connection.execute("SELECT point, flow FROM m ORDER BY meter").fetchnumpy()
    made = _fill(rows["meter"], rows["code"], rows["wh"], len(meters["point"]), folder, step_of(path))
    return lambda: _named(meters["point"].astype("S22"), meters["flow"], made)


def polars(path: Path, folder: Path):
    """Typed read, meters numbered by dense rank of a struct, arrays filled by numpy."""
    import polars as pl

    schema = {
        "customer": pl.String,
        "flow": pl.UInt8,
        "point": pl.String,
        "voltage": pl.UInt8,
        "code": pl.Int64,
        "kwh": pl.Float64,
    }
    frame = (
        pl.scan_csv(path, schema=schema, has_header=False, skip_rows=1)
        .select("point", "flow", "code", (pl.col("kwh") * 1000).round().cast(pl.Int32).alias("wh"))
        .collect()
    )
    meters = frame.select("point", "flow").unique().with_row_index("meter")
    rows = frame.join(meters, on=["point", "flow"])
    made = _fill(
        rows["meter"].to_numpy(), rows["code"].to_numpy(), rows["wh"].to_numpy(), len(meters), folder, step_of(path)
    )
    return lambda: _named(meters["point"].to_numpy().astype("S22"), meters["flow"].to_numpy(), made)


def pandas(path: Path, folder: Path):
    """Typed read in chunks, meters numbered by a growing table of categories, arrays filled by numpy."""
    import pandas as pd

    known: dict[str, int] = {}
    parts = []
    chunks = pd.read_csv(path, header=0, names=NAMES, usecols=["flow", "point", "code", "kwh"], chunksize=1_000_000,
                         dtype={"flow": "uint8", "point": str, "code": "int64", "kwh": "float64"})  # fmt: skip
    for chunk in chunks:
        place, names = pd.factorize(chunk["point"] + chunk["flow"].astype(str))
        numbers = np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int32)
        wh = np.rint(chunk["kwh"].to_numpy() * 1000).astype(np.int32)
        parts.append((numbers[place], chunk["code"].to_numpy(), wh))
    meter, code, wh = (np.concatenate(column) for column in zip(*parts))
    made = _fill(meter, code, wh, len(known), folder, step_of(path))
    names = np.array(list(known), dtype="S23")
    flows = np.array([int(name[22:]) for name in names.tolist()], dtype=np.uint8)
    return lambda: _named(names.astype("S22"), flows, made)


def _fill(
    meter: np.ndarray, code: np.ndarray, wh: np.ndarray, count: int, folder: Path, step: int
) -> dict[str, np.ndarray]:
    """Put the rows into day arrays and write them, as the store does."""
    numbers = 10 ** DIGITS[step]
    days, made = code // numbers, {}
    for day in np.unique(days):
        chosen = days == day
        array = np.full((count, slots_of(step)), -1, dtype=np.int32)
        array[meter[chosen], code[chosen] % numbers - 1] = wh[chosen]
        np.save(folder / f"{day}.npy", array)
        made[str(day)] = array
    return made


def _named(points: np.ndarray, flows: np.ndarray, made: dict[str, np.ndarray]):
    return {day: (points, flows, array) for day, array in made.items()}


WAYS = {"bare read": bare, "tomoshibi": tomoshibi, "duckdb": duckdb, "polars": polars, "pandas": pandas}
THREADED = frozenset({"tomoshibi", "duckdb", "polars"})
MODULES = {"duckdb": "duckdb", "polars": "polars", "pandas": "pandas"}


# -- measuring --------------------------------------------------------------------------------------------------------
def checksum(result) -> str:
    """A checksum of all days, the meters in order of supply point and flow."""
    total = 0
    for day in sorted(result):
        points, flows, array = result[day]
        order = np.lexsort((flows, points))
        total = zlib.crc32(day.encode(), total)
        for part in (points[order], np.asarray(flows, dtype=np.uint8)[order], np.asarray(array, dtype=np.int32)[order]):
            total = zlib.crc32(np.ascontiguousarray(part).tobytes(), total)
    return f"{total:08x}"


def child(way: str, path: Path) -> None:
    """Run one way in this process and print seconds, peak memory (MB) and checksum as JSON."""
    if way in MODULES:
        __import__(MODULES[way])
    elif way == "tomoshibi":
        sys.path[:] = [
            str(ROOT / "build" / "plugins"),
            *(entry for entry in sys.path if Path(entry).resolve() != ROOT),
        ]
        __import__("tomoshibi.casefile.reading_writer")
    folder = Path(tempfile.mkdtemp(dir=path.parent))
    try:
        begin, used = time.perf_counter(), time.process_time()
        result = WAYS[way](path, folder)
        seconds, processor = time.perf_counter() - begin, time.process_time() - used
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told = {"seconds": seconds, "processor": processor, "peak": peak}
        print(json.dumps({**told, "checksum": checksum(result()) if result else ""}))
    finally:
        shutil.rmtree(folder)


def measure(way: str, path: Path) -> dict:
    """Run one way in a process of its own."""
    command = [sys.executable, __file__, "--child", way, "--file", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{way}: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    """Make the file, measure in turn, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mb", type=int, default=500)
    parser.add_argument("--order", choices=("meter", "time"), default="meter")
    parser.add_argument("--decimals", type=int, choices=(1, 2, 3), default=1)
    parser.add_argument("--step", type=int, choices=tuple(DIGITS), default=30, help="minutes between two readings")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="folder for the file, kept for the next run")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.file)
        return 0
    folder = options.keep or Path(tempfile.mkdtemp(prefix="ingest-"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"reading-{options.mb}-{options.order}-{options.decimals}-{options.step}.csv"
    try:
        if not path.exists():
            print(f"making {path.name} …", flush=True)
            make(path, options.mb, options.order, options.decimals)
        few = folder / f"reading-{options.mb // QUARTER}-{options.order}-{options.decimals}-{options.step}.csv"
        if not few.exists():
            make(few, options.mb // QUARTER, options.order, options.decimals)
        return report(path, few, options.repeat)
    finally:
        if options.keep is None:
            shutil.rmtree(folder)


def best_of(path: Path, ways: list[str], repeat: int) -> dict[str, dict]:
    """Return the fastest of some runs of each way, with the largest peak of all; the ways take turns."""
    best: dict[str, dict] = {}
    for turn in range(repeat):
        for way in ways:
            print(f"  turn {turn + 1} of {repeat}: {way}          ", end="\r", flush=True)
            found = measure(way, path)
            held = best.get(way, found)
            least = {name: min(found[name], held[name]) for name in ("seconds", "processor")}
            best[way] = {**found, **least, "peak": max(found["peak"], held["peak"])}
    return best


def _at_best(way: str, found: dict) -> float:
    return found["processor"] / (os.cpu_count() or 1 if way in THREADED else 1)


QUARTER = 4


def rows(best: dict[str, dict], few: dict) -> None:
    """Print the rows of the table of all benchmarks: ours beside each rival, and how it grows."""
    ours = best["tomoshibi"]
    beside = ", ".join(
        f"{found['seconds'] / ours['seconds']:.2f} × {way}" for way, found in best.items() if found != ours
    )
    growth = math.log(ours["processor"] / few["processor"]) / math.log(QUARTER)
    print(
        f"= ingest: {beside} (speed by the clock), peak {ours['peak']:.0f} MB, "
        f"{few['peak']:.0f} MB at a quarter, growth of time {growth:.2f}"
    )


def report(path: Path, few: Path, repeat: int) -> int:
    """Measure every way that is installed, print the table; 1 where results differ.

    `few`: a file of a quarter of the readings, for how time and memory grow.
    """
    megabytes = path.stat().st_size / 1e6
    ways = [way for way in WAYS if way not in MODULES or importlib.util.find_spec(MODULES[way])]
    best = best_of(path, ways, repeat)
    print(f"{megabytes:.0f} MB 電力データ, best of {repeat}, {os.cpu_count()} processors        ")
    titles = f"{'ours is … times as fast':>26}{'processor s':>13}{'at best':>9}"
    print(f"{'':12}{'seconds':>9}{'MB/s':>8}{'peak MB':>9}{titles}")
    for way in ways:
        found = best[way]
        ratio = f"{found['seconds'] / best['tomoshibi']['seconds']:.2f}" if way != "tomoshibi" else ""
        least = _at_best(way, found) / _at_best("tomoshibi", best["tomoshibi"])
        print(
            f"{way:12}{found['seconds']:9.2f}{megabytes / found['seconds']:8.0f}{found['peak']:9.0f}{ratio:>26}"
            f"{found['processor']:13.2f}{f'{least:.2f}':>9}"
        )
    missing = [way for way in WAYS if way not in ways]
    if missing:
        print(f"not installed: {', '.join(missing)}")
    rows(best, best_of(few, ["tomoshibi"], repeat)["tomoshibi"])
    sums = {best[way]["checksum"] for way in ways if way != "bare read"}
    print("all results are equal" if len(sums) == 1 else f"RESULTS DIFFER: {[(w, best[w]['checksum']) for w in ways]}")
    return int(len(sums) != 1)


if __name__ == "__main__":
    sys.exit(main())

"""A made-up prefecture of 8,000,000 meters, from its files to the maps, each step in a process of its own.

    .venv/bin/python benchmarks/country.py [--meters 400000] [--folder FOLDER] [--steps master csv days gaps …] [--keep]
        [--exports]

Steps: マスタ情報 as CSV in parts; one day of 電力データ as CSV in parts of no more than 2 GB, each taken in as the
plugin does and then removed, so that the disk does not have to hold all of them (of a real case nothing is removed);
13 days straight into the store; 通電情報 and 通電計器数; then the maps, through the algorithms of the toolbox, layers
written. Printed for each: rows a second, seconds of clock and of processor, the peak of memory of its process, the
largest the folder was, and how it compares with what cannot be undercut: a bare read of the same files, numpy's
median of the same readings.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterable, Iterator

import numpy as np
from _made_land import BLOCK, DAYS, EVENT, EXPORT_OF, FIRST_DAY, MUNICIPALITY, Land, write_own
from _start import ROOT

PART_METERS = 500_000
"""Meters of a part of one day: 1.85 GB."""
MASTER_PART = 500_000
MAPS = ("presence", "gaps", "isolated", "hidden", "shelters", "mesh")
STEPS = ("make", "master", "contracts", "csv", "days", "lists", "floor", "judged", *MAPS)


# -- a case without its files: what is written straight into it -------------------------------------------------------
def store_first_day(case: Any, land: Land) -> None:
    """Put the meters into the store, in their order, with the readings of the first day."""
    from tomoshibi.casefile.reading_append import appending

    with appending(case.folder / "readings") as store:
        for first in range(0, land.meters, BLOCK):
            last = min(first + BLOCK, land.meters)
            ones = np.ones(last - first, dtype=np.uint8)
            store.register(land.numbers(first, last), ones, ones, np.zeros(last - first, dtype="S34"))
        store.append_day(land.day_of(0), land.blocks(0))


def store_days(case: Any, land: Land, days: Iterable[int]) -> dict[int, list[int]]:
    """Put days straight into the store, block by block; return {day: readings of each half-hour}.

    Its meters are those of the list.
    """
    from tomoshibi.casefile.reading_append import append_days

    counts: dict[int, np.ndarray] = {day: np.zeros(48, dtype=np.int64) for day in days}

    def counted(day: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for rows, cells in land.blocks(day):
            counts[day] += (cells >= 0).sum(axis=0)
            yield rows, cells

    append_days(case.folder / "readings", ((land.day_of(day), counted(day)) for day in counts))
    return {day: count.tolist() for day, count in counts.items()}


def write_master_table(case: Any, land: Land) -> None:
    """Write マスタ情報 as a table of the case, in another order than the store's."""
    import pandas as pd
    from tomoshibi.casefile.columns import write_table
    from tomoshibi.casefile.master import SEVERAL

    count = land.meters
    lat, lon = land.places(0, count)
    numbers = land.numbers(0, count).astype("U22")
    table = pd.DataFrame({"supply_point": numbers.astype(object), "flow": np.ones(count, "int8")})
    table["lat"], table["lon"] = lat, lon
    table["meter_id"] = np.char.add("K", numbers).astype(object)
    table["building_class"], table["contract_kw"], table["remote_reading"] = "dwelling", 4.0, "yes"
    if land.exports:
        table = with_exports(table, land, 0, count)
    # As importing leaves it: no supply point has several rows.
    table[SEVERAL] = np.zeros(len(table), dtype=bool)
    write_table(case.folder / "tables" / "master", table.sample(frac=1.0, random_state=1).reset_index(drop=True))


def with_exports(table: Any, land: Land, first: int, last: int) -> Any:
    """Return contracts of meters with who holds them and where, and the 受電 contracts of some of them."""
    import pandas as pd

    customer, address = land.holders(first, last)
    table["customer_id"], table["address"] = (texts.astype(object) for texts in (customer, address))
    for name in ("customer_id", "address"):
        table[name] = table[name].str.decode("utf-8").astype(object)
    table["generator_kind"] = ""
    own = land.export_contracts(first, last)
    sent = table.iloc[own - first].copy()
    sent["flow"], sent["supply_point"] = np.int8(2), ("05" + sent["supply_point"].str[2:]).astype(object)
    sent.loc[own // EXPORT_OF % 2 == 1, "customer_id"] = ""
    return pd.concat([table, sent], ignore_index=True)


def take_in_lists(case: Any, land: Land) -> int:
    """Write 通電情報 and 通電計器数 and take them in; return their rows."""
    stamp = f"{land.day_of(DAYS):%Y%m%d}0000"
    paths = []
    for kind, write in (("outage", land.write_list), ("stat", land.write_statistics)):
        path = _received(case) / f"{MUNICIPALITY}_C0000000001_{kind}_{stamp}.csv"
        with open(path, "wb") as stream:
            write(stream)
        paths.append(path)
    return taken_in(case, paths)


def _received(case: Any) -> Path:
    folder = case.folder / "received" / "byhand"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def taken_in(case: Any, paths: list[Path]) -> int:
    """Take files in as the plugin does; return the rows."""
    from tomoshibi.aggregator.profile import Profile
    from tomoshibi.casefile.intake import take_in
    from tomoshibi.messages import Progress

    report = take_in(case, paths, Profile.load(), scope="all", progress=Progress())
    if report.failed or report.rejected:
        raise SystemExit(f"not taken in: {report.failed} {report.rejected}")
    return report.rows


def note_days(case: Any, land: Land, days: Iterable[int], counts: dict[int, list[int]]) -> None:
    """Note what was put straight into the store as published, a set a day, as taking files in does."""
    from datetime import datetime, timedelta

    from tomoshibi.casefile import publications
    from tomoshibi.casefile.reported import Population, Reported

    sets = list(publications.read(case) or ())
    for day in days:
        when = land.day_of(day)
        reported = Reported(Population(1, 1, 30), land.meters, {when: tuple(counts[day])})
        name = f"made-{when}"
        part = publications.Part(name, name, "", True, sum(counts[day]), None, (reported,))
        published = datetime.combine(when + timedelta(days=1), datetime.min.time()) + timedelta(hours=1)
        sets.append(
            publications.Publication(publications.BYHAND, publications.READING, published, parts=(part,), scope="all")
        )
    publications.write(case, publications.merged(sets))


# -- measuring --------------------------------------------------------------------------------------------------------
def peak() -> float:
    """Return the process's peak of memory, GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def size_of(folder: Path) -> int:
    """Return the bytes that a folder takes on the disk."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(place, name)).st_blocks * 512
            except FileNotFoundError:
                pass
    return total


class Largest:
    """How large a folder was at most, looked at every two seconds."""

    def __init__(self, folder: Path):
        self.folder, self.bytes, self._over = folder, 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while True:
            self.bytes = max(self.bytes, size_of(self.folder))
            if self._over.wait(2.0):
                return

    def end(self) -> float:
        """Return it, GB."""
        self._over.set()
        self._thread.join()
        return max(self.bytes, size_of(self.folder)) / 1e9


class Clock:
    """Seconds of clock and processor of what is done within `running`."""

    def __init__(self) -> None:
        self.wall, self.cpu = 0.0, 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time of what is done inside."""
        begin, before = time.perf_counter(), time.process_time()
        yield
        self.wall += time.perf_counter() - begin
        self.cpu += time.process_time() - before

    def told(self, rows: int, **more: Any) -> dict[str, Any]:
        """Return what is printed."""
        return {"rows": rows, "wall": self.wall, "cpu": self.cpu, **more}


def _case(folder: Path) -> Any:
    from tomoshibi.casefile.case import Case

    return Case.open(folder / "case")


# -- the steps: each returns what it took ------------------------------------------------------------------------------
def make(land: Land, folder: Path) -> dict[str, Any]:
    """An empty case, and what the municipality has itself."""
    from tomoshibi.casefile.case import Case, CaseInfo

    clock = Clock()
    with clock.running():
        Case.create(folder / "case", CaseInfo("benchmark", EVENT, MUNICIPALITY, practice=True))
        write_own(land, folder / "case" / "own")
    return clock.told(land.areas)


def master(land: Land, folder: Path) -> dict[str, Any]:
    """マスタ情報 with every column, in parts; each goes once it was taken in."""
    case, clock, making, rows, total = _case(folder), Clock(), Clock(), 0, 0
    parts = list(range(0, land.meters, MASTER_PART))
    for number, first in enumerate(parts, 1):
        path = _received(case) / f"{MUNICIPALITY}_C0000000001_master_{FIRST_DAY:%Y%m%d}0010_{number:03d}.csv"
        with making.running(), open(path, "wb") as stream:
            land.write_master(stream, first, min(first + MASTER_PART, land.meters))
        total += path.stat().st_size
        with clock.running():
            rows += taken_in(case, [path])
        path.unlink()
        print(f"    part {number} of {len(parts)}: {rows:,} rows, {clock.wall:.0f} s, {peak():.2f} GB", flush=True)
    return clock.told(rows, bytes=total, making=making.wall)


def contracts(land: Land, folder: Path) -> dict[str, Any]:
    """What the table lacks of マスタ情報, straight into it: for who has no hours for the CSV of all contracts."""
    import pandas as pd
    from tomoshibi.casefile.columns import has_table, read_stored, write_table
    from tomoshibi.casefile.master import add_master, merge_master

    case, clock = _case(folder), Clock()
    place = case.folder / "tables" / "master"
    begin = int((read_stored(place, "flow") == 1).sum()) if has_table(place) else 0
    for first in range(begin, land.meters, MASTER_PART):
        last = min(first + MASTER_PART, land.meters)
        with clock.running():
            numbers = land.numbers(first, last)
            rows = pd.DataFrame({"supply_point": numbers.astype("U22").astype(object)})
            rows["flow"] = rows["voltage"] = np.ones(last - first, dtype=np.int8)
            rows["lat"], rows["lon"] = land.places(first, last)
            rows["meter_id"] = np.char.add(b"K", numbers.view("S1").reshape(-1, 22)[:, 10:].copy().view("S12").ravel())
            rows["meter_id"] = rows["meter_id"].str.decode("ascii").astype(object)
            rows["building_class"], rows["contract_kw"], rows["remote_reading"] = "dwelling", 4.0, "yes"
            rows["installed_on"] = np.full(last - first, np.datetime64("2019-04-01", "s"))
            for name in ("abolished_on", "renewed_on", "removed_on"):
                rows[name] = np.full(last - first, np.datetime64("NaT", "s"))
            if land.exports:
                rows = with_exports(rows, land, first, last)
            published = np.datetime64(FIRST_DAY, "s")
            if has_table(place):
                add_master(place, rows, published)
            else:
                write_table(place, merge_master(None, rows, published)[0])
        print(f"    {last:,} rows, {clock.wall:.0f} s, {peak():.2f} GB", flush=True)
    return clock.told(land.meters - begin)


def csv(land: Land, folder: Path) -> dict[str, Any]:
    """One day of 電力データ in parts; each is read barely, taken in, and goes."""
    case, clock, making, bare, rows, total = _case(folder), Clock(), Clock(), Clock(), 0, 0
    parts = list(range(0, land.meters, PART_METERS))
    for number, first in enumerate(parts, 1):
        path = _received(case) / f"{MUNICIPALITY}_C0000000001_reading_{land.day_of(1):%Y%m%d}0100_{number:03d}.csv"
        with making.running(), open(path, "wb") as stream:
            land.write_readings(stream, first, min(first + PART_METERS, land.meters), 0)
        total += path.stat().st_size
        with bare.running():
            lines = lines_of(path)
        with clock.running():
            taken = taken_in(case, [path])
        if taken != lines - 1:
            raise SystemExit(f"{taken} rows of {lines - 1} were taken in")
        rows += taken
        path.unlink()
        print(f"    part {number} of {len(parts)}: {total / 1e9:.1f} GB, making {making.wall:.0f} s, bare read "
              f"{bare.wall:.0f} s, taken in {clock.wall:.0f} s, {peak():.2f} GB", flush=True)  # fmt: skip
    same = case.readings.day(land.day_of(0), np.arange(1000))
    if (same != land.cells(0, 1000, 0)).any():
        raise SystemExit("what was stored differs from what was drawn")
    return clock.told(rows, bytes=total, making=making.wall, bare=bare.wall)


def lines_of(path: Path) -> int:
    """Read a file and count its lines: what every reader has to do at least."""
    buffer = bytearray(1 << 20)
    view = np.frombuffer(buffer, dtype=np.uint8)
    lines = 0
    with open(path, "rb", buffering=0) as stream:
        while read := stream.readinto(buffer):
            lines += int(np.count_nonzero(view[:read] == 10))
    return lines


def days(land: Land, folder: Path) -> dict[str, Any]:
    """The other days, straight into the store."""
    case, clock, counts, rows = _case(folder), Clock(), {}, 0
    if len(case.readings.meters) != land.meters:
        raise SystemExit(f"the store has {len(case.readings.meters)} meters of {land.meters}")
    for day in range(1, DAYS):
        with clock.running():
            counts.update(store_days(case, land, [day]))
        rows += sum(counts[day])
        print(f"    day {day} of {DAYS - 1}: {clock.wall:.0f} s, {peak():.2f} GB", flush=True)
    note_days(case, land, range(1, DAYS), counts)
    stored = size_of(case.folder / "readings")
    return clock.told(rows, stored=stored, each=stored / (land.meters * DAYS * 48))


def lists(land: Land, folder: Path) -> dict[str, Any]:
    """通電情報 and 通電計器数."""
    clock, case = Clock(), _case(folder)
    with clock.running():
        rows = take_in_lists(case, land)
    return clock.told(rows)


def floor(land: Land, folder: Path) -> dict[str, Any]:
    """numpy's median of the readings that the default method of presence reads, in blocks."""
    from tomoshibi.analysis.occupancy import DEFAULT_METHOD, window_days
    from tomoshibi.casefile import case_arrays, presence
    from tomoshibi.messages import Progress

    case, clock, reading = _case(folder), Clock(), Clock()
    end = presence.moment_of(case, None, Progress()).end
    begin = end - np.timedelta64(window_days(DEFAULT_METHOD), "D") - case_arrays.SLOT
    rows = np.arange(land.meters)
    for first in range(0, land.meters, 8192):
        with clock.running():
            with reading.running():
                block = case.readings.window(begin, end, rows[first : first + 8192])
            np.median(block, axis=1)
    return clock.told(land.meters, reading=reading.wall)


def judged(land: Land, folder: Path) -> dict[str, Any]:
    """The default method of presence through the functions of analysis, block by block, no layer written."""
    from tomoshibi.analysis.occupancy import DEFAULT_METHOD, PresenceRules, presence_parts, window_days
    from tomoshibi.casefile import case_arrays, presence
    from tomoshibi.messages import Progress

    case, clock, told = _case(folder), Clock(), 0
    with clock.running():
        end = presence.moment_of(case, None, Progress()).end
        begin = end - np.timedelta64(window_days(DEFAULT_METHOD), "D") - case_arrays.SLOT
        meters = presence.dwellings(case)
        about = presence.about(case, meters.rows, meters.number, begin, end, end.astype(object))
        view = case.readings.window_view(begin, end, meters.rows)
        slots = begin + case_arrays.SLOT * np.arange(view.shape[1])
        asked = (meters.number, view, slots, len(slots) - 1, DEFAULT_METHOD, PresenceRules(), about)
        with presence_parts(*asked) as parts:
            for _, part in parts:
                told += len(part)
    return clock.told(told)


def map_of(name: str, land: Land, folder: Path) -> dict[str, Any]:
    """One map through its algorithm, layer written."""
    target = folder / f"{name}.gpkg"
    command = [sys.executable, str(Path(__file__).with_name("growth.py")), "--child", name, "--case"]
    environment = {**os.environ, "QGIS_CUSTOM_CONFIG_PATH": str(folder / "profile")}
    done = subprocess.run(
        [*command, str(folder / "case"), "--meters", str(land.meters), "--target", str(target)],
        stdout=subprocess.PIPE, text=True, check=True, env=environment,
    )  # fmt: skip
    said = json.loads(done.stdout.splitlines()[-1])
    layer = target.stat().st_size
    target.unlink()
    return {"rows": land.meters, "wall": said["wall"], "cpu": said["cpu"], "peak": said["peak"] * 1048576 / 1e9,
            "layer": layer, "right": said["right"], "told": said["told"]}  # fmt: skip


def step(name: str, land: Land, folder: Path) -> None:
    """Do one step in this process and print what it took as JSON."""
    watch = Largest(folder)
    work = {each.__name__: each for each in (make, master, contracts, csv, days, lists, floor, judged)}
    told = map_of(name, land, folder) if name in MAPS else work[name](land, folder)
    print(json.dumps({"peak": peak(), **told, "disk": watch.end()}), flush=True)


def done_in_child(name: str, asked: argparse.Namespace) -> dict[str, Any]:
    """Do one step in a process of its own; what it prints meanwhile is printed."""
    command = [sys.executable, __file__, "--step", name, "--meters", str(asked.meters), "--folder", str(asked.folder)]
    command += ["--exports"] if asked.exports else []
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if last:
                print(last, end="", flush=True)
            last = line
    if process.returncode:
        raise RuntimeError(f"{name} ended with {process.returncode}: {last}")
    return json.loads(last)


def tell(name: str, told: dict[str, Any], floor_wall: float, floor_cpu: float) -> None:
    """Print one row of the table, and what else is known of the step."""
    each = told["rows"] / max(told["wall"], 1e-9)
    print(f"= {name:10}{told['rows']:15,} rows {each:12,.0f} a second {told['wall']:8.1f} s "
          f"{told['cpu']:8.1f} s of processor "
          f"{told['peak']:6.2f} GB memory {told['disk']:7.2f} GB disk", flush=True)  # fmt: skip
    more = []
    if "bytes" in told:
        more.append(f"{told['bytes'] / 1e9:.2f} GB of CSV, {told['bytes'] / 1e6 / told['wall']:.0f} MB/s; made at "
                    f"{told['bytes'] / 1e6 / told['making']:.0f} MB/s")  # fmt: skip
    if "bare" in told:
        more.append(f"{told['wall'] / told['bare']:.1f} times a bare read of the same files ({told['bare']:.1f} s)")
    if "each" in told:
        more.append(f"store {told['stored'] / 1e9:.2f} GB, {told['each']:.2f} bytes a half-hour of a meter")
    if "layer" in told:
        more.append(f"layer {told['layer'] / 1e9:.2f} GB; " + ("right" if told["right"] else f"WRONG: {told['told']}"))
    if name == "floor":
        more.append(f"of it {told['reading']:.1f} s reading")
    if name in ("judged", "presence") and floor_wall:
        more.append(f"{told['wall'] / floor_wall:.2f} times numpy's median of the same readings "
                    f"(processor {told['cpu'] / floor_cpu:.2f})")  # fmt: skip
    for line in more:
        print(f"= {name:10}{line}", flush=True)


def main(asked: argparse.Namespace) -> int:
    """Do the steps and print the table; return 1 where a step failed or a map is wrong."""
    asked.folder.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    print(f"{asked.meters:,} meters, {DAYS} days, {os.cpu_count()} processors, load {load:.1f}", flush=True)
    bad, floors = [], (0.0, 0.0)
    fresh = "make" not in asked.steps and not (asked.folder / "case").is_dir()
    for name in ["make", *asked.steps] if fresh else asked.steps:
        try:
            told = done_in_child(name, asked)
        except RuntimeError as error:
            print(f"{name:10} FAILED: {error}", flush=True)
            bad.append(name)
            if name in ("make", "csv", "days"):
                break
            continue
        if name == "floor":
            floors = (told["wall"], told["cpu"])
        if not told.get("right", True):
            bad.append(name)
        tell(name, told, *floors)
    if not asked.keep:
        shutil.rmtree(asked.folder)
    return int(bool(bad))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--meters", type=int, default=400_000)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench" / "country")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--keep", action="store_true", help="leave the folder for further steps")
    parser.add_argument("--exports", action="store_true", help="one home of ten has a 受電 contract")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        step(options.step, Land(options.meters, options.exports), options.folder)
    else:
        sys.exit(main(options))

"""Run every benchmark, each in a process of its own, and print one table at the end: `make bench`.

    python benchmarks [names]

A benchmark prints what it likes; lines that begin with “= ” are its rows of the table: ratios to a rival or a floor
measured in the same run. No figure decides the exit code: one that fails is named and the others go on, and the exit
code is 1 only where a benchmark found a wrong result or could not run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROW = "= "
NO_ROW = 3
"""Last lines that are shown of a benchmark that has no row of its own."""


@dataclass(frozen=True)
class Ran:
    """What came of one benchmark."""

    name: str
    code: int
    seconds: float
    processor: float
    memory: float
    """Peak of the largest of its processes in GB."""
    rows: tuple[str, ...]


def names(asked: list[str]) -> list[str]:
    """Return the benchmarks asked for, all where none is. Raises `SystemExit` naming what there is not."""
    there = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
    unknown = [name for name in asked if name not in there]
    if unknown:
        raise SystemExit(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(there)}.")
    return asked or there


def rows_of(lines: list[str]) -> tuple[str, ...]:
    """Return the rows among the lines that a benchmark printed; without any, its last lines."""
    rows = [line[len(ROW) :].strip() for line in lines if line.startswith(ROW)]
    return tuple(rows or [line.strip() for line in lines if line.strip()][-NO_ROW:])


def run(name: str) -> Ran:
    """Run one benchmark, showing what it prints."""
    print(f"== {name}", flush=True)
    begin = time.perf_counter()
    child = subprocess.Popen([sys.executable, str(FOLDER / f"{name}.py")], stdout=subprocess.PIPE, text=True)
    lines = []
    with child.stdout:
        for line in child.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
    seconds, processor = time.perf_counter() - begin, used.ru_utime + used.ru_stime
    return Ran(name, code, seconds, processor, used.ru_maxrss * 1024 / 1e9, rows_of(lines))


def main(asked: list[str]) -> int:
    """Run them, print the table; return 1 where one failed."""
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    ran = [run(name) for name in names(asked)]
    print(f"\n== all, begun at a load of {load:.1f} per processor")
    for each in ran:
        failed = "" if each.code == 0 else f"   FAILED ({each.code})"
        print(f"{each.name:16} {each.seconds:8.1f} s  processor {each.processor:8.1f} s  {each.memory:5.2f} GB{failed}")
        for row in each.rows:
            print(f"    {row}")
    bad = [each.name for each in ran if each.code]
    print("failed: " + (", ".join(bad) or "none"))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

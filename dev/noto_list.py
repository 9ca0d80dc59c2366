"""Put the utility's list of Noto 2024 together, one file for each snapshot, as docs/benchmark.md names it.

    noto_list.py FOLDER OUT

FOLDER holds the snapshots `<YYYYMMDDHHMM>.csv` of the public repository (its docs/ at the commit that
docs/benchmark.md names), OUT becomes rikuden_2024_noto_outage_long.csv.gz. Nothing is left out or changed: in front
comes the time of the snapshot, behind the count as text a number, 5 for 10 戸未満. Printed are how many rows there
are, how many tell no time of restoration, and the sum of its content.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import re
import sys
from pathlib import Path
from typing import Callable

HEADER = (
    *("snapshot_jst", "occurred_jst", "area_code", "pref", "city", "town", "outage_text", "outage_est"),
    *("cause", "restore_expected", "status", "machiaza_id"),
)
FEW = "5"
"""What stands for 10 戸未満."""
COUNT = 5
"""Column of the count in a snapshot."""


def together(folder: Path) -> bytes:
    """Return the list as CSV, UTF-8 with CR LF. Raises `SystemExit` where the folder holds no snapshot."""
    snapshots = sorted(path for path in folder.glob("*.csv") if re.fullmatch(r"\d{12}", path.stem))
    if not snapshots:
        raise SystemExit(f"{folder} holds no <YYYYMMDDHHMM>.csv. Name the folder of the snapshots.")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for path in snapshots:
        stamp = stamp_of(path)
        with open(path, encoding="utf-8-sig", newline="") as stream:
            for row in filter(None, csv.reader(stream)):
                writer.writerow([stamp, *row[: COUNT + 1], number_of(row[COUNT], FEW), *row[COUNT + 1 :]])
    return text.getvalue().encode("utf-8")


def stamp_of(path: Path) -> str:
    """Return the moment of a snapshot, whose name ends in its digits, as in the list."""
    year, month, day, hour, minute = re.search(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$", path.stem).groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:00+09:00"


def number_of(told: str, few: str) -> str:
    """Return the number of a count as text; `few` stands for one that is only said to be below another."""
    return few if "未満" in told else str(int(re.sub(r"\D", "", told)))


def untold(rows: list[dict[str, str]]) -> str:
    """Return how many rows tell no time of restoration."""
    return f"; {sum('未定' in row['restore_expected'] for row in rows)} rows say 復旧未定"


def main(words: list[str]) -> int:
    """Write the file."""
    return write(words, __doc__, together, untold)


def write(
    words: list[str], about: str, put: Callable[[Path], bytes], more: Callable[[list[dict[str, str]]], str]
) -> int:
    """Write the list that `put` makes of FOLDER to OUT; print its rows, what `more` says of them, and its sum."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args(words)
    raw = put(asked.folder)
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8"), newline="")))
    stamps = {row["snapshot_jst"] for row in rows}
    print(f"{len(rows)} rows of {len(stamps)} snapshots with an outage{more(rows)}.")
    keep(raw, asked.out)
    return 0


def keep(raw: bytes, out: Path) -> None:
    """Write a list, packed, and print the sum of its content."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(gzip.compress(raw, mtime=0))
    print(hashlib.sha256(raw).hexdigest())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

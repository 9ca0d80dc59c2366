"""Put the utility's list of the typhoon of 2019 (Faxai) together, one file for each snapshot (docs/benchmark.md).

    faxai_list.py FOLDER OUT

FOLDER holds the snapshots `data.<YYYYMMDDHHMM>.json` of the public repository (its docs/ at the commit that
docs/benchmark.md names), OUT becomes tepco_2019_faxai_outage_long.csv.gz. Nothing is left out: in front comes the time
of the snapshot, behind the count as text a number, 50 for 100軒未満. Printed are how many rows there are, and the sum
of its content.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path

import checkout  # noqa: F401  # makes `tomoshibi` importable
from tomoshibi.dev.noto_list import number_of, stamp_of, write

HEADER = ("snapshot_jst", "pref", "city", "town", "outage_text", "outage_est")
FEW = "50"
"""What stands for 100軒未満."""


def together(folder: Path) -> bytes:
    """Return the list as CSV, UTF-8 with CR LF. Raises `SystemExit` where the folder holds no snapshot."""
    snapshots = sorted(path for path in folder.glob("data.*.json") if re.fullmatch(r"data\.\d{12}", path.stem))
    if not snapshots:
        raise SystemExit(f"{folder} holds no data.<YYYYMMDDHHMM>.json. Name the folder of the snapshots.")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for path in snapshots:
        stamp = stamp_of(path)
        for _page, prefecture, city, town, told in json.loads(path.read_text(encoding="utf-8")):
            writer.writerow([stamp, prefecture, city, town, told, number_of(told, FEW)])
    return text.getvalue().encode("utf-8")


def main(words: list[str]) -> int:
    """Write the file."""
    return write(words, __doc__, together, lambda rows: "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

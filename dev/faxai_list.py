"""Put the utility's list of the typhoon of 2019 (Faxai) together, one file for each snapshot (docs/benchmark.md).

    faxai_list.py FOLDER OUT

FOLDER holds the snapshots `data.<YYYYMMDDHHMM>.json` of the public repository (its docs/ at the commit that
docs/benchmark.md names), OUT becomes tepco_2019_faxai_outage_long.csv.gz. Nothing is left out: in front comes the time
of the snapshot, behind the count as text a number, 50 for 100軒未満. Printed are how many rows there are, and the sum
of its content.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import sys
from pathlib import Path

import checkout  # noqa: F401  # makes `tomoshibi` importable
from tomoshibi.dev.noto_list import keep

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
        year, month, day, hour, minute = re.fullmatch(r"data\.(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)", path.stem).groups()
        for _page, prefecture, city, town, told in json.loads(path.read_text(encoding="utf-8")):
            number = FEW if "未満" in told else str(int(re.sub(r"\D", "", told)))
            stamp = f"{year}-{month}-{day}T{hour}:{minute}:00+09:00"
            writer.writerow([stamp, prefecture, city, town, told, number])
    return text.getvalue().encode("utf-8")


def main(words: list[str]) -> int:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args(words)
    raw = together(asked.folder)
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8"), newline="")))
    print(f"{len(rows)} rows of {len({row['snapshot_jst'] for row in rows})} snapshots with an outage.")
    keep(raw, asked.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

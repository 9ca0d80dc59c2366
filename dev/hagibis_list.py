"""Put the lists of the typhoon of October 2019 (Hagibis) together: how long each area was out (docs/benchmark.md).

    hagibis_list.py FOLDER OUT

FOLDER holds data.json, data.chubu.json, error.txt and error.chubu.txt of the public repository at the commit that
docs/benchmark.md names: an area each of 東京電力 and of 中部電力, with the hours in which the hourly lists from
2019-10-12 00:00 to 10-16 11:00 named it. OUT becomes tepco_chuden_2019_hagibis_hours.csv.gz. No area is left out; one
of several outlines is one row, with the most hours that any of them has. Printed are how many areas there are, and the
sum of the content.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from pathlib import Path

import checkout  # noqa: F401  # makes `tomoshibi` importable
from tomoshibi.dev.noto_list import keep

UTILITIES = {"tepco": ("data.json", "error.txt"), "chuden": ("data.chubu.json", "error.chubu.txt")}
"""Utility → the areas that were found on the map, and those that were not."""
HEADER = ("utility", "city_code", "pref", "city", "area", "hours")


def together(folder: Path) -> bytes:
    """Return the list as CSV, UTF-8 with CR LF. Raises `SystemExit` where a file is missing."""
    absent = [name for names in UTILITIES.values() for name in names if not (folder / name).is_file()]
    if absent:
        raise SystemExit(f"{folder} holds no {', '.join(absent)}. Name the folder of the repository.")
    hours: dict[tuple[str, ...], int] = {}
    for utility, (drawn, not_drawn) in UTILITIES.items():
        features = json.loads((folder / drawn).read_text(encoding="utf-8"))["features"]
        told = [(each["properties"]["label"], each["properties"]["hours"]) for each in features]
        with open(folder / not_drawn, encoding="utf-8-sig", newline="") as stream:
            told += [(row["Area"], row["Hours"]) for row in csv.DictReader(stream)]
        for label, count in told:
            # behind the utility's name of an area may stand that of the census, whose outline was taken
            key = (utility, *label.partition("【")[0].split("/"))
            hours[key] = max(hours.get(key, 0), int(count))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows((*key, count) for key, count in sorted(hours.items()))
    return text.getvalue().encode("utf-8")


def main(words: list[str]) -> int:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args(words)
    raw = together(asked.folder)
    print(f"{len(raw.splitlines()) - 1} areas.")
    keep(raw, asked.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

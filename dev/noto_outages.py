"""Hold the outage list of a utility against what the aggregator's files would have shown, town by town.

    noto_outages.py DATA [--out build/noto-history] [--seed 101] [--last-day 2024-03-18]

DATA is a folder with open data of the Noto peninsula (docs/practice.md), above all the utility's outage list by town
from 11 January to 18 March 2024. A scenario follows that list snapshot by snapshot; from it 通電計器数 is published,
taken into a case and made into rates by municipality, as `areaoutage` does, and the meters silent for 12 hours are
counted by town at every snapshot. The page goes to standard output and to docs/noto.md with --write.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Optional

import numpy as np
import pandas as pd
from checkout import ROOT
from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import Profile
from tomoshibi.analysis import outage
from tomoshibi.analysis.blind import Blind, DayMoment, Struck
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.intake import take_in
from tomoshibi.messages import Progress
from tomoshibi.practice import opendata, truth
from tomoshibi.practice.published_files import publish_files
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario

BIN = 10
"""The list gives fewer than ten contracts as one bin, and rounds the others to tens."""


WHY = f"""## Where they differ, and why

- **Bins.** The list gives “10 戸未満” for fewer than {BIN} contracts and rounds the rest to tens; taken as 5, a small
  town is off by up to half a bin, and by half a pole, because poles go out as a whole.
- **Contracts and meters.** The list counts contracts; the scenario's meters are those of the households of 2015, with
  some shops. Where a town has fewer meters than contracts listed, all are out and the rest is missing from the count.
- **Town names.** The list's towns join to town points by name; small areas join to towns by name, or by the nearest
  point. A town that no small area joins has no homes, and its contracts are missing.
- **The 12-hour rule.** A meter is silent 12 hours after it lost power, and until about an hour after it has it back.
  Outages of less than 12 hours never show; a town that was repaired shows an hour longer.
- **Silence in peacetime.** Meters that never answer are silent as well. The excess rate takes their share off; the
  count of silent meters does not.
- **The first 12 hours.** The figures of the day of the earthquake are of 7 h 50 min after it: an outage cannot show,
  and the bounds are as wide as all meters. Later outages without an event of their own (snow, faults in repair) are
  hidden for 12 hours too: those days fall out of the interval.
- **Lower bounds.** They allow for relays that failed with the earthquake (4.5 % of the meters, and more in small
  towns, whose relays are few; from the third day on half as many every four days) and for meters that are just back
  (a quarter of those who came back since the day before): no data tell them from meters without power. Here no relay
  failed.
- **Before the list.** It begins ten days after the earthquake. Until then the scenario keeps its first state.
- **Hidden outages.** The list is made from high-voltage lines, so the scenario breaks no service wires here.

Which settlements were dark in groups, and what tells hidden outages from lines that come back, is printed by
`dev/noto_groups.py`: [isolated groups and hidden outages](noto-groups.md).
""".splitlines()


@dataclass(frozen=True)
class Counts:
    """Contracts and meters by town and snapshot, arrays (towns, snapshots)."""

    moments: np.ndarray
    """datetime64[s] (snapshots)."""
    towns: tuple[tuple[str, str], ...]
    listed: np.ndarray
    """Contracts without power by the utility's list."""
    dark: np.ndarray
    """Meters without power in the scenario."""
    silent: np.ndarray
    """Meters without a reading for 12 hours, as 通電情報 lists them."""
    peace: np.ndarray
    """The same in the week before the event, a snapshot of each midnight: mean (towns)."""
    back: np.ndarray
    """Silent meters that had power again at the moment, beyond those of peacetime."""
    meters: np.ndarray
    """Meters of use in service (towns)."""
    largest_pole: np.ndarray
    """Meters of the largest pole of the town (towns)."""
    outside: pd.DataFrame
    """Rows of the list that belong to no town of the scenario."""


def make(folder: Path, data: Path, seed: int, last_day: Optional[date]) -> tuple[Scenario, opendata.Recorded]:
    """Make the scenario that follows the list, and return the list laid over it."""
    spec = ScenarioSpec.noto_history(data)
    if last_day is not None:
        now = min(spec.now, datetime.combine(last_day, time(18)))
        spec = replace(spec, last_day=last_day, now=now)
    scenario = make_scenario(folder, seed=seed, spec=spec)
    _stage, recorded = opendata.load_open_data(spec.open_data, seed, Progress())
    return scenario, recorded


def count(scenario: Scenario, recorded: opendata.Recorded) -> Counts:
    """Count by town at every snapshot up to the scenario's end."""
    moments, listed, outside = recorded.series()
    kept = moments <= np.datetime64(scenario.now, "s")
    moments, listed = moments[kept], listed[:, kept]
    town = scenario.meters["town"]
    use = scenario.active & (scenario.meters["flow"] == 1)
    size = len(recorded.towns)

    def by_town(rows: np.ndarray) -> np.ndarray:
        return np.bincount(town[rows & use], minlength=size)

    week = [datetime.combine(scenario.event_time.date() - timedelta(back), time()) for back in range(7)]
    peace = np.mean([by_town(scenario.silent(moment)) for moment in week], axis=0)
    always = np.mean([scenario.silent(moment) for moment in week], axis=0) > 0
    dark, silent, back = (np.zeros(listed.shape) for _ in range(3))
    for number, moment in enumerate(moments.astype(datetime)):
        without = truth.dark_at(scenario, moment)
        mute = scenario.silent(moment)
        dark[:, number], silent[:, number] = by_town(without), by_town(mute)
        back[:, number] = by_town(mute & ~without & ~always)
    poles = np.bincount(scenario.meters["pole"][scenario.meters["flow"] == 1])
    largest = np.zeros(size)
    np.maximum.at(largest, town, poles[scenario.meters["pole"]])
    return Counts(moments, recorded.towns, listed, dark, silent, peace, back, by_town(use), largest, outside)


def rates(scenario: Scenario, folder: Path) -> pd.DataFrame:
    """Publish 通電計器数 by municipality for all days, take it in, and return the table of `areaoutage`."""
    begin = datetime.combine(scenario.statistics_from, time())
    profile, parts = Profile.load(), []
    case = Case.create(folder, CaseInfo(scenario.name, scenario.event_time, scenario.municipality, practice=True))
    for division in scenario.divisions:
        conditions = TEMPLATES["uc2lgwan"].conditions(division["code"], begin, scenario.now, ["low"])
        for number, condition in enumerate(conditions):
            identity = f"C{division['code']}{number}"
            files = publish_files(
                scenario, condition, profile, case.folder / "received" / identity, scenario.now, condition_id=identity
            )
            report = take_in(case, files, profile, condition, "unknown", Progress())
            parts += [report]
    if any(report.failed or report.rejected for report in parts):
        raise RuntimeError("files of the scenario were refused")
    event = scenario.event_time.date()
    struck = np.datetime64(scenario.event_time, "s")
    return outage.mesh_rates(
        case.statistics(),
        voltage=1,
        metres=None,
        area_kind=outage.BY_ADDRESS,
        baseline_dates=np.array([event - timedelta(back) for back in range(1, 8)], dtype="datetime64[D]"),
        progress=Progress(),
        # The scenario's figures are those of the day's end; the truth is compared at that moment.
        blind=Blind((Struck(struck, struck),), DayMoment.END, each_day=True),
    )


def by_town(counts: Counts) -> list[str]:
    """Return the comparison by town, in lines of Markdown."""
    listed, dark = counts.listed, counts.dark
    cells = (listed > 0) | (dark > 0)
    # A town cannot lose more meters than it has.
    reachable = np.minimum(listed, counts.meters[:, None])
    missing = (listed - reachable).sum()
    apart = np.abs(dark - reachable)
    tolerance = np.maximum(BIN, counts.largest_pole / 2)[:, None]
    agree = cells & (apart <= tolerance)
    scaled = listed.sum()
    without_homes = (counts.meters == 0) & (listed > 0).any(axis=1)
    late = np.maximum(counts.dark - (counts.silent - counts.back - counts.peace[:, None]), 0)
    outside = counts.outside
    lines = [
        "| what | figure |",
        "|---|---|",
        f"| snapshots compared | {len(counts.moments):,} |",
        f"| towns listed at some time that have a town point | {(listed > 0).any(axis=1).sum():,} |",
        f"| towns × snapshots with an outage | {cells.sum():,} |",
        f"| … in which the scenario's meters without power agree with the list to a bin or half a pole | "
        f"{agree.sum() / cells.sum():.1%} |",
        f"| contracts × snapshots listed in these towns | {scaled:,.0f} |",
        f"| … of which in towns with fewer meters than contracts listed | {missing:,.0f} ({missing / scaled:.1%}) |",
        f"| … of which in towns without any home | {listed[without_homes].sum():,.0f} "
        f"({listed[without_homes].sum() / scaled:.1%}) |",
        f"| meters × snapshots without power in the scenario | {dark.sum():,.0f} "
        f"({dark.sum() / scaled:.1%} of the list) |",
        f"| meters × snapshots silent for 12 hours | {counts.silent.sum():,.0f} |",
        f"| … silent in peacetime too (expected) | {counts.peace.sum() * len(counts.moments):,.0f} |",
        f"| … with power again, their reading not there yet | {counts.back.sum():,.0f} |",
        f"| without power, not silent: under 12 hours, or not read remotely (at least) | {late.sum():,.0f} |",
        f"| rows of the list outside the municipalities or without a town point | {len(outside):,}, "
        f"{outside['contracts'].sum():,.0f} contracts × snapshots |",
    ]
    small = (counts.listed > 0) & (counts.listed < BIN)
    share = small.sum() / (listed > 0).sum()
    lines.append(f"| towns × snapshots listed as one bin of fewer than {BIN} | {share:.1%} |")
    return lines


def by_municipality(counts: Counts, table: pd.DataFrame, scenario: Scenario, every: int) -> list[str]:
    """Return the comparison by municipality at the ends of days, in lines of Markdown."""
    cities = np.array([city for city, _ in counts.towns])
    first, last = counts.moments[0].astype("datetime64[D]"), counts.moments[-1].astype("datetime64[D]")
    lines = [
        "| day's end | municipality | list | without power | silent 12 h | rate × meters | 95 % interval | meters |",
        "|---|---|---|---|---|---|---|---|",
    ]
    inside = total = 0
    for number, day in enumerate(np.arange(first, last)):
        end = (day + 1).astype("datetime64[s]")
        place = int(np.searchsorted(counts.moments, end, side="right")) - 1
        for row in table[table["begin"].to_numpy("datetime64[D]") == day].itertuples(index=False):
            own = cities == opendata._short(row.area_name)
            dark = truth_of(scenario, row.area_name, end.astype(datetime))
            low, high = row.low * row.meters, row.high * row.meters
            total += 1
            inside += low - 0.5 <= dark <= high + 0.5
            if number % every == 0:
                lines.append(
                    f"| {day} | {row.area_name} | {counts.listed[own, place].sum():,.0f} | {dark:,} | "
                    f"{row.silent:,.0f} | {_count(row.excess_rate * row.meters)} | {low:,.0f}–{high:,.0f} | "
                    f"{row.meters:,.0f} |"
                )
    held = f"The interval holds the meters without power in {inside / total:.1%} of {total} municipalities × days."
    lines += ["", held]
    return lines


def _count(number: float) -> str:
    return "unknown" if np.isnan(number) else f"{number:,.0f}"


def truth_of(scenario: Scenario, name: str, at: datetime) -> int:
    """Return how many low-voltage meters of use of a municipality are without power at a moment."""
    place = [item["name"] for item in scenario.divisions].index(name)
    meters = scenario.meters
    use = scenario.active & (meters["flow"] == 1) & (meters["voltage"] == 1) & (meters["division"] == place)
    return int((truth.dark_at(scenario, at) & use).sum())


def page(counts: Counts, table: pd.DataFrame, scenario: Scenario, command: str, every: int = 7) -> str:
    """Return the page."""
    return "\n".join(
        [
            "# A real outage history beside the aggregator's figures",
            "",
            f"Printed by `{command}` from open data that are not part of this project. The utility's list counts",
            "contracts by town, about every hour; the aggregator lists meters that gave no reading for 12 hours. A",
            "scenario follows the list town by town, with the households and the population of the open data; from its",
            "meters 通電計器数 is published, taken in, and made into rates as `areaoutage` does.",
            "",
            "## By town, all snapshots",
            "",
            *by_town(counts),
            "",
            "## By municipality, every seventh day of the list",
            "",
            *by_municipality(counts, table, scenario, every),
            "",
            *WHY,
            "",
        ]
    )


def main(words: list[str]) -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "noto-history")
    parser.add_argument("--seed", type=int, default=101)
    parser.add_argument("--last-day", type=date.fromisoformat, default=None)
    parser.add_argument("--write", action="store_true", help="write docs/noto.md too")
    asked = parser.parse_args(words)
    out = asked.out.resolve()
    if out.exists() and any(out.iterdir()) and not (out / ".noto").exists():
        raise SystemExit(f"{out} holds something else. Choose another --out, or empty it.")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / ".noto").touch()
    scenario, recorded = make(out / "scenario", asked.data, asked.seed, asked.last_day)
    counts = count(scenario, recorded)
    text = page(counts, rates(scenario, out / "case"), scenario, ".venv/bin/python dev/noto_outages.py FOLDER --write")
    print(text)
    if asked.write:
        (ROOT / "docs" / "noto.md").write_text(text, encoding="utf-8")
    shutil.rmtree(out, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

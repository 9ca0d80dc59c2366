"""Find isolated groups and hidden outages in a real outage history, and print them.

    noto_groups.py DATA [--out build/noto-groups] [--seed 106] [--write]

DATA is a folder with open data of the Noto peninsula (docs/practice.md). A scenario follows the utility's outage list
by town; its meters report as they do in a drill. Nothing is invented about roads: the groups of dark settlements rest
on silence, neighbourhood and distance alone. For the hidden outages wires and poles are broken at random, more or fewer
of them, because the list is made from high-voltage lines and knows of none. The page goes to standard output, and to
docs/noto-groups.md with --write.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Iterator

import numpy as np
import pandas as pd
from checkout import ROOT
from qgis.core import QgsCoordinateTransformContext, QgsVectorLayer
from tomoshibi.analysis.hidden import SURE, HiddenRules, hidden_outages
from tomoshibi.analysis.isolation import Surroundings, isolated
from tomoshibi.layers.neighbours import neighbours
from tomoshibi.messages import Progress
from tomoshibi.practice import outages
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario

LAST_DAY = date(2024, 1, 27)
PEACE_DAYS = 3
GROUPS_AT = (datetime(2024, 1, 11, 18), datetime(2024, 1, 18, 18), datetime(2024, 1, 25, 18))
HIDDEN_DAYS = range(11, 27)
HIDDEN_HOURS = (6, 11, 16, 21)
SHARES = (1.0, 0.3)
"""Of the drills' chance that a wire or pole breaks: with fewer, the rests of lines weigh more."""
LOST = 0.0006
"""Readings that never come, beside meters that do not communicate."""
THRESHOLD, DARK_HOURS = 0.8, 12
SEEN_HOURS = 8
"""A hidden outage can be told so long after its line is back."""


@dataclass(frozen=True)
class Town:
    """Meters of use that can be read, and the half-hours from three days before the event on."""

    scenario: Scenario
    rows: np.ndarray
    first: int
    slots: int

    @classmethod
    def of(cls, scenario: Scenario) -> Town:
        """Take the meters of a scenario."""
        rows = np.flatnonzero((scenario.meters["flow"] == 1) & scenario.active & scenario.readable)
        first = scenario.minutes(scenario.event_time) // 30 - PEACE_DAYS * 48
        return cls(scenario, rows, first, scenario.minutes(datetime.combine(LAST_DAY, time())) // 30 - first)

    def dark(self, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Return the half-hours that these spells of the meters touch, bool (meters, slots)."""
        early = outages.dark_slots(begin[self.rows], end[self.rows], self.first + self.slots)
        return early[:, self.first :]

    @property
    def begins(self) -> np.ndarray:
        """Beginnings of the half-hours, datetime64[s] (slots)."""
        start = np.datetime64(self.scenario.start, "s")
        return start + np.timedelta64(30, "m") * (self.first + np.arange(self.slots))

    def until(self, moment: datetime) -> int:
        """Return how many half-hours end by a moment."""
        return self.scenario.minutes(moment) // 30 - self.first


def present(town: Town, begin: np.ndarray, end: np.ndarray, seed: int) -> np.ndarray:
    """Return which readings came, bool (meters, slots), of meters without power in these spells."""
    meters = town.scenario.meters
    came = ~town.dark(begin, end)
    came &= ~town.dark(meters["comm_begin"], meters["comm_end"])
    return came & (np.random.default_rng([seed, 21]).random(came.shape, dtype=np.float32) >= LOST)


def groups(town: Town, seed: int) -> Iterator[str]:
    """Yield the lines about dark settlements."""
    scenario, meters = town.scenario, town.scenario.meters
    layer = QgsVectorLayer(str(scenario.folder / "open" / "areas.geojson"), "areas", "ogr")
    shapes = {str(feature["area_id"]): feature.geometry() for feature in layer.getFeatures()}
    names = {str(feature["area_id"]): str(feature["area_name"]) for feature in layer.getFeatures()}
    edges = neighbours(shapes, QgsCoordinateTransformContext(), Progress())
    area = scenario.areas()["area_id"].astype(str).to_numpy(object)[meters["area"][town.rows]]
    north, east = meters["lat"][town.rows] * 111_320, meters["lon"][town.rows] * 111_320 * np.cos(np.radians(37.3))
    middles = pd.DataFrame({"area": area, "east": east, "north": north}).groupby("area").median()
    around = Surroundings(edges, dict(zip(middles.index, middles.itertuples(index=False, name=None))))
    came = present(town, meters["outage_begin"], meters["outage_end"], seed)
    for moment in GROUPS_AT:
        width = town.until(moment)
        table = isolated(
            came[:, :width],
            np.ones(width, dtype=bool),
            town.begins[:width],
            area,
            scenario.event_time,
            threshold=THRESHOLD,
            hours=DARK_HOURS,
            until=None,
            access=None,
            surroundings=around,
        )
        yield f"## Groups of dark settlements, {moment:%Y-%m-%d %H:%M}"
        yield ""
        alone = int((table["group_areas"] == 1).sum())
        yield f"{len(table)} settlements are dark, {table['meters'].sum():,} meters, in {table.attrs['groups']} groups;"
        yield f"{alone} of them stand alone. The order in which settlements rank agrees with that of their meters to"
        yield f"{_agreement(table):.2f} (rank correlation; 1 would be an order by size)."
        yield ""
        yield from _group_lines(table, names)
        yield ""


def _agreement(table: pd.DataFrame) -> float:
    """Return Spearman's rank correlation of the order with one by meters, largest first."""
    if len(table) < 2:
        return float("nan")
    return float(np.corrcoef(table["rank"], (-table["meters"]).rank())[0, 1])


def _group_lines(table: pd.DataFrame, names: dict[str, str]) -> Iterator[str]:
    """Yield the groups as a table of Markdown, members in the order of their rank."""
    yield "| group | settlements | meters | dark for (h) | nearest power (km) | best score | members |"
    yield "|---|---|---|---|---|---|---|"
    for number, part in sorted(table.groupby("group_id"), key=lambda item: int(item[0])):
        members = "、".join(names[area] for area in part["area_id"].astype(str))
        yield (
            f"| {number} | {len(part)} | {part['meters'].sum():,} | {part['hours'].max():.0f} | "
            f"{part['nearest_powered_km'].max():.1f} | {part['score'].max():.1f} | {members} |"
        )


def planted(town: Town, seed: int, share: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return begin and end of the outages with broken wires and poles, and which rows of the master hang on them."""
    meters = town.scenario.meters
    count = int(meters["pole"].max()) + 1
    begin = np.full((count, meters["line_begin"].shape[1]), outages.NEVER, dtype=np.int32)
    end = begin.copy()
    begin[meters["pole"]], end[meters["pole"]] = meters["line_begin"], meters["line_end"]
    lines = outages.PoleOutages(begin, end, np.zeros(count, dtype=np.int8), np.zeros(1, dtype=np.int8))
    event = town.scenario.minutes(town.scenario.event_time)
    clock = outages.Clock(event, town.scenario.minutes(town.scenario.now), 0, 30 * (town.first + town.slots))
    cause = outages.CAUSES["earthquake"]
    cause = replace(
        cause,
        pole_breaks=tuple(share * chance for chance in cause.pole_breaks),
        wire_breaks=tuple(share * chance for chance in cause.wire_breaks),
    )
    return outages.break_wires(np.random.default_rng([seed, 22]), lines, meters["pole"], meters["wire"], clock, cause)


def hidden(town: Town, seed: int, share: float) -> tuple[np.ndarray, float]:
    """Return counts by moment: listed, right, sure, right; to be found, found, found sure (moments, 7), and the share
    of moments at which at least .8 of the sure ones are right.
    """
    meters = town.scenario.meters
    begin, end, broken = planted(town, seed, share)
    came, line = present(town, begin, end, seed), ~town.dark(meters["line_begin"], meters["line_end"])
    known, broken = meters["coordinates_known"][town.rows], broken[town.rows]
    mute = town.dark(meters["comm_begin"], meters["comm_end"])
    table = pd.DataFrame(
        {
            "supply_point": meters["supply_point"][town.rows].astype(str).astype(object),
            "lat": np.where(known, meters["lat"][town.rows], np.nan),
            "lon": np.where(known, meters["lon"][town.rows], np.nan),
        }
    )
    counts = []
    for day in HIDDEN_DAYS:
        for hour in HIDDEN_HOURS:
            width = town.until(datetime(2024, 1, day, hour))
            found = hidden_outages(
                table,
                came[:, :width],
                np.ones(width, dtype=bool),
                town.begins[:width],
                town.scenario.event_time,
                HiddenRules(),
            )
            listed = table["supply_point"].isin(found["supply_point"]).to_numpy()
            sure = table["supply_point"].isin(found.loc[found["certainty"] == SURE, "supply_point"]).to_numpy()
            true = broken & line[:, width - 1]
            due = broken & line[:, width - 2 * SEEN_HOURS : width].all(axis=1) & known & ~mute[:, width - 1]
            flags = (listed, listed & true, sure, sure & true, due, due & listed, due & sure)
            counts.append([int(flag.sum()) for flag in flags])
    table_of = np.array(counts)
    return table_of, float((table_of[:, 3] >= 0.8 * table_of[:, 2]).mean())


def hidden_lines(town: Town, seed: int) -> Iterator[str]:
    """Yield the lines about hidden outages."""
    yield "## Hidden outages among lines that come back"
    yield ""
    yield f"{len(HIDDEN_DAYS) * len(HIDDEN_HOURS)} moments from {HIDDEN_DAYS[0]} to {HIDDEN_DAYS[-1]} January."
    yield "“Listed” are all rows of `hiddenoutages`, the undecided among them: what was listed before they were told"
    yield "apart. “To be found” are broken ones whose line is back for eight hours."
    yield ""
    yield (
        "| breaks, share of the drills' | listed | of them right | sure | of them right | … of the worst moment | "
        "moments with .8 right | to be found | listed | sure | sure of listed |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    for share in SHARES:
        counts, reached = hidden(town, seed, share)
        listed, right, sure, sure_right, due, found, found_sure = counts.sum(axis=0)
        worst = (counts[:, 3] / np.maximum(counts[:, 2], 1)).min()
        yield (
            f"| {share:g} | {listed:,} | {right / listed:.2f} | {sure:,} | {sure_right / sure:.2f} | {worst:.2f} | "
            f"{reached:.0%} | {due:,} | {found / due:.2f} | {found_sure / due:.2f} | {found_sure / found:.2f} |"
        )


ABOUT = """# Isolated groups and hidden outages in a real outage history

Printed by `.venv/bin/python dev/noto_groups.py FOLDER --write` from open data that are not part of this project. A
scenario follows the utility's outage list of January 2024 town by town (see [the history](noto.md)). Before
11 January there is no list; until then the first state stands. No road is known here, so no settlement is said to be
cut off: the groups rest on silence alone.

How the groups are ordered, and why (`analysis/isolation.py`): half the score is road access, unknown here for all. The
rest is how complete the silence is, how long it lasts (72 hours at most), how far the middle of the nearest settlement
with power lies (5 km at most), and the share of the neighbours that are dark too. Deep in the dark, far from power, a
settlement is the more likely to be beyond the reach of those who repair. The number of meters only breaks ties: large
settlements stand at roads. No list of the places that were really cut off is part of these data, and nothing was tuned
on one. Settlements are neighbours where their polygons touch or lie within 100 m.

What remains out of a line is told from a broken wire (`analysis/hidden.py`, [evidence](evidence.md)) by what stands
round a dark pole: after 72 hours it is `sure` only where the poles that came back lie all round it and came back within
a day of one another, or where poles that never lost power stand close round it and no other dark one near; else it is
`undecided`. The list begins ten days after the earthquake: how lines came back in the first days is not in these data.
The angles and hours were chosen on scenarios of other seeds; where the list keeps a single pole of a town out for
weeks, no reading tells it from a broken one, and each such pole weighs in every one of these moments. The fewer wires
are broken, the more they weigh.
"""


def main(words: list[str]) -> int:
    """Make the scenario and print the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "noto-groups")
    parser.add_argument("--seed", type=int, default=106)
    parser.add_argument("--write", action="store_true", help="write docs/noto-groups.md too")
    asked = parser.parse_args(words)
    out = asked.out.resolve()
    if out.exists() and any(out.iterdir()) and not (out / ".noto").exists():
        raise SystemExit(f"{out} holds something else. Choose another --out, or empty it.")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / ".noto").touch()
    spec = ScenarioSpec.noto_history(asked.data)
    now = datetime.combine(LAST_DAY, time()) + timedelta(hours=18)
    scenario = make_scenario(out / "scenario", seed=asked.seed, spec=replace(spec, last_day=LAST_DAY, now=now))
    town = Town.of(scenario)
    text = "\n".join([ABOUT, *groups(town, asked.seed), *hidden_lines(town, asked.seed), ""])
    print(text)
    if asked.write:
        (ROOT / "docs" / "noto-groups.md").write_text(text, encoding="utf-8")
    shutil.rmtree(out, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

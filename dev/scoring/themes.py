"""What is asked of the checkout at each moment, and what comes of it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Optional

import pandas as pd
from tomoshibi.practice import score, stock_truth, truth
from tomoshibi.practice.scenario import Scenario

from . import hours, units
from .bench import MESH_METRES, Bench, weekday_and_weekend
from .plan import AUDIT, MAIN

THEMES = (
    *("facilities", "cells", "hidden", "isolated", "presence", "residents"),
    *("clocks", "trucks", "life", "outlook", AUDIT),
)
METHODS = ("", "quiet", "held")
"""Methods of home and away; "" is the default one."""
HIDDEN_FROM_HOURS = 10
WIRE_HOURS = {"typhoon": 12.0}
STEP_HOURS = 3
CALLED = timedelta(minutes=30)
"""After a map, whom it names has been asked by telephone."""
IN_CASE = "ogr:dbname='[case]/layers.gpkg' table=\"{}\" (geom)"
"""Where a result goes that another algorithm takes from the case."""


@dataclass
class Rows:
    """Everything judged in one drill and service, theme by theme."""

    tables: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    counts: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, table: pd.DataFrame) -> None:
        """Keep a table, and count the ended contracts in it that a result speaks of."""
        self.tables.setdefault(name, []).append(table)
        self.counts["ended"] = self.counts.get("ended", 0) + table.attrs.get("ended", 0)

    def of(self, name: str) -> pd.DataFrame:
        """Return all rows of a name, an empty table where there are none."""
        parts = [part for part in self.tables.get(name, []) if len(part)]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def only(self, *names: str) -> Rows:
        """Return the tables of these names alone."""
        return Rows({name: self.tables.get(name, []) for name in names})


def look(bench: Bench, moment: datetime, kind: str, themes: tuple[str, ...], rows: Rows, calls: bool = True) -> None:
    """Ask what a headquarters asks at a moment; where the data are broken on purpose, only what must never be wrong.

    `calls`: whether it asks by telephone whom a map of hours left names; what they tell stands in all later maps.
    """
    if "facilities" in themes:
        shown = bench.ask(
            "shelterpower", FACILITIES=str(bench.open / "facilities.geojson"), AT=moment.isoformat(), LINKS=None
        )
        table = units.facilities(bench.scenario, moment, shown, bench.whole, bench.told)
        rows.add("facilities" if kind == MAIN else "facilities_broken", table)
    to_ask = _hours_left(bench, moment, themes, rows, "" if kind == MAIN else "_broken")
    if kind != MAIN:
        return
    if "cells" in themes:
        cells(bench, moment, rows)
        _municipalities(bench, moment, rows)
    if "hidden" in themes and hidden_is_asked(bench.scenario, moment):
        hours = WIRE_HOURS.get(bench.scenario.cause, 1.0)
        shown = bench.ask("hiddenoutages", AT=moment.isoformat(), EVENT_HOURS=hours)
        rows.add("hidden", units.hidden(bench.scenario, moment, shown))
    if "clocks" in themes and calls:
        _call(bench, moment, to_ask, rows)


def _clocks(bench: Bench, moment: datetime, rows: Rows, ending: str) -> Optional[pd.DataFrame]:
    """Ask how long facilities last; `ending`: what the names of the tables end with."""
    lists = {"FACILITIES": str(bench.open / "facilities.geojson"), "BACKUP": str(bench.open / "backup.csv")}
    shown = bench.ask("survivalclocks", AT=moment.isoformat(), LINKS=None, **lists)
    rows.add(f"clocks{ending}", hours.clocks(bench.scenario, moment, shown))
    return shown


def _named(clocks: pd.DataFrame) -> list[str]:
    """Return the facilities that a map of hours left says to ask what is left in the tank."""
    # a code of `analysis.backup.Assumption`, which older code does not have
    marked = clocks["assumption"].fillna("").str.split(",").map(lambda codes: "stock_to_ask" in codes)
    return [str(one) for one in clocks.loc[marked.astype(bool), "facility_id"]]


def _call(bench: Bench, moment: datetime, to_ask: list[str], rows: Rows) -> None:
    """Ask by telephone whom a map of hours left names what is left in the tank, note it, and make the map again."""
    at = moment + CALLED
    if at >= bench.scenario.now:
        return
    left = stock_truth.read_off(bench.scenario, to_ask, at)
    for name, litres in left.items():
        bench.judge.run(
            "overridestate",
            CASE=str(bench.case),
            FACILITIES=str(bench.open / "facilities.geojson"),
            FACILITY_ID=name,
            STATE="own_generator",
            BY="訓練本部",
            FUEL_LEFT=f"{litres:g}L",
            AT=at.isoformat(),
        )
    rows.counts["called.asked"] = rows.counts.get("called.asked", 0) + len(to_ask)
    rows.counts["called.answered"] = rows.counts.get("called.answered", 0) + len(left)
    _clocks(bench, at, rows, "_called")


def hidden_is_asked(scenario: Scenario, moment: datetime) -> bool:
    """Return whether hidden outages are asked for: long enough after the event, and data of the time after it."""
    after = (moment - scenario.event_time) / timedelta(hours=1)
    until = scenario.minutes(units.data_until(scenario, moment))
    return after >= HIDDEN_FROM_HOURS and until > units.event_over(scenario, moment)


def _hours_left(bench: Bench, moment: datetime, themes: tuple[str, ...], rows: Rows, apart: str) -> list[str]:
    """Ask for hours left, people on devices and the outlook; the last not where the data are broken on purpose.

    `apart`: what the names of the tables end with. Returns the facilities that are to be asked what is left.
    """
    scenario, at, to_ask = bench.scenario, moment.isoformat(), []
    if "clocks" in themes:
        shown = _clocks(bench, moment, rows, apart)
        rows.add(f"clocks_lit{apart}", hours.lit_with_clock(scenario, moment, shown))
        to_ask = [] if shown is None else _named(shown)
    if "trucks" in themes and not apart:
        _trucks(bench, moment, rows)
    if "life" in themes:
        document = str(bench.folder / "round.xlsx")
        shown = bench.ask("lifesupport", AT=at, PEOPLE=str(bench.open / "devices.csv"), XLSX=document)
        rows.add(f"life{apart}", hours.life(scenario, moment, shown, bench.whole or moment))
    if "outlook" in themes and not apart:
        ahead = ",".join(map(str, hours.HORIZONS))
        shown = bench.ask("outlook", AT=at, AREAS=str(bench.open / "areas.geojson"), HORIZONS=ahead)
        rows.add("outlook", hours.outlook(scenario, moment, shown))
    return to_ask


def _trucks(bench: Bench, moment: datetime, rows: Rows) -> None:
    """Ask where trucks go, by the case's own results of the moment; then the same by the order of the list alone."""
    facilities = {"FACILITIES": str(bench.open / "facilities.geojson"), "LINKS": None, "AT": moment.isoformat()}
    power = bench.ask("shelterpower", OUTPUT=IN_CASE.format("shelterpower"), **facilities)
    bench.ask(
        "survivalclocks", OUTPUT=IN_CASE.format("survivalclocks"), BACKUP=str(bench.open / "backup.csv"), **facilities
    )
    table = units.facilities(bench.scenario, moment, power, bench.whole, bench.told)
    order = bench.folder / "order.csv"
    table[["facility_id"]].rename(columns={"facility_id": "id"}).to_csv(order, index=False)
    for name, more in (("trucks", {}), ("trucks_listed", {"PRIORITY": str(order)})):
        shown = bench.ask("powertrucks", TRUCKS=str(bench.open / "trucks.csv"), **more)
        rows.add(name, hours.trucks(bench.scenario, moment, shown, table))


COMMON = {"VOLTAGE": "low", "BASELINE": "7", "ALL_TIMES": False}
"""What is asked of outage rates, of cells and of municipalities."""


def cells(bench: Bench, moment: datetime, rows: Rows) -> None:
    """Ask which share of each cell is without power."""
    shown = bench.ask("meshoutage", MESH_SIZE=str(MESH_METRES), AT=moment.isoformat(), **COMMON)
    rows.add("cells", units.cells(bench.scenario, moment, shown, MESH_METRES))


def _municipalities(bench: Bench, moment: datetime, rows: Rows) -> None:
    towns = {"AREAS": str(bench.open / "municipality.geojson"), "AREA_FIELD": "code", "NAME_FIELD": "name"}
    shown = bench.ask("areaoutage", AT=moment.isoformat(), **towns, **COMMON)
    rows.add("municipalities", units.municipalities(bench.scenario, moment, shown))


def finish(bench: Bench, themes: tuple[str, ...], rows: Rows) -> None:
    """Ask what is asked once, at the drill's end."""
    if "facilities" in themes:
        _ended_places(bench, rows)
    if "isolated" in themes:
        isolated(bench, rows)
        isolated(bench, rows, roads=False)
        _gaps(bench, rows)
    if "presence" in themes:
        presence(bench, rows, METHODS)
    if "residents" in themes:
        residents(bench, rows)


def presence(bench: Bench, rows: Rows, methods: tuple[str, ...]) -> None:
    """Ask who was at home on a working day and a day at the weekend before the event, by methods; "": the default."""
    for day, weekend in weekday_and_weekend(bench.scenario):
        begin = datetime.combine(day, time())
        for method in methods:
            asked = {"METHOD": method} if method else {}
            span = {"FROM": begin.isoformat(), "TO": (begin + timedelta(1)).isoformat()}
            shown = bench.ask("presencetable", units.PRESENCE, **span, **asked)
            rows.add(f"presence.{method or 'default'}", units.presence(bench.scenario, weekend, shown))


def _ended_places(bench: Bench, rows: Rows) -> None:
    """Ask for the power at every place that is known by the number of an ended contract: a list of facilities or
    people that was not kept up for years. A town's list of facilities has one or two such numbers in fifty."""
    moment = bench.scenario.now
    places = units.ended_contracts(bench.scenario, moment)
    places["facility_id"] = [f"P{number:05d}" for number in range(len(places))]
    files = {name: bench.folder / f"ended_{name}.csv" for name in ("places", "links")}
    places.assign(name="灯", kind="避難所", capacity=1).to_csv(files["places"], index=False)
    places[["facility_id", "supply_point"]].to_csv(files["links"], index=False)
    shown = bench.ask("shelterpower", FACILITIES=str(files["places"]), LINKS=str(files["links"]), AT=moment.isoformat())
    rows.counts["ended.asked"] = len(places)
    rows.counts["ended.places"] = 0 if shown is None else int(shown["state"].isin(units.STATES).sum())


def isolated(bench: Bench, rows: Rows, roads: bool = True) -> None:
    """Ask which settlements are cut off, with roads and hazards or without."""
    given = {key: str(bench.open / f"{key.lower()}.geojson") for key in ("ROADS", "HAZARDS")} if roads else {}
    shown = bench.ask("isolatedcommunities", AREAS=str(bench.open / "areas.geojson"), **given)
    count_isolated(bench.scenario, shown, rows, "isolated" if roads else "isolated_no_roads")


def count_isolated(scenario: Scenario, shown: Optional[pd.DataFrame], rows: Rows, name: str = "isolated") -> None:
    """Keep how well settlements are listed (`area_id rank`)."""
    empty = pd.DataFrame({"area_id": [], "rank": []})
    for row in score.score_isolated(empty if shown is None else shown, scenario.areas()).itertuples(index=False):
        rows.counts[f"{name}.{row.measure}"] = row.value


def _gaps(bench: Bench, rows: Rows) -> None:
    areas = str(bench.open / "areas.geojson")
    shown = bench.ask("acquisitiongaps", AREAS=areas, STEP_HOURS=STEP_HOURS)
    if shown is not None and len(shown):
        steps = list(shown[["begin", "end"]].drop_duplicates().itertuples(index=False, name=None))
        until = units.data_until(bench.scenario, bench.scenario.now)
        # more meters than are in service and send by themselves: ended contracts stand among them
        newest = shown[shown["end"] == shown["end"].max()]
        rows.counts["ended.gaps"] = units.ended_in_gaps(bench.scenario, until, newest)
        found = score.score_gaps(shown, truth.gap_truth(bench.scenario, steps, until)).set_index("measure")["value"]
        rows.counts["gaps.mae"] = float(found["mae"])


def residents(bench: Bench, rows: Rows) -> None:
    """Ask which of the applicants' homes were lived in."""
    path = bench.folder / "applicants.csv"
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "supply_point"])
        writer.writerows(enumerate(units.applicants(bench.scenario), 1))
    end = datetime.combine(bench.scenario.event_time.date(), time())
    shown = bench.ask("residenceevidence", APPLICANTS=str(path), MONTHS=2, PDF=str(bench.folder / "residence.pdf"))
    begin: Optional[datetime] = (pd.Timestamp(end) - pd.DateOffset(months=2)).to_pydatetime()
    rows.add("residents", units.residence(bench.scenario, shown, max(begin, bench.scenario.start), end))

"""What anybody can tell by hand: the manual's rule, persistence, and what a utility's page shows.

Each rule returns rows `item answer`, as an entrant does; it rests on the list of 12 hours as published, on the page,
and on what the municipality has itself. Of what it leaves out nothing is told.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Callable, Mapping

import numpy as np
import pandas as pd
from tomoshibi.analysis import mesh
from tomoshibi.analysis.power_trucks import consumption
from tomoshibi.dev.scoring import units
from tomoshibi.dev.scoring.bench import MESH_METRES
from tomoshibi.practice.scenario import SILENT_HOURS, Scenario

from . import entrants as who
from .entrants import CLOCK_HOURS

HALF = 0.5
"""Of the contracts of an area, from which on a reader of the utility's page takes a place in it for dark."""
Rule = Callable[[Scenario, datetime], pd.DataFrame]


# -- what is seen ------------------------------------------------------------------------------------------------------
def listed(scenario: Scenario, moment: datetime) -> np.ndarray:
    """Return which meters stand in the newest list of 12 hours without a reading, as published, bool (meters)."""
    return scenario.silent(scenario.service.known_to(moment), moment)


def line_dark(scenario: Scenario, moment: datetime) -> np.ndarray:
    """Return which meters' line is out, bool (meters): what the utility knows at once; of broken wires it does not."""
    minute = scenario.minutes(moment)
    begin, end = scenario.meters["line_begin"], scenario.meters["line_end"]
    return ((begin <= minute) & (end > minute)).any(axis=1)


def page_share(scenario: Scenario, moment: datetime) -> np.ndarray:
    """Return the share of each area's contracts that the utility's page lists, float64 (areas); 0 without contracts."""
    return _area_share(scenario, moment, line_dark(scenario, moment))


def page_since(scenario: Scenario, moment: datetime) -> np.ndarray:
    """Return when the outage of each area began as the page tells it, hours after `moment`, float64 (areas); NaN: none.

    The page tells one time (発生日時) an area: that of the first line that is out.
    """
    minute, meters = scenario.minutes(moment), scenario.meters
    out = (meters["line_begin"] <= minute) & (meters["line_end"] > minute)
    begin = np.where(out, meters["line_begin"], np.inf).min(axis=1)
    first = np.full(len(scenario.areas()), np.inf)
    np.minimum.at(first, meters["area"], begin)
    return np.where(np.isfinite(first), (first - minute) / 60, np.nan)


def _area_share(scenario: Scenario, moment: datetime, chosen: np.ndarray) -> np.ndarray:
    use = scenario.active & (scenario.meters["flow"] == 1) & scenario.in_service(moment)
    area, size = scenario.meters["area"], len(scenario.areas())
    return np.bincount(area[use & chosen], minlength=size) / np.maximum(np.bincount(area[use], minlength=size), 1)


def _listed_points(scenario: Scenario, moment: datetime) -> set[str]:
    return set(scenario.meters["supply_point"][listed(scenario, moment)].astype(str))


def _listed_share(scenario: Scenario, moment: datetime) -> pd.Series:
    """Return the share of each facility's supply points that stand in the list; of those without a link none."""
    links = scenario.links()
    return links["supply_point"].isin(_listed_points(scenario, moment)).groupby(links["facility_id"]).mean()


def _listed_since(scenario: Scenario, moment: datetime) -> float:
    """Return since when who is in the list has no power at the latest, hours after `moment`."""
    at = scenario.service.known_to(moment) - timedelta(hours=SILENT_HOURS)
    return (at - moment) / timedelta(hours=1)


def _facility_area(scenario: Scenario) -> pd.Series:
    """Return the area of each facility."""
    rows = np.flatnonzero(scenario.meters["use"] == units.FACILITY)
    facility, first = np.unique(scenario.meters["facility"][rows], return_index=True)
    ids = scenario.facilities()["facility_id"].to_numpy(object)
    return pd.Series(scenario.meters["area"][rows[first]], index=ids[facility])


# -- places ------------------------------------------------------------------------------------------------------------
def _places_by_list(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    """The manual's rule: on the list is out, not on the list has power; of places without a link nothing is told."""
    share = _listed_share(scenario, moment)
    said = np.where(share == 0, "powered", np.where(share == 1, "outage", "partial"))
    return pd.DataFrame({"item": share.index, "answer": said})


def _places_as_before(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    """Persistence: all have power, as before the event."""
    return pd.DataFrame({"item": scenario.facilities()["facility_id"], "answer": "powered"})


def _places_by_page(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    """The utility's page: an area without an outage has power, one with half of its contracts out is dark."""
    area = _facility_area(scenario)
    share = page_share(scenario, moment)[area]
    said = np.where(share == 0, "powered", np.where(share >= HALF, "outage", "unknown"))
    return pd.DataFrame({"item": area.index, "answer": said})


# -- cells -------------------------------------------------------------------------------------------------------------
def _cells(scenario: Scenario, at: datetime, value: np.ndarray) -> pd.DataFrame:
    """Return the mean of a figure of meters over the cells, of low-voltage contracts in service."""
    meters = scenario.meters
    counted = scenario.active & (meters["flow"] == 1) & (meters["voltage"] == 1) & scenario.in_service(at)
    rows = np.flatnonzero(counted & meters["coordinates_known"])
    codes = mesh.encode(meters["lat"][rows], meters["lon"][rows], MESH_METRES)
    mean = pd.Series(value[rows].astype(float)).groupby(np.asarray(codes).astype(str)).mean()
    return pd.DataFrame({"item": mean.index, "answer": mean.to_numpy()})


def _cells_by_list(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    at = scenario.service.known_to(moment)
    return _cells(scenario, at, listed(scenario, moment))


def _cells_as_before(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    return _cells(scenario, moment, np.zeros(len(scenario.meters["flow"])))


def _cells_by_page(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    """The page is as new as the moment; it is held against the moment that the service's statistics speak of."""
    at = scenario.service.known_to(moment)
    return _cells(scenario, at, page_share(scenario, at)[scenario.meters["area"]])


# -- hidden ------------------------------------------------------------------------------------------------------------
def _hidden_by_list(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    """The manual's rule: on the list though the high-voltage line is back, so that the page has no outage there."""
    found = listed(scenario, moment) & (page_share(scenario, moment)[scenario.meters["area"]] == 0)
    points = np.unique(scenario.meters["supply_point"][found].astype(str)).astype(object)
    return pd.DataFrame({"item": points, "answer": "hidden"})


def _nothing(_scenario: Scenario, _moment: datetime) -> pd.DataFrame:
    """Nothing is listed."""
    return pd.DataFrame({"item": pd.Series(dtype=object), "answer": pd.Series(dtype=float)})


# -- isolated ----------------------------------------------------------------------------------------------------------
def _isolated(scenario: Scenario, share: np.ndarray) -> pd.DataFrame:
    """Areas with half of their contracts out or more, those with the greatest share first."""
    found = np.flatnonzero(share >= HALF)
    return pd.DataFrame({"item": scenario.areas()["area_id"].to_numpy(object)[found], "answer": share[found]})


def _isolated_by_list(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    at = scenario.service.known_to(moment)
    return _isolated(scenario, _area_share(scenario, at, listed(scenario, moment)))


def _isolated_by_page(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    return _isolated(scenario, page_share(scenario, moment))


# -- clocks ------------------------------------------------------------------------------------------------------------
def run_hours(backup: pd.DataFrame) -> pd.Series:
    """Return how long each facility of a list of backup power (非常用電源, texts) runs by hand: battery, then fuel.

    The fuel is the stock, or where it is not told the tank, over the litres as told or by the general table at the
    whole load. NaN where a generator's fuel is told nowhere.
    """
    cells = backup.drop_duplicates("施設ID").set_index("施設ID").replace("なし", "0")
    names = ("自家発電機容量(kVA)", "燃料備蓄量(L)", "タンク容量(L)", "蓄電池(時間)", "燃料消費量(L/h)")
    kva, stock, tank, battery, litres = (pd.to_numeric(cells[name], errors="coerce") for name in names)
    burnt = litres.fillna(pd.Series(consumption(kva.fillna(0).to_numpy()), index=kva.index))
    fuel = (stock.fillna(tank) / burnt).where(kva > 0, 0.0)
    return battery.fillna(0) + fuel


def _ends(scenario: Scenario, moment: datetime, since: pd.Series) -> pd.DataFrame:
    """Return the hours left of facilities: dark since so many hours after `moment` (NaN: with power, it lasts)."""
    backup = pd.read_csv(scenario.folder / "open" / "backup.csv", dtype=str)
    runs = run_hours(backup).reindex(since.index)
    seen = pd.to_datetime(backup.drop_duplicates("施設ID").set_index("施設ID")["残量確認日時"])
    seen = ((seen - pd.Timestamp(moment)) / pd.Timedelta(hours=1)).reindex(since.index)
    # a stock that was seen while the power was out is burnt from then on
    start = np.maximum(since, seen.where(seen <= 0).fillna(-np.inf))
    return pd.DataFrame({"item": since.index, "answer": (start + runs).where(since.notna(), CLOCK_HOURS).to_numpy()})


def _clocks_by_list(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    """The manual's rule: who is on the list is dark since twelve hours before it, anybody else has power."""
    share = _listed_share(scenario, moment)
    since = pd.Series(_listed_since(scenario, moment), index=share.index)
    return _ends(scenario, moment, since.where(share > 0))


def _clocks_as_before(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    """Persistence: nothing fails."""
    return pd.DataFrame({"item": scenario.facilities()["facility_id"], "answer": CLOCK_HOURS})


def _clocks_by_page(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    """The utility's page: as for places; dark since the outage of the area began."""
    area = _facility_area(scenario)
    share = page_share(scenario, moment)[area]
    told = (share == 0) | (share >= HALF)
    since = pd.Series(np.where(share > 0, page_since(scenario, moment)[area], np.nan), index=area.index)
    return _ends(scenario, moment, since[told])


# -- life --------------------------------------------------------------------------------------------------------------
def _people(scenario: Scenario) -> pd.DataFrame:
    """Return the list of people on devices; a battery of which nothing is told counts as none: call first."""
    people = pd.read_csv(scenario.folder / "open" / "devices.csv", dtype=str)
    return people.assign(hours=pd.to_numeric(people["バッテリー時間"], errors="coerce").fillna(0.0))


def _devices(people: pd.DataFrame, since: np.ndarray) -> pd.DataFrame:
    """Return who is dark since so many hours after the moment, and whether the battery has ended; NaN: with power."""
    ended = since + people["hours"].to_numpy() <= 0
    said = np.where(np.isnan(since), "powered", np.where(ended, "exhausted", "on_battery"))
    return pd.DataFrame({"item": people["整理番号"], "answer": said})


def _life_by_list(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    people = _people(scenario)
    out = people["供給地点特定番号"].isin(_listed_points(scenario, moment))
    return _devices(people, np.where(out, _listed_since(scenario, moment), np.nan))


def _life_as_before(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    return pd.DataFrame({"item": _people(scenario)["整理番号"], "answer": "powered"})


def _life_by_page(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    """By the area of the list (担当地区), as places."""
    people = _people(scenario)
    drawn = json.loads((scenario.folder / "open" / "areas.geojson").read_text(encoding="utf-8"))["features"]
    called = {each["properties"]["area_name"]: each["properties"]["area_id"] for each in drawn}
    number = pd.Series(np.arange(len(scenario.areas())), index=scenario.areas()["area_id"].to_numpy(object))
    area = number.reindex(people["担当地区"].map(called)).to_numpy(float)
    people, area = people[~np.isnan(area)], area[~np.isnan(area)].astype(int)
    share = page_share(scenario, moment)[area]
    told = (share == 0) | (share >= HALF)
    return _devices(people[told], np.where(share > 0, page_since(scenario, moment)[area], np.nan)[told])


BASELINES: Mapping[str, Mapping[str, Rule]] = {
    "places": {who.MANUAL: _places_by_list, who.PERSISTENCE: _places_as_before, who.UTILITY: _places_by_page},
    "cells": {who.MANUAL: _cells_by_list, who.PERSISTENCE: _cells_as_before, who.UTILITY: _cells_by_page},
    "hidden": {who.MANUAL: _hidden_by_list, who.PERSISTENCE: _nothing, who.UTILITY: _nothing},
    "isolated": {who.MANUAL: _isolated_by_list, who.PERSISTENCE: _nothing, who.UTILITY: _isolated_by_page},
    "clocks": {who.MANUAL: _clocks_by_list, who.PERSISTENCE: _clocks_as_before, who.UTILITY: _clocks_by_page},
    "life": {who.MANUAL: _life_by_list, who.PERSISTENCE: _life_as_before, who.UTILITY: _life_by_page},
}

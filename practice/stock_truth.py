"""When facilities without the line truly fail in a scenario, and whose battery at home truly ended."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from ..arrays import Array, FloatArray
from . import household, truth
from .contracts import FACILITY
from .household import Calendar
from .outages import NEVER, SLOT_MINUTES
from .scenario import HOLIDAYS, Scenario
from .stocks import read_truth

AHEAD_DAYS = 40
"""Days after the scenario's end for which a load goes on."""
RATED_SHARE = 0.75
"""Load that a generator's litres an hour are told for."""
POWER_FACTOR = 0.8
TRIPS = 1.1
"""A generator stops beyond this share of what it carries."""


def failure_truth(scenario: Scenario, at: datetime) -> pd.DataFrame:
    """Return `facility_id complete dark_minute fails_minute` of the facilities that lack power at a moment.

    `dark_minute`: when the first of its supply points lost it; `fails_minute`: when it fails should the line stay away,
    NaN where it does not within `AHEAD_DAYS`; `complete`: its row of `open/backup.csv` has no gap.
    """
    meters = scenario.meters
    rows = np.flatnonzero(meters["use"] == FACILITY)
    stocks = read_truth(scenario.folder, "backup")
    since = np.full(len(stocks), NEVER, dtype=np.int64)
    np.minimum.at(since, meters["facility"][rows], truth.dark_since(scenario, at)[rows])
    days = [scenario.first_day + timedelta(day) for day in range(len(scenario.days()) + AHEAD_DAYS)]
    calendar = Calendar.of(days, HOLIDAYS)
    event = scenario.minutes(scenario.event_time)
    found = []
    for number in np.flatnonzero(since < NEVER):
        stock = stocks.iloc[number]
        load = _load(scenario.seed, int(number), stock, calendar, event)
        fails = _fails(stock, load, int(since[number]))
        found.append([stock["facility_id"], bool(stock["complete"]), int(since[number]), fails])
    return pd.DataFrame(found, columns=["facility_id", "complete", "dark_minute", "fails_minute"])


def _load(seed: int, number: int, stock: pd.Series, calendar: Calendar, event: int) -> FloatArray:
    """Return kW of each half-hour, had it the line; people come to a shelter from the event on."""
    rng = np.random.default_rng([seed, 42, number])
    since = np.maximum(0.0, calendar.hours.astype(np.float64) - event / 60)
    crowd = (stock["crowd"] * (1 - np.exp(-since / 5))).astype(np.float32)[None, :]
    kw, steady = np.array([stock["noon_kw"]]), np.array([stock["steady"]])
    used = household.facility_load(rng, kw, steady, crowd, calendar)[0] / 500.0
    return np.asarray(used, dtype=np.float64) * stock["load_factor"]


def _fails(stock: pd.Series, load: FloatArray, dark: int) -> float:
    """Return the minute at which battery and fuel have ended, NaN where they last."""
    start = dark + 60 * stock["battery_hours"]
    if stock["kva"] <= 0:
        return float(start)
    carries = stock["kva"] * POWER_FACTOR
    slot = int(start // SLOT_MINUTES)
    ahead = load[slot:]
    if stock["crowd"] == 0 and (ahead > TRIPS * carries).any():
        trips: float = max(start, float((slot + int(np.argmax(ahead > TRIPS * carries))) * SLOT_MINUTES))
    else:
        trips = np.inf
    share = np.minimum(ahead, carries) / (RATED_SHARE * carries)
    idle = stock["idle_share"]
    litres = stock["litres_per_hour"] * (idle + (1 - idle) * share) * SLOT_MINUTES / 60
    litres[0] *= 1 - (start / SLOT_MINUTES - slot)
    burnt = np.cumsum(litres)
    place = int(np.searchsorted(burnt, stock["fuel_l"]))
    if place >= len(burnt):
        return trips if np.isfinite(trips) else np.nan
    left = (burnt[place] - stock["fuel_l"]) / max(litres[place], 1e-9)
    return float(min(trips, (slot + place + 1 - left) * SLOT_MINUTES))


def device_truth(scenario: Scenario, at: datetime) -> pd.DataFrame:
    """Return `person_id supply_point row dark dark_minute ended`: of each person on a device.

    `row`: of the master; `ended`: without power, and the battery has ended.
    """
    people = read_truth(scenario.folder, "devices")
    place = _rows_of(scenario, people["supply_point"].to_numpy(str), at)
    since = truth.dark_since(scenario, at)[place]
    people["row"], people["dark"] = place, since < NEVER
    people["dark_minute"] = np.where(since < NEVER, since, np.nan)
    ends = since + 60 * people["battery_hours"].to_numpy(float)
    people["ended"] = people["dark"] & (ends <= scenario.minutes(at))
    return people


def _rows_of(scenario: Scenario, points: Array, at: datetime) -> Array:
    """Return the row of the contract in force of each supply point, int64."""
    own = scenario.in_service(at) & (scenario.meters["flow"] == 1)
    rows = np.flatnonzero(own)
    names = pd.Index(scenario.meters["supply_point"][rows].astype(str))
    return rows[pd.Series(np.arange(len(rows)), index=names).groupby(level=0).first().reindex(points).to_numpy(int)]


def dark_counts(scenario: Scenario, moments: list[datetime], hours: int) -> pd.DataFrame:
    """Return `area_id end dark`: meters without power through the hours before each moment, of areas whose relays work.

    Areas behind a failed relay in any of the moments are left out: no data tell them from areas without power.
    """
    steps = [(moment - timedelta(hours=hours), moment) for moment in moments]
    counted = truth.gap_truth(scenario, steps, scenario.now)
    counted["dark"] = counted["meters"] * counted["dark_share"]
    ids = scenario.areas()["area_id"].to_numpy(object)
    lost = {
        ids[area]
        for moment in moments
        for area in np.unique(scenario.meters["area"][truth.relay_lost(scenario, moment)])
    }
    found: pd.DataFrame = counted.loc[~counted["area_id"].isin(lost), ["area_id", "end", "dark"]].reset_index(drop=True)
    return found

"""When facilities without the line truly fail in a scenario, and whose battery at home truly ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Optional, Sequence

import numpy as np
import pandas as pd

from ..arrays import Array, FloatArray, IntArray
from . import household, truth
from .contracts import FACILITY
from .household import Calendar
from .openfiles import write_rows
from .outages import NEVER, SLOT_MINUTES
from .scenario import HOLIDAYS, Scenario
from .stocks import LEFT, SEEN_AT, read_truth

ASKED = 0.4
"""Share of the facilities with a generator that the headquarters asks what is left in the tank."""
ASKED_HOURS = (6.0, 30.0)
"""Hours after the event between which it asks."""
ANSWERED = 0.8
"""Share of those whom it asks again by name, as a map tells it to, that can be reached. Assumed: nobody counted it."""
AHEAD_DAYS = 40
"""Days after the scenario's end for which a load goes on."""
RATED_SHARE = 0.75
"""Load that a generator's litres an hour are told for."""
POWER_FACTOR = 0.8
TRIPS = 1.1
"""A generator stops beyond this share of what it carries."""


def failure_truth(scenario: Scenario, at: datetime, peak_hours: float = 24.0) -> pd.DataFrame:
    """Return when the facilities that lack power at a moment fail.

    Columns `facility_id complete dark_minute fails_minute peak_kw crowded`. `dark_minute`: when the first of its supply
    points lost it; `fails_minute`: when it fails should the line stay away, NaN where it does not within `AHEAD_DAYS`;
    `complete`: its row of `open/backup.csv` has no gap, tells what hangs on its generator, and its stock is not of a
    later moment. A tank that is filled
    up counts from then on. `peak_kw`: the most that it would use in the `peak_hours` from the moment on; `crowded`:
    people take shelter there.
    """
    stocks = read_truth(scenario.folder, "backup")
    since = _dark_since(scenario, at, len(stocks))
    calendar = _calendar(scenario)
    event, now = scenario.minutes(scenario.event_time), scenario.minutes(at)
    found = []
    for number in np.flatnonzero(since < NEVER):
        stock = stocks.iloc[number]
        load = _load(scenario.seed, int(number), stock, calendar, event)
        refilled = event + 60 * stock["refilled_after_h"] if stock["refilled_after_h"] else np.inf
        known = refilled <= now
        fails = _fails(stock, load, int(since[number]), refilled if known else np.inf)
        complete = bool(stock["complete"]) and (known or np.isinf(refilled))
        slot = now // SLOT_MINUTES
        peak = float(load[slot : slot + int(peak_hours * 60 / SLOT_MINUTES)].max())
        found.append([stock["facility_id"], complete, int(since[number]), fails, peak, bool(stock["crowd"] > 0)])
    columns = ["facility_id", "complete", "dark_minute", "fails_minute", "peak_kw", "crowded"]
    return pd.DataFrame(found, columns=columns)


def tell_what_is_left(scenario: Scenario) -> None:
    """Write into `open/backup.csv` what was left in some tanks when the headquarters asked (`LEFT`, `SEEN_AT`).

    Of rows that tell the stock, whose tank nobody fills up, and whose generator runs then.
    """
    path = scenario.folder / "open" / "backup.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    stocks = read_truth(scenario.folder, "backup")
    calendar, event = _calendar(scenario), scenario.minutes(scenario.event_time)
    places = {name: place for place, name in enumerate(table["施設ID"])}
    for number in range(len(stocks)):
        stock = stocks.iloc[number]
        rng = np.random.default_rng([scenario.seed, 46, number])
        asked, after = rng.random(2)
        place = places.get(str(stock["facility_id"]))
        if place is None or asked >= ASKED or not table.at[place, "燃料備蓄量(L)"] or table.at[place, SEEN_AT]:
            continue
        at = scenario.event_time + timedelta(
            minutes=SLOT_MINUTES * int(2 * np.interp(after, (0, 1), ASKED_HOURS) + 0.5)
        )
        left = _left(scenario, stock, number, at, calendar, event, len(stocks))
        if left is not None:
            table.loc[place, [LEFT, SEEN_AT]] = [f"{left:g}", f"{at:%Y-%m-%d %H:%M}"]
    write_rows(path, table.columns, table.itertuples(index=False))


def read_off(scenario: Scenario, facility_ids: Sequence[str], at: datetime) -> dict[str, float]:
    """Return the litres left in the tanks of facilities at a moment, of those that answer the telephone.

    Each answers or not for good (`ANSWERED`). Not in it is whose generator does not run then.
    """
    stocks = read_truth(scenario.folder, "backup")
    calendar, event = _calendar(scenario), scenario.minutes(scenario.event_time)
    wanted, found = set(facility_ids), {}
    for number in np.flatnonzero(stocks["facility_id"].astype(str).isin(wanted)):
        if np.random.default_rng([scenario.seed, 49, int(number)]).random() >= ANSWERED:
            continue
        stock = stocks.iloc[number]
        left = _left(scenario, stock, int(number), at, calendar, event, len(stocks))
        if left is not None:
            found[str(stock["facility_id"])] = left
    return found


def _left(
    scenario: Scenario, stock: pd.Series, number: int, at: datetime, calendar: Calendar, event: int, count: int
) -> Optional[float]:
    """Return the litres left in a tank at a moment, as read off it; None where its generator does not run."""
    if at >= scenario.now:
        return None
    now, dark = scenario.minutes(at), int(_dark_since(scenario, at, count)[number])
    # of a tank that served two outages the list tells nothing
    if dark >= now or int(_dark_since(scenario, scenario.now, count)[number]) not in (NEVER, dark):
        return None
    load = _load(scenario.seed, number, stock, calendar, event)
    start, fuel = dark + 60 * stock["battery_hours"], stock["fuel_l"]
    refilled = event + 60 * stock["refilled_after_h"] if stock["refilled_after_h"] else np.inf
    if stock["kva"] <= 0 or start >= now or not _fails(stock, load, dark, refilled) > now:
        return None
    if refilled <= now:
        start, fuel = max(refilled, start), stock["refilled_l"]
    burnt = np.cumsum(_litres(stock, _hanging(stock, load)[1], start))
    ends = SLOT_MINUTES * (int(start // SLOT_MINUTES) + 1 + np.arange(len(burnt)))
    gone = float(np.interp(now, np.concatenate([[start], ends]), np.concatenate([[0.0], burnt])))
    # a gauge tells hundredths of the tank
    step = stock["refilled_l"] / 100
    return float(np.clip(round((fuel - gone) / step) * step, 0.0, fuel))


def _dark_since(scenario: Scenario, at: datetime, count: int) -> IntArray:
    """Return the minute in which the first supply point of each facility lost its power, NEVER where none did."""
    rows = np.flatnonzero(scenario.meters["use"] == FACILITY)
    since = np.full(count, NEVER, dtype=np.int64)
    np.minimum.at(since, scenario.meters["facility"][rows], truth.dark_since(scenario, at, rows))
    return since


def _calendar(scenario: Scenario) -> Calendar:
    days = [scenario.first_day + timedelta(day) for day in range(len(scenario.days()) + AHEAD_DAYS)]
    return Calendar.of(days, HOLIDAYS)


def _load(seed: int, number: int, stock: pd.Series, calendar: Calendar, event: int) -> FloatArray:
    """Return kW of each half-hour, had it the line; people come to a shelter from the event on."""
    rng = np.random.default_rng([seed, 42, number])
    since = np.maximum(0.0, calendar.hours.astype(np.float64) - event / 60)
    crowd = (stock["crowd"] * (1 - np.exp(-since / 5))).astype(np.float32)[None, :]
    kw, steady = np.array([stock["noon_kw"]]), np.array([stock["steady"]])
    used = household.facility_load(rng, kw, steady, crowd, calendar)[0] / 500.0
    return np.asarray(used, dtype=np.float64) * stock["load_factor"]


def _fails(stock: pd.Series, load: FloatArray, dark: int, refilled: float) -> float:
    """Return the minute at which battery and fuel have ended, NaN where they last.

    `refilled`: minute at which the tank is filled up, infinite where it is not.
    """
    start = dark + 60 * stock["battery_hours"]
    if stock["kva"] <= 0:
        return float(start)
    carries = stock["kva"] * POWER_FACTOR
    whole, load = _hanging(stock, load)
    slot = int(start // SLOT_MINUTES)
    too_much = load[slot:] > TRIPS * carries
    trips = np.inf
    if whole and stock["crowd"] == 0 and too_much.any():
        trips = max(start, float((slot + int(np.argmax(too_much))) * SLOT_MINUTES))
    ends = _burnt(stock, load, start, stock["fuel_l"])
    if refilled < min(ends, trips):
        ends = _burnt(stock, load, max(refilled, start), stock["refilled_l"])
    ends = min(ends, trips)
    return float(ends) if np.isfinite(ends) else np.nan


def _hanging(stock: pd.Series, load: FloatArray) -> tuple[bool, FloatArray]:
    """Return whether the whole building hangs on its generator, and the kW of each half-hour that do."""
    # drills made before lists told it know of whole buildings only
    if stock.get("carries", "whole") != "circuits":
        return True, load
    if stock["circuits_kw"] > 0:
        return False, np.full(len(load), stock["circuits_kw"] * stock["load_factor"])
    return False, load * stock["circuits_share"]


def _burnt(stock: pd.Series, load: FloatArray, start: float, fuel_l: float) -> float:
    """Return the minute at which so much fuel is burnt from a minute on; infinite where it lasts."""
    slot = int(start // SLOT_MINUTES)
    litres = _litres(stock, load, start)
    burnt = np.cumsum(litres)
    place = int(np.searchsorted(burnt, fuel_l))
    if place >= len(burnt):
        return np.inf
    left = (burnt[place] - fuel_l) / max(litres[place], 1e-9)
    return float((slot + place + 1 - left) * SLOT_MINUTES)


def _litres(stock: pd.Series, load: FloatArray, start: float) -> FloatArray:
    """Return what is burnt in each half-hour from that of a minute on, in the first from that minute, litres."""
    carries, idle = stock["kva"] * POWER_FACTOR, stock["idle_share"]
    slot = int(start // SLOT_MINUTES)
    share = np.minimum(load[slot:], carries) / (RATED_SHARE * carries)
    litres: FloatArray = stock["litres_per_hour"] * (idle + (1 - idle) * share) * SLOT_MINUTES / 60
    litres[0] *= 1 - (start / SLOT_MINUTES - slot)
    return litres


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

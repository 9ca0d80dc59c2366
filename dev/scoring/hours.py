"""Hours left, power trucks, people on devices and the outlook beside the truth; as `units`, one row a thing judged."""

from __future__ import annotations

from datetime import datetime
from typing import Optional

import numpy as np
import pandas as pd
from tomoshibi.practice import stock_truth, truth
from tomoshibi.practice.scenario import Scenario

from . import units

HORIZONS = (6, 12, 24)
"""Hours ahead; a drill ends two days after its event."""
STEP_HOURS = 3
LEVELS = (50, 80, 95)
FEW_DARK = 10
"""Areas with fewer dark meters are not judged: one pole decides of them."""
SENT = ("assigned", "assigned_too_small", "at_work")
LASTS_HOURS = 24.0
"""Who lasts so long can wait for the plan's next vehicles."""
FAIL_APART = 60
"""Minutes by which one must fail before another to count as first: a reading is of a half-hour."""
LIFE = ("exhausted", "soon", "on_battery", "powered")


def clocks(scenario: Scenario, moment: datetime, shown: Optional[pd.DataFrame]) -> pd.DataFrame:
    """Return a row a facility that lacks power and has a clock: its interval beside when it fails.

    `true_left low_left high_left`: hours from the moment until it fails, in truth and as told.
    """
    table = stock_truth.failure_truth(scenario, moment).dropna(subset=["fails_minute"])
    names = ["facility_id", "kind", "generator_kva", "fails_earliest", "fails_latest", "assumption"]
    names += ["dark_since_low", "dark_since_high"]
    # who answers the benchmark tells neither kind nor spread
    told = pd.DataFrame(columns=names) if shown is None else shown.reindex(columns=names)
    table = table.merge(told, on="facility_id", how="left")
    linked = ~table["facility_id"].isin(units.badly_linked(scenario))
    table["linked"] = linked.to_numpy(bool)
    low, high = (
        (pd.to_datetime(table[name]) - pd.Timestamp(scenario.start)) / pd.Timedelta(minutes=1)
        for name in ("fails_earliest", "fails_latest")
    )
    at = scenario.minutes(moment)
    for name, minute in (("true_left", table["fails_minute"]), ("low_left", low), ("high_left", high)):
        table[name] = (minute - at) / 60
    table["told"] = low.notna() & high.notna()
    # the register tells no minute within a half-hour, and clocks are of whole seconds
    table["before"] = table["told"] & (table["fails_minute"] < low - 1)
    table["holds"] = table["told"] & ~table["before"] & (table["fails_minute"] <= high + 1)
    lasts = table["fails_minute"] - table["dark_minute"]
    # who has nothing to run on fails at once: no width can be held against it
    table["share_wide"] = ((high - low) / lasts.where(lasts >= 60)).where(table["told"])
    dark = pd.to_datetime(table["dark_since_high"]) - pd.to_datetime(table["dark_since_low"])
    table["dark_hours_wide"] = dark / pd.Timedelta(hours=1)
    table["moment"] = moment
    return table


def trucks(
    scenario: Scenario,
    moment: datetime,
    shown: Optional[pd.DataFrame],
    power: pd.DataFrame,
) -> pd.DataFrame:
    """Return a row a facility of a plan: `sent`, and what is true of it; none where there is no plan.

    `power`: the facilities at the moment (`units.facilities`). `power_on`: sent to one whose data show that it has
    power. `passed`: left without a truck though one goes to another of its kind, out as it is, that fails later.
    `wasted`: sent to one that lasts `LASTS_HOURS`, while one that does not is left; `carries`: the truck that was found
    large enough carries the true peak of the hours ahead, shelters that fill with people apart.
    """
    names = ["need_id", "kind", "status", "truck_kva", "need_kva"]
    if shown is None:
        return pd.DataFrame()
    true = stock_truth.failure_truth(scenario, moment, LASTS_HOURS).drop(columns="complete")
    plan = shown.loc[shown["need_id"].isin(power["facility_id"]), names].rename(columns={"need_id": "facility_id"})
    known = power.loc[power["linked"], ["facility_id", "shown", "true", "out_not_come"]]
    table = plan.merge(known, on="facility_id").merge(true, on="facility_id", how="left")
    at = scenario.minutes(moment)
    table["sent"] = table["status"].isin(SENT)
    table["left"] = table["status"] == "no_truck"
    table["power_on"] = table["sent"] & table["out_not_come"]
    dark = (table["true"] != "powered").to_numpy()
    fails = table["fails_minute"].fillna(np.inf).to_numpy(float)
    # who has failed already is in the dark, whenever that was
    fails = np.where(dark, np.maximum(fails, at), np.nan)
    alike = [(table["kind"] == row.kind) & (table["shown"] == row.shown) & table["sent"] for row in table.itertuples()]
    table["passed"] = table["left"] & [
        bool((fails[there.to_numpy()] > own + FAIL_APART).any()) for own, there in zip(fails, alike)
    ]
    soon = fails < at + 60 * LASTS_HOURS
    table["wasted"] = table["sent"] & (fails >= at + 60 * LASTS_HOURS) & bool((table["left"] & soon).any())
    judged = (
        (table["status"] == "assigned")
        & table["need_kva"].notna()
        & table["peak_kw"].notna()
        & ~table["crowded"].eq(True)
    )
    table["sized"] = judged
    table["carries"] = judged & (
        table["truck_kva"] * stock_truth.POWER_FACTOR * stock_truth.TRIPS >= table["peak_kw"] - 1e-6
    )
    table["moment"] = moment
    return table


def lit_with_clock(scenario: Scenario, moment: datetime, shown: Optional[pd.DataFrame]) -> pd.DataFrame:
    """Return `facility_id high_left` of the facilities with power: in how many hours each is said to have failed."""
    true = truth.shelter_truth(scenario, moment)
    lit = true.loc[(true["state"] == "powered") & ~true["facility_id"].isin(units.badly_linked(scenario))]
    latest = pd.Series(dtype="datetime64[ns]") if shown is None else shown.set_index("facility_id")["fails_latest"]
    left = (pd.to_datetime(latest) - pd.Timestamp(moment)) / pd.Timedelta(hours=1)
    return pd.DataFrame({"facility_id": lit["facility_id"], "high_left": left.reindex(lit["facility_id"]).to_numpy()})


def life(scenario: Scenario, moment: datetime, shown: Optional[pd.DataFrame], fetched: datetime) -> pd.DataFrame:
    """Return a row a person on a device: what is said, and what is true.

    `beyond`: called powered though in the dark longer than the data's reach explains (`units.LIST_HOURS`); `within`:
    the others in the dark that are called powered; `due`: all that the service tells of the home lets it be decided,
    and is not too old.
    """
    table = stock_truth.device_truth(scenario, moment)
    said = pd.Series("unknown", index=table["person_id"], name="shown")
    if shown is not None:
        said.update(shown.set_index("person_id")["state"].astype(str))
    table["shown"] = said.reindex(table["person_id"]).to_numpy(object)
    rows, at = table["row"].to_numpy(int), scenario.minutes(moment)
    reach, clock = scenario.known_until(fetched, units.newer(scenario))[rows], scenario.known_until(moment)[rows]
    dark = table["dark_minute"].to_numpy(float)
    wrong = (table["shown"] == "powered").to_numpy() & table["dark"].to_numpy(bool)
    before = reach <= units.event_minute(scenario, moment)
    table["beyond"] = wrong & (before | (dark < reach - 60 * units.LIST_HOURS))
    table["within"] = wrong & ~table["beyond"]
    table["decided"] = table["shown"].isin(LIFE)
    meters, day_before = scenario.meters, scenario.minutes(scenario.event_time) - 1440
    mute = ((meters["comm_begin"][rows] <= at) & (meters["comm_end"][rows] > day_before)).any(axis=1)
    after = clock >= units.event_over(scenario, moment) + 60 * units.GRACE_HOURS
    table["due"] = ~mute & after & (clock >= at - 60 * units.OLD_HOURS)
    table["ended_called"] = table["ended"] & table["shown"].isin(("exhausted", "soon"))
    table["moment"] = moment
    return table


def outlook(scenario: Scenario, moment: datetime, shown: Optional[pd.DataFrame]) -> pd.DataFrame:
    """Return a row an area and horizon: what was expected beside the meters that are dark then; new outages are none.

    Of areas whose relays work; `held` says that it may be judged: enough are dark, and the drill reaches so far.
    """
    table = pd.DataFrame({"expected": []}) if shown is None else shown[shown["expected"].notna()].copy()
    if not len(table):
        return pd.DataFrame()
    now = table["dark_now"].to_numpy(float)
    names = ("expected", *(f"{side}{level}" for level in LEVELS for side in ("low", "high")))
    figures = np.column_stack([table[name].to_numpy(float) for name in names])
    table["unbounded"] = ((figures < 0) | (figures > np.ceil(now)[:, None] + 1e-6)).any(axis=1)
    table["at"], table["moment"] = pd.to_datetime(table["at"]), moment
    true = _dark_later(scenario, table)
    table = table.merge(true, left_on=["area_id", "at"], right_on=["area_id", "end"], how="left")
    table["held"] = table["dark"].notna() & (table["dark_now"] >= FEW_DARK)
    # where more are dark than at the start, new outages are: what is foreseen ends at what was dark
    then = np.minimum(table["dark"].to_numpy(float), table["dark_now"].to_numpy(float))
    for level in LEVELS:
        table[f"in{level}"] = (table[f"low{level}"] <= then + 1e-6) & (then <= table[f"high{level}"] + 1e-6)
    table["error"] = (table["expected"] - table["dark"]).abs()
    table["stays"] = (table["dark_now"] - table["dark"]).abs()
    return table


def _dark_later(scenario: Scenario, table: pd.DataFrame) -> pd.DataFrame:
    """Return `area_id end dark` of the moments of a table that the drill reaches and no further event lies before."""
    start = (table["at"] - pd.to_timedelta(table["horizon_h"].astype(float), unit="h")).min()
    struck = [begin for begin, _end in scenario.events if begin > start]
    known = [
        end.to_pydatetime()
        for end in table["at"].drop_duplicates()
        if end <= scenario.now and not any(begin < end for begin in struck)
    ]
    if not known:
        return pd.DataFrame({"area_id": pd.Series(dtype=object), "end": pd.Series(dtype="datetime64[ns]"), "dark": []})
    found = stock_truth.dark_counts(scenario, known, STEP_HOURS)
    return found.assign(end=pd.to_datetime(found["end"]))

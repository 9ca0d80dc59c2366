"""Results beside the truth, one row a thing judged: a facility at a moment, a cell, a listed meter, a half-hour.

Every function takes the rows of a result layer (None where the algorithm refused) and returns a table; a missing answer
is "unknown", which is neither right nor wrong.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Callable, Optional

import numpy as np
import pandas as pd
from tomoshibi.practice import truth
from tomoshibi.practice.contracts import ABOLISHED, FACILITY, HOME, SHOP
from tomoshibi.practice.outages import NEVER
from tomoshibi.practice.scenario import Scenario

STATES = ("powered", "partial", "outage")
LIST_HOURS = 13.0
"""通電情報 knows of an outage 12 h after it began; half an hour for the slot and half for its way come on top."""
STEADY_HOURS = 2.0
"""Power for so long before the newest data: then a reading shows it."""
GRACE_HOURS = 3.0
"""Within so long after its class's delay a facility is to be decided."""
OLD_HOURS = 12.0
"""Evidence that is older says nothing (the default of the setting `oldHours`): nobody can be decided by it."""


def event_minute(scenario: Scenario, moment: datetime) -> int:
    """Return when the last event before a moment began, as a minute of the scenario."""
    return max(scenario.minutes(begin) for begin, _end in scenario.events if begin <= moment)


def event_over(scenario: Scenario, moment: datetime) -> int:
    """Return when the last event before a moment was over, as a minute: its end where it lasts."""
    return max(scenario.minutes(end or begin) for begin, end in scenario.events if begin <= moment)


def data_until(scenario: Scenario, moment: datetime) -> datetime:
    """Return the end of the newest half-hour that all low-voltage meters can have at a moment."""
    low = scenario.meters["voltage"] == 1
    minute = int(np.median(scenario.known_until(moment)[low])) // 30 * 30
    return scenario.start + timedelta(minutes=minute)


def facilities(
    scenario: Scenario,
    moment: datetime,
    shown: Optional[pd.DataFrame],
    fetched: Optional[datetime] = None,
    told: Optional[np.ndarray] = None,
) -> pd.DataFrame:
    """Return a row a facility: what is shown, what is true, what could be known by then, and what must not be.

    `fetched`: when data were last fetched whole; what came back since then nobody can know. None: at the moment.
    `told`: minute until which what was published tells of each row (`parts.told_until`), int64 (meters); where it ends
    before the service's delay, a part had not come, and the facility is `left_out` of those that are `due`. None: all
    had come. Nor are those due of whom the service has nothing younger than `OLD_HOURS` at the moment: they are `old`.
    """
    table = truth.shelter_truth(scenario, moment).rename(columns={"state": "true"})
    said = pd.Series("unknown", index=table["facility_id"], name="shown")
    if shown is not None:
        said.update(shown.set_index("facility_id")["state"].astype(str))
    table["shown"] = said.reindex(table["facility_id"]).to_numpy(object)
    table = table.merge(_points(scenario, moment, fetched or moment), on="facility_id")
    event, at = event_minute(scenario, moment), scenario.minutes(moment)
    dark_from = at - 60 * table["changed_hours"].to_numpy(float)
    known, reach = table["known"].to_numpy(float), table["reach"].to_numpy(float)
    decided = table["shown"].isin(STATES).to_numpy()
    wrong = (table["shown"] == "powered").to_numpy() & (table["true"] != "powered").to_numpy()
    before = (reach <= event) & (dark_from < at)
    table["decided"], table["right"] = decided, (table["shown"] == table["true"]).to_numpy()
    table["beyond"] = wrong & (before | (dark_from < reach - 60 * LIST_HOURS))
    table["within"] = wrong & ~table["beyond"]
    out = table["shown"].isin(("outage", "partial")).to_numpy() & (table["true"] == "powered").to_numpy()
    # under a number of another contract nothing that is shown is of the facility: `ended` counts these apart
    linked = ~table["facility_id"].isin(badly_linked(scenario)).to_numpy()
    table["beyond"] &= linked
    table["within"] &= linked
    table["out_not_come"] = out & table["steady"].to_numpy() & linked
    table["ended"] = (
        decided & table["facility_id"].isin(scenario.about.get("facilities_linked_to_ended_contracts", [])).to_numpy()
    )
    table["can"] = table["linked"] & table["readable"] & ~table["facility_id"].isin(badly_linked(scenario))
    over = event_over(scenario, moment)
    clock = table["clock"].to_numpy(float)
    after = table["can"] & (clock >= over + 60 * GRACE_HOURS)
    due = after & (clock >= at - 60 * OLD_HOURS)
    came = np.ones(len(table), dtype=bool) if told is None else _came(scenario, moment, told, table["facility_id"])
    table["due"], table["left_out"], table["old"] = due & came, due & ~came, after & ~due
    table["covered"] = table["can"] & (known > over)
    table["moment"] = moment
    return table


def _came(scenario: Scenario, moment: datetime, told: np.ndarray, facility_ids: pd.Series) -> np.ndarray:
    """Return for each facility whether all that the service's delay lets be known of its points had come, bool."""
    rows = np.flatnonzero(scenario.meters["use"] == FACILITY)
    # a half-hour is known as a whole
    came = told[rows] >= scenario.known_until(moment)[rows] // 30 * 30
    ids = scenario.facilities()["facility_id"].to_numpy(object)[scenario.meters["facility"][rows]]
    return facility_ids.map(pd.Series(came).groupby(ids).all()).to_numpy(bool)


def badly_linked(scenario: Scenario) -> set[str]:
    """Return the facilities whose supply points the municipality does not know, or has wrong."""
    about = scenario.about
    names = ("facilities_not_linked", "facilities_linked_wrongly", "facilities_linked_to_ended_contracts")
    return {facility for name in names for facility in about.get(name, [])}


def _points(scenario: Scenario, moment: datetime, fetched: datetime) -> pd.DataFrame:
    """Return of each facility `known` (minute until which all its points can be known), `readable`, `steady`, `linked`.

    `clock`: as `known`, had everything been fetched at the moment.
    `reach`: as `known`, with the readings of the 特定契約者 that come newer than the others'.
    `readable`: all points send by themselves and had communication from the day before the event on; `steady`: and have
    had power from two hours before `known` on.
    """
    meters = scenario.meters
    rows = np.flatnonzero(meters["use"] == FACILITY)
    at, day_before = scenario.minutes(moment), scenario.minutes(scenario.event_time) - 1440
    known = scenario.known_until(fetched)[rows]
    mute = ((meters["comm_begin"][rows] <= at) & (meters["comm_end"][rows] > day_before)).any(axis=1)
    reach = scenario.known_until(fetched, newer(scenario))[rows]
    able = scenario.readable[rows] & scenario.in_service(moment)[rows] & ~mute
    since = (known - 60 * STEADY_HOURS)[:, None]
    dark = ((meters["outage_begin"][rows] <= at) & (meters["outage_end"][rows] > since)).any(axis=1)
    ids = scenario.facilities()["facility_id"].to_numpy(object)
    found = pd.DataFrame(
        {
            "facility_id": ids[meters["facility"][rows]],
            "known": known,
            "clock": scenario.known_until(moment)[rows],
            "reach": reach,
            "readable": able,
            "steady": able & ~dark,
        }
    )
    how = {"known": "min", "clock": "min", "reach": "min", "readable": "all", "steady": "all"}
    found = found.groupby("facility_id").agg(how).reset_index()
    found["linked"] = found["facility_id"].isin(scenario.links()["facility_id"])
    return found


def newer(scenario: Scenario) -> Optional[np.ndarray]:
    """Return the rows of the 特定契約者 whose readings come newer, drawn as `practice.published_files` draws them."""
    if not scenario.service.newer_contractors:
        return None
    registered = np.isin(scenario.meters["master_info_id"].astype(str), scenario.contractors()["master_info_id"])
    rng = np.random.default_rng([scenario.seed, 23])
    return np.sort(
        rng.permutation(np.flatnonzero(registered & scenario.readable))[: scenario.service.newer_contractors]
    )


def areas(scenario: Scenario, moment: datetime, shown: Optional[pd.DataFrame], true: pd.DataFrame) -> pd.DataFrame:
    """Return a row a cell or municipality of the newest period: its interval beside the share that is dark then.

    `shown`: `key excess_rate low high masked`; `true`: `key dark_share dark_12h_share relay_lost` at the data's end.
    """
    columns = ["key", "excess_rate", "low", "high", "masked"]
    mine = pd.DataFrame(columns=columns) if shown is None else shown[columns]
    table = true.merge(mine, on="key", how="left")
    low, high, rate = (pd.to_numeric(table[name]).to_numpy(float) for name in ("low", "high", "excess_rate"))
    share, long = table["dark_share"].to_numpy(float), table["dark_12h_share"].to_numpy(float)
    hidden = np.array([value is True or value == 1 for value in table["masked"]])
    bounded = ~hidden & np.isfinite(low) & np.isfinite(high)
    table["bounded"] = bounded
    table["holds"] = bounded & (low - 1e-6 <= share) & (share <= high + 1e-6)
    table["holds_12h"] = bounded & (low - 1e-6 <= long) & (long <= high + 1e-6)
    table["width"] = np.where(bounded, high - low, np.nan)
    table["young"] = share - long > 0.02
    table["old"] = (long > 0) & ~table["young"]
    table["decided"] = ~hidden & np.isfinite(rate)
    table["right"] = table["decided"] & (_class(rate) == _class(share))
    table["error"] = np.where(table["decided"], np.abs(rate - share), np.nan)
    table["moment"] = moment
    return table


def _class(rate: np.ndarray) -> np.ndarray:
    """Return the class of the manual's legend (25, 50, 75 %), -1 where there is no rate."""
    return np.where(np.isfinite(rate), np.digitize(np.nan_to_num(rate), (0.25, 0.5, 0.75)), -1)


def ended_in_gaps(scenario: Scenario, moment: datetime, shown: pd.DataFrame) -> int:
    """Return how many more meters the areas of a layer (`area_id meters`) hold than are in service, send by themselves
    and stand where the master says: those are contracts that ended. Area by area, so that none makes up for another.
    """
    meters = scenario.meters
    served = scenario.readable & scenario.in_service(moment) & (meters["flow"] == 1) & meters["coordinates_known"]
    area_ids = scenario.areas()["area_id"].to_numpy(object)
    counted = pd.Series(np.bincount(meters["area"][served], minlength=len(area_ids)), index=area_ids)
    held = shown.groupby(shown["area_id"].astype(str))["meters"].sum()
    return int((held - counted.reindex(held.index).fillna(0)).clip(lower=0).sum())


def ended_contracts(scenario: Scenario, moment: datetime) -> pd.DataFrame:
    """Return the supply points of use of which no contract is in force, one row each.

    Columns `supply_point lat lon master_info_id`, and `before`, whether it ended before the first day of readings.
    """
    meters = scenario.meters
    points = meters["supply_point"].astype(str)
    used = np.isin(meters["use"], (HOME, SHOP, FACILITY, ABOLISHED)) & (meters["flow"] == 1)
    ended = used & (meters["service_end"] <= scenario.minutes(moment))
    ended &= ~np.isin(points, points[scenario.in_service(moment)])
    columns = {"supply_point": points, "lat": meters["lat"], "lon": meters["lon"]}
    columns.update(master_info_id=meters["master_info_id"].astype(str), before=meters["service_end"] <= 0)
    table = pd.DataFrame(columns)[ended]
    return table.drop_duplicates("supply_point").reset_index(drop=True)


def statistics_until(scenario: Scenario, moment: datetime) -> datetime:
    """Return the moment that the newest statistics speak of."""
    return scenario.service.known_to(moment)


def cells(scenario: Scenario, moment: datetime, shown: Optional[pd.DataFrame], mesh_size: int) -> pd.DataFrame:
    """Return `areas` of the grid, each at the moment its layer names, and `holds_now`: at that of the service."""

    def true_at(at: datetime) -> pd.DataFrame:
        return truth.mesh_truth(scenario, at, mesh_size).rename(columns={"mesh_code": "key"})

    return _newest(scenario, moment, shown, "mesh_code", true_at)


def municipalities(scenario: Scenario, moment: datetime, shown: Optional[pd.DataFrame]) -> pd.DataFrame:
    """Return `areas` of the city and its wards, as `cells`."""
    return _newest(scenario, moment, shown, "area_code", lambda at: true_towns(scenario, at))


def true_towns(scenario: Scenario, at: datetime) -> pd.DataFrame:
    """Return `key meters dark_share dark_12h_share relay_lost` of the city and its wards."""
    meters = scenario.meters
    counted = scenario.active & (meters["flow"] == 1) & (meters["voltage"] == 1) & scenario.in_service(at)
    since = truth.dark_since(scenario, at)
    dark, long = since < NEVER, since < scenario.minutes(at) - 12 * 60
    rows = []
    for division in scenario.divisions:
        inside = [n for n, item in enumerate(scenario.divisions) if division["code"] in (item["code"], item["parent"])]
        here = counted & np.isin(meters["division"], inside)
        lost = bool(truth.relay_lost(scenario, at)[here].any())
        rows.append([division["code"], here.sum(), dark[here].mean(), long[here].mean(), lost])
    return pd.DataFrame(rows, columns=["key", "meters", "dark_share", "dark_12h_share", "relay_lost"])


def _newest(
    scenario: Scenario,
    moment: datetime,
    shown: Optional[pd.DataFrame],
    key: str,
    true_at: Callable[[datetime], pd.DataFrame],
) -> pd.DataFrame:
    until = statistics_until(scenario, moment)
    if shown is not None and len(shown):
        shown = shown[shown["end"] == shown["end"].max()].rename(columns={key: "key"})
        shown = shown.assign(key=shown["key"].astype(str)).drop_duplicates("key")
    else:
        shown = None
    now = true_at(until)
    table = areas(scenario, moment, shown, _at_claimed(now, until, shown, true_at))
    table["holds_now"] = table["key"].map(areas(scenario, moment, shown, now).set_index("key")["holds"])
    # data that end before the event struck say nothing of the time after it, whatever rate they have
    table["before_event"] = scenario.minutes(until) <= event_minute(scenario, moment)
    return table


def _at_claimed(
    now: pd.DataFrame, until: datetime, shown: Optional[pd.DataFrame], true_at: Callable[[datetime], pd.DataFrame]
) -> pd.DataFrame:
    """Return what is true at `until`, of areas whose layer names an earlier `evidence_until` at that moment.

    A later one is no excuse: nothing of the service can speak of it.
    """
    if shown is None or "evidence_until" not in shown:
        return now
    claimed = pd.to_datetime(shown.set_index("key")["evidence_until"])
    earlier = claimed[claimed < until]
    true = now
    for at in earlier.drop_duplicates():
        then = true_at(at.to_pydatetime())
        keys = earlier.index[earlier == at]
        true = pd.concat([true[~true["key"].isin(keys) | ~true["key"].isin(then["key"])], then[then["key"].isin(keys)]])
    return true.reset_index(drop=True)


def hidden(scenario: Scenario, moment: datetime, shown: Optional[pd.DataFrame]) -> pd.DataFrame:
    """Return a row a meter: listed as sure or undecided, and whether it is a hidden outage, at the data's end."""
    until = data_until(scenario, moment)
    table = truth.hidden_truth(scenario, until)
    listed = pd.DataFrame({"supply_point": [], "certainty": []}) if shown is None else shown.copy()
    if "certainty" not in listed:
        listed["certainty"] = "sure"
    sure = set(listed.loc[listed["certainty"] == "sure", "supply_point"].astype(str))
    table["sure"] = table["supply_point"].isin(sure)
    table["undecided"] = table["supply_point"].isin(set(listed["supply_point"].astype(str))) & ~table["sure"]
    table["seen"] = table["hidden"] & table["can_be_seen"] & (table["line_hours"] >= 8.0)
    others = set(listed["supply_point"].astype(str)) - set(table["supply_point"])
    ended = scenario.meters["supply_point"][~scenario.in_service(until)].astype(str)
    table["moment"] = moment
    table.attrs["ended"] = len(others & set(ended))
    return table


PRESENCE = ("supply_point", "slot_begin", "state")
"""Columns of who was at home that are judged."""


def presence(scenario: Scenario, weekend: bool, shown: Optional[pd.DataFrame]) -> pd.DataFrame:
    """Return a row a home and half-hour: what is said and what is true, with `weekend`, `solar` and `hour`."""
    if shown is None or not len(shown):
        return pd.DataFrame(columns=["supply_point", "slot_begin", "state", "present", "weekend", "solar", "hour"])
    mine = shown[list(PRESENCE)].copy()
    mine["slot_begin"] = pd.to_datetime(mine["slot_begin"]).to_numpy(dtype="datetime64[s]")
    begins = [moment.to_pydatetime() for moment in pd.to_datetime(mine["slot_begin"]).drop_duplicates()]
    true = truth.presence_truth(scenario, begins)
    true["slot_begin"] = pd.to_datetime(true["slot_begin"]).to_numpy(dtype="datetime64[s]")
    table = true.merge(mine, on=["supply_point", "slot_begin"], how="left")
    table["state"] = table["state"].fillna("no_data").astype(str)
    roofs = scenario.meters["supply_point"][(scenario.meters["roof_kw"] > 0) & (scenario.meters["flow"] == 1)]
    table["solar"] = table["supply_point"].isin(set(roofs.astype(str)))
    clock = pd.to_datetime(table["slot_begin"])
    table["hour"], table["weekend"] = clock.dt.hour + clock.dt.minute / 60, weekend
    homes = set(scenario.meters["supply_point"][scenario.meters["household"] >= 0].astype(str))
    outside = mine[mine["supply_point"].isin(homes) & mine["state"].isin(("home", "away"))]
    known = true[["supply_point", "slot_begin"]].drop_duplicates()
    found = outside.merge(known, on=["supply_point", "slot_begin"], how="left", indicator=True)["_merge"]
    table.attrs["ended"] = int((found == "left_only").sum())
    return table


def residence(scenario: Scenario, shown: Optional[pd.DataFrame], begin: datetime, end: datetime) -> pd.DataFrame:
    """Return a row an applicant: verdict and whether the home is lived in; `attrs`: ended contracts with a verdict."""
    true = truth.residence_truth(scenario, begin.date(), end.date())
    if shown is None:
        return true.head(0).assign(verdict=[])
    # a contract that ends with the last day looked at was in force on all of them
    gone = ended_contracts(scenario, end - timedelta(minutes=1))["supply_point"]
    past = shown["supply_point"].isin(gone)
    table = shown.loc[~past, ["supply_point", "verdict"]].merge(true, on="supply_point")
    table.attrs["ended"] = int((past & shown["verdict"].isin(("lived", "not_lived"))).sum())
    return table


def applicants(scenario: Scenario, most: int = 120) -> list[str]:
    """Return supply points to ask evidence of residence for: empty homes, lived in ones, and ended contracts."""
    meters = scenario.meters
    begun = scenario.in_service(scenario.event_time - timedelta(minutes=1))
    rng = np.random.default_rng([scenario.seed, 30])
    chosen = []
    for empty in (True, False):
        kinds = meters["household"] >= 6 if empty else (meters["household"] >= 0) & (meters["household"] < 6)
        rows = np.flatnonzero(kinds & begun & scenario.readable)
        chosen += meters["supply_point"][rng.permutation(rows)[:most]].astype(str).tolist()
    # the contracts that ended last: of most others no reading is left
    gone = ended_contracts(scenario, datetime.combine(scenario.event_time.date(), time()) - timedelta(minutes=1))
    return chosen + gone.sort_values("before", kind="stable")["supply_point"].tolist()[:most]

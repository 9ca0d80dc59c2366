"""The audit of past maps in each service: failed relays found, verdicts against the truth, and maps made again.

One scenario four times, with the same seed: its failed relays are mended and meters send what they kept; mended in
part; never, so that no reading comes late; and no relay fails at all, which is what the maps made after an audit are
held against.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Optional

import numpy as np
import pandas as pd
from tomoshibi.analysis.audit import DARK, UNKNOWN
from tomoshibi.casefile import case_arrays, history
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.past_power import PastPower
from tomoshibi.practice import truth
from tomoshibi.practice.scenario import Scenario

from . import units
from .bench import MESH_METRES, Bench
from .plan import MAIN

RELAY_SHARE = 0.1
"""Share of the areas whose relay fails: enough of them in a small town."""
WAYS: dict[str, dict[str, Any]] = {
    "mended": {"relay_share": RELAY_SHARE},
    "partly": {"relay_share": RELAY_SHARE, "mended_part": 0.5},
    "never": {"relay_share": RELAY_SHARE, "mended_hours": None},
    "sound": {"relay_share": 0.0},
}
MAP_HOURS = (12, 20, 27)
"""Hours after the event at which maps are made, before the relays are mended; the audit is at the end."""
MAPS = ("shelterpower", "meshoutage", "areaoutage", "isolatedcommunities", "hiddenoutages")
NAN = float("nan")
DARK_SHARE = 0.5
"""A cell of which so many are dark must not be moved to the lowest class by what an audit told."""


def moments(scenario: Scenario) -> list[datetime]:
    """Return when maps are made: full hours after the event."""
    return [(scenario.event_time + timedelta(hours=hours)).replace(minute=0, second=0) for hours in MAP_HOURS]


@dataclass(frozen=True)
class Seen:
    """What one checkout showed in one way that the relays go."""

    audit: Optional[dict[str, Any]]
    """Outputs of the audit."""
    table: Optional[pd.DataFrame]
    """Rows of the audit."""
    before: pd.DataFrame
    """Cells of the maps before the audit, beside the truth."""
    unaudited: pd.DataFrame
    """Cells of the maps made at the end, before the audit."""
    after: pd.DataFrame
    """Cells of the same maps made again after it."""
    kept: pd.DataFrame
    """Statements of past maps: theme, as_of, and whether they were right, by the truth."""
    places: dict[str, float]
    """Counts of isolated communities and hidden outages, before and after."""
    meters: pd.DataFrame
    """Single meters at the moments of past maps: what the audit holds of each (`power`), and whether it was `dark`."""


def go(bench: Bench, way: str) -> Seen:
    """Let a headquarters make maps, wait for what comes late, audit them, and make them again."""
    bench.make_case([])
    scenario = bench.scenario
    before = []
    for moment in moments(scenario):
        bench.fetch(moment, MAIN)
        before.append(_cells(bench, moment))
        for theme in MAPS if way != "sound" else ():
            # only what is kept in the case can be audited
            bench.ask(theme, AT=moment.isoformat(), OUTPUT="[case]/layers.gpkg", **_inputs(bench, theme))
    bench.fetch(scenario.now, MAIN)
    unaudited = _again(bench)
    places = {f"{name}_unaudited": count for name, count in _places(bench).items()}
    outputs, table, kept, meters = None, None, pd.DataFrame(), pd.DataFrame()
    if way != "sound":
        kept = _statements(bench)
        outputs, table = _audited(bench)
        meters = _meters(bench)
    after = _again(bench)
    places.update(_places(bench))
    return Seen(outputs, table, pd.concat(before, ignore_index=True), unaudited, after, kept, places, meters)


def _again(bench: Bench) -> pd.DataFrame:
    """Return the cells of the past maps made again, and of the newest."""
    now = bench.scenario.now
    asked = [*moments(bench.scenario), now]
    return pd.concat([_cells(bench, moment, now) for moment in asked], ignore_index=True)


def _inputs(bench: Bench, theme: str) -> dict[str, Any]:
    towns = {"AREAS": str(bench.open / "municipality.geojson"), "AREA_FIELD": "code", "NAME_FIELD": "name"}
    return {
        "shelterpower": {"FACILITIES": str(bench.open / "facilities.geojson"), "LINKS": None},
        "meshoutage": {"MESH_SIZE": str(MESH_METRES)},
        "areaoutage": towns,
        "isolatedcommunities": {"AREAS": str(bench.open / "areas.geojson")},
        "hiddenoutages": {},
    }[theme]


def _cells(bench: Bench, moment: datetime, fetched: Optional[datetime] = None) -> pd.DataFrame:
    """Return the cells of a map of a moment beside the truth at the moment that its evidence names.

    `fetched`: when data were fetched last; a map that is made again may rest on what came since.
    """
    shown = bench.ask("meshoutage", AT=moment.isoformat(), **_inputs(bench, "meshoutage"))
    return units.cells(bench.scenario, fetched or moment, shown, MESH_METRES).assign(moment=moment)


def _audited(bench: Bench) -> tuple[Optional[dict[str, Any]], Optional[pd.DataFrame]]:
    path = bench.folder / "audit.pkl"
    given = {
        "AREAS": str(bench.open / "areas.geojson"),
        "BOUNDARY": str(bench.open / "municipality.geojson"),
        "BOUNDARY_FIELD": "code",
        "FACILITIES": str(bench.open / "facilities.geojson"),
        "LINKS": None,
    }
    outputs = bench.judge.run("mapaudit", save=path, CASE=str(bench.case), OUTPUT="memory:", **given)
    return outputs, None if outputs is None else _of_maps(pd.read_pickle(path))


def _of_maps(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of past maps: the others are of areas, and have no counts of statements."""
    counts = table.assign(
        **{name: pd.to_numeric(table[name], errors="coerce") for name in ("right", "wrong", "unknown")}
    )
    return counts[counts["right"].notna()].reset_index(drop=True)


def _places(bench: Bench) -> dict[str, float]:
    """Return of isolated communities and hidden outages that are sure how many are right, and wrong."""
    scenario, found = bench.scenario, {}
    until = units.data_until(scenario, scenario.now)
    shown = bench.ask("hiddenoutages", **_inputs(bench, "hiddenoutages"))
    table = units.hidden(scenario, scenario.now, shown)
    found["hidden_wrong"] = float((table["sure"] & ~table["dark"]).sum())
    found["hidden_right"] = float((table["sure"] & table["dark"]).sum())
    shown = bench.ask("isolatedcommunities", **_inputs(bench, "isolatedcommunities"))
    if shown is not None:
        dark = _dark_of_areas(scenario, until)
        sure = shown["unknown_reason"].isna() if "unknown_reason" in shown else pd.Series(True, index=shown.index)
        share = shown["area_id"].astype(str).map(dark)
        found["isolated_wrong"] = float((sure & (share <= DARK_SHARE)).sum())
        found["isolated_right"] = float((sure & (share > DARK_SHARE)).sum())
        found["isolated_listed_dark"] = float((share > DARK_SHARE).sum())
    return found


def _dark_of_areas(scenario: Scenario, at: datetime) -> pd.Series:
    meters = scenario.meters
    counted = scenario.readable & (meters["flow"] == 1) & scenario.in_service(at)
    dark = truth.dark_at(scenario, at)[counted]
    ids = scenario.areas()["area_id"].to_numpy(object)[meters["area"][counted]].astype(str)
    return pd.Series(dark.astype(float)).groupby(ids).mean()


def _statements(bench: Bench) -> pd.DataFrame:
    """Return what past maps said that could be judged, and whether it was right: theme, as_of, right (bool)."""
    case, parts = Case.open(bench.case), []
    for theme in MAPS:
        for run in {run.as_of: run for run in history.runs(case, theme)}.values():
            said = history.read(run)
            moments_ = said[history.UNTIL].fillna(pd.Timestamp(run.as_of))
            for at in moments_.drop_duplicates():
                rows = said[moments_ == at]
                right = _right(bench.scenario, theme, rows, at.to_pydatetime())
                parts.append(pd.DataFrame({"theme": theme, "as_of": run.as_of, "right": right}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _meters(bench: Bench) -> pd.DataFrame:
    """Return what the audit holds of each meter at the moments that past maps are of: `power` and, in truth, `dark`."""
    case, scenario = Case.open(bench.case), bench.scenario
    meters, newest = case_arrays.meters(case), case_arrays.newest(case)
    true = pd.DataFrame(
        {
            "area": scenario.areas()["area_id"].to_numpy(object)[scenario.meters["area"]].astype(str),
            "row": np.arange(len(scenario.meters["flow"])),
        },
        index=scenario.meters["supply_point"].astype(str),
    )[scenario.meters["flow"] == 1]
    true = true[~true.index.duplicated(keep="last")].reindex(meters.supply_point)
    known = true["row"].notna().to_numpy()
    area = true["area"].fillna("").to_numpy(dtype=str)
    past = PastPower(case, meters, area, scenario.event_time, newest, newest)
    parts = []
    for at in sorted({at for theme in MAPS for run in history.runs(case, theme) for at in _moments(run)}):
        dark = truth.dark_at(scenario, at)[true["row"][known].astype(int)]
        parts.append(pd.DataFrame({"power": past.power(at)[known], "dark": dark}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _moments(run: history.Run) -> list[datetime]:
    """Return the moments that the statements of a past map are of."""
    told = history.read(run)[history.UNTIL].fillna(pd.Timestamp(run.as_of))
    return [at.to_pydatetime() for at in told.drop_duplicates()]


def _right(scenario: Scenario, theme: str, said: pd.DataFrame, at: datetime) -> np.ndarray:
    """Return whether statements were right, float (n): 1, 0, NaN where nothing was said or is true of it."""
    ids, state = said["id"].astype(str), said["state"].astype(str)
    if theme == "hiddenoutages":
        dark = pd.Series(truth.dark_at(scenario, at), index=scenario.meters["supply_point"].astype(str))
        dark = dark[~dark.index.duplicated(keep="last")]
        return np.where(state == "sure", ids.map(dark).to_numpy(float), NAN)
    if theme == "shelterpower":
        true = truth.shelter_truth(scenario, at).set_index("facility_id")["state"]
        # of a facility that the municipality links to others' meters neither the map nor an audit says anything
        linked = ~ids.isin(units.badly_linked(scenario))
        stated = state.isin(units.STATES) & ids.isin(true.index) & linked
        return np.where(stated, (state == ids.map(true)).to_numpy(float), NAN)
    if theme == "isolatedcommunities":
        return (ids.map(_dark_of_areas(scenario, at)) > DARK_SHARE).to_numpy(float)
    share, meters = _shares(scenario, theme, at)
    low, high, true = said["low"].to_numpy(float), said["high"].to_numpy(float), ids.map(share).to_numpy(float)
    half = 0.5 / ids.map(meters).to_numpy(float)
    told = np.isfinite(low) & np.isfinite(high) & np.isfinite(true)
    return np.where(told, (low - half <= true) & (true <= high + half), NAN)


def _shares(scenario: Scenario, theme: str, at: datetime) -> tuple[pd.Series, pd.Series]:
    """Return the share dark and the meters of each cell or municipality."""
    if theme == "meshoutage":
        table = truth.mesh_truth(scenario, at, MESH_METRES).set_index("mesh_code")
    else:
        table = units.true_towns(scenario, at).set_index("key")
    return table["dark_share"], table["meters"]


def figures(seen: dict[str, Seen], scenarios: dict[str, Scenario]) -> dict[str, float]:
    """Return the figures of one service; `seen` and `scenarios` by way."""
    mended, sound = seen["mended"], seen["sound"]
    found = _relays(mended, scenarios["mended"])
    found.update({f"audit.{name}": value for name, value in _verdicts(mended).items()})
    error = _error(sound.after)
    found["audit.error_before"] = _error(mended.before)
    found["audit.error_after"] = _error(mended.after)
    found["audit.error_sound"] = error
    found["audit.error_ratio"] = _error(mended.after) / error if error else NAN
    found.update(_part(seen["partly"]))
    found["audit.powered_called"] = sum(called_powered(one) for one in seen.values())
    found.update(_none(seen["never"]))
    return found


def _relays(seen: Seen, scenario: Scenario) -> dict[str, float]:
    told = set(json.loads(str((seen.audit or {}).get("RELAYS", "{}"))))
    true = set(scenario.about["communication_lost"])
    both = len(told & true)
    return {
        "audit.recall": both / len(true) if true else NAN,
        "audit.precision": both / len(told) if told else NAN,
        "audit.relays": float(len(true)),
    }


def _verdicts(seen: Seen) -> dict[str, float]:
    """Return how many statements were judged, and how many of the verdicts cannot be by the truth."""
    table, kept = seen.table, seen.kept
    if table is None or not len(table) or not len(kept):
        return {}
    true = kept.groupby(["theme", "as_of"])["right"].agg(right_true="sum", told="count").reset_index()
    both = table.merge(true, left_on=["theme", "shown_at"], right_on=["theme", "as_of"])
    both["wrong_true"] = both["told"] - both["right_true"]
    over = (both["right"] - both["right_true"]).clip(lower=0) + (both["wrong"] - both["wrong_true"]).clip(lower=0)
    judged = float((both["right"] + both["wrong"]).sum())
    return {
        "judged": judged / max(float(both["told"].sum()), 1.0),
        "misjudged": float(over.sum()) / judged if judged else NAN,
        "meters_misjudged": _misjudged(seen.meters),
        "right_called": float(both["right"].sum()),
        "wrong_called": float(both["wrong"].sum()),
        "right_true": float(both["right_true"].sum()),
        "wrong_true": float(both["wrong_true"].sum()),
    }


def _misjudged(meters: pd.DataFrame) -> float:
    """Return the share of meters held for dark or powered that were not, of those that the audit decides."""
    decided = meters[meters["power"] != UNKNOWN]
    return float(((decided["power"] == DARK) != decided["dark"]).mean()) if len(decided) else NAN


def _error(table: pd.DataFrame) -> float:
    """Return the mean error of the rate against the share dark, of cells that are decided, after an event."""
    table = table[~table["before_event"]]
    return float(table["error"].mean()) if len(table) else NAN


def _lost(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["relay_lost"].astype(bool) & ~table["before_event"] & table["bounded"]]


def _part(seen: Seen) -> dict[str, float]:
    """Return what the learned share changes where relays are mended in part, at the last moment."""
    found = {}
    for name, table in (("unaudited", seen.unaudited), ("after", seen.after)):
        last = _lost(table[table["moment"] == table["moment"].max()])
        whole = table[(table["moment"] == table["moment"].max()) & ~table["before_event"]]
        found[f"audit.part_error_{name}"] = _error(whole)
        found[f"audit.part_holds_{name}"] = float(last["holds"].mean()) if len(last) else NAN
        found[f"audit.part_decided_{name}"] = float(whole["decided"].mean()) if len(whole) else NAN
    names = ("hidden_wrong", "hidden_right", "isolated_wrong", "isolated_right", "isolated_listed_dark")
    for name in names:
        for when in ("_unaudited", ""):
            found[f"audit.part_{name}{when}"] = seen.places.get(name + when, NAN)
    return found


def called_powered(seen: Seen) -> float:
    """Return how many dark cells the audit moved to a lower class than they had, or off the list of the isolated."""
    key = ["key", "moment"]
    both = seen.unaudited.merge(seen.after, on=key, suffixes=("_unaudited", ""))
    dark = both["dark_share"] > DARK_SHARE
    rate, before = (pd.to_numeric(both[name]).to_numpy(float) for name in ("excess_rate", "excess_rate_unaudited"))
    with np.errstate(invalid="ignore"):
        lower = np.isfinite(rate) & (rate < DARK_SHARE / 2) & ~(before < DARK_SHARE / 2)
    gone = seen.places.get("isolated_listed_dark_unaudited", 0.0) - seen.places.get("isolated_listed_dark", 0.0)
    return float((lower & dark).sum()) + max(gone, 0.0)


def _none(seen: Seen) -> dict[str, float]:
    """Return what an audit without late readings judges and changes: nothing, and it says so."""
    outputs = seen.audit or {}
    names = ["key", "moment", "excess_rate", "low", "high"]
    same = seen.unaudited[names].equals(seen.after[names])
    said = "no_history" in str(outputs.get("UNKNOWN_BY_REASON", "")) and not outputs.get("LATE_METERS", 1)
    judged = [float(outputs.get(name, NAN)) for name in ("FAILED_RELAYS", "RIGHT", "WRONG")]
    return {"audit.none_judged": sum(judged), "audit.none_changed": float(not same), "audit.none_said": float(said)}

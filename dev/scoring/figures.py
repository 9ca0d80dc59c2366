"""Figures of one drill and service, from the rows judged: {name: value}, NaN where there is nothing to count."""

from __future__ import annotations

import math

import pandas as pd
from tomoshibi.practice.score import binary_measures

from .table import KINDS
from .themes import METHODS, Rows

NOON = (10.0, 14.0)
NAN = float("nan")
ISOLATED = ("recall", "precision", "precision_at_recall", "listed", "cut_off")


def figures(rows: Rows) -> dict[str, float]:
    """Return all figures."""
    found: dict[str, float] = {}
    for part in (_facilities, _areas, _hidden, _presence, _residents, _isolated, _clocks, _trucks, _life, _outlook):
        found.update(part(rows))
    return found


def _share(table: pd.DataFrame, of: str, among: str = "") -> float:
    chosen = table[table[among]] if among else table
    return float(chosen[of].mean()) if len(chosen) else NAN


FEW = 10
"""Meters listed in an hour below which one of them decides: such an hour is counted, not judged by itself."""


def _facilities(rows: Rows) -> dict[str, float]:
    table, broken = rows.of("facilities"), rows.of("facilities_broken")
    if not len(table):
        return {}
    everything = pd.concat([table, broken], ignore_index=True) if len(broken) else table
    return {
        "facilities.beyond": float(everything["beyond"].sum()),
        "facilities.within": float(everything["within"].sum()),
        "facilities.out_not_come": float(everything["out_not_come"].sum()),
        "facilities.ended": float(everything["ended"].sum()),
        "facilities.decided": _share(table, "decided"),
        "facilities.right": _share(table, "right"),
        "facilities.right_of_decided": _share(table, "right", "decided"),
        "facilities.decided_when_due": _share(everything, "decided", "due"),
        "facilities.left_out": float(everything["left_out"].sum()),
        "facilities.old": float(everything["old"].sum()),
        "facilities.decided_when_covered": _first(table),
        "facilities.asked": float(len(everything)),
    }


def _first(table: pd.DataFrame) -> float:
    """Return the share decided at the first moment at which the data cover a time after the event."""
    covered = table[table["covered"]]
    return float(covered.loc[covered["moment"] == covered["moment"].min(), "decided"].mean()) if len(covered) else NAN


def _areas(rows: Rows) -> dict[str, float]:
    found = {}
    for name in ("cells", "municipalities"):
        table = rows.of(name)
        if not len(table):
            continue
        before = table[table["before_event"]]
        found[f"{name}.shown_before_event"] = float(before["decided"].sum())
        table = table[~table["before_event"]]
        working = table[~table["relay_lost"].astype(bool)]
        bounded = working[working["bounded"]]
        found.update(
            {
                f"{name}.holds": _share(table[table["bounded"]], "holds"),
                f"{name}.holds_now": _share(table[table["bounded"]], "holds_now"),
                f"{name}.holds_relays": _share(bounded, "holds"),
                f"{name}.holds_young": _share(bounded, "holds", "young"),
                f"{name}.holds_12h": _share(bounded, "holds_12h"),
                f"{name}.width_old": float(bounded.loc[bounded["old"], "width"].mean()) if len(bounded) else NAN,
                f"{name}.right": _share(working, "right"),
                f"{name}.decided": _share(working, "decided"),
                f"{name}.error": float(working["error"].mean()) if len(working) else NAN,
                f"{name}.counted": float(len(bounded)),
                f"{name}.old": float(bounded["old"].sum()),
            }
        )
    return found


def _hidden(rows: Rows) -> dict[str, float]:
    table = rows.of("hidden")
    if not len(table):
        return {}
    sure = table[table["sure"]]
    by_hour = sure.groupby("moment")["hidden"].agg(["mean", "size"])
    judged = by_hour.loc[by_hour["size"] >= FEW, "mean"]
    return {
        "hidden.precision": float(sure["hidden"].mean()) if len(sure) else NAN,
        "hidden.precision_worst": float(judged.min()) if len(judged) else NAN,
        "hidden.recall": float(table.loc[table["seen"], "sure"].mean()) if table["seen"].any() else NAN,
        "hidden.recall_undecided": (
            float((table["sure"] | table["undecided"])[table["seen"]].mean()) if table["seen"].any() else NAN
        ),
        "hidden.few": float((by_hour["size"] < FEW).sum()),
        "hidden.sure": float(len(sure)),
        "hidden.undecided": float(table["undecided"].sum()),
        "hidden.with_power": float((~sure["dark"]).sum()),
        "hidden.to_be_found": float(table["seen"].sum()),
    }


def _presence(rows: Rows) -> dict[str, float]:
    found: dict[str, float] = {}
    for method in METHODS:
        name = method or "default"
        table = rows.of(f"presence.{name}")
        if not len(table):
            continue
        decided = table["state"].isin(("home", "away"))
        right = ((table["state"] == "home") & table["present"]) | ((table["state"] == "away") & ~table["present"])
        plain = ~table["solar"]
        for period, chosen in (("weekday", ~table["weekend"]), ("weekend", table["weekend"])):
            own = table[decided & chosen & plain]
            measures = binary_measures((own["state"] == "home").to_numpy(bool), own["present"].to_numpy(bool))
            found[f"{name}.{period}.mcc"] = measures["mcc"] if len(own) else NAN
        found[f"{name}.decided"] = float(decided[plain].mean())
        found[f"{name}.right"] = float(right[plain].mean())
        there = plain & table["present"]
        found[f"{name}.present_called_away"] = float((table["state"] == "away")[there].mean())
        noon = table["solar"] & table["present"] & table["hour"].between(*NOON, inclusive="left")
        found[f"{name}.solar_away"] = float((table["state"] == "away")[noon].mean()) if noon.any() else NAN
    return found


def _residents(rows: Rows) -> dict[str, float]:
    table = rows.of("residents")
    if not len(table):
        return {}
    said, empty = table["verdict"].astype(str), table["home"] != "lived"
    right = ((said == "lived") & ~empty) | ((said == "not_lived") & empty)
    return {
        "residents.empty_called_lived": float((said == "lived")[empty].mean()) if empty.any() else NAN,
        "residents.lived_recognised": float((said == "lived")[~empty].mean()) if (~empty).any() else NAN,
        "residents.empty_recognised": float((said == "not_lived")[empty].mean()) if empty.any() else NAN,
        "residents.right": float(right.mean()),
        "residents.asked": float(len(table)),
    }


def _isolated(rows: Rows) -> dict[str, float]:
    found = {
        f"{name}.{measure}": rows.counts.get(f"{name}.{measure}", NAN)
        for name in ("isolated", "isolated_no_roads")
        for measure in ISOLATED
    }
    found["gaps.mae"] = rows.counts.get("gaps.mae", NAN)
    found["ended"] = rows.counts.get("ended", 0.0)
    found.update({name: value for name, value in rows.counts.items() if name.startswith("ended.")})
    return {name: value for name, value in found.items() if not (isinstance(value, float) and math.isnan(value))}


def _clocks(rows: Rows) -> dict[str, float]:
    asked = {name: rows.counts[name] for name in ("called.asked", "called.answered") if name in rows.counts}
    first = clock_figures(rows.of("clocks"), rows.of("clocks_broken"))
    return {**asked, **first, **called_figures(rows.of("clocks_called"))}


def called_figures(table: pd.DataFrame) -> dict[str, float]:
    """Return the figures of hours left once those were called whom the maps name; `table`: rows of `hours.clocks`."""
    found = clock_figures(table, pd.DataFrame())
    return {f"called.{name.partition('.')[2]}": value for name, value in found.items()}


def clock_figures(table: pd.DataFrame, broken: pd.DataFrame) -> dict[str, float]:
    """Return the figures of hours left; rows of `hours.clocks`, where all came and where the data are `broken`."""
    if not len(table):
        return {}
    table = table[table["linked"].astype(bool)]
    told = table[table["told"].astype(bool)]
    broken = broken[broken["linked"].astype(bool) & broken["told"].astype(bool)] if len(broken) else broken
    whole = told[told["complete"].astype(bool)]
    crowded = whole["assumption"].fillna("").str.contains("crowded")
    wide = whole["share_wide"].astype(float)
    plain = whole[~crowded & wide.notna()]
    # who answers the benchmark names no kind
    parts = _parts_of_width(plain) if plain["kind"].notna().any() else {}
    return {
        **parts,
        "clocks.before": float(told["before"].sum() + (broken["before"].sum() if len(broken) else 0)),
        "clocks.holds_broken": _share(broken, "holds") if len(broken) else NAN,
        "clocks.counted_broken": float(len(broken)),
        "clocks.holds": _share(told, "holds"),
        "clocks.holds_complete": _share(whole, "holds"),
        "clocks.width_complete": float(wide[~crowded].median()),
        "clocks.width_crowded": float(wide[crowded].median()),
        "clocks.told": _share(table, "told"),
        "clocks.counted": float(len(told)),
        "clocks.counted_complete": float(len(whole)),
    }


def _trucks(rows: Rows) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in ("trucks", "trucks_listed"):
        table = rows.of(name)
        if not len(table):
            continue
        found[f"{name}.passed"] = _share(table, "passed", "left")
        found[f"{name}.wasted"] = _share(table, "wasted", "sent")
        found[f"{name}.power_on"] = float(table["power_on"].sum())
        found[f"{name}.carries"] = _share(table, "carries", "sized")
        found[f"{name}.sent"] = float(table["sent"].sum())
        found[f"{name}.left"] = float(table["left"].sum())
    return found


def _parts_of_width(whole: pd.DataFrame) -> dict[str, float]:
    """Return how wide intervals of complete rows are by what they run on, and how well the loss of power is known."""
    wide = whole["share_wide"].astype(float)
    fuel = whole["generator_kva"].astype(float).fillna(0.0) > 0
    small = whole["assumption"].fillna("").str.contains("overloaded")
    seen = whole["assumption"].fillna("").str.contains("as_burnt")
    dark = whole["dark_hours_wide"].astype(float)
    found = {
        "carried": ~small,
        "battery": ~fuel,
        "generator": fuel & ~small,
        "seen": fuel & ~small & seen,
        "not_seen": fuel & ~small & ~seen,
        "overloaded": small,
        "loss_known": dark <= 1.0,
    }
    found.update({name: fuel & ~small & (whole["kind"] == kind) for name, kind in KINDS.items()})
    figures = {f"clocks.width_{name}": float(wide[rows].median()) for name, rows in found.items()}
    figures["clocks.holds_generator"] = _share(whole[fuel & ~small], "holds")
    figures["clocks.loss_known"] = float((dark <= 1.0).mean())
    figures["clocks.dark_hours"] = float(dark.median())
    return figures


def _life(rows: Rows) -> dict[str, float]:
    table, broken = rows.of("life"), rows.of("life_broken")
    if not len(table):
        return {}
    everything = pd.concat([table, broken], ignore_index=True) if len(broken) else table
    return {
        "life.beyond": float(everything["beyond"].sum()),
        "life.within": float(everything["within"].sum()),
        "life.decided_when_due": _share(table, "decided", "due"),
        "life.decided": _share(table, "decided"),
        "life.ended_called": _share(table, "ended_called", "ended"),
        "life.asked": float(len(table)),
    }


def _outlook(rows: Rows) -> dict[str, float]:
    table = rows.of("outlook")
    if not len(table):
        return {}
    held = table[table["held"].astype(bool)]
    found = {"outlook.unbounded": float(table["unbounded"].sum()), "outlook.counted": float(len(held))}
    if len(held):
        found.update({f"outlook.in{level}": float(held[f"in{level}"].mean()) for level in (50, 80, 95)})
        now = float(held["dark_now"].sum())
        found["outlook.error"] = float(held["error"].sum()) / now
        found["outlook.error_stays"] = float(held["stays"].sum()) / now
    return found

"""The figures an HQ asks for first, from the tables of result layers: headline counts, names in order, what is unknown.

Sheets, the brief, the dock and the report tell the same figures, so they are counted here once. A figure that cannot be
told is None, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Callable, Container, Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..arrays import BoolArray
from .backup import TO_ASK, Assumption
from .reasons import Reason, count_by_reason
from .told_states import ToldState

CRITICAL_WORDS = (
    "病院",
    "診療",
    "クリニック",
    "透析",
    "医療",
    "福祉",
    "介護",
    "ケア",
    "浄水",
    "配水",
    "ポンプ",
    "庁舎",
    "役所",
)
"""Words in the kind or the name of a facility that people's lives or the HQ's work hang on (重要施設)."""
MEDICAL_WORDS = CRITICAL_WORDS[:5]
"""Those of hospitals and clinics (病院・診療所)."""
SHELTER_WORD = "避難"
"""In the kind of every sort of shelter (避難所, 福祉避難所, 緊急避難場所)."""
DARK, PARTLY, KNOWN_STATES = "outage", "partial", ("powered", "partial", "outage")

SAYS_NOTHING = 0.999
"""Width of an interval of a share from which on it says nothing."""


class Figure(str, Enum):
    """The five numbers of the situation; the value is the code in the history."""

    CRITICAL_DARK = "critical_dark"
    """Critical facilities without power, in part or wholly (停電中の重要施設)."""
    HOMES_DARK = "homes_dark"
    """Meters without power beyond those silent in peacetime (平常を超える停電戸数)."""
    ISOLATED_GROUPS = "isolated_groups"
    """Groups of adjacent settlements from which no data come (孤立のおそれのある集落群)."""
    HIDDEN = "hidden"
    """Meters still dark amid neighbours that have power (隠れ停電)."""
    UNKNOWN = "unknown"
    """Facilities, and meters of areas, of which nothing can be said (不明)."""
    FAILING = "failing"
    """Facilities on their own power that may fail within 24 hours (24時間以内に電源が尽きるおそれ)."""


SITUATION = tuple(figure for figure in Figure if figure is not Figure.FAILING)
"""The five that are told of every case; the others only where their map was made."""
SOON_HOURS = 24.0


def told_figures(made: Container[Figure]) -> tuple[Figure, ...]:
    """Return the figures to tell where those in `made` were counted, in order."""
    return tuple(figure for figure in Figure if figure in made or figure in SITUATION)


@dataclass(frozen=True)
class KeyFigure:
    """One number with what it does not tell."""

    figure: Figure
    low: Optional[float]
    """Lower bound; None where nothing can be said."""
    high: Optional[float]
    """Upper bound; the same as `low` where it was counted."""
    of: Optional[int] = None
    """Of how many it was counted; None where that has no meaning."""
    unknown: int = 0
    """Of which nothing is known, counted neither as dark nor as powered."""
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Reason code → how many of the unknown."""
    as_of: Optional[datetime] = None
    data_until: Optional[datetime] = None
    voltage: str = ""
    """Voltage class of the meters counted; "" where it is not told, or that has no meaning."""
    ended: int = 0
    """Beside `FAILING`: facilities whose power must have ended already."""
    uncounted: int = 0
    """Beside `HOMES_DARK`: squares or areas of which nothing is known, not even how many meters they hold."""
    places: int = 0
    """Of so many squares or areas."""

    @property
    def known(self) -> bool:
        """Whether anything can be said."""
        return self.low is not None


def is_critical(kind: object, name: object) -> bool:
    """Return whether a facility is one that lives or the HQ's work hang on, by the words of its kind and name."""
    words = f"{kind or ''} {name or ''}"
    return any(word in words for word in CRITICAL_WORDS)


def critical_dark(facilities: pd.DataFrame) -> KeyFigure:
    """Count critical facilities without power.

    Parameters
        facilities: a row a facility: kind, name, state, unknown_reason, as_of, evidence_until (layer `shelterpower`).

    Returns
        those without power or with power in part only; `of` all critical ones.
    """
    critical = facilities[_critical(facilities)]
    return _counted(Figure.CRITICAL_DARK, critical, critical["state"].isin([DARK, PARTLY]))


def bounded(rates: pd.DataFrame) -> pd.Series[bool]:
    """Return for each cell or area whether its bounds say anything (bool): one from 0 to 1 says nothing.

    Nor do those of a moment before the event; `rates` as for `homes_dark`.
    """
    low, high = (pd.to_numeric(rates[name], errors="coerce") for name in ("low", "high"))
    told = low.notna() & high.notna() & (high - low < SAYS_NOTHING)
    if "unknown_reason" in rates:
        told &= rates["unknown_reason"].fillna("") != Reason.BEFORE_EVENT.value
    return told


def homes_dark(rates: pd.DataFrame) -> KeyFigure:
    """Bound the meters without power beyond peacetime.

    Parameters
        rates: a row a cell or area of one voltage class and one moment: meters, low, high (shares 0–1, NaN where
            nothing is known), masked, unknown_reason, voltage, as_of, evidence_until (layers `meshoutage`,
            `areaoutage`).

    Returns
        the sums of the bounds of what is known; `unknown` the meters of cells that are masked or unknown, as far as
        they are told, `uncounted` the cells of which they are not.
    """
    counted = pd.to_numeric(rates["meters"], errors="coerce")
    meters = counted.fillna(0.0)
    low, high = (pd.to_numeric(rates[name], errors="coerce") for name in ("low", "high"))
    told = bounded(rates)
    unknown = rates[~told]
    reasons = _reasons(unknown)
    return KeyFigure(
        Figure.HOMES_DARK,
        float((low.clip(lower=0.0) * meters)[told].sum()) if told.any() else None,
        float((high.clip(lower=0.0) * meters)[told].sum()) if told.any() else None,
        int(meters.sum()),
        int(meters[~told].sum()),
        reasons,
        *_times(rates),
        voltage=_voltage(rates),
        uncounted=int((counted.isna() & ~told).sum()),
        places=len(rates),
    )


def _voltage(rates: pd.DataFrame) -> str:
    held: list[object] = rates["voltage"].dropna().unique().tolist() if "voltage" in rates else []
    return str(held[0]) if len(held) == 1 else ""


def isolated_groups(areas: pd.DataFrame, unknown: int = 0) -> KeyFigure:
    """Count groups of settlements from which no data come.

    Parameters
        areas: a row a suspected settlement: group_id (NULL where areas are not grouped), area_id, access_cut
            (layer `isolatedcommunities`); an empty table means that none is suspected.
        unknown: settlements that could not be judged.

    Returns
        `low` the groups whose road is cut, wholly or in part, `high` all of them.
    """
    group = group_of(areas)
    cut = areas["access_cut"].isin(["cut", "partly"])
    return KeyFigure(
        Figure.ISOLATED_GROUPS, float(group[cut].nunique()), float(group.nunique()), None, unknown, {}, *_times(areas)
    )


def group_of(areas: pd.DataFrame) -> pd.Series[str]:
    """Return the group of each settlement, its own id where areas are not grouped; `areas` as for `isolated_groups`."""
    group = areas["group_id"].where(areas["group_id"].notna(), areas["area_id"])
    return group.astype(str)  # type: ignore[return-value]  # the stubs take it for bool


def hidden(meters: pd.DataFrame, unknown: int = 0) -> KeyFigure:
    """Count meters that stayed dark amid neighbours with power.

    Parameters
        meters: a row a meter: certainty `sure` or `undecided` (layer `hiddenoutages`).
        unknown: meters that could not be judged.

    Returns
        `low` the sure ones, `high` the undecided too.
    """
    sure = (meters["certainty"] == "sure") if "certainty" in meters else pd.Series(True, index=meters.index)
    return KeyFigure(Figure.HIDDEN, float(sure.sum()), float(len(meters)), None, unknown, {}, *_times(meters))


class FacilityGroup(str, Enum):
    """The sorts of facilities that a headline tells apart."""

    SHELTERS = "shelters"
    """避難所."""
    MEDICAL = "medical"
    """病院・診療所."""
    OTHERS = "others"


@dataclass(frozen=True)
class GroupCount:
    """How the facilities of one sort stand."""

    group: FacilityGroup
    total: int
    dark: int
    partly: int
    unknown: int


def facilities_by_group(facilities: pd.DataFrame) -> tuple[GroupCount, ...]:
    """Return how the facilities of each sort stand, sorts without any left out.

    A hospital that is a shelter too is counted with the hospitals. `facilities` as for `critical_dark`.
    """
    groups = pd.Series(
        [_group_of(kind, name) for kind, name in zip(facilities["kind"], facilities["name"])],
        index=facilities.index,
        dtype=object,
    )
    states = facilities["state"]
    found = []
    for group in FacilityGroup:
        part = states[groups == group]
        if len(part):
            counts = ((part == DARK).sum(), (part == PARTLY).sum(), (~part.isin(KNOWN_STATES)).sum())
            found.append(GroupCount(group, len(part), *map(int, counts)))
    return tuple(found)


def _group_of(kind: object, name: object) -> FacilityGroup:
    if any(word in f"{kind or ''} {name or ''}" for word in MEDICAL_WORDS):
        return FacilityGroup.MEDICAL
    return FacilityGroup.SHELTERS if SHELTER_WORD in str(kind or "") else FacilityGroup.OTHERS


def unknown_facilities(facilities: pd.DataFrame) -> KeyFigure:
    """Count the facilities of which nothing is known, with the reasons; `facilities` as for `critical_dark`."""
    silent = ~facilities["state"].isin(KNOWN_STATES)
    count = float(silent.sum())
    reasons = _reasons(facilities[silent])
    return KeyFigure(Figure.UNKNOWN, count, count, len(facilities), 0, reasons, *_times(facilities))


def told_counts(facilities: pd.DataFrame) -> dict[str, int]:
    """Return of how many facilities which state was told by telephone {code of `ToldState`: count}, none where none."""
    said = facilities["told_state"].value_counts() if "told_state" in facilities else pd.Series(dtype=int)
    return {state.value: int(said[state.value]) for state in ToldState if state.value in said.index}


def failing(clocks: pd.DataFrame) -> KeyFigure:
    """Count the facilities on their own power that may fail within `SOON_HOURS`.

    Parameters
        clocks: a row a facility: state, hours_left_low, state_at, unknown_reason (layer `survivalclocks`).

    Returns
        those whose interval begins by then, without those that must have failed already; unknown: those of which it
        is not known whether, or how long, they run on their own power; ended: those left out; as_of: the moment of
        looking that the hours count from, which may be later than the data.
    """
    unknown = clocks["state"] == "unknown"
    told = bool((~unknown).any()) or not len(clocks)
    count = float(failing_soon(clocks).sum()) if told else None
    reasons = _reasons(clocks[unknown])
    as_of, until = _times(clocks)
    looked, _ = _times(clocks.assign(as_of=clocks["state_at"]) if "state_at" in clocks else clocks)
    ended = int(clocks["state"].isin(["failed", "ended_by_time"]).sum())
    of, lacking = len(clocks), int(unknown.sum())
    return KeyFigure(Figure.FAILING, count, count, of, lacking, reasons, looked or as_of, until, ended=ended)


def failing_soon(clocks: pd.DataFrame) -> pd.Series[bool]:
    """Return for each facility whether it may fail within `SOON_HOURS` (bool); `clocks` as for `failing`."""
    left = pd.to_numeric(clocks["hours_left_low"], errors="coerce")
    soon: pd.Series[bool] = clocks["state"].isin(["running", "may_have_failed"]) & (left <= SOON_HOURS)
    return soon


def to_ask(clocks: pd.DataFrame) -> list[str]:
    """Return the names of the facilities to be asked what hangs on their generator, in the order of the clocks.

    `clocks`: a row a facility: name, facility_id, rank, assumption (layer `survivalclocks`).
    """
    return _marked(clocks, TO_ASK)


def stock_to_ask(clocks: pd.DataFrame) -> list[str]:
    """Return the names of the facilities to be asked what is left in their tank; `clocks` as for `to_ask`."""
    return _marked(clocks, (Assumption.STOCK_TO_ASK,))


def _marked(clocks: pd.DataFrame, marks: Sequence[Assumption]) -> list[str]:
    codes = {mark.value for mark in marks}
    told = [codes & set(str(one).split(",")) for one in clocks["assumption"]]
    asked = clocks[np.array([bool(one) for one in told], dtype=bool)].sort_values("rank", kind="stable")
    names = asked["name"].where(asked["name"].notna() & asked["name"].ne(""), asked["facility_id"])
    return [str(name) for name in names]


def outlasting(outlook: pd.DataFrame) -> pd.DataFrame:
    """Return the areas that are expected to be dark still, those with most meters first; `outlook`: a row an area.

    `expected`, `dark_now`: meters; less than half a meter is none.
    """
    expected = pd.to_numeric(outlook["expected"], errors="coerce")
    order = expected.rank(ascending=False, method="first")
    return outlook.assign(_order=order)[expected >= 0.5].sort_values("_order").drop(columns="_order")


def perhaps_lasting(outlook: pd.DataFrame) -> int:
    """Return in how many areas no meter is expected to be dark still, though the 80 % interval does not rule it out.

    `outlook`: a row an area: `dark_now expected high80`, meters; less than half a meter is none.
    """
    now, expected, high = (pd.to_numeric(outlook[name], errors="coerce") for name in ("dark_now", "expected", "high80"))
    return int(((now >= 0.5) & (expected < 0.5) & ~(high < 0.5)).sum())


FROM_LAYER: Mapping[str, tuple[Callable[[pd.DataFrame], KeyFigure], ...]] = {
    "shelterpower": (critical_dark, unknown_facilities),
    "meshoutage": (homes_dark,),
    "areaoutage": (homes_dark,),
    "isolatedcommunities": (isolated_groups,),
    "hiddenoutages": (hidden,),
    "survivalclocks": (failing,),
}
"""Kind of layer → what is counted of it."""


def dark_facilities(facilities: pd.DataFrame, most: Optional[int] = None) -> pd.DataFrame:
    """Return the facilities without power in the order in which an HQ asks for them.

    Critical ones first, wholly dark before those in part, then by the persons they hold, then by name; columns are
    those of `facilities` and `critical` (bool). `most`: at most so many. By telephone (`told_state`, where there is
    such a column) a facility comes among them that is said to be out, and does not that is said to have power.
    """
    out = facilities["state"].isin([DARK, PARTLY])
    if "told_state" in facilities:
        said = facilities["told_state"]
        out = (out & (said != ToldState.POWERED.value)) | (said == ToldState.OUT.value)
    dark = facilities[out].copy()
    dark["critical"] = _critical(dark)
    dark["_partly"] = dark["state"] == PARTLY
    dark["_holds"] = -pd.to_numeric(dark["capacity"], errors="coerce").fillna(0.0)
    dark["_name"] = dark["name"].fillna("").astype(str)
    dark = dark.sort_values(
        ["critical", "_partly", "_holds", "_name"], ascending=[False, True, True, True], kind="stable"
    ).drop(columns=["_partly", "_holds", "_name"])
    return (dark if most is None else dark.head(most)).reset_index(drop=True)


def groups_in_order(areas: pd.DataFrame, most: Optional[int] = None) -> pd.DataFrame:
    """Return the groups of suspected settlements, the most urgent first.

    Returns
        a row a group: group_id, names (tuple of str, the most urgent first), areas, meters, hours (the longest),
        access_cut (the worst), reason (of the most urgent).
    """
    columns = ["group_id", "names", "areas", "meters", "hours", "access_cut", "reason"]
    if not len(areas):
        return pd.DataFrame(columns=columns)
    order = areas.sort_values("rank", kind="stable")
    group = group_of(order)
    worst = {"cut": 0, "partly": 1, "unknown": 2, "open": 3}
    rows = []
    for name, part in order.groupby(group, sort=False):
        access = min(part["access_cut"].fillna("unknown").astype(str), key=lambda word: worst.get(str(word), 2))
        hours = pd.to_numeric(part["hours"], errors="coerce").max()
        meters = int(pd.to_numeric(part["meters"], errors="coerce").fillna(0).sum())
        names = tuple(part["area_name"].fillna("").astype(str))
        rows.append((name, names, len(part), meters, hours, access, part["reason"].iloc[0]))
    table = pd.DataFrame(rows, columns=columns)
    return table if most is None else table.head(most)


@dataclass(frozen=True)
class Change:
    """How one figure moved between two results."""

    more: int
    """Things that are in the state now and were known not to be."""
    fewer: int
    """Things that were in it and are known not to be now."""
    unknown: int
    """Things of which one of the two results says nothing."""


def change(now: pd.DataFrame, before: pd.DataFrame, states: tuple[str, ...], known: tuple[str, ...]) -> Change:
    """Return what changed between two results of the same things.

    Parameters
        now, before: a row a thing: id, state.
        states: the states that are counted, e.g. ("outage",).
        known: all states that say something; any other says nothing.
    """
    both = now[["id", "state"]].merge(before[["id", "state"]], on="id", suffixes=("_now", "_then"))
    told = both["state_now"].isin(known) & both["state_then"].isin(known)
    is_now, was = both["state_now"].isin(states), both["state_then"].isin(states)
    return Change(int((told & is_now & ~was).sum()), int((told & ~is_now & was).sum()), int((~told).sum()))


def _counted(figure: Figure, table: pd.DataFrame, dark: pd.Series) -> KeyFigure:
    silent = ~table["state"].isin(KNOWN_STATES)
    told = bool((~silent).any()) or not len(table)
    count = float(dark.sum()) if told else None
    return KeyFigure(figure, count, count, len(table), int(silent.sum()), _reasons(table[silent]), *_times(table))


def _critical(facilities: pd.DataFrame) -> BoolArray:
    return np.array([is_critical(*one) for one in zip(facilities["kind"], facilities["name"])], dtype=bool)


def _reasons(table: pd.DataFrame) -> dict[str, int]:
    return count_by_reason(table["unknown_reason"].dropna()) if "unknown_reason" in table else {}


def _times(table: pd.DataFrame) -> tuple[Optional[datetime], Optional[datetime]]:
    """Return the newest moment shown and until when its data reach."""
    found: list[Optional[datetime]] = []
    for name in ("as_of", "evidence_until"):
        times = pd.to_datetime(table[name], errors="coerce") if name in table else pd.Series(dtype="datetime64[ns]")
        newest = times.max()
        found.append(None if newest is pd.NaT or (isinstance(newest, float) and np.isnan(newest)) else newest)
    return (
        None if found[0] is None else pd.Timestamp(found[0]).to_pydatetime(),
        None if found[1] is None else pd.Timestamp(found[1]).to_pydatetime(),
    )

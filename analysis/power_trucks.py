"""Power-supply trucks (電源車, 災害時連携計画 別添3–5): who needs one first, which goes where, how much fuel it takes.

Trucks go to customers cut off from the line one by one (個別送電: hospitals, waterworks, shelters) and to isolated
communities whose line will take long (エリア送電). The order is the prefecture's (重要施設リスト, 別添5 7(4)); what is
made here is a proposal, the utility decides. Fuel is held against what the utilities have to procure by 別添4.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum
from math import ceil
from typing import Any, Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..arrays import BoolArray, FloatArray, IntArray, ObjectArray
from ..messages import Message, TomoshibiError, message
from .facilities import ground_metres
from .point_states import NEVER
from .told_states import ToldState

PLAN_HOURS = 72.0
"""別添4: the amounts are for 72 hours after the event."""
PLAN_FUEL_L = 100_000.0
"""軽油, litres."""
DRUM_L = 200.0
PLAN_DRUMS = 500
PLAN_TANKERS = 20
"""燃料輸送車両: tankers, or trucks that carry as much in drums."""
TANKER_L = PLAN_FUEL_L / PLAN_TANKERS
"""What one vehicle brings in 72 hours by the plan's own figures: 5,000 L."""

FIRST_TANKERS, FIRST_HOURS = 7, 24.0
"""別添4, 2: so many vehicles with fuel within 24 hours of the event, before those of the whole."""

CONSUMPTION_L_PER_H: tuple[tuple[float, float], ...] = (
    (0.0, 0.0),
    (45.0, 8.5),
    (60.0, 11.4),
    (90.0, 15.0),
    (125.0, 21.2),
    (250.0, 41.6),
    (375.0, 60.9),
    (500.0, 80.6),
)
"""(kVA, litres an hour) at three quarters of the load.

Up to 125 kVA from a hire catalogue of sound-proofed sets at 60 Hz (DCA45ESI, DCA60ESH, DCA90SPH, DCA125SPM;
happylibus.com/doc/487389), above from a general table by kW (power factor 0.8; oer.enviraj.com/general/
diesel-generator-fuel-consumption-chart). Another set of 60 kVA in that catalogue burns 7 % less.
Between them it is interpolated, beyond 500 kVA in proportion. A truck's own figure goes before this table.
"""

COMMUNITY = "community"
"""Kind of an isolated community (孤立集落)."""
KIND_ORDER: tuple[tuple[str, ...], ...] = (
    ("病院", "hospital"),
    ("診療所", "医院", "透析", "clinic"),
    ("水道", "浄水", "配水", "water"),
    ("福祉", "老人", "介護", "障害", "welfare"),
    ("避難所", "shelter"),
    ("役場", "市役所", "庁舎", "消防", "警察", "office"),
    (COMMUNITY, "孤立集落"),
)
"""Order of the kinds where the prefecture's list does not name a facility, by words that the kind holds, first group
that fits: lives that hang on power, water, people who cannot move, then everybody. Other kinds come last."""


class TruckState(str, Enum):
    """What a truck does, as far as its list tells."""

    STANDBY = "standby"
    """It can be sent."""
    AT_WORK = "at_work"
    """It gives power where it stands."""
    MOVING = "moving"
    OUT_OF_ORDER = "out_of_order"
    UNKNOWN = "unknown"
    """The words are not understood: it is not sent, and told."""


_STATE_WORDS: tuple[tuple[TruckState, str], ...] = (
    (TruckState.OUT_OF_ORDER, r"故障|修理|点検|整備|不具合|使用不可|使用不能|不可|outoforder|broken|maintenance"),
    (TruckState.MOVING, r"移動中|輸送中|走行中|回送|派遣中|出動中|移動|moving|intransit"),
    (
        TruckState.AT_WORK,
        r"発電中|稼働中|稼動中|運転中|送電中|給電中|使用中|応急送電|atwork|working|running|generating|inuse",
    ),
    (TruckState.STANDBY, r"(?:.*待機中?|standby|stand-by|available|idle|空き?|派遣可能?|出動可能?)"),
)
"""Words of each state, the first that fits; 待機 only where nothing follows it (待機場所へ移動中 is no standby)."""
AT_NEED_M = 300.0
"""A truck at work so near to a need serves it."""


_NOTE = re.compile(r"\(.*?\)|【.*?】|\[.*?\]")
_ENGAGED = re.compile(r"予定|予約|貸出|まで|済")
"""Words of a note by which a truck on standby may not be free: 待機中（能登へ派遣予定）."""


def truck_state(text: object) -> TruckState:
    """Return what a list says of a truck: STANDBY, 待機中（輪島）, 発電中.

    What stands in brackets is a note: of one that speaks of anything else than standby, it is that, or not known.
    """
    plain = unicodedata.normalize("NFKC", "" if text is None else str(text)).casefold()
    plain = re.sub(r"\s", "", plain)
    found, note = _state_in(_NOTE.sub("", plain)), "".join(_NOTE.findall(plain))
    if found is not TruckState.STANDBY:
        return found
    noted = next((state for state, words in _STATE_WORDS[:-1] if re.search(words, note)), None)
    return noted or (TruckState.UNKNOWN if _ENGAGED.search(note) else found)


def _state_in(plain: str) -> TruckState:
    for state, words in _STATE_WORDS:
        found = re.fullmatch(words, plain) if state is TruckState.STANDBY else re.search(words, plain)
        if found:
            return state
    return TruckState.UNKNOWN


PEAK_MARGIN = 1.1
"""What a building uses in an outage differs from the days before (`survival.LOAD_SPREAD`): of a need that is its own
peak a truck with so much more than that is taken where there is one."""
NEED_COLUMNS = "need_id kind name priority need_kva wish_kva fails_earliest reason lat lon".split()
ASSIGNMENT_COLUMNS = (
    "rank need_id kind name need_kva fails_earliest truck_id truck_kva distance_m litres_per_hour fuel_l drums status "
    "reason lat lon truck_lat truck_lon"
).split()
ASSIGNED, TOO_SMALL, NO_TRUCK, NO_PLACE = "assigned", "assigned_too_small", "no_truck", "no_place"
AT_WORK, ELSEWHERE = "at_work", "at_work_elsewhere"
"""Value of `status`."""


class TruckError(TomoshibiError):
    """The trucks, the needs or the hours cannot be used."""


@dataclass(frozen=True)
class TruckRules:
    """What is asked for where the lists say nothing."""

    kva_by_kind: Mapping[str, float] = field(default_factory=dict)
    """Power (kVA) that a kind of facility needs where its own row says nothing; a kind that is not here is unknown."""
    kva_per_meter: Optional[float] = None
    """Power an isolated community needs by silent meter; None: unknown."""
    states: tuple[str, ...] = ("outage", "partial")
    """States of a facility that need a truck. `unknown` is not sent to: it is asked first."""


@dataclass(frozen=True)
class Fuel:
    """Fuel for the trucks that are assigned, beside the plan's."""

    litres: float
    drums: int
    tankers: int
    plan_share: float
    """`litres` as a share of the plan's 100,000 L, taken in proportion to the hours (72 h = the whole)."""
    hours: float
    unknown: int
    """Assigned trucks of which neither consumption nor capacity is known: their fuel is missing in the sum."""
    known: bool
    """Whether the sum says anything: False where trucks are assigned and the fuel of none of them is known."""

    @property
    def first_litres(self) -> float:
        """What the trucks burn in the first `FIRST_HOURS`."""
        return self.litres * min(FIRST_HOURS, self.hours) / self.hours

    @property
    def first_brought(self) -> float:
        """Litres that the plan's first vehicles bring in `FIRST_HOURS`."""
        return FIRST_TANKERS * TANKER_L * FIRST_HOURS / PLAN_HOURS

    @property
    def beyond_plan(self) -> bool:
        """Whether fuel, drums or vehicles are more than the plan provides."""
        return self.plan_share > 1


def consumption(kva: FloatArray) -> FloatArray:
    """Return litres of diesel an hour of generators of `kva`, float64; NaN where it is not known."""
    size = np.asarray(kva, dtype=np.float64)
    sizes, litres = (np.array(column) for column in zip(*CONSUMPTION_L_PER_H))
    inside = np.interp(np.nan_to_num(size), sizes, litres)
    return np.where(np.isnan(size), np.nan, np.where(size > sizes[-1], size * litres[-1] / sizes[-1], inside))


def kind_order(kind: str) -> int:
    """Return the place of a kind of facility in `KIND_ORDER`; of any other kind the place after the last."""
    plain = unicodedata.normalize("NFKC", kind).lower()
    return next(
        (place for place, words in enumerate(KIND_ORDER) if any(word in plain for word in words)), len(KIND_ORDER)
    )


def needs(
    shelters: pd.DataFrame,
    isolated: pd.DataFrame,
    rules: TruckRules,
    priority: Sequence[str] = (),
    now: Optional[pd.Timestamp] = None,
) -> pd.DataFrame:
    """Return who needs a truck, in the order in which they are to get one; `priority` counts from 1.

    `shelters` the table of shelter power (UC①), with `need_kva` and `fails_earliest` (datetime64, the early end of its
    clock) where they are known; `isolated` the table of isolated communities with `lat`, `lon` and, where they are
    known, `area_name`, `need_kva`. `priority` ids of facilities and areas as in the prefecture's list, first to last:
    they go first, in its order. All others follow by `KIND_ORDER`, facilities without power before those partly
    without, then those that fail first, communities by their rank; then by id. After all of these come facilities that
    hold out for `FIRST_HOURS` from `now` on even by the early end of their clock: until then more vehicles come. Of
    facilities with `told_state` what was said by telephone counts: see `_urgency`.
    """
    listed = {str(name): place for place, name in enumerate(priority)}
    rows = []
    item: Any  # a row of a table: pandas knows the types of its cells only at run time
    for item in shelters.itertuples(index=False):
        order = _facility_order(item, rules, now)
        if order is None:
            continue
        rows.append(((listed.get(str(item.facility_id), len(listed)), *order), *_facility(item, rules)))
    for item in isolated.itertuples(index=False):
        key = (listed.get(str(item.area_id), len(listed)), False, kind_order(COMMUNITY), 0, 0, float(item.rank))
        rows.append((key, *_community(item, rules)))
    rows.sort(key=lambda row: (row[0], row[1]))
    columns = [name for name in NEED_COLUMNS if name != "priority"]
    parts = list(zip(*(row[1:] for row in rows))) or [()] * len(columns)
    table = pd.DataFrame({name: pd.Series(list(part), dtype=object) for name, part in zip(columns, parts)})
    table["priority"] = np.arange(1, len(rows) + 1, dtype=np.int64)
    kinds = {**dict.fromkeys("need_kva wish_kva lat lon".split(), "float64"), "fails_earliest": "datetime64[ns]"}
    return table.astype(kinds)[NEED_COLUMNS]


_Need = tuple[str, str, str, float, float, pd.Timestamp, Message, float, float]
"""A row of `NEED_COLUMNS` but for `priority`."""


def _facility(item: Any, rules: TruckRules) -> _Need:
    """Return what is said of a facility, a row of `shelters`."""
    own, kind = _number(getattr(item, "need_kva", np.nan)), str(item.kind)
    power = own if np.isfinite(own) else rules.kva_by_kind.get(kind, np.nan)
    wish = round(own * PEAK_MARGIN, 6) if np.isfinite(own) else power
    return (str(item.facility_id), kind, str(item.name), power, wish, _fails(item), item.reason, item.lat, item.lon)


def _community(item: Any, rules: TruckRules) -> _Need:
    """Return what is said of an isolated community, a row of `isolated`."""
    own = _number(getattr(item, "need_kva", np.nan))
    if not np.isfinite(own) and rules.kva_per_meter is not None:
        own = rules.kva_per_meter * float(item.silent)
    name, never = str(getattr(item, "area_name", item.area_id)), pd.Timestamp(NEVER)
    return (str(item.area_id), COMMUNITY, name, own, own, never, item.reason, item.lat, item.lon)


def _fails(item: Any) -> pd.Timestamp:
    """Return the early end of a facility's clock, NaT where it has none."""
    return pd.Timestamp(getattr(item, "fails_earliest", NEVER))


def _facility_order(
    item: Any, rules: TruckRules, now: Optional[pd.Timestamp]
) -> Optional[tuple[bool, int, int, int, float]]:
    """Return where a facility comes among those that no list names, None where it needs no truck.

    Whether it holds out for `FIRST_HOURS`, its kind, how it is out, then when it fails.
    """
    left = (_fails(item) - now) / pd.Timedelta(hours=1) if now is not None else np.nan
    urgency = _urgency(item, rules, bool(np.isfinite(left)))
    if urgency is None:
        return None
    return (bool(left > FIRST_HOURS), kind_order(str(item.kind)), urgency, *_first(left))


def _first(left: float) -> tuple[int, float]:
    """Return the place of a facility among its kind by the hours that are left at least, NaN where not known.

    Those that may have failed, then those of which nothing is known, then those that fail later.
    """
    if not np.isfinite(left):
        return (1, 0.0)
    return (0 if left <= 0 else 2, left)


def _urgency(item: Any, rules: TruckRules, timed: bool) -> Optional[int]:
    """Return how late a facility comes among its kind, None where it needs no truck; `item` a row of `shelters`.

    Confirmed to have power or fed by a truck: none. Confirmed to be out: like one measured to be. On its own
    generator: by its clock where it is `timed`, else the last, for its fuel ends.
    """
    said = getattr(item, "told_state", None)
    if said in (ToldState.POWERED.value, ToldState.TRUCK.value):
        return None
    if said == ToldState.GENERATOR.value:
        return 0 if timed else 2
    if said == ToldState.OUT.value:
        return 0
    return int(item.state != "outage") if item.state in rules.states else None


def _number(cell: Any) -> float:
    """Return a cell of a table as a number, NaN where it is blank."""
    return float("nan") if pd.isna(cell) else float(cell)


def _check_trucks(trucks: pd.DataFrame) -> None:
    ids = trucks["truck_id"].astype(str)
    double = ids[ids.duplicated()].unique()
    if len(double):
        raise TruckError(
            message("The truck {truck} is listed more than once. Give each truck one row.", truck=str(double[0]))
        )
    if (trucks["kva"].to_numpy(dtype=np.float64) <= 0).any():
        raise TruckError(message("A truck has a capacity of 0 kVA or less. Leave the capacity blank if it is unknown."))


def assign(wanted: pd.DataFrame, trucks: pd.DataFrame, hours: float) -> pd.DataFrame:
    """Return which truck goes where: one row a need, in the order of `needs`.

    `wanted` as from `needs`; `trucks`: `truck_id kva state lat lon` and, if there, `litres_per_hour`. In the order of
    priority each need gets the nearest available truck (great-circle distance on the GRS80 ellipsoid) that is large
    enough (for `wish_kva` where one is, else for `need_kva`); of trucks within 100 m of one another the smallest. If no
    truck is large enough it gets the largest (`assigned_too_small`): some power is better than none, and who is there
    can say what it is for. A need of unknown power gets the nearest truck. A truck of unknown capacity is taken only if
    no other is left, one of unknown place is never sent. A truck at work within 300 m of a need serves it: no second
    one is sent there. `status`: `assigned`,
    `assigned_too_small`, `at_work`, `no_truck` (none left), `no_place` (the need has no coordinates). Trucks at work
    elsewhere come last, without a need (`at_work_elsewhere`): their fuel counts too. `fuel_l` for `hours`, `drums` of
    200 L, NaN unknown. Raises `TruckError`.
    """
    if not hours > 0:
        raise TruckError(message("{hours} hours cannot be planned. Give a number above 0.", hours=hours))
    _check_trucks(trucks)
    fleet = _fleet(trucks)
    busy = np.array([state is TruckState.AT_WORK for state in fleet.state], dtype=bool)
    free = np.array([state is TruckState.STANDBY for state in fleet.state], dtype=bool) & fleet.placed
    working = busy & fleet.placed
    rows = []
    need: Any  # a row of a table: pandas knows the types of its cells only at run time
    for rank, need in enumerate(wanted.itertuples(index=False), 1):
        chosen, metres, status = -1, np.nan, NO_TRUCK
        if not (np.isfinite(need.lat) and np.isfinite(need.lon)):
            status = NO_PLACE
        else:
            chosen, metres, status = _for_need(fleet, need, working, free)
            if chosen >= 0:
                free[chosen] = working[chosen] = busy[chosen] = False
        own = (rank, need.need_id, need.kind, need.name)
        rows.append(
            _row(own, (need.need_kva, need.fails_earliest), fleet, chosen, metres, status, hours, (need.lat, need.lon))
        )
    for chosen in np.flatnonzero(busy):
        own = (len(rows) + 1, None, None, None)
        rows.append(
            _row(own, (np.nan, pd.Timestamp(NEVER)), fleet, int(chosen), np.nan, ELSEWHERE, hours, (np.nan, np.nan))
        )
    columns = list(zip(*rows)) or [()] * len(ASSIGNMENT_COLUMNS)
    table = pd.DataFrame({name: pd.Series(list(said), dtype=object) for name, said in zip(ASSIGNMENT_COLUMNS, columns)})
    numbers = "need_kva truck_kva distance_m litres_per_hour fuel_l drums lat lon truck_lat truck_lon".split()
    kinds = {**{name: "float64" for name in numbers}, "rank": "int64", "fails_earliest": "datetime64[ns]"}
    return table.astype(kinds)


@dataclass(frozen=True)
class _Fleet:
    """Trucks as arrays of one length."""

    ids: ObjectArray
    state: list[TruckState]
    lat: FloatArray
    lon: FloatArray
    kva: FloatArray
    rate: FloatArray
    """Litres an hour."""

    @property
    def placed(self) -> BoolArray:
        """Whose place is known, bool."""
        return np.isfinite(self.lat) & np.isfinite(self.lon)


def _fleet(trucks: pd.DataFrame) -> _Fleet:
    lat, lon, kva = (trucks[name].to_numpy(dtype=np.float64) for name in ("lat", "lon", "kva"))
    own = np.full(len(trucks), np.nan)
    if "litres_per_hour" in trucks:
        own = trucks["litres_per_hour"].to_numpy(dtype=np.float64)
    rate = np.where(np.isnan(own), consumption(kva), own)
    ids = trucks["truck_id"].astype(str).to_numpy(dtype=object)
    return _Fleet(ids, [truck_state(text) for text in trucks["state"]], lat, lon, kva, rate)


def _for_need(fleet: _Fleet, need: Any, working: BoolArray, free: BoolArray) -> tuple[int, float, str]:
    """Return the truck for a need with a place (-1 none), its distance, and the status."""

    def far(there: IntArray) -> FloatArray:
        count = len(there)
        return ground_metres(np.full(count, need.lat), np.full(count, need.lon), fleet.lat[there], fleet.lon[there])

    there = np.flatnonzero(working)
    if len(there):
        metres = far(there)
        if metres.min() <= AT_NEED_M:
            return int(there[metres.argmin()]), float(metres.min()), AT_WORK
    there = np.flatnonzero(free)
    if not len(there):
        return -1, np.nan, NO_TRUCK
    metres = far(there)
    wanted = float(need.need_kva)
    if (fleet.kva[there] >= need.wish_kva).any():
        wanted = float(need.wish_kva)
    place, status = _choose(metres, fleet.kva[there], fleet.ids[there], wanted)
    return int(there[place]), float(metres[place]), status


def _row(
    own: tuple[object, ...],
    wanted: tuple[float, pd.Timestamp],
    fleet: _Fleet,
    chosen: int,
    metres: float,
    status: str,
    hours: float,
    place: tuple[float, float],
) -> tuple[object, ...]:
    """Return one row of the assignments.

    `own`: what is said of the need; `wanted`: its kVA, and by when; `chosen`: -1 for no truck.
    """
    sent = chosen >= 0
    litres = fleet.rate[chosen] * hours if sent else np.nan
    kva = fleet.kva[chosen] if sent else np.nan
    return (
        *own,
        *wanted,
        *((fleet.ids[chosen], kva, metres, fleet.rate[chosen]) if sent else (None, np.nan, np.nan, np.nan)),
        *(litres, float(ceil(litres / DRUM_L)) if np.isfinite(litres) else np.nan),
        *(status, _words(status, wanted[0], kva), *place),
        *((fleet.lat[chosen], fleet.lon[chosen]) if sent else (np.nan, np.nan)),
    )


def _choose(far: FloatArray, kva: FloatArray, ids: ObjectArray, wanted: float) -> tuple[int, str]:
    """Return the position of the truck to send, and the status."""
    status = ASSIGNED
    known = np.isfinite(kva)
    if not known.any():
        fit = np.ones(len(kva), dtype=bool)
    elif not np.isfinite(wanted):
        fit = known
    elif (kva[known] >= wanted).any():
        fit = known & (np.nan_to_num(kva) >= wanted)
    else:
        fit = known & (np.nan_to_num(kva) == kva[known].max())
        status = TOO_SMALL
    nearest = far[fit].min()
    order = np.lexsort((ids, far, np.nan_to_num(kva), np.where(fit & (far <= nearest + 100.0), 0, 1)))
    return int(order[0]), status


def _words(status: str, wanted: float, kva: float) -> Message:
    if status == NO_TRUCK:
        return message("No truck is left.")
    if status == NO_PLACE:
        return message("The place is not known.")
    if status == AT_WORK and kva < wanted:
        return message(
            "A truck is at work here, but gives {kva} kVA of {wanted} kVA needed: no other is sent. Ask there.",
            kva=f"{kva:g}",
            wanted=f"{wanted:g}",
        )
    if status == AT_WORK:
        return message("A truck is at work here: no other is sent.")
    if status == ELSEWHERE:
        return message("At work; no need of the lists is near.")
    if status == TOO_SMALL:
        return message("The truck gives {kva} kVA of {wanted} kVA needed.", kva=f"{kva:g}", wanted=f"{wanted:g}")
    if not np.isfinite(kva):
        return message("The truck's capacity is not known.")
    if not np.isfinite(wanted):
        return message("It is not known how much power is needed.")
    return message("Large enough: {kva} kVA for {wanted} kVA.", kva=f"{kva:g}", wanted=f"{wanted:g}")


def fuel(assignments: pd.DataFrame, hours: float) -> Fuel:
    """Return the fuel of all assigned trucks for `hours`: litres, drums of 200 L, and vehicles, beside the plan's.

    The plan's 100,000 L, 500 drums and 20 vehicles are for 72 hours, so its share is taken in proportion to `hours`;
    a vehicle brings 5,000 L in 72 hours. Raises `TruckError`.
    """
    if not hours > 0:
        raise TruckError(message("{hours} hours cannot be planned. Give a number above 0.", hours=hours))
    sent = assignments[assignments["truck_id"].notna()]
    litres = float(sent["fuel_l"].sum())
    allowed = hours / PLAN_HOURS
    return Fuel(
        litres,
        ceil(litres / DRUM_L),
        ceil(litres / (TANKER_L * allowed)),
        litres / (PLAN_FUEL_L * allowed),
        float(hours),
        int(sent["fuel_l"].isna().sum()),
        not len(sent) or bool(sent["fuel_l"].notna().any()),
    )

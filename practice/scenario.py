"""A drill's scenario: a folder with meters, readings, what happened, and the truth beside it; all from one seed.

Arrays of `meters.npz`, one row a meter (texts are UTF-8 bytes, "" is a blank):
`use` (see contracts.py), `pole area division facility` (positions, -1 for none), `partner` (row of the home an export
or an abolished contract belongs to), `wire` (rows with one number hang on one service wire), the columns of マスタ情報,
`coordinates_known` (the master has them), `step_wh` (the register's step), `register_start`, `household` (kind, -1 for
no dwelling), `night_heater`, `outage_begin outage_end comm_begin comm_end` (minutes since the first midnight, two
spells each), `line_begin line_end` (the same of the line the wire comes from), `latency` (minutes from a slot's end
until its reading is there), `broken_wire`, `town` (position in
`truth/towns.csv`, -1 for none), `leaves`, `returns` (hours, inf for never), `roof_kw` (peak power of a solar roof, 0
for none), `service_begin service_end empty_from former_customer_id` (see town.py).

Arrays of `months.npz`: `months` (months since January 1970), `kwh lived` (meters, months), see months.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pandas as pd

from ..arrays import Array, BoolArray, FloatArray, IntArray
from ..files import write_text_atomic
from ..messages import Progress, TomoshibiError, message
from . import contracts, geography, household, outages, town
from .contracts import ABOLISHED, EXPORT, FACILITY, HOME, READABLE, SHOP, UNMETERED
from .household import SLOTS_A_DAY, Calendar
from .months import make_months
from .opendata import OpenData, Recorded, load_open_data
from .openfiles import write_open_files, write_rows
from .outages import CAUSES, NEVER, SLOT_MINUTES, Clock
from .service import Service, service_of
from .stocks import CROWD, SHELTERS, STEADY, STEADY_ELSE, write_stocks

FORMAT = 1
SCENARIO_FILE = "scenario.json"
CHUNK = 8192
CELLS = 8192 * 480
"""Meters × half-hours worked on at a time, so that a longer history takes more time and not more memory."""
HOLIDAYS = tuple(
    date.fromisoformat(text)
    for text in (
        *("2023-11-03 2023-11-23 2023-12-29 2023-12-30 2023-12-31 2024-01-01 2024-01-02 2024-01-03").split(),
        *("2025-11-03 2025-11-23 2025-11-24 2025-12-29 2025-12-30 2025-12-31 2026-01-01 2026-01-02").split(),
        *("2026-01-03 2026-01-12 2026-02-11 2026-02-23 2026-03-20 2026-04-29 2026-05-03 2026-05-04").split(),
        *("2026-05-05 2026-05-06 2026-07-20 2026-08-11 2026-08-13 2026-08-14 2026-08-15 2026-09-21").split(),
        *("2026-09-22 2026-09-23").split(),
    )
)
"""Holidays of the seasons that scenarios are set in, with the customary days off at the turn of the year and in August.
"""
SILENT_HOURS = 12
"""A meter is in 通電情報 when it gave no reading for this long (manual, glossary 12)."""
DAY_KINDS = ("readings", "received", "truth/power", "truth/presence")


class ScenarioError(TomoshibiError):
    """The scenario cannot be made or opened."""


@dataclass(frozen=True)
class ScenarioSpec:
    """What a scenario is to be. The default is the built-in municipality, hit by an earthquake on a winter night."""

    event_time: datetime = datetime(2026, 1, 19, 5, 46)
    now: datetime = datetime(2026, 1, 21, 6, 0)
    first_day: date = date(2026, 1, 12)
    """First day of readings."""
    last_day: date = date(2026, 1, 21)
    statistics_from: Optional[date] = None
    """First day of the statistics; None: ten days before the event. They may begin before the readings."""
    meters: int = 9000
    """Rows of the master to aim at; open data say themselves how many homes there are."""
    open_data: Optional[OpenData] = None
    latency_minutes: tuple[int, int] = (30, 60)
    """Least and most minutes from the end of a slot until its reading can be published; drawn for each area."""
    silent_share: float = 0.006
    """Share of meters that do not communicate at any time of peace (0.003 to 0.01)."""
    sporadic_share: float = 0.003
    """Share of half-hours that are missing at first."""
    filled_share: float = 0.8
    """Share of them that arrive within a day after all."""
    holidays: tuple[date, ...] = HOLIDAYS
    cause: str = "earthquake"
    """What strikes: a key of `outages.CAUSES`."""
    relay_share: float = 0.045
    """Share of the areas that keep their power and lose communication as a whole, because the relay fails."""
    mended_hours: Optional[float] = None
    """Hours after the event at which relays that failed for good are mended. Then meters send what they kept: readings
    of the time behind a failed relay come late. None: they stay away, and relays stay broken."""
    mended_part: float = 1.0
    """Share of the meters behind a relay that is mended which speak again; the others stay silent."""
    kept_in_first_ward: bool = False
    """Whether only meters of the first ward send what they kept; the others are back without it."""
    recovery_months: int = 6
    """Months after that of the event that have monthly figures of use, for UC⑨."""
    caretaker_visits: float = 0.0
    """Visits a month to each vacant home, for an hour or two."""
    contract_changes: bool = True
    """Whether the master shows tenants who moved, meters exchanged and contracts ended (see town.py)."""
    remote_words: bool = False
    """Whether 30分値収集可否・自動検針可否 is published in the manual's words instead of codes."""
    aftershock_hours: Optional[float] = None
    """Hours after the event at which an aftershock takes the power from some areas; None: there is none."""
    service: str = "ideal"
    """How the practice aggregator publishes: a key of `service.SERVICES`."""
    follow_history: bool = False
    """Follow the outage history of the open data snapshot by snapshot, and break no wires: to compare with it."""

    @classmethod
    def of_cause(cls, cause: str, **changes: Any) -> ScenarioSpec:
        """Return the scenario of a cause: a key of `outages.CAUSES`. Raises `ScenarioError` for others."""
        makers = {
            "earthquake": cls.earthquake,
            "typhoon": cls.typhoon,
            "feeder": cls.feeder,
            "blackout": cls.blackout,
        }
        if cause not in makers:
            raise ScenarioError(
                message(
                    "There is no cause “{cause}”. Choose one of {causes}.",
                    cause=cause,
                    causes=", ".join(sorted(makers)),
                )
            )
        return makers[cause](**changes)

    @classmethod
    def earthquake(cls, **changes: Any) -> ScenarioSpec:
        """Return the earthquake before dawn in January: heating, people asleep, settlements cut off."""
        return cls(**changes)

    @classmethod
    def typhoon(cls, **changes: Any) -> ScenarioSpec:
        """Return the typhoon of a September evening: feeders drop for hours, power comes back in steps over days."""
        fixed: dict[str, Any] = {
            "cause": "typhoon",
            "event_time": datetime(2026, 9, 8, 17, 20),
            "now": datetime(2026, 9, 11, 18, 0),
            "first_day": date(2026, 9, 1),
            "last_day": date(2026, 9, 11),
        }
        return cls(**{**fixed, **changes})

    @classmethod
    def feeder(cls, **changes: Any) -> ScenarioSpec:
        """Return the fault of two feeders on a May morning: hours, a last part a day, nobody cut off."""
        fixed: dict[str, Any] = {
            "cause": "feeder",
            "event_time": datetime(2026, 5, 13, 10, 12),
            "now": datetime(2026, 5, 14, 13, 0),
            "first_day": date(2026, 5, 7),
            "last_day": date(2026, 5, 14),
            "meters": 4000,
            "relay_share": 0.0,
        }
        return cls(**{**fixed, **changes})

    @classmethod
    def blackout(cls, **changes: Any) -> ScenarioSpec:
        """Return the blackout of a whole grid on a September night: every meter silent, back within two days."""
        fixed: dict[str, Any] = {
            "cause": "blackout",
            "event_time": datetime(2026, 9, 8, 3, 25),
            "now": datetime(2026, 9, 9, 18, 0),
            "first_day": date(2026, 9, 1),
            "last_day": date(2026, 9, 9),
            "meters": 4000,
            "relay_share": 0.0,
        }
        return cls(**{**fixed, **changes})

    def with_history(self, days: int) -> ScenarioSpec:
        """Return the same scenario with readings from `days` days before the event (never fewer than it has)."""
        first = self.event_time.date() - timedelta(days)
        return replace(
            self,
            first_day=min(first, self.first_day),
            statistics_from=self.statistics_from or self.event_time.date() - timedelta(10),
        )

    @classmethod
    def noto(cls, folder: Path) -> ScenarioSpec:
        """Return the scenario of the Noto Peninsula earthquake from the open data in `folder`."""
        return cls(
            event_time=datetime(2024, 1, 1, 16, 10),
            now=datetime(2024, 1, 4, 6, 0),
            first_day=date(2023, 12, 28),
            last_day=date(2024, 1, 4),
            relay_share=0.004,
            open_data=OpenData.from_folder(folder),
        )

    @classmethod
    def noto_history(cls, folder: Path) -> ScenarioSpec:
        """Return the scenario that follows the published outage history of January to March 2024 to its end."""
        return replace(
            cls.noto(folder),
            now=datetime(2024, 3, 18, 12, 0),
            last_day=date(2024, 3, 18),
            relay_share=0.0,
            follow_history=True,
        )

    @property
    def days(self) -> list[date]:
        """Days of readings."""
        return [self.first_day + timedelta(n) for n in range((self.last_day - self.first_day).days + 1)]

    @property
    def events(self) -> list[dict[str, Optional[str]]]:
        """What struck, as `scenario.json` says it: begin and, where it lasts, end."""
        hours = CAUSES[self.cause].wire_hours
        end = (self.event_time + timedelta(hours=hours)).isoformat() if hours else None
        found: list[dict[str, Optional[str]]] = [{"begin": self.event_time.isoformat(), "end": end}]
        if self.aftershock_hours is not None:
            moment = self.event_time + timedelta(hours=self.aftershock_hours)
            found.append({"begin": moment.isoformat(), "end": None})
        return found

    @property
    def first_statistics_day(self) -> date:
        """First day of the statistics."""
        return self.statistics_from or min(self.first_day, self.event_time.date() - timedelta(10))


def _check(spec: ScenarioSpec, folder: Path, seed: int) -> None:
    if (folder / SCENARIO_FILE).exists():
        raise ScenarioError(
            message("{folder} already holds a scenario. Choose another folder, or delete it.", folder=str(folder))
        )
    if spec.cause not in CAUSES or not 0 <= spec.relay_share <= 1 or spec.recovery_months < 0:
        raise ScenarioError(
            message(
                "A scenario of cause “{cause}” with {share} of the areas without communication and {months} months of "
                "recovery cannot be made. Use one of {causes}, a share from 0 to 1, and 0 months or more.",
                cause=spec.cause,
                share=spec.relay_share,
                months=spec.recovery_months,
                causes=", ".join(sorted(CAUSES)),
            )
        )
    service_of(spec.service)
    if seed < 0:
        raise ScenarioError(message("The seed {seed} is negative. Give a whole number from 0.", seed=seed))
    if not spec.first_day < spec.event_time.date() <= spec.last_day or not spec.event_time <= spec.now:
        raise ScenarioError(
            message(
                "The times do not fit: readings from {first} to {last}, event {event}, now {now}. "
                "The event must lie after the first day, and now after the event.",
                first=spec.first_day,
                last=spec.last_day,
                event=spec.event_time,
                now=spec.now,
            )
        )
    if spec.now > datetime.combine(spec.last_day + timedelta(1), time()):
        raise ScenarioError(
            message(
                "Now ({now}) lies after the last day of readings ({last}). Give an earlier time.",
                now=spec.now,
                last=spec.last_day,
            )
        )
    if spec.open_data is None and spec.meters < 2000:
        raise ScenarioError(
            message("{meters} meters are too few for 45 settlements. Give 2,000 or more.", meters=spec.meters)
        )


def make_scenario(
    folder: Path, *, seed: int, spec: Optional[ScenarioSpec] = None, progress: Optional[Progress] = None
) -> Scenario:
    """Make the scenario in `folder` and open it. The same seed and spec give the same arrays, byte for byte.

    Raises `ScenarioError` where the times do not fit or the folder holds one, `OpenDataError` for unusable open data.
    """
    spec, progress, folder = spec or ScenarioSpec(), progress or Progress(), Path(folder)
    _check(spec, folder, seed)
    recorded: Optional[Recorded] = None
    if spec.open_data is None:
        stage = geography.built_in(seed, spec.meters, CAUSES[spec.cause].landslides)
    else:
        stage, recorded = load_open_data(spec.open_data, seed, progress)
    progress.set_fraction(0.1)
    clock = _clock(spec)
    meters = contracts.make_meters(np.random.default_rng([seed, 4]), stage, spec.event_time.year)
    happened = _what_happens(seed, spec, clock, stage, recorded, meters)
    meters["roof_kw"] = _roofs(np.random.default_rng([seed, 15]), meters)
    if spec.contract_changes:
        period = town.Period(spec.first_day, len(spec.days), spec.event_time.date())
        meters = town.change(np.random.default_rng([seed, 22]), meters, period)
    folder.mkdir(parents=True, exist_ok=True)
    for kind in DAY_KINDS:
        (folder / kind).mkdir(parents=True, exist_ok=True)
    late, daily = _write_days(folder, seed, spec, clock, stage, happened, meters, progress)
    months = make_months(
        np.random.default_rng([seed, 10]),
        meters,
        daily,
        spec.event_time.date(),
        clock,
        spec.cause,
        spec.recovery_months,
    )
    with open(folder / "months.npz", "wb") as stream:
        np.savez(stream, **months)
    with open(folder / "meters.npz", "wb") as stream:
        np.savez(stream, **meters)
    with open(folder / "late.npz", "wb") as stream:
        np.savez(stream, **late)
    truth = _truth_of_areas(spec, clock, stage, meters)
    write_rows(
        folder / "truth" / "areas.csv",
        truth.columns,
        truth.astype(object).where(truth.notna(), "").itertuples(index=False),
    )
    if recorded is not None and recorded.towns:
        write_rows(folder / "truth" / "towns.csv", ("city", "town"), recorded.towns)
    notes = write_open_files(folder, np.random.default_rng([seed, 9]), stage, meters, seed)
    write_stocks(folder, seed, stage, happened.fate, meters, clock.event, spec.event_time)
    _write_about(folder, seed, spec, stage, recorded, happened, meters, truth, notes)
    # it reads the scenario that is made here
    from .stock_truth import tell_what_is_left

    scenario = Scenario.open(folder)
    tell_what_is_left(scenario)
    progress.set_fraction(1.0)
    return scenario


def _clock(spec: ScenarioSpec) -> Clock:
    start = datetime.combine(spec.first_day, time())

    def minutes(moment: datetime) -> int:
        return int((moment - start).total_seconds() // 60)

    return Clock(
        minutes(spec.event_time),
        minutes(spec.now),
        minutes(datetime.combine(spec.first_statistics_day, time())),
        minutes(datetime.combine(spec.last_day + timedelta(1), time())),
    )


@dataclass(frozen=True)
class _Happened:
    fate: IntArray
    lost_areas: list[int]
    notes: dict[str, Any] = field(default_factory=dict)


def _what_happens(
    seed: int,
    spec: ScenarioSpec,
    clock: Clock,
    stage: geography.Geography,
    recorded: Optional[Recorded],
    meters: dict[str, Array],
) -> _Happened:
    """Add to `meters` when each is without power, does not communicate, and when its home is left."""
    rng = np.random.default_rng([seed, 5])
    cause = CAUSES[spec.cause]
    if recorded is None or spec.cause != "earthquake":
        poles = cause.outages(rng, stage, clock)
    elif spec.follow_history and recorded.history is not None:
        cause = replace(cause, pole_breaks=(0.0, 0.0), wire_breaks=(0.0, 0.0))
        weight = np.bincount(meters["pole"][meters["flow"] == 1], minlength=len(stage.poles))
        moments, counts, _outside = recorded.series()
        since = (moments - np.datetime64(datetime.combine(spec.first_day, time()), "s")).astype(np.int64) // 60
        poles = outages.followed(rng, stage, clock, recorded.pole_town, since, counts, weight)
    else:
        weight = np.bincount(meters["pole"][meters["flow"] == 1], minlength=len(stage.poles))
        towns = recorded.towns_on(clock, datetime.combine(spec.first_day, time()))
        poles = outages.recorded(rng, stage, clock, recorded.pole_town, towns, recorded.short_chance, weight)
    if spec.aftershock_hours is not None:
        minute = clock.event + int(60 * spec.aftershock_hours)
        poles = outages.aftershock(np.random.default_rng([seed, 16]), stage, poles, minute)
    begin, end, broken = outages.break_wires(rng, poles, meters["pole"], meters["wire"], clock, cause)
    silent_begin, silent_end, lost = outages.communication(
        np.random.default_rng([seed, 6]), meters["area"], poles.fate, spec.silent_share, clock, spec.relay_share
    )
    if spec.mended_hours is not None:
        mended = np.int32(clock.event + round(60 * spec.mended_hours))
        # a stream of its own, so that all else stays as it is
        again = np.random.default_rng([seed, 41]).random(len(silent_end)) < spec.mended_part
        back = np.where(again, np.minimum(silent_end[:, 1], mended), NEVER)
        silent_end[:, 1] = np.where(silent_begin[:, 1] < NEVER, back, silent_end[:, 1])
    lives = np.random.default_rng([seed, 7])
    leaves, returns = outages.departures(lives, begin, end, clock, cause)
    low, high = spec.latency_minutes
    latency = lives.integers(low, high + 1, len(stage.areas))[meters["area"]]
    meters.update(
        outage_begin=begin.astype(np.int32),
        outage_end=end.astype(np.int32),
        line_begin=poles.begin[meters["pole"]].astype(np.int32),
        line_end=poles.end[meters["pole"]].astype(np.int32),
        broken_wire=broken,
        town=(
            np.full(len(broken), -1, dtype=np.int32)
            if recorded is None
            else recorded.pole_town[meters["pole"]].astype(np.int32)
        ),
        comm_begin=silent_begin,
        comm_end=silent_end,
        latency=latency.astype(np.int16),
        leaves=leaves,
        returns=returns,
        register_start=lives.uniform(0, 1, len(broken)) * meters["step_wh"],
    )
    return _Happened(poles.fate, lost, poles.notes)


OWN_USE_SHARE = 0.004
"""Share of the homes with a solar roof and no contract to feed in: no row of the master tells of it. Assumed."""


def _roofs(rng: np.random.Generator, meters: dict[str, Array]) -> FloatArray:
    """Return the peak power of each home's solar roof, kW, 0 for none; contracts to feed in are made to fit."""
    count = len(meters["use"])
    low, high = household.ROOF_RANGE
    drawn = np.round(np.clip(rng.normal(household.ROOF_KW, household.ROOF_SPREAD, count), low, high), 2)
    export = np.flatnonzero(meters["use"] == EXPORT)
    roof = np.where((meters["use"] == HOME) & (rng.random(count) < OWN_USE_SHARE), drawn, 0.0)
    roof[meters["partner"][export]] = drawn[export]
    meters["generator_kw"][export] = drawn[export]
    # an inverter of 5.5 kW is the usual upper end for a home
    meters["contract_export_kw"][export] = np.minimum(drawn[export], 5.5)
    return roof


def _on_disk(path: Path, dtype: type[np.generic], shape: tuple[int, int]) -> np.memmap[Any, Any]:
    """Return a new array that is a file."""
    made: np.memmap[Any, Any] = np.lib.format.open_memmap(  # type: ignore[no-untyped-call]  # numpy 1 has no type for it
        path, mode="w+", dtype=dtype, shape=shape
    )
    return made


def _open_days(folder: Path, spec: ScenarioSpec, count: int) -> dict[str, list[np.memmap[Any, Any]]]:
    kinds: dict[str, type[np.generic]] = {
        "readings": np.int32,
        "received": np.bool_,
        "truth/power": np.bool_,
        "truth/presence": np.int8,
    }
    return {
        kind: [_on_disk(folder / kind / f"{day.isoformat()}.npy", dtype, (count, SLOTS_A_DAY)) for day in spec.days]
        for kind, dtype in kinds.items()
    }


def _write_days(
    folder: Path,
    seed: int,
    spec: ScenarioSpec,
    clock: Clock,
    stage: geography.Geography,
    happened: _Happened,
    meters: dict[str, Array],
    progress: Progress,
) -> tuple[dict[str, IntArray], FloatArray]:
    """Write the arrays of each day, chunk by chunk.

    Return the readings that came late (row, slot, minute), and what each meter used on a day before the event, Wh.
    """
    count = len(meters["use"])
    calendar = Calendar.of(spec.days, spec.holidays)
    files = _open_days(folder, spec, count)
    late: list[Array] = []
    edges = sorted({0, count, *np.flatnonzero(np.diff(meters["use"].astype(np.int8))) + 1})
    chunk = max(256, min(CHUNK, CELLS // calendar.slots))
    spans = [
        (start, min(start + chunk, last))
        for first, last in zip(edges, edges[1:])
        for start in range(first, last, chunk)
    ]
    before = clock.event // SLOT_MINUTES
    daily = np.zeros(count)
    roofs = _Roofs(folder, seed, meters, calendar)
    for start, stop in spans:
        progress.raise_if_cancelled()
        part = {name: values[start:stop] for name, values in meters.items()}
        rng = np.random.default_rng([seed, 8, start])
        there, load = _lives(rng, start, part, calendar, clock, stage, happened, roofs, spec.caretaker_visits)
        daily[start:stop] = load[:, :before].sum(axis=1, dtype=np.float64) / before * SLOTS_A_DAY
        dark = outages.dark_slots(part["outage_begin"], part["outage_end"], calendar.slots)
        used = np.where(dark, np.float32(0), load)
        readings = household.register(used, part["step_wh"], part["register_start"])
        received, came_late = _reception(rng, spec, part, dark, start)
        late.append(came_late)
        for kind, values in (
            ("readings", readings),
            ("received", received),
            ("truth/power", ~dark),
            ("truth/presence", there),
        ):
            for number, file in enumerate(files[kind]):
                file[start:stop] = values[:, number * SLOTS_A_DAY : (number + 1) * SLOTS_A_DAY]
        progress.set_fraction(0.1 + 0.85 * stop / count)
    for opened in files.values():
        for each in opened:
            each.flush()
    roofs.close()
    rows = np.concatenate(late) if late else np.empty((0, 3), dtype=np.int32)
    return {"row": rows[:, 0], "slot": rows[:, 1], "minute": rows[:, 2]}, daily


class _Roofs:
    """Solar roofs: a home uses what its roof makes first, and feeds in the rest. On disk, as homes come in chunks."""

    def __init__(self, folder: Path, seed: int, meters: dict[str, Array], calendar: Calendar):
        self.kw, self.seed, self.calendar = meters["roof_kw"], seed, calendar
        self.place = np.cumsum(self.kw > 0) - 1
        self.light = household.sky(np.random.default_rng([seed, 18]), calendar)
        self.path = folder / "surplus.part"
        shape = (max(1, int((self.kw > 0).sum())), calendar.slots)
        self.surplus = _on_disk(self.path, np.float32, shape)

    def use(self, start: int, load: FloatArray) -> None:
        """Take what their roofs make from the load of homes from row `start` on (in place); keep what is left."""
        rows = np.flatnonzero(self.kw[start : start + len(load)] > 0)
        if len(rows):
            rng = np.random.default_rng([self.seed, 19, start])
            made = household.generation(rng, self.kw[start + rows], self.light, self.calendar)
            self.surplus[self.place[start + rows]] = np.maximum(made - load[rows], 0)
            load[rows] = np.maximum(load[rows] - made, 0)

    def fed_in(self, homes: IntArray) -> FloatArray:
        """Return what the roofs of these homes feed in, Wh, float32 (homes, slots)."""
        return np.array(self.surplus[self.place[homes]])

    def close(self) -> None:
        """Delete the file."""
        del self.surplus
        self.path.unlink()


def _tenancies(part: dict[str, Array], there: IntArray, load: FloatArray) -> None:
    """Give homes that changed hands the life of others before (in place), and leave homes without a contract empty."""
    if "empty_from" not in part:
        return
    lived = np.flatnonzero(part["household"] < household.VACANT)
    begin = np.arange(load.shape[1]) * SLOT_MINUTES
    for row in np.flatnonzero(part["empty_from"] > -NEVER):
        if len(lived):
            other = lived[(np.searchsorted(lived, row) + 1) % len(lived)]
            before = begin < part["empty_from"][row]
            there[row, before], load[row, before] = there[other, before], load[other, before]
    gone = ~town.slots_in_service(part, load.shape[1])
    there[gone] = 0
    # what is left is the standby of a house that nobody rents
    load[gone] = 0


def _look_after(
    rng: np.random.Generator,
    part: dict[str, Array],
    monthly: float,
    calendar: Calendar,
    there: Array,
    load: Array,
) -> None:
    """Add the visits to vacant homes to presence and load (in place)."""
    visits = household.caretakers(rng, part["household"], monthly, calendar)
    there[visits] = 1
    load[visits] += rng.uniform(40, 600, int(visits.sum())).astype(np.float32)


def _lives(
    rng: np.random.Generator,
    start: int,
    part: dict[str, Array],
    calendar: Calendar,
    clock: Clock,
    stage: geography.Geography,
    happened: _Happened,
    roofs: _Roofs,
    visits: float,
) -> tuple[IntArray, FloatArray]:
    """Return presence and load as `_life`, with solar roofs, tenants, caretakers, and what comes on by itself."""
    seed, use = roofs.seed, int(part["use"][0])
    if use == EXPORT:
        nobody = np.full((len(part["use"]), calendar.slots), household.NOT_A_DWELLING, dtype=np.int8)
        return nobody, roofs.fed_in(part["partner"])
    there, load = _life(rng, part, calendar, clock, stage, happened)
    if use == HOME:
        load += household.cycling(np.random.default_rng([seed, 17, start]), part["household"], calendar)
        _tenancies(part, there, load)
        if visits:
            _look_after(np.random.default_rng([seed, 13, start]), part, visits, calendar, there, load)
        roofs.use(start, load)
    return there, load


def _life(
    rng: np.random.Generator,
    part: dict[str, Array],
    calendar: Calendar,
    clock: Clock,
    stage: geography.Geography,
    happened: _Happened,
) -> tuple[IntArray, FloatArray]:
    """Return presence int8 and load Wh float32, (rows, slots) each, of rows with one `use`."""
    use, count = int(part["use"][0]), len(part["use"])
    there = np.full((count, calendar.slots), household.NOT_A_DWELLING, dtype=np.int8)
    if use == HOME:
        at_home = household.presence(rng, part["household"], calendar)
        hours = calendar.hours
        at_home &= ~((hours >= part["leaves"][:, None]) & (hours < part["returns"][:, None]))
        return at_home.astype(np.int8), household.home_load(
            rng, part["household"], at_home, part["night_heater"], calendar
        )
    if use == SHOP:
        load = household.shop_load(rng, count, calendar)
        # A contract of 500 kW uses more than one of 10 kW.
        return there, load * (np.nan_to_num(part["contract_kw"], nan=10.0) / 15).astype(np.float32)[:, None]
    if use == FACILITY:
        return there, _facility_life(rng, part, calendar, clock, stage, happened)
    return there, np.zeros((count, calendar.slots), dtype=np.float32)


def _facility_life(
    rng: np.random.Generator,
    part: dict[str, Array],
    calendar: Calendar,
    clock: Clock,
    stage: geography.Geography,
    happened: _Happened,
) -> FloatArray:
    kinds = stage.facilities["kind"].to_numpy(object)[part["facility"]]
    shelter = np.isin(kinds, SHELTERS)
    fill = (
        np.array([CROWD[int(fate)] for fate in happened.fate[part["area"]]])
        * shelter
        * rng.uniform(0.5, 1.2, len(kinds))
    )
    since = np.maximum(0, calendar.hours.astype(np.float64) - clock.event / 60)
    crowd = (fill[:, None] * (1 - np.exp(-since / 5))).astype(np.float32)
    steady = np.array([STEADY.get(kind, STEADY_ELSE) for kind in kinds])
    return household.facility_load(rng, part["noon_kw"], steady, crowd, calendar)


def _reception(
    rng: np.random.Generator, spec: ScenarioSpec, part: dict[str, Array], dark: BoolArray, first_row: int
) -> tuple[BoolArray, IntArray]:
    """Return whether each reading arrived at last, bool (rows, slots), and those that came late, int32 (n, 3)."""
    sends = (part["remote_reading"] == READABLE) & ~np.isin(part["use"], (ABOLISHED, UNMETERED))
    silent = outages.dark_slots(part["comm_begin"], part["comm_end"], dark.shape[1])
    received = sends[:, None] & ~dark & ~silent
    if "service_begin" in part:
        received &= town.slots_in_service(part, dark.shape[1])
    missed = received & (rng.random(dark.shape, dtype=np.float32) < spec.sporadic_share)
    row, slot = np.nonzero(missed)
    comes = rng.random(len(row)) < spec.filled_share
    received[row[~comes], slot[~comes]] = False
    row, slot = row[comes], slot[comes]
    minute = (slot + 1) * SLOT_MINUTES + rng.integers(120, 22 * 60, len(row))
    late = np.column_stack([row + first_row, slot, minute]).astype(np.int32)
    if spec.mended_hours is None:
        return received, late
    kept = _kept_meanwhile(part, sends[:, None] & ~dark & ~received)
    if spec.kept_in_first_ward:
        # the whole city is the first division
        kept &= (part["division"] == 1)[:, None]
    row, slot = np.nonzero(kept)
    received |= kept
    # sent one after the other, within the two hours after the relay is back
    minute = part["comm_end"][row, 1].astype(np.int64) + 30 + (slot * 7) % 90
    return received, np.concatenate([late, np.column_stack([row + first_row, slot, minute]).astype(np.int32)])


def _kept_meanwhile(part: dict[str, Array], missing: BoolArray) -> BoolArray:
    """Return which missing half-hours meters kept behind a relay that is mended, bool (rows, slots)."""
    behind = outages.dark_slots(part["comm_begin"][:, 1:], part["comm_end"][:, 1:], missing.shape[1])
    own = outages.dark_slots(part["comm_begin"][:, :1], part["comm_end"][:, :1], missing.shape[1])
    mended = part["comm_end"][:, 1] < NEVER
    kept = missing & behind & ~own & mended[:, None]
    if "service_begin" in part:
        kept &= town.slots_in_service(part, missing.shape[1])
    return kept


def _truth_of_areas(
    spec: ScenarioSpec, clock: Clock, stage: geography.Geography, meters: dict[str, Array]
) -> pd.DataFrame:
    """Return `area_id cut_off dark_since dark_share reachable`: cut off = dark at `now` and no open road."""
    counted = (meters["flow"] == 1) & ~np.isin(meters["use"], (ABOLISHED, UNMETERED))
    counted &= town.in_service(meters, clock.now)
    dark_now = ((meters["outage_begin"] <= clock.now) & (meters["outage_end"] > clock.now)).any(axis=1)
    since = np.where(
        (meters["outage_begin"] <= clock.now) & (meters["outage_end"] > clock.now), meters["outage_begin"], NEVER
    ).min(axis=1)
    count = len(stage.areas)
    total = np.bincount(meters["area"][counted], minlength=count)
    dark = np.bincount(meters["area"][counted & dark_now], minlength=count)
    share = np.where(total > 0, dark / np.maximum(total, 1), np.nan)
    start = datetime.combine(spec.first_day, time())
    moments = []
    for number in range(count):
        rows = (meters["area"] == number) & counted & dark_now
        if share[number] >= 0.5:
            moments.append((start + timedelta(minutes=int(np.median(since[rows])))).isoformat())
        else:
            moments.append("")
    return pd.DataFrame(
        {
            "area_id": stage.areas["area_id"],
            "cut_off": ((share >= 0.5) & stage.unreachable).astype(np.int8),
            "dark_since": moments,
            "dark_share": np.round(share, 4),
            "reachable": (~stage.unreachable).astype(np.int8),
        }
    )


def _write_about(
    folder: Path,
    seed: int,
    spec: ScenarioSpec,
    stage: geography.Geography,
    recorded: Optional[Recorded],
    happened: _Happened,
    meters: dict[str, Array],
    truth: pd.DataFrame,
    notes: dict[str, Any],
) -> None:
    holders = [(stage.code, True)]
    holders += [
        (item.code, True) for item in stage.divisions if item.level == "municipality" and item.code != stage.code
    ]
    holders.append((stage.code, False))
    accounts = [
        {
            "user": f"drill-{code}" if active else f"waiting-{code}",
            "municipality": code,
            "active": active,
        }
        for code, active in holders
    ]
    about = {
        "format": FORMAT,
        "name": stage.name,
        "seed": seed,
        "cause": spec.cause,
        "service": spec.service,
        "events": spec.events,
        "remote_words": spec.remote_words,
        "municipality": stage.code,
        "divisions": [
            {"code": item.code, "name": item.name, "level": item.level, "parent": item.parent}
            for item in stage.divisions
        ],
        "event_time": spec.event_time.isoformat(),
        "now": spec.now.isoformat(),
        "first_day": spec.first_day.isoformat(),
        "last_day": spec.last_day.isoformat(),
        "statistics_from": spec.first_statistics_day.isoformat(),
        "meters": len(meters["use"]),
        "homes": int((meters["use"] == HOME).sum()),
        "areas": len(stage.areas),
        "poles": len(stage.poles),
        "facilities": len(stage.facilities),
        "cut_off": int(truth["cut_off"].sum()),
        "communication_lost": [str(stage.areas["area_id"][place]) for place in happened.lost_areas],
        "accounts": accounts,
        "sources": stage.sources,
        "assumptions": _assumptions(spec, recorded),
        "joins": recorded.joins if recorded else {},
        **notes,
    }
    write_text_atomic(folder / SCENARIO_FILE, json.dumps(about, ensure_ascii=False, indent=1))


def _assumptions(spec: ScenarioSpec, recorded: Optional[Recorded]) -> list[str]:
    """Return in words what a scenario takes for granted."""
    if recorded is None:
        return ["Everything is invented; no such place exists."]
    if spec.cause == "earthquake":
        return list(recorded.assumptions)
    return [f"The outages are those of a made-up {spec.cause}; a published outage history is not used."]


class Scenario:
    """An open scenario folder. Reading never changes it."""

    def __init__(self, folder: Path, about: dict[str, Any]):
        self.folder = Path(folder)
        self.about = about
        self.name: str = about["name"]
        self.seed: int = about["seed"]
        self.cause: str = about.get("cause", "earthquake")
        self.municipality: str = about["municipality"]
        self.event_time = datetime.fromisoformat(about["event_time"])
        self.now = datetime.fromisoformat(about["now"])
        self.first_day = date.fromisoformat(about["first_day"])
        self.last_day = date.fromisoformat(about["last_day"])
        self.statistics_from = date.fromisoformat(about["statistics_from"])
        self.accounts: list[dict[str, Any]] = about["accounts"]
        self.divisions: list[dict[str, str]] = about["divisions"]
        self.events: list[tuple[datetime, Optional[datetime]]] = [
            (datetime.fromisoformat(item["begin"]), datetime.fromisoformat(item["end"]) if item["end"] else None)
            for item in about.get("events", [{"begin": about["event_time"], "end": None}])
        ]
        self.remote_words: bool = bool(about.get("remote_words", False))
        # a scenario of an older version is served as it was then
        self.service: Service = service_of(about.get("service", "ideal"))

    def served(self, name: str) -> Scenario:
        """Return the same scenario as another service publishes it: a name of `service.SERVICES`."""
        return Scenario(self.folder, {**self.about, "service": name})

    @classmethod
    def open(cls, folder: Path) -> Scenario:
        """Open a scenario folder. Raises `ScenarioError` where it is none, incomplete, or of a newer version."""
        folder = Path(folder)
        try:
            about = json.loads((folder / SCENARIO_FILE).read_text(encoding="utf-8"))
            if int(about["format"]) > FORMAT:
                raise ScenarioError(
                    message("The scenario {folder} was made by a newer version. Update the plugin.", folder=str(folder))
                )
            return cls(folder, about)
        except FileNotFoundError as error:
            raise ScenarioError(
                message(
                    "{folder} is not a scenario folder (it has no scenario.json). Choose one, or make it with "
                    "“Create scenario”.",
                    folder=str(folder),
                )
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ScenarioError(
                message("scenario.json in {folder} cannot be read. Make the scenario again.", folder=str(folder))
            ) from error

    @cached_property
    def meters(self) -> dict[str, Array]:
        """The arrays of `meters.npz`."""
        with np.load(self.folder / "meters.npz", allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}

    @cached_property
    def months(self) -> dict[str, Array]:
        """The arrays of `months.npz`, `months` as datetime64[M]; empty for a scenario that has none."""
        path = self.folder / "months.npz"
        if not path.exists():
            return {}
        with np.load(path, allow_pickle=False) as stored:
            found = {name: stored[name] for name in stored.files}
        return {**found, "months": found["months"].astype("datetime64[M]")}

    @cached_property
    def _late(self) -> dict[str, IntArray]:
        with np.load(self.folder / "late.npz", allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}

    @property
    def start(self) -> datetime:
        """The first midnight of the readings."""
        return datetime.combine(self.first_day, time())

    def days(self) -> list[date]:
        """Days of readings."""
        return [self.first_day + timedelta(n) for n in range((self.last_day - self.first_day).days + 1)]

    def minutes(self, moment: datetime) -> int:
        """Return a moment as minutes since the first midnight of the readings."""
        return int((moment - self.start).total_seconds() // 60)

    def _day(self, kind: str, day: date) -> Array:
        return np.load(self.folder / kind / f"{day.isoformat()}.npy", mmap_mode="r", allow_pickle=False)

    def readings(self, day: date) -> IntArray:
        """Return what the meters read, Wh, int32 (meters, 48), whether it arrived or not."""
        return self._day("readings", day)

    def received(self, day: date) -> BoolArray:
        """Return whether each reading arrived in the end, bool (meters, 48)."""
        return self._day("received", day)

    def power(self, day: date) -> BoolArray:
        """Truth: whether there was power through the whole half-hour, bool (meters, 48)."""
        return self._day("truth/power", day)

    def presence(self, day: date) -> IntArray:
        """Truth: 1 somebody at home, 0 nobody, -1 not a dwelling, int8 (meters, 48)."""
        return self._day("truth/presence", day)

    @cached_property
    def ahead(self) -> IntArray:
        """Rows of the meters whose readings come hours before those of all others."""
        able = np.flatnonzero(self.readable & (self.meters["use"] == HOME) & ~self.meters["broken_wire"])
        rng = np.random.default_rng([self.seed, 21])
        return rng.permutation(able)[: self.service.meters_ahead]

    def known_until(self, now: datetime, newer: Optional[IntArray] = None, step: int = 30) -> IntArray:
        """Return the minute until which the readings of each row can be published at `now`, int64 (meters).

        By the delays of the service; `newer`: rows that come newer than the others (see `Service`).
        """
        fresh = self.minutes(now) - self.meters["latency"].astype(np.int64)
        until = fresh - self.service.delay(self.meters["voltage"], step)
        midnight = self.service.last_midnight(now)
        if midnight is not None:
            until = np.full(len(until), self.minutes(midnight), dtype=np.int64)
        if newer is not None and len(newer):
            until[newer] = np.minimum(fresh[newer], until[newer] + 60 * self.service.newer_hours)
        if len(self.ahead):
            # no reading is newer than the publication it comes in
            told = 0 if midnight is None else self.minutes(now) - self.minutes(self.service.published_on(midnight))
            until[self.ahead] = fresh[self.ahead] - told
        return until

    def available(self, day: date, now: datetime, newer: Optional[IntArray] = None, step: int = 30) -> BoolArray:
        """Return whether each reading of the day has arrived by `now`, bool (meters, 48): a row is published.

        `newer` as in `known_until`.
        """
        at = self.minutes(now)
        first = (day - self.first_day).days * SLOTS_A_DAY
        ends = (first + np.arange(1, SLOTS_A_DAY + 1)) * SLOT_MINUTES
        there = self.received(day) & (ends <= self.known_until(now, newer, step)[:, None])
        late = self._late
        waiting = (late["slot"] >= first) & (late["slot"] < first + SLOTS_A_DAY) & (late["minute"] > at)
        there[late["row"][waiting], late["slot"][waiting] - first] = False
        return there

    @cached_property
    def active(self) -> BoolArray:
        """Whether each row is a meter in use that can be read remotely in principle, bool (meters)."""
        return ~np.isin(self.meters["use"], (ABOLISHED, UNMETERED))

    @cached_property
    def readable(self) -> BoolArray:
        """Whether each row is a meter that sends half-hours by itself (30分値収集可・自動検針可), bool (meters)."""
        return self.active & (self.meters["remote_reading"] == READABLE)

    def silent(self, at: datetime, known: Optional[datetime] = None) -> BoolArray:
        """Return which readable meters had no reading of the 12 hours before `at` by then, bool (meters).

        `known`: judged by what was published by that moment, where a day is published later than it ends. Before the
        first day of readings, spells without communication decide.
        """
        end = self.minutes(at) // SLOT_MINUTES
        heard = np.zeros(len(self.readable), dtype=bool)
        slots = np.arange(end - SILENT_HOURS * 60 // SLOT_MINUTES, end)
        before = slots[slots < 0]
        if len(before):
            # Counted from the earliest of these half-hours, the spells are in the same units.
            shift = int(before[0]) * SLOT_MINUTES
            quiet = outages.dark_slots(
                self._shifted("comm_begin", shift), self._shifted("comm_end", shift), len(before)
            )
            heard |= (~quiet).any(axis=1)
        for number in sorted({int(slot) // SLOTS_A_DAY for slot in slots if slot >= 0}):
            day = self.first_day + timedelta(number)
            if day > self.last_day:
                continue
            columns = slots[(slots // SLOTS_A_DAY == number) & (slots >= 0)] - number * SLOTS_A_DAY
            heard |= self.available(day, known or at)[:, columns].any(axis=1)
        return self.readable & ~heard & self.in_service(at)

    def in_service(self, at: datetime) -> BoolArray:
        """Return which contracts are in force at a moment, bool (meters); all of them in an older scenario."""
        return town.in_service(self.meters, self.minutes(at))

    def _shifted(self, name: str, minutes: int) -> IntArray:
        values = self.meters[name].astype(np.int64)
        return np.where(values >= NEVER, NEVER, values - minutes)

    def areas(self) -> pd.DataFrame:
        """Truth of the areas: `area_id cut_off dark_since dark_share reachable`; the position is the meters' `area`."""
        return pd.read_csv(
            self.folder / "truth" / "areas.csv",
            dtype={"area_id": str, "dark_since": str},
            keep_default_na=False,
            na_values={"dark_share": [""]},
        )

    def facilities(self) -> pd.DataFrame:
        """Return `facility_id name kind capacity lat lon`; the position is the meters' `facility`."""
        table = pd.read_csv(
            self.folder / "truth" / "facilities.csv", dtype={"facility_id": str, "name": str, "kind": str}
        )
        return table

    def links(self) -> pd.DataFrame:
        """Return the municipality's links `facility_id supply_point`, with their gaps and errors."""
        return pd.read_csv(self.folder / "open" / "links.csv", dtype=str)

    def contractors(self) -> pd.DataFrame:
        """Return the contractors that the municipality registered in peacetime: `master_info_id list_name`."""
        return pd.read_csv(self.folder / "contractors.csv", dtype=str)

    def master(self) -> pd.DataFrame:
        """Return the contract master as the utility has it: texts decoded, blanks "", one row a meter."""
        meters = self.meters
        table = {name: np.char.decode(meters[name], "utf-8").astype(object) for name in contracts.TEXT_COLUMNS}
        for name in (
            "flow",
            "voltage",
            "remote_reading",
            "lat",
            "lon",
            "contract_kw",
            "contract_export_kw",
            "generator_kw",
        ):
            table[name] = meters[name]
        return pd.DataFrame(table)

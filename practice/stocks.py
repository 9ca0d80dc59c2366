"""What facilities and people have to run on without the line: the lists that a municipality keeps, and the truth.

`open/backup.csv` (非常用電源) is as it is written down, with gaps; `truth/backup.csv` is what there is.
`open/devices.csv` is the health office's list of people on powered devices at home, `truth/devices.csv` how long their
batteries last. `open/trucks.csv` is the utility's list of power-supply trucks (電源車). All of it is invented, from
random streams of its own: readings and outages of a seed stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from ..arrays import Array, FloatArray
from .contracts import FACILITY, HOME, READABLE
from .geography import CLINIC, HOSPITAL, OFFICE, SHELTER, WATER, WELFARE, Geography
from .household import VACANT
from .openfiles import write_rows
from .outages import KEPT, NEVER, SHORT, STEPS, STILL

SEEN_AT, LEFT = "残量確認日時", "燃料残量(L)"
BACKUP_HEADINGS = (
    *("施設ID", "施設名", "自家発電機容量(kVA)", "燃料の種類", "燃料備蓄量(L)", "タンク容量(L)"),
    *("蓄電池(時間)", "燃料消費量(L/h)", SEEN_AT, "給電範囲", "発電機負荷(kW)", "給電割合", LEFT),
)
TRUCK_HEADINGS = ("車両番号", "容量(kVA)", "状態", "燃料消費量(L/h)", "配置場所", "緯度", "経度")
DEVICE_HEADINGS = ("整理番号", "供給地点特定番号", "医療機器", "バッテリー時間", "業者", "担当地区")
STEADY = {HOSPITAL: 0.6, WATER: 0.85, CLINIC: 0.25, OFFICE: 0.2}
"""Share of a facility's use that runs day and night."""
STEADY_ELSE = 0.12
CROWD = {KEPT: 0.25, SHORT: 0.45, STEPS: 0.9, STILL: 1.1}
"""How full shelters get, by the fate of their area."""
SHELTERS = (SHELTER, WELFARE)
_WITH_GENERATOR = {HOSPITAL: 1.0, OFFICE: 1.0, WATER: 0.85, WELFARE: 0.6, CLINIC: 0.5, SHELTER: 0.25}
_FUEL_HOURS = {HOSPITAL: (40, 80), OFFICE: (24, 80), WATER: (12, 40), WELFARE: (8, 30), CLINIC: (5, 20)}
"""Least and most hours that the stock lasts at the use of noon."""
_FUEL_HOURS_ELSE = (5, 24)
_IDLE_KW, _IDLE_SHARE, _IDLE_OFF = (75.0, 100.0, 150.0), (0.27, 0.16, 0.14), 0.06
"""What generators burn without load, as a share of three quarters of it: of small and large ones (kW), and how far one
lies from that. Makers' tables tell a quarter of the load and more: the rest is drawn on from there."""
_SMALL = 0.12
"""Share of generators that carry less than the building's peak."""
_CIRCUITS, _CIRCUITS_SMALL = 0.2, 0.5
"""Share of generators that feed selected circuits only, and of those that carry less than the building's peak."""
_CIRCUITS_USE = (0.3, 0.6)
"""What selected circuits use at least and at most, as a share of the building."""
_CARRIES_BLANK, _USE_BLANK = 0.2, 0.3
"""Share of rows that do not tell what hangs on the generator; and, with these, not how much selected circuits use."""
_REFILLED = 0.15
"""Share of tanks that are filled up while the outage lasts, which the list then tells with the moment."""
_LIST_GAPS = (0.70, 0.12, 0.08, 0.10)
"""Shares of rows that are complete, lack the consumption, lack the stock too (the tank is told), or are lacking."""
_HIDDEN = 0.06
"""Standard deviation of what a building uses, and a generator burns, about what is known of it."""
_DEVICES = (("人工呼吸器", 0.2, (3.0, 10.0)), ("酸素濃縮器", 0.5, (0.0, 6.5)), ("吸引器", 0.2, (0.4, 1.4)))
_OTHER_DEVICE = ("腹膜透析装置", (0.0, 12.0))
_VENDORS = ("灯メディカル", "北海酸素", "青葉医療機器")
PEOPLE = 120
"""People on devices, where there are so many homes."""
_TRUCK_KVA = (100, 60, 300, 45, 150, 500, 125, 60, 220, 100)
"""Capacities of the trucks, again and again from the first on."""
_FACILITIES_A_TRUCK, _LEAST_TRUCKS, _MOST_TRUCKS = 5, 6, 40
_DEPOTS = (("灯電力 中央営業所", 600.0), ("灯電力 東営業所", 900.0))
"""Depots, and how many metres north of a facility they lie: further than a truck at work serves."""
_NORTH_M = 111_000.0


def rated_litres(kva: float) -> float:
    """Return litres an hour at three quarters of the load, as makers of generators tell it: about 0.17 for each kVA."""
    return 0.8 + 0.16 * kva


def write_stocks(
    folder: Path,
    seed: int,
    stage: Geography,
    fate: Array,
    meters: dict[str, Array],
    event_minute: int,
    event: datetime,
) -> None:
    """Write the lists and the truth of a scenario; `fate` int (areas) is what happens to each area."""
    _backup(Path(folder), seed, stage, fate, meters, event)
    _people(Path(folder), np.random.default_rng([seed, 41]), stage, meters, event_minute)
    _trucks(Path(folder), np.random.default_rng([seed, 44]), stage, fate)


def noon_kw(meters: dict[str, Array], count: int) -> FloatArray:
    """Return what each facility uses at noon in all, kW, float64 (count)."""
    rows = np.flatnonzero(meters["use"] == FACILITY)
    found: FloatArray = np.bincount(
        meters["facility"][rows], meters["noon_kw"][rows].astype(np.float64), minlength=count
    ).astype(np.float64)
    return found


@dataclass(frozen=True)
class _Stock:
    """What one facility has, as it could be written down."""

    kva: float
    litres_per_hour: float
    fuel_l: float
    tank_l: float
    battery_hours: float
    refilled_after_h: float = 0.0
    """Hours after the event at which the tank is filled up; 0: it is not."""
    circuits_kw: float = 0.0
    """What selected circuits use all day, kW; 0: they go with the building, or all of it hangs on the generator."""
    circuits_share: float = 1.0
    """Share of the building that hangs on the generator."""
    tells_what_hangs: bool = True
    tells_use: bool = True
    """Whether the list tells how much selected circuits use."""

    @property
    def carries(self) -> str:
        """What hangs on the generator: whole, circuits; nothing without one."""
        if not self.kva:
            return ""
        return "circuits" if self.circuits_kw or self.circuits_share < 1 else "whole"

    @property
    def tells_circuits(self) -> bool:
        """Whether the list tells all that is to be told of what hangs on the generator."""
        return not self.kva or (self.tells_what_hangs and (self.tells_use or self.carries == "whole"))

    def told_circuits(self) -> list[str]:
        """Return the cells of its row that tell what hangs on the generator: round figures."""
        if not self.kva or not self.tells_what_hangs:
            return ["", "", ""]
        if self.carries == "whole":
            return ["全館", "", ""]
        kw = f"{float(f'{self.circuits_kw:.2g}'):g}" if self.circuits_kw and self.tells_use else ""
        share = f"{5 * round(20 * self.circuits_share)}%" if not self.circuits_kw and self.tells_use else ""
        return ["非常回路", kw, share]

    def told(self, blanks: int, event: datetime) -> list[str]:
        """Return the cells of its row; `blanks` 1: without the consumption, 2: without the stock too."""
        battery = f"{self.battery_hours:g}" if self.battery_hours else "なし"
        if not self.kva:
            return ["なし", "", "", "", battery, "", ""]
        fuel = "軽油" if self.kva < 200 else "A重油"
        stock, litres = ("" if blanks == 2 else f"{self.fuel_l:g}"), (f"{self.litres_per_hour:g}" if not blanks else "")
        when = ""
        if self.refilled_after_h and blanks < 2:
            stock, when = f"{self.tank_l:g}", f"{event + timedelta(hours=self.refilled_after_h):%Y-%m-%d %H:%M}"
        return [f"{self.kva:g}", fuel, stock, f"{self.tank_l:g}", battery, litres, when]


def _what_hangs(stock: _Stock, noon: float, draw: FloatArray, small: bool) -> _Stock:
    """Return a stock with what hangs on its generator, by what was drawn for it: the building, or selected circuits."""
    told = {"tells_what_hangs": bool(draw[3] >= _CARRIES_BLANK), "tells_use": bool(draw[3] >= _USE_BLANK)}
    if not stock.kva or draw[0] >= (_CIRCUITS_SMALL if small else _CIRCUITS):
        return replace(stock, **told)
    share = float(_CIRCUITS_USE[0] + (_CIRCUITS_USE[1] - _CIRCUITS_USE[0]) * draw[1])
    if draw[2] < 0.5:
        return replace(stock, circuits_kw=share * noon, **told)
    return replace(stock, circuits_share=share, **told)


def _stock(kind: str, noon: float, draw: FloatArray, off: float, odd: FloatArray) -> _Stock:
    """Return what a facility has: by its kind, its use at noon (kW) and what was drawn for it; `odd` for rare ones."""
    if draw[0] >= _WITH_GENERATOR.get(kind, 0.0) or noon <= 0:
        return _Stock(0.0, 0.0, 0.0, 0.0, round(1 + 8 * draw[4], 1) if draw[5] < 0.3 else 0.0)
    kva = float(np.ceil(noon * (1.6 + draw[1]) / 0.8 / 5) * 5)
    if odd[0] < _SMALL:
        kva = max(1.0, float(np.floor(noon * (0.7 + 0.4 * odd[1]) / 0.8)))
    litres = round(rated_litres(kva) * (1 + 0.05 * off), 1)
    least, most = _FUEL_HOURS.get(kind, _FUEL_HOURS_ELSE)
    fuel = float(np.ceil(litres * (least + (most - least) * draw[2]) / 10) * 10)
    # before half of it is burnt at the use of noon, whole hours
    refilled = max(1.0, np.floor(0.4 * odd[3] * fuel / litres)) if odd[2] < _REFILLED else 0.0
    return _Stock(kva, litres, fuel, float(np.ceil(fuel / (0.55 + 0.4 * draw[3]) / 10) * 10), 0.0, float(refilled))


def _backup(folder: Path, seed: int, stage: Geography, fate: Array, meters: dict[str, Array], event: datetime) -> None:
    rng, rare = np.random.default_rng([seed, 40]), np.random.default_rng([seed, 43])
    hangs = np.random.default_rng([seed, 45])
    told, true = [], []
    kw = noon_kw(meters, len(stage.facilities))
    for number, row in enumerate(stage.facilities.to_dict("records")):
        # every facility draws the same, so that a change of one leaves the others
        draw, off = rng.random(8), np.clip(rng.standard_normal(4), -2.5, 2.5)
        kind = str(row["kind"])
        odd = rare.random(4)
        stock = _stock(kind, float(kw[number]), draw, float(off[0]), odd)
        stock = _what_hangs(stock, float(kw[number]), hangs.random(4), bool(odd[0] < _SMALL))
        fill = CROWD[int(fate[int(row["area"])])] * (0.5 + 0.7 * draw[6]) if kind in SHELTERS else 0.0
        gaps = int(np.searchsorted(np.cumsum(_LIST_GAPS), draw[7], side="right"))
        if gaps < 3:
            told.append([row["facility_id"], row["name"], *stock.told(gaps, event), *stock.told_circuits(), ""])
        litres, battery = stock.litres_per_hour * (1 + _HIDDEN * off[1]), stock.battery_hours * (1 + 0.04 * off[2])
        idle = float(np.interp(0.8 * stock.kva, _IDLE_KW, _IDLE_SHARE)) + _IDLE_OFF * (2 * draw[5] - 1)
        refilled = [stock.refilled_after_h if gaps < 2 else 0.0, stock.tank_l]
        own = [row["facility_id"], stock.kva, litres, idle, stock.fuel_l, *refilled, battery]
        complete = int(gaps == 0 and stock.tells_circuits)
        own += [1 + _HIDDEN * off[3], fill, float(kw[number]), STEADY.get(kind, STEADY_ELSE), complete]
        true.append([*own, stock.carries, stock.circuits_kw, stock.circuits_share])
    write_rows(folder / "open" / "backup.csv", BACKUP_HEADINGS, told)
    columns = (
        "facility_id kva litres_per_hour idle_share fuel_l refilled_after_h refilled_l battery_hours load_factor crowd "
        "noon_kw steady complete carries circuits_kw circuits_share"
    )
    write_rows(folder / "truth" / "backup.csv", columns.split(), true)


def _people(
    folder: Path, rng: np.random.Generator, stage: Geography, meters: dict[str, Array], event_minute: int
) -> None:
    served = np.ones(len(meters["use"]), dtype=bool)
    if "service_begin" in meters:
        served = (meters["service_begin"] <= event_minute) & (meters["service_end"] == NEVER)
    lived = (meters["use"] == HOME) & (meters["household"] >= 0) & (meters["household"] < VACANT) & served
    lived &= meters["remote_reading"] == READABLE
    rows = np.sort(rng.permutation(np.flatnonzero(lived))[:PEOPLE])
    areas = stage.areas["area_name"].to_numpy(object)
    told, true = [], []
    for number, row in enumerate(rows.tolist(), 1):
        draw, normal = rng.random(5), float(np.clip(rng.standard_normal(), -2.5, 2.5))
        device, hours = _OTHER_DEVICE
        edge = 0.0
        for name, share, span in _DEVICES:
            edge += share
            if draw[0] < edge:
                device, hours = name, span
                break
        lasts = hours[0] + (hours[1] - hours[0]) * draw[1]
        point = meters["supply_point"][row].decode()
        battery = f"{lasts:.1f}" if draw[2] < 0.5 else ""
        vendor = _VENDORS[int(draw[3] * len(_VENDORS))]
        told.append([f"H{number:04d}", point, device, battery, vendor, areas[int(meters["area"][row])]])
        true.append([f"H{number:04d}", point, lasts * (1 + _HIDDEN * normal)])
    write_rows(folder / "open" / "devices.csv", DEVICE_HEADINGS, told)
    write_rows(folder / "truth" / "devices.csv", ("person_id", "supply_point", "battery_hours"), true)


def _trucks(folder: Path, rng: np.random.Generator, stage: Geography, fate: Array) -> None:
    """Write the trucks: at two depots, one of them at work at a facility in the dark, one on its way, one in repair.

    The depots lie beside the first office and beside the facility that is farthest from it.
    """
    places = stage.facilities[["lat", "lon"]].to_numpy(np.float64)
    kinds = stage.facilities["kind"].to_numpy(object)
    first = int(np.argmax(kinds == OFFICE))
    far = int(np.argmax(((places - places[first]) ** 2).sum(axis=1)))
    count = int(np.clip(len(places) // _FACILITIES_A_TRUCK, _LEAST_TRUCKS, _MOST_TRUCKS))
    dark = np.flatnonzero(np.asarray(fate)[stage.facilities["area"].to_numpy(np.int64)] == STILL)
    rows: list[list[str]] = []
    for number in range(count):
        # every truck draws the same, so that a change of one leaves the others
        draw, yard = rng.random(2), int(number % 3 == 2)
        depot, north = _DEPOTS[yard]
        lat, lon = places[(first, far)[yard]]
        lat, state = lat + north / _NORTH_M, "待機中"
        kva = _TRUCK_KVA[number % len(_TRUCK_KVA)]
        if number == 1 and len(dark):
            served = int(dark[int(draw[0] * len(dark))])
            (lat, lon), depot, state = places[served], str(stage.facilities["name"].iloc[served]), "発電中"
        elif number == count - 2:
            state = "移動中（他県からの応援）"
        elif number == count - 1:
            state = "点検中"
        litres = f"{0.17 * kva:.1f}" if draw[1] < 0.5 else ""
        rows.append([f"灯-{number + 1:02d}", f"{kva}", state, litres, depot, f"{lat:.6f}", f"{lon:.6f}"])
    write_rows(folder / "open" / "trucks.csv", TRUCK_HEADINGS, rows)


def read_truth(folder: Path, name: str) -> pd.DataFrame:
    """Return `truth/backup.csv` or `truth/devices.csv` of a scenario."""
    text = {"facility_id": str, "person_id": str, "supply_point": str}
    return pd.read_csv(Path(folder) / "truth" / f"{name}.csv", dtype=text)

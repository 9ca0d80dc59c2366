"""Figures of backup power that cannot be: another unit, or a slip of the pen (燃費 0.25 L/kWh as L/h, 備蓄量 300 kL).

A figure that contradicts the others of its row is not known, and is never put right: nobody can tell which is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import Collection, Mapping

import numpy as np

from .power_trucks import consumption
from .quantities import NOTHING, not_told

MOST_KVA = 20_000.0
"""The sets of the largest hospitals give a few thousand."""
MOST_LITRES = 1_000_000.0
"""The tanks of the largest hospitals hold some hundred thousand."""
TIMES_THE_TABLE = 6.0
"""A consumption so many times above or below the general table for its capacity is none in litres an hour.

Small portable sets burn up to three times the table.
"""
MOST_TRUCK_KVA = 5_000.0
"""Trucks carry diesel sets of 500 kVA, gas turbines of about 4,500 (note.com/renewable_eng/n/n5cd270bc46e5)."""
LEAST_TRUCK_KVA = 1.0
"""A truck of less would bring less than a set that one person carries: MVA under a heading of kVA."""
MOST_FUEL_HOURS = 60 * 24.0
"""A tank or a stock for longer at full load is none of this set.

A designated hospital holds three days (災害拠点病院指定要件: wic-net.com/material/document/16577/58), and lines are
back after one or two weeks (/61 there). Tanks that a boiler shares hold some weeks; a slip of a thousand exceeds this
for all that lasts one and a half hours.
"""
LEAST_TANK_HOURS = 0.25
"""A tank that is empty earlier at full load is none of this set; a stock may be nearly burnt, and is not looked at so.

A set is to run for longer than the pumps that hang on it, 30 minutes at least (消防法施行規則 第12条第1項
第4号; fukashiken.com/huka.html), on fuel for as long (generac.jp/introduction/laws-regulations/standards, 13).
"""
OVER_FULL = 1.1
"""A stock above so many times the tank is not in it: both are told in round figures."""
_FULL_LOAD = 4 / 3
"""The table is of three quarters of the load; a set burns 1.28 times as much at full load (100 kW: 5.8, 7.4 gal/h;
hardydiesel.com/resources/diesel-generator-fuel-consumption-chart)."""
LEAST_LITRES_PER_HOUR = 0.1
"""0.1 L of diesel holds 1 kWh of heat (36 MJ/L), of which a small set makes a third at most: no set is so small."""
_MOST = {"generator_kva": MOST_KVA, "fuel_l": MOST_LITRES, "tank_l": MOST_LITRES}
_LIQUID = re.compile(r"油|ガソリン|ディーゼル|レギュラー|ハイオク|diesel|gasoline|petrol|kerosene|oil", re.IGNORECASE)
_BOTTLED = re.compile(r"lp|プロパン|ボンベ", re.IGNORECASE)
_PIPED = re.compile(r"都市ガス|天然ガス|towngas", re.IGNORECASE)


def burns_otherwise(fuel_kind: str) -> bool:
    """Whether the table of litres of diesel says nothing of a fuel: gas of bottles (its m³ are no litres), hydrogen.

    A blank, and words for what is not known, may be anything: the table holds.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", fuel_kind))
    if plain in NOTHING or not_told(plain) or _PIPED.search(plain):
        return False
    return bool(_BOTTLED.search(plain)) or not _LIQUID.search(plain)


class Slip(Enum):
    """Why a figure cannot be."""

    LARGEST = "largest"
    """No set, and no tank of one, is as large."""
    RATE = "rate"
    """No set, or none of this capacity, burns as little or as much."""
    LOAD = "load"
    """More kW than the set gives kVA."""
    NO_SET = "no_set"
    """No generator, but fuel for it: a blank that a form shows as 0."""
    OTHER_FUEL = "other_fuel"
    """Litres of a fuel of which the table of diesel says nothing."""
    TOO_LONG = "too_long"
    """It would last longer than `MOST_FUEL_HOURS`."""
    TOO_SHORT = "too_short"
    """A tank that would not last `LEAST_TANK_HOURS`."""
    BEYOND_TANK = "beyond_tank"
    """More is told to be there than the tank holds."""


_NAN = float("nan")
STOCKS = ("fuel_l", "left_l")
"""Litres that are told to be there."""


def doubted(values: Mapping[str, float], fuel_kind: str) -> dict[str, Slip]:
    """Return the names of figures that cannot be meant as they stand, and why.

    Parameters
        values: `generator_kva fuel_l tank_l litres_per_hour` and, where the list has them, `left_l` and
            `generator_load_kw`; NaN where one is not told; others are not looked at.
        fuel_kind: as the list tells it.
    """
    found = _alone(values, fuel_kind)
    found.update(_against_the_set(_without(values, found), burns_otherwise(fuel_kind)))
    found.update(_against_the_tank(_without(values, found)))
    return found


def _without(values: Mapping[str, float], names: Collection[str]) -> dict[str, float]:
    return {name: _NAN if name in names else value for name, value in values.items()}


def _alone(values: Mapping[str, float], fuel_kind: str) -> dict[str, Slip]:
    """Return which figures cannot be without a look at how long fuel would last."""
    found = {name: Slip.LARGEST for name, most in _MOST.items() if values[name] > most}
    told = values["litres_per_hour"] > 0
    if not _can_burn(values):
        found["litres_per_hour"], told = Slip.RATE, False
    if values.get("generator_load_kw", 0.0) > values["generator_kva"] > 0:
        # more kW than kVA no set gives, whatever hangs on it
        found["generator_load_kw"] = Slip.LOAD
    if values["generator_kva"] == 0 and values["fuel_l"] > 0:
        # who has no generator has no fuel for it
        found["generator_kva"] = Slip.NO_SET
    if burns_otherwise(fuel_kind) and not told:
        found.update({name: Slip.OTHER_FUEL for name in ("fuel_l", "tank_l") if values[name] > 0 and name not in found})
    return found


def _against_the_set(values: Mapping[str, float], other_fuel: bool) -> dict[str, Slip]:
    """Return which tanks and stocks a set of this capacity and consumption cannot have; none where neither is told.

    `other_fuel`: only what it burns as told counts, not the table of diesel.
    """
    kva, rate = values["generator_kva"], values["litres_per_hour"]
    by_table = float(consumption(np.array([kva]))[0]) * _FULL_LOAD if kva > 0 and not other_fuel else _NAN
    full = float(np.fmax(by_table, rate if rate > 0 else _NAN))
    found = {name: Slip.TOO_LONG for name in (*STOCKS, "tank_l") if values.get(name, _NAN) > MOST_FUEL_HOURS * full}
    if 0 < values["tank_l"] < LEAST_TANK_HOURS * full:
        found["tank_l"] = Slip.TOO_SHORT
    return found


def _against_the_tank(values: Mapping[str, float]) -> dict[str, Slip]:
    """Return what cannot be where more is told to be there than the tank holds: the stock, or the tank."""
    tank = values["tank_l"]
    # a tank of 0 is a blank that a form shows so
    beyond = [name for name in STOCKS if tank > 0 and values.get(name, _NAN) > OVER_FULL * tank]
    return dict.fromkeys((*beyond, "tank_l") if beyond else (), Slip.BEYOND_TANK)


def _can_burn(values: Mapping[str, float]) -> bool:
    """Whether a generator of this capacity, or any where it is not told, can burn as much as is told."""
    kva, rate = values["generator_kva"], values["litres_per_hour"]
    if not rate > 0:
        return not rate < 0
    if not kva > 0:
        most = float(consumption(np.array([MOST_KVA]))[0]) * _FULL_LOAD
        return LEAST_LITRES_PER_HOUR <= rate <= most
    times = rate / float(consumption(np.array([kva]))[0])
    return 1 / TIMES_THE_TABLE <= times <= TIMES_THE_TABLE

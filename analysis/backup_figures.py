"""Figures of backup power that no generator can have: another unit, or a slip of the pen (燃費 0.25 L/kWh as L/h)."""

from __future__ import annotations

import re
import unicodedata
from typing import Mapping

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


def doubted(values: Mapping[str, float], fuel_kind: str) -> list[str]:
    """Return the names of figures that cannot be meant as they stand.

    Parameters
        values: `generator_kva fuel_l tank_l litres_per_hour` and, where the list has it, `generator_load_kw`; NaN where
            one is not told; others are not looked at.
        fuel_kind: as the list tells it.
    """
    found = [name for name, most in _MOST.items() if values[name] > most]
    told = values["litres_per_hour"] > 0
    if not _can_burn(values):
        found, told = [*found, "litres_per_hour"], False
    if values.get("generator_load_kw", 0.0) > values["generator_kva"] > 0:
        # more kW than kVA no set gives, whatever hangs on it
        found.append("generator_load_kw")
    if values["generator_kva"] == 0 and values["fuel_l"] > 0:
        # a blank that a form shows as 0: who has no generator has no fuel for it
        found.append("generator_kva")
    if burns_otherwise(fuel_kind) and not told:
        found += [name for name in ("fuel_l", "tank_l") if values[name] > 0 and name not in found]
    return found


def _can_burn(values: Mapping[str, float]) -> bool:
    """Whether a generator of this capacity can burn as much as is told; where either is not told, it can."""
    kva, rate = values["generator_kva"], values["litres_per_hour"]
    if not (rate > 0 and kva > 0):
        return not rate < 0
    times = rate / float(consumption(np.array([kva]))[0])
    return 1 / TIMES_THE_TABLE <= times <= TIMES_THE_TABLE

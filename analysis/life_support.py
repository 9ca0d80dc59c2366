"""People at home whose life hangs on a powered device (在宅医療機器): ventilator, oxygen, suction, dialysis.

Each person's home is held against the evidence; a battery ends some hours after power was lost. Whoever cannot be told
to have power stands among the unknown, never among those with power.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Optional

import numpy as np

from .backup import NAN, Span
from .point_states import NEVER, OUTAGE, POWERED, later
from .reasons import Reason

SOON_HOURS = 6.0
"""Whose battery may end within this is to be reached first."""
TOLD_SPREAD = 0.2
"""Batteries age: hours as told hold within this."""


class Device(str, Enum):
    """What kind of device; the value is the code in the field `device_kind`."""

    VENTILATOR = "ventilator"
    """人工呼吸器."""
    OXYGEN = "oxygen"
    """酸素濃縮装置."""
    SUCTION = "suction"
    """吸引器."""
    DIALYSIS = "dialysis"
    """腹膜透析, 在宅血液透析."""
    OTHER = "other"
    """Anything else that is named."""


_WORDS: tuple[tuple[Device, str], ...] = (
    (
        Device.VENTILATOR,
        r"人工呼吸|呼吸器|人工換気|tppv|nppv|ippv|cpap|バイパップ|bipap|asv|hmv|ハイフロー|nhf|hfnc|ventilator",
    ),
    (Device.OXYGEN, r"酸素|濃縮|hot(?![a-z])|oxygen"),
    (Device.SUCTION, r"吸引|排痰|カフアシスト|suction"),
    (Device.DIALYSIS, r"透析|腹膜灌流|capd|apd|hhd|dialysis"),
)
"""Words of each, the gravest first: who has a ventilator and a suction unit is told by the ventilator."""


@dataclass(frozen=True)
class DeviceRule:
    """What is assumed of a device of which the list tells no hours."""

    battery: Span
    """Hours."""
    grave: int
    """Order among those in the same state: 0 first."""
    source: str


RULES: dict[Device, DeviceRule] = {
    Device.VENTILATOR: DeviceRule(
        Span(0.0, 15.0),
        0,
        "内部バッテリーは3～15時間程度 (soyokaze-kagoshima.jp/emergency/power); 5年使うと半分ほど、"
        "NPPVには内部バッテリーのない機種がある (laptopbattery.jp/jpblog/?p=3070)",
    ),
    Device.SUCTION: DeviceRule(
        Span(0.0, 1.5),
        1,
        "多くは電池がない (chikusa-zaitaku.jp/news/p16280); "
        "内蔵電池で約50～80分の機種 (bousai-mania-nurse.com/post-1638)",
    ),
    Device.OXYGEN: DeviceRule(
        Span(0.0, 7.0),
        2,
        "濃縮装置は停電で止まる; 2L型の携帯用ボンベに同調器を付け毎分2Lで約6～7時間 "
        "(kango-net.luke.ac.jp/paxhot_v1/004/4-2.html)",
    ),
    Device.DIALYSIS: DeviceRule(Span(0.0, 24.0), 3, "公にされた時間は見つからない: 直ちに止まるものからとみる"),
    Device.OTHER: DeviceRule(Span(0.0, 24.0), 4, "機器が分からない: 直ちに止まるものからとみる"),
}
"""Each begins with the shortest that occurs. The device's own hours go before them."""


class LifeState(str, Enum):
    """What is said of a person; the value is the code in the field `state`."""

    EXHAUSTED = "exhausted"
    """The battery may have ended already."""
    SOON = "soon"
    """It may end within `SOON_HOURS`."""
    ON_BATTERY = "on_battery"
    """Dark, and it lasts longer."""
    UNKNOWN = "unknown"
    POWERED = "powered"


ORDER = (LifeState.EXHAUSTED, LifeState.SOON, LifeState.UNKNOWN, LifeState.ON_BATTERY, LifeState.POWERED)
"""Who is called first. An unknown may be dark since the event: before those whose battery is known to last."""


def device_of(text: str) -> Optional[Device]:
    """Return what kind of device a text names; None for a blank."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text or "")).casefold()
    if not plain or plain in ("-", "なし", "無", "無し"):
        return None
    return next((device for device, words in _WORDS if re.search(words, plain)), Device.OTHER)


@dataclass(frozen=True)
class Home:
    """What is known of one person's home at a moment."""

    state: str
    """`point_states`: powered, outage, unknown."""
    dark_low: np.datetime64
    """Earliest loss of power, datetime64[s]; NaT where not known."""
    dark_high: np.datetime64
    device: Optional[Device]
    battery_hours: float = NAN
    """As told, NaN where nothing is; of a span (6～8時間) the least."""
    was_dark: bool = False
    """Whether it had no power when something was known of it last, before a further event."""
    doubt: Optional[Reason] = None
    """Why a proof of power says nothing of this home at the moment of looking; of what may be another's home, nor does
    a loss of power, but that nobody is called later because of it."""
    most_hours: float = NAN
    """The most of a span, NaN where one figure or none is told."""


@dataclass(frozen=True)
class Verdict:
    """What is said of one person."""

    state: LifeState
    until_low: np.datetime64
    """Earliest end of the battery, datetime64[s]; NaT where nothing is said."""
    until_high: np.datetime64
    assumed: bool
    """Whether the hours are the device's usual ones."""
    grave: int
    was_dark: bool = False
    why: Optional[Reason] = None
    """Why a home that had power is not told to have it."""


def judged(home: Home, now: np.datetime64) -> Verdict:
    """Return what is to be said of a person at the moment of looking, datetime64[s], not before that of `home`."""
    rule = RULES[home.device or Device.OTHER]
    if home.state == POWERED and home.doubt is not None:
        return _not_theirs(rule, home)
    if home.state == POWERED:
        return Verdict(LifeState.POWERED, NEVER, NEVER, False, rule.grave)
    if home.state != OUTAGE or np.isnat(home.dark_low):
        return Verdict(LifeState.UNKNOWN, NEVER, NEVER, False, rule.grave, home.was_dark)
    assumed = math.isnan(home.battery_hours)
    most = np.fmax(home.battery_hours, home.most_hours)
    hours = rule.battery if assumed else Span(home.battery_hours * (1 - TOLD_SPREAD), float(most) * (1 + TOLD_SPREAD))
    low, high = later(home.dark_low, hours.low), later(np.fmax(home.dark_high, home.dark_low), hours.high)
    state = LifeState.ON_BATTERY
    if low <= later(now, SOON_HOURS):
        state = LifeState.EXHAUSTED if low <= now else LifeState.SOON
    elif home.doubt is Reason.OTHER_ADDRESS:
        # another's loss of power may be hours after this one's: it puts nobody behind the unknown
        return _not_theirs(rule, home)
    return Verdict(state, low, high, assumed, rule.grave)


def _not_theirs(rule: DeviceRule, home: Home) -> Verdict:
    return Verdict(LifeState.UNKNOWN, NEVER, NEVER, False, rule.grave, home.was_dark, home.doubt)


def order_of(verdict: Verdict) -> tuple[int, bool, int, int]:
    """Return where a person comes in the round: the smaller the sooner; of the unknown, who was dark before."""
    end = np.iinfo(np.int64).max if np.isnat(verdict.until_low) else int(verdict.until_low.astype(np.int64))
    unknown = verdict.state is LifeState.UNKNOWN
    return ORDER.index(verdict.state), unknown and not verdict.was_dark, verdict.grave if unknown else 0, end

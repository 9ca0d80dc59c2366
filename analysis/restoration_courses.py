"""How power came back after earlier events (停電の復旧の推移), as published: what a forecast leans on at its beginning.

None of these courses is one that forecasts are judged by; how much they weigh is chosen by leaving each of them out in
its turn (dev/outlook_choice.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Iterator, Mapping, Optional, Sequence

import numpy as np

from .outlook import OFFSET, SETTLING_HOURS, Prior

WEIGHT = 0.8
"""How long a course (in ln of hours since the event) an earlier event's exponent counts for: at day 5, one of 73 hours.

Chosen on held-out events (dev/outlook_choice.py)."""
LEAST_SPREAD = 0.5
"""Within one event pieces differ by no less, few as those are that were published."""


class EventKind(str, Enum):
    """What struck, as far as the course of restoration differs by it."""

    SHOCK = "shock"
    """An earthquake, or anything else of a moment (地震など)."""
    STORM = "storm"
    """A typhoon, or anything else that lasts (台風など)."""


SETTLING: Mapping[EventKind, float] = MappingProxyType({EventKind.SHOCK: SETTLING_HOURS, EventKind.STORM: 48.0})
"""Hours added to those since the event (dev/outlook_choice.py): after a storm repair takes longer to get under way."""
SPREAD_SHARE: Mapping[EventKind, float] = MappingProxyType({EventKind.SHOCK: 1.4, EventKind.STORM: 2.0})
"""The spread of a forecast of one area, as a share of that of pieces and events (dev/outlook_choice.py): of a shock
chosen on all events, each held out; of a storm on the two storms that are known by area."""
EARLY_SHARE: Mapping[EventKind, float] = MappingProxyType({EventKind.SHOCK: 1.0, EventKind.STORM: math.inf})
"""The same early in a course, on the side of a faster repair: of a shock what pieces and events tell, and no more. In
one of two storms known by area repair went faster and faster, and of the first hours of the other narrower intervals
held too few: nothing is taken away (docs/outlook.md)."""
LEARNING: Mapping[EventKind, float] = MappingProxyType({EventKind.SHOCK: 96.0, EventKind.STORM: 192.0})
"""So many hours of independent forecasts of a case weigh as much as what earlier events tell of the errors; chosen as
`SPREAD_SHARE`."""


@dataclass(frozen=True)
class PublicCourse:
    """Customers without power (停電戸数) in one event."""

    name: str
    kind: EventKind
    counts: tuple[tuple[float, int], ...]
    """(hours since the event, customers without power), rising in time."""
    source: str


COURSES: tuple[PublicCourse, ...] = (
    PublicCourse(
        "東北地方太平洋沖地震 2011-03-11 14:46",
        EventKind.SHOCK,
        ((0.0, 4_860_000), (33.0, 2_140_000), (57.0, 1_310_000), (103.2, 613_639), (112.2, 582_400), (221.2, 243_953)),
        "東北電力 2011-03-21 (in all; and 03-20 20:00; press releases), 03-12 and 03-13 by night, taken as 23:46 "
        "(kaden.watch.impress.co.jp 432728, 432792), 03-15 22:00 (anma.air-nifty.com 481522), 03-16 07:00 "
        "(jmjp.jp/ht 17786)",
    ),
    PublicCourse(
        "宮城県沖の地震 2011-04-07 23:32",
        EventKind.SHOCK,
        ((11.5, 2_876_245 - 159_071), (36.5, 259_901 - 159_071)),
        "東北電力 2011-04-08 11:00, 04-09 12:00 (news.ntv.co.jp 180504); less the 159,071 out before it",
    ),
    PublicCourse(
        "熊本地震 2016-04-16 01:25",
        EventKind.SHOCK,
        ((0.0, 476_600), (10.6, 164_100), (52.6, 33_800), (82.6, 13_000)),
        "九州電力 2016-04-16 at once (kkt.jp 011631), 12:00 (NHK k10010482631000), 04-18 06:00, of the prefecture "
        "(ameblo.jp/tkondo 12151471180), 04-19 12:00 (eco-shinrai-service.com)",
    ),
    PublicCourse(
        "台風15号 2019-09-09 05:00 (千葉県)",
        EventKind.STORM,
        ((91.0, 235_900), (133.5, 138_600), (170.0, 90_300), (180.0, 74_200), (226.5, 42_200), (247.5, 29_700)),
        "東京電力パワーグリッド 2019-09-13 00:00 (mainichi.jp 20190913), 09-14 18:30 (hiroseto.exblog.jp 28573963, "
        "after NHK), 09-16 07:00 and 17:00 (NHK k10012082921000, k10012084231000), 09-18 15:30 (2nn.jp 1568794964, "
        "after NHK), 09-19 12:30 (easyjapanese.net cc0e2186b127)",
    ),
)
"""As far as found; the first hours of most events were not published by the hour."""


def pieces(course: PublicCourse, settling: float = SETTLING_HOURS) -> Iterator[tuple[float, float]]:
    """Yield (exponent, ln of its length in time) between neighbouring counts of a course."""
    for (begin, before), (end, after) in zip(course.counts[:-1], course.counts[1:]):
        length = float(np.log((end + settling) / (begin + settling)))
        yield float(np.log(before / after)) / length, length


@cache
def prior_of(kind: EventKind, without: str = "", settling: Optional[float] = None) -> Prior:
    """Return what the earlier events of a kind tell: the geometric mean of their exponents, each event counting once.

    The spread is that of all pieces of all events about their event's own mean, and that of these means, in
    ln(exponent + `OFFSET`).

    Parameters
        kind: of the event that is looked ahead in; where no earlier one is of it, all count.
        without: name of a course that is left out, as if its event had never been.
        settling: hours added to those since the event; None: those of the kind (`SETTLING`).
    """
    settled = SETTLING[kind] if settling is None else settling
    known = [course for course in COURSES if course.name != without]
    means = []
    for course in [course for course in known if course.kind is kind] or known:
        exponents, lengths = (np.array(column) for column in zip(*pieces(course, settled)))
        means.append(float((exponents * lengths).sum() / lengths.sum()))
    exponent = float(np.exp(np.mean(np.log(means))))
    spread = spread_of(known, settled)
    return Prior(
        exponent,
        WEIGHT,
        SPREAD_SHARE[kind] * spread,
        LEARNING[kind],
        settling=settled,
        early_spread=EARLY_SHARE[kind] * spread,
    )


def spread_of(known: Sequence[PublicCourse], settling: float = SETTLING_HOURS) -> float:
    """Return how far pieces and events lie from one another, standard deviation of ln(exponent + `OFFSET`)."""
    within, own = [], []
    for course in known:
        exponents = np.log(np.array([exponent for exponent, _ in pieces(course, settling)]) + OFFSET)
        own.append(float(exponents.mean()))
        within.extend((exponents - exponents.mean()).tolist())
    return float(np.hypot(max(np.std(within), LEAST_SPREAD), np.std(own, ddof=1)))

"""The events of a case (地震, 余震, 台風): read from text, and which of them struck a place last before a moment."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Callable, Iterable, Mapping, Optional

import numpy as np

from ..aggregator.outside import parse_json
from ..arrays import BoolArray, FloatArray, IntArray, TimeArray
from ..messages import TomoshibiError, message
from .case import CaseInfo, Event

_ZONE = timedelta(hours=9)
_SEPARATORS = re.compile(r"[,、，;\n]")
NEVER = np.datetime64("NaT", "s")
_POLYGONS: Mapping[str, Callable[[list[Any]], list[Any]]] = {
    "Polygon": lambda coordinates: [coordinates],
    "MultiPolygon": lambda coordinates: coordinates,
}
"""Type of a GeoJSON geometry → its polygons, each a list of rings."""


class EventError(TomoshibiError):
    """What was entered as events cannot be understood."""


@dataclass(frozen=True)
class Struck:
    """The last event that struck each of some places. Arrays (places)."""

    number: IntArray
    """int64: position in `CaseInfo.all_events`; -1 where none has struck yet."""
    first: TimeArray
    """datetime64[s]: when the first began that struck there; NaT where none has struck yet."""
    begin: TimeArray
    """datetime64[s]: when the last began; NaT where none has struck yet."""
    over: TimeArray
    """datetime64[s]: when it and all before it that struck there are over; NaT where none has struck yet."""


def parse_events(text: str) -> tuple[Event, ...]:
    """Return the events of EVENT_TIMES, oldest first: ISO moments or intervals `begin/end`, separated by commas.

    Raises `EventError` naming the item that is no moment, ends before it begins, or stands there twice.
    """
    found: dict[datetime, Event] = {}
    for item in (part.strip() for part in _SEPARATORS.split(text)):
        if not item:
            continue
        begin, slash, end = item.partition("/")
        event = Event(_moment(begin, item), _moment(end, item) if slash else None)
        if event.end is not None and event.end < event.begin:
            raise EventError(message("The event “{item}” ends before it begins. Write it as begin/end.", item=item))
        if event.begin in found:
            raise EventError(message("The event “{item}” begins when another does. Enter each event once.", item=item))
        found[event.begin] = event
    return tuple(found[begin] for begin in sorted(found))


def _moment(text: str, item: str) -> datetime:
    """Return a moment with its hour; a bare day could lie before or after what is asked."""
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or len(text) <= 10 or moment.utcoffset() not in (None, _ZONE):
        raise EventError(
            message(
                "“{item}” is not a moment in Japanese time. Write it as 2026-01-19T05:46, an event that lasted as "
                "2026-09-08T17:20/2026-09-09T06:00, and separate several by commas.",
                item=item,
            )
        )
    return moment.replace(tzinfo=None)


def events_text(events: Iterable[Event]) -> str:
    """Return events as `parse_events` reads them; areas are not told."""
    return ", ".join(
        event.begin.isoformat(timespec="minutes") + (f"/{event.end.isoformat(timespec='minutes')}" if event.end else "")
        for event in events
    )


def with_areas(events: tuple[Event, ...], known: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events with the areas that those of the same beginning already had."""
    areas = {event.begin: event.area for event in known}
    return tuple(replace(event, area=event.area or areas.get(event.begin)) for event in events)


def last_event_at(
    info: CaseInfo, at: datetime, lat: Optional[FloatArray] = None, lon: Optional[FloatArray] = None
) -> IntArray:
    """Return the last event that struck each place not after `at`: its position in `all_events`, -1 none (int64).

    `lat`, `lon`: degrees (n), or None for one place that is not known. A place that is not known (NaN) may lie
    anywhere, so every event counts as having struck it.
    """
    lat, lon = _places(lat, lon)
    number = np.full(len(lat), -1, dtype=np.int64)
    for position, event in enumerate(info.all_events):
        if event.begin <= at:
            number[struck_by(event, lat, lon)] = position
    return number


def struck(info: CaseInfo, at: datetime, lat: Optional[FloatArray] = None, lon: Optional[FloatArray] = None) -> Struck:
    """Return the last event at each place as `last_event_at`, and when it began and was over."""
    lat, lon = _places(lat, lon)
    number = np.full(len(lat), -1, dtype=np.int64)
    first, begin, over = (np.full(len(lat), NEVER) for _ in range(3))
    for position, event in enumerate(info.all_events):
        if event.begin > at:
            continue
        there = struck_by(event, lat, lon)
        end = np.datetime64(event.over, "s")
        number[there], begin[there] = position, np.datetime64(event.begin, "s")
        first[there] = np.fmin(first[there], begin[there])
        over[there] = np.where(np.isnat(over[there]), end, np.fmax(over[there], end))
    return Struck(number, first, begin, over)


def _places(lat: Optional[FloatArray], lon: Optional[FloatArray]) -> tuple[FloatArray, FloatArray]:
    if lat is None or lon is None:
        return np.full(1, np.nan), np.full(1, np.nan)
    return np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)


def struck_by(event: Event, lat: FloatArray, lon: FloatArray) -> BoolArray:
    """Return which places (degrees, n; NaN is a place that is not known) an event may have struck, bool (n)."""
    if not event.area:
        return np.ones(len(lat), dtype=bool)
    maybe: BoolArray = ~(np.isfinite(lat) & np.isfinite(lon)) | inside(event.area, lat, lon)
    return maybe


def inside(area: str, lat: FloatArray, lon: FloatArray) -> BoolArray:
    """Return which places (degrees, n) lie in a GeoJSON Polygon or MultiPolygon, bool (n); NaN does not.

    Raises `EventError` where the text is none.
    """
    try:
        geometry = parse_json(area)
        parts = _POLYGONS[geometry["type"]](geometry["coordinates"])
        rings = [np.asarray(ring, dtype=np.float64)[:, :2] for part in parts for ring in part]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise EventError(
            message("The area of an event in case.json is no polygon. Enter it again with “Change case”.")
        ) from error
    odd: BoolArray = _crossings(rings, lat, lon) % 2 == 1
    return odd


def _crossings(rings: list[FloatArray], lat: FloatArray, lon: FloatArray) -> IntArray:
    """Count the edges that a ray to the east of each place crosses (int64, n): odd is inside, holes and all."""
    order = np.argsort(lat, kind="stable")
    # NaN is sorted last and lies between no two latitudes
    y, x = lat[order], lon[order]
    count = np.zeros(len(lat), dtype=np.int64)
    for ring in rings:
        for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0)):
            low, high = np.searchsorted(y, (min(y0, y1), max(y0, y1)), side="left")
            if low < high:
                cut = x0 + (y[low:high] - y0) * (x1 - x0) / (y1 - y0)
                count[low:high] += x[low:high] < cut
    found = np.empty_like(count)
    found[order] = count
    return found

"""Acquisition gaps (UC⑤ 孤立集落の把握, manual §3.1.5, §4.3): which areas stopped sending readings and stayed silent.

A meter that did not answer has no row. Its silence is held against the meters that reported before the event, and only
in *covered* half-hours, those of which readings were received at all: what is not published yet is not a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Iterator, Optional

import numpy as np
import pandas as pd

from ..messages import Message, TomoshibiError, message

SLOT = np.timedelta64(30, "m").astype("timedelta64[s]")
"""Length of a half-hour."""

REPORTING_SHARE = 0.5
"""A meter normally reports if it did in at least this share of the covered half-hours before the event."""

MIN_METERS = 3
"""An area with fewer reporting meters is shown, and said to rest on few meters."""

ACCESS: tuple[str, ...] = ("cut", "unknown", "partly", "open")
"""Road access of a settlement, from the strongest evidence of isolation to the weakest."""

ACCESS_WEIGHT: dict[str, float] = {"cut": 1.0, "unknown": 0.6, "partly": 0.4, "open": 0.0}
SCORE_WEIGHTS: dict[str, float] = {"access": 50.0, "gap": 25.0, "duration": 15.0, "size": 10.0}
"""Score 0–100 = 50·access + 25·gap_rate + 15·min(hours / 72, 1) + 10·min(log10(1 + meters) / 3, 1).

Half the score is access, so that of two dark settlements the one known to be cut off never ranks below one whose roads
are open; 72 hours is the span in which lives are saved; 1,000 meters count as a large settlement.
"""

_ROWS = 16_384
"""Meters worked on at a time."""

GAP_COLUMNS = "area_id begin end meters received gap_rate baseline_rate excess_gap".split()
ISOLATED_COLUMNS = "rank area_id meters silent gap_rate since hours access_cut score reason".split()


class GapError(TomoshibiError):
    """The readings do not allow the question, or the arguments contradict each other."""


@dataclass(frozen=True)
class _Areas:
    """The areas of the meters, numbered in sorted order."""

    codes: np.ndarray
    """int64 (meters): number of the area, -1 without one."""
    ids: np.ndarray
    """The areas' ids (n)."""


def _areas(area_of_meter: np.ndarray) -> _Areas:
    labels = np.asarray(area_of_meter)
    if labels.dtype.kind in "iu":
        missing = labels < 0
    elif labels.dtype.kind == "f":
        missing = np.isnan(labels)
    else:
        missing = np.asarray(pd.isna(labels)) | (labels == "")
    codes = np.full(len(labels), -1, dtype=np.int64)
    ids, codes[~missing] = np.unique(labels[~missing], return_inverse=True)
    return _Areas(codes, ids)


def meters_without_area(area_of_meter: np.ndarray) -> int:
    """Return how many meters belong to no area: NaN, None, "" or a negative number (no coordinates, or outside)."""
    return int((_areas(area_of_meter).codes < 0).sum())


def _slots(slot_begin: np.ndarray, *arrays: np.ndarray) -> np.ndarray:
    """Return the beginnings as datetime64[s]; raise `GapError` unless they are consecutive and fit the arrays."""
    begins = np.asarray(slot_begin).astype("datetime64[s]")
    if len(begins) == 0 or (np.diff(begins) != SLOT).any() or any(a.shape[-1] != len(begins) for a in arrays):
        raise GapError(
            message("The half-hours do not follow one another or do not fit the readings. Import them again.")
        )
    return begins


def event_slot(event: object) -> np.datetime64:
    """Return the half-hour in which it struck, datetime64[s]."""
    moment = np.datetime64(pd.Timestamp(event), "s")
    return moment - (moment.astype(np.int64) % 1800).astype("timedelta64[s]")


def _blocks(count: int) -> Iterator[slice]:
    for first in range(0, count, _ROWS):
        yield slice(first, min(first + _ROWS, count))


def reporting_before(
    readings_present: np.ndarray,
    slot_begin: np.ndarray,
    event: object,
    days: Optional[float] = None,
    covered: Optional[np.ndarray] = None,
) -> np.ndarray:
    """Return which meters normally report, bool (meters): `REPORTING_SHARE` of the covered half-hours before the event.

    `readings_present` bool (meters, slots), `slot_begin` datetime64 (slots), `days` to look back (None: all there are),
    `covered` bool (slots), by default the slots in which any meter reported. The half-hour in which it struck does not
    count as before. Raises `GapError` where no covered half-hour lies before the event.
    """
    begins = _slots(slot_begin, readings_present)
    strike = event_slot(event)
    before = begins < strike
    if days is not None:
        before &= begins >= strike - np.timedelta64(int(days * 86400), "s")
    first, last = (np.flatnonzero(before)[[0, -1]] + [0, 1]) if before.any() else (0, 0)
    if covered is None:
        usable = np.zeros(last - first, dtype=bool)
        for rows in _blocks(len(readings_present)):
            usable |= readings_present[rows, first:last].any(axis=0)
    else:
        usable = np.asarray(covered, dtype=bool)[first:last]
    if not usable.any():
        raise GapError(
            message(
                "There are no readings from before the event ({event}), so it is not known which meters normally "
                "report. Import the readings of the days before.",
                event=str(pd.Timestamp(event))[:16],
            )
        )
    reports = np.zeros(len(readings_present), dtype=bool)
    for rows in _blocks(len(readings_present)):
        counted = (readings_present[rows, first:last] & usable).sum(axis=1, dtype=np.int32)
        reports[rows] = counted >= REPORTING_SHARE * usable.sum()
    return reports


def _count_by_area(
    present: np.ndarray, codes: np.ndarray, areas: int, pick: Callable[[np.ndarray], np.ndarray], width: int
) -> np.ndarray:
    """Return int64 (areas, width): how many of the meters with an area have the flags that `pick` makes of their slots.

    Worked block by block: sorted by area within the block and summed in runs, no loop over meters or areas.
    """
    total = np.zeros((areas, width), dtype=np.int64)
    members = np.flatnonzero(codes >= 0)
    # Sorted by area first, so that a block touches few areas.
    members = members[np.argsort(codes[members], kind="stable")]
    for rows in _blocks(len(members)):
        chosen = members[rows]
        flags = pick(present[chosen]).view(np.uint8)
        here, starts = np.unique(codes[chosen], return_index=True)
        total[here] += np.add.reduceat(flags, starts, axis=0, dtype=np.int64)
    return total


def _steps(begins: np.ndarray, event: object, step_hours: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the beginnings of the steps (n) and the step of each slot (slots); one begins with the event's slot."""
    length = round(step_hours * 2)
    if length < 1 or abs(step_hours * 2 - length) > 1e-9:
        raise GapError(
            message("A step of {hours} h is not a number of half-hours. Choose 0.5, 1, 3, 6, 12 …", hours=step_hours)
        )
    away = (begins - event_slot(event)) // SLOT
    number = away // length
    first = int(number.min())
    starts = event_slot(event) + SLOT * (np.arange(first, int(number.max()) + 1) * length)
    return starts, (number - first).astype(np.int64)


def _in_steps(step: np.ndarray, count: int, usable: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Make the function (rows, slots) → (rows, steps): whether any usable slot of the step has a reading."""
    edges = np.searchsorted(step, np.arange(count))

    def pick(block: np.ndarray) -> np.ndarray:
        return np.logical_or.reduceat(block & usable, edges, axis=1)

    return pick


def _share(missing: np.ndarray, of: np.ndarray) -> np.ndarray:
    """missing / of, NaN where `of` is 0."""
    return np.divide(missing, of, out=np.full(np.broadcast(missing, of).shape, np.nan), where=of > 0)


def _baseline(
    present: np.ndarray, codes: np.ndarray, meters: np.ndarray, step: np.ndarray, peace: np.ndarray, usable: np.ndarray
) -> np.ndarray:
    """Gap rate of each area over the peacetime steps, float64 (areas), NaN without such a step."""
    if not len(peace):
        return np.full(len(meters), np.nan)
    slots = np.flatnonzero(np.isin(step, peace))
    first, last = slots[0], slots[-1] + 1
    inner = step[first:last] - step[first]
    received = _count_by_area(
        present[:, first:last],
        codes,
        len(meters),
        _in_steps(inner, int(inner[-1]) + 1, usable[first:last]),
        inner[-1] + 1,
    )[:, peace - step[first]]
    return _share((meters[:, None] - received).sum(axis=1), meters * len(peace))


def gap_rates(
    present: np.ndarray,
    covered: np.ndarray,
    slot_begin: np.ndarray,
    area_of_meter: np.ndarray,
    event: object,
    *,
    step_hours: float,
    baseline_days: float,
) -> pd.DataFrame:
    """Return the gap of every area and step (table `gaps` of the architecture), ordered by time, then area.

    `present` bool (meters, slots), `covered` bool (slots), `slot_begin` datetime64 (slots, consecutive half-hours),
    `area_of_meter` (meters) labels; NaN, None, "" or a negative number is no area: such meters are counted in
    `result.attrs["meters_without_area"]`. Steps of `step_hours` are counted from the half-hour in which it struck, so
    that none mixes before and after. `meters` reported before the event (`reporting_before` over `baseline_days`),
    `received` of them sent a reading in a covered half-hour of the step, gap_rate = 1 − received / meters,
    baseline_rate the same over the steps of the `baseline_days` before the event that were covered at least as long (a
    step covered in part is held against equal parts), excess_gap = (gap − baseline) / (1 − baseline), not below 0.
    NaN where no half-hour of the step is covered, the area has no reporting meter, or peacetime is not known.
    Raises `GapError`.
    """
    covered = np.asarray(covered, dtype=bool)
    begins = _slots(slot_begin, present, covered)
    areas = _areas(area_of_meter)
    reports = reporting_before(present, begins, event, baseline_days, covered)
    codes = np.where(reports, areas.codes, -1)
    meters = np.bincount(codes[codes >= 0], minlength=len(areas.ids))
    starts, step = _steps(begins, event, step_hours)
    length = round(step_hours * 2)

    cover = np.bincount(step, covered, len(starts)).astype(np.int64)
    received = _count_by_area(present, codes, len(areas.ids), _in_steps(step, len(starts), covered), len(starts))
    gap = np.where(cover > 0, _share(meters[:, None] - received, meters[:, None]), np.nan)

    strike = event_slot(event)
    before = (starts + SLOT * length <= strike) & (starts >= strike - np.timedelta64(int(baseline_days * 86400), "s"))
    baseline = np.full(gap.shape, np.nan)
    rank = _covered_rank(step, covered)
    for amount in np.unique(cover[cover > 0]):
        # As many half-hours as this step has, counted from the step's beginning.
        usable = covered & (rank <= amount)
        rates = _baseline(present, codes, meters, step, np.flatnonzero(before & (cover >= amount)), usable)
        baseline[:, cover == amount] = rates[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        excess = np.clip((gap - baseline) / (1 - baseline), 0.0, 1.0)
    # Where everything is silent in peacetime too, an excess cannot be seen.
    excess[baseline >= 1] = np.nan

    count = len(areas.ids)
    result = pd.DataFrame(
        {
            "area_id": np.tile(areas.ids, len(starts)),
            "begin": np.repeat(starts, count).astype("datetime64[ns]"),
            "end": np.repeat(starts + SLOT * length, count).astype("datetime64[ns]"),
            "meters": np.tile(meters, len(starts)),
            "received": np.where(cover > 0, received, np.nan).T.ravel(),
            "gap_rate": gap.T.ravel(),
            "baseline_rate": np.where(cover > 0, baseline, np.nan).T.ravel(),
            "excess_gap": excess.T.ravel(),
        },
        columns=GAP_COLUMNS,
    )
    result.attrs["meters_without_area"] = int((areas.codes < 0).sum())
    return result


def _covered_rank(step: np.ndarray, covered: np.ndarray) -> np.ndarray:
    """Return for each slot how many covered slots of its step there are up to and with it, int64 (slots)."""
    running = np.cumsum(covered)
    edges = np.searchsorted(step, step)
    return running - (running[edges] - covered[edges])


def _access_of(access: Optional[pd.DataFrame], ids: np.ndarray) -> np.ndarray:
    """Return the road access of each area, "unknown" where nothing is said. Raises `GapError` for other words."""
    if access is None:
        return np.full(len(ids), "unknown", dtype=object)
    said = {str(area): state for area, state in zip(access["area_id"], access["access_cut"]) if not pd.isna(state)}
    for area, state in said.items():
        if state not in ACCESS:
            raise GapError(
                message(
                    "The access “{state}” of area {area} is not known. Use cut, partly, open or unknown.",
                    state=state,
                    area=area,
                )
            )
    return np.array([said.get(str(area), "unknown") for area in ids], dtype=object)


def score(access: np.ndarray, gap_rate: np.ndarray, hours: np.ndarray, meters: np.ndarray) -> np.ndarray:
    """Return the score 0–100 by which settlements are ranked, see `SCORE_WEIGHTS`."""
    parts = {
        "access": np.array([ACCESS_WEIGHT[state] for state in access], dtype=np.float64),
        "gap": np.asarray(gap_rate, dtype=np.float64),
        "duration": np.minimum(np.asarray(hours, dtype=np.float64) / 72, 1.0),
        "size": np.minimum(np.log10(1 + np.asarray(meters, dtype=np.float64)) / 3, 1.0),
    }
    return sum(SCORE_WEIGHTS[name] * part for name, part in parts.items())


def _access_words(state: str) -> Message:
    return {
        "cut": message("Roads: cut."),
        "partly": message("Roads: cut in part."),
        "open": message("Roads: open."),
        "unknown": message("Roads: not known."),
    }[state]


def _reason(since: object, hours: float, silent: int, meters: int, access: str) -> Message:
    text = message(
        "Dark since {since} ({hours} h): {silent} of {meters} meters that reported before are silent. {access}",
        since=pd.Timestamp(since).strftime("%Y-%m-%d %H:%M"),
        hours=f"{hours:g}",
        meters=meters,
        silent=silent,
        access=_access_words(access),
    )
    if meters < MIN_METERS:
        return message("{text} Few meters: check by other means.", text=text)
    return text


def _dark_since(dark: np.ndarray) -> np.ndarray:
    """Return the first slot of the run of `dark` (areas, slots) that lasts to the end, int64; the width where none."""
    return dark.shape[1] - np.argmin(
        np.concatenate([dark[:, ::-1], np.zeros((len(dark), 1), dtype=bool)], axis=1), axis=1
    )


def isolated(
    present: np.ndarray,
    covered: np.ndarray,
    slot_begin: np.ndarray,
    area_of_meter: np.ndarray,
    event: object,
    *,
    threshold: float,
    hours: float,
    until: Optional[object],
    access: Optional[pd.DataFrame],
) -> pd.DataFrame:
    """Return the settlements that went dark and stayed dark (table `isolated` of the architecture), ranked from 1.

    Arrays as in `gap_rates`. A settlement is dark in a covered half-hour where at least `threshold` (0–1) of its meters
    that reported before the event are silent. It is returned if it is dark in every covered half-hour from `since` to
    the newest one that ends not after `until` (None: the newest of all), for at least `hours`, and `since` is not
    before the half-hour that precedes the one of the event. Half-hours that were not received neither break nor begin
    darkness. `access`: `area_id`, `access_cut` ∈ cut, partly, open, unknown. `silent` and gap_rate are those of the
    newest half-hour. Ranked by `score`, then meters. `attrs["meters_without_area"]` counts the meters left out,
    `attrs["areas_without_meters"]` the areas none of whose meters reported before. Raises `GapError`.
    """
    if not 0 < threshold <= 1 or hours < 0:
        raise GapError(
            message(
                "A threshold of {threshold} with {hours} h cannot be used. Give a share above 0 and up to 1.",
                threshold=threshold,
                hours=hours,
            )
        )
    covered = np.asarray(covered, dtype=bool)
    begins = _slots(slot_begin, present, covered)
    areas = _areas(area_of_meter)
    codes = np.where(reporting_before(present, begins, event, None, covered), areas.codes, -1)
    meters = np.bincount(codes[codes >= 0], minlength=len(areas.ids))
    roads = _access_of(access, areas.ids)

    if until is not None:
        covered = covered & (begins + SLOT <= np.datetime64(pd.Timestamp(until), "s"))
    usable = np.flatnonzero(covered)
    result = _empty_isolated(areas.ids)
    if len(usable):
        counted = _count_by_area(present, codes, len(areas.ids), lambda block: block[:, usable].copy(), len(usable))
        share = _share(meters[:, None] - counted, meters[:, None])
        # A rounding error must not turn 8 of 10 into less than 0.8.
        run = _dark_since(share >= threshold - 1e-12)
        found = np.flatnonzero(run < len(usable))
        since = begins[usable[run[found]]]
        lasted = (begins[usable[-1]] + SLOT - since) / np.timedelta64(3600, "s")
        keep = (since >= event_slot(event) - SLOT) & (lasted >= hours)
        result = _ranked(found[keep], since[keep], lasted[keep], areas.ids, meters, meters - counted[:, -1], roads)
    result.attrs["meters_without_area"] = int((areas.codes < 0).sum())
    result.attrs["areas_without_meters"] = int((meters == 0).sum())
    return result


def _empty_isolated(ids: np.ndarray) -> pd.DataFrame:
    nothing = np.zeros(0, dtype=np.int64)
    return _ranked(
        nothing, np.zeros(0, "datetime64[s]"), np.zeros(0), ids, np.zeros(0, int), nothing, ids.astype(object)
    )


def _ranked(
    found: np.ndarray,
    since: np.ndarray,
    lasted: np.ndarray,
    ids: np.ndarray,
    meters: np.ndarray,
    silent: np.ndarray,
    roads: np.ndarray,
) -> pd.DataFrame:
    """The table of the areas `found`, best score first; ties by meters, then by the order of the areas."""
    rates = _share(silent[found], meters[found])
    points = score(roads[found], rates, lasted, meters[found])
    order = np.lexsort((found, -meters[found], -points))
    chosen = found[order]
    reasons = [
        _reason(begin, span, int(silent[area]), int(meters[area]), roads[area])
        for begin, span, area in zip(since[order], lasted[order], chosen)
    ]
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(chosen) + 1, dtype=np.int64),
            "area_id": ids[chosen],
            "meters": meters[chosen].astype(np.int64),
            "silent": silent[chosen].astype(np.int64),
            "gap_rate": rates[order],
            "since": since[order].astype("datetime64[ns]"),
            "hours": lasted[order].astype(np.float64),
            "access_cut": pd.Series(roads[chosen], dtype=object),
            "score": points[order].astype(np.float64),
            "reason": pd.Series(reasons, dtype=object),
        },
        columns=ISOLATED_COLUMNS,
    )

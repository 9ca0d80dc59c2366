"""Which numbers may leave: none that is small, and none from which a withheld one follows by subtraction (秘匿).

The rule, for any number of totals over the same parts, at any number of sizes and times:

- a part is withheld where it is masked (N/A), not known, or counts fewer than the least number of meters;
- parts that lie in exactly the same of the totals shown are a class. Every class in which something is withheld must
  hold at least two withheld parts, which count at least the least number together. Else one more part of the class is
  withheld (complementary masking), and where it has none left, the smallest total over the class is left out.

Then every total shown holds a class as a whole or not at all: moving a meter from one withheld part to another of its
class changes no number that is shown, so no subtraction, at whatever size or time, tells a withheld part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Optional, Sequence

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray, TextArray

LEAST = 10
"""Meters below which a number is small. The manual masks where there are not enough of them and names no limit."""
_PARENTS = {11: (10, 9, 8), 10: (9, 8), 9: (8,)}
"""Digits of a mesh code → those of the larger cells that hold it, whose codes begin it (JIS X 0410)."""


@dataclass(frozen=True)
class Totals:
    """Totals that do not overlap: the areas of one level, or the cells of one size."""

    of: IntArray
    """Number of the total that each part lies in, from 0; -1 for none."""
    fixed: bool = False
    """Whether they are known from elsewhere, so that leaving them out helps nothing."""


@dataclass(frozen=True)
class Disclosed:
    """What may be shown."""

    parts: BoolArray
    """Whether each part may be shown."""
    totals: tuple[BoolArray, ...]
    """Of each level, in the order given, whether each of its totals may be shown (by its number)."""


def small(meters: FloatArray, masked: BoolArray, least: int = LEAST) -> BoolArray:
    """Return which counts may not be shown by themselves: masked, unknown, or from 1 to fewer than `least`."""
    with np.errstate(invalid="ignore"):
        return masked | np.isnan(meters) | ((meters > 0) & (meters < least))


def disclose(
    meters: FloatArray,
    masked: BoolArray,
    levels: Sequence[Totals] = (),
    least: int = LEAST,
    known: Optional[BoolArray] = None,
) -> Disclosed:
    """Return which parts and totals may be shown so that no withheld part can be worked out.

    Parameters
        meters: count of each part (n), NaN where not known.
        masked: parts that must not be shown whatever they count (n).
        levels: totals over the parts.
        least: meters that a number must count.
        known: parts that were shown before, whose counts are known (n): withholding them now hides nothing.
    """
    secret = small(meters, masked, least)
    hidden = np.zeros(len(meters), bool) if known is None else np.asarray(known, bool)
    shown = [np.ones(int(level.of.max(initial=-1)) + 1, bool) for level in levels]
    counts = np.where(np.isnan(meters), 0.0, meters)
    while True:
        classes, inside = _classes(levels, shown, len(meters))
        bad = _bad_classes(classes, inside, secret & ~hidden, secret, counts, least)
        if not len(bad):
            return Disclosed(~secret, tuple(shown))
        cover, without = _covers(bad, classes, ~secret & ~hidden, counts)
        secret[cover] = True
        if not _leave_out(without, classes, levels, shown) and not len(cover):
            # only totals known from elsewhere are left, each over these parts alone: withholding can do no more
            return Disclosed(~secret, tuple(shown))


def _classes(levels: Sequence[Totals], shown: Sequence[BoolArray], count: int) -> tuple[IntArray, BoolArray]:
    """Return the class of each part, and whether any total that is shown holds it."""
    classes, inside = np.zeros(count, np.int64), np.zeros(count, bool)
    for level, kept in zip(levels, shown):
        of = np.where((level.of >= 0) & np.append(kept, False)[level.of], level.of, -1)
        inside |= of >= 0
        classes = np.unique(classes * (len(kept) + 1) + of + 1, return_inverse=True)[1].reshape(-1)
    return classes, inside


def _bad_classes(
    classes: IntArray, inside: BoolArray, unknown: BoolArray, secret: BoolArray, counts: FloatArray, least: int
) -> IntArray:
    """Return the classes whose withheld parts could be told; `unknown`: those of them that nobody knows yet."""
    size = int(classes.max(initial=-1)) + 1
    number = np.bincount(classes, unknown, size)
    together = np.bincount(classes, np.where(unknown, counts, 0.0), size)
    watched = np.bincount(classes, secret & inside, size) > 0
    enough = (number >= 2) & (together >= least)
    return np.flatnonzero(watched & (number > 0) & ~enough)


def _covers(bad: IntArray, classes: IntArray, free: BoolArray, counts: FloatArray) -> tuple[IntArray, IntArray]:
    """Return (the smallest free part of each of these classes, empty parts last, the classes that have none)."""
    rows = np.flatnonzero(free & np.isin(classes, bad))
    order = np.lexsort((rows, counts[rows], counts[rows] == 0, classes[rows]))
    rows = rows[order]
    held, first = np.unique(classes[rows], return_index=True)
    return rows[first], np.setdiff1d(bad, held)


def _leave_out(without: IntArray, classes: IntArray, levels: Sequence[Totals], shown: Sequence[BoolArray]) -> bool:
    """Leave out the smallest total over each of these classes; return whether there was any to leave out.

    Where only totals known from elsewhere lie over it, those go that part the others under them from it.
    """
    done = False
    for number in without.tolist():
        row = int(np.flatnonzero(classes == number)[0])
        over = [
            (level.fixed, int((level.of == level.of[row]).sum()), place)
            for place, level in enumerate(levels)
            if level.of[row] >= 0 and shown[place][level.of[row]]
        ]
        for fixed, _, place in sorted(over):
            if not fixed:
                shown[place][levels[place].of[row]] = False
                done = True
                break
            if _part_no_more(levels[place].of == levels[place].of[row], levels, shown):
                done = True
                break
    return done


def _part_no_more(parts: BoolArray, levels: Sequence[Totals], shown: Sequence[BoolArray]) -> bool:
    """Leave out every total over some of these parts that can be left out; return whether there was any."""
    done = False
    for level, kept in zip(levels, shown):
        of = level.of[parts]
        cut = np.zeros_like(kept)
        cut[of[of >= 0]] = not level.fixed
        done |= bool((cut & kept).any())
        kept &= ~cut
    return done


def disclose_cells(
    codes: TextArray,
    meters: FloatArray,
    masked: BoolArray,
    areas: Sequence[IntArray] = (),
    least: int = LEAST,
    known: Optional[BoolArray] = None,
) -> Disclosed:
    """Return which cells of one size and which areas may be shown, whatever larger cells are shown elsewhere or later.

    Parameters
        codes: mesh codes (n), each once, of one number of digits.
        meters, masked, least, known: as in `disclose`.
        areas: of each level of areas, the number of the area that each cell lies in (n), -1 for none.
    """
    codes = np.asarray(codes, dtype=str)
    own = [Totals(np.asarray(level, np.int64)) for level in areas]
    above: list[Totals] = []
    for digits in reversed(_PARENTS.get(int(codes.dtype.itemsize // 4), ())):
        parents, of = np.unique(codes.astype(f"U{digits}"), return_inverse=True)
        of = of.reshape(-1)
        counts = np.bincount(of, np.nan_to_num(meters), len(parents)).astype(np.float64)
        # a parent without any known meter is masked itself
        lacking = counts < least
        over = [Totals(_of_parents(level.of, of, len(parents)), level.fixed) for level in (*own, *above)]
        tight = _binding(over[: len(own)], over[len(own) :], lacking, counts, least)
        outer = disclose(counts, lacking, [*tight, *over[len(own) :]], least)
        above.append(Totals(np.where(outer.parts[of], of, -1), fixed=True))
    secret = small(meters, masked, least)
    unknown = secret if known is None else secret & ~known
    tight = _binding(own, above, unknown, meters, least)
    found = disclose(meters, masked, [*tight, *above], least, known)
    return Disclosed(found.parts, tuple(_all_of(level, kept) for level, kept in zip(own, found.totals)))


def _binding(
    areas: Sequence[Totals], cells: Sequence[Totals], secret: BoolArray, counts: FloatArray, least: int
) -> list[Totals]:
    """Return the areas without those that tell nothing, whatever larger cells are shown.

    That is where at least two withheld parts, which count enough together, stand in no total but this one: whatever
    the others are worth, these take up the difference.
    """
    free = secret.copy()
    for level in cells:
        free &= level.of < 0
    pieces = np.zeros(len(secret), np.int64)
    for level in areas:
        pieces = np.unique(np.column_stack([pieces, level.of]), axis=0, return_inverse=True)[1].reshape(-1)
    size = int(pieces.max(initial=-1)) + 1
    together = np.bincount(pieces, np.where(free, np.nan_to_num(counts), 0.0), size)
    loose = ((np.bincount(pieces, free, size) >= 2) & (together >= least))[pieces]
    found = []
    for level in areas:
        # an area binds as soon as one of its pieces has no such parts
        tight = np.isin(level.of, np.unique(level.of[~loose]))
        found.append(Totals(np.where(tight, level.of, -1), level.fixed))
    return found


def _all_of(level: Totals, kept: BoolArray) -> BoolArray:
    """Return what is shown of all totals of a level: what told nothing was not asked for, and stays."""
    found = np.ones(int(level.of.max(initial=-1)) + 1, bool)
    found[: len(kept)] = kept
    return found


def _of_parents(of: IntArray, parent: IntArray, count: int) -> IntArray:
    """Return the total that each parent lies in with all its parts, -1 where they lie in several."""
    found = np.full(count, -1, np.int64)
    found[parent] = of
    several = np.bincount(parent, found[parent] != of, count) > 0
    found[several] = -1
    return found


def without_masked_parts(names: Sequence[str], masked: BoolArray) -> BoolArray:
    """Return which areas may be shown where some hold others: none that holds a masked one (a city and its wards).

    Parameters
        names: of the areas as the statistics write them; an area holds those whose names begin with its own (n).
        masked: areas that must not be shown (n).
    """
    folded = ["".join(name.split()) for name in names]
    hidden = [name for name, out in zip(folded, masked) if out]
    return np.array([not any(one.startswith(name) for one in hidden) for name in folded], dtype=bool)


def over_times(codes: TextArray, masked: BoolArray) -> BoolArray:
    """Return which rows are withheld where a place is withheld at all times as soon as it is at one.

    A place has nearly the same meters every day: what one day shows tells what another withholds.
    """
    return np.isin(codes, np.unique(np.asarray(codes)[masked]))


def shown_before(codes: TextArray, records: Mapping[str, bool]) -> tuple[BoolArray, BoolArray]:
    """Return (which places were withheld in an earlier hand-over, which were shown), by code → whether shown."""
    said = [records.get(str(code)) for code in codes]
    return np.array([one is False for one in said], bool), np.array([one is True for one in said], bool)

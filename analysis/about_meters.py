"""What is known of meters besides their readings, as the estimate of presence takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ..arrays import IntArray
from .expectation import Expected


@dataclass(frozen=True)
class About:
    """What is known of meters. Arrays (meters), None where nothing is."""

    generation: Optional[IntArray] = None
    """int8: 1 yes, 0 no, -1 not known: whether something generates behind the meter (`analysis.solar`)."""
    first: Optional[IntArray] = None
    """int32: first half-hour that counts (of the present tenancy); readings before it are another's."""
    expected: Optional[Expected] = None
    """Which readings were to be expected: why one is lacking."""

    def take(self, rows: slice) -> About:
        """Return what is known of some of the meters."""
        generation, first = (None if each is None else each[rows] for each in (self.generation, self.first))
        return About(generation, first, None if self.expected is None else self.expected.take(rows))

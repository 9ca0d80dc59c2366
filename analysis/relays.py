"""A failed radio relay: meters of an area that were silent together though they had power (通信中継局の故障)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Relay:
    """An area whose meters were silent together while they had power."""

    area_id: str
    meters: int
    """Meters of the area that are read."""
    silent: int
    """Meters that were silent with power."""
    since: datetime
    until: datetime
    """Span of the silence, as far as it was seen."""

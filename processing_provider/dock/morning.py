"""The maps of the morning, as the dock makes them one after the other; the model that ships has the same steps."""

from __future__ import annotations

from typing import Any

MORNING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("shelterpower", {}),
    ("meshoutage", {"VOLTAGE": "all"}),
    ("acquisitiongaps", {}),
    ("isolatedcommunities", {}),
    ("hiddenoutages", {}),
    ("survivalclocks", {}),
    ("homeaway", {}),
)
"""(algorithm, parameters beside CASE); inputs that are left empty are the case's own, and results go to the case."""

"""The marks of a profile: what it says at each place, whether that is public or assumed, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Iterator, Mapping

from .profile_names import BASES
from .profile_schema import step

_ABOUT = ("basis", "why", "comment", "title", "item", "number")
"""Names of an entry that are not what the profile says."""


@dataclass(frozen=True)
class Mark:
    """One entry with a `basis`."""

    pointer: str
    """JSON pointer of the entry."""
    item: str
    """Japanese name of the item, "" where the profile has none."""
    value: str
    """What the profile says, as short text."""
    basis: str
    why: str


def marks(raw: Any, pointer: str = "") -> Iterator[Mark]:
    """Yield the marks of a parsed profile in the order of the file."""
    if isinstance(raw, Mapping):
        if raw.get("basis") in BASES:
            yield Mark(pointer, _item(raw), _value(raw), raw["basis"], str(raw.get("why", "")))
        for name, value in raw.items():
            yield from marks(value, step(pointer, name))
    elif isinstance(raw, list):
        for place, value in enumerate(raw):
            yield from marks(value, step(pointer, place))


def count_marks(raw: Any) -> Counter[str]:
    """Return how many marks are public and how many assumed."""
    counts = Counter(mark.basis for mark in marks(raw))
    return Counter({basis: counts[basis] for basis in BASES})


def _item(raw: Mapping[str, Any]) -> str:
    title = str(raw.get("title") or raw.get("item") or "")
    return f"{raw['number']} {title}".strip() if raw.get("number") else title


def _value(raw: Mapping[str, Any]) -> str:
    said = {name: value for name, value in raw.items() if name not in _ABOUT}
    if set(said) == {"method", "path"}:
        return f"{said['method']} {said['path']}"
    if len(said) == 1:
        return _text(next(iter(said.values())))
    return ", ".join(f"{name}={_text(value)}" for name, value in said.items())


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={_text(item)}" for name, item in value.items())
    if isinstance(value, list):
        return " ".join(_text(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)

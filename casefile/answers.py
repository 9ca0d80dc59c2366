"""What people entered for somebody (response, by whom, when), and whose it is: told by the person, never by the row."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional

ENTERED = ("response", "response_by", "response_at", "response_note")
"""Fields that people fill in."""
IDENTITY = ("supply_point", "key", "name")
"""Fields that tell whose a row is."""


@dataclass(frozen=True)
class Person:
    """What tells a person; "" where it is not told. A dwelling of which only the supply point is told is one too."""

    number: str
    key: str
    name: str

    @property
    def identities(self) -> list[tuple[str, ...]]:
        """What may tell the person, the surest first: the own id, else the home with the name, or alone without any."""
        home = (self.number, self.name) if self.number and (self.name or not self.key) else ()
        return [one for one in ((self.key,) if self.key else (), home) if one]

    def agrees(self, other: Person) -> bool:
        """Whether nothing that both tell differs."""
        pairs = ((self.number, other.number), (self.key, other.key), (self.name, other.name))
        return all(mine == theirs or not mine or not theirs for mine, theirs in pairs)


def has_entry(row: Mapping[str, Any]) -> bool:
    """Whether anything was entered in a row."""
    return any(row.get(name) for name in ENTERED)


def person_of(row: Mapping[str, Any]) -> Person:
    """Return whose a row is, by its fields `supply_point`, `key` and `name`; what it lacks is not told."""
    number, key, name = (str(row.get(column) or "").strip() for column in IDENTITY)
    return Person(number, key, "".join(unicodedata.normalize("NFKC", name).split()))


def places_of(people: Iterable[Person]) -> dict[tuple[str, ...], list[int]]:
    """Return for each identity the places (row numbers) of those who have it."""
    found: dict[tuple[str, ...], list[int]] = {}
    for place, person in enumerate(people):
        for one in person.identities:
            found.setdefault(one, []).append(place)
    return found


class Finder:
    """Finds people of one list in another; only where it is certain who is who."""

    def __init__(self, here: Iterable[Person], there: Iterable[Person]):
        self._people = list(here)
        self._here, self._there = places_of(self._people), places_of(there)

    def place(self, person: Person) -> Optional[int]:
        """Return where a person of the other list (`there`) stands in this one, None where that is not certain.

        Certain is who is alone with an identity in both lists, and of whom nothing that both tell differs.
        """
        for one in person.identities:
            if len(self._here.get(one, ())) == len(self._there.get(one, ())) == 1:
                place = self._here[one][0]
                return place if person.agrees(self._people[place]) else None
        return None

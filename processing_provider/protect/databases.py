"""Databases that a case was published to, as a disposal reaches them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from ...casefile.published import Published, published

if TYPE_CHECKING:
    from ...layers.postgis.database import Database


@dataclass(frozen=True)
class PublishedSchema:
    """Both schemas of a case in one database."""

    entry: Published

    @property
    def place(self) -> str:
        """As the ledger tells it."""
        return self.entry.place

    def is_gone(self) -> bool:
        """Whether neither schema holds what this case published. Raises OSError where that cannot be seen."""
        from ...layers.postgis.removal import stands

        return not self._asked(lambda database: stands(database, self.entry.schema, self.entry.mark))

    def drop(self) -> None:
        """Drop both schemas and their styles; not those of another case. Raises OSError where they cannot be."""
        from ...layers.postgis.removal import drop

        self._asked(lambda database: drop(database, self.entry.schema, self.entry.mark))

    def _asked(self, ask: Callable[[Database], bool]) -> bool:
        from ...layers.postgis.database import Database, DatabaseError
        from ..base import translate_message

        try:
            database = Database(self.entry.connection)
            if database.told != self.entry.server or self.entry.database not in ("", database.identity()):
                # that nothing is there says nothing of where it was published to
                raise OSError(0, "the connection of this name leads to another database here")
            return ask(database)
        except DatabaseError as error:
            raise OSError(0, translate_message(error.message)) from error


def databases_of(folder: Path) -> tuple[PublishedSchema, ...]:
    """Return where the case in a folder was published to."""
    return tuple(PublishedSchema(each) for each in published(folder))

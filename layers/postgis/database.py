"""A shared database through QGIS's own PostgreSQL provider: nothing else is needed, and no SQL here carries a value.

The SQL of this package names tables, columns and numbers only, so no log can have what people are called or answered
from it. That goes into tables by the provider, whose statements are its own: a value that all rows handed over at once
share stands in the statement, the others are bound to it. As a server is set up by default, rows that are taken leave
nothing of them in its log; a row that is refused leaves its values there (STATEMENT, and DETAIL: “Failing row
contains”), and one that keeps statements (`log_statement`, `log_min_duration_statement`) has them in any case. Only its
administrator can change that. QGIS's own log gets none of them from here, while it does from a seat whose edit is
refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Iterable, Optional, Sequence

from qgis.core import (
    QgsDataSourceUri,
    QgsException,
    QgsFeature,
    QgsGeometry,
    QgsProviderConnectionException,
    QgsProviderRegistry,
    QgsVectorLayer,
)

from ...messages import Progress, TomoshibiError, message
from ..opening import open_layer
from .sql import Sql

PROVIDER = "postgres"
WAITS = Sql("SET LOCAL lock_timeout = '60s'")
"""How long a step waits for what somebody else holds: a seat that leaves a transaction open must not stop QGIS here."""
BATCH = 2000
"""Rows handed to the provider at once; between two of them the user may stop."""
_IDENTITY = Sql(
    "SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || oid::text FROM pg_database"
    " WHERE datname = current_database()"
)
"""The number that a server got when it was made, and that of the database in it."""
_SAID = re.compile(r"(?:ERROR|FATAL|FEHLER|エラー):\s*(.+)")
_BROKE = re.compile(r"\[([^\[\]]*)\]\s*\Z")
"""Where QGIS puts what the connection itself said; the server had no word in it."""
_HELD = re.compile(r"lock timeout|ロック.{0,4}タイムアウト")
_SECRET = re.compile(r"\b(?:user|password|authcfg)=(?:'(?:[^'\\]|\\.)*'|\S+)\s*")


class DatabaseError(TomoshibiError):
    """The database cannot be reached, or refused something."""


@dataclass(frozen=True)
class Place:
    """One table or view, as a layer is opened from it."""

    schema: str
    table: str
    geometry: str = ""
    """Name of its geometry column, "" for none."""
    key: str = "row_key"


class Database:
    """A database that a connection leads to."""

    def __init__(self, named: str):
        """Raises `DatabaseError`.

        `named`: name of a connection of QGIS, or what leads to one without a password (`service=hq`).
        """
        metadata = QgsProviderRegistry.instance().providerMetadata(PROVIDER)
        if metadata is None:
            raise DatabaseError(message("This QGIS has no PostgreSQL provider. Install the whole QGIS."))
        self.named = named.strip()
        known = metadata.connections(False)
        if self.named in known:
            self._connection = known[self.named]
        elif "=" in self.named:
            if QgsDataSourceUri(self.named).password() or "password" in self.named.lower():
                raise DatabaseError(
                    message(
                        "A password does not belong into a parameter, which QGIS keeps in its history. Use a "
                        "connection of QGIS, a service or an authentication configuration."
                    )
                )
            self._connection = metadata.createConnection(self.named, {})
        else:
            raise DatabaseError(
                message(
                    "There is no PostgreSQL connection “{name}” in this QGIS. Make it in the browser panel, or choose "
                    "another.",
                    name=self.named,
                )
            )
        self.uri = QgsDataSourceUri(self._connection.uri())

    @property
    def told(self) -> str:
        """The server and database as they may be told: no user, no password."""
        host = ":".join(part for part in (self.uri.host(), self.uri.port()) if part)
        return "/".join(part for part in (self.uri.service() or host, self.uri.database()) if part)

    def identity(self) -> str:
        """Return what tells this database from any other, whatever leads to it. Raises `DatabaseError`."""
        return str(self.one(_IDENTITY) or "")

    def run(self, sql: Sql) -> list[list[Any]]:
        """Run SQL, several statements as one transaction, and return the rows of the last. Raises `DatabaseError`."""
        try:
            return self._connection.executeSql(str(sql))
        except (QgsException, QgsProviderConnectionException) as error:
            raise self._failed(str(error)) from None

    def _failed(self, text: str) -> DatabaseError:
        said = _SAID.search(text)
        if _HELD.search(text):
            return DatabaseError(
                message(
                    "Somebody holds rows or tables of the database {place}: a program there has begun to change them "
                    "and not ended. Have it saved or closed, then run again. Nothing of this step was changed there.",
                    place=self.told,
                )
            )
        broke = _BROKE.search(text)
        if said is None and broke is None:
            return DatabaseError(
                message(
                    "The database {place} cannot be reached. Check the network, the connection and its login, then run "
                    "again.",
                    place=self.told,
                )
            )
        if said is None:
            return DatabaseError(
                message(
                    "The connection to the database {place} broke off: {reason}. Check the network and that the server "
                    "runs, then run again. If the server has a new address, start QGIS anew: it keeps connections to "
                    "the old one.",
                    place=self.told,
                    reason=" ".join(broke[1].split())[:300],
                )
            )
        return DatabaseError(
            message(
                "The database {place} refused: {reason}. Nothing of this step was changed there.",
                place=self.told,
                reason=said[1].strip()[:300],
            )
        )

    def one(self, sql: Sql) -> Any:
        """Return the first value of the first row, None where there is none. Raises `DatabaseError`."""
        rows = self.run(sql)
        return rows[0][0] if rows else None

    def source(self, place: Place) -> str:
        """Return the source of a layer, with whatever login the connection has: not to be written anywhere."""
        uri = QgsDataSourceUri(self.uri)
        uri.setDataSource(place.schema, place.table, place.geometry, "", place.key)
        if place.geometry:
            uri.setSrid("6668")
        return uri.uri(False)

    def layer(self, place: Place, name: str) -> QgsVectorLayer:
        """Return a layer of the database, without the style that may be kept beside it. Raises `DatabaseError`."""
        layer = open_layer(self.source(place), name, PROVIDER)
        if not layer.isValid():
            raise DatabaseError(
                message("The table {table} of {place} cannot be opened.", table=place.table, place=self.told)
            )
        return layer

    def fill(
        self,
        place: Place,
        rows: Iterable[tuple[Sequence[object], Optional[QgsGeometry]]],
        progress: Progress,
    ) -> int:
        """Add (values as QGIS takes them, in the order of the columns; geometry or None), and return how many.

        Raises `DatabaseError` where one is refused; its values are not told.
        """
        layer = self.layer(place, place.table)
        provider = layer.dataProvider()
        batch: list[QgsFeature] = []
        count = 0
        for row, shape in rows:
            feature = QgsFeature(layer.fields())
            feature.setAttributes(list(row))
            if shape is not None and place.geometry:
                feature.setGeometry(shape)
            batch.append(feature)
            if len(batch) == BATCH:
                count += self._add(provider, batch, place)
                batch = []
                progress.raise_if_cancelled()
        return count + self._add(provider, batch, place)

    def _add(self, provider: Any, batch: list[QgsFeature], place: Place) -> int:
        if batch and not provider.addFeatures(batch)[0]:
            raise DatabaseError(
                message(
                    "The database {place} refused rows of {table}. Check that its disk has room, then run again; what "
                    "was published before is as it was.",
                    place=self.told,
                    table=place.table,
                )
            )
        return len(batch)


def without_login(source: str) -> str:
    """Return the source of a layer of a database without user, password and authentication configuration.

    Each seat logs in as itself: by its service file, its password file, or when QGIS asks.
    """
    return _SECRET.sub("", source).strip()

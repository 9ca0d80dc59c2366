"""The municipality's boundary in a shared database, below the results: without it a seat sees them on white.

It is one table of the public schema, `boundary`, which all roles read. It holds polygons alone: what else a boundary of
the case tells is not published. It goes with the schema when the case is disposed of.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsGeometry, QgsProject, QgsVectorLayer

from ..context import LAND, context_layer, style_context
from ..schema import CRS
from .database import Database, Place
from .roles import Access
from .sql import Sql, filled
from .tables import GEOMETRIES, IN

_MERGE = """
CREATE TABLE IF NOT EXISTS {table} (row_key bigint PRIMARY KEY, geom {kind});
DELETE FROM {table}; INSERT INTO {table} SELECT stage_no, geom FROM {stage};
GRANT SELECT ON {table} TO {roles:names}
"""


@dataclass(frozen=True)
class Land:
    """The boundary in one publication."""

    access: Access
    number: str
    """Digits and small letters that tell publications apart."""
    postgis: str = "public"
    """Schema of PostGIS."""

    @property
    def shown(self) -> Place:
        """What seats open."""
        return Place(self.access.schema, LAND.name, "geom")

    @property
    def stage(self) -> Place:
        """The table that a publication fills first: nobody but its owner sees it."""
        return Place(self.access.personal_schema, f"{IN}{self.number}_{LAND.name}", "geom", "stage_no")

    @property
    def _kind(self) -> Sql:
        return filled(GEOMETRIES["polygon"], postgis=self.postgis)

    def stage_sql(self) -> Sql:
        """Return SQL that makes the table that is filled first."""
        make = "CREATE UNLOGGED TABLE {stage} (stage_no bigint PRIMARY KEY, geom {kind})"
        return filled(make, stage=_table(self.stage), kind=self._kind)

    def merge_sql(self) -> Sql:
        """Return SQL that brings it in, in place of what was there."""
        parts = {"table": _table(self.shown), "stage": _table(self.stage)}
        return filled(_MERGE.strip(), kind=self._kind, roles=self.access.roles, **parts)

    def drop_sql(self) -> Sql:
        """Return SQL that drops the table that was filled first."""
        return filled("DROP TABLE IF EXISTS {stage}", stage=_table(self.stage))

    def layer(self, database: Database) -> Optional[QgsVectorLayer]:
        """Return it as seats see it; None where none was ever published. Raises `DatabaseError`."""
        there = "SELECT to_regclass({table:literal}) IS NOT NULL"
        if not database.one(filled(there, table=_table(self.shown))):
            return None
        layer = database.layer(self.shown, LAND.name)
        style_context(layer, LAND)
        layer.setReadOnly(True)
        return layer


def _table(place: Place) -> Sql:
    return filled("{schema:name}.{table:name}", schema=place.schema, table=place.table)


def shapes(context_gpkg: Path) -> Iterator[tuple[tuple[int], QgsGeometry]]:
    """Yield (number, polygon in JGD2011) of each part of the boundary that a case holds; nothing without one."""
    layer = context_layer(context_gpkg, LAND)
    if layer is None:
        return
    transform = QgsCoordinateTransform(layer.crs(), QgsCoordinateReferenceSystem(CRS), QgsProject.instance())
    for number, feature in enumerate(layer.getFeatures()):
        shape = QgsGeometry(feature.geometry())
        if shape.isEmpty():
            continue
        shape.transform(transform)
        shape.get().dropZValue()
        shape.get().dropMValue()
        shape.convertToMultiType()
        yield (number,), shape

"""Rows of attributes → features of a sink, in batches, every refusal of the sink raised. Needs no numpy."""

from __future__ import annotations

from typing import Iterable, Optional

from qgis.core import QgsFeature, QgsFeatureSink, QgsGeometry

from ..messages import Progress, TomoshibiError, message

BATCH = 2000
"""Features handed to the sink at once; larger gains nothing and delays cancelling."""


class WriteError(TomoshibiError):
    """The output did not take the features."""


def write_rows(
    sink: QgsFeatureSink,
    rows: Iterable[Iterable[object]],
    geometries: Optional[Iterable[QgsGeometry]],
    count: int,
    progress: Progress,
) -> int:
    """Write attribute rows, already in QGIS values and in the sink's field order; see `write`."""
    shapes = iter(geometries) if geometries is not None else None
    batch: list[QgsFeature] = []
    written = 0
    for row in rows:
        feature = QgsFeature()
        feature.setAttributes(list(row))
        if shapes is not None:
            feature.setGeometry(next(shapes))
        batch.append(feature)
        if len(batch) == BATCH:
            written += _flush(sink, batch, written)
            batch = []
            progress.raise_if_cancelled()
            progress.set_fraction(written / max(count, 1))
    return written + _flush(sink, batch, written)


def _flush(sink: QgsFeatureSink, batch: list[QgsFeature], written: int) -> int:
    if batch and not sink.addFeatures(batch, QgsFeatureSink.Flag.FastInsert):
        raise WriteError(
            message(
                "The output refused features {first} to {last} ({reason}). Check that the disk has room and the file "
                "is not open elsewhere, then run again.",
                first=written + 1,
                last=written + len(batch),
                reason=sink.lastError() or "-",
            )
        )
    return len(batch)

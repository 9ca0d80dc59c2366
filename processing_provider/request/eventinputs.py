"""EVENT_TIMES and EVENT_AREA, the events of a case as parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterString,
)

from ...layers.sources import to_result_crs
from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr

if TYPE_CHECKING:
    from ...casefile.case import Event

TERMS = ("A", "B", "C", "D")
"""TERMS values, those of `casefile.case.TERMS`: 利用規約A to D."""


def add_events(algorithm: TomoshibiAlgorithm, help_: str) -> None:
    """Add EVENT_TIMES and EVENT_AREA."""
    algorithm.add(QgsProcessingParameterString("EVENT_TIMES", tr("All events"), optional=True), help_)
    algorithm.add(
        QgsProcessingParameterFeatureSource(
            "EVENT_AREA", tr("Area of the newest event"), [QgsProcessing.SourceType.TypeVectorPolygon], optional=True
        ),
        tr(
            "Polygons that the newest event hit, where it hit only there: elsewhere, evidence from before it still "
            "counts. Left empty, it hit everywhere."
        ),
        advanced=True,
    )


def add_use(algorithm: TomoshibiAlgorithm) -> None:
    """Add PURPOSE, OPERATOR, TERMS and EXTENSION_BY, which stand in papers and on what is printed."""
    for name, title, help_ in (
        ("PURPOSE", tr("Purpose of use"), tr("What the data are used for, as it stands in the request.")),
        ("OPERATOR", tr("Who answers for the use"), tr("Office or person who answers for the use of the data.")),
    ):
        algorithm.add(QgsProcessingParameterString(name, title, optional=True), help_, advanced=True)
    algorithm.add_enum(
        "TERMS",
        tr("Terms of use"),
        TERMS,
        tr("利用規約 that the request names (A to D, manual §2.3). Left empty, not known, or as it was."),
        optional=True,
        advanced=True,
    )
    algorithm.add(
        QgsProcessingParameterString("EXTENSION_BY", tr("Who agreed to a later last day of use"), optional=True),
        tr("Who at the utility agreed that the data are used longer than requested at first, and when."),
        advanced=True,
    )


def struck_only_there(
    events: tuple[Event, ...],
    algorithm: TomoshibiAlgorithm,
    parameters: Parameters,
    context: QgsProcessingContext,
    progress: FeedbackProgress,
) -> tuple[Event, ...]:
    """Return the events, the newest with the area of EVENT_AREA where one is given."""
    area = _area(algorithm, parameters, context, progress)
    return events if area is None else (*events[:-1], replace(events[-1], area=area))


def _area(
    algorithm: TomoshibiAlgorithm, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress
) -> Optional[str]:
    """Return the polygons of EVENT_AREA as one GeoJSON geometry in degrees, None where none are given."""
    source = algorithm.parameterAsSource(parameters, "EVENT_AREA", context)
    if source is None:
        return None
    transform = to_result_crs(source.sourceCrs(), context.transformContext())
    found = []
    for feature in source.getFeatures(QgsFeatureRequest().setNoAttributes()):
        progress.raise_if_cancelled()
        geometry = feature.geometry()
        if not geometry.isEmpty():
            geometry.transform(transform)
            found.append(geometry)
    whole = QgsGeometry.unaryUnion(found) if found else QgsGeometry()
    if whole.isEmpty():
        raise TomoshibiError(
            message("The area of the event holds no polygon. Choose another layer, or leave it empty.")
        )
    return whole.asJson(6)

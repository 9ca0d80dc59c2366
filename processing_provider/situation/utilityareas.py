"""The utility's outage areas held against the silence of meters (災害時連携計画: 停電範囲・配電線地図)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsWkbTypes,
)

from ... import settings
from ...aggregator.outside import shown
from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..results import add_output, refuse_result, write_result

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ...casefile.case import Case

CELLS = ("125", "250", "500", "1000")
"""Sizes of the squares outside the areas, metres."""
COUNTS = {"AGREES": "agrees", "PARTLY": "partly", "POWERED": "powered", "UNKNOWN": "unknown", "NOT_DRAWN": "not_drawn"}


class UtilityAreas(TomoshibiAlgorithm):
    """CASE, UTILITY_AREAS → OUTPUT polygons with what the meters in them say, and dark squares outside."""

    NAME = "utilityareas"
    GROUP = "situation"
    TAGS = (
        "停電範囲",
        "配電線地図",
        "電力会社",
        "突き合わせ",
        "照合",
        "utility",
        "outage area",
        "compare",
        "teidenhani",
    )

    def title(self) -> str:
        return tr("Hold the utility's outage areas against the meters")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterFeatureSource(
                "UTILITY_AREAS", tr("Outage areas of the utility"), [QgsProcessing.SourceType.TypeVectorPolygon]
            ),
            tr(
                "Polygons that the utility gave, or that were traced on its map. To trace on a PDF or picture, lay it "
                "under the layers first with “Lay the utility's map under the layers”."
            ),
        )
        self.add(
            QgsProcessingParameterField("NAME_FIELD", tr("Field with the name"), None, "UTILITY_AREAS", optional=True),
            tr("Name or feeder (配電線) of each area. Left empty, they are numbered."),
        )
        self.add_enum(
            "MESH_SIZE",
            tr("Mesh size (m)"),
            CELLS,
            tr("Size of the squares in which dark meters outside all areas are brought together."),
            "500",
        )
        self.add_at()
        add_output(self, self.NAME)
        for name, title in (
            ("AGREES", tr("Areas that the meters confirm")),
            ("PARTLY", tr("Areas in which some meters have power")),
            ("POWERED", tr("Areas drawn as dark whose meters have power")),
            ("UNKNOWN", tr("Areas of whose meters too little is known")),
            ("NOT_DRAWN", tr("Dark squares outside all areas")),
            ("METERS_NOT_DRAWN", tr("Dark meters in them")),
        ):
            self.add_number(name, title)

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        import numpy as np
        import pandas as pd

        from ...analysis.mesh import bounds, encode
        from ...analysis.utility_areas import CompareRules, compare
        from ...casefile import case_arrays
        from ...casefile.data_status import data_moment
        from ...casefile.ledger import now as clock_now
        from ...layers.build import rectangles
        from ...layers.regions import assign_shapes

        case = self.case(parameters, context)
        names, shapes = self._areas(parameters, context, progress)
        at = self.moment(parameters, context) or data_moment(case, case_arrays.newest(case), clock_now())
        lat, lon, out, powered, newest = _states(case, at)
        progress.raise_if_cancelled()
        metres = int(self.choice(parameters, context, "MESH_SIZE"))
        area = assign_shapes(shapes, lon, lat)
        drawn, dark = compare(area, encode(lat, lon, metres), out, powered, len(shapes), CompareRules())
        drawn.insert(0, "name", names)
        dark["name"] = [tr("square {code}").format(code=code) for code in dark["cell"]]
        table = pd.concat([drawn, dark.drop(columns="cell")], ignore_index=True)
        squares = list(rectangles(*bounds(dark["cell"].to_numpy(str), metres))) if len(dark) else []
        for square in squares:
            square.convertToMultiType()
        destination = write_result(
            self,
            parameters,
            context,
            progress,
            case,
            self.NAME,
            table,
            [*shapes, *squares],
            at,
            case_arrays.sources(case, at),
            evidence_until=newest,
        )
        _tell(table, int((~np.isfinite(lat)).sum()), progress)
        counts = table["finding"].value_counts()
        found = {name: int(counts.get(code, 0)) for name, code in COUNTS.items()}
        found["METERS_NOT_DRAWN"] = int(dark["out"].sum())
        if not (out | powered).any():
            # of no meter is it known whether it has power: none seen dark outside is not the same as 0
            found = {name: count for name, count in found.items() if name not in ("NOT_DRAWN", "METERS_NOT_DRAWN")}
        return {"OUTPUT": destination, **found}

    def _areas(
        self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress
    ) -> tuple[list[str], list[QgsGeometry]]:
        """Return the names and polygons (in the results' CRS). Raises `TomoshibiError` where there are none."""
        from ...layers.sources import to_result_crs

        refuse_result(
            self.parameterAsVectorLayer(parameters, "UTILITY_AREAS", context),
            message("Choose the outage areas that the utility gave or that were traced on its map."),
        )
        source = self.parameterAsSource(parameters, "UTILITY_AREAS", context)
        field = self.text(parameters, context, "NAME_FIELD")
        transform = to_result_crs(source.sourceCrs(), context.transformContext())
        names, shapes, blank = [], [], 0
        if not source.sourceCrs().isValid():
            progress.warn(
                message(
                    "The layer of the outage areas has no reference system (CRS) and is taken as latitude and "
                    "longitude. Set its CRS in QGIS where it is another."
                )
            )
        for number, feature in enumerate(source.getFeatures(), 1):
            progress.raise_if_cancelled()
            shape = feature.geometry()
            if shape.isNull() or shape.isEmpty():
                blank += 1
                continue
            shape = _on_earth(_polygons(shape), transform)
            if shape.isEmpty():
                blank += 1
                continue
            shapes.append(shape)
            names.append(str(feature[field] or number) if field else str(number))
        if blank:
            progress.warn(message("{count} outage areas have no shape and are left out.", count=blank))
        if not shapes:
            raise TomoshibiError(message("The layer holds no outage area. Choose the polygons that were traced."))
        return names, shapes


def _polygons(shape: QgsGeometry) -> QgsGeometry:
    """Return the polygons of a shape: one that crosses itself may fall into polygons, lines and points."""
    if not shape.isGeosValid():
        shape = shape.makeValid()
    parts = [part for part in shape.asGeometryCollection() if part.type() == QgsWkbTypes.GeometryType.PolygonGeometry]
    found = QgsGeometry.collectGeometry(parts) if parts else QgsGeometry()
    if not found.isEmpty():
        found.convertToMultiType()
    return found


def _on_earth(shape: QgsGeometry, transform: QgsCoordinateTransform) -> QgsGeometry:
    """Return polygons in the results' CRS. Raises `TomoshibiError` where they lie nowhere in Japan by it."""
    from ...analysis.coordinates import in_japan

    if shape.isEmpty():
        return shape
    try:
        shape.transform(transform)
        middle = shape.boundingBox().center()
        there = in_japan(middle.y(), middle.x())
    except QgsCsException:
        there = False
    if not there:
        raise TomoshibiError(
            message(
                "The outage areas do not lie in Japan by the reference system (CRS) of their layer. Set the CRS in "
                "which they were traced (layer properties, “Source”), then run again."
            )
        )
    return shape


def _states(case: Case, at: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, Any]:
    """Return latitude, longitude, out and powered of all supply points in service, and the newest evidence."""
    import numpy as np

    from ...analysis.contract_life import NO
    from ...analysis.point_states import OUTAGE, POWERED, STATES, PointRules, point_states
    from ...casefile import case_arrays, contracts
    from ...casefile.data_status import data_status

    master = contracts.supply_rows(case, ("lat", "lon"), at)
    if not len(master) or not {"lat", "lon"} <= set(master.columns):
        raise TomoshibiError(
            message("The case has no マスタ情報 with coordinates. Ask for it with a condition of UC①, UC③ or UC⑤.")
        )
    numbers = master["supply_point"].to_numpy(str)
    master = master[contracts.in_service(case, numbers, at) != NO]
    numbers = master["supply_point"].to_numpy(str)
    known = point_states(case_arrays.supply_points(case, numbers, at), at, PointRules(old_hours=settings.old_hours()))
    state = np.append(known.state, STATES.index("unknown"))[known.numbers.get_indexer(numbers)]
    lat, lon = (master[name].to_numpy(float) for name in ("lat", "lon"))
    until = data_status(case, at).until_of("reading", "outage")
    return lat, lon, state == STATES.index(OUTAGE), state == STATES.index(POWERED), until


def _tell(table: pd.DataFrame, nowhere: int, progress: FeedbackProgress) -> None:
    wrong = table[table["finding"] == "powered"]
    for name in wrong["name"].tolist()[:10]:
        progress.warn(
            message(
                "{area}: drawn as dark, but its meters have power. Ask the utility whether it is restored.",
                area=shown(name),
            )
        )
    for name in table.loc[table["meters"] == 0, "name"].tolist()[:10]:
        progress.warn(
            message(
                "{area}: no meter of the case stands in it, so nothing tells whether it is dark. Look whether it lies "
                "in its place.",
                area=shown(name),
            )
        )
    missing = table[table["finding"] == "not_drawn"]
    if len(missing):
        progress.warn(
            message(
                "{count} squares with {meters} dark meters lie outside all areas of the utility: tell the utility.",
                count=len(missing),
                meters=int(missing["out"].sum()),
            )
        )
    if nowhere:
        progress.warn(message("{count} supply points have no coordinates and are not compared.", count=nowhere))

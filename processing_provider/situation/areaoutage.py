"""UC②′: share of meters silent for 12 hours by municipality or ward, from statistics by 住所 (manual §3.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry, QgsProcessingContext

from ...messages import Message, TomoshibiError, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr
from ..inputs.rates import (
    add_rate_outputs,
    add_rate_parameters,
    check_baseline,
    counts,
    personal,
    rates,
    sources_of_rates,
    statistics_of,
    table_of_voltage,
    until,
)
from ..results import Areas, add_areas, add_output, write_result

if TYPE_CHECKING:
    from ...casefile.case import Case
    from ...casefile.case_arrays import Meters
    from ..inputs.window import CellOf


_MUNICIPALITY = re.compile(r"[0-9]{5,6}")
"""全国地方公共団体コード."""


class AreaOutage(TomoshibiAlgorithm):
    """Outage rate by municipality or ward."""

    NAME = "areaoutage"
    GROUP = "situation"
    # those of the case are settlements; its boundary is of municipalities, as the statistics by 住所 are
    OWN = (("AREAS", "BOUNDARY"),)
    NEEDED = ("AREAS",)
    TAGS = ("停電率", "市区町村", "行政区", "住所", "area", "ward", "outage rate", "UC2", "teidenritsu", "shikuchoson")

    def title(self) -> str:
        return tr("Map the outage rate by municipality or ward (UC2′)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        add_areas(
            self,
            tr(
                "Polygons of municipalities or wards. Their name must be the 住所 of the statistics; rows that find "
                "no polygon "
                "are named in the log and left off the map. A city and its wards are never added up."
            ),
        )
        add_rate_parameters(self)
        add_output(self, self.NAME)
        add_rate_outputs(self)

    def variant(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        return table_of_voltage(self, parameters, context)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        return check_baseline(self.text(parameters, context, "BASELINE"))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...casefile import case_arrays

        case = self.case(parameters, context)
        areas = Areas(self, parameters, context)
        shapes = areas.shapes(progress)
        by_name, joined = _joined(shapes)
        voltage = self.choice(parameters, context, "VOLTAGE")
        cell_of = _municipalities(areas, shapes, case, progress)
        table = rates(self, parameters, context, case, 1, voltage, None, cell_of, progress)
        codes = table["area_name"].map(lambda name: by_name.get(_folded(name)))
        lost = sorted(set(table["area_name"][codes.isna()]))
        if lost:
            progress.warn(
                message(
                    "{count} rows of the statistics find no polygon of that name: {names}.",
                    count=len(lost),
                    names="、".join(lost),
                )
            )
        table = table.assign(area_code=codes)[codes.notna()].reset_index(drop=True)
        if not len(table):
            raise TomoshibiError(
                message(
                    "None of the areas has a name that the statistics use. Choose the field with the name as in 住所 "
                    "(prefecture and municipality)."
                )
            )
        as_of = case_arrays.statistics_at(case, table)
        destination = write_result(
            self,
            parameters,
            context,
            progress,
            case,
            self.NAME,
            table,
            [joined[code] for code in table["area_code"]],
            as_of,
            sources_of_rates(case, table, as_of),
            personal=personal(table),
            evidence_until=until(table),
        )
        return {"OUTPUT": destination, **counts(table)}


def _municipalities(
    areas: Areas, shapes: dict[str, tuple[str, QgsGeometry]], case: Case, progress: FeedbackProgress
) -> CellOf:
    """Return what tells the address, as the statistics write it, of the polygon that each meter stands in."""
    import numpy as np

    from ...layers.regions import assign

    statistics = statistics_of(case)
    written = {_folded(name): name for name in statistics["address"].astype(str).str.strip().unique()}
    address = {code: written.get(_folded(name), "") for code, (name, _) in shapes.items()}

    def of(meters: Meters) -> np.ndarray:
        codes = assign(areas.source, areas.id_field, meters.lon, meters.lat, areas.transform, progress.feedback)
        return np.array([address.get(code, "") for code in codes.tolist()], dtype=object)

    return of


def _joined(shapes: dict[str, tuple[str, QgsGeometry]]) -> tuple[dict[str, str], dict[str, QgsGeometry]]:
    """Return the code of each name (folded), and the geometry of each such code, islands of one name together.

    Raises `TomoshibiError` where the codes say that they are different municipalities.
    """
    by_name: dict[str, str] = {}
    found: dict[str, QgsGeometry] = {}
    for code, (name, geometry) in shapes.items():
        first = by_name.setdefault(_folded(name), code)
        if first == code:
            found[code] = geometry
            continue
        if _MUNICIPALITY.fullmatch(first) and _MUNICIPALITY.fullmatch(code) and first[:5] != code[:5]:
            raise TomoshibiError(
                message(
                    "Areas of different codes ({first}, {second}) have one name, {name}. Choose the field whose name "
                    "is that of 住所 in the statistics: prefecture and municipality.",
                    first=first,
                    second=code,
                    name=name,
                )
            )
        whole = found[first].combine(geometry)
        whole.convertToMultiType()
        found[first] = whole
    return by_name, found


def _folded(name: str) -> str:
    """Return a name without blanks, so that 「灯島県 灯市」 and 「灯島県灯市」 are one."""
    return "".join(str(name).split())

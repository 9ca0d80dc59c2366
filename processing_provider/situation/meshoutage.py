"""UC② エリア別停電状況の確認: share of meters silent for 12 hours by grid square (manual §3.1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingContext

from ...messages import Message, TomoshibiError, message
from ..base import CELL_SIZES, VOLTAGES, FeedbackProgress, TomoshibiAlgorithm, tr
from ..choices import label_of
from ..inputs.rates import (
    ALL_VOLTAGES,
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
from ..results import add_output, write_result

if TYPE_CHECKING:
    import pandas as pd

    from ...casefile.case import Case
    from ..inputs.window import CellOf


class MeshOutage(TomoshibiAlgorithm):
    """Outage rate by grid square."""

    NAME = "meshoutage"
    GROUP = "situation"
    TAGS = ("停電率", "メッシュ", "通電計器数", "統計", "mesh", "outage rate", "UC2", "teidenritsu", "messhu")

    def title(self) -> str:
        return tr("Map the outage rate by mesh (UC2)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add_enum(
            "MESH_SIZE",
            tr("Mesh size (m)"),
            CELL_SIZES[:6],
            tr(
                "The cell size that was registered: 125 to 1000 m for low voltage, 5000 for high, 10000 for "
                "extra-high. Left empty, that of the statistics received, the finest where there are several."
            ),
            optional=True,
        )
        add_rate_parameters(
            self, tr("all: every class received, each by its own cells, in one layer with the field voltage.")
        )
        add_output(self, self.NAME)
        add_rate_outputs(self)

    def variant(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        return table_of_voltage(self, parameters, context)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        from ...analysis.mesh import check_size

        wrong = check_baseline(self.text(parameters, context, "BASELINE"))
        voltage, metres = self.choice(parameters, context, "VOLTAGE"), self.cell_size(parameters, context)
        try:
            # With every class asked for, each size is that of one of them.
            if metres is not None and voltage != ALL_VOLTAGES:
                check_size(VOLTAGES.index(voltage) + 1, metres)
        except TomoshibiError as error:
            wrong.append(error.message)
        return wrong

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        import numpy as np
        import pandas as pd

        from ...analysis.mesh import bounds
        from ...casefile import case_arrays
        from ...layers.build import rectangles

        case = self.case(parameters, context)
        wanted = self.choice(parameters, context, "VOLTAGE")
        sizes = _sizes(case, wanted, self.cell_size(parameters, context), progress)
        parts = []
        for voltage, metres in sizes.items():
            part = rates(self, parameters, context, case, 2, voltage, metres, _squares(metres), progress)
            # One class may have been published later than another.
            parts.append(part.assign(as_of=case_arrays.statistics_at(case, part)))
        table = pd.concat(parts, ignore_index=True)
        edges = [bounds(part["mesh_code"].to_numpy(str), sizes[part["voltage"].iloc[0]]) for part in parts]
        shapes = rectangles(*(np.concatenate(edge) for edge in zip(*edges)))
        if wanted == ALL_VOLTAGES:
            _tell(parts, sizes, progress)
        as_of = table["as_of"].max().to_pydatetime()
        destination = write_result(
            self,
            parameters,
            context,
            progress,
            case,
            self.NAME,
            table,
            shapes,
            as_of,
            sources_of_rates(case, table, as_of),
            personal=personal(table),
            evidence_until=until(table),
        )
        return {"OUTPUT": destination, **counts(table)}


def _squares(metres: int) -> CellOf:
    """Return what tells the grid square of each meter."""
    from ...analysis.mesh import encode_shared

    return lambda meters: encode_shared(meters.lat, meters.lon, metres)


def _sizes(case: Case, wanted: str, asked: Optional[int], progress: FeedbackProgress) -> dict[str, int]:
    """Return {voltage class: cell size in metres} of what is to be mapped, the finest cells first.

    `asked` holds for the classes that have this size, the others get their own; None is the finest size received. Of
    all classes those of which nothing was received are left out. Raises `TomoshibiError` where nothing remains.
    """
    from ...analysis.mesh import SIZES_BY_VOLTAGE
    from ...analysis.outage import received_sizes

    received = received_sizes(statistics_of(case))
    found: dict[str, int] = {}
    for number, voltage in enumerate(VOLTAGES, 1):
        if wanted not in (voltage, ALL_VOLTAGES):
            continue
        sizes = received.get(number, ())
        if asked in SIZES_BY_VOLTAGE[number]:
            found[voltage] = asked
        elif sizes:
            found[voltage] = sizes[0]
        if asked is None and len(sizes) > 1:
            progress.info(
                message(
                    "Statistics of several cell sizes were received ({sizes} m); those of {metres} m are mapped.",
                    sizes=", ".join(str(size) for size in sizes),
                    metres=sizes[0],
                )
            )
    if not found:
        raise TomoshibiError(
            message(
                "The statistics received hold no rows by mesh of this voltage class. Choose what was registered, or "
                "register it."
            )
        )
    return found


def _tell(parts: list[pd.DataFrame], sizes: dict[str, int], progress: FeedbackProgress) -> None:
    """Say the counts of each class by itself."""
    for part in parts:
        voltage = part["voltage"].iloc[0]
        number = counts(part)
        progress.info(
            message(
                "{voltage}, {metres} m: {cells} cells, {masked} of them masked; {silent} of {meters} meters silent.",
                voltage=label_of("VOLTAGE", voltage),
                metres=sizes[voltage],
                cells=number["CELLS"],
                masked=number["MASKED"],
                # left out where nobody knows
                silent=number.get("SILENT", "?"),
                meters=number.get("METERS", "?"),
            )
        )

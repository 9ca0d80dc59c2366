"""Contracts and feed-in by cell or district, from 計器数分析 and 逆潮流 (manual §2.4, glossary 8 and 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDateTime,
)

from ...messages import Message, message
from ..base import CELL_SIZES, VOLTAGES, FeedbackProgress, TomoshibiAlgorithm, tr
from ..inputs.cells import Cells, districts, squares
from ..inputs.empty_statistics import tell_empty_sets, undated
from ..results import (
    Areas,
    add_areas,
    add_evidence_outputs,
    add_output,
    evidence_outputs,
    known_numbers,
    sum_known,
    write_result,
)

if TYPE_CHECKING:
    import pandas as pd


class ContractCounts(TomoshibiAlgorithm):
    """How many contracts there are, how many more or fewer than before, and what roofs feed in."""

    NAME = "contractcounts"
    GROUP = "recovery"
    PERSONAL = False
    TAGS = (
        *("計器数分析", "契約数", "増減", "逆潮流", "太陽光", "contracts", "growth", "solar", "feed-in"),
        *("keiyakusu", "taiyoko", "gyakuchoryu"),
    )

    def title(self) -> str:
        return tr("Map contracts, their growth, and solar")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        add_areas(self, tr("Polygons to tell the counts by: districts. Left empty, grid squares."), optional=True)
        self.add_enum(
            "MESH_SIZE",
            tr("Mesh size (m)"),
            CELL_SIZES[:6],
            tr(
                "Grid squares of this size, where no areas are given; not a finer one than in the statistics received. "
                "Left empty, the case's areas; where it has none, squares as in the statistics."
            ),
            optional=True,
        )
        self.add_enum(
            "VOLTAGE",
            tr("Voltage class"),
            VOLTAGES,
            tr("Low (homes), high or extra-high voltage. Each has statistics of its own."),
            default="low",
        )
        self.add(
            QgsProcessingParameterDateTime(
                "SINCE", tr("Change since"), QgsProcessingParameterDateTime.Type.DateTime, None, True
            ),
            tr("Compare with the first figures from this day on. Left empty, with the earliest received."),
        )
        self.add_at()
        add_output(self, self.NAME)
        for name, words in (
            ("AREAS_COUNT", tr("Areas or cells")),
            ("METERS", tr("Contracts in the cells that are known")),
            ("CHANGE", tr("Contracts more or fewer, in the cells known at both dates")),
            ("FEED_IN", tr("Contracts that feed in, in the cells that are known")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, words))
        add_evidence_outputs(self)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        at, since = self.moment(parameters, context), self.moment(parameters, context, "SINCE")
        if at and since and at <= since:
            return [message("The time to compare with is not before the moment. Choose an earlier one.")]
        return []

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        import numpy as np

        from ...analysis.contract_counts import METERS_FORWARD, CountRules, contract_counts

        case = self.case(parameters, context)
        at, since = self.moment(parameters, context), self.moment(parameters, context, "SINCE")
        voltage = VOLTAGES.index(self.choice(parameters, context, "VOLTAGE")) + 1
        counts, flows = _upto(case.meter_statistics(), at), _upto(case.flow_statistics(), at)
        rules = CountRules(
            voltage,
            None if at is None else np.datetime64(at, "D"),
            None if since is None else np.datetime64(since, "D"),
        )
        areas = Areas(self, parameters, context)
        if len(counts):
            forward = counts[(counts["table_kind"] == METERS_FORWARD) & (counts["voltage"] == voltage)]
        else:
            forward = counts
        if not len(forward):
            contract_counts(_none(), _none(), rules)
        tell_empty_sets(case, counts, at, progress)
        cells = Cells.of(forward)
        if areas.source is not None:
            mapping, places = districts(areas, cells, progress)
        else:
            mapping, places = squares(self.cell_size(parameters, context), cells)
        table = contract_counts(counts, flows, rules, mapping)
        table["area_name"] = table["area_id"].map(places.names)
        table["unknown_reason"] = table["unknown_reason"].where(table["unknown_reason"] != "", None)
        until = table["end"].max()
        as_of = at or counts["published_at"].max()
        _tell(table, progress)
        said = message("Statistics of meters (計器数分析), until {time}", time=f"{until:%Y-%m-%d}")
        made = write_result(
            self,
            parameters,
            context,
            progress,
            case,
            self.NAME,
            table,
            places.geometries(table["area_id"]),
            as_of,
            [said, *undated(case, "meter_statistics", "flow_statistics")],
            personal=False,
            evidence_until=until,
        )
        return {
            "OUTPUT": made,
            "AREAS_COUNT": len(table),
            **known_numbers(
                METERS=sum_known(table["meters"]),
                CHANGE=sum_known(table["change"]),
                FEED_IN=sum_known(table["feed_in_meters"]),
            ),
            **evidence_outputs(table["unknown_reason"], until),
        }


def _none() -> pd.DataFrame:
    """Return statistics without a row."""
    import pandas as pd

    columns = "voltage unit table_kind area_kind address mesh_code date contract_range meters kwh masked".split()
    return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})


def _upto(table: pd.DataFrame, moment: Any) -> pd.DataFrame:
    """Return the rows published by a moment (None: all), a table with columns even where nothing was received."""
    import pandas as pd

    if not len(table):
        return _none()
    if moment is not None:
        table = table[pd.to_datetime(table["published_at"]) <= pd.Timestamp(moment)]
    return table.reset_index(drop=True)


def _tell(table: pd.DataFrame, progress: FeedbackProgress) -> None:
    hidden = int(table["cells_unknown"].sum())
    if hidden:
        progress.warn(
            message("{count} grid squares are masked (N/A), blank or not named: they are in no count.", count=hidden)
        )
    if table["before_date"].isna().all():
        progress.warn(
            message("There is one date of 計器数分析 only: no growth can be calculated. Request an earlier one too.")
        )
    if table["feed_in_meters"].isna().all():
        progress.warn(
            message("There are no figures of feed-in (逆潮流): solar is unknown. Request 計器数分析 or 逆潮流 of it.")
        )

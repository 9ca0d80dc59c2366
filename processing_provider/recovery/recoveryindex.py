"""UC⑨ 復旧・復興状況: what homes use against the same month a year before (manual §3.1.9, §4.3)."""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ...messages import Message, TomoshibiError, message
from ..base import CELL_SIZES, FeedbackProgress, TomoshibiAlgorithm, tr
from ..files import add_chart, chart_title, write_chart
from ..inputs.cells import Cells, districts, squares
from ..inputs.empty_statistics import tell_empty_sets, undated
from ..inputs.places import Places
from ..results import Areas, add_areas, add_evidence_outputs, add_output, evidence_outputs, write_result

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from ...casefile.case import Case
    from ...layers.charts import Chart

FORWARD = 1
"""テーブル種別 順潮流: what is used; 2 is what roofs feed in."""
HOMES = "3-10"
HOMES_WORDS = ("homes", "家庭")
"""Stand for `HOMES`."""
_SEGMENT = re.compile(r"(\d+(?:\.\d+)?)\s*[-~〜–]\s*(\d+(?:\.\d+)?)")


class RecoveryIndex(TomoshibiAlgorithm):
    """Use by month against the year before, by district or grid square."""

    NAME = "recoveryindex"
    GROUP = "recovery"
    PERSONAL = False
    TAGS = (
        "復旧・復興",
        "電力使用量",
        "前年同月比",
        "順潮流",
        "recovery",
        "index",
        "UC9",
        "fukkyu",
        "fukko",
        "zennenhi",
    )

    def title(self) -> str:
        return tr("Compare use with the year before (UC9)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        add_areas(self, tr("Polygons to tell the recovery by: districts. Left empty, grid squares."), optional=True)
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
        self.add(
            QgsProcessingParameterNumber(
                "MONTHS", tr("Months"), QgsProcessingParameterNumber.Type.Integer, 12, False, 1, 120
            ),
            tr("How many of the newest months to show."),
        )
        self.add(
            QgsProcessingParameterString("SEGMENT", tr("Contracts (kW)"), HOMES),
            tr("From and below which contracted power, in kW: 3-10 are mostly homes."),
        )
        self.add_at()
        add_output(self, self.NAME)
        add_chart(self)
        self.addOutput(QgsProcessingOutputNumber("MONTHS_COUNT", tr("Months")))
        self.addOutput(QgsProcessingOutputNumber("AREAS_COUNT", tr("Areas or cells")))
        self.addOutput(QgsProcessingOutputNumber("UNKNOWN", tr("Areas × months of which nothing is known")))
        add_evidence_outputs(self)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        if segment(self.text(parameters, context, "SEGMENT") or HOMES) is None:
            return [message("The contracts are not understood. Write from and below which power, in kW: 3-10.")]
        return []

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...analysis.recovery import RecoveryRules, recovery_index

        case = self.case(parameters, context)
        moment = self.moment(parameters, context)
        flows = _flows(case, moment)
        as_of = moment or _published(flows)
        tell_empty_sets(case, flows, moment, progress)
        low, high = segment(self.text(parameters, context, "SEGMENT") or HOMES) or (0.0, 0.0)
        areas = Areas(self, parameters, context)
        cells = Cells.of(flows)
        mapping, places = (
            squares(self.cell_size(parameters, context), cells)
            if areas.source is None
            else districts(areas, cells, progress)
        )
        table = recovery_index(
            flows,
            as_of,
            RecoveryRules(low_kw=low, high_kw=high),
            progress,
            mapping,
            self.parameterAsInt(parameters, "MONTHS", context),
        )
        table = _with_evidence(_complete(table, mapping, places), as_of)
        table["area_name"] = table["area_id"].map(places.names)
        _tell(table, progress)
        said = [message("Statistics of use (順潮流), published {time}", time=f"{as_of:%Y-%m-%d}")]
        said += undated(case, "flow_statistics")
        made = write_result(
            self,
            parameters,
            context,
            progress.stage(0.5, 0.9),
            case,
            self.NAME,
            table,
            places.geometries(table["area_id"]),
            as_of,
            said,
            personal=False,
        )
        drawn = partial(_chart, case, table, flows, as_of, progress)
        return {
            "OUTPUT": made,
            "MONTHS_COUNT": int(table["month"].nunique()),
            "AREAS_COUNT": int(table["area_id"].nunique()),
            **evidence_outputs(table["unknown_reason"], table["evidence_until"].max()),
            **write_chart(self, parameters, context, case, said, drawn, personal=False),
        }


def _with_evidence(table: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    """Add from how many cells each figure comes, why it is unknown, and up to when it speaks."""
    import pandas as pd

    from ...analysis.reasons import Reason

    return table.assign(
        cells_known=table["cells"],
        unknown_reason=[Reason.MASKED.value if unknown else None for unknown in table["index"].isna()],
        evidence_until=table["end"].clip(upper=pd.Timestamp(as_of)),
    )


def segment(text: str) -> Optional[tuple[float, float]]:
    """Return (from, below) in kW of a text such as `3-10`, None where it is none; `homes` is 3-10."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("kw", "").strip()
    match = _SEGMENT.fullmatch(HOMES if plain in HOMES_WORDS else plain)
    if match is None or float(match[1]) >= float(match[2]):
        return None
    return float(match[1]), float(match[2])


def _flows(case: Case, moment: Any) -> pd.DataFrame:
    """Return the 順潮流 figures of low voltage that were published by `moment` (None: all)."""
    import pandas as pd

    from ...analysis.dwellings import LOW_VOLTAGE

    flows = case.flow_statistics()
    if len(flows):
        flows = flows[(flows["table_kind"] == FORWARD) & (flows["voltage"] == LOW_VOLTAGE)]
    if len(flows) and moment is not None:
        flows = flows[pd.to_datetime(flows["published_at"]) <= pd.Timestamp(moment)]
    if not len(flows):
        raise TomoshibiError(
            message(
                "The case holds no statistics of use (順潮流電力量) of low voltage. Register the conditions of UC9 and "
                "download what is published, for the months now and the same months a year before."
            )
        )
    return flows.reset_index(drop=True)


def _published(flows: pd.DataFrame) -> Any:
    import pandas as pd

    return pd.to_datetime(flows["published_at"]).max().to_pydatetime()


def _complete(table: pd.DataFrame, mapping: dict[str, str], places: Places) -> pd.DataFrame:
    """Return the table with a row for every area in every month: one without a figure is unknown, not left out."""
    import pandas as pd

    columns = list(table.columns)
    areas = pd.DataFrame({"area_id": pd.Series(sorted(places.names), dtype=object), "every": 1})
    months = table[["month", "begin", "end", "municipal_index", "provisional"]].drop_duplicates("month")
    own = table.drop(columns=["begin", "end", "municipal_index", "provisional"])
    whole = months.assign(every=1).merge(areas, on="every").merge(own, on=["area_id", "month"], how="left")
    squares = pd.Series(mapping).value_counts()
    unknown = whole["area_id"].map(squares).fillna(0)
    whole["cells_unknown"] = whole["cells_unknown"].fillna(unknown)
    whole[["cells", "days"]] = whole[["cells", "days"]].fillna(0)
    counted = {name: "int64" for name in ("cells", "cells_unknown", "days")}
    return whole.sort_values(["month", "area_id"], kind="stable").reset_index(drop=True)[columns].astype(counted)


def _tell(table: pd.DataFrame, progress: FeedbackProgress) -> None:
    unknown = int(table["index"].isna().sum())
    if unknown:
        progress.warn(
            message(
                "{count} areas × months are unknown: every figure is masked (N/A) or missing in one of the two years.",
                count=unknown,
            )
        )
    months = table.drop_duplicates("month")
    provisional = int(months["provisional"].sum())
    if provisional:
        progress.warn(
            message(
                "{count} of {all} months are provisional (速報): their figures still grow until the 15th of the month "
                "after next.",
                count=provisional,
                all=len(months),
            )
        )


def _chart(case: Case, table: pd.DataFrame, flows: pd.DataFrame, as_of: Any, progress: FeedbackProgress) -> Chart:
    """One panel an area: its index by month, and the municipality's."""
    import pandas as pd

    from ...layers.charts import MOST
    from ...layers.recovery_charts import recovery_chart

    areas = sorted(table["area_id"].unique())
    if len(areas) > MOST:
        progress.warn(message("The chart shows {count} of {all} areas; the table has all.", count=MOST, all=len(areas)))
    # A month that has figures but none a year before stands in the chart as one without.
    newest = pd.to_datetime(flows["date"]).max() + pd.offsets.MonthBegin(1)
    return recovery_chart(
        chart_title(case, tr("Use of homes against the year before")),
        table[table["area_id"].isin(areas[:MOST])],
        as_of,
        case.info.event_time,
        newest.to_pydatetime(),
    )

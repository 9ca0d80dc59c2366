"""③ 復旧見通し: the utility's restoration plan joined to the map by the names of places (災害時連携計画)."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterString,
)

from ...messages import Message, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr, translate_message
from ..results import Areas, add_areas, add_output, write_result

if TYPE_CHECKING:
    import pandas as pd

    from .plans import Plan


class RestorationPlan(TomoshibiAlgorithm):
    """When which area is to have power again."""

    NAME = "restorationplan"
    GROUP = "recovery"
    PERSONAL = False
    NEEDED = ("PLAN", "AREAS")
    TAGS = ("復旧見通し", "復旧計画", "災害時連携計画", "restoration", "plan", "fukkyu", "mitoshi")

    def title(self) -> str:
        return tr("Put the restoration plan on the map")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add_own(
            QgsProcessingParameterFile("PLAN", tr("Restoration plan")),
            tr(
                "The utility's plan, CSV or Excel with the columns place, restored_at and, if there, households, "
                "state, note (or 地区, 復旧見込, 戸数, 状況, 備考), or its printed form with a column for each day "
                "(県, 市町村, 停電軒数, 復旧計画及び実績, days, 備考)."
            ),
        )
        add_areas(self, tr("Polygons of the areas that the plan names: districts, settlements."))
        self.add(
            QgsProcessingParameterString("WITHIN", tr("What the areas lie in"), optional=True),
            tr("Names that a place may begin with, from large to small: 灯島県, 灯市."),
        )
        self.add_at()
        add_output(self, self.NAME)
        for name, words in (
            ("JOINED", tr("Rows of the plan on the map")),
            ("UNJOINED", tr("Rows of the plan that fit no area")),
            ("WITHOUT_TIME", tr("Rows on the map without a time")),
            ("NOT_NAMED", tr("Areas that the plan does not name")),
            ("DONE", tr("Rows on the map that are done")),
            ("NOT_READ", tr("Values of the list that were not understood")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, words))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        import pandas as pd

        from ...casefile.data_status import present_moment
        from ...casefile.ledger import now
        from .plans import placed_plan

        case = self.case(parameters, context)
        path = Path(self.parameterAsFile(parameters, "PLAN", context))
        # A drill has its own clock: by that of the computer all of its plan would be overdue.
        as_of = self.moment(parameters, context) or present_moment(case, now())
        event = case.info.last_event(as_of).begin
        shapes = Areas(self, parameters, context).shapes(progress)
        named_within = re.split("[,，、]", self.text(parameters, context, "WITHIN"))
        within = [item.strip() for item in named_within if item.strip()]
        placed = placed_plan(path, shapes, event, progress, within)
        read, areas, joined = placed.plan, placed.areas, placed.joined
        off_map = _tell(joined.unjoined, progress)
        named = joined.areas
        rest = areas[~areas["area_id"].isin(named["area_id"])]
        # An area that the plan says nothing of is unknown: it stays on the map, hatched. A row of the plan that fits no
        # area stays in the table without a place.
        table = pd.concat([named, _off_map(read, joined.unjoined, event), rest], ignore_index=True)
        table["reason"] = table["plan_row"].map(_said(joined.unjoined))
        sources = [message("Restoration plan {file}", file=path.name)]
        destination = write_result(
            self,
            parameters,
            context,
            progress.stage(0.5, 1),
            case,
            self.NAME,
            table,
            [shapes[code][1] if isinstance(code, str) else QgsGeometry() for code in table["area_id"]],
            as_of,
            sources,
            personal=False,
        )
        return {
            "OUTPUT": destination,
            "JOINED": len(named),
            "UNJOINED": off_map,
            "WITHOUT_TIME": int((named["restored_at"].isna() & named["done_at"].isna()).sum()),
            "NOT_NAMED": len(rest),
            "DONE": int(named["done_at"].notna().sum()),
            "NOT_READ": read.not_read + _unread_times(joined.unjoined),
        }


def _reasons() -> dict[str, Message]:
    from ...analysis.restoration import (
        BLANK,
        DONE_SOMETIME,
        NO_AREA,
        NO_DAY,
        NO_TIME,
        PARTLY,
        SEVERAL_AREAS,
        UNDECIDED,
    )

    return {
        NO_AREA: message("no area has this name"),
        SEVERAL_AREAS: message("several areas have this name"),
        BLANK: message("the place is blank"),
        UNDECIDED: message("no time is decided yet; it is on the map without"),
        NO_TIME: message("the time cannot be read; it is on the map without"),
        PARTLY: message("the time is of a part of it, or of one part after another; it is on the map without"),
        NO_DAY: message(
            "the time counts from the day of the plan, which the plan does not tell; it is on the map without"
        ),
        DONE_SOMETIME: message("power is said to be back, and the plan does not tell as of when"),
    }


def _unread_times(unjoined: pd.DataFrame) -> int:
    """Return how many times were not understood, on the map or not."""
    from ...analysis.restoration import NO_DAY, NO_TIME

    return int(unjoined["reason"].isin([NO_TIME, NO_DAY]).sum())


def _off_map(read: Plan, unjoined: pd.DataFrame, event: datetime) -> pd.DataFrame:
    """Return the rows of the plan that fit no area, without one, in the plan's order."""
    from ...analysis.restoration import ON_MAP, without_area

    rows = unjoined.loc[~unjoined["reason"].isin(ON_MAP), "plan_row"].tolist()
    return without_area(read.table, rows, event, read.issue)


def _said(unjoined: pd.DataFrame) -> dict[int, str]:
    """Return row of the plan → why it is not joined, or joined without its time, in words."""
    reasons, found = _reasons(), {}
    for row in unjoined.itertuples(index=False):
        found[row.plan_row] = translate_message(reasons[row.reason])
        if row.candidates:
            found[row.plan_row] += tr(": {words}").format(words=row.candidates)
    return found


def _tell(unjoined: pd.DataFrame, progress: FeedbackProgress) -> int:
    """Name each row that could not be joined in the log; return how many are not on the map."""
    from .plans import tell_not_placed

    reasons = _reasons()
    for row in unjoined.itertuples(index=False):
        progress.warn(
            message(
                "Row {row} of the plan, “{place}”: {reason}. {candidates}",
                row=row.plan_row,
                place=row.place,
                reason=reasons[row.reason],
                candidates=row.candidates,
            )
        )
    return tell_not_placed(unjoined, progress)

"""UC⑨ 復旧・復興状況 over time: one panel an area with its use against the year before, beside the municipality's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

from ..translate import tr
from .charts import Chart, Panel, Series, times
from .style import HOME, PARTIAL

if TYPE_CHECKING:
    import pandas as pd

FIRST_AFTER = "area_id begin".split()
"""Order of the rows: the areas by their id, each over time."""


def recovery_chart(
    heading: str,
    table: pd.DataFrame,
    published: datetime,
    event: Optional[datetime],
    until: Optional[datetime] = None,
    columns: int = 3,
) -> Chart:
    """Return the chart of areas by month; months without figures are hatched.

    `table`: `area_id area_name begin end index municipal_index provisional`, one row an area and month, NaN unknown;
    `until` the end of the newest month of which there are figures at all, even if they cannot be compared.
    """
    rows = table.sort_values(FIRST_AFTER, kind="stable")
    return Chart(
        heading,
        tuple(_panel(part) for _, part in rows.groupby("area_id", sort=True)),
        tr("Published {time}. 100 %: the same month a year before. Dashed: provisional figures (速報).").format(
            time=f"{published:%Y-%m-%d}"
        ),
        percent=True,
        event=event,
        event_label=tr("Event"),
        monthly=True,
        until=until,
        columns=columns,
        one_scale=True,
        unknown_label=tr("No figures (masked, or missing in one of the two years)"),
    )


def _panel(rows: pd.DataFrame) -> Panel:
    begin, end = times(rows["begin"]), times(rows["end"])
    early = rows["provisional"].to_numpy(bool)

    def made(label: str, colour: str, values: Any, **look: Any) -> Series:
        return Series(label, colour, begin, end, values.tolist(), **look)

    return Panel(
        str(rows["area_name"].iloc[0]),
        (
            made(tr("Municipality"), PARTIAL, rows["municipal_index"], hatched=False),
            made(tr("Area, final figures"), HOME, rows["index"].where(~early), hatched=False),
            made(tr("Area, provisional figures"), HOME, rows["index"].where(early), dashed=True, hatched=False),
            # Not known in either kind: the hatching alone.
            made("", HOME, rows["index"]),
        ),
        line=1.0,
    )

"""The brief's pages of the outlook (停電の見通し): a table of all and of the areas, and what is expected by hour."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Sequence

from ..base import tr
from ..entered import plain_table
from ..situation.outlook import expected_series

if TYPE_CHECKING:
    import pandas as pd

    from ...casefile.case import Case
    from ...layers.charts import Chart
    from ...sheets.lists import ListTable, Page

MOST_AREAS = 20
"""Areas of the table, those with most in the dark first; the others are in the layer."""
_SAID = ("said_expected", "said_low80", "said_high80")
"""What an earlier outlook said of now (`analysis.forecast_score`)."""
_COLUMNS = 3
_PANELS = 6


def pages_of_outlook(case: Case, size: tuple[float, float]) -> list[Page]:
    """Return the pages, none where the case has no outlook.

    Parameters
        size: width and height in millimetres.
    """
    from ...layers.opening import open_layer
    from ...layers.style import newest_as_of, sources_of
    from ...layers.uris import layer_uri
    from ...sheets.appendix import paint_chart
    from ...sheets.lists import Headline, Picture, pages

    package = case.folder / "layers.gpkg"
    layer = open_layer(layer_uri(package, "outlook"), "outlook", "ogr") if package.is_file() else None
    if layer is None or not layer.isValid() or not layer.featureCount():
        return []
    names = ["area_id", "area_name", "horizon_h", "at", "dark_now", "expected", "low80", "high80", "utility_says"]
    # results of earlier versions do not tell what was foreseen before
    table = plain_table(layer, [*names, *_SAID], ["area_id", "area_name", "utility_says"])
    as_of = newest_as_of(layer)
    head = Headline(
        tr("Outlook: meters still dark"),
        tr("As of {time}").format(time=as_of.toString("yyyy-MM-dd HH:mm")),
        case.info.name,
        tr("DRILL") if case.info.practice else "",
        tr("Handle with care"),
        tr(
            "A forecast by the course so far and earlier events, no promise of the utility: new outages are not "
            "foreseen. Counts are of meters of all voltages, silent beyond peacetime. In brackets, and in charts "
            "between the dashed lines, the interval that holds 80 % of such forecasts."
        ),
        " / ".join(sources_of(layer)),
        tr("Outlook"),
    )
    chart = _chart(table)
    from ...layers.charts import shape

    pictures = [Picture(partial(paint_chart, chart), shape(chart), 1.0)] if chart.panels else []
    return pages([_table(table), *pictures], head, *size)


def _in_order(table: pd.DataFrame) -> list[str]:
    """Return the areas: all together first, then those with most in the dark; the unknown last."""
    dark = table.drop_duplicates("area_id").set_index("area_id")["dark_now"].astype(float)
    others = dark.drop("", errors="ignore").sort_values(ascending=False, kind="stable", na_position="last")
    return [*([""] if "" in dark.index else []), *map(str, others.index)]


def _name(code: str, rows: pd.DataFrame) -> str:
    return str(rows["area_name"].iloc[0]) if code else tr("All together")


def _table(table: pd.DataFrame) -> ListTable:
    from ...sheets.lists import ListColumn, ListTable

    hours = sorted(table["horizon_h"].astype(float).unique())
    columns = [ListColumn(tr("Area"), 30), ListColumn(tr("Dark now"), 14, "right")]
    columns += [ListColumn(_ahead(table, each), 26, "right") for each in hours]
    back = _said_hours(table)
    columns += [ListColumn(tr("{hours} h ago we said of now").format(hours=f"{each:g}"), 28, "right") for each in back]
    columns.append(ListColumn(tr("The utility says"), 40))
    order = _in_order(table)
    rows, unknown = [], []
    for place, code in enumerate(order[: MOST_AREAS + 1]):
        own = table[table["area_id"] == code]
        by_hour = {float(one.horizon_h): one for one in own.itertuples()}
        if own["expected"].isna().all():
            unknown.append(place)
        cells = [_expected(by_hour.get(each)) for each in hours] + [_said(by_hour.get(each)) for each in back]
        says = next((str(one) for one in own["utility_says"] if one), "")
        rows.append((_name(code, own), _count(own["dark_now"].iloc[0]), *cells, says))
    left = order[len(rows) :]
    note = tr(
        "Meters silent beyond peacetime, of all voltages and also where squares are masked: more than the homes of "
        "the map of rates. Grey: unknown."
    )
    if left:
        note += " " + tr("{count} more areas are in the layer.").format(count=len(left))
        behind = table[table["area_id"].isin(left)].groupby("area_id")["expected"].count().eq(0).sum()
        note += tr(" Of these, {count} are unknown.").format(count=f"{behind:,}") if behind else ""
    return ListTable(tr("Meters expected to be dark"), tuple(columns), rows, note, 6.5, frozenset(unknown))


def _ahead(table: pd.DataFrame, hours: float) -> str:
    """Return hours ahead as the heading of a column, with the moment: they count from the end of the data."""
    import pandas as pd

    told = pd.to_datetime(table.loc[table["horizon_h"].astype(float) == hours, "at"]).dropna()
    if not len(told):
        return tr("in {hours} h").format(hours=f"{hours:g}")
    return tr("{time} (in {hours} h)").format(hours=f"{hours:g}", time=f"{told.iloc[0]:%m-%d %H:%M}")


def _count(value: Any) -> str:
    return tr("unknown") if value is None or value != value else f"{round(float(value)):,}"


def _expected(one: Any) -> str:
    if one is None or one.expected is None or one.expected != one.expected:
        return tr("unknown")
    return f"{_count(one.expected)} ({_count(one.low80)}–{_count(one.high80)})"


def _said_hours(table: pd.DataFrame) -> list[float]:
    """Return how many hours ago what was foreseen for now is told, nearest to a day; nothing where none was."""
    import pandas as pd

    from ...analysis.look_ahead import nearest_to_a_day

    told = table.loc[pd.to_numeric(table["said_expected"]).notna(), "horizon_h"].astype(float)
    return [nearest_to_a_day(told)] if len(told) else []


def _said(one: Any) -> str:
    """Return what was foreseen for now, "" where nothing was."""
    if one is None or one.said_expected is None or one.said_expected != one.said_expected:
        return ""
    return f"{_count(one.said_expected)} ({_count(one.said_low80)}–{_count(one.said_high80)})"


def _chart(table: pd.DataFrame) -> Chart:
    from ...layers.charts import Chart, Panel

    known = table[table["expected"].notna()]
    chosen = [code for code in _in_order(known)[:_PANELS]] if len(known) else []
    panels = []
    for code in chosen:
        rows = known[known["area_id"] == code].sort_values("horizon_h", kind="stable")
        panels.append(Panel(_name(code, rows), tuple(_series(rows))))
    return Chart("", tuple(panels), "")


def _series(rows: pd.DataFrame) -> Sequence[Any]:
    import pandas as pd

    from ...layers.charts import Series, times
    from ...layers.style import OUTAGE

    ends = times(pd.to_datetime(rows["at"]))
    first = pd.Timestamp(rows["at"].iloc[0]) - pd.Timedelta(hours=float(rows["horizon_h"].iloc[0]))
    begins = [*times(pd.Series([first])), *ends[:-1]]
    dark = Series(tr("Dark now"), OUTAGE, begins, ends, pd.to_numeric(rows["dark_now"]).tolist(), hatched=False)
    return [dark, *expected_series(rows, begins, ends)]

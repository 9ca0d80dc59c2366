"""How many meters will still be dark in the coming hours (停電の見通し), by area and in all, with intervals."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Optional, Sequence

from qgis.core import (
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ...messages import Message, TomoshibiError, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr
from ..files import add_chart, chart_title, write_chart
from ..results import Areas, add_areas, add_evidence_outputs, add_output, evidence_outputs, write_result
from .outagetimeline import listed, timeline

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from ...analysis.look_ahead import AreaOutlook
    from ...casefile.case import Case, Event
    from ...layers.charts import Chart, Series

HORIZONS = (6, 12, 24, 48, 72)
"""Hours ahead that are told by default."""
MOST_HOURS = 240
"""Hours ahead that can be asked for: ten days."""
BY_CASE = "case"
"""The kind of event that the case's own events tell."""
KINDS = (BY_CASE, "shock", "storm")
"""Kinds of event to choose from (`restoration_courses.EventKind`)."""


class Outlook(TomoshibiAlgorithm):
    """Meters still dark in the next hours."""

    NAME = "outlook"
    GROUP = "situation"
    TAGS = ("停電の見通し", "復旧見通し", "予測", "outlook", "forecast", "restoration", "mitoshi", "yosoku")

    def title(self) -> str:
        return tr("Look ahead: meters still dark in the next hours")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        add_areas(self, tr("Polygons to tell the outlook by. Left empty, the whole municipality alone."), optional=True)
        self.add(
            QgsProcessingParameterString("HORIZONS", tr("Hours ahead"), ",".join(map(str, HORIZONS))),
            tr("Hours from the end of the data, separated by commas: 6,12,24,48,72. Up to 240 each."),
        )
        self.add_at()
        self.add_enum(
            "EVENT_KIND",
            tr("Kind of event"),
            KINDS,
            tr("Which earlier events the outlook leans on at its beginning; case: an event that lasts is a typhoon."),
            BY_CASE,
            advanced=True,
        )
        self.add_own(
            QgsProcessingParameterFile("PLAN", tr("Restoration plan"), optional=True),
            tr("The utility's plan (復旧見通し), shown beside the outlook. Left empty, the case's own, if it has one."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "STEP_HOURS", tr("Step (hours)"), QgsProcessingParameterNumber.Type.Integer, 3, False, 1, 12
            ),
            tr("Length of the steps by which the course so far is counted."),
            advanced=True,
        )
        add_output(self, self.NAME)
        add_chart(self)
        for name, words in (
            ("ROWS", tr("Rows")),
            ("DARK_NOW", tr("Meters dark now")),
            ("EXPECTED", tr("Meters expected to be dark at the last of the hours")),
            ("FORECASTS_JUDGED", tr("Earlier forecasts of the case whose moment has come")),
            ("FORECASTS_HELD", tr("Of these, within their 80 % interval")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, words))
        add_evidence_outputs(self)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        try:
            horizons_of(self.text(parameters, context, "HORIZONS"))
        except TomoshibiError as error:
            return [error.message]
        return []

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...analysis.look_ahead import Struck, looked_ahead
        from ...analysis.timeline import ALL
        from ...casefile import case_arrays
        from ...casefile.forecasts import past_forecasts

        case = self.case(parameters, context)
        areas = Areas(self, parameters, context)
        horizons = horizons_of(self.text(parameters, context, "HORIZONS"))
        at = self.moment(parameters, context)
        hours = self.parameterAsInt(parameters, "STEP_HOURS", context)
        course, lists = _courses(case, areas, at, hours, progress.stage(0, 0.7))
        if areas.source is None:
            course = course[course["area_id"] == ALL]
            lists = lists[lists["area_id"] == ALL]
        known = _known_events(case, at)
        past, unread = past_forecasts(case, known[0].begin)
        for problem in unread:
            progress.warn(problem)
        events = [
            Struck(event.begin, kind_of(self, parameters, context, event.end), _areas_of(event, case, areas, progress))
            for event in known
        ]
        found = looked_ahead(course, lists, events, horizons, past)
        table, shapes = _drawn(found.table, areas, progress)
        newest = case.info.last_event(max([*course["end"], *lists["end"]]).to_pydatetime())
        table["utility_says"] = self._utility(parameters, context, newest.begin, areas, table, progress)
        as_of = found.until or case_arrays.newest(case)
        unknown = table["unknown_reason"].notna()
        told = evidence_outputs(table.loc[unknown, "unknown_reason"], as_of, int(unknown.sum()))
        self._tell(found, progress)
        sources = case_arrays.sources(case, as_of)
        made = write_result(
            self,
            parameters,
            context,
            progress.stage(0.8, 0.95),
            case,
            self.NAME,
            table,
            shapes,
            as_of,
            sources,
            evidence_until=as_of,
        )
        whole = table[(table["area_id"] == ALL) & table["expected"].notna()]
        result = {"OUTPUT": made, "ROWS": len(table), **told}
        result |= {"FORECASTS_JUDGED": found.score.judged, "FORECASTS_HELD": found.score.held}
        if len(whole):
            result |= {"DARK_NOW": float(whole["dark_now"].iloc[-1]), "EXPECTED": float(whole["expected"].iloc[-1])}
        drawn = partial(_chart, case, course, table, as_of, progress)
        return {**result, **write_chart(self, parameters, context, case, sources, drawn)}

    def _tell(self, found: AreaOutlook, progress: FeedbackProgress) -> None:
        if found.rose:
            progress.warn(
                message(
                    "In {count} area(s) more meters are dark than a day ago. The outlook does not foresee new outages:"
                    " there it may be too low.",
                    count=found.rose,
                )
            )
        if found.untold:
            progress.warn(
                message(
                    "The data do not tell yet of an event that struck: of {count} area(s) that it may have struck, and"
                    " of all together, nothing is foreseen after it.",
                    count=found.untold,
                )
            )
        if found.anew:
            progress.info(
                message(
                    "In {count} area(s) more meters were dark after a further event: their outlook begins anew with "
                    "it, and leans on earlier events.",
                    count=found.anew,
                )
            )
        if found.leaning:
            progress.info(
                message(
                    "The course of the case is {hours} hours long: the outlook leans on earlier events, and its"
                    " intervals are wide.",
                    hours=round(found.leaning),
                )
            )

        if found.score.judged:
            progress.info(
                message(
                    "Of {count} earlier forecasts of this case whose moment has come, {held} held what came within "
                    "their 80 % interval; the error is {error} % of the meters dark then.",
                    count=found.score.judged,
                    held=found.score.held,
                    error=round(100 * found.score.error),
                )
            )

    def _utility(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        event: datetime,
        areas: Areas,
        table: pd.DataFrame,
        progress: FeedbackProgress,
    ) -> list[str]:
        """Return what the utility's plan says of each row's area, "" where it says nothing."""
        from ..recovery.plan_words import plan_words

        path = self.parameterAsFile(parameters, "PLAN", context)
        if not path or areas.source is None:
            return [""] * len(table)
        said = plan_words(path, event, areas, progress)
        return [said.get(code, "") for code in table["area_id"]]


def _known_events(case: Case, asked: Optional[datetime]) -> list[Event]:
    """Return the events that had begun at the moment asked for, else by now, oldest first; at least the first one."""
    from ...casefile.data_status import present_moment
    from ...casefile.ledger import now

    moment = asked or present_moment(case, now())
    first, *later = case.info.all_events
    return [first, *(event for event in later if event.begin <= moment)]


def _areas_of(event: Event, case: Case, areas: Areas, progress: FeedbackProgress) -> Optional[frozenset[str]]:
    """Return the areas with a meter that an event may have struck; None where it may have struck any."""
    from ...casefile.contracts import supply_rows
    from ...casefile.events import struck_by
    from ...layers.regions import assign

    if not event.area or areas.source is None:
        return None
    places = supply_rows(case, ["lat", "lon"], event.begin)
    lat, lon = (places[name].to_numpy(float) for name in ("lat", "lon"))
    hit = struck_by(event, lat, lon)
    found = assign(areas.source, areas.id_field, lon[hit], lat[hit], areas.transform, progress.feedback)
    return frozenset(code for code in found.tolist() if code)


def _drawn(table: pd.DataFrame, areas: Areas, progress: FeedbackProgress) -> tuple[pd.DataFrame, list[QgsGeometry]]:
    """Return the table with `on_map`, and a geometry a row: of each area one row is drawn, that nearest to a day ahead.

    Other rows, and all areas together, have no place: areas would lie over one another.
    """
    from ...analysis.look_ahead import nearest_to_a_day
    from ...analysis.timeline import ALL

    shapes = areas.shapes(progress) if areas.source is not None else {}
    hours = table["horizon_h"].astype(float)
    drawn_hours = hours == nearest_to_a_day(hours)
    on_map = drawn_hours & (table["area_id"] != ALL) & table["area_id"].isin(list(shapes))
    found = [shapes[code][1] if drawn else QgsGeometry() for code, drawn in zip(table["area_id"], on_map)]
    return table.assign(on_map=on_map), found


def _courses(
    case: Case, areas: Areas, at: Any, hours: int, progress: FeedbackProgress
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the totals over time by readings and by outage lists; a source that has none after the event is empty.

    Raises `NoData` where both have none.
    """
    import pandas as pd

    from ...analysis.timeline import TIMELINE_COLUMNS
    from ...casefile.case_arrays import NoData

    empty = pd.DataFrame({name: pd.Series(dtype=object) for name in TIMELINE_COLUMNS})
    try:
        course, _until, places = timeline(case, areas, None, at, hours, progress)
        names = places.names
    except NoData as none:
        names = {code: name for code, (name, _) in areas.shapes(progress).items()} if areas.source is not None else {}
        lists = listed(case, areas, names, at, progress)
        if not len(lists) or not (lists["end"] > pd.Timestamp(case.info.event_time)).any():
            raise
        progress.warn(none.message)
        return empty, lists
    lists = listed(case, areas, names, at, progress)
    return course, lists if len(lists) else empty


def kind_of(
    algorithm: TomoshibiAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, over: Optional[object]
) -> Any:
    """Return the kind of event asked for; by default that of the case's event, which lasts where it has an end."""
    from ...analysis.restoration_courses import EventKind

    chosen = algorithm.choice(parameters, context, "EVENT_KIND")
    if chosen and chosen != BY_CASE:
        return EventKind(chosen)
    return EventKind.STORM if over is not None else EventKind.SHOCK


def horizons_of(text: str) -> tuple[float, ...]:
    """Return the hours ahead that a text names, rising. Raises `TomoshibiError` where one cannot be used."""
    import unicodedata

    found = set()
    for word in unicodedata.normalize("NFKC", text).replace("、", ",").split(","):
        if not word.strip():
            continue
        try:
            hours = float(word)
        except ValueError:
            hours = 0.0
        if not 0 < hours <= MOST_HOURS:
            raise TomoshibiError(
                message(
                    "“{word}” is no number of hours from 1 to {most}. Write hours separated by commas: 6,12,24.",
                    word=word.strip()[:20],
                    most=MOST_HOURS,
                )
            )
        found.add(hours)
    if not found:
        raise TomoshibiError(message("No hours ahead are given. Write hours separated by commas: 6,12,24."))
    return tuple(sorted(found))


def _chart(case: Case, course: pd.DataFrame, table: pd.DataFrame, as_of: Any, progress: FeedbackProgress) -> Chart:
    """One panel for all together, then one an area: the course so far, and what is expected with its 80 % interval.

    Where there are more areas than panels, those of which nothing is known come first, then those with most in the
    dark.
    """
    from ...analysis.timeline import ALL
    from ...layers.charts import MOST, Chart, Panel

    ids = [code for code in table["area_id"].drop_duplicates() if code != ALL]
    if len(ids) >= MOST:
        progress.warn(
            message("The chart shows {count} of {all} areas; the table has all.", count=MOST - 1, all=len(ids))
        )
        dark = table.drop_duplicates("area_id").set_index("area_id")["dark_now"].astype(float)
        ids = dark[ids].sort_values(ascending=False, kind="stable", na_position="first").index.tolist()
    panels = []
    for area in [*([ALL] if (table["area_id"] == ALL).any() else []), *ids[: MOST - 1]]:
        rows = table[table["area_id"] == area]
        title = tr("All together") if area == ALL else str(rows["area_name"].iloc[0])
        panels.append(Panel(title, tuple(_series(course[course["area_id"] == area], rows))))
    note = tr(
        "As of {time}. Meters of all voltages dark beyond peacetime; 80 % of such forecasts lie between the dashed "
        "lines. No new outages are foreseen."
    )
    return Chart(
        chart_title(case, tr("Outlook: meters still dark")),
        tuple(panels),
        note.format(time=f"{as_of:%Y-%m-%d %H:%M}"),
        event=case.info.event_time,
        event_label=tr("Event"),
    )


def _series(course: pd.DataFrame, ahead: pd.DataFrame) -> Sequence[Any]:
    import pandas as pd

    from ...layers.charts import Series, times
    from ...layers.style import OUTAGE

    past = course.sort_values("begin", kind="stable")
    known = ahead[ahead["expected"].notna()].sort_values("horizon_h", kind="stable")
    ends = times(known["at"])
    begins = [*times(known["as_of_course"])[:1], *ends[:-1]]
    beyond = past["excess_meters"].clip(lower=0)
    past_begins, past_ends = times(past["begin"]), times(past["end"])
    # hatched where neither the course nor the outlook tells anything: what is foreseen is not unknown
    told = [*beyond.tolist(), *pd.to_numeric(known["expected"]).tolist()]
    found = [
        Series("", OUTAGE, [*past_begins, *begins], [*past_ends, *ends], told),
        Series(tr("Dark so far"), OUTAGE, past_begins, past_ends, beyond.tolist(), hatched=False),
    ]
    return [*found, *expected_series(known, begins, ends)]


def expected_series(known: pd.DataFrame, begins: Sequence[datetime], ends: Sequence[datetime]) -> list[Series]:
    """Return the lines of what is expected and of its 80 % interval, from now; `known`: rows of one area, by hour."""
    import pandas as pd

    from ...layers.charts import Series
    from ...layers.style import INK, PARTIAL

    found = []
    now = float(pd.to_numeric(known["dark_now"]).iloc[0]) if len(known) else None
    for name, words, colour in (
        ("expected", tr("Expected"), INK),
        ("low80", tr("80 % interval, lower end"), PARTIAL),
        ("high80", tr("80 % interval, upper end"), PARTIAL),
    ):
        values = pd.to_numeric(known[name]).tolist()
        line = Series(words, colour, begins, ends, values, dashed=name != "expected", hatched=False, joined_from=now)
        found.append(line)
    return found

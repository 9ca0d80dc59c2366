"""UC④ 避難行動要支援者の避難支援: who is to be helped first (manual §3.1.4)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterVectorLayer,
)

from ...casefile.answers import has_entry
from ...messages import message
from ..base import FeedbackProgress, TomoshibiAlgorithm, is_empty, tr, translate_message
from ..entered import keep_apart, keep_by_person, rows_entered, warn_numbers
from ..inputs.people_lists import (
    add_elsewhere,
    add_not_read,
    add_people,
    read_people,
    set_texts,
    tell_without_readings,
)
from ..output_targets import standing_layer
from ..results import add_evidence_outputs, add_output, evidence_outputs, known_numbers, write_result
from .homeaway import add_method

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ...casefile.case import Case
    from ...casefile.people import Homes, People

OLD_HOURS = 3
"""Age of the readings in hours from which it is told."""


class EvacuationSupport(TomoshibiAlgorithm):
    """Who needs support first."""

    NAME = "evacuationsupport"
    GROUP = "people"
    OF_PEOPLE = True
    LISTS = ("SUPPORT_LIST",)
    NEEDED = ("SUPPORT_LIST",)
    # people enter what they found in one list
    BY_TIME = False
    TAGS = ("要支援者", "避難行動要支援者", "避難支援", "個別避難計画", "support", "evacuation", "UC4", "youshiensha")

    def title(self) -> str:
        return tr("List whom to help evacuate first (UC4)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        add_people(
            self,
            "SUPPORT_LIST",
            tr("List of people who need support"),
            tr("避難行動要支援者名簿."),
            care=True,
        )
        self.add(
            QgsProcessingParameterFeatureSource(
                "HAZARD_AREA", tr("Hazard area"), [QgsProcessing.SourceType.TypeVectorPolygon], optional=True
            ),
            tr("Polygons of the hazard or of the area to be evacuated. Left empty, the area counts for nothing."),
        )
        self.add(
            QgsProcessingParameterDateTime(
                "AT", tr("Moment"), QgsProcessingParameterDateTime.Type.DateTime, None, True
            ),
            tr(
                "Japanese time of the moment to look at; the last half-hour received before it is judged. Left "
                "empty, the moment of the event, or the newest readings where they end before it."
            ),
        )
        add_method(self)
        self.add(
            QgsProcessingParameterVectorLayer(
                "PREVIOUS", tr("Earlier result"), [QgsProcessing.SourceType.TypeVector], optional=True
            ),
            tr(
                "What people entered there (response, by whom, when) is kept. Left empty, the layer that is "
                "overwritten; where there is none, that of this name in the case's GeoPackage."
            ),
            advanced=True,
        )
        add_output(self, self.NAME)
        self.add_number("COUNT", tr("People on the list"))
        self.add_number("HOME", tr("Dwellings with somebody at home"))
        self.add_number("AWAY", tr("Dwellings without a sign of use"))
        self.add_number("UNKNOWN", tr("Dwellings not decided"))
        add_evidence_outputs(self)
        self.add_number("INSIDE", tr("Inside the hazard area"))
        self.add_number("NO_READINGS", tr("People without readings in the case"))
        self.add_number("NOWHERE", tr("People without coordinates"))
        self.add_number("KEPT", tr("Responses kept from before"))
        add_elsewhere(self)
        add_not_read(self)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        import numpy as np

        from ...analysis.support import support_table
        from ...casefile import case_arrays
        from ...casefile.people import homes_of
        from ...layers.build import points

        case = self.case(parameters, context)
        listed = read_people(self, parameters, context, progress, case, "SUPPORT_LIST")
        earlier, overwritten = self._entered(parameters, context, case, progress)
        found = homes_of(case, listed)
        asked = self.moment(parameters, context)
        method = self.choice(parameters, context, "METHOD")
        end, presence = _presence(case, found, listed, asked, method, progress)
        hazard = self._hazard(parameters, context, found, progress)
        degrees = [None if degree != degree else int(degree) for degree in listed.table["care_degree"].tolist()]
        table = support_table(presence["state"].tolist(), hazard, listed.table["care"].tolist(), degrees=degrees)
        _add_columns(table, listed, presence)
        kept, left = keep_by_person(table, earlier, listed.table["home_key"].to_numpy(bool))
        keep_apart(self.NAME, case, left, overwritten, progress)
        order = np.argsort(table["priority"].to_numpy(), kind="stable")
        table = table.iloc[order].reset_index(drop=True)
        known = np.isfinite(found.lat) & np.isfinite(found.lon)
        no_readings = tell_without_readings(found, progress)
        _warn_places(progress, int((~known).sum()), found.own)
        until = case_arrays.reach(case, end, found.rows)
        destination = write_result(
            self,
            parameters,
            context,
            progress,
            case,
            self.NAME,
            table,
            points(found.lon[order], found.lat[order]),
            end,
            case_arrays.sources(case, asked or case.info.last_event().begin),
            evidence_until=until,
            entered_here=is_empty(parameters.get("PREVIOUS")),
        )
        counts = table["state"].value_counts()
        home, away = int(counts.get("home", 0)), int(counts.get("away", 0))
        return {
            "OUTPUT": destination,
            "COUNT": len(table),
            "HOME": home,
            "AWAY": away,
            **evidence_outputs(table["unknown_reason"], until, len(table) - home - away),
            **known_numbers(INSIDE=_inside(table["in_hazard"])),
            "NO_READINGS": no_readings,
            "ELSEWHERE": int(listed.elsewhere.sum()),
            "NOWHERE": int((~known).sum()),
            "KEPT": kept,
            "NOT_READ": listed.unread,
        }

    def _hazard(
        self, parameters: dict[str, Any], context: QgsProcessingContext, found: Homes, progress: FeedbackProgress
    ) -> Optional[np.ndarray]:
        import numpy as np

        from ...analysis.support import HAZARD_UNKNOWN, INSIDE, OUTSIDE
        from ...layers.regions import assign_any
        from ...layers.sources import to_result_crs

        area = self.parameterAsSource(parameters, "HAZARD_AREA", context)
        if area is None:
            return None
        transform = to_result_crs(area.sourceCrs(), context.transformContext())
        inside = assign_any(area, found.lon, found.lat, transform, progress.feedback)
        known = np.isfinite(found.lat) & np.isfinite(found.lon)
        return np.where(known, np.where(inside, INSIDE, OUTSIDE), HAZARD_UNKNOWN)

    def _entered(
        self, parameters: dict[str, Any], context: QgsProcessingContext, case: Case, progress: FeedbackProgress
    ) -> tuple[list[dict[str, Any]], bool]:
        """Return the people of the earlier result, and whether it is overwritten.

        `supply_point`, `key`, `name` and what was entered (`ENTERED`).

        Read before the output is opened, which may be the same layer.
        """
        layer = self.parameterAsVectorLayer(parameters, "PREVIOUS", context)
        stands = standing_layer(parameters.get("OUTPUT"))
        standing = rows_entered(stands)
        warn_numbers(stands, sum(map(has_entry, standing or ())), progress)
        if layer is not None:
            return rows_entered(layer) or [], bool(standing)
        if standing is not None:
            return standing, True
        package = case.folder / "layers.gpkg"
        if not package.is_file():
            return [], False
        from ...layers.opening import open_layer

        return rows_entered(open_layer(f"{package}|layername={self.NAME}", self.NAME, "ogr")) or [], False


def _inside(in_hazard: pd.Series[bool]) -> Optional[int]:
    """Return how many are inside the hazard area; None where of nobody on the list it is known."""
    known = in_hazard.dropna()
    return None if len(in_hazard) and not len(known) else int(known.astype(bool).sum())


def _presence(
    case: Case, found: Homes, listed: People, asked: Optional[datetime], method: str, progress: FeedbackProgress
) -> tuple[datetime, pd.DataFrame]:
    """Return the end of the half-hour judged and what is said of each person: the columns of `presence_table`.

    Where that half-hour ends longer before the moment than data may be old, or the event lies between, the state is
    unknown (`no_data`) and what it was stands in `last_state`.
    """
    import numpy as np
    import pandas as pd

    from ... import settings
    from ...analysis.occupancy import PresenceRules, presence_table, window_days
    from ...analysis.reasons import Reason
    from ...casefile import case_arrays, presence
    from ...casefile.people import use_of

    at = asked or case.info.last_event().begin
    known = found.rows[found.rows >= 0]
    end = case_arrays.readings_until(case, at, known) if len(known) else None
    if end is None:
        end = case_arrays.readings_until(case, at)
    if end is None:
        raise case_arrays.NoData(
            message("The case holds no readings before this moment. Download or import them, or choose a later moment.")
        )
    age = (np.datetime64(at, "s") - end) / np.timedelta64(1, "h")
    if age >= OLD_HOURS:
        progress.warn(
            message(
                "The newest readings before the moment end at {end}, {hours} hours earlier: people may have come or "
                "gone since.",
                end=f"{pd.Timestamp(end):%Y-%m-%d %H:%M}",
                hours=round(float(age), 1),
            )
        )
    begin = end - np.timedelta64(window_days(method), "D") - case_arrays.SLOT
    readings = use_of(case, found.rows, begin, end)
    slots = begin + case_arrays.SLOT * np.arange(readings.shape[1])
    numbers = listed.table["supply_point"]
    moment = pd.Timestamp(end).to_pydatetime()
    about = presence.about(case, found.rows, numbers.to_numpy(str), begin, end, moment)
    table = presence_table(numbers.tolist(), readings, slots, [len(slots) - 1], method, PresenceRules(), about=about)
    _without_readings(case, table, listed, found, moment)
    table["last_state"] = None
    event = case.info.last_event(at)
    struck = event.begin <= at and np.datetime64(event.begin, "s") >= end
    if age >= settings.old_hours() or (struck and at > event.begin):
        told = table["state"].isin(["home", "away"])
        reason = Reason.BEFORE_EVENT if struck else Reason.TOO_OLD
        table.loc[told, "last_state"] = table.loc[told, "state"]
        table.loc[table["unknown_reason"].isna(), "unknown_reason"] = reason.value
        table["state"], table["confidence"] = "no_data", 0.0
    return moment, table


def _without_readings(case: Case, table: pd.DataFrame, listed: People, found: Homes, at: datetime) -> None:
    """Say why of people without readings, in place."""
    from ...casefile.people import why_no_readings

    for row, why in zip(table.index, why_no_readings(case, listed, found, at)):
        if why is not None:
            table.loc[row, "unknown_reason"] = why.value


def _add_columns(table: pd.DataFrame, listed: People, presence: pd.DataFrame) -> None:
    """Add to the table of support what the list and the readings tell of each person."""
    table["reason"] = [tr(", ").join(translate_message(part) for part in parts) for parts in table.pop("reasons")]
    for name in ("supply_point", "key", "name", "care", "linked_by", "same_as"):
        set_texts(table, name, listed.table[name])
    table["row_no"] = listed.table["row_no"]
    for name in ("state", "method", "confidence", "last_proven", "last_state", "unknown_reason"):
        table[name] = presence[name]


def _warn_places(progress: FeedbackProgress, nowhere: int, own: int) -> None:
    if own:
        progress.warn(
            message(
                "{count} people stand where the list says, because マスタ情報 has no coordinates of their supply "
                "points.",
                count=own,
            )
        )
    if nowhere:
        progress.warn(
            message(
                "{count} people have no coordinates, neither in マスタ情報 nor in the list: they are listed, but not "
                "on the map, and may be in the hazard area.",
                count=nowhere,
            )
        )

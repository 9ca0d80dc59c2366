"""What the algorithms about facilities share: where their list comes from, and which supply points feed them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingContext

from ... import settings
from ...messages import message
from ..base import FeedbackProgress, TomoshibiAlgorithm
from ..listed import read_parameter, read_table
from ..results import refuse_result

if TYPE_CHECKING:
    import pandas as pd

    from ...casefile.case import Case
    from ...casefile.facility_links import FacilityLinks
    from ...casefile.links import Links
    from ...layers.sources import Facilities


def read_facilities(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    progress: FeedbackProgress,
    kinds: str = "",
) -> Facilities:
    """Return the facilities of FACILITIES; `kinds` as the parameter KIND has them."""
    from ...layers.sources import FACILITY_KNOWN, FACILITY_WHO, facilities

    refuse_result(
        algorithm.parameterAsVectorLayer(parameters, "FACILITIES", context),
        message("Choose the layer or file of the facilities (shelters, hospitals)."),
    )
    listed = read_parameter(algorithm, parameters, context, progress, "FACILITIES", FACILITY_KNOWN, FACILITY_WHO)
    return facilities(listed, kinds, progress)


def read_facility_links(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    progress: FeedbackProgress,
    case: Case,
    places: pd.DataFrame,
    at: Optional[datetime] = None,
) -> FacilityLinks:
    """Return the links of LINKS, else those of the case; facilities without any are looked up by name and address.

    Links that the case keeps and those of its registered contractors count together.
    """
    import pandas as pd

    from ...casefile.facility_links import with_names
    from ...casefile.links import COLUMNS, KNOWN, links_in
    from ...casefile.own_inputs import own_input, told

    chosen = algorithm.parameterAsFile(parameters, "LINKS", context)
    kept = own_input(case, "LINKS")
    lists: list[Links] = []
    if chosen:
        lists.append(_of_facilities(links_in(read_table(chosen, None, KNOWN, progress)), places))
    elif kept is not None:
        progress.info(told(kept))
        lists += own_links(case, progress)
    else:
        progress.warn(
            message(
                "There is no list of links from facilities to supply points: they are looked up by name and address in "
                "通電情報 and マスタ情報. All that are not found for certain stay unknown."
            )
        )
    for problem in (problem for links in lists for problem in links.problems):
        progress.warn(problem)
    none = pd.DataFrame({name: [] for name in COLUMNS}, dtype=object)
    table = pd.concat([none, *(links.table for links in lists)], ignore_index=True).drop_duplicates(ignore_index=True)
    found = with_names(case, places, table, at)
    for problem in found.problems:
        progress.warn(problem)
    return _with_unreadable(found, lists, progress)


def _of_facilities(links: Links, places: pd.DataFrame) -> Links:
    """Return links with the ids of facilities as their list writes them: in one width and case, zeros put back.

    Not so those of contractors that the case keeps: the number of a person may look like that of a facility.
    """
    from dataclasses import replace

    from ...analysis.listed import ids_meant

    given = [*links.table["facility_id"].astype(str), *links.unreadable]
    meant = ids_meant(given, places["facility_id"].astype(str))
    table = links.table.assign(facility_id=[meant.get(str(one), one) for one in links.table["facility_id"]])
    return replace(links, table=table, unreadable=tuple(meant.get(one, one) for one in links.unreadable))


def _with_unreadable(found: FacilityLinks, lists: list[Links], progress: FeedbackProgress) -> FacilityLinks:
    """Return the links with a supply point that nobody can read, of facilities that have others: they say not all."""
    from dataclasses import replace

    import pandas as pd

    from ...casefile.links import COLUMNS, UNREADABLE

    has = set(found.table["facility_id"].astype(str))
    named = [name for name in dict.fromkeys(name for links in lists for name in links.unreadable) if name in has]
    if not named:
        return found
    progress.warn(
        message(
            "{count} facilities have supply points in the list of links of which one or more cannot be read: they are "
            "not called powered until these are put right.",
            count=len(named),
        )
    )
    more = pd.DataFrame({"facility_id": named, "supply_point": UNREADABLE}, columns=list(COLUMNS), dtype=object)
    return replace(found, table=pd.concat([found.table, more], ignore_index=True))


@dataclass(frozen=True)
class FacilityStates:
    """Facilities, and what is known of the power of each at a moment."""

    links: FacilityLinks
    at: datetime
    asked: Optional[datetime]
    """AT; None where nothing was asked."""
    power: pd.DataFrame
    """As `analysis.facilities.facility_power`."""
    not_read: int
    """Values of the list that were not understood."""
    earlier: Optional[EarlierStates] = None
    """Where all data end before a further event (an aftershock): what they told last."""


@dataclass(frozen=True)
class EarlierStates:
    """What was known of the power of facilities at the end of the data, before a further event struck."""

    at: datetime
    power: pd.DataFrame
    """As `FacilityStates.power`, in the same order."""


def facility_states(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    progress: FeedbackProgress,
    case: Case,
) -> FacilityStates:
    """Return the power of FACILITIES (KIND, LINKS) at AT, by default at `data_moment`."""
    from ...analysis.facilities import PointRules, facility_power
    from ...casefile import case_arrays
    from ...casefile.data_status import data_moment
    from ...casefile.facility_links import in_other_towns
    from ...casefile.ledger import now as clock_now

    listed = read_facilities(algorithm, parameters, context, progress, algorithm.text(parameters, context, "KIND"))
    asked = algorithm.moment(parameters, context)
    links = read_facility_links(algorithm, parameters, context, progress, case, listed.table, asked)
    for doubt in in_other_towns(case, listed.table, links.table):
        progress.warn(doubt)
    numbers = links.table["supply_point"].to_numpy(str)
    newest = case_arrays.newest_of(case, numbers)
    at = asked or data_moment(case, newest, clock_now())

    def power(moment: datetime) -> pd.DataFrame:
        known = case_arrays.supply_points(case, numbers, moment)
        return facility_power(listed.table, links.table, known, moment, PointRules(old_hours=settings.old_hours()))

    between = case.info.event_time <= newest < case.info.last_event(at).begin
    earlier = EarlierStates(newest, power(newest)) if between else None
    return FacilityStates(links, at, asked, power(at), listed.not_read, earlier)


def own_links(case: Case, progress: FeedbackProgress) -> list[Links]:
    """Return the links that a case keeps, and those of its registered contractors."""
    from ...casefile.links import KNOWN, links_in, read_links
    from ...casefile.own_inputs import LINKS_PLACE, own_input

    kept, made = own_input(case, "LINKS"), case.folder / LINKS_PLACE
    found = []
    if kept is not None and kept.path != made:
        found.append(links_in(read_table(kept.source, None, KNOWN, progress)))
    return [*found, read_links(made)] if made.is_file() else found

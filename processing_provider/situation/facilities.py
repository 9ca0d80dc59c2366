"""What the algorithms about facilities share: where their list comes from, and which supply points feed them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingContext

from ...messages import message
from ..base import FeedbackProgress, TomoshibiAlgorithm
from ..listed import read_parameter, read_table
from ..results import refuse_result

if TYPE_CHECKING:
    import pandas as pd

    from ...casefile.case import Case
    from ...casefile.facility_links import FacilityLinks
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
    """Return the links of LINKS, else those of the case; facilities without any are looked up by name and address."""
    import pandas as pd

    from ...casefile.facility_links import with_names
    from ...casefile.links import COLUMNS, KNOWN, links_in, read_links

    chosen = algorithm.parameterAsFile(parameters, "LINKS", context)
    kept = case.folder / "contractors" / "links.csv"
    table = pd.DataFrame({name: [] for name in COLUMNS}, dtype=object)
    if chosen or kept.is_file():
        links = links_in(read_table(chosen, None, KNOWN, progress)) if chosen else read_links(kept)
        table = links.table
        for problem in links.problems:
            progress.warn(problem)
    else:
        progress.warn(
            message(
                "There is no list of links from facilities to supply points: they are looked up by name and address in "
                "通電情報 and マスタ情報. All that are not found for certain stay unknown."
            )
        )
    found = with_names(case, places, table, at)
    for problem in found.problems:
        progress.warn(problem)
    return found

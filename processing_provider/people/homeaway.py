"""UC③⑥ 在・不在推定: which homes were occupied at a moment (manual §3.1.3, §3.1.6)."""

from __future__ import annotations

from collections import Counter
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
)

from ...layers.postprocess import PART
from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, is_empty, tr
from ..entered import responses
from ..results import add_evidence_outputs, add_output, evidence_outputs, write_result

if TYPE_CHECKING:
    import numpy as np

    from ...casefile.case import Case
    from ...casefile.case_arrays import Meters
    from ...layers.build import Beside

METHODS = ("held", "manual", "quiet")
DEFAULT_METHOD = "quiet"
CURVES = ("auto", "yes", "no")
NOT_LISTED, LISTED, UNCLEAR = range(3)
RESIDENT = ("not_listed", "listed", "elsewhere")
"""What the layer says of these: on the residents' list or not, or in it by a number with another address."""
YEAR_DAYS = 364
"""The same weekday a year before."""
MOST_CURVES = 20_000
"""Dwellings up to which `auto` writes curves."""
LOOKED_UP = 1 << 18
"""Meters whose reading of one half-hour is read at once."""
CURVE_ROWS = 20_000
"""Meters whose nine days are read at once."""


class HomeAway(TomoshibiAlgorithm):
    """At home or away at a moment, by dwelling."""

    NAME = "homeaway"
    GROUP = "people"
    OF_PEOPLE = True
    TAGS = ("在・不在", "在宅", "捜索", "救助", "home", "away", "occupancy", "UC3", "UC6", "zaitaku", "sousaku")

    def title(self) -> str:
        return tr("Estimate who was at home (UC3, UC6)")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterDateTime(
                "AT", tr("Moment"), QgsProcessingParameterDateTime.Type.DateTime, None, True
            ),
            tr(
                "Japanese time of the moment to look at; the last complete half-hour before it is judged. Left "
                "empty, the moment of the event, or the newest readings where they end before it."
            ),
        )
        add_method(self)
        self.add_own(
            QgsProcessingParameterFile("RESIDENTS", tr("Residents' list"), optional=True),
            tr(
                "CSV or XLSX with a column supply_point (供給地点特定番号), or with name and address, which are "
                "then looked up in マスタ情報. Every dwelling is marked as on the list or not: whoever was at home "
                "and is on none is easily missed."
            ),
        )
        self.add(
            QgsProcessingParameterBoolean("ONLY_LISTED", tr("Only dwellings on the residents' list"), False),
            tr("The others are left out."),
        )
        self.add(
            QgsProcessingParameterFeatureSource(
                "AREA", tr("Only inside"), [QgsProcessing.SourceType.TypeVectorPolygon], optional=True
            ),
            tr("Polygons to search, for instance an evacuation area. Left empty, everywhere."),
        )
        self.add_enum(
            "CURVES",
            tr("Curves"),
            CURVES,
            tr(
                "Half-hours of the day and the day before, and of a week before, for the chart in form and map tip. "
                "auto: up to 20,000 dwellings; beyond, the layer would grow by a kilobyte for each."
            ),
            default="auto",
            advanced=True,
        )
        add_output(self, self.NAME)
        self.addOutput(QgsProcessingOutputNumber("HOME", tr("Dwellings with somebody at home")))
        self.addOutput(QgsProcessingOutputNumber("AWAY", tr("Dwellings without a sign of use")))
        self.addOutput(QgsProcessingOutputNumber("UNKNOWN", tr("Dwellings not decided")))
        add_evidence_outputs(self)
        self.addOutput(QgsProcessingOutputNumber("HOME_LISTED", tr("At home and on the residents' list")))
        self.addOutput(QgsProcessingOutputNumber("HOME_NOT_LISTED", tr("At home and not on the residents' list")))
        self.addOutput(QgsProcessingOutputNumber("AWAY_LISTED", tr("Away and on the residents' list")))
        self.addOutput(QgsProcessingOutputNumber("AWAY_NOT_LISTED", tr("Away and not on the residents' list")))
        self.addOutput(
            QgsProcessingOutputNumber("ELSEWHERE", tr("Dwellings whose number is listed with another address"))
        )

    def variant(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        method = self.choice(parameters, context, "METHOD")
        name = self.NAME if method in ("", DEFAULT_METHOD) else f"{self.NAME}_{method}"
        # a part of the town does not take the place of the whole, in which people may have entered what they found
        part = self.parameterAsBoolean(parameters, "ONLY_LISTED", context) or not is_empty(parameters.get("AREA"))
        return f"{name}_{PART}" if part else name

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        import numpy as np
        import pandas as pd

        from ...analysis.occupancy import PRESENCE_COLUMNS, PresenceRules, presence_parts, window_days
        from ...casefile import case_arrays, presence
        from ...layers.build import Coded, Made, Parts, points

        case = self.case(parameters, context)
        method = self.choice(parameters, context, "METHOD")
        moment = presence.moment_of(case, self.moment(parameters, context), progress)
        end, at = moment.end, pd.Timestamp(moment.end).to_pydatetime()
        begin = end - np.timedelta64(window_days(method), "D") - case_arrays.SLOT
        meters = presence.dwellings(case, progress)
        resident = self._residents(parameters, context, case, meters, progress)
        wanted = self._wanted(parameters, context, meters, resident, progress)
        meters, resident = meters.take(wanted), resident[wanted] if resident is not None else None
        progress.raise_if_cancelled()
        readings = case.readings.window_view(begin, end, meters.rows)
        slots = begin + case_arrays.SLOT * np.arange(readings.shape[1])
        about = presence.about(case, meters.rows, meters.numbers, begin, end, at)
        target = len(slots) - 1
        # While the first homes are worked out, what else is said of them is looked up; then those done are written.
        begun = presence_parts(
            meters.numbers, readings, slots, target, method, PresenceRules(), about, case.engine, progress
        )
        with begun as parts:
            more = _looked_up(case, meters, end, progress)
            more["resident"] = None if resident is None else Coded(resident, np.array(RESIDENT, dtype=object))
            more["curve"] = self._curves(parameters, context, case, meters.rows, end, progress)
            more.update(responses(self, parameters, case, meters.numbers, progress))
            more["supply_point"] = Made(meters.numbers, lambda some: some.astype("U22").astype(object))
            rows = Parts((part for _, part in parts), len(meters.rows), PRESENCE_COLUMNS, more)
            destination = write_result(
                self,
                parameters,
                context,
                progress,
                case,
                self.NAME,
                rows,
                points(meters.lon, meters.lat),
                at,
                case_arrays.sources(case, moment.asked),
                evidence_until=at,
            )
            found = rows.tally(("state", "resident", "unknown_reason"))
        home, away = (_count(found, state) for state in ("home", "away"))
        reasons = chain.from_iterable(repeat(reason, count) for (_, _, reason), count in found.items())
        unknown = evidence_outputs(reasons, at, len(rows) - home - away)
        classes = _four_classes(None if resident is None else found, progress)
        return {"OUTPUT": destination, "HOME": home, "AWAY": away, **unknown, **classes}

    def _curves(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        case: Case,
        rows: np.ndarray,
        end: np.datetime64,
        progress: FeedbackProgress,
    ) -> Any:
        """Return the text of the curve of each row of the store, None where none is wanted."""
        wish = self.choice(parameters, context, "CURVES")
        if wish == "no" or (wish == "auto" and len(rows) > MOST_CURVES):
            return None
        return curves_of(case, rows, end, progress)

    def _residents(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        case: Case,
        meters: Meters,
        progress: FeedbackProgress,
    ) -> Optional[np.ndarray]:
        """Return which of the meters are on the residents' list (uint8 of `RESIDENT`), None where none was given.

        A number that stands at another address than the list's puts nobody on it: whether they are is not clear.
        Residents without a supply point are looked up by name and address; who is not certain is told by row.
        """
        import numpy as np

        from ...aggregator.keys import as_bytes, places_among
        from ...casefile.people import IDENTITY, KNOWN, linked_by_name, people
        from ..listed import read_table

        path = self.parameterAsFile(parameters, "RESIDENTS", context)
        if not path:
            return None
        source = read_table(path, None, KNOWN, progress, IDENTITY)
        listed = linked_by_name(case, people(source, {}), source.name)
        for problem in listed.problems:
            progress.warn(problem)
        numbers = listed.table["supply_point"].to_numpy(str)
        there = numbers != ""
        place, unclear = places_among(meters.number, as_bytes(numbers[there])), listed.elsewhere[there]
        unknown = len(np.unique(numbers[there][place < 0]))
        if unknown:
            progress.warn(
                message(
                    "{count} dwellings of the residents' list have no readings in the case: nothing is said of them.",
                    count=unknown,
                )
            )
        resident = np.full(len(meters.rows), NOT_LISTED, dtype=np.uint8)
        resident[place[(place >= 0) & unclear]] = UNCLEAR
        # another row may give the number with the address of its contract
        resident[place[(place >= 0) & ~unclear]] = LISTED
        return resident

    def _wanted(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        meters: Meters,
        resident: Optional[np.ndarray],
        progress: FeedbackProgress,
    ) -> np.ndarray:
        """Return which of the meters are asked for (bool), by ONLY_LISTED and AREA; who may be listed is."""
        import numpy as np

        from ...layers.regions import assign_any
        from ...layers.sources import to_result_crs

        wanted = np.ones(len(meters.rows), dtype=bool)
        if resident is not None and self.parameterAsBoolean(parameters, "ONLY_LISTED", context):
            wanted &= resident != NOT_LISTED
        area = self.parameterAsSource(parameters, "AREA", context)
        if area is not None:
            transform = to_result_crs(area.sourceCrs(), context.transformContext())
            wanted &= assign_any(area, meters.lon, meters.lat, transform, progress.feedback)
        if not wanted.any():
            raise TomoshibiError(
                message("No dwelling with readings is inside the area or on the list. Check both, or leave them empty.")
            )
        return wanted


def curves_of(case: Case, rows: np.ndarray, end: np.datetime64, progress: FeedbackProgress) -> list[str]:
    """Return the text of the curve (`layers.curves`) of each row of the store; `end`: of the half-hour judged."""
    import numpy as np

    from ...analysis.occupancy import home_days
    from ...casefile import case_arrays
    from ...layers.curves import curve_texts

    # The half-hour that ends at midnight belongs to the day before.
    today = (end - case_arrays.SLOT).astype("datetime64[D]")
    first, last = (today - np.timedelta64(8, "D")).astype("datetime64[s]"), (today + 1).astype("datetime64[s]")
    slots = first + case_arrays.SLOT * np.arange(9 * 48)
    target = int((end - case_arrays.SLOT - first) // case_arrays.SLOT)
    texts: list[str] = []
    for begin in range(0, len(rows), CURVE_ROWS):
        progress.raise_if_cancelled()
        readings = case.readings.window(first, last, rows[begin : begin + CURVE_ROWS])
        texts += curve_texts((today - 1).item(), home_days(readings, slots, target))
    return texts


def _looked_up(
    case: Case, meters: Meters, end: np.datetime64, progress: FeedbackProgress
) -> dict[str, Optional[Beside]]:
    """Return what is said of dwellings besides presence, {field: values}; a warning says how many are on no map."""
    import numpy as np

    known = np.isfinite(meters.lat) & np.isfinite(meters.lon)
    nowhere = int((~known).sum())
    if nowhere:
        progress.warn(
            message(
                "{count} dwellings have no pole coordinates in マスタ情報: they are in the table but not on the map.",
                count=nowhere,
            )
        )
    return {
        "pole_count": _dwellings_at_pole(meters.lon, meters.lat, known),
        "week_before": _kwh_before(case, meters.rows, end, 7),
        "year_before": _kwh_before(case, meters.rows, end, YEAR_DAYS),
    }


def _kwh_before(case: Case, rows: np.ndarray, end: np.datetime64, days: int) -> Beside:
    """Return the reading of the same half-hour so many days before, float64 kWh; NaN where there is none."""
    import numpy as np

    from ...casefile.case_arrays import SLOT
    from ...layers.build import Made

    then = end - np.timedelta64(days, "D")
    if (then - SLOT).astype("datetime64[D]").astype(object) not in case.readings.days():
        return Made(np.broadcast_to(np.int32(-1), len(rows)), _kwh)
    found = np.empty(len(rows), dtype=np.int32)
    for first in range(0, len(rows), LOOKED_UP):
        some = slice(first, first + LOOKED_UP)
        found[some] = case.readings.window(then - SLOT, then, rows[some])[:, 0]
    return Made(found, _kwh)


def _kwh(wh: np.ndarray) -> np.ndarray:
    """Return readings of Wh (negative: none) as float64 kWh, NaN for none."""
    import numpy as np

    return np.where(wh >= 0, wh / 1000, np.nan)


def _dwellings_at_pole(lon: np.ndarray, lat: np.ndarray, known: np.ndarray) -> Beside:
    """Return how many of the dwellings stand at the same pole, float64; NaN where the pole is not known."""
    import numpy as np

    from ...analysis.distinct import distinct_pairs
    from ...layers.build import Coded

    _, _, pole = distinct_pairs(lon, lat)
    count = np.append(np.bincount(pole[known]).astype(np.float64), np.nan)
    # -1, of a dwelling without a place, takes the last
    return Coded(pole, count)


def _count(found: Counter[tuple[object, ...]], *asked: str) -> int:
    """Return how many dwellings have these values, of (state, resident, reason) the first ones."""
    return sum(count for values, count in found.items() if values[: len(asked)] == asked)


def _four_classes(found: Optional[Counter[tuple[object, ...]]], progress: FeedbackProgress) -> dict[str, Optional[int]]:
    """Return the manual's four classes of UC③ as outputs, None where no residents' list was given, and ELSEWHERE.

    `found`: how many dwellings have the same state, resident and reason.
    """
    names = ("HOME_LISTED", "HOME_NOT_LISTED", "AWAY_LISTED", "AWAY_NOT_LISTED")
    if found is None:
        return dict.fromkeys((*names, "ELSEWHERE"))
    counts: dict[str, Optional[int]] = {name: _count(found, *name.lower().split("_", 1)) for name in names}
    progress.info(
        message(
            "At home: {home_listed} on the residents' list, {home_not_listed} not. No sign of use: {away_listed} on "
            "the list, {away_not_listed} not.",
            **{name.lower(): count for name, count in counts.items()},
        )
    )
    unclear = sum(count for values, count in found.items() if values[1] == RESIDENT[UNCLEAR])
    if unclear:
        progress.warn(
            message(
                "{count} dwelling(s) may be on the residents' list or not: their number is listed with another "
                "address. They are in none of these four; check their numbers, and search them like those who are on "
                "no list.",
                count=unclear,
            )
        )
    return {**counts, "ELSEWHERE": unclear}


def add_method(algorithm: TomoshibiAlgorithm) -> None:
    """Add METHOD."""
    algorithm.add_enum(
        "METHOD",
        tr("Method"),
        METHODS,
        tr(
            "quiet: against the home's own quiet hours of two weeks, with its habits and what came before weighed; "
            "right most often, sees long absence, and says unknown where the readings speak for both. It needs three "
            "days of readings, better seven. manual: use above the median of the past three days means at home, as in "
            "the manual; good by day, but at night it misses most sleepers, so nothing below the median is called away "
            "between 22:00 and 08:00. held: the same, and who was seen in the evening stays at home until the morning. "
            "Behind a solar roof quiet and held call nobody away for a low reading of the day; manual does."
        ),
        default=DEFAULT_METHOD,
    )

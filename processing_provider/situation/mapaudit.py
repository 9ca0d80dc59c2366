"""事後検証: what past maps of a case got right, by readings that came later, and which radio relays had failed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Optional, Sequence

from qgis.core import (
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
)

from ...messages import Message, message
from ..audited import AGO_HOURS
from ..base import VOLTAGES, FeedbackProgress, TomoshibiAlgorithm, tr
from ..inputs.places import check_period
from ..results import Areas, add_areas, add_evidence_outputs, add_output, evidence_outputs, write_result
from .audited_areas import drawn_run, rows, square_shapes, statements
from .facilities import read_facilities, read_facility_links

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ...analysis.audit import Figure, Score, Shares, Verdicts
    from ...analysis.reasons import Reason
    from ...analysis.relays import Relay
    from ...casefile.case import Case
    from ...casefile.case_arrays import Meters
    from ...casefile.history import Run
    from ...casefile.past_power import PastPower

JUDGED = ("shelterpower", "meshoutage", "areaoutage", "isolatedcommunities", "hiddenoutages")
"""Themes that say who is without power; `acquisitiongaps` says who sent nothing, which needs no audit."""
LISTED = ("isolatedcommunities", "hiddenoutages")
"""Themes that name only what is dark: a newer list of a moment takes the place of the one before."""
RELAY_CELL = 250
"""Metres of the squares that stand for neighbourhoods where the case has no areas."""


class MapAudit(TomoshibiAlgorithm):
    """Past maps, judged by what is known now."""

    NAME = "mapaudit"
    GROUP = "situation"
    LISTS = ("FACILITIES",)
    TAGS = ("事後検証", "答え合わせ", "遅れて届いたデータ", "中継局", "audit", "late readings", "relay", "kensho")

    def title(self) -> str:
        return tr("Audit past maps by readings that came later")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        kind = QgsProcessingParameterDateTime.Type.DateTime
        self.add(
            QgsProcessingParameterDateTime("FROM", tr("From"), kind, None, True),
            tr("First moment of the maps that are judged, Japanese time. Left empty, the event."),
        )
        self.add(
            QgsProcessingParameterDateTime("TO", tr("To"), kind, None, True),
            tr("Last moment of the maps that are judged, Japanese time. Left empty, the end of the data."),
        )
        add_areas(
            self,
            tr("Districts of the isolated communities and of the relays. Left empty, relays are found by squares."),
            optional=True,
        )
        vector = QgsProcessing.SourceType
        self.add_own(
            QgsProcessingParameterFeatureSource(
                "BOUNDARY", tr("Municipal boundary"), [vector.TypeVectorPolygon], optional=True
            ),
            tr("Municipalities or wards by which the outage rate was mapped."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterField(
                "BOUNDARY_FIELD", tr("Field with the code of the municipality"), "area_id", "BOUNDARY", optional=True
            ),
            tr("Field that tells municipalities or wards apart. Left empty, area_id."),
            advanced=True,
        )
        self.add_own(
            QgsProcessingParameterFeatureSource("FACILITIES", tr("Facilities"), [vector.TypeVector], optional=True),
            tr("The facilities that were shown. Left empty, their past states are not judged."),
        )
        self.add(
            QgsProcessingParameterFile("LINKS", tr("Facilities and their supply points"), optional=True),
            tr("CSV or XLSX with the columns facility_id and supply_point. Left empty, the links that the case keeps."),
            advanced=True,
        )
        add_output(self, self.NAME)
        for name, words in (
            ("FAILED_RELAYS", tr("Areas whose radio relay had failed")),
            ("RUNS", tr("Past maps looked at")),
            ("RIGHT", tr("Statements that were right")),
            ("WRONG", tr("Statements that were wrong")),
            ("WRONG_DARK", tr("Of these, said to have power, or less without it, and dark")),
            ("AREAS_DARKER", tr("Areas of the map drawn in which more was dark than it said")),
            ("LATE_METERS", tr("Meters that were silent and had power")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, words))
        self.add_number("RELAYS", tr("Failed relays (JSON: area → share of its meters)"), text=True)
        add_evidence_outputs(self)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        return check_period(self, parameters, context)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        import pandas as pd

        from ...analysis import audit
        from ...analysis.audit_areas import Verdict
        from ...casefile import case_arrays
        from ...casefile.past_power import PastPower
        from ...casefile.relays import keep_relays, known_relays

        case = self.case(parameters, context)
        meters = case_arrays.meters(case)
        newest = case_arrays.newest(case)
        begin = self.moment(parameters, context, "FROM") or case.info.event_time
        end = self.end_moment(parameters, context) or newest
        places = _Places(self, parameters, context, case, meters, progress.stage(0, 0.2))
        past = PastPower(case, meters, places.neighbourhood, begin, end, newest)
        judge = _Judge(case, meters, places, past)
        late, back_fills = int(past.late.sum()), bool(past.back_fills.any())
        runs = _runs(case, begin, end)
        judged = _judged(runs, judge, progress.stage(0.3, 0.8))
        table = _table(runs, judged)
        relays: Sequence[Relay] = ()
        if back_fills:
            relays = places.failed(past)
            known = audit.with_earlier(relays, known_relays(case), begin, end)
            keep_relays(case, known, f"tomoshibi:{self.NAME}")
        _tell(table, late, back_fills, relays, progress)
        told = evidence_outputs([code for one in judged for code in one.reasons if code], newest)
        areas, shapes = judge.areas(runs, known_relays(case))
        made = write_result(
            self,
            parameters,
            context,
            progress.stage(0.8, 1),
            case,
            self.NAME,
            pd.concat([table, areas], ignore_index=True),
            [*(QgsGeometry() for _ in range(len(table))), *shapes],
            newest,
            case_arrays.sources(case, newest),
            evidence_until=newest,
        )
        shares = audit.share_by_area(places.neighbourhood, past.watched, relays)
        return {
            "OUTPUT": made,
            "FAILED_RELAYS": len({relay.area_id for relay in relays}),
            "RUNS": len(table),
            "RIGHT": int(table["right"].sum()),
            "WRONG": int(table["wrong"].sum()),
            "WRONG_DARK": int(table["wrong_dark"].sum()),
            "AREAS_DARKER": int((areas["verdict"] == Verdict.DANGEROUS.value).sum()),
            "LATE_METERS": late,
            "RELAYS": json.dumps({each.area_id: round(shares[each.area_id], 3) for each in relays}, ensure_ascii=False),
            **told,
        }


class _Places:
    """Which areas, cells and facilities the meters of a case belong to."""

    def __init__(
        self,
        algorithm: MapAudit,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        case: Case,
        meters: Meters,
        progress: FeedbackProgress,
    ):
        from ...analysis.mesh import encode_shared

        self.meters = meters
        self._told = (algorithm, parameters, context, case, progress)
        self.area = self._assigned(parameters)
        boundary = {"AREAS": parameters.get("BOUNDARY"), "AREA_FIELD": parameters.get("BOUNDARY_FIELD")}
        self.town = self._assigned({**parameters, **boundary})
        self.neighbourhood = (
            encode_shared(meters.lat, meters.lon, RELAY_CELL).astype(str) if self.area is None else self.area
        )
        self._cells: dict[int, np.ndarray] = {}

    def shapes(self, codes: np.ndarray) -> Mapping[str, tuple[str, QgsGeometry]]:
        """Return the name and polygon of each neighbourhood: of the areas, else of the squares `codes`, str (n)."""
        algorithm, parameters, context, _, progress = self._told
        if self.area is not None:
            return Areas(algorithm, parameters, context).shapes(progress)
        return square_shapes(codes, RELAY_CELL)

    @cached_property
    def _facilities(self) -> pd.DataFrame:
        """The facilities that were shown."""
        algorithm, parameters, context, _, progress = self._told
        return read_facilities(algorithm, parameters, context, progress).table

    def _assigned(self, parameters: dict[str, Any]) -> Optional[np.ndarray]:
        from ...layers.regions import assign

        algorithm, _, context, _, progress = self._told
        areas = Areas(algorithm, parameters, context)
        if areas.source is None:
            return None
        lon, lat = self.meters.lon, self.meters.lat
        found: np.ndarray = assign(areas.source, areas.id_field, lon, lat, areas.transform, progress.feedback)
        return found.astype(str)

    def cells(self, metres: int) -> np.ndarray:
        """Return the grid square of each meter, str."""
        from ...analysis.mesh import encode_shared

        if metres not in self._cells:
            self._cells[metres] = encode_shared(self.meters.lat, self.meters.lon, metres).astype(str)
        return self._cells[metres]

    def links(self, at: datetime) -> Optional[pd.DataFrame]:
        """Return `facility_id supply_point`; None without a list of facilities."""
        algorithm, parameters, context, case, progress = self._told
        if not parameters.get("FACILITIES"):
            return None
        return read_facility_links(algorithm, parameters, context, progress, case, self._facilities, at).table

    def failed(self, past: PastPower) -> Sequence[Relay]:
        """Return the neighbourhoods whose relay had failed, by all that the case holds, with their meters."""
        from ...analysis.audit import failed_relays

        found = failed_relays(self.neighbourhood, past.watched, past.silences, past.newest)
        numbers = {each.area_id: self.meters.number[self.neighbourhood == each.area_id] for each in found}
        return [
            replace(each, of=tuple(number.decode("ascii") for number in numbers[each.area_id].tolist()))
            for each in found
        ]


def _runs(case: Case, begin: datetime, end: datetime) -> list[Run]:
    """Return the results kept of moments from `begin` to `end`, by theme and moment.

    Of several of one moment the newest stands, and of maps of rates and of facilities also those of other squares,
    municipalities or facilities: they say nothing of the same.
    """
    from ...casefile import history

    found: list[Run] = []
    for theme in JUDGED:
        of_moment: dict[datetime, list[Run]] = {}
        for run in history.runs(case, theme):
            if begin <= run.as_of <= end:
                of_moment.setdefault(run.as_of, []).append(run)
        for runs in of_moment.values():
            found += runs[-1:] if theme in LISTED else _of_other_things(runs)
    return found


def _of_other_things(runs: Sequence[Run]) -> list[Run]:
    """Return results of one moment of which no newer one speaks of the same things, the oldest first."""
    from ...casefile import history

    if len(runs) == 1:
        return list(runs)
    kept, told = [], set()
    for run in reversed(runs):
        ids = set(history.read(run)["id"])
        if not kept or not ids & told:
            kept.append(run)
        told |= ids
    return kept[::-1]


@dataclass(frozen=True)
class _Judged:
    """What a past result turned out to be."""

    score: Score
    missed: int = 0
    """Of the wrong statements, those that said less than was dark."""
    reasons: tuple[str, ...] = ()
    """Why each of those that cannot be judged cannot, codes."""
    figure: Optional[Figure] = None
    """None where nothing can be judged."""


def _judged(runs: Sequence[Run], judge: _Judge, progress: FeedbackProgress) -> list[_Judged]:
    found = []
    for number, run in enumerate(runs):
        progress.raise_if_cancelled()
        found.append(judge(run))
        progress.set_fraction((number + 1) / len(runs))
    return found


def _table(runs: Sequence[Run], judged: Sequence[_Judged]) -> pd.DataFrame:
    """Return a row a past result: how many of its statements were right, wrong, and cannot be judged."""
    import pandas as pd

    rows = []
    for run, one in zip(runs, judged):
        score, figure = one.score, one.figure
        counts = (score.right, score.wrong, score.unknown, one.missed, score.wrong - one.missed)
        was = (None, None) if figure is None else (figure.was_low, figure.was_high)
        said = (None, None) if figure is None else (figure.said_low, figure.said_high)
        why = Counter(one.reasons).most_common(1)
        rows.append((run.theme, run.as_of, run.made_at, *counts, *said, *was, why[0][0] if why else None, False))
    names = ["theme", "shown_at", "made_at", "right", "wrong", "unknown", "wrong_dark", "wrong_powered"]
    names += ["said_low", "said_high", "was_low", "was_high", "unknown_reason", "on_map"]
    return pd.DataFrame(rows, columns=names)


@dataclass(frozen=True)
class _Judge:
    """Judges a past result by what the case holds now."""

    case: Case
    meters: Meters
    places: _Places
    past: PastPower

    def __call__(self, run: Run) -> _Judged:
        """Return what of a result was right, why the rest cannot be judged, and what it said in numbers."""
        from ...analysis import audit
        from ...analysis.reasons import Reason
        from ...casefile import history

        said = history.read(run)
        if not self.past.back_fills.any():
            return _Judged(audit.Score(unknown=len(said)), 0, (Reason.NO_HISTORY.value,) * len(said))
        if not len(said):
            return _Judged(audit.Score(), figure=audit.NONE_LISTED)
        found = [self._of_moment(run.theme, some, at) for at, some in _by_moment(said, run.as_of)]
        figures = [one.figure for one in found if one.figure is not None]
        score = audit.Score(*(sum(getattr(one.score, name) for one in found) for name in ("right", "wrong", "unknown")))
        reasons = tuple(code for one in found for code in one.reasons)
        return _Judged(
            score,
            sum(one.missed for one in found),
            reasons,
            sum(figures, audit.Figure()) if figures else None,
        )

    def areas(self, runs: Sequence[Run], relays: Sequence[Relay]) -> tuple[pd.DataFrame, list[QgsGeometry]]:
        """Return where the past map that is drawn was right: rows of the layer, and the polygon of each.

        Areas without a past map, or without late readings, are undecided and say why.
        """
        import numpy as np
        import pandas as pd

        from ...analysis.audit import UNKNOWN
        from ...analysis.audit_areas import Named, Seen, by_area
        from ...casefile import history

        places = self.places
        area, counted = Named.of(places.neighbourhood), self.past.watched.copy()
        run = drawn_run(runs, self.past.newest, AGO_HOURS)
        columns = ["id", "state", "low", "high", history.METERS, history.VOLTAGE]
        said = pd.DataFrame(columns=columns) if run is None else history.read(run)
        where = self._where(run.theme, said["id"].to_numpy(str)) if run is not None else None
        unit = Named.of(np.broadcast_to(np.array([""]), len(counted)) if where is None else where)
        power = np.full(len(counted), UNKNOWN, dtype=np.int8)
        newest: Optional[datetime] = None
        for at, some in _by_moment(said, run.as_of) if run is not None and where is not None else ():
            newest = at
            here = unit.among(some["id"].to_numpy(str))
            counted &= ~here | self.past.counted(at, _class_of(some))
            own = counted & here
            # without late readings nothing is judged, not even who was heard in time
            if self.past.back_fills.any():
                power[own] = self.past.power(at)[own]
        found = by_area(statements(said), Seen(area, unit, counted, power, self.past.back_fills))
        shapes = places.shapes(found["area_id"].to_numpy(str))
        return rows(found, run, newest, relays, shapes)

    def _where(self, theme: str, ids: np.ndarray) -> Optional[np.ndarray]:
        """Return the thing of a map of areas that each meter is of, str (meters); None where that is not known."""
        if theme == "isolatedcommunities":
            return self.places.area
        return self.places.town if theme == "areaoutage" else self._cells(ids)

    def _of_moment(self, theme: str, said: pd.DataFrame, at: datetime) -> _Judged:
        import numpy as np

        from ...analysis import audit
        from ...analysis.reasons import Reason
        from ...casefile import history

        ids, power, state = said["id"].to_numpy(str), self.past.power(at), said["state"].to_numpy(str)
        if theme == "hiddenoutages":
            place = self._place(ids)
            there = place >= 0
            of = np.where(there, power[np.maximum(place, 0)], audit.UNKNOWN)
            known = audit.Shares(np.ones(len(ids), dtype=int), of == audit.DARK, of == audit.UNKNOWN)
            deaf = (of == audit.UNKNOWN) & ~(there & self.past.back_fills[np.maximum(place, 0)])
            return _of_verdicts(audit.judged_meters(state, of), known, deaf, audit.figure_of_meters(state, of))
        if theme == "shelterpower":
            of_meter = self._facilities(ids, power, at)
            if of_meter is None:
                return _not_judged(ids, Reason.NOT_LINKED)
            known, deaf = self._counted(ids, *of_meter)
            figure: Optional[Figure] = audit.figure_of_facilities(state, known)
            return _of_verdicts(audit.judged_facilities(state, known), known, deaf, figure)
        where, low = self._where(theme, ids), said["low"].to_numpy(float)
        if where is None:
            return _not_judged(ids, Reason.NO_PLACE)
        listed = theme == "isolatedcommunities"
        # those that were silent before the event count for no settlement; the bounds of a rate are of them too
        own = self.past.counted(at, None if listed else _class_of(said))
        own = own & self.past.watched if listed else own
        known, deaf = self._counted(ids, where[own], power[own], self.past.back_fills[own])
        if listed:
            figure = audit.figure_of_dark(np.ones(len(ids), dtype=bool), known)
            return _of_verdicts(audit.judged_dark(known, low), known, deaf, figure)
        high, known = said["high"].to_numpy(float), known.among(said[history.METERS].to_numpy(float))
        figure = audit.figure_of_bounds(low, high, known)
        return _of_verdicts(audit.judged_bounds(low, high, known), known, deaf, figure)

    @staticmethod
    def _counted(
        ids: np.ndarray, of_meter: np.ndarray, power: np.ndarray, back_fills: np.ndarray
    ) -> tuple[Shares, np.ndarray]:
        """Return what is known of the meters of things, and how many can never tell: nobody sends what was kept."""
        import numpy as np

        from ...analysis.audit import POWERED, UNKNOWN, Shares

        deaf = np.where((power == UNKNOWN) & ~back_fills, UNKNOWN, POWERED)
        return Shares.of(ids, of_meter, power), Shares.of(ids, of_meter, deaf).unknown

    def _cells(self, ids: np.ndarray) -> Optional[np.ndarray]:
        from ...analysis.mesh import LEVELS, valid

        sizes = [metres for metres in LEVELS if len(ids) and valid(ids, metres).all()]
        return self.places.cells(sizes[0]) if sizes else None

    def _place(self, numbers: np.ndarray) -> np.ndarray:
        """Return the place of supply points among the meters, -1 for none."""
        import numpy as np

        rows = self.case.readings.rows_of(numbers.tolist(), 1)
        place = np.full(len(self.case.readings.meters), -1, dtype=np.int64)
        place[self.meters.rows] = np.arange(len(self.meters.rows))
        found: np.ndarray = np.where(rows >= 0, place[np.maximum(rows, 0)], -1)
        return found

    def _facilities(
        self, ids: np.ndarray, power: np.ndarray, at: datetime
    ) -> Optional[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Return of each linked meter its facility, its power, and whether it may tell; None without links."""
        import numpy as np

        from ...analysis.audit import UNKNOWN

        links = self.places.links(at)
        if links is None or not len(links):
            return None
        place = self._place(links["supply_point"].to_numpy(str))
        there, some = place >= 0, np.maximum(place, 0)
        of = np.where(there, power[some], UNKNOWN)
        return links["facility_id"].to_numpy(str), of, there & self.past.back_fills[some]


def _class_of(said: pd.DataFrame) -> int:
    """Return the 電圧分類 of a map of rates; of those kept by earlier versions homes."""
    from ...casefile import history

    named = said[history.VOLTAGE].iloc[0]
    return VOLTAGES.index(named) + 1 if named in VOLTAGES else 1


def _by_moment(said: pd.DataFrame, as_of: datetime) -> Iterator[tuple[datetime, pd.DataFrame]]:
    """Yield the moments that the figures of a past result are of, and its rows of each.

    A figure is of the moment that its evidence reaches to, else of the moment shown.
    """
    import numpy as np
    import pandas as pd

    from ...casefile import history

    moments = said[history.UNTIL].fillna(pd.Timestamp(as_of)).to_numpy().astype("datetime64[s]")
    for moment in np.unique(moments):
        yield pd.Timestamp(moment).to_pydatetime(), said[moments == moment]


def _of_verdicts(told: Verdicts, known: Shares, deaf: np.ndarray, figure: Optional[Figure]) -> _Judged:
    reasons = told.reasons(known.meters, known.unknown, deaf)
    return _Judged(told.score(), int(told.missed.sum()), tuple(reasons[reasons != ""].tolist()), figure)


def _not_judged(ids: np.ndarray, why: Reason) -> _Judged:
    from ...analysis.audit import Score

    return _Judged(Score(unknown=len(ids)), 0, (why.value,) * len(ids))


def _tell(
    table: pd.DataFrame, late: int, back_fills: bool, relays: Sequence[Relay], progress: FeedbackProgress
) -> None:
    """Say what came of it; where no readings came late, that nothing can be judged."""
    if not len(table):
        progress.warn(
            message("The case keeps no past map of this period. Make maps first; they are kept by themselves.")
        )
    if not back_fills:
        progress.warn(
            message(
                "0 statements were judged: of {late} meters that were silent readings of that time came later. The "
                "aggregator gives none, the silent meters are not back yet, or no map was made while they were silent."
                " Nothing was changed.",
                late=late,
            )
        )
        return
    from ...layers.schema import SPECS

    progress.info(
        message(
            "{late} meters were silent and had power. In {relays} areas the radio relay had failed.",
            late=late,
            relays=len(relays),
        )
    )
    for row in table.itertuples():
        progress.info(
            message(
                "{theme} of {shown}: {right} right, {wrong} wrong, {unknown} cannot be judged.",
                theme=SPECS[row.theme].title(),
                shown=f"{row.shown_at:%Y-%m-%d %H:%M}",
                right=row.right,
                wrong=row.wrong,
                unknown=row.unknown,
            )
        )

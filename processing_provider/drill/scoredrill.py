"""A drill's results held against the scenario's truth."""

from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Optional

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsWkbTypes,
)

from ...files import write_text_atomic
from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..output_targets import LAYERS, in_case
from ..results import place_in_case

if TYPE_CHECKING:
    import pandas as pd

    from ...casefile.case import Case
    from ...practice.scenario import Scenario

METHODS = ("manual", "held", "quiet")
"""Methods of home and away that are compared over a whole day."""
BARE = "manual_bare"
"""What the manual's rule prints by itself: not above the median is away, whatever the hour."""
MOST_HOMES = 20_000
"""Homes looked at for that, evenly picked: with so many a share is right to half a percent."""


class ScoreDrill(TomoshibiAlgorithm):
    """SCENARIO, CASE → OUTPUT table `theme measure value note`; SUMMARY (JSON)."""

    NAME = "scoredrill"
    GROUP = "drill"
    TAGS = ("訓練", "採点", "検証", "正解", "drill", "score", "truth", "kunren", "saiten")

    def title(self) -> str:
        return tr("Score a drill")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add(
            QgsProcessingParameterFile("SCENARIO", tr("Scenario folder"), QgsProcessingParameterFile.Behavior.Folder),
            tr("Folder made with “Create scenario”, with the truth in it."),
        )
        self.add_case()
        self.add(
            QgsProcessingParameterFeatureSink(
                "OUTPUT", tr("Scores"), QgsProcessing.SourceType.TypeVector, in_case(LAYERS), True
            ),
            tr("Table with one row a measure; empty where a measure has no meaning for the data."),
        )
        self.add(
            QgsProcessingParameterFileDestination(
                "SUMMARY", tr("Summary"), "JSON (*.json)", optional=True, createByDefault=False
            ),
            tr("File for the same figures as JSON."),
        )
        self.add_number("COUNT", tr("Measures"))

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        import pandas as pd

        from ...practice.scenario import Scenario

        case = self.case(parameters, context)
        scenario = Scenario.open(Path(self.parameterAsFile(parameters, "SCENARIO", context)))
        if case.info.municipality != scenario.municipality or not case.info.practice:
            raise TomoshibiError(
                message(
                    "The case {case} was not made from this scenario ({scenario}), or not as a drill. Choose the "
                    "folders that belong together.",
                    case=case.info.name,
                    scenario=scenario.name,
                )
            )
        parts = [part for part in _scores(case, scenario, progress) if len(part)]
        if not parts:
            raise TomoshibiError(
                message(
                    "There is no result to score in {folder}. Make the result layers first.", folder=str(case.folder)
                )
            )
        scores = pd.concat(parts, ignore_index=True)
        target = self._write(parameters, context, scores)
        place = place_in_case(case, target, context)
        if place:
            case.ledger.add(f"tomoshibi:{self.NAME}", place, [scenario.name], personal=False)
        summary = self.parameterAsFileOutput(parameters, "SUMMARY", context)
        if summary:
            write_text_atomic(Path(summary), json.dumps(_nested(scores), ensure_ascii=False, indent=1))
        return {"OUTPUT": target, "SUMMARY": summary, "COUNT": len(scores)}

    def _write(self, parameters: Parameters, context: QgsProcessingContext, scores: pd.DataFrame) -> str:
        """Write OUTPUT and return its id."""
        from ...layers import build, schema

        fields = QgsFields()
        for name, kind in (("theme", "text"), ("measure", "text"), ("value", "real"), ("note", "text")):
            fields.append(schema.field(name, kind))
        sink, target = self.parameterAsSink(
            parameters, "OUTPUT", context, fields, QgsWkbTypes.Type.NoGeometry, QgsCoordinateReferenceSystem()
        )
        if sink is None:
            raise TomoshibiError(message("The output cannot be written. Choose another file or folder for it."))
        rows = (
            [row.theme, row.measure, float(row.value) if math.isfinite(row.value) else NULL, row.note]
            for row in scores.itertuples(index=False)
        )
        build.write_rows(sink, rows, None, len(scores), FeedbackProgress(None))
        return target


def _nested(scores: pd.DataFrame) -> dict[str, dict[str, Optional[float]]]:
    """Return {theme: {measure: value}}, null where a measure is not defined."""
    found: dict[str, dict[str, Optional[float]]] = {}
    for row in scores.itertuples(index=False):
        found.setdefault(row.theme, {})[row.measure] = float(row.value) if math.isfinite(row.value) else None
    return found


def _layer(case: Case, name: str, progress: FeedbackProgress) -> Optional[pd.DataFrame]:
    """Return the attributes of a result layer, None (and a warning) where the case has none."""
    import pandas as pd

    from ...layers.opening import open_layer
    from ...layers.uris import layer_uri

    layer = open_layer(layer_uri(case.folder / "layers.gpkg", name), name, "ogr")
    if not layer.isValid():
        progress.warn(message("The case has no layer “{layer}”; it is not scored.", layer=name))
        return None
    names = [field.name() for field in layer.fields()]
    rows = [[_plain(value) for value in feature.attributes()] for feature in layer.getFeatures()]
    return pd.DataFrame(rows, columns=names)


def _plain(value: Any) -> Any:
    """Return a Qt value as Python's own, None where it is missing."""
    if value is None or value == NULL:
        return None
    return value.toPyDateTime() if hasattr(value, "toPyDateTime") else value


def _scores(case: Case, scenario: Scenario, progress: FeedbackProgress) -> Iterator[pd.DataFrame]:
    """Yield the scores of every theme that the case has results for."""
    jobs = (_shelters, _mesh, _gaps, _isolated, _hidden, _residence, _recovery, _moments, _day)
    for number, job in enumerate(jobs):
        progress.raise_if_cancelled()
        progress.set_fraction(number / len(jobs))
        yield from job(case, scenario, progress)


def _shelters(case: Case, scenario: Scenario, progress: FeedbackProgress) -> Iterator[pd.DataFrame]:
    from ...practice import score, truth

    table = _layer(case, "shelterpower", progress)
    if table is not None and len(table):
        at = table["as_of"].max()
        # what the service publishes late nobody can know sooner
        late = (scenario.minutes(at) - int(scenario.known_until(at).min())) / 60
        delay = score.DATA_DELAY_HOURS + (0.0 if scenario.service.ideal else late)
        yield score.score_shelters(table, truth.shelter_truth(scenario, at), delay)


def _mesh(case: Case, scenario: Scenario, progress: FeedbackProgress) -> Iterator[pd.DataFrame]:
    from ...analysis.mesh import LEVELS
    from ...practice import score, truth

    table = _layer(case, "meshoutage", progress)
    if table is None or not len(table):
        return
    if "voltage" in table and (table["voltage"] == "low").any():
        table = table[table["voltage"] == "low"]
    newest = table[table["end"] == table["end"].max()]
    digits = len(str(newest["mesh_code"].iloc[0]))
    metres = next(level.metres for level in LEVELS.values() if level.digits == digits)
    at = min(newest["as_of"].max(), newest["end"].max())
    yield score.score_mesh(newest, truth.mesh_truth(scenario, at, metres))


def _gaps(case: Case, scenario: Scenario, progress: FeedbackProgress) -> Iterator[pd.DataFrame]:
    from ...analysis.mesh import LEVELS
    from ...practice import score, truth

    table = _layer(case, "acquisitiongaps", progress)
    if table is None or not len(table):
        return
    steps = list(table[["begin", "end"]].drop_duplicates().itertuples(index=False, name=None))
    metres = None
    if not set(table["area_id"].astype(str)) & set(scenario.areas()["area_id"].astype(str)):
        digits = len(str(table["area_id"].iloc[0]))
        metres = next((level.metres for level in LEVELS.values() if level.digits == digits), None)
    yield score.score_gaps(table, truth.gap_truth(scenario, steps, mesh_size=metres))


def _isolated(case: Case, scenario: Scenario, progress: FeedbackProgress) -> Iterator[pd.DataFrame]:
    from ...practice import score

    table = _layer(case, "isolatedcommunities", progress)
    if table is not None:
        import pandas as pd

        areas = pd.read_csv(scenario.folder / "truth" / "areas.csv", dtype={"area_id": str})
        yield score.score_isolated(table, areas)


def _hidden(case: Case, scenario: Scenario, progress: FeedbackProgress) -> Iterator[pd.DataFrame]:
    from ...practice import score, truth

    table = _layer(case, "hiddenoutages", progress)
    if table is not None and len(table):
        yield score.score_hidden(table, truth.hidden_truth(scenario, table["as_of"].max()))


def _residence(case: Case, scenario: Scenario, progress: FeedbackProgress) -> Iterator[pd.DataFrame]:
    from ...practice import score, truth

    table = _layer(case, "residenceevidence", progress)
    if table is not None and len(table):
        yield score.score_residence(
            table, truth.residence_truth(scenario, scenario.first_day, case.info.event_time.date())
        )


def _recovery(case: Case, scenario: Scenario, progress: FeedbackProgress) -> Iterator[pd.DataFrame]:
    from ...analysis.mesh import LEVELS
    from ...practice import score, truth

    table = _layer(case, "recoveryindex", progress)
    if table is None or not len(table):
        return
    metres = None
    if not set(table["area_id"].astype(str)) & set(scenario.areas()["area_id"].astype(str)):
        digits = len(str(table["area_id"].iloc[0]))
        metres = next((level.metres for level in LEVELS.values() if level.digits == digits), None)
    yield score.score_recovery(table, truth.recovery_truth(scenario, metres))


def _moments(case: Case, scenario: Scenario, progress: FeedbackProgress) -> Iterator[pd.DataFrame]:
    """Yield the scores of the layer of home and away, at its moment."""
    import pandas as pd

    from ...practice import score, truth

    table = _layer(case, "homeaway", progress)
    if table is None or not len(table):
        return
    # The layer names the end of the half-hour that was judged.
    table["slot_begin"] = pd.to_datetime(table["as_of"]) - pd.Timedelta(minutes=30)
    begins = [moment.to_pydatetime() for moment in table["slot_begin"].drop_duplicates()]
    scores = score.score_presence(table, truth.presence_truth(scenario, begins))
    scores = scores[scores["measure"].str.contains(".24h.", regex=False)].copy()
    scores["measure"] = scores["measure"].str.replace(".24h.", ".", regex=False)
    scores["theme"] = "homeaway_layer"
    yield scores


def _day(case: Case, scenario: Scenario, progress: FeedbackProgress) -> Iterator[pd.DataFrame]:
    """Yield the scores of all methods over the 24 hours before the event, from the readings in the case."""
    import numpy as np
    import pandas as pd

    from ...analysis.dwellings import LOW_VOLTAGE
    from ...analysis.occupancy import PresenceRules, presence_table, window_days
    from ...casefile import case_arrays
    from ...casefile import presence as known
    from ...practice import score, truth

    end = case_arrays.floor_slot(case.info.event_time)
    first = end - np.timedelta64(1, "D")
    if not case_arrays.told(case, first, end).any():
        progress.warn(
            message("The case has no readings of the day before the event; home and away are not scored by day.")
        )
        return
    meters = case_arrays.meters(case, LOW_VOLTAGE)
    meters = meters.take(np.arange(0, len(meters.rows), max(1, -(-len(meters.rows) // MOST_HOMES))))
    true = None
    for method in METHODS:
        progress.raise_if_cancelled()
        begin = first - np.timedelta64(window_days(method), "D")
        readings = case.readings.window(begin, end, meters.rows)
        slots = begin + case_arrays.SLOT * np.arange(readings.shape[1])
        targets = np.flatnonzero(slots >= first).tolist()
        if true is None:
            moments: list[datetime] = [pd.Timestamp(slots[target]).to_pydatetime() for target in targets]
            true = truth.presence_truth(scenario, moments)
        at = pd.Timestamp(end).to_pydatetime()
        about = known.about(case, meters.rows, meters.supply_point, begin, end, at)
        table = presence_table(meters.supply_point, readings, slots, targets, method, PresenceRules(), progress, about)
        yield _of_method(score.score_presence(table, true), method)
        if method == "manual":
            table.loc[table["state"] == "asleep_unknown", "state"] = "away"
            yield _of_method(score.score_presence(table.assign(method=BARE), true), BARE)


def _of_method(scores: pd.DataFrame, method: str) -> pd.DataFrame:
    return scores[scores["measure"].str.startswith(f"{method}.")]

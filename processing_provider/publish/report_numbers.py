"""The five numbers of the report (状況報告) and their course since the event, from the results that the case holds.

They are counted from the layers that sheets, brief and dock are made from, so that they say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Optional

from ...messages import TomoshibiError
from ..base import FeedbackProgress, tr

if TYPE_CHECKING:
    import pandas as pd

    from ...analysis.key_figures import Figure, KeyFigure
    from ...casefile.case import Case
    from ...sheets.report import History, Number, PastRow


@dataclass(frozen=True)
class Shown:
    """What a result of the case shows."""

    as_of: Optional[datetime]
    table: pd.DataFrame
    """As `sheets.headline.table_of` has it."""
    rows: list[tuple[object, ...]]


Bounds = tuple[float, float]
CLOSE = timedelta(hours=3)
"""Results of moments not further apart are told in one row."""


@dataclass
class _Course:
    """What the numbers were, by moment."""

    told: dict[datetime, dict[Figure, Bounds]] = field(default_factory=dict)

    def add(self, moment: datetime, figure: Figure, bounds: Optional[Bounds]) -> None:
        if bounds is not None:
            self.told.setdefault(moment, {}).setdefault(figure, bounds)

    def rows(self) -> list[PastRow]:
        """Return the rows, the newest first; results of moments close to one another are in one."""
        from ...analysis.key_figures import SITUATION
        from ...sheets.report import PastRow

        together: list[tuple[list[datetime], dict[Figure, Bounds]]] = []
        for moment in sorted(self.told, reverse=True):
            if together:
                moments, held = together[-1]
                if moments[0] - moment <= CLOSE and not set(held) & set(self.told[moment]):
                    moments.append(moment)
                    held.update(self.told[moment])
                    continue
            together.append(([moment], dict(self.told[moment])))
        return [
            PastRow(min(moments), max(moments), tuple(held.get(figure) for figure in SITUATION))
            for moments, held in together
        ]


def results_shown(case: Case, at: datetime) -> dict[str, Shown]:
    """Return what the results of the case show by theme, without those of a later moment than `at`."""
    from ...sheets.headline import table_of
    from ..dock import results

    package = results.package_of(case.folder)
    names = [name for name in results.layer_names(package) if at >= (results.moment_in(name) or datetime.min)]
    layers = results.results_by_theme(package, names)
    late = {layer.name() for layer in layers.values() if (results.as_of(layer) or at) > at}
    if late:
        layers = results.results_by_theme(package, [name for name in names if name not in late])
    found = {}
    for kind, layer in layers.items():
        rows = results.rows_of(layer, kind)
        found[kind] = Shown(results.as_of(layer), table_of(kind, rows), rows)
    return found


def numbers(
    case: Case, shown: dict[str, Shown], since: datetime, progress: FeedbackProgress
) -> tuple[tuple[Number, ...], History]:
    """Return the five numbers in words, and what they were in the results since a moment, the newest first."""
    from ...analysis.key_figures import FROM_LAYER, SITUATION
    from ...sheets.figure_words import figure_label
    from ...sheets.report import History, Number

    made: dict[Figure, Number] = {}
    course = _Course()
    for kind, one in shown.items():
        past = _past(case, kind, one.as_of, progress)
        for count in FROM_LAYER[kind]:
            counted = count(one.table)
            if counted.figure not in made:
                made[counted.figure] = _in_words(counted, kind, one, past)
                _follow(course, counted, one, [each for each in past if each[0] >= since])
    absent = {figure: Number(figure_label(figure), tr("not made"), known=False) for figure in SITUATION}
    return tuple(made.get(figure, absent[figure]) for figure in SITUATION), History(_headings(), tuple(course.rows()))


def _headings() -> tuple[str, ...]:
    from ...analysis.key_figures import SITUATION, Figure
    from ...sheets.figure_words import figure_label

    # which settlements made a group is not kept of the past; what is no interval says what its two numbers are
    own = {
        Figure.ISOLATED_GROUPS: tr("Settlements that may be isolated (road cut–all)"),
        Figure.HIDDEN: tr("Hidden outages in meters (sure–with undecided)"),
    }
    return tuple(own.get(figure) or figure_label(figure) for figure in SITUATION)


def _in_words(counted: KeyFigure, kind: str, one: Shown, past: list[tuple[datetime, pd.DataFrame]]) -> Number:
    from ...sheets.figure_words import figure_label, figure_rest, figure_value
    from ...sheets.headline import Past, changed
    from ...sheets.report import Number

    change = changed(kind, one.rows, Past(*past[-1]) if past else None)
    label = figure_label(counted.figure)
    return Number(label, figure_value(counted), figure_rest(counted), change, counted.known)


def _past(
    case: Case, kind: str, before: Optional[datetime], progress: FeedbackProgress
) -> list[tuple[datetime, pd.DataFrame]]:
    """Return the earlier results of a theme, the oldest first; of several of one moment the last one stands."""
    from ...casefile import history

    runs = {run.as_of: run for run in history.runs(case, kind) if before is not None and run.as_of < before}
    found = []
    for moment, run in runs.items():
        try:
            found.append((moment, history.read(run)))
        except TomoshibiError as error:
            progress.warn(error.message)
    return found


def _follow(course: _Course, counted: KeyFigure, one: Shown, past: list[tuple[datetime, pd.DataFrame]]) -> None:
    from ...analysis.key_figures import Figure
    from ...analysis.past_figures import past_figure

    for moment, table in past:
        told = past_figure(counted.figure, one.table, table)
        course.add(moment, counted.figure, None if told is None else (told.low, told.high))
    if one.as_of is None or counted.low is None or counted.high is None:
        return
    now = counted.low, counted.high
    if counted.figure is Figure.ISOLATED_GROUPS:
        now = float(one.table["access_cut"].isin(["cut", "partly"]).sum()), float(len(one.table))
    course.add(one.as_of, counted.figure, now)

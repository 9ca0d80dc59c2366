"""What the situation dock (状況) says of a case, read in one go and in any thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional, Sequence, Union

from ... import settings
from ...messages import Cancelled, TomoshibiError
from ...translate import tr, translate_message
from ..audited import audit_line, newest_audit
from ..permission import reminder_of

if TYPE_CHECKING:
    import pandas as pd

    from ...analysis.key_figures import Figure, KeyFigure
    from ...casefile.case import Case
    from ...casefile.data_status import DataStatus

MOST_RUNS = 24
"""Earlier results in the course of a number, the newest."""
MOST_LASTING = 5
"""Areas that are named as dark longest."""
MOST_PLACES = 300
"""Names in a list; more are counted."""


class NextStep(Enum):
    """What a person would do next."""

    DOWNLOAD = "download"
    """No data."""
    RUN = "run"
    """Data, and no results."""
    REFRESH = "refresh"
    """Results that are older than the data."""
    BRIEF = "brief"
    """Results of these data, and no brief of them."""
    NOTHING = "nothing"
    """All is there."""


@dataclass(frozen=True)
class Age:
    """How far one kind of data reaches."""

    kind: str
    """In the user's language."""
    until: Optional[datetime]
    """None where there are none of the kind."""


@dataclass(frozen=True)
class Number:
    """One of the five numbers, in words, with its course."""

    code: str
    label: str
    value: str
    rest: str
    """How many are unknown, and why; "" where none are."""
    change: str
    """Since the result before; "" where there was none."""
    known: bool
    as_of: Optional[datetime] = None
    """Moment that it is of."""
    course: tuple[tuple[datetime, float, float], ...] = ()
    """(moment, lower bound, upper bound), the oldest first; this result is the last."""


@dataclass(frozen=True)
class Place:
    """A facility or a group that a person may want to look at."""

    theme: str
    """Layer of `layers.gpkg` in which it is."""
    name: str
    detail: str
    which: Union[int, str]
    """Id of its feature in the layer, or an expression that finds its features."""
    critical: bool = False

    @property
    def single(self) -> bool:
        """Whether it is one feature, with a form of its own."""
        return isinstance(self.which, int)


@dataclass(frozen=True)
class Situation:
    """All that the dock shows of a case."""

    folder: str
    name: str
    practice: bool
    """Whether maps of the case say 訓練."""
    doubt: str
    """Why a person must say whether it is a drill before anything is printed; "" where that is clear."""
    at: datetime
    """Moment at which the ages are told: now, in a drill the end of its data."""
    ages: tuple[Age, ...]
    reach: str
    """Until when the data reach, in words."""
    old: bool
    missing: tuple[str, ...]
    numbers: tuple[Number, ...]
    dark: tuple[Place, ...]
    more_dark: int
    told_dark: bool
    """Whether the facilities were looked at; an empty list means nothing otherwise."""
    groups: tuple[Place, ...]
    told_groups: bool
    next_step: NextStep
    next_words: str
    stale: tuple[str, ...]
    """Titles of results that are older than the data."""
    problems: tuple[str, ...]
    """What could not be read."""
    last_event: datetime
    limit_hours: float
    period: str = ""
    """What is to be said of the end of use, or of the disposal; "" where nothing is."""
    support: str = ""
    """How far the people to help are asked after; "" where there is no such list."""
    outlook: str = ""
    """How many meters are expected to be dark still, and which areas longest; "" without an outlook."""
    audit: str = ""
    """What the newest audit of past maps found; "" without one."""

    def moment(self, clock: datetime) -> datetime:
        """Return the moment at which ages are told: the clock's; a drill has its own."""
        return self.at if self.practice else max(clock, self.at)

    def is_old(self, age: Age, moment: datetime) -> bool:
        """Whether data end before the last event, or longer before a moment than the limit."""
        if age.until is None:
            return False
        return age.until <= self.last_event or moment - age.until > timedelta(hours=self.limit_hours)


def stamp_of(folder: Path) -> tuple[object, ...]:
    """Return what changes whenever a case does, at the price of three looks at the disk."""
    found: list[object] = [str(folder)]
    for name in ("case.json", "ledger.jsonl", "layers.gpkg", "layers.gpkg-wal"):
        try:
            held = (Path(folder) / name).stat()
            found.append((held.st_size, held.st_mtime_ns))
        except OSError:
            found.append(None)
    return tuple(found)


def names_of(folders: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (folder, name of the case in it) of those that hold one, in their order."""
    from ...casefile.case import Case

    found = []
    for folder in folders:
        try:
            found.append((folder, Case.open(Path(folder)).info.name))
        except TomoshibiError:
            continue
    return tuple(found)


def doubt_now(folder: Path, practising: bool) -> str:
    """Return why a person must say whether a case is a drill before it is printed, "" where that is clear.

    Raises `TomoshibiError` where the case cannot be opened.
    """
    from ...casefile.case import Case
    from ...casefile.drills import doubt_of

    doubt = doubt_of(Case.open(Path(folder)).info, practising)
    return translate_message(doubt) if doubt is not None else ""


def read_situation(
    folder: Path, clock: datetime, practising: bool, stopped: Callable[[], bool] = lambda: False
) -> Situation:
    """Read what the dock shows.

    Parameters
        folder: of the case.
        clock: Japanese wall-clock time.
        practising: whether practice mode is on.
        stopped: asked between the parts.

    Raises
        TomoshibiError: the folder holds no case that can be opened. What fails of its parts is among the problems.
        Cancelled: `stopped` said so.
    """
    from ...casefile.case import Case
    from ...casefile.data_status import status_now, told
    from ...casefile.drills import doubt_of

    case = Case.open(Path(folder))
    status = status_now(case, clock, settings.old_hours())
    doubt = doubt_of(case.info, practising)
    _look(stopped)
    counted = _counted(case, stopped)
    stale = _stale(case, counted.tables, counted.problems)
    step, words = _next(case, status, counted.tables, stale)
    return Situation(
        str(folder),
        case.info.name,
        case.info.practice,
        translate_message(doubt) if doubt is not None else "",
        status.at,
        ages_of(status),
        translate_message(told(status)),
        status.old,
        tuple(translate_message(each) for each in status.missing),
        counted.numbers,
        counted.dark[:MOST_PLACES],
        max(len(counted.dark) - MOST_PLACES, 0),
        "shelterpower" in counted.tables,
        counted.groups[:MOST_PLACES],
        "isolatedcommunities" in counted.tables,
        step,
        words,
        stale,
        tuple(counted.problems),
        status.last_event,
        status.limit_hours,
        period_of(case.folder),
        support_of(case.folder),
        outlook_of(case.folder),
        audit_line(newest_audit(case.folder)),
    )


def period_of(folder: Path) -> str:
    """Return what is to be said of the end of use of a case, or of its disposal; "" where nothing is."""
    told = reminder_of(folder)
    return translate_message(told) if told is not None else ""


def support_of(folder: Path) -> str:
    """Return how many people to help have an answer, need help and were not reached; "" without such a list."""
    from . import results

    package = results.package_of(folder)
    if results.SUPPORT not in results.layer_names(package):
        return ""
    count = results.count_responses(results.open_result(package, results.SUPPORT))
    if count is None:
        return ""
    return tr("People to help: {answered} of {people} answered, need help {help}, not reached {lost}").format(
        answered=f"{count.answered:,}", people=f"{count.people:,}", help=f"{count.help:,}", lost=f"{count.lost:,}"
    )


def outlook_of(folder: Path) -> str:
    """Return how many meters are expected to be dark in a day, and the areas expected dark longest; "" without one.

    All together as the outlook tells it; the areas are those with most meters still dark at its farthest moment.
    """
    from ...analysis.key_figures import outlasting
    from ...analysis.look_ahead import nearest_to_a_day
    from ...sheets.headline import count_range
    from . import results

    package = results.package_of(folder)
    if results.OUTLOOK not in results.layer_names(package):
        return ""
    table = results.outlook_rows(results.open_result(package, results.OUTLOOK))
    known = table[table["expected"].notna()]
    whole = known[known["area_id"] == ""]
    if not len(whole):
        return tr("Outlook: nothing can be foreseen") if len(table) else ""
    one = whole[whole["horizon_h"] == nearest_to_a_day(whole["horizon_h"])].iloc[0]
    # hours ahead count from the end of the data, which may lie many hours back
    words = tr(
        "Outlook for {then} ({hours} h after the data end, {time}): {expected} (80 % interval {bounds}) of {now} meters"
        " of all voltages still dark"
    ).format(
        time=_clock(one.as_of, 0.0),
        then=_clock(one.as_of, float(one.horizon_h)),
        hours=f"{one.horizon_h:g}",
        expected=f"{round(one.expected):,}",
        bounds=count_range(one.low80, one.high80),
        now=f"{round(one.dark_now):,}",
    )
    areas = table[(table["area_id"] != "") & (table["horizon_h"] == one.horizon_h)]
    unknown = int(areas["expected"].isna().sum())
    if unknown:
        words += "\n" + tr("Outlook unknown: {count} of {total} areas").format(count=unknown, total=len(areas))
    named = known[known["area_id"] != ""]
    longest = outlasting(named[named["horizon_h"] == named["horizon_h"].max()])
    if not len(longest):
        return words
    names = tr(", ").join(str(name) for name in longest["area_name"].head(MOST_LASTING))
    hours = f"{longest['horizon_h'].iloc[0]:g}"
    return words + "\n" + tr("Expected dark longest (in {hours} h): {names}").format(hours=hours, names=names)


def _clock(moment: Any, hours: float) -> str:
    """Return the moment so many hours after another as it is written, "?" where that one is blank."""
    blank = moment is None or moment != moment
    return "?" if blank else f"{moment + timedelta(hours=hours):%m/%d %H:%M}"


def _look(stopped: Callable[[], bool]) -> None:
    if stopped():
        raise Cancelled


def ages_of(status: DataStatus) -> tuple[Age, ...]:
    """Return until when each kind of data reaches: a list of 06:00 says nothing of readings that end at 03:00."""
    from ...casefile.data_status import KINDS
    from ...sheets.figure_words import kind_title

    return tuple(Age(kind_title(kind), status.until.get(kind)) for kind in KINDS)


@dataclass
class _Counted:
    """What was counted from the layers of a case."""

    tables: dict[str, str]
    """Theme → layer of `layers.gpkg` that it was counted from."""
    numbers: tuple[Number, ...]
    dark: tuple[Place, ...]
    groups: tuple[Place, ...]
    problems: list[str]


def _counted(case: Case, stopped: Callable[[], bool]) -> _Counted:
    from ...analysis.key_figures import FROM_LAYER, SITUATION, told_figures
    from ...sheets.figure_words import figure_label
    from ...sheets.headline import table_of
    from . import results

    package = results.package_of(case.folder)
    layers = results.results_by_theme(package, results.layer_names(package))
    made: dict[Figure, Number] = {}
    problems: list[str] = []
    dark: tuple[Place, ...] = ()
    groups: tuple[Place, ...] = ()
    for kind, layer in layers.items():
        _look(stopped)
        rows = results.rows_of(layer, kind)
        table, shown_at = table_of(kind, rows), results.as_of(layer)
        past = _Past(case, kind, shown_at, problems)
        for count in FROM_LAYER[kind]:
            counted = count(table)
            if counted.figure not in made:
                made[counted.figure] = _number(counted, table, past, past.change(counted.figure, rows))
        if kind == "shelterpower":
            dark = _dark(table, layer.name())
        if kind == "isolatedcommunities":
            groups = _groups(table, layer.name())
    absent = [figure for figure in SITUATION if figure not in made]
    for figure in absent:
        made[figure] = Number(figure.value, figure_label(figure), tr("not made"), "", "", False)
    tables = {kind: layer.name() for kind, layer in layers.items()}
    return _Counted(tables, tuple(made[figure] for figure in told_figures(made)), dark, groups, problems)


def _number(counted: KeyFigure, table: pd.DataFrame, past: _Past, change: str) -> Number:
    from ...sheets.figure_words import figure_label, figure_rest, figure_value

    return Number(
        counted.figure.value,
        figure_label(counted.figure),
        figure_value(counted),
        figure_rest(counted),
        change,
        counted.known,
        past.shown_at,
        past.course(counted, table),
    )


class _Past:
    """The earlier results of a theme."""

    def __init__(self, case: Case, kind: str, shown_at: Optional[datetime], problems: list[str]):
        from ...casefile import history

        self.kind, self.shown_at = kind, shown_at
        self.tables: list[tuple[datetime, pd.DataFrame]] = []
        runs = [run for run in history.runs(case, kind) if shown_at is not None and run.as_of < shown_at]
        # of several results of one moment the last one stands
        for run in list({run.as_of: run for run in runs}.values())[-MOST_RUNS:]:
            try:
                self.tables.append((run.as_of, history.read(run)))
            except TomoshibiError as error:
                problems.append(translate_message(error.message))

    def change(self, figure: Figure, rows: list[tuple[object, ...]]) -> str:
        """Return in words what changed since the result before of what a figure counts."""
        from ...sheets.headline import Past, changed_of

        return changed_of(figure, self.kind, rows, Past(*self.tables[-1]) if self.tables else None)

    def course(self, counted: KeyFigure, table: pd.DataFrame) -> tuple[tuple[datetime, float, float], ...]:
        """Return what the figure was in earlier results and is now; nothing where there were none."""
        from ...analysis.key_figures import Figure
        from ...analysis.past_figures import past_figure

        found = []
        for moment, past in self.tables:
            bounds = past_figure(counted.figure, table, past)
            if bounds is not None:
                found.append((moment, bounds.low, bounds.high))
        if not found or self.shown_at is None or counted.low is None or counted.high is None:
            return ()
        # the groups of earlier settlements are not kept: the course is that of the settlements
        now = (counted.low, counted.high)
        if counted.figure is Figure.ISOLATED_GROUPS:
            cut = table["access_cut"].isin(["cut", "partly"])
            now = (float(cut.sum()), float(len(table)))
        return (*found, (self.shown_at, *now))


def _dark(table: pd.DataFrame, layer: str) -> tuple[Place, ...]:
    from ...analysis.key_figures import dark_facilities
    from ...sheets.headline import dark_facility

    found = []
    for one in dark_facilities(table).itertuples():
        name, detail = dark_facility(one)
        found.append(Place(layer, name, detail, int(one.fid), bool(one.critical)))
    return tuple(found)


def _groups(table: pd.DataFrame, layer: str) -> tuple[Place, ...]:
    from qgis.core import QgsExpression

    from ...analysis.key_figures import groups_in_order
    from ...sheets.headline import isolated_group

    found = []
    for one in groups_in_order(table).itertuples():
        name, detail = isolated_group(one)
        code = QgsExpression.quotedString(str(one.group_id))
        where = f'coalesce(to_string("group_id"), to_string("area_id")) = {code}'
        found.append(Place(layer, name, detail, where))
    return tuple(found)


def _stale(case: Case, tables: dict[str, str], problems: list[str]) -> tuple[str, ...]:
    """Return the titles of results of the situation that are older than the data of the case."""
    from ...casefile.recipes import is_stale, read_recipes
    from ...layers.schema import SPECS

    try:
        recipes = read_recipes(case)
    except TomoshibiError as error:
        problems.append(translate_message(error.message))
        return ()
    held = [(kind, recipes[name]) for kind, name in tables.items() if name in recipes]
    return tuple(SPECS[kind].title() for kind, recipe in held if is_stale(case, recipe))


def _next(case: Case, status: DataStatus, tables: dict[str, str], stale: Sequence[str]) -> tuple[NextStep, str]:
    if status.evidence_until is None:
        return NextStep.DOWNLOAD, tr("The case holds no data yet: register the data conditions and download.")
    if not tables:
        return NextStep.RUN, tr("Data have come and no map was made yet: make the maps of the morning brief.")
    if stale:
        titles = tr(", ").join(stale)
        return NextStep.REFRESH, tr("Newer data than the maps have come ({maps}): refresh.").format(maps=titles)
    if not _brief_of(case):
        return NextStep.BRIEF, tr("The maps are of the newest data: make the brief for the headquarters.")
    return NextStep.NOTHING, tr("Maps and brief are of the newest data. Refresh when the next data are due.")


def _brief_of(case: Case) -> bool:
    """Whether a brief was made after the layers were written last."""
    made, written = -1, -1
    for number, entry in enumerate(case.ledger.entries()):
        if entry.algorithm == "tomoshibi:brief":
            made = number
        elif entry.path.startswith("layers.gpkg"):
            written = number
    return made > written

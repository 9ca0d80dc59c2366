"""Waiting (待機): one pass that fetches what is new for a case and makes its situation layers anew."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Optional

from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterString,
    QgsProviderRegistry,
)

from ... import settings
from ...layers.uris import layer_uri
from ...messages import Cancelled, Message, TomoshibiError, message
from ..announce import quietly
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr, translate_message
from ..on_screen import Shown, inside_of, outside_of, same, show_anew, shown_in
from ..output_targets import sink_text
from ..request.conditions import find, ids
from .downloadpublished import Totals, fetch, keep_contractors, note_files

if TYPE_CHECKING:
    from ...aggregator.client import AggregatorClient
    from ...aggregator.conditions import Registered
    from ...casefile.case import Case
    from ...casefile.recipes import Recipe

OK, PARTIAL, OFFLINE, REFUSED = "ok", "partial", "offline", "refused"
"""STATE values: all went well; some files or layers failed; the aggregator gave nothing; a person has to act first."""
REDO = ("new", "all")
"""REDO values: layers of which anything changed that they were made of; all."""
GROUP_REDONE = "situation"
"""Only layers of this group are made anew without being named: those of people carry what was noted at visits."""
KEEP_ENTRIES = ("evacuationsupport", "homeaway")
"""Algorithms of people that hand on what was entered (`response` …) in the layer they overwrite."""


@dataclass
class _Pass:
    """One pass."""

    case: Case
    progress: FeedbackProgress
    totals: Totals = field(default_factory=Totals)
    redone: list[str] = field(default_factory=list)
    unchanged: dict[str, str] = field(default_factory=dict)
    """Layer → when it was made, of those that would be made the same."""
    problems: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    state: str = OK

    def fail(self, what: Message, state: str = PARTIAL) -> None:
        """Note what failed; the worst state stays."""
        self.problems.append(what)
        self.progress.warn(what)
        order = (OK, PARTIAL, OFFLINE, REFUSED)
        self.state = max(self.state, state, key=order.index)

    def note(self, what: Message) -> None:
        """Note what a person should know and is no failure."""
        self.notes.append(what)
        self.progress.warn(what)


class RefreshCase(TomoshibiAlgorithm):
    """CASE, CONDITION_ID, LAYERS, REDO → FILES, LAYERS, FAILED, MESSAGE, STATE, LAST_SUCCESS, DATA_TIME, DETAILS."""

    NAME = "refreshcase"
    GROUP = "acquire"
    TAGS = ("更新", "自動更新", "待機", "再作成", "refresh", "update", "wait", "situation", "koushin", "jidou koushin")

    # Of one run only, set by `prepareAlgorithm`: QGIS makes a new instance for every run, and asks it again at the end.
    _package: Optional[Path]
    _redone: dict[str, Optional[datetime]]
    _shown: tuple[Shown, ...]
    _unsure: list[Message]

    def title(self) -> str:
        return tr("Refresh the case")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterString("CONDITION_ID", tr("Condition ID"), optional=True),
            tr("Ids with commas between them. Left empty, all conditions of the account for the case's municipality."),
        )
        self.add(
            QgsProcessingParameterString("LAYERS", tr("Layers to make again"), optional=True),
            tr(
                "Names of situation layers in layers.gpkg of the case, with commas between them. Left empty, all that "
                "are there. Each is made with the parameters it was made with before."
            ),
        )
        self.add_enum(
            "REDO",
            tr("When to make layers again"),
            REDO,
            tr(
                "new: layers of which anything changed that they were made of: data, lists, files that were given, "
                "settings, the version of the plugin. all: every layer."
            ),
            "new",
        )
        self.add_connection()
        self.add_number("FILES", tr("Files downloaded"))
        self.add_number("LAYERS", tr("Layers made again"))
        self.add_number("FAILED", tr("Files and layers that failed"))
        self.add_number("MESSAGE", tr("What was done and what failed"), text=True)
        self.add_number("STATE", tr("How it went: ok, partial, offline, refused"), text=True)
        self.add_number("LAST_SUCCESS", tr("When everything last went well"), text=True)
        self.add_number("DATA_TIME", tr("Time of the newest data"), text=True)
        self.add_number("DETAILS", tr("Times of the data, problems and layers (JSON)"), text=True)

    # On the main thread, before and after the work: the only places where layers of the project may be touched

    def prepareAlgorithm(
        self, parameters: Parameters, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        self._package, self._redone, self._unsure = None, {}, []
        self._shown = shown_in(context.project())
        return super().prepareAlgorithm(parameters, context, feedback)

    def postProcessAlgorithm(self, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict[str, Any]:
        if self._package is not None and self._redone:
            show_anew(context.project(), self._package, self._redone)
        return super().postProcessAlgorithm(context, feedback)

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.freshness import Passed, keep_passed, read_passed
        from ...casefile.ledger import now
        from ...casefile.recipes import LAYERS_FILE

        case = self.case(parameters, context)
        self._package = case.folder / LAYERS_FILE
        begun = now()
        run = _Pass(case, progress)
        with _alone(case, progress):
            self._receive(run, parameters, context)
            self._redo(run, parameters, context)
            self._tell_screen(run)
            before = read_passed(case)
            passed = Passed(begun, begun if run.state == OK else before.last_success)
            keep_passed(case, passed)
        return self._outputs(run, passed.last_success)

    # Fetching

    def _receive(self, run: _Pass, parameters: Parameters, context: QgsProcessingContext) -> None:
        """Fetch what is new; whatever the aggregator does wrong is noted, and the layers follow all the same."""
        from ...aggregator.errors import AggregatorError, InsecureAddress, WrongCredentials

        if not self.text(parameters, context, "BASE_URL") and not settings.BASE_URL.read():
            run.note(
                message(
                    "No address of the aggregator is set, so nothing is fetched: layers are made again from the "
                    "files in the case."
                )
            )
            return
        progress = run.progress.stage(0, 0.5)
        try:
            client = self.client(parameters, context, progress)
            self._receive_all(run, client, ids(self.text(parameters, context, "CONDITION_ID")), progress)
        except Cancelled:
            raise
        except (InsecureAddress, WrongCredentials) as error:
            run.fail(error.message, REFUSED)
        except AggregatorError as error:
            run.fail(error.message, OFFLINE)
        except TomoshibiError as error:
            run.fail(error.message, REFUSED)
        if run.totals.failed:
            run.fail(
                message(
                    "{count} file(s) could not be fetched or taken in; see the log. They are tried again next time.",
                    count=run.totals.failed,
                )
            )

    def _receive_all(self, run: _Pass, client: AggregatorClient, wanted: list[str], progress: FeedbackProgress) -> None:
        entries = [entry for entry in find(client, wanted) if _is_of(run.case, entry)]
        if not entries:
            run.note(message("No condition of this municipality is registered on the account: nothing is fetched."))
        if any(entry.condition is not None and entry.condition.specified_contractors for entry in entries):
            keep_contractors(run.case, client, f"tomoshibi:{self.NAME}")
        for done, entry in enumerate(entries):
            progress.raise_if_cancelled()
            self._receive_one(run, client, entry, progress.stage(done / len(entries), (done + 1) / len(entries)))

    def _receive_one(self, run: _Pass, client: Any, entry: Registered, progress: FeedbackProgress) -> None:
        if entry.status == "published":
            fetch(run.case, client, entry, run.totals, progress, only_new=True)
        elif entry.status in ("empty", "failed"):
            note_files(run.case, client, entry, [], progress)
        if entry.status == "failed":
            # for good: to count it would make every later refresh a failed one
            run.note(
                message(
                    "Condition {id}: the aggregator could not provide it. Register it again, or ask its operator.",
                    id=entry.condition_id,
                )
            )
        elif entry.status != "published":
            progress.info(
                message("Condition {id}: nothing new ({status}).", id=entry.condition_id, status=entry.status)
            )

    # Making layers anew

    def _redo(self, run: _Pass, parameters: Parameters, context: QgsProcessingContext) -> None:
        from ...casefile.recipes import REDO_FOLDER, read_recipes

        recipes = read_recipes(run.case)
        chosen = ids(self.text(parameters, context, "LAYERS"))
        names = chosen or _situation_layers(run.case, recipes)
        redo_all = self.choice(parameters, context, "REDO") == "all"
        folder = run.case.folder / REDO_FOLDER
        # what a run that was killed left behind
        _empty(folder)
        try:
            for done, name in enumerate(names):
                run.progress.raise_if_cancelled()
                recipe = recipes.get(name)
                stage = run.progress.stage(0.5 + 0.5 * done / len(names), 0.5 + 0.5 * (done + 1) / len(names))
                if recipe is None:
                    run.fail(
                        message(
                            "It is not known how the layer {layer} was made. Make it once more; from then on it is "
                            "refreshed.",
                            layer=name,
                        )
                    )
                elif redo_all or not self._left_as_it_is(run, recipe):
                    self._redo_one(run, recipe, folder, context, stage)
        finally:
            _empty(folder)

    def _left_as_it_is(self, run: _Pass, recipe: Recipe) -> bool:
        """Whether a layer would be made the same: all that it was made of is as it was, as far as that can be told."""
        from dataclasses import replace as changed

        from ...casefile.recipes import LAYERS_FILE, is_stale, keep_recipe
        from ...casefile.stamps import read_stamps

        made_at, known = read_stamps(run.case).get(recipe.layer, ("", ""))
        there = recipe.layer in _layer_names(run.case.folder / LAYERS_FILE)
        if not known or not there or made_at != recipe.made_at or known != _stamp(run.case, recipe):
            return False
        if is_stale(run.case, recipe):
            # data came that it does not show: they make it no older
            keep_recipe(run.case, changed(recipe, seen=run.case.ledger.size()))
        run.unchanged[recipe.layer] = recipe.made_at
        return True

    def _redo_one(
        self, run: _Pass, recipe: Recipe, folder: Path, context: QgsProcessingContext, progress: FeedbackProgress
    ) -> None:
        """Make one layer anew. An error is noted, with the layer's name, and the old layer stays as it is."""
        from dataclasses import replace as changed

        from ...casefile.ledger import now
        from ...casefile.recipes import LAYERS_FILE, expand, keep_recipe
        from ...casefile.stamps import keep_stamp

        refused = self._why_not(run.case, recipe)
        if refused is not None:
            run.fail(refused)
            return
        progress.info(message("Making the layer {layer} again …", layer=recipe.layer))
        seen, before = run.case.ledger.size(), _stamp(run.case, recipe)
        given = {name: expand(run.case.folder, value) for name, value in recipe.parameters.items()}
        try:
            self._make(run.case, recipe, given, folder, context, progress)
        except Cancelled:
            raise
        except (TomoshibiError, QgsProcessingException, OSError) as error:
            progress.raise_if_cancelled()
            reason = error.message if isinstance(error, TomoshibiError) else str(error)
            run.fail(message("The layer {layer} was not made again: {reason}", layer=recipe.layer, reason=reason))
            return
        made_at = now().isoformat()
        keep_recipe(run.case, changed(recipe, made_at=made_at, seen=seen))
        # none where something changed meanwhile: nobody can say what of it was read
        keep_stamp(run.case, recipe.layer, made_at, before if before == _stamp(run.case, recipe) else "")
        run.redone.append(recipe.layer)
        self._redone[recipe.layer] = _moment_of(run.case.folder / LAYERS_FILE, recipe.layer)

    def _why_not(self, case: Case, recipe: Recipe) -> Optional[Message]:
        """Return why a layer is not made anew, None where it can be."""
        from ...casefile.recipes import leads_outside

        algorithm = _algorithm(recipe.algorithm)
        if algorithm is None or (algorithm.groupId() != GROUP_REDONE and recipe.algorithm not in KEEP_ENTRIES):
            return message("The layer {layer} is not one of the situation; make it by hand.", layer=recipe.layer)
        if not settings.is_known(str(case.folder)) and leads_outside(recipe.parameters):
            return message(
                "The layer {layer} was made on another computer from files outside the case, and the case was not "
                "verified here. Make the layer once more by hand.",
                layer=recipe.layer,
            )
        if recipe.lacking:
            return message(
                "The layer {layer} cannot be made again: what was given as {parameters} was a temporary layer or a "
                "selection. Save it to a file, and make the layer once more from that.",
                layer=recipe.layer,
                parameters=", ".join(recipe.lacking),
            )
        place = (same(self._package or case.folder), recipe.layer)
        if any(one.edited and one.place == place for one in self._shown):
            return message(
                "The layer {layer} is being edited in QGIS and was left alone. Save or discard the edits; it is "
                "made again at the next refresh.",
                layer=recipe.layer,
            )
        return None

    def _make(
        self,
        case: Case,
        recipe: Recipe,
        given: Parameters,
        folder: Path,
        context: QgsProcessingContext,
        progress: FeedbackProgress,
    ) -> None:
        """Run the algorithm into a file of its own, then let its layer take the old one's place."""
        from ...casefile.recipes import LAYERS_FILE
        from ...layers.replace import replace

        fresh, package = folder / f"{recipe.layer}.gpkg", case.folder / LAYERS_FILE
        if recipe.algorithm in KEEP_ENTRIES:
            # what people entered is handed on from the layer that is overwritten, not from one of long ago
            there = {name: value for name, value in given.items() if name != "PREVIOUS"}
            self._make_over(case, recipe, {**there, "OUTPUT": sink_text(package, recipe.layer)}, context, progress)
            return
        _run(recipe, {**given, "CASE": str(case.folder), "OUTPUT": sink_text(fresh, recipe.layer)}, context, progress)
        progress.raise_if_cancelled()
        if not replace(package, fresh, recipe.layer):
            # not there any more, or made by another version with other columns: written as a new layer
            _run(
                recipe,
                {**given, "CASE": str(case.folder), "OUTPUT": sink_text(package, recipe.layer)},
                context,
                progress,
            )

    def _make_over(
        self,
        case: Case,
        recipe: Recipe,
        given: Parameters,
        context: QgsProcessingContext,
        progress: FeedbackProgress,
    ) -> None:
        """Run the algorithm over the layer, and say so where somebody must look at what could not be handed on."""
        apart = case.folder / f"{recipe.algorithm}-responses.csv"
        before = apart.stat().st_size if apart.is_file() else 0
        _run(recipe, {**given, "CASE": str(case.folder)}, context, progress)
        if apart.is_file() and apart.stat().st_size > before:
            self._unsure.append(
                message(
                    "{layer}: whom some of what was entered is about is not certain in the new list. It stands in "
                    "{file} of the case: look at each, and enter it again.",
                    layer=recipe.layer,
                    file=apart.name,
                )
            )

    # What is said

    def _tell_screen(self, run: _Pass) -> None:
        """Say what was made again, and what is on the screen and was not."""
        from ...casefile.recipes import LAYERS_FILE, is_stale, read_recipes

        package = run.case.folder / LAYERS_FILE
        inside = inside_of(self._shown, package)
        for what in self._unsure:
            run.note(what)
        outside = outside_of(self._shown, package)
        if outside:
            run.note(
                message(
                    "On the screen and not made again: {layers}. They lie outside layers.gpkg of the case; make them "
                    "once more with the case as their place.",
                    layers=", ".join(outside),
                )
            )
        recipes = read_recipes(run.case)
        situation = set(_situation_layers(run.case, recipes))
        left = [name for name in inside if name not in run.redone and name not in situation]
        old = [inside[name] for name in left if name not in recipes or is_stale(run.case, recipes[name])]
        if old:
            run.note(
                message(
                    "On the screen and not made again: {layers}. A refresh makes the layers of the situation; make "
                    "these by hand, or name them in LAYERS. What people entered stays.",
                    layers=", ".join(sorted(old)),
                )
            )

    def _outputs(self, run: _Pass, last_success: Any) -> dict[str, Any]:
        from ...casefile.data_status import status_now, told
        from ...casefile.freshness import data_times
        from ...casefile.ledger import now

        times = data_times(run.case)
        status = status_now(run.case, now(), settings.old_hours())
        if status.old or status.missing:
            run.note(told(status))
        for what in status.missing:
            run.note(what)
        summary = message(
            "{files} new file(s), {layers} layer(s) made again.", files=run.totals.files, layers=len(run.redone)
        )
        made = (message("Made again: {layers}.", layers=", ".join(_titles(run.redone))),) if run.redone else ()
        same = _unchanged(run.unchanged)
        said = [translate_message(each) for each in (summary, *made, *same, *run.problems, *run.notes)]
        details = {
            "data": [
                {"kind": translate_message(kind), "time": _iso(moment)}
                for kind, moment in (
                    (message("Outage information (通電情報)"), times.outage),
                    (message("Readings (電力データ)"), times.readings),
                    (message("Statistics (通電計器数)"), times.statistics),
                )
                if moment is not None
            ],
            "problems": [translate_message(each) for each in run.problems],
            "notes": [translate_message(each) for each in run.notes],
            "layers": run.redone,
            "unchanged": run.unchanged,
            "data_until": _iso(status.evidence_until),
            "old": status.old,
            "missing": [translate_message(each) for each in status.missing],
            "practice": run.case.info.practice,
            "name": run.case.info.name,
        }
        for what in (summary, *same):
            run.progress.info(what)
        return {
            "FILES": run.totals.files,
            "LAYERS": len(run.redone),
            "FAILED": len(run.problems) - bool(run.totals.failed) + run.totals.failed,
            "MESSAGE": "\n".join(said),
            "STATE": run.state,
            "LAST_SUCCESS": _iso(last_success),
            "DATA_TIME": _iso(times.newest),
            "DETAILS": json.dumps(details, ensure_ascii=False),
        }


@contextmanager
def _alone(case: Case, progress: FeedbackProgress) -> Iterator[None]:
    """Hold the case for one refresh. Raises `TomoshibiError` where another is at work on it, here or elsewhere."""
    from ...aggregator.errors import FolderBusy
    from ...aggregator.transfer import locked
    from ...casefile.recipes import REDO_FOLDER

    folder = case.folder / REDO_FOLDER
    folder.mkdir(exist_ok=True)
    with ExitStack() as held:
        try:
            held.enter_context(locked(folder, progress))
        except FolderBusy as error:
            raise TomoshibiError(
                message("Another refresh of this case is at work. Wait until it ends, then try again.")
            ) from error
        yield


def _empty(folder: Path) -> None:
    """Delete the layers in the making, but not the lock."""
    for path in folder.iterdir():
        if not path.name.startswith("."):
            path.unlink()


def _iso(moment: Any) -> str:
    import pandas as pd

    # which kind of moment a table gives, the version of pandas decides
    return "" if moment is None or pd.isna(moment) else pd.Timestamp(moment).isoformat()


def _is_of(case: Case, entry: Registered) -> bool:
    return entry.condition is None or entry.condition.municipality == case.info.municipality


def _algorithm(name: str) -> Optional[QgsProcessingAlgorithm]:
    return QgsApplication.processingRegistry().createAlgorithmById(f"tomoshibi:{name}")


def _situation_layers(case: Case, recipes: dict[str, Recipe]) -> list[str]:
    """Return the names of the situation layers that are in the case, in the order of the toolbox's registry."""
    from ...casefile.recipes import LAYERS_FILE
    from ..registry import ALGORITHMS

    order = [place.rpartition(".")[2] for place, _ in ALGORITHMS if place.startswith(GROUP_REDONE)]
    there = set(_layer_names(case.folder / LAYERS_FILE))
    found = [recipe for name, recipe in recipes.items() if name in there and recipe.algorithm in order]
    return [recipe.layer for recipe in sorted(found, key=lambda one: (order.index(one.algorithm), one.layer))]


def _stamp(case: Case, recipe: Recipe) -> str:
    """Return the stamp of a layer as it would be made now, "" where unsure."""
    from ..stamps import stamp

    algorithm = _algorithm(recipe.algorithm)
    return "" if algorithm is None or recipe.lacking else stamp(algorithm, recipe.parameters, case)


def _unchanged(layers: dict[str, str]) -> list[Message]:
    """Return one message for the layers that were left as they are since one moment."""
    since: dict[str, list[str]] = {}
    for layer, made_at in layers.items():
        since.setdefault(made_at[:16].replace("T", " "), []).append(layer)
    return [
        message("Unchanged since {time}: {layers}.", time=moment, layers=", ".join(_titles(names)))
        for moment, names in sorted(since.items())
    ]


def _titles(names: list[str]) -> list[str]:
    """Return what layers are called in the user's language; by their own names where they are no themes."""
    from ...layers.schema import SPECS

    return [SPECS[name].title() if name in SPECS else name for name in names]


def _layer_names(package: Path) -> list[str]:
    if not package.is_file():
        return []
    details = QgsProviderRegistry.instance().querySublayers(str(package))
    return [each.name() for each in details]


def _run(recipe: Recipe, given: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> None:
    """Run the algorithm of a recipe. Raises `QgsProcessingException` where it fails, `Cancelled` when stopped."""
    algorithm = _algorithm(recipe.algorithm)
    good, reason = algorithm.checkParameterValues(given, context)
    if not good:
        raise QgsProcessingException(reason)
    with quietly():
        results, ended = algorithm.run(given, context, progress.feedback, {}, False)
    progress.raise_if_cancelled()
    if not ended or "OUTPUT" not in results:
        raise QgsProcessingException(translate_message(message("It ended without a result; see the log.")))


def _moment_of(package: Path, name: str) -> Optional[datetime]:
    """Return the newest moment that a layer shows."""
    from ...layers.opening import open_layer
    from ...layers.style import newest_as_of
    from ..base import wall_clock

    return wall_clock(newest_as_of(open_layer(layer_uri(package, name), name, "ogr")))

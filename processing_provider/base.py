"""What all algorithms share: names, help, common parameters, and the one place where errors become Processing's.

An algorithm is one file: a subclass of `TomoshibiAlgorithm` with NAME, GROUP, TAGS, `title()`, `initAlgorithm()` that
calls `self.add(parameter, help)`, and `work()`, which returns every declared output. It keeps nothing on the class or
the instance, and imports pandas, numpy and requests inside `work` only: QGIS reads all of these files when it starts.
`work` is not called `run`, because `QgsProcessingAlgorithm.run` is what Python callers of QGIS start an algorithm with.
"""

from __future__ import annotations

import html
import os
import re
import sys
from contextlib import ExitStack
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterString,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QUrl, QVariant
from qgis.PyQt.QtGui import QIcon

from .. import dependencies, settings
from ..files import replace_file
from ..layers.opening import threaded
from ..layers.schema import CRS as DEGREES
from ..messages import Cancelled, Message, Progress, TomoshibiError, message
from ..translate import tr, translate_message
from . import output_targets, permission
from .announce import announce, within_another
from .choices import MEANINGS
from .groups import GROUPS, ICON, Group
from .needs import unmet

if TYPE_CHECKING:
    import requests

    from ..aggregator.client import AggregatorClient
    from ..aggregator.profile import Profile
    from ..casefile.case import Case
    from ..casefile.own_inputs import Kept

__all__ = [
    "CELL_SIZES",
    "GROUPS",
    "VOLTAGES",
    "FeedbackProgress",
    "Group",
    "TomoshibiAlgorithm",
    "tr",
    "translate_message",
]

HELP = settings.HOME / "resources" / "help"

CELL_SIZES = ("125", "250", "500", "1000", "5000", "10000", "80000")
"""Sizes of JIS X 0410 grid squares as MESH_SIZE values, in metres (the last three: 5 km, 二次, 一次メッシュ)."""

VOLTAGES = ("low", "high", "extra_high")
"""VOLTAGE values: 低圧, 高圧, 特別高圧."""

CHOICE_WIDGET = f"{__package__.rpartition('.')[0]}.dialogs.choice.ChoiceWidget"
"""The widget of a choice whose words have meanings; QGIS imports it when a dialog opens."""

ROOT = Path(__file__).parents[1]
"""Folder of the plugin."""

_FULL_PACKAGE = re.compile(r"full|disk I/O|unable to open|locked|readonly")
"""What SQLite says where the disk, not the plugin, is at fault."""
_FROM_DATA = frozenset({"situation", "people", "recovery", "publish"})
"""Groups whose results rest on the files of a case."""
REFRESHED = ("situation", "evacuationsupport", "homeaway")
"""The group, and the algorithms of people, whose layers “Refresh the case” makes again."""
_PERSONAL = _FROM_DATA | {"acquire"}
"""Groups that take in personal data or make results of them, but for those algorithms that say otherwise."""

Parameters = dict[str, Any]


class FeedbackProgress(Progress):
    """Progress that speaks to Processing's feedback; `stage` lets a stage of a job fill its part of the bar."""

    def __init__(
        self,
        feedback: Optional[QgsProcessingFeedback],
        start: float = 0.0,
        share: float = 1.0,
        ending: Optional[ExitStack] = None,
    ):
        self._ending = ending or ExitStack()
        self.feedback = feedback or QgsProcessingFeedback()
        """For child algorithms and layer writers."""
        self._start = start
        self._share = share

    def stage(self, start: float, end: float) -> FeedbackProgress:
        """Return the progress of one stage, whose 0…1 is `start`…`end` of this one."""
        return FeedbackProgress(
            self.feedback, self._start + start * self._share, (end - start) * self._share, self._ending
        )

    def set_fraction(self, fraction: float) -> None:
        self.feedback.setProgress(100.0 * (self._start + min(max(fraction, 0.0), 1.0) * self._share))

    def info(self, what: Message) -> None:
        self.feedback.pushInfo(translate_message(what))

    def warn(self, what: Message) -> None:
        self.feedback.pushWarning(translate_message(what))

    def translate_message(self, what: Message) -> str:
        return translate_message(what)

    def cancelled(self) -> bool:
        return self.feedback.isCanceled()

    def at_end(self, work: Callable[[], None]) -> None:
        """Do `work` when the algorithm ends, however it ends."""
        self._ending.callback(work)

    def close(self) -> None:
        """Do what was to be done at the end, the last first."""
        self._ending.close()


class TomoshibiAlgorithm(QgsProcessingAlgorithm):
    """An algorithm of Tomoshibi. Subclasses give the four names below, `title`, `initAlgorithm` and `work`."""

    NAME = ""
    """Id below `tomoshibi:`, for ever; also the name of the help files `resources/help/<NAME>.{en,ja}.md`."""
    GROUP = ""
    """Key of `GROUPS`."""
    TAGS: tuple[str, ...] = ()
    """Search words: Japanese, English and romaji."""
    NEEDS: tuple[dependencies.Package, ...] = dependencies.ALL
    """Packages without which it does not run; () where it needs none."""
    LISTS: tuple[str, ...] = ()
    """Parameters whose files are read by `listed` and not by QGIS."""
    OWN: tuple[tuple[str, str], ...] = ()
    """Parameters that take another kind of the case's own inputs than their name says, with that kind."""
    NEEDED: tuple[str, ...] = ()
    """Inputs without which it cannot run: given, or kept in the case."""
    BY_TIME = True
    """Whether a result of a moment that is asked for (AT) is a layer of the case of its own."""
    USES_OWN = True
    """Whether inputs that are left empty are the case's own."""
    PERSONAL: Optional[bool] = None
    """Whether it takes in personal data or makes results of them; None as its group does (`makes_personal`)."""
    OF_PEOPLE = False
    """Whether its results show people or their homes one by one."""
    FLAGS = 0
    """Flags beyond the default, e.g. `QgsProcessingAlgorithm.Flag.FlagNoThreading`; say why beside it."""

    # What a subclass writes

    def title(self) -> str:
        """Return the name shown, a `tr("literal")`, verb first."""
        raise NotImplementedError(self.NAME)

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        """Do the work and return every declared output. Raise `TomoshibiError` for what the user can mend."""
        raise NotImplementedError(self.NAME)

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        """Return what is wrong with the parameters as given (dates reversed …); must be quick and offline."""
        return []

    def makes_personal(self) -> bool:
        """Whether it takes in personal data or makes results of them: refused once the period of use is over."""
        return self.GROUP in _PERSONAL if self.PERSONAL is None else self.PERSONAL

    # What Processing asks

    def createInstance(self) -> TomoshibiAlgorithm:
        return type(self)()

    def name(self) -> str:
        return self.NAME

    def displayName(self) -> str:
        return self.title()

    def group(self) -> str:
        return GROUPS[self.GROUP].title()

    def groupId(self) -> str:
        return GROUPS[self.GROUP].id

    def tags(self) -> list[str]:
        return list(self.TAGS)

    def flags(self):
        return super().flags() | self.FLAGS if self.FLAGS else super().flags()

    def icon(self) -> QIcon:
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:
        return str(ICON)

    def helpUrl(self) -> str:
        return settings.guide_url(f"resources/help/{self.NAME}.{settings.language()}.md")

    def shortHelpString(self) -> str:
        return shown_help(self.NAME, self.parameterDefinitions())

    def createCustomParametersWidget(self, parent: Any = None) -> Any:
        """Return QGIS's own dialog with the current case in it; None, for QGIS to make it, where there is none.

        The toolbox, the search and the history open it alike; the menu fills the case in by itself.
        """
        from .desk import current_case

        case = current_case() if self.NAME != "createcase" and self.parameterDefinition("CASE") is not None else ""
        if not case:
            return None
        from processing.gui.AlgorithmDialog import AlgorithmDialog

        dialog = AlgorithmDialog(self, parent=parent)
        dialog.setParameters({"CASE": case})
        return dialog

    def canExecute(self) -> tuple[bool, str]:
        reason = unmet(self.NEEDS)
        return not reason, reason

    def checkParameterValues(self, parameters: Parameters, context: QgsProcessingContext) -> tuple[bool, str]:
        reason = unmet(self.NEEDS)
        if reason:
            return False, reason
        try:
            parameters = self.settled(parameters, context)
            permission.refuse(self, self._case_folder(parameters, context), parameters)
            wrong = self._lacking(parameters) or self._refused(parameters, context)
        except TomoshibiError as error:
            wrong = [error.message]
        wrong = wrong or self._missing(parameters)
        if wrong:
            return False, "\n".join(map(translate_message, wrong))
        good, reason = super().checkParameterValues(self._checkable(parameters), context)
        if not good:
            return good, reason
        try:
            wrong = self._placeless(parameters) or self.check(parameters, context)
        except TomoshibiError as error:
            wrong = [error.message]
        return not wrong, "\n".join(translate_message(what) for what in wrong)

    def _missing(self, parameters: Parameters) -> list[Message]:
        """Return a message for each list whose file is not there: QGIS would call it an incorrect value."""
        from .listed import missing

        return [said for name in self.LISTS if (said := missing(parameters.get(name))) is not None]

    def _checkable(self, parameters: Parameters) -> Parameters:
        """Return the parameters for QGIS's own check, an empty layer in the place of files that are read here.

        QGIS cannot open all of them (CSV in UTF-16, JSON) and would refuse them unseen.
        """
        from .listed import file_of

        here = [name for name in self.LISTS if file_of(parameters.get(name))]
        return {**parameters, **{name: QgsVectorLayer("NoGeometry", name, "memory") for name in here}}

    def processAlgorithm(
        self, parameters: Parameters, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        progress = FeedbackProgress(feedback)
        try:
            dependencies.load(self.NEEDS, settings.packages_folder())
            from ..casefile.own_inputs import told

            own = self.own_inputs(parameters, context)
            parameters = self.settled(parameters, context)
            self._refuse(parameters, context)
            for kept in own.values():
                progress.info(told(kept))
            self._sweep(parameters, context)
            self._tell_unverified(parameters, context, progress)
            results = self.way()(parameters, context, progress)
            places = [definition.name() for definition in self.destinationParameterDefinitions()]
            announce(self.NAME, results, places, progress.feedback)
            self._remind(parameters, context, progress)
            return results
        except Cancelled as stop:
            progress.info(stop.message)
            return {}
        except (TomoshibiError, OSError) as error:
            raise QgsProcessingException(translate_message(what_went_wrong(error))) from error
        except Exception as error:
            # QGIS writes the text of an unforeseen error into its log, and that text may quote a line of the data.
            raise QgsProcessingException(translate_message(what_went_wrong(error))) from None
        finally:
            self._keep_private(parameters, context, progress)
            progress.close()

    def way(self) -> Callable[[Parameters, QgsProcessingContext, FeedbackProgress], Any]:
        """Return what does the work of a run: `work`, where a subclass does not let it be done elsewhere."""
        return self.work

    def settled(self, parameters: Parameters, context: QgsProcessingContext) -> Parameters:
        """Return the parameters as this run means them.

        What is left empty and the case keeps is the case's own; places of outputs that begin with the word for the case
        are in the case. Raises `TomoshibiError` where what the case keeps cannot be understood.
        """
        folder = self.parameterAsFile(parameters, "CASE", context) if self.parameterDefinition("CASE") else ""
        case = Path(folder) if folder else None
        made = dict(parameters)
        # a run in the background must not use the connections of the map, which shows the same layers
        made.update({name: threaded(kept.source) for name, kept in self.own_inputs(parameters, context).items()})
        for definition in self.destinationParameterDefinitions():
            place = output_targets.settled(definition, parameters, case, self.table_name(parameters, context))
            if place is not None:
                made[definition.name()] = place
        return made

    def own_inputs(self, parameters: Parameters, context: QgsProcessingContext) -> dict[str, Kept]:
        """Return what of the case a run uses in the place of parameters that are left empty, by parameter.

        Raises `TomoshibiError` where what the case keeps cannot be understood.
        """
        folder = self._case_folder(parameters, context) if self.USES_OWN else None
        if folder is None:
            return {}
        # only now: it needs packages that grid squares and codes do without
        from ..casefile.own_inputs import own_inputs

        kept = own_inputs(folder)
        return {
            name: kept[kind]
            for name, kind in self.own_kinds().items()
            # links of facilities come from several lists, which are read together
            if kind != "LINKS"
            and kind in kept
            and is_empty(parameters.get(name))
            and not self.without_own(name, parameters, context)
        }

    def without_own(self, name: str, parameters: Parameters, context: QgsProcessingContext) -> bool:
        """Whether a parameter that is left empty means none here: of areas, where grid squares are asked for."""
        squares = self.parameterDefinition("MESH_SIZE") is not None and bool(parameters.get("MESH_SIZE"))
        return name == "AREAS" and squares

    def own_kinds(self) -> dict[str, str]:
        """Return the parameters that take what a case may keep, with the kind of input of each."""
        from ..casefile.own_inputs import OWN_INPUTS

        names = (definition.name() for definition in self.parameterDefinitions())
        kinds = {name: dict(self.OWN).get(name, name) for name in names}
        return {name: kind for name, kind in kinds.items() if kind in OWN_INPUTS}

    def _lacking(self, parameters: Parameters) -> list[Message]:
        """Return a message for each input that is needed and that neither the run nor the case gives."""
        from ..casefile.own_inputs import needed

        return [needed(dict(self.OWN).get(name, name)) for name in self.NEEDED if is_empty(parameters.get(name))]

    def _refused(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        """Return a message for each input that is a result of our own, which QGIS offers once it lies on top."""
        from ..casefile.own_inputs import OWN_INPUTS
        from ..layers.context import result_kind

        found = []
        for name, kind in self.own_kinds().items():
            layer = None if is_empty(parameters.get(name)) else self.parameterAsVectorLayer(parameters, name, context)
            if layer is not None and result_kind(layer):
                wanted = OWN_INPUTS[kind].wanted()
                found.append(message("“{layer}” is a result of Tomoshibi. {wanted}", layer=layer.name(), wanted=wanted))
        return found

    def _refuse(self, parameters: Parameters, context: QgsProcessingContext) -> None:
        """Raise where a run that nobody checked may not be, lacks an input, or has a result in the place of one."""
        permission.refuse(self, self._case_folder(parameters, context), parameters)
        wrong = self._lacking(parameters) or self._refused(parameters, context)
        if wrong:
            raise TomoshibiError(wrong[0])

    def table_name(self, parameters: Parameters, context: QgsProcessingContext) -> str:
        """Return the layer of the case's `layers.gpkg` that the result is, unless another place is chosen.

        A moment that is asked for has a layer of its own: the situation of now is not replaced by that of yesterday.
        """
        name = self.variant(parameters, context)
        asked = self.BY_TIME and self.parameterDefinition("AT") is not None
        at = self.moment(parameters, context) if asked else None
        return f"{name}_{at:%Y%m%d_%H%M}" if at else name

    def variant(self, parameters: Parameters, context: QgsProcessingContext) -> str:
        """Return what the theme is called: its name, more where several lie side by side, or it is a part alone."""
        return self.NAME

    def _placeless(self, parameters: Parameters) -> list[Message]:
        """Return a message for each output that is to go to the case where no case is given."""
        return [
            message("“{output}” is to go to the case, but no case is given. Choose one, or another place.", output=each)
            for each in (
                definition.description()
                for definition in self.destinationParameterDefinitions()
                if output_targets.names_case(parameters.get(definition.name()))
            )
        ]

    def _case_folder(self, parameters: Parameters, context: QgsProcessingContext) -> Optional[Path]:
        """Return the folder given as CASE where it holds a case, None otherwise."""
        if self.parameterDefinition("CASE") is None:
            return None
        folder = Path(self.parameterAsFile(parameters, "CASE", context))
        return folder if (folder / "case.json").is_file() else None

    def _sweep(self, parameters: Parameters, context: QgsProcessingContext) -> None:
        """Delete what runs that died left in the making in the case."""
        from ..files import sweep_parts

        folder = self._case_folder(parameters, context)
        if folder is not None:
            sweep_parts(folder)

    def _tell_unverified(
        self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress
    ) -> None:
        """Say where results rest on a case that nobody has compared with its ledger in this profile."""
        folder = self._case_folder(parameters, context)
        if folder is not None and self.GROUP in _FROM_DATA and not settings.is_known(str(folder)):
            progress.warn(
                message(
                    "Not verified: the case {case} was not made in this QGIS profile, and its files were not compared "
                    "with its ledger yet. Run “Verify a case by its ledger” (verifycase) once.",
                    case=folder.name,
                )
            )

    def _remind(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> None:
        """Say that the period of use ends soon, or is over; not for each of the algorithms that one runs within."""
        told = None if within_another() else permission.reminder_of(self._case_folder(parameters, context))
        if told is not None:
            progress.warn(told)

    def _keep_private(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> None:
        """Let nobody but the user, or the group that shares cases, into what was written."""
        from ..files import keep_private

        folder = self._case_folder(parameters, context)
        if folder is None:
            return
        group = settings.CASE_GROUP.read()
        try:
            keep_private(folder, group)
        except LookupError:
            keep_private(folder)
            progress.warn(
                message(
                    "This computer has no group {group}: the case stays with this user alone. Correct the setting "
                    "caseGroup (TOMOSHIBI_CASE_GROUP).",
                    group=group,
                )
            )
        except OSError as error:
            progress.warn(_disk_message(error))

    # Parameters

    def add(self, parameter: QgsProcessingParameterDefinition, help_: str, advanced: bool = False) -> None:
        """Add a parameter with its help (a `tr("literal")`); `advanced` folds it away in the dialog."""
        parameter.setHelp(help_)
        if advanced:
            parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
        # addParameter answers False where the name is taken; lost in silence, it would come out much later.
        if not self.addParameter(parameter):
            raise ValueError(f"{self.NAME}: parameter {parameter.name()} was refused")

    def add_own(self, parameter: QgsProcessingParameterDefinition, help_: str, advanced: bool = False) -> None:
        """Add an input that the case may keep: left empty, it is the case's own."""
        parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagOptional)
        parameter.setDescription(own_title(parameter.description()))
        self.add(parameter, help_, advanced)

    def add_case(self) -> None:
        """Add CASE, the case folder, which must exist."""
        self.add(
            QgsProcessingParameterFile("CASE", tr("Case folder"), QgsProcessingParameterFile.Behavior.Folder),
            tr("The folder made with “Create case”. Everything received and made for one disaster is in it."),
        )

    def add_at(self) -> None:
        """Add AT, the moment looked at; read it with `moment`."""
        self.add(
            QgsProcessingParameterDateTime(
                "AT", tr("Moment"), QgsProcessingParameterDateTime.Type.DateTime, None, True
            ),
            tr("Japanese time of the moment to look at. Left empty, the newest data are used."),
        )

    def add_enum(
        self,
        name: str,
        description: str,
        options: tuple[str, ...],
        help_: str,
        default: Union[str, list[str], None] = None,
        multiple: bool = False,
        optional: bool = False,
        advanced: bool = False,
    ) -> None:
        """Add a choice whose values are the words themselves, so that saved models outlive a new order of the table."""
        choice = QgsProcessingParameterEnum(
            name, description, list(options), multiple, default, optional, usesStaticStrings=True
        )
        if name in MEANINGS:
            choice.setMetadata({"widget_wrapper": {"class": CHOICE_WIDGET}})
        self.add(choice, help_, advanced)

    def add_connection(self) -> None:
        """Add BASE_URL, AUTH and PROFILE; read them with `client`."""
        self.add(
            QgsProcessingParameterString("BASE_URL", tr("Address of the aggregator"), optional=True),
            tr(
                "Where 電力データ集約システム is reached, as given with the account. Left empty: "
                "TOMOSHIBI_BASE_URL of the environment, then the address in the settings."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterAuthConfig("AUTH", tr("Account"), optional=True),
            tr(
                "QGIS authentication configuration (Basic) with the user id and passphrase. Left empty: TOMOSHIBI_USER "
                "and TOMOSHIBI_PASSPHRASE of the environment, then the configuration in the settings."
            ),
            advanced=True,
        )
        self.add_profile()

    def add_profile(self) -> None:
        """Add PROFILE, the file that says what the aggregator's interface looks like; read it with `profile`."""
        self.add(
            QgsProcessingParameterFile(
                "PROFILE",
                tr("Interface profile"),
                QgsProcessingParameterFile.Behavior.File,
                extension="json",
                optional=True,
            ),
            tr(
                "Edited copy of the interface profile. Left empty: TOMOSHIBI_PROFILE of the environment, then the "
                "settings, then the profile that ships."
            ),
            advanced=True,
        )

    def add_cell_size(self, default: str, help_: str, optional: bool = False) -> None:
        """Add MESH_SIZE; read it with `cell_size`."""
        self.add_enum("MESH_SIZE", tr("Mesh size (m)"), CELL_SIZES, help_, default, optional=optional)

    def add_number(self, name: str, description: str, text: bool = False) -> None:
        """Declare a number (or a text) among the outputs."""
        self.addOutput((QgsProcessingOutputString if text else QgsProcessingOutputNumber)(name, description))

    # Reading parameters

    def cell_size(self, parameters: Parameters, context: QgsProcessingContext) -> Optional[int]:
        """Return MESH_SIZE in metres, None where it is empty."""
        chosen = self.choice(parameters, context, "MESH_SIZE")
        return int(chosen) if chosen else None

    def extent(
        self, parameters: Parameters, context: QgsProcessingContext, name: str = "AREA"
    ) -> Optional[QgsRectangle]:
        """Return an extent in degrees (JGD2011), None where it is empty. One without a CRS is taken as degrees."""
        found = self.parameterAsExtent(parameters, name, context, QgsCoordinateReferenceSystem(DEGREES))
        return None if found.isNull() else found

    def case(self, parameters: Parameters, context: QgsProcessingContext) -> Case:
        """Return the open case. Raises `CaseError` where the folder is none."""
        from ..casefile.case import Case

        case = Case.open(Path(self.parameterAsFile(parameters, "CASE", context)))
        address = settings.CLUSTER.read()
        if address:
            from ..casefile.engine import engine_of

            practising = settings.PRACTICE.read() == "1"
            case.engine = engine_of(address, case.readings, settings.CLUSTER_FOLDER.read(), practising)
        if self.GROUP in REFRESHED or self.NAME in REFRESHED:
            from .stamps import stamp_of_run

            case.stamp = stamp_of_run(self, parameters, context, case)
        return case

    def moment(self, parameters: Parameters, context: QgsProcessingContext, name: str = "AT") -> Optional[datetime]:
        """Return a date-time parameter as Japanese wall-clock time, None where it is empty."""
        return wall_clock(self.parameterAsDateTime(parameters, name, context))

    def day(self, parameters: Parameters, context: QgsProcessingContext, name: str) -> Optional[date]:
        """Return a date parameter, None where it is empty."""
        found = self.moment(parameters, context, name)
        return found.date() if found else None

    def end_moment(self, parameters: Parameters, context: QgsProcessingContext, name: str = "TO") -> Optional[datetime]:
        """Return the end of a period: a time as given; of a bare day (`2024-01-05`), the midnight that ends it."""
        found = self.moment(parameters, context, name)
        given = parameters.get(name)
        bare_day = isinstance(given, QDate) or (isinstance(given, str) and re.fullmatch(r"\d+-\d+-\d+", given.strip()))
        return found + timedelta(days=1) if found and bare_day else found

    def choice(self, parameters: Parameters, context: QgsProcessingContext, name: str) -> str:
        """Return the word chosen, "" where none is."""
        return self.parameterAsEnumString(parameters, name, context)

    def choices(self, parameters: Parameters, context: QgsProcessingContext, name: str) -> list[str]:
        """Return the words chosen."""
        return [word for word in self.parameterAsEnumStrings(parameters, name, context) if word]

    def text(self, parameters: Parameters, context: QgsProcessingContext, name: str) -> str:
        """Return a text without blanks around it, "" where it is empty."""
        return self.parameterAsString(parameters, name, context).strip()

    def profile(self, parameters: Parameters, context: QgsProcessingContext) -> Profile:
        """Return the interface profile in force. Raises `ProfileError`."""
        from ..aggregator.profile import Profile

        chosen = self.parameterAsFile(parameters, "PROFILE", context) or settings.PROFILE.read()
        return Profile.load(Path(chosen) if chosen else None)

    def client(
        self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress
    ) -> AggregatorClient:
        """Return a client for the aggregator, closed when the algorithm ends; the account is read when first needed.

        Raises `TomoshibiError` where no address is known.
        """
        from ..aggregator.client import AggregatorClient

        address = self.text(parameters, context, "BASE_URL") or settings.BASE_URL.read()
        if not address:
            raise TomoshibiError(
                message(
                    "The address of the aggregator is not known. Give it as a parameter, as TOMOSHIBI_BASE_URL of the "
                    "environment, or in the settings."
                )
            )
        account = self.text(parameters, context, "AUTH")
        profile = self.profile(parameters, context)
        client = AggregatorClient(address, lambda: credentials(account), profile, session(address), progress)
        progress.at_end(client.close)
        return client


def is_empty(value: Any) -> bool:
    """Whether a parameter is left empty."""
    return value is None or value == "" or (isinstance(value, QVariant) and value.isNull())


def own_title(name: str) -> str:
    """Return what an input is called that the case may keep."""
    return tr("{name} (left empty: the case's own)").format(name=name)


def wall_clock(value: QDateTime) -> Optional[datetime]:
    """Return a Qt time as Japanese wall-clock time without a zone, None where it is not set.

    A time with a zone of its own (`…+09:00`, `…Z`) is converted; one without is Japanese time, whatever the
    computer's zone.
    """
    if not value.isValid():
        return None
    if value.timeSpec() != Qt.TimeSpec.LocalTime:
        seconds = value.toSecsSinceEpoch()
        return datetime.fromtimestamp(seconds, timezone(timedelta(hours=9))).replace(tzinfo=None)
    day, clock = value.date(), value.time()
    return datetime(day.year(), day.month(), day.day(), clock.hour(), clock.minute(), clock.second())


def credentials(config_id: str) -> tuple[str, str]:
    """Return (user id, passphrase) of the configuration given, else of the environment, else of the settings.

    Raises `TomoshibiError` where there is none or it cannot be opened.
    """
    from qgis.core import QgsApplication, QgsAuthMethodConfig

    user = os.environ.get(settings.USER_VARIABLE, "")
    phrase = os.environ.get(settings.PHRASE_FROM, "")
    if not config_id and user and phrase:
        return user, phrase
    config_id = config_id or settings.AUTH_CONFIG.read()
    if not config_id:
        raise TomoshibiError(
            message(
                "No account is given. Choose an authentication configuration, or set TOMOSHIBI_USER and "
                "TOMOSHIBI_PASSPHRASE in the environment."
            )
        )
    config = QgsAuthMethodConfig()
    QgsApplication.authManager().loadAuthenticationConfig(config_id, config, True)
    user, phrase = config.config("username"), config.config("password")
    if not user or not phrase:
        raise TomoshibiError(
            message(
                "The authentication configuration {id} cannot be opened or has no user id and passphrase. "
                "Enter QGIS's master password, and choose a configuration of the kind “Basic”.",
                id=config_id,
            )
        )
    return user, phrase


def session(address: str) -> requests.Session:
    """Return a session that goes the way QGIS goes to `address`, and trusts the certificates that QGIS trusts.

    QGIS itself is asked for the proxy, so that its exclusions and the system's settings hold as they do for QGIS;
    variables of the environment do not. The computer itself is always reached directly, so that practice works
    behind any proxy.
    """
    import requests

    from ..aggregator.transport import is_loopback

    made = requests.Session()
    # a proxy or a bundle of certificates from the environment would come before QGIS's
    made.trust_env = False
    url = QUrl(address)
    if not is_loopback(url.host().strip("[]")):
        proxy = _proxy_url(url)
        if proxy:
            made.proxies = {"http": proxy, "https": proxy}
    if url.scheme().lower() == "https":
        made.verify = str(_authorities())
    return made


def _authorities() -> Path:
    """Return a file of the authorities that QGIS trusts, and those that ship with Python except what QGIS distrusts.

    Windows loads many of its authorities only when they are first needed, so that QGIS's own list may be short.
    """
    import hashlib

    import requests
    from qgis.core import QgsApplication, QgsAuthCertUtils, QgsProcessingUtils
    from qgis.PyQt.QtNetwork import QSslCertificate

    manager = QgsApplication.authManager()
    refused = {bytes(certificate.toDer()) for certificate in manager.untrustedCaCerts()}

    def distrusted(certificate: QSslCertificate) -> bool:
        # Asked for each: the lists of QGIS 3.40 and 3.44 leave out what the user distrusts (seen in 3.40.6, 3.44.15).
        said = manager.certTrustPolicy(certificate)
        return said == QgsAuthCertUtils.CertTrustPolicy.Untrusted or bytes(certificate.toDer()) in refused

    shipped = Path(requests.certs.where()).read_text(encoding="utf-8", errors="replace")
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", shipped, re.DOTALL)
    kept = [block for block in blocks if not distrusted(QSslCertificate(block.encode("ascii")))]
    own = [bytes(certificate.toPem()) for certificate in manager.trustedCaCerts() if not distrusted(certificate)]
    content = b"".join(own) + b"\n" + "\n".join(kept).encode("ascii") + b"\n"
    # named after its content: every run would leave a file behind otherwise
    path = Path(QgsProcessingUtils.tempFolder()) / f"authorities-{hashlib.sha256(content).hexdigest()[:16]}.pem"
    if not path.is_file():
        part = Path(QgsProcessingUtils.generateTempFilename("authorities.pem"))
        part.write_bytes(content)
        replace_file(part, path)
    return path


def _proxy_url(url: QUrl) -> str:
    """Return the address, for requests, of the proxy that QGIS uses for `url`; "" where it uses none."""
    from urllib.parse import quote

    from qgis.core import QgsNetworkAccessManager
    from qgis.PyQt.QtNetwork import QNetworkProxy, QNetworkProxyQuery

    schemes = {
        QNetworkProxy.ProxyType.HttpProxy: "http",
        QNetworkProxy.ProxyType.HttpCachingProxy: "http",
        QNetworkProxy.ProxyType.Socks5Proxy: "socks5h",
    }
    factory = QgsNetworkAccessManager.instance().proxyFactory()
    proxy = factory.queryProxy(QNetworkProxyQuery(url))[0] if factory is not None else QNetworkProxy()
    if proxy.type() == QNetworkProxy.ProxyType.DefaultProxy:
        proxy = QNetworkProxy.applicationProxy()
    scheme = schemes.get(proxy.type())
    if scheme is None or not proxy.hostName():
        return ""
    account = f"{quote(proxy.user(), safe='')}:{quote(proxy.password(), safe='')}@" if proxy.user() else ""
    return f"{scheme}://{account}{proxy.hostName()}:{proxy.port()}"


def help_text(name: str) -> str:
    """Return the help file of an algorithm in the user's language, in English where it has none in that language."""
    for tongue in (settings.language(), "en"):
        path = HELP / f"{name}.{tongue}.md"
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise FileNotFoundError(f"resources/help/{name}.en.md")


def shown_help(name: str, parameters: list[QgsProcessingParameterDefinition]) -> str:
    """Return the help file and the help of every parameter as one line of HTML (QGIS makes paragraphs of lines)."""
    parts = [_html(help_text(name)), f"<h3>{html.escape(tr('Parameters'))}</h3>"]
    for parameter in parameters:
        if parameter.help():
            parts.append(f"<p><b>{html.escape(parameter.description())}</b><br>{html.escape(parameter.help())}</p>")
    return "".join(parts)


def _inline(text: str) -> str:
    parts = re.split(r"`([^`]+)`", html.escape(text, quote=False))
    for place in range(0, len(parts), 2):
        # stars inside code, as in `*.csv`, are no emphasis
        parts[place] = re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", parts[place])
        parts[place] = re.sub(r"\*(\w[^*]*)\*", r"<i>\1</i>", parts[place])
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))


def _html(markdown: str) -> str:
    """Turn the markdown of the help files (headings, paragraphs, nested lists, emphasis, code) into a line of HTML."""
    parts = []
    for block in re.split(r"\n\s*\n", markdown.strip()):
        lines = block.splitlines()
        if lines[0].startswith("#"):
            parts.append(f"<h3>{_inline(lines.pop(0).lstrip('# '))}</h3>")
        # a line that begins no item goes on with the one before
        joined = re.sub(r"\n(?! *- ) *", " ", "\n".join(lines)).split("\n") if lines else []
        items = [line for line in joined if _ITEM.match(line)]
        if len(items) < len(joined):
            parts.append(f"<p>{_inline(joined[0])}</p>")
        parts.append(_list(items))
    return "".join(parts)


_ITEM = re.compile(r" *- ")
"""Begins an item of a list; two blanks before it for each item that its list stands in."""


def _list(items: list[str]) -> str:
    """Return the items as lists of HTML, those that stand deeper within the item before them."""
    parts: list[str] = []
    depth = 0
    for item in items:
        # an item begins no more than one list, and may end several
        wanted = min((len(item) - len(item.lstrip(" "))) // 2, depth) + 1
        parts.append("<ul>" if wanted > depth else "</li></ul>" * (depth - wanted) + "</li>")
        parts.append(f"<li>{_inline(item.lstrip(' ')[2:])}")
        depth = wanted
    return "".join(parts) + "</li></ul>" * depth


def fault_message(error: Exception) -> Message:
    """Say where the plugin failed and with what kind of error, never with its text."""
    import traceback

    inside = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(ROOT)]
    return message(
        "This is a fault of the plugin: {kind} in {places}. Please report these words; no data are in them.",
        kind=type(error).__name__,
        places=" → ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in inside[-3:]) or "-",
    )


def what_went_wrong(error: Exception) -> Message:
    """Return what a person is told of an error: of one that nobody foresaw its place and kind, never its text."""
    if isinstance(error, TomoshibiError):
        return error.message
    if isinstance(error, OSError):
        return _disk_message(error)
    # what QGIS says of it may quote a row
    if isinstance(error, QgsProcessingException) or _package_is_full(error):
        return _unwritten_message()
    return fault_message(error)


def _package_is_full(error: Exception) -> bool:
    """Whether SQLite says that the disk, not the plugin, is at fault; who can raise that has imported it."""
    sqlite3 = sys.modules.get("sqlite3")
    full = sqlite3 is not None and isinstance(error, sqlite3.OperationalError)
    return full and _FULL_PACKAGE.search(str(error)) is not None


def _unwritten_message() -> Message:
    return message(
        "QGIS could not write the result. Check that the disk has room and that no other program holds the file, then "
        "run again; until then do not use what the file holds."
    )


def _disk_message(error: OSError) -> Message:
    return message(
        "{file} cannot be read or written ({reason}). Check that it exists, that no other program holds it, and "
        "that the disk has room.",
        file=str(error.filename or ""),
        reason=error.strerror or type(error).__name__,
    )

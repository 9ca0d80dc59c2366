"""What the process that prints does: a QGIS without a window, set up as the one that asked, and one algorithm in it."""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.core import (
    QgsApplication,
    QgsLayerDefinition,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsProject,
    QgsReadWriteContext,
    QgsSettings,
)
from qgis.PyQt.QtCore import QCoreApplication, QLocale, QSettings, QTranslator
from qgis.PyQt.QtXml import QDomDocument

from ... import dependencies, settings
from ...casefile import heads
from ...messages import Cancelled
from ...sheets.pdf_files import set_gate
from ...translate import translate_message
from ..base import FeedbackProgress, what_went_wrong
from ..publish import printing
from .handover import GO, HANDED, OnlyHere, readable_here_alone

if TYPE_CHECKING:
    from ..base import TomoshibiAlgorithm

Say = Callable[..., None]
Hear = Callable[[], bytes]
_STEP = 0.5
"""Percent of progress that are worth a line."""


class _Voice(QgsProcessingFeedback):
    """Hands on what an algorithm says."""

    def __init__(self, say: Say):
        super().__init__(False)
        self._say = say
        self._told = -1.0
        self.progressChanged.connect(self._advance)

    def pushInfo(self, info: str) -> None:
        self._say(info=info)

    def setProgressText(self, text: str) -> None:
        self._say(info=text)

    def pushWarning(self, warning: str) -> None:
        self._say(warning=warning)

    def reportError(self, error: str, fatalError: bool = False) -> None:  # noqa: N803
        self._say(warning=error)

    def _advance(self, percent: float) -> None:
        if abs(percent - self._told) >= _STEP:
            self._told = percent
            self._say(percent=percent)


class _Gate:
    """Asks the window before a file takes its place: from then on it does not end this process."""

    def __init__(self, say: Say, hear: Hear):
        self._say, self._hear = say, hear
        self._closed = False

    def close(self) -> None:
        """Wait for the word of the window. Raises `Cancelled` where it is gone."""
        if not self._closed:
            self._say(closing=True)
            if self._hear().strip() != GO:
                raise Cancelled
            self._closed = True

    def open(self) -> None:
        """Say that the file is entered."""
        if self._closed:
            self._closed = False
            self._say(opened=True)


def serve(request: dict[str, Any], say: Say, hear: Hear) -> None:
    """Do what `request` asks, and end the process: QGIS's own way out may crash, and what it made is on the disk."""
    try:
        application = _application(request)
    except LookupError as error:
        say(failed=str(error))
        os._exit(1)
    try:
        algorithm = _algorithm(request)
        translator = _translator(request)
        say(ready=True)
        _answer(request, algorithm, say, hear)
    finally:
        shutil.rmtree(QgsProcessingUtils.tempFolder(), ignore_errors=True)
    del translator, application
    os._exit(0)


def _answer(request: dict[str, Any], algorithm: TomoshibiAlgorithm, say: Say, hear: Hear) -> None:
    set_gate(_Gate(say, hear))
    progress = FeedbackProgress(_Voice(say))
    failed: Optional[Exception] = None
    try:
        dependencies.load(algorithm.NEEDS, settings.packages_folder())
        if request["tiles"] is not None:
            printing.remember_tiles(request["tiles"])
        context = QgsProcessingContext()
        context.setProject(_project(request))
        say(results=algorithm.work(request["parameters"], context, progress))
    except Cancelled:
        # who asked knows, or is gone: nothing is to be told
        pass
    except OnlyHere as error:
        say(only_here=translate_message(error.message))
    except Exception as error:
        # whatever it is, it is told where the results are waited for
        failed = error
    finally:
        progress.close()
    if failed is not None:
        say(error=translate_message(what_went_wrong(failed)))


def _application(request: dict[str, Any]) -> QgsApplication:
    """Return QGIS with the profile, the settings, the language and the plugins' folder of the one that asked."""
    QCoreApplication.setOrganizationName(request["organization"])
    QCoreApplication.setOrganizationDomain(request["domain"])
    QCoreApplication.setApplicationName(request["application"])
    QgsApplication.setTranslation(request["locale"])
    QgsApplication.setPrefixPath(request["prefix"], True)
    application = QgsApplication([], False, request["profile"])
    QgsApplication.setPluginPath(request["plugins"])
    language = QLocale(request["numbers"])
    language.setNumberOptions(QLocale.NumberOption(request["number_options"]))
    QLocale.setDefault(language)
    if not _same(QgsSettings().fileName(), request["settings"]):
        # as QGIS's own window does it; its library alone takes the profile's folder on some systems only
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, request["profile"])
    application.initQgis()
    for here, there in (
        (QgsSettings().fileName(), request["settings"]),
        (QgsApplication.qgisSettingsDirPath(), request["profile"]),
    ):
        if not _same(here, there):
            # whether it is a drill is set there
            raise LookupError(f"{here} instead of {there}")
    return application


def _same(one: str, other: str) -> bool:
    return os.path.normcase(os.path.normpath(one)) == os.path.normcase(os.path.normpath(other))


def _algorithm(request: dict[str, Any]) -> TomoshibiAlgorithm:
    heads.keep_in(settings.heads_folder())
    module = import_module(f"{request['package']}.{request['module']}")
    return getattr(module, request["algorithm"])().create()


def _translator(request: dict[str, Any]) -> QTranslator:
    os.environ[settings.LANGUAGE.variable] = request["language"]
    translator = QTranslator()
    if request["language"] == "ja" and translator.load(str(settings.HOME / "i18n" / "tomoshibi_ja.qm")):
        QCoreApplication.installTranslator(translator)
    return translator


def _project(request: dict[str, Any]) -> QgsProject:
    """Return a project with the layers that were handed over, under the ids that they have in the window.

    Raises `OnlyHere` where one of them cannot be opened here: a sheet without it would say less than is shown.
    """
    project, document = QgsProject.instance(), QDomDocument()
    if request["layers"]:
        document.setContent(request["layers"])
        layers = QgsLayerDefinition.loadLayerDefinitionLayers(document, QgsReadWriteContext())
        lost = [layer.name() for layer in layers if not layer.isValid()]
        if lost or not layers or len(layers) != document.elementsByTagName("maplayer").count():
            raise OnlyHere(readable_here_alone(lost[0] if lost else "?"))
        for layer in layers:
            layer.setCustomProperty(HANDED, True)
        project.addMapLayers(layers)
    return project

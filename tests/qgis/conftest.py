"""One headless QGIS for the session, in a profile of its own, with the provider under the package's real name."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_PROFILE = tempfile.TemporaryDirectory(prefix="tomoshibi-profile-")
os.environ["QGIS_CUSTOM_CONFIG_PATH"] = _PROFILE.name
os.environ["QGIS_AUTH_DB_DIR_PATH"] = _PROFILE.name
os.environ["TOMOSHIBI_LANGUAGE"] = "en"
os.environ["TOMOSHIBI_KNOWN_CASES"] = "*"
for name in ("TOMOSHIBI_BASE_URL", "TOMOSHIBI_USER", "TOMOSHIBI_PASSPHRASE", "TOMOSHIBI_AUTH", "TOMOSHIBI_PROFILE"):
    os.environ.pop(name, None)

from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsProject,
)


def _plugins_folder() -> str:
    """Return the folder of QGIS's own Python plugins (`processing`)."""
    places = [Path(QgsApplication.pkgDataPath()) / "python" / "plugins"]
    places += [Path(entry) / "plugins" for entry in sys.path]
    for place in places:
        if (place / "processing" / "__init__.py").is_file():
            return str(place)
    raise RuntimeError("QGIS's plugin “processing” was not found")


class RecordingFeedback(QgsProcessingFeedback):
    """A feedback that keeps what was said, so that tests can assert it."""

    def __init__(self) -> None:
        super().__init__(False)
        self.infos: list[str] = []
        self.warnings: list[str] = []
        self.errors: list[str] = []

    def pushInfo(self, info: str) -> None:
        self.infos.append(info)

    def pushWarning(self, warning: str) -> None:
        self.warnings.append(warning)

    def reportError(self, error: str, fatalError: bool = False) -> None:  # noqa: N803
        self.errors.append(error)


@pytest.fixture(scope="session")
def qgis_app():
    """QGIS with Processing and its native algorithms."""
    application = QgsApplication([], True)
    application.initQgis()
    sys.path.append(_plugins_folder())
    from processing.core.Processing import Processing
    from qgis.analysis import QgsNativeAlgorithms

    Processing.initialize()
    registry = QgsApplication.processingRegistry()
    if registry.providerById("native") is None:
        registry.addProvider(QgsNativeAlgorithms())
    # made when it is first asked for, once for all: not by a test whose own temporary folder goes with it
    QgsProcessingUtils.tempFolder()
    yield application
    application.processEvents()


@pytest.fixture
def provider(qgis_app):
    """The provider, registered as the plugin registers it: once, unless a test took it away."""
    from tomoshibi.processing_provider.provider import TomoshibiProvider

    registry = QgsApplication.processingRegistry()
    if registry.providerById("tomoshibi") is None and not registry.addProvider(TomoshibiProvider()):
        raise RuntimeError("the provider was refused")
    return registry.providerById("tomoshibi")


@pytest.fixture(scope="module")
def japanese(qgis_app):
    """The provider in Japanese: the names of parameters are fixed when an algorithm is made."""
    from qgis.PyQt.QtCore import QCoreApplication, QTranslator
    from tomoshibi import settings
    from tomoshibi.processing_provider.provider import TomoshibiProvider

    registry = QgsApplication.processingRegistry()

    def register() -> None:
        if registry.providerById("tomoshibi") is not None:
            registry.removeProvider("tomoshibi")
        if not registry.addProvider(TomoshibiProvider()):
            raise RuntimeError("the provider was refused")

    translator = QTranslator()
    if not translator.load(str(settings.HOME / "i18n" / "tomoshibi_ja.qm")):
        raise RuntimeError("there is no compiled translation: make translations")
    patch = pytest.MonkeyPatch()
    patch.setenv("TOMOSHIBI_LANGUAGE", "ja")
    QCoreApplication.installTranslator(translator)
    register()
    yield registry.providerById("tomoshibi")
    QCoreApplication.removeTranslator(translator)
    patch.undo()
    register()


@pytest.fixture
def log(qgis_app):
    """The warnings and errors that QGIS's log gets: (level, tag, text)."""
    from qgis.core import Qgis

    lines = []

    def keep(text, tag, level):
        if level in (Qgis.MessageLevel.Warning, Qgis.MessageLevel.Critical):
            lines.append((level, tag, text))

    received = QgsApplication.messageLog().messageReceived[str, str, Qgis.MessageLevel]
    received.connect(keep)
    yield lines
    received.disconnect(keep)


@pytest.fixture
def feedback() -> RecordingFeedback:
    """A fresh recording feedback."""
    return RecordingFeedback()


@pytest.fixture
def run(provider, feedback):
    """Return `run(name, parameters)`: `processing.run`, heard by `feedback`."""
    import processing

    contexts = []

    def runner(name: str, parameters: dict) -> dict:
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        # The context owns the layers of the results: it has to live as long as the test.
        contexts.append(context)
        return processing.run(f"tomoshibi:{name}", parameters, context=context, feedback=feedback)

    yield runner
    contexts.clear()


@pytest.fixture
def run_and_load(provider, feedback):
    """Return `run_and_load(name, parameters)`: results are loaded into the project and styled, as in Desktop."""
    import processing

    project = QgsProject.instance()
    project.clear()

    def runner(name: str, parameters: dict) -> dict:
        context = QgsProcessingContext()
        context.setProject(project)
        context.setFeedback(feedback)
        return processing.runAndLoadResults(f"tomoshibi:{name}", parameters, feedback=feedback, context=context)

    yield runner
    project.clear()


@pytest.fixture
def complaint(provider, feedback):
    """Return `complaint(name, parameters)`: the one message a wrong input gets, whether from the check or the run."""
    from qgis.core import QgsProcessingException

    def runner(name: str, parameters: dict) -> str:
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"tomoshibi:{name}")
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        good, reason = algorithm.checkParameterValues(parameters, context)
        if not good:
            return reason
        with pytest.raises(QgsProcessingException) as raised:
            algorithm.run(parameters, context, feedback, {}, False)
        return str(raised.value)

    return runner


@pytest.fixture(scope="session")
def hq_server():
    """A database server of the tests' own, one for all modules: QGIS keeps connections by the name of a service."""
    from tomoshibi.tests import database

    made = database.start()
    yield made
    made.stop()

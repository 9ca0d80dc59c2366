"""A process of QGIS that runs algorithms as it is told on its standard input, and dies where it is told to.

One line of JSON in, {"name", "given", "folder", "die"}: the algorithm, its parameters, the folder whose changes are
counted, and the number of the change at which the process kills itself (SIGKILL; null: never). One line of JSON out:
{"changes", "said"}, where `said` is null for a run that ended well, else its message.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any, Callable, Optional

import checkout  # noqa: F401  # it puts the package on the path

CHANGES = frozenset({"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate"})
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Changes:
    """Counts what Python changes below a folder: files opened to write, renamed, deleted, folders made."""

    def __init__(self) -> None:
        self.folder, self.count, self.die = "", 0, None
        sys.addaudithook(self._heard)

    def progress(self, folder: str, die: Optional[int]) -> None:
        """Begin to count anew; at the change numbered `die` the process kills itself."""
        self.folder, self.count, self.die = folder, 0, die

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.folder or not (event in CHANGES or (event == "open" and (arguments[2] or 0) & _WRITES)):
            return
        if not isinstance(arguments[0], (str, bytes, os.PathLike)):
            return
        if os.fsdecode(arguments[0]).startswith(self.folder):
            self.count += 1
            if self.count == self.die:
                os.kill(os.getpid(), signal.SIGKILL)


def started() -> tuple[Any, Callable[[str, dict[str, Any]], Optional[str]]]:
    """Start QGIS; return what must be kept alive, and what runs an algorithm and returns its message."""
    from qgis.core import (
        QgsApplication,
        QgsProcessingContext,
        QgsProcessingException,
        QgsProcessingFeedback,
        QgsProject,
    )

    application = QgsApplication([], True)
    application.initQgis()
    for folder in (Path(QgsApplication.pkgDataPath()) / "python" / "plugins", *map(Path, sys.path)):
        if (folder / "processing" / "__init__.py").is_file():
            sys.path.append(str(folder))
            break
    from processing.core.Processing import Processing
    from qgis.analysis import QgsNativeAlgorithms
    from tomoshibi.processing_provider.provider import TomoshibiProvider

    Processing.initialize()
    registry = QgsApplication.processingRegistry()
    if registry.providerById("native") is None:
        registry.addProvider(QgsNativeAlgorithms())
    # the reference keeps the Python half of the provider alive
    provider = TomoshibiProvider()
    if not registry.addProvider(provider):
        raise RuntimeError("the provider was refused")

    def run(name: str, given: dict[str, Any]) -> Optional[str]:
        import processing

        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        try:
            processing.run(f"tomoshibi:{name}", given, context=context, feedback=QgsProcessingFeedback(False))
        except QgsProcessingException as error:
            return str(error)
        return None

    return (application, provider), run


def main() -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["TOMOSHIBI_LANGUAGE"], os.environ["TOMOSHIBI_KNOWN_CASES"] = "en", "*"
    with tempfile.TemporaryDirectory(prefix="tomoshibi-kills-") as profile:
        os.environ["QGIS_CUSTOM_CONFIG_PATH"] = os.environ["QGIS_AUTH_DB_DIR_PATH"] = profile
        # what QGIS and its libraries print must not be taken for an answer
        answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        _alive, run = started()
        changes = Changes()
        print("ready", file=answers, flush=True)
        for line in sys.stdin:
            job = json.loads(line)
            os.environ.update(job["environment"])
            changes.progress(job["folder"], job["die"])
            said = run(job["name"], job["given"])
            print(json.dumps({"changes": changes.count, "said": said}), file=answers, flush=True)
            changes.progress("", None)
    # QGIS may crash while it is taken down, long after everything was written
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())

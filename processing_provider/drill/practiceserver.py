"""Starting and stopping the practice aggregator from QGIS."""

from __future__ import annotations

import atexit
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterFile, QgsProcessingParameterNumber

from ...messages import Message, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr

if TYPE_CHECKING:
    from ...practice.server import PracticeServer

ACTIONS = ("start", "stop")

_running: dict[Path, PracticeServer] = {}
"""Servers by scenario folder. They live here because an algorithm's object ends with its run."""


def stop(folder: Optional[Path] = None) -> int:
    """Stop the server of a scenario, or all; return how many were stopped."""
    chosen = list(_running) if folder is None else [folder.resolve()]
    stopped = [_running.pop(place) for place in chosen if place in _running]
    for server in stopped:
        server.stop()
    return len(stopped)


atexit.register(stop)


class PracticeServerAlgorithm(TomoshibiAlgorithm):
    """ACTION, SCENARIO → BASE_URL, ACCOUNTS, COUNT. The server outlives the run, within this QGIS."""

    NAME = "practiceserver"
    GROUP = "drill"
    TAGS = ("訓練", "訓練用集約システム", "サーバー", "practice", "aggregator", "server", "kunren")

    def title(self) -> str:
        return tr("Practice aggregator")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_enum(
            "ACTION",
            tr("Action"),
            ACTIONS,
            tr("start: serve the scenario. stop: end its server, or all where no scenario is given."),
            "start",
        )
        self.add(
            QgsProcessingParameterFile(
                "SCENARIO", tr("Scenario folder"), QgsProcessingParameterFile.Behavior.Folder, optional=True
            ),
            tr("Folder made with “Create scenario”."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "BUILD_SECONDS", tr("Delay (s)"), QgsProcessingParameterNumber.Type.Double, 5, minValue=0
            ),
            tr("Seconds from registering a condition until its data are published."),
            advanced=True,
        )
        self.add_profile()
        self.add_number("BASE_URL", tr("Address of the practice aggregator"), text=True)
        self.add_number("ACCOUNTS", tr("File with the accounts"), text=True)
        self.add_number("COUNT", tr("Servers running"))

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        starting = self.choice(parameters, context, "ACTION") == "start"
        if starting and not self.parameterAsFile(parameters, "SCENARIO", context):
            return [message("There is no scenario to serve. Choose a folder made with “Create scenario”.")]
        return []

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        chosen = self.parameterAsFile(parameters, "SCENARIO", context)
        folder = Path(chosen).resolve() if chosen else None
        if self.choice(parameters, context, "ACTION") == "stop":
            stopped = stop(folder)
            progress.info(message("{count} practice aggregators were stopped.", count=stopped))
            return {"BASE_URL": "", "ACCOUNTS": "", "COUNT": len(_running)}
        from ...practice.backend import ACCOUNTS_FILE
        from ...practice.server import PracticeServer

        if folder not in _running:
            server = PracticeServer(
                folder,
                profile=self.profile(parameters, context),
                build_seconds=self.parameterAsDouble(parameters, "BUILD_SECONDS", context),
            )
            _running[folder] = server.start()
        url, accounts = _running[folder].url, str(folder / ACCOUNTS_FILE)
        progress.info(
            message(
                "The practice aggregator answers at {url} (this computer only). Its accounts are in {file}.",
                url=url,
                file=accounts,
            )
        )
        return {"BASE_URL": url, "ACCOUNTS": accounts, "COUNT": len(_running)}

"""What map sheets and the brief share: which time is now, what came before, what is missing, whether tiles answer."""

from __future__ import annotations

import math
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import NULL, QgsBlockingNetworkRequest, QgsMapLayer, QgsNetworkAccessManager, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QTimer, QUrl
from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest
from qgis.PyQt.QtWidgets import QApplication

from ... import settings
from ...layers.opening import in_window
from ...messages import message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr, translate_message

if TYPE_CHECKING:
    from ...casefile.case import Case
    from ...casefile.data_status import DataStatus
    from ...sheets.headline import Past

PERSONAL_FREE = ("meshoutage", "areaoutage", "recoveryindex", "contractcounts", "restorationplan")
"""Themes made from statistics or the utility's plan alone; every other sheet derives from 個人データ."""
_READ = "expected_by_readings"
"""Field of the outage rates that is filled where readings of single meters went in."""
_PROBE_MILLISECONDS = 3000
_PNG = b"\x89PNG"
_KNOWN_SECONDS = 300
"""How long it stays known whether tiles answer: on a closed network each print would wait for it."""
_known: dict[str, tuple[float, bool]] = {}
"""Address of a tile → (when it was asked for, on the clock of `time.monotonic`; whether it came)."""


def add_paper(algorithm: TomoshibiAlgorithm) -> None:
    """Add PAPER, the size that is printed on."""
    upright = tr("A place that is higher than wide is printed upright.")
    algorithm.add_enum("PAPER", tr("Paper"), ("A3", "A4"), upright, default="A3")


def add_base_map(algorithm: TomoshibiAlgorithm) -> None:
    """Add BASEMAP; answer it with `base_map`."""
    algorithm.add_enum(
        "BASEMAP",
        tr("Base map"),
        ("auto", "none", "gsi"),
        tr(
            "auto: GSI tiles where they can be reached within 3 seconds. none: the case's own boundary and areas only; "
            "nothing is fetched."
        ),
        default="auto",
    )


def base_map(wish: str, progress: FeedbackProgress) -> bool:
    """Return whether GSI's tiles are to be drawn; `wish` auto, none or gsi. Nothing is fetched with `none`."""
    if wish == "none":
        return False
    if tiles_answer(progress):
        return True
    if wish == "gsi":
        progress.warn(message("The GSI tile server does not answer; the sheets are drawn without a base map."))
    return False


def tiles_answer(progress: FeedbackProgress) -> bool:
    """Return whether GSI's tiles can be reached, asked at most every five minutes."""
    from ...layers.context import GSI_PROBE

    asked_at, there = _known.get(GSI_PROBE, (-math.inf, False))
    if time.monotonic() - asked_at < _KNOWN_SECONDS:
        return there
    request = QNetworkRequest(QUrl(GSI_PROBE))
    request.setTransferTimeout(_PROBE_MILLISECONDS)
    content = _in_window(request, progress) if in_window() else _blocking(request, progress)
    # A request that ran out of time says no error but has no content, and a proxy may answer with a page of its own.
    there = content.startswith(_PNG)
    if not progress.cancelled():
        _known[GSI_PROBE] = time.monotonic(), there
    return there


def remember_tiles(there: bool) -> None:
    """Take it as known whether GSI's tiles can be reached: another process has asked."""
    from ...layers.context import GSI_PROBE

    _known[GSI_PROBE] = time.monotonic(), there


def _blocking(request: QNetworkRequest, progress: FeedbackProgress) -> bytes:
    asked = QgsBlockingNetworkRequest()
    done = asked.get(request, True, progress.feedback)
    return bytes(asked.reply().content()) if done == QgsBlockingNetworkRequest.ErrorCode.NoError else b""


def _in_window(request: QNetworkRequest, progress: FeedbackProgress) -> bytes:
    """Ask in the thread of the window, which draws itself meanwhile; clicks wait, but for a Cancel."""
    reply, loop = QgsNetworkAccessManager.instance().get(request), QEventLoop()
    reply.finished.connect(loop.quit)
    progress.feedback.canceled.connect(loop.quit)
    late = QTimer()
    late.setSingleShot(True)
    late.timeout.connect(loop.quit)
    late.start(_PROBE_MILLISECONDS)
    flags = QEventLoop.ProcessEventsFlag
    alone = isinstance(QCoreApplication.instance(), QApplication) and QApplication.activeModalWidget() is not None
    if not reply.isFinished() and not progress.cancelled():
        loop.exec(flags.AllEvents if alone else flags.ExcludeUserInputEvents)
    ended = reply.isFinished() and reply.error() == QNetworkReply.NetworkError.NoError
    content = bytes(reply.readAll()) if ended else b""
    if not reply.isFinished():
        reply.abort()
    reply.deleteLater()
    return content


def refuse_doubt(case: Optional[Case]) -> None:
    """Let nothing be printed before it is clear whether it is a drill. Raises `NotSaid`."""
    from ...casefile.drills import certain

    if case is not None:
        certain(case.info, settings.PRACTICE.read() == "1")


def present_time(case: Optional[Case], drawn: list[tuple[str, QgsMapLayer]], clock: datetime) -> datetime:
    """Return the time that ages are told at: the clock's, or in a drill the newest time of its data.

    What was published in a drill tells its clock too: data of yesterday, published this morning, are hours old.
    """
    from ...casefile import publications
    from ...layers.style import newest_as_of
    from ..base import wall_clock

    if case is None or not case.info.practice:
        return clock
    times = [wall_clock(newest_as_of(layer)) for _, layer in drawn if isinstance(layer, QgsVectorLayer)]
    times += [each.published_at for each in publications.known(case)]
    return max((time for time in times if time is not None), default=clock)


def past_of(case: Optional[Case]) -> Callable[[str, datetime], Optional[Past]]:
    """Return what reads the result of a theme before a moment; a history that cannot be read tells no change."""
    from ...casefile import history
    from ...sheets.headline import Past

    def read(kind: str, as_of: datetime) -> Optional[Past]:
        run = history.last_before(case, kind, as_of) if case is not None else None
        return Past(run.as_of, history.read(run)) if run is not None else None

    return read


def status_of(case: Optional[Case]) -> Callable[[datetime], Optional[DataStatus]]:
    """Return what tells how far each kind of data of a case reaches at a moment."""
    from ...casefile.data_status import data_status

    def read(at: datetime) -> Optional[DataStatus]:
        return data_status(case, at, settings.old_hours(), ()) if case is not None else None

    return read


def missing_of(case: Optional[Case], at: datetime) -> tuple[str, ...]:
    """Return what is missing of the sets published until a moment, in few words, the newest first."""
    if case is None:
        return ()
    from ...casefile.completeness import missing_in_short

    return tuple(translate_message(each) for each in missing_in_short(case, at))


def from_readings(layer: QgsMapLayer) -> bool:
    """Whether readings of single meters went into an outage rate."""
    field = layer.fields().lookupField(_READ)
    return field >= 0 and any(value not in (None, NULL) for value in layer.uniqueValues(field))


def place_of(case: Case, layer: QgsMapLayer) -> str:
    """Return where a layer lies, as the ledger says it."""
    from ...layers.uris import file_and_layer

    path, name = file_and_layer(layer.source())
    return case.relative(Path(path)) + (f"|{name}" if name else "")

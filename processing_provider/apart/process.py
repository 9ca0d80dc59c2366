"""The process that prints, as the run sees it that waits for it: started, listened to, ended."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any, Optional

from qgis.PyQt.QtCore import QProcess, QProcessEnvironment

from ... import settings
from ...aggregator.outside import parse_json
from ...files import remove_parts_of
from ...messages import Cancelled, Message, TomoshibiError, message
from ..base import FeedbackProgress
from .handover import GO, OnlyHere

CHILD = Path(__file__).with_name("child.py")
START_SECONDS = 120.0
"""How long it may take until it is ready: a virus scanner looks at each file of QGIS's."""
_LOOK_MILLISECONDS = 100
_ENTERING_SECONDS = 30.0
"""How long a file that takes its place is waited for after Cancel."""
_LONGEST_LINE = 4_000_000
"""Bytes of a line that is heard."""
_LONGEST_TEXT = 4_000


class CannotStart(Exception):
    """The process did not come as far as its work."""


class Told(TomoshibiError):
    """What the process could not do, in its words, which are those of this language."""


def printed_apart(
    python: Path, request: dict[str, Any], case: Optional[Path], outputs: list[Path], progress: FeedbackProgress
) -> dict[str, Any]:
    """Let a process of its own do a work; return its results. Not in the thread of the window.

    Parameters
        request: what `work.serve` reads.
        case, outputs: the folder of the case and those of the results: nothing half made may stay there.

    Raises
        CannotStart: it did not begin; nothing was done.
        OnlyHere: a layer that was handed over cannot be opened there; nothing was done.
        Cancelled: the run was stopped; what was complete stays.
        TomoshibiError: the work failed, or the process ended before it was done.
    """
    child = _Child(python, request)
    try:
        return child.followed(progress)
    except BaseException:
        child.end()
        for folder in outputs:
            remove_parts_of(child.number, folder)
        for folder in [] if case is None else [case, *filter(Path.is_dir, case.rglob("*"))]:
            remove_parts_of(child.number, folder)
        raise
    finally:
        child.end()


class _Child:
    """One process, Qt's: it is written to and read from while it is waited for, by one thread, which needs no loop."""

    def __init__(self, python: Path, request: dict[str, Any]):
        process = self._process = QProcess()
        process.setProcessEnvironment(_environment())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.start(str(python), [str(CHILD)])
        if not process.waitForStarted(int(START_SECONDS * 1000)):
            why = process.errorString()
            self.end()
            raise CannotStart(f"{python}: {why}")
        self.number = int(process.processId())
        self._entering = self._ready = False
        self._send(json.dumps(request).encode("ascii"))

    def _line(self) -> Optional[bytes]:
        """Return the next line, b"" where none came for a while, None where it ended and has said all."""
        process = self._process
        if not _has_line(process):
            process.waitForReadyRead(_LOOK_MILLISECONDS)
        if _has_line(process):
            return bytes(process.readLine(_LONGEST_LINE))
        if process.state() == QProcess.ProcessState.NotRunning:
            return bytes(process.readAll()) or None
        return b""

    def _send(self, line: bytes) -> None:
        # goes out while it is waited for the answer; where it is gone, that is heard then
        self._process.write(line + b"\n")

    def followed(self, progress: FeedbackProgress) -> dict[str, Any]:
        """Return what it made; raise as `printed_apart` does."""
        begun = time.monotonic()
        stopped: Optional[float] = None
        while True:
            if stopped is None and progress.cancelled():
                stopped = time.monotonic()
            if stopped is not None and not (self._entering and time.monotonic() - stopped < _ENTERING_SECONDS):
                raise Cancelled
            if not self._ready and time.monotonic() - begun > START_SECONDS:
                raise CannotStart(f"{START_SECONDS:.0f} s")
            line = self._line()
            if line is None:
                raise self._gone()
            results = self._heard(_words(line), progress)
            if results is not None:
                return results

    def _gone(self) -> Exception:
        code = self._process.exitCode()
        if self._process.exitStatus() == QProcess.ExitStatus.CrashExit:
            # the number of a signal
            code = -abs(code)
        if not self._ready:
            return CannotStart(str(code))
        return Told(
            message(
                "The process that prints ended before it was done ({code}). What was there before is still there. "
                "Print again; where it happens again, close other programs, as memory may be short.",
                code=code,
            )
        )

    def _heard(self, words: dict[str, Any], progress: FeedbackProgress) -> Optional[dict[str, Any]]:
        """Do what a line says; return the results once they are told."""
        if "failed" in words:
            raise CannotStart(_text(words["failed"]))
        if "only_here" in words:
            raise OnlyHere(Message("{why}", {"why": _text(words["only_here"])}))
        if "error" in words:
            raise Told(Message("{what}", {"what": _text(words["error"])}))
        self._ready = self._ready or "ready" in words
        if "closing" in words:
            # asked for while the run goes on: from here on it is not ended
            self._entering = True
            self._send(GO)
        elif "opened" in words:
            self._entering = False
        _tell(words, progress)
        results = words.get("results")
        return results if isinstance(results, dict) else None

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.waitForFinished(-1)


def _has_line(process: QProcess) -> bool:
    return bool(process.canReadLine()) or process.bytesAvailable() >= _LONGEST_LINE


def _environment() -> QProcessEnvironment:
    found = QProcessEnvironment.systemEnvironment()
    for secret in _SECRETS:
        found.remove(secret)
    if sys.platform.startswith("linux"):
        # of the other systems the fonts are there with their own windows only, of which none is opened
        found.insert("QT_QPA_PLATFORM", "offscreen")
    found.insert("QT_MAC_DISABLE_FOREGROUND_APPLICATION_TRANSFORM", "1")
    return found


def _tell(words: dict[str, Any], progress: FeedbackProgress) -> None:
    """Hand on what the process says of its work."""
    percent = words.get("percent")
    if isinstance(percent, (int, float)):
        progress.set_fraction(percent / 100.0)
    if "info" in words:
        progress.feedback.pushInfo(_text(words["info"]))
    if "warning" in words:
        progress.feedback.pushWarning(_text(words["warning"]))


def _words(line: bytes) -> dict[str, Any]:
    """Return what a line says; nothing where it is not a line of the process."""
    try:
        found = parse_json(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    """Return a text of another process without what steers a screen, and not longer than can be read."""
    return "".join(sign for sign in str(value) if sign.isprintable() or sign == "\n")[:_LONGEST_TEXT]


_SECRETS = frozenset({settings.USER_VARIABLE, settings.PHRASE_FROM})
"""Variables that printing needs nothing of."""

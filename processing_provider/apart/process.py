"""The process that prints, as the run sees it that waits for it: started, listened to, ended."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any, Optional

from ... import settings
from ...files import remove_parts_of
from ...messages import Cancelled, Message, TomoshibiError, message
from ..base import FeedbackProgress
from .handover import GO

CHILD = Path(__file__).with_name("child.py")
START_SECONDS = 120.0
"""How long it may take until it is ready: a virus scanner looks at each file of QGIS's."""
_LOOK_SECONDS = 0.1
_ENTERING_SECONDS = 30.0
"""How long a file that takes its place is waited for after Cancel."""
_LONGEST_LINE = 4_000_000
"""Bytes of a line that is heard."""
_LONGEST_TEXT = 4_000
_WITHOUT_WINDOW = 0x08000000
"""CREATE_NO_WINDOW of Windows."""


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
    """One process."""

    def __init__(self, python: Path, request: dict[str, Any]):
        environment = {key: value for key, value in os.environ.items() if key not in _SECRETS}
        if sys.platform.startswith("linux"):
            # of the other systems the fonts are there with their own windows only, of which none is opened
            environment["QT_QPA_PLATFORM"] = "offscreen"
        environment["QT_MAC_DISABLE_FOREGROUND_APPLICATION_TRANSFORM"] = "1"
        try:
            self._process = subprocess.Popen(
                [str(python), str(CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                creationflags=_WITHOUT_WINDOW if os.name == "nt" else 0,
            )
        except OSError as error:
            raise CannotStart(f"{python}: {error.strerror}") from error
        self.number = self._process.pid
        self._lines: queue.Queue[Optional[bytes]] = queue.Queue()
        self._entering = self._ready = False
        self._ear = threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True)
        self._ear.start()
        self._send(json.dumps(request).encode("ascii"))

    def _listen(self, stream: IO[bytes]) -> None:
        for line in iter(lambda: stream.readline(_LONGEST_LINE), b""):
            self._lines.put(line)
        self._lines.put(None)

    def _send(self, line: bytes) -> None:
        try:
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()
        except OSError:
            # it is gone, which is heard on its other end
            return

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
            try:
                line = self._lines.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue
            if line is None:
                raise self._gone()
            results = self._heard(_words(line), progress)
            if results is not None:
                return results

    def _gone(self) -> Exception:
        code = self._process.wait()
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
        self._process.wait()
        self._ear.join()
        self._process.stdout.close()
        try:
            self._process.stdin.close()
        except OSError:
            # what was not sent is sent when it is closed, and nobody is there
            return


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
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    """Return a text of another process without what steers a screen, and not longer than can be read."""
    return "".join(sign for sign in str(value) if sign.isprintable() or sign == "\n")[:_LONGEST_TEXT]


_SECRETS = frozenset({settings.USER_VARIABLE, settings.PHRASE_FROM})
"""Variables that printing needs nothing of."""

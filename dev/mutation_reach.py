"""Note which file of tests enters which function of analysis/ and casefile/: what `dev/mutate.py` loads into pytest.

Loaded with `-p mutation_reach`; MUTATION_REACH names the file to write to.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any, Iterator

import pytest

Place = tuple[str, int]
"""File below the plugin's folder, and the line of a function's first decorator or of its `def`."""
_BROKEN = ("analysis/", "casefile/")

_reached: dict[str, set[Place]] = {}
_seconds: dict[str, float] = {}
_failed: set[str] = set()
_files: dict[str, str] = {}
"""File as its code names it → below the plugin's folder; empty for what is not broken."""
_now: set[Place] = set()


def _enter(frame: FrameType, _event: str, _argument: Any) -> None:
    """Note a function that begins (`sys.settrace`)."""
    name = frame.f_code.co_filename
    file = _files.get(name)
    if file is None:
        inside = name.rpartition("/tomoshibi/")[2]
        file = _files[name] = inside if inside.startswith(_BROKEN) else ""
    if file:
        _now.add((file, frame.f_code.co_firstlineno))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A test with its fixtures; both belong to the file, in which fixtures are shared."""
    global _now
    file = item.nodeid.split("::")[0]
    _now = _reached.setdefault(file, set())
    begin = time.process_time()
    threading.settrace(_enter)
    sys.settrace(_enter)
    yield
    sys.settrace(None)
    _seconds[file] = _seconds.get(file, 0.0) + time.process_time() - begin


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note what fails although nothing is broken."""
    if report.failed:
        _failed.add(report.nodeid)


def pytest_sessionfinish() -> None:
    """Write what was noted."""
    reached = {file: sorted(places) for file, places in _reached.items()}
    told = {"reached": reached, "seconds": _seconds, "failed": sorted(_failed)}
    Path(os.environ["MUTATION_REACH"]).write_text(json.dumps(told), encoding="utf-8")

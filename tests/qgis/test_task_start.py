"""Tasks are added to QGIS's manager when it is not at work on the end of another one."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsTask
from tomoshibi.dialogs import jobs
from tomoshibi.dialogs.task_start import add_waiting, start_task
from tomoshibi.tests.stall import spin_until


@pytest.fixture
def manager(qgis_app):
    """QGIS's manager; what other tests left there may still be in it, and is none of ours."""
    return QgsApplication.taskManager()


def task(ended: list[str], name: str, then=lambda: None) -> QgsTask:
    def finished(error, value=None):
        ended.append(name)
        then()

    return QgsTask.fromFunction(name, lambda _: None, on_finished=finished)


def test_a_task_that_is_started_at_the_end_of_another_is_added_after_it(manager):
    ended, added_at_once = [], []

    def go_on() -> None:
        start_task(second)
        added_at_once.append(manager.taskId(second) != -1)

    first, second = task(ended, "first", go_on), task(ended, "second")
    start_task(first)
    spin_until(lambda: len(ended) == 2, what="both tasks")
    assert ended == ["first", "second"] and added_at_once == [False]


def test_who_waits_for_a_task_hands_it_over_first(manager):
    ended = []
    waited = task(ended, "waited for")
    start_task(waited)
    add_waiting()
    assert waited.waitForFinished(0)
    spin_until(lambda: ended == ["waited for"], what="its end")


def test_a_task_that_is_cancelled_before_it_is_added_never_runs(manager):
    ran, before = [], manager.countActiveTasks()
    cancelled = QgsTask.fromFunction("cancelled", lambda _: ran.append(1))
    start_task(cancelled)
    cancelled.cancel()
    started = []
    start_task(task(started, "after it"))
    spin_until(lambda: started and manager.countActiveTasks() <= before, what="rest")
    assert ran == [] and manager.taskId(cancelled) == -1


def test_every_task_of_the_dialogs_is_started_here():
    folder = Path(jobs.__file__).parent
    adding = [path.name for path in folder.rglob("*.py") if ".addTask(" in path.read_text(encoding="utf-8")]
    assert adding == ["task_start.py"]

"""Tasks of QGIS, started so that none is lost.

While QGIS's manager handles the end of a task, it takes out of its queue what lies where the work of that task lay in
memory. What is added just then, by whoever hears of the end, may lie there: such a task never runs, and who waits for
it waits for ever (QGIS 3.22 to 3.44, most of all on Windows). So tasks are added once the event loop is free again.
"""

from __future__ import annotations

from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import QTimer

_WAITING: list[QgsTask] = []


def start_task(task: QgsTask) -> None:
    """Let QGIS run a task as soon as the event loop is free. The caller holds it until it has ended."""
    _WAITING.append(task)
    QTimer.singleShot(0, add_waiting)


def add_waiting() -> None:
    """Hand over at once what still waits, but for what was cancelled; for who is about to wait for a task's end."""
    while _WAITING:
        task = _WAITING.pop(0)
        if task.status() == QgsTask.TaskStatus.Queued:
            QgsApplication.taskManager().addTask(task)

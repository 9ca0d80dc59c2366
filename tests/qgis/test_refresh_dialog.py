"""Refreshing every N minutes, as it runs in QGIS's window, against the practice aggregator."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QThread
from tomoshibi import settings
from tomoshibi.dialogs import jobs
from tomoshibi.dialogs.refresh import (
    LONGEST_WAIT,
    RefreshController,
    Refresher,
    RefreshSign,
    State,
    age,
    explanation,
    headline,
    wait_after,
)
from tomoshibi.practice.server import Fault
from tomoshibi.tests.qgis.refresh_drill import make_scenario_folder, running
from tomoshibi.tests.qgis.window import Interface
from tomoshibi.tests.stall import StallMeter, spin_until

AT = datetime(2026, 1, 21, 6, 13)


@pytest.fixture(scope="module")
def scenario_folder(tmp_path_factory) -> Path:
    return make_scenario_folder(tmp_path_factory.mktemp("scenario") / "made")


@pytest.fixture
def drill(run, scenario_folder, tmp_path, monkeypatch):
    """A case with one layer, twelve hours before the scenario's end."""
    with running(run, scenario_folder, tmp_path, monkeypatch) as made:
        run(
            "shelterpower",
            {
                "CASE": str(made.case),
                "FACILITIES": str(made.case / "facilities.geojson"),
                "OUTPUT": made.sink("shelterpower"),
            },
        )
        made.server.log.clear()
        yield made
        QgsProject.instance().clear()


@pytest.fixture
def controller(drill):
    made = RefreshController(minute_ms=300)
    yield made
    made.close()
    spin_until(lambda: not jobs.running(), what="the end of the jobs")


def states(controller: RefreshController) -> list[State]:
    heard: list[State] = []
    controller.changed.connect(heard.append)
    return heard


def finished(controller: RefreshController, count: int):
    """Return whether so many refreshes have ended, for `spin_until`."""
    runs = [0]
    before = [controller.state.last_run]

    def look() -> bool:
        if controller.state.last_run != before[0]:
            before[0] = controller.state.last_run
            runs[0] += 1
        return runs[0] >= count

    return look


# -- the clockwork ------------------------------------------------------------


def test_a_new_publication_reaches_the_layer_that_is_shown_without_freezing_the_window(drill, controller):
    layer = QgsVectorLayer(f"{drill.layers}|layername=shelterpower", "shown", "ogr")
    QgsProject.instance().addMapLayer(layer)
    before = next(layer.getFeatures())["as_of"]
    controller.start(str(drill.case), 1)
    assert controller.state.running
    spin_until(finished(controller, 1), what="the first refresh")
    first = controller.state
    assert first.problems == () and first.last_success is not None and first.next_run is not None
    drill.advance(12)
    with StallMeter() as meter:
        spin_until(lambda: next(layer.getFeatures())["as_of"] > before, what="the new layer")
        spin_until(lambda: not controller.state.running, what="the end of the refresh")
    assert controller.state.data_time > first.data_time
    assert controller.state.problems == ()
    assert meter.ticks > 10
    print(f"longest stall of the event loop during a refresh: {1000 * meter.longest:.0f} ms")
    assert meter.longest < 0.5


def test_a_server_that_is_down_is_said_the_last_success_is_kept_and_the_next_refresh_succeeds(drill, controller):
    controller.start(str(drill.case), 1)
    spin_until(finished(controller, 1), what="the first refresh")
    good = controller.state
    drill.server.faults.append(Fault("token", times=None, status=500))
    drill.server.faults.append(Fault("list_conditions", times=None, status=500))
    drill.server.faults.append(Fault("condition", times=None, status=500))
    spin_until(lambda: controller.state.failures >= 1, what="the failure")
    bad = controller.state
    assert bad.problems and bad.last_success == good.last_success and bad.data == good.data
    assert controller.active and not bad.paused
    drill.server.faults.clear()
    spin_until(lambda: not controller.state.running and controller.state.failures == 0, what="the recovery")
    assert controller.state.problems == () and controller.state.last_success > good.last_success


def test_two_refreshes_never_run_at_once(drill, controller):
    drill.server.latency = 0.15
    controller.start(str(drill.case), 1)
    for _ in range(5):
        controller.refresh_now()
    assert len(jobs.running()) == 1
    running, ended = [], finished(controller, 2)

    def two_ended() -> bool:
        controller.refresh_now()
        running.append(len(jobs.running()))
        return ended()

    spin_until(two_ended, what="two refreshes")
    assert set(running) == {1}


def test_a_refused_account_pauses_until_a_person_asks_again(drill, controller, monkeypatch):
    _, phrase = drill.server.credentials()()
    monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", "not this one")
    controller.start(str(drill.case), 1)
    spin_until(finished(controller, 1), what="the first refresh")
    assert controller.state.paused and controller.state.next_run is None and controller.state.late(AT)
    tried = sum(interface == "token" for interface, _, _ in drill.server.log)
    waited = datetime.now() + timedelta(seconds=0.8)
    spin_until(lambda: datetime.now() > waited)
    assert sum(interface == "token" for interface, _, _ in drill.server.log) == tried
    monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", phrase)
    controller.refresh_now()
    spin_until(finished(controller, 1), what="the refresh asked for")
    assert not controller.state.paused and controller.state.problems == ()


def test_a_case_that_disappears_is_said_and_tried_again(drill, controller, tmp_path):
    controller.start(str(drill.case), 1)
    spin_until(finished(controller, 1), what="the first refresh")
    moved = drill.case.rename(tmp_path / "elsewhere")
    spin_until(lambda: controller.state.failures == 1, what="the failure")
    assert "case" in controller.state.problems[0]
    moved.rename(drill.case)
    spin_until(lambda: controller.state.failures == 0 and not controller.state.running, what="the recovery")


def test_stopping_during_a_refresh_leaves_nothing_behind(drill, controller):
    drill.server.latency = 0.3
    threads = threading.active_count()
    controller.start(str(drill.case), 1)
    spin_until(lambda: len(drill.server.log) > 0, what="the first request")
    heard = states(controller)
    controller.close()
    assert controller.state == State() and heard == [State()]
    spin_until(lambda: not jobs.running(), what="the end of the job")
    assert not [path for path in (drill.case / ".refresh").iterdir() if path.name != ".download.lock"]
    assert QgsApplication.taskManager().countActiveTasks() == 0
    drill.server.latency = 0.0
    spin_until(lambda: threading.active_count() <= threads, what="the end of the threads")


@pytest.mark.parametrize(
    ("minutes", "failures", "expected"),
    [(10, 0, 10), (10, 1, 10), (10, 2, 20), (10, 3, 40), (10, 4, 60), (10, 99, 60), (90, 5, 90), (1, 3, 4)],
)
def test_the_wait_grows_with_errors_up_to_an_hour(minutes, failures, expected):
    assert wait_after(minutes, failures) == expected <= max(LONGEST_WAIT, minutes)


# -- what is shown ------------------------------------------------------------


def state(**more) -> State:
    given = {
        "case": "/cases/noto",
        "minutes": 10,
        "last_run": datetime(2026, 1, 21, 6, 10),
        "last_success": datetime(2026, 1, 21, 6, 10),
        "next_run": datetime(2026, 1, 21, 6, 20),
        "data": (("Readings", datetime(2026, 1, 21, 5, 30)),),
    }
    return State(**{**given, **more})


def test_the_sign_says_when_it_succeeded_what_comes_next_and_how_old_the_data_are(qgis_app):
    assert headline(state(), AT) == "Refreshed 06:10 · data 05:30 (43 min ago)"
    lines = explanation(state(), AT).splitlines()
    assert lines[0] == "Last success 06:10 (3 min ago) · next 06:20"
    assert "Readings: 05:30 (43 min ago)" in lines


def test_the_sign_speaks_japanese(qgis_app):
    from qgis.PyQt.QtCore import QTranslator

    translator = QTranslator()
    assert translator.load(str(settings.HOME / "i18n" / "tomoshibi_ja.qm"))
    QCoreApplication.installTranslator(translator)
    try:
        assert explanation(state(), AT).splitlines()[0] == "最終更新 06:10（3分前）・次回 06:20"
        assert headline(state(), AT) == "更新 06:10・データ 05:30（43分前）"
    finally:
        QCoreApplication.removeTranslator(translator)


def test_a_success_older_than_two_intervals_is_marked_and_colours_the_sign(qgis_app):
    sign = RefreshSign()
    sign.show_state(state())
    sign.look_again(AT)
    assert "background" not in sign.styleSheet() and "⚠" not in sign.text()
    sign.look_again(datetime(2026, 1, 21, 6, 31))
    assert "background" in sign.styleSheet() and sign.text().startswith("⚠ ")
    sign.show_state(state(problems=("The layer meshoutage was not made again: no data",)))
    sign.look_again(AT)
    assert sign.text().startswith("⚠ ") and "meshoutage" in sign.toolTip()


def test_old_data_are_old_however_fresh_the_refresh(qgis_app):
    old = state(data=(("Readings", datetime(2026, 1, 18, 5, 30)),))
    assert "2026-01-18 05:30 (3 days ago)" in headline(old, AT)


def test_a_drill_has_no_ages_because_its_clock_is_its_own(qgis_app):
    assert headline(state(practice=True), AT).endswith("data 2026-01-21 05:30 (drill)")


def test_data_of_unknown_time_are_never_called_fresh(qgis_app):
    unknown = state(data=())
    assert headline(unknown, AT) == "Refreshed 06:10"
    assert "The time of the data is not known." in explanation(unknown, AT)
    assert age(datetime(2026, 1, 21, 6, 30), AT) == "later than now"


# -- in the window ------------------------------------------------------------


@pytest.fixture
def window(drill):
    iface = Interface()
    made = Refresher(iface, minute_ms=300)
    yield iface, made
    if made.controller.active:
        made.stop()
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    spin_until(lambda: not jobs.running(), what="the end of the jobs")


def test_it_is_switched_on_remembers_the_minutes_and_ends_with_the_project(drill, window, monkeypatch):
    _, refresher = window
    switched: list[bool] = []
    refresher.switched.connect(switched.append)
    refresher.start(str(drill.case))
    assert refresher.controller.state.minutes == 10 and switched[-1] is True
    assert not refresher.sign.isHidden()
    spin_until(finished(refresher.controller, 1), what="the first refresh")
    refresher.sign.interval_actions[30].trigger()
    assert settings.refresh_minutes() == 30 == refresher.controller.state.minutes
    assert [minutes for minutes, action in refresher.sign.interval_actions.items() if action.isChecked()] == [30]
    settings.REFRESH_MINUTES.save("")
    assert settings.refresh_minutes() == 10
    QgsProject.instance().clear()
    assert not refresher.controller.active and switched[-1] is False and refresher.sign.isHidden()


def test_a_failure_is_told_once_and_not_at_every_refresh(drill, window):
    iface, refresher = window
    (drill.case / "facilities.geojson").unlink()
    drill.advance(12)
    refresher.start(str(drill.case))
    refresher.controller.every(1)
    spin_until(finished(refresher.controller, 2), what="two refreshes")
    assert len(iface.messages.items()) == 1


def test_without_a_case_that_is_said(window, tmp_path):
    iface, refresher = window
    refresher.start(str(tmp_path / "none"))
    assert not refresher.controller.active and "No case is open" in iface.messages.currentItem().text()


def test_taking_the_plugin_away_during_a_refresh_leaves_nothing_behind(drill):
    from tomoshibi import classFactory

    registry = QgsApplication.processingRegistry()
    registry.removeProvider("tomoshibi")
    iface = Interface()
    plugin = classFactory(iface)
    plugin.initGui()
    plugin.case = str(drill.case)
    action = next(each for each in plugin.menu.actions() if each.objectName() == "mTomoshibiRefreshAction")
    drill.server.latency = 0.3
    action.trigger()
    assert action.isChecked() and plugin.refresher.controller.state.running
    spin_until(lambda: len(drill.server.log) > 0, what="the first request")
    plugin.unload()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    spin_until(lambda: not jobs.running(), what="the end of the job")
    assert plugin.refresher is None and registry.providerById("tomoshibi") is None
    assert iface.window.findChildren(RefreshSign) == []
    assert QgsApplication.taskManager().countActiveTasks() == 0
    QThread.msleep(1)

"""Several threads may be the first to ask one store: each sees all of it."""

from __future__ import annotations

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import numpy as np
import pytest
from tomoshibi.aggregator.keys import HeldIndex
from tomoshibi.aggregator.timecode import code_of
from tomoshibi.casefile import reading_index as index_module
from tomoshibi.casefile import readings as store_module
from tomoshibi.casefile.fine_readings import FineSet
from tomoshibi.casefile.readings import ReadingStore
from tomoshibi.tests.patience import PATIENCE
from tomoshibi.tests.published import PROFILE, write

THREADS = 4
FIRST = datetime(2024, 2, 26)


DAYS = 5


def _rows(meters, step):
    """Rows of every day, half-hours for some meters and shorter steps for others."""
    rule = PROFILE.at_step(step).slot
    for day in range(DAYS):
        for minute in range(0, 24 * 60, step):
            code = code_of(FIRST + timedelta(days=day, minutes=minute), rule)
            yield from ([f"A{meter:033d}", "1", f"03{meter:020d}", "1", code, "0.2"] for meter in meters)


@pytest.fixture(scope="module", params=[30, 15])
def folder(tmp_path_factory, request):
    place = tmp_path_factory.mktemp("threads")
    sets = {30: range(8), request.param: range(6, 14)}
    for step, meters in sets.items():
        header = [column.name for column in PROFILE.at_step(step).file("reading").columns]
        path = write(place / f"{step}.csv", header, _rows(meters, step))
        report = ReadingStore(place / "readings").ingest([path], PROFILE)
        assert report.stored and not report.failed
    return place / "readings"


@pytest.fixture
def often_switched():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def _asked_at_once(folder, question, times=60):
    """Return what each of several threads was answered by stores that nobody had asked before."""
    found = []
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(times):
            store, start = ReadingStore(folder), Barrier(THREADS)

            def ask(_, store=store, start=start):
                start.wait(PATIENCE)
                return question(store)

            found.extend(pool.map(ask, range(THREADS)))
    return found


@pytest.mark.parametrize(
    "question",
    [
        lambda store: tuple(store.days()),
        lambda store: tuple(store.has_step(15)),
        lambda store: tuple((group.steps, group.newest) for group in store.group_by_step(list(range(9)))),
    ],
    ids=["days", "steps", "groups"],
)
def test_every_thread_that_asks_a_fresh_store_sees_all_of_it(folder, often_switched, question):
    expected = question(ReadingStore(folder))
    assert expected and set(_asked_at_once(folder, question)) == {expected}


def test_a_thread_that_comes_while_another_reads_the_index_waits_for_all_of_it(folder, monkeypatch):
    """Days seen as none would turn a reading of the week before into "no reading"."""
    store, reached, seen = ReadingStore(folder), Barrier(2), []
    read = store_module.FineSet
    held = {"first": True}

    def slow(*arguments):
        if held.pop("first", False):
            reached.wait(PATIENCE)
        return read(*arguments)

    monkeypatch.setattr(store_module, "FineSet", slow)
    if not read_finer(folder):
        pytest.skip("no finer steps in this store: nothing is read after the index")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(store.days)
        reached.wait(PATIENCE)
        second = pool.submit(store.days)
        seen = [first.result(PATIENCE), second.result(PATIENCE)]
    assert seen[0] == seen[1] and len(seen[0]) > 3


def read_finer(folder):
    return store_module.read_index(folder).finer


class AskedMidway(np.ndarray):
    """Rows that, when they are first compared, ask what another thread would ask at this very place."""

    ask = None

    def __lt__(self, other):
        ask, self.ask = self.ask, None
        if ask is not None:
            ask()
        return np.asarray(self) < other


def test_who_asks_for_the_places_of_finer_steps_while_they_are_made_gets_no_empty_ones(folder):
    """Places seen as none would turn a quarter of an hour's readings into silence."""
    if not read_finer(folder):
        pytest.skip("no finer steps in this store")
    fine = FineSet(folder / "15", 15)
    count, seen = len(ReadingStore(folder).meters), []
    expected = FineSet(folder / "15", 15).places(count).tolist()
    fine.rows = fine.rows.view(AskedMidway)
    fine.rows.ask = lambda: seen.append(fine.places(count).tolist())
    assert fine.places(count).tolist() == expected and max(expected) > 0
    assert seen == [expected]


def test_places_asked_for_of_two_lengths_at_once_are_each_of_the_length_asked_for(folder):
    """A run that fills the store meanwhile makes it longer."""
    if not read_finer(folder):
        pytest.skip("no finer steps in this store")
    fine = FineSet(folder / "15", 15)
    count = len(ReadingStore(folder).meters)
    fine.rows = fine.rows.view(AskedMidway)
    fine.rows.ask = lambda: fine.places(count + 1)
    assert len(fine.places(count)) == count


def test_who_looks_a_meter_up_while_the_list_is_made_finds_it(folder, monkeypatch):
    """A supply point found nowhere has no readings: its home would be called unknown, or silent."""
    store, seen = ReadingStore(folder), []
    points = store.meters.supply_point[:5]

    class Filling(HeldIndex):
        def _fill_table(self, size):
            if not seen:
                seen.append(None)
                seen[0] = store.rows_of(points).tolist()
            super()._fill_table(size)

    monkeypatch.setattr(index_module, "HeldIndex", Filling)
    assert store.rows_of(points).tolist() == seen[0]
    assert min(seen[0]) >= 0


def test_a_store_that_is_filled_while_it_is_asked_answers_of_one_state(folder, tmp_path, monkeypatch):
    """What was read of the list of meters of before must not be kept as that of now, nor be lost midway."""
    shutil.copytree(folder, tmp_path / "readings")
    store = ReadingStore(tmp_path / "readings")
    before, read, changed = store.days(), store_module.MeterIndex, []

    def while_filled(*where):
        if not changed:
            index = store_module.read_index(store.folder)
            kept = dict(sorted(index.days.items())[:-1])
            store_module.write_index(store.folder, replace(index, meters=index.meters - 1, days=kept))
            changed.append(store.days())
        return read(*where)

    monkeypatch.setattr(store_module, "MeterIndex", while_filled)
    count = len(store.meters)
    assert len(changed[0]) <= len(before) and len(store.meters) == count - 1
    assert store.rows_of(store.meters.supply_point[-1:]).tolist() == [count - 2]

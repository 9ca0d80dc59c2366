"""Several threads may be the first to ask one store: each sees all of it."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from tomoshibi.casefile import readings as store_module
from tomoshibi.casefile.readings import ReadingStore
from tomoshibi.tests.drill_case import make_drill

THREADS = 4


@pytest.fixture(scope="module", params=[30, 15])
def folder(tmp_path_factory, request):
    return make_drill(tmp_path_factory.mktemp("threads"), seed=5, step=request.param).case.folder / "readings"


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
                start.wait(10)
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
            reached.wait(10)
        return read(*arguments)

    monkeypatch.setattr(store_module, "FineSet", slow)
    if not read_finer(folder):
        pytest.skip("no finer steps in this store: nothing is read after the index")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(store.days)
        reached.wait(10)
        second = pool.submit(store.days)
        seen = [first.result(10), second.result(10)]
    assert seen[0] == seen[1] and len(seen[0]) > 3


def read_finer(folder):
    return store_module.read_index(folder).finer

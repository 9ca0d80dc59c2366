"""What a worker elsewhere does with a block: nothing of another version, and no data in what it says went wrong."""

from __future__ import annotations

import pytest
from tomoshibi.casefile import engine
from tomoshibi.messages import TomoshibiError, message

pytest.importorskip("distributed", reason="Dask is not installed: pip install -r requirements-engines.txt")
POINT = "0500000000000000000017"


def test_a_block_is_worked_on_by_the_same_version_alone():
    done: list[int] = []
    found = engine.work_on(done.append, (1,), "another", engine._versions())
    assert isinstance(found, engine.Failed) and "has another version of Tomoshibi" in str(found.error)
    assert done == [] and engine.work_on(len, ([1, 2],), engine.code(), engine._versions()) == 2


def test_a_block_is_worked_on_by_the_same_packages_alone():
    done: list[int] = []
    found = engine.work_on(done.append, (1,), engine.code(), {**engine._versions(), "numpy": "0.1"})
    assert isinstance(found, engine.Failed) and "has other versions than this computer" in str(found.error)
    assert done == []


def test_what_went_wrong_is_told_by_kind_and_place_and_never_by_its_text():
    def broken(point: str) -> None:
        raise ValueError(point)

    found = engine.work_on(broken, (POINT,), engine.code(), engine._versions())
    assert isinstance(found, engine.Failed) and POINT not in str(found.error)
    assert "ValueError test_engine.py:" in str(found.error)


def test_an_error_that_is_meant_for_people_comes_back_as_it_is():
    meant = TomoshibiError(message("The readings of {day} cannot be read.", day="2026-01-19"))

    def refused() -> None:
        raise meant

    assert engine.work_on(refused, (), engine.code(), engine._versions()).error is meant


def test_an_error_of_the_worker_itself_is_not_hidden():
    def ended() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.work_on(ended, (), engine.code(), engine._versions())

"""Mutated inputs end in a result or in a message: a sample of what `make fuzz` tries by the thousand."""

from __future__ import annotations

import random

import pytest
from tomoshibi.dev.fuzz import FAULT, REFUSED, RIGHT, Count, fuzz, one
from tomoshibi.messages import TomoshibiError, message


@pytest.fixture(scope="module")
def found():
    return fuzz(240, seed=random.Random("suite").randrange(10**6))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["files", "answers", "case", "lists"])
def test_every_mutated_input_ends_right_or_with_a_message(found, kind):
    count = found[0][kind]
    assert count.faults == [] and sum(count.ends.values()) == 60
    assert count.ends[RIGHT] > 0 and count.ends[REFUSED] > 0, "both ends are reached"


@pytest.mark.slow
def test_nothing_is_written_outside_the_case(found):
    assert found[1] == []


def test_a_fault_is_counted_and_kept_with_its_number():
    def refuse() -> None:
        raise TomoshibiError(message("refused"))

    count = Count()
    one(lambda: 1 / 0, "files 1:7", count)
    one(refuse, "files 1:8", count)
    assert count.ends == {FAULT: 1, REFUSED: 1} and "files 1:7" in count.faults[0] and "ZeroDivision" in count.faults[0]

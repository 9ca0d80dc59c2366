"""What a disposal did, written and read back."""

from __future__ import annotations

from datetime import datetime

import pytest
from tomoshibi.casefile.disposal_outcome import (
    OUTCOME_FILE,
    Deleted,
    DisposalOutcome,
    Outstanding,
    SearchScope,
    read_outcome,
    write_outcome,
)
from tomoshibi.messages import TomoshibiError

DONE = DisposalOutcome(
    datetime(2026, 3, 1, 9),
    datetime(2026, 3, 1, 9, 5),
    "防災課",
    True,
    (Deleted("received", 3, 400), Deleted("layers", 2, 100)),
    ("tables/statistics",),
    (),
    (Outstanding("packages/a.zip", "甲市 福祉課", "2026-02-01T10:00:00", "tomoshibi:municipalpackages"),),
    120,
    (),
    SearchScope(200, 150, 400, 1, 2),
)


def test_an_outcome_is_read_back_as_it_was_written(tmp_path):
    write_outcome(tmp_path, DONE)
    assert read_outcome(tmp_path) == DONE
    assert DONE.count == 5 and DONE.proven


def test_a_case_that_was_never_disposed_of_has_no_outcome(tmp_path):
    assert read_outcome(tmp_path) is None


@pytest.mark.parametrize(
    "change",
    [{"finished_at": None}, {"remaining": (("a", "busy"),)}, {"found": ("profile/QGIS3.ini",)}, {"searched": 0}],
)
def test_what_did_not_end_or_left_something_is_not_proven(change):
    assert not DisposalOutcome(**{**DONE.__dict__, **change}).proven


def test_an_outcome_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / OUTCOME_FILE).write_text("[]", encoding="utf-8")
    with pytest.raises(TomoshibiError, match=OUTCOME_FILE):
        read_outcome(tmp_path)

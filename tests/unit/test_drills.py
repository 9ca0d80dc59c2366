"""Whether a case is a drill: what its data say, and when a person has to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.drills import PRACTICE, REAL, NotSaid, certain, doubt_of, note_origin
from tomoshibi.messages import TomoshibiError

INFO = CaseInfo("灯市", datetime(2026, 1, 19, 5, 46), "990019")


@pytest.mark.parametrize(
    ("practice", "received", "mode", "confirmed", "doubted"),
    [
        (False, (), False, False, False),
        (True, (), True, False, False),
        # files by hand in a drill, with the mode already off: the case has said what it is
        (True, (), False, False, False),
        (False, (), True, False, True),
        (False, (REAL,), True, False, True),
        (True, (REAL,), False, False, True),
        (True, (REAL,), False, True, False),
        (False, (), True, True, False),
        (True, (PRACTICE,), False, False, False),
        (True, (PRACTICE, REAL), False, False, False),
    ],
)
def test_a_person_is_asked_only_where_mode_data_and_case_disagree(practice, received, mode, confirmed, doubted):
    info = replace(INFO, practice=practice, received_from=received, practice_confirmed=confirmed)
    assert (doubt_of(info, mode) is not None) is doubted
    if doubted:
        with pytest.raises(NotSaid, match="PRACTICE"):
            certain(info, mode)
    else:
        assert certain(info, mode) is info


def test_data_of_the_practice_aggregator_make_a_case_a_drill_for_good(tmp_path: Path):
    case = Case.create(tmp_path / "case", INFO)
    assert note_origin(case, False) is False and case.info.received_from == (REAL,)
    assert note_origin(case, True) is True and case.info.practice
    assert note_origin(case, True) is False
    opened = Case.open(case.folder)
    assert opened.info.received_from == (REAL, PRACTICE)
    # whatever is written about it later
    opened.change(replace(opened.info, practice=False))
    assert Case.open(case.folder).info.practice


def test_a_case_of_an_earlier_version_opens_without_either(tmp_path: Path):
    import json

    case = Case.create(tmp_path / "case", INFO)
    path = case.folder / "case.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    del record["received_from"], record["practice_confirmed"]
    path.write_text(json.dumps(record), encoding="utf-8")
    assert Case.open(case.folder).info.received_from == ()
    path.write_text(json.dumps({**record, "received_from": 3}), encoding="utf-8")
    with pytest.raises(TomoshibiError, match="cannot be read"):
        Case.open(case.folder)

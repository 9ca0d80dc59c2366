"""Who had been heard when a map was made, and the relays of the case: kept, and read again."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from tomoshibi.analysis.relays import Relay
from tomoshibi.analysis.slots import half_hours
from tomoshibi.casefile import case_arrays, heard
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.relays import FILE, behind_relays, keep_relays, known_relays, share_lost
from tomoshibi.messages import TomoshibiError
from tomoshibi.tests.drill_case import make_drill

EVENT = datetime(2026, 1, 19, 5, 46)


def test_a_case_without_readings_keeps_nothing(tmp_path):
    case = Case.create(tmp_path / "case", CaseInfo("灯市 訓練", EVENT, "990019", practice=True))
    assert not heard.keep(case, EVENT, "tomoshibi:test") and heard.kept(case) == []


@pytest.mark.slow
def test_who_was_heard_is_kept_once_for_the_same_readings_with_a_line_of_the_ledger(tmp_path):
    drill = make_drill(tmp_path, meters=2000)
    at = drill.scenario.now
    assert heard.keep(drill.case, at, "tomoshibi:test") and not heard.keep(drill.case, at, "tomoshibi:test")
    (then,) = heard.kept(drill.case)
    assert then.as_of == at and len(then.last) == len(then.due) == len(drill.case.readings.meters)
    # a reading is published within the hour or two, and most meters have power again
    number = int(half_hours(np.array([np.datetime64(at)]), heard.NEVER)[0])
    assert number - 4 <= then.due.max() <= number and (then.last == then.due).mean() > 0.5
    (entry,) = [each for each in drill.case.ledger.entries() if "heard" in each.path]
    assert entry.personal


def test_who_was_heard_twice_of_one_moment_in_one_second_is_kept_twice(tmp_path, monkeypatch):
    drill = make_drill(tmp_path, meters=2000)
    monkeypatch.setattr("tomoshibi.casefile.history.now", lambda: EVENT)
    for state in ("one", "two"):
        monkeypatch.setattr(type(drill.case.readings), "state", lambda store, state=state: state)
        assert heard.keep(drill.case, EVENT, "tomoshibi:test")
    assert len(heard.kept(drill.case)) == 2


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    drill = make_drill(tmp_path, meters=2000)
    heard.keep(drill.case, drill.scenario.now, "tomoshibi:test")
    (path,) = (drill.case.folder / "history" / "heard").iterdir()
    whole, strange = path.read_bytes(), path.with_name("20261399T000000_20260121T060000.npz")
    for broken in (b"broken", b"", whole[: len(whole) // 2], whole[:200] + bytes(99) + whole[299:]):
        path.write_bytes(broken)
        with pytest.raises(TomoshibiError, match="cannot be read"):
            heard.kept(drill.case)
    path.rename(strange)
    assert heard.kept(drill.case) == []


def test_relays_are_read_again_as_they_were_and_a_broken_file_is_named(tmp_path):
    case = Case.create(tmp_path / "case", CaseInfo("灯市 訓練", EVENT, "990019", practice=True))
    relay = Relay("A1", 40, 30, EVENT, datetime(2026, 1, 20, 12))
    assert known_relays(case) == []
    assert keep_relays(case, [relay], "tomoshibi:test") and not keep_relays(case, [relay], "tomoshibi:test")
    assert known_relays(case) == [relay]
    whole = (case.folder / FILE).read_text(encoding="utf-8")
    zoned = whole.replace('"since": "', '"since": "2026-01-20T12:00:00+09:00", "once": "')
    for broken in ("[1]", "null", '{"A1": 1}', whole[:-4], zoned):
        (case.folder / FILE).write_text(broken, encoding="utf-8")
        with pytest.raises(TomoshibiError, match="cannot be read"):
            known_relays(case)


def test_the_share_that_relays_silenced_is_of_all_meters_of_the_case(tmp_path):
    drill = make_drill(tmp_path, meters=2000)
    assert share_lost(drill.case) == 0
    keep_relays(drill.case, [Relay("A1", 40, 30, EVENT, EVENT), Relay("A2", 40, 20, EVENT, EVENT)], "tomoshibi:test")
    assert share_lost(drill.case) == 50 / (drill.case.readings.meters.flow == 1).sum()


def test_who_is_behind_a_relay_is_told_by_its_own_silence_where_the_relay_failed_twice(tmp_path):
    drill = make_drill(tmp_path, meters=2000)
    meters = case_arrays.meters(drill.case)
    at = drill.scenario.now
    last = case_arrays.last_readings(drill.case, at, meters.rows)
    gone = np.flatnonzero((last < np.datetime64(at) - np.timedelta64(6, "h")) & ~np.isnat(last))
    since, count = np.unique(last[gone], return_counts=True)
    both = since[np.argsort(count)[-2:]]
    behind_each = [np.flatnonzero(last == moment) for moment in both]
    of = tuple(meters.supply_point[np.concatenate(behind_each)].tolist())
    moments = [moment.astype("datetime64[s]").item() for moment in both]
    relays = [Relay("A1", 40, 5, moment, moment, 0, at, of) for moment in moments]
    keep_relays(drill.case, relays, "tomoshibi:test")
    found = behind_relays(drill.case, meters, at)
    expected = np.isin(np.arange(len(last)), np.concatenate(behind_each))
    assert expected.sum() > 5 and (found.any == expected).all()
    for moment, rows in zip(moments, behind_each):
        assert all(abs(relays[place].since - moment) <= timedelta(minutes=30) for place in found.relay[rows])
    # at a moment before they fell silent nobody is
    assert not behind_relays(drill.case, meters, min(moments) - timedelta(hours=1)).any.any()

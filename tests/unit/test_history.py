"""What each result said is kept, and read again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tomoshibi.casefile import history
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.messages import TomoshibiError

EVENT = datetime(2026, 1, 19, 5, 46)


@pytest.fixture()
def case(tmp_path: Path) -> Case:
    return Case.create(tmp_path / "case", CaseInfo("灯市 訓練", EVENT, "990019", practice=True))


def facilities(**states: str) -> pd.DataFrame:
    return pd.DataFrame({"facility_id": list(states), "state": list(states.values())})


def test_a_result_is_read_again_as_it_was(case: Case):
    rates = pd.DataFrame(
        {"mesh_code": ["a", "b"], "rate_class": [4, None], "low": [0.5, np.nan], "high": [0.75, np.nan]}
    )
    history.keep(case, "meshoutage", rates, datetime(2026, 1, 21, 6), "tomoshibi:meshoutage")
    (run,) = history.runs(case, "meshoutage")
    table = history.read(run)
    assert table["id"].tolist() == ["a", "b"]
    assert table["state"].tolist() == ["4", ""]
    assert table["low"].tolist()[0] == 0.5
    assert table[["low", "high"]].iloc[1].isna().all()


def test_the_run_before_is_the_newest_of_an_earlier_moment(case: Case):
    for hour, state in ((6, "outage"), (9, "powered"), (12, "outage")):
        made = facilities(f1=state)
        history.keep(case, "shelterpower", made, datetime(2026, 1, 21, hour), "tomoshibi:shelterpower")
    found = history.last_before(case, "shelterpower", datetime(2026, 1, 21, 12))
    assert found is not None
    assert found.as_of.hour == 9
    assert history.read(found)["state"].tolist() == ["powered"]
    assert history.last_before(case, "shelterpower", datetime(2026, 1, 21, 6)) is None


def test_every_run_stands_in_the_ledger_with_its_checksum_and_facilities_are_personal(case: Case):
    at = datetime(2026, 1, 21, 6)
    path = history.keep(case, "shelterpower", facilities(f1="outage"), at, "tomoshibi:shelterpower")
    assert path is not None
    (entry,) = [one for one in case.ledger.entries() if one.path.startswith("history/")]
    assert entry.path == case.relative(path)
    assert entry.personal
    rates = pd.DataFrame({"mesh_code": ["a"], "rate_class": [1], "low": [0.0], "high": [0.1]})
    history.keep(case, "meshoutage", rates, at, "tomoshibi:meshoutage", personal=False)
    assert [one.personal for one in case.ledger.entries() if one.path.startswith("history/meshoutage")] == [False]
    assert entry.sha256


def test_presence_of_people_has_no_history(case: Case):
    homes = pd.DataFrame({"supply_point": ["0300000000000000000001"], "state": ["home"]})
    assert history.keep(case, "homeaway", homes, datetime(2026, 1, 19, 5, 30), "tomoshibi:homeaway") is None
    assert not (case.folder / "history").exists()


def test_a_file_that_a_killed_run_did_not_enter_is_entered_by_the_next(case: Case):
    at = datetime(2026, 1, 21, 6)
    history.keep(case, "shelterpower", facilities(f1="outage"), at, "tomoshibi:shelterpower")
    lines = case.ledger.path.read_text(encoding="utf-8").splitlines(keepends=True)
    case.ledger.path.write_text("".join(line for line in lines if "history/" not in line), encoding="utf-8")
    for _ in range(2):
        history.keep(case, "shelterpower", facilities(f1="outage"), at, "tomoshibi:shelterpower")
    assert len([one for one in case.ledger.entries() if one.path.startswith("history/")]) == 1


def test_the_same_said_again_is_not_kept_again_and_another_word_is(case: Case):
    at = datetime(2026, 1, 21, 6)
    rates = pd.DataFrame({"mesh_code": ["a", "b"], "rate_class": [4, 0], "low": [0.5, np.nan], "high": [0.75, np.nan]})
    for _ in range(2):
        history.keep(case, "meshoutage", rates, at, "tomoshibi:meshoutage")
    assert len(history.runs(case, "meshoutage")) == 1
    (run,) = history.runs(case, "meshoutage")
    earlier = run.path.with_name(run.path.name.replace(run.made_at.strftime("%Y%m%dT%H%M%S"), "20260121T070000"))
    run.path.rename(earlier)
    history.keep(case, "meshoutage", rates.assign(high=[0.8, np.nan]), at, "tomoshibi:meshoutage")
    assert len(history.runs(case, "meshoutage")) == 2


def test_an_empty_result_is_a_result(case: Case):
    history.keep(case, "shelterpower", facilities(), datetime(2026, 1, 21, 6), "tomoshibi:shelterpower")
    (run,) = history.runs(case, "shelterpower")
    assert history.read(run).empty


def test_a_broken_file_is_named_and_strange_names_are_left_alone(case: Case):
    folder = case.folder / "history" / "shelterpower"
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    (folder / "20261399T000000_20260121T060000.npz").write_bytes(b"x")
    (folder / "20260121T060000_20260121T060000.npz").write_bytes(b"PK\x03\x04broken")
    (run,) = history.runs(case, "shelterpower")
    with pytest.raises(TomoshibiError) as told:
        history.read(run)
    assert "history/shelterpower/20260121T060000_20260121T060000.npz" in str(told.value.message)


def test_any_byte_that_is_changed_is_told_with_the_file_or_changes_nothing(case: Case):
    path = history.keep(case, "shelterpower", facilities(a="powered", b="outage"), EVENT, "tomoshibi:test")
    (run,) = history.runs(case, "shelterpower")
    whole, said = path.read_bytes(), history.read(run)
    for at in range(len(whole)):
        for mask in (0x01, 0x55):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :])
            try:
                pd.testing.assert_frame_equal(history.read(run), said)
            except TomoshibiError as told:
                assert path.name in str(told.message)


def test_of_several_days_and_voltage_classes_a_run_keeps_homes_on_the_newest_day(case: Case):
    rates = pd.DataFrame(
        {
            "mesh_code": ["a", "a", "a", "b"],
            "begin": pd.to_datetime(["2026-01-19", "2026-01-20", "2026-01-20", "2026-01-20"]),
            "voltage": ["low", "low", "high", "low"],
            "rate_class": [1, 2, 3, 4],
            "low": [0.1, 0.2, 0.3, 0.4],
            "high": [0.1, 0.2, 0.3, 0.4],
        }
    )
    history.keep(case, "meshoutage", rates, datetime(2026, 1, 21), "tomoshibi:meshoutage")
    (run,) = history.runs(case, "meshoutage")
    table = history.read(run)
    assert table["id"].tolist() == ["a", "b"] and table["state"].tolist() == ["2", "4"]


def test_of_how_many_meters_and_of_which_class_a_rate_is_is_kept(case: Case):
    rates = pd.DataFrame({"mesh_code": ["a", "b"], "rate_class": [4, 1], "low": [0.5, 0.0], "high": [0.75, 0.1]})
    told = rates.assign(meters=[37.0, np.nan], voltage="high")
    path = history.keep(case, "meshoutage", told, datetime(2026, 1, 21, 6), "tomoshibi:meshoutage")
    (run,) = history.runs(case, "meshoutage")
    table = history.read(run)
    assert table["of_meters"].tolist()[0] == 37 and table["of_meters"].isna().tolist() == [False, True]
    assert table["voltage"].tolist() == ["high", "high"]
    with np.load(path) as arrays:
        older = {name: arrays[name] for name in ("id", "state", "low", "high", "evidence_until")}
    np.savez_compressed(path, **older)
    assert history.read(run)["of_meters"].isna().all() and history.read(run)["voltage"].tolist() == ["", ""]


def test_of_two_results_of_one_moment_in_one_second_neither_takes_the_others_file(case: Case):
    at = datetime(2026, 1, 21, 6)
    paths = [history.keep(case, "shelterpower", facilities(**{one: "outage"}), at, "tomoshibi:test") for one in "abc"]
    assert len(set(paths)) == 3
    said = [history.read(run)["id"].tolist() for run in history.runs(case, "shelterpower")]
    assert said == [["a"], ["b"], ["c"]]


def test_the_moment_that_a_figure_is_of_is_kept_and_files_without_it_are_read(case: Case):
    rates = pd.DataFrame({"mesh_code": ["a", "b"], "rate_class": [4, 1], "low": [0.5, 0.0], "high": [0.75, 0.1]})
    told = rates.assign(evidence_until=[pd.Timestamp("2026-01-21 05:00"), pd.NaT])
    first = history.keep(case, "meshoutage", told, datetime(2026, 1, 21, 6), "tomoshibi:meshoutage")
    assert history.keep(case, "meshoutage", told, datetime(2026, 1, 21, 6), "tomoshibi:meshoutage") == first
    (run,) = history.runs(case, "meshoutage")
    assert history.read(run)["evidence_until"].tolist() == [pd.Timestamp("2026-01-21 05:00"), pd.NaT]
    with np.load(first) as arrays:
        older = {name: arrays[name] for name in ("id", "state", "low", "high")}
    np.savez_compressed(first, **older)
    assert history.read(run)["evidence_until"].isna().all()

"""How far the data of a case reach, and what of the published sets is missing."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from tomoshibi.casefile import case_arrays
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.data_status import data_moment, data_status, present_moment, told
from tomoshibi.casefile.freshness import data_times
from tomoshibi.casefile.intake import take_in
from tomoshibi.casefile.publications import State, known
from tomoshibi.tests.published import HEADERS, P1, P2, PROFILE, Ear, master_row, write

EVENT = datetime(2024, 1, 1, 16, 10)
READ = datetime(2024, 1, 1, 16)
"""End of the last half-hour that the meters reported."""


def readings(*moments, point=P1):
    return [
        ["A" * 34, "1", point, "1", f"{moment:%Y%m%d}{moment.hour * 2 + moment.minute // 30 + 1:02d}", "0.1"]
        for moment in moments
    ]


def outage(point, made):
    return [point, "M1", "電力 太郎", "石川県輪島市", f"{made:%Y%m%d}", f"{made:%H%M}"]


@pytest.fixture
def case(tmp_path):
    made = Case.create(tmp_path / "case", CaseInfo("演習", EVENT, "172057"))
    slots = [READ - timedelta(minutes=30 * n) for n in range(1, 9)]
    lines = [row for point in (P1, P2) for row in readings(*slots, point=point)]
    give(made, "172057_C1_reading_202401011700.csv", lines)
    give(made, "172057_C1_master_202401011700.csv", [master_row(P1), master_row(P2)])
    return made


def give(case, name, lines):
    folder = case.folder.parent / name
    folder.mkdir(exist_ok=True)
    kind = next(each for each in ("reading", "master", "outage") if f"_{each}_" in name)
    ear = Ear()
    take_in(case, [write(folder / name, HEADERS[kind], lines)], PROFILE, None, "all", ear)
    return ear.warned


def test_data_reach_as_far_as_they_came_in_bulk_and_are_before_the_event(case):
    status = data_status(case, datetime(2024, 1, 1, 18))
    assert status.until == {"reading": READ} and status.missing == ()
    assert status.before_event and status.old
    assert data_times(case).readings == READ


def test_a_map_is_of_its_newest_data_and_of_the_event_where_these_end_before_it_and_it_has_struck(case):
    later = EVENT + timedelta(hours=3)
    assert data_moment(case, READ, later) == EVENT
    assert data_moment(case, later, later) == later
    assert data_moment(case, EVENT, later) == EVENT
    # a storm that is to come
    assert data_moment(case, READ, READ) == READ


def test_in_a_drill_it_is_as_late_as_the_newest_data_were_published(case):
    clock = datetime(2030, 1, 1)
    assert present_moment(case, clock) == clock
    # data that end at 16:00 were handed over at 17:00: whoever reads them then sees data that are an hour old
    drill = case.change(replace(case.info, practice=True))
    assert present_moment(drill, clock) == datetime(2024, 1, 1, 17)


def test_the_set_that_lacks_a_part_is_named(case):
    give(case, "172057_C2_reading_202401011800_001.csv", readings(datetime(2024, 1, 1, 16, 30)))
    [what] = data_status(case, datetime(2024, 1, 1, 18)).missing
    assert "172057_C2_reading_202401011800_001.csv, part(s) 2 of at least 2" in str(what)


def test_a_list_of_silent_meters_counts_from_its_time_and_not_before(case):
    made = datetime(2024, 1, 1, 17, 30)
    give(case, "172057_C3_outage_202401011730.csv", [outage(P1, made)])
    assert "outage" not in data_status(case, datetime(2024, 1, 1, 17)).until
    assert data_status(case, datetime(2024, 1, 1, 18)).until["outage"] == made
    assert case_arrays.newest(case) == made


def test_a_list_from_the_future_is_not_used_and_says_why(case):
    warned = give(case, "172057_C3_outage_202401011730.csv", [outage(P1, datetime(2036, 1, 1))])
    assert any("2036-01-01 00:00" in line for line in warned)
    assert case.outage_snapshots() == [] and case_arrays.newest(case) == READ


def test_a_list_of_which_a_part_is_missing_proves_no_power(case):
    made = datetime(2024, 1, 1, 17, 30)
    give(case, "172057_C3_outage_202401011730_001.csv", [outage(P1, made)])
    table = case_arrays.supply_points(case, np.array([P1, P2]), datetime(2024, 1, 1, 18)).set_index("supply_point")
    assert bool(table.loc[P1, "listed"]) and table["in_scope"].isna()[P2]
    give(case, "172057_C3_outage_202401011730_002.csv", [outage("0312340567890123456799", made)])
    table = case_arrays.supply_points(case, np.array([P1, P2]), datetime(2024, 1, 1, 18)).set_index("supply_point")
    assert bool(table.loc[P2, "in_scope"]) and not table.loc[P2, "listed"]


def test_a_file_that_could_not_be_used_is_missing_until_a_good_copy_comes(case):
    name = "172057_C4_reading_202401011800.csv"
    folder = case.folder.parent / "bad"
    folder.mkdir()
    (folder / name).write_bytes(b"\x00\xff\x00 no table")
    take_in(case, [folder / name], PROFILE, progress=Ear())
    assert [each.state for each in known(case) if each.condition_id == "C4"] == [State.INCOMPLETE]
    assert any(name in str(what) for what in data_status(case, EVENT).missing)
    give(case, name, readings(datetime(2024, 1, 1, 16)))
    assert [each.state for each in known(case) if each.condition_id == "C4"] == [State.UNCHECKED]
    assert data_status(case, EVENT).missing == ()


def test_a_list_of_12_hours_tells_nothing_of_an_event_of_this_afternoon(case):
    early, late = EVENT + timedelta(hours=2), EVENT + timedelta(hours=13)
    give(case, f"172057_C2_outage_{early:%Y%m%d%H%M}.csv", [outage(P1, early)])
    status = data_status(case, early)
    assert not status.before_event and status.blind and status.old
    assert "do not tell yet" in str(told(status))
    give(case, f"172057_C2_outage_{late:%Y%m%d%H%M}.csv", [outage(P1, late)])
    assert not data_status(case, late).blind

"""Silence only where a reading was due: what was published decides, never the newest row."""

import json
import shutil
from datetime import datetime, timedelta
from itertools import count
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.aggregator.conditions import Condition
from tomoshibi.aggregator.profile import Profile
from tomoshibi.analysis.reasons import Reason
from tomoshibi.casefile import case_arrays
from tomoshibi.casefile import expectations as expectations_module
from tomoshibi.casefile.case import Case, CaseInfo, Event
from tomoshibi.casefile.columns import write_table
from tomoshibi.casefile.expectations import expectations, expected
from tomoshibi.casefile.intake import Told, take_in
from tomoshibi.casefile.master import merge_master
from tomoshibi.casefile.publications import FILE, Asked, State, asked_of, known, note_list
from tomoshibi.casefile.reported import Population
from tomoshibi.messages import Progress
from tomoshibi.tests.published import HEADERS, PROFILE, Ear

EVENT = datetime(2026, 1, 19, 5, 46)
DARK = datetime(2026, 1, 19, 5, 30)
"""End of the last half-hour before the event."""
HALF = timedelta(minutes=30)
LOW, HIGH = range(40), range(100, 110)
NUMBERS = count()


def point(number):
    return f"05{number:020d}"


def until(end, numbers, begin=datetime(2026, 1, 19), voltage=1):
    """Rows of meters that reported from `begin` to `end`."""
    rows = []
    for number in numbers:
        moment = begin
        while moment < end:
            slot = moment.hour * 2 + moment.minute // 30 + 1
            identity = "A" + str(number).rjust(33, "0")
            rows.append([identity, "1", point(number), str(voltage), f"{moment:%Y%m%d}{slot:02d}", "0.2"])
            moment += HALF
    return rows


def written(folder, published, rows, part, condition):
    """Write a file as published; return where."""
    folder.mkdir(parents=True, exist_ok=True)
    number = "" if part is None else f"_{part:03d}"
    path = folder / f"990001_{condition}_reading_{published:%Y%m%d%H%M}{number}.csv"
    text = "\r\n".join(",".join(row) for row in [HEADERS["reading"], *rows]) + "\r\n"
    path.write_bytes(text.encode("utf-8"))
    return path


def put(case, published, rows, part=None, condition="C1", **told):
    """Take in a file as published; return what came of it."""
    path = written(case.folder.parent / f"stick{next(NUMBERS)}", published, rows, part, condition)
    return take_in(
        case, [path], told.pop("profile", PROFILE), None, told.pop("scope", "unknown"), Ear(), told=Told(**told)
    )


def new_case(tmp_path, name="case"):
    return Case.create(tmp_path / name, CaseInfo("訓練", EVENT, "990001"))


def peace(case, low=timedelta(hours=3), high=timedelta(hours=7), **more):
    """Two days of publications, twice a day, as late as said."""
    for published in (datetime(2026, 1, day, hour) for day in (17, 18) for hour in (9, 21)):
        begin = published.replace(hour=0)
        put(case, published, until(published - low, LOW, begin) + until(published - high, HIGH, begin, 2), **more)


@pytest.fixture(scope="module")
def peaceful(tmp_path_factory):
    made = new_case(tmp_path_factory.mktemp("peace"))
    peace(made)
    return made.folder


@pytest.fixture
def case(peaceful, tmp_path):
    shutil.copytree(peaceful, tmp_path / "case")
    return Case.open(tmp_path / "case")


def share(case, numbers, begin=datetime(2026, 1, 19), end=datetime(2026, 1, 20)):
    """Return the half-hours of the day of the event in which a reading of the meters was expected."""
    rows = case.readings.rows_of([point(number) for number in numbers])
    found = expected(case, rows, np.datetime64(begin, "s"), np.datetime64(end, "s"))
    all_ = found.of(slice(None))
    assert (all_ == all_[:1]).all()
    return [begin + HALF * int(slot) for slot in np.flatnonzero(all_[0])]


def last_expected(case, numbers):
    found = share(case, numbers)
    return found[-1] + HALF if found else None


def why(case, number, moment):
    rows = case.readings.rows_of([point(number)])
    begin = np.datetime64(moment, "s")
    return expected(case, rows, begin, begin + np.timedelta64(30, "m")).why(slice(None), 0)[0]


# -- the whole town ---------------------------------------------------------------------------------
def test_a_blackout_of_the_whole_town_is_silence_up_to_what_was_due(case):
    put(case, datetime(2026, 1, 19, 12), until(DARK, LOW) + until(DARK, HIGH, voltage=2))
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 9)
    assert share(case, LOW)[0] == datetime(2026, 1, 19)
    assert why(case, 0, datetime(2026, 1, 19, 8, 30)) is None
    assert why(case, 0, datetime(2026, 1, 19, 9)) == Reason.NOT_DUE
    assert case_arrays.newest(case) == datetime(2026, 1, 19, 9)


def test_the_same_blackout_in_an_incomplete_set_is_unknown(case):
    put(case, datetime(2026, 1, 19, 12), until(DARK, LOW[:20]), part=1)
    assert last_expected(case, LOW) is None
    assert why(case, 0, datetime(2026, 1, 19, 8)) == Reason.SET_INCOMPLETE
    put(case, datetime(2026, 1, 19, 12), until(DARK, LOW[20:]), part=2)
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 9)


def test_hours_of_silence_and_those_of_which_a_part_that_lacks_would_tell_are_counted_apart(case):
    never = np.array(["NaT"], dtype="datetime64[s]")
    points = pd.DataFrame({"supply_point": [point(0)], "restored_at": never, "first_event": never})

    def hours():
        row = case_arrays._readings_of(case, points, datetime(2026, 1, 19, 12)).iloc[0]
        assert pd.isna(row.first_missed) == (row.silent_hours == 0)
        first = None if pd.isna(row.first_missed) else row.first_missed.to_pydatetime()
        return row.last_reading, row.silent_hours, first, row.unheard_hours, row.why_unheard

    put(case, datetime(2026, 1, 19, 12), until(DARK, LOW[:20]), part=1)
    # of 5:30 to 9:00, which are due, the second part would tell
    assert hours() == (DARK, 0.0, None, 3.5, Reason.SET_INCOMPLETE.value)
    put(case, datetime(2026, 1, 19, 12), until(DARK, LOW[20:]), part=2)
    assert hours() == (DARK, 3.5, DARK + HALF, 0.0, None)


def test_a_set_said_to_be_incomplete_is_and_one_said_to_be_complete_has_no_part_to_come(case):
    put(case, datetime(2026, 1, 19, 12), until(DARK, LOW), complete=False)
    assert last_expected(case, LOW) is None
    put(case, datetime(2026, 1, 19, 18), until(DARK, LOW), part=1, complete=True)
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 15)


def test_without_earlier_publications_and_a_service_nothing_but_the_bulk_is_due(tmp_path):
    case = new_case(tmp_path)
    put(case, datetime(2026, 1, 19, 12), until(DARK, LOW, datetime(2026, 1, 18)))
    assert last_expected(case, LOW) == DARK


def test_without_earlier_publications_the_service_of_the_profile_says_what_is_due(tmp_path):
    raw = json.loads(json.dumps(PROFILE.marks))
    raw["service"] = {"low": {"delayHours": 2, "basis": "public", "why": "design document"}}
    case = new_case(tmp_path)
    rows = until(DARK, LOW, datetime(2026, 1, 18)) + until(DARK, HIGH, datetime(2026, 1, 18), 2)
    put(case, datetime(2026, 1, 19, 12), rows, profile=Profile.of(raw))
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 10)
    assert last_expected(case, HIGH) == DARK, "the profile says nothing of high voltage"


# -- rows that prove nothing of others --------------------------------------------------------------
def test_one_row_hours_newer_than_the_rest_changes_nothing(case):
    newer = until(datetime(2026, 1, 19, 23), [0], datetime(2026, 1, 19, 22, 30))
    put(case, datetime(2026, 1, 19, 23), until(datetime(2026, 1, 19, 9), LOW) + newer, condition="C2")
    # published at 23:00, due until 20:00: only then does silence begin
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 20)
    assert case_arrays.newest(case) == datetime(2026, 1, 19, 20)


def test_one_newer_row_in_a_first_publication_leaves_the_newest_moment_where_the_bulk_ends(tmp_path):
    case = new_case(tmp_path)
    newer = until(datetime(2026, 1, 19, 23), [0], datetime(2026, 1, 19, 22, 30))
    put(case, datetime(2026, 1, 19, 23, 30), until(datetime(2026, 1, 19, 9), LOW, datetime(2026, 1, 18)) + newer)
    assert case_arrays.newest(case) == datetime(2026, 1, 19, 9)
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 9)


@pytest.mark.parametrize("scope", ["contractors", "unknown"])
def test_a_file_of_few_contractors_that_is_a_day_newer_makes_nobody_silent(case, scope):
    put(case, datetime(2026, 1, 19, 12), until(datetime(2026, 1, 19, 9), LOW))
    put(case, datetime(2026, 1, 20, 12), until(datetime(2026, 1, 20, 10), LOW[:4]), condition="C5", scope=scope)
    assert last_expected(case, LOW[4:]) == datetime(2026, 1, 19, 9)
    assert case_arrays.newest(case) == datetime(2026, 1, 19, 9)
    reason = Reason.OUT_OF_SCOPE if scope == "contractors" else Reason.POPULATION_SILENT
    assert why(case, 20, datetime(2026, 1, 19, 20)) == reason


def test_high_voltage_behind_low_voltage_is_not_silent(case):
    rows = until(datetime(2026, 1, 19, 9), LOW) + until(datetime(2026, 1, 19, 5), HIGH, voltage=2)
    put(case, datetime(2026, 1, 19, 12), rows)
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 9)
    assert last_expected(case, HIGH) == datetime(2026, 1, 19, 5)
    assert why(case, 100, datetime(2026, 1, 19, 6)) == Reason.NOT_DUE


def test_after_an_outage_of_most_the_bulk_of_the_others_says_what_came_where_no_delay_is_known(tmp_path):
    case = new_case(tmp_path)
    lit = until(datetime(2026, 1, 19, 14), LOW[:14], datetime(2026, 1, 18))
    put(case, datetime(2026, 1, 19, 15), lit + until(DARK, LOW[14:], datetime(2026, 1, 18)))
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 14)


# -- delays -----------------------------------------------------------------------------------------
def test_the_delay_is_learnt_by_voltage_class_from_peacetime(case):
    put(case, datetime(2026, 1, 19, 12), until(DARK, LOW))
    told = expectations(case)
    judged = told.sets[-1]
    assert told.delay(judged, Population(1, 1, 30)).half_hours == 6
    assert told.delay(judged, Population(1, 2, 30)).half_hours == 14


def test_days_published_the_next_morning_say_nothing_of_the_day_of_publication(tmp_path):
    case = new_case(tmp_path)
    for day in (15, 16, 17, 18):
        begin = datetime(2026, 1, day)
        put(case, begin + timedelta(hours=30), until(begin + timedelta(days=1), LOW, begin))
    put(case, datetime(2026, 1, 19, 20), [])
    assert share(case, LOW) == [], "an empty file at 20:00 is of a day that is not published before the morning"
    put(case, datetime(2026, 1, 20, 6), until(DARK, LOW))
    assert last_expected(case, LOW) == datetime(2026, 1, 20)
    told = expectations(case)
    learnt = told.delay(told.sets[-1], Population(1, 1, 30))
    assert (learnt.half_hours, learnt.by_day) == (12, True)


def test_a_late_file_of_a_day_long_past_says_nothing_of_the_days_since(case):
    begin = datetime(2026, 1, 16)
    put(case, datetime(2026, 1, 19, 20), until(datetime(2026, 1, 17), LOW, begin), condition="C3")
    assert share(case, LOW) == []


def test_files_stamped_as_the_day_ends_tell_no_delay(tmp_path):
    case = new_case(tmp_path)
    for day in (15, 16, 17, 18):
        begin = datetime(2026, 1, day)
        put(case, begin + timedelta(days=1), until(begin + timedelta(days=1), LOW, begin))
    put(case, datetime(2026, 1, 19, 12), until(datetime(2026, 1, 19, 6), LOW))
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 6)


def test_sets_dated_by_the_end_of_their_day_do_not_make_what_comes_late_due(tmp_path):
    """Of a day dated by its end all low voltage had come, and high voltage but for the last hour."""
    case = new_case(tmp_path)
    for day in (16, 17, 18):
        begin = datetime(2026, 1, day)
        high = until(begin + timedelta(hours=24 - (day == 18)), HIGH, begin, 2)
        put(case, begin + timedelta(days=1), until(begin + timedelta(days=1), LOW, begin) + high)
    put(case, datetime(2026, 1, 19, 9), until(datetime(2026, 1, 19, 6), LOW) + until(DARK, HIGH, voltage=2))
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 6)
    assert last_expected(case, HIGH) == DARK


@pytest.mark.parametrize(("lit", "until_hour"), [(14, 24), (5, 21)])
def test_a_set_dated_by_the_end_of_its_day_tells_up_to_it_where_those_with_power_reported(case, lit, until_hour):
    """Most went dark in the morning; when the set of the day was made, its name does not say."""
    end = datetime(2026, 1, 20)
    put(case, end, until(DARK, LOW[lit:]) + until(end, LOW[:lit]))
    assert last_expected(case, LOW) == datetime(2026, 1, 19) + timedelta(hours=until_hour)


def test_a_set_of_a_moment_is_told_by_its_delay_and_not_by_those_who_are_ahead(case):
    at = datetime(2026, 1, 19, 20)
    put(case, at, until(DARK, LOW[14:]) + until(at, LOW[:14]))
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 17)


def test_one_meter_ahead_of_a_small_population_makes_none_of_the_others_silent(tmp_path):
    case = new_case(tmp_path)
    few = range(100, 104)
    ahead = until(datetime(2026, 1, 20), [100], datetime(2026, 1, 19, 5), 2)
    put(case, datetime(2026, 1, 20, 1), until(datetime(2026, 1, 19, 5), few, datetime(2026, 1, 18), 2) + ahead)
    assert last_expected(case, few) == datetime(2026, 1, 19, 5)


def test_a_few_meters_that_come_hours_newer_teach_no_delay_to_the_others(tmp_path):
    case = new_case(tmp_path)
    day, event = datetime(2026, 1, 18), datetime(2026, 1, 19)
    put(case, event, until(event, LOW, day) + until(event, HIGH, day, 2), scope="all")
    # before anything of that day had come of the others
    put(case, event.replace(hour=7), until(DARK, HIGH[:3], voltage=2), condition="C2", scope="all")
    rows = until(event.replace(hour=12), LOW) + until(event.replace(hour=8), HIGH, voltage=2)
    put(case, event.replace(hour=15), rows, condition="C3", scope="all")
    assert last_expected(case, HIGH[3:]) == event.replace(hour=8)


def test_a_set_that_came_again_in_another_form_does_not_count_its_meters_twice(case):
    rows = until(datetime(2026, 1, 19, 9), LOW[:30]) + until(DARK, LOW[30:])
    for name in ("a", "b"):
        folder = case.folder.parent / name
        folder.mkdir()
        text = "\r\n".join(",".join(row) for row in [HEADERS["reading"], *rows[:: 1 if name == "a" else -1]])
        (folder / "990001_C1_reading_202601191200.csv").write_bytes(text.encode("utf-8"))
        take_in(case, [folder / "990001_C1_reading_202601191200.csv"], PROFILE, progress=Ear())
    newest = known(case)[-1]
    assert len(newest.parts) == 2 and newest.curves()[Population(1, 1, 30)].most == 40


def test_what_an_event_ended_is_no_delay_and_the_service_of_the_profile_says_what_is_due(tmp_path):
    """Two days dated by their end, then sets hours after the event in which hardly anybody reports any more."""
    raw = json.loads(json.dumps(PROFILE.marks))
    raw["service"] = {"low": {"delayHours": 3, "basis": "public", "why": "design document"}}
    case = new_case(tmp_path)
    for day in (17, 18):
        begin = datetime(2026, 1, day)
        put(case, begin + timedelta(days=1), until(begin + timedelta(days=1), LOW, begin), profile=Profile.of(raw))
    for hour in (12, 18, 22):
        lit = until(datetime(2026, 1, 19, hour - 3), LOW[:8])
        put(case, datetime(2026, 1, 19, hour), lit + until(DARK, LOW[8:]), profile=Profile.of(raw))
    # the set of 12:00 ends for most at 05:30: that is no delay of 6.5 hours
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 19)


def test_a_set_that_ends_where_an_aftershock_struck_teaches_no_longer_delay_than_one_that_does_not(tmp_path):
    events = (Event(EVENT), Event(datetime(2026, 1, 19, 16, 10)))
    case = Case.create(tmp_path / "case", CaseInfo("訓練", EVENT, "990001", events=events))
    put(case, datetime(2026, 1, 19, 7), until(datetime(2026, 1, 19, 4), LOW))
    put(case, datetime(2026, 1, 19, 20), until(datetime(2026, 1, 19, 16), LOW))
    put(case, datetime(2026, 1, 19, 22), until(datetime(2026, 1, 19, 16), LOW))
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 19)


def test_where_all_that_came_ended_with_the_event_the_delay_is_at_most_the_shortest(tmp_path):
    case = new_case(tmp_path)
    for hour in (9, 15, 21):
        put(case, datetime(2026, 1, 19, hour), until(DARK, LOW))
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 17, 30), "3.5 hours, as the set of 09:00 shows"


# -- what is whole ----------------------------------------------------------------------------------
def test_the_last_part_missing_by_hand_is_seen_by_the_full_part_before_it(case):
    rows = until(datetime(2026, 1, 19, 9), LOW)
    cut = len(rows) // 3
    for part in (1, 2):
        put(case, datetime(2026, 1, 19, 12), rows[cut * (part - 1) : cut * part], part=part)
    assert why(case, 0, datetime(2026, 1, 19, 8)) == Reason.SET_INCOMPLETE
    put(case, datetime(2026, 1, 19, 12), rows[2 * cut :], part=3)
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 9)


def put_parts(case, published, rows, sizes, condition="C1"):
    """Take in rows in parts of so many rows each, the last one of what is left."""
    ends = [sum(sizes[:number]) for number in range(len(sizes) + 1)] + [len(rows)]
    for part, (begin, end) in enumerate(zip(ends, ends[1:]), 1):
        put(case, published, rows[begin:end], part=part, condition=condition)


def days_in_parts(case, *sizes):
    """Three days of peacetime, 40 meters of 36 half-hours each, in parts of so many rows and one of the rest."""
    for day in (16, 17, 18):
        begin = datetime(2026, 1, day)
        put_parts(case, begin.replace(hour=21), until(begin.replace(hour=18), LOW, begin), sizes)


def one_day_thrice(case):
    """One day that came under three conditions, each time in a part of 300 rows and one of the rest."""
    begin = datetime(2026, 1, 18)
    for condition in ("C1", "C2", "C3"):
        put_parts(case, begin.replace(hour=9), until(begin.replace(hour=6), LOW, begin), [300], condition)


@pytest.mark.parametrize(
    "before, first, last, cut_off",
    [
        (lambda case: days_in_parts(case, 300, 300, 300, 300), 300, 299, False),
        (lambda case: days_in_parts(case, 300, 300, 300, 300), 300, 300, True),
        # one row less in a part that is followed: not to the row
        (lambda case: days_in_parts(case, 300, 299, 300, 300), 300, 299, True),
        # a part of another size, as far from it as a last one may be, is of another way to cut
        (lambda case: days_in_parts(case, 300, 200, 300, 300), 300, 299, False),
        # eight meters each: cut between meters, of whom not all report now
        (lambda case: days_in_parts(case, 288, 288, 288, 288), 288, 287, True),
        (lambda case: days_in_parts(case, 300, 300, 300, 300), 200, 199, True),
        (one_day_thrice, 300, 299, True),
    ],
    ids=["a row short", "full", "not to the row", "of two sizes", "whole meters", "another size", "the same day"],
)
def test_a_last_part_that_lacks_a_row_of_what_parts_are_cut_at_is_the_last(tmp_path, before, first, last, cut_off):
    """After an outage fewer than 33 of 40 meters report: their last part is nearly as full as the first."""
    case = new_case(tmp_path)
    before(case)
    rows = until(datetime(2026, 1, 19, 9, 30), LOW[:33])[: first + last]
    put_parts(case, datetime(2026, 1, 19, 12, 30), rows, [first])
    judged = expectations(case).sets[-1]
    assert [part.rows for part in judged.publication.parts] == [first, last]
    assert (judged.cut_off, judged.counts) == (cut_off, not cut_off)


@pytest.mark.parametrize("copied", [True, False], ids=["from a stick", "as downloaded"])
@pytest.mark.parametrize("complete, cut_off, counts", [(True, False, True), (None, True, False), (False, False, False)])
def test_what_is_said_of_the_files_of_a_downloaded_set_holds(case, tmp_path, copied, complete, cut_off, counts):
    """The doubt about a last part that is nearly full ends as its message says: import again with COMPLETE = yes."""
    published = datetime(2026, 1, 19, 12, 30)
    rows = until(datetime(2026, 1, 19, 9, 30), LOW[:33])[:599]
    downloaded = case.folder / "received" / "C7"
    files = [written(downloaded, published, some, part, "C7") for part, some in ((1, rows[:300]), (2, rows[300:]))]
    take_in(case, files, PROFILE, None, "all", Ear())
    note_list(case, PROFILE, "C7", None, [(path.name, None) for path in files], "published", "test")
    judged = expectations(case).sets[-1]
    assert (judged.publication.condition_id, judged.publication.state, judged.cut_off) == ("C7", State.WHOLE, True)
    stick = tmp_path / "copies"
    stick.mkdir()
    again = [shutil.copy(path, stick) for path in files] if copied else files
    take_in(case, again, PROFILE, None, "all", Ear(), told=Told(complete))
    judged = expectations(case).sets[-1]
    assert judged.publication.condition_id == "C7"
    assert (judged.cut_off, judged.counts) == (cut_off, counts)


def test_a_listed_file_that_was_not_fetched_makes_the_set_incomplete(case):
    published = datetime(2026, 1, 19, 12)
    put(case, published, until(datetime(2026, 1, 19, 9), LOW), condition="C9")
    names = [f"990001_C9_reading_{published:%Y%m%d%H%M}.csv", "990001_C9_reading_202601191300.csv"]
    note_list(case, PROFILE, "C9", None, [(names[0], None)], "published", "test")
    assert next(each for each in known(case) if each.condition_id == "C9").state is State.WHOLE
    note_list(case, PROFILE, "C9", None, [(name, None) for name in names], "published", "test")
    states = {each.published_at: each.state for each in known(case) if each.condition_id == "C9"}
    assert states == {published: State.WHOLE, datetime(2026, 1, 19, 13): State.INCOMPLETE}


@pytest.mark.parametrize("reporting", [1, 4, 20])
def test_a_set_of_which_every_listed_part_came_is_whole_however_few_still_report(case, reporting):
    published = datetime(2026, 1, 19, 12)
    rows = until(datetime(2026, 1, 19, 9), LOW[:reporting]) + until(DARK, LOW[reporting:])
    cut = len(rows) * 2 // 3
    for part, lines in ((1, rows[:cut]), (2, rows[cut:])):
        put(case, published, lines, part=part)
    names = [f"990001_C1_reading_{published:%Y%m%d%H%M}_{part:03d}.csv" for part in (1, 2)]
    earlier = [(part.name, None) for each in known(case)[:-1] for part in each.parts]
    note_list(case, PROFILE, "C1", None, [*earlier, *((name, None) for name in names)], "published", "test")
    judged = expectations(case).sets[-1]
    assert (judged.publication.state, judged.counts, judged.cut_off) == (State.WHOLE, True, False)
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 9)


@pytest.mark.parametrize("status", ["empty", "failed"])
def test_a_condition_without_a_publication_is_never_silence(case, status):
    before = share(case, LOW)
    note_list(case, PROFILE, "C9", None, [], status, "test")
    assert share(case, LOW) == before
    [told] = [each for each in known(case) if each.condition_id == "C9"]
    assert told.state is State.INCOMPLETE


def test_a_condition_that_failed_tells_nothing_of_what_had_not_passed_when_it_was_asked_for(case):
    condition = Condition(
        "personal", "990001", DARK.date(), DARK.date(), data_kinds=("reading",), flows=("low_supply",)
    )
    note_list(case, PROFILE, "C9", condition, [], "failed", "test", datetime(2026, 1, 19, 7))
    put(case, datetime(2026, 1, 19, 9), until(datetime(2026, 1, 19, 6), LOW))
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 6)
    assert why(case, 0, datetime(2026, 1, 19, 6, 30)) == Reason.SET_INCOMPLETE
    assert why(case, 0, datetime(2026, 1, 19, 7)) == Reason.NOT_DUE


def test_a_condition_that_was_empty_and_then_published_is_not_missing_any_more(case):
    note_list(case, PROFILE, "C1", None, [], "empty", "test")
    note_list(case, PROFILE, "C1", None, [("990001_C1_reading_202601170900.csv", None)], "published", "test")
    assert all(each.state is not State.INCOMPLETE for each in known(case))


def test_a_day_of_which_no_row_came_between_others_is_unknown_though_the_set_seems_whole(case):
    rows = [row for day in (10, 12) for row in until(datetime(2026, 1, day, 23), LOW, datetime(2026, 1, day))]
    put(case, datetime(2026, 1, 14, 12), rows, condition="C4")
    assert share(case, LOW, datetime(2026, 1, 11), datetime(2026, 1, 12)) == []
    assert len(share(case, LOW, datetime(2026, 1, 12), datetime(2026, 1, 13))) == 46


def test_contractors_registered_after_a_set_was_asked_for_are_not_silent_in_it(case):
    from tomoshibi.casefile.columns import write_table
    from tomoshibi.tests.published import master_row

    folder = case.folder / "received" / "C6"
    folder.mkdir(parents=True)
    master = [HEADERS["master"], *(master_row(point(n), master_info_id=f"M{n}") for n in LOW)]
    path = case.folder.parent / "990001_C1_master_202601181200.csv"
    path.write_bytes("\r\n".join(",".join(row) for row in master).encode("utf-8"))
    take_in(case, [path], PROFILE, progress=Ear())

    def register(numbers):
        ids = [f"M{number}" for number in numbers]
        write_table(case.folder / "tables" / "contractors", pd.DataFrame({"master_info_id": ids, "list_name": "UC1"}))

    register(LOW[:8])
    path = folder / "990001_C6_reading_202601191200.csv"
    rows = [HEADERS["reading"], *until(datetime(2026, 1, 19, 9), LOW[:8])]
    path.write_bytes("\r\n".join(",".join(row) for row in rows).encode("utf-8"))
    take_in(case, [path], PROFILE, None, "contractors", Ear())
    assert last_expected(case, LOW[:8]) == datetime(2026, 1, 19, 9) and not share(case, LOW[8:])
    register(LOW[:12])
    assert not share(case, LOW[8:12])
    # nor where it is taken in again, as by an undo of another import
    take_in(case, [path], PROFILE, None, "contractors", Ear(), told=Told(complete=True))
    assert not share(case, LOW[8:12])


# -- cases of before --------------------------------------------------------------------------------
def test_a_case_without_a_record_is_rebuilt_from_what_was_received_unchecked(case):
    put(case, datetime(2026, 1, 19, 12), until(DARK, LOW))
    before = share(case, LOW), case_arrays.newest(case)
    states = {each.published_at for each in known(case)}
    (case.folder / FILE).unlink()
    assert (share(case, LOW), case_arrays.newest(case)) == before
    assert {each.published_at for each in known(case)} >= states - {datetime(2026, 1, 17, 9), datetime(2026, 1, 18, 9)}
    assert {each.state for each in known(case)} == {State.UNCHECKED}
    assert not (case.folder / FILE).exists(), "reading a case does not change it"
    put(case, datetime(2026, 1, 19, 18), until(DARK, LOW))
    assert last_expected(case, LOW) == datetime(2026, 1, 19, 15)


def test_a_case_without_readings_expects_none(tmp_path):
    case = new_case(tmp_path)
    found = expected(case, np.zeros(0, dtype=np.int64), np.datetime64(DARK, "s"), np.datetime64(EVENT, "s"))
    assert len(found) == 0 and not found.any().any()


# -- for any input ----------------------------------------------------------------------------------
FILES = [
    (datetime(2026, 1, 17, 12), until(datetime(2026, 1, 17, 9), range(4), datetime(2026, 1, 17)), None),
    (datetime(2026, 1, 18, 12), until(datetime(2026, 1, 18, 9), range(2), datetime(2026, 1, 18)), 1),
    (datetime(2026, 1, 18, 12), until(datetime(2026, 1, 18, 9), range(2, 4), datetime(2026, 1, 18)), 2),
    (datetime(2026, 1, 19, 12), until(DARK, range(4)), None),
]


@pytest.mark.slow
@settings(max_examples=12)
@given(st.permutations(range(len(FILES))))
def test_the_order_of_imports_never_matters(tmp_path_factory, order):
    told = []
    for sequence in (range(len(FILES)), order):
        case = new_case(tmp_path_factory.mktemp("order"))
        for place in sequence:
            put(case, *FILES[place])
        told.append(((case.folder / FILE).read_text(encoding="utf-8"), share(case, range(4)), case_arrays.newest(case)))
    assert told[0] == told[1]


@pytest.mark.slow
@settings(max_examples=12)
@given(st.integers(0, 4 * 48 - 1), st.integers(0, 39))
def test_a_stray_row_never_changes_what_is_expected_of_others(tmp_path_factory, slot, number):
    found = []
    for stray in (False, True):
        case = new_case(tmp_path_factory.mktemp("stray"))
        peace(case, high=timedelta(hours=3))
        moment = datetime(2026, 1, 17) + slot * HALF
        more = until(moment + HALF, [number], moment) if stray else []
        put(case, datetime(2026, 1, 21), until(datetime(2026, 1, 19, 12), LOW) + more)
        found.append(share(case, LOW, datetime(2026, 1, 15), datetime(2026, 1, 22)))
    assert found[0] == found[1]


@pytest.mark.slow
@settings(max_examples=12)
@given(st.integers(2, 4), st.integers(0, 3))
def test_a_missing_part_never_turns_the_unknown_into_silence(tmp_path_factory, parts, missing):
    missing = min(missing, parts - 1)
    rows = until(datetime(2026, 1, 19, 9), LOW)
    size = -(-len(rows) // parts)
    found = []
    for left_out in (None, missing):
        case = new_case(tmp_path_factory.mktemp("part"))
        peace(case)
        for part in range(parts):
            if part != left_out:
                put(case, datetime(2026, 1, 19, 12), rows[part * size : (part + 1) * size], part=part + 1)
        found.append(set(share(case, LOW)))
    assert found[1] <= found[0] and found[0]
    assert not found[1], "no half-hour of a set without one of its parts is expected of anybody"


# -- rows that cannot be ----------------------------------------------------------------------------
def test_rows_of_the_future_and_of_other_centuries_are_rejects_with_their_reason(case):
    before = share(case, LOW), case_arrays.newest(case), len(case.readings.days())
    identity = "A" + "11".rjust(33, "0")
    codes = ("2036012101", "9999123148", "1899010101", "0001010101", "2026011949")
    rows = [[identity, "1", point(11), "1", code, "0.1"] for code in codes]
    report = put(case, datetime(2026, 1, 19, 12), rows)
    assert report.rejected == 5 and not report.failed
    [rejects] = case.folder.rglob("*.rejects.csv")
    text = rejects.read_text(encoding="utf-8-sig")
    assert text.count("later than the publication") == 2 and text.count("years before the case") == 2
    assert text.count("half-hour 01 to 48") == 1
    assert (share(case, LOW), case_arrays.newest(case), len(case.readings.days())) == before


def test_a_reading_that_ends_after_its_publication_is_a_reject_and_one_that_ends_with_it_is_not(tmp_path):
    case = new_case(tmp_path)
    report = put(case, datetime(2026, 1, 19, 12), until(datetime(2026, 1, 19, 13), [1], datetime(2026, 1, 19, 11)))
    assert (report.rows, report.rejected) == (4, 2)


def test_readings_without_a_stamp_are_judged_by_the_present(tmp_path):
    case = new_case(tmp_path)
    path = tmp_path / "readings.csv"
    rows = until(datetime(2026, 1, 19, 1), [1]) + until(datetime(2126, 1, 19, 1), [1], datetime(2126, 1, 19))
    path.write_bytes("\r\n".join(",".join(row) for row in [HEADERS["reading"], *rows]).encode("utf-8"))
    report = take_in(case, [path], PROFILE, progress=Progress())
    assert (report.rows, report.rejected) == (4, 2)
    assert case_arrays.newest(case) == datetime(2026, 1, 19, 1)


def test_what_another_run_publishes_meanwhile_is_not_taken_for_the_answer_to_this_one(monkeypatch):
    """Two threads ask for one case; between them a set arrives."""
    before, after = SimpleNamespace(folder="c", info=1), SimpleNamespace(folder="c", info=2)

    class Replaced(dict):
        def __setitem__(self, place, held):
            super().__setitem__(place, held)
            if held[1] == "of 1":
                expectations_module.expectations(after)

    monkeypatch.setattr(expectations_module, "_CACHE", Replaced())
    monkeypatch.setattr(expectations_module, "known", lambda case: ())
    monkeypatch.setattr(expectations_module, "roster_of", lambda case: "")
    monkeypatch.setattr(expectations_module, "Expectations", lambda case: f"of {case.info}")
    assert expectations_module.expectations(before) == "of 1"
    assert expectations_module.expectations(after) == "of 2"


def test_supply_and_feed_in_of_one_point_are_in_service_by_their_own_rows(tmp_path):
    """A row that does not say its flow is of 供給."""
    case, begin = new_case(tmp_path), datetime(2026, 1, 19)
    supply = until(begin + HALF, range(2))
    put(case, datetime(2026, 1, 19, 12), supply + [[line[0], "2", *line[2:]] for line in supply])
    days = np.array(["2026-01-01", "2026-01-19T02:00", "2026-01-19T05:00", "NaT"], dtype="datetime64[s]")
    master = pd.DataFrame({"supply_point": [point(each) for each in (0, 0, 1, 1)], "flow": np.int8([1, 2, 2, 0])})
    master["installed_on"], master["removed_on"] = days, days[[2, 3, 3, 1]]
    write_table(case.folder / "tables" / "master", merge_master(None, master, np.datetime64("2026-01-19", "s"))[0])
    rows = np.concatenate([case.readings.rows_of([point(0), point(1)], flow) for flow in (1, 2)])
    found = expected(case, rows, np.datetime64(begin, "s"), np.datetime64(begin + timedelta(days=1), "s"))
    assert (found.first.tolist(), found.last.tolist()) == ([0, 0, 4, 10], [10, 4, 48, 48])


def test_a_condition_asks_for_whole_days_up_to_the_end_of_its_last_and_for_the_classes_of_its_flows():
    first, last = datetime(2026, 1, 18), datetime(2026, 1, 19)
    flows = ("low_supply", "high_export")
    days = Condition("personal", "990001", first.date(), last.date(), data_kinds=("reading",), flows=flows)
    assert asked_of(days) == Asked(first, last + timedelta(days=1), ((1, 1), (2, 2)))
    assert asked_of(None) == Asked()

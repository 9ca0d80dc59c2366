"""Readings in steps of 15, 5 or 1 minutes: stored as they came, asked for by the half-hour."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.aggregator import readings_reader
from tomoshibi.aggregator.profile import Profile
from tomoshibi.aggregator.readers import recognise
from tomoshibi.aggregator.readings_reader import at_step_of
from tomoshibi.aggregator.tabular import FileProblem
from tomoshibi.aggregator.timecode import STEPS, SlotRule, code_of, slot_of
from tomoshibi.aggregator.values import NO_VALUE
from tomoshibi.casefile.fine_readings import summed
from tomoshibi.casefile.readings import MISSING, ReadingStore, StoreError
from tomoshibi.messages import Cancelled, Progress
from tomoshibi.practice.published_files import divided

PROFILE = Profile.load()
DAY = date(2024, 2, 29)
MIDNIGHT = datetime.combine(DAY, time())
NEXT = MIDNIGHT + timedelta(days=1)
SHIPPED_STEPS = PROFILE.steps()


class Ear(Progress):
    def __init__(self):
        self.warned = []

    def warn(self, what):
        self.warned.append(str(what))


def every_step() -> Profile:
    """The shipped profile with every step length there can be."""
    raw = json.loads(json.dumps(PROFILE.marks))
    raw["files"]["reading"]["otherSteps"] = [
        {
            "minutes": minutes,
            "energy": f"{minutes}分電力量",
            "dateFormat": "%Y%m%d",
            "digits": 4,
            "first": 1,
            "basis": "assumed",
            "why": "A test.",
        }
        for minutes in STEPS[1:]
    ]
    return Profile.of(raw)


EVERY = every_step()


def point(number):
    return f"03{number:020d}"


def row(number, step, slot, wh, day=DAY, profile=PROFILE):
    rule = profile.at_step(step).slot
    begin = datetime.combine(day, time()) + timedelta(minutes=step * slot)
    return f"A{number:033d},1,{point(number)},1,{code_of(begin, rule)},{wh // 1000}.{wh % 1000:03d}"


def header(step, profile=PROFILE):
    return ",".join(column.name for column in profile.at_step(step).file("reading").columns)


def write(path, step, rows, profile=PROFILE):
    path.write_bytes(("\r\n".join([header(step, profile), *rows]) + "\r\n").encode())
    return path


def cells(meters, step, slots=None, day=DAY, seed=1):
    """{(meter, slot): Wh} for all slots of a day, or those given."""
    rng = np.random.default_rng([seed, step])
    return {
        (number, slot): int(rng.integers(0, 900))
        for number in meters
        for slot in (range(24 * 60 // step) if slots is None else slots)
    }


def rows_of(found, step, day=DAY, profile=PROFILE):
    return [row(number, step, slot, wh, day, profile) for (number, slot), wh in found.items()]


def half_hours(found, step, meters):
    """What the half-hours must be, worked out cell by cell."""
    steps = 30 // step
    out = np.full((len(meters), 48), MISSING, dtype=np.int64)
    for place, number in enumerate(meters):
        for slot in range(48):
            values = [found.get((number, slot * steps + n)) for n in range(steps)]
            if None not in values:
                out[place, slot] = sum(values)
    return out


def by_point(store):
    """The whole store by supply point: half-hours, and every finer step."""
    days = sorted({day for days in store.steps().values() for day in days})
    points = store.meters.supply_point.tolist()
    begin, end = datetime.combine(days[0], time()), datetime.combine(days[-1], time()) + timedelta(days=1)
    return {
        step: {key: values.tolist() for key, values in zip(points, store.fine_window(begin, end, step))}
        for step in (30, *store.steps())
    }


@pytest.fixture
def store(tmp_path):
    return ReadingStore(tmp_path / "store")


# -- codes ------------------------------------------------------------------------------------------
@given(
    st.integers(0, 40000), st.integers(0, 1439), st.sampled_from(STEPS),
    st.sampled_from(["%Y%m%d", "%Y-%m-%d"]), st.sampled_from(["", "%H%M", " %H:%M"]), st.booleans(), st.integers(0, 1),
)  # fmt: skip
def test_codes_and_times_round_trip_for_every_step_length(day, minute, step, form, clock, ends, first):
    rule = SlotRule(form, 4, first, step, clock, ends and bool(clock))
    begin = datetime(2000, 1, 1) + timedelta(days=day, minutes=minute // step * step)
    assert slot_of(code_of(begin, rule), rule) == begin


@pytest.mark.parametrize("minutes", SHIPPED_STEPS)
def test_a_day_has_as_many_codes_as_steps_and_no_more(minutes):
    rule = PROFILE.at_step(minutes).slot
    begins = [slot_of(f"20240229{label}", rule) for label in rule.labels]
    assert begins == [MIDNIGHT + timedelta(minutes=minutes * n) for n in range(1440 // minutes)]
    for number in (0, 1440 // minutes + 1):
        with pytest.raises(ValueError, match="slot"):
            slot_of(f"20240229{number:0{rule.digits}d}", rule)


# -- what a file is ---------------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("minutes", SHIPPED_STEPS)
def test_a_file_is_told_by_the_name_of_its_column(tmp_path, minutes, form):
    path = write(tmp_path / "a.csv", minutes, [row(1, minutes, 0, 100)])
    if form == "json":
        names, values = (line.split(",") for line in path.read_text(encoding="utf-8").split("\n")[:2])
        path = tmp_path / "a.json"
        path.write_text(json.dumps([dict(zip(map(str.strip, names), map(str.strip, values)))]), encoding="utf-8")
    assert recognise(path, PROFILE) == "reading"
    assert at_step_of(path, PROFILE).slot.minutes == minutes


def same_name() -> Profile:
    raw = json.loads(json.dumps(PROFILE.marks))
    raw["files"]["reading"]["otherSteps"] = [
        {**step, "energy": "30分電力量"} for step in raw["files"]["reading"]["otherSteps"] if step["minutes"] != 5
    ]
    return Profile.of(raw)


@pytest.mark.parametrize("minutes", [30, 15, 1])
@pytest.mark.parametrize("with_header", [True, False])
def test_where_the_columns_have_one_name_the_codes_tell(tmp_path, minutes, with_header):
    profile = same_name()
    raw = json.loads(json.dumps(profile.marks))
    raw["files"]["reading"]["header"]["value"] = with_header
    path = write(tmp_path / "a.csv", minutes, [row(1, minutes, n, 100, profile=profile) for n in range(30)], profile)
    if not with_header:
        path.write_bytes(path.read_bytes().split(b"\r\n", 1)[1])
    profile = Profile.of(raw)
    assert recognise(path, profile) == "reading"
    assert at_step_of(path, profile).slot.minutes == minutes


def test_a_file_that_could_be_of_two_step_lengths_is_not_guessed_at(tmp_path):
    raw = json.loads(json.dumps(PROFILE.marks))
    raw["files"]["reading"]["header"]["value"] = False
    path = tmp_path / "a.csv"
    path.write_text("\n".join(row(1, 15, n, 100) for n in range(96)), encoding="utf-8")
    with pytest.raises(FileProblem, match="15 or of 5"):
        at_step_of(path, Profile.of(raw))
    store = ReadingStore(tmp_path / "store")
    report = store.ingest([path], Profile.of(raw))
    assert [failed.name for failed, _ in report.failed] == ["a.csv"] and store.coverage() is None


def test_a_profile_at_another_step_still_knows_the_usual_one():
    there = PROFILE.at_step(15)
    assert sorted(there.steps()) == sorted(PROFILE.steps()) and there.at_step(30).slot == PROFILE.slot
    assert there.file("reading").column("kwh").name == "15分電力量"
    assert there.at_step(30).file("reading") == PROFILE.file("reading")
    with pytest.raises(KeyError):
        PROFILE.at_step(10)


def test_an_aggregator_that_knows_only_quarters_needs_no_half_hours(store, tmp_path):
    raw = json.loads(json.dumps(PROFILE.marks))
    raw["conventions"]["slot"].update(minutes=15, digits=2)
    raw["files"]["reading"]["columns"][5]["name"] = "電力量"
    del raw["files"]["reading"]["otherSteps"]
    profile = Profile.of(raw)
    found = cells([1, 2], 15)
    path = write(tmp_path / "a.csv", 15, rows_of(found, 15, profile=profile), profile)
    assert b",2024022996," in path.read_bytes()
    assert store.ingest([path], profile).by_step == {15: 192}
    assert (store.day(DAY) == half_hours(found, 15, [1, 2])).all() and store.steps() == {15: [DAY]}


# -- half-hours of finer steps ----------------------------------------------------------------------
@given(st.integers(1, 30), st.integers(1, 4), st.integers(1, 5), st.randoms(use_true_random=False))
def test_a_sum_is_missing_where_one_of_its_steps_is(steps, rows, slots, random):
    values = np.array(
        [[random.choice([MISSING, random.randrange(1000)]) if random.random() < 0.1 else random.randrange(1000)
          for _ in range(steps * slots)] for _ in range(rows)], dtype=np.int32,
    )  # fmt: skip
    parts = values.reshape(rows, slots, steps)
    expected = np.where((parts == MISSING).any(axis=2), MISSING, parts.sum(axis=2))
    assert (summed(values, steps) == expected).all()


@pytest.mark.slow
@settings(max_examples=40)
@given(st.sampled_from(STEPS[1:]), st.data())
def test_the_half_hours_of_any_fine_input_are_its_sums_and_one_missing_step_makes_one_missing(
    tmp_path_factory, step, data
):
    folder = tmp_path_factory.mktemp("fine")
    meters, slots = [1, 2, 3], range(8 * 60 // step, 10 * 60 // step)
    found = cells(meters, step, slots)
    lost = data.draw(st.lists(st.sampled_from(list(found)), max_size=6, unique=True))
    for key in lost:
        del found[key]
    shuffled = data.draw(st.permutations(rows_of(found, step, profile=EVERY)))
    parts = data.draw(st.integers(1, 3))
    store = ReadingStore(folder / "store")
    for part in range(parts):
        lines = shuffled[part::parts]
        if lines:
            store.ingest([write(folder / f"{part}.csv", step, lines, EVERY)], EVERY)
    at = store.rows_of([point(number) for number in meters])
    expected = half_hours(found, step, meters)
    assert (store.window(MIDNIGHT, NEXT, at) == expected).all()
    assert (store.day(DAY, at) == expected).all()
    fine = store.fine_window(MIDNIGHT, NEXT, step, at)
    assert {(meters[r], int(s)): int(fine[r, s]) for r, s in zip(*np.nonzero(fine != MISSING))} == found
    some = np.flatnonzero((expected != MISSING).any(axis=0))
    covered = store.covered(MIDNIGHT, NEXT)
    assert covered[some].all()
    if len(some):
        for place, last in enumerate(store.last_reading(NEXT, at)):
            there = np.flatnonzero(expected[place] != MISSING)
            wanted = np.datetime64(MIDNIGHT, "s") + (there[-1] + 1) * np.timedelta64(1800, "s") if len(there) else None
            assert (np.isnat(last) and wanted is None) or last == wanted


@pytest.mark.parametrize("step", SHIPPED_STEPS[1:])
def test_a_half_hour_is_covered_only_where_all_its_steps_are(store, tmp_path, step):
    steps = 30 // step
    # from the second step of 5:00 to the first of 9:00
    slots = range(10 * steps + 1, 18 * steps + 1)
    store.ingest([write(tmp_path / "a.csv", step, rows_of(cells([1], step, slots), step))], PROFILE)
    covered = store.covered(MIDNIGHT, NEXT)
    assert np.flatnonzero(covered).tolist() == list(range(11, 18))
    assert store.coverage() == (MIDNIGHT + timedelta(hours=5.5), MIDNIGHT + timedelta(hours=9))
    assert store.days() == [DAY]


def test_a_day_with_less_than_a_half_hour_has_no_half_hours(store, tmp_path):
    store.ingest([write(tmp_path / "a.csv", 15, [row(1, 15, 4, 250)])], PROFILE)
    assert store.days() == [] and store.coverage() is None
    assert store.steps() == {15: [DAY]}
    assert not store.covered(MIDNIGHT, NEXT).any()
    assert (store.window(MIDNIGHT, NEXT) == MISSING).all()
    assert store.fine_window(MIDNIGHT, NEXT, 15)[0, 4] == 250
    assert np.isnat(store.last_reading(NEXT)).all()


def test_a_finer_step_makes_a_coarser_one_but_never_the_other_way_round(store, tmp_path):
    found = cells([1], 5)
    store.ingest([write(tmp_path / "a.csv", 5, rows_of(found, 5))], PROFILE)
    store.ingest([write(tmp_path / "b.csv", 30, rows_of(cells([2], 30), 30))], PROFILE)
    quarter = store.fine_window(MIDNIGHT, NEXT, 15)
    assert quarter[0, 7] == sum(found[1, slot] for slot in (21, 22, 23))
    assert (quarter[1] == MISSING).all()
    assert (store.fine_window(MIDNIGHT, NEXT, 30) == store.window(MIDNIGHT, NEXT)).all()
    with pytest.raises(Exception, match="15 minutes"):
        store.fine_window(MIDNIGHT + timedelta(minutes=5), NEXT, 15)


def test_unknown_codes_are_rejected_and_values_too_large_to_sum_are_answers_without_a_value(store, tmp_path):
    lines = [row(1, 15, n, 100) for n in range(6)]
    lines[1] = lines[1].replace("20240229002", "20240229097")
    lines[2] = lines[2].replace("20240229003", "2024022903")
    lines[3] = lines[3].rsplit(",", 1)[0] + ",1073741.824"
    lines[4] = lines[4].rsplit(",", 1)[0] + ",1073741.823"
    lines[5] = lines[5].rsplit(",", 1)[0] + ",1073741.823"
    progress = Ear()
    report = store.ingest([write(tmp_path / "a.csv", 15, lines)], PROFILE, None, progress)
    assert (report.stored, report.rejected, report.by_step) == (4, 2, {15: 6})
    with open(report.files[0].rejects, encoding="utf-8-sig", newline="") as stream:
        assert [int(found["line"]) for found in csv.DictReader(stream)] == [3, 4, 5, 6, 7]
    assert any("number or time of a step" in told for told in progress.warned)
    assert store.day(DAY)[0, :3].tolist() == [MISSING, MISSING, NO_VALUE]


# -- meters of several step lengths in one case -----------------------------------------------------
def mixture(folder, parts=1):
    """Files of a municipality where meters 1–3 come in half-hours, 4–6 in quarters, 7 in 5 minutes, over two days."""
    files, wanted = [], {}
    for number, day in enumerate((DAY, DAY + timedelta(days=1))):
        for step, meters in ((30, (1, 2, 3)), (15, (4, 5, 6)), (5, (7,))):
            found = cells(meters, step, day=day, seed=number)
            wanted[day, step] = half_hours(found, step, meters)
            lines = rows_of(found, step, day)
            for part in range(parts):
                name = f"172057_C{step}_reading_2024030{number + 1}0600_{part + 1:03d}.csv"
                files.append(write(folder / name, step, lines[part::parts]))
    return files, wanted


def test_a_case_of_several_step_lengths_gives_each_meter_its_half_hours(store, tmp_path):
    files, wanted = mixture(tmp_path)
    report = store.ingest(files, PROFILE)
    assert report.by_step == {30: 288, 15: 576, 5: 576} and report.new_meters == 7
    assert len(store.meters) == 7 and store.days() == [DAY, DAY + timedelta(days=1)]
    for (day, step), expected in wanted.items():
        meters = {30: (1, 2, 3), 15: (4, 5, 6), 5: (7,)}[step]
        assert (store.day(day, store.rows_of([point(number) for number in meters])) == expected).all()
        assert store.has_step(step).sum() == len(meters)
    everyone = store.window(MIDNIGHT, NEXT)
    mixed = np.array([6, 0, -1, 3, 99, 1])
    assert (store.window(MIDNIGHT, NEXT, mixed)[[0, 1, 3, 5]] == everyone[[6, 0, 3, 1]]).all()
    assert (store.window(MIDNIGHT, NEXT, mixed)[[2, 4]] == MISSING).all()
    lazy = store.window_view(MIDNIGHT, NEXT, mixed)
    assert (lazy[1:5] == store.window(MIDNIGHT, NEXT, mixed)[1:5]).all()


@pytest.mark.slow
@settings(max_examples=25)
@given(st.permutations(range(12)), st.integers(1, 4))
def test_files_in_any_order_and_any_number_of_runs_give_the_same_store(tmp_path_factory, order, runs):
    folder = tmp_path_factory.mktemp("order")
    files, _ = mixture(folder, parts=2)
    one, other = ReadingStore(folder / "one"), ReadingStore(folder / "other")
    one.ingest(files, PROFILE)
    for run in range(runs):
        other.ingest([files[place] for place in order[run::runs]], PROFILE)
    assert by_point(one) == by_point(other)
    assert one.coverage() == other.coverage() and one.days() == other.days()
    again = other.ingest(files, PROFILE)
    assert (again.stored, again.conflicts) == (0, 0) and again.duplicates == again.rows
    assert by_point(one) == by_point(other)


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("together", [False, True])
def test_a_revised_fine_file_wins_whatever_comes_first(tmp_path, newest_first, together):
    old = write(tmp_path / "172057_C1_reading_202403010600.csv", 15, [row(1, 15, 6, 200), row(1, 15, 7, 500)])
    new = write(tmp_path / "172057_C1_reading_202403020600.csv", 15, [row(1, 15, 6, 900), row(1, 15, 8, 100)])
    store = ReadingStore(tmp_path / "store")
    files = [new, old] if newest_first else [old, new]
    for batch in [files] if together else [[file] for file in files]:
        report = store.ingest(batch, PROFILE)
    assert store.day(DAY)[0, 3] == 1400 and report.conflicts == 1
    assert store.fine_window(MIDNIGHT, NEXT, 15)[0, 6:9].tolist() == [900, 500, 100]


@pytest.mark.parametrize("fine_first", [False, True])
def test_what_was_published_for_the_half_hour_stands_and_steps_fill_its_gaps(tmp_path, fine_first):
    files = [
        write(tmp_path / "a.csv", 30, [row(1, 30, 0, 1000), row(1, 30, 1, 1000)]),
        write(
            tmp_path / "b.csv", 15, [row(1, 15, n, 450) for n in (0, 1, 4, 5)] + [row(1, 15, n, 490) for n in (2, 3)]
        ),
    ]
    store = ReadingStore(tmp_path / "store")
    progress = Ear()
    for file in reversed(files) if fine_first else files:
        store.ingest([file], PROFILE, None, progress)
    assert store.day(DAY)[0, :4].tolist() == [1000, 1000, 900, MISSING]
    # 980 against 1000 is rounding, 900 is not
    assert [told for told in progress.warned if told.startswith("1 half-hour(s) came in steps of two")]
    assert store.disagreements(DAY) == 1 and store.disagreements(DAY + timedelta(days=1)) == 0


def test_a_step_length_that_says_nothing_was_used_disagrees_with_one_that_says_100_wh(tmp_path):
    store = ReadingStore(tmp_path / "store")
    halves = [row(1, 30, n, wh) for n, wh in enumerate((100, 99, 0, 0))]
    quarters = [row(1, 15, n, wh) for n, wh in enumerate((0, 0, 0, 0, 60, 40, 40, 59))]
    store.ingest([write(tmp_path / "a.csv", 30, halves)], PROFILE)
    store.ingest([write(tmp_path / "b.csv", 15, quarters)], PROFILE)
    assert store.disagreements(DAY) == 2


def test_a_half_hour_counts_as_reported_when_its_last_step_is_there(tmp_path):
    store = ReadingStore(tmp_path / "store")
    report = store.ingest([write(tmp_path / "a.csv", 15, [row(1, 15, n, 5) for n in (0, 1, 2, 5)])], PROFILE)
    counted = [days for file in report.files for each in file.reported for days in each.days.values()]
    assert [[slot for slot, count in enumerate(day) if count] for day in counted] == [[0, 2]]


def test_silence_is_told_only_where_the_files_of_a_meters_own_step_came(store, tmp_path):
    quarters = cells([4, 5, 6], 15, range(96)) | {(7, 3): 1}
    files = [
        write(tmp_path / "a.csv", 30, rows_of(cells([1, 2, 3], 30, range(18)), 30)),
        write(tmp_path / "b.csv", 15, rows_of(quarters, 15)),
        write(tmp_path / "c.csv", 5, rows_of(cells([1], 5, range(150, 180)), 5)),
    ]
    store.ingest(files, PROFILE)
    rows = store.rows_of([point(number) for number in range(1, 8)])
    assert np.flatnonzero(store.covered(MIDNIGHT, NEXT)).tolist() == list(range(48))
    assert np.flatnonzero(store.covered(MIDNIGHT, NEXT, rows)).tolist() == list(range(18))
    assert np.flatnonzero(store.covered(MIDNIGHT, NEXT, rows[3:])).tolist() == list(range(48))
    # a meter that was read in both is known where either came
    assert np.flatnonzero(store.covered(MIDNIGHT, NEXT, rows[:1])).tolist() == [*range(18), *range(25, 30)]
    groups = {group.steps: (group.newest, group.positions.tolist()) for group in store.group_by_step(rows)}
    assert groups == {(30, 5): ((30, 5), [0]), (30,): ((30,), [1, 2]), (15,): ((15,), [3, 4, 5, 6])}


@pytest.mark.parametrize(("halves", "quarters"), [(24, 18), (18, 24)])
def test_of_an_exchanged_meter_its_new_step_length_says_what_is_not_received_yet(store, tmp_path, halves, quarters):
    before, later = DAY - timedelta(days=1), DAY + timedelta(days=1)
    files = [
        write(tmp_path / "a.csv", 30, rows_of(cells([1, 2], 30), 30)),
        write(tmp_path / "b.csv", 15, rows_of(cells([3], 15), 15)),
        # from here on meter 1 counts in quarters, and meter 3, tried out in half-hours a day before, still does
        write(tmp_path / "c.csv", 30, rows_of(cells([2], 30, range(halves)), 30, later)),
        write(tmp_path / "d.csv", 15, rows_of(cells([1, 3], 15, range(quarters * 2)), 15, later)),
        write(tmp_path / "e.csv", 30, rows_of(cells([3], 30), 30, before)),
    ]
    store.ingest(files, PROFILE)
    begin, end = MIDNIGHT - timedelta(days=1), MIDNIGHT + timedelta(days=2)
    meters = dict(zip((1, 2, 3), store.rows_of([point(1), point(2), point(3)])))
    until = {
        number: int(store.covered(begin, end, np.array([row])).nonzero()[0][-1]) + 1 for number, row in meters.items()
    }
    assert until == {1: 96 + quarters, 2: 96 + halves, 3: 96 + quarters}
    assert store.covered(begin, end, np.array([meters[1]]))[: 96 + quarters].all()
    assert store.covered(begin, end, np.array(list(meters.values()))).sum() == 96 + min(halves, quarters)
    assert store.covered(begin, end).sum() == 96 + max(halves, quarters)


def test_a_few_meters_given_up_do_not_make_everything_unknown(store, tmp_path):
    quarters = [row(number, 15, slot, 10) for number in range(300) for slot in range(90)]
    before = [row(number, 30, slot, 20, DAY - timedelta(days=1)) for number in range(302) for slot in range(40, 48)]
    store.ingest([write(tmp_path / "a.csv", 30, before), write(tmp_path / "b.csv", 15, quarters)], PROFILE)
    rows = np.arange(len(store.meters))
    # two of 302 still stand as half-hourly meters: fewer than one in a hundred
    assert store.covered(MIDNIGHT - timedelta(hours=4), NEXT, rows).sum() == 8 + 45
    assert store.covered(MIDNIGHT, NEXT, store.rows_of([point(300), point(301)])).sum() == 0


# -- what can happen meanwhile ----------------------------------------------------------------------
def test_a_store_of_half_hours_keeps_its_form_and_one_with_steps_says_so(store, tmp_path):
    store.ingest([write(tmp_path / "a.csv", 30, rows_of(cells([1], 30), 30))], PROFILE)
    first = json.loads((store.folder / "index.json").read_text(encoding="utf-8"))
    assert set(first) == {"format", "meters", "days"} and first["format"] == 3
    assert sorted(path.name for path in store.folder.iterdir()) == [
        "2024-02-29.day", "index.json", "ingest.lock", "meters.bin",
    ]  # fmt: skip
    store.ingest([write(tmp_path / "b.csv", 15, rows_of(cells([1], 15), 15))], PROFILE)
    index = json.loads((store.folder / "index.json").read_text(encoding="utf-8"))
    assert (index["format"], index["finer"], index["days"]) == (3, [15], first["days"])
    assert json.loads((store.folder / "15" / "index.json").read_text(encoding="utf-8"))["step_minutes"] == 15


def test_cancelling_leaves_half_hours_and_steps_as_they_were(store, tmp_path):
    files, _ = mixture(tmp_path)
    store.ingest(files, PROFILE)
    before = by_point(store)

    class Impatient(Progress):
        def cancelled(self):
            return True

    with pytest.raises(Cancelled):
        store.ingest(
            [write(tmp_path / "z.csv", 15, rows_of(cells([4, 9], 15, seed=8), 15))], PROFILE, None, Impatient()
        )
    assert by_point(ReadingStore(store.folder)) == before
    assert not list(store.folder.rglob("*.part"))


CHILD = """
import os, signal, sys
sys.path[:0] = [{plugins!r}]
from pathlib import Path
from tomoshibi.aggregator.profile import Profile
from tomoshibi.casefile import packed_days, reading_stage, reading_writer
from tomoshibi.casefile.readings import ReadingStore
calls = [0]
def dying(module, name):
    old = getattr(module, name)
    def die(*arguments):
        calls[0] += 1
        if calls[0] == {at}:
            os.kill(os.getpid(), signal.SIGKILL)
        return old(*arguments)
    setattr(module, name, die)
dying(reading_writer, "write_index")
dying(reading_writer, "_append")
dying(reading_stage, "plain_file")
dying(packed_days, "replace_file")
ReadingStore(Path({store!r})).ingest([Path(file) for file in {files!r}], Profile.load())
print(calls[0])
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("began_with", ["nothing", "half-hours", "everything"])
def test_killed_at_any_write_the_store_can_be_read_and_filled_again(tmp_path, began_with):
    old = [write(tmp_path / "a.csv", 30, rows_of(cells([1, 2], 30, range(20)), 30))]
    if began_with == "everything":
        old.append(write(tmp_path / "b.csv", 15, rows_of(cells([4, 5], 15, range(40)), 15)))
    new = [
        write(tmp_path / "c.csv", 30, rows_of(cells([1, 3], 30, range(20, 40)), 30)),
        write(tmp_path / "d.csv", 15, rows_of(cells([5, 6], 15, range(40, 80)), 15)),
        write(
            tmp_path / "e.csv",
            15,
            rows_of(cells([2, 5], 15, range(96)), 15, DAY + timedelta(days=1)),
        ),
    ]
    if began_with == "nothing":
        old = []
    whole = ReadingStore(tmp_path / "whole")
    whole.ingest([*old, *new], PROFILE)
    plugins = str(Path(__file__).resolve().parents[2] / "build" / "plugins")
    at, ended = 0, False
    while not ended:
        at += 1
        store = ReadingStore(tmp_path / f"store{at}")
        if old:
            store.ingest(old, PROFILE)
        before = by_point(store) if old else {}
        code = CHILD.format(plugins=plugins, store=str(store.folder), files=[str(file) for file in new], at=at)
        done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
        ended = done.returncode == 0
        assert ended or done.returncode == -signal.SIGKILL, done.stderr
        store = ReadingStore(store.folder)
        half = by_point(store) if store.steps() else {}
        for step, points in before.items():
            for key, values in points.items():
                assert all(old in (new, MISSING) for new, old in zip(half[step][key], values))
        store.ingest(new, PROFILE)
        assert by_point(ReadingStore(store.folder)) == by_point(whole)
        assert not list(store.folder.rglob("*.part"))
    assert at > 8


def test_a_damaged_set_of_steps_is_told(store, tmp_path):
    store.ingest([write(tmp_path / "a.csv", 15, [row(n, 15, 0, 1) for n in range(5)])], PROFILE)
    os.truncate(store.folder / "15" / "meters.bin", 8)
    with pytest.raises(StoreError, match="15/meters"):
        ReadingStore(store.folder).days()


def test_days_of_many_steps_are_mapped_in_turn_and_read_in_pieces(store, tmp_path, monkeypatch):
    from tomoshibi.casefile import fine_readings, reading_stage, reading_writer

    monkeypatch.setattr(reading_writer, "MAPPED_BYTES", 1)
    monkeypatch.setattr(reading_stage, "SMALLEST", 1)
    monkeypatch.setattr(readings_reader, "BLOCK", 4096)
    monkeypatch.setattr(fine_readings, "PIECE_BYTES", 1)
    files, wanted = mixture(tmp_path, parts=3)
    store.ingest(files, PROFILE)
    for (day, step), expected in wanted.items():
        meters = {30: (1, 2, 3), 15: (4, 5, 6), 5: (7,)}[step]
        assert (store.day(day, store.rows_of([point(number) for number in meters])) == expected).all()


# -- drills -----------------------------------------------------------------------------------------
@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=20), st.sampled_from(STEPS))
def test_a_drill_divides_half_hours_into_steps_that_add_up_to_them(values, step):
    readings = np.array([values], dtype=np.int32)
    found = divided(readings, 30 // step)
    parts = found.reshape(1, len(values), -1)
    assert (parts.sum(axis=2) == readings).all() and (found >= 0).all()
    assert (parts.max(axis=2) - parts.min(axis=2) <= 1).all()

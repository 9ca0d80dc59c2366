"""Arrays straight into the store: the same store as from files, each day committed, nothing left by what ends early."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from tomoshibi.aggregator.values import NO_VALUE
from tomoshibi.casefile.reading_append import Appended, append_days, appending
from tomoshibi.casefile.reading_index import load_day, read_index
from tomoshibi.casefile.readings import MISSING, ReadingStore, StoreError
from tomoshibi.messages import Cancelled, Progress

DAY, NEXT = date(2024, 2, 29), date(2024, 3, 1)
BEGIN = datetime(2024, 2, 29)


def who(numbers):
    numbers = list(numbers)
    points = np.array([f"03{number:020d}" for number in numbers], dtype="S22")
    customers = np.array([f"A{number:033d}" for number in numbers], dtype="S34")
    return points, np.ones(len(numbers), np.uint8), np.ones(len(numbers), np.uint8), customers


def cells(seed, rows, slots=48):
    rng = np.random.default_rng(seed)
    made = (rng.integers(0, 60, (rows, slots)) * 100).astype(np.int32)
    made[rng.random(made.shape) < 0.1] = MISSING
    made[rng.random(made.shape) < 0.01] = NO_VALUE
    return made


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "readings"


def test_days_come_in_blocks_of_meters_and_are_read_as_they_came(folder):
    first, second = cells(1, 50), cells(2, 50)
    with appending(folder) as store:
        rows = np.concatenate([store.register(*who(range(part, part + 10))) for part in range(0, 50, 10)])
        assert rows.tolist() == list(range(50))
        blocks = ((rows[part : part + 7], first[part : part + 7]) for part in range(0, 50, 7))
        assert store.append_day(DAY, blocks) == Appended(DAY, int((first != MISSING).sum()), 0, 0)
        # committed already, while the next is still to come
        assert (ReadingStore(folder).day(DAY) == first).all()
        store.append_day(NEXT, [(rows, second)], datetime(2024, 3, 1, 9))
    found = ReadingStore(folder)
    assert (found.window(BEGIN, BEGIN + timedelta(days=2)) == np.hstack([first, second])).all()
    assert read_index(folder).days[NEXT].published == datetime(2024, 3, 1, 9)
    assert found.rows_of(["03" + "7".zfill(20)]).tolist() == [7]
    assert not list(folder.glob("*.part"))


def test_rows_in_any_order_or_twice_go_by_the_law_of_files(folder):
    made = cells(3, 20)
    with appending(folder) as store:
        rows = store.register(*who(range(20)))
        order = np.random.default_rng(4).permutation(20)
        twice = np.append(order, 3)
        told = store.append_day(DAY, [(rows[order[:5]], made[order[:5]]), (rows[twice[5:]], made[twice[5:]])])
        assert (told.stored, told.duplicates) == (int((made != MISSING).sum()), int((made[3] != MISSING).sum()))
        other = np.full((1, 48), 700, dtype=np.int32)
        told = store.append_day(DAY, [(rows[4:5], other)])
    differ = int(((made[4] != MISSING) & (made[4] != 700)).sum())
    assert (told.stored, told.conflicts) == (int((made[4] == MISSING).sum()), differ)
    expected = made.copy()
    expected[4] = 700
    assert (ReadingStore(folder).day(DAY) == expected).all()


def test_rows_that_come_in_order_and_then_do_not_are_all_kept(folder):
    made = cells(5, 30)
    with appending(folder) as store:
        rows = store.register(*who(range(30)))
        places = [slice(2, 9), slice(12, 20), slice(0, 2), slice(9, 12), slice(20, 30)]
        store.append_day(DAY, [(rows[place], made[place]) for place in places])
    assert (ReadingStore(folder).day(DAY) == made).all()
    assert not list(folder.glob("*.part"))


def test_meters_between_and_behind_those_that_came_are_missing(folder):
    made = cells(6, 2)
    with appending(folder) as store:
        rows = store.register(*who(range(10_000)))
        store.append_day(DAY, [(rows[[4, 9_000]], made)])
    found = ReadingStore(folder).day(DAY)
    assert (found[[4, 9_000]] == made).all()
    found[[4, 9_000]] = MISSING
    assert len(found) == 10_000 and (found == MISSING).all()


def test_finer_steps_are_put_beside_half_hours(folder):
    quarters, halves = cells(7, 4, 96), cells(8, 3)
    with appending(folder) as store:
        rows = store.register(*who(range(7)))
        store.append_day(DAY, [(rows[:3], halves)])
        store.append_day(DAY, [(rows[3:], quarters)], step=15)
    found = ReadingStore(folder)
    assert found.steps() == {30: [DAY], 15: [DAY]}
    assert (found.fine_window(BEGIN, BEGIN + timedelta(days=1), 15, rows[3:]) == quarters).all()
    assert (found.day(DAY, rows[:3]) == halves).all()
    assert [group.steps for group in found.group_by_step(rows)] == [(30,), (15,)]


def test_an_append_that_is_ended_leaves_the_days_before_it(folder):
    class Impatient(Progress):
        asked = 0

        def cancelled(self):
            self.asked += 1
            return self.asked > 3

    made = cells(9, 10)
    with pytest.raises(Cancelled), appending(folder, Impatient()) as store:
        rows = store.register(*who(range(10)))
        halves = [(rows[:5], made[:5]), (rows[5:], made[5:])]
        store.append_day(DAY, halves)
        store.append_day(NEXT, halves)
    found = ReadingStore(folder)
    assert found.days() == [DAY] and (found.day(DAY) == made).all()
    assert not list(folder.glob("*.part"))


def test_after_a_day_that_failed_the_next_one_goes_in(folder):
    made = cells(10, 10)
    with appending(folder) as store:
        rows = store.register(*who(range(10)))

        def failing():
            yield rows[:5], made[:5]
            raise RuntimeError("no more")

        with pytest.raises(RuntimeError):
            store.append_day(DAY, failing())
        store.append_day(NEXT, [(rows, made)])
    assert ReadingStore(folder).days() == [NEXT]


@pytest.mark.parametrize(
    ("rows", "made"),
    [
        ([0, 10], np.zeros((2, 48), np.int32)),
        ([-1, 0], np.zeros((2, 48), np.int32)),
        ([0, 1], np.full((2, 48), -3, np.int32)),
        ([0, 1], np.zeros((2, 47), np.int32)),
        ([0, 1], np.zeros((2, 48))),
        ([0], np.zeros((2, 48), np.int32)),
    ],
)
def test_what_are_no_readings_of_registered_meters_is_refused(folder, rows, made):
    with appending(folder) as store:
        store.register(*who(range(10)))
        with pytest.raises(ValueError, match=r"."):
            store.append_day(DAY, [(np.array(rows), made)])
    assert ReadingStore(folder).days() == []


def test_only_one_run_holds_a_store(folder):
    with appending(folder), pytest.raises(StoreError, match="Another run"), appending(folder):
        pass


def test_days_of_known_meters_are_appended_in_one_call(folder):
    made = cells(11, 10)
    with appending(folder) as store:
        rows = store.register(*who(range(10)))
        store.append_day(DAY, [(rows, made)])
    told = append_days(folder, ((NEXT + timedelta(days=n), [(rows, made)]) for n in range(3)))
    assert [each.day for each in told] == [NEXT, NEXT + timedelta(days=1), NEXT + timedelta(days=2)]
    with load_day(folder, NEXT) as stored:
        assert (stored.read(None, 0, 48) == made).all()

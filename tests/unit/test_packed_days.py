"""A day of readings comes back from its packed file bit for bit, and a damaged file never as another number."""

import zlib
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tomoshibi.aggregator.values import NO_VALUE
from tomoshibi.casefile import packed_days
from tomoshibi.casefile.packed_days import MISSING, DayWriter, PackedDay, StoreError, day_path, pack, write_day
from tomoshibi.casefile.reading_index import load_day

DAY = date(2024, 2, 29)
INT32 = np.iinfo(np.int32)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    """Blocks of few rows, so that small days have several."""
    monkeypatch.setattr(packed_days, "BLOCK_CELLS", 4 * 48)


def registers(seed, rows, step=100, slots=48):
    """Readings of meters that count in `step` Wh, with silence, answers without a value, and a few large ones."""
    rng = np.random.default_rng(seed)
    cells = (rng.gamma(1.2, 300.0, (rows, slots)) // step * step).astype(np.int32)
    cells[rng.random(cells.shape) < 0.05] = MISSING
    cells[rng.random(cells.shape) < 0.002] = NO_VALUE
    cells[rng.random(cells.shape) < 0.002] = 1_234_500
    return cells


ANY_WH = st.one_of(
    st.sampled_from([MISSING, NO_VALUE, 0, 1, 100, INT32.max, INT32.min, INT32.min + 1, 1 << 30]),
    st.integers(0, 600).map(lambda number: number * 100),
    st.integers(0, 5000),
    st.integers(INT32.min, INT32.max),
)


@st.composite
def days(draw):
    rows, half = draw(st.integers(0, 14)), draw(st.integers(1, 30))
    fill = draw(st.sampled_from([MISSING, 0, 300]))
    return draw(arrays(np.int32, (rows, 2 * half), elements=ANY_WH, fill=st.just(fill)))


@given(days(), st.data())
@settings(deadline=None, max_examples=150)
def test_any_numbers_come_back_bit_for_bit_however_they_are_asked_for(tmp_path_factory, cells, data):
    folder = tmp_path_factory.mktemp("day")
    write_day(folder, DAY, cells)
    rows, slots = cells.shape
    begin = data.draw(st.integers(0, slots - 1))
    end = data.draw(st.integers(begin + 1, slots))
    asked = np.array(data.draw(st.lists(st.integers(-2, rows + 2), max_size=30)), dtype=np.int64)
    first = data.draw(st.integers(0, rows))
    last = data.draw(st.integers(first, rows + 3))
    with load_day(folder, DAY) as stored:
        assert stored.shape == cells.shape
        assert (stored.read(None, 0, slots) == cells).all()
        assert (stored.read(slice(first, last), begin, end) == cells[first:last, begin:end]).all()
        expected = np.full((len(asked), end - begin), MISSING, dtype=np.int32)
        there = (asked >= 0) & (asked < rows)
        expected[there] = cells[asked[there], begin:end]
        found = stored.read(asked, begin, end)
        assert found.dtype == np.int32 and (found == expected).all()
        room = np.full((len(asked), 2 * (end - begin)), MISSING, dtype=np.int32)
        stored.read(asked, begin, end, room[:, ::2])
        assert (room[:, ::2] == expected).all() and (room[:, 1::2] == MISSING).all()


@pytest.mark.parametrize("step", [1, 10, 100, 1000, 250])
@pytest.mark.parametrize("slots", [48, 96, 1440])
def test_every_step_of_registers_and_every_step_length_comes_back(tmp_path, step, slots):
    cells = registers(step, 13, step, slots)
    write_day(tmp_path, DAY, cells)
    with load_day(tmp_path, DAY) as stored:
        assert (stored.read(None, 0, slots) == cells).all()
        assert (stored.read(np.array([9, 2, 2, 12]), 7, 8) == cells[[9, 2, 2, 12], 7:8]).all()


@pytest.mark.parametrize(
    ("wh", "unit", "bits"),
    [
        (np.arange(0, 25_400, 100), 100, 8),
        (np.arange(254), 1, 8),
        (np.arange(0, 4094), 1, 12),
        (np.arange(0, 65534, 17), 17, 12),
        (np.arange(0, 65534, 2) + 1, 1, 16),
        (np.arange(0, 400_000_000, 100_003) + np.arange(4000) % 2, 1, 32),
        (np.full(1000, MISSING), 100, 0),
    ],
)
def test_the_unit_and_the_bits_are_those_that_make_the_smallest_block(wh, unit, bits):
    packed = pack(np.resize(wh, (500, 48)).astype(np.int32))
    assert (packed.unit, packed.bits, len(packed.escapes)) == (unit, bits, 0)


def beside_the_sample(rows, of_each):
    """A block of 100 Wh of which `rows` rows hold `of_each` large odd numbers where the sample does not look."""
    flat = np.full(1024 * 48, 100, dtype=np.int32)
    unseen = (np.arange(len(flat)) % 13 != 0).reshape(1024, 48)
    large = unseen & (np.cumsum(unseen, axis=1) <= of_each)
    large[rows:] = False
    flat[large.ravel()] = 1_234_567
    return flat.reshape(1024, 48)


@pytest.mark.parametrize(
    ("rows", "of_each", "bits", "wide", "escapes"),
    [
        # 8 bytes an escape, 4 a cell of a wide row and 4 for its number, 1 a code: 196,608 are no fewer than int32
        (767, 24, 8, 0, 767 * 24),
        (768, 24, 32, 0, 0),
        (752, 25, 8, 752, 0),
        (753, 25, 32, 0, 0),
    ],
)
def test_a_block_keeps_the_form_of_the_fewest_bytes_whatever_its_sample_says(rows, of_each, bits, wide, escapes):
    packed = pack(beside_the_sample(rows, of_each))
    assert (packed.bits, len(packed.wide), len(packed.escapes)) == (bits, wide, escapes)
    assert sum(map(len, packed.parts)) <= 4 * 1024 * 48


@pytest.mark.parametrize("of_each", [3, 30])
def test_what_stands_beside_the_codes_is_missing_among_them_and_never_nought(of_each):
    cells = beside_the_sample(400, of_each)
    codes = np.frombuffer(pack(cells).codes, dtype=np.uint8).reshape(cells.shape)
    told = cells == 100
    told[:400] &= of_each < 25
    assert (codes[told] == 2).all() and (codes[~told] == 0).all() and (~told).any()


def test_a_day_of_registers_of_a_tenth_takes_little_more_than_a_byte_a_reading(tmp_path, monkeypatch):
    monkeypatch.setattr(packed_days, "BLOCK_CELLS", 4096 * 48)
    path = write_day(tmp_path, DAY, registers(3, 5000))
    assert 1.0 < path.stat().st_size / (5000 * 48) < 1.05


def test_no_block_is_larger_than_the_plain_numbers(tmp_path):
    cells = np.random.default_rng(1).integers(INT32.min, INT32.max, (40, 48), dtype=np.int32)
    path = write_day(tmp_path, DAY, cells)
    assert path.stat().st_size <= cells.nbytes + 40 + 10 * 20


def test_rows_may_be_added_in_pieces_of_any_length_that_are_filled_anew(tmp_path):
    cells = registers(4, 50)
    with DayWriter(day_path(tmp_path, DAY), 48) as writer:
        room = np.empty((11, 48), dtype=np.int32)
        first = 0
        for length in (1, 2, 11, 0, 3, 11, 5, 9, 8):
            room[:length] = cells[first : first + length]
            writer.add(room[:length])
            room[:] = 77
            first += length
        writer.finish()
    with load_day(tmp_path, DAY) as stored:
        assert (stored.read(None, 0, 48) == cells).all()


def test_a_day_that_is_not_finished_leaves_nothing(tmp_path):
    with DayWriter(day_path(tmp_path, DAY), 48) as writer:
        writer.add(registers(5, 9))
    assert list(tmp_path.iterdir()) == []


# -- damage -----------------------------------------------------------------------------------------------------------
def read_all(folder):
    with load_day(folder, DAY) as stored:
        return stored.read(None, 0, stored.shape[1])


def test_any_byte_that_is_changed_is_told_with_the_day_or_changes_nothing(tmp_path):
    cells = registers(6, 9)
    path = write_day(tmp_path, DAY, cells)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])
        packed_days._DIRECTORIES.forget()
        with pytest.raises(StoreError, match="2024-02-29"):
            read_all(tmp_path)


def test_a_file_cut_anywhere_or_with_more_behind_it_is_told_with_the_day(tmp_path):
    path = write_day(tmp_path, DAY, registers(7, 9))
    whole = path.read_bytes()
    for length in range(0, len(whole), 5):
        path.write_bytes(whole[:length])
        with pytest.raises(StoreError, match="2024-02-29"):
            read_all(tmp_path)
    path.write_bytes(whole + b"\0")
    with pytest.raises(StoreError, match="2024-02-29"):
        read_all(tmp_path)


def test_only_what_is_damaged_cannot_be_read(tmp_path):
    cells = registers(8, 12)
    path = write_day(tmp_path, DAY, cells)
    whole = bytearray(path.read_bytes())
    whole[packed_days._HEADER.itemsize + 5 * 48] ^= 1
    path.write_bytes(whole)
    with load_day(tmp_path, DAY) as stored:
        assert (stored.read(slice(8, 12), 0, 48) == cells[8:]).all()
        with pytest.raises(StoreError):
            stored.read(slice(0, 12), 3, 4)
        with pytest.raises(StoreError):
            stored.read(np.array([0, 6]), 3, 4)


HOSTILE = {
    "rows": 2_000_000_000,
    "more rows than there are": 1 << 60,
    "slots": 1 << 20,
    "odd slots": 47,
    "no slots": 0,
    "block_rows": 1 << 31,
    "no block_rows": 0,
    "size": 1 << 50,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_header_made_by_hand_cannot_ask_for_memory(tmp_path, what):
    path = write_day(tmp_path, DAY, registers(9, 12))
    whole = bytearray(path.read_bytes())
    header = np.frombuffer(bytes(whole[: packed_days._HEADER.itemsize]), dtype=packed_days._HEADER).copy()
    header[what.split()[-1] if "than" not in what else "rows"] = HOSTILE[what]
    header["header"] = packed_days._sum_of(header)
    path.write_bytes(header.tobytes() + whole[packed_days._HEADER.itemsize :])
    with pytest.raises(StoreError, match="2024-02-29"):
        read_all(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"), [("unit", 0), ("unit", 1 << 31), ("bits", 9), ("bits", 32), ("escapes", 1 << 31)]
)
def test_a_directory_made_by_hand_is_told(tmp_path, name, value):
    path = write_day(tmp_path, DAY, registers(10, 12))
    whole = path.read_bytes()
    begin = len(whole) - 3 * packed_days._ENTRY.itemsize
    entries = np.frombuffer(whole[begin:], dtype=packed_days._ENTRY).copy()
    entries[name][1] = value
    header = np.frombuffer(whole[: packed_days._HEADER.itemsize], dtype=packed_days._HEADER).copy()
    header["directory"] = zlib.crc32(entries.tobytes())
    header["header"] = packed_days._sum_of(header)
    path.write_bytes(header.tobytes() + whole[packed_days._HEADER.itemsize : begin] + entries.tobytes())
    with pytest.raises(StoreError, match="2024-02-29"):
        read_all(tmp_path)


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=60)
def test_no_other_file_is_taken_for_a_day(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("day")
    day_path(folder, DAY).write_bytes(content)
    with pytest.raises(StoreError, match="2024-02-29"):
        read_all(folder)


def test_a_file_that_was_replaced_is_checked_anew(tmp_path):
    path = write_day(tmp_path, DAY, registers(11, 12))
    read_all(tmp_path)
    write_day(tmp_path, DAY, registers(12, 12))
    whole = bytearray(path.read_bytes())
    whole[100] ^= 1
    other = path.with_name("other")
    other.write_bytes(whole)
    other.replace(path)
    with pytest.raises(StoreError):
        read_all(tmp_path)


def test_what_was_read_stays_when_the_file_is_closed(tmp_path):
    cells = np.random.default_rng(2).integers(0, INT32.max, (9, 48), dtype=np.int32)
    write_day(tmp_path, DAY, cells)
    stored = PackedDay(day_path(tmp_path, DAY))
    found = stored.read(slice(0, 9), 0, 48)
    stored.close()
    assert (found == cells).all()

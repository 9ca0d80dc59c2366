"""Stores that older versions wrote are read and filled on; what they wrote is packed when the day is next written."""

import json
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from tomoshibi.aggregator.profile import Profile
from tomoshibi.casefile import reading_index
from tomoshibi.casefile.fine_readings import step_bit
from tomoshibi.casefile.packed_days import write_day
from tomoshibi.casefile.reading_index import load_day
from tomoshibi.casefile.readings import METER, MISSING, ReadingStore, StoreError

PROFILE = Profile.load()
DAY, NEXT = date(2024, 2, 29), date(2024, 3, 1)
BEGIN = datetime(2024, 2, 29)
HEADER = "需要家特定ID,データ種別,供給/受電地点特定番号,電圧分類,取得年月日時刻コード,{step}分電力量"
MOST = 7


def point(number):
    return f"03{number:020d}"


def csv(path, step, numbers, slots, kwh, day=DAY):
    digits = 2 if step == 30 else 3
    lines = [
        f"A{number:033d},1,{point(number)},1,{day:%Y%m%d}{slot + 1:0{digits}d},{kwh}"
        for number in numbers
        for slot in slots
    ]
    path.write_text("\r\n".join([HEADER.format(step=step), *lines]) + "\r\n", encoding="utf-8")
    return path


def cells(seed, rows, slots):
    made = np.random.default_rng(seed).integers(0, 40, (rows, slots)).astype(np.int32) * 100
    made[np.random.default_rng(seed + 1).random(made.shape) < 0.1] = MISSING
    return made


@pytest.fixture
def old(tmp_path):
    """Return (store, half-hours, quarters) as version 2 wrote it: plain arrays; two meters in quarters."""
    folder = tmp_path / "readings"
    (folder / "15").mkdir(parents=True)
    records = np.zeros(MOST, METER)
    records["supply_point"] = [point(number).encode() for number in range(MOST)]
    records["customer_id"] = [f"A{number:033d}".encode() for number in range(MOST)]
    records["flow"], records["voltage"] = 1, 1
    records.tofile(folder / "meters.bin")
    halves, quarters = {DAY: cells(1, 5, 48), NEXT: cells(2, MOST, 48)}, {NEXT: cells(3, 2, 96)}
    quarters[NEXT][:, 4:] = MISSING
    halves[NEXT][:2] = MISSING
    for place, days in ((folder, halves), (folder / "15", quarters)):
        for day, made in days.items():
            np.save(place / f"{day}.npy", made)
    np.array([0, 1], dtype="<i4").tofile(folder / "15" / "meters.bin")
    np.array([step_bit(30) | step_bit(15)] * 2 + [step_bit(30)] * 5, dtype=np.uint8).tofile(folder / "steps.bin")

    def index(days, meters, last, **more):
        entries = {day.isoformat(): {"first": 0, "last": last, "published": None} for day in days}
        return json.dumps({"format": 2, **more, "meters": meters, "days": entries})

    (folder / "index.json").write_text(index(halves, MOST, 47, finer=[15]), encoding="utf-8")
    (folder / "15" / "index.json").write_text(index(quarters, 2, 3, step_minutes=15), encoding="utf-8")
    return ReadingStore(folder), halves, quarters


def test_a_store_of_plain_arrays_is_read(old):
    store, halves, quarters = old
    assert store.days() == [DAY, NEXT]
    assert (store.day(DAY)[:5] == halves[DAY]).all() and (store.day(DAY)[5:] == MISSING).all()
    assert (store.day(NEXT, np.arange(2, MOST)) == halves[NEXT][2:]).all()
    assert (
        store.fine_window(BEGIN + timedelta(days=1), BEGIN + timedelta(days=2), 15, np.array([0, 1])) == quarters[NEXT]
    ).all()
    assert store.window(BEGIN, BEGIN + timedelta(hours=1), np.array([4, -1, 6, 4])).tolist() == [
        halves[DAY][4, :2].tolist(), [MISSING] * 2, [MISSING] * 2, halves[DAY][4, :2].tolist(),
    ]  # fmt: skip


def test_what_is_filled_on_is_packed_and_what_was_there_stays(old, tmp_path):
    store, _, quarters = old
    files = [csv(tmp_path / "a.csv", 30, [1, 8], [7], "0.3"), csv(tmp_path / "b.csv", 15, [1, 9], [9], "0.2", NEXT)]
    before = store.window(BEGIN, BEGIN + timedelta(days=2))
    report = store.ingest(files, PROFILE)
    assert (report.stored + report.duplicates + report.conflicts, report.new_meters, report.days) == (4, 2, (DAY, NEXT))
    names = {path.relative_to(store.folder).as_posix() for path in store.folder.rglob("20*")}
    assert names == {"2024-02-29.day", "2024-03-01.npy", "15/2024-03-01.day"}
    assert json.loads((store.folder / "index.json").read_text(encoding="utf-8"))["format"] == 3
    after = store.window(BEGIN, BEGIN + timedelta(days=2))
    changed = np.argwhere(after[:MOST] != before).tolist()
    assert after[1, 7] == after[7, 7] == 300 and all(each == [1, 7] for each in changed)
    found = store.fine_window(BEGIN + timedelta(days=1), BEGIN + timedelta(days=2), 15, np.array([0, 1, 8]))
    expected = np.vstack([quarters[NEXT], np.full((1, 96), MISSING)])
    expected[1:, 9] = 200
    assert (found == expected).all()


def test_a_run_that_died_between_the_two_files_of_a_day_leaves_the_newer(old, tmp_path):
    store, halves, _ = old
    write_day(store.folder, DAY, np.where(halves[DAY] == MISSING, 500, halves[DAY]))
    assert store.day(DAY)[:5].min() >= 0
    store.ingest([csv(tmp_path / "a.csv", 30, [2], [7], "0.3", NEXT)], PROFILE)
    assert not (store.folder / f"{DAY}.npy").exists() and store.day(DAY)[:5].min() >= 0


def test_a_plain_day_that_was_put_in_place_and_not_entered_is_taken_in(old, tmp_path):
    store, halves, _ = old
    np.save(store.folder / "2024-02-27.npy", halves[DAY])
    store.ingest([csv(tmp_path / "a.csv", 30, [2], [7], "0.3", NEXT)], PROFILE)
    assert store.days()[0] == date(2024, 2, 27) and (store.day(date(2024, 2, 27))[:5] == halves[DAY]).all()


def test_a_store_of_a_newer_version_is_left_alone(old, monkeypatch):
    monkeypatch.setattr(reading_index, "FORMAT", 1)
    with pytest.raises(StoreError, match="newer version"):
        old[0].days()


@pytest.mark.parametrize("content", [b"", b"no array", b"\x93NUMPY\x01\x00"])
def test_a_damaged_plain_day_is_told(old, content):
    store = old[0]
    (store.folder / f"{DAY}.npy").write_bytes(content)
    with pytest.raises(StoreError, match="2024-02-29"):
        store.day(DAY)


def test_a_plain_day_whose_head_is_damaged_is_told_or_has_its_numbers(old):
    store, halves, _ = old
    path = store.folder / f"{DAY}.npy"
    whole, told = path.read_bytes(), 0
    for at in range(len(whole) - halves[DAY].nbytes):
        for mask in (0x01, 0x04, 0x10, 0x55):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :])
            try:
                found = ReadingStore(store.folder).day(DAY)[: len(halves[DAY])]
                assert found.shape[1] == 48
            except StoreError as error:
                told += "2024-02-29" in str(error)
    assert told > 100


@pytest.mark.parametrize("made", [np.zeros((5, 48)), np.zeros(48, np.int32), np.zeros((5, 48), object)])
def test_a_plain_day_of_other_numbers_is_told(old, made):
    store = old[0]
    np.save(store.folder / f"{DAY}.npy", made)
    with pytest.raises(StoreError, match="2024-02-29"):
        store.day(DAY)


def test_a_day_that_is_gone_is_told(old):
    store = old[0]
    (store.folder / f"{DAY}.npy").unlink()
    with pytest.raises(StoreError, match="2024-02-29"):
        load_day(store.folder, DAY)


def test_plain_and_packed_days_answer_alike(old):
    store, halves, _ = old
    asked = np.array([3, 0, -1, 99, 4, 4])
    windows = [(0, 48), (7, 8), (5, 31)]
    plain = [store.day(DAY, asked), *(load_day(store.folder, DAY).read(asked, *span) for span in windows)]
    latest = store.last_reading(BEGIN + timedelta(hours=13))
    write_day(store.folder, DAY, halves[DAY])
    (store.folder / f"{DAY}.npy").unlink()
    fresh = ReadingStore(store.folder)
    packed = [fresh.day(DAY, asked), *(load_day(store.folder, DAY).read(asked, *span) for span in windows)]
    assert all((one == other).all() for one, other in zip(plain, packed))
    assert np.array_equal(latest, fresh.last_reading(BEGIN + timedelta(hours=13)), equal_nan=True)


@pytest.mark.parametrize(
    "stray", ["2024-02-29.day.bak", "2024-02-28.day~", "2024-02-30.day", "abcd-ef-gh.npy", "a.txt"]
)
def test_what_others_put_into_the_folder_is_no_day_and_stays(old, tmp_path, stray):
    store, halves, _ = old
    (store.folder / stray).write_bytes(b"none of ours")
    store.ingest([csv(tmp_path / "more.csv", 30, [0], [5], "1.5")], PROFILE)
    assert store.days() == sorted(halves) and store.day(DAY)[0, 5] == 1500
    assert (store.folder / stray).read_bytes() == b"none of ours"


@pytest.mark.parametrize("made", ["gone", "older"])
def test_days_of_another_index_give_no_meter_the_readings_of_another(old, tmp_path, made):
    store, _, _ = old
    index = store.folder / "index.json"
    if made == "gone":
        index.unlink()
    else:
        index.write_text(json.dumps({**json.loads(index.read_text()), "meters": 4}))
    before = {path.name: path.read_bytes() for path in store.folder.glob("*.*")}
    # meters that come first now would be given the rows of those that came first then
    other = [csv(tmp_path / "more.csv", 30, [90, 91], [5], "1.5")]
    with pytest.raises(StoreError, match="index of the readings"):
        ReadingStore(store.folder).ingest(other, PROFILE)
    assert {name: (store.folder / name).read_bytes() for name in before} == before

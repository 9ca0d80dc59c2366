"""Blocks that threads read ahead give the same store, byte for byte, as one thread does."""

import random
from datetime import date, timedelta

import pytest
from tomoshibi.aggregator import readings_reader
from tomoshibi.aggregator.profile import Profile
from tomoshibi.casefile.readings import ReadingStore
from tomoshibi.messages import Cancelled, Progress

PROFILE = Profile.load()
HEADER = "需要家特定ID,データ種別,供給/受電地点特定番号,電圧分類,取得年月日時刻コード,30分電力量"
DAY = date(2024, 2, 29)


def lines_of(seed, meters, order):
    """Rows in the order of meters or of time: widths of several kinds, blanks, repeats, broken rows, rounded values."""
    rng = random.Random(seed)
    rows = []
    keys = [(meter, slot) for meter in range(meters) for slot in range(48)]
    if order == "time":
        keys.sort(key=lambda key: key[1])
    if order == "none":
        rng.shuffle(keys)
    for meter, slot in keys:
        draw = rng.random()
        kwh = f"{rng.random() * 20:.1f}" if draw < 0.9 else f"{rng.random() * 3:.4f}" if draw < 0.95 else ""
        code = f"{DAY + timedelta(days=meter % 2):%Y%m%d}{slot + 1:02d}"
        customer = f"A{meter:033d}" if meter % 7 else f"B{meter:05d}"
        row = f"{customer},1,03{meter * 7919 % 100_003:020d},1,{code},{kwh}"
        if rng.random() < 0.003:
            row = rng.choice([row + ",more", row.replace(",1,", ",9,", 1), "", row.replace("A", "あ"), row[:-2] + "x"])
        rows.append(row)
        if rng.random() < 0.002:
            rows.append(rng.choice(rows))
    return rows


def written(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "ingest.lock"
    }


@pytest.mark.slow
@pytest.mark.parametrize("order", ["meter", "time", "none"])
@pytest.mark.parametrize("seed", [1, 2])
def test_however_many_threads_read_ahead_the_store_and_the_report_are_the_same(tmp_path, monkeypatch, order, seed):
    path = tmp_path / "in.csv"
    end = "\n" if seed == 1 else "\r\n"
    path.write_text(end.join([HEADER, *lines_of(seed, 300, order)]) + ("" if seed == 1 else end), encoding="utf-8")
    monkeypatch.setattr(readings_reader, "BLOCK", 1 << 13)
    found = []
    for threads in (1, 2, 5, 5):
        monkeypatch.setattr(readings_reader, "THREADS", threads)
        folder = tmp_path / f"store{len(found)}"
        report = ReadingStore(folder).ingest([path], PROFILE, tmp_path)
        rejects = (tmp_path / "in.csv.rejects.csv").read_bytes()
        found.append((written(folder), report, rejects))
    assert found[0][1].stored > 10_000 and found[0][1].rejected > 10 and found[0][1].rounded > 100
    assert all(each == found[0] for each in found[1:])


def test_a_run_that_is_cancelled_while_blocks_are_read_ahead_ends(tmp_path, monkeypatch):
    class Impatient(Progress):
        asked = 0

        def cancelled(self):
            self.asked += 1
            return self.asked > 4

    path = tmp_path / "in.csv"
    path.write_text("\n".join([HEADER, *lines_of(3, 300, "meter")]), encoding="utf-8")
    monkeypatch.setattr(readings_reader, "BLOCK", 1 << 13)
    monkeypatch.setattr(readings_reader, "THREADS", 4)
    store = ReadingStore(tmp_path / "store")
    with pytest.raises(Cancelled):
        store.ingest([path], PROFILE, None, Impatient())
    assert store.days() == []

"""The reading store: what is in the files is in the arrays, whatever the files look like."""

import csv
import io
import json
import signal
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.aggregator import readings_reader
from tomoshibi.aggregator.profile import Profile
from tomoshibi.aggregator.readings_reader import ItemProblem, RowParser
from tomoshibi.aggregator.values import NO_VALUE, BadValue, watt_hours
from tomoshibi.casefile.reading_index import load_day
from tomoshibi.casefile.readings import MISSING, ReadingStore, StoreError
from tomoshibi.messages import Cancelled, Progress

PROFILE = Profile.load()
HEADER = "需要家特定ID,データ種別,供給/受電地点特定番号,電圧分類,取得年月日時刻コード,30分電力量"
DAY = date(2024, 2, 29)


class Ear(Progress):
    def __init__(self):
        self.warned = []

    def warn(self, what):
        self.warned.append(str(what))


def point(number):
    return f"03{number:020d}"


def customer(number):
    return f"A{number:033d}"


def row(number, slot, kwh, day=DAY, flow=1, voltage=1):
    return f"{customer(number)},{flow},{point(number)},{voltage},{day:%Y%m%d}{slot + 1:02d},{kwh}"


def write(path, rows, header=HEADER, end="\r\n", encoding="utf-8"):
    lines = ([header] if header else []) + list(rows)
    path.write_bytes("".join(line + end for line in lines).encode(encoding))
    return path


def by_point(store):
    """{(supply point, flow): {day: list of 48}} — whatever the order of the rows."""
    meters = store.meters
    arrays = {day: store.day(day) for day in store.days()}
    return {
        (bytes(meters.supply_point[row]).decode(), int(meters.flow[row])): {
            day: array[row].tolist() for day, array in arrays.items() if (array[row] != MISSING).any()
        }
        for row in range(len(meters))
    }


@pytest.fixture
def store(tmp_path):
    return ReadingStore(tmp_path / "store")


def test_meters_that_come_with_another_customer_or_voltage_are_counted_and_keep_the_first(store, tmp_path):
    first = write(tmp_path / "a_202601190000.csv", [row(number, 0, "0.1") for number in range(4)])
    assert store.ingest([first], PROFILE).changed_meters == 0
    other = row(1, 1, "0.2").replace(customer(1), customer(9))
    again = [row(0, 1, "0.2"), other, row(2, 1, "0.2", voltage=2), row(3, 1, "0.2"), row(5, 1, "0.2")]
    report = store.ingest([write(tmp_path / "b_202601200000.csv", again)], PROFILE)
    assert (report.changed_meters, report.new_meters) == (2, 1)
    assert store.meters.voltage.tolist() == [1] * 5
    assert [bytes(each).decode() for each in store.meters.customer_id] == [
        customer(number) for number in (0, 1, 2, 3, 5)
    ]


# -- energy -----------------------------------------------------------------------------------------
@given(st.integers(0, 2**31 - 1), st.integers(0, 3))
def test_every_whole_watt_hour_comes_back_exactly_from_its_kwh_text(wh, zeros):
    text = f"{wh // 1000}.{wh % 1000:03d}" + "0" * zeros
    assert watt_hours(text) == (wh, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.3", (300, False)), (".5", (500, False)), ("7.", (7000, False)), ("0.0005", (1, True)), ("0.0004", (0, True)),
     ("1.2345", (1235, True)), ("-0.0", (0, False)), ("007.10", (7100, False)),
     ("0" * 5000 + "1." + "0" * 5000, (1000, False))],
)  # fmt: skip
def test_kwh_text_is_read_digit_by_digit(text, expected):
    assert watt_hours(text) == expected


BAD_ENERGIES = ["", ".", "-0.2", "1e3", "0,2", "１", "0x1", "nan", "1_0", "+1", "2147483.648", " 1"]


@pytest.mark.parametrize("text", [*BAD_ENERGIES, "9" * 5000, "-" + "9" * 5000, "9" * 16 + ".5"])
def test_what_is_no_energy_is_refused(text):
    with pytest.raises(BadValue):
        watt_hours(text)


# -- the same result by both ways -------------------------------------------------------------------
def reference(content: bytes):
    """What the rows of a file mean, one row at a time with csv and RowParser only."""
    spec = PROFILE.file("reading")
    parser = RowParser(spec, PROFILE)
    names = [column.column for column in spec.columns]
    cells, stored, duplicates, conflicts, rejected, blank, rounded, rows = {}, 0, 0, 0, [], 0, 0, 0
    listed = []
    for number, line in enumerate(content.split(b"\n")[1:], 2):
        if not line.strip():
            continue
        rows += 1
        try:
            text = next((line.decode(name) for name in ("utf-8", "cp932") if _decodes(line, name)), None)
            fields = next(csv.reader([text.rstrip("\r")]), []) if text is not None else []
            if len(fields) != len(names):
                raise ItemProblem("", readings_reader.FIELD_COUNT)
            reading = parser.row(dict(zip(names, (field.strip() for field in fields))))
        except (ItemProblem, csv.Error):
            rejected.append(number)
            continue
        blank += reading.wh is None
        rounded += reading.rounded
        if reading.wh is None:
            continue
        if reading.wh == NO_VALUE:
            listed.append(number)
        key = (reading.supply_point.decode(), reading.flow, reading.day, reading.slot)
        if key not in cells:
            stored += 1
        elif cells[key] == reading.wh:
            duplicates += 1
        else:
            conflicts += 1
        cells[key] = reading.wh
    return cells, (rows, stored, duplicates, conflicts, len(rejected), blank, rounded), sorted(rejected + listed)


def _decodes(line, name):
    try:
        line.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def cells_of(store):
    meters = store.meters
    found = {}
    for day in store.days():
        array = store.day(day)
        for r, slot in zip(*np.nonzero(array != MISSING)):
            key = (meters.supply_point[r].decode(), int(meters.flow[r]), (day - date(1970, 1, 1)).days, int(slot))
            found[key] = int(array[r, slot])
    return found


KWH = st.one_of(
    st.integers(0, 99_999).map(lambda n: f"{n / 10:.1f}"),
    st.integers(0, 9_999).map(lambda n: f"{n // 100}.{n % 100:02d}"),
    st.integers(0, 99_999).map(lambda n: f"{n // 1000}.{n % 1000:03d}"),
    st.integers(0, 120).map(str),
    st.sampled_from(
        [
            "",
            "N/A",
            "-0.2",
            "abc",
            "100.1",
            "999999",
            "9999999.9",
            "3000",
            "0.12345",
            "1e-1",
            " 0.3 ",
            "0.30",
            ".5",
            "5.",
            "0" * 9 + ".1",
            "９.1",
            ".",
        ]
    ),
)
PLAIN = st.builds(
    lambda n, s, k, d, f, v: [customer(n), f, point(n), v, f"{DAY + timedelta(days=d):%Y%m%d}{s:02d}", k],
    st.integers(0, 5), st.integers(1, 48), KWH, st.integers(0, 2), st.sampled_from("12"), st.sampled_from("123"),
)  # fmt: skip
CELL = st.sampled_from(
    [
        "",
        " ",
        "x",
        "3.1E+20",
        "9",
        "N/A",
        "2024022900",
        "2024022949",
        "2024023001",
        "20240229",
        "-1",
        "日本",
        '"',
        'a"b',
        "a,b",
    ]
)


@st.composite
def lines(draw):
    fields = list(draw(PLAIN))
    spoil = draw(st.integers(0, 11))
    if spoil == 0:
        fields[draw(st.integers(0, 5))] = draw(CELL)
    if spoil == 1:
        fields = fields[: draw(st.integers(0, 5))] + draw(st.lists(CELL, max_size=2))
    if spoil == 2:
        text = ",".join(f'"{field}"' for field in fields)
    elif spoil == 3:
        text = ",".join(f" {field} " for field in fields)
    else:
        stream = io.StringIO()
        csv.writer(stream, lineterminator="").writerow(fields)
        text = stream.getvalue()
    raw = text.encode("utf-8")
    if spoil == 4:
        at = draw(st.integers(0, len(raw)))
        raw = (
            raw[:at]
            + draw(st.sampled_from([b"\xff", b"\x93", b"\r", b"\x00", b'"', b",", b"\t", b"\x82\xa0"]))
            + raw[at:]
        )
    return raw + draw(st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r\n\r\n"]))


@pytest.mark.slow
@settings(max_examples=150)
@given(st.lists(lines(), max_size=60), st.sampled_from([64, 200, 1000, 1 << 16]), st.booleans(), st.integers(1, 64))
def test_whole_words_and_single_rows_give_the_same_result(tmp_path_factory, body, block, last_end, many):
    folder = tmp_path_factory.mktemp("same")
    content = HEADER.encode() + b"\r\n" + b"".join(body)
    if not last_end:
        content = content.rstrip(b"\r\n")
    path = folder / "in.csv"
    path.write_bytes(content)
    old = readings_reader.BLOCK, readings_reader.MANY
    readings_reader.BLOCK, readings_reader.MANY = block, many
    try:
        store = ReadingStore(folder / "store")
        report = store.ingest([path], PROFILE)
    finally:
        readings_reader.BLOCK, readings_reader.MANY = old
    cells, counts, rejected = reference(content)
    assert not report.failed
    assert (
        report.rows, report.stored, report.duplicates, report.conflicts, report.rejected, report.blank, report.rounded
    ) == counts  # fmt: skip
    assert cells_of(store) == cells
    if rejected:
        with open(report.files[0].rejects, encoding="utf-8-sig", newline="") as stream:
            # Python before 3.11 reads no line with a NUL
            lines = (line.replace("\0", " ") for line in stream)
            assert [int(found["line"]) for found in csv.DictReader(lines)] == rejected


# -- layouts and orders -----------------------------------------------------------------------------
def table(meters, slots, days=1):
    rng = np.random.default_rng(5)
    return {
        (number, DAY + timedelta(days=day), slot): int(rng.integers(0, 130)) * 100
        for number in range(meters)
        for day in range(days)
        for slot in range(slots)
    }


def kwh(wh):
    return f"{wh // 1000}.{wh % 1000 // 100}"


@pytest.mark.parametrize("order", ["meter", "time", "shuffled"])
@pytest.mark.parametrize("style", ["plain", "quoted", "lf", "bom", "extra", "no_customer"])
def test_the_order_of_rows_and_the_look_of_the_file_do_not_matter(store, tmp_path, order, style):
    cells = table(40, 48, 2)
    keys = list(cells)
    if order == "time":
        keys.sort(key=lambda key: key[1:])
    if order == "shuffled":
        np.random.default_rng(1).shuffle(keys)
    rows = [row(number, slot, kwh(cells[number, day, slot]), day) for number, day, slot in keys]
    header = HEADER
    if style == "quoted":
        rows = [",".join(f'"{field}"' for field in line.split(",")) for line in rows]
    if style == "extra":
        header += ",次回検針日,メモ"
        rows = [f"{line},20240315,{'' if i % 3 else 'x'}" for i, line in enumerate(rows)]
    if style == "no_customer":
        header = header.split(",", 1)[1]
        rows = [line.split(",", 1)[1] for line in rows]
    path = write(
        tmp_path / "in.csv", rows, ("\ufeff" if style == "bom" else "") + header, "\n" if style == "lf" else "\r\n"
    )
    report = store.ingest([path], PROFILE)
    assert (report.rows, report.stored, report.rejected, report.new_meters) == (len(cells), len(cells), 0, 40)
    rows_of = store.rows_of([point(number) for number in range(40)])
    for day in {day for _, day, _ in cells}:
        expected = np.array([[cells[number, day, slot] for slot in range(48)] for number in range(40)])
        assert (store.day(day)[rows_of] == expected).all()


def test_a_file_without_header_is_read_by_the_order_of_the_profile(store, tmp_path):
    raw = json.loads(json.dumps(PROFILE.marks))
    raw["files"]["reading"]["header"]["value"] = False
    path = write(tmp_path / "in.csv", [row(1, 0, "0.2"), row(2, 0, "12.4")], header=None)
    report = store.ingest([path], Profile.of(raw))
    assert report.stored == 2


def test_json_gives_the_same_as_csv(store, tmp_path):
    names = HEADER.split(",")
    rows = [row(n, s, kwh(n * 100 + s * 100)) for n in range(5) for s in range(48)]
    objects = [dict(zip(names, line.split(","))) for line in rows]
    for item in objects:
        item["30分電力量"] = float(item["30分電力量"])
    objects.insert(3, "nonsense")
    objects.insert(9, {**objects[0], "データ種別": "7"})
    (tmp_path / "in.json").write_text(json.dumps(objects, ensure_ascii=False), encoding="utf-8")
    other = ReadingStore(tmp_path / "other")
    other.ingest([write(tmp_path / "in.csv", rows)], PROFILE)
    report = store.ingest([tmp_path / "in.json"], PROFILE)
    assert (report.stored, report.rejected) == (240, 2)
    assert by_point(store) == by_point(other)


# -- publications -----------------------------------------------------------------------------------
def test_parts_in_any_order_and_twice_give_the_same_store(tmp_path):
    cells = table(12, 48, 3)
    lines_ = [row(n, s, kwh(wh), d) for (n, d, s), wh in cells.items()]
    parts = [write(tmp_path / f"172057_C1_reading_202403030600_{i:03d}.csv", lines_[i::3]) for i in range(3)]
    one, two = ReadingStore(tmp_path / "one"), ReadingStore(tmp_path / "two")
    one.ingest(parts, PROFILE)
    two.ingest([parts[2]], PROFILE)
    two.ingest([parts[1], parts[0]], PROFILE)
    again = two.ingest(parts, PROFILE)
    assert (again.stored, again.duplicates, again.conflicts) == (0, len(cells), 0)
    assert by_point(one) == by_point(two)


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("together", [False, True])
def test_the_later_publication_wins_whatever_comes_first(tmp_path, newest_first, together):
    old = write(tmp_path / "172057_C1_reading_202403010600.csv", [row(1, 3, "0.2"), row(1, 4, "0.5")])
    new = write(tmp_path / "172057_C1_reading_202403020600.csv", [row(1, 3, "0.9"), row(1, 5, "0.1")])
    store = ReadingStore(tmp_path / "store")
    files = [new, old] if newest_first else [old, new]
    progress = Ear()
    reports = [
        store.ingest(batch, PROFILE, None, progress) for batch in ([files] if together else [[f] for f in files])
    ]
    assert store.day(DAY)[0, 3:6].tolist() == [900, 500, 100]
    assert sum(report.conflicts for report in reports) == 1
    assert any("later publication" in told for told in progress.warned)


def test_bad_rows_are_told_once_a_reason_and_the_good_ones_kept(store, tmp_path):
    rows = [row(1, s, "0.2") for s in range(10)]
    rows[3] = rows[3].replace(point(1), "3.1E+20")
    rows[5] = row(1, 5, "-0.2")
    rows[6] = row(1, 6, "-0.4")
    progress = Ear()
    report = store.ingest([write(tmp_path / "in.csv", rows)], PROFILE, tmp_path / "rejects", progress)
    assert (report.stored, report.rejected) == (7, 3)
    with open(tmp_path / "rejects" / "in.csv.rejects.csv", encoding="utf-8-sig", newline="") as stream:
        found = [(int(item["line"]), item["item"]) for item in csv.DictReader(stream)]
    assert found == [(5, "供給/受電地点特定番号"), (7, "30分電力量"), (8, "30分電力量")]
    assert len(progress.warned) == 2
    assert any("2 row(s)" in told and "line 7" in told for told in progress.warned)
    assert not any("0.2" in told or "E+20" in told for told in progress.warned)


def test_an_energy_that_no_meter_of_its_class_can_have_is_an_answer_without_a_value(store, tmp_path):
    texts = ["100", "100.1", "999999", "9999999.9"]
    low = [row(1, s, kwh) for s, kwh in enumerate(texts)]
    high = [row(2, s, kwh, voltage=2) for s, kwh in enumerate(texts)]
    progress = Ear()
    report = store.ingest([write(tmp_path / "in.csv", low + high)], PROFILE, tmp_path / "rejects", progress)
    first, second = (store.day(DAY)[place, :5].tolist() for place in store.rows_of([point(1), point(2)]))
    assert first == [100_000, NO_VALUE, NO_VALUE, NO_VALUE, MISSING]
    assert second == [100_000, 100_100, NO_VALUE, NO_VALUE, MISSING]
    assert (report.rejected, report.stored) == (0, 8)
    [told] = progress.warned
    assert "of 5 row(s), first in line 3" in told and "999999" not in told
    with open(report.files[0].rejects, encoding="utf-8-sig", newline="") as stream:
        assert [int(item["line"]) for item in csv.DictReader(stream)] == [3, 4, 5, 8, 9]
    end = datetime.combine(DAY, datetime.min.time()) + timedelta(hours=2)
    assert store.last_reading(end).tolist() == [end, end], "the meter answered"


def test_a_zero_byte_at_the_end_of_an_energy_makes_no_number_of_it(store, tmp_path):
    rows = [row(1, s, "0.2") for s in range(6)]
    rows[2] += "\0"
    report = store.ingest([write(tmp_path / "in.csv", rows)], PROFILE)
    assert (report.stored, report.rejected) == (5, 1) and store.day(DAY)[0, 2] == MISSING


def test_a_supply_point_outside_the_grid_areas_is_kept_and_told(store, tmp_path):
    progress = Ear()
    store.ingest([write(tmp_path / "in.csv", [row(1, 0, "0.1").replace(point(1), "9" * 22)])], PROFILE, None, progress)
    assert store.rows_of(["9" * 22]).tolist() == [0]
    assert len(progress.warned) == 1


def test_one_unusable_file_does_not_stop_the_others(store, tmp_path):
    bad = write(tmp_path / "bad.csv", ["1,2"], header="データ種別,電圧分類")
    progress = Ear()
    report = store.ingest([bad, write(tmp_path / "in.csv", [row(1, 0, "0.1")])], PROFILE, None, progress)
    assert report.stored == 1
    assert [path.name for path, _ in report.failed] == ["bad.csv"]
    assert "30分電力量" in progress.warned[0] and "bad.csv" in progress.warned[0]


# -- questions --------------------------------------------------------------------------------------
@pytest.fixture
def filled(store, tmp_path):
    rows = [row(1, s, "0.1") for s in range(10, 20)] + [row(2, 12, "0.2")]
    rows += [row(1, s, "0.3", DAY + timedelta(days=2)) for s in range(0, 6)]
    store.ingest([write(tmp_path / "in.csv", rows)], PROFILE)
    return store


def test_only_received_slots_are_covered(filled):
    begin = datetime(2024, 2, 29)
    covered = filled.covered(begin, begin + timedelta(days=4))
    expected = np.zeros(4 * 48, dtype=bool)
    expected[10:20] = True
    expected[96:102] = True
    assert (covered == expected).all()
    assert filled.coverage() == (datetime(2024, 2, 29, 5), datetime(2024, 3, 2, 3))


def test_a_window_crosses_days_and_knows_what_is_not_there(filled):
    window = filled.window(datetime(2024, 2, 29, 9), datetime(2024, 3, 2, 1), np.array([1, 0, -1]))
    assert window.shape == (3, 2 + 28 + 48 + 2)
    assert window[1, :2].tolist() == [100, 100] and window[1, -2:].tolist() == [300, 300]
    assert (window[1, 2:-2] == MISSING).all() and (window[0] == MISSING).all() and (window[2] == MISSING).all()
    assert (filled.window(datetime(2024, 2, 29), datetime(2024, 3, 1)) == filled.day(DAY)).all()


def test_the_last_reading_is_the_end_of_the_last_slot_that_had_ended(filled):
    at = [datetime(2024, 2, 29, 5, 29), datetime(2024, 2, 29, 5, 30), datetime(2024, 3, 1), datetime(2024, 3, 5)]
    found = [filled.last_reading(moment, np.array([0, 1, -1])) for moment in at]

    def times(*texts):
        return [str(np.datetime64(text, "s")) for text in texts]

    assert [list(map(str, item)) for item in found] == [
        times("NaT", "NaT", "NaT"), times("2024-02-29T05:30", "NaT", "NaT"),
        times("2024-02-29T10:00", "2024-02-29T06:30", "NaT"), times("2024-03-02T03:00", "2024-02-29T06:30", "NaT"),
    ]  # fmt: skip
    assert (filled.last_reading(at[3]) == found[3][:2]).all()


def test_a_supply_point_is_found_by_text_or_bytes_and_by_flow(store, tmp_path):
    store.ingest(
        [write(tmp_path / "in.csv", [row(1, 0, "0.1", flow=2), row(1, 0, "0.4"), row(2, 0, "0.2", flow=2)])], PROFILE
    )
    assert store.rows_of([point(1), point(2), point(3), "x" * 30, "日本"]).tolist() == [1, 2, -1, -1, -1]
    assert store.rows_of(np.array([point(1)], dtype="S22"), 2).tolist() == [0]
    assert store.meters.customer_id[1] == customer(1).encode()


def test_times_off_the_half_hour_are_refused(filled):
    with pytest.raises(Exception, match=":30"):
        filled.window(datetime(2024, 2, 29, 0, 10), datetime(2024, 3, 1))


# -- what can happen meanwhile ----------------------------------------------------------------------
def test_cancelling_leaves_the_store_as_it_was(filled, tmp_path):
    before = by_point(filled)

    class Impatient(Progress):
        def cancelled(self):
            return True

    with pytest.raises(Cancelled):
        filled.ingest([write(tmp_path / "b.csv", [row(9, 0, "0.1")])], PROFILE, None, Impatient())
    assert by_point(filled) == before
    assert not list(filled.folder.glob("*.part"))


CHILD = """
import os, signal, sys
sys.path[:0] = [{plugins!r}]
from pathlib import Path
from tomoshibi.aggregator.profile import Profile
from tomoshibi.casefile import reading_writer
from tomoshibi.casefile.readings import ReadingStore
old, calls = reading_writer.write_index, [0]
def dying(*arguments):
    calls[0] += 1
    if calls[0] == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
    old(*arguments)
reading_writer.write_index = dying
ReadingStore(Path({store!r})).ingest([Path({file!r})], Profile.load())
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_killed_ingest_leaves_a_store_that_can_be_read_and_filled(filled, tmp_path, at):
    before = by_point(filled)
    extra = [row(n, 30, "0.7", DAY + timedelta(days=d)) for n in (1, 7, 8) for d in (0, 5)]
    path = write(tmp_path / "b.csv", extra)
    plugins = str(Path(__file__).resolve().parents[2] / "build" / "plugins")
    code = CHILD.format(plugins=plugins, store=str(filled.folder), file=str(path), at=at)
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    store = ReadingStore(filled.folder)
    after = by_point(store)
    for key, days in before.items():
        for day, values in days.items():
            assert all(old in (new, MISSING) for new, old in zip(after[key][day], values))
    store.ingest([path], PROFILE)
    assert store.day(DAY)[store.rows_of([point(1), point(7), point(8)]), 30].tolist() == [700] * 3
    assert store.day(DAY + timedelta(days=5)).max() == 700
    assert not list(store.folder.glob("*.part"))


def test_two_runs_do_not_fill_one_store_at_once(filled, tmp_path):
    from tomoshibi.casefile.reading_lock import LOCK_FILE, IngestLock

    with IngestLock(filled.folder / LOCK_FILE), pytest.raises(StoreError):
        filled.ingest([write(tmp_path / "b.csv", [row(9, 0, "0.1")])], PROFILE)
    assert filled.ingest([tmp_path / "b.csv"], PROFILE).stored == 1


def test_a_folder_that_cannot_be_made_is_told_by_the_name_of_the_file_that_cannot_be_written(tmp_path):
    (tmp_path / "readings").write_text("")
    with pytest.raises(StoreError, match=r"cannot be written to readings/index\.json"):
        ReadingStore(tmp_path / "readings").ingest([write(tmp_path / "b.csv", [row(9, 0, "0.1")])], PROFILE)


def test_a_damaged_index_is_told(filled):
    (filled.folder / "index.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError):
        ReadingStore(filled.folder).days()


def test_days_are_mapped_in_turn_when_memory_is_short(store, tmp_path, monkeypatch):
    from tomoshibi.casefile import reading_stage, reading_writer

    monkeypatch.setattr(reading_writer, "MAPPED_BYTES", 1)
    monkeypatch.setattr(reading_stage, "SMALLEST", 1)
    monkeypatch.setattr(readings_reader, "BLOCK", 4096)
    cells = table(30, 6, 4)
    report = store.ingest(
        [write(tmp_path / "in.csv", [row(n, s, kwh(wh), d) for (n, d, s), wh in cells.items()])], PROFILE
    )
    assert report.stored == len(cells)
    rows = store.rows_of([point(n) for n in range(30)])
    assert all(store.day(d)[rows[n], s] == wh for (n, d, s), wh in cells.items())
    with load_day(store.folder, DAY) as stored:
        assert stored.shape == (30, 48)


@pytest.mark.parametrize("rows", [[0, 1, 2], [1, 2], [2, 0], [0, 2], [1], [-1, 0], [2, 3, 4, 9], []])
def test_a_window_read_slice_by_slice_holds_what_the_whole_one_holds(tmp_path, rows):
    store = ReadingStore(tmp_path / "readings")
    rng = np.random.default_rng(5)
    lines = [
        row(number, slot, f"{rng.integers(0, 900) / 1000:.3f}", day=DAY + timedelta(days=day))
        for day, meters in ((0, 3), (1, 5))
        for number in range(meters)
        for slot in range(1, 49)
        if rng.random() < 0.8
    ]
    store.ingest([write(tmp_path / "a.csv", lines)], PROFILE, tmp_path, Progress())
    begin = datetime.combine(DAY, datetime.min.time()) + timedelta(hours=5)
    period, rows = (begin, begin + timedelta(hours=39)), np.array(rows, dtype=np.int64)
    everyone = store.window(*period)
    expected = np.full((len(rows), everyone.shape[1]), MISSING, dtype=np.int32)
    there = (rows >= 0) & (rows < len(everyone))
    expected[there] = everyone[rows[there]]
    lazy = store.window_view(*period, rows)
    assert lazy.shape == expected.shape and lazy.ndim == 2 and len(lazy) == len(expected)
    assert np.array_equal(store.window(*period, rows), expected)
    for begin in range(0, len(rows), 2):
        assert np.array_equal(lazy[begin : begin + 2], expected[begin : begin + 2])

"""Readings out as Parquet and in again: bit for bit, read by other engines, judged as any other file is."""

from __future__ import annotations

import csv
import json
import re
import shutil
from datetime import datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest
from tomoshibi import dependencies
from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import Profile
from tomoshibi.aggregator.values import NO_VALUE
from tomoshibi.analysis.mesh import secondary_codes
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.intake import take_in
from tomoshibi.casefile.publications import known
from tomoshibi.casefile.reading_index import MISSING
from tomoshibi.casefile.reported import Population
from tomoshibi.practice.published_files import publish_files
from tomoshibi.tests.drill_case import BOX, make_drill
from tomoshibi.tests.qgis.tables import rows

pa = pytest.importorskip("pyarrow", reason="pip install -r requirements-engines.txt", exc_type=ImportError)
import pyarrow.parquet as pq  # noqa: E402

COLUMNS = ["supply_point", "flow", "voltage", "begin", "step", "wh"]
POINT = "0500000000000000000017"


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    """A drill of which マスタ情報 tells the 住所コード of most meters."""
    made = make_drill(tmp_path_factory.mktemp("drill"))
    scenario, profile = made.scenario, Profile.load()
    period = (datetime.combine(scenario.first_day, time()), scenario.now)
    mesh = tuple(secondary_codes(*BOX).tolist())
    asked = TEMPLATES["uc5"].conditions(scenario.municipality, *period, ["low"], secondary_mesh_codes=mesh)
    target = made.case.folder / "received" / "C9"
    for condition in asked:
        files = publish_files(scenario, condition, profile, target, scenario.now, condition_id="C9")
        take_in(made.case, [path for path in files if "_master_" in path.name], profile, condition)
    return made


@pytest.fixture
def other(drill, tmp_path):
    """Another case of the same disaster, still empty."""
    return Case.create(tmp_path / "other", CaseInfo("訓練", drill.case.info.event_time, "991007", practice=True))


def table(**more):
    """Return two half-hours of one meter, with columns changed."""
    begin = datetime(2026, 1, 19, 4)
    columns = {
        "supply_point": [POINT, POINT],
        "flow": [1, 1],
        "voltage": [1, 1],
        "begin": pa.array([begin, begin + timedelta(minutes=30)], pa.timestamp("ms")),
        "step": [30, 30],
        "wh": pa.array([120, None], pa.int32()),
        **more,
    }
    return pa.table({name: values for name, values in columns.items() if values is not None})


def write(folder: Path, made, name: str = "part-0.parquet") -> str:
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(made, folder / name)
    return str(folder)


def contents(case: Case) -> dict:
    """Return {(supply point, flow, voltage, step, day): bytes of the row} of all that a store holds, as it came."""
    from tomoshibi.casefile.parquet import _sets
    from tomoshibi.casefile.reading_index import load_day

    meters, found = case.readings.meters, {}
    for each in _sets(case, len(meters)):
        for day in each.days:
            with load_day(each.folder, day) as stored:
                cells = stored.read(None, 0, stored.shape[1])
            for row in np.flatnonzero((cells != MISSING).any(axis=1)).tolist():
                meter = each.meters[row]
                key = (meters.supply_point[meter], meters.flow[meter], meters.voltage[meter], each.step, day)
                found[key] = cells[row].tobytes()
    return found


def test_what_goes_out_comes_in_bit_for_bit(run, drill, other, tmp_path):
    made = run("exportreadings", {"CASE": str(drill.case.folder), "FOLDER": str(tmp_path / "out")})
    assert made["FILES"] > 10 and made["MUNICIPALITIES"] >= 2 and 0 < made["NO_MUNICIPALITY"] < made["ROWS"] / 10
    taken = run("importreadings", {"CASE": str(other.folder), "FOLDER": made["FOLDER"]})
    assert (taken["ROWS"], taken["FILES"]) == (made["ROWS"], made["FILES"])
    assert (taken["REJECTED"], taken["FAILED"], taken["REPEATED"], taken["CONFLICTS"]) == (0, 0, 0, 0)
    assert contents(other) == contents(drill.case)
    assert {entry.algorithm for entry in other.ledger.entries()} == {"tomoshibi:importreadings"}
    again = run("importreadings", {"CASE": str(other.folder), "FOLDER": made["FOLDER"]})
    assert (again["FILES"], again["ROWS"], again["DUPLICATES"]) == (0, 0, made["FILES"])


def test_finer_steps_and_answers_without_a_value_come_in_as_they_were(run, other, tmp_path):
    begin = datetime(2026, 1, 19, 4)
    fine = table(
        supply_point=["0500000000000000000027"] * 2,
        begin=pa.array([begin, begin + timedelta(minutes=15)], pa.timestamp("us")),
        step=[15, 15],
        flow=[2, 2],
    )
    write(tmp_path / "in", pa.concat_tables([table(), fine.cast(table().schema)]))
    taken = run("importreadings", {"CASE": str(other.folder), "FOLDER": str(tmp_path / "in")})
    assert taken["ROWS"] == 4
    cells = other.readings.day(begin, other.readings.rows_of([POINT], 1))
    assert cells[0, 8:11].tolist() == [120, NO_VALUE, MISSING]
    assert {step: len(days) for step, days in other.readings.steps().items()} == {30: 1, 15: 1}
    [one] = known(other)
    assert (one.rows, sorted(one.curves())) == (4, [Population(1, 1, 30), Population(2, 1, 15)])
    made = run("exportreadings", {"CASE": str(other.folder), "FOLDER": str(tmp_path / "out")})
    names = sorted(path.relative_to(made["FOLDER"]).as_posix() for path in Path(made["FOLDER"]).rglob("*.parquet"))
    assert names == [f"municipality=991007/day=2026-01-19/part-{number}.parquet" for number in (0, 15)]
    third = Case.create(tmp_path / "third", CaseInfo("訓練", other.info.event_time, "991007", practice=True))
    run("importreadings", {"CASE": str(third.folder), "FOLDER": made["FOLDER"]})
    assert contents(third) == contents(other) and len(contents(third)) == 2


def test_columns_are_those_that_the_help_names_packed_with_zstd(run, drill, tmp_path):
    folder = run("exportreadings", {"CASE": str(drill.case.folder), "FOLDER": str(tmp_path / "out")})["FOLDER"]
    file = pq.ParquetFile(next(Path(folder).rglob("part-0.parquet")))
    assert file.schema_arrow.names == COLUMNS
    kinds = ["string", "int8", "int8", "timestamp[ms]", "int16", "int32"]
    assert [str(kind) for kind in file.schema_arrow.types] == kinds
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    towns = sorted(path.name for path in Path(folder).glob("municipality=*"))
    assert len(towns) + 1 == len(list(Path(folder).iterdir()))
    assert towns[-1] == "municipality=unknown"
    assert all(re.fullmatch("municipality=99[0-9]{4}", name) for name in towns[:-1])


def test_days_are_chosen(run, drill, tmp_path, complaint):
    given = {"CASE": str(drill.case.folder), "FOLDER": str(tmp_path / "out")}
    folder = run("exportreadings", {**given, "FROM": "2026-01-18", "TO": "2026-01-19"})["FOLDER"]
    assert {path.name for path in Path(folder).glob("*/*")} == {"day=2026-01-18", "day=2026-01-19"}
    assert "already holds exported readings" in complaint("exportreadings", given)
    nothing = {**given, "FOLDER": str(tmp_path / "none"), "FROM": "1999-01-01", "TO": "1999-01-02"}
    assert "no readings" in complaint("exportreadings", nothing) and not (tmp_path / "none").exists()
    assert "ends before it begins" in complaint("exportreadings", {**given, "FROM": "2026-01-19", "TO": "2026-01-18"})


@pytest.fixture
def exported(run, drill, tmp_path):
    made = run("exportreadings", {"CASE": str(drill.case.folder), "FOLDER": str(tmp_path / "out")})
    return Path(made["FOLDER"]), made["ROWS"]


def total(case: Case) -> int:
    return sum(int(cells[cells >= 0].sum()) for cells in map(case.readings.day, case.readings.days()))


def test_duckdb_reads_it_and_what_duckdb_writes_comes_in_bit_for_bit(run, drill, other, exported, tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="pip install -r requirements-bench.txt")
    folder, count = exported
    source = f"read_parquet('{folder}/**/*.parquet', hive_partitioning = true)"
    found = duckdb.sql(f"select count(*), sum(wh), count(distinct municipality), min(day) from {source}").fetchall()[0]
    assert found[:2] == (count, total(drill.case)) and found[2] == len(list(folder.glob("municipality=*")))
    assert str(found[3]) == min(drill.case.readings.days()).isoformat()
    target = tmp_path / "duck"
    duckdb.sql(f"copy (select * from {source}) to '{target}' (format parquet, partition_by (municipality, day))")
    taken = run("importreadings", {"CASE": str(other.folder), "FOLDER": str(target)})
    assert (taken["ROWS"], taken["REJECTED"]) == (count, 0) and contents(other) == contents(drill.case)


def test_polars_reads_it_and_what_polars_writes_comes_in_bit_for_bit(run, drill, other, exported, tmp_path):
    polars = pytest.importorskip("polars", reason="pip install -r requirements-bench.txt")
    folder, count = exported
    frame = polars.read_parquet(f"{folder}/**/*.parquet", hive_partitioning=True)
    assert (len(frame), frame["wh"].sum()) == (count, total(drill.case))
    assert frame.schema["supply_point"] == polars.String
    frame.drop("municipality", "day").sample(fraction=1.0, shuffle=True, seed=1).write_parquet(tmp_path / "all.parquet")
    (tmp_path / "pol").mkdir()
    (tmp_path / "all.parquet").rename(tmp_path / "pol" / "all.parquet")
    taken = run("importreadings", {"CASE": str(other.folder), "FOLDER": str(tmp_path / "pol")})
    assert (taken["ROWS"], taken["REJECTED"]) == (count, 0) and contents(other) == contents(drill.case)


def test_rows_that_cannot_be_are_rejected_with_file_row_and_reason(run, other, tmp_path, feedback):
    begin = datetime(2026, 1, 19, 4)
    rows = [
        (POINT, 1, 1, begin, 30, 120),
        ("050000000000000000001", 1, 1, begin, 30, 120),
        (None, 1, 1, begin, 30, 120),
        (POINT, 7, 1, begin, 30, 120),
        (POINT, 1, 9, begin, 30, 120),
        (POINT, 1, 1, begin + timedelta(minutes=7), 30, 120),
        (POINT, 1, 1, begin, 7, 120),
        (POINT, 1, 1, None, 30, 120),
        (POINT, 1, 1, begin, 30, -5),
        (POINT, 1, 1, datetime(1990, 1, 1), 30, 120),
        (POINT, 1, 1, datetime(2090, 1, 1), 30, 120),
        (POINT, 1, 1, begin + timedelta(minutes=30), 30, 999_999_999),
    ]
    kinds = [pa.string(), pa.int8(), pa.int8(), pa.timestamp("ms"), pa.int16(), pa.int64()]
    arrays = [pa.array([row[place] for row in rows], kind) for place, kind in enumerate(kinds)]
    write(tmp_path / "in", pa.table(arrays, names=COLUMNS), "bad.parquet")
    taken = run("importreadings", {"CASE": str(other.folder), "FOLDER": str(tmp_path / "in")})
    assert (taken["ROWS"], taken["REJECTED"], taken["FILES"]) == (12, 10, 1)
    cells = other.readings.day(begin, other.readings.rows_of([POINT], 1))
    assert cells[0, 8:11].tolist() == [120, NO_VALUE, MISSING] and len(other.readings.meters) == 1
    with open(other.folder / "received" / "byhand" / "bad.parquet.rejects.csv", encoding="utf-8-sig") as stream:
        listed = list(csv.DictReader(stream))
    assert sorted((int(row["line"]), row["item"]) for row in listed) == [
        *((2, "supply_point"), (3, "supply_point"), (4, "flow"), (5, "voltage"), (6, "begin"), (7, "step")),
        *((8, "begin"), (9, "wh"), (10, "begin"), (11, "begin"), (12, "wh")),
    ]
    assert any("bad.parquet" in said and "line 2" in said for said in feedback.warnings)
    assert not any(POINT in said for said in feedback.warnings + feedback.infos)


def test_repeated_and_differing_rows_are_counted_and_the_later_publication_stays(run, other, tmp_path):
    meta = {b"tomoshibi.published": b"2026-01-20T00:00:00"}
    late = table(wh=pa.array([150, 160], pa.int32())).replace_schema_metadata(meta)
    write(tmp_path / "late", late)
    early = table().replace_schema_metadata({b"tomoshibi.published": b"2026-01-19T12:00:00"})
    write(tmp_path / "early", early)
    given = {"CASE": str(other.folder)}
    run("importreadings", {**given, "FOLDER": str(tmp_path / "late")})
    found = run("importreadings", {**given, "FOLDER": str(tmp_path / "early")})
    assert (found["CONFLICTS"], found["REPEATED"]) == (2, 0)
    row = other.readings.rows_of([POINT], 1)
    assert other.readings.day(datetime(2026, 1, 19), row)[0, 8:10].tolist() == [150, 160]
    write(tmp_path / "same", pa.concat_tables([table(wh=pa.array([150, 160], pa.int32()))] * 2))
    assert run("importreadings", {**given, "FOLDER": str(tmp_path / "same")})["REPEATED"] == 4


def test_a_zone_is_converted_and_a_voltage_that_is_not_told_stays_unknown(run, other, tmp_path):
    begin = pa.array([datetime(2026, 1, 18, 19), datetime(2026, 1, 18, 19, 30)], pa.timestamp("us", "UTC"))
    write(tmp_path / "in", table(begin=begin, voltage=None))
    run("importreadings", {"CASE": str(other.folder), "FOLDER": str(tmp_path / "in")})
    assert other.readings.day(datetime(2026, 1, 19))[0, 8:10].tolist() == [120, NO_VALUE]
    assert other.readings.meters.voltage.tolist() == [0]


def test_files_of_another_municipality_and_what_is_no_parquet_are_told_and_not_used(run, other, tmp_path, feedback):
    write(tmp_path / "in" / "municipality=172057" / "day=2026-01-19", table())
    write(tmp_path / "in" / "municipality=991007" / "day=2026-01-19", table(wh=["many", "few"]))
    (tmp_path / "in" / "broken.parquet").write_bytes(b"PAR1 and no more")
    found = run("importreadings", {"CASE": str(other.folder), "FOLDER": str(tmp_path / "in")})
    assert (found["FILES"], found["ROWS"], found["FAILED"]) == (0, 0, 3)
    said = "\n".join(feedback.warnings)
    assert "is of 172057, the case of 991007" in said and "cannot be read as Parquet" in said
    assert "the columns wh are missing or of another type" in said
    assert len(other.readings.meters) == 0


def test_what_an_engine_has_not_finished_is_left_alone_and_files_of_one_name_are_all_taken(run, other, tmp_path):
    begin = datetime(2026, 1, 19, 4)
    for hour, folder in enumerate(("region=a/municipality=991007/day=2026-01-19", "region=b/municipality=991007", "")):
        moments = [begin + timedelta(hours=hour), begin + timedelta(hours=hour, minutes=30)]
        write(tmp_path / "in" / folder, table(begin=pa.array(moments, pa.timestamp("ms"))))
    late = pa.array([begin + timedelta(hours=9)] * 2, pa.timestamp("ms"))
    write(tmp_path / "in" / "_temporary" / "0", table(begin=late))
    (tmp_path / "in" / "._part-0.parquet").write_bytes(b"\0\5\26\7" * 9)
    taken = run("importreadings", {"CASE": str(other.folder), "FOLDER": str(tmp_path / "in")})
    assert (taken["FILES"], taken["ROWS"], taken["FAILED"]) == (3, 6, 0)
    cells = other.readings.day(begin, other.readings.rows_of([POINT], 1))
    assert np.flatnonzero(cells[0] != MISSING).tolist() == [8, 9, 10, 11, 12, 13]


def test_a_column_that_stands_twice_or_a_file_cut_off_leaves_the_others(run, other, tmp_path, feedback):
    twice = pa.Table.from_arrays([*table().columns, table()["wh"]], names=[*COLUMNS, "wh"])
    write(tmp_path / "in", twice, "a.parquet")
    whole = Path(write(tmp_path / "in", table(), "b.parquet")) / "b.parquet"
    (tmp_path / "in" / "c.parquet").write_bytes(whole.read_bytes()[:-100])
    (tmp_path / "in" / "d.parquet").write_bytes(b"")
    taken = run("importreadings", {"CASE": str(other.folder), "FOLDER": str(tmp_path / "in")})
    assert (taken["ROWS"], taken["FAILED"]) == (2, 3)
    said = " ".join(feedback.warnings)
    assert "a.parquet: the columns wh are missing" in said
    assert "c.parquet cannot be read as Parquet" in said and "d.parquet cannot be read as Parquet" in said


def test_an_import_is_taken_back(run, other, tmp_path):
    run("importreadings", {"CASE": str(other.folder), "FOLDER": write(tmp_path / "a", table())})
    before = contents(other)
    more = table(supply_point=["0500000000000000000027"] * 2)
    run("importreadings", {"CASE": str(other.folder), "FOLDER": write(tmp_path / "b", more)})
    assert len(contents(Case.open(other.folder))) == 2
    assert run("undoimport", {"CASE": str(other.folder)})["ROWS"] == 2
    assert contents(Case.open(other.folder)) == before
    assert run("verifycase", {"CASE": str(other.folder), "OUTPUT": "memory:"})["PROBLEMS"] == 0


def test_readings_stay_in_the_case_by_default_and_the_ledger_names_them(run, drill, tmp_path):
    made = run("exportreadings", {"CASE": str(drill.case.folder), "TO": "2026-01-12"})
    folder = Path(made["FOLDER"])
    assert folder.parent == drill.case.folder / "parquet"
    line = list(drill.case.ledger.entries())[-1]
    assert (line.path, line.personal) == (drill.case.relative(folder), True)
    assert line.algorithm == "tomoshibi:exportreadings"
    assert not list(drill.case.folder.rglob("*.part"))


def test_a_case_that_forbids_carrying_away_keeps_its_readings(run, complaint, other, tmp_path):
    run("importreadings", {"CASE": str(other.folder), "FOLDER": write(tmp_path / "in", table())})
    run("editcase", {"CASE": str(other.folder), "NO_EXPORT": "yes"})
    said = complaint("exportreadings", {"CASE": str(other.folder), "FOLDER": str(tmp_path / "out")})
    assert "forbids" in said and not (tmp_path / "out").exists()
    assert run("exportreadings", {"CASE": str(other.folder)})["ROWS"] == 2


def test_after_the_period_of_use_nothing_goes_out_or_in(complaint, other, tmp_path):
    record = json.loads((other.folder / "case.json").read_text(encoding="utf-8"))
    record["request"]["use_to"] = "2020-01-01"
    (other.folder / "case.json").write_text(json.dumps(record), encoding="utf-8")
    folder = write(tmp_path / "in", table())
    assert "period of use" in complaint("importreadings", {"CASE": str(other.folder), "FOLDER": folder})
    assert "period of use" in complaint("exportreadings", {"CASE": str(other.folder)})


def test_without_the_package_it_is_told_how_to_install_it(complaint, other, tmp_path, monkeypatch):
    there = dependencies._is_there
    monkeypatch.setattr(dependencies, "_is_there", lambda name: name != "pyarrow" and there(name))
    folder = write(tmp_path / "in", table())
    for name in ("importreadings", "exportreadings"):
        said = complaint(name, {"CASE": str(other.folder), "FOLDER": folder})
        assert "Parquet cannot be read or written here" in said and "pyarrow" in said and "install" in said


def test_a_folder_without_parquet_is_told(complaint, other, tmp_path):
    said = complaint("importreadings", {"CASE": str(other.folder), "FOLDER": str(tmp_path)})
    assert "There are no Parquet files" in said


def test_who_stops_an_export_leaves_nothing_behind(drill, tmp_path):
    from tomoshibi.casefile.parquet import export_readings
    from tomoshibi.files import fresh_folder
    from tomoshibi.messages import Cancelled, Progress

    class Stopped(Progress):
        def cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled), fresh_folder(tmp_path / "out") as making:
        export_readings(drill.case, making, Stopped())
    assert list(tmp_path.iterdir()) == []


def test_a_disposal_deletes_what_was_exported_into_the_case_and_beside_it(run, other, tmp_path):
    run("importreadings", {"CASE": str(other.folder), "FOLDER": write(tmp_path / "in", table())})
    inside = Path(run("exportreadings", {"CASE": str(other.folder)})["FOLDER"])
    outside = Path(run("exportreadings", {"CASE": str(other.folder), "FOLDER": str(tmp_path / "away")})["FOLDER"])
    assert list(inside.rglob("*.parquet")) and list(outside.rglob("*.parquet"))
    given = {"CASE": str(other.folder), "CONFIRM": "破棄する", "DRY_RUN": False}
    told = run("dispose", {**given, "REPORT": str(tmp_path / "report.txt")})
    assert not list(inside.rglob("*.parquet")) and not list(outside.rglob("*.parquet")) and told["DELETED"] > 2


@pytest.fixture
def emptied(drill, tmp_path):
    """The case without its readings and what was noted of them, but with マスタ情報."""
    folder = tmp_path / "emptied"
    shutil.copytree(drill.case.folder, folder)
    for name in ("readings", "received"):
        shutil.rmtree(folder / name)
    for name in ("publications.jsonl", "imports.jsonl"):
        (folder / name).unlink(missing_ok=True)
    return Case.open(folder)


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 4
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("listed", [True, False])
def test_a_bit_that_flips_on_the_way_brings_no_wrong_reading_in(run, drill, other, exported, listed, feedback):
    folder, _ = exported
    files = sorted(folder.rglob("part-0.parquet"), key=lambda path: -path.stat().st_size)[:12]
    for number, path in enumerate(files):
        column = pq.ParquetFile(path).metadata.row_group(0).column(5)
        begin = column.dictionary_page_offset or column.data_page_offset
        # behind the header of the page, among the values
        flip(path, begin + 60 + column.total_compressed_size * number // 16)
    if not listed:
        (folder / "_tomoshibi.json").unlink()
    found = run("importreadings", {"CASE": str(other.folder), "FOLDER": str(folder)})
    assert found["FAILED"] == len(files)
    assert sum("not as it was exported" in said for said in feedback.warnings) == (len(files) if listed else 0)
    whole, taken = contents(drill.case), contents(other)
    assert len(taken) and all(whole[key] == row for key, row in taken.items())


def test_what_is_missing_of_an_export_is_unknown_and_no_silence(run, drill, emptied, exported, tmp_path, feedback):
    folder, _ = exported
    last = max(drill.case.readings.days())
    town = max(folder.glob("municipality=99*"), key=lambda path: (path / f"day={last}").stat().st_size)
    lost = town / f"day={last}" / "part-0.parquet"
    kept = tmp_path / "kept.parquet"
    lost.rename(kept)
    areas = {"AREAS": str(drill.open / "areas.geojson"), "OUTPUT": "memory:"}

    def gaps(case):
        told = rows(run("acquisitiongaps", {"CASE": str(case.folder), **areas})["OUTPUT"])
        of_last = [begin.date().toPyDate() == last for begin in told["begin"]]
        return told[of_last].reset_index(drop=True)

    given = {"CASE": str(emptied.folder), "FOLDER": str(folder)}
    assert run("importreadings", given)["FAILED"] == 0
    right, found = gaps(drill.case), gaps(emptied)
    assert len(found) == len(right) > 30 and not right["unknown_reason"].any()
    # nobody is silent of whom it is not known
    assert set(found["unknown_reason"]) == {"set_incomplete"} and found["gap_rate"].isna().all()
    assert any("Of the readings exported as Parquet" in said and lost.parts[-3] in said for said in feedback.warnings)
    # the folder as it was brings the rest
    kept.rename(lost)
    assert run("importreadings", given)["FILES"] == 1
    assert contents(emptied) == contents(drill.case)
    assert gaps(emptied)["gap_rate"].equals(right["gap_rate"])
    # taken back, nothing of the export is waited for
    run("undoimport", {"CASE": str(emptied.folder)})
    run("undoimport", {"CASE": str(emptied.folder)})
    assert not contents(emptied)


def test_what_the_exporting_case_did_not_have_stays_unknown_in_the_other(run, drill, emptied, tmp_path):
    folder, last = tmp_path / "partly", max(drill.case.readings.days())
    shutil.copytree(drill.case.folder, folder)
    lines = [json.loads(line) for line in (folder / "publications.jsonl").read_text(encoding="utf-8").splitlines()]
    for each in lines:
        if each["kind"] == "reading" and each["published"] > drill.case.info.event_time.isoformat():
            # as after a download of which files could not be fetched
            each["listed"] = ["one_that_was_not_fetched.csv"]
    text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines)
    (folder / "publications.jsonl").write_text(text, encoding="utf-8")
    out = run("exportreadings", {"CASE": str(folder), "FOLDER": str(tmp_path / "out")})["FOLDER"]
    assert last.isoformat() in json.loads((Path(out) / "_tomoshibi.json").read_text(encoding="utf-8"))["doubted"]
    run("importreadings", {"CASE": str(emptied.folder), "FOLDER": out})
    for case in (folder, emptied.folder):
        given = {"CASE": str(case), "AREAS": str(drill.open / "areas.geojson"), "OUTPUT": "memory:"}
        assert set(rows(run("acquisitiongaps", given)["OUTPUT"])["unknown_reason"]) == {"set_incomplete"}

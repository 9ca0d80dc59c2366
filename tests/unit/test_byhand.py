"""Files brought by hand: any order, any number of times, zipped or not, other municipalities apart, gaps named."""

import shutil
import tempfile
import zipfile
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.completeness import missing, missing_spans
from tomoshibi.casefile.intake import take_in
from tomoshibi.casefile.municipality import belongs, other_prefecture
from tomoshibi.tests.published import HEADERS, P1, P2, PROFILE, ROWS, Ear, master_row, write

P3 = "0312340567890123456791"


def new_case(folder, municipality="172057"):
    return Case.create(folder, CaseInfo("演習", datetime(2024, 1, 1, 16, 10), municipality))


@pytest.fixture
def case(tmp_path):
    return new_case(tmp_path / "case")


def reading(point, code, kwh):
    return ["A" + "0" * 33, "1", point, "1", code, kwh]


def statistic(place, day, energised, count, total="20"):
    return ["1", "2", "5", "1", place, "", day, energised, count, total]


def outage(point):
    return [point, *ROWS["outage"][1:]]


PARTS = {
    "172057_C3_reading_202401020000_001.csv": (
        "reading",
        [reading(P1, f"20240101{n:02d}", "0.1") for n in range(1, 9)],
    ),
    "172057_C3_reading_202401020000_002.csv": (
        "reading",
        [reading(P2, "2024010101", "0.3"), reading(P2, "2024010102", "1")],
    ),
    "172057_C3_reading_202401030000.csv": (
        "reading",
        [reading(P1, "2024010201", "0.2"), reading(P1, "2024010108", "0.9")],
    ),
    "172057_C3_master_202401020000_001.csv": ("master", [master_row(P1, name="電力 太郎", lat="37.1", lon="136.9")]),
    "172057_C3_master_202401020000_002.csv": ("master", [master_row(P2, name="通電 花子"), master_row(P1, flow="2")]),
    "172057_C3_master_202401050000.csv": ("master", [master_row(P1, name="灯 次郎"), master_row(P3)]),
    "172057_C1_outage_202401011630_001.csv": ("outage", [outage(P1)]),
    "172057_C1_outage_202401011630_002.csv": ("outage", [outage(P1), outage(P2)]),
    "172057_C2_stat_202401020000.csv": ("statistics", [statistic("石川県輪島市", "20240101", n, "9") for n in "12"]),
    "172057_C2_stat_202401030000.csv": ("statistics", [statistic("石川県輪島市", "20240101", "2", "8")]),
}
"""A set of publications with parts, overlaps and corrections, as their names and contents are."""


def part(folder, name, form):
    """Write a part as plain CSV, CP932, JSON (rows as objects) or ZIP; return its path."""
    kind, rows = PARTS[name]
    folder.mkdir(parents=True, exist_ok=True)
    if form == "json":
        import json

        path = folder / name.replace(".csv", ".json")
        path.write_text(json.dumps([dict(zip(HEADERS[kind], row)) for row in rows], ensure_ascii=False), "utf-8")
        return path
    path = write(folder / name, HEADERS[kind], rows, "cp932" if form == "cp932" else "utf-8")
    if form == "zip":
        archive = folder / name.replace(".csv", ".zip")
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as stream:
            stream.write(path, name)
        return archive
    return path


def content(case):
    """Everything the analyses see, in an order of its own."""
    store, found = case.readings, {}
    for day in store.days():
        values = store.day(day)
        for row, (point, flow) in enumerate(zip(store.meters.supply_point.tolist(), store.meters.flow.tolist())):
            for slot in np.flatnonzero(values[row] >= 0).tolist():
                found[(point, flow, day, slot)] = int(values[row, slot])
    master = case.master().sort_values(["supply_point", "flow"], ignore_index=True)
    statistics = case.statistics()
    tables = [master[sorted(master)], statistics.sort_values(sorted(statistics), ignore_index=True)]
    snapshots = [
        (snapshot.created_at, snapshot.condition_id, sorted(snapshot.table["supply_point"]))
        for snapshot in case.outage_snapshots()
    ]
    return found, [table.astype(str).to_dict("records") for table in tables], snapshots


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """What the parts give when each is imported once, in the order of publication."""
    folder = tmp_path_factory.mktemp("straight")
    case = new_case(folder / "case")
    files = [part(folder / "files", name, "plain") for name in PARTS]
    report = take_in(case, files, PROFILE, None, "all", Ear())
    assert report.failed == () and report.duplicates == ()
    return content(case)


forms = st.sampled_from(["plain", "cp932", "json", "zip"])
deliveries = st.permutations(sorted(PARTS)).flatmap(
    lambda order: st.tuples(
        st.just(order),
        st.lists(st.tuples(st.sampled_from(order), forms), max_size=4),
        st.lists(forms, min_size=len(order), max_size=len(order)),
        st.integers(1, 4),
    )
)


@pytest.mark.slow
@given(deliveries)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_order_form_and_repetition_of_the_parts_gives_the_same_case(straight, delivery):
    order, again, shapes, runs = delivery
    folder = Path(tempfile.mkdtemp(prefix="byhand-"))
    try:
        case = new_case(folder / "case")
        brought = [*zip(order, shapes), *again]
        for number in range(runs):
            files = [
                part(folder / f"stick{number}-{place}", name, form)
                for place, (name, form) in enumerate(brought[number::runs])
            ]
            assert take_in(case, files, PROFILE, None, "all", Ear()).failed == ()
        assert content(case) == straight
    finally:
        shutil.rmtree(folder)


# -- duplicates -------------------------------------------------------------------------------------
def test_the_same_content_under_other_names_and_zipped_is_one_file(case, tmp_path):
    name = "172057_C1_outage_202401011630_001.csv"
    plain = part(tmp_path / "a", name, "plain")
    renamed = tmp_path / "コピー.csv"
    shutil.copy(plain, renamed)
    report = take_in(case, [renamed, part(tmp_path / "b", name, "zip"), plain], PROFILE, None, "all", Ear())
    assert (report.files, report.rows, len(report.duplicates), report.failed) == (1, 1, 2, ())
    assert [snapshot.condition_id for snapshot in case.outage_snapshots()] == ["C1"]
    again = take_in(case, [renamed], PROFILE, None, "all", Ear())
    assert (again.files, again.rows, len(again.duplicates)) == (0, 0, 1)
    assert len(case.outage_snapshots()) == 1


def test_a_zip_handed_over_twice_beside_its_content_fails_nowhere(case, tmp_path):
    name = "172057_C3_master_202401050000.csv"
    forms = ("zip", "plain", "zip")
    files = [part(tmp_path / str(number), name, form) for number, form in enumerate(forms)]
    report = take_in(case, files, PROFILE, None, "all", Ear())
    assert (report.files, report.rows, len(report.duplicates), report.failed) == (1, 2, 2, ())


def test_rows_that_overlap_are_counted_as_repeated_and_stored_once(case, tmp_path):
    files = [part(tmp_path / "a", name, "plain") for name in PARTS if "outage" in name]
    report = take_in(case, files, PROFILE, None, "all", Ear())
    assert (report.rows, report.repeated) == (3, 1)
    rows = [reading(P1, "2024010101", "0.1"), reading(P1, "2024010102", "0.1")]
    one, two = (
        write(tmp_path / "1.csv", HEADERS["reading"], rows),
        write(tmp_path / "2.csv", HEADERS["reading"], rows[1:]),
    )
    report = take_in(case, [one, two], PROFILE, None, "all", Ear())
    assert (report.rows, report.repeated) == (3, 1)


def test_two_publications_without_rows_are_two_publications(case, tmp_path):
    for time in ("202401011630", "202401012230"):
        path = write(tmp_path / f"172057_C1_outage_{time}.csv", HEADERS["outage"], [])
        assert take_in(case, [path], PROFILE, None, "all", Ear()).files == 1
    assert len(case.outage_snapshots()) == 2


def test_files_whose_tables_were_lost_are_read_again(case, tmp_path):
    path = part(tmp_path / "a", "172057_C3_reading_202401020000_001.csv", "plain")
    take_in(case, [path], PROFILE)
    shutil.rmtree(case.folder / "readings")
    report = take_in(Case.open(case.folder), [path], PROFILE)
    assert report.readings.stored == 8


# -- municipalities -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("case_code", "code", "expected"),
    [
        ("172057", "172057", True),
        ("172057", "17205001000", True),
        ("172057", "172049", False),
        ("170003", "172049", True),
        ("170003", "162019", False),
        ("011002", "01101", True),
        ("141305", "14131", True),
        ("141305", "14101", False),
        ("141003", "14131", False),
        ("131016", "13102", False),
        ("271403", "27141", True),
        ("271004", "27141", False),
        ("172057", "", True),
    ],
)
def test_which_codes_belong_to_a_case(case_code, code, expected):
    assert belongs(case_code, code) is expected


def test_the_prefecture_of_addresses_is_told_only_where_none_is_ours():
    assert other_prefecture("172057", ["富山県氷見市", "石川県輪島市"]) is None
    assert other_prefecture("172057", ["", "富山県氷見市"]) == "富山県"
    assert other_prefecture("991007", ["富山県氷見市"]) is None
    assert other_prefecture("172057", ["輪島市", ""]) is None


def test_a_file_of_another_municipality_is_kept_apart_and_told(case, tmp_path):
    rows = [master_row(P1, address_code="17204001000")]
    named = write(tmp_path / "172049_C3_reading_202401020000.csv", HEADERS["reading"], [ROWS["reading"]])
    told = write(tmp_path / "名簿.csv", HEADERS["master"], rows)
    far = write(tmp_path / "通電.csv", HEADERS["outage"], [[P1, "M1", "", "富山県氷見市", "20240101", "1630"]])
    progress = Ear()
    report = take_in(case, [named, told, far], PROFILE, None, "all", progress)
    assert report.files == 0 and len(report.failed) == 3
    assert len(case.master()) == 0 and case.outage_snapshots() == [] and case.readings.days() == []
    for theirs in ("172049", "17204", "富山県"):
        assert any(f"is of {theirs}, the case of 172057" in line for line in progress.warned)
    kept = {entry.path for entry in case.ledger.entries() if entry.personal}
    assert {f"received/byhand/{path.name}" for path in (named, told, far)} <= kept


def test_of_a_file_of_several_municipalities_the_own_rows_are_taken_and_a_prefecture_takes_all(case, tmp_path):
    rows = [
        master_row(P1, address_code="17205001000"),
        master_row(P2, address_code="17204001000"),
        master_row(P3),
    ]
    path = write(tmp_path / "名簿.csv", HEADERS["master"], rows)
    progress = Ear()
    take_in(case, [path], PROFILE, None, "all", progress)
    assert sorted(case.master()["supply_point"]) == [P1, P3]
    assert any("1 row(s) are of another municipality (17204)" in line for line in progress.warned)
    prefecture = new_case(tmp_path / "prefecture", "170003")
    other = write(tmp_path / "172049_C3_reading_202401020000.csv", HEADERS["reading"], [ROWS["reading"]])
    report = take_in(prefecture, [path, other], PROFILE, None, "all", Ear())
    assert report.failed == () and len(prefecture.master()) == 3


# -- what is missing ----------------------------------------------------------------------------------
def test_what_is_missing_is_named(case, tmp_path):
    days = ("2024010101", "2024010401", "2024010501")
    files = [
        write(tmp_path / f"172057_C3_reading_202401060000_00{n}.csv", HEADERS["reading"], [reading(P1, code, "1")])
        for n, code in zip((1, 3, 6), days)
    ]
    files.append(part(tmp_path / "a", "172057_C1_outage_202401011630_001.csv", "zip"))
    rows = [statistic("石川県輪島市", day, "1", "9") for day in ("20240101", "20240103")]
    files.append(
        write(tmp_path / "stat.csv", HEADERS["statistics"], [*rows, statistic("石川県輪島市", "20240103", "2", "9")])
    )
    take_in(case, files, PROFILE, None, "all", Ear())
    found = [str(what) for what in missing(case)]
    assert len(found) == 7
    for expected in (
        "172057_C1_outage_202401011630_001.csv, part(s) 2 of at least 2 are",
        "172057_C3_reading_202401060000_001.csv, part(s) 2, 4–5 of at least 6 are",
        "between received days: 2024-01-02–2024-01-03.",
        "電圧分類 1, エリア単位区分 1) are missing between received days: 2024-01-02",
        "1 of 2 areas and days have only one",
        "1 of the 1 supply points in the readings",
        "1 of the 1 supply points in 通電情報",
    ):
        assert any(expected in line for line in found), expected


def test_where_nothing_is_missing_nothing_is_said(case, tmp_path):
    take_in(case, [part(tmp_path / "a", name, "plain") for name in PARTS], PROFILE, None, "all", Ear())
    assert missing(case) == []
    assert missing(new_case(tmp_path / "empty")) == []


@given(st.sets(st.dates(date(2024, 1, 1), date(2024, 3, 1)), max_size=30))
def test_days_and_gaps_together_are_the_whole_period(days):
    ordered = sorted(days)
    inside = {
        first + step * (date(2024, 1, 2) - date(2024, 1, 1))
        for first, last in missing_spans(ordered)
        for step in range((last - first).days + 1)
    }
    assert not inside & days
    assert len(inside) + len(days) == ((ordered[-1] - ordered[0]).days + 1 if ordered else 0)

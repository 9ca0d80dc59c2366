"""Taking files into a case: everything kept, entered and told."""

import errno
import json
import zipfile
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest
from tomoshibi.aggregator.conditions import Condition
from tomoshibi.casefile import intake, publications
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.intake import tables, take_in
from tomoshibi.tests.published import HEADERS, P1, P2, PROFILE, ROWS, Ear, master_row, write

NAME = "172057_C7_{kind}_{time}.csv"
CONDITION = Condition(
    "personal",
    "172057",
    datetime(2024, 1, 1, 16),
    datetime(2024, 1, 2),
    data_kinds=("outage",),
    specified_contractors=True,
)


@pytest.fixture
def case(tmp_path):
    return Case.create(tmp_path / "case", CaseInfo("演習", datetime(2024, 1, 1, 16, 10), "172057"))


def file(folder, kind, rows=None, time="202401011630", header=None):
    path = folder / NAME.format(kind=PROFILE.file(kind).file_kind, time=time)
    return write(path, header or HEADERS[kind], [ROWS[kind]] if rows is None else rows)


def test_every_kind_goes_to_its_place_and_into_the_ledger(case, tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    files = [write(folder / f"{kind}.csv", HEADERS[kind], [ROWS[kind]]) for kind in HEADERS]
    before = {path: path.read_bytes() for path in files}
    report = take_in(case, files, PROFILE, None, "all", Ear())
    assert report.failed == ()
    assert (report.files, report.rows, report.rejected) == (5, 5, 0)
    assert report.by_kind == dict.fromkeys(HEADERS, 1)
    assert {path: path.read_bytes() for path in files} == before
    assert len(case.readings.meters) == 1
    assert case.master()["name"].tolist() == ["通電 花子"]
    assert case.statistics()["count"].tolist() == [12.0]
    [snapshot] = case.outage_snapshots()
    assert (snapshot.created_at, snapshot.scope, snapshot.condition_id) == (
        datetime(2024, 1, 1, 16, 30),
        "all",
        "byhand",
    )
    personal = {entry.path: entry.personal for entry in case.ledger.entries()}
    assert personal["received/byhand/master.csv"] and personal["readings"] and personal["tables/master"]
    assert not personal["received/byhand/statistics.csv"] and not personal["tables/flow_statistics"]
    for path, flag in personal.items():
        assert (case.folder / path).exists() and isinstance(flag, bool)


def test_everything_in_the_case_that_holds_a_supply_point_is_in_the_ledger_as_personal(case, tmp_path):
    bad = [*ROWS["outage"]]
    bad[0] = "3.1E+20"
    files = [file(tmp_path, "outage", [ROWS["outage"], bad]), file(tmp_path, "reading")]
    take_in(case, files, PROFILE, None, "all", Ear())
    entered = [entry.path for entry in case.ledger.entries() if entry.personal]
    for path in case.folder.rglob("*"):
        if path.is_file() and (P1.encode() in path.read_bytes() or b"3.1E+20" in path.read_bytes()):
            inside = path.relative_to(case.folder).as_posix()
            assert any(inside == place or inside.startswith(place + "/") for place in entered), inside


def test_files_of_a_download_stay_where_they_are(case, tmp_path):
    folder = case.folder / "received" / "C7"
    folder.mkdir(parents=True)
    (folder / "condition.json").write_text(json.dumps(CONDITION.to_wire(PROFILE)), encoding="utf-8")
    take_in(case, [file(folder, "outage"), folder / "condition.json"], PROFILE, None, "unknown", Ear())
    assert not (case.folder / "received" / "byhand").exists()
    [snapshot] = case.outage_snapshots()
    assert (snapshot.scope, snapshot.condition_id) == ("contractors", "C7")


def test_the_same_name_with_other_content_does_not_overwrite(case, tmp_path):
    one, two = tmp_path / "a", tmp_path / "b"
    one.mkdir()
    two.mkdir()
    first = write(one / "m.csv", HEADERS["master"], [master_row(P1)])
    take_in(case, [first], PROFILE)
    take_in(case, [write(two / "m.csv", HEADERS["master"], [master_row(P2)]), first], PROFILE)
    assert sorted(path.name for path in (case.folder / "received" / "byhand").iterdir()) == ["m(2).csv", "m.csv"]
    assert sorted(case.master()["supply_point"]) == [P1, P2]


# -- ZIP --------------------------------------------------------------------------------------------
def test_every_member_of_a_zip_is_taken_and_none_leaves_its_folder(case, tmp_path):
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        for number, kind in enumerate(("outage", "master", "statistics")):
            stream.write(write(tmp_path / "x.csv", HEADERS[kind], [ROWS[kind]]), "../" * number * 5 + "x.csv")
        stream.writestr("C:\\evil\\readme.txt", "hello")
    progress = Ear()
    report = take_in(case, [archive], PROFILE, None, "all", progress)
    assert report.by_kind == {"outage": 1, "master": 1, "statistics": 1}
    assert [outcome.path.name for outcome in report.failed] == ["readme.txt"]
    inside = case.folder / "received" / "byhand" / "all.zip.unzipped"
    assert sorted(path.name for path in inside.iterdir()) == ["readme.txt", "x(2).csv", "x(3).csv", "x.csv"]
    assert not list(tmp_path.rglob("evil*"))


def test_a_bomb_a_damaged_and_an_empty_zip_are_told_and_the_others_go_on(case, tmp_path, monkeypatch):
    from tomoshibi.casefile.intake import unpack

    monkeypatch.setattr(unpack, "LARGE", 1 << 20)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as stream:
        stream.writestr("a.csv", b"0" * (4 << 20))
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    with zipfile.ZipFile(tmp_path / "damaged.zip", "w", zipfile.ZIP_DEFLATED) as stream:
        stream.writestr("a.csv", ",".join(HEADERS["master"]) * 50)
    data = bytearray((tmp_path / "damaged.zip").read_bytes())
    data[60:90] = b"\0" * 30
    (tmp_path / "damaged.zip").write_bytes(bytes(data))
    progress = Ear()
    names = ["bomb.zip", "empty.zip", "damaged.zip"]
    report = take_in(
        case, [*(tmp_path / name for name in names), file(tmp_path, "master")], PROFILE, None, "all", progress
    )
    assert [outcome.path.name for outcome in report.failed] == names
    assert report.files == 1
    assert len(progress.warned) == 3
    assert not list(case.folder.rglob("*.part"))


def zipped(path, *names, content=None):
    """Write a ZIP of equal members by these names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as stream:
        for name in names:
            stream.writestr(name, content or ",".join(HEADERS["master"]) + "\r\n" + ",".join(ROWS["master"]) + "\r\n")
    return path


def unzipped(case, name):
    return sorted(path.name for path in (case.folder / "received" / "byhand" / f"{name}.unzipped").iterdir())


@pytest.mark.slow
def test_many_members_that_unpack_to_gigabytes_together_are_a_bomb(case, tmp_path):
    block = b"0" * (1 << 20)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as stream:
        for number in range(3):
            with stream.open(f"{number}.csv", "w") as member:
                for _ in range(100):
                    member.write(block)
    assert (tmp_path / "bomb.zip").stat().st_size < 1 << 20
    report = take_in(case, [tmp_path / "bomb.zip", file(tmp_path, "master")], PROFILE, None, "all", Ear())
    assert [str(outcome.problem) for outcome in report.failed] == [
        "bomb.zip would unpack to far more than published data can be. It was not unpacked; get it again."
    ]
    assert report.files == 1 and not list(case.folder.rglob("*.unzipped"))


def test_a_zip_may_fill_half_of_the_free_disk_and_no_more(case, tmp_path, monkeypatch):
    from tomoshibi.casefile.intake import unpack

    zipped(tmp_path / "a.zip", "a.csv")
    with zipfile.ZipFile(tmp_path / "a.zip") as stream:
        size = stream.infolist()[0].file_size
    for free, fits in ((2 * size - 1, False), (2 * size, True)):
        monkeypatch.setattr(unpack.shutil, "disk_usage", lambda _, free=free: type("", (), {"free": free}))
        report = take_in(case, [tmp_path / "a.zip"], PROFILE, None, "all", Ear())
        assert (report.files, len(report.failed)) == ((1, 0) if fits else (0, 1))
    assert "no room to unpack a.zip" not in str(report.failed)


def test_a_member_with_a_name_that_is_too_long_is_left_out_alone(case, tmp_path):
    archive = zipped(tmp_path / "a.zip", "a" * 300 + ".csv", "電" * 90 + ".csv", "b.csv")
    report = take_in(case, [archive], PROFILE, None, "all", Ear())
    assert [("too long" in str(outcome.problem)) for outcome in report.failed] == [True, True]
    assert unzipped(case, "a.zip") == ["b.csv"] and report.files == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("CONIN$.csv", "_CONIN$.csv"),
        ("COM¹.csv", "_COM¹.csv"),
        ("nul .csv", "_nul .csv"),
        ("a\u202evsc.exe.csv", "avsc.exe.csv"),
        ("a\x1b[2Jb.csv", "a[2Jb.csv"),
        ("b.csv. . .", "b.csv"),
        ("か\u3099.csv", "が.csv"),
        ("...", "member"),
    ],
)
def test_a_name_that_some_system_refuses_is_kept_under_another_and_said(case, tmp_path, given, kept):
    progress = Ear()
    report = take_in(case, [zipped(tmp_path / "a.zip", given)], PROFILE, None, "all", progress)
    assert unzipped(case, "a.zip") == [kept] and report.files == 1
    assert any(line.endswith(f"is kept as {kept}.") and "\u202e" not in line for line in progress.warned)


@pytest.mark.slow
def test_members_that_are_one_name_on_some_system_stay_two_files(case, tmp_path):
    archive = tmp_path / "a.zip"
    names = ("A.csv", "a.csv", "が.csv", "か\u3099.csv", "ß.csv", "SS.csv")
    with zipfile.ZipFile(archive, "w") as stream:
        for number, name in enumerate(names):
            rows = [HEADERS["master"], master_row(f"{int(P1) + number:022d}")]
            stream.writestr(name, "\r\n".join(map(",".join, rows)))
    take_in(case, [archive], PROFILE, None, "all", Ear())
    kept = unzipped(case, "a.zip")
    assert kept == sorted(["A.csv", "a(2).csv", "が.csv", "が(2).csv", "ß.csv", "SS(2).csv"])
    assert len(case.master()) == len(names)


@pytest.mark.slow
@pytest.mark.parametrize("second", ["m.csv.rejects.csv", "M.CSV.Rejects.CSV"])
def test_a_member_that_is_called_as_our_rejects_of_another_is_not_written_over(case, tmp_path, second):
    archive, point = tmp_path / "a.zip", f"{int(P1) + 1:022d}"
    with zipfile.ZipFile(archive, "w") as stream:
        for name, given in (("m.csv", [P1, "no number"]), (second, [point])):
            rows = [HEADERS["master"], *map(master_row, given)]
            stream.writestr(name, "\r\n".join(map(",".join, rows)))
    for _ in range(2):
        report = take_in(case, [archive], PROFILE, None, "all", Ear())
        assert not report.failed and set(case.master()["supply_point"]) == {P1, point}
    apart = f"{second[:-4]}_{second[-4:]}"
    assert unzipped(case, "a.zip") == sorted(["m.csv", "m.csv.rejects.csv", apart])
    folder = case.folder / "received" / "byhand" / "a.zip.unzipped"
    assert point in (folder / apart).read_text(encoding="utf-8")
    assert "no number" in (folder / "m.csv.rejects.csv").read_text(encoding="utf-8-sig")


def test_a_damaged_or_locked_member_does_not_stop_the_others(case, tmp_path):
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        for number, name in enumerate(("damaged.csv", "locked.csv", "good.csv")):
            rows = [HEADERS["master"], master_row(f"{int(P1) + number:022d}")]
            stream.writestr(name, "\r\n".join(map(",".join, rows)))
        second = stream.infolist()[1].header_offset
    data = bytearray(archive.read_bytes())
    data[80] ^= 1
    # both places that say whether a member is locked
    data[second + 6] |= 1
    listed = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    data[listed + 8] |= 1
    archive.write_bytes(bytes(data))
    report = take_in(case, [archive], PROFILE, None, "all", Ear())
    assert [str(outcome.problem) for outcome in report.failed] == [
        "a.zip: damaged.csv is damaged. Get the ZIP again.",
        "a.zip: locked.csv is locked with a passphrase.",
    ]
    assert unzipped(case, "a.zip") == ["good.csv"] and report.files == 1


# -- unusable files ---------------------------------------------------------------------------------
def test_a_folder_that_cannot_be_written_is_not_called_a_damaged_zip(case, tmp_path, monkeypatch):
    def refused(stream, member, target):
        raise PermissionError(errno.EACCES, "Permission denied", str(target))

    good = file(tmp_path, "master")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(good, good.name)
    monkeypatch.setattr("tomoshibi.casefile.intake.unpack._unpack", refused)
    (outcome,) = take_in(case, [tmp_path / "a.zip"], PROFILE).failed
    assert "Permission denied" in str(outcome.problem) and "damaged" not in str(outcome.problem)


def test_a_file_that_cannot_be_used_is_told_by_name_and_the_others_go_on(case, tmp_path):
    short = write(tmp_path / "short.csv", HEADERS["statistics"][:-1], [ROWS["statistics"][:-1]])
    text = tmp_path / "note.txt"
    text.write_text("hello", encoding="utf-8")
    progress = Ear()
    report = take_in(
        case, [short, text, tmp_path / "gone.csv", file(tmp_path, "master")], PROFILE, None, "all", progress
    )
    assert sorted(outcome.path.name for outcome in report.failed) == ["gone.csv", "note.txt", "short.csv"]
    assert report.files == 1
    assert all(any(name in told for told in progress.warned) for name in ("gone.csv", "note.txt", "short.csv"))


@pytest.mark.parametrize("content", ["", "[]", "header"])
def test_an_empty_publication_is_told_as_such(case, tmp_path, content):
    path = tmp_path / "172057_C7_reading_202401011630.csv"
    path.write_text(",".join(HEADERS["reading"]) + "\r\n" if content == "header" else content, encoding="utf-8")
    progress = Ear()
    report = take_in(case, [path], PROFILE, None, "all", progress)
    assert (report.files, report.rows, report.failed) == (1, 0, ())
    assert len(progress.warned) == 1 and "empty publication" in progress.warned[0]


@pytest.mark.parametrize("content", ["", "[]", "header"])
def test_two_empty_publications_that_were_downloaded_are_two_whatever_their_form(case, content):
    text = ",".join(HEADERS["reading"]) + "\r\n" if content == "header" else content
    received = case.folder / "received"
    paths = [received / condition / f"172057_{condition}_reading_202401011630.csv" for condition in ("C7", "C8")]
    for path in paths:
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    report = take_in(case, paths, PROFILE, None, "all", Ear())
    assert (report.files, report.rows, report.failed, report.duplicates) == (2, 0, (), ())


# -- 通電情報 -------------------------------------------------------------------------------------------
def test_the_scope_is_that_of_the_condition_before_that_of_the_caller(case, tmp_path):
    path = file(tmp_path, "outage")
    for condition, scope in ((CONDITION, "contractors"), (replace(CONDITION, specified_contractors=False), "all")):
        take_in(case, [path], PROFILE, condition, "unknown", Ear())
        assert [snapshot.scope for snapshot in case.outage_snapshots()] == [scope]


@pytest.mark.parametrize("content", ["", "[]", "header"])
def test_nobody_silent_is_a_snapshot_too(case, tmp_path, content):
    path = tmp_path / "172057_C7_outage_202401011630.csv"
    path.write_text(",".join(HEADERS["outage"]) + "\r\n" if content == "header" else content, encoding="utf-8")
    take_in(case, [path], PROFILE, None, "all", Ear())
    [snapshot] = case.outage_snapshots()
    assert (snapshot.created_at, len(snapshot.table)) == (datetime(2024, 1, 1, 16, 30), 0)
    assert "supply_point" in snapshot.table.columns


def test_rows_that_are_all_broken_are_not_nobody_silent(case, tmp_path):
    report = take_in(case, [file(tmp_path, "outage", [["x"] * 6])], PROFILE, None, "all", Ear())
    assert report.rejected == 1
    assert case.outage_snapshots() == []


def test_the_time_of_a_snapshot_is_of_its_rows_else_of_its_name_else_asked_for(case, tmp_path):
    bare = [*ROWS["outage"][:4], "", ""]
    take_in(case, [file(tmp_path, "outage", [bare], "202401020000")], PROFILE, None, "all", Ear())
    take_in(case, [file(tmp_path, "outage", time="202401030000")], PROFILE, None, "all", Ear())
    times = [snapshot.created_at for snapshot in case.outage_snapshots()]
    assert times == [datetime(2024, 1, 1, 16, 30), datetime(2024, 1, 2)]
    progress = Ear()
    bare[0] = P2
    report = take_in(case, [write(tmp_path / "list.csv", HEADERS["outage"], [bare])], PROFILE, None, "all", progress)
    assert len(report.failed) == 1 and "データ作成日" in progress.warned[0]
    take_in(case, [tmp_path / "list.csv"], PROFILE, CONDITION, "all", Ear())
    assert datetime(2024, 1, 1, 16) in [snapshot.created_at for snapshot in case.outage_snapshots()]


def test_parts_of_one_publication_are_one_snapshot(case, tmp_path):
    other = [P2, *ROWS["outage"][1:]]
    parts = [
        write(tmp_path / f"172057_C7_outage_202401011630_00{n}.csv", HEADERS["outage"], rows)
        for n, rows in ((1, [ROWS["outage"]]), (2, [other, ROWS["outage"]]))
    ]
    take_in(case, parts, PROFILE, None, "all", Ear())
    take_in(case, parts[:1], PROFILE, None, "all", Ear())
    [snapshot] = case.outage_snapshots()
    assert sorted(snapshot.table["supply_point"]) == [P1, P2]
    assert (snapshot.table["created_at"] == np.datetime64("2024-01-01T16:30")).all()


# -- tables that grow -------------------------------------------------------------------------------
@pytest.mark.parametrize("newest_first", [False, True])
def test_the_newest_master_wins_with_the_columns_it_has(case, tmp_path, newest_first):
    old = file(
        tmp_path, "master", [master_row(P1, name="旧 名前", lat="37.1", lon="136.1"), master_row(P2, name="電力 太郎")]
    )
    new = file(
        tmp_path,
        "master",
        [[P1, "1", "新 名前"]],
        "202401020000",
        ["供給/受電地点特定番号", "データ種別", "氏名(漢字)"],
    )
    for path in [new, old] if newest_first else [old, new]:
        take_in(case, [path], PROFILE, None, "all", Ear())
    master = case.master().set_index("supply_point")
    assert master["name"].to_dict() == {P1: "新 名前", P2: "電力 太郎"}
    assert master.loc[P1, "lat"] == 37.1 and np.isnan(master.loc[P2, "lat"])
    assert master["flow"].tolist() == [1, 1]


def test_supply_and_export_of_one_point_are_two_rows_of_the_master(case, tmp_path):
    take_in(case, [file(tmp_path, "master", [master_row(P1), master_row(P1, flow="2"), master_row(P1)])], PROFILE)
    assert sorted(case.master()["flow"]) == [1, 2]


@pytest.mark.parametrize("newest_first", [False, True])
def test_statistics_grow_without_doubling_and_the_newest_figure_wins(case, tmp_path, newest_first):
    other = [*ROWS["statistics"]]
    other[7], other[8] = "2", "N/A"
    newer = [*ROWS["statistics"]]
    newer[8] = "14"
    old = file(tmp_path, "statistics", [ROWS["statistics"], other])
    new = file(tmp_path, "statistics", [newer], "202401050000")
    for path in [new, old, old] if newest_first else [old, old, new]:
        take_in(case, [path], PROFILE, None, "all", Ear())
    table = case.statistics().sort_values("energised")
    assert table["count"].tolist()[0] == 14 and np.isnan(table["count"].tolist()[1])
    assert table["masked"].tolist() == [False, True]
    assert table["date"].astype("datetime64[ns]").dt.date.tolist() == [date(2024, 1, 1)] * 2


def figures(day, count="12", unit="2"):
    """A row of statistics of a day, or of the month that begins with it."""
    row = [*ROWS["statistics"]]
    row[1], row[6], row[8] = unit, day, count
    return row


def moments(case):
    return case.statistics()["published_at"].astype("datetime64[ns]").dt.to_pydatetime().tolist()


@pytest.mark.parametrize(
    "rows, clock, known",
    [
        # taken in years later, in a drill or from an archive: the clock of the computer says nothing of them
        ([figures("20240101"), figures("20240103")], datetime(2026, 11, 29, 12), datetime(2024, 1, 4)),
        ([figures("20240101", unit="1")], datetime(2026, 11, 29, 12), datetime(2024, 2, 1)),
        # a day that is not over is known at most as far as it has gone
        ([figures("20240101"), figures("20240103")], datetime(2024, 1, 3, 15), datetime(2024, 1, 3, 15)),
    ],
    ids=["days", "a month", "the day itself"],
)
def test_figures_that_nothing_dates_are_known_when_what_they_count_is_over(
    case, tmp_path, monkeypatch, rows, clock, known
):
    monkeypatch.setattr(tables, "now", lambda: clock)
    ear = Ear()
    take_in(case, [write(tmp_path / "figures.csv", HEADERS["statistics"], rows)], PROFILE, None, "all", ear)
    assert moments(case) == [known] * len(rows)
    assert [f"{known:%Y-%m-%d %H:%M}" in said for said in ear.warned if "figures.csv does not say" in said] == [True]


@pytest.mark.parametrize("told", ["name", "zip", "server"])
def test_figures_are_dated_by_their_name_that_of_their_zip_or_by_the_server(case, tmp_path, told):
    path, ear, published = write(tmp_path / "figures.csv", HEADERS["statistics"], [figures("20240101")]), Ear(), {}
    if told == "name":
        path = path.rename(path.with_name(NAME.format(kind="stat", time="202401051200")))
    elif told == "zip":
        packed = path.with_name("172057_C7_stat_202401051200.zip")
        with zipfile.ZipFile(packed, "w") as archive:
            archive.write(path, path.name)
        path = packed
    else:
        published = {path.name: datetime(2024, 1, 5, 12)}
    take_in(case, [path], PROFILE, None, "all", ear, told=intake.Told(published=published))
    assert moments(case) == [datetime(2024, 1, 5, 12)]
    assert not [said for said in ear.warned if "does not say when" in said]


def test_figures_that_nothing_dates_stand_where_they_are_given_after_dated_ones(case, tmp_path):
    dated = file(tmp_path, "statistics", [figures("20240101")], "202401050000")
    correction = write(tmp_path / "correction.csv", HEADERS["statistics"], [figures("20240101", "13")])
    for path in (dated, correction):
        take_in(case, [path], PROFILE, None, "all", Ear())
    assert case.statistics()["count"].tolist() == [13.0]
    take_in(case, [file(tmp_path, "statistics", [figures("20240101", "14")], "202401060000")], PROFILE)
    assert case.statistics()["count"].tolist() == [14.0]


def test_a_list_of_contractors_brought_by_hand_is_kept(case, tmp_path):
    path = write(tmp_path / "避難所.csv", ["マスタ情報ID"], [["M-1"], ["M-2"]])
    report = take_in(case, [path, path], PROFILE)
    assert report.by_kind == {"contractors": 2} and len(report.duplicates) == 1
    assert case.contractors().values.tolist() == [["M-1", "避難所"], ["M-2", "避難所"]]


class Killed(BaseException):
    """Stands for SIGKILL: nothing of the intake may catch it."""


@pytest.mark.parametrize("step", ["take_readings", "take_tables"])
def test_an_import_that_dies_on_its_way_lacks_its_files_till_the_next_run_and_ends_the_same(
    case, tmp_path, monkeypatch, step
):
    files = [file(tmp_path, "reading"), file(tmp_path, "outage"), file(tmp_path, "master")]
    undisturbed = Case.create(tmp_path / "undisturbed", case.info)
    take_in(undisturbed, files, PROFILE, None, "all")
    before = getattr(intake, step)

    def dying(*given):
        before(*given)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(intake, step, dying)
        with pytest.raises(Killed):
            take_in(case, files, PROFILE, None, "all")
    between = publications.read(case)
    assert [each.state for each in between] == [publications.State.INCOMPLETE] * 3
    take_in(case, files, PROFILE, None, "all")
    assert publications.read(case) == publications.read(undisturbed)
    assert {each.state for each in publications.read(case)} == {publications.State.UNCHECKED}

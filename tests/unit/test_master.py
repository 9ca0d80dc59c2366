"""マスタ情報 of a case: every meter and customer of a supply point is kept, and the one in force speaks."""

from dataclasses import replace
from datetime import date, datetime
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from tomoshibi.aggregator.profile import MEANINGS
from tomoshibi.analysis import dwellings
from tomoshibi.analysis.contract_life import NO, NOT_KNOWN, YES
from tomoshibi.casefile import contracts, master
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.columns import write_table
from tomoshibi.casefile.completeness import missing
from tomoshibi.casefile.intake import master as taking
from tomoshibi.casefile.intake import take_in
from tomoshibi.casefile.known_meters import known_meters
from tomoshibi.casefile.reading_append import appending
from tomoshibi.messages import TomoshibiError
from tomoshibi.tests.published import HEADERS, P1, P2, PROFILE, Ear, master_row, write

AT = datetime(2026, 1, 19, 5, 46)
OLD = {"meter_id": "M9", "remote_reading": "30分値収取不可", "installed_on": "20100101", "removed_on": "20250501"}
NEW = {"meter_id": "M1", "remote_reading": "30分値収集可 自動検針可", "installed_on": "20250501"}
NAMES = {column.column: column.name for column in PROFILE.file("master").columns}


@pytest.fixture
def case(tmp_path):
    return Case.create(tmp_path / "case", CaseInfo("演習", AT, "172057"))


def publish(case, *rows, time="202601200000", columns=None, progress=None):
    folder = case.folder.parent / "stick"
    folder.mkdir(exist_ok=True)
    header = HEADERS["master"]
    if columns:
        keep = [header.index(NAMES[name]) for name in columns]
        header, rows = [header[place] for place in keep], [[row[place] for place in keep] for row in rows]
    path = write(folder / f"172057_C7_master_{time}.csv", header, rows)
    report = take_in(case, [path], PROFILE, None, "all", progress or Ear())
    assert not report.failed, report.failed[0].problem
    return report


@pytest.mark.parametrize("order", [1, -1])
def test_both_meters_of_an_exchange_are_kept_and_the_one_in_force_speaks(case, order):
    publish(case, *[master_row(**OLD), master_row(**NEW), master_row(P2)][::order])
    assert sorted(case.master_rows()["meter_id"]) == ["", "M1", "M9"]
    now = case.master().set_index("supply_point")
    assert now.loc[P1, "meter_id"] == "M1" and now.loc[P1, "remote_reading"] == "yes" and len(now) == 2
    assert (
        case.master(["meter_id", "supply_point"], datetime(2025, 1, 1)).set_index("supply_point").loc[P1, "meter_id"]
        == "M9"
    )
    assert contracts.readable(case, np.array([P1, P2]), AT).tolist() == [YES, NOT_KNOWN]
    assert contracts.in_service(case, np.array([P1]), AT).tolist() == [YES]
    span = contracts.spans(case, np.array([P1, "0"]))
    assert span.begin[0] == np.datetime64("2010-01-01") and np.isnat(span.end).all() and np.isnat(span.begin[1])


@pytest.mark.parametrize("order", [1, -1])
def test_the_last_day_on_which_a_contract_or_meter_changed_is_of_all_rows_of_a_point(case, order):
    ended = master_row(P2, installed_on="20100101", abolished_on="20260120", renewed_on="20260301")
    publish(case, *[master_row(**OLD), master_row(**NEW), ended][::order])
    last = contracts.last_change(case, np.array([P1, "0", P2]), AT)
    assert last.tolist() == [datetime(2025, 5, 1), None, datetime(2010, 1, 1)]
    later = contracts.last_change(case, np.array([P2]), datetime(2026, 2, 1))
    assert later.tolist() == [datetime(2026, 1, 20)]


def test_where_no_dates_were_published_no_change_is_known(case):
    publish(case, master_row(P1), columns=("supply_point", "flow", "meter_id"))
    assert np.isnat(contracts.last_change(case, np.array([P1]), AT)).all()


@pytest.mark.parametrize("none", ["00010101", "0001/01/01", "18991230", "99991231", "00000000"])
def test_dates_that_mean_none_cost_no_file_no_meter_and_no_warning(case, none):
    progress = Ear()
    ended = master_row(P1, installed_on="20100101", abolished_on=none, removed_on=none)
    publish(case, ended, master_row(P2, installed_on=none), progress=progress)
    assert not progress.warned
    assert contracts.in_service(case, np.array([P1, P2]), AT).tolist() == [YES, YES]


@pytest.mark.parametrize("order", [1, -1])
def test_an_exchange_is_told_by_its_dates_where_the_meters_number_was_not_asked_for(case, order):
    columns = ("supply_point", "flow", "customer_id", "remote_reading", "installed_on", "removed_on")
    rows = [master_row(customer_id="A1", **OLD), master_row(customer_id="A1", **NEW)][::order]
    publish(case, *rows, columns=columns)
    publish(case, *rows, time="202601210000", columns=columns)
    assert len(case.master_rows()) == 2
    assert case.master()["remote_reading"].tolist() == ["yes"]
    assert contracts.in_service(case, np.array([P1]), AT).tolist() == [YES]


@pytest.mark.parametrize("files", list(permutations(range(3))))
def test_publications_of_one_meter_come_together_whatever_their_order(case, files):
    parts = (
        (
            [master_row(P1, meter_id="M1", installed_on="20100101")],
            "202401010000",
            ("supply_point", "meter_id", "installed_on"),
        ),
        ([master_row(P1, customer_id="A1", name="電力 太郎")], "202501010000", ("supply_point", "customer_id", "name")),
        ([master_row(P1, name="通電 花子", meter_id="M1")], "202601010000", ("supply_point", "meter_id", "name")),
    )
    for number in files:
        rows, time, columns = parts[number]
        publish(case, *rows, time=time, columns=columns)
    [row] = case.master_rows().to_dict("records")
    assert (row["meter_id"], row["customer_id"], row["name"]) == ("M1", "A1", "通電 花子")
    assert row["installed_on"] == pd.Timestamp("2010-01-01")


@pytest.mark.parametrize("files", list(permutations(range(3))))
def test_an_end_is_not_lost_to_a_newer_file_without_dates_whatever_the_order(case, files):
    """Of 2024 without an end, of 2025 with one, of 2026 with a name only, neither meter nor customer."""
    dated = ("supply_point", "flow", "meter_id", "installed_on", "removed_on")
    parts = (
        ([master_row(P1, meter_id="M9", installed_on="20100101")], "202401010000", dated),
        ([master_row(P1, **OLD), master_row(P1, **NEW)], "202501010000", dated),
        ([master_row(P1, name="電力 太郎")], "202601010000", ("supply_point", "flow", "name")),
    )
    for number in files:
        rows, time, columns = parts[number]
        publish(case, *rows, time=time, columns=columns)
    rows = case.master_rows().set_index("meter_id")
    assert rows.loc["M9", "removed_on"] == pd.Timestamp("2025-05-01") and pd.isna(rows.loc["M1", "removed_on"])
    assert case.master()["meter_id"].tolist() == ["M1"]


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_file_without_identities_tells_of_the_row_in_force(case, newest_first):
    whole = lambda: publish(case, master_row(**OLD), master_row(**NEW), time="202601010000")  # noqa: E731
    bare = lambda: publish(  # noqa: E731
        case, master_row(P1, name="電力 太郎"), time="202601100000", columns=("supply_point", "flow", "name")
    )
    for take in (bare, whole) if newest_first else (whole, bare):
        take()
    rows = case.master_rows().set_index("meter_id")
    assert rows["name"].to_dict() == {"M9": "", "M1": "電力 太郎"}
    assert rows.loc["M9", "removed_on"] == pd.Timestamp("2025-05-01") and pd.isna(rows.loc["M1", "removed_on"])


@pytest.mark.parametrize("files", list(permutations(range(3))))
def test_a_file_without_identities_tells_of_the_meter_of_its_time_whatever_came_in_first(case, files):
    """A meter until 2025, one until February 2026, one from then on; of 10 January a name alone."""
    dated = ("supply_point", "flow", "meter_id", "installed_on", "removed_on")
    newest = {"meter_id": "M2", "installed_on": "20260201"}
    parts = (
        ([master_row(**OLD), master_row(**NEW)], "202601010000", dated),
        ([master_row(P1, name="電力 太郎")], "202601100000", ("supply_point", "name")),
        ([master_row(**NEW, removed_on="20260201"), master_row(**newest)], "202603010000", dated),
    )
    for number in files:
        rows, time, columns = parts[number]
        publish(case, *rows, time=time, columns=columns)
    rows = case.master_rows().set_index("meter_id")
    assert rows["name"].to_dict() == {"M9": "", "M1": "電力 太郎", "M2": ""}
    ends = {name: None if pd.isna(end) else f"{end:%Y-%m-%d}" for name, end in rows["removed_on"].items()}
    assert ends == {"M9": "2025-05-01", "M1": "2026-02-01", "M2": None}
    in_force = [case.master(["meter_id", "supply_point"], at)["meter_id"].item() for at in (AT, np.datetime64(AT))]
    assert in_force == ["M1", "M1"] and case.master()["meter_id"].tolist() == ["M2"]


def test_a_supply_point_is_not_in_service_between_two_customers(case):
    publish(
        case,
        master_row(P1, customer_id="A1", installed_on="20100101", abolished_on="20240331"),
        master_row(P1, customer_id="A2", installed_on="20100101", renewed_on="20260109"),
    )
    point = np.array([P1])
    for moment, answer in (("2024-03-30", YES), ("2025-06-01", NO), ("2026-01-10", YES)):
        assert contracts.in_service(case, point, np.datetime64(moment)).tolist() == [answer], moment
    assert contracts.tenancy_begin(case, point, AT)[0] == np.datetime64("2026-01-09")
    assert case.master(["customer_id", "abolished_on"])["customer_id"].tolist() == ["A2"]


def test_rows_that_no_file_gave_dates_are_not_known_to_be_in_service(case):
    publish(case, master_row(P1, name="電力 太郎"), time="202601010000", columns=("supply_point", "flow", "name"))
    assert contracts.in_service(case, np.array([P1]), AT).tolist() == [NOT_KNOWN]
    publish(case, master_row(P2), time="202601020000")
    assert contracts.in_service(case, np.array([P1, P2]), AT).tolist() == [NOT_KNOWN, YES]


def test_a_case_of_before_opens_its_codes_and_dates_read_as_ever(case):
    table = pd.DataFrame(
        {
            "supply_point": [P1, P2],
            "flow": np.array([1, 1], np.int8),
            "remote_reading": ["1", "3"],
            "abolished_on": ["", "20240331"],
        }
    )
    write_table(case.folder / "tables" / "master", table)
    assert case.master()["remote_reading"].tolist() == ["yes", "no"]
    assert contracts.in_service(case, np.array([P1, P2]), AT).tolist() == [YES, NO]
    publish(case, master_row(P1, building_class="1"))
    rows = case.master().set_index("supply_point")
    assert rows["building_class"].to_dict() == {P1: "dwelling", P2: ""}
    assert rows["remote_reading"].to_dict() == {P1: "", P2: "no"}
    assert rows.loc[P2, "abolished_on"] == pd.Timestamp("2024-03-31")


# -- codes ----------------------------------------------------------------------------------------
WORDS = {
    "1": "yes",
    "01": "yes",
    "30分値収集可 自動検針可": "yes",
    "30分値収集可・自動検針可": "yes",
    "30分値収集可 自動検針不可": "no",
    "30分値収取不可": "no",
    "未計器": "unmetered",
    "4": "unmetered",
    "": "",
}


@pytest.mark.parametrize(("code", "word"), WORDS.items())
def test_the_manuals_words_and_the_codes_mean_the_same(case, code, word):
    progress = Ear()
    publish(case, master_row(P1, remote_reading=code), progress=progress)
    assert case.master()["remote_reading"].tolist() == [word] and not progress.warned


def test_a_code_that_the_profile_does_not_list_is_named_with_what_to_do(case):
    progress = Ear()
    publish(case, master_row(P1, remote_reading="Z7"), master_row(P2, remote_reading="1"), progress=progress)
    [told] = progress.warned
    assert "Z7" in told and "30分値収集可否・自動検針可否" in told and "“remote_reading”" in told
    assert contracts.readable(case, np.array([P1, P2])).tolist() == [NOT_KNOWN, YES]
    meanings = {**PROFILE.meanings, "remote_reading": {**PROFILE.meanings["remote_reading"], "z7": "yes"}}
    [kept] = (case.folder / "received").rglob("*.csv")
    take_in(case, [kept], replace(PROFILE, meanings=meanings), None, "all", progress)
    assert len(progress.warned) == 1
    assert contracts.readable(case, np.array([P1, P2])).tolist() == [YES, YES]


def test_codes_that_the_readings_contradict_are_doubted(case, tmp_path):
    points = [f"05{number:020d}" for number in range(20)]
    rows = [["A" + "0" * 33, "1", point, "1", "2026011801", "0.2"] for point in points]
    take_in(case, [write(tmp_path / "r.csv", HEADERS["reading"], rows)], PROFILE, None, "all", Ear())
    publish(case, *[master_row(point, remote_reading="1") for point in points])
    assert not any("remote_reading" in str(told) for told in missing(case))
    publish(case, *[master_row(point, remote_reading="2") for point in points], time="202601210000")
    [told] = [str(told) for told in missing(case) if "remote_reading" in str(told)]
    assert told.startswith("20 of the 20 meters")


def test_what_is_no_date_is_told_and_no_end_is_not(case):
    progress = Ear()
    publish(
        case,
        master_row(P1, abolished_on="99999999", installed_on="2010/01/01"),
        master_row(P2, abolished_on="soon", renewed_on="00000000"),
        progress=progress,
    )
    [told] = progress.warned
    assert "1 value(s)" in told and "全廃日" in told
    assert case.master()["abolished_on"].isna().all()


def test_the_words_of_the_analysis_are_those_of_the_profile():
    assert dwellings.WORDS == MEANINGS


# -- what a case says of its contracts ------------------------------------------------------------
def test_dwellings_and_generation_of_a_case(case):
    publish(
        case,
        master_row(P1, building_class="1", customer_id="A1"),
        master_row(P2, building_class="2", customer_id="A2"),
        master_row("0312340567890123456791", flow="2", customer_id="A1"),
        master_row("0312340567890123456792", flow="2", customer_id="A2", abolished_on="20240331"),
    )
    points = np.array([P1, P2, "0"])
    assert contracts.dwellings(case, points).tolist() == [YES, NO, NOT_KNOWN]
    assert contracts.generation(case, points, AT).tolist() == [YES, NO, NOT_KNOWN]


def test_a_roof_that_only_its_place_joins_to_a_home_is_found(case):
    where = {"address": "灯町1-1", "lat": "38.2", "lon": "135.3"}
    publish(
        case,
        master_row(P1, customer_id="A1", name="電力 太郎", **where),
        master_row(P2, customer_id="A2", name="通電 花子", **where),
        master_row("0312340567890123456791", flow="2", customer_id="B9", name="電力 太郎", **where),
    )
    assert contracts.generation(case, np.array([P1, P2]), AT).tolist() == [YES, NO]


@pytest.mark.slow
@pytest.mark.parametrize("columns", [None, ("supply_point", "flow", "lat", "lon"), ("supply_point", "voltage", "name")])
@pytest.mark.parametrize("first", [None, ("supply_point", "flow", "contract_kw", "installed_on")])
def test_a_part_of_other_supply_points_is_added_as_if_all_were_merged(case, monkeypatch, first, columns):
    """Copied to the end of what stands, unseen: what comes of it is what a merge of both gives."""
    several = [master_row(P2, **OLD), master_row(P2, **NEW), master_row("0" * 22, lat="37.1", lon="137.0")]
    tables = []
    for added in (True, False):
        with monkeypatch.context() as patch:
            if not added:
                patch.setattr(taking, "takes_new_points", lambda folder, new: False)
            other = Case.create(case.folder.parent / str(added), case.info)
            publish(other, master_row(P1, name="電力 太郎", contract_kw="3"), columns=first)
            report = publish(other, *several, time="202601210000", columns=columns)
            tables.append((other.master_rows(), other.master(), report.repeated))
    (rows, force, repeated), (all_rows, all_force, all_repeated) = tables
    pd.testing.assert_frame_equal(rows[all_rows.columns], all_rows)
    pd.testing.assert_frame_equal(force[all_force.columns], all_force)
    assert repeated == all_repeated


def test_a_part_that_knows_a_supply_point_is_merged(case):
    publish(case, master_row(P1, name="電力 太郎"))
    publish(case, master_row(P1, name="通電 花子"), master_row(P2), time="202601210000")
    assert case.master().set_index("supply_point")["name"].to_dict() == {P1: "通電 花子", P2: ""}


def test_a_list_that_is_written_anew_while_it_is_read_is_told_and_never_mixed(case, monkeypatch):
    monkeypatch.setattr(master, "PIECE_ROWS", 1)
    publish(case, master_row(), master_row(P2))
    for pieces in (master.pieces_of_all, master.pieces_in_force):
        folder = case.folder / "tables" / "master"
        reading = pieces(folder, ("flow",))
        assert len(next(reading).table) == 1
        publish(case, master_row(P2), master_row(), time="202601210000")
        publish(case, master_row(), master_row(P2), time="202601220000")
        with pytest.raises(TomoshibiError, match="taken in anew while it was read"):
            list(reading)


def test_where_contracts_stand_is_worked_out_once_and_again_when_the_list_or_the_store_changes(case):
    publish(case, master_row())
    first = known_meters(case)
    assert first.row.tolist() == [-1] and known_meters(case) is first
    publish(case, master_row(), master_row(P2), time="202601210000")
    assert known_meters(case).row.tolist() == [-1, -1]
    with appending(case.folder / "readings") as store:
        one = np.array([1], dtype=np.uint8)
        rows = store.register(np.array([P2], dtype="S22"), one, one, np.array([""], dtype="S34"))
        store.append_day(date(2026, 1, 18), [(rows, np.ones((1, 48), dtype=np.int32))])
    assert sorted(known_meters(case).row.tolist()) == [-1, 0]

"""What is hard to believe is used as it is, told with its number, and listed in the case."""

import csv
from datetime import datetime

import numpy as np
import pytest
from tomoshibi.analysis.plausible import far_from_the_others, most_wh_of_contracts
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.intake import take_in
from tomoshibi.casefile.undo import undo_import
from tomoshibi.casefile.verification import verify
from tomoshibi.tests.published import HEADERS, P1, P2, PROFILE, Ear, master_row, write

POWER, FAR = "doubts/contract_power.csv", "doubts/far_places.csv"


@pytest.fixture
def case(tmp_path):
    return Case.create(tmp_path / "case", CaseInfo("演習", datetime(2024, 3, 1, 16, 10), "172057"))


def readings(folder, *kwh, point=P1, flow="1", day="20240229"):
    """A file of half-hours of one meter, from midnight on."""
    rows = [["A" + "0" * 33, flow, point, "1", f"{day}{slot:02d}", each] for slot, each in enumerate(kwh, 1)]
    return write(folder / f"172057_C7_reading_{day}_{point[-2:]}{flow}.csv", HEADERS["reading"], rows)


def master(folder, *rows):
    return write(folder / "172057_C7_master_202403010000.csv", HEADERS["master"], rows)


def listed(case, place):
    with open(case.folder / place, encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))[1:]


def test_a_use_above_four_times_the_contract_keeps_its_value_and_is_told_and_listed(case, tmp_path):
    # 5 kW allow 2.5 kWh a half-hour; four times that is 10
    files = [readings(tmp_path, "10.000", "10.001", "0.2", "99"), master(tmp_path, master_row(contract_kw="5"))]
    progress = Ear()
    report = take_in(case, files, PROFILE, None, "all", progress)
    assert report.rejected == 0
    assert case.readings.day(datetime(2024, 2, 29))[0, :5].tolist() == [10_000, 10_001, 200, 99_000, -1]
    said = [line for line in progress.warned if "contract power" in line]
    assert said == [
        "2 reading(s) of 1 meter(s) are more than 4 times what their contract power allows. They are used as they are "
        f"and listed in {POWER} of the case: ask the utility."
    ]
    assert P1 not in " ".join(progress.warned)
    assert listed(case, POWER) == [
        [P1, "1", "2024-02-29 00:30", "10.001", "10.0"],
        [P1, "1", "2024-02-29 01:30", "99.0", "10.0"],
    ]
    assert verify(case).good


def test_contracts_that_come_after_the_readings_are_held_against_them(case, tmp_path):
    take_in(case, [readings(tmp_path, "30")], PROFILE)
    assert not (case.folder / "doubts").exists()
    progress = Ear()
    take_in(case, [master(tmp_path, master_row(contract_kw="5"))], PROFILE, None, "all", progress)
    assert [line[2] for line in listed(case, POWER)] == ["2024-02-29 00:00"]
    assert any("1 reading(s) of 1 meter(s)" in line for line in progress.warned)


def test_what_a_roof_feeds_in_is_held_against_its_own_contract_and_no_contract_says_nothing(case, tmp_path):
    rows = [
        master_row(contract_kw="1", contract_export_kw="50"),
        master_row(flow="2", contract_kw="1", contract_export_kw="5"),
        master_row(P2, contract_kw="0"),
    ]
    files = [readings(tmp_path, "2"), readings(tmp_path, "20", flow="2"), readings(tmp_path, "90", point=P2)]
    take_in(case, [*files, master(tmp_path, *rows)], PROFILE)
    assert [line[:2] for line in listed(case, POWER)] == [[P1, "2"]]


def test_a_list_of_readings_grows_by_days_and_loses_what_was_set_right(case, tmp_path):
    first, second = readings(tmp_path, "30"), readings(tmp_path, "40", day="20240301")
    take_in(case, [master(tmp_path, master_row(contract_kw="5")), first], PROFILE)
    take_in(case, [second], PROFILE)
    assert [line[2] for line in listed(case, POWER)] == ["2024-02-29 00:00", "2024-03-01 00:00"]
    right = write(tmp_path / "right.csv", HEADERS["reading"], [["A" + "0" * 33, "1", P1, "1", "2024022901", "3"]])
    take_in(case, [right], PROFILE)
    assert [line[2] for line in listed(case, POWER)] == ["2024-03-01 00:00"]
    assert verify(case).good


def test_readings_from_before_the_supply_point_was_there_are_told_and_listed(case, tmp_path):
    rows = [
        master_row(installed_on="20240301"),
        master_row(P2, installed_on="2024-03-01", meter_id="1"),
        master_row(P2, installed_on="", meter_id="2"),
    ]
    files = [readings(tmp_path, "1", "2"), readings(tmp_path, "3", point=P2), readings(tmp_path, "4", day="20240301")]
    progress = Ear()
    report = take_in(case, [*files, master(tmp_path, *rows)], PROFILE, None, "all", progress)
    assert report.rejected == 0
    assert case.readings.day(datetime(2024, 2, 29), case.readings.rows_of([P1]))[0, :2].tolist() == [1000, 2000]
    assert listed(case, "doubts/before_installation.csv") == [[P1, "1", "2024-02-29", "2", "2024-03-01"]]
    assert [line for line in progress.warned if "新設日 of their" in line] == [
        "2 reading(s) of 1 meter(s) are from before 新設日 of their supply point. They are used as they are and listed "
        "in doubts/before_installation.csv of the case: ask the utility."
    ]


def test_a_place_far_from_all_others_is_used_told_and_listed(case, tmp_path):
    near = [master_row(f"{int(P1) + number:022d}", lat=f"37.{number}", lon="136.9") for number in range(5)]
    osaka = master_row(f"{int(P1) + 9:022d}", lat="34.7", lon="135.5")
    nowhere = master_row(f"{int(P1) + 10:022d}")
    progress = Ear()
    report = take_in(case, [master(tmp_path, *near, osaka, nowhere)], PROFILE, None, "all", progress)
    assert report.rejected == 0 and case.master()["lat"].tolist()[5] == 34.7
    assert [line for line in progress.warned if "km" in line] == [
        "1 contract(s) lie more than 100 km from the middle of all others. Their places are used as they are and "
        f"listed in {FAR} of the case: ask the utility."
    ]
    assert listed(case, FAR) == [[osaka[HEADERS["master"].index("供給/受電地点特定番号")], "34.7", "135.5", "299"]]


def test_a_prefectures_case_has_places_far_apart(tmp_path):
    case = Case.create(tmp_path / "case", CaseInfo("演習", datetime(2024, 3, 1), "010006"))
    rows = [master_row(f"01{number:020d}", lat="43.0", lon="141.3") for number in range(5)]
    take_in(case, [master(tmp_path, *rows, master_row("01" + "9" * 20, lat="41.8", lon="140.7"))], PROFILE)
    assert not (case.folder / "doubts").exists()


def test_taking_an_import_back_takes_its_doubts_its_rejects_and_what_was_unpacked_along(case, tmp_path):
    take_in(case, [master(tmp_path, master_row(contract_kw="5"))], PROFILE)
    bad = write(
        tmp_path / "172057_C7_reading_202402292359.csv",
        HEADERS["reading"],
        [["A" + "0" * 33, "1", P1, "1", "2024022901", "30"], ["A" + "0" * 33, "1", "12", "1", "2024022901", "0.2"]],
    )
    take_in(case, [bad], PROFILE)
    assert listed(case, POWER) and len(list((case.folder / "received").rglob("*.rejects.csv"))) == 1
    undo_import(case, "", PROFILE)
    assert not list((case.folder / "received").rglob("*reading*")) and not (case.folder / POWER).exists()
    assert not verify(case).missing and not verify(case).changed


@pytest.mark.parametrize("kw, wh", [(5, 10_000), (0.1, 200), (0, np.inf), (np.nan, np.inf), (-3, np.inf)])
def test_a_contract_allows_half_its_power_in_half_an_hour_and_four_times_that_is_told(kw, wh):
    assert most_wh_of_contracts(np.array([kw])).tolist() == pytest.approx([wh])


def test_of_few_places_or_those_without_one_none_is_far():
    lat, lon = np.array([37.0] * 3 + [30.0]), np.full(4, 136.0)
    assert np.isnan(far_from_the_others(lat, lon, 100)).all()
    lat, lon = np.array([37.0] * 4 + [np.nan, 38.0]), np.full(6, 136.0)
    found = far_from_the_others(lat, lon, 100)
    assert np.isnan(found[:5]).all() and found[5] == pytest.approx(111.2)

"""Logs of the B-route: decoded by the APPENDIX, and never more said than the meter said."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis.facilities import PointRules, point_states
from tomoshibi.casefile import broute, case_arrays
from tomoshibi.casefile.broute import HIGH, LOW, BRouteError, History, Stamped, decode, read_log
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.columns import write_table
from tomoshibi.messages import Progress

POINT = "05" + "1" * 20
AT = datetime(2026, 1, 19, 12)


@pytest.mark.parametrize(
    ("meter_class", "epc", "edt", "expected"),
    [
        # 0x0288: the ranges of the APPENDIX at their ends, and what lies beyond them
        (LOW, "D3", "00000001", 1),
        (LOW, "D3", "000F423F", 999_999),
        (LOW, "D3", "000F4240", None),
        (LOW, "E0", "00000000", 0),
        (LOW, "E0", "05F5E0FF", 99_999_999),
        (LOW, "E0", "05F5E100", None),
        (LOW, "E0", "FFFFFFFE", None),
        *[(LOW, "E1", f"{code:02X}", 10.0**-code) for code in range(5)],
        *[(LOW, "E1", f"{code:02X}", 10.0 ** (code - 9)) for code in range(10, 14)],
        (LOW, "E1", "05", None),
        (LOW, "E7", "000001F8", 504),
        (LOW, "E7", "0x000001f8", 504),
        (LOW, "E7", "FFFFFFF6", -10),
        (LOW, "E7", "00000000", 0),
        (LOW, "E7", "80000001", -2_147_483_647),
        (LOW, "E7", "7FFFFFFD", 2_147_483_645),
        (LOW, "E7", "7FFFFFFE", None),
        (LOW, "E7", "7FFFFFFF", None),
        (LOW, "E7", "80000000", None),
        (LOW, "E8", "00190032", (2.5, 5.0)),
        (LOW, "E8", "00197FFE", (2.5, None)),
        (LOW, "E8", "80017FFD", (-3276.7, 3276.5)),
        (LOW, "E8", "80007FFF", (None, None)),
        (LOW, "EA", "07EA0113071E0000003039", Stamped(datetime(2026, 1, 19, 7, 30), 12345)),
        (LOW, "EA", "07EA0113071E00FFFFFFFE", Stamped(datetime(2026, 1, 19, 7, 30), None)),
        (LOW, "EA", "FFFFFFFFFFFFFF00003039", Stamped(None, 12345)),
        # 0x028A
        (HIGH, "D3", "00000078", 120),
        *[(HIGH, "D4", f"{code:02X}", 10.0**-code) for code in range(4)],
        (HIGH, "D4", "0A", None),
        (HIGH, "E2", "07EA0113072D0F00003039", Stamped(datetime(2026, 1, 19, 7, 45, 15), 12345)),
        (HIGH, "E3", "07EA0113071E00FFFFFFFE", Stamped(datetime(2026, 1, 19, 7, 30), None)),
        (HIGH, "E6", "0A", 10.0),
    ],
)
def test_every_property_is_read_as_the_appendix_says(meter_class, epc, edt, expected):
    found = decode(meter_class, epc, edt)
    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize(("epc", "edt"), [("E7", "01F8"), ("E0", "zz"), ("E0", ""), ("E1", "0000"), ("EA", "00" * 10)])
def test_data_of_another_length_or_no_hexadecimal_text_are_refused(epc, edt):
    with pytest.raises(ValueError):
        decode(LOW, epc, edt)


def test_a_history_of_the_high_voltage_class_is_not_taken_for_power():
    with pytest.raises(ValueError):
        decode(HIGH, "E7", "000001F8")
    assert decode(HIGH, "E7", "0001" + "00003039" * 48) == History(1, (12345,) * 48)
    assert decode(LOW, "E2", "00FF" + "FFFFFFFE" * 48) == History(None, (None,) * 48)


@pytest.mark.parametrize(("meter_class", "epc", "scale"), [(LOW, "E2", "E1"), (HIGH, "E7", "E6")])
def test_the_history_of_a_day_proves_when_the_meter_last_counted(tmp_path, meter_class, epc, scale):
    known = "".join(f"{1000 + slot:08X}" for slot in range(15)) + "FFFFFFFE" * 33
    text = f"time,D3,D4,{scale},{epc}\n2026-01-19 07:20:00,00000001,00,01,0000{known}\n"
    found = log(tmp_path, text, meter_class).table.iloc[0]
    assert found["seen_at"] == pd.Timestamp("2026-01-19 07:00") and found["fixed_kwh"] == pytest.approx(101.4)
    day_before = log(tmp_path, text.replace(f"0000{known}", "0001" + "000003E8" * 48), meter_class).table.iloc[0]
    assert day_before["seen_at"] == pd.Timestamp("2026-01-18 23:30")


def test_registers_in_decimals_give_no_energy_but_the_answers_count(tmp_path):
    lines = [f"2026-01-19 07:{minute:02d}:00,{12340 + minute:08d},01,00000504" for minute in range(20)]
    found = log(tmp_path, "time,E0,E1,E7\n" + "\n".join(lines))
    assert found.decimal and found.table["energy_kwh"].isna().all() and found.table["power_w"].isna().all()
    assert found.table["seen_at"].notna().all()
    hexadecimal = [f"2026-01-19 07:{minute:02d}:00,{12340 + minute:08X},01,000001F8" for minute in range(20)]
    assert not log(tmp_path, "time,E0,E1,E7\n" + "\n".join(hexadecimal)).decimal


def test_a_log_read_as_the_other_class_takes_no_evidence_away(tmp_path):
    case = Case.create(tmp_path / "case", CaseInfo("訓練", datetime(2026, 1, 19, 5, 46), "991023", practice=True))
    broute.keep(case, POINT, [log(tmp_path, WIDE)], Progress())
    before = broute.stored(case)
    with pytest.raises(BRouteError, match="Choose the other class"):
        log(tmp_path, WIDE, HIGH)
    blank = log(tmp_path, WIDE)
    emptied = blank.table.assign(seen_at=pd.NaT, energy_kwh=np.nan, power_w=np.nan)
    broute.keep(case, POINT, [broute.Log(emptied, 2, ())], Progress())
    pd.testing.assert_frame_equal(broute.stored(case), before)


@given(st.integers(-0x80000000, 0x7FFFFFFF))
def test_power_is_the_signed_number_or_unknown(value):
    found = decode(LOW, "E7", value.to_bytes(4, "big", signed=True).hex())
    assert found == value or (found is None and not -0x7FFFFFFF <= value <= 0x7FFFFFFD)


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)), st.integers(0, 99_999_999))
def test_times_and_registers_round_trip(moment, digits):
    moment = moment.replace(microsecond=0)
    edt = f"{moment.year:04X}{moment.month:02X}{moment.day:02X}{moment.hour:02X}{moment.minute:02X}{moment.second:02X}"
    assert decode(LOW, "EA", f"{edt}{digits:08X}") == Stamped(moment, digits)


def log(tmp_path, text, meter_class=LOW, name="log.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return read_log(path, meter_class)


WIDE = """time,E0,E1,D3,E7,E8,EA
2026-01-19 07:00:00,00003039,01,00000001,000001F8,00190032,07EA0113070000000003E8
2026-01-19 07:01:00,0000303A,,,7FFFFFFE,7FFE7FFE,
"""


def same(one, other):
    pd.testing.assert_frame_equal(one.table, other.table)


def test_the_ways_in_which_loggers_write_give_the_same_table(tmp_path):
    wide = log(tmp_path, WIDE)
    first = wide.table.iloc[0]
    assert (first["energy_kwh"], first["power_w"], first["current_r_a"], first["current_t_a"]) == (1234.5, 504, 2.5, 5)
    assert first["fixed_at"] == pd.Timestamp("2026-01-19 07:00") and first["fixed_kwh"] == 100.0
    second = wide.table.iloc[1]
    assert second["energy_kwh"] == 1234.6 and np.isnan(second[["power_w", "current_r_a"]].astype(float)).all()
    same(wide, log(tmp_path, "\ufeff" + WIDE.replace("-", "/").replace("\n", "\r\n"), name="bom.csv"))
    heads, *rows = [line.split(",") for line in WIDE.splitlines()]
    pairs = [(row[0], epc, edt) for row in rows for epc, edt in zip(heads[1:], row[1:]) if edt]
    same(wide, log(tmp_path, "time,epc,edt\n" + "\n".join(",".join(pair) for pair in pairs), name="long.csv"))
    zoned = "\n".join(
        json.dumps({"time": row[0].replace(" ", "T") + "+09:00", "EOJ": "028801", **dict(zip(heads[1:], row[1:]))})
        for row in rows
    )
    same(wide, log(tmp_path, zoned, HIGH, "wide.jsonl"))
    raw = "\n".join(
        json.dumps(
            {
                "time": row[0],
                "8D": "0123456789AB",
                "raw_data": [{"EPC": epc, "PDC": 1, "EDT": edt} for epc, edt in zip(heads[1:], row[1:]) if edt],
            }
        )
        for row in reversed(rows)
    )
    same(wide, log(tmp_path, raw, name="raw.jsonl"))


def test_without_its_unit_an_energy_is_unknown_but_the_meter_did_answer(tmp_path):
    found = log(tmp_path, "time,E0\n2026-01-19 07:00:00,00003039\n").table.iloc[0]
    assert np.isnan(found["energy_kwh"]) and found["seen_at"] == pd.Timestamp("2026-01-19 07:00")


def test_values_that_are_missing_are_no_sign_of_power(tmp_path):
    text = "time,E0,E1,E7,E8,EA\n2026-01-19 07:00:00,FFFFFFFE,01,7FFFFFFE,7FFE7FFE,07EA0113070000FFFFFFFE\n"
    found = log(tmp_path, text).table.iloc[0]
    assert pd.isna(found["seen_at"]) and pd.isna(found["fixed_at"]) and np.isnan(found["energy_kwh"])


def test_a_register_of_a_fixed_time_counts_for_its_own_time_and_a_later_clock_for_nothing(tmp_path):
    found = log(tmp_path, "time,EA\n2026-01-19 07:20:00,07EA0113070000000003E8\n").table.iloc[0]
    assert found["seen_at"] == pd.Timestamp("2026-01-19 07:00")
    for wrong in ("07EA011308000000", "0001011307000000", "FFFFFFFFFFFFFF00"):
        text = f"time,EA\n2026-01-19 07:20:00,{wrong}0003E8\n"
        assert pd.isna(log(tmp_path, text).table.iloc[0]["seen_at"]), wrong


def test_lines_of_a_logger_whose_clock_was_not_set_are_left_out(tmp_path):
    found = log(tmp_path, WIDE + "1970-01-01 00:00:10,00003039,01,,,,\n")
    assert found.rejected == (4,) and found.rows == 2


def test_high_voltage_registers_are_multiplied_by_coefficient_factor_and_unit(tmp_path):
    text = "time,D3,D4,E6,E2,E7\n2026-01-19 07:46:00,00000078,01,0A,07EA0113072D0F00003039,00\n"
    found = log(tmp_path, text, HIGH).table.iloc[0]
    assert found["fixed_kwh"] == pytest.approx(12345 * 120 * 0.1 * 10)
    assert found["seen_at"] == pd.Timestamp("2026-01-19 07:45:15") and np.isnan(found["power_w"])
    without = log(tmp_path, text.replace("D4", "XX"), HIGH).table.iloc[0]
    assert np.isnan(without["fixed_kwh"]) and without["seen_at"] == pd.Timestamp("2026-01-19 07:45:15")


def test_lines_that_cannot_be_read_are_named_by_number_without_what_they_hold(tmp_path):
    found = log(tmp_path, WIDE + "yesterday,00,,,,,\n2026-01-19 07:02:00,通電 花子,,,,,\n")
    assert found.rejected == (4, 5) and found.rows == 2
    said = str(broute.told_rejected("log.csv", found))
    assert "4, 5" in said and "花子" not in said and "yesterday" not in said
    assert broute.told_rejected("log.csv", log(tmp_path, WIDE)) is None


def test_a_quotation_mark_that_is_never_closed_costs_its_own_line_only(tmp_path):
    found = log(tmp_path, WIDE + '2026-01-19 07:02:00,"' + "0" * 200_000)
    assert found.rows == 2 and len(found.rejected) == 1


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "{}\n[]\n", "{broken", "time,E7\n2026-01-19 07:00:00,\n"])
def test_a_file_without_a_usable_line_is_refused(tmp_path, text):
    with pytest.raises(BRouteError, match=r"log\.csv holds no line"):
        log(tmp_path, text)


def test_two_classes_in_one_log_are_refused(tmp_path):
    lines = "time,eoj,D3\n2026-01-19 07:00:00,0x028801,00000001\n2026-01-19 07:01:00,028A01,00000001\n"
    with pytest.raises(BRouteError, match="two classes"):
        log(tmp_path, lines)


@pytest.fixture
def case(tmp_path):
    made = Case.create(tmp_path / "case", CaseInfo("訓練", datetime(2026, 1, 19, 4), "990001"))
    master = pd.DataFrame({"supply_point": [POINT], "flow": np.array([1], np.int8), "remote_reading": ["1"]})
    write_table(made.folder / "tables" / "master", master)
    return made


def test_what_is_kept_is_kept_once_and_by_meter(case, tmp_path):
    read = log(tmp_path, WIDE)
    assert broute.keep(case, POINT, [read], Progress()) == broute.keep(case, POINT, [read, read], Progress()) == 2
    assert broute.keep(case, "0" * 22, [read], Progress()) == 2 and len(broute.stored(case)) == 4
    found = broute.stored(case)
    assert tuple(found.columns) == broute.COLUMNS
    mine = found[found["supply_point"] == POINT].reset_index(drop=True)
    assert mine["energy_kwh"].tolist() == [1234.5, 1234.6] and np.isnan(mine["power_w"].iloc[1])
    with pytest.raises(BRouteError, match="22 digits"):
        broute.keep(case, POINT[:-1], [read], Progress())


def test_only_what_was_measured_until_the_moment_is_seen(case, tmp_path):
    numbers = np.array([POINT, "0" * 22])
    assert np.isnat(broute.last_seen(case, numbers)).all()
    broute.keep(case, POINT, [log(tmp_path, WIDE)], Progress())
    assert broute.last_seen(case, numbers, datetime(2026, 1, 19, 7, 0, 30))[0] == np.datetime64("2026-01-19T07:00:00")
    assert np.isnat(broute.last_seen(case, numbers, datetime(2026, 1, 19, 6, 59))).all()
    assert broute.last_seen(case, numbers)[0] == np.datetime64("2026-01-19T07:01:00")
    assert np.isnat(broute.last_seen(case, numbers)[1])
    assert case_arrays.newest_of(case, numbers) == datetime(2026, 1, 19, 7, 1)
    table = case_arrays.supply_points(case, np.array([POINT]), AT)
    assert table["broute_at"].iloc[0] == pd.Timestamp("2026-01-19 07:01")


def hours(number):
    return pd.NaT if number is None else AT - timedelta(hours=number)


def state(seen, last=None, until=None, snapshot=None, listed=False, at=AT):
    """State of a meter from the hours before `at` of each kind of evidence."""
    points = pd.DataFrame(
        {
            "supply_point": [POINT],
            "flow": [1],
            "listed": [listed],
            "in_scope": pd.array([True if snapshot is not None else None], dtype="boolean"),
            "snapshot_at": [hours(snapshot)],
            "reads_remotely": pd.array([True], dtype="boolean"),
            "last_reading": [hours(last)],
            "readings_until": [hours(until)],
            "silent_before": [False],
            "in_master": [True],
            "broute_at": [hours(seen)],
            **{name: [AT - timedelta(hours=30)] for name in ("first_event", "event_begin", "event_over")},
        }
    )
    return point_states(points, at, PointRules())[POINT]


def test_the_freshest_measurement_on_the_spot_means_power_at_that_time():
    for others in (
        {},
        {"last": 0.5 + 9, "until": 9},
        {"last": 9, "until": 3},
        {"snapshot": 5, "listed": True},
        {"last": 4, "until": 1.5},
    ):
        found = state(seen=1, **others)
        assert (found.state, found.as_of) == ("powered", np.datetime64(hours(1), "s")), others
        assert "B-route reading of 2026-01-19 11:00" in str(found.reason)


@pytest.mark.parametrize("others", [{}, {"until": 0}, {"last": 9, "until": 0}, {"snapshot": 2, "listed": True}])
def test_a_log_that_stops_makes_a_state_unknown_never_an_outage(others):
    assert state(seen=5, **others).state == "unknown"


def test_what_was_measured_long_before_the_moment_says_nothing_about_it():
    found = state(seen=2)
    assert found.state == "unknown" and "nothing certain since" in str(found.reason)


def test_later_evidence_of_the_usual_kind_stands():
    assert state(seen=9, last=9.5, until=0).state == "outage", "both fell silent together"
    assert state(seen=9, last=0.5, until=0).state == "powered"
    assert state(seen=20, snapshot=2, listed=True).state == "outage", "the list's twelve hours began after it"
    assert state(seen=None, last=9, until=0).state == "outage"

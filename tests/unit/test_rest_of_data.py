"""The rest of what the manual names: figures of the month, 計器数分析, and what the next meters tell of themselves."""

import json
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from tomoshibi.aggregator.profile import CODES, SHIPPED, Profile, number_of
from tomoshibi.aggregator.readers import recognise
from tomoshibi.casefile import events_log
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.intake import take_in
from tomoshibi.tests.published import HEADERS, P1, P2, PROFILE, ROWS, Ear, write

EVENT = datetime(2026, 1, 19, 5, 46)
MONTH = ("月間電力量全量", "次回検針日")
MONTHLY = [column.name for column in PROFILE.file("monthly").columns]
METERS = [column.name for column in PROFILE.file("meter_statistics").columns]
EVENTS = [column.name for column in PROFILE.file("meter_event").columns]
CUSTOMER = "A" + "0" * 33


@pytest.fixture
def case(tmp_path):
    return Case.create(tmp_path / "case", CaseInfo("演習", EVENT, "172057"))


def taken(case, path, progress=None):
    report = take_in(case, [path], PROFILE, None, "all", progress or Ear())
    assert not report.failed, [str(outcome.problem) for outcome in report.failed]
    return report


# -- months ---------------------------------------------------------------------------------------
def test_figures_of_the_month_come_in_files_of_their_own(case, tmp_path):
    rows = [[CUSTOMER, "1", P1, "1", "312.4", "20260210", "20260115", "0105"], [CUSTOMER, "1", P2, "1", "", "", "", ""]]
    path = write(tmp_path / "172057_C7_reading_202601150130.csv", MONTHLY, rows)
    assert recognise(path, PROFILE) == "monthly"
    report = taken(case, path)
    assert report.by_kind == {"monthly": 2} and report.rejected == 1, "a row without its figure says nothing"
    [row] = case.monthly().to_dict("records")
    assert (row["supply_point"], row["flow"], row["kwh"]) == (P1, 1, 312.4)
    assert row["next_reading_on"] == pd.Timestamp("2026-02-10") and pd.isna(row["month"])
    assert row["created_at"] == pd.Timestamp("2026-01-15 01:05")


@pytest.mark.parametrize("form", ["csv", "json"])
def test_figures_of_the_month_beside_half_hours_are_kept_once_and_the_half_hours_too(case, tmp_path, form):
    header = [*HEADERS["reading"], *MONTH]
    rows = [
        [CUSTOMER, "1", point, "1", f"202512{day:02d}{slot:02d}", "0.2", total, following]
        for point, total, following in ((P1, "312.4", "20260110"), (P2, "", ""))
        for day in (30, 31)
        for slot in range(1, 49)
    ]
    path = tmp_path / f"172057_C7_reading_202601120130.{form}"
    if form == "csv":
        write(path, header, rows)
    else:
        path.write_text(json.dumps([dict(zip(header, row)) for row in rows], ensure_ascii=False), encoding="utf-8")
    assert recognise(path, PROFILE) == "reading"
    progress = Ear()
    report = taken(case, path, progress)
    assert report.by_kind == {"reading": 192} and not progress.warned, progress.warned
    assert (case.readings.window(np.datetime64("2025-12-30"), np.datetime64("2026-01-01")) == 200).all()
    [row] = case.monthly().to_dict("records")
    assert (row["supply_point"], row["kwh"], row["month"]) == (P1, 312.4, pd.Timestamp("2025-12-01"))
    assert any(entry.path == "tables/monthly" and entry.personal for entry in case.ledger.entries())


def test_the_newest_figure_of_a_month_stands_whatever_came_first(case, tmp_path):
    for time, figure in (("202602010000", "300.0"), ("202601150000", "290.0")):
        rows = [[CUSTOMER, "1", P1, "1", figure, "20260210", "", ""]]
        taken(case, write(tmp_path / f"172057_C7_reading_{time}.csv", MONTHLY, rows))
    assert case.monthly()["kwh"].tolist() == [300.0]


def test_months_whose_figures_cannot_be_read_are_told_and_the_half_hours_stay(case, tmp_path):
    rows = [[*ROWS["reading"], "many", "20260110"]]
    path = write(tmp_path / "a.csv", [*HEADERS["reading"], *MONTH], rows)
    progress = Ear()
    taken(case, path, progress)
    assert len(case.monthly()) == 0 and len(case.readings.meters) == 1
    assert any("月間電力量全量" in told for told in progress.warned)


@pytest.mark.parametrize("code", ["0001010101", "1899123001", "9999123148"])
def test_a_figure_beside_a_code_of_no_month_is_kept_without_one_and_the_others_with_theirs(case, tmp_path, code):
    rows = [[CUSTOMER, "1", point, "1", at, "0.2", "312.4", ""] for point, at in ((P1, "2025123001"), (P2, code))]
    taken(case, write(tmp_path / "172057_C7_reading_202601120130.csv", [*HEADERS["reading"], *MONTH], rows))
    months = case.monthly().set_index("supply_point")["month"]
    assert months[P1] == pd.Timestamp("2025-12-01") and pd.isna(months[P2])


# -- 計器数分析 --------------------------------------------------------------------------------------
def test_how_many_meters_there_are_is_kept_apart_from_who_had_power_and_from_energy(case, tmp_path):
    forward = ["1", "2", "3", "2", "", "56362714", "20260118", "3kW以上10kW未満", "120"]
    path = write(
        tmp_path / "bare.csv", [name for name in METERS if name != "契約電力区分"], [forward[:7] + forward[8:]]
    )
    assert recognise(path, PROFILE) == "meter_statistics"
    taken(case, path)
    reverse = ["1", "2", "4", "2", "", "56362714", "20260118", "3kW以上10kW未満", "9", ""]
    energy = ["1", "2", "1", "2", "", "56362714", "20260118", "3kW以上10kW未満", "120", "3456.5"]
    taken(case, write(tmp_path / "mixed.csv", HEADERS["flow_statistics"], [reverse, energy]))
    found = case.meter_statistics().sort_values("table_kind")
    names = ("meters_forward", "meters_reverse")
    assert found["table_kind"].tolist() == [number_of("table", name) for name in names]
    assert found["meters"].tolist() == [120.0, 9.0] and "kwh" not in found
    assert case.flow_statistics()["kwh"].tolist() == [3456.5] and len(case.statistics()) == 0


# -- events of meters -----------------------------------------------------------------------------
def event(point, kind, moment):
    code = PROFILE.code("meter_event", kind)
    return [point, "M1", code, f"{moment:%Y%m%d}", f"{moment:%H%M}"]


def test_what_meters_tell_of_themselves_is_known_by_the_moment_asked_for(case, tmp_path):
    first, back, asked = datetime(2026, 1, 19, 5, 46), datetime(2026, 1, 19, 9, 3), datetime(2026, 1, 19, 9, 30)
    rows = [
        event(P1, "power_lost", datetime(2025, 12, 1, 3)),
        event(P1, "power_lost", first),
        event(P1, "power_back", back),
        event(P2, "answered", asked),
        event(P2, "answered", datetime(2026, 1, 20)),
    ]
    path = write(tmp_path / "172057_C7_outage_202601191000.csv", EVENTS, rows)
    assert recognise(path, PROFILE) == "meter_event"
    progress = Ear()
    assert taken(case, path, progress).by_kind == {"meter_event": 5}
    assert len(progress.warned) == 1 and "1 event(s)" in progress.warned[0], "one is of after the publication"
    taken(case, path)
    assert len(events_log.events(case)) == 4
    points = np.array([P2, P1, "0"])
    found = events_log.last_events(case, points, datetime(2026, 1, 19, 12))
    assert found["power_lost_at"].tolist() == [pd.NaT, pd.Timestamp(first), pd.NaT]
    assert found["power_back_at"].tolist() == [pd.NaT, pd.Timestamp(back), pd.NaT]
    assert found["answered_at"].tolist() == [pd.Timestamp(asked), pd.NaT, pd.NaT]
    before = events_log.last_events(case, points, datetime(2026, 1, 19, 9, 45))
    assert before.isna().all().all(), "nothing of it had been published by then"


def test_a_case_without_events_knows_of_none(case):
    found = events_log.last_events(case, np.array([P1]), EVENT)
    assert list(found.columns) == list(events_log.KINDS) and found.isna().all().all()
    assert tuple(events_log.KINDS.values()) == CODES["meter_event"]


def test_a_profile_of_before_reads_them_as_the_shipped_one(tmp_path):
    raw = json.loads(SHIPPED.read_text(encoding="utf-8"))
    for kind in ("monthly", "meter_statistics", "meter_event"):
        del raw["files"][kind]
    del raw["codes"]["meter_event"], raw["meanings"]
    before = Profile.of(raw)
    assert before.file("meter_event") == PROFILE.file("meter_event") and before.meanings == PROFILE.meanings

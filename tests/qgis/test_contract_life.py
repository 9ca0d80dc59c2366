"""Contracts that ended, began or changed hands, through the maps: in no denominator, no silence, and still listed."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tomoshibi.aggregator.profile import CODES
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.intake import take_in
from tomoshibi.messages import Progress
from tomoshibi.tests.published import HEADERS, PROFILE, master_row, write
from tomoshibi.tests.qgis.tables import rows

EVENT = datetime(2026, 1, 19, 5, 46)
FIRST, END = datetime(2026, 1, 16), datetime(2026, 1, 19, 20)
LATER = datetime(2026, 1, 19, 21, 30)
"""After all that was published."""
HALF = timedelta(minutes=30)
LIVING, ENDED, LEFT, LATE = range(100), range(100, 180), range(180, 200), range(200, 220)
"""In service throughout; ended the day before the event; ended on its day; begun after it."""
SHELTER, EXCHANGED, LAMP, STRANGE, UNREADABLE = 900, 901, 902, 903, 904
WORDS = {"yes": "30分値収集可 自動検針可", "no": "30分値収取不可", "unmetered": "未計器"}


def point(number: int) -> str:
    return f"05{number:020d}"


def readings(numbers, begin: datetime, end: datetime) -> list[list[str]]:
    moments = [begin + HALF * n for n in range(int((end - begin) / HALF))]
    codes = [f"{moment:%Y%m%d}{moment.hour * 2 + moment.minute // 30 + 1:02d}" for moment in moments]
    return [["A" + str(n).rjust(33, "0"), "1", point(n), "1", code, "0.2"] for n in numbers for code in codes]


def place_of(number: int) -> tuple[float, float]:
    """Return where a meter stands: every kind of contract among the others."""
    spot = number * 37 % 220
    return 38.2 + spot % 20 * 0.0002, 135.3 + spot // 20 * 0.0002


def areas(path: Path, shapes: list) -> Path:
    """Write one area of several rings."""
    area = {"type": "Feature", "properties": {"area_id": "1", "area_name": "一丁目"}}
    area["geometry"] = {"type": "MultiPolygon", "coordinates": [[ring] for ring in shapes]}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [area]}), encoding="utf-8")
    return path


def square(lat: float, lon: float, half: float) -> list:
    return [[lon + x * half, lat + y * half] for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]


def contract(number: int, **values) -> list[str]:
    lat, lon = place_of(number)
    place = {"lat": f"{lat:.4f}", "lon": f"{lon:.4f}"}
    told = {"meter_id": f"M{number}", "remote_reading": WORDS["yes"], "installed_on": "20100101", **place, **values}
    return master_row(point(number), **told)


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Path:
    """A town in which nobody is without power, and 100 contracts that are over or have not begun."""
    folder = tmp_path_factory.mktemp("town")
    case = Case.create(folder / "case", CaseInfo("訓練", EVENT, "990001", practice=True))
    master = [contract(n) for n in LIVING]
    master += [contract(n, abolished_on="20260118") for n in ENDED]
    master += [contract(n, abolished_on="20260119") for n in LEFT]
    master += [contract(n, installed_on="20260120") for n in LATE]
    master += [
        contract(SHELTER, abolished_on="20240331"),
        contract(EXCHANGED, removed_on="20250501", meter_id="M9", remote_reading=WORDS["no"]),
        contract(EXCHANGED, installed_on="20250501", meter_id="M1"),
        contract(LAMP, remote_reading=WORDS["unmetered"], meter_id=""),
        contract(STRANGE, remote_reading="Z9"),
        contract(UNREADABLE, remote_reading=WORDS["no"]),
    ]
    told = readings(LIVING, FIRST, END)
    told += readings(ENDED, FIRST, datetime(2026, 1, 18))
    told += readings(LEFT, FIRST, datetime(2026, 1, 19, 5, 30))
    told += readings(LATE, FIRST, datetime(2026, 1, 17))
    name = "990001_C1_{}_202601192100.csv"
    files = [
        write(folder / name.format("master"), HEADERS["master"], master),
        write(folder / name.format("reading"), HEADERS["reading"], told),
        write(folder / name.format("outage"), HEADERS["outage"], []),
    ]
    report = take_in(case, files, PROFILE, None, "all", Progress())
    assert not report.failed and not report.rejected
    with open(folder / "facilities.csv", "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["facility_id", "name", "kind", "capacity", "lat", "lon"])
        writer.writerows([n, f"F{n}", "shelter", 100, 38.2, 135.3] for n in range(900, 905))
    with open(case.folder / "contractors" / "links.csv", "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["facility_id", "supply_point"])
        writer.writerows([n, point(n)] for n in range(900, 905))
    areas(folder / "areas.geojson", [square(38.2, 135.3, 0.1)])
    return folder


@pytest.fixture
def made(run, town):
    """Return `made(name, **parameters)`: the rows of an algorithm's result, and its outputs."""

    def of(name, **more):
        found = run(name, {"CASE": str(town / "case"), "OUTPUT": "memory:", **more})
        return rows(found["OUTPUT"]), found

    return of


def since(table):
    """Return the rows of steps that begin after the event."""
    return table[[moment.toPyDateTime() > EVENT for moment in table["begin"]]]


def test_ended_contracts_are_in_no_denominator_of_the_gaps(made, town):
    table, _ = made("acquisitiongaps", AREAS=str(town / "areas.geojson"), STEP_HOURS=3)
    after = since(table)
    assert len(after) and set(after["meters"]) == {100} and after["gap_rate"].eq(0).all()


def test_nobody_is_isolated_because_contracts_ended(made, tmp_path):
    left = areas(tmp_path / "left.geojson", [square(*place_of(n), 0.00005) for n in LEFT])
    _, outputs = made("isolatedcommunities", AREAS=str(left), THRESHOLD=0.3, HOURS=3)
    assert outputs["COUNT"] == 0


def test_homes_that_ended_on_the_day_are_no_hidden_outages(made):
    table, outputs = made("hiddenoutages", HOURS=3)
    assert outputs["COUNT"] == 0 and len(table) == 0


def test_ended_contracts_are_no_silence_over_time(made, town):
    table, _ = made("outagetimeline", AREAS=str(town / "areas.geojson"), STEP_HOURS=3)
    after = since(table[table["evidence"] == "readings"])
    assert len(after) and after["silent"].eq(0).all() and set(after["meters"]) == {100}
    lists = table[table["evidence"] == "outage_list"]
    # 100 homes, the exchanged meter and one of which nobody knows whether it can be read: no lamp, no ended contract
    assert len(lists) and set(lists["meters"]) == {102} and lists["silent"].eq(0).all()


def test_facilities_go_by_the_contract_in_force_and_by_the_words_of_the_manual(made, town):
    table, outputs = made("shelterpower", FACILITIES=str(town / "facilities.csv"), AT=LATER.isoformat())
    found = table.set_index("facility_id")
    state, why = found["state"].to_dict(), found["unknown_reason"].to_dict()
    assert state == {"900": "unknown", "901": "powered", "902": "unknown", "903": "unknown", "904": "unknown"}
    assert why["900"] == "not_in_service"
    assert {why[name] for name in ("902", "903", "904")} == {"not_remote"}
    assert json.loads(outputs["UNKNOWN_BY_REASON"]) == {"not_in_service": 1, "not_remote": 3}


def test_what_meters_tell_of_themselves_decides_before_lists_and_readings(made, run, town, tmp_path):
    shutil.copytree(town / "case", tmp_path / "case")
    code = PROFILE.file("meter_event").column("event").codes
    kind = {name: wire for wire, number in code.items() for name in (CODES["meter_event"][number - 1],)}
    told = [
        [point(UNREADABLE), "", kind["answered"], "20260119", "2040"],
        [point(STRANGE), "", kind["power_lost"], "20260119", "2035"],
        [point(EXCHANGED), "M1", kind["power_lost"], "20260119", "0546"],
        [point(EXCHANGED), "M1", kind["power_back"], "20260119", "2050"],
        [point(SHELTER), "", kind["answered"], "20260119", "2040"],
    ]
    header = [column.name for column in PROFILE.file("meter_event").columns]
    path = write(tmp_path / "990001_C9_outage_202601192110.csv", header, told)
    run("importfiles", {"CASE": str(tmp_path / "case"), "FILES": [str(path)]})
    given = {"FACILITIES": str(town / "facilities.csv"), "AT": LATER.isoformat()}
    table, _ = made("shelterpower", CASE=str(tmp_path / "case"), **given)
    found = table.set_index("facility_id")
    assert found["state"].to_dict() == {
        "900": "unknown", "901": "powered", "902": "unknown", "903": "outage", "904": "powered",
    }  # fmt: skip
    assert found.loc["904", "last_proven"].toPyDateTime() == datetime(2026, 1, 19, 20, 40)
    latest, _ = made("shelterpower", CASE=str(tmp_path / "case"), FACILITIES=given["FACILITIES"])
    assert {moment.toPyDateTime() for moment in latest["as_of"]} == {datetime(2026, 1, 19, 21, 10)}, (
        "the newest that was told of any"
    )
    before, _ = made("shelterpower", CASE=str(tmp_path / "case"), **{**given, "AT": "2026-01-19T21:05:00"})
    assert before.set_index("facility_id")["state"].to_dict()["904"] == "unknown", "it was published at 21:10"

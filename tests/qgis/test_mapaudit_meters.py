"""The audit judges single meters: each neighbour of a late reading and of a hole, with a town of forty meters."""

from __future__ import annotations

import json
import os
import time
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from tomoshibi.analysis import audit
from tomoshibi.casefile import case_arrays, heard, history
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.past_power import PastPower
from tomoshibi.tests.qgis.tables import rows
from tomoshibi.tests.qgis.test_supply_points import EVENT, NUMBERS, Town, at

LATE, DARK, LIT = NUMBERS[:8], NUMBERS[8:16], NUMBERS[16:]
"""Behind a relay that failed with the event; on a line that was out until the evening; with power all along: most."""
FELL, MAP, BACK, END = at("10T05:30"), at("10T12:00"), at("10T20:00"), at("11T12:00")
ADDRESS = {"address_code": "17205"}
ELSEWHERE = {**ADDRESS, "lat": "37.01"}
"""Where the relay is."""


def use(numbers, begin: datetime, end: datetime, kwh: str = "0.2") -> list[tuple]:
    return [(number, begin, end, kwh) for number in numbers]


class Late(Town):
    """A town whose map of noon on the day of the event is held against what came a day later."""

    def __init__(self, run, folder: Path, master: dict | None = None):
        every = {number: [ELSEWHERE if number in LATE else ADDRESS] for number in NUMBERS}
        super().__init__(run, folder, master={**every, **(master or {})})

    def sent(self, spells: list[tuple], published: datetime, part: str = "") -> None:
        """Take in readings: number, begin, end, kWh of each half-hour."""
        from tomoshibi.aggregator.timecode import code_of

        lines = []
        for number, begin, end, kwh in spells:
            slot = begin
            while slot < end:
                lines.append(["A" + number.rjust(33, "0"), "1", number, "1", code_of(slot), kwh])
                slot += timedelta(minutes=30)
        self.take("reading", published, lines, part, COMPLETE="yes")

    def before(self, fell: dict[str, datetime] | None = None, kwh: str = "0.2", of: tuple = ()) -> None:
        """Take in what came up to noon: `fell` when some fell silent instead, `of` who used `kwh` on days before."""
        peace = use([number for number in NUMBERS if number not in of], at("08T00:00"), at("10T00:00"))
        self.sent([*peace, *use(of, at("08T00:00"), at("10T00:00"), kwh)], at("10T02:00"))
        silent = {**dict.fromkeys([*LATE, *DARK], FELL), **(fell or {})}
        self.sent([(one, at("10T00:00"), silent.get(one, MAP), "0.2") for one in NUMBERS], at("10T14:00"))

    def after(self, other: dict[str, list[tuple]] | None = None) -> None:
        """Take in what came by the next day; `other` what some sent instead of what their kind did."""
        usual = {number: use([number], FELL, END) for number in LATE}
        usual.update({number: use([number], BACK, END) for number in DARK})
        usual.update({number: use([number], MAP, END) for number in LIT})
        spells = [spell for each in {**usual, **(other or {})}.values() for spell in each]
        self.sent(spells, at("11T14:00"))

    def show(self, moment: datetime = MAP) -> None:
        self.layer(moment, OUTPUT="[case]/layers.gpkg")

    def judge(self, **more) -> tuple[dict, dict[str, int]]:
        """Return the outputs of the audit, and the counts of the map of noon."""
        own = {name: str(self.folder / f"{name.lower()}.csv") for name in ("FACILITIES", "LINKS")}
        found = self.run("mapaudit", {"CASE": self.case, **own, "OUTPUT": "memory:", **more})
        table = rows(found["OUTPUT"])
        table = table[table["theme"].notna()]
        counts = table[["right", "wrong", "unknown"]].astype(int).to_dict("records")
        return found, (counts[0] if counts else {})


@pytest.fixture
def town(run, tmp_path):
    return lambda **more: Late(run, tmp_path / "town", **more)


def test_those_behind_a_relay_were_called_out_wrongly_and_those_on_a_dark_line_rightly(town):
    made = town()
    made.before()
    made.show()
    made.after()
    found, counts = made.judge()
    assert counts == {"right": 32, "wrong": 8, "unknown": 0}
    assert found["LATE_METERS"] == 8 and found["FAILED_RELAYS"] == 1 and found["WRONG_DARK"] == 0


def test_meters_that_were_exchanged_behind_a_failed_relay_cannot_be_judged(town):
    """A new meter has nothing of the time before it: its hole is no outage."""
    old = {"meter_id": "M0", "removed_on": "20240310", **ELSEWHERE}
    new = {"meter_id": "M1", "installed_on": "20240310", **ELSEWHERE}
    made = town(master={number: [old, new] for number in LATE[:2]})
    made.before()
    made.show()
    made.after({number: use([number], BACK, END) for number in LATE[:2]})
    found, counts = made.judge()
    assert counts == {"right": 32, "wrong": 6, "unknown": 2}
    assert json.loads(found["UNKNOWN_BY_REASON"]) == {"not_back": 2}


def test_a_contract_that_ended_meanwhile_cannot_be_judged_nor_the_next_ones_hole(town):
    gone = {"abolished_on": "20240310", **ADDRESS}
    next_one = {"abolished_on": "20240310", "renewed_on": "20240311", **ADDRESS}
    made = town(master={DARK[0]: [gone], DARK[1]: [next_one]})
    made.before()
    made.show()
    made.after({DARK[0]: [], DARK[1]: use([DARK[1]], at("11T00:00"), END)})
    _, counts = made.judge()
    # the map said nothing of them: their contracts were not in force at noon
    assert counts == {"right": 30, "wrong": 8, "unknown": 2}


def test_half_hours_of_nought_that_come_late_prove_power_only_of_who_had_such_before(town):
    made = town()
    made.before(kwh="0", of=(LATE[1],))
    made.show()
    made.after({number: use([number], FELL, MAP, "0") + use([number], MAP, END) for number in LATE[:2]})
    _, counts = made.judge()
    assert counts == {"right": 32, "wrong": 7, "unknown": 1}


def test_of_what_came_in_part_the_rest_may_come(town):
    made = town()
    made.before()
    made.show()
    # the first hours of what it kept have come, and what it sends by itself
    made.after({one: use([one], FELL, at("10T08:00")) + use([one], BACK, END) for one in LATE[:2]})
    _, counts = made.judge()
    assert counts == {"right": 32, "wrong": 6, "unknown": 2}


def test_who_was_silent_still_when_a_later_map_was_made_was_not_back_by_then(town):
    """The newest of what it kept comes first: its readings from the evening on came on the next day."""
    made = town()
    made.before()
    made.show()
    lit = use(LIT, MAP, at("11T00:00")) + use(DARK, BACK, at("11T00:00"))
    made.sent(lit, at("11T02:00"))
    made.show(at("11T00:00"))
    late = use(LATE[2:], FELL, END) + use(LATE[:2], BACK, END) + use([*DARK, *LIT], at("11T00:00"), END)
    made.sent(late, at("11T14:00"))
    _, counts = made.judge(TO=MAP.isoformat())
    assert counts == {"right": 32, "wrong": 6, "unknown": 2}


def test_of_a_meter_that_fell_silent_alone_nothing_tells_whether_it_was_the_radio(town):
    made = town()
    made.before(fell={DARK[0]: at("10T08:00")})
    made.show()
    made.after()
    _, counts = made.judge()
    assert counts == {"right": 31, "wrong": 8, "unknown": 1}


def test_the_hole_of_who_was_silent_before_the_event_already_is_none_of_it(town):
    made, gone = town(), LIT[:2]
    others = [number for number in NUMBERS if number not in gone]
    made.sent(use(others, at("08T00:00"), at("10T00:00")) + use(gone, at("08T00:00"), at("08T12:00")), at("10T02:00"))
    some = {**dict.fromkeys([*LATE, *DARK], FELL), **dict.fromkeys(gone, at("10T00:00"))}
    made.sent([(one, at("10T00:00"), some.get(one, MAP), "0.2") for one in NUMBERS], at("10T14:00"))
    made.show()
    made.after({number: use([number], BACK, END) for number in gone})
    case = Case.open(Path(made.case))
    meters = case_arrays.meters(case)
    past = PastPower(case, meters, np.full(len(meters.rows), "one"), EVENT, END, END)
    power = dict(zip(meters.supply_point.tolist(), past.power(MAP).tolist()))
    assert {power[number] for number in gone} == {audit.UNKNOWN}
    assert {power[number] for number in DARK} == {audit.DARK}
    assert {power[number] for number in [*LATE, *LIT[2:]]} == {audit.POWERED}


def test_a_map_made_before_the_readings_were_downloaded_is_no_sign_of_a_relay(town):
    made = town()
    made.sent(use(NUMBERS, at("08T00:00"), at("10T00:00")), at("10T02:00"))
    made.show()
    made.sent(use([*LATE, *LIT], at("10T00:00"), END) + use(DARK, at("10T00:00"), FELL), at("11T14:00"))
    found, counts = made.judge()
    assert counts == {"right": 0, "wrong": 0, "unknown": 40}
    assert found["LATE_METERS"] == found["FAILED_RELAYS"] == 0


def test_of_two_maps_of_one_moment_the_last_stands_and_one_deleted_is_judged_no_more(town):
    made = town()
    made.before()
    made.show()
    case = Case.open(Path(made.case))
    (first,) = history.runs(case, "shelterpower")
    made.after()
    made.show()
    found, counts = made.judge()
    # the second was made of what had come late, and was right
    assert found["RUNS"] == 1 and counts == {"right": 40, "wrong": 0, "unknown": 0}
    (_, second) = history.runs(case, "shelterpower")
    second.path.unlink()
    assert made.judge()[1] == {"right": 32, "wrong": 8, "unknown": 0}
    first.path.unlink()
    found, counts = made.judge()
    # who had been heard is kept apart: the relay is found without any map
    assert found["RUNS"] == 0 and counts == {} and found["FAILED_RELAYS"] == 1
    assert heard.kept(case)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process cannot be set")
def test_the_time_zone_of_the_computer_changes_nothing(town, monkeypatch):
    made = town()
    made.before()
    made.show()
    made.after()
    period = {"FROM": at("10T11:30").isoformat(), "TO": at("10T12:30").isoformat()}
    before = os.environ.get("TZ")
    told = []
    for zone in ("Asia/Tokyo", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        told.append(made.judge(**period))
    monkeypatch.undo()
    assert os.environ.get("TZ") == before
    time.tzset()
    assert [counts for _, counts in told] == [{"right": 32, "wrong": 8, "unknown": 0}] * 2
    assert told[0][0]["RELAYS"] == told[1][0]["RELAYS"] and told[0][0]["DATA_UNTIL"] == told[1][0]["DATA_UNTIL"]

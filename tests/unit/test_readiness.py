"""The check in peacetime: what a case keeps, how old it is, what is missing."""

from __future__ import annotations

from collections import namedtuple
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from tomoshibi.casefile import readiness
from tomoshibi.casefile.case import Case, CaseInfo, Request
from tomoshibi.casefile.intake import take_in
from tomoshibi.casefile.ledger import Ledger
from tomoshibi.casefile.own_inputs import OWN_INPUTS, keep_file, own_inputs, remove_input
from tomoshibi.casefile.readiness import LEAST_FREE, OLD, State
from tomoshibi.tests.published import HEADERS, P2, PROFILE, Ear, master_row, write

AT = datetime(2026, 1, 19, 5, 46)


@pytest.fixture
def case(tmp_path):
    return Case.create(tmp_path / "case", CaseInfo("演習", AT, "172057"))


def told(check) -> tuple[State, str]:
    return check.state, str(check.detail)


@pytest.fixture
def trucks(case, tmp_path):
    path = tmp_path / "trucks.csv"
    path.write_text("truck_id,kva\nT1,100\n", encoding="utf-8")
    keep_file(case, "TRUCKS", path, 1, "tomoshibi:editcase")
    return own_inputs(case.folder)["TRUCKS"]


def test_of_every_input_it_is_said_whether_it_is_there(case, trucks):
    found = dict(zip(OWN_INPUTS, readiness.inputs(case, trucks.kept_at)))
    assert found["TRUCKS"].state is State.OK and "trucks.csv: 1 rows, kept on" in str(found["TRUCKS"].detail)
    at_need = {kind for kind, check in found.items() if check.state is State.LATER}
    assert at_need == {"HAZARDS", "PLAN", "REQUESTS"}
    assert {check.state for kind, check in found.items() if kind not in at_need | {"TRUCKS"}} == {State.MISSING}


@pytest.mark.parametrize(
    ("later", "state"), [(timedelta(days=365), State.OK), (timedelta(days=365, seconds=1), State.OLD)]
)
def test_a_list_is_old_after_a_year(case, trucks, later, state):
    assert dict(zip(OWN_INPUTS, readiness.inputs(case, trucks.kept_at + later)))["TRUCKS"].state is state


def test_an_input_that_is_forgotten_goes_with_its_file(case, trucks):
    assert trucks.path.is_file()
    assert remove_input(case, "TRUCKS", "tomoshibi:editcase") and not trucks.path.exists()
    assert "TRUCKS" not in own_inputs(case.folder) and not remove_input(case, "TRUCKS", "tomoshibi:editcase")


@pytest.mark.parametrize(("linked", "state"), [("abc", State.OK), ("a", State.REVIEW), ("", State.MISSING)])
def test_how_many_facilities_have_supply_points(linked, state):
    places, table = (pd.DataFrame({"facility_id": list(ids)}) for ids in ("abc", linked + "x"))
    assert told(readiness.links(places, table)) == (state, f"{len(linked)} of 3 facilities have supply points.")


@pytest.mark.parametrize(
    ("how", "state", "numbers"),
    [
        (["name_address"] * 2, State.OK, (2, 2, 0, 0)),
        (["name_address", "review_name", "review_several", "link", ""], State.REVIEW, (5, 1, 2, 2)),
        ([], State.OK, (0, 0, 0, 0)),
    ],
)
def test_how_a_trial_match_of_names_went(how, state, numbers):
    count, certain, review, none = numbers
    assert told(readiness.names(how)) == (
        state,
        f"Of {count} facilities {certain} are found for certain by name and address, {review} are to be reviewed, "
        f"{none} are not found.",
    )


def test_how_old_the_master_is(case, tmp_path):
    assert readiness.master(case, AT).state is State.MISSING
    for time in ("202501190545", "202401190545"):
        path = write(tmp_path / f"172057_C7_master_{time}.csv", HEADERS["master"], [master_row(), master_row(P2)])
        assert not take_in(case, [path], PROFILE, None, "all", Ear()).failed
    published = datetime(2025, 1, 19, 5, 45)
    assert told(readiness.master(case, published + OLD)) == (State.OK, "2 supply points, published on 2025-01-19.")
    assert readiness.master(case, published + OLD + timedelta(seconds=1)).state is State.OLD


@pytest.mark.parametrize(
    ("last", "purpose", "state"),
    [
        (date(2026, 1, 19), "避難所の運営", State.OK),
        (date(2026, 1, 18), "避難所の運営", State.OLD),
        (None, "避難所の運営", State.MISSING),
        (date(2026, 1, 19), "", State.MISSING),
    ],
)
def test_the_last_day_of_use_is_not_over_on_that_day(tmp_path, last, purpose, state):
    info = CaseInfo("演習", AT, "172057", Request(use_from=date(2026, 1, 1), use_to=last), purpose=purpose)
    assert readiness.use(Case.create(tmp_path / "case", info), AT).state is state


@pytest.mark.parametrize(("free", "state"), [(LEAST_FREE, State.OK), (LEAST_FREE - 1, State.MISSING)])
def test_how_much_room_is_needed_for_a_month_of_readings(tmp_path, monkeypatch, free, state):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda _folder: usage(0, 0, free))
    assert told(readiness.space(tmp_path)) == (state, "20 GB are free; 20 GB are needed for a month of readings.")


def scored(folder, *times, algorithm="tomoshibi:scoredrill"):
    ledger = Ledger(folder / "ledger.jsonl")
    for time in times:
        ledger.add(algorithm, f"reports/{time:%Y%m%d}.html", [], False)
    return ledger


def test_when_a_drill_was_last_scored_in_any_case(case, tmp_path):
    assert readiness.drill([case.folder, tmp_path / "gone"], AT).state is State.MISSING
    scored(case.folder, AT, algorithm="tomoshibi:brief")
    assert readiness.drill([case.folder], AT).state is State.MISSING
    scored(case.folder, AT)
    when = max(datetime.fromisoformat(each.when) for each in case.ledger.entries())
    assert told(readiness.drill([tmp_path / "gone", case.folder], when + OLD)) == (
        State.OK,
        f"Last scored on {when:%Y-%m-%d}.",
    )
    assert readiness.drill([case.folder], when + OLD + timedelta(seconds=1)).state is State.OLD

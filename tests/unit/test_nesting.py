"""JSON that is nested without end is refused with a message wherever JSON is read, and takes no neighbour with it."""

from __future__ import annotations

from datetime import datetime

import pytest
from tomoshibi.aggregator.profile import Profile
from tomoshibi.casefile.case import Case, CaseInfo, Event
from tomoshibi.casefile.contractors import Lists
from tomoshibi.casefile.events import EventError, inside
from tomoshibi.casefile.freshness import read_passed
from tomoshibi.casefile.imports import read_imports
from tomoshibi.casefile.intake import take_in
from tomoshibi.casefile.publications import read as read_publications
from tomoshibi.casefile.recipes import read_recipes
from tomoshibi.messages import TomoshibiError
from tomoshibi.tests.published import HEADERS, P1, PROFILE, Ear, master_row, write

DEEP = ("[" * 100_000, '{"a":' * 100_000)


@pytest.fixture
def case(tmp_path):
    return Case.create(tmp_path / "case", CaseInfo("演習", datetime(2024, 1, 1, 16, 10), "172057"))


READERS = {
    "case.json": lambda case: Case.open(case.folder),
    "recipes.json": read_recipes,
    "publications.jsonl": read_publications,
    "imports.jsonl": read_imports,
    "ledger.jsonl": lambda case: list(case.ledger.entries()),
    "readings/index.json": lambda case: case.readings.days(),
    "tables/master/columns.json": lambda case: case.master(),
    "contractors/避難所.json": lambda case: Lists(case).all(),
}


@pytest.mark.parametrize("deep", DEEP, ids=["arrays", "objects"])
@pytest.mark.parametrize("place", READERS)
def test_a_file_of_a_case_that_is_nested_without_end_is_named(case, place, deep):
    path = case.folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    # a last line without its end would be taken for one that was never written whole
    path.write_text(f"{deep}\n" + ("{}\n" if place.endswith(".jsonl") else ""), encoding="utf-8")
    with pytest.raises(TomoshibiError) as caught:
        READERS[place](case)
    assert place.split("/")[-1].split(".")[0] in str(caught.value) or "master" in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("deep", DEEP, ids=["arrays", "objects"])
def test_when_a_case_was_refreshed_is_not_known_where_the_file_is_nested_without_end(case, deep):
    (case.folder / "refresh.json").write_text(deep, encoding="utf-8")
    assert read_passed(case) is None or read_passed(case) == read_passed(Case.open(case.folder))


@pytest.mark.parametrize("deep", DEEP, ids=["arrays", "objects"])
def test_a_published_file_that_is_nested_without_end_fails_alone(case, tmp_path, deep):
    bad = tmp_path / "bad.json"
    bad.write_text(deep, encoding="utf-8")
    good = write(tmp_path / "172057_C7_master_202401010000.csv", HEADERS["master"], [master_row()])
    (tmp_path / "condition.json").write_text(deep, encoding="utf-8")
    progress = Ear()
    report = take_in(case, [bad, good], PROFILE, None, "all", progress)
    assert (report.files, len(report.failed)) == (1, 1) and case.master()["supply_point"].tolist() == [P1]
    assert any("bad.json" in line for line in progress.warned)
    assert any("condition.json" in line for line in progress.warned)


@pytest.mark.parametrize("deep", DEEP, ids=["arrays", "objects"])
def test_a_profile_and_an_area_that_are_nested_without_end_are_refused(tmp_path, deep):
    path = tmp_path / "profile.json"
    path.write_text(deep, encoding="utf-8")
    with pytest.raises(TomoshibiError, match=r"profile\.json"):
        Profile.load(path)
    with pytest.raises(EventError):
        inside(Event(datetime(2024, 1, 1), area=deep).area, [0.0], [0.0])

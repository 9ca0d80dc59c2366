"""What is published late, in part or with stray rows makes nobody dark: files taken in by hand, maps made of them."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from tomoshibi.casefile.case import Case
from tomoshibi.tests.published import HEADERS, PROFILE, master_row, write
from tomoshibi.tests.qgis.tables import rows

EVENT = datetime(2026, 1, 19, 5, 46)
DARK = datetime(2026, 1, 19, 5, 30)
MIDNIGHT = datetime(2026, 1, 19)
HALF = timedelta(minutes=30)
LOW, HIGH = list(range(60)), list(range(100, 106))
FACILITIES = {"F1": [0, 1], "F2": [30, 31], "F3": [100]}
"""Facility → its meters: in the first half of the low-voltage files, in the second, at high voltage."""
NUMBERS = count()


def point(number: int) -> str:
    return f"05{number:020d}"


def until(end: datetime, numbers: list[int], begin: datetime = MIDNIGHT) -> list[list[str]]:
    """Rows of meters that reported from `begin` to `end`."""
    found = []
    for number in numbers:
        moments = [begin + HALF * n for n in range(int((end - begin) / HALF))]
        for moment in moments:
            code = f"{moment:%Y%m%d}{moment.hour * 2 + moment.minute // 30 + 1:02d}"
            voltage = "2" if number >= 100 else "1"
            found.append(["A" + str(number).rjust(33, "0"), "1", point(number), voltage, code, "0.2"])
    return found


class Town:
    """A town whose readings are low voltage 3 hours late and high voltage 7, and a case of it."""

    def __init__(self, run, folder: Path, dated=tuple((day, hour) for day in (16, 17, 18) for hour in (9, 21))):
        """`dated`: day and hour of the publications before the event."""
        self.run, self.folder = run, folder
        self.case = run(
            "createcase",
            {
                "CASE": str(folder / "case"),
                "NAME": "訓練",
                "EVENT_TIME": EVENT.isoformat(),
                "MUNICIPALITY": "990001",
                "REQUEST_KIND": "individual",
                "USE_FROM": "2026-01-19",
                "USE_TO": "2099-03-31",
                "PRACTICE": True,
            },
        )["CASE"]
        self.facilities = folder / "facilities.csv"
        self.links = folder / "links.csv"
        with open(self.facilities, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["facility_id", "name", "kind", "capacity", "lat", "lon"])
            writer.writerows([name, name, "shelter", 100, 38.2, 135.3] for name in FACILITIES)
        with open(self.links, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["facility_id", "supply_point"])
            writer.writerows([name, point(each)] for name, meters in FACILITIES.items() for each in meters)
        self.areas = folder / "areas.geojson"
        ring = [[135.2, 38.1], [135.4, 38.1], [135.4, 38.3], [135.2, 38.3], [135.2, 38.1]]
        area = {"type": "Feature", "properties": {"area_id": "1", "area_name": "一丁目"}}
        area["geometry"] = {"type": "Polygon", "coordinates": [ring]}
        self.areas.write_text(json.dumps({"type": "FeatureCollection", "features": [area]}), encoding="utf-8")
        master = [
            master_row(
                point(each),
                name=f"電力 {each}",
                lat="38.2",
                lon="135.3",
                remote_reading="1",
                voltage="2" if each >= 100 else "1",
            )
            for each in LOW + HIGH
        ]
        self.take("master", datetime(2026, 1, 18, 12), master)
        for published in (datetime(2026, 1, day, hour) for day, hour in dated):
            begin = (published - HALF).replace(hour=0, minute=0)
            late = (3, 7) if published.hour else (0, 0)
            low, high = (until(published - timedelta(hours=each), on, begin) for each, on in zip(late, (LOW, HIGH)))
            self.take("reading", published, low + high)

    def take(self, kind: str, published: datetime, lines: list, part: int | None = None, condition="C1", **more):
        """Import one file as published; return the outputs."""
        folder = self.folder / f"stick{next(NUMBERS)}"
        folder.mkdir()
        number = "" if part is None else f"_{part:03d}"
        name = f"990001_{condition}_{kind}_{published:%Y%m%d%H%M}{number}.csv"
        path = write(folder / name, HEADERS[kind], lines)
        return self.run("importfiles", {"CASE": self.case, "FILES": [str(path)], **more})

    def states(self, **more) -> dict[str, str]:
        """Return facility → state."""
        given = {"CASE": self.case, "FACILITIES": str(self.facilities), "LINKS": str(self.links), "OUTPUT": "memory:"}
        found = rows(self.run("shelterpower", {**given, **more})["OUTPUT"])
        return dict(zip(found["facility_id"], found["state"]))

    def meters_in_gaps(self, **more) -> set[int]:
        """Return how many meters the steps of the gaps count."""
        given = {"CASE": self.case, "AREAS": str(self.areas), "STEP_HOURS": 3, "OUTPUT": "memory:"}
        return set(rows(self.run("acquisitiongaps", {**given, **more})["OUTPUT"])["meters"].tolist())

    def gap_rates(self, **more) -> list:
        """Return the gap rates of the town by step of three hours since the event."""
        given = {"CASE": self.case, "AREAS": str(self.areas), "STEP_HOURS": 3, "OUTPUT": "memory:"}
        return rows(self.run("acquisitiongaps", {**given, **more})["OUTPUT"])["gap_rate"].tolist()


@pytest.fixture
def town(run, tmp_path):
    return Town(run, tmp_path)


def moments(found) -> list[str]:
    """Return the times of a column of a layer."""
    return [f"{value.toPyDateTime():%m-%d %H:%M}" for value in found]


AT = {"AT": "2026-01-19T09:00:00"}
LIT = datetime(2026, 1, 19, 9)
HIGH_LIT = datetime(2026, 1, 19, 5)
NOON = datetime(2026, 1, 19, 12)


def test_where_all_came_that_was_due_the_low_voltage_is_powered_and_the_high_not_yet_known(town):
    town.take("reading", NOON, until(LIT, LOW) + until(HIGH_LIT, HIGH))
    states = town.states()
    assert (states["F1"], states["F2"]) == ("powered", "powered")
    assert states["F3"] not in ("outage", "partial"), "high voltage comes four hours behind"


def test_a_blackout_of_the_whole_town_is_outage_where_the_set_is_whole_and_due(town):
    town.take("reading", NOON, until(DARK, LOW) + until(HIGH_LIT, HIGH))
    states = town.states(**AT)
    assert (states["F1"], states["F2"]) == ("outage", "outage")
    assert states["F3"] not in ("outage", "partial")
    assert town.gap_rates()[-1] == 1.0


def test_the_same_blackout_is_unknown_where_a_part_is_missing(town, feedback):
    report = town.take("reading", NOON, until(DARK, LOW[:30]), part=1)
    assert "part(s) 2 of at least 2 are missing" in report["MISSING"]
    states = town.states(**AT)
    assert set(states.values()) == {"unknown"}, states


def test_a_missing_part_makes_nobody_dark(town):
    town.take("reading", NOON, until(LIT, LOW[:30]), part=1)
    states = town.states(**AT)
    assert "outage" not in states.values() and "partial" not in states.values(), states
    town.take("reading", NOON, until(LIT, LOW[30:]), part=2)
    assert (town.states(**AT)["F1"], town.states(**AT)["F2"]) == ("powered", "powered")


@pytest.mark.parametrize(
    ("published", "more", "scope"),
    [
        (datetime(2026, 1, 19, 23, 30), until(datetime(2026, 1, 19, 23), [5], datetime(2026, 1, 19, 22, 30)), {}),
        (datetime(2026, 1, 20, 12), until(datetime(2026, 1, 20, 10), LOW[2:14]), {}),
        (datetime(2026, 1, 20, 12), until(datetime(2026, 1, 20, 10), LOW[2:14]), {"SCOPE": "contractors"}),
        (NOON, until(datetime(2036, 1, 21, 1), [5], datetime(2036, 1, 21)), {}),
    ],
    ids=["one row 14 hours newer", "12 contractors 25 hours newer", "the same, told", "a row of 2036"],
)
def test_rows_that_are_newer_than_the_others_make_nobody_dark(town, published, more, scope):
    town.take("reading", NOON, until(LIT, LOW) + until(HIGH_LIT, HIGH))
    before = town.states()
    town.take("reading", published, more, condition="C5", **scope)
    assert town.states() == before
    assert town.states()["F1"] == "powered"


def test_files_said_to_be_incomplete_make_nobody_dark_and_are_named(town):
    report = town.take("reading", NOON, until(DARK, LOW) + until(HIGH_LIT, HIGH), COMPLETE="no")
    assert "said to be incomplete" in report["MISSING"]
    assert "outage" not in town.states(**AT).values()


def test_completeness_that_cannot_be_checked_is_told(town, feedback):
    report = town.take("reading", NOON, until(LIT, LOW))
    assert report["MISSING"] == "" and any("Completeness cannot be checked" in line for line in feedback.warnings)


def test_a_list_of_a_past_moment_is_dated_by_the_moment_that_is_told(town):
    made = datetime(2026, 1, 20, 16)
    row = [point(0), "M0", "電力 0", "訓練市", f"{made:%Y%m%d}", f"{made:%H%M}"]
    town.take("outage", made, [row], SCOPE="all", LIST_TIME="2026-01-19T06:00:00")
    assert [each.created_at for each in Case.open(Path(town.case)).outage_snapshots()] == [datetime(2026, 1, 19, 6)]


def test_a_list_beside_the_condition_that_asked_for_a_past_moment_is_dated_by_it(town):
    from tomoshibi.aggregator.conditions import Condition

    made, asked = datetime(2026, 1, 20, 16), datetime(2026, 1, 19, 6)
    condition = Condition(
        "personal", "990001", asked, asked, data_kinds=("outage",), specified_contractors=False
    ).to_wire(PROFILE)
    folder = town.folder / "lgwan"
    folder.mkdir()
    row = [point(0), "M0", "電力 0", "訓練市", f"{made:%Y%m%d}", f"{made:%H%M}"]
    path = write(folder / f"990001_C7_outage_{made:%Y%m%d%H%M}.csv", HEADERS["outage"], [row])
    (folder / "condition.json").write_text(json.dumps(condition, ensure_ascii=False), encoding="utf-8")
    town.run("importfiles", {"CASE": town.case, "FILES": [str(path)]})
    [snapshot] = Case.open(Path(town.case)).outage_snapshots()
    assert (snapshot.created_at, snapshot.scope) == (asked, "all")


# -- from the aggregator --------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def scenario(tmp_path_factory) -> Path:
    from tomoshibi.practice.scenario import ScenarioSpec, make_scenario

    folder = tmp_path_factory.mktemp("scenario") / "made"
    make_scenario(folder, seed=1, spec=ScenarioSpec(meters=2000))
    return folder


@pytest.fixture
def served(scenario, monkeypatch, run, tmp_path):
    """A practice aggregator that publishes sets in many parts, a case, and the id of a condition of readings."""
    from tomoshibi.practice.server import PracticeServer

    about = json.loads((scenario / "scenario.json").read_text(encoding="utf-8"))
    with PracticeServer(scenario, build_seconds=0.1, part_rows=5000) as server:
        user, phrase = server.credentials()()
        monkeypatch.setenv("TOMOSHIBI_BASE_URL", server.url)
        monkeypatch.setenv("TOMOSHIBI_USER", user)
        monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", phrase)
        case = run(
            "createcase",
            {
                "CASE": str(tmp_path / "case"),
                "NAME": "訓練",
                "EVENT_TIME": about["event_time"],
                "MUNICIPALITY": about["municipality"],
                "REQUEST_KIND": "individual",
                "USE_FROM": "2026-01-19",
                "USE_TO": "2099-03-31",
                "PRACTICE": True,
            },
        )["CASE"]
        given = {"CASE": case, "TEMPLATE": "uc3", "FROM": about["last_day"], "TO": about["last_day"]}
        identity = run("registercondition", given)["CONDITION_ID"].split(",")[0]
        run("downloadpublished", {"CASE": case, "CONDITION_ID": identity, "WAIT_MINUTES": 1})
        yield server, case, identity


def _sets(case: str, identity: str, kind: str = "reading") -> list:
    from tomoshibi.casefile.publications import known

    return [each for each in known(Case.open(Path(case))) if (each.condition_id, each.kind) == (identity, kind)]


def test_a_set_of_which_all_listed_files_came_is_whole(served):
    from tomoshibi.casefile.completeness import missing_of_sets
    from tomoshibi.casefile.publications import State

    _, case, identity = served
    found = _sets(case, identity)
    assert found and {each.state for each in found} == {State.WHOLE}
    assert all(set(each.listed) == {part.file for part in each.parts} for each in found)
    assert len(max(found, key=lambda each: len(each.parts)).parts) > 1
    assert missing_of_sets(Case.open(Path(case))) == []


def test_a_part_that_is_listed_late_is_fetched_in_the_same_run_and_one_held_back_is_missing(served, run, tmp_path):
    from dataclasses import replace

    from tomoshibi.casefile.completeness import missing_of_sets
    from tomoshibi.casefile.publications import State

    server, first, identity = served
    info = Case.open(Path(first)).info
    (held,) = [
        account_session.conditions[identity]
        for account_session in server.backend.account_sessions.values()
        if identity in account_session.conditions
    ]
    numbered = [item for item in held.files if "_reading_" in item.name and item.name.endswith("_002.csv")]
    late = numbered[0]
    for change, state in (
        ({"after_polls": held.polls + 1}, State.WHOLE),
        ({"not_before": "2099-01-01T00:00:00"}, State.INCOMPLETE),
    ):
        held.files = [replace(item, **change) if item.name == late.name else item for item in held.files]
        case = Case.create(tmp_path / state.value, info)
        run("downloadpublished", {"CASE": str(case.folder), "CONDITION_ID": identity, "WAIT_MINUTES": 1})
        [found] = [each for each in _sets(str(case.folder), identity) if each.parts[0].name[:-8] == late.name[:-8]]
        assert found.state is state
        assert bool(missing_of_sets(case)) == (state is State.INCOMPLETE)
        if state is State.INCOMPLETE:
            assert found.missing_parts == (2,)
            assert "part(s) 2 of at least" in str(missing_of_sets(case)[0])
            held.files = [replace(item, not_before="") for item in held.files]
            run("downloadpublished", {"CASE": str(case.folder), "CONDITION_ID": identity, "WAIT_MINUTES": 1})
            assert missing_of_sets(case) == []


def test_the_timeline_says_until_when_the_data_reach_and_of_which_steps_nothing_is_proven(town, run):
    """Low voltage came until 09:00, high voltage until 05:00; then a part of the next set is missing."""

    def look() -> tuple[list, list[str], dict]:
        found = run("outagetimeline", {"CASE": town.case, "FROM": EVENT.isoformat(), "OUTPUT": "memory:"})
        table = rows(found["OUTPUT"])
        assert moments(table["as_of"]) == moments(table["evidence_until"])
        steps = zip(moments(table["begin"]), table["unknown_reason"])
        return list(steps), sorted(set(moments(table["evidence_until"]))), found

    town.take("reading", NOON, until(LIT, LOW) + until(HIGH_LIT, HIGH))
    steps, reach, found = look()
    assert steps == [("01-19 05:30", "not_due"), ("01-19 08:30", "not_due")]
    assert (reach, found["DATA_UNTIL"], found["UNKNOWN"]) == (["01-19 09:00"], "2026-01-19T09:00", 2)
    # what came of the next set is evidence until 15:00, and proves nobody silent
    town.take("reading", datetime(2026, 1, 19, 18), until(datetime(2026, 1, 19, 15), LOW[:30]), part=1)
    steps, reach, found = look()
    assert [why for _begin, why in steps] == ["set_incomplete"] * 4
    assert (reach, found["DATA_UNTIL"], found["UNKNOWN"]) == (["01-19 15:00"], "2026-01-19T15:00", 4)
    assert json.loads(found["UNKNOWN_BY_REASON"]) == {"set_incomplete": 4}

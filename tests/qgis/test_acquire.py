"""Getting data, from the case folder to its tables, against the practice aggregator over HTTP."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from qgis.core import QgsVectorLayer
from tomoshibi.casefile.case import Case
from tomoshibi.tests.patience import PATIENCE


@pytest.fixture(scope="session")
def scenario(tmp_path_factory) -> Path:
    """A small scenario, made once."""
    from tomoshibi.practice.scenario import ScenarioSpec, make_scenario

    folder = tmp_path_factory.mktemp("scenario") / "made"
    make_scenario(folder, seed=1, spec=ScenarioSpec(meters=2000))
    return folder


@pytest.fixture(scope="session")
def about(scenario) -> dict:
    return json.loads((scenario / "scenario.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def aggregator(scenario):
    """The practice aggregator, publishing at once."""
    from tomoshibi.practice.server import PracticeServer

    with PracticeServer(scenario, build_seconds=0.1) as server:
        yield server


@pytest.fixture
def connected(aggregator, monkeypatch):
    """The environment of a headless run; no condition is registered and nothing goes wrong at first."""
    user, phrase = aggregator.credentials()()
    monkeypatch.setenv("TOMOSHIBI_BASE_URL", aggregator.url)
    monkeypatch.setenv("TOMOSHIBI_USER", user)
    monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", phrase)
    aggregator.faults.clear()
    return aggregator


def case_parameters(folder: Path, about: dict, **more) -> dict:
    return {
        "CASE": str(folder),
        "NAME": "訓練",
        "EVENT_TIME": about["event_time"],
        "MUNICIPALITY": about["municipality"],
        "REQUEST_KIND": "individual",
        "USE_FROM": "2026-01-19",
        "USE_TO": "2099-03-31",
        "PRACTICE": True,
        **more,
    }


@pytest.fixture
def case(run, about, tmp_path) -> str:
    """The folder of a fresh case."""
    return run("createcase", case_parameters(tmp_path / "case", about))["CASE"]


@pytest.fixture
def register(run, connected, case, about):
    """Return `register(template, **more)` → list of condition ids, deleted again at the end."""
    made: list[str] = []

    def runner(template: str, **more) -> list[str]:
        given = {"FROM": about["first_day"], "TO": about["last_day"], **more}
        ids = run("registercondition", {"CASE": case, "TEMPLATE": template, **given})["CONDITION_ID"].split(",")
        made.extend(ids)
        return ids

    yield runner
    if made:
        connected.faults.clear()
        run("deletecondition", {"CONDITION_ID": ",".join(made)})


# -- the case folder ---------------------------------------------------------------------------------------------------


def test_a_case_is_made_with_its_request_and_its_own_maps(run, about, scenario, tmp_path):
    made = run(
        "createcase",
        case_parameters(
            tmp_path / "災害 1",
            about,
            BOUNDARY=str(scenario / "open" / "municipality.geojson"),
            AREAS=str(scenario / "open" / "areas.geojson"),
        ),
    )
    case = Case.open(Path(made["CASE"]))
    assert (case.info.name, case.info.municipality, case.info.practice) == ("訓練", about["municipality"], True)
    assert case.info.event_time == datetime.fromisoformat(about["event_time"])
    assert str(case.info.request.use_to) == "2099-03-31" and case.info.request.date is None
    for name, count in (("boundary", None), ("areas", about["areas"])):
        layer = QgsVectorLayer(f"{case.folder / 'context.gpkg'}|layername={name}", name, "ogr")
        assert layer.isValid() and layer.crs().authid() == "EPSG:6668"
        assert layer.featureCount() == (count or layer.featureCount()) > 0
        assert "fid_1" not in [field.name() for field in layer.fields()]
    entries = {entry.path: entry.personal for entry in case.ledger.entries()}
    assert entries == {"case.json": False, "context.gpkg|boundary": False, "context.gpkg|areas": False}


def test_an_aftershock_is_entered_into_a_case_with_its_area_and_the_rest_stays(
    run, feedback, about, scenario, tmp_path
):
    first = about["event_time"][:16]
    made = run("createcase", case_parameters(tmp_path / "案件", about, PURPOSE="避難所の支援", EVENT_TIMES=first))
    before = Case.open(Path(made["CASE"])).info
    after = (datetime.fromisoformat(first) + timedelta(hours=20)).isoformat(timespec="minutes")
    given = {
        "CASE": made["CASE"],
        "EVENT_TIMES": f"{first}, {after}",
        "EVENT_AREA": str(scenario / "open" / "areas.geojson"),
        "USE_TO": "2099-04-30",
    }
    assert run("editcase", given) == {"CASE": made["CASE"]}
    case = Case.open(Path(made["CASE"]))
    assert [event.begin.isoformat(timespec="minutes") for event in case.info.all_events] == [first, after]
    assert case.info.all_events[0].area is None and "Polygon" in case.info.all_events[1].area
    assert str(case.info.request.use_to) == "2099-04-30" and case.info.request.use_from == before.request.use_from
    assert (case.info.name, case.info.practice, case.info.purpose) == (before.name, True, "避難所の支援")
    assert any("Refresh the case" in line for line in feedback.infos)
    third = (datetime.fromisoformat(first) + timedelta(hours=40)).isoformat(timespec="minutes")
    run("editcase", {"CASE": made["CASE"], "EVENT_TIMES": f"{third},{after}/{third},{first}", "OPERATOR": "防災課"})
    info = Case.open(Path(made["CASE"])).info
    # an event keeps its area while it is entered again, also with an end
    assert [bool(event.area) for event in info.all_events] == [False, True, False] and info.operator == "防災課"
    assert str(info.request.use_to) == "2099-04-30" and info.created_at == before.created_at


def test_terms_and_an_extension_are_entered_and_stand_in_the_ledger(run, feedback, about, tmp_path):
    given = case_parameters(tmp_path / "案件", about, TERMS="A", NO_EXPORT=True, PURPOSE="避難所の支援")
    made = run("createcase", given)["CASE"]
    info = Case.open(Path(made)).info
    assert (info.terms, info.no_export, info.extension_by) == ("A", True, "")
    run("editcase", {"CASE": made, "USE_TO": "2099-04-30"})
    assert any("EXTENSION_BY" in line for line in feedback.warnings), "nobody agreed to it yet"
    feedback.warnings.clear()
    run(
        "editcase",
        {"CASE": made, "USE_TO": "2099-05-31", "EXTENSION_BY": "架空送配電", "NO_EXPORT": "no", "TERMS": "D"},
    )
    assert [line for line in feedback.warnings if "may be printed" in line] == feedback.warnings
    info = Case.open(Path(made)).info
    assert (info.terms, info.no_export, info.extension_by) == ("D", False, "架空送配電")
    *_, last = Case.open(Path(made)).ledger.entries()
    assert (last.path, last.purpose, len(last.previous)) == ("case.json", "避難所の支援", 64)


def test_events_that_do_not_fit_are_named_and_nothing_is_changed(run, complaint, feedback, about, case, tmp_path):
    told = (Path(case) / "case.json").read_bytes()
    assert "“yesterday”" in complaint("editcase", {"CASE": case, "EVENT_TIMES": "2026-01-19T05:46, yesterday"})
    assert "ends (2026-01-01) before it begins" in complaint("editcase", {"CASE": case, "USE_TO": "2026-01-01"})
    run("editcase", {"CASE": case})
    assert any("Nothing was given" in line for line in feedback.warnings)
    assert (Path(case) / "case.json").read_bytes() == told
    run("editcase", {"CASE": case, "PRACTICE": "no"})
    assert not Case.open(Path(case)).info.practice and any("data are real" in line for line in feedback.warnings)
    wrong = case_parameters(tmp_path / "other", about, EVENT_TIMES="2020-01-01T00:00")
    assert "is not the event time" in complaint("createcase", wrong) and not (tmp_path / "other").exists()


def test_a_case_is_not_made_twice_nor_among_other_files(run, complaint, about, case, tmp_path):
    assert "already is a case folder" in complaint("createcase", case_parameters(Path(case), about))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("x", encoding="utf-8")
    assert "is not empty" in complaint("createcase", case_parameters(tmp_path / "full", about))
    assert sorted(path.name for path in (tmp_path / "full").iterdir()) == ["notes.txt"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"USE_FROM": "2099-03-31", "USE_TO": "2026-01-19"}, "ends (2026-01-19) before it begins (2099-03-31)"),
        ({"MUNICIPALITY": "99100"}, "must have 6 digits"),
        ({"MUNICIPALITY": "９９１００７"}, "must have 6 digits"),
        ({"NAME": "  "}, "has no name"),
        ({"EVENT_TIME": None}, "EVENT_TIME"),
    ],
)
def test_what_is_wrong_with_a_case_is_said_before_anything_is_written(complaint, about, tmp_path, wrong, said):
    assert said in complaint("createcase", case_parameters(tmp_path / "case", about, **wrong))
    assert not (tmp_path / "case").exists()


def test_a_wrong_check_digit_is_doubted_in_earnest_and_not_in_a_drill(run, feedback, about, tmp_path):
    run("createcase", case_parameters(tmp_path / "a", about, MUNICIPALITY="172050", PRACTICE=False))
    assert any("check digit" in line for line in feedback.warnings)
    feedback.warnings.clear()
    run("createcase", case_parameters(tmp_path / "b", about, MUNICIPALITY="172050"))
    assert feedback.warnings == []


# -- the connection ----------------------------------------------------------------------------------------------------


def test_a_connection_that_works_says_so(run, connected):
    found = run("testconnection", {})
    assert found["OK"] is True and "The connection works" in found["MESSAGE"]


def test_no_address_is_a_result_with_what_to_do(run, feedback, monkeypatch):
    monkeypatch.delenv("TOMOSHIBI_BASE_URL", raising=False)
    found = run("testconnection", {})
    assert found["OK"] is False and "TOMOSHIBI_BASE_URL" in found["MESSAGE"]
    assert feedback.errors == [found["MESSAGE"]]


@pytest.mark.parametrize("algorithm", ["testconnection", "listconditions"])
def test_a_wrong_passphrase_an_idle_account_and_no_server_are_told_apart(
    run, complaint, connected, monkeypatch, algorithm
):
    def said() -> str:
        if algorithm == "testconnection":
            found = run(algorithm, {})
            assert found["OK"] is False
            return found["MESSAGE"]
        return complaint(algorithm, {"OUTPUT": "memory:"})

    right = connected.credentials()()[1]
    messages = []
    monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", "yoake-no-akari")
    messages.append(said())
    waiting = next(account for account in connected.accounts if not account.active)
    monkeypatch.setenv("TOMOSHIBI_USER", waiting.user)
    monkeypatch.setenv("TOMOSHIBI_PASSPHRASE", waiting.phrase)
    messages.append(said())
    assert "not active" in messages[1]
    assert len(set(messages)) == 2
    assert "yoake-no-akari" not in "".join(messages)
    monkeypatch.setenv("TOMOSHIBI_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setattr("tomoshibi.aggregator.transport.pause", lambda seconds, progress: None)
    assert "127.0.0.1" in said()
    assert all(right not in text and waiting.phrase not in text for text in messages)


def test_plain_http_to_another_computer_is_refused(run):
    found = run("testconnection", {"BASE_URL": "http://aggregator.example.jp"})
    assert found["OK"] is False and "https" in found["MESSAGE"].lower()


def test_an_expired_token_is_renewed_without_a_word(run, connected):
    connected.expire_tokens()
    assert run("testconnection", {})["OK"] is True


# -- conditions --------------------------------------------------------------------------------------------------------


def test_statistics_are_registered_once_for_each_voltage_class(run, register, about, scenario):
    area = str(scenario / "open" / "municipality.geojson")
    ids = register("uc2", VOLTAGE=["low", "high"], MESH_SIZE="250", AREA=area)
    assert len(ids) == len(set(ids)) == 2
    made = run("listconditions", {"CONDITION_ID": ",".join(ids), "OUTPUT": "memory:"})
    rows = list(made["OUTPUT"].getFeatures())
    assert made["COUNT"] == len(rows) == 2
    assert {(row["voltage"], row["mesh_size"]) for row in rows} == {("low", 250), ("high", 5000)}
    assert all(len(code) == 6 for row in rows for code in row["mesh_codes"].split(", "))
    assert {row["condition_id"] for row in rows} == set(ids)


def test_the_list_of_all_conditions_holds_what_is_registered_and_loses_what_is_deleted(run, register, connected):
    (one,) = register("uc3")
    before = run("listconditions", {"OUTPUT": "memory:"})
    assert one in {row["condition_id"] for row in before["OUTPUT"].getFeatures()}
    (two,) = register("uc3")
    gone = run("deletecondition", {"CONDITION_ID": f"{two} {two}, never", "OUTPUT": "memory:"})
    assert (gone["COUNT"], gone["FAILED"]) == (1, 1)
    left = {row["condition_id"] for row in gone["OUTPUT"].getFeatures()}
    assert one in left and two not in left


@pytest.mark.parametrize(
    ("template", "more", "said"),
    [
        ("uc3", {"FROM": "2026-01-20", "TO": "2026-01-19"}, "before it begins"),
        ("uc3", {"FROM": None}, "(FROM) is missing"),
        ("uc2", {"MESH_SIZE": "500", "VOLTAGE": ["high"], "AREA": "137,137.1,37,37.1"}, "has no mesh of 500 m"),
        ("uc2", {"VOLTAGE": ["low"]}, "no area is asked for"),
        ("uc0", {}, "TEMPLATE"),
    ],
)
def test_what_is_wrong_with_a_condition_is_said_and_nothing_registered(
    run, complaint, connected, case, about, template, more, said
):
    before = run("listconditions", {"OUTPUT": "memory:"})["COUNT"]
    given = {"CASE": case, "TEMPLATE": template, "FROM": about["first_day"], "TO": about["last_day"], **more}
    assert said in complaint("registercondition", given)
    assert run("listconditions", {"OUTPUT": "memory:"})["COUNT"] == before


def test_months_json_and_counts_of_contracts_are_asked_for_and_taken_in(run, register, case, about):
    area = {"MESH_SIZE": "500", "VOLTAGE": ["low"], "AREA": "135.1,135.6,38.0,38.4 [EPSG:6668]"}
    counted = register("uc2", **area, TABLES=["meters_forward", "meters_reverse"], AGGREGATION="day", FORMAT="json")
    assert len(counted) == 2
    whole = register("uc5", UNIT="monthly", FORMAT="json")
    again = register("uc2", **area, DELIVERY="periodic")
    rows = {row["condition_id"]: row for row in run("listconditions", {"OUTPUT": "memory:"})["OUTPUT"].getFeatures()}
    assert {rows[each]["table_kind"] for each in counted} == {"meters_forward", "meters_reverse"}
    got = run("downloadpublished", {"CASE": case, "CONDITION_ID": ",".join([*counted, *whole, *again])})
    assert (got["FAILED"], got["PENDING"], got["REJECTED"]) == (0, 0, 0)
    opened = Case.open(Path(case))
    assert set(opened.meter_statistics()["table_kind"]) == {3, 4} and len(opened.flow_statistics()) == 0
    assert set(opened.statistics()["table_kind"]) == {5}
    assert len(opened.readings.days()) > 1 and len(list((opened.folder / "received").rglob("*.json"))) >= 4


def test_deleting_what_is_not_there_names_it(complaint, connected):
    assert "nowhere-1" in complaint("deletecondition", {"CONDITION_ID": "nowhere-1"})
    assert "No condition is named" in complaint("deletecondition", {"CONDITION_ID": " , "})


# -- downloads ---------------------------------------------------------------------------------------------------------


def test_a_case_that_takes_invented_data_says_that_it_is_a_drill_whatever_was_ticked(
    run, register, connected, about, tmp_path
):
    unmarked = run("createcase", case_parameters(tmp_path / "real", about, PRACTICE=False))["CASE"]
    (outage,) = register("uc1", FROM=about["now"], TO=about["now"])
    run("downloadpublished", {"CASE": unmarked, "CONDITION_ID": outage, "WAIT_MINUTES": 2})
    assert json.loads((Path(unmarked) / "case.json").read_text(encoding="utf-8"))["practice"] is True


def test_published_data_come_into_the_case_once(run, register, connected, case, about):
    (readings,) = register("uc3", FROM="2026-01-18", TO="2026-01-18")
    (outage,) = register("uc1", FROM=about["now"], TO=about["now"])
    ids = f"{readings},{outage}"
    first = run("downloadpublished", {"CASE": case, "CONDITION_ID": ids, "WAIT_MINUTES": 2})
    assert first["FILES"] > 0 and first["BYTES"] > 0 and first["ROWS"] > 0
    assert (first["FAILED"], first["PENDING"], first["REJECTED"]) == (0, 0, 0)
    opened = Case.open(Path(case))
    assert len(opened.readings.days()) >= 1 and len(opened.master()) > 0
    assert [snapshot.scope for snapshot in opened.outage_snapshots()] == ["contractors"]
    assert opened.contractors() is not None
    kept = json.loads((Path(case) / "received" / readings / "condition.json").read_text(encoding="utf-8"))
    assert kept["conditionId"] == readings and kept["status"] == "published" and kept["takenIn"]
    lines = len(list(opened.ledger.entries()))
    again = run("downloadpublished", {"CASE": case, "CONDITION_ID": ids, "WAIT_MINUTES": 2})
    assert (again["FILES"], again["BYTES"], again["ROWS"]) == (0, 0, 0)
    assert len(list(opened.ledger.entries())) <= lines + 1


def test_a_file_of_the_wrong_length_fails_and_is_fetched_by_the_next_run(run, register, connected, case, feedback):
    from tomoshibi.practice.server import Fault

    (one,) = register("uc3", FROM="2026-01-18", TO="2026-01-18")
    connected.faults.append(Fault("download", times=None, shorten=0.5))
    first = run("downloadpublished", {"CASE": case, "CONDITION_ID": one, "WAIT_MINUTES": 2})
    assert first["FAILED"] > 0 and first["ROWS"] == 0
    assert feedback.warnings
    connected.faults.clear()
    again = run("downloadpublished", {"CASE": case, "CONDITION_ID": one, "WAIT_MINUTES": 2})
    assert again["FAILED"] == 0 and again["ROWS"] > 0


def test_what_is_not_published_in_time_is_counted_as_pending(run, register, connected, case, feedback):
    connected.backend.build_seconds = 60
    try:
        (late,) = register("uc3", FROM="2026-01-18", TO="2026-01-18")
        found = run("downloadpublished", {"CASE": case, "CONDITION_ID": late, "WAIT_MINUTES": 0})
    finally:
        connected.backend.build_seconds = 0.1
    assert (found["PENDING"], found["FILES"]) == (1, 0)
    assert any(f"{late} is not published yet" in line for line in feedback.warnings)


def test_a_condition_that_is_not_there_is_named(complaint, connected, case):
    said = complaint("downloadpublished", {"CASE": case, "CONDITION_ID": "nowhere-1", "WAIT_MINUTES": 0})
    assert "nowhere-1" in said


def test_data_of_another_municipality_do_not_enter_the_case(run, complaint, register, connected, about, tmp_path):
    (one,) = register("uc3", FROM="2026-01-18", TO="2026-01-18")
    other = run("createcase", case_parameters(tmp_path / "other", about, MUNICIPALITY="172014"))["CASE"]
    said = complaint("downloadpublished", {"CASE": other, "CONDITION_ID": one, "WAIT_MINUTES": 0})
    assert "172014" in said and about["municipality"] in said


def test_cancelling_while_waiting_ends_the_run_quietly(provider, register, connected, case):
    import threading

    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    connected.backend.build_seconds = 4 * PATIENCE
    try:
        (late,) = register("uc3", FROM="2026-01-18", TO="2026-01-18")
        stopping = QgsProcessingFeedback(False)
        threading.Timer(0.5, stopping.cancel).start()
        began = datetime.now()
        given = {"CASE": case, "CONDITION_ID": late, "WAIT_MINUTES": 60}
        result, good = provider.algorithm("downloadpublished").create().run(given, QgsProcessingContext(), stopping)
    finally:
        connected.backend.build_seconds = 0.1
    assert good and result == {}
    assert datetime.now() - began < timedelta(seconds=PATIENCE)


# -- files by hand -----------------------------------------------------------------------------------------------------

OUTAGE_HEADER = "供給/受電地点特定番号,計器ID,氏名(漢字),住所(文字),データ作成日,データ作成時刻"
OUTAGE_ROW = "0312340567890123456789,M001,電力　太郎,灯市1-1,20260119,1200"


def outage_file(path: Path, *rows: str, encoding: str = "utf-8") -> str:
    path.write_bytes("\r\n".join([OUTAGE_HEADER, *rows, ""]).encode(encoding))
    return str(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_files_brought_by_hand_are_kept_and_taken_in_whatever_their_encoding(run, case, tmp_path, encoding):
    made = run(
        "importfiles", {"CASE": case, "FILES": [outage_file(tmp_path / "つうでん.csv", OUTAGE_ROW, encoding=encoding)]}
    )
    assert (made["FILES"], made["ROWS"], made["REJECTED"], made["FAILED"]) == (1, 1, 0, 0)
    (snapshot,) = Case.open(Path(case)).outage_snapshots()
    assert snapshot.scope == "unknown" and list(snapshot.table["supply_point"]) == ["0312340567890123456789"]
    assert (Path(case) / "received" / "byhand" / "つうでん.csv").exists()


def test_the_scope_that_is_said_is_kept(run, case, tmp_path):
    run("importfiles", {"CASE": case, "FILES": [outage_file(tmp_path / "a.csv", OUTAGE_ROW)], "SCOPE": "all"})
    assert [snapshot.scope for snapshot in Case.open(Path(case)).outage_snapshots()] == ["all"]


def test_a_broken_row_is_rejected_and_the_good_ones_kept(run, case, tmp_path):
    made = run("importfiles", {"CASE": case, "FILES": [outage_file(tmp_path / "a.csv", OUTAGE_ROW, "031234,short")]})
    assert made["REJECTED"] == 1 and made["FAILED"] == 0
    assert list((Path(case) / "received" / "byhand").glob("*rejects*"))
    assert len(Case.open(Path(case)).outage_snapshots()[0].table) == 1


def test_a_file_that_is_nothing_known_is_named_and_the_others_go_on(run, case, tmp_path, feedback):
    (tmp_path / "memo.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    made = run(
        "importfiles",
        {"CASE": case, "FILES": [str(tmp_path / "memo.csv"), outage_file(tmp_path / "a.csv", OUTAGE_ROW)]},
    )
    assert (made["FILES"], made["FAILED"]) == (1, 1)
    assert any("memo.csv" in line for line in feedback.warnings)


def test_a_file_that_is_not_there_is_named_before_the_run(complaint, case, tmp_path):
    assert "gone.csv" in complaint("importfiles", {"CASE": case, "FILES": [str(tmp_path / "gone.csv")]})


def test_a_folder_that_is_no_case_is_named(complaint, tmp_path):
    outage_file(tmp_path / "a.csv", OUTAGE_ROW)
    said = complaint("importfiles", {"CASE": str(tmp_path), "FILES": [str(tmp_path / "a.csv")]})
    assert str(tmp_path) in said and "not a case folder" in said

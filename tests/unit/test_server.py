from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import date, datetime
from pathlib import Path

import pytest
from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import SHIPPED, Profile
from tomoshibi.practice.backend import PracticeError
from tomoshibi.practice.server import PracticeServer
from tomoshibi.tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


def ask(server: PracticeServer, path: str, method: str = "GET", body: bytes | None = None, **headers: str):
    """Return (status, body, headers) of a bare request."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(server.url + path, data=body, method=method, headers=names)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def bearer(one, user: str = "drill-here") -> str:
    return f"Bearer {one.client(user).issue_token().value}"


def test_it_binds_this_computer_only(bench):
    one = bench()
    assert one.server.url.startswith("http://127.0.0.1:")
    assert one.server._http.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("host", ["aggregator.example", "192.168.0.9:80", "127.0.0.1.example:80", ""])
def test_a_request_by_another_name_is_refused(bench, host):
    one = bench()
    assert ask(one.server, "/IF03_01_002", Host=host, Authorization=bearer(one))[0] == 421


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5"])
@pytest.mark.parametrize(
    ("method", "path"),
    [(call.method, call.path) for name, call in Profile.load(None).interfaces.items() if name != "token"],
)
def test_no_interface_answers_without_a_token(bench, method, path, header):
    status, body, _ = ask(bench().server, path, method, b"{}" if method == "POST" else None, Authorization=header)
    assert (status, json.loads(body)["errorCode"]) == (401, "E40102")


def test_what_is_no_interface_is_not_found(bench):
    assert ask(bench().server, "/")[0] == 404
    assert ask(bench().server, "/IF03_01_011")[0] == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"dataClass": {}}'])
def test_a_body_that_is_no_condition_is_rejected(bench, body):
    one = bench()
    status, answer, _ = ask(one.server, "/IF03_01_001", "POST", body, Authorization=bearer(one))
    assert (status, json.loads(answer)["errorCode"]) == (400, "E40001")


def test_a_body_too_long_is_refused(bench):
    one = bench()
    assert ask(one.server, "/IF03_01_001", "POST", b"x", Content_Length=str(1 << 40))[0] == 413


@pytest.fixture
def published(bench):
    one = bench({"a.csv": 1000})
    client = one.client()
    [file] = client.list_files(one.published(client))
    path = f"/IF03_01_010?fileId={file.file_id}"
    whole = ask(one.server, path, Authorization=bearer(one))
    return one, path, whole


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-", 206, slice(0, None)),
        ("bytes=10-19", 206, slice(10, 20)),
        ("bytes=990-5000", 206, slice(990, None)),
        ("bytes=999-", 206, slice(999, None)),
        ("bytes=1000-", 416, slice(0, 0)),
        ("bytes=20-10", 416, slice(0, 0)),
        ("lines=1-2", 200, slice(0, None)),
    ],
)
def test_a_range_gives_its_bytes(published, asked, status, part):
    one, path, (_, whole, _) = published
    got, body, headers = ask(one.server, path, Authorization=bearer(one), Range=asked)
    assert (got, body) == (status, whole[part])
    if status == 206:
        first, last = headers["Content-Range"].split()[1].split("/")[0].split("-")
        assert whole[int(first) : int(last) + 1] == body


def test_if_range_guards_against_another_version(published):
    one, path, (_, whole, headers) = published
    same = ask(one.server, path, Authorization=bearer(one), Range="bytes=10-", If_Range=headers["ETag"])
    other = ask(one.server, path, Authorization=bearer(one), Range="bytes=10-", If_Range='"x"')
    assert (same[0], same[1], other[0], other[1]) == (206, whole[10:], 200, whole)


def test_what_was_registered_outlives_the_server(bench, tmp_path):
    one = bench({"a.csv": 10})
    condition_id = one.published()
    one.server.stop()
    again = PracticeServer(one.folder, publisher=one.publish, open_scenario=_opener())
    with again:
        held = again.backend.account_sessions["172057"].conditions[condition_id]
        assert held.status == "published" and [item.name for item in held.files] == ["a.csv"]
        assert again.credentials("drill-here")() == one.server.credentials("drill-here")()


def test_what_was_not_built_is_built_by_the_next_server(bench):
    one = bench({"a.csv": 10}, build_seconds=3600)
    condition_id = one.client().register_condition(one.condition())
    state = one.folder / "aggregator" / "172057" / "state.json"
    one.server.stop()
    content = json.loads(state.read_text())
    content["conditions"][0].update(status="building", files=[])
    state.write_text(json.dumps(content))
    with PracticeServer(one.folder, publisher=one.publish, open_scenario=_opener(), build_seconds=0) as again:
        until = time.monotonic() + PATIENCE
        while again.backend.account_sessions["172057"].conditions[condition_id].status != "published":
            assert time.monotonic() < until
            time.sleep(0.02)


def _opener():
    from types import SimpleNamespace

    def open_again(folder):
        accounts = [
            {"user": "drill-here", "municipality": "172057", "active": True},
            {"user": "drill-elsewhere", "municipality": "172049", "active": True},
        ]
        return SimpleNamespace(folder=folder, municipality="172057", now=datetime(2026, 1, 21, 6), accounts=accounts)

    return open_again


def test_publication_takes_its_time(bench, stopwatch):
    quick, slow = (bench(build_seconds=seconds) for seconds in (0.5, 3600))
    begin, client = stopwatch(), quick.client()
    found = client.wait_for(client.register_condition(quick.condition()), PATIENCE, every=0.02)
    assert found.status == "published" and stopwatch() - begin >= 0.5
    client = slow.client()
    condition_id = client.register_condition(slow.condition())
    assert client.condition(condition_id).status in ("accepted", "building")
    assert client.list_files(condition_id) == []


def test_the_clock_is_the_scenarios_and_can_be_set(bench):
    one = bench()
    assert one.server.now == datetime(2026, 1, 21, 6, 0)
    one.server.now = datetime(2026, 1, 22, 9, 30)
    client = one.client()
    [file] = client.list_files(one.published(client))
    assert file.published_at == datetime(2026, 1, 22, 9, 30)
    assert one.publish.orders[-1][3] == datetime(2026, 1, 22, 9, 30)


def test_periodic_conditions_get_new_files_when_the_clock_moves_on(bench):
    one = bench({"first.csv": 10})
    client = one.client()
    periodic = TEMPLATES["uc9"].conditions(
        "172057", date(2026, 1, 1), date(2026, 6, 1), voltages=["low"], secondary_mesh_codes=["563741"]
    )[0]
    condition_id = client.register_condition(periodic)
    client.wait_for(condition_id, PATIENCE, every=0.02)
    one.publish.sizes = {"second.csv": 20}
    one.server.now = datetime(2026, 2, 21, 6, 0)
    until = time.monotonic() + PATIENCE
    while len(client.list_files(condition_id)) < 2:
        assert time.monotonic() < until
        time.sleep(0.02)
    assert [file.name for file in client.list_files(condition_id)] == ["first.csv", "second.csv"]
    assert one.publish.orders[-1][0]["from"] == "2026-01-21"


def test_accounts_are_written_for_this_user_only(bench):
    one = bench()
    path = one.folder / "practice-accounts.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    written = {entry["user"]: (entry["municipality"], entry["active"]) for entry in json.loads(path.read_text())}
    assert written["waiting-here"] == ("172057", False) and len(written) == 3
    assert len({account.phrase for account in one.server.accounts}) == 3
    assert all(len(account.phrase) >= 16 and account.phrase not in repr(account) for account in one.server.accounts)


def test_a_taken_port_is_said(bench):
    one = bench()
    port = int(one.server.url.rsplit(":", 1)[1])
    with pytest.raises(PracticeError, match=str(port)):
        PracticeServer(one.folder, port=port, publisher=one.publish, open_scenario=_opener())


def test_two_scenarios_of_one_municipality_are_not_served_together(bench, tmp_path):
    one = bench()
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(PracticeError, match="172057"):
        PracticeServer([one.folder, other], publisher=one.publish, open_scenario=_opener())


def test_a_spoilt_state_is_said(bench, tmp_path):
    folder = tmp_path / "spoilt"
    (folder / "aggregator" / "172057").mkdir(parents=True)
    (folder / "aggregator" / "172057" / "state.json").write_text("{")
    with pytest.raises(PracticeError, match="Delete"):
        PracticeServer(folder, publisher=lambda *_: [], open_scenario=_opener())


def test_another_design_needs_another_profile_and_no_other_code(bench, tmp_path):
    raw = json.loads(SHIPPED.read_text(encoding="utf-8"))
    for number, call in enumerate(raw["interfaces"].values()):
        call["path"] = f"/api/v2/call{number}"
    raw["interfaces"]["delete_condition"]["method"] = "POST"
    for name, entry in raw["keys"].items():
        entry["key"] = f"x-{name}"
    for item, table in raw["codes"].items():
        table["values"] = {name: f"{item[:3]}{number}" for number, name in enumerate(table["values"])}
    for entry in raw["errors"].values():
        entry["code"] = "X" + entry["code"]
    for column in raw["files"]["master"]["columns"]:
        column["name"] = column["column"].upper()
    profile = Profile.of(raw)
    one = bench({"a.csv": 10}, profile=profile)
    client = one.client(profile=profile)
    condition_id = one.published(client)
    assert client.condition(condition_id).condition == one.condition()
    assert client.list_files(condition_id)[0].size == 10
    one.server.expire_tokens()
    client.delete_condition(condition_id)
    assert client.list_conditions() == []


@pytest.mark.slow
def test_a_folder_that_is_no_scenario_ends_the_command_with_one_line(tmp_path):
    found = subprocess.run(
        [sys.executable, "-m", "tomoshibi.practice", tmp_path],
        cwd=ROOT / "build" / "plugins",
        capture_output=True,
        text=True,
    )
    assert found.returncode == 1 and found.stdout == ""
    assert "scenario.json" in found.stderr and "Traceback" not in found.stderr and found.stderr.count("\n") == 1


@pytest.mark.slow
def test_the_real_scenario_is_served_by_the_command(tmp_path):
    from tomoshibi.aggregator.client import AggregatorClient
    from tomoshibi.aggregator.transfer import download
    from tomoshibi.practice.scenario import ScenarioSpec, make_scenario

    folder = tmp_path / "scenario"
    make_scenario(folder, seed=7, spec=ScenarioSpec(meters=2000, first_day=date(2026, 1, 18)))
    command = [sys.executable, "-m", "tomoshibi.practice", folder, "--port", "0", "--build-seconds", "0"]
    child = subprocess.Popen(
        command,
        cwd=ROOT / "build" / "plugins",
        stdout=subprocess.PIPE,
        text=True,
        # what a script runs in the background ignores Ctrl+C, and so does all that it starts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        url = child.stdout.readline().split(" at ")[1].split(" ")[0]
        account = next(
            entry for entry in json.loads((folder / "practice-accounts.json").read_text()) if entry["active"]
        )
        client = AggregatorClient(url, lambda: (account["user"], account["passphrase"]))
        condition = TEMPLATES["uc5"].conditions(account["municipality"], date(2026, 1, 19), date(2026, 1, 20))[0]
        condition_id = client.register_condition(condition)
        assert client.wait_for(condition_id, 300, every=0.1).status == "published"
        report = download(client, client.list_files(condition_id), tmp_path / "received")
        assert report.failed == () and {item.file.kind for item in report.done} == {"reading", "master"}
        os.kill(child.pid, signal.SIGINT)
        assert child.wait(timeout=PATIENCE) == 0
    finally:
        child.kill()
        child.wait()
        child.stdout.close()

from __future__ import annotations

import email.utils
import logging
import socket
import ssl
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from tomoshibi.aggregator import client as client_module
from tomoshibi.aggregator import errors
from tomoshibi.aggregator.client import AggregatorClient
from tomoshibi.aggregator.transport import RetryPolicy, Transport, checked_address, retry_after, user_agent
from tomoshibi.messages import Cancelled

QUICK = RetryPolicy(attempts=2, first_wait=0.01, connect=1, read=1)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def lone_client(url: str, **options) -> AggregatorClient:
    return AggregatorClient(url, lambda: ("drill-here", "x"), retry_policy=QUICK, **options)


# -- conditions and lists ---------------------------------------------------------------------------------------------


def test_a_condition_goes_from_registration_to_its_files_and_away(bench):
    one = bench({"a.csv": 10, "b.csv": 20})
    client = one.client()
    condition = one.condition()
    condition_id = client.register_condition(condition)
    found = client.wait_for(condition_id, 5, every=0.02)
    assert (found.status, found.condition) == ("published", condition)
    assert found.registered_at == datetime(2026, 1, 21, 6, 0)
    assert [item.condition_id for item in client.list_conditions()] == [condition_id]
    assert [(file.name, file.size) for file in client.list_files(condition_id)] == [("a.csv", 10), ("b.csv", 20)]
    client.delete_condition(condition_id)
    assert client.list_conditions() == []
    with pytest.raises(errors.NotFound):
        client.condition(condition_id)
    with pytest.raises(errors.NotFound):
        client.delete_condition(condition_id)


def test_nothing_wrong_is_sent(bench):
    one = bench()
    with pytest.raises(errors.ConditionError, match="digits"):
        one.client().register_condition(replace(one.condition(), municipality="12"))
    assert one.server.log == []


def test_items_that_the_server_rejects_are_named(bench):
    one = bench()
    with pytest.raises(errors.ConditionRejected, match="municipalityCode") as caught:
        one.client().register_condition(one.condition("131016"))
    assert set(caught.value.fields) == {"municipalityCode"}


def test_an_empty_publication_is_empty_and_a_failed_one_failed(bench):
    one = bench({})
    client = one.client()
    condition_id = one.published(client)
    assert client.condition(condition_id).status == "empty"
    assert client.list_files(condition_id) == []
    one.publish.error = RuntimeError("out of paper")
    assert client.condition(one.published(client)).status == "failed"


def test_waiting_ends_after_its_time(bench, stopwatch):
    one = bench(build_seconds=3600)
    client = one.client()
    heard: list[str] = []
    client.progress.info = lambda what: heard.append(str(what))
    found = client.wait_for(client.register_condition(one.condition()), 0.2, every=0.05)
    # as people read it, for it is shown while they wait: no name of the interface
    assert heard and heard[-1].endswith((": accepted", ": being prepared"))
    assert found.status in ("accepted", "building") and stopwatch() < 60


def test_lists_of_many_pages_come_complete(bench):
    sizes = {f"part_{number:03d}.csv": 3 for number in range(23)}
    one = bench(sizes, page_size=5)
    client = one.client()
    assert [file.name for file in client.list_files(one.published(client))] == list(sizes)
    assert one.notes.warned == []


def test_a_page_served_twice_gives_each_entry_once(bench):
    one = bench({f"part_{number:03d}.csv": 3 for number in range(12)}, page_size=5)
    client = one.client()
    condition_id = one.published(client)
    one.faulty("files", skip=1, page=1, changes={"nextPage": 3})
    assert len(client.list_files(condition_id)) == 7
    assert any("5 entries twice" in text for text in one.notes.warned)


def test_pages_that_lead_in_a_circle_are_an_error(bench):
    one = bench({f"part_{number:03d}.csv": 3 for number in range(12)}, page_size=5)
    client = one.client()
    condition_id = one.published(client)
    one.faulty("files", times=None, changes={"nextPage": 1})
    with pytest.raises(errors.PagingFailure, match="does not end"):
        client.list_files(condition_id)


def test_pages_without_end_are_an_error(bench):
    one = bench({f"part_{number:03d}.csv": 3 for number in range(12)}, page_size=5)
    client = one.client()
    condition_id = one.published(client)
    for page in range(2, 9):
        one.faulty("files", page=1, changes={"nextPage": page})
    with pytest.raises(errors.PagingFailure):
        client.list_files(condition_id)


def test_a_missing_part_is_warned_of(bench):
    names = [f"172057_C1_reading_202601210600_{number:03d}.csv" for number in (1, 2, 4, 6)]
    one = bench(dict.fromkeys(names, 3))
    client = one.client()
    client.list_files(one.published(client))
    assert any("part 3, 5" in text for text in one.notes.warned)


def test_a_condition_of_another_design_is_listed_all_the_same(bench):
    one = bench()
    client = one.client()
    condition_id = one.published(client)
    held = one.server.backend.account_sessions["172057"].conditions[condition_id]
    held.wire["format"] = "parchment"
    found = client.condition(condition_id)
    assert (found.condition_id, found.condition) == (condition_id, None)
    assert any("format" in text for text in one.notes.warned)


# -- accounts and tokens ----------------------------------------------------------------------------------------------


def test_a_wrong_passphrase_is_said_and_not_shown(bench, caplog):
    caplog.set_level(logging.DEBUG)
    one = bench()
    client = one.client(credentials=lambda: ("drill-here", "open-sesame"))
    with pytest.raises(errors.WrongCredentials) as caught:
        client.issue_token()
    shown = caplog.text + "".join(traceback.format_exception(None, caught.value, caught.value.__traceback__))
    assert "open-sesame" not in shown + repr(client)


def test_an_unknown_account_is_not_told_from_a_wrong_passphrase(bench):
    one = bench()
    texts = []
    for account in (("drill-here", "x"), ("nobody", "x")):
        with pytest.raises(errors.WrongCredentials) as caught:
            one.client(credentials=lambda account=account: account).issue_token()
        texts.append(str(caught.value))
    assert texts[0] == texts[1]


def test_an_account_without_accepted_request_is_said(bench):
    one = bench()
    client = one.client("waiting-here")
    with pytest.raises(errors.NotActivated, match="要請"):
        client.list_conditions()
    one.server.activate("waiting-here")
    assert client.list_conditions() == []


def test_blank_credentials_are_not_sent(bench):
    one = bench()
    with pytest.raises(errors.WrongCredentials):
        one.client(credentials=lambda: ("", "")).issue_token()
    assert one.server.log == []


def test_a_token_is_used_again_until_shortly_before_it_expires(bench, monkeypatch):
    one = bench(token_seconds=1800.0)
    client, clock = one.client(), SimpleNamespace(monotonic=time.monotonic)
    monkeypatch.setattr(client_module, "time", clock)
    for _ in range(3):
        client.list_conditions()
    assert [name for name, *_ in one.server.log] == ["token"] + ["conditions"] * 3
    clock.monotonic = lambda: time.monotonic() + 1800 - client_module.LONGEST_MARGIN
    client.list_conditions()
    assert [name for name, *_ in one.server.log][4:] == ["token", "conditions"]


def test_an_expired_token_is_renewed_and_the_call_repeated(bench):
    one = bench()
    client = one.client()
    client.list_conditions()
    one.server.expire_tokens()
    assert client.list_conditions() == []
    assert [(name, status) for name, status, _ in one.server.log] == [
        ("token", 200), ("conditions", 200), ("conditions", 401), ("token", 200), ("conditions", 200),
    ]  # fmt: skip


def test_a_server_that_calls_every_token_expired_is_said(bench):
    one = bench()
    one.faulty("conditions", times=None, status=401, code="E40102")
    with pytest.raises(errors.TokenRefused):
        one.client().list_conditions()
    assert [name for name, *_ in one.server.log] == ["token", "conditions"] * 2


def test_a_token_does_not_show(bench):
    one = bench()
    client = one.client()
    token = client.issue_token()
    assert token.value not in repr(token) + repr(client) + str(vars(client))


def test_municipalities_are_kept_apart(bench):
    one = bench()
    here, elsewhere = one.client(), one.client("drill-elsewhere")
    condition_id = one.published(here)
    [file] = here.list_files(condition_id)
    assert elsewhere.list_conditions() == []
    for forbidden in (
        lambda: elsewhere.condition(condition_id),
        lambda: elsewhere.list_files(condition_id),
        lambda: elsewhere.open_file(file),
        lambda: elsewhere.delete_condition(condition_id),
    ):
        with pytest.raises(errors.NotFound):
            forbidden()
    with here.open_file(file) as answer:
        assert len(answer.read()) == file.size


# -- contractor lists -------------------------------------------------------------------------------------------------


def test_a_list_is_matched_registered_listed_and_deleted(bench):
    one = bench(page_size=1)
    client = one.client()
    rows = [
        "氏名(漢字),住所(文字)",
        "電力太郎,架空市１丁目1-1",
        "電力 太郎,架空市一丁目1-1",
        "誰か,架空市一丁目1-2",
        "誰か,他市",
    ]
    result = client.match_result(client.match_contracts("\r\n".join(rows).encode("cp932")))
    assert result.done
    assert [(row.row_no, row.result) for row in result.rows] == [
        (1, "none"),
        (2, "matched"),
        (3, "review"),
        (4, "none"),
    ]
    assert result.rows[1].master_info_id == "M000000000001"
    listed = "マスタ情報ID\r\nM000000000001\r\nM000000000002\r\nM000000000001\r\nM000000000003\r\n"
    made = client.register_contractors(listed.encode(), "避難所")
    assert (made.registered, [row.row_no for row in made.rejected]) == (2, [3, 4])
    assert [(item.master_info_id, item.list_name) for item in client.list_contractors()] == [
        ("M000000000001", "避難所"), ("M000000000002", "避難所"),
    ]  # fmt: skip
    one.published(client)
    assert one.publish.orders[-1][2] == ["M000000000001", "M000000000002"]
    client.delete_contractors(made.list_id)
    assert client.list_contractors() == []


def test_a_list_without_its_column_is_refused(bench):
    with pytest.raises(errors.ConditionRejected, match=r"住所"):
        bench().client().match_contracts("氏名(漢字)\r\n電力 太郎\r\n".encode())


# -- the network ------------------------------------------------------------------------------------------------------


def test_no_server_is_said():
    with pytest.raises(errors.Unreachable, match="refused"):
        lone_client(f"http://127.0.0.1:{free_port()}").issue_token()


def test_an_unknown_name_is_said():
    with pytest.raises(errors.Unreachable, match="not known"):
        lone_client("https://aggregator.invalid").issue_token()


def test_a_server_that_says_nothing_is_given_up():
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        client = lone_client(f"http://127.0.0.1:{silent.getsockname()[1]}")
        client.transport.retry_policy = replace(QUICK, read=0.2)
        with pytest.raises(errors.Unreachable, match="silent"):
            client.issue_token()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "aggregator.example",
        "ftp://aggregator.example",
        "https://",
        "https://x/?a=b",
        "https://x:bad/",
        "https://u:p@x/",
    ],
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(errors.InsecureAddress):
        checked_address(address)


@pytest.mark.parametrize("host", ["aggregator.example", "192.168.0.1", "127.0.0.1.example", "0.0.0.0"])
def test_plain_http_to_another_computer_is_refused(host):
    with pytest.raises(errors.InsecureAddress, match="plain HTTP"):
        lone_client(f"http://{host}")


def test_plain_http_to_this_computer_is_allowed():
    for host in ("127.0.0.1:1", "localhost:1", "[::1]:1"):
        assert checked_address(f"http://{host}/base/") == f"http://{host}/base"


def test_a_session_that_does_not_check_certificates_is_refused():
    import requests

    session = requests.Session()
    session.verify = False
    with pytest.raises(errors.CertificateFailure):
        lone_client("https://aggregator.example", session=session)


@pytest.fixture
def tls_server(tmp_path):
    """A TLS server whose certificate nobody vouches for."""
    import subprocess

    pem = tmp_path / "own.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", pem, "-out", tmp_path / "c.pem",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    pem.write_bytes(pem.read_bytes() + (tmp_path / "c.pem").read_bytes())
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server.server_address[1], tmp_path / "c.pem"
    server.shutdown()
    server.server_close()


def test_a_certificate_nobody_vouches_for_is_said_at_once(tls_server, stopwatch):
    port, _ = tls_server
    client = AggregatorClient(f"https://localhost:{port}", lambda: ("a", "b"), retry_policy=RetryPolicy(first_wait=300))
    with pytest.raises(errors.CertificateFailure, match="authorities"):
        client.issue_token()
    assert stopwatch() < 60


def test_a_certificate_of_an_authority_handed_in_is_trusted(tls_server):
    import requests

    port, authority = tls_server
    session = requests.Session()
    session.trust_env = False
    session.verify = str(authority)
    with pytest.raises(errors.AggregatorError) as caught:
        lone_client(f"https://localhost:{port}", session=session).issue_token()
    assert not isinstance(caught.value, errors.CertificateFailure)


def test_a_proxy_that_is_not_there_is_said():
    import requests

    session = requests.Session()
    session.trust_env = False
    session.proxies = {"https": f"http://127.0.0.1:{free_port()}"}
    with pytest.raises(errors.ProxyFailure, match="proxy"):
        lone_client("https://aggregator.example", session=session).issue_token()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(bench, status):
    one = bench()
    one.faulty("conditions", times=2, status=status)
    assert one.client().list_conditions() == []
    assert len([text for text in one.notes.told if str(status) in text]) == 2


def test_a_server_that_stays_busy_is_given_up(bench):
    one = bench()
    one.faulty("conditions", times=None, status=503)
    with pytest.raises(errors.ServerFailure, match="503 3 times") as caught:
        one.client().list_conditions()
    assert caught.value.status == 503


def test_the_server_says_how_long_to_wait(bench, stopwatch):
    one = bench()
    one.faulty("conditions", status=429, headers={"Retry-After": "1"})
    one.client().list_conditions()
    assert stopwatch() >= 1.0


def test_a_wait_of_an_hour_is_told_instead_of_waited_for(bench, stopwatch):
    one = bench()
    one.faulty("conditions", status=503, headers={"Retry-After": "3600"})
    with pytest.raises(errors.ServerFailure, match="61 minutes"):
        one.client().list_conditions()
    assert stopwatch() < 60


def test_retry_after_may_be_a_date_by_the_servers_own_clock():
    now = datetime(2001, 1, 1, tzinfo=timezone.utc)
    date = email.utils.format_datetime(now, usegmt=True)
    later = email.utils.format_datetime(now + timedelta(seconds=90), usegmt=True)
    assert retry_after({"Retry-After": later, "Date": date}) == 90
    assert retry_after({"Retry-After": date, "Date": later}) == 0
    assert retry_after({"Retry-After": "12"}) == 12
    assert retry_after({"Retry-After": "soon"}) is None and retry_after({}) is None


def test_waits_double_up_to_a_limit():
    assert [RetryPolicy(first_wait=1, longest_wait=6).wait(attempt) for attempt in (1, 2, 3, 4, 5)] == [1, 2, 4, 6, 6]


def test_a_connection_that_breaks_is_made_again(bench):
    one = bench()
    one.faulty("conditions", hang_up=True)
    one.faulty("conditions", cut=0.5)
    assert one.client().list_conditions() == []


@pytest.mark.parametrize("fault", [{"lost": True}, {"cut": 0.0}, {"cut": 0.5}])
def test_a_registration_whose_answer_was_lost_is_looked_up_in_the_list(bench, fault):
    one = bench()
    one.faulty("register_condition", **fault)
    found = one.client().register_condition(one.condition())
    assert [entry.condition_id for entry in one.client().list_conditions()] == [found]
    assert any("it is registered" in text for text in one.notes.warned)


@pytest.mark.parametrize("fault", [{"status": 500}, {"html": True}])
def test_a_registration_that_did_not_arrive_is_told_so_and_can_be_sent_again(bench, fault):
    one = bench()
    one.faulty("register_condition", **fault)
    with pytest.raises(errors.RegistrationUnclear, match=r"was not registered.*Register it again") as caught:
        one.client().register_condition(one.condition())
    assert caught.value.registered is False
    assert one.client().list_conditions() == []
    one.client().register_condition(one.condition())
    assert len(one.client().list_conditions()) == 1


def test_a_registration_that_the_server_did_after_the_time_out_is_found_by_a_second_look(bench):
    one = bench()
    one.faulty("register_condition", delay=0.6)
    client = one.client(retry_policy=RetryPolicy(attempts=1, longest_wait=1.0, read=0.4))
    found = client.register_condition(one.condition())
    assert [entry.condition_id for entry in one.client().list_conditions()] == [found]
    assert [name for name, _, _ in one.server.log].count("register_condition") == 1
    assert any("it is registered" in text for text in one.notes.warned)


def test_a_registration_is_never_sent_twice_by_itself(bench):
    one = bench()
    one.faulty("register_condition", lost=True)
    one.client().register_condition(one.condition())
    assert [name for name, _, _ in one.server.log].count("register_condition") == 1


def test_a_registration_like_an_older_one_is_not_taken_for_it(bench):
    one = bench()
    client = one.client()
    older = client.register_condition(one.condition())
    one.faulty("register_condition", status=500)
    with pytest.raises(errors.RegistrationUnclear, match="was not registered"):
        client.register_condition(one.condition())
    assert [entry.condition_id for entry in client.list_conditions()] == [older]


def test_a_registration_stays_unclear_where_the_list_cannot_be_read_either(bench):
    one = bench()
    one.faulty("register_condition", lost=True)
    one.faulty("conditions", skip=1, times=None, status=500)
    with pytest.raises(errors.RegistrationUnclear, match="not known whether") as caught:
        one.client().register_condition(one.condition())
    assert caught.value.registered is None


def test_a_registration_turned_away_for_now_is_sent_again(bench):
    one = bench()
    one.faulty("register_condition", status=503)
    one.client().register_condition(one.condition())
    assert len(one.client().list_conditions()) == 1


def test_a_deletion_whose_answer_was_lost_is_done(bench):
    one = bench()
    client = one.client()
    condition_id = one.published(client)
    one.faulty("delete_condition", lost=True)
    client.delete_condition(condition_id)
    assert client.list_conditions() == []
    assert [status for name, status, _ in one.server.log if name == "delete_condition"] == [204, 404]


def test_a_login_page_is_recognised(bench):
    one = bench()
    one.faulty("conditions", html=True)
    with pytest.raises(errors.NotTheAggregator, match="login page"):
        one.client().list_conditions()


def test_a_redirection_is_not_followed(bench):
    one = bench()
    one.faulty("token", status=302, headers={"Location": "http://127.0.0.1:9/login"})
    with pytest.raises(errors.NotTheAggregator, match="login page"):
        one.client().list_conditions()


def test_an_answer_without_its_key_is_said(bench):
    one = bench()
    one.faulty("conditions", changes={"conditions": None})
    with pytest.raises(errors.NotTheAggregator, match="conditions"):
        one.client().list_conditions()


def test_an_error_of_the_servers_own_is_passed_on(bench):
    one = bench()
    one.faulty("conditions", status=418, code="E41800")
    with pytest.raises(errors.ServerFailure, match="418 E41800"):
        one.client().list_conditions()


def test_the_users_wish_ends_a_wait_at_once(bench, stopwatch):
    one = bench()
    one.faulty("conditions", times=None, status=503, headers={"Retry-After": "120"})
    client = one.client()
    client.issue_token()
    threading.Timer(0.3, one.notes.stop.set).start()
    with pytest.raises(Cancelled):
        client.list_conditions()
    assert stopwatch() < 60


def test_the_users_wish_ends_a_silence_at_once(bench, stopwatch):
    one = bench()
    client = one.client()
    client.issue_token()
    one.faulty("conditions", delay=120)
    threading.Timer(0.3, one.notes.stop.set).start()
    begin = stopwatch()
    with pytest.raises(Cancelled):
        client.list_conditions()
    assert stopwatch() - begin < 60
    assert one.notes.looked >= 3


def test_the_client_names_itself():
    version = Path(__file__).resolve().parents[2].joinpath("metadata.txt").read_text(encoding="utf-8")
    assert f"version={user_agent().split('/')[1]}\n" in version


def test_importing_the_client_imports_neither_requests_nor_pandas():
    import subprocess
    import sys

    code = "import sys; import tomoshibi.aggregator.transfer; print({'requests', 'pandas', 'numpy'} & set(sys.modules))"
    plugins = Path(__file__).resolve().parents[2] / "build" / "plugins"
    found = subprocess.run([sys.executable, "-c", code], cwd=plugins, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_a_busy_server_is_left_alone_by_all_threads(bench, stopwatch):
    one = bench()
    client = one.client()
    client.issue_token()
    one.faulty("conditions", status=429, headers={"Retry-After": "4"})
    first, begin = threading.Thread(target=client.list_conditions), stopwatch()
    first.start()
    while not any("429" in text for text in list(one.notes.told)):
        time.sleep(0.01)
    client.list_contractors()
    assert stopwatch() - begin >= 4
    first.join()


def test_half_of_an_error_for_a_file_is_asked_for_again(bench):
    one = bench()
    client = one.client()
    files = client.list_files(one.published(client))
    one.server.expire_tokens()
    one.faulty("download", cut=0.3)
    with client.open_file(files[0]) as answer:
        assert len(answer.read())
    assert [status for name, status, _ in one.server.log if name == "download"] == [401, 401, 200]


def test_a_client_that_is_closed_leaves_no_connection(bench):
    import gc
    import warnings

    one = bench()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        with one.client() as client:
            client.list_conditions()
        del client
        gc.collect()
    # other tests' sockets may come up now too
    port = one.server.url.rpartition(":")[2]
    assert [str(item.message) for item in caught if f", {port})>" in str(item.message)] == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "https://example.invalid"])
def test_threads_that_send_first_at_once_share_one_session_and_see_it_only_when_it_knows_its_proxies(
    monkeypatch, address
):
    made, seen = [], []

    class Session(requests.Session):
        def __init__(self):
            made.append(self)
            super().__init__()

        def __setattr__(self, name, value):
            if name == "trust_env" and not value:
                seen.append(transport._session)
            super().__setattr__(name, value)

    monkeypatch.setattr(requests, "Session", Session)
    transport, start = Transport(address), threading.Barrier(8)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def ask(_):
        start.wait(60)
        return transport.session

    try:
        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(ask, range(8)))
    finally:
        sys.setswitchinterval(before)
    assert found == set(made) and len(made) == 1
    assert set(seen) <= {None} and made[0].trust_env == address.startswith("https")

"""Answers of a server that is broken or hostile: every one is a message, within budgets of bytes, pages and time."""

from __future__ import annotations

import gzip
import json
import threading
import time
import unicodedata
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.aggregator import client as client_module
from tomoshibi.aggregator import errors
from tomoshibi.aggregator.client import AggregatorClient
from tomoshibi.aggregator.outside import identity, parse_json, shown, whole_number
from tomoshibi.aggregator.timecode import parse_jst
from tomoshibi.aggregator.transport import RetryPolicy
from tomoshibi.messages import Progress
from tomoshibi.tests.patience import PATIENCE

BUDGETS = RetryPolicy(attempts=2, first_wait=0.01, connect=2, read=2, whole=1.5, most_bytes=1 << 20)
TOKEN = {"accessToken": "a-token", "expiresIn": 3600}


class Notes(Progress):
    def __init__(self):
        self.warned = []

    def warn(self, what):
        self.warned.append(str(what))


@pytest.fixture
def hostile():
    """Serve what `answers` says: path → (headers, body or function that writes it)."""
    answers = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            if self.command == "POST":
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kept = answers.get(self.path.split("?")[0], ({}, json.dumps(TOKEN).encode()))
            headers, body = kept(self.path) if callable(kept) else kept
            self.send_response(200)
            if callable(body):
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                try:
                    body(self.wfile)
                except OSError:
                    return
                return
            for name, value in {"Content-Type": "application/json", "Content-Length": len(body), **headers}.items():
                self.send_header(name, str(value))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    notes = Notes()
    client = AggregatorClient(
        f"http://127.0.0.1:{server.server_port}", lambda: ("drill", "x"), retry_policy=BUDGETS, progress=notes
    )
    client.notes, client.answers = notes, answers
    yield client
    server.shutdown()
    server.server_close()


def listed(*entries):
    return {}, json.dumps({"conditions": list(entries), "nextPage": None}).encode()


def files_of(*entries):
    return {}, json.dumps({"files": list(entries), "nextPage": None}).encode()


GOOD_FILE = {"fileId": "F1", "fileName": "a.csv", "conditionId": "C1", "dataKind": "reading", "size": 3}
CONDITIONS, FILES, NEW_TOKEN = "/IF03_01_002", "/IF03_01_009", "/IF03_01_011"


@pytest.fixture
def patient(hostile):
    """A client that waits as long as a busy machine needs: only the size of an answer ends it."""
    hostile.transport.retry_policy = replace(BUDGETS, whole=PATIENCE, read=PATIENCE)
    return hostile


@pytest.mark.slow
def test_a_small_answer_that_unpacks_to_gigabytes_is_cut_off(patient):
    bomb = gzip.compress(b" " * (64 << 20))
    patient.answers[CONDITIONS] = {"Content-Encoding": "gzip"}, bomb
    with pytest.raises(errors.NotTheAggregator, match="without end"):
        patient.list_conditions()


@pytest.mark.slow
def test_an_error_that_unpacks_to_gigabytes_is_cut_off_too(patient):
    patient.answers[NEW_TOKEN] = {"Content-Encoding": "gzip"}, gzip.compress(b"[" * (64 << 20))
    with pytest.raises(errors.NotTheAggregator, match="without end"):
        patient.issue_token()


def test_a_server_that_drips_is_left_after_its_time(hostile):
    def drip(stream):
        for _ in range(1200):
            stream.write(b" ")
            stream.flush()
            time.sleep(0.1)

    hostile.answers[CONDITIONS] = {}, drip
    begun = time.monotonic()
    with pytest.raises(errors.Unreachable, match="did not finish its answer"):
        hostile.list_conditions()
    # the drip alone would last two minutes
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"conditions":' * 100_000, b'{"a":"\\ud800"', b"\xff\xfe", b"NaN"])
def test_what_is_no_json_of_the_aggregator_is_said_to_be_none(hostile, body):
    hostile.answers[CONDITIONS] = {}, body
    with pytest.raises(errors.NotTheAggregator):
        hostile.list_conditions()


@pytest.mark.parametrize("token", ["a\r\nX-Evil: 1", "", "灯", "a b", "x" * 100_000, 7, None, ["a"]])
def test_a_token_that_is_no_header_value_is_refused(hostile, token):
    hostile.answers[NEW_TOKEN] = {}, json.dumps({"accessToken": token, "expiresIn": 60}).encode()
    with pytest.raises(errors.NotTheAggregator):
        hostile.issue_token()


@pytest.mark.parametrize("life", ['"NaN"', "1e999", "-5", "0", '"²"', "[]", '"' + "9" * 5000 + '"'])
def test_a_token_life_that_is_no_time_is_refused(hostile, life):
    hostile.answers[NEW_TOKEN] = {}, f'{{"accessToken": "t", "expiresIn": {life}}}'.encode()
    with pytest.raises(errors.NotTheAggregator):
        hostile.issue_token()


@pytest.mark.parametrize(
    "bad",
    [
        {**GOOD_FILE, "fileId": "F2", "size": "²"},
        {**GOOD_FILE, "fileId": "F2", "size": "9" * 5000},
        {**GOOD_FILE, "fileId": "F2", "size": -1},
        {**GOOD_FILE, "fileId": "F2", "sha256": "zz"},
        {**GOOD_FILE, "fileId": "\ud800"},
        {**GOOD_FILE, "fileId": "a\r\nb"},
        {**GOOD_FILE, "fileId": ""},
        {**GOOD_FILE, "fileId": None},
        {**GOOD_FILE, "fileId": {"a": 1}},
        {"fileId": "F2"},
        "not an object",
        None,
    ],
)
def test_one_bad_file_does_not_stop_the_others_and_is_counted(hostile, bad):
    hostile.answers[FILES] = files_of(bad, GOOD_FILE)
    files, left_out = hostile.list_files_counted("C1")
    assert [file.file_id for file in files] == ["F1"]
    assert left_out == 1
    assert len(hostile.notes.warned) == 1


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "²", "", "x" * 10_000])
def test_a_time_that_no_calendar_holds_is_left_out_and_said(hostile, moment):
    hostile.answers[FILES] = files_of({**GOOD_FILE, "publishedAt": moment})
    (file,) = hostile.list_files("C1")
    assert file.published_at is None
    assert len(hostile.notes.warned) == 1 and len(hostile.notes.warned[0]) < 200


def test_names_are_shown_without_marks_that_steer_a_screen(hostile):
    name = "a\u202egpj.exe\x1b[2J\x00.csv"
    hostile.answers[FILES] = files_of({**GOOD_FILE, "fileName": name})
    (file,) = hostile.list_files("C1")
    assert file.name == "agpj.exe.csv"


def test_a_list_of_ever_new_pages_ends(hostile, monkeypatch):
    monkeypatch.setattr(client_module, "MOST_PAGES", 20)
    asked = []

    def page(path):
        number = int(path.partition("page=")[2] or 1)
        asked.append(number)
        entry = {**GOOD_FILE, "fileId": f"F{number}"}
        return {}, json.dumps({"files": [entry], "nextPage": number + 1}).encode()

    hostile.answers[FILES] = page
    with pytest.raises(errors.PagingFailure, match="does not end"):
        hostile.list_files("C1")
    assert len(asked) == 20


def test_what_the_server_says_of_an_error_is_cut_and_cleaned(hostile):
    text = "\x1b[31mred\x1b[0m \u202e" + "y" * 100_000
    hostile.answers[CONDITIONS] = {}, json.dumps({"errorMessage": text}).encode()
    with pytest.raises(errors.NotTheAggregator) as caught:
        hostile.list_conditions()
    assert len(str(caught.value)) < 400 and "\x1b" not in str(caught.value)


@given(st.text() | st.integers() | st.none() | st.floats())
def test_what_is_shown_is_one_short_line_that_any_screen_takes(value):
    line = shown(value)
    assert len(line) <= 200
    assert not {unicodedata.category(sign) for sign in line} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    line.encode("utf-8")


@given(st.text())
def test_an_identity_is_as_given_or_none(text):
    assert identity(text) in (text, None)


@given(st.text() | st.integers())
def test_a_whole_number_is_one_or_none(value):
    number = whole_number(value)
    assert number is None or (0 <= number < 2**63 and str(number) == str(value).lstrip("0").rjust(1, "0"))


@given(st.text(alphabet='[]{}:,"0aeNn ', max_size=60))
def test_json_is_parsed_or_a_value_error(text):
    try:
        parse_json(text)
    except ValueError:
        pass


@given(st.text(max_size=40) | st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()))
def test_a_time_of_a_server_is_read_or_a_value_error(text):
    try:
        assert parse_jst(text).tzinfo is None
    except ValueError:
        pass

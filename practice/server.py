"""The practice aggregator over HTTP, on this computer only: the profile's interfaces, and faults on demand."""

from __future__ import annotations

import email
import email.policy
import ipaddress
import json
import re
import socket
import struct
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Optional, Union
from urllib.parse import parse_qs, urlsplit

from ..aggregator.profile import Profile
from ..messages import TomoshibiError, message
from .backend import (
    BLOCK,
    Account,
    AccountSession,
    AggregatorBackend,
    HeldCondition,
    HeldFile,
    PracticeError,
    Publisher,
)

LONGEST_BODY = 64 << 20
LOGIN_PAGE = b"<!DOCTYPE html><html><body><form>Please log in to the network.</form></body></html>"


@dataclass
class Fault:
    """One thing that goes wrong in answers of an interface (a name of `profile.INTERFACES`)."""

    interface: str
    asked: str = ""
    """Only answers to a query with this text in it, e.g. an id of a file."""
    times: Optional[int] = 1
    """How many answers it spoils; None: all."""
    skip: int = 0
    """Answers left alone before."""
    status: Optional[int] = None
    """Answer this status instead of doing anything."""
    code: str = ""
    """Error code that goes with `status`."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers added, e.g. Retry-After."""
    delay: float = 0.0
    """Seconds before the answer."""
    hang_up: bool = False
    """Close the connection without an answer."""
    lost: bool = False
    """Do what is asked, then close the connection without an answer."""
    html: bool = False
    """Answer the login page of a proxy, with status 200."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Keys of a JSON answer replaced."""
    rewrite: Optional[Callable[[dict[str, Any], Mapping[str, str]], dict[str, Any]]] = None
    """What makes another answer of a JSON answer and the query."""
    body: Optional[bytes] = None
    """Answer these bytes with status 200 instead of doing anything."""
    drip: float = 0.0
    """Seconds between two bytes of an answer that is no file."""
    page: Optional[int] = None
    """Serve this page instead of the one asked for."""
    cut: Optional[float] = None
    """Share of the body after which the connection is cut, the length announced in full."""
    stall: float = 0.0
    """Seconds of silence before the cut."""
    reset: bool = False
    """Cut by a reset instead of an end, which takes the bytes on their way with it."""
    shorten: Optional[float] = None
    """Share of the body that is announced and sent, as if it were all."""
    corrupt: bool = False
    """Change one byte."""
    ignore_range: bool = False
    etag: Optional[str] = None
    """Another entity tag; `Range` is then honoured only if `If-Range` names it."""

    def take(self, query: str) -> bool:
        """Whether this answer is to be spoiled; counts it."""
        if self.asked not in query:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0


class PracticeServer:
    """A practice aggregator; a context manager. It binds 127.0.0.1 and answers nobody else.

    `latency` are seconds before every answer, `pace` bytes a second of every file (None: as quick as it goes).
    `publisher` and `open_scenario` stand in for `practice.published_files.publish_files` and `Scenario.open`.
    """

    def __init__(
        self,
        scenarios: Union[Path, str, Iterable[Path]],
        port: int = 0,
        profile: Optional[Profile] = None,
        build_seconds: float = 2.0,
        token_seconds: float = 1800.0,
        page_size: int = 50,
        part_rows: int = 200_000,
        latency: float = 0.0,
        checksums: bool = True,
        pace: Optional[float] = None,
        publisher: Optional[Publisher] = None,
        open_scenario: Optional[Callable[[Path], Any]] = None,
        match_seconds: Optional[float] = None,
    ):
        """`match_seconds`: from sending a list for matching to its result (None: as `build_seconds`).

        Raises `PracticeError` or `ScenarioError` where a folder cannot be served or the port is taken.
        """
        folders = [Path(scenarios)] if isinstance(scenarios, (str, Path)) else [Path(item) for item in scenarios]
        self.profile = profile or Profile.load(None)
        self.page_size = page_size
        self.latency = latency
        self.checksums = checksums
        self.pace = pace
        self.at_once = self.most_at_once = 0
        """Files that are being sent, and the most there were."""
        self.faults: list[Fault] = []
        self._faults = threading.Lock()
        self.log: list[tuple[str, int, str]] = []
        """(interface, status, Range header) of every answer, for tests."""
        self.stopping = threading.Event()
        self.backend = AggregatorBackend(
            folders,
            self.profile,
            open_scenario or _scenario,
            publisher or _publisher(),
            build_seconds,
            token_seconds,
            part_rows,
            match_seconds,
        )
        self.routes = {(call.method, call.path): name for name, call in self.profile.interfaces.items()}
        try:
            self._http = _Server(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise PracticeError(
                message(
                    "The practice aggregator cannot use port {port} ({reason}). Choose another, or 0 for any.",
                    port=port,
                    reason=error.strerror or "",
                )
            ) from error
        self._http.practice = self
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(0.05,), name="practice-http", daemon=True
        )

    @property
    def url(self) -> str:
        """Base address for the client."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def accounts(self) -> list[Account]:
        """All accounts, in the order of the scenarios."""
        return list(self.backend.accounts.values())

    def credentials(self, user: Optional[str] = None) -> Callable[[], tuple[str, str]]:
        """Return what a client wants as credentials: of `user`, or of the first active account."""
        account = self.backend.accounts[user] if user else next(item for item in self.accounts if item.active)
        return lambda: (account.user, account.phrase)

    @property
    def now(self) -> datetime:
        """The drill's clock (of the first scenario)."""
        return self.backend.now(next(iter(self.backend.account_sessions.values())))

    @now.setter
    def now(self, moment: datetime) -> None:
        self.backend.set_now(moment)

    def activate(self, user: str, active: bool = True) -> None:
        """Accept a request (要請), or take it back."""
        self.backend.accounts[user].active = active

    def expire_tokens(self) -> None:
        """Let every token expire at once."""
        self.backend.expire_tokens()

    def count(self, change: int) -> None:
        """Count the files that are being sent."""
        with self._faults:
            self.at_once += change
            self.most_at_once = max(self.most_at_once, self.at_once)

    def fault(self, interface: str, query: str) -> Fault:
        """Return the fault for the next answer of an interface; one without effect where there is none."""
        with self._faults:
            for fault in self.faults:
                if fault.interface == interface and fault.take(query):
                    return fault
        return Fault(interface)

    def start(self) -> PracticeServer:
        """Serve in the background."""
        self.backend.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving; what was registered stays in the scenario folder."""
        self.stopping.set()
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join(timeout=10)
        self._http.server_close()
        self.backend.stop()

    def __enter__(self) -> PracticeServer:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()


def _scenario(folder: Path) -> Any:
    from .scenario import Scenario

    return Scenario.open(folder)


def _publisher() -> Publisher:
    from .published_files import publish_files

    return publish_files


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # requests of an earlier client may still be on their way when a server is stopped
    block_on_close = False
    practice: PracticeServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over a client that hangs up: that is no error of the server's."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Answered(Exception):
    """The request is answered; nothing more is to be done."""


class _Refused(Exception):
    """A request that is answered by an error."""

    def __init__(self, status: int, name: str = "", text: str = "", items: Optional[Mapping[str, str]] = None):
        super().__init__()
        self.status, self.name, self.text, self.items = status, name, text, items


def _status(wrong: str) -> int:
    """Return the status of an account's or a token's error."""
    return 403 if wrong == "not_activated" else 401


def _is_loopback(host: str) -> bool:
    """Whether `host` is this computer."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "TomoshibiPractice"
    sys_version = ""
    timeout = 60
    server: _Server

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PUT(self) -> None:
        self._handle()

    def do_PATCH(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def log_message(self, *args: Any) -> None:
        """Nothing is written to the terminal: a query may hold what others should not see."""

    @property
    def practice(self) -> PracticeServer:
        return self.server.practice

    # -- the way through a request ----------------------------------------------------------------------------------
    def _handle(self) -> None:
        parts = urlsplit(self.path)
        self.query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self.interface = self.practice.routes.get((self.command, parts.path), "")
        self.spoil = Fault(self.interface)
        try:
            body = self._body()
            self._local_only()
            self.spoil = self.practice.fault(self.interface, parts.query)
            self._spoil_first()
            if not self.interface:
                raise _Refused(404, "not_found", "there is no such interface")
            getattr(self, f"_if_{self.interface}")(body)
        except _Answered:
            return
        except _Refused as refused:
            self._error(refused)
        except TomoshibiError as error:
            self._error(_Refused(400, "condition_rejected", str(error.message)))

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LONGEST_BODY or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            raise _Refused(413, "", "the body is too long")
        return self.rfile.read(int(length))

    def _local_only(self) -> None:
        """Refuse other computers, and web pages that reach this one by a name of theirs."""
        host = self.headers.get("Host", "")
        name = host[1:].split("]")[0] if host.startswith("[") else host.rsplit(":", 1)[0]
        if not _is_loopback(self.client_address[0]) or not _is_loopback(name):
            self.close_connection = True
            raise _Refused(421, "", "this server answers its own computer only")

    def _spoil_first(self) -> None:
        fault = self.spoil
        self._sleep(self.practice.latency + fault.delay)
        if fault.hang_up:
            self.close_connection = True
            self._note(0)
            raise _Answered
        if fault.html:
            self._send(200, LOGIN_PAGE, {"Content-Type": "text/html; charset=utf-8"})
            raise _Answered
        if fault.body is not None:
            self._send(200, fault.body, {"Content-Type": "application/json; charset=utf-8"})
            raise _Answered
        if fault.status is not None:
            key = self.practice.profile.key
            content = {key("error_code"): fault.code, key("error_message"): "a fault on demand"} if fault.code else {}
            self._json(fault.status, content)
            raise _Answered

    def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.practice.stopping.wait(seconds)

    def _note(self, status: int) -> None:
        self.practice.log.append((self.interface, status, self.headers.get("Range", "")))

    # -- answers ----------------------------------------------------------------------------------------------------
    def _json(self, status: int, content: Optional[Mapping[str, Any]] = None) -> None:
        body = b""
        if content is not None:
            made = {**content, **self.spoil.changes}
            if self.spoil.rewrite is not None:
                made = self.spoil.rewrite(made, self.query)
            # a name with half of a surrogate pair has no bytes of its own
            body = json.dumps(made, ensure_ascii=self.spoil.rewrite is not None).encode()
        self._send(status, body, {"Content-Type": "application/json; charset=utf-8"})

    def _error(self, refused: _Refused) -> None:
        profile = self.practice.profile
        content: dict[str, Any] = {
            profile.key("error_code"): profile.errors.get(refused.name, f"E{refused.status}00"),
            profile.key("error_message"): refused.text or refused.name.replace("_", " "),
        }
        if refused.items:
            content[profile.key("error_fields")] = dict(refused.items)
        self._json(refused.status, content)

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self._note(status)
        if self.spoil.lost:
            self.close_connection = True
            return
        cut = self.spoil.cut
        self.send_response(status)
        for name, value in {**headers, **self.spoil.headers, "Cache-Control": "no-store"}.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.spoil.drip:
            self._dribble(body)
            return
        self.wfile.write(body if cut is None else body[: int(len(body) * cut)])
        if cut is not None:
            self._cut()

    def _dribble(self, body: bytes) -> None:
        self.close_connection = True
        for place in range(len(body)):
            self.wfile.write(body[place : place + 1])
            self._sleep(self.spoil.drip)

    def _cut(self) -> None:
        self.wfile.flush()
        self._sleep(self.spoil.stall)
        if self.spoil.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        self.close_connection = True

    # -- who asks, and for what -------------------------------------------------------------------------------------
    def _desk(self) -> AccountSession:
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        wrong, account_session = self.practice.backend.holder(value if scheme == "Bearer" else "")
        if account_session is None:
            raise _Refused(_status(wrong), wrong)
        return account_session

    def _object(self, body: bytes) -> dict[str, Any]:
        try:
            content = json.loads(body)
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise _Refused(400, "condition_rejected", "the body is not a JSON object")
        return content

    def _asked(self, name: str) -> str:
        return self.query.get(self.practice.profile.key(name), "")

    def _paged(self, name: str, entries: list[Any]) -> None:
        key, size = self.practice.profile.key, self.practice.page_size
        page = self._asked("page") or "1"
        if not page.isdigit() or int(page) < 1:
            raise _Refused(400, "condition_rejected", "there is no such page")
        number = self.spoil.page or int(page)
        more = len(entries) > number * size
        shown = entries[(number - 1) * size : number * size]
        self._json(200, {key(name): shown, key("next_page"): number + 1 if more else None})

    # -- interfaces -------------------------------------------------------------------------------------------------
    def _if_token(self, body: bytes) -> None:
        key = self.practice.profile.key
        asked = self._object(body)
        backend = self.practice.backend
        wrong, value = backend.issue(str(asked.get(key("user_id"), "")), str(asked.get(key("passphrase"), "")))
        if value is None:
            raise _Refused(_status(wrong), wrong)
        self._json(200, {key("access_token"): value, key("expires_in"): int(backend.token_seconds)})

    def _if_register_condition(self, body: bytes) -> None:
        account_session = self._desk()
        held, wrong = self.practice.backend.register(account_session, self._object(body))
        if held is None:
            raise _Refused(400, "condition_rejected", "", wrong)
        profile = self.practice.profile
        self._json(
            201,
            {
                profile.key("condition_id"): held.condition_id,
                profile.key("status"): profile.code("condition_status", "accepted"),
            },
        )

    def _if_conditions(self, body: bytes) -> None:
        account_session = self._desk()
        wanted = self._asked("condition_id")
        with account_session.lock:
            entries = [
                self._condition(held)
                for held in account_session.conditions.values()
                if not wanted or held.condition_id == wanted
            ]
        if wanted and not entries:
            raise _Refused(404, "not_found")
        self._paged("conditions", entries)

    def _condition(self, held: HeldCondition) -> dict[str, Any]:
        profile = self.practice.profile
        return {
            **held.wire,
            profile.key("condition_id"): held.condition_id,
            profile.key("status"): profile.code("condition_status", held.status),
            profile.key("registered_at"): held.registered_at,
        }

    def _if_delete_condition(self, body: bytes) -> None:
        if not self.practice.backend.delete(self._desk(), self._asked("condition_id")):
            raise _Refused(404, "not_found")
        self._json(204)

    def _if_files(self, body: bytes) -> None:
        account_session = self._desk()
        with account_session.lock:
            held = account_session.conditions.get(self._asked("condition_id"))
            if held is None:
                raise _Refused(404, "not_found")
            files = [self._file(held, item) for item in held.listed(self.practice.backend.now(account_session))]
            if self._asked("page") in ("", "1"):
                held.polls += 1
        self._paged("files", files)

    def _file(self, held: HeldCondition, item: HeldFile) -> dict[str, Any]:
        key = self.practice.profile.key
        entry = {
            key("file_id"): item.file_id,
            key("file_name"): item.name,
            key("condition_id"): held.condition_id,
            key("data_kind"): item.kind,
            key("size"): item.size,
            key("published_at"): item.published_at,
        }
        return {**entry, key("sha256"): item.sha256} if self.practice.checksums else entry

    def _if_download(self, body: bytes) -> None:
        account_session = self._desk()
        found = account_session.file(self._asked("file_id"), self.practice.backend.now(account_session))
        if found is None:
            raise _Refused(404, "not_found")
        item, path = found
        etag = self.spoil.etag or item.etag
        size = item.size if self.spoil.shorten is None else int(item.size * self.spoil.shorten)
        begin, end = self._range(etag, size)
        status = 200 if begin is None else 206
        first, last = begin or 0, size if end is None else end + 1
        self._note(status)
        self.send_response(status)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(last - first))
        self.send_header("ETag", etag)
        self.send_header("Accept-Ranges", "bytes")
        if begin is not None:
            self.send_header("Content-Range", f"bytes {first}-{last - 1}/{size}")
        for name, value in self.spoil.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.practice.count(1)
        try:
            self._send_file(path, first, last)
        finally:
            self.practice.count(-1)

    def _send_file(self, path: Path, first: int, last: int) -> None:
        stop = last if self.spoil.cut is None else first + int((last - first) * self.spoil.cut)
        self._stream(path, first, stop)
        if self.spoil.cut is not None:
            self._cut()

    def _range(self, etag: str, size: int) -> tuple[Optional[int], Optional[int]]:
        """Return (first, last byte) of the range to honour, (None, None) for the whole file."""
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "").strip())
        guard = self.headers.get("If-Range")
        if asked is None or self.spoil.ignore_range or (guard is not None and guard != etag):
            return None, None
        begin, end = int(asked.group(1)), int(asked.group(2) or size - 1)
        if begin >= size or end < begin:
            self._send(416, b"", {"Content-Range": f"bytes */{size}"})
            raise _Answered
        return begin, min(end, size - 1)

    def _stream(self, path: Path, first: int, stop: int) -> None:
        middle = (first + stop) // 2
        pace = self.practice.pace
        most = BLOCK if pace is None else max(int(pace / 50), 1)
        with open(path, "rb") as stream:
            stream.seek(first)
            while first < stop:
                block = stream.read(min(most, stop - first))
                if not block:
                    self.close_connection = True
                    return
                if self.spoil.corrupt and first <= middle < first + len(block):
                    spoilt = bytearray(block)
                    spoilt[middle - first] ^= 0xFF
                    block = bytes(spoilt)
                self.wfile.write(block)
                first += len(block)
                self._sleep(len(block) / pace if pace else 0.0)

    def _upload(self, body: bytes) -> tuple[bytes, dict[str, str]]:
        """Return the file part and the other fields of a multipart body."""
        head = f"Content-Type: {self.headers.get('Content-Type', '')}\r\n\r\n".encode()
        parsed = email.message_from_bytes(head + body, policy=email.policy.HTTP)
        content: Optional[bytes] = None
        fields: dict[str, str] = {}
        for part in parsed.iter_parts() if parsed.is_multipart() else ():
            name = part.get_param("name", header="content-disposition")
            payload: Any = part.get_payload(decode=True) or b""
            if name == self.practice.profile.key("upload"):
                content = payload
            elif isinstance(name, str):
                fields[name] = payload.decode("utf-8", "replace")
        if content is None:
            raise _Refused(400, "condition_rejected", "the file part is missing")
        return content, fields

    def _if_match_contracts(self, body: bytes) -> None:
        account_session = self._desk()
        content, _ = self._upload(body)
        self._json(202, {self.practice.profile.key("match_id"): self.practice.backend.match(account_session, content)})

    def _if_match_result(self, body: bytes) -> None:
        account_session, profile = self._desk(), self.practice.profile
        match = account_session.matches.get(self._asked("match_id"))
        if match is None:
            raise _Refused(404, "not_found")
        backend = self.practice.backend
        wait = backend.build_seconds if backend.match_seconds is None else backend.match_seconds
        done = time.time() >= match["since"] + wait
        rows = [
            {
                profile.key("row_no"): number,
                profile.key("result"): profile.code("match_result", result),
                profile.key("master_info_id"): identity,
            }
            for number, (result, identity) in enumerate(match["results"], 1)
        ]
        status = profile.code("match_status", "done" if done else "running")
        self._json(200, {profile.key("status"): status, profile.key("rows"): rows if done else []})

    def _if_register_contractors(self, body: bytes) -> None:
        account_session, key = self._desk(), self.practice.profile.key
        content, fields = self._upload(body)
        list_id, count, rejected = self.practice.backend.register_list(
            account_session, content, fields.get(key("list_name"), "")
        )
        rows = [{key("row_no"): number, key("reason"): reason} for number, reason in rejected]
        self._json(200, {key("list_id"): list_id, key("registered"): count, key("rejected"): rows})

    def _if_contractors(self, body: bytes) -> None:
        account_session, key = self._desk(), self.practice.profile.key
        with account_session.lock:
            entries = [
                {key("master_info_id"): identity, key("list_name"): item["name"]}
                for item in account_session.lists.values()
                for identity in item["ids"]
            ]
        self._paged("contractors", entries)

    def _if_delete_contractors(self, body: bytes) -> None:
        account_session = self._desk()
        with account_session.lock:
            if account_session.lists.pop(self._asked("list_id"), None) is None:
                raise _Refused(404, "not_found")
            account_session.save()
        self._json(204)

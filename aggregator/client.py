"""The aggregator's interfaces, one method each (IF03_01_001 to 011). What stands on the wire comes from the profile."""

from __future__ import annotations

import queue
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Hashable, Iterator, Mapping, Optional, Sequence, TypeVar, Union

from ..messages import Message, Progress, message
from .conditions import STATUS_WORDS, Condition, Registered, WrongItems, validate
from .errors import (
    AggregatorError,
    ConditionError,
    ConditionRejected,
    NotActivated,
    NotFound,
    NotTheAggregator,
    PagingFailure,
    RegistrationUnclear,
    ServerFailure,
    TokenRefused,
    Unreachable,
    WrongCredentials,
)
from .outside import identity, parse_json, shown, whole_number
from .profile import Profile
from .timecode import parse_jst
from .transport import (
    BROKEN,
    PRACTICE_SERVER,
    TICK,
    Bearer,
    Reply,
    RetryPolicy,
    Transport,
    looks_like_html,
    pause,
    web_page,
)

if TYPE_CHECKING:
    import requests

LONGEST_MARGIN = 60.0
"""A token is renewed this many seconds before it expires, or a fifth of its life if that is less."""
LONGEST_TOKEN = 10 * 366 * 86_400.0
"""Seconds no token lives for; what is longer, or no number, is not understood."""
MOST_PAGES = 2_000
"""Pages of a list; more, and it counts as endless."""
MOST_ENTRIES = 1_000_000
"""Entries of a list, likewise."""
MOST_REASONS = 50
"""Reasons of a rejection that are shown."""
BARREN_PAGES = 3
"""Pages in a row that bring nothing new before a list is called endless."""
BLOCK = 1 << 20
"""Most bytes of a file handled at a time."""
LEAST_BLOCK = 1 << 14
LONGEST_NAME = 400
"""Characters of a file's name as the server says it; the path made of it is shorter."""
AHEAD = 4
"""Blocks that are read before they are wanted."""
MOMENT = 0.2
"""Seconds that reading a block should take at most."""
FINAL = ("published", "empty", "failed")
"""States of a condition that do not change any more."""

T = TypeVar("T")
Content = Union[Path, bytes]
Block = Union[bytes, memoryview]


@dataclass(frozen=True)
class Token:
    """An access token. Its value never shows."""

    value: str = field(repr=False)
    seconds: float
    """Life at the moment it was issued."""
    expires: float = field(repr=False)
    """On the monotonic clock."""

    def stale(self) -> bool:
        """Whether it should be renewed before the next call."""
        return time.monotonic() >= self.expires - min(LONGEST_MARGIN, self.seconds / 5)


@dataclass(frozen=True)
class PublishedFile:
    """A file as 公開データ一覧照会 lists it."""

    file_id: str
    name: str
    """As the server says it: not safe as a path."""
    condition_id: str
    kind: str
    """データ種類 as the server says it; files are recognised by content."""
    size: Optional[int]
    """Bytes."""
    sha256: Optional[str]
    """Lower-case hex; the server may leave it out."""
    published_at: Optional[datetime]


@dataclass(frozen=True)
class MatchRow:
    """Result of 地点契約照合 for one row of the list."""

    row_no: int
    """From 1, without the header."""
    result: str
    """`matched`, `review` (to be settled on the LG-WAN screen), `none`."""
    master_info_id: Optional[str]
    """マスタ情報ID."""


@dataclass(frozen=True)
class MatchResult:
    """State and rows of a matching run."""

    done: bool
    rows: tuple[MatchRow, ...]


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not registered."""

    row_no: int
    reason: str


@dataclass(frozen=True)
class RegisteredList:
    """Answer to 特定契約者 登録."""

    list_id: str
    registered: int
    rejected: tuple[RejectedRow, ...]


@dataclass(frozen=True)
class Contractor:
    """One 特定契約者."""

    master_info_id: str
    list_name: str


class OpenFile:
    """A published file being received; a thread reads ahead of whoever writes. Close it, or use it in a `with`."""

    def __init__(self, response: requests.Response, transport: Transport, offset: int):
        self._response = response
        self._transport = transport
        self._amount = LEAST_BLOCK
        # urllib3 2 would throw away the bytes before a break; the length is compared by whoever writes them
        response.raw.enforce_content_length = False
        self._blocks: queue.Queue[Union[Block, BaseException]] = queue.Queue(AHEAD)
        self._free: queue.SimpleQueue[bytearray] = queue.SimpleQueue()
        body = getattr(response.raw, "_fp", None)
        coded = "Content-Encoding" in response.headers or "Transfer-Encoding" in response.headers
        self._into: Optional[Callable[[memoryview], int]] = None if coded else getattr(body, "readinto", None)
        """Reads into a buffer; None where urllib3 has to decode. New buffers for every block would cost a third."""
        self._gate = threading.Lock()
        self._left = self._ended = False
        self.offset = offset
        """Where in the file the first byte belongs: 0 where the server did not go on from where it was asked."""
        self.etag: Optional[str] = response.headers.get("ETag")
        self.total = _total(response, offset)
        """Length of the whole file as the answer says it, None where it does not."""
        threading.Thread(target=self._ahead, name="tomoshibi-read", daemon=True).start()

    def read(self) -> Block:
        """Return the next bytes, none at the end; `recycle` takes them back.

        Raises `Unreachable` where the connection broke, `Cancelled`.
        """
        while True:
            self._transport.progress.raise_if_cancelled()
            try:
                block = self._blocks.get(timeout=TICK)
            except queue.Empty:
                continue
            if isinstance(block, BaseException):
                # the cause is left out: its request holds the token
                raise self._transport.failure(block) from None
            return block

    def recycle(self, block: Block) -> None:
        """Take a block back, to be filled anew."""
        if isinstance(block, memoryview) and isinstance(block.obj, bytearray):
            self._free.put(block.obj)

    def _ahead(self) -> None:
        """Read blocks until the end, an error, or until nobody wants them any more."""
        block: Union[Block, BaseException] = b"-"
        while not isinstance(block, BaseException) and len(block):
            try:
                block = self._next()
                if not len(block):
                    # the connection can serve the next call
                    self._response.raw.release_conn()
            except Exception as error:  # raised again by `read`, whatever it is
                block = error
            while not self._left:
                try:
                    self._blocks.put(block, timeout=TICK)
                    break
                except queue.Full:
                    continue
            if self._left:
                break
        with self._gate:
            self._ended = True
        if self._left:
            self._response.close()

    def _next(self) -> Block:
        """Read what comes in a moment, so that a connection that breaks takes little with it."""
        begin = time.monotonic()
        block = self._filled(self._into) if self._into else self._decoded()
        took = time.monotonic() - begin
        if took < MOMENT / 4:
            self._amount = min(self._amount * 2, BLOCK)
        elif took > MOMENT:
            self._amount = max(self._amount // 2, LEAST_BLOCK)
        return block

    def _filled(self, into: Callable[[memoryview], int]) -> Block:
        """Return the next bytes in a buffer that was used before, if there is one."""
        try:
            buffer = self._free.get_nowait()
        except queue.Empty:
            buffer = bytearray(BLOCK)
        block = memoryview(buffer)[: self._amount]
        return block[: into(block)]

    def _decoded(self) -> Block:
        """Return the next bytes as urllib3 decodes them."""
        raw = self._response.raw
        block = raw.read(self._amount, decode_content=True)
        # a compressed body may give nothing although more is to come
        while not block and not raw.closed:
            block = raw.read(self._amount, decode_content=True)
        return block

    def close(self) -> None:
        """Let the connection go; a read that still waits for the server does it when it ends."""
        with self._gate:
            self._left = True
            ended = self._ended
        if ended:
            self._response.close()

    def __enter__(self) -> OpenFile:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _content_range(response: requests.Response) -> Optional[re.Match[str]]:
    return re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", response.headers.get("Content-Range", "").strip())


def _total(response: requests.Response, offset: int) -> Optional[int]:
    ranged = _content_range(response) if response.status_code == 206 else None
    if ranged is not None:
        return None if ranged.group(3) == "*" else int(ranged.group(3))
    length = whole_number(response.headers.get("Content-Length", "").strip())
    return None if length is None or "Content-Encoding" in response.headers else offset + length


def _in_doubt(error: AggregatorError) -> bool:
    """Whether the server may have done what it was asked although its answer was an error, lost, or no answer."""
    return not isinstance(error, ServerFailure) or error.status in BROKEN


def _reason_of(error: AggregatorError) -> Message:
    """Return what went wrong with a request, without the advice for those who cannot look for themselves."""
    if isinstance(error, ServerFailure):
        return message("The server failed ({status}).", status=error.status)
    reason = error.message.values.get("reason")
    return reason if isinstance(reason, Message) else error.message


class AggregatorClient:
    """A conversation with one aggregator on one account. Everything raises `AggregatorError` kinds and `Cancelled`."""

    def __init__(
        self,
        base_url: str,
        credentials: Callable[[], tuple[str, str]],
        profile: Optional[Profile] = None,
        session: Optional[requests.Session] = None,
        progress: Optional[Progress] = None,
        retry_policy: Optional[RetryPolicy] = None,
    ):
        """`credentials` returns (account, passphrase) and is called only when a token is needed; nothing is kept of it.

        Raises `InsecureAddress` for plain HTTP to another computer.
        """
        self.profile = profile or Profile.load(None)
        self.progress = progress or Progress()
        self.transport = Transport(base_url, session, self.progress, retry_policy)
        self._credentials = credentials
        self._token: Optional[Token] = None
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"AggregatorClient({self.transport.base_url})"

    def close(self) -> None:
        """Let all connections go."""
        self.transport.close()

    def __enter__(self) -> AggregatorClient:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def report_to(self, progress: Progress) -> None:
        """Tell `progress` from now on, and stop when it says so."""
        self.progress = self.transport.progress = progress

    @property
    def retry_policy(self) -> RetryPolicy:
        """How long and how often is tried."""
        return self.transport.retry_policy

    @property
    def server_date(self) -> Optional[datetime]:
        """The server's clock at its last answer (UTC, with zone), None before the first."""
        return self.transport.server_date

    @property
    def practising(self) -> bool:
        """Whether what answered last is the practice aggregator: what it publishes is invented."""
        return self.transport.server_name.startswith(PRACTICE_SERVER)

    # -- token ------------------------------------------------------------------------------------------------------
    def issue_token(self) -> Token:
        """アクセストークン発行 (011). Raises `WrongCredentials`, `NotActivated`."""
        with self._lock:
            user, phrase = self._credentials()
            if not user or not phrase:
                raise WrongCredentials(message("Account or passphrase are blank. Enter both, then try again."))
            interface = self.profile.interface("token")
            key = self.profile.key
            asked = time.monotonic()
            reply = self.transport.send(
                interface.method, interface.path, json={key("user_id"): user, key("passphrase"): phrase}
            )
            answer = self._object(self._sound(reply))
            value = self._item(answer, "access_token")
            # what is no header value would be an error of the HTTP library, or a second header
            if not isinstance(value, str) or not re.fullmatch(r"[\x21-\x7e]{1,16384}", value):
                raise self._not_understood("access_token")
            try:
                seconds = float(self._item(answer, "expires_in"))
            except (TypeError, ValueError, OverflowError):
                raise self._not_understood("expires_in") from None
            if not 0 < seconds < LONGEST_TOKEN:
                raise self._not_understood("expires_in")
            self._token = token = Token(value, seconds, asked + seconds)
            return token

    def _bearer(self) -> tuple[Token, Bearer]:
        with self._lock:
            token = self._token
            if token is None or token.stale():
                token = self.issue_token()
            return token, Bearer(token.value)

    def _forget(self, used: Token) -> None:
        """Drop a token that the server calls expired, unless another thread has renewed it meanwhile."""
        with self._lock:
            if self._token is used:
                self._token = None

    # -- calls ------------------------------------------------------------------------------------------------------
    def _call(self, interface: str, extra: Optional[Mapping[str, str]] = None, **request: Any) -> Reply:
        """Send an authorised request; an expired token is renewed and the call repeated once."""
        call = self.profile.interface(interface)
        for _ in range(2):
            token, bearer = self._bearer()
            reply = self.transport.send(call.method, call.path, bearer, headers=extra, **request)
            if not self._expired(reply.response):
                return self._sound(reply)
            reply.response.close()
            self._forget(token)
        raise TokenRefused(message("The server calls a token expired that it has just issued. Tell its operator."))

    def _expired(self, response: requests.Response) -> bool:
        return response.status_code == 401 and self._error(response)[0] == "token_expired"

    def _error(self, response: requests.Response) -> tuple[Optional[str], str, str, Mapping[str, Any]]:
        """Return (name of the error, its code, its text, rejected items) of an error answer."""
        key = self.profile.key
        try:
            body = parse_json(response.content)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return None, "", "", {}
        code = shown(body.get(key("error_code"), ""), 40)
        fields = body.get(key("error_fields"))
        text = shown(body.get(key("error_message"), ""))
        return self.profile.error_name(code), code, text, fields if isinstance(fields, dict) else {}

    def _sound(self, reply: Reply) -> Reply:
        """Return the reply if it is a success. Raises the error it stands for."""
        response = reply.response
        status = response.status_code
        if 300 <= status < 400 or (looks_like_html(response) and status != 404):
            response.close()
            raise web_page(self.transport.host, status)
        if status < 300:
            return reply
        name, code, text, fields = self._error(response)
        response.close()
        raise _failure(name, status, code, text, fields)

    def _object(self, reply: Reply) -> dict[str, Any]:
        try:
            body = parse_json(reply.response.content)
        except ValueError:
            body = None
        if isinstance(body, dict):
            return body
        if reply.response.content.lstrip()[:1] == b"<":
            raise web_page(self.transport.host, reply.response.status_code)
        raise NotTheAggregator(
            message(
                "{host} answered something that cannot be understood. Check the address and the profile.",
                host=self.transport.host,
            )
        )

    def _item(self, answer: Any, name: str, kind: type = object) -> Any:
        key = self.profile.key(name)
        if not isinstance(answer, dict) or answer.get(key) is None or not isinstance(answer[key], kind):
            raise self._not_understood(name)
        return answer[key]

    def _not_understood(self, name: str) -> NotTheAggregator:
        return NotTheAggregator(
            message(
                "The answer of {host} has no usable “{key}”. Compare the profile with the interface documents.",
                host=self.transport.host,
                key=self.profile.key(name),
            )
        )

    def _pages(
        self, interface: str, list_name: str, identity_of: Callable[[Any], Hashable], params: Mapping[str, str]
    ) -> Iterator[Any]:
        """Yield the entries of a paged list, each once. Raises `PagingFailure` where the pages do not end."""
        page_key, page, barren = self.profile.key("page"), 1, 0
        visited: set[int] = set()
        seen: Counter[Hashable] = Counter()
        while True:
            visited.add(page)
            answer = self._object(self._call(interface, params={**params, page_key: str(page)}))
            entries = self._item(answer, list_name, list)
            before = len(seen)
            for name, entry in self._identified(entries, identity_of):
                seen[name] += 1
                if seen[name] == 1:
                    yield entry
            following = answer.get(self.profile.key("next_page"))
            if following is None:
                break
            barren = barren + 1 if len(seen) == before else 0
            number = whole_number(following)
            endless = barren >= BARREN_PAGES or len(visited) >= MOST_PAGES or len(seen) > MOST_ENTRIES
            if number is None or number in visited or endless:
                raise PagingFailure(
                    message(
                        "The server’s list does not end: after page {page} it points to page {following}. Try again, "
                        "and tell its operator if it lasts.",
                        page=page,
                        following=shown(following, 20),
                    )
                )
            page = number
        repeated = sum(seen.values()) - len(seen)
        if repeated:
            self.progress.warn(message("The server listed {count} entries twice; each is taken once.", count=repeated))

    def _identified(self, entries: list[Any], identity_of: Callable[[Any], Hashable]) -> Iterator[tuple[Hashable, Any]]:
        """Yield the entries of a page with what tells them apart; a bad one is said, and does not stop the others."""
        for entry in entries:
            try:
                name = identity_of(entry)
            except NotTheAggregator as problem:
                self.progress.warn(problem.message)
                continue
            yield name, entry

    # -- conditions -------------------------------------------------------------------------------------------------
    def register_condition(self, condition: Condition) -> str:
        """データ提供条件登録 (001). Return the condition's id.

        Raises `ConditionError` for what is wrong before it is sent, `ConditionRejected` with the server's reasons.
        """
        wrong = validate(condition)
        if wrong:
            raise ConditionError(_sentences(wrong))
        # clocks of two machines tell less than what stood there before
        known = {entry.condition_id for entry in self.list_conditions()}
        try:
            reply = self._call("register_condition", repeatable=False, json=condition.to_wire(self.profile))
            return self._identity(self._object(reply), "condition_id")
        except (Unreachable, ServerFailure, NotTheAggregator) as error:
            if not _in_doubt(error):
                raise
            return self._found_in_list(condition, known, error)

    def _found_in_list(self, condition: Condition, known: set[str], error: AggregatorError) -> str:
        """Return the id of a condition whose registration had no clear answer, by the server's own list.

        Raises `RegistrationUnclear`, which says whether it stands there: no (try again), or not known.
        """
        reason = _reason_of(error)
        self.progress.info(message("{reason} Looking whether the condition stands in the list.", reason=reason))
        try:
            fresh = self._new_like(condition, known)
            if not fresh and isinstance(error, Unreachable):
                # a server that was too slow to answer may still be at work on it
                self.progress.info(message("It does not stand there yet. Looking once more …"))
                pause(self.retry_policy.longest_wait, self.progress)
                fresh = self._new_like(condition, known)
        except AggregatorError as again:
            raise RegistrationUnclear(
                message(
                    "It is not known whether the condition was registered: {reason} The list could not be read either: "
                    "{again} Look at the list of conditions before you register again.",
                    reason=reason,
                    again=again.message,
                ),
                None,
            ) from None
        if len(fresh) == 1 and fresh[0].condition is not None:
            self.progress.warn(
                message(
                    "The answer to the registration was lost, but condition {id} stands in the list: it is registered.",
                    id=fresh[0].condition_id,
                )
            )
            return fresh[0].condition_id
        if fresh:
            raise RegistrationUnclear(
                message(
                    "It is not known whether the condition was registered: {reason} The list holds {count} new ones. "
                    "Look at the list of conditions before you register again.",
                    reason=reason,
                    count=len(fresh),
                ),
                None,
            )
        raise RegistrationUnclear(
            message(
                "The condition was not registered: {reason} It does not stand in the server’s list. Register it again.",
                reason=reason,
            ),
            False,
        )

    def _new_like(self, condition: Condition, known: set[str]) -> list[Registered]:
        """Return the conditions in the server's list that were not known and may be this one."""
        wanted = condition.to_wire(self.profile)
        return [
            entry
            for entry in self.list_conditions()
            if entry.condition_id not in known
            and (entry.condition is None or entry.condition.to_wire(self.profile) == wanted)
        ]

    def list_conditions(self) -> list[Registered]:
        """データ提供条件一覧取得 (002)."""
        pages = self._pages("conditions", "conditions", lambda entry: self._identity(entry, "condition_id"), {})
        return list(self._each(self._registered, pages))

    def condition(self, condition_id: str) -> Registered:
        """データ提供条件詳細取得 (002). Raises `NotFound`."""
        reply = self._call("conditions", params={self.profile.key("condition_id"): condition_id})
        entries = self._item(self._object(reply), "conditions")
        for entry in entries if isinstance(entries, list) else ():
            if self._identity(entry, "condition_id") == condition_id:
                return self._registered(entry)
        raise NotFound(
            message("There is no condition {id} on this account. Look at the list of conditions.", id=condition_id)
        )

    def _registered(self, entry: Mapping[str, Any]) -> Registered:
        condition_id = self._identity(entry, "condition_id")
        code = shown(self._item(entry, "status"), 40)
        try:
            condition: Optional[Condition] = Condition.from_wire(entry, self.profile)
        except WrongItems as error:
            condition = None
            self.progress.warn(message("Condition {id}: {what}", id=condition_id, what=error.message))
        registered_at = self._moment(entry.get(self.profile.key("registered_at")))
        status = self.profile.code_name("condition_status", code) or code
        return Registered(condition_id, status, registered_at, condition)

    def _moment(self, value: object) -> Optional[datetime]:
        if value is None:
            return None
        try:
            return parse_jst(str(value))
        except ValueError:
            self.progress.warn(
                message("The server’s time “{value}” cannot be read; it is left out.", value=shown(value, 40))
            )
            return None

    def delete_condition(self, condition_id: str) -> None:
        """データ提供条件削除 (003). Raises `NotFound`."""
        self._delete("delete_condition", "condition_id", condition_id)

    def _delete(self, interface: str, name: str, identity: str) -> None:
        call = self.profile.interface(interface)
        params = {self.profile.key(name): identity}
        for _ in range(2):
            token, bearer = self._bearer()
            reply = self.transport.send(call.method, call.path, bearer, params=params)
            if self._expired(reply.response):
                self._forget(token)
                continue
            # the first of several attempts may have done it before its answer was lost
            if not (reply.attempts > 1 and reply.response.status_code == 404):
                self._sound(reply)
            return
        raise TokenRefused(message("The server calls a token expired that it has just issued. Tell its operator."))

    def wait_for(self, condition_id: str, seconds: float, every: float = 10.0) -> Registered:
        """Ask for the state of a condition until it is final or `seconds` have passed; return the last answer."""
        until = time.monotonic() + seconds
        while True:
            found = self.condition(condition_id)
            left = until - time.monotonic()
            if found.status in FINAL or left <= 0:
                return found
            state = STATUS_WORDS.get(found.status, found.status)
            self.progress.info(message("Condition {id}: {status}", id=condition_id, status=state))
            pause(min(every, left), self.progress)

    # -- files ------------------------------------------------------------------------------------------------------
    def list_files(self, condition_id: str) -> list[PublishedFile]:
        """公開データ一覧照会 (009). A numbered part that is not in the list is warned of."""
        return self.list_files_counted(condition_id)[0]

    def list_files_counted(self, condition_id: str) -> tuple[list[PublishedFile], int]:
        """Return the files as `list_files`, and how many entries could not be understood: the set then lacks some."""
        bad = 0

        def file_of(entry: Any) -> PublishedFile:
            nonlocal bad
            try:
                return self._file(entry, condition_id)
            except NotTheAggregator:
                bad += 1
                raise

        def file_id(entry: Any) -> str:
            nonlocal bad
            try:
                return self._identity(entry, "file_id")
            except NotTheAggregator:
                bad += 1
                raise

        params = {self.profile.key("condition_id"): condition_id}
        files = list(self._each(file_of, self._pages("files", "files", file_id, params)))
        self._missing_parts(files)
        return files, bad

    def _file(self, entry: Mapping[str, Any], condition_id: str) -> PublishedFile:
        key = self.profile.key
        size = entry.get(key("size"))
        length = None if size is None else whole_number(size)
        if size is not None and length is None:
            raise self._not_understood("size")
        digest = str(entry.get(key("sha256")) or "").strip().lower()
        if digest and not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise self._not_understood("sha256")
        return PublishedFile(
            file_id=self._identity(entry, "file_id"),
            name=shown(self._item(entry, "file_name"), LONGEST_NAME),
            condition_id=identity(entry.get(key("condition_id"))) or condition_id,
            kind=shown(entry.get(key("data_kind")) or "", 40),
            size=length,
            sha256=digest or None,
            published_at=self._moment(entry.get(key("published_at"))),
        )

    def _missing_parts(self, files: list[PublishedFile]) -> None:
        """Warn of gaps in the numbers of parts; how many there are in all is not known."""
        parts: dict[tuple[str, str, str, datetime], set[int]] = {}
        for file in files:
            name = self.profile.file_names.parse(file.name)
            if name is not None and name.part is not None:
                parts.setdefault((name.municipality, name.condition_id, name.kind, name.time), set()).add(name.part)
        for (_, condition_id, kind, _), numbers in parts.items():
            missing = sorted(set(range(1, max(numbers))) - numbers)
            if missing:
                self.progress.warn(
                    message(
                        "The list of condition {id} lacks part {parts} of “{kind}”. Fetch the list again later.",
                        id=condition_id,
                        parts=", ".join(map(str, missing)),
                        kind=kind,
                    )
                )

    def open_file(self, file: PublishedFile, offset: int = 0, etag: Optional[str] = None) -> OpenFile:
        """公開データDL (010): open a file, from `offset` on where the server can and the file is still that of `etag`.

        The offset of what is returned says where its bytes belong: `offset`, or 0 where the server sends it all.
        Raises `NotFound`, `NotTheAggregator`, and kinds of `AggregatorError`.
        """
        headers = {}
        if offset:
            headers["Range"] = f"bytes={offset}-"
            if etag and not etag.startswith("W/"):
                headers["If-Range"] = etag
        params = {self.profile.key("file_id"): file.file_id}
        try:
            response = self._call("download", headers, params=params, stream=True).response
        except ServerFailure as error:
            if error.status == 416 and offset:
                return self.open_file(file)
            raise
        if response.status_code == 206:
            ranged = _content_range(response)
            if ranged is None or int(ranged.group(1)) != offset:
                response.close()
                if offset:
                    return self.open_file(file)
                raise self._not_understood("size")
            return OpenFile(response, self.transport, offset)
        return OpenFile(response, self.transport, 0)

    # -- contractors ------------------------------------------------------------------------------------------------
    def match_contracts(self, csv: Content) -> str:
        """地点契約照合 登録: send a list of names and addresses. Return the id of the run."""
        reply = self._call("match_contracts", repeatable=False, files=self._upload(csv))
        return self._identity(self._object(reply), "match_id")

    def match_result(self, match_id: str) -> MatchResult:
        """地点契約照合 結果. Raises `NotFound`."""
        answer = self._object(self._call("match_result", params={self.profile.key("match_id"): match_id}))
        done = self.profile.code_name("match_status", self._item(answer, "status")) == "done"
        rows = []
        for entry in answer.get(self.profile.key("rows")) or ():
            result = self.profile.code_name("match_result", self._item(entry, "result"))
            if result is None:
                raise self._not_understood("result")
            rows.append(
                MatchRow(self._whole(entry, "row_no"), result, identity(entry.get(self.profile.key("master_info_id"))))
            )
        return MatchResult(done, tuple(rows))

    def register_contractors(self, csv: Content, name: str, identities: Sequence[str] = ()) -> RegisteredList:
        """特定契約者 登録: send a CSV of マスタ情報ID under a name.

        `identities`: those in the CSV. With them a registration without a clear answer is looked up in the server's
        list: one that stands there is returned without the id of its list; else `RegistrationUnclear` says whether it
        does not (try again), or that it is not known.
        """
        known = self._identities_under(name) if identities else set()
        data = {self.profile.key("list_name"): name}
        try:
            reply = self._call("register_contractors", repeatable=False, files=self._upload(csv), data=data)
            answer = self._object(reply)
            rejected = tuple(
                RejectedRow(self._whole(entry, "row_no"), shown(entry.get(self.profile.key("reason")) or ""))
                for entry in answer.get(self.profile.key("rejected")) or ()
            )
            return RegisteredList(self._identity(answer, "list_id"), self._whole(answer, "registered"), rejected)
        except (Unreachable, ServerFailure, NotTheAggregator) as error:
            if not identities or not _in_doubt(error):
                raise
            return self._contractors_found(name, set(identities), known, error)

    def _identities_under(self, name: str) -> set[str]:
        return {entry.master_info_id for entry in self.list_contractors() if entry.list_name == name}

    def _contractors_found(self, name: str, sent: set[str], known: set[str], error: AggregatorError) -> RegisteredList:
        """Return a registration whose answer was lost, by the server's own list. Raises `RegistrationUnclear`."""
        reason = _reason_of(error)
        self.progress.info(message("{reason} Looking whether the contracts stand in the list.", reason=reason))
        asked = sent - known
        try:
            fresh = asked & self._identities_under(name)
            if not fresh and isinstance(error, Unreachable):
                self.progress.info(message("It does not stand there yet. Looking once more …"))
                pause(self.retry_policy.longest_wait, self.progress)
                fresh = asked & self._identities_under(name)
        except AggregatorError:
            fresh = set()
            asked = set()
        if asked and fresh == asked:
            self.progress.warn(
                message(
                    "The answer to the registration was lost, but its {count} contract(s) stand in the server’s list: "
                    "they are registered. The id of the list is not known here.",
                    count=len(asked),
                )
            )
            return RegisteredList("", len(sent), ())
        if asked and not fresh:
            raise RegistrationUnclear(
                message(
                    "The contracts were not registered: {reason} They do not stand in the server’s list. Register them "
                    "again.",
                    reason=reason,
                ),
                False,
            )
        raise RegistrationUnclear(
            message(
                "It is not known whether the contracts were registered: {reason} Look at the list of contractors "
                "before you register again.",
                reason=reason,
            ),
            None,
        )

    def list_contractors(self) -> list[Contractor]:
        """特定契約者 一覧."""
        key = self.profile.key

        def contractor(entry: Any) -> tuple[str, str]:
            return self._identity(entry, "master_info_id"), shown(entry.get(key("list_name")) or "")

        pages = self._pages("contractors", "contractors", contractor, {})
        return [Contractor(*contractor(entry)) for entry in pages]

    def delete_contractors(self, list_id: str) -> None:
        """特定契約者 削除. Raises `NotFound`."""
        self._delete("delete_contractors", "list_id", list_id)

    def _whole(self, entry: Any, name: str) -> int:
        number = whole_number(self._item(entry, name))
        if number is None:
            raise self._not_understood(name)
        return number

    def _identity(self, entry: Any, name: str) -> str:
        """Return an identity of an answer. Raises `NotTheAggregator` where it is none that can be sent back."""
        found = identity(self._item(entry, name))
        if found is None:
            raise self._not_understood(name)
        return found

    def _each(self, read: Callable[[Any], T], entries: Iterator[Any]) -> Iterator[T]:
        """Yield what `read` makes of the entries. One that cannot be understood is told; the others go on."""
        for entry in entries:
            try:
                yield read(entry)
            except NotTheAggregator as problem:
                self.progress.warn(problem.message)

    def _upload(self, csv: Content) -> dict[str, tuple[str, bytes, str]]:
        content = csv if isinstance(csv, bytes) else Path(csv).read_bytes()
        return {self.profile.key("upload"): ("list.csv", content, "text/csv")}


def _sentences(parts: list[Any]) -> Any:
    """Return messages as one, each still to be translated."""
    joined = parts[0]
    for part in parts[1:]:
        joined = message("{first} {second}", first=joined, second=part)
    return joined


def _failure(name: Optional[str], status: int, code: str, text: str, fields: Mapping[str, Any]) -> AggregatorError:
    """Return the error that an error answer stands for."""
    if name == "bad_credentials":
        return WrongCredentials(
            message("The aggregator does not accept account and passphrase. Enter them again in the settings.")
        )
    if name == "not_activated":
        return NotActivated(
            message(
                "The account is not active until the request (要請) has been accepted. Ask the utility how it stands."
            )
        )
    if name == "condition_rejected":
        reasons = {shown(key, 60): shown(reason) for key, reason in list(fields.items())[:MOST_REASONS]}
        listed = ", ".join(f"{key}: {reason}" for key, reason in reasons.items()) or text
        return ConditionRejected(
            message("The aggregator rejected the condition ({items}). Correct it and register again.", items=listed),
            reasons,
        )
    if name == "not_found" or status == 404:
        return NotFound(
            message(
                "The aggregator does not have what was asked for ({code} {text}). It may have been deleted, or be "
                "another municipality’s; with a first call, check the address.",
                code=code or status,
                text=text,
            )
        )
    return ServerFailure(
        message(
            "The aggregator refused: {status} {code} {text}. Tell its operator if it lasts.",
            status=status,
            code=code,
            text=text,
        ),
        status,
    )

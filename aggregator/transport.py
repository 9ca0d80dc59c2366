"""One HTTP exchange that does not give up too early, can be stopped at any moment, and says what went wrong.

The session is handed in, so that QGIS's proxy and certificates are in force; `requests` is imported when first needed.
"""

from __future__ import annotations

import email.utils
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping, Optional, TypeVar
from urllib.parse import urlsplit

from ..messages import Cancelled, Message, Progress, message
from .compressed import PACKED, unpacked
from .errors import (
    AggregatorError,
    CertificateFailure,
    InsecureAddress,
    NotTheAggregator,
    ProxyFailure,
    ServerFailure,
    Unreachable,
)
from .outside import whole_number

if TYPE_CHECKING:
    import requests

T = TypeVar("T")

TICK = 0.1
"""Seconds between two looks at the watch."""
BUSY = (429, 503)
"""The server did not do it and says so: always safe to ask again."""
BROKEN = (500, 502, 504)
"""The server may or may not have done it."""
PRACTICE_SERVER = "TomoshibiPractice"
"""What the practice aggregator (`practice.server`) calls itself in the header `Server`."""
READ_BLOCK = 1 << 16
"""Bytes of an answer read at a time."""
PROXY_ACCOUNT = 407
"""The proxy wants an account, or another one."""
WRONG_NAME = frozenset({62, 64})
"""OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH."""
OUT_OF_DATE = frozenset({9, 10})
"""OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""


@dataclass(frozen=True)
class RetryPolicy:
    """How long to wait and how often to try. Seconds."""

    attempts: int = 5
    first_wait: float = 1.0
    """Wait before the second attempt; each further wait is twice the one before."""
    longest_wait: float = 30.0
    longest_asked: float = 600.0
    """Longest `Retry-After` that is waited for; beyond it the user is told instead."""
    connect: float = 10.0
    read: float = 60.0
    """Longest silence in the middle of an answer."""
    whole: float = 300.0
    """Longest time for an answer that is no file: a server that drips would hold the run for ever."""
    most_bytes: int = 64 << 20
    """Most bytes of an answer that is no file, unpacked: a page of a list has some hundred kilobytes."""

    def wait(self, attempt: int) -> float:
        """Return the wait after the attempt of this number, from 1."""
        return min(self.first_wait * 2.0 ** (attempt - 1), self.longest_wait)


@dataclass(frozen=True)
class Reply:
    """An answer and the number of attempts it took."""

    response: requests.Response
    attempts: int


class _Broken(Exception):
    """An exchange that failed on the way. `sent`: whether the server may have got it; `again`: whether to try again."""

    def __init__(self, error: AggregatorError, sent: bool, again: bool):
        super().__init__()
        self.error, self.sent, self.again = error, sent, again


def user_agent() -> str:
    """Return `Tomoshibi/<version of metadata.txt>`."""
    metadata = Path(__file__).resolve().parents[1] / "metadata.txt"
    try:
        found = re.search(r"^version=(.+)$", metadata.read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return f"Tomoshibi/{found.group(1).strip()}" if found else "Tomoshibi"


def is_loopback(host: str) -> bool:
    """Whether `host` is this computer."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_address(address: str) -> str:
    """Return the base address without a slash at its end.

    Raises `InsecureAddress` where it is none, is plain HTTP to another computer, or carries an account.
    """
    try:
        parts = urlsplit(address.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise InsecureAddress(
            message("The address of the aggregator must look like https://name/path. Correct it in the settings.")
        )
    if parts.username is not None or parts.password is not None:
        raise InsecureAddress(
            message(
                "The address of the aggregator holds an account. Take it out; accounts go into QGIS’s authentication."
            )
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise InsecureAddress(
            message(
                "The address {host} is plain HTTP, so anyone on the way could read the data. Use https://.",
                host=host,
            )
        )
    return address.strip().rstrip("/")


class TooLong(Exception):
    """Work that was not done within its time."""


def interruptible(
    work: Callable[[], T],
    progress: Progress,
    drop: Callable[[T], None] = lambda result: None,
    limit: Optional[float] = None,
) -> T:
    """Do `work` in a thread and return its result, looking at the watch all the while.

    Raises `Cancelled` within a tick of the user's wish, and `TooLong` after `limit` seconds; the abandoned work then
    ends by its own time-out, and its result goes to `drop`. What `work` raises is raised here.
    """
    until = float("inf") if limit is None else time.monotonic() + limit
    progress.raise_if_cancelled()
    done = threading.Event()
    gate = threading.Lock()
    results: list[T] = []
    failure: Optional[BaseException] = None
    abandoned = False

    def run() -> None:
        nonlocal failure
        try:
            result = work()
        except BaseException as error:  # handed to the caller's thread, whatever it is
            failure = error
        else:
            with gate:
                results.append(result)
                unwanted = abandoned
            if unwanted:
                drop(result)
        finally:
            done.set()

    threading.Thread(target=run, name="tomoshibi-http", daemon=True).start()
    try:
        while not done.wait(TICK):
            progress.raise_if_cancelled()
            if time.monotonic() > until:
                raise TooLong
    except (Cancelled, TooLong):
        with gate:
            abandoned = True
            finished = bool(results)
        if finished:
            drop(results[0])
        raise
    if failure is not None:
        raise failure
    return results[0]


def pause(seconds: float, progress: Progress) -> None:
    """Wait. Raises `Cancelled` within a tick of the user's wish."""
    until = time.monotonic() + seconds
    while True:
        progress.raise_if_cancelled()
        left = until - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(TICK, left))


def retry_after(headers: Mapping[str, str]) -> Optional[float]:
    """Return the seconds that `Retry-After` asks for (a number, or an HTTP date by the server's own clock)."""
    text = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    moment = http_date(text)
    if moment is None:
        return None
    now = http_date(headers.get("Date", "")) or datetime.now(timezone.utc)
    return max(0.0, (moment - now).total_seconds())


def http_date(text: str) -> Optional[datetime]:
    """Return an HTTP date, None where it is none."""
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


class Bearer:
    """Puts the access token on a request. An auth object, because otherwise requests would put a .netrc entry there."""

    def __init__(self, value: Optional[str]):
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return the request with the token."""
        if self._value is not None:
            request.headers["Authorization"] = f"Bearer {self._value}"
        return request


class Transport:
    """Sends requests to one server, with retries."""

    def __init__(
        self,
        base_url: str,
        session: Optional[requests.Session] = None,
        progress: Optional[Progress] = None,
        retry_policy: Optional[RetryPolicy] = None,
    ):
        """Raises `InsecureAddress` for an address not to be used, `CertificateFailure` for a session without checks."""
        self.base_url = checked_address(base_url)
        self.host = urlsplit(self.base_url).hostname or ""
        self.progress = progress or Progress()
        self.retry_policy = retry_policy or RetryPolicy()
        self.user_agent = user_agent()
        self._session = session
        self._opening = threading.Lock()
        self._quiet_until = 0.0
        """Moment (monotonic) before which a server that is busy is not asked again, by none of the threads."""
        self.server_date: Optional[datetime] = None
        """The server's clock at its last answer (UTC)."""
        self.server_name = ""
        """What the server called itself in its last answer, header `Server`; "" where it did not."""
        if session is not None and session.verify is False:
            raise CertificateFailure(message("Certificates must be checked; this session does not check them."))

    @property
    def session(self) -> requests.Session:
        """The session, made when first needed: one for all threads, seen by none before it knows of its proxies."""
        with self._opening:
            if self._session is None:
                import requests

                session = requests.Session()
                # a proxy of the environment could not reach this computer
                session.trust_env = not is_loopback(self.host)
                self._session = session
            return self._session

    def close(self) -> None:
        """Let all connections go. A later call would open new ones."""
        if self._session is not None:
            self._session.close()

    def send(
        self,
        method: str,
        path: str,
        bearer: Optional[Bearer] = None,
        repeatable: bool = True,
        stream: bool = False,
        headers: Optional[Mapping[str, str]] = None,
        **body: Any,
    ) -> Reply:
        """Send a request and return the answer, whatever its status, once it is not one to try again.

        `repeatable=False`: doing it twice would do harm, so it is not repeated where the server may have got it.
        `body`: `params`, `json`, `files`, `data` of requests. Raises `AggregatorError` kinds and `Cancelled`.
        """
        attempt = 0
        while True:
            attempt += 1
            last = attempt >= self.retry_policy.attempts
            try:
                response = self._once(method, path, bearer, stream, dict(headers or {}), body)
            except _Broken as broken:
                if broken.sent and not repeatable:
                    raise Unreachable(
                        message(
                            "{reason} It is not known whether the server did what it was asked. Look at the list "
                            "before you try again.",
                            reason=broken.error.message,
                        )
                    ) from None
                if last or not broken.again:
                    raise broken.error from None
                self._wait(broken.error.message, self.retry_policy.wait(attempt), attempt)
                continue
            if response.status_code in BUSY or (response.status_code in BROKEN and repeatable):
                wait = self._busy(response, attempt, last)
                self._wait(message("The server answered {status}.", status=response.status_code), wait, attempt)
                continue
            if response.status_code in BROKEN:
                response.close()
                raise ServerFailure(
                    message(
                        "The server failed ({status}). It is not known whether it did what it was asked. Look at the "
                        "list before you try again.",
                        status=response.status_code,
                    ),
                    response.status_code,
                )
            return Reply(response, attempt)

    def _once(
        self,
        method: str,
        path: str,
        bearer: Optional[Bearer],
        stream: bool,
        headers: dict[str, str],
        body: Mapping[str, Any],
    ) -> requests.Response:
        headers = {"User-Agent": self.user_agent, "Accept-Encoding": "identity", **headers}
        pause(self._quiet_until - time.monotonic(), self.progress)

        def exchange() -> requests.Response:
            answer = self.session.request(
                method,
                self.base_url + path,
                headers=headers,
                auth=bearer or Bearer(None),
                stream=True,
                # a redirection would carry the request to where nobody checked
                allow_redirects=False,
                # given here, because an environment variable would come before what the session says
                verify=self.session.verify,
                timeout=(self.retry_policy.connect, self.retry_policy.read),
                **body,
            )
            if not stream or answer.status_code >= 300:
                # an error is read here even where a file would be streamed, so that half of one is tried again
                self._read(answer)
            return answer

        response = self._guarded(exchange, lambda late: late.close())
        if not stream or response.status_code >= 300:
            _whole(response, self.host)
        self.server_date = http_date(response.headers.get("Date", "")) or self.server_date
        self.server_name = response.headers.get("Server", "")
        return response

    def _read(self, answer: requests.Response) -> None:
        """Read the body of an answer that is no file, within its budget. Raises `NotTheAggregator` beyond it."""
        blocks, length = [], 0
        for block in _blocks(answer):
            blocks.append(block)
            length += len(block)
            if length > self.retry_policy.most_bytes:
                answer.close()
                raise NotTheAggregator(
                    message(
                        "{host} sent an answer without end; it was cut off after {megabytes} MB. Check the address; "
                        "tell the aggregator’s operator if it lasts.",
                        host=self.host,
                        megabytes=round(length / 1e6, 1),
                    )
                )
        # what requests itself does when it reads a body
        answer._content, answer._content_consumed = b"".join(blocks), True  # type: ignore[attr-defined]  # not in the stubs

    def _busy(self, response: requests.Response, attempt: int, last: bool) -> float:
        """Return the seconds to wait before asking again. Raises `ServerFailure` where that is out of the question."""
        status = response.status_code
        asked = retry_after(response.headers)
        response.close()
        if asked is not None and asked > self.retry_policy.longest_asked:
            raise ServerFailure(
                message(
                    "The server is busy ({status}) and asks to come back in {minutes} minutes. Try again then.",
                    status=status,
                    minutes=int(asked // 60) + 1,
                ),
                status,
            )
        if last:
            raise ServerFailure(
                message(
                    "The server answered {status} {attempts} times. Try later, and tell the operator if it lasts.",
                    status=status,
                    attempts=attempt,
                ),
                status,
            )
        wait = self.retry_policy.wait(attempt) if asked is None else asked
        # other transfers from this server wait too
        self._quiet_until = max(self._quiet_until, time.monotonic() + wait)
        return wait

    def _wait(self, reason: Message, seconds: float, attempt: int) -> None:
        self.progress.info(
            message(
                "{reason} Trying again in {seconds} s (attempt {attempt} of {attempts}).",
                reason=reason,
                seconds=round(seconds, 1),
                attempt=attempt + 1,
                attempts=self.retry_policy.attempts,
            )
        )
        pause(seconds, self.progress)

    def failure(self, error: BaseException) -> AggregatorError:
        """Return what an exception of requests, urllib3 or the socket in the middle of a body means."""
        return _diagnose(error, self.host).error

    def _guarded(self, work: Callable[[], T], drop: Callable[[T], None] = lambda result: None) -> T:
        """Do `work` so that it can be stopped. Raises `_Broken` for what requests, urllib3 or the socket raise."""
        import requests
        import urllib3

        try:
            return interruptible(work, self.progress, drop, self.retry_policy.whole)
        except TooLong:
            what = message(
                "{host} did not finish its answer within {minutes} minutes. Check the network; try again.",
                host=self.host,
                minutes=max(1, round(self.retry_policy.whole / 60)),
            )
            raise _Broken(Unreachable(what), sent=True, again=False) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
            # the cause is left out: its request holds the token
            raise _diagnose(error, self.host) from None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception, its reasons, arguments and contexts, each once."""
    seen: set[int] = set()
    queue: list[Any] = [error]
    while queue:
        item = queue.pop(0)
        if not isinstance(item, BaseException) or id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        queue += [*item.args, getattr(item, "reason", None), item.__cause__, item.__context__]


def _blocks(answer: requests.Response) -> Iterator[bytes]:
    """Yield the body of an answer, unpacked."""
    import requests

    coding = answer.headers.get("Content-Encoding", "").strip().lower()
    if coding not in PACKED:
        yield from answer.iter_content(READ_BLOCK)
        return
    # urllib3 unpacks by this header, of which requests has a copy
    answer.raw.headers.discard("Content-Encoding")
    try:
        yield from unpacked(answer.iter_content(READ_BLOCK), coding, READ_BLOCK)
    except zlib.error as error:
        raise requests.exceptions.ContentDecodingError(error) from None


def _whole(response: requests.Response, host: str) -> None:
    """Raise `_Broken` where a body is shorter than its header says (requests lets that pass)."""
    announced = whole_number(response.headers.get("Content-Length", "").strip())
    if announced is not None and "Content-Encoding" not in response.headers and len(response.content) < announced:
        what = message("The connection to {host} broke. Check the network; try again.", host=host)
        raise _Broken(Unreachable(what), sent=True, again=True)


def _diagnose(error: BaseException, host: str) -> _Broken:
    """Return what an exception of requests, urllib3 or the socket means."""
    import requests
    import urllib3

    causes = list(_causes(error))

    def has(*kinds: type) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    certificate = _certificate(causes, host)
    if certificate is not None:
        return _Broken(CertificateFailure(certificate), sent=False, again=False)
    if has(requests.exceptions.ProxyError, urllib3.exceptions.ProxyError):
        proxy = _proxy(causes, host)
        if proxy is not None:
            return proxy
    if has(requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema):
        what = message("The address of the aggregator must look like https://name/path. Correct it in the settings.")
        return _Broken(InsecureAddress(what), sent=False, again=False)
    if has(socket.gaierror):
        what = message(
            "The name {host} is not known to the network. Check the address and the network connection.", host=host
        )
        return _Broken(Unreachable(what), sent=False, again=True)
    if has(ConnectionRefusedError):
        what = message("No server answers at {host}: connection refused. Check the address and port.", host=host)
        return _Broken(Unreachable(what), sent=False, again=True)
    if has(requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError):
        what = message("{host} does not answer. Check the address, the network and the firewall.", host=host)
        return _Broken(Unreachable(what), sent=False, again=True)
    if has(requests.exceptions.ReadTimeout, urllib3.exceptions.ReadTimeoutError, socket.timeout):
        what = message("{host} fell silent in the middle of an answer. Check the network; try again.", host=host)
        return _Broken(Unreachable(what), sent=True, again=True)
    if has(ssl.SSLError):
        what = message("{host} does not speak TLS as it should. Check the address and port.", host=host)
        return _Broken(Unreachable(what), sent=False, again=True)
    unsent = has(urllib3.exceptions.NewConnectionError)
    what = message("The connection to {host} broke. Check the network; try again.", host=host)
    return _Broken(Unreachable(what), sent=not unsent, again=True)


def _certificate(causes: list[BaseException], host: str) -> Optional[Message]:
    """Return what is wrong with the server's certificate, None where that is not it."""
    # urllib3 has a class of that name of its own, for a name that does not fit
    misnamed = any(type(cause).__name__ == "CertificateError" for cause in causes)
    failures = [cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)]
    codes = {getattr(cause, "verify_code", 0) for cause in failures}
    if codes & WRONG_NAME or (misnamed and not codes - {0, None}):
        return message(
            "The certificate that answered is not one of {host}. Check the address; if it is right, something between "
            "answers in its place: tell your network’s administrator.",
            host=host,
        )
    if codes & OUT_OF_DATE:
        return message(
            "The certificate of {host} has expired or is not valid yet. Check the computer’s clock; if it is right, "
            "tell the aggregator’s operator.",
            host=host,
        )
    if failures:
        return message(
            "The certificate of {host} cannot be trusted. Check the address and the computer’s clock; where your "
            "network has its own certificate authority, add it to QGIS’s authorities.",
            host=host,
        )
    return None


def _proxy(causes: list[BaseException], host: str) -> Optional[_Broken]:
    """Return what the proxy did, None where it was there and the connection broke later."""
    import urllib3

    tunnel = re.search(r"Tunnel connection failed: (\d{3})", " ".join(map(str, causes)))
    status = int(tunnel.group(1)) if tunnel else 0
    if status == PROXY_ACCOUNT:
        what = message(
            "The proxy does not accept the account it was given (407). Enter its user and password in QGIS’s options "
            "under Network."
        )
        return _Broken(ProxyFailure(what), sent=False, again=False)
    if status:
        what = message(
            "The proxy did not let the request to {host} through ({status}). Check QGIS’s proxy settings, and ask "
            "your network’s administrator to allow {host}.",
            host=host,
            status=status,
        )
        return _Broken(ProxyFailure(what), sent=False, again=status in BUSY + BROKEN)
    if any(isinstance(cause, (urllib3.exceptions.NewConnectionError, socket.gaierror)) for cause in causes):
        what = message("The proxy on the way to {host} does not answer. Check QGIS’s proxy settings.", host=host)
        return _Broken(ProxyFailure(what), sent=False, again=False)
    return None


def looks_like_html(response: requests.Response) -> bool:
    """Whether an answer is a web page, which the aggregator never sends."""
    return "html" in response.headers.get("Content-Type", "").lower()


def web_page(host: str, status: int) -> NotTheAggregator:
    """Return the error for a web page where an answer should be."""
    return NotTheAggregator(
        message(
            "A proxy or login page answered in place of {host} (status {status}). Open a web page in the browser to "
            "log in to the network, and check QGIS’s proxy settings.",
            host=host,
            status=status,
        )
    )

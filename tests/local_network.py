"""A network on this computer: an authority of its own, an HTTPS server under a name, a proxy with an account.

Names that do not exist outside (`*.example.jp`) are known to the proxy, and to this process while `names` is in force.
"""

from __future__ import annotations

import base64
import json
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Iterator

from tomoshibi.tests.patience import PATIENCE


class Authority:
    """A certificate authority that nobody knows until it is added somewhere."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.certificate = folder / "authority.pem"
        self._key = folder / "authority.key"
        _openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self._key, "-out", self.certificate,
            "-days", "2", "-subj", "/CN=Tomoshibi drill authority",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        )  # fmt: skip

    def server(self, name: str, days: int = 2) -> Path:
        """Return a file with key and certificate for a server of that name; negative days: expired."""
        pem, request, extension = (self.folder / f"{name}{days}{end}" for end in (".pem", ".csr", ".ext"))
        subject = f"/CN={name}"
        _openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", pem, "-out", request, "-subj", subject)
        extension.write_text(f"subjectAltName=DNS:{name}\n")
        made = self.folder / f"{name}{days}.crt"
        span = ["-days", str(days)] if days > 0 else ["-days", "0"]
        _openssl(
            "x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial",
            "-out", made, "-extfile", extension, *span,
        )  # fmt: skip
        pem.write_bytes(pem.read_bytes() + made.read_bytes())
        return pem


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class _Answers(BaseHTTPRequestHandler):
    """Issues tokens and lists no conditions, which is all that a test of the way there needs."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Keep quiet."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer({"accessToken": "of-the-drill", "expiresIn": 1800})

    def do_GET(self) -> None:
        self._answer({"conditions": [], "nextPage": None})

    def _answer(self, content: dict) -> None:
        self.server.answered += 1
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    answered = 0

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that refuses the certificate hangs up: that is what is tested."""


@contextmanager
def https_server(pem: Path) -> Iterator[_Quiet]:
    """Serve HTTPS on a free port of this computer; `answered` counts."""
    server = _Quiet(("127.0.0.1", 0), _Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with _running(server):
        yield server


class Proxy(_Quiet):
    """An HTTP proxy that wants an account; it knows where names lead."""

    def __init__(self, account: str, leads: dict[str, int]):
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.account = "Basic " + base64.b64encode(account.encode()).decode()
        self.leads = leads
        self.asked: list[str] = []
        """`host:port` of every CONNECT, with the account or not."""
        self.refuse = 0
        """Status to refuse every CONNECT with; 0: let it through."""
        self.drop = 0
        """Tunnels to cut after they were opened."""


class _Tunnel(BaseHTTPRequestHandler):
    server: Proxy

    def log_message(self, *args: object) -> None:
        """Keep quiet."""

    def do_CONNECT(self) -> None:
        self.server.asked.append(self.path)
        self.close_connection = True
        if self.headers.get("Proxy-Authorization") != self.server.account:
            self.send_response(407)
            self.send_header("Proxy-Authenticate", 'Basic realm="drill"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        port = self.server.leads.get(self.path.rpartition(":")[0])
        status = self.server.refuse or (0 if port else 502)
        if status:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        with socket.create_connection(("127.0.0.1", port)) as far:
            self.send_response(200)
            self.end_headers()
            if self.server.drop > 0:
                self.server.drop -= 1
                return
            back = threading.Thread(target=_pass, args=(far, self.connection), daemon=True)
            back.start()
            _pass(self.connection, far)
            back.join(PATIENCE)


def _pass(source: socket.socket, target: socket.socket) -> None:
    try:
        while block := source.recv(1 << 16):
            target.sendall(block)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        # one of the two hung up: so does the tunnel
        return


@contextmanager
def _running(server: ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()


@contextmanager
def proxy(account: str, leads: dict[str, int]) -> Iterator[Proxy]:
    """Run a proxy on a free port of this computer."""
    made = Proxy(account, leads)
    with _running(made):
        yield made


@contextmanager
def names(*known: str) -> Iterator[None]:
    """Let names lead to this computer, as a line in a hosts file would."""
    before = socket.getaddrinfo

    def lookup(host, *arguments, **more):
        name = host.decode() if isinstance(host, bytes) else host
        return before("127.0.0.1" if name in known else host, *arguments, **more)

    socket.getaddrinfo = lookup
    try:
        yield
    finally:
        socket.getaddrinfo = before

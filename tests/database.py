"""A PostgreSQL server of the tests' own, with PostGIS, on loopback and in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

OWNER, VIEWER, RESPONDER, KEEPER, ADMIN = "tomo_owner", "tomo_viewer", "tomo_responder", "tomo_keeper", "postgres"
"""Logins: who publishes; seats that view, that respond (and see people), that only see people; the administrator."""
PASSPHRASE = "one-of-the-tests"
DATABASE = "hq"


def binaries() -> Optional[Path]:
    """Return the folder of the newest server that is installed with PostGIS, None where none is."""
    found = [
        path.parent
        for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if (Path("/usr/share/postgresql") / path.parts[-3] / "extension" / "postgis.control").is_file()
    ]
    return max(found, key=lambda path: int(path.parts[-2])) if found else None


def _user() -> Optional[pwd.struct_passwd]:
    """Return who runs the server where the tests run as root, which it refuses; None where they do not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("no account but root to run the server")


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    folder: Path
    port: int
    bin: Path

    def connect(self, user: str, database: str = DATABASE) -> Any:
        """Return a psycopg2 connection of a login; every statement is its own transaction."""
        import psycopg2

        made = psycopg2.connect(
            host="127.0.0.1", port=self.port, dbname=database, user=user, password=PASSPHRASE, connect_timeout=20
        )
        made.autocommit = True
        return made

    def rows(self, sql: str, user: str = ADMIN, database: str = DATABASE) -> list[tuple]:
        """Run SQL as a login; return its rows, none where it has none."""
        connection = self.connect(user, database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def environment(self, user: str) -> dict[str, str]:
        """Return what a process needs to reach the server: a file of services and one of passwords.

        The service `hq` logs in as `user`, and one of the name of each login as that.
        """
        services, secrets = self.folder / f"{user}.conf", self.folder / "pgpass"
        told = f"host=127.0.0.1\nport={self.port}\ndbname={DATABASE}\nsslmode=disable\n"
        logins = {"hq": user, **{each: each for each in (OWNER, VIEWER, RESPONDER, KEEPER)}}
        text = "".join(f"[{name}]\n{told}user={login}\n" for name, login in logins.items())
        services.write_text(text, encoding="utf-8")
        secrets.write_text(f"127.0.0.1:{self.port}:*:*:{PASSPHRASE}\n", encoding="utf-8")
        secrets.chmod(0o600)
        return {"PGSERVICEFILE": str(services), "PGPASSFILE": str(secrets)}

    def stop(self) -> None:
        """Stop the server and delete what it kept."""
        _as(_user(), [str(self.bin / "pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "stop"])
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> Server:
    """Make and start a server with the database `hq`, PostGIS in it, and the logins."""
    binary = binaries()
    if binary is None:
        raise RuntimeError("no PostgreSQL server with PostGIS is installed")
    owner = _user()
    folder = Path(tempfile.mkdtemp(prefix="tomoshibi-pg-"))
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    secret = folder / "secret"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    secret.chmod(0o644)
    data = str(folder / "data")
    made = [str(binary / "initdb"), "-D", data, "-U", ADMIN, "-A", "scram-sha-256", "--pwfile", str(secret)]
    _as(owner, [*made, "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    options += " -c max_connections=260 -c shared_buffers=32MB"
    log = str(folder / "data" / "server.log")
    _as(owner, [str(binary / "pg_ctl"), "-D", data, "-l", log, "-w", "-t", "60", "-o", options, "start"])
    server = Server(folder, port, binary)
    for sql in (
        f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{PASSPHRASE}'",
        *(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSPHRASE}'" for name in (VIEWER, RESPONDER, KEEPER)),
        f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
    ):
        server.rows(sql, database="postgres")
    server.rows("CREATE EXTENSION postgis")
    return server


def _as(owner: Optional[pwd.struct_passwd], command: list[str]) -> None:
    """Run a program of the server as an account; what it says is shown where it fails."""
    more: dict[str, Any] = {}
    if owner is not None:
        more = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    # the server that is started keeps what it was given to write to
    quiet = command[-1] == "start"
    done = subprocess.run(
        command,
        stdout=subprocess.DEVNULL if quiet else subprocess.PIPE,
        stderr=subprocess.DEVNULL if quiet else subprocess.STDOUT,
        cwd="/",
        env=environment,
        timeout=120,
        check=False,
        **more,
    )
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stdout!r}")

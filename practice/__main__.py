"""`python -m tomoshibi.practice SCENARIO…`: serve scenario folders on this computer until Ctrl+C."""

from __future__ import annotations

import argparse
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Optional, Sequence

from ..aggregator.profile import Profile
from ..messages import TomoshibiError
from .backend import ACCOUNTS_FILE
from .server import PracticeServer


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Serve until interrupted. Return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tomoshibi.practice", description="Practice aggregator for drills.")
    parser.add_argument("scenario", nargs="+", type=Path, help="scenario folder, as “Create scenario” makes it")
    parser.add_argument("--port", type=int, default=8734, help="port on 127.0.0.1; 0 takes any (default 8734)")
    parser.add_argument("--profile", type=Path, help="interface profile (default: the one that ships)")
    parser.add_argument("--build-seconds", type=float, default=5.0, help="seconds until files are published")
    parser.add_argument(
        "--match-seconds", type=float, default=5.0, help="seconds until a contractor list is matched (in earnest 1800)"
    )
    parser.add_argument("--token-seconds", type=float, default=1800.0, help="life of an access token in seconds")
    parser.add_argument("--page-size", type=int, default=50, help="entries on a page of a list")
    parser.add_argument("--part-rows", type=int, default=200_000, help="rows in one part of a published set")
    parser.add_argument(
        "--now",
        type=datetime.fromisoformat,
        help="the drill's clock, e.g. 2026-01-19T08:00 (default: the scenario's end)",
    )
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before every answer")
    chosen = parser.parse_args(arguments)
    try:
        server = PracticeServer(
            chosen.scenario,
            port=chosen.port,
            profile=Profile.load(chosen.profile),
            build_seconds=chosen.build_seconds,
            match_seconds=chosen.match_seconds,
            token_seconds=chosen.token_seconds,
            page_size=chosen.page_size,
            part_rows=chosen.part_rows,
            latency=chosen.latency,
        )
    except TomoshibiError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    server.backend.told = _say
    if chosen.now is not None:
        server.now = chosen.now
    with server:
        _say(
            f"Practice aggregator at {server.url} (this computer only; Ctrl+C ends it). "
            f"Clock: {server.now:%Y-%m-%d %H:%M}"
        )
        for account in server.accounts:
            state = "active" if account.active else "not activated: no request accepted"
            _say(f"  {account.user}  {account.phrase}  municipality {account.municipality}  ({state})")
        _say("Accounts are in: " + ", ".join(str(folder / ACCOUNTS_FILE) for folder in chosen.scenario))
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            _say("Stopped.")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

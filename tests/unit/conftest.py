"""A practice aggregator over real HTTP, with files of a known content."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

NOW = datetime(2026, 1, 21, 6, 0)
HERE, ELSEWHERE = "172057", "172049"


@dataclass
class SmallScenario:
    """The parts of a scenario that the server looks at."""

    folder: Path
    municipality: str = HERE
    now: datetime = NOW
    accounts: list = field(default_factory=list)
    divisions: list = field(default_factory=list)
    meters: dict = field(default_factory=dict)


def open_small(folder: Path) -> SmallScenario:
    accounts = [
        {"user": "drill-here", "municipality": HERE, "active": True},
        {"user": "drill-elsewhere", "municipality": ELSEWHERE, "active": True},
        {"user": "waiting-here", "municipality": HERE, "active": False},
    ]
    divisions = [{"code": HERE, "parent": ""}, {"code": ELSEWHERE, "parent": ""}]
    meters = {
        "name": np.array(["電力　太郎", "通電 花子", "灯 次郎"]),
        "address": np.array(["架空市一丁目1-1", "架空市一丁目1-2", "架空市一丁目1-3"]),
        "master_info_id": np.array(["M000000000001", "M000000000002", "M000000000003"]),
        "division": np.array([0, 0, 1]),
    }
    return SmallScenario(folder, "000000", NOW, accounts, divisions, meters)


def content_of(name: str, size: int) -> bytes:
    """Bytes that differ from file to file and from place to place."""
    seed = sum(name.encode())
    return np.random.default_rng(seed).integers(0, 256, size, dtype=np.uint8).tobytes()


class Files:
    """A publisher that writes files of chosen names and sizes."""

    def __init__(self, sizes: dict[str, int]):
        self.sizes = sizes
        self.orders: list = []
        self.error: Exception | None = None

    def __call__(self, scenario, condition, profile, folder, now, part_rows, *, condition_id, contractors):
        self.orders.append((condition, condition_id, contractors, now))
        if self.error:
            raise self.error
        paths = []
        for name, size in self.sizes.items():
            path = folder / name
            path.write_bytes(content_of(name, size))
            paths.append(path)
        return paths


class Notes:
    """A watch that remembers, and can be told to stop."""

    def __init__(self):
        from tomoshibi.messages import Cancelled

        self._cancelled = Cancelled
        self.stop = threading.Event()
        self.stop_at: float = 2.0
        self.told: list[str] = []
        self.warned: list[str] = []
        self.fractions: list[float] = []
        self.looked = 0

    def set_fraction(self, fraction: float) -> None:
        self.fractions.append(fraction)
        if fraction >= self.stop_at:
            self.stop.set()

    def info(self, what) -> None:
        self.told.append(str(what))

    def warn(self, what) -> None:
        self.warned.append(str(what))

    def cancelled(self) -> bool:
        self.looked += 1
        return self.stop.is_set()

    def raise_if_cancelled(self) -> None:
        if self.cancelled():
            raise self._cancelled()


class Bench:
    """A server, a client, and what they say."""

    def __init__(self, folder: Path, sizes: dict[str, int], **options):
        from tomoshibi.practice.server import PracticeServer

        self.publish = Files(sizes)
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        options = {"build_seconds": 0.0, **options}
        self.server = PracticeServer(folder, publisher=self.publish, open_scenario=open_small, **options)
        self.notes = Notes()

    def client(self, user: str = "drill-here", **options):
        from tomoshibi.aggregator.client import AggregatorClient
        from tomoshibi.aggregator.transport import RetryPolicy

        retry_policy = RetryPolicy(attempts=3, first_wait=0.02, connect=2, read=5)
        options = {
            "credentials": self.server.credentials(user),
            "retry_policy": retry_policy,
            "progress": self.notes,
            **options,
        }
        return AggregatorClient(self.server.url, **options)

    def faulty(self, interface: str, **fault):
        from tomoshibi.practice.server import Fault

        made = Fault(interface, **fault)
        self.server.faults.append(made)
        return made

    def condition(self, municipality: str = HERE):
        from tomoshibi.aggregator.conditions import TEMPLATES

        return TEMPLATES["uc5"].conditions(municipality, date(2026, 1, 18), date(2026, 1, 21))[0]

    def published(self, client=None, municipality: str = HERE):
        """Register a condition, wait, and return its id."""
        client = client or self.client()
        condition_id = client.register_condition(self.condition(municipality))
        found = client.wait_for(condition_id, 120, every=0.02)
        assert found.status in ("published", "empty", "failed")
        return condition_id


@pytest.fixture
def bench(tmp_path):
    made = []

    def make(sizes: dict[str, int] | None = None, **options) -> Bench:
        one = Bench(tmp_path / f"scenario{len(made)}", {"a.csv": 10_000} if sizes is None else sizes, **options)
        one.server.start()
        made.append(one)
        return one

    yield make
    for one in made:
        one.server.stop()


@pytest.fixture
def stopwatch():
    begin = time.monotonic()
    return lambda: time.monotonic() - begin

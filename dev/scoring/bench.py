"""One drill in one service as one checkout sees it: the practice aggregator here, the checkout in its own process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pandas as pd
from tomoshibi.aggregator.profile import SHIPPED, Profile
from tomoshibi.analysis import mesh
from tomoshibi.practice.published_files import VOLTAGES, Order, publish_files
from tomoshibi.practice.scenario import Scenario
from tomoshibi.practice.server import PracticeServer
from tomoshibi.practice.service import Service

from . import parts, units
from .judge import MARK
from .plan import FAILED, MAIN, PART_MISSING

PART_ROWS = 40_000
"""Rows of a part, so that a day comes in several."""
PEACE_DAYS = 4
"""Whole days before the event that are downloaded; what lies before comes as files by hand, once for all services."""
MESH_METRES = 250
SECONDARY = (38.0, 135.1, 38.4, 135.6)
"""South, west, north, east of the built-in municipality."""
LIST_COLUMNS = {"master_info_id": "マスタ情報ID", "list_name": "リスト名"}
SUPPLY_AND_FEED_IN = ("low_supply", "low_export", "high_supply")


class Judge:
    """The checkout's process."""

    def __init__(self, code: Path, home: Path, environment: dict[str, str]):
        home.mkdir(parents=True, exist_ok=True)
        self.errors: list[str] = []
        """What it could not do, in its own words."""
        self.seconds: dict[str, float] = {}
        self._log = open(home / "judge.log", "w", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("judge.py")), str(code), str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
            env={**os.environ, **environment},
        )
        self._read()

    def _read(self) -> dict[str, Any]:
        for line in self._process.stdout:
            if line.startswith(MARK):
                return json.loads(line[1:])
            self._log.write(line)
        raise RuntimeError(f"the process that is judged ended; see {self._log.name}")

    def run(
        self, algorithm: str, save: Optional[Path] = None, columns: tuple[str, ...] = (), **parameters: Any
    ) -> Optional[dict[str, Any]]:
        """Run an algorithm; return its numbers, None (and a line in `errors`) where it refuses.

        `save`: the file for its table; `columns`: those of it that are wanted, all where none are named.
        """
        begun = time.monotonic()
        request = {"algorithm": algorithm, "parameters": parameters, "save": str(save) if save else None}
        request["columns"] = list(columns)
        self._process.stdin.write(json.dumps(request, ensure_ascii=False) + "\n")
        self._process.stdin.flush()
        answer = self._read()
        self.seconds[algorithm] = self.seconds.get(algorithm, 0.0) + time.monotonic() - begun
        if "error" in answer:
            self.errors.append(f"{algorithm} {parameters.get('AT', '')}: {answer['error']}")
            self._log.write(self.errors[-1] + "\n")
            return None
        return answer["result"]

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._log.close()


class Bench:
    """A case of one checkout, filled as a headquarters does, moment by moment."""

    def __init__(self, folder: Path, scenario: Scenario, service: str, code: Path, service_named: bool = False):
        """`folder`: empty; `scenario`: made already; nothing is written into its folder.

        `service_named`: the profile says how late the service is, where the checkout knows of it.
        """
        self.folder, self.scenario, self.service_name = folder, scenario.served(service), service
        folder.mkdir(parents=True)
        self.server = PracticeServer(
            _linked(scenario.folder, folder / "served"),
            build_seconds=0.0,
            part_rows=PART_ROWS,
            open_scenario=lambda place: Scenario.open(place).served(service),
        )
        self.account_session = self.server.backend.account_sessions[scenario.municipality]
        self.service = self.account_session.scenario.service
        self.account_session.lists["L1"] = {
            "name": "重要施設",
            "ids": _registered(scenario)["master_info_id"].tolist(),
        }
        self.server.start()
        account = next(item for item in self.server.accounts if item.active)
        self.judge = Judge(
            code,
            folder / "home",
            {
                "TOMOSHIBI_BASE_URL": self.server.url,
                "TOMOSHIBI_USER": account.user,
                "TOMOSHIBI_PASSPHRASE": account.phrase,
            },
        )
        self.profile = _profile(self.service, folder) if service_named and _knows_services(code) else ""
        self.case = folder / "case"
        self.before: Optional[datetime] = None
        self.whole: Optional[datetime] = None
        """When data were last fetched whole."""
        self.told = np.full(len(scenario.meters["flow"]), -1, dtype=np.int64)
        """Minute until which what was published tells of each row (`parts.told_until`)."""
        self._tables = 0

    @property
    def open(self) -> Path:
        """What the municipality has itself."""
        return self.scenario.folder / "open"

    def make_case(self, history: list[Path]) -> None:
        """Open the case and take in the files of the time before."""
        first, *later = [_interval(begin, end) for begin, end in self.scenario.events]
        self.judge.run(
            "createcase",
            NAME=self.scenario.name,
            EVENT_TIME=self.scenario.event_time.isoformat(),
            EVENT_TIMES=",".join([first, *later]) if later or "/" in first else "",
            MUNICIPALITY=self.scenario.municipality,
            REQUEST_KIND="individual",
            REQUEST_DATE=str(self.scenario.event_time.date()),
            USE_FROM=str(self.scenario.event_time.date()),
            # the clock of this computer is later than that of the data
            USE_TO="2099-12-31",
            BOUNDARY=str(self.open / "municipality.geojson"),
            AREAS=str(self.open / "areas.geojson"),
            PRACTICE=True,
            CASE=str(self.case),
        )
        if history:
            self.judge.run(
                "importfiles",
                CASE=str(self.case),
                FILES=[str(path) for path in history],
                SCOPE="all",
                COMPLETE="yes",
                PROFILE=self.profile,
            )
            for path in (self.case / "received").rglob("*.csv"):
                path.unlink()
        # who registers 特定契約者 with the plugin has the list in the case, and knows whom 通電情報 covers
        listed = self.folder / "contractors.csv"
        _registered(self.scenario).rename(columns=LIST_COLUMNS).to_csv(listed, index=False, encoding="utf-8")
        self.judge.run("importfiles", CASE=str(self.case), FILES=[str(listed)], PROFILE=self.profile)
        (self.case / "contractors").mkdir(exist_ok=True)
        shutil.copy(self.open / "links.csv", self.case / "contractors" / "links.csv")

    def fetch(self, moment: datetime, kind: str) -> None:
        """Register what a headquarters asks for at a moment, and download what is published."""
        self.server.now = moment
        self.account_session.scenario.service = replace(
            self.service,
            missing_part_chance=1.0 if kind == PART_MISSING else 0.0,
            late_part_chance=0.0 if kind == PART_MISSING else self.service.late_part_chance,
            failed_chance=1.0 if kind == FAILED else 0.0,
            empty_chance=0.0,
        )
        event = self.scenario.event_time.date()
        since = self.before.date() - timedelta(1) if self.before else event - timedelta(PEACE_DAYS)
        codes = ",".join(mesh.secondary_codes(*SECONDARY).tolist())
        grid = {"VOLTAGE": ["low"], "MESH_SIZE": str(MESH_METRES), "MESH_CODES": codes}
        days = {"FROM": str(event - timedelta(10)), "TO": str(moment.date())}
        wanted = [
            ("uc1", {"FROM": moment.isoformat()}),
            ("uc3", {"FROM": str(since), "TO": str(moment.date())}),
            ("uc2", {**days, **grid}),
            ("uc2lgwan", {**days, "VOLTAGE": ["low"]}),
        ]
        if not self.service.ideal:
            wanted.append(("uc4", {"FROM": str(since), "TO": str(moment.date())}))
        ids = []
        for template, parameters in wanted:
            made = self.judge.run(
                "registercondition", CASE=str(self.case), TEMPLATE=template, PROFILE=self.profile, **parameters
            )
            ids += made["CONDITION_ID"].replace(",", " ").split() if made else []
        self._built()
        self.judge.run(
            "downloadpublished",
            CASE=str(self.case),
            CONDITION_ID=",".join(ids),
            WAIT_MINUTES=1,
            PROFILE=self.profile,
        )
        self._keep_what_is_told(ids, moment)
        # a case of several services need not keep hundreds of megabytes; what was read is in its store
        for path in (self.account_session.folder / "published").rglob("*.csv"):
            path.unlink()
        self.before = moment
        if kind == MAIN:
            self.whole = moment

    def _keep_what_is_told(self, ids: list[str], moment: datetime) -> None:
        """Note what the server lists of the conditions by now, whatever the checkout made of it."""
        session, profile = self.account_session, self.server.profile
        registered = [identity for item in session.lists.values() for identity in item["ids"]]
        for held in [session.conditions[identity] for identity in ids]:
            order, folder = Order.of(held.wire, profile), session.files_folder(held.condition_id)
            if "reading" in order.data_kinds:
                listed = {item.name for item in held.listed(moment)}
                paths = [folder / item.name for item in held.files]
                sets = parts.listed_sets(self.scenario, order, paths, listed, registered)
                self.told = np.maximum(self.told, parts.told_until(self.scenario, sets, moment))

    def _built(self) -> None:
        while any(held.status in ("accepted", "building") for held in list(self.account_session.conditions.values())):
            time.sleep(0.05)

    def ask(self, algorithm: str, columns: tuple[str, ...] = (), **parameters: Any) -> Optional[pd.DataFrame]:
        """Run an algorithm of a layer or table; return its rows, None where it refuses.

        `columns`: those that are wanted, where reading all of them takes longer than the algorithm.
        """
        self._tables += 1
        path = self.folder / f"table{self._tables}.pkl"
        parameters = {"CASE": str(self.case), "OUTPUT": "memory:", **parameters}
        if self.judge.run(algorithm, save=path, columns=columns, **parameters) is None:
            return None
        table = pd.read_pickle(path)
        path.unlink()
        return table

    def close(self) -> None:
        """End the process and the server, and delete the case."""
        self.judge.close()
        self.server.stop()
        shutil.rmtree(self.case, ignore_errors=True)


def _interval(begin: datetime, end: Optional[datetime]) -> str:
    return begin.isoformat() if end is None else f"{begin.isoformat()}/{end.isoformat()}"


def _knows_services(code: Path) -> bool:
    """Whether a checkout's profiles may say how late the service is."""
    schema = json.loads((code / "aggregator" / "profiles" / "profile.schema.json").read_text(encoding="utf-8"))
    return "service" in schema["properties"]


def _profile(service: Service, folder: Path) -> str:
    """Write the shipped profile with the service in it; return its path."""
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
    late = {"basis": "assumed", "why": "The drill's service."}
    if service.next_day_at is not None:
        hours = service.next_day_at.hour + service.next_day_at.minute / 60
        shipped["service"] = {name: {"delayHours": hours, "wholeDays": True, **late} for name in VOLTAGES}
    else:
        # and the hour that readings take in the ideal service
        delays = service.delay(np.array(list(VOLTAGES.values()))) / 60 + 1
        shipped["service"] = {name: {"delayHours": float(hours), **late} for name, hours in zip(VOLTAGES, delays)}
    path = folder / "profile.json"
    path.write_text(json.dumps(shipped, ensure_ascii=False), encoding="utf-8")
    return str(path)


def _registered(scenario: Scenario) -> pd.DataFrame:
    """Return the 特定契約者 `master_info_id list_name`: facilities, and people of whom a list was kept for years.

    Of these only the contracts that have ended since stand here: the rest would only make the drill larger.
    """
    ended = units.ended_contracts(scenario, scenario.event_time)
    people = ended.loc[ended["before"], ["master_info_id"]].assign(list_name="見守り")
    return pd.concat([scenario.contractors(), people], ignore_index=True).drop_duplicates("master_info_id")


def _linked(scenario: Path, target: Path) -> Path:
    """Return a folder with links to what a scenario holds, for a server to keep its own state in."""
    target.mkdir()
    for item in scenario.iterdir():
        if item.name not in ("aggregator", "practice-accounts.json"):
            (target / item.name).symlink_to(item)
    return target


def history_files(scenario: Scenario, folder: Path) -> list[Path]:
    """Write the readings from the first day up to those that are downloaded, as published in time; return the files."""
    last = scenario.event_time.date() - timedelta(PEACE_DAYS + 1)
    if last < scenario.first_day:
        return []
    order = Order(
        scenario.municipality,
        scenario.first_day,
        last,
        data_kinds=("reading",),
        flows=SUPPLY_AND_FEED_IN,
        specified_contractors=False,
    )
    now = datetime.combine(last + timedelta(2), datetime.min.time())
    return publish_files(scenario.served("ideal"), order, Profile.load(), folder, now, condition_id="C0000000000")


def weekday_and_weekend(scenario: Scenario) -> list[tuple[date, bool]]:
    """Return a working day and a day at the weekend before the event, as (day, weekend), the nearest of each."""
    from tomoshibi.practice.scenario import HOLIDAYS

    found: dict[bool, date] = {}
    for back in range(1, 8):
        day = scenario.event_time.date() - timedelta(back)
        found.setdefault(day.weekday() >= 5 or day in HOLIDAYS, day)
    return [(day, weekend) for weekend, day in sorted(found.items())]

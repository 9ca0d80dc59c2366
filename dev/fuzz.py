"""Feed mutated inputs to every reader and count how they end: right, refused with a message, or with a fault.

    fuzz.py [--count 10000] [--seed 1] [--only files|answers|case|lists]

Four kinds take turns: published files taken into a case (CSV, JSON, ZIP), answers of the aggregator over HTTP, the JSON
files of a case folder, and what people bring (lists as CSV, XLSX and JSON, plans, links, B-route logs, an interface
profile). Every input follows from the seed and its number, which are printed where one fails. Ends with 1 where an
input ended with anything but a result or a message, or something was written outside the case.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import resource
import shutil
import tempfile
import threading
import traceback
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Callable, Iterator

import checkout  # noqa: F401  # it puts the package on the path
import openpyxl
from tomoshibi.aggregator.client import AggregatorClient
from tomoshibi.aggregator.conditions import Condition
from tomoshibi.aggregator.profile import SHIPPED, Profile
from tomoshibi.aggregator.transport import RetryPolicy
from tomoshibi.casefile import broute
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.contractors import Lists
from tomoshibi.casefile.data_status import status_now
from tomoshibi.casefile.freshness import data_times, read_passed
from tomoshibi.casefile.intake import take_in
from tomoshibi.casefile.links import read_links
from tomoshibi.casefile.people import IDENTITY, KNOWN, people
from tomoshibi.casefile.publications import known
from tomoshibi.casefile.recipes import read_recipes
from tomoshibi.casefile.summary import summarise
from tomoshibi.casefile.verification import verify
from tomoshibi.dev.fuzzing.mutate import NASTY_CELLS, mutated, mutated_json, mutated_lines
from tomoshibi.messages import Progress, TomoshibiError, message
from tomoshibi.tests.drill_case import make_drill

LINES = 40
"""Rows kept of each published file: what is broken matters, not how much."""
MOST_MEMORY = 1 << 30
"""Bytes that the whole run may take."""
RIGHT, REFUSED, FAULT = "right", "refused with a message", "fault"
PROFILE = Profile.load()


@dataclass
class Count:
    """How the inputs of one kind ended."""

    ends: Counter = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def one(work: Callable[[], None], name: str, count: Count) -> None:
    """Do the work of one input and note how it ended."""
    try:
        work()
        count.ends[RIGHT] += 1
    except TomoshibiError as error:
        str(error)
        count.ends[REFUSED] += 1
    except Exception:
        count.ends[FAULT] += 1
        count.faults.append(f"{name}\n{traceback.format_exc(limit=-6)}")


# -- published files ---------------------------------------------------------------------------------------------------
class Files:
    """Published files of a small drill, and cases that they are taken into, one after the other."""

    def __init__(self, folder: Path, drill: Case):
        self.folder, self.info = folder, drill.info
        self.good: dict[str, bytes] = {}
        for path in sorted((drill.folder / "received").rglob("*.csv")):
            kind = "_".join(path.name.split("_")[:2])
            if sum(name.startswith(kind) for name in self.good) < 3:
                self.good[path.name] = b"\n".join(path.read_bytes().split(b"\n")[:LINES])

    def run(self, number: int, draw: random.Random) -> None:
        name = draw.choice(sorted(self.good))
        as_json = draw.random() < 0.2
        content = mutated_json(_as_json(self.good[name]), draw) if as_json else mutated(self.good[name], draw)
        name = f"{Path(name).stem}.json" if as_json else name
        place = self.folder / "given"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        path = place / name
        if draw.random() < 0.15:
            path = place / f"{path.stem}.zip"
            path.write_bytes(self._zip(name, content, draw))
        else:
            path.write_bytes(content)
        case_folder = self.folder / "case"
        if number % 20 == 0:
            shutil.rmtree(case_folder, ignore_errors=True)
        case = Case.open(case_folder) if case_folder.exists() else Case.create(case_folder, self.info)
        report = take_in(case, [path], PROFILE, None, "all", Progress())
        if report.failed and not report.files:
            raise TomoshibiError(report.failed[0].problem)

    @staticmethod
    def _zip(name: str, content: bytes, draw: random.Random) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(draw.choice((name, f"../../{name}", f"/tmp/{name}", "a\u202e.csv", "COM1.csv")), content)
        packed = stream.getvalue()
        return mutated(packed, draw) if draw.random() < 0.5 else packed


def _as_json(content: bytes) -> bytes:
    """Return rows of CSV as the JSON that the interface has for them."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    return json.dumps(rows, ensure_ascii=False).encode("utf-8")


# -- answers of the server ---------------------------------------------------------------------------------------------
GOOD_ANSWERS = {
    "IF03_01_011": {"accessToken": "a-token", "expiresIn": 3600},
    "IF03_01_001": {"conditionId": "C1"},
    "IF03_01_002": {"conditions": [{"conditionId": "C1", "status": "published"}], "nextPage": None},
    "IF03_01_009": {
        "files": [{"fileId": "F1", "fileName": "a.csv", "conditionId": "C1", "dataKind": "reading", "size": 3}],
        "nextPage": None,
    },
    "IF03_01_007": {"contractors": [{"masterInfoId": "M1", "listName": "架空の名簿"}], "nextPage": None},
    "IF03_01_005": {"matchId": "X1"},
    "IF03_01_006": {"listId": "L1", "count": 1},
    "error": {"errorCode": "E001", "message": "架空の誤り"},
}


class Answers:
    """A server on loopback that answers every call with a mutated answer."""

    def __init__(self) -> None:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, body = owner.answer(self.path.split("?")[0].strip("/"))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_DELETE = do_PUT = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.retry_policy = RetryPolicy(attempts=1, first_wait=0.01, connect=5, read=5, whole=20, most_bytes=4 << 20)
        self.draw, self.broken = random.Random(0), ""

    def answer(self, call: str) -> tuple[int, bytes]:
        good = json.dumps(GOOD_ANSWERS.get(call, GOOD_ANSWERS["error"]), ensure_ascii=False).encode()
        if call != self.broken and call in GOOD_ANSWERS:
            return 200, good
        status = self.draw.choice((200, 200, 200, 200, 400, 401, 403, 404, 409, 429, 500, 503))
        return status, mutated_json(good, self.draw)

    def run(self, number: int, draw: random.Random) -> None:
        self.draw = draw
        client = AggregatorClient(
            f"http://127.0.0.1:{self.server.server_port}",
            lambda: ("drill", "x"),
            retry_policy=self.retry_policy,
            progress=Progress(),
        )
        calls: tuple[tuple[str, Callable[[], object]], ...] = (
            ("IF03_01_011", client.issue_token),
            ("IF03_01_002", client.list_conditions),
            ("IF03_01_009", lambda: client.list_files("C1")),
            ("IF03_01_007", client.list_contractors),
            ("IF03_01_005", lambda: client.match_contracts(b"a,b\n1,2\n")),
            ("IF03_01_006", lambda: client.register_contractors(b"a,b\n1,2\n", "架空の名簿")),
        )
        self.broken, call = draw.choice(calls)
        try:
            call()
        finally:
            client.close()


# -- files of a case ---------------------------------------------------------------------------------------------------
class CaseFiles:
    """A filled case of which one JSON file is broken at a time, then read in every way, then mended."""

    def __init__(self, case: Case):
        self.folder = case.folder
        self.files = [path for path in sorted(case.folder.rglob("*.json*")) if path.suffix in (".json", ".jsonl")]
        # one of each name: a case has hundreds of columns.json
        self.files = list({(path.name, path.parent.name): path for path in self.files}.values())

    def run(self, number: int, draw: random.Random) -> None:
        path = draw.choice(self.files)
        good = path.read_bytes()
        try:
            path.write_bytes(mutated_lines(good, draw) if path.suffix == ".jsonl" else mutated_json(good, draw))
            refused = None
            for read in self._reads(path.name):
                try:
                    read()
                except TomoshibiError as error:
                    refused = error
            if refused is not None:
                raise refused
        finally:
            path.write_bytes(good)

    def _reads(self, broken: str) -> Iterator[Callable[[], object]]:
        case = Case.open(self.folder)
        yield case.master
        yield case.outage_snapshots
        yield case.statistics
        yield case.contractors
        yield case.monthly
        yield lambda: list(case.ledger.entries())
        yield lambda: [case.readings.day(day) for day in case.readings.days()[:1]]
        yield lambda: known(case)
        yield lambda: read_recipes(case)
        yield lambda: read_passed(case)
        yield lambda: data_times(case)
        yield lambda: Lists(case).all()
        yield lambda: status_now(case, case.info.event_time, 12)
        yield lambda: summarise(case, case.info.event_time)
        if broken == "ledger.jsonl":
            # it reads every file of the case
            yield lambda: verify(case)
        for path in sorted(self.folder.glob("received/*/condition.json"))[:1]:
            yield lambda path=path: self._condition(path)

    @staticmethod
    def _condition(path: Path) -> None:
        from tomoshibi.casefile.publications import condition_beside

        try:
            found = condition_beside(path.with_name("x.csv"), PROFILE)
        except ValueError as error:
            # said by the intake, which leaves the file aside
            raise TomoshibiError(message("{reason}", reason=str(error))) from error
        assert found is None or isinstance(found, Condition)


# -- what people bring -------------------------------------------------------------------------------------------------
PEOPLE = [
    ["No", "氏名", "住所", "供給地点特定番号", "要介護度", "障害等級", "電話番号", "緯度", "経度"],
    ["1", "電力 太郎", "架空市灯町1-1", "0100000000000000000001", "要介護5", "1級", "000-0000-0000", "38.1", "135.2"],
    ["2", "電力 花子", "架空市灯町1-2", "", "要支援２", "", "", "", ""],
    ["3", "架空 次郎", "架空市灯町2-1", "0100000000000000000003", "介護Ⅲ", "療育A", "", "北緯38度6分", "東経135度12分"],
]
LINKS = [["facility_id", "supply_point"], ["F1", "0100000000000000000001"], ["F2", "0100000000000000000003"]]
BROUTE = "time,epc,edt\n2026-01-20T04:00:00+09:00,E0,0000012C\n2026-01-20T04:30:00+09:00,E7,00000190\n"


PLAN = [
    ["市町村", "停電軒数", "復旧見込み", "備考"],
    ["架空市", "1,200", "2026年1月21日 18:00", ""],
    ["灯町", "約300", "1月23日 午前", "道路寸断"],
    ["港区", "１２０戸", "未定", ""],
]
EVENT = datetime(2026, 1, 20, 4)
KINDS = {
    "people.csv": PEOPLE,
    "people.xlsx": PEOPLE,
    "people.json": PEOPLE,
    "plan.csv": PLAN,
    "plan.xlsx": PLAN,
    "links.csv": LINKS,
    "broute.csv": [],
    "profile.json": [],
}


class PeoplesFiles:
    """Lists of people, links, B-route logs and profiles, one broken file at a time."""

    def __init__(self, folder: Path):
        self.folder = folder

    def run(self, number: int, draw: random.Random) -> None:
        from tomoshibi.processing_provider.listed import read_table
        from tomoshibi.processing_provider.recovery import plans

        kind = draw.choice(tuple(KINDS))
        path = self.folder / kind
        path.write_bytes(self._content(kind, draw))
        if kind == "broute.csv":
            broute.read_log(path, draw.choice((broute.LOW, broute.HIGH)))
        elif kind == "profile.json":
            Profile.load(path)
        elif kind == "links.csv":
            read_links(path)
        elif kind.startswith("plan"):
            plans.read_plan(read_table(path, None, plans.KNOWN, Progress(), plans.WHO), EVENT, Progress())
        else:
            found = people(read_table(path, None, KNOWN, Progress(), IDENTITY), {})
            assert found.table is not None

    @staticmethod
    def _content(kind: str, draw: random.Random) -> bytes:
        rows = [list(row) for row in KINDS[kind]]
        text = "\n".join(",".join(row) for row in rows).encode("utf-8")
        if kind == "broute.csv":
            return mutated(BROUTE.encode(), draw)
        if kind == "profile.json":
            return mutated_json(SHIPPED.read_bytes(), draw)
        if kind == "people.json":
            return mutated_json(
                json.dumps([dict(zip(rows[0], row)) for row in rows[1:]], ensure_ascii=False).encode(), draw
            )
        if kind.endswith(".xlsx"):
            book = openpyxl.Workbook()
            for row in rows:
                book.active.append([draw.choice((cell, *NASTY_CELLS)) if draw.random() < 0.2 else cell for cell in row])
            if draw.random() < 0.5:
                book.active.merge_cells(start_row=2, end_row=3, start_column=1, end_column=draw.randint(1, 4))
            stream = io.BytesIO()
            book.save(stream)
            return mutated(stream.getvalue(), draw) if draw.random() < 0.4 else stream.getvalue()
        return mutated(text, draw)


def fuzz(total: int, seed: int, only: str = "") -> tuple[dict[str, Count], list[str]]:
    """Run `total` inputs; return how each kind ended, and what was written outside."""
    counts = {name: Count() for name in ("files", "answers", "case", "lists") if only in ("", name)}
    with tempfile.TemporaryDirectory(prefix="tomoshibi-fuzz-") as name:
        place = Path(name)
        drill = make_drill(place / "drill", seed=3, meters=2000)
        for folder in ("files", "lists", "outside"):
            (place / folder).mkdir()
        kinds = {
            "files": Files(place / "files", drill.case),
            "answers": Answers(),
            "case": CaseFiles(drill.case),
            "lists": PeoplesFiles(place / "lists"),
        }
        before = _around(place)
        for number in range(total):
            kind = list(counts)[number % len(counts)]
            draw = random.Random(f"{seed}:{number}")
            one(
                lambda kind=kind, number=number, draw=draw: kinds[kind].run(number, draw),
                f"{kind} {seed}:{number}",
                counts[kind],
            )
        outside = sorted(_around(place) - before)
    return counts, outside


def _around(place: Path) -> set[str]:
    """Return what lies beside the cases and above them, where a path that leads out would write."""
    near = {str(path) for path in place.iterdir()} | {str(path) for path in (place / "outside").rglob("*")}
    near |= {str(path) for path in (place / "files").iterdir() if path.name not in ("case", "given")}
    return near | {str(path) for path in (place / "drill").iterdir()}


def main() -> int:
    """Print how many inputs ended how; 1 where one ended with a fault or wrote outside."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("files", "answers", "case", "lists"), default="")
    args = parser.parse_args()
    counts, outside = fuzz(args.count, args.seed, args.only)
    for kind, count in counts.items():
        told = ", ".join(f"{count.ends[end]:,} {end}" for end in (RIGHT, REFUSED, FAULT))
        print(f"{kind}: {sum(count.ends.values()):,} inputs: {told}")
    for count in counts.values():
        for fault in count.faults[:20]:
            print(fault)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    faults = sum(count.ends[FAULT] for count in counts.values())
    print(
        f"{sum(sum(count.ends.values()) for count in counts.values()):,} inputs, {faults} faults, "
        f"{len(outside)} writes outside, {most / 1e6:.0f} MB at most"
    )
    return int(bool(faults or outside or most > MOST_MEMORY))


if __name__ == "__main__":
    raise SystemExit(main())

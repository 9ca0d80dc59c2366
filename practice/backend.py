"""What stands behind the practice aggregator: accounts, conditions, files, contractor lists; each municipality apart.

State lives in `<scenario>/aggregator/<municipality>/`, so that a drill can be stopped and taken up again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import queue
import secrets
import threading
import time
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Optional, Sequence

from ..aggregator.profile import CONDITION_KEYS, FileSpec, Profile
from ..aggregator.timecode import format_jst
from ..files import write_text_atomic
from ..messages import TomoshibiError, message
from .rules import moment as moment_of
from .rules import wrong_items
from .service import SERVICES, Held, Service

STATE_FOLDER = "aggregator"
ACCOUNTS_FILE = "practice-accounts.json"
STATE_FORMAT = 1
BLOCK = 1 << 20
CANDIDATES = ("kana", "postcode", "phone", "supply_point")
"""Columns beside name and address that a list for 地点契約照合 may have."""

Publisher = Callable[..., Sequence[Path]]
"""(scenario, condition of the wire, profile, folder, now, part_rows, *, condition_id, contractors) → files written."""


class PracticeError(TomoshibiError):
    """The practice aggregator cannot be set up."""


@dataclass
class Account:
    """An account of a municipality."""

    user: str
    municipality: str
    active: bool
    """Whether its request (要請) was accepted."""
    phrase: str = field(repr=False, default_factory=lambda: secrets.token_urlsafe(12))


@dataclass(frozen=True)
class HeldFile:
    """A published file as it is held."""

    file_id: str
    name: str
    kind: str
    size: int
    sha256: str
    published_at: str
    after_polls: int = 0
    """Times that the list is read before the file is in it."""
    not_before: str = ""
    """Moment of the drill's clock before which the file is not in the list; "" for none."""

    @property
    def etag(self) -> str:
        """Strong entity tag."""
        return f'"{self.sha256[:32]}"'


@dataclass
class HeldCondition:
    """A registered condition as it is held."""

    condition_id: str
    wire: dict[str, Any]
    status: str
    registered_at: str
    built_for: Optional[str] = None
    """The clock when its files were last made."""
    files: list[HeldFile] = field(default_factory=list)
    failure: str = ""
    polls: int = 0
    """Times that its list of files was read."""

    def listed(self, now: datetime) -> list[HeldFile]:
        """Return the files that the list of published files names at a moment."""
        if self.status != "published":
            return []
        return [item for item in self.files if item.after_polls <= self.polls and item.not_before <= now.isoformat()]


class AccountSession:
    """Everything of one municipality. Nothing leads from one session to another."""

    def __init__(self, municipality: str, scenario: Any, folder: Path):
        self.municipality = municipality
        self.scenario = scenario
        self.folder = folder
        self.lock = threading.RLock()
        self.conditions: dict[str, HeldCondition] = {}
        self.count = 0
        self.lists: dict[str, dict[str, Any]] = {}
        self.matches: dict[str, dict[str, Any]] = {}
        self._contracts: Optional[Contracts] = None
        self._load()

    @property
    def contracts(self) -> Contracts:
        """The contracts of the municipality, for matching; read when first asked for."""
        with self.lock:
            if self._contracts is None:
                self._contracts = Contracts(self.scenario, self.municipality)
            return self._contracts

    def files_folder(self, condition_id: str) -> Path:
        """Folder of a condition's files."""
        return self.folder / "published" / condition_id

    def file(self, file_id: str, now: datetime) -> Optional[tuple[HeldFile, Path]]:
        """Return a file of this municipality and its path, None where it has none of that id that is listed."""
        with self.lock:
            for held in self.conditions.values():
                for item in held.listed(now):
                    if item.file_id == file_id:
                        return item, self.files_folder(held.condition_id) / item.name
        return None

    def _load(self) -> None:
        path = self.folder / "state.json"
        if not path.exists():
            return
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
            for record in state["conditions"]:
                files = [HeldFile(**item) for item in record.pop("files")]
                held = HeldCondition(**record, files=files)
                self.conditions[held.condition_id] = held
            self.count, self.lists, self.matches = state["count"], state["lists"], state["matches"]
        except (ValueError, KeyError, TypeError) as error:
            raise PracticeError(
                message("{file} cannot be read. Delete it to start the drill again.", file=str(path))
            ) from error

    def save(self) -> None:
        """Keep the state on the disk."""
        with self.lock:
            state = {
                "format": STATE_FORMAT,
                "count": self.count,
                "conditions": [
                    {**vars(held), "files": [vars(item) for item in held.files]} for held in self.conditions.values()
                ],
                "lists": self.lists,
                "matches": self.matches,
            }
            self.folder.mkdir(parents=True, exist_ok=True)
            write_text_atomic(self.folder / "state.json", json.dumps(state, ensure_ascii=False))


class AggregatorBackend:
    """Accounts, tokens, sessions, and the worker that makes the files."""

    def __init__(
        self,
        folders: Iterable[Path],
        profile: Profile,
        open_scenario: Callable[[Path], Any],
        publisher: Publisher,
        build_seconds: float,
        token_seconds: float,
        part_rows: int,
        match_seconds: Optional[float] = None,
    ):
        """`match_seconds`: from sending a list to its result; None: as `build_seconds`. In earnest up to 1800."""
        self.profile = profile
        self.publisher = publisher
        self.build_seconds = build_seconds
        self.match_seconds = match_seconds
        self.token_seconds = token_seconds
        self.part_rows = part_rows
        self.accounts: dict[str, Account] = {}
        self.account_sessions: dict[str, AccountSession] = {}
        self.told: Callable[[str], None] = lambda line: None
        """Takes a line for the terminal."""
        self._now: Optional[datetime] = None
        self._tokens: dict[str, tuple[str, float]] = {}
        self._lock = threading.RLock()
        self._queue: queue.Queue[Optional[tuple[AccountSession, str, float]]] = queue.Queue()
        self._stop = threading.Event()
        for folder in folders:
            self._add(Path(folder), open_scenario(Path(folder)))
        self._worker = threading.Thread(target=self._work, name="practice-publication", daemon=True)

    def _add(self, folder: Path, scenario: Any) -> None:
        kept = _kept_phrases(folder / ACCOUNTS_FILE)
        written = []
        for entry in scenario.accounts:
            user, code = str(entry["user"]), str(entry["municipality"])
            if user in self.accounts or (
                code in self.account_sessions and self.account_sessions[code].scenario is not scenario
            ):
                raise PracticeError(
                    message("Two scenarios are of the municipality {code}. Serve them one at a time.", code=code)
                )
            account = Account(user, code, bool(entry["active"]))
            account.phrase = kept.get(user) or account.phrase
            self.accounts[user] = account
            written.append(account)
            self.account_sessions.setdefault(code, AccountSession(code, scenario, folder / STATE_FOLDER / code))
        _write_private(
            folder / ACCOUNTS_FILE,
            [
                {"user": item.user, "passphrase": item.phrase, "municipality": item.municipality, "active": item.active}
                for item in written
            ],
        )

    # -- clock and life ---------------------------------------------------------------------------------------------
    def now(self, account_session: AccountSession) -> datetime:
        """Return the drill's clock, Japanese wall-clock time."""
        return self._now or account_session.scenario.now

    def set_now(self, moment: datetime) -> None:
        """Set the clock. Periodic conditions get new files where it moved on."""
        self._now = moment
        for account_session in self.account_sessions.values():
            with account_session.lock:
                due = [
                    held.condition_id
                    for held in account_session.conditions.values()
                    if held.built_for and held.built_for < moment.isoformat() and self._periodic(held)
                ]
            for condition_id in due:
                self._queue.put((account_session, condition_id, time.monotonic()))

    def _periodic(self, held: HeldCondition) -> bool:
        code = held.wire.get(self.profile.key("delivery_mode"))
        return self.profile.code_name("delivery_mode", code) == "periodic"

    def start(self) -> None:
        """Start making files; what an earlier run left unfinished is made first."""
        self._worker.start()
        for account_session in self.account_sessions.values():
            for held in account_session.conditions.values():
                if held.status in ("accepted", "building"):
                    self._queue.put((account_session, held.condition_id, time.monotonic()))

    def stop(self) -> None:
        """End the worker, after the file it is at."""
        self._stop.set()
        self._queue.put(None)
        if self._worker.is_alive():
            self._worker.join(timeout=30)

    # -- tokens -----------------------------------------------------------------------------------------------------
    def issue(self, user: str, phrase: str) -> tuple[str, Optional[str]]:
        """Return ("", token) or (name of the error, None)."""
        account = self.accounts.get(user)
        expected = account.phrase if account else secrets.token_urlsafe(12)
        right = secrets.compare_digest(phrase.encode("utf-8"), expected.encode("utf-8"))
        if account is None or not right:
            return "bad_credentials", None
        if not account.active:
            return "not_activated", None
        value = secrets.token_urlsafe(32)
        with self._lock:
            self._tokens = {key: item for key, item in self._tokens.items() if item[1] > time.monotonic() - 3600}
            self._tokens[_digest(value)] = (user, time.monotonic() + self.token_seconds)
        return "", value

    def holder(self, value: str) -> tuple[str, Optional[AccountSession]]:
        """Return ("", desk) of the municipality a token belongs to, or (name of the error, None)."""
        with self._lock:
            user, until = self._tokens.get(_digest(value), ("", 0.0))
        if until <= time.monotonic():
            return "token_expired", None
        account = self.accounts[user]
        if not account.active:
            return "not_activated", None
        return "", self.account_sessions[account.municipality]

    def expire_tokens(self) -> None:
        """Let every token expire at once."""
        with self._lock:
            self._tokens.clear()

    # -- conditions -------------------------------------------------------------------------------------------------
    def register(
        self, account_session: AccountSession, wire: Mapping[str, Any]
    ) -> tuple[Optional[HeldCondition], dict[str, str]]:
        """Register a condition. Return (condition, {}) or (None, {key: reason})."""
        wrong = wrong_items(wire, account_session.municipality, self.profile)
        if wrong:
            return None, wrong
        with account_session.lock:
            account_session.count += 1
            held = HeldCondition(
                f"C{account_session.municipality}{account_session.count:04d}",
                {key: wire[key] for key in map(self.profile.key, CONDITION_KEYS) if wire.get(key) is not None},
                "accepted",
                format_jst(self.now(account_session)),
            )
            account_session.conditions[held.condition_id] = held
            account_session.save()
        self._queue.put((account_session, held.condition_id, time.monotonic()))
        return held, {}

    def delete(self, account_session: AccountSession, condition_id: str) -> bool:
        """Delete a condition and its files. Return whether there was one."""
        with account_session.lock:
            held = account_session.conditions.pop(condition_id, None)
            if held is None:
                return False
            account_session.save()
            folder = account_session.files_folder(condition_id)
            for path in sorted(folder.glob("*")) if folder.is_dir() else ():
                path.unlink()
        return True

    def _work(self) -> None:
        while not self._stop.is_set():
            task = self._queue.get()
            if task is None:
                return
            account_session, condition_id, since = task
            self._build(account_session, condition_id, since)

    def _build(self, account_session: AccountSession, condition_id: str, since: float) -> None:
        with account_session.lock:
            held = account_session.conditions.get(condition_id)
            if held is None:
                return
            again = held.status == "published"
            if not again:
                held.status = "building"
            account_session.save()
        moment = self.now(account_session)
        trouble: Optional[Exception] = None
        files = held.files
        outcome = "" if again else _service(account_session).outcome(_seed(account_session), condition_id)
        try:
            if outcome == "failed":
                raise PracticeError(message("The service failed, as it may. Register the condition again."))
            files = [] if outcome == "empty" else self._publish(account_session, held, moment)
        except Exception as error:
            # the server goes on whatever a publisher raises; the condition says that it failed
            trouble = error
        failure = "" if trouble is None else f"{type(trouble).__name__}: {trouble}"
        self._stop.wait(max(0.0, since + self.build_seconds - time.monotonic()))
        with account_session.lock:
            held.files, held.failure, held.built_for = files, failure, moment.isoformat()
            held.status = "failed" if failure else "published" if files else "empty"
            account_session.save()
        self.told(f"{condition_id}: {held.status}, {len(files)} file(s){' — ' + failure if failure else ''}")

    def _publish(self, account_session: AccountSession, held: HeldCondition, moment: datetime) -> list[HeldFile]:
        condition = dict(held.wire)
        if held.built_for:
            # a periodic condition goes on from where it was
            key = self.profile.key("begin")
            before = datetime.fromisoformat(held.built_for)
            condition[key] = max(moment_of(condition[key]) or before, before).date().isoformat()
        folder = account_session.files_folder(held.condition_id)
        folder.mkdir(parents=True, exist_ok=True)
        with account_session.lock:
            # without a list of its own a drill goes by the scenario's
            registered = [identity for item in account_session.lists.values() for identity in item["ids"]] or None
        paths = self.publisher(
            account_session.scenario,
            condition,
            self.profile,
            folder,
            moment,
            self.part_rows,
            condition_id=held.condition_id,
            contractors=registered,
        )
        known = {item.name: item for item in held.files}
        number = len(known)
        late = self._held_back(account_session, held, [path.name for path in paths if path.name not in known])
        for path in paths:
            if path.name in known:
                identity = known[path.name].file_id
            else:
                number += 1
                identity = f"{held.condition_id}-{number:04d}"
            known[path.name] = self._held_file(path, identity, moment, late.get(path.name), held.polls)
        return list(known.values())

    def _held_file(
        self, path: Path, identity: str, moment: datetime, held_back: Optional[Held], polls: int
    ) -> HeldFile:
        """Return what is told of a file published at a moment; one that is held back appears later."""
        parsed = self.profile.file_names.parse(path.name)
        size, digest = _measure(path)
        not_before, at_poll = "", 0
        if held_back is not None and held_back.minutes:
            not_before = (moment + timedelta(minutes=held_back.minutes)).isoformat()
        if held_back is not None and held_back.polls:
            at_poll = polls + held_back.polls
        kind = parsed.kind if parsed else ""
        return HeldFile(identity, path.name, kind, size, digest, format_jst(moment), at_poll, not_before)

    def _held_back(self, account_session: AccountSession, held: HeldCondition, names: Sequence[str]) -> dict[str, Held]:
        """Return which new files are not in the list at once, by the scenario's service: parts of a set."""
        sets: dict[tuple[str, str], list[str]] = {}
        for name in names:
            parsed = self.profile.file_names.parse(name)
            if parsed is not None:
                sets.setdefault((parsed.kind, parsed.time.isoformat()), []).append(name)
        service, late = _service(account_session), {}
        for (kind, moment), parts in sets.items():
            late.update(service.held_back(_seed(account_session), f"{held.condition_id} {kind} {moment}", parts))
        return late

    # -- contractors ------------------------------------------------------------------------------------------------
    def match(self, account_session: AccountSession, content: bytes) -> str:
        """Match a list of names and addresses, and of what else it has of `CANDIDATES`. Return the id of the run.

        Raises `PracticeError` for a bad list.
        """
        rows = self._rows(content, ("name", "address"), CANDIDATES)
        results = [account_session.contracts.match(row) for row in rows]
        with account_session.lock:
            match_id = f"M{account_session.municipality}{len(account_session.matches) + 1:04d}"
            account_session.matches[match_id] = {"since": time.time(), "results": results}
            account_session.save()
        return match_id

    def register_list(
        self, account_session: AccountSession, content: bytes, name: str
    ) -> tuple[str, int, list[tuple[int, str]]]:
        """Register a list of マスタ情報ID. Return (list id, number registered, [(row, reason)])."""
        rows = self._rows(content, ("master_info_id",))
        good: dict[str, None] = {}
        rejected = []
        for number, row in enumerate(rows, 1):
            identity = row["master_info_id"].strip()
            if not account_session.contracts.known(identity):
                rejected.append((number, "not a contract of this municipality"))
            elif identity in good:
                rejected.append((number, "stands in the list twice"))
            else:
                good[identity] = None
        with account_session.lock:
            account_session.count += 1
            list_id = f"L{account_session.municipality}{account_session.count:04d}"
            account_session.lists[list_id] = {"name": name, "ids": list(good)}
            account_session.save()
        return list_id, len(good), rejected

    def _rows(self, content: bytes, needed: tuple[str, ...], welcome: tuple[str, ...] = ()) -> list[dict[str, str]]:
        spec = self.profile.file("master")
        table = _table_of(content, spec, (*needed, *welcome))
        header = [spec.names.get(cell.strip(), cell.strip()) for cell in table[0]] if table else []
        missing = [spec.column(name).name for name in needed if name not in header]
        if missing:
            raise PracticeError(message("The list lacks the column {names}.", names=", ".join(missing)))
        wanted = [name for name in (*needed, *welcome) if name in header]
        filled = [row + [""] * (len(header) - len(row)) for row in table[1:] if row]
        return [{name: row[header.index(name)] for name in wanted} for row in filled]


def _table_of(content: bytes, spec: FileSpec, columns: tuple[str, ...]) -> list[list[str]]:
    """Return the cells of a list that was sent, the heading first; without one it has `columns` in the profile's order.

    Raises `PracticeError` where it is no text, or no CSV.
    """
    for encoding in spec.encodings:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise PracticeError(message("The list is in none of the encodings {names}.", names=", ".join(spec.encodings)))
    reader = csv.reader(io.StringIO(text), delimiter=spec.delimiter)
    heading = [] if spec.header else [[item.name for item in spec.columns if item.column in columns]]
    try:
        return [*heading, *reader]
    except csv.Error as error:
        raise PracticeError(
            message(
                "Line {line} of the list cannot be read as CSV. Look for a quotation mark that is not closed.",
                line=reader.line_num,
            )
        ) from error


class Contracts:
    """The contracts of one municipality that use electricity (供給), for 地点契約照合.

    Rule (manual §2.4): name and address that agree match by themselves; postcode, supply point or phone number bring up
    candidates, which a person settles on the LG-WAN screen.
    """

    def __init__(self, scenario: Any, municipality: str):
        meters = scenario.meters
        self._ids: set[str] = set()
        self._found: dict[tuple[str, ...], list[str]] = {}
        inside = _inside(scenario, municipality)
        # an abolished contract and one that only feeds in are no candidates
        live = _live(meters)
        columns = {name: meters[name] for name in ("name", "address", *CANDIDATES) if name in meters}
        for row, identity in enumerate(meters["master_info_id"]):
            if inside is not None and int(meters["division"][row]) not in inside:
                continue
            self._ids.add(_text(identity))
            if live is not None and not live[row]:
                continue
            for key in _keys({name: values[row] for name, values in columns.items()}):
                self._found.setdefault(key, []).append(_text(identity))

    def known(self, master_info_id: str) -> bool:
        """Whether the id is of this municipality."""
        return master_info_id in self._ids

    def match(self, row: Mapping[str, str]) -> tuple[str, Optional[str]]:
        """Return (result, マスタ情報ID): one contract of that name and address is matched, candidates are for review.

        Of several contracts of one holder at one address, the supply point tells which is meant.
        """
        keys = _keys(row)
        same = next((self._found.get(key, []) for key in keys if key[0] == "both"), [])
        if len(same) > 1:
            numbered = next((self._found.get(key, []) for key in keys if key[0] == "supply_point"), [])
            same = [identity for identity in same if identity in numbered] or same
        if len(same) == 1:
            return "matched", same[0]
        return ("review" if any(key in self._found for key in keys) else "none"), None


def _keys(row: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return what a contract is found by: name with address, address, number, phone, name with postcode."""
    plain = {name: _plain(value) for name, value in row.items()}
    name, address, postcode = (plain.get(key, "") for key in ("name", "address", "postcode"))
    keys: list[tuple[str, ...]] = []
    if name and address:
        keys.append(("both", name, address))
    if address:
        keys.append(("address", address))
    if name and postcode:
        keys.append(("postcode", name, postcode.replace("-", "")))
    for key in ("supply_point", "phone"):
        if plain.get(key):
            keys.append((key, plain[key].replace("-", "")))
    return keys


def _live(meters: Mapping[str, Any]) -> Optional[Any]:
    """Return which rows of the master are contracts that use electricity now, None where it does not say."""
    if "flow" not in meters or "abolished_on" not in meters:
        return None
    ended = meters["abolished_on"] != b""
    if "renewed_on" in meters:
        ended &= ~(meters["renewed_on"] > meters["abolished_on"])
    removed = meters["removed_on"] != b"" if "removed_on" in meters else False
    return (meters["flow"] == 1) & ~ended & ~removed


def _inside(scenario: Any, municipality: str) -> Optional[set[int]]:
    """Return the numbers of the divisions that belong to a municipality, None where it is the whole scenario."""
    if municipality == scenario.municipality:
        return None
    codes = {municipality}
    for division in scenario.divisions:
        if division["parent"] in codes:
            codes.add(division["code"])
    return {number for number, division in enumerate(scenario.divisions) if division["code"] in codes}


def _service(account_session: AccountSession) -> Service:
    """Return how a desk's scenario is served; what is no scenario of the drill is served as ideal."""
    return getattr(account_session.scenario, "service", SERVICES["ideal"])


def _seed(account_session: AccountSession) -> int:
    return int(getattr(account_session.scenario, "seed", 0))


def _text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _plain(value: Any) -> str:
    """Return a text without blanks and without differences of width, for comparing."""
    return "".join(unicodedata.normalize("NFKC", _text(value)).split())


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8")).hexdigest()


def _measure(path: Path) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    with open(path, "rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


def _kept_phrases(path: Path) -> dict[str, str]:
    """Return the passphrases of an earlier run, so that an account set up in QGIS goes on working."""
    try:
        return {entry["user"]: entry["passphrase"] for entry in json.loads(path.read_text(encoding="utf-8"))}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write_private(path: Path, content: Any) -> None:
    """Write JSON that only this user may read (a fresh file is)."""
    write_text_atomic(path, json.dumps(content, ensure_ascii=False, indent=1))

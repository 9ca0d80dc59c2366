"""Lists of 特定契約者 by use case, kept in `contractors/` of the case: what was brought, matched and registered.

The aggregator holds all 特定契約者 of a municipality together. Each use case keeps its own list here with the
municipality's own key, so that what was received for all can be told apart again (manual §2.4). A list is two files:
`<stem>.json` (name, source, columns, runs) and `<stem>.csv` (rows).
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Iterable, Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..aggregator.contractor_lists import FIELDS, ResultRow, comparable
from ..aggregator.outside import SafeWriter, parse_json, read_cell
from ..files import fresh_file, write_text_atomic
from ..messages import Message, TomoshibiError, message
from .case import Case
from .columns import write_table
from .contractor_checks import KEY, LEFT_OUT, MAPPED
from .ledger import now, sha256_of

FOLDER = "contractors"
TABLE = "tables/contractors"
FORMAT = 1
LINKS = "links"
"""Stem of the link list, which no list of contractors may take."""
MADE_OF_LIST = (".match.csv", ".register.csv")
"""Endings of what `contractorcsv` makes of a list beside it."""
STATE = ("sent_no", "result", "master_info_id", "settled", "registered_at", "rejected")
"""What is added to a checked row: number in the list that was sent, result, マスタ情報ID, who settled it (`api`,
`file`), when it was registered, why it was not."""
MATCHED, REVIEW, NONE = "matched", "review", "none"
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9]|links)")


class ContractorsError(TomoshibiError):
    """A contractor list cannot be used."""


@dataclass(frozen=True)
class ListInfo:
    """What is known of a list as a whole."""

    name: str
    stem: str
    source: str = ""
    """Name of the file or layer it was made from."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Name of `MAPPED` → heading of the source."""
    made_at: str = ""
    rows: int = 0
    problems: int = 0
    """Rows with something wrong or doubtful."""
    match_id: str = ""
    """Run of 契約照合 whose result is waited for; "" where none is."""
    matched_at: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Rows by result: `matched`, `review`, `none`."""
    list_ids: tuple[str, ...] = ()
    """Ids under which the aggregator has it registered."""
    registered_at: str = ""
    registered: int = 0
    """マスタ情報ID that are registered."""
    by_hand: bool = False
    """Registered on the LG-WAN screen, so that the aggregator's id is not known here."""


@dataclass(frozen=True)
class ContractorList:
    """A list with its rows. Every change gives a new one; `Lists.save` keeps it."""

    info: ListInfo
    table: pd.DataFrame
    """Texts: `row_no`, `MAPPED`, `problems`, `STATE`, and the source's columns under `source:`."""

    def to_send(self) -> tuple[ContractorList, list[dict[str, str]]]:
        """Number the rows that can be sent, forget earlier results, and return the list and what is sent.

        マスタ情報ID and registration of a row stay until its new result says something else.
        """
        table = self.table.copy()
        table["result"] = table["settled"] = ""
        kept = np.array([not _left_out(codes) for codes in table["problems"]], dtype=bool)
        positions = np.flatnonzero(kept)
        numbers = np.full(len(table), "", dtype=object)
        numbers[positions] = [str(number) for number in range(1, len(positions) + 1)]
        table["sent_no"] = numbers
        for name in ("master_info_id", "registered_at"):
            table[name] = np.where(kept, table[name].to_numpy(object), "")
        columns = [table[name].to_numpy(object)[kept] for name in FIELDS]
        rows = [dict(zip(FIELDS, values)) for values in zip(*columns)]
        return ContractorList(self._counted(table, match_id="", matched_at=""), table), rows

    def started(self, match_id: str) -> ContractorList:
        """Note the run whose result is waited for."""
        return ContractorList(replace(self.info, match_id=match_id), self.table)

    def with_results(self, rows: Iterable[tuple[int, str, Optional[str]]], settled: str = "api") -> ContractorList:
        """Enter (number as sent, result, マスタ情報ID). Raises `ContractorsError` for a row that was not sent."""
        table = self.table.copy()
        places = {number: place for place, number in enumerate(table["sent_no"]) if number}
        names = ("result", "master_info_id", "settled", "registered_at")
        columns = {name: table[name].to_numpy(object).copy() for name in names}
        for number, result, identity in rows:
            place = places.get(str(number))
            if place is None:
                raise ContractorsError(
                    message(
                        "The result speaks of row {row} of the list “{list}”, which was not sent. Send the list again.",
                        row=number,
                        list=self.info.name,
                    )
                )
            found = (identity or "") if result == MATCHED else ""
            if columns["master_info_id"][place] != found:
                columns["registered_at"][place] = ""
            columns["result"][place], columns["master_info_id"][place] = result, found
            columns["settled"][place] = settled
        for name, values in columns.items():
            table[name] = values
        moment = now().isoformat()
        return ContractorList(self._counted(table, match_id="", matched_at=moment), table)

    def with_result_file(self, rows: Sequence[ResultRow]) -> tuple[ContractorList, int]:
        """Enter the result list of the LG-WAN screens; return the list and how many of its rows fit nowhere.

        A row is found by its number, where the file gives one for every row, and name and address agree where both
        are there; else by name and address; else by order where there are as many as were sent.
        """
        sent = self.table[self.table["sent_no"] != ""]
        person_of = {
            int(number): (comparable(name), comparable(address))
            for number, name, address in zip(sent["sent_no"], sent["name"], sent["address"])
        }
        placed = _placed(rows, person_of)
        entered = [(number, row.result, row.master_info_id or None) for number, row in placed.items()]
        return self.with_results(entered, "file"), len(rows) - len(placed)

    def identities(self, fresh: bool = False) -> list[str]:
        """Return マスタ情報ID of the matched rows, each once; `fresh`: only those not registered yet."""
        found = self.table[(self.table["result"] == MATCHED) & (self.table["master_info_id"] != "")]
        done = set(found.loc[found["registered_at"] != "", "master_info_id"]) if fresh else set()
        return [identity for identity in dict.fromkeys(found["master_info_id"]) if identity not in done]

    def with_registration(
        self, list_id: str, sent: Sequence[str], rejected: Mapping[int, str], replaced: bool
    ) -> ContractorList:
        """Note a registration: `sent` the マスタ情報ID in order, `rejected` {number in that order from 1: reason}.

        `replaced`: what was registered before is gone. `list_id` "" is a registration by hand on the LG-WAN screen.
        """
        moment = now().isoformat()
        reasons = {sent[number - 1]: reason for number, reason in rejected.items() if 0 < number <= len(sent)}
        answers = {identity: reasons.get(identity) for identity in sent if identity}
        table = _answered(self.table.assign(registered_at="") if replaced else self.table, answers, moment)
        kept = () if replaced else self.info.list_ids
        list_ids = (*kept, list_id) if list_id else kept
        by_hand = not list_id or (self.info.by_hand and not replaced)
        return ContractorList(self._counted(table, list_ids=list_ids, registered_at=moment, by_hand=by_hand), table)

    def without_registration(self) -> ContractorList:
        """Note that the aggregator has it no more."""
        table = self.table.copy()
        table["registered_at"] = table["rejected"] = ""
        return ContractorList(self._counted(table, list_ids=(), registered_at="", by_hand=False), table)

    def registered_ids(self) -> list[str]:
        """Return the マスタ情報ID that are registered, each once."""
        return list(dict.fromkeys(self.table.loc[self.table["registered_at"] != "", "master_info_id"]))

    def _counted(self, table: pd.DataFrame, **changes: Any) -> ListInfo:
        results = table["result"]
        counts = {name: int((results == name).sum()) for name in (MATCHED, REVIEW, NONE)}
        registered = len(set(table.loc[table["registered_at"] != "", "master_info_id"]))
        return replace(self.info, counts=counts, registered=registered, **changes)


def _person(row: ResultRow) -> tuple[str, str]:
    return comparable(row.name), comparable(row.address)


def _placed(rows: Sequence[ResultRow], person_of: Mapping[int, tuple[str, str]]) -> dict[int, ResultRow]:
    """Return {number as sent: its row of the result list}; what fits no number, or one that is taken, is left out."""
    named = any(row.name or row.address for row in rows)
    numbers = [row.row_no for row in rows if row.row_no is not None]
    if len(numbers) < len(rows):
        in_order = not named and len(rows) == len(person_of)
        return dict(zip(person_of, rows)) if in_order else _placed_by_person(rows, person_of)
    placed: dict[int, ResultRow] = {}
    for number, row in zip(numbers, rows):
        if person_of.get(number) == _person(row) or (not named and number in person_of):
            placed.setdefault(number, row)
    return placed


def _answered(table: pd.DataFrame, answers: Mapping[str, Optional[str]], moment: str) -> pd.DataFrame:
    """Return a list with the answers to its matched rows, {マスタ情報ID: reason, None where it is registered now}."""
    registered, why = table["registered_at"].to_numpy(object).copy(), table["rejected"].to_numpy(object).copy()
    for place, (identity, result) in enumerate(zip(table["master_info_id"], table["result"])):
        if result == MATCHED and identity in answers:
            reason = answers[identity]
            if reason is None:
                registered[place], why[place] = moment, ""
            else:
                why[place] = reason
    return table.assign(registered_at=registered, rejected=why)


def _placed_by_person(rows: Sequence[ResultRow], person_of: Mapping[int, tuple[str, str]]) -> dict[int, ResultRow]:
    """Return {number as sent: row of the same name and address}; of several alike each number gets one."""
    waiting: dict[tuple[str, str], list[int]] = {}
    for number, person in person_of.items():
        waiting.setdefault(person, []).append(number)
    return {waiting[_person(row)].pop(0): row for row in rows if waiting.get(_person(row))}


def _left_out(codes: str) -> bool:
    return any(code in LEFT_OUT for code in codes.split())


def new_list(name: str, checked: pd.DataFrame, mapping: Mapping[str, str], source: str) -> ContractorList:
    """Return a list from checked rows (`contractor_checks.check_rows`); not saved yet. Raises `ContractorsError`."""
    name = name.strip()
    if not name:
        raise ContractorsError(message("The list has no name. Name it after its use case."))
    table = checked.copy()
    place = list(table.columns).index("problems") + 1
    for offset, column in enumerate(STATE):
        table.insert(place + offset, column, "")
    info = ListInfo(
        name,
        _stem(name),
        source,
        dict(mapping),
        now().isoformat(),
        len(table),
        int((table["problems"] != "").sum()),
    )
    return ContractorList(info, table)


def _stem(name: str) -> str:
    stem = re.sub(r"[^\w-]", "_", name)[:60].strip("_") or "list"
    return f"{stem}_" if _RESERVED.fullmatch(stem) else stem


class Lists:
    """The contractor lists of a case."""

    def __init__(self, case: Case):
        self.case = case
        self.folder = case.folder / FOLDER

    def all(self) -> list[ListInfo]:
        """Return what is known of every list, by name. Raises `ContractorsError` naming a file that cannot be read."""
        return sorted((_info(path) for path in self.folder.glob("*.json")), key=lambda info: info.name)

    def find(self, name: str) -> Optional[ListInfo]:
        """Return a list by its name, None where there is none."""
        return next((info for info in self.all() if info.name == name.strip()), None)

    def open(self, name: str) -> ContractorList:
        """Return a list with its rows. Raises `ContractorsError` where there is none of that name."""
        info = self.find(name)
        if info is None:
            names = ", ".join(item.name for item in self.all())
            raise ContractorsError(
                message("The case has no list “{name}”. It has: {names}", name=name, names=names or "—")
            )
        path = self.folder / f"{info.stem}.csv"
        try:
            table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            raise _unreadable(path) from error
        if len(table) != info.rows or not {"row_no", "problems", *MAPPED, *STATE} <= set(table.columns):
            raise _unreadable(path)
        return ContractorList(info, table.astype(object).apply(_as_saved))

    def save(self, kept: ContractorList, algorithm: str) -> ContractorList:
        """Write a list, its rows before what is said of them, and enter it in the ledger as personal."""
        info = kept.info
        before = self.find(info.name)
        info = replace(info, stem=before.stem if before else self._free(info.stem))
        self.folder.mkdir(parents=True, exist_ok=True)
        rows = self.folder / f"{info.stem}.csv"
        _replace(rows, kept.table)
        about = self.folder / f"{info.stem}.json"
        write_text_atomic(about, json.dumps({"format": FORMAT, **asdict(info)}, ensure_ascii=False, indent=1))
        for path in (rows, about):
            self.case.ledger.add(algorithm, self.case.relative(path), [info.source], True, sha256_of(path))
        return ContractorList(info, kept.table)

    def remove(self, name: str) -> None:
        """Delete a list from the case, and the CSV that were made of it; what says that it is there goes last.

        Raises `ContractorsError` where there is none of that name.
        """
        info = self.find(name)
        if info is None:
            raise ContractorsError(message("The case has no list “{name}”.", name=name))
        for suffix in (*MADE_OF_LIST, ".csv", ".json"):
            (self.folder / f"{info.stem}{suffix}").unlink(missing_ok=True)

    def is_half_removed(self, name: str) -> bool:
        """Whether a run that was removing a list died on its way: its rows are gone, what says of them is there."""
        info = self.find(name)
        return info is not None and not (self.folder / f"{info.stem}.csv").exists()

    def _free(self, stem: str) -> str:
        taken = {path.stem.casefold() for path in self.folder.glob("*.json")} | {LINKS}
        found, number = stem, 2
        while found.casefold() in taken:
            found, number = f"{stem}_{number}", number + 1
        return found


def _as_saved(column: pd.Series) -> pd.Series:
    """Return a column without the marks that keep a spreadsheet from running its texts."""
    marked = column.str.startswith("'")
    return column.where(~marked, column.map(read_cell))


def _replace(path: Path, table: pd.DataFrame) -> None:
    """Write a table in place of what was there, in blocks so that other threads go on."""
    columns = [table[name].tolist() for name in table.columns]
    # the mark at the beginning lets a spreadsheet read the file as UTF-8
    with fresh_file(path) as binary:
        stream = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
        writer = SafeWriter(stream)
        writer.writerow(table.columns)
        for row in zip(*columns):
            writer.writerow(row)
        stream.flush()
        stream.detach()


def _info(path: Path) -> ListInfo:
    try:
        record = parse_json(path.read_bytes())
        written_by = int(record.pop("format"))
        info = ListInfo(**{**record, "list_ids": tuple(record["list_ids"])})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise _unreadable(path) from error
    if written_by > FORMAT or info.stem != path.stem:
        raise _unreadable(path)
    return info


def _unreadable(path: Path) -> ContractorsError:
    return ContractorsError(
        message(
            "{file} in the folder contractors of the case cannot be read, or is of another version. Restore it from a "
            "copy, or delete it and bring the list again.",
            file=path.name,
        )
    )


def compare(lists: Iterable[ContractorList], registered: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """Compare what the case has with what the aggregator has ((マスタ情報ID, list name) each).

    One row for each pair of list and id: `list_name master_info_id state row_no key name supply_point`; `state` is
    `both`, `here` (matched or registered by the case, not there), `there` (only the aggregator has it).
    """
    rows: list[tuple[str, ...]] = []
    there: dict[str, set[str]] = {}
    for identity, name in registered:
        there.setdefault(name, set()).add(identity)
    for kept in lists:
        found = kept.table[(kept.table["result"] == MATCHED) & (kept.table["master_info_id"] != "")]
        held = there.pop(kept.info.name, set())
        known = set()
        for row_no, key, name, point, identity in zip(
            found["row_no"], found[KEY], found["name"], found["supply_point"], found["master_info_id"]
        ):
            known.add(identity)
            state = "both" if identity in held else "here"
            rows.append((kept.info.name, identity, state, row_no, key, name, point))
        rows += [(kept.info.name, identity, "there", "", "", "", "") for identity in sorted(held - known)]
    for name in sorted(there):
        rows += [(name, identity, "there", "", "", "", "") for identity in sorted(there[name])]
    columns = ["list_name", "master_info_id", "state", "row_no", KEY, "name", "supply_point"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def keep_registered(case: Case, registered: Iterable[tuple[str, str]], algorithm: str, source: str) -> None:
    """Keep who is registered ((マスタ情報ID, list name) each): the scope of 通電情報 with 特定契約者フラグ ON."""
    pairs = list(registered)
    table = pd.DataFrame(
        {"master_info_id": [pair[0] for pair in pairs], "list_name": [pair[1] for pair in pairs]}, dtype=object
    )
    write_table(case.folder / TABLE, table)
    case.ledger.add(algorithm, TABLE, [source], personal=True)


def hints(kept: ContractorList) -> list[Message]:
    """Return what to do about rows that did not match: to be reviewed, and not found."""
    counts = kept.info.counts
    said = []
    if counts.get(REVIEW):
        said.append(
            message(
                "{count} row(s) are to be reviewed. This can be done on the LG-WAN screen only: open "
                "地点契約照合目視対象一覧 there, settle each row, save the result list and read it back "
                "(“Read results…”, or the algorithm “CSV for contractors”).",
                count=counts[REVIEW],
            )
        )
    if counts.get(NONE):
        said.append(
            message(
                "{count} row(s) were not found. Look whether name and address are those of the contract holder, "
                "written as on the electricity bill; add the supply point or the phone number, then match again.",
                count=counts[NONE],
            )
        )
    return said

"""Facility → supply points from what matched (マスタ情報ID ↔ マスタ情報), merged into `contractors/links.csv`."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Iterable

import pandas as pd

from ..aggregator.outside import SafeWriter
from ..files import fresh_file
from ..messages import Message, message
from .case import Case
from .columns import column_names
from .contractor_checks import KEY
from .contractors import MATCHED, ContractorList, Lists
from .contracts import SUPPLY
from .ledger import sha256_of
from .links import ENCODINGS, FACILITY, SUPPLY_POINT, LinksError, csv_rows

PLACE = "contractors/links.csv"
LIST_NAME = "list_name"
"""Column that says which list a link was derived from; blank for one that was written by hand, which stays."""


def links_of(kept: ContractorList, master: pd.DataFrame) -> tuple[pd.DataFrame, list[Message]]:
    """Return `facility_id supply_point` of the matched rows, each once, and what is doubtful.

    The supply point is that of マスタ情報; where the case has none for the id, the list's own. `master`: the columns
    `master_info_id supply_point` and, where known, `flow`; 受電 (what a solar roof feeds in) is left out.
    """
    rows = kept.table[(kept.table["result"] == MATCHED) & (kept.table[KEY] != "")]
    points = _points(master, set(rows["master_info_id"]))
    found, unknown, differing = [], 0, 0
    for key, identity, own in zip(rows[KEY], rows["master_info_id"], rows["supply_point"]):
        official = points.get(identity, [])
        differing += bool(official and own and own not in official)
        unknown += not official and not own
        found += [(key, point) for point in official or [own] if point]
    said = []
    if unknown:
        said.append(
            message(
                "List “{list}”: {count} matched row(s) have no supply point yet. It comes with マスタ情報: download it "
                "with マスタ情報ID among its items.",
                list=kept.info.name,
                count=unknown,
            )
        )
    if differing:
        said.append(
            message(
                "List “{list}”: in {count} row(s) the supply point is another one in マスタ情報; that one is used.",
                list=kept.info.name,
                count=differing,
            )
        )
    table = pd.DataFrame(found, columns=["facility_id", "supply_point"], dtype=object)
    return table.drop_duplicates(ignore_index=True), said


def _points(master: pd.DataFrame, wanted: set[str]) -> dict[str, list[str]]:
    """Return {マスタ情報ID that is wanted: supply points of 供給}."""
    points: dict[str, list[str]] = {}
    if "master_info_id" in master and len(master):
        used = master[master["flow"].isin([0, SUPPLY])] if "flow" in master else master
        used = used[used["master_info_id"].isin(wanted)]
        for identity, point in zip(used["master_info_id"], used["supply_point"]):
            points.setdefault(identity, []).append(point)
    return points


def refresh_links(case: Case, algorithm: str, names: Iterable[str] = ()) -> tuple[int, list[Message]]:
    """Derive the links of the lists (`names` empty: all) and merge them into `contractors/links.csv`.

    Links written by hand stay as they are. Return how many links of these lists there are now and what is doubtful.
    Raises `LinksError` where a link list is there that cannot be read.
    """
    lists = Lists(case)
    wanted = set(names) or {info.name for info in lists.all()}
    if not wanted:
        return 0, []
    master = _master_of(case)
    fresh: list[tuple[str, str, str]] = []
    said: list[Message] = []
    for name in sorted(wanted):
        kept = lists.open(name)
        if KEY not in kept.info.mapping:
            continue
        table, doubts = links_of(kept, master)
        fresh += [(row.facility_id, row.supply_point, name) for row in table.itertuples()]  # type: ignore[misc]  # a column has no type here
        said += doubts
    path = case.folder / PLACE
    before = path.read_bytes() if path.exists() else b""
    content, added = merged(before, fresh, wanted, path.name)
    if content != before and (fresh or before):
        _write(path, content)
        case.ledger.add(algorithm, PLACE, sorted(wanted), True, sha256_of(path))
    return added, said


def _master_of(case: Case) -> pd.DataFrame:
    """Return the columns of マスタ情報 that links come from, those that are there."""
    known = column_names(case.folder / "tables" / "master")
    return case.master([name for name in ("master_info_id", "supply_point", "flow") if name in known])


def without_list(case: Case, name: str, algorithm: str) -> None:
    """Take the links of a list that is deleted out of `contractors/links.csv`."""
    path = case.folder / PLACE
    if not path.exists():
        return
    before = path.read_bytes()
    content, _ = merged(before, [], {name}, path.name)
    if content != before:
        _write(path, content)
        case.ledger.add(algorithm, PLACE, [name], True, sha256_of(path))


def merged(before: bytes, fresh: list[tuple[str, str, str]], wanted: set[str], file: str) -> tuple[bytes, int]:
    """Return the link list with the links of the `wanted` lists replaced by `fresh`, and how many of those it holds."""
    rows = _rows(before, file) if before.strip() else [["facility_id", "supply_point", LIST_NAME]]
    header = [cell.strip() for cell in rows[0]]
    places = [_place(header, FACILITY, file), _place(header, SUPPLY_POINT, file)]
    if LIST_NAME not in header:
        header.append(LIST_NAME)
    named = header.index(LIST_NAME)
    kept = [row + [""] * (len(header) - len(row)) for row in rows[1:] if any(map(str.strip, row))]
    kept = [row for row in kept if row[named] not in wanted]
    by_hand = {(row[places[0]].strip(), row[places[1]].strip()) for row in kept if not row[named]}
    for facility, point, name in fresh:
        if (facility, point) not in by_hand:
            row = [""] * len(header)
            row[places[0]], row[places[1]], row[named] = facility, point, name
            kept.append(row)
    made = io.StringIO(newline="")
    writer = SafeWriter(made)
    writer.writerow(header)
    writer.writerows(kept)
    return made.getvalue().encode("utf-8-sig"), len(fresh)


def _rows(raw: bytes, file: str) -> list[list[str]]:
    for encoding in ENCODINGS:
        try:
            return csv_rows(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise LinksError(
        message("The link list {file} is neither UTF-8 nor CP932 (Shift_JIS). Save it as CSV UTF-8.", file=file)
    )


def _place(header: list[str], names: tuple[str, ...], file: str) -> int:
    for name in names:
        if name in header:
            return header.index(name)
    raise LinksError(
        message(
            "The link list {file} has no column {column}. Its first row must name the columns.",
            file=file,
            column=" / ".join(names),
        )
    )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with fresh_file(path) as stream:
        stream.write(content)

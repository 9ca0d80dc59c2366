"""What the case knows (案件のもの): lists and layers of the municipality, chosen once and kept with their date.

Layers (boundary, areas, roads, hazards) are copied into `context.gpkg`; lists and tables lie in `inputs/` exactly as
they were given. `inputs.json` says of each what it is: where, of when, under which name it was given, how many rows.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Container, Mapping, Optional

from ..aggregator.outside import parse_json
from ..files import fresh_file, write_text_atomic
from ..messages import Message, TomoshibiError, message
from .guard import is_layer_name, place_inside
from .ledger import now, sha256_of

if TYPE_CHECKING:
    # a case needs pandas, which algorithms that ask for own inputs only may do without
    from .case import Case

INPUTS_FILE = "inputs.json"
FOLDER = "inputs"
CONTEXT = "context.gpkg"
LINKS_PLACE = "contractors/links.csv"
"""Links that matching contractors made, or that a person put there; kept links come on top."""
FORMATS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".ods", ".json", ".jsonl", ".ndjson", ".geojson", ".gpkg")
"""Files that are kept as they are given; anything else is kept as a GeoPackage."""


@dataclass(frozen=True)
class OwnInput:
    """One kind of input that a case may keep."""

    kind: str
    """The parameter that takes it."""
    title: Callable[[], Message]
    geometry: str = ""
    """`polygon`, `line`, `any`: a layer of `context.gpkg`; "" a list in `inputs/`."""
    personal: bool = False
    """Whether it names people."""
    plain: bool = False
    """Whether it is read as a table alone, so that a layer is kept as CSV."""
    wanted: Callable[[], Message] = lambda: message("Choose the list itself.")
    """What to choose where a result was given."""

    @property
    def layer(self) -> str:
        """Name of the layer in `context.gpkg`, "" for a list."""
        return self.kind.lower() if self.geometry else ""


OWN_INPUTS: dict[str, OwnInput] = {
    one.kind: one
    for one in (
        OwnInput(
            "FACILITIES",
            lambda: message("Facilities"),
            wanted=lambda: message("Choose the layer or file of the facilities (shelters, hospitals)."),
        ),
        OwnInput("LINKS", lambda: message("Facilities and their supply points"), personal=True, plain=True),
        OwnInput(
            "BOUNDARY",
            lambda: message("Municipal boundary"),
            "polygon",
            wanted=lambda: message("Choose the boundary of the municipality."),
        ),
        OwnInput(
            "AREAS",
            lambda: message("Areas"),
            "polygon",
            wanted=lambda: message("Choose the boundaries of the districts (大字, 集落, 公民館区)."),
        ),
        OwnInput("ROADS", lambda: message("Roads"), "line", wanted=lambda: message("Choose the roads.")),
        OwnInput(
            "HAZARDS",
            lambda: message("Landslides and damage"),
            "any",
            wanted=lambda: message("Choose the landslides and damage."),
        ),
        OwnInput("SUPPORT_LIST", lambda: message("List of people who need support"), personal=True),
        OwnInput("RESIDENTS", lambda: message("Residents' list"), personal=True, plain=True),
        OwnInput("TRUCKS", lambda: message("Power-supply trucks")),
        OwnInput("BACKUP", lambda: message("Backup power of facilities"), plain=True),
        OwnInput("PLAN", lambda: message("Restoration plan"), plain=True),
        # desks of offices, no electricity users: letters need them when the rest is gone
        OwnInput("CONTACTS", lambda: message("Contacts"), plain=True),
        OwnInput("REQUESTS", lambda: message("Support asked for"), plain=True),
    )
}
"""What a case may keep, by kind."""


@dataclass(frozen=True)
class Kept:
    """An input that a case keeps."""

    kind: str
    path: Path
    """The file in the case."""
    layer: str = ""
    """Layer of a GeoPackage, or sheet of a workbook, that is meant; "" the only or the first one."""
    kept_at: Optional[datetime] = None
    """Japanese wall-clock time; None where nobody noted it."""
    named: str = ""
    """What the file or layer was called when it was given."""
    rows: Optional[int] = None

    @property
    def source(self) -> str:
        """What to give to a parameter."""
        return f"{self.path.as_posix()}|layername={self.layer}" if self.layer else self.path.as_posix()


def own_inputs(folder: Path) -> dict[str, Kept]:
    """Return what a case keeps, by kind.

    A boundary and areas that an earlier version kept, and a list of links in `contractors/`, are found too.
    Raises `TomoshibiError` where `inputs.json` cannot be understood or names a place outside the case.
    """
    folder = Path(folder)
    found = {kind: kept for kind, kept in _noted(folder).items() if kept.path.is_file()}
    for kind, one in OWN_INPUTS.items():
        rows = _rows_of_layer(folder / CONTEXT, one.layer) if one.layer and kind not in found else None
        if rows is not None:
            found[kind] = Kept(kind, folder / CONTEXT, one.layer, None, one.layer, rows)
    links = folder / LINKS_PLACE
    if "LINKS" not in found and links.is_file():
        found["LINKS"] = Kept("LINKS", links, "", None, links.name, None)
    return {kind: found[kind] for kind in OWN_INPUTS if kind in found}


def own_input(case: Case, kind: str) -> Optional[Kept]:
    """Return one input of a case, None where it keeps none of this kind. Raises as `own_inputs` does."""
    return own_inputs(case.folder).get(kind)


def keep_file(case: Case, kind: str, source: Path, rows: int, algorithm: str, named: str = "", sheet: str = "") -> Kept:
    """Keep a list exactly as it is given, in place of an older one, and return it.

    Parameters
        source: the file; its ending must be one of `FORMATS`.
        rows: how many rows it has.
        algorithm: id of the algorithm that keeps it, for the ledger.
        named: what it was called, where that is not its file name.
        sheet: sheet of a workbook or layer of a GeoPackage that is meant.
    Raises
        OSError: it cannot be read or written.
    """
    one, source = OWN_INPUTS[kind], Path(source)
    suffix = source.suffix.lower()
    target = case.folder / FOLDER / f"{kind.lower()}{suffix}"
    target.parent.mkdir(exist_ok=True)
    if not (target.exists() and source.samefile(target)):
        with open(source, "rb") as given, fresh_file(target) as stream:
            shutil.copyfileobj(given, stream)
    kept = Kept(kind, target, sheet, now(), named or source.name, rows)
    _note(case, kind, _record(case, kept, sha256_of(target)))
    for other in FORMATS:
        if other != suffix:
            _delete(case, target.with_suffix(other), algorithm)
    case.ledger.add(algorithm, case.relative(target), [kept.named], one.personal, sha256_of(target))
    return kept


def keep_layer(case: Case, kind: str, rows: int, algorithm: str, named: str) -> Kept:
    """Note a layer that now lies in `context.gpkg`, and return it."""
    layer = OWN_INPUTS[kind].layer
    kept = Kept(kind, case.folder / CONTEXT, layer, now(), named, rows)
    _note(case, kind, _record(case, kept, ""))
    case.ledger.add(algorithm, f"{CONTEXT}|{layer}", [named], OWN_INPUTS[kind].personal)
    return kept


def remove_input(case: Case, kind: str, algorithm: str) -> bool:
    """Let the case forget an input, and delete its file; the layer of `context.gpkg` is deleted by who can open it.

    Return whether there was one.
    """
    there = own_input(case, kind)
    if there is None or not removable(there):
        return False
    _note(case, kind, None)
    if there.path.parent == case.folder / FOLDER:
        _delete(case, there.path, algorithm)
    return True


def forget_inputs(case: Case, places: Container[str]) -> None:
    """Let the case know only of those of its inputs whose files, as paths inside it, are in `places` (disposal)."""
    path = case.folder / INPUTS_FILE
    if not path.is_file():
        return
    records = _records(case.folder)
    left = {kind: record for kind, record in records.items() if record.get("path") in places}
    if not left:
        path.unlink()
    elif left != records:
        write_text_atomic(path, json.dumps(left, ensure_ascii=False, indent=1))


def removable(kept: Kept) -> bool:
    """Whether an input can be taken out: not the links of registered contractors, which are made anew with them."""
    return kept.path.parts[-2:] != tuple(LINKS_PLACE.split("/"))


def needed(kind: str) -> Message:
    """Return what to do where an input is needed that neither the run nor the case gives."""
    return message(
        "Nothing is given as “{input}”, and the case keeps none. Give it, or keep it in the case with “Change case” "
        "(editcase).",
        input=OWN_INPUTS[kind].title(),
    )


def told(kept: Kept) -> Message:
    """Return which input of the case is used, and of when it is."""
    if kept.kept_at is None:
        return message("{input}: the case's own ({file}).", input=OWN_INPUTS[kept.kind].title(), file=kept.named)
    return message(
        "{input}: the case's own ({file}), kept on {date}.",
        input=OWN_INPUTS[kept.kind].title(),
        file=kept.named,
        date=f"{kept.kept_at:%Y-%m-%d}",
    )


def _delete(case: Case, path: Path, algorithm: str) -> None:
    """Delete a kept file, and let the ledger miss it no longer."""
    if path.is_file():
        path.unlink()
        case.ledger.add(algorithm, case.relative(path), personal=False)


def _record(case: Case, kept: Kept, digest: str) -> dict[str, Any]:
    record = {key: value for key, value in asdict(kept).items() if key != "kind"}
    stamp = kept.kept_at.isoformat() if kept.kept_at else ""
    return {**record, "path": case.relative(kept.path), "kept_at": stamp, "sha256": digest}


def _note(case: Case, kind: str, record: Optional[Mapping[str, Any]]) -> None:
    """Write the record of a kind, or take it out."""
    path = case.folder / INPUTS_FILE
    records = _records(case.folder)
    records.pop(kind, None)
    if record is not None:
        records[kind] = record
    write_text_atomic(path, json.dumps(records, ensure_ascii=False, indent=1))


def _records(folder: Path) -> dict[str, Any]:
    try:
        found = parse_json((folder / INPUTS_FILE).read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _unreadable() from error
    if not isinstance(found, dict):
        raise _unreadable()
    return found


def _noted(folder: Path) -> dict[str, Kept]:
    try:
        return {kind: _kept(folder, kind, record) for kind, record in _records(folder).items() if kind in OWN_INPUTS}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable() from error


def _kept(folder: Path, kind: str, record: Mapping[str, Any]) -> Kept:
    """Return one record. Raises ValueError, TypeError or KeyError where it is not of the form that is written."""
    place, layer, named, rows = (record[key] for key in ("path", "layer", "named", "rows"))
    if not (isinstance(place, str) and isinstance(named, str) and isinstance(rows, (int, type(None)))):
        raise ValueError(kind)
    if layer != "" and not is_layer_name(layer):
        raise ValueError(kind)
    stamp = record["kept_at"]
    return Kept(kind, place_inside(folder, place), layer, datetime.fromisoformat(stamp) if stamp else None, named, rows)


def _unreadable() -> TomoshibiError:
    return TomoshibiError(
        message(
            "{file} of the case cannot be read. Delete it, and keep lists and layers in the case once more.",
            file=INPUTS_FILE,
        )
    )


def _rows_of_layer(package: Path, layer: str) -> Optional[int]:
    """Return how many features a layer of a GeoPackage has, None where there is no such layer."""
    if not package.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{package.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
            if connection.execute(there, (layer,)).fetchone() is None:
                return None
            return int(connection.execute(" ".join(["SELECT count(*) FROM", f'"{layer}"'])).fetchone()[0])
    except sqlite3.DatabaseError:
        return None

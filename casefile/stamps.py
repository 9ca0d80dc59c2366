"""What a layer of the case was made of, as one stamp (stamps.json): a refresh leaves alone what it would make the same.

A stamp holds everything a theme may read: the files of the case, the files it was given, its parameters, the versions
and settings in force, and what of the clock decides. A theme that is called unchanged and is not is a wrong map, so
files are left out only where they are known not to be read (`_LEFT_OUT`, held by a test that watches what is opened),
and whatever cannot be told has no stamp: it is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Iterator, Mapping, Optional

from ..aggregator.outside import parse_json
from ..files import write_text_atomic
from .case import LEDGER_FILE, UNDO_FOLDER, Case
from .freshness import STATE_FILE
from .guard import place_inside
from .overrides import TOLD_FILE
from .own_inputs import CONTEXT, FOLDER, INPUTS_FILE, LINKS_PLACE, own_inputs
from .publications import FILE as PUBLICATIONS
from .recipes import INSIDE, LAYERS_FILE, RECIPES_FILE, leads_outside
from .years import latest_possible

STAMPS_FILE = "stamps.json"
_WHOLE_BYTES = 1 << 20
"""Files up to this size count by their content; larger ones by size, times and place on the disk."""
_WRITTEN = frozenset((LAYERS_FILE, LEDGER_FILE, RECIPES_FILE, STAMPS_FILE, STATE_FILE, "imports.jsonl", "ingest.lock"))
"""Names of files in which a case tells of itself or keeps results; of the ledger see `_told_by_ledger`."""
_RESULTS = ("sheets/", "history/")
"""Folders of results, which no theme reads but those of `_OF_RESULTS`."""
_OF_RESULTS = ("mapaudit",)
"""Themes that judge past results."""
_RECEIVED = "received/"
_OWN = (f"{FOLDER}/", INPUTS_FILE, CONTEXT)
"""What the case keeps of its own: only the kinds that a theme takes are told, one by one."""
_FIGURES = ("tables/statistics/", "tables/broute/", "tables/events/")
_READINGS_ALONE = ("acquisitiongaps", "isolatedcommunities", "hiddenoutages", "outagetimeline", "homeaway")
"""Themes of readings: neither figures of half a day nor B-route logs or what meters tell of themselves go into them."""
_LEFT_OUT: Mapping[str, tuple[str, ...]] = {name: _FIGURES for name in _READINGS_ALONE}
_OF_FACILITIES = ("shelterpower", "survivalclocks")
"""Themes that show what was told by telephone."""
_OF_PEOPLE = ("evacuationsupport", "lifesupport", "homeaway")
_PLAIN_FILES = frozenset(
    (".geojson", ".json", ".gpkg", ".shp", ".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".ods", ".fgb", ".kml")
)
"""Endings of files that hold all there is to read, but for those beside them with the same stem."""
_writing = threading.Lock()


@dataclass(frozen=True)
class Question:
    """What is asked of a case: a theme and how."""

    algorithm: str
    parameters: Mapping[str, object]
    """As a recipe keeps them."""
    kinds: tuple[str, ...]
    """Kinds of the case's own inputs that it takes."""
    about: tuple[str, ...]
    """Versions and settings in force."""


def stamp_of(case: Case, question: Question) -> str:
    """Return the stamp of a theme as it would be made now, "" where it cannot be told what it would be made of."""
    given = _given(case, question.parameters)
    clock = _clock(case, question)
    if given is None or clock is None:
        return ""
    record = {
        "algorithm": question.algorithm,
        "parameters": dict(question.parameters),
        "about": question.about,
        "given": given,
        "clock": clock,
        "own": _own(case, question.kinds),
        "ledger": _told_by_ledger(case),
        "files": [*_files(case.folder, question.algorithm)],
    }
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _files(folder: Path, algorithm: str) -> Iterator[tuple[str, str]]:
    """Yield place and state of every file of a case that a theme may read."""
    told = () if algorithm in _OF_FACILITIES else (TOLD_FILE,)
    left_out = (*_results_unread(algorithm), *_OWN, *_LEFT_OUT.get(algorithm, ()), *told)
    for place, names, files in os.walk(folder):
        inside = Path(place).relative_to(folder).as_posix()
        begin = "" if inside == "." else f"{inside}/"
        names[:] = sorted(name for name in names if not name.startswith(".") or name == UNDO_FOLDER)
        for name in sorted(files):
            if _written(name) or f"{begin}{name}".startswith(left_out) or (not begin and _given_only(name, algorithm)):
                continue
            yield f"{begin}{name}", _of_case(begin, Path(place, name))


def _results_unread(algorithm: str) -> tuple[str, ...]:
    """Return the folders of results that a theme does not read."""
    return tuple(folder for folder in _RESULTS if folder != "history/" or algorithm not in _OF_RESULTS)


def _written(name: str) -> bool:
    """Whether a file is one in which a case tells of itself or keeps results, or a lock."""
    return name.startswith((".", f"{LAYERS_FILE}-")) or name in _WRITTEN


def _of_case(begin: str, path: Path) -> str:
    """Return the state of a file of a case; of those as published only the names are read again after taking in.

    Their times change when they are looked through.
    """
    of_data = begin.startswith(_RECEIVED) and path.suffix not in (".json", ".jsonl")
    return str(path.stat().st_size) if of_data else _state(path)


def _given_only(name: str, algorithm: str) -> bool:
    """Whether a file beside `case.json` is read only where it was given: files of the case itself there are JSON.

    What answers could not be handed on lies there too, as CSV.
    """
    return algorithm not in _OF_PEOPLE and not name.endswith((".json", ".jsonl"))


def _state(path: Path) -> str:
    """Return what changes with the content of a file."""
    try:
        found = path.stat()
        if found.st_size <= _WHOLE_BYTES:
            return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return "none"
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def profile_state(path: str) -> str:
    """Return the state of an interface profile; "" where the one that ships is in force."""
    return _state(Path(path)) if path else ""


def _beside(path: Path) -> list[tuple[str, str]]:
    """Return the states of a file and of those that belong to it: `.dbf`, `.prj`, `-wal` and the like."""
    stem = path.name[: -len(path.suffix)] if path.suffix else path.name
    names = sorted(
        each.name
        for each in path.parent.iterdir()
        if each.is_file() and (each.name.startswith((f"{path.name}-", f"{path.name}.")) or each.stem == stem)
    )
    return [(name, _state(path.parent / name)) for name in names]


def _given(case: Case, parameters: Mapping[str, object]) -> Optional[list[tuple[str, Any]]]:
    """Return the states of the files that parameters name; None where one is no plain file."""
    found: list[tuple[str, Any]] = []
    for name, value in sorted(parameters.items()):
        for each in _texts(value):
            place = each.partition("|")[0]
            path = place_inside(case.folder, place[len(INSIDE) :]) if place.startswith(INSIDE) else Path(place)
            if path.is_absolute() and path.suffix.lower() in _PLAIN_FILES:
                # one that is gone has a state too: the theme fails then, and is told
                found.append((name, _beside(path) if path.parent.is_dir() else []))
            elif each.startswith(INSIDE) or leads_outside(each):
                return None
    return found


def _texts(value: object) -> Iterator[str]:
    """Yield the texts in the value of a parameter."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)


def _own(case: Case, kinds: Iterable[str]) -> list[tuple[str, str, Any]]:
    """Return the inputs of the case that a theme takes, and their states."""
    kept = own_inputs(case.folder)
    asked = [kept[kind] for kind in sorted({*kinds, "LINKS"} & set(kept))]
    found = [(one.kind, f"{case.relative(one.path)}|{one.layer}", _beside(one.path)) for one in asked]
    return [*found, ("", LINKS_PLACE, _state(case.folder / LINKS_PLACE))]


def _told_by_ledger(case: Case) -> list[tuple[str, Optional[str]]]:
    """Return what of the ledger decides: which files were received, and that what was published was noted."""
    return [
        (entry.path, entry.sha256)
        for entry in case.ledger.entries()
        if entry.path.startswith(_RECEIVED) or entry.path == PUBLICATIONS
    ]


def _clock(case: Case, question: Question) -> Optional[list[str]]:
    """Return what of the case lies in the future, and so comes to count by and by; None where every minute counts."""
    told = case.folder / TOLD_FILE
    if question.algorithm in _OF_FACILITIES and not case.info.practice and told.is_file():
        # what was told holds up to the present
        return None
    present = latest_possible(case.info)
    if present is None:
        return ["in the future"]
    lists = (case.folder / "tables" / "outage").glob("*")
    return sorted(each.name for each in lists if each.name[:14] > present.strftime("%Y%m%d%H%M%S"))


# -- the stamps of the layers that are there -------------------------------------------------------------------------


def read_stamps(case: Case) -> dict[str, tuple[str, str]]:
    """Return layer → (when it was made, stamp); nothing where the file is missing or cannot be understood."""
    try:
        record = parse_json((case.folder / STAMPS_FILE).read_bytes())
        return {str(name): (str(made), str(stamp)) for name, (made, stamp) in record["layers"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # without its stamp a layer is made again
        return {}


def keep_stamp(case: Case, layer: str, made_at: str, stamp: str) -> None:
    """Keep the stamp of a layer with the time of the recipe it belongs to; "" forgets it."""
    with _writing:
        kept = read_stamps(case)
        if stamp:
            kept[layer] = (made_at, stamp)
        elif kept.pop(layer, None) is None:
            return
        text = json.dumps({"format": 1, "layers": dict(sorted(kept.items()))}, ensure_ascii=False, indent=1)
        write_text_atomic(case.folder / STAMPS_FILE, text)

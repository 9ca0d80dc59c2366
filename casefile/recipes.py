"""How each layer of the case was made (recipes.json), so that it can be made again when new data come.

A recipe holds ids of algorithms, figures, choices and paths: no personal data, no account, no secret. Paths inside the
case begin with `case:` and so survive moving the folder.
"""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Mapping, Optional

from ..aggregator.outside import parse_json
from ..files import write_text_atomic
from ..messages import TomoshibiError, message
from .case import Case
from .guard import is_layer_name, place_inside
from .overrides import TOLD_FILE

RECIPES_FILE = "recipes.json"
FORMAT = 1
INSIDE = "case:"
"""Begins a path inside the case folder."""
REDO_FOLDER = ".refresh"
"""Folder of the case in which layers are made anew before they take the place of the old ones."""
LAYERS_FILE = "layers.gpkg"
_DATA = ("tables/", "contractors/links.csv", "inputs/", "context.gpkg")
_writing = threading.Lock()


@dataclass(frozen=True)
class Recipe:
    """How one layer was made."""

    layer: str
    """Name of the layer in `layers.gpkg`."""
    algorithm: str
    """Name below `tomoshibi:`."""
    parameters: Mapping[str, object] = field(default_factory=dict)
    """Parameters as JSON values, those left empty not among them; neither CASE nor OUTPUT nor the connection."""
    lacking: tuple[str, ...] = ()
    """Parameters that cannot be given again, such as a layer that was in memory only."""
    made_at: str = ""
    """ISO 8601 Japanese wall-clock time."""
    seen: int = 0
    """Bytes of the ledger when the case was opened for it: data entered beyond are newer than the layer."""


def shorten(folder: Path, text: str) -> str:
    """Return a path (a layer's `path|layername=…` too) as a recipe keeps it: `case:…` where it is inside the case."""
    path, bar, rest = text.partition("|")
    if not path or not Path(path).is_absolute():
        return text
    try:
        inside = Path(path).resolve().relative_to(Path(folder).resolve())
    except ValueError:
        return text
    return INSIDE + inside.as_posix() + bar + rest


def leads_outside(value: object) -> bool:
    """Whether a value of a recipe names a file, a server or a database outside the case."""
    if isinstance(value, Mapping):
        return any(leads_outside(each) for each in value.values())
    if isinstance(value, (list, tuple)):
        return any(leads_outside(each) for each in value)
    if not isinstance(value, str) or value.startswith(INSIDE):
        return False
    return "/" in value or "\\" in value or "dbname=" in value or Path(value).is_absolute()


def expand(folder: Path, value: object) -> object:
    """Return a value of a recipe as a parameter: paths inside the case with the folder's present place.

    Raises `LeadsOutside` where such a path leaves the case.
    """
    if isinstance(value, list):
        return [expand(folder, each) for each in value]
    if isinstance(value, str) and value.startswith(INSIDE):
        path, bar, rest = value[len(INSIDE) :].partition("|")
        return str(place_inside(folder, path)) + bar + rest
    return value


def read_recipes(case: Case) -> dict[str, Recipe]:
    """Return the recipes by name of layer. Raises `TomoshibiError` where the file cannot be understood."""
    path = case.folder / RECIPES_FILE
    try:
        record = parse_json(path.read_bytes())
        if record["format"] > FORMAT:
            raise ValueError(record["format"])
        return {name: _recipe(name, entry) for name, entry in record["layers"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TomoshibiError(
            message(
                "{file} of the case cannot be read. Delete it, and make each layer once more: it is written again.",
                file=RECIPES_FILE,
            )
        ) from error


def _recipe(name: str, entry: Mapping[str, Any]) -> Recipe:
    """Return one recipe. Raises ValueError, TypeError or KeyError where it is not of the form that is written."""
    found = Recipe(name, **{**entry, "lacking": tuple(entry["lacking"])})
    texts = (found.algorithm, found.made_at, *found.lacking, *found.parameters)
    if not is_layer_name(name) or not isinstance(found.seen, int) or not all(isinstance(one, str) for one in texts):
        raise ValueError(name)
    return found


def keep_recipe(case: Case, recipe: Recipe) -> None:
    """Keep a recipe in place of an older one of the same layer; none of a name that could not be used again."""
    if not is_layer_name(recipe.layer):
        return
    path = case.folder / RECIPES_FILE
    with _writing:
        kept = {**read_recipes(case), recipe.layer: recipe}
        layers = {}
        for name in sorted(kept):
            layers[name] = asdict(kept[name])
            del layers[name]["layer"]
        write_text_atomic(path, json.dumps({"format": FORMAT, "layers": layers}, ensure_ascii=False, indent=1))


_FACILITIES = ("shelterpower",)
"""Algorithms whose results show what was told by telephone."""


def is_stale(case: Case, recipe: Recipe) -> bool:
    """Whether data were taken into the case after a layer was made from it."""
    if case.ledger.size() < recipe.seen:
        # the ledger is another than it was: nothing is known
        return True
    told = (TOLD_FILE,) if recipe.algorithm in _FACILITIES else ()
    return any(
        entry.path in ("readings", *told) or entry.path.startswith(_DATA) for entry in case.ledger.entries(recipe.seen)
    )


def layer_of_place(place: str) -> Optional[str]:
    """Return the layer's name where a place of the ledger is a layer of `layers.gpkg`, None otherwise."""
    path, bar, name = place.partition("|")
    return name if bar and name and path == LAYERS_FILE else None


def final_place(place: str) -> str:
    """Return where a layer made in `REDO_FOLDER` will stand; other places as they are."""
    path, bar, name = place.partition("|")
    return f"{LAYERS_FILE}|{name}" if bar and path.startswith(REDO_FOLDER + "/") else place

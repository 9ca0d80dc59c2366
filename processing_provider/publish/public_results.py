"""The results of a case that may leave as public: the layer of each theme, and its rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Mapping, Optional

from ...files import write_text_atomic
from ...messages import TomoshibiError, message
from ..dock.results import layer_names, open_result, package_of, precedence
from ..output_targets import is_part

_REMEMBERED = "handed_over.json"
"""In the case: which places were shown and which withheld, by theme, so that what leaves later tells no more."""

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

    from ...casefile.case import Case
    from ...layers.public_themes import PublicRows


def public_layers(case: Case) -> dict[str, QgsVectorLayer]:
    """Return the layer of each public theme that the case holds: the whole of now, else that of the newest moment."""
    from ...layers.public_themes import PUBLIC

    return newest_layers(case, tuple(PUBLIC))


def made_and_kept_back(case: Case) -> tuple[str, ...]:
    """Return the themes of which the case holds a result that may not leave as public, in the order of the schema."""
    from ...layers.context import result_kind
    from ...layers.public_themes import PUBLIC
    from ...layers.schema import SPECS

    package = package_of(case.folder)
    names = layer_names(package)
    kinds = {name if name in SPECS else result_kind(open_result(package, name)) for name in names}
    return tuple(kind for kind in SPECS if kind in kinds and kind not in PUBLIC)


def newest_layers(case: Case, kinds: tuple[str, ...]) -> dict[str, QgsVectorLayer]:
    """Return the layer of some results as far as the case holds them: the whole of now, else of the newest moment."""
    from ...layers.context import result_kind

    package = package_of(case.folder)
    found: dict[str, QgsVectorLayer] = {}
    for name in layer_names(package):
        layer = open_result(package, name)
        kind = name if name in kinds else result_kind(layer)
        if kind not in kinds or is_part(kind, name) or not layer.isValid():
            continue
        held = found.get(kind)
        if held is None or precedence(kind, held.name()) < precedence(kind, name):
            found[kind] = layer
    return {kind: found[kind] for kind in kinds if kind in found}


def public_results(
    case: Case, least: Optional[int] = None, before: Optional[Mapping[str, Mapping[str, bool]]] = None
) -> dict[str, PublicRows]:
    """Return what may leave of the results of a case, by theme; see `layers.public_themes.public_rows`."""
    from ...analysis.disclosure import LEAST
    from ...layers.public_themes import public_rows

    return public_rows(public_layers(case), LEAST if least is None else least, before)


def remembered(case: Case) -> dict[str, dict[str, bool]]:
    """Return what earlier hand-overs showed and withheld, by theme and place; nothing before the first."""
    from ...aggregator.outside import parse_json

    path = case.folder / _REMEMBERED
    if not path.is_file():
        return {}
    try:
        told = parse_json(path.read_bytes())
        return {str(theme): {str(key): bool(value) for key, value in one.items()} for theme, one in told.items()}
    except (ValueError, AttributeError) as error:
        raise TomoshibiError(
            message(
                "{file} of the case cannot be read: it says which figures earlier hand-overs withheld, and without it "
                "a new one may tell them. Restore it from a copy of the case.",
                file=_REMEMBERED,
            )
        ) from error


def remember(case: Case, name: str, results: Mapping[str, Any]) -> None:
    """Add to what hand-overs showed and withheld: what was ever shown is known, what was ever withheld stays so."""
    from ...casefile.ledger import sha256_of

    told = remembered(case)
    for theme, one in results.items():
        held = told.setdefault(theme, {})
        for key, shown in one.shown().items():
            held[key] = shown and held.get(key, True)
    path = case.folder / _REMEMBERED
    write_text_atomic(path, json.dumps(told, ensure_ascii=False))
    case.ledger.add(f"tomoshibi:{name}", case.relative(path), (), True, sha256_of(path))

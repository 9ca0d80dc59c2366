"""The results of a case that may leave as public: the layer of each theme, and its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping, Optional

from ..dock.results import layer_names, open_result, package_of, precedence
from ..output_targets import is_part

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

    from ...casefile.case import Case
    from ...layers.public_themes import PublicRows


def public_layers(case: Case) -> dict[str, QgsVectorLayer]:
    """Return the layer of each public theme that the case holds: the whole of now, else that of the newest moment."""
    from ...layers.context import result_kind
    from ...layers.public_themes import PUBLIC

    package = package_of(case.folder)
    found: dict[str, QgsVectorLayer] = {}
    for name in layer_names(package):
        layer = open_result(package, name)
        kind = name if name in PUBLIC else result_kind(layer)
        if kind not in PUBLIC or is_part(kind, name) or not layer.isValid():
            continue
        held = found.get(kind)
        if held is None or precedence(kind, held.name()) < precedence(kind, name):
            found[kind] = layer
    return {kind: found[kind] for kind in PUBLIC if kind in found}


def public_results(
    case: Case, least: Optional[int] = None, before: Optional[Mapping[str, Mapping[str, bool]]] = None
) -> dict[str, PublicRows]:
    """Return what may leave of the results of a case, by theme; see `layers.public_themes.public_rows`."""
    from ...analysis.disclosure import LEAST
    from ...layers.public_themes import public_rows

    return public_rows(public_layers(case), LEAST if least is None else least, before)

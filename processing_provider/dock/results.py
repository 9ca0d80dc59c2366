"""The result layers of a case that numbers are counted from: opened without being drawn, so in any thread."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    NULL,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeatureRequest,
    QgsProviderRegistry,
    QgsVectorLayer,
)

from ..output_targets import LAYERS, MOMENT, is_part

if TYPE_CHECKING:
    import pandas as pd

SUPPORT = "evacuationsupport"
"""List of the people to help."""
OUTLOOK = "outlook"
"""What is foreseen of the meters without power."""
NEEDS_HELP, NOT_REACHED = "needs_help", ("nobody", "not_reached")
"""Answers after which somebody has to go there."""
COUNTED = ("shelterpower", "meshoutage", "areaoutage", "isolatedcommunities", "hiddenoutages", "survivalclocks")
"""Themes that the five numbers are counted from, in the order in which they are asked."""


def package_of(folder: Path) -> Path:
    """Return the GeoPackage of a case."""
    return Path(folder) / LAYERS


def layer_names(package: Path) -> list[str]:
    """Return the names of the layers in a GeoPackage that may be used; none where there is no such file."""
    from ...casefile.guard import is_layer_name

    if not package.is_file():
        return []
    held = QgsProviderRegistry.instance().querySublayers(str(package))
    return [one.name() for one in held if is_layer_name(one.name())]


def open_result(package: Path, name: str, apart: bool = True) -> QgsVectorLayer:
    """Return a layer of a GeoPackage, neither styled nor in a project.

    `apart`: on a connection that the layers on the screen do not share, as any other thread than the window's must.
    """
    from ...layers.opening import open_layer
    from ...layers.uris import apart as told_apart
    from ...layers.uris import layer_uri

    source = layer_uri(package, name)
    return open_layer(told_apart(source) if apart else source, name, "ogr")


@dataclass(frozen=True)
class Responses:
    """How far the people of a list are asked after."""

    people: int
    answered: int
    help: int
    lost: int
    """Nobody answered, or not reached."""


def count_responses(layer: QgsVectorLayer) -> Optional[Responses]:
    """Count what was entered in a list of people, None where it cannot be read; no text of it is kept."""
    place = layer.fields().lookupField("response") if layer.isValid() else -1
    if place < 0:
        return None
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry).setSubsetOfAttributes([place])
    found = Counter("" if one[place] == NULL else str(one[place]) for one in layer.getFeatures(request))
    lost = sum(found[code] for code in NOT_REACHED)
    people = sum(found.values())
    return Responses(people, people - found[""], found[NEEDS_HELP], lost)


def outlook_rows(layer: QgsVectorLayer) -> pd.DataFrame:
    """Return an outlook: `area_id area_name horizon_h dark_now expected low80 high80 as_of`, NaN where blank."""
    import pandas as pd

    from ..entered import plain_table

    numbers = ["horizon_h", "dark_now", "expected", "low80", "high80"]
    names = ["area_id", "area_name", *numbers, "as_of"]
    known = layer.isValid() and all(layer.fields().lookupField(name) >= 0 for name in names)
    table = plain_table(layer, names, ["area_id", "area_name"]) if known else pd.DataFrame(columns=names)
    table[numbers] = table[numbers].apply(pd.to_numeric, errors="coerce")
    return table


def moment_in(name: str) -> Optional[datetime]:
    """Return the moment that the name of a result's layer ends in, None where it was not asked for a moment."""
    told = MOMENT.search(name)
    try:
        return datetime.strptime(told.group(1), "%Y%m%d_%H%M") if told else None
    except ValueError:
        return None


def precedence(kind: str, name: str) -> tuple[bool, datetime]:
    """Return what orders the layers of one theme: the one named after it is of now, then that of the newest moment."""
    return name == kind, moment_in(name) or datetime.min


def results_by_theme(package: Path, names: list[str]) -> dict[str, QgsVectorLayer]:
    """Return the layer of each theme that numbers are counted from, by `precedence`; a part is not the whole."""
    from ...layers.context import result_kind

    found = {name: open_result(package, name) for name in names if name in COUNTED}
    others = [name for name in names if name not in found] if set(COUNTED) - set(found) else []
    for name in others:
        layer = open_result(package, name)
        kind = result_kind(layer)
        if _takes_the_place(kind, name, found.get(kind)):
            found[kind] = layer
    return {kind: found[kind] for kind in sorted(found, key=COUNTED.index) if found[kind].isValid()}


def _takes_the_place(kind: str, name: str, held: Optional[QgsVectorLayer]) -> bool:
    if kind not in COUNTED or is_part(kind, name):
        return False
    return held is None or precedence(kind, held.name()) < precedence(kind, name)


def rows_of(layer: QgsVectorLayer, kind: str) -> list[tuple[object, ...]]:
    """Return what a sheet of the theme would count: of several times the newest, of several voltage classes homes."""
    from ...layers.schema import SPECS
    from ...layers.style import voltages_of
    from ...layers.style.metadata import set_times
    from ...sheets.contents import reader, shown
    from ...sheets.voltages import PLAIN

    layer.setCustomProperty("tomoshibi/spec", kind)
    set_times(layer, SPECS[kind])
    held = voltages_of(layer)
    if len(held) > 1:
        layer.setSubsetString(f"\"voltage\" = '{PLAIN if PLAIN in held else held[0]}'")
    read, scopes = reader(kind), QgsExpressionContextUtils
    context = QgsExpressionContext()
    # handed over one by one: a list of scopes would be deleted twice
    context.appendScope(scopes.globalScope())
    context.appendScope(scopes.layerScope(layer))
    return [read(feature) for feature in layer.getFeatures(shown(layer, context))]


def as_of(layer: QgsVectorLayer) -> Optional[datetime]:
    """Return the newest moment that a result shows."""
    from ...layers.style import newest_as_of
    from ...sheets.contents import moment_of

    newest = newest_as_of(layer)
    return moment_of(newest) if newest.isValid() else None

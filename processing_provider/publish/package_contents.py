"""What goes into packages: which results with which columns, and their rows. Personal columns only by their full name.

Results that hold no personal column come from `layers.public_themes`, with what may leave of them. Results about people
are taken only where a column of theirs is named `result.column`, and never where the case forbids it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Iterator, Mapping, Optional, Sequence

from qgis.core import QgsGeometry, QgsRenderContext, QgsVectorLayer

from ...messages import TomoshibiError, message
from ..entered import plain
from ..output_targets import LAYERS

if TYPE_CHECKING:
    from ...casefile.case import Case
    from ...layers.public_themes import PublicRows

PEOPLE = (
    "evacuationsupport",
    "lifesupport",
    "homeaway",
    "visitplan",
    "residenceevidence",
    "presencetable",
    "hiddenoutages",
)
"""Results about people and their dwellings that may be handed over where their columns are asked for."""
ALWAYS = (
    *("begin", "end", "voltage", "masked", "state", "certainty"),
    *("last_proven", "last_state", "unknown_reason", "evidence_until", "as_of", "source"),
)
"""Columns without which a row says nothing, or says it without its time: they go along with any other."""
_UNSAID = frozenset(["source"])


@dataclass(frozen=True)
class Wish:
    """A result that is asked for."""

    kind: str
    columns: tuple[str, ...]
    """Those asked for; () for all that may leave."""


@dataclass(frozen=True)
class Row:
    """A row of a result."""

    values: tuple[object, ...]
    geometry: QgsGeometry
    """In degrees; an empty one where the place is not known, or the result is a table."""
    supply_point: str = ""
    """Of a result about people: where it is about, for telling whose a row is; "" where it may be another's home.
    Written only where it is among `values`."""


@dataclass(frozen=True)
class Content:
    """A result as it goes into packages."""

    kind: str
    columns: tuple[str, ...]
    """Its fields, in the order of the result."""
    titles: tuple[str, ...]
    """What they are called, for the page that lies in the package."""
    title: str
    personal: bool
    """Whether it is about people."""
    public: Optional[PublicRows] = None
    layer: Optional[QgsVectorLayer] = None
    asked: tuple[str, ...] = ()
    """Columns that were asked for by name."""

    def rows(self) -> Iterator[Row]:
        """Yield every row: what may leave and what was asked for."""
        from ...casefile.people import own_number

        if self.public is not None:
            places = [self.public.theme.place(name) for name in self.columns]
            for row, shape in zip(self.public.rows, self.public.shapes):
                yield Row(tuple(row[place] for place in places), shape)
        elif self.layer is not None:
            there = [name for name in ("supply_point", "linked_by") if self.layer.fields().lookupField(name) >= 0]
            for feature in self.layer.getFeatures():
                values = tuple(plain(feature[name]) for name in self.columns)
                home = own_number({name: plain(feature[name]) for name in there})
                yield Row(values, feature.geometry(), home)

    def place(self, name: str) -> int:
        """Return the place of a column in a row, -1 where it has none."""
        return self.columns.index(name) if name in self.columns else -1


def wishes(text: str) -> list[Wish]:
    """Return what COLUMNS asks for: names of columns, or `result.column`, separated by commas, blanks or lines.

    Raises `TomoshibiError` naming what is no column, or is about people and not named by its result.
    """
    from ...layers.public_themes import PUBLIC
    from ...layers.schema import SPECS

    found: dict[str, list[str]] = {}
    for word in filter(None, re.split(r"[\s,、，;]+", text)):
        kind, dot, column = word.rpartition(".")
        if dot:
            if kind not in (*PUBLIC, *PEOPLE) or column not in SPECS[kind].names():
                raise _no_column(word)
            if kind in PUBLIC and column not in PUBLIC[kind].names():
                raise TomoshibiError(
                    message(
                        "The column {column} does not leave: masked figures could be worked out of it, or it is about "
                        "single meters. Take it out of COLUMNS.",
                        column=word,
                    )
                )
            found.setdefault(kind, []).append(column)
            continue
        holders = [theme for theme in PUBLIC if word in PUBLIC[theme].names()]
        if not holders:
            raise _no_column(word)
        for theme in holders:
            found.setdefault(theme, []).append(word)
    return [Wish(kind, tuple(columns)) for kind, columns in found.items()]


def _no_column(word: str) -> TomoshibiError:
    from ...layers.schema import SPECS

    about = [kind for kind in PEOPLE if word in SPECS[kind].names()]
    if about:
        return TomoshibiError(
            message(
                "The column {column} is about people. Name it with its result, for example {example}, where it is "
                "really needed.",
                column=word,
                example=f"{about[0]}.{word}",
            )
        )
    return TomoshibiError(
        message(
            "COLUMNS asks for {column}, which no result that can be handed over has. Give names of columns such as "
            "state, or result.column such as evacuationsupport.priority.",
            column=word,
        )
    )


def contents(case: Case, asked: Sequence[Wish]) -> list[Content]:
    """Return the results of a case that go into packages, in the order of the themes.

    Parameters
        asked: as `wishes` gives them; none for all public results with all columns that may leave.
    Raises
        TomoshibiError: the case has none of them, or forbids that results about people leave it.
    """
    from ...casefile.terms import refuse_export
    from ...layers.public_themes import PUBLIC

    wanted = {wish.kind: wish.columns for wish in asked} or {theme: () for theme in PUBLIC}
    if any(kind in PEOPLE for kind in wanted):
        refuse_export(case)
    found = _taken(_layers(case.folder / LAYERS, (*PUBLIC, *PEOPLE)), wanted)
    if not found:
        raise TomoshibiError(
            message(
                "layers.gpkg of the case holds none of the results asked for ({results}). Make them first.",
                results=", ".join(wanted),
            )
        )
    return found


def _taken(there: Mapping[str, QgsVectorLayer], wanted: Mapping[str, Sequence[str]]) -> list[Content]:
    """Return of the results that are there those that are wanted, in the order of the themes."""
    from ...layers.public_themes import PUBLIC, public_rows

    # all that are public are judged together, whatever part of them is wanted
    public = public_rows({kind: layer for kind, layer in there.items() if kind in PUBLIC})
    return [
        _public(public[kind], layer, wanted[kind]) if kind in public else _personal(kind, layer, wanted[kind])
        for kind, layer in there.items()
        if kind in wanted
    ]


def _layers(package: Path, kinds: Sequence[str]) -> dict[str, QgsVectorLayer]:
    from ...layers.opening import open_layer
    from ...layers.uris import layer_uri

    if not package.is_file():
        return {}
    found = {kind: open_layer(layer_uri(package, kind), kind, "ogr") for kind in kinds}
    return {kind: layer for kind, layer in found.items() if layer.isValid()}


def _drawn_by(layer: QgsVectorLayer, kind: str) -> set[str]:
    """Return the fields that the look of a result needs."""
    from ...layers.style import STYLES
    from ...layers.style.renderers import renderer_of

    if kind not in STYLES:
        return set()
    return set(renderer_of(layer, kind).usedAttributes(QgsRenderContext()))


def _public(rows: PublicRows, layer: QgsVectorLayer, asked: Sequence[str]) -> Content:
    theme = rows.theme
    needed = {theme.key, *ALWAYS, *_drawn_by(layer, theme.theme), *asked}
    columns = [column for column in theme.columns if not asked or column.name in needed]
    return Content(
        theme.theme,
        tuple(column.name for column in columns),
        tuple(column.label_ja for column in columns),
        theme.title_ja,
        False,
        public=rows,
    )


def _personal(kind: str, layer: QgsVectorLayer, asked: Sequence[str]) -> Content:
    from ...layers.schema import SPECS

    spec = SPECS[kind]
    # what a look would like to use is no reason to hand a personal column over
    needed = {*(name for name in ALWAYS if name not in _UNSAID), *asked}
    columns = [
        column for column in spec.columns if column.name in needed and layer.fields().lookupField(column.name) >= 0
    ]
    return Content(
        kind,
        tuple(column.name for column in columns),
        tuple(column.alias() for column in columns),
        spec.title(),
        True,
        layer=layer,
        asked=tuple(asked),
    )


def newest(values: Iterable[object]) -> Optional[datetime]:
    """Return the newest time among values of a column, None where there is none."""
    return max((one for one in values if isinstance(one, datetime)), default=None)

"""KML 2.2 of all themes: a folder each, a style a class, everything escaped."""

from __future__ import annotations

import html
import re
from typing import Iterator

from qgis.core import QgsGeometry

from .content import LEGENDS, Handed, HandedTheme, LegendClass, moment, shown
from .shapes import PLACES, point_of, rings_of

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'


def _text(value: object) -> str:
    return html.escape(_ILLEGAL.sub("", str(value)))


def _colour(cls: LegendClass) -> str:
    """Return a colour as KML has it: aabbggrr; what is unknown or withheld lets the map below through."""
    red, green, blue = (cls.colour[place : place + 2] for place in (1, 3, 5))
    alpha = "59" if cls.mark in ("hatch", "lattice") else "c0"
    return f"{alpha}{blue}{green}{red}"


def _style(theme: str, cls: LegendClass) -> str:
    colour = _colour(cls)
    return (
        f'<Style id="{theme}_{cls.code}"><IconStyle><color>ff{colour[2:]}</color></IconStyle><LineStyle>'
        f"<color>ff333333</color><width>1</width></LineStyle><PolyStyle><color>{colour}</color></PolyStyle>"
        f"<BalloonStyle><text>$[description]</text></BalloonStyle></Style>"
    )


def _schema(one: HandedTheme) -> str:
    """Return the columns of a theme with their Japanese names, told once for all its rows."""
    fields = "".join(
        f'<SimpleField type="string" name="{column.name}"><displayName>{column.label_ja}</displayName></SimpleField>'
        for column in one.theme.columns
    )
    return f'<Schema name="{one.theme.theme}" id="{one.theme.theme}_columns">{fields}</Schema>'


def write(handed: Handed) -> Iterator[bytes]:
    """Yield a KML file."""
    said = "\n".join([*handed.lines(), handed.source()])
    yield f"{_HEAD}<name>{_text(handed.title)}</name><description>{_text(said)}</description>".encode()
    for one in handed.themes:
        yield "".join(_style(one.theme.theme, cls) for cls in LEGENDS[one.theme.theme]).encode()
        yield _schema(one).encode()
    for one in handed.themes:
        yield from _folder(one)
    yield b"</Document></kml>\n"


def _folder(one: HandedTheme) -> Iterator[bytes]:
    result = one.result
    times = f"表示時点 {moment(result.as_of)}、データの時点 {moment(result.evidence_until)} まで" if result else ""
    notes = "\n".join([times, *one.notes()])
    title = one.theme.title_ja + ("（なし）" if one.absent() else "")
    yield f"<Folder><name>{_text(title)}</name><description>{_text(notes)}</description>".encode()
    labels = {cls.code: cls.label for cls in LEGENDS[one.theme.theme]}
    shapes = result.shapes if result else ()
    for row, shape, code in zip(one.rows, shapes, one.classes()):
        yield _placemark(one, row, shape, code, labels[code]).encode()
    yield b"</Folder>\n"


def _placemark(one: HandedTheme, row: tuple[object, ...], shape: QgsGeometry, code: str, label: str) -> str:
    named = "name" if "name" in one.theme.names() else "area_name"
    values = dict(zip(one.theme.names(), row))
    name = values.get(named) or values[one.theme.key]
    said = shown("told_state", values.get("told_state"))
    label = f"{label}／{said}" if said else label
    told = ((column.name, shown(column.name, value)) for column, value in zip(one.theme.columns, row))
    data = "".join(f'<SimpleData name="{each}">{_text(words)}</SimpleData>' for each, words in told if words)
    # a description is HTML to Google Earth, and a name is text: markup in a name must not become part of a balloon
    told_in_balloon = f"{html.escape(str(name))}<br/>{html.escape(label)}"
    return (
        f"<Placemark><name>{_text(name)}</name><description>{_text(told_in_balloon)}</description>"
        f"<styleUrl>#{one.theme.theme}_{code}</styleUrl>"
        f'<ExtendedData><SchemaData schemaUrl="#{one.theme.theme}_columns">{data}</SchemaData></ExtendedData>'
        f"{_geometry(shape)}</Placemark>\n"
    )


def _ring(ring: list[tuple[float, float]]) -> str:
    places = " ".join(f"{x:.{PLACES}f},{y:.{PLACES}f}" for x, y in ring)
    return f"<LinearRing><coordinates>{places}</coordinates></LinearRing>"


def _geometry(shape: QgsGeometry) -> str:
    place = point_of(shape)
    if place is not None:
        return f"<Point><coordinates>{place[0]:.{PLACES}f},{place[1]:.{PLACES}f}</coordinates></Point>"
    parts = []
    for outer, *inner in rings_of(shape):
        holes = "".join(f"<innerBoundaryIs>{_ring(ring)}</innerBoundaryIs>" for ring in inner)
        parts.append(f"<Polygon><outerBoundaryIs>{_ring(outer)}</outerBoundaryIs>{holes}</Polygon>")
    if len(parts) <= 1:
        return "".join(parts)
    return f"<MultiGeometry>{''.join(parts)}</MultiGeometry>"

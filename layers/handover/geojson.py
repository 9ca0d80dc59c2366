"""GeoJSON (RFC 7946) of one theme, with the Japanese names of its properties and what must be said of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Iterator

from .content import Handed, HandedTheme, moment
from .shapes import geojson

_OPENING = '{"type":"FeatureCollection",'


def value_of(value: object) -> object:
    """Return a value as JSON has it: times in Japanese time with their offset."""
    return f"{value:%Y-%m-%dT%H:%M:%S}+09:00" if isinstance(value, datetime) else value


def about(handed: Handed, one: HandedTheme) -> dict[str, Any]:
    """Return what stands beside the features (foreign members, RFC 7946 §6.1)."""
    result = one.result
    return {
        "name": one.theme.theme,
        "title": ("【訓練】" if handed.practice else "") + one.theme.title_ja,
        "practice": handed.practice,
        "made_at": value_of(handed.made_at),
        "as_of": value_of(result.as_of) if result else None,
        "evidence_until": value_of(result.evidence_until) if result else None,
        "lines": handed.lines(),
        "notes": one.notes(),
        "unknown_by_reason": result.reasons() if result else {},
        "terms": handed.source(),
        "crs_note": "JGD2011（緯度経度）。RFC 7946 のWGS 84との差は1 m程度で、変換していません。",
        "columns": [{"name": column.name, "label": column.label_ja} for column in one.theme.columns],
    }


def write(handed: Handed, one: HandedTheme) -> Iterator[bytes]:
    """Yield a GeoJSON file, one feature a line. A row without a place has a null geometry."""
    head = json.dumps(about(handed, one), ensure_ascii=False, allow_nan=False)
    yield (_OPENING + head[1:-1] + ',"features":[').encode("utf-8")
    names = one.theme.names()
    shapes = one.result.shapes if one.result is not None else ()
    for number, (row, shape) in enumerate(zip(one.rows, shapes)):
        feature = {
            "type": "Feature",
            "geometry": geojson(shape),
            "properties": {name: value_of(value) for name, value in zip(names, row)},
        }
        text = json.dumps(feature, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        yield (("," if number else "") + "\n" + text).encode("utf-8")
    yield b"\n]}\n"


def columns_text(themes: tuple[HandedTheme, ...]) -> str:
    """Return the list of all columns and their Japanese names, as CSV with a byte order mark for spreadsheets."""
    lines = ["主題,主題の名称,項目名,項目の日本語名"]
    for one in themes:
        lines += [
            f"{one.theme.theme},{one.theme.title_ja},{column.name},{column.label_ja}" for column in one.theme.columns
        ]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def readme(handed: Handed, files: list[str]) -> str:
    """Return what is told of the whole hand-over as plain text."""
    said = [handed.title, "=" * 40, *handed.lines(), "", handed.source()]
    if handed.recipient:
        said += [f"提供先：{handed.recipient}"]
    for one in handed.themes:
        said += ["", f"■ {one.theme.title_ja}（{one.theme.theme}）{len(one.rows):,} 件"]
        if one.result is not None:
            said.append(f"表示時点 {moment(one.result.as_of)}　データの時点 {moment(one.result.evidence_until)} まで")
        said += [f"・{note}" for note in one.notes()]
    return "\r\n".join([*said, "", "ファイル", *(f"・{name}" for name in files), ""])

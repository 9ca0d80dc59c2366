"""SIP4D-ZIP (JSA-S1016, 災害情報共有のための共通データフレームワーク): the themes as one package for SIP4D.

What was followed: the standard itself is sold by the Japanese Standards Association and was not at hand. Version 1.1,
payload VECTOR, information type 99-999-99 (ユニバーサル, the only one with several layers), file names, items, their
types and permitted values are those that 防災科学技術研究所 (NIED) checks in its public SIP4D-ZIP_Checker, 1.2.4 (on
GitHub, organisation NIED-DIR). `problems` says which of the required items a package lacks.
"""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Iterable, Iterator, Mapping, Optional
from uuid import NAMESPACE_URL, uuid5

from ...files import fresh_file, open_member
from ...messages import TomoshibiError, message
from ..public_themes import PublicColumn
from .content import DRILL, LEGENDS, PERCENT, WORDS, Handed, HandedTheme, LegendClass
from .shapes import geojson

META = "sip4d_zip_meta.json"
VERSION, CODE = "1.1", "99-999-99"
SHARING = {
    "agencies": "災害対応機関のみ公開可能",
    "isut": "ＩＳＵＴ－ＳＩＴＥのみ公開可能",
    "public": "一般公開可能",
}
"""Sharing level (公開範囲, `openflg`) by its word here."""
FLAGS = ("通常", DRILL, "試験")
"""運用フラグ (`testflg`)."""
CATEGORIES = (
    "気象 地震 津波 土砂災害 洪水 火山 人的被害 建物被害 公共施設 交通 ライフライン 通信 燃料・エネルギー SNS情報 "
    "画像・動画 避難 物資 医療 廃棄物 派遣 本部設置 法律適用 その他"
).split()
LICENCES = ("cc-zero", "cc-by", "cc-by-sa", "cc-nc", "other-nc", "other-closed")
EMAIL = re.compile(r"[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_ID = re.compile(r"[a-fA-F0-9]{8}(-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}")
_TYPES = {"text": "String", "int": "Integer", "real": "Double", "bool": "String", "datetime": "Datetime"}
_FEATURE_BYTES, _POINT_BYTES, _LARGE = 2_000, 30, 1 << 31
"""Bytes that a feature and a point of its outline take at most, as a rule; bytes that a file of a ZIP can have."""
_PROPERTY = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True)
class Sender:
    """Who shares it, and with whom."""

    name: str
    email: str
    """Address for questions: required by version 1.1."""
    municipality: str
    """団体コード of six digits."""
    sharing: str = "agencies"
    """A word of `SHARING`."""


def _stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}"


def meta(handed: Handed, sender: Sender, themes: list[HandedTheme]) -> dict[str, Any]:
    """Return the metadata of a package."""
    shown_at = [one.result.as_of for one in themes if one.result is not None and one.result.as_of is not None]
    public = sender.sharing == "public"
    notes = [*handed.lines(), *(f"{one.theme.title_ja}：{note}" for one in handed.themes for note in one.notes())]
    entries = [
        {
            "type": "GeoJSON",
            "title": one.theme.title_ja,
            "file": f"{one.theme.theme}.geojson",
            "updated": _stamp(handed.made_at),
        }
        for one in themes
    ]
    return {
        "format": "SIP4D-ZIP",
        "version": VERSION,
        "title": handed.title,
        "ttid": str(uuid5(NAMESPACE_URL, f"tomoshibi:{sender.municipality}:{handed.case}")),
        "code": CODE,
        "payload_type": "VECTOR",
        "category": "ライフライン",
        "tags": ["停電", "電力", "スマートメーター", *([DRILL] if handed.practice else [])],
        "updated": _stamp(handed.made_at),
        "information_date": _stamp(max(shown_at, default=handed.until or handed.made_at)),
        "author": {"name": sender.name, "e-mail": sender.email},
        "maintainer": {"name": sender.name, "e-mail": sender.email},
        "disaster": {"name": handed.case},
        "lgcode": [sender.municipality[:5]],
        "openflg": SHARING[sender.sharing],
        "testflg": DRILL if handed.practice else "通常",
        "character": "UTF-8",
        "license_id": "other-nc" if public else "other-closed",
        "license_note": handed.source(),
        "credit": ["電力データ集約システムのデータを加工して作成"],
        "note": "\n".join(notes),
        "entry_num": len(entries),
        "entry": entries,
    }


def _column(column: PublicColumn) -> dict[str, Any]:
    words = WORDS.get(column.name)
    found: dict[str, Any] = {"name": column.name, "jname": column.label_ja, "show": True}
    if column.name in PERCENT:
        found["description"] = "0～1の割合"
    if words and column.kind == "text":
        codes = list(words)
        return {
            **found,
            "type": "List",
            "num_key": len(codes),
            "key_list": codes,
            "value_list": [words[code] for code in codes],
        }
    return {**found, "type": _TYPES[column.kind]}


def columns(one: HandedTheme) -> dict[str, Any]:
    """Return the definition of a theme's attributes: names, Japanese names, types, codes and their words."""
    listed = [
        {"name": "class_label", "jname": "区分", "show": True, "type": "String"},
        *(_column(column) for column in one.theme.columns),
    ]
    return {"version": VERSION, "code": CODE, "num_column": len(listed), "columns": listed}


def _class(cls: LegendClass, point: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "title": cls.label,
        "value": cls.label,
        "color": "333333",
        "stroke": 1,
        "fill": cls.colour.lstrip("#"),
        "fill_opacity": 0.35 if cls.mark in ("hatch", "lattice") else 0.75,
    }
    return {**found, "point_type": "circle", "size": 8} if point else found


def style(one: HandedTheme) -> dict[str, Any]:
    """Return the legend of a theme."""
    point = one.theme.geometry == "point"
    classes = [_class(cls, point) for cls in LEGENDS[one.theme.theme]]
    return {
        "num_class": len(classes),
        "type": "point" if point else "polygon",
        "column": "class_label",
        "note": one.notes()[0],
        "classes": classes,
    }


def _value(value: object) -> object:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    return _stamp(value) if isinstance(value, datetime) else value


@dataclass(frozen=True)
class _Kinds:
    """What the features of a theme have."""

    properties: set[str]
    geometries: set[str]


class _Features:
    """A theme's features, made one by one: all at once those of 300,000 cells are a gigabyte."""

    def __init__(self, one: HandedTheme):
        self._one = one
        self.kinds: Optional[_Kinds] = None
        """Known once all were gone through."""

    def large(self) -> bool:
        """Whether their text may come to 2 GB."""
        shapes = self._one.result.shapes if self._one.result else ()
        points = sum(shape.constGet().nCoordinates() for shape in shapes if not shape.isEmpty())
        return len(shapes) * _FEATURE_BYTES + points * _POINT_BYTES > _LARGE

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield them; what is not known is left out of the properties, and rows without a place too."""
        one, kinds = self._one, _Kinds(set(), set())
        labels = {cls.code: cls.label for cls in LEGENDS[one.theme.theme]}
        names = one.theme.names()
        for row, shape, code in zip(one.rows, one.result.shapes if one.result else (), one.classes()):
            geometry = geojson(shape)
            if geometry is None:
                continue
            told = {name: _value(value) for name, value in zip(names, row) if value is not None}
            properties = {"class_label": labels[code], **told}
            kinds.properties.update(properties)
            kinds.geometries.add(geometry["type"])
            yield {"type": "Feature", "geometry": geometry, "properties": properties}
        self.kinds = kinds


def files(handed: Handed, sender: Sender) -> dict[str, dict[str, Any]]:
    """Return what the files of a package hold, by name; themes that were not made stand in the metadata's note.

    The features of a theme can only be gone through.
    """
    themes = [one for one in handed.themes if one.result is not None]
    found = {META: meta(handed, sender, themes)}
    for one in themes:
        name = one.theme.theme
        found[f"{name}.geojson"] = {"type": "FeatureCollection", "features": _Features(one)}
        found[f"{name}_columns.json"] = columns(one)
        found[f"{name}_style.json"] = style(one)
    return found


def write(path: Path, package: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the files of a package as a ZIP.

    Raises
        TomoshibiError: it lacks what the format requires; nothing is written then.
        OSError: it cannot be written.
    """
    with fresh_file(path) as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, held in package.items():
                features = held.get("features")
                with open_member(packed, name, isinstance(features, _Features) and features.large()) as inner:
                    inner.writelines(_text(held))
        # what the features have is known once they were written
        wrong = problems(package)
        if wrong:
            raise TomoshibiError(
                message(
                    "The SIP4D-ZIP lacks what the format requires: {items}. This is a fault of the plugin: please "
                    "report it.",
                    items=", ".join(wrong),
                )
            )


def _text(held: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield JSON in pieces, a feature each, as `json.dumps` writes the whole."""
    features = held.get("features")
    if not isinstance(features, _Features):
        yield _json(held).encode("utf-8")
        return
    before, behind = _json({**held, "features": []}).split("[]")
    yield (before + "[").encode("utf-8")
    for number, feature in enumerate(features):
        yield ((", " if number else "") + _json(feature)).encode("utf-8")
    yield ("]" + behind).encode("utf-8")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def name_of(handed: Handed) -> str:
    """Return the file name of a package; that of a drill says so."""
    return f"{'kunren_' if handed.practice else ''}{CODE}_{handed.made_at:%Y%m%d%H%M%S}.zip"


_REQUIRED: Mapping[str, tuple[type, Optional[object]]] = {
    "format": (str, ("SIP4D-ZIP",)),
    "version": (str, (VERSION,)),
    "title": (str, None),
    "ttid": (str, _ID),
    "code": (str, re.compile(r"[0-9]{2}-[0-9]{3}-[0-9]{2}")),
    "payload_type": (str, ("VECTOR",)),
    "category": (str, CATEGORIES),
    "tags": (list, None),
    "updated": (str, _TIME),
    "information_date": (str, _TIME),
    "author": (dict, None),
    "maintainer": (dict, None),
    "disaster": (dict, None),
    "openflg": (str, tuple(SHARING.values())),
    "testflg": (str, FLAGS),
    "character": (str, ("UTF-8",)),
    "license_id": (str, LICENCES),
    "note": (str, None),
    "entry_num": (int, None),
    "entry": (list, None),
}
"""Required item of the metadata → its type, and the values or the form that are permitted."""


def _wrong(value: object, kind: type, permitted: object) -> bool:
    if not isinstance(value, kind):
        return True
    if isinstance(permitted, re.Pattern):
        return not permitted.fullmatch(str(value))
    return isinstance(permitted, (tuple, list)) and value not in permitted


def problems(package: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return which required items the files of a package lack or have in another form; [] where all are there."""
    told = package.get(META, {})
    found = [name for name, (kind, ok) in _REQUIRED.items() if _wrong(told.get(name), kind, ok)]
    if found:
        return found
    found += [] if EMAIL.fullmatch(str(told["maintainer"].get("e-mail"))) else ["maintainer.e-mail"]
    found += [f"{who}.name" for who in ("author", "maintainer", "disaster") if not told[who].get("name")]
    found += [] if told["entry_num"] == len(told["entry"]) >= 1 else ["entry_num"]
    return found + [what for entry in told["entry"] for what in _entry_problems(package, entry)]


def _entry_problems(package: Mapping[str, Mapping[str, Any]], entry: Mapping[str, Any]) -> list[str]:
    name = str(entry.get("file"))
    stem = name.rsplit(".", 1)[0]
    lacking = [one for one in (name, f"{stem}_columns.json", f"{stem}_style.json") if one not in package]
    if lacking:
        return lacking
    if entry.get("type") != "GeoJSON" or not entry.get("title") or not _TIME.fullmatch(str(entry.get("updated"))):
        return [f"entry {name}"]
    found = _layer_problems(package[f"{stem}_columns.json"], package[name])
    return [f"{stem}: {one}" for one in found]


def _kinds(features: Iterable[Mapping[str, Any]]) -> _Kinds:
    """Return what features have; of those that were gone through already it is known."""
    if isinstance(features, _Features) and features.kinds is not None:
        return features.kinds
    held = list(features)
    return _Kinds({key for one in held for key in one["properties"]}, {one["geometry"]["type"] for one in held})


def _layer_problems(defined: Mapping[str, Any], collection: Mapping[str, Any]) -> list[str]:
    wrong = {column["name"] for column in defined["columns"] if _column_wrong(column)}
    known = {column["name"] for column in defined["columns"]}
    kinds = _kinds(collection["features"])
    found = sorted(wrong | (kinds.properties - known))
    found += ["num_column"] if defined["num_column"] != len(defined["columns"]) else []
    found += ["geometry"] if len(kinds.geometries) > 1 or collection["type"] != "FeatureCollection" else []
    return found


def _column_wrong(column: Mapping[str, Any]) -> bool:
    listed = column.get("type") != "List" or len(column["key_list"]) == len(column["value_list"]) == column["num_key"]
    return not (_PROPERTY.fullmatch(column["name"]) and isinstance(column.get("show"), bool) and listed)

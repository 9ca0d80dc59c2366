"""The JSON schema of a profile, made of the names it must have, and what of a profile does not fit it.

The loader and editors that know JSON schema go by the same schema: `profiles/profile.schema.json` is `schema()` written
out (`dev/profile_docs.py schema`). `misfits` knows the few keywords that stand in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Mapping, Optional

from ..messages import Message, message
from .profile_names import (
    BASES,
    CODES,
    COLUMNS,
    ENERGY_PLACES,
    ERRORS,
    FORMAT,
    INTERFACES,
    KEYS,
    LATER_CODES,
    LATER_FILES,
    MEANINGS,
    METHODS,
    STATISTICS_MOMENTS,
    TYPES,
    codes_of,
    type_of,
)
from .timecode import STEPS

Schema = dict[str, Any]
ID = "profile.schema.json"
TEXT: Schema = {"type": "string"}
FILLED: Schema = {"type": "string", "minLength": 1}
TEXTS: Schema = {"type": "array", "items": FILLED, "minItems": 1, "uniqueItems": True}
SHOWN = 40
"""Signs of a wrong value that a message shows."""
ZONE = "+09:00"


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place of a profile."""

    pointer: str
    """JSON pointer (RFC 6901) of the place; of what is missing, too."""
    message: Message
    """Place, what is wrong, and what to do."""


def schema() -> Schema:
    """Return the JSON schema (draft 2020-12) of a profile."""
    sections = {
        "interfaces": _named(INTERFACES, _interface()),
        "keys": _named(KEYS, _marked({"key": FILLED}, ["key"])),
        "codes": _object(
            {
                item: _marked({"item": TEXT, "values": _named(names, FILLED)}, ["values"])
                for item, names in CODES.items()
            },
            [item for item in CODES if item not in LATER_CODES],
        ),
        "errors": _named(ERRORS, _marked({"code": FILLED}, ["code"])),
        "conventions": _conventions(),
        "fileNames": _marked(
            {
                "pattern": FILLED,
                "timeFormat": FILLED,
                "partDigits": {"type": "integer", "minimum": 1},
                "kinds": TEXTS,
                "extensions": TEXTS,
            },
            ["pattern", "timeFormat", "partDigits", "kinds", "extensions"],
        ),
        "files": _object(
            {kind: _file(kind) for kind in COLUMNS}, [kind for kind in COLUMNS if kind not in LATER_FILES]
        ),
    }
    whole = _object({"format": {"const": FORMAT}, **sections})
    # profiles of before may lack it: what a code means is then as in the shipped one
    meanings = _object({column: _meaning(words) for column, words in MEANINGS.items()}, [])
    whole["properties"].update({"$schema": TEXT, "name": TEXT, "meanings": meanings})
    # without it, nothing is due before earlier publications have shown how late they are
    late = {"delayHours": {"type": "number", "minimum": 0}, "wholeDays": {"type": "boolean"}}
    whole["properties"]["service"] = _object({name: _marked(late, ["delayHours"]) for name in CODES["voltage"]}, [])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": ID, "title": "Tomoshibi profile", **whole}


def _object(properties: Schema, required: Optional[list[str]] = None) -> Schema:
    return {
        "type": "object",
        "required": list(properties) if required is None else required,
        "properties": {**properties, "comment": TEXT},
        "additionalProperties": False,
    }


def _named(names: tuple[str, ...], entry: Schema) -> Schema:
    return _object({name: entry for name in names})


def _marked(properties: Schema, required: list[str]) -> Schema:
    """An entry that says whether it is public or assumed, and why."""
    return _object({**properties, "basis": {"enum": list(BASES)}, "why": TEXT}, [*required, "basis"])


def _meaning(words: tuple[str, ...]) -> Schema:
    return _marked({"item": TEXT, "values": _object(dict.fromkeys(words, TEXTS), [])}, ["values"])


def _interface() -> Schema:
    path = {"type": "string", "pattern": "^/[!-~]*$(?![\\s\\S])"}
    return _marked({"number": TEXT, "title": TEXT, "method": {"enum": list(METHODS)}, "path": path}, ["method", "path"])


def _slot() -> Schema:
    return {
        "dateFormat": FILLED,
        "digits": {"type": "integer", "minimum": 1},
        "first": {"type": "integer", "minimum": 0},
        "minutes": {"enum": list(STEPS)},
        "timeFormat": TEXT,
        "names": {"enum": ["begin", "end"]},
    }


def _conventions() -> Schema:
    made = _object(
        {
            "zone": _marked({"value": {"enum": [ZONE]}}, ["value"]),
            "missing": _marked({"value": TEXT}, ["value"]),
            "masked": _marked({"value": TEXT}, ["value"]),
            "dateFormat": _marked({"value": FILLED}, ["value"]),
            "timeFormat": _marked({"value": FILLED}, ["value"]),
            "slot": _marked(_slot(), ["dateFormat", "minutes"]),
        }
    )
    # profiles of before may lack it
    made["properties"]["energyUnit"] = _marked({"value": {"enum": list(ENERGY_PLACES)}}, ["value"])
    made["properties"]["statisticsMoment"] = _marked({"value": {"enum": list(STATISTICS_MOMENTS)}}, ["value"])
    return made


def _file(kind: str) -> Schema:
    columns = {"type": "array", "items": _column(kind), "minItems": 1}
    group = {"type": "array", "items": {"enum": list(COLUMNS[kind])}, "minItems": 1}
    made = _object(
        {
            "title": TEXT,
            "fileKind": FILLED,
            "header": _marked({"value": {"type": "boolean"}}, ["value"]),
            "encodings": _marked({"value": TEXTS}, ["value"]),
            "delimiter": _marked({"value": {"type": "string", "minLength": 1, "maxLength": 1}}, ["value"]),
            "order": _marked({}, []),
            "columns": columns,
            "requiredOneOf": {"type": "array", "items": group},
        },
        ["fileKind", "header", "encodings", "delimiter", "columns"],
    )
    if kind == "reading":
        entry = _marked({**_slot(), "energy": FILLED}, ["dateFormat", "minutes", "energy"])
        made["properties"]["otherSteps"] = {"type": "array", "items": entry}
    return made


def _column(kind: str) -> Schema:
    types = sorted({type_of(kind, column) for column in COLUMNS[kind]}, key=TYPES.index)
    tables = sorted({codes_of(column) for column in COLUMNS[kind] if type_of(kind, column) == "code"})
    return _marked(
        {
            "name": FILLED,
            "column": {"enum": list(COLUMNS[kind])},
            "type": {"enum": types},
            "required": {"type": "boolean"},
            "digits": {"type": "integer", "minimum": 0},
            "masked": {"type": "boolean"},
            "also": TEXTS,
            **({"codes": {"enum": tables}} if tables else {}),
        },
        ["name", "column", "type"],
    )


# -- what does not fit ------------------------------------------------------------------------------------------------
def step(pointer: str, name: object) -> str:
    """Return the pointer one step further."""
    return pointer + "/" + str(name).replace("~", "~0").replace("/", "~1")


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == int(value)


_TYPES: Mapping[str, tuple[Callable[[Any], bool], Message]] = {
    "object": (lambda value: isinstance(value, dict), message("an object with named values")),
    "array": (lambda value: isinstance(value, list), message("a list")),
    "string": (lambda value: isinstance(value, str), message("a text in quotation marks")),
    "boolean": (lambda value: isinstance(value, bool), message("true or false")),
    "number": (
        lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < float("inf"),
        message("a number"),
    ),
    "integer": (_is_whole, message("a whole number")),
}


def misfits(value: Any, rules: Schema, pointer: str = "") -> Iterator[Problem]:
    """Yield everything in which `value` does not fit `rules` (a part of `schema()`)."""
    kind = rules.get("type")
    if kind is not None and not _TYPES[kind][0](value):
        yield Problem(
            pointer,
            message(
                "{where} must be {what}. Write it as in the shipped profile.", where=_at(pointer), what=_TYPES[kind][1]
            ),
        )
    elif kind == "object":
        yield from _object_misfits(value, rules, pointer)
    elif kind == "array":
        yield from _array_misfits(value, rules, pointer)
    else:
        yield from _plain_misfits(value, rules, pointer)


def _at(pointer: str) -> str:
    return pointer or "/"


def _object_misfits(value: Mapping[str, Any], rules: Schema, pointer: str) -> Iterator[Problem]:
    for name in rules["required"]:
        if name not in value:
            where = step(pointer, name)
            yield Problem(
                where,
                message(
                    "{where} is missing. Copy it from the shipped profile and enter what the design document says.",
                    where=where,
                ),
            )
    for name, item in value.items():
        where = step(pointer, name)
        if name in rules["properties"]:
            yield from misfits(item, rules["properties"][name], where)
        else:
            yield Problem(
                where,
                message(
                    "{where} is not a name that a profile has. Correct its spelling, or remove it; for remarks there is"
                    " “comment”.",
                    where=where,
                ),
            )


def _array_misfits(value: list[Any], rules: Schema, pointer: str) -> Iterator[Problem]:
    if len(value) < rules.get("minItems", 0):
        yield Problem(pointer, message("{where} is an empty list. Enter at least one item.", where=pointer))
    if rules.get("uniqueItems") and any(item in value[:place] for place, item in enumerate(value)):
        yield Problem(pointer, message("{where} has the same item twice. Remove one.", where=pointer))
    for place, item in enumerate(value):
        yield from misfits(item, rules["items"], step(pointer, place))


def _plain_misfits(value: Any, rules: Schema, pointer: str) -> Iterator[Problem]:
    if "const" in rules and not (_is_whole(value) and value == rules["const"]):
        yield Problem(
            pointer, message("{where} must be {expected}. Enter that.", where=pointer, expected=rules["const"])
        )
    if "enum" in rules and (isinstance(value, bool) or value not in rules["enum"]):
        yield Problem(
            pointer,
            message(
                "{where} is “{value}”, but must be one of: {choices}. Enter one of them.",
                where=pointer,
                value=str(value)[:SHOWN],
                choices=", ".join(map(str, rules["enum"])),
            ),
        )
    yield from _text_misfits(value, rules, pointer)
    if "minimum" in rules and value < rules["minimum"]:
        yield Problem(pointer, message("{where} must be at least {least}.", where=pointer, least=rules["minimum"]))


def _text_misfits(value: Any, rules: Schema, pointer: str) -> Iterator[Problem]:
    if "minLength" in rules and not rules["minLength"] <= len(value) <= rules.get("maxLength", len(value)):
        exact = rules["minLength"] == rules.get("maxLength")
        yield Problem(
            pointer,
            message("{where} must be one character. Enter it.", where=pointer)
            if exact
            else message("{where} is an empty text. Enter what the design document says.", where=pointer),
        )
    if "pattern" in rules and not re.search(rules["pattern"], value):
        yield Problem(
            pointer, message("{where} must begin with “/” and hold no blanks. Correct the path.", where=pointer)
        )

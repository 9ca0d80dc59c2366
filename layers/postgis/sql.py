"""SQL for a database, made from templates that quote all that they are filled with.

A template is a constant; each place in it says what stands there: `{x:name}` an identifier, `{x:literal}` a text,
`{x:names}` and `{x:literals}` several with commas between, `{x}` SQL that was made here itself, or a whole number.
A text is nowhere taken as it is, so whatever a name holds, it stays a name.
"""

from __future__ import annotations

from string import Formatter
from typing import Any, Iterable, Mapping, Sequence


class Sql(str):
    """SQL: a constant of this package, or what `filled` made of one."""

    __slots__ = ()


def filled(template: str, **parts: object) -> Sql:
    """Return a template with its places filled in.

    Parameters
        template: a constant; `{{` and `}}` stand for braces.
        parts: str for `name` and `literal`, str in a sequence for `names` and `literals`, else `Sql` or int.
    Raises
        TypeError: a part is not what its place takes.
        ValueError: a name or text has a character that no SQL can hold, or a list has nothing in it.
        KeyError: a place has no part.
    """
    return Sql(_FILLER.vformat(template, (), parts))


def each(template: str, names: Iterable[str], between: str = ", ", **parts: object) -> Sql:
    """Return a template filled once for each name, which its places call `one`; raises as `filled` does."""
    return joined([filled(template, one=one, **parts) for one in names], between)


def joined(parts: Iterable[Sql], between: str = "; ") -> Sql:
    """Return pieces of SQL as one; statements, unless something else stands `between` them.

    Raises
        TypeError: one of them is a text that was not made here.
    """
    return Sql(between.join(_sql(part) for part in parts))


def _name(text: object) -> str:
    return '"' + _text(text).replace('"', '""') + '"'


def _literal(text: object) -> str:
    quoted = "'" + _text(text).replace("'", "''") + "'"
    # whether a backslash is only a sign is a setting of the server, except so
    return "E" + quoted.replace("\\", "\\\\") if "\\" in quoted else quoted


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} is no text")
    if "\0" in value:
        raise ValueError("a text for SQL ends at its first NUL")
    return str(value)


def _sql(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(int(value))
    if not isinstance(value, Sql):
        raise TypeError(f"a {type(value).__name__} is no SQL; say whether it is a name or a literal")
    return str(value)


def _several(value: object) -> Sequence[object]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError(f"a {type(value).__name__} is no sequence")
    if not value:
        raise ValueError("SQL has no list without anything in it")
    return value


_KINDS = {
    "": _sql,
    "name": _name,
    "literal": _literal,
    "names": lambda value: ", ".join(map(_name, _several(value))),
    "literals": lambda value: ", ".join(map(_literal, _several(value))),
}


class _Filler(Formatter):
    """Fills places as their kind says; nothing else of a text's format is understood."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        # as it is named: no way into the parts of a value
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        return _KINDS[format_spec](value)

    def convert_field(self, value: Any, conversion: Any) -> Any:
        if conversion is not None:
            raise ValueError(f"!{conversion} has no meaning in SQL")
        return value


_FILLER = _Filler()

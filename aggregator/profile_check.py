"""Every problem of a profile: what does not fit the schema, and what fits it and yet cannot be meant."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Callable, Iterable, Iterator, Mapping, Optional

from ..messages import message
from .profile_names import (
    CODES,
    COLUMNS,
    CONDITION_KEYS,
    ERRORS,
    INTERFACES,
    MEANINGS,
    NEEDED,
    codes_of,
    plain_code,
    type_of,
)
from .profile_schema import Problem, misfits, schema, step
from .timecode import SlotRule

PLACES = ("municipality", "condition", "kind", "time", "part", "extension")
"""Places of the pattern of file names."""
SLOT = ("conventions", "slot")
OTHER_STEPS = ("files", "reading", "otherSteps")
"""Places of the rules by which time codes are read."""
_MOMENTS = (datetime(2024, 2, 29, 13, 30), datetime(2031, 11, 7, 0, 5))
_JAPANESE = "あ漢ソ表、・"
"""Japanese text whose second bytes in CP932 are among the lowest there are."""


def problems(raw: Any) -> list[Problem]:
    """Return every problem of a parsed profile, in the order of the file's sections; empty for a sound one."""
    found = list(misfits(raw, schema()))
    if isinstance(raw, dict):
        view = _View(raw, {problem.pointer for problem in found})
        for check in (_calls, _codes, _meanings, _conventions, _file_names, _files):
            found += check(view)
    return found


class _View:
    """A parsed profile in which what does not fit the schema is not there."""

    def __init__(self, raw: Mapping[str, Any], bad: set[str]):
        self.raw, self.bad = raw, bad

    def get(self, *names: object) -> Any:
        """Return what stands at a place, None where nothing sound does."""
        value: Any = self.raw
        pointer = ""
        for name in names:
            pointer = step(pointer, name)
            if pointer in self.bad:
                return None
            try:
                value = value[name]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def items(self, *names: object) -> list[tuple[int, dict[str, Any]]]:
        """Return place and entry of the objects of a list."""
        return [(place, item) for place, item in enumerate(self.get(*names) or []) if isinstance(item, dict)]


def _path(*names: object) -> str:
    pointer = ""
    for name in names:
        pointer = step(pointer, name)
    return pointer


def _twice(values: Iterable[tuple[str, Any]]) -> Iterator[Problem]:
    """Yield a problem for every (pointer, value) whose value stood there before."""
    seen: dict[Any, str] = {}
    for pointer, value in values:
        if value is None:
            continue
        if value in seen:
            yield Problem(
                pointer,
                message(
                    "{where} is “{value}”, as {other} is. Enter what the design document says for each.",
                    where=pointer,
                    other=seen[value],
                    value=value if isinstance(value, str) else " ".join(value),
                ),
            )
        seen.setdefault(value, pointer)


def _calls(view: _View) -> Iterator[Problem]:
    """Two interfaces with one method and path, keys or error codes that collide."""
    calls = []
    for name in INTERFACES:
        method, path = view.get("interfaces", name, "method"), view.get("interfaces", name, "path")
        calls.append((_path("interfaces", name, "path"), (method, path) if method and path else None))
    yield from _twice(calls)
    yield from _twice((_path("keys", name, "key"), view.get("keys", name, "key")) for name in CONDITION_KEYS)
    yield from _twice((_path("errors", name, "code"), view.get("errors", name, "code")) for name in ERRORS)


def _codes(view: _View) -> Iterator[Problem]:
    for item, names in CODES.items():
        yield from _twice(
            (_path("codes", item, "values", name), view.get("codes", item, "values", name)) for name in names
        )


def _meanings(view: _View) -> Iterator[Problem]:
    """A code of マスタ情報 that would mean two things."""
    for column, words in MEANINGS.items():
        said = (
            (_path("meanings", column, "values", word, place), plain_code(str(code)))
            for word in words
            for place, code in enumerate(view.get("meanings", column, "values", word) or [])
            if view.get("meanings", column, "values", word, place) is not None
        )
        yield from _twice(said)


# -- conventions ------------------------------------------------------------------------------------------------------
def _moment_lost(form: str, parts: Callable[[datetime], Any]) -> bool:
    """Whether a date or time written in a form does not come back."""
    try:
        return any(parts(datetime.strptime(each.strftime(form), form)) != parts(each) for each in _MOMENTS)
    except (ValueError, re.error):
        return True


def _form(pointer: str, form: Optional[str], parts: Callable[[datetime], Any], example: str) -> Iterator[Problem]:
    if form and _moment_lost(form, parts):
        yield Problem(
            pointer,
            message(
                "{where}: a date or time written as “{form}” does not come back. Enter a form such as {example}.",
                where=pointer,
                form=form,
                example=example,
            ),
        )


def _date(moment: datetime) -> Any:
    return moment.date()


def _clock(moment: datetime) -> Any:
    return moment.hour, moment.minute


def _conventions(view: _View) -> Iterator[Problem]:
    for name, parts, example in (("dateFormat", _date, "%Y%m%d"), ("timeFormat", _clock, "%H%M")):
        yield from _form(_path("conventions", name, "value"), view.get("conventions", name, "value"), parts, example)
    missing, masked = (view.get("conventions", name, "value") for name in ("missing", "masked"))
    if masked is not None and masked == missing:
        where = _path("conventions", "masked", "value")
        yield Problem(
            where,
            message(
                "{where} is the mark of a missing value too: a masked figure could not be distinguished from it. "
                "Correct one.",
                where=where,
            ),
        )
    yield from _slot(view, *SLOT)


def _slot(view: _View, *place: object) -> Iterator[Problem]:
    where = _path(*place)
    if view.get(*place) is None:
        return
    time_format = view.get(*place, "timeFormat")
    yield from _form(step(where, "dateFormat"), view.get(*place, "dateFormat"), _date, "%Y%m%d")
    yield from _form(step(where, "timeFormat"), time_format, _clock, "%H%M")
    if time_format:
        return
    digits, first, minutes = (view.get(*place, name) for name in ("digits", "first", "minutes"))
    for name, value in (("digits", digits), ("first", first)):
        if value is None and step(where, name) not in view.bad:
            pointer = step(where, name)
            yield Problem(
                pointer,
                message(
                    "{where} is missing. Enter it, or “timeFormat” where slots are named by the time of day.",
                    where=pointer,
                ),
            )
    if None not in (digits, first, minutes) and len(str(int(first) + SlotRule(minutes=minutes).per_day - 1)) > digits:
        pointer = step(where, "digits")
        yield Problem(
            pointer,
            message("{where} is too small for the numbers of a day’s slots. Enter more digits.", where=pointer),
        )


def _code_length(view: _View, *place: object) -> Optional[int]:
    """Return how long the time codes of a slot rule are, None where it cannot be told."""
    date_format, time_format, digits = (view.get(*place, name) for name in ("dateFormat", "timeFormat", "digits"))
    try:
        dated = len(_MOMENTS[0].strftime(date_format or ""))
        return dated + (len(_MOMENTS[0].strftime(time_format)) if time_format else int(digits))
    except (TypeError, ValueError):
        return None


def _other_steps(view: _View) -> Iterator[Problem]:
    """Step lengths that come twice, or that could not be told from one another by column or by length of the code.

    Of files without a header row, the reader itself says where it cannot tell.
    """
    header = view.get("files", "reading", "header", "value") is not False
    usual = [column for _, column in view.items("files", "reading", "columns") if column.get("column") == "kwh"]
    told: list[tuple[tuple[Any, ...], Any, Any, Optional[int]]] = [
        (SLOT, view.get(*SLOT, "minutes"), usual[0].get("name") if usual else None, _code_length(view, *SLOT))
    ]
    for place, _ in view.items(*OTHER_STEPS):
        yield from _slot(view, *OTHER_STEPS, place)
        at = (*OTHER_STEPS, place)
        told.append((at, view.get(*at, "minutes"), view.get(*at, "energy"), _code_length(view, *at)))
    for number, (at, minutes, energy, length) in enumerate(told):
        for other, its_minutes, its_energy, its_length in told[:number]:
            if None in (minutes, its_minutes, energy, its_energy, length, its_length):
                continue
            if minutes == its_minutes:
                where = _path(*at, "minutes")
                yield Problem(
                    where,
                    message(
                        "{where} is “{value}”, as {other} is. Enter what the design document says for each.",
                        where=where,
                        other=_path(*other, "minutes"),
                        value=str(minutes),
                    ),
                )
            elif header and (energy, length) == (its_energy, its_length):
                where = _path(*at)
                yield Problem(
                    where,
                    message(
                        "{where} cannot be distinguished from {other}: neither the name of the column nor the "
                        "length of the time code differs. Correct one, or make a profile of its own for these "
                        "files.",
                        where=where,
                        other=_path(*other),
                    ),
                )


# -- files ------------------------------------------------------------------------------------------------------------
def _file_names(view: _View) -> Iterator[Problem]:
    pattern, where = view.get("fileNames", "pattern"), _path("fileNames", "pattern")
    if pattern is not None:
        if sorted(re.findall(r"\{(\w*)\}", pattern)) != sorted(PLACES) or re.search(
            r"[{}]", re.sub(r"\{\w+\}", "", pattern)
        ):
            yield Problem(
                where,
                message(
                    "{where} must hold each of these once: {choices}. Write the other characters as they are.",
                    where=where,
                    choices=" ".join(f"{{{place}}}" for place in PLACES),
                ),
            )
        if re.search(r'[/\\:*?"<>|\x00-\x1f]', pattern):
            yield Problem(
                where, message("{where} holds characters that a file name may not have. Remove them.", where=where)
            )
    yield from _form(
        _path("fileNames", "timeFormat"),
        view.get("fileNames", "timeFormat"),
        lambda moment: (moment.date(), moment.hour, moment.minute),
        "%Y%m%d%H%M",
    )


def _encoding(where: str, name: str) -> Iterator[Problem]:
    """An encoding that there is not, or in which commas and line ends are not the bytes they are in ASCII."""
    try:
        sound = b"0,\n".decode(name) == "0,\n" and min(_JAPANESE.encode(name)) >= 0x40
    except LookupError:
        yield Problem(
            where,
            message("{where}: no encoding is called “{name}”. Enter utf-8-sig or cp932.", where=where, name=name),
        )
        return
    except UnicodeError:
        sound = False
    if not sound:
        yield Problem(
            where,
            message(
                "{where}: Japanese files in “{name}” cannot be read line by line. Enter utf-8-sig or cp932.",
                where=where,
                name=name,
            ),
        )


def _files(view: _View) -> Iterator[Problem]:
    for kind in COLUMNS:
        for place, name in enumerate(view.get("files", kind, "encodings", "value") or []):
            where = _path("files", kind, "encodings", "value", place)
            if view.get("files", kind, "encodings", "value", place) is not None:
                yield from _encoding(where, name)
        yield from _delimiter(view, kind)
        kinds, said = view.get("fileNames", "kinds"), view.get("files", kind, "fileKind")
        if kinds is not None and said is not None and said not in kinds:
            where = _path("files", kind, "fileKind")
            yield Problem(
                where,
                message(
                    "{where} is “{name}”, which is not in {other}. Enter the kind as file names say it in both places.",
                    where=where,
                    name=said,
                    other=_path("fileNames", "kinds"),
                ),
            )
        yield from _columns(view, kind)
    yield from _other_steps(view)


def _delimiter(view: _View, kind: str) -> Iterator[Problem]:
    sign = view.get("files", kind, "delimiter", "value")
    if sign is not None and (sign in '"\r\n' or not sign.isascii() or sign.isalnum()):
        where = _path("files", kind, "delimiter", "value")
        yield Problem(
            where,
            message(
                "{where}: “{sign}” cannot separate fields. Enter a comma, a tab or the like.", where=where, sign=sign
            ),
        )


def _columns(view: _View, kind: str) -> Iterator[Problem]:
    entries = view.items("files", kind, "columns")
    for attribute in ("name", "column"):
        yield from _twice(
            (_path("files", kind, "columns", place, attribute), view.get("files", kind, "columns", place, attribute))
            for place, _ in entries
        )
    present = set()
    for place, _ in entries:
        present.add(view.get("files", kind, "columns", place, "column"))
        yield from _column(view, kind, place)
    if entries:
        yield from _lacking_columns(view, kind, present)


def _lacking_columns(view: _View, kind: str, present: set[Any]) -> Iterator[Problem]:
    """Columns without which a file means nothing, and alternatives of which none is there."""
    where = _path("files", kind, "columns")
    for column in NEEDED[kind]:
        if column not in present:
            yield Problem(
                where,
                message(
                    "{where}: the column “{name}” is missing, without which such a file means nothing. Add it.",
                    where=where,
                    name=column,
                ),
            )
    for place, group in enumerate(view.get("files", kind, "requiredOneOf") or []):
        if isinstance(group, list) and not any(isinstance(name, str) and name in present for name in group):
            pointer = _path("files", kind, "requiredOneOf", place)
            yield Problem(
                pointer,
                message("{where}: none of these columns is in the list of columns. Add one of them.", where=pointer),
            )


def _column(view: _View, kind: str, place: int) -> Iterator[Problem]:
    """A column of another type, or with another code table, than the analyses count on."""

    def get(name: str) -> Any:
        return view.get("files", kind, "columns", place, name)

    where = _path("files", kind, "columns", place)
    column, said = get("column"), get("type")
    if column is None or said is None:
        return
    if said != type_of(kind, column):
        yield Problem(
            step(where, "type"),
            message(
                "{where}: the column “{name}” must have the type “{type}”. Enter that.",
                where=step(where, "type"),
                name=column,
                type=type_of(kind, column),
            ),
        )
    elif said == "code" and get("codes") != codes_of(column) and step(where, "codes") not in view.bad:
        yield Problem(
            step(where, "codes"),
            message(
                "{where}: the column “{name}” goes by the code table “{table}”. Enter that.",
                where=step(where, "codes"),
                name=column,
                table=codes_of(column),
            ),
        )

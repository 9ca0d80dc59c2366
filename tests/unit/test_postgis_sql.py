"""SQL for a shared database: whatever a name or text holds, it stays a name or text."""

from __future__ import annotations

import pytest
from tomoshibi.layers.postgis.sql import Sql, each, filled, joined

HOSTILE = 'x"; DROP SCHEMA noto CASCADE; --'
ENDS = "x'; DROP SCHEMA noto CASCADE; --"


def test_a_hostile_name_stays_one_name():
    made = filled("SELECT 1 FROM {table:name}", table=HOSTILE)
    assert made == 'SELECT 1 FROM "x""; DROP SCHEMA noto CASCADE; --"'


def test_a_hostile_text_stays_one_text():
    assert filled("SELECT {text:literal}", text=ENDS) == "SELECT 'x''; DROP SCHEMA noto CASCADE; --'"


def test_a_backslash_is_a_sign_whatever_the_server_is_set_to():
    assert filled("SELECT {text:literal}", text="a\\'b") == "SELECT E'a\\\\''b'"


def test_lists_are_quoted_one_by_one():
    made = filled("{a:names} / {b:literals}", a=("one", HOSTILE), b=("two", ENDS))
    assert made == "\"one\", \"x\"\"; DROP SCHEMA noto CASCADE; --\" / 'two', 'x''; DROP SCHEMA noto CASCADE; --'"
    assert each("{one:name} = {s}.{one:name}", ("a", 'b"'), s=Sql("s")) == '"a" = s."a", "b""" = s."b"""'


def test_braces_in_a_part_are_not_places():
    inner = filled("{text:literal}", text="{other:name}")
    assert filled("SELECT {inner}, {other:name}", inner=inner, other="a") == "SELECT '{other:name}', \"a\""


def test_sql_in_sql_and_whole_numbers_stand_as_they_are():
    table = filled("{schema:name}.{table:name}", schema="noto", table="visitplan")
    assert filled("SELECT {count} FROM {table}", count=3, table=table) == 'SELECT 3 FROM "noto"."visitplan"'
    assert joined([table, Sql("DROP")]) == '"noto"."visitplan"; DROP'


@pytest.mark.parametrize(
    ("template", "part"),
    [
        ("SELECT {x}", "1; DROP SCHEMA noto"),
        ("SELECT {x}", True),
        ("SELECT {x}", 1.5),
        ("SELECT {x}", None),
        ("SELECT {x:name}", None),
        ("SELECT {x:literal}", 1),
        ("SELECT {x:names}", "abc"),
        ("SELECT {x:literals}", ["a", 1]),
    ],
)
def test_a_part_that_its_place_does_not_take_is_refused(template: str, part: object):
    with pytest.raises(TypeError):
        filled(template, x=part)


@pytest.mark.parametrize("template", ["{x:name}", "{x:literal}"])
def test_a_text_that_would_end_the_statement_unseen_is_refused(template: str):
    with pytest.raises(ValueError, match="NUL"):
        filled(template, x="a\0b")


def test_statements_are_joined_of_sql_only():
    with pytest.raises(TypeError):
        joined([Sql("SELECT 1"), "DROP SCHEMA noto"])  # type: ignore[list-item]


@pytest.mark.parametrize("template", ["{x.__class__}", "{x[0]}", "{x!r}", "{x:>5}", "{y:name}", "{}"])
def test_a_template_says_of_each_place_what_it_is(template: str):
    with pytest.raises((KeyError, ValueError)):
        filled(template, x=Sql("a"))


def test_a_list_without_anything_is_refused():
    with pytest.raises(ValueError, match="list"):
        filled("IN ({x:literals})", x=[])

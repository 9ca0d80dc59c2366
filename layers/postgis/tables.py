"""The tables of a published case, and the SQL of one publication.

    <schema>.<theme>                      public themes, masked, for the role `view`
    <schema>_personal.<theme>             results about people, for the role `personal`
    <schema>_personal.<theme>_response    what people entered, by row: what somebody changed here no publication changes
    <schema>_personal.<theme>_list        both joined, to be edited by who has the roles `personal` and `respond`
    <schema>_personal.tomoshibi_row       which row is about whom: a row keeps its key as long as that is certain

A publication fills a table of its own (`_in_…`) first; then one transaction, under an advisory lock, finds the rows
again, writes them, and compares what was entered three ways: as both sides last agreed, as it is in the case, as it is
here. A row that is gone stays, marked, so that who has it open still saves into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Sequence

from .database import Place, literal, name
from .roles import Access

TYPES = {"text": "text", "int": "bigint", "real": "double precision", "bool": "boolean", "datetime": "timestamp"}
"""Type of a column by the kind of `layers.schema.Column`."""
GEOMETRIES = {"point": "Point", "line": "LineString", "polygon": "MultiPolygon", "cell": "Polygon"}
ENTERED = ("response", "response_by", "response_at", "response_note")
_TYPES_ENTERED = ("text", "text", "timestamp", "text")
WHO = ("who_number", "who_key", "who_name")
"""What tells a person; rows that two identities bring together must not differ in it."""
_STAGE_FIRST = ("stage_no bigint PRIMARY KEY", "id_1 text", "id_2 text", *(f"{one} text" for one in WHO))
IN, SYNC = "_in_", "_sync_"
TAKE, GIVE, CONFLICT, EMPTIED = "take", "give", "conflict", "emptied"
"""What becomes of a row that says something else here than in the case."""


@dataclass(frozen=True)
class Theme:
    """A result as it is published."""

    name: str
    columns: tuple[tuple[str, str], ...]
    """(name, kind) of each column; of a theme with answers without those."""
    geometry: str
    """As in `schema.LayerSpec`."""
    personal: bool
    answered: bool
    """Whether people enter answers."""


@dataclass(frozen=True)
class Run:
    """One publication of one theme."""

    access: Access
    theme: Theme
    number: str
    """Digits and small letters that tell publications apart."""

    @property
    def schema(self) -> str:
        """The schema that the theme is in."""
        return self.access.personal_schema if self.theme.personal else self.access.schema

    @property
    def shown(self) -> Place:
        """What seats open: the table, or the list to be filled in."""
        table = f"{self.theme.name}_list" if self.theme.answered else self.theme.name
        return Place(self.schema, table, "geom" if self.theme.geometry != "none" else "")

    @property
    def stage(self) -> Place:
        """The table that a publication fills first: nobody but its owner sees it."""
        geometry = "geom" if self.theme.geometry != "none" else ""
        return Place(self.access.personal_schema, f"{IN}{self.number}_{self.theme.name}", geometry, "stage_no")

    @property
    def sync(self) -> str:
        """The table that says which rows differ, qualified."""
        return _table(self.access.personal_schema, f"{SYNC}{self.number}_{self.theme.name}")

    @property
    def table(self) -> str:
        """The theme's table, qualified."""
        return _table(self.schema, self.theme.name)

    @property
    def answers(self) -> str:
        """The table of its answers, qualified."""
        return _table(self.schema, f"{self.theme.name}_response")

    @property
    def rows(self) -> str:
        """The table that says which row is about whom, qualified."""
        return _table(self.access.personal_schema, "tomoshibi_row")

    @property
    def staged(self) -> str:
        """`stage`, qualified."""
        return _table(self.stage.schema, self.stage.table)

    @property
    def keys(self) -> str:
        """The sequence of row keys, as a literal."""
        return literal(_table(self.access.personal_schema, "tomoshibi_row_keys"))


def _table(schema: str, table: str) -> str:
    return f"{name(schema)}.{name(table)}"


def _joined(parts: Sequence[str]) -> str:
    return "; ".join(parts)


def number_of(today: date, random: str) -> str:
    """Return what tells a publication: the day, so that what a run left behind is known for old, and a few letters."""
    return f"{today:%Y%m%d}_{random}"


def base_sql(access: Access, mark: str) -> str:
    """Return SQL that makes what all themes share. `mark`: digits and letters that tell the case."""
    rows = _table(access.personal_schema, "tomoshibi_row")
    function = _table(access.personal_schema, "tomoshibi_answer")
    case = _table(access.personal_schema, "tomoshibi_case")
    sets = ", ".join(
        f"{one} = CASE WHEN $8 LIKE ''%%{place}%%'' THEN EXCLUDED.{one} ELSE answered.{one} END"
        for place, one in enumerate(ENTERED)
    )
    changed = " || ".join(
        f"CASE WHEN NEW.{one} IS DISTINCT FROM OLD.{one} THEN '{place}' ELSE '' END"
        for place, one in enumerate(ENTERED)
    )
    insert = (
        f"INSERT INTO %I.%I AS answered (row_key, {', '.join(ENTERED)}, changed_at, changed_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)"
        f" ON CONFLICT (row_key) DO UPDATE SET {sets}, changed_at = $6, changed_by = $7"
    )
    given = ", ".join(f"NEW.{one}" for one in ENTERED)
    body = (
        f"BEGIN EXECUTE format('{insert}', TG_TABLE_SCHEMA, TG_ARGV[0]) USING OLD.row_key, {given},"
        f" localtimestamp(0), session_user::text, {changed}; RETURN NEW; END"
    )
    return _joined(
        (
            f"CREATE TABLE IF NOT EXISTS {case} (mark text PRIMARY KEY)",
            f"INSERT INTO {case} SELECT {literal(mark)} WHERE NOT EXISTS (SELECT 1 FROM {case})",
            f"CREATE SEQUENCE IF NOT EXISTS {_table(access.personal_schema, 'tomoshibi_row_keys')}",
            f"CREATE TABLE IF NOT EXISTS {rows} (row_key bigint PRIMARY KEY, theme text NOT NULL, id_1 text, id_2 text,"
            f" {', '.join(f'{one} text' for one in WHO)}, gone_since timestamp)",
            f"CREATE INDEX IF NOT EXISTS tomoshibi_row_theme ON {rows} (theme, id_1)",
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
            f" SET search_path = pg_catalog, pg_temp AS $answer${body}$answer$",
            f"REVOKE ALL ON FUNCTION {function}() FROM PUBLIC",
        )
    )


def stage_sql(run: Run) -> str:
    """Return SQL that makes the table that a publication fills."""
    columns = [*_STAGE_FIRST, *(f"{name(one)} {TYPES[kind]}" for one, kind in run.theme.columns)]
    if run.theme.answered:
        columns += [f"{one} {kind}" for one, kind in zip(ENTERED, _TYPES_ENTERED)]
    if run.theme.geometry != "none":
        columns.append(f"geom public.geometry({GEOMETRIES[run.theme.geometry]}, 6668)")
    # what the publication works out stands behind what is filled in
    return f"CREATE UNLOGGED TABLE {run.staged} ({', '.join(columns)})"


def drop_sql(run: Run) -> str:
    """Return SQL that drops what a publication made for itself."""
    return f"DROP TABLE IF EXISTS {run.staged}; DROP TABLE IF EXISTS {run.sync}"


def stands_sql(run: Run) -> str:
    """Return SQL that gives the columns of what seats open; none where it is not there yet."""
    place = run.shown
    told = f"table_schema = {literal(place.schema)} AND table_name = {literal(place.table)}"
    return f"SELECT column_name::text FROM information_schema.columns WHERE {told}"


def theme_sql(run: Run) -> str:
    """Return SQL that makes the table of a theme, or adds the columns that it lacks, its view and its grants.

    Only for a theme that does not stand yet with all columns: it locks out who reads.
    """
    table, theme = run.table, run.theme
    columns = [(name(one), TYPES[kind]) for one, kind in theme.columns]
    if theme.geometry != "none":
        columns.append(("geom", f"public.geometry({GEOMETRIES[theme.geometry]}, 6668)"))
    reader = name(run.access.personal if theme.personal else run.access.view)
    # who may see people may see the public themes as well
    readers = reader if theme.personal else ", ".join(map(name, run.access.roles))
    steps = [
        f"CREATE TABLE IF NOT EXISTS {table} (row_key bigint PRIMARY KEY, gone_since timestamp)",
        *(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} {kind}" for column, kind in columns),
        f"GRANT SELECT ON {table} TO {readers}",
    ]
    if theme.geometry != "none":
        steps.append(f"CREATE INDEX IF NOT EXISTS {name(theme.name + '_geom')} ON {table} USING gist (geom)")
    return _joined([*steps, *(_answer_steps(run) if theme.answered else ())])


def _answer_steps(run: Run) -> list[str]:
    view, access = _table(run.shown.schema, run.shown.table), run.access
    answers = ", ".join(f"{one} {kind}" for one, kind in zip(ENTERED, _TYPES_ENTERED))
    base = ", ".join(f"base_{one} {kind}" for one, kind in zip(ENTERED, _TYPES_ENTERED))
    told = ", ".join(f"a.{one}" for one in ENTERED)
    function = f"{_table(access.personal_schema, 'tomoshibi_answer')}({literal(run.theme.name + '_response')})"
    return [
        f"CREATE TABLE IF NOT EXISTS {run.answers} (row_key bigint PRIMARY KEY, {answers}, {base},"
        " changed_at timestamp, changed_by text)",
        # its columns are those of the table, which a newer version may have more of
        f"DROP VIEW IF EXISTS {view}",
        f"CREATE VIEW {view} AS SELECT t.*, {told}, a.changed_at, a.changed_by FROM {run.table} t"
        f" LEFT JOIN {run.answers} a USING (row_key)",
        f"CREATE TRIGGER tomoshibi_answer INSTEAD OF UPDATE ON {view} FOR EACH ROW EXECUTE FUNCTION {function}",
        f"GRANT SELECT ON {view} TO {name(access.personal)}",
        f"GRANT UPDATE ({', '.join(ENTERED)}) ON {view} TO {name(access.respond)}",
    ]


def lock_sql(access: Access) -> str:
    """Return SQL that lets one publication of a case be at a time."""
    return f"SELECT pg_advisory_xact_lock(hashtext({literal(f'tomoshibi {access.schema}')}))"


def merge_sql(run: Run) -> str:
    """Return SQL that brings what was filled in into the table of the theme and its answers."""
    steps = [*_match_steps(run), *_row_steps(run)]
    if run.theme.answered:
        steps += _sync_steps(run)
    return _joined(steps)


def _match_steps(run: Run) -> list[str]:
    """Find the rows again: those that are there first, then those that are gone; only where it is certain."""
    stage, rows, theme = run.staged, run.rows, literal(run.theme.name)
    agree = " AND ".join(
        f"(coalesce(s.{one}, '') = '' OR coalesce(r.{one}, '') = '' OR s.{one} = r.{one})" for one in WHO
    )

    def by(column: str, gone: bool, more: str) -> str:
        there = f"theme = {theme} AND gone_since IS {'NOT ' if gone else ''}NULL AND {column} IS NOT NULL"
        return (
            f"(SELECT s.stage_no, r.row_key, ({agree}) AS agrees FROM {stage} s"
            f" JOIN (SELECT {column} FROM {stage} WHERE {column} IS NOT NULL GROUP BY 1 HAVING count(*) = 1) h"
            f" ON h.{column} = s.{column}"
            f" JOIN (SELECT {column}, min(row_key) AS row_key FROM {rows} WHERE {there} GROUP BY 1"
            f" HAVING count(*) = 1) t ON t.{column} = s.{column} JOIN {rows} r ON r.row_key = t.row_key WHERE {more})"
        )

    def put(found: str) -> str:
        agreed = "row_key = CASE WHEN m.agrees THEN m.row_key END, tried = true"
        return f"UPDATE {stage} i SET {agreed} FROM {found} m WHERE i.stage_no = m.stage_no"

    return [
        f"ALTER TABLE {stage} ADD COLUMN row_key bigint, ADD COLUMN tried boolean, ADD COLUMN unsure boolean,"
        " ADD COLUMN given boolean",
        f"ANALYZE {stage}",
        put(by("id_1", False, "true")),
        # who is told by the surest identity and is somebody else is not looked for by another
        put(by("id_2", False, "s.tried IS NULL")),
        put(by("id_1", True, "s.row_key IS NULL")),
        put(by("id_2", True, "s.row_key IS NULL")),
        f"UPDATE {stage} SET row_key = NULL WHERE row_key IN"
        f" (SELECT row_key FROM {stage} WHERE row_key IS NOT NULL GROUP BY 1 HAVING count(*) > 1)",
        f"UPDATE {stage} s SET unsure = true WHERE row_key IS NULL AND (id_1 IS NULL AND id_2 IS NULL OR EXISTS"
        f" (SELECT 1 FROM {stage} o WHERE o.stage_no <> s.stage_no AND (o.id_1 = s.id_1 OR o.id_2 = s.id_2)))",
        f"UPDATE {stage} SET row_key = nextval({run.keys}) WHERE row_key IS NULL",
    ]


def _row_steps(run: Run) -> list[str]:
    stage, rows, table = run.staged, run.rows, run.table
    who = ("id_1", "id_2", *WHO)
    columns = [name(one) for one, _ in run.theme.columns] + (["geom"] if run.theme.geometry != "none" else [])
    listed = ", ".join(columns)
    absent = f"NOT EXISTS (SELECT 1 FROM {stage} s WHERE s.row_key = o.row_key)"
    steps = [
        f"INSERT INTO {rows} (row_key, theme, {', '.join(who)}) SELECT row_key, {literal(run.theme.name)},"
        f" {', '.join(who)} FROM {stage} ON CONFLICT (row_key) DO UPDATE SET"
        f" {', '.join(f'{one} = EXCLUDED.{one}' for one in who)}, gone_since = NULL",
        f"UPDATE {rows} o SET gone_since = localtimestamp(0) WHERE theme = {literal(run.theme.name)} AND gone_since IS"
        f" NULL AND {absent}",
        f"INSERT INTO {table} (row_key, gone_since, {listed}) SELECT row_key, NULL, {listed} FROM {stage}"
        f" ON CONFLICT (row_key) DO UPDATE SET gone_since = NULL,"
        f" {', '.join(f'{one} = EXCLUDED.{one}' for one in columns)}",
    ]
    if run.theme.answered:
        return [*steps, f"UPDATE {table} o SET gone_since = localtimestamp(0) WHERE gone_since IS NULL AND {absent}"]
    return [
        *steps,
        f"DELETE FROM {table} o WHERE {absent}",
        f"DELETE FROM {rows} o WHERE theme = {literal(run.theme.name)} AND gone_since IS NOT NULL",
    ]


def _same(left: str, right: str) -> str:
    return " AND ".join(f"{left}{one} IS NOT DISTINCT FROM {right}{one}" for one in ENTERED)


def _sync_steps(run: Run) -> list[str]:
    """Give what only the case changed, note what both sides say alike, and list what else differs."""
    stage, answers = run.staged, run.answers
    entered = ", ".join(ENTERED)
    blank = " AND ".join(f"s.{one} IS NULL" for one in ENTERED)
    none = " AND ".join(f"a.base_{one} IS NULL" for one in ENTERED)
    sets = ", ".join(f"{one} = s.{one}, base_{one} = s.{one}" for one in ENTERED)
    unchanged, same = _same("a.", "a.base_"), _same("a.", "s.")
    given = f"UPDATE {answers} a SET {sets}, changed_at = localtimestamp(0), changed_by = 'case' FROM {stage} s"
    agreed = ", ".join(f"base_{one} = a.{one}" for one in ENTERED)
    base = _same("s.", "a.base_")
    kind = (
        f"CASE WHEN {base} AND (a.response IS NOT NULL OR a.base_response IS NULL) THEN '{TAKE}'"
        f" WHEN {base} OR {unchanged} THEN '{EMPTIED}' ELSE '{CONFLICT}' END"
    )
    here = ", ".join(f"a.{one} AS here_{one}" for one in ENTERED)
    was = ", ".join(f"a.base_{one} AS was_{one}" for one in ENTERED)
    home = ", ".join(f"s.{one} AS home_{one}" for one in ENTERED)
    return [
        f"UPDATE {stage} s SET response_at = date_trunc('second', response_at) WHERE response_at IS NOT NULL",
        *(f"UPDATE {stage} SET {one} = NULL WHERE {one} = ''" for one in ENTERED if one != "response_at"),
        f"{given} WHERE a.row_key = s.row_key AND {unchanged} AND NOT ({same}) AND (NOT ({blank}) OR {none})",
        f"INSERT INTO {answers} (row_key, {entered}, {', '.join(f'base_{one}' for one in ENTERED)}, changed_at,"
        f" changed_by) SELECT row_key, {entered}, {entered}, localtimestamp(0), 'case' FROM {stage} s"
        f" WHERE NOT ({blank}) ON CONFLICT (row_key) DO NOTHING",
        # a row that this transaction wrote bears its number
        f"UPDATE {stage} s SET given = true FROM {answers} a WHERE a.row_key = s.row_key AND"
        " a.xmin::text::bigint = txid_current() % 4294967296",
        f"UPDATE {answers} a SET {agreed} FROM {stage} s WHERE a.row_key = s.row_key AND {same} AND NOT ({unchanged})",
        f"CREATE TABLE {run.sync} AS SELECT s.stage_no, s.row_key, s.who_number, s.who_key, s.who_name, {here}, {home},"
        f" {was}, {kind} AS kind FROM {stage} s JOIN {answers} a USING (row_key) WHERE NOT ({same})",
    ]


def counts_sql(run: Run) -> str:
    """Return SQL that gives (rows, of which not known again with certainty, gone with an answer)."""
    gone = "0"
    if run.theme.answered:
        told = " OR ".join(f"a.{one} IS NOT NULL" for one in ENTERED)
        gone = (
            f"(SELECT count(*) FROM {run.table} t JOIN {run.answers} a USING (row_key) WHERE t.gone_since IS NOT NULL"
            f" AND ({told}))"
        )
    return f"SELECT count(*), count(*) FILTER (WHERE unsure), {gone} FROM {run.staged}"


def given_sql(run: Run) -> str:
    """Return SQL that counts the rows whose answers of the case the database has got now."""
    return f"SELECT count(*) FROM {run.staged} WHERE given"


def sync_sql(run: Run) -> str:
    """Return SQL that gives what differs: number of the row in the case, kind, who it is about, both sides and before.

    Times as text, to the second.
    """
    sides = [
        f"to_char({side}_{one}, 'YYYY-MM-DD\"T\"HH24:MI:SS')" if one == "response_at" else f"{side}_{one}"
        for side in ("here", "home", "was")
        for one in ENTERED
    ]
    return f"SELECT stage_no, kind, {', '.join(WHO)}, {', '.join(sides)} FROM {run.sync} ORDER BY stage_no"


def taken_sql(run: Run, numbers: Sequence[int]) -> str:
    """Return SQL that notes what was taken into the case as what both sides agree on."""
    sets = ", ".join(f"base_{one} = y.here_{one}" for one in ENTERED)
    told = ", ".join(str(int(one)) for one in numbers)
    return f"UPDATE {run.answers} a SET {sets} FROM {run.sync} y WHERE a.row_key = y.row_key AND y.stage_no IN ({told})"


def sweep_sql(access: Access) -> str:
    """Return SQL that gives the tables that publications of earlier days left behind when they were ended."""
    return (
        f"SELECT table_name FROM information_schema.tables WHERE table_schema = {literal(access.personal_schema)} AND"
        f" table_name ~ '^_(in|sync)_[0-9]{{8}}_' AND substring(table_name from '[0-9]{{8}}') <"
        " to_char(current_date - 1, 'YYYYMMDD')"
    )


def style_sql(run: Run, qml: str, description: str) -> str:
    """Return SQL that keeps the style of a theme as QGIS does, as the one it opens with."""
    place = run.shown
    column = literal(place.geometry) if place.geometry else "NULL"
    told = f"f_table_schema = {literal(place.schema)} AND f_table_name = {literal(place.table)}"
    return _joined(
        (
            f"DELETE FROM public.layer_styles WHERE f_table_catalog = current_database() AND {told} AND"
            " styleName = 'tomoshibi'",
            "INSERT INTO public.layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
            " styleName, styleQML, styleSLD, useAsDefault, description) VALUES (current_database(),"
            f" {literal(place.schema)}, {literal(place.table)}, {column}, 'tomoshibi',"
            f" XMLPARSE(DOCUMENT {literal(qml)}), NULL, true, {literal(description)})",
        )
    )

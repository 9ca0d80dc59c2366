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
from typing import Iterable, Mapping, Optional, Sequence

from .database import WAITS, Place
from .roles import Access
from .sql import Sql, each, filled, joined

TYPES = {
    "text": Sql("text"),
    "int": Sql("bigint"),
    "real": Sql("double precision"),
    "bool": Sql("boolean"),
    "datetime": Sql("timestamp"),
}
"""Type of a column by the kind of `layers.schema.Column`."""
_TOLD = {**TYPES, "datetime": "timestamp without time zone"}
"""The same as the database tells it."""
GEOMETRIES = {
    "point": "{postgis:name}.geometry(Point, 6668)",
    "line": "{postgis:name}.geometry(LineString, 6668)",
    "polygon": "{postgis:name}.geometry(MultiPolygon, 6668)",
    "cell": "{postgis:name}.geometry(Polygon, 6668)",
}
NOW = Sql("date_trunc('second', now() AT TIME ZONE 'Asia/Tokyo')")
"""Japanese wall-clock time, as all times of the tables are: the zone of the server is another's."""
POSTGIS = Sql(
    "SELECT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
    " WHERE e.extname = 'postgis'"
)
"""Gives the schema that PostGIS was installed into."""
ENTERED = ("response", "response_by", "response_at", "response_note")
_TYPES_ENTERED = tuple(map(Sql, ("text", "text", "timestamp", "text")))
WHO = ("who_number", "who_key", "who_name")
"""What tells a person; rows that two identities bring together must not differ in it."""
IDS = ("id_1", "id_2")
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
    postgis: str = "public"
    """Schema of PostGIS."""

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
    def sync(self) -> Sql:
        """The table that says which rows differ, qualified."""
        return _table(self.access.personal_schema, f"{SYNC}{self.number}_{self.theme.name}")

    @property
    def table(self) -> Sql:
        """The theme's table, qualified."""
        return _table(self.schema, self.theme.name)

    @property
    def answers(self) -> Sql:
        """The table of its answers, qualified."""
        return _table(self.schema, f"{self.theme.name}_response")

    @property
    def rows(self) -> Sql:
        """The table that says which row is about whom, qualified."""
        return _table(self.access.personal_schema, "tomoshibi_row")

    @property
    def staged(self) -> Sql:
        """`stage`, qualified."""
        return _table(self.stage.schema, self.stage.table)

    @property
    def geometry(self) -> Optional[Sql]:
        """Type of its geometries; None where it has none."""
        if self.theme.geometry == "none":
            return None
        return filled(GEOMETRIES[self.theme.geometry], postgis=self.postgis)

    @property
    def keys(self) -> Sql:
        """The sequence of row keys, as a literal."""
        return filled("{keys:literal}", keys=_table(self.access.personal_schema, "tomoshibi_row_keys"))


def _table(schema: str, table: str) -> Sql:
    return filled("{schema:name}.{table:name}", schema=schema, table=table)


def _all(template: str, names: Sequence[str], **parts: object) -> Sql:
    """Return what holds where a condition does for each of the names."""
    return each(template, names, " AND ", **parts)


def _defined(columns: Sequence[tuple[str, Sql]], before: str = "") -> Sql:
    """Return columns as a table is made of them."""
    return joined([filled("{one:name} {kind}", one=before + one, kind=kind) for one, kind in columns], ", ")


def number_of(today: date, random: str) -> str:
    """Return what tells a publication: the day, so that what a run left behind is known for old, and a few letters."""
    return f"{today:%Y%m%d}_{random}"


def base_sql(access: Access, mark: str) -> Sql:
    """Return SQL that makes what all themes share. `mark`: digits and letters that tell the case."""
    who = [(one, TYPES["text"]) for one in (*IDS, *WHO)]
    parts = {
        "case": _table(access.personal_schema, "tomoshibi_case"),
        "keys": _table(access.personal_schema, "tomoshibi_row_keys"),
        "rows": _table(access.personal_schema, "tomoshibi_row"),
        "function": _table(access.personal_schema, "tomoshibi_answer"),
    }
    return joined(
        (
            lock_sql(access),
            filled("CREATE TABLE IF NOT EXISTS {case} (mark text PRIMARY KEY)", **parts),
            filled(
                "INSERT INTO {case} SELECT {mark:literal} WHERE NOT EXISTS (SELECT 1 FROM {case})", mark=mark, **parts
            ),
            filled("CREATE SEQUENCE IF NOT EXISTS {keys}", **parts),
            filled(
                "CREATE TABLE IF NOT EXISTS {rows} (row_key bigint PRIMARY KEY, theme text NOT NULL, {who},"
                " gone_since timestamp, case_row bigint)",
                who=_defined(who),
                **parts,
            ),
            # of an older version
            filled("ALTER TABLE {rows} ADD COLUMN IF NOT EXISTS case_row bigint", **parts),
            filled("CREATE INDEX IF NOT EXISTS tomoshibi_row_theme ON {rows} (theme, id_1)", **parts),
            filled(
                "CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
                " SET search_path = pg_catalog, pg_temp AS {body:literal}",
                body=_answer_body(),
                **parts,
            ),
            filled("REVOKE ALL ON FUNCTION {function}() FROM PUBLIC", **parts),
        )
    )


def _answer_body() -> Sql:
    """Return what the database does when somebody saves a row of a list: only columns that were changed are written."""
    places = [(one, place) for place, one in enumerate(ENTERED)]
    # within format(): %% is %
    sets = [
        filled(
            "{one:name} = CASE WHEN $8 LIKE '%%{place}%%' THEN EXCLUDED.{one:name} ELSE answered.{one:name} END",
            one=one,
            place=place,
        )
        for one, place in places
    ]
    changed = [
        filled(
            "CASE WHEN NEW.{one:name} IS DISTINCT FROM OLD.{one:name} THEN {place:literal} ELSE '' END",
            one=one,
            place=str(place),
        )
        for one, place in places
    ]
    insert = filled(
        "INSERT INTO %I.%I AS answered (row_key, {entered:names}, changed_at, changed_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (row_key) DO UPDATE SET {sets}, changed_at = $6, changed_by = $7",
        entered=ENTERED,
        sets=joined(sets, ", "),
    )
    return filled(
        "BEGIN EXECUTE format({insert:literal}, TG_TABLE_SCHEMA, TG_ARGV[0]) USING OLD.row_key, {given},"
        " {now}, session_user::text, {changed}; RETURN NEW; END",
        insert=insert,
        now=NOW,
        given=joined(
            [
                filled("date_trunc('second', NEW.{one:name})" if one == "response_at" else "NEW.{one:name}", one=one)
                for one in ENTERED
            ],
            ", ",
        ),
        changed=joined(changed, " || "),
    )


def stage_sql(run: Run) -> Sql:
    """Return SQL that makes the table that a publication fills."""
    columns = [(one, TYPES["text"]) for one in (*IDS, *WHO)] + [(one, TYPES[kind]) for one, kind in run.theme.columns]
    if run.theme.answered:
        columns += zip(ENTERED, _TYPES_ENTERED)
    if run.geometry is not None:
        columns.append(("geom", run.geometry))
    # what the publication works out stands behind what is filled in
    return filled(
        "CREATE UNLOGGED TABLE {stage} (stage_no bigint PRIMARY KEY, {columns})",
        stage=run.staged,
        columns=_defined(columns),
    )


def drop_sql(run: Run) -> Sql:
    """Return SQL that drops what a publication made for itself."""
    return filled("DROP TABLE IF EXISTS {stage}; DROP TABLE IF EXISTS {sync}", stage=run.staged, sync=run.sync)


def drop_table_sql(access: Access, table: str) -> Sql:
    """Return SQL that drops a table that `sweep_sql` told of."""
    return filled("DROP TABLE IF EXISTS {table}", table=_table(access.personal_schema, table))


def stands_sql(run: Run) -> Sql:
    """Return SQL that gives the columns of what seats open; none where it is not there yet."""
    return filled(
        "SELECT column_name::text FROM information_schema.columns WHERE table_schema = {schema:literal}"
        " AND table_name = {table:literal}",
        schema=run.shown.schema,
        table=run.shown.table,
    )


def columns_sql(run: Run) -> Sql:
    """Return SQL that gives (name, type) of the columns of a theme's own table; nothing where it is not there yet."""
    return filled(
        "SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute"
        " WHERE attrelid = to_regclass({table:literal}) AND attnum > 0 AND NOT attisdropped",
        table=run.table,
    )


def retyped(theme: Theme, there: Mapping[str, str]) -> list[str]:
    """Return the columns that stand with another type than they have now; `there`: {name: type} by `columns_sql`."""
    return [name for name, kind in theme.columns if there.get(name, _TOLD[kind]) != _TOLD[kind]]


def unwritten(theme: Theme, there: Iterable[str]) -> list[str]:
    """Return the columns of a public table that a publication does not write: of a version that published them.

    What may not leave any more must not stand there, nor what was true of an earlier time beside what is true now.
    """
    if theme.personal:
        return []
    return sorted(set(there) - {"row_key", "gone_since", "geom"} - {name for name, _ in theme.columns})


def emptied_sql(run: Run, columns: Sequence[str]) -> Sql:
    """Return SQL that empties columns of a theme's table."""
    sets = each("{one:name} = NULL", columns)
    told = each("{one:name} IS NOT NULL", columns, " OR ")
    return filled("UPDATE {table} SET {sets} WHERE {told}", table=run.table, sets=sets, told=told)


def theme_sql(run: Run, other: Sequence[str] = ()) -> Sql:
    """Return SQL that makes the table of a theme, or adds the columns that it lacks, its view and its grants.

    Only for a theme that does not stand yet with all columns: it locks out who reads. `other`: columns that stand with
    another type; what rows that are gone hold in them is given up.
    """
    table, theme, access = run.table, run.theme, run.access
    columns = [(one, TYPES[kind]) for one, kind in theme.columns]
    if run.geometry is not None:
        columns.append(("geom", run.geometry))
    add = "ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column:name} {kind}"
    # who may see people may see the public themes as well
    readers = (access.personal,) if theme.personal else access.roles
    kinds = dict(columns)
    change = "ALTER TABLE {table} ALTER COLUMN {column:name} TYPE {kind} USING NULL"
    # its columns are those of the table, which a newer version may have more of
    view = _table(run.shown.schema, run.shown.table)
    steps = [
        *([filled("DROP VIEW IF EXISTS {view}", view=view)] if theme.answered else []),
        filled("CREATE TABLE IF NOT EXISTS {table} (row_key bigint PRIMARY KEY, gone_since timestamp)", table=table),
        *(filled(change, table=table, column=column, kind=kinds[column]) for column in other),
        *(filled(add, table=table, column=column, kind=kind) for column, kind in columns),
        filled("GRANT SELECT ON {table} TO {readers:names}", table=table, readers=readers),
    ]
    if theme.geometry != "none":
        index = f"{theme.name}_geom"
        steps.append(
            filled("CREATE INDEX IF NOT EXISTS {index:name} ON {table} USING gist (geom)", index=index, table=table)
        )
    return joined([*steps, *(_answer_steps(run) if theme.answered else ())])


def _kept_with_answers() -> list[tuple[str, Sql]]:
    """Return (name, type) of what is kept of an answer: as it is, as both sides last agreed, when and by whom."""
    answers = list(zip(ENTERED, _TYPES_ENTERED))
    agreed = [(f"base_{name}", kind) for name, kind in answers]
    return [*answers, *agreed, ("changed_at", TYPES["datetime"]), ("changed_by", TYPES["text"])]


def _answer_steps(run: Run) -> list[Sql]:
    parts = {
        "view": _table(run.shown.schema, run.shown.table),
        "table": run.table,
        "answers": run.answers,
        "function": _table(run.access.personal_schema, "tomoshibi_answer"),
        "entered": ENTERED,
    }
    return [
        filled(
            "CREATE TABLE IF NOT EXISTS {answers} (row_key bigint PRIMARY KEY)",
            **parts,
        ),
        *(
            filled(
                "ALTER TABLE {answers} ADD COLUMN IF NOT EXISTS {column:name} {kind}", column=name, kind=kind, **parts
            )
            for name, kind in _kept_with_answers()
        ),
        filled(
            "CREATE VIEW {view} AS SELECT t.*, {told}, a.changed_at, a.changed_by FROM {table} t"
            " LEFT JOIN {answers} a USING (row_key)",
            told=each("a.{one:name}", ENTERED),
            **parts,
        ),
        filled(
            "CREATE TRIGGER tomoshibi_answer INSTEAD OF UPDATE ON {view} FOR EACH ROW"
            " EXECUTE FUNCTION {function}({into:literal})",
            into=f"{run.theme.name}_response",
            **parts,
        ),
        filled("GRANT SELECT ON {view} TO {reader:name}", reader=run.access.personal, **parts),
        filled("GRANT UPDATE ({entered:names}) ON {view} TO {writer:name}", writer=run.access.respond, **parts),
    ]


def lock_sql(access: Access) -> Sql:
    """Return SQL that lets one publication of a case be at a time."""
    return filled(
        "{waits}; SELECT pg_advisory_xact_lock(hashtext({case:literal}))",
        waits=WAITS,
        case=f"tomoshibi {access.schema}",
    )


def merge_sql(run: Run) -> Sql:
    """Return SQL that brings what was filled in into the table of the theme and its answers."""
    steps = [*_match_steps(run), *_row_steps(run)]
    if run.theme.answered:
        steps += _sync_steps(run)
    return joined(steps)


_FOUND = """
(SELECT s.stage_no, r.row_key, ({agree}) AS agrees FROM {stage} s
JOIN (SELECT {column:name} FROM {stage} WHERE {column:name} IS NOT NULL GROUP BY 1 HAVING count(*) = 1) h
ON h.{column:name} = s.{column:name}
JOIN (SELECT {column:name}, min(row_key) AS row_key FROM {rows} WHERE theme = {theme:literal} AND {there}
AND {column:name} IS NOT NULL GROUP BY 1 HAVING count(*) = 1) t ON t.{column:name} = s.{column:name}
JOIN {rows} r ON r.row_key = t.row_key WHERE {more})
"""
"""Rows that a column tells, on both sides alone."""
_AS_NUMBERED = """
UPDATE {stage} s SET row_key = r.row_key FROM {rows} r WHERE s.row_key IS NULL AND r.theme = {theme:literal}
AND r.gone_since IS NULL AND r.case_row = s.stage_no AND coalesce(s.id_1, s.id_2, s.who_name, s.who_number) IS NOT NULL
AND (s.id_1, s.id_2, s.who_number, s.who_key, s.who_name)
IS NOT DISTINCT FROM (r.id_1, r.id_2, r.who_number, r.who_key, r.who_name)
AND NOT EXISTS (SELECT 1 FROM {stage} o WHERE o.row_key = r.row_key)
"""
"""Rows that nothing tells for certain and that are the very rows of the case: it gives no number twice, and whoever is
not certain gets another when the list is made anew."""
_THERE, _GONE = Sql("gone_since IS NULL"), Sql("gone_since IS NOT NULL")


def _match_steps(run: Run) -> list[Sql]:
    """Find the rows again: those that are there first, then those that are gone; only where it is certain."""
    stage = run.staged
    agree = _all(
        "(coalesce(s.{one:name}, '') = '' OR coalesce(r.{one:name}, '') = '' OR s.{one:name} = r.{one:name})", WHO
    )
    parts = {"stage": stage, "rows": run.rows, "theme": run.theme.name, "agree": agree}

    def put(column: str, there: Sql, more: Sql) -> Sql:
        return filled(
            "UPDATE {stage} i SET row_key = CASE WHEN m.agrees THEN m.row_key END, tried = true FROM {found} m"
            " WHERE i.stage_no = m.stage_no",
            stage=stage,
            found=filled(_FOUND, column=column, there=there, more=more, **parts),
        )

    return [
        filled(
            "ALTER TABLE {stage} ADD COLUMN row_key bigint, ADD COLUMN tried boolean, ADD COLUMN unsure boolean,"
            " ADD COLUMN given boolean",
            stage=stage,
        ),
        filled("ANALYZE {stage}", stage=stage),
        put("id_1", _THERE, Sql("true")),
        # who is told by the surest identity and is somebody else is not looked for by another
        put("id_2", _THERE, Sql("s.tried IS NULL")),
        put("id_1", _GONE, Sql("s.row_key IS NULL")),
        put("id_2", _GONE, Sql("s.row_key IS NULL")),
        filled(
            "UPDATE {stage} SET row_key = NULL WHERE row_key IN"
            " (SELECT row_key FROM {stage} WHERE row_key IS NOT NULL GROUP BY 1 HAVING count(*) > 1)",
            stage=stage,
        ),
        *([filled(_AS_NUMBERED, **parts)] if run.theme.answered else []),
        filled(
            "UPDATE {stage} s SET unsure = true WHERE row_key IS NULL AND (id_1 IS NULL AND id_2 IS NULL OR EXISTS"
            " (SELECT 1 FROM {stage} o WHERE o.stage_no <> s.stage_no AND (o.id_1 = s.id_1 OR o.id_2 = s.id_2)))",
            stage=stage,
        ),
        filled("UPDATE {stage} SET row_key = nextval({keys}) WHERE row_key IS NULL", stage=stage, keys=run.keys),
    ]


def _row_steps(run: Run) -> list[Sql]:
    columns = [one for one, _ in run.theme.columns] + (["geom"] if run.theme.geometry != "none" else [])
    replaced = "{one:name} = EXCLUDED.{one:name}"
    parts = {"stage": run.staged, "rows": run.rows, "table": run.table, "theme": run.theme.name}
    parts["absent"] = filled(
        "NOT EXISTS (SELECT 1 FROM {stage} s WHERE s.row_key = o.row_key)",
        stage=run.staged,
    )
    steps = [
        filled(
            "INSERT INTO {rows} (row_key, theme, case_row, {who:names}) SELECT row_key, {theme:literal}, stage_no,"
            " {who:names} FROM {stage} ON CONFLICT (row_key) DO UPDATE SET {sets}, case_row = EXCLUDED.case_row,"
            " gone_since = NULL",
            who=(*IDS, *WHO),
            sets=each(replaced, (*IDS, *WHO)),
            **parts,
        ),
        filled(
            "UPDATE {rows} o SET gone_since = {now} WHERE theme = {theme:literal} AND gone_since IS NULL AND {absent}",
            now=NOW,
            **parts,
        ),
        filled(
            "INSERT INTO {table} (row_key, gone_since, {columns:names}) SELECT row_key, NULL, {columns:names}"
            " FROM {stage} ON CONFLICT (row_key) DO UPDATE SET gone_since = NULL, {sets}",
            columns=columns,
            sets=each(replaced, columns),
            **parts,
        ),
    ]
    if run.theme.answered:
        gone = "UPDATE {table} o SET gone_since = {now} WHERE gone_since IS NULL AND {absent}"
        return [*steps, filled(gone, now=NOW, **parts)]
    return [
        *steps,
        filled("DELETE FROM {table} o WHERE {absent}", **parts),
        filled("DELETE FROM {rows} o WHERE theme = {theme:literal} AND gone_since IS NOT NULL", **parts),
    ]


_KIND = """
CASE WHEN {based} AND (a.response IS NOT NULL OR a.base_response IS NULL) THEN {take:literal}
WHEN {based} OR {unchanged} THEN {emptied:literal} ELSE {conflict:literal} END
"""


def _sync_steps(run: Run) -> list[Sql]:
    """Give what only the case changed, note what both sides say alike, and list what else differs."""
    bases = [f"base_{one}" for one in ENTERED]
    parts: dict[str, object] = {
        "stage": run.staged,
        "answers": run.answers,
        "now": NOW,
        "sync": run.sync,
        "entered": ENTERED,
        "bases": bases,
        "blank": _all("s.{one:name} IS NULL", ENTERED),
        "none": _all("a.{one:name} IS NULL", bases),
        "unchanged": _same("a.{one:name} IS NOT DISTINCT FROM a.{base:name}"),
        "same": _all("a.{one:name} IS NOT DISTINCT FROM s.{one:name}", ENTERED),
        "based": _same("s.{one:name} IS NOT DISTINCT FROM a.{base:name}"),
    }
    return [
        filled(
            "UPDATE {stage} s SET response_at = date_trunc('second', response_at) WHERE response_at IS NOT NULL",
            **parts,
        ),
        *(
            filled("UPDATE {stage} SET {one:name} = NULL WHERE {one:name} = ''", one=one, **parts)
            for one in ENTERED
            if one != "response_at"
        ),
        filled(
            "UPDATE {answers} a SET {sets}, changed_at = {now}, changed_by = 'case' FROM {stage} s"
            " WHERE a.row_key = s.row_key AND {unchanged} AND NOT ({same}) AND (NOT ({blank}) OR {none})",
            sets=_same("{one:name} = s.{one:name}, {base:name} = s.{one:name}", ", "),
            **parts,
        ),
        filled(
            "INSERT INTO {answers} (row_key, {entered:names}, {bases:names}, changed_at, changed_by)"
            " SELECT row_key, {entered:names}, {entered:names}, {now}, 'case' FROM {stage} s"
            " WHERE NOT ({blank}) ON CONFLICT (row_key) DO NOTHING",
            **parts,
        ),
        # a row that this transaction wrote bears its number
        filled(
            "UPDATE {stage} s SET given = true FROM {answers} a WHERE a.row_key = s.row_key AND"
            " a.xmin::text::bigint = txid_current() % 4294967296",
            **parts,
        ),
        filled(
            "UPDATE {answers} a SET {agreed} FROM {stage} s WHERE a.row_key = s.row_key AND {same}"
            " AND NOT ({unchanged})",
            agreed=_same("{base:name} = a.{one:name}", ", "),
            **parts,
        ),
        filled(
            "CREATE TABLE {sync} AS SELECT s.stage_no, s.row_key, s.who_number, s.who_key, s.who_name, {sides},"
            " {kind} AS kind FROM {stage} s JOIN {answers} a USING (row_key) WHERE NOT ({same})",
            sides=_sides(),
            kind=filled(_KIND, take=TAKE, emptied=EMPTIED, conflict=CONFLICT, **parts),
            **parts,
        ),
    ]


def _same(template: str, between: str = " AND ") -> Sql:
    """Return a template filled for each of what people enter (`one`) and its column as both last agreed (`base`)."""
    return joined([filled(template, one=one, base=f"base_{one}") for one in ENTERED], between)


def _sides() -> Sql:
    """Return the columns of what is entered here, in the case (home), and as both last agreed (was)."""
    sides = (("a", "", "here"), ("s", "", "home"), ("a", "base_", "was"))
    return joined(
        [
            filled("{table:name}.{one:name} AS {told:name}", table=table, one=before + one, told=f"{side}_{one}")
            for table, before, side in sides
            for one in ENTERED
        ],
        ", ",
    )


_MOMENT = "to_char({column:name}, 'YYYY-MM-DD\"T\"HH24:MI:SS')"
"""A time as text, to the second."""


def counts_sql(run: Run) -> Sql:
    """Return SQL that gives (rows, of which not known again with certainty, gone with an answer)."""
    gone = Sql("0")
    if run.theme.answered:
        gone = filled(
            "(SELECT count(*) FROM {table} t JOIN {answers} a USING (row_key) WHERE t.gone_since IS NOT NULL"
            " AND ({told}))",
            table=run.table,
            answers=run.answers,
            told=each("a.{one:name} IS NOT NULL", ENTERED, " OR "),
        )
    return filled("SELECT count(*), count(*) FILTER (WHERE unsure), {gone} FROM {stage}", gone=gone, stage=run.staged)


def gone_sql(run: Run) -> Sql:
    """Return SQL that gives the answers of rows that are gone: who it is about, and what was entered, as text."""
    told = [filled(_MOMENT if one == "response_at" else "{column:name}", column=one) for one in ENTERED]
    return filled(
        "SELECT {who}, {told} FROM {answers} a JOIN {rows} r USING (row_key) JOIN {table} t USING (row_key)"
        " WHERE t.gone_since IS NOT NULL AND ({any}) ORDER BY row_key",
        who=each("r.{one:name}", WHO),
        told=joined(told, ", "),
        answers=run.answers,
        rows=run.rows,
        table=run.table,
        any=each("a.{one:name} IS NOT NULL", ENTERED, " OR "),
    )


def given_sql(run: Run) -> Sql:
    """Return SQL that counts the rows whose answers of the case the database has got now."""
    return filled("SELECT count(*) FROM {stage} WHERE given", stage=run.staged)


def sync_sql(run: Run) -> Sql:
    """Return SQL that gives what differs: number of the row in the case, kind, who it is about, both sides and before.

    Times as text, to the second.
    """
    sides = [
        filled(_MOMENT if one == "response_at" else "{column:name}", column=f"{side}_{one}")
        for side in ("here", "home", "was")
        for one in ENTERED
    ]
    return filled(
        "SELECT stage_no, kind, {who:names}, {sides} FROM {sync} ORDER BY stage_no",
        who=WHO,
        sides=joined(sides, ", "),
        sync=run.sync,
    )


def taken_sql(run: Run, numbers: Sequence[int]) -> Sql:
    """Return SQL that notes what was taken into the case as what both sides agree on."""
    sets = [filled("{base:name} = y.{here:name}", base=f"base_{one}", here=f"here_{one}") for one in ENTERED]
    return filled(
        "{waits}; UPDATE {answers} a SET {sets} FROM {sync} y WHERE a.row_key = y.row_key AND y.stage_no IN ({told})",
        waits=WAITS,
        answers=run.answers,
        sets=joined(sets, ", "),
        sync=run.sync,
        told=joined([filled("{number}", number=int(one)) for one in numbers], ", "),
    )


def sweep_sql(access: Access) -> Sql:
    """Return SQL that gives the tables that publications of earlier days left behind when they were ended."""
    return filled(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = {schema:literal} AND"
        " table_name ~ '^_(in|sync)_[0-9]{{8}}_' AND substring(table_name from '[0-9]{{8}}') <"
        " to_char(current_date - 1, 'YYYYMMDD')",
        schema=access.personal_schema,
    )


def style_sql(run: Run, qml: str, description: str) -> Sql:
    """Return SQL that keeps the style of a theme as QGIS does, as the one it opens with."""
    place = run.shown
    parts = {"schema": place.schema, "table": place.table, "qml": qml, "description": description}
    column = filled("{column:literal}", column=place.geometry) if place.geometry else Sql("NULL")
    return joined(
        (
            filled(
                "DELETE FROM public.layer_styles WHERE f_table_catalog = current_database() AND"
                " f_table_schema = {schema:literal} AND f_table_name = {table:literal} AND styleName = 'tomoshibi'",
                **parts,
            ),
            filled(
                "INSERT INTO public.layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
                " styleName, styleQML, styleSLD, useAsDefault, description) VALUES (current_database(),"
                " {schema:literal}, {table:literal}, {column}, 'tomoshibi',"
                " XMLPARSE(DOCUMENT {qml:literal}), NULL, true, {description:literal})",
                column=column,
                **parts,
            ),
        )
    )

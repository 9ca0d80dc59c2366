"""Who may see and do what in the database: two schemas, three roles, and what an administrator has to do for them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...messages import TomoshibiError, message
from .database import Database
from .sql import Sql, filled, joined

SCHEMA = re.compile(r"[a-z][a-z0-9_]{0,39}")
STYLES = "layer_styles"
"""Where QGIS keeps styles in a database: one table for all, found by the search path, so in `public`."""
_STYLES_TABLE = Sql(
    "CREATE TABLE IF NOT EXISTS public.layer_styles (id serial PRIMARY KEY, f_table_catalog varchar, f_table_schema"
    " varchar, f_table_name varchar, f_geometry_column varchar, styleName text, styleQML xml, styleSLD xml,"
    " useAsDefault boolean, description text, owner varchar(63) DEFAULT CURRENT_USER, ui xml,"
    " update_time timestamp DEFAULT CURRENT_TIMESTAMP, type varchar);"
)
"""As QGIS makes it."""


_USE_STYLES = (
    "GRANT SELECT, INSERT, DELETE ON public.layer_styles TO {me:name};",
    "GRANT USAGE ON SEQUENCE public.layer_styles_id_seq TO {me:name};",
)


class NotPrepared(TomoshibiError):
    """The database lacks something that only its administrator can make."""


@dataclass(frozen=True)
class Access:
    """The schemas and roles of one published case."""

    schema: str

    @property
    def personal_schema(self) -> str:
        """The schema of what is about people."""
        return f"{self.schema}_personal"

    @property
    def view(self) -> str:
        """Role of those who look at public themes."""
        return f"{self.schema}_view"

    @property
    def respond(self) -> str:
        """Role of those who enter answers, besides `personal`."""
        return f"{self.schema}_respond"

    @property
    def personal(self) -> str:
        """Role of those who look at what is about people."""
        return f"{self.schema}_personal"

    @property
    def roles(self) -> tuple[str, ...]:
        """All roles."""
        return (self.view, self.respond, self.personal)

    @property
    def schemas(self) -> tuple[str, ...]:
        """Both schemas."""
        return (self.schema, self.personal_schema)


def prepare(database: Database, access: Access) -> None:
    """Make what is lacking of extension, roles, schemas and the table of styles.

    Raises
        NotPrepared: with the SQL that the administrator must run, where the login may not.
        DatabaseError: it cannot be reached.
    """
    me = str(database.one(Sql("SELECT current_user")))
    lacking = _lacking(database, access, me)
    if lacking:
        _make(database, lacking, me)


def _make(database: Database, lacking: list[tuple[str, Sql]], me: str) -> None:
    may = database.run(
        Sql(
            "SELECT rolsuper, rolsuper OR rolcreaterole, has_database_privilege(current_database(), 'CREATE'),"
            " has_schema_privilege('public', 'CREATE'), coalesce((SELECT pg_has_role(current_user, relowner,"
            " 'USAGE') FROM pg_class WHERE oid = to_regclass('public.layer_styles')), has_schema_privilege('public',"
            " 'CREATE')) FROM pg_roles WHERE rolname = current_user"
        )
    )[0]
    powers = {"extension": may[0], "roles": may[1], "schemas": may[2], "styles": may[3], "readers": may[4]}
    refused = [sql for power, sql in lacking if not powers.get(power, False)]
    if refused and not may[3] and any(power == "styles" for power, _ in lacking):
        refused += _use_styles(me)
    if refused:
        raise _not_prepared(database, refused)
    database.run(joined([sql for _, sql in lacking]))


def _use_styles(me: str) -> list[Sql]:
    return [filled(template, me=me) for template in _USE_STYLES]


def _not_prepared(database: Database, lacking: list[Sql]) -> NotPrepared:
    return NotPrepared(
        message(
            "The login of this connection may not prepare the database {place}. Its administrator has to run once: "
            "{sql}",
            place=database.told,
            sql=" ".join(lacking),
        )
    )


def _lacking(database: Database, access: Access, me: str) -> list[tuple[str, Sql]]:
    """Return (power needed, SQL) of what is lacking; of what is there and may not be used, SQL that grants it.

    `me`: the login.
    """
    found: list[tuple[str, Sql]] = []
    if not database.one(Sql("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'")):
        found.append(("extension", Sql("CREATE EXTENSION postgis;")))
    listed = filled("SELECT rolname FROM pg_roles WHERE rolname IN ({roles:literals})", roles=access.roles)
    known = {row[0] for row in database.run(listed)}
    create = "CREATE ROLE {role:name} NOLOGIN;"
    found += [("roles", filled(create, role=role)) for role in access.roles if role not in known]
    mine = filled(
        "SELECT nspname, pg_has_role(current_user, nspowner, 'USAGE') FROM pg_namespace"
        " WHERE nspname IN ({schemas:literals})",
        schemas=access.schemas,
    )
    owned = dict(map(tuple, database.run(mine)))
    for schema in access.schemas:
        if schema not in owned:
            make = "CREATE SCHEMA {schema:name} AUTHORIZATION {me:name};"
            found.append(("schemas", filled(make, schema=schema, me=me)))
        elif not owned[schema]:
            give = "ALTER SCHEMA {schema:name} OWNER TO {me:name};"
            found.append(("never", filled(give, schema=schema, me=me)))
    return found + _lacking_styles(database, access, known, me)


def _lacking_styles(database: Database, access: Access, known: set[str], me: str) -> list[tuple[str, Sql]]:
    """Return the same of the table of styles; `known`: the roles that are there."""
    found: list[tuple[str, Sql]] = []
    lacking = database.one(Sql("SELECT to_regclass('public.layer_styles') IS NULL"))
    if lacking:
        found.append(("styles", _STYLES_TABLE))
    elif not database.one(
        Sql(
            "SELECT has_table_privilege('public.layer_styles', 'SELECT') AND"
            " has_table_privilege('public.layer_styles', 'INSERT') AND"
            " has_table_privilege('public.layer_styles', 'DELETE')"
        )
    ):
        found += [("never", sql) for sql in _use_styles(me)]
    reads = "SELECT has_table_privilege({role:literal}, 'public.layer_styles', 'SELECT')"
    readers = [
        role for role in access.roles if lacking or role not in known or not database.one(filled(reads, role=role))
    ]
    if readers:
        grant = "GRANT SELECT ON public.{styles:name} TO {readers:names};"
        found.append(("readers", filled(grant, styles=STYLES, readers=readers)))
    return found


def has_mark_sql(access: Access) -> Sql:
    """Return SQL that gives whether there is a table that tells which case published."""
    table = filled("{schema:name}.tomoshibi_case", schema=access.personal_schema)
    return filled("SELECT to_regclass({table:literal}) IS NOT NULL", table=table)


def mark_sql(access: Access) -> Sql:
    """Return SQL that gives the mark of the case that published; only where that table is there."""
    return filled("SELECT mark FROM {schema:name}.tomoshibi_case", schema=access.personal_schema)


def tables_sql(access: Access) -> Sql:
    """Return SQL that counts the tables of both schemas as far as the login may know of them."""
    return filled(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema IN ({schemas:literals})",
        schemas=access.schemas,
    )


_OTHERS = """
DECLARE other record; BEGIN FOR other IN SELECT DISTINCT quote_ident(r.rolname) AS who FROM pg_namespace n
CROSS JOIN LATERAL aclexplode(n.nspacl) a JOIN pg_roles r ON r.oid = a.grantee
WHERE n.nspname = {personal:literal} AND r.oid <> n.nspowner AND r.rolname <> {role:literal}
LOOP EXECUTE 'REVOKE ALL ON SCHEMA ' || quote_ident({personal:literal}) || ' FROM ' || other.who || ' CASCADE';
END LOOP; END
"""
"""Takes the schema of people from whoever has it by default privileges of the database, or because somebody gave it."""


def grants(access: Access) -> Sql:
    """Return SQL that lets the roles into the schemas, and into that of people nobody else."""
    parts = {"public": access.schema, "personal": access.personal_schema}
    return joined(
        (
            filled("REVOKE ALL ON SCHEMA {public:name}, {personal:name} FROM PUBLIC", **parts),
            filled("DO {others:literal}", others=filled(_OTHERS, role=access.personal, **parts)),
            filled("GRANT USAGE ON SCHEMA {public:name} TO {roles:names}", roles=access.roles, **parts),
            filled("GRANT USAGE ON SCHEMA {personal:name} TO {role:name}", role=access.personal, **parts),
        )
    )


def readers_sql(access: Access) -> Sql:
    """Return SQL that gives the logins, but for administrators and who asks, that open what is about people."""
    return filled(
        "SELECT rolname::text FROM pg_roles WHERE rolcanlogin AND NOT rolsuper AND rolname <> current_user"
        " AND has_schema_privilege(oid, {personal:literal}, 'USAGE') ORDER BY 1",
        personal=access.personal_schema,
    )


def check_schema(text: str) -> None:
    """Raise `TomoshibiError` where a name is none that a schema of its own can have."""
    if not SCHEMA.fullmatch(text) or text.startswith("pg_") or text in ("public", "information_schema"):
        raise TomoshibiError(
            message(
                "“{name}” cannot be the schema: small letters, digits and _ only, a letter first, at most 40, and not "
                "public. Choose one for this case, e.g. noto2024.",
                name=text[:60],
            )
        )

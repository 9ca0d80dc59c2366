"""Who may see and do what in the database: two schemas, three roles, and what an administrator has to do for them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...messages import TomoshibiError, message
from .database import Database, literal, name

SCHEMA = re.compile(r"[a-z][a-z0-9_]{0,39}")
STYLES = "layer_styles"
"""Where QGIS keeps styles in a database: one table for all, found by the search path, so in `public`."""
_STYLES_TABLE = (
    "CREATE TABLE IF NOT EXISTS public.layer_styles (id serial PRIMARY KEY, f_table_catalog varchar, f_table_schema"
    " varchar, f_table_name varchar, f_geometry_column varchar, styleName text, styleQML xml, styleSLD xml,"
    " useAsDefault boolean, description text, owner varchar(63) DEFAULT CURRENT_USER, ui xml,"
    " update_time timestamp DEFAULT CURRENT_TIMESTAMP, type varchar)"
)
"""As QGIS makes it."""


_USE_STYLES = (
    "GRANT SELECT, INSERT, DELETE ON public.layer_styles TO {me};",
    "GRANT USAGE ON SEQUENCE public.layer_styles_id_seq TO {me};",
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
    lacking = _lacking(database, access)
    if lacking:
        _make(database, lacking)


def _make(database: Database, lacking: list[tuple[str, str]]) -> None:
    may = database.run(
        "SELECT rolsuper, rolsuper OR rolcreaterole, has_database_privilege(current_database(), 'CREATE'),"
        " has_schema_privilege('public', 'CREATE'), current_user, coalesce((SELECT pg_has_role(current_user, relowner,"
        " 'USAGE') FROM pg_class WHERE oid = to_regclass('public.layer_styles')), has_schema_privilege('public',"
        " 'CREATE')) FROM pg_roles WHERE rolname = current_user"
    )[0]
    powers = {"extension": may[0], "roles": may[1], "schemas": may[2], "styles": may[3], "readers": may[5]}
    me = name(str(may[4]))
    refused = [sql.replace("{me}", me) for power, sql in lacking if not powers.get(power, False)]
    if refused and not may[3] and any(power == "styles" for power, _ in lacking):
        refused += [sql.replace("{me}", me) for sql in _USE_STYLES]
    if refused:
        raise _not_prepared(database, refused)
    database.run("; ".join(sql.replace(" AUTHORIZATION {me}", "") for _, sql in lacking))


def _not_prepared(database: Database, lacking: list[str]) -> NotPrepared:
    return NotPrepared(
        message(
            "The login of this connection may not prepare the database {place}. Its administrator has to run once: "
            "{sql}",
            place=database.told,
            sql=" ".join(lacking),
        )
    )


def _lacking(database: Database, access: Access) -> list[tuple[str, str]]:
    """Return (power needed, SQL) of what is lacking; of what is there and may not be used, SQL that grants it."""
    found: list[tuple[str, str]] = []
    if not database.one("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'"):
        found.append(("extension", "CREATE EXTENSION postgis;"))
    told = ", ".join(map(literal, access.roles))
    known = {row[0] for row in database.run(f"SELECT rolname FROM pg_roles WHERE rolname IN ({told})")}
    found += [("roles", f"CREATE ROLE {name(role)} NOLOGIN;") for role in access.roles if role not in known]
    told = ", ".join(map(literal, access.schemas))
    mine = "SELECT nspname, pg_has_role(current_user, nspowner, 'USAGE') FROM pg_namespace WHERE nspname IN "
    owned = dict(map(tuple, database.run(f"{mine}({told})")))
    for schema in access.schemas:
        if schema not in owned:
            found.append(("schemas", f"CREATE SCHEMA {name(schema)} AUTHORIZATION {{me}};"))
        elif not owned[schema]:
            found.append(("never", f"ALTER SCHEMA {name(schema)} OWNER TO {{me}};"))
    return found + _lacking_styles(database, access, known)


def _lacking_styles(database: Database, access: Access, known: set[str]) -> list[tuple[str, str]]:
    """Return the same of the table of styles; `known`: the roles that are there."""
    found: list[tuple[str, str]] = []
    lacking = database.one("SELECT to_regclass('public.layer_styles') IS NULL")
    if lacking:
        found.append(("styles", f"{_STYLES_TABLE};"))
    elif not database.one(
        "SELECT has_table_privilege('public.layer_styles', 'SELECT') AND has_table_privilege('public.layer_styles',"
        " 'INSERT') AND has_table_privilege('public.layer_styles', 'DELETE')"
    ):
        found += [("never", sql) for sql in _USE_STYLES]
    readers = [
        role
        for role in access.roles
        if lacking
        or role not in known
        or not database.one(f"SELECT has_table_privilege({literal(role)}, 'public.layer_styles', 'SELECT')")
    ]
    if readers:
        found.append(("readers", f"GRANT SELECT ON public.{STYLES} TO {', '.join(map(name, readers))};"))
    return found


def grants(access: Access) -> str:
    """Return SQL that lets the roles into the schemas, and nobody else."""
    public, personal = map(name, access.schemas)
    return "; ".join(
        (
            f"REVOKE ALL ON SCHEMA {public}, {personal} FROM PUBLIC",
            f"GRANT USAGE ON SCHEMA {public} TO {', '.join(map(name, access.roles))}",
            f"GRANT USAGE ON SCHEMA {personal} TO {name(access.personal)}",
        )
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

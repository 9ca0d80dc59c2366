"""What a case published taken out of a database again: its schemas, and their styles."""

from __future__ import annotations

from .database import WAITS, Database
from .roles import Access, has_mark_sql, mark_sql, tables_sql
from .sql import filled


def stands(database: Database, schema: str, mark: str) -> bool:
    """Whether a database still holds what a case published. Raises `DatabaseError`.

    Schemas that are empty, or that an administrator made and another case uses now, hold nothing of it.
    """
    access = Access(schema)
    tables = database.one(tables_sql(access))
    # without rights nothing is listed that is there: the catalogue tells all the same
    there = database.one(
        filled(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND n.nspname IN ({schemas:literals})",
            schemas=access.schemas,
        )
    )
    if not tables and not there:
        return False
    if not database.one(has_mark_sql(access)):
        return True
    return bool(database.one(mark_sql(access)) == mark)


def drop(database: Database, schema: str, mark: str) -> bool:
    """Drop both schemas of a case, in one transaction; return whether there was anything. Raises `DatabaseError`."""
    if not stands(database, schema, mark):
        return False
    access = Access(schema)
    forget = filled(
        "BEGIN IF to_regclass('public.layer_styles') IS NOT NULL THEN DELETE FROM public.layer_styles WHERE"
        " f_table_catalog = current_database() AND f_table_schema IN ({schemas:literals}); END IF; END",
        schemas=access.schemas,
    )
    database.run(
        filled(
            "{waits}; DO {forget:literal}; DROP SCHEMA IF EXISTS {personal:name} CASCADE;"
            " DROP SCHEMA IF EXISTS {public:name} CASCADE",
            waits=WAITS,
            forget=forget,
            personal=access.personal_schema,
            public=access.schema,
        )
    )
    return True

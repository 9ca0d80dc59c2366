"""What a case published taken out of a database again: its schemas, and their styles."""

from __future__ import annotations

from .database import Database, literal, name
from .roles import Access


def stands(database: Database, schema: str, mark: str) -> bool:
    """Whether a database still holds what a case published. Raises `DatabaseError`.

    Schemas that are empty, or that an administrator made and another case uses now, hold nothing of it.
    """
    access = Access(schema)
    told = ", ".join(map(literal, access.schemas))
    tables = database.one(f"SELECT count(*) FROM information_schema.tables WHERE table_schema IN ({told})")
    # without rights nothing is listed that is there: the catalogue tells all the same
    there = database.one(
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v')"
        f" AND n.nspname IN ({told})"
    )
    if not tables and not there:
        return False
    marked = literal(f"{name(access.personal_schema)}.tomoshibi_case")
    if not database.one(f"SELECT to_regclass({marked}) IS NOT NULL"):
        return True
    return bool(database.one(f"SELECT mark FROM {name(access.personal_schema)}.tomoshibi_case") == mark)


def drop(database: Database, schema: str, mark: str) -> bool:
    """Drop both schemas of a case, in one transaction; return whether there was anything. Raises `DatabaseError`."""
    if not stands(database, schema, mark):
        return False
    access = Access(schema)
    told = ", ".join(map(literal, access.schemas))
    database.run(
        "DO $$ BEGIN IF to_regclass('public.layer_styles') IS NOT NULL THEN DELETE FROM public.layer_styles WHERE"
        f" f_table_catalog = current_database() AND f_table_schema IN ({told}); END IF; END $$;"
        f" DROP SCHEMA IF EXISTS {name(access.personal_schema)} CASCADE;"
        f" DROP SCHEMA IF EXISTS {name(access.schema)} CASCADE"
    )
    return True

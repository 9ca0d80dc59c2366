"""Publish results to a shared database: layers, styles, roles, projects, and answers both ways."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterProviderConnection,
    QgsProcessingParameterString,
    QgsVectorLayer,
)

from ...messages import Message, Progress, TomoshibiError, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr
from ..results import add_output, place_in_case, write_rows
from .printing import refuse_doubt
from .public_results import newest_layers, public_layers, remember, remembered
from .publish_rows import Difference, Rows, gone, personal_rows, public_theme_rows

if TYPE_CHECKING:
    import pandas as pd

    from ...casefile.case import Case
    from ...casefile.published import Published
    from ...layers.postgis.database import Database
    from ...layers.postgis.land import Land
    from ...layers.postgis.sql import Sql
    from ...layers.postgis.tables import Run
    from ...layers.public_themes import PublicRows

PUBLIC_THEMES = (
    "shelterpower",
    "meshoutage",
    "areaoutage",
    "acquisitiongaps",
    "isolatedcommunities",
    "restorationplan",
    "recoveryindex",
    "contractcounts",
)
PERSONAL_THEMES = ("hiddenoutages", "homeaway", "evacuationsupport", "lifesupport", "residenceevidence", "visitplan")
"""Results about people or single meters: only for the role that may see them, and only where chosen."""
_CONFLICTS = "mergefield"
"""The table of conflicts is that of field packages."""


class PublishPostgis(TomoshibiAlgorithm):
    """CASE, CONNECTION, SCHEMA, THEMES → TABLES; ROWS, TAKEN, GIVEN, CONFLICTS, UNSURE, GONE, OUTPUT."""

    NAME = "publishpostgis"
    GROUP = "publish"
    PERSONAL = True
    TAGS = (
        *("共有", "データベース", "PostgreSQL", "PostGIS", "席", "公開", "役割", "権限"),
        *("share", "database", "seats", "roles", "publish", "kyoyu", "kokai"),
    )
    # Projects and their layers belong to the main thread of QGIS.
    FLAGS = QgsProcessingAlgorithm.Flag.FlagNoThreading

    def title(self) -> str:
        return tr("Publish to PostGIS")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterProviderConnection("CONNECTION", tr("Connection"), "postgres"),
            tr(
                "A PostgreSQL connection of this QGIS. Make one in the browser, with the name of a service (hq) and no "
                "password: passwords belong into the authentication database or a pgpass file. Without a window, "
                "what leads to one will do as well (service=hq)."
            ),
        )
        self.add(
            QgsProcessingParameterString("SCHEMA", tr("Schema"), optional=True),
            tr(
                "One schema for one case, e.g. noto2024; what is about people goes into a second one "
                "(noto2024_personal). Left empty, that of the last publication."
            ),
        )
        self.add_enum(
            "THEMES",
            tr("Results"),
            (*PUBLIC_THEMES, *PERSONAL_THEMES),
            tr(
                "Left empty, the public ones, masked as whatever leaves. Results about people are published only where "
                "they are chosen here, and only the role for them opens them."
            ),
            default=list(PUBLIC_THEMES),
            multiple=True,
            optional=True,
        )
        add_output(self, _CONFLICTS)
        for name, title in (
            ("TABLES", tr("Tables published")),
            ("ROWS", tr("Rows published")),
            ("TAKEN", tr("Answers taken from the database into the case")),
            ("GIVEN", tr("Answers of the case that the database has now")),
            ("CONFLICTS", tr("Rows that somebody must look at")),
            ("UNSURE", tr("Rows that are not known again with certainty")),
            ("GONE", tr("Answers of rows that are gone")),
        ):
            self.add_number(name, title)
        self.add_number("PROJECTS", tr("Projects in the database (one line each)"), text=True)
        self.add_number("SKIPPED", tr("Results that the case does not hold (one line each)"), text=True)

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        from ...layers.postgis.roles import check_schema

        schema = self.text(parameters, context, "SCHEMA")
        if schema:
            check_schema(schema)
        return []

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...casefile.published import Published, to_publish
        from ...casefile.terms import refuse_export
        from ...layers.postgis.database import Database
        from ...layers.postgis.roles import Access, check_schema, has_mark_sql, mark_sql, prepare

        case = self.case(parameters, context)
        refuse_doubt(case)
        themes = self.choices(parameters, context, "THEMES") or list(PUBLIC_THEMES)
        if any(theme in PERSONAL_THEMES for theme in themes):
            refuse_export(case)
        database = Database(self.parameterAsConnectionName(parameters, "CONNECTION", context))
        schema = self._schema(parameters, context, case, database)
        check_schema(schema)
        access = Access(schema)
        prepare(database, access)
        held = database.one(mark_sql(access)) if database.one(has_mark_sql(access)) else None
        entry = to_publish(case.folder, Published(database.named, schema, "", database.told, database.identity()), held)
        publication = _Publication(self.NAME, case, database, access, entry, progress)
        publication.publish(themes)
        table = publication.conflict_table()
        source = message("database {name}", name=database.told)
        output = write_rows(self, parameters, context, progress, _CONFLICTS, table, source)
        kept = place_in_case(case, output, context) if output is not None else ""
        if kept:
            case.ledger.add(f"tomoshibi:{self.NAME}", kept, [entry.place], True)
        publication.tell()
        return {**({"OUTPUT": output} if output is not None else {}), **publication.outputs()}

    def _schema(self, parameters: dict[str, Any], context: QgsProcessingContext, case: Case, database: Database) -> str:
        from ...casefile.published import last_schema

        schema = self.text(parameters, context, "SCHEMA") or last_schema(case.folder, database.told)
        if not schema:
            raise TomoshibiError(
                message("The case was not published there yet. Name the schema (SCHEMA), e.g. noto2024.")
            )
        return schema


@dataclass
class _Publication:
    """One publication."""

    algorithm: str
    case: Case
    database: Database
    access: Any
    entry: Published
    progress: Progress
    runs: list[Run] = field(default_factory=list)
    sources: dict[str, Rows] = field(default_factory=dict)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    gone: list[dict[str, Any]] = field(default_factory=list)
    """Answers of rows that are gone, as rows of the table of conflicts."""
    counts: dict[str, int] = field(default_factory=dict)
    projects: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    layers: dict[str, QgsVectorLayer] = field(default_factory=dict)
    """The public results of the case, by theme."""
    land: Optional[Land] = None
    """The boundary, once it is filled."""

    def publish(self, themes: Sequence[str]) -> None:
        """Fill what is needed, bring it in as one transaction, take what was entered there, write the projects."""
        from ...layers.postgis import tables
        from ...layers.postgis.land import Land

        self._claim()
        postgis = str(self.database.one(tables.POSTGIS))
        number = tables.number_of(_today(), secrets.token_hex(4))
        public = self._public()
        try:
            for theme in themes:
                self.progress.raise_if_cancelled()
                rows = self._rows(theme, public)
                if rows is None:
                    self.skipped.append(theme)
                    continue
                self._fill(tables.Run(self.access, rows.theme, number, postgis), rows)
            self._fill_land(Land(self.access, number, postgis))
            # before others see it: whatever happens then, the next publication must not tell what this one withholds
            remember(self.case, self.algorithm, {name: one for name, one in public.items() if name in self.sources})
            self._merge()
            self._write_projects()
            for run in self.runs:
                self._enter(f"{self.entry.place.rsplit(' ', 1)[0]} {run.schema}.{run.theme.name}", run.theme.name)
            for run in self.runs:
                self._read_back(run)
        finally:
            self._drop(number)

    def _claim(self) -> None:
        """Make what all themes share; refuse a schema that holds something else."""
        from ...layers.postgis.roles import grants, has_mark_sql, mark_sql, tables_sql
        from ...layers.postgis.sql import joined
        from ...layers.postgis.tables import base_sql

        there = self.database.one(has_mark_sql(self.access))
        if self.database.one(tables_sql(self.access)) and not there:
            raise _taken(self.access.schema)
        self.database.run(joined((base_sql(self.access, self.entry.mark), grants(self.access))))
        if self.database.one(mark_sql(self.access)) != self.entry.mark:
            raise _taken(self.access.schema)

    def _public(self) -> dict[str, PublicRows]:
        from ...layers.public_themes import public_rows

        self.layers = public_layers(self.case)
        return public_rows(self.layers, before=remembered(self.case))

    def _rows(self, theme: str, public: Mapping[str, PublicRows]) -> Optional[Rows]:
        """Return the rows of a theme, None where the case does not hold it."""
        if theme in PUBLIC_THEMES:
            return public_theme_rows(public[theme], self.layers[theme]) if theme in public else None
        layers = newest_layers(self.case, (theme,))
        return personal_rows(self.case, theme, layers[theme]) if theme in layers else None

    def _fill(self, run: Run, rows: Rows) -> None:
        from ...layers.postgis.tables import stage_sql

        self.database.run(stage_sql(run))
        self.runs.append(run)
        self.sources[run.theme.name] = rows
        self.database.fill(run.stage, rows, self.progress)

    def _fill_land(self, land: Land) -> None:
        """Fill the boundary of the case; where it holds none, what was published before stays."""
        from ...layers.postgis.land import shapes

        found = list(shapes(self.case.folder / "context.gpkg"))
        if found:
            self.database.run(land.stage_sql())
            self.land = land
            self.database.fill(land.stage, found, self.progress)

    def _merge(self) -> None:
        """Bring everything in: one transaction, under a lock that one publication of the case holds at a time."""
        from ...layers.postgis import roles, tables
        from ...layers.postgis.sql import joined

        steps = [tables.lock_sql(self.access), roles.grants(self.access)]
        for run in self.runs:
            steps += self._steps(run)
        steps += [self.land.merge_sql()] if self.land is not None else []
        self.database.run(joined(steps))
        for run in self.runs:
            rows, unsure, gone = map(int, self.database.run(tables.counts_sql(run))[0])
            self._count(ROWS=rows, UNSURE=unsure if run.theme.answered else 0, GONE=gone, TABLES=1)

    def _steps(self, run: Run) -> list[Sql]:
        """Return SQL that brings one theme in: its table as it is now, its rows, its style."""
        from ...layers.postgis import tables

        wanted = {name for name, _ in run.theme.columns} | ({"geom"} if run.geometry is not None else set())
        wanted |= set(tables.ENTERED if run.theme.answered else ())
        shown = {str(row[0]) for row in self.database.run(tables.stands_sql(run))}
        there = {str(name): str(kind) for name, kind in self.database.run(tables.columns_sql(run))}
        other, left = tables.retyped(run.theme, there), tables.unwritten(run.theme, there)
        made = bool(shown) and wanted <= shown and not other
        return [
            *([] if made else [tables.theme_sql(run, other)]),
            tables.merge_sql(run),
            *([tables.emptied_sql(run, left)] if left else []),
            tables.style_sql(run, _style(self.sources[run.theme.name]), run.theme.name),
        ]

    def _count(self, **more: int) -> None:
        for name, count in more.items():
            self.counts[name] = self.counts.get(name, 0) + count

    def _read_back(self, run: Run) -> None:
        """Take into the case what was entered in the database and not in the case; note what both sides changed."""
        from ...layers.postgis.tables import given_sql, gone_sql, sync_sql, taken_sql

        if not run.theme.answered:
            return
        self._count(GIVEN=int(self.database.one(given_sql(run)) or 0))
        self.gone += [gone(run.theme.name, row) for row in self.database.run(gone_sql(run))]
        found = [Difference.of(row) for row in self.database.run(sync_sql(run))]
        taken, conflicts = self.sources[run.theme.name].take(found)
        self.conflicts += [one.told(run.theme.name, code) for one, code in conflicts]
        self._count(TAKEN=len(taken), CONFLICTS=len(conflicts))
        if taken:
            self.case.ledger.add(
                f"tomoshibi:{self.algorithm}", self.sources[run.theme.name].place, [self.entry.place], True
            )
            self.database.run(taken_sql(run, taken))

    def _drop(self, number: str) -> None:
        """Drop what this publication filled, and what others left behind on earlier days."""
        from ...layers.postgis.tables import drop_sql, drop_table_sql, sweep_sql

        for run in self.runs:
            self.database.run(drop_sql(run))
        if self.land is not None:
            self.database.run(self.land.drop_sql())
        for (table,) in self.database.run(sweep_sql(self.access)):
            self.database.run(drop_table_sql(self.access, str(table)))

    def _write_projects(self) -> None:
        """Write the projects: with public themes, and, in the schema of people, with everything."""
        from ...layers.postgis.land import Land
        from ...layers.postgis.project import PROJECT, write_project
        from ...layers.titles import power_title

        standing = self._standing()
        personal = [run for run in standing if run.theme.personal]
        title = power_title(self.case.info.name, self.case.info)
        town = self.case.info.municipality
        plans = [(self.access.schema, [run for run in standing if not run.theme.personal], self.access.roles)]
        if personal:
            plans.append((self.access.personal_schema, standing, (self.access.personal,)))
        for schema, runs, readers in plans:
            land = Land(self.access, "").layer(self.database)
            write_project(self.database, schema, title, town, [self._shown(run) for run in runs], readers, land)
            self.projects.append(f"{schema}: {PROJECT}")
            self._enter(f"{self.entry.place.rsplit(' ', 1)[0]} {schema}.qgis_projects", PROJECT)

    def _standing(self) -> list[Run]:
        """Return all themes that were ever published there, those of this publication as they are now."""
        from ...layers.postgis import tables

        now = {run.theme.name: run for run in self.runs}
        found = []
        for theme in (*PUBLIC_THEMES, *PERSONAL_THEMES):
            run = now.get(theme) or tables.Run(self.access, _theme(theme), "")
            if theme in now or self.database.run(tables.stands_sql(run)):
                found.append(run)
        return found

    def _shown(self, run: Run) -> Any:
        from ...layers.postgis.project import Shown
        from ...layers.schema import SPECS
        from ...layers.style import apply_style

        layer = self.database.layer(run.shown, SPECS[run.theme.name].title())
        if run.theme.answered:
            layer.setSubsetString('"gone_since" IS NULL')
        apply_style(layer, run.theme.name)
        if not run.theme.answered:
            layer.setReadOnly(True)
        return Shown(run.theme.name, layer)

    def _enter(self, place: str, theme: str) -> None:
        source = self.sources[theme].place if theme in self.sources else self.entry.place
        self.case.ledger.add(f"tomoshibi:{self.algorithm}", place, [source], True)

    def conflict_table(self) -> pd.DataFrame:
        """Return the conflicts, and the answers of whom no list names any more, as rows of their table."""
        import pandas as pd

        from ...layers.schema import SPECS

        names = [name for name in SPECS[_CONFLICTS].names() if name not in ("as_of", "source")]
        rows = [[one.get(name) or None for name in names] for one in (*self.conflicts, *self.gone)]
        return pd.DataFrame(rows, columns=names, dtype=object)

    def outputs(self) -> dict[str, Any]:
        """Return the outputs of the run."""
        names = ("TABLES", "ROWS", "TAKEN", "GIVEN", "CONFLICTS", "UNSURE", "GONE")
        texts = {"PROJECTS": "\n".join(self.projects), "SKIPPED": "\n".join(self.skipped)}
        return {**{name: self.counts.get(name, 0) for name in names}, **texts}

    def tell(self) -> None:
        """Say what was done, and what somebody must look at."""
        count = self.counts.get
        self.progress.info(
            message(
                "{tables} tables with {rows} rows are published in {place}. To let people in, its administrator grants "
                "the roles {roles}.",
                tables=count("TABLES", 0),
                rows=count("ROWS", 0),
                place=self.entry.place,
                roles=", ".join(self.access.roles),
            )
        )
        self._tell_readers()
        for one in self.skipped:
            self.progress.warn(message("The case holds no result {theme}: it was not published.", theme=one))
        if count("UNSURE", 0):
            self.progress.warn(
                message(
                    "{count} rows are not known again with certainty (no id, name and supply point that are theirs "
                    "alone): they are new rows there, and what was entered for them before is with the rows that are "
                    "gone.",
                    count=count("UNSURE", 0),
                )
            )
        if count("GONE", 0):
            self.progress.warn(
                message(
                    "{count} answers are of rows that are gone from the lists, and no list and no map shows them any "
                    "more. They are kept: look at each in the table of conflicts (gone).",
                    count=count("GONE", 0),
                )
            )
        if count("CONFLICTS", 0):
            self.progress.warn(
                message(
                    "{count} rows say something else in the database than in the case, and both were changed. Nothing "
                    "was overwritten: look at each in the table of conflicts and enter what is right on one side.",
                    count=count("CONFLICTS", 0),
                )
            )

    def _tell_readers(self) -> None:
        """Say who opens what is about people, so that nobody does whom another case let in."""
        from ...layers.postgis.roles import readers_sql

        if not any(run.theme.personal for run in self.runs):
            return
        logins = [str(row[0]) for row in self.database.run(readers_sql(self.access))]
        if logins:
            self.progress.warn(
                message(
                    "What is about people is open to the logins {logins}, who have the role {role} (a role stays from "
                    "one case to the next). Its administrator takes it from whom it is not for: REVOKE {role} FROM …;",
                    logins=", ".join(logins),
                    role=self.access.personal,
                )
            )


def _today() -> Any:
    from ...casefile.ledger import now

    return now().date()


def _taken(schema: str) -> TomoshibiError:
    return TomoshibiError(
        message(
            "The schema {schema} holds something else, or another case. Choose another name; nothing was changed "
            "there.",
            schema=schema,
        )
    )


def _theme(name: str) -> Any:
    """Return a theme as far as it is known without its rows."""
    from ...layers.postgis.tables import Theme
    from ...layers.schema import SPECS

    spec = SPECS[name]
    personal = name in PERSONAL_THEMES
    return Theme(name, (), spec.geometry, personal, personal and "response" in spec.names())


def _style(rows: Rows) -> str:
    """Return the style of a theme as QML."""
    from qgis.PyQt.QtXml import QDomDocument

    from ...layers.style import apply_style

    layer = rows.layer
    apply_style(layer, rows.theme.name)
    document = QDomDocument()
    layer.exportNamedStyle(document)
    return str(document.toString(-1))

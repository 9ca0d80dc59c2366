"""A package of results while it is made, and its end: project, page, ZIP, ledger, passphrase."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsGeometry, QgsWkbTypes

from .package_contents import Content, newest
from .printing import PERSONAL_FREE

if TYPE_CHECKING:
    from ...casefile.case import Case
    from ...casefile.packages_readme import Told
    from ...layers.packages import Held
    from ...layers.packages_split import Foreign, Municipality

PASSPHRASES = "passphrases"
"""Folder of the case with the passphrases of locked packages: never beside the packages themselves."""
MASKED = "masked"
"""Reason code of what is withheld, which is not unknown."""
_HEADINGS = ("提供先", "ファイル", "合言葉（別の手段で伝える）")


@dataclass
class Package:
    """A package in the making."""

    folder: Path
    owner: int
    """Number of its municipality."""
    town: Municipality
    section: str
    """課 that it is for, "" for all."""
    kinds: tuple[str, ...]
    held: list[Held] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    @property
    def file(self) -> Path:
        """Its GeoPackage."""
        return self.folder / "data.gpkg"

    @property
    def recipient(self) -> str:
        """Who it is for."""
        return " ".join(filter(None, (f"{self.town.name}（{self.town.code}）", self.section)))

    @property
    def personal(self) -> bool:
        """Whether anything in it is about people, or derives from data of single meters."""
        return any(one.personal for one in self.told) or any(one.kind not in PERSONAL_FREE for one in self.held)


class TableInPackage:
    """One result in one package, while its rows are written."""

    def __init__(self, package: Package, content: Content):
        from ...layers.packages import ASTRIDE, Held, TableWriter, fields_of
        from ...layers.schema import SPECS

        spec = SPECS[content.kind]
        self._package, self._content = package, content
        self._cells = spec.geometry == "cell"
        self._kinds = [{column.name: column.kind for column in spec.columns}[name] for name in content.columns]
        self._held = Held(content.kind, content.kind, _title(content), content.columns)
        fields = fields_of(self._held, [(ASTRIDE, "bool")] if self._cells else [])
        # one that is cut at a border may be in pieces
        wkb = QgsWkbTypes.multiType(spec.wkb_type) if self._cells else spec.wkb_type
        self._many = QgsWkbTypes.isMultiType(wkb)
        self._writer = TableWriter(package.file, content.kind, fields, wkb)
        self._astride = self._unknown = self._masked = 0
        self._newest: dict[str, Optional[datetime]] = {}

    def add(self, values: tuple[object, ...], geometry: QgsGeometry, astride: bool) -> None:
        """Write a row."""
        from ...layers.schema import to_value

        written = [to_value(value, kind) for value, kind in zip(values, self._kinds)]
        if self._cells:
            written.append(astride)
        shape = QgsGeometry(geometry)
        if self._many and not shape.isNull():
            shape.convertToMultiType()
        self._writer.add(written, shape if not shape.isNull() else None)
        self._astride += astride
        row = dict(zip(self._content.columns, values))
        self._masked += row.get("unknown_reason") == MASKED
        self._unknown += bool(row.get("unknown_reason")) and row.get("unknown_reason") != MASKED
        for name in ("as_of", "evidence_until"):
            self._newest[name] = newest((self._newest.get(name), row.get(name)))

    def close(self) -> None:
        """Finish the table, and note what is to be told of it."""
        from ...casefile.packages_readme import Told

        self._writer.close()
        self._package.held.append(self._held)
        self._package.told.append(
            Told(
                self._content.title,
                self._content.kind,
                self._writer.count,
                self._content.titles,
                self._newest.get("as_of"),
                self._newest.get("evidence_until"),
                self._unknown,
                self._masked,
                self._astride,
                self._content.personal,
            )
        )


def _title(content: Content) -> str:
    from ...layers.schema import SPECS

    return SPECS[content.kind].title()


class Finish:
    """Ends packages one after the other: each is put in its place and entered into the ledger with who gets it."""

    def __init__(self, algorithm: str, case: Case, foreign: Foreign, folder: Path, made_at: datetime, locked: bool):
        self._algorithm, self._case, self._foreign = algorithm, case, foreign
        self._folder, self._made_at, self._locked = folder, made_at, locked
        self._passphrases: list[tuple[str, str, str]] = []

    def hand_over(self, package: Package) -> Path:
        """Write project, styles and page of a package, and its ZIP; return the ZIP."""
        from ...casefile.ledger import sha256_of
        from ...casefile.packages_zip import new_passphrase, write_zip
        from ...layers.packages import opened, settle, write_package_project, write_styles

        settle(package.file, package.held)
        layers = [(held, opened(package.file, held)) for held in package.held]
        write_styles(package.folder / "styles", layers)
        write_package_project(package.folder, package.file, layers, self._title(package), package.town.code)
        layers.clear()
        self._write_page(package)
        phrase = new_passphrase() if self._locked else None
        target = self._folder / f"{package.folder.name}.zip"
        write_zip(package.folder, target, self._made_at, phrase)
        shutil.rmtree(package.folder)
        self._case.ledger.add(
            f"tomoshibi:{self._algorithm}",
            self._case.relative(target),
            [f"layers.gpkg|{held.kind}" for held in package.held],
            package.personal,
            sha256_of(target),
            recipient=package.recipient,
        )
        if phrase is not None:
            self._passphrases.append((package.recipient, target.name, phrase))
        return target

    def keep_passphrases(self) -> str:
        """Write the passphrases into a file of the case, away from the packages; return it, "" where there are none."""
        from ...aggregator.outside import SafeWriter
        from ...casefile.ledger import sha256_of
        from ...files import write_text_atomic

        if not self._passphrases:
            return ""
        folder = self._case.folder / PASSPHRASES
        folder.mkdir(exist_ok=True)
        text = io.StringIO()
        writer = SafeWriter(text)
        writer.writerows([_HEADINGS, *self._passphrases])
        path = folder / f"{self._made_at:%Y%m%d_%H%M%S}.csv"
        write_text_atomic(path, "\ufeff" + text.getvalue())
        self._case.ledger.add(f"tomoshibi:{self._algorithm}", self._case.relative(path), [], True, sha256_of(path))
        return str(path)

    def _title(self, package: Package) -> str:
        from ...layers.titles import power_title

        return power_title(package.recipient, self._case.info)

    def _write_page(self, package: Package) -> None:
        from ...casefile.packages_readme import README, Letter, readme
        from ...casefile.terms import use_period

        info = self._case.info

        def own(text: str) -> str:
            return "" if self._foreign.names_another(text, package.owner) else text

        letter = Letter(
            package.recipient, self._made_at, "data.qgz", tuple(package.told), self._locked, case_name=own(info.name)
        )
        told = replace(info, purpose=own(info.purpose), operator=own(info.operator))
        (package.folder / README).write_bytes(readme(told, use_period(self._case), letter))

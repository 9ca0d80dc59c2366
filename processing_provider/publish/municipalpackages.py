"""A prefecture's results parted by municipality (and 課): each a package of its own with nothing of the others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsGeometry,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingOutputFile,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterString,
)

from ...messages import Message, TomoshibiError, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr
from ..output_targets import by_time, in_case
from ..results import Areas, add_areas
from .package_contents import PEOPLE, Content, Row, contents, newest, wishes
from .package_writing import Finish, Package, TableInPackage
from .printing import refuse_doubt

if TYPE_CHECKING:
    from ...casefile.case import Case
    from ...layers.packages_split import Foreign, Municipality, Share, Splitter

MOST_AREAS = 200
"""Areas that packages are made for: a prefecture has fewer municipalities, and districts are not meant."""


class MunicipalPackages(TomoshibiAlgorithm):
    """CASE, AREAS, COLUMNS, SECTIONS, ENCRYPT → FOLDER; PACKAGES, LEFT_OUT, PASSPHRASES."""

    NAME = "municipalpackages"
    GROUP = "publish"
    TAGS = ("市町村", "提供", "分割", "都道府県", "課", "暗号化", "municipality", "split", "prefecture", "shichouson")
    # Projects and their layers belong to the main thread of QGIS.
    FLAGS = QgsProcessingAlgorithm.Flag.FlagNoThreading
    NEEDED = ("AREAS",)

    def title(self) -> str:
        return tr("Make packages for municipalities")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        add_areas(
            self,
            tr(
                "Boundaries of the municipalities, one package each. A point goes to the municipality it lies in, a "
                "district to the one that holds more than half of it; a grid square astride a border is cut and goes "
                "to each, marked."
            ),
        )
        self.add(
            QgsProcessingParameterString("COLUMNS", tr("Columns"), "", True, True),
            tr(
                "Names of columns, or result.column, separated by commas. Left empty: all public results with the "
                "columns that may leave. Columns about people only by their full name, e.g. "
                "evacuationsupport.priority. Times, states and reasons go along by themselves."
            ),
        )
        self.add(
            QgsProcessingParameterString("SECTIONS", tr("Sections and their results"), "", True, True),
            tr(
                "One line a section (課): its name, a colon, its results, e.g. “防災課: shelterpower, meshoutage”. "
                "Each section gets a package of its own. Left empty: one package a municipality."
            ),
        )
        self.add(
            QgsProcessingParameterBoolean("ENCRYPT", tr("Encrypt"), False),
            tr(
                "Locks each package by AES-256 (7-Zip opens it) with a passphrase drawn at random, kept in the case. "
                "Refused where the Python of QGIS has no AES; nothing weaker is used."
            ),
        )
        self.add(
            QgsProcessingParameterFolderDestination("FOLDER", tr("Folder for the packages"), in_case("packages"), True),
            tr("One ZIP a municipality and section; by default a folder of the case for the time of the data."),
        )
        self.add_number("PACKAGES", tr("Packages"))
        self.add_number("LEFT_OUT", tr("Rows that lie in none of the municipalities"))
        self.addOutput(QgsProcessingOutputFile("PASSPHRASES", tr("Passphrases")))

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        from ...casefile.packages_zip import refuse_without_cipher

        wishes(self.text(parameters, context, "COLUMNS"))
        sections(self.text(parameters, context, "SECTIONS"))
        if self.parameterAsBoolean(parameters, "ENCRYPT", context):
            refuse_without_cipher()
        return []

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...casefile.ledger import now
        from ...files import fresh_folder

        case = self.case(parameters, context)
        refuse_doubt(case)
        found = contents(case, wishes(self.text(parameters, context, "COLUMNS")))
        parts = sections(self.text(parameters, context, "SECTIONS")) or {"": tuple(one.kind for one in found)}
        towns = _municipalities(Areas(self, parameters, context), progress)
        split = _split(case, found, towns, progress.stage(0, 0.3))
        moment = newest([value for one in found for value in _column(split.rows[one.kind], one.place("as_of"))])
        place = Path(self.parameterAsString(parameters, "FOLDER", context))
        folder = by_time(case.folder, place, moment)
        folder.mkdir(parents=True, exist_ok=True)
        locked = self.parameterAsBoolean(parameters, "ENCRYPT", context)
        with fresh_folder(folder / "packages") as making:
            packages = _begun(making, towns, parts, found)
            for number, one in enumerate(found):
                stage = progress.stage(0.3 + 0.4 * number / len(found), 0.3 + 0.4 * (number + 1) / len(found))
                _write_rows(one, split, packages, stage)
            finish = Finish(self.NAME, case, split.foreign, folder, now(), locked)
            for number, package in enumerate(packages):
                progress.raise_if_cancelled()
                finish.hand_over(package)
                progress.set_fraction(0.7 + 0.3 * (number + 1) / len(packages))
        self._tell(split, progress)
        return {
            "FOLDER": str(folder),
            "PACKAGES": len(packages),
            "LEFT_OUT": split.left_out,
            "PASSPHRASES": finish.keep_passphrases(),
        }

    def _tell(self, split: _Split, progress: FeedbackProgress) -> None:
        if split.left_out:
            progress.warn(
                message(
                    "{count} row(s) lie in none of the municipalities, or have no place, and are in no package.",
                    count=split.left_out,
                )
            )
        if split.blanked:
            progress.info(
                message(
                    "{count} text(s) named another municipality or one of its places, and are blank in the packages.",
                    count=split.blanked,
                )
            )


def sections(text: str) -> dict[str, tuple[str, ...]]:
    """Return {section: its results} of SECTIONS, empty where there are none.

    Raises `TomoshibiError` naming a line that is not understood.
    """
    from ...layers.public_themes import PUBLIC

    found: dict[str, tuple[str, ...]] = {}
    for line in filter(None, (line.strip() for line in re.split(r"[\n;；]+", text))):
        name, _, rest = line.replace("：", ":").partition(":")
        kinds = tuple(filter(None, re.split(r"[\s,、，]+", rest)))
        strange = [kind for kind in kinds if kind not in (*PUBLIC, *PEOPLE)]
        if not name.strip() or not kinds or strange:
            raise TomoshibiError(
                message(
                    "SECTIONS: “{line}” is not understood ({strange}). Write the section, a colon and names of results "
                    "({results}).",
                    line=line[:80],
                    strange=", ".join(strange)[:80] or "-",
                    results=", ".join((*PUBLIC, *PEOPLE)),
                )
            )
        found[name.strip()] = kinds
    return found


@dataclass
class _Split:
    """Whose every row is."""

    foreign: Foreign
    rows: dict[str, list[tuple[Row, list[Share]]]] = field(default_factory=dict)
    left_out: int = 0
    blanked: int = 0


def _municipalities(areas: Areas, progress: FeedbackProgress) -> list[Municipality]:
    """Return the municipalities of AREAS, by code; parts of one code are brought together."""
    from ...layers.packages_split import Municipality

    names: dict[str, str] = {}
    pieces: dict[str, list[QgsGeometry]] = {}
    for feature in areas.source.getFeatures() if areas.source is not None else ():
        progress.raise_if_cancelled()
        shape = feature.geometry()
        if shape.isNull() or shape.isEmpty():
            continue
        shape.transform(areas.transform)
        code = str(feature[areas.id_field])
        names.setdefault(code, str(feature[areas.name_field]))
        pieces.setdefault(code, []).append(shape if shape.isGeosValid() else shape.makeValid())
    if not names or len(names) > MOST_AREAS:
        raise TomoshibiError(
            message(
                "AREAS has {count} areas. Choose the boundaries of the municipalities (1 to {most}), and the field "
                "with their codes.",
                count=len(names),
                most=MOST_AREAS,
            )
        )
    return [Municipality(code, names[code], QgsGeometry.unaryUnion(pieces[code])) for code in sorted(names)]


def _split(case: Case, found: list[Content], towns: list[Municipality], progress: FeedbackProgress) -> _Split:
    """Tell whose every row is, and which names and codes are whose."""
    from ...layers.packages_split import IDENTITIES, Foreign, Splitter
    from ...layers.schema import SPECS

    splitter, split = Splitter(towns), _Split(Foreign())
    for number, town in enumerate(towns):
        split.foreign.add(town.code, number)
        split.foreign.add(town.name, number)
    homes = _homes(case) if any(SPECS[one.kind].geometry == "none" for one in found) else {}
    for number, one in enumerate(found):
        rows = split.rows.setdefault(one.kind, [])
        places = [place for place in map(one.place, IDENTITIES) if place >= 0]
        for row in one.rows():
            progress.raise_if_cancelled()
            shares = _shares(splitter, SPECS[one.kind].geometry, row, homes)
            split.left_out += not shares
            rows.append((row, shares))
            for share in shares:
                for place in places:
                    split.foreign.add(row.values[place], share.owner)
        progress.set_fraction((number + 1) / len(found))
    return split


def _shares(splitter: Splitter, kind: str, row: Row, homes: dict[str, tuple[float, float]]) -> list[Share]:
    from ...layers.packages_split import Share

    if kind != "none":
        return splitter.shares(row.geometry, kind)
    owner = splitter.owner(*homes[row.supply_point]) if row.supply_point in homes else None
    return [] if owner is None else [Share(owner)]


def _homes(case: Case) -> dict[str, tuple[float, float]]:
    """Return {supply point: longitude, latitude} of マスタ情報: tables of people have no places of their own."""
    master = case.master(["supply_point", "flow", "lat", "lon"])
    return dict(zip(master["supply_point"].astype(str), zip(master["lon"], master["lat"])))


def _column(rows: list[tuple[Row, list[Share]]], place: int) -> list[object]:
    return [row.values[place] for row, _ in rows] if place >= 0 else []


def _begun(
    making: Path, towns: list[Municipality], parts: dict[str, tuple[str, ...]], found: list[Content]
) -> list[Package]:
    """Begin a package for every municipality and section; no two get one name."""
    from ...files import name_key, portable_name
    from ...layers.packages import write_boundary

    there = {one.kind for one in found}
    packages: list[Package] = []
    taken: set[str] = set()
    for owner, town in enumerate(towns):
        for section, kinds in parts.items():
            if not there & set(kinds):
                continue
            plain = portable_name("_".join(filter(None, (town.code, town.name, section))), 100) or f"package{owner}"
            name, number = plain, 1
            while name_key(name) in taken:
                number += 1
                name = f"{plain}_{number}"
            taken.add(name_key(name))
            package = Package(making / name, owner, town, section, kinds)
            package.folder.mkdir()
            write_boundary(package.file, town)
            packages.append(package)
    return packages


def _write_rows(content: Content, split: _Split, packages: list[Package], progress: FeedbackProgress) -> None:
    """Write the rows of a result into the packages that get it, each its own."""
    tables: dict[int, list[TableInPackage]] = {}
    for package in packages:
        if content.kind in package.kinds:
            tables.setdefault(package.owner, []).append(TableInPackage(package, content))
    rows, cleaner = split.rows[content.kind], _Cleaner(content, split)
    for number, (row, shares) in enumerate(rows):
        if number % 1000 == 0:
            progress.raise_if_cancelled()
            progress.set_fraction(number / len(rows))
        for share in shares:
            if share.owner in tables:
                values = cleaner.clean(row.values, share.owner)
                shape = share.geometry if share.geometry is not None else row.geometry
                for table in tables[share.owner]:
                    table.add(values, shape, share.astride)
    for each in tables.values():
        for table in each:
            table.close()


class _Cleaner:
    """Blanks texts that name others: a nearest facility, a group, a place in a note."""

    def __init__(self, content: Content, split: _Split):
        from ...layers.packages_split import IDENTITIES
        from ...layers.schema import SPECS

        kinds = {column.name: column.kind for column in SPECS[content.kind].columns}
        own = (*IDENTITIES, "mesh_code", "supply_point", "key")
        self._places = [
            place for place, name in enumerate(content.columns) if kinds[name] == "text" and name not in own
        ]
        self._split = split

    def clean(self, values: tuple[object, ...], owner: int) -> tuple[object, ...]:
        """Return the values of a row as a municipality may have them."""
        found = list(values)
        for place in self._places:
            text = found[place]
            if text and self._split.foreign.names_another(str(text), owner):
                found[place] = None
                self._split.blanked += 1
        return tuple(found)

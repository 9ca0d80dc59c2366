"""A package for tablets (QField, Mergin Maps): forms of UC③④⑥⑦ with what is known of each person, to be filled in."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, Optional, Sequence

from qgis.core import (
    QgsGeometry,
    QgsPointXY,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingOutputString,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterString,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ...casefile.answers import ENTERED, IDENTITY
from ...messages import Message, TomoshibiError, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr
from ..output_targets import in_case
from .package_contents import Content, Wish, contents, newest, plain
from .package_writing import MASKED
from .printing import refuse_doubt

if TYPE_CHECKING:
    from ...casefile.case import Case
    from ...casefile.packages_field import SentRow
    from ...casefile.packages_readme import Told
    from ...layers.packages import Held

FORMS: dict[str, tuple[str, ...]] = {
    "evacuationsupport": ("priority", "in_hazard", "reason"),
    "homeaway": ("pole_count",),
    "visitplan": (*(f"day_{day}" for day in range(1, 8)), "away_days", "long_absence", "best_1", "best_2", "best_3"),
    "residenceevidence": ("verdict", "reason"),
}
"""Results that are filled in in the field, with the columns that go along without being asked for: none tells who."""
READ_ONLY = ("shelterpower", "isolatedcommunities", "restorationplan", "areaoutage", "meshoutage")
"""Public results that may go along, to be looked at."""
TABLE = "field.gpkg"


class FieldPackage(TomoshibiAlgorithm):
    """CASE, THEMES, COLUMNS, RECIPIENT, AREA → FOLDER; ROWS, PICTURES, PACKAGE_ID."""

    NAME = "fieldpackage"
    GROUP = "publish"
    TAGS = ("タブレット", "現地", "訪問", "QField", "Mergin Maps", "field", "tablet", "genchi", "houmon")
    # Projects and their layers belong to the main thread of QGIS.
    FLAGS = QgsProcessingAlgorithm.Flag.FlagNoThreading

    def title(self) -> str:
        return tr("Make a package for tablets")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add_enum(
            "THEMES",
            tr("Results"),
            (*FORMS, *READ_ONLY),
            tr(
                "Lists of people that are filled in (whom to help, at home or away, visiting plan, residence), and "
                "public results to be looked at."
            ),
            ["evacuationsupport"],
            multiple=True,
        )
        self.add(
            QgsProcessingParameterString("COLUMNS", tr("Columns"), "", True, True),
            tr(
                "Columns about people that are needed in the field, e.g. name, key, care, curve (the curve goes along "
                "as a picture), or result.column, separated by commas. Left empty, nothing that tells who it is."
            ),
        )
        self.add(
            QgsProcessingParameterString("RECIPIENT", tr("For whom"), "", False, False),
            tr("The team or person that gets the tablet, e.g. 第3班. It stands in the ledger and in the package."),
        )
        self.add(
            QgsProcessingParameterExtent("AREA", tr("Area"), optional=True),
            tr("Only rows in this extent. Left empty, all. Rows without a place go along only where it is empty."),
        )
        self.add(
            QgsProcessingParameterFolderDestination("FOLDER", tr("Folder for the package"), in_case("packages"), True),
            tr("A new folder is made in it for this package, to be copied to the tablet as a whole."),
        )
        self.add_number("ROWS", tr("Rows to be filled in"))
        self.add_number("PICTURES", tr("Pictures of curves"))
        self.addOutput(QgsProcessingOutputString("PACKAGE_ID", tr("Id of the package")))

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
        _wishes(self.choices(parameters, context, "THEMES"), self.text(parameters, context, "COLUMNS"))
        return []

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...casefile.ledger import now
        from ...casefile.packages_field import Sent, keep_sent
        from ...casefile.terms import refuse_export
        from ...files import fresh_folder, portable_name, replace_file
        from ...layers.packages import copy_background

        case = self.case(parameters, context)
        refuse_doubt(case)
        chosen = self.choices(parameters, context, "THEMES")
        if any(kind in FORMS for kind in chosen):
            refuse_export(case)
        found = contents(case, _wishes(chosen, self.text(parameters, context, "COLUMNS")))
        made_at, recipient = now(), self.text(parameters, context, "RECIPIENT")
        name = portable_name(f"{recipient}_{made_at:%Y%m%d_%H%M%S}", 100)
        target = Path(self.parameterAsString(parameters, "FOLDER", context)) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise TomoshibiError(message("{folder} is there already. Wait a second and run again.", folder=name))
        with fresh_folder(target) as making:
            folder = making / name
            folder.mkdir()
            writing = _Writing(case, folder, self.extent(parameters, context))
            for number, one in enumerate(found):
                writing.write(one, progress.stage(0.8 * number / len(found), 0.8 * (number + 1) / len(found)))
            self._tell(writing, found, progress)
            copy_background(writing.file, case.folder / "context.gpkg", writing.area)
            writing.finish(recipient, made_at)
            sent = Sent(str(uuid.uuid4()), made_at.isoformat(), recipient, writing.columns, writing.rows)
            # before it leaves: what comes back of a package that nobody knows is lost
            kept = keep_sent(case.folder, sent)
            replace_file(folder, target)
        sources = [f"layers.gpkg|{one.kind}" for one in found]
        case.ledger.add(f"tomoshibi:{self.NAME}", case.relative(kept), sources, True)
        case.ledger.add(f"tomoshibi:{self.NAME}", case.relative(target), sources, True, recipient=recipient)
        progress.info(
            message("{folder} is to be copied to the tablet as a whole ({rows} rows).", folder=name, rows=writing.count)
        )
        return {
            "FOLDER": str(target),
            "ROWS": writing.count,
            "PICTURES": writing.pictures,
            "PACKAGE_ID": sent.id,
        }

    def _tell(self, writing: _Writing, found: Sequence[Content], progress: FeedbackProgress) -> None:
        if writing.count == 0 and any(one.kind in FORMS for one in found):
            raise TomoshibiError(message("No row of the lists lies in the area. Choose another, or leave it empty."))
        for one in found:
            if one.kind in FORMS and not set(one.columns) & set(IDENTITY):
                progress.warn(
                    message(
                        "{result}: no column tells who a row is about (name, key). Teams find the places only on the "
                        "map; name the columns in COLUMNS where that is not enough.",
                        result=one.title,
                    )
                )


def _wishes(chosen: Sequence[str], text: str) -> list[Wish]:
    """Return what goes into a package. Raises `TomoshibiError` naming a column that none of the results has."""
    from ...layers.schema import SPECS

    people = [kind for kind in chosen if kind in FORMS]
    asked: dict[str, list[str]] = {kind: [*FORMS[kind], *ENTERED] for kind in people}
    for word in filter(None, re.split(r"[\s,、，;]+", text)):
        kind, _, column = word.rpartition(".")
        # curves are drawn from the readings where a list has none
        holders = [one for one in people if column in (*SPECS[one].names(), "curve") and kind in ("", one)]
        if not holders:
            raise TomoshibiError(
                message(
                    "COLUMNS asks for {column}, which none of the lists chosen in THEMES has ({results}).",
                    column=word,
                    results=", ".join(people),
                )
            )
        for one in holders:
            asked[one].append(column)
    return [Wish(kind, tuple(asked.get(kind, ()))) for kind in chosen]


@dataclass
class _Writing:
    """A field package while it is written."""

    case: Case
    folder: Path
    area: Optional[QgsRectangle]
    rows: dict[str, tuple[SentRow, ...]] = field(default_factory=dict)
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    count: int = 0
    pictures: int = 0

    @property
    def file(self) -> Path:
        """Its GeoPackage."""
        return self.folder / TABLE

    def write(self, content: Content, progress: FeedbackProgress) -> None:
        """Write a result: a list to be filled in with an id for each row, or a public one to be looked at."""
        if content.kind in FORMS:
            self._write_list(content, progress)
        else:
            self._write_public(content)

    def _write_public(self, content: Content) -> None:
        from ...layers.packages import Held, TableWriter, fields_of
        from ...layers.schema import SPECS, to_value

        spec = SPECS[content.kind]
        kinds = {column.name: column.kind for column in spec.columns}
        held = Held(content.kind, content.kind, spec.title(), content.columns)
        writer = TableWriter(self.file, held.table, fields_of(held), spec.wkb_type)
        many = QgsWkbTypes.isMultiType(spec.wkb_type)
        times: list[tuple[object, ...]] = []
        reason, unknown = "unknown_reason" in content.columns, 0
        for row in content.rows():
            if self._outside(row.geometry):
                continue
            shape = QgsGeometry(row.geometry)
            if many and not shape.isNull():
                shape.convertToMultiType()
            writer.add([to_value(value, kinds[name]) for value, name in zip(row.values, content.columns)], shape)
            times.append(tuple(row.values[content.place(name)] for name in ("as_of", "evidence_until")))
            unknown += row.values[content.place("unknown_reason")] not in (None, MASKED) if reason else 0
        writer.close()
        self._note(content, held, writer.count, times, unknown)

    def _write_list(self, content: Content, progress: FeedbackProgress) -> None:
        from ...casefile.answers import person_of
        from ...casefile.packages_field import Answer, SentRow
        from ...layers.packages import Held, TableWriter, fields_of
        from ...layers.packages_forms import EXTRA, PHOTO, PICTURE, ROW_ID
        from ...layers.schema import SPECS, to_value

        spec = SPECS[content.kind]
        kinds = {**{column.name: column.kind for column in spec.columns}, **dict(EXTRA)}
        # columns that the list has only once somebody answered are in the package all the same
        wanted = [name for name in spec.names() if name in (*content.columns, *ENTERED) and name != "curve"]
        held = Held(content.kind, content.kind, spec.title(), tuple(wanted))
        draw = self._curves(content)
        extra = [one for one in EXTRA if draw is not None or one[0] != PICTURE]
        named = fields_of(held, extra).names()
        writer = TableWriter(self.file, held.table, fields_of(held, extra), QgsWkbTypes.Type.Point)
        rows: list[SentRow] = []
        times: list[tuple[object, ...]] = []
        unknown = 0
        for values, shape in self._placed(content):
            progress.raise_if_cancelled()
            row = str(uuid.uuid4())
            values.update({ROW_ID: row, PHOTO: None, PICTURE: draw(values, row) if draw is not None else None})
            writer.add([to_value(values.get(name), kinds[name]) for name in named], shape)
            rows.append(SentRow(row, person_of(values), Answer.of(values)))
            times.append((values.get("as_of"), values.get("evidence_until")))
            unknown += bool(values.get("unknown_reason"))
        writer.close()
        self.rows[content.kind] = tuple(rows)
        self.columns[content.kind] = tuple(named)
        self.count += len(rows)
        self._note(content, held, writer.count, times, unknown)

    def _placed(self, content: Content) -> Iterator[tuple[dict[str, Any], Optional[QgsGeometry]]]:
        """Yield (all values, place) of the rows of a list that are wanted; None where the place is not known."""
        from ...casefile.people import own_number
        from ...layers.schema import SPECS

        own = SPECS[content.kind].geometry == "point"
        places = {} if own else self._places()
        for feature in content.layer.getFeatures() if content.layer is not None else ():
            values = {one.name(): plain(feature[one.name()]) for one in feature.fields()}
            shape = feature.geometry() if own else places.get(own_number(values))
            if not self._outside(shape):
                yield values, shape

    def _note(self, content: Content, held: Held, count: int, times: list[tuple[object, ...]], unknown: int) -> None:
        from ...casefile.packages_readme import Told
        from ...layers.schema import SPECS

        alias = {column.name: column.alias() for column in SPECS[content.kind].columns}
        self.held.append(held)
        titles = tuple(alias[name] for name in held.columns) if content.personal else content.titles
        moment, until = (newest(time[place] for time in times) for place in (0, 1))
        self.told.append(
            Told(content.title, held.table, count, titles, moment, until, unknown, personal=content.personal)
        )

    def _outside(self, shape: Optional[QgsGeometry]) -> bool:
        if self.area is None:
            return False
        return shape is None or shape.isNull() or not self.area.intersects(shape.boundingBox())

    def _places(self) -> dict[str, QgsGeometry]:
        """Return {supply point: its pole} of マスタ情報, for lists that have no places of their own."""
        master = self.case.master(["supply_point", "flow", "lat", "lon"])
        return {
            str(number): QgsGeometry.fromPointXY(QgsPointXY(lon, lat))
            for number, lon, lat in zip(master["supply_point"], master["lon"], master["lat"])
            if lon == lon and lat == lat
        }

    def _curves(self, content: Content) -> Optional[Callable[[dict[str, Any], str], Optional[str]]]:
        """Return what draws the curve of a row (values, id → place of the picture), None where none was asked for."""
        if "curve" not in content.asked:
            return None
        from ...casefile.people import own_number
        from ...layers.packages_forms import CURVES, curve_drawer

        (self.folder / CURVES).mkdir(exist_ok=True)
        draw, texts = curve_drawer(), _curve_texts(self.case, content)

        def drawn(values: dict[str, Any], row: str) -> Optional[str]:
            text = values.get("curve") or texts.get(own_number(values), "")
            place = f"{CURVES}/{row}.png"
            if not text or not draw(str(text), values.get("as_of"), values.get("reference"), self.folder / place):
                return None
            self.pictures += 1
            return place

        return drawn

    def finish(self, recipient: str, made_at: Any) -> None:
        """Write project, page and the folder for pictures."""
        from ...casefile.packages_readme import README, Letter, readme
        from ...casefile.terms import use_period
        from ...layers.packages import opened, settle, write_package_project
        from ...layers.packages_forms import PHOTOS, set_field_form, set_read_only
        from ...layers.titles import marked

        settle(self.file, self.held)
        layers: list[tuple[Held, QgsVectorLayer]] = []
        for held in self.held:
            layer = opened(self.file, held)
            if held.kind in FORMS:
                set_field_form(layer, held)
            else:
                set_read_only(layer)
            layers.append((held, layer))
        title = marked(tr("Field work: {team}").format(team=recipient), self.case.info)
        write_package_project(self.folder, self.file, layers, title, self.case.info.municipality)
        layers.clear()
        (self.folder / PHOTOS).mkdir(exist_ok=True)
        letter = Letter(
            recipient,
            made_at,
            f"{self.file.stem}.qgz",
            tuple(self.told),
            field_work=True,
            case_name=self.case.info.name,
        )
        (self.folder / README).write_bytes(readme(self.case.info, use_period(self.case), letter))


def _curve_texts(case: Case, content: Content) -> dict[str, str]:
    """Return {supply point: curve of two days} of a list that has no curves of its own, from the readings of the case.

    Up to the moment the list is of; who has no readings has none.
    """
    import numpy as np

    from ...casefile import case_arrays
    from ...casefile.people import homes
    from ..people.homeaway import curves_of

    layer = content.layer
    if layer is None or layer.fields().lookupField("curve") >= 0:
        return {}
    told = [(str(plain(one["supply_point"]) or ""), plain(one["as_of"])) for one in layer.getFeatures()]
    moment = newest([as_of for _, as_of in told])
    numbers = sorted({number for number, _ in told if number})
    rows = homes(case, numbers).rows
    known = rows >= 0
    end = case_arrays.readings_until(case, moment, rows[known]) if moment is not None and known.any() else None
    if end is None:
        return {}
    texts = curves_of(case, rows[known], end, FeedbackProgress(None))
    return dict(zip(np.array(numbers, dtype=object)[known].tolist(), texts))

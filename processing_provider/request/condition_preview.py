"""What a registration would send, before it is sent: the conditions, their wire form, and what is wrong with them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsProcessingContext,
    QgsProject,
    QgsRectangle,
)

from ... import settings
from ...messages import Progress
from ..base import DEGREES, Parameters, TomoshibiAlgorithm, tr, translate_message
from . import condition_labels

if TYPE_CHECKING:
    from ...aggregator.conditions import Condition
    from ...aggregator.profile import Profile

BEFORE = {"uc2": 7, "uc2lgwan": 7, "uc3": 7, "uc4": 7, "uc5": 7, "uc6": 7, "uc7": 14, "uc8": 90, "uc9": 365}
"""Days before the event from which a use case usually asks, so that there is something usual to compare with."""
LONGEST_YEARS = 5
"""Years that periodic delivery may last (`aggregator.conditions.LONGEST_PERIOD_YEARS`)."""


@dataclass(frozen=True)
class CaseBrief:
    """What the form needs to know of a case."""

    name: str
    municipality: str
    event_time: datetime
    use_to: str
    """ISO date, "" where it is not set."""
    practice: bool = False


@dataclass(frozen=True)
class Row:
    """One item of a draft as people read it."""

    item: str
    value: str
    about: str


@dataclass(frozen=True)
class Draft:
    """One condition that would be registered."""

    title: str
    wire: str
    """The JSON object that would be sent, with line breaks."""
    rows: tuple[Row, ...]
    wrong: tuple[str, ...]
    """What must be mended first."""
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class MasterChoice:
    """One item of マスタ情報 that can be asked for."""

    column: str
    name: str
    """As the aggregator calls it."""
    needed: bool
    reason: str


def brief(folder: str) -> Optional[CaseBrief]:
    """Return what `case.json` says, None where it cannot be read; quick enough for the window's own thread."""
    from ...aggregator.outside import parse_json, shown

    try:
        record = parse_json((Path(folder) / "case.json").read_bytes())
        return CaseBrief(
            shown(record["name"]),
            shown(record["municipality"]),
            datetime.fromisoformat(record["event_time"]),
            shown(record["request"]["use_to"] or ""),
            record.get("practice") is True,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def newest(folder: str) -> Optional[datetime]:
    """Return the time of the newest data of a case, None where it holds none or cannot be read."""
    from ...casefile import case_arrays
    from ...casefile.case import Case
    from ...messages import TomoshibiError

    try:
        return case_arrays.newest(Case.open(Path(folder)))
    except TomoshibiError:
        return None


def downloaded(folder: str, condition_ids: Iterable[str]) -> dict[str, int]:
    """Return how many files of each condition a case has taken in; nothing without a case."""
    from ..acquire.downloadpublished import taken_from

    return {each: taken_from(Path(folder), each) for each in condition_ids} if folder else {}


def profile() -> Profile:
    """Return the profile in force. Raises `ProfileError`."""
    from ...aggregator.profile import Profile

    chosen = settings.PROFILE.read()
    return Profile.load(Path(chosen) if chosen else None)


def drafts(algorithm: TomoshibiAlgorithm, parameters: Parameters, municipality: str, profile_: Profile) -> list[Draft]:
    """Return what `registercondition` would send. Raises `TomoshibiError` where that cannot be told."""
    planned = algorithm.plan(parameters, QgsProcessingContext(), municipality, Progress())
    return [_draft(condition, profile_) for condition in planned]


def _draft(condition: Condition, profile_: Profile) -> Draft:
    from ...aggregator.conditions import doubts, validate
    from ...aggregator.profile import CONDITION_KEYS

    described = condition_labels.items()
    rows = []
    for item in CONDITION_KEYS:
        value = getattr(condition, item)
        if item in described and value is not None and value != ():
            title, about = described[item]
            rows.append(Row(title, condition_labels.value_text(item, value, profile_), about))
    wrong = tuple(translate_message(what) for what in validate(condition))
    wire = "" if wrong else json.dumps(condition.to_wire(profile_), ensure_ascii=False, indent=2)
    named = [
        condition_labels.word(item, getattr(condition, item))
        for item in ("table", "voltage")
        if getattr(condition, item)
    ]
    kinds = condition_labels.value_text("data_kinds", condition.data_kinds, profile_)
    doubted = tuple(translate_message(what) for what in doubts(condition))
    return Draft(tr(", ").join(named) or kinds, wire, tuple(rows), wrong, doubted)


def use_cases() -> dict[str, str]:
    """Return use case → its name."""
    from ...aggregator.conditions import TEMPLATES

    return {name: translate_message(template.title) for name, template in TEMPLATES.items()}


def shape(use_case: str) -> tuple[bool, bool, bool]:
    """Return whether a use case asks by the moment, for statistics, and for statistics by mesh."""
    from ...aggregator.conditions import TEMPLATES

    template = TEMPLATES[use_case]
    return "outage" in template.data_kinds, template.data_class == "statistics", template.needs_area


def master_choices(use_case: str, profile_: Profile) -> list[MasterChoice]:
    """Return the items of マスタ情報, those the use case needs first; empty where it asks for none."""
    from ...aggregator.conditions import TEMPLATES, master_reasons
    from ..acquire.registercondition import MASTER_ITEMS

    needed = TEMPLATES[use_case].master_items
    if not needed:
        return []
    names = {spec.column: spec.name for spec in profile_.file("master").columns}
    reasons = master_reasons()
    other = tr("not needed for this use case")
    rows = [
        MasterChoice(column, names[column], True, translate_message(reasons[column]))
        for column in needed
        if column in names
    ]
    rest = [column for column in MASTER_ITEMS if column in names and column not in needed]
    return rows + [MasterChoice(column, names[column], False, other) for column in rest]


def case_area(folder: str) -> Optional[QgsRectangle]:
    """Return the extent of a case's boundary in degrees (JGD2011), None where the case has none."""
    from ...layers.context import LAND, context_layer

    layer = context_layer(Path(folder) / "context.gpkg", LAND)
    if layer is None or layer.extent().isEmpty():
        return None
    there = QgsCoordinateReferenceSystem(DEGREES)
    try:
        return QgsCoordinateTransform(layer.crs(), there, QgsProject.instance()).transformBoundingBox(layer.extent())
    except QgsCsException:
        return None


def area_codes(area: QgsRectangle) -> tuple[list[str], str]:
    """Return (secondary mesh codes of an extent in degrees, "") or ([], why there are none)."""
    from ...analysis.mesh import secondary_codes
    from ...messages import TomoshibiError

    try:
        found = secondary_codes(area.yMinimum(), area.xMinimum(), area.yMaximum(), area.xMaximum())
    except TomoshibiError as error:
        return [], translate_message(error.message)
    return found.tolist(), ""


def squares(codes: list[str]) -> list[QgsRectangle]:
    """Return the extents of secondary meshes in degrees (JGD2011)."""
    from ...analysis.mesh import bounds

    if not codes:
        return []
    return [QgsRectangle(w, s, e, n) for s, w, n, e in zip(*(edge.tolist() for edge in bounds(codes, 10000)))]

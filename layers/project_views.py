"""Ways into a case's project: the time range and step, a map theme for each sheet, spatial bookmarks."""

from __future__ import annotations

from collections import Counter
from typing import Callable, Iterable, Optional

from qgis.core import (
    NULL,
    QgsBookmark,
    QgsCoordinateReferenceSystem,
    QgsDateTimeRange,
    QgsFeatureRequest,
    QgsLayerTreeGroup,
    QgsLayerTreeModel,
    QgsMapLayer,
    QgsMapThemeCollection,
    QgsProject,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDateTime

from ..analysis.key_figures import DARK, PARTLY, is_critical
from ..translate import tr
from .districts import name_field
from .project_file import SCOPE
from .style.metadata import newest_time
from .versions import temporal_unit

_BOOKMARK = "tomoshibi-"
"""Beginning of the ids of bookmarks made here; all others are people's own."""
_MOST_DISTRICTS = 300
_STEPS_LOOKED_AT = 5000
"""Features of a layer that are looked at for the length of its steps."""
_AROUND_DEGREES = 0.004
"""How far around a facility its bookmark shows: some 400 m."""
_MINUTE = 60
_UNITS = (("Days", 86400), ("Hours", 3600), ("Minutes", _MINUTE))
"""Units of steps and their seconds; the first that divides a step."""
_REACH = ("evidence_until", "as_of", "state_at")
"""Fields that tell until when the data of a result reach, of which moment it is, and at which it was looked at."""


def _moment(value: object) -> Optional[QDateTime]:
    if isinstance(value, str):
        value = QDateTime.fromString(value[:19], "yyyy-MM-ddTHH:mm:ss")
    return value if isinstance(value, QDateTime) and value.isValid() else None


def _nothing() -> None:
    """Nobody waits for a part."""


def time_range(
    layers: Iterable[QgsVectorLayer], part_done: Callable[[], None] = _nothing
) -> Optional[QgsDateTimeRange]:
    """Return the time from the first moment that results speak of to the end of the data, None where they name none.

    A figure of a day or a month may be told before that has ended: what comes after the data is in no result.
    `part_done` is called after each layer.
    """
    begins, latest, ends, reach = [], [], [], []
    for layer in layers:
        part_done()
        reach += [time for time in (newest_time(layer, name) for name in _REACH) if time.isValid()]
        times = layer.temporalProperties()
        for names, found, pick in (
            (times.startField(), begins, layer.minimumValue),
            (times.startField(), latest, layer.maximumValue),
            (times.endField() or times.startField(), ends, layer.maximumValue),
        ):
            index = layer.fields().lookupField(names)
            value = _moment(pick(index)) if index >= 0 else None
            if value is not None:
                found.append(value)
    if not begins or not ends:
        return None
    # whatever it says of its data, no feature is left out of the slider
    return QgsDateTimeRange(min(begins), min(max(ends), max([*latest, *reach])) if reach else max(ends))


def has_course(layer: QgsVectorLayer) -> bool:
    """Whether a result speaks of several times, so that the time slider changes what it shows."""
    times = layer.temporalProperties()
    index = layer.fields().lookupField(times.startField()) if times.isActive() else -1
    return index >= 0 and layer.minimumValue(index) != layer.maximumValue(index)


def step_seconds(layer: QgsVectorLayer) -> Optional[int]:
    """Return the length of a layer's steps in seconds (mesh: a day; gaps: their step), None where it has no steps.

    The first or the last step may be cut off by the data: the commonest length counts, of several the shortest.
    """
    times = layer.temporalProperties()
    names = [times.startField(), times.endField()]
    indices = [layer.fields().lookupField(name) for name in names]
    if min(indices) < 0 or indices[0] == indices[1]:
        return None
    request = QgsFeatureRequest()
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes(indices)
    request.setLimit(_STEPS_LOOKED_AT)
    found: Counter[int] = Counter()
    for feature in layer.getFeatures(request):
        begin, end = (_moment(feature.attribute(index)) for index in indices)
        if begin is not None and end is not None and begin < end:
            found[begin.secsTo(end)] += 1
    return min(found, key=lambda length: (-found[length], length)) if found else None


def set_time(project: QgsProject, layers: list[QgsVectorLayer], part_done: Callable[[], None] = _nothing) -> None:
    """Set the range of the time slider to the data's, and its step to the shortest of the results' steps.

    With a longer one several steps of a result would lie over one another; a longer step of another stays for several.
    `part_done` is called after each look into a layer.
    """
    times = project.timeSettings()
    seen = time_range(layers, part_done)
    if seen is not None:
        times.setTemporalRange(seen)
    steps = []
    for layer in layers:
        step = step_seconds(layer)
        steps += [step] if step else []
        part_done()
    if not steps:
        return
    least = min(steps)
    name, seconds = next(each for each in _UNITS if least % each[1] == 0 or each[1] == _MINUTE)
    times.setTimeStepUnit(temporal_unit(name))
    times.setTimeStep(least / seconds)


def set_themes(project: QgsProject, themes: dict[str, list[QgsMapLayer]]) -> None:
    """Make map themes, name → its layers, in place of those made before; themes of people's own stay."""
    collection = project.mapThemeCollection()
    made = project.readListEntry(SCOPE, "/themes")[0]
    for name in made:
        collection.removeMapTheme(name)
    root = project.layerTreeRoot()
    model, groups = QgsLayerTreeModel(root), _group_ids(root)
    for name, layers in themes.items():
        # Made from the tree: in 3.22 only such a record knows of groups. One switched off would hide the layers.
        record = QgsMapThemeCollection.createThemeFromCurrentState(root, model)
        record.setHasExpandedStateInfo(False)
        record.setCheckedGroupNodes(groups)
        record.setLayerRecords([QgsMapThemeCollection.MapThemeLayerRecord(layer) for layer in layers])
        collection.insert(name, record)
    project.writeEntry(SCOPE, "/themes", list(themes))


def _group_ids(root: QgsLayerTreeGroup, before: str = "") -> set[str]:
    """Return the ids of all groups as themes write them: their names from the top, parted by `/`."""
    found = set()
    for group in root.findGroups(False):
        name = f"{before}/{group.name()}" if before else group.name()
        found |= {name, *_group_ids(group, name)}
    return found


def set_bookmarks(
    project: QgsProject,
    whole: QgsRectangle,
    crs: QgsCoordinateReferenceSystem,
    areas: Optional[QgsVectorLayer],
    facilities: Optional[QgsVectorLayer],
) -> int:
    """Make bookmarks of the whole, of districts and of critical facilities without power, in place of those before.

    Parameters
        whole, crs: extent of the case, in that CRS; no bookmark where it is empty.
        areas: districts with names, if there are any.
        facilities: the result `shelterpower`, if it was made.

    Returns
        how many facilities without power have one.
    """
    manager = project.bookmarkManager()
    for old in manager.bookmarks():
        if old.id().startswith(_BOOKMARK):
            manager.removeBookmark(old.id())
    number = iter(range(10**6))

    def add(name: str, group: str, extent: QgsReferencedRectangle) -> None:
        mark = QgsBookmark()
        mark.setId(f"{_BOOKMARK}{next(number)}")
        mark.setName(name)
        mark.setGroup(group)
        mark.setExtent(extent)
        manager.addBookmark(mark)

    if not whole.isEmpty():
        add(tr("Whole area"), tr("Case"), QgsReferencedRectangle(whole, crs))
    for name, box in _districts(areas):
        add(name, tr("Districts"), QgsReferencedRectangle(box, areas.crs()))
    dark = list(_dark_facilities(facilities))
    for name, box in dark:
        add(name, tr("Critical facilities without power"), QgsReferencedRectangle(box, facilities.crs()))
    return len(dark)


def _districts(areas: Optional[QgsVectorLayer]) -> Iterable[tuple[str, QgsRectangle]]:
    field = name_field(areas) if areas is not None else ""
    if not field:
        return
    boxes: dict[str, QgsRectangle] = {}
    for feature in areas.getFeatures():
        name, box = str(feature[field] or ""), feature.geometry().boundingBox()
        if not name or feature[field] == NULL or box.isEmpty():
            continue
        if name in boxes:
            boxes[name].combineExtentWith(box)
        elif len(boxes) < _MOST_DISTRICTS:
            boxes[name] = QgsRectangle(box)
    for name, box in boxes.items():
        yield name, box.buffered(0.05 * max(box.width(), box.height()))


def _dark_facilities(facilities: Optional[QgsVectorLayer]) -> Iterable[tuple[str, QgsRectangle]]:
    """Yield (name, box in degrees) of critical facilities without power or with power in part only."""
    if facilities is None or not {"name", "kind", "state"} <= set(facilities.fields().names()):
        return
    for feature in facilities.getFeatures():
        shape = feature.geometry()
        kind, name = (str(feature[field]) if feature[field] not in (None, NULL) else "" for field in ("kind", "name"))
        if feature["state"] not in (DARK, PARTLY) or not is_critical(kind, name) or shape.isNull() or shape.isEmpty():
            continue
        yield name or kind, shape.boundingBox().buffered(_AROUND_DEGREES)

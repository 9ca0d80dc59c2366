"""Looking through a folder for what a case may keep (案件のもの): each list and layer in it, and what it may be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator

from qgis.core import Qgis, QgsProviderRegistry, QgsWkbTypes

from ...casefile.own_inputs import OWN_INPUTS
from ...casefile.recognised import LINE, MIXED, POINT, POLYGON, Lists, Recognised, Seen, recognise, settle
from ...layers.opening import open_layer
from ...layers.sources import FACILITY, FACILITY_KNOWN
from ...layers.uris import layer_uri
from ...messages import Cancelled, Message, Progress, TomoshibiError, message
from ...translate import translate_message
from ..listed import READ_HERE, file_of, read_table
from ..recovery import backup_list, plans, powertrucks

LAYER_FILES = (".geojson", ".gpkg", ".shp", ".kml", ".gml")
MOST_FILES = 200
"""Files of a folder that are looked at."""


@dataclass(frozen=True)
class Offer:
    """A list or layer of a folder."""

    source: str
    """What is given to `editcase`."""
    name: str
    rows: int
    kinds: tuple[str, ...]
    """What it may be kept as."""
    taken: str
    """What it is taken for; "" where nothing fits, or a person must choose."""
    why: str
    """In the user's language."""

    @property
    def open(self) -> bool:
        """Whether a person must choose."""
        return not self.taken and bool(self.kinds)


@dataclass(frozen=True)
class FolderOffers:
    """What a folder holds."""

    offers: tuple[Offer, ...]
    passed_over: tuple[str, ...]
    """Names of files and folders that were not looked into."""


class _Stopping(Progress):
    def __init__(self, stopped: Callable[[], bool]):
        self._stopped = stopped

    def cancelled(self) -> bool:
        return self._stopped()


def kinds_told() -> dict[str, str]:
    """Return {kind: its name in the user's language} of what a case may keep."""
    return {kind: translate_message(one.title()) for kind, one in OWN_INPUTS.items()}


def look_through(folder: Path, stopped: Callable[[], bool] = lambda: False) -> FolderOffers:
    """Look at each list and layer that lies in a folder, not at its subfolders; in any thread.

    Raises
        TomoshibiError: the folder is a case, or cannot be read.
        Cancelled: `stopped` said so.
    """
    files, passed = _files(folder)
    progress = _Stopping(stopped)
    seen: list[tuple[str, Seen, Recognised]] = []
    for path in files:
        progress.raise_if_cancelled()
        seen += _looked_at(path, progress)
    settled = settle([(one, recognised) for _, one, recognised in seen])
    offers = [
        Offer(source, one.name, one.rows, told.kinds, told.kind, translate_message(told.why))
        for (source, one, _), told in zip(seen, settled)
    ]
    return FolderOffers(tuple(offers), tuple(passed))


def _files(folder: Path) -> tuple[list[Path], list[str]]:
    """Return (files that are looked at, names of what is passed over)."""
    there = _inside(folder)
    known = (*READ_HERE, *LAYER_FILES)
    files = [path for path in there if path.is_file() and path.suffix.lower() in known][:MOST_FILES]
    # the other files of a shapefile are parts of it
    parts = {path.stem for path in files if path.suffix.lower() == ".shp"}
    return files, [path.name for path in there if path not in files and path.stem not in parts]


def _inside(folder: Path) -> list[Path]:
    if (folder / "case.json").is_file():
        raise TomoshibiError(message("This folder is a case itself. Choose the one with the lists and layers."))
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    except OSError as error:
        told = message("{folder} cannot be read ({reason}).", folder=folder.name, reason=error.strerror or "")
        raise TomoshibiError(told) from error


def _looked_at(path: Path, progress: Progress) -> Iterator[tuple[str, Seen, Recognised]]:
    """Yield (source, what was seen, what it may be) of the table or the layers of a file."""
    try:
        found = [_table(path, progress)] if file_of(path) else list(_layers(path))
    except Cancelled:
        raise
    except TomoshibiError as error:
        yield str(path), Seen(path.name, ()), Recognised((), error.message)
        return
    if not found:
        told: Message = message("It cannot be opened as a layer.")
        yield str(path), Seen(path.name, ()), Recognised((), told)
    for source, seen in found:
        yield source, seen, recognise(seen, _lists())


def _lists() -> Lists:
    """Return the columns of the lists, as their readers have them."""
    # only now: the readers need pandas, which QGIS starts without
    from ...analysis import support_requests
    from ...casefile import contacts, links, people

    own = (links.COLUMNS, people.COLUMNS, powertrucks.TRUCK, plans.PLAN, backup_list.BACKUP)
    return Lists(FACILITY, *own, contacts.COLUMNS, support_requests.COLUMNS)


def _table(path: Path, progress: Progress) -> tuple[str, Seen]:
    from ...analysis import support_requests
    from ...casefile import contacts, links, people

    known = FACILITY_KNOWN | links.KNOWN | people.KNOWN | powertrucks.KNOWN | plans.KNOWN | backup_list.KNOWN
    known |= contacts.KNOWN | support_requests.KNOWN
    listed = read_table(path, None, known, progress)
    return str(path), Seen(path.name, tuple(listed.headings), "", len(listed.rows))


def _layers(path: Path) -> Iterator[tuple[str, Seen]]:
    flags = Qgis.SublayerQueryFlag.ResolveGeometryType
    types: dict[str, set[str]] = {}
    for part in QgsProviderRegistry.instance().querySublayers(str(path), flags):
        types.setdefault(part.name(), set()).add(_geometry(part.wkbType()))
    several = path.suffix.lower() == ".gpkg"
    for name, shapes in types.items():
        source = layer_uri(path, name) if several else str(path)
        layer = open_layer(source, name, "ogr")
        if not layer.isValid():
            continue
        headings = tuple(one.name() for one in layer.fields() if one.name() != "fid")
        shape = next(iter(shapes)) if len(shapes) == 1 else MIXED
        called = f"{path.name}|{name}" if several and len(types) > 1 else path.name
        yield source, Seen(called, headings, shape, layer.featureCount())


def _geometry(kind: QgsWkbTypes.Type) -> str:
    types = QgsWkbTypes.GeometryType
    shapes = {types.PointGeometry: POINT, types.LineGeometry: LINE, types.PolygonGeometry: POLYGON}
    shapes[types.NullGeometry] = ""
    return shapes.get(QgsWkbTypes.geometryType(kind), MIXED)

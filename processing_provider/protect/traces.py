"""What QGIS and the desktop keep of a case outside of its folder: recent projects, histories, temporary files.

Only what leads to this case or names its people is deleted; the settings of Tomoshibi itself stay, they hold paths.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, Optional
from urllib.parse import quote

from qgis.core import QgsApplication, QgsMapLayer, QgsProcessingUtils, QgsProject, QgsSettings
from qgis.PyQt.QtCore import QDir

from ... import settings
from ...files import write_text_atomic
from .databases import databases_of

if TYPE_CHECKING:
    from ...casefile.disposal import Outside
    from ...casefile.needles import Needles

_RECENT = re.compile(r"UI/recentProjects/[^/]+")
"""Group of one recent project; with it goes the small picture of its map."""
_CONNECTION = re.compile(
    r"(?:providers/ogr|qgis/connections|ogr)/.+?/connections/[^/]+|connections/[^/]+/items/[^/]+/items/[^/]+"
)
"""Group of one connection to a file, as the browser keeps it."""
_HISTORY = "user-history.db"
"""History of algorithms that were run, since QGIS 3.24."""
_LOG = Path("processing", "processing.log")
"""The same before."""
_OURS = ("processing_", "qgis", "QGIS", "tomoshibi")
"""How folders for temporary files begin that QGIS or Tomoshibi made."""


def close_layers(project: Optional[QgsProject], folder: Path) -> list[str]:
    """Take the layers of a case, and its results that are in memory only, out of a project; return their names.

    A project that lies in the case is closed: it goes with the case.
    """
    from ...layers.context import result_kind

    if project is None:
        return []
    forms, apart = _forms(folder), QgsProcessingUtils.tempFolder()

    def of_case(layer: QgsMapLayer) -> bool:
        temporary = layer.isTemporary() or layer.source().startswith(apart)
        return any(form in layer.source() for form in forms) or bool(temporary and result_kind(layer))

    found = {layer.id(): layer.name() for layer in project.mapLayers().values() if of_case(layer)}
    names = sorted(found.values())
    project.removeMapLayers(list(found))
    if any(form in project.fileName() for form in forms):
        project.clear()
    return names


def outside_of(folder: Path) -> Outside:
    """Return where a case may have left something on this computer."""
    from ...casefile.disposal import Outside

    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "thumbnails"
    roots = tuple(Path(place) for place in (QgsApplication.qgisSettingsDirPath(), QDir.tempPath()))
    since = begin_of(folder)
    small = cache if os.name != "nt" and cache.is_dir() else None
    return Outside(roots, QgisTraces(folder, since), since, small, databases_of(folder))


def begin_of(folder: Path) -> float:
    """Return the seconds since 1970 from which on files may be of a case, 0 where it does not say when it was made."""
    from ...casefile.case import Case
    from ...casefile.ledger import JST

    made = Case.open(folder, resuming=True).info.created_at
    # a day for clocks that differ
    return made.replace(tzinfo=JST).timestamp() - 86_400.0 if made is not None else 0.0


class QgisTraces:
    """The traces of one case, as `casefile.disposal.Traces`."""

    def __init__(self, folder: Path, since: float = 0.0) -> None:
        self.since = since
        self.forms = _forms(folder)
        self.profile = Path(QgsApplication.qgisSettingsDirPath())

    def found(self, needles: Needles, stopped: Callable[[], None]) -> list[tuple[str, int]]:
        """Return (what it is, bytes) of the traces there are; `stopped` is called for each file and may raise."""
        traces = [(f"setting {needles.cleaned(name)}", size) for name, size in self._settings(needles, False)]
        for what, count in (
            ("history", self._history(False)),
            ("log", self._log(False)),
            ("recent", self._used(False)),
        ):
            traces += [(f"{what} {number + 1}", 0) for number in range(count)]
        for path in self._temporary(needles, stopped):
            traces.append((f"temporary file {needles.cleaned(path.name)}", path.stat().st_size))
        return traces

    def delete(self, needles: Needles) -> None:
        """Delete them. Raises OSError, sqlite3.Error."""
        for _ in self._settings(needles, True):
            pass
        QgsSettings().sync()
        self._history(True)
        self._log(True)
        self._used(True)
        for path in self._temporary(needles, lambda: None):
            path.unlink(missing_ok=True)

    def _leads_here(self, value: Any, needles: Needles) -> bool:
        text = value if isinstance(value, str) else ""
        return any(form in text for form in self.forms) or (
            bool(text) and needles.within(text.encode("utf-8", "ignore"))
        )

    def _settings(self, needles: Needles, delete: bool) -> Iterator[tuple[str, int]]:
        """Yield (name, bytes) of settings that lead to the case or name its people, and delete them if asked."""
        kept = QgsSettings()
        gone: set[str] = set()
        for key in sorted(kept.allKeys()):
            group = next((found.group() for rule in (_RECENT, _CONNECTION) if (found := rule.match(key))), key)
            values, left = self._values(kept, key, needles)
            if key.startswith(settings.PREFIX) or len(left) == len(values) or group in gone:
                continue
            gone.add(group)
            yield group, sum(len(str(each)) for each in values if each not in left)
            if delete:
                self._forget(kept, group, left)

    def _values(self, kept: QgsSettings, key: str, needles: Needles) -> tuple[list[Any], list[Any]]:
        """Return the values of a setting, and those of them that may stay."""
        try:
            value = kept.value(key)
        except TypeError:
            # a kind that Python cannot hold: of the window's own look, no text
            return [], []
        values = list(value) if isinstance(value, (list, tuple)) else [value]
        return values, [each for each in values if not self._leads_here(each, needles)]

    def _forget(self, kept: QgsSettings, name: str, left: list[Any]) -> None:
        if _RECENT.match(name):
            picture = kept.value(f"{name}/previewImage", "", type=str)
            if picture and Path(picture).is_file() and self.profile in Path(picture).parents:
                Path(picture).unlink()
        if left:
            kept.setValue(name, left)
        else:
            kept.remove(name)

    def _history(self, delete: bool) -> int:
        """Return how many runs of the history are about the case, and delete them if asked, with their free pages."""
        path = self.profile / _HISTORY
        if not path.is_file():
            return 0
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'history'").fetchone():
                return 0
            # versions of QGIS keep a run in columns of different names: all of them are searched
            entries = connection.execute("SELECT rowid, * FROM history").fetchall()
            gone = [(row[0],) for row in entries if any(form in _text(cell) for cell in row[1:] for form in self.forms)]
            if delete and gone:
                connection.execute("PRAGMA secure_delete=ON")
                connection.executemany("DELETE FROM history WHERE rowid = ?", gone)
                connection.execute("VACUUM")
        return len(gone)

    def _log(self, delete: bool) -> int:
        return _without(self.profile / _LOG, delete, lambda text: text.splitlines(keepends=True), self.forms)

    def _used(self, delete: bool) -> int:
        """The same of the list of files used lately (freedesktop.org)."""
        path = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "recently-used.xbel"
        return _without(path, delete, lambda text: re.split(r"(?=<bookmark )|(?<=</bookmark>)", text), self.forms)

    def _temporary(self, needles: Needles, stopped: Callable[[], None]) -> list[Path]:
        """Return files that QGIS or Tomoshibi made for a while and that name people of the case."""
        from ...casefile.needles import is_older, search

        roots = [Path(QgsProcessingUtils.tempFolder())]
        roots += [path for path in Path(QDir.tempPath()).glob("*") if path.name.startswith(_OURS) and path.is_dir()]
        inside = [Path(os.path.realpath(form)) for form in self.forms if os.path.isdir(form)]

        def passed(path: Path) -> bool:
            return Path(os.path.realpath(path)) in inside or is_older(path, self.since)

        return list(search(roots, needles, passed, stopped).found)


def _without(path: Path, delete: bool, parts_of: Callable[[str], list[str]], forms: frozenset[str]) -> int:
    """Return how many parts of a text file lead to the case, and take them out if asked."""
    if not path.is_file():
        return 0
    parts = parts_of(path.read_text(encoding="utf-8", errors="surrogateescape"))
    left = [part for part in parts if not any(form in part for form in forms)]
    if delete and len(left) < len(parts):
        write_text_atomic(path, "".join(left).encode("utf-8", "replace").decode("utf-8"))
    return len(parts) - len(left)


def _forms(folder: Path) -> frozenset[str]:
    """Return how the place of a case may be written."""
    found: set[str] = set()
    for path in (Path(folder), Path(os.path.abspath(folder)), Path(os.path.realpath(folder))):
        found |= {str(path), path.as_posix(), str(path).replace("\\", "\\\\"), quote(path.as_posix())}
    return frozenset(form for form in found if len(form) > 3)


def _text(cell: object) -> str:
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)

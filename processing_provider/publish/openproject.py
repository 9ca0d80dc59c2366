"""The case's QGIS project: made where there is none, else refreshed in its place; in QGIS's window it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingOutputFile,
    QgsProcessingParameterBoolean,
    QgsProject,
)

from ...messages import message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr
from ..desk import PROJECT, desk, is_project_of
from .brief import SHEETS
from .printing import add_base_map, base_map

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

    from ...casefile.case import Case
    from ...layers.project import Look, Made


class OpenProject(TomoshibiAlgorithm):
    """Builds or refreshes `situation.qgz` of a case."""

    NAME = "openproject"
    GROUP = "publish"
    TAGS = ("プロジェクト", "開く", "地図", "大きな文字", "壁面", "project", "open", "wall screen", "hiraku")
    # Projects and the layers on the screen belong to the main thread of QGIS.
    FLAGS = QgsProcessingAlgorithm.Flag.FlagNoThreading

    def title(self) -> str:
        return tr("Open the project of the case")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterBoolean("LARGE_TYPE", tr("Large type for a wall screen"), False),
            tr("Labels and symbols are 1.6 times as large, to be read by a room. The map sheets do not change."),
        )
        add_base_map(self)
        self.addOutput(QgsProcessingOutputFile("PROJECT", tr("Project")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...layers.project import make_project

        case = self.case(parameters, context)
        look = self._look(case, parameters, context, progress)
        path, package, ground = case.folder / PROJECT, case.folder / "layers.gpkg", case.folder / "context.gpkg"
        shown = _shown(context, path)
        window = desk()
        if shown is None:
            made = make_project(case.folder, package, ground, path, progress, look)
            _enter(case, path, made)
            if window is not None:
                window.open(path)
        else:
            made = self._refresh(shown, case, path, look, progress)
        progress.info(
            message(
                "The project has {results} result(s); {kept} layer(s) were there before and are drawn anew.",
                results=made.results,
                kept=made.kept,
            )
        )
        return {"PROJECT": str(path)}

    def _refresh(self, shown: QgsProject, case: Case, path: Path, look: Look, progress: FeedbackProgress) -> Made:
        """Refresh the project that is open, and save it: by the window's own menu, which then knows of it."""
        from ...layers.project import fill_project, tell_lacks, write_project

        package, ground, window = case.folder / "layers.gpkg", case.folder / "context.gpkg", desk()
        made = fill_project(shown, case.folder, package, ground, path, look, progress)
        tell_lacks(made, ground, progress)
        if window is None:
            write_project(shown, path)
        elif not window.save():
            progress.warn(message("The project was refreshed but not saved. Save it in QGIS."))
        _enter(case, path, made)
        return made

    def _look(
        self, case: Case, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> Look:
        from ...layers.project import Look
        from ...sheets.contents import THEMES

        def title(kind: str, layer: QgsVectorLayer) -> str:
            theme = THEMES[kind]
            return theme.title_of(layer, case.info) if theme.title_of is not None else theme.title()

        tiles = base_map(self.choice(parameters, context, "BASEMAP"), progress)
        large = self.parameterAsBool(parameters, "LARGE_TYPE", context)
        return Look(tiles, large, title, (*SHEETS, "evacuationsupport"))


def _shown(context: QgsProcessingContext, path: Path) -> Optional[QgsProject]:
    """Return the project of the context where it is the case's, None where it is another or there is none."""
    project = context.project()
    return project if project is not None and path.is_file() and is_project_of(project, path) else None


def _enter(case: Case, path: Path, made: Made) -> None:
    """Enter the project into the ledger, without a fingerprint: people save it whenever they like.

    It names facilities without power, which derive from 個人データ, where it has bookmarks of them.
    """
    place = case.relative(path)
    personal = bool(made.dark)
    known = {entry.path for entry in case.ledger.entries() if entry.personal or not personal}
    if place not in known:
        case.ledger.add("tomoshibi:openproject", place, ["layers.gpkg", "context.gpkg"], personal)

"""Files of an algorithm: those that it is given, and those beside the result layer with their line in the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
)

from ..messages import Message, message
from .base import TomoshibiAlgorithm, tr

if TYPE_CHECKING:
    from ..casefile.case import Case
    from ..casefile.intake import IntakeReport
    from ..layers.charts import Chart


def add_files(algorithm: TomoshibiAlgorithm, help_: str) -> None:
    """Add FILES, what is to be taken in; read them with `files_given`, check them with `absent`."""
    algorithm.add(QgsProcessingParameterMultipleLayers("FILES", tr("Files"), QgsProcessing.SourceType.TypeFile), help_)


def files_given(algorithm: TomoshibiAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Path]:
    """Return FILES."""
    return [Path(path) for path in algorithm.parameterAsFileList(parameters, "FILES", context)]


def absent(algorithm: TomoshibiAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Message]:
    """Return a message for each of FILES that is not there."""
    return [
        message("The file {file} is not there. Choose it again.", file=str(path))
        for path in files_given(algorithm, parameters, context)
        if not path.is_file()
    ]


def add_taken_in(algorithm: TomoshibiAlgorithm) -> None:
    """Declare what `taken_in` returns."""
    algorithm.add_number("FILES", tr("Files taken in"))
    algorithm.add_number("ROWS", tr("Rows taken in"))
    algorithm.add_number("REJECTED", tr("Rows rejected"))
    algorithm.add_number("FAILED", tr("Files that could not be used"))
    algorithm.add_number("DUPLICATES", tr("Files whose content was there already"))
    algorithm.add_number("REPEATED", tr("Rows that were there already"))


def taken_in(report: IntakeReport) -> dict[str, int]:
    """Return the outputs that tell what became of files."""
    return {
        "FILES": report.files,
        "ROWS": report.rows,
        "REJECTED": report.rejected,
        "FAILED": len(report.failed),
        "DUPLICATES": len(report.duplicates),
        "REPEATED": report.repeated,
    }


def add_chart(algorithm: TomoshibiAlgorithm) -> None:
    """Add CHART, a PNG or SVG that is drawn if asked for."""
    algorithm.add(
        QgsProcessingParameterFileDestination(
            "CHART", tr("Chart"), f"{tr('PNG picture')} (*.png);;{tr('SVG drawing')} (*.svg)", None, True, False
        ),
        tr("Picture of the figures over time: PNG, or SVG by the file's ending. What is not known is hatched."),
    )


def chart_title(case: Case, words: str) -> str:
    """Return the title of a chart of a case; a drill's says so, as every page does."""
    from ..layers.titles import marked

    return marked(tr("{case}: {chart}").format(case=case.info.name, chart=words), case.info)


def write_chart(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    case: Case,
    sources: list[Message],
    chart: Callable[[], Chart],
    personal: bool = True,
) -> dict[str, str]:
    """Draw CHART where it is asked for, enter it in the ledger, and return it as an output; `chart` is called then."""
    from ..layers.charts import draw

    picture = destination(algorithm, parameters, context, "CHART")
    if picture is None:
        return {}
    draw(chart(), picture)
    enter(algorithm, case, picture, sources, personal)
    return {"CHART": str(picture)}


def destination(
    algorithm: TomoshibiAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, name: str
) -> Optional[Path]:
    """Return where a file goes, None where it is not asked for."""
    chosen = algorithm.parameterAsFileOutput(parameters, name, context) if parameters.get(name) else ""
    return Path(chosen) if chosen else None


def enter(algorithm: TomoshibiAlgorithm, case: Case, path: Path, sources: list[Message], personal: bool = True) -> None:
    """Enter a file in the case's ledger with its checksum."""
    from ..casefile.ledger import sha256_of

    case.ledger.add(
        f"tomoshibi:{algorithm.NAME}",
        case.relative(path),
        [str(source) for source in sources],
        personal,
        sha256_of(path),
    )

"""Files beside the result layer (charts, pages): their parameter, and their line in the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterFileDestination

from ..messages import Message
from .base import TomoshibiAlgorithm, tr

if TYPE_CHECKING:
    from ..casefile.case import Case


def add_chart(algorithm: TomoshibiAlgorithm) -> None:
    """Add CHART, a PNG or SVG that is drawn if asked for."""
    algorithm.add(
        QgsProcessingParameterFileDestination(
            "CHART", tr("Chart"), f"{tr('PNG picture')} (*.png);;{tr('SVG drawing')} (*.svg)", None, True, False
        ),
        tr("Picture of the figures over time: PNG, or SVG by the file's ending. What is not known is hatched."),
    )


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

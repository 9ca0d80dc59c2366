"""Whether a run may be: within the period of use, before the disposal, and people on the screen only where so agreed.

One place for every way of running: dialog, toolbox, `qgis_process`, model, dock.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFileDestination,
)

from ..messages import Message, Progress, message
from .output_targets import IN_PACKAGE, output_text

if TYPE_CHECKING:
    from ..casefile.case import Case
    from .base import TomoshibiAlgorithm

_ON_SCREEN = (QgsProcessing.TEMPORARY_OUTPUT, "memory:")
"""How an output is named that is gone with QGIS."""


def refuse(algorithm: TomoshibiAlgorithm, folder: Optional[Path], parameters: dict[str, Any]) -> None:
    """Raise where a run on the case in `folder` (None: none is given) must not be.

    Parameters
        parameters: as the run means them (`TomoshibiAlgorithm.settled`).
    Raises
        CaseDisposed, UseEnded: no new results from personal data are made.
        ExportForbidden: an output would carry people away.
    """
    if folder is None or not algorithm.makes_personal():
        return
    from ..casefile.terms import refuse_export

    case = refuse_use(folder)
    if algorithm.OF_PEOPLE and any(
        carries_away(definition, parameters, folder) for definition in algorithm.destinationParameterDefinitions()
    ):
        refuse_export(case)


def refuse_use(folder: Path) -> Case:
    """Return the case in `folder`; raise where nothing new may be made of its personal data.

    Raises
        CaseDisposed, UseEnded: why not.
    """
    from ..casefile.case import Case
    from ..casefile.disposal_outcome import refuse_disposed
    from ..casefile.ledger import now
    from ..casefile.terms import refuse_personal

    refuse_disposed(folder)
    case = Case.open(folder, resuming=True)
    refuse_personal(case, now().date())
    return case


def carries_away(definition: QgsProcessingParameterDefinition, parameters: dict[str, Any], folder: Path) -> bool:
    """Whether an output leaves the screen and the case's own GeoPackages."""
    text = output_text(parameters.get(definition.name())) or ""
    if not text:
        return False
    if isinstance(definition, QgsProcessingParameterFileDestination):
        return True
    if isinstance(definition, QgsProcessingParameterFeatureSink) and text.startswith(_ON_SCREEN):
        return False
    package = IN_PACKAGE.match(text)
    place = os.path.realpath(package["path"] if package is not None else text)
    inside = Path(os.path.realpath(folder)) in Path(place).parents
    return not (inside and (package is not None or not isinstance(definition, QgsProcessingParameterFeatureSink)))


def documents_allowed(case: Case, progress: Progress) -> bool:
    """Whether documents about people that nobody asked for by name may be written; say so where not."""
    if case.info.no_export:
        progress.warn(
            message(
                "The case forbids printing and carrying away results about people: no document was written, the "
                "result is to be looked at on the screen."
            )
        )
    return not case.info.no_export


def left_out(case: Optional[Case], kind: str) -> Optional[Message]:
    """Return why a theme is not printed: it shows people one by one, and the case forbids it; None where it may be."""
    from ..layers.schema import SPECS

    if case is None or not case.info.no_export or kind not in SPECS or not SPECS[kind].of_people:
        return None
    return message("{theme}: the case forbids printing results about people", theme=SPECS[kind].title())


def reminder_of(folder: Optional[Path]) -> Optional[Message]:
    """Return what is to be said of the end of use, or of the disposal, of the case in `folder`; None where nothing."""
    if folder is None:
        return None
    from ..casefile.case import Case
    from ..casefile.disposal_outcome import read_outcome, state_of
    from ..casefile.ledger import now
    from ..casefile.terms import reminder

    outcome = read_outcome(folder)
    if outcome is not None:
        return state_of(outcome)
    return reminder(Case.open(folder, resuming=True), now().date())

"""The stamp of a theme of a case (`casefile.stamps`), asked by an algorithm's own parameters, versions and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from qgis.core import Qgis, QgsApplication, QgsProcessingContext

from .. import settings

if TYPE_CHECKING:
    from ..casefile.case import Case
    from .base import TomoshibiAlgorithm

_SETTINGS = (settings.LANGUAGE, settings.PROFILE, settings.OLD_HOURS, settings.PRACTICE)
"""Settings that results may depend on."""


def versions_and_settings() -> tuple[str, ...]:
    """Return what is in force beside the case and the parameters."""
    import numpy as np
    import pandas as pd

    from ..casefile.stamps import profile_state

    versions = (settings.metadata("version"), Qgis.version(), np.__version__, pd.__version__)
    chosen = (one.read() for one in _SETTINGS)
    return (*versions, *chosen, QgsApplication.locale(), profile_state(settings.PROFILE.read()))


def stamp(algorithm: TomoshibiAlgorithm, parameters: Mapping[str, Any], case: Case) -> str:
    """Return the stamp of what an algorithm would make now; `parameters` as a recipe keeps them. "" where unsure."""
    from ..casefile.stamps import Question, stamp_of

    kinds = tuple(sorted(set(algorithm.own_kinds().values())))
    return stamp_of(case, Question(algorithm.NAME, parameters, kinds, versions_and_settings()))


def stamp_of_run(
    algorithm: TomoshibiAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, case: Case
) -> str:
    """Return the stamp of what a run makes, "" where unsure: a layer in memory was given, a selection, a database."""
    from .recipes import describe
    from .results import without_own

    kept, lacking = describe(algorithm, without_own(algorithm, parameters, case), context, case)
    return "" if lacking else stamp(algorithm, kept, case)

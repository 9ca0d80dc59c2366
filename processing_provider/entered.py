"""What people entered in a layer that a run makes anew: it stays with the dwelling it was entered for."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsFeatureRequest

from ..messages import Progress, message
from .output_targets import standing_layer

if TYPE_CHECKING:
    import numpy as np

    from ..casefile.case import Case
    from .base import TomoshibiAlgorithm

RESPONSE, DWELLING = "response", "supply_point"


def responses(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    case: Case,
    supply_points: np.ndarray,
    progress: Progress,
) -> Optional[np.ndarray]:
    """Return what the layer that is to be replaced holds as response of each supply point (n), None where nothing.

    Responses of dwellings that are not among them go to `<algorithm>-responses.csv` of the case, and it is said.
    """
    import pandas as pd

    layer = standing_layer(parameters.get("OUTPUT"))
    if layer is None or min(layer.fields().lookupField(name) for name in (RESPONSE, DWELLING)) < 0:
        return None
    wanted = QgsFeatureRequest().setFilterExpression(f"\"{RESPONSE}\" <> ''")
    wanted.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    entered = {str(one[DWELLING]): str(one[RESPONSE]) for one in layer.getFeatures(wanted)}
    if not entered:
        return None
    points = pd.Series(supply_points).astype(str)
    here = set(points)
    left = {point: said for point, said in entered.items() if point not in here}
    if left:
        _keep_apart(algorithm, case, left, progress)
    said = points.map(entered).astype(object)
    return said.where(said.notna(), None).to_numpy(object)


def _keep_apart(algorithm: TomoshibiAlgorithm, case: Case, left: dict[str, str], progress: Progress) -> None:
    path = case.folder / f"{algorithm.NAME}-responses.csv"
    fresh = not path.is_file()
    with open(path, "a", encoding="utf-8-sig" if fresh else "utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        if fresh:
            writer.writerow((DWELLING, RESPONSE))
        writer.writerows(left.items())
    if fresh:
        case.ledger.add(f"tomoshibi:{algorithm.NAME}", path.name, [], True)
    progress.warn(
        message(
            "The layer that is replaced holds responses for {count} dwellings that this run leaves out. They are kept "
            "in {file} of the case; write the whole area again to see them on the map.",
            count=len(left),
            file=path.name,
        )
    )

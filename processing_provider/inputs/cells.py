"""The grid squares that statistics of use and of meters come by, and the squares or districts they are told by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from ...messages import TomoshibiError, message
from ..base import FeedbackProgress
from ..results import Areas
from .places import Places

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class Cells:
    """The grid squares of the statistics."""

    codes: np.ndarray
    metres: int
    """Their one size."""

    @classmethod
    def of(cls, flows: pd.DataFrame) -> Cells:
        import numpy as np

        from ...analysis.mesh import LEVELS, valid
        from ...analysis.recovery import BY_MESH

        codes = flows.loc[flows["area_kind"] == BY_MESH, "mesh_code"].astype(str).str.strip()
        codes = np.unique(codes[codes != ""].to_numpy(str))
        sizes = {metres for metres in LEVELS if len(codes) and valid(codes, metres).all()}
        if len(sizes) != 1:
            raise TomoshibiError(
                message(
                    "The statistics of use come by {count} grid squares, not all of one size. Use a case that holds "
                    "those of one mesh size, by mesh (エリア種別 メッシュ).",
                    count=len(codes),
                )
            )
        return cls(codes, sizes.pop())


def squares(metres: Optional[int], cells: Cells) -> tuple[dict[str, str], Places]:
    """Return cell → square of the size asked for."""
    from ...analysis.mesh import centres, encode

    if metres is not None and metres < cells.metres:
        raise TomoshibiError(
            message(
                "The statistics come by squares of {received} m and cannot be given by {asked} m. Choose "
                "{received} m or more.",
                received=cells.metres,
                asked=metres,
            )
        )
    size = metres or cells.metres
    squares = encode(*centres(cells.codes, cells.metres), size).tolist()
    mapping = dict(zip(cells.codes.tolist(), squares))
    return mapping, Places(cells.codes, {code: code for code in squares}, {}, size)


def districts(areas: Areas, cells: Cells, progress: FeedbackProgress) -> tuple[dict[str, str], Places]:
    """Return cell → the area its centre lies in. Raises `TomoshibiError` where no cell lies in any."""
    from ...analysis.mesh import centres
    from ...layers.regions import assign

    shapes = areas.shapes(progress)
    lat, lon = centres(cells.codes, cells.metres)
    of_cell = assign(areas.source, areas.id_field, lon, lat, areas.transform, progress.feedback)
    mapping = {code: area for code, area in zip(cells.codes.tolist(), of_cell.tolist()) if area != ""}
    if not mapping:
        raise TomoshibiError(
            message("No grid square of the statistics lies in any of the areas. Check the areas' CRS.")
        )
    outside = len(cells.codes) - len(mapping)
    if outside:
        progress.warn(
            message("{count} grid squares have their centre in none of the areas; they are not counted.", count=outside)
        )
    return mapping, Places(
        of_cell,
        {code: name for code, (name, _) in shapes.items()},
        {code: geometry for code, (_, geometry) in shapes.items()},
    )

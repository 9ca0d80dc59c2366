"""What happens to a result layer when QGIS has loaded it."""

from __future__ import annotations

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsVectorLayer,
)

from ..translate import tr
from .schema import SPECS
from .style import EDITABLE, apply_style
from .versions import keeps_styles, save_style

__all__ = ["apply_style", "keep_form", "style_on_load"]

_waiting: set = set()
"""Post-processors not called yet. QGIS holds no reference, and one kept by the algorithm dies with the private copy
that `runAndLoadResults` runs, so they live here until they were called."""


class _StyleOnLoad(QgsProcessingLayerPostProcessorInterface):
    """Styles one layer once, on the main thread, and lets itself go."""

    def __init__(self, spec_name: str, title: str):
        super().__init__()
        self._spec_name = spec_name
        self._title = title

    def postProcessLayer(
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        _waiting.discard(self)
        if isinstance(layer, QgsVectorLayer) and layer.isValid():
            apply_style(layer, self._spec_name)
            layer.setName(self._title)
            if EDITABLE & set(SPECS[self._spec_name].names()):
                problem = keep_form(layer, self._title)
                if problem:
                    feedback.pushWarning(
                        tr("The form could not be saved beside the data; others see plain fields ({reason}).").format(
                            reason=problem
                        )
                    )


def keep_form(layer: QgsVectorLayer, title: str) -> str:
    """Save the style and form of a layer that people fill in beside its data; return what went wrong, "" if nothing.

    Who opens the GeoPackage or the table of a database then gets the form, without the plugin. One that is there is
    left as it is: it may have been adapted, and QGIS (3.22) would ask in a window whether to overwrite it.
    """
    if not keeps_styles(layer):
        return ""
    names = layer.listStylesInDatabase()[2]
    return save_style(layer, title, "Tomoshibi") if title not in names else ""


def style_on_load(context: QgsProcessingContext, dest_id: str, spec_name: str, title: str) -> None:
    """Let the layer with the destination `dest_id` be styled and named when it is loaded, if it will be."""
    if not context.willLoadLayerOnCompletion(dest_id):
        return
    processor = _StyleOnLoad(spec_name, title)
    _waiting.add(processor)
    details = context.layerToLoadOnCompletionDetails(dest_id)
    details.name = title
    details.setPostProcessor(processor)

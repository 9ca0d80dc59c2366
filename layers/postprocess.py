"""What happens to a result layer when QGIS has loaded it."""

from __future__ import annotations

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsVectorLayer,
)

from .style import apply_style

__all__ = ["apply_style", "style_on_load"]

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


def style_on_load(context: QgsProcessingContext, dest_id: str, spec_name: str, title: str) -> None:
    """Let the layer with the destination `dest_id` be styled and named when it is loaded, if it will be."""
    if not context.willLoadLayerOnCompletion(dest_id):
        return
    processor = _StyleOnLoad(spec_name, title)
    _waiting.add(processor)
    details = context.layerToLoadOnCompletionDetails(dest_id)
    details.name = title
    details.setPostProcessor(processor)

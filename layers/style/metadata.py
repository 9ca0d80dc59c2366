"""What a result layer says of itself: its times, how far its data reach, its sources and the terms of use."""

from __future__ import annotations

from qgis.core import Qgis, QgsLayerMetadata, QgsVectorLayer
from qgis.PyQt.QtCore import QDateTime

from ...translate import tr
from ..schema import LayerSpec
from ..versions import set_abstract, set_attribution, set_title


def set_times(layer: QgsVectorLayer, spec: LayerSpec) -> None:
    """Let features be shown in the time they hold for."""
    if spec.temporal is None:
        return
    begin, end = spec.temporal
    times = layer.temporalProperties()
    times.setIsActive(True)
    times.setStartField(begin)
    if begin == end:
        # A moment: the state holds from then on, until a later layer says otherwise.
        times.setMode(Qgis.VectorTemporalMode.FeatureDateTimeInstantFromField)
        times.setAccumulateFeatures(True)
    else:
        times.setMode(Qgis.VectorTemporalMode.FeatureDateTimeStartAndEndFromFields)
        times.setEndField(end)


def newest_time(layer: QgsVectorLayer, field: str) -> QDateTime:
    """Return the newest time in a field of a result layer, an invalid time where it has none."""
    index = layer.fields().lookupField(field)
    found = layer.maximumValue(index) if index >= 0 else None
    if isinstance(found, str):
        found = QDateTime.fromString(found[:19], "yyyy-MM-ddTHH:mm:ss")
    return found if isinstance(found, QDateTime) else QDateTime()


def newest_as_of(layer: QgsVectorLayer) -> QDateTime:
    """Return the newest `as_of` of a result layer, an invalid time where it has none."""
    return newest_time(layer, "as_of")


def data_until(layer: QgsVectorLayer) -> QDateTime:
    """Return until when the data of a result layer reach; of a layer that does not say it, the moment it is of."""
    until = newest_time(layer, "evidence_until")
    return until if until.isValid() else newest_as_of(layer)


def sources_of(layer: QgsVectorLayer) -> list[str]:
    """Return the texts of `source` in a result layer, sorted."""
    index = layer.fields().lookupField("source")
    return sorted(str(value) for value in layer.uniqueValues(index, 20) if value) if index >= 0 else []


def set_provenance(layer: QgsVectorLayer, spec: LayerSpec) -> None:
    """Write moment, sources and terms of use into the metadata."""
    as_of = newest_as_of(layer)
    about = QgsLayerMetadata()
    about.setIdentifier(f"tomoshibi:{spec.name}")
    about.setType("dataset")
    about.setLanguage("JPN")
    about.setTitle(spec.title())
    about.setAbstract(
        tr("As of {time}. Sources: {sources}").format(
            time=as_of.toString("yyyy-MM-dd HH:mm"), sources=" / ".join(sources_of(layer))
        )
    )
    about.setRights([tr("Provided under Article 34 of the Electricity Business Act. For disaster response only.")])
    about.setLicenses([tr("Use ends with the period of use; delete then.")])
    about.setCrs(layer.crs())
    layer.setMetadata(about)
    # the tooltip in the layer tree, where its name is short
    set_title(layer, about.title())
    set_abstract(layer, about.abstract())
    set_attribution(layer, " / ".join(sources_of(layer)))
    layer.setCustomProperty("tomoshibi/spec", spec.name)

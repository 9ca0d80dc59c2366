"""Result layers as tables, for tests."""

import pandas as pd
from qgis.core import NULL


def rows(layer) -> pd.DataFrame:
    """Return the attributes of a layer; NULL is None."""
    return pd.DataFrame(
        [[None if value == NULL else value for value in feature.attributes()] for feature in layer.getFeatures()],
        columns=layer.fields().names(),
    )

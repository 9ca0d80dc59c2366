"""Result layers as tables, for tests."""

import pandas as pd
from qgis.core import NULL


def rows(layer) -> pd.DataFrame:
    """Return the attributes of a layer; NULL is None."""
    found = [[None if value == NULL else value for value in feature.attributes()] for feature in layer.getFeatures()]
    names = layer.fields().names()
    return pd.DataFrame({name: _column([row[place] for row in found]) for place, name in enumerate(names)})


def supply_contracts(case) -> pd.DataFrame:
    """Return マスタ情報 of the meters of a case that supply: name and address by number."""
    master = case.master(["supply_point", "flow", "name", "address"])
    return master[master["flow"] == 1].astype(str).set_index("supply_point")


def _column(values: list) -> pd.Series:
    """Return a column; texts as objects, among which pandas 3 leaves None alone."""
    texts = any(isinstance(value, str) for value in values)
    return pd.Series(values, dtype=object if texts or not values else None)

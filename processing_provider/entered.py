"""What people entered in a layer that a run makes anew: it stays with the dwelling or the person it was entered for."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence

from qgis.core import NULL, QgsFeatureRequest, QgsVectorLayer

from ..aggregator.outside import SafeWriter, read_cell
from ..casefile.answers import ENTERED, IDENTITY, Finder, has_entry, person_of
from ..casefile.packages_field import moment_text
from ..messages import Progress, message
from .output_targets import standing_layer

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ..casefile.case import Case
    from ..casefile.case_arrays import Numbers
    from ..layers.build import Beside
    from ..layers.gpkg import Target
    from .base import TomoshibiAlgorithm

RESPONSE, DWELLING = "response", "supply_point"
_SQL = dict(zip(ENTERED, ("TEXT", "TEXT", "DATETIME", "TEXT")))
"""Types of the fields that people fill in, for lists that do not have all of them yet."""


def write_answers(
    target: Target, standing: Mapping[int, Mapping[str, object]], answers: Mapping[int, Mapping[str, Optional[str]]]
) -> list[int]:
    """Write answers into the rows of a list that still hold what was read; return the numbers of those that did.

    Parameters
        standing: the rows as `layers.gpkg.read_rows` gave them, by number.
        answers: {number of the row: fields `ENTERED` as SQLite takes them}.
    Raises
        TomoshibiError: the list cannot be written; nothing was changed then.
    """
    from ..layers.gpkg import change_rows

    if not answers:
        return []
    changes = {
        number: ({name: standing[number].get(name) for name in ENTERED}, after) for number, after in answers.items()
    }
    return change_rows(target, changes, _SQL)


def responses(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    case: Case,
    supply_points: Numbers,
    progress: Progress,
) -> dict[str, Optional[Beside]]:
    """Return what the layer that is to be replaced holds of supply points, each once, {field: values (n)}.

    None in the place of values where nothing was entered. What was entered for dwellings that are not among them goes
    to `<algorithm>-responses.csv` of the case, and it is said.
    """
    import numpy as np

    from ..aggregator.keys import as_bytes, places_among

    found: dict[str, Optional[Beside]] = dict.fromkeys(ENTERED)
    standing = standing_layer(parameters.get("OUTPUT"))
    entered = _by_dwelling(standing)
    warn_numbers(standing, len(entered), progress)
    if not entered:
        return found
    points = list(entered)
    place = places_among(np.asarray(supply_points), as_bytes(points))
    left = [{DWELLING: points[own], **entered[points[own]]} for own in np.flatnonzero(place < 0).tolist()]
    if left:
        _keep_dwellings_apart(algorithm.NAME, case, left, progress)
    order = np.argsort(place, kind="stable")[len(left) :]
    for name in ENTERED:
        values = np.empty(len(order), dtype=object)
        values[:] = [entered[points[own]].get(name) for own in order.tolist()]
        found[name] = _Few(place[order], values)
    return found


@dataclass(frozen=True)
class _Few:
    """Values of few of many rows; None of the others."""

    rows: np.ndarray
    """Where they stand, rising."""
    values: np.ndarray

    def __getitem__(self, some: slice) -> np.ndarray:
        """Return the values of some rows, object."""
        import numpy as np

        first, last = np.searchsorted(self.rows, (some.start, some.stop))
        found = np.full(some.stop - some.start, None, dtype=object)
        found[self.rows[first:last] - some.start] = self.values[first:last]
        return found


def _by_dwelling(layer: Optional[QgsVectorLayer]) -> dict[str, dict[str, Any]]:
    """Return {supply point: what was entered} of the rows of a layer with a response."""
    if layer is None or min(layer.fields().lookupField(name) for name in (RESPONSE, DWELLING)) < 0:
        return {}
    wanted = QgsFeatureRequest().setFilterExpression(f"\"{RESPONSE}\" <> ''")
    wanted.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    names = [name for name in ENTERED if layer.fields().lookupField(name) >= 0]
    return {str(one[DWELLING]): {name: plain(one[name]) for name in names} for one in layer.getFeatures(wanted)}


def rows_entered(layer: Optional[QgsVectorLayer]) -> Optional[list[dict[str, Any]]]:
    """Return the rows of an earlier result about people, None where the layer is none."""
    if layer is None or not layer.isValid() or layer.fields().lookupField(RESPONSE) < 0:
        return None
    names = [name for name in (*IDENTITY, *ENTERED) if layer.fields().lookupField(name) >= 0]
    return [
        {name: None if feature[name] == NULL else feature[name] for name in names} for feature in layer.getFeatures()
    ]


def warn_numbers(standing: Optional[QgsVectorLayer], entered: int, progress: Progress) -> None:
    """Say that a table that is no GeoPackage is written anew, its rows with other numbers.

    `entered`: how many of its rows people filled in.
    """
    if not entered or standing is None or standing.source().split("|")[0].lower().endswith(".gpkg"):
        return
    progress.warn(
        message(
            "The table that is overwritten holds what was entered for {count} people. It is kept, but the rows get new "
            "numbers: whoever has the old table open and saves writes into another person's row. Write into the case "
            "and publish from there (“Publish to PostGIS”), which keeps the rows.",
            count=entered,
        )
    )


def keep_people(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    case: Case,
    table: pd.DataFrame,
    home_key: np.ndarray,
    progress: Progress,
) -> None:
    """Fill `ENTERED` of a table about people, in place, from the layer that it takes the place of.

    `home_key` bool: the key of a row is the home's and not the person's.
    """
    standing = standing_layer(parameters.get("OUTPUT"))
    earlier = rows_entered(standing) or []
    warn_numbers(standing, sum(map(has_entry, earlier)), progress)
    _, left = keep_by_person(table, earlier, home_key)
    keep_apart(algorithm.NAME, case, left, True, progress)


def keep_by_person(
    table: pd.DataFrame, earlier: list[dict[str, Any]], home_key: np.ndarray
) -> tuple[int, list[dict[str, Any]]]:
    """Fill `ENTERED` from the earlier result; return the rows filled, and what could not be handed on with certainty.

    A response is a person's and not a home's: it goes to the one person of the same own id whose name and supply point
    do not differ; where neither list has ids, to the one of the same supply point and name. Whoever else lives there
    now gets none: "evacuated" must not be said of somebody else.
    """
    told = table[["supply_point", "key", "name"]].copy()
    # a number of the home (世帯番号) is nobody's own
    told["key"] = told["key"].where(~home_key, None)
    theirs = [person_of(row) for row in earlier]
    finder = Finder(map(person_of, told.to_dict("records")), theirs)
    kept: dict[int, dict[str, Any]] = {}
    left = []
    for person, row in zip(theirs, earlier):
        if not has_entry(row):
            continue
        place = finder.place(person)
        if place is not None and place not in kept:
            kept[place] = row
        else:
            left.append(row)
    for name in ENTERED:
        table[name] = [plain(kept.get(place, {}).get(name)) for place in range(len(table))]
    return len(kept), left


def keep_apart(algorithm: str, case: Case, left: list[dict[str, Any]], overwritten: bool, progress: Progress) -> None:
    """Ask to look at what was entered for people who are not found with certainty.

    Where the list that holds it is overwritten, it is kept in a file of the case.
    """
    if left and not overwritten:
        progress.warn(
            message(
                "What was entered for {count} people was not handed on, because it is not certain who they are in this "
                "list (another id, name or supply point, or several alike). Look at each in the earlier list.",
                count=len(left),
            )
        )
    if not left or not overwritten:
        return
    name = _write_apart(algorithm, case, (*IDENTITY, *ENTERED), left)
    progress.warn(
        message(
            "What was entered for {count} people was not handed on, because it is not certain who they are in this "
            "list (another id, name or supply point, or several alike). It is in {file} of the case: look at each, "
            "and enter it again.",
            count=len(left),
            file=name,
        )
    )


def keep_gone(algorithm: str, case: Case, of_people: bool, rows: list[dict[str, Any]], progress: Progress) -> None:
    """Keep what stands in rows that a run leaves out, where the file of the case does not hold it yet.

    It may have been entered since the run read the layer.
    """
    columns = (*(IDENTITY if of_people else (DWELLING,)), *ENTERED)
    texts = [tuple(_entered_text(name, row.get(name)) for name in columns) for row in rows]
    known = _kept_apart(case.folder / _apart(algorithm), columns)
    fresh = [dict(zip(columns, text)) for text in texts if text not in known]
    if fresh and of_people:
        keep_apart(algorithm, case, fresh, True, progress)
    elif fresh:
        _keep_dwellings_apart(algorithm, case, fresh, progress)


def _entered_text(name: str, value: Any) -> str:
    """Return a value as the file of the case holds it: a time as `str` of a datetime says it."""
    text = _text(value)
    return moment_text(text).replace("T", " ") if name == "response_at" and text else text


def _kept_apart(path: Path, columns: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Return the rows that the file with what is in no layer any more holds."""
    if not path.is_file():
        return set()
    with open(path, encoding="utf-8-sig", newline="") as stream:
        return {
            tuple(_entered_text(name, read_cell(row.get(name) or "")) for name in columns)
            for row in csv.DictReader(stream)
        }


def _keep_dwellings_apart(algorithm: str, case: Case, left: list[dict[str, Any]], progress: Progress) -> None:
    name = _write_apart(algorithm, case, (DWELLING, *ENTERED), left)
    progress.warn(
        message(
            "The layer that is replaced holds responses for {count} dwellings that this run leaves out. They are kept "
            "in {file} of the case; write the whole area again to see them on the map.",
            count=len(left),
            file=name,
        )
    )


def _apart(algorithm: str) -> str:
    return f"{algorithm}-responses.csv"


def _write_apart(algorithm: str, case: Case, columns: tuple[str, ...], left: list[dict[str, Any]]) -> str:
    """Add rows to the file of the case with what was entered and is in no layer any more; return its name."""
    path = case.folder / _apart(algorithm)
    fresh = not path.is_file()
    with open(path, "a", encoding="utf-8-sig" if fresh else "utf-8", newline="") as stream:
        writer = SafeWriter(stream)
        if fresh:
            writer.writerow(columns)
        writer.writerows([_text(row.get(name)) for name in columns] for row in left)
    if fresh:
        case.ledger.add(f"tomoshibi:{algorithm}", path.name, [], True)
    return path.name


def _text(value: Any) -> str:
    found = plain(value)
    return "" if found is None else str(found)


def plain(value: Any) -> Any:
    """Return a value of a feature without QGIS's own NULL, a time as Japanese wall-clock time."""
    from qgis.PyQt.QtCore import QDateTime

    from .base import wall_clock

    if isinstance(value, QDateTime):
        return wall_clock(value)
    return None if value is None or value == NULL else value


def plain_table(layer: QgsVectorLayer, names: Sequence[str], texts: Sequence[str] = ()) -> pd.DataFrame:
    """Return columns of a layer, values as of `plain`; a column that it does not have is blank.

    Parameters
        texts: columns of text, "" where blank: that is None or NaN, by the version of pandas.
    """
    import pandas as pd

    held = [name for name in names if layer.fields().lookupField(name) >= 0]
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    rows = [[plain(one[name]) for name in held] for one in layer.getFeatures(request)]
    table = pd.DataFrame(rows, columns=held).reindex(columns=list(names))
    for name in texts:
        table[name] = table[name].astype(object).where(table[name].notna(), "").astype(str)
    return table

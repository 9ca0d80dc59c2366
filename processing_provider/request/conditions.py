"""What the algorithms about データ提供条件 share: ids as a user writes them, and the table of conditions."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterFeatureSink,
)

from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr

if TYPE_CHECKING:
    import pandas as pd

    from ...aggregator.client import AggregatorClient, PublishedFile
    from ...aggregator.conditions import Condition, Registered


def ids(text: str) -> list[str]:
    """Return the condition ids of a text with commas, blanks or line ends between them, each once."""
    return list(dict.fromkeys(word for word in re.split(r"[\s,、，;]+", text) if word))


def named(condition_id: str, error: TomoshibiError) -> TomoshibiError:
    """Return an error of the same kind that also says which condition it is about."""
    return type(error)(message("Condition {id}: {what}", id=condition_id, what=error.message))


def find(client: AggregatorClient, wanted: list[str]) -> list[Registered]:
    """Return the conditions of these ids, or all where none is given. Raises `NotFound` naming the id."""
    from ...aggregator.errors import NotFound

    if not wanted:
        return client.list_conditions()
    found = []
    for one in wanted:
        try:
            found.append(client.condition(one))
        except NotFound as error:
            raise named(one, error) from error
    return found


def _moment(when: Any, last: bool = False) -> Optional[datetime]:
    """Return a time as it is; of a date its first minute, or its last."""
    if when is None or isinstance(when, datetime):
        return when
    return datetime.combine(when, time(23, 59) if last else time.min) if isinstance(when, date) else None


def use_cases(condition: Condition) -> list[str]:
    """Return the templates that ask for what this condition asks for; none where somebody chose otherwise."""
    from dataclasses import replace

    from ...aggregator.conditions import TEMPLATES

    plain = replace(condition, mesh_size=None, secondary_mesh_codes=(), aggregation_unit=None, format="csv", note="")
    found = []
    for template in TEMPLATES.values():
        made = template.conditions(
            condition.municipality,
            condition.begin,
            condition.end,
            [condition.voltage] if condition.voltage else ["low"],
        )
        if any(replace(each, mesh_size=None, aggregation_unit=None) == plain for each in made):
            found.append(template.id)
    return found


def condition_table(
    registered: Iterable[Registered], files: Optional[Mapping[str, list[PublishedFile]]] = None
) -> pd.DataFrame:
    """Return one row a condition with the columns of the layer “conditions”; what is not known stays empty."""
    import pandas as pd

    files = files or {}

    rows = []
    for entry in registered:
        condition = entry.condition
        row = {"condition_id": entry.condition_id, "status": entry.status, "registered_at": entry.registered_at}
        if condition is not None:
            row.update(
                data_class=condition.data_class,
                data_kinds=", ".join(condition.data_kinds) or None,
                table_kind=condition.table,
                delivery=f"{condition.delivery_mode}, {condition.delivery_method}",
                contractors_only=condition.specified_contractors,
                voltage=condition.voltage,
                mesh_size=condition.mesh_size,
                mesh_codes=", ".join(condition.secondary_mesh_codes) or None,
                begin=_moment(condition.begin),
                end=_moment(condition.end, last=True),
                use_cases=", ".join(use_cases(condition)) or None,
            )
        published = files.get(entry.condition_id)
        if published is not None:
            row["files"] = len(published)
            sizes = [file.size for file in published]
            row["megabytes"] = None if None in sizes else sum(sizes) / 1e6
        rows.append(row)
    from ...layers.schema import SPECS

    names = [name for name in SPECS["conditions"].names() if name not in ("as_of", "source")]
    return pd.DataFrame(rows, columns=names)


def add_table(algorithm: TomoshibiAlgorithm, optional: bool = False) -> None:
    """Add OUTPUT, the table of conditions."""
    algorithm.add(
        QgsProcessingParameterFeatureSink(
            "OUTPUT",
            tr("Data conditions"),
            QgsProcessing.SourceType.TypeVector,
            optional=optional,
            createByDefault=not optional,
        ),
        tr("Table of the conditions that are registered, one row each."),
    )


def write_conditions(
    algorithm: TomoshibiAlgorithm,
    parameters: Parameters,
    context: QgsProcessingContext,
    progress: FeedbackProgress,
    registered: list[Registered],
    host: str,
    files: Optional[Mapping[str, list[PublishedFile]]] = None,
) -> Optional[str]:
    """Write OUTPUT and return its id; None where it is not wanted. `files` are the published ones by condition."""
    from ..results import write_rows

    source = message("The aggregator at {host}", host=host)
    return write_rows(
        algorithm, parameters, context, progress, "conditions", condition_table(registered, files), source
    )

"""Step 4, for マスタ情報: codes become words and texts become dates before the rows are merged."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...aggregator.profile import MEANINGS
from ...aggregator.readers import ReadResult
from ...analysis.contract_life import DATES
from ...messages import message
from ..columns import has_table, write_table
from ..columns import read_table as read_columns
from ..master import add_master, as_dates, merge_master, takes_new_points, unlisted, words
from .report import NAMED
from .run import IntakeRun, published_at

if TYPE_CHECKING:
    import pandas as pd

_CODE = re.compile(r"[0-9A-Za-z]{1,4}")
"""What is certainly a code."""


def take_master(run: IntakeRun, path: Path, result: ReadResult) -> list[str]:
    """Merge the rows of マスタ情報 into its table; return the places in the case that were written."""
    if not len(result.table):
        return []
    folder = run.case.folder / "tables" / "master"
    table = _in_words(run, path, result.table)
    published, taken_before = published_at(run, path, table), 0
    if has_table(folder) and takes_new_points(folder, table):
        # a part of a prefecture: what stands is larger than the memory
        repeated = taken_before = add_master(folder, table, published)
    else:
        old = read_columns(folder) if has_table(folder) else None
        merged, repeated = merge_master(old, table, published)
        taken_before = len(table) + (0 if old is None else len(old)) - len(merged)
        write_table(folder, merged)
    if repeated:
        run.progress.warn(
            message(
                "{file}: {count} row(s) have the supply point of a later row; the last one was kept.",
                file=path.name,
                count=repeated,
            )
        )
    run.count_repeated(path, taken_before)
    return ["tables/master"]


def _in_words(run: IntakeRun, path: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Return マスタ情報 with words for codes and dates for texts; what the profile does not know is told."""
    import pandas as pd

    # put together at the end: a table copies what stands in it whenever a column becomes another kind
    made: dict[str, Any] = {str(name): table[name] for name in table}
    names = {column.column: column.name for column in run.profile.file("master").columns}
    for column in MEANINGS:
        if column not in table:
            continue
        made[column] = words(run.profile, column, table[column])
        unknown = unlisted(made[column])
        if unknown:
            run.progress.warn(
                message(
                    "{file}: {item} has codes that the profile does not list ({codes}): for {count} contract(s) it is"
                    " not known. Add the codes to “meanings”, “{column}” in the profile, then import the file again.",
                    file=path.name,
                    item=names[column],
                    # where columns are not those of the profile, a word may be a name
                    codes=", ".join([code for code in sorted(unknown) if _CODE.fullmatch(code)][:NAMED]) or "…",
                    count=sum(unknown.values()),
                    column=column,
                )
            )
    for column in DATES:
        if column not in table:
            continue
        made[column], unread = as_dates(run.profile, table[column])
        if unread:
            run.progress.warn(
                message(
                    "{file}: {count} value(s) of {item} are no dates and count as blank. Compare “dateFormat” of the"
                    " profile with the file, then import it again.",
                    file=path.name,
                    item=names[column],
                    count=unread,
                )
            )
    return pd.DataFrame(made, index=table.index)

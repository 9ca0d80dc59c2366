"""What the algorithms about single people share: where their list comes from, and what is written beside a layer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Collection, Iterable, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterField,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterVectorLayer,
)

from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr, translate_message
from ..output_targets import by_time

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from ...analysis.listed import Listed
    from ...casefile.case import Case
    from ...casefile.people import Homes, People

_ABOUT_PEOPLE = frozenset(("key", "person_id", "supply_point"))
"""Fields that a result about people or single meters has."""


def add_people(algorithm: TomoshibiAlgorithm, name: str, title: str, help_: str, care: bool = False) -> None:
    """Add the list of people (`name`), its fields and NAMES; read them with `read_people`."""
    add = algorithm.add_own if name == "SUPPORT_LIST" else algorithm.add
    add(
        QgsProcessingParameterVectorLayer(name, title, [QgsProcessing.SourceType.TypeVector]),
        help_
        + " "
        + tr(
            "CSV (UTF-8, UTF-16 or Shift_JIS), XLSX workbook, JSON or layer with one row for each person, and a column "
            "with the supply point (供給地点特定番号, 22 digits as text), or with your own id, which is then looked up "
            "in the links of the case, or with name and address, which are looked up in マスタ情報."
        ),
    )
    told = " " + tr("Left empty, it is recognised by the headings.")
    fields = [
        ("SUPPLY_POINT_FIELD", tr("Field with the supply point"), tr("22 digits as text.")),
        ("KEY_FIELD", tr("Field with your own id"), tr("It goes into the result, so that you find the person again.")),
    ]
    if care:
        fields.append(
            (
                "CARE_FIELD",
                tr("Field with the need of care"),
                tr(
                    "要介護度 or 要支援. All columns whose heading names 要介護, 要支援, 障害等級, 障害支援区分, "
                    "療育手帳 or 精神障害者保健福祉手帳 are read; the heading decides the scale, and the heaviest "
                    "counts. A bare number under another heading is taken as 要介護."
                ),
            )
        )
    looked_up = tr("Where there is no supply point, name and address are looked up in マスタ情報 and not kept.")
    fields += [
        ("NAME_FIELD", tr("Field with the name"), looked_up),
        ("KANA_FIELD", tr("Field with the name in kana"), looked_up),
        ("ADDRESS_FIELD", tr("Field with the address"), looked_up),
    ]
    for field, heading, meaning in fields:
        algorithm.add(
            QgsProcessingParameterField(field, heading, None, name, optional=True), meaning + told, advanced=True
        )
    algorithm.add(
        QgsProcessingParameterBoolean("NAMES", tr("Copy the names"), False),
        tr("The names of the list are written into the result. Left out, your own id only: enough to find a person."),
    )


def add_not_read(algorithm: TomoshibiAlgorithm) -> None:
    """Declare NOT_READ: how many values of the list were not understood; each is named in a warning."""
    algorithm.add_number("NOT_READ", tr("Values of the list that were not understood"))


def people_list(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    progress: FeedbackProgress,
    name: str,
) -> Listed:
    """Return the list of people as it stands, for an algorithm that reads more of it than who they are.

    Raises `TomoshibiError` for a result about places: a dialog proposes the first layer of the project.
    """
    from ...casefile.people import IDENTITY, KNOWN
    from ...layers.context import result_kind
    from ..listed import read_parameter

    layer = algorithm.parameterAsVectorLayer(parameters, name, context)
    if layer is not None and result_kind(layer) and not _ABOUT_PEOPLE & set(layer.fields().names()):
        raise TomoshibiError(
            message(
                "“{layer}” is a result about places, no list of people. Choose the list itself in “{field}”.",
                layer=layer.name(),
                field=algorithm.parameterDefinition(name).description(),
            )
        )
    return read_parameter(algorithm, parameters, context, progress, name, KNOWN, IDENTITY)


def read_people(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    progress: FeedbackProgress,
    case: Case,
    name: str,
    others: Iterable[tuple[Collection[str], str]] = (),
    source: Optional[Listed] = None,
) -> People:
    """Return who is on the list, and say what is wrong with it. Raises `TomoshibiError` where it cannot be used.

    `others`: columns that the algorithm reads itself, each by its headings and the one that was chosen ("": none), from
    `source`, the list as `people_list` gave it.
    """
    from ...casefile.people import case_links, linked_by_name, people

    if source is None:
        source = people_list(algorithm, parameters, context, progress, name)
    chosen = {
        column: algorithm.text(parameters, context, field)
        for column, field in (
            ("supply_point", "SUPPLY_POINT_FIELD"),
            ("key", "KEY_FIELD"),
            ("care", "CARE_FIELD"),
            ("name", "NAME_FIELD"),
            ("kana", "KANA_FIELD"),
            ("address", "ADDRESS_FIELD"),
        )
        if algorithm.parameterDefinition(field) is not None
    }
    with_names = algorithm.parameterAsBoolean(parameters, "NAMES", context)
    # a name that was chosen is the one to look for
    chosen["holder"] = chosen["name"]
    listed = people(source, chosen, case_links(case), with_names, [source.place_of(*one) for one in others])
    found = linked_by_name(case, listed, source.name)
    for problem in found.problems:
        progress.warn(problem)
    return found


def set_texts(table: pd.DataFrame, name: str, values: Iterable[Optional[str]]) -> None:
    """Set a column of texts in which a blank is None: pandas 3 would make it NaN, which is not blank but true."""
    import pandas as pd

    table[name] = pd.Series([text or None for text in values], table.index, dtype=object)


def told(key: Optional[str], name: Optional[str], place: int) -> str:
    """Return how a page calls a person: own id and name, else the row (counted from 0) of the list."""
    return "  ".join(word for word in (key, name) if word) or tr("Row {row}").format(row=place + 1)


def add_elsewhere(algorithm: TomoshibiAlgorithm) -> None:
    """Declare ELSEWHERE: how many people have a supply point that may be another's; `read_people` names their rows."""
    algorithm.add_number("ELSEWHERE", tr("People whose supply point stands at another address"))


def tell_without_readings(found: Homes, progress: FeedbackProgress) -> int:
    """Warn of people of whom the case holds no readings; return how many.

    Whose supply point stands at another address is told of and counted apart.
    """
    count = int(((found.rows < 0) & ~found.elsewhere).sum())
    if count:
        progress.warn(
            message(
                "{count} people have no readings in the case: they are listed as unknown. Check their supply points.",
                count=count,
            )
        )
    return count


def add_document(algorithm: TomoshibiAlgorithm, name: str, title: str, filter_: str) -> None:
    """Add a file for people to print or open; `document_path` says where it goes."""
    algorithm.add(
        # QGIS says “skip output” where a path is left empty; here that means the standard place.
        QgsProcessingParameterFileDestination(
            name,
            tr("{title} (left empty: in “reports” of the case)").format(title=title),
            filter_,
            optional=True,
            createByDefault=False,
        ),
        tr("Left empty, a file in “reports” of the case, in a folder for its time. It holds personal data."),
    )


def document_path(
    algorithm: TomoshibiAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    case: Case,
    name: str,
    standard: str,
    moment: Optional[datetime],
) -> Path:
    """Return where a document goes: what was chosen, else `standard` in the case's folder `reports`.

    There it lies in a folder for `moment`, the time of its data, so that a newer one does not take its place.
    """
    chosen: Optional[str] = algorithm.parameterAsFileOutput(parameters, name, context)
    path = by_time(case.folder, Path(chosen) if chosen else case.folder / "reports" / standard, moment)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def enter_document(algorithm: TomoshibiAlgorithm, case: Case, path: Path, sources: list[Any]) -> None:
    """Enter a document into the ledger as personal."""
    from ...casefile.ledger import sha256_of

    case.ledger.add(
        f"tomoshibi:{algorithm.NAME}", case.relative(path), [str(source) for source in sources], True, sha256_of(path)
    )


def terms_of(case: Case) -> str:
    """Return the terms under which the data of a case may be used, as they are printed on documents about people."""
    from ...casefile.terms import terms_line

    return translate_message(terms_line(case))

"""What the algorithms about 特定契約者 share: where a list comes from, its columns, tables, and who is registered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Optional, Sequence

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
)

from ...messages import Message, Progress, TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr, translate_message
from ..output_targets import LAYERS, in_case

if TYPE_CHECKING:
    import pandas as pd
    from qgis.core import QgsFeatureSource

    from ...aggregator.client import AggregatorClient
    from ...casefile.case import Case
    from ...casefile.contractors import ContractorList

WORKBOOKS = (".xlsx", ".xlsm")
TEXTS = (".csv", ".txt", ".tsv")
HEADERS = ("auto", "yes", "no")
"""HEADER values: whether the first row names the columns."""
FIELD_PARAMETERS = {
    "NAME_FIELD": "name",
    "ADDRESS_FIELD": "address",
    "KANA_FIELD": "kana",
    "POSTCODE_FIELD": "postcode",
    "PHONE_FIELD": "phone",
    "SUPPLY_POINT_FIELD": "supply_point",
    "ID_FIELD": "key",
}
"""Parameter → column of `casefile.contractor_checks.MAPPED`."""
MOST_SHEETS = 20
"""Sheets of a workbook that are looked at for a list."""
SAMPLES = 3
"""Rows shown beside the headings when columns are chosen."""


@dataclass(frozen=True)
class Source:
    """A list as it was brought."""

    name: str
    """Name of the file or layer."""
    headings: list[str]
    rows: list[Sequence[str]]
    header: bool
    """Whether its first row named the columns."""
    broken: frozenset[int]
    """Positions in `rows` with signs that could not be read."""
    encoding: str
    """Of a text file; "" for a workbook or layer."""


@dataclass(frozen=True)
class Peek:
    """What a person needs to say which column is what."""

    name: str
    headings: list[str]
    samples: list[list[str]]
    """Values of the first rows, one list for each heading."""
    guess: dict[str, str]
    """Column of `MAPPED` → heading."""
    rows: int
    header: bool
    encoding: str
    sheets: list[str]
    """Names of the sheets of a workbook."""
    sheet: str = ""
    """The one that was read."""


def add_list(algorithm: TomoshibiAlgorithm) -> None:
    """Add LIST, HEADER and the fields."""
    algorithm.add(
        QgsProcessingParameterVectorLayer("LIST", tr("List"), [QgsProcessing.SourceType.TypeVector], optional=True),
        tr(
            "CSV (UTF-8 or Shift_JIS), XLSX workbook or layer with one row for each contract. Left empty, the list "
            "kept in the case under this name is sent, or its result fetched."
        ),
    )
    for name, title, help_ in (
        (
            "NAME_FIELD",
            tr("Name of the contract holder"),
            tr(
                "Column with the name in which the electricity contract is held, not that of the person to be "
                "supported: often the head of the household; for a facility, whoever runs it."
            ),
        ),
        (
            "ADDRESS_FIELD",
            tr("Address of the contract"),
            tr("Column with the address of the contract, as written on the electricity bill."),
        ),
        (
            "POSTCODE_FIELD",
            tr("Postcode"),
            tr("Helps to find candidates where name and address do not match."),
        ),
        ("PHONE_FIELD", tr("Phone number"), tr("Helps to find candidates where name and address do not match.")),
        (
            "SUPPLY_POINT_FIELD",
            tr("Supply point"),
            tr("供給地点特定番号, 22 digits as text. Helps where one holder has several contracts."),
        ),
        ("KANA_FIELD", tr("Name in kana"), tr("氏名(ｶﾅ) of the contract holder.")),
        (
            "ID_FIELD",
            tr("Own id"),
            tr(
                "Your own id of the facility or person. Use cases are distinguished by it, and facilities are "
                "linked to supply points."
            ),
        ),
    ):
        algorithm.add(
            QgsProcessingParameterField(name, title, None, "LIST", optional=True),
            help_ + " " + tr("Left empty, it is recognised by the headings."),
        )
    algorithm.add_enum(
        "HEADER",
        tr("First row names the columns"),
        HEADERS,
        tr("auto: recognised by its content. no: the columns are called field_1, field_2 …"),
        "auto",
        advanced=True,
    )


def add_list_name(algorithm: TomoshibiAlgorithm, help_: str, optional: bool = False) -> None:
    """Add LIST_NAME."""
    algorithm.add(QgsProcessingParameterString("LIST_NAME", tr("Name of the list"), optional=optional), help_)


def add_table(algorithm: TomoshibiAlgorithm, spec_name: str, optional: bool = False) -> None:
    """Add OUTPUT, a table of people."""
    from ...layers.schema import SPECS

    algorithm.add(
        QgsProcessingParameterFeatureSink(
            "OUTPUT",
            SPECS[spec_name].title(),
            QgsProcessing.SourceType.TypeVector,
            None if optional else in_case(LAYERS),
            optional=True,
            createByDefault=not optional,
        ),
        tr("Table of the rows, by default in the case folder. It holds personal data: keep it nowhere else."),
    )


def source_text(parameters: Parameters) -> str:
    """Return LIST as a path with an optional `|layername=sheet` where it is a file read here, "" otherwise."""
    given = parameters.get("LIST")
    if not isinstance(given, str):
        return ""
    path = given.split("|")[0]
    return given if path.lower().endswith((*WORKBOOKS, *TEXTS)) and Path(path).is_file() else ""


def read_source(
    text: str, layer: Optional[QgsFeatureSource], header: str, progress: Progress, name: str = ""
) -> Source:
    """Read the list from a file (`text`) or the features of a layer called `name`.

    Raises `TomoshibiError` where there is none or it is empty.
    """
    from ...casefile.contractor_checks import has_header, headings_of

    broken: frozenset[int] = frozenset()
    encoding = ""
    if text:
        path, _, sheet = text.partition("|")
        name = Path(path).name
        if path.lower().endswith(WORKBOOKS):
            from ...layers.spreadsheets import read_xlsx

            rows: list[Sequence[str]] = list(read_xlsx(Path(path), sheet.partition("layername=")[2], progress))
        else:
            from ...aggregator.contractor_lists import read_list

            raw = read_list(Path(path), progress)
            rows, broken, encoding = list(raw.rows), raw.broken, raw.encoding
        first = header == "yes" or (header == "auto" and bool(rows) and has_header(rows[0]))
    elif layer is not None:
        from ...layers.spreadsheets import layer_rows

        rows, first = list(layer_rows(layer, progress)), True
    else:
        raise TomoshibiError(message("There is no list. Choose a CSV, an XLSX workbook or a layer."))
    if len(rows) <= first:
        raise TomoshibiError(message("The list {list} has no rows. Choose another file or sheet.", list=name))
    width = max(len(row) for row in rows[:SAMPLES]) if not first else len(rows[0])
    headings = headings_of([*rows[0], *[""] * (width - len(rows[0]))], first)
    moved = frozenset(place - first for place in broken if place >= first)
    return Source(name, headings, rows[first:], first, moved, encoding)


def peek(text: str, layer: Optional[QgsFeatureSource] = None, header: str = "auto", name: str = "") -> Peek:
    """Return headings, first values and a guess of the columns; for the dialog, called in a task.

    Of a workbook whose sheet is not said, the one is taken whose headings tell the most: the first may be a cover.
    """
    from ...casefile.contractor_checks import guess

    path, _, chosen = text.partition("|layername=")
    sheets: list[str] = []
    if path.lower().endswith(WORKBOOKS):
        from ...layers.spreadsheets import sheet_names

        sheets = sheet_names(Path(path))
        if not chosen and sheets:
            chosen = _telling_sheet(path, sheets, header)
            text = f"{path}|layername={chosen}"
    found = read_source(text, layer, header, Progress(), name)
    samples = [[row[place] for row in found.rows[:SAMPLES] if place < len(row)] for place in range(len(found.headings))]
    return Peek(
        found.name,
        found.headings,
        samples,
        guess(found.headings),
        len(found.rows),
        found.header,
        found.encoding,
        sheets,
        chosen,
    )


def _telling_sheet(path: str, sheets: list[str], header: str) -> str:
    """Return the sheet whose headings tell the most columns; the first where none tells any."""
    from ...casefile.contractor_checks import guess
    from ...layers.spreadsheets import read_xlsx

    told = {}
    for sheet in sheets[:MOST_SHEETS]:
        rows = read_xlsx(Path(path), sheet)
        told[sheet] = len(guess(rows[0])) if len(rows) > 1 and header != "no" else min(len(rows), 1) / 2
    return max(told, key=lambda sheet: told[sheet])


def doubts(mapping: dict[str, str]) -> list[str]:
    """Return what is doubtful about a choice of columns, in the user's language."""
    from ...casefile.contractor_checks import mapping_doubts

    return [translate_message(what) for what in mapping_doubts(mapping)]


def row_table(kept: ContractorList) -> pd.DataFrame:
    """Return the rows of a list as the table “contractors” shows them: problems in words, blanks empty."""
    import pandas as pd

    from ...casefile.contractor_checks import problem_messages

    told: dict[str, str] = {"": ""}
    for codes in kept.table["problems"].unique():
        told[codes] = " ".join(translate_message(what) for what in problem_messages(codes))
    table = pd.DataFrame(
        {
            "list_name": kept.info.name,
            "row_no": kept.table["row_no"].astype(int),
            "key": kept.table["key"],
            "name": kept.table["name"],
            "address": kept.table["address"],
            "supply_point": kept.table["supply_point"],
            "problems": [told[codes] for codes in kept.table["problems"]],
            "result": kept.table["result"],
            "master_info_id": kept.table["master_info_id"],
            "registered_at": pd.to_datetime(kept.table["registered_at"].where(kept.table["registered_at"] != "", None)),
        }
    )
    return table.replace({"": None})


def write_table(
    algorithm: TomoshibiAlgorithm,
    parameters: Parameters,
    context: QgsProcessingContext,
    progress: FeedbackProgress,
    case: Optional[Case],
    spec_name: str,
    table: pd.DataFrame,
    source: Message,
) -> Optional[str]:
    """Write OUTPUT, enter it in the ledger where it is a file, and return its id; None where it is not wanted."""
    from ..results import place_in_case, write_rows

    target = write_rows(algorithm, parameters, context, progress, spec_name, table, source)
    if target is None:
        return None
    place = place_in_case(case, target, context) if case is not None else ""
    if place and case is not None:
        case.ledger.add(f"tomoshibi:{algorithm.NAME}", place, [str(source)], personal=True)
    return target


def keep_scope(case: Case, client: AggregatorClient, algorithm: str) -> list[tuple[str, str]]:
    """Fetch who is registered, keep it as the scope of 通電情報, and return (マスタ情報ID, list name) each."""
    from ...casefile.contractors import keep_registered

    pairs = [(entry.master_info_id, entry.list_name) for entry in client.list_contractors()]
    keep_registered(case, pairs, algorithm, client.profile.interface("contractors").number)
    return pairs


def tell_links(case: Case, algorithm: str, names: Iterable[str], progress: FeedbackProgress) -> int:
    """Derive the links of facilities to supply points anew; return how many there are."""
    from ...casefile.contractor_links import refresh_links

    count, said = refresh_links(case, algorithm, names)
    for what in said:
        progress.warn(what)
    if count:
        progress.info(message("{count} link(s) from facilities to supply points are kept in the case.", count=count))
    return count


# -- for the dialog ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """The rows of a list as the dialog shows and searches them."""

    rows: list[tuple[str, ...]]
    """Row, id, name, address, supply point, problems, result, マスタ情報ID, registered at; as texts."""
    texts: list[str]
    """What a search looks through: all of a row, without differences of width and case."""
    flags: list[str]
    """Result of each row (`matched`, `review`, `none`, "" for none yet), and `!` behind it where there is a problem."""
    hints: list[str]
    """What to do about rows that did not match."""
    info: dict[str, Any]
    """What is known of the list as a whole: the fields of `casefile.contractors.ListInfo`."""


def shown(folder: str, name: str) -> Shown:
    """Return a list of a case for showing; slow for a long list, so it is called in a task."""
    from dataclasses import asdict

    from ...aggregator.contractor_lists import comparable
    from ...casefile.case import Case
    from ...casefile.contractor_checks import problem_messages
    from ...casefile.contractors import Lists, hints

    kept = Lists(Case.open(Path(folder))).open(name)
    table = kept.table
    words = {"matched": tr("matched"), "review": tr("to be reviewed"), "none": tr("not found"), "": ""}
    rows, texts, flags = [], [], []
    columns = ("row_no", "key", "name", "address", "supply_point", "problems", "result", "master_info_id")
    for *cells, codes, result, identity, registered, rejected in zip(
        *(table[column] for column in columns), table["registered_at"], table["rejected"]
    ):
        told = " ".join(
            [*(translate_message(what) for what in problem_messages(codes)), *([rejected] if rejected else [])]
        )
        row = (*cells, told, words.get(result, result), identity, registered.replace("T", " "))
        rows.append(row)
        texts.append(comparable("\n".join(row)).casefold())
        flags.append(result + ("!" if codes or rejected else ""))
    return Shown(rows, texts, flags, [translate_message(what) for what in hints(kept)], asdict(kept.info))


def searchable(text: str) -> str:
    """Return a text as `Shown.texts` has it."""
    from ...aggregator.contractor_lists import comparable

    return comparable(text).casefold()


def overview(folder: str) -> list[dict[str, Any]]:
    """Return what is known of every list of a case, by name."""
    from dataclasses import asdict

    from ...casefile.case import Case
    from ...casefile.contractors import Lists

    return [asdict(info) for info in Lists(Case.open(Path(folder))).all()]

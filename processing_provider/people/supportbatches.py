"""UC④ at scale: the people to be helped, parted among those who look after them, and their answers taken back."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterVectorLayer,
)

from ...aggregator.outside import shown
from ...analysis.support_batches import BatchBy
from ...files import PART, portable_name
from ...messages import Message, TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr, translate_message
from ..dock.results import NEEDS_HELP, NOT_REACHED
from ..output_targets import LAYERS, by_time, in_case
from ..permission import documents_allowed

if TYPE_CHECKING:
    from ...analysis.listed import Listed
    from ...analysis.support_batches import Batch
    from ...casefile.case import Case
    from ...layers.gpkg import Target
    from ...layers.spreadsheet import Sheet
    from .support_rows import Merged, SupportRow, Told, Workbook

STANDARD = "reports/support"
"""Folder of the case where none is chosen."""
BY = tuple(by.value for by in BatchBy)


class SupportBatches(TomoshibiAlgorithm):
    """CASE, BY, RETURNED → a workbook a batch, OUTPUT table of batches; counts."""

    NAME = "supportbatches"
    GROUP = "people"
    LISTS = ("SUPPORT_LIST",)
    NEEDED = ("SUPPORT_LIST",)
    TAGS = (
        "要支援者",
        "民生委員",
        "支援者",
        "町内会",
        "分担",
        "割り当て",
        "安否確認",
        "batch",
        "supporter",
        "UC4",
        "minseiiin",
    )

    def title(self) -> str:
        return tr("Part the people to help among their supporters (UC4)")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add_own(
            QgsProcessingParameterVectorLayer(
                "SUPPORT_LIST", tr("List of people who need support"), [QgsProcessing.SourceType.TypeVector]
            ),
            tr("The list from which “List whom to help evacuate first” was made; contacts are taken from it."),
        )
        self.add_enum(
            "BY",
            tr("Parted by"),
            BY,
            tr("district: 地区, 町内会, 自治会. commissioner: 民生委員. supporter: 避難支援等実施者."),
            "district",
        )
        self.add(
            QgsProcessingParameterField(
                "BATCH_FIELD", tr("Field that parts them"), None, "SUPPORT_LIST", optional=True
            ),
            tr("Left empty, it is recognised by the headings. Several names in one cell are several batches."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterField(
                "CONTACT_FIELDS", tr("Fields carried along"), None, "SUPPORT_LIST", allowMultiple=True, optional=True
            ),
            tr("Left empty, those whose headings name telephones, contacts, supporters or addresses."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean("NAMES", tr("Copy the names"), True),
            tr("The names of the list stand in the workbooks. Left out, your own id only."),
        )
        self.add(
            QgsProcessingParameterMultipleLayers(
                "RETURNED", tr("Workbooks that came back"), QgsProcessing.SourceType.TypeFile, optional=True
            ),
            tr(
                "Their answers are entered in the list of the case first, person by person. What is there already is "
                "never overwritten: what contradicts it is told."
            ),
        )
        self.add(
            QgsProcessingParameterFolderDestination("FOLDER", tr("Folder for the workbooks"), in_case(STANDARD), True),
            tr("One workbook a batch, with the answers to choose from. They hold personal data."),
        )
        self.add(
            QgsProcessingParameterFeatureSink(
                "OUTPUT", tr("Batches"), QgsProcessing.SourceType.TypeVector, in_case(LAYERS), True, True
            ),
            tr("One row a batch: how many people, answered, in need of help, not reached."),
        )
        for name, title in self._counts():
            self.add_number(name, title)

    @staticmethod
    def _counts() -> tuple[tuple[str, str], ...]:
        return (
            ("BATCHES", tr("Batches")),
            ("PEOPLE", tr("Number of people")),
            ("NOBODY", tr("People who have nobody in the list")),
            ("ANSWERED", tr("People with an answer")),
            ("NEEDS_HELP", tr("People who need help")),
            ("NOT_REACHED", tr("People not reached")),
            ("MERGED", tr("Answers taken from the workbooks")),
            ("CONFLICTS", tr("Answers not taken, each told")),
        )

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from .support_rows import support_list_of, support_rows

        case = self.case(parameters, context)
        target = support_list_of(case)
        place = self._folder(parameters, context, case, progress)
        merged = self._merged(parameters, context, target, case.info.event_time, progress)
        rows = support_rows(target)
        parted = _Parted(self, parameters, context, progress, case, rows, place)
        folder = parted.write()
        target = self._table(parameters, context, progress, case, parted)
        responses = [row.answer.response for row in rows]
        return {
            "FOLDER": str(folder) if folder is not None else "",
            "OUTPUT": target,
            "BATCHES": len(parted.batches),
            "PEOPLE": len(rows),
            "NOBODY": sum(len(batch.places) for batch in parted.batches if not batch.name),
            "ANSWERED": sum(bool(one) for one in responses),
            "NEEDS_HELP": responses.count(NEEDS_HELP),
            "NOT_REACHED": sum(one in NOT_REACHED for one in responses),
            "MERGED": merged.taken,
            "CONFLICTS": len(merged.problems),
        }

    def _folder(
        self, parameters: Parameters, context: QgsProcessingContext, case: Case, progress: FeedbackProgress
    ) -> Optional[Path]:
        """Return where workbooks go, None where the case forbids them and nobody named a folder.

        Raises `ExportForbidden` where one is named, before any answer is entered.
        """
        from ...casefile.terms import refuse_export

        folder = Path(self.parameterAsString(parameters, "FOLDER", context))
        if folder == Path(case.folder) / STANDARD and not documents_allowed(case, progress):
            return None
        refuse_export(case)
        return folder

    def _merged(
        self,
        parameters: Parameters,
        context: QgsProcessingContext,
        target: Target,
        event: datetime,
        progress: FeedbackProgress,
    ) -> Merged:
        """Enter the answers of the workbooks that came back; what is not taken is warned of."""
        from ...layers.spreadsheets import read_sheet
        from .support_rows import answers_in, merge

        answers: list[Told] = []
        problems: list[Message] = []
        for text in filter(None, self.parameterAsFileList(parameters, "RETURNED", context)):
            path = Path(text)
            for answer, problem in answers_in(path, read_sheet(path, "", progress), _headings(), event):
                answers += [answer] if answer is not None else []
                problems += [problem] if problem is not None else []
        found = merge(target, answers, {code: word for word, code in _answer_words().items()}, progress)
        for problem in (*problems, *found.problems):
            progress.warn(problem)
        for answer in answers:
            if answer.unread:
                progress.warn(
                    message(
                        "{where}: “{text}” tells no day and time of the answer. It stands in the note, and the moment "
                        "is left empty.",
                        where=answer.where,
                        text=shown(answer.unread),
                    )
                )
        if answers:
            progress.info(
                message("{taken} answers were taken, {same} were there already.", taken=found.taken, same=found.same)
            )
        return type(found)(found.taken, found.same, (*problems, *found.problems))

    def _table(
        self,
        parameters: Parameters,
        context: QgsProcessingContext,
        progress: FeedbackProgress,
        case: Case,
        parted: _Parted,
    ) -> Optional[str]:
        import pandas as pd

        from ...layers import postprocess
        from ...layers.schema import SPECS
        from ..results import place_in_case, write_rows

        source = message("The case {case}", case=case.info.name)
        columns = ["batch", "people", "at_home", "unknown", "answered", "needs_help", "not_reached", "file"]
        table = pd.DataFrame(parted.counts(), columns=columns)
        target = write_rows(self, parameters, context, progress, self.NAME, table, source)
        if target is not None:
            postprocess.style_on_load(context, target, self.NAME, SPECS[self.NAME].title())
            place = place_in_case(case, target, context)
            if place:
                case.ledger.add(f"tomoshibi:{self.NAME}", place, [str(source)], personal=True)
        return target


class _Parted:
    """The people of a result, parted among those who look after them."""

    def __init__(
        self,
        algorithm: SupportBatches,
        parameters: Parameters,
        context: QgsProcessingContext,
        progress: FeedbackProgress,
        case: Case,
        rows: list[SupportRow],
        folder: Optional[Path],
    ):
        from ...analysis.support_batches import batches
        from ...casefile.people import IDENTITY, KNOWN, case_links, find_columns, people
        from ..listed import read_parameter

        self.algorithm, self.progress, self.case, self.rows = algorithm, progress, case, rows
        self.listed = read_parameter(algorithm, parameters, context, progress, "SUPPORT_LIST", KNOWN, IDENTITY)
        self.in_list = _in_list(rows, self.listed, people(self.listed, {}, case_links(case), True).table)
        column = _batch_column(algorithm, parameters, context, self.listed)
        self.heading = self.listed.headings[column]
        cells = self.listed.column(column)
        self.batches = batches([cells[place] for place in self.in_list])
        self.told = find_columns(self.listed, {})
        self.carried = _carried(parameters, self.listed, self.told)
        self.names = algorithm.parameterAsBoolean(parameters, "NAMES", context)
        self.folder = None if folder is None else by_time(case.folder, folder, self._moment())

    def _moment(self) -> Any:
        from ...casefile import case_arrays

        try:
            return case_arrays.newest(self.case)
        except case_arrays.NoData:
            return None

    def _cell(self, row: int, column: Optional[int]) -> str:
        line = self.listed.rows[row]
        return "" if column is None or column >= len(line) else str(line[column])

    def file_of(self, batch: Batch) -> str:
        """Return the name of the workbook of a batch."""
        return f"{batch.number:04d}_{portable_name(batch.name or tr('nobody'), 60)}.xlsx"

    def write(self) -> Optional[Path]:
        """Write a workbook a batch and return the folder, None where none was asked for."""
        from ...casefile.ledger import sha256_of
        from ...casefile.terms import terms_line
        from ...layers.spreadsheet import write_xlsx

        if self.folder is None:
            return None
        self.folder.mkdir(parents=True, exist_ok=True)
        terms = translate_message(terms_line(self.case))
        written = self._written()
        for number, batch in enumerate(self.batches, 1):
            path = self.folder / self.file_of(batch)
            sheets = [self._sheet(batch), _choices_sheet(), _about(self.case, terms)]
            if path.is_file() and sha256_of(path) not in written.get(self.case.relative(path), ()):
                self._set_aside(path, sheets)
            write_xlsx(path, sheets)
            recipient = tr("batch {number}").format(number=batch.number)
            self.case.ledger.add(
                f"tomoshibi:{self.algorithm.NAME}",
                self.case.relative(path),
                ["layers.gpkg|evacuationsupport"],
                True,
                sha256_of(path),
                recipient=recipient,
            )
            self.progress.set_fraction(number / len(self.batches))
            self.progress.raise_if_cancelled()
        nobody = sum(len(batch.places) for batch in self.batches if not batch.name)
        if nobody:
            self.progress.warn(
                message(
                    "{count} people have nobody in the column {column}: they stand in the workbook 0000, and somebody "
                    "has to take them on.",
                    count=nobody,
                    column=shown(self.heading),
                )
            )
        return self.folder

    def _written(self) -> dict[str, set[str]]:
        """Return the checksums with which earlier runs wrote each workbook."""
        found: dict[str, set[str]] = {}
        for entry in self.case.ledger.entries():
            if entry.algorithm == f"tomoshibi:{self.algorithm.NAME}" and entry.sha256:
                found.setdefault(entry.path, set()).add(entry.sha256)
        return found

    def _set_aside(self, path: Path, sheets: list[Sheet]) -> None:
        """Give a workbook that somebody filled in another name: what is in it may be nowhere else.

        One that says what is written now, as a run left it that was ended on its way, is none.
        """
        if _says(path, sheets):
            return
        numbers = (path.with_name(f"{path.stem}_{number}{path.suffix}") for number in count(2))
        aside = next(one for one in numbers if not one.exists())
        path.rename(aside)
        source = self.case.relative(path)
        self.case.ledger.add(f"tomoshibi:{self.algorithm.NAME}", self.case.relative(aside), [source], True)
        self.progress.warn(
            message(
                "{file} was changed since it was written. It is kept as {aside}: where its answers were not taken, "
                "give it as a workbook that came back.",
                file=shown(path.name),
                aside=shown(aside.name),
            )
        )

    def _sheet(self, batch: Batch) -> Sheet:
        from ...layers.spreadsheet import Choices, Sheet
        from ...layers.style import VALUE_MAPS

        states = dict(VALUE_MAPS["evacuationsupport"]["state"])
        words = {code: word for word, code in _answer_words().items()}
        headings = _headings()
        carried = [self.listed.headings[place] for place in self.carried]
        names = (tr("Name of the person"),) if self.names else ()
        lines = []
        for place in batch.places:
            row, listed = self.rows[place], self.in_list[place]
            values = row.values
            own = [self._cell(listed, self.told.get("name", self.told.get("holder")))] if self.names else []
            contacts = [self._cell(listed, column) for column in self.carried]
            state = states[values["state"]]() if values["state"] in states else tr("unknown")
            said = row.answer
            at = datetime.fromisoformat(said.at) if said.at else None
            entered = [words.get(said.response, said.response) or None, said.by or None, at, said.note or None]
            lines.append(
                [row.code, values["priority"], values["key"], *own, state, values["reason"], *contacts, *entered]
            )
        heading = (headings.code, tr("Priority"), tr("Own id"), *names, tr("Presence"), tr("Reason"), *carried)
        entering = (headings.response, headings.by, headings.at, headings.note)
        choices = Choices(len(heading), tr("Answers"), len(_answer_words()))
        return Sheet(tr("People to help"), (*heading, *entering), lines, frozen=3 + len(names), choices=(choices,))

    def counts(self) -> list[tuple[Any, ...]]:
        """Return the rows of the table of batches."""
        found = []
        for batch in self.batches:
            rows = [self.rows[place].values for place in batch.places]
            responses, states = [row["response"] for row in rows], [row["state"] for row in rows]
            found.append(
                (
                    batch.name or tr("nobody"),
                    len(rows),
                    states.count("home"),
                    sum(state not in ("home", "away") for state in states),
                    sum(bool(one) for one in responses),
                    responses.count(NEEDS_HELP),
                    sum(one in NOT_REACHED for one in responses),
                    None if self.folder is None else self.file_of(batch),
                )
            )
        return found


def _says(path: Path, sheets: list[Sheet]) -> bool:
    """Whether the rows of a workbook are those that would be written now."""
    from ...layers.spreadsheet import write_xlsx
    from ...layers.spreadsheets import SheetError, read_xlsx

    fresh = path.with_name(f".{path.name}{PART}")
    try:
        write_xlsx(fresh, sheets)
        return read_xlsx(fresh) == read_xlsx(path)
    except SheetError:
        return False
    finally:
        fresh.unlink(missing_ok=True)


def _batch_column(
    algorithm: SupportBatches, parameters: Parameters, context: QgsProcessingContext, listed: Listed
) -> int:
    """Return the column that parts the people. Raises `TomoshibiError` where none is known."""
    from ...analysis.support_batches import HEADINGS

    by = BatchBy(algorithm.choice(parameters, context, "BY"))
    place = listed.place_of(HEADINGS[by], algorithm.text(parameters, context, "BATCH_FIELD"))
    if place is None:
        raise TomoshibiError(
            message(
                "The list {list} has no column that parts its people. Choose one (BATCH_FIELD); known headings: "
                "{headings}.",
                list=listed.name,
                headings=", ".join(HEADINGS[by][:6]),
            )
        )
    return place


def _carried(parameters: Parameters, listed: Listed, told: Mapping[str, int]) -> list[int]:
    """Return the columns that go with the people: those chosen, else those that tell how to reach somebody."""
    from ...analysis.support_batches import contact_columns

    given = parameters.get("CONTACT_FIELDS") or []
    chosen = [one for one in (given.split(";") if isinstance(given, str) else given) if one]
    if chosen:
        return [listed.headings.index(one) for one in chosen if one in listed.headings]
    known = ("supply_point", "key", "name", "care", "lat", "lon")
    return contact_columns(listed.headings, [told[name] for name in known if name in told])


def _in_list(rows: list[SupportRow], listed: Listed, table: Any) -> list[int]:
    """Return where in the list each person stands.

    Raises `TomoshibiError` where it is another list than the result was made of.
    """
    from ...casefile.answers import person_of

    places = {number: place for place, number in enumerate(listed.numbers)}
    people: dict[int, list[Any]] = {}
    for record in table[["row_no", "supply_point", "key", "name"]].to_dict("records"):
        people.setdefault(int(record["row_no"]), []).append(person_of(record))
    found: list[int] = []
    for row in rows:
        number, person = int(row.values["row_no"] or -1), person_of(row.values)
        if any(person.agrees(other) for other in people.get(number, ())):
            found.append(places[number])
    if len(found) < len(rows):
        raise TomoshibiError(
            message(
                "{count} people of the result stand elsewhere in the list {list}, or not at all: it has changed. Run "
                "“List whom to help evacuate first” (evacuationsupport) again, then this.",
                count=len(rows) - len(found),
                list=listed.name,
            )
        )
    return found


def _answer_words() -> dict[str, str]:
    """Return the answers that may be given, {word: code}."""
    from ...layers.style.codes import RESPONSES

    return {word(): code for code, word in RESPONSES}


def _headings() -> Workbook:
    """Return the headings of what is filled in, and the words of the answers."""
    from .support_rows import Workbook

    words: Mapping[str, str] = {**_answer_words(), **{code: code for code in _answer_words().values()}}
    return Workbook(
        tr("Row (do not change)"),
        tr("Response"),
        tr("Response by"),
        tr("Response at"),
        tr("Note of the response"),
        words,
    )


def _choices_sheet() -> Sheet:
    from ...layers.spreadsheet import Sheet

    return Sheet(tr("Answers"), (tr("Answers"),), [[word] for word in _answer_words()])


def _about(case: Case, terms: str) -> Sheet:
    from ...layers.spreadsheet import Sheet

    drill = [[tr("Drill: these data are invented")]] if case.info.practice else []
    lines = [
        [case.info.name],
        *drill,
        [terms],
        [tr("Choose the answer in the column “{column}”, and enter who asked and when.").format(column=tr("Response"))],
        [tr("Send the file back as it is; leave the first column alone. Delete it when the use ends.")],
    ]
    return Sheet(tr("About this list"), (tr("About this list"),), lines)

"""What the algorithms that write papers share: what the case knows for them, and the file in the form of its ending."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Sequence

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterFeatureSource,
)

from ... import settings
from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, is_empty, tr
from ..files import enter
from ..listed import read_parameter
from ..output_targets import needed_file

if TYPE_CHECKING:
    from ...aggregator.profile import Profile
    from ...casefile.case import Case
    from ...casefile.contacts import Contact
    from ...casefile.papers.facts import Facts
    from ...casefile.papers.paper import Paper

CONTACTS = "CONTACTS"


def add_contacts(algorithm: TomoshibiAlgorithm) -> None:
    """Add CONTACTS and UTILITY, who writes to whom; read them with `contacts` and `facts_of`."""
    algorithm.add_own(
        QgsProcessingParameterFeatureSource(
            CONTACTS, tr("Contacts"), [QgsProcessing.SourceType.TypeVector], optional=True
        ),
        tr(
            "Desks and people, CSV or XLSX with 区分 (申請窓口, 首長, 個人情報取扱責任者, 一般送配電事業者, 都道府県, "
            "燃料 …), 組織, 部署, 氏名, 電話番号, メールアドレス. What is on no list stays a marked blank."
        ),
    )
    algorithm.add_enum(
        "UTILITY",
        tr("Utility"),
        settings.UTILITIES,
        tr("一般送配電事業者 of the area. Left empty, the one on the list of contacts, then that of the settings."),
        optional=True,
    )


def add_paper(algorithm: TomoshibiAlgorithm, standard: str) -> None:
    """Add OUTPUT, the paper; `standard`: its name in `reports` of the case. Declare what is told of it."""
    algorithm.add(
        needed_file(
            "OUTPUT",
            tr("Document"),
            f"{tr('Word document')} (*.docx);;PDF (*.pdf);;{tr('Text for a mail')} (*.txt)",
            f"reports/{standard}",
        ),
        tr("The ending decides the form: .docx, .pdf, or .txt for a mail. By default in “reports” of the case."),
    )
    algorithm.add_number("BLANKS", tr("Blanks to fill in"))
    algorithm.add_number("TO_FILL_IN", tr("What is to be filled in (one line each)"), text=True)


def contacts(
    algorithm: TomoshibiAlgorithm, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress
) -> tuple[Contact, ...]:
    """Return the contacts of CONTACTS, none where there is no list. Raises `TomoshibiError` where it has no roles."""
    from ...casefile.contacts import KNOWN, contacts_in

    if is_empty(parameters.get(CONTACTS)):
        return ()
    return contacts_in(read_parameter(algorithm, parameters, context, progress, CONTACTS, KNOWN))


def facts_of(
    algorithm: TomoshibiAlgorithm,
    parameters: Parameters,
    context: QgsProcessingContext,
    progress: FeedbackProgress,
    case: Case,
    use_cases: Sequence[str] = (),
    access: Sequence[str] = (),
) -> Facts:
    """Return what is known for a paper of a case.

    Parameters
        use_cases: those whose data are to be asked for; none: the conditions of the case are told.
        access: ways of getting the data (`lgwan`, `api`); none: those of the conditions.
    """
    from ...casefile.papers.facts import Facts, conditions_of

    profile = _profile(progress)
    conditions = _wanted(case, use_cases) if use_cases else conditions_of(case, profile)
    registered = case.contractors()
    rows = len(set(case.readings.meters.supply_point.tolist()))
    return Facts(
        case.info,
        contacts(algorithm, parameters, context, progress),
        algorithm.choice(parameters, context, "UTILITY") or settings.UTILITY.read(),
        conditions,
        tuple(use_cases),
        tuple(access) or (() if use_cases else tuple({each.delivery_method for each in conditions})),
        {column.column: column.name for column in profile.file("master").columns},
        rows or None,
        None if registered is None else len(registered),
    )


def _profile(progress: FeedbackProgress) -> Profile:
    """Return the profile of the settings; the one that ships where that cannot be read, which is told."""
    from ...aggregator.profile import Profile

    chosen = settings.PROFILE.read()
    try:
        return Profile.load(Path(chosen) if chosen else None)
    except TomoshibiError as error:
        progress.warn(error.message)
        return Profile.load(None)


def _wanted(case: Case, use_cases: Sequence[str]) -> tuple[Any, ...]:
    """Return the conditions that the use cases would register for the period of use, once that is known."""
    from ...aggregator.conditions import TEMPLATES

    request, event = case.info.request, case.info.all_events[0]
    begin = request.use_from or event.begin.date()
    end = request.use_to or begin
    found = [TEMPLATES[each].conditions(case.info.municipality, begin, end, ["low"]) for each in use_cases]
    return tuple(condition for made in found for condition in made)


def write_paper(
    algorithm: TomoshibiAlgorithm, case: Case, path: Path, paper: Paper, progress: FeedbackProgress
) -> dict[str, Any]:
    """Write a paper in the form of the file's ending, enter it in the ledger, and return the outputs.

    Raises `TomoshibiError` for any other ending.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, paper)
    # it tells of the request and of offices, of no electricity user
    enter(algorithm, case, path, [message("What the case says of itself")], personal=False)
    if paper.blanks:
        progress.warn(
            message(
                "{count} places are to be filled in before it is sent (要記入): {places}.",
                count=len(paper.blanks),
                places=", ".join(paper.blanks),
            )
        )
    # the paper itself is no output: QGIS writes those into its log, and it names people of offices
    return {"OUTPUT": str(path), "BLANKS": len(paper.blanks), "TO_FILL_IN": "\n".join(paper.blanks)}


def _write(path: Path, paper: Paper) -> None:
    from ...casefile.papers.docx import write_docx
    from ...casefile.papers.text import as_text
    from ...files import write_text_atomic
    from ...sheets.paper_pdf import write_paper_pdf

    ending = path.suffix.lower()
    if ending == ".docx":
        write_docx(path, paper)
    elif ending == ".pdf":
        write_paper_pdf(path, paper)
    elif ending == ".txt":
        write_text_atomic(path, as_text(paper))
    else:
        raise TomoshibiError(
            message("A paper is written as .docx, .pdf or .txt, not as {ending}. Choose another name.", ending=ending)
        )

"""The CSVs of 契約照合 and 特定契約者登録 for the LG-WAN screens, without any API; and their results read back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputFile,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
)

from ...files import fresh_file
from ...messages import Message, TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..request.contractors import add_list_name, tell_links

if TYPE_CHECKING:
    from ...aggregator.profile import Profile
    from ...casefile.contractors import ContractorList, Lists

ALGORITHM = "tomoshibi:contractorcsv"


class ContractorCsv(TomoshibiAlgorithm):
    """CASE, LIST_NAME, RESULTS, REGISTERED_BY_HAND, FOLDER → MATCH_CSV, REGISTER_CSV; MATCHED, REVIEW, UNMATCHED …."""

    NAME = "contractorcsv"
    GROUP = "acquire"
    TAGS = ("特定契約者", "契約照合", "LG-WAN", "CSV", "照合結果", "目視", "contractor", "keiyaku")

    def title(self) -> str:
        return tr("CSV for contractors")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        add_list_name(self, tr("Name of a list of the case. “Match contractors” without sending brings one in."))
        self.add(
            QgsProcessingParameterFile(
                "RESULTS", tr("Result list of the screens"), QgsProcessingParameterFile.Behavior.File, optional=True
            ),
            tr(
                "CSV of 地点契約照合 as saved on the LG-WAN screen, after the rows to be reviewed were settled there. "
                "Its マスタ情報ID are entered in the list first."
            ),
        )
        self.add(
            QgsProcessingParameterBoolean("REGISTERED_BY_HAND", tr("Registered on the LG-WAN screen"), False),
            tr("On: the matched rows have been registered there by hand. They are then the scope of 通電情報."),
        )
        self.add(
            QgsProcessingParameterFolderDestination("FOLDER", tr("Folder for the CSVs"), None, True, False),
            tr("Left empty, the folder “contractors” of the case. The files hold personal data."),
        )
        self.add_profile()
        self.addOutput(QgsProcessingOutputFile("MATCH_CSV", tr("CSV for 契約照合")))
        self.addOutput(QgsProcessingOutputFile("REGISTER_CSV", tr("CSV for 特定契約者登録")))
        self.add_number("ROWS", tr("Rows in the CSV for 契約照合"))
        self.add_number("IDS", tr("マスタ情報ID in the CSV for 特定契約者登録"))
        self.add_number("MATCHED", tr("Rows matched"))
        self.add_number("REVIEW", tr("Rows to be reviewed on the LG-WAN screen"))
        self.add_number("UNMATCHED", tr("Rows not found"))
        self.add_number("UNPLACED", tr("Rows of the result list that belong to no row"))

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        results = self.parameterAsFile(parameters, "RESULTS", context)
        if results and not Path(results).is_file():
            return [message("The file {file} is not there. Choose it again.", file=results)]
        return []

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.contractors import Lists

        case = self.case(parameters, context)
        profile = self.profile(parameters, context)
        lists = Lists(case)
        kept = lists.open(self.text(parameters, context, "LIST_NAME"))
        folder = Path(self.parameterAsString(parameters, "FOLDER", context) or case.folder / "contractors")
        results = self.parameterAsFile(parameters, "RESULTS", context)
        unplaced = 0
        made: dict[str, Any] = {"MATCH_CSV": None, "REGISTER_CSV": None, "ROWS": 0, "IDS": 0}
        if results:
            kept, unplaced = _read_back(lists, kept, Path(results), profile, progress)
        else:
            kept, made["MATCH_CSV"], made["ROWS"] = _for_matching(lists, kept, folder, profile)
        progress.set_fraction(0.5)
        identities = kept.identities()
        if identities:
            made["REGISTER_CSV"], made["IDS"] = _for_registering(lists, kept, folder, profile), len(identities)
        if self.parameterAsBool(parameters, "REGISTERED_BY_HAND", context):
            _registered_by_hand(lists, kept, identities)
        if identities:
            tell_links(case, ALGORITHM, [kept.info.name], progress)
        counts = kept.info.counts
        return {
            **made,
            "MATCHED": counts.get("matched", 0),
            "REVIEW": counts.get("review", 0),
            "UNMATCHED": counts.get("none", 0),
            "UNPLACED": unplaced,
        }


def _read_back(
    lists: Lists, kept: ContractorList, results: Path, profile: Profile, progress: FeedbackProgress
) -> tuple[ContractorList, int]:
    """Enter the result list of the screens; return the list and the number of rows that belong to none of its own."""
    from ...aggregator.contractor_lists import read_results
    from ...casefile.contractors import hints

    if not (kept.table["sent_no"] != "").any():
        kept, _ = kept.to_send()
    kept, unplaced = kept.with_result_file(read_results(results, profile, progress))
    kept = lists.save(kept, ALGORITHM)
    if unplaced:
        progress.warn(
            message(
                "{count} row(s) of the result list belong to no row of “{list}”. Is it the result of this list?",
                count=unplaced,
                list=kept.info.name,
            )
        )
    for hint in hints(kept):
        progress.warn(hint)
    return kept, unplaced


def _for_matching(
    lists: Lists, kept: ContractorList, folder: Path, profile: Profile
) -> tuple[ContractorList, str, int]:
    """Write the CSV for 契約照合; return the list with its rows numbered as sent, the path and how many they are."""
    from ...aggregator.contractor_lists import match_csv
    from ...casefile.contractors import MADE_OF_LIST

    numbered, rows = kept.to_send()
    if not rows:
        raise TomoshibiError(
            message("No row of the list can be sent. Look at the problems beside the rows and correct the list.")
        )
    path = _write(lists, kept, folder / f"{kept.info.stem}{MADE_OF_LIST[0]}", match_csv(rows, profile))
    # what was matched through the API stays: its numbers are the same
    if not kept.info.matched_at and not kept.info.match_id:
        kept = lists.save(numbered, ALGORITHM)
    return kept, path, len(rows)


def _for_registering(lists: Lists, kept: ContractorList, folder: Path, profile: Profile) -> str:
    """Write the CSV for 特定契約者登録; return its path."""
    from ...aggregator.contractor_lists import register_csv
    from ...casefile.contractors import MADE_OF_LIST

    content = register_csv(kept.identities(), profile)
    return _write(lists, kept, folder / f"{kept.info.stem}{MADE_OF_LIST[1]}", content)


def _registered_by_hand(lists: Lists, kept: ContractorList, identities: list[str]) -> None:
    """Note that the matched rows are registered, and keep all that is as the scope of 通電情報."""
    from ...casefile.contractors import keep_registered

    if not identities:
        raise TomoshibiError(message("No row of “{list}” has matched: nothing can be registered.", list=kept.info.name))
    lists.save(kept.with_registration("", identities, {}, False), ALGORITHM)
    others = [info.name for info in lists.all() if info.registered]
    pairs = [(identity, other) for other in others for identity in lists.open(other).registered_ids()]
    keep_registered(lists.case, pairs, ALGORITHM, "LG-WAN")


def _write(lists: Lists, kept: ContractorList, path: Path, content: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with fresh_file(path) as stream:
        stream.write(content)
    lists.case.ledger.add(ALGORITHM, lists.case.relative(path), [kept.info.name], personal=True)
    return str(path)

"""特定契約者 一覧: who is registered, told apart by use case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterFile

from ...messages import message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..request.contractors import add_list_name, add_table, keep_scope, tell_links, write_table

if TYPE_CHECKING:
    from ...aggregator.client import AggregatorClient
    from ...casefile.case import Case
    from ...casefile.contractors import ContractorList


class ListContractors(TomoshibiAlgorithm):
    """CASE (optional), LIST_NAME (empty: all) → OUTPUT table; COUNT, BOTH, ONLY_HERE, ONLY_THERE."""

    NAME = "listcontractors"
    GROUP = "acquire"
    OF_PEOPLE = True
    TAGS = ("特定契約者", "一覧", "比較", "contractor", "list", "compare", "ichiran")

    def title(self) -> str:
        return tr("List contractors")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add(
            QgsProcessingParameterFile(
                "CASE", tr("Case folder"), QgsProcessingParameterFile.Behavior.Folder, optional=True
            ),
            tr(
                "With a case, what is registered is compared with its lists and distinguished by your own ids, and "
                "kept as the scope of 通電情報."
            ),
        )
        add_list_name(self, tr("Left empty, all lists."), optional=True)
        self.add_connection()
        add_table(self, "registeredcontractors")
        self.add_number("COUNT", tr("Contracts registered"))
        self.add_number("BOTH", tr("Registered and in the case"))
        self.add_number("ONLY_HERE", tr("In the case, not registered"))
        self.add_number("ONLY_THERE", tr("Registered, not in the case"))

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.contractors import compare

        client = self.client(parameters, context, progress)
        wanted = self.text(parameters, context, "LIST_NAME")
        case = self.case(parameters, context) if self.text(parameters, context, "CASE") else None
        if case is None:
            kept, pairs = [], [(entry.master_info_id, entry.list_name) for entry in client.list_contractors()]
        else:
            kept, pairs = self._lists(case, client, wanted, progress)
        progress.set_fraction(0.5)
        pairs = [pair for pair in pairs if wanted in ("", pair[1])]
        table = compare(kept, pairs)
        # a contract that stands in several rows of a list is registered once
        once = table.drop_duplicates(["list_name", "master_info_id"])["state"]
        states = {state: int((once == state).sum()) for state in ("both", "here", "there")}
        if states["here"] or (case is not None and states["there"]):
            progress.warn(
                message(
                    "{here} contract(s) of the case are not registered, {there} registered one(s) are in none of its "
                    "lists. Register the list again where that is not meant.",
                    here=states["here"],
                    there=states["there"],
                )
            )
        target = write_table(
            self,
            parameters,
            context,
            progress.stage(0.5, 1),
            case,
            "registeredcontractors",
            table.replace({"": None}),
            message("The aggregator at {host}", host=client.transport.host),
        )
        return {
            "OUTPUT": target,
            "COUNT": len(pairs),
            "BOTH": states["both"],
            "ONLY_HERE": states["here"],
            "ONLY_THERE": states["there"],
        }

    def _lists(
        self, case: Case, client: AggregatorClient, wanted: str, progress: FeedbackProgress
    ) -> tuple[list[ContractorList], list[tuple[str, str]]]:
        """Return the lists of the case, and (マスタ情報ID, list) of what is registered; both are kept in the case."""
        from ...casefile.contractors import Lists

        algorithm = f"tomoshibi:{self.NAME}"
        pairs = keep_scope(case, client, algorithm)
        lists = Lists(case)
        names = [info.name for info in lists.all() if wanted in ("", info.name)]
        kept = [lists.open(name) for name in names]
        if kept:
            tell_links(case, algorithm, names, progress)
        return kept, pairs

"""特定契約者 削除: a use case needs its list no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterBoolean

from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..request.conditions import ids
from ..request.contractors import add_list_name, keep_scope
from .registercontractors import delete_lists

if TYPE_CHECKING:
    from ...casefile.case import Case


class DeleteContractors(TomoshibiAlgorithm):
    """CASE, LIST_NAME, LIST_ID, ALSO_HERE → COUNT."""

    NAME = "deletecontractors"
    GROUP = "acquire"
    PERSONAL = False  # it takes people out
    TAGS = ("特定契約者", "削除", "contractor", "delete", "sakujo")

    def title(self) -> str:
        return tr("Delete contractors")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        from qgis.core import QgsProcessingParameterString

        self.add_case()
        add_list_name(self, tr("Name of a list of the case; its registration is deleted on the aggregator."))
        self.add(
            QgsProcessingParameterString("LIST_ID", tr("Id of the list"), optional=True),
            tr("Id of a registration that the case does not know, with commas between several."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean("ALSO_HERE", tr("Delete the list in the case too"), False),
            tr("On: the list with its names and its links to facilities is deleted from the case folder as well."),
        )
        self.add_connection()
        self.add_number("COUNT", tr("Registrations deleted"))

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.contractor_links import without_list
        from ...casefile.contractors import Lists

        case = self.case(parameters, context)
        lists = Lists(case)
        name = self.text(parameters, context, "LIST_NAME")
        also_here = self.parameterAsBool(parameters, "ALSO_HERE", context)
        if also_here and lists.is_half_removed(name):
            lists.remove(name)
            return {"COUNT": 0}
        kept = lists.open(name)
        wanted = tuple(ids(self.text(parameters, context, "LIST_ID"))) or kept.info.list_ids
        algorithm = f"tomoshibi:{self.NAME}"
        if kept.info.by_hand:
            progress.warn(
                message("The list “{list}” was registered on the LG-WAN screen: delete it there as well.", list=name)
            )
        if not wanted and not also_here and not kept.info.by_hand and not _in_scope(case, name):
            raise TomoshibiError(
                message("The list “{list}” is not registered: there is nothing to delete on the aggregator.", list=name)
            )
        deleted = 0
        # the scope still names the list where a run died after its registration was deleted
        if wanted or _in_scope(case, name):
            client = self.client(parameters, context, progress)
            deleted = delete_lists(client, wanted, progress)
            lists.save(kept.without_registration(), algorithm)
            keep_scope(case, client, algorithm)
        if also_here:
            without_list(case, name, algorithm)
            lists.remove(name)
        return {"COUNT": deleted}


def _in_scope(case: Case, name: str) -> bool:
    """Whether the scope of 通電情報 that the case keeps names a list."""
    registered = case.contractors()
    return registered is not None and bool((registered["list_name"] == name).any())

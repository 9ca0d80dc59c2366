"""特定契約者 登録: the matched contracts of a use case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterBoolean

from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..request.contractors import add_list_name, add_table, keep_scope, row_table, tell_links, write_table

if TYPE_CHECKING:
    from ...aggregator.client import AggregatorClient, RegisteredList
    from ...casefile.contractors import ContractorList, Lists


class RegisterContractors(TomoshibiAlgorithm):
    """CASE, LIST_NAME, REPLACE → OUTPUT table; REGISTERED, REJECTED, LIST_ID, LINKS."""

    NAME = "registercontractors"
    GROUP = "acquire"
    OF_PEOPLE = True
    TAGS = ("特定契約者", "特定契約者登録", "登録", "マスタ情報ID", "contractor", "register", "touroku")

    def title(self) -> str:
        return tr("Register contractors")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        add_list_name(self, tr("Name of a list of the case that was matched."))
        self.add(
            QgsProcessingParameterBoolean("REPLACE", tr("Register all again"), False),
            tr(
                "On: all matched rows are registered, then what this list had registered before is deleted. Off: only "
                "what is not registered yet is added."
            ),
        )
        self.add_connection()
        add_table(self, "contractors", optional=True)
        self.add_number("REGISTERED", tr("Contracts registered"))
        self.add_number("REJECTED", tr("Contracts rejected"))
        self.add_number("LIST_ID", tr("Id of the list"), text=True)
        self.add_number("LINKS", tr("Links from facilities to supply points"))

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...aggregator.client import RegisteredList
        from ...casefile.contractors import Lists

        case = self.case(parameters, context)
        lists = Lists(case)
        name = self.text(parameters, context, "LIST_NAME")
        kept = lists.open(name)
        if kept.info.match_id:
            raise TomoshibiError(
                message("The result of the matching of “{list}” is still waited for. Fetch it first.", list=name)
            )
        # A list brought anew does not know which of its rows the aggregator already has: all of it takes their place.
        anew = bool(kept.info.list_ids) and not kept.registered_ids()
        replaced = anew or self.parameterAsBool(parameters, "REPLACE", context)
        sent = kept.identities(fresh=not replaced)
        if not sent and not kept.registered_ids():
            raise TomoshibiError(
                message(
                    "The list “{list}” has nothing to register: no row has matched that is not registered yet. Match "
                    "it first, or settle the rows to be reviewed.",
                    list=name,
                )
            )
        client = self.client(parameters, context, progress)
        algorithm = f"tomoshibi:{self.NAME}"
        made = RegisteredList("".join(kept.info.list_ids[-1:]), 0, ())
        if sent:
            kept, made = _registered(client, lists, kept, sent, replaced, progress)
        else:
            # a run that died after the registration did not get here
            progress.warn(
                message(
                    "All that matched in “{list}” is registered already; what the case says of it is brought up to "
                    "date.",
                    list=name,
                )
            )
        keep_scope(case, client, algorithm)
        links = tell_links(case, algorithm, [name], progress)
        target = write_table(
            self,
            parameters,
            context,
            progress,
            case,
            "contractors",
            row_table(kept),
            message("Contractor list “{list}”", list=name),
        )
        return {
            "OUTPUT": target,
            "REGISTERED": made.registered,
            "REJECTED": len(made.rejected),
            "LIST_ID": made.list_id,
            "LINKS": links,
        }


def _registered(
    client: AggregatorClient,
    lists: Lists,
    kept: ContractorList,
    sent: list[str],
    replaced: bool,
    progress: FeedbackProgress,
) -> tuple[ContractorList, RegisteredList]:
    """Register マスタ情報ID of a list and keep what came of it; `replaced`: what was registered before is deleted."""
    from ...aggregator.contractor_lists import register_csv

    old = kept.info.list_ids
    made = client.register_contractors(register_csv(sent, client.profile), kept.info.name, sent)
    progress.set_fraction(0.5)
    kept = kept.with_registration(made.list_id, sent, {row.row_no: row.reason for row in made.rejected}, replaced)
    # Kept before anything is deleted: whatever happens now, the id of the new list is not lost.
    kept = lists.save(kept, f"tomoshibi:{RegisterContractors.NAME}")
    if replaced:
        delete_lists(client, old, progress)
    for row in made.rejected:
        progress.warn(message("Row {row} of what was sent was rejected: {reason}", row=row.row_no, reason=row.reason))
    return kept, made


def delete_lists(client: AggregatorClient, list_ids: tuple[str, ...], progress: FeedbackProgress) -> int:
    """Delete lists on the aggregator; one that is gone already is told. Return how many were deleted."""
    from ...aggregator.errors import NotFound

    deleted = 0
    for list_id in list_ids:
        try:
            client.delete_contractors(list_id)
            deleted += 1
        except NotFound:
            progress.warn(message("The aggregator has no list {id} any more.", id=list_id))
    return deleted

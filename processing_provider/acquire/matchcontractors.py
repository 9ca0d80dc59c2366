"""地点契約照合: finding the contracts of the people of a list."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterBoolean, QgsProcessingParameterNumber

from ...messages import Message, TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..request.contractors import (
    FIELD_PARAMETERS,
    Source,
    add_list,
    add_list_name,
    add_table,
    read_source,
    row_table,
    source_text,
    tell_links,
    write_table,
)

if TYPE_CHECKING:
    from ...aggregator.client import AggregatorClient, MatchResult
    from ...aggregator.profile import Profile
    from ...casefile.contractors import ContractorList, Lists

POLLING = ((30.0, 2.0), (300.0, 10.0), (float("inf"), 60.0))
"""(seconds since the sending, seconds between two questions): the aggregator matches every half-hour."""


class MatchContractors(TomoshibiAlgorithm):
    """CASE, LIST and its columns, LIST_NAME → OUTPUT table; MATCHED, REVIEW, UNMATCHED, PROBLEMS, ROWS, PENDING."""

    NAME = "matchcontractors"
    GROUP = "acquire"
    OF_PEOPLE = True
    TAGS = ("特定契約者", "契約照合", "地点契約照合", "名簿", "contractor", "match", "keiyaku", "shougou")

    def title(self) -> str:
        return tr("Match contractors")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        add_list_name(self, tr("Name under which the list is kept and registered: one for each use case."))
        add_list(self)
        self.add(
            QgsProcessingParameterBoolean("SEND", tr("Send for matching"), True),
            tr("Off: the list is only checked and kept in the case. Nothing leaves this computer."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "WAIT_MINUTES", tr("Wait (minutes)"), QgsProcessingParameterNumber.Type.Double, 35, minValue=0
            ),
            tr(
                "How long to wait for the result: the aggregator matches every 30 minutes between 2:00 and 24:00. Run "
                "again without a list to fetch what was not done by then."
            ),
        )
        self.add_connection()
        add_table(self, "contractors")
        self.add_number("MATCHED", tr("Rows matched"))
        self.add_number("REVIEW", tr("Rows to be reviewed on the LG-WAN screen"))
        self.add_number("UNMATCHED", tr("Rows not found"))
        self.add_number("PROBLEMS", tr("Rows with a problem"))
        self.add_number("ROWS", tr("Rows of the list"))
        self.add_number("PENDING", tr("Rows whose result is waited for"))

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        if not self.text(parameters, context, "LIST_NAME"):
            return [message("The list has no name. Name it after its use case.")]
        return []

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile.contractors import Lists, hints

        case = self.case(parameters, context)
        lists = Lists(case)
        name = self.text(parameters, context, "LIST_NAME")
        algorithm = f"tomoshibi:{self.NAME}"
        if parameters.get("LIST"):
            kept = self._brought(parameters, context, lists, name, progress.stage(0, 0.3))
            kept = lists.save(kept, algorithm)
        else:
            kept = lists.open(name)
        if self.parameterAsBool(parameters, "SEND", context):
            client = self.client(parameters, context, progress)
            minutes = self.parameterAsDouble(parameters, "WAIT_MINUTES", context)
            kept = _matched(client, lists, kept, 60 * minutes, progress.stage(0.3, 0.9))
            for hint in hints(kept):
                progress.warn(hint)
            if not kept.info.match_id:
                tell_links(case, algorithm, [name], progress)
        target = write_table(
            self,
            parameters,
            context,
            progress.stage(0.9, 1),
            case,
            "contractors",
            row_table(kept),
            message("Contractor list “{list}”", list=name),
        )
        counts = kept.info.counts
        return {
            "OUTPUT": target,
            "MATCHED": counts.get("matched", 0),
            "REVIEW": counts.get("review", 0),
            "UNMATCHED": counts.get("none", 0),
            "PROBLEMS": kept.info.problems,
            "ROWS": kept.info.rows,
            "PENDING": int((kept.table["sent_no"] != "").sum()) if kept.info.match_id else 0,
        }

    def _brought(
        self, parameters: Parameters, context: QgsProcessingContext, lists: Lists, name: str, progress: FeedbackProgress
    ) -> ContractorList:
        """Read, map and check the list; what is registered under its name stays known."""
        from ...casefile.contractor_checks import check_rows, mapping_doubts
        from ...casefile.contractors import new_list

        text = source_text(parameters)
        layer = None if text else self.parameterAsSource(parameters, "LIST", context)
        found = read_source(
            text, layer, self.choice(parameters, context, "HEADER"), progress, layer.sourceName() if layer else ""
        )
        if not found.header:
            progress.warn(
                message(
                    "The list has no heading: its columns are called field_1 to field_{count}. Say which is which, or "
                    "add a first row with names.",
                    count=len(found.headings),
                )
            )
        mapping = self._mapping(parameters, context, found)
        for doubt in mapping_doubts(mapping):
            progress.warn(doubt)
        profile = self.profile(parameters, context)
        kept = new_list(name, _checked(check_rows, found, mapping, profile, progress), mapping, found.name)
        before = lists.find(name)
        if before is not None:
            kept = replace(kept, info=replace(kept.info, list_ids=before.list_ids, by_hand=before.by_hand))
        if kept.info.problems:
            progress.warn(
                message(
                    "{count} of {rows} row(s) have a problem; it stands beside the row. The other rows go on.",
                    count=kept.info.problems,
                    rows=kept.info.rows,
                )
            )
        return kept

    def _mapping(self, parameters: Parameters, context: QgsProcessingContext, found: Source) -> dict[str, str]:
        """Return the columns that were chosen; where none was chosen at all, those that the headings tell."""
        from ...casefile.contractor_checks import guess

        given = {
            column: self.text(parameters, context, name)
            for name, column in FIELD_PARAMETERS.items()
            if self.text(parameters, context, name)
        }
        # somebody who has chosen name and address has looked at the columns: what was left empty is meant to be
        chosen = "name" in given and "address" in given
        return given if chosen else {**guess(found.headings), **given}


def _checked(
    check_rows: Any, found: Source, mapping: dict[str, str], profile: Profile, progress: FeedbackProgress
) -> Any:
    return check_rows(found.headings, found.rows, mapping, profile, found.broken, progress)


def _matched(
    client: AggregatorClient, lists: Lists, kept: ContractorList, seconds: float, progress: FeedbackProgress
) -> ContractorList:
    """Send the list unless it is already sent, wait, and keep the result; its run is kept where it is not done."""
    from ...aggregator.contractor_lists import match_csv
    from ...aggregator.errors import NotFound

    algorithm = f"tomoshibi:{MatchContractors.NAME}"
    client.report_to(progress)
    if not kept.info.match_id:
        kept, rows = kept.to_send()
        if not rows:
            raise TomoshibiError(
                message("No row of the list can be sent. Look at the problems beside the rows and correct the list.")
            )
        kept = kept.started(client.match_contracts(match_csv(rows, client.profile)))
        kept = lists.save(kept, algorithm)
        progress.info(message("{count} row(s) were sent for matching.", count=len(rows)))
    try:
        result = _result(client, kept.info.match_id, seconds, progress)
    except NotFound:
        lists.save(kept.started(""), algorithm)
        raise
    if not result.done:
        progress.warn(
            message(
                "The result of the matching is not there yet. Run again without a list, under the same name, to fetch "
                "it."
            )
        )
        return kept
    kept = kept.with_results((row.row_no, row.result, row.master_info_id) for row in result.rows)
    return lists.save(kept, algorithm)


def _result(client: AggregatorClient, match_id: str, seconds: float, progress: FeedbackProgress) -> MatchResult:
    """Ask for the result until it is there or the time is up."""
    from ...aggregator.transport import pause

    begun = time.monotonic()
    while True:
        progress.raise_if_cancelled()
        found = client.match_result(match_id)
        passed = time.monotonic() - begun
        if found.done or passed >= seconds:
            return found
        progress.set_fraction(passed / seconds)
        every = next(wait for limit, wait in POLLING if passed < limit)
        pause(min(every, seconds - passed), progress)

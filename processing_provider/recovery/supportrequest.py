"""重要施設リスト, and what was asked for and came: power-supply trucks and fuel (災害時連携計画 別添1, 4, 5)."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Sequence

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ...aggregator.outside import SafeWriter
from ...files import fresh_file
from ...messages import Message, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, is_empty, tr
from ..files import destination
from ..listed import read_parameter
from ..output_targets import in_case
from ..situation.facilities import read_facilities, read_facility_links
from .powertrucks import read_priority
from .support import needs_of, open_requests, sheet_of

if TYPE_CHECKING:
    from ...analysis.support_lists import Listing
    from ...casefile.case import Case

LISTS_ = ("facilities", "support", "trucks", "fuel")
"""Values of LIST."""
CONTACT = ("contact", "連絡先", "電話番号", "施設の電話番号", "担当者", "電話")
"""Headings under which a list of facilities says whom to call."""
STANDARD = "supportrequest"
"""Name of the files where none is chosen; each list has one of its own."""
OUTPUTS = (("XLSX", lambda: tr("Workbook"), "xlsx"), ("CSV", lambda: tr("CSV table"), "csv"))


class SupportRequest(TomoshibiAlgorithm):
    """CASE, LIST, FACILITIES, LINKS, REQUESTS → XLSX, CSV; COUNT, ASKED, GRANTED, ARRIVED, REFUSED, WAITING."""

    NAME = "supportrequest"
    GROUP = "recovery"
    LISTS = ("FACILITIES", "REQUESTS")
    # only supply points lead to people: what writes them asks for leave itself
    PERSONAL = False
    TAGS = (
        "重要施設リスト",
        "電源車",
        "燃料",
        "応援要請",
        "災害時連携計画",
        "support",
        "request",
        "fuel",
        "shien yousei",
    )

    def title(self) -> str:
        return tr("List what support is asked for")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add_enum(
            "LIST",
            tr("List"),
            LISTS_,
            tr(
                "facilities: 重要施設リスト, which prefecture and utility share in peacetime. support: trucks and fuel "
                "that were asked for and came, from the proposal for trucks and from what people entered; trucks, "
                "fuel: one of the two."
            ),
            "facilities",
        )
        self.add_own(
            QgsProcessingParameterFeatureSource(
                "FACILITIES", tr("Facilities"), [QgsProcessing.SourceType.TypeVector], optional=True
            ),
            tr("For 重要施設リスト. A column with 連絡先 or 電話番号 is taken over."),
        )
        self.add(
            QgsProcessingParameterFile("LINKS", tr("Facilities and their supply points"), optional=True),
            tr("Left empty, the links that the case keeps, and those of its registered contractors."),
        )
        self.add(
            QgsProcessingParameterFile("PRIORITY", tr("Order of priority"), optional=True),
            tr("The prefecture's list, CSV or Excel with a column id. What is not on it follows by kind."),
        )
        self.add(
            QgsProcessingParameterBoolean("NUMBERS", tr("Write supply points"), False),
            tr(
                "By them the utility finds the service wires. They lead to personal data: the file is then personal, "
                "and is not written where the case forbids export."
            ),
        )
        self.add_own(
            QgsProcessingParameterFeatureSource(
                "REQUESTS", tr("Support asked for"), [QgsProcessing.SourceType.TypeVector], optional=True
            ),
            tr(
                "The list “support” written here, filled in: 種別 (電源車, 燃料), 行き先, 数量, 要請日時, 要請先, "
                "回答, 到着見込み, 到着日時. Keep it in the case with “Change case”: the brief then has a page of it."
            ),
        )
        self.add(
            QgsProcessingParameterNumber(
                "HOURS", tr("Hours of supply"), QgsProcessingParameterNumber.Type.Double, 72.0, False, 1.0, 720.0
            ),
            tr("For how long the fuel of the proposal is: the hours with which it was made."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterString("RECIPIENT", tr("Who gets it"), optional=True),
            tr("Prefecture, utility or desk to which the list goes. It stands in the ledger."),
        )
        self._add_outputs()

    def _add_outputs(self) -> None:
        """Add the files, and declare the counts."""
        for name, words, ending in OUTPUTS:
            self.add(
                QgsProcessingParameterFileDestination(
                    name, words(), f"{ending.upper()} (*.{ending})", in_case(f"reports/{STANDARD}.{ending}"), True
                ),
                tr("Where it goes: by default into “reports” of the case."),
            )
        for name, told in (
            ("COUNT", tr("Rows")),
            ("ASKED", tr("Asked for")),
            ("GRANTED", tr("Granted, not there yet")),
            ("ARRIVED", tr("Arrived")),
            ("REFUSED", tr("Refused")),
            ("WAITING", tr("Asked for, neither come nor refused")),
            ("NOT_READ", tr("Values of the list that were not understood")),
            ("NOT_KNOWN", tr("Ids of the order or of requests that no list of the case knows")),
        ):
            self.add_number(name, told)

    def check(self, parameters: Parameters, context: QgsProcessingContext) -> list[Message]:
        wanted = self.choice(parameters, context, "LIST") == "facilities"
        if wanted and is_empty(self.settled(parameters, context).get("FACILITIES")):
            from ...casefile.own_inputs import needed

            return [needed("FACILITIES")]
        return []

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        case = self.case(parameters, context)
        which = self.choice(parameters, context, "LIST")
        numbers = which == "facilities" and self.parameterAsBoolean(parameters, "NUMBERS", context)
        if numbers:
            from ...casefile.terms import refuse_export
            from ..permission import refuse_use

            refuse_use(case.folder)
            refuse_export(case)
        if which == "facilities":
            listing, told = self._facilities(parameters, context, progress, case, numbers)
        else:
            listing, told = self._support(parameters, context, progress, case, which)
        _tell_empty(listing, progress)
        counts = dict.fromkeys(("ASKED", "GRANTED", "ARRIVED", "REFUSED", "WAITING", "NOT_READ"), 0)
        results: dict[str, Any] = {"COUNT": len(listing.rows), **counts, **told}
        for name, _, ending in OUTPUTS:
            path = destination(self, parameters, context, name)
            if path is None:
                continue
            if path.stem == STANDARD:
                path = path.with_name(f"{self.NAME}_{which}.{ending}")
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, listing, case, numbers)
            self._enter(case, path, numbers, self.text(parameters, context, "RECIPIENT"))
            results[name] = str(path)
        return results

    def _enter(self, case: Case, path: Path, personal: bool, recipient: str) -> None:
        from ...casefile.ledger import sha256_of

        source = "Facilities of the municipality, proposal for trucks, what people entered"
        place = case.relative(path)
        case.ledger.add(f"tomoshibi:{self.NAME}", place, [source], personal, sha256_of(path), recipient)

    def _facilities(
        self,
        parameters: Parameters,
        context: QgsProcessingContext,
        progress: FeedbackProgress,
        case: Case,
        numbers: bool,
    ) -> tuple[Listing, dict[str, int]]:
        """Return 重要施設リスト, and how many ids of the order it does not know."""
        from ...analysis.support_lists import facilities_list, unknown_ids
        from ...casefile.links import UNREADABLE
        from ...layers.sources import FACILITY, FACILITY_KNOWN, FACILITY_WHO

        places = read_facilities(self, parameters, context, progress).table
        links = read_facility_links(self, parameters, context, progress, case, places)
        listed = read_parameter(self, parameters, context, progress, "FACILITIES", FACILITY_KNOWN, FACILITY_WHO)
        ids, contact = (listed.place_of(headings) for headings in (FACILITY["facility_id"], CONTACT))
        contacts = dict(zip(listed.column(ids), listed.column(contact)))
        order = self.parameterAsFile(parameters, "PRIORITY", context)
        priority, strange = _order_of(Path(order), places["facility_id"], progress) if order else ([], [])
        readable = links.table[links.table["supply_point"] != UNREADABLE]
        listing = facilities_list(places, readable, links.linked_by, contacts, priority, numbers)
        note = unknown_ids(
            *("優先順位のリストにあり、施設の一覧にない番号", strange),
            "この一覧に載っていない。施設IDを確認し、施設の一覧か優先順位のリストを直して作り直す。",
        )
        return replace(listing, notes=(*listing.notes, *note)), {"NOT_KNOWN": len(strange)}

    def _support(
        self,
        parameters: Parameters,
        context: QgsProcessingContext,
        progress: FeedbackProgress,
        case: Case,
        which: str,
    ) -> tuple[Listing, dict[str, int]]:
        """Return the list of trucks or fuel, and how many requests have come how far."""
        from ...analysis.support_lists import fuel_list, support_list, trucks_list, unknown_ids
        from ...analysis.support_requests import KNOWN, Support, counted, with_known_places

        needs = needs_of(case)
        listed = None
        if not is_empty(parameters.get("REQUESTS")):
            listed = read_parameter(self, parameters, context, progress, "REQUESTS", KNOWN)
        requests, not_read = open_requests(listed, case, progress)
        requests, strange = with_known_places(requests, [str(one) for one in needs["need_id"] if one is not None])
        _tell_strange_places(strange, len(needs) > 0, progress)
        if not len(needs) and not requests:
            progress.warn(
                message(
                    "The case holds no proposal for trucks, and no request was entered: the list is empty. Run "
                    "“Propose where power-supply trucks go” (powertrucks) first."
                )
            )
        hours = self.parameterAsDouble(parameters, "HOURS", context)
        if which == "trucks":
            listing, kinds = trucks_list(needs, requests), (Support.TRUCK,)
        elif which == "fuel":
            listing, kinds = fuel_list(needs, requests, hours), (Support.FUEL,)
        else:
            listing, kinds = support_list(needs, requests, hours), tuple(Support)
        said = counted(requests, *kinds)
        told = {"ASKED": said.asked, "GRANTED": said.granted, "ARRIVED": said.arrived, "REFUSED": said.refused}
        note = unknown_ids(
            *("要請の行き先IDのうち、電源車の配置案にない番号", strange),
            "その要請は下の行に残している。配置案の行き先への要請であれば、行き先IDを直して作り直す。",
        )
        listing = replace(listing, notes=(*listing.notes, *note))
        return listing, {**told, "WAITING": said.waiting, "NOT_READ": not_read, "NOT_KNOWN": len(strange)}


def _order_of(path: Path, known: Iterable[str], progress: FeedbackProgress) -> tuple[list[str], list[str]]:
    """Return the ids of the prefecture's order as the facilities write them, and those that mean none of them.

    The log tells how many, the workbook which: it stays in the case.
    """
    from ...analysis.listed import ids_meant

    given = list(dict.fromkeys(read_priority(path, progress)))
    meant = ids_meant(given, map(str, known))
    priority, strange = [meant[one] for one in given if one in meant], [one for one in given if one not in meant]
    if not given:
        progress.warn(message("{list} has no id in it: all facilities follow by kind.", list=path.name))
    elif strange:
        progress.warn(
            message(
                "{count} id(s) of {list} are not among the facilities, and these facilities are not on the list: the "
                "workbook names them on its sheet 説明. Mend the ids, or add the facilities, and run again.",
                count=len(strange),
                list=path.name,
            )
        )
    if strange and not priority:
        progress.warn(
            message("{list} orders no facility at all: none of its ids is known. All follow by kind.", list=path.name)
        )
    return priority, strange


def _tell_strange_places(strange: Sequence[str], proposed: bool, progress: FeedbackProgress) -> None:
    if strange and not proposed:
        progress.warn(
            message(
                "The case holds no proposal for trucks: whether the {count} id(s) of places in the requests (行き先ID) "
                "are right cannot be told, nor which places nobody has asked for yet. Run “Propose where power-supply "
                "trucks go” (powertrucks), then this again.",
                count=len(strange),
            )
        )
    elif strange:
        progress.warn(
            message(
                "{count} id(s) of places in the requests (行き先ID) are not in the proposal for trucks: their requests "
                "stand below the others, and the workbook names them on its sheet 説明. Where one is meant for a place "
                "of the proposal, mend the id and run again: else that place looks as if nobody had asked.",
                count=len(strange),
            )
        )


def _tell_empty(listing: Listing, progress: FeedbackProgress) -> None:
    if not listing.rows:
        progress.warn(
            message(
                "The list “{list}” has no row: it says that nothing was proposed or entered, not that nothing is "
                "needed. Ask the facilities, and see the proposal for trucks.",
                list=listing.name,
            )
        )


def _write(path: Path, listing: Listing, case: Case, personal: bool) -> None:
    from ...casefile.ledger import now
    from ...layers.spreadsheet import write_xlsx

    if path.suffix.lower() == ".csv":
        _write_csv(path, listing)
    else:
        write_xlsx(path, sheet_of(listing, case, now(), personal))


def _write_csv(path: Path, listing: Listing) -> None:
    """Write a list as CSV that Excel opens as it is: UTF-8 with its mark."""
    text = io.StringIO()
    writer = SafeWriter(text)
    writer.writerow(listing.headings)
    writer.writerows(["" if value is None else value for value in row] for row in listing.rows)
    with fresh_file(path) as stream:
        stream.write(text.getvalue().encode("utf-8-sig"))

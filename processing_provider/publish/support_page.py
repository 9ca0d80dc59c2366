"""The brief's page of support (支援の要請), made where the case keeps requests."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Optional

from ...messages import Progress, TomoshibiError
from ..base import tr, translate_message
from ..listed import read_table
from ..recovery.support import needs_of, open_requests

if TYPE_CHECKING:
    from ...analysis.support_requests import Request
    from ...casefile.case import Case
    from ...casefile.contacts import Contact
    from ...sheets.support_page import SupportPage, SupportTile


def page_of_support(
    case: Case, size: tuple[float, float], progress: Progress, skipped: list[str]
) -> Optional[SupportPage]:
    """Return the page as `support_page` does; where a list cannot be read, None, and `skipped` says so."""
    try:
        return support_page(case, size, progress)
    except TomoshibiError as error:
        progress.warn(error.message)
        skipped.append(f"{tr('Support asked for')}: {translate_message(error.message)}")
        return None


def support_page(case: Case, size: tuple[float, float], progress: Progress) -> Optional[SupportPage]:
    """Return the page, None where the case keeps no requests. Its number is set when the pages are counted.

    Parameters
        size: width and height in millimetres.
    Raises
        TomoshibiError: the list of requests or of contacts cannot be read.
    """
    from ...analysis.support_requests import KNOWN, Progressed
    from ...casefile.own_inputs import own_input
    from ...sheets.support_page import SupportPage

    kept = own_input(case, "REQUESTS")
    if kept is None:
        return None
    requests, _ = open_requests(read_table(kept.source, None, KNOWN, progress), case, progress)
    told = [each for each in requests if not each.is_blank]
    if not told:
        return None
    order = {state: place for place, state in enumerate(Progressed)}
    told.sort(key=lambda each: (order[each.progressed], each.asked_at or datetime.max))
    still = (Progressed.NOT_ASKED, Progressed.ASKED, Progressed.GRANTED)
    return SupportPage(
        tr("Support asked for"),
        tr("As entered in the list kept on {time}").format(time=_time(kept.kept_at) or tr("an unknown day")),
        case.info.name,
        tr("DRILL") if case.info.practice else "",
        _tiles(case, requests),
        tuple(_row(each) for each in told),
        sum(each.progressed in still for each in told),
        _contacts(case, progress),
        (
            tr("What nobody wrote down is not told: without a time of arrival nothing has arrived."),
            tr("Trucks are sent by the utility; the order of the facilities is the prefecture's."),
        ),
        "",
        *size,
    )


def _tiles(case: Case, requests: tuple[Request, ...]) -> tuple[SupportTile, ...]:
    from ...analysis.power_trucks import PLAN_FUEL_L
    from ...analysis.support_requests import Support, counted
    from ...sheets.support_page import SupportTile

    trucks, fuel = counted(requests, Support.TRUCK), counted(requests, Support.FUEL)
    needs = needs_of(case)
    without = int(needs["truck_id"].isna().sum()) if len(needs) else None
    unknown = tr("{count} amounts not known").format(count=fuel.amounts_unknown) if fuel.amounts_unknown else ""
    proposal = tr("no proposal was made") if without is None else tr("needs in the proposal: {n}").format(n=len(needs))
    share = fuel.amount_asked / PLAN_FUEL_L
    planned = "" if math.isnan(share) else tr("{share} of the plan's").format(share=f"{100 * share:.0f} %")
    return (
        SupportTile(tr("Trucks asked for"), f"{trucks.asked:,}", proposal),
        SupportTile(tr("Trucks arrived"), f"{trucks.arrived:,}", _not_yet(trucks.granted, trucks.refused)),
        SupportTile(
            tr("Needs without a truck in the proposal"),
            tr("not made") if without is None else f"{without:,}",
            "",
            bool(without),
        ),
        SupportTile(tr("Fuel asked for"), _litres(fuel.amount_asked), unknown or planned),
        SupportTile(tr("Fuel arrived"), _litres(fuel.amount_arrived), _not_yet(fuel.granted, fuel.refused)),
    )


def _litres(amount: float) -> str:
    return tr("Unknown") if math.isnan(amount) else f"{amount:,.0f} L"


def _not_yet(granted: int, refused: int) -> str:
    return tr("granted, not there yet: {granted}   refused: {refused}").format(granted=granted, refused=refused)


def _row(one: Request) -> tuple[str, ...]:
    from ...analysis.support_requests import Support

    kinds = {Support.TRUCK: tr("Truck"), Support.FUEL: tr("Fuel"), Support.OTHER: tr("Other")}
    unit = {Support.TRUCK: " kVA", Support.FUEL: " L", Support.OTHER: ""}[one.kind]
    amount = tr("Unknown") if math.isnan(one.amount) else f"{one.amount:,.0f}{unit}"
    return (
        kinds[one.kind],
        one.place or one.place_id,
        amount,
        _time(one.asked_at),
        one.asked_of,
        _state(one),
        _time(one.due_at),
        _time(one.arrived_at),
    )


def _state(one: Request) -> str:
    from ...analysis.support_requests import Progressed

    return {
        Progressed.NOT_ASKED: tr("not asked yet"),
        Progressed.ASKED: tr("asked, no answer"),
        Progressed.GRANTED: tr("granted"),
        Progressed.REFUSED: tr("refused"),
        Progressed.ARRIVED: tr("arrived"),
    }[one.progressed]


def _time(moment: Optional[datetime]) -> str:
    return f"{moment:%m/%d %H:%M}" if moment is not None else ""


def _contacts(case: Case, progress: Progress) -> tuple[tuple[str, str, str], ...]:
    from ...casefile.contacts import KNOWN, Role, contacts_in
    from ...casefile.own_inputs import own_input

    kept = own_input(case, "CONTACTS")
    if kept is None:
        return ()
    words = {
        Role.UTILITY: tr("Utility"),
        Role.PREFECTURE: tr("Prefecture"),
        Role.FUEL: tr("Fuel"),
        Role.AGENCY: tr("Agency for Natural Resources and Energy"),
        Role.OWN: tr("Own desk"),
        Role.OTHER: tr("Other"),
    }
    order = {role: place for place, role in enumerate(words)}
    wanted = [one for one in contacts_in(read_table(kept.source, None, KNOWN, progress)) if one.role in words]
    wanted.sort(key=lambda one: order[one.role])
    return tuple((words[one.role], _who(one), _how(one)) for one in wanted)


def _who(one: Contact) -> str:
    return "  ".join(filter(None, (one.organisation, one.section, one.name)))


def _how(one: Contact) -> str:
    return "  ".join(filter(None, (one.phone, one.mail, one.note))) or tr("neither telephone nor mail entered")

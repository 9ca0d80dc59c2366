"""The brief's pages of the audit (事後検証): what past maps said, what it was, and which radio relays had failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...messages import Progress, TomoshibiError
from ..audited import NAME, Audited, count_words, newest_audit, relay_rows, theme_title, why_not_judged
from ..base import tr, translate_message

if TYPE_CHECKING:
    from ...casefile.case import Case
    from ...sheets.lists import ListTable, Page

MOST_RELAYS = 20
"""Relays of the table, those with most meters first; the others are in the output of the audit."""


def pages_of_audit(case: Case, size: tuple[float, float], progress: Progress, skipped: list[str]) -> list[Page]:
    """Return the pages as `audit_pages` does; where the relays cannot be read, none, and `skipped` says so."""
    try:
        return audit_pages(case, size)
    except TomoshibiError as error:
        progress.warn(error.message)
        skipped.append(f"{tr('Audit')}: {translate_message(error.message)}")
        return []


def audit_pages(case: Case, size: tuple[float, float]) -> list[Page]:
    """Return the pages, none where no audit was made, or where it judged nothing and no failed relay is known.

    Parameters
        size: width and height in millimetres.

    Raises
        TomoshibiError: the relays that the case knows of cannot be read.
    """
    from ...sheets.lists import Headline, pages

    found = newest_audit(case.folder, apart=False)
    if found is None:
        return []
    relays = _relays(case)
    if not found.judged and not relays:
        return []
    head = Headline(
        tr("Were we right? Past maps by readings that came later"),
        tr("As of {time}").format(time=f"{found.as_of:%Y-%m-%d %H:%M}"),
        case.info.name,
        tr("DRILL") if case.info.practice else "",
        tr("Handle with care"),
        tr(
            "A meter that sent later what it had kept had power all along. What has not come cannot be judged: it is "
            "neither right nor wrong."
        ),
        theme_title(NAME),
        tr("Audit"),
    )
    return pages([_verdicts(found), *relays], head, *size)


def _verdicts(found: Audited) -> ListTable:
    from ...sheets.lists import ListColumn, ListTable

    columns = (
        ListColumn(tr("Map"), 34),
        ListColumn(tr("Moment shown"), 20),
        ListColumn(tr("Hours before"), 12, "right"),
        ListColumn(tr("Without power, we said"), 30, "right"),
        ListColumn(tr("It was"), 30, "right"),
        ListColumn(tr("Right"), 12, "right"),
        ListColumn(tr("Wrong"), 12, "right"),
        ListColumn(tr("Darker than said"), 14, "right"),
        ListColumn(tr("Cannot be judged"), 16, "right"),
    )
    rows = [
        (
            theme_title(one.theme),
            f"{one.shown_at:%Y-%m-%d %H:%M}",
            f"{one.hours:.0f}",
            count_words(one.theme, one.said),
            count_words(one.theme, one.was),
            f"{one.right:,}",
            f"{one.wrong:,}",
            tr("unknown") if one.dark is None else f"{one.dark:,}",
            f"{one.unknown:,}",
        )
        for one in found.verdicts
    ]
    note = tr(
        "Of each map the one shown nearest to 48 hours before. From and to: what was or is unknown counts in the upper "
        "figure only. Of hidden outages and isolated communities “it was” counts those listed."
    )
    if not found.judged:
        note = tr("Nothing can be judged ({reason}), and nothing was changed.").format(reason=why_not_judged(found))
    grey = frozenset(place for place, one in enumerate(found.verdicts) if not one.judged)
    return ListTable(tr("What we said, and what it was"), columns, rows, note, 7.0, grey)


def _relays(case: Case) -> list[ListTable]:
    from ...sheets.lists import ListColumn, ListTable

    rows = relay_rows(case)
    if not rows:
        return []
    columns = (
        ListColumn(tr("Area"), 34),
        ListColumn(tr("Silent with power / meters"), 24, "right"),
        ListColumn(tr("Back, had none"), 18, "right"),
        ListColumn(tr("Silent from – to"), 34),
        ListColumn(tr("Had power, of those that are back"), 34, "right"),
    )
    note = tr(
        "Maps allow for them from now on: meters that fell silent with such a relay and are not back may have power, "
        "and are never shown as powered."
    )
    if len(rows) > MOST_RELAYS:
        note += " " + tr("{count} more areas are known to the case.").format(count=len(rows) - MOST_RELAYS)
    return [ListTable(tr("Areas whose radio relay had failed"), columns, rows[:MOST_RELAYS], note, 6.5)]

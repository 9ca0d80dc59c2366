"""What the law lends a case under: period of use, terms (利用規約), and whether people may leave the screen.

Rules: use ends with the period of the request and the data are destroyed then (manual §2.3, 用語集 破棄); where a
municipality agreed so, results about people are neither printed nor carried away (印刷及び持ち出しの禁止, §4.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Optional

from ..messages import Message, TomoshibiError, message

if TYPE_CHECKING:
    from .case import Case, CaseInfo

REMINDER_DAYS = 14
"""Days before the last day of use from which on every run reminds of it."""


class UseEnded(TomoshibiError):
    """The period of use is over: no new results about people are made."""


class ExportForbidden(TomoshibiError):
    """The case forbids that results about people are printed or carried away."""


@dataclass(frozen=True)
class UsePeriod:
    """The period of use (利用期間) as the request, or its extension, says."""

    begin: Optional[date]
    end: Optional[date]
    """Last day of use; None where the case does not say."""
    extension_by: str
    """Who at the utility agreed to a later end; "" while the first request holds."""


def use_period(case: Case) -> UsePeriod:
    """Return the period in which the data of a case may be used."""
    return period_in(case.info)


def period_in(info: CaseInfo) -> UsePeriod:
    """Return the period of use that a case says."""
    return UsePeriod(info.request.use_from, info.request.use_to, info.extension_by)


def days_left(period: UsePeriod, today: date) -> Optional[int]:
    """Return the days of use left after today: 0 on the last day, below 0 once it is over, None where not known."""
    return None if period.end is None else (period.end - today).days


def refuse_personal(case: Case, today: date) -> None:
    """Raise where new results about people must no longer be made.

    Raises
        UseEnded: the period of use is over; it names how an extension is entered, which works at once.
    """
    left = days_left(use_period(case), today)
    if left is not None and left < 0:
        raise UseEnded(
            message(
                "The period of use of the case ended on {use_to}: no new results from personal data are made. Where "
                "the utility agreed to an extension, enter it with “Change case” (editcase): the new last day of use "
                "(USE_TO) and who agreed to it (EXTENSION_BY). Otherwise dispose of the case (dispose).",
                use_to=case.info.request.use_to,
            )
        )


def refuse_export(case: Case) -> None:
    """Raise where results about people must not be printed or carried away.

    Raises
        ExportForbidden: the case forbids it (NO_EXPORT).
    """
    if case.info.no_export:
        raise ExportForbidden(
            message(
                "The case {case} forbids printing and carrying away results about people (NO_EXPORT): nothing was "
                "written. Look at them on the screen; where the rule no longer holds, change it with “Change case” "
                "(editcase).",
                case=case.info.name,
            )
        )


def reminder(case: Case, today: date) -> Optional[Message]:
    """Return what to say of the end of use: from 14 days before it and after it; None before and where not known."""
    period = use_period(case)
    left = days_left(period, today)
    if left is None or left > REMINDER_DAYS:
        return None
    if left < 0:
        return message("The period of use ended on {use_to}: dispose of the case (dispose).", use_to=period.end)
    return message(
        "The period of use ends on {use_to} ({days} day(s) left): then the data and all that was made of them are "
        "deleted and that is reported.",
        use_to=period.end,
        days=left,
    )


def terms_line(case: Case) -> Message:
    """Return what is printed where results about people are; see `terms_in`."""
    return terms_in(case.info)


def terms_in(info: CaseInfo) -> Message:
    """Return the terms that a case says: purpose, terms of use, period of use, who answers for it.

    What the case does not say stands as “not entered”.
    """
    request = info.request
    unknown = message("not entered")
    return message(
        "Purpose: {purpose} · terms of use: {terms} · period of use: {begin} – {end} · answers for the use: {operator}",
        purpose=info.purpose or unknown,
        terms=info.terms or unknown,
        begin=request.use_from or unknown,
        end=request.use_to or unknown,
        operator=info.operator or unknown,
    )

"""Drill or real disaster (訓練/実災害): what the data of a case say of it, and where a person has to say it."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from ..messages import Message, TomoshibiError, message
from .case import ORIGINS, Case, CaseInfo

PRACTICE, REAL = ORIGINS
"""Where data came from: the practice aggregator, or another one."""


class NotSaid(TomoshibiError):
    """Nothing is printed before a person has said whether it is a drill."""


def note_origin(case: Case, practising: bool) -> bool:
    """Remember which aggregator gives a case its data, and let data of the practice aggregator make it a drill.

    Returns
        whether the case became a drill by it.
    """
    origin, was = PRACTICE if practising else REAL, case.info.practice
    if origin in case.info.received_from:
        return False
    told = replace(case.info, received_from=(*case.info.received_from, origin), practice=was or practising)
    case.info = case.change(told).info
    return case.info.practice and not was


def doubt_of(info: CaseInfo, practising: bool) -> Optional[Message]:
    """Return why a person must say whether a case is a drill before it is printed, None where that is clear.

    Data of the practice aggregator are a drill, whatever anybody says of them. `practising`: practice mode is on.
    """
    if PRACTICE in info.received_from or info.practice_confirmed:
        return None
    if info.practice and REAL in info.received_from:
        return message("The case is marked as a drill (訓練), but its data came from the real aggregator.")
    if practising and not info.practice:
        return message("Practice mode is on, but the case is not marked as a drill (訓練).")
    return None


def certain(info: CaseInfo, practising: bool) -> CaseInfo:
    """Return what is printed of a case. Raises `NotSaid`, naming the parameter, where a person has to say it first."""
    doubt = doubt_of(info, practising)
    if doubt is None:
        return info
    raise NotSaid(
        message(
            "{doubt} Say which it is: run “Change case” (editcase) with PRACTICE yes (a drill) or no (a "
            "real disaster), then print again.",
            doubt=doubt,
        )
    )


def refuse_real(info: CaseInfo) -> None:
    """Raise `TomoshibiError` where a case holds invented data and so cannot be called a real disaster."""
    if PRACTICE in info.received_from:
        raise TomoshibiError(
            message(
                "The case holds data of the practice aggregator, which are invented: it stays a drill (訓練). Make "
                "another case for the real disaster."
            )
        )

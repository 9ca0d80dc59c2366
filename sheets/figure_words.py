"""The words of the five numbers: the brief and the dock say them alike."""

from __future__ import annotations

from typing import Optional

from ..analysis.key_figures import Figure, KeyFigure
from ..layers.style import UNKNOWN_REASONS, VOLTAGE_CLASSES
from ..translate import tr

_MOST_REASONS = 2


def figure_label(figure: Figure) -> str:
    """Return what one of the five numbers counts."""
    return {
        Figure.CRITICAL_DARK: lambda: tr("Critical facilities without power"),
        Figure.HOMES_DARK: lambda: tr("Meters without power beyond peacetime"),
        Figure.ISOLATED_GROUPS: lambda: tr("Groups that may be isolated"),
        Figure.HIDDEN: lambda: tr("Hidden outages (meters)"),
        Figure.UNKNOWN: lambda: tr("Facilities not known"),
        Figure.FAILING: lambda: tr("Facilities that may fail within 24 hours"),
    }[figure]()


def kind_title(kind: str) -> str:
    """Return the name of a kind of data (`casefile.data_status.KINDS`)."""
    return {
        "reading": lambda: tr("Readings (電力データ)"),
        "outage": lambda: tr("Outage information (通電情報)"),
        "statistics": lambda: tr("Statistics (通電計器数)"),
    }[kind]()


def figure_value(counted: Optional[KeyFigure]) -> str:
    """Return a number or a range in words, "unknown" where nothing can be said and "–" where its map was not made."""
    if counted is None:
        return tr("not made")
    if counted.low is None or counted.high is None:
        return tr("unknown")
    low, high = f"{round(counted.low):,}", f"{round(counted.high):,}"
    if counted.figure in (Figure.ISOLATED_GROUPS, Figure.HIDDEN):
        # no bounds of one number: groups whose road is cut among all, meters that are sure beside the undecided
        return high if counted.figure is Figure.ISOLATED_GROUPS else low
    value = low if low == high else tr("{low}–{high}").format(low=low, high=high)
    if counted.of is None:
        return value
    # bounds tell of the meters alone of which something is known
    of = counted.of - counted.unknown if counted.figure is Figure.HOMES_DARK else counted.of
    return tr("{value} of {of}").format(value=value, of=f"{of:,}")


def mostly_unknown(counted: Optional[KeyFigure]) -> bool:
    """Whether a number tells of fewer things than are unknown."""
    if counted is None or counted.of is None:
        return False
    # of masked squares not even the meters are told: there the squares count
    return 2 * counted.unknown > counted.of or 2 * counted.uncounted > counted.places


def figure_parts(counted: KeyFigure) -> str:
    """Return what a number is made of, or what is beside it, as the headline of its map says it; "" for nothing."""
    if counted.low is None or counted.high is None:
        return ""
    if counted.figure is Figure.ISOLATED_GROUPS and round(counted.high):
        return tr("road cut off or cut in part: {count} groups").format(count=f"{round(counted.low):,}")
    if counted.figure is Figure.HOMES_DARK and counted.voltage in (voltages := dict(VOLTAGE_CLASSES)):
        return voltages[counted.voltage]()
    apart = round(counted.high - counted.low)
    if counted.figure is Figure.HIDDEN and apart:
        return tr("undecided {count}").format(count=f"{apart:,}")
    return _beside_failing(counted) if counted.figure is Figure.FAILING else ""


def _beside_failing(counted: KeyFigure) -> str:
    # a small number is no comfort where most have failed already
    ended = tr("must have ended: {count}").format(count=f"{counted.ended:,}") if counted.ended else ""
    if counted.as_of is None:
        return ended
    # the hours are of the moment of looking, which may be later than the data, and earlier than this page
    until = f"{counted.data_until:%m/%d %H:%M}" if counted.data_until is not None else tr("unknown")
    told = tr("as of {time}, data until {until}").format(time=f"{counted.as_of:%m/%d %H:%M}", until=until)
    return tr(" · ").join(filter(None, (ended, told)))


def figure_rest(counted: Optional[KeyFigure]) -> str:
    """Return what stands below a number: its parts, how many are unknown, and the most frequent reasons for it."""
    if counted is None:
        return ""
    return tr(" · ").join(filter(None, (figure_parts(counted), _unknown(counted))))


def _unknown(counted: KeyFigure) -> str:
    if not counted.unknown and not counted.uncounted:
        return ""
    words = dict(UNKNOWN_REASONS)
    reasons = sorted(counted.reasons.items(), key=lambda one: -one[1])[:_MOST_REASONS]
    why = tr(", ").join(words[code]() for code, _ in reasons if code in words)
    squares = tr("squares or areas whose meters are not told {count}").format(count=f"{counted.uncounted:,}")
    meters = tr("unknown {count}").format(count=f"{counted.unknown:,}")
    told = tr(", ").join([meters] * bool(counted.unknown) + [squares] * bool(counted.uncounted))
    return tr("{told} ({why})").format(told=told, why=why) if why else told

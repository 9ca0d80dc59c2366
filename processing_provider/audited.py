"""What the newest audit of past maps (mapaudit) found, for the brief and the dock: what we said, and what it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Sequence

from .base import tr

if TYPE_CHECKING:
    import pandas as pd

NAME = "mapaudit"
AGO_HOURS = 48.0
"""Of each theme the map that was shown so long before the end of the data stands for the past."""
_JUDGED = ("dangerous", "false_alarm", "right")
"""Verdicts on an area that was judged (`analysis.audit_areas.Verdict`)."""
_ORDER = ("shelterpower", "meshoutage", "areaoutage", "isolatedcommunities", "hiddenoutages")


@dataclass(frozen=True)
class Verdict:
    """One past map: what it said to be without power, and how much of it was right."""

    theme: str
    shown_at: datetime
    hours: float
    """Hours before the end of the data of the audit."""
    said: Optional[tuple[float, float]]
    """At least and at most without power; None where nothing can be judged."""
    was: Optional[tuple[float, float]]
    right: int
    wrong: int
    unknown: int
    dark: Optional[int] = None
    """Of the wrong ones, those that said less than was dark; None of a result of an earlier version."""
    why: str = ""
    """Why most of those that cannot be judged cannot, a code; "" where none is told."""

    @property
    def judged(self) -> int:
        """Statements that were right or wrong."""
        return self.right + self.wrong


@dataclass(frozen=True)
class Audited:
    """The newest audit of a case."""

    as_of: datetime
    """End of the data that it rests on."""
    verdicts: tuple[Verdict, ...]

    @property
    def judged(self) -> int:
        """Statements that were right or wrong, of all themes; 0 where no readings came late."""
        return sum(one.judged for one in self.verdicts)

    @property
    def dark(self) -> int:
        """Statements that were wrong the dangerous way: said to have power, or less without it, and dark."""
        return sum(one.dark or 0 for one in self.verdicts)


def newest_audit(folder: Path, apart: bool = True) -> Optional[Audited]:
    """Return what the newest audit of a case found, of each theme the map nearest to `AGO_HOURS` before; None without.

    `apart`: read on a connection of its own, as any thread but the window's must.
    """
    table = _table(folder, apart)
    return None if table is None else of_table(table)


def _table(folder: Path, apart: bool) -> Optional[pd.DataFrame]:
    """Return the rows of the newest audit of a case; None without one."""
    from .dock import results
    from .entered import plain_table

    package = results.package_of(folder)
    if NAME not in results.layer_names(package):
        return None
    layer = results.open_result(package, NAME, apart)
    return plain_table(layer, layer.fields().names()) if layer.isValid() else None


def nothing_judged(folder: Path) -> str:
    """Return why the newest audit of a case could judge nothing, in a line; "" where it could, or without one."""
    table = _table(folder, False)
    if table is None or not len(table):
        return ""
    if "verdict" in table and table["verdict"].isin(_JUDGED).any():
        return ""
    found = of_table(table)
    if found is not None:
        return "" if found.judged else audit_line(found)
    return tr("{title}: the case keeps no past map that could be judged.").format(title=theme_title(NAME))


def of_table(table: pd.DataFrame) -> Optional[Audited]:
    """Return what the rows of an audit say; None of no rows."""
    import pandas as pd

    # the other rows are of areas
    table = table[table["theme"].fillna("").astype(str) != ""] if len(table) else table
    if not len(table):
        return None
    moments = {name: pd.to_datetime(table[name]) for name in ("shown_at", "as_of")}
    as_of = moments["as_of"].max()
    hours = (as_of - moments["shown_at"]) / pd.Timedelta(hours=1)
    # of two as near the older one, which had longer to be found out
    order = table.assign(hours=hours, far=(hours - AGO_HOURS).abs(), shown_at=moments["shown_at"])
    order = order.sort_values(["far", "hours"], ascending=[True, False], kind="stable")
    chosen = {str(row["theme"]): row for row in reversed(order.to_dict("records"))}
    verdicts = [_verdict(chosen[theme]) for theme in _ORDER if theme in chosen]
    return Audited(as_of.to_pydatetime(), tuple(verdicts))


def _verdict(row: dict[str, Any]) -> Verdict:
    import pandas as pd

    return Verdict(
        str(row["theme"]),
        row["shown_at"].to_pydatetime(),
        float(row["hours"]),
        _bounds(row, "said"),
        _bounds(row, "was"),
        int(row["right"]),
        int(row["wrong"]),
        int(row["unknown"]),
        None if pd.isna(row.get("wrong_dark")) else int(row["wrong_dark"]),
        str(row.get("unknown_reason") or ""),
    )


def _bounds(row: dict[str, Any], name: str) -> Optional[tuple[float, float]]:
    """Return the bounds of a figure; None where they are blank, or the layer is of an earlier version."""
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    if low is None or high is None or low != low or high != high:
        return None
    return float(low), float(high)


def count_words(theme: str, bounds: Optional[tuple[float, float]]) -> str:
    """Return a count without power in words, with what is counted: “12 to 15 facilities”."""
    if bounds is None:
        return tr("unknown")
    low, high = (f"{round(value):,}" for value in bounds)
    told = low if low == high else tr("{low} to {high}").format(low=low, high=high)
    if theme == "shelterpower":
        return tr("{count} facilities").format(count=told)
    if theme == "isolatedcommunities":
        return tr("{count} settlements").format(count=told)
    return tr("{count} meters").format(count=told)


def theme_title(theme: str) -> str:
    """Return the name of a map."""
    from ..layers.schema import SPECS

    return SPECS[theme].title()


def why_not_judged(found: Audited) -> str:
    """Return why nothing could be judged, in words."""
    from ..analysis.reasons import Reason
    from ..layers.style import UNKNOWN_REASONS

    codes = dict.fromkeys(one.why for one in found.verdicts)
    words = dict(UNKNOWN_REASONS)
    others = [words[code]() for code in codes if code in words and code != Reason.NO_HISTORY.value]
    return tr(", ").join(others) if others else tr("no readings came late")


def audit_line(found: Optional[Audited]) -> str:
    """Return the newest audit in one line, for the dock; "" without one."""
    if found is None:
        return ""
    at = f"{found.as_of:%m/%d %H:%M}"
    if not found.judged:
        words = tr("Audit of past maps ({time}): nothing could be judged ({reason}).")
        return words.format(time=at, reason=why_not_judged(found))
    hours = sorted({round(one.hours) for one in found.verdicts if one.judged})
    words = tr(
        "Audit of past maps ({time}): of what was said {hours} h before, right {right}, wrong {wrong} ({dark} darker "
        "than said), cannot be judged {unknown}."
    )
    return words.format(
        time=at,
        hours=tr(", ").join(map(str, hours)),
        right=f"{sum(one.right for one in found.verdicts):,}",
        wrong=f"{sum(one.wrong for one in found.verdicts):,}",
        dark=tr("unknown") if any(one.dark is None for one in found.verdicts) else f"{found.dark:,}",
        unknown=f"{sum(one.unknown for one in found.verdicts):,}",
    )


def named_area(code: str, name: str) -> str:
    """Return how an area is called: by its name and its code, or by its code alone where it has no name."""
    return tr("{title} ({detail})").format(title=name, detail=code) if name and name != code else code


def _area_names(folder: Path) -> dict[str, str]:
    """Return the names of the areas that the newest audit tells of, by their id: nobody knows a place by its code."""
    from .dock import results
    from .entered import plain_table

    package = results.package_of(folder)
    if NAME not in results.layer_names(package):
        return {}
    layer = results.open_result(package, NAME, False)
    table = plain_table(layer, ["area_id", "area_name"], ["area_id", "area_name"]) if layer.isValid() else None
    return {} if table is None else {one.area_id: one.area_name for one in table.itertuples() if one.area_name}


def relay_rows(case: Any) -> Sequence[tuple[str, ...]]:
    """Return the failed relays that a case knows of as rows of words, those with most meters first."""
    from ..casefile.relays import known_relays

    names = _area_names(case.folder)
    found = sorted(known_relays(case), key=lambda relay: (-relay.silent, relay.area_id))
    return [
        (
            named_area(relay.area_id, names.get(relay.area_id, "")),
            f"{relay.silent:,} / {relay.meters:,}",
            f"{relay.dark:,}",
            f"{relay.since:%m/%d %H:%M} – {relay.until:%m/%d %H:%M}",
            f"{100 * relay.share:.0f} % ({100 * relay.bounds[0]:.0f}–{100 * relay.bounds[1]:.0f} %)",
        )
        for relay in found
    ]

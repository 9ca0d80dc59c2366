"""The lines of the table: what is asked of a figure, by itself or beside older code."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from .themes import Rows

NAN = float("nan")
Figures = dict[str, float]
KINDS = {"hospital": "病院", "water": "水道施設", "office": "役場", "clinic": "診療所"}
"""Kinds of facility whose intervals on a generator are told apart."""


COUNTS = (
    *(
        "beyond",
        "within",
        "out_not_come",
        "ended",
        "places",
        "gaps",
        "shown_before_event",
        "asked",
        "answered",
        "counted",
        "counted_complete",
    ),
    *("sure", "undecided", "with_power", "to_be_found", "listed", "cut_off", "left_out", "old", "few"),
    *(
        "before",
        "power_on",
        "sent",
        "left",
        "unbounded",
        "relays",
        "right_called",
        "wrong_called",
        "right_true",
        "wrong_true",
        "powered_called",
    ),
    *("none_judged", "none_changed", "none_said", "part_hidden_wrong", "part_isolated_wrong"),
    *("part_hidden_wrong_unaudited", "part_isolated_wrong_unaudited", "part_isolated_listed_dark"),
    *("part_hidden_right", "part_hidden_right_unaudited", "part_isolated_right", "part_isolated_right_unaudited"),
)


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    figure: str
    words: str
    least: Optional[float] = None
    most: Optional[float] = None
    dangerous: bool = False
    """Something that must never be shown; apart from the others, and it fails `make score`."""
    services: tuple[str, ...] = ()
    """Services in which the target holds; () for all. Elsewhere the figure is printed without a verdict."""
    least_of_before: Optional[float] = None
    """At least so many times the older code's figure."""
    less_before: Optional[float] = None
    """At least the older code's figure less this."""
    most_of_before: Optional[float] = None
    """At most so many times the older code's figure."""
    counted: str = ""
    """Figure that says of how many this one is; "" where it is always judged."""
    from_count: int = 0
    """How many there must be: of fewer, one of them decides."""

    def judged(self, figures: Figures) -> bool:
        """Whether there are enough of what it counts."""
        return not self.counted or figures.get(self.counted, 0.0) >= self.from_count

    def passes(self, value: float, before: float, service: str, figures: Optional[Figures] = None) -> Optional[bool]:
        """Whether the figure is as asked; None where nothing is asked, it is not defined or there are too few."""
        if math.isnan(value) or (self.services and service not in self.services) or not self.judged(figures or {}):
            return None
        verdicts = []
        if self.least is not None:
            verdicts.append(value >= self.least)
        if self.most is not None:
            verdicts.append(value <= self.most)
        if not math.isnan(before):
            if self.least_of_before is not None:
                verdicts.append(value >= self.least_of_before * before - 1e-9)
            if self.less_before is not None:
                verdicts.append(value >= before - self.less_before - 1e-9)
            if self.most_of_before is not None:
                verdicts.append(value <= self.most_of_before * before + 1e-9)
        return all(verdicts) if verdicts else None

    @property
    def whole(self) -> bool:
        """Whether the figure is a count."""
        return self.figure.rpartition(".")[2] in COUNTS

    @property
    def aim(self) -> str:
        """What is asked, in signs."""
        parts = []
        if self.least is not None:
            parts.append(f"≥ {self.least:g}")
        if self.most is not None:
            parts.append(f"≤ {self.most:g}")
        if self.least_of_before is not None:
            parts.append(f"≥ {self.least_of_before:g} × before")
        if self.less_before is not None:
            parts.append(f"≥ before − {self.less_before:g}" if self.less_before else "≥ before")
        if self.most_of_before is not None:
            parts.append(f"≤ {self.most_of_before:g} × before")
        return ", ".join(parts) + (f" ({', '.join(self.services)})" if parts and self.services else "")


IDEAL, TODAY, REALTIME = ("ideal",), ("today",), ("realtime",)
MUST_NOT = (
    Line("facilities.beyond", "facilities powered that are dark beyond the data's reach", most=0, dangerous=True),
    Line("facilities.out_not_come", "facilities out whose data had not come", most=0, dangerous=True),
    Line("facilities.ended", "facilities judged by a contract that ended", most=0, dangerous=True),
    Line("ended.places", "places known by an ended contract, judged", most=0, dangerous=True),
    Line("ended", "ended contracts among homes, residents and hidden outages", most=0, dangerous=True),
    Line("ended.gaps", "ended contracts among meters that could be silent", most=0, dangerous=True),
    Line("cells.shown_before_event", "cells with a rate though the data end before it struck", most=0, dangerous=True),
    Line("municipalities.shown_before_event", "municipalities, the same", most=0, dangerous=True),
    Line("clocks.before", "facilities that fail before their interval", most=0, dangerous=True),
    Line("called.before", "… before that made with what they told by telephone", most=0, dangerous=True),
    Line("trucks.power_on", "power trucks sent to where the data show power", most=0, dangerous=True),
    Line("life.beyond", "people on devices called powered, dark beyond the data's reach", most=0, dangerous=True),
    Line("outlook.unbounded", "forecasts below 0 or above what is dark now", most=0, dangerous=True),
    Line("audit.powered_called", "dark places that an audit made look powered", most=0, dangerous=True),
    Line("audit.none_changed", "audits without late readings that changed a map", most=0, dangerous=True),
    Line("default.solar_away", "occupied solar homes called away at noon, default method", most=0.03, dangerous=True),
    Line("residents.empty_called_lived", "empty homes called lived", most=0.02, dangerous=True),
)
LINES = (
    *MUST_NOT,
    Line("facilities.within", "facilities powered, dark within the data's reach"),
    Line("facilities.right", "facilities rightly decided, of all", less_before=0.02, services=IDEAL),
    Line("facilities.right_of_decided", "facilities right, of those decided"),
    Line("facilities.decided", "facilities decided, of all"),
    Line("facilities.decided_when_due", "… of those due: class's delay + 3 h", least=0.999),
    Line("facilities.left_out", "… left out of these: their part had not been published"),
    Line("facilities.old", "… left out of these: the data end more than 12 h before"),
    Line("facilities.decided_when_covered", "… when data first cover a time after", least=0.95, services=TODAY),
    Line("facilities.asked", "facilities asked for"),
    Line("ended.asked", "… places known by an ended contract"),
    Line("cells.holds_relays", "cells: interval holds the share dark, relays working", least=0.95),
    Line("cells.holds_young", "… cells with an outage younger than 12 h", least=0.95),
    Line("cells.holds", "… failed relays too: no data tell them"),
    Line("cells.holds_now", "… at the moment shown, later than the layer's evidence_until"),
    Line("cells.holds_12h", "… against dark for 12 h"),
    Line(
        "cells.width_old",
        "mean interval, outage older than 12 h",
        most_of_before=1.3,
        counted="cells.old",
        from_count=30,
    ),
    Line("cells.old", "… of how many cells and moments"),
    Line("cells.right", "cells rightly decided (class of the legend)", less_before=0.02, services=IDEAL),
    Line("cells.decided", "cells decided"),
    Line("cells.error", "mean error of the rate against the share dark"),
    Line("municipalities.holds", "municipalities: interval holds the share dark", least=0.95),
    Line("municipalities.holds_now", "… at the moment shown, later than the layer's evidence_until"),
    Line("municipalities.width_old", "… mean interval, outage older than 12 h"),
    Line(
        "hidden.precision",
        "hidden outages: precision, all hours",
        least=0.8,
        counted="hidden.sure",
        from_count=10,
    ),
    Line("hidden.precision_worst", "… at the worst hour of those with ten or more listed", least=0.8),
    Line("hidden.few", "… hours with fewer listed: in the line above them only"),
    Line("hidden.recall", "… recall", least_of_before=0.9),
    Line("hidden.recall_undecided", "… recall, undecided counted as listed"),
    Line("hidden.sure", "… meters listed as sure, all hours"),
    Line("hidden.undecided", "… meters listed as undecided"),
    Line("hidden.with_power", "… listed as sure and has power"),
    Line("isolated.recall", "isolated settlements: recall", least=0.95),
    Line("isolated.precision_at_recall", "… precision, list read to recall 0.95", least=0.6),
    Line("isolated_no_roads.precision_at_recall", "… without road data"),
    Line("isolated.listed", "… listed"),
    Line("isolated.cut_off", "… cut off"),
    Line("gaps.mae", "gaps: mean absolute error"),
    Line("quiet.weekday.mcc", "home or away, quiet: MCC on a working day", least=0.80, services=IDEAL),
    Line("quiet.weekend.mcc", "… at the weekend", least=0.65, services=IDEAL),
    Line("default.weekday.mcc", "… default method: MCC on a working day"),
    Line("default.weekend.mcc", "… at the weekend"),
    Line("held.weekday.mcc", "… held: MCC on a working day"),
    Line("held.weekend.mcc", "… at the weekend"),
    Line("default.decided", "… decided, default method, solar apart", less_before=0.005, services=IDEAL),
    Line("default.right", "… rightly decided, default method, solar apart", less_before=0.02, services=IDEAL),
    Line("quiet.decided", "… decided, quiet, solar apart", less_before=0.005, services=IDEAL),
    Line("default.present_called_away", "… people at home called away, default method"),
    Line("clocks.holds", "hours left: interval holds the true failure", least=0.9),
    Line("clocks.holds_complete", "… of those whose row of the backup list is complete"),
    Line(
        "clocks.width_complete",
        "… of these, median width as a share of the true time, such shelters apart",
        most=0.3,
    ),
    Line("clocks.width_carried", "… … generators apart that may carry less than is used then", most=0.3),
    Line("clocks.width_battery", "… … on a battery"),
    Line("clocks.width_generator", "… … on a generator that carries what may be used"),
    Line("clocks.width_seen", "… … … whose stock was seen since power was lost"),
    Line("clocks.width_not_seen", "… … … whose stock was not"),
    *(Line(f"clocks.width_{name}", f"… … … {name}") for name in KINDS),
    Line(
        "clocks.width_overloaded", "… … on one that may not: it may stop then, or part of the building is switched off"
    ),
    Line("clocks.holds_generator", "… interval holds, on a generator that carries what may be used"),
    Line("clocks.dark_hours", "… hours between the ends of the loss of power, median"),
    Line("clocks.loss_known", "… loss of power known within an hour, of these"),
    Line("clocks.width_loss_known", "… … median width of these"),
    Line("clocks.width_crowded", "… of shelters on a generator: how many come there no data tell"),
    Line("clocks.holds_broken", "… holds where a part is missing or nothing came"),
    Line("clocks.counted_broken", "… clocks judged there"),
    Line("clocks.told", "… facilities in the dark that have a clock"),
    Line("clocks.counted", "… clocks judged, all moments"),
    Line("clocks.counted_complete", "… of these with a complete row"),
    Line("called.asked", "asked by telephone what is left in the tank, whom the maps of hours left name"),
    Line("called.answered", "… that told it"),
    Line("called.holds", "hours left half an hour later, made with what they told: interval holds", least=0.9),
    Line("called.holds_complete", "… of those whose row of the backup list is complete"),
    Line("called.width_complete", "… of these, median width, such shelters apart", most=0.3),
    Line("called.width_carried", "… … generators apart that may carry less than is used then", most=0.3),
    Line("called.width_battery", "… … on a battery"),
    Line("called.width_generator", "… … on a generator that carries what may be used"),
    Line("called.width_seen", "… … … whose stock was seen since power was lost"),
    Line("called.width_not_seen", "… … … whose stock was not"),
    Line("called.counted", "… clocks judged, all moments"),
    Line("called.counted_complete", "… of these with a complete row"),
    Line(
        "trucks.passed",
        "power trucks: facilities left though one of their kind that fails later gets one, of those left",
        most=0.1,
    ),
    Line("trucks_listed.passed", "… were they sent in the order of the list"),
    Line("trucks.wasted", "… trucks at facilities that last 24 h while one that does not is left, of those sent"),
    Line("trucks_listed.wasted", "… in the order of the list"),
    Line("trucks.carries", "… found large enough that carry the true peak of 24 h, crowded shelters apart", least=0.95),
    Line("trucks.sent", "… facilities with a truck, all moments"),
    Line("trucks.left", "… facilities without one"),
    Line("life.decided_when_due", "people on devices decided, of those within the data's reach", least=0.9),
    Line("life.ended_called", "… called exhausted or soon, of those whose battery has ended"),
    Line("life.within", "… called powered, dark within the data's reach"),
    Line("life.decided", "… decided, of all"),
    Line("life.asked", "… asked for, all moments"),
    Line("outlook.in80", "outlook: 80 % interval holds (judged of all drills together)"),
    Line("outlook.in95", "… 95 % interval"),
    Line("outlook.in50", "… 50 % interval"),
    Line("outlook.error", "… error, of what is dark now"),
    Line("outlook.error_stays", "… the same, were all to stay dark"),
    Line("outlook.counted", "… areas and horizons judged, all moments"),
    Line("audit.recall", "audit: failed relays found", least=0.8),
    Line("audit.precision", "… of those found, failed relays", least=0.8),
    Line("audit.relays", "… areas whose relay had failed"),
    Line("audit.judged", "… statements of past maps judged, of those that can be by the truth"),
    Line("audit.misjudged", "… more right or wrong than the truth has, of those judged", most=0.02),
    Line("audit.meters_misjudged", "… meters held for dark or powered that were not, of those decided", most=0.005),
    Line("audit.right_called", "… called right"),
    Line("audit.right_true", "… right by the truth"),
    Line("audit.wrong_called", "… called wrong"),
    Line("audit.wrong_true", "… wrong by the truth"),
    Line("audit.error_before", "… mean error of cells, maps before the relays were mended"),
    Line("audit.error_after", "… the same maps and the newest, made again after the audit"),
    Line("audit.error_sound", "… the same, no relay failed"),
    Line("audit.error_ratio", "… error after the audit, times that without failed relays", most=1.1),
    Line("audit.none_judged", "… without late readings: relays found, statements judged", most=0),
    Line("audit.none_said", "… without late readings: says so", least=1),
    Line("audit.part_error_unaudited", "relays mended in part: mean error of cells, before the audit"),
    Line("audit.part_error_after", "… after it"),
    Line("audit.part_decided_unaudited", "… cells decided, before"),
    Line("audit.part_decided_after", "… after it"),
    Line("audit.part_holds_unaudited", "… interval of cells behind a relay holds, before"),
    Line("audit.part_holds_after", "… after it", least=0.9),
    Line("audit.part_hidden_wrong_unaudited", "… hidden outages that are sure and have power, before"),
    Line("audit.part_hidden_wrong", "… after it"),
    Line("audit.part_hidden_right_unaudited", "… hidden outages that are sure and dark, before"),
    Line("audit.part_hidden_right", "… after it"),
    Line("audit.part_isolated_wrong_unaudited", "… isolated communities that are sure and have power, before"),
    Line("audit.part_isolated_wrong", "… after it"),
    Line("audit.part_isolated_right_unaudited", "… isolated communities that are sure and dark, before"),
    Line("audit.part_isolated_right", "… after it"),
    Line("residents.lived_recognised", "residence: lived recognised", least=0.97),
    Line("residents.empty_recognised", "… empty homes recognised"),
    Line("residents.right", "… rightly decided", less_before=0.02, services=IDEAL),
)
WHY = """What a figure may owe to the data, and not to the analysis:
- Parts that had not come: a facility is due once its class's delay and three hours have passed, if the half-hours up to
  there stood in a set of which the server listed every part, or in a part that it listed. Who is left out is counted.
- Data that are too old: a service that publishes whole days the next morning has, after noon, nothing younger than
  12 hours (the setting oldHours), and nobody is due until the next morning. Who is left out by that is counted, too.
- Failed relays: in some areas communication is lost and the power is on. No data of the aggregator tell such an area
  from one without power; the lines “relays working” leave them out.
- The data's reach: 通電情報 proves one reading within 12 hours, 電力データ end hours or a day before the moment
  shown. What is dark since a shorter time counts as “within the data's reach”.
- Shares dark are those at the moment that the layer itself names (evidence_until), where the data of the service do
  not end earlier: who has power again since then is in no data. Older code names none, and is held against the data's
  end, as are the lines “at the moment shown”.
- An outage that no event of the case tells of (here an aftershock in the last night) is in no statistics for 12 hours.
- Hidden outages are counted by meters at every moment: a pole with ten meters counts ten times. Undecided ones are
  listed apart, and count neither as found nor as wrong. Of fewer than ten listed one meter decides, which may have
  lost its radio while the line was out: such hours, and drills with fewer in all, are printed and not judged.
- Mean intervals are held against the older code's from 30 cells and moments on: of fewer, one cell decides."""


def figure_text(value: float, whole: bool = False) -> str:
    """Return a figure as it is printed: a count (`whole`), or a share."""
    if math.isnan(value):
        return "–"
    return f"{value:.0f}" if whole else f"{value:.3f}"


@dataclass(frozen=True)
class Column:
    """One drill in one service."""

    title: str
    service: str
    now: Figures
    before: Figures
    rows: Optional[Rows] = None
    """What was judged, where figures of several drills are told together."""


def table_of(columns: list[Column]) -> tuple[list[str], list[str], list[str]]:
    """Return the table as lines of Markdown, and in words the targets missed and the dangerous ones among them."""
    lines = ["| | target | " + " | ".join(column.title for column in columns) + " |", "|---" * (2 + len(columns)) + "|"]
    missed, dangerous = [], []
    for line in LINES:
        cells = []
        for column in columns:
            value, before = column.now.get(line.figure, NAN), column.before.get(line.figure, NAN)
            passed = line.passes(value, before, column.service, column.now)
            beside = f" ({figure_text(before, line.whole)})" if column.before else ""
            cells.append(figure_text(value, line.whole) + beside + {True: " pass", False: " MISS", None: ""}[passed])
            if passed is False:
                missed.append(f"{line.words}: {figure_text(value, line.whole)}{beside} ({column.title})")
                if line.dangerous:
                    dangerous.append(missed[-1])
        if any(not cell.startswith("– (–)") and cell != "–" for cell in cells):
            words = f"**{line.words}**" if line.dangerous else line.words
            lines.append(f"| {words} | {line.aim} | " + " | ".join(cells) + " |")
    return lines, missed, dangerous

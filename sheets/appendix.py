"""What stands behind the map of a theme: the list to work through, or the charts. One function a theme."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Callable, Iterable, Optional, Sequence

from qgis.core import NULL, QgsFeature, QgsVectorLayer
from qgis.PyQt.QtCore import QDateTime, QRectF
from qgis.PyQt.QtGui import QPainter

from ..layers.charts import MOST, Chart, paint, shape
from ..layers.style import RESPONSES, UNKNOWN_REASONS, VALUE_MAPS, newest_as_of
from ..layers.truck_fuel import fuel_of, provided
from ..translate import tr
from .contents import off_map
from .lists import Block, ListColumn, ListTable, Picture

COLUMNS = 3
ROWS = 3
"""Panels of charts on one page: more could not be read on A4."""

_NAMES = 30
"""Names in one row of a list of names, so that a page can end between them."""

Maker = Callable[[QgsVectorLayer, Sequence[QgsFeature], Optional[datetime]], list[Block]]


def blocks(kind: str, layer: QgsVectorLayer, features: Iterable[QgsFeature], event: Optional[datetime]) -> list[Block]:
    """Return what follows the map with these features of a result (those that its page counts); a theme of `BEHIND`."""
    return BEHIND[kind](layer, list(features), event)


def _text(value: object) -> str:
    return "" if value is None or value == NULL else str(value).strip()


def _number(value: object, form: str = ",.0f") -> str:
    return "" if value is None or value == NULL else format(float(value), form)


def _asked(text: str) -> str:
    """Return a figure, or a question mark where it is not known."""
    return text or "?"


def _time(value: object) -> str:
    return value.toString("M/d HH:mm") if isinstance(value, QDateTime) and value.isValid() else ""


def _word(kind: str, name: str, value: object) -> str:
    """Return the words of a code, "unknown" where there is none."""
    words = dict(VALUE_MAPS[kind][name])
    return words[value]() if value in words else tr("Unknown")


def _support(layer: QgsVectorLayer, features: Sequence[QgsFeature], event: Optional[datetime]) -> list[Block]:
    """Return the people in their order, with columns to be filled in on the way."""
    people = sorted(features, key=lambda one: one["priority"])
    columns = (
        ListColumn(tr("No."), 10, "right"),
        ListColumn(tr("Own id"), 16),
        ListColumn(tr("Full name"), 26),
        ListColumn(tr("Care level"), 27),
        ListColumn(tr("Presence"), 24),
        ListColumn(tr("Hazard area"), 17, "centre"),
        ListColumn(tr("Taken by"), 26, by_hand=True),
        ListColumn(tr("When"), 18, by_hand=True),
        ListColumn(tr("Result (tick one)"), 55, by_hand=True),
        ListColumn(tr("What was found"), 60, by_hand=True),
    )
    rows = [_person(one) for one in people]
    unknown = frozenset(place for place, one in enumerate(people) if one["state"] not in ("home", "away"))
    note = tr(
        "Grey: presence not known. Own id and name are those of your list; without either the supply point stands "
        "there. Enter the results in the layer (response) as well, so that the next list starts from them."
    )
    return [ListTable(tr("People in the order of urgency"), columns, rows, note, 11.0, unknown)]


def _person(one: QgsFeature) -> tuple[str, ...]:
    key, name = _text(one["key"]), _text(one["name"])
    inside = one["in_hazard"]
    where = tr("unknown") if inside is None or inside == NULL else tr("inside") if inside else tr("outside")
    response = _text(one["response"])
    boxes = [f"{'☑' if value == response else '□'}{word()}" for value, word in RESPONSES]
    ticks = "\n".join("  ".join(boxes[first : first + 2]) for first in range(0, len(boxes), 2))
    degree = _text(one["care"]) or tr("not stated: counted as high")
    return (
        _number(one["priority"]),
        key or ("" if name else _text(one["supply_point"])),
        name,
        degree,
        _word("evacuationsupport", "state", one["state"]),
        where,
        _text(one["response_by"]),
        _time(one["response_at"]),
        ticks,
        "",
    )


def _clocks(layer: QgsVectorLayer, features: Sequence[QgsFeature], event: Optional[datetime]) -> list[Block]:
    """Return the facilities in the order in which they fail, with what to ask and to bring.

    Those with power have no clock: rows of them would bury the others, so that they are counted alone.
    """
    facilities = sorted((one for one in features if one["state"] != "powered"), key=lambda one: one["rank"])
    columns = (
        ListColumn(tr("No."), 9, "right"),
        ListColumn(tr("Name"), 36),
        ListColumn(tr("Kind"), 20),
        ListColumn(tr("State"), 33),
        ListColumn(tr("Dark since"), 35),
        ListColumn(tr("Fails between"), 41),
        ListColumn(tr("Litres lacking"), 16, "right"),
        ListColumn(tr("Needs (kVA)"), 17, "right"),
        ListColumn(tr("Generator (kVA)"), 18, "right"),
        ListColumn(tr("What is assumed, why unknown"), 48),
        ListColumn(tr("Told by telephone"), 29, by_hand=True),
    )
    rows = [_clock(one) for one in facilities]
    unknown = frozenset(place for place, one in enumerate(facilities) if one["state"] == "unknown")
    note = tr("Grey: unknown, to be asked. Litres lacking are those to the hours asked for, at the upper bound of use.")
    looked = max((_time(one["state_at"]) for one in facilities if "state_at" in one.fields().names()), default="")
    if looked:
        note += " " + tr("State as of {time}; dark by the data, whose end the sheet tells.").format(time=looked)
    if powered := len(features) - len(facilities):
        note += " " + tr("{count} facilities with power are not in the list.").format(count=f"{powered:,}")
    return [ListTable(tr("Facilities in the order in which they fail"), columns, rows, note, 7.0, unknown)]


def _span(one: QgsFeature, low: str, high: str) -> str:
    """Return two moments as a span, the day once where it is the same; one where they are, "" where not known."""
    first, last = _time(one[low]), _time(one[high])
    if first == last:
        return first
    day = first.split(" ")[0] + " "
    return f"{first}～{last[len(day) :] if first and last.startswith(day) else last}"


def _clock(one: QgsFeature) -> tuple[str, ...]:
    codes = [code for code in _text(one["assumption"]).split(",") if code]
    reasons = dict(UNKNOWN_REASONS)
    why = _text(one["unknown_reason"])
    told = [reasons[why]()] if why in reasons else []
    told += [ASSUMPTIONS[code]() for code in codes if code in ASSUMPTIONS]
    return (
        _number(one["rank"]),
        _text(one["name"]) or _text(one["facility_id"]),
        _text(one["kind"]),
        _word("survivalclocks", "state", one["state"]),
        _span(one, "dark_since_low", "dark_since_high"),
        _span(one, "fails_earliest", "fails_latest"),
        _number(one["litres_to_hours"]),
        _number(one["need_kva"]),
        _number(one["generator_kva"]),
        tr(", ").join(told),
        "",
    )


ASSUMPTIONS: dict[str, Callable[[], str]] = {
    "by_kind": lambda: tr("hours by the kind of facility"),
    "load": lambda: tr("load as a share of the generator"),
    "tank": lambda: tr("stock as a share of the tank"),
    "fuel_table": lambda: tr("consumption by a general table"),
    "crowded": lambda: tr("people take shelter: up to full load"),
    "overloaded": lambda: tr("may use more than the generator carries: may stop then"),
    "hangs_unknown": lambda: tr("ask: is the whole building on the generator, or selected circuits only?"),
    "circuits": lambda: tr("selected circuits only, as told"),
    "circuits_use": lambda: tr("ask: how many kW do the selected circuits use?"),
    "stock_to_ask": lambda: tr("ask: what is left in the tank?"),
    "partly": lambda: tr("only some meters dark"),
    "told": lambda: tr("told by telephone"),
    "as_usual": lambda: tr("use as on other days"),
    "as_burnt": lambda: tr("consumption by two stocks"),
    "stock_time": lambda: tr("hour of the stock not told"),
    "stock_earlier": lambda: tr("stock as told in an outage before"),
    "battery_age": lambda: tr("battery by its age"),
    "battery_new": lambda: tr("age of the battery not told"),
    "battery_unread": lambda: tr("battery as if none: what is told of it is not understood"),
    "several_rows": lambda: tr("rows of the list differ: all of them held"),
}
"""Code of what a clock rests on (`analysis.backup.Assumption`) → its words."""


def _life(layer: QgsVectorLayer, features: Sequence[QgsFeature], event: Optional[datetime]) -> list[Block]:
    """Return the people on devices in the order of calls, with columns to be filled in."""
    people = sorted(features, key=lambda one: one["priority"])
    columns = (
        ListColumn(tr("No."), 10, "right"),
        ListColumn(tr("Own id"), 18),
        ListColumn(tr("Full name"), 25),
        ListColumn(tr("Device"), 24),
        ListColumn(tr("State"), 40),
        ListColumn(tr("Battery ends"), 40),
        ListColumn(tr("Vendor"), 26),
        ListColumn(tr("District"), 24),
        ListColumn(tr("Called by"), 24, by_hand=True),
        ListColumn(tr("When"), 16, by_hand=True),
        ListColumn(tr("What was found"), 41, by_hand=True),
    )
    rows = [_called(one) for one in people]
    unknown = frozenset(place for place, one in enumerate(people) if one["state"] == "unknown")
    note = tr(
        "Grey: not known to have power, to be called as if there were none. “*”: hours assumed by the device. Enter "
        "the results in the layer (response) as well, so that the next list starts from them."
    )
    return [ListTable(tr("People in the order of calls"), columns, rows, note, 9.0, unknown)]


def _called(one: QgsFeature) -> tuple[str, ...]:
    ends = _span(one, "battery_from", "battery_until")
    return (
        _number(one["priority"]),
        _text(one["key"]) or ("" if _text(one["name"]) else _text(one["person_id"])),
        _text(one["name"]),
        _text(one["device"]),
        _word("lifesupport", "state", one["state"]),
        f"{ends} *" if ends and one["assumed"] is True else ends,
        _text(one["vendor"]),
        _text(one["district"]),
        _text(one["response_by"]),
        _time(one["response_at"]),
        _text(one["response_note"]) if one.fields().lookupField("response_note") >= 0 else "",
    )


def _trucks(layer: QgsVectorLayer, features: Sequence[QgsFeature], event: Optional[datetime]) -> list[Block]:
    """Return the needs in their order with their trucks, and the fuel."""
    needs = sorted(features, key=lambda one: one["rank"])
    columns = (
        ListColumn(tr("Rank"), 10, "right"),
        ListColumn(tr("Where it is needed"), 38),
        ListColumn(tr("Kind"), 20),
        ListColumn(tr("Fails from"), 20),
        ListColumn(tr("Needed (kVA)"), 15, "right"),
        ListColumn(tr("Truck"), 20),
        ListColumn(tr("Truck (kVA)"), 15, "right"),
        ListColumn(tr("Distance (km)"), 15, "right"),
        ListColumn(tr("Fuel (L/h)"), 20, "right"),
        ListColumn(tr("Fuel (litres)"), 16, "right"),
        ListColumn(tr("Drums of 200 L"), 14, "right"),
        ListColumn(tr("Assignment"), 24),
        ListColumn(tr("Why it is needed, how it fits"), 52),
    )
    rows = [_need(one) for one in needs]
    without = frozenset(place for place, one in enumerate(needs) if not _text(one["truck_id"]))
    note = tr("Grey: no truck. “?” is not known. Litres and drums are for the hours planned.")
    note += " " + tr("Order: the prefecture's list, kind, who fails first; who holds out for 24 hours comes last.")
    return [_fuel_table(needs), ListTable(tr("Needs in the order of priority"), columns, rows, note, 6.5, without)]


def _need(one: QgsFeature) -> tuple[str, ...]:
    sent = bool(_text(one["truck_id"]))
    metres = one["distance_m"]
    known = (
        _asked(_number(one["truck_kva"], "g")),
        _asked("" if metres is None or metres == NULL else f"{metres / 1000:.1f}"),
        _asked(_number(one["litres_per_hour"], ".1f")),
        _asked(_number(one["fuel_l"])),
        _asked(_number(one["drums"])),
    )
    kind = _text(one["kind"])
    community = kind == "community"
    # results of before the column was there
    fails = _time(one["fails_earliest"]) if one.fields().lookupField("fails_earliest") >= 0 else ""
    return (
        _number(one["rank"]),
        _text(one["name"]) or _text(one["need_id"]),
        tr("Isolated community") if community else kind,
        "" if community or not kind else _asked(fails),
        _asked(_number(one["need_kva"], "g")),
        _text(one["truck_id"]),
        *(known if sent else ("",) * len(known)),
        _word("powertrucks", "status", one["status"]),
        _text(one["reason"]),
    )


def _fuel_table(needs: Sequence[QgsFeature]) -> ListTable:
    columns = (
        ListColumn(tr("Diesel for the trucks assigned"), 60),
        ListColumn(tr("Needed"), 30, "right"),
        ListColumn(tr("The plan provides"), 30, "right"),
        ListColumn(tr("Of what it provides"), 26, "right"),
    )
    found = fuel_of(needs)
    if found is None:
        return ListTable(tr("Fuel"), columns, [], tr("The fuel of none of the trucks is known."))
    words = (tr("Litres"), tr("Drums of 200 L"), tr("Vehicles that bring fuel (5,000 L each in 72 hours)"))
    needed = (found.litres, found.drums, found.tankers)
    rows = [
        (name, f"{wanted:,.0f}", f"{planned:,.0f}", f"{100 * wanted / planned:.0f} %")
        for name, wanted, planned in zip(words, needed, provided(found.hours))
    ]
    note = tr("For {hours} hours. The plan (災害時連携計画): 100,000 L, 500 drums, 20 vehicles in 72 hours.").format(
        hours=f"{found.hours:g}"
    )
    if found.unknown:
        note += " " + tr("The fuel of {count} trucks is not known and not in the sum.").format(count=found.unknown)
    return ListTable(tr("Fuel"), columns, rows, note, wide=0.6)


def _plan(layer: QgsVectorLayer, features: Sequence[QgsFeature], event: Optional[datetime]) -> list[Block]:
    """Return the plan by time, then what is without a time, not in the plan, or on no map."""
    named = [one for one in features if one["plan_row"] is not None and one["plan_row"] != NULL]
    timed = sorted((one for one in named if _time(one["restored_at"])), key=lambda one: one["restored_at"])
    back = [one for one in named if not _time(one["restored_at"]) and _is_done(one)]
    rest = [one for one in named if not _time(one["restored_at"]) and not _is_done(one)]
    silent = sorted(_text(one["area_name"]) for one in features if one not in named)
    as_of = newest_as_of(layer)
    late = frozenset(
        place for place, one in enumerate(timed) if as_of.isValid() and one["restored_at"] < as_of and not _is_done(one)
    )
    columns = (
        ListColumn(tr("Power back by"), 22),
        ListColumn(tr("Area name"), 36),
        ListColumn(tr("Place in the plan"), 44),
        ListColumn(tr("Households"), 16, "right"),
        ListColumn(tr("State of the work"), 30),
        ListColumn(tr("Note"), 60),
        ListColumn(tr("Row of the plan"), 14, "right"),
    )
    why = (*columns[1:-1], ListColumn(tr("What is amiss"), 50), columns[-1])
    lost = off_map(layer)
    return [
        ListTable(tr("Not on the map: rows that fit no area"), (columns[0], *why[1:]), [_off(one) for one in lost]),
        ListTable(
            tr("By time"),
            columns,
            [(_by_when(one), *_planned(one), _number(one["plan_row"])) for one in timed],
            tr("Grey: the planned time has passed."),
            unknown=late,
        ),
        ListTable(
            tr("Power is back (by the plan)"),
            columns,
            [(_time(one["done_at"]), *_planned(one), _number(one["plan_row"])) for one in back],
        ),
        ListTable(
            tr("In the plan, time not known"),
            why,
            [(*_planned(one), _text(one["reason"]) or tr("no time given"), _number(one["plan_row"])) for one in rest],
        ),
        ListTable(
            tr("Areas that the plan does not name (unknown): {count}").format(count=len(silent)),
            (ListColumn(tr("Areas"), 1),),
            [(tr(", ").join(silent[first : first + _NAMES]),) for first in range(0, len(silent), _NAMES)],
        ),
    ]


def _is_done(one: QgsFeature) -> bool:
    """Whether the plan says that the power is back; results of earlier versions do not say it."""
    return one.fields().lookupField("done_at") >= 0 and bool(_time(one["done_at"]))


def _by_when(one: QgsFeature) -> str:
    """Return when the power is to be back: a moment, or a period in the plan's own words."""
    end = _time(one["restored_at"])
    if one.fields().lookupField("restored_from") < 0 or _time(one["restored_from"]) == end:
        return end
    return _text(one["restored_words"]) or end


def _planned(one: QgsFeature) -> tuple[str, ...]:
    return (
        _text(one["area_name"]),
        _text(one["place"]),
        _asked(_number(one["households"])),
        _text(one["state"]),
        _text(one["note"]),
    )


def _off(one: QgsFeature) -> tuple[str, ...]:
    return (
        _asked(_by_when(one)),
        _text(one["place"]) or tr("(blank)"),
        *_planned(one)[2:],
        _text(one["reason"]),
        _number(one["plan_row"]),
    )


def _charts(layer: QgsVectorLayer, features: Sequence[QgsFeature], event: Optional[datetime]) -> list[Block]:
    """Return the chart of each district over all months; of grid squares the municipality's alone."""
    import pandas as pd

    from ..layers.recovery_charts import recovery_chart

    wanted = {_text(one["area_id"]) for one in features}
    names = ("area_id", "area_name", "begin", "end", "index", "municipal_index", "provisional")
    rows = [[_plain(one[name]) for name in names] for one in layer.getFeatures()]
    table = pd.DataFrame(rows, columns=names)
    table[["index", "municipal_index"]] = table[["index", "municipal_index"]].apply(pd.to_numeric, errors="coerce")
    published = _plain(newest_as_of(layer))
    table = table[table["area_id"].isin(wanted)]
    if table.empty or published is None:
        return []
    town = table.drop_duplicates("begin").assign(
        area_id="", area_name=tr("Municipality as a whole"), index=lambda part: part["municipal_index"]
    )
    districts = table[table["area_id"] != table["area_name"]]
    areas = sorted(districts["area_id"].unique())
    whole = pd.concat([town, districts]) if len(areas) <= MOST else town
    ids = sorted(whole["area_id"].unique())
    found: list[Block] = []
    for first in range(0, len(ids), COLUMNS * ROWS):
        part = whole[whole["area_id"].isin(ids[first : first + COLUMNS * ROWS])]
        # Fewer panels than a row are no larger than a full row's would be.
        wide = min(1.0, max(0.5, part["area_id"].nunique() / COLUMNS))
        chart = recovery_chart("", part, published, event, columns=COLUMNS)
        found.append(Picture(partial(paint_chart, chart), shape(chart), wide))
    return found


def paint_chart(chart: Chart, painter: QPainter, box: QRectF) -> None:
    """Paint a chart, its arguments in the order of a `Picture`."""
    paint(painter, chart, box)


def _plain(value: object) -> object:
    if isinstance(value, QDateTime):
        return value.toPyDateTime().replace(tzinfo=None) if value.isValid() else None
    return None if value == NULL else value


BEHIND: dict[str, Maker] = {
    "evacuationsupport": _support,
    "recoveryindex": _charts,
    "restorationplan": _plan,
    "powertrucks": _trucks,
    "survivalclocks": _clocks,
    "lifesupport": _life,
}
"""Themes with pages behind the map."""

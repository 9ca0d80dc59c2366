"""What a sheet says before anybody looks at its map: a line of words and figures, and the names that belong to it.

Each theme is a function from the table of what the page counts to `Told`; the figures are those of
`analysis.key_figures`, so that sheets, brief and dock cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Callable, Mapping, Optional, Sequence

import numpy as np
import pandas as pd

from ..analysis import key_figures
from ..layers.districts import Districts
from ..layers.style import VALUE_MAPS, VOLTAGE_CLASSES
from ..layers.style.specs import perhaps_out
from ..translate import tr

MOST_NAMES = 10
"""Names beside the map; more are counted."""
MOST_ASKED = 3
"""Names of those that are to be asked something; the list behind has all."""


@dataclass(frozen=True)
class Told:
    """What stands above and beside a map."""

    headline: str = ""
    """One or two lines."""
    names_title: str = ""
    """"" where the theme has no names."""
    names: tuple[tuple[str, str], ...] = ()
    """(name, what is to be known of it), the most urgent first; at most `MOST_NAMES`."""
    more: int = 0
    """How many more there are."""
    first: tuple[int, ...] = ()
    """Ids of the features of those names, which the map labels at any scale."""
    numbers: Mapping[int, int] = field(default_factory=dict)
    """Id of a feature → its number in the list of names, where the map shows it."""


@dataclass(frozen=True)
class Around:
    """What a headline may ask beside its table."""

    districts: Optional[Districts] = None


def _word(kind: str, field: str, value: object) -> str:
    words = dict(VALUE_MAPS.get(kind, {}).get(field, ()))
    if value is None or value != value or value == "":
        return tr("unknown")
    return words[str(value)]() if str(value) in words else str(value)


def _count(number: float) -> str:
    return f"{round(number):,}"


def count_range(low: float, high: float) -> str:
    """Return an interval of counts, one number where it has no width."""
    return _count(low) if round(low) == round(high) else tr("{low}–{high}").format(low=_count(low), high=_count(high))


def _until(moment: object) -> str:
    """Return until when something was proven to have power."""
    known = moment is not None and not pd.isna(moment)
    return tr("power until {time}").format(time=f"{pd.Timestamp(moment):%m/%d %H:%M}") if known else ""


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _join(*parts: str) -> str:
    return "  ".join(part for part in parts if part)


def dark_facility(one: Any) -> tuple[str, str]:
    """Return the name of a facility without power and what is to be known of it; a row of `dark_facilities`."""
    holds = pd.to_numeric(one.capacity, errors="coerce")
    detail = _join(
        str(one.kind or ""),
        tr("{count} persons").format(count=_count(holds)) if pd.notna(holds) else "",
        tr("in part") if one.state == key_figures.PARTLY else "",
        tr("by telephone: {state}").format(state=_word("shelterpower", "told_state", one.told_state))
        if one.told_state
        else _until(one.last_proven),
    )
    return str(one.name or one.facility_id or ""), detail


def isolated_group(one: Any) -> tuple[str, str]:
    """Return the name of a group and what is to be known of it; a row of `groups_in_order`."""
    others = tr(" and {count} more").format(count=len(one.names) - 1) if len(one.names) > 1 else ""
    hours = tr("{hours} h").format(hours=int(one.hours)) if pd.notna(one.hours) else ""
    meters = tr("{count} meters").format(count=_count(one.meters))
    road = tr("road: {state}").format(state=_word("isolatedcommunities", "access_cut", one.access_cut))
    return f"{one.names[0]}{others}", _join(meters, hours, road)


def _facilities(table: pd.DataFrame, around: Around) -> Told:
    total, states = len(table), table["state"]
    critical = key_figures.critical_dark(table)
    unknown = key_figures.unknown_facilities(table)
    silent = round(unknown.low or 0)
    if not total:
        return Told(tr("No facility to tell of"))
    if silent == total:
        return Told(_lines(tr("Of all {total} facilities nothing is known").format(total=_count(total))))
    first = tr("Confirmed without power: {dark} of {total} facilities").format(
        dark=_count((states == key_figures.DARK).sum()), total=_count(total)
    ) + _aside(silent)
    partly = round((states == key_figures.PARTLY).sum())
    second = _join(
        tr("in part {count}").format(count=_count(partly)) if partly else "",
        tr("hospitals, care and waterworks among them {count} of {total}").format(
            count=_count(critical.low or 0), total=_count(critical.of or 0)
        )
        if critical.of
        else "",
    )
    named = key_figures.dark_facilities(table)
    names = [dark_facility(one) for one in named.head(MOST_NAMES).itertuples()]
    fids = tuple(int(one) for one in named["fid"].head(MOST_NAMES))
    title = tr("Without power (critical ones first)")
    return Told(_lines(first, second, _by_telephone(table)), title, tuple(names), max(len(named) - MOST_NAMES, 0), fids)


def _by_telephone(table: pd.DataFrame) -> str:
    """Return how many facilities told what by telephone: never added to what was measured."""
    said = [
        f"{_word('shelterpower', 'told_state', state)} {_count(count)}"
        for state, count in key_figures.told_counts(table).items()
    ]
    return tr("By telephone (ringed, counted apart): {counts}").format(counts=tr(", ").join(said)) if said else ""


def _aside(unknown: float) -> str:
    """Return how many are unknown, beside a number in a headline: who reads no further must see it."""
    return tr(" (unknown {count})").format(count=_count(unknown)) if round(unknown) else ""


def _voltage(code: str) -> str:
    words = dict(VOLTAGE_CLASSES)
    return words[code]() if code in words else code


def _dark_meters(found: key_figures.KeyFigure) -> str:
    """Return the first line of a map of rates: what tells of few meters does not come before the unknown."""
    known = (found.of or 0) - found.unknown
    dark = count_range(found.low or 0, found.high or 0)
    voltage = tr("{voltage}: ").format(voltage=_voltage(found.voltage)) if found.voltage else ""
    if found.unknown > known:
        return voltage + tr("Unknown: {unknown} of {all} meters; of the other {of}, without power {range}").format(
            unknown=_count(found.unknown), all=_count(found.of or 0), of=_count(known), range=dark
        )
    first = tr("Without power beyond peacetime: {range} of {of} meters").format(range=dark, of=_count(known))
    return voltage + first + _aside(found.unknown)


def _rates(table: pd.DataFrame, around: Around) -> Told:
    found = key_figures.homes_dark(table)
    masked = _truth(table["masked"])
    unknown = ~masked & _undecided(table)
    apart = _join(
        tr("masked {count} squares").format(count=_count(masked.sum())) if masked.any() else "",
        tr("unknown {count} squares").format(count=_count(unknown.sum())) if unknown.any() else "",
    )
    if not found.known:
        return Told(_lines(tr("Nothing is known of any square"), apart))
    names, more = _districts_of_cells(table, around)
    title = tr("Districts with most of them (meters)") if names else ""
    first = _dark_meters(found)
    if 2 * masked.sum() > len(table):
        # few homes of few squares are known: that none of them is dark would sound calm
        first = tr("{dark}; {masked} of {all} squares are masked and not known").format(
            dark=first, masked=_count(masked.sum()), all=_count(len(table))
        )
    return Told(_lines(first, apart), title, names, more)


def _undecided(table: pd.DataFrame) -> pd.Series[bool]:
    """Return which squares or areas are unknown: those drawn so, though their bounds may rule out a little."""
    return ~key_figures.bounded(table) | (table["unknown_reason"].fillna("").astype(str) != "")


def _districts_of_cells(table: pd.DataFrame, around: Around) -> tuple[tuple[tuple[str, str], ...], int]:
    """Return the districts with most meters in the dark, each with the sum of the bounds of its squares."""
    told = table[table["low"].notna() & (_numbers(table["low"]) > 0)]
    if around.districts is None or not len(told):
        return (), 0
    sums = pd.DataFrame(
        {
            "name": around.districts.names(told["lon"].to_numpy(float), told["lat"].to_numpy(float)),
            "low": _numbers(told["low"]).to_numpy() * _numbers(told["meters"]).to_numpy(),
            "high": _numbers(told["high"]).to_numpy() * _numbers(told["meters"]).to_numpy(),
        }
    )
    sums = sums[sums["name"] != ""].groupby("name", as_index=False).sum()
    return _named_ranges(sums)


def _named_ranges(sums: pd.DataFrame) -> tuple[tuple[tuple[str, str], ...], int]:
    order = sums[sums["high"] > 0].sort_values(["low", "high", "name"], ascending=[False, False, True], kind="stable")
    return _first_of([(str(one.name), count_range(one.low, one.high)) for one in order.itertuples(index=False)])


def _areas(table: pd.DataFrame, around: Around) -> Told:
    found = key_figures.homes_dark(table)
    if not found.known:
        return Told(tr("Nothing is known of any area"))
    first = _dark_meters(found)
    unknown = round(_undecided(table).sum())
    second = tr("unknown {count} areas").format(count=_count(unknown)) if unknown else ""
    meters = _numbers(table["meters"]).fillna(0.0)
    sums = pd.DataFrame(
        {
            "name": table["area_name"].fillna("").astype(str),
            "low": _numbers(table["low"]).clip(lower=0) * meters,
            "high": _numbers(table["high"]).clip(lower=0) * meters,
        }
    )
    # nor are those left out of which it is not known whether it is an outage, where many may be out
    perhaps = perhaps_out(_numbers(table["high"]), meters, _numbers(table["excess_rate"]))
    names, more = _named_ranges(sums[(sums["low"] > 0) | perhaps])
    return Told(_lines(first, second), tr("Areas with most of them (meters)") if names else "", names, more)


def _gaps(table: pd.DataFrame, around: Around) -> Told:
    rate = _numbers(table["gap_rate"])
    gone, unknown = rate > 0.75, rate.isna()
    if unknown.all():
        return Told(tr("Nothing is known of any area"))
    first = tr("Data no longer come from {count} of {total} areas (gap above 75 %)").format(
        count=_count(gone.sum()), total=_count(len(table))
    )
    second = tr("unknown {count} areas").format(count=_count(unknown.sum())) if unknown.any() else ""
    silent = (_numbers(table["meters"]).fillna(0) * rate).round()
    order = table[["fid"]].assign(name=_names(table), meters=silent)[gone]
    order = order.sort_values("meters", ascending=False, kind="stable")
    fids = tuple(map(int, order["fid"].head(MOST_NAMES)))
    names, more = _first_of(
        [
            (str(one.name), tr("{count} meters").format(count=_count(one.meters)))
            for one in order.itertuples(index=False)
        ]
    )
    return Told(_lines(first, second), tr("Areas without data") if names else "", names, more, fids)


def _isolated(table: pd.DataFrame, around: Around) -> Told:
    found = key_figures.isolated_groups(table)
    groups = key_figures.groups_in_order(table)
    if not len(table):
        return Told(tr("As far as the data reach, no settlement is suspected to be isolated"))
    first = tr("Perhaps isolated: {groups} groups, {areas} settlements").format(
        groups=_count(found.high or 0), areas=_count(len(table))
    )
    cut = round(found.low or 0)
    roads = round((groups["access_cut"] == "unknown").sum())
    second = _join(
        tr("road cut off or cut in part: {count} groups").format(count=_count(cut)),
        tr("road not known: {count} groups").format(count=_count(roads)) if roads else "",
        tr("{count} meters in all").format(count=_count(groups["meters"].sum())),
    )
    names = [isolated_group(one) for one in groups.head(MOST_NAMES).itertuples()]
    more = max(len(groups) - MOST_NAMES, 0)
    place = {group: number for number, group in enumerate(groups["group_id"], 1)}
    order = table.sort_values("rank", kind="stable")
    numbers = dict(zip(map(int, order["fid"]), key_figures.group_of(order).map(place)))
    # of each group the most urgent settlement stands for it where the map has room for few
    lead = order.loc[~key_figures.group_of(order).duplicated(), "fid"].head(MOST_NAMES)
    title = tr("Groups, the most urgent first")
    return Told(_lines(first, second), title, tuple(names), more, tuple(map(int, lead)), numbers)


def _hidden(table: pd.DataFrame, around: Around) -> Told:
    found = key_figures.hidden(table)
    first = tr("Still dark among neighbours with power: {count} meters").format(count=_count(found.low or 0))
    perhaps = round((found.high or 0) - (found.low or 0))
    second = tr("undecided {count}").format(count=_count(perhaps)) if perhaps else ""
    names, more = _by_district(table, around, np.ones(len(table), dtype=bool))
    return Told(_lines(first, second), tr("By district (meters)") if names else "", names, more)


def _homes(table: pd.DataFrame, around: Around) -> Told:
    home, away = (table["state"] == "home").to_numpy(), (table["state"] == "away").to_numpy()
    unknown = len(table) - int(home.sum()) - int(away.sum())
    if len(table) and unknown == len(table):
        return Told(tr("Of none of {total} dwellings is presence known").format(total=_count(len(table))))
    first = tr("Estimated at home: {home} of {total} dwellings").format(
        home=_count(home.sum()), total=_count(len(table))
    )
    second = _join(
        tr("no sign of use {count}").format(count=_count(away.sum())),
        tr("unknown {count}").format(count=_count(unknown)),
    )
    names, more = _by_district(table, around, home)
    return Told(_lines(first, second), tr("At home by district (dwellings)") if names else "", names, more)


def _by_district(table: pd.DataFrame, around: Around, which: np.ndarray) -> tuple[tuple[tuple[str, str], ...], int]:
    """Return how many of those at `which` stand in each district, the most first."""
    if around.districts is None or not which.any():
        return (), 0
    names = around.districts.names(table["lon"].to_numpy(float)[which], table["lat"].to_numpy(float)[which])
    counts = pd.Series(names[names != ""], dtype=object).value_counts()
    order = sorted(counts.items(), key=lambda one: (-one[1], str(one[0])))
    return _first_of([(str(name), _count(count)) for name, count in order])


def _support(table: pd.DataFrame, around: Around) -> Told:
    inside, home = _truth(table["in_hazard"]), table["state"] == "home"
    unknown = ~table["state"].isin(["home", "away"])
    not_told = table["in_hazard"].isna()
    first = tr("{count} people who need support").format(count=_count(len(table)))
    area = [
        tr("inside the hazard area {count}").format(count=_count(inside.sum())),
        tr("inside it and at home {count}").format(count=_count((inside & home).sum())),
    ]
    second = _join(
        # of an area that nobody gave, none is known to be inside, which is not the same as 0
        *(() if not_told.all() else area),
        tr("not known whether inside the hazard area {count}").format(count=_count(not_told.sum()))
        if not_told.any()
        else "",
        tr("presence unknown {count}").format(count=_count(unknown.sum())),
    )
    return Told(_lines(first, second))


def _recovery(table: pd.DataFrame, around: Around) -> Told:
    index = _numbers(table["index"])
    low = index <= 0.5
    if index.isna().all():
        return Told(_lines(tr("No area can be compared with the year before"), _all_unknown(table)))
    first = tr("Use at half or less of the year before: {count} of {total} areas").format(
        count=_count(low.sum()), total=_count(index.notna().sum())
    )
    unknown = round(index.isna().sum())
    second = tr("unknown {count} areas").format(count=_count(unknown)) if unknown else ""
    order = pd.DataFrame({"name": _names(table), "index": index})[low].sort_values("index", kind="stable")
    names, more = _first_of([(name, f"{100 * share:.0f} %") for name, share in order.itertuples(index=False)])
    return Told(_lines(first, second), tr("Areas with least use") if names else "", names, more)


def _contracts(table: pd.DataFrame, around: Around) -> Told:
    rate, change = _numbers(table["change_rate"]), _numbers(table["change"])
    fewer = rate < -0.1
    if rate.isna().all():
        return Told(_lines(tr("Of no area is it known whether contracts are fewer"), _all_unknown(table)))
    first = tr("Contracts more than 10 % fewer: {count} of {total} areas").format(
        count=_count(fewer.sum()), total=_count(rate.notna().sum())
    )
    unknown = round(rate.isna().sum())
    second = tr("unknown {count} areas").format(count=_count(unknown)) if unknown else ""
    lost = pd.DataFrame({"name": _names(table), "change": change})[change < 0]
    order = lost.sort_values("change", kind="stable")
    names, more = _first_of([(name, f"{number:+,.0f}") for name, number in order.itertuples(index=False)])
    return Told(_lines(first, second), tr("Areas that lost most (contracts)") if names else "", names, more)


def _all_unknown(table: pd.DataFrame) -> str:
    """Return how many areas a page has where nothing is known of any: “0 of 0” would sound calm."""
    return tr("unknown {count} areas").format(count=_count(len(table))) if len(table) else ""


def _plan(table: pd.DataFrame, around: Around) -> Told:
    planned = table["plan_row"].notna()
    timed = table["restored_at"].notna()
    done = table["done_at"].notna()
    overdue = timed & ~done & (pd.to_datetime(table["restored_at"]) < pd.to_datetime(table["as_of"]))
    first = tr("The plan names a time for {count} of {total} areas").format(
        count=_count((planned & timed).sum()), total=_count(len(table))
    )
    second = _join(
        tr("its time has passed {count}").format(count=_count(overdue.sum())) if overdue.any() else "",
        tr("power back by the plan {count}").format(count=_count(done.sum())) if done.any() else "",
        tr("in the plan without a time {count}").format(count=_count((planned & ~timed & ~done).sum())),
        tr("not in the plan {count}").format(count=_count((~planned).sum())),
    )
    return Told(_lines(first, second))


def _trucks(table: pd.DataFrame, around: Around) -> Told:
    sent, none = table["status"].isin(["assigned", "assigned_too_small"]), table["status"] == "no_truck"
    needs = table["status"] != "at_work_elsewhere"  # a row of a truck, not of a need
    first = tr("Trucks proposed for {count} of {total} needs").format(
        count=_count(sent.sum()), total=_count(needs.sum())
    )
    second = _join(
        tr("no truck left for {count}").format(count=_count(none.sum())) if none.any() else "",
        tr("at work {count}").format(count=_count(table["status"].isin(["at_work", "at_work_elsewhere"]).sum())),
    )
    return Told(_lines(first, second))


def _first_of(rows: Sequence[tuple[str, str]]) -> tuple[tuple[tuple[str, str], ...], int]:
    """Return the first of some names with their details, and how many more there are."""
    return tuple(rows[:MOST_NAMES]), max(len(rows) - MOST_NAMES, 0)


def _names(table: pd.DataFrame) -> pd.Series:
    return table["area_name"].where(table["area_name"].notna(), table["area_id"]).astype(str)


def _numbers(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column, errors="coerce")


def _truth(column: pd.Series) -> pd.Series:
    return column.map(lambda value: bool(value) if value is not None and value == value else False).astype(bool)


def failing_facility(one: Any) -> tuple[str, str]:
    """Return the name of a facility on its own power and what is to be known of it; a row of the clocks in order."""
    litres, kva = (pd.to_numeric(value, errors="coerce") for value in (one.litres_to_hours, one.need_kva))
    # a narrow box cuts the end: when it fails comes first, then what must be brought
    detail = _join(
        _failing_between(one),
        tr("{litres} L lacking").format(litres=_count(litres)) if pd.notna(litres) and litres > 0 else "",
        str(one.kind or ""),
        tr("needs {kva} kVA").format(kva=_count(kva)) if pd.notna(kva) else "",
    )
    return str(one.name or one.facility_id or ""), detail


def _failing_between(one: Any) -> str:
    if pd.isna(one.fails_earliest) or pd.isna(one.fails_latest):
        return ""
    first, last = pd.Timestamp(one.fails_earliest), pd.Timestamp(one.fails_latest)
    low, high = (f"{moment.month}/{moment.day} {moment:%H:%M}" for moment in (first, last))
    if first.date() == last.date():
        high = f"{last:%H:%M}"
    return tr("fails between {low} and {high}").format(low=low, high=high)


def _told_at(table: pd.DataFrame) -> str:
    """Return at which moment clocks are told, and until when data tell who is dark: hours are of the former."""
    looked, until = (pd.to_datetime(table[name], errors="coerce").max() for name in ("state_at", "evidence_until"))
    if pd.isna(looked):
        return ""
    time = f"{looked:%m/%d %H:%M}"
    if pd.isna(until):
        return tr("As of {time}: ").format(time=time)
    return tr("As of {time} (data until {until}): ").format(time=time, until=f"{until:%m/%d %H:%M}")


def _asked(table: pd.DataFrame) -> str:
    """Name whom to ask what hangs on the generator, and whom what is left in the tank; "" where there is nobody."""
    return _lines(
        *(
            words.format(names=tr(", ").join(ask[:MOST_ASKED]) + ("…" if len(ask) > MOST_ASKED else ""))
            for ask, words in (
                (
                    key_figures.to_ask(table),
                    tr("Ask what hangs on the generator (whole building or selected circuits, kW): {names}"),
                ),
                (key_figures.stock_to_ask(table), tr("Ask what is left in the tank: {names}")),
            )
            if ask
        )
    )


def _clocks(table: pd.DataFrame, around: Around) -> Told:
    if not len(table):
        return Told(tr("No facility to tell of"))
    counts = table["state"].value_counts()
    unknown, failed, ended = (int(counts.get(state, 0)) for state in ("unknown", "failed", "ended_by_time"))
    if unknown == len(table):
        return Told(tr("Of all {total} facilities nothing is known").format(total=_count(len(table))))
    soon = key_figures.failing_soon(table)
    own = int(counts.get("running", 0) + counts.get("may_have_failed", 0))
    told = [
        # who has no power at all any more comes before who will have none
        tr("Backup power must have ended: {count} facilities").format(count=_count(failed)) if failed else "",
        # of what came after the data only time tells, which proves neither power nor that there is none
        tr("must have ended since the data, if not refuelled and power not back: {count} facilities").format(
            count=_count(ended)
        )
        if ended
        else "",
        tr("May fail within 24 hours: {soon} of {own} facilities on their own power").format(
            soon=_count(soon.sum()), own=_count(own)
        )
        if own
        else "",
    ]
    if not any(told):
        told = [tr("No facility is known to run on its own power")]
    litres = pd.to_numeric(table["litres_to_hours"], errors="coerce").sum()
    second = tr("litres lacking in all: {litres}").format(litres=_count(litres)) if litres > 0 else ""
    named = table[table["state"].isin(["may_have_failed", "failed", "ended_by_time", "running"])].sort_values(
        "rank", kind="stable"
    )
    names = tuple(failing_facility(one) for one in named.head(MOST_NAMES).itertuples())
    fids = tuple(int(one) for one in named["fid"].head(MOST_NAMES))
    title = tr("Who fails first (assumptions are in the list)")
    first = _told_at(table) + tr("; ").join(filter(None, told)) + _aside(unknown)
    return Told(_lines(first, second, _asked(table)), title, names, max(len(named) - MOST_NAMES, 0), fids)


def _life(table: pd.DataFrame, around: Around) -> Told:
    """Count people on devices; they are named on the list behind alone."""
    counts = table["state"].value_counts()
    said = [
        f"{_word('lifesupport', 'state', state)} {_count(counts.get(state, 0))}"
        for state in ("exhausted", "soon", "unknown", "on_battery", "powered")
    ]
    return Told(
        _told_at(table)
        + tr("People on powered devices {count}: {counts}").format(count=_count(len(table)), counts=tr(", ").join(said))
    )


def lasting_area(one: Any) -> tuple[str, str]:
    """Return the name of an area and how many of its meters are expected to be dark; a row of `outlasting`."""
    bounds = count_range(one.low80, one.high80)
    detail = tr("now {now}, in {hours} h {expected} ({bounds})").format(
        now=_count(one.dark_now), hours=f"{one.horizon_h:g}", expected=_count(one.expected), bounds=bounds
    )
    # a blank is None or NaN, by the version of pandas
    return next((each for each in (one.area_name, one.area_id) if isinstance(each, str) and each), ""), detail


def _outlook(table: pd.DataFrame, around: Around) -> Told:
    """Tell in how many areas meters are expected to be dark at the moment of the map, and in which most."""
    known = table[_numbers(table["expected"]).notna()]
    if not len(table):
        return Told(tr("No area to tell of"))
    if not len(known):
        return Told(tr("Of all {total} areas nothing is known").format(total=_count(len(table))))
    named = key_figures.outlasting(known)
    first = tr(
        "Meters of all voltages expected to be dark still in {hours} h: in {count} of {total} areas "
        "({now} meters dark now)"
    ).format(
        hours=f"{_numbers(known['horizon_h']).iloc[0]:g}",
        count=_count(len(named)),
        total=_count(len(table)),
        now=_count(_numbers(known["dark_now"]).sum()),
    )
    perhaps = key_figures.perhaps_lasting(known)
    first += tr(", perhaps in {count} more").format(count=_count(perhaps)) if perhaps else ""
    first += _aside(len(table) - len(known))
    names = tuple(lasting_area(one) for one in named.head(MOST_NAMES).itertuples())
    fids = tuple(int(one) for one in named["fid"].head(MOST_NAMES))
    return Told(first, tr("Most still dark then (80 % interval)"), names, max(len(named) - MOST_NAMES, 0), fids)


_AUDITED = (
    *("fid", "area_id", "area_name", "lon", "lat", "meters_told", "shown_at", "as_of", "verdict", "unknown_reason"),
    *("said_low", "said_high", "was_low", "was_high", "more", "fewer", "relay_silent", "relay_of_area"),
)


def _audit(table: pd.DataFrame, around: Around) -> Told:
    """Tell in how many areas a past map was wrong, the dangerous kind first, and where."""
    if not len(table):
        return Told(tr("No area to tell of"))
    shown_at = pd.to_datetime(table["shown_at"]).max()
    relays = round((_numbers(table["relay_silent"]) > 0).sum())
    behind = tr("failed radio relays known in {count} areas").format(count=_count(relays)) if relays else ""
    if pd.isna(shown_at):
        return Told(_lines(tr("The case keeps no past outage rate that could be judged"), behind))
    hours = (pd.to_datetime(table["as_of"]).max() - shown_at) / pd.Timedelta(hours=1)
    which = tr("the map of {time}, {hours} h before").format(time=f"{shown_at:%m/%d %H:%M}", hours=f"{hours:.0f}")
    verdict = table["verdict"]
    judged = round(verdict.isin(["dangerous", "false_alarm", "right"]).sum())
    if not judged:
        late = (table["unknown_reason"] == "no_history").all()
        why = tr("no readings came late, so nothing can be judged") if late else tr("no area can be judged yet")
        return Told(_lines(tr("Of {which}: {why}").format(which=which, why=why), behind))
    dark, less = (verdict == "dangerous").to_numpy(), (verdict == "false_alarm").to_numpy()
    first = tr("Darker than {which} said: {count} of {total} areas").format(
        which=which, count=_count(dark.sum()), total=_count(judged)
    )
    second = _join(
        tr("less dark than said {count}").format(count=_count(less.sum())),
        tr("as said {count}").format(count=_count((verdict == "right").sum())),
        tr("cannot be judged {count}").format(count=_count(len(table) - judged)),
        behind,
    )
    named = table.assign(name=_named_squares(table, around), kind=np.where(dark, 0, 1))[dark | less]
    named["apart"] = np.where(named["kind"] == 0, _numbers(named["more"]), _numbers(named["fewer"]))
    named = named.sort_values(["kind", "apart", "name"], ascending=[True, False, True], kind="stable")
    names = tuple(_audited_area(one) for one in named.head(MOST_NAMES).itertuples())
    fids = tuple(int(one) for one in named["fid"].head(MOST_NAMES))
    title = tr("Wrong, the dangerous kind first (meters without power)") if names else ""
    return Told(_lines(first, second), title, names, max(len(named) - MOST_NAMES, 0), fids)


def _audited_area(one: Any) -> tuple[str, str]:
    share = pd.to_numeric(one.relay_of_area, errors="coerce")
    said, was = (count_range(getattr(one, f"{name}_low"), getattr(one, f"{name}_high")) for name in ("said", "was"))
    detail = _join(
        tr("said {said}, was {was} of {meters}").format(said=said, was=was, meters=_count(one.meters_told)),
        tr("behind a failed relay {share} %").format(share=_count(100 * share)) if pd.notna(share) else "",
    )
    return str(one.name), detail


def _named_squares(table: pd.DataFrame, around: Around) -> pd.Series:
    """Return the names of areas; of squares, whose codes nobody reads, those of their districts."""
    names = _names(table)
    codes = (names == table["area_id"].astype(str)).to_numpy()
    if around.districts is None or not codes.any():
        return names
    districts = around.districts.names(table["lon"].to_numpy(float), table["lat"].to_numpy(float))
    return names.where(~codes | (districts == ""), districts)


@dataclass(frozen=True)
class Headline:
    """How one theme is told."""

    columns: tuple[str, ...]
    """Fields of the layer that are read; `lon`, `lat` (the middle of a feature) and `fid` may be among them."""
    tell: Callable[[pd.DataFrame, Around], Told]


_RATES = ("meters", "low", "high", "masked", "unknown_reason", "voltage")
HEADLINES: Mapping[str, Headline] = {
    "shelterpower": Headline(
        ("fid", "facility_id", "name", "kind", "capacity", "state", "last_proven", "unknown_reason", "told_state"),
        _facilities,
    ),
    "survivalclocks": Headline(
        (
            *("fid", "facility_id", "name", "kind", "state", "rank", "fails_earliest", "fails_latest"),
            *("hours_left_low", "litres_to_hours", "need_kva", "assumption", "unknown_reason", "state_at"),
            "evidence_until",
        ),
        _clocks,
    ),
    "lifesupport": Headline(("state", "state_at", "evidence_until"), _life),
    "meshoutage": Headline(("mesh_code", *_RATES, "lon", "lat"), _rates),
    "areaoutage": Headline(("area_code", *_RATES, "area_name", "excess_rate"), _areas),
    "acquisitiongaps": Headline(("fid", "area_id", "area_name", "meters", "gap_rate"), _gaps),
    "isolatedcommunities": Headline(
        ("fid", "area_id", "area_name", "rank", "group_id", "meters", "hours", "access_cut", "reason"), _isolated
    ),
    "hiddenoutages": Headline(("supply_point", "certainty", "lon", "lat"), _hidden),
    "homeaway": Headline(("state", "lon", "lat"), _homes),
    "evacuationsupport": Headline(("state", "in_hazard"), _support),
    "recoveryindex": Headline(("area_id", "area_name", "index"), _recovery),
    "contractcounts": Headline(("area_id", "area_name", "change", "change_rate"), _contracts),
    "outlook": Headline(
        ("fid", "area_id", "area_name", "horizon_h", "dark_now", "expected", "low80", "high80"), _outlook
    ),
    "mapaudit": Headline(_AUDITED, _audit),
    "restorationplan": Headline(("plan_row", "restored_at", "done_at", "as_of"), _plan),
    "powertrucks": Headline(("status",), _trucks),
}
"""Kind of layer → its headline."""


@dataclass(frozen=True)
class Past:
    """What the result before said (`casefile.history`)."""

    as_of: datetime
    """Moment it showed."""
    table: pd.DataFrame
    """id, state, low, high."""


def _facilities_changed(now: pd.DataFrame, past: pd.DataFrame) -> str:
    now = now.assign(id=now["facility_id"].astype(str), state=now["state"].fillna("").astype(str))
    found = key_figures.change(now, past, (key_figures.DARK,), key_figures.KNOWN_STATES)
    return _join(
        tr("newly out {count}").format(count=_count(found.more)),
        tr("no longer out {count}").format(count=_count(found.fewer)),
        tr("not comparable {count}").format(count=_count(found.unknown)) if found.unknown else "",
    )


def _rates_changed(field: str) -> Callable[[pd.DataFrame, pd.DataFrame], str]:
    def told(now: pd.DataFrame, past: pd.DataFrame) -> str:
        bounds = pd.DataFrame(
            {"id": now[field].astype(str), "low": _numbers(now["low"]), "high": _numbers(now["high"])}
        )
        both = bounds.merge(past[["id", "low", "high"]], on="id", suffixes=("", "_then")).dropna()
        # only where the two intervals do not touch is it more than chance
        worse, better = both["low"] > both["high_then"], both["high"] < both["low_then"]
        return _join(
            tr("higher {count}").format(count=_count(worse.sum())),
            tr("lower {count}").format(count=_count(better.sum())),
        )

    return told


def _listed_changed(field: str) -> Callable[[pd.DataFrame, pd.DataFrame], str]:
    def told(now: pd.DataFrame, past: pd.DataFrame) -> str:
        ids, before = set(now[field].dropna().astype(str)), set(past["id"])
        return _join(
            tr("new {count}").format(count=_count(len(ids - before))),
            tr("no longer listed {count}").format(count=_count(len(before - ids))),
        )

    return told


CHANGES: Mapping[str, Callable[[pd.DataFrame, pd.DataFrame], str]] = {
    "shelterpower": _facilities_changed,
    "meshoutage": _rates_changed("mesh_code"),
    "areaoutage": _rates_changed("area_code"),
    "isolatedcommunities": _listed_changed("area_id"),
    "hiddenoutages": _listed_changed("supply_point"),
}
"""Kind of layer → what is said of the change since the result before."""


def changed(kind: str, rows: Sequence[tuple[object, ...]], past: Optional[Past]) -> str:
    """Return the change since the result before in words, "" where there was none; `rows` as for `tell`."""
    if past is None or kind not in CHANGES:
        return ""
    words = CHANGES[kind](table_of(kind, rows), past.table)
    return tr("Since {time}: {changes}").format(time=f"{past.as_of:%m/%d %H:%M}", changes=words)


def changed_of(figure: key_figures.Figure, kind: str, rows: Sequence[tuple[object, ...]], past: Optional[Past]) -> str:
    """Return the change, since the result before, of what one figure counts of a theme; "" where it is not told."""
    if figure is key_figures.Figure.UNKNOWN:
        return ""
    if figure is key_figures.Figure.CRITICAL_DARK:
        table = table_of(kind, rows)
        rows = [row for row, *one in zip(rows, table["kind"], table["name"]) if key_figures.is_critical(*one)]
    return changed(kind, rows, past)


def table_of(kind: str, rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    """Return what a page counts as a table; `rows` as for `tell`."""
    return pd.DataFrame(list(rows), columns=list(HEADLINES[kind].columns))


def tell(kind: str, rows: Sequence[tuple[object, ...]], around: Around) -> Told:
    """Return what stands above and beside the map of a theme.

    Parameters
        rows: what the page counts, with the values of `HEADLINES[kind].columns` in their order, None where NULL.
    """
    headline = HEADLINES.get(kind)
    if headline is None:
        return Told()
    return headline.tell(table_of(kind, rows), around)

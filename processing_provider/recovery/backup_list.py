"""The list of backup power (非常用電源) as EMIS's form and municipalities write it, row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isnan
from typing import TYPE_CHECKING, Callable, Mapping, Optional

from ...analysis.backup import NAN, Backup, Carries, rows_together, with_left
from ...analysis.generator_words import Told, carries_of, share_of
from ...analysis.listed import Listed, folded, ids_meant, in_units
from ...analysis.periods import period_of
from ...analysis.quantities import (
    HOURS,
    LITRES,
    NOTHING,
    Quantity,
    duration_of,
    first_day_of,
    kilowatts_of,
    litres_of,
    not_told,
    power_of,
    rate_of,
    years_of,
)
from ...analysis.stock_words import stock_of
from ...analysis.unread import Unread, columns_not_read, shown, some, unread_messages
from ...messages import Message, Progress, TomoshibiError, message

if TYPE_CHECKING:
    from ...analysis.backup_figures import Slip

BACKUP: Mapping[str, tuple[str, ...]] = {
    "facility_id": ("facility_id", "施設ID", "施設番号", "共通ID", "id"),
    "facility_name": ("施設名", "施設名称", "医療機関名", "医療機関名称", "病院名", "名称", "facility_name", "name"),
    "generator_kva": (
        "generator_kva",
        *in_units(("自家発電機容量", "自家発電機の容量", "自家発電容量", "自家発電の容量"), "kVA"),
        "容量(kVA)",
        *in_units(("自家発電機の発電容量", "自家発電機発電容量", "発電容量", "発電機容量", "発電機の容量"), "kVA"),
        *in_units(("非常用発電機容量", "非常用発電機の容量", "定格容量", "発電機定格容量"), "kVA"),
    ),
    "fuel_kind": ("fuel_kind", "燃料", "燃料の種類", "燃料種別", "燃料種類"),
    "fuel_l": ("fuel_l", *in_units(("備蓄量", "燃料備蓄量", "燃料の備蓄量"), *LITRES)),
    "left_l": ("left_l", *in_units(("燃料残量", "燃料の残量", "残量", "現在の残量", "現在残量"), *LITRES)),
    "tank_l": ("tank_l", *in_units(("タンク容量", "燃料タンク容量", "燃料タンクの容量"), *LITRES)),
    "battery_hours": (
        "battery_hours",
        *in_units(("蓄電池", "蓄電池時間", "蓄電池の時間", "バッテリー", "バッテリー時間", "UPS", "UPS時間"), *HOURS),
        *in_units(("無停電電源装置", "蓄電池持続時間", "バッテリー持続時間"), *HOURS),
    ),
    "litres_per_hour": ("litres_per_hour", "燃料消費量", "燃料消費量(L/h)", "燃費", "燃費(L/h)", "1時間当たり使用量"),
    "generator_carries": (
        *(
            "generator_carries",
            "給電範囲",
            "発電機給電範囲",
            "発電機の給電範囲",
            "自家発電機給電範囲",
            "自家発電機の給電範囲",
        ),
        *("供給範囲", "電力供給範囲", "発電機の供給範囲", "自家発電の供給範囲", "自家発電供給範囲", "発電機の対象負荷"),
    ),
    "generator_load_kw": (
        *("generator_load_kw", "発電機負荷", "発電機負荷(kW)", "発電機の負荷(kW)", "自家発電機負荷(kW)"),
        *("自家発電負荷(kW)", "非常回路負荷(kW)", "非常用負荷(kW)", "保安負荷", "保安負荷(kW)"),
    ),
    "generator_load_share": (
        *("generator_load_share", "給電割合", "給電割合(%)", "給電割合(割)", "供給割合", "供給割合(%)"),
        *("発電機の給電割合", "通常時に対する割合", "通常時に対する割合(%)"),
    ),
    "stock_at": ("stock_at", "残量確認日時", "残量確認時刻", "燃料確認日時", "備蓄量確認日時", "確認日時", "給油日時"),
    "battery_years": (
        "battery_years",
        "蓄電池経過年数",
        "蓄電池使用年数",
        "蓄電池経過年数(年)",
        "蓄電池使用年数(年)",
        "バッテリー経過年数",
        "経過年数",
        "使用年数",
    ),
    "battery_from": (
        "battery_from",
        "蓄電池設置年",
        "蓄電池設置年月",
        "蓄電池設置年月日",
        "蓄電池交換年月",
        "蓄電池交換年月日",
        "蓄電池製造年",
        "蓄電池製造年月",
        "バッテリー設置年",
        "バッテリー交換年月",
        "設置年",
        "設置年月",
        "設置年月日",
        "交換年月",
        "交換年月日",
        "製造年月",
    ),
}
"""Properties of a row, and the headings under which lists give them; compared without width and case."""
KNOWN = frozenset(folded(word) for words in BACKUP.values() for word in words)
_OF_BACKUP = re.compile("発電|給電|保安|燃料|備蓄|タンク|電池|バッテリ|燃費|kva|generator|fuel|tank|battery")
_Read = Callable[[str, str], Quantity]
_READ: Mapping[str, _Read] = {
    "generator_kva": lambda text, _: power_of(text),
    "fuel_l": litres_of,
    "left_l": litres_of,
    "tank_l": litres_of,
    "battery_hours": duration_of,
    "litres_per_hour": lambda text, _: rate_of(text),
    "generator_load_kw": lambda text, _: kilowatts_of(text),
    "generator_load_share": share_of,
    "battery_years": lambda text, _: years_of(text),
}
"""How the text of a cell is read, by itself and the heading of its column."""
_HAS_YEAR = re.compile(r"[0-9]{4}|令和|r[0-9元]|^[0-9]{1,2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}", re.IGNORECASE)
_YEARLESS = timedelta(days=31)
"""A stock is told of the days of the outage: a day without a year that lies farther ahead is another year's."""
_ABOUT = re.compile(r"頃|ごろ|ころ|約|前後")
_ABOUT_AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class BackupList:
    """A list that was read."""

    rows: Mapping[str, Backup]
    """Facility id → what it runs on."""
    not_read: int
    """Values that were not understood; each is named."""


def read_backup(
    listed: Listed,
    progress: Progress,
    event: Optional[datetime] = None,
    facilities: Optional[Mapping[str, str]] = None,
) -> BackupList:
    """Return the backup power of facilities; good rows survive bad ones, and rows of one facility count together.

    `event`: when the case's event began, by which days without a year are told; without it they are not read.
    `facilities`: {id: name} of the list of facilities; ids of this list that mean one of them are taken for it. A row
    without an id is that of the one facility of its name.

    Raises `TomoshibiError` where the column of the ids is missing.
    """
    places = _places(listed, bool(facilities))
    cells = {name: listed.column(place) for name, place in places.items()}
    ids = _ids(listed, cells, facilities or {}, progress)
    rows: dict[str, dict[int, Backup]] = {}
    notes = _Notes([], [], [])
    for row, name in enumerate(ids):
        if name:
            rows.setdefault(name, {})[listed.numbers[row]] = _row(listed, places, cells, row, event, notes)
    unread = notes.unread
    for what in (
        *listed.problems,
        *unread_messages(unread, listed.name),
        *_slip_messages(listed, notes.slips),
        *columns_not_read(listed, places.values(), _OF_BACKUP),
    ):
        progress.warn(what)
    _tell_stock_times(listed, unread, notes.vague, progress)
    return BackupList(_one_each(listed, rows, progress), len(unread))


@dataclass(frozen=True)
class _Notes:
    """What of a list is to be told."""

    unread: list[Unread]
    """Not understood, or no figure that can be."""
    vague: list[Unread]
    """Moments told only about."""
    slips: list[tuple[Slip, Unread]]
    """Why those of `unread` cannot be that were read."""


def _row(
    listed: Listed,
    places: Mapping[str, Optional[int]],
    cells: Mapping[str, list[str]],
    row: int,
    event: Optional[datetime],
    notes: _Notes,
) -> Backup:
    """Return what a row tells; what is not known of it goes to `notes`."""
    unread = notes.unread
    values = _values(listed, places, cells, row, notes)
    seen = _seen(cells["stock_at"][row], event)
    if not seen.known:
        (unread if seen.doubted else notes.vague).append(_of(listed, places, "stock_at", cells, row))
    since = first_day_of(cells["battery_from"][row])
    if not since.understood:
        unread.append(_of(listed, places, "battery_from", cells, row))
    carries = _carries(listed, places, cells, row, values, unread)
    told = Backup(
        generator_carries=carries,
        fuel_kind=cells["fuel_kind"][row],
        stock_at=seen.begin,
        stock_until=seen.end,
        stock_doubted=seen.doubted,
        battery_from=since.day,
        unread=_written(values, cells, row),
        **{one: value for one, value in values.items() if one != "left_l"},
    )
    return with_left(told, values["left_l"])


def _places(listed: Listed, with_names: bool) -> dict[str, Optional[int]]:
    """Return where the columns are; `with_names`: a name may stand for the id. Raises `TomoshibiError` without both."""
    places = {name: listed.place_of(words) for name, words in BACKUP.items()}
    if places["fuel_l"] is None:
        # of one column alone it is the stock, whatever it is called
        places.update(fuel_l=places["left_l"], left_l=None)
    if places["facility_id"] is None and (places["facility_name"] is None or not with_names):
        raise TomoshibiError(
            message(
                "{file} has no column {column}. Rename the column that holds it to one of these.",
                file=listed.name,
                column=" / ".join(BACKUP["facility_id"]),
            )
        )
    return places


def _ids(
    listed: Listed, cells: Mapping[str, list[str]], facilities: Mapping[str, str], progress: Progress
) -> list[str]:
    """Return the id of the facility of each row, "" where it has none; name the rows that have a name alone."""
    meant = ids_meant(cells["facility_id"], facilities)
    by_name: dict[str, list[str]] = {}
    for one, name in facilities.items():
        by_name.setdefault(folded(name), []).append(one)
    found, lost = [], []
    for row, (written, name) in enumerate(zip(cells["facility_id"], cells["facility_name"])):
        named = by_name.get(folded(name), []) if name and not written else []
        found.append(meant.get(written, written) or (named[0] if len(named) == 1 else ""))
        if name and not found[-1]:
            lost.append(f"{listed.numbers[row]}: {name}")
    if lost:
        progress.warn(
            message(
                "{list}: {count} row(s) have no id, and no facility, or several, of their name ({rows}). Write their "
                "facility_id.",
                list=listed.name,
                count=len(lost),
                rows=some(lost),
            )
        )
    return found


def _one_each(listed: Listed, rows: Mapping[str, Mapping[int, Backup]], progress: Progress) -> dict[str, Backup]:
    """Return what the rows (by their number) of each facility tell together, and name those that differ."""
    found = {name: rows_together([*told.values()]) for name, told in rows.items()}
    further = [str(number) for name, told in found.items() if told.others for number in [*rows[name]][1:]]
    if further:
        progress.warn(
            message(
                "{list}: rows {rows} tell of a facility otherwise than a row before. Its interval holds what each of "
                "them tells, and all together as several generators. Leave one row for each facility.",
                list=listed.name,
                rows=some(further),
            )
        )
    return found


def _written(values: Mapping[str, float], cells: Mapping[str, list[str]], row: int) -> frozenset[str]:
    """Return the names of the figures of a row of which something is written, but nothing that is understood."""
    return frozenset(name for name in _READ if isnan(values[name]) and not not_told(cells[name][row]))


@dataclass(frozen=True)
class _StockTime:
    """When a stock was as told."""

    begin: Optional[datetime] = None
    end: Optional[datetime] = None
    """None where it is the moment `begin`."""
    doubted: bool = False
    """Whether something is written that tells no time."""

    @property
    def known(self) -> bool:
        """Whether it is a moment, or blank."""
        return self.end is None and not self.doubted


def _seen(text: str, event: Optional[datetime]) -> _StockTime:
    """Return when the stock of a row was as told: a moment, or from when to when where only a day is told."""
    told = period_of(text, event)
    if told.period is None:
        return _StockTime(doubted=bool(folded(text)))
    begin, end = told.period.begin, told.period.end
    if event is not None and not _HAS_YEAR.search(folded(text)) and begin > event + _YEARLESS:
        # without a year a day of months ago is taken for one of months ahead
        return _StockTime(doubted=True)
    if _ABOUT.search(folded(text)) and told.period.exact:
        begin, end = begin - _ABOUT_AN_HOUR, end + _ABOUT_AN_HOUR
    return _StockTime(begin, None if begin == end else end)


def _of(
    listed: Listed, places: Mapping[str, Optional[int]], column: str, cells: Mapping[str, list[str]], row: int
) -> Unread:
    return Unread(listed.numbers[row], listed.headings[places[column] or 0], cells[column][row])


def _slip_messages(listed: Listed, slips: list[tuple[Slip, Unread]]) -> list[Message]:
    """Return one message for each reason for which figures that were read cannot be."""
    from ...analysis.backup_figures import LEAST_TANK_HOURS, MOST_FUEL_HOURS, Slip

    days = f"{MOST_FUEL_HOURS / 24:g}"
    why: Mapping[Slip, Callable[[dict[str, object]], Message]] = {
        Slip.BEYOND_TANK: lambda told: message(
            "{list}: more fuel is told to be there than the tank holds ({values}). Which of the two is wrong nobody "
            "can tell: neither is used. Look at the units (L, kL).",
            **told,
        ),
        Slip.TOO_LONG: lambda told: message(
            "{list}: so much fuel lasts a generator of this size more than {days} days at full load ({values}): it is "
            "not used. Look at the units (L, kL) and at the kVA.",
            days=days,
            **told,
        ),
        Slip.TOO_SHORT: lambda told: message(
            "{list}: such a tank is empty within {minutes} minutes at full load ({values}): it is not used. Look at "
            "the units (L, kL) and at the kVA.",
            minutes=f"{60 * LEAST_TANK_HOURS:g}",
            **told,
        ),
        Slip.RATE: lambda told: message(
            "{list}: no generator of this size burns so little or so much ({values}): the general table is used. Look "
            "at the unit (litres an hour).",
            **told,
        ),
    }
    found = []
    for slip, say in why.items():
        held = [one for reason, one in slips if reason is slip]
        values = some([f"{one.row}: {one.column} {shown(one.value, personal=False)}" for one in held])
        found += [say({"list": listed.name, "values": values})] if held else []
    return found


def _tell_stock_times(listed: Listed, unread: list[Unread], vague: list[Unread], progress: Progress) -> None:
    """Say what becomes of stocks whose time is not told to the hour."""
    column = {folded(word) for word in BACKUP["stock_at"]}
    doubted = [one for one in unread if folded(one.column) in column]
    for rows, what in (
        (
            doubted,
            message(
                "{list}: when the stock of rows {rows} was as told cannot be read. It counts from the loss of power "
                "for the early end, and from now for the late one. Write it as 2026-01-20 09:00.",
                list=listed.name,
                rows=some([one.row for one in doubted]),
            ),
        ),
        (
            vague,
            message(
                "{list}: rows {rows} tell only about when the stock was as told ({values}): it may have been at any "
                "time of that span. Add the hour.",
                list=listed.name,
                rows=some([one.row for one in vague]),
                values=some([one.value for one in vague]),
            ),
        ),
    ):
        if rows:
            progress.warn(what)


def _level(
    listed: Listed, places: Mapping[str, Optional[int]], cells: Mapping[str, list[str]], row: int, column: str
) -> Optional[Quantity]:
    """Return the litres of a tank of which it is told how full it is; None where a stock is told otherwise."""
    told = stock_of(cells[column][row])
    if told is None or told.share is None:
        return None
    tank = litres_of(cells["tank_l"][row], listed.headings[places["tank_l"] or 0])
    return Quantity(told.share * tank.value, tank.value >= 0)


def _values(
    listed: Listed,
    places: Mapping[str, Optional[int]],
    cells: Mapping[str, list[str]],
    row: int,
    notes: _Notes,
) -> dict[str, float]:
    """Return the figures of a row, NaN where one is not known; what is not understood or cannot be goes to `notes`."""
    from ...analysis.backup_figures import doubted

    values = {}
    for column, read in _READ.items():
        text, place = cells[column][row], places[column]
        nothing = folded(text) in NOTHING and column != "battery_years"
        level = _level(listed, places, cells, row, column) if column in ("fuel_l", "left_l") else None
        found = level or (Quantity(0.0, True) if nothing else read(text, listed.headings[place or 0]))
        if not found.understood:
            notes.unread.append(_of(listed, places, column, cells, row))
        values[column] = found.value
    for column, slip in doubted(values, cells["fuel_kind"][row]).items():
        # なし is no slip, as a 0 may be
        if folded(cells[column][row]) not in NOTHING:
            notes.unread.append(_of(listed, places, column, cells, row))
            notes.slips.append((slip, notes.unread[-1]))
            values[column] = NAN
    return values


def _within(told: Told, kva: float) -> Told:
    """Return what is told to hang on a generator without a load that no set of this capacity gives."""
    return replace(told, kw=NAN, understood=False) if told.kw > kva > 0 else told


def _carries(
    listed: Listed,
    places: Mapping[str, Optional[int]],
    cells: Mapping[str, list[str]],
    row: int,
    values: dict[str, float],
    unread: list[Unread],
) -> Carries:
    """Return what hangs on the generator of a row; figures of its cell go to `values` that have none of their own.

    A whole building of which a part is told is neither.
    """
    told = _within(carries_of(cells["generator_carries"][row]), values["generator_kva"])
    whole_and_part = told.carries is Carries.WHOLE and values["generator_load_share"] < 1
    if whole_and_part or not told.understood:
        unread.append(_of(listed, places, "generator_carries", cells, row))
    if whole_and_part:
        values["generator_load_share"] = NAN
        return Carries.UNKNOWN
    for name, value in (("generator_load_kw", told.kw), ("generator_load_share", told.share)):
        values[name] = value if isnan(values[name]) else values[name]
    if values["generator_load_share"] == 1:
        return Carries.WHOLE
    tells_use = values["generator_load_kw"] > 0 or values["generator_load_share"] > 0
    return Carries.CIRCUITS if tells_use and told.carries is Carries.UNKNOWN else told.carries

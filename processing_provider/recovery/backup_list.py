"""The list of backup power (非常用電源) as EMIS's form and municipalities write it, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Callable, Mapping, Optional

from ...analysis.backup import Backup
from ...analysis.listed import Listed, folded
from ...analysis.quantities import NOTHING, Quantity, duration_of, litres_of, moment_of, number_of, power_of
from ...analysis.unread import Unread, unread_messages
from ...messages import Progress, TomoshibiError, message

BACKUP: Mapping[str, tuple[str, ...]] = {
    "facility_id": ("facility_id", "施設ID", "施設番号", "共通ID", "id"),
    "generator_kva": (
        "generator_kva",
        "自家発電機容量",
        "自家発電機の容量",
        "自家発電機の容量(kVA)",
        "自家発電機容量(kVA)",
        "自家発電容量",
        "自家発電容量(kVA)",
        "非常用発電機容量",
        "非常用発電機容量(kVA)",
        "発電機容量",
        "発電機容量(kVA)",
        "容量(kVA)",
    ),
    "fuel_kind": ("fuel_kind", "燃料", "燃料の種類", "燃料種別", "燃料種類"),
    "fuel_l": ("fuel_l", "備蓄量", "燃料備蓄量", "燃料備蓄量(L)", "燃料残量", "燃料残量(L)", "備蓄量(L)"),
    "tank_l": ("tank_l", "タンク容量", "燃料タンク容量", "タンク容量(L)", "燃料タンク容量(L)"),
    "battery_hours": (
        "battery_hours",
        "蓄電池",
        "蓄電池(時間)",
        "バッテリー",
        "バッテリー時間",
        "蓄電池時間",
        "バッテリー(時間)",
        "UPS",
    ),
    "litres_per_hour": ("litres_per_hour", "燃料消費量", "燃料消費量(L/h)", "燃費", "燃費(L/h)", "1時間当たり使用量"),
    "stock_at": ("stock_at", "残量確認日時", "残量確認時刻", "燃料確認日時", "備蓄量確認日時", "確認日時", "給油日時"),
}
"""Properties of a row, and the headings under which lists give them; compared without width and case."""
KNOWN = frozenset(folded(word) for words in BACKUP.values() for word in words)
_Read = Callable[[str, str], Quantity]
_READ: Mapping[str, _Read] = {
    "generator_kva": lambda text, _: power_of(text),
    "fuel_l": lambda text, _: litres_of(text),
    "tank_l": lambda text, _: litres_of(text),
    "battery_hours": duration_of,
    "litres_per_hour": lambda text, _: number_of(text),
}
"""How the text of a cell is read, by itself and the heading of its column."""


@dataclass(frozen=True)
class BackupList:
    """A list that was read."""

    rows: Mapping[str, Backup]
    """Facility id → what it runs on."""
    not_read: int
    """Values that were not understood; each is named."""


def read_backup(listed: Listed, progress: Progress) -> BackupList:
    """Return the backup power of facilities; good rows survive bad ones, and of a repeated id the first row counts.

    Raises `TomoshibiError` where the column of the ids is missing.
    """
    places = {name: listed.place_of(words) for name, words in BACKUP.items()}
    if places["facility_id"] is None:
        raise TomoshibiError(
            message(
                "{file} has no column {column}. Rename the column that holds it to one of these.",
                file=listed.name,
                column=" / ".join(BACKUP["facility_id"]),
            )
        )
    cells = {name: listed.column(place) for name, place in places.items()}
    rows: dict[str, Backup] = {}
    unread: list[Unread] = []
    further: list[int] = []
    for row, name in enumerate(cells["facility_id"]):
        if name:
            values = _values(listed, places, cells, row, unread)
            seen = _seen(listed, places, cells["stock_at"][row], row, unread)
            told = Backup(fuel_kind=cells["fuel_kind"][row], stock_at=seen, **values)
            if rows.setdefault(name, told) != told:
                further.append(listed.numbers[row])
    for what in (*listed.problems, *unread_messages(unread, listed.name)):
        progress.warn(what)
    if further:
        progress.warn(
            message(
                "{list}: rows {rows} name a facility that has a row already; the first one counts. Put several"
                " generators into one row.",
                list=listed.name,
                rows=", ".join(map(str, further)),
            )
        )
    return BackupList(rows, len(unread))


def _seen(
    listed: Listed, places: Mapping[str, Optional[int]], text: str, row: int, unread: list[Unread]
) -> Optional[datetime]:
    """Return when the stock of a row was as told, None where no moment is; what is not understood goes to `unread`."""
    found = moment_of(text)
    if found is None and folded(text):
        unread.append(Unread(listed.numbers[row], listed.headings[places["stock_at"] or 0], text))
    return found


def _values(
    listed: Listed,
    places: Mapping[str, Optional[int]],
    cells: Mapping[str, list[str]],
    row: int,
    unread: list[Unread],
) -> dict[str, float]:
    """Return the figures of a row, NaN where one is not known; what is not understood goes to `unread`."""
    values = {}
    for column, read in _READ.items():
        text, place = cells[column][row], places[column]
        heading = "" if place is None else listed.headings[place]
        found = Quantity(0.0, True) if folded(text) in NOTHING else read(text, heading)
        if not found.understood:
            unread.append(Unread(listed.numbers[row], heading, text))
        values[column] = found.value
    return values

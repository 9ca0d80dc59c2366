"""A made-up land of any number of meters, drawn block by block: where each stands, what it sends, who is dark.

Meter number i is row i of the reading store. Four hang on a pole, 1,000 stand in a square of some 500 m that is one
area; rows that follow one another stand far apart. In one part of the land the power goes with the event and stays
away, in another it comes back after a day but for single meters. What is true is worked out from the number alone.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Iterator

import numpy as np

MUNICIPALITY = "991007"
FIRST_DAY = date(2026, 1, 1)
DAYS = 14
EVENT_DAY = 10
EVENT = datetime(2026, 1, 11, 4, 10)
EVENT_SLOT = 8
BACK_HOURS = 24
AREA_METERS = 1000
POLE_METERS = 4
SOUTH, WEST = 36.5, 136.5
HEIGHT, WIDTH = 0.0045, 0.0055
BLOCK = 50_000
EXPORT_OF = 10
"""One home of so many generates; its 受電 contract has the customer of the home, or only its address."""
FORGOTTEN = 400
"""One meter of so many stays dark where the power is back."""
SILENT = 0.01
"""Readings that do not come, of those whose meters have power."""
FACILITY_AREAS = 4
"""Areas that share a facility."""
READING = "需要家特定ID,データ種別,供給/受電地点特定番号,電圧分類,取得年月日時刻コード,30分電力量\r\n".encode()
READING_ROW = b"A" + b"0" * 33 + b",1," + b"0" * 22 + b",1,2026010101,0.0\r\n"


def digits(numbers: np.ndarray, width: int) -> np.ndarray:
    """Return numbers as digits of one width, uint8 (n, width) of ASCII."""
    found = np.empty((len(numbers), width), dtype=np.uint8)
    rest = np.asarray(numbers, dtype=np.int64)
    for place in range(width - 1, -1, -1):
        after = rest // 10
        found[:, place] = (rest - after * 10) + 48
        rest = after
    return found


@dataclass(frozen=True)
class Land:
    """So many meters, and all that is true of them."""

    meters: int
    exports: bool = False
    """Whether one home of `EXPORT_OF` has a 受電 contract, and 受電 readings are known of."""

    @property
    def areas(self) -> int:
        """Squares with meters."""
        return -(-self.meters // AREA_METERS)

    @property
    def side(self) -> int:
        """Squares side by side."""
        return math.ceil(math.sqrt(self.areas))

    @cached_property
    def _stride(self) -> int:
        stride = int(self.meters * 0.618) | 1
        while math.gcd(stride, self.meters) > 1:
            stride += 2
        return stride

    def seats(self, first: int, last: int) -> np.ndarray:
        """Return the seat of each meter, int64: seats side by side stand side by side."""
        return np.arange(first, last, dtype=np.int64) * self._stride % self.meters

    def points(self, first: int, last: int) -> np.ndarray:
        """Return the digits of 供給地点特定番号, uint8 (n, 22); neither dense nor sorted."""
        found = np.full((last - first, 22), 48, dtype=np.uint8)
        found[:, 1] = 51
        found[:, 8:] = digits(np.arange(first, last, dtype=np.int64) * 7_368_787 % 99_999_999_977, 14)
        return found

    def numbers(self, first: int, last: int) -> np.ndarray:
        """Return 供給地点特定番号, S22."""
        return self.points(first, last).view("S22").ravel()

    def places(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        """Return latitude and longitude of the poles, float64 degrees, to a millionth."""
        seat = self.seats(first, last)
        row, column = np.divmod(seat // AREA_METERS, self.side)
        across, along = np.divmod(seat % AREA_METERS // POLE_METERS, 16)
        lat = SOUTH + (row + (across + 0.5) / 16) * HEIGHT
        lon = WEST + (column + (along + 0.5) / 16) * WIDTH
        return np.round(lat, 6), np.round(lon, 6)

    def holders(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        """Return 需要家特定ID, S34, and the address of the contracts of meters, S33."""
        count = last - first
        customer, address = np.full((count, 34), 48, dtype=np.uint8), np.full((count, 33), 48, dtype=np.uint8)
        customer[:, 0] = 65
        customer[:, 26:] = digits(np.arange(first, last), 8)
        address[:, :24] = np.frombuffer("灯里県灯里市大字".encode(), dtype=np.uint8)
        address[:, 24:] = digits(self.seats(first, last), 9)
        return customer.view("S34").ravel(), address.view("S33").ravel()

    def export_contracts(self, first: int, last: int) -> np.ndarray:
        """Return the meters of homes with a 受電 contract, int64; every second one has only the address in common."""
        return np.arange(-(-first // EXPORT_OF) * EXPORT_OF, last, EXPORT_OF)

    def squares(self) -> Iterator[tuple[str, float, float]]:
        """Yield code, south and west of each area."""
        for number in range(self.areas):
            row, column = divmod(number, self.side)
            yield f"A{number:06d}", SOUTH + row * HEIGHT, WEST + column * WIDTH

    def patch(self, area: np.ndarray, which: int) -> np.ndarray:
        """Return which areas lie in the part that stays dark (0), or the one that is back (1), bool."""
        width = max(2, self.side // 5)
        row, column = np.divmod(area, self.side)
        begin = self.side // 10 + which * (self.side // 2)
        return (row >= begin) & (row < begin + width) & (column >= begin) & (column < begin + width)

    def dark(self, first: int, last: int, day: int) -> tuple[np.ndarray, np.ndarray]:
        """Return from which half-hour of a day to before which each meter is dark, int16 pairs; 0, 0 for none."""
        begin, end = (np.zeros(last - first, dtype=np.int16) for _ in range(2))
        if day < EVENT_DAY:
            return begin, end
        seat = self.seats(first, last)
        area = seat // AREA_METERS
        back = self.patch(area, 1) & (seat % FORGOTTEN != 7)
        struck = self.patch(area, 0) | self.patch(area, 1)
        begin[struck] = EVENT_SLOT if day == EVENT_DAY else 0
        end[struck] = 48
        until = EVENT_SLOT + BACK_HOURS * 2 - (day - EVENT_DAY) * 48
        end[back] = np.clip(until, 0, 48)
        return begin, np.maximum(end, begin)

    def silent_now(self, first: int, last: int) -> np.ndarray:
        """Return which meters are dark at the end of the last day, bool."""
        begin, end = self.dark(first, last, DAYS - 1)
        return (end == 48) & (begin < 48)

    @cached_property
    def _drawn(self) -> np.ndarray:
        rng = np.random.default_rng(1)
        drawn = np.minimum(rng.gamma(1.2, 1.2, (BLOCK, 48)).astype(np.int32), 80) * 100
        drawn[rng.random(drawn.shape) < SILENT] = -1
        return drawn

    def cells(self, first: int, last: int, day: int) -> np.ndarray:
        """Return the readings of some meters on a day, int32 (n, 48) Wh; -1 where none came. `first` begins a block."""
        shift = (first // BLOCK * 7919 + day * 104_729) % BLOCK
        found = np.concatenate([self._drawn[shift:], self._drawn[:shift]])[: last - first]
        level = (np.arange(first, last) % 3 * 100).astype(np.int32)[:, None]
        found = np.where(found >= 0, found + level, -1).astype(np.int32, copy=False)
        begin, end = self.dark(first, last, day)
        rows = np.flatnonzero(end > begin)
        if len(rows):
            slots = np.arange(48)
            gone = (slots >= begin[rows, None]) & (slots < end[rows, None])
            found[rows] = np.where(gone, -1, found[rows])
        return found

    def day_of(self, day: int) -> date:
        """Return the date of a day."""
        return FIRST_DAY + timedelta(days=day)

    def blocks(self, day: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield rows of the store and their readings of a day."""
        for first in range(0, self.meters, BLOCK):
            last = min(first + BLOCK, self.meters)
            yield np.arange(first, last), self.cells(first, last, day)

    # -- as the aggregator writes it ----------------------------------------------------------------------------------
    def write_readings(self, stream, first: int, last: int, day: int) -> int:
        """Write the rows of some meters and one day as 電力データ, CSV; return their number. `first` begins a block."""
        stream.write(READING)
        row = np.frombuffer(READING_ROW, dtype=np.uint8)
        text = np.tile(row, (48, 1))
        stamp = self.day_of(day).strftime("%Y%m%d").encode()
        for slot in range(48):
            text[slot, 62:72] = np.frombuffer(stamp + b"%02d" % (slot + 1), dtype=np.uint8)
        lines, written = np.tile(text, (4096, 1, 1)), 0
        for begin in range(first, last, BLOCK):
            end = min(begin + BLOCK, last)
            cells, points = self.cells(begin, end, day), self.points(begin, end)
            for low in range(0, end - begin, len(lines)):
                high = min(low + len(lines), end - begin)
                part, own = lines[: high - low], cells[low:high]
                part[:, :, 12:34] = points[low:high, None, :]
                part[:, :, 37:59] = points[low:high, None, :]
                tenths = np.maximum(own, 0) // 100
                part[:, :, 73] = tenths // 10 + 48
                part[:, :, 75] = tenths % 10 + 48
                kept = part[own >= 0]
                stream.write(kept)
                written += len(kept)
        return written

    def write_master(self, stream, first: int, last: int) -> None:
        """Write the rows of some meters as マスタ情報, CSV with every column of the profile."""
        from tomoshibi.aggregator.profile import Profile

        columns = Profile.load().file("master").columns
        stream.write((",".join(column.name for column in columns) + "\r\n").encode())
        said = {
            "customer_id": "A" + "0" * 33, "flow": "1", "supply_point": "0" * 22, "master_info_id": "M" + "0" * 12,
            "name": "電力 太郎", "postcode": "9999999", "address": "灯県灯市中央一丁目", "contract_kw": "4.0",
            "lat": "36.000000", "lon": "136.000000", "meter_id": "K" + "0" * 12, "building_class": "1", "voltage": "1",
            "wiring": "3", "wheeling_contract": "1", "remote_reading": "1", "installed_on": "20190401",
            "created_date": "20260101", "created_time": "0005",
        }  # fmt: skip
        row, at = b"", {}
        for column in columns:
            at[column.column] = len(row) + (column is not columns[0])
            row += (b"," if row else b"") + said.get(column.column, "").encode()
        row += b"\r\n"
        for begin in range(first, last, BLOCK):
            end = min(begin + BLOCK, last)
            lines = np.tile(np.frombuffer(row, dtype=np.uint8), (end - begin, 1))
            points = self.points(begin, end)
            for name, skip, width in (("customer_id", 12, 22), ("supply_point", 0, 22), ("master_info_id", 1, 12),
                                      ("meter_id", 1, 12)):  # fmt: skip
                lines[:, at[name] + skip : at[name] + skip + width] = points[:, 22 - width :]
            for name, values, whole in zip(("lat", "lon"), self.places(begin, end), (2, 3)):
                text = digits(np.rint(values * 1e6), whole + 6)
                lines[:, at[name] : at[name] + whole] = text[:, :whole]
                lines[:, at[name] + whole + 1 : at[name] + whole + 7] = text[:, whole:]
            stream.write(lines)

    def write_list(self, stream) -> int:
        """Write who is dark at the end as 通電情報, CSV; return the rows."""
        stream.write("供給/受電地点特定番号,計器ID,氏名(漢字),住所(文字),データ作成日,データ作成時刻\r\n".encode())
        made, written = self.day_of(DAYS).strftime("%Y%m%d,0000").encode(), 0
        for first in range(0, self.meters, BLOCK):
            last = min(first + BLOCK, self.meters)
            own = np.flatnonzero(self.silent_now(first, last))
            for number in self.numbers(first, last)[own].tolist():
                stream.write(number + b",K,,," + made + b"\r\n")
            written += len(own)
        return written

    def write_statistics(self, stream) -> None:
        """Write 通電計器数 by squares of 500 m for every day, CSV."""
        from tomoshibi.analysis.mesh import encode

        total: dict[str, int] = {}
        out: dict[str, int] = {}
        for first in range(0, self.meters, BLOCK):
            last = min(first + BLOCK, self.meters)
            codes, place = np.unique(encode(*self.places(first, last), 500), return_inverse=True)
            silent = self.silent_now(first, last)
            for counts, weight in ((total, None), (out, silent.astype(float))):
                for code, count in zip(codes.tolist(), np.bincount(place.ravel(), weight, len(codes)).tolist()):
                    counts[code] = counts.get(code, 0) + int(count)
        stream.write("電圧分類,集計単位,集計表分類,エリア単位区分,住所,メッシュコード,対象年月日,通電分類,".encode())
        stream.write("通電分類計器数,エリア内計器数\r\n".encode())
        for day in range(DAYS):
            when = self.day_of(day).strftime("%Y%m%d")
            for code, count in total.items():
                lost = max(count // 200, out[code] if day > EVENT_DAY else 0)
                for energised, number in ((1, count - lost), (2, lost)):
                    stream.write(f"1,2,5,2,,{code},{when},{energised},{number},{count}\r\n".encode())


# -- what a municipality has itself -----------------------------------------------------------------------------------
def write_own(land: Land, folder: Path) -> None:
    """Write areas.geojson, facilities.csv and links.csv into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "areas.geojson", "w", encoding="utf-8") as stream:
        stream.write('{"type":"FeatureCollection","features":[')
        for number, (code, south, west) in enumerate(land.squares()):
            north, east = south + HEIGHT, west + WIDTH
            ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
            feature = {"type": "Feature", "properties": {"area_id": code, "area_name": code},
                       "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip
            stream.write(("," if number else "") + json.dumps(feature))
        stream.write("]}")
    meters = facility_meters(land)
    with open(folder / "facilities.csv", "w", encoding="utf-8") as places, open(folder / "links.csv", "w") as links:
        places.write("facility_id,name,kind,capacity,lat,lon,address\n")
        links.write("facility_id,supply_point\n")
        for number, meter in enumerate(meters.tolist()):
            (lat,), (lon,) = land.places(meter, meter + 1)
            places.write(f"F{number},第{number}避難所,shelter,100,{lat},{lon},\n")
            links.write(f"F{number},{land.numbers(meter, meter + 1)[0].decode()}\n")


def facility_meters(land: Land) -> np.ndarray:
    """Return the meter of each facility: that of every `FACILITY_AREAS`-th area, where there is one."""
    return np.arange(0, land.meters, AREA_METERS * FACILITY_AREAS)

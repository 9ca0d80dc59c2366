"""月間電力量全量 and 次回検針日: what 電力データ says of a month, in files of their own or beside the half-hours."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, Optional

import numpy as np
import pandas as pd

from ..aggregator.profile import Profile
from ..aggregator.tabular import Head, best_encoding, columns_of, head_of, normal
from ..aggregator.timecode import YEARS, slot_of
from ..arrays import ObjectArray
from ..messages import Message, Progress, message
from .master import PUBLISHED, as_dates

KIND = "monthly"
COLUMNS = ("supply_point", "flow", "month", "kwh", "next_reading_on", "created_at")
"""`month` (first day) as the time code beside it says, NaT where there is none."""
KEY = ("supply_point", "flow", "month", "next_reading_on")
CHUNK = 500_000
_FIGURES = ("month_kwh", "next_reading_on")


def beside(head: Head, profile: Profile) -> bool:
    """Whether a file of 電力データ, of which this is the beginning, has figures of the month beside its half-hours."""
    names = {normal(column.name) for column in profile.file(KIND).columns if column.column in _FIGURES}
    return bool(names & {normal(name) for name in _names(head, profile)})


def _names(head: Head, profile: Profile) -> list[str]:
    if head.form == "json":
        return list(head.names)
    columns = columns_of(head, profile.file("reading"))
    if columns is None or not columns.header or not head.lines:
        return []
    return head.lines[0].decode(columns.encoding).split(profile.file("reading").delimiter)


def from_readings(path: Path, profile: Profile, progress: Progress) -> tuple[pd.DataFrame, list[Message]]:
    """Return the figures of the month in a file of 電力データ, each once (`COLUMNS`), and what could not be read."""
    spec = {column.column: column for column in profile.file(KIND).columns}
    codes = {column.name: column for column in profile.file("reading").columns}
    slot = next(column for column in codes.values() if column.column == "slot_code").name
    names = {normal(column.name): column.column for column in spec.values()}
    names[normal(slot)] = "slot_code"
    pieces = []
    for piece in _pieces(path, profile):
        progress.raise_if_cancelled()
        piece = piece.rename(columns=lambda name: names.get(normal(str(name)), "")).loc[
            :, lambda table: table.columns != ""
        ]
        filled = np.logical_or.reduce([(piece[name] != "").to_numpy() for name in _FIGURES if name in piece])
        piece = piece[filled]
        piece = piece.assign(month=piece["slot_code"].map(_first_of_month(profile, piece["slot_code"].unique())))
        pieces.append(piece.drop(columns="slot_code").drop_duplicates())
    if not pieces:
        return pd.DataFrame(columns=list(COLUMNS)), []
    return _typed(path, pd.concat(pieces, ignore_index=True).drop_duplicates(ignore_index=True), profile)


def _pieces(path: Path, profile: Profile) -> Iterator[pd.DataFrame]:
    spec, head = profile.file("reading"), head_of(path)
    wanted = {normal(column.name) for column in profile.file(KIND).columns}
    wanted |= {normal(column.name) for column in spec.columns if column.column in ("supply_point", "flow", "slot_code")}
    if head.form == "json":
        yield pd.read_json(path, dtype=False, convert_dates=False, encoding="utf-8").fillna("").astype(str)
        return
    encoding = best_encoding(path, spec.encodings, spec.encodings[0])
    yield from pd.read_csv(
        path,
        sep=spec.delimiter,
        dtype=str,
        encoding=encoding,
        keep_default_na=False,
        skipinitialspace=True,
        usecols=lambda name: normal(str(name)) in wanted,
        chunksize=CHUNK,
    )


def _first_of_month(profile: Profile, codes: ObjectArray) -> dict[str, np.datetime64]:
    found = dict.fromkeys(codes, np.datetime64("NaT", "s"))
    for code in codes:
        try:
            begin = slot_of(str(code).strip(), profile.slot)
        except (ValueError, OverflowError):
            continue
        if YEARS[0] <= begin < YEARS[1]:
            found[code] = np.datetime64(begin, "M").astype("datetime64[s]")
    return found


def _typed(path: Path, texts: pd.DataFrame, profile: Profile) -> tuple[pd.DataFrame, list[Message]]:
    """Return texts as values; rows without a supply point or flow, or with a figure that is none, are left out."""
    spec = {column.column: column for column in profile.file(KIND).columns}
    blank = pd.Series("", index=texts.index)
    figure = texts.get("month_kwh", blank).replace({profile.missing: "", profile.masked: ""})
    kwh = pd.to_numeric(figure, errors="coerce")
    flow = texts["flow"].map(spec["flow"].codes).fillna(0).astype(np.int8)
    wrong = (kwh.isna() & (figure != "")) | (kwh < 0) | (flow == 0) | ~texts["supply_point"].str.fullmatch(r"\d{22}")
    following, unread = as_dates(profile, texts.get("next_reading_on", blank))
    table = pd.DataFrame(
        {
            "supply_point": texts["supply_point"].to_numpy(object),
            "flow": flow.to_numpy(),
            "month": texts["month"].to_numpy().astype("datetime64[s]"),
            "kwh": kwh.to_numpy(float) / (1 if profile.energy_places else 1000),
            "next_reading_on": following,
            "created_at": as_dates(profile, texts.get("created_date", blank))[0],
        }
    )
    said = []
    if wrong.any() or unread:
        said.append(
            message(
                "{file}: {count} figure(s) of the month (月間電力量全量, 次回検針日) cannot be read and were left out.",
                file=path.name,
                count=int(wrong.sum()) + unread,
            )
        )
    return table[~wrong.to_numpy()].reset_index(drop=True), said


def of_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return rows of a file of its own (kind `monthly`) as `COLUMNS`."""
    found = table.rename(columns={"month_kwh": "kwh"})
    found["month"] = np.full(len(found), np.datetime64("NaT", "s"))
    return found[list(COLUMNS)]


def merged(old: Optional[pd.DataFrame], new: pd.DataFrame, published: np.datetime64) -> pd.DataFrame:
    """Return the table with `new` taken in: of one month and supply point the newest publication's figure."""
    new = new.copy()
    new[PUBLISHED] = np.full(len(new), published)
    tables = [new] if old is None else [old, new]
    for table in tables:
        for name in ("month", "next_reading_on", "created_at", PUBLISHED):
            table[name] = table[name].to_numpy().astype("datetime64[s]")
    whole = pd.concat(tables, ignore_index=True).sort_values(PUBLISHED, kind="stable", ignore_index=True)
    return whole.drop_duplicates(list(KEY), keep="last", ignore_index=True)

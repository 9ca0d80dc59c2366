"""Who lives behind a meter: dwellings among shops and facilities, and roofs that generate, from マスタ情報.

Both answer 1 yes, 0 no, -1 not known (int8, a row of マスタ情報 each). The columns hold the words into which the
profile puts the aggregator's codes (`WORDS`); a word that is none of them says nothing.
"""

from __future__ import annotations

from typing import Iterable, Mapping, Optional

import numpy as np
import pandas as pd

from ..arrays import BoolArray, FloatArray, IntArray

YES, NO, NOT_KNOWN = 1, 0, -1
SUPPLY, EXPORT = 1, 2
"""データ種別 供給 and 受電."""
LOW_VOLTAGE = 1
WORDS: Mapping[str, tuple[str, ...]] = {
    "remote_reading": ("yes", "no", "unmetered"),
    "building_class": ("dwelling", "other"),
    "business": ("business", "industry"),
    "wheeling_contract": ("yes", "no"),
    "export_contract": ("yes", "no"),
    "generator_kind": ("solar", "wind", "biomass", "hydro"),
}
"""Column → the words it may hold; blank is blank."""
LARGEST_HOME_KW = 10.0
"""契約電力 up to which a contract without 建物分類 is a home's: the manual's segment of homes (UC⑨) ends there."""
_ROOF = ("address", "lat", "lon")
_SAME = (("supply_point",), ("customer_id",), _ROOF)
"""What a 受電 row and a 供給 row of one roof have in common."""


def _is(master: pd.DataFrame, name: str, *words: str) -> BoolArray:
    return master[name].isin(words).to_numpy() if name in master else np.zeros(len(master), dtype=bool)


def _figures(master: pd.DataFrame, name: str) -> FloatArray:
    if name not in master:
        return np.full(len(master), np.nan)
    return pd.to_numeric(master[name], errors="coerce").to_numpy(dtype=np.float64)


def dwellings(master: pd.DataFrame) -> IntArray:
    """Return for each row of マスタ情報 whether it is a dwelling's, int8 (n).

    建物分類 decides where it is given. No dwelling: high voltage, a row with 業務用／産業用 (which only large contracts
    have), what has no meter (street lamps), 受電. Without 建物分類 a 契約電力 up to `LARGEST_HOME_KW` is a home's; a
    larger one, or none, is not known: whoever looks for people counts those in.
    """
    answer = np.full(len(master), NOT_KNOWN, dtype=np.int8)
    size = _figures(master, "contract_kw")
    answer[size <= LARGEST_HOME_KW] = YES
    answer[_is(master, "building_class", "dwelling")] = YES
    no = _is(master, "building_class", "other") | _is(master, "business", *WORDS["business"])
    no |= _is(master, "remote_reading", "unmetered")
    if "voltage" in master:
        no |= _figures(master, "voltage") > LOW_VOLTAGE
    if "flow" in master:
        no |= _figures(master, "flow") == EXPORT
    answer[no] = NO
    return answer


def has_generation(rows: pd.DataFrame, export_meters: Optional[Iterable[str]] = None) -> IntArray:
    """Return for each row of マスタ情報 whether something generates behind its meter, int8 (n).

    Yes: 発電設備種別, 発電設備容量, 受給契約 or 契約受電電力 say so; the supply point came with 受電 readings
    (`export_meters`, numbers); or `rows` has a 受電 row of the same supply point, customer, or address and pole. No:
    none of these, though 受電 was received for others (`rows` or `export_meters`), so that one would be known. Else it
    is not known: a 供給 row says nothing of a contract that stands in a row of its own.
    """
    exported = list(export_meters if export_meters is not None else ())
    flow = _figures(rows, "flow")
    export = flow == EXPORT
    found = export | _is(rows, "generator_kind", *WORDS["generator_kind"]) | _is(rows, "export_contract", "yes")
    for name in ("contract_export_kw", "generator_kw"):
        found |= _figures(rows, name) > 0
    found |= _is(rows, "supply_point", *exported)
    if export.any():
        for names in _SAME:
            found |= _shared(rows, names, export)
    known = bool(export.any() or exported)
    return np.where(found, YES, NO if known else NOT_KNOWN).astype(np.int8)


def same_roof(rows: pd.DataFrame, of: BoolArray) -> BoolArray:
    """Whether rows stand at the address and pole of one of the rows `of` (bool) and are no other person's, bool."""
    return _shared(rows, _ROOF, of)


def _shared(rows: pd.DataFrame, names: tuple[str, ...], of: BoolArray) -> BoolArray:
    """Whether a row has all of these values in common with one of the rows `of`; blanks have nothing in common."""
    shared = np.zeros(len(rows), dtype=bool)
    if any(name not in rows for name in names):
        return shared
    # few rows are candidates: only those are compared by all the values
    first = rows[names[0]]
    values = first[of][(first[of] != "") & first[of].notna()].unique()
    places = np.flatnonzero(first.isin(values).to_numpy())
    if len(names) == 1 or not len(places):
        shared[places] = True
        return shared
    few, theirs = rows.iloc[places], of[places]
    whole = few[list(names)].notna().all(axis=1).to_numpy()
    keys = pd.MultiIndex.from_frame(few[list(names)])
    common = keys.isin(keys[theirs & whole]) & whole
    if "name" in rows:
        # flats under one roof: another's roof is not theirs
        people = pd.MultiIndex.from_frame(few[[*names, "name"]])
        blank = few["name"].isin(["", None]).to_numpy()
        common &= people.isin(people[theirs & whole]) | blank
    shared[places] = common
    return shared

"""Who lives behind a meter: dwellings among shops and facilities, and roofs that generate, from マスタ情報.

Both answer 1 yes, 0 no, -1 not known (int8, a row of マスタ情報 each). The columns hold the words into which the
profile puts the aggregator's codes (`WORDS`); a word that is none of them says nothing.
"""

from __future__ import annotations

from typing import Iterable, Mapping, Optional

import numpy as np
import pandas as pd

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
_SAME = (("supply_point",), ("customer_id",), ("address", "lat", "lon"))
"""What a 受電 row and a 供給 row of one roof have in common."""


def _texts(master: pd.DataFrame, name: str) -> np.ndarray:
    if name not in master:
        return np.full(len(master), "", dtype=object)
    return master[name].astype(object).where(master[name].notna(), "").astype(str).to_numpy(object)


def _is(master: pd.DataFrame, name: str, *words: str) -> np.ndarray:
    return np.isin(_texts(master, name), words) if name in master else np.zeros(len(master), dtype=bool)


def _figures(master: pd.DataFrame, name: str) -> np.ndarray:
    if name not in master:
        return np.full(len(master), np.nan)
    return pd.to_numeric(master[name], errors="coerce").to_numpy(dtype=np.float64)


def dwellings(master: pd.DataFrame) -> np.ndarray:
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


def has_generation(rows: pd.DataFrame, export_meters: Optional[Iterable[str]] = None) -> np.ndarray:
    """Return for each row of マスタ情報 whether something generates behind its meter, int8 (n).

    Yes: 発電設備種別, 発電設備容量, 受給契約 or 契約受電電力 say so; the supply point came with 受電 readings
    (`export_meters`, numbers); or `rows` has a 受電 row of the same supply point, customer, or address and pole. No:
    none of these, though 受電 was received for others (`rows` or `export_meters`), so that one would be known. Else it
    is not known: a 供給 row says nothing of a contract that stands in a row of its own.
    """
    exported = np.asarray(list(export_meters if export_meters is not None else ()), dtype=str)
    flow = _figures(rows, "flow") if "flow" in rows else np.full(len(rows), np.nan)
    export = flow == EXPORT
    found = export | _is(rows, "generator_kind", *WORDS["generator_kind"]) | _is(rows, "export_contract", "yes")
    for name in ("contract_export_kw", "generator_kw"):
        found |= _figures(rows, name) > 0
    if len(exported) and "supply_point" in rows:
        found |= np.isin(_texts(rows, "supply_point").astype(str), exported)
    if export.any():
        for names in _SAME:
            found |= _shared(rows, names, export)
    known = bool(export.any() or len(exported))
    return np.where(found, YES, NO if known else NOT_KNOWN).astype(np.int8)


def _shared(rows: pd.DataFrame, names: tuple[str, ...], of: np.ndarray) -> np.ndarray:
    """Whether a row has all of these values in common with one of the rows `of`; blanks have nothing in common."""
    if any(name not in rows for name in names):
        return np.zeros(len(rows), dtype=bool)
    filled = np.ones(len(rows), dtype=bool)
    for name in names:
        filled &= rows[name].notna().to_numpy() & (rows[name].astype(str) != "").to_numpy()
    keys = pd.MultiIndex.from_frame(rows[list(names)]) if len(names) > 1 else pd.Index(rows[names[0]])
    shared = keys.isin(keys[of & filled])
    if "name" in rows and "address" in names:
        # flats under one roof: another's roof is not theirs
        people = pd.MultiIndex.from_frame(rows[[*names, "name"]])
        blank = _texts(rows, "name") == ""
        shared = people.isin(people[of & filled]) | (shared & blank)
    return np.asarray(shared & filled, dtype=bool)

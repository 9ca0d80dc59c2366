"""What マスタ情報 of a case says of supply points: in service, a dwelling, readable, generating, since when theirs.

Every answer is an array with one value for each number asked for; -1, or NaT, where the case does not tell.
"""

from __future__ import annotations

from typing import Optional, Sequence

import numpy as np
import pandas as pd

from ..aggregator.keys import as_bytes, last_of_each, places_among
from ..analysis import contract_life
from ..analysis import dwellings as homes
from ..analysis.contract_life import DATES, NO, Moment, Spans
from ..arrays import Array, BoolArray, BytesArray, IntArray, TextArray, TimeArray
from .case import Case
from .master import IDENTITY, PUBLISHED, ByPoint, all_points, crowded_rows, several_rows

SUPPLY, EXPORT = 1, 2
"""データ種別 供給 and 受電."""
YES, NOT_KNOWN, UNMETERED = 1, -1, 2
"""Answers beside `NO`; `UNMETERED` of `readable` only: 未計器, which no denominator may hold."""
_LAST = np.iinfo(np.int64).max
_READABLE = {"yes": YES, "no": NO, "unmetered": UNMETERED}
_ROOF = ("address", "lat", "lon")
_GENERATION = ("generator_kind", "export_contract", "contract_export_kw", "generator_kw")


def supply_rows(case: Case, columns: Sequence[str], at: Optional[Moment] = None) -> pd.DataFrame:
    """Return one row a supply point of its use (供給), in force `at` (`Case.master`), with those columns there are."""
    there = case.master_columns()
    master = case.master([name for name in dict.fromkeys(("supply_point", "flow", *columns)) if name in there], at)
    if "flow" in master:
        flow = master["flow"].to_numpy()
        if (flow == EXPORT).any() or (flow == 0).any():
            master = master[flow != EXPORT].drop_duplicates("supply_point", keep="last")
    return master.reset_index(drop=True)


def supply_by_point(case: Case, columns: Sequence[str], at: Optional[Moment] = None) -> ByPoint:
    """Return what `supply_rows` does, the supply points as bytes beside the other columns."""
    rows = case.master_by_point(list(dict.fromkeys(("flow", *columns))), at)
    if "flow" in rows.table:
        flow = rows.table["flow"].to_numpy()
        if (flow == EXPORT).any() or (flow == 0).any():
            used = np.flatnonzero(flow != EXPORT)
            rows = rows.take(used[last_of_each(rows.points[used])])
    return rows


def _placed(
    case: Case, numbers: TextArray, columns: Sequence[str], at: Optional[Moment]
) -> tuple[pd.DataFrame, IntArray]:
    """Return rows of マスタ情報 and, for each number, its row (-1 none)."""
    rows = supply_by_point(case, columns, at)
    return rows.table, places_among(rows.points, as_bytes(numbers))


def _spread(values: Array, place: IntArray, blank: object) -> Array:
    found = np.full(len(place), blank, dtype=values.dtype)
    found[place >= 0] = values[place[place >= 0]]
    return found


def in_service(case: Case, numbers: TextArray, at: Moment) -> IntArray:
    """Return for each supply point whether its contract was in service at a moment, int8 (`contract_life`)."""
    rows, place = _placed(case, numbers, DATES, at)
    return _spread(contract_life.in_service(rows, at), place, NOT_KNOWN)


def reporting_rows(case: Case, columns: Sequence[str], at: Moment) -> pd.DataFrame:
    """Return the rows of `supply_rows` that a list of silent meters may be measured by.

    Those in service, with a meter that is not known to be out of reach.
    """
    rows = supply_rows(case, [*columns, *DATES, "remote_reading"], at)
    counted = contract_life.in_service(rows, at) != NO
    if "remote_reading" in rows:
        counted &= ~rows["remote_reading"].isin(["no", "unmetered"]).to_numpy()
    reporting: pd.DataFrame = rows[counted].reset_index(drop=True)
    return reporting


def service(case: Case) -> ByPoint:
    """Return from when to when each supply point and flow is in service, over all its meters and customers.

    Columns `flow` (where there is one), `begin` and `end` (datetime64[s], NaT open); no rows where マスタ情報 has no
    dates.
    """
    there, folder = case.master_columns(), case.folder / "tables" / "master"
    dated = [name for name in DATES if name in there]
    if not dated:
        return ByPoint(np.zeros(0, dtype="S22"), pd.DataFrame(columns=["begin", "end"]))
    key = [name for name in ("flow",) if name in there]
    rows = all_points(folder, [*key, *dated])
    life = contract_life.spans(rows.table)
    table = rows.table[key].copy()
    table["begin"], table["end"] = life.begin, life.end
    several = np.flatnonzero(several_rows(folder))
    if not len(several):
        return ByPoint(rows.points, table)
    crowd = table.iloc[several].assign(supply_point=rows.points[several].tolist())
    # a blank begin is before all others, a blank end after them
    crowd["begin"] = life.begin[several].astype(np.int64)
    crowd["end"] = np.where(np.isnat(life.end[several]), _LAST, life.end[several].astype(np.int64))
    both = crowd.groupby(["supply_point", *key], sort=False, as_index=False).agg({"begin": "min", "end": "max"})
    end = both["end"].to_numpy()
    both["begin"] = both["begin"].to_numpy().astype("datetime64[s]")
    both["end"] = np.where(end == _LAST, np.datetime64("NaT", "s"), end.astype("datetime64[s]"))
    alone = np.ones(len(rows), dtype=bool)
    alone[several] = False
    points = np.concatenate([rows.points[alone], both.pop("supply_point").to_numpy().astype("S")])
    return ByPoint(points, pd.concat([table[alone], both[table.columns]], ignore_index=True))


def spans(case: Case, numbers: TextArray) -> Spans:
    """Return from when to when each supply point is in service, over all its meters and customers; NaT open."""
    rows = service(case)
    if "flow" in rows.table:
        rows = rows.take(np.flatnonzero(rows.table["flow"].to_numpy() != EXPORT))
    place = places_among(rows.points, as_bytes(numbers))
    blank = np.datetime64("NaT", "s")
    return Spans(
        *(_spread(rows.table[name].to_numpy().astype("datetime64[s]"), place, blank) for name in ("begin", "end"))
    )


def tenancy_begin(case: Case, numbers: TextArray, at: Moment) -> TimeArray:
    """Return since when the customer in force at a moment has been there, datetime64[s]: use before is another's."""
    rows = supply_by_point(case, DATES, at)
    begin = contract_life.tenancy_begin(rows.table, at)
    several = pd.DataFrame()
    if len(rows):
        several = crowded_rows(
            case.folder / "tables" / "master", ("supply_point", "flow", *DATES, *IDENTITY, PUBLISHED)
        )
    if "flow" in several:
        several = several[several["flow"] != EXPORT].reset_index(drop=True)
    if len(several):
        several["begin"] = contract_life.tenancy_begin(several, at)
        force = contract_life.in_force(several, at)
        own = places_among(rows.points, as_bytes(force["supply_point"].to_numpy(dtype=object)))
        begin[own] = force["begin"].to_numpy().astype("datetime64[s]")
    return _spread(begin, places_among(rows.points, as_bytes(numbers)), np.datetime64("NaT", "s"))


def readable(case: Case, numbers: TextArray, at: Optional[Moment] = None) -> IntArray:
    """Return for each supply point whether its meter is read remotely, int8: yes, `NO`, `UNMETERED`, not known.

    A code that the profile does not list is not known. Whoever knows of a reading of the meter knows better.
    """
    rows, place = _placed(case, numbers, ("remote_reading",), at)
    if "remote_reading" not in rows:
        return np.full(len(place), NOT_KNOWN, dtype=np.int8)
    codes = rows["remote_reading"].map(_READABLE).fillna(NOT_KNOWN).to_numpy(dtype=np.int8)
    return _spread(codes, place, NOT_KNOWN)


def dwellings(case: Case, numbers: TextArray, at: Optional[Moment] = None) -> IntArray:
    """Return for each supply point whether it is a dwelling's, int8 (`analysis.dwellings.dwellings`)."""
    rows, place = _placed(case, numbers, ("voltage", "building_class", "business", "contract_kw", "remote_reading"), at)
    return _spread(homes.dwellings(rows), place, NOT_KNOWN)


def generation(case: Case, numbers: TextArray, at: Moment) -> IntArray:
    """Return for each supply point whether something generates behind it, int8 (`analysis.dwellings.has_generation`).

    By マスタ情報 in force at a moment, 受電 rows among it, and by the meters that 受電 readings came of.
    """
    index = case.readings.meters
    plain = case.master_by_point(["flow", *_GENERATION, *DATES], at)
    exports = (index.flow == EXPORT).any() or ("flow" in plain.table and (plain.table["flow"] == EXPORT).any())
    if exports:
        points, answer = _generation_of_all(case, at)
    else:
        # nothing is joined by numbers and customers, which are not even read
        serving = contract_life.in_service(plain.table, at) != NO
        points = plain.points[serving]
        answer = homes.has_generation(plain.table[serving].reset_index(drop=True))
    return _spread(answer, places_among(points, as_bytes(numbers)), NOT_KNOWN)


def _generation_of_all(case: Case, at: Moment) -> tuple[BytesArray, IntArray]:
    """Return the supply points of use and whether something generates behind each, where 受電 is known of."""
    there = case.master_columns()
    rows = case.master(
        [name for name in ("supply_point", "flow", "customer_id", *_GENERATION, *DATES) if name in there], at
    )
    serving = np.flatnonzero(contract_life.in_service(rows, at) != NO)
    rows = rows.iloc[serving].reset_index(drop=True)
    index = case.readings.meters
    export = np.flatnonzero(index.flow == EXPORT)
    if len(export):
        sent = pd.DataFrame({"supply_point": np.char.decode(index.supply_point[export], "ascii").astype(object)})
        sent["flow"] = np.int8(EXPORT)
        sent["customer_id"] = np.char.decode(index.customer_id[export], "ascii").astype(object)
        rows = pd.concat([rows, sent], ignore_index=True)
    answer = homes.has_generation(rows)
    use = np.ones(len(rows), dtype=bool) if "flow" not in rows else (rows["flow"] != EXPORT).to_numpy()
    alone = _alone(rows, use, answer == YES)[: len(serving)]
    if alone.any() and set(_ROOF) <= set(there):
        # those that neither their number nor their customer joins to a home are sought by their place
        roofs = case.master([*_ROOF, *(["name"] if "name" in there else [])], at).iloc[serving]
        answer[np.flatnonzero(homes.same_roof(roofs.reset_index(drop=True), alone))] = YES
    return as_bytes(rows["supply_point"].to_numpy(dtype=object)[use]), answer[use]


def _alone(rows: pd.DataFrame, use: BoolArray, generates: BoolArray) -> BoolArray:
    """Whether a row is of 受電 and no row of use that generates has its number or customer, bool (n)."""
    alone = ~use
    for name in ("supply_point", "customer_id"):
        if name in rows and alone.any():
            alone &= ~rows[name].isin(rows[name][use & generates]).to_numpy()
    return alone

"""Who generates by 受電 contracts and readings, piece by piece: the same as of the whole list at once."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis import contract_life
from tomoshibi.analysis import dwellings as homes
from tomoshibi.analysis.dwellings import NO, NOT_KNOWN, YES
from tomoshibi.casefile import contracts, export_contracts, master
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.columns import write_table
from tomoshibi.casefile.reading_append import appending

AT = datetime(2026, 1, 19, 4, 10)
EXPORT = 2


@pytest.fixture
def case(tmp_path) -> Case:
    return Case.create(tmp_path / "case", CaseInfo("灯里市 地震", AT, "999999"))


def a_list(generator, count, columns=()):
    """Return contracts of use and of 受電 with a few customers, addresses, poles and names, many of them blank."""

    def some(of, blank):
        values = np.array([*of, blank], dtype=object)
        return values[generator.integers(0, len(values) + len(values) // 2, count).clip(max=len(values) - 1)]

    flow = np.array([1, 1, 1, EXPORT, 0], dtype=np.int8)[generator.integers(0, 5, count)]
    number = np.arange(count)
    # a number of use is that of another contract as well where that is of 受電
    number[flow == EXPORT] = generator.permutation(2 * count)[: (flow == EXPORT).sum()]
    table = pd.DataFrame({"supply_point": [f"05{each:020d}" for each in number], "flow": flow})
    table["customer_id"] = some([f"A{each:033d}" for each in range(count // 2)], "")
    table["address"] = some([f"灯町{each}" for each in range(count // 6)], "")
    table["lat"], table["lon"] = some([36.5, 0.0, -0.0], np.nan).astype(float), some([136.5], np.nan).astype(float)
    table["name"] = some(["電力 太郎", "通電 花子"], "")
    table["generator_kind"] = np.where(generator.random(count) < 0.05, "solar", "").astype(object)
    table["contract_export_kw"] = np.where(generator.random(count) < 0.05, 4.0, np.nan)
    ended = generator.random(count) < 0.1
    table["abolished_on"] = np.where(ended, np.datetime64("2024-03-31", "s"), np.datetime64("NaT", "s"))
    table["several_rows"] = np.zeros(count, dtype=bool)
    return table.drop(columns=list(columns))


def of_the_whole(case):
    """Return {supply point of use: answer}, worked out of the whole list; of several rows the last holds."""
    rows = case.master(at=AT)
    rows = rows[contract_life.in_service(rows, AT) != contract_life.NO].reset_index(drop=True)
    known = len(rows)
    index = case.readings.meters
    export = np.flatnonzero(index.flow == EXPORT)
    sent = pd.DataFrame({"supply_point": index.supply_point[export].astype(str), "flow": EXPORT})
    sent["customer_id"] = index.customer_id[export].astype(str)
    own = [name for name in rows if name not in ("address", "lat", "lon", "name")]
    both = pd.concat([rows[own], sent[[name for name in sent if name in rows]]], ignore_index=True)
    answer = homes.has_generation(both)
    use = (both["flow"] != EXPORT).to_numpy()
    alone = ~use
    for name in ("supply_point", "customer_id"):
        if name in rows:
            of_use = set(both[name][use & (answer == YES)]) - {""}
            alone &= ~both[name].isin(list(of_use)).to_numpy()
    if {"address", "lat", "lon"} <= set(rows):
        answer[:known][homes.same_roof(rows, alone[:known])] = YES
    return dict(zip(both["supply_point"][use], answer[use].tolist()))


def put_readings(case, table):
    """Let readings come of every second contract, and of a 受電 meter that no contract tells of."""
    some = table.iloc[::2]
    more = ["05" + "9" * 20, some["supply_point"].iloc[0]]
    numbers = np.array([*some["supply_point"], *more]).astype("S22")
    flow = np.array([*np.maximum(some["flow"], 1), EXPORT, EXPORT], dtype=np.uint8)
    customers = np.array([*(some["customer_id"] if "customer_id" in some else [""] * len(some)), "A" + "0" * 33, ""])
    with appending(case.folder / "readings") as store:
        rows = store.register(numbers, flow, np.ones(len(flow), dtype=np.uint8), customers.astype("S34"))
        store.append_day(date(2026, 1, 18), [(np.unique(rows), np.ones((len(np.unique(rows)), 48), dtype=np.int32))])


@pytest.mark.parametrize("columns", [(), ("customer_id",), ("address",), ("name",)])
@pytest.mark.parametrize("readings", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_piece_by_piece_it_is_told_as_of_the_whole_list(case, monkeypatch, seed, readings, columns):
    monkeypatch.setattr(master, "PIECE_ROWS", 17)
    monkeypatch.setattr(export_contracts, "_PIECE", 13)
    table = a_list(np.random.default_rng(seed), 240, columns)
    write_table(case.folder / "tables" / "master", table)
    if readings:
        put_readings(case, table)
    wanted = of_the_whole(case)
    assert {YES, NO} == set(wanted.values())
    numbers = np.array([*wanted, "0"])
    told = contracts.generation(case, numbers, AT)
    assert told.tolist() == [*wanted.values(), NOT_KNOWN]
    if readings:
        rows = np.flatnonzero(case.readings.meters.flow == 1)
        asked = contracts.asked_of(case, rows, case.readings.meters.supply_point[rows])
        assert isinstance(asked, contracts.AskedMeters)
        points = case.readings.meters.supply_point[rows].astype(str)
        assert contracts.generation(case, asked, AT).tolist() == [wanted.get(point, NOT_KNOWN) for point in points]


def test_a_blank_customer_joins_no_roof_to_another_home(case):
    where = {"address": "灯町1-1", "lat": 36.5, "lon": 136.5, "several_rows": False, "customer_id": ""}
    rows = [
        {"supply_point": "1" * 22, "flow": 1, "generator_kind": "", **where},
        {"supply_point": "2" * 22, "flow": 1, "generator_kind": "solar", **where, "address": "灯町9-9"},
        {"supply_point": "3" * 22, "flow": EXPORT, "generator_kind": "", **where},
    ]
    write_table(case.folder / "tables" / "master", pd.DataFrame(rows))
    assert contracts.generation(case, np.array(["1" * 22, "2" * 22]), AT).tolist() == [YES, YES]


def test_readings_of_generation_without_any_list_say_nothing_of_others(case):
    one = np.ones(1, dtype=np.uint8)
    with appending(case.folder / "readings") as store:
        rows = store.register(np.array(["1" * 22], dtype="S22"), one * EXPORT, one, np.array([""], dtype="S34"))
        store.append_day(date(2026, 1, 18), [(rows, np.ones((1, 48), dtype=np.int32))])
    assert contracts.generation(case, np.array(["1" * 22, "2" * 22]), AT).tolist() == [NOT_KNOWN, NOT_KNOWN]

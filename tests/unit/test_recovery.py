"""Recovery index: like with like, and what is masked stays unknown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.analysis import recovery
from tomoshibi.analysis.recovery import RecoveryRules, contract_range, final_from, recovery_index
from tomoshibi.messages import Progress

RULES = RecoveryRules()
HOMES = "3kW以上10kW未満"
NOW = "2025-12-20"


class Notes(Progress):
    def __init__(self):
        self.warned = []

    def warn(self, what):
        self.warned.append(str(what))


def row(date, kwh, meters=10.0, cell="53360000000", unit=1, contract=HOMES, masked=False, address=""):
    return {
        "voltage": 1,
        "unit": unit,
        "table_kind": 1,
        "area_kind": 1 if address else 2,
        "address": address,
        "mesh_code": "" if address else cell,
        "date": pd.Timestamp(date),
        "contract_range": contract,
        "meters": np.nan if masked else meters,
        "kwh": np.nan if masked else kwh,
        "masked": masked,
    }


def index(*rows, as_of=NOW, **more):
    return recovery_index(pd.DataFrame(list(rows)), as_of, RULES, Progress(), **more)


def test_the_same_month_of_two_years_is_compared():
    table = index(row("2024-11-01", 4000, 20), row("2025-11-01", 1500, 10))
    line = table.iloc[0]
    assert table.columns.tolist() == recovery.RECOVERY_COLUMNS and len(table) == 1
    assert line["index"] == 0.375 and line.index_per_meter == 0.75 and line.municipal_index == 0.375
    assert (line.kwh, line.kwh_year_before, line.meters, line.meters_year_before) == (1500, 4000, 10, 20)
    assert (line.month, line.end) == (pd.Timestamp("2025-11-01"), pd.Timestamp("2025-12-01"))
    assert (line.days, line.cells, line.cells_unknown) == (30, 1, 0)


@pytest.mark.parametrize(
    ("as_of", "provisional"), [("2025-12-01", True), ("2026-01-14", True), ("2026-01-15", False), ("2026-05-01", False)]
)
def test_figures_are_provisional_until_the_middle_of_the_month_after_next(as_of, provisional):
    table = index(row("2024-11-01", 4000), row("2025-11-01", 1500), as_of=as_of)
    assert table.provisional[0] == provisional
    assert final_from("2025-11-01", RULES) == np.datetime64("2026-01-15")


def test_a_masked_figure_is_unknown_and_never_nothing():
    table = index(row("2024-11-01", 4000), row("2025-11-01", 0, masked=True))
    line = table.iloc[0]
    assert np.isnan(line["index"]) and np.isnan(line.kwh) and (line.cells, line.cells_unknown) == (0, 1)
    assert np.isnan(line.municipal_index)


def test_a_district_is_compared_by_cells_known_in_both_months():
    rows = [row("2024-11-01", 1000, cell=cell) for cell in "abc"]
    rows += [row("2025-11-01", 500, cell="a"), row("2025-11-01", 900, cell="b")]
    rows += [row("2025-11-01", 0, cell="c", masked=True)]
    line = index(*rows, area_of_cell={"a": "east", "b": "east", "c": "east"}).iloc[0]
    assert line["index"] == 0.7 and (line.kwh_year_before, line.cells, line.cells_unknown) == (2000, 2, 1)
    apart = index(*rows, area_of_cell={"a": "east", "c": "west"})
    assert apart.area_id.tolist() == ["east", "west"] and apart.attrs["cells_without_area"] == 1
    assert apart["index"][0] == 0.5 and np.isnan(apart["index"][1])
    assert apart.municipal_index.tolist() == [0.7, 0.7]


def test_a_cell_that_vanished_from_the_file_is_unknown():
    rows = [row("2024-11-01", 1000, cell=cell) for cell in "ab"] + [row("2025-11-01", 500, cell="a")]
    line = index(*rows, area_of_cell={"a": "x", "b": "x"}).iloc[0]
    assert (line["index"], line.cells, line.cells_unknown) == (0.5, 1, 1)


def test_only_the_homes_segment_counts():
    rows = [row("2024-11-01", 1000), row("2025-11-01", 500)]
    rows += [row("2024-11-01", 9e5, contract="10kW以上50kW未満"), row("2025-11-01", 1, contract="10kW以上50kW未満")]
    assert index(*rows)["index"][0] == 0.5
    with pytest.raises(recovery.RecoveryError, match="3 to under 10"):
        index(row("2025-11-01", 1, contract="10kW以上50kW未満"))


def test_a_segment_of_two_ranges_is_unknown_where_either_is():
    low, high = "3kW以上6kW未満", "6kW以上10kW未満"
    rows = [row(date, 500, contract=kind) for date in ("2024-11-01", "2025-11-01") for kind in (low, high)]
    assert index(*rows)[["kwh", "meters"]].iloc[0].tolist() == [1000, 20]
    rows[-1] = row("2025-11-01", 0, contract=high, masked=True)
    assert np.isnan(index(*rows)["index"][0])


def test_the_municipality_as_a_whole_comes_from_its_own_rows_and_counts_wards_once():
    rows = [row("2024-11-01", 1000), row("2025-11-01", 500)]
    rows += [row("2024-11-01", 8000, address="灯市"), row("2025-11-01", 6000, address="灯市")]
    rows += [row("2024-11-01", 5000, address="灯市東区"), row("2025-11-01", 1000, address="灯市東区")]
    assert index(*rows).municipal_index[0] == 0.75


def test_of_daily_figures_the_same_days_are_compared():
    rows = [row(f"2024-11-{day:02d}", 100, unit=2) for day in range(1, 31)]
    rows += [row(f"2025-11-{day:02d}", 50, unit=2) for day in range(1, 11)]
    line = index(*rows).iloc[0]
    assert line["index"] == 0.5 and line.days == 10 and line.kwh_year_before == 1000 and line.meters == 10
    rows[-1] = row("2025-11-10", 0, unit=2, masked=True)
    assert index(*rows).days[0] == 9 and index(*rows)["index"][0] == 0.5


def test_a_monthly_figure_goes_before_the_daily_ones():
    rows = [row("2024-11-01", 3000), row("2025-11-01", 1500)]
    rows += [row(f"{year}-11-{day:02d}", 7, unit=2) for year in (2024, 2025) for day in range(1, 31)]
    assert index(*rows).kwh[0] == 1500


def test_leap_days_have_no_partner():
    rows = [row(f"2024-02-{day:02d}", 100, unit=2) for day in range(1, 30)]
    rows += [row(f"2025-02-{day:02d}", 50, unit=2) for day in range(1, 29)]
    line = index(*rows).iloc[0]
    assert line.days == 28 and line["index"] == 0.5


def test_months_without_a_year_before_are_left_out_and_the_newest_can_be_asked_for():
    rows = [row(f"{year}-{month:02d}-01", 100 * month, cell="a") for year in (2024, 2025) for month in (9, 10, 11)]
    rows.append(row("2025-12-01", 5, cell="a"))
    assert index(*rows).month.dt.month.tolist() == [9, 10, 11]
    assert index(*rows, months=2).month.dt.month.tolist() == [10, 11]
    with pytest.raises(recovery.RecoveryError, match="year before"):
        index(row("2025-11-01", 5))


def test_rows_that_came_twice_count_once():
    rows = [row("2024-11-01", 4000), row("2025-11-01", 1), row("2025-11-01", 1000)]
    assert index(*rows)["index"][0] == 0.25


def test_nothing_used_a_year_before_gives_no_index():
    assert np.isnan(index(row("2024-11-01", 0), row("2025-11-01", 100))["index"][0])


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("3kW以上10kW未満", (3, 10)),
        ("３ｋＷ以上１０ｋＷ未満", (3, 10)),
        ("3kW未満", (0, 3)),
        ("2,000kW以上", (2000, np.inf)),
        ("10kW 以上 50kW 未満", (10, 50)),
        ("", None),
        ("全部", None),
        (np.nan, None),
    ],
)
def test_contract_ranges_are_read(text, limits):
    assert contract_range(text) == limits


def test_a_range_that_cannot_be_read_is_said():
    notes = Notes()
    rows = [row("2024-11-01", 1000), row("2025-11-01", 500), row("2025-11-01", 9, contract="?")]
    recovery_index(pd.DataFrame(rows), NOW, RULES, notes)
    assert len(notes.warned) == 1 and "1 rows" in notes.warned[0]


@pytest.mark.slow
@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_order_does_not_matter_and_masked_cells_are_never_in_the_sum(seed):
    generator = np.random.default_rng(seed)
    rows = [
        row(f"{year}-{month:02d}-01", float(generator.integers(0, 5000)), cell=cell, masked=generator.random() < 0.3)
        for year in (2024, 2025)
        for month in (10, 11)
        for cell in "abcd"
    ]
    areas = {"a": "x", "b": "x", "c": "y", "d": "y"}
    table = index(*rows, area_of_cell=areas)
    again = index(*[rows[place] for place in generator.permutation(len(rows))], area_of_cell=areas)
    pd.testing.assert_frame_equal(again, table)
    assert (table.cells + table.cells_unknown == 2).all()
    assert (table["index"].isna() == ((table.cells == 0) | (table.kwh_year_before == 0))).all()
    assert (table["index"].dropna() >= 0).all()


@pytest.mark.slow
@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_a_cell_more_lowers_no_sum_and_a_masked_one_only_adds_to_the_unknown(seed):
    generator = np.random.default_rng(seed)
    rows = [
        row(f"{year}-11-01", float(generator.integers(1, 5000)), cell=cell, masked=generator.random() < 0.3)
        for year in (2024, 2025)
        for cell in "abc"
    ]
    areas = dict.fromkeys("abcd", "x")
    table = index(*rows, area_of_cell=areas).iloc[0]
    known = [row("2024-11-01", 900.0, cell="d"), row("2025-11-01", 300.0, cell="d")]
    more = index(*rows, *known, area_of_cell=areas).iloc[0]
    assert more.cells == table.cells + 1 and more.cells_unknown == table.cells_unknown
    for name in ("kwh", "kwh_year_before", "meters", "meters_year_before"):
        assert more[name] > (0 if np.isnan(table[name]) else table[name])
    hidden = index(
        *rows, row("2024-11-01", 900.0, cell="d"), row("2025-11-01", 0, cell="d", masked=True), area_of_cell=areas
    )
    assert hidden.cells_unknown[0] == table.cells_unknown + 1
    for name in ("index", "kwh", "kwh_year_before"):
        assert hidden[name][0] == table[name] or (np.isnan(hidden[name][0]) and np.isnan(table[name]))

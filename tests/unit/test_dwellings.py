"""Who is a dwelling, and whose roof generates: from マスタ情報 alone, and not known where it does not say."""

import numpy as np
import pandas as pd
import pytest
from tomoshibi.aggregator.profile_names import COLUMNS
from tomoshibi.analysis.dwellings import NO, NOT_KNOWN, WORDS, YES, dwellings, has_generation


def row(**values):
    return {"flow": 1, "voltage": 1, "building_class": "", "business": "", "contract_kw": np.nan, **values}


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({"building_class": "dwelling", "contract_kw": 15.0}, YES),
        ({"building_class": "other", "contract_kw": 4.0}, NO),
        ({"contract_kw": 4.0}, YES),
        ({"contract_kw": 10.0}, YES),
        ({"contract_kw": 30.0}, NOT_KNOWN),
        ({}, NOT_KNOWN),
        ({"building_class": "?9"}, NOT_KNOWN),
        ({"voltage": 2, "contract_kw": 90.0}, NO),
        ({"business": "business"}, NO),
        ({"business": "industry", "building_class": "dwelling"}, NO),
        ({"flow": 2, "building_class": "dwelling"}, NO),
        ({"remote_reading": "unmetered", "contract_kw": 0.1}, NO),
    ],
)
def test_building_class_business_and_contract_decide_who_is_a_dwelling(values, answer):
    assert dwellings(pd.DataFrame([row(**values)])).tolist() == [answer]


def test_without_any_of_the_items_no_dwelling_is_known():
    assert dwellings(pd.DataFrame({"supply_point": ["1", "2"]})).tolist() == [NOT_KNOWN] * 2


@pytest.mark.parametrize(
    "values",
    [{"generator_kind": "solar"}, {"export_contract": "yes"}, {"contract_export_kw": 4.0}, {"generator_kw": 4.0}],
)
def test_what_the_contract_says_of_a_generator_is_believed(values):
    assert has_generation(pd.DataFrame([row(supply_point="1", **values)])).tolist() == [YES]


def test_a_supply_row_that_says_no_proves_nothing_while_no_export_was_received():
    rows = pd.DataFrame([row(supply_point="1", export_contract="no", generator_kind="")])
    assert has_generation(rows).tolist() == [NOT_KNOWN]
    assert has_generation(rows, ["9"]).tolist() == [NO]
    assert has_generation(rows, ["1"]).tolist() == [YES]


def test_an_export_row_tells_of_the_supply_row_of_the_same_point_customer_or_roof():
    where = {"lat": 38.2, "lon": 135.3, "address": "灯町1-1"}
    rows = pd.DataFrame(
        [
            row(supply_point="1", customer_id="A", name="電力 太郎", **where),
            row(supply_point="2", customer_id="B", name="通電 花子", **{**where, "address": "灯町2-2"}),
            row(supply_point="3", customer_id="", name="", **where),
            row(supply_point="4", customer_id="D", name="配電 明", **where),
            row(supply_point="5", customer_id="", name="", **{**where, "address": ""}),
            row(supply_point="9", customer_id="A", name="電力 太郎", **where, **{"flow": 2}),
        ]
    )
    assert has_generation(rows).tolist() == [YES, NO, YES, NO, NO, YES]
    rows.loc[1, "supply_point"] = "9"
    assert has_generation(rows).tolist() == [YES, YES, YES, NO, NO, YES]


def test_blanks_have_nothing_in_common():
    rows = pd.DataFrame([row(supply_point="1", customer_id=""), row(supply_point="9", customer_id="", flow=2)])
    assert has_generation(rows).tolist() == [NO, YES]


def test_the_words_are_of_columns_of_the_master():
    assert set(WORDS) <= set(COLUMNS["master"])

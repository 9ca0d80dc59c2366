"""How layers were made is kept without secrets of place, and a layer older than the data is known to be so."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.columns import write_table
from tomoshibi.casefile.freshness import DataTimes, Passed, data_times, keep_passed, read_passed
from tomoshibi.casefile.recipes import (
    Recipe,
    expand,
    final_place,
    is_stale,
    keep_recipe,
    layer_of_place,
    read_recipes,
    shorten,
)
from tomoshibi.messages import TomoshibiError

INFO = CaseInfo("訓練", datetime(2026, 1, 19, 5, 46), "991007", practice=True)
NAMES = st.text(st.characters(whitelist_categories=("L", "N")), min_size=1, max_size=8)


@pytest.fixture
def case(tmp_path) -> Case:
    return Case.create(tmp_path / "case", INFO)


@given(parts=st.lists(NAMES, min_size=1, max_size=3), rest=st.sampled_from(["", "|layername=x", "|subset=a = 'b'"]))
def test_a_path_inside_the_case_moves_with_the_case(tmp_path_factory, parts, rest):
    old, new = (Path(tmp_path_factory.getbasetemp()) / name for name in ("old", "new"))
    kept = shorten(old, str(old.joinpath(*parts)) + rest)
    assert kept.startswith("case:") and str(old) not in kept
    assert expand(new, [kept]) == [str(new.joinpath(*parts)) + rest]


@pytest.mark.parametrize("text", ["", "low", "2026-01-19/2026-01-20", "/elsewhere/areas.gpkg|layername=a", "a/b.csv"])
def test_other_texts_stay_as_they_are(tmp_path, text):
    assert expand(tmp_path, shorten(tmp_path / "case", text)) == text


def test_recipes_come_back_as_they_were_kept_and_the_newest_of_a_layer_counts(case):
    recipe = Recipe("a", "shelterpower", {"FACILITIES": "case:f.csv", "N": 3, "L": ["x"]}, ("AREAS",), "2026", 12)
    keep_recipe(case, Recipe("b", "meshoutage"))
    keep_recipe(case, Recipe("a", "meshoutage"))
    keep_recipe(case, recipe)
    assert read_recipes(case) == {"a": recipe, "b": Recipe("b", "meshoutage")}
    assert sorted(path.name for path in case.folder.glob("recipes*")) == ["recipes.json"]


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 1}', '{"format": 99, "layers": {}}', '{"format": "x"}'])
def test_recipes_that_cannot_be_understood_are_said_with_a_remedy(case, text):
    (case.folder / "recipes.json").write_text(text, encoding="utf-8")
    with pytest.raises(TomoshibiError, match=r"recipes\.json of the case cannot be read\. Delete it"):
        read_recipes(case)


@pytest.mark.parametrize(
    ("path", "stale"),
    [
        ("readings", True),
        ("tables/outage/20260121060000_C1", True),
        ("contractors/links.csv", True),
        ("received/C1/a.csv", False),
        ("layers.gpkg|shelterpower", False),
        ("sheets/a.pdf", False),
    ],
)
def test_data_that_were_entered_after_a_layer_was_made_make_it_old(case, path, stale):
    case.ledger.add("tomoshibi:importfiles", "readings")
    recipe = Recipe("a", "shelterpower", seen=Case.open(case.folder).seen)
    assert not is_stale(case, recipe)
    case.ledger.add("tomoshibi:x", path)
    assert is_stale(case, recipe) is stale


def test_with_another_ledger_nothing_is_known_and_a_layer_counts_as_old(case):
    assert is_stale(case, Recipe("a", "shelterpower", seen=999))


def test_a_layer_in_the_making_is_entered_where_it_will_stand():
    assert final_place(".refresh/a.gpkg|a") == "layers.gpkg|a"
    assert final_place("layers.gpkg|a") == "layers.gpkg|a"
    assert final_place("sheets/a.pdf") == "sheets/a.pdf"
    assert layer_of_place("layers.gpkg|a") == "a"
    assert layer_of_place(".refresh/a.gpkg|a") is None and layer_of_place("/x/layers.gpkg|a") is None


def test_times_of_data_are_those_of_the_data_and_none_where_there_are_none(case):
    assert data_times(case) == DataTimes(None, None, None) and data_times(case).newest is None
    table = pd.DataFrame({"supply_point": np.array([], dtype=object)})
    for name in ("20260121060000_C1", "20260120060000_C1"):
        write_table(case.folder / "tables" / "outage" / name, table)
    published = pd.DataFrame({"published_at": np.array(["2026-01-21T07:00", "NaT"], dtype="datetime64[s]")})
    write_table(case.folder / "tables" / "statistics", published)
    times = data_times(case)
    assert times == DataTimes(datetime(2026, 1, 21, 6), None, datetime(2026, 1, 21, 7))
    assert times.newest == datetime(2026, 1, 21, 7)


def test_the_last_success_is_kept_and_a_broken_note_is_no_success(case):
    assert read_passed(case) == Passed()
    passed = Passed(datetime(2026, 1, 21, 6, 20), None)
    keep_passed(case, passed)
    assert read_passed(case) == passed
    for text in ("{", "[]", json.dumps({"last_success": "yesterday"}), json.dumps({"other": None})):
        (case.folder / "refresh.json").write_text(text, encoding="utf-8")
        assert read_passed(case) == Passed()

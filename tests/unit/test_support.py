"""Points by which people who need support are ordered: the numbers that the documentation prints."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis.support import HAZARD_UNKNOWN, INSIDE, OUTSIDE, support_table


@pytest.mark.parametrize(
    ("state", "hazard", "care", "score"),
    [
        ("home", INSIDE, "要介護5", 1000 + 300 + 70),
        ("asleep_unknown", INSIDE, "要支援1", 1000 + 200 + 10),
        ("no_data", HAZARD_UNKNOWN, "要介護1", 500 + 100 + 30),
        ("away", HAZARD_UNKNOWN, "", 500 + 0 + 50),
        ("away", OUTSIDE, "自立", 0),
    ],
)
def test_points_are_given_for_hazard_presence_and_care(state, hazard, care, score):
    assert support_table([state], np.array([hazard]), [care])["score"].tolist() == [score]


def test_without_a_hazard_area_it_counts_for_nothing_and_nobody_is_said_to_be_outside():
    table = support_table(["home", "away"], None, ["要介護5", "要介護5"])
    assert table["score"].tolist() == [370, 70] and table["in_hazard"].isna().all()
    assert [len(each) for each in table["reasons"]] == [2, 2]


def test_of_equal_points_the_one_that_stands_first_comes_first():
    table = support_table(["away", "home", "away", "home"], None, ["", "", "", ""])
    assert table["priority"].tolist() == [3, 1, 4, 2]


def test_whether_a_home_lies_in_the_hazard_is_told_or_not_known():
    told = support_table(["away"] * 3, np.array([INSIDE, OUTSIDE, HAZARD_UNKNOWN]), [""] * 3)["in_hazard"]
    assert told.tolist() == [True, False, pd.NA]

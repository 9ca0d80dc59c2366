"""How the outlook leans is chosen on events that it is not judged by, each held out; absent data are told."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis.outlook import Course, Prior
from tomoshibi.analysis.restoration_courses import COURSES, EventKind, prior_of
from tomoshibi.dev import faxai_list, outlook_choice

FLAT = np.full((1, 40), 500.0)
PRIOR = Prior(1.5, 0.2, 0.5, 96.0)


def listed(counts) -> pd.DataFrame:
    """A list of one municipality, an hourly count each."""
    moments = pd.date_range(outlook_choice.LANDFALL + pd.Timedelta(days=3), periods=len(counts), freq="h")
    return pd.DataFrame({"at": moments, "city": "灯市", "outage_est": counts})


def test_without_the_list_it_says_so_and_chooses_nothing(tmp_path, capsys):
    assert outlook_choice.main([str(tmp_path)]) == 0
    assert "Nothing is chosen: data absent: faxai2019/" in capsys.readouterr().out


def test_each_event_leans_on_the_others_and_the_listed_one_counts_once():
    events = outlook_choice.held_out(listed([500] * 24 * 8))
    assert next(iter(events)).name.startswith("台風15号") and len(events) == len(COURSES)
    for event in events:
        (own,) = (course for course in COURSES if course.name == event.name)
        assert event.prior == prior_of(own.kind, own.name) and event.prior != prior_of(own.kind)


def test_where_no_other_event_of_the_kind_is_known_all_others_count():
    (storm,) = (course for course in COURSES if course.kind is EventKind.STORM)
    shocks = prior_of(EventKind.SHOCK, storm.name)
    assert prior_of(EventKind.STORM, storm.name).exponent == pytest.approx(shocks.exponent)


def test_what_intervals_rest_on_is_chosen_for_storms_by_storms_and_for_shocks_by_all_events(capsys, monkeypatch):
    monkeypatch.setattr(outlook_choice, "SHARES", (1.0, 3.0))
    monkeypatch.setattr(outlook_choice, "LEARNINGS", (96.0,))
    hours = np.arange(1.0, 41) * 3
    # the storm falls faster and faster, which narrow intervals miss; the shocks fall as foreseen
    steady = 1e5 * (13 / (hours + 12)) ** 1.5
    slow, fast = 1e5 * (13 / (hours + 12)) ** 0.5, 5e4 * (52 / (hours + 12)) ** 5
    shocks = [
        outlook_choice.HeldOut(name, EventKind.SHOCK, PRIOR, Course(hours, steady[None, :]), 1, (24,)) for name in "abc"
    ]
    course = Course(hours, np.where(hours < 40, slow, fast)[None, :])
    storm = outlook_choice.HeldOut("storm", EventKind.STORM, PRIOR, course, 1, (24,))
    chosen = outlook_choice.spread([storm, *shocks], 120.0, 0.8)
    assert {kind: by.share for kind, by in chosen.items()} == {EventKind.SHOCK: 1.0, EventKind.STORM: 3.0}
    assert capsys.readouterr().out.count("| 96 |") == 2


def test_a_count_that_stays_is_an_error_of_what_was_foreseen_to_come_back():
    event = outlook_choice.HeldOut("架空", EventKind.SHOCK, PRIOR, Course(np.arange(1.0, 41) * 3, FLAT), 100, (6, 24))
    table = outlook_choice.looked_ahead(event, PRIOR)
    assert set(table["hours"]) == {6.0, 24.0} and (table["then"] == 500).all()
    assert outlook_choice.error(table) == pytest.approx((500 - table["expected"]).sum() / table["now"].sum())


def test_the_score_of_an_interval_is_its_width_and_each_miss_by_its_level():
    table = pd.DataFrame({"now": [100.0, 100.0], "then": [90.0, 50.0]})
    for level, low in ((80, 60.0), (95, 40.0)):
        table[f"low{level}"], table[f"high{level}"] = low, 100.0
    # 80 %: width 40 each and one miss of 10 times 10; 95 %: width 60 each
    assert outlook_choice.score(table) == pytest.approx(((80 + 100) / 200 + 120 / 200) / 2)
    assert outlook_choice.held(table, 80).tolist() == [True, False]


def test_published_totals_are_looked_ahead_to_at_each_later_count_within_five_days():
    (kumamoto,) = (course for course in COURSES if "熊本" in course.name)
    ahead = dict(outlook_choice.published(kumamoto).origins())
    assert ahead[1] == pytest.approx((42.0, 72.0)) and ahead[2] == pytest.approx((30.0,))


def test_snapshots_of_the_typhoon_are_put_together_without_a_row_lost(tmp_path, capsys):
    rows = [
        ["12421000000.html", "千葉県", "架空町", name, told]
        for name, told in (("灯", "約1,200軒"), ("影", "100軒未満"))
    ]
    for stamp in ("201909111941", "201909121317"):
        (tmp_path / f"data.{stamp}.json").write_text(json.dumps(rows), encoding="utf-8")
    (tmp_path / "data.json").write_text("[]", encoding="utf-8")
    lines = faxai_list.together(tmp_path).decode("utf-8").splitlines()
    assert lines[0].split(",") == list(faxai_list.HEADER) and len(lines) == 5
    assert [line.rpartition(",")[2] for line in lines[1:3]] == ["1200", "50"]
    assert lines[1].startswith("2019-09-11T19:41:00+09:00,")
    assert faxai_list.main([str(tmp_path), str(tmp_path / "out" / "list.csv.gz")]) == 0
    assert "4 rows of 2 snapshots" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="holds no"):
        faxai_list.together(tmp_path / "nothing")

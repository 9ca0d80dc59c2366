"""How the outlook leans is chosen on events that it is not judged by, each held out; absent data are told."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis.outlook import Course, Prior
from tomoshibi.analysis.restoration_courses import COURSES, EventKind, prior_of
from tomoshibi.dev import faxai_list, hagibis_list, outlook_choice

FLAT = np.full((1, 40), 500.0)
PRIOR = Prior(1.5, 0.2, 0.5, 96.0)


def listed(counts) -> pd.DataFrame:
    """A list of one municipality, an hourly count each."""
    moments = pd.date_range(outlook_choice.LANDFALL + pd.Timedelta(days=3), periods=len(counts), freq="h")
    return pd.DataFrame({"at": moments, "city": "灯市", "outage_est": counts})


def out(*hours: int) -> pd.DataFrame:
    """Small areas of one municipality that were out for so many hours; one of another, which has too few."""
    return pd.DataFrame({"city_code": ["99001"] * len(hours) + ["99002"], "hours": [*hours, 50]})


def test_without_a_list_it_says_so_and_chooses_nothing(tmp_path, capsys, monkeypatch):
    assert outlook_choice.main([str(tmp_path)]) == 0
    assert "Nothing is chosen: data absent: faxai2019/" in capsys.readouterr().out
    monkeypatch.setattr(outlook_choice, "trouble", lambda _data, name, _all: "" if name == "faxai2019" else "no 2nd")
    assert outlook_choice.main([str(tmp_path)]) == 0
    assert "Nothing is chosen: no 2nd." in capsys.readouterr().out


def test_each_event_leans_on_the_others_and_the_listed_one_counts_once():
    first, second, *totals = outlook_choice.held_out(listed([500] * 24 * 8), out(*range(1, 31)))
    assert first.name.startswith("台風15号") and second.name == outlook_choice.HAGIBIS
    assert len(totals) + 1 == len(COURSES)
    for event in (first, *totals):
        (own,) = (course for course in COURSES if course.name == event.name)
        for hours in (12.0, 48.0):
            settled = event.settled(hours).prior
            assert settled == prior_of(own.kind, own.name, hours) and settled != prior_of(own.kind, "", hours)
    # the second storm is no published course: it leans on all of them
    assert second.settled(48.0).prior == prior_of(EventKind.STORM)


def test_small_areas_of_a_municipality_are_counted_by_how_long_each_was_out():
    event = outlook_choice.by_small_areas(out(*[2] * 5, *[3] * 5, *[30] * 10, *[90] * 5))
    assert event.course.dark.shape == (1, 24) and event.course.hours[[0, -1]].tolist() == [3.0, 72.0]
    # out for three hours is back at the third; how long after the 72nd one was out is not asked
    assert event.course.dark[0, [0, 8, 9, 23]].tolist() == [15, 15, 5, 5]
    origins = dict(event.origins())
    # from the first hours on, and never to a moment that the lists may not reach
    assert origins[0] == (6.0, 12.0, 24.0, 48.0) and all(3 * (step + 1) + max(of) <= 72 for step, of in origins.items())
    table = outlook_choice.looked_ahead(event, event.prior)
    # while it is young an interval ends at the count now, as the outlook tells it
    young = table[table["now"] == 15]
    assert len(young) and (young["high80"] == 15).all()


def test_how_long_repair_settles_is_chosen_for_each_kind_by_its_own_events(capsys):
    hours = np.arange(1.0, 41) * 3
    made = []
    for kind, settling in ((EventKind.STORM, 96.0), (EventKind.SHOCK, 12.0)):
        exponent = prior_of(kind, "", settling).exponent
        dark = 1e6 * ((3 + settling) / (hours + settling)) ** exponent
        made.append(outlook_choice.HeldOut(kind.value, kind, PRIOR, Course(hours, dark[None, :]), 1, (24,)))
    assert outlook_choice.settle(made, 24.0, 0.1) == {EventKind.STORM: 96.0, EventKind.SHOCK: 12.0}
    assert capsys.readouterr().out.count("\n") == 2 + len(outlook_choice.SETTLINGS)


def test_a_choice_stands_until_another_betters_its_mean_by_more_than_one_per_cent():
    assert outlook_choice.best({"stands": 1.0, "other": 0.991}, "stands") == "stands"
    assert outlook_choice.best({"stands": 1.0, "other": 0.989}, "stands") == "other"
    # one that is not among those tried cannot stand
    assert outlook_choice.best({"one": 1.0, "other": 0.999}, "stands") == "other"


def test_where_no_other_event_of_the_kind_is_known_all_others_count():
    (storm,) = (course for course in COURSES if course.kind is EventKind.STORM)
    shocks, storms = (prior_of(kind, storm.name, 24.0) for kind in (EventKind.SHOCK, EventKind.STORM))
    assert storms.exponent == pytest.approx(shocks.exponent)


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


def test_areas_of_the_second_typhoon_are_put_together_without_one_lost(tmp_path, capsys):
    def drawn(*told):
        return json.dumps({"features": [{"properties": {"label": label, "hours": hours}} for label, hours in told]})

    first = drawn(("99001/架空県/灯市/灯町", 3), ("99001/架空県/灯市/灯町", 5), ("99001/架空県/灯市/影町", 1))
    (tmp_path / "data.json").write_text(first, encoding="utf-8")
    # one area of the utility has the outlines of two of the census
    second = drawn(*((f"99002/架空県/明市/浜【国勢調査小地域名:浜{part}】", 7) for part in "一二"))
    (tmp_path / "data.chubu.json").write_text(second, encoding="utf-8")
    (tmp_path / "error.txt").write_text("No,Area,Hours\n1,99001/架空県/灯市/岬,44\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"holds no error\.chubu\.txt"):
        hagibis_list.together(tmp_path)
    (tmp_path / "error.chubu.txt").write_text("No,Area,Hours\n", encoding="utf-8")
    lines = hagibis_list.together(tmp_path).decode("utf-8").splitlines()
    assert lines[0].split(",") == list(hagibis_list.HEADER)
    assert {line.split(",", 4)[4] for line in lines[1:]} == {"灯町,5", "影町,1", "岬,44", "浜,7"} and len(lines) == 5
    assert hagibis_list.main([str(tmp_path), str(tmp_path / "out" / "hours.csv.gz")]) == 0
    assert "4 areas." in capsys.readouterr().out


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

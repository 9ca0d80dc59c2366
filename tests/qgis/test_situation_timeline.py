"""The outage over time from the toolbox, against the scenario's truth; its chart as PNG and SVG."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qgis.PyQt.QtGui import QImage
from tomoshibi.casefile.columns import write_table
from tomoshibi.layers import charts
from tomoshibi.layers.schema import SPECS
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

SMALL = 2000


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=SMALL)


def parameters(drill, **more):
    areas = str(drill.open / "areas.geojson")
    return {"CASE": str(drill.case.folder), "AREAS": areas, "OUTPUT": "memory:", **more}


def test_every_step_and_area_adds_up_and_the_event_is_seen(drill, run):
    found = run("outagetimeline", parameters(drill))
    table = rows(found["OUTPUT"])
    assert list(table.columns) == SPECS["outagetimeline"].names() and len(table) == found["ROWS"]
    assert table["as_of"].notna().all() and table["source"].str.len().gt(0).all()
    readings = table[table["evidence"] == "readings"]
    whole = readings[readings["area_id"] == ""].set_index("begin")
    parts = readings[readings["area_id"] != ""].groupby("begin")[["meters"]].sum()
    assert (whole["meters"] == parts["meters"]).all()
    event = drill.case.info.event_time
    starts = [moment.toPyDateTime() for moment in whole.index]
    before = whole["silent_rate"][[start < event - timedelta(hours=3) for start in starts]].astype(float)
    after = whole["silent_rate"][[event <= start < event + timedelta(hours=6) for start in starts]].astype(float)
    assert len(before) and len(after) and after.min() > before.max() + 0.05


def test_without_areas_the_municipality_alone_is_told_with_every_meter(drill, run):
    table = rows(run("outagetimeline", {k: v for k, v in parameters(drill).items() if k != "AREAS"})["OUTPUT"])
    assert set(table["area_id"]) == {""} and table["begin"].is_unique
    assert table["meters"].iloc[-1] > 0.7 * SMALL


def test_lists_of_all_meters_are_shown_beside_the_readings_and_others_are_not(drill, run, feedback, tmp_path):
    import pandas as pd

    master = drill.case.master(["supply_point", "flow"])
    silent = master[master["flow"] == 1]["supply_point"].head(7)
    folder = drill.case.folder / "tables" / "outage" / "20260120180000_all"
    folder.mkdir(parents=True)
    about = '{"created_at": "2026-01-20T18:00:00", "condition_id": "all", "scope": "all"}'
    (folder / "about.json").write_text(about, encoding="utf-8")
    created = pd.Series([datetime(2026, 1, 20, 18)] * 7, dtype="datetime64[ns]")
    write_table(folder, pd.DataFrame({"supply_point": silent.to_numpy(object), "created_at": created}))
    table = rows(run("outagetimeline", {k: v for k, v in parameters(drill).items() if k != "AREAS"})["OUTPUT"])
    lists = table[table["evidence"] == "outage_list"]
    assert lists["silent"].tolist() == [7] and lists["end"].iloc[0].toPyDateTime() == datetime(2026, 1, 20, 18)
    assert any("ask for some meters only" in text for text in feedback.infos)


def test_the_chart_is_drawn_as_png_and_svg_and_entered_in_the_ledger(drill, run, tmp_path):
    for ending in ("png", "svg"):
        path = drill.case.folder / "sheets" / f"timeline.{ending}"
        found = run("outagetimeline", parameters(drill, CHART=str(path)))
        assert found["CHART"] == str(path) and path.stat().st_size > 10_000
        entry = [entry for entry in drill.case.ledger.entries() if entry.path == f"sheets/timeline.{ending}"][-1]
        assert entry.algorithm == "tomoshibi:outagetimeline" and entry.personal and entry.sha256
    picture = QImage(str(drill.case.folder / "sheets" / "timeline.png"))
    assert picture.width() > 1000 and len({picture.pixel(x, 400) for x in range(0, picture.width(), 3)}) > 5
    svg = (drill.case.folder / "sheets" / "timeline.svg").read_text(encoding="utf-8")
    assert "<svg" in svg and "All together" in svg


def test_a_chart_of_another_kind_is_refused(drill, complaint, tmp_path):
    assert "neither PNG nor SVG" in complaint("outagetimeline", parameters(drill, CHART=str(tmp_path / "a.bmp")))


def _one(values, path):
    begin = tuple(datetime(2026, 1, 1) + timedelta(hours=number) for number in range(len(values)))
    end = tuple(moment + timedelta(hours=1) for moment in begin)
    series = charts.Series("a", "#a50f15", begin, end, values)
    charts.draw(charts.Chart("t", (charts.Panel("p", (series,)),), "n"), path)
    return QImage(str(path))


def test_an_unknown_time_is_hatched_and_differs_from_a_known_nothing(qgis_app, tmp_path):
    unknown, nothing = _one([5.0, None, 5.0], tmp_path / "u.png"), _one([5.0, 0.0, 5.0], tmp_path / "n.png")
    column = unknown.width() // 2

    def dark(picture):
        return sum(picture.pixelColor(column, y).lightness() < 130 for y in range(160, picture.height() - 150))

    assert dark(unknown) > 10 > dark(nothing)


def test_a_time_that_is_not_given_at_all_is_hatched_like_one_given_as_unknown(qgis_app, tmp_path):
    def picture(steps, name):
        begin = [datetime(2026, 1, 1) + timedelta(hours=hour) for hour, _ in steps]
        end = [moment + timedelta(hours=1) for moment in begin]
        series = charts.Series("a", "#a50f15", begin, end, [value for _, value in steps])
        charts.draw(charts.Chart("t", (charts.Panel("p", (series,)),), "n"), tmp_path / name)
        return QImage(str(tmp_path / name))

    given = picture([(0, 5.0), (1, None), (2, 5.0)], "given.png")
    assert given == picture([(0, 5.0), (2, 5.0)], "absent.png")
    assert given != picture([(0, 5.0), (1, 0.0), (2, 5.0)], "nothing.png")


HOURS = st.lists(st.tuples(st.integers(0, 40), st.sampled_from([None, 0.0, 3.0])), max_size=25)


@given(steps=HOURS, first=st.integers(0, 5), last=st.integers(30, 45))
def test_every_hour_is_either_known_or_hatched_and_never_both(steps, first, last):
    start = datetime(2026, 1, 1)
    steps = [(hour, value) for hour, value in dict(steps).items() if first <= hour < last]
    begin = [start + timedelta(hours=hour) for hour, _ in steps]
    series = charts.Series("a", "", begin, [at + timedelta(hours=1) for at in begin], [value for _, value in steps])
    gaps = charts.hatched_spans(series, start + timedelta(hours=first), start + timedelta(hours=last))
    known = {hour for hour, value in steps if value is not None}
    for hour in range(first, last):
        at = start + timedelta(hours=hour)
        assert any(one <= at < other for one, other in gaps) == (hour not in known)
    assert all(one < other for one, other in gaps)


def test_what_is_foreseen_for_a_moment_is_drawn_at_that_moment_and_not_before():
    at = [datetime(2026, 1, day) for day in (1, 2, 4, 5)]
    line = charts.Series("a", "#000000", at[:3], at[1:], [60.0, None, 20.0], hatched=False, joined_from=100.0)
    assert charts.corners(line) == [(at[0], 100.0), (at[1], 60.0), (at[3], 20.0)]
    assert charts.corners(charts.Series("a", "#000000", at[:1], at[1:2], [None], joined_from=1.0)) == []


def test_between_moments_that_are_known_alone_nothing_is_hatched():
    at = [datetime(2026, 1, day) for day in (1, 2, 3)]
    moments = charts.Series("a", "", at, at, [1.0, None, 2.0], points=True)
    assert charts.hatched_spans(moments, at[0], at[2]) == [(at[1], at[1])]
    steps = charts.Series("a", "", at, at, [1.0, None, 2.0], hatched=False)
    assert charts.hatched_spans(steps, at[0], at[2]) == []


@pytest.mark.parametrize(("values", "top"), [([], 1), ([0.0], 1), ([1.0], 1.0), ([0.93, 1.07], 1.5), ([4000.0], 4000)])
def test_an_axis_holds_its_values_and_begins_at_nothing(values, top):
    assert charts.ceiling(values)[0] == pytest.approx(top)

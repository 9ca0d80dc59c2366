"""The outlook from the toolbox: bounded, from the end of the data on, with what the utility says beside it."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import timedelta

import pandas as pd
import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsFeature, QgsPalLayerSettings, QgsVectorLayer
from qgis.PyQt.QtGui import QImage
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.columns import write_table
from tomoshibi.casefile.contracts import reporting_rows
from tomoshibi.casefile.forecasts import past_forecasts
from tomoshibi.layers import charts
from tomoshibi.layers.schema import SPECS
from tomoshibi.layers.style.labels import set_labels
from tomoshibi.layers.style.specs import STYLES
from tomoshibi.processing_provider.dock import situation
from tomoshibi.processing_provider.publish import outlook_page
from tomoshibi.sheets.headline import HEADLINES, Around, tell
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

NUMBERS = "dark_now expected low50 high50 low80 high80 low95 high95".split()


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


def parameters(drill, **more):
    return {"CASE": str(drill.case.folder), "AREAS": str(drill.open / "areas.geojson"), "OUTPUT": "memory:", **more}


def copy_without_readings(drill, tmp_path):
    """Return a copy of the case without its readings, with lists of 60 and of 30 meters."""
    copy = tmp_path / "case"
    shutil.copytree(drill.case.folder, copy)
    shutil.rmtree(copy / "readings")
    shutil.rmtree(copy / "tables" / "outage", ignore_errors=True)
    points = reporting_rows(drill.case, [], drill.case.info.event_time)["supply_point"]
    event = drill.case.info.event_time
    for hours, count in ((20, 60), (40, 30)):
        moment = event + timedelta(hours=hours)
        folder = copy / "tables" / "outage" / f"{moment:%Y%m%d%H%M%S}_all"
        folder.mkdir(parents=True)
        about = {"created_at": moment.isoformat(), "condition_id": "all", "scope": "all"}
        (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
        write_table(folder, pd.DataFrame({"supply_point": points.head(count).to_numpy()}))
    return copy


def test_every_area_and_horizon_has_a_row_and_none_is_above_what_is_dark_now(drill, run):
    found = run("outlook", parameters(drill))
    table = rows(found["OUTPUT"])
    assert list(table.columns) == SPECS["outlook"].names() and len(table) == found["ROWS"]
    assert sorted(table["horizon_h"].unique()) == [6, 12, 24, 48, 72]
    assert (table.groupby("area_id").size() == 5).all() and "" in set(table["area_id"])
    known = table[table["unknown_reason"].isna()]
    assert len(known)
    numbers = known[NUMBERS].astype(float)
    assert (numbers["low95"] <= numbers["low80"]).all() and (numbers["low80"] <= numbers["low50"]).all()
    assert (numbers["high50"] <= numbers["high80"]).all() and (numbers["high80"] <= numbers["high95"]).all()
    # bounds are whole meters, and counts beyond peacetime are not
    assert (numbers["high95"] < numbers["dark_now"] + 1).all() and (numbers["low95"] >= 0).all()
    assert (numbers["expected"] <= numbers["dark_now"]).all()


def test_the_moment_looked_ahead_to_counts_from_the_end_of_the_data(drill, run):
    found = run("outlook", parameters(drill, HORIZONS="24"))
    table = rows(found["OUTPUT"])
    until = table["evidence_until"].iloc[0]
    known = table[table["unknown_reason"].isna()]
    assert {until.secsTo(at) for at in known["at"]} == {24 * 3600}
    assert found["DATA_UNTIL"] == until.toString("yyyy-MM-ddTHH:mm")


def test_before_the_event_nothing_can_be_looked_ahead_from_and_that_is_told(drill, complaint):
    before = drill.case.info.event_time.replace(hour=0, minute=0)
    assert "No readings were received after the event" in complaint("outlook", parameters(drill, AT=before.isoformat()))


def test_behind_an_aftershock_that_no_data_tell_of_nothing_is_foreseen(drill, run, tmp_path, feedback):
    copy = tmp_path / "case"
    shutil.copytree(drill.case.folder, copy)
    end = rows(run("outlook", parameters(drill, HORIZONS="6", AREAS=None))["OUTPUT"])["as_of"].iloc[0].toPyDateTime()
    told = json.loads((copy / "case.json").read_text(encoding="utf-8"))
    struck = end + timedelta(hours=8)
    told["events"] = [{"begin": moment.isoformat()} for moment in (drill.case.info.event_time, struck)]
    (copy / "case.json").write_text(json.dumps(told), encoding="utf-8")
    found = run("outlook", parameters(drill, CASE=str(copy), HORIZONS="6,24"))
    table = rows(found["OUTPUT"])
    after = table[table["horizon_h"] == 24]
    numbers = [name for name in NUMBERS if name != "dark_now"]
    assert after[numbers].isna().all(axis=None) and set(after["unknown_reason"]) == {"before_event"}
    before = table[(table["horizon_h"] == 6) & table["unknown_reason"].isna()]
    assert len(before) and before[numbers].notna().all(axis=None)
    assert any("before the last event" in said for said in feedback.warnings)
    # who looks at a moment before it was struck misses nothing
    feedback.warnings.clear()
    earlier = (end - timedelta(hours=6)).isoformat()
    table = rows(run("outlook", parameters(drill, CASE=str(copy), HORIZONS="24", AREAS=None, AT=earlier))["OUTPUT"])
    assert table["expected"].notna().all() and not any("last event" in said for said in feedback.warnings)


def test_an_aftershock_in_one_area_leaves_the_outlook_of_the_others(drill, run, tmp_path, feedback):
    calm = rows(run("outlook", parameters(drill, HORIZONS="24"))["OUTPUT"]).set_index("area_id")
    copy = tmp_path / "case"
    shutil.copytree(drill.case.folder, copy)
    areas = QgsVectorLayer(str(drill.open / "areas.geojson"), "areas", "ogr")
    known = set(calm.index[calm["unknown_reason"].isna()])
    one = min((each for each in areas.getFeatures() if each["area_id"] in known), key=lambda each: each["area_id"])
    told = json.loads((copy / "case.json").read_text(encoding="utf-8"))
    struck = calm["as_of"].iloc[0].toPyDateTime() + timedelta(hours=1)
    shape = one.geometry().asJson(7)
    told["events"] = [
        {"begin": drill.case.info.event_time.isoformat()},
        {"begin": struck.isoformat(), "area": shape},
    ]
    (copy / "case.json").write_text(json.dumps(told), encoding="utf-8")
    feedback.warnings.clear()
    found = rows(run("outlook", parameters(drill, CASE=str(copy), HORIZONS="24"))["OUTPUT"]).set_index("area_id")
    changed = found.index[found["unknown_reason"].fillna("") != calm["unknown_reason"].fillna("")]
    # of areas that lie over one another a meter counts for the smallest
    assert {"", one["area_id"]} <= set(changed) and len(changed) < len(found) / 4
    assert set(found.loc[changed, "unknown_reason"]) == {"before_event"}
    others = found.index.difference(changed)
    assert found.loc[others, NUMBERS].equals(calm.loc[others, NUMBERS])
    assert any("of all together, nothing is foreseen" in said for said in feedback.warnings)


def test_with_outage_lists_alone_the_outlook_says_that_it_rests_on_them(drill, run, feedback, tmp_path):
    copy = copy_without_readings(drill, tmp_path)
    table = rows(run("outlook", parameters(drill, CASE=str(copy), AREAS=None))["OUTPUT"])
    assert set(table["evidence"]) == {"outage_list"} and set(table["dark_now"].astype(float)) == {30.0}
    assert any("holds no readings" in text for text in feedback.warnings)


@pytest.mark.parametrize("words", ["", "soon", "0", "-6", "6,9999"])
def test_hours_that_cannot_be_meant_are_refused_before_the_run(drill, complaint, words):
    assert "hours" in complaint("outlook", parameters(drill, HORIZONS=words or ","))


def test_full_width_hours_are_read_and_sorted(drill, run):
    table = rows(run("outlook", parameters(drill, HORIZONS="４８、６"))["OUTPUT"])
    assert sorted(table["horizon_h"].unique()) == [6, 48]


def test_what_the_utility_says_stands_beside_the_area_that_it_names(drill, run, tmp_path):
    name = rows(run("outlook", parameters(drill))["OUTPUT"]).query("area_id != ''")["area_name"].iloc[0]
    plan = tmp_path / "plan.csv"
    plan.write_text(f"地区,復旧見込\n{name},1月25日 午後\n", encoding="utf-8")
    table = rows(run("outlook", parameters(drill, PLAN=str(plan)))["OUTPUT"])
    said = table.groupby("area_name")["utility_says"].first()
    assert said[name] == "1月25日 午後" and set(said.drop(name)) == {""}


def test_a_plan_that_cannot_be_read_is_told_and_the_outlook_stays(drill, run, feedback, tmp_path):
    plan = tmp_path / "plan.csv"
    plan.write_text("a,b\n1,2\n", encoding="utf-8")
    table = rows(run("outlook", parameters(drill, PLAN=str(plan)))["OUTPUT"])
    assert len(table) and any("not shown beside" in text for text in feedback.warnings)


def test_what_is_foreseen_is_not_hatched_as_unknown_and_a_drill_is_told(drill, run, tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(charts, "draw", lambda chart, path: drawn.append(chart) or path.touch())
    run("outlook", parameters(drill, CHART=str(tmp_path / "outlook.png")))
    (chart,) = drawn
    for panel in chart.panels:
        ends = [end for series in panel.series for end in series.end]
        past = next(one for one in panel.series if one.label == "Dark so far")
        spans = [span for one in panel.series for span in charts.hatched_spans(one, past.end[-1], max(ends))]
        assert max(ends) > past.end[-1] and spans == []
    assert chart.title.startswith("[Drill] ")
    # of an interval of 80 % neither end is one above or below which 80 % lie
    assert {"80 % interval, lower end", "80 % interval, upper end"} <= {one.label for one in chart.panels[0].series}
    assert "Meters of all voltages" in chart.note


def test_a_chart_of_too_many_areas_shows_the_darkest_and_says_how_many(drill, run, tmp_path, monkeypatch, feedback):
    drawn = []
    monkeypatch.setattr(charts, "draw", lambda chart, path: drawn.append(chart) or path.touch())
    monkeypatch.setattr(charts, "MOST", 4)
    found = run("outlook", parameters(drill, HORIZONS="24", CHART=str(tmp_path / "chart.png")))
    table = rows(found["OUTPUT"])
    areas = table[table["area_id"] != ""].assign(dark_now=lambda each: each["dark_now"].astype(float))
    order = areas.sort_values(["dark_now", "area_id"], ascending=[False, True], kind="stable", na_position="first")
    assert [panel.title for panel in drawn[0].panels[1:]] == order["area_name"].head(3).tolist()
    assert any(f"shows 3 of {len(areas)} areas" in said for said in feedback.warnings)


def test_the_chart_is_drawn(drill, run, tmp_path):
    path = tmp_path / "outlook.png"
    run("outlook", parameters(drill, CHART=str(path)))
    assert not QImage(str(path)).isNull()


def in_case(case):
    """Parameters by which the result becomes the case's own, as it does by default."""
    return {"CASE": str(case.folder), "AREAS": str(case.folder.parent / "scenario" / "open" / "areas.geojson")}


def layer_in(case) -> QgsVectorLayer:
    return QgsVectorLayer(f"{case.folder / 'layers.gpkg'}|layername=outlook", "outlook", "ogr")


def text_of(path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], stdout=subprocess.PIPE, check=True).stdout.decode()


@pytest.fixture
def own(tmp_path):
    """A drill of its own: what is foreseen is kept in its case."""
    return make_drill(tmp_path, meters=2000)


def test_each_forecast_is_kept_in_the_case_and_judged_by_what_came(own, run, feedback):
    newest = pd.Timestamp(run("outlook", {**in_case(own.case), "OUTPUT": "memory:"})["DATA_UNTIL"])
    earlier = (newest - pd.Timedelta(hours=24)).isoformat()
    before = run("outlook", {**in_case(own.case), "AT": earlier})
    assert before["FORECASTS_JUDGED"] == 0
    kept, problems = past_forecasts(own.case, own.case.info.event_time)
    assert not problems and len(kept) == before["ROWS"]
    found = run("outlook", {**in_case(own.case), "OUTPUT": "memory:"})
    assert 0 < found["FORECASTS_HELD"] <= found["FORECASTS_JUDGED"]
    assert any("whose moment has come" in text for text in feedback.infos)
    # what was foreseen a day ago for now stands beside what is now, within its bounds
    table = rows(found["OUTPUT"])
    told = table[(table["horizon_h"] == 24) & table["said_expected"].notna()]
    assert len(told) and (told["said_low80"].astype(float) <= told["said_expected"].astype(float)).all()
    # … and in the brief
    run("outlook", in_case(own.case))
    made = run("brief", {"CASE": str(own.case.folder), "PDF": str(own.case.folder.parent / "brief.pdf")})
    (whole,) = told[told["area_id"] == ""].itertuples()
    words = " ".join(text_of(made["PDF"]).split())
    assert "24 h ago we said of now" in words
    assert f"{round(whole.said_expected):,} ({round(whole.said_low80):,}–{round(whole.said_high80):,})" in words
    said = kept[kept["horizon_h"] == 24].set_index("area_id")["expected"]
    assert told.set_index("area_id")["said_expected"].astype(float).to_dict() == pytest.approx(
        said[told["area_id"]].astype(float).to_dict()
    )


def test_of_each_area_one_row_is_drawn_and_the_sheet_tells_how_many_areas_stay_dark(own, run, tmp_path):
    found = run("outlook", in_case(own.case))
    layer = layer_in(own.case)
    drawn = [one for one in layer.getFeatures() if one.hasGeometry()]
    assert drawn and {one["horizon_h"] for one in drawn} == {24.0} and all(one["on_map"] for one in drawn)
    assert len({one["area_id"] for one in drawn}) == len(drawn) and "" not in {one["area_id"] for one in drawn}
    run("mapsheets", {"CASE": str(own.case.folder), "FOLDER": str(tmp_path / "pdf")})
    text = text_of(tmp_path / "pdf" / "outlook.pdf")
    lasting = sum(one["expected"] is not None and one["expected"] >= 0.5 for one in drawn)
    assert f"still in 24 h: in {lasting} of {len(drawn)} areas" in text
    # the hours count from the end of the data: the title names the moment
    (then,) = {one["at"].toString("MM-dd HH:mm") for one in drawn}
    words = " ".join(text.split())
    assert f"Outlook: meters still dark, {then} (24 h after the data end)" in words
    assert "Meters of all voltages expected" in words and "Most still dark then (80 % interval)" in words
    assert found["ROWS"] > len(drawn)


def test_an_outlook_without_areas_has_no_sheet_and_says_so(own, run, complaint, tmp_path):
    run("outlook", {"CASE": str(own.case.folder)})
    told = complaint("mapsheets", {"CASE": str(own.case.folder), "FOLDER": str(tmp_path / "pdf")})
    assert "holds no result yet" in told


def test_the_dock_names_the_areas_expected_dark_longest(own, run):
    assert situation.outlook_of(own.case.folder) == ""
    run("outlook", in_case(own.case))
    table = rows(layer_in(own.case))
    far = table[(table["horizon_h"] == 72) & (table["area_id"] != "")]
    longest = far.sort_values("expected", ascending=False, kind="stable").iloc[0]
    (whole,) = table[(table["horizon_h"] == 24) & (table["area_id"] == "")].itertuples()
    first, second = situation.outlook_of(own.case.folder).splitlines()
    until = whole.as_of.toPyDateTime()
    then = until + timedelta(hours=24)
    assert first.startswith(f"Outlook for {then:%m/%d %H:%M} (24 h after the data end, {until:%m/%d %H:%M}): ")
    assert f": {round(whole.expected):,} (80 % interval " in first
    # the number beside it in the dock is of low voltage alone
    assert f"of {round(whole.dark_now):,} meters of all voltages" in first
    assert second.startswith(f"Expected dark longest (in 72 h): {longest['area_name']}")


def test_the_dock_counts_the_areas_of_which_nothing_is_foreseen(own, run):
    run("outlook", in_case(own.case))
    layer = layer_in(own.case)
    number, codes = layer.fields().lookupField("expected"), {one["area_id"] for one in layer.getFeatures()}
    code = min(codes - {""})
    assert layer.startEditing()
    for one in layer.getFeatures(f"\"area_id\" = '{code}'"):
        assert layer.changeAttributeValue(one.id(), number, None)
    assert layer.commitChanges(), layer.commitErrors()
    told = situation.outlook_of(own.case.folder)
    assert f"Outlook unknown: 1 of {len(codes) - 1} areas" in told.splitlines()


def areas_ahead(*expected, high=9.0, dark=9.0):
    """A table of an outlook, 24 hours ahead: an area each, with as many meters expected."""
    at = pd.Timestamp("2026-01-22 00:00")
    found = pd.DataFrame({"area_id": [f"{place:02d}" for place in range(len(expected))], "expected": expected})
    return found.assign(
        **{"fid": range(1, len(expected) + 1), "area_name": found["area_id"], "horizon_h": 24.0, "at": at},
        **{"dark_now": dark, "low80": 0.0, "high80": high, "utility_says": "", "said_expected": None},
    )


def test_the_table_names_the_moments_and_counts_unknown_areas_that_it_leaves_out():
    known = areas_ahead(*[5.0] * 25, None, None)
    known.loc[known["expected"].isna(), "dark_now"] = None
    made = outlook_page._table(known)
    assert [column.heading for column in made.columns][2] == "01-22 00:00 (in 24 h)"
    assert len(made.rows) == outlook_page.MOST_AREAS + 1
    assert "6 more areas are in the layer. Of these, 2 are unknown." in made.note
    assert "Of these" not in outlook_page._table(areas_ahead(*[5.0] * 25)).note


def test_the_headline_counts_areas_that_may_be_dark_still():
    columns = list(HEADLINES["outlook"].columns)
    told = [
        tell("outlook", areas_ahead(4.0, 0.2, 0.3, None, high=high)[columns].to_numpy(object).tolist(), Around())
        for high in (9.0, 0.0)
    ]
    assert "in 1 of 4 areas (27 meters dark now), perhaps in 2 more (unknown 1)" in told[0].headline
    assert "perhaps" not in told[1].headline


@pytest.mark.parametrize(
    ("now", "expected", "high", "word"),
    [
        (9.0, 0.3, 9.0, "None expected, but not ruled out (80 % interval)"),
        (9.0, 0.3, None, "None expected, but not ruled out (80 % interval)"),
        (9.0, 0.3, 0.0, "Expected to have power again"),
        (9.0, 1.0, 9.0, "1–9 meters"),
        (0.2, 0.1, 1.0, "No meter dark beyond peacetime"),
        (None, None, None, "Unknown"),
    ],
)
def test_an_area_is_calm_on_the_map_only_where_its_interval_is(qgis_app, now, expected, high, word):
    fields = "&".join(f"field={name}:double" for name in ("dark_now", "expected", "high80"))
    layer = QgsVectorLayer(f"Polygon?{fields}", "outlook", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes([now, expected, high])
    context = QgsExpressionContext()
    context.setFields(layer.fields())
    context.setFeature(feature)
    met = [each.label() for each in STYLES["outlook"].areas if QgsExpression(each.condition).evaluate(context)]
    assert met == [word]


@pytest.mark.parametrize(("now", "words"), [(0.9, "灯町\n1 → 1\n(0–1)"), (0.4, "灯町"), (3.0, "灯町\n3 → 1\n(0–1)")])
def test_an_area_whose_colour_tells_of_a_meter_has_its_number_in_the_label(qgis_app, now, words):
    names = ("dark_now", "expected", "low80", "high80")
    fields = "&".join(("field=area_name:string", *(f"field={name}:double" for name in names)))
    layer = QgsVectorLayer(f"Polygon?{fields}", "outlook", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes(["灯町", now, 0.8, 0.0, 1.0])
    context = QgsExpressionContext()
    context.setFields(layer.fields())
    context.setFeature(feature)
    labels = STYLES["outlook"].labels
    assert QgsExpression(labels.expression).evaluate(context) == words
    assert bool(QgsExpression(labels.must).evaluate(context)) == ("→" in words)


def test_the_label_of_an_area_with_many_dark_meters_is_placed_before_its_neighbours(qgis_app):
    layer = QgsVectorLayer("Polygon?field=area_name:string&field=dark_now:double", "outlook", "memory")
    set_labels(layer, STYLES["outlook"].labels, "")
    settings = layer.labeling().settings()
    properties = settings.dataDefinedProperties()
    weight = QgsExpression(properties.property(QgsPalLayerSettings.Property.Priority).expressionString())

    def placed(dark):
        feature = QgsFeature(layer.fields())
        feature.setAttributes(["灯町", dark])
        context = QgsExpressionContext()
        context.setFields(layer.fields())
        context.setFeature(feature)
        return weight.evaluate(context)

    assert placed(462.0) > placed(8.0) > placed(0.2)
    # what is not known may be many
    assert placed(None) == placed(462.0)


def test_an_earlier_forecast_that_cannot_be_read_is_told_and_the_outlook_is_made(drill, run, tmp_path, feedback):
    case = Case.open(shutil.copytree(drill.case.folder, tmp_path / "case"))
    folder = case.folder / "history" / "outlook"
    folder.mkdir(parents=True, exist_ok=True)
    moment = (case.info.event_time + timedelta(hours=1)).strftime("%Y%m%dT%H%M%S")
    (folder / f"{moment}_{moment}.npz").write_bytes(b"no history")
    found = run("outlook", {**parameters(drill), "CASE": str(case.folder), "OUTPUT": "memory:"})
    assert found["ROWS"] > 0 and found["FORECASTS_JUDGED"] == 0
    assert any("cannot be read" in text for text in feedback.warnings)

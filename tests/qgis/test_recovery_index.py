"""UC⑨ from the toolbox: months of a scenario with its truth, provisional figures, masked cells, the chart."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtGui import QImage
from tomoshibi.aggregator.conditions import TEMPLATES
from tomoshibi.aggregator.profile import Profile
from tomoshibi.analysis.mesh import secondary_codes
from tomoshibi.casefile.case import Case, CaseInfo
from tomoshibi.casefile.intake import take_in
from tomoshibi.casefile.publications import note_list
from tomoshibi.layers.schema import SPECS
from tomoshibi.messages import Progress
from tomoshibi.practice.published_files import publish_files
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario
from tomoshibi.practice.truth import recovery_truth
from tomoshibi.processing_provider.recovery.recoveryindex import segment
from tomoshibi.tests.drill_case import BOX, Drill
from tomoshibi.tests.qgis.tables import rows

METRES = 1000


def months_case(folder, scenario: Scenario, moment: datetime) -> Case:
    """Return a case with the monthly statistics as published at `moment`."""
    case = Case.create(folder, CaseInfo(scenario.name, scenario.event_time, scenario.municipality, practice=True))
    first = scenario.months["months"][0].astype("datetime64[s]").astype(datetime)
    made = TEMPLATES["uc9"].conditions(
        scenario.municipality,
        first,
        moment,
        ["low"],
        mesh_sizes={"low": METRES},
        secondary_mesh_codes=tuple(secondary_codes(*BOX).tolist()),
    )
    profile = Profile.load()
    for number, condition in enumerate(made):
        target = case.folder / "received" / f"C{number}"
        files = publish_files(scenario, condition, profile, target, moment, condition_id=f"C{number}")
        take_in(case, files, profile, condition, "unknown", Progress())
    return case


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    folder = tmp_path_factory.mktemp("months")
    make_scenario(folder / "scenario", seed=5, spec=ScenarioSpec(meters=2500))
    scenario = Scenario.open(folder / "scenario")
    final = (scenario.months["months"][-1] + 2).astype("datetime64[D]").astype(date) + timedelta(14)
    return Drill(months_case(folder / "case", scenario, datetime.combine(final, datetime.min.time())), scenario)


def parameters(drill, **more):
    return {"CASE": str(drill.case.folder), "OUTPUT": "memory:", **more}


def test_the_index_follows_who_lives_there(drill, run):
    import pandas as pd

    found = run("recoveryindex", parameters(drill))
    table = rows(found["OUTPUT"])
    assert list(table.columns) == SPECS["recoveryindex"].names() and table["source"].str.len().gt(0).all()
    table["month"] = pd.to_datetime([moment.toPyDateTime() for moment in table["begin"]])
    after = table[(table["month"] > pd.Timestamp(drill.case.info.event_time)) & table["index"].notna()]
    truth = recovery_truth(drill.scenario, METRES).rename(columns={"index": "true"})
    both = after.merge(truth[["area_id", "month", "true", "homes"]], on=["area_id", "month"]).dropna(subset=["true"])
    large = both[both["homes"] >= 30]
    assert len(large) > 20
    # The whole town uses more or less than a year before by the weather; against it the homes show.
    assert large["index"].astype(float).corr(large["true"].astype(float)) > 0.7
    assert found["MONTHS_COUNT"] == table["month"].nunique() and found["AREAS_COUNT"] == table["area_id"].nunique()


def test_masked_figures_are_unknown_and_never_nothing(drill, run, feedback):
    found = run("recoveryindex", parameters(drill))
    table = rows(found["OUTPUT"])
    unknown = table[table["index"].isna()]
    assert len(unknown) == found["UNKNOWN"] > 0
    assert (unknown["cells_known"] == 0).all() and (unknown["cells_unknown"] > 0).all() and unknown["kwh"].isna().all()
    assert any("masked (N/A) or missing" in text for text in feedback.warnings)


def test_newer_statistics_that_came_empty_are_told(drill, run, feedback, tmp_path):
    shutil.copytree(drill.case.folder, tmp_path / "case")
    case = Case.open(tmp_path / "case")
    asked = drill.scenario.now + timedelta(days=900)
    condition = TEMPLATES["uc9"].conditions(drill.scenario.municipality, asked, asked, ["low"], {"low": METRES})[0]
    note_list(case, Profile.load(), "C7", condition, [], "failed", "test", asked)
    run("recoveryindex", {**parameters(drill), "CASE": str(case.folder)})
    assert any("came empty: C7" in text for text in feedback.warnings)
    feedback.warnings.clear()
    run("recoveryindex", parameters(drill))
    assert not any("came empty" in text for text in feedback.warnings)


def test_districts_are_told_by_the_squares_in_them_with_a_chart_each(drill, run, tmp_path):
    areas = str(drill.open / "areas.geojson")
    for ending in ("png", "svg"):
        path = drill.case.folder / "sheets" / f"recovery.{ending}"
        found = run("recoveryindex", parameters(drill, AREAS=areas, MONTHS=4, CHART=str(path)))
        assert path.stat().st_size > 10_000 and found["CHART"] == str(path)
    table = rows(found["OUTPUT"])
    assert found["MONTHS_COUNT"] == 4 and table["area_name"].str.len().gt(0).all()
    assert not QImage(str(drill.case.folder / "sheets" / "recovery.png")).isNull()
    entry = [entry for entry in drill.case.ledger.entries() if entry.path == "sheets/recovery.svg"][-1]
    assert entry.algorithm == "tomoshibi:recoveryindex" and not entry.personal


def test_figures_of_the_last_months_are_provisional_until_they_are_final(drill, run, tmp_path, feedback):
    scenario = drill.scenario
    moment = scenario.months["months"][-1].astype("datetime64[s]").astype(datetime) + timedelta(days=3)
    early = months_case(tmp_path / "case", scenario, moment)
    table = rows(run("recoveryindex", parameters(drill, CASE=str(early.folder)))["OUTPUT"])
    newest = table[table["begin"] == table["begin"].max()]
    assert newest["provisional"].all() and not table[table["begin"] == table["begin"].min()]["provisional"].any()
    assert any("provisional" in text for text in feedback.warnings)
    final = rows(run("recoveryindex", parameters(drill))["OUTPUT"])
    assert not final["provisional"].any()


@pytest.fixture
def lacking(drill, tmp_path):
    """A case that lacks one month of the middle, the year before of the newest, and one month of a few squares."""
    import shutil

    import pandas as pd
    from tomoshibi.casefile.columns import write_table

    folder = shutil.copytree(drill.case.folder, tmp_path / "case")
    case = Case.open(folder)
    flows = case.flow_statistics()
    month = pd.to_datetime(flows["date"]).dt.to_period("M")
    months = sorted(month.unique())
    middle, newest, part = months[-3], months[-1], months[-2]
    some = sorted(code for code in flows["mesh_code"].unique() if code)[:20]
    gone = month.isin([middle, newest - 12])
    gone |= month.isin([part, part - 12]) & flows["mesh_code"].isin(some)
    write_table(folder / "tables" / "flow_statistics", flows[~gone].reset_index(drop=True))
    return case, middle.start_time, part.start_time, newest.end_time.floor("D") + pd.Timedelta(1, "D")


def test_every_area_has_a_row_in_every_month_and_one_without_figures_is_unknown(drill, run, lacking):
    case, middle, part, _ = lacking
    found = run("recoveryindex", parameters(drill, CASE=str(case.folder)))
    table = rows(found["OUTPUT"])
    assert len(table) == found["AREAS_COUNT"] * found["MONTHS_COUNT"]
    assert not table.duplicated(["area_id", "begin"]).any()
    begin = [moment.toPyDateTime() for moment in table["begin"]]
    unknown = table[(table["cells_known"] == 0) & np.array([moment == part for moment in begin])]
    assert len(unknown) >= 20 and unknown["index"].isna().all() and unknown["kwh"].isna().all()
    assert unknown["municipal_index"].notna().all() and (unknown["cells_unknown"] > 0).all()
    assert middle not in begin


def test_months_without_figures_are_hatched_in_the_chart(drill, run, lacking, monkeypatch):
    from tomoshibi.layers import charts

    case, middle, part, until = lacking
    drawn = []
    monkeypatch.setattr(charts, "draw", lambda chart, path: (path.write_text("x"), drawn.append(chart)))
    areas = str(drill.open / "areas.geojson")
    path = case.folder / "sheets" / "chart.svg"
    path.parent.mkdir(exist_ok=True)
    run("recoveryindex", parameters(drill, CASE=str(case.folder), AREAS=areas, CHART=str(path)))
    (chart,) = drawn
    axes = charts._Axes.of(chart)
    assert axes.last == until, "the newest month has figures, but none a year before: it stands there, hatched"
    hatched = []
    for panel in chart.panels:
        spans = [span for series in panel.series for span in charts.hatched_spans(series, axes.first, axes.last)]
        assert any(begin <= middle and middle + timedelta(28) <= end for begin, end in spans), panel.title
        assert any(end == until for _, end in spans), panel.title
        hatched.append(any(begin <= part < end for begin, end in spans))
    assert any(hatched) and not all(hatched)


def test_the_layer_is_styled_and_plays_over_time(drill, run_and_load):
    run_and_load("recoveryindex", parameters(drill))
    (layer,) = QgsProject.instance().mapLayers().values()
    assert layer.renderer().type() == "RuleRenderer" and layer.temporalProperties().isActive()
    assert layer.crs().authid() == "EPSG:6668"


def test_squares_cannot_be_finer_than_the_statistics_and_can_be_coarser(drill, run, complaint):
    assert "cannot be given by 250 m" in complaint("recoveryindex", parameters(drill, MESH_SIZE="250"))
    coarse = rows(run("recoveryindex", parameters(drill, MESH_SIZE="5000"))["OUTPUT"])
    assert set(coarse["area_id"].str.len()) == {7}


def test_a_case_without_the_statistics_says_what_to_request(drill, complaint, tmp_path):
    empty = Case.create(tmp_path / "case", drill.case.info)
    assert "UC9" in complaint("recoveryindex", parameters(drill, CASE=str(empty.folder)))


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("3-10", (3, 10)),
        ("３～１０kW", (3, 10)),
        ("0.5 - 4", (0.5, 4)),
        ("10-3", None),
        ("homes", (3, 10)),
        ("shops", None),
        ("", None),
    ],
)
def test_the_segment_is_read_as_people_write_it(text, limits):
    assert segment(text) == limits


def test_a_segment_that_is_none_is_refused(drill, complaint):
    assert "3-10" in complaint("recoveryindex", parameters(drill, SEGMENT="shops"))

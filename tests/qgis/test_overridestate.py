"""What facilities said by telephone, from the toolbox to maps, lists and trucks."""

from __future__ import annotations

import pytest
from qgis.core import QgsProcessingException, QgsRenderContext
from tomoshibi.layers.style import apply_style
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("told"))


@pytest.fixture
def noted(run, drill):
    """Return `noted(state, **parameters)`: the outputs, and the map of the facilities after it."""

    def of(facility, state, **more):
        own = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
        found = run("overridestate", {**own, "FACILITY_ID": facility, "STATE": state, "BY": "防災課 電力 太郎", **more})
        return found, shown()

    def shown(**more):
        own = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
        outputs = run("shelterpower", {**own, "OUTPUT": "memory:", **more})
        return rows(outputs["OUTPUT"]).set_index("facility_id"), outputs

    of.shown = shown
    return of


def test_what_was_told_stands_beside_the_measured_state_and_changes_no_count(noted):
    before, counts = noted.shown()
    dark = before.index[before["state"] == "outage"][0]
    found, (after, others) = noted(dark, "own_generator")
    assert found["COUNT"] == 1 and found["IN_FORCE"] == 1
    assert after.at[dark, "told_state"] == "own_generator" and after.at[dark, "state"] == "outage"
    assert after.at[dark, "told_by"] == "防災課 電力 太郎" and others["TOLD"] == 1
    measured = ["POWERED", "PARTIAL", "OUTAGE", "UNKNOWN"]
    assert [others[name] for name in measured] == [counts[name] for name in measured]
    assert after["state"].tolist() == before["state"].tolist()
    noted(dark, "withdrawn")


def test_silence_measured_later_goes_before_a_word_of_power_and_is_said(noted, feedback):
    before, _ = noted.shown()
    dark = before.index[before["state"] == "outage"][-1]
    _, (after, _) = noted(dark, "confirmed_powered", AT="2026-01-19T06:00:00")
    assert after.at[dark, "told_state"] is None and bool(after.at[dark, "told_passed"])
    assert any(str(before.at[dark, "name"]) in line and "Ask there again" in line for line in feedback.warnings)
    noted(dark, "withdrawn")


def test_a_map_of_the_past_does_not_know_what_was_told_later(noted):
    before, _ = noted.shown()
    one = before.index[0]
    _, (after, _) = noted(one, "truck")
    assert after.at[one, "told_state"] == "truck"
    past, _ = noted.shown(AT="2026-01-19T12:00:00")
    assert past.at[one, "told_state"] is None
    noted(one, "withdrawn")


def test_a_facility_is_found_by_its_name_and_one_that_is_not_there_is_named_with_its_nearest(noted):
    before, _ = noted.shown()
    name = before["name"].iloc[2]
    _, (after, _) = noted(name, "confirmed_out")
    assert after["told_state"].notna().sum() == 1 and after["told_state"].iloc[2] == "confirmed_out"
    noted(name, "withdrawn")
    with pytest.raises(QgsProcessingException) as failure:
        noted(f"{name}x", "confirmed_out")
    assert name in str(failure.value)


@pytest.mark.parametrize(
    ("more", "word"), [({"BY": " "}, "BY"), ({"AT": "2026-01-20T12:00:00", "UNTIL": "2026-01-20T11:00:00"}, "UNTIL")]
)
def test_what_cannot_hold_is_refused_by_the_name_of_the_parameter(noted, more, word):
    with pytest.raises(QgsProcessingException) as failure:
        noted(noted.shown()[0].index[0], "truck", **more)
    assert word in str(failure.value)


def test_only_what_was_told_is_ringed_on_the_map(run, drill, noted):
    one = noted.shown()[0].index[0]
    noted(one, "confirmed_powered")
    own = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
    layer = run("shelterpower", {**own, "OUTPUT": "memory:"})["OUTPUT"]
    apply_style(layer, "shelterpower")
    renderer, context = layer.renderer(), QgsRenderContext()
    context.expressionContext().setFields(layer.fields())
    renderer.startRender(context, layer.fields())
    ringed = {}
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        ring = renderer.symbolForFeature(feature, context).symbolLayers()[-1]
        enabled, _ = (
            ring.dataDefinedProperties()
            .property(ring.Property.PropertyLayerEnabled)
            .valueAsBool(context.expressionContext(), False)
        )
        ringed[feature["facility_id"]] = enabled
    renderer.stopRender(context)
    assert ringed.pop(one) and not any(ringed.values())
    noted(one, "withdrawn")

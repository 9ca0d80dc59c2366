"""What facilities said by telephone, from the toolbox to maps, lists and trucks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from qgis.core import (
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProcessingException,
    QgsRenderContext,
)
from qgis.PyQt.QtCore import QSize
from tomoshibi.casefile import case_arrays
from tomoshibi.casefile.ledger import now
from tomoshibi.casefile.overrides import all_told
from tomoshibi.layers.style import STYLES, apply_style
from tomoshibi.layers.style.symbols import point_symbol
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


@pytest.mark.parametrize(
    ("state", "more", "word"),
    [
        ("own_generator", {"FUEL_LEFT": "わずか"}, "わずか"),
        ("own_generator", {"FUEL_LEFT": "60"}, "kL"),
        ("withdrawn", {"FUEL_LEFT": "300"}, "FUEL_LEFT"),
    ],
)
def test_a_stock_that_cannot_be_meant_is_refused_with_what_to_write(noted, state, more, word):
    with pytest.raises(QgsProcessingException) as failure:
        noted(noted.shown()[0].index[0], state, **more)
    assert word in str(failure.value)


def test_litres_are_told_of_one_facility_and_a_share_of_any_number(noted):
    one, other = noted.shown()[0].index[:2]
    with pytest.raises(QgsProcessingException) as failure:
        noted(f"{one},{other}", "own_generator", FUEL_LEFT="300")
    assert "one by one" in str(failure.value)
    found, _ = noted(f"{one},{other}", "own_generator", FUEL_LEFT="満タン")
    assert found["COUNT"] == 2
    noted(f"{one},{other}", "withdrawn")


def test_in_a_drill_it_is_told_when_the_data_were_published_and_counts_on_the_newest_map(noted, drill, monkeypatch):
    """Data of a day are published the next morning: a call then is not one of midnight."""
    morning = case_arrays.newest(drill.case) + timedelta(hours=6)
    monkeypatch.setattr("tomoshibi.casefile.data_status.present_moment", lambda *_: morning)
    one = noted.shown()[0].index[0]
    _, (after, _) = noted(one, "own_generator")
    assert all_told(drill.case)[-1].at == morning
    assert after.at[one, "told_state"] == "own_generator"
    noted(one, "withdrawn")


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


@pytest.fixture
def odd(run, tmp_path):
    """Return `odd(words, **parameters)` on a list of facilities with odd ids and names, and its case."""
    made = make_drill(tmp_path / "odd", seed=5, meters=2000)
    listed = tmp_path / "施設.csv"
    listed.write_text(
        "施設ID,名称,種別,緯度,経度\n"
        "007,灯公民館,避難所,38.2,135.3\n"
        "7,灯公民館,避難所,38.2,135.31\n"
        '"8,1","灯、明かりの家",福祉施設,38.2,135.32\n'
        '９,"=HYPERLINK(""http://a"")<script>",福祉施設,38.2,135.33\n'
        '10,"二行の\n𠮷野館",福祉施設,38.2,135.33\n',
        encoding="utf-8",
    )

    def of(words, state="own_generator", **more):
        own = {"CASE": str(made.case.folder), "FACILITIES": str(listed)}
        return run("overridestate", {**own, "FACILITY_ID": words, "STATE": state, "BY": "電力 太郎", **more})

    of.case = made.case
    return of


def test_ids_with_zeros_stay_apart_and_whole_names_with_commas_are_found(odd):
    for words, wanted in (
        ("007", ["007"]),
        ("7", ["7"]),
        ("8,1", ["8,1"]),
        ("灯、明かりの家", ["8,1"]),
        ("007、8,1", ["007", "8,1"]),
        ("9", ["９"]),
        ('=HYPERLINK("http://a")<script>', ["９"]),
        ("二行の 𠮷野館", ["10"]),
    ):
        before = len(all_told(odd.case))
        odd(words, BY=f"電力 太郎 {words}")
        assert [one.facility_id for one in all_told(odd.case)[before:]] == wanted


def test_two_facilities_of_one_name_are_named_and_nothing_is_noted(odd):
    with pytest.raises(QgsProcessingException) as failure:
        odd("灯公民館")
    assert "007, 7" in str(failure.value) and not all_told(odd.case)


def test_a_moment_far_ahead_is_refused_for_it_would_end_what_all_others_said(odd):
    now = case_arrays.newest(odd.case)
    soon = now + timedelta(hours=6)
    odd("7", UNTIL=soon.isoformat())
    with pytest.raises(QgsProcessingException) as failure:
        odd("007", AT=(now + timedelta(days=365)).isoformat())
    assert "AT" in str(failure.value) and f"{now:%Y-%m-%d}" in str(failure.value)
    assert odd("10", AT=(now + timedelta(hours=2)).isoformat())["IN_FORCE"] == 2


def test_in_a_real_case_a_moment_after_now_is_refused(odd, run, monkeypatch):
    import dataclasses

    case = odd.case
    case.change(dataclasses.replace(case.info, practice=False))
    with pytest.raises(QgsProcessingException) as failure:
        odd("7", AT=(now() + timedelta(hours=5)).isoformat())
    assert "AT" in str(failure.value)
    assert odd("7", AT=(now() - timedelta(hours=5)).isoformat())["IN_FORCE"] == 1


def test_what_is_told_of_before_the_event_or_is_over_already_is_said(odd, feedback):
    event = odd.case.info.event_time
    assert odd("7", AT=(event - timedelta(days=2)).isoformat())["COUNT"] == 1
    assert any("7:" in line and "before the event" in line for line in feedback.warnings)
    at = event + timedelta(hours=1)
    found = odd("007", AT=at.isoformat(), UNTIL=(at + timedelta(hours=1)).isoformat())
    assert found["IN_FORCE"] == 1
    assert any("007:" in line and "no longer holds" in line for line in feedback.warnings)


def test_a_line_with_a_zone_or_of_another_year_is_named_and_not_a_crash(odd):
    odd("7")
    path = odd.case.folder / "told.jsonl"
    text = path.read_text(encoding="utf-8")
    for old, new in (('"at": "2026', '"at": "x026'), ('"at": "', '"at": "2026-01-20T09:00:00+09:00", "x": "')):
        path.write_text(text + text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(QgsProcessingException) as failure:
            odd("007")
        assert "told.jsonl, line 2" in str(failure.value)


def test_what_was_told_is_in_no_message_and_no_ledger_line(odd, feedback):
    odd("7", BY="電力 太郎 090-0000-0000")
    said = "\n".join([*feedback.infos, *feedback.warnings, *feedback.errors])
    ledger = (odd.case.folder / "ledger.jsonl").read_text(encoding="utf-8")
    assert "電力 太郎" not in ledger.replace('"operator"', "")
    assert "090-0000-0000" not in said.split("Input parameters")[-1] and "090-0000" not in ledger


def test_the_same_thing_said_once_more_stands_there_once(odd):
    at = case_arrays.newest(odd.case).isoformat()
    assert odd("7", AT=at)["COUNT"] == odd("7", AT=at)["COUNT"] == 1
    assert len(all_told(odd.case)) == 1
    odd("7", "withdrawn", AT=at)
    assert odd("7", AT=at)["IN_FORCE"] == 1 and len(all_told(odd.case)) == 3


def test_a_legend_shows_no_ring(run, drill, noted):
    noted(noted.shown()[0].index[0], "truck")
    own = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
    layer = run("shelterpower", {**own, "OUTPUT": "memory:"})["OUTPUT"]
    apply_style(layer, "shelterpower")
    for category, state in zip(layer.renderer().categories(), STYLES["shelterpower"].states):
        shown, plain = category.symbol().asImage(QSize(40, 40)), point_symbol(state).asImage(QSize(40, 40))
        assert shown == plain
    noted(noted.shown()[0].index[0], "withdrawn")


def test_a_told_facility_is_drawn_with_its_ring(run, drill, noted):
    one = noted.shown()[0].index[0]
    dark = {}
    for state in ("withdrawn", "truck"):
        noted(one, state)
        own = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
        layer = run("shelterpower", {**own, "OUTPUT": "memory:"})["OUTPUT"]
        apply_style(layer, "shelterpower")
        layer.setLabelsEnabled(False)
        settings = QgsMapSettings()
        settings.setLayers([layer])
        settings.setDestinationCrs(layer.crs())
        settings.setExtent(layer.extent())
        settings.setOutputSize(QSize(600, 600))
        job = QgsMapRendererSequentialJob(settings)
        job.start()
        job.waitForFinished()
        image = job.renderedImage()
        dark[state] = sum(image.pixelColor(x, y).lightness() < 90 for x in range(600) for y in range(600))
    assert dark["truck"] > dark["withdrawn"] + 50
    noted(one, "withdrawn")

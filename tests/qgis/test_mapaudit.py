"""The audit of past maps from the toolbox: what they said, held against readings that came later and the truth."""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta

import pandas as pd
import pytest
from qgis.core import QgsProject, QgsVectorLayer
from tomoshibi.casefile import heard, history
from tomoshibi.casefile.case import Case
from tomoshibi.casefile.relays import FILE, known_relays
from tomoshibi.layers import style
from tomoshibi.layers.schema import SPECS
from tomoshibi.practice import truth
from tomoshibi.practice.outages import NEVER
from tomoshibi.practice.scenario import Scenario
from tomoshibi.practice.score import score_mesh
from tomoshibi.processing_provider.audited import audit_line, count_words, newest_audit, of_table, relay_rows
from tomoshibi.processing_provider.dock.situation import read_situation
from tomoshibi.sheets.contents import figures
from tomoshibi.sheets.headline import Around, tell
from tomoshibi.tests import late_case
from tomoshibi.tests.drill_case import Drill
from tomoshibi.tests.qgis import ways
from tomoshibi.tests.qgis.tables import rows

MAPS = ("shelterpower", "meshoutage", "areaoutage", "isolatedcommunities", "hiddenoutages")


def inputs(drill: Drill, name: str) -> dict:
    own = {"AREAS": str(drill.open / "areas.geojson")}
    if name == "shelterpower":
        own = {"FACILITIES": str(drill.open / "facilities.geojson"), "LINKS": str(drill.open / "links.csv")}
    if name == "areaoutage":
        own = {"AREAS": str(drill.open / "municipality.geojson"), "AREA_FIELD": "code", "NAME_FIELD": "name"}
    return {"CASE": str(drill.case.folder), **(own if name not in ("meshoutage", "hiddenoutages") else {})}


def make_maps(drill: Drill, run) -> None:
    for name in MAPS:
        run(name, inputs(drill, name))


def audit(drill: Drill, run, **more) -> dict:
    given = {**inputs(drill, "isolatedcommunities"), **inputs(drill, "shelterpower"), "OUTPUT": "memory:"}
    given |= {"BOUNDARY": str(drill.open / "municipality.geojson"), "BOUNDARY_FIELD": "code"}
    return run("mapaudit", {**given, **more})


def past_maps(layer) -> pd.DataFrame:
    """Return the rows of past maps: the others are of areas."""
    table = rows(layer)
    return table[table["theme"].notna()].reset_index(drop=True)


def areas_of(layer) -> pd.DataFrame:
    """Return the rows of areas, by their id."""
    table = rows(layer)
    return table[table["theme"].isna()].set_index("area_id")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A case with maps of 16 hours after the event, to which all came that came later."""
    return late_case.empty_drill(tmp_path_factory.mktemp("late"), late_case.spec_of())


@pytest.fixture
def drill(made, run):
    if not heard.kept(made.case):
        late_case.receive(made, late_case.after(made, 16))
        make_maps(Drill(Case.open(made.case.folder), made.scenario), run)
        late_case.receive(made, made.scenario.now)
    return Drill(Case.open(made.case.folder), made.scenario)


def test_a_map_is_told_by_its_title_in_the_log_and_in_the_table(drill, run, feedback):
    layer = QgsVectorLayer(audit(drill, run, OUTPUT="[case]/layers.gpkg")["OUTPUT"], "mapaudit", "ogr")
    assert any(text.startswith("Shelter power of ") for text in feedback.infos)
    style.apply_style(layer, "mapaudit")
    setup = layer.editorWidgetSetup(layer.fields().lookupField("theme"))
    assert {"Shelter power": "shelterpower"} in setup.config()["map"]


def test_the_failed_relays_are_found_and_no_others(drill, run):
    found = audit(drill, run)
    true = set(drill.scenario.about["communication_lost"])
    said = {relay.area_id for relay in known_relays(drill.case)}
    assert found["FAILED_RELAYS"] == len(said) == len(json.loads(found["RELAYS"]))
    assert len(true) == 4 and len(said & true) >= 0.8 * len(true) and len(said & true) >= 0.8 * len(said)
    assert found["LATE_METERS"] > 100


def test_cells_are_judged_as_the_truth_would(drill, run):
    table = past_maps(audit(drill, run)["OUTPUT"]).set_index("theme")
    assert list(table.reset_index().columns) == SPECS["mapaudit"].names()
    assert set(table.index) == set(MAPS)
    (kept,) = history.runs(drill.case, "meshoutage")
    said = history.read(kept).rename(columns={"id": "mesh_code"})
    moment = said["evidence_until"].dropna().iloc[0].to_pydatetime()
    true = said.merge(truth.mesh_truth(drill.scenario, moment, 250), on="mesh_code")
    inside = (true["dark_share"] >= true["low"] - 0.5 / true["meters"]) & (
        true["dark_share"] <= true["high"] + 0.5 / true["meters"]
    )
    judged = table.loc["meshoutage", ["right", "wrong"]].astype(int)
    assert judged.sum() > 0.4 * len(said) and table.loc["meshoutage"][["right", "wrong", "unknown"]].sum() == len(said)
    assert judged["right"] <= inside.sum() + 2 and judged["wrong"] <= (~inside).sum() + 2
    # without power behind a relay that failed is what the map said, and that was wrong
    assert judged["wrong"] >= 0.5 * (~inside & true["relay_lost"]).sum() > 5


def test_the_brief_names_the_areas_of_failed_relays_and_not_their_codes_alone(drill, run):
    case = str(drill.case.folder)
    audit(drill, run, OUTPUT=f"ogr:dbname='{drill.case.folder / 'layers.gpkg'}' table=\"mapaudit\" (geom)")
    table = rows(QgsVectorLayer(f"{case}/layers.gpkg|layername=mapaudit", "mapaudit", "ogr"))
    names = table.dropna(subset=["area_name"]).set_index("area_id")["area_name"].to_dict()
    told = [row[0] for row in relay_rows(Case.open(drill.case.folder))]
    codes = [relay.area_id for relay in known_relays(drill.case)]
    assert len(told) == len(codes) > 0 and set(codes) <= set(names)
    assert set(told) == {f"{names[code]} ({code})" for code in codes}


def test_a_map_made_again_with_late_readings_is_as_good_as_without_failed_relays(drill, run, tmp_path):
    at = late_case.after(drill, 16)
    audit(drill, run)
    sound = late_case.empty_drill(tmp_path, late_case.spec_of(relay_share=0.0))
    late_case.receive(sound, sound.scenario.now)
    errors = []
    for each in (drill, sound):
        case = Drill(Case.open(each.case.folder), each.scenario)
        made = run("meshoutage", {**inputs(case, "meshoutage"), "AT": at.isoformat(), "OUTPUT": "memory:"})
        score = score_mesh(rows(made["OUTPUT"]), truth.mesh_truth(each.scenario, at, 250))
        errors.append(float(score.set_index("measure").loc["mae_now", "value"]))
    assert errors[0] <= 1.1 * errors[1] + 1e-4


def test_the_lower_bound_of_the_town_allows_for_the_relays_that_were_found(drill, run):
    given = {**inputs(drill, "areaoutage"), "OUTPUT": "memory:"}
    audit(drill, run)
    after = rows(run("areaoutage", given)["OUTPUT"]).set_index("area_code")["low"].astype(float)
    (drill.case.folder / FILE).unlink()
    before = rows(run("areaoutage", given)["OUTPUT"]).set_index("area_code")["low"].astype(float)
    audit(drill, run)
    assert (after <= before).all() and (after < before).any()


def test_facilities_are_judged_as_the_truth_would(drill, run):
    table = past_maps(audit(drill, run)["OUTPUT"]).set_index("theme")
    (kept,) = history.runs(drill.case, "shelterpower")
    said = history.read(kept).rename(columns={"id": "facility_id", "state": "said"})
    # as of the moment that the data reached to when the map was made, not of the one it was asked for
    (moment,) = said["evidence_until"].unique()
    assert kept.as_of - timedelta(hours=2) <= pd.Timestamp(moment) <= kept.as_of
    both = said.merge(truth.shelter_truth(drill.scenario, pd.Timestamp(moment).to_pydatetime()), on="facility_id")
    same = both["said"] == both["state"]
    assert table.loc["shelterpower", "right"] > 20
    assert table.loc["shelterpower", "right"] <= same.sum() + 1
    assert table.loc["shelterpower", "wrong"] <= (~same).sum() + 1


def test_relays_are_kept_with_a_line_of_the_ledger_and_not_written_again(drill, run):
    audit(drill, run)
    lines = [entry for entry in drill.case.ledger.entries() if entry.path == FILE]
    audit(drill, run)
    assert lines and all(line.personal for line in lines)
    assert [entry for entry in drill.case.ledger.entries() if entry.path == FILE] == lines


def test_of_maps_whose_places_are_not_given_no_number_is_told(drill, run):
    given = {**inputs(drill, "isolatedcommunities"), "OUTPUT": "memory:"}
    table = past_maps(run("mapaudit", given)["OUTPUT"]).set_index("theme")
    assert (table.loc[["shelterpower", "areaoutage"], ["right", "wrong"]].to_numpy(int) == 0).all()
    numbers = ["said_low", "said_high", "was_low", "was_high"]
    assert table.loc[["shelterpower", "areaoutage"], numbers].astype(float).isna().all(axis=None)
    assert table.loc["meshoutage", numbers].notna().all()


def test_a_list_that_named_nobody_does_not_tell_that_nobody_was_out(drill, run):
    empty = pd.DataFrame({"area_id": [], "access_cut": []})
    at = late_case.after(drill, 17)
    path = history.keep(drill.case, "isolatedcommunities", empty, at, "tomoshibi:test")
    table = past_maps(audit(drill, run)["OUTPUT"])
    path.unlink()
    (shown_at,) = [row for row in table[table["theme"] == "isolatedcommunities"].itertuples() if not row.unknown]
    assert (shown_at.right, shown_at.wrong, shown_at.said_low, shown_at.said_high) == (0, 0, 0, 0)
    assert pd.isna(shown_at.was_low) and pd.isna(shown_at.was_high)


def test_a_period_without_maps_says_so(drill, run, feedback):
    found = audit(drill, run, FROM=drill.scenario.now.isoformat())
    assert found["RUNS"] == 0 and found["RIGHT"] == 0
    assert any("keeps no past map" in text for text in feedback.warnings)


def test_without_late_readings_nothing_is_judged_and_nothing_changed(tmp_path, run, feedback):
    made = late_case.empty_drill(tmp_path, late_case.spec_of(mended=None))
    late_case.receive(made, late_case.after(made, 16))
    drill = Drill(Case.open(made.case.folder), made.scenario)
    for name in ("meshoutage", "hiddenoutages"):
        run(name, inputs(drill, name))
    late_case.receive(drill, drill.scenario.now)
    drill = Drill(Case.open(made.case.folder), made.scenario)
    before = len(list(drill.case.ledger.entries()))
    found = audit(drill, run)
    table = past_maps(found["OUTPUT"])
    assert found["FAILED_RELAYS"] == found["RIGHT"] == found["WRONG"] == found["LATE_METERS"] == 0
    assert len(table) == 2 and (table["unknown"] > 0).all() and found["UNKNOWN"] == table["unknown"].sum()
    assert json.loads(found["UNKNOWN_BY_REASON"]) == {"no_history": found["UNKNOWN"]}
    assert any("0 statements were judged" in text for text in feedback.warnings)
    assert known_relays(drill.case) == [] and len(list(drill.case.ledger.entries())) == before


def test_a_map_made_twice_of_the_same_data_keeps_once_who_was_heard(drill, run):
    count = len(heard.kept(drill.case))
    run("meshoutage", inputs(drill, "meshoutage"))
    run("hiddenoutages", inputs(drill, "hiddenoutages"))
    assert len(heard.kept(drill.case)) <= count + 2
    again = len(heard.kept(drill.case))
    run("hiddenoutages", inputs(drill, "hiddenoutages"))
    assert len(heard.kept(drill.case)) == again


def test_a_scenario_can_be_asked_for_in_which_relays_are_mended(tmp_path, run):
    given = {"FOLDER": str(tmp_path / "scenario"), "SEED": 3, "METERS": 2000, "RELAY_SHARE": 0.1, "MENDED_HOURS": 36}
    run("createscenario", given)
    meters = Scenario.open(tmp_path / "scenario").meters
    behind = meters["comm_begin"][:, 1] < NEVER
    assert behind.any() and (meters["comm_end"][behind, 1] < NEVER).all()


def reopened(drill: Drill) -> Drill:
    return Drill(Case.open(drill.case.folder), drill.scenario)


@pytest.fixture(scope="module")
def part_mended(tmp_path_factory):
    """A case with maps of 16 hours after the event, to which came what half of the meters behind relays had kept."""
    return late_case.empty_drill(tmp_path_factory.mktemp("partly"), late_case.spec_of(mended_part=0.5))


@pytest.fixture
def partly(part_mended, run):
    if not heard.kept(part_mended.case):
        late_case.receive(part_mended, late_case.after(part_mended, 16))
        make_maps(reopened(part_mended), run)
        late_case.receive(part_mended, part_mended.scenario.now)
    return reopened(part_mended)


def shown(drill: Drill, run, name: str, key: str):
    table = rows(run(name, {**inputs(drill, name), "OUTPUT": "memory:"})["OUTPUT"])
    return table.set_index(key)


def test_cells_that_a_relay_mended_in_part_decides_become_unknown_and_none_gets_a_lower_rate(partly, run):
    (partly.case.folder / FILE).unlink(missing_ok=True)
    before = shown(partly, run, "meshoutage", "mesh_code")
    assert before["relay_meters"].isna().all()
    audit(partly, run)
    after = shown(partly, run, "meshoutage", "mesh_code")
    moment = max(at for at in after["evidence_until"] if at is not None).toPyDateTime()
    true = truth.mesh_truth(partly.scenario, moment, 250).set_index("mesh_code").reindex(after.index)
    told = after["relay_meters"].notna()
    assert 4 <= told.sum() < 0.3 * len(after) and true.loc[told, "relay_lost"].all()
    assert after["high"].astype(float).equals(before["high"].astype(float))
    assert not (after["low"].astype(float) > before["low"].astype(float)).any()
    same = after["rate_class"] == before["rate_class"]
    assert (after.loc[~same, "rate_class"] == 0).all() and (after.loc[~same, "unknown_reason"] == "relay").all()
    assert (~same).any() and told[~same].all()
    kept = same & after["excess_rate"].notna()
    assert (after.loc[kept, "excess_rate"] == before.loc[kept, "excess_rate"]).all()
    source = after.loc[told, ["relay_share", "relay_low", "relay_high"]].astype(float)
    assert (
        (source["relay_low"] < source["relay_share"]) & (source["relay_share"] <= source["relay_high"] + 1e-9)
    ).all()
    assert after.loc[told, ["relay_since", "relay_told"]].notna().all().all()
    bounded = told & after["low"].notna()
    holds = (after["low"].astype(float) <= true["dark_share"] + 1e-9) & (true["dark_share"] <= after["high"] + 1e-9)
    assert holds[bounded].mean() >= 0.9
    assert (before["low"].astype(float) <= true["dark_share"] + 1e-9)[bounded].mean() < 0.1
    error = {name: (table["excess_rate"].astype(float) - true["dark_share"]).abs().mean() for name, table in
             (("before", before), ("after", after))}  # fmt: skip
    assert error["after"] < 0.5 * error["before"]


def test_of_what_a_relay_mended_in_part_leaves_open_nothing_leaves_the_lists(partly, run):
    audit(partly, run)
    relays = (partly.case.folder / FILE).read_bytes()
    with_relays = {name: shown(partly, run, name, key) for name, key in LISTS.items()}
    (partly.case.folder / FILE).unlink()
    without_relays = {name: shown(partly, run, name, key) for name, key in LISTS.items()}
    (partly.case.folder / FILE).write_bytes(relays)
    for name, table in with_relays.items():
        assert set(table.index) == set(without_relays[name].index)
    hidden = with_relays["hiddenoutages"]
    told = hidden["relay_meters"].notna()
    dark = set(partly.scenario.meters["supply_point"][truth.dark_at(partly.scenario, partly.scenario.now)].astype(str))
    wrong = {
        name: len(set(table.index[table["certainty"] == "sure"]) - dark)
        for name, table in (("with", hidden), ("without", without_relays["hiddenoutages"]))
    }
    assert wrong["with"] <= wrong["without"]
    assert (hidden.loc[told, "certainty"] == "undecided").all()


LISTS = {"isolatedcommunities": "area_id", "hiddenoutages": "supply_point"}


@pytest.mark.parametrize(
    ("changes", "hours"),
    [({"kept_in_first_ward": True}, None), ({}, late_case.MENDED + 1.25)],
    ids=["readings of one ward come late", "readings are still coming in"],
)
def test_what_is_not_sent_yet_or_nowhere_is_never_taken_for_an_outage(changes, hours, tmp_path, run):
    made = late_case.empty_drill(tmp_path, late_case.spec_of(**changes))
    at = late_case.after(made, 16)
    late_case.receive(made, at)
    run("meshoutage", inputs(reopened(made), "meshoutage"))
    end = made.scenario.now if hours is None else made.scenario.event_time + timedelta(hours=hours)
    late_case.receive(made, end)
    drill = reopened(made)
    row = past_maps(audit(drill, run)["OUTPUT"]).set_index("theme").loc["meshoutage"]
    (kept,) = history.runs(drill.case, "meshoutage")
    said = history.read(kept)
    moment = said["evidence_until"].dropna().iloc[0].to_pydatetime()
    true = truth.mesh_truth(drill.scenario, moment, 250).set_index("mesh_code").reindex(said["id"])
    told = (said["low"].notna() & said["high"].notna()).to_numpy()
    dark = float((true["dark_share"] * true["meters"])[told].sum())
    # meters that were never read are in no figure of the audit
    assert row["was_low"] <= dark + 1 and row["was_high"] >= 0.85 * dark
    right = (said["low"].to_numpy() - 0.5 / true["meters"].to_numpy() <= true["dark_share"].to_numpy()) & (
        true["dark_share"].to_numpy() <= said["high"].to_numpy() + 0.5 / true["meters"].to_numpy()
    )
    assert row["wrong"] <= (~right).sum() + 1 and row["right"] <= right.sum() + 1


def words_of(pdf) -> str:
    return "".join(subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True).stdout)


def test_brief_and_dock_tell_what_was_said_and_what_it_was(drill, run, tmp_path):
    audit(drill, run, OUTPUT="[case]/layers.gpkg")
    found = newest_audit(drill.case.folder)
    assert [one.theme for one in found.verdicts] == list(MAPS)
    assert {round(one.hours) for one in found.verdicts} <= {31, 32, 33}
    cells = found.verdicts[1]
    assert cells.judged > 0 and cells.said[0] <= cells.said[1] and cells.was[0] <= cells.was[1]
    situation = read_situation(drill.case.folder, drill.scenario.now, True)
    assert situation.audit == audit_line(found) and f"right {sum(v.right for v in found.verdicts):,}" in situation.audit
    made = run("brief", {"CASE": str(drill.case.folder), "PDF": str(tmp_path / "brief.pdf")})
    pages = words_of(made["PDF"]).split("\f")
    maps = [text for text in pages if "Was the past map right?" in text]
    assert len(maps) == 1 and "Darker than" in maps[0] and pages[0] not in maps
    (page,) = [text for text in pages if "Were we right?" in text]
    for one in found.verdicts:
        assert count_words(one.theme, one.said) in page and count_words(one.theme, one.was) in page
    assert all(relay.area_id in page for relay in known_relays(drill.case))


def test_relays_that_cannot_be_read_cost_the_brief_its_audit_and_nothing_else(drill, run, tmp_path):
    audit(drill, run, OUTPUT="[case]/layers.gpkg")
    whole = (drill.case.folder / FILE).read_text(encoding="utf-8")
    (drill.case.folder / FILE).write_text(whole[:-4], encoding="utf-8")
    made = run("brief", {"CASE": str(drill.case.folder), "PDF": str(tmp_path / "brief.pdf")})
    (drill.case.folder / FILE).write_text(whole, encoding="utf-8")
    assert f"Audit: {FILE} cannot be read" in made["SKIPPED"]
    assert "Were we right?" not in words_of(made["PDF"])


def test_where_nothing_came_late_brief_and_dock_say_so_and_without_an_audit_they_say_nothing():
    row = {"theme": "meshoutage", "shown_at": "2026-01-19T06:00:00", "as_of": "2026-01-21T06:00:00"}
    counts = {"right": 0, "wrong": 0, "unknown": 40, "said_low": None, "said_high": None}
    found = of_table(pd.DataFrame([{**row, **counts, "was_low": None, "was_high": None}]))
    assert (
        "no readings came late" in audit_line(found) and count_words("meshoutage", found.verdicts[0].was) == "unknown"
    )
    assert audit_line(None) == "" and of_table(pd.DataFrame()) is None
    # readings did come, but not of those that decide it: another reason, which is told
    found = of_table(pd.DataFrame([{**row, **counts, "unknown_reason": "not_back"}]))
    assert "no readings came late" not in audit_line(found) and "sent nothing later" in audit_line(found)


def test_of_each_map_the_one_nearest_to_48_hours_before_is_told():
    shown_at = (("meshoutage", 20, 1), ("meshoutage", 21, 2), ("meshoutage", 22, 3), ("shelterpower", 19, 4))
    rows_ = [
        {"theme": theme, "shown_at": f"2026-01-{day} 06:00", "as_of": "2026-01-23 06:00", "right": right, "wrong": 0}
        for theme, day, right in shown_at
    ]
    found = of_table(pd.DataFrame(rows_).assign(unknown=0))
    assert [(one.theme, one.hours, one.right) for one in found.verdicts] == [
        ("shelterpower", 96.0, 4),
        ("meshoutage", 48.0, 2),
    ]


def test_a_second_event_after_the_relays_were_mended_in_part_is_not_explained_by_them(tmp_path, run):
    made = late_case.empty_drill(tmp_path, late_case.spec_of(mended=20, mended_part=0.5, aftershock_hours=30))
    late_case.receive(made, late_case.after(made, 12))
    run("meshoutage", inputs(reopened(made), "meshoutage"))
    late_case.receive(made, made.scenario.now)
    before = shown(reopened(made), run, "meshoutage", "mesh_code")
    assert audit(reopened(made), run)["FAILED_RELAYS"] == 4
    after = shown(reopened(made), run, "meshoutage", "mesh_code")
    moment = max(at for at in after["evidence_until"] if at is not None).toPyDateTime()
    true = truth.mesh_truth(made.scenario, moment, 250).set_index("mesh_code").reindex(after.index)
    meters, event = made.scenario.meters, made.scenario.minutes(made.scenario.event_time)
    assert ((meters["outage_begin"] > event + 29 * 60) & (meters["outage_begin"] < NEVER)).any(axis=1).sum() > 100
    dark, told = true["dark_share"] > 0.5, after["relay_meters"].notna()
    assert told.sum() > 10 and not (dark & told).any()
    assert (after["rate_class"][dark] == before["rate_class"][dark]).all()
    error = [(table["excess_rate"].astype(float) - true["dark_share"]).abs().mean() for table in (before, after)]
    assert error[1] < 0.5 * error[0]


def told(output) -> list[tuple]:
    layer = output if isinstance(output, QgsVectorLayer) else QgsVectorLayer(str(output), "mapaudit", "ogr")
    names = ["theme", "right", "wrong", "unknown", "said_low", "said_high", "was_low", "was_high"]
    of_maps = [tuple(row) for row in past_maps(layer)[names].itertuples(index=False)]
    areas = areas_of(layer)[["verdict", "more", "fewer", "relay_silent"]].fillna(-1)
    return [*of_maps, *areas.itertuples(name=None)]


def given(drill: Drill) -> dict[str, str]:
    """Return what a person gives."""
    own = {**inputs(drill, "isolatedcommunities"), **inputs(drill, "shelterpower")}
    return {**own, "BOUNDARY": str(drill.open / "municipality.geojson"), "BOUNDARY_FIELD": "code"}


@pytest.mark.parametrize("way", ["dialog", "process", "model", "batch"])
def test_dialog_program_model_and_batch_say_what_a_script_says(way, drill, run, provider, tmp_path):
    expected = told(audit(drill, run)["OUTPUT"])
    assert {row[0] for row in expected} > set(MAPS) and "false_alarm" in {row[1] for row in expected}
    (drill.case.folder / FILE).unlink()
    outputs = [tmp_path / f"{way}{number}.gpkg" for number in range(2 if way == "batch" else 1)]
    if way == "dialog":
        assert ways.by_dialog(provider, "mapaudit", given(drill), outputs[0])
    elif way == "process":
        if ways.EXECUTABLE is None:
            pytest.skip("qgis_process is not installed")
        ways.by_process("mapaudit", given(drill), outputs[0], tmp_path / "profile")
    elif way == "model":
        ways.by_model("mapaudit", given(drill), outputs[0], tmp_path / "audit.model3")
    else:
        ways.by_batch(provider, "mapaudit", given(drill), outputs)
    QgsProject.instance().clear()
    assert [told(output) for output in outputs] == [expected] * len(outputs)
    # what was learned is kept whichever way it was asked
    assert len(known_relays(drill.case)) == 4


def test_every_statement_that_cannot_be_judged_has_its_reason(drill, run):
    found = audit(drill, run)
    counts = json.loads(found["UNKNOWN_BY_REASON"])
    table = past_maps(found["OUTPUT"])
    assert found["UNKNOWN"] == table["unknown"].sum() == sum(counts.values()) > 0
    assert set(counts) <= {"not_back", "no_statement", "no_history", "undecided"} and counts["no_statement"] > 0
    assert table.loc[table["unknown"] > 0, "unknown_reason"].notna().all()
    # without the places of facilities and wards nothing of them can be judged, and that is told apart
    bare = run("mapaudit", {"CASE": str(drill.case.folder), "OUTPUT": "memory:"})
    counts = json.loads(bare["UNKNOWN_BY_REASON"])
    assert bare["UNKNOWN"] == sum(counts.values())
    of = {one.theme: len(history.read(one)) for name in MAPS for one in history.runs(drill.case, name)}
    assert counts["not_linked"] == of["shelterpower"]
    assert counts["no_place"] == of["areaoutage"] + of["isolatedcommunities"]


def test_loaded_from_the_toolbox_the_map_has_its_classes_and_words(drill, run_and_load):
    given_ = {**given(drill), "OUTPUT": "memory:"}
    run_and_load("mapaudit", given_)
    (layer,) = QgsProject.instance().mapLayers().values()
    labels = [item.label() for item in layer.renderer().legendSymbolItems()]
    assert any(label.startswith("Darker than the map said") for label in labels)
    assert "Less dark than said: a radio relay had failed" in labels and layer.labelsEnabled()
    words = layer.editorWidgetSetup(layer.fields().lookupField("verdict")).config()["map"]
    assert {"Cannot be judged": "undecided"} in words


def test_wrong_statements_are_told_apart_by_which_way_they_were_wrong(drill, run):
    found = audit(drill, run)
    table = past_maps(found["OUTPUT"])
    assert (table["wrong_dark"] + table["wrong_powered"] == table["wrong"]).all()
    assert found["WRONG_DARK"] == table["wrong_dark"].sum()
    # failed relays make a map too dark, and hide no outage
    cells = table[table["theme"] == "meshoutage"].iloc[0]
    assert cells["wrong_powered"] > 5 > cells["wrong_dark"]


def test_areas_show_where_the_past_map_was_right_as_the_truth_would(drill, run):
    found = audit(drill, run)
    areas = areas_of(found["OUTPUT"])
    layer = found["OUTPUT"]
    assert len(areas) > 20 and areas["on_map"].all() and (areas["map_theme"] == "meshoutage").all()
    drawn = [one for one in layer.getFeatures() if one.hasGeometry()]
    assert {one["area_id"] for one in drawn} == set(areas.index)
    meters = drill.scenario.meters
    moment = areas["figures_of"].iloc[0].toPyDateTime()
    dark = truth.dark_at(drill.scenario, moment)
    ids = drill.scenario.areas()["area_id"].to_numpy(object)[meters["area"]].astype(str)
    own = (meters["flow"] == 1) & drill.scenario.readable & drill.scenario.in_service(moment)
    true = pd.Series(dark[own].astype(float)).groupby(ids[own]).agg(["sum", "count"]).reindex(areas.index)
    known = areas["was_low"].notna()
    # meters that were never read before the event are in no figure
    left = true["count"] - areas["meters_told"].astype(float)
    assert known.sum() > 20 and (areas["was_low"].astype(float) <= true["sum"] + 2)[known].all()
    assert (areas["was_high"].astype(float) >= true["sum"] - left - 2)[known].all()
    # those behind a failed relay had power and were said to have none
    behind = areas["relay_silent"].notna()
    assert set(areas.index[behind]) == {relay.area_id for relay in known_relays(drill.case)}
    assert (areas.loc[behind, "verdict"] == "false_alarm").sum() >= 3
    share = areas.loc[behind, "relay_of_area"].astype(float)
    assert ((share > 0.2) & (share <= 1)).all() and areas.loc[behind, "relay_since"].notna().all()
    assert (areas.loc[~behind, "verdict"] == "right").mean() > 0.5
    assert found["AREAS_DARKER"] == (areas["verdict"] == "dangerous").sum()
    undecided = areas["verdict"] == "undecided"
    assert areas.loc[undecided, "unknown_reason"].notna().all() and areas.loc[~undecided, "unknown_reason"].isna().all()


def test_an_area_that_went_dark_behind_a_map_that_said_it_had_power_is_the_dangerous_kind(drill, run):
    kept = history.runs(drill.case, "meshoutage")[0]
    said = history.read(kept)
    calm = pd.DataFrame(
        {
            "mesh_code": said["id"],
            "rate_class": 1,
            "low": 0.0,
            "high": 0.01,
            "evidence_until": said["evidence_until"],
        }
    )
    path = history.keep(drill.case, "meshoutage", calm, kept.as_of, "tomoshibi:test")
    found = audit(drill, run)
    path.unlink()
    areas = areas_of(found["OUTPUT"])
    worst = areas[areas["verdict"] == "dangerous"]
    assert found["AREAS_DARKER"] == len(worst) > 3 and found["WRONG_DARK"] > 3
    moment = areas["figures_of"].iloc[0].toPyDateTime()
    meters = drill.scenario.meters
    ids = drill.scenario.areas()["area_id"].to_numpy(object)[meters["area"]].astype(str)
    share = pd.Series(truth.dark_at(drill.scenario, moment).astype(float)).groupby(ids).mean()
    assert (share.reindex(worst.index) > 0.02).all()
    assert (share.reindex(areas.index[areas["verdict"] == "right"]) < 0.1).all()


def test_without_areas_the_map_is_of_squares_and_without_late_readings_it_says_so(tmp_path, run):
    made = late_case.empty_drill(tmp_path, late_case.spec_of(mended=None))
    late_case.receive(made, late_case.after(made, 16))
    run("meshoutage", inputs(made, "meshoutage"))
    late_case.receive(made, made.scenario.now)
    case = str(made.case.folder)
    found = run("mapaudit", {"CASE": case})
    layer = QgsVectorLayer(found["OUTPUT"], "mapaudit", "ogr")
    squares = areas_of(layer)
    assert len(squares) > 50 and {len(code) for code in squares.index} == {10}
    assert (squares["verdict"] == "undecided").all() and (squares["unknown_reason"] == "no_history").all()
    assert found["AREAS_DARKER"] == 0
    style.apply_style(layer, "mapaudit")
    told = tell("mapaudit", figures(layer, "mapaudit", QgsProject()).rows, Around())
    assert "no readings came late, so nothing can be judged" in told.headline and told.names == ()
    run("mapsheets", {"CASE": case, "LAYERS": [layer], "FOLDER": str(tmp_path / "sheets"), "BASEMAP": "none"})
    [pdf] = (tmp_path / "sheets").rglob("*.pdf")
    assert "no readings came late" in " ".join(words_of(pdf).split())
    # the brief has a line for it and no page: of maps, those of the rate alone
    brief = run("brief", {"CASE": case, "PDF": str(tmp_path / "brief.pdf"), "BASEMAP": "none"})
    pages = words_of(brief["PDF"]).split("\f")
    assert brief["PAGES"] == 2 and not any("past map right?" in text or "Were we right?" in text for text in pages)
    (line,) = [line for line in brief["SKIPPED"].splitlines() if "Audit of past maps" in line]
    assert "nothing could be judged (no readings came late)" in line and line in " ".join(pages[0].split())
    # who asks for the map by name gets it
    asked = run("brief", {"CASE": case, "SHEETS": ["mapaudit"], "PDF": str(tmp_path / "asked.pdf"), "BASEMAP": "none"})
    assert asked["PAGES"] == 2 and "past map right?" in words_of(asked["PDF"])


def test_maps_of_one_moment_in_squares_of_two_sizes_are_both_judged(drill, run):
    kept = history.runs(drill.case, "meshoutage")[0]
    said = history.read(kept)

    def of_moment(found) -> pd.DataFrame:
        table = past_maps(found["OUTPUT"])
        return table[
            (table["theme"] == "meshoutage") & (table["shown_at"].map(lambda one: one.toPyDateTime()) == kept.as_of)
        ]

    alone = of_moment(audit(drill, run))
    moment = said["evidence_until"].dropna().iloc[0].to_pydatetime()
    coarse = truth.mesh_truth(drill.scenario, moment, 500)
    # half of them say what is true, half that all has power where a third is dark
    dark = coarse["dark_share"] > 0.3
    told = coarse.assign(low=coarse["dark_share"].where(~dark, 0.0), rate_class=1, voltage="low", evidence_until=moment)
    path = history.keep(drill.case, "meshoutage", told.assign(high=told["low"]), kept.as_of, "tomoshibi:test")
    found = audit(drill, run)
    path.unlink()
    both = of_moment(found)
    # the map is of the finer ones
    assert set(areas_of(found["OUTPUT"])["made_at"].map(lambda one: one.toPyDateTime())) == {kept.made_at}
    counts = ["right", "wrong", "unknown"]
    assert both[counts].values.tolist()[0] == alone[counts].values.tolist()[0] and len(both) == 2
    right, wrong, unknown = both[counts].values.tolist()[1]
    assert 0 < wrong <= dark.sum() and 0 < right <= (~dark).sum() and right + wrong + unknown == len(coarse)


def test_a_square_is_judged_by_the_meters_of_its_voltage_class(tmp_path, run):
    made = late_case.empty_drill(tmp_path, late_case.spec_of())
    late_case.receive(made, late_case.after(made, 16), ("uc3",))
    drill = reopened(made)
    run("shelterpower", {**inputs(drill, "shelterpower"), "OUTPUT": "[case]/layers.gpkg"})
    (shown_,) = history.runs(drill.case, "shelterpower")
    moment = pd.Timestamp(history.read(shown_)["evidence_until"].iloc[0]).to_pydatetime()
    for voltage, name in ((1, "low"), (2, "high")):
        true = truth.mesh_truth(drill.scenario, moment, 500, voltage)
        told = true.assign(low=true["dark_share"], high=true["dark_share"], rate_class=1, voltage=name)
        told = told.assign(evidence_until=moment)
        history.keep(drill.case, "meshoutage", told, shown_.as_of + timedelta(minutes=voltage), "tomoshibi:test")
    late_case.receive(drill, drill.scenario.now, ("uc3",))
    table = past_maps(audit(reopened(made), run)["OUTPUT"]).query("theme == 'meshoutage'")
    assert (reopened(made).case.readings.meters.voltage == 2).sum() > 10
    assert table["wrong"].tolist() == [0, 0] and (table["right"] > 3).all()


def test_a_list_of_those_dark_by_a_third_is_judged_by_a_third(tmp_path, run):
    made = late_case.empty_drill(tmp_path, late_case.spec_of())
    late_case.receive(made, late_case.after(made, 16), ("uc3",))
    given_ = {**inputs(made, "isolatedcommunities"), "THRESHOLD": 0.3, "HOURS": 3}
    listed = run("isolatedcommunities", given_)
    (kept,) = history.runs(reopened(made).case, "isolatedcommunities")
    said = history.read(kept)
    assert listed["COUNT"] == len(said) and (said["low"] - 0.3).abs().max() < 1e-6
    late_case.receive(made, made.scenario.now, ("uc3",))
    row = past_maps(audit(reopened(made), run)["OUTPUT"]).iloc[0]
    meters, moment = made.scenario.meters, said["evidence_until"].iloc[0].to_pydatetime()
    own = (meters["flow"] == 1) & made.scenario.readable & made.scenario.in_service(moment)
    ids = made.scenario.areas()["area_id"].to_numpy(object)[meters["area"]].astype(str)
    share = pd.Series(truth.dark_at(made.scenario, moment)[own].astype(float)).groupby(ids[own]).mean()[said["id"]]
    assert ((share > 0.3) & (share < 0.5)).any()
    assert row["right"] > 3 and row["right"] <= (share >= 0.3).sum() and row["wrong"] <= (share < 0.3).sum()

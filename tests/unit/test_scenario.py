"""The drill's scenario: the same seed gives the same arrays, and what it says happened is what its readings show."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.messages import TomoshibiError
from tomoshibi.practice import calibration, contracts, geography, household, rings, truth
from tomoshibi.practice.outages import NEVER, dark_slots
from tomoshibi.practice.scenario import Scenario, ScenarioError, ScenarioSpec, make_scenario
from tomoshibi.tests.drill_case import scenario_of

NOTO = Path(__file__).resolve().parents[3] / "shared" / "data" / "noto2024"
SMALL = ScenarioSpec(meters=2500, first_day=date(2026, 1, 17))


@pytest.fixture(scope="module")
def scenario(tmp_path_factory) -> Scenario:
    """The default scenario."""
    return scenario_of(tmp_path_factory.mktemp("scenario") / "s", 1)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path):
    first = files_of(make_scenario(tmp_path / "a", seed=5, spec=SMALL).folder)
    second = files_of(make_scenario(tmp_path / "b", seed=5, spec=SMALL).folder)
    other = files_of(make_scenario(tmp_path / "c", seed=6, spec=SMALL).folder)
    assert first.keys() == second.keys()
    # A ZIP of arrays may hold the moment it was written; its arrays may not differ.
    arrays = {name for name in first if name.endswith(".npy") or name.startswith(("open/", "truth/"))}
    assert len(arrays) > 20
    assert all(first[name] == second[name] for name in arrays)
    assert any(first[name] != other[name] for name in arrays)
    a, b = Scenario.open(tmp_path / "a").meters, Scenario.open(tmp_path / "b").meters
    assert all(a[name].dtype == b[name].dtype and a[name].tobytes() == b[name].tobytes() for name in a)


def test_the_default_has_the_size_that_was_asked_for(scenario):
    assert 8500 <= np.unique(scenario.meters["supply_point"]).size <= 9500
    assert len(scenario.areas()) == 45
    assert len(scenario.facilities()) == 60
    dwellings = np.bincount(scenario.meters["pole"][scenario.meters["use"] == contracts.HOME])
    assert dwellings.max() <= 12
    assert dwellings[dwellings > 0].min() == 1


def test_the_municipality_cannot_be_taken_for_a_real_one(scenario):
    assert scenario.municipality == "991007"
    assert all(item["code"].startswith("99") for item in scenario.divisions)
    assert np.abs(scenario.meters["lat"] - 38.2).max() < 0.1
    assert np.abs(scenario.meters["lon"] - 135.3).max() < 0.12
    names = {text.decode().split("　")[0] for text in scenario.meters["name"][scenario.meters["use"] == contracts.HOME]}
    assert names <= set(contracts.SURNAMES)
    phones = set(text.decode() for text in scenario.meters["phone"]) - {""}
    assert all(phone.startswith("000-0000-") for phone in phones)


@pytest.mark.parametrize(
    "code5, code6", [("17204", "172049"), ("17201", "172014"), ("01100", "011002"), ("17000", "170003")]
)
def test_the_check_digit_is_that_of_real_codes(code5, code6):
    assert geography.check_digit(code5) == code6


def test_identifiers_have_their_form_and_are_unique(scenario):
    meters = scenario.meters
    points = meters["supply_point"].astype(str)
    assert all(len(point) == 22 and point.isdigit() for point in points)
    # the meter that was taken out has the supply point of the new one
    past = (meters["use"] == contracts.ABOLISHED) & (points == points[meters["partner"]])
    assert len(set(points)) == len(points) - past.sum()
    assert 0.07 < past.sum() / len(points) < 0.11
    assert all(len(text) == 34 and text.startswith("A") for text in meters["customer_id"].astype(str))
    assert len(set(meters["master_info_id"])) == len(points)
    export = meters["use"] == contracts.EXPORT
    assert export.sum() > 300
    assert (meters["flow"][export] == 2).all()
    home = meters["partner"][export]
    assert (meters["customer_id"][export] == meters["customer_id"][home]).all()
    assert not np.isin(points[export], points[home]).any()


def test_areas_cover_the_island_without_overlap(scenario):
    features = json.loads((scenario.folder / "open" / "areas.geojson").read_text(encoding="utf-8"))["features"]
    whole = json.loads((scenario.folder / "open" / "municipality.geojson").read_text(encoding="utf-8"))["features"]

    def size(feature) -> float:
        return sum(abs(rings.area_of(polygon[0])) for polygon in rings.shape_of(feature["geometry"]))

    city = size(whole[0])
    assert [item["properties"]["level"] for item in whole] == ["municipality", "ward", "ward"]
    assert sum(size(item) for item in features) == pytest.approx(city, rel=1e-3)
    assert sum(size(item) for item in whole[1:]) == pytest.approx(city, rel=1e-3)
    shapes = [rings.shape_of(item["geometry"]) for item in features]
    place = geography.locate(scenario.meters["lon"], scenario.meters["lat"], shapes)
    assert (place == scenario.meters["area"]).mean() > 0.999


def test_a_row_is_there_if_and_only_if_there_is_power_communication_and_a_meter_that_sends(scenario):
    meters = scenario.meters
    total = len(scenario.days()) * 48
    silent = dark_slots(meters["comm_begin"], meters["comm_end"], total)
    missing = expected_rows = 0
    for number, day in enumerate(scenario.days()):
        power, received = scenario.power(day), scenario.received(day)
        expected = scenario.readable[:, None] & power & ~silent[:, number * 48 : number * 48 + 48]
        assert not (received & ~expected).any()
        missing += np.count_nonzero(expected & ~received)
        expected_rows += np.count_nonzero(expected)
    # What is left are single half-hours that never came.
    assert 0 < missing / expected_rows < 0.002


def test_nothing_is_used_and_nothing_received_in_the_dark(scenario):
    for day in scenario.days():
        dark = ~np.asarray(scenario.power(day))
        # What a register had counted beyond its last step comes out only when it counts again.
        assert (np.asarray(scenario.readings(day))[dark] == 0).all()
        assert not np.asarray(scenario.received(day))[dark].any()


def test_power_follows_the_outages_to_the_half_hour(scenario):
    at = scenario.event_time + timedelta(hours=3)
    dark = truth.dark_at(scenario, at)
    day = scenario.power(at.date())
    slot = (at.hour * 60 + at.minute) // 30
    assert 0.3 < dark.mean() < 0.95
    assert not (np.asarray(day[:, slot]) & dark).any()


def test_presence_is_known_for_homes_only_and_load_follows_it(scenario):
    day = date(2026, 1, 14)
    presence = np.asarray(scenario.presence(day))
    homes = scenario.meters["use"] == contracts.HOME
    assert set(np.unique(presence[homes])) == {0, 1}
    assert set(np.unique(presence[~homes])) == {-1}
    vacant = scenario.meters["household"] == household.VACANT
    assert 0.05 < vacant.sum() / homes.sum() < 0.08
    assert (presence[vacant] == 0).all()
    midday = slice(22, 30)
    used = np.asarray(scenario.readings(day))
    lived = homes & ~vacant & ~scenario.meters["night_heater"]
    here = lived & (presence[:, midday] == 1).all(axis=1)
    gone = lived & (presence[:, midday] == 0).all(axis=1)
    assert used[here][:, midday].mean() > 2.5 * used[gone][:, midday].mean()


def test_people_leave_dark_homes_for_shelters(scenario):
    left = np.isfinite(scenario.meters["leaves"])
    homes = scenario.meters["use"] == contracts.HOME
    long_dark = (scenario.meters["outage_begin"][:, 0] < NEVER) & (scenario.meters["outage_end"][:, 0] >= NEVER)
    calm = scenario.meters["outage_begin"][:, 0] >= NEVER
    assert left[homes & long_dark].mean() > 3 * left[homes & calm].mean()


def test_shelters_use_more_once_people_came(scenario):
    kinds = scenario.facilities()["kind"].to_numpy(object)
    meters = scenario.meters
    rows = np.flatnonzero((meters["use"] == contracts.FACILITY) & (meters["outage_begin"] >= NEVER).all(axis=1))
    rows = rows[np.isin(kinds[meters["facility"][rows]], ["避難所", "福祉避難所"])]
    assert len(rows) > 3
    nights = [np.asarray(scenario.readings(day))[rows][:, 40:].mean() for day in (date(2026, 1, 15), date(2026, 1, 20))]
    assert nights[1] > 1.2 * nights[0]


def test_registers_count_in_their_own_steps(scenario):
    steps = scenario.meters["step_wh"]
    assert set(np.unique(steps)) == {10, 100}
    low = scenario.meters["voltage"] == 1
    assert 0.55 < (steps[low] == 100).mean() < 0.65
    readings = np.asarray(scenario.readings(date(2026, 1, 15)))
    assert (readings % steps[:, None] == 0).all()
    assert (readings >= 0).all()


@settings(max_examples=60)
@given(
    st.lists(st.floats(0, 3000, width=32), min_size=1, max_size=60),
    st.sampled_from([1, 10, 100]),
    st.floats(0, 0.999),
)
def test_a_register_carries_over_and_loses_no_energy(load, step, share):
    start = share * step
    reading = household.register(np.array([load], dtype=np.float32), np.array([step]), np.array([start]))[0]
    assert (reading >= 0).all()
    assert (reading % step == 0).all()
    counted = np.cumsum(reading)
    used = np.cumsum(np.array(load, dtype=np.float32), dtype=np.float64) + start
    assert (np.abs(used - counted - step / 2) <= step / 2 + 1e-6).all()


def test_some_meters_are_silent_in_peacetime_and_the_event_makes_many_silent(scenario):
    calm = [scenario.silent(datetime(2026, 1, day, 12)).sum() / scenario.readable.sum() for day in (10, 13, 15, 17)]
    assert all(0.003 <= share <= 0.01 for share in calm)
    after = scenario.silent(scenario.event_time + timedelta(hours=15)).sum() / scenario.readable.sum()
    assert after > 0.2


def test_a_meter_counts_as_silent_only_after_twelve_hours(scenario):
    calm = scenario.silent(scenario.event_time)
    soon = scenario.silent(scenario.event_time + timedelta(hours=11))
    later = scenario.silent(scenario.event_time + timedelta(hours=14))
    dark = truth.dark_since(scenario, scenario.event_time + timedelta(hours=14)) < scenario.minutes(
        scenario.event_time + timedelta(hours=1)
    )
    known = scenario.readable & dark & scenario.in_service(scenario.event_time + timedelta(hours=14))
    assert soon[known].mean() < 0.05
    assert later[known].all()
    assert abs(int(soon.sum()) - int(calm.sum())) < 200


def test_hidden_outages_stay_dark_where_their_area_is_back(scenario):
    meters = scenario.meters
    share = scenario.areas()["dark_share"].to_numpy()
    dark = truth.dark_at(scenario, scenario.now)
    hidden = meters["broken_wire"] & (share[meters["area"]] < 0.1)
    assert hidden.sum() >= 20
    assert dark[hidden].all()


def test_some_areas_lost_communication_and_kept_power(scenario):
    lost = scenario.about["communication_lost"]
    assert lost
    areas = scenario.areas().set_index("area_id")
    rows = scenario.meters["area"] == areas.index.get_loc(lost[0])
    assert areas.loc[lost[0], "dark_share"] < 0.1
    assert scenario.silent(scenario.now)[rows & scenario.readable].mean() > 0.8


def test_cut_off_dark_but_reachable_and_powered_but_unreachable_settlements_all_occur(scenario):
    areas = scenario.areas()
    dark = areas["dark_share"] >= 0.5
    assert areas["cut_off"].sum() >= 3
    assert (areas["cut_off"] == 1).equals(dark & (areas["reachable"] == 0))
    assert (dark & (areas["reachable"] == 1)).sum() >= 3
    assert (~dark & (areas["reachable"] == 0)).sum() >= 1
    assert (areas["dark_since"] != "").equals(dark)
    begun = [datetime.fromisoformat(text) for text in areas["dark_since"] if text]
    assert all(scenario.event_time <= moment <= scenario.now for moment in begun)


def test_shelters_are_in_every_state_and_one_went_out_too_late_for_the_data(scenario):
    table = truth.shelter_truth(scenario, scenario.now)
    assert set(table["state"]) == {"powered", "partial", "outage"}
    assert (table["changed_hours"] < 12).any()
    assert (table["state"] == "powered").equals(table["changed_hours"].isna())


def test_the_municipalitys_own_files_have_their_gaps(scenario):
    about, open_folder = scenario.about, scenario.folder / "open"
    features = json.loads((open_folder / "facilities.geojson").read_text(encoding="utf-8"))["features"]
    nowhere = [item["properties"]["facility_id"] for item in features if item["geometry"] is None]
    assert nowhere == about["facilities_without_coordinates"]
    links, master = scenario.links(), set(scenario.meters["supply_point"].astype(str))
    assert len(about["facilities_not_linked"]) >= 2
    assert not set(about["facilities_not_linked"]) & set(links["facility_id"])
    unknown = links[~links["supply_point"].isin(master)]
    assert unknown["facility_id"].tolist() == about["facilities_linked_wrongly"]
    registered = scenario.contractors()
    assert registered.columns.tolist() == ["master_info_id", "list_name"]
    assert set(registered["master_info_id"]) <= set(scenario.meters["master_info_id"].astype(str))


@pytest.mark.slow
def test_the_homes_behave_towards_the_manuals_rule_as_published(scenario):
    found = calibration.measure(scenario)
    assert 0.55 < found["all.day.mcc"] < 0.78
    assert 0.75 < found["asleep_called_away"] < 0.92
    assert found["all.24h.mcc"] < found["all.day.mcc"] - 0.1


def test_late_readings_arrive_later_and_nothing_arrives_before_its_delay(scenario):
    day = date(2026, 1, 15)
    noon, next_days = datetime(2026, 1, 15, 12), datetime(2026, 1, 18)
    early, full = scenario.available(day, noon), scenario.available(day, next_days)
    assert not early[:, 23:].any()
    assert early[:, :22][scenario.readable].mean() > 0.97
    assert (full & ~early)[:, :22].any()
    assert np.array_equal(full, np.asarray(scenario.received(day)))


def test_a_folder_that_is_none_and_times_that_do_not_fit_are_said(tmp_path, scenario):
    with pytest.raises(ScenarioError, match=r"scenario\.json"):
        Scenario.open(tmp_path)
    (tmp_path / "scenario.json").write_text("{", encoding="utf-8")
    with pytest.raises(ScenarioError, match="cannot be read"):
        Scenario.open(tmp_path)
    with pytest.raises(ScenarioError, match="already holds"):
        make_scenario(scenario.folder, seed=1)
    with pytest.raises(ScenarioError, match="do not fit"):
        make_scenario(tmp_path / "x", seed=1, spec=ScenarioSpec(now=datetime(2026, 1, 18)))
    with pytest.raises(ScenarioError, match="negative"):
        make_scenario(tmp_path / "x", seed=-1)
    with pytest.raises(TomoshibiError, match="smallarea"):
        ScenarioSpec.noto(tmp_path)


def test_clipping_and_dissolving_keep_the_land():
    square = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])
    comb = np.array(
        [[0, 0], [5, 0], [5, 4], [4, 4], [4, 1], [3, 1], [3, 4], [2, 4], [2, 1], [1, 1], [1, 4], [0, 4]], float
    )
    assert [abs(rings.area_of(part)) for part in rings.clip(square, np.array([1.0, 0.0]), 1.0)] == [4.0]
    teeth = rings.clip(comb, np.array([0.0, -1.0]), -2.0)
    assert sorted(abs(rings.area_of(part)) for part in teeth) == [2.0, 2.0, 2.0]
    cells = rings.voronoi(np.array([[1.0, 1.0], [3.0, 1.0], [2.0, 3.5]]), square)
    assert sum(abs(rings.area_of(part)) for cell in cells for part in cell) == pytest.approx(16.0)
    outline = rings.dissolve([part for cell in cells for part in cell])
    assert len(outline) == 1
    assert abs(rings.area_of(outline[0])) == pytest.approx(16.0)


@pytest.mark.data
@pytest.mark.skipif(not NOTO.is_dir(), reason="needs the open data of ../shared/data/noto2024")
def test_the_noto_scenario_takes_the_real_outage_history(tmp_path):
    made = make_scenario(tmp_path / "noto", seed=1, spec=ScenarioSpec.noto(NOTO))
    joins = made.about["joins"]
    assert 50_000 <= len(made.meters["use"]) <= 70_000
    assert joins["towns_of_first_snapshot_joined"] > 0.9 * joins["towns_of_first_snapshot"]
    assert any("not public" in text for text in made.about["assumptions"])
    homes = made.meters["flow"] == 1
    dark = truth.dark_at(made, made.now) & homes
    city = np.array([item["name"] for item in made.divisions])[made.meters["division"]]
    # The first snapshot, a week after the scenario's end, lists 5,750 contracts in Wajima and 10 in Nanao.
    assert 4500 < dark[city == "石川県輪島市"].sum() < 13000
    assert dark[city == "石川県七尾市"].sum() < 0.1 * (city == "石川県七尾市").sum()
    assert not (made.folder / "open" / "roads.geojson").exists()

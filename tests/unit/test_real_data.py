"""Real data beside the drills: an outage history and five homes, where the folders are there."""

from __future__ import annotations

import importlib.util
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.data

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
NOTO, JAPAN = DATA / "noto2024", DATA / "readings_japan"


def script(name: str):
    """A script of dev/ as a module."""
    spec = importlib.util.spec_from_file_location(f"script_{name}", ROOT / "dev" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up by name.
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    if not NOTO.is_dir():
        pytest.skip("needs the open data of ../shared/data/noto2024")
    noto = script("noto_outages")
    folder = tmp_path_factory.mktemp("noto")
    scenario, recorded = noto.make(folder / "scenario", NOTO, 101, date(2024, 1, 12))
    return noto, scenario, noto.count(scenario, recorded), folder


def test_a_scenario_on_the_real_history_has_the_utilitys_own_counts_town_by_town(history):
    noto, _scenario, counts, _folder = history
    reachable = np.minimum(counts.listed, counts.meters[:, None])
    cells = counts.listed > 0
    tolerance = np.maximum(noto.BIN, counts.largest_pole / 2)[:, None]
    assert len(counts.moments) > 20
    assert cells.sum() > 4000
    assert (np.abs(counts.dark - reachable) <= tolerance)[cells].mean() > 0.97
    # The rest of the list is in towns with fewer meters than contracts, and is not hidden.
    assert 0.05 < 1 - reachable.sum() / counts.listed.sum() < 0.4


def test_meters_silent_for_twelve_hours_are_those_without_power_and_those_always_silent(history):
    _noto, _scenario, counts, _folder = history
    silent = counts.silent - counts.peace[:, None] - counts.back
    later = counts.moments >= counts.moments[0] + np.timedelta64(13, "h")
    assert silent[:, later].sum() == pytest.approx(counts.dark[:, later].sum(), rel=0.06)


def test_rates_by_municipality_hold_the_meters_without_power(history):
    noto, scenario, _counts, folder = history
    table = noto.rates(scenario, folder / "case")
    day = table[table["begin"] == np.datetime64("2024-01-11")]
    assert len(day) == 5
    held = 0
    for row in day.itertuples(index=False):
        dark = noto.truth_of(scenario, row.area_name, datetime(2024, 1, 12))
        held += row.low * row.meters - 0.5 <= dark <= row.high * row.meters + 0.5
    assert held >= 4


@pytest.fixture(scope="module")
def homes():
    if not JAPAN.is_dir():
        pytest.skip("needs the readings of ../shared/data/readings_japan")
    japan = script("readings_japan")
    return japan, japan.load(JAPAN)


def test_the_register_step_of_all_five_real_homes_is_found(homes):
    japan, readings = homes
    assert japan.steps(readings) == {"137": 10, "140": 100, "162": 100, "189": 10, "208": 100}


def test_the_manuals_rule_empties_real_homes_at_night_and_the_others_do_not(homes):
    japan, readings = homes
    part = japan.Homes(readings.names, readings.begins[: 48 * 90], readings.readings[:, : 48 * 90])
    judged = {method: japan.judge(part, method) for method in japan.METHODS}
    night = japan._rows_of_hours(part.begins[judged["quiet"].targets], 23, 6)
    home = {name: (found.state[:, night] == japan.occupancy.State.HOME).mean() for name, found in judged.items()}
    assert home[japan.BARE] < 0.45 < 0.75 < min(home["held"], home["quiet"])
    away = (judged["manual"].state[:, night] == japan.occupancy.State.AWAY).mean()
    assert away == 0


def test_all_five_real_homes_are_called_lived_in(homes):
    japan, readings = homes
    assert {japan._verdicts(japan.Homes(readings.names, readings.begins[: 48 * 90], readings.readings[:, : 48 * 90]), n)
            for n in range(5)} == {"5 / 0 / 0"}  # fmt: skip


@pytest.mark.parametrize("seed", [41, 42])
def test_homes_of_real_absent_days_are_not_called_lived_in_whatever_comes_on_by_itself(homes, seed):
    _japan, readings = homes
    built = script("residence_homes")
    empty = built.empty_windows(readings, seed)
    count = {kind: built.verdicts(rows) for kind, rows in empty.items()}
    assert all(sum(said.values()) == 20 for said in count.values())
    lived = sum(said["lived"] for said in count.values())
    assert lived <= 0.02 * 20 * len(count)
    assert count["nothing"]["lived"] == 0


def test_windows_of_real_lived_days_are_recognised(homes):
    _japan, readings = homes
    built = script("residence_homes")
    windows = built.lived_windows(readings)
    said = {name: built.verdicts(rows) for name, rows in windows.items()}
    assert all(found["lived"] >= 0.97 * sum(found.values()) for found in said.values())
    coarse = built.verdicts(built.coarser({name: windows[name] for name in ("140", "162", "208")}, 100))
    assert coarse["lived"] >= 0.97 * sum(coarse.values())
    assert built.verdicts(built.coarser(windows, 600))["not_lived"] == 0

"""The numbers that the rules were measured with, kept a second time: who changes one does so on purpose, and measures.

Most lie where a small test sees no difference and the meters of a town do: how they were found stands in docs/
(home-away, noto-groups, presence), printed with exactly these.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
from dataclasses import astuple, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from tomoshibi import analysis, casefile
from tomoshibi.analysis.restoration_courses import EventKind
from tomoshibi.tests import measured_homes, measured_town

ROOT = Path(analysis.__file__).resolve().parents[1]

RULES = {
    "contract_counts.CountRules": {
        "voltage": 1,
    },
    "hidden.HiddenRules": {
        "neighbour_rate": 0.9,
        "hours": 6.0,
        "radii_m": (150.0, 400.0),
        "min_neighbours": 3,
        "nearest_poles": 12,
        "reach_m": 800.0,
        "min_lit_poles": 7,
        "dense_m": 500.0,
        "apart_slots": 1,
        "event_hours": 1.0,
        "with_neighbours": 0.5,
        "back_share": 0.5,
        "heard_share": 0.2,
        "due_share": 0.5,
        "side_by_side": 1.5,
        "next_of_line": 2.5,
        "edge_degrees": 260.0,
        "same_part": 2.0,
        "open_degrees": 200.0,
        "pair_degrees": 175.0,
        "large_hours": 72.0,
        "inside_degrees": 180.0,
        "step_hours": 24.0,
        "deep_degrees": 120.0,
        "section_poles": 24,
        "moving_hours": (3.0, 4.0),
        "line_poles": 4,
        "section_degrees": 170.0,
        "next_poles": 6,
        "losses_a_day": 0.0006,
        "lost_hours": 6.0,
        "loss_share": 0.25,
        "spell_slots": 3,
    },
    "life_signs.LifeRules": {
        "above_wh": 40,
        "above_share": 0.5,
        "quiet_slots": 6,
        "coarse_step": 100,
        "smooth_slots": 3,
        "fine_margin": 20,
        "coarse_margin": 34,
        "timer_share": 0.5,
        "timer_width": 0.2,
        "usual_width": 0.15,
        "heater_wh": 250,
        "heater_slots": 3,
        "heater_share": 0.7,
        "lived_slots": 3,
        "irregular_slots": 2,
        "irregular_share": 0.66,
        "irregular_share_coarsest": 0.8,
        "irregular_slots_solar": 1,
        "irregular_rise": 1.16,
        "irregular_rise_coarsest": 2.2,
        "beyond_share": 0.28,
        "same_size": 0.53,
        "least_sizes": 1.73,
        "sizes_coarse": 0.95,
        "evening": (1.88, 1.43, 2.05, 0.3),
        "day": (2.08, 1.57, 2.61, 0.63),
        "night": (2.4, 3.36, 3.58, 0.28),
        "evening_begin": 16.5,
        "evening_end": 1.5,
        "night_end": 6.5,
        "warm": (1.36, 2.6, 3.6, 0.0),
        "warm_irregular": 0.91,
        "awake": (1.1, 1.3, 1.7, 0.0),
        "awake_irregular": 0.85,
        "awake_beyond": 0.4,
        "cooled": (2.0, 5.0, 2.2, 0.0),
        "cooled_irregular": 0.92,
        "cooled_beyond": 0.9,
        "cooled_same": 0.25,
        "cooled_used": 0.5,
        "busy": (4.0, 4.0, 1.5, 0.0),
        "busy_used": 0.3,
        "busy_days": 0.9,
        "busy_irregular_rise": 2.0,
        "busy_same": 0.3,
        "busy_beyond": 0.8,
        "dusk_used": 0.55,
        "dusk_sizes": 1.5,
        "dusk_same": 0.4,
        "dusk_irregular": 0.4,
        "late": (3.1, 3.5, 1.8, 0.0),
        "late_used": 0.21,
        "late_same": 0.3,
        "late_irregular": 0.8,
        "late_days": 0.6,
        "late_slots": 2,
    },
    "occupancy.PresenceRules": {
        "window_slots": 144,
        "min_used": 72,
        "night_begin": 22,
        "night_end": 8,
        "evening_begin": 20,
        "evening_slots": 10,
        "evening_needed": 2,
        "hold_until": 9,
        "coarse_step": 100,
        "smooth_slots": 3,
        "home_from": 0.51,
        "away_to": 0.46,
        "away_to_night": 0.1,
    },
    "point_states.PointRules": {
        "recent_hours": 1.5,
        "dark_hours": 3.0,
        "old_hours": 12.0,
        "list_hours": 12.0,
        "during_hours": 3.0,
    },
    "power_trucks.TruckRules": {
        "states": ("outage", "partial"),
    },
    "quiet_hours.QuietRules": {
        "days": 28,
        "slots": 6,
        "min_used": 18,
        "quantile": 0.95,
        "factor_halves": 3,
        "margin": 10,
        "coarse_step": 100,
        "smooth_slots": 3,
        "heater_begin": 23,
        "heater_end": 7,
        "heater_wh": 250,
        "heater_slots": 3,
        "heater_share": 0.7,
        "heater_nights": 7,
    },
    "recovery.RecoveryRules": {
        "low_kw": 3.0,
        "high_kw": 10.0,
        "final_months": 2,
        "final_day": 15,
    },
    "residence.ResidenceRules": {
        "lived_slots": 3,
        "lived_slots_solar": 2,
        "counted_share": 0.75,
        "min_days": 14,
        "few_days": 10,
        "few_share": 0.9,
        "lived_share": 0.5,
        "empty_share": 0.1,
    },
    "solar.SolarRules": {
        "days": 28,
        "begin": 9.5,
        "end": 14.5,
        "slots": 6,
        "collapse": 0.08,
        "base_share": 0.4,
        "least_wh": 8.0,
        "least_steps": 0.7,
        "needed": 1,
        "least_days": 7,
        "margin": 0.5,
    },
    "utility_areas.CompareRules": {
        "dark": 0.5,
        "powered": 0.1,
        "least_known": 5,
        "least_share": 0.3,
        "least_dark": 3,
    },
    "visits.VisitRules": {
        "daytime_slots": 4,
        "known_slots": 8,
        "first_hour": 9,
        "last_hour": 19,
        "best": 3,
        "strength_person": 2.0,
        "strength_all": 4.0,
        "least_weeks": 2.0,
        "absent_days": 3,
        "absent_known": 24,
    },
}

CONSTANTS = {
    "analysis.audit": {
        "LEAST_SPELL": 3,
        "FILLED": 0.8,
        "LEAST_LATE": 5,
        "RETURNED": 12,
        "UNBROKEN": 0.9,
        "MAJORITY": 0.5,
    },
    "analysis.blind": {
        "NEARLY_ALL": 0.9,
    },
    "analysis.relays": {
        "FEW_LEFT": 0.1,
    },
    "analysis.coarse_rates": {
        "MOST_UNKNOWN": 0.5,
    },
    "analysis.contract_counts": {
        "TOTALS_DIFFER": 0.05,
        "LEAST_DIFFERENCE": 3.0,
    },
    "analysis.dwellings": {
        "LARGEST_HOME_KW": 10.0,
    },
    "analysis.isolation": {
        "MIN_METERS": 3,
        "FAR_KM": 5.0,
        "LIT_SHARE": 0.5,
        "STALE_HOURS": 6.0,
        "AT_ONCE_HOURS": 1.0,
        "ACCESS_WEIGHT": {"cut": 1.0, "unknown": 0.6, "partly": 0.4, "open": 0.0},
        "SCORE_WEIGHTS": {"access": 50.0, "gap": 15.0, "duration": 10.0, "apart": 15.0, "around": 10.0},
    },
    "analysis.key_figures": {
        "SAYS_NOTHING": 0.999,
    },
    "analysis.life_signs": {
        "COARSER_STEPS": (600,),
        "_EASED_TO": 6.0,
        "LOW_SLOTS": 10,
        "HIGH_SLOTS": 8,
        "_LEAST": 20,
    },
    "analysis.life_support": {
        "SOON_HOURS": 6.0,
        "TOLD_SPREAD": 0.2,
    },
    "analysis.outage": {
        "TAIL": 0.025,
        "MAX_BASELINE": 0.5,
        "RELAYS_LOST": 0.045,
        "RELAY_METERS": 120,
        "RELAY_REPAIR_DAYS": 3.0,
        "RELAY_HALF_DAYS": 4.0,
        "JUST_BACK": 0.12,
        "BACK_OF_A_DAY": 0.25,
        "ONE_SECTION": 10.0,
        "WATCHED_CELL": 0.6,
        "WATCHED_AREA": 0.8,
    },
    "analysis.outlook": {
        "LEVELS": (50, 80, 95),
        "WINDOW_HOURS": 120.0,
        "LEAST_WINDOW_HOURS": 6.0,
        "FEW_METERS": 3.0,
        "OFFSET": 0.2,
        "SIZES": (20.0, 200.0),
        "SETTLING_HOURS": 12.0,
        "LUMPS": (1.2, 1.2, 0.0),
        "STEP_TOLERANCE": 0.5,
    },
    "analysis.own_load": {
        "HOURS": 24,
        "LEAST_DAYS": 3,
        "LEAST_SHARE": 0.8,
        "SPREAD_LEAST": 0.03,
        "POWER_FACTOR": 0.8,
    },
    "analysis.peacetime": {
        "ORDINARY_SILENCE": 0.005,
        "ORDINARY_RANGE": (0.001, 0.03),
        "SLOT_LOSS": (0.002, 0.003),
        "_ORDINARY_SHAPE": 1.78,
        "_ORDINARY_RATE": 172.0,
        "_POOL_WEIGHT": 0.5,
        "_STRENGTH_LIMITS": (20.0, 100000.0),
        "_DEFAULT_STRENGTH": 200.0,
        "_UNKNOWN_DAYS": 0.01,
        "_MOST_SPREAD": 4.0,
    },
    "analysis.plausible": {
        "TIMES_ALLOWED": 4,
        "FEWEST": 5,
    },
    "analysis.power_trucks": {
        "PLAN_HOURS": 72.0,
        "PLAN_FUEL_L": 100000.0,
        "DRUM_L": 200.0,
        "PLAN_DRUMS": 500,
        "PLAN_TANKERS": 20,
        "CONSUMPTION_L_PER_H": (
            (0.0, 0.0),
            (45.0, 8.5),
            (60.0, 11.4),
            (90.0, 15.0),
            (125.0, 21.2),
            (250.0, 41.6),
            (375.0, 60.9),
            (500.0, 80.6),
        ),
        "AT_NEED_M": 300.0,
    },
    "analysis.presence_score": {
        "PAST_DAYS": 3,
        "_REACH": 3.0,
        "_COARSE": 100,
        "_VERY_COARSE": 200,
        "_NIGHT_BEGIN": 22,
        "_NIGHT_END": 8,
        "_EVENING_BEGIN": 20,
        "_EVENING_SLOTS": 10,
        "_MORNING": 5,
        "_LATE_MORNING": 13,
        "_USUAL": 0.3,
        "_SHOWN_SLOTS": 6,
        "_LIFT_SLOTS": 4,
        "_LIFT_LEAST": 0.1,
        "_IDLE_MOST": 96,
    },
    "analysis.registers": {
        "_STEP_SHARE": 0.98,
        "_STEP_READINGS": 8,
        "_MULTIPLE_READINGS": 20,
    },
    "analysis.restoration_courses": {
        "WEIGHT": 0.8,
        "SETTLING": {EventKind.SHOCK: 12.0, EventKind.STORM: 48.0},
        "SPREAD_SHARE": {EventKind.SHOCK: 1.4, EventKind.STORM: 2.0},
        "LEARNING": {EventKind.SHOCK: 96.0, EventKind.STORM: 192.0},
        "LEAST_SPREAD": 0.5,
    },
    "analysis.silence": {
        "REPORTING_SHARE": 0.5,
        "EXPECTED_SHARE": 0.5,
    },
    "analysis.solar": {
        "LATITUDE": 36.0,
        "NOON": 11.9,
    },
    "analysis.survival": {
        "CONSUMPTION_SPREAD": 0.06,
        "TABLE_SPREAD": 0.1,
        "LOAD_SPREAD": 0.06,
        "BATTERY_SPREAD": 0.04,
        "BATTERY_EARLY": 2.5,
        "BATTERY_LATE": 1.75,
        "SURE": 3.1,
        "LIKELY": 0.8,
        "LIKELY_SEEN": 1.3,
        "GAUGE_SPREAD": 0.01,
        "LEAST_KVA": 0.1,
        "LONGEST_HOURS": 720,
    },
    "analysis.backup": {
        "ROUNDED_UP": 1.05,
    },
    "analysis.stock_words": {
        "SURELY_LITRES": 100,
    },
    "analysis.stocks_told": {
        "BURNS_MORE": 1.3,
    },
    "analysis.stock_to_ask": {
        "WIDE": 0.2,
        "NARROWER": 0.8,
        "OLD_HOURS": 12,
    },
    "analysis.timeline": {
        "TOTAL_SHARE": 0.95,
    },
    "casefile.case_arrays": {
        "FORGIVEN": 3,
    },
    "casefile.completeness": {
        "DOUBTED": 10,
        "DOUBTED_SHARE": 0.1,
    },
    "casefile.expectations": {
        "BULK": 0.5,
        "LEAST": 0.25,
        "LEAST_METERS": 3,
        "BEFORE": 12,
        "USUAL": 0.9,
    },
    "casefile.intake.doubts": {
        "FAR_KM": 100.0,
        "LOOKED_BACK": 40,
    },
    "casefile.intake.unpack": {
        "MAX_MEMBERS": 10000,
        "MAX_RATIO": 200,
        "LARGE": 268435456,
        "SHARE_OF_DISK": 0.5,
    },
    "casefile.publications": {
        "FLOWS": {"low_supply": (1, 1), "low_export": (2, 1), "high_supply": (1, 2), "high_export": (2, 2)},
        "FULL": 0.98,
    },
    "casefile.readiness": {
        "LEAST_FREE": 20000000000,
    },
    "casefile.readings": {
        "DISAGREE_WH": 100,
        "LEAST_SHARE": 0.01,
    },
    "casefile.reported": {
        "FEW": 0.1,
    },
    "casefile.terms": {
        "REMINDER_DAYS": 14,
    },
}


def modules() -> list[ModuleType]:
    """All modules of analysis/ and casefile/."""
    files = [file for package in (analysis, casefile) for file in Path(package.__file__).parent.rglob("*.py")]
    names = [file.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for file in sorted(files)]
    return [importlib.import_module(f"tomoshibi.{name.removesuffix('.__init__')}") for name in names]


def records() -> dict[str, type]:
    """Dataclasses of analysis/ and casefile/ by module and name."""
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": value
        for module in modules()
        for name, value in vars(module).items()
        if inspect.isclass(value) and is_dataclass(value) and value.__module__ == module.__name__
    }


def _plain(value: object) -> object:
    return astuple(value) if is_dataclass(value) else value


def test_the_rules_have_the_numbers_that_were_measured():
    found = {}
    for name, record in records().items():
        told = {field.name: _plain(field.default) for field in fields(record)}
        numbers = {key: value for key, value in told.items() if isinstance(value, (int, float, tuple))}
        if name.endswith("Rules") and numbers:
            found[name] = numbers
    assert found.keys() == RULES.keys(), (
        "write the numbers of new rules into RULES, with how they were found beside them"
    )
    assert found == RULES


@pytest.mark.parametrize("module", CONSTANTS)
def test_the_named_numbers_of_a_module_are_those_that_were_measured(module):
    loaded = importlib.import_module(f"tomoshibi.{module}")
    assert {name: getattr(loaded, name) for name in CONSTANTS[module]} == CONSTANTS[module]


def test_the_weights_of_presence_are_those_that_the_page_was_printed_with():
    text = (ROOT / "analysis" / "presence_weights.py").read_bytes()
    page = (ROOT / "docs" / "presence.md").read_text(encoding="utf-8")
    assert f"SHA-256 `{hashlib.sha256(text).hexdigest()}`" in page


FILLED = {
    "reading_writer._Counts",
    "reading_writer._Writer",
    "run.IntakeRun",
    "broute._Scale",
    "broute._Taken",
    "parquet.Exported",
}
"""Records that are filled while files are read."""


def test_records_do_not_change_once_made_but_for_those_filled_while_files_are_read():
    """What threads and caches share must not change under them."""
    assert {name for name, record in records().items() if not record.__dataclass_params__.frozen} == FILLED


MEASURED = {"homes": measured_homes, "town": measured_town}
KEPT = {world: json.loads(module.KEPT.read_text(encoding="utf-8")) for world, module in MEASURED.items()}


@cache
def answers(world):
    return MEASURED[world].answers()


@pytest.mark.parametrize(("world", "name"), [(world, name) for world, kept in KEPT.items() for name in kept])
def test_what_is_said_of_homes_and_of_a_town_is_what_thresholds_and_weights_were_measured_with(world, name):
    kept, found = KEPT[world][name], answers(world)[name]
    if any(isinstance(value, str) for value in kept):
        assert found == kept
        return
    assert [value is None for value in found] == [value is None for value in kept]
    values = [[value for value in each if value is not None] for each in (found, kept)]
    np.testing.assert_allclose(*values, rtol=1e-4, atol=2e-4)


@pytest.mark.parametrize("world", MEASURED)
def test_the_file_of_what_was_measured_holds_all_that_is_worked_out(world):
    assert list(KEPT[world]) == list(answers(world))

"""Whose device at home is without power: the battery counts from the loss of power, and unknown is no power."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis.life_support import RULES, Device, Home, LifeState, device_of, judged, order_of
from tomoshibi.analysis.reasons import Reason

NAT = np.datetime64("NaT", "s")
DARK = np.datetime64("2026-01-20T16:10", "s")


def at(hours: float) -> np.datetime64:
    return DARK + np.timedelta64(round(hours * 3600), "s")


def home(state: str = "outage", device: Device = Device.VENTILATOR, hours: float = math.nan) -> Home:
    dark = state == "outage"
    return Home(state, DARK if dark else NAT, at(1) if dark else NAT, device, hours)


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("人工呼吸器（ＴＰＰＶ）", Device.VENTILATOR),
        ("人工呼吸器・吸引器", Device.VENTILATOR),
        ("吸引器", Device.SUCTION),
        ("HOT（在宅酸素）", Device.OXYGEN),
        ("ＣＡＰＤ", Device.DIALYSIS),
        ("人工換気（ＮＨＦ）", Device.VENTILATOR),
        ("カフアシスト", Device.SUCTION),
        ("腹膜灌流", Device.DIALYSIS),
        ("ベッド", Device.OTHER),
        ("", None),
        ("なし", None),
    ],
)
def test_devices_are_told_by_their_words_the_gravest_first(text, device):
    assert device_of(text) is device


def test_a_battery_of_eight_hours_ends_about_eight_hours_after_the_loss_of_power():
    found = judged(home(hours=8), at(2))
    assert found.until_low == at(6.4) and found.until_high == at(1 + 9.6) and not found.assumed
    assert found.state is LifeState.SOON
    assert judged(home(hours=8), at(0.3)).state is LifeState.ON_BATTERY
    assert judged(home(hours=8), at(7)).state is LifeState.EXHAUSTED


def test_of_a_span_the_least_hours_count_and_the_most_end_it():
    found = judged(Home("outage", DARK, at(1), Device.VENTILATOR, 6.0, most_hours=8.0), at(2))
    assert found.until_low == at(4.8) and found.until_high == at(1 + 9.6) and not found.assumed
    assert (
        judged(Home("outage", DARK, at(1), Device.VENTILATOR, 6.0, most_hours=8.0), at(5)).state is LifeState.EXHAUSTED
    )


def test_soon_is_what_may_end_within_six_hours():
    # ten hours as told may be eight
    assert judged(home(hours=10), at(2)).state is LifeState.SOON
    assert judged(home(hours=10), at(2) - np.timedelta64(1, "s")).state is LifeState.ON_BATTERY


def test_without_told_hours_the_shortest_that_occurs_counts_and_is_marked():
    found = judged(home(), at(1))
    # some ventilators with a mask have no battery, and a list seldom tells which they are
    assert found.assumed and found.until_low == at(0) and found.until_high == at(1 + 15)
    assert found.state is LifeState.EXHAUSTED
    assert judged(home(device=Device.OXYGEN), at(0)).state is LifeState.EXHAUSTED


@pytest.mark.parametrize("device", list(Device))
def test_no_kind_of_device_is_taken_to_run_for_longer_than_the_weakest_of_its_kind(device):
    assert RULES[device].battery.low == 0 < RULES[device].battery.high


def test_who_is_not_known_to_have_power_is_unknown_and_called_before_those_whose_battery_lasts():
    unknown, lasting = judged(home("unknown"), at(1)), judged(home(hours=48), at(1))
    assert unknown.state is LifeState.UNKNOWN and np.isnat(unknown.until_low)
    assert order_of(unknown) < order_of(lasting) < order_of(judged(home("powered"), at(1)))
    assert order_of(judged(home(hours=1), at(3))) < order_of(unknown)


def test_among_the_unknown_ventilators_are_called_first():
    grave = [judged(home("unknown", device), at(1)) for device in (Device.DIALYSIS, Device.VENTILATOR)]
    assert order_of(grave[1]) < order_of(grave[0])


def test_dark_without_a_beginning_is_unknown_and_not_safe():
    assert judged(Home("outage", NAT, NAT, Device.OXYGEN, 8), at(1)).state is LifeState.UNKNOWN


@given(st.floats(0, 100), st.floats(0, 200), st.sampled_from(list(Device)))
def test_the_interval_holds_the_hours_as_told_and_no_dark_home_is_called_powered(hours, now, device):
    found = judged(home(device=device, hours=hours), at(now))
    end = at(0.5 + hours)
    assert found.until_low <= end <= found.until_high
    assert found.state is not LifeState.POWERED and found.state is not LifeState.UNKNOWN
    if at(hours) <= at(now) and hours > 0:
        assert found.state is LifeState.EXHAUSTED


def test_the_meter_of_another_home_makes_nobody_wait():
    def other(state, hours, now):
        dark = state == "outage"
        moments = (DARK, at(1)) if dark else (NAT, NAT)
        return judged(Home(state, *moments, Device.VENTILATOR, hours, dark, Reason.OTHER_ADDRESS), at(now))

    lasting = other("outage", 48, 1)
    assert lasting.state is LifeState.UNKNOWN and lasting.why is Reason.OTHER_ADDRESS
    assert np.isnat(lasting.until_low) and np.isnat(lasting.until_high)
    assert judged(home(hours=48), at(1)).state is LifeState.ON_BATTERY
    assert other("powered", 8, 2).state is LifeState.UNKNOWN
    assert other("outage", 8, 2).state is LifeState.SOON and other("outage", 8, 7).state is LifeState.EXHAUSTED
    assert order_of(lasting) < order_of(judged(home("unknown"), at(1))), "dark there: perhaps dark here too"

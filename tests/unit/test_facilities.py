"""Power at facilities: which evidence decides, and that nothing is powered without evidence."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.analysis import facilities as fac
from tomoshibi.analysis.facilities import PointRules, facility_power

AT = datetime(2024, 1, 2, 12)
EVENT = datetime(2024, 1, 1, 16, 10)
SNAPSHOT = datetime(2024, 1, 2, 6)
UNTIL = datetime(2024, 1, 2, 11)
NUMBER = "0512345678901234567890"


def hours_before(moment, hours):
    return moment - timedelta(hours=hours)


def point(number=NUMBER, **more):
    known = {
        "supply_point": number,
        "flow": 1,
        "listed": False,
        "in_scope": True,
        "snapshot_at": SNAPSHOT,
        "reads_remotely": True,
        "last_reading": pd.NaT,
        "readings_until": pd.NaT,
        "silent_before": False,
        "in_master": True,
        "first_event": pd.NaT,
        "event_begin": pd.NaT,
        "event_over": pd.NaT,
    }
    return {**known, **more}


def after(*events, **more):
    """What a place is told of the events that struck there: moments, or (begin, end)."""
    spans = [event if isinstance(event, tuple) else (event, event) for event in events]
    told = {"first_event": spans[0][0], "event_begin": spans[-1][0], "event_over": max(end for _, end in spans)}
    return {**told, **more}


def frame(points):
    table = pd.DataFrame(points, columns=list(dict.fromkeys([*point(), *(name for item in points for name in item)])))
    for name in ("in_scope", "reads_remotely"):
        table[name] = pd.array(table[name].tolist(), dtype="boolean")
    for name in ("snapshot_at", "last_reading", "readings_until", "first_event", "event_begin", "event_over"):
        table[name] = pd.to_datetime(table[name])
    return table


def places(count=1, **more):
    ids = [f"f{number}" for number in range(count)]
    table = pd.DataFrame({"facility_id": ids, "name": "灯小学校", "kind": "避難所", "capacity": 100.0})
    table["lat"], table["lon"] = 37.0 + np.arange(count) * 0.01, 137.0
    return table.assign(**more)


def links(*pairs):
    return pd.DataFrame(list(pairs), columns=["facility_id", "supply_point"])


def one(rules=None, at=AT, **known):
    result = facility_power(places(), links(("f0", NUMBER)), frame([point(**known)]), at, rules or PointRules())
    return result.iloc[0]


# (what is known, state, part of the reason, time of the evidence)
NO_LIST = {"snapshot_at": pd.NaT, "in_scope": pd.NA}
CASES = {
    "listed": ({"listed": True}, "outage", "outage list of 2024-01-02 06:00", SNAPSHOT),
    "not listed, in scope, remote": ({}, "powered", "Not in the outage list", hours_before(SNAPSHOT, 12)),
    "not listed, out of scope": ({"in_scope": False}, "unknown", "does not cover", None),
    "not listed, scope unknown": ({"in_scope": pd.NA}, "unknown", "not known whether the outage list", None),
    "not listed, not remote": ({"reads_remotely": False}, "unknown", "cannot be read remotely", None),
    "not listed, remote unknown": ({"reads_remotely": pd.NA}, "unknown", "whether the meter can be read", None),
    "not listed, not in master": ({"in_master": False}, "unknown", "contract master", None),
    "listed, not in master": ({"listed": True, "in_master": False}, "outage", "outage list", SNAPSHOT),
    "listed, silent before": ({"listed": True, "silent_before": True}, "unknown", "before the event", None),
    "nothing at all": (NO_LIST, "unknown", "Neither", None),
    "listed, but read since": (
        {"listed": True, "last_reading": hours_before(UNTIL, 1.5), "readings_until": UNTIL},
        "powered",
        "until 2024-01-02 09:30",
        hours_before(UNTIL, 1.5),
    ),
    "listed, read since, then silent for too short": (
        {"listed": True, "last_reading": hours_before(UNTIL, 2), "readings_until": UNTIL},
        "unknown",
        "too short",
        None,
    ),
    "listed, read since, then dark": (
        {"listed": True, "last_reading": hours_before(UNTIL, 4), "readings_until": UNTIL},
        "outage",
        "No reading since 2024-01-02 07:00",
        UNTIL,
    ),
    "listed, read before only": (
        {"listed": True, "last_reading": hours_before(SNAPSHOT, 13), "readings_until": UNTIL},
        "outage",
        "No reading since 2024-01-01 17:00",
        UNTIL,
    ),
    "listed, readings end before the list": (
        {"listed": True, "last_reading": hours_before(SNAPSHOT, 13), "readings_until": hours_before(SNAPSHOT, 2)},
        "outage",
        "outage list",
        SNAPSHOT,
    ),
    "not listed, dark since": (
        {"last_reading": hours_before(SNAPSHOT, 2), "readings_until": UNTIL},
        "outage",
        "No reading since 2024-01-02 04:00",
        UNTIL,
    ),
    "not listed because it went dark less than 12 hours before": (
        {"last_reading": hours_before(SNAPSHOT, 9), "readings_until": hours_before(SNAPSHOT, 1)},
        "outage",
        "No reading since 2024-01-01 21:00",
        hours_before(SNAPSHOT, 1),
    ),
    "silent for two days, in no list because nobody asked for it": (
        {"in_scope": False, "last_reading": hours_before(SNAPSHOT, 47), "readings_until": hours_before(SNAPSHOT, 1)},
        "outage",
        "No reading since 2023-12-31 07:00",
        hours_before(SNAPSHOT, 1),
    ),
    "silent for two days, and not known whether the list covers it": (
        {"in_scope": pd.NA, "last_reading": hours_before(SNAPSHOT, 47), "readings_until": hours_before(SNAPSHOT, 1)},
        "outage",
        "No reading since 2023-12-31 07:00",
        hours_before(SNAPSHOT, 1),
    ),
    "not listed, back between the readings and the list": (
        {"last_reading": hours_before(SNAPSHOT, 15), "readings_until": hours_before(SNAPSHOT, 5)},
        "powered",
        "Not in the outage list",
        hours_before(SNAPSHOT, 12),
    ),
    "not listed, but the store knows no reading of the list's hours": (
        {"last_reading": hours_before(SNAPSHOT, 15), "readings_until": UNTIL},
        "unknown",
        "does not name",
        None,
    ),
    "not listed, missing for two hours": (
        {"last_reading": hours_before(UNTIL, 2), "readings_until": UNTIL},
        "unknown",
        "too short",
        None,
    ),
    "not listed, newer half-hours received but none of this meter": (
        {"readings_until": UNTIL},
        "unknown",
        "no reading came",
        None,
    ),
    "read lately, out of scope": (
        {"in_scope": False, "last_reading": UNTIL, "readings_until": UNTIL},
        "powered",
        "Reading received",
        UNTIL,
    ),
    "read before the list, out of scope": (
        {"in_scope": False, "last_reading": hours_before(SNAPSHOT, 1), "readings_until": hours_before(SNAPSHOT, 1)},
        "powered",
        "Reading received",
        hours_before(SNAPSHOT, 1),
    ),
    "dark by the readings, beside a list that may be of others": (
        {"in_scope": pd.NA, "last_reading": hours_before(SNAPSHOT, 15), "readings_until": hours_before(SNAPSHOT, 3)},
        "outage",
        "No reading since 2024-01-01 15:00",
        hours_before(SNAPSHOT, 3),
    ),
    "dark by the readings, beside a list of others": (
        {"in_scope": False, "last_reading": hours_before(SNAPSHOT, 15), "readings_until": hours_before(SNAPSHOT, 3)},
        "outage",
        "No reading since 2024-01-01 15:00",
        hours_before(SNAPSHOT, 3),
    ),
    "answered on the spot, beside a newer list of others": (
        {"in_scope": False, "broute_at": hours_before(AT, 1), "snapshot_at": hours_before(AT, 0.5)},
        "powered",
        "B-route reading of 2024-01-02 11:00",
        hours_before(AT, 1),
    ),
    "readings only, fresh": ({**NO_LIST, "last_reading": UNTIL, "readings_until": UNTIL}, "powered", "received", UNTIL),
    "readings only, dark": (
        {**NO_LIST, "last_reading": hours_before(UNTIL, 3), "readings_until": UNTIL},
        "outage",
        "No reading since",
        UNTIL,
    ),
    "readings only, dark, not remote": (
        {**NO_LIST, "reads_remotely": False, "last_reading": hours_before(UNTIL, 30), "readings_until": UNTIL},
        "unknown",
        "remotely",
        None,
    ),
    "not in master, in the readings": (
        {**NO_LIST, "in_master": False, "last_reading": UNTIL, "readings_until": UNTIL},
        "powered",
        "received",
        UNTIL,
    ),
}


@pytest.mark.parametrize("name", list(CASES))
def test_the_freshest_evidence_decides(name):
    known, state, reason, as_of = CASES[name]
    line = one(**known)
    assert line.state == state
    assert reason in str(line.reason)
    assert line.meters == 1 and line.silent == (state == "outage")
    if as_of is None:
        assert pd.isna(line.as_of) and np.isnan(line.age_hours)
    else:
        assert line.as_of == as_of and line.age_hours == (AT - as_of).total_seconds() / 3600


@pytest.mark.parametrize(
    "known", [{"listed": True}, {}, {**NO_LIST, "last_reading": SNAPSHOT, "readings_until": SNAPSHOT}]
)
def test_old_evidence_says_nothing(known):
    assert one(at=SNAPSHOT + timedelta(hours=12), **known).state != "unknown"
    line = one(at=SNAPSHOT + timedelta(hours=12, minutes=1), **known)
    assert line.state == "unknown" and "too old" in str(line.reason) and pd.isna(line.as_of)
    assert line.unknown_reason == "too_old"
    assert one(PointRules(old_hours=24), at=SNAPSHOT + timedelta(hours=24), **known).state != "unknown"


def told(**known):
    """State, reason code and last state of a supply point."""
    line = one(**known)
    return line.state, line.unknown_reason, line.last_state


def test_a_list_proves_one_reading_of_its_twelve_hours_and_so_power_after_an_event_only_twelve_hours_later():
    soon = after(hours_before(SNAPSHOT, 11.5))
    assert told(**soon) == ("unknown", "before_event", "powered")
    assert "less than 12 hours after" in str(one(**soon).reason)
    line = one(**after(hours_before(SNAPSHOT, 12)))
    assert (line.state, line.age_hours, line.last_state) == ("powered", 18.0, "powered")
    storm = after((hours_before(SNAPSHOT, 30), hours_before(SNAPSHOT, 11)))
    assert told(**storm) == ("unknown", "before_event", "powered"), "the twelve hours count from its end"


def test_evidence_from_before_the_last_event_says_nothing_after_it_but_what_it_said_is_kept():
    event = SNAPSHOT + timedelta(hours=1)
    assert told(**after(event)) == ("unknown", "before_event", "powered")
    assert told(**after(event, listed=True)) == ("unknown", "before_event", "outage")
    line = one(**after(event, **NO_LIST, last_reading=SNAPSHOT, readings_until=SNAPSHOT))
    assert (line.state, line.last_state, line.last_proven) == ("unknown", "powered", SNAPSHOT)
    assert "Powered at 2024-01-02 06:00, before the event of 2024-01-02 07:00" in str(line.reason)
    dark = {**NO_LIST, "last_reading": hours_before(SNAPSHOT, 5), "readings_until": SNAPSHOT}
    line = one(**after(event, **dark))
    assert (line.state, line.last_state, line.last_proven) == ("unknown", "outage", hours_before(SNAPSHOT, 5))
    assert one(**after(hours_before(SNAPSHOT, 5.2), event, **{**dark, "readings_until": UNTIL})).state == "outage"


def test_a_list_made_from_the_event_on_cannot_show_it_until_twelve_hours_are_over():
    second = timedelta(seconds=1)
    assert "before the event" in str(one(**after(SNAPSHOT + second)).reason)
    for event in (SNAPSHOT, hours_before(SNAPSHOT, 12) + second):
        line = one(**after(event))
        assert line.state == "unknown" and "cannot show it yet" in str(line.reason)
    assert told(**after(hours_before(SNAPSHOT, 12)))[0] == "powered"


def test_a_listed_meter_is_without_power_only_where_its_silence_began_with_an_event():
    soon = after(hours_before(SNAPSHOT, 2), listed=True)
    assert told(**soon)[:2] == ("unknown", "silent_before_event")
    assert "silent since before the event" in str(one(**soon).reason)
    # an earlier event explains it, and so does a reading from just before the event
    assert told(**after(hours_before(SNAPSHOT, 20), hours_before(SNAPSHOT, 2), listed=True))[0] == "outage"
    exact = after(hours_before(SNAPSHOT, 12) + timedelta(minutes=10), listed=True)
    assert told(**exact, last_reading=hours_before(SNAPSHOT, 12), readings_until=SNAPSHOT)[0] == "outage"
    # a list chained to one that said so before the event says no more
    chained = after(hours_before(SNAPSHOT, 14), listed=True)
    assert told(**chained)[0] == "outage"
    assert told(**chained, list_since=hours_before(SNAPSHOT, 20))[:2] == ("unknown", "silent_before_event")


def test_a_contract_that_is_not_in_force_is_neither_powered_nor_out():
    for known in ({"listed": True}, {}, {**NO_LIST, "last_reading": AT, "readings_until": AT}):
        assert told(in_service=False, **known)[:2] == ("unknown", "not_in_service")
        assert told(in_service=True, **known)[0] != "unknown"


def test_half_hours_that_missing_parts_would_tell_of_weaken_silence_and_what_came_before_them():
    read = {**NO_LIST, "last_reading": hours_before(AT, 5), "readings_until": hours_before(AT, 5)}
    assert told(**read)[0] == "powered"
    for reason in ("set_incomplete", "population_silent"):
        lost = {"unheard_hours": 4.0, "why_unheard": reason}
        assert told(**read, **lost) == ("unknown", reason, "powered")
        assert told(**{**read, "last_reading": pd.NaT, "readings_until": pd.NaT}, **lost)[:2] == ("unknown", reason)
        # a newer list decides all the same, and silence where it was expected stands
        listed = {"snapshot_at": AT, "in_scope": True, "listed": True, "last_reading": hours_before(AT, 13)}
        assert told(**{**read, **listed}, **lost)[0] == "outage"
        assert told(**read, **lost, silent_hours=3.0)[0] == "outage"


def test_what_the_meter_itself_told_is_the_freshest_until_something_else_is():
    read = {**NO_LIST, "last_reading": hours_before(AT, 5), "readings_until": hours_before(AT, 5)}
    event = after(hours_before(AT, 6))
    gasp = {"lost_at": hours_before(AT, 4)}
    line = one(**read, **event, **gasp)
    assert (line.state, line.age_hours, line.last_proven) == ("outage", 4.0, hours_before(AT, 5))
    back = {**gasp, "restored_at": hours_before(AT, 1)}
    line = one(**read, **event, **back)
    assert (line.state, line.age_hours) == ("powered", 1.0) and "itself reported power" in str(line.reason)
    assert told(**read, **after(hours_before(AT, 0.5)), **back) == ("unknown", "before_event", "powered")
    # a gasp from before all events says nothing of them; a reading after it says that power came back
    assert told(**{**read, "last_reading": pd.NaT}, **after(hours_before(AT, 1)), **gasp)[0] == "unknown"
    assert told(**{**read, "last_reading": AT, "readings_until": AT}, **event, **gasp)[0] == "powered"


def test_a_reading_from_the_hours_that_a_list_calls_silent_shows_that_the_list_is_wrong():
    known = {"listed": True, "last_reading": hours_before(SNAPSHOT, 1), "readings_until": hours_before(SNAPSHOT, 1)}
    line = one(**known)
    assert (line.state, line.as_of) == ("powered", hours_before(SNAPSHOT, 1))


def test_while_an_event_lasts_only_what_is_fresh_counts():
    storm = after((hours_before(AT, 8), AT + timedelta(hours=5)))
    fresh, older = hours_before(AT, 2.5), hours_before(AT, 4)
    assert told(**storm, **NO_LIST, last_reading=fresh, readings_until=fresh)[0] == "powered"
    assert told(**storm, **NO_LIST, last_reading=older, readings_until=older)[:2] == ("unknown", "before_event")


def test_a_facility_is_powered_only_where_every_meter_is():
    kinds = {"p": {}, "o": {"listed": True}, "u": {"in_scope": False}}
    expected = {
        "p": "powered",
        "pp": "powered",
        "o": "outage",
        "oo": "outage",
        "po": "partial",
        "ou": "partial",
        "pou": "partial",
        "pu": "unknown",
        "u": "unknown",
        "uu": "unknown",
    }
    for mix, state in expected.items():
        numbers = [f"05{place:020d}" for place in range(len(mix))]
        points = frame([point(number, **kinds[letter]) for number, letter in zip(numbers, mix)])
        line = facility_power(places(), links(*(("f0", n) for n in numbers)), points, AT, PointRules()).iloc[0]
        assert (line.state, line.meters, line.silent) == (state, len(mix), mix.count("o")), mix
        if len(mix) > 1:
            assert f"{mix.count('p')} powered, {mix.count('o')} without power, {mix.count('u')} unknown" in str(
                line.reason
            )


def test_facilities_without_links_and_with_numbers_nobody_knows_are_unknown():
    result = facility_power(
        places(4),
        links(("f1", "9" * 22), ("f2", ""), ("f2", None), ("f3", NUMBER), ("f3", NUMBER), ("f3", "8" * 22)),
        frame([point(), point("8" * 22, flow=2, listed=True)]),
        AT,
        PointRules(),
    )
    assert result.state.tolist() == ["unknown", "unknown", "unknown", "powered"]
    assert result.meters.tolist() == [0, 1, 0, 1]
    assert "No supply point is linked" in str(result.reason[0])
    assert "Nothing was received" in str(result.reason[1])
    only_export = facility_power(
        places(), links(("f0", NUMBER)), frame([point(flow=2, listed=True)]), AT, PointRules()
    ).iloc[0]
    assert only_export.state == "unknown" and "export" in str(only_export.reason)


def test_numbers_given_as_integers_find_their_facility():
    table = places().assign(facility_id=[7])
    assert facility_power(table, links(("7", NUMBER)), frame([point()]), AT, PointRules()).state[0] == "powered"


def test_the_nearest_powered_facility_of_the_same_kind_is_named():
    table = places(5, kind=["避難所", "避難所", "避難所", "病院", "避難所"])
    table.loc[4, ["lat", "lon"]] = np.nan
    numbers = {f"f{n}": f"05{n:020d}" for n in range(5)}
    dark = {"f0", "f3"}
    points = frame([point(n, listed=f in dark) for f, n in numbers.items()])
    result = facility_power(table, links(*numbers.items()), points, AT, PointRules()).set_index("facility_id")
    assert result.nearest_powered_id["f0"] == "f1"
    # 0.01° of latitude at 37° N on GRS80 is 1109.8 m.
    assert result.nearest_powered_m["f0"] == pytest.approx(1109.8, abs=0.5)
    assert result.nearest_powered_id["f3"] is None and np.isnan(result.nearest_powered_m["f3"])
    assert result.nearest_powered_id["f1"] is None
    # Without coordinates it still is in the list, but has no distance and is nobody's nearest.
    assert result.state["f4"] == "powered" and np.isnan(result.lat["f4"])


def test_a_facility_without_coordinates_has_no_nearest():
    table = places(2)
    table.loc[0, ["lat", "lon"]] = np.nan
    points = frame([point(listed=True), point("05" + "1" * 20)])
    result = facility_power(table, links(("f0", NUMBER), ("f1", "05" + "1" * 20)), points, AT, PointRules())
    assert result.state.tolist() == ["outage", "powered"]
    assert result.nearest_powered_id[0] is None and np.isnan(result.nearest_powered_m[0])


def test_the_columns_are_those_of_the_architecture_even_without_rows():
    empty = facility_power(places(0), links(), frame([]), AT, PointRules())
    assert list(empty.columns) == fac.SHELTER_POWER_COLUMNS and len(empty) == 0
    full = facility_power(places(1), links(), frame([]), AT, PointRules())
    assert list(full.columns) == fac.SHELTER_POWER_COLUMNS
    assert full.as_of.dtype.kind == empty.as_of.dtype.kind == "M"


moments = st.one_of(st.none(), st.integers(-60, 0).map(lambda half: AT + timedelta(minutes=30 * half)))
evidence = st.fixed_dictionaries(
    {
        "flow": st.sampled_from([1, 1, 1, 2]),
        "listed": st.booleans(),
        "in_scope": st.sampled_from([True, False, pd.NA]),
        "snapshot_at": moments,
        "reads_remotely": st.sampled_from([True, False, pd.NA]),
        "last_reading": moments,
        "readings_until": moments,
        "silent_before": st.booleans(),
        "in_master": st.booleans(),
    }
)


@pytest.mark.slow
@given(st.lists(evidence, min_size=1, max_size=4), st.booleans())
def test_whatever_is_known_states_are_consistent_and_power_is_never_assumed(known, with_event):
    points = [point(f"05{n:020d}", **item) for n, item in enumerate(known)]
    for item in points:
        if item["snapshot_at"] is None:
            item["listed"] = False
        if item["last_reading"] and item["readings_until"] and item["last_reading"] > item["readings_until"]:
            item["last_reading"] = item["readings_until"]
    for item in points if with_event else ():
        item.update(after(EVENT))
    rules = PointRules()
    linked = links(*(("f0", item["supply_point"]) for item in points))
    line = facility_power(places(), linked, frame(points), AT, rules).iloc[0]
    supply = [item for item in points if item["flow"] == 1]
    assert line.state in ("powered", "partial", "outage", "unknown")
    assert line.meters == len(supply) and 0 <= line.silent <= line.meters
    assert str(line.reason)
    if line.state == "powered":
        for item in supply:
            heard = bool(item["last_reading"] and item["readings_until"])
            cleared = bool(item["snapshot_at"]) and not item["listed"] and item["in_scope"] is True
            assert heard or cleared
        assert line.silent == 0 and line.age_hours <= 24
    if line.state == "outage":
        assert line.silent == line.meters > 0
    turned = facility_power(places(), linked[::-1], frame(points[::-1]), AT, rules).iloc[0]
    assert (turned.state, turned.meters, turned.silent) == (line.state, line.meters, line.silent)


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 2), evidence), min_size=1, max_size=6), evidence, st.randoms())
def test_a_point_more_lowers_no_count_and_facilities_come_back_in_their_order(known, extra, shuffler):
    def points_of(items):
        found = [point(f"05{n:020d}", **after(EVENT), **item) for n, (_, item) in enumerate(items)]
        for item in found:
            item["listed"] = item["listed"] and item["snapshot_at"] is not None
            if item["last_reading"] and item["readings_until"] and item["last_reading"] > item["readings_until"]:
                item["last_reading"] = item["readings_until"]
        return found

    def told(items, order=(0, 1, 2)):
        points = points_of(items)
        linked = links(*((f"f{place}", item["supply_point"]) for (place, _), item in zip(items, points)))
        asked = places(3).iloc[list(order)].reset_index(drop=True)
        return facility_power(asked, linked, frame(points), AT, PointRules()).set_index("facility_id")

    found, more = told(known), told([*known, (0, extra)])
    assert (more.meters >= found.meters).all() and (more.silent >= found.silent).all()
    if found.state["f0"] in ("outage", "partial"):
        # Nothing that is learnt of one more point gives power to those that have none.
        assert more.state["f0"] in ("outage", "partial")
    order = [0, 1, 2]
    shuffler.shuffle(order)
    turned = told(known, order)
    assert turned.index.tolist() == [f"f{place}" for place in order]
    for name in ("state", "meters", "silent", "age_hours"):
        pd.testing.assert_series_equal(turned[name].sort_index(), found[name], check_names=False)
    every = {"powered", "partial", "outage", "unknown"}
    assert sum((found.state == state).sum() for state in every) == len(found)

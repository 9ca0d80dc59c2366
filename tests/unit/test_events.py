"""The events of a case: how they are entered, and which of them struck a place last."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from tomoshibi.casefile.case import Case, CaseInfo, Event
from tomoshibi.casefile.events import EventError, events_text, inside, last_event_at, parse_events, struck

SHOCK, AFTER = datetime(2026, 1, 19, 5, 46), datetime(2026, 1, 20, 2, 10)
SQUARE = json.dumps(
    {
        "type": "Polygon",
        "coordinates": [
            [[136, 37], [137, 37], [137, 38], [136, 38], [136, 37]],
            [[136.4, 37.4], [136.6, 37.4], [136.6, 37.6], [136.4, 37.6], [136.4, 37.4]],
        ],
    }
)


def case_of(*events: Event) -> CaseInfo:
    return CaseInfo("地震", events[0].begin, "172057", events=events)


def test_moments_and_intervals_are_read_in_the_order_of_time_whatever_comma_parts_them():
    found = parse_events(" 2026-01-20T02:10、2026-01-19T05:46+09:00, 2026-02-01 00:00/2026-02-02T06:00 ")
    typhoon = Event(datetime(2026, 2, 1), datetime(2026, 2, 2, 6))
    assert found == (Event(SHOCK), Event(AFTER), typhoon)
    assert (
        typhoon.over == datetime(2026, 2, 2, 6) and parse_events("") == () and parse_events(events_text(found)) == found
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("2026-01-19T05:46, gestern", "gestern"),
        ("2026-01-19", "2026-01-19"),
        ("2026-01-19T05:46Z", "05:46Z"),
        ("2026-01-19T05:46-05:00", "-05:00"),
        ("2026-01-19T05:46/", "2026-01-19T05:46/"),
        ("2026-01-20T00:00/2026-01-19T00:00", "ends before it begins"),
        ("2026-01-19T05:46, 2026-01-19T05:46/2026-01-20T00:00", "begins when another does"),
    ],
)
def test_what_is_no_event_is_named(text, named):
    with pytest.raises(EventError, match=named.replace("+", r"\+")):
        parse_events(text)


def test_the_last_event_of_a_place_is_the_last_whose_area_holds_it():
    info = case_of(Event(SHOCK), Event(AFTER, area=SQUARE))
    lat, lon = np.array([37.1, 37.5, 39.0, np.nan]), np.array([136.1, 136.5, 136.1, 136.1])
    # inside, in the hole, outside, not known where
    assert last_event_at(info, datetime(2026, 1, 21), lat, lon).tolist() == [1, 0, 0, 1]
    assert last_event_at(info, datetime(2026, 1, 20), lat, lon).tolist() == [0, 0, 0, 0]
    assert last_event_at(info, datetime(2026, 1, 1), lat, lon).tolist() == [-1, -1, -1, -1]
    assert last_event_at(info, datetime(2026, 1, 21)).tolist() == [1]


def test_a_place_is_through_with_it_only_when_all_that_struck_there_is_over():
    storm = Event(datetime(2026, 9, 8, 17), datetime(2026, 9, 9, 6))
    info = case_of(storm, Event(datetime(2026, 9, 8, 20)))
    found = struck(info, datetime(2026, 9, 9, 12), np.array([37.0]), np.array([136.0]))
    assert found.begin[0] == np.datetime64("2026-09-08T20:00") and found.over[0] == np.datetime64("2026-09-09T06:00")
    none = struck(info, datetime(2026, 9, 1), np.array([37.0]), np.array([136.0]))
    assert np.isnat(none.begin[0]) and np.isnat(none.over[0])


def test_a_ray_finds_the_inside_of_any_polygon_as_geometry_says():
    numbers = np.random.default_rng(5)
    angle = np.sort(numbers.uniform(0, 2 * np.pi, 90))
    radius = numbers.uniform(0.2, 1.0, 90)
    star = np.column_stack([136 + radius * np.cos(angle), 37 + radius * np.sin(angle)])
    closed = np.vstack([star, star[:1]])
    lat, lon = numbers.uniform(36, 38, 3000), numbers.uniform(135, 137, 3000)
    found = inside(json.dumps({"type": "MultiPolygon", "coordinates": [[closed.tolist()]]}), lat, lon)
    # of a star seen from its centre: a place is inside where it is nearer than the edge in its direction
    own = np.arctan2(lat - 37, lon - 136) % (2 * np.pi)
    later = np.searchsorted(angle, own) % 90
    a, b = star[later - 1], star[later]
    edge = (b[:, 0] - a[:, 0]) * (lat - a[:, 1]) - (b[:, 1] - a[:, 1]) * (lon - a[:, 0])
    assert 0.2 < found.mean() < 0.6 and (found == (edge > 0)).all()


def test_an_area_that_is_none_is_an_error_and_not_nowhere():
    with pytest.raises(EventError, match="no polygon"):
        last_event_at(case_of(Event(SHOCK, area="{}")), AFTER, np.array([37.0]), np.array([136.0]))


def test_a_case_keeps_its_events_and_one_without_has_that_of_its_time(tmp_path):
    info = replace(
        case_of(Event(SHOCK), Event(AFTER, datetime(2026, 1, 20, 3), SQUARE)), purpose="安否", operator="防災課"
    )
    kept = Case.create(tmp_path / "a", info).info
    assert (kept.events, kept.purpose, kept.operator) == (info.events, "安否", "防災課")
    assert kept.last_event().begin == AFTER and kept.last_event(datetime(2026, 1, 20)).begin == SHOCK
    alone = Case.create(tmp_path / "b", CaseInfo("地震", SHOCK, "172057"))
    assert alone.info.all_events == (Event(SHOCK),)
    assert alone.change(replace(alone.info, name="余震")).info.name == "余震"

"""Who may have power behind a failed relay, by ward and city: each place once, with all meters that lie in it."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from tomoshibi.analysis.relays import NO_RELAY, Behind, Relay
from tomoshibi.casefile import case_arrays, relays
from tomoshibi.processing_provider.inputs import window

DAY = np.datetime64("2026-01-20", "D")
RELAY = Relay("A", 40, 18, datetime(2026, 1, 20, 5, 30), datetime(2026, 1, 20, 22), 2, datetime(2026, 1, 21, 6))


def doubtful(monkeypatch, places: list, addresses: list) -> pd.Series:
    """Return the meters that may have power by place, of meters at places, all but the last behind a relay."""
    behind = np.zeros(len(places), dtype=np.int32)
    behind[-1] = NO_RELAY
    monkeypatch.setattr(relays, "known_relays", lambda case: [RELAY])
    monkeypatch.setattr(relays, "behind_relays", lambda case, meters, at: Behind([RELAY], behind))
    monkeypatch.setattr(case_arrays, "period", lambda case: (DAY, DAY))
    monkeypatch.setattr(case_arrays, "meters", lambda case, voltage: None)
    last = SimpleNamespace(last=np.full(len(addresses), DAY.astype("datetime64[s]")))
    monkeypatch.setattr("tomoshibi.analysis.blind.standing", lambda *given: last)
    rows = pd.DataFrame({"address": addresses, "date": DAY.astype("datetime64[s]")})
    found = window.doubtful_of(None, 1, rows, None, lambda meters: np.array(places, dtype=object))
    assert not found.duplicated(["key", "begin"]).any()
    return found.set_index("key")["relay_meters"]


def test_a_city_of_which_some_meters_lie_in_no_ward_is_told_once_with_all_of_them(monkeypatch):
    places = ["架空市", "架空市", "架空市北区", "架空市北区", "架空市北区", "", "架空市北区"]
    found = doubtful(monkeypatch, places, ["架空市", "架空市北区"])
    assert found.to_dict() == {"架空市": 5, "架空市北区": 3}


@pytest.mark.parametrize("place", ["架空県架空市北区", "架空県架空市"])
def test_a_prefecture_holds_the_meters_of_its_cities_and_of_their_wards(monkeypatch, place):
    found = doubtful(monkeypatch, [place, place, place], ["架空県", "架空県架空市", "架空県架空市北区"])
    assert found["架空県"] == 2 and found["架空県架空市"] == 2

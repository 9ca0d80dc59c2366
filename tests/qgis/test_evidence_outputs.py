"""Every algorithm that maps states says of each thing that is unknown why: UNKNOWN_BY_REASON adds up to UNKNOWN.

Once with the drill as it came, and once after an aftershock that no data tell of yet: then most is unknown.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tomoshibi.analysis.reasons import Reason
from tomoshibi.tests.use_cases import NAMES, make_use_cases

OTHERS = ("mapaudit", "contractcounts", "handover")
"""Those that return what is unknown and are no use case of the manual, in the order in which they are run."""
NO_STATISTICS_OF_METERS = ("contractcounts",)
"""The drill publishes none of 計器数分析."""


def telling(provider) -> list[str]:
    """Return the algorithms that say why something is unknown."""
    return [
        each.name()
        for each in provider.algorithms()
        if any(output.name() == "UNKNOWN_BY_REASON" for output in each.outputDefinitions())
    ]


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return make_use_cases(tmp_path_factory.mktemp("cases"), meters=2000)


@pytest.mark.parametrize("aftershock", [False, True], ids=["as it came", "after an aftershock"])
def test_what_is_unknown_has_its_reasons_in_every_algorithm(cases, run, provider, tmp_path, aftershock):
    if aftershock:
        scenario = cases.drill.scenario
        events = (scenario.event_time, scenario.now - timedelta(minutes=20))
        run("editcase", {"CASE": str(cases.case), "EVENT_TIMES": ",".join(event.isoformat() for event in events)})
    names = telling(provider)
    order = [name for name in (*NAMES, *OTHERS) if name in names and name not in NO_STATISTICS_OF_METERS]
    assert set(order) | set(NO_STATISTICS_OF_METERS) == set(names)
    results, unknown = {}, {}
    for name in order:
        given = cases.given(name, results)
        given.update({"HTML": str(tmp_path / "report.html")} if name == "situationreport" else {})
        given.update({"FORMATS": ["geojson"]} if name == "handover" else {})
        found = run(name, given)
        results[name] = found.get("OUTPUT", "")
        counts = json.loads(found["UNKNOWN_BY_REASON"])
        assert set(counts) <= {reason.value for reason in Reason}, name
        unknown[name] = (found["UNKNOWN"], sum(counts.values()))
    assert {name: told for name, told in unknown.items() if told[0] != told[1]} == {}
    assert sum(told[0] > 0 for told in unknown.values()) >= 5

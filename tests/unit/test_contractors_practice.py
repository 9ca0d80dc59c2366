"""地点契約照合 of the practice aggregator behaves as the manual says: exact, candidates for review, or nothing."""

from __future__ import annotations

import pytest
from tomoshibi.aggregator import contractor_lists as wire
from tomoshibi.aggregator.profile import Profile
from tomoshibi.practice.scenario import Scenario, ScenarioSpec
from tomoshibi.tests.drill_case import scenario_of

PROFILE = Profile.load()


@pytest.fixture(scope="module")
def scenario(tmp_path_factory) -> Scenario:
    return scenario_of(tmp_path_factory.mktemp("drill") / "made", 1, ScenarioSpec(meters=2000))


@pytest.fixture
def account_session(scenario):
    from tomoshibi.practice.backend import Contracts

    return Contracts(scenario, scenario.municipality)


def people(scenario, use: int = 0):
    """Yield contracts of homes as a list would have them."""
    meters = scenario.meters
    for place in range(len(meters["use"])):
        if meters["use"][place] == use:
            names = ("name", "address", "postcode", "phone", "supply_point", "master_info_id")
            yield {name: meters[name][place].decode("utf-8") for name in names}


def holder(scenario, **wanted):
    return next(item for item in people(scenario) if item["phone"] and item["postcode"])


def test_name_and_address_that_agree_match_whatever_their_width(scenario, account_session):
    one = holder(scenario)
    asked = {"name": one["name"].replace("\u3000", " "), "address": one["address"].translate({45: 0xFF0D})}
    assert account_session.match(asked) == ("matched", one["master_info_id"])


@pytest.mark.parametrize("hint", ["supply_point", "phone", "address"])
def test_one_thing_that_agrees_makes_a_candidate_for_review(scenario, account_session, hint):
    one = holder(scenario)
    assert account_session.match({"name": "別人 某", "address": "どこか", hint: one[hint]}) == ("review", None)


def test_a_postcode_alone_is_no_candidate_but_one_with_the_name_is(scenario, account_session):
    one = holder(scenario)
    assert account_session.match({"name": "別人 某", "address": "どこか", "postcode": one["postcode"]}) == (
        "none",
        None,
    )
    assert account_session.match({"name": one["name"], "address": "どこか", "postcode": one["postcode"]}) == (
        "review",
        None,
    )


def test_nothing_that_agrees_is_nothing(account_session):
    assert account_session.match({"name": "別人 某", "address": "どこか"}) == ("none", None)
    assert account_session.match({"name": "", "address": ""}) == ("none", None)


def test_of_several_contracts_at_one_place_the_number_tells(scenario, account_session):
    at: dict = {}
    for item in people(scenario, use=2):
        at.setdefault((item["name"], item["address"]), []).append(item)
    several = next(items for items in at.values() if len(items) > 1)
    asked = {name: several[0][name] for name in ("name", "address")}
    assert account_session.match(asked) == ("review", None)
    asked["supply_point"] = several[1]["supply_point"]
    assert account_session.match(asked) == ("matched", several[1]["master_info_id"])


def test_an_abolished_contract_is_not_found_by_itself(scenario, account_session):
    live = {item["supply_point"] for use in range(5) for item in people(scenario, use=use)}
    gone = [item for item in people(scenario, use=5) if item["supply_point"] not in live]
    assert gone and all(account_session.match({"supply_point": item["supply_point"]})[0] == "none" for item in gone)


def test_the_half_hour_until_the_result_can_be_shortened(bench):
    content = wire.match_csv([{"name": "電力 太郎", "address": "架空市一丁目1-1"}], PROFILE)
    one = bench(match_seconds=1800, build_seconds=0.0)
    client = one.client()
    match_id = client.match_contracts(content)
    assert not client.match_result(match_id).done
    one.server.backend.match_seconds = 0.0
    assert client.match_result(match_id).done


def test_a_list_without_a_heading_is_taken_where_the_profile_says_so(bench):
    import json

    raw = json.loads((wire.Path(wire.__file__).parent / "profiles" / "assumed.json").read_text(encoding="utf-8"))
    raw["files"]["master"]["header"]["value"] = False
    raw["files"]["master"]["encodings"]["value"] = ["cp932"]
    bare = Profile.of(raw)
    client = bench(profile=bare).client(profile=bare)
    content = wire.match_csv([{"name": "電力 太郎", "address": "架空市一丁目1-1"}], bare)
    assert content.count(b"\r\n") == 1
    (row,) = client.match_result(client.match_contracts(content)).rows
    assert (row.result, row.master_info_id) == ("matched", "M000000000001")
    made = client.register_contractors(wire.register_csv([row.master_info_id], bare), "避難所")
    assert made.registered == 1

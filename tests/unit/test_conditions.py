from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tomoshibi.aggregator.conditions import (
    MESH_SIZES,
    TEMPLATES,
    Condition,
    WrongItems,
    check_digit,
    doubts,
    findings,
    master_reasons,
    validate,
)
from tomoshibi.aggregator.profile import CODES, COLUMNS, Profile, number_of
from tomoshibi.analysis.mesh import SIZES_BY_VOLTAGE

PROFILE = Profile.load(None)
DAYS = date(2024, 1, 1), date(2024, 1, 4)


def made(template: str, **options) -> list[Condition]:
    return TEMPLATES[template].conditions("172057", *DAYS, secondary_mesh_codes=["563741", "563742"], **options)


def items(condition: Condition) -> set[str]:
    return {finding.item for finding in findings(condition) if finding.fatal}


@pytest.mark.parametrize("template", list(TEMPLATES))
def test_every_template_makes_conditions_without_fault(template):
    for condition in made(template):
        assert validate(condition) == [] and doubts(condition) == []
        assert Condition.from_wire(condition.to_wire(PROFILE), PROFILE) == condition
    assert str(TEMPLATES[template].title)


def test_the_templates_are_those_of_the_manual():
    assert list(TEMPLATES) == ["uc1", "uc2", "uc2lgwan", "uc3", "uc4", "uc5", "uc6", "uc7", "uc8", "uc9"]
    flags = {name: made(name)[0].specified_contractors for name in TEMPLATES}
    assert flags == {
        "uc1": True, "uc2": None, "uc2lgwan": None, "uc3": False, "uc4": True, "uc5": False, "uc6": False, "uc7": False,
        "uc8": False, "uc9": None,
    }  # fmt: skip
    assert made("uc1")[0].data_kinds == ("outage",)
    assert all(made(name)[0].provision_unit == "daily" for name in ("uc3", "uc4", "uc5", "uc6", "uc7", "uc8"))
    assert made("uc2lgwan")[0].delivery_method == "lgwan" and made("uc2lgwan")[0].area_type == "address"
    assert made("uc9")[0].delivery_mode == "periodic"


def test_statistics_are_registered_once_for_each_voltage_class():
    found = made("uc2", mesh_sizes={"low": 125})
    assert [(one.voltage, one.mesh_size) for one in found] == [("low", 125), ("high", 5000), ("extra_high", 10000)]
    assert [one.voltage for one in made("uc2", voltages=["high"])] == ["high"]
    assert {(one.table, one.voltage) for one in made("uc9")} == {
        (table, voltage) for table in ("forward", "reverse") for voltage in CODES["voltage"]
    }
    assert all(one.mesh_size is None and not one.secondary_mesh_codes for one in made("uc2lgwan"))


def test_the_wire_carries_keys_and_codes_of_the_interface_page():
    assert made("uc2", voltages=["low"], note="memo")[0].to_wire(PROFILE) == {
        "dataClass": "2", "municipalityCode": "172057", "deliveryMode": "1", "deliveryMethod": "1", "format": "1",
        "table": "5", "voltageClass": "1", "aggregationUnit": "2", "areaType": "2", "meshSize": "500",
        "secondaryMeshCodes": ["563741", "563742"], "from": "2024-01-01", "to": "2024-01-04",
    }  # fmt: skip
    outage = made("uc1")[0].to_wire(PROFILE)
    assert outage["specifiedContractors"] == "1" and outage["dataKinds"] == ["3"]
    assert (outage["from"], outage["to"]) == ("2024-01-01T00:00:00+09:00", "2024-01-04T23:59:00+09:00")
    readings = made("uc5")[0].to_wire(PROFILE)
    assert readings["flows"] == ["LV-S", "HV-S"] and "供給/受電地点特定番号" in readings["masterItems"]


LIFE = {"installed_on", "abolished_on", "renewed_on", "removed_on", "remote_reading"}


@pytest.mark.parametrize("template", ["uc3", "uc4", "uc5", "uc6", "uc7", "uc8"])
def test_readings_are_asked_for_with_the_dates_of_their_contracts(template):
    assert set(TEMPLATES[template].master_items) >= LIFE


@pytest.mark.parametrize("template", ["uc3", "uc6", "uc7", "uc8"])
def test_where_people_are_sought_solar_roofs_are_asked_for(template):
    [condition] = made(template)
    assert set(condition.flows) == {"low_supply", "low_export", "high_supply", "high_export"}
    assert {"customer_id", "generator_kind", "export_contract", "contract_export_kw"} <= set(condition.master_items)
    if template in ("uc3", "uc6"):
        assert {"building_class", "business", "contract_kw"} <= set(condition.master_items)


def test_mode_format_unit_and_tables_of_a_template_can_be_changed():
    found = made(
        "uc2",
        voltages=["low"],
        tables=["meters_forward", "meters_reverse"],
        delivery_mode="periodic",
        file_format="json",
    )
    assert [(one.table, one.delivery_mode, one.format) for one in found] == [
        ("meters_forward", "periodic", "json"), ("meters_reverse", "periodic", "json"),
    ]  # fmt: skip
    assert made("uc5", provision_unit="monthly")[0].provision_unit == "monthly"
    assert made("uc1", provision_unit="monthly")[0].provision_unit is None
    assert all(
        validate(one) == [] for one in [*found, *made("uc5", provision_unit="monthly", delivery_mode="periodic")]
    )


def test_only_master_items_with_a_reason_are_asked_for():
    reasons = master_reasons()
    for template in TEMPLATES.values():
        assert set(template.master_items) <= set(reasons) <= set(COLUMNS["master"])
    assert not {"name", "address", "phone"} & set(TEMPLATES["uc5"].master_items)
    assert all("phone" not in template.master_items for template in TEMPLATES.values())


def test_mesh_sizes_are_those_of_the_mesh_room():
    assert {number_of("voltage", name): sizes for name, sizes in MESH_SIZES.items()} == SIZES_BY_VOLTAGE


@given(st.sampled_from(CODES["voltage"]), st.sampled_from([125, 250, 500, 1000, 5000, 10000]))
def test_a_mesh_size_is_right_only_for_its_voltage_class(voltage, metres):
    condition = replace(made("uc2", voltages=[voltage])[0], mesh_size=metres)
    assert ("mesh_size" in items(condition)) == (metres not in MESH_SIZES[voltage])


@pytest.mark.parametrize(
    ("template", "change", "item"),
    [
        ("uc5", {"begin": date(2024, 1, 5)}, "end"),
        ("uc1", {"begin": datetime(2024, 1, 5), "end": datetime(2024, 1, 4, 23, 59)}, "end"),
        ("uc9", {"end": date(2029, 1, 2)}, "end"),
        ("uc2", {"secondary_mesh_codes": ()}, "secondary_mesh_codes"),
        ("uc2", {"secondary_mesh_codes": ("563798",)}, "secondary_mesh_codes"),
        ("uc2", {"table": None}, "table"),
        ("uc2", {"voltage": "huge"}, "voltage"),
        ("uc2", {"data_kinds": ("reading",)}, "data_kinds"),
        ("uc2", {"specified_contractors": False}, "specified_contractors"),
        ("uc2lgwan", {"mesh_size": 500}, "mesh_size"),
        ("uc5", {"municipality": "17205"}, "municipality"),
        ("uc5", {"flows": ()}, "flows"),
        ("uc5", {"provision_unit": None}, "provision_unit"),
        ("uc5", {"data_kinds": ()}, "data_kinds"),
        ("uc5", {"data_kinds": ("reading", "master", "outage")}, "data_kinds"),
        ("uc5", {"data_kinds": ("gossip",)}, "data_kinds"),
        ("uc5", {"master_items": ("lat", "lon")}, "master_items"),
        ("uc5", {"master_items": ("supply_point", "shoe_size")}, "master_items"),
        ("uc5", {"data_kinds": ("reading",)}, "master_items"),
        ("uc5", {"area_type": "mesh"}, "area_type"),
        ("uc5", {"data_class": "rumour"}, "data_class"),
        ("uc1", {"begin": date(2024, 1, 1)}, "begin"),
        ("uc1", {"provision_unit": "daily"}, "provision_unit"),
        ("uc1", {"specified_contractors": None}, "specified_contractors"),
    ],
)
def test_what_is_wrong_is_said_at_its_item(template, change, item):
    condition = replace(made(template)[0], **change)
    assert item in items(condition)
    assert len(validate(condition)) >= 1


def test_five_years_to_the_day_are_allowed():
    periodic = made("uc9")[0]
    assert validate(replace(periodic, end=date(2029, 1, 1))) == []
    assert validate(replace(periodic, begin=date(2024, 2, 29), end=date(2029, 2, 28))) == []
    assert validate(replace(periodic, delivery_mode="once", end=date(2034, 1, 1))) == []


@pytest.mark.parametrize("code", ["172057", "131016", "011002", "473821", "271004"])
def test_real_municipality_codes_have_their_check_digit(code):
    assert check_digit(code[:5]) == int(code[5])


def test_a_wrong_check_digit_is_a_doubt_and_stops_nothing():
    condition = replace(made("uc5")[0], municipality="172058")
    assert validate(condition) == []
    assert "172058" in str(doubts(condition)[0])


def test_the_wire_is_read_leniently_as_to_numbers_and_strictly_as_to_codes():
    wire = made("uc2", voltages=["low"])[0].to_wire(PROFILE)
    assert Condition.from_wire({**wire, "meshSize": 500, "voltageClass": 1, "unheardOf": 1}, PROFILE).mesh_size == 500
    with pytest.raises(WrongItems) as caught:
        Condition.from_wire({**wire, "voltageClass": "9", "meshSize": "wide", "from": "soon", "to": None}, PROFILE)
    assert set(caught.value.items) == {"voltageClass", "meshSize", "from", "to"}


def test_the_same_mesh_code_is_sent_once():
    found = TEMPLATES["uc2"].conditions("172057", *DAYS, secondary_mesh_codes=["563741", "563741"])
    assert found[0].secondary_mesh_codes == ("563741",)

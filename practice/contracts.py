"""The contract master of a scenario: who has which meter, with names that nobody can take for real."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from ..arrays import Array, BytesArray, FloatArray, IntArray
from .geography import CLINIC, HOSPITAL, WATER, Geography
from .household import NIGHT_HEATER_SHARE, STEP_SHARES, STEPS_WH, draw_kinds
from .texts import zero_filled

HOME, SHOP, FACILITY, EXPORT, UNMETERED, ABOLISHED = range(6)
"""What a row of the master is."""
SURNAMES = (
    "電力",
    "通電",
    "灯",
    "配電",
    "送電",
    "変電",
    "点灯",
    "明光",
    "希望",
    "電線",
    "検針",
    "引込",
    "碍子",
    "瞬電",
    "節電",
    "蓄電",
)
SURNAMES_KANA = (
    "ﾃﾞﾝﾘｮｸ",
    "ﾂｳﾃﾞﾝ",
    "ﾄﾓｼﾋﾞ",
    "ﾊｲﾃﾞﾝ",
    "ｿｳﾃﾞﾝ",
    "ﾍﾝﾃﾞﾝ",
    "ﾃﾝﾄｳ",
    "ﾒｲｺｳ",
    "ｷﾎﾞｳ",
    "ﾃﾞﾝｾﾝ",
    "ｹﾝｼﾝ",
    "ﾋｷｺﾐ",
    "ｶﾞｲｼ",
    "ｼｭﾝﾃﾞﾝ",
    "ｾﾂﾃﾞﾝ",
    "ﾁｸﾃﾞﾝ",
)
GIVEN = (
    "太郎",
    "花子",
    "次郎",
    "三郎",
    "一子",
    "四郎",
    "百合子",
    "千代",
    "万作",
    "光子",
    "明",
    "照子",
    "七海",
    "八重",
    "九平",
    "十蔵",
)
GIVEN_KANA = (
    "ﾀﾛｳ",
    "ﾊﾅｺ",
    "ｼﾞﾛｳ",
    "ｻﾌﾞﾛｳ",
    "ｲﾁｺ",
    "ｼﾛｳ",
    "ﾕﾘｺ",
    "ﾁﾖ",
    "ﾏﾝｻｸ",
    "ﾐﾂｺ",
    "ｱｷﾗ",
    "ﾃﾙｺ",
    "ﾅﾅﾐ",
    "ﾔｴ",
    "ｷｭｳﾍｲ",
    "ｼﾞｭｳｿﾞｳ",
)
SHOPS = ("商店", "食堂", "製作所", "理容室", "工務店", "水産", "青果", "書店")
SHOPS_KANA = ("ｼｮｳﾃﾝ", "ｼｮｸﾄﾞｳ", "ｾｲｻｸｼｮ", "ﾘﾖｳｼﾂ", "ｺｳﾑﾃﾝ", "ｽｲｻﾝ", "ｾｲｶ", "ｼｮﾃﾝ")
READABLE = 1
"""30分値収集可否・自動検針可否 (manual, glossary 20): 1 both, 2 does not send by itself, 3 no half-hours, 4 no
meter.
"""
SHOP_SHARE, SOLAR_SHARE, LAMP_SHARE, ABOLISHED_SHARE = 0.06, 0.07, 0.01, 0.025
TEXT_COLUMNS = (
    *(
        "supply_point",
        "customer_id",
        "master_info_id",
        "meter_id",
        "name",
        "kana",
        "postcode",
        "address",
        "address_code",
    ),
    *("building_class", "wiring", "business", "wheeling_contract", "export_contract", "generator_kind"),
    *("installed_on", "abolished_on", "renewed_on", "removed_on", "phone"),
)


def _digits(rng: np.random.Generator, count: int, width: int) -> BytesArray:
    """Return texts of random digits, dtype S (count)."""
    return (rng.integers(0, 10, (count, width), dtype=np.uint8) + ord("0")).view(f"S{width}").ravel()


def _numbered(rng: np.random.Generator, count: int, width: int) -> BytesArray:
    """Return different texts of digits, dtype S (count): a shuffled running number and random digits."""
    head = len(str(max(count, 1)))
    running = zero_filled(rng.permutation(count), head)
    return np.char.add(running, _digits(rng, count, width - head)) if width > head else running


def _pick(rng: np.random.Generator, count: int, *tables: Sequence[str]) -> list[BytesArray]:
    """Return the same drawn places of several tables, as UTF-8 bytes."""
    draw = rng.integers(0, len(tables[0]), count)
    return [np.char.encode(np.array(table), "utf-8")[draw] for table in tables]


def _blank(rng: np.random.Generator, values: BytesArray, share: float) -> BytesArray:
    """Return the texts, a share of them blank."""
    return np.where(rng.random(len(values)) < share, b"", values)


def _dates(rng: np.random.Generator, count: int, first_year: int, last_year: int) -> BytesArray:
    """Return dates YYYYMMDD between two years, dtype S8."""
    number = rng.integers(first_year, last_year + 1, count) * 10000
    number += rng.integers(1, 13, count) * 100 + rng.integers(1, 29, count)
    return number.astype("S8")


def _rows(rng: np.random.Generator, geography: Geography) -> dict[str, IntArray]:
    """Return use, pole, wire, facility and partner of every row.

    Rows are dwellings, shops, facilities, export, lamps and abolished contracts.
    """
    dwellings = np.repeat(np.arange(len(geography.poles)), geography.poles["dwellings"].to_numpy())
    homes = len(dwellings)
    rows = np.arange(homes)
    shops = np.sort(rng.choice(dwellings, int(homes * SHOP_SHARE)))
    solar = np.sort(rng.choice(rows, int(homes * SOLAR_SHARE), replace=False))
    lamps = np.sort(rng.choice(dwellings, int(homes * LAMP_SHARE)))
    gone = np.sort(rng.choice(rows, int(homes * ABOLISHED_SHARE), replace=False))
    of_facility = np.repeat(np.arange(len(geography.facilities)), geography.facilities["points"].to_numpy())
    counts = (homes, len(shops), len(of_facility), len(solar), len(lamps), len(gone))
    use = np.repeat(np.arange(6, dtype=np.uint8), counts)
    pole = np.concatenate(
        [dwellings, shops, facility_poles(rng, geography, of_facility), dwellings[solar], lamps, dwellings[gone]]
    )
    partner = np.full(len(use), -1, dtype=np.int32)
    partner[use == EXPORT], partner[use == ABOLISHED] = solar, gone
    wire = np.arange(len(use))
    # An export meter hangs on the wire of its home.
    wire[partner >= 0] = partner[partner >= 0]
    facility = np.full(len(use), -1, dtype=np.int32)
    facility[use == FACILITY] = of_facility
    return {
        "use": use,
        "pole": pole.astype(np.int32),
        "wire": wire.astype(np.int32),
        "partner": partner,
        "facility": facility,
    }


def facility_poles(rng: np.random.Generator, geography: Geography, of_facility: IntArray) -> IntArray:
    """Return the pole of each supply point of the facilities: the nearest in the area.

    Half of the further points hang on the next area's line, as a spare feed does.
    """
    table, poles = geography.facilities, geography.poles
    pole_area = poles["area"].to_numpy()
    pole_lat, pole_lon = poles["lat"].to_numpy(), poles["lon"].to_numpy()
    area, lat, lon = table["area"].to_numpy(), table["lat"].to_numpy(), table["lon"].to_numpy()
    found = np.zeros(len(of_facility), dtype=np.int64)
    for place, facility in enumerate(of_facility):
        further = place > 0 and of_facility[place - 1] == facility
        own = pole_area == area[facility]
        near = np.flatnonzero(~own if further and rng.random() < 0.5 else own)
        near = near if len(near) else np.arange(len(poles))
        apart = np.hypot(pole_lat[near] - lat[facility], 0.8 * (pole_lon[near] - lon[facility]))
        found[place] = near[np.argmin(apart)]
    return found


def make_meters(rng: np.random.Generator, geography: Geography, event_year: int) -> dict[str, Array]:
    """Return the arrays of `meters.npz` that do not depend on what happens.

    Texts are UTF-8 bytes (dtype S), "" is a blank.
    """
    rows = _rows(rng, geography)
    use, partner, facility = rows["use"], rows["partner"], rows["facility"]
    count = len(use)
    areas, table = geography.areas, geography.facilities
    area = geography.poles["area"].to_numpy()[rows["pole"]].astype(np.int32)
    voltage = np.ones(count, dtype=np.uint8)
    is_facility = use == FACILITY
    voltage[is_facility] = table["voltage"].to_numpy()[facility[is_facility]]
    shop_rows = np.flatnonzero(use == SHOP)
    large = rng.permutation(shop_rows)
    voltage[large[: max(6, len(large) // 40)]] = 2
    voltage[large[: 1 + len(large) // 2000]] = 3
    meters = {
        **rows,
        "area": area,
        "division": areas["division"].to_numpy()[area].astype(np.int16),
        "voltage": voltage,
        "flow": np.where(use == EXPORT, 2, 1).astype(np.uint8),
        "lat": geography.poles["lat"].to_numpy()[rows["pole"]],
        "lon": geography.poles["lon"].to_numpy()[rows["pole"]],
        "coordinates_known": rng.random(count) >= 0.01,
        "remote_reading": _remote_codes(rng, use),
        "step_wh": _steps(rng, use, voltage),
        "household": np.full(count, -1, dtype=np.int8),
    }
    homes = use == HOME
    meters["household"][homes] = draw_kinds(rng, int(homes.sum()))
    meters["night_heater"] = homes & (rng.random(count) < NIGHT_HEATER_SHARE)
    meters.update(_power(rng, use, voltage, facility, geography))
    meters.update(_identities(rng, geography, meters, partner, event_year))
    return meters


def _remote_codes(rng: np.random.Generator, use: IntArray) -> IntArray:
    code = np.where(rng.random(len(use)) < 0.007, rng.choice([2, 3], len(use)), READABLE).astype(np.uint8)
    code[use == UNMETERED] = 4
    return code


def _steps(rng: np.random.Generator, use: IntArray, voltage: IntArray) -> IntArray:
    step = rng.choice(STEPS_WH, size=len(use), p=STEP_SHARES).astype(np.int32)
    step[voltage > 1] = 100
    return step


_FACILITY_KW = {HOSPITAL: (90, 220), WATER: (15, 60), CLINIC: (6, 20)}
"""Use at noon in kW by kind of facility, and for all others below."""


def _power(
    rng: np.random.Generator, use: IntArray, voltage: IntArray, facility: IntArray, geography: Geography
) -> dict[str, FloatArray]:
    """Contracted power, capacity of generators, and what facilities use at noon."""
    count = len(use)
    contract = rng.choice([3.0, 4.0, 5.0, 6.0, 8.0, 10.0], size=count, p=[0.22, 0.26, 0.24, 0.18, 0.07, 0.03])
    shops = use == SHOP
    contract[shops] = rng.integers(4, 49, int(shops.sum()))
    export = rng.choice([3.0, 4.0, 5.5, 9.9], size=count)
    noon = np.zeros(count)
    kinds = geography.facilities["kind"].to_numpy(object)
    for place in np.flatnonzero(use == FACILITY):
        low, high = _FACILITY_KW.get(kinds[facility[place]], (3, 30))
        noon[place] = rng.uniform(low, high) * (1 if voltage[place] > 1 else 0.5)
    contract[use == FACILITY] = np.ceil(noon[use == FACILITY] * 1.6) + 5
    low_voltage = voltage == 1
    contract[(use == FACILITY) & low_voltage] = np.minimum(contract[(use == FACILITY) & low_voltage], 49)
    contract[voltage == 2] = np.maximum(contract[voltage == 2], rng.integers(60, 900, int((voltage == 2).sum())))
    contract[voltage == 3] = rng.integers(2000, 6000, int((voltage == 3).sum()))
    contract[use == UNMETERED] = 0.1
    contract[(use == EXPORT) | (rng.random(count) < 0.01)] = np.nan
    return {
        "contract_kw": contract,
        "contract_export_kw": np.where(use == EXPORT, export, np.nan),
        "generator_kw": np.where(use == EXPORT, export, np.nan),
        "noon_kw": noon,
    }


def _holders(rng: np.random.Generator, use: IntArray) -> tuple[BytesArray, BytesArray, BytesArray, BytesArray]:
    """Return a person's name and reading for every row, and the same with a shop's where the row is of one."""
    count = len(use)
    family, family_kana = _pick(rng, count, SURNAMES, SURNAMES_KANA)
    given, given_kana = _pick(rng, count, GIVEN, GIVEN_KANA)
    shop, shop_kana = _pick(rng, count, SHOPS, SHOPS_KANA)
    shops = (use == SHOP) | (use == UNMETERED)
    person = np.char.add(np.char.add(family, "　".encode()), given)
    kana = np.char.add(np.char.add(family_kana, b" "), given_kana)
    name = np.where(shops, np.char.add(family, shop), person)
    return person, kana, name, np.where(shops, np.char.add(family_kana, shop_kana), kana)


def _identities(
    rng: np.random.Generator, geography: Geography, meters: dict[str, Array], partner: IntArray, event_year: int
) -> dict[str, BytesArray]:
    """Numbers, names and addresses; rows that belong to a home take its holder's."""
    use, voltage, area = meters["use"], meters["voltage"], meters["area"]
    count = len(use)
    head = np.where(voltage > 1, geography.utility.encode() + b"1", geography.utility.encode() + b"0")
    person, person_kana, name, kana = _holders(rng, use)
    public = use == FACILITY
    # Contracts of public facilities are in the municipality's name, not the facility's.
    owner = np.array([geography.divisions[number].name.encode() for number in meters["division"][public]], dtype="S")
    name = name.astype(f"S{max(name.dtype.itemsize, owner.dtype.itemsize)}")
    name[public] = owner
    kana[public] = b""
    place = np.char.encode(geography.areas["address"].to_numpy(str), "utf-8")[area]
    block = np.char.add(rng.integers(1, 40, count).astype("S3"), b"-")
    address = np.char.add(np.char.add(place, block), rng.integers(1, 30, count).astype("S3"))
    if public.any():
        of_table = np.char.encode(geography.facilities["address"].to_numpy(str), "utf-8")
        address = address.astype(f"S{max(address.dtype.itemsize, of_table.dtype.itemsize)}")
        address[public] = of_table[meters["facility"][public]]
    customer = np.char.add(b"A", _numbered(rng, count, 33))
    same = partner >= 0
    for values in (name, kana, address):
        values[same] = values[partner[same]]
    export = use == EXPORT
    customer[export] = customer[partner[export]]
    gone = use == ABOLISHED
    # The holder before: the number of the contract was given up, another lives there now.
    name[gone], kana[gone] = person[gone], person_kana[gone]
    installed = _dates(rng, count, event_year - 30, event_year - 2)
    ended = _dates(rng, count, event_year - 2, event_year - 1)
    renewed = np.where(rng.random(count) < 0.25, _dates(rng, count, event_year - 8, event_year - 1), b"")
    postcode = np.char.encode(geography.areas["postcode"].to_numpy(str), "utf-8")[area]
    code = np.char.encode(geography.areas["address_code"].to_numpy(str), "utf-8")[area]
    three_wire = np.where(rng.random(count) < 0.12, b"1", b"2")
    return {
        "supply_point": np.char.add(head, _numbered(rng, count, 19)),
        "customer_id": customer,
        "master_info_id": np.char.add(b"M", _numbered(rng, count, 12)),
        "meter_id": np.where(use == UNMETERED, b"", np.char.add(b"H", _numbered(rng, count, 10))),
        "name": name,
        "kana": _blank(rng, kana, 0.02),
        "postcode": _blank(rng, postcode, 0.005),
        "address": address,
        "address_code": _blank(rng, code, 0.01),
        "building_class": np.where(voltage == 1, _blank(rng, np.where(use == HOME, b"1", b"2"), 0.03), b""),
        "wiring": _blank(rng, np.where(voltage > 1, b"3", three_wire), 0.01),
        "business": np.where(voltage > 1, np.where(use == FACILITY, b"1", b"2"), b""),
        "wheeling_contract": np.where(export | gone, b"0", b"1"),
        "export_contract": np.where(export, b"1", b"0"),
        "generator_kind": np.where(export, b"1", b""),
        "installed_on": _blank(rng, installed, 0.02),
        "abolished_on": np.where(gone, ended, b""),
        "renewed_on": renewed,
        "removed_on": np.where(gone & (rng.random(count) < 0.2), ended, b""),
        "phone": _blank(rng, np.char.add(b"000-0000-", _digits(rng, count, 4)), 0.35),
    }

"""Lists as hurried people and spreadsheets leave them: what cannot be read is unknown and told, never powered."""

from __future__ import annotations

import csv
import json

import pytest
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("drill"), meters=2000)


def write(path, *lines):
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(lines)
    return str(path)


def states(run, drill, links):
    """Return the facilities by id, and the outputs of the map."""
    given = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson"), "LINKS": links}
    found = run("shelterpower", {**given, "OUTPUT": "memory:"})
    return rows(found["OUTPUT"]).set_index("facility_id"), found


@pytest.fixture(scope="module")
def links(drill):
    with open(drill.open / "links.csv", encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_a_facility_one_of_whose_numbers_cannot_be_read_is_not_called_powered(run, drill, links, tmp_path, feedback):
    whole, _ = states(run, drill, write(tmp_path / "whole.csv", *links))
    powered = set(whole.index[whole["state"] == "powered"])
    spoiled = [place for place, row in enumerate(links) if row[0] in powered][::2]
    several = {row[0] for place, row in enumerate(links) if place not in spoiled} & powered
    assert several
    # of every other supply point a spreadsheet left 5.01E+20
    given = [[row[0], "5.01E+20"] if place in spoiled else row for place, row in enumerate(links)]
    found, _ = states(run, drill, write(tmp_path / "spoiled.csv", *given))
    hurt = {links[place][0] for place in spoiled} & several
    assert hurt and set(found.loc[sorted(hurt), "state"]) == {"unknown"}
    assert set(found.loc[sorted(hurt), "unknown_reason"]) == {"out_of_scope"}
    assert not (found["state"] == "powered").sum() > len(powered) - len(hurt)
    assert any(f"{len(hurt)} facilities have supply points" in said for said in feedback.warnings)


def test_numbers_that_lost_their_zero_or_came_with_hyphens_are_those_of_the_meters(run, drill, links, tmp_path):
    whole, _ = states(run, drill, write(tmp_path / "whole.csv", *links))
    forms = (lambda it: it[1:], lambda it: f"{it[:2]}-{it[2:6]}-{it[6:]}", lambda it: f"'{it}", lambda it: f" {it}　")
    given = [links[0], *([row[0], forms[place % 4](row[1])] for place, row in enumerate(links[1:]))]
    found, _ = states(run, drill, write(tmp_path / "forms.csv", *given))
    assert found["state"].tolist() == whole["state"].tolist() and found["meters"].tolist() == whole["meters"].tolist()


def test_a_battery_of_ninety_of_which_nobody_says_what_is_not_taken_for_hours(run, drill, tmp_path, feedback):
    points = drill.case.master(["supply_point", "flow"]).query("flow == 1")["supply_point"].astype(str).tolist()
    given = {"CASE": str(drill.case.folder), "OUTPUT": "memory:"}
    heading = ("ID", "供給地点特定番号", "医療機器", "バッテリー")
    everybody = [(f"A{number}", point, "吸引器", "") for number, point in enumerate(points)]
    found = run("lifesupport", {**given, "PEOPLE": write(tmp_path / "all.csv", heading, *everybody)})
    table = rows(found["OUTPUT"])
    dark = table.loc[table["state"] == "exhausted", "supply_point"].tolist()
    told = ["90", "9999", "480分", "48", "9999時間", "2時間", "ﾅｼ", "１．５ｈ"]
    people = [(f"P{number}", point, "吸引器", cell) for number, (point, cell) in enumerate(zip(dark, told))]
    found = run("lifesupport", {**given, "PEOPLE": write(tmp_path / "some.csv", heading, *people)})
    table = rows(found["OUTPUT"]).set_index("person_id").loc[[row[0] for row in people]]
    assert set(table["state"]) == {"exhausted"}
    assert table["battery_hours"].fillna(-1).tolist() == [-1, -1, 8, -1, -1, 2, 0, 1.5]
    assert table["assumed"].tolist() == [True, True, False, True, True, False, False, False]
    assert found["NOT_READ"] == 4 and any("4 value(s) are not understood" in said for said in feedback.warnings)


@pytest.fixture(scope="module")
def clocks(drill):
    """Return `clocks(run, path, heading, *cells)`: the clock of a dark facility by a list of it alone, the outputs."""
    given = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
    given = {**given, "LINKS": str(drill.open / "links.csv"), "OUTPUT": "memory:"}

    def told(run, path, heading, cells):
        first = rows(run("survivalclocks", given)["OUTPUT"])
        dark = first.loc[first["power_state"] == "outage", "facility_id"].iloc[0]
        listed = write(path, ("施設ID", "発電機容量(kVA)", "燃料の種類", *heading), (dark, "100", *cells))
        found = run("survivalclocks", {**given, "BACKUP": listed})
        return rows(found["OUTPUT"]).set_index("facility_id").loc[dark], found

    return told


@pytest.mark.parametrize(
    ("heading", "cells", "value"),
    [
        (("備蓄量",), ("LPガス", "50m3"), "50m3"),
        (("備蓄量(L)",), ("プロパン", "2000"), "2000"),
        (("備蓄量",), ("軽油", "99,999,999"), "99,999,999"),
    ],
)
def test_fuel_that_cannot_be_told_in_litres_of_diesel_makes_no_clock(
    run, clocks, tmp_path, feedback, heading, cells, value
):
    row, found = clocks(run, tmp_path / "backup.csv", heading, cells)
    assert row["state"] == "unknown" and row["unknown_reason"] == "no_backup_data" and found["NOT_READ"] == 1
    assert any(f"(2: {value})" in said for said in feedback.warnings)


@pytest.mark.parametrize("rate", ["0.25", "0.0001", "250", "-5"])
def test_a_consumption_in_another_unit_is_told_and_the_table_is_taken(run, clocks, tmp_path, feedback, rate):
    heading = ("備蓄量", "燃費")
    by_table, _ = clocks(run, tmp_path / "table.csv", heading, ("軽油", "200", ""))
    row, found = clocks(run, tmp_path / "backup.csv", heading, ("軽油", "200", rate))
    assert "fuel_table" in row["assumption"] and found["NOT_READ"] == 1
    assert (row["fails_earliest"], row["fails_latest"]) == (by_table["fails_earliest"], by_table["fails_latest"])


def test_kilolitres_of_the_heading_are_litres_and_a_column_of_another_unit_is_named(run, clocks, tmp_path, feedback):
    in_litres, _ = clocks(run, tmp_path / "l.csv", ("備蓄量(L)",), ("軽油", "2000"))
    row, _ = clocks(run, tmp_path / "kl.csv", ("備蓄量(kL)", "非常用発電機出力(kW)"), ("軽油", "2", "80"))
    assert row["fails_latest"] == in_litres["fails_latest"] and row["fails_earliest"] == in_litres["fails_earliest"]
    assert "kl.csv: columns not read: 非常用発電機出力(kW)." in feedback.warnings


def alone(run, drill, path, heading, *lines):
    """Return the clock of a dark facility by a list of it alone (`{id}` stands for its id), and the outputs."""
    given = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson")}
    given = {**given, "LINKS": str(drill.open / "links.csv"), "OUTPUT": "memory:"}
    first = rows(run("survivalclocks", given)["OUTPUT"])
    dark = first.loc[first["power_state"] == "outage", "facility_id"].iloc[0]
    told = [[cell.replace("{id}", dark) for cell in line] for line in lines]
    found = run("survivalclocks", {**given, "BACKUP": write(path, heading, *told)})
    return rows(found["OUTPUT"]).set_index("facility_id").loc[dark], found


STOCKS = ("施設ID", "自家発電機容量(kVA)", "燃料の種類", "備蓄量", "タンク容量", "蓄電池")


@pytest.mark.parametrize("stock", ["残りわずか", "1/0", "120%", "ドラム缶3本", "200L×2"])
def test_a_stock_that_is_written_but_not_understood_may_be_nearly_nothing(run, drill, tmp_path, stock):
    blank, _ = alone(run, drill, tmp_path / "blank.csv", STOCKS, ("{id}", "100", "軽油", "", "1000", "なし"))
    row, found = alone(run, drill, tmp_path / "b.csv", STOCKS, ("{id}", "100", "軽油", stock, "1000", "なし"))
    assert row["fails_earliest"] == row["dark_since_low"] < blank["fails_earliest"]
    assert row["fails_latest"] == blank["fails_latest"] and "tank" in row["assumption"] and found["NOT_READ"] == 1


@pytest.mark.parametrize("stock", ["1/4", "25%", "2.5割"])
def test_a_share_of_the_tank_is_its_litres(run, drill, tmp_path, stock):
    litres, _ = alone(run, drill, tmp_path / "l.csv", STOCKS, ("{id}", "100", "軽油", "250", "1000", "なし"))
    share, found = alone(run, drill, tmp_path / "s.csv", STOCKS, ("{id}", "100", "軽油", stock, "1000", "なし"))
    assert (share["fails_earliest"], found["NOT_READ"]) == (litres["fails_earliest"], 0)


def test_a_full_tank_is_its_litres_and_a_stock_told_for_later_says_nothing_of_now(run, drill, tmp_path):
    litres, _ = alone(run, drill, tmp_path / "l.csv", STOCKS, ("{id}", "100", "軽油", "1000", "1000", "なし"))
    full, found = alone(run, drill, tmp_path / "f.csv", STOCKS, ("{id}", "100", "軽油", "満タン", "1000", "なし"))
    assert found["NOT_READ"] == 0
    assert (full["fails_earliest"], full["fails_latest"]) == (litres["fails_earliest"], litres["fails_latest"])
    refill = ("{id}", "100", "軽油", "1000", "1000", "なし", "2026-01-25 09:00")
    later, _ = alone(run, drill, tmp_path / "r.csv", (*STOCKS, "給油日時"), refill)
    assert later["fails_earliest"] == later["dark_since_low"], "until it comes the tank may be empty"


def test_two_rows_of_a_facility_hold_what_either_tells_in_any_order(run, drill, tmp_path, feedback):
    little, much = ("{id}", "100", "軽油", "200", "", "なし"), ("{id}", "100", "軽油", "2000", "", "なし")
    of_little, _ = alone(run, drill, tmp_path / "1.csv", STOCKS, little)
    of_much, _ = alone(run, drill, tmp_path / "2.csv", STOCKS, much)
    assert of_little["state"] == "failed" and of_much["state"] == "running"
    both = [alone(run, drill, tmp_path / "b.csv", STOCKS, *lines)[0] for lines in ((little, much), (much, little))]
    for row in both:
        assert row["state"] == "may_have_failed" and "several_rows" in row["assumption"]
        assert row["fails_earliest"] == of_little["fails_earliest"] and row["fails_latest"] >= of_much["fails_latest"]
    assert any("b.csv: rows 3 tell of a facility otherwise" in said for said in feedback.warnings)


def test_rows_that_fill_each_others_blanks_are_one(run, drill, tmp_path, feedback):
    whole, _ = alone(run, drill, tmp_path / "1.csv", STOCKS, ("{id}", "100", "軽油", "400", "", "2時間"))
    parts = ("{id}", "100", "軽油", "400", "", ""), ("{id}", "", "", "", "", "2時間")
    row, _ = alone(run, drill, tmp_path / "b.csv", STOCKS, *parts, parts[0])
    assert (row["fails_earliest"], row["fails_latest"]) == (whole["fails_earliest"], whole["fails_latest"])
    assert not any("otherwise than a row before" in said for said in feedback.warnings)


def test_no_generator_but_fuel_for_it_is_a_slip_and_no_failure(run, drill, tmp_path, feedback):
    row, found = alone(run, drill, tmp_path / "b.csv", STOCKS, ("{id}", "0", "軽油", "400", "1000", "0"))
    assert row["state"] == "unknown" and row["unknown_reason"] == "no_backup_data" and found["NOT_READ"] == 1
    assert any("(2: 0)" in said for said in feedback.warnings)
    row, found = alone(run, drill, tmp_path / "c.csv", STOCKS, ("{id}", "なし", "灯油", "400", "", "なし"))
    assert row["state"] == "failed" and found["NOT_READ"] == 0


@pytest.mark.parametrize("kind", ["ガス", "水素", "太陽光"])
def test_a_fuel_of_which_the_table_says_nothing_makes_no_clock(run, drill, tmp_path, kind):
    row, found = alone(run, drill, tmp_path / "b.csv", STOCKS, ("{id}", "100", kind, "50", "", "なし"))
    assert row["state"] == "unknown" and found["NOT_READ"] == 1


def test_a_battery_that_cannot_be_read_is_said_to_count_as_none(run, drill, tmp_path):
    row, _ = alone(run, drill, tmp_path / "b.csv", STOCKS, ("{id}", "100", "軽油", "400", "", "10分～30分"))
    assert "battery_unread" in row["assumption"]


@pytest.mark.parametrize("form", ["{id}", "ｅ{rest}", "e {rest}"])
def test_an_id_in_another_width_or_case_is_that_of_the_facility(run, drill, tmp_path, feedback, form):
    first = json.loads((drill.open / "facilities.geojson").read_text(encoding="utf-8"))["features"][0]
    name = first["properties"]["facility_id"]
    given = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson"), "OUTPUT": "memory:"}
    listed = write(tmp_path / "b.csv", STOCKS, (form.format(id=name, rest=name[1:]), "77", "軽油", "400", "", "なし"))
    table = rows(run("survivalclocks", {**given, "BACKUP": listed})["OUTPUT"]).set_index("facility_id")
    assert table.loc[name, "generator_kva"] == 77
    assert not any("name no facility" in said for said in feedback.warnings)


def facilities_of(drill):
    made = json.loads((drill.open / "facilities.geojson").read_text(encoding="utf-8"))["features"]
    return [(one["properties"]["facility_id"], one["properties"]["name"]) for one in made]


def test_a_list_of_names_alone_is_that_of_the_facilities_of_these_names(run, drill, tmp_path, feedback):
    listed = facilities_of(drill)
    names = [name for _, name in listed]
    alone_of_it = [(one, name) for one, name in listed if names.count(name) == 1]
    (first, name), (second, other) = alone_of_it[0], alone_of_it[1]
    heading = ("二次医療圏", "医療機関名", "自家発電機の発電容量(kVA)", "燃料の種類", "燃料の備蓄量(L)", "UPS(分)")
    path = write(
        *(tmp_path / "emis.csv", ("医療機関の状況",), heading),
        *(("灯", f" {name} ", "77", "軽油", "1,900", "30"), ("灯", other, "88", "軽油", "400", "")),
        *(("灯", "知らない病院", "99", "軽油", "1", ""), ("", "合計", "264", "", "2,301", "")),
    )
    given = {"CASE": str(drill.case.folder), "FACILITIES": str(drill.open / "facilities.geojson"), "OUTPUT": "memory:"}
    table = rows(run("survivalclocks", {**given, "BACKUP": path})["OUTPUT"]).set_index("facility_id")
    told = table["generator_kva"].dropna()
    assert told.to_dict() == {first: 77, second: 88}
    assert any("(5: 知らない病院)" in said for said in feedback.warnings)
    assert any("rows 6 are sums" in said for said in feedback.warnings)


def test_links_with_ids_in_another_width_are_those_of_the_facilities(run, drill, links, tmp_path):
    whole, _ = states(run, drill, write(tmp_path / "whole.csv", *links))
    wide = str.maketrans({chr(sign): chr(sign + 0xFEE0) for sign in range(0x21, 0x7F)})
    found, _ = states(
        run, drill, write(tmp_path / "wide.csv", links[0], *((one.translate(wide), at) for one, at in links[1:]))
    )
    assert (whole["state"] == "powered").any() and found["state"].tolist() == whole["state"].tolist()


def test_minutes_of_the_heading_are_minutes_of_a_device(run, drill, tmp_path):
    points = drill.case.master(["supply_point", "flow"]).query("flow == 1")["supply_point"].astype(str).tolist()
    people = [
        ("1", points[0], "電力 太郎", "吸引器", "90"),
        ("2", points[1], "電力 花子", "吸引器", "内蔵30分+外部4時間"),
        ("3", points[2], "電力 三郎", "吸引器", "６〜８時間"),
    ]
    heading = ("ID", "供給地点特定番号", "患者氏名", "処方機器", "内部バッテリー（分）")
    path = write(tmp_path / "vendor.csv", ("在宅患者一覧", "", "", "", ""), heading, *people)
    found = run("lifesupport", {"CASE": str(drill.case.folder), "PEOPLE": path, "NAMES": True, "OUTPUT": "memory:"})
    table = rows(found["OUTPUT"]).set_index("person_id")
    assert table["battery_hours"].to_dict() == {"1": 1.5, "2": 4.5, "3": 6} and found["NOT_READ"] == 0
    assert set(table["device_kind"]) == {"suction"} and table.loc["1", "name"] == "電力 太郎"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("suffix", ["csv", "txt", "json"])
def test_a_list_of_devices_is_read_in_every_form_below_a_title_of_one_cell(run, drill, tmp_path, encoding, suffix):
    points = drill.case.master(["supply_point", "flow"]).query("flow == 1")["supply_point"].astype(str).tolist()
    path = tmp_path / f"people.{suffix}"
    people = [
        {"ID": str(number), "供給地点特定番号": point, "医療機器": "ＨＯＴ"} for number, point in enumerate(points[:3])
    ]
    rows_of = [["在宅患者一覧"], [*people[0]], *([*one.values()] for one in people)]
    text = json.dumps(people, ensure_ascii=False) if suffix == "json" else "\r\n".join(map(",".join, rows_of))
    path.write_bytes(text.encode(encoding))
    found = run("lifesupport", {"CASE": str(drill.case.folder), "PEOPLE": str(path), "OUTPUT": "memory:"})
    table = rows(found["OUTPUT"])
    assert set(table["supply_point"]) == set(points[:3]) and set(table["device_kind"]) == {"oxygen"}


def test_a_list_that_is_not_there_is_named_before_the_run(drill, complaint, tmp_path):
    gone = tmp_path / "名簿.csv"
    for name, parameter in (
        ("lifesupport", "PEOPLE"),
        ("evacuationsupport", "SUPPORT_LIST"),
        ("powertrucks", "TRUCKS"),
    ):
        given = {"CASE": str(drill.case.folder), parameter: str(gone), "OUTPUT": "memory:"}
        assert "名簿.csv is not there" in complaint(name, given)


def areas_with(drill, path, change):
    """Write the settlements with properties changed by `change(place, feature)`."""
    made = json.loads((drill.open / "areas.geojson").read_text(encoding="utf-8"))
    for place, feature in enumerate(made["features"]):
        change(place, feature)
    path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    return {"CASE": str(drill.case.folder), "AREAS": str(path), "OUTPUT": "memory:"}


def test_codes_that_do_not_tell_settlements_apart_are_told(run, drill, tmp_path, feedback):
    def number_in_each_town(place, feature):
        feature["properties"]["area_id"] = str(place % 5)

    run("isolatedcommunities", areas_with(drill, tmp_path / "areas.geojson", number_in_each_town))
    said = [one for one in feedback.warnings if "5 codes in the field area_id stand on areas of different names" in one]
    assert len(said) == 1 and "0 (" in said[0]


def test_several_parts_of_one_settlement_are_one_and_nothing_is_said(run, drill, tmp_path, feedback):
    def of_one_name(place, feature):
        if place < 3:
            feature["properties"].update(area_id="1", area_name="本町")

    table = rows(run("acquisitiongaps", areas_with(drill, tmp_path / "areas.geojson", of_one_name))["OUTPUT"])
    assert (table["area_id"] == "1").any() and not any("codes in the field" in one for one in feedback.warnings)


def test_areas_without_a_code_or_a_shape_are_left_out_by_name(run, drill, tmp_path, feedback):
    names = []

    def without(place, feature):
        if place < 3:
            names.append(feature["properties"]["area_name"])
        if place == 0:
            feature["properties"]["area_id"] = None
        elif place == 1:
            feature["properties"]["area_id"] = "　"
        elif place == 2:
            feature["geometry"] = None

    found = run("outlook", {**areas_with(drill, tmp_path / "areas.geojson", without), "HORIZONS": "24"})
    assert not set(rows(found["OUTPUT"])["area_name"].fillna("")) & set(names)
    said = [one for one in feedback.warnings if "3 areas have no code in the field area_id" in one]
    assert len(said) == 1 and all(name in said[0] for name in names)


def test_a_plan_that_names_two_areas_of_one_name_stands_beside_neither_and_is_told(run, drill, tmp_path, feedback):
    def of_one_name(place, feature):
        if place < 2:
            feature["properties"]["area_name"] = "本町"

    given = areas_with(drill, tmp_path / "areas.geojson", of_one_name)
    plan = write(tmp_path / "plan.csv", ("地域", "復旧見込"), ("本町", "2026-01-22 12:00"))
    table = rows(run("outlook", {**given, "HORIZONS": "24", "PLAN": plan})["OUTPUT"])
    assert not any(table["utility_says"].fillna(""))
    assert any("1 rows of the plan are not on the map" in one for one in feedback.warnings)


def test_rows_of_sums_are_no_person_no_facility_and_no_truck(run, drill, tmp_path, feedback):
    case, master = str(drill.case.folder), drill.case.master(["supply_point", "flow"])
    point = master.loc[master["flow"] == 1, "supply_point"].astype(str).iloc[0]
    lists = {
        "people": [["氏名", "供給地点特定番号", "医療機器"], ["電力 一郎", point, "吸引器"], ["合計", "", "1名"]],
        "facilities": [["施設ID", "施設名", "収容人数"], ["H1", "灯病院", "100"], ["合計", "", "100"]],
    }
    for name, table in lists.items():
        with open(tmp_path / f"{name}.csv", "w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(table)
    given = {"CASE": case, "OUTPUT": "memory:"}
    assert run("lifesupport", {**given, "PEOPLE": str(tmp_path / "people.csv")})["COUNT"] == 1
    found = run("survivalclocks", {**given, "FACILITIES": str(tmp_path / "facilities.csv")})
    assert rows(found["OUTPUT"])["facility_id"].tolist() == ["H1"]
    said = [one for one in feedback.warnings if "are sums" in one]
    assert len(said) == 2 and all("rows 3" in one for one in said)


def test_a_facility_written_in_two_ways_is_named_as_perhaps_one_and_both_rows_stay(run, drill, tmp_path, feedback):
    heading = ("施設ID", "施設名", "住所", "緯度", "経度")
    path = write(
        *(tmp_path / "facilities.csv", heading, ("H1", "㈱灯病院", "", "38.2", "135.3")),
        *(("Ｈ１", "灯診療所", "", "", ""), ("H3", "灯病院 株式会社", "", "38.2", "135.3")),
        *(("S1", "灯町小学校", "灯町1-1", "", ""), ("S2", "灯町小学校", "灯町9-9", "", "")),
        *(("P1", "灯公民館", "", "", ""), ("P2", "灯公民館", "", "", "")),
    )
    found = run("survivalclocks", {"CASE": str(drill.case.folder), "FACILITIES": path, "OUTPUT": "memory:"})
    assert len(rows(found["OUTPUT"])) == 7
    said = [one for one in feedback.warnings if "may be one facility" in one]
    assert len(said) == 1 and "rows 2 = 3, 2 = 4 may" in said[0]

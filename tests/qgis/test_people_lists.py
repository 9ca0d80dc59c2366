"""Lists of people as municipalities keep them, from the toolbox: nobody is lost, nothing misread, all of it said."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.lists import workbook
from tomoshibi.tests.qgis.tables import rows


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    return make_drill(tmp_path_factory.mktemp("lists"), seed=5, meters=2000)


@pytest.fixture(scope="module")
def numbers(drill):
    master = drill.case.master(["supply_point", "flow", "lat"])
    return master.loc[(master["flow"] == 1) & master["lat"].notna(), "supply_point"].tolist()[:6]


@pytest.fixture
def support(run, drill):
    def of(path, **more):
        given = {"CASE": str(drill.case.folder), "SUPPORT_LIST": str(path), "OUTPUT": "memory:", **more}
        found = run("evacuationsupport", given)
        return found, rows(found["OUTPUT"]).sort_values("row_no").reset_index(drop=True)

    return of


def text(table, delimiter=","):
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter, lineterminator="\r\n").writerows(table)
    return made.getvalue()


NO_IDS = [
    ["No", "氏名", "住所", "要介護度", "供給地点特定番号"],
    ["1", "電力 太郎", "灯市灯町1-1", "要介護4", ""],
    ["2", "通電 花子", "灯市灯町1-2", "要介護4", ""],
    ["3", "引込 次郎", "灯市灯町1-3", "要介護２", ""],
    ["4", "電柱 三郎", "灯市灯町1-3", "要介護２", ""],
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize(("suffix", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_four_people_without_ids_are_four_in_every_encoding(support, tmp_path, encoding, suffix, delimiter):
    path = tmp_path / f"people.{suffix}"
    path.write_bytes(text(NO_IDS, delimiter).encode(encoding))
    found, listed = support(path)
    assert found["COUNT"] == 4 and listed["row_no"].tolist() == [2, 3, 4, 5]
    assert listed["need"].tolist() == ["high", "high", "low", "low"] and listed["name"].isna().all()


def test_people_alike_but_for_a_running_number_stay_and_are_marked(support, tmp_path, feedback):
    path = tmp_path / "people.csv"
    path.write_text("No,住所,要介護度,供給地点特定番号\n1,灯市,要介護2,\n2,灯市,要介護2,\n", encoding="utf-8")
    found, listed = support(path)
    assert found["COUNT"] == 2 and listed["same_as"].tolist() == ["3", "2"]
    assert any("rows 2, 3 are alike" in line for line in feedback.warnings)


def test_a_merged_cell_stands_for_all_its_rows(support, tmp_path, numbers, feedback):
    table = [
        ["世帯番号", "供給地点特定番号", "氏名", "要介護度"],
        ["1001", numbers[0], "電力 太郎", "要介護3"],
        ["", "", "電力 花子", "要介護5"],
        ["1002", numbers[1], "通電 次郎", "要支援2"],
        ["", "", "通電 梅", "要介護4"],
    ]
    path = workbook(tmp_path / "people.xlsx", table, ["A2:A3", "B2:B3", "A4:A5", "B4:B5"])
    found, listed = support(path)
    assert found["COUNT"] == 4
    assert listed["key"].tolist() == ["1001", "1001", "1002", "1002"]
    assert listed["supply_point"].tolist() == [numbers[0]] * 2 + [numbers[1]] * 2
    assert listed["need"].tolist() == ["high", "high", "low", "high"]
    assert sum("merged cells count for all their rows (rows 3, 5)" in line for line in feedback.warnings) == 1


def test_a_heading_of_two_rows_keeps_the_care_and_makes_no_ghost(support, tmp_path, numbers):
    table = [["ID", "氏名", "介護", "", "障害", "供給地点特定番号"], ["", "", "要介護度", "認定日", "等級", ""]]
    table += [["A1", "電力 太郎", "要介護4", "", "", numbers[0]], ["A2", "電力 花子", "", "", "1", numbers[1]]]
    path = tmp_path / "people.csv"
    path.write_text(text(table), encoding="cp932")
    found, listed = support(path)
    assert found["COUNT"] == 2 and listed["key"].tolist() == ["A1", "A2"]
    assert listed["need"].tolist() == ["high", "high"]
    merged = ["A1:A2", "B1:B2", "C1:D1", "F1:F2"]
    found, listed = support(workbook(tmp_path / "people.xlsx", [["避難行動要支援者名簿"], *table], merged))
    assert listed["key"].tolist() == ["A1", "A2"]


def test_the_heading_decides_the_scale_and_the_heaviest_of_all_counts(support, tmp_path, numbers, feedback):
    table = [["ID", "供給地点特定番号", "要介護度", "障害等級", "障害支援区分", "療育手帳", "備考"]]
    cells = [["要支援1", "1級", "", ""], ["", "6", "", ""], ["要介護（４）", "", "", ""], ["", "", "区分６", ""]]
    cells += [["", "", "", "Ａ"], ["要介護Ⅲ", "", "２", ""]]
    table += [[f"A{place + 1}", numbers[place], *row, "x"] for place, row in enumerate(cells)]
    table += [["A7", "", "要支援1", "車いす", "", "", ""]]
    path = tmp_path / "people.csv"
    path.write_bytes(text(table).encode("utf-16"))
    found, listed = support(path)
    assert listed["need"].tolist() == ["high", "low", "high", "high", "high", "high", "unknown"]
    assert listed["care"].tolist()[:2] == ["要支援1・障害 1級", "障害 6"]
    assert found["NOT_READ"] == 1
    assert any("column “障害等級”: 1 value(s)" in line and "8: …" in line for line in feedback.warnings)
    assert any("columns not read: 備考" in line for line in feedback.warnings)


def test_the_lists_own_place_is_used_where_the_supply_point_gives_none_and_a_wrong_one_is_told(
    support, tmp_path, numbers, feedback
):
    lines = ["宛名番号,供給地点特定番号,緯度,経度", f"P1,{numbers[0]},38.1,135.1", "P2,,38度11分24秒,135度17分30秒"]
    lines += ["P3,,135.30,38.18", "P4,,0,0"]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    found, _ = support(path)
    places = {feature["key"]: feature.geometry() for feature in found["OUTPUT"].getFeatures()}
    assert (places["P2"].asPoint().y(), places["P2"].asPoint().x()) == pytest.approx((38.19, 135.2917), abs=1e-4)
    assert places["P1"].asPoint().y() != pytest.approx(38.1) and places["P3"].isNull() and places["P4"].isNull()
    assert found["NOWHERE"] == 2 and found["NOT_READ"] == 2
    said = "\n".join(feedback.warnings)
    assert "1 people stand where the list says" in said and "swapped it would fit: 4" in said


def test_json_is_a_list_too(support, tmp_path, numbers):
    one = [{"宛名番号": "P1", "供給地点特定番号": numbers[0], "要介護度": 5}, {"宛名番号": "P2", "要介護度": None}]
    for name, content in (
        ("a.json", json.dumps({"data": one}, ensure_ascii=False)),
        ("b.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in one)),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
        _, listed = support(tmp_path / name)
        assert listed["key"].tolist() == ["P1", "P2"] and listed["need"].tolist() == ["high", "unknown"]


def test_what_was_entered_for_one_of_two_people_of_a_home_is_not_given_to_the_other(
    run, support, drill, tmp_path, numbers, feedback
):
    path = tmp_path / "people.csv"
    path.write_text(f"供給地点特定番号,要介護度\n{numbers[0]},要介護2\n{numbers[0]},要介護4\n", encoding="utf-8")
    found, _ = support(path)
    earlier = found["OUTPUT"]
    with_edit = earlier.dataProvider()
    place = earlier.fields().lookupField("response")
    for feature in earlier.getFeatures():
        if feature["care"] == "要介護4":
            with_edit.changeAttributeValues({feature.id(): {place: "避難済み"}})
    again, listed = support(path, PREVIOUS=earlier)
    assert again["KEPT"] == 0 and listed["response"].isna().all()
    assert any("was not handed on" in line for line in feedback.warnings)


def test_the_number_of_a_home_hands_no_response_to_another_of_it(support, tmp_path, numbers):
    path = tmp_path / "people.csv"
    path.write_text(f"世帯番号,氏名,供給地点特定番号\n1001,電力 太郎,{numbers[0]}\n", encoding="utf-8")
    earlier = support(path)[0]["OUTPUT"]
    place = earlier.fields().lookupField("response")
    earlier.dataProvider().changeAttributeValues({next(earlier.getFeatures()).id(): {place: "避難済み"}})
    path.write_text(f"世帯番号,氏名,供給地点特定番号\n1001,電力 花子,{numbers[0]}\n", encoding="utf-8")
    again, listed = support(path, PREVIOUS=earlier)
    assert again["KEPT"] == 0 and listed["response"].isna().all() and listed["key"].tolist() == ["1001"]


def test_visits_and_residence_keep_everybody_too(run, drill, tmp_path, numbers):
    path = tmp_path / "people.csv"
    path.write_text("No,供給地点特定番号\n1," + numbers[0] + "\n2," + numbers[0] + "\n3,\n4,\n", encoding="cp932")
    case = str(drill.case.folder)
    visits = run("visitplan", {"CASE": case, "LIST": str(path), "OUTPUT": "memory:"})
    assert rows(visits["OUTPUT"])["row_no"].tolist() == [2, 3, 4, 5]
    assert rows(visits["OUTPUT"])["same_as"].tolist() == ["3", "2", "5", "4"]
    lived = run("residenceevidence", {"CASE": case, "APPLICANTS": str(path), "OUTPUT": "memory:"})
    assert rows(lived["OUTPUT"])["row_no"].tolist() == [2, 3, 4, 5] and lived["NOT_READ"] == 0
    assert np.isin(rows(lived["OUTPUT"])["verdict"].iloc[2:], ["cannot_tell"]).all()

"""Readers: what a file is by its content, good rows kept, bad ones told."""

import csv
import json
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tomoshibi.aggregator.profile import Profile
from tomoshibi.aggregator.readers import read_table, recognise
from tomoshibi.aggregator.tabular import FileProblem
from tomoshibi.aggregator.values import watt_hours
from tomoshibi.tests.published import HEADERS, P1, P2, PROFILE, ROWS, Ear, master_row, write


def without_header(*kinds):
    raw = json.loads(json.dumps(PROFILE.marks))
    for kind in kinds:
        raw["files"][kind]["header"]["value"] = False
    return Profile.of(raw)


# -- recognise --------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", list(HEADERS))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_file_is_recognised_by_its_columns_whatever_its_name(tmp_path, kind, encoding):
    order = list(reversed(range(len(HEADERS[kind]))))
    path = write(
        tmp_path / "172057_C1_stat_202401010000.csv",
        [HEADERS[kind][i] for i in order],
        [[ROWS[kind][i] for i in order]],
        encoding,
    )
    assert recognise(path, PROFILE) == kind


@pytest.mark.parametrize("kind", list(HEADERS))
def test_a_json_file_is_recognised_by_its_names(tmp_path, kind):
    path = tmp_path / "x.json"
    path.write_text(json.dumps([dict(zip(HEADERS[kind], ROWS[kind]))], ensure_ascii=False), encoding="utf-8")
    assert recognise(path, PROFILE) == kind


@pytest.mark.parametrize("kind", list(HEADERS))
def test_a_file_without_header_is_recognised_by_the_shape_of_its_fields(tmp_path, kind):
    path = write(tmp_path / "x.csv", None, [ROWS[kind]] * 3)
    assert recognise(path, without_header(*HEADERS)) == kind
    assert recognise(path, PROFILE) is None


def test_what_fits_two_kinds_is_not_guessed(tmp_path):
    header, rows = ["供給/受電地点特定番号", "計器ID"], [[P1, "M1"]]
    assert recognise(write(tmp_path / "list.csv", header, rows), PROFILE) is None
    named = write(tmp_path / "172057_C1_outage_202401010000.csv", header, rows)
    assert recognise(named, PROFILE) == "outage"


@pytest.mark.parametrize(
    "content", [b"", b"hello\nworld\n", b"\x00\x01\x02" * 100, b"[]", b"[1, 2]", b'{"a": 1}', b"\xff\xfea\x00"]
)
def test_what_is_no_published_file_is_none(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    assert recognise(path, PROFILE) is None


def test_a_list_of_contractors_is_recognised_and_read(tmp_path):
    path = write(tmp_path / "list.csv", ["マスタ情報ID", "リスト名"], [["M-1", "避難所"], ["", "避難所"], ["M-2", ""]])
    assert recognise(path, PROFILE) == "contractors"
    result = read_table(path, "contractors", PROFILE)
    assert result.table["master_info_id"].tolist() == ["M-1", "M-2"]
    assert result.rejected == 1


# -- tables -----------------------------------------------------------------------------------------
def test_master_has_only_the_columns_of_the_file_with_their_dtypes(tmp_path):
    header = [
        "供給/受電地点特定番号",
        "データ種別",
        "引込位置座標(世界測地系:緯度)",
        "契約電力",
        "電話番号",
        "ﾌｧｲﾙ作成日",
        "ﾌｧｲﾙ作成時刻",
    ]
    rows = [[P1, "1", "37.39", "", "0768000000", "20240101", "0005"], [P2, "2", "", "3.5", "", "", ""]]
    result = read_table(write(tmp_path / "m.csv", header, rows), "master", PROFILE)
    table = result.table
    assert list(table.columns) == ["flow", "supply_point", "contract_kw", "lat", "created_at", "phone"]
    assert table["flow"].dtype == np.int8 and table["flow"].tolist() == [1, 2]
    assert np.isnan(table["lat"][1]) and np.isnan(table["contract_kw"][0])
    assert table["phone"].tolist() == ["0768000000", ""]
    assert table["created_at"][0].to_pydatetime() == datetime(2024, 1, 1, 0, 5)
    assert table["created_at"].isna().tolist() == [False, True]


def test_masked_and_blank_figures_are_unknown_never_zero(tmp_path):
    rows = [list(ROWS["statistics"]) for _ in range(3)]
    rows[1][8] = "N/A"
    rows[2][8], rows[2][9] = "0", "N/A"
    table = read_table(write(tmp_path / "s.csv", HEADERS["statistics"], rows), "statistics", PROFILE).table
    assert table["masked"].tolist() == [False, True, True]
    assert np.isnan(table["count"][1]) and table["count"][2] == 0 and np.isnan(table["total"][2])
    assert table["date"].dtype.kind == "M" and table["energised"].dtype == np.int8


@pytest.mark.parametrize("kind", ["statistics", "flow_statistics", "outage"])
def test_tables_have_all_their_columns_even_if_the_file_has_not(tmp_path, kind):
    spec = PROFILE.file(kind)
    used = [i for i, column in enumerate(spec.columns) if column.required or column.column == "mesh_code"]
    path = write(tmp_path / "x.csv", [HEADERS[kind][i] for i in used], [[ROWS[kind][i] for i in used]])
    full = read_table(write(tmp_path / "y.csv", HEADERS[kind], [ROWS[kind]]), kind, PROFILE).table
    part = read_table(path, kind, PROFILE).table
    assert list(part.columns) == list(full.columns)
    assert (part.dtypes == full.dtypes).all()
    assert len(part) == 1


BAD = [
    ("supply_point", "3.1E+20", "供給/受電地点特定番号"),
    ("supply_point", P1[1:], "供給/受電地点特定番号"),
    ("supply_point", "", "供給/受電地点特定番号"),
    ("voltage", "9", "電圧分類"),
    ("lat", "north", "引込位置座標(世界測地系:緯度)"),
    ("contract_kw", "-1", "契約電力"),
    ("contract_kw", "N/A", "契約電力"),
    ("created_date", "20240230", "ﾌｧｲﾙ作成日"),
    ("created_time", "5", "ﾌｧｲﾙ作成時刻"),
    # digits that are none, and numbers and dates without end
    ("supply_point", "²" * 22, "供給/受電地点特定番号"),
    ("supply_point", "9" * 5000, "供給/受電地点特定番号"),
    ("supply_point", P1[:-1] + "\u202e", "供給/受電地点特定番号"),
    ("voltage", "²", "電圧分類"),
    ("voltage", "9" * 5000, "電圧分類"),
    ("lat", "²", "引込位置座標(世界測地系:緯度)"),
    ("lat", "9" * 5000, "引込位置座標(世界測地系:緯度)"),
    ("contract_kw", "²", "契約電力"),
    ("contract_kw", "9" * 5000, "契約電力"),
    ("created_date", "²0240101", "ﾌｧｲﾙ作成日"),
    ("created_date", "9" * 5000, "ﾌｧｲﾙ作成日"),
    ("created_time", "²²²²", "ﾌｧｲﾙ作成時刻"),
]


@pytest.mark.parametrize(("column", "value", "item"), BAD)
def test_a_bad_value_costs_its_row_only_and_is_told_with_file_line_and_item(tmp_path, column, value, item):
    good = master_row(P2)
    bad = master_row(**{"point": value} if column == "supply_point" else {column: value})
    progress = Ear()
    path = write(tmp_path / "m.csv", HEADERS["master"], [good, bad, good])
    result = read_table(path, "master", PROFILE, None, progress)
    assert (len(result.table), result.rows, result.rejected) == (2, 3, 1)
    assert len(progress.warned) == 1
    assert "m.csv" in progress.warned[0] and "line 3" in progress.warned[0] and item in progress.warned[0]
    with open(tmp_path / "m.csv.rejects.csv", encoding="utf-8-sig", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert [(row["line"], row["item"]) for row in found] == [("3", item)]
    assert next(csv.reader([found[0]["original"]])) == bad


@pytest.mark.parametrize("none", ["00010101", "09991231", "18991230", "22000101", "99991231"])
def test_a_date_that_means_none_is_blank_and_told_and_its_row_is_used(tmp_path, none):
    rows = [master_row(point, created_date=day, created_time="0105") for point, day in ((P1, "20240101"), (P2, none))]
    path = write(tmp_path / "m.csv", HEADERS["master"], rows)
    result = read_table(path, "master", PROFILE, None, Ear())
    assert (len(result.table), result.rejected) == (2, 0)
    assert result.table["created_at"].isna().tolist() == [False, True]
    with open(tmp_path / "m.csv.rejects.csv", encoding="utf-8-sig", newline="") as stream:
        [told] = csv.DictReader(stream)
    assert (told["line"], told["item"]) == ("3", "ﾌｧｲﾙ作成日") and "no data can be of" in told["reason"]


def test_a_row_with_missing_fields_or_an_open_quotation_mark_does_not_swallow_the_next(tmp_path):
    header = ",".join(HEADERS["outage"])
    good = ",".join(ROWS["outage"])
    broken = [f'{P2},M2,"電力 太郎,石川県,20240101,1630', f"{P2},M2", good.replace("M1", '"M\r\n1"')]
    path = tmp_path / "o.csv"
    path.write_bytes("\r\n".join([header, good, broken[0], good, broken[1], good, broken[2], "", good, ""]).encode())
    result = read_table(path, "outage", PROFILE)
    assert (len(result.table), result.rejected) == (5, 2)
    assert result.table["meter_id"].tolist().count("M\r\n1") == 1
    assert (result.table["created_at"] == np.datetime64("2024-01-01T16:30")).all()


def test_bytes_that_no_encoding_knows_cost_their_row_only(tmp_path):
    header = ",".join(HEADERS["outage"]).encode("cp932")
    rows = [",".join(ROWS["outage"]).encode("cp932") for _ in range(4)]
    rows[2] = rows[2].replace("電力".encode("cp932"), b"\x81\x20\x81\x20")
    path = tmp_path / "o.csv"
    path.write_bytes(b"\r\n".join([header, *rows]))
    result = read_table(path, "outage", PROFILE)
    assert (len(result.table), result.rejected) == (3, 1)
    assert set(result.table["name"]) == {"電力 太郎"}


def test_the_encoding_is_decided_by_the_whole_file(tmp_path):
    # the first row that is not ASCII stands far behind the part a glance would take in
    plain = [[P1, "M1", "", "", "20240101", "1630"]] * 20000
    path = write(tmp_path / "o.csv", None, [*plain, ROWS["outage"]], "cp932")
    profile = without_header("outage")
    assert read_table(path, "outage", profile).table["name"].iloc[-1] == "電力 太郎"


def test_unknown_columns_are_left_out_and_named_in_one_warning(tmp_path):
    progress = Ear()
    header = [*HEADERS["outage"], "備考", "メモ"]
    result = read_table(
        write(tmp_path / "o.csv", header, [[*ROWS["outage"], "a", "b"]]), "outage", PROFILE, None, progress
    )
    assert len(progress.warned) == 1 and "備考, メモ" in progress.warned[0]
    assert "備考" not in result.table.columns


def test_a_missing_column_is_named_with_its_file(tmp_path):
    path = write(tmp_path / "s.csv", HEADERS["statistics"][:-1], [ROWS["statistics"][:-1]])
    with pytest.raises(FileProblem) as caught:
        read_table(path, "statistics", PROFILE)
    assert "s.csv" in str(caught.value) and "エリア内計器数" in str(caught.value)


def test_a_statistics_file_needs_an_address_or_a_mesh_code(tmp_path):
    used = [i for i, name in enumerate(HEADERS["statistics"]) if name not in ("住所", "メッシュコード")]
    path = write(tmp_path / "s.csv", [HEADERS["statistics"][i] for i in used], [[ROWS["statistics"][i] for i in used]])
    with pytest.raises(FileProblem, match="メッシュコード"):
        read_table(path, "statistics", PROFILE)


def test_json_rows_are_read_without_losing_leading_zeros_or_good_neighbours(tmp_path):
    good = dict(zip(HEADERS["outage"], ROWS["outage"]))
    text = json.dumps([good, {**good, "供給/受電地点特定番号": 12}, 7, good], ensure_ascii=False)
    text = text[:-1] + ', {"供給/受電地点特定番号": oops}, ' + json.dumps(good) + "]"
    path = tmp_path / "o.json"
    path.write_text(text, encoding="utf-8")
    result = read_table(path, "outage", PROFILE)
    assert (len(result.table), result.rejected) == (3, 3)
    assert set(result.table["supply_point"]) == {P1}


def test_json_rows_with_halves_of_signs_lose_no_good_neighbours(tmp_path):
    good = dict(zip(HEADERS["outage"], ROWS["outage"]))
    name, point = HEADERS["outage"][2], HEADERS["outage"][0]
    rows = [good, {**good, name: "電力\ud800"}, {**good, point: "\ud800" * 22}, {**good, point: "9" * 5000}, good]
    path = tmp_path / "o.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    result = read_table(path, "outage", PROFILE)
    assert set(result.table["supply_point"]) == {P1} and len(result.table) + result.rejected == 5
    assert result.rejected >= 2 and result.table["name"].iloc[0] == "電力 太郎"
    for text in result.table["name"]:
        text.encode("utf-8")


def test_a_file_with_a_header_only_is_an_empty_table(tmp_path):
    result = read_table(write(tmp_path / "o.csv", HEADERS["outage"], []), "outage", PROFILE)
    assert (len(result.table), result.rows, result.rejected) == (0, 0, 0)
    assert list(result.table.columns) == ["supply_point", "meter_id", "name", "address", "created_at"]


def test_rejects_of_an_earlier_run_do_not_stay(tmp_path):
    path = write(tmp_path / "o.csv", HEADERS["outage"], [["x"]])
    assert read_table(path, "outage", PROFILE).rejects.is_file()
    write(path, HEADERS["outage"], [ROWS["outage"]])
    assert read_table(path, "outage", PROFILE).rejects is None
    assert not (tmp_path / "o.csv.rejects.csv").exists()


FIELD = st.text(st.characters(codec="cp932", categories=("L", "N", "P"), exclude_characters="‖〜"), max_size=12).map(
    str.strip
)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(st.tuples(FIELD, FIELD), min_size=1, max_size=30), st.sampled_from(["utf-8", "utf-8-sig", "cp932"]))
def test_names_and_addresses_come_back_as_they_were_written(tmp_path_factory, people, encoding):
    path = tmp_path_factory.mktemp("names") / "o.csv"
    write(
        path, HEADERS["outage"], [[P1, "M1", name, address, "20240101", "1630"] for name, address in people], encoding
    )
    result = read_table(path, "outage", PROFILE)
    assert result.rejected == 0
    assert list(zip(result.table["name"], result.table["address"])) == people


def test_tables_that_count_meters_only_have_no_energy_and_lose_no_row(tmp_path):
    row = [*ROWS["flow_statistics"]]
    row[2], row[-1] = "3", ""
    blank = write(tmp_path / "blank.csv", HEADERS["flow_statistics"], [row])
    absent = write(tmp_path / "absent.csv", HEADERS["flow_statistics"][:-1], [row[:-1]])
    for path in (blank, absent):
        assert recognise(path, PROFILE) == "flow_statistics"
        result = read_table(path, "flow_statistics", PROFILE)
        assert (result.rows, result.rejected, result.table["meters"].tolist()) == (1, 0, [120.0])
        assert np.isnan(result.table["kwh"]).all() and not result.table["masked"].any()


def test_the_rejects_file_gives_its_reasons_in_the_language_of_the_watch(tmp_path):
    class Translating(Ear):
        def translate_message(self, what):
            return {"it is blank.": "空欄です。"}[what.template]

    path = write(tmp_path / "outage.csv", HEADERS["outage"], [["", "M1", "", "", "", ""]])
    result = read_table(path, "outage", PROFILE, None, Translating())
    assert "空欄です。" in result.rejects.read_text(encoding="utf-8-sig")


@given(st.integers(0, 2**31 - 1))
def test_watt_hours_are_read_as_they_are_where_the_profile_says_so(value):
    assert watt_hours(str(value), 0) == (value, False)
    assert watt_hours(f"{value}.4", 0) == (value, True)


def test_energies_in_watt_hours_become_the_same_figures(tmp_path):
    raw = json.loads(json.dumps(PROFILE.marks))
    raw["conventions"]["energyUnit"]["value"] = "Wh"
    row = [*ROWS["flow_statistics"]]
    row[-1] = "3456500"
    path = write(tmp_path / "flow.csv", HEADERS["flow_statistics"], [row])
    assert read_table(path, "flow_statistics", Profile.of(raw)).table["kwh"].tolist() == [3456.5]
    del raw["conventions"]["energyUnit"]
    assert Profile.of(raw).energy_places == 3

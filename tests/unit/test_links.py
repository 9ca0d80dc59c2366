"""The link list of facilities and supply points."""

import pytest
from tomoshibi.casefile.links import LinksError, read_links

NUMBER = "05" + "1" * 20


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "links.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_japanese_headings_are_read_in_every_encoding_an_office_writes(tmp_path, encoding):
    links = read_links(write(tmp_path, f"施設ID,供給地点特定番号\r\n避難所1,{NUMBER}\r\n", encoding))
    assert links.table.values.tolist() == [["避難所1", NUMBER]]
    assert not links.problems


def test_a_number_that_a_spreadsheet_destroyed_is_named_by_line_and_the_rest_is_kept(tmp_path):
    links = read_links(write(tmp_path, f"facility_id,supply_point\nA,3.1E+20\nB,{NUMBER}\n\nB,{NUMBER}\n"))
    assert links.table.values.tolist() == [["B", NUMBER]]
    assert len(links.problems) == 1 and links.problems[0].values["line"] == 2


@pytest.mark.parametrize(
    "written",
    [NUMBER[1:], f"'{NUMBER}", "０５" + NUMBER[2:], f"{NUMBER[:2]}-{NUMBER[2:6]} {NUMBER[6:]}", f"　{NUMBER} "],
)
def test_a_number_is_read_as_people_and_spreadsheets_write_it(tmp_path, written):
    links = read_links(write(tmp_path, f"facility_id,supply_point\nA,{written}\nA,{NUMBER}\n"))
    assert links.table.values.tolist() == [["A", NUMBER]] and not links.problems and not links.unreadable


def test_a_round_number_is_one_and_none_but_zeros_is_none(tmp_path):
    links = read_links(write(tmp_path, f"facility_id,supply_point\nA,05{'0' * 20}\nB,{'0' * 22}\n"))
    assert links.table.values.tolist() == [["A", "05" + "0" * 20]] and links.unreadable == ("B",)


@pytest.mark.parametrize("written", ["0" * 2 + NUMBER, NUMBER[:20], "3.1E+20", NUMBER[:16] + "0" * 6, "不明"])
def test_a_number_that_is_none_is_no_other_number_and_its_facility_is_told(tmp_path, written):
    links = read_links(write(tmp_path, f"facility_id,supply_point\nA,{written}\nA,{NUMBER}\nB,\n,{NUMBER}\n"))
    assert links.table.values.tolist() == [["A", NUMBER]] and links.unreadable == ("A",)
    assert [problem.values["line"] for problem in links.problems] == [2, 4, 5]


def test_a_missing_heading_says_which(tmp_path):
    with pytest.raises(LinksError) as caught:
        read_links(write(tmp_path, "facility_id,number\nA,1\n"))
    assert "supply_point" in str(caught.value) and "links.csv" in str(caught.value)


def test_an_unknown_encoding_is_said_and_no_traceback_is_shown(tmp_path):
    path = tmp_path / "links.csv"
    path.write_bytes(b"facility_id,supply_point\n\xff\xfe\x81,1\n")
    with pytest.raises(LinksError):
        read_links(path)


def test_a_quotation_mark_that_is_never_closed_is_said_with_its_line(tmp_path):
    text = 'facility_id,supply_point\nA,"' + "0" * 200_000
    with pytest.raises(LinksError, match="Line 2 of the list cannot be read as CSV"):
        read_links(write(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LinksError, match=r"absent\.csv"):
        read_links(tmp_path / "absent.csv")

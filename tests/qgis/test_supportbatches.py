"""People to help parted among those who look after them, and their answers taken back."""

from __future__ import annotations

import zipfile

import pytest
from qgis.core import QgsProcessingException
from tomoshibi.casefile.packages_field import Answer
from tomoshibi.layers.spreadsheet import Sheet, write_xlsx
from tomoshibi.layers.spreadsheets import read_xlsx, sheet_names
from tomoshibi.processing_provider.dock.situation import support_of
from tomoshibi.processing_provider.entered import write_answers
from tomoshibi.processing_provider.people.support_rows import support_list_of, support_rows
from tomoshibi.tests.drill_case import make_drill
from tomoshibi.tests.qgis.tables import rows

SUPPORTERS = ["電力 花子", "電力 花子、電力 次郎", "", "電力 次郎", "電力 花子"]
DISTRICTS = ["一の町", "二の町", "一の町", "一の町", "二の町"]


@pytest.fixture
def drill(tmp_path):
    return make_drill(tmp_path / "drill", seed=5, meters=2000)


@pytest.fixture
def support_list(drill, tmp_path):
    numbers = drill.case.master(["supply_point", "flow"])
    numbers = numbers.loc[numbers["flow"] == 1, "supply_point"].tolist()[:5]
    lines = ["宛名番号,氏名,供給地点特定番号,要介護度,地区,避難支援等実施者,支援者電話,血液型"]
    for place, number in enumerate(numbers):
        supporters = f'"{SUPPORTERS[place]}"'
        lines.append(f"P{place},電力 植男{place},{number},要介護3,{DISTRICTS[place]},{supporters},0768-00-000{place},A")
    path = tmp_path / "support.csv"
    path.write_text("\n".join(lines), encoding="cp932")
    return path


@pytest.fixture
def parted(run, drill, support_list, tmp_path):
    """Return `parted(**parameters)`: the outputs, after the list of whom to help was made."""
    own = {"CASE": str(drill.case.folder), "SUPPORT_LIST": str(support_list)}
    run("evacuationsupport", own)

    def of(**more):
        return run("supportbatches", {**own, "BY": "supporter", "FOLDER": str(tmp_path / "out"), **more})

    return of


def workbooks(folder):
    return {path.name: read_xlsx(path) for path in sorted(folder.glob("*.xlsx"))}


def answered(path, column, word, row=1, name="back.xlsx"):
    """Write a workbook as it comes back, with one answer."""
    table = read_xlsx(path)
    place = table[0].index(column)
    lines = [line + [""] * (len(table[0]) - len(line)) for line in table[1:]]
    lines[row - 1][place] = word
    lines[row - 1][place + 1] = "電力 花子"
    back = path.with_name(name)
    write_xlsx(back, [Sheet("People", tuple(table[0]), lines)])
    return back


def test_each_supporter_gets_their_people_with_contacts_and_those_without_one_come_first(parted, tmp_path, feedback):
    found = parted()
    books = workbooks(tmp_path / "out")
    assert list(books) == ["0000_nobody.xlsx", "0001_電力 次郎.xlsx", "0002_電力 花子.xlsx"]
    assert [len(book) - 1 for book in books.values()] == [1, 2, 3]
    assert (found["BATCHES"], found["PEOPLE"], found["NOBODY"]) == (3, 5, 1)
    assert "支援者電話" in books["0002_電力 花子.xlsx"][0] and "血液型" not in books["0002_電力 花子.xlsx"][0]
    told = "\n".join("\t".join(line) for line in books["0001_電力 次郎.xlsx"])
    assert "電力 植男1" in told and "電力 植男3" in told and "電力 植男0" not in told
    assert any("1 people have nobody" in line for line in feedback.warnings)


def test_the_answers_are_chosen_from_a_list_and_the_terms_stand_in_the_workbook(parted, tmp_path):
    parted()
    path = tmp_path / "out" / "0002_電力 花子.xlsx"
    assert sheet_names(path) == ["People to help", "Answers", "About this list"]
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
    assert "<dataValidation " in sheet and "'Answers'!$A$2:$A$6" in sheet
    assert any("Drill" in cell for line in read_xlsx(path, "About this list") for cell in line)


def test_an_answer_comes_back_to_its_person_once_and_twice_changes_nothing(parted, drill, tmp_path):
    parted(BY="district")
    book = tmp_path / "out" / "0001_一の町.xlsx"
    back = answered(book, "Response", "Needs help", row=2)
    found = parted(BY="district", RETURNED=[str(back)])
    assert (found["MERGED"], found["CONFLICTS"], found["NEEDS_HELP"], found["ANSWERED"]) == (1, 0, 1, 1)
    again = parted(BY="district", RETURNED=[str(back)])
    assert (again["MERGED"], again["CONFLICTS"], again["NEEDS_HELP"]) == (0, 0, 1)
    assert support_of(drill.case.folder) == "People to help: 1 of 5 answered, need help 1, not reached 0"
    line = read_xlsx(book)[2]
    assert "Needs help" in line and "電力 花子" in line


def test_an_answer_that_contradicts_another_is_told_and_not_taken(parted, tmp_path, feedback):
    parted(BY="district")
    book = tmp_path / "out" / "0001_一の町.xlsx"
    first, second = (
        answered(book, "Response", "Needs help"),
        answered(book, "Response", "Contacted, safe", name="b.xlsx"),
    )
    found = parted(BY="district", RETURNED=[str(first), str(second)])
    assert (found["MERGED"], found["CONFLICTS"], found["NEEDS_HELP"]) == (1, 1, 1)
    assert any("b.xlsx:2" in line and "Contacted, safe" in line and "Needs help" in line for line in feedback.warnings)


def test_an_answer_that_somebody_entered_between_reading_and_writing_stays(parted, drill):
    parted()
    target = support_list_of(drill.case)
    stale = {row.number: row.values for row in support_rows(target)}
    one, other, *_ = stale
    assert write_answers(target, stale, {one: Answer("needs_help").values()}) == [one]
    late = {number: Answer("contacted").values() for number in (one, other)}
    assert write_answers(target, stale, late) == [other]
    assert {row.number: row.answer.response for row in support_rows(target) if row.answer} == {
        one: "needs_help",
        other: "contacted",
    }


def test_a_row_that_was_changed_goes_to_nobody(parted, tmp_path, feedback):
    parted(BY="district")
    book = tmp_path / "out" / "0001_一の町.xlsx"
    back = answered(book, "Response", "Needs help")
    table = read_xlsx(back)
    table[1][0] = table[1][0].replace("-", "0-", 1)
    write_xlsx(back, [Sheet("People", tuple(table[0]), table[1:])])
    found = parted(BY="district", RETURNED=[str(back)])
    assert (found["MERGED"], found["CONFLICTS"], found["ANSWERED"]) == (0, 1, 0)


@pytest.mark.parametrize(("word", "taken"), [("needs_help", 1), ("たぶん", 0)])
def test_a_word_that_is_no_answer_is_told_by_its_row(parted, tmp_path, feedback, word, taken):
    parted(BY="district")
    back = answered(tmp_path / "out" / "0001_一の町.xlsx", "Response", word)
    found = parted(BY="district", RETURNED=[str(back)])
    assert (found["MERGED"], found["CONFLICTS"]) == (taken, 1 - taken)
    assert taken or any("back.xlsx:2" in line and "たぶん" in line for line in feedback.warnings)


def test_another_workbook_is_refused_by_its_name(parted, tmp_path):
    other = tmp_path / "other.xlsx"
    write_xlsx(other, [Sheet("a", ("b",), [["c"]])])
    with pytest.raises(QgsProcessingException) as failure:
        parted(RETURNED=[str(other)])
    assert "other.xlsx" in str(failure.value)


def test_a_list_that_changed_since_is_refused(parted, support_list):
    text = support_list.read_text(encoding="cp932").replace("P3,", "P7,")
    support_list.write_text(text, encoding="cp932")
    with pytest.raises(QgsProcessingException) as failure:
        parted()
    assert "1 people" in str(failure.value) and "evacuationsupport" in str(failure.value)


def test_without_a_result_the_algorithm_to_run_is_named(run, drill, support_list):
    with pytest.raises(QgsProcessingException) as failure:
        run("supportbatches", {"CASE": str(drill.case.folder), "SUPPORT_LIST": str(support_list)})
    assert "evacuationsupport" in str(failure.value)


def test_a_case_that_forbids_it_gets_no_workbook(run, parted, drill, tmp_path):
    run("editcase", {"CASE": str(drill.case.folder), "NO_EXPORT": "yes"})
    with pytest.raises(QgsProcessingException):
        parted()
    assert not list((tmp_path / "out").glob("*.xlsx"))


def test_the_table_tells_how_far_each_batch_is(parted, drill, tmp_path):
    parted(BY="district")
    back = answered(tmp_path / "out" / "0001_一の町.xlsx", "Response", "Not reached yet")
    outputs = parted(BY="district", RETURNED=[str(back)], OUTPUT="memory:")
    table = rows(outputs["OUTPUT"]).set_index("batch")
    assert table["people"].to_dict() == {"一の町": 3, "二の町": 2}
    assert table["not_reached"].to_dict() == {"一の町": 1, "二の町": 0}


def came_back(path, name="back.xlsx", **cells):
    """Write a workbook as it comes back, its first person answered; `cells`: heading, without blanks → text."""
    table = read_xlsx(path)
    lines = [line + [""] * (len(table[0]) - len(line)) for line in table[1:]]
    for heading, text in {"Response": "Contacted, safe", **cells}.items():
        lines[0][table[0].index(heading.replace("_", " "))] = text
    back = path.with_name(name)
    write_xlsx(back, [Sheet("People", tuple(table[0]), lines)])
    return back


@pytest.mark.parametrize(
    "text",
    [
        "2026/1/20 9:05",
        "2026-01-20T09:05",
        "1月20日 9時5分",
        "令和8年1月20日午前9時5分",
        "46042.37847222222",
        "1/20 9:05",
    ],
)
def test_the_moment_of_an_answer_is_read_as_people_and_spreadsheets_write_it(parted, drill, tmp_path, text):
    parted(BY="district")
    back = came_back(tmp_path / "out" / "0001_一の町.xlsx", Response_at=text)
    assert parted(BY="district", RETURNED=[str(back)])["MERGED"] == 1
    [row] = [row for row in support_rows(support_list_of(drill.case)) if row.values["response"]]
    assert row.answer.at == "2026-01-20T09:05:00"


@pytest.mark.parametrize("text", ["9:05", "きのう", "1/20", "3026/1/20 9:05"])
def test_a_moment_that_tells_no_day_and_time_is_said_and_kept_in_the_note(parted, drill, tmp_path, feedback, text):
    parted(BY="district")
    back = came_back(tmp_path / "out" / "0001_一の町.xlsx", Response_at=text, Note_of_the_response="元気")
    found = parted(BY="district", RETURNED=[str(back)])
    assert (found["MERGED"], found["CONFLICTS"]) == (1, 0)
    [row] = [row for row in support_rows(support_list_of(drill.case)) if row.values["response"]]
    assert row.answer.at == "" and row.answer.note == f"元気 ({text})"
    assert any("back.xlsx:2" in line and text in line for line in feedback.warnings)


def test_rows_that_a_person_sorted_go_to_their_people_and_a_problem_is_told_by_the_row_on_the_screen(
    parted, drill, tmp_path, feedback
):
    parted(BY="district")
    book = tmp_path / "out" / "0001_一の町.xlsx"
    back = answered(book, "Response", "Needs help", row=1)
    table = read_xlsx(back)
    wrong = [*table[2]]
    wrong += [""] * (len(table[0]) - len(wrong))
    wrong[table[0].index("Response")] = "たぶん"
    write_xlsx(back, [Sheet("People", tuple(table[0]), [table[3], [], wrong, table[1]])])
    key = table[1][table[0].index("Own id")]
    found = parted(BY="district", RETURNED=[str(back)])
    assert (found["MERGED"], found["CONFLICTS"]) == (1, 1)
    assert [row.values["key"] for row in support_rows(support_list_of(drill.case)) if row.values["response"]] == [key]
    assert any("back.xlsx:4" in line and "たぶん" in line for line in feedback.warnings)


def test_a_workbook_filled_in_where_it_lies_is_never_written_over(parted, tmp_path, feedback):
    parted(BY="district")
    book = tmp_path / "out" / "0001_一の町.xlsx"
    answered(book, "Response", "たぶん", name=book.name)
    filled = book.read_bytes()
    parted(BY="district", RETURNED=[str(book)])
    kept = [path for path in book.parent.glob("*.xlsx") if path.read_bytes() == filled]
    assert len(kept) == 1 and kept[0] != book and "0001_一の町" in kept[0].name
    assert any(kept[0].name in line for line in feedback.warnings)
    parted(BY="district")
    assert len(list(book.parent.glob("*.xlsx"))) == 3


def test_a_workbook_that_a_run_left_when_it_was_ended_is_none_that_somebody_filled_in(parted, drill, tmp_path):
    parted(BY="district")
    ledger = drill.case.folder / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(line for line in lines if b"supportbatches" not in line))
    parted(BY="district")
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_hostile_names_stand_in_the_workbooks_as_they_are(run, drill, support_list, tmp_path, feedback):
    names = {
        "植男0": '"=HYPERLINK(""http://example.jp"",""押す"")"',
        "植男1": "<script>alert(1)</script>",
        "植男2": '"𠮷野\n電灯"',
        "植男3": "電灯" + "長" * 40000,
        "植男4": "電\x0b灯🔥",
    }
    text = support_list.read_text(encoding="cp932")
    for old, new in names.items():
        text = text.replace(f"電力 {old}", new)
    support_list.write_text(text, encoding="utf-8")
    own = {"CASE": str(drill.case.folder), "SUPPORT_LIST": str(support_list)}
    run("evacuationsupport", own)
    run("supportbatches", {**own, "BY": "district", "FOLDER": str(tmp_path / "out")})
    told = {line[3] for book in workbooks(tmp_path / "out").values() for line in book[1:]}
    assert {'=HYPERLINK("http://example.jp","押す")', "<script>alert(1)</script>", "𠮷野\n電灯"} <= told
    assert max(map(len, told)) <= 32767
    for path in (tmp_path / "out").glob("*.xlsx"):
        with zipfile.ZipFile(path) as book:
            assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode("utf-8")
    said = "\n".join([*feedback.warnings, *map(str, feedback.infos if hasattr(feedback, "infos") else ())])
    assert "HYPERLINK" not in said and "電灯" not in said


def test_a_folder_that_is_a_file_is_named(parted, tmp_path):
    (tmp_path / "taken").write_text("x")
    with pytest.raises(QgsProcessingException) as failure:
        parted(FOLDER=str(tmp_path / "taken"))
    assert "taken" in str(failure.value) and "Errno" not in str(failure.value)


def test_where_workbooks_are_forbidden_answers_are_taken_all_the_same(run, parted, drill, tmp_path):
    parted(BY="district")
    back = answered(tmp_path / "out" / "0001_一の町.xlsx", "Response", "Needs help")
    run("editcase", {"CASE": str(drill.case.folder), "NO_EXPORT": "yes"})
    with pytest.raises(QgsProcessingException):
        parted(BY="district", RETURNED=[str(back)])
    assert not [row for row in support_rows(support_list_of(drill.case)) if row.values["response"]]
    found = parted(BY="district", RETURNED=[str(back)], FOLDER=None)
    assert (found["MERGED"], found["NEEDS_HELP"], found["FOLDER"]) == (1, 1, "")
    assert not list((drill.case.folder / "reports").rglob("*.xlsx"))


def test_where_nothing_is_said_of_the_folder_workbooks_lie_in_the_case(run, parted, drill, support_list):
    own = {"CASE": str(drill.case.folder), "SUPPORT_LIST": str(support_list)}
    parted()
    found = run("supportbatches", {**own, "BY": "district"})
    assert str(drill.case.folder / "reports") in found["FOLDER"]

"""The open benchmark: its table, what it says of absent and other data, and how an entrant is heard."""

from __future__ import annotations

import gzip
import hashlib
import pickle
from datetime import datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from tomoshibi.dev import benchmark_truth, noto_list, outlook_choice
from tomoshibi.dev.scoring import units
from tomoshibi.dev.scoring.themes import Rows
from tomoshibi.dev.truth_bench import checks, drills, entrants, homes, judges, outlook, rules, sources, table
from tomoshibi.dev.truth_bench.checks import EntrantError
from tomoshibi.dev.truth_bench.entrants import DrillQuestion, OutlookQuestion
from tomoshibi.dev.truth_bench.sources import Source
from tomoshibi.dev.truth_bench.table import Measured
from tomoshibi.practice import stock_truth, truth
from tomoshibi.practice.scenario import Scenario, ScenarioSpec, make_scenario

pytestmark = pytest.mark.slow
"""A scenario is made, and lists of Noto are read."""

ROOT = Path(__file__).resolve().parents[2]


def source(file: str, content: bytes) -> Source:
    return Source(file, hashlib.sha256(content).hexdigest(), "somebody/some", "0" * 40, "there", "none stated")


def listed(hours: int = 180, town: str = "一町", due: str = "") -> pd.DataFrame:
    """A list every hour: one municipality that loses a contract an hour, from 300."""
    at = pd.date_range("2024-01-12 00:00", periods=hours + 1, freq="h")
    told = {"at": at, "city": "架空市", "town": town, "outage_est": 300 - np.arange(hours + 1), "restore_expected": due}
    return pd.DataFrame(told)


def test_the_best_of_a_row_is_bold_and_who_takes_no_part_has_a_dash():
    rows = [
        Measured("outlook", "here", "error", True, {"a": 0.2, "b": 0.1}),
        Measured("places", "there", "right", False, {"a": 0.9, "b": 0.5, "c": 0.9}),
        table.not_judged("homes", "homes", "data absent: x.csv"),
    ]
    names = table.columns(rows, ["c", "a", "b", "nobody"])
    assert names == ["c", "a", "b"]
    assert table.markdown(rows, names).splitlines() == [
        "| task | on | figure | better | c | a | b |",
        "|---|---|---|---|---|---|---|",
        "| outlook | here | error | less | – | 20.0 % | **10.0 %** |",
        "| places | there | right | more | **90.0 %** | **90.0 %** | 50.0 % |",
        "| homes | homes | not judged: data absent: x.csv |  | – | – | – |",
    ]
    assert table.plain(rows, names)[1] == ["outlook", "here", "error", "less", "", "0.200000", "0.100000"]


def test_a_figure_that_nobody_else_has_is_not_called_the_best():
    assert table.best(Measured("hidden", "here", "recall", False, {"a": 0.9})) == set()
    assert table.best(Measured("outlook", "here", "held", False, {"a": 0.9, "b": 0.1}, judged=False)) == set()


def test_absent_data_are_named_and_nothing_is_judged(tmp_path):
    files = (source("set/one.csv", b"1"), source("set/two.csv", b"2"), source("other/three.csv", b"3"))
    assert sources.trouble(None, "set", files) == "data absent: no folder was given (DATA=)"
    assert sources.trouble(tmp_path, "set", files) == "data absent: set/one.csv and 1 more"
    rows = benchmark_truth.real(tmp_path, ["outlook", "homes"], [], True, sources.sources()).rows
    assert [row.task for row in rows] == ["outlook", "homes"] and not any(row.values for row in rows)
    assert all(row.figure.startswith("not judged: data absent: ") for row in rows)


def test_another_file_than_the_listed_one_is_told_and_the_same_packed_otherwise_is_not(tmp_path):
    (tmp_path / "set").mkdir()
    files = (source("set/one.csv.gz", b"1,2\n"),)
    (tmp_path / "set" / "one.csv.gz").write_bytes(gzip.compress(b"1,2\n", 1, mtime=7))
    assert sources.trouble(tmp_path, "set", files) == ""
    (tmp_path / "set" / "one.csv.gz").write_bytes(gzip.compress(b"1,3\n"))
    assert sources.trouble(tmp_path, "set", files).startswith("another file: set/one.csv.gz has the SHA-256 ")
    (tmp_path / "set" / "one.csv.gz").write_bytes(b"no gzip")
    assert sources.trouble(tmp_path, "set", files).startswith("data cannot be read: set/one.csv.gz")


def test_a_list_with_one_changed_count_is_not_judged(tmp_path):
    (tmp_path / "noto2024").mkdir()
    (tmp_path / outlook.FILE).write_bytes(gzip.compress(b"snapshot_jst,city,town,outage_est,restore_expected\n"))
    [row] = benchmark_truth.real(tmp_path, ["outlook"], [], True, sources.sources()).rows
    assert row.figure.startswith("not judged: another file: noto2024/") and row.values == {}


def test_every_real_file_has_a_source_a_commit_a_sum_and_a_licence_and_the_page_names_the_sets():
    found = sources.sources()
    assert {item.set_name for item in found} == {outlook.SET, homes.SET, outlook_choice.SET, outlook_choice.HAGIBIS_SET}
    assert len({item.file for item in found}) == len(found)
    page = (ROOT / "docs" / "benchmark.md").read_text(encoding="utf-8")
    for item in found:
        assert len(item.sha256) == 64 and len(item.commit) == 40 and item.path_there and item.licence
        assert item.repository in page and item.commit in page
    lists = (outlook.FILE, outlook_choice.FILE, outlook_choice.HAGIBIS_FILE)
    assert all(item.sha256 in page for item in found if item.file in lists)


def test_persistence_and_the_straight_line_are_judged_as_reckoned_by_hand():
    found = outlook.judged(listed(), [])
    rows = {row.figure: row.values for row in outlook.figures(found)}
    six = rows["error at 6 h ÷ dark now"]
    now = found.loc[(found["entrant"] == "persistence") & (found["hours"] == 6), "now"]
    # six contracts fewer in six hours, from every origin
    assert six["persistence"] == pytest.approx(6 * len(now) / now.sum())
    assert six["straight line"] == pytest.approx(0)
    assert six["utility's page"] == pytest.approx(six["persistence"])
    assert 0 < six["Tomoshibi"] < six["persistence"]


def test_what_the_utility_expects_counts_only_while_it_is_ahead_and_undecided_towns_stay_dark():
    at = pd.Timestamp("2024-01-14 00:00")
    rows = pd.concat(
        [listed(48, "一町", "2024/01/14 05:30頃"), listed(48, "二町", "2024/01/14 被害把握中のため復旧未定")]
    )
    told = outlook.utility(rows, np.array([504.0]), at, ["架空市"]).set_index("hours")["answer"]
    assert told[6] == 252 and told[72] == 252
    late = outlook.utility(rows, np.array([504.0]), at + pd.Timedelta(hours=6), ["架空市"])
    assert (late["answer"] == 504).all()


def test_an_entrant_sees_nothing_of_the_list_after_the_question(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(
        "import pandas as pd\n"
        "def outlook(question):\n"
        "    assert question.listed['at'].max() <= question.at\n"
        "    rows = [(item, hours, 0) for item in question.items for hours in question.hours]\n"
        "    return pd.DataFrame(rows, columns=['item', 'hours', 'answer'])\n",
        encoding="utf-8",
    )
    found = outlook.judged(listed(), [entrants.load(file)])
    mine = found[found["entrant"] == "mine"]
    assert len(mine) == (found["entrant"] == "persistence").sum() and (mine["answer"] == 0).all()


def test_an_entrant_that_changes_the_list_changes_it_for_nobody_else(tmp_path):
    text = (
        "import pandas as pd\n"
        "def outlook(question):\n"
        "    question.listed.loc[:, 'outage_est'] = 0\n"
        "    question.listed['restore_expected'] = '2024/01/14 05:30頃'\n"
        "    return pd.DataFrame(columns=['item', 'hours', 'answer'])\n"
    )
    (tmp_path / "mine.py").write_text(text, encoding="utf-8")
    alone, beside = outlook.judged(listed(), []), outlook.judged(listed(), [entrants.load(tmp_path / "mine.py")])
    beside = beside[beside["entrant"] != "mine"]
    assert (alone["answer"].to_numpy() == beside["answer"].to_numpy()).all() and len(alone)


def test_answers_of_a_csv_are_heard_and_what_it_leaves_out_counts_as_persistence(tmp_path):
    file = tmp_path / "theirs.csv"
    file.write_text(
        "task,drill,at,item,hours,answer,low80,high80\n"
        "outlook,noto2024,2024-01-14 00:00,架空市,6,246,240,250\n"
        "outlook,noto2024,2024-01-14 06:00,架空市,6,240,,\n",
        encoding="utf-8",
    )
    found = outlook.judged(listed(), [entrants.load(file)])
    mine = found[(found["entrant"] == "theirs") & (found["hours"] == 6)].sort_values("origin")
    assert (mine["answer"] - mine["then"]).tolist()[:2] == [0, 0]
    assert (mine["answer"] - mine["now"]).tolist()[2:] == [0] * (len(mine) - 2) and len(mine) > 2
    held = {row.figure: row.values for row in outlook.figures(found)}
    # without an interval it is 0 to the count now, wide but never wrong here
    assert held["counts within the 80 % interval (aim: 80 %)"]["theirs"] == 1.0
    assert held["score of the 80 % interval ÷ dark now"]["theirs"] > 0.9


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.csv", "task,at,item\n", "lacks the columns drill, hours, answer"),
        ("b.csv", "task,drill,at,item,hours,answer\nweather,,2024-01-14,x,,1\n", "tasks that there are not: weather"),
        (
            "c.csv",
            "task,drill,at,item,hours,answer\noutlook,noto2024,soon,x,6,1\n",
            "line 2: x has in “at” what is no time",
        ),
        ("d.py", "def guess(question):\n    return None\n", "none of the functions"),
        ("e.txt", "", "an entrant is a .py or a .csv file"),
        ("persistence.csv", "", "the name persistence is taken"),
    ],
)
def test_a_file_that_is_no_entrant_is_refused_with_what_is_wrong(tmp_path, name, text, told):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(EntrantError, match=told):
        entrants.load(tmp_path / name)


HEAD = "task,drill,at,item,hours,answer"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (f"{HEAD}\n", "theirs.csv holds no answers"),
        (f"{HEAD}\nlife,x,2026-01-19,H1,,powered\nlife,x,2026", "line 3: 3 cells under 6 columns. Is the file cut off"),
        (f"{HEAD}\nlife,x,2026-01-19,H,1,,powered\n", "line 2: 7 cells under 6 columns"),
        (f"{HEAD}\n\noutlook,noto,2024-01-14,市,6,1\n", "line 3: 市 is not of the drill noto2024"),
        (f"{HEAD}\noutlook,noto2024,2024-01-14,市,6h,1\n", "line 2: 市 has in “hours” what is no number"),
        (f"{HEAD}\noutlook,noto2024,2024-01-14,市,6,-1\n", "line 2: 市 has an answer that is not from 0 to inf"),
        (f"{HEAD}\ncells,x,2026-01-19,5438,,35\n", "line 2: 5438 has an answer that is not from 0 to 1"),
        (f"{HEAD}\nclocks,x,2026-01-19,E1,,inf\n", "line 2: E1 has in “answer” what is no number"),
        (f"{HEAD},low90\nclocks,x,2026-01-19,E1,,3,1\n", "an interval of 90 % has both low90 and high90, or neither"),
        (
            f"{HEAD}\n" + 2 * "life,x,2026-01-19,H1,,powered\n",
            "task life, x at 2026-01-19 .*line 3: H1 is answered twice",
        ),
        (f"{HEAD},item\n", "has a column twice"),
    ],
)
def test_a_wrong_cut_or_doubled_file_of_answers_is_refused_by_its_line_before_anything_is_asked(tmp_path, lines, told):
    (tmp_path / "theirs.csv").write_text(lines, encoding="utf-8")
    with pytest.raises(EntrantError, match=told):
        entrants.load(tmp_path / "theirs.csv")


def test_a_file_in_another_code_and_two_files_of_one_name_are_refused(tmp_path):
    (tmp_path / "sjis.csv").write_text(f"{HEAD}\noutlook,noto2024,2024-01-14,輪島市,6,1\n", encoding="cp932")
    with pytest.raises(EntrantError, match=r"sjis\.csv cannot be read as a CSV in UTF-8"):
        entrants.load(tmp_path / "sjis.csv")
    (tmp_path / "mine.csv").write_text(f"{HEAD}\nlife,x,2026-01-19,H1,,powered\n", encoding="utf-8")
    with pytest.raises(EntrantError, match="another file is called mine too"):
        entrants.load_all([tmp_path / "mine.csv", tmp_path / "mine.py"])


def test_the_order_of_rows_and_columns_and_how_a_time_is_written_change_nothing(tmp_path):
    rows = [f"outlook,noto2024,2024-01-14 00:00,架空市,{hours},{240 - hours}" for hours in (6, 12, 24)]
    (tmp_path / "one.csv").write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    turned = [f"{240 - hours},{hours},架空市,2024-01-14T00:00+09:00,noto2024,outlook" for hours in (24, 6, 12)]
    text = "\r\n".join(["answer,hours,item,at,drill,task", *turned])
    (tmp_path / "two.csv").write_text(text, encoding="utf-8-sig")
    found = outlook.judged(listed(), entrants.load_all([tmp_path / "one.csv", tmp_path / "two.csv"]))
    one, two = (found.loc[found["entrant"] == name, "answer"].to_numpy() for name in ("one", "two"))
    assert (one == two).all() and found.loc[found["entrant"] == "one", "told"].sum() == 3


def test_answers_about_nothing_that_was_asked_and_in_no_known_word_are_told_with_the_first(tmp_path):
    unused = checks.Unused()
    rows = pd.DataFrame({"item": ["E1", "E2", "X", "E3"], "answer": ["powered", "Powered", "powered", None]})
    unused.note("mine", "places", rows, {"E1", "E2", "E3"})
    unused.note("mine", "places", rows, {"E1", "E2", "E3"})
    assert unused.lines() == [
        "mine, task places: 2 answers are about nothing that was asked, the first: X, “powered”, in row 3 of the "
        "table.",
        "mine, task places: 2 answers are none of powered, partial, outage and count as not told, the first: E2, "
        "“Powered”, in row 2 of the table.",
    ]
    (tmp_path / "theirs.csv").write_text(f"{HEAD}\noutlook,noto2024,2024-01-14,架空町,6,1\n", encoding="utf-8")
    found = outlook.judged(listed(), [entrants.load(tmp_path / "theirs.csv")], 1, unused)
    assert unused.lines()[2].startswith("theirs, task outlook: 1 answers are about nothing that was asked")
    told = {row.figure: row.values for row in outlook.figures(found)}["… told, of all"]
    assert told["theirs"] == 0 and told["persistence"] == 1


def test_all_origins_of_the_list_can_be_answered_from_what_a_run_names():
    named = outlook.questions(listed())
    assert {tuple(row[:2]) for row in named} == {("outlook", "noto2024")}
    found = outlook.judged(listed(), [])
    # what comes after the last one is not in the list
    assert len(named) == found["origin"].nunique() + 1 and named[0][2] == "2024-01-14T00:00:00"


def test_a_drill_without_a_seed_is_told_and_not_left_out(capsys):
    with pytest.raises(SystemExit):
        benchmark_truth.options(["--seeds", "311", "312"])
    assert "--seeds needs 5 numbers, one for each drill (earthquake, " in capsys.readouterr().err
    assert benchmark_truth.options(["--seeds", "311", "--quick"]).seeds == [311]


def test_an_entrant_that_fails_is_told_by_its_task_moment_and_line(tmp_path):
    (tmp_path / "mine.py").write_text("def outlook(question):\n    return question.items[7]\n", encoding="utf-8")
    question = OutlookQuestion(pd.Timestamp("2024-01-14"), (6,), ("架空市",), listed(1))
    with pytest.raises(EntrantError, match=r"mine.py, task outlook, noto2024 at 2024-01-14.*IndexError.*line 2"):
        entrants.load(tmp_path / "mine.py").answer(question)


def test_a_question_answered_twice_or_without_its_hours_is_refused():
    question = OutlookQuestion(pd.Timestamp("2024-01-14"), (6,), ("架空市",), listed(1))
    twice = pd.DataFrame({"item": ["架空市"] * 2, "hours": 6, "answer": [1, 2]})
    with pytest.raises(EntrantError, match="answered twice"):
        entrants.checked("mine", question, twice)
    with pytest.raises(EntrantError, match="lack the columns hours"):
        entrants.checked("mine", question, twice.drop(columns="hours"))


DRILL = DrillQuestion("clocks", "feeder ideal 213", pd.Timestamp("2026-01-19 07:00"), Path("r"), (), Path("o"))


@pytest.mark.parametrize(
    ("table_", "told"),
    [
        ({"item": ["A", "B"], "answer": ["3", "soon"]}, "row 2 of the table: B has in “answer” what is no number"),
        ({"item": ["A", "A"], "answer": [3, 4]}, "row 2 of the table: A is answered twice"),
        ({"item": ["A"], "answer": [3], "low90": [4], "high90": [2]}, "row 1 of the table: A has an interval of 90 %"),
        ({"item": ["A"], "answer": [3], "low90": [4], "high90": ["?"]}, "A has in “high90” what is no number"),
        ({"item": ["A"]}, "the answers lack the columns answer"),
    ],
)
def test_answers_that_cannot_be_judged_are_refused_with_task_moment_and_row(table_, told):
    where = "mine, task clocks, feeder ideal 213 at 2026-01-19 07:00:00"
    with pytest.raises(EntrantError, match=rf"^{where}.*{told}"):
        entrants.checked("mine", DRILL, pd.DataFrame(table_))
    with pytest.raises(EntrantError, match="is no pandas table, but list"):
        entrants.checked("mine", DRILL, [1])


def test_a_wrong_number_in_a_csv_is_told_by_its_line_and_a_blank_one_is_not_told(tmp_path):
    file = tmp_path / "theirs.csv"
    rows = ["task,drill,at,item,hours,answer,low90,high90"]
    rows += [f"clocks,feeder ideal 213,2026-01-19 {hour:02},A,,{hour},," for hour in (6, 8)]
    rows += ["clocks,feeder ideal 213,2026-01-19 07:00,A,,,,", "clocks,feeder ideal 213,2026-01-19 07:00,B,,{},1,9"]
    file.write_text("\n".join(rows).format("5"), encoding="utf-8")
    found = entrants.checked("theirs", DRILL, entrants.load(file).answer(DRILL)).set_index("item")
    assert np.isnan(found.loc["A", "answer"]) and found.loc["B", ["answer", "low90", "high90"]].tolist() == [5, 1, 9]
    file.write_text("\n".join(rows).format("five"), encoding="utf-8")
    with pytest.raises(EntrantError, match=r"theirs, task clocks, .* 07:00:00, line 5: B has in “answer”"):
        entrants.checked("theirs", DRILL, entrants.load(file).answer(DRILL))


def test_answers_of_a_csv_that_nothing_asks_for_are_told_by_the_first_line(tmp_path):
    file = tmp_path / "theirs.csv"
    rows = ["task,drill,at,item,hours,answer", "clocks,feeder ideal 213,2026-01-19 07:00,A,,5"]
    rows += ["presence,feeder ideal 213,2026-01-18 03:30,A,,home", "outlook,noto2024,2024-01-14,x,6,1"]
    questions = [["clocks", "feeder ideal 213", "2026-01-19T07:00:00", ""]]
    questions += [["presence", "feeder ideal 213", "2026-01-18T00:00:00", ""]]
    file.write_text("\n".join(rows), encoding="utf-8")
    assert entrants.unheard(entrants.load(file), questions) == ""
    rows += ["clocks,feeder ideal 213,2026-01-19 07:30,A,,5", "life,feeder today 213,,A,,powered"]
    file.write_text("\n".join(rows), encoding="utf-8")
    told = entrants.unheard(entrants.load(file), questions)
    assert told.startswith("theirs: 2 of 4 answers are to questions that were not asked, the first in line 5 ")


def test_an_error_deep_in_a_library_is_told_by_the_entrants_own_line(tmp_path):
    text = "import pandas as pd\n\n\ndef clocks(question):\n    table = pd.DataFrame()\n    return table['item']\n"
    (tmp_path / "mine.py").write_text(text, encoding="utf-8")
    with pytest.raises(EntrantError, match=r"task clocks, feeder ideal 213 at 2026-01-19.*KeyError.*mine.py, line 6"):
        entrants.load(tmp_path / "mine.py").answer(DRILL)


def test_the_command_ends_with_2_and_the_line_where_an_entrant_cannot_be_run(tmp_path, capsys):
    bad, out = tmp_path / "bad.py", str(tmp_path / "out")
    bad.write_text("import pandas as pd\ndef life(question)\n    return None\n", encoding="utf-8")
    assert benchmark_truth.main(["--tasks", "drills", "--entrant", str(bad), "--out", out]) == 2
    assert "bad.py cannot be run: SyntaxError" in capsys.readouterr().err
    assert benchmark_truth.main(["--tasks", "drills", "--entrant", str(tmp_path / "no.csv"), "--out", out]) == 2
    assert "no.csv is not there" in capsys.readouterr().err


def test_a_worker_hands_back_results_and_what_is_wrong_with_an_entrant():
    assert str(pickle.loads(pickle.dumps(EntrantError("line 7")))) == "line 7"
    for count in (1, 2):
        with drills._workers(count) as send:
            assert send(len, "abc")() == 3
            with pytest.raises(ValueError, match="invalid literal"):
                send(int, "x")()


def test_only_days_without_a_rise_and_nights_between_days_lived_are_judged():
    lively = np.full(48, 100)
    lively[36:44] = 900
    flat = np.full(48, 100)
    days = np.stack([lively, lively, flat, lively, lively])
    missing = days.copy()
    missing[1, 3] = -1
    found = homes.truth(np.stack([days.ravel(), missing.ravel()])).reshape(2, 5, 48)
    assert (found[0, 2, 20:44] == homes.EMPTY).all() and (found[0, 2] != homes.UNJUDGED).sum() == 24
    # the night after a flat day is not judged: who came back, and when, is not known
    assert [(day == homes.LIVED).sum() for day in found[0]] == [0, 10, 0, 0, 10]
    assert [(day == homes.LIVED).sum() for day in found[1]] == [0, 0, 0, 0, 10]


def test_what_is_not_said_of_homes_is_neither_right_nor_wrong():
    true = np.array([[homes.EMPTY, homes.EMPTY, homes.LIVED, homes.LIVED, homes.LIVED, homes.LIVED]])
    all_said = np.array([["away", "home", "home", "home", "home", "away"]], dtype=object)
    said = {"all": all_said, "none": np.full((1, 6), "", object)}
    flat, night, both, told = homes.figures(said, true)
    assert told.values == {"all": 1.0, "none": 0.0} and not told.judged
    assert flat.values == {"all": 0.5, "none": 0.0} and night.values == {"all": 0.25, "none": 0.0}
    assert both.values == {"all": 0.625, "none": 0.0} and not both.less


def test_snapshots_are_put_together_without_a_row_lost(tmp_path):
    row = "2024/01/01 16:10,172040011,石川県,輪島市,大野町,{},調査中,未定,復旧作業中,172049-0010000\n"
    (tmp_path / "202401111700.csv").write_text(row.format("10 戸未満"), encoding="utf-8")
    (tmp_path / "files.csv").write_text("no snapshot", encoding="utf-8")
    (tmp_path / "202401111720.csv").write_text(row.format("約 60 戸"), encoding="utf-8")
    lines = noto_list.together(tmp_path).decode("utf-8").splitlines()
    assert lines[0].split(",") == list(noto_list.HEADER)
    assert [line.split(",")[0] for line in lines[1:]] == ["2024-01-11T17:00:00+09:00", "2024-01-11T17:20:00+09:00"]
    assert [line.split(",")[7] for line in lines[1:]] == ["5", "60"]
    with pytest.raises(SystemExit, match="holds no"):
        noto_list.together(tmp_path / "nothing")


def test_what_was_put_together_is_counted_by_rows_and_snapshots_and_by_what_tells_no_time(tmp_path, capsys):
    row = "2024/01/01 16:10,172040011,石川県,輪島市,大野町,約 60 戸,調査中,{},復旧作業中,172049-0010000\n"
    told = row.format("2024/02/01 18:00頃")
    (tmp_path / "202401111700.csv").write_text(row.format("復旧未定") * 2 + told, encoding="utf-8")
    (tmp_path / "202401111720.csv").write_text(told, encoding="utf-8")
    (tmp_path / "202401111740.csv").write_text("", encoding="utf-8")
    assert noto_list.main([str(tmp_path), str(tmp_path / "out" / "list.csv.gz")]) == 0
    said, total = capsys.readouterr().out.splitlines()
    assert said == "4 rows of 2 snapshots with an outage; 2 rows say 復旧未定."
    assert total == hashlib.sha256(noto_list.together(tmp_path)).hexdigest()


@pytest.fixture(scope="module")
def scenario(tmp_path_factory) -> Scenario:
    return make_scenario(tmp_path_factory.mktemp("truth") / "s", seed=7, spec=ScenarioSpec(meters=2000))


def test_the_utility_knows_of_lines_at_once_and_of_broken_wires_never(scenario):
    moment = scenario.event_time + timedelta(hours=2)
    page, dark = rules.line_dark(scenario, moment), truth.dark_at(scenario, moment)
    assert page.any() and not (page & ~dark).any() and (dark & ~page).any()
    shares = rules.page_share(scenario, moment)
    assert shares.min() >= 0 and 0 < shares.max() <= 1
    assert not rules.page_share(scenario, scenario.event_time - timedelta(hours=1)).any()


def test_a_reader_of_the_page_takes_a_place_for_dark_from_half_of_its_area_on(scenario, monkeypatch):
    rows = np.flatnonzero(scenario.meters["use"] == units.FACILITY)
    number, first = np.unique(scenario.meters["facility"][rows], return_index=True)
    area = scenario.meters["area"][rows[first]]
    shares = np.zeros(len(scenario.areas()))
    shares[np.unique(area)[::3]], shares[np.unique(area)[1::3]] = 0.5, 0.499
    monkeypatch.setattr(rules, "page_share", lambda *_asked: shares)
    said = rules.BASELINES["places"]["utility's page"](scenario, scenario.event_time).set_index("item")["answer"]
    words = {0.0: "powered", 0.499: "unknown", 0.5: "outage"}
    ids = scenario.facilities()["facility_id"].to_numpy(object)
    assert said[ids[number]].tolist() == [words[share] for share in shares[area]]
    assert set(said) == set(words.values())


def test_the_manuals_rule_tells_places_by_the_list_of_twelve_hours_as_published(scenario):
    early = rules.BASELINES["places"]["manual's rule"](scenario, scenario.event_time + timedelta(hours=2))
    late = rules.BASELINES["places"]["manual's rule"](scenario, scenario.event_time + timedelta(hours=20))
    # whoever lost power two hours ago is not on the list yet
    assert (early["answer"] == "powered").mean() > (late["answer"] == "powered").mean()
    assert set(late["item"]) == set(scenario.links()["facility_id"])
    before = rules.BASELINES["places"]["persistence"](scenario, scenario.now)
    assert (before["answer"] == "powered").all()


def test_persistence_errs_in_cells_by_the_share_that_is_dark(scenario):
    moment = scenario.event_time + timedelta(hours=14)
    bench = SimpleNamespace(scenario=scenario)
    rows = Rows()
    judges.cells(bench, moment, rules.BASELINES["cells"]["persistence"](scenario, moment), rows)
    judged = rows.of("cells")
    assert judged["decided"].all() and judged["dark_share"].max() > 0
    assert judged["error"].to_numpy() == pytest.approx(judged["dark_share"].to_numpy())


def test_half_hours_that_are_left_out_count_as_not_told(scenario):
    begin = datetime.combine(scenario.event_time.date() - timedelta(1), time())
    home = str(truth.presence_truth(scenario, [begin])["supply_point"].iloc[0])
    rows = pd.DataFrame({"item": [home, home], "at": [begin, begin + timedelta(days=3)], "answer": "home"})
    judged = judges.presence(scenario, begin, False, rows)
    assert judged["slot_begin"].nunique() == 48
    assert (judged["state"] == "home").sum() == 1 and set(judged["state"]) == {"home", "no_data"}


def test_lines_show_each_entrant_and_leave_out_what_nobody_answers():
    asked = drills.Asked()
    places = {"moment": 0, "covered": False, "due": False, "left_out": False, "old": False}
    places |= {"beyond": False, "within": False, "out_not_come": False, "ended": False, "decided": True}
    for name, shown in (("a", ["powered", "outage"]), ("b", ["partial", "powered"])):
        table_ = pd.DataFrame({"true": ["powered", "outage"], "shown": shown}).assign(**places)
        asked.of(name).add("facilities", table_.assign(right=table_["true"] == table_["shown"]))
    found = {row.figure: row.values for row in drills.measured("feeder ideal 213", asked)}
    assert found == {
        "power of a facility rightly told, of all": {"a": 1.0, "b": 0.0},
        "… told, of all": {"a": 1.0, "b": 1.0},
        "… right, of those told": {"a": 1.0, "b": 0.0},
        "dark facilities called powered": {"a": 0.0, "b": 1.0},
        "facilities with power called out or partial": {"a": 0.0, "b": 1.0},
    }


def test_what_had_come_by_a_moment_is_kept_and_named_without_a_folder_of_this_machine(tmp_path):
    folder = tmp_path / "feeder" / "ideal"
    (folder / "case" / "received" / "C1").mkdir(parents=True)
    (folder / "case" / "received" / "C1" / "a.csv").write_text("1", encoding="utf-8")
    bench = SimpleNamespace(folder=folder, case=folder / "case")
    came = drills.keep_received(bench, datetime(2026, 1, 19, 7))
    (folder / "case" / "received" / "C1" / "b.csv").write_text("2", encoding="utf-8")
    assert came == "feeder/ideal/came/202601190700"
    assert [path.name for path in (tmp_path / came / "C1").iterdir()] == ["a.csv"]


def test_by_hand_a_facility_runs_on_its_battery_and_then_on_stock_or_tank_over_litres_told_or_of_the_table():
    names = ("施設ID", "自家発電機容量(kVA)", "燃料備蓄量(L)", "タンク容量(L)", "蓄電池(時間)", "燃料消費量(L/h)")
    told = [
        ("A", "60", "100", "200", "2", "10"),
        ("B", "60", "", "114", "なし", ""),
        ("C", "なし", "", "", "4.5", ""),
        ("D", "60", "", "", "なし", "10"),
        ("E", "なし", "", "", "なし", ""),
    ]
    found = rules.run_hours(pd.DataFrame(told, columns=names)).to_dict()
    assert {name: round(hours, 6) for name, hours in found.items() if name != "D"} == {
        "A": 12,
        "B": 10,
        "C": 4.5,
        "E": 0,
    }
    assert np.isnan(found["D"])


def judged_clocks(**changes: object) -> dict[str, float]:
    """The figures of one dark facility that fails in ten hours."""
    row = {"linked": True, "told": True, "true_left": 10.0, "low_left": 10.0, "high_left": 10.0, **changes}
    rows = Rows({"clocks": [pd.DataFrame([row])], "clocks_lit": [pd.DataFrame({"high_left": [np.nan, 3.0, 80.0]})]})
    return judges.more(rows, {})


def test_an_interval_of_hours_left_is_judged_by_its_width_and_twenty_times_what_it_misses():
    exact = judged_clocks(answer_left=10.0)
    assert exact["clocks.score"] == exact["clocks.error"] == 0 and exact["clocks.told"] == 1
    assert "clocks.within" not in exact
    assert exact["clocks.lit_called_failing"] == pytest.approx(1 / 3)
    wide = judged_clocks(low_left=4.0, high_left=12.0)
    # who gives no answer beside an interval is taken at its middle
    assert (wide["clocks.score"], wide["clocks.error"]) == (pytest.approx(8 / 72), pytest.approx(2 / 72))
    assert wide["clocks.within"] == 1
    missed = judged_clocks(low_left=12.0, high_left=15.0, answer_left=13.0)
    assert (missed["clocks.score"], missed["clocks.within"]) == (pytest.approx((3 + 2 * 20) / 72), 0)
    point = judged_clocks(low_left=9.0, high_left=9.0, answer_left=9.0)
    assert point["clocks.score"] == pytest.approx(20 / 72)


def test_hours_left_that_are_not_told_count_as_anything_up_to_72_and_what_is_past_or_beyond_as_its_end():
    silent = judged_clocks(told=False, low_left=np.nan, high_left=np.nan)
    assert (silent["clocks.score"], silent["clocks.told"]) == (1, 0)
    assert silent["clocks.error"] == pytest.approx((36 - 10) / 72) and "clocks.within" not in silent
    failed = judged_clocks(true_left=-30.0, low_left=-3.0, high_left=-2.0, answer_left=-2.5)
    assert failed["clocks.score"] == failed["clocks.error"] == 0
    lasts = judged_clocks(true_left=300.0, low_left=80.0, high_left=10_000.0)
    assert lasts["clocks.score"] == lasts["clocks.error"] == 0
    assert "clocks.score" not in judged_clocks(linked=False)


def test_who_cannot_tell_the_ends_of_an_interval_is_taken_at_the_answer(scenario):
    moment = scenario.now
    dark = stock_truth.failure_truth(scenario, moment).dropna(subset=["fails_minute"])
    dark = dark[~dark["facility_id"].isin(units.badly_linked(scenario))].reset_index(drop=True)
    left = (dark["fails_minute"] - scenario.minutes(moment)) / 60
    answers = pd.DataFrame({"item": dark["facility_id"], "answer": left, "low90": left - 1, "high90": left + 1})
    answers.loc[0, ["low90", "high90"]] = np.nan
    answers.loc[1, ["answer", "low90", "high90"]] = np.nan
    rows = Rows()
    judges.clocks(SimpleNamespace(scenario=scenario), moment, answers, rows)
    judged = rows.of("clocks").set_index("facility_id").loc[dark["facility_id"]].reset_index()
    assert (judged["high_left"] - judged["low_left"]).round(6).tolist()[2:] == [2.0] * (len(dark) - 2) and len(dark) > 3
    assert judged.loc[0, "low_left"] == judged.loc[0, "high_left"] == pytest.approx(left[0], abs=1e-3)
    assert judged["told"].tolist() == [True, False] + [True] * (len(dark) - 2)
    assert not rows.of("clocks_lit")["high_left"].notna().any()
    assert not set(rows.of("clocks_lit")["facility_id"]) & set(dark["facility_id"])


def test_by_hand_who_is_on_the_list_is_dark_since_twelve_hours_before_it(scenario):
    early, late = scenario.event_time + timedelta(hours=2), scenario.event_time + timedelta(hours=30)
    rules_ = rules.BASELINES["life"]
    for moment in (early, late):
        people = stock_truth.device_truth(scenario, moment).set_index("person_id")
        said = rules_["manual's rule"](scenario, moment).set_index("item")["answer"]
        out = set(scenario.meters["supply_point"][rules.listed(scenario, moment)].astype(str))
        assert (said != "powered").tolist() == people["supply_point"].isin(out)[said.index].tolist()
    # twelve hours are longer than any battery of the list
    assert set(said) == {"powered", "exhausted"}
    page = rules_["utility's page"](scenario, early).set_index("item")["answer"]
    assert {"powered", "on_battery", "exhausted"} == set(page) and len(page) <= len(people)
    assert set(rules_["persistence"](scenario, early)["answer"]) == {"powered"}


def test_hours_left_by_hand_are_72_where_nothing_is_on_the_list_and_go_on_from_a_stock_that_was_seen(
    scenario, tmp_path
):
    moment, clocks = scenario.event_time + timedelta(hours=30), rules.BASELINES["clocks"]
    said = clocks["manual's rule"](scenario, moment).set_index("item")["answer"]
    places_ = rules.BASELINES["places"]["manual's rule"](scenario, moment).set_index("item")["answer"]
    assert (said[places_ == "powered"] == 72).all() and (places_ == "powered").any()
    dark = said[places_ != "powered"].dropna()
    since = rules._listed_since(scenario, moment)
    backup = pd.read_csv(scenario.folder / "open" / "backup.csv", dtype=str).set_index("施設ID")
    seen = (pd.to_datetime(backup["残量確認日時"]) - pd.Timestamp(moment)) / pd.Timedelta(hours=1)
    start = np.maximum(since, seen.where(seen <= 0).fillna(-np.inf)).reindex(dark.index).fillna(since)
    runs = rules.run_hours(backup.reset_index()).reindex(dark.index)
    assert dark.to_numpy() == pytest.approx((start + runs).to_numpy()) and len(dark) > 5
    assert (clocks["persistence"](scenario, moment)["answer"] == 72).all()
    page = clocks["utility's page"](scenario, moment)
    assert 72 in set(page["answer"]) and (page["answer"] < 72).any()


def test_people_on_devices_are_judged_by_power_and_by_batteries_that_ended():
    said = ["powered", "exhausted", "on_battery", "unknown", "soon", "powered"]
    dark, ended = [False, True, True, True, False, True], [False, True, False, True, False, False]
    found = judges._devices(pd.DataFrame({"shown": said, "dark": dark, "ended": ended}))
    assert found == {
        "life.right": pytest.approx(3 / 6),
        "life.dark_called_powered": pytest.approx(1 / 4),
        "life.powered_called_dark": pytest.approx(1 / 2),
        "life.ended_called_exhausted": pytest.approx(1 / 2),
        "life.exhausted_in_truth": 1.0,
    }


def test_by_the_list_and_the_page_hidden_outages_are_where_the_line_is_back_and_settlements_half_dark(scenario):
    moment = scenario.now
    listed_, share = rules.listed(scenario, moment), rules.page_share(scenario, moment)
    found = rules.BASELINES["hidden"]["manual's rule"](scenario, moment)
    points = scenario.meters["supply_point"].astype(str)
    assert set(found["item"]) == set(points[listed_ & (share[scenario.meters["area"]] == 0)]) and len(found)
    ids = scenario.areas()["area_id"].to_numpy(object)
    cut = rules.BASELINES["isolated"]["utility's page"](scenario, moment)
    assert dict(zip(cut["item"], cut["answer"])) == dict(zip(ids[share >= 0.5], share[share >= 0.5])) and len(cut)
    rows = Rows()
    judges.isolated(SimpleNamespace(scenario=scenario), moment, pd.DataFrame({"item": ids, "answer": 1.0}), rows)
    assert rows.counts["isolated.recall"] == 1
    turned = pd.DataFrame({"item": ids[::-1], "answer": 1.0})
    first, last = Rows(), Rows()
    judges.isolated(SimpleNamespace(scenario=scenario), moment, turned, first)
    judges.isolated(SimpleNamespace(scenario=scenario), moment, turned[::-1], last)
    assert first.counts == last.counts and first.counts["isolated.recall"] == 1
    judges.isolated(SimpleNamespace(scenario=scenario), moment, rules._nothing(scenario, moment), rows)
    assert rows.counts["isolated.recall"] == 0

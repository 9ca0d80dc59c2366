"""The chain of the ledger: what was done to its lines is found, a killed run accuses nobody."""

from __future__ import annotations

import hashlib
import json

import pytest
from tomoshibi.casefile import heads
from tomoshibi.casefile.chain import Break, Broken, check
from tomoshibi.casefile.ledger import Ledger
from tomoshibi.tests.ledger_writers import write_at_once


@pytest.fixture
def profile(tmp_path, monkeypatch):
    """A profile of our own; that of the run, where there is one, comes back afterwards."""
    monkeypatch.setattr(heads, "_PLACE", [tmp_path / "profile"])
    return tmp_path / "profile"


@pytest.fixture
def ledger(tmp_path, profile):
    made = Ledger(tmp_path / "ledger.jsonl", "防災課", "避難所の確認")
    for number in range(6):
        made.add("tomoshibi:test", f"sheets/{number}.pdf", ["tables"])
    return made


def state(ledger):
    return check(ledger.path, heads.known(ledger.path))


def rewrite(ledger, change):
    lines = ledger.path.read_bytes().splitlines(keepends=True)
    ledger.path.write_bytes(b"".join(change(lines)))


def test_a_ledger_as_it_was_written_is_whole(ledger):
    found = state(ledger)
    assert (found.lines, found.chained, found.torn, found.broken) == (6, 6, (), ())


def test_the_head_lies_where_later_versions_look_for_it(ledger, profile):
    place = hashlib.sha256(str(ledger.path.resolve()).encode()).hexdigest()
    assert [path.name for path in profile.glob("*.json")] == [f"{place[:32]}.json"]


def test_a_line_says_who_answers_for_what_and_who_got_it(ledger):
    ledger.add("tomoshibi:municipalpackages", "packages/a.zip", recipient="甲市 福祉課")
    *_, last = ledger.entries()
    assert (last.operator, last.purpose, last.recipient) == ("防災課", "避難所の確認", "甲市 福祉課")
    assert len(last.previous) == 64


def changed(lines):
    return [*lines[:2], lines[2].replace(b"2.pdf", b"9.pdf"), *lines[3:]]


def inserted(lines):
    return [*lines[:3], lines[0], *lines[3:]]


def swapped(lines):
    return [*lines[:2], lines[3], lines[2], *lines[4:]]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (changed, {Broken(4, Break.CHANGED)}),
        (lambda lines: [*lines[:2], *lines[3:]], {Broken(3, Break.CHANGED)}),
        (lambda lines: lines[1:], {Broken(1, Break.CHANGED)}),
        (inserted, {Broken(4, Break.INSERTED), Broken(5, Break.INSERTED)}),
        (swapped, {Broken(3, Break.MOVED), Broken(4, Break.INSERTED), Broken(5, Break.INSERTED)}),
        (lambda lines: lines[:-1], set()),
        (lambda lines: [*lines[:-1], lines[-1].replace(b"5.pdf", b"6.pdf")], set()),
        (lambda lines: [], set()),
    ],
    ids=["changed", "removed", "first-removed", "inserted", "reordered", "last-removed", "last-changed", "emptied"],
)
def test_what_was_done_to_the_lines_is_found_and_named(ledger, change, expected):
    rewrite(ledger, change)
    found = set(state(ledger).broken)
    assert {each for each in found if each.how is not Break.ENDED} == expected
    assert found, "nothing was found"


def test_a_line_without_a_hash_put_behind_the_chain_is_named(ledger):
    with open(ledger.path, "a", encoding="utf-8") as stream:
        stream.write(json.dumps({"when": "2026-01-01", "algorithm": "", "path": "x", "sources": [], "personal": True}))
    assert state(ledger).broken == (Broken(7, Break.UNCHAINED),)


def test_a_removed_last_line_stays_found_when_work_on_the_case_goes_on(ledger):
    rewrite(ledger, lambda lines: lines[:-1])
    ledger.add("tomoshibi:test", "sheets/next.pdf")
    assert [each.how for each in state(ledger).broken] == [Break.ENDED]


def test_a_line_torn_by_a_kill_is_not_taken_for_tampering(ledger):
    whole = ledger.path.read_bytes()
    ledger.path.write_bytes(whole + whole[:30])
    assert (state(ledger).torn, state(ledger).broken) == ((7,), ())
    ledger.add("tomoshibi:test", "sheets/next.pdf")
    found = state(ledger)
    assert (found.lines, found.torn, found.broken) == (8, (7,), ())


def test_a_last_line_torn_by_hand_is_found(ledger):
    ledger.path.write_bytes(ledger.path.read_bytes()[:-20])
    assert [each.how for each in state(ledger).broken] == [Break.ENDED]


def test_a_torn_line_that_was_passed_over_cannot_be_removed_unseen(ledger):
    whole = ledger.path.read_bytes()
    ledger.path.write_bytes(whole + whole[:30])
    ledger.add("tomoshibi:test", "sheets/next.pdf")
    rewrite(ledger, lambda lines: [*lines[:6], lines[7]])
    assert Broken(7, Break.CHANGED) in state(ledger).broken


def test_a_line_that_another_profile_added_accuses_nobody(ledger, profile, tmp_path):
    heads.keep_in(tmp_path / "other")
    ledger.add("tomoshibi:test", "sheets/theirs.pdf")
    heads.keep_in(profile)
    assert state(ledger).broken == ()
    ledger.add("tomoshibi:test", "sheets/ours.pdf")
    rewrite(ledger, lambda lines: lines[:-1])
    assert [each.how for each in state(ledger).broken] == [Break.ENDED]


def test_lines_of_older_versions_are_held_by_the_first_chained_line(tmp_path, profile):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    old = {"when": "2026-01-01T00:00:00", "algorithm": "tomoshibi:x", "path": "a", "sources": [], "personal": True}
    lines = [json.dumps({**old, "path": place, "sha256": None}) for place in "ab"]
    ledger.path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ledger.add("tomoshibi:test", "c")
    assert [entry.path for entry in ledger.entries()] == ["a", "b", "c"]
    assert (state(ledger).chained, state(ledger).broken) == (1, ())
    rewrite(ledger, lambda lines: lines[1:])
    assert Broken(2, Break.CHANGED) in state(ledger).broken


def test_what_a_newer_version_adds_to_a_line_is_passed_over(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.add("tomoshibi:test", "a")
    record = json.loads(ledger.path.read_text(encoding="utf-8"))
    ledger.path.write_text(json.dumps({**record, "colour": "red"}) + "\n", encoding="utf-8")
    assert [entry.path for entry in ledger.entries()] == ["a"]


def test_a_chain_goes_on_behind_very_long_lines(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    for number in range(3):
        ledger.add("tomoshibi:test", f"{number}", ["x" * 200_000])
    assert check(ledger.path).broken == () and check(ledger.path).chained == 3


@pytest.mark.slow
def test_two_runs_at_once_keep_one_chain(tmp_path, profile):
    path = tmp_path / "ledger.jsonl"
    write_at_once(path, ["a", "b"], 20, profile)
    found = check(path, heads.known(path))
    assert (found.lines, found.chained, found.broken) == (40, 40, ())


def test_without_a_head_of_this_profile_a_shorter_chain_is_not_accused(ledger):
    heads.keep_in(None)
    rewrite(ledger, lambda lines: lines[:-1])
    assert heads.known(ledger.path) is None and state(ledger).broken == ()

"""Step 5: which set of publications each file is a part of, so that what is still missing can be named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Iterable, Iterator, Optional, Sequence

from ...aggregator.parquet_reader import town_of
from ...aggregator.readers import CONTRACTORS
from ..municipality import belongs
from ..parquet import ExportedDay
from ..publications import READING, Part, Publication, asked_of, file_of, roster_of, scope_of, set_of
from ..reading_writer import FileReport, IngestReport
from .report import FileOutcome
from .run import BYHAND, IntakeRun, condition_of, folder_of


def sets_of(
    run: IntakeRun, kinds: Sequence[tuple[Path, str]], readings: Optional[IngestReport]
) -> Iterator[Publication]:
    """Yield for each file of this run the set that it is a part of, with nothing but this part in it."""
    outcomes = {outcome.path: outcome for outcome in run.outcomes}
    reported = _by_file(readings.files if readings is not None else ())
    for path, kind in [*kinds, *_useless(run, {path for path, _ in kinds})]:
        if kind != CONTRACTORS:
            yield _set_of(run, path, kind, _part_of(run, path, outcomes.get(path), reported.get(path)))


def _by_file(reports: Iterable[FileReport]) -> dict[Path, FileReport]:
    """Return what came of each file, of one with several step lengths (a report each) all of them together."""
    found: dict[Path, FileReport] = {}
    for each in reports:
        known = found.get(each.path)
        if known is not None:
            counted, whole = (*known.reported, *each.reported), known.whole and each.whole
            each = replace(known, rows=known.rows + each.rows, reported=counted, whole=whole)
        found[each.path] = each
    return found


def _part_of(
    run: IntakeRun, path: Path, outcome: Optional[FileOutcome], counted: Optional[FileReport]
) -> tuple[Part, str]:
    """Return a file as a part of its set, and the name that says which set; `counted` where readings came of it."""
    names = (path.name, file_of(path))
    name = next((each for each in names if run.profile.file_names.parse(each) is not None), names[1])
    said = run.profile.file_names.parse(name)
    rows = run.rows.get(path, outcome.rows if outcome is not None else 0)
    part = Part(
        path.name,
        file_of(path),
        run.digest(path),
        # what is left of a file that is not whole is used, and yet the file is missing
        outcome is not None and outcome.problem is None and (counted is None or counted.whole),
        counted.rows if counted is not None else rows,
        said.part if said is not None else None,
        counted.reported if counted is not None else (),
    )
    return part, name


def _set_of(run: IntakeRun, path: Path, kind: str, named: tuple[Part, str]) -> Publication:
    """Return the set of one file with nothing but its part in it, and what it was asked for."""
    part, name = named
    told = run.exported.by_digest.get(part.sha256)
    if told is not None:
        return _day_of_export(run, replace(part, file=told[0]), told[1])
    condition, folder = condition_of(run, path), folder_of(run, path)
    each = set_of(name, kind, run.profile, "" if folder == BYHAND else folder, run.told.published.get(part.file))
    scope = scope_of(condition, run.scope)
    # a download fetches the list of contractors before what was asked for them
    roster = roster_of(run.case) if scope == "contractors" and folder != BYHAND else ""
    # what somebody says of files holds of downloaded ones too: only so ends a doubt about what the list names
    complete, asked = run.told.complete, asked_of(condition)
    return replace(each, parts=(part,), complete=complete, scope=scope, roster=roster, asked=asked)


def _day_of_export(run: IntakeRun, part: Part, day: ExportedDay) -> Publication:
    """Return the day of an export with nothing but one of its files, and which it has in all that are of the case."""
    ours = (each for each in day.files if belongs(run.case.info.municipality, town_of(Path(each))))
    bare, complete = set_of(part.name, READING, run.profile), None if day.whole else False
    return replace(bare, name=day.name, parts=(part,), listed=tuple(sorted(ours)), complete=complete, scope=run.scope)


def _useless(run: IntakeRun, others: set[Path]) -> Iterator[tuple[Path, str]]:
    """Yield received files that could not even be recognised, with the kind that their names say."""
    for outcome in run.outcomes:
        said = run.profile.file_names.parse(outcome.path.name)
        if outcome.problem is None or outcome.path in others or said is None or said.extension == "zip":
            continue
        if outcome.kind is None and belongs(run.case.info.municipality, said.municipality):
            kinds = [kind for kind, spec in run.profile.files.items() if spec.file_kind == said.kind]
            if kinds and outcome.path.is_file():
                yield outcome.path, kinds[0]

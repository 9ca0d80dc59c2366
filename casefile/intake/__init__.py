"""Taking files into a case: receive, unpack, recognise, feed the reading store and tables, note the publications.

One file that cannot be used is told with its reason, and the others go on. What is taken in does not depend on the
order of the files, nor on how often the same content is among them: files go in by publication, then by checksum.
"""

from __future__ import annotations

from pathlib import Path
from typing import Iterable, Optional

from ...aggregator.conditions import Condition
from ...aggregator.folders import locked
from ...aggregator.profile import Profile
from ...messages import Progress, TomoshibiError
from ..case import Case
from ..contractor_links import refresh_links
from ..imports import end_import
from ..publications import known, note
from .cut_off import tell_cut_off
from .doubts import tell_doubts
from .imported import note_import
from .readings import take_readings
from .receive import distinct_publications, receive_files
from .recognise import of_another_municipality, recognise_files
from .report import IntakeReport, Told, report_of
from .run import PERSONAL, IntakeRun, enter_received
from .sets import sets_of
from .tables import take_tables

ALGORITHM = "tomoshibi:importfiles"
LONGEST_TURN = 900.0
"""Seconds that another run on the case is waited for."""


def take_in(
    case: Case,
    files: Iterable[Path],
    profile: Profile,
    condition: Optional[Condition] = None,
    scope: str = "unknown",
    progress: Optional[Progress] = None,
    algorithm: str = ALGORITHM,
    told: Optional[Told] = None,
) -> IntakeReport:
    """Take files into the case; files under `received/` stay where they are, others are copied to `received/byhand`.

    `scope` (`all`, `contractors`, `unknown`) says whom 通電情報 was asked for, where no condition says it.
    Files that cannot be used are told to `progress` and stand in `IntakeReport.failed`. Another run that takes files
    into
    this case is waited for. Raises `Cancelled`; `FolderBusy` where it does not end; `StoreError` where the readings
    cannot be written at all.
    """
    progress = progress or Progress()
    with locked(case.folder, progress, LONGEST_TURN):
        return _taken_in(IntakeRun(case, profile, condition, scope, progress, algorithm, told or Told()), files)


def _taken_in(run: IntakeRun, files: Iterable[Path]) -> IntakeReport:
    before = known(run.case)
    received = list(receive_files(run, [Path(path) for path in files]))
    entry = note_import(run, received)
    recognised = recognise_files(run, distinct_publications(run, received))
    for path, kind in recognised:
        enter_received(run, path, kind in PERSONAL)
    ours = [(path, kind) for path, kind in recognised if not of_another_municipality(run, path, kind)]
    # noted before anything is made of them: a run that dies leaves sets that lack files, not readings of no set
    note(run.case, before, sets_of(run, ours, None), run.algorithm)
    readings = take_readings(run, [path for path, kind in ours if kind == "reading"])
    take_tables(run, [(path, kind) for path, kind in ours if kind != "reading"])
    note(run.case, before, sets_of(run, ours, readings), run.algorithm)
    # also where it was taken in by a run that died before it got here
    with_master = any(outcome.kind == "master" and outcome.problem is None for outcome in run.outcomes)
    if with_master:
        _link_contractors(run)
    if readings is not None:
        tell_cut_off(run, readings)
    tell_doubts(run, readings.days if readings else (), with_master)
    report = report_of(run.outcomes, readings, run.repeated)
    if entry is not None:
        end_import(run.case, entry.id, report.rows)
    return report


def _link_contractors(run: IntakeRun) -> None:
    """Link facilities anew: マスタ情報 says which supply points the matched contracts have."""
    try:
        doubts = refresh_links(run.case, run.algorithm)[1]
    except TomoshibiError as error:
        doubts = [error.message]
    for what in doubts:
        run.progress.warn(what)

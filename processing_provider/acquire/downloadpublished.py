"""Waiting for publication, downloading, verifying, taking in."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputFolder,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ... import settings
from ...files import write_text_atomic
from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr
from ..request.conditions import find, ids

if TYPE_CHECKING:
    from ...aggregator.client import AggregatorClient, PublishedFile
    from ...aggregator.conditions import Registered
    from ...casefile.case import Case

SHORT_WAIT = 30.0
"""Seconds during which the state is asked for often, because small answers are published soon."""
OFTEN, SELDOM = 2.0, 15.0
"""Seconds between two questions."""

ROUNDS = 4
"""Times that a list is read again for files that were not in it before."""
CONDITION_FILE = "condition.json"


@dataclass
class Totals:
    """What a run did, added up over its conditions."""

    files: int = 0
    bytes: int = 0
    failed: int = 0
    pending: int = 0
    rows: int = 0
    rejected: int = 0


class DownloadPublished(TomoshibiAlgorithm):
    """CASE, CONDITION_ID (empty: all), WAIT_MINUTES → FILES, BYTES, FOLDER, FAILED, ROWS, REJECTED, PENDING."""

    NAME = "downloadpublished"
    GROUP = "acquire"
    TAGS = ("公開データ", "ダウンロード", "取得", "再開", "download", "published", "resume", "koukai")

    def title(self) -> str:
        return tr("Download published data")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterString("CONDITION_ID", tr("Condition ID"), optional=True),
            tr("Ids with commas between them. Left empty, all conditions of the account."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "WAIT_MINUTES", tr("Wait (minutes)"), QgsProcessingParameterNumber.Type.Double, 10, minValue=0
            ),
            tr("How long to wait for publication. What is not published by then is counted; run again to fetch it."),
        )
        self.add_connection()
        self.addOutput(QgsProcessingOutputFolder("FOLDER", tr("Folder of the files received")))
        self.add_number("FILES", tr("Files downloaded"))
        self.add_number("BYTES", tr("Bytes downloaded"))
        self.add_number("FAILED", tr("Files and conditions that failed"))
        self.add_number("PENDING", tr("Conditions not published yet"))
        self.add_number("ROWS", tr("Rows taken in"))
        self.add_number("REJECTED", tr("Rows rejected"))

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        case = self.case(parameters, context)
        client = self.client(parameters, context, progress)
        until = time.monotonic() + 60 * self.parameterAsDouble(parameters, "WAIT_MINUTES", context)
        found = find(client, ids(self.text(parameters, context, "CONDITION_ID")))
        if not found:
            progress.warn(message("No condition is registered on this account. Use “Register data conditions” first."))
        for entry in found:
            _refuse_other_municipality(case, entry)
        if any(entry.condition is not None and entry.condition.specified_contractors for entry in found):
            keep_contractors(case, client, f"tomoshibi:{self.NAME}")
        totals = Totals()
        for done, entry in enumerate(found):
            progress.raise_if_cancelled()
            stage = progress.stage(done / len(found), (done + 1) / len(found))
            entry = _wait(client, entry, until)
            if entry.status == "published":
                fetch(case, client, entry, totals, stage)
            elif entry.status == "empty":
                note_files(case, client, entry, [], progress)
                progress.warn(
                    message("Condition {id}: nothing was published, there are no data for it.", id=entry.condition_id)
                )
            elif entry.status == "failed":
                note_files(case, client, entry, [], progress)
                totals.failed += 1
                progress.warn(
                    message(
                        "Condition {id}: the aggregator could not provide it. Register it again, or ask its operator.",
                        id=entry.condition_id,
                    )
                )
            else:
                totals.pending += 1
                progress.warn(
                    message(
                        "Condition {id} is not published yet ({status}). Run again later.",
                        id=entry.condition_id,
                        status=entry.status,
                    )
                )
        return {
            "FOLDER": str(case.folder / "received"),
            "FILES": totals.files,
            "BYTES": totals.bytes,
            "FAILED": totals.failed,
            "PENDING": totals.pending,
            "ROWS": totals.rows,
            "REJECTED": totals.rejected,
        }


def _refuse_other_municipality(case: Case, entry: Registered) -> None:
    if entry.condition is not None and entry.condition.municipality != case.info.municipality:
        raise TomoshibiError(
            message(
                "Condition {id} is of municipality {theirs}, the case of {ours}. Open the case of that municipality, "
                "or use the right account.",
                id=entry.condition_id,
                theirs=entry.condition.municipality,
                ours=case.info.municipality,
            )
        )


def _wait(client: AggregatorClient, entry: Registered, until: float) -> Registered:
    """Return the condition when its state is final or the time is up."""
    from ...aggregator.client import FINAL

    for every, longest in ((OFTEN, SHORT_WAIT), (SELDOM, float("inf"))):
        left = min(until - time.monotonic(), longest)
        if entry.status in FINAL or left <= 0:
            return entry
        entry = client.wait_for(entry.condition_id, left, every)
    return entry


def fetch(
    case: Case,
    client: AggregatorClient,
    entry: Registered,
    totals: Totals,
    progress: FeedbackProgress,
    only_new: bool = False,
) -> None:
    """Download one condition's files, verify them, keep them in the case and add up what happened.

    `only_new`: files that the manifest says were verified and taken in are not read again, as is done every few
    minutes; without it their checksums are computed anew.
    """
    files = listed = client.list_files(entry.condition_id)
    _mark_as_drill(case, client, progress)
    folder = case.folder / "received" / _safe(entry.condition_id)
    known = _taken_before(folder)
    if only_new:
        files = _not_there(listed, folder, known, progress)
    # a run that is stopped leaves a set that is known to be incomplete
    note_files(case, client, entry, listed, progress)
    for _ in range(ROUNDS):
        if not files:
            return
        _fetch_files(case, client, entry, files, known, totals, progress)
        # some files are listed later than the others of their set; what is listed and not there is missing
        before = {file.file_id for file in listed}
        listed = client.list_files(entry.condition_id)
        note_files(case, client, entry, listed, progress)
        files = [file for file in listed if file.file_id not in before]


def _mark_as_drill(case: Case, client: AggregatorClient, progress: FeedbackProgress) -> None:
    """Let a case that is about to hold invented data say on every map that it is a drill (訓練)."""
    from ...casefile.drills import note_origin

    if not note_origin(case, client.practising):
        return
    case.ledger.add("tomoshibi:downloadpublished", "case.json", personal=False)
    progress.warn(
        message(
            "These data come from the practice aggregator and are invented. The case is marked as a drill, and its "
            "maps say so. Open another case for the real disaster."
        )
    )


def _fetch_files(
    case: Case,
    client: AggregatorClient,
    entry: Registered,
    files: list[PublishedFile],
    known: set[str],
    totals: Totals,
    progress: FeedbackProgress,
) -> None:
    """Download files of a condition and take in those whose checksums are not `known`, which then are."""
    from ...aggregator.transfer import download
    from ...casefile.intake import Told, take_in
    from ...casefile.publications import file_of, scope_of

    folder = case.folder / "received" / _safe(entry.condition_id)
    report = download(client, files, folder, progress.stage(0, 0.5), settings.parallel())
    totals.bytes += report.bytes
    totals.failed += len(report.failed)
    fresh = [item for item in report.done if item.sha256 not in known]
    taken = take_in(
        case,
        [item.path for item in fresh],
        client.profile,
        entry.condition,
        scope_of(entry.condition),
        progress.stage(0.5, 1),
        f"tomoshibi:{DownloadPublished.NAME}",
        Told(published={file.name: file.published_at for file in files if file.published_at is not None}),
    )
    bad = {file_of(outcome.path) for outcome in taken.failed}
    known |= {item.sha256 for item in fresh if item.path.name not in bad}
    _keep_condition(folder, entry, client, known)
    totals.files += sum(item.fetched for item in report.done)
    totals.failed += len(taken.failed)
    totals.rows += taken.rows
    totals.rejected += taken.rejected


def note_files(
    case: Case, client: AggregatorClient, entry: Registered, files: list[PublishedFile], progress: FeedbackProgress
) -> None:
    """Keep in the case what the server lists for a condition, and its state: what is not there is missing."""
    from ...aggregator.folders import locked
    from ...casefile.intake import LONGEST_TURN
    from ...casefile.publications import note_list

    named = [(Path(file.name).name, file.published_at) for file in files]
    with locked(case.folder, progress, LONGEST_TURN):
        algorithm = f"tomoshibi:{DownloadPublished.NAME}"
        note_list(
            case,
            client.profile,
            entry.condition_id,
            entry.condition,
            named,
            entry.status,
            algorithm,
            entry.registered_at,
        )


def _not_there(
    files: list[PublishedFile], folder: Path, taken: set[str], progress: FeedbackProgress
) -> list[PublishedFile]:
    """Return the files that are not in the folder as the server lists them, or were not taken in."""
    from ...aggregator.transfer import read_manifest

    manifest = read_manifest(folder, progress)

    def there(file: PublishedFile) -> bool:
        record = manifest.get(file.file_id)
        if record is None or record.get("sha256") not in taken:
            return False
        path = folder / Path(record["name"]).name
        same = file.size in (None, record["size"]) and file.sha256 in (None, record["sha256"])
        return same and path.is_file() and path.stat().st_size == record["size"]

    return [file for file in files if not there(file)]


def taken_from(case: Path, condition_id: str) -> int:
    """Return how many files of a condition a case has taken in; 0 where that is not known."""
    try:
        return len(_taken_before(Path(case) / "received" / _safe(condition_id)))
    except TomoshibiError:
        # a download says what is wrong with it
        return 0


def _taken_before(folder: Path) -> set[str]:
    """Return the checksums of the files of this condition that an earlier run took in."""
    from ...aggregator.outside import parse_json

    try:
        return set(parse_json((folder / CONDITION_FILE).read_bytes())["takenIn"])
    except FileNotFoundError:
        return set()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TomoshibiError(
            message("{file} cannot be read. Delete it: the files are then taken in again.", file=CONDITION_FILE)
        ) from error


def _safe(condition_id: str) -> str:
    """Return the id as a folder name. Raises where it could lead out of the case folder."""
    if not condition_id.replace("-", "").replace("_", "").isalnum():
        raise TomoshibiError(
            message(
                "The condition id “{id}” holds characters that no folder name may have. "
                "Tell the aggregator's operator.",
                id=condition_id[:40],
            )
        )
    return condition_id


def _keep_condition(folder: Path, entry: Registered, client: AggregatorClient, taken: set[str]) -> None:
    """Write `condition.json` beside the files: what was asked for, so that a copy of the folder explains itself."""
    wire = entry.condition.to_wire(client.profile) if entry.condition is not None else {}
    registered = entry.registered_at.isoformat() if entry.registered_at else None
    record = {**wire, "conditionId": entry.condition_id, "status": entry.status, "registeredAt": registered}
    record["takenIn"] = sorted(taken)
    folder.mkdir(parents=True, exist_ok=True)
    write_text_atomic(folder / CONDITION_FILE, json.dumps(record, ensure_ascii=False, indent=1))


def keep_contractors(case: Case, client: AggregatorClient, algorithm: str) -> None:
    """Keep the list of 特定契約者 (IF03_01_007): without it the scope of 通電情報 is not known.

    A list that did not change is not written again: what was made from it would seem out of date.
    """
    import pandas as pd

    from ...casefile.columns import write_table

    listed = client.list_contractors()
    table = pd.DataFrame(
        {
            "master_info_id": [entry.master_info_id for entry in listed],
            "list_name": [entry.list_name for entry in listed],
        },
        dtype=object,
    )
    kept = case.contractors()
    if kept is not None and kept.astype(object).equals(table):
        return
    write_table(case.folder / "tables" / "contractors", table)
    case.ledger.add(algorithm, "tables/contractors", ["IF03_01_007"], personal=True)

"""Whether a case is as its ledger says, and the ledger as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsWkbTypes,
)

from ... import settings
from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr

if TYPE_CHECKING:
    from ...casefile.verification import Verification


class VerifyCase(TomoshibiAlgorithm):
    """CASE, ACCEPT → OUTPUT table `path state`; OK, PROBLEMS, CHECKED, KNOWN."""

    NAME = "verifycase"
    GROUP = "protect"
    TAGS = ("検証", "台帳", "改ざん", "連鎖", "引き継ぎ", "verify", "ledger", "checksum", "kenshou", "daichou")

    def title(self) -> str:
        return tr("Verify a case by its ledger")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterBoolean("ACCEPT", tr("Take the case as it is"), False, optional=True),
            tr("Once it is known why the files differ: results of this case are no longer marked “not verified” here."),
        )
        self.add(
            QgsProcessingParameterFeatureSink(
                "OUTPUT", tr("What differs"), QgsProcessing.SourceType.TypeVector, None, True, False
            ),
            tr(
                "Table with one row for every file that differs from the ledger, and every place where the ledger "
                "itself was changed; by default it is not made."
            ),
        )
        self.add_number("OK", tr("Whether chain and files are as the ledger says (1 or 0)"))
        self.add_number("PROBLEMS", tr("Files and lines that differ"))
        self.add_number("LINES", tr("Lines of the ledger"))
        self.add_number("HEAD_KNOWN", tr("Whether this profile knows where the ledger ended (1 or 0)"))
        self.add_number("CHECKED", tr("Files that are as the ledger says"))
        self.add_number("KNOWN", tr("Whether the case counts as verified in this profile (1 or 0)"))

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile import heads
        from ...casefile.chain import head_of
        from ...casefile.verification import verify

        case = self.case(parameters, context)
        found = verify(case, progress)
        rows = list(_rows(found))
        results: dict[str, Any] = {"OK": int(found.good), "PROBLEMS": len(rows), "CHECKED": found.checked}
        if parameters.get("OUTPUT"):
            results["OUTPUT"] = self._write(parameters, context, rows)
        for what in found.messages():
            progress.warn(what)
        for what in found.notes():
            progress.info(what)
        results["LINES"], results["HEAD_KNOWN"] = found.chain.lines, int(found.head_known)
        if found.good:
            progress.info(message("All {count} files of the case are as its ledger says.", count=found.checked))
        accepted = self.parameterAsBoolean(parameters, "ACCEPT", context)
        if found.good or accepted:
            settings.make_known(str(case.folder))
            heads.keep(case.ledger.path, head_of(case.ledger.path))
        else:
            progress.warn(
                message(
                    "Ask whoever handed the case over why it differs from its ledger. Its results stay “not verified” "
                    "until then."
                )
            )
        return {**results, "KNOWN": int(settings.is_known(str(case.folder)))}

    def _write(self, parameters: Parameters, context: QgsProcessingContext, rows: list[tuple[str, str]]) -> str:
        """Write OUTPUT and return its id."""
        from ...layers import build, schema

        fields = QgsFields()
        for name in ("path", "state"):
            fields.append(schema.field(name, "text"))
        sink, target = self.parameterAsSink(
            parameters, "OUTPUT", context, fields, QgsWkbTypes.Type.NoGeometry, QgsCoordinateReferenceSystem()
        )
        if sink is None:
            raise TomoshibiError(message("The output cannot be written. Choose another file or folder for it."))
        build.write_rows(sink, ([*row] for row in rows), None, len(rows), FeedbackProgress(None))
        return target


def _rows(found: Verification) -> Iterator[tuple[str, str]]:
    """Yield (path, state) of every place where the ledger is broken, and every file that differs."""
    from ...aggregator.outside import shown
    from ...casefile.case import LEDGER_FILE

    for broken in found.chain.broken:
        yield f"{LEDGER_FILE}:{broken.line}", f"chain_{broken.how.value}"

    for state in ("changed", "missing", "unlisted", "outside"):
        for place in getattr(found, state):
            yield shown(place), state

"""A checklist for peacetime: what a case has, what is missing, how old it is; it ends with a drill."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessing, QgsProcessingContext, QgsProcessingParameterFeatureSink

from ... import dependencies, settings
from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, credentials, tr, translate_message, unmet
from ..output_targets import LAYERS, in_case

if TYPE_CHECKING:
    import pandas as pd

    from ...casefile.case import Case
    from ...casefile.readiness import Check


class SetupCase(TomoshibiAlgorithm):
    """CASE → OUTPUT table `item state detail`; MISSING."""

    NAME = "setupcase"
    GROUP = "acquire"
    PERSONAL = False
    USES_OWN = False
    TAGS = ("準備", "点検", "平常時", "チェックリスト", "名簿", "setup", "checklist", "peacetime", "junbi", "tenken")

    def title(self) -> str:
        return tr("Check in peacetime what a case has and lacks")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_case()
        self.add(
            QgsProcessingParameterFeatureSink(
                "OUTPUT", tr("Checklist"), QgsProcessing.SourceType.TypeVector, in_case(LAYERS), True, True
            ),
            tr("Table with one row for each item: what is there, of when, or what to do."),
        )
        for name, words in (
            ("MISSING", tr("Items that are missing")),
            ("OLD", tr("Items that are old")),
            ("REVIEW", tr("Items to be looked at")),
            ("READY", tr("Items that are ready")),
        ):
            self.add_number(name, words)

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...casefile import readiness
        from ...casefile.ledger import now

        case, at = self.case(parameters, context), now()
        found = [
            *readiness.inputs(case, at),
            *_facilities(case, progress),
            readiness.master(case, at),
            readiness.use(case, at),
            *_connection(),
            readiness.space(case.folder),
            readiness.encryption(case.folder),
            _packages(),
            readiness.drill(_cases(case), at),
        ]
        for check in found:
            told = message("{item}: {detail}", item=check.item, detail=check.detail)
            (progress.info if check.state in (readiness.State.OK, readiness.State.LATER) else progress.warn)(told)
        target = self._write(parameters, context, progress, case, found)
        counts = {state: sum(check.state is state for check in found) for state in readiness.State}
        return {
            "OUTPUT": target,
            "MISSING": counts[readiness.State.MISSING],
            "OLD": counts[readiness.State.OLD],
            "REVIEW": counts[readiness.State.REVIEW],
            "READY": counts[readiness.State.OK],
        }

    def _write(
        self,
        parameters: Parameters,
        context: QgsProcessingContext,
        progress: FeedbackProgress,
        case: Case,
        found: list[Check],
    ) -> Optional[str]:
        """Write the list, enter it in the ledger where it is in a file, and return its id."""
        import pandas as pd

        from ...layers import postprocess
        from ...layers.schema import SPECS
        from ..results import place_in_case, write_rows

        rows = [(translate_message(one.item), one.state.value, translate_message(one.detail)) for one in found]
        table = pd.DataFrame(rows, columns=["item", "state", "detail"])
        source = message("The case {case}", case=case.info.name)
        target = write_rows(self, parameters, context, progress, self.NAME, table, source)
        if target is not None:
            postprocess.style_on_load(context, target, self.NAME, SPECS[self.NAME].title())
            place = place_in_case(case, target, context)
            if place:
                case.ledger.add(f"tomoshibi:{self.NAME}", place, [str(source)], personal=False)
        return target


def _cases(case: Case) -> list[Path]:
    """Return the folders in whose ledgers a drill may stand: this case, and those used in this profile."""
    lines = [*settings.RECENT_CASES.read().splitlines(), *settings.KNOWN_CASES.read().splitlines()]
    return [case.folder, *(Path(line) for line in dict.fromkeys(lines) if line and line != "*")]


def _packages() -> Check:
    from ...casefile.readiness import Check, State

    reason = unmet(dependencies.ALL)
    said = message("{reason}", reason=reason) if reason else message("numpy, pandas, pyproj and requests are there.")
    return Check(message("Packages of Python"), State.MISSING if reason else State.OK, said)


def _facilities(case: Case, progress: FeedbackProgress) -> list[Check]:
    """Return how many facilities have links, and how many a trial match of names would find."""
    from ...casefile import readiness
    from ...casefile.facility_links import with_names
    from ...casefile.own_inputs import own_input

    if own_input(case, "FACILITIES") is None:
        return [readiness.unmatched()]
    places = _places(case, progress)
    none = _no_links()
    found = [readiness.links(places, _links(case, progress))]
    if {"name", "address"} <= set(case.master_columns()):
        found.append(readiness.names(with_names(case, places, none).linked_by))
    else:
        found.append(readiness.unmatched())
    return found


def _places(case: Case, progress: FeedbackProgress) -> pd.DataFrame:
    from qgis.core import QgsVectorLayer

    from ...casefile.own_inputs import own_input
    from ...layers.opening import open_layer
    from ...layers.sources import FACILITY_KNOWN, FACILITY_WHO, facilities
    from ..listed import file_of, read_table

    kept = own_input(case, "FACILITIES")
    if kept is None:
        raise TomoshibiError(message("The case keeps no facilities."))
    layer: Optional[QgsVectorLayer] = None if file_of(kept.source) else open_layer(kept.source, kept.named, "ogr")
    listed = read_table(kept.source, layer, FACILITY_KNOWN, progress, FACILITY_WHO, kept.named)
    return facilities(listed, "", progress).table


def _no_links() -> pd.DataFrame:
    import pandas as pd

    from ...casefile.links import COLUMNS

    return pd.DataFrame({name: [] for name in COLUMNS}, dtype=object)


def _links(case: Case, progress: FeedbackProgress) -> pd.DataFrame:
    import pandas as pd

    from ..situation.facilities import own_links

    tables = [links.table for links in own_links(case, progress)]
    return pd.concat([_no_links(), *tables], ignore_index=True)


def _connection() -> list[Check]:
    """Return whether profile, address and account are set, and when the connection was last tried with success."""
    from ...aggregator.profile import Profile
    from ...casefile.readiness import Check, State

    found = []
    title = message("Interface profile")
    try:
        chosen = settings.PROFILE.read()
        profile = Profile.load(Path(chosen) if chosen else None)
        said = message("“{name}” can be used.", name=profile.name)
        assumed = message("The profile that ships is an assumption: ask for the interface's own documents.")
        found.append(Check(title, State.OK if chosen else State.REVIEW, said if chosen else assumed))
    except TomoshibiError as error:
        found.append(Check(title, State.MISSING, error.message))
    title = message("Account and connection")
    if not settings.BASE_URL.read():
        told = message("The address of the aggregator is not set: enter it in the options.")
        return [*found, Check(title, State.MISSING, told)]
    try:
        credentials("")
    except TomoshibiError as error:
        return [*found, Check(title, State.MISSING, error.message)]
    host, _, when = settings.CONNECTION_TESTED.read().rpartition(" ")
    if host != settings.BASE_URL.read():
        return [*found, Check(title, State.REVIEW, message("Not tried yet: run “Test connection” (testconnection)."))]
    return [*found, _tried(title, when)]


def _tried(title: Any, when: str) -> Check:
    from ...casefile.ledger import now
    from ...casefile.readiness import OLD, Check, State

    moment = datetime.fromisoformat(when)
    state = State.OLD if now() - moment > OLD else State.OK
    return Check(title, state, message("Last tried with success on {date}.", date=f"{moment:%Y-%m-%d}"))

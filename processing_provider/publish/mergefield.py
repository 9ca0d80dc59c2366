"""What came back from the field goes into the lists of the case, row by row; what is not certain is only shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence

from qgis.core import QgsProcessingContext, QgsProcessingParameterFile

from ...casefile.answers import ENTERED, IDENTITY, Finder, person_of
from ...messages import TomoshibiError, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr
from ..entered import write_answers
from ..output_targets import LAYERS
from ..results import add_output, place_in_case, write_rows

if TYPE_CHECKING:
    import pandas as pd

    from ...casefile.case import Case
    from ...casefile.packages_field import Answer, Returned, Sent, SentRow, Taken
    from ...casefile.packages_return import Return

_OWN_FIELDS = frozenset({"fid", "geom", "ogc_fid", "id"})
"""Fields that GeoPackage and the apps keep for themselves."""
_PHOTOS = "photos"


class MergeField(TomoshibiAlgorithm):
    """CASE, PACKAGE → OUTPUT table of conflicts; MERGED, CONFLICTS, UNCHANGED."""

    NAME = "mergefield"
    GROUP = "publish"
    OF_PEOPLE = True
    TAGS = ("タブレット", "取り込む", "現地", "回収", "QField", "Mergin Maps", "field", "merge", "torikomi")

    def title(self) -> str:
        return tr("Take over what came back from the field")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add(
            # QGIS takes no folder where a file is asked for, but a file where a folder is
            QgsProcessingParameterFile("PACKAGE", tr("What came back"), QgsProcessingParameterFile.Behavior.Folder),
            tr(
                "The folder as it came from the tablet; the path of its GeoPackage (field.gpkg) or of a ZIP can be "
                "typed too. It is read as something from outside and not changed."
            ),
        )
        add_output(self, self.NAME)
        self.add_number("MERGED", tr("Answers taken over"))
        self.add_number("CONFLICTS", tr("Rows that somebody must look at"))
        self.add_number("UNCHANGED", tr("Rows that came back as they were, or were taken over before"))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        from ...casefile.packages_field import all_sent, all_taken
        from ...casefile.packages_return import read_return
        from ...files import fresh_folder

        case = self.case(parameters, context)
        place = Path(self.parameterAsFile(parameters, "PACKAGE", context))
        with fresh_folder(case.folder / "field") as scratch:
            came = read_return(place, scratch, progress)
            merging = _Merging(case, all_sent(case.folder), all_taken(case.folder), came)
            merging.refuse_strangers()
            for number, table in enumerate(merging.tables()):
                progress.raise_if_cancelled()
                merging.merge(table)
                progress.set_fraction((number + 1) / len(merging.tables()))
            merging.tell_columns()
        if merging.merged:
            sources = [place.name, *sorted(f"field/{one}.json" for one in merging.packages)]
            for table in sorted(merging.changed):
                case.ledger.add(f"tomoshibi:{self.NAME}", f"{LAYERS}|{table}", sources, True)
            case.ledger.add(f"tomoshibi:{self.NAME}", "field/answers.jsonl", sources, True)
        self._tell(merging, progress)
        table = merging.conflict_table()
        source = message("field package {name}", name=place.name)
        output = write_rows(self, parameters, context, progress, self.NAME, table, source)
        kept = place_in_case(case, output, context) if output is not None else ""
        if kept:
            case.ledger.add(f"tomoshibi:{self.NAME}", kept, [place.name], True)
        return {
            **({"OUTPUT": output} if output is not None else {}),
            "MERGED": merging.merged,
            "CONFLICTS": len(table),
            "UNCHANGED": merging.unchanged,
        }

    def _tell(self, merging: _Merging, progress: FeedbackProgress) -> None:
        progress.info(
            message(
                "{merged} answer(s) were taken over; {unchanged} row(s) came back as they were or were taken over "
                "before.",
                merged=merging.merged,
                unchanged=merging.unchanged,
            )
        )
        if merging.conflicts:
            progress.warn(
                message(
                    "{count} row(s) were not taken over: look at each in the table of conflicts and enter in the list "
                    "what is right. Nothing in the list was overwritten.",
                    count=len(merging.conflicts),
                )
            )


@dataclass
class _Merging:
    """One return on its way into the lists of a case."""

    case: Case
    sent: Sequence[Sent]
    taken: Sequence[Taken]
    came: Return
    merged: int = 0
    unchanged: int = 0
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    packages: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._known: dict[str, tuple[Sent, str, SentRow]] = {
            row.uuid: (package, table, row)
            for package in self.sent
            for table in package.rows
            for row in package.rows[table]
        }
        self._last = {one.uuid: one for one in self.taken}

    def refuse_strangers(self) -> None:
        """Raise where not one row was sent from this case."""
        if not any(row.uuid in self._known for row in self.came.rows):
            raise TomoshibiError(
                message(
                    "No row of what came back was sent from this case. Choose the case that the package was made "
                    "from, or the right folder."
                )
            )

    def tables(self) -> list[str]:
        """Return the results that rows came back for, and "" where there are rows that were not sent."""
        return sorted({self._table_of(row) for row in self.came.rows})

    def merge(self, table: str) -> None:
        """Take over the rows of one result, all at once or none."""
        from ...casefile.packages_field import Answer, Conflict

        rows = [row for row in self.came.rows if self._table_of(row) == table]
        if not table:
            for row in rows:
                self._conflict(Conflict.UNKNOWN, row, None, Answer(), "")
            return
        home = _Home(self.case, table)
        wanted: dict[int, tuple[Returned, Sent]] = {}
        for row in self._once(rows):
            self._settle(row, home, wanted)
        self._write(table, home, wanted)

    def _table_of(self, row: Returned) -> str:
        """Return the result that a row was sent of, "" where it was not sent."""
        return self._known[row.uuid][1] if row.uuid in self._known else ""

    def _settle(self, row: Returned, home: _Home, wanted: dict[int, tuple[Returned, Sent]]) -> None:
        """Put a row among those that are to be written, or among the conflicts, or leave it."""
        from ...casefile.packages_field import Conflict

        package, _, sent = self._known[row.uuid]
        self.packages.add(package.id)
        place = home.place(sent, package)
        # another package of the same return may have answered for this person
        now = wanted[place][0].answer if place in wanted else home.answer(place)
        outcome = self._outcome(row, sent, place, now)
        if outcome is None:
            self.unchanged += 1
            self._remember(row, now, package)
        elif place in wanted and outcome in ("", Conflict.AT_HOME):
            self._conflict(Conflict.TWICE, row, sent, now, "")
        elif outcome:
            self._conflict(outcome, row, sent, now, row.wrong or "")
        elif place is not None:
            wanted[place] = (row, package)

    def _once(self, rows: list[Returned]) -> list[Returned]:
        """Return each row once; one that came several times with different answers is a conflict."""
        from ...casefile.packages_field import Answer, Conflict

        told: dict[str, list[Returned]] = {}
        for row in rows:
            told.setdefault(row.uuid, []).append(row)
        found = []
        for same in told.values():
            if len({one.answer for one in same}) == 1:
                found.append(same[0])
                continue
            for one in same:
                self._conflict(Conflict.COPIED, one, self._known[one.uuid][2], Answer(), "")
        return found

    def _outcome(self, row: Returned, sent: SentRow, place: Optional[int], now: Answer) -> Optional[str]:
        """Return what becomes of a row, as `decide` says it."""
        from ...casefile.packages_field import Conflict, decide
        from ...layers.style.codes import RESPONSES

        base = self._last[row.uuid].answer if row.uuid in self._last else sent.answer
        if row.wrong is not None:
            return Conflict.TYPE
        if row.answer == base and row.person.agrees(sent.person):
            return None
        if row.answer.response and row.answer.response not in {value for value, _ in RESPONSES}:
            return Conflict.TYPE
        if not row.person.agrees(sent.person):
            return Conflict.PERSON
        if place is None:
            return Conflict.GONE
        return decide(base, now, row.answer, self._brought_by_others(row.uuid, sent, now))

    def _brought_by_others(self, uuid: str, sent: SentRow, now: Answer) -> bool:
        """Whether what stands at home was brought by another row of the same person."""
        return any(
            one.answer == now and one.uuid != uuid and self._known[one.uuid][2].person == sent.person
            for one in self.taken
            if one.uuid in self._known
        )

    def _write(self, table: str, home: _Home, wanted: Mapping[int, tuple[Returned, Sent]]) -> None:
        from ...casefile.packages_field import Conflict

        done = set(home.write({place: row.answer for place, (row, _) in wanted.items()}))
        for place, (row, package) in wanted.items():
            if place in done:
                self.merged += 1
                self.changed.add(table)
                self._keep(row, package)
            else:
                # somebody changed it in the moment between
                self._conflict(Conflict.AT_HOME, row, self._known[row.uuid][2], home.answer(place), "")

    def _remember(self, row: Returned, now: Answer, package: Sent) -> None:
        """Note an answer that stands at home and was never noted: a run was ended between writing and noting."""
        sent = self._known[row.uuid][2]
        if row.answer == now and row.answer != sent.answer and row.uuid not in self._last:
            self._keep(row, package)

    def _keep(self, row: Returned, package: Sent) -> None:
        from ...casefile.ledger import now
        from ...casefile.packages_field import FOLDER, Taken, keep_taken
        from ...casefile.packages_return import take_photo

        target = self.case.folder / FOLDER / _PHOTOS / row.uuid
        photo = take_photo(self.came, row.photo, target) if row.photo else None
        place = f"{FOLDER}/{_PHOTOS}/{photo}" if photo else ""
        if photo:
            self.case.ledger.add("tomoshibi:mergefield", place, [f"field/{package.id}.json"], True)
        one = Taken(now().isoformat(), package.id, self._known[row.uuid][1], row.uuid, row.answer, place)
        keep_taken(self.case.folder, [one])
        self._last[row.uuid] = one

    def tell_columns(self) -> None:
        """Note columns that no package sent: what stands in them is not taken over."""
        from ...aggregator.outside import shown
        from ...casefile.packages_field import Conflict

        sent = {name for package in self.sent for names in package.columns.values() for name in names}
        for table, names in self.came.columns.items():
            strange = [shown(name, 60) for name in names if name not in sent and name.lower() not in _OWN_FIELDS]
            if strange:
                self.conflicts.append(
                    {"result": shown(table, 60), "conflict": Conflict.COLUMNS, "detail": ", ".join(strange)[:500]}
                )

    def _conflict(self, code: str, row: Returned, sent: Optional[SentRow], now: Answer, detail: str) -> None:
        from ...aggregator.outside import shown

        person = sent.person if sent is not None else row.person
        known = self._known.get(row.uuid)
        self.conflicts.append(
            {
                "result": known[1] if known is not None else shown(row.table, 60),
                "conflict": code,
                **dict(zip(IDENTITY, map(shown, (person.number, person.key, person.name)))),
                **_told("field", row.answer),
                "field_note": shown(row.answer.note, 500),
                **_told("home", now),
                "sent_response": sent.answer.response if sent is not None else "",
                "detail": detail,
                "row_uuid": row.uuid,
            }
        )

    def conflict_table(self) -> pd.DataFrame:
        """Return the conflicts as rows of their table."""
        import pandas as pd

        from ...layers.schema import SPECS

        names = [name for name in SPECS["mergefield"].names() if name not in ("as_of", "source")]
        rows = [[one.get(name) or None for name in names] for one in self.conflicts]
        return pd.DataFrame(rows, columns=names, dtype=object)


def _told(prefix: str, answer: Answer) -> dict[str, str]:
    from ...aggregator.outside import shown

    return {f"{prefix}_{name}": shown(getattr(answer, name), 200) for name in ("response", "by", "at")}


class _Home:
    """A list of the case as it stands now."""

    def __init__(self, case: Case, table: str):
        from ...layers import gpkg

        self._target = gpkg.Target(case.folder / LAYERS, table)
        self._rows = gpkg.read_rows(self._target, (*IDENTITY, *ENTERED)) or {}
        self._numbers = list(self._rows)
        self._table, self._people = table, [person_of(self._rows[number]) for number in self._numbers]
        self._finders: dict[str, Finder] = {}

    def place(self, sent: SentRow, package: Sent) -> Optional[int]:
        """Return the number of the row that is about whom a row was sent for, None where that is not certain."""
        if package.id not in self._finders:
            told = [row.person for row in package.rows[self._table]]
            self._finders[package.id] = Finder(self._people, told)
        found = self._finders[package.id].place(sent.person)
        return None if found is None else self._numbers[found]

    def answer(self, number: Optional[int]) -> Answer:
        """Return what stands in a row now."""
        from ...casefile.packages_field import Answer

        return Answer() if number is None else Answer.of(self._rows[number])

    def write(self, answers: Mapping[int, Answer]) -> list[int]:
        """Write answers into rows that still hold what was read; return the numbers of those that did."""
        return write_answers(self._target, self._rows, {number: one.values() for number, one in answers.items()})

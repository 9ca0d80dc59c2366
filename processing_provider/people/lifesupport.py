"""People at home on powered devices (在宅医療機器使用者): whose battery ended or ends first, and who calls whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Mapping, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterField

from ... import settings
from ...analysis.listed import in_units
from ...analysis.quantities import HOURS
from ...messages import Message, message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr, translate_message
from ..entered import keep_people
from ..inputs.people_lists import (
    add_document,
    add_elsewhere,
    add_not_read,
    add_people,
    document_path,
    enter_document,
    people_list,
    read_people,
    set_texts,
    tell_without_readings,
    terms_of,
)
from ..permission import documents_allowed
from ..results import add_evidence_outputs, add_output, evidence_outputs, write_result

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from ...analysis.life_support import Verdict
    from ...analysis.listed import Listed
    from ...analysis.point_states import PointStates
    from ...analysis.reasons import Reason
    from ...analysis.unread import Unread
    from ...casefile.case import Case
    from ...casefile.people import People
    from ...layers.spreadsheet import Sheet

DEVICE: Mapping[str, tuple[str, ...]] = {
    "device": (
        *("device", "機器", "医療機器", "使用機器", "機器名", "医療機器名", "使用している医療機器", "在宅医療機器"),
        *("使用機器名", "処方機器", "機器名称", "機器の種類", "医療機器の種類", "機種", "機種名"),
    ),
    "battery_hours": (
        "battery_hours",
        *in_units(("バッテリー", "バッテリー時間", "バッテリー持続時間", "電池持続時間"), *HOURS),
        *in_units(("内部バッテリー", "バッテリー駆動時間", "電池", "バッテリーの持続時間"), *HOURS),
    ),
    "vendor": (
        *("vendor", "業者", "供給業者", "機器業者", "取扱業者", "医療機器業者", "メーカー", "連絡先業者"),
        *("業者名", "取扱業者名", "事業者", "事業者名", "販売店", "営業所", "レンタル業者"),
    ),
    "district": (
        *("district", "地区", "地区名", "担当地区", "保健所", "担当保健所", "管轄保健所", "保健所名"),
        *("保健センター", "町内会", "自治会", "行政区"),
    ),
}
"""What a list tells of the device, and the headings under which health offices and vendors give it."""
_FIELDS = (
    ("DEVICE_FIELD", "device"),
    ("BATTERY_FIELD", "battery_hours"),
    ("VENDOR_FIELD", "vendor"),
    ("DISTRICT_FIELD", "district"),
)


class LifeSupport(TomoshibiAlgorithm):
    """Who is on a machine without power."""

    NAME = "lifesupport"
    GROUP = "people"
    LISTS = ("PEOPLE",)
    OF_PEOPLE = True
    BY_TIME = False
    TAGS = ("人工呼吸器", "在宅酸素", "吸引器", "透析", "医療的ケア", "ventilator", "oxygen", "dialysis", "kokyuki")

    def title(self) -> str:
        return tr("List people on powered devices at home")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        add_people(
            self,
            "PEOPLE",
            tr("List of people on powered devices"),
            tr("List of the health office or of a vendor: device, battery_hours, vendor, district beside who it is."),
        )
        titles = {
            "device": tr("Field with the device"),
            "battery_hours": tr("Field with the hours of the battery"),
            "vendor": tr("Field with the vendor"),
            "district": tr("Field with the district"),
        }
        for field, name in _FIELDS:
            self.add(
                QgsProcessingParameterField(field, titles[name], None, "PEOPLE", optional=True),
                tr("Left empty, it is recognised by the headings."),
                advanced=True,
            )
        self.add_at()
        add_output(self, self.NAME)
        add_document(self, "XLSX", tr("Workbook of the round"), "XLSX (*.xlsx)")
        for name, words in (
            ("EXHAUSTED", tr("People whose battery may have ended")),
            ("SOON", tr("People whose battery may end within six hours")),
            ("ON_BATTERY", tr("People without power whose battery lasts longer")),
            ("POWERED", tr("People with power")),
            ("COUNT", tr("People on the list")),
            ("NO_READINGS", tr("People without readings in the case")),
            ("KEPT", tr("Responses kept from before")),
        ):
            self.add_number(name, words)
        add_elsewhere(self)
        add_not_read(self)
        add_evidence_outputs(self)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        import numpy as np

        from ...analysis.life_support import LifeState
        from ...casefile import case_arrays
        from ...casefile.data_status import data_moment, data_status, looked_at
        from ...casefile.ledger import now as clock_now
        from ...casefile.people import homes_of
        from ...layers.build import points

        case = self.case(parameters, context)
        source = people_list(self, parameters, context, progress, "PEOPLE")
        columns = self._columns(parameters, context)
        listed = read_people(self, parameters, context, progress, case, "PEOPLE", columns.values(), source)
        told = _told_of(source, columns, listed, progress)
        found = homes_of(case, listed)
        numbers = listed.table["supply_point"].to_numpy(str)
        asked = self.moment(parameters, context)
        clock = clock_now()
        at = asked or data_moment(case, case_arrays.newest_of(case, numbers[numbers != ""]), clock)
        now = looked_at(case, at, asked, clock)
        table, verdicts = _judged(case, listed, told, at, now)
        keep_people(self, parameters, case, table, listed.table["home_key"].to_numpy(bool), progress)
        order = _order(verdicts)
        table = table.iloc[order].reset_index(drop=True)
        table["priority"] = np.arange(1, len(table) + 1)
        no_readings = tell_without_readings(found, progress)
        until = data_status(case, at).until_of("reading", "outage")
        sources = case_arrays.sources(case, at)
        made = write_result(
            self,
            parameters,
            context,
            progress,
            case,
            self.NAME,
            table,
            points(found.lon[order], found.lat[order]),
            at,
            sources,
            evidence_until=until,
        )
        counts = table["state"].value_counts()
        unknown = table["state"] == LifeState.UNKNOWN.value
        document = self._document(parameters, context, case, table, at, sources, progress)
        return {
            "OUTPUT": made,
            "XLSX": document,
            "COUNT": len(table),
            **{one.name: int(counts.get(one.value, 0)) for one in LifeState if one is not LifeState.UNKNOWN},
            "NO_READINGS": no_readings,
            "ELSEWHERE": int(listed.elsewhere.sum()),
            "KEPT": int(table["response"].notna().sum()) if "response" in table else 0,
            "NOT_READ": listed.unread + told.not_read,
            **evidence_outputs(table.loc[unknown, "unknown_reason"], until, int(unknown.sum())),
        }

    def _columns(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> dict[str, tuple[tuple[str, ...], str]]:
        """Return the headings of each property of a device, and the one that was chosen ("": none)."""
        return {name: (DEVICE[name], self.text(parameters, context, field)) for field, name in _FIELDS}

    def _document(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        case: Case,
        table: pd.DataFrame,
        at: datetime,
        sources: list[Any],
        progress: FeedbackProgress,
    ) -> str:
        """Write the workbook of the round and return its path, "" where the case forbids it."""
        from ...layers.spreadsheet import write_xlsx

        if not documents_allowed(case, progress):
            return ""
        path = document_path(self, parameters, context, case, "XLSX", f"{self.NAME}.xlsx", at)
        said = " / ".join(translate_message(source) for source in sources)
        write_xlsx(path, _sheets(table, case, at, said))
        enter_document(self, case, path, sources)
        return str(path)


@dataclass(frozen=True)
class _Told:
    """What the list tells of the devices; lists of one length."""

    device: list[str]
    hours: list[float]
    most_hours: list[float]
    """The same as `hours`, but of a span (6～8時間), of which `hours` is the least."""
    vendor: list[str]
    district: list[str]
    not_read: int


def _told_of(
    source: Listed, chosen: Mapping[str, tuple[tuple[str, ...], str]], listed: People, progress: FeedbackProgress
) -> _Told:
    """Return what the list tells of the devices, row by row of `listed`; hours not understood are named by their row.

    `chosen`: headings of each property, and the one that was chosen.
    """
    from ...analysis.unread import unread_messages

    columns = {name: source.place_of(*one) for name, one in chosen.items()}
    if columns["device"] is None:
        progress.warn(
            message(
                "The list {list} has no column of devices ({column}): each is taken for the worst.",
                list=source.name,
                column=" / ".join(DEVICE["device"][:4]),
            )
        )
    place = {number: position for position, number in enumerate(source.numbers)}
    rows = [place[number] for number in listed.table["row_no"].tolist()]
    cells = {name: source.column(column) for name, column in columns.items()}
    hours, unread = _hours_of(source, columns["battery_hours"], rows)
    for what in unread_messages(unread, source.name, personal=True):
        progress.warn(what)
    device, vendor, district = ([cells[name][row] for row in rows] for name in ("device", "vendor", "district"))
    least, most = ([hours[row][end] for row in rows] for end in (0, 1))
    return _Told(device, least, most, vendor, district, len(unread))


def _hours_of(
    source: Listed, column: Optional[int], rows: list[int]
) -> tuple[dict[int, tuple[float, float]], list[Unread]]:
    """Return the least and most battery hours of rows, NaN where none are told, and what was not understood."""
    from ...analysis.quantities import durations_of
    from ...analysis.unread import Unread

    cells, unread = source.column(column), []
    hours: dict[int, tuple[float, float]] = {}
    heading = "" if column is None else source.headings[column]
    for row in dict.fromkeys(rows):
        least, most = durations_of(cells[row], heading)
        hours[row] = (least.value, most.value)
        if not least.understood:
            unread.append(Unread(source.numbers[row], heading, cells[row]))
    return hours, unread


def _judged(case: Case, listed: People, told: _Told, at: datetime, now: datetime) -> tuple[pd.DataFrame, list[Verdict]]:
    """Return the rows of the layer and what is said of each person, in the order of the list.

    Who is dark is told at `at`, that of the data; how long batteries last, at `now`, that of looking.
    """
    import numpy as np
    import pandas as pd

    from ...analysis.dark_since import dark_since
    from ...analysis.life_support import Home, device_of, judged
    from ...analysis.point_states import STATES, PointRules, point_states
    from ...casefile import case_arrays

    numbers, looked = listed.table["supply_point"].to_numpy(str), np.datetime64(now, "s")
    points = case_arrays.supply_points(case, numbers[numbers != ""], at)
    states = point_states(points, at, PointRules(old_hours=settings.old_hours()))
    since = dark_since(points, states)
    place = states.numbers.get_indexer(numbers)
    low, high = (_at_places(values, place) for values in (since.low, since.high))
    # what was proven of another's home, and what it was before, is not told of this one
    told_of = np.where(listed.elsewhere, -1, place)
    proven = _at_places(states.last_proven, told_of)
    kinds = [device_of(text) for text in told.device]
    power = np.append(np.array(STATES, dtype=object)[states.state], "unknown")[place]
    doubts = _doubts(states, place, looked, listed.elsewhere)
    homes = map(Home, power, low, high, kinds, told.hours, _was_dark(states, place), doubts, told.most_hours)
    verdicts = [judged(home, looked) for home in homes]
    table = _of_verdicts(listed, verdicts)
    table["state_at"] = pd.Timestamp(now)
    set_texts(table, "device_kind", [kind.value if kind else None for kind in kinds])
    table["battery_hours"] = told.hours
    mute = listed.elsewhere & (table["state"] == "unknown").to_numpy()
    low, high = (np.where(mute, np.datetime64("NaT", "s"), moments) for moments in (low, high))
    for name, moments in (("dark_since_low", low), ("dark_since_high", high), ("last_proven", proven)):
        table[name] = moments.astype("datetime64[ns]")
    table["reason"] = _rests(states, place, verdicts, listed.elsewhere)
    set_texts(table, "unknown_reason", _why_unknown(states, place, verdicts, doubts))
    set_texts(table, "last_state", np.append(states.last_state, None)[told_of])
    for name, values in (("device", told.device), ("vendor", told.vendor), ("district", told.district)):
        set_texts(table, name, values)
    for name in ("supply_point", "key", "name", "linked_by", "same_as"):
        set_texts(table, name, listed.table[name])
    return table, verdicts


def _was_dark(states: PointStates, place: np.ndarray) -> list[bool]:
    """Return whose place had no power when something was known of it last; False for the place -1."""
    import numpy as np

    from ...analysis.point_states import OUTAGE

    dark: list[bool] = np.append(states.last_state == OUTAGE, False)[place].tolist()
    return dark


def _doubts(
    states: PointStates, place: np.ndarray, now: np.datetime64, elsewhere: np.ndarray
) -> list[Optional[Reason]]:
    """Return why the proof of a home's power says nothing of it at the moment of looking; None where it does.

    `elsewhere` bool: whose supply point stands at another address than the list's.
    """
    import numpy as np

    from ...analysis.reasons import Reason

    old = np.append(states.powered_too_long_ago(now), False)[place].tolist()
    return [
        Reason.OTHER_ADDRESS if other else Reason.TOO_OLD if one else None
        for one, other in zip(old, elsewhere.tolist())
    ]


def _at_places(moments: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return moments at places, datetime64[s]; NaT for the place -1."""
    import numpy as np

    return np.append(moments, np.datetime64("NaT", "s"))[place]


def _of_verdicts(listed: People, verdicts: list[Verdict]) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    keys, numbers = listed.table["key"].tolist(), listed.table["row_no"].tolist()
    table = pd.DataFrame(
        {
            "person_id": [key or str(number) for key, number in zip(keys, numbers)],
            "state": [verdict.state.value for verdict in verdicts],
            "assumed": [verdict.assumed for verdict in verdicts],
            "row_no": numbers,
        }
    )
    for name, ends in (
        ("battery_from", [one.until_low for one in verdicts]),
        ("battery_until", [one.until_high for one in verdicts]),
    ):
        table[name] = np.array(ends, dtype="datetime64[s]").astype("datetime64[ns]")
    return table


def _doubted(words: Message, why: Optional[Reason]) -> Message:
    """Return on what a state rests, and why a proof of power says nothing of the home all the same."""
    from ...analysis.reasons import Reason

    if why is Reason.TOO_OLD:
        return message("{reason}; too old at the moment of looking", reason=words)
    if why is Reason.OTHER_ADDRESS:
        return message("{reason}, but the supply point stands at another address than the list's", reason=words)
    return words


def _rests(states: PointStates, place: np.ndarray, verdicts: list[Verdict], elsewhere: np.ndarray) -> list[str]:
    """Return in words on what the power of each rests."""
    from ...analysis.reasons import Reason

    none = message("No supply point is known for the person")
    words = [states.words(point) if point >= 0 else none for point in place.tolist()]
    doubts = [Reason.OTHER_ADDRESS if other else one.why for one, other in zip(verdicts, elsewhere.tolist())]
    return [translate_message(_doubted(each, why)) for each, why in zip(words, doubts)]


def _why_unknown(
    states: PointStates, place: np.ndarray, verdicts: list[Verdict], doubts: list[Optional[Reason]]
) -> list[Optional[str]]:
    """Return the reason code of each person of whom nothing is known, None of the others."""
    from ...analysis.life_support import LifeState
    from ...analysis.reasons import Reason

    why: list[Optional[str]] = []
    for point, one, doubt in zip(place.tolist(), verdicts, doubts):
        reason = one.why or (states.reason_code(point) if point >= 0 else Reason.NOT_LINKED)
        if doubt is Reason.OTHER_ADDRESS:
            reason = doubt
        why.append(reason.value if reason and one.state is LifeState.UNKNOWN else None)
    return why


def _order(verdicts: list[Verdict]) -> np.ndarray:
    import numpy as np

    from ...analysis.life_support import order_of

    return np.array(sorted(range(len(verdicts)), key=lambda row: (*order_of(verdicts[row]), row)), dtype=np.int64)


def _sheets(table: pd.DataFrame, case: Case, at: datetime, said: str) -> list[Sheet]:
    """Return the round: everybody in order, then by vendor and by district, who calls whom."""
    from ...layers.spreadsheet import Sheet

    heading = _heading()
    about = [
        [tr("Case"), case.info.name],
        [tr("Moment"), f"{at:%Y-%m-%d %H:%M}"],
        *[[tr("Batteries told at"), f"{one:%Y-%m-%d %H:%M}"] for one in table["state_at"].head(1)],
        [tr("Sources"), said],
        [tr("Order"), tr("Battery may have ended, may end within six hours, unknown, lasts longer, with power")],
        [tr("Unknown"), tr("Not known to have power: call them as if they had none")],
        [tr("Terms of use"), terms_of(case)],
        [tr("Caution"), tr("Personal data: for this purpose only, destroy it when use ends.")],
    ]
    if case.info.practice:
        about.insert(0, [tr("PRACTICE DATA"), ""])
    by = [
        Sheet(name, heading, _rows(table.sort_values([column, "priority"], na_position="first")), frozen=2)
        for name, column in ((tr("By vendor"), "vendor"), (tr("By district"), "district"))
        if table[column].notna().any()
    ]
    return [
        Sheet(tr("Round"), heading, _rows(table), frozen=2),
        *by,
        Sheet(tr("About"), (tr("Item"), tr("Content")), about),
    ]


def _heading() -> tuple[str, ...]:
    return (
        tr("Priority"),
        tr("Own id"),
        tr("Name of the person"),
        tr("Device"),
        tr("State"),
        tr("Dark since, at the earliest"),
        tr("Battery ends, at the earliest"),
        tr("Battery ends, at the latest"),
        tr("Vendor"),
        tr("District"),
        tr("Reason"),
        tr("Response"),
        tr("Response by"),
        tr("Response at"),
        tr("Note of the response"),
    )


_COLUMNS = (
    "priority person_id name device state dark_since_low battery_from battery_until vendor district reason response "
    "response_by response_at response_note"
).split()
"""Columns of the table under the headings of the round."""


def _rows(part: pd.DataFrame) -> list[list[object]]:
    """Return rows of the round, in the order of the table."""
    import pandas as pd

    from ...layers.style.codes import VALUE_MAPS

    words = {code: label() for code, label in VALUE_MAPS["lifesupport"]["state"]}

    def plain(value: Any) -> object:
        if value is None or pd.isna(value):
            return None
        return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value

    named = part.assign(state=[words[state] for state in part["state"]])
    return [[plain(row.get(name)) for name in _COLUMNS] for row in named.to_dict("records")]

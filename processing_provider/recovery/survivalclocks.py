"""Hours left (残り時間): when critical facilities without the line fail, and what fuel and kVA they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterator, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ... import settings
from ...analysis.unread import some
from ...messages import message
from ..base import FeedbackProgress, TomoshibiAlgorithm, tr
from ..listed import read_table
from ..results import add_evidence_outputs, add_output, evidence_outputs, known_numbers, sum_known, write_result
from ..situation.facilities import facility_states
from .backup_list import KNOWN, read_backup

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    import pandas as pd

    from ...analysis.backup import Backup
    from ...analysis.own_load import OwnLoad
    from ...analysis.survival import Clock
    from ...analysis.told_states import Told
    from ...casefile.case import Case
    from ..situation.facilities import FacilityStates

LOAD_DAYS = 28
"""Days before the event of which a building's own load is worked out."""
READ_AT_ONCE = 2000
"""Facilities whose readings are held at once: some ten megabytes."""


class SurvivalClocks(TomoshibiAlgorithm):
    """When critical facilities fail."""

    NAME = "survivalclocks"
    GROUP = "recovery"
    LISTS = ("FACILITIES", "BACKUP")
    NEEDED = ("FACILITIES",)
    TAGS = ("残り時間", "非常用電源", "自家発電", "燃料", "病院", "generator", "fuel", "hours", "nokori", "jikahatsu")

    def title(self) -> str:
        return tr("Tell how long critical facilities last")

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.add_case()
        self.add_own(
            QgsProcessingParameterFeatureSource("FACILITIES", tr("Facilities"), [QgsProcessing.SourceType.TypeVector]),
            tr("Hospitals, waterworks, base stations, shelters, offices: as for “Show which shelters have power”."),
        )
        self.add_own(
            QgsProcessingParameterFile("BACKUP", tr("Backup power of facilities"), optional=True),
            tr(
                "CSV or XLSX with the columns facility_id, generator_kva, fuel_kind, fuel_l, tank_l, battery_hours "
                "and, if known, litres_per_hour, generator_carries, generator_load_kw, generator_load_share, "
                "stock_at, battery_years and battery_from (or 自家発電機容量, 燃料の種類, 備蓄量, タンク容量, 蓄電池, "
                "給電範囲, 発電機負荷(kW), 給電割合, 残量確認日時, 蓄電池経過年数, 蓄電池設置年). generator_carries "
                "tells what hangs on the generator: the whole building (全館), or selected circuits only (非常回路), "
                "and then how many kW, or which share of its use on other days, these are. A stock that was seen or "
                "filled up during the outage needs its stock_at: the moment from which it is burnt. Without a row of "
                "its own, a facility has a clock only where a public rule speaks of its kind, and that is marked as "
                "assumed."
            ),
        )
        self.add(
            QgsProcessingParameterFile("LINKS", tr("Facilities and their supply points"), optional=True),
            tr("As for “Show which shelters have power”. Left empty, the links that the case keeps."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterString("KIND", tr("Only these kinds"), optional=True),
            tr("Kinds of facility to show, separated by commas. Left empty, all."),
        )
        number = QgsProcessingParameterNumber.Type
        self.add(
            QgsProcessingParameterNumber("HOURS", tr("Hours to reach"), number.Double, 72.0, False, 1.0, 720.0),
            tr("Hours from the loss of power for which the fuel is to last: what is lacking is told in litres."),
        )
        self.add_at()
        add_output(self, self.NAME)
        for name, words in (
            ("FAILING", tr("Facilities that may fail within 24 hours")),
            ("FAILED", tr("Facilities whose backup power ended within the data")),
            ("ENDED_BY_TIME", tr("Facilities whose backup power must have ended after the data")),
            ("RUNNING", tr("Facilities that run on their own power")),
            ("POWERED", tr("Facilities with power")),
            ("UNKNOWN", tr("Facilities of which nothing is known")),
            ("LITRES", tr("Litres that are lacking in all")),
            ("TO_ASK", tr("Facilities to ask what hangs on their generator")),
            ("STOCK_TO_ASK", tr("Facilities to ask what is left in their tank")),
            ("NOT_READ", tr("Values of the list that were not understood")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, words))
        add_evidence_outputs(self)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: FeedbackProgress
    ) -> dict[str, Any]:
        import numpy as np

        from ...analysis.survival import ClockState
        from ...casefile import case_arrays
        from ...casefile.data_status import data_status, looked_at
        from ...casefile.ledger import now as clock_now
        from ...casefile.overrides import stocks_told_of, told_of
        from ...layers.build import points

        case = self.case(parameters, context)
        states = facility_states(self, parameters, context, progress, case)
        at, power = states.at, states.power
        backups, unread = _backups(
            self.parameterAsFile(parameters, "BACKUP", context), power, case.info.event_time, progress
        )
        loads = _loads(case, states.links.table, progress.stage(0.2, 0.7))
        told = _not_passed(told_of(case, at, states.asked), power)
        shown = set(power["facility_id"].astype(str))
        stocks = {name: all_of for name, all_of in stocks_told_of(case, at, states.asked).items() if name in shown}
        hours = self.parameterAsDouble(parameters, "HOURS", context)
        dark = _known_dark(states)
        # in a drill time goes on by what is told, too
        last = [one.at for all_of in stocks.values() for one in all_of if one.stock is not None]
        now = max([looked_at(case, at, states.asked, clock_now()), *last])
        _add_told(backups, stocks, dark, now, progress)
        _tell_later(backups, now, progress)
        between = _struck_between(dark, [event.begin for event in case.info.all_events])
        looked = np.datetime64(now, "s")
        clocks = list(_clocks(dark, between, loads, backups, told, looked, hours, progress.stage(0.7, 0.8)))
        table = _table(power, dark, loads.whole, backups, clocks, looked)
        until = data_status(case, at).until_of("reading", "outage")
        made = write_result(
            self,
            parameters,
            context,
            progress.stage(0.8, 1),
            case,
            self.NAME,
            table,
            points(table["lon"].to_numpy(float), table["lat"].to_numpy(float)),
            at,
            case_arrays.sources(case, at),
            evidence_until=until,
        )
        unknown = table["state"] == ClockState.UNKNOWN.value
        return {
            "OUTPUT": made,
            **_counts(table),
            **known_numbers(LITRES=_litres(table)),
            "TO_ASK": _tell_to_ask(table, progress),
            "STOCK_TO_ASK": _tell_stock_to_ask(table, progress),
            "NOT_READ": states.not_read + unread,
            **evidence_outputs(table.loc[unknown, "unknown_reason"], until, int(unknown.sum())),
        }


def _counts(table: pd.DataFrame) -> dict[str, Any]:
    """Return how many facilities stand how, by state."""
    from ...analysis.key_figures import failing_soon
    from ...analysis.survival import ClockState

    counts = table["state"].value_counts()
    count = {state: int(counts.get(state.value, 0)) for state in ClockState}
    return {
        "FAILING": int(failing_soon(table).sum()),
        "FAILED": count[ClockState.FAILED],
        "ENDED_BY_TIME": count[ClockState.ENDED_BY_TIME],
        "RUNNING": count[ClockState.RUNNING] + count[ClockState.MAY_HAVE_FAILED],
        "POWERED": count[ClockState.POWERED],
    }


def _litres(table: pd.DataFrame) -> Optional[float]:
    """Return the litres that are lacking of those who are known; None where none is known, 0 where all have power."""
    from ...analysis.survival import ClockState

    if (table["state"] == ClockState.POWERED.value).all():
        return 0.0
    return sum_known(table["litres_to_hours"])


def _backups(
    path: str, power: pd.DataFrame, event: datetime, progress: FeedbackProgress
) -> tuple[dict[str, Backup], int]:
    """Return facility id → what it runs on by the list ("": none), and how many of its values were not understood."""
    if not path:
        return {}, 0
    names = dict(zip(power["facility_id"].astype(str), power["name"].fillna("").astype(str)))
    read = read_backup(read_table(path, None, KNOWN, progress), progress, event, names)
    found = dict(read.rows)
    _tell_strange(found, power, progress)
    return found, read.not_read


def _tell_strange(backups: dict[str, Any], power: pd.DataFrame, progress: FeedbackProgress) -> None:
    """Name the rows of the list whose facility is not in the list of facilities."""
    strange = sorted(set(backups) - set(power["facility_id"].astype(str)))
    if strange:
        progress.warn(
            message(
                "{count} row(s) of the backup power name no facility of the list: {ids}. Mend their facility_id.",
                count=len(strange),
                ids=", ".join(strange[:10]) + ("…" if len(strange) > 10 else ""),
            )
        )


def _tell_later(backups: dict[str, Backup], now: datetime, progress: FeedbackProgress) -> None:
    """Name the rows whose stock was told later than the moment of the map: it is not used, and may be less."""
    later = sorted(name for name, backup in backups.items() if backup.known_at(now) is not backup)
    if later:
        progress.warn(
            message(
                "The stock of {count} row(s) of the backup power was told later than the moment of this map ({at}) and "
                "is taken as not known: {ids}. What is left there may last shorter than the map says.",
                count=len(later),
                at=f"{now:%Y-%m-%d %H:%M}",
                ids=", ".join(later[:10]) + ("…" if len(later) > 10 else ""),
            )
        )


def _not_passed(told: dict[str, Told], power: pd.DataFrame) -> dict[str, Told]:
    """Return what was said by telephone without what was measured otherwise since."""
    from ...analysis.told_beside import beside_measured

    ids = power["facility_id"].to_numpy(object)
    moments = (power[name].to_numpy().astype("datetime64[s]") for name in ("silent_until", "powered_until"))
    passed = beside_measured(ids, *moments, told)["told_passed"].to_numpy(bool)
    gone = {str(one) for one in ids[passed]}
    return {name: one for name, one in told.items() if name not in gone}


def _add_told(
    backups: dict[str, Backup],
    stocks: dict[str, tuple[Told, ...]],
    dark: pd.DataFrame,
    now: datetime,
    progress: FeedbackProgress,
) -> None:
    """Put the stocks that were told by telephone into the rows of the list; name those of which one is to be mended.

    `dark`: as `_known_dark`; `now`: the moment of looking.
    """
    from ...analysis.backup import Backup
    from ...analysis.stocks_told import StockDoubt, with_stocks

    lost = {
        str(name): None if isnull else low.to_pydatetime()
        for name, low, isnull in zip(dark["facility_id"], dark["dark_since_low"], dark["dark_since_low"].isna())
    }
    doubted: dict[StockDoubt, list[str]] = {one: [] for one in StockDoubt}
    for name, told in sorted(stocks.items()):
        found = with_stocks(backups.get(name, Backup()), told, lost.get(name), now)
        for doubt in found.doubts:
            doubted[doubt].append(name)
        if name in backups:
            backups[name] = found.row
    for doubt, what in (
        (
            StockDoubt.UNUSED,
            message(
                "What {count} facilities told of their tank by telephone is not used: {ids}. The list of backup power "
                "lacks their generator or their tank, has several rows of them, more fuel than the tank holds or a "
                "later stock, or their fuel is gas.",
                count=len(doubted[StockDoubt.UNUSED]),
                ids=some(doubted[StockDoubt.UNUSED]),
            ),
        ),
        (
            StockDoubt.TOO_MUCH,
            message(
                "{count} facilities told by telephone of more fuel than their tank holds by the list of backup power: "
                "{ids}. It is not used. Look whether L and kL were mixed up, and note it again, or mend the tank in "
                "the list.",
                count=len(doubted[StockDoubt.TOO_MUCH]),
                ids=some(doubted[StockDoubt.TOO_MUCH]),
            ),
        ),
        (
            StockDoubt.TOO_LITTLE,
            message(
                "Of {count} facilities more fuel is gone since the loss of power than their generator burns at full "
                "load: {ids}. The map goes by what was told. Ask again (L or kL, a leak, the stock in the list), and "
                "note it again with the same AT.",
                count=len(doubted[StockDoubt.TOO_LITTLE]),
                ids=some(doubted[StockDoubt.TOO_LITTLE]),
            ),
        ),
    ):
        if doubted[doubt]:
            progress.warn(what)


def _tell_to_ask(table: pd.DataFrame, progress: FeedbackProgress) -> int:
    """Name the facilities whose list leaves open what hangs on the generator, where that matters; return how many."""
    from ...analysis.key_figures import to_ask

    names = to_ask(table)
    if names:
        progress.warn(
            message(
                "Ask {count} facilities what hangs on their generator, and write it into the list: the whole building "
                "(generator_carries 全館) or selected circuits only (非常回路), and how many kW these use "
                "(generator_load_kw). Till then it may stop early or run for days: {names}.",
                count=len(names),
                names=", ".join(names[:10]) + ("…" if len(names) > 10 else ""),
            )
        )
    return len(names)


def _tell_stock_to_ask(table: pd.DataFrame, progress: FeedbackProgress) -> int:
    """Name the facilities of which a reading of the tank would tell more; return how many."""
    from ...analysis.key_figures import stock_to_ask

    names = stock_to_ask(table)
    if names:
        progress.warn(
            message(
                "Ask {count} facilities what is left in the tank of their generator, and note it with “Note what a "
                "facility said by telephone” (FUEL_LEFT): when they fail is then known more narrowly. {names}.",
                count=len(names),
                names=some(names),
            )
        )
    return len(names)


@dataclass(frozen=True)
class _Loads:
    """Facility id → what it uses itself, of those whose readings before the event tell it."""

    whole: dict[str, OwnLoad]
    part: dict[str, OwnLoad]
    """Of which one meter's readings or more are not there: as if these used as much as the others."""


def _loads(case: Case, links: pd.DataFrame, progress: FeedbackProgress) -> _Loads:
    """Return what facilities use themselves."""
    import numpy as np

    from ...analysis.own_load import own_load
    from ...casefile import case_arrays
    from ...casefile.contracts import SUPPLY

    table = links[["facility_id", "supply_point"]].astype(str).drop_duplicates()
    table = table[table["supply_point"] != ""]
    rows = np.asarray(case.readings.rows_of(table["supply_point"].to_numpy(str), SUPPLY))
    meters = table["facility_id"].value_counts()
    table, rows = table[rows >= 0], rows[rows >= 0]
    loads = _Loads({}, {})
    if not len(rows):
        return loads
    end = case_arrays.event_slot(case).astype("datetime64[D]").astype("datetime64[s]")
    begin = end - np.timedelta64(LOAD_DAYS, "D")
    slots = begin + case_arrays.SLOT * np.arange(LOAD_DAYS * 48)
    # many at once: a block of the store is read whole, whoever of it is asked for
    names, number = np.unique(table["facility_id"].to_numpy(str), return_inverse=True)
    order = np.argsort(number, kind="stable")
    edges = np.searchsorted(number[order], np.arange(len(names) + 1))
    for first in range(0, len(names), READ_AT_ONCE):
        progress.raise_if_cancelled()
        last = min(first + READ_AT_ONCE, len(names))
        readings = case.readings.window(begin, end, rows[order[edges[first] : edges[last]]])
        for place in range(first, last):
            load = own_load(readings[edges[place] - edges[first] : edges[place + 1] - edges[first]], slots)
            name, known = str(names[place]), int(edges[place + 1] - edges[place])
            if load is not None and known == meters[name]:
                loads.whole[name] = load
            elif load is not None:
                loads.part[name] = load.times(meters[name] / known)
        progress.set_fraction(last / len(names))
    return loads


def _known_dark(states: FacilityStates) -> pd.DataFrame:
    """Return the power of facilities as clocks count by it, with `known_at`, until when it is known.

    An aftershock brings nobody's power back: who was dark at the end of the data, before it, is taken to be so still.
    """
    import numpy as np

    from ...analysis.point_states import OUTAGE, PARTIAL
    from ...analysis.reasons import Reason

    found = states.power.assign(known_at=np.datetime64(states.at, "ns"))
    if states.earlier is not None:
        then = states.earlier.power
        kept = found["unknown_reason"].eq(Reason.BEFORE_EVENT.value) & then["state"].isin([OUTAGE, PARTIAL])
        names = ["state", "dark_since_low", "dark_since_high"]
        found.loc[kept, names] = then.loc[kept, names]
        found.loc[kept, "known_at"] = np.datetime64(states.earlier.at, "ns")
    return found


def _struck_between(power: pd.DataFrame, events: list[datetime]) -> list[bool]:
    """Return for each facility whether an event began between the two ends of its loss of power."""
    import numpy as np

    low = power["dark_since_low"].to_numpy().astype("datetime64[s]")
    high = power["dark_since_high"].to_numpy().astype("datetime64[s]")
    found = np.zeros(len(power), dtype=bool)
    for event in np.array(events, dtype="datetime64[s]"):
        found |= (low <= event) & (event <= high)
    return [bool(one) for one in found]


def _clocks(
    power: pd.DataFrame,
    between: list[bool],
    loads: _Loads,
    backups: dict[str, Any],
    told: dict[str, Any],
    now: np.datetime64,
    hours: float,
    progress: FeedbackProgress,
) -> Iterator[Clock]:
    """Yield the clock of each facility.

    `power`: as `_known_dark`; `between`: whether an event struck while it lost power; `now`: the moment of looking.
    """
    import numpy as np

    from ...analysis.backup_doubts import doubtful_clock
    from ...analysis.stock_to_ask import with_question
    from ...analysis.survival import Facility

    at = power["known_at"].to_numpy().astype("datetime64[s]")
    low = power["dark_since_low"].to_numpy().astype("datetime64[s]")
    high = power["dark_since_high"].to_numpy().astype("datetime64[s]")
    limit = np.timedelta64(round(settings.old_hours() * 3600), "s")
    stale = now - power["known_until"].to_numpy().astype("datetime64[s]") > limit
    for row, (name, kind, state) in enumerate(zip(power["facility_id"], power["kind"], power["state"])):
        progress.raise_if_cancelled()
        said = told.get(str(name))
        facility = Facility(
            str(kind or ""),
            str(state),
            low[row],
            high[row],
            said.state if said else None,
            np.datetime64(said.at, "s") if said else np.datetime64("NaT", "s"),
            loads.whole.get(str(name)),
            backups.get(str(name)),
            between[row],
            loads.part.get(str(name)),
            bool(stale[row]),
        )
        found = doubtful_clock(facility, at[row], hours, now)
        yield with_question(found, facility, at[row], hours, now)


def _table(
    power: pd.DataFrame,
    dark: pd.DataFrame,
    loads: dict[str, OwnLoad],
    backups: dict[str, Any],
    clocks: list[Clock],
    now: np.datetime64,
) -> pd.DataFrame:
    """Return the layer's rows at the moment of looking, those that fail first on top; then the unknown."""
    import numpy as np
    import pandas as pd

    from ...analysis.survival import ORDER

    table = power[
        ["facility_id", "name", "kind", "reason", "last_proven", "last_state", "unknown_reason", "lat", "lon"]
    ].copy()
    table["power_state"] = power["state"]
    table["dark_since_low"], table["dark_since_high"] = dark["dark_since_low"], dark["dark_since_high"]
    table["state"] = [one.state.value for one in clocks]
    table["state_at"] = pd.Timestamp(now)
    for name, left, ends in (
        ("fails_earliest", "hours_left_low", [one.earliest for one in clocks]),
        ("fails_latest", "hours_left_high", [one.latest for one in clocks]),
    ):
        moments = np.array(ends, dtype="datetime64[s]")
        table[name] = pd.Series(moments.astype("datetime64[ns]"), index=table.index)
        table[left] = np.maximum((moments - now) / np.timedelta64(3600, "s"), 0.0)
    _add_what_it_runs_on(table, loads, backups)
    table["need_kva"] = np.ceil([one.need_kva for one in clocks])
    table["litres_to_hours"] = np.ceil([one.litres_to_hours for one in clocks])
    table["assumption"] = [",".join(each.value for each in one.assumptions) or None for one in clocks]
    _add_why(table, clocks)
    place = table["state"].map({state.value: number for number, state in enumerate(ORDER)})
    table = table.assign(place=place).sort_values(
        ["place", "fails_earliest", "facility_id"], kind="stable", na_position="last"
    )
    table["rank"] = np.arange(1, len(table) + 1)
    return table.drop(columns="place").reset_index(drop=True)


def _add_why(table: pd.DataFrame, clocks: list[Clock]) -> None:
    """Say why there is no clock where the power itself is known."""
    import pandas as pd

    why = pd.Series([one.why.value if one.why else None for one in clocks], table.index, dtype=object)
    table["unknown_reason"] = table["unknown_reason"].where(table["unknown_reason"].notna(), why)


def _add_what_it_runs_on(table: pd.DataFrame, loads: dict[str, OwnLoad], backups: dict[str, Any]) -> None:
    """Add the generator, its fuel, and on how many days the load rests."""
    import pandas as pd

    from ...analysis.backup import Backup

    ids = table["facility_id"].astype(str)
    rows = [backups.get(name, Backup()) for name in ids]
    table["generator_kva"] = [row.generator_kva for row in rows]
    table["fuel_kind"] = [row.fuel_kind or None for row in rows]
    table["stock_l"] = [row.fuel_l for row in rows]
    table["stock_at"] = pd.Series(pd.to_datetime([row.stock_at for row in rows]), index=table.index)
    table["load_days"] = [loads[name].days if name in loads else None for name in ids]

"""What a facility has to run on without the line (非常用電源): generator, fuel, battery; what is assumed by its kind.

Source: the columns are among those that hospitals fill in of EMIS (自家発電機の発電容量, 燃料の種類・残量;
pref.hiroshima.lg.jp/soshiki/268/emis.html).
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, Mapping, Optional, Sequence

from .told_states import ToldStock

NAN = float("nan")
ROUNDED_UP = 1.05
"""A stock so many times a tank may still be a reading of it."""


@dataclass(frozen=True)
class Span:
    """A figure that is known as an interval."""

    low: float
    high: float

    @classmethod
    def about(cls, value: float, share: float) -> Span:
        """Return the interval of a figure that is right within a share of it."""
        return cls(value * (1 - share), value * (1 + share))


class Assumption(str, Enum):
    """What a clock rests on besides the list; the value is the code in the field `assumption`."""

    KIND = "by_kind"
    """Hours by the kind of facility: its own row tells none."""
    LOAD = "load"
    """Load as a share of the generator's capacity: too few readings of its own."""
    TANK = "tank"
    """Fuel as a share of the tank: the stock is not told."""
    FUEL_TABLE = "fuel_table"
    """Consumption by the general table for its capacity: its own is not told."""
    CROWDED = "crowded"
    """People take shelter there: it may use all that the generator gives."""
    OVERLOADED = "overloaded"
    """In some hour ahead it may use more than the generator carries, which may then stop."""
    HANGS_UNKNOWN = "hangs_unknown"
    """… and whether the whole building hangs on the generator, or selected circuits, the list does not tell: to ask."""
    CIRCUITS = "circuits"
    """Only selected circuits hang on the generator, and use what is told of them."""
    CIRCUITS_USE = "circuits_use"
    """Only selected circuits hang on the generator, and how much they use the list does not tell: to ask."""
    PARTLY = "partly"
    """Only some of its meters are without power."""
    TOLD = "told"
    """What was said by telephone."""
    AS_USUAL = "as_usual"
    """It uses as much as on other days."""
    AS_BURNT = "as_burnt"
    """It burns as it did from the loss of power until its stock was seen."""
    STOCK_TIME = "stock_time"
    """When its stock was as told is not known to the hour, or not at all."""
    STOCK_EARLIER = "stock_earlier"
    """Its stock was told in an outage before this one: some of it may be burnt since."""
    BATTERY_AGE = "battery_age"
    """An old battery may give less than is told of it."""
    BATTERY_NEW = "battery_new"
    """The battery gives what is told of it: its age is not."""
    BATTERY_UNREAD = "battery_unread"
    """What the list says of a battery is not understood: it counts as none."""
    STOCK_TO_ASK = "stock_to_ask"
    """What is left in the tank, were it read off now, would tell more narrowly when it fails: to ask."""
    SEVERAL_ROWS = "several_rows"
    """Rows of the list tell of it differently: the interval holds what each tells, and all together."""


TO_ASK = (Assumption.HANGS_UNKNOWN, Assumption.CIRCUITS_USE)
"""What a question of what hangs on the generator would mend."""


class Carries(str, Enum):
    """What hangs on a generator."""

    UNKNOWN = ""
    WHOLE = "whole"
    """The whole building (全館)."""
    CIRCUITS = "circuits"
    """Selected circuits only (非常回路)."""


@dataclass(frozen=True)
class Backup:
    """A row of the list of backup power; NaN where it is blank."""

    generator_kva: float = NAN
    """0: none."""
    fuel_kind: str = ""
    fuel_l: float = NAN
    tank_l: float = NAN
    battery_hours: float = NAN
    """0: none."""
    litres_per_hour: float = NAN
    """Its own consumption, as rated."""
    stock_at: Optional[datetime] = None
    """Moment at which the stock was as told, the first that it may have been; None: when power was lost."""
    stock_until: Optional[datetime] = None
    """The last that it may have been; None: that was the moment."""
    stock_doubted: bool = False
    """Whether a moment is told that cannot be read: it may have been any."""
    before_l: float = NAN
    """Litres when power was lost, where they are told besides a stock that was seen later."""
    burnt_l: float = 0.0
    """Litres of the stock that may be gone between `stock_at` and a later loss of power, in an outage before it."""
    battery_years: float = NAN
    """Age of the battery."""
    battery_from: Optional[datetime] = None
    """First day on which the battery may have been put in."""
    unread: frozenset[str] = frozenset()
    """Names of the figures that are written but not understood, or hold later only."""
    others: tuple[Backup, ...] = ()
    """What further rows of the list tell of the same facility, where they tell it differently."""

    generator_carries: Carries = Carries.UNKNOWN
    """What hangs on the generator."""
    generator_load_kw: float = NAN
    """What selected circuits use on average, kW."""
    generator_load_share: float = NAN
    """… as a share of what the building uses on other days."""

    @property
    def tells_circuits(self) -> bool:
        """Whether it tells that only selected circuits hang on the generator."""
        return self.generator_carries is not Carries.WHOLE and (
            self.generator_carries is Carries.CIRCUITS or self.generator_load_kw > 0 or self.generator_load_share > 0
        )

    @property
    def tells_generator(self) -> bool:
        """Whether it is known whether there is a generator."""
        return not math.isnan(self.generator_kva)

    @property
    def tells_battery(self) -> bool:
        """Whether it is known whether there is a battery, and for how long."""
        return not math.isnan(self.battery_hours)

    def known_at(self, at: datetime) -> Backup:
        """Return what was known of it at a moment: a stock that is told for later is not."""
        late = self.stock_at is not None and self.stock_at > at
        if late and not math.isnan(self.before_l):
            return replace(self, fuel_l=self.before_l, before_l=NAN, stock_at=None, stock_until=None)
        # what there is until then may be little: it is to be filled up
        return replace(self, fuel_l=NAN, stock_at=None, unread=self.unread | {"fuel_l"}) if late else self

    @property
    def joint(self) -> Backup:
        """Return what all rows of the list together tell, as of several generators that share the load."""
        rows = (replace(self, others=()), *self.others)
        sums: dict[str, Any] = {
            name: math.fsum(getattr(row, name) for row in rows)
            for name in ("generator_kva", "fuel_l", "tank_l", "litres_per_hour", "generator_load_kw", "before_l")
        }
        carries = {row.generator_carries for row in rows}
        if carries == {Carries.CIRCUITS} or len(carries) > 1:
            # of a whole building what one feeds and what another does not are no longer told apart
            sums["generator_load_share"] = NAN
            sums["generator_carries"] = Carries.CIRCUITS if len(carries) == 1 else Carries.UNKNOWN
        return replace(rows[0], battery_hours=max(row.battery_hours for row in rows), **sums)

    @property
    def piped(self) -> bool:
        """Whether its fuel comes by a pipe (都市ガス): how long it lasts, no stock tells."""
        return any(
            word in unicodedata.normalize("NFKC", self.fuel_kind) for word in ("都市ガス", "天然ガス", "town gas")
        )


@dataclass(frozen=True)
class Default:
    """Hours that a kind of facility is taken to run without the line, where nothing of its own is known."""

    words: tuple[str, ...]
    """Words that its kind holds."""
    hours: Span
    source: str


DEFAULTS: tuple[Default, ...] = (
    Default(
        ("災害拠点病院",),
        Span(24.0, 72.0),
        # no rule names the shorter end: a third of the three days, as nobody's tank is known to be full
        "災害拠点病院指定要件 (令和6年4月1日現在; 日本病院会 風水害BCPガイドライン補遺, "
        "wic-net.com/material/document/16577/58): 通常時の6割程度の発電容量, 3日分程度の備蓄燃料; "
        "2018年の点検では114病院がタンク容量3日未満 (726病院のうち: jmedj.co.jp/journal/paper/detail.php?id=11359; "
        "736病院のうち: nishinippon.co.jp/item/o/474552, 答弁第44号 shugiin.go.jp/internet/itdb_shitsumon.nsf/html/"
        "shitsumon/b198044.htm). 下限24時間は仮定で、出典はない",
    ),
    Default(
        ("基地局", "base station"),
        Span(3.0, 24.0),
        "数時間から最大24時間程度 (NHK, 24wireless.info/basestation-power-supply による); "
        "市町村役場等をカバーする局は24時間以上とする案 (総務省 2020-01, shimajiro-mobiler.net/2020/01/27/post65159). "
        "「数時間」は、3時間以上もつとした1社 (KDDI, 2011-03; blog.nakachon.com/?p=187 による) にならい3時間とみる",
    ),
)
"""Kinds that a public rule speaks of; of all others nothing is assumed."""


def default_of(kind: str) -> Optional[Default]:
    """Return what is assumed of a kind of facility, None where nothing is."""
    plain = unicodedata.normalize("NFKC", kind).casefold()
    return next((one for one in DEFAULTS if any(word.casefold() in plain for word in one.words)), None)


_PARTS = (
    ("generator_kva",),
    ("fuel_kind",),
    ("fuel_l", "stock_at", "stock_until", "stock_doubted", "before_l"),
    ("tank_l",),
    ("battery_hours", "battery_years", "battery_from"),
    ("litres_per_hour",),
    ("generator_carries", "generator_load_kw", "generator_load_share"),
)
"""Properties of a row that belong together; the first of each says whether the row tells of it."""


def rows_together(rows: Sequence[Backup]) -> Backup:
    """Return what several rows of a list tell of one facility: blanks of each are filled by the others.

    Rows that then still differ stand in `others`.
    """
    filled = [_filled(one, rows) for one in rows]
    # NaN is not equal to itself, but is written alike
    different = list({repr(one): one for one in filled}.values())
    return replace(different[0], others=tuple(different[1:]))


def with_left(row: Backup, left_l: float) -> Backup:
    """Return a row with the litres that were left when its stock was seen (残量), besides those that it tells (備蓄量).

    What it tells was there when power was lost. Left without a moment, it was seen at any time; something that is not
    understood (`unread`) may be anything.
    """
    if "left_l" in row.unread:
        return replace(row, fuel_l=NAN, unread=row.unread | {"fuel_l"})
    if math.isnan(left_l):
        return row
    doubted = row.stock_doubted or row.stock_at is None
    return replace(row, fuel_l=left_l, before_l=row.fuel_l, stock_doubted=doubted)


def with_told(row: Backup, stock: ToldStock, at: datetime) -> Optional[Backup]:
    """Return a row with a stock that was read off the tank at a moment, told by telephone.

    What the row tells of the time before stays beside it (`before_l`); a stock that was filled up since may be more.
    None where the row tells of the tank at a later moment, or nothing that a share could be of: a reserve larger than
    the tank lies elsewhere, too, and of that neither the gauge nor what is gone by it tells.
    """
    litres = stock.litres if stock.litres is not None else _litres_of_share(row, stock.share or 0.0)
    # of a stock that was seen at some time of a day nobody knows that it was later
    later = row.stock_at is not None and not row.stock_doubted and row.stock_at > at
    if litres is None or later:
        return None
    told: dict[str, Any] = {"stock_until": None, "stock_doubted": False, "unread": row.unread - {"fuel_l", "left_l"}}
    return replace(row, fuel_l=litres, before_l=_when_lost(row), stock_at=at, burnt_l=0.0, **told)


def _when_lost(row: Backup) -> float:
    """Return the litres of its tank when power was lost, NaN where the row does not tell them."""
    if _lies_elsewhere(row):
        return NAN
    at_loss = math.isnan(row.before_l) and row.stock_at is None and not row.stock_doubted
    return row.fuel_l if at_loss else row.before_l


def _lies_elsewhere(row: Backup) -> bool:
    """Whether a row has more fuel than its tank holds (ドラム缶, a second tank)."""
    return any(one > ROUNDED_UP * row.tank_l > 0 for one in (row.fuel_l, row.before_l))


def _litres_of_share(row: Backup, share: float) -> Optional[float]:
    """Return a share of a row's tank in litres, None where its tank is not known or is not all that it has."""
    if _lies_elsewhere(row):
        return None
    if share == 0.0:
        return 0.0
    return share * row.tank_l if row.tank_l > 0 else None


def _filled(row: Backup, rows: Sequence[Backup]) -> Backup:
    more: dict[str, Any] = {}
    for names in _PARTS:
        if _tells(row, names[0]) or names[0] in row.unread:
            continue
        other = next((one for one in rows if _tells(one, names[0])), None)
        if other is not None:
            more.update({name: getattr(other, name) for name in names})
    return replace(row, **more)


def _tells(row: Backup, name: str) -> bool:
    value = getattr(row, name)
    return bool(value) if isinstance(value, str) else not math.isnan(value)


Backups = Mapping[str, Backup]
"""Facility id → its row."""

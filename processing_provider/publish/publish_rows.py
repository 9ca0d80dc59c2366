"""Rows of results on their way into a shared database, and answers on their way back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Optional, Sequence

from qgis.core import NULL, QgsGeometry, QgsVectorLayer
from qgis.PyQt.QtCore import QDateTime, Qt

from ...casefile.answers import ENTERED, IDENTITY, person_of
from ...casefile.packages_field import Answer, Conflict, moment_text
from ..entered import plain, write_answers
from ..output_targets import LAYERS
from ..row_identity import PEOPLE, identity_columns

if TYPE_CHECKING:
    from ...casefile.case import Case
    from ...layers.gpkg import Target
    from ...layers.postgis.tables import Theme
    from ...layers.public_themes import PublicRows

_BETWEEN = "\x1f"
_NONE = [None] * 3


@dataclass(frozen=True)
class Difference:
    """A row that says something else in the database than in the case."""

    number: int
    """Number of the row in the case."""
    kind: str
    """A code of `layers.postgis.tables`: take, emptied, conflict."""
    who: tuple[str, str, str]
    here: Answer
    """In the database."""
    home: Answer
    """In the case."""
    before: Answer
    """As both last agreed."""
    entered: tuple[str, ...] = ()
    """The fields `ENTERED` in the database, to the letter."""

    @classmethod
    def of(cls, row: Sequence[Any]) -> Difference:
        """Return what a row of `layers.postgis.tables.sync_sql` says."""
        texts = _texts(row)
        sides = [Answer.of(dict(zip(ENTERED, texts[first : first + 4]))) for first in (5, 9, 13)]
        return cls(int(texts[0]), texts[1], (texts[2], texts[3], texts[4]), *sides, tuple(texts[5:9]))

    @property
    def understood(self) -> bool:
        """Whether the case may hold what the database does."""
        from ...layers.style.codes import RESPONSES

        return self.entered[0] in {value for value, _ in RESPONSES} | {""}

    def values(self) -> dict[str, Optional[str]]:
        """Return what was entered in the database as SQLite takes it: nothing of it is cut or trimmed.

        What the case held shorter would go back at the next publication, over what somebody wrote.
        """
        told = dict(zip(ENTERED, (text or None for text in self.entered)))
        return {**told, "response_at": self.here.values()["response_at"]}

    def told(self, theme: str, code: str) -> dict[str, Any]:
        """Return it as a row of the table of conflicts."""
        from ...aggregator.outside import shown

        return {
            "result": theme,
            "conflict": code,
            **dict(zip(IDENTITY, map(shown, self.who))),
            **{f"field_{name}": shown(getattr(self.here, name), 200) for name in ("response", "by", "at")},
            "field_note": shown(self.here.note, 500),
            **{f"home_{name}": shown(getattr(self.home, name), 200) for name in ("response", "by", "at")},
            "sent_response": self.before.response,
        }


def _texts(row: Sequence[Any]) -> list[str]:
    return ["" if value is None or value == NULL else str(value) for value in row]


def gone(theme: str, row: Sequence[Any]) -> dict[str, Any]:
    """Return what a row of `layers.postgis.tables.gone_sql` says as a row of the table of conflicts."""
    texts = _texts(row)
    here = Answer.of(dict(zip(ENTERED, texts[3:7])))
    who = (texts[0], texts[1], texts[2])
    return Difference(0, Conflict.GONE, who, here, Answer(), Answer()).told(theme, Conflict.GONE)


@dataclass
class Rows:
    """The rows of one theme."""

    theme: Theme
    place: str
    """The layer of the case, as the ledger tells it."""
    layer: QgsVectorLayer
    public: Optional[PublicRows] = None
    target: Optional[Target] = None
    """The layer of the case, where people enter something in it."""
    standing: Mapping[int, Mapping[str, object]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[list[object], Optional[QgsGeometry]]]:
        """Yield (values in the order of the table that a publication fills, place) of each row."""
        return self._public(self.public) if self.public is not None else self._personal()

    def _public(self, public: PublicRows) -> Iterator[tuple[list[object], Optional[QgsGeometry]]]:
        from ...layers.schema import to_value

        names = public.theme.names()
        keys = dict.fromkeys((public.theme.key, "area_id", "place", "voltage"))
        told = [names.index(one) for one in keys if one in names]
        many = self.theme.geometry == "polygon"
        kinds = [kind for _, kind in self.theme.columns]
        for number, (row, shape) in enumerate(zip(public.rows, public.shapes), 1):
            identity = _BETWEEN.join(str(row[at] or "") for at in told)
            values = [to_value(value, kind) for value, kind in zip(row, kinds)]
            yield [number, identity, None, *_NONE, *values], _shape(shape, many)

    def _personal(self) -> Iterator[tuple[list[object], Optional[QgsGeometry]]]:
        from ...layers.schema import to_value

        names = set(self.layer.fields().names())
        columns = [(name, kind, name in names) for name, kind in self.theme.columns]
        many = self.theme.geometry == "polygon"
        for feature in self.layer.getFeatures():
            number = feature.id()
            if self.theme.answered and number not in self.standing:
                # written between the two looks at the layer: the next publication has it
                continue
            values = [to_value(plain(feature[name]), kind) if there else None for name, kind, there in columns]
            identity = self._identity(feature)
            entered = _entered(self.standing[number]) if self.theme.answered else []
            yield [number, *identity, *values, *entered], _shape(feature.geometry(), many)

    def _identity(self, feature: Any) -> list[Optional[str]]:
        """Return id_1, id_2 and what tells a person: number, key, name."""
        told = {name: plain(feature[name]) for name in identity_columns(self.theme.name)}
        if self.theme.name not in PEOPLE:
            texts = ["" if value is None else str(value) for value in told.values()]
            return [_BETWEEN.join(texts) if any(texts) else None, None, *_NONE]
        person = person_of(told)
        home = [_BETWEEN.join(one) for one in person.identities if len(one) > 1]
        who = [one or None for one in (person.number, person.key, person.name)]
        return [who[1], home[0] if home else None, *who]

    def take(self, found: Sequence[Difference]) -> tuple[list[int], list[tuple[Difference, str]]]:
        """Write into the case what only the database has; return (numbers of those rows, (row, code) of conflicts)."""
        from ...layers.postgis.tables import EMPTIED, TAKE

        wanted = {one.number: one for one in found if one.kind == TAKE and one.understood}
        done: set[int] = set()
        if wanted and self.target is not None:
            answers = {number: one.values() for number, one in wanted.items()}
            done = set(write_answers(self.target, self.standing, answers))
        conflicts = []
        for one in found:
            if one.number in done:
                continue
            code = Conflict.EMPTIED if one.kind == EMPTIED else Conflict.AT_HOME
            conflicts.append((one, code if one.understood else Conflict.TYPE))
        return sorted(done), conflicts


def _shape(shape: QgsGeometry, many: bool) -> Optional[QgsGeometry]:
    if shape.isNull() or shape.isEmpty():
        return None
    found = QgsGeometry(shape)
    if many:
        found.convertToMultiType()
    return found


def _entered(row: Mapping[str, object]) -> list[object]:
    """Return what was entered in a row as QGIS takes it."""
    moment = moment_text(row.get("response_at"))
    at = QDateTime.fromString(moment, Qt.DateFormat.ISODate) if moment else None
    response, by, note = (str(row.get(name) or "") or None for name in ("response", "response_by", "response_note"))
    return [response, by, at, note]


def public_theme_rows(public: PublicRows, layer: QgsVectorLayer) -> Rows:
    """Return the rows of a public theme, masked as whatever leaves."""
    from ...layers.postgis.tables import Theme

    name = public.theme.theme
    columns = tuple((column.name, column.kind) for column in public.theme.columns)
    theme = Theme(name, columns, public.theme.geometry, False, False)
    return Rows(theme, f"{LAYERS}|{layer.name()}", layer, public)


def personal_rows(case: Case, name: str, layer: QgsVectorLayer) -> Rows:
    """Return the rows of a result about people, with what was entered in the case."""
    from ...layers import gpkg
    from ...layers.postgis.tables import Theme
    from ...layers.schema import SPECS

    spec = SPECS[name]
    answered = "response" in spec.names()
    columns = tuple((column.name, column.kind) for column in spec.columns if column.name not in ENTERED)
    theme = Theme(name, columns, spec.geometry, True, answered)
    target = gpkg.Target(case.folder / LAYERS, layer.name()) if answered else None
    standing = (gpkg.read_rows(target, (*IDENTITY, *ENTERED)) or {}) if target is not None else {}
    return Rows(theme, f"{LAYERS}|{layer.name()}", layer, None, target, standing)

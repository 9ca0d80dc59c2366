"""The layer tree of a case's project: its groups, which result belongs where, and what of it people put there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional

from qgis.core import QgsLayerTreeGroup, QgsLayerTreeLayer, QgsLayerTreeNode, QgsMapLayer, QgsProject

from ..translate import tr
from .schema import SPECS

_GROUP = "tomoshibi/group"
"""Property of a group of ours: its id, whatever people call it."""
_TITLE = "tomoshibi/title"
"""Property of a group of ours: what it was called here; another name is people's own."""
_PLACED = "tomoshibi/placed"
"""Property of the entry of a layer that was placed here once: where people move it, it stays."""
_RANK = {"point": 0, "line": 1, "polygon": 2, "cell": 2, "none": 3}
"""Points lie over lines, lines over areas."""


@dataclass(frozen=True)
class ProjectGroup:
    """One group of the layer tree."""

    id: str
    title: Callable[[], str]
    kinds: tuple[str, ...] = ()
    """Results in it, top to bottom where they have the same geometry."""


BACKGROUND = ProjectGroup("background", lambda: tr("Background"))
PEOPLE = ProjectGroup(
    "people",
    lambda: tr("People (personal data)"),
    (
        *(
            "lifesupport",
            "hiddenoutages",
            "evacuationsupport",
            "homeaway",
            "presencetable",
            "residenceevidence",
            "visitplan",
        ),
        *("supportbatches", "contractors", "registeredcontractors", "mergefield"),
    ),
)
"""What tells of single dwellings and people; also any result that is not known to be harmless."""
GROUPS = (
    ProjectGroup("facilities", lambda: tr("Facilities"), ("survivalclocks", "shelterpower")),
    PEOPLE,
    ProjectGroup("response", lambda: tr("Response"), ("powertrucks", "restorationplan", "setupcase", "conditions")),
    ProjectGroup(
        "outage",
        lambda: tr("Outage"),
        (
            "meshoutage",
            "areaoutage",
            "outagetimeline",
            "outlook",
            "mapaudit",
            "utilityareas",
            "recoveryindex",
            "contractcounts",
        ),
    ),
    ProjectGroup("gaps", lambda: tr("Loss of data"), ("isolatedcommunities", "acquisitiongaps")),
    BACKGROUND,
)
"""Top to bottom: what holds points lies over what holds areas."""
FIRST_SHOWN = (("shelterpower",), ("meshoutage", "areaoutage"))
"""What is shown when the project is opened for the first time: of each the first that there is."""


def group_of(kind: str) -> ProjectGroup:
    """Return the group that a kind of result belongs to."""
    return next((group for group in GROUPS if kind in group.kinds), PEOPLE)


def order_of(kind: str) -> tuple[int, int, int]:
    """Return where a kind of result lies in the tree: the smaller the higher."""
    group = group_of(kind)
    place = group.kinds.index(kind) if kind in group.kinds else len(group.kinds)
    return GROUPS.index(group), _RANK[SPECS[kind].geometry], place


def first_shown(kinds: list[str]) -> list[str]:
    """Return which of these kinds are shown first: facilities over outage rates; without both the first of all."""
    chosen = [next((kind for kind in each if kind in kinds), "") for each in FIRST_SHOWN]
    return [kind for kind in chosen if kind] or sorted(kinds, key=order_of)[:1]


class ProjectTree:
    """The layer tree of a project that is filled, or filled again."""

    def __init__(self, project: QgsProject):
        self._project = project
        self._root = project.layerTreeRoot()

    def place(self, layer: QgsMapLayer, kind: str, visible: bool) -> None:
        """Put a layer of a result into its group, or leave it where people moved it.

        Parameters
            layer: in the project already, or new.
            visible: whether one that was not in the tree is shown.
        """
        self._put(layer, group_of(kind), order_of(kind), visible)

    def place_behind(self, layer: QgsMapLayer, rank: int, visible: bool) -> None:
        """Put a layer of the background into its group; `rank`: the smaller the higher."""
        self._put(layer, BACKGROUND, (len(GROUPS), rank, 0), visible)

    def node_of(self, layer: QgsMapLayer) -> Optional[QgsLayerTreeLayer]:
        """Return the entry of a layer, None where it has none."""
        return self._root.findLayer(layer.id())

    def placed(self, layer: QgsMapLayer) -> bool:
        """Whether a layer was placed by this class, here or in an earlier run."""
        node = self.node_of(layer)
        return node is not None and node.customProperty(_PLACED) is not None

    def _put(self, layer: QgsMapLayer, group: ProjectGroup, order: tuple[int, int, int], visible: bool) -> None:
        node = self.node_of(layer)
        if node is not None and node.customProperty(_PLACED) is not None:
            self._held(group)
            node.setCustomProperty(_PLACED, _text(order))
            return
        parent = self._group(group)
        if node is not None:
            # Loaded by an algorithm: its entry moves, shown or not as it was.
            visible, was = node.itemVisibilityChecked(), node
            made = self._insert(layer, parent, order)
            was.parent().removeChildNode(was)
        else:
            if self._project.mapLayer(layer.id()) is None:
                self._project.addMapLayer(layer, False)
            made = self._insert(layer, parent, order)
        made.setItemVisibilityChecked(visible)
        made.setExpanded(visible and group is not BACKGROUND)

    def _insert(self, layer: QgsMapLayer, parent: QgsLayerTreeGroup, order: tuple[int, int, int]) -> QgsLayerTreeLayer:
        """Put a layer into a group above the first that belongs below it."""
        below = (
            place
            for place, child in enumerate(parent.children())
            if (held := child.customProperty(_PLACED)) is not None and str(held) > _text(order)
        )
        made = parent.insertLayer(next(below, len(parent.children())), layer)
        made.setCustomProperty(_PLACED, _text(order))
        return made

    def _group(self, group: ProjectGroup) -> QgsLayerTreeGroup:
        """Return a group, made where it is not there, between those it belongs between."""
        held = self._held(group)
        if held is not None:
            return held
        ids = [each.id for each in GROUPS]
        place = 0
        for number, child in enumerate(self._root.children()):
            said = child.customProperty(_GROUP)
            # The background lies below everything, what people added too.
            if group is BACKGROUND or (said in ids and ids.index(said) < ids.index(group.id)):
                place = number + 1
        made = self._root.insertGroup(place, group.title())
        made.setCustomProperty(_GROUP, group.id)
        self._call(made, group)
        return made

    def _held(self, group: ProjectGroup) -> Optional[QgsLayerTreeGroup]:
        """Return a group that is there, None where it is not; one with a name given here gets that of the language."""
        found = next((one for one in _groups(self._root) if one.customProperty(_GROUP) == group.id), None)
        if found is not None and found.name() == found.customProperty(_TITLE):
            self._call(found, group)
        return found

    @staticmethod
    def _call(node: QgsLayerTreeGroup, group: ProjectGroup) -> None:
        node.setName(group.title())
        node.setCustomProperty(_TITLE, group.title())


def _text(order: tuple[int, int, int]) -> str:
    """Return an order as a property can hold it, which sorts as the numbers do."""
    return ".".join(f"{part:02d}" for part in order)


def _groups(root: QgsLayerTreeNode) -> list[QgsLayerTreeGroup]:
    return root.findGroups(True)

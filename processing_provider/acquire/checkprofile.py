"""Checking an interface profile: every problem with its place and what to do, and what is still assumed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterFileDestination

from ... import settings
from ...messages import message
from ..base import FeedbackProgress, Parameters, TomoshibiAlgorithm, tr, translate_message


class CheckProfile(TomoshibiAlgorithm):
    """PROFILE, COPY → OK, PROBLEMS, MESSAGE, PUBLIC, ASSUMED."""

    NAME = "checkprofile"
    GROUP = "acquire"
    PERSONAL = False
    NEEDS = ()
    TAGS = ("プロファイル", "接続仕様", "設計書", "検査", "profile", "check", "schema", "design document", "setsuzoku")

    def title(self) -> str:
        return tr("Check the interface profile")

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.add_profile()
        self.add(
            QgsProcessingParameterFileDestination(
                "COPY", tr("Copy of the shipped profile to edit"), "JSON (*.json)", None, True, False
            ),
            tr("Writes the profile that ships to a new file, to be edited with the design document in hand."),
        )
        self.add_number("OK", tr("1 where the profile can be used, else 0"))
        self.add_number("PROBLEMS", tr("Problems found"))
        self.add_number("MESSAGE", tr("Problems, one a line"), text=True)
        self.add_number("PUBLIC", tr("Marks that are public"))
        self.add_number("ASSUMED", tr("Marks that are assumed"))

    def work(self, parameters: Parameters, context: QgsProcessingContext, progress: FeedbackProgress) -> dict[str, Any]:
        from ...aggregator.errors import ProfileError
        from ...aggregator.profile import SHIPPED, Profile
        from ...aggregator.profile_annotations import count_marks

        copy = self.parameterAsFileOutput(parameters, "COPY", context)
        if copy:
            Path(copy).write_bytes(SHIPPED.read_bytes())
            progress.info(message("The shipped profile was written to {file}. Edit it, then check it here.", file=copy))
        chosen = self.parameterAsFile(parameters, "PROFILE", context) or settings.PROFILE.read()
        path = Path(chosen) if chosen else None
        try:
            profile = Profile.load(path)
        except ProfileError as error:
            found = error.problems or (error.message,)
            for what in found:
                progress.warn(what)
            lines = "\n".join(translate_message(what) for what in found)
            return {"OK": 0, "PROBLEMS": len(found), "MESSAGE": lines, "PUBLIC": 0, "ASSUMED": 0}
        counts = count_marks(profile.marks)
        progress.info(
            message(
                "“{name}” can be used. {public} of its marks are public, {assumed} are assumed.",
                name=profile.name,
                public=counts["public"],
                assumed=counts["assumed"],
            )
        )
        return {"OK": 1, "PROBLEMS": 0, "MESSAGE": "", "PUBLIC": counts["public"], "ASSUMED": counts["assumed"]}

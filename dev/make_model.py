"""Write `models/morning_brief.model3` anew; run with the oldest QGIS that is supported (3.22).

The model is what ships: one run makes the layers of the morning's situation of one case and prints them. It can be
opened and changed in QGIS's model designer, and run as a batch over the cases of several municipalities.
"""

from __future__ import annotations

import html
import os
import re
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "build" / "plugins"))

from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsProcessing,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
)
from qgis.PyQt.QtCore import QPointF  # noqa: E402

NAME = "morning_brief"
TARGET = ROOT / "models" / f"{NAME}.model3"
HELP = ROOT / "resources" / "help" / f"{NAME}.ja.md"
"""A model file holds one language: who opens it in the model designer reads Japanese. The toolbox has both."""
FROM_INPUT = QgsProcessingModelChildParameterSource.fromModelParameter
FROM_CHILD = QgsProcessingModelChildParameterSource.fromChildOutput
FIXED = QgsProcessingModelChildParameterSource.fromStaticValue
STEPS: tuple[tuple[str, dict[str, str]], ...] = (
    ("shelterpower", {"FACILITIES": "FACILITIES"}),
    ("meshoutage", {"VOLTAGE": "=all"}),
    ("acquisitiongaps", {"AREAS": "AREAS"}),
    ("isolatedcommunities", {"AREAS": "AREAS", "ROADS": "ROADS", "HAZARDS": "HAZARDS"}),
    ("hiddenoutages", {}),
    ("survivalclocks", {"FACILITIES": "FACILITIES"}),
    ("homeaway", {}),
)
"""(algorithm, {its parameter: the model's input, or = and a value}), in the order of the work; each takes CASE too."""


def inputs() -> list:
    """Return the inputs of the model; what a municipality has itself, and the case."""
    kinds = QgsProcessing.SourceType
    return [
        QgsProcessingParameterFile("CASE", "Case folder", QgsProcessingParameterFile.Behavior.Folder),
        QgsProcessingParameterFeatureSource("FACILITIES", "Facilities", [kinds.TypeVector], optional=True),
        QgsProcessingParameterFeatureSource("AREAS", "Areas", [kinds.TypeVectorPolygon], optional=True),
        QgsProcessingParameterFeatureSource("ROADS", "Roads", [kinds.TypeVectorLine], optional=True),
        QgsProcessingParameterFeatureSource(
            "HAZARDS", "Landslides and damage", [kinds.TypeVectorAnyGeometry], optional=True
        ),
    ]


def child(name: str, place: QPointF) -> QgsProcessingModelChildAlgorithm:
    """Return one step, named like its algorithm."""
    made = QgsProcessingModelChildAlgorithm(f"tomoshibi:{name}")
    made.setChildId(name)
    made.setDescription(name)
    made.setPosition(place)
    made.addParameterSources("CASE", [FROM_INPUT("CASE")])
    return made


def result(step: QgsProcessingModelChildAlgorithm, output: str, name: str, place: str) -> None:
    """Make one output of a step a result of the model, by default in the case."""
    made = QgsProcessingModelOutput(name, name)
    made.setDefaultValue(f"[案件]/{place}")
    made.setChildId(step.childId())
    made.setChildOutputName(output)
    made.setMandatory(False)
    made.setPosition(QPointF(step.position().x() + 260, step.position().y() + 40))
    step.setModelOutputs({name: made})


def help_content() -> dict[str, str]:
    """Return the help as the model designer keeps it: a paragraph for each line of the help page."""
    lines = [html.escape(line.replace("`", "")) for line in HELP.read_text(encoding="utf-8").splitlines() if line]
    paragraphs = (f"<p>・{line[2:]}</p>" if line.startswith("- ") else f"<p>{line}</p>" for line in lines)
    return {"ALG_DESC": "".join(paragraphs), "ALG_CREATOR": "Tomoshibi"}


def model() -> QgsProcessingModelAlgorithm:
    """Return the model."""
    made = QgsProcessingModelAlgorithm(NAME, "publish")
    made.setHelpContent(help_content())
    for number, definition in enumerate(inputs()):
        component = QgsProcessingModelParameter(definition.name())
        component.setPosition(QPointF(120 + 220 * number, 60))
        made.addModelParameter(definition, component)
    for number, (name, given) in enumerate(STEPS):
        step = child(name, QPointF(120 + 220 * number, 260))
        for parameter, source in given.items():
            value = FIXED(source[1:]) if source.startswith("=") else FROM_INPUT(source)
            step.addParameterSources(parameter, [value])
        result(step, "OUTPUT", name, "layers.gpkg")
        made.addChildAlgorithm(step)
    sheets = child("mapsheets", QPointF(560, 460))
    sheets.addParameterSources("LAYERS", [FROM_CHILD(name, "OUTPUT") for name, _ in STEPS])
    sheets.addParameterSources("BASEMAP", [FIXED("none")])
    result(sheets, "FOLDER", "sheets", "sheets")
    made.addChildAlgorithm(sheets)
    return made


def in_order(text: str) -> str:
    """Return XML with the attributes of every tag from Z to A: Qt writes them in another order in every run."""

    def tag(found: re.Match) -> str:
        attributes = sorted(re.findall(r'[a-z_]+="[^"]*"', found[2]), reverse=True)
        return f"<{found[1]} {' '.join(attributes)}{found[3]}>"

    return re.sub(r'<(\w+) ((?:[a-z_]+="[^"]*"\s*)+)(/?)>', tag, text)


def main() -> None:
    """Write the file."""
    application = QgsApplication([], True)
    application.initQgis()
    from tomoshibi.processing_provider.provider import TomoshibiProvider

    QgsApplication.processingRegistry().addProvider(TomoshibiProvider())
    TARGET.parent.mkdir(exist_ok=True)
    if not model().toFile(str(TARGET)):
        raise SystemExit(f"{TARGET} cannot be written")
    TARGET.write_text(in_order(TARGET.read_text(encoding="utf-8")), encoding="utf-8")
    print(TARGET.relative_to(ROOT))


if __name__ == "__main__":
    main()

"""Print the reference of all algorithms from the provider itself: `docs/algorithms.ja.md`, `resources/toolbox.json`.

reference.py            print the page
reference.py --write    write docs/algorithms.ja.md and resources/toolbox.json
reference.py --toolbox  write resources/toolbox.json alone: after a title, a group, search words or flags changed
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import demo

PAGE = demo.ROOT / "docs" / "algorithms.ja.md"
HEAD = """# アルゴリズム一覧

`make reference` がプロバイダーから書き出したもの。全文は各アルゴリズムのヘルプ（`resources/help/`）にあります。
"""


def page() -> str:
    """Return the page; the provider must be registered and speak Japanese."""
    from qgis.core import QgsApplication, QgsProcessingDestinationParameter

    provider = QgsApplication.processingRegistry().providerById("tomoshibi")
    parts = [HEAD]
    group = ""
    for algorithm in sorted(provider.algorithms(), key=lambda each: (each.group(), each.name())):
        if algorithm.group() != group:
            group = algorithm.group()
            parts.append(f"\n## {group}\n")
        parts.append(f"\n### `{algorithm.id()}` {algorithm.displayName()}\n")
        parts.append("\n| 引数 | 名称 | 必須 | 説明 |\n|---|---|---|---|\n")
        for parameter in algorithm.parameterDefinitions():
            needed = not parameter.flags() & parameter.Flag.FlagOptional and parameter.defaultValue() is None
            if isinstance(parameter, QgsProcessingDestinationParameter):
                needed = False
            row = (f"`{parameter.name()}`", parameter.description(), "○" if needed else "", parameter.help())
            parts.append("| " + " | ".join(text.replace("|", "｜").replace("\n", " ") for text in row) + " |\n")
        outputs = [f"`{output.name()}` {output.description()}" for output in algorithm.outputDefinitions()]
        parts.append("\n出力：" + "、".join(outputs) + "\n")
    return "".join(parts)


def write_toolbox() -> None:
    """Write what the toolbox lists of every algorithm, asked of the algorithms themselves in English."""
    from tomoshibi.processing_provider import provider, toolbox

    shown = {}
    for module, name in provider.ALGORITHMS:
        algorithm = provider._make(module, name)
        shown[algorithm.name()] = toolbox.row_of(algorithm)
    for path in sorted(provider.FOLDER.glob("*.model3")):
        shown[path.stem] = toolbox.row_of(provider._model(path))
    lines = ",\n".join(f" {json.dumps(id_)}: {json.dumps(row, ensure_ascii=False)}" for id_, row in shown.items())
    toolbox.ROWS.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def main(words: list[str]) -> int:
    """Print or write the page."""
    from qgis.PyQt.QtCore import QCoreApplication

    with tempfile.TemporaryDirectory() as profile:
        application, plugin = demo.start_qgis(Path(profile))
        text = page()
        # titles are kept in English, the key of their translation
        QCoreApplication.removeTranslator(plugin.translator)
        os.environ["TOMOSHIBI_LANGUAGE"] = "en"
        if "--write" in words or "--toolbox" in words:
            write_toolbox()
        plugin.unload()
        application.exitQgis()
    if "--write" in words:
        PAGE.write_text(text, encoding="utf-8")
    elif "--toolbox" not in words:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

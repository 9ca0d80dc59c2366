"""Make the repository importable as the package `tomoshibi`, whatever its folder is called."""

import gc
import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = ROOT / "build" / "plugins"
PLUGINS.mkdir(parents=True, exist_ok=True)
LINK = PLUGINS / "tomoshibi"
if not LINK.exists():
    LINK.symlink_to(ROOT, target_is_directory=True)
sys.path[:] = [str(PLUGINS)] + [entry for entry in sys.path if entry and Path(entry).resolve() != ROOT]
# the scripts of dev/ and of benchmarks/ import each other by name
sys.path += [str(ROOT / "dev"), str(ROOT / "benchmarks")]

# How long an example takes depends on what else the machine does; in CI the same examples are tried at every run.
settings.register_profile("tomoshibi", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("tomoshibi-ci", settings.get_profile("tomoshibi"), derandomize=True, database=None)
# `make test-unit` tries fewer examples of each rule; `make test` and CI try all.
MOST = 20
settings.register_profile("tomoshibi-quick", settings.get_profile("tomoshibi"), max_examples=MOST)
QUICK = "tomoshibi-quick" if os.environ.get("TOMOSHIBI_QUICK") else "tomoshibi"
settings.load_profile("tomoshibi-ci" if os.environ.get("CI") else QUICK)
if os.environ.get("TOMOSHIBI_QUICK"):
    # thousands of tests leave much that lives long; looking through it again and again is a tenth of their time
    gc.set_threshold(50_000, 20, 20)
    # what is on the disk when the power fails is not what the quick tests ask for; waiting for it is half of their time
    os.fsync = lambda _file: None


def pytest_collection_modifyitems(items) -> None:
    """Let no rule try more examples in the quick tests, a number of its own or not."""
    if QUICK != "tomoshibi-quick" or os.environ.get("CI"):
        return
    for item in items:
        test = getattr(item, "obj", None)
        own = getattr(test, "_hypothesis_internal_use_settings", None)
        if own is not None and own.max_examples > MOST:
            test._hypothesis_internal_use_settings = settings(own, max_examples=MOST)


def pytest_unconfigure() -> None:
    """Delete the drills that tests got copies of."""
    drills = sys.modules.get("tomoshibi.tests.drill_case")
    if drills is not None:
        drills.forget()

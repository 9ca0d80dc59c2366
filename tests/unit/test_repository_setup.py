"""Set-up on a machine that lacks packages, tried against stand-ins for dpkg-query, apt-cache, apt-get and sudo."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
"""The set-up runs as a shell would, once a test."""

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {
    "dpkg-query": 'grep -qx "${!#}" "$STATE/installed" && echo -n installed',
    # In two writes, as the real one: a reader that closes after the first kills it with SIGPIPE.
    "apt-cache": """
        grep -qx "$2" "$STATE/offered" || { printf "%s:\\n  Candidate: (none)\\n" "$2"; exit; }
        printf "%s:\\n  Installed: (none)\\n  Candidate: 1\\n" "$2"
        sleep 0.01
        printf "  Version table:\\n     1 500\\n"
        """,
    "apt-get": """
        case "$*" in
            *--assume-no*)
                echo "Need to get 511 MB of archives."
                echo "After this operation, 2000 MB of disk space will be used."
                exit 1 ;;
        esac
        echo "$*" >> "$STATE/calls"
        echo "Get:1 http://packages.example/pool"
        case "$*" in
            *" update") cp "$STATE/archive" "$STATE/offered" ;;
            *" install "*)
                rm "$STATE/broken" 2>/dev/null && echo "E: http://packages.example/x 404" && exit 100
                printf "%s\\n" "${@#-*}" | grep -xFf "$STATE/offered" >> "$STATE/installed" ;;
        esac
        """,
    "sudo": 'exec "$@"',
}


@dataclass
class Machine:
    """A machine whose packages are three lists: installed, offered by the lists it has read, and in the archive."""

    home: Path

    def put(self, name: str, words: list[str]) -> None:
        """Write one of the lists."""
        (self.home / name).write_text("".join(f"{word}\n" for word in words), encoding="utf-8")

    def get(self, name: str) -> list[str]:
        """Read one of the lists."""
        path = self.home / name
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def setup(self, *groups: str) -> subprocess.CompletedProcess:
        """Run `dev/setup.sh packages` here."""
        path = f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}"
        script = self.home / "checkout" / "dev" / "setup.sh"
        return subprocess.run(
            ["/bin/bash", str(script), "packages", *groups],
            env={**os.environ, "PATH": path, "STATE": str(self.home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )


def names() -> list[str]:
    """Every package name of dev/packages.txt."""
    rows = (ROOT / "dev" / "packages.txt").read_text(encoding="utf-8").splitlines()
    return [name for row in rows if row and row[0] != "#" for name in row.split("|")[0].split()]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine on which nothing is installed and no list of packages has been read."""
    (tmp_path / "bin").mkdir()
    for name, body in PROGRAMS.items():
        program = tmp_path / "bin" / name
        program.write_text(f"#!/bin/bash\n{body}\n", encoding="utf-8")
        program.chmod(0o755)
    (tmp_path / "checkout" / "dev").mkdir(parents=True)
    for name in ("setup.sh", "packages.txt"):
        shutil.copy(ROOT / "dev" / name, tmp_path / "checkout" / "dev" / name)
    made = Machine(tmp_path)
    made.put("installed", [])
    made.put("offered", [])
    made.put("archive", names())
    return made


def test_a_fresh_machine_reads_the_lists_once_and_gets_everything_once(machine: Machine):
    done = machine.setup("base", "tools")
    assert done.returncode == 0, done.stdout
    assert [call.split()[-1] if "update" in call else "install" for call in machine.get("calls")] == [
        "update",
        "install",
    ]
    assert {"qgis", "python3-qgis", "qttools5-dev-tools"} <= set(machine.get("installed"))
    assert "xvfb" not in machine.get("installed") and "qt6-l10n-tools" not in machine.get("installed")
    assert "python3-qgis" in done.stdout and "QGIS for the distribution's Python" in done.stdout


def test_a_complete_machine_is_left_alone_and_nothing_is_said(machine: Machine):
    machine.put("installed", names())
    done = machine.setup("base", "desktop")
    assert (done.returncode, done.stdout, machine.get("calls")) == (0, "", [])


def test_the_second_run_does_nothing(machine: Machine):
    machine.setup("base", "tools")
    calls = machine.get("calls")
    assert machine.setup("base", "tools").returncode == 0
    assert machine.get("calls") == calls


def test_only_what_is_missing_is_installed(machine: Machine):
    machine.put("installed", [name for name in names() if name != "poppler-utils"])
    machine.put("offered", names())
    assert machine.setup("base", "tools").returncode == 0
    (call,) = machine.get("calls")
    assert call.endswith("--no-install-recommends poppler-utils")


def test_an_alternative_is_taken_where_the_first_name_is_gone(machine: Machine):
    machine.put("archive", [name for name in names() if name != "qttools5-dev-tools"])
    assert machine.setup("base", "tools").returncode == 0
    assert "qt6-l10n-tools" in machine.get("installed")


def test_stale_lists_are_read_again_once(machine: Machine):
    machine.put("offered", names())
    machine.put("broken", ["yes"])
    assert machine.setup("base", "tools").returncode == 0
    assert ["update" in call for call in machine.get("calls")] == [False, True, False]


def test_a_package_that_nobody_offers_is_named_with_its_reason(machine: Machine):
    machine.put("archive", [name for name in names() if name != "poppler-utils"])
    done = machine.setup("base", "tools")
    assert done.returncode != 0
    assert "poppler-utils" in done.stdout and "reading the PDF sheets back" in done.stdout
    assert machine.get("installed") == []


def test_no_address_of_a_package_server_is_printed(machine: Machine):
    machine.put("broken", ["yes"])
    assert "packages.example" not in machine.setup("base", "tools").stdout


def test_a_demo_needs_neither_pip_nor_venv(machine: Machine):
    assert machine.setup("base").returncode == 0
    assert "python3-qgis" in machine.get("installed")
    assert not {"python3-pip", "python3-venv"} & set(machine.get("installed"))


def test_size_and_time_are_told_before_anything_is_installed_and_then_it_is_quiet(machine: Machine):
    done = machine.setup("base")
    said = done.stdout.splitlines()
    sizes = [number for number, line in enumerate(said) if "Need to get 511 MB" in line and "2000 MB of disk" in line]
    assert len(sizes) == 1 and "10 minutes" in said[sizes[0] + 1]
    assert said[sizes[0] + 2 :] == ["setup: packages are complete"]


def test_a_failure_is_shown_without_addresses(machine: Machine):
    machine.put("offered", [name for name in names() if name != "xvfb"])
    (machine.home / "bin" / "apt-get").write_text(
        "#!/bin/bash\necho 'E: http://packages.example/x 404'; exit 100\n", encoding="utf-8"
    )
    done = machine.setup("base")
    assert done.returncode != 0
    assert "404" in done.stdout and "packages.example" not in done.stdout


def test_make_demo_takes_the_python_of_the_distribution_and_no_package_index():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    planned = subprocess.run(
        ["make", "--dry-run", "--always-make", "demo"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    assert "dev/demo.py" in planned and "packages base\n" in planned
    assert "venv" not in planned and "requirements" not in planned and "pip" not in planned
    assert "build/home/cache" in planned
    assert "demo: packages-demo" in makefile


def test_each_version_of_qgis_gets_one_line_and_a_failure_ends_in_a_failure(tmp_path: Path):
    (tmp_path / "dev").mkdir()
    shutil.copy(ROOT / "dev" / "test_versions.sh", tmp_path / "dev" / "test_versions.sh")
    stand_in = tmp_path / "stand-in.sh"
    stand_in.write_text(
        '#!/bin/bash\n[ "$1" = jammy ] && { echo "debootstrap failed"; exit 1; }\n'
        'echo "other_qgis: QGIS 3.40.6 Qt 5"\necho "3536 passed in 900.00s"\n',
        encoding="utf-8",
    )
    stand_in.chmod(0o755)
    done = subprocess.run(
        ["/bin/bash", str(tmp_path / "dev" / "test_versions.sh"), "trixie", "jammy"],
        env={**os.environ, "OTHER_QGIS_RUN": str(stand_in)},
        capture_output=True,
        text=True,
        check=False,
    )
    trixie, jammy = done.stdout.splitlines()
    assert trixie.split() == "trixie good QGIS 3.40.6 Qt 5 | 3536 passed in 900.00s".split()
    assert jammy.startswith("jammy      FAILED") and "jammy.tests" in jammy
    assert done.returncode == 1

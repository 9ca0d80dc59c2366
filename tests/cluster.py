"""A Dask cluster for tests: scheduler and workers as processes of their own, on loopback TCP."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Optional

PLUGINS = Path(__file__).resolve().parents[1] / "build" / "plugins"


class Member:
    """One process of the cluster, begun once it is ready; what it says is kept."""

    def __init__(self, command: str, given: list[str], folder: Path, ready: str, plugins: Optional[Path]):
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        if plugins is not None:
            environment["PYTHONPATH"] = str(plugins)
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{command}", "--no-dashboard", *given],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            cwd=folder,
        )
        self.heard: list[str] = []
        for line in self.process.stdout:
            self.heard.append(line)
            if ready in line:
                break
        else:
            raise RuntimeError("".join(self.heard))

    def kill(self) -> None:
        """End it at once, as when its computer loses power."""
        self.process.send_signal(signal.SIGKILL)

    def close(self) -> str:
        """End it and return all that it said."""
        if not self.process.stdout.closed:
            if self.process.poll() is None:
                self.kill()
            self.heard += self.process.stdout.readlines()
            self.process.stdout.close()
            self.process.wait()
        return "".join(self.heard)


class Apart:
    """A scheduler and workers started apart."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.scheduler = Member("scheduler", ["--host", "127.0.0.1", "--port", "0"], folder, "Scheduler at:", None)
        self.address = next(line.split()[-1] for line in self.scheduler.heard if "Scheduler at:" in line)
        self.workers: list[Member] = []

    def add(self, plugins: Optional[Path] = PLUGINS) -> Member:
        """Start one more worker, and return it once it is known to the scheduler."""
        number = len(self.workers) + 1
        given = [self.address, "--no-nanny", "--nthreads", "1", "--name", f"w{number}", "--host", "127.0.0.1"]
        given += ["--local-directory", str(self.folder)]
        self.workers.append(Member("worker", given, self.folder, "Registered to:", plugins))
        return self.workers[-1]

    def close(self) -> str:
        """End all of them and return all that they said."""
        return "".join(member.close() for member in (*self.workers, self.scheduler))

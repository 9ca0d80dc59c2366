"""Where blocks of meters are worked on: threads of this process, processes of this computer, a Dask cluster.

The cluster is an existing engine, Dask's `distributed`, spoken to by the address of its scheduler. Its workers read the
store of the case themselves, on a share; what travels are rows, periods and arrays. They must have the same Tomoshibi
and the same packages, and see the same store: this is asked of every worker before anything is worked on, and told to
every worker with every block, because workers come and go. Whatever is wrong is an error: nothing is worked on here
where a cluster is asked for.
"""

from __future__ import annotations

import multiprocessing
import platform
import sys
from concurrent.futures import CancelledError, Executor, Future, InvalidStateError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping, Optional
from urllib.parse import urlsplit

import numpy as np

from ..aggregator.transport import is_loopback
from ..analysis.parallel import THREADS, WORKERS, Engine
from ..dependencies import DASK, explain_optional
from ..messages import TomoshibiError, message
from .readings import ReadingStore

if TYPE_CHECKING:
    from distributed import Client

PROCESSES = "processes"
"""Word for processes of this computer, in the place of an address."""
ANSWERS_IN = 10.0
"""Seconds in which a scheduler answers."""
LOST_AFTER = 30.0
"""Seconds without any worker, or without the scheduler, after which the cluster is lost: workers are started again."""
ROOT = Path(__file__).parents[1]
_SHIPPED = ("analysis", "aggregator", "casefile", "arrays.py", "files.py", "messages.py")
"""What workers run."""
_ALIKE = ("dask", "distributed", "numpy", "pandas", "python")
"""What must be the same on all workers for the same bits in the result."""


_UNFORESEEN = (ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RuntimeError, TypeError, ValueError)


class EngineError(TomoshibiError):
    """Blocks cannot be worked on where they are to be."""


def engine_of(address: str, store: ReadingStore, folder: str = "", practising: bool = False) -> Engine:
    """Return where the blocks of a store are worked on, by the setting.

    `address` "" for threads, `PROCESSES`, else that of a Dask scheduler (`tcp://10.0.0.5:8786`); `folder` the folder
    that the case folders lie in, as the workers see it, "" where they see it as this computer does. Nothing is opened
    before blocks are to be worked on. `practising`: no other computer is spoken to.
    """
    if not address:
        return THREADS
    if address == PROCESSES:
        return Processes()
    if folder:
        # text, for the workers may run another system
        store.seen_as = "/".join((folder.rstrip("/\\"), store.folder.parent.name, store.folder.name))
    else:
        store.seen_as = str(store.folder.resolve())
    return Cluster(address, store, practising)


@lru_cache(maxsize=1)
def code() -> str:
    """Return what tells this version of the plugin from any other: a hash of what workers run."""
    found = sha256()
    for name in _SHIPPED:
        place = ROOT / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            found.update(path.relative_to(ROOT).as_posix().encode())
            found.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()[:12]


@lru_cache(maxsize=1)
def _versions() -> dict[str, str]:
    """Return the versions of what must be alike."""
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in _ALIKE:
        if name != "python":
            found[name] = metadata.version(name)
    return found


@dataclass(frozen=True)
class Worker:
    """What a worker says of itself."""

    code: str
    versions: Mapping[str, str]
    state: str
    """Of the store as the worker sees it, "" where it sees none."""


def introduce(folder: str) -> Worker:
    """Say what this process is, and which store it sees in a folder."""
    return Worker(code(), _versions(), ReadingStore(Path(folder)).state())


@dataclass(frozen=True)
class Sealed:
    """A block on its way: reading it is working on it.

    The scheduler passes it on unread, so that only the workers need the plugin, and no log of the cluster shows it.
    """

    work: Callable[..., Any]
    parts: tuple[Any, ...]
    code: str
    """Of the plugin that sends it."""
    versions: Mapping[str, str]
    """Of what must be alike where it is worked on: workers come and go after they were asked."""

    def __reduce__(self) -> tuple[Any, ...]:
        return work_on, (self.work, self.parts, self.code, dict(self.versions))


@dataclass(frozen=True)
class Failed:
    """What went wrong with a block. A value: of an error the cluster would write into its log what it was asked."""

    error: TomoshibiError


def work_on(work: Callable[..., Any], parts: tuple[Any, ...], sent_by: str, versions: Mapping[str, str]) -> Any:
    """Work on a block that came from elsewhere; return what comes of it, or `Failed`."""
    if sent_by != code():
        return Failed(_other_version(platform.node()))
    if versions != _versions():
        return Failed(_other_packages(platform.node(), _versions(), versions))
    try:
        return work(*parts)
    except TomoshibiError as error:
        return Failed(error)
    except _UNFORESEEN as error:
        # its text may quote the data
        return Failed(
            EngineError(message("A block could not be worked on by the worker {worker} ({kind}).", **_fault(error)))
        )


def _fault(error: BaseException) -> dict[str, str]:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else ""
    return {"worker": platform.node(), "kind": f"{type(error).__name__} {place}".strip()}


class Processes:
    """Processes of this computer."""

    @contextmanager
    def workers(self) -> Iterator[Executor]:
        """Begin them, and end them. Raises `EngineError` where one ends before its block is done."""
        # forked, a process of QGIS would hold the locks of threads that it does not have
        context = multiprocessing.get_context("spawn")
        context.set_executable(_python())
        try:
            with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
                yield pool
        except BrokenProcessPool as error:
            raise EngineError(
                message(
                    "A process that worked on a part of the meters was ended, by the system where memory was short. "
                    "Close other programs and run it again, or empty the setting “Cluster” to work in threads."
                )
            ) from error


def _python() -> str:
    """Return the Python of this process; on Windows that is QGIS itself, which would open once more."""
    if Path(sys.executable).name.lower().startswith("python"):
        return sys.executable
    for name in ("python3.exe", "python.exe", "bin/python3"):
        if (Path(sys.exec_prefix) / name).is_file():
            return str(Path(sys.exec_prefix) / name)
    raise EngineError(message("There is no Python beside this QGIS to run processes. Empty the setting “Cluster”."))


@dataclass(frozen=True)
class Cluster:
    """A Dask cluster."""

    address: str
    """Of its scheduler."""
    store: ReadingStore
    practising: bool = False
    """Whether no other computer may be spoken to."""

    @contextmanager
    def workers(self) -> Iterator[Executor]:
        """Connect, ask every worker who it is, and disconnect at the end.

        Raises `EngineError` where it may not be used, the package is missing, nobody answers, the workers are not what
        is needed, or all of them are lost.
        """
        if self.practising and not is_loopback(_host(self.address)):
            raise EngineError(
                message(
                    "In practice mode only this computer is spoken to, and “Cluster” in the options names {address}. "
                    "Empty it, or leave practice mode.",
                    address=self.address,
                )
            )
        lacking = explain_optional(
            DASK,
            message("The setting “Cluster” names {address}, and Dask is not installed here.", address=self.address),
        )
        if lacking is not None:
            raise EngineError(lacking)
        client = self._connected()
        try:
            self._check(client)
            pool = _Watched(client)
            try:
                yield pool
            finally:
                pool.shutdown()
        except (CancelledError, OSError) as error:
            if isinstance(error, OSError) and client.status == "running":
                raise
            raise _lost(self.address) from error
        finally:
            client.close(timeout=ANSWERS_IN)

    def _connected(self) -> Client:
        from distributed import Client

        try:
            return Client(self.address, timeout=ANSWERS_IN, set_as_default=False)
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise EngineError(
                message(
                    "No Dask scheduler answers at {address} ({reason}). Start it, correct “Cluster” in the options, or "
                    "empty it to work on this computer.",
                    address=self.address,
                    reason=type(error).__name__,
                )
            ) from error

    def _check(self, client: Client) -> None:
        """Raise `EngineError` unless there are workers and all of them are as this process is."""
        told = client.run(introduce, self.store.seen_as, on_error="return")
        if not told:
            raise EngineError(
                message(
                    "The Dask cluster {address} has no workers. Start some (docs/cluster.md says how), or empty "
                    "“Cluster” in the options to work on this computer.",
                    address=self.address,
                )
            )
        for worker, said in sorted(told.items()):
            self._check_one(worker, said)

    def _check_one(self, worker: str, said: object) -> None:
        if isinstance(said, TomoshibiError):
            raise said
        if not isinstance(said, Worker):
            raise EngineError(
                message(
                    "The worker {worker} has no Tomoshibi of this version ({reason}). Start it with PYTHONPATH naming "
                    "the folder that holds the folder “tomoshibi” (docs/cluster.md).",
                    worker=worker,
                    reason=type(said).__name__,
                )
            )
        if said.code != code():
            raise _other_version(worker)
        if dict(said.versions) != _versions():
            raise _other_packages(worker, said.versions, _versions())
        if said.state != self.store.state():
            raise EngineError(
                message(
                    "The worker {worker} does not see the readings of the case in {folder}. Put the case folder on a "
                    "share that all workers see, and where they see it elsewhere, say so in the setting “Folder of the "
                    "cases as the workers see it”.",
                    worker=worker,
                    folder=self.store.seen_as,
                )
            )


def _host(address: str) -> str:
    """Return the host of an address, with or without a scheme; "" where it names none."""
    try:
        return urlsplit(address if "://" in address else f"tcp://{address}").hostname or ""
    except ValueError:
        return ""


def _other_version(worker: str) -> EngineError:
    return EngineError(
        message(
            "The worker {worker} has another version of Tomoshibi than this computer ({code} here). Put the same zip "
            "on both and start the worker again.",
            worker=worker,
            code=code(),
        )
    )


def _other_packages(worker: str, theirs: Mapping[str, str], own: Mapping[str, str]) -> EngineError:
    other = [f"{name} {theirs.get(name)} ≠ {own.get(name)}" for name in _ALIKE if theirs.get(name) != own.get(name)]
    return EngineError(
        message(
            "The worker {worker} has other versions than this computer: {packages}. Install the same on both, "
            "so that the results are the same.",
            worker=worker,
            packages=", ".join(other),
        )
    )


def _lost(address: str) -> EngineError:
    return EngineError(
        message(
            "The Dask cluster {address} was lost while it worked: no worker or no scheduler is left. Nothing was "
            "changed. Start it again and repeat the run, or empty “Cluster” in the options to work on this computer.",
            address=address,
        )
    )


class _Watched(Executor):
    """The executor of a client, which by itself waits for ever where all workers are gone."""

    def __init__(self, client: Client):
        self._client = client
        self._address = client.scheduler.address
        self._inner = client.get_executor(pure=False)
        self._open: set[Future[Any]] = set()
        self._lock = Lock()
        self._ended = Event()
        self._watch = Thread(target=self._look, name="tomoshibi cluster", daemon=True)
        self._watch.start()

    def submit(self, work: Callable[..., Any], /, *parts: Any, **named: Any) -> Future[Any]:
        """Send a block on its way."""
        from distributed.protocol.pickle import dumps, loads

        # as an array, of which a log shows no more than its ends
        inner = self._inner.submit(
            loads, np.frombuffer(dumps(Sealed(partial(work, **named), parts, code(), _versions())), dtype=np.uint8)
        )
        outer: Future[Any] = Future()
        with self._lock:
            self._open.add(outer)
        outer.add_done_callback(lambda done: inner.cancel() if done.cancelled() else None)
        inner.add_done_callback(lambda done: self._pass_on(done, outer))
        return outer

    def _pass_on(self, inner: Future[Any], outer: Future[Any]) -> None:
        error = _lost(self._address) if inner.cancelled() else inner.exception()
        if error is not None and not isinstance(error, TomoshibiError):
            error = EngineError(
                message(
                    "The Dask cluster {address} could not work on a block ({kind}). Look into the logs of its workers, "
                    "or empty “Cluster” in the options to work on this computer.",
                    address=self._address,
                    kind=type(error).__name__,
                )
            )
        result = None if error else inner.result()
        if isinstance(result, Failed):
            self._end(outer, error=result.error)
        else:
            self._end(outer, result, error)

    def _end(self, outer: Future[Any], result: Any = None, error: Optional[BaseException] = None) -> None:
        with self._lock:
            self._open.discard(outer)
        try:
            if error is None:
                outer.set_result(result)
            else:
                outer.set_exception(error)
        except InvalidStateError:
            pass  # the caller has left it, or the cluster was given up already

    def _look(self) -> None:
        """Give up what is open once nobody has worked for `LOST_AFTER`."""
        alone, pause = 0.0, 1.0
        while not self._ended.wait(min(pause, LOST_AFTER / 4)):
            alone = 0.0 if self._has_workers() else alone + min(pause, LOST_AFTER / 4)
            if alone >= LOST_AFTER:
                with self._lock:
                    given_up = list(self._open)
                for each in given_up:
                    self._end(each, error=_lost(self._address))

    def _has_workers(self) -> bool:
        if self._client.status != "running":
            return False
        try:
            return bool(self._client.scheduler_info()["workers"])
        except (OSError, RuntimeError, CancelledError, KeyError):
            return False

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """Drop what is open and stop watching."""
        self._ended.set()
        self._inner.shutdown(wait=not cancel_futures)
        self._watch.join(ANSWERS_IN if wait else 0)

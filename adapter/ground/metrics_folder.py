"""The folder in which several processes count together, named by PROMETHEUS_MULTIPROC_DIR.

Each process keeps files of its own there. Those of a process that ended are added up in one, or
every process that is renewed would leave some behind.
"""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
OF_THE_ENDED = 0
"""In the place of a process id: no process has it."""
_GAUGE = "gauge"
_FILE = re.compile(r"(counter|histogram|gauge_\w+)_(\d+)\.db")


def folder() -> Path | None:
    """None while each process counts for itself."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def make_folder() -> str | None:
    """Make it where it is missing. Returns why it cannot be used, None when all is well."""
    path = folder()
    if path is None:
        return None
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        return f"{VARIABLE}: {path} cannot be made: {error.strerror}"
    if not os.access(path, os.W_OK | os.X_OK):
        return f"{VARIABLE}: this user may not write in {path}"
    return None


@contextmanager
def shared_by_programs() -> Iterator[None]:
    """One for the programs that are started within, where none is named; gone at the end. Where
    none can be made, each counts for itself."""
    with ExitStack() as stack:
        if folder() is None:
            try:
                made = stack.enter_context(tempfile.TemporaryDirectory(prefix="odwh-metrics-"))
            except OSError:
                pass
            else:
                os.environ[VARIABLE] = made
                stack.callback(os.environ.pop, VARIABLE, None)
                _count_there()
        yield


def _count_there() -> None:
    """The library looked at the variable when it was imported: what this process, or a copy of it,
    counts from now goes to the folder."""
    values.ValueClass = values.get_value_class()


def add_up_the_ended() -> int:
    """Move what ended processes counted to one file for each kind; returns how many files went."""
    path = folder()
    if path is None:
        return 0
    with _one_at_a_time(path):
        counted = [one for one in _files(path) if not one[0].startswith(_GAUGE)]
        return sum(_moved(path, kind, pid) for kind, pid in counted if not _runs(pid))


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Web service and workers begin at the same time, and a file of counts has one writer."""
    opened = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def forget_gauges_of_the_ended() -> None:
    """They said how a process was that is no more. Any process may, at any time."""
    path = folder()
    if path is None:
        return
    for kind, pid in _files(path):
        if kind.startswith(_GAUGE) and not _runs(pid):
            (path / f"{kind}_{pid}.db").unlink(missing_ok=True)


def _files(path: Path) -> Iterator[tuple[str, int]]:
    for file in sorted(path.glob("*.db")):
        if named := _FILE.fullmatch(file.name):
            yield named[1], int(named[2])


def _runs(pid: int) -> bool:
    if pid == OF_THE_ENDED:
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _moved(path: Path, kind: str, pid: int) -> bool:
    ended = path / f"{kind}_{pid}.db"
    try:
        counted = list(MmapedDict.read_all_values_from_file(str(ended)))
        # Away first: counted twice for a moment would look like a rise that never was.
        ended.unlink()
    except FileNotFoundError:
        return False
    total = MmapedDict(str(path / f"{kind}_{OF_THE_ENDED}.db"))
    try:
        for key, value, stamp, _ in counted:
            before, _ = total.read_value(key)
            total.write_value(key, before + value, stamp)
    finally:
        total.close()
    return True

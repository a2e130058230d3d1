"""Which file in the drop folder is the newest complete one, and its bytes.

A file is complete when it carries its final name and nobody wrote to it for a while. Senders that
write under a temporary name and rename afterwards need not rely on the waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from connectors.csvfolder.config import CsvFolderConfig, NewestBy
from connectors.errors import Misconfigured, Transient

MOST_BYTES = 10_000_000
UNFINISHED = frozenset({".tmp", ".part", ".partial", ".crdownload", ".filepart"})


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A complete file; `modified` is in seconds since the epoch."""

    name: str
    modified: float
    content: bytes


def newest(config: CsvFolderConfig, now: Callable[[], float]) -> DroppedFile:
    """The newest complete file. One that is still being written is left alone, and the one before
    it is read again.

    Raises `Misconfigured` when the folder or a matching file is absent or unreadable or the newest
    is too large, `Transient` when the only files are still being written.
    """
    candidates = _candidates(config)
    settle = config.settle.total_seconds()
    for path in candidates:
        dropped = _read_settled(path, latest=now() - settle)
        if dropped is not None:
            return dropped
    if candidates:
        raise Transient(
            f"{candidates[0].name} in {config.folder} is still being written; "
            "it is read as soon as it lies still.",
            code="being_written",
            retry_after=settle,
        )
    raise Misconfigured(
        f"No file matching {config.pattern} in {config.folder}: place the employee list there, "
        "or correct the file pattern.",
        code="no_file",
    )


def _candidates(config: CsvFolderConfig) -> list[Path]:
    """Newest first."""
    try:
        listed = list(config.folder.iterdir())  # a glob over an absent folder is merely empty
    except OSError as error:
        raise Misconfigured(
            f"The drop folder {config.folder} cannot be listed ({error.strerror}): "
            "check that it exists and that the service may read it.",
            code="no_folder",
        ) from error
    found = [path for path in listed if path.match(config.pattern) and _is_final(path)]
    return sorted(found, key=lambda path: _age_key(path, config.newest_by), reverse=True)


def _is_final(path: Path) -> bool:
    hidden = path.name.startswith((".", "~$"))
    return path.is_file() and not hidden and path.suffix.lower() not in UNFINISHED


def _age_key(path: Path, newest_by: NewestBy) -> tuple[float, str]:
    if newest_by is NewestBy.NAME:
        return 0.0, path.name
    try:
        return path.stat().st_mtime, path.name
    except FileNotFoundError:  # renamed or removed since it was listed
        return 0.0, path.name


def _read_settled(path: Path, latest: float) -> DroppedFile | None:
    """The file, or None when it changed after `latest` or changes while it is being read."""
    try:
        before = path.stat()
        if before.st_mtime > latest:
            return None
        if before.st_size > MOST_BYTES:
            raise Misconfigured(
                f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB: that is no employee "
                "list of one agency. Drop the right file.",
                code="too_large",
            )
        content = path.read_bytes()
        after = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Misconfigured(
            f"{path} cannot be read ({error.strerror}): give the service the right to read it.",
            code="unreadable_file",
        ) from error
    unchanged = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not unchanged or len(content) != after.st_size:
        return None
    return DroppedFile(path.name, after.st_mtime, content)

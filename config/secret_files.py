"""Secrets in files of their own, which can be replaced without a restart."""

from __future__ import annotations

import logging
from pathlib import Path

from pydantic import SecretStr

from config.sources import SettingsError, secret_in

_log = logging.getLogger(__name__)

_Mark = tuple[int, int, int]
"""What another content does not leave as it was: moment, size, and which file it is."""


class SecretInFile(SecretStr):
    """Reads its file again once that was replaced. While the file is missing or empty, as in the
    midst of a change, what it held before goes on. `setting` is what names the file."""

    def __init__(self, file: Path, setting: str) -> None:
        self._file = file
        self._setting = setting
        # Before the reading: a change in between is seen at the next one.
        self._mark = _mark_of(file)
        super().__init__(secret_in(file, setting))

    def get_secret_value(self) -> str:
        mark = _mark_of(self._file)
        if mark != self._mark:
            self._read_again(mark)
        return self._secret_value

    def _read_again(self, mark: _Mark | None) -> None:
        try:
            self._secret_value = secret_in(self._file, self._setting)
        except SettingsError as error:
            _log.warning("the secret of before is used on: %s", error)
        else:
            _log.info("%s: the file was replaced, and what it holds now is used", self._setting)
        self._mark = mark


def _mark_of(file: Path) -> _Mark | None:
    try:
        seen = file.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size, seen.st_ino

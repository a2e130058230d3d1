"""Logging: one JSON object a line on standard error, without secrets or personal data."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager
from functools import lru_cache
from types import TracebackType
from typing import Any, ParamSpec, TextIO, TypeVar

import structlog
from structlog.typing import ExcInfo

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
_ORGANISATION = "organisation"
_SECRET_NAMES = re.compile(
    r"token|secret|password|authorization|api_?key|email|address|full_?name", re.IGNORECASE
)
_API_KEY = re.compile(r"odwh_[0-9a-f]{16}_[A-Za-z0-9_-]{43}")
_JSON = json.JSONEncoder(ensure_ascii=False, default=repr)
_LEVELS = {name.lower(): level for name, level in logging.getLevelNamesMapping().items()}
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def _only_what_is_written(
    _logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    if _LEVELS[method] < logging.root.level:
        raise structlog.DropEvent
    return event


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last guard: callers should not log such things in the first place."""
    for name, value in event.items():
        event[name] = _shown(name, value)
    return event


@lru_cache(1024)
def _is_secret(name: str) -> bool:
    return _SECRET_NAMES.search(name) is not None


def _shown(name: str, value: Any) -> Any:
    if _is_secret(name):
        return "***"
    if isinstance(value, str):
        if "@" not in value and "odwh_" not in value:
            return value
        return _MAIL.sub("***", _API_KEY.sub("odwh_***", value))
    if isinstance(value, Mapping):
        return {str(key): _shown(str(key), part) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_shown("", part) for part in value]
    return value


def _where_it_broke(exc_info: ExcInfo) -> str:
    """Kinds of exception and lines of code: what an exception says can quote a value, a name."""
    return "".join(_steps(exc_info[1], exc_info[2]))


def _steps(error: BaseException, trace: TracebackType | None) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _steps(cause, cause.__traceback__)
        yield "which led to\n"
    yield from traceback.format_tb(trace)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"


class _Written(logging.StreamHandler[TextIO]):
    """Where all lines go."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        try:
            self._file: int | None = stream.fileno()
        except OSError:
            self._file = None

    def write(self, event: Mapping[str, Any]) -> None:
        """What cannot be written costs nobody anything but the line."""
        try:
            line = f"{_as_json(event)}\n"
            if self._file is None:
                self.stream.write(line)
            else:
                _write_whole(self._file, line.encode(errors="backslashreplace"))
        except Exception:  # noqa: BLE001 - as `emit` does
            self.handleError(_record(event))


def _write_whole(file: int, line: bytes) -> None:
    """In one call of the system, which keeps lines apart by itself: a lock around it would have
    whoever comes meanwhile wait until this thread has its turn again."""
    while written := os.write(file, line):
        if written == len(line):
            return
        line = line[written:]


class _Lines:
    """The lines of one logger of ours. What `logging` makes of each before it is written takes as
    long as all else that is done for it, so they go past that."""

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, /, **event: Any) -> None:
        for handler in logging.root.handlers:
            if isinstance(handler, _Written):
                handler.write(event)
            else:
                handler.handle(_record(event))

    debug = info = warning = error = critical = write


def _as_json(event: Mapping[str, Any], **_: Any) -> str:
    return _JSON.encode(event)


def _record(event: Mapping[str, Any]) -> logging.LogRecord:
    level = event["level"].upper()
    told = {"levelname": level, "levelno": _LEVELS[event["level"]]}
    return logging.makeLogRecord({**told, "name": event["logger"], "msg": _as_json(event)})


def configure_logging(level: str) -> None:
    """Send our own log and that of the libraries through the same pipeline."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_where_it_broke),
        redact,
    ]
    structlog.configure(
        processors=[_only_what_is_written, *shared],
        logger_factory=_Lines,
        wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET),
        cache_logger_on_first_use=True,
    )
    handler = _Written(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(_as_json),
            ],
        )
    )
    # None of it is written, and each line would look it up (Python's logging, "Optimization").
    # gunicorn writes the process of what it refuses by itself, so that is left.
    logging.logThreads = logging.logMultiprocessing = False
    logging._srcfile = None
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def log_of(organisation: str | None) -> AbstractContextManager[None]:
    """Every line of this thread says of which organisation it is, until the block ends; None where
    there is one."""
    named = {} if organisation is None else {_ORGANISATION: organisation}
    return structlog.contextvars.bound_contextvars(**named)


def log_from_now_on_of(organisation: str | None) -> None:
    """The same until another is named: an answer is still being sent when its work is done."""
    structlog.contextvars.clear_contextvars()
    if organisation is not None:
        structlog.contextvars.bind_contextvars(**{_ORGANISATION: organisation})


def organisation_in_log() -> str | None:
    named: str | None = structlog.contextvars.get_contextvars().get(_ORGANISATION)
    return named


def in_the_same_log(work: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """`work` for another thread, whose lines are of the same organisation as those of this one."""
    organisation = organisation_in_log()

    def told(*args: Asked.args, **named: Asked.kwargs) -> Answer:
        with log_of(organisation):
            return work(*args, **named)

    return told

"""Three answers to "shall we try again?", given once, at the connector.

The message says what happened, to which record, and what to do next. It never holds a token or
personal data beyond the identifier of the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class ConnectorError(Exception):
    """Something went wrong in another system.

    `code` is the other system's own word for it (Moodle's errorcode, an HTTP status), for the log.
    """

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Transient(ConnectorError):
    """Try again later: the network, an overload, maintenance, a lost race.

    `retry_after` is in seconds, when the other system said how long.
    """

    def __init__(self, message: str, *, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class Permanent(ConnectorError):
    """This request will never succeed as it is: the record is gone or the value is refused."""


class Misconfigured(ConnectorError):
    """No request will succeed until a person changes a setting, a token or a right."""


@contextmanager
def about(record: str) -> Iterator[None]:
    """What goes wrong in the block is about this record: the other system's own words, which would
    say so, are not kept."""
    try:
        yield
    except ConnectorError as error:
        error.args = (f"{record}: {error}",)
        raise

"""Writing many rows: in batches, two at a time, each row with its own result.

Moodle refuses some batches as a whole for one bad row, and gives no reason; such a batch is split
until the bad row is alone. After an answer that did not come nothing more is sent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from connectors.errors import Permanent, Transient
from connectors.moodle.lanes import lanes
from connectors.moodle.protocol import form_fields
from connectors.ports import RowResult, RowState

LANES = 2
"""Requests at a time; more of them make Moodle slower rather than faster."""
MOST_FIELDS = 500
"""PHP may drop what is above 1000 without a word, so a batch stays far below."""
PROVING = 5
"""Rows by which it is seen whether the LMS keeps what it is sent: few, since nothing else is under
way meanwhile."""
RACES = 3
"""How often a batch that lost a race is sent again."""
LOST_RACE = "dmlwriteexception"

R = TypeVar("R")
Row = TypeVar("Row", contravariant=True)
Prove = Callable[[Sequence[R], Sequence[RowResult]], None]


class Writing(Protocol[Row]):
    """One kind of row, and how it is written."""

    def key(self, row: Row) -> str:
        """By which its result is known."""

    def fields(self, row: Row) -> Mapping[str, Any]:
        """The row as it is sent."""

    def send(self, rows: Sequence[Row]) -> list[RowResult]:
        """One request. Raises `Permanent` when Moodle refuses the batch as a whole."""

    def standing(self, rows: Sequence[Row]) -> list[RowResult]:
        """Results of the rows that the LMS, read now, already shows as asked."""

    def refusal(self, row: Row, error: Permanent) -> RowResult:
        """What became of the one row that was refused."""


class Batches:
    """`size` is how many rows go into a request at most."""

    def __init__(self, size: int) -> None:
        self._size = size

    def write(
        self, rows: Sequence[R], writing: Writing[R], prove: Prove[R] | None = None
    ) -> list[RowResult]:
        """A result for each row, in order. With `prove` the first few go alone, and what raises
        there keeps the others from being sent. Raises `Misconfigured`."""
        run = _Run(writing)
        written: list[list[RowResult]] = []
        if prove is not None and rows:
            first = next(self._packed(rows[:PROVING], writing))
            rows = rows[len(first) :]
            written.append(run.write(first))
            prove(first, written[0])
        batches = self._packed(rows, writing)
        with lanes(LANES, "batch") as calls:
            written += calls.map(run.write, batches)
        return [result for results in written for result in results]

    def _packed(self, rows: Sequence[R], writing: Writing[R]) -> Iterator[Sequence[R]]:
        batch: list[R] = []
        fields = 0
        for row in rows:
            own = len(form_fields({"rows": [writing.fields(row)]}))
            if batch and (len(batch) == self._size or fields + own > MOST_FIELDS):
                yield batch
                batch, fields = [], 0
            batch.append(row)
            fields += own
        if batch:
            yield batch


class _Run:
    """One call of `Batches.write`: its lanes stop together."""

    def __init__(self, writing: Writing[R]) -> None:
        self._writing: Writing[Any] = writing
        self._stopped = threading.Event()

    def write(self, rows: Sequence[Any], races: int = 0) -> list[RowResult]:
        if self._stopped.is_set():
            return self._each(rows, RowState.NOT_SENT, "stopped", "not sent")
        try:
            return self._writing.send(rows)
        except Transient as error:
            if error.code == LOST_RACE:
                return self._after_race(rows, races + 1, error)
            self._stopped.set()
            return self._each(rows, RowState.UNSURE, error.code, str(error))
        except Permanent as error:
            if len(rows) == 1:
                return [self._writing.refusal(rows[0], error)]
            return self._halves(rows)
        except Exception:
            # Whatever it is, what is wrong for this batch is wrong for the others.
            self._stopped.set()
            raise

    def _halves(self, rows: Sequence[Any]) -> list[RowResult]:
        middle = len(rows) // 2
        return self.write(rows[:middle]) + self.write(rows[middle:])

    def _after_race(self, rows: Sequence[Any], races: int, error: Transient) -> list[RowResult]:
        """Somebody wrote the same at the same time: what stands by now is not sent again."""
        standing = {result.key: result for result in self._writing.standing(rows)}
        left = [row for row in rows if self._writing.key(row) not in standing]
        if not left:
            again: list[RowResult] = []
        elif races <= RACES:
            again = self.write(left, races)
        elif len(left) > 1:
            again = self._halves(left)
        else:
            again = [self._writing.refusal(left[0], Permanent(str(error), code=error.code))]
        results = standing | {result.key: result for result in again}
        return [results[self._writing.key(row)] for row in rows]

    def _each(
        self, rows: Sequence[Any], state: RowState, code: str, reason: str
    ) -> list[RowResult]:
        return [RowResult(self._writing.key(row), state, None, code, reason) for row in rows]

"""What HR settled on the work list: whether training is mandatory by law, with source and reason
(P6, A27)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from adapter.ground.spreadsheets import cells
from adapter.ground.spreadsheets.cells import Reader, WrongValue
from adapter.ground.spreadsheets.sheet import SheetRow
from adapter.ground.spreadsheets.workbook import Value
from adapter.ground.spreadsheets.wrong_cells import WrongCell
from adapter.subjects.requests.statutory import Assessment
from adapter.views.tasks.columns import LEGAL_ANSWER, answers
from adapter.views.tasks.task import Task, TaskKind
from connectors.plain_text import is_one_line, is_plain
from policy.model import MandatoryByLaw

LONGEST_SOURCE, LONGEST_REASON = 200, 4000
"""As in the API."""


def legal_answer(
    row: SheetRow, task: Task, today: date
) -> tuple[Assessment | None, list[WrongCell]]:
    """What was settled, if anything was, and what is wrong with it."""
    filled = {name: row.values[name] for name in LEGAL_ANSWER if name in row.values}
    if not filled:
        return None, []
    if task.kind is not TaskKind.LEGAL_TO_SETTLE:
        return None, [row.wrong(name, "tasks.cell.nothing_to_settle") for name in filled]
    wrong = list(_wrong(row, filled))
    if wrong:
        return None, wrong
    answer, source, reason = (_READERS[name](filled[name]) for name in LEGAL_ANSWER)
    mandatory = MandatoryByLaw.YES if answer else MandatoryByLaw.NO
    return Assessment(mandatory, str(source), str(reason), today), []


def _wrong(row: SheetRow, filled: Mapping[str, Value]) -> Iterator[WrongCell]:
    for name in LEGAL_ANSWER:
        if name not in filled:
            yield row.wrong(name, "missing")
            continue
        try:
            _READERS[name](filled[name])
        except WrongValue as error:
            yield row.wrong(name, error.reason, **error.numbers)


def _source(cell: Value) -> str:
    source = _at_most(cells.words(cell), LONGEST_SOURCE)
    if not is_one_line(source):
        raise WrongValue("one_line")
    return source


def _reason(cell: Value) -> str:
    reason = _at_most(cells.words(cell), LONGEST_REASON)
    if not is_plain(reason):
        raise WrongValue("plain_words")
    return reason


def _at_most(words: str, longest: int) -> str:
    if len(words) > longest:
        raise WrongValue("string_too_long", max_length=longest)
    return words


_READERS: dict[str, Reader] = {
    "mandatory": cells.choice(answers),
    "mandatory_source": _source,
    "mandatory_reason": _reason,
}

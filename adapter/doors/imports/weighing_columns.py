"""The columns of a tranche's weighing sheet: what HR scores and proposes per request (Visie §4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adapter.doors.imports.request_columns import answers
from adapter.ground.spreadsheets import cells
from adapter.ground.spreadsheets.columns import Column, Layout
from config.catalogue import Language, text
from policy.request_states import RequestOutcome
from policy.weighing import Criterion

OUTCOMES = cells.choice(
    lambda: {
        word: str(one)
        for one in RequestOutcome
        for word in (*(text(f"tranches.outcome.{one}", language) for language in Language), one)
    }
)


def _scored() -> Iterator[tuple[str, Column]]:
    for one in Criterion:
        yield f"{one}_score", Column(f"/{one}/score", cells.whole)
        yield f"{one}_reason", Column(f"/{one}/reason", cells.words)


COLUMNS: Mapping[str, Column] = {
    "request": Column(None, cells.words, required=True),
    "version": Column(None, cells.whole, required=True),
    "title": Column(None, cells.words),
    "manager": Column(None, cells.words),
    "asked": Column(None, cells.two_places),
    **dict(_scored()),
    "outcome": Column("/outcome", OUTCOMES),
    "why": Column("/reason", cells.words),
    "costs": Column("/grant/costsEur", cells.two_places),
    "hours": Column("/grant/hours", cells.two_places),
    "scheme": Column("/grant/repaymentScheme", answers()),
}
"""By name, in order. Title, manager and what was asked are there to be read."""


def _heading(name: str, language: Language) -> str:
    criterion, _, part = name.rpartition("_")
    if criterion in set(Criterion):
        words = text(f"tranches.criterion.{criterion}", language)
        return f"{words}: {text(f'imports.weighing_column.{part}', language)}"
    return text(f"imports.weighing_column.{name}", language)


def _explained(name: str, language: Language) -> str:
    criterion, _, part = name.rpartition("_")
    key = part if criterion in set(Criterion) else name
    return text(f"imports.weighing_explained.{key}", language)


LAYOUT = Layout(
    COLUMNS,
    sheet=lambda language: text("imports.weighings.sheet", language),
    heading=_heading,
    explained=_explained,
    choices={
        "outcome": ("outcome", tuple(RequestOutcome)),
        "scheme": ("answer", ("yes", "no")),
    },
    wide={"request": 38, "title": 32, "manager": 24, "why": 40}
    | {f"{one}_reason": 32 for one in Criterion},
)

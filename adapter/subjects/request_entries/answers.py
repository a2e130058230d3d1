"""What an entry of the request form shows of its request: one line of status, one of decision.

It is for display only: whatever stands there, the register is what counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from adapter.ground.store.reading import row_of, row_or_none
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.ground.store.tables.request_form import RequestEntryRow
from adapter.ground.store.tables.rulings import RequestDecisionRow
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.intake import procedure_followed
from adapter.subjects.requests.requests import participants
from config.catalogue import Language, keys, text
from policy.money import euros
from policy.request_states import RequestState
from policy.tranches import Procedure

_TABLES = ("request_form.wrong", "imports.cell", "procedure.field", "api.field")
"""Where the sentence of a reason stands, first found first."""
WAITING = frozenset({RequestState.SUBMITTED, RequestState.UNDER_REVIEW, RequestState.PROPOSED})
WINDOW = "in_tranche"
"""When the requests of a tranche are decided; an interim one begins before that."""


@dataclass(frozen=True, slots=True)
class EntryAnswer:
    """`final` when its author has nothing more to change in the entry."""

    status: str
    decision: str
    final: bool

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.status}\n{self.decision}".encode()).hexdigest()

    def shows(self, status: str, decision: str) -> bool:
        """Whether an entry shows this already, spaces aside."""
        seen = (one_line(status), one_line(decision))
        return seen == (self.status, self.decision)


def answer_of(act: Act, known: RequestEntryRow, language: Language) -> EntryAnswer:
    """The answer to an entry, of which `known` is the row in the register."""
    wrong = faults(known, language)
    if known.request_id is None:
        return EntryAnswer(one_line(_said("not_taken", language, wrong=wrong)), "", final=False)
    request = row_of(
        act.connection, select(TrainingRequestRow).where(TrainingRequestRow.id == known.request_id)
    )
    status = [
        _state(request, language),
        *_what_follows(act, request, language),
        _facts(request, language),
    ]
    if wrong:
        status.append(_said("change_not_taken", language, wrong=wrong))
    return EntryAnswer(
        one_line(" ".join(status)),
        one_line(_decision(act.connection, request, language)),
        final=request.state != RequestState.DRAFT,
    )


def _said(name: str, language: Language, /, **numbers: object) -> str:
    return text(f"request_form.status.{name}", language, **numbers)


def faults(known: RequestEntryRow, language: Language) -> str:
    """What is wrong with an entry as it stands, field by field; empty when nothing is."""
    return " ".join(_sentence(one, language) for one in known.wrong)


def _sentence(one: Mapping[str, Any], language: Language) -> str:
    sentence = text(_key_of(one["reason"]), language, **one["numbers"])
    return f"{one['field']}: {sentence}" if one["field"] else sentence


def _key_of(reason: str) -> str:
    """The texts of a subject of its own are named by their whole key, which has dots."""
    known = keys(Language.NL)
    own = (f"{table}.{reason}" for table in _TABLES)
    return reason if "." in reason else next(key for key in own if key in known)


def _state(request: TrainingRequestRow, language: Language) -> str:
    return text(f"request_form.state.{request.state}", language, tranche=request.tranche)


def _what_follows(act: Act, request: TrainingRequestRow, language: Language) -> Iterator[str]:
    """Until it is decided: when that is, or what an interim request needs. A wish is no request
    yet: its tranche may be another one by the day it is submitted."""
    if request.state not in WAITING:
        return
    for finding in procedure_followed(act, request):
        if finding.code != WINDOW:
            yield text(f"procedure.finding.{finding.code}", language, **finding.numbers)
        elif request.procedure != Procedure.INTERIM:
            yield _said("decided_when", language, **finding.numbers)


def _facts(request: TrainingRequestRow, language: Language) -> str:
    return _said(
        "facts",
        language,
        people=participants(request),
        costs=euros(request.costs_cents),
        hours=request.hours,
        start=request.starts_on,
        end=request.ends_on,
        reference=request.id[:8],
    )


def _decision(connection: Connection, request: TrainingRequestRow, language: Language) -> str:
    row = row_or_none(
        connection,
        select(RequestDecisionRow)
        .where(RequestDecisionRow.request_id == request.id)
        .order_by(RequestDecisionRow.recorded_at.desc(), RequestDecisionRow.id)
        .limit(1),
    )
    if row is None:
        return ""
    return text(f"request_form.decision.{row.outcome}", language, decided=row.decided_on)


def one_line(words: str) -> str:
    """A field of the form is one line; amounts are written with spaces that do not break."""
    return " ".join(words.split())

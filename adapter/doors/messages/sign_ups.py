"""Sign-ups for in-company sessions in the API (Visie §5, §7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from adapter.doors.messages.fields import Identifier, Message
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.procedure_fields import Words, absent
from adapter.ground.answers import Answer
from adapter.ground.store.tables.in_company import AbsenceConsequenceRow, SignUpStepRow
from adapter.subjects.in_company.records import SignUpOfEmployee, full_name
from policy.sign_ups import SignUpState, SignUpStep, following


class SignUpPath(BaseModel):
    id: str = Field(max_length=100)
    participant_id: str = Field(max_length=100)


class SignUpIn(Message):
    employee_id: Identifier


class SignUpStepIn(Message):
    step: Annotated[SignUpStep, Field(strict=False)] = Field(
        description="consent, refuse en withdraw_consent door de leidinggevende; cancel door "
        "medewerker, leidinggevende of HR; attend, excuse en no_show door de kennismakelaar."
    )
    reason: Words | None = Field(
        default_factory=absent,
        description="Verplicht bij weigeren en intrekken. Noem geen medische gegevens.",
    )


class ConsequenceIn(Message):
    """Only for a no-show, and only on what was agreed beforehand."""

    consequence: Words = Field(description="Zoals een herziene afspraak of latere deelname.")
    ground: Words = Field(description="Waarom, mede gelet op wat de medewerker heeft gezegd.")


class ConsequenceOut(Answer):
    consequence: str
    ground: str
    agreed_terms: str
    decided_by: str
    decided_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, row: AbsenceConsequenceRow) -> ConsequenceOut:
        return cls(
            consequence=row.consequence,
            ground=row.ground,
            agreed_terms=row.agreed_terms,
            decided_by=row.decided_by,
            decided_at=utc_text(row.decided_at),
        )


class ParticipantOut(Answer):
    id: str
    version: int = Field(description="Ook de ETag.")
    employee_id: str
    name: str
    position: int = Field(description="Volgorde van aanmelding.")
    state: SignUpState
    next_states: list[SignUpState]
    signed_up_by: str
    signed_up_at: str = Field(json_schema_extra={"format": "date-time"})
    absence_terms: str | None
    consequences: list[ConsequenceOut] = Field(description="Niet voor de kennismakelaar.")

    @classmethod
    def of(
        cls, row: SignUpOfEmployee, consequences: Sequence[AbsenceConsequenceRow]
    ) -> ParticipantOut:
        return cls(
            id=row.id,
            version=row.version,
            employee_id=row.employee_id,
            name=full_name(row),
            position=row.position,
            state=SignUpState(row.state),
            next_states=list(following(SignUpState(row.state))),
            signed_up_by=row.signed_up_by,
            signed_up_at=utc_text(row.signed_up_at),
            absence_terms=row.absence_terms,
            consequences=[ConsequenceOut.of(one) for one in consequences],
        )


class ParticipantsOut(Answer):
    items: list[ParticipantOut] = Field(description="In volgorde van aanmelding.")


class SignUpTransitionOut(Answer):
    version: int
    from_state: SignUpState | None
    to_state: SignUpState
    at: str = Field(json_schema_extra={"format": "date-time"})
    by: str | None = Field(description="Leeg: er kwam vanzelf een plaats vrij.")
    reason: str | None = Field(description="De kennismakelaar ziet alleen de eigen redenen.")

    @classmethod
    def of(cls, row: SignUpStepRow, reason: str | None) -> SignUpTransitionOut:
        return cls(
            version=row.version,
            from_state=row.from_state,
            to_state=row.to_state,
            at=utc_text(row.at),
            by=row.by,
            reason=reason,
        )


class SignUpTransitionsOut(Answer):
    items: list[SignUpTransitionOut]

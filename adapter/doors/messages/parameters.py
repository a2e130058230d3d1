"""The policy's numbers in force on a day, each with its source."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from adapter.doors.messages.fields import Day, Message
from adapter.ground.answers import Answer
from policy.dated_value import DatedValue, Status
from policy.parameters import Policy


class PolicyParametersQuery(Message):
    on: Day | None = Field(None, description="De dag waarop de waarden gelden; zonder dit vandaag.")


class PolicyParameterOut(Answer):
    name: str
    value: Any = Field(description="Tekst, geheel getal, ja of nee, of een lijst, naar de eenheid.")
    unit: str
    clause: str = Field(description="Paragraaf van het beleid.")
    status: Status
    assumption: str | None = Field(description="A1, A2 … zolang het MT de waarde niet bevestigt.")
    valid_from: date

    @classmethod
    def of(cls, value: DatedValue) -> PolicyParameterOut:
        return cls(
            name=value.name,
            value=value.value,
            unit=value.unit,
            clause=value.clause,
            status=value.status,
            assumption=value.assumption,
            valid_from=value.valid_from,
        )


class PolicyParametersOut(Answer):
    on: date
    policy_version: str
    adopted_on: date | None = Field(
        description="Zoals het laatst vastgelegd; null: nog niet vastgesteld."
    )
    items: list[PolicyParameterOut] = Field(description="Leeg voor een dag voor het beleid.")

    @classmethod
    def of(cls, policy: Policy, adopted_on: date | None, day: date) -> PolicyParametersOut:
        return cls(
            on=day,
            policy_version=policy.version,
            adopted_on=adopted_on,
            items=[PolicyParameterOut.of(value) for value in policy.values_on(day)],
        )

"""The procedure's small agency, with what a tranche adds to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.work import OutboxActionRow
from adapter.register.keys import Principal, Role
from adapter.subjects.requests.acts import acting
from adapter.subjects.tranches.run import run_tranches
from adapter.views.dossier.dossier import Dossier, make_dossier
from config.catalogue import Language, text
from policy.days import AMSTERDAM
from policy.tranches import tranche_named
from tests.adapter.subjects.requests.conftest import Body, Office, office

__all__ = ["Tranches", "local", "office", "tranches"]

HR = Principal("test", "test", Role.HR, None)
MT = Principal("test", "MT", Role.MANAGEMENT_TEAM, None)
REASON = "Past bij het plan."


def local(written: str) -> datetime:
    """A moment in Amsterdam: `2026-11-15 23:59:59`."""
    return datetime.fromisoformat(written).replace(tzinfo=AMSTERDAM)


class Tranches:
    """What people and the worker do with a tranche."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def at(self, moment: str) -> None:
        self.office.clock.moment = local(moment)

    def run(self) -> list[tuple[str, str]]:
        return [(name, str(step)) for name, step in run_tranches(self.office.parts)]

    def told(self) -> list[tuple[str, str]]:
        """Text and recipient of every message so far, in order; each can be written."""
        with self.office.parts.register.read() as connection:
            rows = rows_of(
                connection,
                select(OutboxActionRow).order_by(OutboxActionRow.created_at, OutboxActionRow.id),
            )
            told = [(row.payload, row.payload.get("recipient", row.kind)) for row in rows]
        for payload, _ in told:
            for language in Language:
                for part in ("subject", "body"):
                    text(f"messages.{part}.{payload['text']}", language, **payload["numbers"])
        return [(payload["text"], recipient) for payload, recipient in told]

    def submitted(self, **changes: Any) -> Body:
        request = self.office.ask(**changes)
        self.office.move(request, "submitted", Role.MANAGER)
        return request

    def weigh(self, request: Body, *scores: int) -> None:
        self.office.weigh(request, *scores)

    def budget(self, amount: str, tranche: str | None = "2027-1") -> None:
        body: Body = {"year": 2027, "amountEur": amount}
        if tranche is not None:
            body["tranche"] = tranche
        answer = self.office.call("POST", "/budgets", Role.MANAGEMENT_TEAM, body)
        assert answer.status_code == 201, answer.get_json()

    def dossier(self, name: str = "2027-1") -> Dossier:
        with acting(self.office.parts, HR) as act:
            return make_dossier(act, tranche_named(name, act.policy))

    def state(self, request: Body) -> str:
        found = self.office.call("GET", f"/training-requests/{request['id']}", Role.HR)
        return str(found.get_json()["state"])


@pytest.fixture
def tranches(office: Office) -> Tranches:
    return Tranches(office)

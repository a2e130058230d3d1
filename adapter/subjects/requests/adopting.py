"""Recording that the management team adopted the policy (Visie §10, P1). It is never taken back,
only followed by another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert

from adapter.ground.store.reading import next_position
from adapter.ground.store.tables.adoptions import PolicyAdoptionRow
from adapter.register.adoption import Adoption, adoptions
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.days import wrong_if_before, wrong_if_future
from adapter.subjects.requests.refusals import WrongField, refuse_if_any


@dataclass(frozen=True, slots=True)
class AdoptionContent:
    """`effective_on` None means the day of the adoption itself. `document` names the minute or
    document; HR, who records it for the management team, cannot do without."""

    adopted_on: date
    effective_on: date | None = None
    document: str | None = None
    works_council_on: date | None = None
    dpia_on: date | None = None


def adopt(act: Act, content: AdoptionContent) -> Adoption:
    """Record an adoption. Raises `WrongFields`."""
    refuse_if_any(_wrong(act, content))
    act.connection.execute(
        insert(PolicyAdoptionRow).values(
            id=new_id(),
            number=next_position(act.connection, PolicyAdoptionRow.number),
            adopted_on=content.adopted_on,
            effective_on=content.effective_on or content.adopted_on,
            document=content.document,
            works_council_on=content.works_council_on,
            dpia_on=content.dpia_on,
            recorded_by=act.actor,
            recorded_at=act.now,
        )
    )
    return adoptions(act.connection)[-1]


def _wrong(act: Act, content: AdoptionContent) -> list[WrongField]:
    wrong = wrong_if_future(act, content.adopted_on, "/adoptedDate")
    if content.effective_on is not None:
        reason = "effective_before_adoption"
        wrong += wrong_if_before(content.effective_on, content.adopted_on, "/effectiveDate", reason)
    if content.works_council_on is not None:
        wrong += wrong_if_future(act, content.works_council_on, "/worksCouncilDate")
    if content.dpia_on is not None:
        wrong += wrong_if_future(act, content.dpia_on, "/dpiaDate")
    if act.by.role is Role.HR and content.document is None:
        wrong.append(WrongField("/document", "document_of_adoption"))
    return wrong

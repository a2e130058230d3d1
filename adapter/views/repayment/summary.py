"""What HR reads first of a repayment statement: what it comes to, in sentences and a picture, and
what to do now."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.ground.rendering.content import Picture, Section
from adapter.register.people import full_name
from adapter.subjects.leaving.claims.position import ClaimPosition
from adapter.subjects.leaving.statements import StatementKind
from adapter.views.pictures import Owed, repayment_picture
from adapter.views.repayment.told_statement import ToldStatement, waits_for_hr
from config.catalogue import text
from policy.money import euros


def summary_section(made: ToldStatement) -> Section:
    return Section(
        "summary",
        made.say("summary"),
        lists=(tuple(_sentences(made)),),
        pictures=tuple(_pictures(made)),
    )


def next_section(made: ToldStatement) -> Section:
    return Section("next", made.say("next"), lists=(tuple(_steps(made)),))


def _sentences(made: ToldStatement) -> Iterator[str]:
    yield made.say(f"about_{made.kind}", name=full_name(made.person), day=made.row.exit_on)
    if made.kind is StatementKind.WITHDRAWN:
        return
    if not made.items:
        yield made.say("nothing")
        return
    yield made.say(
        "comes_to",
        number=len(made.items),
        computed=euros(made.total_computed_cents),
        claimable=euros(made.total_claimable_cents),
    )
    if made.to_review:
        waiting = sum(one.computed.computed_cents for one in made.to_review)
        yield made.say("still_to_review", number=len(made.to_review), amount=euros(waiting))
    if made.claim is not None:
        yield _claim(made, made.claim)


def _claim(made: ToldStatement, claim: ClaimPosition) -> str:
    state = text(f"claims.state.{claim.claim.state}", made.language)
    return made.say("claim_stands", state=state)


def _pictures(made: ToldStatement) -> Iterator[Picture]:
    owed = [
        Owed(
            made.title(one),
            one.computed.basis_cents,
            one.claimable_cents,
            one.computed.computed_cents if waits_for_hr(one) else 0,
        )
        for one in made.items
    ]
    if made.kind is not StatementKind.WITHDRAWN and any(one.basis_cents for one in owed):
        yield repayment_picture(owed, "trajectories", made.language)


def _steps(made: ToldStatement) -> list[str]:
    if made.kind is StatementKind.WITHDRAWN:
        return [made.say("next_withdrawn")]
    if made.kind is StatementKind.PREVIEW:
        return [made.say(f"next_preview_{part}") for part in ("date", "facts", "talk")]
    steps = [] if made.ending is not None else [made.say("next_ending")]
    if made.to_review:
        steps.append(made.say("next_review", count=len(made.to_review)))
    if made.total_claimable_cents:
        steps.append(made.say("next_claim", amount=euros(made.total_claimable_cents)))
    return steps or [made.say("next_nothing")]

"""`/v1/dead-letters`: what was not processed or delivered, and trying it again."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.intake.reasons import sentence
from adapter.doors.messages.dead_letters import DeadLetterOut, DeadLettersOut, ReplayOut
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.paging import PageQuery
from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.paging import paged
from adapter.subjects.requests.acts import acting
from adapter.subjects.requests.refusals import UnknownEntry
from adapter.views.oversight.letters import Letter, dead_letters_of_both
from adapter.views.tasks.letters_left import replay_letter

DEAD_LETTERS = DescribedBlueprint(
    "dead_letters",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="dead-letters", description="Wat niet kon worden verwerkt of bezorgd")],
)


@DEAD_LETTERS.get(
    "/dead-letters",
    operation_id="listDeadLetters",
    summary="Wat niet kon worden verwerkt of bezorgd, oudste eerst",
    responses={200: DeadLettersOut},
)
def list_dead_letters(query: PageQuery) -> Response:
    with current.parts().register.read() as connection:
        found = dead_letters_of_both(connection, query.cut)
    shown = [DeadLetterOut.of(one, _reason(one)) for one in found.items]
    return paged(DeadLettersOut(items=shown), found.after)


@DEAD_LETTERS.post(
    "/dead-letters/<id>/replays",
    operation_id="replayDeadLetter",
    summary="Begin opnieuw met pogingen",
    responses={201: ReplayOut},
)
def replay_dead_letter(path: RecordPath) -> Response:
    with acting(current.parts(), current.principal()) as act:
        if not replay_letter(act.connection, path.id, by=act.actor, now=act.now):
            raise UnknownEntry
    replayed_at = utc_text(act.now)
    return answer(
        ReplayOut(dead_letter_id=path.id, replayed_by=act.actor, replayed_at=replayed_at), 201
    )


def _reason(letter: Letter) -> str | None:
    if letter.queue == "inbox":
        return sentence(letter.reason, current.language())
    return None if letter.reason is None else str(letter.reason)

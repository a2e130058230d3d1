"""`status`: what a person asks at night, answered from the register alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from time import monotonic, sleep

import click

from adapter.ground.parts import Parts
from adapter.ground.store import migrate
from adapter.ground.store.failures import named
from adapter.programs.cli.context import (
    Context,
    newer_database,
    pass_context,
    plain_errors,
    require_there,
)
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.status import Status, status_of
from adapter.views.service.waiting import Waiting

LOOK_AGAIN_SECONDS = 1.0


@click.command()
@click.option(
    "--wait",
    "seconds",
    type=click.IntRange(min=0),
    default=0,
    help="Wait up to so many seconds until nothing needs anybody, such as after a start.",
)
@listing
@pass_context
def status(context: Context, seconds: int, as_json: bool) -> None:
    """How the service is: register, parts, queues, dead letters, pause, adoption and jobs.

    Asks no other system and changes nothing; `doctor` does ask them. Exit code 0 when nothing needs
    anybody, 1 when something does or the register cannot be read. What was chosen, such as a pause
    or a system that is not set up, is shown and is no reason for 1.
    """
    parts = context.unmigrated_parts()
    with plain_errors(lambda: context):
        found = _after_waiting(parts, seconds)
    if as_json:
        echo_json(_members(found))
    else:
        for line in _lines(found):
            click.echo(line)
    if found.attention:
        raise SystemExit(1)


def _after_waiting(parts: Parts, seconds: int) -> Status:
    """What was seen first without anything to look at, or last. While it waits, a register that is
    not there yet may still be made."""
    end = monotonic() + seconds
    while True:
        last_look = monotonic() >= end
        try:
            _require_revision(parts)
            found = status_of(parts)
        except click.ClickException:
            if last_look:
                raise
        else:
            if last_look or not found.attention:
                return found
        sleep(LOOK_AGAIN_SECONDS)


def _require_revision(parts: Parts) -> None:
    require_there(parts.register)
    revision, newest = migrate.current_revision(parts.register), migrate.newest_revision()
    name = named(parts.register.engine.url)
    assert revision is not None, "it is there"
    if revision > newest:
        raise click.ClickException(newer_database(revision))
    if revision != newest:
        raise click.ClickException(
            f"the register {name} is at revision {revision}, this version needs {newest}; make a "
            "backup and run `odwh-adapter db upgrade`"
        )


def _lines(found: Status) -> Iterator[str]:
    kind = "a rehearsal" if found.clock == "rehearsal" else "real time"
    yield f"register        {found.register}, revision {found.revision}, {kind}"
    for name, part in found.parts.items():
        since = "" if part.since is None else f" since {_moment(part.since)}"
        reason = "" if part.reason is None else f": {part.reason}"
        yield f"{name:<15} {part.state.replace('_', ' ')}{since}{reason}"
    yield f"last heartbeat  {_moment(found.heartbeat)}"
    yield f"adoption        {_adoption(found)}"
    yield f"inbox           {_waiting(found.events, 'events')}"
    yield f"outbox          {_waiting(found.actions, 'actions')}"
    left = len(found.letters) - found.waiting_letters
    yield f"dead letters    {found.waiting_letters}" + (f", and {left} left" if left else "")
    yield "jobs            last success"
    for job in found.jobs:
        failed = "" if job.error is None else f"  FAILED since: {job.error}"
        yield f"  {job.name:<24} {_moment(job.last_success)}{failed}"
    for sentence in found.attention:
        yield f"-> {sentence}"
    if not found.attention:
        yield "nothing needs anybody"


def _adoption(found: Status) -> str:
    if found.adopted_from is None:
        return "not recorded, so nothing is enforced"
    works = "in effect from" if found.in_effect else "not in effect until"
    return f"{works} {found.adopted_from.isoformat()}"


def _waiting(queue: Waiting, what: str) -> str:
    if queue.oldest is None:
        return "nothing waits"
    return f"{queue.count} {what} wait, the oldest since {_moment(queue.oldest)}"


def _moment(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}Z"


def _members(found: Status) -> dict[str, object]:
    return {
        "at": found.at,
        "register": {
            "name": found.register,
            "revision": found.revision,
            "clock": found.clock,
        },
        "parts": {
            name: {
                "state": part.state,
                "reason": part.reason,
                "seenAt": part.seen_at,
                "since": part.since,
            }
            for name, part in found.parts.items()
        },
        "lastHeartbeat": found.heartbeat,
        "pause": found.pause
        and {"since": found.pause.since, "by": found.pause.by, "reason": found.pause.reason},
        "adoption": {"effectiveDate": found.adopted_from, "inEffect": found.in_effect},
        "queues": {
            name: {"waiting": queue.count, "oldest": queue.oldest}
            for name, queue in (("inbox", found.events), ("outbox", found.actions))
        },
        "deadLetters": {
            "waiting": found.waiting_letters,
            "left": len(found.letters) - found.waiting_letters,
        },
        "jobs": [
            {
                "name": job.name,
                "lastSuccess": job.last_success,
                "lastDurationSeconds": job.seconds,
                "error": job.error,
            }
            for job in found.jobs
        ],
        "attention": found.attention,
    }

"""`dead-letters list|replay|leave`: what was not processed or delivered, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import click
from sqlalchemy import Connection, select

from adapter.doors.intake.reasons import sentence
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.work import InboxEventRow
from adapter.programs.cli.context import COMMANDS_SPEAK, Context, pass_context
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.noting import note_look
from adapter.programs.cli.operator import operator
from adapter.queues import outbox
from adapter.queues.inbox import EventState
from adapter.subjects.requests.acts import acting
from adapter.subjects.requests.refusals import UnknownEntry
from adapter.views.tasks import letters_left


@click.group("dead-letters")
def dead_letters() -> None:
    """Events that could not be processed and actions that could not be delivered."""


@dead_letters.command("list")
@listing
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """One line each: id, since when, what it was, and why it failed."""
    with context.bare_of_filled.register.read() as connection:
        letters = list(_letters(connection))
    note_look(context, "dead-letters list")
    if as_json:
        echo_json(letters)
        return
    for one in letters:
        because = "" if one["leftBecause"] is None else f"  (left: {one['leftBecause']})"
        click.echo(
            f"{one['id']}  {one['since']:%Y-%m-%d %H:%M}Z  {one['what']} {one['kind']}  "
            f"{one['reason']}{because}"
        )
    left = sum(one["leftBecause"] is not None for one in letters)
    click.echo(
        f"{len(letters)} dead letters" + (f", {left} of them left" if left else ""), err=True
    )


def _letters(connection: Connection) -> Iterator[dict[str, Any]]:
    left = {one.id: one.left_because for one in letters_left.dead_letters(connection)}
    events = rows_of(
        connection,
        select(InboxEventRow)
        .where(InboxEventRow.state == EventState.DEAD)
        .order_by(InboxEventRow.received_at),
    )
    for event in events:
        reason = sentence(event.reason, COMMANDS_SPEAK)
        yield _letter(event.id, event.received_at, "event", event.kind, reason, left)
    for action in outbox.dead_letters(connection):
        yield _letter(action.id, action.created_at, "action", action.kind, action.last_error, left)


def _letter(
    letter_id: str,
    since: datetime,
    what: str,
    kind: str,
    reason: str | None,
    left: Mapping[str, str | None],
) -> dict[str, Any]:
    return {
        "id": letter_id,
        "since": since,
        "what": what,
        "kind": kind,
        "reason": reason,
        "leftBecause": left.get(letter_id),
    }


@dead_letters.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why nothing has to be done, for whoever asks later.")
@pass_context
def leave(context: Context, ids: tuple[str, ...], reason: str) -> None:
    """Say that dead letters stay as they are: they stay in the list and ring no bell any more.

    It closes their tasks, as HR can; `replay` takes one up again all the same.
    """
    unknown = []
    context.require_there()
    with acting(context.parts, operator()) as act:
        for letter in dict.fromkeys(ids):
            try:
                letters_left.leave_letter(act, letter, reason)
            except UnknownEntry:
                unknown.append(letter)
    for letter in unknown:
        click.echo(f"{letter} is not a dead letter", err=True)
    click.echo(f"{len(set(ids)) - len(set(unknown))} left as they are")
    if unknown:
        raise SystemExit(1)


@dead_letters.command()
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every dead letter.")
@pass_context
def replay(context: Context, ids: tuple[str, ...], everything: bool) -> None:
    """Give dead letters a new series of attempts."""
    if everything == bool(ids):
        raise click.UsageError("name the ids, or say --all")
    bare = context.bare_of_filled
    now, by = bare.clock.now(), operator().name
    with bare.register.write() as connection:
        chosen = _all_ids(context) if everything else ids
        unknown = [
            letter
            for letter in chosen
            if not letters_left.replay_letter(connection, letter, by=by, now=now)
        ]
    for letter in unknown:
        click.echo(f"{letter} is not a dead letter", err=True)
    click.echo(f"{len(chosen) - len(unknown)} will be tried again")
    if unknown:
        raise SystemExit(1)


def _all_ids(context: Context) -> tuple[str, ...]:
    with context.bare.register.read() as connection:
        events = connection.execute(
            select(InboxEventRow.id).where(InboxEventRow.state == EventState.DEAD)
        ).scalars()
        return (*events, *(row.id for row in outbox.dead_letters(connection)))

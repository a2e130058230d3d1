"""`dead-letters list|replay`: what could not be processed or delivered, and another try."""

from __future__ import annotations

import click
from sqlalchemy import select

from adapter.cli.context import Context, pass_context
from adapter.events import inbox
from adapter.events.inbox import EventState
from adapter.events.reasons import sentence
from adapter.outbox import outbox
from adapter.store.tables.work import inbox as inbox_table
from config.catalogue import Language


@click.group("dead-letters")
def dead_letters() -> None:
    """Events that could not be processed and actions that could not be delivered."""


@dead_letters.command("list")
@pass_context
def list_(context: Context) -> None:
    """One line each: id, since when, what it was, and why it failed."""
    with context.bare.register.read() as connection:
        events = connection.execute(
            select(inbox_table)
            .where(inbox_table.c.state == EventState.DEAD)
            .order_by(inbox_table.c.received_at)
        ).all()
        actions = outbox.dead_letters(connection)
    language = Language(context.bare.settings.language)
    for row in events:
        why = sentence(row.reason, language)
        click.echo(f"{row.id}  {row.received_at:%Y-%m-%d %H:%M}Z  event {row.kind}  {why}")
    for row in actions:
        click.echo(
            f"{row.id}  {row.created_at:%Y-%m-%d %H:%M}Z  action {row.kind}  {row.last_error}"
        )
    click.echo(f"{len(events) + len(actions)} dead letters", err=True)


@dead_letters.command()
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every dead letter.")
@pass_context
def replay(context: Context, ids: tuple[str, ...], everything: bool) -> None:
    """Give dead letters a new series of attempts."""
    if everything == bool(ids):
        raise click.UsageError("name the ids, or say --all")
    parts = context.bare
    now = parts.clock.now()
    with parts.register.write() as connection:
        chosen = _all_ids(context) if everything else ids
        unknown = [
            letter
            for letter in chosen
            if not (inbox.replay(connection, letter, now) or outbox.replay(connection, letter, now))
        ]
    for letter in unknown:
        click.echo(f"{letter} is not a dead letter", err=True)
    click.echo(f"{len(chosen) - len(unknown)} will be tried again")
    if unknown:
        raise SystemExit(1)


def _all_ids(context: Context) -> tuple[str, ...]:
    with context.bare.register.read() as connection:
        events = connection.execute(
            select(inbox_table.c.id).where(inbox_table.c.state == EventState.DEAD)
        ).scalars()
        return (*events, *(row.id for row in outbox.dead_letters(connection)))

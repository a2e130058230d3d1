"""`audit verify`: whether the logs that are only added to are as they were written.
`audit recompute`: whether what was decided comes out again.
`audit list`: who did, saw or took out what.
`audit export`: the audit trail as lines of JSON, for a place where nobody here can change it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import Connection

from adapter.doors.messages.audit_entries import AuditEntryOut
from adapter.doors.web.answers import json_text
from adapter.ground.store import chain
from adapter.ground.store.register import Register
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.noting import note_look
from adapter.register.decision_log import differing
from adapter.subjects.leaving.statements import differing as differing_statements
from adapter.views.oversight.audit_trail import Entry, entries_after

_WORDS = {
    chain.Breach.CHANGED: "was changed after it was written",
    chain.Breach.REMOVED: "was removed",
    chain.Breach.SLIPPED_IN: "was not written by the adapter: no line of the chain is about it",
    chain.Breach.CHAIN_CHANGED: "the chain was changed at or just before this record",
}


@click.group()
def audit() -> None:
    """The logs that are only added to."""


@audit.command()
@click.option(
    "--line",
    "lines",
    multiple=True,
    metavar="LOG:NUMBER:HASH",
    help="A last line of an earlier run, that you kept elsewhere: it must still be there.",
)
@listing
@pass_context
def verify(context: Context, lines: tuple[str, ...], as_json: bool) -> None:
    """Compute the chain of hashes again. Exit code 1 when anything differs."""
    kept = [_parsed(line) for line in lines]
    with context.parts.register.read() as connection:
        verified = chain.verify(connection)
        gone = [
            line
            for line in kept
            if not _left_by_term(verified, line) and not chain.holds_line(connection, *line)
        ]
    if as_json:
        echo_json(_members(verified, gone))
    else:
        for line in _told(verified, gone):
            click.echo(line)
    click.echo(f"{verified.lines} records, {len(verified.faults) + len(gone)} faults", err=True)
    if verified.faults or gone:
        click.echo(
            "put the register back from a backup beside this one and compare; find out who changed "
            "the database past the adapter",
            err=True,
        )
        raise SystemExit(1)


def _left_by_term(verified: chain.Verified, line: tuple[str, int, str]) -> bool:
    log, number, _ = line
    return log in verified.starts and number < verified.starts[log][0]


@audit.command()
@listing
@pass_context
def recompute(context: Context, as_json: bool) -> None:
    """Decide every logged decision and statement again, from its own facts and policy. Exit code 1
    when one comes out otherwise than it was made."""
    made, other = 0, []
    with context.bare.register.read() as connection:
        for decision_id, differs in differing(connection):
            made += 1
            other += [f"decision {decision_id}"] if differs else []
        for exit_id, version, differs in differing_statements(connection):
            made += 1
            other += [f"statement {version} of exit {exit_id}"] if differs else []
    if as_json:
        echo_json({"recomputed": made, "differing": other})
    else:
        for one in other:
            click.echo(f"{one}: comes out otherwise")
    click.echo(f"{made} recomputed, {len(other)} differ", err=True)
    if other:
        click.echo(
            "the rules of this version read the same facts in another way: see CHANGELOG.md, and "
            "tell whoever maintains them. What was decided stands as it was logged",
            err=True,
        )
        raise SystemExit(1)


def _told(verified: chain.Verified, gone: Sequence[tuple[str, int, str]]) -> Iterator[str]:
    for fault in verified.faults:
        yield f"{fault.log} {fault.record}: {_WORDS[fault.breach]}"
    for log, number, digest in gone:
        yield f"{log}: line {number} {digest} is not there: its end was cut off or made anew"
    for log, (number, at) in verified.starts.items():
        yield f"{log} begins after line {number}: until there it was past its term on {at:%Y-%m-%d}"
    for log, (number, digest) in verified.heads.items():
        yield f"last line {log}:{number}:{digest}"


def _members(verified: chain.Verified, gone: Sequence[tuple[str, int, str]]) -> dict[str, object]:
    return {
        "records": verified.lines,
        "faults": [
            {"log": one.log, "record": one.record, "breach": one.breach} for one in verified.faults
        ],
        "missingLines": [f"{log}:{number}:{digest}" for log, number, digest in gone],
        "beginsAfter": {
            log: {"line": number, "at": at} for log, (number, at) in verified.starts.items()
        },
        "lastLines": [
            f"{log}:{number}:{digest}" for log, (number, digest) in verified.heads.items()
        ],
    }


def _parsed(line: str) -> tuple[str, int, str]:
    log, _, rest = line.partition(":")
    number, _, digest = rest.partition(":")
    if log not in chain.LOGS or not number.isdecimal() or not digest:
        raise click.UsageError(f"--line {line}: give it as `audit verify` printed it")
    return log, int(number), digest


@audit.command("list")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]),
    help="From this day or moment on, in UTC. Default: the last seven days.",
)
@click.option("--action", help="Only of one act, such as export or give-role.")
@click.option("--employee", help="Only what is about this employee number.")
@listing
@pass_context
def list_(
    context: Context,
    since: datetime | None,
    action: str | None,
    employee: str | None,
    as_json: bool,
) -> None:
    """Who did, saw or took out what, about whom and by which door, oldest first."""
    bare = context.bare
    begin = bare.clock.now() - _LATELY if since is None else since.replace(tzinfo=UTC)
    with bare.register.read() as connection:
        found = list(_entries(connection, 0, begin, action=action, about=employee))
    note_look(context, "audit list", about=employee)
    if as_json:
        echo_json([AuditEntryOut.of(one).model_dump(mode="json", by_alias=True) for one in found])
        return
    for one in found:
        click.echo(_entry_told(one))
    click.echo(f"{len(found)} entries since {begin:%Y-%m-%d %H:%M}Z", err=True)


def _entry_told(entry: Entry) -> str:
    about = "" if entry.about is None else f", about {entry.about}"
    return (
        f"{entry.at:%Y-%m-%d %H:%M:%S}Z  {entry.actor or 'a stranger'} by {entry.way or 'service'}"
        f"  {entry.action}  {entry.record}{about}: {entry.result}"
    )


def _entries(
    connection: Connection,
    number: int,
    since: datetime | None,
    *,
    action: str | None,
    about: str | None,
) -> Iterator[Entry]:
    while found := entries_after(
        connection, number, _AT_ONCE, since=since, action=action, about=about
    ):
        yield from found
        number = found[-1].number


_LATELY = timedelta(days=7)
_AT_ONCE = 500
_LOOK_AGAIN_AFTER = 2.0
"""Seconds."""


@audit.command()
@click.option("--after", type=click.IntRange(0), help="Go on after the entry of this number.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]),
    help="From this day or moment on, in UTC.",
)
@click.option(
    "--position",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file that keeps the number of the last entry: the next run goes on after it.",
)
@click.option("--follow", is_flag=True, help="Go on with what is added, until it is stopped.")
@pass_context
def export(
    context: Context,
    after: int | None,
    since: datetime | None,
    position: Path | None,
    follow: bool,
) -> None:
    """Write the audit trail to standard output, an entry of JSON on each line, oldest first."""
    if after is not None and position is not None:
        raise click.UsageError("--position says after which entry: leave --after out")
    number = _kept_in(position) if position is not None else (after or 0)
    from_moment = None if since is None else since.replace(tzinfo=UTC)
    while True:
        for last in _written(context.bare.register, number, from_moment):
            number = last
            if position is not None:
                _keep(position, number)
        if not follow:
            return
        time.sleep(_LOOK_AGAIN_AFTER)


def _written(register: Register, number: int, since: datetime | None) -> Iterator[int]:
    """Writes what comes after an entry; gives the number of the last of each part that is out."""
    while True:
        with register.read() as connection:
            found = entries_after(connection, number, _AT_ONCE, since=since)
        if not found:
            return
        for one in found:
            shown = AuditEntryOut.of(one).model_dump(mode="json", by_alias=True)
            sys.stdout.write(f"{json_text(shown)}\n")
        sys.stdout.flush()
        number = found[-1].number
        yield number


def _kept_in(position: Path) -> int:
    if not position.parent.is_dir():
        raise click.ClickException(f"{position}: there is no folder {position.parent}: make it")
    if not position.exists():
        return 0
    try:
        written = position.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{position}: cannot be read: {error}") from error
    if not written.isdecimal():
        raise click.ClickException(
            f"{position}: holds no number; let it hold that of the last entry that arrived, or "
            "remove it to send all of them again"
        )
    return int(written)


def _keep(position: Path, number: int) -> None:
    """Whole or not at all: a stop in between repeats entries, and loses none."""
    beside = position.with_name(f"{position.name}.new")
    try:
        beside.write_text(f"{number}\n", encoding="ascii")
        beside.replace(position)
    except OSError as error:
        raise click.ClickException(
            f"{position}: cannot be written: {error.strerror}; the next run sends again what comes "
            f"after the entry that is kept there. The last one that is out is {number}"
        ) from error

"""`audit verify`: whether the logs that are only added to are as they were written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from adapter.ground.store import chain
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.listing import echo_json, listing

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
        gone = [line for line in kept if not chain.holds_line(connection, *line)]
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


def _told(verified: chain.Verified, gone: Sequence[tuple[str, int, str]]) -> Iterator[str]:
    for fault in verified.faults:
        yield f"{fault.log} {fault.record}: {_WORDS[fault.breach]}"
    for log, number, digest in gone:
        yield f"{log}: line {number} {digest} is not there: its end was cut off or made anew"
    for log, (number, digest) in verified.heads.items():
        yield f"last line {log}:{number}:{digest}"


def _members(verified: chain.Verified, gone: Sequence[tuple[str, int, str]]) -> dict[str, object]:
    return {
        "records": verified.lines,
        "faults": [
            {"log": one.log, "record": one.record, "breach": one.breach} for one in verified.faults
        ],
        "missingLines": [f"{log}:{number}:{digest}" for log, number, digest in gone],
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

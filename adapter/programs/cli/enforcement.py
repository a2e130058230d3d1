"""`enforcement pause|resume|status|preview`: the switch for a bad day, and what it would hold."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import click

from adapter.ground.clock import today
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.noting import note_look
from adapter.programs.cli.operator import operator
from adapter.register import enforcement_switch
from adapter.register.adoption import in_effect_on
from adapter.subjects.enrolments.preview import next_enforcement, preview


@click.group()
def enforcement() -> None:
    """Stop and start writing to the LMS."""


@enforcement.command()
@click.option("--reason", required=True, help="Why, for whoever finds it paused.")
@pass_context
def pause(context: Context, reason: str) -> None:
    """Stop all writing to the LMS at once. Deciding and logging go on."""
    _throw(context, on=True, reason=reason)
    click.echo("paused: nothing is written to the LMS until `odwh-adapter enforcement resume`")


@enforcement.command()
@click.option("--reason", default="resumed", help="What was found or done.")
@pass_context
def resume(context: Context, reason: str) -> None:
    """Go on writing; what was held back is carried out now."""
    _throw(context, on=False, reason=reason)
    click.echo("resumed")


@enforcement.command()
@listing
@pass_context
def status(context: Context, as_json: bool) -> None:
    """Whether writing to the LMS is paused, since when, by whom and why."""
    with context.bare_of_filled.register.read() as connection:
        paused = enforcement_switch.pause_in_force(connection)
    if as_json:
        echo_json({"pause": _members(paused)})
        return
    click.echo("not paused" if paused is None else _told(paused))


@enforcement.command("preview")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Default: the next regime.")
@listing
@pass_context
def preview_(context: Context, day: datetime | None, as_json: bool) -> None:
    """What would be held if today's enrolments were made under the next regime."""
    parts = context.parts
    on = day.date() if day else next_enforcement(parts.policy, today(parts.clock))
    if on is None:
        if as_json:
            echo_json({"onDate": None, "pause": None, "adopted": False, "holds": []})
        else:
            click.echo("the policy never enforces: nothing would be held")
        return
    with parts.register.read() as connection:
        paused = enforcement_switch.pause_in_force(connection)
        adopted = in_effect_on(connection, on)
        would_hold = preview(connection, parts.policy, on)
    note_look(context, "enforcement preview")
    if as_json:
        holds = [
            {"employeeId": one.employee_id, "courseId": one.course_id, "reasons": list(one.codes)}
            for one in would_hold
        ]
        paused_as = _members(paused)
        echo_json({"onDate": on, "pause": paused_as, "adopted": adopted, "holds": holds})
        return
    if paused is not None:
        click.echo(_told(paused))
    if not adopted:
        click.echo(
            f"no adoption is in effect on {on.isoformat()}, so nothing is held yet; once "
            "`odwh-adapter policy adopt` has recorded one:"
        )
    for one in would_hold:
        click.echo(f"{one.employee_id}  {one.course_id}  {', '.join(one.codes)}")
    counts = Counter(code for one in would_hold for code in one.codes)
    totals = ", ".join(f"{code} {count}" for code, count in counts.most_common())
    click.echo(
        f"{len(would_hold)} would be held on {on.isoformat()}{': ' if totals else ''}{totals}"
    )


def _members(paused: enforcement_switch.Pause | None) -> dict[str, object] | None:
    if paused is None:
        return None
    return {"since": paused.since, "by": paused.by, "reason": paused.reason}


def _told(paused: enforcement_switch.Pause) -> str:
    return f"paused since {paused.since:%Y-%m-%d %H:%M}Z by {paused.by}: {paused.reason}"


def _throw(context: Context, *, on: bool, reason: str) -> None:
    bare = context.bare_of_filled
    with bare.register.write() as connection:
        enforcement_switch.throw(
            connection, on=on, reason=reason, by=operator().name, now=bare.clock.now()
        )

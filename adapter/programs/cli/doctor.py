"""`doctor`: every part looked at, and for each failure what to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import click

from adapter.ground import metrics_folder
from adapter.ground.clock import FileClock, today
from adapter.ground.mail_server import look_at_mail_server
from adapter.ground.parts import Parts
from adapter.ground.store import migrate
from adapter.programs.cli import lms_events
from adapter.programs.cli.comparison import compared
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.postgresql_checks import postgresql_checks
from adapter.programs.cli.sign_in_checks import sign_in_checks
from adapter.programs.opening import why_not_served
from adapter.register.adoption import adoptions, in_effect_from
from adapter.register.enforcement_switch import pause_in_force
from adapter.register.part_states import State, states_seen
from adapter.views.service.health import PartHealth, health_of
from adapter.views.service.part_checks import systems_there
from config.settings import MailSettings, unknown_variables
from connectors.errors import ConnectorError
from connectors.ports import (
    Check,
    CheckState,
    Hris,
    Lms,
)

_MARKS = {CheckState.OK: "ok     ", CheckState.WARNING: "warning", CheckState.FAILED: "FAILED "}


@click.command()
@listing
@pass_context
def doctor(context: Context, as_json: bool) -> None:
    """Check settings, database, LMS, HRIS and mail. Exit code 1 when anything fails."""
    checks = _of_each(context) if context.is_for_all else _all(context.parts)
    failed = sum(one.state is CheckState.FAILED for one in checks)
    if as_json:
        echo_json([dataclasses.asdict(one) for one in checks])
    else:
        _tell(checks, failed)
    if failed:
        raise SystemExit(1)


def _of_each(context: Context) -> list[Check]:
    """Whether each of several organisations can be served; more is told of one at a time."""
    checks = _settings()
    for one in context.organisations.all():
        fault = why_not_served(one)
        if fault is None:
            checks.append(Check(one.name, CheckState.OK, f"can be served at {one.host}"))
        else:
            remedy = f"mend it, then: odwh-adapter --organisation {one.name} doctor"
            checks.append(Check(one.name, CheckState.FAILED, fault, remedy))
    return checks


def _tell(checks: Sequence[Check], failed: int) -> None:
    for one in checks:
        click.echo(f"{_MARKS[one.state]}  {one.name}: {one.seen}")
        if one.remedy and one.state is not CheckState.OK:
            click.echo(f"         -> {one.remedy}")
    click.echo(f"{len(checks)} checks, {failed} failed")


def _all(parts: Parts) -> list[Check]:
    return [
        *_settings(),
        _database(parts),
        *postgresql_checks(parts.register),
        *_rehearsal(parts),
        _enforcement(parts),
        _policy(parts),
        _metrics(),
        *_adoption(parts),
        *(_not_configured("LMS", "ODWH_MOODLE_*") if parts.lms is None else _lms(parts, parts.lms)),
        *(
            _not_configured("HRIS", "ODWH_AFAS_*, ODWH_FRAPPE_*, ODWH_HORILLA_* or ODWH_CSV_*")
            if parts.hris is None
            else _hris(parts, parts.hris)
        ),
        *([] if parts.payroll is None else parts.payroll.check()),
        *_mail(parts.settings.mail),
        *sign_in_checks(parts),
        *_of_the_service(parts),
        *_seen_by_the_worker(parts),
    ]


def _lms(parts: Parts, lms: Lms) -> list[Check]:
    return [*lms.check(), lms_events.received(parts)]


def _hris(parts: Parts, hris: Hris) -> list[Check]:
    checks = hris.check()
    if any(one.state is CheckState.FAILED for one in checks):
        return checks
    return [*checks, compared(parts)]


def _settings() -> list[Check]:
    return [
        Check(
            f"setting {name}",
            CheckState.WARNING,
            "no setting has this name",
            "correct the name or remove the variable",
        )
        for name in unknown_variables()
    ] or [Check("settings", CheckState.OK, "all known")]


def _database(parts: Parts) -> Check:
    revision = migrate.current_revision(parts.register)
    engine = parts.register.engine.dialect.name
    return Check("database", CheckState.OK, f"{engine}, revision {revision}")


def _rehearsal(parts: Parts) -> list[Check]:
    if not isinstance(parts.clock, FileClock):
        return []
    set_at, _ = parts.clock.last_set()
    seen = f"a rehearsal: it is {parts.clock.now():%Y-%m-%d %H:%M}Z"
    if parts.settings.rehearsal_with_lms:
        return [Check("clock", CheckState.OK, f"{seen}, in the LMS too")]
    since = f"{seen}; who enrols in the LMS since {set_at:%Y-%m-%d %H:%M}Z does so by this clock"
    return [Check("clock", CheckState.OK, since)]


def _policy(parts: Parts) -> Check:
    """An agency's own files may be older than the program: then what held before still holds."""
    version = parts.policy.version
    if not parts.policy.absent:
        return Check("policy", CheckState.OK, f"version {version}")
    return Check(
        "policy",
        CheckState.WARNING,
        f"version {version} is older than {', '.join(parts.policy.absent)}: what held before "
        "these were added still holds",
        "take them over from the files that are shipped, in a file with the next date of effect",
    )


def _metrics() -> Check:
    if metrics_folder.folder() is None:
        return Check("metrics", CheckState.OK, "counted together by the processes of `serve`")
    if wrong := metrics_folder.make_folder():
        return Check(
            "metrics",
            CheckState.WARNING,
            f"{wrong}; requests are answered and not counted",
            "let it name a folder in which the service may write",
        )
    return Check("metrics", CheckState.OK, f"counted together in {metrics_folder.folder()}")


def _enforcement(parts: Parts) -> Check:
    with parts.register.read() as connection:
        pause = pause_in_force(connection)
    if pause is None:
        return Check("enforcement", CheckState.OK, "not paused")
    return Check(
        "enforcement",
        CheckState.WARNING,
        f"paused since {pause.since:%Y-%m-%d %H:%M}Z by {pause.by}: {pause.reason}",
        "nothing is written to the LMS until `odwh-adapter enforcement resume`",
    )


def _adoption(parts: Parts) -> list[Check]:
    """Whether the rules may be enforced, and what the adoption still lacks (P1, A24)."""
    with parts.register.read() as connection:
        recorded = adoptions(connection)
    name, command = "adoption of the policy", "odwh-adapter policy adopt"
    effective = in_effect_from(recorded)
    if effective is None:
        remedy = f"once the management team has adopted the policy, record it with `{command}`"
        seen = "not recorded, so nothing is enforced"
        return [Check(name, CheckState.WARNING, seen, remedy)]
    works = "in effect from" if effective <= today(parts.clock) else "not in effect until"
    last = recorded[-1]
    checks = [
        Check(
            name, CheckState.OK, f"{last.adopted_on.isoformat()}, {works} {effective.isoformat()}"
        )
    ]
    for what, day, option in (
        ("works council's consent", last.works_council_on, "--works-council"),
        ("data protection assessment", last.dpia_on, "--dpia"),
    ):
        if day is None:
            remedy = f"record the adoption again with `{command} {option} DATE`"
            checks.append(Check(what, CheckState.WARNING, "not recorded", remedy))
    return checks


def _of_the_service(parts: Parts) -> list[Check]:
    """As `status` has it, once a worker ran. Before a start and after a restore none runs, which is
    no failure; a full disk is one whenever."""
    health = health_of(parts)
    checks = [_as_check("disk", health["disk"], CheckState.FAILED, "make room on it")]
    if health["worker"].state is not State.NOT_CONFIGURED:
        checks += [
            _as_check("worker", health["worker"], CheckState.WARNING, "start the service"),
            _as_check(
                "full reading of the HRIS",
                health["hris_full_scan"],
                CheckState.WARNING,
                "it is made at night while the service runs; `odwh-adapter sync employees` makes "
                "one now",
            ),
        ]
    return [one for one in checks if one is not None]


def _as_check(name: str, part: PartHealth, otherwise: CheckState, remedy: str) -> Check | None:
    if part.state is State.NOT_CONFIGURED:
        return None
    if part.state is State.OK:
        return Check(name, CheckState.OK, "well")
    return Check(name, otherwise, part.reason or "failing", remedy)


def _seen_by_the_worker(parts: Parts) -> list[Check]:
    """What it saw last of the other systems; what `doctor` itself sees is told beside it."""
    with parts.register.read() as connection:
        seen = states_seen(connection)
    return [
        Check(
            f"worker and {name}",
            CheckState.WARNING,
            f"failing since {one.since:%Y-%m-%d %H:%M}Z: {one.reason}",
            "mend the system or the way to it; what waits for it goes on by itself within a minute",
        )
        for name, one in seen.items()
        if one.state is State.FAILING and name in systems_there(parts)
    ]


def _not_configured(what: str, variables: str) -> list[Check]:
    return [Check(what, CheckState.WARNING, "not configured", f"set {variables}")]


def _mail(mail: MailSettings | None) -> list[Check]:
    if mail is None:
        return _not_configured("mail", "ODWH_MAIL_HOST and ODWH_MAIL_SENDER")
    return [_mail_server(mail), *_address_of_hr(mail)]


def _mail_server(mail: MailSettings) -> Check:
    try:
        look_at_mail_server(mail)
    except ConnectorError as error:
        return Check(
            "mail",
            CheckState.FAILED,
            f"{mail.host}:{mail.port}: {error}",
            "check ODWH_MAIL_HOST, ODWH_MAIL_PORT, the other ODWH_MAIL_* and the firewall",
        )
    return Check("mail", CheckState.OK, f"{mail.host}:{mail.port} takes mail from {mail.sender}")


def _address_of_hr(mail: MailSettings) -> list[Check]:
    if mail.hr_address is not None:
        return []
    return [
        Check(
            "mail to HR",
            CheckState.WARNING,
            "has no address: alarms, tranches and the weekly letter reach nobody by mail",
            "set ODWH_MAIL_HR_ADDRESS",
        )
    ]

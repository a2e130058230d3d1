"""`lms`: the LMS from which people come to the pages."""

from __future__ import annotations

import click

from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.operator import operator
from adapter.register.sign_in.lms_registrations import (
    VALID,
    registrations,
    revoke_registration,
)
from adapter.register.sign_in.lms_registrations import invite as make_invitation


@click.group()
def lms() -> None:
    """The LMS from which people come to the pages (LTI 1.3)."""


@lms.command()
@pass_context
def invite(context: Context) -> None:
    """Print the address that the administrator of the LMS pastes there, once, within an hour."""
    bare = context.bare
    with bare.register.write() as connection:
        token = make_invitation(connection, operator().name, bare.clock.now())
    click.echo(f"{bare.settings.public_url}/aanmelden/lms/registreren/{token}")
    click.echo(
        f"works once, within {int(VALID.total_seconds()) // 60} minutes. In Moodle: Site "
        "administration > Plugins > External tool > Manage tools: paste it, Add LTI Advantage",
        err=True,
    )


@lms.command("list")
@listing
@pass_context
def list_lms(context: Context, as_json: bool) -> None:
    """Each LMS that registered itself: its address, client, and whether it was revoked."""
    with context.bare.register.read() as connection:
        rows = registrations(connection)
    if as_json:
        echo_json(
            [
                {
                    "issuer": row.issuer,
                    "clientId": row.client_id,
                    "deploymentId": row.deployment_id,
                    "product": row.product,
                    "registeredAt": row.registered_at,
                    "revokedAt": row.revoked_at,
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        revoked = "" if row.revoked_at is None else f"  revoked {row.revoked_at:%Y-%m-%d %H:%M}Z"
        click.echo(
            f"{row.issuer}  {row.product}  client {row.client_id}  deployment {row.deployment_id}  "
            f"since {row.registered_at:%Y-%m-%d %H:%M}Z{revoked}"
        )
    click.echo(f"{len(rows)} registrations", err=True)


@lms.command()
@click.argument("issuer")
@click.option("--client", help="Only this client of it; else all.")
@pass_context
def revoke(context: Context, issuer: str, client: str | None) -> None:
    """Take nobody in from this LMS any more, and sign out who came from one."""
    bare = context.bare
    with bare.register.write() as connection:
        revoked = revoke_registration(
            connection, issuer, client, by=operator().name, now=bare.clock.now()
        )
    if not revoked:
        raise click.ClickException(f"{issuer}: no registration is in use; see lms list")
    click.echo(f"{issuer}: {revoked} revoked")

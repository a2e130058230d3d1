"""`config init|check|show`: the settings file made, looked over, and shown with where each value
comes from."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import click

from adapter.ground.store.failures import WrongAddress
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.output import make_private
from adapter.programs.wiring import build_parts
from config.organisations import settings_of
from config.settings import SettingsError, load_settings, unknown_variables
from config.settings_file import SettingInForce, in_force, secret_files, template
from connectors.errors import ConnectorError

NEW_FILE = Path("odwh-adapter.toml")


@click.group()
def config() -> None:
    """The settings file."""


@config.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@pass_context
def init(context: Context, file: Path | None) -> None:
    """Make FILE with every setting explained, for its own user alone; default: that of --config.

    Everything in it is a comment, so nothing changes until you take a # away.
    """
    target = file or context.config or NEW_FILE
    make_private(target, template(), "name another file and compare")
    click.echo(
        f"{target}: made, readable by you alone; fill it in, then: odwh-adapter --config {target} "
        "config check"
    )


@config.command()
@listing
@pass_context
def check(context: Context, as_json: bool) -> None:
    """Whether the settings can be used: every fault with its file and key, and what to do.

    Asks no other system; `doctor` does. Exit code 1 when anything is wrong, not for a warning.
    """
    if context.is_for_all:
        faults, warnings = list(_faults_of_all(context)), list(_warnings(context.config))
    else:
        faults, warnings = list(_faults(context)), list(_warnings(context.own_file))
    if as_json:
        echo_json({"faults": faults, "warnings": warnings})
    else:
        for fault in faults:
            click.echo(f"FAILED   {fault}")
        for warning in warnings:
            click.echo(f"warning  {warning}")
        where = (context.config if context.is_for_all else context.own_file) or "the environment"
        click.echo(f"{where}: {len(faults)} faults, {len(warnings)} warnings")
    if faults:
        raise SystemExit(1)


@config.command()
@listing
@click.option("--all", "everything", is_flag=True, help="Also what stands at its default.")
@pass_context
def show(context: Context, as_json: bool, everything: bool) -> None:
    """What is in force, and where each value comes from. Secrets are hidden.

    For a section that is not in use nothing is shown.
    """
    chosen = [
        one
        for one in in_force(context.settings, context.own_file, context.variables)
        if everything or one.origin != "default"
    ]
    if as_json:
        echo_json([_members(one) for one in chosen])
        return
    for one in chosen:
        click.echo(f"{one.key} = {'–' if one.shown is None else one.shown}  ({one.origin})")
    if not chosen:
        click.echo("every setting is at its default; --all shows them", err=True)


def _members(one: SettingInForce) -> dict[str, object]:
    return {"name": one.name, "key": one.key, "value": one.shown, "origin": one.origin}


def _faults_of_all(context: Context) -> Iterator[str]:
    for one in context.organisations.all():
        faults = [one.fault] if one.fault is not None else list(_faults(context.of(one.name)))
        yield from (f"{one.name}: {fault}" for fault in faults)


def _faults(context: Context) -> Iterator[str]:
    try:
        if context.service is None or context.own_file is None:
            settings = load_settings(context.config)
        else:
            settings = settings_of(context.own_file.parent, context.service)
        # What fits together is only seen where the parts are made; nothing is opened or asked.
        build_parts(settings).register.close()
    except (SettingsError, WrongAddress, ConnectorError) as error:
        yield from str(error).splitlines()


def _warnings(file: Path | None) -> Iterator[str]:
    for name in unknown_variables():
        yield f"{name}: no setting has this name; correct it or remove the variable"
    for secret in secret_files(file, os.environ):
        if _others_may_read(secret):
            yield f"{secret}: others on this machine may read it: chmod 600 {secret}"


def _others_may_read(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except OSError:
        return False

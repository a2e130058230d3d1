"""`serve`, `worker` and `db upgrade`: the programs that keep running, and their database."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable
from functools import partial
from threading import Event

import click
import structlog
from flask import Flask

from adapter.doors.site import create_site
from adapter.doors.web.limits import Limits
from adapter.doors.web.listening import CannotListen, require_free
from adapter.doors.web.server import WebServer
from adapter.doors.worker_port import Pulse, worker_port
from adapter.ground import metrics_folder
from adapter.ground.store import migrate
from adapter.ground.store.failures import named
from adapter.ground.traces import TracesNotInstalled, export_traces, require_traces
from adapter.programs import worker as worker_program
from adapter.programs.cli.context import (
    Context,
    newer_database,
    pass_context,
    plain_errors,
)
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.supervisor import end_with_supervisor, supervise
from adapter.programs.wiring import build_parts
from config.settings import Settings

_log = structlog.get_logger(__name__)


@click.command()
@click.option("--no-worker", is_flag=True, help="Web service only.")
@pass_context
def serve(context: Context, no_worker: bool) -> None:
    """Run the web service, and a worker beside it."""
    end_with_supervisor()
    settings = context.settings
    context.running_parts.register.close()
    try:
        require_free(settings.bind)
        require_traces()
    except (CannotListen, TracesNotInstalled) as error:
        raise click.ClickException(str(error)) from error
    if no_worker:
        _serve(settings)
        return
    # All that the copies need is imported by now. What lives as long as they do is not looked
    # through for circles there, which would make a copy of each page of memory.
    gc.collect()
    gc.freeze()
    own = Context(context.config, context.chosen_language)
    programs = {
        "web": partial(_as_command, own, lambda: _serve(own.settings)),
        "worker": partial(_as_command, own, lambda: _work(own)),
    }
    with metrics_folder.shared_by_programs():
        supervise(programs, _stop_on_signal())


def _as_command(context: Context, run: Callable[[], None]) -> None:
    """Ends as the command of that name does: what went wrong is a message."""
    try:
        with plain_errors(lambda: context):
            run()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)


def _serve(settings: Settings) -> None:
    # Before the processes are forked, which count together in it.
    limits = Limits()

    def make() -> Flask:
        export_traces("web")
        return create_site(build_parts(settings, settings.web_connections), limits)

    _count_together(settings)
    WebServer(make, settings.bind, settings.web_workers, settings.web_threads).run()


def _work(context: Context) -> None:
    parts, pulse, bind = context.running_parts, Pulse(), context.settings.worker_bind
    try:
        if bind is not None:
            require_free(bind)
        export_traces("worker")
    except (CannotListen, TracesNotInstalled) as error:
        raise click.ClickException(str(error)) from error
    _make_metrics_folder()
    try:
        with worker_port(bind, parts, pulse):
            worker_program.run(parts, _stop_on_signal(), pulse)
    finally:
        context.close()


@click.command()
@pass_context
def worker(context: Context) -> None:
    """Process the inbox, deliver the outbox and run the periodic jobs."""
    end_with_supervisor()
    _work(context)


@click.group("db")
def database() -> None:
    """The register's database."""


@database.command()
@listing
@pass_context
def current(context: Context, as_json: bool) -> None:
    """Say at which revision the database is, and which one this version needs."""
    parts = context.unmigrated_bare()
    with plain_errors(lambda: context):
        now = migrate.current_revision(parts.register)
    newest = migrate.newest_revision()
    name = named(parts.register.engine.url)
    if as_json:
        echo_json({"register": name, "revision": now, "newest": newest})
    else:
        click.echo(f"{name}: {now or 'empty'}, newest {newest}")
    if now is not None and now > newest:
        raise click.ClickException(newer_database(now))


@database.command()
@pass_context
def upgrade(context: Context) -> None:
    """Bring the database to the revision of this version."""
    parts = context.unmigrated_bare()
    with plain_errors(lambda: context):
        before = migrate.current_revision(parts.register)
        if before is not None and before > migrate.newest_revision():
            raise click.ClickException(newer_database(before))
        migrate.upgrade(parts.register)
    click.echo(f"{before or 'empty'} -> {migrate.newest_revision()}")


def _count_together(settings: Settings) -> None:
    """A folder that cannot be used costs the metrics and no more: `doctor` names it too."""
    if settings.web_workers > 1 and metrics_folder.folder() is None:
        _log.warning("metrics.each_process_apart", remedy=f"set {metrics_folder.VARIABLE}")
    _make_metrics_folder()


def _make_metrics_folder() -> None:
    if wrong := metrics_folder.make_folder():
        _log.warning("metrics.not_counted", reason=wrong)
        return
    metrics_folder.add_up_the_ended()


def _stop_on_signal() -> Event:
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop

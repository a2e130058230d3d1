"""`serve`, `worker` and `db upgrade`: the programs that keep running, and their database."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

import click
import structlog

from adapter.doors.by_address import SiteByAddress
from adapter.doors.site import create_site
from adapter.doors.web.limits import Limits
from adapter.doors.web.listening import CannotListen, require_free
from adapter.doors.web.server import WebServer
from adapter.doors.worker_port import Pulse, worker_port
from adapter.ground import metrics_folder
from adapter.ground.counted import costing_nothing
from adapter.ground.store import migrate
from adapter.ground.store.failures import named
from adapter.ground.store.register import Register
from adapter.ground.traces import (
    TracesNotInstalled,
    export_traces,
    require_traces,
)
from adapter.programs import several_workers
from adapter.programs import worker as worker_program
from adapter.programs.cli.context import (
    Context,
    newer_database,
    pass_context,
    plain_errors,
)
from adapter.programs.cli.for_each import for_each_organisation, of_all
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.opening import open_parts, require_filled
from adapter.programs.several_workers import Share
from adapter.programs.supervisor import end_with_supervisor, supervise
from adapter.programs.wiring import build_parts
from config.organisations import CannotServe
from config.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_log = structlog.get_logger(__name__)


@click.command()
@click.option("--no-worker", is_flag=True, help="Web service only.")
@pass_context
def serve(context: Context, no_worker: bool) -> None:
    """Run the web service, and a worker beside it."""
    end_with_supervisor()
    settings = context.service or context.settings
    if context.service is None:
        context.running_parts.register.close()
    else:
        _refuse_choice(context, "serve")
    try:
        require_free(settings.bind)
        require_traces()
    except (CannotListen, TracesNotInstalled) as error:
        raise click.ClickException(str(error)) from error
    if no_worker:
        with metrics_folder.shared_by_programs():
            _serve(context, settings)
        return
    if settings.worker_bind is not None and settings.workers > 1:
        raise click.ClickException(
            f"ODWH_WORKER_BIND: {settings.workers} workers cannot all answer at "
            f"{settings.worker_bind}; leave it out, since the web service counts them in its own "
            "/metrics, or run each with `worker` and an address of its own"
        )
    # All that the copies need is imported by now. What lives as long as they do is not looked
    # through for circles there, which would make a copy of each page of memory.
    gc.collect()
    gc.freeze()
    own = Context(context.config, context.chosen_language)
    programs: dict[str, Callable[[], None]] = {"web": partial(_serve, own, settings)}
    programs |= _workers(own, settings)
    copies = {name: partial(_as_command, own, run) for name, run in programs.items()}
    with metrics_folder.shared_by_programs():
        supervise(copies, _stop_on_signal())


def _as_command(context: Context, run: Callable[[], None]) -> None:
    """Ends as the command of that name does: what went wrong is a message."""
    try:
        with plain_errors(lambda: context):
            run()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)


def _serve(context: Context, settings: Settings) -> None:
    # Before the processes are forked, which count together in it.
    limits = Limits()

    def make() -> WSGIApplication:
        export_traces("web")
        if context.service is None:
            return create_site(build_parts(settings, connections=settings.web_connections), limits)
        open_for_web = partial(open_parts, for_web=True)
        return SiteByAddress(context.organisations, open_for_web, limits)

    _count_together(settings)
    WebServer(make, settings.bind, settings.web_workers, settings.web_threads).run()


def _workers(context: Context, settings: Settings) -> dict[str, Callable[[], None]]:
    """By name. Of one organisation several take from the same queues."""
    if settings.workers == 1:
        return {"worker": partial(_work, context, None)}
    shares = [Share(number, settings.workers) for number in range(1, settings.workers + 1)]
    given = {one: None if context.service is None else one for one in shares}
    return {f"worker {one}": partial(_work, context, given[one]) for one in shares}


def _work(context: Context, share: Share | None) -> None:
    settings, pulse, stop = context.service or context.settings, Pulse(), _stop_on_signal()
    try:
        if settings.worker_bind is not None:
            require_free(settings.worker_bind)
        export_traces("worker")
    except (CannotListen, TracesNotInstalled) as error:
        raise click.ClickException(str(error)) from error
    _make_metrics_folder()
    if context.service is not None:
        with worker_port(settings.worker_bind, several_workers.is_ready, pulse):
            whole = share or several_workers.WHOLE
            sys.setswitchinterval(several_workers.SWITCH_SECONDS)
            several_workers.run(context.organisations, open_parts, stop, whole, pulse)
        return
    parts = context.running_parts
    try:
        with worker_port(settings.worker_bind, partial(worker_program.is_ready, parts), pulse):
            worker_program.run(parts, stop, pulse=pulse)
    finally:
        context.close()


def _refuse_choice(context: Context, command: str) -> None:
    if context.organisation is not None:
        raise click.UsageError(f"--organisation: {command} is for all of them; leave it out")


class _ShareType(click.ParamType[Share]):
    name = "N/M"

    def convert(self, value: str | Share, *_where: object) -> Share:
        if isinstance(value, Share):
            return value
        number, _, of = value.partition("/")
        if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
            self.fail(f"{value}: write it as 2/5, the second of five")
        return Share(int(number), int(of))


@click.command()
@click.option(
    "--share",
    type=_ShareType(),
    help="Which part of the organisations, where several workers share them out: 1/2 and 2/2.",
)
@pass_context
def worker(context: Context, share: Share | None) -> None:
    """Process the inbox, deliver the outbox and run the periodic jobs."""
    end_with_supervisor()
    if context.service is None:
        if share is not None:
            raise click.UsageError("--share: there is one organisation, so nothing to share out")
    else:
        _refuse_choice(context, "worker")
    _work(context, share)


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
@of_all
@pass_context
def upgrade(context: Context, every: bool) -> None:
    """Bring the database to the revision of this version."""
    if every:
        for_each_organisation(context, _upgrade)
    else:
        _upgrade(context)


def _upgrade(context: Context) -> None:
    parts = context.unmigrated_bare()
    with plain_errors(lambda: context):
        before = _revision(context, parts.register)
        if before is not None and before > migrate.newest_revision():
            raise click.ClickException(newer_database(before))
        migrate.upgrade(parts.register)
    name = named(parts.register.engine.url)
    click.echo(f"{name}: {before or 'empty'} -> {migrate.newest_revision()}")


def _revision(context: Context, register: Register) -> str | None:
    if context.organisation is None:
        return migrate.current_revision(register)
    try:
        return require_filled(register, context.organisation)
    except CannotServe as error:
        raise click.ClickException(str(error)) from error


def _count_together(settings: Settings) -> None:
    """A folder that cannot be used costs the metrics and no more: `doctor` names it too."""
    if settings.web_workers > 1 and metrics_folder.folder() is None:
        _log.warning("metrics.each_process_apart", remedy=f"set {metrics_folder.VARIABLE}")
    _make_metrics_folder()


def _make_metrics_folder() -> None:
    if wrong := metrics_folder.make_folder():
        _log.warning("metrics.not_counted", reason=wrong)
        return
    with costing_nothing():
        metrics_folder.add_up_the_ended()


def _stop_on_signal() -> Event:
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop

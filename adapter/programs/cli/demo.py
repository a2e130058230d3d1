"""`demo`: the whole story on embedded defaults, told line by line."""

from __future__ import annotations

import signal
from pathlib import Path
from threading import Event
from time import monotonic
from types import FrameType

import click

from adapter.doors.web.listening import CannotListen, free_port, require_free
from adapter.ground.clock import today
from adapter.ground.register_clock import DEMO
from adapter.ground.rendering import html, json
from adapter.ground.rendering.cells import written
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.demo.narrator import Narrator, StoryBroken
from adapter.programs.demo.stage import (
    REGISTER,
    SETTINGS,
    NotOurs,
    Stage,
    set_up,
)
from adapter.programs.demo.story import BEGINS, Story
from adapter.register.keys import Role
from adapter.register.sign_in.links import make_link, sign_in_address
from adapter.views.reconcile.refreshes import refreshes_of
from adapter.views.reconcile.report import report_of
from adapter.views.reconcile.run import reconcile
from config.catalogue import Language, text
from connectors.errors import ConnectorError

DEFAULT_BIND = "127.0.0.1:8000"


@click.command()
@click.option("--once", is_flag=True, help="End after the story instead of serving on.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    help="Where report and database are left. Default: demo.",
)
@click.option("--language", type=click.Choice([one.value for one in Language]))
@pass_context
def demo(context: Context, once: bool, folder: Path, language: str | None) -> None:
    """Run the main job on a sandbox LMS and HRIS. Exit code 0 only when every step did its work."""
    chosen = context.chosen_language if language is None else Language(language)
    tell = Narrator(chosen or Language.NL)
    began = monotonic()
    tell.scene("start")

    def started(program: str, pid: int) -> None:
        tell.line("started", program=program, pid=pid)

    signal.signal(signal.SIGTERM, _as_interrupted)
    bind = f"127.0.0.1:{free_port()}" if once else _bind(tell)
    try:
        with set_up(folder, BEGINS, bind, started) as stage:
            story = Story(stage, tell)
            report = _tell_all(story, stage, tell)
            tell.scene("end", seconds=round(monotonic() - began))
            tell.line("report_at", file=report.resolve())
            if once:
                tell.line("database_at", file=(folder / REGISTER).resolve())
                tell.line("serve_on")
                return
            _lead_to_the_pages(story, stage, tell)
            tell.line("api_at", address=f"{stage.address}/v1", key=stage.keys[Role.HR])
            tell.line("stop_with")
            _until_interrupted()
    except (StoryBroken, ConnectorError) as broken:
        # A program that does not start shows as an address that nobody answers at.
        click.secho(f"  ✗ {broken}", fg="red", err=True)
        click.echo(f"  {folder / 'service.log'}", err=True)
        raise SystemExit(1) from broken
    except NotOurs as error:
        raise click.ClickException(
            text("demo.line.not_ours", tell.language, file=error.file)
        ) from error


def _tell_all(story: Story, stage: Stage, tell: Narrator) -> Path:
    for scene in story.scenes:
        scene()
    return _reconcile(stage, tell)


def _lead_to_the_pages(story: Story, stage: Stage, tell: Narrator) -> None:
    """One link per person, which works once, within ten minutes."""
    parts = stage.parts
    tell.scene("pages")
    with parts.register.write() as connection:
        for what, employee_id in story.visitors.items():
            token = make_link(connection, employee_id, DEMO, parts.clock.now())
            tell.line(f"page_{what.replace('-', '_')}", link=sign_in_address(parts.settings, token))
    tell.line("another_link", file=stage.folder / SETTINGS)


def _reconcile(stage: Stage, tell: Narrator) -> Path:
    parts = stage.parts
    tell.scene("reconcile")
    run_id = reconcile(parts, as_of=today(parts.clock), refreshes=refreshes_of(parts))
    with parts.register.read() as connection:
        report = report_of(connection, run_id, tell.language)
    assert report is not None, "the run was made just now"
    folder = stage.folder / "reports"
    (folder / "aansluiting.json").write_bytes(json.render(report))
    file = folder / "aansluiting.html"
    file.write_bytes(html.render(report))
    for fact in report.facts:
        tell.quote(f"{fact.label}: {written(fact.value, fact.kind, tell.language)}")
    tell.expect(file.stat().st_size > 0, "report_written", file=file)
    return file


def _bind(tell: Narrator) -> str:
    """The usual address, where someone looks for the service; another when that is taken."""
    try:
        require_free(DEFAULT_BIND)
    except CannotListen:
        other = f"127.0.0.1:{free_port()}"
        tell.line("port_taken", usual=DEFAULT_BIND, other=other)
        return other
    return DEFAULT_BIND


def _as_interrupted(_number: int, _frame: FrameType | None) -> None:
    """Whoever ends the demo otherwise than with Ctrl-C finds nothing running either."""
    raise KeyboardInterrupt


def _until_interrupted() -> None:
    never = Event()
    try:
        # Not one long wait: a signal that reaches another thread first does not wake this one.
        while not never.wait(1.0):
            pass
    except KeyboardInterrupt:
        click.echo()

"""The stage of the contract: a test runs on the sandbox, and on the real Moodle if there is one.

A test names what it needs by the fixture that it asks for. A real site without that is not among
its targets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

import pytest

from sandboxes.moodle.versions import MOODLE_4_5, MOODLE_5_0
from tests.connectors.moodle.stage import Stage
from tests.connectors.moodle.targets import Target, real_targets, sandbox_target

STAGES: dict[str, Callable[[Target], bool]] = {
    "stage": lambda _: True,
    "stage_with_report": lambda target: target.report_id is not None,
    "stage_with_form": lambda target: target.database_id is not None,
    "stage_with_plugin": lambda target: target.plugin,
}
SANDBOXES: dict[str, tuple[str, ...]] = {
    "stage_with_report": ("sandbox", "sandbox_5_0", "sandbox_with_plugin"),
    "stage_with_plugin": ("sandbox_with_plugin",),
}
"""Enrolments are read and written in two ways, which must come to the same."""
EITHER = ("sandbox", "sandbox_5_0")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for name in STAGES.keys() & set(metafunc.fixturenames):
        real = [pytest.param(t, id="real_moodle") for t in real_targets() if STAGES[name](t)]
        metafunc.parametrize(name, [*SANDBOXES.get(name, EITHER), *real], indirect=True)


def _stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    chosen: Target | str = request.param
    with nullcontext(chosen) if isinstance(chosen, Target) else _sandbox(chosen) as target:
        stage = Stage(target)
        try:
            yield stage
        finally:
            stage.close()


def _sandbox(name: str) -> AbstractContextManager[Target]:
    speaks = MOODLE_5_0 if name == "sandbox_5_0" else MOODLE_4_5
    return sandbox_target(speaks, plugin=name == "sandbox_with_plugin")


stage, stage_with_report, stage_with_form, stage_with_plugin = (
    pytest.fixture(_stage, name=name) for name in STAGES
)

"""A pause that was forgotten is seen by who looks whether everything is well."""

from __future__ import annotations

from adapter.register.enforcement_switch import throw
from tests.adapter.programs.cli.conftest import Run
from tests.fixtures.workbench import Workbench


def test_doctor_tells_of_a_pause_without_failing_for_it(workbench: Workbench, run: Run) -> None:
    assert "enforcement: not paused" in run(workbench.parts, "doctor").output
    with workbench.register.write() as connection:
        throw(connection, on=True, reason="look", by="hr", now=workbench.clock.now())
    said = run(workbench.parts, "doctor").output
    assert "warning  enforcement: paused since 2027-03-01 09:00Z by hr: look" in said
    assert "odwh-adapter enforcement resume" in said

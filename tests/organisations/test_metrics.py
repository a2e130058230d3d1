"""What one service counts for several organisations, in all of its processes: each is shown its own
alone, at its address and by its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from adapter.ground.store.register import Register
from tests.crash.test_killed_workers import Office
from tests.fixtures.observed import Collector, ObservedRun
from tests.fixtures.organisations import HOSTS, NOORD, ZUID, Installation
from tests.fixtures.programs import running, wait_until

pytestmark = pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
"""The engine makes no difference here, and takes its time."""


def _samples(installation: Installation, path: str, host: str | None = None) -> list[str]:
    url = f"http://{installation.bind}{path}"
    headers = {} if host is None else {"Host": host}
    with urlopen(Request(url, headers=headers), timeout=60) as answer:
        text = str(answer.read().decode())
    return [line for line in text.splitlines() if not line.startswith("#")]


@pytest.fixture
def worked(installation: Installation, register: Register, tmp_path: Path) -> Iterator[None]:
    """`serve` with two web processes and a worker; an event at one organisation led to a hold."""
    place = tmp_path / "office"
    place.mkdir()
    url = register.engine.url.render_as_string(hide_password=False)
    office = Office(place, register, url)
    collector = Collector()
    environment = installation.environment | {
        "ODWH_WEB_WORKERS": "2",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        # So long that what comes was sent when the programs ended.
        "OTEL_BSP_SCHEDULE_DELAY": "600000",
    }
    with office.moodle, collector:
        office.open()
        installation.add_settings(NOORD, (place / "odwh-adapter.toml").read_text())
        with running("serve", environment=environment) as program:
            program.wait_for("worker.started", organisation=NOORD)
            port = int(installation.bind.rpartition(":")[2])
            run = ObservedRun(office, program, program, port)
            run.let_in(register)
            wait_until(lambda: _answers(run), "the web service did not answer")
            run.enrol(100, Host=HOSTS[NOORD])
            run.until_all_is_done()
            yield
    office.assert_held({100})
    assert {one.program for one in collector.spans} == {"web", "worker"}
    assert {one.attributes.get("odwh.organisation") for one in collector.spans} == {NOORD, ZUID}


def _answers(run: ObservedRun) -> bool:
    try:
        run.get("/health/live")
    except OSError:
        return False
    return True


def test_all_processes_count_together_and_for_each_organisation_apart(
    installation: Installation, worked: None
) -> None:
    whole = _samples(installation, "/metrics")
    assert whole == [f'odwh_organisation_up{{organisation="{name}"}} 1.0' for name in HOSTS]
    noord = _samples(installation, "/metrics", HOSTS[NOORD])
    for line in (
        'odwh_http_requests_total{method="POST",organisation="noord",route="/v1/lms-events",'
        'status="200"} 1.0',
        'odwh_events_processed_total{channel="lms",organisation="noord",outcome="done"} 1.0',
        'odwh_decisions_total{organisation="noord",outcome="hold"} 1.0',
        'odwh_actions_carried_out_total{kind="lms.suspend",organisation="noord",'
        'outcome="delivered"} 1.0',
        'odwh_database_up{organisation="noord"} 1.0',
    ):
        assert line in noord, line
    zuid = _samples(installation, f"/metrics?organisation={ZUID}")
    assert not [
        line for line in zuid if re.match("odwh_(decisions|events|actions|connector)", line)
    ]
    for own, name in ((noord, NOORD), (zuid, ZUID)):
        assert len(own) > 30
        assert [line for line in own if f'organisation="{name}"' not in line] == []
        assert [line for line in own if "organisation_up" in line or "pid=" in line] == []

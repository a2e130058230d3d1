"""From event to action everything is found by one id: in the log of web service and worker, in the
register, and as one trace of OpenTelemetry."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from adapter.doors.web.listening import free_port
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from tests.fixtures.observed import Collector, ObservedRun, Received, observed_run
from tests.fixtures.programs import PATIENCE_SECONDS, Line, clean_environment, running

OWN_TRACE, OWN_SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
OWN_ID = "7d444840-9dc0-11d1-b245-5ffdce74fad2"


def test_all_that_an_event_led_to_is_found_by_one_id(
    tmp_path: Path, register: Register, database_url: str
) -> None:
    with (
        Collector() as collector,
        observed_run(
            tmp_path,
            register,
            database_url,
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
            # So long that what comes was sent when the programs ended.
            OTEL_BSP_SCHEDULE_DELAY="600000",
        ) as (run, _),
    ):
        first = run.enrol(100, traceparent=f"00-{OWN_TRACE}-{OWN_SPAN}-01")
        second = run.enrol(101, X_Request_ID=OWN_ID)
        third = run.enrol(102, X_Request_ID="jan.de.vries@example.org")
        run.until_all_is_done()
    run.office.assert_held({100, 101, 102})

    assert first[1] == OWN_TRACE
    assert second[1] == UUID(OWN_ID).hex
    assert "jan" not in json.dumps(run.lines())
    for event_id, trace_id in (first, second, third):
        _assert_told_whole(run, event_id, trace_id)
        _assert_kept(register, event_id, trace_id)
        _assert_one_trace(collector, trace_id)
    assert len({trace_id for _, trace_id in (first, second, third)}) == 3
    [request] = _spans(collector, OWN_TRACE, "POST /v1/lms-events")
    assert request.span.parent_span_id.hex() == OWN_SPAN
    _assert_nothing_of_anybody(collector)


def _assert_told_whole(run: ObservedRun, event_id: str, trace_id: str) -> None:
    """Each step has its line, and no line of another event is among them."""
    lines = run.lines_of(trace_id)
    assert {line["trace_id"] for line in lines} == {trace_id}
    [request] = _named(lines, "request")
    assert request["event_id"] == event_id
    [decided] = _named(lines, "decided")
    assert (decided["event_id"], decided["outcome"]) == (event_id, "hold")
    assert [line["event_id"] for line in _named(lines, "inbox.done")] == [event_id]
    done = _named(lines, "outbox.done")
    # What people are told hangs on the hold; only the hold itself on the decision.
    assert {line.get("decision_id") for line in done} == {decided["decision_id"], None}
    assert {line["kind"] for line in done} >= {"lms.suspend", "notify"}
    calls = _named(lines, "call")
    assert "core_user_get_users_by_field" in {line["asked"] for line in calls}
    suspending = [line for line in calls if line["asked"] == "enrol_manual_enrol_users"]
    assert suspending[0]["action_id"] in {line["action_id"] for line in done}
    of_others = {line.get("event_id") for line in lines} - {event_id, None}
    assert of_others == set()


def _named(lines: list[Line], event: str) -> list[Line]:
    return [line for line in lines if line["event"] == event]


def _assert_kept(register: Register, event_id: str, trace_id: str) -> None:
    with register.read() as connection:
        of_event = connection.execute(
            select(InboxEventRow.traceparent).where(InboxEventRow.id == event_id)
        ).scalar_one()
        of_actions = connection.execute(
            select(OutboxActionRow.kind).where(OutboxActionRow.traceparent.contains(trace_id))
        ).scalars()
        assert of_event is not None
        assert of_event.split("-")[1] == trace_id
        assert {"lms.suspend", "notify"} <= set(of_actions)


def _assert_one_trace(collector: Collector, trace_id: str) -> None:
    """The event follows the request, the action the decision, and the call the action."""
    [request] = _spans(collector, trace_id, "POST /v1/lms-events")
    [event] = _spans(collector, trace_id, "event user_enrolment_created")
    [decision] = _spans(collector, trace_id, "decide")
    [action] = _spans(collector, trace_id, "action lms.suspend")
    calls = _spans(collector, trace_id, "lms enrol_manual_enrol_users")
    assert (request.program, event.program, action.program) == ("web", "worker", "worker")
    for later, earlier in (
        (event, request),
        (decision, event),
        (action, decision),
        (calls[0], action),
    ):
        assert later.span.parent_span_id == earlier.span.span_id
    assert decision.attributes["odwh.outcome"] == "hold"


def _spans(collector: Collector, trace_id: str, name: str) -> list[Received]:
    found = [one for one in collector.spans if one.trace_id == trace_id and one.span.name == name]
    assert found, f"no span {name}: {sorted({one.span.name for one in collector.spans})}"
    return found


def _assert_nothing_of_anybody(collector: Collector) -> None:
    """Employee numbers, names, addresses and tokens stay at home."""
    told = {one.span.name for one in collector.spans}
    told |= {value for one in collector.spans for value in one.attributes.values()}
    assert "hold" in told
    for secret in ("20100", "20101", "user10", "example.org", "odwh_", "EXCEL"):
        assert [text for text in told if secret in text] == []


IN_A_COPY = """
from adapter.ground.traces import Step, export_traces
from adapter.programs.supervisor import _Copy
def run():
    export_traces("worker")
    with Step("the last one"):
        pass
assert _Copy(run).wait(60) == 0
"""


def test_a_copy_of_the_supervisor_sends_what_is_left_when_it_ends() -> None:
    with Collector() as collector:
        environment = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "600000",
        }
        subprocess.run(
            [sys.executable, "-c", IN_A_COPY],
            env=clean_environment() | environment,
            check=True,
            timeout=PATIENCE_SECONDS,
        )
    assert [(one.program, one.span.name) for one in collector.spans] == [("worker", "the last one")]


def test_events_of_one_batch_have_traces_of_their_own(
    tmp_path: Path, sqlite_register: Register
) -> None:
    url = sqlite_register.engine.url.render_as_string(hide_password=False)
    with observed_run(tmp_path, sqlite_register, url) as (run, _):
        batch = [run.cloud_event(learner) for learner in (100, 101)]
        answer, batch_id = run.post(
            "/v1/lms-events", batch, Content_Type="application/cloudevents-batch+json"
        )
        run.until_all_is_done()
    ids = {one["id"] for one in answer["items"]}
    told = run.web.logged("event.in_batch", batch=batch_id)
    assert {line["event_id"] for line in told} == ids
    assert len({line["trace_id"] for line in told}) == 2
    for line in told:
        lines = run.lines_of(line["trace_id"])
        assert [one["event_id"] for one in _named(lines, "inbox.done")] == [line["event_id"]]


@pytest.mark.parametrize("command", [("serve", "--no-worker"), ("serve",), ("worker",)])
def test_an_exporter_without_opentelemetry_is_told_at_the_start(
    tmp_path: Path, sqlite_register: Register, command: tuple[str, ...]
) -> None:
    """As where requirements/traces.txt was not installed: Python does not find it."""
    (tmp_path / "opentelemetry").mkdir()
    (tmp_path / "opentelemetry" / "__init__.py").write_text("raise ImportError", "utf-8")
    url = sqlite_register.engine.url.render_as_string(hide_password=False)
    environment = {
        "ODWH_DATABASE_URL": url,
        "ODWH_BIND": f"127.0.0.1:{free_port()}",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
        "PYTHONPATH": str(tmp_path),
    }
    with running(*command, environment=environment) as program:
        assert program.process.wait(PATIENCE_SECONDS) == 1
        program.stop()
    [message] = [one["event"] for one in program.lines if "OpenTelemetry" in one["event"]]
    assert "OTEL_EXPORTER_OTLP_ENDPOINT is set" in message
    assert "requirements/traces.txt" in message

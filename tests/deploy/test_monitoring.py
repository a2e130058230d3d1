"""Dashboard and alerts ask for what a running service really tells; each alert says what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.deploy.dashboard import MONITORING, alerts, metrics_in, panels, questions
from tests.deploy.scrape import of_the_worker, worked

ROOT = Path(__file__).parents[2]
LABEL = re.compile(r"by \(([\w, ]+)\)")
OF_SEVERAL = {"odwh_organisation_up"}
"""Only where there are several organisations (`tests/organisations/test_metrics.py`)."""


@pytest.fixture(scope="module")
def scraped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Of a web service that counts together with its worker; and the port of the worker."""
    with worked(tmp_path_factory.mktemp("scraped")) as (run, port):
        yield run.get("/metrics"), port


def _exported(text: str) -> dict[str, set[str]]:
    """Each metric with samples, by the labels that it has."""
    found: dict[str, set[str]] = {}
    for name, labels in re.findall(r"^(odwh_\w+?)(?:_bucket)?(?:\{(.*)\})? ", text, re.MULTILINE):
        found.setdefault(name, set()).update(re.findall(r"(\w+)=", labels))
    return found


def test_all_that_is_asked_for_is_exported_with_its_labels(scraped: tuple[str, int]) -> None:
    exported = _exported(scraped[0]) | {name: set() for name in OF_SEVERAL}
    asked = [*questions(), *(rule["expr"] for rule in alerts())]
    assert len(asked) > 30
    for question in asked:
        metrics = metrics_in(question)
        assert metrics, question
        assert metrics <= set(exported), question
        for labels in LABEL.findall(question):
            there = set().union(*(exported[one] for one in metrics)) | {"le", "organisation"}
            assert set(labels.split(", ")) <= there, question


def test_the_dashboard_shows_every_metric() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `(odwh_\w+)` \|", page, re.MULTILINE))
    shown = set().union(*(metrics_in(question) for question in questions()))
    assert explained - shown == set()


def test_no_organisation_hides_another() -> None:
    for question in questions():
        assert question.count("odwh_") == question.count('organisation=~"$organisation"'), question
    for question in [*questions(), *(rule["expr"] for rule in alerts())]:
        together = re.findall(
            r"(?:sum|min|max) (?!by \(organisation\b)\S*|(?:sum|min|max)\(", question
        )
        assert together == [], question


def test_the_dashboard_can_be_read() -> None:
    ids = [panel["id"] for panel in panels()]
    assert len(ids) == len(set(ids)) > 15
    taken = [
        (x, y)
        for panel in panels()
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken)), "two panels stand on one another"
    assert max(x for x, _ in taken) < 24


def test_each_alert_has_its_paragraph_and_each_paragraph_its_alert() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    told = re.findall(r"^### (Odwh\w+)\n\n\S", page, re.MULTILINE)
    assert told == [rule["alert"] for rule in alerts()]
    for rule in alerts():
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"


def test_each_rule_is_tried_when_it_rings() -> None:
    tests = (MONITORING / "alerts.test.yaml").read_text("utf-8")
    for rule in alerts():
        rings = rf"alertname: {rule['alert']}\n +exp_alerts:\n"
        assert re.search(rings, tests), rule["alert"]


def test_the_worker_answers_at_its_own_port(scraped: tuple[str, int]) -> None:
    port = scraped[1]
    assert 'odwh_events_processed_total{channel="lms",outcome="done"}' in of_the_worker(port)
    for path in ("/health/live", "/health/ready"):
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            assert json.load(answer) == {"status": "ok"}
    with pytest.raises(HTTPError) as refused:
        urlopen(f"http://127.0.0.1:{port}/v1/holds", timeout=30)
    assert refused.value.code == 404
    refused.value.close()


def test_what_the_run_did_is_counted(scraped: tuple[str, int]) -> None:
    text = scraped[0]
    for line in (
        'odwh_decisions_total{outcome="hold"} 1.0',
        'odwh_actions_carried_out_total{kind="lms.suspend",outcome="delivered"} 1.0',
        'odwh_holds_open{state="held"} 1.0',
        'odwh_circuit_open{system="lms"} 0.0',
        'odwh_queue_oldest_age_seconds{lane="lms",queue="outbox"} 0.0',
    ):
        assert line in text, line
    calls = re.search(r'odwh_connector_calls_total\{.*system="lms".*\} (\d+)', text)
    assert calls is not None
    assert int(calls[1]) > 5

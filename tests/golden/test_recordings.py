"""What every released version stored is read, rendered and recomputed by this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from adapter.doors.messages.media_types import HTML, PDF, XLSX
from adapter.ground.parts import Parts
from adapter.ground.store.migrate import current_revision, newest_revision, upgrade
from adapter.ground.store.reading import rows_of
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.decisions import DecisionRow, PolicyVersionRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.register import decision_log
from adapter.register.decision_log import policy_of
from adapter.subjects.leaving import statements
from adapter.views.reconcile.run import reconcile
from config.policy_files import load_policy
from config.settings import Settings
from policy.days import amsterdam_day
from policy.parameter_list import SPECS
from tests.fixtures.registers import dropped_database, new_database
from tests.fixtures.workbench import StandingClock
from tests.golden import dump
from tests.golden.reading import Reader
from tests.golden.recording import Recording, all_recordings
from tests.policy.test_older_sets import ADDED, LATER, with_parameter

WORDS = frozenset({"message", "sentence", "title", "text", "summary", "action", "label", "remedy"})
"""Members that are said to people: their wording may become better."""
Load = Callable[[Recording], Parts]


@pytest.fixture(scope="module")
def loaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Load]:
    """A recording in a database of its own, brought to the newest revision; once per module."""
    made: dict[Recording, Parts] = {}
    databases: list[tuple[str, str]] = []

    def load(recording: Recording) -> Parts:
        if recording not in made:
            if recording.engine == "sqlite":
                file = tmp_path_factory.mktemp("golden") / "register.sqlite3"
                dump.load_sqlite(recording.sql, file)
                url = f"sqlite:///{file}"
            else:
                server = request.getfixturevalue("postgres_server")
                name = f"golden_{uuid4().hex}"
                url = new_database(server, name)
                databases.append((server, name))
                dump.load_postgres(recording.sql, url)
            made[recording] = _parts(recording, url)
        return made[recording]

    yield load
    for parts in made.values():
        parts.register.close()
    for server, name in databases:
        dropped_database(server, name)


def _parts(recording: Recording, url: str) -> Parts:
    register = open_register(url)
    upgrade(register)
    return Parts(register, load_policy(), StandingClock(recording.moment), Settings())


@pytest.fixture(params=all_recordings(), ids=lambda one: f"{one.version}-{one.engine}")
def recording(request: pytest.FixtureRequest) -> Recording:
    found: Recording = request.param
    return found


@pytest.fixture
def parts(loaded: Load, recording: Recording) -> Parts:
    return loaded(recording)


@pytest.fixture
def reader(parts: Parts) -> Reader:
    return Reader(parts)


def test_a_recorded_register_migrates(parts: Parts) -> None:
    assert current_revision(parts.register) == newest_revision()


def test_every_stored_thing_is_answered_as_it_was(recording: Recording, reader: Reader) -> None:
    assert len(recording.answers) > 100
    for path, answered in recording.answers.items():
        assert list(_differences(path, answered, reader.get(path))) == []


def test_every_decision_is_recomputed_as_it_was_made(parts: Parts, reader: Reader) -> None:
    made = _ids(parts.register, DecisionRow.id)
    assert len(made) > 30
    for decision_id in made:
        again = reader.post(f"/decisions/{decision_id}/recomputations")
        assert again["same"], again


def test_every_statement_is_recomputed_as_it_was_made(parts: Parts) -> None:
    with parts.register.read() as connection:
        made = connection.execute(
            select(RepaymentStatementRow.exit_id, RepaymentStatementRow.version)
        ).all()
        assert len(made) > 30
        for exit_id, version in made:
            again = statements.recompute(connection, exit_id, version)
            assert again is not None
            assert again.same, (exit_id, version, again.items)


def test_a_kept_policy_keeps_its_digest_and_its_version(parts: Parts) -> None:
    with parts.register.read() as connection:
        kept = rows_of(connection, select(PolicyVersionRow))
        assert kept
        for row in kept:
            policy = policy_of(connection, row.digest)
            assert (policy.digest, policy.version) == (row.digest, row.version)


def test_the_policy_folder_of_then_still_loads_as_the_same_policy(
    recording: Recording, parts: Parts
) -> None:
    digests = _ids(parts.register, PolicyVersionRow.digest)
    assert load_policy(recording.policy_folder).digest in digests


def test_a_parameter_that_comes_later_changes_nothing_of_what_was_stored(
    recording: Recording, parts: Parts
) -> None:
    """What the recipe for a parameter asks of whoever adds one, tried on each recording."""
    with with_parameter(ADDED, LATER), parts.register.read() as connection:
        for digest in connection.execute(select(PolicyVersionRow.digest)).scalars().all():
            assert ADDED in policy_of(connection, digest).absent
        for decision_id in connection.execute(select(DecisionRow.id)).scalars().all():
            again = decision_log.recompute(connection, decision_id)
            assert again is not None
            assert again.same
        assert load_policy(recording.policy_folder).absent[-1] == ADDED


def test_a_parameter_since_a_recording_says_what_held_before(recording: Recording) -> None:
    recorded = {value.name for value in load_policy(recording.policy_folder).values}
    added = {name for name, spec in SPECS.items() if name not in recorded and not spec.optional}
    assert all(SPECS[name].since is not None for name in added)
    assert recorded <= SPECS.keys(), "what was once a parameter stays in the list, retired"


@pytest.mark.parametrize("media_type", [HTML, XLSX, PDF])
def test_statements_and_reconciliations_are_rendered(
    parts: Parts, reader: Reader, media_type: str
) -> None:
    exit_ids = _ids(parts.register, ExitRow.id)
    for exit_id in exit_ids if media_type == HTML else exit_ids[::8]:
        for one in reader.get(f"/exits/{exit_id}/repayment-statements")["items"]:
            path = f"/exits/{exit_id}/repayment-statements/{one['version']}"
            assert reader.document(path, media_type)
    runs = reader.get("/reconciliation-runs")["items"]
    for run in runs if media_type == HTML else runs[:1]:
        assert reader.document(f"/reconciliation-runs/{run['id']}", media_type)


def test_letters_and_agreements_are_rendered(parts: Parts, reader: Reader) -> None:
    agreements = reader.get("/agreements")["items"]
    assert len(agreements) > 20
    for one in agreements[::4]:
        assert reader.document(f"/agreements/{one['id']}/document", PDF).startswith(b"%PDF")
    letters = 0
    for exit_id in _ids(parts.register, ExitRow.id)[::4]:
        for one in reader.get(f"/exits/{exit_id}/repayment-statements")["items"][-1:]:
            if one["kind"] == "settlement" and one["totalClaimableEur"] != "0.00":
                path = f"/exits/{exit_id}/repayment-statements/{one['version']}/letter"
                assert reader.document(path, PDF).startswith(b"%PDF")
                letters += 1
    assert letters > 0


def test_the_next_reconciliation_knows_the_findings_of_before(
    recording: Recording, tmp_path: Path, parts: Parts
) -> None:
    """On SQLite in a copy: the run is stored, and the other tests read what was there."""
    if recording.engine == "sqlite":
        file = tmp_path / "copy.sqlite3"
        dump.load_sqlite(recording.sql, file)
        parts = _parts(recording, f"sqlite:///{file}")
    run_id = reconcile(parts, as_of=amsterdam_day(recording.moment))
    found = Reader(parts).get(f"/findings?runId={run_id}&limit=500")["items"]
    assert any(one["status"] == "persisting" for one in found)
    if recording.engine == "sqlite":
        parts.register.close()


def _ids(register: Register, column: Any) -> list[str]:
    with register.read() as connection:
        return list(connection.execute(select(column).order_by(column)).scalars())


def _differences(place: str, before: Any, now: Any) -> Iterator[str]:
    """Where an answer lost or changed something; what was added is no difference."""
    if isinstance(before, dict) and isinstance(now, dict):
        for name, value in before.items():
            if name in WORDS:
                continue
            if name not in now:
                yield f"{place}.{name} is gone"
            else:
                yield from _differences(f"{place}.{name}", value, now[name])
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for number, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from _differences(f"{place}[{number}]", one, other)
    elif before != now:
        yield f"{place}: {before!r} is now {now!r}"

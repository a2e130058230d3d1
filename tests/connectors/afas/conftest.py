"""A sandbox AFAS with seven people, and connectors to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from connectors.afas import Afas, AfasConfig, AfasFields
from sandboxes.afas import SandboxAfas, SandboxEmployment

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Clock:
    """What the sandbox writes as the moment of change."""

    def __init__(self) -> None:
        self.now = NOW - timedelta(days=100)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[SandboxAfas]:
    people = [
        SandboxEmployment(f"{number:06}", "A", "B", date(2020, 1, 1)) for number in range(1, 8)
    ]
    with SandboxAfas(people, clock) as running:
        yield running


@pytest.fixture
def connect(sandbox: SandboxAfas) -> Iterator[Callable[..., Afas]]:
    made: list[Afas] = []

    def make(take: int = 3, fields: AfasFields | None = None, connector: str = "") -> Afas:
        config = AfasConfig(
            sandbox.url,
            "12345",
            sandbox.token,
            connector=connector or "LMS_Medewerkers",
            fields=fields or AfasFields(),
            take=take,
        )
        made.append(Afas(config, now=lambda: NOW))
        return made[-1]

    yield make
    for one in made:
        one.close()

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from adapter.ground.store.reading import row_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import ApiKeyRow
from adapter.register.keys import (
    Principal,
    RefusedKey,
    Role,
    UnknownRole,
    authenticate,
    create_key,
)

NOON = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)


class Noon:
    def now(self) -> datetime:
        return NOON


def _make(register: Register, role: str = "hr", employee_id: str | None = None) -> str:
    return create_key(register, Noon(), "Personeelszaken", role, employee_id)


def test_a_key_opens_what_it_was_made_for(register: Register) -> None:
    key = _make(register, "manager", "10001")
    principal = authenticate(register, key)
    assert principal == Principal(key.split("_")[1], "Personeelszaken", Role.MANAGER, "10001")


def test_the_secret_is_not_stored(register: Register) -> None:
    key = _make(register)
    secret = key.split("_", 2)[2]
    with register.read() as connection:
        row = row_of(connection, select(ApiKeyRow))
    assert secret not in str(row)
    assert row.created_at == NOON


def test_a_secret_holds_at_least_32_random_bytes_and_differs_each_time(register: Register) -> None:
    secrets = {_make(register).split("_", 2)[2] for _ in range(5)}
    assert len(secrets) == 5
    assert all(len(secret) == 43 for secret in secrets)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"),
        lambda key: "odwh_" + "0" * 16 + "_" + key.split("_", 2)[2],
        lambda key: key + "x",
        lambda key: key.removeprefix("odwh_"),
        lambda key: key.upper(),
        lambda key: key + "\n",
        lambda key: "",
        lambda key: "odwh_é_ü",
        lambda key: key.replace("odwh_", "odwh_\x00"),
    ],
)
def test_anything_but_the_key_itself_opens_nothing(register: Register, spoil: object) -> None:
    key = _make(register)
    assert callable(spoil)
    assert isinstance(authenticate(register, spoil(key)), RefusedKey)


def test_a_revoked_key_opens_nothing(register: Register) -> None:
    key = _make(register)
    with register.write() as connection:
        connection.execute(update(ApiKeyRow).values(revoked_at=NOON))
    assert authenticate(register, key) == RefusedKey("revoked", key.split("_")[1])


def test_mt_is_short_for_the_management_team(register: Register) -> None:
    principal = authenticate(register, _make(register, "mt"))
    assert isinstance(principal, Principal)
    assert principal.role is Role.MANAGEMENT_TEAM


def test_an_unknown_role_is_refused_with_the_roles_that_exist(register: Register) -> None:
    with pytest.raises(UnknownRole, match="knowledge-broker"):
        _make(register, "boss")
    with register.read() as connection:
        assert connection.execute(select(ApiKeyRow)).all() == []

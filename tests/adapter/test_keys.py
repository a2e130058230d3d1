from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from adapter.ground.store.reading import row_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import ApiKeyRow, AuditLineRow
from adapter.register.keys import (
    KeyWanted,
    NewKey,
    Principal,
    RecentKeys,
    RefusedKey,
    Role,
    UnknownRole,
    authenticate,
    create_key,
    make_key,
    networks_named,
    revoke_key,
    rotate_key,
)
from tests.fixtures.statements import statements_of

NOON = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)


class Noon:
    def now(self) -> datetime:
        return NOON


def _make(register: Register, role: str = "hr", employee_id: str | None = None) -> str:
    return create_key(register, Noon(), "Personeelszaken", role, employee_id)


def test_a_key_opens_what_it_was_made_for(register: Register) -> None:
    key = _make(register, "manager", "10001")
    principal = authenticate(register, key, NOON)
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
    assert isinstance(authenticate(register, spoil(key), NOON), RefusedKey)


def test_a_revoked_key_opens_nothing(register: Register) -> None:
    key = _make(register)
    with register.write() as connection:
        connection.execute(update(ApiKeyRow).values(revoked_at=NOON))
    assert authenticate(register, key, NOON) == RefusedKey("revoked", key.split("_")[1])


def test_mt_is_short_for_the_management_team(register: Register) -> None:
    principal = authenticate(register, _make(register, "mt"), NOON)
    assert isinstance(principal, Principal)
    assert principal.role is Role.MANAGEMENT_TEAM


def test_an_unknown_role_is_refused_with_the_roles_that_exist(register: Register) -> None:
    with pytest.raises(UnknownRole, match="knowledge-broker"):
        _make(register, "boss")
    with register.read() as connection:
        assert connection.execute(select(ApiKeyRow)).all() == []


def _wanted(**values: Any) -> KeyWanted:
    return KeyWanted(**{"name": "portal", "role": Role.HR, **values})


def _made(register: Register, wanted: KeyWanted) -> NewKey:
    with register.write() as connection:
        return make_key(connection, wanted, NOON, by="beheer")


def _row(register: Register, key_id: str) -> ApiKeyRow:
    with register.read() as connection:
        return row_of(connection, select(ApiKeyRow).where(ApiKeyRow.id == key_id))


def _acts(register: Register) -> list[tuple[str, str, str, str]]:
    lines = select(
        AuditLineRow.actor, AuditLineRow.action, AuditLineRow.record, AuditLineRow.result
    )
    with register.read() as connection:
        return [(a, b, c, d) for a, b, c, d in connection.execute(lines.order_by(AuditLineRow.at))]


def test_a_key_opens_until_its_term_and_not_at_it(register: Register) -> None:
    end = NOON + timedelta(days=30)
    made = _made(register, _wanted(expires_at=end))
    before = authenticate(register, made.key, end - timedelta(microseconds=1))
    assert isinstance(before, Principal)
    assert authenticate(register, made.key, end) == RefusedKey("expired", made.key_id)


@pytest.mark.parametrize(
    ("address", "opens"),
    [
        ("10.1.2.9", True),
        ("10.1.3.9", False),
        ("2001:db8::5", True),
        ("2001:db8:1::5", False),
        ("192.0.2.1", True),
        ("", False),
        (None, False),
        ("a name", False),
    ],
)
def test_a_key_opens_from_its_networks_alone(
    register: Register, address: str | None, opens: bool
) -> None:
    networks = networks_named(["10.1.2.0/24", "2001:db8::/64", "192.0.2.1"])
    made = _made(register, _wanted(networks=networks))
    found = authenticate(register, made.key, NOON, address)
    assert isinstance(found, Principal) == opens
    if not opens:
        assert found == RefusedKey("other network", made.key_id, from_elsewhere=True)


def test_a_wrong_secret_is_not_told_from_where_the_right_one_opens(register: Register) -> None:
    made = _made(register, _wanted(networks=("10.1.2.0/24",)))
    guess = made.key[:-1] + ("A" if made.key[-1] != "A" else "B")
    assert authenticate(register, guess, NOON, "10.9.9.9") == RefusedKey(
        "wrong secret", made.key_id
    )


@pytest.mark.parametrize("wrong", ["10.1.2.3/24", "10.1.2", "example.org", "''"])
def test_what_is_no_network_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=re.escape(wrong)):
        networks_named([wrong])


def test_the_last_use_is_kept_once_a_minute(register: Register) -> None:
    made = _made(register, _wanted())
    assert _row(register, made.key_id).used_at is None
    for seconds, kept in ((0, 0), (59, 0), (60, 60), (119, 60), (300, 300)):
        authenticate(register, made.key, NOON + timedelta(seconds=seconds))
        assert _row(register, made.key_id).used_at == NOON + timedelta(seconds=kept)


def test_a_wrong_secret_is_no_use_of_a_key(register: Register) -> None:
    made = _made(register, _wanted())
    authenticate(register, made.key[:-1] + ("A" if made.key[-1] != "A" else "B"), NOON)
    assert _row(register, made.key_id).used_at is None


def test_a_replaced_key_opens_on_beside_the_new_one(register: Register) -> None:
    wanted = _wanted(
        role=Role.MANAGER,
        employee_id="10001",
        expires_at=NOON + timedelta(days=90),
        networks=("10.1.2.0/24",),
    )
    old = _made(register, wanted)
    later = NOON + timedelta(days=80)
    with register.write() as connection:
        new = rotate_key(connection, old.key_id, timedelta(days=7), later, by="beheer")
    assert new is not None
    for key in (old, new):
        found = authenticate(register, key.key, later + timedelta(days=6), "10.1.2.1")
        assert found == Principal(key.key_id, "portal", Role.MANAGER, "10001")
    after = later + timedelta(days=7)
    assert authenticate(register, old.key, after, "10.1.2.1") == RefusedKey("expired", old.key_id)
    row = _row(register, new.key_id)
    assert (row.replaces, row.networks) == (old.key_id, ["10.1.2.0/24"])
    # As long as the old one was made for.
    assert row.expires_at == later + timedelta(days=90)


def test_replacing_does_not_make_a_key_last_longer(register: Register) -> None:
    end = NOON + timedelta(days=2)
    old = _made(register, _wanted(expires_at=end))
    with register.write() as connection:
        rotate_key(connection, old.key_id, timedelta(days=7), NOON, by="beheer")
    assert _row(register, old.key_id).expires_at == end


@pytest.mark.parametrize("ended", ["revoked_at", "expires_at"])
def test_a_key_that_opens_nothing_is_not_replaced(register: Register, ended: str) -> None:
    made = _made(register, _wanted())
    with register.write() as connection:
        connection.execute(update(ApiKeyRow).values({ended: NOON}))
        assert rotate_key(connection, made.key_id, timedelta(0), NOON, by="beheer") is None
        assert rotate_key(connection, "0" * 16, timedelta(0), NOON, by="beheer") is None
    with register.read() as connection:
        assert len(connection.execute(select(ApiKeyRow)).all()) == 1


def test_making_replacing_and_revoking_stand_in_the_audit_trail(register: Register) -> None:
    old = _made(register, _wanted(expires_at=NOON + timedelta(days=30)))
    later = NOON + timedelta(minutes=1)
    with register.write() as connection:
        new = rotate_key(connection, old.key_id, timedelta(days=7), later, by="beheer")
        assert new is not None
    with register.write() as connection:
        assert revoke_key(connection, old.key_id, later + timedelta(minutes=1), by="beheer")
        assert not revoke_key(connection, old.key_id, later, by="beheer")
    acts = _acts(register)
    assert acts[0] == ("beheer", "make-key", old.key_id, "hr made, until 2027-03-31 11:00Z")
    assert set(acts[1:3]) == {
        ("beheer", "make-key", new.key_id, "hr made, until 2027-03-31 11:01Z"),
        (
            "beheer",
            "rotate-key",
            old.key_id,
            f"replaced by {new.key_id}, until 2027-03-08 11:01Z",
        ),
    }
    assert acts[3:] == [("beheer", "revoke-key", old.key_id, "revoked")]
    for secret in (old.key, new.key):
        assert secret.split("_", 2)[2] not in str(acts)


def test_a_key_that_is_asked_for_again_within_a_second_is_not_read_again(
    register: Register,
) -> None:
    seconds = [100.0]
    recent = RecentKeys(lambda: seconds[0])
    made = _made(register, _wanted(networks=("10.1.2.0/24",), expires_at=NOON + timedelta(days=1)))

    def opens(key: str = made.key, now: datetime = NOON, address: str = "10.1.2.1") -> str:
        found = authenticate(register, key, now, address, recent=recent)
        return "opens" if isinstance(found, Principal) else found.reason

    assert opens() == "opens"
    with statements_of(register) as statements:
        seconds[0] += 0.9
        assert opens() == "opens"
        # What else there is to know of it is looked at all the same.
        assert opens(made.key[:-1] + ("A" if made.key[-1] != "A" else "B")) == "wrong secret"
        assert opens(address="10.1.3.1") == "other network"
        assert opens(now=NOON + timedelta(days=1)) == "expired"
    assert statements == []
    with register.write() as connection:
        assert revoke_key(connection, made.key_id, NOON, by="beheer")
    seconds[0] += 0.1
    assert opens() == "revoked"


def test_a_key_that_opens_nothing_is_not_remembered(register: Register) -> None:
    recent = RecentKeys(lambda: 100.0)
    made = _made(register, _wanted())
    with register.write() as connection:
        assert revoke_key(connection, made.key_id, NOON, by="beheer")
    assert authenticate(register, made.key, NOON, recent=recent) == RefusedKey(
        "revoked", made.key_id
    )
    assert recent.row(made.key_id) is None

"""What the tokens in our forms are signed with: made once for a register, for all its processes."""

from __future__ import annotations

from sqlalchemy import select

from adapter.ground.store.register import Register
from adapter.ground.store.rows import insert_into
from adapter.ground.store.tables.register_facts import RegisterFactRow
from adapter.register.sign_in.tokens import new_token

_NAME = "form_secret"


def form_secret(register: Register) -> str:
    kept = select(RegisterFactRow.value).where(RegisterFactRow.name == _NAME)
    with register.read() as connection:
        secret = connection.execute(kept).scalar_one_or_none()
    if secret is not None:
        return secret
    with register.write() as connection:
        connection.execute(
            insert_into(connection, RegisterFactRow)
            .values(name=_NAME, value=new_token())
            .on_conflict_do_nothing()
        )
        return connection.execute(kept).scalar_one()

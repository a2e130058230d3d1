"""A row of the register as a user of SCIM."""

from __future__ import annotations

from typing import Any

from scim2_models import EnterpriseUser, Meta, User
from sqlalchemy import Row

from adapter.scim.service import ScimUser


def as_user(row: Row[Any], location: str) -> User[EnterpriseUser]:
    """`location` is the address of all users, without a slash at its end."""
    user: User[EnterpriseUser] = ScimUser.model_validate(row.resource)
    user.id = row.id
    user.meta = Meta(
        resource_type="User",
        created=row.created_at,
        last_modified=row.modified_at,
        location=f"{location}/{row.id}",
    )
    return user


def work_mail(row: Row[Any]) -> str | None:
    """The address of type `work`, else the first one; a person's own address is not taken."""
    mails = row.resource.get("emails") or []
    kinds = {mail.get("type"): mail.get("value") for mail in reversed(mails)}
    found: str | None = kinds.get("work") or kinds.get(None)
    return found

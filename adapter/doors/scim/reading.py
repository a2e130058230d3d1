"""A row of the register as a user of SCIM."""

from __future__ import annotations

from scim2_models import EnterpriseUser, Meta, User

from adapter.doors.scim.service import ScimUser
from adapter.ground.store.tables.scim import ScimUserRow


def as_user(row: ScimUserRow, location: str) -> User[EnterpriseUser]:
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

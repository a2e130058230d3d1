"""What the SCIM service is: which attributes of a user it keeps, and what it can do.

The standard knows some forty attributes of a user. Kept are those that tell who somebody is in the
HRIS and the LMS; the others are accepted and let go, since an identity provider sends what its
administrator ticked and takes every refusal for a failure.
"""

from __future__ import annotations

from functools import cache

from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    EnterpriseUser,
    ETag,
    Filter,
    Patch,
    ResourceType,
    Schema,
    ScimPolicy,
    ServiceProviderConfig,
    Sort,
    User,
)

LARGEST_PAGE = 200

ScimUser = User[EnterpriseUser]

KEPT = frozenset({"user_name", "name", "display_name", "active", "emails"})
"""Attributes of a user, beside those that every resource has."""

KEPT_OF_ENTERPRISE = frozenset({"employee_number", "department", "manager"})

POLICY = ScimPolicy(
    # Entra ID names in `value` which entries to remove, and writes to an e-mail that is not there.
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)


def keep_what_counts(user: User[EnterpriseUser]) -> None:
    """Let go of every attribute that we have no use for, a password first of all."""
    common = {"id", "external_id", "meta", "schemas", EnterpriseUser.__name__}
    for name in set(type(user).model_fields) - KEPT - common:
        setattr(user, name, None)
    extension = user[EnterpriseUser]
    if extension is None:
        return
    for name in set(type(extension).model_fields) - KEPT_OF_ENTERPRISE - {"schemas"}:
        setattr(extension, name, None)


@cache
def schemas() -> tuple[Schema, ...]:
    """What `/Schemas` publishes: the standard's own descriptions, of the attributes we keep."""
    return (_only(User.to_schema(), KEPT), _only(EnterpriseUser.to_schema(), KEPT_OF_ENTERPRISE))


def _only(schema: Schema, kept: frozenset[str]) -> Schema:
    names = {name.replace("_", "") for name in kept}
    schema.attributes = [
        attribute
        for attribute in schema.attributes or []
        if attribute.name is not None and attribute.name.lower() in names
    ]
    return schema


@cache
def resource_types() -> tuple[ResourceType, ...]:
    return (ResourceType.from_resource(ScimUser),)


@cache
def configuration() -> ServiceProviderConfig:
    """What `/ServiceProviderConfig` publishes."""
    return ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=LARGEST_PAGE),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=False),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="API key",
                description="A key of role hris as a bearer token",
                primary=True,
            )
        ],
    )

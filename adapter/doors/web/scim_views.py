"""What answers at the addresses of SCIM 2.0: an identity provider keeps its accounts here.

What comes in says who somebody is and whether he has access. It is never a ground for a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from flask import Response, request
from pydantic import ValidationError
from scim2_models import (
    Context,
    EnterpriseUser,
    ListResponse,
    PatchOp,
    ResourceType,
    Schema,
    ScimFilter,
    SearchRequest,
    User,
)
from scim2_models.exceptions import SCIMException, UniquenessException
from sqlalchemy.exc import IntegrityError

from adapter.doors.scim import users
from adapter.doors.scim.addresses import BASE
from adapter.doors.scim.dialects import in_standard_form, user_in_standard_form
from adapter.doors.scim.lenience import known_operations, known_part_of_user, only_active
from adapter.doors.scim.reading import as_user
from adapter.doors.scim.searching import search
from adapter.doors.scim.service import (
    POLICY,
    ScimUser,
    configuration,
    resource_types,
    schemas,
)
from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem, respond
from adapter.doors.web.scim_answers import answered, from_scim, from_validation
from adapter.ground.store.tables.scim import ScimUserRow

_log = structlog.get_logger(__name__)


def list_users() -> Response:
    return _found(_asked())


def search_users() -> Response:
    """The same with what is asked in the body; there are no other resources than users."""
    return _found(SearchRequest[ScimUser].model_validate(request.get_json()))


def _found(asked: SearchRequest[User[EnterpriseUser]]) -> Response:
    chosen = None if asked.filter is None else ScimFilter[ScimUser](asked.filter)
    start = asked.start_index or 1
    with current.parts().register.read() as connection:
        page = search(connection, chosen, start, asked.count, _location())
    listed = ListResponse[ScimUser](
        total_results=page.total,
        start_index=start,
        items_per_page=len(page.users),
        resources=list(page.users),
    )
    return answered(listed.model_dump(scim_ctx=Context.SEARCH_RESPONSE, response_parameters=asked))


def _sent(context: Context) -> ScimUser:
    with POLICY:
        known = user_in_standard_form(known_part_of_user(request.get_json()))
        return ScimUser.model_validate(known, scim_ctx=context)


def create_user() -> Response:
    asked = _asked()
    user = _sent(Context.RESOURCE_CREATION_REQUEST)
    parts = current.parts()
    with parts.register.write() as connection:
        row = users.create(connection, user, parts.clock.now())
    response = _shown(row, Context.RESOURCE_CREATION_RESPONSE, asked, 201)
    response.headers["Location"] = f"{_location()}/{row.id}"
    return response


def get_user(user_id: str) -> Response:
    asked = _asked()
    with current.parts().register.read() as connection:
        row = users.find(connection, user_id)
    return _shown(row, Context.RESOURCE_QUERY_RESPONSE, asked)


def replace_user(user_id: str) -> Response:
    asked = _asked()
    wanted = _sent(Context.RESOURCE_REPLACEMENT_REQUEST)
    parts = current.parts()
    with parts.register.write() as connection:
        row = users.replace(connection, user_id, wanted, _sender(), parts.clock.now())
    return _shown(row, Context.RESOURCE_REPLACEMENT_RESPONSE, asked)


def patch_user(user_id: str) -> Response:
    wanted = in_standard_form(known_operations(request.get_json()))
    try:
        _patch(user_id, wanted)
    except (SCIMException, ValidationError) as error:
        access = only_active(wanted)
        if access is None:
            raise
        # Whether somebody still has access is never lost over what stands beside it.
        _log.warning("scim.patch_beside_active_refused", user=user_id, error=type(error).__name__)
        _patch(user_id, access)
    return Response(status=204)


def _patch(user_id: str, wanted: Mapping[str, Any]) -> None:
    parts = current.parts()
    if wanted.get("Operations") == []:  # all of it was about what we do not keep
        with parts.register.read() as connection:
            users.find(connection, user_id)
        return
    with POLICY:
        operations = PatchOp[ScimUser].model_validate(
            wanted, scim_ctx=Context.RESOURCE_PATCH_REQUEST
        )
        with parts.register.write() as connection:
            users.patch(connection, user_id, operations, _sender(), parts.clock.now())


def delete_user(user_id: str) -> Response:
    parts = current.parts()
    with parts.register.write() as connection:
        users.remove(connection, user_id, _sender(), parts.clock.now())
    return Response(status=204)


def get_configuration() -> Response:
    return answered(configuration().model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))


def list_resource_types() -> Response:
    listed = ListResponse[ResourceType](
        total_results=len(resource_types()), resources=list(resource_types())
    )
    return answered(listed.model_dump(scim_ctx=Context.SEARCH_RESPONSE))


def get_resource_type(name: str) -> Response:
    return _described(resource_types(), name)


def list_schemas() -> Response:
    listed = ListResponse[Schema](total_results=len(schemas()), resources=list(schemas()))
    return answered(listed.model_dump(scim_ctx=Context.SEARCH_RESPONSE))


def get_schema(name: str) -> Response:
    return _described(schemas(), name)


def _described(known: Sequence[ResourceType | Schema], name: str) -> Response:
    found = next((one for one in known if str(one.id).lower() == name.lower()), None)
    if found is None:
        raise Problem(Kind.NOT_FOUND)
    return answered(found.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))


def _asked() -> SearchRequest[User[EnterpriseUser]]:
    names = {"filter", "startIndex", "count", "attributes", "excludedAttributes"}
    given = {name: value for name, value in request.args.items() if name in names}
    asked: SearchRequest[User[EnterpriseUser]] = SearchRequest[ScimUser].model_validate(given)
    return asked


def _shown(
    row: ScimUserRow,
    context: Context,
    asked: SearchRequest[User[EnterpriseUser]],
    status: int = 200,
) -> Response:
    user = as_user(row, _location())
    return answered(user.model_dump(scim_ctx=context, response_parameters=asked), status)


def _location() -> str:
    return f"{request.host_url.rstrip('/')}{BASE}/Users"


def _sender() -> str:
    return current.principal().key_id


VIEWS: Mapping[str, Callable[..., Response]] = {
    view.__name__: view
    for view in (
        list_users,
        create_user,
        search_users,
        get_user,
        replace_user,
        patch_user,
        delete_user,
        get_configuration,
        list_resource_types,
        get_resource_type,
        list_schemas,
        get_schema,
    )
}


def answered_by(view: Callable[..., Response], arguments: Mapping[str, str]) -> Response:
    """What a view answers, or the error in the shape of SCIM."""
    try:
        return view(**arguments)
    except users.UnknownUser:
        return respond(Problem(Kind.NOT_FOUND))
    except IntegrityError:  # somebody took it meanwhile
        return from_scim(UniquenessException())
    except SCIMException as error:
        return from_scim(error)
    except ValidationError as error:
        return from_validation(error)

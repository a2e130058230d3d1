"""`/v1/api-keys`: for the administrator, who makes, replaces and revokes them."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag
from sqlalchemy import select

from adapter.doors.messages.api_keys import (
    ApiKeyIn,
    ApiKeyOut,
    ApiKeysOut,
    NewApiKeyOut,
    RotationIn,
)
from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.web import current, key_acts
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.work import ApiKeyRow
from adapter.subjects.requests.acts import acting, looking

API_KEYS = DescribedBlueprint(
    "api_keys",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="api-keys", description="API-sleutels")],
)


@API_KEYS.get(
    "/api-keys",
    operation_id="listApiKeys",
    summary="Alle sleutels, ook verlopen en ingetrokken; nooit hun geheim",
    responses={200: ApiKeysOut},
)
def list_api_keys() -> Response:
    with looking(current.parts(), current.principal()) as act:
        rows = rows_of(
            act.connection, select(ApiKeyRow).order_by(ApiKeyRow.created_at, ApiKeyRow.id)
        )
        return answer(ApiKeysOut(items=[ApiKeyOut.of(row, act.now) for row in rows]))


@API_KEYS.post(
    "/api-keys",
    operation_id="makeApiKey",
    summary="Maak een sleutel; hij wordt alleen nu getoond",
    responses={201: NewApiKeyOut},
)
def make_api_key(body: ApiKeyIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        return answer(NewApiKeyOut.of(key_acts.make(act, body)), 201)


@API_KEYS.get(
    "/api-keys/<id>",
    operation_id="getApiKey",
    summary="Eén sleutel, zonder zijn geheim",
    responses={200: ApiKeyOut},
)
def get_api_key(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        return answer(ApiKeyOut.of(key_acts.one_key(act, path.id), act.now))


@API_KEYS.post(
    "/api-keys/<id>/rotations",
    operation_id="rotateApiKey",
    summary="Maak een sleutel in plaats van deze, die nog even blijft werken",
    responses={201: NewApiKeyOut},
)
def rotate_api_key(path: RecordPath, body: RotationIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        return answer(NewApiKeyOut.of(key_acts.replace(act, path.id, body.overlap_days)), 201)


@API_KEYS.post(
    "/api-keys/<id>/revocations",
    operation_id="revokeApiKey",
    summary="Trek een sleutel in; vanaf het volgende verzoek opent hij niets meer",
    responses={201: ApiKeyOut},
)
def revoke_api_key(path: RecordPath) -> Response:
    with acting(current.parts(), current.principal()) as act:
        key_acts.revoke(act, path.id)
        return answer(ApiKeyOut.of(key_acts.one_key(act, path.id), act.now), 201)

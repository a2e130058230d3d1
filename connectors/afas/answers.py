"""The documented answers of AFAS Profit. Members that AFAS adds later are ignored."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, JsonValue

RowValues = dict[str, JsonValue]

WITHOUT_END = "0"
"""What `tokenExpiry` says of a token that does not expire."""


class Answer(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class Page(Answer):
    """Rows of a GetConnector; there is no total."""

    skip: int
    take: int
    rows: list[RowValues]


class ContentError(Answer):
    """HTTP 500. `errorNumber` is of no use; the reference is the only way into the AFAS log."""

    externalMessage: str  # noqa: N815 -- the name as AFAS writes it
    errorNumber: int  # noqa: N815 -- the name as AFAS writes it
    profitLogReference: str  # noqa: N815 -- the name as AFAS writes it


class MaintenanceError(Answer):
    code: str
    message: str


class Maintenance(Answer):
    """HTTP 503; `retry_after` in seconds."""

    error: MaintenanceError
    retry_after: int


class ConnectorField(Answer):
    id: str
    fieldId: str  # noqa: N815 -- the name as AFAS writes it
    dataType: str  # noqa: N815 -- the name as AFAS writes it
    label: str
    length: int
    controlType: int  # noqa: N815 -- the name as AFAS writes it
    decimals: int
    decimalsFieldId: str  # noqa: N815 -- the name as AFAS writes it


class ConnectorDescription(Answer):
    """`/metainfo/get/{id}`: which fields a GetConnector has."""

    name: str
    description: str
    fields: list[ConnectorField]


class ConnectorName(Answer):
    id: str
    description: str


class EnvironmentInfo(Answer):
    envid: str
    appName: str  # noqa: N815 -- the name as AFAS writes it
    group: str
    tokenExpiry: str  # noqa: N815 -- the name as AFAS writes it


class Environment(Answer):
    """`/metainfo`: what this token may use."""

    updateConnectors: list[ConnectorName]  # noqa: N815 -- the name as AFAS writes it
    getConnectors: list[ConnectorName]  # noqa: N815 -- the name as AFAS writes it
    customConnectors: list[ConnectorName]  # noqa: N815 -- the name as AFAS writes it
    info: EnvironmentInfo

"""What the platform says of somebody who opens a tool, member by member as it was recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
LIFETIME_SECONDS = 60


def launch_claims(
    *,
    issuer: str,
    client_id: str,
    deployment_id: str,
    nonce: str,
    user: str,
    target_link_uri: str,
    now: datetime,
) -> dict[str, Any]:
    """Of an employee in a course, whose name and address the tool did not ask for."""
    issued = int(now.timestamp())
    return {
        "nonce": nonce,
        "iat": issued,
        "exp": issued + LIFETIME_SECONDS,
        "iss": issuer,
        "aud": client_id,
        f"{CLAIM}deployment_id": deployment_id,
        f"{CLAIM}target_link_uri": target_link_uri,
        "sub": user,
        f"{CLAIM}lis": {"person_sourcedid": ""},
        f"{CLAIM}roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
        f"{CLAIM}context": {
            "id": "1",
            "label": "odwh",
            "title": "ODWH Leerplein",
            "type": ["Group"],
        },
        f"{CLAIM}message_type": "LtiResourceLinkRequest",
        f"{CLAIM}resource_link": {"title": "Leren en ontwikkelen", "description": "", "id": "1"},
        f"{CLAIM}launch_presentation": {"locale": "nl", "document_target": "window"},
        f"{CLAIM}tool_platform": {"product_family_code": "moodle", "version": "2024100706"},
        f"{CLAIM}version": "1.3.0",
    }

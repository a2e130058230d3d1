"""What an LMS must say when it opens us for somebody (LTI 1.3 core, §5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connectors.lti.registration import RESOURCE_LINK

if TYPE_CHECKING:
    from joserfc.jwt import ClaimsOption

_CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
TARGET_LINK_URI = f"{_CLAIM}target_link_uri"


def launch_claims(deployment_id: str) -> Mapping[str, ClaimsOption]:
    """Beyond those of every id token."""
    return {
        f"{_CLAIM}deployment_id": {"essential": True, "value": deployment_id},
        f"{_CLAIM}version": {"essential": True, "value": "1.3.0"},
        f"{_CLAIM}message_type": {"essential": True, "value": RESOURCE_LINK},
        TARGET_LINK_URI: {"essential": True},
    }

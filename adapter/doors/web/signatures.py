"""Senders that sign what they send, each by its own scheme, over the bytes as they came.

A scheme looks at the request at hand: None when it carries no signature of that scheme, the sender
when it is right, and 401 when it is not. `access.py` says which route takes which schemes.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable

from flask import request
from standardwebhooks import Webhook, WebhookVerificationError

from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.register.keys import Principal, Role

Scheme = Callable[[], Principal | None]

FRAPPE_HR = Principal("frappe-hr", "frappe-hr", Role.HRIS, None)
MOODLE_PLUGIN = Principal("moodle-plugin", "moodle-plugin", Role.LMS, None)


def moodle_plugin() -> Principal | None:
    """Our plugin in Moodle: Standard Webhooks, at most five minutes old by the clock on the wall.
    Every secret that is configured opens, so that one can be replaced without losing an event."""
    if "webhook-signature" not in current.request_itself().headers:
        return None
    moodle = current.parts().settings.moodle
    secrets = () if moodle is None else moodle.plugin_secrets
    if not any(_fits(secret) for secret in secrets):
        raise _bad_signature("bad_plugin_signature")
    return MOODLE_PLUGIN


def frappe_hr() -> Principal | None:
    """A webhook of Frappe HR: HMAC-SHA256 of the bytes as they came, in base64. It has no moment,
    so an old one can be sent again; that only makes us look the person up once more."""
    presented = request.headers.get("X-Frappe-Webhook-Signature")
    if presented is None:
        return None
    frappe = current.parts().settings.frappe
    secret = None if frappe is None else frappe.webhook_secret
    if secret is None:
        raise _bad_signature("no_frappe_secret")
    digest = hmac.digest(secret.get_secret_value().encode(), request.get_data(), "sha256")
    if not hmac.compare_digest(base64.b64encode(digest), presented.encode()):
        raise _bad_signature("bad_frappe_signature")
    return FRAPPE_HR


def _bad_signature(detail: str) -> Problem:
    """`detail` names the setting of this sender, so that nobody looks at another's."""
    return Problem(Kind.UNAUTHENTICATED, detail, headers={"WWW-Authenticate": "Bearer"})


def _fits(secret: str) -> bool:
    try:
        Webhook(secret).verify(request.get_data(), dict(request.headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        # The library's own error, or that of the decoder that met a hostile header or body.
        return False
    return True

"""What an issuer publishes about itself: JSON, small, over TLS, and soon or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors.errors import Misconfigured
from connectors.tls import require_tls

if TYPE_CHECKING:
    from connectors.http import HttpClient, Response

PATIENCE_SECONDS = 5.0
"""For all attempts together: a person waits in the browser, and a thread of the service."""
LARGEST = 1024 * 1024


def read_published(url: str) -> dict[str, Any]:
    """The object at this address. Raises `Transient` or `Misconfigured`."""
    from connectors.http import reading_by_status

    with client_of(url) as client:
        answer = client.request("GET", path_of(url), repeatable=True, classify=reading_by_status)
    return object_in(answer, url)


def client_of(url: str) -> HttpClient:
    """A client of the system at this address. Raises `InsecureAddress`."""
    # Not loaded where nobody signs in by an identity provider or from the LMS.
    from connectors.http import HttpClient

    require_tls(url, origin_of(url), "who signs in rests on what it answers")
    return HttpClient(
        origin_of(url),
        timeout=PATIENCE_SECONDS,
        deadline=PATIENCE_SECONDS,
        attempts=2,
        largest_answer=LARGEST,
    )


def origin_of(url: str) -> str:
    """`scheme://host[:port]`, the port left out where it is the usual one."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    try:
        port = parts.port
    except ValueError:
        raise Misconfigured(f"{parts.scheme}://{host} has a port that is no number") from None
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + ("" if port in (None, usual) else f":{port}")


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def object_in(answer: Response, url: str) -> dict[str, Any]:
    """Raises `Misconfigured` when the answer is something else."""
    try:
        value = answer.json()
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Misconfigured(f"{origin_of(url)}{urlsplit(url).path} answers no JSON object")
    return value


def text_in(published: dict[str, Any], name: str, url: str) -> str:
    """A member that must be there. Raises `Misconfigured` naming it."""
    value = published.get(name)
    if not isinstance(value, str) or not value:
        raise Misconfigured(f"{origin_of(url)}{urlsplit(url).path} names no {name}")
    return value

"""What an AFAS answer that is not a success means, and what to do about it."""

from __future__ import annotations

from pydantic import ValidationError

from connectors.afas.answers import ContentError, Maintenance
from connectors.errors import Misconfigured, Permanent, Transient
from connectors.http import Response, by_status
from connectors.their_codes import reference_of

PASSING = (
    "deadlock",
    "is locked",
    "vergrendeld",
    "out of memory",
    "unexpected error",
    "onverwachte fout",
)
"""Words of what passes inside AFAS, or may. The other content errors are about what was asked."""

MEANINGS = {
    "does not exist": "something that was named does not exist there",
    "bestaat niet": "something that was named does not exist there",
    "exists already": "it exists already",
    "already exists": "it exists already",
    "bestaat al": "it exists already",
    "blocked": "it is blocked",
    **dict.fromkeys(PASSING, "something passing, such as a lock"),
}

REMEDIES = {
    401: (
        "AFAS refuses the token or the connector (HTTP 401): renew the token, and give its app "
        "connector the right to this GetConnector"
    ),
    403: (
        "AFAS refuses this IP address (HTTP 403): add the address of this service to the IP "
        "restriction of the app connector"
    ),
}


def classify(response: Response) -> None:
    """Raise `Transient`, `Permanent` or `Misconfigured`, or accept the answer."""
    match response.status:
        case 401 | 403 as status:
            raise Misconfigured(REMEDIES[status], code=str(status))
        case 404:
            raise Misconfigured(
                "AFAS does not know this address (HTTP 404), its answer to a query of more than "
                "2049 characters too: correct the base address or ask for less at once",
                code="404",
            )
        case 500:
            raise _content_error(response)
        case 503:
            raise _unavailable(response)
        case _:
            by_status(response)


def _content_error(response: Response) -> Permanent | Misconfigured | Transient:
    """A 500 is final only when AFAS says, as documented, what is wrong with the question."""
    try:
        error = ContentError.model_validate_json(response.body)
    except ValidationError:
        return Transient(
            "AFAS failed (HTTP 500) without saying why; it is tried again later", code="500"
        )
    # Its own words can name a person; its administrator reads them in its log.
    words = error.externalMessage.lower()
    message = f"AFAS refused: {_meaning(words)} (AFAS log {reference_of(error.profitLogReference)})"
    if "getconnector" in words and "blocked" in words:
        remedy = "ask the AFAS administrator to have the block lifted, and poll less often"
        return Misconfigured(f"{message}: {remedy}", code="500")
    if any(word in words for word in PASSING):
        return Transient(message, code="500")
    return Permanent(f"{message}: its administrator finds why in its log", code="500")


def _meaning(words: str) -> str:
    """In ours, of those of its words that are known."""
    return next((ours for its, ours in MEANINGS.items() if its in words), "it does not take this")


def _unavailable(response: Response) -> Transient:
    try:
        seconds = float(Maintenance.model_validate_json(response.body).retry_after)
    except ValidationError:
        return Transient("AFAS is not available (HTTP 503)", code="503")
    return Transient(
        f"AFAS is under maintenance for {seconds:.0f} seconds (HTTP 503)",
        code="503",
        retry_after=seconds,
    )

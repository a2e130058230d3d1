"""Under which name the LMS comes whose accounts the register knows: in another one an account with
the same id is somebody else."""

from __future__ import annotations

from config.settings import Settings


def lms_issuers(settings: Settings) -> frozenset[str]:
    """Empty while no LMS is configured."""
    if settings.pages.lms_issuer is not None:
        return frozenset({settings.pages.lms_issuer})
    return frozenset() if settings.moodle is None else frozenset({settings.moodle.url.rstrip("/")})

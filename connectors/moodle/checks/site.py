"""The site that is looked at: the connector's parts, and how it presented itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.moodle.client import MoodleClient
from connectors.moodle.config import MoodleConfig
from connectors.moodle.courses import CourseCatalogue
from connectors.moodle.models import SiteInfo
from connectors.moodle.report import ParticipantsReport
from connectors.moodle.request_form import RequestForm
from connectors.moodle.trust import Trust
from connectors.ports import Check, CheckState


@dataclass(frozen=True, slots=True)
class Parts:
    """What the connector is made of. One value, so that a check of a new subject changes neither
    the others nor who makes them."""

    client: MoodleClient
    config: MoodleConfig
    trust: Trust
    courses: CourseCatalogue
    report: ParticipantsReport
    form: RequestForm


@dataclass(frozen=True, slots=True)
class Site:
    """`seconds_off` is how far the site's clock is from ours, positive when it is ahead."""

    parts: Parts
    info: SiteInfo
    seconds_off: float

    def offers(self, function: str) -> bool:
        """Whether the token's service has this function."""
        return any(one.name == function for one in self.info.functions)

    def feature(self, name: str) -> bool:
        """Whether an advanced feature is on; one that the site does not name counts as on."""
        return all(one.value != 0 for one in self.info.advancedfeatures if one.name == name)


Look = Callable[[Site, str], Check]
"""Looks at one subject and gives the line of that name. It may raise any `ConnectorError`."""


def ok(name: str, seen: str) -> Check:
    return Check(name, CheckState.OK, seen)


def warning(name: str, seen: str, remedy: str) -> Check:
    return Check(name, CheckState.WARNING, seen, remedy)


def failed(name: str, seen: str, remedy: str) -> Check:
    return Check(name, CheckState.FAILED, seen, remedy)
